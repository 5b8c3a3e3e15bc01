"""What every process needs in its environment before Django is set up: DATA_DIR, secrets, and servers.

Nothing here imports Django. Notices go to stderr; stdout belongs to the commands' JSON.
"""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

from lib.embedded import EmbeddedError, Lease, acquire
from lib.embedded.files import keep_secrets

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET_NAMES = ("SECRET_KEY", "IDENTITY_KEY")

# Commands that look at code and files only: no server is started for them.
STATIC_COMMANDS = frozenset(
    {
        "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages",
        "openapi", "spectacular", "startapp", "startproject", "version",
    }
)  # fmt: skip

# Commands that alter the schema, or make a database of their own: the restricted role may not.
SCHEMA_COMMANDS = frozenset(
    {
        "create_max_migration_files", "createcachetable", "flush", "makemigrations", "migrate",
        "optimizemigration", "pgtrigger", "rebase_migration", "restore", "sqlflush", "sqlmigrate", "sqlsequencereset",
        "squashmigrations", "test", "testserver",
    }
)  # fmt: skip


def data_dir() -> Path:
    """DATA_DIR, by default `var` in the checkout; the same rule as in the settings."""
    return Path(os.environ.get("DATA_DIR") or CHECKOUT / "var").resolve()


def ensure(argv: Sequence[str]) -> Lease | None:
    """Fill `os.environ` for the command line `argv` (`manage.py COMMAND …`); the lease, if any.

    A test session says `ensure(["manage.py", "test"])`. Raises EmbeddedError with a plain sentence.
    """
    command = argv[1] if len(argv) > 1 else "help"
    os.environ["DATA_DIR"] = str(data_dir())
    lease = None
    if _is_static(command, argv):
        # makemigrations --check compares models with files; that it cannot ask a database as well is no news.
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    else:
        ensure_secrets()
        lease = ensure_servers()
        if lease:
            _leave_on_termination()
    if command in SCHEMA_COMMANDS:
        owner = os.environ.get("MIGRATION_DATABASE_URL") or (
            lease and lease.environment.get("MIGRATION_DATABASE_URL")
        )
        if owner:
            os.environ["DATABASE_URL"] = owner
    return lease


def ensure_secrets() -> None:
    """SECRET_KEY and IDENTITY_KEY: from the environment, else from DATA_DIR, where they are made once."""
    if all(os.environ.get(name) for name in SECRET_NAMES):
        return
    directory = data_dir()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        kept = keep_secrets(directory / "secrets.json", SECRET_NAMES)
    except ValueError as error:
        raise EmbeddedError(f"密钥文件 {error} 已损坏；其中的密钥用于解密身份信息，请从备份恢复。") from error
    except OSError as error:
        raise EmbeddedError(f"无法在 {directory} 中读写密钥文件：{error.strerror}。") from error
    for name in SECRET_NAMES:
        if not os.environ.get(name):
            os.environ[name] = kept[name]


def ensure_servers() -> Lease | None:
    """DATABASE_URL and REDIS_URL: what is not given comes from the embedded servers.

    The owner's address is not exported: the running product must not know it.
    """
    postgres, valkey = (not os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL"))
    if not postgres and not valkey:
        return None
    lease = acquire(data_dir(), postgres=postgres, valkey=valkey)
    os.environ.update(
        {name: url for name, url in lease.environment.items() if name != "MIGRATION_DATABASE_URL"}
    )
    return lease


def _is_static(command: str, argv: Sequence[str]) -> bool:
    if command.startswith("-") or "--help" in argv or "-h" in argv[2:]:
        return True
    if command == "makemigrations":
        return "--check" in argv or "--dry-run" in argv
    return command in STATIC_COMMANDS and "--database" not in argv


def _leave_on_termination() -> None:
    """SIGTERM and SIGHUP would end Python without giving the lease back, and the servers would stay up."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda received, _frame: sys.exit(128 + received))
