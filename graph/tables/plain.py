"""A `Table` as CSV (with BOM, so that spreadsheets read it as UTF-8) and as one HTML page."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

from graph.tables.model import Table, clean

RISKY = "=+-@\t\r＝＋－＠"
"""What a spreadsheet may take for the start of a formula."""


def csv_text(table: Table) -> bytes:
    """The table's title, notes, columns, rows and tail; its further sheets are left out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if table.title:
        writer.writerow([_inert(table.title)])
    writer.writerows([_inert(note)] for note in table.notes)
    writer.writerow([_inert(column) for column in table.columns])
    writer.writerows([_inert(cell) for cell in row] for row in table.rows)
    writer.writerows([_inert(line)] for line in table.tail)
    return out.getvalue().encode("utf-8-sig", "replace")


def _inert(value: Any) -> str:
    """Text that no spreadsheet takes for a formula, with a ' in front where it could be one."""
    text = clean(value)
    if text[:1] and (text[0] in RISKY or text.lstrip()[:1] in tuple(RISKY)):
        return "'" + text
    return text


def html_page(table: Table) -> bytes:
    """One page with the table and its further sheets; it runs nothing and fetches nothing."""
    parts = [
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>",
        "<meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{html.escape(clean(table.title))}</title>"
        f"<style>{_STYLE.replace('PAPER', table.size)}</style></head><body>",
    ]
    for sheet in (table, *table.sheets):
        parts.append(html_table(sheet))
    return "".join([*parts, "</body></html>"]).encode("utf-8", "replace")


def html_table(table: Table) -> str:
    """The table as an escaped HTML fragment: heading, notes, <table>, tail."""
    upright = len(table.columns) if table.upright is None else table.upright
    head = "".join(
        f"<th{' class=upright' if upright <= index < len(table.columns) - 1 else ''}>"
        f"<span>{html.escape(clean(column))}</span></th>"
        for index, column in enumerate(table.columns)
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{_marked(table, cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    tail = "".join(f"<p>{html.escape(clean(line))}</p>" for line in table.tail)
    notes = "".join(f"<p>{html.escape(clean(note))}</p>" for note in table.notes)
    return (
        f"<h2>{html.escape(clean(table.title))}</h2>{notes}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{tail}"
    )


def _marked(table: Table, cell: Any) -> str:
    return "".join(
        f"<b>{html.escape(piece)}</b>" if strong else html.escape(piece)
        for piece, strong in table.parts(cell)
    )


_STYLE = (
    "body{font:14px/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:1.5em}"
    "table{border-collapse:collapse;margin-bottom:2em}th,td{border:1px solid #888;padding:.2em .5em;"
    "vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}thead{display:table-header-group}th{background:#eee}"
    "th.upright span{writing-mode:vertical-rl}tr{break-inside:avoid}"
    "@page{size:PAPER landscape;margin:12mm}"
)
