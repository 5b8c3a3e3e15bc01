"""A small web font for one name: old systems lack rare characters (䶮, 㛃, 𬭎), so the page brings just those it needs."""

import io
from collections.abc import Iterable
from functools import lru_cache

import pylopdf_fonts_zh_cn
from django.http import HttpResponse
from fontTools import subset
from fontTools.ttLib import TTFont


@lru_cache(maxsize=2048)
def subset_woff2(text: str) -> bytes:
    """NotoSansSC cut down to the characters of ``text``, as WOFF2."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.flavor = "woff2"
    font = TTFont(str(pylopdf_fonts_zh_cn.sans_path()), lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def rare_characters(names: Iterable[str]) -> str:
    """The characters old systems cannot show (outside GBK), each once, sorted; empty when no font is needed."""
    return "".join(sorted({char for name in names for char in name if not _in_gbk(char)}))


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def stylesheet(address: str, *, cache: str = "private, max-age=3600") -> HttpResponse:
    """Declares the font at ``address`` for the class ``rare-name``; an empty address declares none."""
    rule = f'@font-face {{ font-family: "RareName"; src: url("{address}") format("woff2"); font-display: swap; }}\n'
    response = HttpResponse(rule if address else "", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = cache
    return response


def font(text: str, *, cache: str = "private, max-age=3600") -> HttpResponse:
    """The font with the characters of ``text``."""
    response = HttpResponse(subset_woff2(text), content_type="font/woff2")
    response["Cache-Control"] = cache
    return response
