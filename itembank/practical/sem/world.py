"""Drawing a world from an author's description, once, when a task is made; and its hash.

The drawn numbers are kept in the task, not the seed: a later Python may draw differently, and a mark must
never change for that. Nothing here runs when an answer is scored.

A description names themes with their usual figures and words to be combined:

    {"seed": "…", "draws": 64, "quality": {…}, "relevance": {…}, "slots": […], "reserve": 120, "tick": 1,
     "landings": {page: {theme: percent}}, "vocabulary": […], "synonyms": {…},
     "themes": {id: {"name": "…", "kind": "target", "volume": 90, "ctr": 620, "cvr": 5000, "price": 800,
                     "value": 268, "rivals": 5, "cores": ["龙井礼盒"], "suffixes": ["", "价格"]}}}

`price` is the market's usual bid in cents; volume, rates and price vary from query to query around it.
"""

import hashlib
import json
from math import exp
from statistics import NormalDist
from typing import Any

from itembank.practical.sem.engine import World
from itembank.practical.text import fold

VARIETY = 0.3  # spread of the queries around their theme (standard deviation of the logarithm)
RIVALS = 0.35  # spread of the rivals' usual bids around the market price
DAYS = 0.22  # spread of one rival's bids from auction to auction
RIVAL_QUALITY = NormalDist(6, 1.5)
ENGINE = ("draws", "slots", "reserve", "tick", "quality", "relevance", "landings", "vocabulary", "synonyms")
COMPETITION = ((4, "高"), (3, "中"), (0, "低"))


def draw(description: dict[str, Any]) -> dict[str, Any]:
    """The world of a description. The same description gives the same world; a word that is added or removed
    moves no other."""
    themes = description["themes"]
    world: dict[str, Any] = {"format": 1, **{name: description[name] for name in ENGINE}}
    world["themes"] = {theme: {"name": t["name"], "kind": t["kind"]} for theme, t in themes.items()}
    world["queries"] = [
        _query(description, theme, core + suffix)
        for theme, facts in themes.items()
        for core in facts["cores"]
        for suffix in facts["suffixes"]
    ]
    world["description"] = description
    return sealed(world)


def planner(description: dict[str, Any]) -> list[dict[str, Any]]:
    """What a candidate's keyword planner shows of the drawn queries: search volume, price and competition,
    never the theme or the rates."""
    rows = []
    for theme, facts in description["themes"].items():
        level = next(name for least, name in COMPETITION if facts["rivals"] >= least)
        for core in facts["cores"]:
            for suffix in facts["suffixes"]:
                drawn = _figures(description, theme, core + suffix)
                rows.append(
                    {
                        "text": core + suffix,
                        "volume": drawn["volume"],
                        "price": drawn["price"] / 100,
                        "competition": level,
                    }
                )
    return rows


def sealed(world: dict[str, Any]) -> dict[str, Any]:
    """The world with its hash."""
    return {**{name: value for name, value in world.items() if name != "sha256"}, "sha256": digest(world)}


def digest(world: dict[str, Any]) -> str:
    """SHA-256 of everything in a world but the hash itself, in one form whatever the order of its keys."""
    plain = {name: value for name, value in world.items() if name != "sha256"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _normal(seed: str, *place: object) -> float:
    """A standard normal number that belongs to one place of the world alone."""
    name = "|".join([seed, *map(str, place)])
    high = int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")
    return NormalDist().inv_cdf((high + 0.5) / 2**48)


def _figures(description: dict[str, Any], theme: str, text: str) -> dict[str, int]:
    facts, seed = description["themes"][theme], description["seed"]

    def around(name: str, weight: float) -> int:
        return max(1, round(facts[name] * exp(VARIETY * weight * _normal(seed, text, name))))

    return {
        "volume": around("volume", 1),
        "ctr": around("ctr", 0.5),
        "cvr": around("cvr", 0.5),
        "price": around("price", 0.5),
    }


def _query(description: dict[str, Any], theme: str, text: str) -> dict[str, Any]:
    facts, seed = description["themes"][theme], description["seed"]
    drawn = _figures(description, theme, text)
    # A rival has its own usual bid and quality; only its bid moves from auction to auction.
    usual = [
        (
            drawn["price"] / 100 * exp(RIVALS * _normal(seed, text, "bid", rival)),
            min(max(RIVAL_QUALITY.mean + RIVAL_QUALITY.stdev * _normal(seed, text, "quality", rival), 2), 10),
        )
        for rival in range(facts["rivals"])
    ]
    rivals: list[int] = []
    for number in range(description["draws"]):
        scores = [
            round(100 * bid * quality * exp(DAYS * _normal(seed, text, "day", number, rival)))
            for rival, (bid, quality) in enumerate(usual)
        ]
        # Who stands behind the last place changes neither places nor prices.
        rivals += sorted(scores, reverse=True)[: len(description["slots"])]
    return {
        "text": text,
        "theme": theme,
        "tokens": tokens(description["vocabulary"], text),
        "volume": drawn["volume"],
        "ctr": drawn["ctr"],
        "cvr": drawn["cvr"],
        "value": facts["value"],
        "rivals": rivals,
    }


def tokens(vocabulary: list[str], text: str) -> list[str]:
    """The words of a query, as the engine splits keywords."""
    plain = {"vocabulary": vocabulary, "synonyms": {}, "queries": [], "slots": [], "themes": {}}
    return sorted(World(plain).split(fold(text)))
