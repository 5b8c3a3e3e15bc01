"""Broken files: every fault with its level, code and line, in plain Chinese, and one message for one cause."""

import pytest

from standards.parsing import parse_file
from standards.parsing.findings import ERROR

R113 = "1.1.3 能及时完成自媒体帐号的申请开通操作。"
R112 = "1.1.2 掌握主流自媒体平台特性、申请规则与流程。 "
T12 = "1.2 内容发布\t1.2.1 能完成社交网络"

# name: (replacements, expected [(kind, level, code, line)] of the errors)
BROKEN = {
    "duplicate requirement": (
        [(R113, R113.replace("1.1.3", "1.1.2"))],
        [("duplicate_code", "初级", "1.1.2", 182)],
    ),
    "missing requirement": ([(R112, "")], [("gap", "初级", "1.1.2", 182)]),
    "requirement under a wrong task": (
        [("1.2.2 能熟练使用编辑排版工具", "1.3.2 能熟练使用编辑排版工具")],
        [("requirement_wrong_task", "初级", "1.3.2", 183)],
    ),
    "task under a wrong area": (
        [(T12, T12.replace("1.2 内", "3.2 内", 1))],
        [("task_wrong_area", "初级", "3.2", 183)],
    ),
    "duplicate task": ([(T12, T12.replace("1.2 内", "1.1 内", 1))], [("duplicate_code", "初级", "1.1", 183)]),
    "missing area number": ([("3. 短视频运营\t", "短视频运营\t")], [("missing_code", "初级", None, 192)]),
    "skipped area": ([("3. 短视频运营\t", "4. 短视频运营\t")], [("gap", "初级", "3", 192)]),
    "area number twice": ([("3. 短视频运营\t", "2. 短视频运营\t")], [("duplicate_code", "初级", "2", 192)]),
    "skipped area in the middle": ([("4. 直播营销\t", "5. 直播营销\t")], [("gap", "高级", "4", 245)]),
    "missing caption": (
        [("表2 新媒体营销职业技能等级要求（中级）", "")],
        [("missing_caption", "中级", None, 201)],
    ),
    "duplicate level": (
        [("表2 新媒体营销职业技能等级要求（中级）", "表2 新媒体营销职业技能等级要求（初级）")],
        [("duplicate_level", "初级", "表 2", 199)],
    ),
    "caption without a level": (
        [("表2 新媒体营销职业技能等级要求（中级）", "表2 新媒体营销职业技能等级要求")],
        [("caption_without_level", None, "表 2", 199)],
    ),
    "caption of another occupation": (
        [("表 3 新媒体营销职业", "表 3 直播电商职业")],
        [("caption_other_occupation", "高级", "表 3", 227)],
    ),
    "empty requirement": ([(R113, "1.1.3 ")], [("empty_requirement", "初级", "1.1.3", 182)]),
    "task without requirements": (
        [
            (
                "<p>3.3.1 对已发布视频内容进行管理，对用户评论以回复、点赞等多种方式进行互动。</p>",
                "",
            ),
            (
                "\t\t<p>3.3.2 能完成桌面端私信、设置快捷回复、常用回复、自动回复和消息卡片等多种消息管理功能的操作，"
                "提升用户沟通效率。</p> <p>3.3.3 能进行优质内容的持续维护，以获取热门视频推荐机会。</p> "
                "<p>3.3.4 能完成对活跃度高的用户进行管理和标注等操作，能理解对用户分层精准运营的意义。</p>",
                "",
            ),
        ],
        [("task_without_requirements", "初级", "3.3", 194)],
    ),
    "four columns": (
        [("\t5.3 HTML5 营销\t", "\t5.3 HTML5\t营销\t")],
        [("wrong_columns", "高级", "5.3", 253)],
    ),
    "two columns": ([("\t5.3 HTML5 营销\t", "5.3 HTML5 营销\t")], [("wrong_columns", "高级", "5.3", 253)]),
    "letter for a digit": ([(R112, "l" + R112[1:])], [("letter_for_digit", "初级", "1.1.2", 182)]),
    "letter in a task code": (
        [(T12, T12.replace("1.2 内", "l.2 内", 1))],
        [("letter_for_digit", "初级", "l.2", 183)],
    ),
    "requirement without a code": (
        [("<p>2.2.1 能完成社会化媒体内容的上传", "<p>能完成社会化媒体内容的上传")],
        [("missing_code", "初级", "2.2", 190)],
    ),
    "foreign markup": ([(R113, R113.replace("操作", "<b>操作</b>"))], [("markup", "初级", None, 182)]),
    "no standard code": ([("标准代码：530053", "")], [("missing_standard_code", None, None, 10)]),
    "no version": ([("（2021 年 2.0 版）", "")], [("missing_version", None, None, 10)]),
    "duplicate bibliography number": (
        [("- [7] 国家广播", "- [6] 国家广播")],
        [("duplicate_reference", None, "[6]", 263)],
    ),
    "duplicate term": ([("3.4 数字广告", "3.3 数字广告")], [("duplicate_term", None, "3.3", 79)]),
}


def errors_of(data: bytes, name: str = "broken.txt"):
    return [f for f in parse_file(data, name).findings if f.severity == ERROR]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_what_where_and_what_to_do(changed, name):
    pairs, expected = BROKEN[name]
    errors = errors_of(changed(*pairs))
    assert [(e.kind, e.level, e.code, e.line) for e in errors] == expected
    for error in errors:
        assert error.message.endswith("。")
        assert any("\u4e00" <= character <= "\u9fff" for character in error.message)


def test_all_faults_come_in_one_run(changed):
    errors = errors_of(
        changed(
            (R113, "1.1.3 "),
            ("<p>2.2.2 能根据既定的人群定向", "<p>2.2.9 能根据既定的人群定向"),
            ("\t5.3 HTML5 营销\t", "\t5.3 HTML5\t营销\t"),
        )
    )
    assert {(e.level, e.line) for e in errors} == {("初级", 182), ("中级", 209), ("高级", 253)}


@pytest.mark.parametrize(
    ("data", "name", "kind", "line"),
    [
        (b"", "a.txt", "empty_file", None),
        (b"\xef\xbb\xbf \r\n\r\n", "a.txt", "empty_file", None),
        ("买菜清单\n鸡蛋\n".encode(), "a.txt", "not_a_standard", None),
        ("职业技能等级标准".encode(), "a.xyz", "unknown_format", None),
        ("职业技能\n等级\n".encode() + b"\xff\xff\xff\n", "a.txt", "undecodable", 3),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(data, name, kind, line):
    assert [(e.kind, e.line) for e in errors_of(data, name)] == [(kind, line)]


def test_bytes_cut_in_the_middle_name_their_line(seed):
    position = seed.index("网络推广 Web".encode()) + 1
    (error,) = errors_of(seed[:position] + b"\xff" + seed[position:])
    assert (error.kind, error.line) == ("undecodable", 75)


def test_no_deletion_of_a_line_makes_the_parser_fail(seed):
    lines = seed.split(b"\n")
    for position in range(0, len(lines), 7):
        parse_file(b"\n".join(lines[:position] + lines[position + 1 :]), "a.txt")
