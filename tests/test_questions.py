"""Questions: what is understood, what is not, and that an answer is what the graph says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml

from graph.model import DocumentRef, Record
from graph.queries import load_queries
from graph.questions import GRAMMAR, Names, ask, key, look_up, understand
from graph.questions.words import expression
from graph.store import Store
from tests.plan import (
    COMMERCE,
    CUSTOMS,
    DISTRICTS,
    DRAFT,
    FINANCE,
    HOSTILE,
    OTHER_FINANCE,
    PLAN,
    draft,
    plan,
    record,
)


class Rows:
    """Stands for a store where only the grammar is tested: the names of the two documents."""

    def query(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        chosen = params.get("documents")
        records = [r for r in (plan(), draft()) if chosen is None or r.document.id in chosen]
        return list(getattr(self, name)(records))

    def documents(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        for r in records:
            d = r.document
            yield {
                "document_id": d.id,
                "document": d.title,
                "doc_number": d.doc_number,
                "jurisdiction": d.jurisdiction,
                "status": d.status,
                "date": d.date,
                "edition": d.edition,
            }

    def agencies(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        busy = {duty.agency for r in records for m in r.measures for duty in m.responsibilities}
        every = {a.name: a for r in (plan(), draft()) for a in r.agencies}
        for name, agency in every.items():
            yield {
                "agency_id": name,
                "agency": name,
                "aliases": list(agency.aliases),
                "measures": int(name in busy),
            }

    def regions(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        return iter(())

    def instruments(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        return iter(())

    def citations(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        return iter(())

    def measures(self, records: list[Any]) -> Iterator[dict[str, Any]]:
        for r in records:
            for m in r.measures:
                yield {
                    "document_id": r.document.id,
                    "document": r.document.title,
                    "measure_id": m.id,
                    "number": m.number,
                    "title": m.title,
                    "agencies": len(m.responsibilities),
                }


def names() -> Names:
    return Names(Rows())  # type: ignore[arg-type]


FIRST = f"{PLAN}/一、任务/（一）"
SECOND = f"{PLAN}/一、任务/（二）"
ALL_ROLES = None

# question, query, the parameters that matter, roles kept of the rows (None: all)
UNDERSTOOD = [
    # the plain question
    (f"{COMMERCE}牵头哪些措施？", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    # 参与 is how documents print a supporting role
    (f"{COMMERCE}参与哪些任务", "agency_duties", {"agency": COMMERCE, "role": "SUPPORTS"}, None),
    # 负责 is said of leads and of those who are simply responsible
    (f"{COMMERCE}负责什么", "agency_duties", {"agency": COMMERCE}, {"LEADS", "IMPLEMENTS"}),
    # 牵头负责 is one word, not 牵头 and 负责
    (f"{COMMERCE}牵头负责哪些工作", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    (f"{COMMERCE}牵头、配合哪些", "agency_duties", {"agency": COMMERCE}, {"LEADS", "SUPPORTS"}),
    (f"{COMMERCE}承担的任务有哪些", "agency_duties", {"agency": COMMERCE}, None),
    # a unit alone
    (CUSTOMS, "agency_duties", {"agency": CUSTOMS}, None),
    # 市商务局 without its city: only one in the graph
    ("请问市商务局主责哪些事项呢？", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    # two 财政局, but one of them in that document
    (
        "临江方案里财政局负责什么？",
        "agency_duties",
        {"agency": FINANCE, "documents": [PLAN]},
        {"LEADS", "IMPLEMENTS"},
    ),
    # the document in the middle, by title
    (
        f"{CUSTOMS}在《临江市优化口岸环境工作方案》中配合哪些",
        "agency_duties",
        {"agency": CUSTOMS, "documents": [PLAN], "role": "SUPPORTS"},
        None,
    ),
    # by number, with other brackets
    (
        f"临府[2024]1号里{CUSTOMS}承担哪些任务",
        "agency_duties",
        {"agency": CUSTOMS, "documents": [PLAN]},
        None,
    ),
    # by year and place
    ("2025年东岭文件中有哪些任务", "document_measures", {"document": DRAFT}, None),
    ("东岭意见有哪些措施", "document_measures", {"document": DRAFT}, None),
    # 区政府 as printed begins with 各
    ("哪些任务由各区政府负责", "agency_duties", {"agency": DISTRICTS}, {"LEADS", "IMPLEMENTS"}),
    # quotation marks in a title, and left out of the question
    ("谁牵头完善水上巴士通关？", "measure_duties", {"measure": FIRST}, {"LEADS"}),
    ("“完善‘水上巴士’通关”由谁牵头、谁配合？", "measure_duties", {"measure": FIRST}, {"LEADS", "SUPPORTS"}),
    # the whole title of one measure wins over part of another's
    ("清理口岸收费的牵头单位是谁", "measure_duties", {"measure": SECOND}, {"LEADS"}),
    # 由谁落实 asks who does it, in whatever role
    ("清理口岸收费由谁来落实", "measure_duties", {"measure": SECOND}, ALL_ROLES),
    # the year of a document is no place before a short name
    (
        "2024年市商务局牵头哪些任务",
        "agency_duties",
        {"agency": COMMERCE, "documents": [PLAN], "role": "LEADS"},
        None,
    ),
    # two places are two documents, not one that is of both
    (
        f"临江方案和东岭意见里{COMMERCE}承担哪些任务",
        "agency_duties",
        {"agency": COMMERCE, "documents": [PLAN, DRAFT]},
        ALL_ROLES,
    ),
    # a kind of unit by its role: the others are left out
    (f"除了{COMMERCE}，还有哪些单位牵头任务", "workload", {"role": "LEADS"}, None),
    # each for itself is not both together
    (f"{COMMERCE}和{CUSTOMS}分别牵头哪些任务", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    # part of a title, when it stands in one only
    ("哪些单位配合水上巴士通关", "measure_duties", {"measure": FIRST}, {"SUPPORTS"}),
    ("哪些任务没有责任单位？", "unassigned_measures", {}, None),
    ("哪些没有牵头", "measures_without_lead", {}, None),
    ("临江方案中哪些措施没有配合部门", "measures_without_support", {"documents": [PLAN]}, None),
    ("承担任务最多的单位", "workload", {"limit": 10}, None),
    ("哪些单位承担的措施最多？列前五名", "workload", {"limit": 5}, None),
    ("牵头任务最多的前3个单位", "workload", {"limit": 3, "role": "LEADS"}, None),
    ("哪些措施有两个以上牵头单位（全部两份文件）？", "multiple_leads", {}, None),
    (
        f"{COMMERCE}和{CUSTOMS}共同牵头哪些措施",
        "joint_measures",
        {"agency": COMMERCE, "partner": CUSTOMS, "role": "LEADS"},
        None,
    ),
    (f"谁和{CUSTOMS}合作最多", "partners", {"agency": CUSTOMS}, None),
    ("哪两个单位共同承担的任务最多", "pairs", {"limit": 10}, None),
    # a light word beside a role word adds no role: 配合做 is not 配合 or 做, 负责牵头 not 负责 or 牵头
    (f"{COMMERCE}配合做哪些工作", "agency_duties", {"agency": COMMERCE, "role": "SUPPORTS"}, None),
    (f"{COMMERCE}负责牵头哪些工作", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    ("清理口岸收费由谁牵头落实", "measure_duties", {"measure": SECOND}, {"LEADS"}),
    # with 、 between they are two
    (f"{COMMERCE}牵头、落实哪些任务", "agency_duties", {"agency": COMMERCE}, {"LEADS", "IMPLEMENTS"}),
    # 都 of one unit is a filler, not 与别的单位一起
    (f"{COMMERCE}都牵头了哪几项工作", "agency_duties", {"agency": COMMERCE, "role": "LEADS"}, None),
    # two units beside each other, in whatever order the words stand
    (f"{COMMERCE}和{CUSTOMS}比较", "agencies_compared", {"agency": COMMERCE, "partner": CUSTOMS}, None),
    (f"比较{COMMERCE}与{CUSTOMS}", "agencies_compared", {"agency": COMMERCE, "partner": CUSTOMS}, None),
    (
        f"{COMMERCE}、{CUSTOMS}两家的分工有什么区别",
        "agencies_compared",
        {"agency": COMMERCE, "partner": CUSTOMS},
        None,
    ),
    # who has more is a comparison, in the role that is asked about
    (
        f"{COMMERCE}和{CUSTOMS}谁牵头的任务更多",
        "agencies_compared",
        {"agency": COMMERCE, "partner": CUSTOMS, "role": "LEADS"},
        None,
    ),
    # what they have in common is no comparison
    (
        f"{COMMERCE}和{CUSTOMS}有什么共同任务",
        "joint_measures",
        {"agency": COMMERCE, "partner": CUSTOMS},
        None,
    ),
    # the way between two units
    (
        f"{COMMERCE}和{CUSTOMS}之间的路径",
        "paths",
        {"agency": COMMERCE, "partner": CUSTOMS, "limit": 5},
        None,
    ),
    (
        f"{COMMERCE}怎么和{CUSTOMS}发生联系",
        "paths",
        {"agency": COMMERCE, "partner": CUSTOMS, "limit": 5},
        None,
    ),
    # up and down from a document: 依据 before what is asked for is up, 哪些文件 before 落实 is down
    ("临江方案有哪些下级文件", "document_levels", {"document": PLAN}, None),
    ("哪些文件落实临江方案", "document_levels", {"document": PLAN}, None),
    ("临江方案由哪些文件落实", "document_levels", {"document": PLAN}, None),
    ("临江方案落实的是哪份文件", "document_levels", {"document": PLAN, "up": True}, None),
    ("临江方案以哪些文件为依据", "document_levels", {"document": PLAN, "up": True}, None),
    # a number without brackets or year is that of the only document that has it
    ("临府2024年1号有哪些下级文件", "document_levels", {"document": PLAN}, None),
    ("1号文有哪些下级文件", "document_levels", {"document": PLAN}, None),
    # 一共 takes in every role
    (f"{COMMERCE}一共参与多少项措施", "agency_duties", {"agency": COMMERCE}, ALL_ROLES),
]


@pytest.mark.parametrize(("question", "query", "params", "kept"), UNDERSTOOD, ids=[r[0] for r in UNDERSTOOD])
def test_a_question_is_read_as(
    question: str, query: str, params: dict[str, Any], kept: set[str] | None
) -> None:
    readings, problems = understand(question, names())
    assert len(readings) == 1, [problem.message for problem in problems]
    (reading,) = readings
    assert (reading.query, reading.params) == (query, params)
    if "role" in params:
        assert reading.keep is None
    elif kept is not None:
        assert set(reading.keep or ()) == kept
    # what is offered as "the same as a complete question" means the same
    again = understand(reading.ask, names())[0]
    assert [one.meaning for one in again] == [reading.meaning], reading.ask


# question, a word of the message that says why
ABSTAINED = [
    ("", "请输入"),
    ("问" * 501, "太长"),
    ("What does the customs office lead?", "中文"),
    ("MATCH (n) DETACH DELETE n", "中文"),
    ("今天天气怎么样？", "没听懂"),
    # more than the grammar knows, behind and in front
    (f"{COMMERCE}牵头哪些措施以及为什么", "没听懂"),
    (f"去年{COMMERCE}牵头哪些措施", "没听懂"),
    # negation and exclusion are not read over
    (f"{COMMERCE}不牵头哪些措施", "哪份文件"),
    (f"没有{COMMERCE}参与的任务有哪些", "不会这样的问法"),
    (f"不是{COMMERCE}牵头的任务有哪些", "不会这样的问法"),
    # a character that is a filler elsewhere does not break a word
    (f"{COMMERCE}为什么牵头任务", "不会这样的问法"),
    # two units without 共同: one after the other, or together?
    (f"{COMMERCE}和{CUSTOMS}牵头哪些任务", "请选一个"),
    # 牵头、列为责任单位: 负责 of one and 配合 of the other is not one of the two
    (f"{COMMERCE}负责、{CUSTOMS}配合的任务", "请写明"),
    # 有配合没有牵头 is not 有牵头没有配合, and 牵头不配合 not 配合不牵头
    ("只有配合没有牵头的任务有哪些", "不会这样的问法"),
    (f"{COMMERCE}牵头但不配合哪些任务", "不会这样的问法"),
    # one role in one document and another in another: two questions
    (f"{COMMERCE}在临江方案里牵头哪些，在东岭意见里负责哪些", "一次只问一份文件"),
    # the end of which year?
    ("年底前完成的任务有哪些", "哪一年"),
    # a place before a short name that is of another place
    ("东岭商务局牵头哪些任务", "没听懂"),
    # conditions that exclude each other
    ("不含征求意见稿，东岭意见有哪些任务", "没有一份文件"),
    # no such item
    ("临江方案第9条由谁牵头", "没有“第9条”"),
    # an item of which document?
    ("第1条由谁牵头", "可能是"),
    # a subject is no task
    ("“口岸”由谁牵头", "不是一项任务的标题"),
    # two agencies of that name
    ("财政局负责哪些任务", "2个单位"),
    # two measures with these words
    ("谁牵头清理口岸", "2项任务"),
    # a name that is nearly one: never taken for it
    ("临江海官牵头哪些措施", "“海官”"),
    # no such document, so the phrase stays and belongs to no name
    (f"南山方案中{COMMERCE}牵头哪些", "没听懂"),
    # a number of documents that is not so
    ("哪些措施有两个以上牵头单位（全部五份文件）", "不是5份"),
    # which document?
    (f"{COMMERCE}不参与哪些任务", "哪份文件"),
    # one thing at a time
    (f"{COMMERCE}牵头哪些？后来怎么样？", "一次只问一件事"),
    # 参与 of a unit is explained in the answer; in a ranking it decides who stands first
    ("谁参与的措施最多", "请选一个"),
    # 最少 is not 最多
    ("承担任务最少的单位", "最少"),
    # with whom?
    (f"比较{COMMERCE}", "与哪个单位比较"),
    (f"比较{COMMERCE}、{CUSTOMS}和{FINANCE}", "一次比较两个单位"),
    # not by tasks
    (f"{COMMERCE}和{CUSTOMS}谁更重要", "没听懂"),
    (f"怎么联系{COMMERCE}", "不会这样的问法"),
    # how far it got is in no document
    ("临江方案落实得怎么样", "没听懂"),
    # part of a title alone is no question
    ("口岸收费项目", "标题的一部分"),
    # documents are compared elsewhere
    ("临江方案和东岭意见有什么不同", "graph compare"),
    # a number alone may be a day: 1号
    ("1号有哪些下级文件", "没听懂"),
    (f"{COMMERCE}牵头哪些措施' OR 1=1 //", "没听懂"),
]


@pytest.mark.parametrize(("question", "why"), ABSTAINED, ids=[r[0][:30] or "empty" for r in ABSTAINED])
def test_anything_else_is_not_answered_and_offers_are_answerable(question: str, why: str) -> None:
    answer = ask(Rows(), question)  # type: ignore[arg-type]
    assert answer.abstained
    assert answer.understood is None
    assert answer.rows == []
    assert why in answer.message
    assert answer.suggestions
    for offer in answer.suggestions:
        assert len(understand(offer, names())[0]) == 1, offer


def test_every_example_of_the_grammar_is_understood_by_its_own_entry() -> None:
    stand_ins = {
        "某市方案": "临江方案",
        "某市意见": "东岭意见",
        "完善某项机制": "完善水上巴士通关",
        "甲局": COMMERCE,
        "乙局": CUSTOMS,
        "各区政府": DISTRICTS,
    }
    data = yaml.safe_load(GRAMMAR.read_text(encoding="utf-8"))
    wordless = names()
    for entry in [*data["intents"], *data["roles"]]:
        for example in entry["examples"]:
            question = re.sub("|".join(stand_ins), lambda found: stand_ins[found[0]], example)
            readings, problems = understand(question, wordless)
            if "instead" in entry:
                wanted = entry["text"].partition("{")[0] or entry["text"][-10:]
                assert any(wanted in problem.message for problem in problems), example
                continue
            assert len(readings) == 1, (example, [reading.ask for reading in readings], problems)
            if "name" in entry:
                assert readings[0].intent.name == entry["name"], example
                assert entry["query"] in load_queries("read")


def test_the_grammar_keeps_to_its_schema() -> None:
    schema = json.loads((GRAMMAR.parent / "schemas" / "questions.json").read_text("utf-8"))
    data = yaml.safe_load(GRAMMAR.read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(data)) == []


def test_a_word_with_many_places_to_cut_is_answered_at_all() -> None:
    for question in (
        "在中" * 240,
        "和" * 490,
        "在" * 250 + "中" * 240,
        "牵头、" * 160,
        "(" * 240 + "文件" + ")" * 240,
    ):
        assert ask(Rows(), question).abstained  # type: ignore[arg-type]


def test_every_expression_of_the_lexicon_finds_something_in_its_examples() -> None:
    patterns = yaml.safe_load(GRAMMAR.read_text("utf-8"))["patterns"]
    for name, entry in patterns.items():
        compiled = re.compile(expression(name, places="甲市", nouns="文件"))
        for example in entry["examples"]:
            found = compiled.search(key(example))
            assert found, (name, example)
            assert found[0], (name, example)


def test_key_compares_text_without_width_spaces_and_quotes() -> None:
    assert key("“完善” 3·0　版（试行）〔2013〕") == key("完善3·0版(试行)[2013]")


# --- on the graph ---------------------------------------------------------------------------


@pytest.fixture
def loaded(store: Store) -> Store:
    store.write(plan())
    store.write(draft())
    return store


def facts(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(row["number"], row["role"], row["agency"]) for row in rows}


def test_answers_are_what_the_graph_says(loaded: Store) -> None:
    led = ask(loaded, f"{COMMERCE}牵头哪些措施？")
    assert facts(led.rows) == {("（一）", "LEADS", COMMERCE), ("（二）", "LEADS", COMMERCE)}
    assert {row["number"]: row["co_leads"] for row in led.rows} == {"（一）": [], "（二）": [CUSTOMS]}
    assert "2项任务，其中1项与别的单位并列牵头" in led.message
    assert led.cypher == load_queries("read")["agency_duties"].text
    assert all(COMMERCE in row["quote"] for row in led.rows)
    both = ask(loaded, f"{COMMERCE}和{CUSTOMS}共同牵头哪些措施？")
    assert facts(both.rows) == {("（二）", "LEADS", COMMERCE), ("（二）", "LEADS", CUSTOMS)}
    open_ones = ask(loaded, "哪些任务没有责任单位？").rows
    assert [row["title"] for row in open_ones] == ["加强宣传"]
    assert {row["title"] for row in ask(loaded, "哪些任务没有牵头单位？").rows} == {
        "落实出口补助",
        "加强宣传",
        "清理口岸收费项目",
    }
    duties = ask(loaded, "清理口岸收费由谁牵头、谁配合？")
    assert facts(duties.rows) == {("（二）", "LEADS", COMMERCE), ("（二）", "LEADS", CUSTOMS)}


def test_supporting_without_leading_leaves_out_what_it_leads(loaded: Store) -> None:
    answer = ask(loaded, f"{CUSTOMS}配合（不牵头）哪些措施？")
    assert facts(answer.rows) == {("（一）", "SUPPORTS", CUSTOMS), ("2．", "SUPPORTS", CUSTOMS)}


def test_负责_takes_in_leads_and_says_so(loaded: Store) -> None:
    answer = ask(loaded, f"{COMMERCE}负责哪些任务？")
    assert {role for _, role, _ in facts(answer.rows)} == {"LEADS"}
    assert answer.understood is not None
    assert "牵头或列为责任单位" in answer.understood.text


def test_a_draft_is_said_to_be_one(loaded: Store) -> None:
    answer = ask(loaded, f"{OTHER_FINANCE}牵头哪些任务？")
    assert "征求意见稿" in answer.message
    assert "2025年1月15日" in answer.message
    assert answer.rows[0]["status"] == "征求意见稿"
    without = ask(loaded, f"{OTHER_FINANCE}牵头哪些任务？", drafts=False)
    assert (without.abstained, without.rows) == (False, [])


def test_what_an_agency_does_not_do_in_a_document(loaded: Store) -> None:
    answer = ask(loaded, f"临江方案里{COMMERCE}牵头哪些、配合哪些、不参与哪些？")
    assert [(row["number"], row["role"]) for row in answer.rows] == [
        ("（一）", "LEADS"),
        ("（二）", "LEADS"),
        ("（三）", None),
        ("（四）", None),
        ("（五）", "SUPPORTS"),
    ]


def test_hostile_titles_are_names_like_any_other(loaded: Store) -> None:
    answer = ask(loaded, f"“{HOSTILE}”由谁牵头？")
    assert facts(answer.rows) == {("（五）", "LEADS", CUSTOMS)}


def test_json_has_the_shape_of_the_contract(loaded: Store) -> None:
    answer = ask(loaded, f"{COMMERCE}牵头哪些措施？").to_json()
    assert answer["understood"]["query"] == "agency_duties"
    assert set(answer) >= {"question", "understood", "cypher", "rows", "abstained", "suggestions"}
    carried = {
        "document",
        "doc_number",
        "status",
        "date",
        "number",
        "title",
        "role",
        "role_text",
        "agency",
        "quote",
    }
    assert carried <= set(answer["rows"][0])


def chain() -> Record:
    """甲局 and 乙局 share a task, so do 乙局 and 丙局; the document rests on 临江方案."""
    lead, support = ("LEADS", "牵头"), ("SUPPORTS", "配合")
    one, two, three = "江岭省甲局", "江岭省乙局", "江岭省丙局"
    made = record(
        "临发〔2025〕3号",
        "临江市口岸环境实施细则",
        [
            ("1．", "简化查验", f"（{one}牵头，{two}配合）", [(*lead, one), (*support, two)]),
            ("2．", "减免费用", f"（{two}牵头，{three}配合）", [(*lead, two), (*support, three)]),
        ],
        doc_number="临发〔2025〕3号",
        jurisdiction="江岭省临江市",
        date="2025-02-01",
    )
    return replace(made, document=replace(made.document, based_on=(DocumentRef(PLAN, None),)))


def test_two_units_beside_each_other(loaded: Store) -> None:
    answer = ask(loaded, f"比较{COMMERCE}和{CUSTOMS}")
    both = {(row["number"], row["shared"]) for row in answer.rows}
    assert both == {("（一）", True), ("（二）", True), ("（五）", True), ("2．", False)}
    assert answer.message.startswith(f"{COMMERCE}承担3项（牵头2项、配合1项），{CUSTOMS}承担4项")
    assert f"{CUSTOMS}多1项；其中3项两个单位都有" in answer.message
    # 共同 is of the roles asked about
    led = ask(loaded, f"比较{COMMERCE}和{CUSTOMS}负责的任务")
    assert {(row["number"], row["shared"]) for row in led.rows} == {
        ("（一）", False),
        ("（二）", True),
        ("（五）", False),
    }
    nothing = ask(loaded, f"比较{DISTRICTS}和{OTHER_FINANCE}牵头的任务")
    assert f"{DISTRICTS}牵头0项，{OTHER_FINANCE}牵头1项" in nothing.message


def test_the_way_between_two_units_is_said_with_the_tasks_of_every_step(loaded: Store) -> None:
    loaded.write(chain())
    direct = ask(loaded, f"{COMMERCE}和{CUSTOMS}之间的路径")
    assert "直接相连：两个单位共同承担3项任务" in direct.message
    far = ask(loaded, "江岭省甲局怎么和江岭省丙局发生联系？")
    assert "隔2步相连" in far.message
    assert "江岭省甲局—江岭省乙局—江岭省丙局" in far.message
    assert {(row["step"], row["number"], row["agency"]) for row in far.rows} == {
        (1, "1．", "江岭省甲局"),
        (1, "1．", "江岭省乙局"),
        (2, "2．", "江岭省乙局"),
        (2, "2．", "江岭省丙局"),
    }
    assert all(row["quotes"] for row in far.rows)
    apart = ask(loaded, f"江岭省甲局和{COMMERCE}有联系吗")
    assert (apart.abstained, apart.rows) == (False, [])
    assert "没有经别的单位的共同任务相连" in apart.message
    # a task of a document that is left out is no step
    without = ask(loaded, "江岭省甲局和江岭省丙局之间的路径", documents=[PLAN])
    assert without.rows == []


def test_documents_level_by_level(loaded: Store) -> None:
    below = replace(
        chain(), document=replace(chain().document, id="临发〔2025〕9号", doc_number="临发〔2025〕9号")
    )
    lower = replace(below.document, based_on=(DocumentRef("临发〔2025〕3号", None),))
    loaded.write(chain())
    loaded.write(replace(below, document=lower, measures=()))
    down = ask(loaded, "临江方案有哪些下级文件？")
    assert [(row["depth"], row["document_id"]) for row in down.rows] == [
        (1, "临发〔2025〕3号"),
        (2, "临发〔2025〕9号"),
    ]
    up = ask(loaded, "临发〔2025〕9号的上位文件有哪些？")
    assert [(row["depth"], row["document_id"], row["stub"]) for row in up.rows] == [
        (1, "临发〔2025〕3号", False),
        (2, PLAN, False),
    ]
    nothing = ask(loaded, "东岭意见由哪些文件落实")
    assert (nothing.abstained, nothing.rows) == (False, [])
    # what a document that is not loaded rests on is not known: no "none"
    loaded.remove(PLAN)
    unknown = ask(loaded, f"{PLAN}依据什么文件？")
    assert unknown.abstained
    assert "没有载入" in unknown.message


# words, the nearest hit, whether it is called exactly so, whether all hits only come near
LOOKED_UP = [
    # a unit by a part of its name, and by one that counts on the place
    ("市商务局", ("Agency", COMMERCE), True, False),
    # two units of that name
    ("财政局", ("Agency", OTHER_FINANCE), True, False),
    # a document by its number with other brackets, without any, and by the number alone
    ("临府[2024]1号", ("Document", "临江市优化口岸环境工作方案"), True, False),
    ("临府2024 1号", ("Document", "临江市优化口岸环境工作方案"), True, False),
    ("1号", ("Document", "临江市优化口岸环境工作方案"), True, False),
    # by words of its title, by its year and by its place
    ("临江方案", ("Document", "临江市优化口岸环境工作方案"), True, False),
    ("2025年", ("Document", "东岭市促进贸易实施意见（征求意见稿）"), True, False),
    ("东岭", ("Document", "东岭市促进贸易实施意见（征求意见稿）"), True, False),
    # a task by its number and by words of its title
    ("第四项", ("Measure", "（四）加强宣传"), True, False),
    ("4", ("Measure", "（四）加强宣传"), True, False),
    ("加强宣传", ("Measure", "（四）加强宣传"), False, False),
    # words that stand apart in a title
    ("清理收费", ("Measure", "（二）清理口岸收费"), False, True),
    # no unit and task have both words
    (f"{FINANCE} 宣传", ("Agency", FINANCE), False, True),
]


@pytest.mark.parametrize("row", LOOKED_UP, ids=[row[0] for row in LOOKED_UP])
def test_what_is_typed_is_looked_up(loaded: Store, row: tuple[str, tuple[str, str], bool, bool]) -> None:
    words, first, exact, near = row
    found = look_up(loaded, words, Names(loaded))
    assert found, words
    assert (found[0]["label"], found[0]["name"]) == first
    assert (found[0]["exact"], found[0].get("near", False)) == (exact, near)
    for hit in found:
        if hit["label"] in ("Document", "Measure"):
            assert {"status", "edition", "document", "document_id"} <= hit.keys()


def test_what_is_not_among_the_chosen_documents_is_not_found(loaded: Store) -> None:
    only = Names(loaded, {"drafts": False})
    # a unit is found all the same: its page says that it has no task there
    assert {row["label"] for row in look_up(loaded, "东岭", only)} == {"Agency"}
    assert [row["id"] for row in look_up(loaded, "1号", only)] == [PLAN]
    for nothing in ("", "   ", "？", "x" * 10_000, "口" * 5_000):
        assert look_up(loaded, nothing, only) == []


def test_workload_names_all_who_come_first(loaded: Store) -> None:
    assert ask(loaded, "承担任务最多的单位").message.startswith(f"最多的是{CUSTOMS}，4项任务")
