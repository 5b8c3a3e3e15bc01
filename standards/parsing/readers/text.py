"""Plain text: encodings, and lines with tabs as table rows."""

from standards.parsing.document import Block, Document, Line, Row
from standards.parsing.findings import Notes
from standards.parsing.text import strip_hidden

# A word every standard of this form contains: it tells GB18030 text from broken UTF-8, which GB18030 also "reads".
WITNESS = "职业技能"


def decode(data: bytes, notes: Notes) -> str | None:
    """Decode by byte order mark, then strict UTF-8, then strict GB18030; line ends become LF.

    On undecodable bytes: one error naming the line of the first of them, and None.
    """
    text: str | None = None
    bad_line = 1
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = _strict(data, "utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            bad_line = data.count(b"\n", 0, error.start) + 1
            text = _strict(data, "gb18030")
            if text is not None and WITNESS not in text and WITNESS in data.decode("utf-8", "replace"):
                text = None
    if text is not None and "\x00" in text:
        bad_line = text.count("\n", 0, text.index("\x00")) + 1
        text = None
    if text is None:
        notes.error(
            "undecodable",
            f"第 {bad_line} 行有不能识别的字节，文件可能已损坏。请用 UTF-8 或 GB18030 编码重新保存后再试。",
            line=bad_line,
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def read_text(data: bytes, notes: Notes) -> Document | None:
    """Plain text; a line with tabs is a table row, merged cells are blank or repeated."""
    text = decode(data, notes)
    return None if text is None else Document(text, text_blocks(text))


def text_blocks(text: str) -> tuple[Block, ...]:
    """Every line of a text as a line or a row."""
    # Not splitlines(): form feeds and U+2028 would shift every line number after them.
    return tuple(text_block(number, line) for number, line in enumerate(text.split("\n"), 1))


def text_block(number: int, raw: str) -> Block:
    """One line of text as a line or, when it has tabs, a row."""
    clean = strip_hidden(raw.replace("\f", " ").replace("\v", " "))
    if "\t" in clean and clean.strip():
        return Row(number, tuple(cell.strip() for cell in clean.split("\t")))
    return Line(number, clean.strip())
