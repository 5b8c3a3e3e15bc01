"""Pages to the bytes of a file, one function per format."""

import html
import io
import json
from functools import cache
from pathlib import Path

import docx
import pylopdf_fonts_zh_cn
import typst

from tests.standards.rendering.pages import HEADER, Block, Row, Table


def txt(
    blocks: list[Block], *, paragraphs: bool = False, encoding: str = "utf-8", newline: str = "\n"
) -> bytes:
    """Tab-separated rows; requirements of a cell one after the other, or each in ``<p>``."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines += [block, ""]
            continue
        if block.headed:
            lines.append("\t".join(HEADER))
        for row in block.rows:
            cell = (
                " ".join(f"<p>{one}</p>" for one in row.requirements)
                if paragraphs
                else " ".join(row.requirements)
            )
            lines.append(f"{row.area}\t{row.task}\t{cell}")
        lines.append("")
    return newline.join(lines).encode(encoding)


def markdown(blocks: list[Block]) -> bytes:
    """Pipe tables with ``<br>``; chapters as headings."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines += [f"## {block}" if len(block) < 12 and block[0].isdigit() else block, ""]
            continue
        # A pipe table has a head always; without one its first row is blank.
        lines += [_pipes(HEADER if block.headed else ("", "", "")), "| --- | :-: | --- |"]
        lines += [_pipes((row.area, row.task, "<br>".join(row.requirements))) for row in block.rows]
        lines.append("")
    return "\n".join(lines).encode()


def _pipes(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def web_page(blocks: list[Block], *, spans: bool = True, one_line: bool = False) -> bytes:
    """A page with row spans (or blank cells), each requirement a paragraph."""
    out = ['<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>标准</title></head><body>']
    for block in blocks:
        if isinstance(block, str):
            out.append(f"<p>{html.escape(block)}</p>")
            continue
        out.append("<table>")
        if block.headed:
            out.append(f"<thead><tr>{''.join(f'<th>{cell}</th>' for cell in HEADER)}</tr></thead>")
        for index, row in enumerate(block.rows):
            cells = [_merged(block, index, name, spans=spans) for name in ("area", "task")]
            cells.append(f"<td>{''.join(f'<p>{html.escape(one)}</p>' for one in row.requirements)}</td>")
            out.append(f"<tr>{''.join(cells)}</tr>")
        out.append("</table>")
    return ("" if one_line else "\n").join([*out, "</body></html>"]).encode()


def _merged(table: Table, index: int, name: str, *, spans: bool) -> str:
    text = getattr(table.rows[index], name)
    if not spans:
        return f"<td>{html.escape(text)}</td>"
    if not text and index:
        return ""
    return f'<td rowspan="{span_of(table, index, name)}">{html.escape(text)}</td>'


def span_of(table: Table, index: int, name: str) -> int:
    """Rows a merged cell covers: its own and the blank ones below."""
    below = index + 1
    while below < len(table.rows) and not getattr(table.rows[below], name):
        below += 1
    return below - index


def word(blocks: list[Block]) -> bytes:
    """A Word file with vertically merged cells."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        head = [HEADER] if block.headed else []
        table = document.add_table(len(head) + len(block.rows), 3)
        for column, cell in enumerate(head[0] if head else ()):
            table.cell(0, column).text = cell
        for index, row in enumerate(block.rows):
            _word_row(table, len(head) + index, row)
        for column, name in enumerate(("area", "task")):
            for index, row in enumerate(block.rows):
                span = span_of(block, index, name) if getattr(row, name) or not index else 1
                if span > 1:
                    top = table.cell(len(head) + index, column)
                    top.merge(table.cell(len(head) + index + span - 1, column)).text = getattr(row, name)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _word_row(table: "docx.table.Table", index: int, row: Row) -> None:
    table.cell(index, 0).text, table.cell(index, 1).text = row.area, row.task
    cell = table.cell(index, 2)
    cell.text = row.requirements[0]
    for text in row.requirements[1:]:
        cell.add_paragraph(text)


_TYPST = """
#set page(paper: "a4", margin: 2cm, header: [#sys.inputs.title], footer: align(center, context counter(page).display()))
#set text(font: "Noto Sans SC", size: 10.5pt, lang: "zh")
#let stroke-width = if sys.inputs.ruled == "yes" { 0.5pt } else { 0pt }
#for block in json(bytes(sys.inputs.blocks)) {
  if type(block) == str { par(block) } else {
    let cells = ()
    for (index, row) in block.rows.enumerate() {
      let y = index + block.head.len()
      for x in (0, 1) {
        if row.at(x).span > 0 {
          cells.push(table.cell(x: x, y: y, rowspan: row.at(x).span, breakable: true)[#row.at(x).text])
        }
      }
      cells.push(table.cell(x: 2, y: y)[#row.at(2).map(one => par(one)).join()])
    }
    table(columns: (3.4cm, 3.4cm, 1fr), stroke: stroke-width, ..block.head.map(one => table.header(..one)), ..cells)
  }
}
"""


@cache
def _fonts() -> list[str]:
    return [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]


def pdf(blocks: list[Block], *, ruled: bool = True) -> bytes:
    """A PDF with ruled tables, merged cells broken over pages, running headers and page numbers."""
    pages = [block if isinstance(block, str) else _typst_table(block) for block in blocks]
    inputs = {
        "blocks": json.dumps(pages, ensure_ascii=False),
        "title": str(blocks[0]),
        "ruled": "yes" if ruled else "no",
    }
    return typst.compile(_TYPST.encode(), sys_inputs=inputs, font_paths=_fonts())


def _typst_table(table: Table) -> dict[str, object]:
    rows: list[list[object]] = []
    for index, row in enumerate(table.rows):
        cells: list[object] = []
        for name in ("area", "task"):
            text = getattr(row, name)
            cells.append({"text": text, "span": span_of(table, index, name) if text or not index else 0})
        rows.append([*cells, list(row.requirements)])
    return {"head": [list(HEADER)] if table.headed else [], "rows": rows}
