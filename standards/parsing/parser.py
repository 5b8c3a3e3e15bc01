"""One file, one run: tree, faults, anomalies and what was mended."""

from dataclasses import dataclass, replace

from standards.parsing.anomalies import list_anomalies
from standards.parsing.audience import read_descriptions, read_majors
from standards.parsing.captions import read_caption
from standards.parsing.chapters import BIBLIOGRAPHY, MAJORS, NORMATIVE, REQUIREMENTS, TERMS, Chapters, divide
from standards.parsing.cover import TITLE_END, occupation_of, read_cover, read_preface
from standards.parsing.document import Document, Line, Row
from standards.parsing.findings import ERROR, Finding, Healing, Notes, in_file_order
from standards.parsing.levels import LEVELS, level_number
from standards.parsing.readers import read_document
from standards.parsing.references import read_bibliography, read_normative, read_terms
from standards.parsing.tables import TableReader
from standards.parsing.text import without_spaces
from standards.parsing.tree import StandardNode

# The longest row of a real standard has about a thousand characters; far beyond that line breaks are lost, and looking
# for codes in it would take minutes.
MAX_LINE = 20_000


@dataclass(frozen=True)
class Parsed:
    """``tree`` is None when the file is no standard at all; with errors it is what could be understood."""

    tree: StandardNode | None
    text: str
    findings: list[Finding]
    healings: list[Healing]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == ERROR]


def parse_file(data: bytes, filename: str) -> Parsed:
    """Understand a standard's file. Pure: the same bytes and ending of the name give the same answer."""
    notes = Notes()
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        notes.error("empty_file", "文件是空的，请选择有内容的标准文件。")
        return Parsed(None, "", notes.findings, [])
    document = read_document(data, filename, notes)
    if document is None:
        return Parsed(None, "", notes.findings, [])
    if not _is_standard(document):
        notes.error(
            "not_a_standard",
            "这份文件不像职业技能等级标准：没有“职业技能等级标准”的标题，也没有“表 N …职业技能等级要求（等级）”的表格。请核对选错文件没有。",
        )
        return Parsed(None, document.text, notes.findings, [])
    for block in document.blocks:
        length = max(map(len, block.cells)) if isinstance(block, Row) else len(block.text)
        if length > MAX_LINE:
            message = f"第 {block.number} 行有 {length} 个字，像是丢了换行，请恢复换行后再试。"
            notes.error("line_too_long", message, line=block.number)
    if notes.errors:
        return Parsed(None, document.text, _placed(notes.findings, document), [])
    tree = _build(document, notes)
    return Parsed(tree, document.text, _placed(notes.findings, document), notes.healings)


def _placed(findings: list[Finding], document: Document) -> list[Finding]:
    """In the file's order; of a Word or PDF file every message says where in the original its line stands."""
    return [
        replace(finding, message=f"{finding.message.removesuffix('。')}（原文件{place}）。")
        if place
        else finding
        for finding in in_file_order(findings)
        for place in [document.places.get(finding.line or 0)]
    ]


def _is_standard(document: Document) -> bool:
    for block in document.blocks:
        if isinstance(block, Line) and (
            read_caption(block.text) is not None or without_spaces(block.text).endswith(TITLE_END)
        ):
            return True
    return False


def _build(document: Document, notes: Notes) -> StandardNode:
    chapters = divide(document)
    standard = StandardNode()
    read_cover(chapters, standard, notes)
    if not standard.title:
        notes.error("missing_title", f"封面上没有找到以“{TITLE_END}”结尾的标题，请补上后再试。", line=1)
    read_preface(chapters, standard, notes)
    read_normative(chapters, standard, notes)
    read_terms(chapters, standard, notes)
    read_majors(chapters, standard, notes)
    tables = TableReader(
        title=standard.title,
        occupation=occupation_of(without_spaces(standard.title)),
        code=standard.code,
        notes=notes,
    )
    standard.levels = tables.read(chapters.of(REQUIREMENTS))
    named = read_descriptions(chapters, standard, notes)
    _check_levels(standard, named, tables.duplicates, notes)
    read_bibliography(chapters, standard, notes)
    _missing_chapters(chapters, notes)
    _lost_characters(document, notes)
    list_anomalies(standard, document, notes)
    return standard


def _check_levels(standard: StandardNode, named: list[str], duplicates: int, notes: Notes) -> None:
    """Levels the standard speaks of and has no table for; levels out of order; no tables at all."""
    found = [level.code for level in standard.levels]
    # Where nothing is said, the levels below the highest table must be there.
    wanted = set(named) | {
        level for level in LEVELS if found and level_number(level) < max(map(level_number, found))
    }
    missing = [level for level in LEVELS if level in wanted and level not in found]
    if not found and not missing:
        notes.error(
            "missing_level",
            "文件里没有找到任何等级的要求表，请补上“表 N …职业技能等级要求（等级）”及其表格。",
        )
    # A second table of one level under a wrong caption is one fault, said at that caption.
    for level in missing[duplicates:]:
        notes.error(
            "missing_level",
            f"标准提到了{level}，但没有找到{level}的要求表，请补上这张表，或核对各表题里的等级。",
            level=level,
        )
    if found != sorted(found, key=level_number) and not duplicates:
        notes.error("level_order", f"各表的等级次序是{'、'.join(found)}，应从低到高排列，请核对表题。")


def _lost_characters(document: Document, notes: Notes) -> None:
    """U+FFFD is what some program put where it could not read a character: the text is not as printed."""
    for block in document.blocks:
        text = "".join(block.cells) if isinstance(block, Row) else block.text
        if "\ufffd" in text:
            message = f"第 {block.number} 行有读不出的字（显示为“\ufffd”），请对照原件补上后再试。"
            notes.error("lost_character", message, line=block.number)


def _missing_chapters(chapters: Chapters, notes: Notes) -> None:
    for name, title in (
        (NORMATIVE, "规范性引用文件"),
        (TERMS, "术语和定义"),
        (MAJORS, "适用院校专业"),
        (BIBLIOGRAPHY, "参考文献"),
    ):
        if name not in chapters.blocks:
            notes.warn("missing_chapter", f"没有找到“{title}”一章，这一部分为空，请核对原件。")
