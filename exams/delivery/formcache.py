"""Locked forms never change, so each process reads a form once."""

from functools import lru_cache
from typing import Any

from exams.assembly.models import Form
from lib.canonical import parse


@lru_cache(maxsize=64)
def sections_of_form(form_id: int) -> list[dict[str, Any]]:
    """The sections as start gives them. Callers must not change what they get."""
    sections: list[dict[str, Any]] = parse(text_of_form(form_id)[0])
    return sections


@lru_cache(maxsize=64)
def text_of_form(form_id: int) -> tuple[str, str]:
    """(the sections as canonical JSON text, its SHA-256): what goes into the answer of a start and into receipts."""
    row: tuple[str, str] = Form.objects.values_list("sections", "sha256").get(pk=form_id)
    return row


@lru_cache(maxsize=64)
def component_of_form(form_id: int) -> str:
    """Theory or practical."""
    component: str = Form.objects.values_list("blueprint__component", flat=True).get(pk=form_id)
    return component


@lru_cache(maxsize=64)
def slots_of_form(form_id: int) -> dict[str, dict[str, Any]]:
    """Public item data by slot, in the order of the form."""
    return {item["slot"]: item for section in sections_of_form(form_id) for item in section["items"]}
