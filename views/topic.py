"""政策工具和地区: which tasks use an instrument or apply to a region, and who answers for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.tables import Table
from views import parts, taking
from views.parts import Column, Row, text

LABELS = {"PolicyInstrument": "政策工具", "Region": "地区"}
TASKS = (
    Column("任务", parts.measure_link, "wide"),
    Column("责任单位", parts.units_of, "wide"),
    Column("文件", parts.source, "wide"),
)
LISTED = (
    Column("名称", parts.topic_link, "wide"),
    Column("类别", parts.plain("kind"), "short"),
    Column("任务", lambda row: parts.link("topic", str(row["measures"]), topic=row["id"]), "short"),
)


def page() -> None:
    """The instrument or region named in the address; without one, all of them."""
    st.title("政策工具和地区")
    scope = parts.document_filter()
    topic = st.query_params.get("topic")
    if not topic:
        every(parts.rows_of("topics", **scope), scope)
        return
    rows = parts.rows_of("topic_measures", topic=topic, **scope)
    if not rows:
        parts.nothing("所选文件里没有用到它的任务。", scope)
        st.html(f'<div class="source">{parts.link("topic", "看全部政策工具和地区 →")}</div>')
        return
    first = rows[0]
    st.subheader(parts.unmarked(first["topic"]))
    st.caption(f"{LABELS.get(str(first['label']), '')}　{parts.unmarked(first.get('kind'))}")
    units = Counter(duty["agency_id"] for row in rows for duty in row["duties"])
    parts.facts({"任务": len(rows), "单位": len(units), "文件": len({row["document_id"] for row in rows})})
    taking.take_rows(flat(rows), f"{first['topic']}：任务和责任单位", key="topic")
    parts.reading_table(rows, TASKS, key="topic")


def flat(rows: list[dict[str, object]]) -> list[Row]:
    """A row a responsibility; a task without any stays."""
    found: list[Row] = []
    for row in rows:
        duties = row["duties"] or [{}]
        found += [{**row, **duty} for duty in duties]  # type: ignore[attr-defined]
    return found


def every(rows: list[dict[str, Any]], scope: Mapping[str, Any]) -> None:
    """All instruments and regions that a task of the chosen documents names."""
    if not rows:
        parts.nothing("所选文件里没有读到政策工具或地区。", scope)
        return
    taking.take(
        Table(
            title="政策工具和地区",
            columns=("名称", "性质", "类别", "任务数"),
            rows=tuple(
                (row["name"], LABELS.get(str(row["label"]), ""), row["kind"] or "", row["measures"])
                for row in rows
            ),
        ),
        key="topics",
    )
    for label, title in LABELS.items():
        shown = [row for row in rows if row["label"] == label]
        st.html(f'<h2 class="small">{text(title)}（{len(shown)}）</h2>')
        parts.reading_table(shown, LISTED, key=label)
