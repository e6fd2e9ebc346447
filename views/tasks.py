"""查任务: a question or a name → an answer with its sources, and what else has that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.questions import Answer, Names, ask, chosen, look_up
from graph.store import Store
from graph.tables import named
from views import parts, search, taking
from views.parts import Column, Row, text

COUNTED = {"measures": "任务", "leads": "牵头", "supports": "配合", "implements": "负责", "documents": "文件"}


LEADING = {
    "step": Column("路径—步", lambda row: text(f"{row['route']}—{row['step']}"), "short"),
    "group": Column("比较", lambda row: text("共同" if row["shared"] else "各自"), "short"),
}
"""Columns before those of a duty, by the value that they are for."""


def page() -> None:
    """How the question was understood, the rows, where they come from; else what has that name."""
    st.title("查任务")
    scope = parts.document_filter()
    question = str(st.session_state.get("q") or "").strip()
    if not question:
        st.markdown("在上面的框里输入一个名称，或直接提问。")
        offer("可以这样问", parts.with_store(lambda store: ask(store, "", **scope)).suggestions)
        return
    answer, found = parts.with_store(lambda store: answer_and_hits(store, question, scope))
    if answer.abstained or answer.understood is None:
        not_understood(answer, found, question, scope)
        return
    st.info("理解为：" + parts.unmarked(answer.understood.text), icon=":material/check:")
    if answer.message:
        st.markdown(parts.unmarked(answer.message))
    ways_on(answer)
    show(answer, scope)
    if found:
        with st.expander(f"名称或文字里有“{parts.unmarked(question)}”的（{len(found)}）"):
            search.draw_hits(found)
    if answer.cypher:
        with st.expander("查询语句（Cypher）"):
            st.code(answer.cypher, language="cypher", wrap_lines=True)
            st.json({"查询": answer.understood.query, "参数": dict(answer.understood.params)}, expanded=True)


def answer_and_hits(
    store: Store, question: str, scope: Mapping[str, Any]
) -> tuple[Answer, list[dict[str, Any]]]:
    """The answer to a question, and what has these words as its name or in its text."""
    names = Names(store, chosen(**scope))
    answer = ask(store, question, names=names)
    return answer, look_up(store, question, names, near=answer.abstained)


def show(answer: Answer, scope: Mapping[str, Any]) -> None:
    """The rows as a reading table with the columns that suit them."""
    rows = answer.rows
    if not rows:
        parts.nothing("所选文件里没有符合的内容。", scope)
        return
    st.markdown(f"**共 {len(rows)} 行**")
    taking.take_rows(rows, answer.question, key="answer")
    parts.reading_table(rows, columns_for(rows[0]), key="answer")
    parts.sources(rows)


def ways_on(answer: Answer) -> None:
    """Links to the pages that show what was asked about: two units, a path, documents, a picture."""
    asked = answer.understood.params if answer.understood else {}
    links = []
    if asked.get("agency") and asked.get("partner"):
        links += two_units(asked["agency"], asked["partner"])
    elif units := list(dict.fromkeys(row["agency_id"] for row in answer.rows if row.get("agency_id"))):
        links.append(parts.link("network", "在单位协作图中看这些单位 →", unit=units[:20]))
    document = asked.get("source") or asked.get("target")
    if answer.understood and answer.understood.query in ("document_levels", "document"):
        document = asked.get("document")
    if document:
        links.append(parts.link("network", "画出文件关系 →", kind="documents", start=document))
        links.append(parts.link("document", "打开这份文件 →", document=document))
    if answer.understood and answer.understood.query == "unassigned_measures":
        links.append(parts.link("gaps", "待明确事项：按文件归并，连同没有区分牵头的一起看 →"))
    if links:
        st.html(f'<div class="source">{"<br>".join(links)}</div>')


def two_units(one: str, other: str, names: str = "这两个单位") -> list[str]:
    """Links to two units side by side, and to the path between them."""
    return [
        parts.link("agency", f"比较{names} →", agency=one, other=other),
        parts.link("network", f"画出{names}之间的路径 →", path=[one, other]),
    ]


def columns_for(row: Row) -> list[Column]:
    """Columns by what a row is about: a duty, a task, a unit, a pair, a document, or whatever it holds."""
    if "measure_id" in row and "role" in row:
        return [*(column for key, column in LEADING.items() if key in row), *parts.duty_columns()]
    if "depth" in row:
        return [
            Column("级", names("depth"), "short"),
            Column("文件", search.document_source, "wide"),
            Column("依据", lambda r: text(f"{named(r['source'])}依据{named(r['target'])}"), "wide"),
        ]
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


def not_understood(
    answer: Answer, found: list[dict[str, Any]], question: str, scope: Mapping[str, Any]
) -> None:
    """What has that name; else says so. Questions that can be answered stand below."""
    if found:
        near = "与" if found[0].get("near") else "名称或文字里有"
        end = "相近的" if found[0].get("near") else "的"
        st.markdown(f"**{near}“{parts.unmarked(question)}”{end}**（{len(found)}）")
        search.draw_hits(found)
        why = "" if found[0].get("exact") else parts.unmarked(answer.message or "")
        st.caption("这是按字面找到的，不是对问题的回答。" + why)
    else:
        st.warning(parts.unmarked(answer.message or "没听懂这个问题。"), icon=":material/help:")
    about_two(answer, scope)
    offer("可以这样问", answer.suggestions)


def about_two(answer: Answer, scope: Mapping[str, Any]) -> None:
    """Words that name two units: the pages that put them side by side."""
    units = [row for row in parts.rows_of("agencies", **scope) if row["measures"]]
    pair = {
        row["agency_id"]: str(row["agency"])
        for said in answer.suggestions
        for row in units
        if said.startswith(str(row["agency"]))
    }
    if len(pair) != 2:
        return
    one, other = pair
    links = two_units(one, other, f"{pair[one]}和{pair[other]}")
    st.html(f'<div class="source">{"<br>".join(links)}</div>')


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
