"""What a text says: ideas in real sentences, things that must not be said, and how much of it is copied.

Phrases are plain words, not regular expressions, so that authors can write them.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from itembank.practical import advertising
from itembank.practical.text import as_text, clean, fold, mentions_any

SENTENCE = re.compile(r"[^。!?;\n]+")
# A blank beside a figure or a Latin word is typography, not the end of a piece: “坏了 5 个”.
PIECE_END = re.compile(r"[,、]+|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
LEAST_SENTENCE = 4
LIST_PIECES, LIST_PIECE = 4, 4  # this many pieces, most of them this short: a heap of keywords
# “不过”, “不妨”, “怕不是” and their like hold a 不 that denies nothing.
NEGATED = re.compile(
    r"(?:(?<!怕)不(?![过妨如但仅只止])|没|无需|勿|别|禁止|谨防|避免|拒绝)[^，。！？；、,.!?;]{0,8}$"
)
# “最好先停用” is advice, not a superlative; the advertising rules cannot know what follows.
ADVICE = re.compile(r"最好(?=先|把|将|能|在|不|别|停|请|提|尽|通过|带|联系|私信|马上|立即)")


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in SENTENCE.findall(clean(text)) if part.strip()]


def real_sentences(text: str, least: int = LEAST_SENTENCE) -> list[str]:
    """Sentences of a least length that are no heap of keywords."""
    return [one for one in sentences(text) if len(one) >= least and not _heap(one)]


def _heap(sentence: str) -> bool:
    pieces = [piece.strip() for piece in PIECE_END.split(sentence) if piece.strip()]
    short = sum(len(piece) <= LIST_PIECE for piece in pieces)
    return len(pieces) >= LIST_PIECES and 10 * short > 7 * len(pieces)


def covers(text: str, phrases: Iterable[Any]) -> bool:
    """Whether one of the phrases stands in a real sentence: not in a scrap and not in a heap of keywords."""
    wanted = [as_text(phrase) for phrase in phrases]
    return any(mentions_any(sentence, wanted) for sentence in real_sentences(text))


def says(text: str, phrases: Iterable[Any]) -> bool:
    """Whether one of the phrases is said and not warned of: “请勿公开身份证号” asks for nobody's number."""
    plain = fold(text)
    for phrase in phrases:
        needle = fold(phrase)
        for match in re.finditer(re.escape(needle), plain) if needle else ():
            if not NEGATED.search(plain[: match.start()]):
                return True
    return False


def unlawful(text: str, law: str) -> list[advertising.Finding]:
    """What in the text is against the advertising law, in the order of the rules."""
    return advertising.violations(ADVICE.sub("", clean(text)), law)


def unquoted(text: Any, source: str, least: int, *, short_sentences: bool = False) -> str:
    """The cleaned text without what stands in the cleaned source so many characters in a row; with `short_sentences`
    also without sentences that stand there as they are, however short.

    A quotation becomes an end of sentence, so that what stood around it cannot grow into a new phrase."""
    said, asked = clean(text), clean(source)
    quoted = [False] * len(said)
    for start in range(len(said) - least + 1):
        if said[start : start + least] in asked:
            quoted[start : start + least] = [True] * least
    for match in SENTENCE.finditer(said) if short_sentences else ():
        if match.group().strip() in asked:
            quoted[match.start() : match.end()] = [True] * len(match.group())
    return "".join("\n" if mark else character for character, mark in zip(said, quoted, strict=True))


def letters(text: Any) -> str:
    """Folded text without punctuation, for comparing wordings."""
    return re.sub(r"[\W_]+", "", fold(text))


@lru_cache(maxsize=4096)
def contained(part: str, whole: str) -> Fraction:
    """Share of `part` that stands in `whole` in the same order, both given as `letters`.

    The longest common subsequence, in machine words: adding text to `whole` can only raise the share, so
    that a second fault in a copied reply never hides the copying.
    """
    if not part:
        return Fraction(0)
    places: dict[str, int] = {}
    for index, character in enumerate(part):
        places[character] = places.get(character, 0) | 1 << index
    every = (1 << len(part)) - 1
    unmatched = every
    for character in whole:
        hit = unmatched & places.get(character, 0)
        unmatched = (unmatched + hit | unmatched - hit) & every
    return Fraction(len(part) - unmatched.bit_count(), len(part))
