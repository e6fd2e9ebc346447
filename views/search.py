"""The box above every page: a name, some words or a whole question leads to 查任务.

What a word may mean is looked for among units, tasks, documents, policy instruments and regions;
each hit is a link to its own page.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from views import parts
from views.parts import Column, Row, text

LABEL = "查找单位、任务、文件、政策工具、地区，或直接提问"
KINDS = {
    "Agency": "单位",
    "Measure": "任务",
    "Document": "文件",
    "PolicyInstrument": "政策工具",
    "Region": "地区",
}
HITS_SHOWN = 8
"""Of each kind, before somebody asks for all."""


def box(*, here: bool) -> str:
    """Draws the box; `here` on the page that answers. Returns what is asked for anew, "" for nothing."""
    key = parts.remembered("q", "") if here else "search"
    said = st.text_input(
        LABEL,
        placeholder=f"{LABEL}，例如：黄埔海关牵头哪些措施？",
        key=key,
        on_change=None if here else _asked,
        label_visibility="collapsed",
        icon=":material/search:",
    ).strip()
    if here:
        parts.in_address("q", said, "")
        return ""
    return str(st.session_state.pop("asked", "")).strip()


def _asked() -> None:
    """Empties the box when something is asked, or coming back to the page would ask it again."""
    st.session_state["asked"], st.session_state["search"] = st.session_state["search"], ""


def draw_hits(found: list[dict[str, Any]]) -> None:
    """The hits, one table a kind, each name a link to its page; the kind of the nearest hit first."""
    order = list(dict.fromkeys([*(row["label"] for row in found[:1]), *KINDS]))
    if found and all(row.get("near") for row in found):
        st.caption("没有找到完全符合的，下面是部分符合的。")
    for label in order:
        title, rows = KINDS[label], [row for row in found if row["label"] == label]
        if not rows:
            continue
        st.html(f'<h2 class="small">{title}（{len(rows)}）</h2>')
        shown = rows
        if len(rows) > HITS_SHOWN and not st.toggle(f"列出全部 {len(rows)} 个{title}", key=f"all:{label}"):
            shown = rows[:HITS_SHOWN]
        st.html(parts.table_markup(shown, (Column(title, hit, "wide"),), "duty-table plain"))


def hit(row: Row) -> str:
    """A hit as a link to where it is shown, with where it comes from and what status that has."""
    name = str(row["name"] or row["id"])
    if row["label"] == "Agency":
        return parts.link("agency", name, agency=row["id"])
    if row["label"] == "Document":
        return document_source(row)
    if row["label"] == "Measure":
        return parts.link("measure", name, measure=row["id"]) + "<br>" + parts.source(row)
    counted = f' <span class="quiet">{text(row.get("kind"))}　任务 {text(row.get("measures"))}</span>'
    return parts.topic_link(row) + counted


def document_source(row: Row) -> str:
    """A document as a link with number, date and status, marked where it is only cited."""
    mark = " " + parts.badge("只被引用，未载入", "open") if row.get("stub") else ""
    return parts.source(row) + mark
