"""A submission read as an account: what the simulated platform would accept of it.

Anything may have been handed in. What the platform would refuse (a fifth plan where four are allowed, a
keyword without text) does not run, so that breaking a limit never pays; `over` says which limits were broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from itembank.practical import advertising
from itembank.practical.sem.schema import MATCHES, MONEY_LIMIT
from itembank.practical.text import as_dict, as_list, clean, fold

WILDCARD_MARKS = str.maketrans("", "", "{}")


@dataclass(frozen=True)
class Word:
    """A keyword or negative keyword, folded for comparing; `shown` is what the candidate wrote."""

    text: str
    match: str
    shown: str
    bid: int | None = None  # cents


@dataclass(frozen=True)
class Creative:
    """One creative as the review of the platform sees it."""

    title: str
    desc: str
    violation: advertising.Finding | None
    title_fits: bool  # within the least and the most of the platform
    desc_fits: bool
    accepted: bool  # complete, not too long and lawful: shown to customers

    @property
    def text(self) -> str:
        """Everything a customer reads, folded for comparing."""
        return fold(self.title + self.desc)

    @property
    def has_wildcard(self) -> bool:
        """A default word between braces, which the searched keyword replaces."""
        start = self.title.find("{")
        return start >= 0 and self.title.find("}", start) > start + 1


@dataclass(frozen=True)
class Group:
    """A unit: its words share a bid, a landing page and creatives."""

    name: str
    landing: str | None
    keywords: tuple[Word, ...]
    negatives: tuple[Word, ...]
    creatives: tuple[Creative, ...]

    @property
    def runs(self) -> bool:
        """Whether anything of it could be shown at all."""
        return bool(self.landing and self.creatives and any(word.bid for word in self.keywords))


@dataclass(frozen=True)
class Campaign:
    """A plan. Without a budget of its own only the account's budget holds it back."""

    name: str
    budget: int | None  # cents
    negatives: tuple[Word, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Account:
    """The whole account; `budget` is what the candidate set, `allowed` the budget of the task."""

    budget: int | None
    allowed: int
    campaigns: tuple[Campaign, ...]
    over: tuple[str, ...]

    def groups(self) -> Iterator[tuple[int, Group]]:
        """All units with the number of their plan."""
        for number, campaign in enumerate(self.campaigns):
            for group in campaign.groups:
                yield number, group


def cents(value: Any) -> int | None:
    """Whole cents of a sum in yuan, halves up; None for what is no sum. Never above the safety limit."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    bounded = min(max(value, 0), MONEY_LIMIT)  # before Decimal: huge integers cannot become text
    return int((Decimal(str(bounded)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_account(submission: Any, content: dict[str, Any], law: str) -> Account:
    """The account that would run. Never raises, whatever was handed in."""
    return _Reader(content, law).account(as_dict(submission))


class _Reader:
    """Reads from top to bottom and stops taking in what is beyond a limit of the platform."""

    def __init__(self, content: dict[str, Any], law: str) -> None:
        self.limits, self.law = content["limits"], law
        self.allowed = cents(content["daily_budget"]) or 0
        self.landings = {landing["id"] for landing in content["landings"]}
        self.groups = self.keywords = self.negatives = 0
        self.over: dict[str, None] = {}  # in the order in which they were met

    def account(self, done: dict[str, Any]) -> Account:
        campaigns = self._within(as_list(done.get("campaigns")), "campaigns", "计划")
        return Account(
            budget=cents(done.get("daily_budget")),
            allowed=self.allowed,
            campaigns=tuple(self._campaign(as_dict(one)) for one in campaigns),
            over=tuple(self.over),
        )

    def _within(self, items: list[Any], limit: str, name: str, used: int = 0) -> list[Any]:
        room = max(0, self.limits[limit] - used)
        if len(items) > room:
            self.over[f"{name}超过 {self.limits[limit]} 个"] = None
        return items[:room]

    def _campaign(self, one: dict[str, Any]) -> Campaign:
        self.negatives = 0
        negatives = self._negatives(one.get("negatives"))
        groups = self._within(as_list(one.get("groups")), "groups", "单元", self.groups)
        self.groups += len(groups)
        return Campaign(
            name=fold(one.get("name")),
            budget=cents(one.get("daily_budget")),
            negatives=negatives,
            groups=tuple(self._group(as_dict(group)) for group in groups),
        )

    def _group(self, one: dict[str, Any]) -> Group:
        bid, landing = cents(one.get("bid")), clean(one.get("landing"))
        words = [word for word in self._words(one.get("keywords"), MATCHES, bid) if word.text]
        keywords = self._within(words, "keywords", "关键词", self.keywords)
        self.keywords += len(keywords)
        drafts = [as_dict(draft) for draft in as_list(one.get("creatives"))]
        written = [draft for draft in drafts if clean(draft.get("title")) or clean(draft.get("desc"))]
        return Group(
            name=clean(one.get("name")),
            landing=landing if landing in self.landings else None,
            keywords=tuple(keywords),
            negatives=self._negatives(one.get("negatives")),
            creatives=tuple(map(self._creative, self._within(written, "creatives", "一个单元的创意"))),
        )

    def _negatives(self, value: Any) -> tuple[Word, ...]:
        words = [word for word in self._words(value, ("exact", "phrase"), None) if word.text]
        kept = self._within(words, "negatives", "一个计划的否定词", self.negatives)
        self.negatives += len(kept)
        return tuple(kept)

    def _words(self, value: Any, matches: tuple[str, ...], bid: int | None) -> Iterator[Word]:
        for one in map(as_dict, as_list(value)):
            match = fold(one.get("match"))
            text = fold(one.get("text"))
            if match in matches and len(text) <= self.limits["keyword"]:
                own = cents(one.get("bid"))
                yield Word(text, match, clean(one.get("text")), bid if own is None else own)

    def _creative(self, one: dict[str, Any]) -> Creative:
        title, desc = clean(one.get("title")), clean(one.get("desc"))
        found = advertising.violations(f"{title}。{desc}", self.law)
        lengths = len(title.translate(WILDCARD_MARKS)), len(desc)
        (title_least, title_most), (desc_least, desc_most) = self.limits["title"], self.limits["desc"]
        return Creative(
            title=title,
            desc=desc,
            violation=found[0] if found else None,
            title_fits=title_least <= lengths[0] <= title_most,
            desc_fits=desc_least <= lengths[1] <= desc_most,
            accepted=bool(title and desc)
            and not found
            and lengths[0] <= title_most
            and lengths[1] <= desc_most,
        )
