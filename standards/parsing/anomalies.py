"""Suspicious places of the wording, listed for a person and never corrected.

Each rule is a pattern of transcription and typing slips in Chinese office text, not knowledge of one standard.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from standards.parsing.captions import read_caption
from standards.parsing.document import Document, Line
from standards.parsing.findings import Notes
from standards.parsing.text import CJK
from standards.parsing.tree import StandardNode


@dataclass(frozen=True)
class _Passage:
    text: str
    line: int
    level: str | None
    code: str | None
    where: str


@dataclass(frozen=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    message: str
    suggestion: str


_RULES = (
    # Abbreviations are upper-case (SEM, GIF) or mixed (Html5); a whole lower-case word is a left-over of a transcription.
    _Rule(
        "stray_latin",
        re.compile(r"(?<![A-Za-z0-9./@_-])[a-z]{3,}(?![A-Za-z0-9./@_-])"),
        "夹着英文单词“{text}”，像是转录时留下的",
        "对照原件，换成原来的中文",
    ),
    _Rule(
        "missing_word",
        re.compile(r"(?<=能)够?(?:自身|自己|其自身)(?=[^，。；]{0,8}(?:目标|需求|情况|特点|定位))"),
        "“能{text}”之间像是少了一个动词或介词",
        "对照原件，可能少了“根据”“结合”或“依托”",
    ),
    _Rule(
        "wrong_character",
        re.compile(
            r"(?<![思所设理猜料预])想(?=(?:用户|消费者|客户|受众|公众|目标人群)(?:传递|传达|提供|展示|推送|推荐|说明))"
        ),
        "“{text}”像是“向”字之误",
        "对照原件，可能是“向”",
    ),
    _Rule(
        "doubled_word",
        re.compile(
            r"([的了能和与及在对为按])\1|([，。；、：])\2|[。；，]\s?[.,;:]|(能够|根据|通过|进行|完成|掌握)\3"
        ),
        "“{text}”重复了",
        "对照原件，可能多了一个",
    ),
)
_TRAILING_LATIN = re.compile(r"(?<=[.。])\s+[A-Za-z]{1,2}\s*$")
_TWO_SENTENCES = re.compile(rf"[。！？](?=\s*[{CJK}])")


def list_anomalies(standard: StandardNode, document: Document, notes: Notes) -> None:
    """Append one warning per suspicious place."""
    for passage in _passages(standard):
        for rule in _RULES:
            for match in rule.pattern.finditer(passage.text):
                message = rule.message.format(text=match[0])
                _warn(
                    notes,
                    rule.kind,
                    passage,
                    f"{message}，文字按原样保留，请对照原件。",
                    match[0],
                    rule.suggestion,
                )
    _bibliography(standard, notes)
    _requirements(standard, notes)
    _repeated(standard, notes)
    _captions(document, notes)
    _spelling(document, notes)


def _warn(notes: Notes, kind: str, passage: _Passage, message: str, text: str, suggestion: str) -> None:
    notes.warn(
        kind,
        f"第 {passage.line} 行，{passage.where}：{message}",
        line=passage.line,
        level=passage.level,
        code=passage.code,
        text=text,
        suggestion=suggestion,
    )


def _passages(standard: StandardNode) -> Iterator[_Passage]:
    for term in standard.terms:
        yield _Passage(term.definition, term.definition_line, None, term.number, f"术语 {term.number}")
    for level in standard.levels:
        for requirement in level.requirements:
            yield _Passage(
                requirement.text,
                requirement.line,
                level.code,
                requirement.code,
                f"{level.code} {requirement.code}",
            )
        yield _Passage(
            level.occupation_description, level.occupation_line, level.code, None, f"{level.code}的岗位说明"
        )
        yield _Passage(
            level.grading_description, level.grading_line, level.code, None, f"{level.code}的等级说明"
        )


def _bibliography(standard: StandardNode, notes: Notes) -> None:
    for entry in standard.bibliography:
        if match := _TRAILING_LATIN.search(entry.text):
            notes.warn(
                "stray_latin",
                f"第 {entry.line} 行，参考文献 [{entry.number}] 末尾多了字母“{match[0].strip()}”，文字按原样保留，请对照原件。",
                line=entry.line,
                code=f"[{entry.number}]",
                text=match[0].strip(),
                suggestion="对照原件，可能应删去",
            )


def _requirements(standard: StandardNode, notes: Notes) -> None:
    for level in standard.levels:
        for requirement in level.requirements:
            if not requirement.text:
                continue
            passage = _Passage(
                requirement.text,
                requirement.line,
                level.code,
                requirement.code,
                f"{level.code} {requirement.code}",
            )
            if _TWO_SENTENCES.search(requirement.text):
                message = "一条要求里有两句话，可能丢了后一条的编号，请对照原件。"
                _warn(notes, "two_sentences", passage, message, requirement.text, "核对是否缺少编号")
            elif requirement.text[-1] not in "。；！？.;”":
                message = "句末没有句号，可能没有写完，请对照原件。"
                _warn(
                    notes, "unfinished_sentence", passage, message, requirement.text[-12:], "核对句子是否完整"
                )


def _repeated(standard: StandardNode, notes: Notes) -> None:
    for level in standard.levels:
        first: dict[str, str] = {}
        for requirement in level.requirements:
            earlier = first.setdefault(requirement.text, requirement.code)
            if earlier == requirement.code:
                continue
            notes.warn(
                "repeated_text",
                f"第 {requirement.line} 行，{level.code} {requirement.code} 与 {earlier} 文字完全相同，两条都保留，请对照原件。",
                line=requirement.line,
                level=level.code,
                code=requirement.code,
                text=requirement.text,
                suggestion=f"核对是否应与 {earlier} 相同",
            )


def _captions(document: Document, notes: Notes) -> None:
    """One caption without a space where the others have one (or the other way round)."""
    spaced: dict[bool, list[tuple[Line, str]]] = defaultdict(list)
    for block in document.blocks:
        if isinstance(block, Line) and (caption := read_caption(block.text)) is not None:
            spaced[block.text.startswith("表 ") or block.text.startswith("续表 ")].append(
                (block, caption.label)
            )
    if len(spaced) < 2:
        return
    for line, label in min(spaced.values(), key=len):
        notes.warn(
            "caption_spacing",
            f"第 {line.number} 行的表题“{line.text[:4].strip()}…”空格与其他表题不同，已按“{label}”理解。",
            line=line.number,
            code=label,
            text=line.text,
            suggestion=f"统一写成“{label}”",
        )


def _spelling(document: Document, notes: Notes) -> None:
    """帐 and 账 for the same word in one file: searching folds them, the text stays."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, raw in enumerate(document.text.split("\n"), 1):
        for match in re.finditer("[帐账][号户]", raw):
            places[match[0]].append(number)
    if len({word[0] for word in places}) < 2:
        return
    listed = "、".join(
        f"“{word}”{len(lines)} 处（第 {lines[0]} 行起）" for word, lines in sorted(places.items())
    )
    rare = min(_by_character(places), key=lambda pair: len(pair[1]))
    notes.warn(
        "mixed_spelling",
        f"同一个词有两种写法：{listed}。文字按原样保留，查找时两种写法都能找到。",
        line=rare[1][0],
        text="、".join(sorted(places)),
        suggestion="如需统一，请在订正里注明",
    )


def _by_character(places: dict[str, list[int]]) -> Iterable[tuple[str, list[int]]]:
    merged: dict[str, list[int]] = defaultdict(list)
    for word, lines in places.items():
        merged[word[0]] += lines
    return merged.items()
