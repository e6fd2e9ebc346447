"""People's decisions: what each does to a record, taken back without a trace, never half-written."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph import originals
from graph.desk import Desk
from graph.errors import EditConflict, StoreError, UsageError
from graph.judgements import Ledger, concerns, fingerprint, made, revoked, signed
from graph.model import Judgement, Record, Verdict
from graph.server import LocalServer
from graph.store import Store, open_store
from loaders.__main__ import main
from loaders.corrections import corrections
from loaders.documents import CORRECTABLE
from loaders.judge import describe, judged, names_of, official
from loaders.records import Given, parse, parse_file
from loaders.types import RawText
from views import home, parts
from views.importing import decisions, session, writing
from views.importing.bringing import corrected_before
from views.importing.decisions import settle, state_of, suggested, task_names, tasks_of
from views.importing.proof import Facts, in_field
from views.importing.session import Batch, Item
from views.reading import measure_rows

TITLE = "广州市供水保障工作方案"
PLAN = f"""{TITLE}
一、改造管网。完成老旧管网改造。（市水务局牵头，供排水办配合）
二、落实补助。及时拨付补助资金。（市财政局、供排水办负责）
三、加强宣传。做好宣传工作。同时开展培训。（市水务局负责）
"""
WATER, FINANCE = "广州市水务局", "广州市财政局"
CITY = "广东省广州市"


def read(text: str = PLAN, jurisdiction: str = CITY) -> Record:
    return parse(RawText("方案.txt", text, "0" * 64, "text/plain", "utf-8"), Given(jurisdiction=jurisdiction))


def named(record: Record, verdict: Verdict, about: str, value: str = "", **more: Any) -> Judgement:
    more.setdefault("document", record.document.id)
    return made(verdict, about, "张三", value=value, **more)


def duties(record: Record) -> set[tuple[str, str, str]]:
    return {
        (measure.number, duty.role, duty.agency)
        for measure in record.measures
        for duty in measure.responsibilities
    }


def office(record: Record) -> str:
    """Whom the rules read behind 供排水办."""
    (name,) = [one for one in names_of(record) if one.mention == "供排水办"]
    return name.agency


# ---- what a decision does ---------------------------------------------------------------------------


def test_the_plan_is_read_as_the_tests_below_take_it() -> None:
    record = read()
    other = office(record)
    numbers = [measure.number for measure in record.measures]
    assert duties(record) == {
        (numbers[0], "LEADS", official(WATER, record)),
        (numbers[0], "SUPPORTS", other),
        (numbers[1], "IMPLEMENTS", official(FINANCE, record)),
        (numbers[1], "IMPLEMENTS", other),
        (numbers[2], "IMPLEMENTS", official(WATER, record)),
    }


NAME_DECISIONS = [
    # every place of the name moves, in every role
    (Verdict.UNIT, "广州市发展和改革委员会", {("一", "SUPPORTS"), ("二", "IMPLEMENTS")}),
    # a unit that stands there in the same role already: one duty with both places as evidence
    (Verdict.UNIT, FINANCE, {("一", "SUPPORTS"), ("二", "IMPLEMENTS")}),
    # a unit nobody knows is a node of its own
    (Verdict.NEW_UNIT, "广州市供水排水工作办公室", {("一", "SUPPORTS"), ("二", "IMPLEMENTS")}),
]


@pytest.mark.parametrize(("verdict", "unit", "places"), NAME_DECISIONS)
def test_a_name_becomes_the_unit_that_was_decided(
    verdict: Verdict, unit: str, places: set[tuple[str, str]]
) -> None:
    record = read()
    value = official(unit, record) if verdict == Verdict.UNIT else unit
    after = judged(record, [named(record, verdict, "供排水办", value)])
    found = {(number.rstrip("、"), role) for number, role, agency in duties(after) if agency == value}
    assert found == places
    assert office_gone(after)
    assert value in {agency.id for agency in after.agencies}
    assert_sound(after)


def office_gone(record: Record) -> bool:
    return not any("供排水办" in agency.id for agency in record.agencies)


def assert_sound(record: Record) -> None:
    """Mentions stand where they say, and every agency that is referred to has its node, once."""
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    ids = [agency.id for agency in record.agencies]
    assert len(ids) == len(set(ids))
    for measure in record.measures:
        assert record.text[measure.start : measure.end] == measure.text
        keys = [(duty.agency_id, duty.role) for duty in measure.responsibilities]
        assert len(keys) == len(set(keys))
        assert {duty.agency_id for duty in measure.responsibilities} <= set(ids)
    regions = {region.id for region in record.regions}
    assert {agency.region for agency in record.agencies} - {None} <= regions
    assert {region.parent for region in record.regions} - {None} <= regions


def test_both_places_are_kept_when_two_names_become_one_unit() -> None:
    record = read()
    finance = official(FINANCE, record)
    after = judged(record, [named(record, Verdict.UNIT, "供排水办", finance)])
    (duty,) = [d for d in after.measures[1].responsibilities if d.agency_id == finance]
    assert [item.mention for item in duty.evidence] == ["市财政局", "供排水办"]


def test_a_name_that_is_no_unit_disappears_with_its_problems() -> None:
    record = read()
    after = judged(record, [named(record, Verdict.NO_UNIT, "供排水办")])
    assert len(duties(after)) == 3
    assert office_gone(after)
    assert not [p for p in after.problems if p.quote == "供排水办"]
    assert_sound(after)


def test_that_a_name_is_not_some_unit_leaves_the_record_as_it_is() -> None:
    record = read()
    assert judged(record, [named(record, Verdict.DISTINCT, "供排水办", "广州市水务局")]) == record


def test_a_decision_for_a_jurisdiction_holds_in_its_documents_only() -> None:
    here, there = read(), read(PLAN.replace("广州", "深圳"), "广东省深圳市")
    decision = named(
        here, Verdict.NO_UNIT, "供排水办", document=None, jurisdiction=here.document.jurisdiction
    )
    assert office_gone(judged(here, [decision]))
    assert judged(there, [decision]) is there


def test_the_decision_for_the_document_goes_before_that_for_its_jurisdiction() -> None:
    record = read()
    everywhere = named(
        record, Verdict.NO_UNIT, "供排水办", document=None, jurisdiction=record.document.jurisdiction
    )
    here = named(record, Verdict.NEW_UNIT, "供排水办", "某办公室")
    for order in ([everywhere, here], [here, everywhere]):
        assert "某办公室" in {agency for _, _, agency in duties(judged(record, order))}


def test_the_later_of_two_decisions_on_a_name_counts() -> None:
    record = read()
    first, second = (named(record, Verdict.NEW_UNIT, "供排水办", name) for name in ("甲办公室", "乙办公室"))
    after = judged(record, [first, second])
    assert {"甲办公室", "乙办公室"} & {agency for _, _, agency in duties(after)} == {"乙办公室"}
    assert "judgement" not in {problem.kind for problem in after.problems}


def test_a_fragment_of_a_list_is_decided_only_where_it_stands_for_that_unit() -> None:
    record = read(
        "广州市通关方案\n一、通关。做好通关。（广东、深圳、珠海检验检疫局负责）\n二、检疫。做好检疫。（黄埔海关负责）\n"
    )
    fragment = next(name for name in names_of(record) if name.mention == "深圳")
    assert fragment.limited
    decision = named(record, Verdict.NEW_UNIT, "深圳", "某单位", unit="另一单位")
    assert duties(judged(record, [decision])) == duties(record)
    after = judged(record, [replace(decision, unit=fragment.agency_id)])
    assert "某单位" in {agency for _, _, agency in duties(after)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("LEADS", {("LEADS", "财"), ("IMPLEMENTS", "办")}),
        # not this unit's task
        ("", {("IMPLEMENTS", "办")}),
    ],
)
def test_a_role_is_what_was_decided(role: str, expected: set[tuple[str, str]]) -> None:
    record = read()
    finance = official(FINANCE, record)
    measure = record.measures[1]
    decision = named(record, Verdict.ROLE, measure.id, role, unit=finance, was="IMPLEMENTS")
    after = judged(record, [decision])
    short = {finance: "财", office(record): "办"}
    assert {(d.role, short[d.agency]) for d in after.measures[1].responsibilities} == expected
    assert (after.measures[0], after.measures[2]) == (record.measures[0], record.measures[2])
    assert_sound(after)


def test_a_role_may_be_given_to_a_unit_that_a_decision_brought() -> None:
    record = read()
    decisions = [
        named(record, Verdict.ROLE, record.measures[0].id, "LEADS", unit="某办公室", was="SUPPORTS"),
        named(record, Verdict.NEW_UNIT, "供排水办", "某办公室"),
    ]
    roles = {d.agency: d.role for d in judged(record, decisions).measures[0].responsibilities}
    assert roles["某办公室"] == "LEADS"


def test_a_unit_that_was_not_read_is_added_where_it_is_printed() -> None:
    record = read()
    measure = record.measures[0]
    decision = named(record, Verdict.ADD, measure.id, "SUPPORTS", unit=FINANCE, words="老旧管网")
    after = judged(record, [decision])
    (new,) = [d for d in after.measures[0].responsibilities if d.agency == FINANCE]
    assert (new.role, new.resolved, [e.mention for e in new.evidence]) == (
        "SUPPORTS",
        "composed",
        ["老旧管网"],
    )
    assert duties(after) - duties(record) == {(measure.number, "SUPPORTS", FINANCE)}
    assert_sound(after)


def test_measures_are_joined() -> None:
    record = read()
    after = judged(record, [named(record, Verdict.JOIN, record.measures[1].id)])
    assert [m.id for m in after.measures] == [record.measures[0].id, record.measures[2].id]
    assert {(d.role, d.agency) for d in after.measures[0].responsibilities} == {
        (d.role, d.agency) for m in record.measures[:2] for d in m.responsibilities
    }
    assert_sound(after)


def test_a_measure_is_split_and_everything_goes_where_it_is_printed() -> None:
    record = read()
    after = judged(record, [named(record, Verdict.SPLIT, record.measures[2].id, "同时开展培训")])
    assert [
        m.text.strip().endswith(end) for m, end in zip(after.measures[2:], ("工作。", "负责）"), strict=True)
    ]
    assert [len(m.responsibilities) for m in after.measures[2:]] == [0, 1]
    assert after.measures[3].title == "同时开展培训"
    assert_sound(after)


IDLE = [
    # the first measure has none before it
    (Verdict.JOIN, lambda r: r.measures[0].id, ""),
    # words that are not there, and words that are there twice
    (Verdict.SPLIT, lambda r: r.measures[2].id, "没有这句话"),
    (Verdict.SPLIT, lambda r: r.measures[2].id, "宣传"),
    (Verdict.ROLE, lambda r: r.measures[0].id, "LEADS"),
    (Verdict.ADD, lambda r: r.measures[0].id, "LEADS"),
    (Verdict.NO_UNIT, lambda r: "没有这个名称", ""),
    (Verdict.JOIN, lambda r: "没有这项任务", ""),
]


@pytest.mark.parametrize(("verdict", "about", "value"), IDLE)
def test_a_decision_that_finds_nothing_changes_nothing_and_is_said(
    verdict: Verdict, about: Any, value: str
) -> None:
    record = read()
    after = judged(
        record,
        [named(record, verdict, about(record), value, unit="没有的单位", was="LEADS", words="没有这些字")],
    )
    assert [p.kind for p in after.problems if p not in record.problems] == ["judgement"]
    assert replace(after, problems=record.problems) == record


def test_revoked_decisions_and_those_of_other_documents_do_nothing() -> None:
    record = read()
    decision = named(record, Verdict.NO_UNIT, "供排水办")
    others = [revoked(decision, "李四"), replace(decision, document="另一份文件")]
    assert judged(record, others) is record
    with pytest.raises(UsageError, match="李四 撤销"):
        revoked(others[0], "王五")


def test_a_sign_off_lapses_when_text_or_responsibilities_change_and_no_other_does() -> None:
    record = read()
    signs = [named(record, Verdict.CHECKED, m.id, fingerprint(m)) for m in record.measures]
    assert set(signed(record, signs)) == {m.id for m in record.measures}
    changed = read(PLAN.replace("及时拨付", "按时拨付"))
    assert set(signed(changed, signs)) == {record.measures[n].id for n in (0, 2)}
    decision = named(record, Verdict.NO_UNIT, "供排水办")
    assert set(signed(judged(record, [decision]), signs)) == {record.measures[2].id}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_judgement_survives_its_line_and_can_be_told(verdict: Verdict) -> None:
    one = made(
        verdict,
        "甲\n\u2028/乙\ud800",
        "张 三",
        value="丙",
        document="丁",
        unit="戊",
        was="LEADS",
        words="己",
        note="<b>",
    )
    assert Judgement.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert describe(one)


def test_nobody_decides_without_a_name() -> None:
    with pytest.raises(UsageError, match="经办人"):
        made(Verdict.NO_UNIT, "甲", " \t")


# ---- the ledger -------------------------------------------------------------------------------------


def test_a_ledger_gives_back_what_was_added_in_its_last_state(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "var" / "judgements.jsonl")
    assert ledger.all() == []
    one, two = (made(Verdict.NO_UNIT, name, "张三", document="甲") for name in ("乙", "丙\n丁"))
    with ledger.locked(), ledger.adding([one, two]):
        pass
    gone = revoked(one, "李四")
    with ledger.locked(), ledger.adding([gone]):
        pass
    assert Ledger(ledger.path).all() == [gone, two]
    assert ledger.get(two.id[:8]) == two


def test_lines_are_taken_back_when_the_graph_could_not_be_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "judgements.jsonl")
    one = made(Verdict.NO_UNIT, "乙", "张三", document="甲")
    with ledger.locked(), ledger.adding([one]):
        pass
    before = ledger.path.read_bytes()

    def fails() -> None:
        with ledger.locked(), ledger.adding([replace(one, id="x")]):
            assert len(ledger.all()) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert ledger.path.read_bytes() == before


def test_a_line_cut_off_by_a_crash_is_left_aside_and_a_broken_one_is_said(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "judgements.jsonl")
    one = made(Verdict.NO_UNIT, "乙", "张三", document="甲")
    with ledger.locked(), ledger.adding([one]):
        pass
    with ledger.path.open("ab") as file:
        file.write(b'{"id": "cut o')
    assert ledger.all() == [one]
    two = replace(one, id="two")
    with ledger.locked(), ledger.adding([two]):
        pass
    assert ledger.all() == [one, two]
    for broken in (
        '["no"]',
        '{"id": 1}',
        "no json",
        '{"id":"a","verdict":"?","about":"","author":"","at":""}',
    ):
        ledger.path.write_text(broken + "\n", "utf-8")
        with pytest.raises(StoreError, match="第 1 行"):
            ledger.all()


def add_some(path: Path, who: str) -> None:
    ledger = Ledger(path)
    for number in range(20):
        with ledger.locked(), ledger.adding([made(Verdict.NO_UNIT, f"{who}{number}", who, document="甲")]):
            pass


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "judgements.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add_some, args=(path, who)) for who in ("张", "李")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert {j.about for j in Ledger(path).all()} == {f"{who}{n}" for who in ("张", "李") for n in range(20)}


# ---- the desk, on a real Neo4j ----------------------------------------------------------------------


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, Ledger(tmp_path / "judgements.jsonl"), tmp_path / "documents", parse_file, judged)


def brought(desk: Desk, tmp_path: Path, text: str = PLAN, name: str = "方案.txt") -> Record:
    """The plan loaded, as `loaders load` does; the record as read."""
    file = tmp_path / name
    file.write_text(text, "utf-8")
    record = parse_file(file, CITY)
    assert desk.load(record, file, {"jurisdiction": CITY}).written
    return record


def dump(store: Store, judgements: bool = False) -> list[str]:
    """The whole graph as sorted lines; judgements themselves, which stay listed, only when asked."""
    with store._driver.session() as session:
        nodes = session.run(
            "MATCH (n) WHERE $j OR NOT n:Judgement RETURN labels(n) AS l, properties(n) AS p", j=judgements
        )
        found = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in nodes.data()]
        edges = session.run(
            "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p"
        )
        found += [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in edges.data()]
    return sorted(found)


def of_all_kinds(record: Record) -> list[Judgement]:
    _, second, third = record.measures
    unit = named(record, Verdict.UNIT, "供排水办", official("广州市发展和改革委员会", record))
    first = judged(record, [unit]).measures[0]
    return [
        unit,
        named(record, Verdict.ROLE, second.id, "LEADS", unit=official(FINANCE, record), was="IMPLEMENTS"),
        named(record, Verdict.SPLIT, third.id, "同时开展培训"),
        named(record, Verdict.ADD, second.id, "SUPPORTS", unit="广州市教育局", words="补助资金"),
        named(record, Verdict.CHECKED, first.id, fingerprint(first)),
        named(record, Verdict.NO_UNIT, "市财政局", document=None, jurisdiction=record.document.jurisdiction),
    ]


def test_decisions_show_in_the_graph_and_revoked_leave_it_exactly_as_it_was(
    desk: Desk, tmp_path: Path
) -> None:
    record = brought(desk, tmp_path)
    brought(desk, tmp_path, PLAN.replace("供水保障", "排水保障"), "另一份.txt")
    before = dump(desk.store)
    decisions = of_all_kinds(record)
    states = [before]
    for decision in decisions:
        desk.decide(record.document.id, [decision], desk.revision(record))
        states.append(dump(desk.store))
    assert len({tuple(state) for state in states}) == len(states)
    for decision, state in zip(reversed(decisions), reversed(states[:-1]), strict=True):
        desk.revoke([decision.id], "李四")
        assert dump(desk.store) == state
    assert dump(desk.store) == before
    assert all(row["revoked_by"] == "李四" for row in desk.store.query("judgements"))


def test_a_lost_graph_is_rebuilt_with_every_decision(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    desk.decide(record.document.id, of_all_kinds(record))
    desk.revoke([desk.ledger.all()[1].id], "李四")
    before = dump(desk.store, judgements=True)
    with desk.store._driver.session() as session:
        session.run("MATCH (n) DETACH DELETE n")
    assert desk.rebuild(lambda record, path: None, lambda error: None) == 1
    assert dump(desk.store, judgements=True) == before


def test_loading_again_applies_the_decisions(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    desk.decide(record.document.id, of_all_kinds(record)[:1])
    before = dump(desk.store, judgements=True)
    brought(desk, tmp_path)
    assert dump(desk.store, judgements=True) == before


def test_one_changed_measure_loses_its_sign_off_alone(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    signs = [named(record, Verdict.CHECKED, m.id, fingerprint(m)) for m in record.measures]
    desk.decide(record.document.id, signs, desk.revision(record))
    rows = desk.store.query("document_measures", document=record.document.id)
    assert [(row["checked"], row["checked_by"], row["checked_at"]) for row in rows] == [
        (True, "张三", sign.at) for sign in signs
    ]
    brought(desk, tmp_path, PLAN.replace("及时拨付", "按时拨付"))
    rows = desk.store.query("document_measures", document=record.document.id)
    assert [row["checked"] for row in rows] == [True, False, True]
    assert [(row["checked"], row["measures"]) for row in desk.store.documents()] == [(2, 3)]
    brought(desk, tmp_path)  # the old text again: its sign-off fits again
    assert [row["checked"] for row in desk.store.documents()] == [3]


def test_of_two_people_on_one_document_the_second_is_told_and_nothing_is_written(
    desk: Desk, tmp_path: Path
) -> None:
    record = brought(desk, tmp_path)
    seen = desk.revision(record)
    desk.decide(record.document.id, [named(record, Verdict.NO_UNIT, "供排水办")], seen)
    graph, lines = dump(desk.store, judgements=True), desk.ledger.path.read_bytes()
    late = named(record, Verdict.NEW_UNIT, "供排水办", "某办公室")
    with pytest.raises(EditConflict, match=rf"《{TITLE}》.*张三（.*）改动"):
        desk.decide(record.document.id, [late], seen)
    with pytest.raises(EditConflict):
        desk.load(record, tmp_path / "方案.txt", {}, [late], seen)
    assert (dump(desk.store, judgements=True), desk.ledger.path.read_bytes()) == (graph, lines)


def test_a_document_replaced_meanwhile_is_a_conflict_too(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    seen = desk.revision(record)
    brought(desk, tmp_path, PLAN.replace("及时拨付", "按时拨付"))
    with pytest.raises(EditConflict):
        desk.decide(record.document.id, [named(record, Verdict.NO_UNIT, "供排水办")], seen)


def test_a_failing_graph_leaves_graph_original_and_decisions_as_they_were(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = brought(desk, tmp_path)
    brought(desk, tmp_path, PLAN.replace("供水保障", "排水保障"), "另一份.txt")
    everywhere = named(
        record, Verdict.NO_UNIT, "供排水办", document=None, jurisdiction=record.document.jurisdiction
    )
    before = (dump(desk.store, judgements=True), kept(desk), desk.ledger.all())
    monkeypatch.setattr("graph.store._note", failing)  # the last step of a transaction's documents
    with pytest.raises(StoreError):
        desk.decide(record.document.id, [everywhere])
    (tmp_path / "方案.txt").write_text(PLAN.replace("及时", "按时"), "utf-8")
    with pytest.raises(StoreError):
        desk.load(parse_file(tmp_path / "方案.txt", CITY), tmp_path / "方案.txt", {}, [everywhere])
    with pytest.raises(StoreError):
        brought(desk, tmp_path, PLAN.replace("供水保障", "从未有过"), "第三份.txt")
    monkeypatch.undo()
    assert (dump(desk.store, judgements=True), kept(desk), desk.ledger.all()) == before


def failing(*_: Any) -> None:
    raise StoreError("图数据库没有完成这次操作。")


def kept(desk: Desk) -> dict[str, bytes]:
    return {original.document: original.path.read_bytes() for original in originals.kept(desk.folder)}


def test_a_digest_that_is_not_written_takes_no_original_and_no_decision_with_it(
    desk: Desk, tmp_path: Path
) -> None:
    record = brought(desk, tmp_path)
    before = (dump(desk.store, judgements=True), kept(desk), desk.ledger.all())
    file = tmp_path / "摘要.txt"
    file.write_text("摘要", "utf-8")
    digest = replace(record, document=replace(record.document, edition="digest"))
    summary = desk.load(digest, file, {}, [named(record, Verdict.NO_UNIT, "供排水办")])
    assert not summary.written
    assert (dump(desk.store, judgements=True), kept(desk), desk.ledger.all()) == before


def test_erasing_leaves_nothing_of_a_document(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path, PLAN.replace("宣传", "独一无二的词"))
    other = brought(desk, tmp_path, PLAN.replace("供水保障", "排水保障"), "另一份.txt")
    for one in (record, other):
        desk.decide(
            one.document.id,
            [named(one, Verdict.NO_UNIT, "供排水办", note="独一无二" if one is record else "")],
        )
    assert desk.erase(record.document.id)
    assert "独一无二" not in "".join(dump(desk.store, judgements=True))
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "方案.txt"]
    assert not [path for path in left if "独一无二" in path.read_text("utf-8", "replace")]
    assert {j.document for j in desk.ledger.all()} == {other.document.id}
    assert [row["document_id"] for row in desk.store.documents()] == [other.document.id]
    assert not desk.erase(record.document.id)


# ---- what is corrected about a whole document ---------------------------------------------------------


CORRECTIONS = [
    ({"title": " 广州市 供水方案 "}, {"title": "广州市供水方案"}, "the blanks of a title mean nothing"),
    ({"title": TITLE, "date": ""}, {}, "what is as it was read, or empty, is no correction"),
    ({"date": "2024年5月2日"}, {"date": "2024-05-02"}, "a date as officials write it"),
    ({"doc_number": "穗府办[2024]15号"}, {"doc_number": "穗府办〔2024〕15号"}, "brackets of a keyboard"),
    ({"doc_number": "第722号"}, {"doc_number": "第722号"}, "an order has no year in its number"),
    ({"jurisdiction": "楚雄州"}, {"jurisdiction": "云南省楚雄彝族自治州"}, "a place by its usual name"),
    ({"jurisdiction": "全国"}, {"jurisdiction": "全国"}, "the country"),
    ({"doc_number": "无"}, {}, "none was read and none is right"),
    ({"status": "征求意见稿"}, {"status": "征求意见稿"}, "a draft that does not say so"),
]


@pytest.mark.parametrize(("said", "kept", "reason"), CORRECTIONS)
def test_what_is_kept_of_corrected_facts(said: dict[str, str], kept: dict[str, str], reason: str) -> None:
    assert corrections(said, read().document) == kept, reason


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"date": "去年5月"}, "日期“去年5月”看不懂"),
        ({"date": "2024-02-30"}, "日期“2024-02-30”看不懂"),
        ({"doc_number": "十五"}, "文号“十五”看不懂"),
        ({"jurisdiction": "火星市"}, "适用地区“火星市”不在全国行政区划里"),
        ({"jurisdiction": "广东省火星市"}, "广东省广州市"),  # says what would be valid
        ({"jurisdiction": "鼓楼区"}, "不止一处"),
        ({"title": "长" * 301}, "最多 300 个字"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(said: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        corrections(said, read().document)


def test_a_corrected_document_keeps_its_decisions_under_its_new_id_and_is_rebuilt_so(
    desk: Desk, tmp_path: Path
) -> None:
    record = brought(desk, tmp_path)
    old = record.document.id
    before = dump(desk.store)
    desk.decide(old, of_all_kinds(record)[:5], desk.revision(record))
    decided = dump(desk.store)
    by = {"by": "李四", "at": "2026-01-02T03:04:05+00:00"}
    new = desk.correct(old, {"doc_number": "穗府办〔2024〕15号", "status": "征求意见稿", **by}, None)
    (row,) = desk.store.documents()
    assert (new, row["document_id"], row["doc_number"]) == ("穗府办〔2024〕15号",) * 3
    assert (row["status"], row["checked"]) == ("征求意见稿", 1)
    assert "广州市发展和改革委员会" in {r["agency"] for r in desk.store.query("responsibilities")}
    assert {j.document for j in desk.ledger.all()} == {new}
    assert [one.document for one in originals.kept(desk.folder)] == [new]
    corrected = dump(desk.store, judgements=True)
    desk.rebuild(lambda record, path: None, lambda error: None)
    assert dump(desk.store, judgements=True) == corrected
    assert desk.correct(new, {}, None) == old  # taken back
    assert dump(desk.store) == decided
    desk.revoke([j.id for j in desk.ledger.all()], "李四")
    assert dump(desk.store) == before


def test_a_corrected_place_reads_the_names_anew(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    # The title prints 广州市: what a person says goes before it.
    desk.correct(record.document.id, {"jurisdiction": "广东省佛山市"}, desk.revision(record))
    assert "佛山市水务局" in {row["agency"] for row in desk.store.query("responsibilities")}


def test_a_correction_never_takes_the_place_of_another_document(desk: Desk, tmp_path: Path) -> None:
    record = brought(desk, tmp_path)
    brought(desk, tmp_path, PLAN.replace(TITLE, f"{TITLE}\n穗府办〔2024〕15号"), "另一份.txt")
    before = dump(desk.store, judgements=True), kept(desk)
    with pytest.raises(UsageError, match="图里已有另一份"):
        desk.correct(record.document.id, {"doc_number": "穗府办〔2024〕15号"})
    assert (dump(desk.store, judgements=True), kept(desk)) == before


def test_a_correction_that_fails_leaves_everything_as_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = brought(desk, tmp_path)
    desk.decide(record.document.id, of_all_kinds(record)[:5])
    before = dump(desk.store, judgements=True), kept(desk), desk.ledger.all()

    def fails(*_: Any) -> None:
        raise StoreError("没有空间")

    with monkeypatch.context() as patched:
        patched.setattr("graph.store._note", fails)
        with pytest.raises(StoreError):
            desk.correct(record.document.id, {"doc_number": "穗府办〔2024〕15号"})
    assert (dump(desk.store, judgements=True), kept(desk), desk.ledger.all()) == before
    seen = desk.revision(record)
    desk.correct(record.document.id, {"title": "广州市供水方案"}, seen)
    with pytest.raises(EditConflict):  # who looks at the old facts does not overwrite the new ones
        desk.correct("广东省广州市|广州市供水方案|正式", {}, seen)


def test_a_document_without_its_original_is_not_decided_on(desk: Desk) -> None:
    record = read()
    desk.store.write(record)
    with pytest.raises(UsageError, match="没有保存"):
        desk.decide(record.document.id, [named(record, Verdict.NO_UNIT, "供排水办")])


# ---- the commands -----------------------------------------------------------------------------------


def test_the_commands_decide_list_sign_revoke_and_erase(
    store: Store,
    server: LocalServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GRAPH_DOCUMENTS", str(tmp_path / "var" / "documents"))
    monkeypatch.setenv("GRAPH_STORE", f"local:{server.home}")
    file = tmp_path / "方案.txt"
    file.write_text(PLAN, "utf-8")
    assert main(["load", str(file), "--jurisdiction", CITY]) == 0
    before = dump(store)
    name = ["judge", TITLE, "--name", "供排水办", "--by", "张三"]
    task = ["judge", TITLE, "--measure", read().measures[1].number, "--by", "张三"]
    for command in (
        [*name, "--unit", "市发展改革委", "--everywhere"],
        [*task, "--unit", "市财政局", "--role", "牵头"],
        ["check", TITLE, "--by", "李四"],
    ):
        assert main(command) == 0, capsys.readouterr().err
    assert {row["agency"] for row in store.query("responsibilities") if row["role"] == "LEADS"} == {
        WATER,
        FINANCE,
    }
    assert [(row["checked"], row["measures"]) for row in store.documents()] == [(3, 3)]
    assert main(["load", str(file), "--jurisdiction", CITY]) == 0
    assert "“供排水办”是广州市发展和改革委员会" in listed(capsys)
    assert (
        main(["revoke", *[j.id for j in Ledger(tmp_path / "var" / "judgements.jsonl").all()], "--by", "王五"])
        == 0
    )
    assert dump(store) == before
    assert listed(capsys).count("由 王五 撤销") == 5
    assert main(["erase", TITLE]) == 2  # not without --yes
    assert main(["erase", read().document.id, "--yes"]) == 0
    assert store.documents() == []


def listed(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["judgements"]) == 0
    return capsys.readouterr().out


WRONG = [
    (["--name", "没有这个名称", "--no-unit"], "没有读出名称"),
    (["--name", "供排水办"], "选一个"),
    (["--name", "供排水办", "--no-unit", "--unit", "甲"], "选一个"),
    ([], "--name"),
    (["--measure", "九十九", "--join"], "哪项任务"),
    (["--measure", "一", "--join", "--split", "甲"], "选一个"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_usage_is_said_in_one_sentence(
    store: Store,
    server: LocalServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("GRAPH_DOCUMENTS", str(tmp_path / "documents"))
    with open_store(f"local:{server.home}") as opened:
        desk = Desk(opened, Ledger(tmp_path / "judgements.jsonl"), tmp_path / "documents", parse_file, judged)
        number = brought(desk, tmp_path).measures[0].number
    arguments = [number if argument == "一" else argument for argument in arguments]
    assert main(["judge", TITLE, *arguments, "--by", "张三", "--store", f"local:{server.home}"]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "judgements.jsonl").exists()


def test_concerns_tells_whose_a_judgement_is() -> None:
    record = read()
    mine = named(record, Verdict.NO_UNIT, "甲")
    assert concerns(mine, record.document.id, None)
    assert not concerns(mine, "另一份", record.document.jurisdiction)


def test_a_decision_says_which_task_it_is_about() -> None:
    record = parse(
        RawText(
            "a.txt",
            f"{TITLE}\n一、甲\n（一）修管。修好。\n二、乙\n（一）修管。再修。\n",
            "0" * 64,
            "text/plain",
            "utf-8",
        ),
        Given(jurisdiction=CITY),
    )
    rows = measure_rows(record)
    assert len(rows) == 2
    told = [describe(named(record, Verdict.CHECKED, row["measure_id"]), task_names(rows)) for row in rows]
    assert len(set(told)) == 2
    assert {"甲", "（一）修管"} == {word for word in ("甲", "（一）修管") if word in told[0]}
    gone = named(record, Verdict.JOIN, f"{record.document.id}/丙/（九）")
    assert describe(gone, task_names(rows)) == "任务丙 › （九）并入前一项"


def test_a_lapsed_sign_off_says_so() -> None:
    record = read()
    sign = named(record, Verdict.CHECKED, record.measures[0].id, "x")
    row = {"checked": True, "sign": sign.id}
    documents = {record.document.id}
    assert state_of(sign, {sign.about: row}, documents) == "有效"
    assert "已失效" in state_of(sign, {sign.about: {**row, "checked": False}}, documents)
    assert "已失效" in state_of(sign, {}, documents)
    assert "代替" in state_of(sign, {sign.about: {**row, "sign": "another"}}, documents)
    assert "李四" in state_of(revoked(sign, "李四"), {sign.about: row}, documents)


def test_the_list_of_decisions_asks_once_and_names_the_sign_off_that_counts(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [brought(desk, tmp_path), brought(desk, tmp_path, PLAN.replace("供水", "排水"), "另一份.txt")]
    for record in records:
        for by in ("张三", "李四"):  # the later counts
            sign = named(record, Verdict.CHECKED, record.measures[0].id, fingerprint(record.measures[0]))
            desk.decide(record.document.id, [replace(sign, author=by)])
    asked = []

    def rows_of(query: str, **params: Any) -> list[Any]:
        asked.append(query)
        return list(desk.store.query(query, **params))

    monkeypatch.setattr(parts, "rows_of", rows_of)
    held = desk.ledger.all()
    tasks = {str(row["measure_id"]): row for row in tasks_of(held)}
    assert len(asked) == 1
    assert len(tasks) == sum(len(record.measures) for record in records)
    documents = {record.document.id for record in records}
    assert {(j.author, state_of(j, tasks, documents)) for j in held} == {
        ("李四", "有效"),
        ("张三", "已由后来的核对代替"),
    }
    assert tasks_of([]) == []


def test_a_name_is_settled_in_all_its_documents_or_in_none(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = brought(desk, tmp_path)
    two = brought(desk, tmp_path, PLAN.replace("供水", "排水"), "另一份.txt")
    monkeypatch.setattr(decisions, "desk", lambda: desk)
    monkeypatch.setattr(decisions, "author", lambda: "张三")
    unit = {"agency_id": office(one), "agency": "供排水办"}
    rows = [{"document_id": record.document.id} for record in (one, two)]
    before = dump(desk.store, judgements=True)
    with pytest.raises(UsageError, match="没有保存“没有原件的”的原件"):
        settle(unit, [*rows, {"document_id": "没有原件的"}], Verdict.UNIT, WATER)
    with pytest.raises(UsageError, match="已读不出“供排水办”"):
        settle({**unit, "agency_id": "别的"}, rows, Verdict.UNIT, WATER)
    with pytest.raises(UsageError, match="没有保存"):  # erased between reading and writing
        desk.decide_all(
            [named(one, Verdict.NO_UNIT, "供排水办"), replace(of_all_kinds(one)[0], document="无")]
        )
    assert (dump(desk.store, judgements=True), desk.ledger.all()) == (before, [])
    assert settle(unit, rows, Verdict.UNIT, WATER).startswith("已记下 2 条认定")
    assert {j.document for j in desk.ledger.all()} == {one.document.id, two.document.id}


# ---- files that are read and not written yet --------------------------------------------------------


def item(desk: Desk, text: str, name: str, *new: Judgement) -> Item:
    data = text.encode()
    record = parse(RawText(name, text, "0" * 64, "text/plain", "utf-8"), Given(jurisdiction=CITY))
    return Item(name, data, CITY, record, desk.revision(record), list(new))


def titled(number: int) -> str:
    return PLAN.replace("供水", f"第{'一二三四五六七八九十'[number]}类用水")


@pytest.fixture
def at_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk, as the page finds it; nothing was written in any session."""
    monkeypatch.setattr(writing, "desk", lambda: desk)
    session.batches().clear()
    return desk


def test_writing_many_reads_the_decisions_as_often_a_file_as_writing_few(
    at_page: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read_all = Ledger.all

    def counted(self: Ledger) -> list[Judgement]:
        nonlocal reads
        reads += 1
        return read_all(self)

    def reads_of(numbers: range) -> int:
        nonlocal reads
        items = [item(at_page, titled(number), f"{number}.txt") for number in numbers]
        reads = 0
        writing.write(list(items), items)
        assert items == []
        return reads

    monkeypatch.setattr(Ledger, "all", counted)
    few = reads_of(range(2))
    assert reads_of(range(2, 8)) == 3 * few
    assert len(at_page.store.documents()) == 8


def test_a_decision_for_a_place_written_with_one_file_is_no_conflict_for_the_next(at_page: Desk) -> None:
    everywhere = named(read(), Verdict.NO_UNIT, "供排水办", document=None, jurisdiction=CITY)
    items = [item(at_page, titled(0), "同名.txt", everywhere), item(at_page, titled(1), "同名.txt")]
    first, second = items
    assert writing.touched(first, items) == [second]
    assert writing.touched(second, items) == []
    said = writing.write(list(items), items)
    assert said.startswith("已写入 2 份文件")
    # Somebody else's work is one, and the files that were not written are still to come.
    items = [item(at_page, titled(2), "甲.txt", replace(everywhere, id="another")), second]
    second.revision = at_page.revision(second.record)
    at_page.decide(second.record.document.id, [named(second.record, Verdict.NO_UNIT, "市财政局")])
    with pytest.raises(EditConflict):
        writing.write(list(items), items)
    assert items == [second]
    (batch,) = session.batches().values()
    assert (batch.running, batch.todo) == (False, {second.record.document.id: "同名.txt"})
    session.no_longer_due([second.record.document.id])  # 放弃这一份
    assert batch.todo == {}


def test_the_title_that_is_said_is_that_of_the_written_one_of_two_files_with_one_name(
    at_page: Desk, tmp_path: Path
) -> None:
    full = brought(at_page, tmp_path, f"{TITLE}\n穗府办〔2024〕15号{PLAN.removeprefix(TITLE)}")
    digest = item(at_page, PLAN, "同名.txt")
    digest.record = replace(full, document=replace(full.document, edition="digest"))
    digest.revision = at_page.revision(digest.record)
    other = item(at_page, PLAN.replace(TITLE, "关于印发《广州市节水方案》的通知"), "同名.txt")
    other.offered = {"title": "广州市用水方案", "by": "李四", "at": "2026-01-02T03:04:05+00:00"}
    items = [digest, other]
    said = writing.write(list(items), items)
    assert said.startswith("《关于印发〈广州市节水方案〉的通知》已写入，3 项任务")
    assert "上次更正过标题" in said  # the correction of another version is not lost without a word
    (batch,) = session.batches().values()
    assert (batch.todo, batch.written) == ({}, [other.record.document.id])


def test_each_session_has_its_own_batch_and_the_oldest_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.batches().clear()
    for number in range(session.MOST_BATCHES + 5):
        monkeypatch.setattr(session, "session_id", lambda number=number: f"会话{number}")
        batch = session.begun({"甲": "甲.txt"})
        batch.running = number == 0
    held = session.batches()
    assert len(held) == session.MOST_BATCHES
    assert "会话0" in held  # it is still writing
    assert f"会话{session.MOST_BATCHES + 4}" in held
    session.no_longer_due(["甲"])
    assert not [one for one in held.values() if one.todo]
    held.clear()


def test_who_left_in_the_middle_is_told_and_others_with_an_open_page_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page() -> None:
        from views.importing import writing

        writing.interrupted()

    session.batches().clear()
    session.batches()["别人"] = Batch("2026-01-02T03:04:05+00:00", {"甲": "甲.txt"}, running=False)
    monkeypatch.setattr(writing, "is_open", lambda one: True)
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert not app.warning
    monkeypatch.setattr(writing, "is_open", lambda one: False)
    app.run()
    assert "没有做完，1 份文件没有写入：甲" in app.warning[0].value
    app.button[0].click().run()
    assert not app.warning
    assert session.batches() == {}


def test_a_fact_corrected_to_none_is_kept_by_the_next_correction() -> None:
    raw = RawText(
        "方案.txt", f"{TITLE}\n穗府办〔2024〕15号\n2024年5月20日\n{PLAN}", "0" * 64, "text/plain", "utf-8"
    )
    as_read = parse(raw, Given(jurisdiction=CITY)).document
    assert (as_read.doc_number, as_read.date) == ("穗府办〔2024〕15号", "2024-05-20")
    first = corrections({"doc_number": "无", "date": "无"}, as_read)
    now = parse(raw, Given(jurisdiction=CITY, corrected=first)).document
    facts = Facts(as_read, first, lambda said: "")
    fields = {name: in_field(name, now, facts) for name in CORRECTABLE}
    second = corrections({**fields, "title": "广州市供水方案"}, as_read)
    assert second == {**first, "title": "广州市供水方案"}
    assert corrections({**fields, "doc_number": ""}, as_read) == {"date": "无"}  # taken back by emptying


def test_the_facts_as_read_are_read_once(at_page: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "desk", lambda: at_page)
    times = []

    def counted(*given: Any) -> Record:
        times.append(given)
        return parse(*given)

    monkeypatch.setattr(session, "parse", counted)
    one = item(at_page, PLAN, "方案.txt")
    one.read_again(CITY, {"title": "广州市用水方案"})
    assert [one.as_read().title for _ in range(3)] == [TITLE] * 3
    one.read_again(CITY, {"title": "广州市节水方案"})
    assert (one.as_read().title, one.record.document.title, len(times)) == (TITLE, "广州市节水方案", 2)
    one.read_again("广东省佛山市", one.corrected)  # another place: read anew, once
    assert [one.as_read().title for _ in range(3)] == [TITLE] * 3
    assert len(times) == 4


def test_corrections_hold_for_the_same_bytes_and_are_offered_for_another_version(
    desk: Desk, tmp_path: Path
) -> None:
    record = brought(desk, tmp_path)
    said = {"status": "征求意见稿", "by": "李四", "at": "2026-01-02T03:04:05+00:00"}
    numbered = {**said, "doc_number": "穗府办〔2024〕15号"}
    desk.correct(record.document.id, numbered)
    assert corrected_before(record.document.id, PLAN.encode(), desk.recent()) == (numbered, {})
    newer = PLAN.replace("及时", "按时").encode()
    assert corrected_before("穗府办〔2024〕15号", newer, desk.recent()) == ({}, numbered)
    assert corrected_before("另一份", newer, desk.recent()) == ({}, {})
    facts = Facts(record.document, {}, lambda said: "", numbered)
    assert in_field("doc_number", record.document, facts) == "穗府办〔2024〕15号"
    assert in_field("title", record.document, facts) == TITLE


def test_when_an_original_was_kept_outlives_a_restored_backup(tmp_path: Path) -> None:
    file = tmp_path / "方案.txt"
    file.write_text(PLAN, "utf-8")
    originals.keep(tmp_path / "documents", "甲", file, {})
    before = originals.of(tmp_path / "documents", "甲")
    assert before is not None
    (index,) = tmp_path.glob("documents/*/index.json")
    os.utime(index, (0, 0))
    assert originals.of(tmp_path / "documents", "甲") == before
    for old in ({}, {"at": "昨天"}, {"at": 5}):  # kept before the time was, or written by hand
        index.write_text(json.dumps({"document": "甲", "file": "方案.txt", **old}), "utf-8")
        os.utime(index, (0, 0))
        found = originals.of(tmp_path / "documents", "甲")
        assert found is not None
        assert found.at == "1970-01-01T00:00:00.000+00:00"


def test_a_missing_place_is_said_once_for_all_names() -> None:
    text = PLAN.replace("广州市", "")
    found = home.grouped(parse(RawText("方案.txt", text, "0" * 64, "text/plain", "utf-8")))
    assert found[0].said.startswith("没有写明适用地区，3 处名称因此没有认定；")
    assert found[0].quotes == ("市水务局（2 处）", "市财政局")
    assert not [one for one in found[1:] if "哪个地方" in one.said]
    assert "meta.json" not in "".join(one.said for one in found)
    assert [one.places for one in found if "供排水办" in one.quotes[0]] == [2]


def importing_page() -> None:
    from views import importing

    importing.page()


def test_a_read_only_app_offers_no_way_to_change_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "may_edit", lambda: False)
    app = AppTest.from_function(importing_page, default_timeout=60).run()
    assert not app.exception
    assert "只读" in app.info[0].value
    assert not [*app.button, *app.text_input, *app.text_area, *app.selectbox, *app.multiselect, *app.checkbox]
    assert not app.get("file_uploader")


def unit(name: str, resolved: str, *aliases: str, collective: bool = False) -> dict[str, Any]:
    return {
        "agency_id": name, "agency": name, "resolved": resolved, "aliases": aliases, "measures": 1,
        "collective": collective,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("unknown", "known", "pairs"),
    [
        # the end of a full name, and of an alias
        ("供排水办", unit("广州市供排水办", "composed"), 1),
        ("供排水办", unit("广州市水务局", "register", "市供排水办"), 1),
        # printed with more before it than the unit's name has
        ("原广州市水务局", unit("广州市水务局", "register"), 1),
        # alike in the middle, or only in the last two characters, is nothing
        ("供排水办", unit("供排水办公室", "composed"), 0),
        ("供排水办", unit("广州市节水办", "composed"), 0),
        # two unknown names, and a class of units, are not suggested
        ("供排水办", unit("广州市供排水办", "unresolved"), 0),
        ("供排水办", unit("各供排水办", "composed", collective=True), 0),
    ],
)
def test_suggested_merges(unknown: str, known: dict[str, Any], pairs: int) -> None:
    listed = [unit(unknown, "unresolved"), known]
    assert len(suggested(listed)) == pairs
    assert suggested(listed, {(unknown, known["agency_id"])}) == []  # somebody said they are two
