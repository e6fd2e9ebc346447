"""导入: files or pasted text are read and shown; 写入 changes the graph, a document at a time."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from graph.errors import InputError, UsageError
from graph.judgements import concerns
from graph.model import Judgement, Record, Resolved
from loaders.archive import expanded
from loaders.judge import NAMES, describe, judged, names_of
from loaders.read import ARCHIVE, MAX_BYTES, MEDIA
from loaders.records import given_for, parse_file
from views import home, parts
from views.importing.checking import how_far
from views.importing.proof import proof
from views.importing.session import Item, desk, done, tried
from views.parts import Column, Row


def bring() -> None:
    """The box, then what was read of its files, one at a time, exceptions first."""
    items: list[Item] = st.session_state.setdefault("importing:items", [])
    with st.form("importing:box", clear_on_submit=True):
        dropped, pasted = st.columns(2, gap="medium")
        with dropped:
            files = st.file_uploader(
                f"拖入文件（可多份，也可以是 zip 压缩包，每份不超过 {MAX_BYTES // 2**20} MB）",
                type=[suffix[1:] for suffix in (*MEDIA, ARCHIVE)],
                accept_multiple_files=True,
                max_upload_size=MAX_BYTES // 2**20,
            )
        with pasted:
            words = st.text_area("或粘贴文字", height=120, max_chars=home.LONGEST_PASTE)
        st.html('<p class="secret">请勿导入涉密文件。</p>')
        jurisdiction = st.text_input("适用地区（文中没有写明是哪里时填写，如 广东省广州市）").strip()
        go = st.form_submit_button("读取并预览", type="primary")
    if handed := st.session_state.pop("handed", None):  # dropped on 首页
        read_all([handed[:2]], handed[2], items)
        st.rerun()
    if go:
        given = [(file.name, file.getvalue()) for file in files]
        if words.strip():
            # Named by its content: two pasted texts are two files.
            digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8]
            given.append((f"粘贴的文字{digest}.txt", words.encode("utf-8", "replace")))
        read_all(given, jurisdiction, items)
        st.rerun()
    for sentence in st.session_state.get("importing:unread", ()):
        st.error(parts.unmarked(sentence), icon=":material/error:")
    if items:
        preview(items)
    else:
        st.caption("读取后先看预览，可以更正；点“写入”之前，图里的内容不变。")


def read_all(given: Sequence[tuple[str, bytes]], jurisdiction: str, items: list[Item]) -> None:
    """Reads what was given into items, with progress; what cannot be read is kept as sentences."""
    unread: list[str] = [] if given else ["没有选择文件，也没有粘贴文字。"]
    here = desk()
    with tempfile.TemporaryDirectory() as work:
        paths = []
        for number, (name, data) in enumerate(given):
            folder = Path(work) / f"given{number}"
            folder.mkdir()
            path = folder / safe_name(name)
            path.write_bytes(data)
            paths.append(path)
        unpacked = Path(work) / "unpacked"
        unpacked.mkdir()
        found = list(expanded(paths, unpacked, lambda error: unread.append(str(error))))
        bar = st.progress(0.0, "正在读取……")
        for number, path in enumerate(found):
            bar.progress(
                number / len(found), f"正在读取 {parts.unmarked(path.name)}（{number + 1}/{len(found)}）"
            )
            try:
                record = parse_file(path, jurisdiction or None)
            except InputError as error:
                unread.append(str(error))
                continue
            items[:] = [item for item in items if item.record.document.id != record.document.id]
            items.append(Item(path.name, path.read_bytes(), jurisdiction, record, here.revision(record)))
        bar.empty()
    st.session_state["importing:unread"] = unread


def safe_name(name: str) -> str:
    """An uploaded file's name as one that any file system takes, its suffix kept."""
    path = Path(name)
    suffix = path.suffix if path.suffix.lower() in (*MEDIA, ARCHIVE) else ""
    return parts.file_name(name.removesuffix(path.suffix))[:60] + suffix


def preview(items: list[Item]) -> None:
    """Each file's reading; 写入 for one or for all."""
    held = {id(item): about(item) for item in items}
    order = sorted(items, key=lambda item: -trouble(judged(item.record, held[id(item)])))
    if len(items) > 1:
        rows = [overview(item, judged(item.record, held[id(item)])) for item in order]
        parts.reading_table(rows, OVERVIEW_COLUMNS, key="importing:overview")
    labels = {item.record.document.id: f"{item.record.document.title}（{item.name}）" for item in order}
    chosen = order[0]
    if len(items) > 1:
        picked = st.selectbox("预览哪一份", list(labels), format_func=lambda key: labels.get(key, key))
        chosen = next(item for item in order if item.record.document.id == picked)
    with st.container(horizontal=True, gap="small"):
        one = st.button("写入这一份", type="primary", key="importing:one")
        every = len(items) > 1 and st.button(f"全部写入（{len(items)}）", key="importing:all")
        away = st.button("放弃这一份", key="importing:away")
    if one:
        tried(lambda: write([chosen], items))
    if every:
        tried(lambda: write(list(items), items))
    if away:
        items.remove(chosen)
        done(f"已放弃“{chosen.name}”，图里的内容没有改动。")

    def decide(new: list[Judgement]) -> None:
        # A later decision on the same thing takes the place of the earlier one.
        keys = {same_thing(j) for j in new}
        chosen.decisions = [j for j in chosen.decisions if same_thing(j) not in keys] + new
        done("已记下，写入时生效：" + "；".join(describe(j) for j in new))

    already(chosen)
    proof(chosen.record, held[id(chosen)], decide, "importing")
    if chosen.decisions:
        pending(chosen)


def same_thing(judgement: Judgement) -> tuple[str | None, ...]:
    """What a decision is about: a name, or a unit's role, or a measure's shape."""
    kind = "name" if judgement.verdict in NAMES else judgement.verdict
    return (kind, judgement.about, judgement.unit, judgement.was, judgement.words)


OVERVIEW_COLUMNS = (
    Column("文件", parts.plain("name"), "wide"),
    Column("标题", parts.plain("title"), "wide"),
    Column("任务", parts.plain("measures"), "short"),
    Column("责任", parts.plain("duties"), "short"),
    Column("没有认出的名称", parts.plain("unresolved"), "short"),
    Column("没有读懂", parts.plain("problems"), "short"),
)


def overview(item: Item, record: Record) -> Row:
    """A file in one row."""
    return {
        "name": item.name,
        "title": record.document.title,
        "measures": len(record.measures),
        "duties": sum(len(measure.responsibilities) for measure in record.measures),
        "unresolved": sum(name.resolved == Resolved.UNRESOLVED for name in names_of(record)),
        "problems": len(record.problems),
    }


def trouble(record: Record) -> int:
    """How much of a record a person should look at."""
    return len(record.problems) + (1000 if not record.measures else 0)


def about(item: Item) -> list[Judgement]:
    """The decisions that will hold when the item is written: those of the ledger, then its own."""
    facts = item.record.document
    return [j for j in desk().ledger.all() if concerns(j, facts.id, facts.jurisdiction)] + item.decisions


def already(item: Item) -> None:
    """Says whether this document, or another version of it, is in the graph."""
    facts = item.record.document
    rows = parts.rows_of("documents")
    same = [
        r
        for r in rows
        if r["document_id"] == facts.id or (facts.doc_number and r["doc_number"] == facts.doc_number)
    ]
    alike = [r for r in rows if r not in same and r["document"] == facts.title]
    for row in same:
        if row["edition"] == "digest" and facts.edition != "digest":
            st.info(f"图里有这份文件的摘要（{row['measures']} 项任务），写入后由全文代替。")
        elif row["document_id"] == facts.id:
            st.info(
                f"图里已有这份文件（{row['measures']} 项任务，{how_far(row)}）；写入后以新的为准。"
                "已作的认定继续有效，文字有改动的任务需要重新核对。"
            )
        else:
            st.info(f"图里有同一文号的另一件：{parts.unmarked(row['document_id'])}，两件并存。")
    for row in alike:
        st.info(
            f"图里有同名文件（{parts.unmarked(parts.short_source(row))}），可能是另一个版本，写入后两份并存。"
        )
    if not (same or alike):
        st.caption("图里还没有这份文件。")


def write(chosen: Sequence[Item], items: list[Item]) -> str:
    """Writes items, each in a transaction of its own; a written one leaves the list at once."""
    here, said = desk(), []
    with tempfile.TemporaryDirectory() as work:
        bar = st.progress(0.0, "正在写入……")
        for number, item in enumerate(chosen):
            bar.progress(number / len(chosen), f"正在写入（{number + 1}/{len(chosen)}）")
            path = Path(work) / item.name
            path.write_bytes(item.data)
            # What this very session writes must not look like somebody else's work on its other files.
            current = [one for one in items if one.revision == here.revision(one.record)]
            meta = {k: v for k, v in asdict(given_for(path, item.jurisdiction or None)).items() if v}
            try:
                summary = here.load(item.record, path, meta, item.decisions, item.revision)
            except UsageError:
                item.revision = here.revision(item.record)  # shown anew with what the other one decided
                raise
            items.remove(item)
            for one in current:
                one.revision = here.revision(one.record)
            if summary.written:
                said.append(f"《{item.record.document.title}》已写入，{summary.measures} 项任务")
            else:
                said.append(summary.reason.rstrip("。"))
        bar.empty()
    return "；".join(said) + "。"


def pending(item: Item) -> None:
    """The decisions on a file that is not written yet; one can be taken back."""
    st.html(f'<h2 class="small">写入时生效的认定（{len(item.decisions)}）</h2>')
    for one in item.decisions:
        said, button = st.columns([5, 1], vertical_alignment="center")
        said.markdown(parts.unmarked(describe(one)))
        if button.button("取消", key=f"importing:drop:{one.id}"):
            item.decisions.remove(one)
            done("已取消：" + describe(one))
