"""A `Table` as a Word document: landscape, the header on every page, no row of a few lines split
between two.

python-docx looks every cell up anew, so a table of a thousand rows takes it minutes; the table
is therefore written as WordprocessingML at once, and the rest (sections, footer, styles) by it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from graph.tables.model import Table, clean

SIZES = {"A4": (297, 210), "A3": (420, 297)}  # millimetres, landscape
MARGIN = 15  # millimetres
TWIPS = 56.6929  # in a millimetre
CHARACTER, ROOM = 3.75, 3.2  # millimetres: a character of a heading, the margins of a cell
WHOLE = 10  # lines up to which a row is kept on one page
BODY, TITLE = "仿宋", "黑体"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx(table: Table) -> bytes:
    """The document's bytes: heading, notes, table and page numbers; further sheets are left out."""
    document = Document()
    # The template's author and date are not ours.
    document.core_properties.author = ""
    document.core_properties.title = _text(table.title)[:255]
    normal = document.styles["Normal"]
    _font(normal, BODY, 10.5)
    wide, high = SIZES[table.size]
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.footer_distance = Mm(7)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(heading.add_run(_text(table.title)), TITLE, 16)
    _lines(document, table.notes)
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(_table(table, wide - 2 * MARGIN)))  # before the section's mark
    _lines(document, table.tail)
    _page_numbers(section.footer.paragraphs[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lines(document: Any, lines: Sequence[str]) -> None:
    for said in lines:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        _font(line.add_run(_text(said)), BODY, 9)


def _text(value: Any) -> str:
    return NOT_XML.sub("\ufffd", clean(value))


def _font(target: Any, name: str, points: float) -> None:
    """Sets Latin and Chinese font and the size of a run or style."""
    target.font.name = name
    target.font.size = Pt(points)
    target.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), name)


def _table(table: Table, millimetres: float) -> str:
    widths = [round(TWIPS * width) for width in column_widths(table, millimetres)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    room = "".join(
        f'<w:{side} w:w="{space}" w:type="dxa"/>'
        for side, space in (("top", 40), ("left", 80), ("bottom", 40), ("right", 80))
    )
    head = _row(table, table.columns, widths, head=True)
    rows = "".join(_row(table, row, widths) for row in table.rows)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{room}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def column_widths(table: Table, millimetres: float) -> list[float]:
    """The columns' shares of the page; none is too narrow for four characters of its heading in a line."""
    asked = [table.widths.get(column, 14) for column in range(len(table.columns))]
    shares = [millimetres * width / max(sum(asked), 1) for width in asked]
    least = [min(len(clean(text)), 4) * CHARACTER + ROOM for text in table.columns]
    if sum(least) > millimetres:
        return shares
    short = sum(max(low - share, 0) for share, low in zip(shares, least, strict=True))
    spare = sum(max(share - low, 0) for share, low in zip(shares, least, strict=True))
    return [
        low if share <= low else share - short * (share - low) / spare
        for share, low in zip(shares, least, strict=True)
    ]


def _row(table: Table, cells: Sequence[Any], widths: Sequence[int], head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    # A high row that goes to the next page as a whole would leave this one half blank.
    whole = "<w:cantSplit/>" if max(map(_high, cells, widths), default=0) <= WHOLE else ""
    filled = "".join(_cell(table, cell, width, head) for cell, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr>{whole}{repeated}</w:trPr>{filled}</w:tr>"


def _high(value: Any, width: int) -> int:
    """About how many lines a cell takes, at its width in twips."""
    room = max(1, round((width / TWIPS - ROOM) / CHARACTER))
    return sum(max(1, -(-len(line) // room)) for line in clean(value).split("\n"))


def _cell(table: Table, value: Any, width: int, head: bool) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' if head else ""
    centre = '<w:jc w:val="center"/>' if head else ""
    runs = "".join(_run(piece, strong or head) for piece, strong in table.parts(value))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:after="0"/>{centre}</w:pPr>{runs}</w:p></w:tc>'
    )


def _run(text: str, bold: bool) -> str:
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _text(text).split("\n")
    )
    return f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{lines}</w:r>"


def _page_numbers(paragraph: Any) -> None:
    """第 PAGE 页，共 NUMPAGES 页, as fields that Word fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", None)):
        paragraph.add_run(text)
        if field:
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            paragraph._p.append(simple)
