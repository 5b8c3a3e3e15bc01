"""The reference standard read: every count of process.md §2, the healings, the encodings."""

import hashlib
from collections import Counter

import pytest

from standards.parsing import parse_file

SHA256 = "504d75c843ff0db3bf9b85ac6d45db157b7f7fd68f52078d19a48afd07bf0cc7"


def test_the_file_is_kept_byte_for_byte(seed):
    assert hashlib.sha256(seed).hexdigest() == SHA256


def test_the_tree_has_every_level_area_task_and_requirement(parsed):
    assert parsed.errors == []
    tree = parsed.tree
    assert tree.counts() == {"levels": 3, "areas": 13, "tasks": 41, "requirements": 172}
    assert [(len(v.areas), len(v.tasks), len(v.requirements)) for v in tree.levels] == [
        (3, 10, 42), (5, 15, 61), (5, 16, 69),
    ]  # fmt: skip
    by_area = [
        [sum(len(t.requirements) for t in area.tasks) for area in level.areas] for level in tree.levels
    ]
    assert by_area == [[17, 13, 12], [13, 12, 12, 12, 12], [12, 17, 12, 15, 13]]


def test_the_cover_and_the_other_chapters(parsed):
    tree = parsed.tree
    assert (tree.code, tree.version, tree.year) == ("530053", "2.0", 2021)
    assert tree.title == "新媒体营销职业技能等级标准"
    assert tree.publisher == "联创新世纪（北京）品牌管理股份有限公司"
    assert tree.metadata["released"] == "2021-12"
    assert tree.rights_notice.startswith("声明：本标准的知识产权")
    assert (len(tree.normative), len(tree.terms), len(tree.bibliography)) == (10, 16, 31)
    assert (len(tree.drafting_units), len(tree.drafters)) == (10, 18)
    assert all(reference.dated for reference in tree.normative)
    assert [entry.number for entry in tree.bibliography] == list(range(1, 32))


def test_majors_of_both_catalogues(parsed):
    counted = Counter((major.catalogue, major.school_type) for major in parsed.tree.majors)
    assert list(counted.values()) == [19, 20, 18, 15, 17, 19, 18, 15]
    assert all(major.open_list for major in parsed.tree.majors)
    assert not any(major.name.endswith("等") for major in parsed.tree.majors)


def test_occupations_and_both_descriptions(parsed):
    levels = parsed.tree.levels
    assert [len(level.occupations) for level in levels] == [4, 5, 5]
    assert levels[1].occupations[3] == "KOL 投放优化师"
    assert all(level.occupation_description != level.grading_description for level in levels)
    assert levels[2].grading_description.endswith("根据营销需求实现营销效果。")


def test_what_the_page_layout_broke_is_mended_and_nothing_else(parsed):
    names = [area.name for level in parsed.tree.levels for area in level.areas]
    assert "社交网络自媒体内容推广" in names
    assert "短视频内容推广" in names
    tasks = [task.name for level in parsed.tree.levels for task in level.tasks]
    assert "HTML5 营销" in tasks
    assert not any(" " in name for name in names)
    assert Counter(healing.kind for healing in parsed.healings) == {
        "repeated_header": 8, "continued_row": 7, "space_in_name": 9, "joined_paragraph": 2,
    }  # fmt: skip
    term = next(term for term in parsed.tree.terms if term.number == "3.8")
    assert "帮助树立品牌形象" in term.definition
    assert "想用户" in term.definition


def test_wording_is_left_as_printed(parsed):
    senior = {requirement.code: requirement.text for requirement in parsed.tree.levels[2].requirements}
    assert "执行效果和 related 数据" in senior["2.4.4"]
    assert senior["2.3.2"].startswith("能自身营销目标")
    assert senior["1.1.3"] == senior["2.1.4"]


@pytest.mark.parametrize(
    ("kind", "level", "code", "line"),
    [
        ("stray_latin", "高级", "2.4.4", 238),
        ("missing_word", "高级", "2.3.2", 237),
        ("wrong_character", None, "3.8", 97),
        ("stray_latin", None, "[5]", 261),
        ("caption_spacing", None, "表 2", 199),
        ("mixed_spelling", None, None, 273),
        ("repeated_text", "初级", "2.3.5", 191),
    ],
)
def test_suspicious_places_are_listed(parsed, kind, level, code, line):
    assert (kind, level, code, line) in {(f.kind, f.level, f.code, f.line) for f in parsed.findings}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_give_the_same_standard(seed, parsed, encoding, newline):
    other = parse_file(seed.decode().replace("\n", newline).encode(encoding), "standard.txt")
    assert other.tree.canonical() == parsed.tree.canonical()
    assert other.findings == parsed.findings


def test_a_markdown_file_is_read_too(seed, parsed):
    assert parse_file(seed, "standard.md").tree.canonical() == parsed.tree.canonical()


def test_a_code_inside_a_sentence_is_no_requirement(changed):
    data = changed(
        ("1.1.3 能及时完成自媒体帐号的申请开通操作。", "1.1.3 能按照 1.1.4 的要求完成申请（见 1.1.2）。")
    )
    level = parse_file(data, "a.txt").tree.levels[0]
    assert [r.code for r in level.requirements][:5] == ["1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5"]
    assert level.requirements[2].text == "能按照 1.1.4 的要求完成申请（见 1.1.2）。"


def test_another_standard_of_the_form_needs_no_change_of_code(seed):
    text = (
        seed.decode()
        .replace("新媒体营销", "茶艺服务")
        .replace("530053", "999001")
        .replace("2.0 版", "3.1 版")
    )
    other = parse_file(text.encode(), "tea.txt")
    assert other.errors == []
    assert (other.tree.code, other.tree.version, other.tree.title) == (
        "999001",
        "3.1",
        "茶艺服务职业技能等级标准",
    )
    assert other.tree.counts()["requirements"] == 172


def test_every_requirement_text_stands_in_the_file(seed, parsed):
    text = "".join(seed.decode().split())
    for level in parsed.tree.levels:
        for requirement in level.requirements:
            assert "".join(f"{requirement.code}{requirement.text}".split()) in text
