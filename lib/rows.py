"""Statements on the hottest paths, written by hand: building one with the ORM costs more than running it.

Each is prepared once per connection: planning the joins of a hand-in took the database longer than running them.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


# Connections of this process and what was prepared on each.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
_PLACEHOLDER = re.compile(r"%s(::\w+(?:\[\])?)?|%%")


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement; ``values`` stand for its placeholders (``%s``, with a cast where nothing else tells the
    type). ``sql`` is one of few texts that never change: each stays prepared for as long as its connection lives."""
    text, call = _statement(sql)
    with connection.cursor() as cursor:
        known = _prepared.setdefault(connection.connection, set())
        if text not in known:
            # Not through Django's cursor: a statement that is only made ready asks the database nothing.
            with connection.connection.cursor() as bare:
                bare.execute(text)
            known.add(text)
        cursor.execute(call, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@lru_cache(maxsize=256)
def _statement(sql: str) -> tuple[str, str]:
    """(PREPARE, EXECUTE) of a statement: what the database is told once, and each time."""
    name = f"r_{hashlib.sha256(sql.encode()).hexdigest()[:24]}"
    arguments: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        arguments.append(found[0])
        return f"${len(arguments)}{found[1] or ''}"

    text = f"PREPARE {name} AS {_PLACEHOLDER.sub(number, sql)}"
    return text, f"EXECUTE {name}({', '.join(arguments)})" if arguments else f"EXECUTE {name}"


def columns(model: type[Model], name: str) -> str:
    """All columns of a model, as ``name.column, …``: what :func:`read_model` takes."""
    return ", ".join(f"{name}.{field.column}" for field in model._meta.concrete_fields)


def read_model(model: type[M], values: Sequence[Any]) -> tuple[M, Sequence[Any]]:
    """The instance that the first values of a row stand for, and the values after them."""
    fields = model._meta.concrete_fields
    own = [_converted(field, value) for field, value in zip(fields, values, strict=False)]
    return model.from_db(connection.alias, [field.attname for field in fields], own), values[len(fields) :]


def _converted(field: Any, value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
