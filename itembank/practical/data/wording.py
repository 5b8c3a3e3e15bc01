"""What a conclusion says in the candidate's own words: ideas in real sentences, nothing repeated or copied.

Ideas are plain phrases, not regular expressions, so that authors can write them. A phrase may have gaps:
“预算…转” is said by “把预算的六成转给…”, both parts in this order in one sentence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from itembank.practical.text import clean, fold
from itembank.practical.wording import letters, sentences, unquoted

QUOTE = (
    14  # so many characters in a row from the brief are a quotation; shorter ones are the terms of the trade
)
GAP = "…"
REPEATED = 8  # so many characters in a row that come back are a repetition


def covers(parts: Iterable[str], phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands in one of the sentences."""
    patterns = [pattern for phrase in phrases if (pattern := _pattern(phrase))]
    return any(re.search(pattern, fold(part)) for part in parts for pattern in patterns)


def _pattern(phrase: str) -> str:
    pieces = [fold(piece) for piece in phrase.split(GAP)]
    return ".*?".join(_bounded(piece) for piece in pieces if piece)


def _bounded(piece: str) -> str:
    """A number is not found inside a longer number, nor a Latin word inside a longer one."""
    before, after = _border(piece[0]), _border(piece[-1])
    return (f"(?<!{before})" if before else "") + re.escape(piece) + (f"(?!{after})" if after else "")


def _border(character: str) -> str:
    if "0" <= character <= "9":
        return "[0-9]"
    return "[a-z]" if "a" <= character <= "z" else ""


def own_words(text: Any, brief: Sequence[str]) -> str:
    """The text without what is copied from the brief: repeating a task concludes nothing. A sentence that
    stands in the brief as it is counts as copied however short it is."""
    asked = "\n".join(clean(part) for part in brief)
    own = unquoted(text, asked, QUOTE, short_sentences=True)
    return "\n".join(part for part in own.split("\n") if letters(part))


def repeats(text: str) -> bool:
    """Whether more than a tenth of the sentences, or of the letters, say again what was said before."""
    parts = [letters(one) for one in sentences(text)]
    if len(set(parts)) * 10 < len(parts) * 9:
        return True
    whole = letters(text)
    runs = Counter(whole[start : start + REPEATED] for start in range(len(whole) - REPEATED + 1))
    again = sum(number - 1 for number in runs.values())
    return again * 10 > sum(runs.values())
