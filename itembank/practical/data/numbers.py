"""Numbers as people type and read them: units, thousands separators, percentages.

A percentage is kept as in a spreadsheet: 2.81 % is 0.0281, so that formulas need no factor of 100. The unit
of a field is fixed on the screen, so “2.81” and “2.81%” typed into a field marked % are the same number, and
“0.0281” there is a number 100 times too small.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from itembank.practical.text import clean, fold

PERCENT = "%"
TYPED_LIMIT = 40  # characters of a typed number; a longer text is none
WHOLE_BITS = 128  # a larger integer is no answer, and printing it could fail
SMALLEST, LARGEST = -40, 40  # decimal exponents of a float that are still read
NUMBER = re.compile(
    r"¥?([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[-+]?\.[0-9]+)(万|亿)?(.*)", re.DOTALL
)
LARGE = 10**15
FACTORS = {"万": 10**4, "亿": 10**8}


def read_number(value: Any, unit: str) -> Fraction | None:
    """The number that was typed into a field of that unit, None where it is no number."""
    if isinstance(value, str):
        found = _typed(value, unit)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        found = None
    elif isinstance(value, int):
        found = Fraction(value) if value.bit_length() <= WHOLE_BITS else None
    else:
        found = _float(value)
    if found is None:
        return None
    return found / 100 if unit == PERCENT else found


def _float(value: float) -> Fraction | None:
    if not math.isfinite(value):
        return None
    exact = Decimal(repr(value))
    return Fraction(exact) if not exact or SMALLEST <= exact.adjusted() <= LARGEST else None


def _typed(value: str, unit: str) -> Fraction | None:
    text = "".join(clean(value).replace("−", "-").split())
    if len(text) > TYPED_LIMIT:
        return None
    match = NUMBER.fullmatch(text)
    if not match or fold(match[3]) not in {"", fold(unit)}:
        return None
    # ASCII digits with at most one point are read by Fraction in every form but “5.”.
    number = match[1].replace(",", "").rstrip(".")
    return Fraction(number) * FACTORS.get(match[2] or "", 1)


def plain(number: Fraction, unit: str = "") -> str:
    """A number for a sentence: at most two decimals, four below 1, no trailing zeros, with its unit."""
    if unit == PERCENT:
        number *= 100
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    if abs(exact) >= LARGE:
        return with_unit(f"{exact:.2E}", unit)  # far outside any table: only its size is of interest
    step = Decimal("0.01") if abs(number) >= 1 else Decimal("0.0001")
    text = f"{exact.quantize(step, rounding=ROUND_HALF_UP):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return with_unit("0" if text == "-0" else text, unit)


def with_unit(number: str, unit: str) -> str:
    """A written number with its unit, which is not repeated where it was written already."""
    if not unit or number.endswith(unit):
        return number
    return number + unit if unit == PERCENT else f"{number} {unit}"
