"""Taking rows along: copied as a table or as text, or saved as a file, always with their source.

Copying is an own component of a few lines: a table goes to the clipboard as text/html beside
text/plain, so that Word, WPS and spreadsheets paste cells and everything else pastes lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from graph.fields import heading
from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from graph.tables import (
    RISKY,
    SUFFIXES,
    Table,
    cited,
    duties_said,
    edition_name,
    numbered,
    scope_notes,
    sentence,
    short_documents,
    source_list,
)
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

# The fields of a row that are taken along, in this order.
EXPORTED = (
    *("route", "step", "depth", "title", "role", "role_text", "agency", "measures"),
    *("leads", "supports", "implements", "agencies", "group", "deadline", "a", "b"),
    *("document", "doc_number", "status", "date", "edition", "quotes"),
)
COMPARED = "比较"
"""The heading of `group`, which a page that compares puts on its rows."""
ABOUT_DOCUMENT = ("document", "doc_number", "status", "date", "edition")
LISTED = {"LEADS": "leads", "SUPPORTS": "supports", "IMPLEMENTS": "implements"}
"""The fields of a row that may hold a list of units, by their role."""
WIDEST = 48  # characters of a spreadsheet
TITLE_KEPT = 60
"""Characters of a title in a file's name: a name may take 255 bytes."""


def take_rows(rows: Sequence[Row], title: str, *, key: str) -> None:
    """The rows as a table to take along, with the fields that any of them has."""
    take(rows_table(rows, title, checked_among(rows)), key=key)


def checked_among(rows: Sequence[Row]) -> set[str]:
    """The ids of those tasks in the rows that a person has checked."""
    tasks = {str(row["measure_id"]) for row in rows if row.get("measure_id")}
    if not tasks:
        return set()
    homes = sorted({str(row["document_id"]) for row in rows if row.get("measure_id")})
    return tasks & {str(row["measure_id"]) for row in parts.rows_of("checked_measures", documents=homes)}


def rows_table(rows: Sequence[Row], title: str, checked: Collection[str] = ()) -> Table:
    """Rows of a query as a table with Chinese headings, numbered; the documents they come from stand above,
    or below where there are many. `checked` are the ids of tasks that a person has checked."""
    tasks = any(row.get("measure_id") for row in rows)
    documents = list(
        {r["document_id"]: r for r in rows if r.get("document_id") and r.get("document")}.values()
    )
    # The rows of one task, or of many, need not repeat its document; rows about documents do.
    left_out = ABOUT_DOCUMENT if tasks else ()
    columns = {
        field: COMPARED if field == "group" else heading(field)
        for field in EXPORTED
        if field not in left_out and any(row.get(field) for row in rows)
    }
    short = short_documents(documents) if tasks and len(documents) > 1 else {}
    table = [
        [
            index,
            *([short.get(str(row.get("document_id")), "")] if short else []),
            *(_shown(row, field) for field in columns),
        ]
        for index, row in enumerate(rows, 1)
    ]
    heads = ["序号", *(["文件"] if short else []), *columns.values()]
    counted = {row["measure_id"]: {"checked": row["measure_id"] in checked} for row in rows if tasks}
    return Table(
        title=title.strip().rstrip("？?。！!"),
        columns=heads,
        rows=table,
        notes=scope_notes(documents, list(counted.values()) if tasks else None) if documents else [],
        tail=source_list(documents),
        widths={index: _width(name, [row[index] for row in table]) for index, name in enumerate(heads)},
        sentences=_sentences(rows, documents) if tasks else (),
    )


def _width(name: str, values: Iterable[Any]) -> int:
    """Characters of a spreadsheet for a column: what its longest line takes, within reason."""
    longest = max((_across(line) for value in values for line in str(value or "").split("\n")), default=0)
    return min(max(longest, _across(name)) + 2, WIDEST)


def _across(said: str) -> int:
    return len(said) + sum(char > "\u2e80" for char in said)


def _sentences(rows: Sequence[Row], documents: Sequence[Row]) -> list[str]:
    """The tasks as prose, a sentence a task, with the units that the rows name."""
    first: dict[Any, Row] = {}
    found: dict[Any, list[tuple[str, str]]] = {}
    for row in rows:
        first.setdefault(row.get("measure_id"), row)
        units = found.setdefault(row.get("measure_id"), [])
        named = [duty for duty in row.get("duties") or [row] if duty.get("agency") and duty.get("role")]
        units += [(str(duty["role"]), str(duty["agency"])) for duty in named]
        for role, field in LISTED.items():
            if isinstance(row.get(field), list | tuple):
                units += [(role, _word(item)) for item in row[field]]
    several = len(documents) > 1
    return numbered(
        [
            sentence(
                f"{row.get('number') or ''}{row.get('title') or ''}",
                duties_said(found[task]),
                chinese_day(row.get("deadline")),
                cited(row) if several else "",
            )
            for task, row in first.items()
        ],
        documents,
    )


def _shown(row: Row, field: str) -> str:
    value = row.get(field)
    if field == "title":
        return f"{row.get('number') or ''}{value or ''}"
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
    dated = table.dated(today())
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"take-{key}"):
        copy_buttons(dated, key=f"copy-{key}")
        for suffix, mime in MIME.items():
            if suffix in formats:
                _save(dated, suffix, mime, key)


def today() -> str:
    """The day of today, in words."""
    return chinese_day(date.today().isoformat())


def named(title: str, suffix: str) -> str:
    """The name of a file to save, after what is in it and the day; the middle of a long title is left out."""
    name = parts.file_name(title or "表格", limit=None)
    if len(name) > TITLE_KEPT:
        name = f"{name[: TITLE_KEPT // 2]}…{name[-TITLE_KEPT // 2 :]}"
    return f"{name}_{date.today():%Y%m%d}{suffix}"


def _save(table: Table, suffix: str, mime: str, key: str) -> None:
    st.download_button(
        f"下载 {NAMES[suffix]}",
        lambda: table.render(suffix),  # made when it is asked for
        named(table.title, suffix),
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
    notes = "".join(f"<p>{text(note)}</p>" for note in (*table.notes, *table.tail))
    return (
        f"<p><b>{text(table.title)}</b></p>"
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{notes}"
    )


def as_cells(table: Table) -> str:
    """The table as lines with tabs, for where no markup is taken."""
    rows = [table.columns, *table.rows]
    lines = ["\t".join(_inert(" ".join(str(value or "").split())) for value in row) for row in rows]
    return "\n".join([table.title, *lines, *table.notes, *table.tail])


def as_lines(table: Table) -> str:
    """The table as sentences that may go into a document; where it has none, 1. 列：值；列：值。"""
    if table.sentences:
        return "\n".join([table.title, *table.sentences])
    lines = [
        f"{index}. "
        + "；".join(
            f"{name}：{value}"
            for name, value in zip(table.columns, row, strict=False)
            if value and name != "序号"
        )
        + "。"
        for index, row in enumerate(table.rows, 1)
    ]
    return "\n".join([table.title, *lines, *table.notes, *table.tail])


def _inert(value: Any) -> str:
    """Text that no spreadsheet takes for a formula."""
    said = "" if value is None else str(value)
    return "'" + said if said.lstrip()[:1] and said.lstrip()[0] in RISKY else said
