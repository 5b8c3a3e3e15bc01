"""Whom the standard is for: majors by catalogue and school type, occupations and both descriptions per level."""

import re

from standards.parsing.captions import read_caption
from standards.parsing.chapters import MAJORS, OCCUPATIONS, REQUIREMENTS, Chapters
from standards.parsing.document import Line
from standards.parsing.findings import Notes
from standards.parsing.levels import LEVEL_PATTERN
from standards.parsing.paragraphs import joined
from standards.parsing.text import heal_spaces, plain_digits, split_list
from standards.parsing.tree import MajorNode, StandardNode

OLD, NEW, SINGLE = "old", "new", "single"
_SECTION = re.compile(r"^\d+\.\d+\s*\S")
_SCHOOLS = re.compile(r"^(\S{2,20}?(?:学校|院校|本科|专科|大学|学院))\s*[:：]\s*(.+)$")
_MAJOR_STARTS = re.compile(rf"{_SECTION.pattern}|^\S{{2,20}}(?:学校|院校|本科|专科|大学|学院)\s*[:：]")
_DESCRIPTION = re.compile(rf"^[【\[［]?[^】\]］（(]*[】\]］]?\s*[（(]({LEVEL_PATTERN})[)）]\s*[:：]\s*(.+)$")
_DESCRIPTION_STARTS = re.compile(rf"{_SECTION.pattern}|{_DESCRIPTION.pattern}")
_WORK = re.compile(r"(?:完成|从事|胜任|面向)([^，。；：]+?)等(?:相关)?(?:工作|岗位)")
_HOW_MANY = re.compile(r"分为\s*([两二三23])\s*个?等级\s*[:：]?([^。]*)")


def read_majors(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """``学校类型：甲、乙等。`` under 4.1 (原版目录, old) and 4.2 (新版目录, new); without sections: single."""
    catalogue = SINGLE
    headings: dict[str, str] = {}
    for line in joined(chapters.lines(MAJORS), notes, _MAJOR_STARTS, _SECTION):
        text = plain_digits(line.text)
        if (match := _SCHOOLS.match(line.text)) and not _SECTION.match(text):
            _majors_of(match[1], match[2], catalogue, line, standard, notes)
        elif _SECTION.match(text):
            catalogue = NEW if "新版" in text or "2021" in text else OLD
            headings[catalogue] = heal_spaces(line.text)
        elif "、" in line.text:
            message = f"第 {line.number} 行像一份专业名单，但没有认出院校类型（应写成“某某学校：甲、乙等。”），请核对。"
            notes.warn("majors_not_read", message, line=line.number, text=line.text[:40])
    standard.metadata["major_catalogues"] = headings


def _majors_of(
    school_type: str, listed: str, catalogue: str, line: Line, standard: StandardNode, notes: Notes
) -> None:
    body = listed.strip().rstrip("。.；;")
    open_list = body.endswith("等")
    seen = {
        node.name
        for node in standard.majors
        if (node.catalogue, node.school_type) == (catalogue, school_type)
    }
    for name in map(heal_spaces, split_list(body.removesuffix("等"))):
        if name in seen:
            notes.warn(
                "duplicate_major",
                f"第 {line.number} 行的专业“{name}”列了两次，只保留一次。",
                line=line.number,
                text=name,
            )
            continue
        seen.add(name)
        standard.majors.append(MajorNode(catalogue, school_type, name, open_list, line.number))


def read_descriptions(chapters: Chapters, standard: StandardNode, notes: Notes) -> list[str]:
    """Put both descriptions and the occupations into the levels already read.

    Returns the levels the standard says it has (from the descriptions and the sentence 分为三个等级：…).
    """
    occupations = _descriptions(chapters.lines(OCCUPATIONS), notes)
    intro = []
    for line in chapters.lines(REQUIREMENTS):
        # The descriptions of 6.1 stand before the tables.
        if read_caption(line.text) is not None:
            break
        intro.append(line)
    grading = _descriptions(intro, notes)
    for level in standard.levels:
        level.occupation_description, level.occupation_line = occupations.get(level.code, ("", 0))
        level.grading_description, level.grading_line = grading.get(level.code, ("", 0))
        for described, where in (
            (level.occupation_description, "第 5 章"),
            (level.grading_description, "6.1"),
        ):
            if not described and (occupations or grading):
                notes.warn(
                    "missing_description",
                    f"{where}里没有找到{level.code}的说明，请核对原件。",
                    level=level.code,
                )
        work = _WORK.search(level.occupation_description)
        if work:
            level.occupations = list(dict.fromkeys(map(heal_spaces, split_list(work[1]))))
        elif level.occupation_description:
            notes.warn(
                "occupations_not_read",
                f"没能从{level.code}的岗位说明里认出岗位名称（应写成“完成甲、乙等工作”），岗位列表为空。",
                level=level.code,
            )
    named = [*occupations, *grading]
    for line in intro:
        if match := _HOW_MANY.search(line.text):
            named += re.findall(LEVEL_PATTERN, match[2])
            standard.metadata["levels_sentence"] = heal_spaces(line.text)
    return list(dict.fromkeys(named))


def _descriptions(lines: list[Line], notes: Notes) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for line in joined(lines, notes, _DESCRIPTION_STARTS, _SECTION):
        if match := _DESCRIPTION.match(line.text):
            found.setdefault(match[1], (heal_spaces(match[2]), line.number))
        elif line.text.startswith(("【", "[", "［")):
            message = f"第 {line.number} 行像一个等级的说明，但没有认出等级（应写成“【名称】（等级）：…”），请核对。"
            notes.warn("description_not_read", message, line=line.number, text=line.text[:40])
    return found
