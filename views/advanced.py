"""高级: the named queries with forms made from their headers, and a console that only reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from graph.fields import field_words, heading, in_words
from graph.queries import Param, Query, load_queries
from graph.render import ROLE_NAMES
from graph.tables import Table
from views import parts, taking
from views.parts import Column, Row, text

ROWS_LIMIT = 500
LONGEST = 5000  # characters of a statement
ACROSS = 3  # fields of a form side by side
SCOPE = ("documents", "drafts", "samples")
# Columns whose cells have a page of their own, and the column that says which one.
PAGES = {
    "agency": ("agency", "agency_id"),
    "document": ("document", "document_id"),
    "title": ("measure", "measure_id"),
}
START = "stats"  # the named query a new statement starts from: it runs without parameters


def page() -> None:
    """Two tabs: what is ready, and free statements where they are allowed."""
    st.title("高级")
    scope = parts.document_filter()
    ready, console = st.tabs(["现成查询", "查询语句（Cypher）"])
    with ready:
        named(scope)
    with console:
        free()


def named(scope: dict[str, Any]) -> None:
    """Choose a named query, fill its form, see its rows."""
    queries = load_queries("read")
    name = st.selectbox(
        "查询",
        list(queries),
        format_func=lambda key: f"{purpose(queries[key])}（{key}）" if key in queries else key,
        key=parts.remembered("query", next(iter(queries)), queries),
    )
    parts.in_address("query", name, next(iter(queries)))
    query = queries[name]
    with st.form(f"form-{name}"):
        asked = [param for param in query.params if param.name not in SCOPE]
        places = [place for _ in asked[::ACROSS] for place in st.columns(ACROSS)]
        values = {}
        for param, place in zip(asked, places, strict=False):
            with place:
                values[param.name] = field(name, param)
        st.form_submit_button("查询", type="primary", icon=":material/play_arrow:")
    given = {key: value for key, value in values.items() if value not in (None, "", [])}
    missing = [
        heading(param.name, asked=True)
        for param in query.params
        if not param.optional and param.name not in given
    ]
    with st.expander("查询语句"):
        st.code(query.text, language="cypher", wrap_lines=True)
    if missing:
        st.info(f"请先填写：{'、'.join(missing)}。", icon=":material/info:")
        return
    given |= {key: scope[key] for key in SCOPE if any(param.name == key for param in query.params)}
    rows = parts.rows_of(name, **given)
    columns = list(query.returns)
    show(
        purpose(query),
        [heading(column) for column in columns],
        cells(rows, columns),
        name,
        links(rows, columns),
    )


def purpose(query: Query) -> str:
    """What a query is for, its parameters called what the form calls them."""
    said = query.doc
    for param in query.params:
        said = re.sub(rf"(?<![a-z_]){param.name}(?![a-z_])", f"“{heading(param.name, asked=True)}”", said)
    return said


def cells(rows: list[dict[str, Any]], columns: list[str]) -> list[list[Any]]:
    """The rows' cells; codes that only programs read are the words of the other pages."""
    return [[in_words(row.get(name), name) for name in columns] for row in rows]


def links(rows: list[dict[str, Any]], columns: list[str]) -> list[dict[int, str]]:
    """The address that each cell with a page of its own leads to, by column."""
    found = []
    for row in rows:
        to = {}
        for at, name in enumerate(columns):
            page, key = PAGES.get(name, ("", ""))
            if page and row.get(key):
                to[at] = parts.address(page, **{page: row[key]})
        found.append(to)
    return found


def choices(name: str) -> dict[str, str] | None:
    """What a parameter can be, by its name: units, documents, instruments or regions; None for any text."""
    match name:
        case "agency" | "partner":
            return {row["agency_id"]: row["agency"] for row in parts.rows_of("agencies")}
        case "document":
            return {row["document_id"]: parts.short_source(row) for row in parts.rows_of("documents")}
        case "instrument":
            return {row["instrument_id"]: row["instrument"] for row in parts.rows_of("instruments")}
        case "region":
            return {row["region_id"]: row["region"] for row in parts.rows_of("regions")}
    return None


def field(query: str, param: Param) -> Any:
    """The field of a form for one parameter."""
    label = f"{heading(param.name, asked=True)}{'' if param.optional else '（必填）'}"
    key = f"param:{query}:{param.name}"
    if param.type == "string" and (known := choices(param.name)) is not None:
        return st.selectbox(
            label,
            list(known),
            index=None,
            format_func=lambda one: known.get(one, one),
            placeholder="选择" if param.optional else "请选择",
            key=key,
        )
    if param.type == "role":
        return st.selectbox(
            label,
            list(ROLE_NAMES),
            index=None,
            format_func=lambda role: ROLE_NAMES[role],
            placeholder="全部",
            key=key,
        )
    if param.type == "bool":
        # Not a box to tick: what nobody chose must not narrow the rows.
        return st.selectbox(
            label,
            [True, False],
            index=None,
            format_func=lambda said: "是" if said else "否",
            placeholder="不限",
            key=key,
        )
    if param.type == "integer":
        return st.number_input(
            label, min_value=1, max_value=100_000, value=None, step=1, placeholder="不限", key=key
        )
    example = f"例如：{field_words().get(param.name, {}).get('example', '')}"
    if param.type == "list":
        said = st.text_area(f"{label}，每行一个", key=key, height=80, placeholder=example)
        return [line.strip() for line in said.splitlines() if line.strip()]
    return st.text_input(label, key=key, placeholder=example).strip()


def free() -> None:
    """One statement that reads; it is planned first, and ends after ten seconds."""
    if parts.reading_only("自由查询"):
        return
    st.caption(
        f"只能查询：会改动内容、读外部文件或管理数据库的语句不执行。最长 10 秒，最多 {ROWS_LIMIT} 行。"
    )
    with st.form("console"):
        start = load_queries("read")[START].text
        said = st.text_area("语句", start, height=140, max_chars=LONGEST, key="statement")
        asked = st.form_submit_button("执行", type="primary", icon=":material/play_arrow:")
    if not asked:
        return
    columns, rows = parts.with_store(lambda store: store.explore(said, ROWS_LIMIT))
    if len(rows) > ROWS_LIMIT:
        st.warning(f"只取前 {ROWS_LIMIT} 行；请在语句里用 LIMIT 或 WHERE 缩小范围。", icon=":material/info:")
    show("查询结果", columns, rows[:ROWS_LIMIT], "console")


def show(
    title: str, columns: list[str], rows: list[list[Any]], key: str, to: Sequence[Mapping[int, str]] = ()
) -> None:
    """The rows as they came, to read and to take along; `to` are the addresses of a row's cells."""
    if not rows:
        st.info("没有符合的内容。请换一个条件再试。", icon=":material/info:")
        return
    st.markdown(f"**共 {len(rows)} 行**")
    said = [[_said(value) for value in row] for row in rows]
    taking.take(Table(title=title, columns=columns, rows=said), key=key)
    shown = [{"cells": row, "to": to[at] if to else {}} for at, row in enumerate(said)]
    kinds = [Column(name, _cell(index)) for index, name in enumerate(columns)]
    parts.reading_table(shown, kinds, key=key, tall=True)


def _cell(at: int) -> Any:
    def drawn(row: Row) -> str:
        said, to = row["cells"][at], row["to"].get(at)
        inner = text(said[:2000])
        if to and said:
            inner = f'<a href="{text(to)}" target="_self">{inner}</a>'
        return f'<div class="clamp" title="{text(said[:500])}">{inner}</div>'

    return drawn


def _said(value: Any) -> str:
    """A value as a person reads it: 是 and 否, lists with 、, nothing for nothing."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple) and all(isinstance(item, str | int) for item in value):
        return "、".join(map(str, value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else str(value)
