"""Two documents side by side: what changed, counted as the definitions say, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph.compare import body, compare
from graph.errors import UsageError
from graph.model import Record, Target
from graph.reasons import reasons
from graph.store import Store
from tests.plan import COMMERCE, CUSTOMS, DISTRICTS, FINANCE, record

Duty = tuple[str, str, str]
Item = tuple[str, str, str, list[Duty]]
LEAD, SUPPORT = ("LEADS", "牵头"), ("SUPPORTS", "配合")
OLD, NEW = "临江稿", "临府〔2025〕9号"


def lead(*units: str) -> list[Duty]:
    """The first leads, the rest support."""
    return [(*LEAD, units[0]), *((*SUPPORT, unit) for unit in units[1:])]


def said(*units: str) -> str:
    """The annotation for `lead`."""
    rest = f"，{'、'.join(units[1:])}配合" if units[1:] else ""
    return f"（{units[0]}牵头{rest}）"


def items(*rows: tuple[str, str, tuple[str, ...]]) -> list[Item]:
    """Numbered items of (title, text, units)."""
    return [
        (f"{number}．", title, text + said(*units), lead(*units))
        for number, (title, text, units) in enumerate(rows, 1)
    ]


DRAFT_ROWS = (
    ("完善通关机制", "实行预约通关。", (COMMERCE, CUSTOMS)),
    ("清理口岸收费", "公布收费目录。", (COMMERCE, CUSTOMS)),
    ("落实出口补助", "设立专项资金，按季度拨付。", (FINANCE, COMMERCE)),
    ("建设监管平台", "推动数据共享，年底前建成。", (CUSTOMS, COMMERCE)),
    ("加强政策宣传", "编印办事指南。", (COMMERCE,)),
    ("培育外贸主体", "支持企业开拓市场。", (COMMERCE, FINANCE)),
)


def pair() -> tuple[Record, Record]:
    """A draft and a final with six changes; numbers move along, which is none."""
    final = items(
        # a new measure
        ("设立服务窗口", "在口岸设专窗受理。", (CUSTOMS, COMMERCE)),
        ("完善通关机制", "实行预约通关。", (COMMERCE, CUSTOMS)),
        # another lead
        ("清理口岸收费", "公布收费目录。", (FINANCE, CUSTOMS)),
        # other words
        ("落实出口补助", "设立专项资金，按月拨付。", (FINANCE, COMMERCE)),
        # one more unit
        ("建设监管平台", "推动数据共享，年底前建成。", (CUSTOMS, COMMERCE, DISTRICTS)),
        # 加强政策宣传 is gone; and a unit is gone here
        ("培育外贸主体", "支持企业开拓市场。", (COMMERCE,)),
    )
    # the lead of 清理口岸收费 does not stay in another role
    draft = record(OLD, "临江市促进贸易工作方案（征求意见稿）", items(*DRAFT_ROWS), status="征求意见稿")
    return draft, record(NEW, "临江市促进贸易工作方案", final, doc_number=NEW)


SIX = {
    ("增加任务", "设立服务窗口"),
    ("牵头变动", "清理口岸收费"),
    ("正文变动", "落实出口补助"),
    ("增加单位", "建设监管平台"),
    ("减少单位", "培育外贸主体"),
    ("删去任务", "加强政策宣传"),
}


def test_six_known_changes_are_six(store: Store) -> None:
    for made in pair():
        store.write(made)
    table, found = compare(store, OLD, NEW)
    assert len(found) == len(table.rows) == 6
    assert {(change.kind, change.title) for change in found} == SIX
    by_kind = {change.kind: change for change in found}
    assert (by_kind["牵头变动"].old, by_kind["牵头变动"].new) == (COMMERCE, FINANCE)
    assert by_kind["增加单位"].new == f"{DISTRICTS}（配合）"
    assert by_kind["减少单位"].old == f"{FINANCE}（配合）"
    assert "季度" in by_kind["正文变动"].old
    assert (by_kind["牵头变动"].old_number, by_kind["牵头变动"].new_number) == ("2．", "3．")
    assert any(note.startswith("共6处变动") for note in table.notes)


def test_the_other_way_round_mirrors(store: Store) -> None:
    for made in pair():
        store.write(made)
    mirror = {"增加任务": "删去任务", "删去任务": "增加任务", "增加单位": "减少单位", "减少单位": "增加单位"}
    _, found = compare(store, NEW, OLD)
    assert {(mirror.get(change.kind, change.kind), change.title) for change in found} == SIX


# what becomes of the draft's fourth item, the changes that makes
ONE_CHANGE: list[tuple[tuple[str, str, tuple[str, ...]], list[str]]] = [
    (DRAFT_ROWS[3], []),
    # another deadline is one change, though its words stand in the text
    (("建设监管平台", "推动数据共享，2026年6月前建成。", (CUSTOMS, COMMERCE)), ["时限变动"]),
    # lead and supporter change places: the lead changed
    (("建设监管平台", "推动数据共享，年底前建成。", (COMMERCE, CUSTOMS)), ["牵头变动"]),
    # another title with alike words is a suggestion, and says so
    (("建设智慧监管平台", "推动数据共享，年底前建成。", (CUSTOMS, COMMERCE)), ["标题变动"]),
    # nothing alike: another measure
    (("发展冷链物流", "扩大冷库规模。", (CUSTOMS, COMMERCE)), ["增加任务", "删去任务"]),
    # punctuation and spaces are no change
    (("建设监管平台", "推动数据共享， 年底前建成；", (CUSTOMS, COMMERCE)), []),
]


@pytest.mark.parametrize(("row", "kinds"), ONE_CHANGE, ids=[f"{row[0][0]}{row[1]}" for row in ONE_CHANGE])
def test_each_kind_of_change_counts_once(
    store: Store, row: tuple[str, str, tuple[str, ...]], kinds: list[str]
) -> None:
    draft, _ = pair()
    final = record(
        NEW, "临江市促进贸易工作方案", items(*DRAFT_ROWS[:3], row, *DRAFT_ROWS[4:]), doc_number=NEW
    )
    day = "2026-06-30" if "2026年" in row[1] else "2025-12-31"
    measures = tuple(replace(m, deadline=day if m.number == "4．" else None) for m in final.measures)
    store.write(draft)
    store.write(replace(final, measures=measures))
    _, found = compare(store, OLD, NEW)
    assert [change.kind for change in found] == kinds
    assert all("相似度" in change.match for change in found if change.kind == "标题变动")


def test_a_deadline_that_only_the_text_names_is_a_deadline(store: Store) -> None:
    sides = []
    for side, day in zip(pair(), ("2024-06-30", "2024-09-30"), strict=True):
        until = Target(f"{day[5:7]}月底前完成", "deadline", 0, 4, day)
        every = tuple(replace(measure, deadline=None, targets=(until,)) for measure in side.measures)
        sides.append(replace(side, measures=every))
        store.write(sides[-1])
    found = [change for change in compare(store, OLD, NEW)[1] if change.kind == "时限变动"]
    assert {(change.old, change.new) for change in found} == {("06月底前完成", "09月底前完成")}


def test_two_documents_without_a_common_task_are_said_to_be_so(store: Store) -> None:
    store.write(pair()[0])
    other = items(("发展冷链物流", "扩大冷库规模。", (CUSTOMS, COMMERCE)))
    store.write(record(NEW, "别的方案", other, doc_number=NEW))
    assert any("没有一项任务对应" in note for note in compare(store, OLD, NEW)[0].notes)


def test_a_document_is_not_compared_with_itself_or_with_none(store: Store) -> None:
    store.write(pair()[0])
    with pytest.raises(UsageError, match="同一份"):
        compare(store, OLD, OLD)
    with pytest.raises(UsageError, match="没有文件"):
        compare(store, OLD, "没有")


@pytest.mark.parametrize(
    ("text", "unit", "basis", "left"),
    [
        ("1．标题。做事。（甲局牵头；完成时限：2025年底）", "甲局", "annotation", "做事"),
        ("1．标题。做事。\n责任单位：甲局", "甲局", "annotation", "做事"),
        ("1．标题。由甲局牵头做事。", "甲局", "in_text", "由牵头做事"),
        ("1．标题。做事（（甲局）负责）后续。", "甲局", "annotation", "做事后续"),
    ],
)
def test_the_wording_of_a_measure_is_without_its_annotations(
    text: str, unit: str, basis: str, left: str
) -> None:
    at = text.index(unit)
    duty = {"agency_id": unit, "starts": [at], "ends": [at + len(unit)], "bases": [basis]}
    row: dict[str, Any] = {
        "start": 0,
        "end": len(text),
        "number": "1．",
        "title": "标题",
        "duties": [duty],
    }
    assert body(row, text) == left


def test_why_gives_quote_place_rule_and_identity(store: Store) -> None:
    store.write(pair()[0])
    (found,) = reasons(store, CUSTOMS, "1．")
    text = "\n".join(found["text"])
    start = found["starts"][0]
    for part in (
        f"{CUSTOMS}配合1．完善通关机制，印出的用语是“配合”",
        f"原文：“{said(COMMERCE, CUSTOMS)}”",
        f"正文第{start}–{start + len(CUSTOMS)}字，责任标注",
        "规则：文件在这里写明了它的职责",
        f"登记册（data/lexicon）里的“{CUSTOMS}”",
        "未经核对",
        "征求意见稿",
    ):
        assert part in text
    with pytest.raises(UsageError, match="没有“临江海关”承担"):
        reasons(store, CUSTOMS, "99．")


def test_why_shows_where_a_convention_was_declared(store: Store) -> None:
    made = pair()[0]
    at = made.text.index("预约")
    first = made.measures[0]
    duty = first.responsibilities[1]
    evidence = replace(duty.evidence[0], rule="first_listed", declared_at=(at, at + 4))
    duties = (first.responsibilities[0], replace(duty, evidence=(evidence,)))
    store.write(replace(made, measures=(replace(first, responsibilities=duties), *made.measures[1:])))
    text = "\n".join(reasons(store, CUSTOMS, first.id)[0]["text"])
    assert f"约定：“预约通关”（正文第{at}–{at + 4}字）" in text
    assert "列在首位的牵头" in text
