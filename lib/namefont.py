"""A small web font for one name: old systems lack rare characters (䶮, 㛃, 𬭎), so the page brings just those it needs."""

import io
from functools import lru_cache

import pylopdf_fonts_zh_cn
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
