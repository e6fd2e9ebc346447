"""查任务: a question or a name → an answer with its sources, and what else has that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.questions import Answer, ask
from views import parts, search, taking
from views.parts import Column, Row, text

COUNTED = {"measures": "任务", "leads": "牵头", "supports": "配合", "implements": "负责", "documents": "文件"}


def page() -> None:
    """How the question was understood, the rows, where they come from; else what has that name."""
    st.title("查任务")
    scope = parts.document_filter()
    question = str(st.session_state.get("q") or "").strip()
    if not question:
        st.markdown("在上面的框里输入一个名称，或直接提问。")
        offer("可以这样问", parts.with_store(lambda store: ask(store, "", **scope)).suggestions)
        return
    answer = parts.with_store(lambda store: ask(store, question, **scope))
    if answer.abstained or answer.understood is None:
        not_understood(answer, question, scope)
        return
    st.info("理解为：" + parts.unmarked(answer.understood.text), icon=":material/check:")
    if answer.message:
        st.markdown(parts.unmarked(answer.message))
    show(answer, scope)
    named = search.hits(question, scope, cited=False)
    if named:
        with st.expander(f"名称或文字里有“{parts.unmarked(question)}”的（{len(named)}）"):
            search.draw_hits(named)
    if answer.cypher:
        with st.expander("查询语句（Cypher）"):
            st.code(answer.cypher, language="cypher", wrap_lines=True)
            st.json({"查询": answer.understood.query, "参数": dict(answer.understood.params)}, expanded=True)


def show(answer: Answer, scope: Mapping[str, Any]) -> None:
    """The rows as a reading table with the columns that suit them."""
    rows = answer.rows
    if not rows:
        parts.nothing("所选文件里没有符合的内容。", scope)
        return
    st.markdown(f"**共 {len(rows)} 行**")
    taking.take_rows(rows, answer.question, key="answer")
    parts.reading_table(rows, columns_for(rows[0]), key="answer")
    in_network(rows)
    parts.sources(rows)


def in_network(rows: list[dict[str, Any]]) -> None:
    """A way from an answer to the picture of its units."""
    units = list(dict.fromkeys(row["agency_id"] for row in rows if row.get("agency_id")))
    if units:
        st.html(
            '<div class="source">'
            + parts.link("network", "在单位协作图中看这些单位 →", unit=units[:20])
            + "</div>"
        )


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
    """What has that name; else says so. Questions that can be answered stand below."""
    found = search.hits(question, scope)
    if found:
        st.markdown(f"**名称或文字里有“{parts.unmarked(question)}”的**（{len(found)}）")
        search.draw_hits(found)
        st.caption("这是按字面找到的，不是对问题的回答。" + parts.unmarked(answer.message or ""))
    else:
        st.warning(parts.unmarked(answer.message or "没听懂这个问题。"), icon=":material/help:")
    about_two(answer, scope)
    offer("可以这样问", answer.suggestions)


def about_two(answer: Answer, scope: Mapping[str, Any]) -> None:
    """Words that name two units: the pages that put them side by side."""
    units = [row for row in parts.rows_of("agencies", **scope) if row["measures"]]
    named = {
        row["agency_id"]: str(row["agency"])
        for said in answer.suggestions
        for row in units
        if said.startswith(str(row["agency"]))
    }
    if len(named) != 2:
        return
    one, other = named
    names = f"{named[one]}和{named[other]}"
    st.html(
        '<div class="source">'
        + parts.link("agency", f"比较{names} →", agency=one, other=other)
        + "<br>"
        + parts.link("network", f"画出{names}之间的路径 →", path=[one, other])
        + "</div>"
    )


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
