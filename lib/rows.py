"""Statements on the hottest paths, written by hand: building one with the ORM costs more than running it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement; ``values`` stand for its placeholders."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


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
