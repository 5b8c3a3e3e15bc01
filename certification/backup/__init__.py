"""Backup and restore of everything the platform must not lose: database, uploaded files, keys, checkpoints (decision 0011).

``archive`` knows the file, ``database`` PostgreSQL's own programs, ``restoring`` the order of steps and what it refuses.
"""


class BackupError(Exception):
    """One plain sentence for the administrator at the command line; nothing was changed unless it says so."""
