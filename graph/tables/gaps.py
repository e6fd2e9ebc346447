"""待明确事项: what a document leaves open about who answers for what, in tiers so that it does not flood.

A measure stands in one tier at most, the first that holds. A unit that stands alone is no gap:
nobody can doubt who leads. A document that names nobody is one line, not one a measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from graph.tables.duties import (
    CONVENTION,
    CONVENTION_NOTE,
    Row,
    Scope,
    cited,
    first_as_lead,
    lexicon,
    measures_with_duties,
    numbered,
    scope_notes,
    short_documents,
    source_list,
    titled,
)
from graph.tables.model import Table

if TYPE_CHECKING:
    from graph.store import Store

GAP_TIERS = {
    1: "整份文件没有责任标注",
    2: "没有责任单位",
    3: "几个单位没有区分谁牵头",
    4: "有两个以上牵头单位",
    5: "只写了一类单位，或名单以“等”收尾",
    6: "总的要求，没有责任单位",
    7: "单位名称没有认出",
}
"""What is not settled; the numbers only order the tiers."""
ANNOTATED = ("annotation", "table", "heading", "carried_over")
HALF = 2  # a document is not without annotations when half of its measures name a unit in the text

Gap = dict[str, Any]


def gaps(measures: Iterable[Row]) -> list[Gap]:
    """What is open in rows of `table_measures` (with `duties`), by tier and in document order.

    Each has tier, gap, the document's facts, number, title, units (names) and note; measure_id is None
    for a line about a whole document or a name.
    """
    by_document: dict[str, list[Row]] = {}
    for row in measures:
        by_document.setdefault(row["document_id"], []).append(row)
    found: list[Gap] = []
    for rows in by_document.values():
        if _without_annotations(rows):
            found.append(_of_document(rows))
        else:
            found += [gap for row in rows if (gap := _of_measure(row))]
        found += _unresolved(rows)
    return sorted(found, key=lambda gap: gap["tier"])


def _without_annotations(rows: Sequence[Row]) -> bool:
    """Several measures, no annotation on any, and not even sentences that name a unit for half of them."""
    noted = any(basis in ANNOTATED for row in rows for duty in row["duties"] for basis in _bases(duty))
    return len(rows) > 1 and not noted and HALF * sum(bool(row["duties"]) for row in rows) < len(rows)


def _bases(duty: Row) -> Sequence[Any]:
    return duty.get("bases") or [duty.get("basis")]


def _of_document(rows: Sequence[Row]) -> Gap:
    named = [row for row in rows if row["duties"]]
    shown = "；".join(f"{row['number']}{_units(row['duties'])}" for row in named)
    note = f"正文里写到单位的有{len(named)}项：{shown}" if named else "正文里也没有写到单位"
    gap = _gap(1, rows[0], "", f"全文{len(rows)}项任务都没有责任标注", [], note, measure=False)
    return {**gap, "unassigned": len(rows) - len(named)}


def _of_measure(row: Row) -> Gap | None:
    duties = row["duties"]
    tier = _tier(row)
    if not tier:
        return None
    names = list(dict.fromkeys(duty["agency"] for duty in duties))
    return _gap(tier, row, row["number"], row["title"], names, _units(duties))


def _tier(row: Row) -> int:
    duties = row["duties"]
    if not duties:
        words = lexicon()["general"]["words"]
        return 6 if any(word in row["title"] for word in words) else 2
    concrete = {duty["agency_id"] for duty in duties if not duty.get("collective")}
    leads = {duty["agency_id"] for duty in duties if duty["role"] == "LEADS"}
    if not concrete:
        return 5
    if len(leads) > 1:
        return 4
    if leads & concrete:
        return 0
    if leads:
        return 5  # a class leads
    # One unit beside a class (市商务局、各区政府负责) leaves the lead as open as several do.
    if len({duty["agency_id"] for duty in duties}) > 1 or duties[0]["role"] == "SUPPORTS":
        return 3
    return 5 if any(duty.get("open_list") for duty in duties) else 0


def _units(duties: Iterable[Row]) -> str:
    """Units with their printed words: 牵头：甲、乙；责任单位：丙等."""
    words: dict[str, list[str]] = {}
    for duty in duties:
        plain = {"LEADS": "牵头", "SUPPORTS": "配合"}.get(duty["role"]) or duty.get("role_text") or "责任单位"
        words.setdefault(str(plain), []).append(duty["agency"] + ("等" if duty.get("open_list") else ""))
    return "；".join(f"{word}：{'、'.join(dict.fromkeys(names))}" for word, names in words.items())


def _unresolved(rows: Sequence[Row]) -> list[Gap]:
    """A line for each name that was not recognised, with the measures it stands in."""
    places: dict[str, list[Row]] = {}
    for row in rows:
        for duty in row["duties"]:
            if duty.get("resolved") == "unresolved" and row not in places.setdefault(duty["agency"], []):
                places[duty["agency"]].append(row)
    return [
        _gap(
            7,
            found[0],
            "、".join(row["number"] for row in found),
            name,
            [name],
            "对应哪个单位，请核对",
            measure=False,
        )
        for name, found in places.items()
    ]


def _gap(
    tier: int, row: Row, number: str, title: str, units: Sequence[str], note: str, measure: bool = True
) -> Gap:
    facts = {
        key: row.get(key) for key in ("document_id", "document", "doc_number", "status", "date", "edition")
    }
    said = {"number": number, "title": title, "units": list(units), "note": note}
    identity = row.get("measure_id") if measure else None
    return {"tier": tier, "gap": GAP_TIERS[tier], **facts, "measure_id": identity, **said}


def tier_counts(found: Sequence[Gap]) -> list[tuple[int, str, int]]:
    """Tier, what it is, how many, for every tier (also those with none)."""
    return [(tier, text, sum(gap["tier"] == tier for gap in found)) for tier, text in GAP_TIERS.items()]


def unassigned(found: Iterable[Gap]) -> str:
    """How many measures have no unit, and where they stand in the tiers, in a sentence; empty for none."""
    found = list(found)
    single = {tier: sum(gap["tier"] == tier for gap in found) for tier in (2, 6)}
    whole = [gap for gap in found if gap["tier"] == 1]
    folded = sum(gap["unassigned"] for gap in whole)
    total = folded + sum(single.values())
    if not total:
        return ""
    parts = [
        f"逐项列出{single[2]}项" if single[2] else "",
        f"属总的要求{single[6]}项" if single[6] else "",
        f"在整份没有责任标注的{len(whole)}份文件里{folded}项（每份只列一条）" if folded else "",
    ]
    return f"没有读出责任单位的任务共{total}项：{'，'.join(part for part in parts if part)}。"


def gaps_table(
    store: Store,
    *,
    convention: bool = False,
    paper: str | None = "A4",
    **scope: Unpack[Scope],
) -> tuple[Table, list[Gap]]:
    """The 待明确事项 as a table, and as rows; `convention` adds what 首位视同牵头 would make of tier 3."""
    documents, rows = measures_with_duties(store, **scope)
    found = gaps(rows)
    if convention:
        _suppose(found, rows)
    several, short = len(documents) > 1, short_documents(documents)
    rows_of = {row["document_id"]: row for row in documents}
    table = [
        [
            index,
            gap["gap"],
            *([short[gap["document_id"]]] if several else []),
            f"{gap['number']}{gap['title']}",
            gap["note"],
            "",
        ]
        for index, gap in enumerate(found, 1)
    ]
    summary = "；".join(f"{text}{count}条" for _, text, count in tier_counts(found) if count)
    columns = ["序号", "待明确事项", *(["文件"] if several else []), "任务", "现有写法", "处理意见"]
    widths = [6, 22, *([24] if several else []), 40, 56, 24]
    return Table(
        title=titled("待明确事项", documents),
        columns=columns,
        rows=table,
        notes=[
            *scope_notes(documents, rows),
            *([CONVENTION_NOTE] if convention else []),
            f"共{len(found)}条：{summary or '没有待明确事项'}。单独一个责任单位的任务不算待明确。",
            *filter(None, [unassigned(found)]),
        ],
        tail=source_list(documents),
        about=[str(gap["measure_id"] or "") for gap in found],
        sentences=numbered(
            [sentence_of(gap, cited(rows_of[gap["document_id"]]) if several else "") for gap in found],
            documents,
        ),
        name="待明确事项",
        widths=dict(enumerate(widths)),
        fixed=0,
        paper=paper,
    ), found


def sentence_of(gap: Gap, source: str = "") -> str:
    """A gap as prose: the task, what is open, how it is printed."""
    task = f"{gap['number']}{gap['title']}".rstrip("。")
    note = f"（{gap['note']}）" if gap["note"] else ""
    return f"{task}。{gap['gap']}{note}。" + (f"（{source}）" if source else "")


def _suppose(found: Iterable[Gap], rows: Iterable[Row]) -> None:
    by_measure = {row["measure_id"]: row for row in rows}
    for gap in found:
        row = by_measure.get(gap["measure_id"]) if gap["tier"] == 3 else None
        supposed = first_as_lead(row["duties"]) if row else None
        if supposed is not None:
            gap["note"] += f"（按惯例{CONVENTION}：{supposed['agency']}，文件未写明）"
