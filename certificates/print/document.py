"""The certificate on paper: a PDF/A by typst, from the snapshot alone, the same bytes each time."""

import datetime as dt
import io
import json
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings
from fontTools.ttLib import TTFont

from certificates.models import Certificate
from certificates.queries import grouped
from lib.canonical import parse

TEMPLATE = Path(__file__).with_name("certificate.typ")
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


@lru_cache(maxsize=1)
def _serif_characters() -> frozenset[int]:
    with TTFont(FONTS / "NotoSerifSC-Regular.otf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(text: str) -> str:
    """The characters of ``text`` the printing font lacks, each once (empty: all can be printed)."""
    return "".join(dict.fromkeys(char for char in text if ord(char) not in _serif_characters()))


def verify_url(code: str) -> str:
    """The address the QR code leads to."""
    return f"{settings.PUBLIC_URL}/verify/{code}"


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """One per process: reading 20 MB of fonts costs more than setting a page. Only our own fonts, so that the output
    is the same on every machine."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)


def _qr_svg(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, dark="#1b2625"
    )
    return out.getvalue().decode()


def render_pdf(certificate: Certificate) -> bytes:
    """Print one certificate; deterministic: fonts and template are ours, the date is the issue date."""
    data = parse(certificate.snapshot)
    day = dt.date.fromisoformat(data["issued_on"])
    data |= {
        "id_number": certificate.candidate.id_number,
        "code": grouped(certificate.code),
        "verify_url": verify_url(certificate.code),
        "qr": _qr_svg(verify_url(certificate.code)),
        "issued_on_text": f"{day.year}年{day.month}月{day.day}日",
        "year": day.year, "month": day.month, "day": day.day,
    }  # fmt: skip
    pdf = _compiler().compile(
        format="pdf", pdf_standards="a-2b", sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()),
    )  # fmt: skip
    assert isinstance(pdf, bytes)  # one format, one file
    return pdf
