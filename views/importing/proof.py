"""The reading of a document, loaded or not: what to look at first, all of it, the forms that correct it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from graph.errors import UsageError
from graph.fields import code_words
from graph.judgements import made, signed
from graph.model import Judgement, Measure, Record, Resolved, Verdict
from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from loaders import judge
from loaders.judge import NAMES, Name, judged, names_of, official
from views import document, home, parts, reading
from views.importing.session import author, forms, tried
from views.parts import Column, Row, text

HOW = code_words("resolved")
KINDS = {Verdict.UNIT: "是这个单位", Verdict.NEW_UNIT: "是新单位（写全称）", Verdict.NO_UNIT: "不是单位"}
NO_ROLE = "不承担"
HERE, EVERYWHERE = "只对这份文件", "对本地区所有文件"

Decide = Callable[[list[Judgement]], None]


def proof(read: Record, held: Sequence[Judgement], decide: Decide, key: str) -> None:
    """The reading of a document with the decisions on it: what to look at first, then all of it."""
    record = judged(read, held)
    document.what_it_is(reading.document_row(record))
    if not record.measures:
        st.warning("没有读到带编号的任务，这可能不是一份分工文件。", icon=":material/info:")
    home.problems(record, expanded=len(record.problems) <= 20)
    names = names_of(read)
    if names:
        names_table(names, record, held, key)
        name_form(names, read, record, decide, key)
    if record.measures:
        with st.expander("更正分工，合并或拆分任务"):
            role_form(record, decide, key)
            shape_form(record, decide, key)
    measures = reading.measure_rows(record)
    signs = signed(record, held)
    whole, tasks = st.columns([11, 9], gap="medium")
    with tasks:
        document.tasks_beside(measures, None, lambda row: signed_line(row, signs) + home.units_plain(row))
    with whole:
        document.text_with_marks(reading.document_row(record), measures, None, reading.topic_rows(record))


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


def names_table(names: Sequence[Name], record: Record, held: Sequence[Judgement], key: str) -> None:
    """Every distinct name once: whom it was read as, and why; those not recognised first."""
    unknown = sum(
        name.resolved == Resolved.UNRESOLVED and decision_on(name, held, record) is None for name in names
    )
    st.html(f'<h2 class="small">名称（{len(names)} 个，{unknown} 个没有认出）</h2>')

    def whom(row: Row) -> str:
        decision: Judgement | None = row["decision"]
        if decision is not None:
            shown = "不是单位" if decision.verdict == Verdict.NO_UNIT else decision.value
            return f"<b>{text(shown)}</b>"
        marked = parts.badge("名称待核对", "draft") if row["name"].resolved == Resolved.UNRESOLVED else ""
        return f"{text(row['name'].agency)} {marked}"

    def why(row: Row) -> str:
        decision: Judgement | None = row["decision"]
        if decision is not None:
            return text(f"{decision.author} 认定（原读作 {row['name'].agency}）")
        return text(HOW[row["name"].resolved])

    rows = [{"name": name, "decision": decision_on(name, held, record)} for name in names]
    columns = (
        Column("文中的名称", lambda row: text(row["name"].mention), "unit"),
        Column("读作", whom, "wide"),
        Column("依据", why),
        Column("任务数", lambda row: text(len(row["name"].measures)), "short"),
    )
    parts.reading_table(rows, columns, key=f"{key}:names", tall=len(rows) > 12)


def name_form(names: Sequence[Name], read: Record, record: Record, decide: Decide, key: str) -> None:
    """One decision for a distinct name."""
    units = known_units(record)
    place = read.document.jurisdiction
    with st.form(f"{key}:name", border=True):
        first, second, third, last = st.columns([3, 2, 3, 2], gap="small", vertical_alignment="bottom")
        index = first.selectbox(
            "名称",
            range(len(names)),
            format_func=lambda at: f"{names[at].mention}（{len(names[at].measures)} 项任务）",
            key=f"{key}:which:{forms()}",
        )
        kind = second.selectbox(
            "认定为", list(KINDS), format_func=lambda verdict: KINDS[verdict], key=f"{key}:kind:{forms()}"
        )
        unit = third.selectbox(
            "单位",
            units,
            index=None,
            placeholder="选择，或写全称后按回车",
            accept_new_options=True,
            key=f"{key}:unit:{forms()}",
        )
        scope = last.selectbox("范围", [HERE, EVERYWHERE] if place else [HERE])
        go = st.form_submit_button("记下这个名称的认定")
    if go:

        def work() -> str:
            name = names[index]
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


def role_form(record: Record, decide: Decide, key: str) -> None:
    """The role of a unit in a task, or a unit that was not read."""
    duties = {
        (measure.id, duty.agency_id, str(duty.role)): (measure, duty)
        for measure in record.measures
        for duty in measure.responsibilities
    }

    def told(one: tuple[str, str, str]) -> str:
        if one not in duties:
            return one[1]
        measure, duty = duties[one]
        return f"{measure.number}{measure.title[:30]}　{duty.agency}：{ROLE_NAMES.get(one[2], one[2])}"

    if duties:
        with st.form(f"{key}:role", border=False):
            first, second, last = st.columns([5, 2, 1], gap="small", vertical_alignment="bottom")
            chosen = first.selectbox("任务和单位", list(duties), format_func=told)
            role = second.selectbox(
                "分工改为", [*ROLE_NAMES, ""], format_func=lambda role: ROLE_NAMES.get(role, NO_ROLE)
            )
            if last.form_submit_button("更正分工"):
                tried(lambda: changed_role(record, chosen, str(role), decide))
    measures = {measure.id: measure for measure in record.measures}
    with st.form(f"{key}:add", border=False):
        first, second, third, fourth, last = st.columns(
            [3, 2, 3, 1, 1], gap="small", vertical_alignment="bottom"
        )
        at = first.selectbox(
            "没有读出单位的任务",
            list(measures),
            format_func=lambda one: heading(measures.get(one), one),
        )
        words = second.text_input(
            "文中的字句", placeholder="照抄原文里的名称", key=f"{key}:printed:{forms()}"
        )
        unit = third.selectbox(
            "是哪个单位",
            known_units(record),
            index=None,
            placeholder="选择，或写全称后按回车",
            accept_new_options=True,
            key=f"{key}:added:{forms()}",
        )
        role = fourth.selectbox("承担", list(ROLE_NAMES), format_func=lambda role: ROLE_NAMES[role])
        if last.form_submit_button("补充"):
            tried(lambda: added_unit(record, measures[str(at)], words.strip(), unit, str(role), decide))


def heading(measure: Measure | None, key: str) -> str:
    """A task in a menu."""
    return f"{measure.number}{measure.title[:30]}" if measure else key


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


def shape_form(record: Record, decide: Decide, key: str) -> None:
    """A task joined to the one before it, or split where some words begin."""
    measures = {measure.id: measure for measure in record.measures}
    with st.form(f"{key}:shape", border=False):
        first, second, third, last = st.columns([4, 3, 1, 2], gap="small", vertical_alignment="bottom")
        chosen = first.selectbox(
            "任务",
            list(measures),
            format_func=lambda one: (
                f"{measures[one].number}{measures[one].title[:30]}" if one in measures else one
            ),
        )
        words = second.text_input(
            "从哪几个字起另成一项", placeholder="抄下原文开头的几个字", key=f"{key}:words:{forms()}"
        )
        split = third.form_submit_button("拆分")
        join = last.form_submit_button("并入前一项")
    if not (split or join):
        return

    def work() -> str:
        if join and chosen == next(iter(measures)):
            raise UsageError("第一项任务前面没有任务，不能并入。")
        if split and measures[chosen].text.count(words.strip()) != 1:
            raise UsageError("要拆开的字句应在这项任务里出现一次，请照原文多抄几个字。")
        verdict, value = (Verdict.JOIN, "") if join else (Verdict.SPLIT, words.strip())
        decide([made(verdict, str(chosen), author(), value=value, document=record.document.id)])
        return ""

    tried(work)
