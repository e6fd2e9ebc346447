"""单位任务对照表: tasks × units with the printed role in the cell, saved as xlsx or csv."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graph.tables import Table, matrix
from views import parts
from views.parts import text

MIME = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}
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
        st.info("所选范围内没有任务。", icon=":material/info:")
        return
    save(table)
    notes(table)
    draw(table)


def filters(units: dict[str, str]) -> dict[str, Any]:
    """Units and roles, None for all."""
    left, right = st.columns([3, 2])
    agencies = left.multiselect(
        "单位",
        list(units),
        format_func=lambda key: units.get(key, key),
        placeholder="全部单位",
        key=parts.remembered("unit", [], units),
    )
    with right:
        roles = parts.role_filter()
    parts.in_address("unit", agencies, [])
    return {"agencies": agencies or None, "roles": roles or None}


def save(table: Table) -> None:
    """A button a format; the files hold all rows and columns."""
    for column, suffix in zip(st.columns([1, 1, 5]), (".xlsx", ".csv"), strict=False):
        column.download_button(
            f"下载 {suffix[1:]}",
            table.render(suffix),
            f"单位任务对照表{suffix}",
            MIME[suffix],
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


def notes(table: Table) -> None:
    """Which documents, what the marks mean."""
    st.html('<div class="source notes">' + "<br>".join(text(note) for note in table.notes) + "</div>")


def draw(table: Table) -> None:
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
        "<tr>" + "".join(cell(value, kind) for value, kind in zip(row, kinds, strict=False)) + "</tr>"
        for row in shown[first : first + parts.ROWS_SHOWN]
    )
    st.html(
        f'<div class="duty-table grid"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


# The table's marks begin with these characters; what else a cell shows is a printed word of IMPLEMENTS.
KINDS = {"牵": "LEADS", "配": "SUPPORTS"}


def _kind(table: Table, index: int) -> str:
    """What a column holds: mark under a unit; doc, number and wide (the task) on the left; "" 备注."""
    if index >= table.fixed:
        return "mark" if index < len(table.columns) - 1 else ""
    return ("doc", "number", "wide")[index - table.fixed]


def cell(value: Any, kind: str) -> str:
    """A cell: coloured marks under a unit, text elsewhere."""
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
