"""Bytes to a document, one reader per file format.

A reader returns the file's lines and rows, or one error in the notes and None. Nothing behind it knows formats.
"""

from collections.abc import Callable
from pathlib import PurePath

from standards.parsing.document import Document
from standards.parsing.findings import Notes
from standards.parsing.readers.confined import read_pdf, read_word
from standards.parsing.readers.html import read_html
from standards.parsing.readers.markdown import read_markdown
from standards.parsing.readers.text import read_text

MAX_BYTES = 20 * 1024 * 1024
# Text alone: the reference standard has 60 kB, a page saved by Word with all its styles a megabyte.
MAX_TEXT_BYTES = 4 * 1024 * 1024
READERS: dict[str, Callable[[bytes, Notes], Document | None]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_word,
    ".pdf": read_pdf,
}
# What a file begins with, what it then is, and the endings that fit.
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNS = (
    (_PDF, "PDF", (".pdf",)),
    (_ZIP, "Word（.docx）或压缩", (".docx",)),
    (_OLE, "旧版 Word（.doc）", ()),
)
# Formats that carry pictures and fonts beside the text.
_PACKED = {".docx", ".pdf"}
_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为“.docx”文件后再试。"


def read_document(data: bytes, filename: str, notes: Notes) -> Document | None:
    """Read a file by the ending of its name. On a fault: one error in ``notes`` and None."""
    suffix = PurePath(filename).suffix.lower()
    if len(data) > MAX_BYTES:
        notes.error("too_large", "文件超过 20 MB，不像一份标准的文本，请核对后再试。")
        return None
    if suffix == ".doc" or (data.startswith(_OLE) and suffix == ".docx"):
        notes.error("old_word", f"这是旧版 Word 文件，平台不能读取。{_SAVE_AS_DOCX}")
        return None
    reader = READERS.get(suffix)
    if reader is None:
        known = "、".join(READERS)
        notes.error(
            "unknown_format", f"不能读取“{suffix or filename}”格式的文件，请换成 {known} 文件后再试。"
        )
        return None
    for sign, kind, endings in _SIGNS:
        if data.startswith(sign) and suffix not in endings:
            notes.error(
                "wrong_ending",
                f"文件名以“{suffix}”结尾，内容却是 {kind} 文件，请改回正确的扩展名，或重新保存后再试。",
            )
            return None
    if suffix not in _PACKED and len(data) > MAX_TEXT_BYTES:
        notes.error("too_large", "文件超过 4 MB，不像一份标准的文本，请核对选错文件没有。")
        return None
    return reader(data, notes)
