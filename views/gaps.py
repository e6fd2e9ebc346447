"""待明确事项: what the chosen documents leave open, in tiers; the numbers lead to the rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graph.tables import gaps_table, tier_counts, unassigned
from views import parts, taking
from views.parts import Column, Row, text


def page() -> None:
    """How many of each kind, then the tasks."""
    st.title("待明确事项")
    scope = parts.document_filter()
    supposed = st.toggle(
        "标出“首位视同牵头”",
        key=parts.remembered("first", False),
        help="几个单位没有区分谁牵头时，办公中常把排在首位的视同牵头。文件没有这样写，只在这里标出。",
    )
    parts.in_address("first", supposed, False)
    table, rows = parts.with_store(lambda store: gaps_table(store, convention=supposed, **scope))
    st.caption("只列文件里没有写明的地方，供核对；没有写明不等于工作没有安排。")
    if not rows:
        if parts.rows_of("documents", **scope):
            st.success("所选文件里没有待明确的事项。", icon=":material/check:")
        else:
            parts.nothing("没有选中任何文件，无从列出。", scope)
        return
    counts = [(tier, name, count) for tier, name, count in tier_counts(rows) if count]
    parts.facts(
        {name: count for _, name, count in counts}, {name: f"#tier-{tier}" for tier, name, _ in counts}
    )
    if said := unassigned(rows):
        named = parts.link("tasks", "逐项查看 →", q="没有责任单位的任务")
        st.html(f'<div class="source">{text(said)} {named}</div>')
    taking.take(table, key="gaps")
    for tier, name, count in counts:
        st.html(f'<h2 class="small" id="tier-{tier}">{text(name)}（{count}）</h2>')
        parts.reading_table([row for row in rows if row["tier"] == tier], COLUMNS, key=f"tier{tier}")


def what(row: Row) -> str:
    """The task, or the whole document, or the name that is not settled."""
    if row.get("measure_id"):
        return parts.measure_link(row)
    units: list[Any] = list(row.get("units") or ())
    return text("、".join(str(unit) for unit in units) or row.get("number") or "整份文件")


COLUMNS = (
    Column("任务", what, "wide"),
    Column("现有写法", parts.plain("note"), "wide"),
    Column("文件", parts.source, "wide"),
)
