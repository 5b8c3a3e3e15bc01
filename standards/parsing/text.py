"""White space, folding and digits of Chinese office text."""

import re
import unicodedata

# Han characters and the punctuation that is set as wide as one. Latin letters and digits are not in it on purpose:
# "HTML5 营销" and "5 分钟" keep their space.
CJK = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
CJK_POINTS = r"\u3001\u3002\u3008-\u3011\u3014-\u301b\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\u201c\u201d\u2018\u2019"
_BETWEEN_CJK = re.compile(rf"(?<=[{CJK}{CJK_POINTS}])\s+(?=[{CJK}{CJK_POINTS}])")
_HIDDEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_FINAL = "。：；！？.:;!?”…"
_LONGEST = 3000
_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")


def heal_spaces(text: str) -> str:
    """Remove white space between two CJK characters; elsewhere keep one space for any run of white space."""
    return " ".join(_BETWEEN_CJK.sub("", text).split())


def strip_hidden(text: str) -> str:
    """Remove characters of no width (zero-width space, soft hyphen, a byte order mark in the middle)."""
    return _HIDDEN.sub("", text)


def without_spaces(text: str) -> str:
    return "".join(text.split())


def plain_digits(text: str) -> str:
    """Full-width digits and full stops to ASCII ones: for numbers, never for wording."""
    return text.translate(_DIGITS)


def ends_sentence(text: str) -> bool:
    """Whether nothing may be joined to a text: it ends with a point, is empty, or is longer than any sentence."""
    if len(text) > _LONGEST:
        return True
    return text.rstrip()[-1:] in _FINAL if text.strip() else True


def join_broken(first: str, second: str) -> str:
    """Put a sentence broken over lines together: no space between two CJK characters, one elsewhere."""
    return heal_spaces(f"{first} {second}") if first else second


def fold(text: str) -> str:
    """Fold for searching, character by character so that positions stay: case, width, 账 as 帐."""
    folded = []
    for character in text:
        simple = unicodedata.normalize("NFKC", character).casefold()
        folded.append({"账": "帐"}.get(simple, simple) if len(simple) == 1 else character)
    return "".join(folded)


def split_list(text: str) -> list[str]:
    """Split 甲、乙（丙、丁）、戊 at the top level; commas inside brackets do not divide."""
    parts, depth, part = [], 0, ""
    for character in text:
        depth += (character in "（(《") - (character in "）)》")
        if character == "、" and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [piece.strip() for piece in [*parts, part] if piece.strip()]
