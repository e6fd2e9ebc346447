"""The reading of a document, loaded or not: what to look at first, all of it, the forms that correct it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from graph.errors import UsageError
from graph.fields import code_words
from graph.judgements import local, made, signed
from graph.model import Document, Judgement, Measure, Record, Resolved, Verdict
from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from loaders import judge
from loaders.documents import ABSENT, CORRECTABLE
from loaders.judge import NAMES, Name, judged, names_of, official
from loaders.wording import words
from views import document, home, parts, reading
from views.importing.session import author, forms, tried
from views.parts import Row, text

HOW = code_words("resolved")
KINDS = {Verdict.UNIT: "是这个单位", Verdict.NEW_UNIT: "是新单位（写全称）", Verdict.NO_UNIT: "不是单位"}
NO_ROLE = "不承担"
HERE, EVERYWHERE = "只对这份文件", "对本地区所有文件"
IN_FORCE = "正式"
LIST_HEIGHT = 430  # pixels: about ten names
QUOTES = 6  # places shown of a name

Decide = Callable[[list[Judgement]], None]
Tasks = Callable[[Record, Sequence[Row]], None]


class Facts(NamedTuple):
    """What a document says of itself as it was read, what was corrected of that, and how to correct it.

    `offered` stands in the form's fields without being in force.
    """

    read: Document
    corrected: Mapping[str, str]
    correct: Callable[[Mapping[str, str]], str]
    offered: Mapping[str, str] = {}


def proof(
    read: Record,
    held: Sequence[Judgement],
    decide: Decide,
    key: str,
    facts: Facts,
    tasks: Tasks | None = None,
    wanted: str | None = None,
) -> None:
    """The reading of a document with the decisions on it: what to look at first, then all of it.

    `tasks` draws the list beside the text; `wanted` is the id of the task that somebody came for.
    """
    record = judged(read, held)
    document.what_it_is(reading.document_row(record))
    facts_form(facts, record.document, key)
    if not record.measures:
        st.warning("没有读到带编号的任务，这可能不是一份分工文件。", icon=":material/info:")
    home.problems(record, expanded=len(home.grouped(record)) <= 10)
    names = names_of(read)
    if names:
        names_part(names, read, record, held, decide, key)
    measures = reading.measure_rows(record)
    if record.measures:
        tasks_part(record, measures, decide, key, wanted)
    signs = signed(record, held)
    whole, beside = st.columns([11, 9], gap="medium")
    with beside:
        if tasks:
            tasks(record, measures)
        else:
            document.tasks_beside(
                measures, wanted, lambda row: signed_line(row, signs) + home.units_plain(row)
            )
    with whole:
        document.text_with_marks(reading.document_row(record), measures, wanted, reading.topic_rows(record))


def facts_form(facts: Facts, now: Document, key: str) -> None:
    """Title, number, date, status and place, with what was read in the fields."""
    was = [
        f"{label}（原读作“{getattr(facts.read, name) or ABSENT}”）"
        for name, label in CORRECTABLE.items()
        if name in facts.corrected
    ]
    corrected = st.container()
    if was:
        who = f"{facts.corrected.get('by', '')}，{local(facts.corrected.get('at'))}"
        corrected.caption(parts.unmarked(f"已更正：{'、'.join(was)}；{who}。清空一栏，就恢复读出的内容。"))
    folded = st.expander(
        "更正文件信息（标题、文号、日期、状态、适用地区）",
        expanded=not now.jurisdiction or bool(facts.offered),
    )
    with folded, st.form(f"{key}:facts", border=False):
        said: dict[str, str] = {}
        said["title"] = field("title", now, key, facts)
        places = st.columns([3, 2, 2, 3, 2], gap="small", vertical_alignment="bottom")
        with places[0]:
            said["doc_number"] = field("doc_number", now, key, facts, f"没有的写“{ABSENT}”")
        with places[1]:
            said["date"] = field("date", now, key, facts, "如 2024-05-20")
        with places[2]:
            known = list(
                dict.fromkeys(
                    [in_field("status", now, facts), now.status, IN_FORCE, *words("structure", "statuses")]
                )
            )
            said["status"] = st.selectbox(
                CORRECTABLE["status"], known, key=f"{key}:fact:status:{now.id}:{forms()}"
            )
        with places[3]:
            said["jurisdiction"] = field("jurisdiction", now, key, facts, "如 广东省广州市、全国")
        go = places[4].form_submit_button("更正文件信息", width="stretch")
    if go:
        tried(lambda: facts.correct(said))


def in_field(name: str, now: Document, facts: Facts) -> str:
    """What stands in the form for a fact; one that was corrected to be none says so, or it would be lost."""
    absent = ABSENT if name in facts.corrected else ""
    return str(facts.offered.get(name) or getattr(now, name) or absent)


def field(name: str, now: Document, key: str, facts: Facts, hint: str = "") -> str:
    """One fact as it stands, to be typed over."""
    held = in_field(name, now, facts)
    return st.text_input(
        CORRECTABLE[name], held, key=f"{key}:fact:{name}:{now.id}:{forms()}", placeholder=hint, max_chars=300
    )


def signed_line(row: Row, signs: dict[str, Judgement]) -> str:
    """已核对, by whom and when, above the units of a task."""
    sign = signs.get(str(row["measure_id"]))
    if sign is None:
        return ""
    return parts.badge("已核对", "checked", f"{sign.author}，{chinese_day(sign.at[:10])}") + "<br>"


def decision_on(name: Name, held: Iterable[Judgement], record: Record) -> Judgement | None:
    """The decision on a name that counts."""
    fitting = [
        j
        for j in held
        if j.verdict in NAMES
        and j.about == name.mention
        and j.unit in (None, name.agency_id)
        and judge.holds(j, record)
    ]
    return max(fitting, key=lambda j: (j.document is not None, j.unit is not None, j.at), default=None)


@st.fragment
@parts.failures_explained()
def names_part(
    names: Sequence[Name],
    read: Record,
    record: Record,
    held: Sequence[Judgement],
    decide: Decide,
    key: str,
) -> None:
    """Every distinct name: choose one, see where it stands, decide whom it means."""
    decided = {(name.mention, name.agency_id): decision_on(name, held, record) for name in names}
    known = {(name.mention, name.agency_id): name for name in names}
    unknown = [
        one for one, name in known.items() if name.resolved == Resolved.UNRESOLVED and decided[one] is None
    ]
    st.html(f'<h2 class="small">名称（{len(names)} 个，{len(unknown)} 个没有认出）</h2>')
    left, right = st.columns([9, 11], gap="medium")
    with left, st.container(height=LIST_HEIGHT if len(names) > 6 else "content"):
        options = list(known)
        chosen = st.radio(
            "选一个名称，看出处并认定",
            options,
            index=options.index(unknown[0]) if unknown else 0,
            format_func=lambda one: name_line(known[one], decided[one]) if one in known else str(one[0]),
            captions=[name_reason(known[one], decided[one]) for one in options],
            key=f"{key}:which:{forms()}",
        )
    with right:
        name = known.get(chosen) or names[0]
        where_it_stands(name, read)
        name_form(name, read, record, decide, key)


def name_line(name: Name, decision: Judgement | None) -> str:
    """A name and whom it is read as, as Markdown."""
    whom = name.agency
    if decision is not None:
        whom = "不是单位" if decision.verdict == Verdict.NO_UNIT else decision.value
    open_one = decision is None and name.resolved == Resolved.UNRESOLVED
    mark = " :orange-badge[名称待核对]" if open_one else ""
    same = "" if whom == name.mention else f" → {parts.unmarked(whom)}"
    return f"{parts.unmarked(name.mention)}{same}{mark}"


def name_reason(name: Name, decision: Judgement | None) -> str:
    """By what a name is read so, and in how many tasks, as Markdown."""
    said = f"{decision.author} 认定（原读作 {name.agency}）" if decision else HOW[name.resolved]
    return parts.unmarked(f"{said}，{len(name.measures)} 项任务")


def where_it_stands(name: Name, read: Record) -> None:
    """The words around a name, with a way to their place in the text."""
    lines = []
    for index, row in enumerate(reading.measure_rows(read)):
        for duty in row["duties"]:
            if duty["agency_id"] != name.agency_id or name.mention not in duty["mentions"]:
                continue
            quote = duty["quotes"][duty["mentions"].index(name.mention)]
            shown = text(quote).replace(text(name.mention), f"<b>{text(name.mention)}</b>")
            task = f'<a href="#task-{index}" target="_self">{text(row["number"] + row["title"])}</a>'
            lines.append(f'{task} {parts.role_badge(duty)} <span class="quiet">{shown}</span>')
    more = f'<br><span class="quiet">……共 {len(lines)} 处</span>' if len(lines) > QUOTES else ""
    st.html(f'<div class="source">{"<br>".join(lines[:QUOTES])}{more}</div>')


def which_unit(label: str, record: Record, key: str, place: Any) -> Any:
    """A field for a unit: one that is known, or a full name typed; None for nothing."""
    return place.selectbox(
        label,
        known_units(record),
        index=None,
        placeholder="选择，或写全称后按回车",
        accept_new_options=True,
        key=key,
    )


def name_form(name: Name, read: Record, record: Record, decide: Decide, key: str) -> None:
    """One decision for a distinct name."""
    place = read.document.jurisdiction
    with st.form(f"{key}:name", border=True):
        st.markdown(f"**{parts.unmarked(name.mention)}**")
        first, second = st.columns([2, 3], gap="small", vertical_alignment="bottom")
        kind = first.selectbox(
            "认定为", list(KINDS), format_func=lambda verdict: KINDS[verdict], key=f"{key}:kind:{forms()}"
        )
        unit = which_unit("单位", record, f"{key}:unit:{forms()}", second)
        third, last = st.columns([2, 3], gap="small", vertical_alignment="bottom")
        scope = third.selectbox("范围", [HERE, EVERYWHERE] if place else [HERE])
        go = last.form_submit_button("记下这个名称的认定")
    if go:

        def work() -> str:
            value = "".join(str(unit or "").split())
            if kind != Verdict.NO_UNIT and not value:
                raise UsageError("请写明是哪个单位。")
            if kind == Verdict.UNIT:
                value = official(value, record)
            here = scope == HERE
            new = made(
                kind,
                name.mention,
                author(),
                value="" if kind == Verdict.NO_UNIT else value,
                document=read.document.id if here else None,
                jurisdiction=None if here else place,
                unit=name.agency_id if name.limited else None,
            )
            decide([new])
            return ""

        tried(work)


def known_units(record: Record) -> list[str]:
    """Names to choose from: the document's own units and all of the graph."""
    here = [
        agency.id
        for agency in record.agencies
        if agency.resolved != Resolved.UNRESOLVED and "@" not in agency.id
    ]
    rows = parts.rows_of("agencies")
    there = [str(row["agency_id"]) for row in rows if row.get("resolved") != "unresolved"]
    return sorted({*here, *there})


def tasks_part(record: Record, rows: Sequence[Row], decide: Decide, key: str, wanted: str | None) -> None:
    """One task to correct: its text, then its roles, a unit that was not read, its shape."""
    found = {str(row["measure_id"]): row for row in rows}
    bare = {one: None for one, row in found.items() if not row["duties"]}  # in order
    said = f"，{len(bare)} 项没有读出责任单位" if bare else ""
    with st.expander(f"更正分工，合并或拆分任务（{len(found)} 项{said}）", expanded=wanted in found):
        task_forms(record, found, bare, decide, key, wanted)


@st.fragment
@parts.failures_explained()
def task_forms(
    record: Record,
    found: Mapping[str, Row],
    bare: Collection[str],
    decide: Decide,
    key: str,
    wanted: str | None,
) -> None:
    """The task chosen, those without units first, with the forms for it."""
    # The one that somebody came for, then what was not read, then the rest.
    order = list(
        dict.fromkeys([*([wanted] if wanted is not None and wanted in found else []), *bare, *found])
    )
    chosen = st.selectbox(
        "要更正的任务",
        order,
        format_func=lambda one: (
            f"{'没有读出责任单位　' if one in bare else ''}{heading(found.get(one), one)}"
        ),
        key=f"{key}:task:{record.document.id}",
    )
    row = found.get(str(chosen)) or found[order[0]]
    measure = next(one for one in record.measures if one.id == row["measure_id"])
    st.html(f'<div class="duty-text low">{document.marked_task(row)}</div>')
    if measure.responsibilities:
        role_form(record, measure, decide, key)
    add_form(record, measure, decide, key)
    shape_form(record, measure, decide, key)


def heading(row: Row | None, key: str) -> str:
    """A task in a menu: the title, below which heading it stands."""
    if row is None:
        return key
    above = f"　（{row['path'][-1][:20]}）" if row["path"] else ""
    return f"{row['number']}{row['title'][:40]}{above}"


def role_form(record: Record, measure: Measure, decide: Decide, key: str) -> None:
    """The role of a unit in a task."""
    duties = {(duty.agency_id, str(duty.role)): duty for duty in measure.responsibilities}
    with st.form(f"{key}:role", border=False):
        first, second, last = st.columns([5, 2, 2], gap="small", vertical_alignment="bottom")
        chosen = first.selectbox(
            "单位",
            list(duties),
            format_func=lambda one: (
                f"{duties[one].agency}：{ROLE_NAMES.get(one[1], one[1])}" if one in duties else one[0]
            ),
        )
        role = second.selectbox(
            "分工改为", [*ROLE_NAMES, ""], format_func=lambda role: ROLE_NAMES.get(role, NO_ROLE)
        )
        if last.form_submit_button("更正分工", width="stretch"):
            tried(lambda: changed_role(record, (measure.id, *chosen), str(role), decide))


def add_form(record: Record, measure: Measure, decide: Decide, key: str) -> None:
    """A unit of a task that was not read."""
    with st.form(f"{key}:add", border=False):
        second, third, fourth, last = st.columns([3, 4, 2, 2], gap="small", vertical_alignment="bottom")
        printed = second.text_input(
            "没有读出的单位，文中的字句", placeholder="照抄原文里的名称", key=f"{key}:printed:{forms()}"
        )
        unit = which_unit("是哪个单位", record, f"{key}:added:{forms()}", third)
        role = fourth.selectbox("承担", list(ROLE_NAMES), format_func=lambda role: ROLE_NAMES[role])
        if last.form_submit_button("补充", width="stretch"):
            tried(lambda: added_unit(record, measure, printed.strip(), unit, str(role), decide))


def changed_role(record: Record, chosen: tuple[str, str, str], role: str, decide: Decide) -> str:
    """Decides that a unit's role in a task is another."""
    measure, unit, was = chosen
    if role == was:
        raise UsageError("分工没有改动。")
    document_id = record.document.id
    decide([made(Verdict.ROLE, measure, author(), value=role, document=document_id, unit=unit, was=was)])
    return ""


def added_unit(record: Record, measure: Measure, words: str, unit: Any, role: str, decide: Decide) -> str:
    """Decides that some words of a task name a unit that was not read."""
    name = "".join(str(unit or "").split())
    if not name or not words:
        raise UsageError("请写明文中的字句和它是哪个单位。")
    if words not in measure.text:
        raise UsageError(f"这项任务里没有“{words}”，请照抄原文。")
    decide(
        [
            made(
                Verdict.ADD,
                measure.id,
                author(),
                value=role,
                document=record.document.id,
                unit=official(name, record),
                words=words,
            )
        ]
    )
    return ""


def shape_form(record: Record, measure: Measure, decide: Decide, key: str) -> None:
    """A task joined to the one before it, or split where some words begin."""
    with st.form(f"{key}:shape", border=False):
        second, third, last = st.columns([7, 2, 2], gap="small", vertical_alignment="bottom")
        begins = second.text_input(
            "从哪几个字起另成一项", placeholder="抄下原文开头的几个字", key=f"{key}:words:{forms()}"
        )
        split = third.form_submit_button("拆分", width="stretch")
        join = last.form_submit_button("并入前一项", width="stretch")
    if not (split or join):
        return

    def work() -> str:
        if join and measure.id == record.measures[0].id:
            raise UsageError("第一项任务前面没有任务，不能并入。")
        if split and measure.text.count(begins.strip()) != 1:
            raise UsageError("要拆开的字句应在这项任务里出现一次，请照原文多抄几个字。")
        verdict, value = (Verdict.JOIN, "") if join else (Verdict.SPLIT, begins.strip())
        decide([made(verdict, measure.id, author(), value=value, document=record.document.id)])
        return ""

    tried(work)
