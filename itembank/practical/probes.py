"""Is every part of a key that a scorer looks for on its own felt by some sample answer? Delete the part and see.

A part that no sample answer feels is proved by nothing: a typo in it would never be seen. What counts as a part is said
by the schema of the key, by the standard annotation `title`:

* a list of objects, or an object with free names: each entry is a part (a criterion, a check, an idea, a trial message);
* a list of words that may be left out: the list as a whole.

A single word inside a list is no part of its own. It is either one of several ways to say the same idea, and nobody
writes a sample answer per synonym, or the name of something on screen, which `check_task` holds against the screens.
"""

import copy
from collections.abc import Iterator
from typing import Any

from itembank.practical.layout import branch_of

Step = str | int
# What a part is called in its own words: the first of these that it has.
NAMES = ("say", "name", "label", "message", "check", "value", "key", "id", "first", "any")


def parts_of_key(key: Any, schema: Any) -> Iterator[tuple[str, str, Any]]:
    """(path such as `key.events.0.must.1`, the place in the author's words, the key without that part) per part."""
    for steps, place in _parts(key, schema, (), ""):
        without = copy.deepcopy(key)
        home = without
        for step in steps[:-1]:
            home = home[step]
        del home[steps[-1]]
        yield ".".join(["key", *map(str, steps)]), place, without


def _parts(
    value: Any, schema: Any, steps: tuple[Step, ...], place: str
) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, list) and not _is_words(value):
        entries = {number: (entry, schema.get("items", {})) for number, entry in enumerate(value)}
        free = set(entries)
    elif isinstance(value, dict):
        schema = branch_of(schema, value)
        named, rest = schema.get("properties", {}), schema.get("additionalProperties")
        entries = {
            n: (entry, named.get(n, rest if isinstance(rest, dict) else {})) for n, entry in value.items()
        }
        free = set(entries) - set(named)
    else:
        return
    for step, (entry, inner) in entries.items():
        here, at = place, (*steps, step)
        if "title" in schema and step in free:
            here = f"{place}{'的' if place else ''}{schema['title']}“{_called(entry, step)}”"
            yield at, here
        elif _is_words(entry) and "title" in inner:
            yield at, f"{place}的{inner['title']}“{'、'.join(entry)}”"
        yield from _parts(entry, inner, at, here)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _called(entry: Any, step: Step) -> str:
    """What a part is called in the key; the number of an entry without a name, the name of one under free names."""
    if isinstance(step, str):
        return step
    if "from" in entry and "to" in entry and not entry.keys() & {*NAMES}:
        return f"{entry['from']}～{entry['to']}"
    found = next((entry[name] for name in NAMES if name in entry), f"第 {step + 1} 项")
    while isinstance(found, dict | list):
        found = _called(found, 0) if isinstance(found, dict) else found[0]
    return str(found)
