"""文件: the whole text with every responsibility marked where it stands, the tasks beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import streamlit as st

from graph.render import ROLE_NAMES
from views import parts
from views.parts import Column, Row, text


class Mark(NamedTuple):
    """A stretch of the text, end exclusive, with the class it is drawn in and what hovering says."""

    start: int
    end: int
    kind: str
    hint: str


DOCUMENT_COLUMNS = (
    Column("文件", parts.source, "wide"),
    Column("印发单位", lambda row: text("、".join(row.get("issuers") or ()))),
    Column("任务", parts.plain("measures"), "short"),
    Column("责任单位", parts.plain("agencies"), "short"),
)


def page() -> None:
    """Choose a document; without one, all documents of the chosen scope."""
    st.title("文件")
    scope = parts.document_filter()
    chosen = choose(parts.rows_of("documents", **scope))
    if chosen is None:
        parts.reading_table(parts.rows_of("documents", **scope), DOCUMENT_COLUMNS, key="documents")
        return
    found = parts.rows_of("document", document=chosen)
    document = next((row for row in found if row["document_id"] == chosen), None)
    if document is None:
        st.warning("图里没有这份文件。", icon=":material/info:")
        return
    measures = [
        row
        for row in parts.rows_of("document_measures", document=chosen)
        if row["document_id"] == document["document_id"]
    ]
    what_it_is(document)
    whole, tasks = st.columns([11, 9], gap="medium")
    wanted = st.query_params.get("measure")
    with tasks:
        tasks_beside(measures, wanted)
    with whole:
        text_with_marks(document, measures, wanted)


def choose(listed: Sequence[Row]) -> str | None:
    """The document chosen in the box or named in the address, also one outside of the chosen scope."""
    known = {str(row["document_id"]): row for row in listed}
    measure = st.query_params.get("measure")
    if measure and "document" not in st.query_params:
        # A measure's id begins with its document's.
        homes = sorted((key for key in known if measure.startswith(key)), key=len)
        st.query_params.update({"document": homes[-1]} if homes else {})
    asked = st.query_params.get("document") or st.session_state.get("document")
    if asked and asked not in known:
        known |= {str(row["document_id"]): row for row in parts.rows_of("document", document=asked)}
    picked: str | None = st.selectbox(
        "文件",
        list(known),
        index=None,
        format_func=lambda key: parts.short_source(known[key]) if key in known else key,
        placeholder="选择文件",
        key=parts.remembered("document", None, known),
        label_visibility="collapsed",
    )
    parts.in_address("document", picked, None)
    return picked


def what_it_is(document: Row) -> None:
    """Title, 文号, issuers, dates, status."""
    st.html(
        f'<div class="source"><b>《{text(document["document"])}》</b> {parts.status_badges(document)}<br>'
        + "　".join(
            f'<span class="quiet">{label}</span> {text(value)}'
            for label, value in {
                "文号": document.get("doc_number") or "未印",
                "印发": "、".join(document.get("issuers") or ()),
                "日期": document.get("date") or "未印",
                "施行": document.get("effective"),
                "有效期至": document.get("expires"),
                "任务": document.get("measures"),
                "责任单位": document.get("agencies"),
            }.items()
            if value not in (None, "")
        )
        + "</div>"
    )
    if document.get("edition") == "digest":
        st.caption("本文是摘要：任务标题和责任单位照原文件，任务内容是另写的概要，不是原文。")


def tasks_beside(measures: Sequence[Row], wanted: str | None) -> None:
    """The tasks with their units; the number leads to the place in the text."""
    places = {row["measure_id"]: index for index, row in enumerate(measures)}

    def number(row: Row) -> str:
        shown = f"{row.get('number') or ''}{row.get('title') or ''}"
        arrow = " ◀" if row["measure_id"] == wanted else ""
        return f'<a href="#task-{places[row["measure_id"]]}" target="_self">{text(shown)}</a>{arrow}'

    st.html(
        parts.table_markup(
            measures,
            (Column("任务", number, "narrow"), Column("责任单位", duties_of)),
            "duty-table tall",
        )
    )
    flat = [{**row, **duty} for row in measures for duty in row["duties"]]
    parts.download_rows(flat, str(measures[0]["document"]) if measures else "文件", key="csv")


def duties_of(row: Row) -> str:
    """The units of a task, one a line, with their role."""
    found = [f"{parts.role_badge(duty)} {parts.agency_link(duty)}" for duty in row.get("duties") or ()]
    return "<br>".join(found) or parts.badge("未明确责任单位", "open")


def text_with_marks(document: Row, measures: Sequence[Row], wanted: str | None) -> None:
    """The text, its responsibilities marked by role, its tasks as targets of links."""
    legend = " ".join(f'<mark class="{role}">{label}</mark>' for role, label in ROLE_NAMES.items())
    st.html(
        f'<div class="source"><span class="quiet">标记：</span>{legend} '
        '<mark class="several">多种职责</mark> <span class="quiet">停留可见单位、职责和认定规则</span></div>'
    )
    whole = str(document.get("text") or "")
    st.html(f'<div class="duty-text">{marked(whole, measures, wanted)}</div>')


def marked(whole: str, measures: Sequence[Row], wanted: str | None = None) -> str:
    """`whole` as escaped markup: a <span id=task-N> a measure, a <mark> a stretch that names a unit.

    Removing the tags and unescaping gives `whole` back.
    """
    spans = sorted(
        (max(0, int(row["start"])), min(len(whole), int(row["end"])), index, row["measure_id"] == wanted)
        for index, row in enumerate(measures)
    )
    marks = apart(mark for row in measures for mark in marks_of(row))
    out: list[str] = []
    done = 0
    for start, end, index, chosen in spans:
        if start < done or end <= start:
            continue  # a measure inside another one: the outer one is the target
        out.append(_stretch(whole, done, start, marks))
        out.append(f'<span class="task{" chosen" if chosen else ""}" id="task-{index}">')
        out.append(_stretch(whole, start, end, marks) + "</span>")
        done = end
    out.append(_stretch(whole, done, len(whole), marks))
    return "".join(out)


def marks_of(row: Row) -> list[Mark]:
    """The marks of one measure, a place of its evidence each."""
    found = []
    for duty in row.get("duties") or ():
        label = ROLE_NAMES.get(duty["role"], duty["role"])
        printed = f"（{duty['role_text']}）" if duty.get("role_text") not in (None, "", label) else ""
        hint = f"{duty['agency']}：{label}{printed}；{parts.rule_name(duty)}"
        for start, end in zip(duty.get("starts") or (), duty.get("ends") or (), strict=False):
            found.append(Mark(int(start), int(end), str(duty["role"]), hint))
    return found


def apart(marks: Iterable[Mark]) -> list[Mark]:
    """Marks in order without overlap: each stretch is cut where a mark begins or ends."""
    given = [mark for mark in marks if mark.end > mark.start >= 0]
    edges = sorted({edge for mark in given for edge in (mark.start, mark.end)})
    starting: dict[int, list[Mark]] = {}
    for mark in given:
        starting.setdefault(mark.start, []).append(mark)
    found: list[Mark] = []
    running: list[Mark] = []
    for start, end in pairwise(edges):
        running = [mark for mark in running if mark.end > start] + starting.get(start, [])
        if running:
            kinds = {mark.kind for mark in running}
            hints = dict.fromkeys(mark.hint for mark in running)
            found.append(Mark(start, end, kinds.pop() if len(kinds) == 1 else "several", "\n".join(hints)))
    return found


def _stretch(whole: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    """whole[start:end] escaped, with the parts of the marks that lie in it."""
    out: list[str] = []
    done = start
    for mark in marks:
        first, last = max(mark.start, done), min(mark.end, end)
        if first >= last:
            continue
        out.append(text(whole[done:first]))
        out.append(
            f'<mark class="{text(mark.kind)}" title="{text(mark.hint)}">{text(whole[first:last])}</mark>'
        )
        done = last
    return "".join([*out, text(whole[done:end])])
