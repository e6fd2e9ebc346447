"""核对: a loaded document, where every correction is written at once, signed off, or taken out for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from graph.desk import CLEAN_UP, REMAINS, Desk
from graph.errors import InputError, UsageError
from graph.judgements import concerns, fingerprint, made, signed
from graph.model import Document, Judgement, Record, Verdict
from loaders.documents import given_for
from loaders.judge import describe
from loaders.read import read
from loaders.records import parse
from views import document, home, parts
from views.importing.decisions import decisions_table, task_names, tasks_of
from views.importing.proof import Decide, Facts, proof, signed_line
from views.importing.session import (
    CHECK,
    Item,
    at_desk,
    author,
    batches,
    correction,
    desk,
    done,
    forms,
    no_longer_due,
    tried,
)
from views.parts import Column, Row, text

TICKS = 100  # tasks to tick on one page
TICKS_HEIGHT = 640  # pixels
TOLD = 3  # decisions said one by one


def check() -> None:
    """A loaded document: sign its tasks off, correct it, take decisions back, erase it."""
    rows = parts.rows_of("documents")
    if not rows:
        st.info("图里还没有文件，请先导入。", icon=":material/info:")
        return
    chosen = document.choose(rows)
    row = next((row for row in rows if row["document_id"] == chosen), None)
    if row is None:
        st.query_params.pop("measure", None)  # it would choose its document again
        if chosen is not None:
            st.warning(
                f"图里没有“{parts.unmarked(chosen)}”这份文件：它可能已移出，或地址有误。下面是图里的全部文件。",
                icon=":material/info:",
            )
        parts.reading_table(rows, CHECK_COLUMNS, key="importing:documents")
        return
    identity = str(row["document_id"])
    here = desk()
    try:
        found, as_read = reading_of(here, identity)
    except (UsageError, InputError) as error:
        st.warning(parts.unmarked(error), icon=":material/info:")
        erasing(row)
        return
    revision = here.revision(found)
    held = [j for j in here.ledger.all() if concerns(j, identity, found.document.jurisdiction)]

    def seen() -> str:
        # What the person saw is what was drawn last, not what this run has just read.
        return str(st.session_state.get(f"importing:seen:{identity}", revision))

    def decide(new: list[Judgement]) -> None:
        at_desk(lambda here: here.decide(identity, new, seen()))
        done(told(new))

    def correct(said: Mapping[str, str]) -> str:
        by = author()
        if not by:
            raise UsageError("请先写明经办人，再更正文件信息。")
        corrected = correction(said, as_read, by)
        new = at_desk(lambda here: here.correct(identity, corrected, seen()))
        st.query_params["document"] = new  # the address wins over the menu, where the old one is chosen
        return "文件信息已更正，这份文件已重新读取并写入。"

    original = here.original(identity)
    corrected = original.meta.get("corrected", {}) if original else {}
    facts = Facts(as_read, corrected, correct)

    def tasks(record: Record, measures: Sequence[Row]) -> None:
        sign_off(record, measures, held, decide)

    wanted = st.query_params.get("measure")
    proof(found, held, decide, "checking", facts, tasks, wanted)
    decisions_table([j for j in held if j.revoked_at is None], key="checking", to_choose=True)
    erasing(row)
    st.session_state[f"importing:seen:{identity}"] = revision


def reading_of(here: Desk, identity: str) -> tuple[Record, Document]:
    """The record of a loaded document without decisions, and its facts before anybody corrected them.

    Both are read once for as long as its file stays the same. Raises as Desk.record does.
    """
    original = here.original(identity)
    key = (identity, original.path, original.path.stat().st_mtime_ns, original.at) if original else None
    held = st.session_state.get("importing:read")
    if key and held and held[0] == key:
        record: Record = held[1]
        facts: Document = held[2]
        return record, facts
    record = here.record(identity)
    facts = record.document
    if original and original.meta.get("corrected"):
        facts = parse(read(original.path), replace(given_for(original.path), corrected={})).document
    st.session_state["importing:read"] = (key, record, facts)
    return record, facts


def told(new: Sequence[Judgement]) -> str:
    """What was decided, in a sentence; a sign-off of many tasks is a number."""
    signs = [j for j in new if j.verdict == Verdict.CHECKED]
    if len(signs) > TOLD:
        return f"已写入：{len(signs)} 项任务已核对。"
    names = task_names(tasks_of(new))
    return "已写入：" + "；".join(describe(j, names) for j in new)


CHECK_COLUMNS = (
    Column(
        "文件", lambda row: f'<span class="source">{to_check(row)} {parts.source_facts(row)}</span>', "wide"
    ),
    Column("任务", parts.plain("measures"), "short"),
    Column("核对", lambda row: text(how_far(row)), "short"),
    Column("责任单位", parts.plain("agencies"), "short"),
)


def to_check(row: Row, label: str = "") -> str:
    """A link to where a document is signed off."""
    return parts.link("importing", label or parts.short_title(row), part=CHECK, document=row["document_id"])


def how_far(row: Row) -> str:
    """已核对 n/N, or 未经核对."""
    return f"已核对 {row['checked']}/{row['measures']}" if row.get("checked") else "未经核对"


def sign_off(record: Record, measures: Sequence[Row], held: Sequence[Judgement], decide: Decide) -> None:
    """The tasks beside the text, each with its units, to be ticked and signed off; or all at once."""
    signs = signed(record, held)
    open_ones = {m.id: m for m in record.measures if m.id not in signs}
    lapsed = {
        j.about
        for j in held
        if j.verdict == Verdict.CHECKED and j.revoked_at is None and j.about in open_ones
    }
    state = how_far({"checked": len(signs), "measures": len(record.measures)})
    st.html(
        f'<div class="source">{parts.badge(state, "open")}'
        + (f" 其中 {len(lapsed)} 项核对后有改动，需重新核对" if lapsed else "")
        + "</div>"
    )
    pages = -(-len(measures) // TICKS)
    first = 0
    if pages > 1:
        page = st.number_input(f"第几页（共 {pages} 页，{len(measures)} 项任务）", 1, pages, width=260)
        first = (int(page) - 1) * TICKS
    with st.form("checking:sign", border=False):
        some = every = False
        if open_ones:
            with st.container(horizontal=True, gap="small"):
                some = st.form_submit_button("核对勾选的", type="primary")
                every = st.form_submit_button("全部核对")
        ticked = []
        with st.container(height=TICKS_HEIGHT):
            for index, row in enumerate(measures[first : first + TICKS], first):
                identity = str(row["measure_id"])
                if identity in open_ones:
                    label = parts.unmarked(f"{row['number']}{row['title']}")
                    if st.checkbox(f"**{label}**", key=f"checking:tick:{identity}:{forms()}"):
                        ticked.append(identity)
                st.html(beside_tick(row, index, signs, identity in lapsed))
    if some or every:
        ids = list(open_ones) if every else ticked

        def work() -> str:
            if not ids:
                raise UsageError("请先勾选核对无误的任务。")
            by, where = author(), record.document.id
            marks = {one: fingerprint(open_ones[one]) for one in ids}
            decide([made(Verdict.CHECKED, one, by, value=marks[one], document=where) for one in ids])
            return ""

        tried(work)


def beside_tick(row: Row, index: int, signs: dict[str, Judgement], lapsed: bool) -> str:
    """The units of a task below its box, the title too where there is none to tick, as markup."""
    title = ""
    if str(row["measure_id"]) in signs:
        title = f"<b>{text(row['number'])}{text(row['title'])}</b> {signed_line(row, signs)}"
    again = parts.badge("核对后有改动", "draft") + "<br>" if lapsed else ""
    place = f'<a href="#task-{index}" target="_self">原文</a>'
    return f'<div class="source ticked">{title}{again}{home.units_plain(row)} {place}</div>'


def erasing(row: Row) -> None:
    """彻底删除, behind a box to tick."""
    identity, title = str(row["document_id"]), parts.short_title(row)
    with st.expander("彻底删除这份文件"):
        st.markdown(f"把{parts.unmarked(title)}移出图，并删去保存的原件和关于它的全部认定。**不能恢复。**")
        st.html(f'<div class="source">{left_behind()}</div>')
        sure = st.checkbox("我确认彻底删除", key=f"importing:sure:{identity}")
        if st.button("彻底删除", disabled=not sure, key=f"importing:erase:{identity}"):

            def work() -> str:
                here = desk()
                decided = sum(j.document == identity for j in here.ledger.all())
                here.erase(identity)
                forget_session(identity)
                return (
                    f"已彻底删除{title}：图里的任务和责任、保存的原件和关于它的 {decided} 条认定都已删去。"
                    f"{REMAINS}要连它们一并清除，请联系维护人员。"
                )

            tried(work)


def left_behind() -> str:
    """What an erased document leaves in the files of the database, and the way out for who keeps them."""
    return (
        f"{text(REMAINS)}要连它们一并清除，请联系维护人员。"
        f"<details><summary>给维护人员</summary>{text(CLEAN_UP)}</details>"
    )


def forget_session(identity: str) -> None:
    """Takes a document out of what this session and the app hold in memory."""
    items: list[Item] = st.session_state.get("importing:items", [])
    items[:] = [item for item in items if item.record.document.id != identity]
    no_longer_due([identity])
    for batch in list(batches().values()):
        batch.written[:] = [one for one in batch.written if one != identity]
    for key in ("read", "importing:read", "document", "address:document", f"importing:seen:{identity}"):
        st.session_state.pop(key, None)
    st.query_params.pop("document", None)
    st.cache_data.clear()
