"""What changed between two versions: every rule by an example, and what holds for any two versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.difference import Place, chapter_change, compare, marked, renamed

A = "能完成社交网络自媒体内容上传、修改、发布等基本操作。"
B = "能熟练使用编辑排版工具，对自媒体内容进行编排与美化。"
C = "掌握主流平台的特性、申请规则与流程。"
D = "能及时处理用户提出的问题，并根据问题具体情况进行内部反馈。"


def place(code: str, text: str, *, level: str = "初级", task: str = "内容发布", area: str = "运营") -> Place:
    return Place(level, area, code.rsplit(".", 1)[0], task, code, text)


def told(old: list[Place], new: list[Place]) -> list[tuple[str, str | None, str | None]]:
    return [
        (change.label, change.old and change.old.code, change.new and change.new.code)
        for change in compare(old, new)
    ]


def test_a_requirement_put_in_renumbers_the_rest_and_changes_no_word():
    old = [place("1.1.1", A), place("1.1.2", B)]
    new = [place("1.1.1", C), place("1.1.2", A), place("1.1.3", B)]
    assert told(old, new) == [
        ("新增", None, "1.1.1"),
        ("改编号", "1.1.1", "1.1.2"),
        ("改编号", "1.1.2", "1.1.3"),
    ]


def test_a_requirement_taken_out_is_told_at_its_old_place():
    old = [place("1.1.1", A), place("1.1.2", C), place("1.1.3", B)]
    new = [place("1.1.1", A), place("1.1.2", B)]
    assert told(old, new) == [
        ("未变", "1.1.1", "1.1.1"),
        ("删去", "1.1.2", None),
        ("改编号", "1.1.3", "1.1.2"),
    ]


def test_another_wording_under_the_same_code_is_reworded():
    assert told([place("1.1.1", A)], [place("1.1.1", A.replace("修改", "修订"))]) == [
        ("改写", "1.1.1", "1.1.1")
    ]


def test_quite_another_text_under_the_same_code_is_another_requirement():
    assert told([place("1.1.1", A)], [place("1.1.1", D)]) == [
        ("新增", None, "1.1.1"),
        ("删去", "1.1.1", None),
    ]


def test_to_another_task_is_moved_and_to_another_level_too():
    moved = place("2.1.1", A, task="后台管理", area="管理")
    assert told([place("1.1.1", A)], [moved]) == [("移动", "1.1.1", "2.1.1")]
    assert told([place("1.1.1", A)], [place("1.1.1", A, level="中级")]) == [("移动", "1.1.1", "1.1.1")]


def test_reworded_and_renumbered_at_once_is_followed():
    old = [place("1.1.1", A), place("1.1.2", B)]
    new = [place("1.1.1", D), place("1.1.2", A.replace("基本操作", "操作")), place("1.1.3", B)]
    assert told(old, new) == [
        ("新增", None, "1.1.1"),
        ("改写、改编号", "1.1.1", "1.1.2"),
        ("改编号", "1.1.2", "1.1.3"),
    ]


def test_equal_texts_keep_their_own_codes():
    both = [place("1.1.1", A), place("2.1.1", A, task="后台管理")]
    assert told(both, both) == [("未变", "1.1.1", "1.1.1"), ("未变", "2.1.1", "2.1.1")]


def test_a_text_stays_in_its_level_when_another_level_gets_it_too():
    old = [place("1.1.1", A, level="中级")]
    new = [place("1.1.1", A), place("1.1.1", D, level="中级"), place("1.1.2", A, level="中级", task="别名")]
    kept = [change for change in compare(old, new) if change.old]
    assert [(change.new.level, change.new.code) for change in kept] == [("中级", "1.1.2")]


def test_layout_is_no_change():
    assert told([place("1.1.1", "使用 HTML5 制作。")], [place("1.1.1", "使用HTML5制作。")]) == [
        ("未变", "1.1.1", "1.1.1")
    ]


def test_another_name_of_a_task_is_told_once():
    old = [place("1.1.1", A), place("1.1.2", B)]
    new = [place("1.1.1", A, task="内容制作"), place("1.1.2", B, task="内容制作")]
    assert [(one.code, one.old, one.new) for one in renamed(old, new)] == [("1.1", "内容发布", "内容制作")]
    assert {change.label for change in compare(old, new)} == {"未变"}


def test_other_chapters_tell_what_came_and_went():
    change = chapter_change("术语", ["甲", "乙"], ["乙", "丙"])
    assert (change.added, change.removed) == (("丙",), ("甲",))
    assert chapter_change("术语", ["甲"], ["甲"]) is None


def test_marked_words_give_both_texts_back():
    parts = marked("能查询数据。", "能查询并导出数据。")
    assert ("new", "并导出") in parts
    assert "".join(text for kind, text in parts if kind != "new") == "能查询数据。"
    assert "".join(text for kind, text in parts if kind != "old") == "能查询并导出数据。"


texts = st.sampled_from([A, B, C, D, A.replace("修改", "修订"), B + "并能复核。", "能做好相关工作。"])


@st.composite
def versions(draw: st.DrawFn) -> list[Place]:
    return [
        place(f"{area}.{task}.{number}", draw(texts), level=level, task=f"任务{draw(st.integers(1, 3))}")
        for level in ("初级", "中级")
        for area in range(1, 3)
        for task in range(1, draw(st.integers(1, 2)) + 1)
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]


@given(versions(), versions())
def test_every_requirement_of_both_versions_is_told_exactly_once(old, new):
    changes = compare(old, new)
    key = lambda one: (one.level, one.code)  # noqa: E731
    assert sorted(key(one.old) for one in changes if one.old) == sorted(map(key, old))
    assert [key(one.new) for one in changes if one.new] == [key(one) for one in new]


@given(versions())
def test_a_version_against_itself_has_no_difference(version):
    assert {change.label for change in compare(version, version)} == {"未变"}


@given(versions(), versions())
def test_what_is_called_unchanged_has_the_same_words_and_code(old, new):
    for change in compare(old, new):
        if change.label == "未变":
            assert (change.old.code, change.old.text) == (change.new.code, change.new.text)


@pytest.mark.parametrize("size", [120])
def test_two_large_versions_without_a_common_text_are_compared_in_reasonable_steps(size):
    """No pair of two long unlike texts is compared letter by letter: the cheap bounds refuse them first."""
    old = [place(f"1.1.{n}", chr(0x4E00 + n) * 40) for n in range(1, size)]
    new = [place(f"1.1.{n}", chr(0x5E00 + n) * 40) for n in range(1, size)]
    assert {change.label for change in compare(old, new)} == {"新增", "删去"}
