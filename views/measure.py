"""任务: one task with its text, who answers for it and why it says so, and what is next to it."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from graph.succession import chinese_day
from graph.tables import named
from views import document, parts, taking
from views.parts import Column, Row, text


def page() -> None:
    """The task named in the address; without one, all tasks of the chosen documents with a search."""
    st.title("任务")
    scope = parts.document_filter()
    chosen = st.query_params.get("measure")
    if not chosen:
        every(scope)
        return
    found = parts.rows_of("measure", measure=chosen)
    if not found:
        st.warning("图里没有这项任务：它的文件可能已重新导入或移出。", icon=":material/info:")
        st.html(f'<div class="source">{parts.link("measure", "看全部任务 →")}</div>')
        return
    task = found[0]
    heading(task)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        body(task)
    with right:
        who_answers(task)
        what_else(task)
    beside(task)


def every(scope: dict[str, Any]) -> None:
    """All tasks, or those with some words in title or text."""
    words = st.text_input(
        "任务的标题或正文里有", key=parts.remembered("words", ""), placeholder="例如：收费"
    ).strip()
    parts.in_address("words", words, "")
    rows = parts.rows_of("measures", search=words or None, **scope)
    if not rows:
        parts.nothing("所选文件里没有这样的任务。", scope, "可少写几个字再试。")
        return
    st.markdown(f"**共 {len(rows)} 项任务**")
    deadline = Column("时限", lambda row: text(chinese_day(row.get("deadline"))), "short")
    columns = (
        Column("任务", parts.measure_link, "wide"),
        Column("责任单位数", units_counted, "short"),
        *([deadline] if any(row.get("deadline") for row in rows) else []),
        Column("文件", parts.source, "wide"),
    )
    taking.take_rows(rows, f"任务清单{'：' + words if words else ''}", key="tasks")
    parts.reading_table(rows, columns, key="tasks")


def units_counted(row: Row) -> str:
    """How many units answer for a task; the number leads to them."""
    return parts.link("measure", str(row["agencies"]), measure=row["measure_id"])


def heading(task: Row) -> None:
    """The title, the headings above it, its document."""
    st.subheader(parts.unmarked(f"{task.get('number') or ''}{task.get('title') or ''}"))
    path = " › ".join(text(part) for part in task.get("path") or ())
    by = f"{task.get('checked_by')}，{chinese_day(str(task.get('checked_at'))[:10])}"
    state = parts.badge("已核对", "checked", by) if task.get("checked") else parts.badge("未经核对", "open")
    if parts.may_edit():
        state += " " + document.to_check(str(task["document_id"]), str(task["measure_id"]))
    deadline = f"　时限 {text(chinese_day(task['deadline']))}" if task.get("deadline") else ""
    st.html(
        f'<div class="source">{parts.source(task)}<br>'
        f'<span class="quiet">{path}{deadline}</span><br>{state}</div>'
    )


def body(task: Row) -> None:
    """The text of the task with everything marked that was read in it."""
    document.legend_line()
    st.html(f'<div class="duty-text short">{document.marked_task(task)}</div>')
    st.html(
        '<div class="source">'
        + parts.link(
            "document", "在文件中看上下文 →", document=task["document_id"], measure=task["measure_id"]
        )
        + "</div>"
    )


def who_answers(task: Row) -> None:
    """Every unit with its role, the rule and the words it was read from."""
    duties = [{**task, **duty} for duty in task.get("duties") or ()]
    if not duties:
        # What was read, not what the document says: it may name somebody in words that nobody foresaw.
        st.warning(
            "没有读出责任单位，请对照原文；原文写了的，可以在“核对、更正”里补充。", icon=":material/info:"
        )
        return
    before: list[str] = []
    for duty in duties:  # one annotation names several units: its words stand once
        before, duty["quotes"] = duty["quotes"], [] if duty["quotes"] == before else duty["quotes"]
        duty["as_above"] = not duty["quotes"]
    columns = (
        Column("分工", parts.role_badge, "some"),
        Column("单位", parts.agency_link, "unit"),
        Column("为什么这样认定", why),
    )
    st.html(parts.table_markup(duties, columns))
    whole = [{**task, **duty} for duty in task["duties"]]
    taking.take_rows(whole, f"{task.get('number') or ''}{task.get('title') or ''}", key="duties")


def why(row: Row) -> str:
    """The rule in words over the quote."""
    basis = parts.BASES.get(str(row.get("basis")), "")
    said = "，".join(filter(None, (parts.rule_name(row), basis)))
    words = '<span class="quiet">原文同上</span>' if row["as_above"] else parts.quotes(row)
    return f"{text(said)}<br>{words}"


def what_else(task: Row) -> None:
    """Instruments, regions, targets and cited documents, each a link where it has a page."""
    targets = [json.loads(item) for item in task.get("targets") or ()]
    cited = [
        parts.link("document", named(row["title"] or row["doc_number"]), document=row["id"])
        + (' <span class="quiet">未载入</span>' if row["stub"] else "")
        for row in task.get("cites") or ()
    ]
    lines = {
        "政策工具": "、".join(parts.topic_link(row) for row in task.get("instruments") or ()),
        "地区": "、".join(parts.topic_link(row) for row in task.get("regions") or ()),
        "目标": "、".join(text(item.get("mention")) for item in targets),
        "引用文件": "、".join(cited),
    }
    shown = "<br>".join(f'<span class="quiet">{name}</span> {said}' for name, said in lines.items() if said)
    if shown:
        st.html(f'<div class="source">{shown}</div>')


def beside(task: Row) -> None:
    """The task before, the task after, the picture."""
    links = []
    for label, row in (("← 前一项", task.get("before")), ("后一项 →", task.get("after"))):
        if row:
            links.append(f'<span class="quiet">{label}</span> {parts.measure_link(row)}')
    units = [duty["agency_id"] for duty in task.get("duties") or ()]
    if units:
        links.append(parts.link("network", "在单位协作图中看 →", unit=units[:20], node=task["measure_id"]))
    st.html('<div class="source">' + "　　".join(links) + "</div>")
