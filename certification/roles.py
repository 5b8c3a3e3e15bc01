"""What the running product's database role may do: read and write rows, never change or remove append-only ones.

The owner's role migrates (MIGRATION_DATABASE_URL); after each migration the grants are made anew from the models, so
a new append-only table is guarded from its first day.
"""

from typing import Any

from django.apps import apps
from django.db import connections

from lib.appendonly import is_append_only

APP_ROLE = "certification_app"


def grant(using: str = "default", **_: Any) -> None:
    """Make the grants when the restricted role exists and this connection owns the tables (idempotent)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [APP_ROLE])
        current, exists = cursor.fetchone()
        if not exists or current == APP_ROLE:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        for model in filter(is_append_only, apps.get_models()):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}")
