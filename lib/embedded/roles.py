"""Roles and the database inside the embedded PostgreSQL."""

from __future__ import annotations

SUPERUSER = "certification_admin"
OWNER = "certification_owner"
APP = "certification_app"
DATABASE = "certification"
VERSION = 1

# Default privileges are kept per database and copied from the template: written into template1 first, they
# also hold in the databases that the tests create. Membership of the owner lets a test `SET ROLE` to the
# restricted role.
_SCRIPT = f"""\
SET log_statement = 'none';
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN CREATE ROLE {APP}; END IF;
END $do$;
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE {APP} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'app_password';
GRANT {APP} TO {OWNER};
\\connect template1
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP};
\\connect postgres
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608 - constants of this file


def script(owner_password: str, app_password: str) -> str:
    """What psql reads; may run again after having been cut off anywhere. The passwords hold no quote."""
    return f"\\set owner_password '{owner_password}'\n\\set app_password '{app_password}'\n{_SCRIPT}"
