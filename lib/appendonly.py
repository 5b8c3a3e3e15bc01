"""Triggers for append-only tables: the database itself refuses UPDATE, DELETE and TRUNCATE."""

from typing import Any

import pgtrigger
from django.db.models import Model

# The test suite empties tables with TRUNCATE between tests that need real commits; it sets this switch, which the
# restricted role of the running product may not use to any effect: it has no TRUNCATE privilege at all.
TRUNCATE_SWITCH = "certification.allow_truncate"


_KEEPS_ROWS = "_keeps_rows"


def is_append_only(model: type[Model]) -> bool:
    """Whether a table's triggers are those of :func:`append_only_triggers`."""
    triggers: list[Any] = getattr(model._meta, "triggers", [])
    return any(trigger.name.endswith(_KEEPS_ROWS) for trigger in triggers)


def append_only_triggers(name: str) -> list[pgtrigger.Trigger]:
    """Two triggers: no row is changed or removed, and the table is not truncated."""
    return [
        pgtrigger.Protect(name=f"{name}{_KEEPS_ROWS}", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=pgtrigger.Func(
                f"IF current_setting('{TRUNCATE_SWITCH}', true) = 'on' THEN RETURN NULL; END IF; "
                f"RAISE EXCEPTION 'append-only table {name} must not be truncated';"
            ),
        ),
    ]
