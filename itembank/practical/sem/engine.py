"""The auction: what an account may expect of one day in a frozen world.

Everything is whole numbers and fractions, so the same account gives the same figures on every machine. Each
query is auctioned against every frozen draw of its rivals and the results are averaged; there is no random
number here. Formulas and their sources: README.md.

Units: money in 1/10000 yuan, quality in millionths, rank scores in hundredths, fit and attraction in percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from itembank.practical.sem.account import Account, Creative, Word
from itembank.practical.text import fold

MILLION = 1_000_000
LEAST_ATTRACTION, MOST_ATTRACTION = 70, 120  # percent of the query's usual click rate
UNKNOWN_FIT = 20  # percent, of a page with a theme its author did not think of
RANK_OF_MATCH = {"exact": 0, "phrase": 1, "broad": 2}


class World:
    """A frozen world, ready for many auctions."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.slots: list[int] = data["slots"]
        self.queries: list[dict[str, Any]] = data["queries"]
        self.themes: dict[str, dict[str, str]] = data["themes"]
        self.synonyms = {fold(a): fold(b) for a, b in data["synonyms"].items()}
        self.vocabulary = {fold(word) for word in data["vocabulary"]}
        self.longest = max(map(len, self.vocabulary))
        self.texts = [fold(query["text"]) for query in self.queries]
        self.tokens = [{self._common(fold(token)) for token in query["tokens"]} for query in self.queries]

    @cached_property
    def draws(self) -> list[list[list[int]]]:
        """Per query and draw the rivals' rank scores, strongest first."""
        number = self.data["draws"]
        found = []
        for query in self.queries:
            flat = query["rivals"]
            width = len(flat) // number
            found.append([flat[i * width : (i + 1) * width] for i in range(number)])
        return found

    def kind(self, query: int) -> str:
        """`target`, `other` or `junk`."""
        return self.themes[self.queries[query]["theme"]]["kind"]

    def _common(self, token: str) -> str:
        return self.synonyms.get(token, token)

    def split(self, text: str) -> set[str]:
        """Words of a keyword: the longest known word first; what is unknown counts letter by letter."""
        found, at = set(), 0
        while at < len(text):
            size = next(
                (
                    n
                    for n in range(min(self.longest, len(text) - at), 1, -1)
                    if text[at : at + n] in self.vocabulary
                ),
                1,
            )
            found.add(self._common(text[at : at + size]))
            at += size
        return found

    def matched(self, word: Word) -> list[int]:
        """Queries that a keyword or negative keyword catches."""
        if word.match == "exact":
            return [i for i, text in enumerate(self.texts) if text == word.text]
        if word.match == "phrase":
            return [i for i, text in enumerate(self.texts) if word.text in text]
        wanted = self.split(word.text)
        return [i for i, tokens in enumerate(self.tokens) if wanted <= tokens]

    def fit(self, landing: str, query: int) -> int:
        """How well a page serves what the query is about, in percent."""
        fit: int = self.data["landings"][landing].get(self.queries[query]["theme"], UNKNOWN_FIT)
        return fit

    def quality(self, query: int, match: str, fit: int, attraction: int) -> int:
        """Quality from 1 to 10, in millionths. Whoever looks for something else finds nothing fitting, so
        the relevance of an unwanted query is half."""
        weights = self.data["quality"]
        clicked = MILLION * weights["ctr"] * attraction // (100 * MOST_ATTRACTION)
        relevant = MILLION * weights["relevance"] * self.data["relevance"][match] // 10_000
        if self.kind(query) == "junk":
            relevant //= 2
        return MILLION + 9 * (clicked + relevant + MILLION * weights["landing"] * fit // 10_000)

    def auction(self, query: int, bid: int, quality: int) -> tuple[int, int, int]:
        """Sums over all draws: times shown, click weight (percent of the first place), and click weight × price.

        The place is the number of stronger rivals; the price is what the next one forces, a tick more, and
        never above the own bid.
        """
        own, reserve, tick = bid * quality, self.data["reserve"] * MILLION, self.data["tick"] * 100
        if own < reserve:
            return 0, 0, 0
        slots, most = self.slots, bid * 100
        shown = weight = paid = 0
        for rivals in self.draws[query]:
            place, after = 0, reserve
            for rival in rivals:
                if rival * MILLION <= own:
                    after = max(reserve, rival * MILLION)
                    break
                place += 1
            if place < len(slots):
                shown += 1
                weight += slots[place]
                paid += slots[place] * min(after * 100 // quality + tick, most)
        return shown, weight, paid

    def day(self, query: int, bid: int, quality: int, fit: int, attraction: int, counted: int) -> "Flow":
        """What one query brings in a day without a budget. `counted` is the attraction of the creatives that
        passed the review: clicks on others bring no customer."""
        facts = self.queries[query]
        shown, weight, paid = self.auction(query, bid, quality)
        draws = self.data["draws"]
        chance = facts["volume"] * facts["ctr"] * attraction
        clicks = Fraction(chance * weight, draws * 10**8)
        buyers = Fraction(counted * facts["cvr"] * (5000 + 60 * fit), attraction * 10**9)
        return Flow(
            impressions=Fraction(facts["volume"] * shown, draws),
            clicks=clicks,
            cost=Fraction(chance * paid, draws * 10**8),
            conversions=clicks * buyers,
            value=clicks * buyers * facts["value"],
            quality=Fraction(facts["volume"] * shown * quality, draws),
        )


@dataclass(frozen=True)
class Flow:
    """Expected figures of a day; `cost` in 1/10000 yuan, `quality` weighted by impressions."""

    impressions: Fraction = Fraction(0)
    clicks: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)
    conversions: Fraction = Fraction(0)
    value: Fraction = Fraction(0)
    quality: Fraction = Fraction(0)

    def figures(self) -> tuple[Fraction, ...]:
        """All figures in the order of the fields."""
        return self.impressions, self.clicks, self.cost, self.conversions, self.value, self.quality

    def times(self, factor: Fraction) -> "Flow":
        """The same day with only a part of the auctions."""
        return self if factor == 1 else Flow(*(figure * factor for figure in self.figures()))


def combined(flows: Iterable[Flow]) -> Flow:
    """The sum of several flows."""
    figures = [flow.figures() for flow in flows]
    return Flow(*map(_sum, zip(*figures, strict=True))) if figures else Flow()


def _sum(parts: Sequence[Fraction]) -> Fraction:
    """Adding fractions pair by pair keeps their denominators small for longer than one by one."""
    parts = list(parts)
    while len(parts) > 1:
        halves = [a + b for a, b in zip(parts[::2], parts[1::2], strict=False)]
        parts = halves + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0]


@dataclass(frozen=True)
class Advert:
    """The advertisement of the account that takes part in a query's auctions."""

    campaign: int
    group: int
    word: Word
    bid: int
    quality: int
    fit: int
    attraction: int
    counted: int


def attraction(creative: Creative, word: Word, content: dict[str, Any]) -> int:
    """How much more or less than usual a creative is clicked, in percent."""
    text = creative.text
    return (
        LEAST_ATTRACTION
        + 15 * (creative.has_wildcard or word.text in text)
        + 15 * any(fold(point) in text for point in content["selling_points"])
        + 10 * any(character.isdigit() for character in text)
        + 10 * any(fold(call) in text for call in content["calls"])
    )


def adverts(
    world: World, account: Account, content: dict[str, Any], negatives: bool = True
) -> dict[int, Advert]:
    """Per query the one advertisement that runs: exact before phrase before broad, then the rank score."""
    best: dict[int, tuple[tuple[int, ...], Advert]] = {}
    for number, campaign in enumerate(account.campaigns):
        for place, group in enumerate(campaign.groups):
            if group.landing is None or not group.runs:
                continue
            banned = (campaign.negatives + group.negatives) if negatives else ()
            blocked = {query for word in banned for query in world.matched(word)}
            for position, word in enumerate(group.keywords):
                if not word.bid:
                    continue
                pulls = [attraction(creative, word, content) for creative in group.creatives]
                passed = [p for p, c in zip(pulls, group.creatives, strict=True) if c.accepted]
                for query in world.matched(word):
                    if query in blocked:
                        continue
                    fit = world.fit(group.landing, query)
                    quality = world.quality(query, word.match, fit, max(pulls))
                    rank = (RANK_OF_MATCH[word.match], -word.bid * quality, number, place, position)
                    if query not in best or rank < best[query][0]:
                        best[query] = (
                            rank,
                            Advert(
                                number,
                                place,
                                word,
                                word.bid,
                                quality,
                                fit,
                                max(pulls),
                                max(passed, default=0),
                            ),
                        )
    return {query: best[query][1] for query in sorted(best)}


def simulate(world: World, account: Account, running: dict[int, Advert]) -> Flow:
    """The day of the whole account.

    A plan that would spend more than its budget takes part in as many auctions as the budget pays for; the
    same holds for the account, whose budget is never above the one in the task.
    """
    plans: list[list[Flow]] = [[] for _ in account.campaigns]
    for query, ad in running.items():
        plans[ad.campaign].append(world.day(query, ad.bid, ad.quality, ad.fit, ad.attraction, ad.counted))
    flows = [
        _within(combined(flows), campaign.budget)
        for flows, campaign in zip(plans, account.campaigns, strict=True)
    ]
    budget = account.allowed if account.budget is None else min(account.budget, account.allowed)
    return _within(combined(flows), budget)


def _within(flow: Flow, budget: int | None) -> Flow:
    if budget is None or flow.cost <= budget * 100:
        return flow
    return flow.times(budget * 100 / flow.cost)


def interpolate(value: Fraction, points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Straight lines through points given from left to right; level outside of them."""
    if value <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0) if x1 > x0 else y1
    return points[-1][1]
