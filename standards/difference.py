"""What changed from one version of a standard to another. Pure: two lists of places in, a report out.

A requirement is followed by its text first and its code second: where one requirement is put in, all codes after it
shift, and what kept its text was only renumbered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from standards.parsing.text import fold, without_spaces

UNCHANGED, REWORDED, MOVED, RENUMBERED, ADDED, REMOVED = (
    "unchanged",
    "reworded",
    "moved",
    "renumbered",
    "added",
    "removed",
)
WORDS = {
    UNCHANGED: "未变",
    REWORDED: "改写",
    MOVED: "移动",
    RENUMBERED: "改编号",
    ADDED: "新增",
    REMOVED: "删去",
}
# Below this share of equal characters (SequenceMatcher's ratio) two texts are two requirements, not one reworded.
# 0.6 keeps apart the reference standard's own neighbours that share a long phrase.
ALIKE = 0.6
# Under the same code less is enough: a rewritten sentence keeps its place.
ALIKE_AT_SAME_CODE = 0.4


@dataclass(frozen=True)
class Place:
    """One requirement with what it stands under. ``key`` finds its row again (a primary key, or nothing)."""

    level: str
    area: str
    task_code: str
    task: str
    code: str
    text: str
    key: int | None = None

    @property
    def wording(self) -> str:
        """The text as compared: white space and width make no difference, words do."""
        return fold(without_spaces(self.text))


@dataclass(frozen=True)
class Change:
    """An older and a newer place that belong together; one is None for what was added or removed.

    ``kinds`` names what happened, in the order of ``WORDS``; ``alike`` is the share of equal characters, 0 to 1.
    """

    old: Place | None
    new: Place | None
    kinds: tuple[str, ...]
    alike: float = 1.0

    @property
    def label(self) -> str:
        return "、".join(WORDS[kind] for kind in self.kinds)

    @property
    def here(self) -> Place:
        """Where a reader of the newer version looks for it; what was removed is named by its old place."""
        place = self.new or self.old
        assert place is not None
        return place


@dataclass(frozen=True)
class Renamed:
    """A work area or task that has another name under the same number."""

    level: str
    code: str
    old: str
    new: str


@dataclass(frozen=True)
class ChapterChange:
    """One of the other chapters: entries that are only in the newer (added) or only in the older (removed) version."""

    chapter: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass
class Difference:
    """The whole report, requirements in the order of the newer version, removed ones at their old place."""

    changes: list[Change] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    chapters: list[ChapterChange] = field(default_factory=list)

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.kinds != (UNCHANGED,)]

    @property
    def counts(self) -> dict[str, int]:
        """How many requirements each kind concerns; one may count under two kinds."""
        return {kind: sum(kind in change.kinds for change in self.changes) for kind in WORDS}

    def __bool__(self) -> bool:
        return bool(self.changed or self.renamed or self.chapters)


def compare(old: Iterable[Place], new: Iterable[Place]) -> list[Change]:
    """Pair the requirements of two versions.

    Order of the rules: same level, code and text; same text in the same task name, level, anywhere; same level and
    code with a text at least 40 % alike; the most alike of what is left in a level (60 %), best pairs first.
    """
    matcher = _Matcher(list(old), list(new))
    matcher.by(lambda place: (place.level, place.code, place.wording))
    matcher.by(lambda place: (place.level, place.task, place.wording))
    matcher.by(lambda place: (place.level, place.wording))
    matcher.by(lambda place: (place.wording,))
    matcher.by_code()
    matcher.by_likeness()
    return list(matcher.changes())


class _Matcher:
    """The pairing while it grows: indexes into the two lists."""

    def __init__(self, old: list[Place], new: list[Place]) -> None:
        self.old, self.new = old, new
        self.partner: dict[int, int] = {}  # new index → old index
        self.free_old, self.free_new = list(range(len(old))), list(range(len(new)))

    def _pair(self, old: int, new: int) -> None:
        self.partner[new] = old
        self.free_old.remove(old)
        self.free_new.remove(new)

    def by(self, key: Callable[[Place], tuple[str, ...]]) -> None:
        """Pair what agrees in ``key``; of several equal ones the first with the first."""
        waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in self.free_old:
            waiting[key(self.old[index])].append(index)
        for index in list(self.free_new):
            if queue := waiting.get(key(self.new[index])):
                self._pair(queue.pop(0), index)

    def by_code(self) -> None:
        places = {(self.old[index].level, self.old[index].code): index for index in self.free_old}
        for index in list(self.free_new):
            new = self.new[index]
            old = places.get((new.level, new.code))
            if old is not None and _alike(self.old[old], new, ALIKE_AT_SAME_CODE):
                self._pair(old, index)

    def by_likeness(self) -> None:
        pairs = sorted(
            (-likeness, new, old)
            for new in self.free_new
            for old in self.free_old
            if self.old[old].level == self.new[new].level
            and (likeness := _alike(self.old[old], self.new[new], ALIKE))
        )
        for _, new, old in pairs:
            if new in self.free_new and old in self.free_old:
                self._pair(old, new)

    def changes(self) -> Iterator[Change]:
        removed = list(self.free_old)
        for index, place in enumerate(self.new):
            old = self.partner.get(index)
            if old is None:
                yield Change(None, place, (ADDED,), 0.0)
                continue
            # What was removed before this place in the older text is told before it.
            while removed and removed[0] < old:
                yield Change(self.old[removed.pop(0)], None, (REMOVED,), 0.0)
            yield _change(self.old[old], place)
        for index in removed:
            yield Change(self.old[index], None, (REMOVED,), 0.0)


def _alike(old: Place, new: Place, least: float) -> float:
    """The ratio of equal characters when it is at least ``least``, else 0."""
    matcher = SequenceMatcher(None, old.wording, new.wording, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def _change(old: Place, new: Place) -> Change:
    kinds = []
    if old.wording != new.wording:
        kinds.append(REWORDED)
    if (
        (old.level, old.area, old.task) != (new.level, new.area, new.task) and old.task_code != new.task_code
    ) or old.level != new.level:
        kinds.append(MOVED)
    elif old.code != new.code:
        kinds.append(RENUMBERED)
    ratio = 1.0
    if REWORDED in kinds:
        ratio = SequenceMatcher(None, old.wording, new.wording, autojunk=False).ratio()
    return Change(old, new, tuple(kinds) or (UNCHANGED,), ratio)


def renamed(old: Iterable[Place], new: Iterable[Place]) -> list[Renamed]:
    """Areas and tasks whose number stayed and whose name did not."""
    before, after = _names(old), _names(new)
    return [
        Renamed(level, code, before[level, code], name)
        for (level, code), name in after.items()
        if (level, code) in before and without_spaces(before[level, code]) != without_spaces(name)
    ]


def _names(places: Iterable[Place]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for place in places:
        names.setdefault((place.level, place.task_code.split(".")[0]), place.area)
        names.setdefault((place.level, place.task_code), place.task)
    return names


def chapter_change(chapter: str, old: Iterable[str], new: Iterable[str]) -> ChapterChange | None:
    """What one other chapter gained and lost; None when nothing."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    added = tuple(entry for entry in after if entry not in set(before))
    removed = tuple(entry for entry in before if entry not in set(after))
    return ChapterChange(chapter, added, removed) if added or removed else None


def marked(old: str, new: str) -> list[tuple[str, str]]:
    """The two texts as stretches ``("same" | "old" | "new", text)`` for showing what was reworded."""
    parts: list[tuple[str, str]] = []
    for operation, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            parts.append(("same", old[a:b]))
            continue
        if b > a:
            parts.append(("old", old[a:b]))
        if d > c:
            parts.append(("new", new[c:d]))
    return parts
