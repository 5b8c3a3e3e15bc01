"""What a bibliography entry names: the rule's title, the number it was issued under and its year, where printed."""

import re
from dataclasses import dataclass

# 教职成〔2021〕2号, GB/T 31282-2014
_NUMBER = re.compile(
    r"[（(]?((?:[\u4e00-\u9fff]{1,10}[〔\[［(（](?:19|20)\d{2}[〕\]］)）]\s*\d{1,6}\s*号)"
    r"|(?:(?:GB|[A-Z]{2})(?:/[TZ])?\s?\d{1,6}(?:\.\d{1,3}){0,3}\s?[-—–]\s?(?:19|20)\d{2}))[）)]?"
)
_BRACKET_YEAR = re.compile(r"[〔\[［(（]((?:19|20)\d{2})[〕\]］)）]")
_LAST_YEAR = re.compile(r"[.，,\-—–\s]((?:19|20)\d{2})\s*[.。]?\s*(?:[A-Za-z]{1,2}\s*)?$")
_KIND = re.compile(r"\[[A-Z](?:/[A-Z]+)?\].*$")
_PUBLISHED = re.compile(r"[.．](?:[^.．：:]{2,12})[：:][^.．]{2,30}[,，]\s*(?:19|20)\d{2}.*$")
# Title and number together name the rule where its state is kept (ReferenceCheck.document, 320 characters).
_LONGEST = 250


@dataclass(frozen=True)
class Designation:
    """``year`` and ``code`` are empty where none is printed; ``dated`` tells whether one edition alone is meant."""

    title: str
    code: str
    year: str

    @property
    def dated(self) -> bool:
        return bool(self.year)


def read_designation(text: str) -> Designation:
    """Take an entry apart; what cannot be told is left empty, and the title is then the whole text."""
    number = _NUMBER.search(text)
    code = re.sub(r"\s+", " ", number[1]) if number else ""
    year = ""
    if found := (
        _BRACKET_YEAR.search(code) or re.search(r"((?:19|20)\d{2})$", code) or _LAST_YEAR.search(text)
    ):
        year = found[1]
    return Designation(_title(text, number), code, year)


def _title(text: str, number: re.Match[str] | None) -> str:
    """The work's own title: between book-title marks, or what stands between author and publisher."""
    rest = text[: number.start()] if number else text
    rest = _PUBLISHED.sub("", _KIND.sub("", rest)).strip(" .。（(")
    if rest.startswith("《") and rest.endswith("》"):
        rest = rest[1:-1]
    elif "." in rest and not rest.startswith("《"):
        # 作者.题名: the author comes first and is no part of the title.
        rest = rest.split(".", 1)[1].strip()
    return (rest or text)[:_LONGEST]
