"""Numbers, times and days as people type them into a plan, read exactly; None for what is none."""

import datetime
import math
import re
from fractions import Fraction
from typing import Any

from itembank.practical.text import clean

LARGEST = 10**12
NUMBER = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,6})?")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MINUTES_A_DAY = 24 * 60


def exact(value: Any) -> Fraction:
    """The number an author wrote; `0.02` means two hundredths, not the nearest binary float."""
    return Fraction(str(value))


def number(value: Any) -> Fraction | None:
    """A number of the submission; typed text counts when it is plainly one (“1,500”)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) <= LARGEST else None
    if isinstance(value, float):
        return Fraction(repr(value)) if math.isfinite(value) and abs(value) <= LARGEST else None
    text = clean(value).replace(",", "")
    return Fraction(text) if NUMBER.fullmatch(text) else None


def clock(value: Any) -> int | None:
    """Minutes since midnight of a time such as 19:30; 24:00 is the end of the day."""
    match = CLOCK.fullmatch(clean(value))
    if not match or int(match[2]) > 59:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if minutes <= MINUTES_A_DAY else None


def day(value: Any) -> int | None:
    """Number of a day such as 2025-08-18, so that days can be counted."""
    text = clean(value)
    if not DAY.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def moment(value: Any) -> int | None:
    """Minutes of a day and time such as 2024-06-12 18:00, comparable with one another."""
    date, _, time = clean(value).partition(" ")
    at, minutes = day(date), clock(time)
    return None if at is None or minutes is None else at * MINUTES_A_DAY + minutes


def at(minutes: int) -> str:
    """A time of the day for evidence."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
