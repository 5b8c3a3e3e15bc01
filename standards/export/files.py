"""The kinds of file a standard is given out as: one place for the command and the download links."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from standards.export.document import as_json
from standards.export.lines import tsv_lines
from standards.export.workbook import write_xlsx
from standards.models import Standard
from standards.queries import Tree


@dataclass(frozen=True)
class Format:
    """A kind of file: what the link says, its media type, and how its bytes are made."""

    label: str
    media_type: str
    render: Callable[[Tree], bytes]


def _tsv(tree: Tree) -> bytes:
    return "".join(f"{line}\n" for line in tsv_lines(tree)).encode()


def _json(tree: Tree) -> bytes:
    return (json.dumps(as_json(tree), ensure_ascii=False, indent=2) + "\n").encode()


def _xlsx(tree: Tree) -> bytes:
    file = BytesIO()
    write_xlsx(tree, file)
    return file.getvalue()


FORMATS = {
    "tsv": Format("制表符文本", "text/tab-separated-values; charset=utf-8", _tsv),
    "json": Format("JSON", "application/json; charset=utf-8", _json),
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
}


def render(tree: Tree, kind: str) -> bytes:
    """The bytes of one kind of file; ``kind`` is a key of FORMATS."""
    return FORMATS[kind].render(tree)


def file_name(standard: Standard, kind: str) -> str:
    """What the file is called on the reader's disk: ``530053-2.0-名称.xlsx``, without what no file system takes."""
    name = f"{standard.code}-{standard.version}-{standard.title}"
    return "".join("_" if sign in '\\/:*?"<>|' or ord(sign) < 32 else sign for sign in name) + f".{kind}"
