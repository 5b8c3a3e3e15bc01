"""Any standard of the form, set in any supported layout and read again, is the same standard."""

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from standards.parsing import parse_file
from tests.standards.rendering import files
from tests.standards.rendering.pages import Layout, blocks_of
from tests.standards.rendering.trees import said, standards

layouts = st.builds(
    Layout,
    rows=st.sampled_from(("task", "one")),
    repeat=st.booleans(),
    header_every=st.sampled_from((None, 0, 0, 2, 5)),
    tight=st.booleans(),
    furniture=st.booleans(),
    wide_digits=st.booleans(),
)
slow = settings(max_examples=40, suppress_health_check=list(HealthCheck))
few = settings(slow, max_examples=8)


def same(tree, data: bytes, name: str) -> None:
    parsed = parse_file(data, name)
    assert parsed.errors == [], [one.message for one in parsed.errors]
    assert said(parsed.tree) == said(tree)


@slow
@given(
    standards(),
    layouts,
    st.booleans(),
    st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16")),
    st.sampled_from(("\n", "\r\n")),
)
def test_text(tree, layout, paragraphs, encoding, newline):
    data = files.txt(blocks_of(tree, layout), paragraphs=paragraphs, encoding=encoding, newline=newline)
    same(tree, data, "s.txt")


@slow
@given(standards(), layouts)
def test_markdown(tree, layout):
    same(tree, files.markdown(blocks_of(tree, layout)), "s.md")


@slow
@given(standards(), layouts, st.booleans(), st.booleans())
def test_web_pages(tree, layout, spans, one_line):
    same(tree, files.web_page(blocks_of(tree, layout), spans=spans, one_line=one_line), "s.html")


@few
@given(standards(largest=2), layouts)
def test_word(tree, layout):
    same(tree, files.word(blocks_of(tree, layout)), "s.docx")


@few
@given(standards(largest=2), layouts)
def test_pdf(tree, layout):
    """Exactly the standard, but for white space beside a Latin word where a line ends: a page does not show it.

    Or refused: where a merged cell is broken over two pages its words may stand on the second one only.
    """
    parsed = parse_file(files.pdf(blocks_of(tree, layout)), "s.pdf")
    event("refused" if parsed.errors else "read")
    if parsed.errors:
        assert {one.kind for one in parsed.errors} & {"missing_task", "missing_area", "task_wrong_area"}
        return
    assert _without_spaces(said(parsed.tree)) == _without_spaces(said(tree))


def _without_spaces(value):
    if isinstance(value, dict):
        return {key: _without_spaces(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_spaces(member) for member in value]
    return "".join(value.split()) if isinstance(value, str) else value


@few
@given(standards(largest=2))
def test_a_pdf_without_ruled_lines_is_refused(tree):
    parsed = parse_file(files.pdf(blocks_of(tree, Layout()), ruled=False), "s.pdf")
    assert [one.kind for one in parsed.errors] == ["layout_uncertain"]
    assert parsed.tree is None


@pytest.mark.parametrize("name", ["s.txt", "s.md", "s.html", "s.docx"])
@few
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_a_reader(name, data):
    parsed = parse_file(data, name)
    assert parsed.errors
    assert all(one.message.endswith("。") for one in parsed.errors)
