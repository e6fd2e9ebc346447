"""查任务: a question or a unit's name → a table with its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.questions import Answer, ask
from views import parts
from views.parts import Column, Row, text

COUNTED = {"measures": "任务", "leads": "牵头", "supports": "配合", "implements": "负责", "documents": "文件"}


def page() -> None:
    """The question, how it was understood, the rows, where they come from."""
    st.title("查任务")
    scope = parts.document_filter()
    question = st.text_input(
        "问题或单位名称",
        placeholder="例如：黄埔海关牵头哪些措施？",
        key=parts.remembered("q", ""),
    ).strip()
    parts.in_address("q", question, "")
    if not question:
        offer("可以这样问", parts.with_store(lambda store: ask(store, "", **scope)).suggestions)
        return
    answer = parts.with_store(lambda store: ask(store, question, **scope))
    if answer.abstained or answer.understood is None:
        not_understood(answer, question, scope)
        return
    st.info("理解为：" + parts.unmarked(answer.understood.text), icon=":material/check:")
    if answer.message:
        st.markdown(parts.unmarked(answer.message))
    show(answer.rows)
    if answer.cypher:
        with st.expander("查询语句（Cypher）"):
            st.code(answer.cypher, language="cypher", wrap_lines=True)
            st.json({"查询": answer.understood.query, "参数": dict(answer.understood.params)}, expanded=True)


def show(rows: list[dict[str, Any]]) -> None:
    """The rows as a reading table with the columns that suit them."""
    if not rows:
        st.warning("所选文件里没有符合的内容。", icon=":material/info:")
        return
    st.markdown(f"**共 {len(rows)} 行**")
    parts.reading_table(rows, columns_for(rows[0]), key="answer")
    parts.sources(rows)
    parts.download_rows(rows, "查任务", key="csv")


def columns_for(row: Row) -> list[Column]:
    """Columns by what a row is about: a duty, a task, a unit, a pair, a document, or whatever it holds."""
    if "measure_id" in row and "role" in row:
        return parts.duty_columns()
    if "measure_id" in row:
        extra = {"leads": "牵头", "implements": "负责", "agencies": "责任单位", "deadline": "时限"}
        more = [Column(title, names(key)) for key, title in extra.items() if key in row]
        return [*parts.duty_columns("分工", "单位", "原文"), *more]
    counts = [Column(title, names(key), "short") for key, title in COUNTED.items() if key in row]
    if "a_id" in row:
        return [
            Column("单位", lambda r: parts.agency_link(r, "a_id", "a"), "wide"),
            Column("共同承担的单位", lambda r: parts.agency_link(r, "b_id", "b"), "wide"),
            *counts,
        ]
    if "document_id" in row and "agency_id" not in row:
        return [Column("文件", parts.source, "wide"), *counts]
    if "agency_id" in row:
        return [Column("单位", parts.agency_link, "wide"), *counts]
    return [Column(key, names(key)) for key in row]


def names(key: str) -> Any:
    """A column of a value, a list of values, or a list of units."""

    def shown(row: Row) -> str:
        value = row.get(key)
        if not isinstance(value, list | tuple):
            return text(value)
        return text("、".join(str(v.get("agency", v)) if isinstance(v, Mapping) else str(v) for v in value))

    return shown


def not_understood(answer: Answer, question: str, scope: Mapping[str, Any]) -> None:
    """Says so; a name that is in the graph leads to its page; questions that can be answered."""
    st.warning(parts.unmarked(answer.message or "没听懂这个问题。"), icon=":material/help:")
    offer("可以这样问", answer.suggestions)
    found = parts.rows_of("search", text=question, **scope)[:15]
    if found:
        st.markdown("**字面相近的内容**（不是对问题的回答）")
        st.html(parts.table_markup(found, (Column("类别", label), Column("名称", hit, "wide"))))


def label(row: Row) -> str:
    """What a hit of the full-text search is."""
    return {"Agency": "单位", "Measure": "任务", "Document": "文件"}.get(
        str(row["label"]), text(row["label"])
    )


def hit(row: Row) -> str:
    """A hit as a link to where it is shown."""
    if row["label"] == "Agency":
        return parts.link("agency", str(row["name"]), agency=row["id"])
    if row["label"] == "Document":
        return parts.link("document", str(row["name"]), document=row["id"])
    return parts.link("document", str(row["name"]), measure=row["id"])


def offer(title: str, questions: Any) -> None:
    """Questions to click."""
    if questions:
        st.markdown(f"**{title}**")
    for index, question in enumerate(dict.fromkeys(questions)):
        st.button(
            parts.unmarked(question),
            key=f"offer:{index}",
            on_click=_put,
            args=(question,),
            icon=":material/subdirectory_arrow_right:",
            type="tertiary",
        )


def _put(question: str) -> None:
    st.session_state["q"] = question
