"""单位: what a unit leads, supports and implements, since when, with whom, and beside another unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.render import ROLE_NAMES
from graph.succession import KINDS, chinese_day
from views import parts, taking
from views.parts import Column, Row, text

PARTNER_COLUMNS = (
    Column("单位", parts.agency_link, "wide"),
    Column("共同承担的任务", parts.plain("measures"), "short"),
    Column("其中本单位牵头", parts.plain("led_by_self"), "short"),
    Column("其中对方牵头", parts.plain("led_by_partner"), "short"),
)
TASKS, TOGETHER, ORIGINS, BESIDE = "任务", "共同承担的单位", "文件和时间", "与另一单位比较"
COUNTS = {"任务": "measures", "牵头": "leads", "配合": "supports", "负责": "implements", "文件": "documents"}
ROLES = {label: role for role, label in ROLE_NAMES.items()}


def counted(label: str) -> Column:
    """A column of counts; each leads to the part of the unit's page that lists what was counted."""

    def shown(row: Row) -> str:
        count = row.get(COUNTS[label])
        if not count:
            return text(count)
        if label == "文件":
            return parts.link("agency", str(count), agency=row["agency_id"], tab=ORIGINS)
        anchor = f"#{ROLES[label]}" if label in ROLES else ""
        return parts.link("agency", str(count), anchor=anchor, agency=row["agency_id"])

    return Column(label, shown, "short")


UNIT_COLUMNS = (Column("单位", parts.agency_link, "wide"), *(counted(label) for label in COUNTS))


def page() -> None:
    """Choose a unit; without one, all units by number of tasks."""
    st.title("单位")
    scope = parts.document_filter()
    units = {str(row["agency_id"]): row for row in parts.rows_of("agencies", **scope)}
    chosen = choose(units)
    if chosen is None:
        everybody([row for row in units.values() if row["measures"]], scope)
        return
    found = parts.rows_of("agency", agency=chosen, **scope)
    if not found:
        st.warning(
            "图里没有这个单位：它的文件可能已移出，或地址有误。请在上面另选一个。", icon=":material/info:"
        )
        return
    unit = next((row for row in found if row["agency_id"] == chosen), found[0])
    duties = parts.rows_of("agency_duties", agency=chosen, **scope)
    partners = parts.rows_of("partners", agency=chosen, **scope)
    changes = parts.rows_of("successions", agency=chosen)
    who_it_is(unit, changes)
    tasks, together, origins, beside = st.tabs([TASKS, TOGETHER, ORIGINS, BESIDE], default=opened_tab())
    with tasks:
        duties_by_role(duties, unit["agency"], scope)
    with together:
        with_whom(partners, chosen, unit["agency"])
    with origins:
        by_document(duties, unit["agency"])
    with beside:
        compared(unit, duties, units, scope)


def everybody(rows: list[Row], scope: Mapping[str, Any]) -> None:
    """All units with a task; each number leads to the rows behind it."""
    if not rows:
        parts.nothing("所选文件里没有责任单位。", scope)
        return
    st.subheader("承担任务最多")
    taking.take_rows(rows, "单位承担的任务数", key="units")
    parts.reading_table(rows, UNIT_COLUMNS, key="units")


def opened_tab() -> str:
    """The part that the address asks for; a second unit in it asks for the comparison."""
    asked = st.query_params.get("tab")
    if asked in (TOGETHER, ORIGINS, BESIDE):
        return str(asked)
    return BESIDE if st.query_params.get("other") else TASKS


def choose(units: Mapping[str, Row]) -> str | None:
    """The unit chosen in the box or named in the address; None for all."""
    # A succession may lead to a unit without tasks in the chosen documents: it is in `units` too.
    asked = st.query_params.get("agency")
    if asked and asked not in units:
        units = {**units, asked: {"agency": asked}}  # the page says that there is none
    picked = st.selectbox(
        "单位",
        list(units),
        index=None,
        format_func=lambda key: str(units[key]["agency"]) if key in units else key,
        placeholder="输入名称查找单位",
        key=parts.remembered("agency", None, units),
        label_visibility="collapsed",
    )
    parts.in_address("agency", picked, None)
    return picked


def who_it_is(unit: Row, changes: list[dict[str, Any]]) -> None:
    """Name, other names, kind, succession, and how many tasks."""
    st.subheader(parts.unmarked(unit["agency"]))
    links = {label: f"#{role}" for label, role in ROLES.items() if unit[COUNTS[label]]}
    if unit["measures"]:
        links["任务"] = parts.address("dutytable", unit=unit["agency_id"])
    if unit["documents"]:
        links["文件"] = parts.address("agency", agency=unit["agency_id"], tab=ORIGINS)
    parts.facts({label: unit[key] for label, key in COUNTS.items()}, links)
    known_as = {unit["agency"], unit.get("short_name")}
    known: dict[str, Any] = {
        "简称": [unit.get("short_name")],
        "又作": [name for name in unit.get("aliases") or () if name not in known_as],
        "所在地": [unit.get("region")],
        "包括": unit.get("members"),
        "属于": unit.get("member_of"),
    }
    lines = [
        f'<span class="quiet">{label}</span> {text("、".join(str(name) for name in names if name))}'
        for label, names in known.items()
        if names and any(names)
    ]
    lines += [succession(row, unit["agency_id"]) for row in changes]
    if unit.get("collective"):
        lines.insert(0, parts.badge("统称", "open", "文件里对一类单位的合称"))
    if unit.get("resolved") == "unresolved":
        lines.insert(0, parts.badge("名称待核对", "draft", "按文件所印写出，尚未对应到具体单位"))
    lines.append(parts.link("network", "在单位协作图中看 →", unit=unit["agency_id"]))
    st.html('<div class="source">' + "<br>".join(lines) + "</div>")


def succession(row: Row, unit: str) -> str:
    """What became of what, and when, as a sentence; the unit of the page is no link."""

    def named(side: str) -> str:
        here = row[f"{side}_id"] == unit
        return text(row[side]) if here else parts.agency_link(row, f"{side}_id", side)

    when = f"{chinese_day(row.get('date'))}，" if row.get("date") else ""
    how = KINDS.get(str(row.get("kind")), "职责转入")
    said = f"{text(when)}{named('predecessor')}{text(how)}{named('successor')}"
    return f'<span class="quiet">沿革</span> {said}'


def duties_by_role(duties: list[dict[str, Any]], name: str, scope: Mapping[str, Any]) -> None:
    """One table a role, 牵头 first."""
    if not duties:
        parts.nothing("所选文件里没有这个单位的任务。", scope)
        return
    taking.take_rows(duties, f"{name}的任务", key="duties")
    for role, label in ROLE_NAMES.items():
        rows = [row for row in duties if row["role"] == role]
        if rows:
            st.html(f'<h2 class="small" id="{text(role)}">{text(label)}（{len(rows)}）</h2>')
            parts.reading_table(rows, parts.duty_columns("单位"), key=role)


def with_whom(partners: list[dict[str, Any]], chosen: str, name: str) -> None:
    """The units it shares tasks with; each count leads to the comparison."""
    if not partners:
        st.info("所选文件里没有与它共同承担任务的单位。", icon=":material/info:")
        return

    def joint(row: Row) -> str:
        return parts.link("agency", str(row["measures"]), agency=chosen, other=row["agency_id"])

    taking.take_rows(partners, f"与{name}共同承担任务的单位", key="partners")
    columns = (PARTNER_COLUMNS[0], Column("共同承担的任务", joint, "short"), *PARTNER_COLUMNS[2:])
    parts.reading_table(partners, columns, key="partners")


def by_document(duties: list[dict[str, Any]], name: str) -> None:
    """The documents in the order of their dates, with the number of tasks by role and the names used."""
    if not duties:
        st.info("所选文件里没有这个单位的任务。", icon=":material/info:")
        return
    documents: dict[str, dict[str, Any]] = {}
    for row in duties:
        counted = documents.setdefault(
            row["document_id"], {**row, **dict.fromkeys(ROLE_NAMES, 0), "names": Counter()}
        )
        counted[row["role"]] += 1
        counted["names"].update(row.get("mentions") or ())
    columns = [
        Column("日期", lambda row: text(chinese_day(row.get("date")) or "未印"), "short"),
        Column("文件", parts.source, "wide"),
        *(Column(label, parts.plain(role), "short") for role, label in ROLE_NAMES.items()),
        Column("文件里的写法", lambda row: text("、".join(name for name, _ in row["names"].most_common(6)))),
    ]
    ordered = sorted(documents.values(), key=lambda row: (str(row.get("date") or "9999"), row["document_id"]))
    taking.take_rows(ordered, f"{name}的文件和时间", key="documents")
    parts.reading_table(ordered, columns, key="documents")


def compared(
    unit: Row, duties: list[dict[str, Any]], units: Mapping[str, Row], scope: dict[str, Any]
) -> None:
    """Counts side by side, then the tasks they share, then what each has alone."""
    others = {key: row for key, row in units.items() if key != unit["agency_id"]}
    other = st.selectbox(
        "另一单位",
        list(others),
        index=None,
        format_func=lambda key: str(others[key]["agency"]) if key in others else key,
        placeholder="选择要比较的单位",
        key=parts.remembered("other", None, others),
    )
    parts.in_address("other", other, None)
    if other is None:
        st.caption("选一个单位，看两个单位的任务数、共同承担的任务和各自的任务。")
        return
    row, theirs = others[other], parts.rows_of("agency_duties", agency=other, **scope)
    columns = (Column("", lambda r: text(r["what"])), *UNIT_COLUMNS)
    st.html(parts.table_markup([{**unit, "what": "甲"}, {**row, "what": "乙"}], columns, "duty-table"))
    mine = {item["measure_id"] for item in duties}
    both = mine & {item["measure_id"] for item in theirs}
    groups = (
        ("共同承担", [item for item in [*duties, *theirs] if item["measure_id"] in both]),
        (f"只有{unit['agency']}", [item for item in duties if item["measure_id"] not in both]),
        (f"只有{row['agency']}", [item for item in theirs if item["measure_id"] not in both]),
    )
    everything = [{**item, "group": title} for title, items in groups for item in items]
    taking.take_rows(everything, f"{unit['agency']}与{row['agency']}比较", key="compared")
    for index, (title, items) in enumerate(groups):
        found = sorted(items, key=lambda item: (item["document_id"], item["order"], item["role"]))
        count = len({item["measure_id"] for item in items})
        st.markdown(f"**{parts.unmarked(title)}（{count} 项任务）**")
        if found:
            parts.reading_table(found, parts.duty_columns("原文"), key=f"compared{index}")
