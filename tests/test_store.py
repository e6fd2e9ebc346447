"""The store on a real Neo4j: what is written is what is read, nothing twice, nothing left over."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import graph.store
from graph.errors import (
    BadParameter,
    QueryTimeout,
    StoreDenied,
    StoreError,
    StoreTooNew,
    StoreUnavailable,
    UnknownQuery,
    UsageError,
)
from graph.judgements import fingerprint
from graph.model import (
    Agency,
    Citation,
    Document,
    DocumentRef,
    Evidence,
    InstrumentMention,
    Judgement,
    Measure,
    Membership,
    Record,
    Region,
    RegionMention,
    Responsibility,
    Source,
    Succession,
    Target,
    Verdict,
)
from graph.queries import Query, load_queries
from graph.rows import QUOTE_LIMIT, quote
from graph.server import LocalServer
from graph.store import Store, open_store

NOON = "2026-11-21T12:00:00+00:00"
HOSTILE = "<img src=x onerror=alert(1)>=HYPERLINK(\"http://x\",'点')}) DETACH DELETE n //\\u0000"
SOURCE = Source("a.txt", "0" * 64, "text/plain", "utf-8", None)
NAMES = {"水务局": "临江市水务局", "财政局": "临江市财政局", "住建局": "临江市住房和城乡建设局"}


WATER = Agency("临江市水务局", "临江市水务局", "水务局", level="市", kind="政府部门")


def duty(text: str, role: str, role_text: str, mention: str, after: int, **more: Any) -> Responsibility:
    """A duty of the agency printed as `mention` at or after position `after`."""
    start = text.index(mention, after)
    name = more.pop("name", None) or NAMES.get(mention, mention)
    evidence = Evidence(mention, start, start + len(mention), page=more.pop("page", None))
    return Responsibility(role, role_text, name, name, (evidence,), aliases=("市" + mention,), **more)


def make(
    number: str | None = "临府〔2024〕1号",
    title: str = "临江市供水保障方案",
    edition: str = "full",
    status: str = "正式",
    **facts: Any,
) -> Record:
    """A small plan of three tasks: one led and supported, one by a collective, one nobody's."""
    identity = facts.pop("id", None) or number or f"临江市{title}{status}"
    lines = [
        "（一）改造老旧管网。年底前完成一半。（市水务局牵头，住建局配合）",
        f"（二）落实补助{HOSTILE}。（财政局、各区政府按职责分工负责）",
        "（三）加强宣传。",
    ]
    text = "\n".join([title, *lines])
    starts = [text.index(line) for line in lines]
    first = (
        duty(text, "LEADS", "牵头", "水务局", starts[0], page=2),
        duty(text, "SUPPORTS", "配合", "住建局", starts[0]),
    )
    second = (
        duty(text, "IMPLEMENTS", "负责", "财政局", starts[1], open_list=True),
        duty(text, "IMPLEMENTS", "负责", "各区政府", starts[1], name="临江市各区政府", collective=True),
    )
    half = text.index("年底前")
    extras: dict[int, dict[str, Any]] = {
        0: {
            "responsibilities": first,
            "instruments": (
                InstrumentMention("管网改造", "工程/项目", "改造老旧管网", starts[0] + 3, starts[0] + 9),
            ),
            "targets": (Target("年底前", "deadline", half, half + 3, "2024-12-31"),),
            "deadline": "2024-12-31",
        },
        1: {
            "responsibilities": second,
            "regions": (
                RegionMention("东区", "990101", "市辖区", "各区", text.index("各区"), text.index("各区") + 2),
            ),
            "cites": (
                Citation("临财〔2020〕9号", "补助办法", "补助", text.index("补助"), text.index("补助") + 2),
            ),
        },
    }
    measures = tuple(
        Measure(
            f"{identity}/一、任务/{n}",
            line[:3],
            line[3:].split("。")[0],
            ("一、任务",),
            line,
            s,
            s + len(line),
            **extras.get(n, {}),
        )
        for n, (line, s) in enumerate(zip(lines, starts, strict=True))
    )
    facts.setdefault("based_on", (DocumentRef("国发〔2019〕3号", "全国供水规划"),))
    document = Document(
        identity, title, SOURCE, doc_number=number, issuers=("临江市人民政府",), jurisdiction="临江市",
        date="2024-05-01", status=status, edition=edition, **facts,
    )  # fmt: skip
    agencies = (
        WATER,
        Agency("临江市住房和城乡建设局", "临江市住房和城乡建设局", region="9901"),
        Agency("临江市财政局", "临江市财政局", region="9901"),
        Agency("临江市水利局", "临江市水利局", until="2010", region="9901"),
        Agency("临江市人民政府", "临江市人民政府", region="9901"),
        Agency("临江市各区政府", "临江市各区政府", collective=True, region="9901"),
        Agency("临江市东区人民政府", "临江市东区人民政府", region="990101"),
        Agency("没人提到的单位", "没人提到的单位", region="9902"),
    )
    regions = (
        Region("99", "江北省", "99", "省"),
        Region("9901", "临江市", "9901", "市", parent="99"),
        Region("990101", "东区", "990101", "市辖区", parent="9901"),
        Region("9902", "没人提到的市", "9902", "市", parent="99"),
    )
    return Record(
        document, measures, text, agencies=agencies, regions=regions,
        successions=(Succession("临江市水利局", "临江市水务局", "2010-01-01", "renamed", "登记册"),),
        memberships=(Membership("临江市东区人民政府", "临江市各区政府", "geography"),),
        jurisdiction_region="9901",
    )  # fmt: skip


def other(number: str | None = "临府〔2025〕2号", **facts: Any) -> Record:
    """A second plan: one task of the water bureau alone, no other agency, instrument or region."""
    text = "（一）检修泵站。（水务局牵头）"
    measure = Measure(
        "乙/1",
        "（一）",
        "检修泵站",
        (),
        text,
        0,
        len(text),
        responsibilities=(duty(text, "LEADS", "牵头", "水务局", 0),),
    )
    document = Document(
        facts.pop("id", None) or number or "乙", "临江市泵站方案", SOURCE, doc_number=number, **facts
    )
    return Record(document, (measure,), text, agencies=(replace(WATER, aliases=("江水局",)),))


def dump(store: Store) -> list[str]:
    """Everything in the graph as sorted lines: nodes and edges with their properties."""
    with store._driver.session() as session:
        nodes = session.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p").data()
        edges = session.run(
            "MATCH (a)-[r]->(b) RETURN a.id AS source, type(r) AS type, b.id AS target, properties(r) AS p"
        ).data()
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in (*nodes, *edges))


def ids(store: Store, label: str) -> set[str]:
    with store._driver.session() as session:
        return {
            row["id"]
            for row in session.run("MATCH (n) WHERE $label IN labels(n) RETURN n.id AS id", label=label)
        }


def execute(store: Store, text: str, **params: Any) -> list[dict[str, Any]]:
    with store._driver.session() as session:
        return session.run(text, params).data()


# ---- round trip ----------------------------------------------------------------------------


def test_duties_come_back_as_they_were_written(store: Store) -> None:
    record = make()
    summary = store.write(record)
    assert (summary.written, summary.measures, summary.responsibilities, summary.agencies) == (True, 3, 4, 4)
    rows = store.query("responsibilities")
    assert {(row["agency"], row["role"], row["number"]) for row in rows} == {
        ("临江市水务局", "LEADS", "（一）"),
        ("临江市住房和城乡建设局", "SUPPORTS", "（一）"),
        ("临江市财政局", "IMPLEMENTS", "（二）"),
        ("临江市各区政府", "IMPLEMENTS", "（二）"),
    }
    for row in rows:
        assert record.text[row["starts"][0] : row["ends"][0]] == row["mentions"][0]
        assert row["mentions"][0] in row["quotes"][0]
        assert row["document_id"] == record.document.id
        assert (row["status"], row["date"], row["edition"]) == ("正式", "2024-05-01", "full")
        assert row["path"] == ["一、任务"]
    lead = next(row for row in rows if row["role"] == "LEADS")
    assert lead["quotes"] == ["（市水务局牵头，住建局配合）"]
    assert (lead["role_text"], lead["basis"], lead["rule"], lead["pages"]) == (
        "牵头",
        "annotation",
        "explicit",
        [2],
    )
    assert [row["open_list"] for row in rows if row["agency"] == "临江市财政局"] == [True]
    assert [row["pages"] for row in rows if row["agency"] == "临江市财政局"] == [[None]]


def test_hostile_text_is_carried_as_text(store: Store) -> None:
    record = make(title=HOSTILE, id="敌意")
    store.write(record)
    assert store.query("document", document="敌意")[0]["text"] == record.text
    second = store.query("measures", search=HOSTILE)
    assert [row["title"] for row in second] == [record.measures[1].title]
    assert store.query("agency_duties", agency=HOSTILE) == []
    assert HOSTILE in {row["name"] for row in store.query("search", text=HOSTILE)}
    assert len(store.query("documents")) == 1


def test_a_lone_surrogate_does_not_stop_a_document_and_moves_no_offset(store: Store) -> None:
    record = make()
    store.write(replace(record, text=record.text.replace("临", "\ud800")))
    assert store.query("document", document=record.document.id)[0]["text"] == record.text.replace(
        "临", "\ufffd"
    )


def test_measure_holds_deadline_and_targets(store: Store) -> None:
    store.write(make())
    first = store.query("measures")[0]
    assert first["deadline"] == "2024-12-31"
    assert [json.loads(item)["mention"] for item in first["targets"]] == ["年底前"]
    assert [row["order"] for row in store.query("measures")] == [1, 2, 3]


def test_one_edge_for_an_agency_in_a_role_with_all_its_evidence(store: Store) -> None:
    text = "（一）修路。（水务局牵头）（水务局牵头，下同）"
    one = duty(text, "LEADS", "牵头", "水务局", 0)
    two = duty(text, "LEADS", "牵头", "水务局", 12)
    two = replace(two, evidence=(replace(two.evidence[0], rule="first_listed", declared_at=(18, 20)),))
    measure = Measure("丙/1", "（一）", "修路", (), text, 0, len(text), responsibilities=(one, two))
    store.write(Record(Document("丙", "修路", SOURCE), (measure,), text))
    edges = execute(store, "MATCH (:Agency)-[r:LEADS]->() RETURN properties(r) AS p")
    assert len(edges) == 1
    edge = edges[0]["p"]
    assert edge["rules"] == ["explicit", "first_listed"]
    assert edge["quotes"] == ["（水务局牵头）", "（水务局牵头，下同）"]
    assert (edge["declared_starts"], edge["declared_ends"]) == ([-1, 18], [-1, 20])
    lengths = {key: len(value) for key, value in edge.items() if isinstance(value, list) and key != "aliases"}
    assert set(lengths.values()) == {2}


QUOTES = [
    ("the bracket around it", "做事。（甲局牵头，乙局配合）别的。", "乙局", "（甲局牵头，乙局配合）"),
    ("the outer one of nested brackets", "做事（甲局（丙办）牵头）。", "丙办", "（甲局（丙办）牵头）"),
    (
        "a closed bracket beside it is not around it",
        "做事（一）由甲局牵头。再做。",
        "甲局",
        "做事（一）由甲局牵头。",
    ),
    ("a bracket never closed", "做（事。由甲局牵头", "甲局", "由甲局牵头"),
    ("no bracket: its sentence", "先做。由甲局牵头做好！再做。", "甲局", "由甲局牵头做好！"),
    ("a heading: its line", "一、甲局任务\n（一）做事", "甲局", "一、甲局任务"),
]


@pytest.mark.parametrize(
    ("text", "mention", "expected"), [row[1:] for row in QUOTES], ids=[row[0] for row in QUOTES]
)
def test_quote_is(text: str, mention: str, expected: str) -> None:
    start = text.index(mention)
    assert quote(text, start, start + len(mention)) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("字" * 1000, "字" * 1000),
        ("（" * 10_000, "）" * 10_000),
        ("（" + "字" * 280, "字" * 280 + "）"),
        ("", "字" * 900),
    ],
)
def test_quote_is_short_and_holds_the_mention(before: str, after: str) -> None:
    text = before + "甲局" + after
    found = quote(text, len(before), len(before) + 2)
    assert "甲局" in found
    assert found in text
    assert len(found) <= QUOTE_LIMIT


# ---- writing again, replacing, removing ----------------------------------------------------


def test_writing_twice_changes_nothing(store: Store) -> None:
    store.write(make())
    store.write(other(based_on=(DocumentRef("临府〔2024〕1号", None),)))
    before = dump(store)
    assert store.write(make()).replaced == ("临府〔2024〕1号",)
    store.write(other(based_on=(DocumentRef("临府〔2024〕1号", None),)))
    assert dump(store) == before


def test_the_order_of_writing_does_not_matter(store: Store) -> None:
    pair = (make(), other(cites=(DocumentRef(None, "临江市供水保障方案"),)))
    dumps = []
    for records in (pair, pair[::-1]):
        execute(store, "MATCH (n) DETACH DELETE n")
        for record in records:
            store.write(record)
        dumps.append(dump(store))
    assert dumps[0] == dumps[1]


def test_what_nobody_refers_to_is_not_written(store: Store) -> None:
    store.write(make())
    assert "没人提到的单位" not in ids(store, "Agency")
    assert ids(store, "Region") == {"99", "9901", "990101"}


def test_replacing_takes_out_what_the_document_no_longer_says(store: Store) -> None:
    store.write(make())
    shorter = make()
    store.write(replace(shorter, measures=shorter.measures[2:], memberships=(), successions=()))
    assert [row["number"] for row in store.query("measures")] == ["（三）"]
    assert ids(store, "Agency") == {"临江市人民政府"}
    assert ids(store, "PolicyInstrument") == set()
    assert ids(store, "Region") == {"99", "9901"}
    assert store.stats()["stub"] == 1  # 国发〔2019〕3号; the cited 补助办法 went with its task


def test_agencies_reached_by_succession_or_membership_are_no_orphans(store: Store) -> None:
    store.write(make())
    assert {"临江市水利局", "临江市东区人民政府"} <= ids(store, "Agency")
    assert store.query("collective_members", agency="临江市各区政府")[0]["member"] == "临江市东区人民政府"
    assert store.query("successions", agency="临江市水利局")[0]["successor"] == "临江市水务局"


def test_removing_leaves_the_graph_as_if_it_had_never_been(store: Store) -> None:
    store.write(other())
    before = dump(store)
    store.write(make())
    assert dump(store) != before
    assert store.remove("临府〔2024〕1号") is True
    assert dump(store) == before


def test_removing_the_last_document_leaves_nothing(store: Store) -> None:
    store.write(make())
    store.remove("临江市供水保障方案")
    assert set(store.stats().values()) == {0}


def test_aliases_go_with_the_document_that_brought_them(store: Store) -> None:
    store.write(other())
    store.write(make())
    assert store.query("agency", agency="临江市水务局")[0]["aliases"] == ["江水局", "市水务局"]
    store.remove("临府〔2025〕2号")
    assert store.query("agency", agency="临江市水务局")[0]["aliases"] == ["市水务局"]


def test_removing_what_is_not_there(store: Store) -> None:
    store.write(make())
    assert store.remove("没有这份文件") is False
    assert store.remove("国发〔2019〕3号") is False  # only cited, never loaded


def test_removing_by_an_ambiguous_title_asks_which(store: Store) -> None:
    store.write(make(None, status="征求意见稿"))
    store.write(make())
    with pytest.raises(UsageError, match="对应多份文件"):
        store.remove("临江市供水保障方案")
    assert len(store.documents()) == 2


def test_a_failed_write_leaves_the_old_document_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(make())
    before = dump(store)

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(graph.store, "_sweep", fail)
    with pytest.raises(RuntimeError):
        store.write(replace(make(), measures=()))
    assert dump(store) == before


def test_a_record_without_details_does_not_blank_what_is_known(store: Store) -> None:
    store.write(make())
    before = dump(store)
    plain = replace(make("临府〔2024〕8号"), agencies=(), regions=())
    store.write(plain)
    store.remove(plain.document.id)
    assert dump(store) == before


# ---- cited documents -----------------------------------------------------------------------


def chain(store: Store, document: str) -> set[tuple[str, str, str, bool]]:
    rows = store.query("document_chain", document=document)
    return {(row["source_id"], row["edge"], row["target_id"], row["stub"]) for row in rows}


def test_cited_documents_are_stubs_and_count_nowhere(store: Store) -> None:
    store.write(make())
    assert chain(store, "临府〔2024〕1号") == {
        ("临府〔2024〕1号", "BASED_ON", "国发〔2019〕3号", True),
        ("临府〔2024〕1号", "CITES", "临财〔2020〕9号", True),
    }
    assert len(store.documents()) == 1
    assert store.query("document", document="国发〔2019〕3号") == []
    assert (store.stats()["Document"], store.stats()["stub"]) == (1, 2)


REFS = [
    ("by number", DocumentRef("临府〔2024〕1号", None), {}),
    ("by number, with a title of its own", DocumentRef("临府〔2024〕1号", "供水方案"), {}),
    ("by title", DocumentRef(None, "临江市供水保障方案"), {}),
    ("by the attached plan's title", DocumentRef(None, "实施细则"), {"attached_title": "实施细则"}),
    (
        "by title when the document prints no number",
        DocumentRef("临府〔2024〕1号", "临江市供水保障方案"),
        {"number": None},
    ),
]


@pytest.mark.parametrize(("ref", "facts"), [row[1:] for row in REFS], ids=[row[0] for row in REFS])
def test_a_stub_becomes_the_real_one_and_a_stub_again(
    store: Store, ref: DocumentRef, facts: dict[str, Any]
) -> None:
    citing = other(based_on=(ref,))
    target = replace(make(**facts), measures=())
    store.write(citing)
    alone = dump(store)
    store.write(target)
    assert ("临府〔2025〕2号", "BASED_ON", target.document.id, False) in chain(store, "临府〔2025〕2号")
    assert "实施细则" not in ids(store, "Document")
    store.remove(target.document.id)
    assert dump(store) == alone


def test_another_document_of_the_same_title_is_not_taken_for_the_cited_number(store: Store) -> None:
    store.write(other(based_on=(DocumentRef("临府〔2023〕7号", "临江市供水保障方案"),)))
    store.write(make())
    assert ("临府〔2025〕2号", "BASED_ON", "临府〔2023〕7号", True) in chain(store, "临府〔2025〕2号")


# ---- digests -------------------------------------------------------------------------------


def test_a_digest_never_replaces_a_full_text(store: Store) -> None:
    store.write(make())
    before = dump(store)
    summary = store.write(make(edition="digest", id="摘要"))
    assert (summary.written, "全文" in summary.reason) == (False, True)
    assert dump(store) == before


def test_a_full_text_replaces_the_digest_of_its_number(store: Store) -> None:
    store.write(make())
    expected = dump(store)
    store.remove("临府〔2024〕1号")
    store.write(make(edition="digest", id="摘要"))
    assert store.write(make()).replaced == ("摘要",)
    assert dump(store) == expected


def test_attachments_of_one_number_live_together(store: Store) -> None:
    store.write(make())
    store.write(make(id="临府〔2024〕1号#2"))
    assert [row["document_id"] for row in store.documents()] == ["临府〔2024〕1号", "临府〔2024〕1号#2"]


# ---- read queries --------------------------------------------------------------------------

EXAMPLES: dict[str, Any] = {
    "agency": "临江市水务局",
    "partner": "临江市住房和城乡建设局",
    "measure": "改造老旧管网",
    "document": "临府〔2024〕1号",
    "node": "临江市水务局",
    "text": "水务",
    "topic": "990101",
    "tasks": [f"临府〔2024〕{number}号/一、任务/0" for number in (1, 3, 4)],
}
MORE_EXAMPLES = {
    "collective_members": {"agency": "临江市各区政府"},
    "measure": {"measure": "临府〔2024〕1号/一、任务/0"},
}


def loaded(store: Store) -> None:
    """Two documents, a draft and a digest, so that every read query has rows."""
    first, home = make(), "临府〔2024〕1号"
    task, sign = first.measures[0].id, fingerprint(first.measures[0])
    store.write(
        first,
        [
            Judgement("认定一", Verdict.NO_UNIT, "各地", "张三", NOON, document=home),
            Judgement("认定二", Verdict.CHECKED, task, "张三", NOON, value=sign, document=home),
        ],
    )
    store.write(other(based_on=(DocumentRef("临府〔2024〕1号", None),)))
    store.write(make("临府〔2024〕3号", title="征求稿", status="征求意见稿"))
    store.write(make("临府〔2024〕4号", title="摘要稿", edition="digest"))
    text = "（一）共同牵头。（水务局、市水务站、财政局牵头）"
    water = duty(text, "LEADS", "牵头", "水务局", 0)
    again = duty(text, "LEADS", "牵头", "市水务站", 0, name="临江市水务局")
    both = (water, again, duty(text, "LEADS", "牵头", "财政局", 0))
    measure = Measure("丁/1", "（一）", "共同牵头", (), text, 0, len(text), responsibilities=both)
    store.write(Record(Document("丁", "共同", SOURCE), (measure,), text))


def loaded_with_doubt(store: Store) -> None:
    """The same, and a task of the same title led by a unit that nobody knows."""
    loaded(store)
    text = "（一）改造老旧管网。（某办牵头）"
    unknown = duty(text, "LEADS", "牵头", "某办", 0, resolved="unresolved")
    measure = Measure("戊/1", "（一）", "改造老旧管网", (), text, 0, len(text), responsibilities=(unknown,))
    store.write(Record(Document("戊", "存疑", SOURCE), (measure,), text))


def example(query: Query) -> dict[str, Any]:
    params = {param.name: EXAMPLES[param.name] for param in query.params if not param.optional}
    return {**params, **MORE_EXAMPLES.get(query.name, {})}


def test_every_read_query_finds_rows_with_exactly_its_columns(
    store: Store, subtests: pytest.Subtests
) -> None:
    loaded_with_doubt(store)
    for query in load_queries("read").values():
        with subtests.test(query.name):
            rows = store.query(query.name, **example(query))
            assert rows
            assert {tuple(row) for row in rows} == {query.returns}
            assert json.loads(json.dumps(rows)) == rows  # maps, lists and scalars only
            assert store.query(query.name, **example(query)) == rows


def test_filters_choose_documents_drafts_and_samples(store: Store, subtests: pytest.Subtests) -> None:
    loaded_with_doubt(store)
    filtered = [q for q in load_queries("read").values() if {"document_id"} <= set(q.returns)]
    assert len(filtered) > 8
    for query in filtered:
        with subtests.test(query.name):

            def found(query: Query = query, **filters: Any) -> set[str]:
                rows = store.query(query.name, **example(query), **filters)
                return {row["document_id"] for row in rows if row["document_id"]}  # a unit is in no document

            every = found()
            assert every
            assert found(drafts=False) == every - {"临府〔2024〕3号"}
            assert found(samples=False) == every - {"临府〔2024〕4号"}
            assert found(documents=[]) == set()
            assert found(documents=["临府〔2024〕3号"]) == every & {"临府〔2024〕3号"}


@pytest.mark.parametrize(
    ("document", "hidden"), [("临府〔2024〕3号", {"drafts": False}), ("临府〔2024〕4号", {"samples": False})]
)
def test_one_document_is_filtered_too(store: Store, document: str, hidden: dict[str, bool]) -> None:
    loaded(store)
    for name in ("document", "document_measures"):
        assert store.query(name, document=document)
        assert store.query(name, document=document, **hidden) == []


def test_draft_documents_and_stubs_do_not_count_in_workload(store: Store) -> None:
    loaded(store)
    rows = store.query("workload", drafts=False, samples=False)
    counts = {
        row["agency"]: tuple(row[k] for k in ("leads", "supports", "implements", "measures")) for row in rows
    }
    assert counts == {
        "临江市水务局": (3, 0, 0, 3),
        "临江市财政局": (1, 0, 1, 2),
        "临江市住房和城乡建设局": (0, 1, 0, 1),
        "临江市各区政府": (0, 0, 1, 1),
    }
    assert [row["agency"] for row in store.query("workload", role="牵头", limit=1)] == ["临江市水务局"]
    assert {row["agency"] for row in store.query("workload", role="SUPPORTS")} == {"临江市住房和城乡建设局"}


def test_a_measure_in_two_roles_counts_once(store: Store) -> None:
    text = "（一）做事。（水务局牵头）（水务局、财政局配合）"
    three = (
        duty(text, "LEADS", "牵头", "水务局", 0),
        duty(text, "SUPPORTS", "配合", "水务局", 13),
        duty(text, "SUPPORTS", "配合", "财政局", 0),
    )
    measure = Measure("戊/1", "（一）", "做事", (), text, 0, len(text), responsibilities=three)
    store.write(Record(Document("戊", "戊", SOURCE), (measure,), text))
    top = store.query("workload")[0]
    assert (top["agency"], top["leads"], top["supports"], top["measures"]) == ("临江市水务局", 1, 1, 1)
    assert [(row["a"], row["b"], row["measures"]) for row in store.query("pairs")] == [
        ("临江市水务局", "临江市财政局", 1)
    ]
    partner = store.query("partners", agency="临江市水务局")
    assert [(row["agency"], row["measures"], row["led_by_self"]) for row in partner] == [
        ("临江市财政局", 1, 1)
    ]


def test_each_pair_stands_once_whichever_side_is_asked_for(store: Store) -> None:
    loaded(store)
    rows = store.query("pairs")
    assert len({frozenset((row["a"], row["b"])) for row in rows}) == len(rows)
    for agency in ("临江市住房和城乡建设局", "临江市水务局"):
        assert {frozenset((row["a"], row["b"])) for row in store.query("pairs", agency=agency)} == {
            frozenset((row["a"], row["b"])) for row in rows if agency in (row["a"], row["b"])
        }


def test_gaps(store: Store) -> None:
    loaded(store)
    assert {row["number"] for row in store.query("unassigned_measures")} == {"（三）"}
    assert {row["title"] for row in store.query("measures_without_support")} == {"检修泵站", "共同牵头"}
    assert [row["title"] for row in store.query("measures_without_support", document="丁")] == ["共同牵头"]
    assert [row["leads"] for row in store.query("multiple_leads")] == [["临江市水务局", "临江市财政局"]]


def test_name_variants_show_each_form_with_its_tasks(store: Store) -> None:
    loaded(store)
    rows = store.query("name_variants")
    assert [(row["document_id"], row["agency"], row["forms"]) for row in rows] == [
        (
            "丁",
            "临江市水务局",
            [{"form": "水务局", "measures": ["（一）"]}, {"form": "市水务站", "measures": ["（一）"]}],
        )
    ]


def test_document_measures_lists_the_duties_of_each(store: Store) -> None:
    store.write(make())
    rows = store.query("document_measures", document="临府〔2024〕1号")
    assert [[(d["agency"], d["role"]) for d in row["duties"]] for row in rows] == [
        [("临江市水务局", "LEADS"), ("临江市住房和城乡建设局", "SUPPORTS")],
        [("临江市财政局", "IMPLEMENTS"), ("临江市各区政府", "IMPLEMENTS")],
        [],
    ]


def test_neighbourhood_of_an_agency(store: Store) -> None:
    loaded(store)
    rows = store.query("neighbourhood", node="临江市水务局", documents=["临府〔2024〕1号"])
    assert {(row["edge"], row["source"], row["target"]) for row in rows} == {
        ("LEADS", "临江市水务局", "（一）改造老旧管网"),
        ("SUCCEEDED_BY", "临江市水利局", "临江市水务局"),
    }
    assert len(store.query("neighbourhood", node="临江市水务局", limit=1)) == 1


def test_search_finds_by_part_of_a_name_and_by_one_character(store: Store) -> None:
    loaded(store)
    assert ("Agency", "临江市水务局") in {
        (row["label"], row["id"]) for row in store.query("search", text="水务")
    }
    assert ("Measure", "（一）检修泵站") in {
        (row["label"], row["name"]) for row in store.query("search", text="泵")
    }
    assert ("Document", "丁") in {(row["label"], row["id"]) for row in store.query("search", text="共同")}
    for nothing in ("", "*", '"', "AND", "q\\", "((((", "title:q~", "/"):
        assert store.query("search", text=nothing) == []


# ---- the store itself ----------------------------------------------------------------------


def test_an_unknown_query_lists_what_there_is(store: Store) -> None:
    with pytest.raises(UnknownQuery, match="agency_duties"):
        store.query("agency_dutys")
    with pytest.raises(BadParameter, match="agency（必填）"):
        store.query("agency_duties")


WRITES = ["CREATE (n:Agency {id: 'x'}) RETURN 1 AS a", "MATCH (n) DETACH DELETE n RETURN 1 AS a"]


@pytest.mark.parametrize("text", WRITES)
def test_read_queries_cannot_write(store: Store, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    store.write(make())
    before = dump(store)
    added(monkeypatch, "bad", text)
    with pytest.raises(StoreError):
        store.query("bad")
    assert dump(store) == before


def test_a_query_over_its_time_is_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    added(
        monkeypatch,
        "slow",
        "UNWIND range(1, 100000000) AS x UNWIND range(1, 1000) AS y RETURN sum(x * y) AS a",
    )
    monkeypatch.setattr(graph.store, "READ_LIMIT", 0.5)
    with pytest.raises(QueryTimeout, match="超过时限"):
        store.query("slow")


def added(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    queries = {name: Query(name, "测试", (), ("a",), text)}
    monkeypatch.setattr(graph.store, "load_queries", lambda folder="read": queries)


def test_setup_again_changes_nothing(store: Store) -> None:
    store.write(make())
    names = "SHOW INDEXES YIELD name RETURN name ORDER BY name"
    before, indexes = dump(store), execute(store, names)
    store.setup()
    assert (dump(store), execute(store, names)) == (before, indexes)
    assert {"agency_text", "measure_text", "document_text"} <= {row["name"] for row in indexes}


def test_planning_ahead_plans_every_named_query_and_changes_nothing(store: Store) -> None:
    store.write(make())
    before = dump(store)
    store.plan_ahead()
    assert dump(store) == before


def test_an_empty_store_is_set_up_by_several_at_once(server: LocalServer, store: Store) -> None:
    for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        for row in execute(store, f"SHOW {kinds} YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            execute(store, f"DROP {kind} {row['name']}")
    execute(store, "MATCH (s:GraphSchema) DELETE s")
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(lambda _: open_store(f"local:{server.home}"), range(4)):
            opened.close()
    assert len(execute(store, "SHOW INDEXES YIELD name, type WHERE type = 'FULLTEXT' RETURN name")) >= 3


@pytest.mark.parametrize(
    "label", ["Document", "Measure", "Agency", "PolicyInstrument", "Region", "Judgement"]
)
def test_ids_are_unique_by_constraint(store: Store, label: str) -> None:
    rows = execute(store, "SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type RETURN *")
    assert (label, "id") in {(row["labelsOrTypes"][0], row["properties"][0]) for row in rows}


def test_a_store_of_a_newer_version_is_left_alone(store: Store) -> None:
    store.write(make())
    execute(store, "MATCH (s:GraphSchema) SET s.version = 999")
    before = dump(store)
    steps: list[Callable[[], object]] = [store.check, store.setup, lambda: store.write(make())]
    steps.append(lambda: store.remove("临府〔2024〕1号"))
    for step in steps:
        with pytest.raises(StoreTooNew, match="999"):
            step()
    assert dump(store) == before
    execute(store, "MATCH (s:GraphSchema) DETACH DELETE s")


UNUSABLE = [
    ("a task twice", lambda r: replace(r, measures=(*r.measures, r.measures[0])), "重复"),
    ("an id no index can hold", lambda r: replace(r, document=replace(r.document, id="长" * 5000)), "超过"),
]


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in UNUSABLE], ids=[row[0] for row in UNUSABLE]
)
def test_unusable_ids_are_refused_in_one_sentence(
    store: Store, change: Callable[[Record], Record], message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        store.write(change(make()))
    assert store.documents() == []


def test_a_megabyte_title_is_stored(store: Store) -> None:
    store.write(make(title="长" * 1_000_000))
    assert len(store.documents()[0]["document"]) == 1_000_000


def address(store: Store) -> str:
    where: tuple[Any, ...] = store._driver.get_server_info().address
    host, port = where[:2]
    return f"bolt://{host}:{port}"


def test_a_wrong_password_is_denied(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USER", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    with pytest.raises(StoreDenied, match="用户名或密码"):
        open_store(address(store))


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_an_address_where_nothing_answers(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    monkeypatch.setenv("NEO4J_PASSWORD", "x")
    monkeypatch.setenv("GRAPH_STORE", f"{scheme}://127.0.0.1:{port}")
    with pytest.raises(StoreUnavailable, match="无法连接") as caught:
        open_store()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://x", "neo4j", "http://localhost:7474", "bolt://user:secret@127.0.0.1:1"]
)
def test_another_kind_of_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises((UsageError, StoreUnavailable)) as caught:
        open_store(url)
    assert not re.search("secret|mysql", str(caught.value))
