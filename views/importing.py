"""导入与核对: look before anything is written, correct what was read, write it, sign it off, take it back.

Three parts. 导入: files or pasted text are read and shown; only 写入 changes the graph, a document at a
time, each wholly or not at all. 核对: a loaded document, where every correction is written at once.
认定记录: every decision of everybody, each revocable. What is done here is graph/desk.py's; what a
decision means is loaders/judge.py's.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from graph.desk import REMAINS, Desk
from graph.errors import DutyGraphError, InputError, UsageError
from graph.judgements import concerns, fingerprint, made, signed
from graph.model import Judgement, Measure, Record, Resolved, Verdict
from graph.render import ROLE_NAMES
from graph.succession import chinese_day
from loaders import judge
from loaders.archive import expanded
from loaders.judge import NAMES, Name, describe, judged, names_of, official
from loaders.read import ARCHIVE, MAX_BYTES, MEDIA
from loaders.records import given_for, parse_file
from views import document, home, parts, reading
from views.parts import Column, Row, text

IMPORT, CHECK, LISTED = "导入", "核对", "认定记录"
PARTS = (IMPORT, CHECK, LISTED)
HOW = {Resolved.REGISTER: "登记表", Resolved.COMPOSED: "按命名规则写全", Resolved.UNRESOLVED: "没有认出"}
KINDS = {Verdict.UNIT: "是这个单位", Verdict.NEW_UNIT: "是新单位（写全称）", Verdict.NO_UNIT: "不是单位"}
ENDING = 3  # characters that two names must at least end alike in to be suggested
NO_ROLE = "不承担"
HERE, EVERYWHERE = "只对这份文件", "对本地区所有文件"

Decide = Callable[[list[Judgement]], None]


@dataclass
class Item:
    """A file that was read and is not written: what it holds, and what was decided about it so far."""

    name: str
    data: bytes
    jurisdiction: str
    record: Record
    revision: str
    decisions: list[Judgement] = field(default_factory=list)


def page() -> None:
    """Which part, who works on it, and that part."""
    st.title("导入与核对")
    if parts.reading_only("导入和核对"):
        return
    what, who = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    with what:
        part = st.segmented_control(
            "步骤", PARTS, key=parts.remembered("part", IMPORT, PARTS), label_visibility="collapsed"
        )
        parts.in_address("part", part, IMPORT)
    with who:
        # Streamlit drops a widget's value when its page is left.
        st.session_state.setdefault("author", st.session_state.get("importing:author", ""))
        st.session_state["importing:author"] = st.text_input(
            "经办人", key="author", placeholder="写明姓名后才能认定和核对"
        )
    if said := st.session_state.pop("importing:said", None):
        st.success(said, icon=":material/check:")
    if failed := st.session_state.pop("importing:failed", None):
        st.error(failed, icon=":material/error:")
    {CHECK: check, LISTED: listed}.get(str(part), bring)()


def desk() -> Desk:
    """The desk of the app's store."""
    return Desk.at(parts.store(), None, parse_file, judged)


def author() -> str:
    """Who works here, as typed; decisions need it."""
    return str(st.session_state.get("importing:author") or "")


def done(said: str) -> None:
    """Draws the page anew with a sentence on it."""
    st.session_state["importing:said"] = parts.unmarked(said)
    st.session_state["importing:forms"] = forms() + 1
    st.rerun()


def forms() -> int:
    """Part of the keys of a form's fields: they are empty again after a success, and kept after a failure."""
    return int(st.session_state.get("importing:forms", 0))


def tried(work: Callable[[], str]) -> None:
    """Does something and says so; what the user can mend is a sentence on the page as it is now."""
    try:
        said = work()
    except DutyGraphError as error:
        if error.exit_code == 3:  # the store: parts.failures_explained says what to do
            raise
        st.session_state["importing:failed"] = parts.unmarked(error)
        st.rerun()
    done(said)


# 导入 ------------------------------------------------------------------------------------------------


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


# A reading, wherever it comes from -------------------------------------------------------------------


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
        return text(HOW[Resolved(row["name"].resolved)])

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


# 核对 ------------------------------------------------------------------------------------------------


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


# 认定记录 ----------------------------------------------------------------------------------------------


def listed() -> None:
    """Every decision, by whom and when; those in force can be taken back."""
    merges()
    found = desk().ledger.all()
    if not found:
        st.info("还没有人工认定。在“导入”或“核对”里更正名称、分工，或核对任务。", icon=":material/info:")
        return
    revoked = st.toggle("显示已撤销的", key="importing:revoked")
    shown = [j for j in found if revoked or j.revoked_at is None]
    decisions_table(shown, key="listed", to_choose=True)


def suggested(units: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Pairs for a person to look at: a name nobody recognised, and a unit one of whose names ends alike.

    Only a suggestion: 财政局 is the end of many units' names. Nothing is ever merged by this rule.
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
                if len(printed) >= ENDING and (name.endswith(printed) or printed.endswith(name)):
                    pairs.setdefault((str(unit["agency_id"]), str(other["agency_id"])), (unit, other))
    return list(pairs.values())


EVIDENCE_COLUMNS = (
    Column("任务和来源", lambda row: parts.measure_link(row) + "<br>" + parts.source(row), "narrow"),
    Column("原文", parts.quotes),
)


def merges() -> None:
    """The queue of suggested merges, the evidence of both side by side."""
    pairs = suggested(parts.rows_of("agencies"))
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
    st.caption("不是同一单位时，请在“核对”里写明它是哪个单位。")
    if st.button("是同一单位", key="importing:same"):
        tried(lambda: settle(one, duties[0], str(other["agency_id"])))


def settle(unit: Row, duties: Sequence[Row], value: str) -> str:
    """Decides whom an unrecognised name means, in every document where it stands."""
    here, said = desk(), 0
    for identity in dict.fromkeys(str(row["document_id"]) for row in duties):
        names = [name for name in names_of(here.record(identity)) if name.agency_id == unit["agency_id"]]
        limit = [name.agency_id if name.limited else None for name in names]
        new = [
            made(Verdict.UNIT, name.mention, author(), value=value, document=identity, unit=only)
            for name, only in zip(names, limit, strict=True)
        ]
        here.decide(identity, new)
        said += len(new)
    return f"已记下 {said} 条认定：“{unit['agency']}”是{value}。"


def decisions_table(shown: Sequence[Judgement], *, key: str, to_choose: bool) -> None:
    """Decisions, the last first, with a way to take some back."""
    if not shown:
        return
    titles = {str(row["document_id"]): str(row["document"]) for row in parts.rows_of("documents")}
    rows = [
        {
            "what": describe(j),
            "where": titles.get(j.document, j.document) if j.document else f"{j.jurisdiction} 的文件",
            "who": j.author,
            "when": local(j.at),
            "state": f"{j.revoked_by} 于 {local(j.revoked_at)} 撤销" if j.revoked_at else "有效",
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
            format_func=lambda one: describe(live[one]) if one in live else one,
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


def local(at: Any) -> str:
    """A UTC time as the readers of this machine know it."""
    return datetime.fromisoformat(str(at)).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
