"""核对: a loaded document, where every correction is written at once, signed off, or taken out for good."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.desk import REMAINS
from graph.errors import InputError, UsageError
from graph.judgements import concerns, fingerprint, made, signed
from graph.model import Judgement, Record, Verdict
from loaders.judge import describe, judged
from views import document, parts
from views.importing.decisions import decisions_table
from views.importing.proof import Decide, proof
from views.importing.session import CHECK, Item, author, desk, done, tried
from views.parts import Column, Row, text


def check() -> None:
    """A loaded document: sign its tasks off, correct it, take decisions back, erase it."""
    rows = parts.rows_of("documents")
    if not rows:
        st.info("图里还没有文件，请先导入。", icon=":material/info:")
        return
    chosen = document.choose(rows)
    row = next((row for row in rows if row["document_id"] == chosen), None)
    if row is None:
        parts.reading_table(rows, CHECK_COLUMNS, key="importing:documents")
        return
    identity = str(row["document_id"])
    here = desk()
    try:
        read = here.record(identity)
    except (UsageError, InputError) as error:
        st.warning(parts.unmarked(error), icon=":material/info:")
        erasing(identity)
        return
    revision = here.revision(read)
    held = [j for j in here.ledger.all() if concerns(j, identity, read.document.jurisdiction)]

    def decide(new: list[Judgement]) -> None:
        # What the person saw is what was drawn last, not what this run has just read.
        seen = st.session_state.get(f"importing:seen:{identity}", revision)
        here.decide(identity, new, seen)
        done("已写入：" + "；".join(describe(j) for j in new))

    sign_off(judged(read, held), held, decide)
    proof(read, held, decide, "checking")
    decisions_table([j for j in held if j.revoked_at is None], key="checking", to_choose=True)
    erasing(identity)
    st.session_state[f"importing:seen:{identity}"] = revision


CHECK_COLUMNS = (
    Column("文件", lambda row: to_check(row), "wide"),
    Column("任务", parts.plain("measures"), "short"),
    Column("核对", lambda row: text(how_far(row)), "short"),
    Column("责任单位", parts.plain("agencies"), "short"),
)


def to_check(row: Row) -> str:
    """A document as a link to its signing off, with its marks."""
    named = parts.link("importing", parts.short_title(row), part=CHECK, document=row["document_id"])
    return f'<span class="source">{named} {parts.source_facts(row)}</span>'


def how_far(row: Row) -> str:
    """已核对 n/N, or 未经核对."""
    return f"已核对 {row['checked']}/{row['measures']}" if row.get("checked") else "未经核对"


def sign_off(record: Record, held: Sequence[Judgement], decide: Decide) -> None:
    """The tasks not signed off, to be signed off one, some or all."""
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
    if not open_ones:
        return
    with st.form("checking:sign", border=False):
        first, second, last = st.columns([6, 1, 1], gap="small", vertical_alignment="bottom")
        chosen = first.multiselect(
            "核对任务",
            list(open_ones),
            format_func=lambda one: (
                f"{open_ones[one].number}{open_ones[one].title[:40]}" if one in open_ones else one
            ),
            placeholder="选择核对无误的任务",
        )
        some = second.form_submit_button("核对所选")
        every = last.form_submit_button("全部核对")
    if some or every:
        ids = list(open_ones) if every else [one for one in chosen if one in open_ones]

        def work() -> str:
            if not ids:
                raise UsageError("请先选择核对无误的任务。")
            by = author()
            decide(
                [
                    made(
                        Verdict.CHECKED,
                        one,
                        by,
                        value=fingerprint(open_ones[one]),
                        document=record.document.id,
                    )
                    for one in ids
                ]
            )
            return ""

        tried(work)


def erasing(identity: str) -> None:
    """彻底删除, behind a box to tick."""
    with st.expander("彻底删除这份文件"):
        st.markdown("把文件移出图，并删去保存的原件和关于它的全部认定。**不能恢复。**")
        st.caption(parts.unmarked(REMAINS))
        sure = st.checkbox("我确认彻底删除", key=f"importing:sure:{identity}")
        if st.button("彻底删除", disabled=not sure, key=f"importing:erase:{identity}"):

            def work() -> str:
                desk().erase(identity)
                forget_session(identity)
                return "已彻底删除。"

            tried(work)


def forget_session(identity: str) -> None:
    """Takes a document out of what this session and the app hold in memory."""
    items: list[Item] = st.session_state.get("importing:items", [])
    items[:] = [item for item in items if item.record.document.id != identity]
    for key in ("read", "document", "address:document", f"importing:seen:{identity}"):
        st.session_state.pop(key, None)
    st.query_params.pop("document", None)
    st.cache_data.clear()
