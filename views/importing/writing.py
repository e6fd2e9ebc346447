"""Writing what was read, a file at a time; what was written last, also for who left the page meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from graph.desk import Desk
from graph.errors import UsageError
from graph.judgements import concerns, local
from graph.store import WriteSummary
from graph.tables.duties import named
from loaders.documents import CORRECTABLE
from views import parts
from views.importing.checking import how_far, to_check
from views.importing.session import Item, batches, begun, desk, is_open, no_longer_due, session_id
from views.parts import Column

LATELY = 10  # documents shown when fewer were written at once


def write(chosen: Sequence[Item], items: list[Item]) -> str:
    """Writes items, each in a transaction of its own; a written one leaves the list at once."""
    here = desk()
    batch = begun({item.record.document.id: item.name for item in chosen})
    said: list[str] = []
    written: list[Item] = []
    measures = 0
    try:
        bar = st.progress(0.0, "正在写入……")
        for number, item in enumerate(chosen):
            bar.progress(number / len(chosen), f"正在写入（{number + 1}/{len(chosen)}）")
            # What this very session writes must not look like somebody else's work on its other files.
            others = touched(item, items)
            states = here.revisions([one.record for one in others])
            current = [one for one, state in zip(others, states, strict=True) if one.revision == state]
            summary = kept(item, here)
            items.remove(item)
            no_longer_due([item.record.document.id])
            states = here.revisions([one.record for one in current])
            for one, state in zip(current, states, strict=True):
                one.revision = state
            if summary.written:
                batch.written.append(item.record.document.id)
                written.append(item)
                measures += summary.measures
            else:
                said.append(summary.reason.rstrip("。"))
        bar.empty()
    finally:
        batch.running = False
    if len(written) == 1:
        said.insert(0, f"{named(written[0].record.document.title)}已写入，{measures} 项任务")
    elif written:
        said.insert(0, f"已写入 {len(written)} 份文件，{measures} 项任务，见下表")
    for item in written:
        if item.offered:
            said.append(
                f"{named(item.record.document.title)}上次更正过{facts_of(item.offered)}，"
                "这一份内容不同，没有照用，需要时请在“核对”里更正"
            )
    return "；".join(said) + "。"


def touched(item: Item, items: Sequence[Item]) -> list[Item]:
    """The other items whose document writing this one may change: by its decisions, or by one number."""
    number = item.record.document.doc_number
    return [
        one
        for one in items
        if one is not item
        and (
            (number and one.record.document.doc_number == number)
            or any(
                concerns(j, one.record.document.id, one.record.document.jurisdiction) for j in item.decisions
            )
        )
    ]


def facts_of(corrected: Iterable[str]) -> str:
    """What the facts are called that somebody corrected: 标题、文号."""
    held = set(corrected)
    return "、".join(label for name, label in CORRECTABLE.items() if name in held)


def kept(item: Item, here: Desk) -> WriteSummary:
    """Writes one item; one that somebody else changed meanwhile is shown anew (UsageError)."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / item.name
        path.write_bytes(item.data)
        try:
            return here.load(item.record, path, item.meta, item.decisions, item.revision)
        except UsageError:
            item.revision = here.revision(item.record)
            raise


def interrupted() -> None:
    """Says which files of a writing are still to come, or never came because the page was left."""
    here = {item.record.document.id for item in st.session_state.get("importing:items", ())}
    for session, batch in list(batches().items()):
        if session != session_id() and is_open(session):
            continue  # who writes there has the files on a page of their own
        todo = dict(batch.todo)
        names = parts.unmarked("、".join(todo.values()))
        if todo and batch.running:
            st.info(f"正在写入，还有 {len(todo)} 份：{names}。刷新本页可看进度。")
        elif set(todo) - here:
            st.warning(
                f"{local(batch.at)} 的写入没有做完，{len(todo)} 份文件没有写入：{names}。"
                "请重新拖入这些文件。",
                icon=":material/warning:",
            )
            if st.button("不再提示", key=f"importing:left:{session}"):
                batches().pop(session, None)
                st.rerun()


WRITTEN_COLUMNS = (
    Column("文件", parts.source, "wide"),
    Column("任务", parts.plain("measures"), "short"),
    Column("核对", lambda row: to_check(row, how_far(row)), "short"),
    Column("来自", parts.plain("name"), "wide"),
    Column("写入时间", parts.plain("when"), "short"),
)


def written_lately() -> None:
    """The documents that were written last, with links: this outlives the page, and the app."""
    loaded = {str(row["document_id"]): row for row in parts.rows_of("documents")}
    most = max((len(batch.written) for batch in list(batches().values())), default=0)
    rows = [
        {**loaded[one.document], "name": one.path.name, "when": local(one.at)}
        for one in desk().recent(max(most, LATELY))
        if one.document in loaded
    ]
    if rows:
        st.html(f'<h2 class="small">最近写入（{len(rows)}）</h2>')
        parts.reading_table(rows, WRITTEN_COLUMNS, key="importing:written")
