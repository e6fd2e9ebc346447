"""认定记录: every decision of everybody, each revocable, and pairs of names that may be one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

import streamlit as st

from graph.errors import UsageError
from graph.judgements import fingerprint_of, local, made
from graph.model import Judgement, Resolved, Verdict
from loaders.judge import NAMES, describe, names_of
from views import parts
from views.importing.session import author, desk, forms, tried
from views.parts import Column, Row, text

ENDING = 3  # characters that two names must at least end alike in to be suggested


def listed() -> None:
    """Every decision, by whom and when; those in force can be taken back."""
    found = desk().ledger.all()
    merges(found)
    if not found:
        st.info("还没有人工认定。在“导入”或“核对”里更正名称、分工，或核对任务。", icon=":material/info:")
        return
    revoked = st.toggle("显示已撤销的", key="importing:revoked")
    shown = [j for j in found if revoked or j.revoked_at is None]
    decisions_table(shown, key="listed", to_choose=True)


def suggested(units: Iterable[Row], apart: Container[tuple[str, str]] = ()) -> list[tuple[Row, Row]]:
    """Pairs for a person to look at: a name nobody recognised, and a unit one of whose names ends alike.

    Only a suggestion: 财政局 is the end of many units' names. Nothing is ever merged by this rule.
    `apart` are pairs of ids that somebody decided are not the same.
    """
    listed = [unit for unit in units if not unit.get("collective") and unit.get("measures")]
    by_ending: dict[str, list[tuple[str, Row]]] = {}
    for unit in listed:
        if unit.get("resolved") != Resolved.UNRESOLVED:
            for name in {unit["agency"], unit.get("short_name"), *(unit.get("aliases") or ())} - {None, ""}:
                by_ending.setdefault(name[-ENDING:], []).append((name, unit))
    pairs: dict[tuple[str, str], tuple[Row, Row]] = {}
    for unit in listed:
        if unit.get("resolved") == Resolved.UNRESOLVED:
            printed = str(unit["agency"])
            for name, other in by_ending.get(printed[-ENDING:], ()):
                pair = (str(unit["agency_id"]), str(other["agency_id"]))
                alike = len(printed) >= ENDING and (name.endswith(printed) or printed.endswith(name))
                if alike and pair not in apart:
                    pairs.setdefault(pair, (unit, other))
    return list(pairs.values())


EVIDENCE_COLUMNS = (
    Column("任务和来源", lambda row: parts.measure_link(row) + "<br>" + parts.source(row), "narrow"),
    Column("原文", parts.quotes),
)


def merges(decided: Iterable[Judgement]) -> None:
    """The queue of suggested merges, the evidence of both side by side; each pair is decided once."""
    apart = {
        (str(j.unit), j.value) for j in decided if j.verdict == Verdict.DISTINCT and j.revoked_at is None
    }
    pairs = suggested(parts.rows_of("agencies"), apart)
    if not pairs:
        return
    st.html(f'<h2 class="small">可能是同一单位（{len(pairs)}）</h2>')
    at = st.selectbox(
        "没有认出的名称和相近的单位",
        range(len(pairs)),
        format_func=lambda n: (
            f"{pairs[n][0]['agency']}　↔　{pairs[n][1]['agency']}" if n < len(pairs) else ""
        ),
        key=f"importing:pair:{forms()}",
    )
    one, other = pairs[min(at, len(pairs) - 1)]
    duties = [parts.rows_of("agency_duties", agency=unit["agency_id"]) for unit in (one, other)]
    for column, unit, rows in zip(st.columns(2, gap="medium"), (one, other), duties, strict=True):
        with column:
            st.html(f'<div class="source"><b>{text(unit["agency"])}</b>（{len(rows)} 处）</div>')
            st.html(parts.table_markup(rows[:5], EVIDENCE_COLUMNS, "duty-table"))
    with st.container(horizontal=True, gap="small"):
        same = st.button("是同一单位", key="importing:same")
        not_same = st.button("不是同一单位", key="importing:apart")
    if same or not_same:
        verdict = Verdict.UNIT if same else Verdict.DISTINCT
        tried(lambda: settle(one, duties[0], verdict, str(other["agency_id"])))


def settle(unit: Row, duties: Sequence[Row], verdict: Verdict, value: str) -> str:
    """Decides whether an unrecognised name means a unit, in every document where it stands, or in none.

    Raises UsageError where a document has no original, or no original has the name.
    """
    here = desk()
    documents = dict.fromkeys(str(row["document_id"]) for row in duties)
    new = [
        made(
            verdict,
            name.mention,
            author(),
            value=value,
            document=identity,
            # Which of two readings of a fragment is meant; a pair is held apart by the ids of both.
            unit=name.agency_id if name.limited or verdict == Verdict.DISTINCT else None,
        )
        for identity in documents
        for name in names_of(here.record(identity))
        if name.agency_id == unit["agency_id"]
    ]
    if not new:
        raise UsageError(
            f"保存的原件里已读不出“{unit['agency']}”，没有记下认定；请重新载入提到它的文件后再试。"
        )
    here.decide_all(new)
    return f"已记下 {len(new)} 条认定：“{unit['agency']}”{'' if verdict == Verdict.UNIT else '不'}是{value}。"


def decisions_table(shown: Sequence[Judgement], *, key: str, to_choose: bool) -> None:
    """Decisions, the last first, with a way to take some back."""
    if not shown:
        return
    titles = {str(row["document_id"]): str(row["document"]) for row in parts.rows_of("documents")}
    tasks = {str(row["measure_id"]): row for row in tasks_of(shown)}
    names = task_names(tasks.values())
    replaced = replaced_ones(shown)
    rows = [
        {
            "what": describe(j, names),
            "where": titles.get(j.document, j.document) if j.document else f"{j.jurisdiction} 的文件",
            "who": j.author,
            "when": local(j.at),
            "state": "已由后来的认定代替" if j.id in replaced else state_of(j, tasks, titles),
        }
        for j in reversed(shown)
    ]
    st.html(f'<h2 class="small">认定（{len(rows)}）</h2>')
    columns = (
        Column("认定", parts.plain("what"), "wide"),
        Column("范围", parts.plain("where"), "wide"),
        Column("经办人", parts.plain("who")),
        Column("时间", parts.plain("when"), "short"),
        Column("状态", parts.plain("state")),
    )
    parts.reading_table(rows, columns, key=f"{key}:decisions")
    live = {j.id: j for j in reversed(shown) if j.revoked_at is None}
    if not (to_choose and live):
        return
    with st.form(f"{key}:revoke", border=False):
        first, last = st.columns([6, 1], gap="small", vertical_alignment="bottom")
        chosen = first.multiselect(
            "撤销认定",
            list(live),
            format_func=lambda one: (
                f"{describe(live[one], names)}（{local(live[one].at)}）" if one in live else one
            ),
            placeholder="选择要撤销的认定，撤销后一切恢复原样",
        )
        go = last.form_submit_button("撤销")
    if go:

        def work() -> str:
            if not chosen:
                raise UsageError("请先选择要撤销的认定。")
            desk().revoke(chosen, author())
            return f"已撤销 {len(chosen)} 条认定。"

        tried(work)


def replaced_ones(decided: Iterable[Judgement]) -> set[str]:
    """The ids of decisions on a name that a later one on the same name, in force too, takes the place of."""
    last: dict[tuple[str | None, ...], str] = {}
    replaced = set()
    for one in sorted(decided, key=lambda j: j.at):
        if one.verdict in NAMES and one.revoked_at is None:
            thing = (one.about, one.document, one.jurisdiction, one.unit)
            if thing in last:
                replaced.add(last[thing])
            last[thing] = one.id
    return replaced


def state_of(judgement: Judgement, tasks: Mapping[str, Row], documents: Container[str]) -> str:
    """Whether a decision holds: one may be taken back, and a sign-off lapses when its task changes."""
    if judgement.revoked_at:
        return f"{judgement.revoked_by} 于 {local(judgement.revoked_at)} 撤销"
    if judgement.document is not None and judgement.document not in documents:
        return "文件不在图里"
    if judgement.verdict == Verdict.CHECKED:
        task = tasks.get(judgement.about)
        if task is None:
            return "已失效（文字有改动，没有这项任务了）"
        if not task["checked"]:
            return "已失效（文字或分工有改动）"
        if task["sign"] != judgement.id:
            return "已由后来的核对代替"
    return "有效"


def tasks_of(decided: Iterable[Judgement]) -> list[Row]:
    """The tasks, as they are in the graph, of the documents that decisions about tasks belong to.

    `sign` is the id of the sign-off among the decisions that still fits the task: the latest.
    """
    held = list(decided)
    documents = list(dict.fromkeys(j.document for j in held if j.document and j.about.startswith(j.document)))
    if not documents:
        return []
    signs = {(j.about, j.value): j.id for j in held if j.verdict == Verdict.CHECKED and j.revoked_at is None}
    rows = parts.rows_of("table_measures", documents=documents)
    for row in rows:
        duties = ((str(duty["role"]), str(duty["agency_id"])) for duty in row["duties"])
        row["sign"] = signs.get((str(row["measure_id"]), fingerprint_of(str(row["text"]), duties)))
    return [*rows]


def task_names(rows: Iterable[Row]) -> dict[str, str]:
    """What tasks are called, by id: “（一）简化申报”, with the heading above it where that is not enough."""
    held = list(rows)
    called = {str(row["measure_id"]): f"“{row['number']}{row['title']}”" for row in held}
    alike = Counter((row["document_id"], called[str(row["measure_id"])]) for row in held)
    for row in held:
        one = str(row["measure_id"])
        if row["path"] and alike[row["document_id"], called[one]] > 1:
            called[one] = f"“{row['path'][-1]}”下的{called[one]}"
    return called
