"""单位: what a unit leads, supports and implements, in which documents, with whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.render import ROLE_NAMES
from views import parts
from views.parts import Column, Row, text

PARTNER_COLUMNS = (
    Column("单位", parts.agency_link, "wide"),
    Column("共同承担的任务", parts.plain("measures"), "short"),
    Column("其中本单位牵头", parts.plain("led_by_self"), "short"),
    Column("其中对方牵头", parts.plain("led_by_partner"), "short"),
)
UNIT_COLUMNS = (
    Column("单位", parts.agency_link, "wide"),
    Column("任务", parts.plain("measures"), "short"),
    Column("牵头", parts.plain("leads"), "short"),
    Column("配合", parts.plain("supports"), "short"),
    Column("负责", parts.plain("implements"), "short"),
    Column("文件", parts.plain("documents"), "short"),
)


def page() -> None:
    """Choose a unit; without one, all units by number of tasks."""
    st.title("单位")
    scope = parts.document_filter()
    units = {str(row["agency_id"]): row for row in parts.rows_of("agencies", **scope)}
    chosen = choose(units)
    if chosen is None:
        st.subheader("承担任务最多")
        rows = [row for row in units.values() if row["measures"]]
        parts.reading_table(rows, UNIT_COLUMNS, key="units")
        return
    found = parts.rows_of("agency", agency=chosen, **scope)
    if not found:
        st.warning("图里没有这个单位。", icon=":material/info:")
        return
    who_it_is(next((row for row in found if row["agency_id"] == chosen), found[0]))
    duties = parts.rows_of("agency_duties", agency=chosen, **scope)
    tasks, partners, origins = st.tabs(["任务", "共同承担的单位", "文件"])
    with tasks:
        duties_by_role(duties, found[0]["agency"])
    with partners:
        parts.reading_table(
            parts.rows_of("partners", agency=chosen, **scope), PARTNER_COLUMNS, key="partners"
        )
    with origins:
        by_document(duties)


def choose(units: Mapping[str, Row]) -> str | None:
    """The unit chosen in the box or named in the address; None for all."""
    # A succession may lead to a unit without tasks in the chosen documents: it is in `units` too.
    picked = st.selectbox(
        "单位",
        list(units),
        index=None,
        format_func=lambda key: str(units[key]["agency"]) if key in units else key,
        placeholder="输入名称查找单位",
        key=parts.remembered("agency", None, units),
        label_visibility="collapsed",
    )
    parts.in_address("agency", picked, None)
    return picked


def who_it_is(unit: Row) -> None:
    """Name, other names, kind, succession, and how many tasks."""
    st.subheader(parts.unmarked(unit["agency"]))
    parts.facts(
        {
            "任务": unit["measures"],
            "牵头": unit["leads"],
            "配合": unit["supports"],
            "负责": unit["implements"],
            "文件": unit["documents"],
        }
    )
    known: dict[str, Any] = {
        "简称": [unit.get("short_name")],
        "又作": [name for name in unit.get("aliases") or () if name != unit["agency"]],
        "所在地": [unit.get("region")],
        "前身": unit.get("predecessors"),
        "职责现由": unit.get("successors"),
        "包括": unit.get("members"),
        "属于": unit.get("member_of"),
    }
    lines = [
        f'<span class="quiet">{label}</span> {text("、".join(str(name) for name in names if name))}'
        for label, names in known.items()
        if names and any(names)
    ]
    if unit.get("collective"):
        lines.insert(0, parts.badge("统称", "open", "文件里对一类单位的合称"))
    if unit.get("resolved") == "unresolved":
        lines.insert(0, parts.badge("名称待核对", "draft", "按文件所印写出，尚未对应到具体单位"))
    if lines:
        st.html('<div class="source">' + "<br>".join(lines) + "</div>")


def duties_by_role(duties: list[dict[str, Any]], name: str) -> None:
    """One table a role, 牵头 first."""
    if not duties:
        st.info("所选文件里没有这个单位的任务。", icon=":material/info:")
        return
    for role, label in ROLE_NAMES.items():
        rows = [row for row in duties if row["role"] == role]
        if rows:
            st.markdown(f"**{label}（{len(rows)}）**")
            parts.reading_table(rows, parts.duty_columns("单位"), key=role)
    parts.download_rows(duties, f"{name}的任务", key="csv")


def by_document(duties: list[dict[str, Any]]) -> None:
    """The documents with the number of tasks by role."""
    documents: dict[str, dict[str, Any]] = {}
    for row in duties:
        counted = documents.setdefault(row["document_id"], {**row, **dict.fromkeys(ROLE_NAMES, 0)})
        counted[row["role"]] += 1
    columns = [Column("文件", parts.source, "wide")]
    columns += [Column(label, parts.plain(role), "short") for role, label in ROLE_NAMES.items()]
    parts.reading_table(list(documents.values()), columns, key="documents")
