"""The only clock that decides: the database's."""

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField, Func

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def database_now() -> dt.datetime:
    """The database's wall clock now (not the start of the transaction), aware, UTC, microseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now.astimezone(dt.UTC)


class DatabaseNow(Func):
    """:func:`database_now` as an expression, for a query that has to be made anyway."""

    template = "clock_timestamp()"
    output_field = DateTimeField()


def epoch_microseconds(moment: dt.datetime) -> int:
    """Whole microseconds since the Unix epoch."""
    return (moment - EPOCH) // dt.timedelta(microseconds=1)
