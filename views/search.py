"""The box above every page: a name, some words or a whole question leads to 查任务.

What a word may mean is looked for among units, tasks, documents, policy instruments and regions;
each hit is a link to its own page.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        label_visibility="collapsed",
        icon=":material/search:",
    ).strip()
    if here:
        parts.in_address("q", said, "")
        return ""
    return said


def hits(words: str, scope: Mapping[str, Any], *, cited: bool = True) -> list[dict[str, Any]]:
    """What has these words in its name or text; documents by number too, the nearest first.

    With `cited` also a document that is only cited, when the words are its title or number.
    """
    found = parts.rows_of("search", text=words, **scope)
    found += parts.rows_of("topics", text=words, limit=50, **scope)
    numbered = parts.rows_of("document", document=words, **scope)
    named = {(row["label"], row["id"]) for row in found}
    found += [
        {"label": "Document", "id": row["document_id"], "name": row["document"]}
        for row in numbered
        if ("Document", row["document_id"]) not in named
    ]
    exact = {words, words.strip("《》")}
    if cited and not numbered:  # a document that others rest on or cite, and nobody has loaded
        links = parts.rows_of("document_chain", document=words.strip("《》"))
        found += [
            {"label": "Document", "id": row["target_id"], "name": row["target"] or words, "stub": True}
            for row in links
            if row["stub"] and {row["target_id"], row["doc_number"], row["target"]} & exact
        ][:1]
    return sorted(found, key=lambda row: str(row["name"]) not in exact)


def draw_hits(found: list[dict[str, Any]]) -> None:
    """The hits, one table a kind, each name a link to its page."""
    for label, title in KINDS.items():
        rows = [row for row in found if row["label"] == label]
        if not rows:
            continue
        st.html(f'<h2 class="small">{title}（{len(rows)}）</h2>')
        shown = rows
        if len(rows) > HITS_SHOWN and not st.toggle(f"列出全部 {len(rows)} 个{title}", key=f"all:{label}"):
            shown = rows[:HITS_SHOWN]
        st.html(parts.table_markup(shown, (Column(title, hit, "wide"),), "duty-table plain"))


def hit(row: Row) -> str:
    """A hit as a link to where it is shown."""
    name = str(row["name"] or row["id"])
    if row["label"] == "Agency":
        return parts.link("agency", name, agency=row["id"])
    if row["label"] == "Document":
        cited = " " + parts.badge("只被引用，未载入", "open") if row.get("stub") else ""
        return parts.link("document", f"《{name}》", document=row["id"]) + cited
    if row["label"] == "Measure":
        home = f' <span class="quiet">{text(row["document"])}</span>' if row.get("document") else ""
        return parts.link("measure", name, measure=row["id"]) + home
    counted = f' <span class="quiet">{text(row.get("kind"))}　任务 {text(row.get("measures"))}</span>'
    return parts.topic_link(row) + counted
