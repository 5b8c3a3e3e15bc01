"""The demo's accounts as a table for a terminal."""

import unicodedata
from typing import Any

COLUMNS = {
    "role": "角色",
    "username": "用户名",
    "password": "密码",
    "ticket_number": "准考证号",
    "id_number": "证件号码",
    "note": "说明",
}


def accounts_table(prepared: dict[str, Any]) -> str:
    """`prepared` is what prepare_demo printed. Columns that nobody fills are left out."""
    accounts = [entry for entry in prepared.get("accounts", []) if isinstance(entry, dict)]
    used = [key for key in COLUMNS if any(entry.get(key) for entry in accounts)]
    rows = [[COLUMNS[key] for key in used]]
    rows += [[str(entry.get(key) or "") for key in used] for entry in accounts]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(used))]
    lines = [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    session = prepared.get("session")
    title = session.get("title") or session.get("id") if isinstance(session, dict) else session
    return "\n".join(["", f"演示考试：{title}" if title else "演示账号", *lines, ""])


def _width(text: str) -> int:
    # A Chinese character takes two columns of a terminal.
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
