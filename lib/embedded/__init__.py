"""PostgreSQL and Valkey for machines that have neither.

    with acquire(Path("var")) as lease:
        os.environ.update(lease.environment)

The servers come from PyPI wheels, keep their files in DATA_DIR, and outlive the process that started them for
as long as anybody holds a lease.
"""

from __future__ import annotations

from .errors import EmbeddedError
from .leases import Lease, acquire, remove

__all__ = ["EmbeddedError", "Lease", "acquire", "remove"]
