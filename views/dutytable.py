"""责任分工表: a row a task, who leads, who else answers, until when; to Word, Excel, csv or the clipboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from graph.tables import CONTENTS, NAMES, ORDERS, Table, responsibility_table, unit_archive, unit_tables
from views import parts, taking
from views.parts import Column, Row, text

WIDTHS = {"序号": "short", "文件": "unit", "具体措施": "task", "责任（配合）单位": "much"}


def page() -> None:
    """Filters, what to take along, the table as it will be printed."""
    st.title("责任分工表")
    scope = parts.document_filter()
    listed = parts.rows_of("agencies", **scope)
    units = {str(row["agency_id"]): str(row["agency"]) for row in listed if row["measures"]}
    chosen = filters(units)
    said = wording()
    table = parts.with_store(lambda store: responsibility_table(store, **chosen, **said, **scope))
    if not table.rows:
        parts.nothing("所选范围内没有任务。", scope, "请放宽单位或分工。")
        return
    taking.take(table, key="table")
    per_unit(table.title, said["content"], chosen, scope)
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


def wording() -> dict[str, Any]:
    """How much of a task's text, order and names of the units, blank columns for progress."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        content = parts.one_of("任务内容", "content", CONTENTS)
        order = parts.one_of("单位顺序", "order", ORDERS)
        names = parts.one_of("单位名称", "names", NAMES)
        progress = st.toggle("留出进展栏", key=parts.remembered("progress", False))
    parts.in_address("progress", progress, False)
    return {"content": content, "order": order, "names": names, "progress": progress}


def per_unit(title: str, content: str, chosen: dict[str, Any], scope: dict[str, Any]) -> None:
    """A file a unit, all of them in one zip."""

    def archive() -> bytes:
        tables = parts.with_store(lambda store: unit_tables(store, content=content, **chosen, **scope))
        return unit_archive({unit: table.dated(taking.today()) for unit, table in tables.items()}, ".docx")

    st.download_button(
        "分单位任务清单（每个单位一份 Word，打包下载）",
        archive,
        taking.named(title.replace("责任分工表", "分单位任务清单"), ".zip"),
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
    )


def notes(table: Table) -> None:
    """Which documents the table covers, and what they are; a long list of them is folded."""
    st.html(f'<div class="source notes">{"<br>".join(text(note) for note in table.notes)}</div>')
    if table.tail:
        with st.expander(f"文件清单（{len(table.tail)}份）"):
            st.html(f'<div class="source">{"<br>".join(text(line) for line in table.tail)}</div>')


def draw(table: Table) -> None:
    """The table as it is saved, some rows at a time; a task is a link to its page."""
    rows: list[Row] = [
        {"about": about, **{str(index): value for index, value in enumerate(row)}}
        for about, row in zip(table.about, table.rows, strict=True)
    ]

    def marked(key: str) -> Callable[[Row], str]:
        def shown(row: Row) -> str:
            return "".join(
                f"<b>{text(piece)}</b>" if strong else text(piece) for piece, strong in table.parts(row[key])
            )

        return shown

    columns = [
        Column(
            name,
            task(str(index)) if name == "具体措施" else marked(str(index)),
            WIDTHS.get(name, "some"),
        )
        for index, name in enumerate(table.columns)
    ]
    parts.reading_table(rows, columns, key="table")


def task(key: str) -> Callable[[Row], str]:
    """What is to be done: its heading, or the first words of its sentence, leads to the task's page."""

    def shown(row: Row) -> str:
        said = str(row[key] or "")
        heading = re.match(r"[^\n]*(?=\n)|[^，,；;、：:\n]*", said)
        first = heading.group() if heading and heading.group() else said
        link = parts.link("measure", first, measure=row["about"])
        rest = text(said[len(first) :]).strip()
        return link + (f'<div class="work">{rest}</div>' if said[len(first) :].startswith("\n") else rest)

    return shown
