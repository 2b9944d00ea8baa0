"""Word documents on A4, in the fonts of official papers. The library is loaded only when one is made."""

from __future__ import annotations

import io
from typing import Any


def blank(
    *, edge: float, side: float, size: float, font: str = "FangSong", chinese: str = "仿宋"
) -> tuple[Any, Any]:
    """An empty document and its normal style. Margins above and below (`edge`) and beside (`side`) are in centimetres,
    the size of the text in points; `chinese` is the name of the font for Chinese."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(edge)
    section.left_margin = section.right_margin = Cm(side)
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(size), font
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), chinese)
    return document, normal


def content(document: Any) -> bytes:
    """A document as a file."""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
