"""Rules for templates that no linter knows: nothing the Content-Security-Policy would block, nothing from elsewhere."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
RULES = {
    "inline event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "inline style": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "file from another host": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "|safe filter": re.compile(r"\|\s*safe\b"),
}


def faults() -> list[str]:
    """One line per fault: file, line, rule."""
    found = []
    for path in sorted((CHECKOUT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for name, rule in RULES.items():
            for match in rule.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(CHECKOUT)}:{line}: {name}")
    return found
