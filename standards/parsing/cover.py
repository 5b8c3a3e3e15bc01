"""The cover and the preface: title, code, version, publisher, who drafted it, whose rights it is."""

import re

from standards.parsing.chapters import COVER, PREFACE, SCOPE, Chapters
from standards.parsing.document import Line
from standards.parsing.findings import Notes
from standards.parsing.paragraphs import joined
from standards.parsing.text import heal_spaces, plain_digits, split_list, without_spaces
from standards.parsing.tree import StandardNode

TITLE_END = "职业技能等级标准"
_CODE = re.compile(r"^标准(?:代码|编号)[:：]?\s*(\S.*)$")
_VERSION = re.compile(r"(?:(\d{4})年)?(?:第)?[vV]?(\d+(?:\.\d+)*)版")
_PUBLISHER = re.compile(r"^(.+?)\s*(?:制定|发布|编制)$")
_RELEASED = re.compile(r"^(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?(?:发布)?$")
_UNITS = re.compile(r"^(?:本(?:标准|文件))?(?:主要)?(?:参与)?起草单位\s*[:：]\s*(.+)$")
_PEOPLE = re.compile(r"^(?:本(?:标准|文件))?(?:主要)?(?:参与)?起草人(?:员)?\s*[:：]\s*(.+)$")
_RIGHTS = re.compile(r"^(?:版权)?声明\s*[:：]?\s*(.*)$")
_PREFACE_START = re.compile(r"^(?:本(?:标准|文件)|声明|版权声明|主要起草)")
_ANYTHING = re.compile(r"^本(?:标准|文件)")


def occupation_of(title: str) -> str:
    """新媒体营销 of 新媒体营销职业技能等级标准: what captions must name."""
    return title.removesuffix(TITLE_END)


def read_cover(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """Fill title, code, version, year and publisher; errors for what makes a standard identifiable."""
    # Where the contents' title is missing its lines stay with the cover; they do no harm there.
    lines = chapters.lines(COVER)
    _title(lines, standard, notes)
    for line in lines:
        compact = plain_digits(without_spaces(line.text))
        if (match := _CODE.match(plain_digits(line.text))) and not standard.code:
            standard.code = match[1].strip()
        elif (match := _VERSION.search(compact)) and not standard.version:
            standard.version = match[2]
            standard.year = int(match[1]) if match[1] else None
        elif match := _RELEASED.match(compact):
            standard.metadata["released"] = f"{match[1]}-{int(match[2]):02d}" + (
                f"-{int(match[3]):02d}" if match[3] else ""
            )
            standard.year = standard.year or int(match[1])
        elif (match := _PUBLISHER.match(line.text)) and not standard.publisher:
            standard.publisher = heal_spaces(match[1])
    end = lines[-1].number if lines else 1
    if not standard.code:
        notes.error("missing_standard_code", "封面上没有找到“标准代码：”，请补上标准代码后再试。", line=end)
    elif not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,39}", standard.code):
        notes.error(
            "bad_standard_code",
            f"标准代码“{standard.code}”里有不该出现的字符，请核对封面。",
            code=standard.code,
            line=end,
        )
    if not standard.version:
        notes.error(
            "missing_version", "封面上没有找到版本，请补上类似“（2021 年 2.0 版）”的一行后再试。", line=end
        )


def _title(lines: list[Line], standard: StandardNode, notes: Notes) -> None:
    for position, line in enumerate(lines):
        healed = heal_spaces(line.text)
        if not without_spaces(healed).endswith(TITLE_END):
            continue
        name = healed[: healed.index("职业")] if "职业" in healed else healed
        if not name.strip() and position:
            # The title stands on two lines.
            healed = heal_spaces(f"{lines[position - 1].text} {healed}")
        if healed != line.text:
            notes.heal("space_in_name", line.number, line.text)
        standard.title = healed
        return


def read_preface(chapters: Chapters, standard: StandardNode, notes: Notes) -> None:
    """Fill drafting bodies and people, the rights notice and the other sentences of the preface."""
    others = []
    for line in joined(chapters.lines(PREFACE), notes, _PREFACE_START):
        if match := _UNITS.match(line.text):
            standard.drafting_units += _people(match[1])
        elif match := _PEOPLE.match(line.text):
            standard.drafters += _people(match[1])
        elif _RIGHTS.match(line.text):
            standard.rights_notice = line.text
        else:
            others.append(line.text)
    standard.metadata["preface"] = others
    standard.metadata["scope"] = [line.text for line in joined(chapters.lines(SCOPE), notes, _ANYTHING)]
    for names, word in ((standard.drafting_units, "主要起草单位"), (standard.drafters, "主要起草人")):
        if not names:
            notes.warn("missing_drafters", f"前言里没有找到“{word}”，请核对原件。")


def _people(text: str) -> list[str]:
    return [heal_spaces(name) for name in split_list(text.strip().rstrip("。."))]
