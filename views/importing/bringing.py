"""导入: files or pasted text are read and shown; 写入 changes the graph, a document at a time."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from graph.compare import changes
from graph.errors import InputError, UsageError
from graph.judgements import concerns, local
from graph.model import Judgement, Record, Resolved
from graph.originals import Original
from graph.tables import measures_with_duties
from loaders.archive import expanded
from loaders.corrections import place_named
from loaders.judge import NAMES, describe, judged, names_of
from loaders.read import MAX_BYTES
from loaders.records import parse_file
from views import home, parts, reading
from views.importing.checking import how_far
from views.importing.decisions import task_names
from views.importing.proof import Facts, proof
from views.importing.session import (
    Item,
    author,
    correction,
    desk,
    done,
    no_longer_due,
    tried,
)
from views.importing.writing import facts_of, interrupted, write, written_lately
from views.parts import Column, Row


def bring() -> None:
    """The box, then what was read of its files, one at a time, exceptions first."""
    items: list[Item] = st.session_state.setdefault("importing:items", [])
    with st.form("importing:box", clear_on_submit=True):
        dropped, pasted = st.columns(2, gap="medium")
        with dropped:
            files = st.file_uploader(
                f"拖入文件（可多份，也可以是 zip 压缩包，每份不超过 {MAX_BYTES // 2**20} MB）",
                accept_multiple_files=True,
                max_upload_size=MAX_BYTES // 2**20,
            )
        with pasted:
            words = st.text_area("或粘贴文字", height=120, max_chars=home.LONGEST_PASTE)
        st.html('<p class="secret">请勿导入涉密文件。</p>')
        jurisdiction = st.text_input(
            "适用地区（文中没有写明是哪里时填写，如 广东省广州市；读取之后也可以补填，再点一次“读取并预览”）"
        ).strip()
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
        take(given, jurisdiction, items)
        st.rerun()
    interrupted()
    for sentence in st.session_state.get("importing:unread", ()):
        st.error(parts.unmarked(sentence), icon=":material/error:")
    if items:
        preview(items)
    else:
        st.caption("读取后先看预览，可以更正；点“写入”之前，图里的内容不变。")
    written_lately()


def take(given: Sequence[tuple[str, bytes]], jurisdiction: str, items: list[Item]) -> None:
    """Reads new files, or with none those that are here once more, with the place that was filled in."""
    unread = []
    if jurisdiction:
        try:
            jurisdiction = place_named(jurisdiction)
        except UsageError as error:
            unread, jurisdiction = [str(error)], ""
    open_ones = [item for item in items if item.jurisdiction or not item.record.document.jurisdiction]
    if given:
        read_all(given, jurisdiction, items)
    elif jurisdiction and open_ones:
        for item in open_ones:
            try:
                again_with(item, jurisdiction, item.corrected, items)
            except UsageError as error:
                unread.append(f"{item.name}：{error}")
        said = f"已按适用地区“{jurisdiction}”重新读取 {len(open_ones) - len(unread)} 份文件。"
        st.session_state["importing:said"] = parts.unmarked(said)
    elif jurisdiction and items:
        unread = ["已读取的文件自己写明了适用地区；如有误，请在预览里更正文件信息。"]
    elif not unread:
        unread = ["没有选择文件，也没有粘贴文字。"]
    st.session_state["importing:unread"] = [*unread, *(st.session_state["importing:unread"] if given else [])]


def again_with(item: Item, jurisdiction: str, corrected: Mapping[str, str], items: list[Item]) -> None:
    """Reads an item anew. Raises UsageError where it would become the same document as another."""
    before = item.jurisdiction, item.corrected
    item.read_again(jurisdiction, corrected)
    if any(one is not item and one.record.document.id == item.record.document.id for one in items):
        item.read_again(*before)
        raise UsageError("改成这样就与另一份待写入的文件相同，请先核对那一份的标题和文号。")


def read_all(given: Sequence[tuple[str, bytes]], jurisdiction: str, items: list[Item]) -> None:
    """Reads what was given into items, with progress; what cannot be read is kept as sentences."""
    unread: list[str] = []
    here = desk()
    before = here.recent()
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
            item = Item(path.name, path.read_bytes(), jurisdiction, record, here.revision(record))
            applied, item.offered = corrected_before(item.record.document.id, item.data, before)
            if applied:
                item.read_again(jurisdiction, applied)
            items[:] = [one for one in items if one.record.document.id != item.record.document.id]
            items.append(item)
        bar.empty()
    st.session_state["importing:unread"] = unread


def corrected_before(
    document: str, data: bytes, kept: Sequence[Original]
) -> tuple[dict[str, str], dict[str, str]]:
    """What somebody corrected about this very file, and about another version of the document it says it is.

    The first holds again; the second is only offered: what was wrong of one version may be right of this.
    """
    same = [one for one in kept if is_of(one, data)]
    # Of several with these bytes the one that this file says it is, else the latest.
    if same:
        one = next((one for one in same if one.document == document), same[0])
        return dict(one.meta.get("corrected", {})), {}
    other = next((one for one in kept if one.document == document), None)
    return {}, dict(other.meta.get("corrected", {})) if other else {}


def is_of(original: Original, data: bytes) -> bool:
    """Whether a kept file has these bytes; one that was erased meanwhile has not."""
    try:
        return original.path.stat().st_size == len(data) and original.path.read_bytes() == data
    except OSError:
        return False


def safe_name(name: str) -> str:
    """An uploaded file's name as one that any file system takes, its suffix kept."""
    path = Path(name)
    suffix = re.sub(r"[^.\w]", "", path.suffix)[:10]
    return parts.file_name(name.removesuffix(path.suffix))[:60] + suffix


def preview(items: list[Item]) -> None:
    """Each file's reading; 写入 for one or for all."""
    ledger = desk().ledger.all()
    held = {id(item): about(item, ledger) for item in items}
    order = sorted(items, key=lambda item: -trouble(judged(item.record, held[id(item)])))
    if len(items) > 1:
        rows = [overview(item, judged(item.record, held[id(item)])) for item in order]
        parts.reading_table(rows, OVERVIEW_COLUMNS, key="importing:overview")
    labels = {item.record.document.id: f"{item.record.document.title}（{item.name}）" for item in order}
    chosen = order[0]
    if len(items) > 1:
        picked = st.selectbox(
            "预览哪一份", list(labels), format_func=lambda key: labels.get(key, key), key="importing:picked"
        )
        chosen = next((item for item in order if item.record.document.id == picked), chosen)
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
        no_longer_due([chosen.record.document.id])
        done(f"已放弃“{chosen.name}”，图里的内容没有改动。")

    names = task_names(reading.measure_rows(chosen.record))

    def decide(new: list[Judgement]) -> None:
        # A later decision on the same thing takes the place of the earlier one.
        keys = {same_thing(j) for j in new}
        chosen.decisions = [j for j in chosen.decisions if same_thing(j) not in keys] + new
        done("已记下，写入时生效：" + "；".join(describe(j, names) for j in new))

    def correct(said: Mapping[str, str]) -> str:
        by = author()
        if not by:
            raise UsageError("请先写明经办人，再更正文件信息。")
        new = correction(said, chosen.as_read(), by)
        again_with(chosen, chosen.jurisdiction, new, items)
        chosen.offered = {}
        return "已按更正后的文件信息重新读取，写入时一并保存。"

    already(chosen, judged(chosen.record, held[id(chosen)]))
    if chosen.offered:
        by, at = chosen.offered.get("by", ""), local(chosen.offered.get("at"))
        st.info(
            parts.unmarked(
                f"上次更正过{facts_of(chosen.offered)}（{by}，{at}）。这一份与那一份内容不同，没有照用；"
                "上次更正的内容已填在下面，核对后请点“更正文件信息”。"
            )
        )
    facts = Facts(chosen.as_read(), chosen.corrected, correct, chosen.offered)
    proof(chosen.record, held[id(chosen)], decide, "importing", facts)
    if chosen.decisions:
        pending(chosen, names)


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


def about(item: Item, ledger: Sequence[Judgement]) -> list[Judgement]:
    """The decisions that will hold when the item is written: those of the ledger, then its own."""
    facts = item.record.document
    return [j for j in ledger if concerns(j, facts.id, facts.jurisdiction)] + item.decisions


def already(item: Item, record: Record) -> None:
    """Says whether this document, or another version of it, is in the graph, and what is different there."""
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
    full = [row for row in (*same, *alike) if row["edition"] == "full"]
    if full:
        # The same document first; of several with one title the latest.
        nearest = max(full, key=lambda row: (row["document_id"] == facts.id, str(row["date"] or "")))
        differences(nearest, record)


CHANGE_COLUMNS = (
    Column("变动", parts.plain("kind"), "short"),
    Column("原编号", parts.plain("old_number"), "short"),
    Column("现编号", parts.plain("new_number"), "short"),
    Column("任务", parts.plain("title"), "wide"),
    Column("图里的", parts.plain("old"), "wide"),
    Column("这一份的", parts.plain("new"), "wide"),
    Column("备注", parts.plain("match")),
)


def differences(row: Row, record: Record) -> None:
    """What is new, changed or gone against a document in the graph."""
    old = str(row["document_id"])
    _, rows = parts.with_store(lambda store: measures_with_duties(store, documents=[old]))
    whole = next((d["text"] for d in parts.rows_of("document", document=old) if d["document_id"] == old), "")
    found = changes(rows, reading.measure_rows(record), str(whole or ""), record.text)
    if not found:
        st.caption("与图里的那一份相比，任务没有变动。")
        return
    counted = "，".join(f"{kind} {count} 处" for kind, count in Counter(c.kind for c in found).items())
    with st.expander(f"与图里的那一份相比：{counted}", expanded=len(found) <= 10):
        parts.reading_table([asdict(one) for one in found], CHANGE_COLUMNS, key="importing:changes")


def pending(item: Item, names: Mapping[str, str]) -> None:
    """The decisions on a file that is not written yet; one can be taken back."""
    st.html(f'<h2 class="small">写入时生效的认定（{len(item.decisions)}）</h2>')
    for one in item.decisions:
        said, button = st.columns([5, 1], vertical_alignment="center")
        said.markdown(parts.unmarked(describe(one, names)))
        if button.button("取消", key=f"importing:drop:{one.id}"):
            item.decisions.remove(one)
            done("已取消：" + describe(one, names))
