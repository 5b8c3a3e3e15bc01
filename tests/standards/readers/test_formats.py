"""The reference standard as a web page, a Word file and a PDF; what such files bring with them; what is refused."""

import io
import re
import zipfile

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from standards.parsing import parse_file
from standards.parsing.readers import confined
from standards.parsing.readers.recognised import Recognised
from tests.standards.rendering import files
from tests.standards.rendering.pages import Block, Row, Table
from tests.standards.seed import DATA, TEXT

START = "表 1 茶艺服务职业技能等级要求（初级）"
COVER = ["茶艺服务职业技能等级标准", "标准代码：999001", "（2026 年 1.0 版）"]


def reference_blocks() -> list[Block]:
    """The reference standard's own lines and rows, its continued cells joined to the tables they belong to."""
    found: list[Block] = []
    rows: list[Row] = []
    for line in [*TEXT.split("\n"), "end"]:
        cells = line.split("\t")
        if len(cells) == 3:
            if cells[0] != "工作领域":
                parts = [part.strip() for part in re.split(r"</?p>", cells[2]) if part.strip()]
                rows.append(Row(cells[0], cells[1], tuple(parts)))
            continue
        if line.strip() and rows:
            found.append(Table(tuple(rows), True))
            rows = []
        if line.strip() and line != "end":
            found.append(line)
    return found


@pytest.fixture(scope="module")
def expected():
    return parse_file(DATA, "s.txt").tree


@pytest.mark.parametrize("name", ["s.html", "s.docx", "s.pdf", "s.md"])
def test_the_reference_standard_is_the_same_in_every_format(expected, name):
    make = {"s.html": files.web_page, "s.docx": files.word, "s.pdf": files.pdf, "s.md": files.markdown}[name]
    parsed = parse_file(make(reference_blocks()), name)
    assert parsed.errors == [], [one.message for one in parsed.errors]
    assert parsed.tree.counts()["requirements"] == 172
    assert parsed.tree.canonical() == expected.canonical()


def test_recognised_text_is_itself_a_text_file_of_the_standard(expected):
    """What is kept and shown of a Word file or PDF can be loaded as text and is the same standard."""
    for name, make in (("s.docx", files.word), ("s.pdf", files.pdf)):
        text = parse_file(make(reference_blocks()), name).text
        assert parse_file(text.encode(), "s.txt").tree.canonical() == expected.canonical()


# Web pages --------------------------------------------------------------------------------------------------------


def page(rows: str, before: str = "") -> bytes:
    cover = "".join(f"<h1>{line}</h1>\n" for line in COVER)
    return f"<html><body>{cover}{before}<p>{START}</p>\n<table>\n{rows}\n</table></body></html>".encode()


def texts(data: bytes, name: str = "s.html") -> list[tuple[str, str]]:
    parsed = parse_file(data, name)
    assert parsed.errors == [], [one.message for one in parsed.errors]
    return [(one.code, one.text) for level in parsed.tree.levels for one in level.requirements]


@pytest.mark.parametrize(
    "cell",
    [
        "1.1.1 能做甲。<br>1.1.2 能做乙。",
        "<p>1.1.1 能做甲。</p><p>1.1.2 能做乙。</p>",
        "<ul><li>1.1.1 能做甲。</li><li>1.1.2 能做乙。</li></ul>",
        "<div>1.1.1&nbsp;能<b>做</b><span style='x'>甲</span>。</div>\n  1.1.2 能做\n  乙。",
        "<p>１．１．１ 能做甲。</p><!-- x --><script>1.1.9 坏。</script><p>1.1.2 能做乙。</p>",
    ],
)
def test_paragraphs_of_a_cell_however_a_page_marks_them(cell):
    row = f"<tr><td>1. 一</td><td>1.1 二</td><td>{cell}</td></tr>"
    assert texts(page(row)) == [("1.1.1", "能做甲。"), ("1.1.2", "能做乙。")]


def test_a_caption_inside_the_table_and_layout_tables_around_it():
    inner = f"<table><tr><td colspan=3>{START}</td></tr><tr><td>1. 一</td><td>1.1 二</td><td>1.1.1 能做甲。</td></tr></table>"
    cover = "<br>".join(COVER)
    data = f"<html><table><tr><td>{cover}</td></tr><tr><td>{inner}</td></tr></table></html>".encode()
    assert texts(data) == [("1.1.1", "能做甲。")]


def test_a_fault_is_named_at_its_line_of_the_source():
    rows = "<tr><td>1. 一</td>\n<td>1.1 二</td><td>1.1.1 能做甲。</td></tr>\n<tr><td></td><td>1.2 三</td><td>1.2.2 能做乙。</td></tr>"
    data = page(rows)
    (error,) = parse_file(data, "s.html").errors
    assert (error.kind, error.code) == ("gap", "1.2.1")
    assert "1.2.2" in data.decode().split("\n")[error.line - 1]


def test_text_that_looks_like_markup_is_still_a_fault():
    row = "<tr><td>1. 一</td><td>1.1 二</td><td>1.1.1 能做&lt;b&gt;甲&lt;/b&gt;。</td></tr>"
    assert [one.kind for one in parse_file(page(row), "s.html").errors] == ["markup"]


# Word -------------------------------------------------------------------------------------------------------------


def word(change=lambda document: None) -> bytes:
    document = docx.Document()
    for line in [*COVER, START]:
        document.add_paragraph(line)
    table = document.add_table(2, 3)
    for row, cells in enumerate((("1. 一", "1.1 二", "1.1.1 能做甲。"), ("", "1.2 三", "1.2.1 能做乙。"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_tracked_changes_are_read_as_accepted_and_told():
    def change(document):
        run = document.tables[0].cell(0, 2).paragraphs[0].runs[0]._r
        deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
        gone = document.add_paragraph().add_run("不")._r
        gone.find(qn("w:t")).tag = qn("w:delText")
        deleted.append(gone)
        run.addprevious(deleted)
        run.addprevious(inserted)
        inserted.append(run)

    assert texts(word(change), "s.docx") == [("1.1.1", "能做甲。"), ("1.2.1", "能做乙。")]
    findings = parse_file(word(change), "s.docx").findings
    assert [one.kind for one in findings if "修订" in one.message] == ["tracked_change"]


def numbered(document, *, form: str = "decimal", texts: tuple[str, ...] = ("%1", "%1.%2", "%1.%2.%3")) -> str:
    """Add a multi-level list and return its number."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for depth, text in enumerate(texts):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    number.append(link)
    root.append(number)
    return "77"


def listed(cell, text: str, number: str, depth: int) -> None:
    paragraph = cell.paragraphs[0] if not cell.paragraphs[0].text else cell.add_paragraph()
    paragraph.text = text
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = depth
    properties.get_or_add_numId().val = int(number)


def test_codes_that_are_automatic_numbers_are_counted_as_word_shows_them():
    def change(document):
        number, table = numbered(document), document.tables[0]
        for row, (area, task, one, two) in enumerate(
            (("一", "二", "能做甲。", "能做丙。"), ("", "三", "能做乙。", ""))
        ):
            for column in range(3):
                table.cell(row, column).text = ""
            if area:
                listed(table.cell(row, 0), area, number, 0)
            listed(table.cell(row, 1), task, number, 1)
            listed(table.cell(row, 2), one, number, 2)
            if two:
                listed(table.cell(row, 2), two, number, 2)

    assert texts(word(change), "s.docx") == [
        ("1.1.1", "能做甲。"),
        ("1.1.2", "能做丙。"),
        ("1.2.1", "能做乙。"),
    ]


def test_a_word_file_without_lists_has_no_part_for_them():
    def change(document):
        rels = document.part.rels
        del rels[next(key for key, one in rels.items() if one.reltype.endswith("/numbering"))]

    data = word(change)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "word/numbering.xml" not in archive.namelist()
    assert len(texts(data, "s.docx")) == 2


def test_automatic_numbers_of_another_style_are_refused():
    def change(document):
        number = numbered(document, form="chineseCounting")
        cell = document.tables[0].cell(0, 2)
        cell.text = ""
        listed(cell, "能做甲。", number, 2)

    (error,) = parse_file(word(change), "s.docx").errors
    assert error.kind == "automatic_numbers"
    assert "把自动编号转换为文本" in error.message


def test_what_is_left_in_a_merged_cell_is_not_read():
    def change(document):
        for row, merge in ((0, "restart"), (1, None)):
            mark = OxmlElement("w:vMerge")
            if merge:
                mark.set(qn("w:val"), merge)
            document.tables[0].cell(row, 0)._tc.get_or_add_tcPr().append(mark)
        # Not .cell(1, 0): the library gives the upper cell for a merged one.
        rest = document.tables[0]._tbl.tr_lst[1].tc_lst[0]
        rest.p_lst[0].add_r().text = "9. 旧的名称"

    assert len(texts(word(change), "s.docx")) == 2


def test_content_controls_and_a_caption_row_are_read():
    def change(document):
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        table = document.tables[0]._tbl
        table.addprevious(control)
        control.append(content)
        content.append(table)

    assert len(texts(word(change), "s.docx")) == 2


def test_a_fault_says_where_it_stands_in_the_word_file():
    data = word(lambda document: setattr(document.tables[0].cell(1, 2), "text", "1.2.2 能做乙。"))
    (error,) = parse_file(data, "s.docx").errors
    assert error.code == "1.2.1"
    assert error.message.endswith("（原文件第 1 张表第 2 行）。")


def test_what_no_database_keeps_is_shown_as_lost():
    found = Recognised()
    found.add_line("a\x00b", "")
    found.add_row(("1. \ud800", "x"), "")
    assert found.lines == ["a\ufffdb", "1. \ufffd\tx"]
    row = "<tr><td>1. 一</td><td>1.1 二</td><td>1.1.1 能做&#0;甲。</td></tr>"
    assert [one.kind for one in parse_file(page(row), "s.html").errors] == ["lost_character"]


# PDF --------------------------------------------------------------------------------------------------------------


def test_a_fault_says_where_it_stands_in_the_pdf():
    rows = (Row("1. 一", "1.1 二", ("1.1.1 能做甲。",)), Row("", "1.2 三", ("1.2.2 能做乙。",)))
    (error,) = parse_file(files.pdf([*COVER, START, Table(rows, True)]), "s.pdf").errors
    assert error.code == "1.2.1"
    assert re.search(r"（原文件第 1 页第 \d+ 行）。$", error.message)


def test_a_sentence_over_several_lines_and_pages_is_one():
    long = "能根据运营目标和平台规则，" * 30 + "完成全部设置。"
    rows = tuple(
        Row("1. 一" if n == 1 else "", f"1.{n} 二", (f"1.{n}.1 {long}", f"1.{n}.2 能做乙。"))
        for n in range(1, 8)
    )
    found = texts(files.pdf([*COVER, START, Table(rows, True)]), "s.pdf")
    assert len(found) == 14
    assert {text for _, text in found} == {long, "能做乙。"}


def test_words_across_a_border_are_refused():
    rows = (Row("1. 一", "1.1 Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ("1.1.1 能做甲。",)),)
    (error,) = parse_file(files.pdf([*COVER, START, Table(rows, True)]), "s.pdf").errors
    assert error.kind == "layout_uncertain"
    assert "压在框线上" in error.message


# Refused ----------------------------------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def pages(count: int) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(count):
        writer.add_blank_page(595, 842)
    return written(writer)


def encrypted() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("secret")
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>'
    )
    document = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]>{body}'
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, "word/document.xml": document.encode()})


HOSTILE = {
    "zip bomb": (lambda: zipped({"word/document.xml": b"\0" * (80 << 20)}), "s.docx", "too_large"),
    "many parts": (lambda: zipped({f"a{n}": b"" for n in range(2100)}), "s.docx", "too_large"),
    "entity bomb": (entity_bomb, "s.docx", "unreadable_file"),
    "another archive": (lambda: zipped({"a.txt": b"x"}), "s.docx", "unreadable_file"),
    "half a Word file": (lambda: word()[:9000], "s.docx", "unreadable_file"),
    "old Word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 999, "s.docx", "old_word"),
    "old Word by name": (lambda: b"x", "s.doc", "old_word"),
    "400 pages": (lambda: pages(400), "s.pdf", "too_many_pages"),
    "scanned": (lambda: pages(3), "s.pdf", "scanned"),
    "password": (encrypted, "s.pdf", "encrypted"),
    "broken PDF": (lambda: b"%PDF-1.7\n" + b"garbage" * 500, "s.pdf", "unreadable_file"),
    "no PDF at all": (lambda: DATA, "s.pdf", "unreadable_file"),
    "a PDF called text": (lambda: pages(1), "s.txt", "wrong_ending"),
    "a Word file called page": (word, "s.html", "wrong_ending"),
    "deep tags": (lambda: b"<div>" * 300_000, "s.html", "unreadable_file"),
    "a huge text": (lambda: DATA * 200, "s.txt", "too_large"),
    "21 MB": (lambda: b"%PDF-" + bytes(21 << 20), "s.pdf", "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_one_clear_fault(name):
    make, filename, kind = HOSTILE[name]
    parsed = parse_file(make(), filename)
    assert [one.kind for one in parsed.errors] == [kind]
    assert parsed.tree is None
    assert "请" in parsed.errors[0].message
    assert parsed.errors[0].message.endswith("。")


@pytest.mark.parametrize("limit", [("SECONDS", 0.01), ("MEMORY", 30 << 20)])
def test_a_reader_that_takes_too_much_is_stopped(monkeypatch, limit):
    """The child is given the limit; without one the same file is read."""
    assert parse_file(word(), "s.docx").errors == []
    monkeypatch.setattr(confined, *limit)
    (error,) = parse_file(word(), "s.docx").errors
    assert error.kind == "too_complex"
    assert "没有读完" in error.message


def test_a_span_over_everything_is_a_fault_and_no_flood():
    row = "<tr><td rowspan=99999 colspan=99999>1. 一</td><td>1.1 二</td></tr>"
    parsed = parse_file(page(row * 300), "s.html")
    assert "wrong_columns" in {one.kind for one in parsed.errors}
