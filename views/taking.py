"""Taking rows along: copied as a table or as text, or saved as a file, always with their source.

Copying is an own component of a few lines: a table goes to the clipboard as text/html beside
text/plain, so that Word, WPS and spreadsheets paste cells and everything else pastes lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from graph.tables import RISKY, SUFFIXES, Table, describe_document, edition_name
from views import parts
from views.parts import Row, text

HERE = Path(__file__).parent
COPIED_ROWS = 1000
"""A longer table is saved, not copied: the page would carry it twice."""

MIME = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}
NAMES = {".docx": "Word", ".xlsx": "Excel", ".csv": "csv"}

EXPORTED = {
    "number": "序号",
    "title": "任务",
    "role": "分工",
    "role_text": "原文分工用语",
    "agency": "单位",
    "measures": "任务数",
    "leads": "牵头",
    "supports": "配合",
    "implements": "负责",
    "agencies": "责任单位数",
    "group": "比较",
    "deadline": "时限",
    "a": "单位甲",
    "b": "单位乙",
    "document": "文件",
    "doc_number": "文号",
    "status": "状态",
    "date": "日期",
    "edition": "版本",
    "quotes": "原文",
}


def take_rows(rows: Sequence[Row], title: str, *, key: str) -> None:
    """The rows as a table to take along, with the fields that any of them has."""
    take(rows_table(rows, title), key=key)


def rows_table(rows: Sequence[Row], title: str) -> Table:
    """Rows of a query as a table with Chinese headings; the documents they come from stand above."""
    columns = {field: name for field, name in EXPORTED.items() if any(row.get(field) for row in rows)}
    documents = {row["document_id"]: row for row in rows if row.get("document_id") and row.get("document")}
    return Table(
        title=title,
        columns=tuple(columns.values()),
        rows=tuple(tuple(_shown(row, field) for field in columns) for row in rows),
        notes=[f"来源：{describe_document(row)}" for row in documents.values()],
    )


def _shown(row: Row, field: str) -> str:
    value = row.get(field)
    if field == "role":
        return ROLE_NAMES.get(str(value), str(value or ""))
    if field in ("date", "deadline"):
        return chinese_day(value)
    if field == "edition":
        return edition_name(value)
    if isinstance(value, list | tuple):
        return "；".join(_word(item) for item in value) if field != "quotes" else _quotes(value)
    return "" if value is None else str(value)


def _quotes(value: Iterable[Any]) -> str:
    return "；".join(dict.fromkeys(str(item) for item in value))


def _word(item: Any) -> str:
    return str(item.get("agency", item)) if isinstance(item, Mapping) else str(item)


def take(table: Table, *, key: str, formats: Sequence[str] = SUFFIXES) -> None:
    """One line of buttons: copy as a table, copy as text, save as Word, Excel or csv."""
    if not table.rows:
        return
    dated = Table(
        **{**vars(table), "notes": [*table.notes, f"导出日期：{chinese_day(date.today().isoformat())}"]}
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"take-{key}"):
        copy_buttons(dated, key=f"copy-{key}")
        for suffix, mime in MIME.items():
            if suffix in formats:
                _save(dated, suffix, mime, key)


def _save(table: Table, suffix: str, mime: str, key: str) -> None:
    st.download_button(
        f"下载 {NAMES[suffix]}",
        lambda: table.render(suffix),  # made when it is asked for
        f"{parts.file_name(table.title or '表格')}{suffix}",
        mime,
        key=f"save-{key}{suffix}",
        icon=":material/download:",
        on_click="ignore",
    )


def copy_buttons(table: Table, *, key: str) -> None:
    """复制为表格 and 复制为文字."""
    if len(table.rows) > COPIED_ROWS:
        st.caption(f"超过 {COPIED_ROWS} 行，请下载文件。")
        return
    st.components.v2.component(
        "take_along",
        html='<div class="take"></div>',
        css=(HERE / "taking.css").read_text("utf-8"),
        js=(HERE / "taking.js").read_text("utf-8"),
    )(
        key=key,
        data={"html": as_html(table), "cells": as_cells(table), "lines": as_lines(table)},
        width="content",
        height=40,
    )


def as_html(table: Table) -> str:
    """The table as markup that Word, WPS and spreadsheets paste; no cell becomes a formula."""
    # mso-number-format \@ marks a cell as text for spreadsheets.
    cell = "style=\"border:1px solid #666;padding:2px 6px;vertical-align:top;mso-number-format:'\\@'\""
    head = "".join(f"<th {cell}>{text(name)}</th>" for name in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td {cell}>{text(_inert(value))}</td>" for value in row) + "</tr>"
        for row in table.rows
    )
    notes = "".join(f"<p>{text(note)}</p>" for note in table.notes)
    return (
        f"<p><b>{text(table.title)}</b></p>"
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{notes}"
    )


def as_cells(table: Table) -> str:
    """The table as lines with tabs, for where no markup is taken."""
    rows = [table.columns, *table.rows]
    lines = ["\t".join(_inert(" ".join(str(value or "").split())) for value in row) for row in rows]
    return "\n".join([table.title, *lines, *table.notes])


def as_lines(table: Table) -> str:
    """The table as sentences: 1. 列：值；列：值。"""
    lines = [
        f"{index}. "
        + "；".join(f"{name}：{value}" for name, value in zip(table.columns, row, strict=False) if value)
        + "。"
        for index, row in enumerate(table.rows, 1)
    ]
    return "\n".join([table.title, *lines, *table.notes])


def _inert(value: Any) -> str:
    """Text that no spreadsheet takes for a formula."""
    said = "" if value is None else str(value)
    return "'" + said if said.lstrip()[:1] and said.lstrip()[0] in RISKY else said
