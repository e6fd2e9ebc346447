"""Writing what was read, a file at a time; what was written last, also for who left the page meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from graph.desk import Desk
from graph.errors import UsageError
from graph.judgements import now
from graph.store import WriteSummary
from views import parts
from views.importing.checking import how_far, to_check
from views.importing.session import Batch, Item, batches, desk, local
from views.parts import Column

LATELY = 10  # documents shown when fewer were written at once


def write(chosen: Sequence[Item], items: list[Item]) -> str:
    """Writes items, each in a transaction of its own; a written one leaves the list at once."""
    here = desk()
    batch = Batch(now(), [item.name for item in chosen])
    batches()[:] = [batch]
    said: list[str] = []
    measures = 0
    try:
        bar = st.progress(0.0, "正在写入……")
        for number, item in enumerate(chosen):
            bar.progress(number / len(chosen), f"正在写入（{number + 1}/{len(chosen)}）")
            # What this very session writes must not look like somebody else's work on its other files.
            current = [one for one in items if one.revision == here.revision(one.record)]
            summary = kept(item, here)
            items.remove(item)
            batch.todo.remove(item.name)
            for one in current:
                one.revision = here.revision(one.record)
            if summary.written:
                batch.written.append((item.record.document.id, item.name))
                measures += summary.measures
            else:
                said.append(summary.reason.rstrip("。"))
        bar.empty()
    finally:
        batch.running = False
    if len(batch.written) == 1:
        title = next(item for item in chosen if item.name == batch.written[0][1]).record.document.title
        said.insert(0, f"《{title}》已写入，{measures} 项任务")
    elif batch.written:
        said.insert(0, f"已写入 {len(batch.written)} 份文件，{measures} 项任务，见下表")
    return "；".join(said) + "。"


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
    """Says which files of the last writing are still to come, or never came because the page was left."""
    for batch in batches():
        names = parts.unmarked("、".join(batch.todo))
        here = {item.name for item in st.session_state.get("importing:items", ())}
        if batch.todo and batch.running:
            st.info(f"正在写入，还有 {len(batch.todo)} 份：{names}。刷新本页可看进度。")
        elif set(batch.todo) - here:
            st.warning(
                f"{local(batch.at)} 的写入没有做完，{len(batch.todo)} 份文件没有写入：{names}。"
                "请重新拖入这些文件。",
                icon=":material/warning:",
            )


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
    most = max((len(batch.written) for batch in batches()), default=0)
    rows = [
        {**loaded[one.document], "name": one.path.name, "when": local(one.at)}
        for one in desk().recent(max(most, LATELY))
        if one.document in loaded
    ]
    if rows:
        st.html(f'<h2 class="small">最近写入（{len(rows)}）</h2>')
        parts.reading_table(rows, WRITTEN_COLUMNS, key="importing:written")
