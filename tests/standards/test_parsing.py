"""The reference standard, counted by hand in process.md §2, in every encoding and layout."""

import hashlib

import pytest

from standards.parsing import parse_file
from tests.standards.seed import DATA, SEED, TEXT, inserted, line_of, replaced


@pytest.fixture(scope="module")
def parsed():
    return parse_file(DATA, SEED.name)


@pytest.fixture(scope="module")
def tree(parsed):
    assert parsed.errors == []
    return parsed.tree


def test_seed_is_byte_for_byte():
    assert (
        hashlib.sha256(DATA).hexdigest() == "504d75c843ff0db3bf9b85ac6d45db157b7f7fd68f52078d19a48afd07bf0cc7"
    )


def test_counts(tree):
    assert tree.counts() == {"levels": 3, "areas": 13, "tasks": 41, "requirements": 172}
    assert [(len(level.areas), len(level.tasks), len(level.requirements)) for level in tree.levels] == [
        (3, 10, 42),
        (5, 15, 61),
        (5, 16, 69),
    ]
    assert [[sum(len(t.requirements) for t in a.tasks) for a in level.areas] for level in tree.levels] == [
        [17, 13, 12],
        [13, 12, 12, 12, 12],
        [12, 17, 12, 15, 13],
    ]
    assert len(tree.normative) == 10
    assert len(tree.terms) == 16
    assert [entry.number for entry in tree.bibliography] == list(range(1, 32))
    assert len(tree.drafting_units) == 10
    assert len(tree.drafters) == 18
    assert [len(level.occupations) for level in tree.levels] == [4, 5, 5]


def test_majors_by_catalogue_and_school(tree):
    schools = ["中等职业学校", "高等职业学校", "高等职业教育本科学校", "应用型本科学校"]
    count = {
        (catalogue, school): sum((m.catalogue, m.school_type) == (catalogue, school) for m in tree.majors)
        for catalogue in ("old", "new")
        for school in schools
    }
    assert [count["old", school] for school in schools] == [19, 20, 18, 15]
    assert [count["new", school] for school in schools] == [17, 19, 18, 15]
    assert all(major.open_list and not major.name.endswith("等") for major in tree.majors)


def test_cover(tree):
    assert (tree.code, tree.version, tree.year) == ("530053", "2.0", 2021)
    assert tree.title == "新媒体营销职业技能等级标准"
    assert tree.publisher == "联创新世纪（北京）品牌管理股份有限公司"
    assert tree.metadata["released"] == "2021-12"
    assert tree.rights_notice.startswith("声明：本标准的知识产权归属于")


def test_names_are_healed_only_between_chinese_characters(tree):
    junior, middle, senior = tree.levels
    assert [area.name for area in middle.areas][3:] == ["社交网络自媒体内容推广", "短视频内容推广"]
    assert middle.areas[3].printed_name == "社交网络 自媒体内容 推广"
    assert middle.tasks[9].name == "内容定位与规划"
    assert senior.areas[1].name == "社会化媒体营销"
    assert senior.tasks[-1].name == "HTML5 营销"
    assert "KOL 投放优化师" in middle.occupations
    assert "5 分钟" in tree.terms[5].definition
    assert tree.normative[0].title == "品牌价值评价 互联网及相关服务"
    assert junior.occupations == ["企业微博运营", "企业微信公众号运营", "小红书帐号运营", "短视频运营"]


def test_twenty_six_places_are_mended(parsed):
    kinds = [healing.kind for healing in parsed.healings]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "repeated_header": 8,
        "continued_row": 7,
        "space_in_name": 9,
        "joined_paragraph": 2,
    }
    assert len(kinds) == 26


def test_both_descriptions_of_each_level(tree):
    for level in tree.levels:
        assert level.occupation_description.startswith("主要面向具有营销传播需求")
        assert level.grading_description.startswith("主要面向移动互联网企业")
    assert tree.levels[2].grading_description.endswith("根据营销需求实现营销效果。")


def test_terms_and_references(tree):
    term = tree.terms[7]
    assert (term.number, term.name, term.english) == ("3.8", "内容营销", "Content Marketing")
    assert term.definition.endswith("帮助树立品牌形象或促进产品销售的一种营销方式。")
    assert [(t.name, t.english) for t in tree.terms[12:14]] == [
        ("搜索引擎优化", "SEO"),
        ("搜索引擎营销", "SEM"),
    ]
    reference = tree.normative[1]
    assert (reference.code, reference.year, reference.dated) == ("GB/T 31232.2", 2014, True)
    assert reference.text == "GB/T 31232.2-2014 电子商务统计指标体系 第2部分：在线营销"
    assert tree.bibliography[4].text.endswith("2017. h")


def test_anomalies_are_listed_and_not_corrected(parsed, tree):
    listed = {(f.kind, f.level, f.code, f.line) for f in parsed.findings}
    assert {
        ("stray_latin", "高级", "2.4.4", 238),
        ("missing_word", "高级", "2.3.2", 237),
        ("wrong_character", None, "3.8", 97),
        ("stray_latin", None, "[5]", 261),
        ("caption_spacing", None, "表 2", 199),
        ("mixed_spelling", None, None, 273),
        ("repeated_text", "初级", "2.3.5", 191),
        ("repeated_text", "高级", "2.1.4", 235),
        ("repeated_text", "高级", "3.2.1", 243),
        ("repeated_text", "高级", "3.2.2", 243),
    } == listed
    texts = {(level.code, r.code): r.text for level in tree.levels for r in level.requirements}
    assert texts["高级", "2.4.4"] == "能结合营销推广的工作流程、执行效果和 related 数据，制作项目总结报告。"
    assert texts["高级", "2.3.2"].startswith("能自身营销目标")


def test_requirement_lines_point_into_the_file(tree):
    lines = TEXT.split("\n")
    for level in tree.levels:
        for requirement in level.requirements:
            assert f"{requirement.code} {requirement.text}" in lines[requirement.line - 1]
    lengths = [len(requirement.text) for level in tree.levels for requirement in level.requirements]
    assert min(lengths) >= 16


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("<p>", "").replace("</p>", "").encode(),
        TEXT.replace("\n工作领域", "\f\n工作领域").encode(),
    ],
    ids=["bom-crlf", "gb18030", "utf-16-le", "utf-16-be", "cr", "without-p", "form-feeds"],
)
def test_encodings_and_layouts_give_the_same_tree(tree, data):
    other = parse_file(data, "standard.txt")
    assert other.errors == []
    assert other.tree.canonical() == tree.canonical()


def markdown() -> str:
    """The seed as Markdown: headings, pipe tables, <br> between requirements."""
    out = []
    for line in TEXT.split("\n"):
        cells = line.split("\t")
        if len(cells) == 3:
            body = cells[2].replace("<p>", "").replace("</p> ", "<br>").replace("</p>", "")
            out.append(f"| {cells[0]} | {cells[1]} | {body} |")
            if cells[0] == "工作领域":
                out.append("| --- | :---: | --- |")
        elif line.startswith("表"):
            out.append(f"**{line}**")
        elif line in ("参考文献", "前 言", "3 术语和定义", "4 适用院校专业"):
            out.append(f"## {line}")
        else:
            out.append(line)
    return "\n".join(out)


def test_markdown_gives_the_same_tree(tree):
    other = parse_file(markdown().encode(), "standard.md")
    assert other.errors == []
    assert other.tree.canonical() == tree.canonical()


def test_repeated_merged_cells_give_the_same_tree(tree):
    """A dump that repeats merged cells on every row."""
    lines, area, task = [], "", ""
    for line in TEXT.split("\n"):
        cells = line.split("\t")
        if len(cells) == 3 and cells[0] != "工作领域":
            area, task = cells[0] or area, cells[1] or task
            line = "\t".join((area, task, cells[2]))
        lines.append(line)
    other = parse_file("\n".join(lines).encode(), "standard.txt")
    assert other.errors == []
    assert other.tree.canonical() == tree.canonical()


def test_page_furniture_and_continued_captions_are_dropped(tree):
    text = inserted(196, "续表 1 新媒体营销职业技能等级要求（初级）")
    text = inserted(196, "— 9 —", text=text)
    text = inserted(196, "新媒体营销职业技能等级标准", text=text)
    other = parse_file(text.encode(), "standard.txt")
    assert other.errors == []
    assert other.tree.canonical() == tree.canonical()


def test_full_width_digits_are_digits(tree):
    text = replaced(182, "1.1.3 ", "１．１．３ ")
    other = parse_file(text.encode(), "standard.txt")
    assert other.errors == []
    assert other.tree.canonical() == tree.canonical()


def texts_with(cell: str) -> list[str]:
    """The requirements of 初级 1.4 when its cell is replaced."""
    line = line_of("1.4 用户互动管理")
    text = replaced(line, TEXT.split("\n")[line - 1].split("\t")[2], cell)
    parsed = parse_file(text.encode(), "standard.txt")
    assert parsed.errors == [], [e.message for e in parsed.errors]
    return [r.text for r in parsed.tree.levels[0].tasks[3].requirements]


@pytest.mark.parametrize(
    "sentence",
    [
        "能按第 4.2.1 条办理。",
        "能按 3.1.4 的要求办理。",
        "能参照 1.4.2 和 1.4.3 办理。",
        "能按照第1.4.2条办理；并核对1.4.2。",
        "能使用 2.0.1 版的工具。",
        "能完成“1.4.2”中的操作。",
        "能在 5 分钟内完成 3.5 倍的工作。",
    ],
)
def test_codes_inside_sentences_are_text(sentence):
    assert texts_with(f"1.4.1 {sentence} 1.4.2 能做乙。") == [sentence, "能做乙。"]
    assert texts_with(f"<p>1.4.1 {sentence}</p> <p>1.4.2 能做乙。</p>") == [sentence, "能做乙。"]


def test_ten_follows_nine():
    cell = " ".join(f"1.4.{n} 能做第{n}件事。" for n in range(1, 13))
    assert texts_with(cell) == [f"能做第{n}件事。" for n in range(1, 13)]


def test_requirements_without_full_stops_are_still_cut():
    assert texts_with("1.4.1 能做甲 1.4.2 能做乙 1.4.3 能做丙") == ["能做甲", "能做乙", "能做丙"]


def test_latin_straight_after_the_code():
    assert texts_with("1.4.1SEM 投放。1.4.2能做乙。") == ["SEM 投放。", "能做乙。"]


def test_cell_broken_over_a_page_is_joined():
    text = replaced(184, "能熟练查询后台多种分析统计数据。", "能熟练查询后台多种")
    text = inserted(185, "\t\t分析统计数据。", text=text)
    text = inserted(185, "工作领域\t工作任务\t职业技能要求", text=text)
    parsed = parse_file(text.encode(), "standard.txt")
    assert parsed.errors == []
    assert parsed.tree.levels[0].tasks[2].requirements[3].text == "能熟练查询后台多种分析统计数据。"


def test_two_levels_are_a_standard_when_it_says_so():
    lines = TEXT.split("\n")
    text = "\n".join(lines[:226] + lines[254:])
    text = text.replace("分为三个等级：初级、中级、高级", "分为两个等级：初级、中级")
    text = "\n".join(
        line for line in text.split("\n") if not line.startswith("【新媒体营销】（高级）") and line != "果。"
    )
    parsed = parse_file(text.encode(), "standard.txt")
    assert parsed.errors == []
    assert [level.code for level in parsed.tree.levels] == ["初级", "中级"]


def test_another_standard_of_the_form_needs_no_change_of_code():
    text = TEXT.replace("新媒体营销", "茶艺服务").replace("530053", "999001").replace("2.0 版", "3.1 版")
    other = parse_file(text.encode(), "tea.txt")
    assert other.errors == []
    assert (other.tree.code, other.tree.version, other.tree.title) == (
        "999001",
        "3.1",
        "茶艺服务职业技能等级标准",
    )
    assert other.tree.counts()["requirements"] == 172
