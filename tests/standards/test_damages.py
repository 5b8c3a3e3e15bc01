"""Every small damage to the reference standard is named once, with level, code and line, in plain Chinese."""

import re

import pytest

from standards.parsing import parse_file
from tests.standards.seed import DATA, TEXT, inserted, replaced, without


def errors(text: str) -> list[tuple[str, str | None, str | None, int | None]]:
    return [(e.kind, e.level, e.code, e.line) for e in parse_file(text.encode(), "standard.txt").errors]


def cut(line: int, first: str, second: str) -> str:
    """The text without what stands from one code up to the next one in a line."""
    row = TEXT.split("\n")[line - 1]
    return replaced(line, row[row.index(first) : row.index(second)], "")


SINGLE = {
    "requirement missing": (cut(182, "1.1.3 ", "1.1.4 "), ("gap", "初级", "1.1.3", 182)),
    "code lost": (replaced(182, "1.1.3 ", ""), ("gap", "初级", "1.1.3", 182)),
    "code twice": (replaced(182, "1.1.3 ", "1.1.2 "), ("duplicate_code", "初级", "1.1.2", 182)),
    "code order": (
        replaced(183, "1.2.2 能熟练", "1.2.3 能熟练", text=replaced(183, "1.2.3 能在", "1.2.2 能在")),
        ("out_of_order", "初级", "1.2.2", 183),
    ),
    "requirement under wrong task": (
        replaced(183, "1.2.2 ", "1.3.2 "),
        ("requirement_wrong_task", "初级", "1.3.2", 183),
    ),
    "paragraph under wrong task": (
        replaced(190, "<p>2.2.4 ", "<p>2.3.4 "),
        ("requirement_wrong_task", "初级", "2.3.4", 190),
    ),
    "letter for a digit": (replaced(182, "1.1.1 ", "1.1.l "), ("letter_for_digit", "初级", "1.1.1", 182)),
    "letter inside a code": (replaced(203, "1.2.3 ", "1.2.O3 "), ("letter_for_digit", "中级", "1.2.3", 203)),
    "letter in a task": (replaced(183, "\t1.2 ", "\tl.2 "), ("letter_for_digit", "初级", "l.2", 183)),
    "letter in an area": (replaced(182, "1. 社交", "l. 社交"), ("letter_for_digit", "初级", "l", 182)),
    "code without a dot": (replaced(182, "1.1.4 ", "1.14 "), ("malformed_code", "初级", "1.1.4", 182)),
    "code with a space": (replaced(182, "1.1.4 ", "1.1. 4 "), ("malformed_code", "初级", "1.1.4", 182)),
    "code with a comma": (replaced(182, "1.1.4 ", "1.1，4 "), ("malformed_code", "初级", "1.1.4", 182)),
    "code cut short": (replaced(182, "1.1.4 ", "1.1 "), ("malformed_code", "初级", "1.1.4", 182)),
    "no code at all": (replaced(184, "1.3.1 ", ""), ("missing_code", "初级", "1.3", 184)),
    "empty requirement": (
        replaced(205, "2.1.2 能掌握信息流广告后台层级关系及逻辑，完成投放前基本设置。", "2.1.2"),
        ("empty_requirement", "中级", "2.1.2", 205),
    ),
    "task without requirements": (
        replaced(185, TEXT.split("\n")[184].split("\t")[2], ""),
        ("task_without_requirements", "初级", "1.4", 185),
    ),
    "task under wrong area": (replaced(183, "\t1.2 ", "\t3.2 "), ("task_wrong_area", "初级", "3.2", 183)),
    "area cell lost": (replaced(186, "2. 社会化媒体运营\t", "\t"), ("task_wrong_area", "初级", "2.1", 186)),
    "area number lost": (replaced(186, "2. 社会化", "社会化"), ("missing_code", "初级", None, 186)),
    "area number skipped": (replaced(192, "3. 短视频", "4. 短视频"), ("gap", "初级", "3", 192)),
    "area number twice": (replaced(186, "2. 社会", "1. 社会"), ("duplicate_code", "初级", "1", 186)),
    "task cell lost": (replaced(183, "\t1.2 内容发布\t", "\t\t"), ("missing_task", "初级", "1.2", 183)),
    "task number lost": (replaced(183, "\t1.2 内容", "\t内容"), ("missing_code", "初级", None, 183)),
    "task name lost": (replaced(183, "1.2 内容发布", "1.2"), ("missing_name", "初级", "1.2", 183)),
    "task twice": (replaced(184, "\t1.3 ", "\t1.2 "), ("duplicate_code", "初级", "1.2", 184)),
    "task missing": (without(184), ("gap", "初级", "1.3", 184)),
    "column missing": (
        replaced(183, "\t1.2 内容发布\t", "\t1.2 内容发布 "),
        ("wrong_columns", "初级", "1.2", 183),
    ),
    "column too many": (replaced(191, "\t<p>2.3.1", "\t\t<p>2.3.1"), ("wrong_columns", "初级", "2.3", 191)),
    "tabs lost": (replaced(189, "\t\t<p>2.1.3", "<p>2.1.3"), ("wrong_columns", "初级", "2.1.3", 189)),
    "column order": (
        replaced(181, "工作领域\t工作任务", "工作任务\t工作领域"),
        ("wrong_column_order", "初级", None, 181),
    ),
    "caption missing": (without(199), ("missing_caption", "中级", None, 200)),
    "caption emptied": (replaced(199, TEXT.split("\n")[198], ""), ("missing_caption", "中级", None, 201)),
    "first caption missing": (without(179), ("missing_caption", "初级", None, 180)),
    "last caption missing": (without(227), ("missing_caption", "高级", None, 228)),
    "caption without level": (replaced(199, "（中级）", ""), ("caption_without_level", None, "表 2", 199)),
    "unknown level": (replaced(199, "（中级）", "（特级）"), ("caption_without_level", None, "表 2", 199)),
    "level twice": (replaced(227, "（高级）", "（中级）"), ("duplicate_level", "中级", "表 3", 227)),
    "level missing": (
        "\n".join(TEXT.split("\n")[:226] + TEXT.split("\n")[254:]),
        ("missing_level", "高级", None, None),
    ),
    "other occupation": (
        replaced(199, "新媒体营销职业", "网店运营推广职业"),
        ("caption_other_occupation", "中级", "表 2", 199),
    ),
    "letter in a caption": (replaced(179, "表 1", "表 l"), ("letter_for_digit", "初级", "表 l", 179)),
    "markup": (replaced(190, "了解并掌握", "<b>了解</b>并掌握"), ("markup", "初级", None, 190)),
    "entity": (replaced(190, "了解并掌握", "了解&nbsp;并掌握"), ("markup", "初级", None, 190)),
    "term twice": (replaced(71, "3.2 ", "3.1 "), ("duplicate_term", None, "3.1", 71)),
    "bibliography twice": (replaced(258, "[2]", "[1]"), ("duplicate_reference", None, "[1]", 258)),
    "area skipped in the middle": (replaced(245, "4. 直播", "5. 直播"), ("gap", "高级", "4", 245)),
    "four columns": (replaced(253, "HTML5 营销\t", "HTML5\t营销\t"), ("wrong_columns", "高级", "5.3", 253)),
    "first code of a cell lost": (
        replaced(190, "<p>2.2.1 能", "<p>能"),
        ("missing_code", "初级", "2.2", 190),
    ),
    "a character lost before": (replaced(190, "了解并", "了\ufffd并"), ("lost_character", None, None, 190)),
    "standard code missing": (without(5), ("missing_standard_code", None, None, 9)),
    "version missing": (without(7), ("missing_version", None, None, 9)),
    "title missing": (without(3), ("missing_title", None, None, 1)),
}


# What the sentence of each kind says, in the users' words.
WORDS = {
    "gap": "之前缺少",
    "duplicate_code": "前面已经用过",
    "out_of_order": "按编号从小到大排列",
    "requirement_wrong_task": "放在了工作任务",
    "task_wrong_area": "放在了工作领域",
    "letter_for_digit": "请改成数字",
    "malformed_code": "三段编号",
    "missing_code": "编号",
    "missing_name": "没有名称",
    "missing_task": "前面缺少工作任务",
    "missing_caption": "前面没有表题",
    "missing_level": "没有找到高级的要求表",
    "empty_requirement": "没有内容",
    "task_without_requirements": "下面没有职业技能要求",
    "wrong_columns": "应有 3 列",
    "wrong_column_order": "请调整列的数目和顺序",
    "caption_without_level": "没有写明等级",
    "caption_other_occupation": "而本标准是“新媒体营销”",
    "duplicate_level": "一个等级只能有一张表",
    "markup": "去掉标记",
    "lost_character": "读不出的字",
    "duplicate_term": "前面已经用过",
    "duplicate_reference": "前面已经用过",
    "missing_standard_code": "补上标准代码",
    "missing_version": "没有找到版本",
    "missing_title": "没有找到以“职业技能等级标准”结尾的标题",
}


@pytest.mark.parametrize("name", SINGLE)
def test_one_damage_is_one_fault_that_says_what_where_and_what_to_do(name):
    text, expected = SINGLE[name]
    assert errors(text) == [expected]
    (error,) = parse_file(text.encode(), "standard.txt").errors
    assert WORDS[error.kind] in error.message
    assert re.search(r"请.*。$", error.message), error.message
    if error.level and error.line:
        assert f"第 {error.line} 行" in error.message


@pytest.mark.parametrize(
    ("data", "filename", "kind", "line"),
    [
        (b"", "a.txt", "empty_file", None),
        (b"\xef\xbb\xbf \r\n\t\r\n", "a.txt", "empty_file", None),
        ("今天的会议记录\n第一项\n".encode(), "a.txt", "not_a_standard", None),
        (DATA.replace("帐号".encode(), b"\xe5\xb8\xff", 1), "a.txt", "undecodable", 157),
        (DATA[:2000] + b"\x00" + DATA[2000:], "a.txt", "undecodable", DATA[:2000].count(b"\n") + 1),
        (b"\xff\xfe" + DATA[:2001], "a.txt", "undecodable", 1),
        (DATA, "a.xlsx", "unknown_format", None),
        ("职业技能\n等级\n".encode() + b"\xff\xff\xff\n", "a.txt", "undecodable", 3),
    ],
)
def test_unreadable_files_are_one_fault(data, filename, kind, line):
    parsed = parse_file(data, filename)
    assert [(e.kind, e.line) for e in parsed.errors] == [(kind, line)]
    assert parsed.tree is None


def test_all_faults_in_one_run():
    text = replaced(182, "1.1.3 ", "l.1.3 ")
    text = replaced(203, "1.2.3 ", "1.2.2 ", text=text)
    text = replaced(227, "新媒体营销职业", "网店运营推广职业", text=text)
    text = replaced(258, "[2]", "[1]", text=text)
    assert errors(text) == [
        ("letter_for_digit", "初级", "1.1.3", 182),
        ("duplicate_code", "中级", "1.2.2", 203),
        ("caption_other_occupation", "高级", "表 3", 227),
        ("duplicate_reference", None, "[1]", 258),
    ]


def test_moved_requirement_is_one_fault():
    row = TEXT.split("\n")[182]
    piece = row[row.index("1.2.2 ") : row.index("1.2.3 ")]
    text = replaced(184, "1.3.2 ", piece + "1.3.2 ", text=replaced(183, piece, ""))
    assert errors(text) == [("requirement_wrong_task", "初级", "1.2.2", 184)]


def test_stray_line_in_a_table_is_named():
    assert errors(inserted(192, "这一行不是表格的内容。")) == [
        ("wrong_columns", "初级", None, 192),
    ]


def test_a_line_without_end_is_refused_at_once():
    assert errors(replaced(182, "能及时完成", "1.1. " * 200_000)) == [("line_too_long", None, None, 182)]
