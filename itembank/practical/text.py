"""Reading untrusted JSON and comparing what people typed. Shared by the scorers of all kinds."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# Zero-width marks and the soft hyphen arrive with pasted text; nobody sees them, so nothing may depend on
# them.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)


def as_text(value: Any) -> str:
    """The text, or nothing when the value is no text."""
    return value if isinstance(value, str) else ""


def as_list(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def as_dict(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def dig(document: Any, path: str) -> Any:
    """Value at a dotted path, None where the path ends early."""
    for step in path.split("."):
        document = as_dict(document).get(step)
    return document


def clean(value: Any) -> str:
    """Text as a reader sees it: one form for full-width and half-width, no invisible marks, no outer
    blanks."""
    return _cleaned(as_text(value))


def fold(value: Any) -> str:
    """Text for comparing: `clean`, without any blanks, in lower case."""
    return _folded(as_text(value))


# A scorer looks for the same phrases in the same texts over and over, and the publish gate scores each sample answer
# with a hundred keys.
@lru_cache(maxsize=2048)
def _cleaned(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).strip()


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return "".join(_cleaned(text).split()).lower()


def mentions(text: str, phrase: str) -> bool:
    """Whether the folded text contains the folded phrase. A number is not found inside a longer number,
    so that “9:00” is not seen in “19:00”. An empty phrase is never mentioned."""
    haystack, needle = fold(text), fold(phrase)
    if not needle:
        return False
    before = r"(?<!\d)" if needle[0].isdigit() else ""
    after = r"(?!\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, haystack) is not None


def mentions_any(text: str, phrases: Iterable[Any]) -> bool:
    """Whether one of the phrases is mentioned."""
    return any(mentions(text, as_text(phrase)) for phrase in phrases)


def shown(value: Any, limit: int = 24) -> str:
    """A short quotation for evidence. Control characters and lone surrogates cannot be stored or printed."""
    text = "".join(c for c in clean(value) if unicodedata.category(c) not in {"Cc", "Cs", "Cn", "Co"})
    return text if len(text) <= limit else text[:limit] + "…"
