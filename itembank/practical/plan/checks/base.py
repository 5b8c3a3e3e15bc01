"""What a check is: a name that keys use, its parameters, and a pure function of the plan.

The type of a parameter tells the schema of keys what may stand there and the author's desk which table or
column it must name. Types ending in `?` may be left out. Besides its parameters
each check gets `law` and `never` of the key.

| type | in the key |
|---|---|
| `table`, `column:T`, `columns:T` | a table; columns of that table of type T (several types by `/`, `any` for all) |
| `figure`, `figures`, `path:T`, `paths:T` | `goal.uv`, or the id of a figure below a table; `table.column` of any table |
| `count`, `number`, `share`, `clock`, `day`, `moment` | constants |
| `flag`, `value` | constants |
| `values`, `words`, `groups`, `pairs`, `slots`, `days`, `answers`, `bounds` | lists, see `keys.py` |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from itembank.practical.plan.document import Plan


@dataclass(frozen=True)
class Finding:
    """How far a check is met, between 0 and 1, and the words for the candidate. Of a check that deducts,
    `share` is what it takes away."""

    share: Fraction
    text: str


Run = Callable[[Plan, dict[str, Any]], Finding]


@dataclass(frozen=True)
class Check:
    """One kind of check as keys may use it."""

    name: str
    params: Mapping[str, str]
    run: Run
    deducts: bool = False


CHECKS: dict[str, Check] = {}


def check(name: str, /, *, deducts: bool = False, **params: str) -> Callable[[Run], Run]:
    """Register a function as the check of that name."""

    def register(run: Run) -> Run:
        CHECKS[name] = Check(name, params, run, deducts)
        return run

    return register


def verdict(met: bool, text: str) -> Finding:
    """A check that is met or not."""
    return Finding(Fraction(met), text)


def part(done: int, of: int, text: str) -> Finding:
    """A check that is met in part."""
    return Finding(Fraction(min(done, of), of) if of else Fraction(0), text)
