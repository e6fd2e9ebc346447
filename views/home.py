"""首页: drop a file or paste text, see it with its marks beside the 责任分工表, take it to Word.

Nothing is written here: the record lives in the session of who dropped it and ends with it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import streamlit as st

from graph.errors import InputError, UsageError
from graph.model import Problem, Record
from loaders.agencies.readings import PLACE_WANTED
from loaders.corrections import place_named
from loaders.read import MAX_BYTES
from views import document, parts, reading, shell, taking
from views.parts import Row, text

LONGEST_PASTE = 500_000  # characters
FORMATS = f"Word、WPS、PDF、Excel、网页、文本等，不超过 {MAX_BYTES // 2**20} MB"


def page() -> None:
    """The box, what was dropped, else the samples and the documents."""
    st.title("权责图谱")
    if missing := st.query_params.get(shell.MISSING):
        st.info(
            f"没有“{parts.unmarked(missing[: shell.LONGEST])}”这一页，已打开首页；各页都在左侧。",
            icon=":material/info:",
        )
    known = parts.rows_of("documents")
    if not parts.reading_only("拖入和导入文件"):
        given = box()
        if given:
            shown(given)
            return
    start(known)


def box() -> tuple[str, bytes, str] | None:
    """What was dropped or pasted: file name, content, jurisdiction."""
    st.markdown("拖入一份文件，马上看到谁牵头、谁配合、谁负责，并下载责任分工表。")
    dropped, pasted = st.columns(2, gap="medium")
    with dropped:
        file = st.file_uploader(
            f"拖入文件（{FORMATS}）",
            key="dropped",
            max_upload_size=MAX_BYTES // 2**20,
        )
        jurisdiction = st.text_input(
            "适用地区（文中没有写明时填写）", key="jurisdiction", placeholder="例如：广东省广州市"
        ).strip()
    with pasted:
        words = st.text_area("或粘贴文字", key="pasted", height=150, max_chars=LONGEST_PASTE)
    st.html(
        '<p class="quiet"><b class="secret">请勿导入涉密文件。</b>这里只读给您看，不写入图，也不上传到别处；'
        "要长期使用，请到“导入与核对”存入。</p>"
    )
    if file is not None:
        return file.name, file.getvalue(), jurisdiction
    if words.strip():
        return reading.PASTED, words.encode("utf-8", "replace"), jurisdiction
    return None


def shown(given: tuple[str, bytes, str]) -> None:
    """The document as it was read."""
    name, data, jurisdiction = given
    try:
        jurisdiction = place_named(jurisdiction) if jurisdiction else ""
    except UsageError as error:
        st.error(parts.unmarked(error), icon=":material/error:")
        jurisdiction = ""
    given = name, data, jurisdiction
    try:
        record = read(*given)
    except InputError as error:
        st.error(parts.unmarked(error), icon=":material/error:")
        st.markdown("请换一份文件，或把文字直接粘贴到框里；zip 压缩包请到“导入与核对”整包读取。")
        return
    row, measures = reading.document_row(record), reading.measure_rows(record)
    document.what_it_is(row)
    if not measures:
        st.warning(
            "没有读到带编号的任务，这可能不是一份分工文件。下面是读出的文字，可以检查是否完整。",
            icon=":material/info:",
        )
    taking.take(reading.table_of(record), key="home")
    if st.button("核对并存入图……", icon=":material/arrow_forward:"):
        st.session_state["handed"] = given
        parts.go_to("importing")
    problems(record)
    whole, tasks = st.columns([11, 9], gap="medium")
    with tasks:
        document.tasks_beside(measures, None, units_plain)
    with whole:
        document.text_with_marks(row, measures, None, reading.topic_rows(record))


def read(name: str, data: bytes, jurisdiction: str) -> Record:
    """The record, read once for as long as the session looks at it."""
    key = (name, hashlib.sha256(data).hexdigest(), jurisdiction)
    held = st.session_state.get("read")
    if held and held[0] == key:
        record: Record = held[1]
        return record
    with st.spinner("正在读……"):
        record = reading.record_of(name, data, jurisdiction)
    st.session_state["read"] = (key, record)
    return record


def units_plain(row: Row) -> str:
    """The units of a task by name: they may not be in the graph, so no link."""
    found = [
        f"{parts.role_badge(duty)} {text(duty['agency'])}"
        + (" " + parts.badge("名称待核对", "draft") if duty.get("resolved") == "unresolved" else "")
        for duty in row["duties"]
    ]
    return "<br>".join(found) or parts.badge(parts.NO_UNIT, "open")


class Problems(NamedTuple):
    """What was not understood in one way: a sentence, and the words it is about."""

    said: str
    quotes: tuple[str, ...]
    places: int


def grouped(record: Record) -> list[Problems]:
    """The problems of a record, those that one sentence says together; a place that is missing first."""
    unplaced = [item for item in record.problems if PLACE_WANTED in item.message]
    missing = unplaced or any(item.kind == "no_jurisdiction" for item in record.problems)
    groups: dict[str, list[Problem]] = {}
    for item in record.problems:
        if item in unplaced or item.kind == "no_jurisdiction":
            continue
        said = item.message.replace(f"“{item.quote}”", "“……”") if item.quote else item.message
        groups.setdefault(said, []).append(item)
    found = [
        # What stands once is said as it is, with its name in it.
        Problems(items[0].message if len(items) == 1 else said, quotes_of(items), len(items))
        for said, items in groups.items()
    ]
    if missing:
        lost = f"{len(unplaced)} 处名称因此没有认定" if unplaced else "省、市开头的单位名称无法确定"
        said = f"没有写明适用地区，{lost}；请在上面填写适用地区，再重新读取。"
        found.insert(0, Problems(said, quotes_of(unplaced), len(unplaced) or 1))
    return found


def quotes_of(items: Iterable[Problem]) -> tuple[str, ...]:
    """The words of problems, each once, with how often where that is more than once."""
    counted = Counter(item.quote for item in items if item.quote)
    return tuple(quote if count == 1 else f"{quote}（{count} 处）" for quote, count in counted.items())


def problems(record: Record, *, expanded: bool = False) -> None:
    """What was not understood, a sentence once, with the words."""
    found = grouped(record)
    if not found:
        return
    with st.expander(f"没有读懂或需要核对的地方（{len(record.problems)} 处）", expanded=expanded):
        rows = [{"quote": "；".join(one.quotes), "message": one.said, "places": one.places} for one in found]
        columns = (
            parts.Column("说明", parts.plain("message"), "wide"),
            parts.Column("处", parts.plain("places"), "short"),
            parts.Column("原文", parts.plain("quote"), "wide"),
        )
        parts.reading_table(rows, columns, key="problems")


def start(known: list[dict[str, Any]]) -> None:
    """The samples to click, then the documents of one's own."""
    samples = [row for row in known if row.get("edition") == "digest"]
    own = [row for row in known if row.get("edition") != "digest"]
    columns = (parts.Column("文件", parts.source, "wide"), *parts.COUNT_COLUMNS)
    if own:
        st.html(f'<h2 class="small">已载入的文件（{len(own)}）</h2>')
        parts.reading_table(own, columns, key="own")
    if samples:
        st.html(f'<h2 class="small">样例（{len(samples)}）</h2>')
        st.caption(
            "样例是摘要：标题和责任单位照原文件，任务内容是另写的概要。"
            + (
                "已有自己的文件，样例默认不计入统计，可在各页左侧打开。"
                if own
                else "点一份看看；载入第一份自己的文件后，样例不再计入统计。"
            )
        )
        parts.reading_table(samples, columns, key="samples")
    if not known:
        st.info("图里还没有文件。拖入一份即可先看；存入图之后，就能跨文件查询。", icon=":material/info:")
    st.caption(parts.who_can_reach())
