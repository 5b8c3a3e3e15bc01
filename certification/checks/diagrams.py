"""State diagrams of docs/states.md, generated from the transition tables so that they never lie."""

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TARGET = CHECKOUT / "docs" / "states.md"


def text() -> str:
    """The document as it should be."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")
    django.setup()
    from certificates import enums as certificates
    from exams import enums as exams
    from grading import enums as grading
    from itembank import enums as itembank

    tables = {
        "Item version": itembank.VERSION_TRANSITIONS,
        "Form": exams.FORM_TRANSITIONS,
        "Session": exams.SESSION_TRANSITIONS,
        "Attempt": exams.ATTEMPT_TRANSITIONS,
        "Result": grading.RESULT_TRANSITIONS,
        "Certificate": certificates.CERTIFICATE_TRANSITIONS,
    }
    parts = ["# States\n\nGenerated from the transition tables by `make fix`; `make check` compares.\n"]
    for name, table in tables.items():
        lines = [f"## {name}\n", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {state.value}: {state.value} {state.label}" for state in table]
        lines += [
            f"    {state.value} --> {then.value}" for state, nexts in table.items() for then in sorted(nexts)
        ]
        parts.append("\n".join([*lines, "```\n"]))
    return "\n".join(parts)


if __name__ == "__main__":
    if "--write" in sys.argv:
        TARGET.write_text(text(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text():
        sys.exit("docs/states.md is not what the transition tables say: run make fix")
