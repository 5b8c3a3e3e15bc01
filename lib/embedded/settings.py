"""Configuration of the embedded servers, written anew at every start so that old data gets new settings."""

from __future__ import annotations

import os

HBA = """\
# Only this machine, and only with a password: every user of the machine reaches 127.0.0.1.
host all all 127.0.0.1/32 scram-sha-256
"""


def postgresql_conf() -> str:
    """Durable, sized for two shared cores, and silent about personal data."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    shared = max(64, min(512, pages // 8))
    return f"""\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'

shared_buffers = {shared}MB
effective_cache_size = {max(256, pages // 4)}MB
work_mem = 8MB
maintenance_work_mem = 64MB
jit = off
# Short statements on few cores; and parallel ones need more /dev/shm than containers give.
max_parallel_workers_per_gather = 0
random_page_cost = 1.1

# An answer counts only when it is on disk.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_compression = on
max_wal_size = 1GB
min_wal_size = 128MB
checkpoint_timeout = 15min

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# Statements and error details quote names and identity numbers: they stay out of the log.
log_line_prefix = '%m [%p] '
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
"""


def valkey_conf(port: int, password: str, directory: str, log: str) -> str:
    """A cache and message broker without persistence: the database is the queue of record."""
    return f"""\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
dir "{directory}"
pidfile "{directory}/valkey.pid"
logfile "{log}"
loglevel warning
daemonize yes
maxmemory 256mb
# Only what has an expiry may go: cache entries, never the workers' messages.
maxmemory-policy volatile-lru
"""
