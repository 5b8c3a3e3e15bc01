"""Finds a Chromium for the browser tests, installing one where the system has none and lets us.

`python -m tests.browser_setup` prints its path.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def chromium_path() -> str:
    """Path of a Chromium. Raises RuntimeError saying what to do when none can be had."""
    found = _find() or (_install() and _find())
    if found:
        return found
    raise RuntimeError(
        "The browser tests need Chromium and none was found or could be installed. "
        f"Install it (Debian: apt-get install -y {' '.join(PACKAGES)}) or set CHROMIUM to its path."
    )


def _find() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _install() -> bool:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
        if subprocess.run([apt, *command], env=environment, capture_output=True, check=False).returncode:
            return False
    return True


if __name__ == "__main__":
    try:
        print(chromium_path())
    except RuntimeError as error:
        sys.exit(str(error))
