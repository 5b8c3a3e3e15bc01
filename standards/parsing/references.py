"""Chapters of references: normative documents (规范性引用文件), terms (术语) and the bibliography (参考文献)."""

import re

from standards.parsing.chapters import BIBLIOGRAPHY, NORMATIVE, TERMS, Chapters
from standards.parsing.document import Line
from standards.parsing.findings import Notes
from standards.parsing.paragraphs import joined
from standards.parsing.text import CJK, ends_sentence, heal_spaces, join_broken, plain_digits
from standards.parsing.tree import BibliographyNode, NormativeNode, StandardNode, TermNode

_NORMATIVE = re.compile(
    r"^((?:[A-Z]{2,6}(?:/[A-Z]{1,6})?|DB\d{2}(?:/T)?|T/[A-Z]+))\s*([0-9]+(?:[.\-][0-9]{1,3})*)(?:\s*[-—–]+\s*((?:19|20)\d{2}))?\s+(\S.*)$"
)
_TERM = re.compile(r"^(\d+\.\d+)\s*(\S.*)?$")
_ENGLISH = re.compile(rf"^(.*[{CJK}）)])\s*([A-Za-z][^{CJK}]*)?$")
_LONGEST_ENTRY = 3000
_ITEM = re.compile(r"^(?:[-*•]\s*)?[\[［](\d+)[\]］]\s*(.*)$")


def read_normative(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """``GB/T 31282-2014 title``: a year makes it a dated reference. Titles keep their spaces, they divide its parts."""
    seen: set[str] = set()
    open_node: NormativeNode | None = None
    for line in chapters.lines(NORMATIVE):
        match = _NORMATIVE.match(plain_digits(line.text))
        if match is None:
            if re.match(r"[A-Z]{2,}", line.text):
                message = f"第 {line.number} 行“{line.text[:20]}”像一条引用文件，但没有认出编号，请核对编号与名称之间的空格。"
                notes.warn("reference_not_read", message, line=line.number, text=line.text)
            elif open_node is not None and not ends_sentence(open_node.text) and not line.text.endswith("："):
                open_node.title = f"{open_node.title} {line.text}"
                open_node.text = f"{open_node.text} {line.text}"
                notes.heal("joined_paragraph", line.number, line.text)
            continue
        code = f"{match[1]} {match[2]}"
        open_node = NormativeNode(
            code, int(match[3]) if match[3] else None, match[4].strip(), line.text, line.number
        )
        key = f"{code}-{open_node.year}"
        if key in seen:
            notes.error(
                "duplicate_reference",
                f"第 {line.number} 行的规范性引用文件“{code}”前面已经列过，请删去重复的一条。",
                code=code,
                line=line.number,
            )
            continue
        seen.add(key)
        standard.normative.append(open_node)


def read_terms(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """``3.1 中文 English`` followed by its definition; a definition broken over a page is joined."""
    seen: set[str] = set()
    too_long: dict[str, int] = {}
    for line in joined(_names_on_number_lines(chapters.lines(TERMS)), notes, _TERM, _TERM):
        match = _TERM.match(plain_digits(line.text))
        if match and match[2]:
            if match[1] in seen:
                notes.error(
                    "duplicate_term",
                    f"第 {line.number} 行的术语编号 {match[1]} 前面已经用过，请核对编号。",
                    code=match[1],
                    line=line.number,
                )
            seen.add(match[1])
            printed = line.text[match.start(2) :].strip()
            named = _ENGLISH.match(printed)
            name, english = (named[1], named[2] or "") if named else (printed, "")
            standard.terms.append(TermNode(match[1], heal_spaces(name), english.strip(), "", line.number))
        elif standard.terms:
            term = standard.terms[-1]
            term.definition_line = term.definition_line or line.number
            if len(term.definition) > _LONGEST_ENTRY:
                # Said once: the next chapter's title is lost and everything after it would land here.
                too_long.setdefault(term.number, line.number)
                continue
            term.definition = f"{term.definition}\n{heal_spaces(line.text)}".strip()
    for number, at in too_long.items():
        message = f"术语 {number} 的定义到第 {at} 行还没有结束，请核对后面的章标题是否丢失。"
        notes.error("term_too_long", message, line=at, code=number)
    for term in standard.terms:
        if not term.definition:
            notes.warn(
                "term_without_definition",
                f"术语 {term.number}“{term.name}”（第 {term.line} 行）没有定义，请核对原件。",
                code=term.number,
                line=term.line,
            )


def _names_on_number_lines(lines: list[Line]) -> list[Line]:
    """Some standards print the number alone and the name on the next line."""
    result: list[Line] = []
    alone = False
    for line in lines:
        if alone:
            result[-1] = Line(result[-1].number, f"{result[-1].text} {line.text}")
        else:
            result.append(line)
        alone = not alone and re.fullmatch(r"\d+\.\d+", plain_digits(line.text)) is not None
    return result


def read_bibliography(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """``[1] text``, kept as printed; a line without a number continues the entry above."""
    too_long = 0
    for line in chapters.lines(BIBLIOGRAPHY):
        match = _ITEM.match(line.text)
        if match is None:
            if not standard.bibliography:
                continue
            if len(standard.bibliography[-1].text) > _LONGEST_ENTRY:
                too_long = too_long or line.number
            else:
                entry = standard.bibliography[-1]
                entry.text = join_broken(entry.text, line.text)
                notes.heal("joined_paragraph", line.number, line.text)
            continue
        number, expected = int(plain_digits(match[1])), len(standard.bibliography) + 1
        if any(entry.number == number for entry in standard.bibliography):
            notes.error(
                "duplicate_reference",
                f"第 {line.number} 行的参考文献编号 [{number}] 前面已经用过，请核对编号。",
                code=f"[{number}]",
                line=line.number,
            )
            continue
        if number != expected:
            notes.warn(
                "reference_order",
                f"第 {line.number} 行的参考文献编号是 [{number}]，按顺序应是 [{expected}]，请核对原件。",
                code=f"[{number}]",
                line=line.number,
            )
        standard.bibliography.append(BibliographyNode(number, match[2].strip(), line.number))
    if too_long:
        message = f"参考文献的一条到第 {too_long} 行还没有结束，请核对这里的编号是否丢失。"
        notes.error("reference_too_long", message, line=too_long)
