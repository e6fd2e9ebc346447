"""单位任务对照表: measures × units with the printed role in the cell, its sources and its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from graph.tables.duties import (
    BASIS_WORDS,
    CONVENTION_NOTE,
    ROLE_WORDS,
    RULE_WORDS,
    Row,
    Scope,
    as_of_notes,
    cited,
    duties_said,
    edition_name,
    first_as_lead,
    in_sequence,
    mark,
    measures_with_duties,
    numbered,
    remark,
    scope_notes,
    selection_words,
    sentence,
    short_documents,
    source_list,
    texts,
    titled,
)
from graph.tables.model import Table

if TYPE_CHECKING:
    from graph.store import Store

LEGEND = (
    "牵＝牵头；配＝配合、参与、协办；负责、落实、实施、责＝文件所印的责任用语；责＝列为责任单位而没有印出用语；"
    "同一单位在一项任务里有两种职责的，两个都写；（统称）＝一类单位的统称；备注“等”＝名单未列全。"
)
SUPPOSED = "（首位）"
COUNT_COLUMNS = (
    "单位",
    "牵头",
    "其中独家牵头",
    "牵头折算",
    "配合",
    "负责",
    "任务合计",
    "文件数",
)
COUNT_NOTES = (
    "牵头、配合、负责：该单位以这种职责承担的任务数，一项任务计一次；负责包括文件所印的责任、落实、实施。",
    "其中独家牵头：只有它一个牵头单位的任务数。",
    "牵头折算：一项任务有 n 个牵头单位的，每个单位计 1/n；各单位之和等于有牵头单位的任务数。",
    "任务合计：不论职责，承担的任务数，一项任务计一次（同一任务有两种职责也只计一次）。",
    "统称（如各区县政府）按一个单位计，不展开到成员。",
)


def matrix(
    store: Store,
    *,
    order: str = "printed",
    convention: bool = False,
    paper: str | None = "A3",
    **scope: Unpack[Scope],
) -> Table:
    """The 单位任务对照表: a row a measure, a column an agency, the printed role in the cell.

    Columns stand in the order of first mention, or with order="sequence" in 机构序列; `convention`
    marks 首位视同牵头. The workbook has the sheets 来源 and 统计 beside it.
    """
    documents, rows = measures_with_duties(store, **scope)
    units = _units(rows, order)
    several, short = len(documents) > 1, short_documents(documents)
    lead = [*(["文件"] if several else []), "序号", "任务"]
    table = []
    for row in rows:
        cells: dict[str, list[str]] = {}
        supposed = first_as_lead(row["duties"]) if convention else None
        for duty in row["duties"]:
            word = mark(duty["role"], duty.get("role_text")) + (SUPPOSED if duty is supposed else "")
            marks = cells.setdefault(duty["agency_id"], [])
            if word not in marks:
                marks.append(word)
        head = [*([short[row["document_id"]]] if several else []), row["number"], row["title"]]
        table.append([*head, *("、".join(cells.get(unit, ())) for unit in units), remark(row)])
    width = len(lead)
    picked = selection_words(rows, scope.get("agencies"), scope.get("roles"))
    legend = LEGEND + (f"{SUPPOSED}＝惯例上视同牵头：{CONVENTION_NOTE}" if convention else "")
    return Table(
        title=titled("单位任务对照表", documents) + (f"（{picked}）" if picked else ""),
        columns=[*lead, *_apart(units), "备注"],
        rows=table,
        notes=[
            *scope_notes(documents, rows),
            *([f"{picked}，只画所选单位的栏；这些任务的其他单位没有列出。"] if picked else []),
            *as_of_notes(scope.get("as_of")),
            legend,
        ],
        tail=source_list(documents),
        about=[str(row["measure_id"]) for row in rows],
        sentences=numbered([_sentence(row, several) for row in rows], documents),
        sheets=[sources(rows, texts(store, documents)), counts(rows)],
        fixed=width,
        upright=width,
        name="对照表",
        widths={0: 24, width - 2: 8, width - 1: 36, width + len(units): 18},
        paper=paper,
    )


def _sentence(row: Row, several: bool) -> str:
    duties = duties_said((duty["role"], str(duty["agency"])) for duty in row["duties"])
    return sentence(f"{row['number']}{row['title']}", duties, source=cited(row) if several else "")


def _units(rows: Iterable[Row], order: str) -> dict[str, str]:
    """Column heading by agency id, collectives marked."""
    first: dict[str, Row] = {}
    for row in rows:
        for duty in row["duties"]:
            first.setdefault(duty["agency_id"], duty)
    key = in_sequence()
    ordered = sorted(first, key=lambda unit: key(first[unit])) if order == "sequence" else list(first)
    return {
        unit: str(first[unit]["agency"]) + ("（统称）" if first[unit].get("collective") else "")
        for unit in ordered
    }


def _apart(units: Mapping[str, str]) -> list[str]:
    """Column headings; two agencies printed alike are told apart by their id."""
    names = list(units.values())
    return [
        name if names.count(name) == 1 or name == unit else f"{name}〔{unit}〕"
        for unit, name in units.items()
    ]


SOURCE_COLUMNS = (
    *("文件", "文号", "状态", "日期", "版本", "序号", "任务", "单位", "职责", "印出的用语", "印出的名称"),
    *("原文", "位置", "页", "依据", "规则", "约定的原文", "约定的位置"),
)


def sources(rows: Iterable[Row], text_of: Mapping[str, str] | None = None) -> Table:
    """Where each responsibility is printed: quote, place, page, rule, and where a convention was declared."""
    table = []
    for row in rows:
        text = (text_of or {}).get(row["document_id"], "")
        for duty in row["duties"]:
            said = declarations(duty)
            table.append(
                [
                    *(str(row.get(key) or "") for key in ("document", "doc_number", "status", "date")),
                    edition_name(row.get("edition")),
                    row["number"],
                    row["title"],
                    duty["agency"],
                    ROLE_WORDS.get(duty["role"], duty["role"]),
                    str(duty.get("role_text") or ""),
                    "；".join(dict.fromkeys(duty.get("mentions") or ())),
                    "；".join(dict.fromkeys(duty.get("quotes") or ())),
                    _spans(zip(duty.get("starts") or (), duty.get("ends") or (), strict=False)),
                    "、".join(dict.fromkeys(str(p) for p in duty.get("pages") or () if p is not None)),
                    _words(BASIS_WORDS, duty.get("bases") or [duty.get("basis")]),
                    _words(RULE_WORDS, duty.get("rules") or [duty.get("rule")]),
                    "；".join(text[start:end] for start, end in said),
                    _spans(said),
                ]
            )
    notes = ["位置：在文件正文里的字符位置（从 0 数起，含头不含尾）；约定：文件写明“下同”之类的那句话。"]
    widths = dict(enumerate([24, 14, 8, 11, 6, 7, 24, 24, 6, 11, 14, 44, 12, 5, 9, 14, 20, 10]))
    return Table("来源", SOURCE_COLUMNS, table, notes=notes, name="来源", widths=widths, paper="A3")


def declarations(duty: Row) -> list[tuple[int, int]]:
    """Where the conventions a duty rests on were declared (start, end), each once."""
    pairs = zip(duty.get("declared_starts") or (), duty.get("declared_ends") or (), strict=False)
    return list(dict.fromkeys((start, end) for start, end in pairs if start >= 0))


def _spans(pairs: Iterable[tuple[int, int]]) -> str:
    return "、".join(f"{start}–{end}" for start, end in pairs)


def _words(names: Mapping[str, str], values: Sequence[Any]) -> str:
    return "、".join(dict.fromkeys(names.get(str(value), str(value)) for value in values if value))


def counts(rows: Sequence[Row]) -> Table:
    """Tasks of each unit by role, with what every number means; most tasks first."""
    names: dict[str, str] = {}
    measures: dict[str, dict[str, set[str]]] = {}
    documents: dict[str, set[str]] = {}
    shares: dict[str, float] = {}
    alone: dict[str, int] = {}
    for row in rows:
        leads = {duty["agency_id"] for duty in row["duties"] if duty["role"] == "LEADS"}
        for agency in leads:
            shares[agency] = shares.get(agency, 0) + 1 / len(leads)
            alone[agency] = alone.get(agency, 0) + (len(leads) == 1)
        for duty in row["duties"]:
            agency = duty["agency_id"]
            names.setdefault(agency, duty["agency"] + ("（统称）" if duty.get("collective") else ""))
            measures.setdefault(agency, {}).setdefault(duty["role"], set()).add(row["measure_id"])
            documents.setdefault(agency, set()).add(row["document_id"])

    def total(agency: str) -> int:
        return len(set().union(*measures[agency].values()))

    table = []
    for agency in sorted(names, key=lambda unit: (-total(unit), names[unit])):
        of_role = {role: len(measures[agency].get(role, ())) for role in ROLE_WORDS}
        share = round(shares.get(agency, 0), 2)
        numbers = [of_role["LEADS"], alone.get(agency, 0), share, of_role["SUPPORTS"], of_role["IMPLEMENTS"]]
        table.append([names[agency], *numbers, total(agency), len(documents[agency])])
    return Table("统计", COUNT_COLUMNS, table, notes=COUNT_NOTES, name="统计", widths={0: 36}, fixed=1)
