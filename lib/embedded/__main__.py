"""`python -m lib.embedded remove DATA_DIR`: delete the embedded servers' data."""

from __future__ import annotations

import sys
from pathlib import Path

from . import EmbeddedError, remove


def main(argv: list[str]) -> int:
    """Entry point; 0 when done."""
    if len(argv) != 2 or argv[0] != "remove":
        sys.stderr.write("用法：python -m lib.embedded remove 数据目录\n")
        return 2
    try:
        remove(Path(argv[1]))
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
