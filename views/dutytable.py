"""责任分工表: a row a task, who leads, who else answers, until when; to Word, Excel, csv or the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from graph.tables import NAMES, ORDERS, Table, responsibility_table, unit_archive, unit_tables
from views import document, parts, taking
from views.parts import Column, Row, text

WIDTHS = {"序号": "short", "文件": "unit", "具体措施": "unit", "责任（配合）单位": "much"}


def page() -> None:
    """Filters, what to take along, the table as it will be printed."""
    st.title("责任分工表")
    scope = parts.document_filter()
    listed = parts.rows_of("agencies", **scope)
    units = {str(row["agency_id"]): str(row["agency"]) for row in listed if row["measures"]}
    chosen = filters(units)
    table = parts.with_store(lambda store: responsibility_table(store, **chosen, **wording(), **scope))
    if not table.rows:
        parts.nothing("所选范围内没有任务。", scope, "请放宽单位或分工。")
        return
    table = titled(table, scope)
    taking.take(table, key="table")
    per_unit(chosen, scope)
    notes(table)
    draw(table, scope)


def titled(table: Table, scope: dict[str, Any]) -> Table:
    """The table under the name of its document, when it covers one only."""
    if len(scope["documents"] or ()) != 1:
        return table
    rows = parts.rows_of("documents", **scope)
    return document.titled(table, rows[0]) if len(rows) == 1 else table


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


def wording() -> dict[str, Any]:
    """Order and names of the units, blank columns for progress."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        order = st.radio(
            "单位顺序",
            list(ORDERS),
            format_func=lambda key: ORDERS.get(key, key),
            horizontal=True,
            key=parts.remembered("order", "printed", ORDERS),
        )
        names = st.radio(
            "单位名称",
            list(NAMES),
            format_func=lambda key: NAMES.get(key, key),
            horizontal=True,
            key=parts.remembered("names", "official", NAMES),
        )
        progress = st.toggle("留出进展栏", key=parts.remembered("progress", False))
    parts.in_address("order", order, "printed")
    parts.in_address("names", names, "official")
    parts.in_address("progress", progress, False)
    return {"order": order, "names": names, "progress": progress}


def per_unit(chosen: dict[str, Any], scope: dict[str, Any]) -> None:
    """A file a unit, all of them in one zip."""

    def archive() -> bytes:
        tables = parts.with_store(lambda store: unit_tables(store, **chosen, **scope))
        return unit_archive(tables, ".docx")

    st.download_button(
        "分单位任务清单（每个单位一份 Word，打包下载）",
        archive,
        "分单位任务清单.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
    )


def notes(table: Table) -> None:
    """Which documents the table covers, and what they are."""
    lines = "<br>".join(text(note) for note in table.notes)
    st.html(f'<div class="source notes" tabindex="0" role="region" aria-label="说明">{lines}</div>')


def draw(table: Table, scope: dict[str, Any]) -> None:
    """The table as it is saved, some rows at a time; a task is a link to its page."""
    rows: list[Row] = [{str(index): value for index, value in enumerate(row)} for row in table.rows]
    named = parts.tasks_by_name(scope)

    def linked(key: str) -> Callable[[Row], str]:
        def shown(row: Row) -> str:
            said = str(row[key] or "")
            return parts.link("measure", said, measure=named[said]) if said in named else text(said)

        return shown

    columns = [
        Column(
            name,
            linked(str(index)) if name == "具体措施" else parts.plain(str(index)),
            WIDTHS.get(name, "some"),
        )
        for index, name in enumerate(table.columns)
    ]
    parts.reading_table(rows, columns, key="table")
