"""A `Table` as an xlsx workbook: frozen and repeated headers, a filter, landscape paper.

Text is written as a string: no formula, no link, no number made out of it. Our own counts are numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from graph.tables.model import Table, clean

CELL_LIMIT = 32_767  # characters in one cell
PAPER = {"A3": 8, "A4": 9}  # Excel's numbers
ONE_PAGE_WIDE = 40  # more columns than this are unreadable when fitted to one page
NOTES_ABOVE = 8  # frozen rows take the screen: with more notes than this, all go to a sheet
NOTES_UPRIGHT = 4  # above upright headings, which take half of it
LINE = 16  # points a line of 11-point text takes
UPRIGHT_LINE = 17  # and a character of an upright heading
ROW_LIMIT = 409  # points, Excel's own
IN_VIEW = 120  # characters across: how far title and notes reach
COLUMN = 14  # characters, where a table says nothing
UPRIGHT = 5
FONT = "宋体"


def xlsx(table: Table) -> bytes:
    """The workbook's bytes: the table, its further sheets, and 说明 for notes that would fill the screen."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": _clip(table.title)[:255]})
    plain = {"font_name": FONT, "text_wrap": True, "valign": "top", "border": 1}
    head = {**plain, "bold": True, "valign": "vcenter", "bg_color": "#E7E6E6"}
    formats = {
        "title": book.add_format({"font_name": FONT, "bold": True, "font_size": 16, "valign": "vcenter"}),
        "note": book.add_format({**plain, "border": 0, "font_color": "#444444"}),
        "head": book.add_format({**head, "align": "center"}),
        "tall": book.add_format({**head, "rotation": 270, "align": "center"}),
        "cell": book.add_format(plain),
        "mark": book.add_format({**plain, "align": "center"}),
    }
    used: set[str] = set()
    for sheet in _all_sheets(table):
        _sheet(book, sheet, formats, _sheet_name(sheet.name, used))
    book.close()
    return buffer.getvalue()


def _all_sheets(table: Table) -> list[Table]:
    """The table and its sheets; notes too many to stay above it, and its tail, follow on sheets."""
    sheets = [table, *table.sheets]
    if len(table.notes) > _room(table):
        rows = [[note] for note in table.notes]
        sheets.append(Table(f"{table.title}说明", ["说明"], rows, name="说明", widths={0: 120}))
    if table.tail:
        rows = [[line] for line in table.tail]
        sheets.append(Table(f"{table.title}文件清单", ["文件"], rows, name="文件清单", widths={0: 120}))
    return sheets


def _notes(table: Table) -> Sequence[str]:
    if len(table.notes) <= _room(table):
        return table.notes
    pointer = f"全部{len(table.notes)}条说明（逐份文件的文号、状态、日期等）见工作表“说明”。"
    first, last = (3, 2) if table.upright is None else (2, 1)
    return [*table.notes[:first], pointer, *table.notes[-last:]]


def _room(table: Table) -> int:
    """How many notes stay above the table."""
    return NOTES_ABOVE if table.upright is None else NOTES_UPRIGHT


def _sheet(book: Any, table: Table, formats: Mapping[str, Any], name: str) -> None:
    sheet = book.add_worksheet(name)
    last = max(len(table.columns) - 1, 0)
    upright = len(table.columns) if table.upright is None else table.upright
    widths = [
        table.widths.get(column, UPRIGHT if upright <= column < last else COLUMN)
        for column in range(last + 1)
    ]
    notes = _notes(table)
    over = next((n for n in range(last) if sum(widths[: n + 1]) >= IN_VIEW), last)
    _line(sheet, 0, over, table.title, formats["title"], 24)
    for index, note in enumerate(notes, 1):
        lines = _lines(note, sum(widths[: over + 1]))
        _line(sheet, index, over, note, formats["note"], LINE * min(lines, 6))
    top = 1 + len(notes)
    for column, text in enumerate(table.columns):
        tall = upright <= column < last
        sheet.write_string(top, column, _clip(text), formats["tall" if tall else "head"])
        sheet.set_column(column, column, widths[column])
    if upright < last:
        longest = max(len(clean(text)) for text in table.columns[upright:last])
        sheet.set_row(top, min(ROW_LIMIT, UPRIGHT_LINE * longest + 8))
    for index, row in enumerate(table.rows, top + 1):
        # Not every program grows rows to their text when it opens a file.
        lines = max((_lines(c, w) for c, w in zip(row, widths, strict=False) if type(c) is str), default=1)
        sheet.set_row(index, min(ROW_LIMIT, LINE * lines + 3))
        for column, cell in enumerate(row):
            shape = "mark" if upright <= column < last or isinstance(cell, int) else "cell"
            if isinstance(cell, int | float):
                sheet.write_number(index, column, cell, formats[shape])
            else:
                sheet.write_string(index, column, _clip(cell), formats[shape])
    sheet.freeze_panes(top + 1, table.fixed)
    sheet.autofilter(top, 0, top + max(1, len(table.rows)), last)
    sheet.set_landscape()
    sheet.set_paper(PAPER[table.size])
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(top)
    if len(table.columns) <= ONE_PAGE_WIDE:
        sheet.fit_to_pages(1, 0)
    elif table.fixed:
        sheet.repeat_columns(0, table.fixed - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _lines(value: Any, width: int) -> int:
    """Lines that a text takes in `width` characters; a Chinese character is two wide."""
    found = 0
    for line in clean(value).split("\n"):
        wide = len(line) + sum(char > "\u2e80" for char in line)
        found += max(1, -(-wide // max(width - 1, 1)))
    return found


def _line(sheet: Any, row: int, over: int, text: str, shape: Any, height: float) -> None:
    """A line of text above the table, over the columns up to `over`."""
    if over:
        sheet.merge_range(row, 0, row, over, "", shape)
    sheet.write_string(row, 0, _clip(text), shape)
    sheet.set_row(row, height)


def _clip(value: Any) -> str:
    text = clean(value)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def _sheet_name(name: str, used: set[str]) -> str:
    """A sheet name that Excel takes: at most 31 characters, none of []:*?/\\, not used before."""
    base = re.sub(r"[\[\]:*?/\\']", "", name)[:28] or "表"
    found = next(n for n in (base, *(f"{base}{i}" for i in range(2, 100))) if n not in used)
    used.add(found)
    return found
