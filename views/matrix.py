"""单位任务对照表: tasks × units with the printed role in the cell, saved as xlsx or csv."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graph.tables import GRID_SUFFIXES, Table, matrix
from views import parts, taking
from views.dutytable import filters, notes
from views.parts import text

UNITS_SHOWN = 37
"""Units side by side on a screen of 1366 pixels; the others are on further pages."""


def page() -> None:
    """Filters, the table, the files."""
    st.title("单位任务对照表")
    scope = parts.document_filter()
    units = {
        str(row["agency_id"]): str(row["agency"])
        for row in parts.rows_of("agencies", **scope)
        if row["measures"]
    }
    table = parts.with_store(lambda store: matrix(store, **filters(units), **scope))
    if not table.rows:
        parts.nothing("所选范围内没有任务。", scope, "请放宽单位或分工。")
        return
    taking.take(table, key="matrix", formats=GRID_SUFFIXES)
    notes(table)
    draw(table)


def draw(table: Table) -> None:
    """The table as it is saved, ROWS_SHOWN rows and UNITS_SHOWN units at most at a time.

    Where it covers several documents each one's tasks follow a line with its name.
    """
    shown, units = table.rows, range(table.fixed, len(table.columns) - 1)
    several = table.fixed > ALONE
    with st.container(horizontal=True, gap="medium"):
        first = page_of("行", len(shown), parts.ROWS_SHOWN, "rows")
        left = page_of("个单位", len(units), UNITS_SHOWN, "units")
    if len(units) > UNITS_SHOWN:
        st.caption("单位多，分几页画；也可以在上面选几个单位，或在左侧少选几份文件。下载的文件里是全部。")
    across = [
        *range(table.fixed - ALONE, table.fixed),
        *units[left : left + UNITS_SHOWN],
        len(table.columns) - 1,
    ]
    kinds = {index: _kind(table, index) for index in across}
    head = "".join(
        f'<th class="{kinds[index]}"><span title="{text(table.columns[index])}">'
        f"{text(table.columns[index])}</span></th>"
        for index in across
    )
    body, above = [], None
    for row, task in list(zip(shown, table.about, strict=True))[first : first + parts.ROWS_SHOWN]:
        if several and row[0] != above:
            above = row[0]
            body.append(f'<tr><td class="doc" colspan="{len(across)}">{text(above)}</td></tr>')
        body.append("<tr>" + "".join(cell(row[index], kinds[index], task) for index in across) + "</tr>")
    st.html(
        '<div class="duty-table grid" tabindex="0" role="region" aria-label="单位任务对照表">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def page_of(what: str, count: int, size: int, key: str) -> int:
    """Where the page that the reader chose begins; nothing to choose where one page holds everything."""
    pages = -(-count // size)
    if pages <= 1:
        return 0
    number = st.number_input(
        f"第几页（共 {pages} 页，{count} {what}）", 1, pages, key=f"grid:{key}", width=220
    )
    return (int(number) - 1) * size


ALONE = 2  # columns on the left of a table of one document: number and task
# The table's marks begin with these characters; what else a cell shows is a printed word of IMPLEMENTS.
KINDS = {"牵": "LEADS", "配": "SUPPORTS"}


def _kind(table: Table, index: int) -> str:
    """What a column holds: mark under a unit; number and wide (the task) on the left; last 备注."""
    if index >= table.fixed:
        return "mark" if index < len(table.columns) - 1 else "last"
    return ("number", "wide")[index - table.fixed]


def cell(value: Any, kind: str, task: str) -> str:
    """A cell: coloured marks under a unit, a link on a task, text elsewhere."""
    if kind == "wide":
        return f'<td class="wide">{parts.link("measure", str(value), measure=task)}</td>'
    if kind != "mark":
        return f'<td class="{kind}">{text(value)}</td>'
    marks = [mark for mark in str(value or "").split("、") if mark]
    return (
        '<td class="mark">'
        + "".join(f'<span class="badge {KINDS.get(m[0], "IMPLEMENTS")}">{text(m)}</span>' for m in marks)
        + "</td>"
    )
