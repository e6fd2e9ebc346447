"""单位任务对照表: tasks × units with the printed role in the cell, saved as xlsx or csv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from graph.tables import GRID_SUFFIXES, Table, matrix
from views import parts, taking
from views.dutytable import filters, notes
from views.parts import text

COLUMNS_SHOWN = 60


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
    draw(table, parts.tasks_by_name(scope))


def draw(table: Table, named: Mapping[str, str]) -> None:
    """The table as it is saved, ROWS_SHOWN rows and COLUMNS_SHOWN units at most at a time."""
    shown, columns = table.rows, len(table.columns)
    pages = -(-len(shown) // parts.ROWS_SHOWN)
    first = 0
    if pages > 1:
        number = st.number_input(f"第几页（共 {pages} 页，{len(shown)} 行）", 1, pages, width=220)
        first = (int(number) - 1) * parts.ROWS_SHOWN
    last = columns
    if columns > table.fixed + COLUMNS_SHOWN:
        st.caption(
            f"屏幕上只画前 {COLUMNS_SHOWN} 个单位（共 {columns - table.fixed - 1} 个），下载的文件里是全部。"
        )
        last = table.fixed + COLUMNS_SHOWN
    kinds = [_kind(table, index) for index in range(last)]
    head = "".join(
        f'<th class="{kind if kind != "mark" else ""}">{text(name)}</th>'
        for kind, name in zip(kinds, table.columns, strict=False)
    )
    body = "".join(
        "<tr>"
        + "".join(
            cell(value, kind, task_of(row, kinds, named)) for value, kind in zip(row, kinds, strict=False)
        )
        + "</tr>"
        for row in shown[first : first + parts.ROWS_SHOWN]
    )
    st.html(
        '<div class="duty-table grid" tabindex="0" role="region" aria-label="单位任务对照表">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


# The table's marks begin with these characters; what else a cell shows is a printed word of IMPLEMENTS.
KINDS = {"牵": "LEADS", "配": "SUPPORTS"}


def _kind(table: Table, index: int) -> str:
    """What a column holds: mark under a unit; doc, number and wide (the task) on the left; "" 备注."""
    if index >= table.fixed:
        return "mark" if index < len(table.columns) - 1 else ""
    return ("doc", "number", "wide")[index - table.fixed]


def task_of(row: Sequence[Any], kinds: Sequence[str], named: Mapping[str, str]) -> str | None:
    """The id of the task of a row, by its number and title."""
    return named.get("".join(str(row[kinds.index(kind)] or "") for kind in ("number", "wide")))


def cell(value: Any, kind: str, task: str | None = None) -> str:
    """A cell: coloured marks under a unit, a link on a task, text elsewhere."""
    if kind == "wide" and task:
        return f'<td class="wide">{parts.link("measure", str(value), measure=task)}</td>'
    if kind == "doc":
        return f'<td class="doc"><div title="{text(value)}">{text(value)}</div></td>'
    if kind != "mark":
        return f'<td class="{kind}">{text(value)}</td>'
    marks = [mark for mark in str(value or "").split("、") if mark]
    return (
        '<td class="short">'
        + " ".join(parts.badge(m, KINDS.get(m[0], "IMPLEMENTS")) for m in marks)
        + "</td>"
    )
