"""文件: the whole text with every responsibility marked where it stands, the tasks beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import streamlit as st

from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from graph.tables import named, responsibility_table
from views import parts, taking
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
    *parts.COUNT_COLUMNS,
)
TOPICS = {"instrument": "政策工具", "region": "地区"}


def page() -> None:
    """Choose a document; without one, all documents of the chosen scope."""
    st.title("文件")
    scope = parts.document_filter()
    listed = parts.rows_of("documents", **scope)
    chosen = choose(listed)
    if chosen is None:
        if listed:
            taking.take_rows(listed, "文件清单", key="documents")
            parts.reading_table(listed, DOCUMENT_COLUMNS, key="documents")
        else:
            parts.nothing("所选范围内没有文件。", scope)
        return
    found = parts.rows_of("document", document=chosen)
    document = next((row for row in found if row["document_id"] == chosen), None)
    if document is None:
        only_cited(chosen)
        return
    measures = [
        row
        for row in parts.rows_of("document_measures", document=chosen)
        if row["document_id"] == document["document_id"]
    ]
    topics = parts.rows_of("document_marks", document=chosen)
    what_it_is({**document, "checked": sum(bool(row.get("checked")) for row in measures)})
    if parts.may_edit():
        st.html(f'<div class="source">{to_check(chosen)}</div>')
    table = parts.with_store(lambda store: responsibility_table(store, documents=[chosen]))
    taking.take(table, key="document")
    whole, tasks = st.columns([11, 9], gap="medium")
    wanted = st.query_params.get("measure")
    with tasks:
        tasks_beside(measures, wanted)
    with whole:
        text_with_marks(document, measures, wanted, topics)
    chain(parts.rows_of("document_chain", document=chosen), chosen)


def to_check(document: str, measure: str | None = None) -> str:
    """A link to where a document, or one task of it, is signed off and corrected."""
    task = {"measure": measure} if measure else {}
    return parts.link("importing", "核对、更正 →", part="核对", document=document, **task)


def checked(document: Row) -> str | None:
    """How many tasks a person has signed off; None for a document that is not in the graph."""
    if document.get("checked") is None:
        return None
    return f"已核对 {document['checked']}/{document['measures']}" if document["checked"] else "未经核对"


def only_cited(chosen: str) -> None:
    """A document that others cite and nobody has loaded; or none at all."""
    links = parts.rows_of("document_chain", document=chosen)
    if not links:
        st.warning("图里没有这份文件：它可能已移出，或地址有误。请在上面另选一份。", icon=":material/info:")
        return
    name = next((row["target"] or row["doc_number"] for row in links if row["target_id"] == chosen), chosen)
    st.subheader(parts.unmarked(named(name)))
    st.info(
        "这份文件只被引用，还没有载入，所以看不到它的正文和任务；可在“导入与核对”里导入。",
        icon=":material/info:",
    )
    chain(links, chosen)


def chain(links: Sequence[Row], chosen: str) -> None:
    """Which documents it rests on or cites, and which rest on it or cite it."""
    st.html('<h2 class="small">上下文件</h2>')
    if not links:
        st.caption("没有读到它依据或引用的文件，图里也没有文件依据或引用它。")
        return
    verbs = {"BASED_ON": "依据", "CITES": "引用"}

    def end(row: Row, side: str) -> str:
        name, key = row[side] or row.get("doc_number") or row[f"{side}_id"], row[f"{side}_id"]
        shown = named(name)
        if key == chosen:
            return f"<b>{text(shown)}</b>"
        loaded = "" if side == "source" or not row.get("stub") else " " + parts.badge("未载入", "open")
        return parts.link("document", shown, document=key) + loaded

    merged: dict[tuple[str, str, str], list[str]] = {}
    kept: dict[tuple[str, str, str], Row] = {}
    for row in links:
        place = (row["source_id"], row["edge"], row["target_id"])
        kept.setdefault(place, row)
        merged.setdefault(place, []).extend([str(row["measure"])] if row.get("measure") else [])
    rows = [{**row, "measures": list(dict.fromkeys(merged[place]))} for place, row in kept.items()]
    columns = (
        Column("文件", lambda row: end(row, "source"), "wide"),
        Column("关系", lambda row: text(verbs.get(str(row["edge"]), row["edge"])), "short"),
        Column("文件", lambda row: end(row, "target"), "wide"),
        Column("出自任务", lambda row: text("、".join(row["measures"]))),
    )
    parts.reading_table(rows, columns, key="chain")
    st.html(
        '<div class="source">'
        + parts.link("network", "画出文件关系 →", kind="documents", start=chosen)
        + "</div>"
    )


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
        # Without any, the page says so: it may be a document that others only cite.
        known[asked] = {"document_id": asked, "document": asked}
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
        f'<div class="source"><b>{text(named(document["document"]))}</b> {parts.status_badges(document)}<br>'
        + "　".join(
            f'<span class="quiet">{label}</span> {text(value)}'
            for label, value in {
                "文号": document.get("doc_number") or "未印",
                "印发": "、".join(document.get("issuers") or ()),
                "日期": chinese_day(document.get("date")) or "未印",
                "适用地区": document.get("jurisdiction"),
                "施行": chinese_day(document.get("effective")),
                "有效期至": chinese_day(document.get("expires")),
                "任务": document.get("measures"),
                "核对": checked(document),
                "责任单位": document.get("agencies"),
            }.items()
            if value not in (None, "")
        )
        + "</div>"
    )
    if document.get("edition") == "digest":
        st.caption("本文是摘要：任务标题和责任单位照原文件，任务内容是另写的概要，不是原文。")


def tasks_beside(
    measures: Sequence[Row], wanted: str | None, units: Callable[[Row], str] = parts.units_of
) -> None:
    """The tasks with their units; the number leads to the place in the text."""
    places = {row["measure_id"]: index for index, row in enumerate(measures)}

    def number(row: Row) -> str:
        shown = f"{row.get('number') or ''}{row.get('title') or ''}"
        arrow = " ◀" if row["measure_id"] == wanted else ""
        return f'<a href="#task-{places[row["measure_id"]]}" target="_self">{text(shown)}</a>{arrow}'

    st.html(
        parts.table_markup(
            measures,
            (Column("任务", number, "narrow"), Column("责任单位", units)),
            "duty-table tall",
        )
    )


def legend_line(topics: bool = True) -> None:
    """What the marks in a text mean."""
    shown = " ".join(f'<mark class="{role}">{label}</mark>' for role, label in ROLE_NAMES.items())
    shown += ' <mark class="several">多种职责</mark>'
    if topics:
        shown += " " + " ".join(f'<mark class="{kind}">{label}</mark>' for kind, label in TOPICS.items())
    st.html(
        f'<div class="source"><span class="quiet">标记：</span>{shown} '
        '<span class="quiet">停留可见单位、职责和认定规则</span></div>'
    )


def text_with_marks(
    document: Row, measures: Sequence[Row], wanted: str | None, topics: Sequence[Row] = ()
) -> None:
    """The text, its responsibilities marked by role, its tasks as targets of links."""
    legend_line(bool(topics))
    whole = str(document.get("text") or "")
    # A region that scrolls can be reached and scrolled by keyboard.
    st.html(
        '<div class="duty-text" tabindex="0" role="region" aria-label="文件正文">'
        f"{marked(whole, measures, wanted, topics)}</div>"
    )


def marked_task(task: Row) -> str:
    """The text of one task with its marks; the offsets of its row count from the document's start."""
    start, whole = int(task["start"]), str(task["text"])

    def moved(item: Row) -> dict[str, Any]:
        return {
            **item,
            "starts": [at - start for at in item.get("starts") or ()],
            "ends": [at - start for at in item.get("ends") or ()],
        }

    topics = [
        moved({**row, "kind": "instrument", "type": row.get("type")}) for row in task.get("instruments") or ()
    ]
    topics += [moved({**row, "kind": "region", "type": row.get("kind")}) for row in task.get("regions") or ()]
    row = {
        **task,
        "start": 0,
        "end": len(whole),
        "duties": [moved(duty) for duty in task.get("duties") or ()],
    }
    return marked(whole, [row], None, topics)


def marked(whole: str, measures: Sequence[Row], wanted: str | None = None, topics: Sequence[Row] = ()) -> str:
    """`whole` as escaped markup: a <span id=task-N> a measure, a <mark> a stretch that names a unit.

    Removing the tags and unescaping gives `whole` back.
    """
    spans = sorted(
        (max(0, int(row["start"])), min(len(whole), int(row["end"])), index, row["measure_id"] == wanted)
        for index, row in enumerate(measures)
    )
    found = [mark for row in measures for mark in marks_of(row)]
    marks = apart([*found, *(mark for row in topics for mark in marks_of_topic(row))])
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


def marks_of_topic(row: Row) -> list[Mark]:
    """The marks of a policy instrument or a region."""
    kind = str(row["kind"])
    hint = f"{TOPICS.get(kind, '')}：{row['name']}" + (f"（{row['type']}）" if row.get("type") else "")
    pairs = zip(row.get("starts") or (), row.get("ends") or (), strict=False)
    return [Mark(int(start), int(end), kind, hint) for start, end in pairs]


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
            kinds = kinds - set(TOPICS) or {min(kinds)}  # who is responsible is what one looks for
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
