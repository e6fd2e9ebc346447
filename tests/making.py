"""The same document in every format: what the tests of reading put in, made from plain paragraphs."""

from __future__ import annotations

import html as escaping
import io
import re
import zipfile
from collections.abc import Sequence

import docx
import openpyxl
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "STSong-Light"  # a font every reader brings along: nothing to fetch or embed
A4 = (595.0, 842.0)
Row = Sequence[str]


def make_txt(paragraphs: Sequence[str]) -> bytes:
    """Plain text, a paragraph a line."""
    return "\n".join(paragraphs).encode()


def make_md(paragraphs: Sequence[str]) -> bytes:
    """Markdown with bold item numbers and a blank line after each paragraph."""
    return "\n\n".join(f"**{p[:3]}**{p[3:]}" if p.startswith("（") else p for p in paragraphs).encode()


def make_docx(paragraphs: Sequence[str], table: Sequence[Row] = ()) -> bytes:
    """Word, with a header and footer on every page, runs cut in mid-word, and a table at the end."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料（市甲局负责）"
    document.sections[0].footer.paragraphs[0].text = "— 1 —"
    for text in paragraphs:
        paragraph = document.add_paragraph()
        for at in range(0, len(text), 7):
            paragraph.add_run(text[at : at + 7]).bold = at % 2 == 0
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_pdf(paragraphs: Sequence[str], wide: int = 28, deep: int = 22, head: str = "某某文件") -> bytes:
    """Pdf as an office prints it: `wide` characters a line, `deep` lines a page, indented paragraphs,
    a running head and a page number; pages break in mid-sentence."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    size, left, top, leading = 16, 72.0, 760.0, 28.0
    lines: list[tuple[float, str]] = []
    for text in paragraphs:
        room, line, x = wide - 2.0, "", left + 2 * size
        for word in re.findall(r"[（《“(]*(?:[!-~]+|.)[，。、；：）》”)]*", text):
            width = pdfmetrics.stringWidth(word, FONT, 1)
            while width > wide:  # an address longer than a line is cut
                lines.append((x, line))
                line, x, room, word = word[:40], left, 0.0, word[40:]
                width = pdfmetrics.stringWidth(word, FONT, 1)
            if width > room:
                lines.append((x, line))
                line, x, room = "", left, float(wide)
            line, room = line + word, room - width
        lines.append((x, line))
    for page in range(0, max(1, len(lines)), deep):
        number = page // deep + 1
        canvas.setFont(FONT, 10)
        canvas.drawString(left, 800, head)
        canvas.drawCentredString(A4[0] / 2, 40, f"— {number} —")
        canvas.setFont(FONT, size)
        for row, (x, text) in enumerate(lines[page : page + deep]):
            canvas.drawString(x, top - row * leading, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_pdf_table(rows: Sequence[Row], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Pdf with a ruled table, its header on every page; `merged` cells are (row, column, row, column)."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle("cell", fontName=FONT, fontSize=12, leading=16, wordWrap="CJK")
    cells = [[Paragraph(escaping.escape(c).replace("\n", "<br/>"), style) for c in row] for row in rows]
    table = Table(cells, colWidths=[450 / len(rows[0])] * len(rows[0]), repeatRows=1)
    spans = [("SPAN", (left, top), (right, bottom)) for top, left, bottom, right in merged]
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)), *spans]))
    out = io.BytesIO()
    SimpleDocTemplate(out).build([table])
    return out.getvalue()


def make_pdf_unlined(rows: Sequence[Row], align: str = "TOP", pad: float = 4, below: str = "") -> bytes:
    """Pdf with a table that only white parts: cells at the TOP, MIDDLE or BOTTOM of their row, `pad` points
    above and below them; the first column is narrow, and a line of text may stand `below`."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle("cell", fontName=FONT, fontSize=12, leading=15, wordWrap="CJK")
    cells = [[Paragraph(escaping.escape(c), style) for c in row] for row in rows]
    look = [("VALIGN", (0, 0), (-1, -1), align)]
    look += [(f"{side}PADDING", (0, 0), (-1, -1), pad) for side in ("TOP", "BOTTOM")]
    table = Table(cells, colWidths=[40, 190, *[110] * (len(rows[0]) - 2)], style=TableStyle(look))
    out = io.BytesIO()
    SimpleDocTemplate(out).build([table, Spacer(1, 20), Paragraph(below, style)])
    return out.getvalue()


def make_html(paragraphs: Sequence[str], encoding: str = "utf-8", declared: bool = True) -> bytes:
    """A saved government page: navigation, breadcrumbs, sidebar, share bar and footer around the text."""
    meta = f'<meta charset="{encoding}">' if declared else ""
    links = "".join(f'<li><a href="/{i}.html">政务公开栏目{i}，查看更多信息。</a></li>' for i in range(30))
    body = "\n".join(f"<p>&emsp;&emsp;{escaping.escape(p)}</p>" for p in paragraphs)
    page = (
        f"<!DOCTYPE html><html><head>{meta}<title>某某政府网</title><style>p{{x:y}}</style></head><body>"
        f"<div class='nav'><ul>{links}</ul></div><div class='wz'>当前位置：<a href='/'>首页</a> 文件</div>"
        f"<div class='layout'><div class='side'><ul>{links}</ul></div>"
        f"<div class='TRS_Editor'>{body}</div></div>"
        "<div class='foot'>主办：某某省人民政府办公厅 版权所有 网站标识码0000000000</div>"
        "<script>document.write('（省甲厅负责）')</script></body></html>"
    )
    return page.encode(encoding)


def make_xlsx(*sheets: tuple[str, Sequence[Row]], merged: Sequence[str] = ()) -> bytes:
    """A workbook of (sheet name, rows); `merged` ranges hold for the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    for area in merged:
        book.worksheets[0].merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()
