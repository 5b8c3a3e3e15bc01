"""Damages of structure, one at a time, to a text file of a standard.

Each takes the lines of the file and a choice, and returns the damaged lines, or None where it does not apply. What no
reader could notice is left out on purpose: a last requirement (task, area) that is missing whole, and other words.
"""

import itertools
import re
from collections.abc import Callable

Pick = Callable[[list[int]], int]
Damage = Callable[[list[str], Pick], list[str] | None]

_CODE = re.compile(r"\d+\.\d+\.\d+(?= )")
DAMAGES: dict[str, Damage] = {}


def damage(act: Damage) -> Damage:
    DAMAGES[act.__name__] = act
    return act


def _rows(lines: list[str]) -> list[int]:
    return [n for n, line in enumerate(lines) if line.count("\t") == 2 and not line.startswith("工作领域")]


def _captions(lines: list[str]) -> list[int]:
    return [n for n, line in enumerate(lines) if re.match(r"表\s*\d", line)]


def _codes(lines: list[str]) -> list[tuple[int, int, int]]:
    """Line, start and end of every code that opens a requirement."""
    found = []
    for n in _rows(lines):
        cell = lines[n].rindex("\t") + 1
        for match in _CODE.finditer(lines[n], cell):
            before = lines[n][cell : match.start()].rstrip()
            if not before or before[-1] in "。>":
                found.append((n, match.start(), match.end()))
    return found


def _edit(lines: list[str], n: int, text: str) -> list[str]:
    return [*lines[:n], text, *lines[n + 1 :]]


def _at_code(lines: list[str], pick: Pick, change: Callable[[str], str]) -> list[str] | None:
    codes = _codes(lines)
    if not codes:
        return None
    n, start, end = codes[pick(list(range(len(codes))))]
    return _edit(lines, n, lines[n][:start] + change(lines[n][start:end]) + lines[n][end:])


@damage
def drop_a_code(lines, pick):
    return _at_code(lines, pick, lambda code: "")


@damage
def repeat_a_code(lines, pick):
    """A requirement gets the code of the one before it in its task."""
    return _at_code(lines, pick, lambda code: _renumbered(code, -1) if not code.endswith(".1") else "0.0.0")


@damage
def skip_a_code(lines, pick):
    return _at_code(lines, pick, lambda code: _renumbered(code, 1))


def _renumbered(code: str, by: int) -> str:
    head, _, last = code.rpartition(".")
    return f"{head}.{int(last) + by}"


@damage
def letter_for_a_digit(lines, pick):
    return _at_code(lines, pick, lambda code: code.replace("1", "l", 1) if "1" in code else f"{code[:-1]}O")


@damage
def code_of_another_task(lines, pick):
    return _at_code(lines, pick, lambda code: re.sub(r"\.(\d+)\.", lambda m: f".{int(m[1]) + 1}.", code))


@damage
def code_of_another_area(lines, pick):
    return _at_code(lines, pick, lambda code: f"{int(code[0]) + 1}{code[1:]}")


@damage
def code_without_a_dot(lines, pick):
    return _at_code(lines, pick, lambda code: code.replace(".", "", 1))


@damage
def empty_a_requirement(lines, pick):
    codes = _codes(lines)
    if not codes:
        return None
    n, _, end = codes[pick(list(range(len(codes))))]
    following = [start for line, start, _ in codes if line == n and start > end]
    rest = lines[n][following[0] :] if following else ""
    return _edit(lines, n, f"{lines[n][:end]} {rest}".rstrip())


@damage
def drop_a_requirement_in_the_middle(lines, pick):
    """A requirement that another one of its row follows."""
    codes = _codes(lines)
    pairs = [(a, b) for a, b in itertools.pairwise(codes) if a[0] == b[0]]
    if not pairs:
        return None
    (n, start, _), (_, following, _) = pairs[pick(list(range(len(pairs))))]
    return _edit(lines, n, lines[n][:start] + lines[n][following:])


def _one_row(lines: list[str], pick: Pick, change: Callable[[str], str]) -> list[str] | None:
    rows = _rows(lines)
    if not rows:
        return None
    n = pick(rows)
    return _edit(lines, n, change(lines[n]))


@damage
def lose_a_tab(lines, pick):
    return _one_row(lines, pick, lambda line: line.replace("\t", " ", 1))


@damage
def lose_the_last_tab(lines, pick):
    return _one_row(lines, pick, lambda line: " ".join(line.rsplit("\t", 1)))


@damage
def gain_a_tab(lines, pick):
    return _one_row(lines, pick, lambda line: line.replace("。", "。\t", 1))


@damage
def lose_the_third_cell(lines, pick):
    """Of a row that names its task. Without area and task nothing is left of a row: a requirement missing whole."""
    rows = [n for n in _rows(lines) if lines[n].split("\t")[1]]
    if not rows:
        return None
    n = pick(rows)
    return _edit(lines, n, lines[n][: lines[n].rindex("\t") + 1])


@damage
def swap_columns(lines, pick):
    def change(line: str) -> str:
        area, task, text = line.split("\t")
        return f"{task}\t{area}\t{text}"

    return _one_row(lines, pick, change)


@damage
def swap_the_head(lines, pick):
    heads = [n for n, line in enumerate(lines) if line.startswith("工作领域\t")]
    return _edit(lines, pick(heads), "工作任务\t工作领域\t职业技能要求") if heads else None


@damage
def lose_a_task(lines, pick):
    rows = [n for n in _rows(lines) if lines[n].split("\t")[1]]
    if not rows:
        return None
    n = pick(rows)
    area, _, text = lines[n].split("\t")
    return _edit(lines, n, f"{area}\t\t{text}")


@damage
def lose_an_area(lines, pick):
    rows = [n for n in _rows(lines) if lines[n].split("\t")[0]]
    if not rows:
        return None
    n = pick(rows)
    return _edit(lines, n, "\t" + lines[n].split("\t", 1)[1])


@damage
def lose_the_number_of_a_task(lines, pick):
    rows = [n for n in _rows(lines) if lines[n].split("\t")[1]]
    if not rows:
        return None
    n = pick(rows)
    area, task, text = lines[n].split("\t")
    return _edit(lines, n, f"{area}\t{task.split(' ', 1)[-1]}\t{text}")


@damage
def drop_a_row_in_the_middle(lines, pick):
    """A row whose follower goes on with the same task: its own number is then missing."""
    rows = _rows(lines)
    inner = [n for n, below in itertools.pairwise(rows) if below == n + 1 and _same_task(lines, n, below)]
    if not inner:
        return None
    n = pick(inner)
    return [*lines[:n], *lines[n + 1 :]]


def _same_task(lines: list[str], n: int, below: int) -> bool:
    return lines[below].split("\t")[1] in ("", lines[n].split("\t")[1])


@damage
def repeat_a_row(lines, pick):
    rows = _rows(lines)
    if not rows:
        return None
    n = pick(rows)
    return [*lines[: n + 1], lines[n], *lines[n + 1 :]]


@damage
def swap_two_rows(lines, pick):
    """Two neighbours of one table. Whole levels of one row each are the same standard with other words."""
    pairs = [(a, b) for a, b in itertools.pairwise(_rows(lines)) if b == a + 1]
    if not pairs:
        return None
    a, b = pairs[pick(list(range(len(pairs))))]
    changed = list(lines)
    changed[a], changed[b] = changed[b], changed[a]
    return changed


@damage
def lose_a_caption(lines, pick):
    captions = _captions(lines)
    if not captions:
        return None
    n = pick(captions)
    return [*lines[:n], *lines[n + 1 :]]


@damage
def swap_captions(lines, pick):
    captions = _captions(lines)
    changed = list(lines)
    changed[captions[0]], changed[captions[1]] = changed[captions[1]], changed[captions[0]]
    return changed


@damage
def caption_without_level(lines, pick):
    n = pick(_captions(lines))
    return _edit(lines, n, re.sub(r"（..）$", "", lines[n]))


@damage
def caption_of_another_occupation(lines, pick):
    n = pick(_captions(lines))
    return _edit(lines, n, re.sub(r"(?<=\d)(\s*)[^职]+(?=职业技能)", r"\1银饰锻制", lines[n]))


@damage
def foreign_markup(lines, pick):
    return _one_row(lines, pick, lambda line: line.replace("。", "<b>。</b>", 1))


@damage
def cut_in_a_table(lines, pick):
    """The file ends inside a table that has more rows, and not in the last level."""
    captions = _captions(lines)
    rows = [n for n in _rows(lines) if n < captions[-1]]
    return lines[: pick(rows)] if rows else None


@damage
def lose_the_code_of_the_standard(lines, pick):
    return [line for line in lines if not line.startswith("标准代码")]


@damage
def lose_the_version(lines, pick):
    return [line for line in lines if not re.match(r"（\d{4} 年", line)]
