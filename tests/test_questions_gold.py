"""The five reference documents: the gold queries by name and by `ask`, and a bank of questions of our own.

The documents are not part of the repository (see conftest.reference); tests/gold/questions.yaml holds the
questions with the numbers of the right tasks and official names, gold/queries.json the fifteen queries.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import neo4j
import pytest
import yaml

from graph.questions import Answer, Names, ask
from graph.server import LocalServer
from graph.store import Store, open_store
from loaders.records import parse_file

BANK = Path(__file__).parent / "gold" / "questions.yaml"
Row = dict[str, Any]
Facts = set[Any]


@dataclass(frozen=True)
class Five:
    """The five documents in a store, with their gold."""

    store: Store
    gold: Path
    stems: dict[str, str]  # document id → "000" …

    @cached_property
    def names(self) -> dict[str, str]:
        """Every accepted name of an agency → its name in the gold."""
        entries = json.loads((self.gold / "agencies.json").read_text("utf-8"))
        return {name: entry["name"] for entry in entries for name in (entry["name"], *entry["accepted"])}

    @cached_property
    def queries(self) -> dict[str, Row]:
        """The gold queries by id."""
        return {entry["id"]: entry for entry in json.loads((self.gold / "queries.json").read_text("utf-8"))}

    def name(self, agency: str) -> str:
        """An agency as the gold names it."""
        return self.names.get(agency, agency)

    def document(self, stem: str) -> str:
        """The id of a document of the gold."""
        return next(identity for identity, found in self.stems.items() if found == stem)

    def tasks(self, rows: list[Row]) -> Facts:
        """(document, printed number) of every row about a measure."""
        return {
            (self.stems[row["document_id"]], bare(row["number"])) for row in rows if row.get("measure_id")
        }


def bare(text: str) -> str:
    """Text without spaces, quotation marks and widths, and numbers without their mark."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s“”\"·.．、]", "", text)


def listed(tasks: list[Row]) -> Facts:
    """The tasks of a gold answer."""
    return {(task["doc"], bare(task["number"])) for task in tasks}


@pytest.fixture(scope="module")
def five(server: LocalServer, reference: Path) -> Iterator[Five]:
    info = server.ensure(keep=True)
    with neo4j.GraphDatabase.driver(info.uri, auth=(info.user, info.password)) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    stems = {}
    with open_store(f"local:{server.home}") as store:
        for file in sorted((reference / "seeds").glob("00?_*.txt")):
            record = parse_file(file)
            store.write(record)
            stems[record.document.id] = file.name[:3]
        assert len(stems) == 5
        yield Five(store, reference / "gold", stems)


# --- the gold queries: rows (of a named query or of ask) → facts, gold answer → the same facts ----------


def q03_facts(five: Five, rows: list[Row]) -> Facts:
    return {
        (*task, tuple(sorted(map(five.name, row["co_leads"])))) for row in rows for task in five.tasks([row])
    }


def q03_gold(answer: Row) -> Facts:
    return {
        (task["doc"], bare(task["number"]), tuple(sorted(task.get("co_leads", ()))))
        for task in answer["sole"] + answer["joint"]
    }


def roles_facts(five: Five, rows: list[Row]) -> Facts:
    return {(*task, row["role"]) for row in rows for task in five.tasks([row])}


def roles_gold(answer: Row) -> Facts:
    return {
        (*task, None if role == "none" else role)
        for role in ("LEADS", "SUPPORTS", "IMPLEMENTS", "none")
        for task in listed(answer.get(role, []))
    }


def q05_rows(five: Five) -> list[Row]:
    rows = []
    for measure in five.store.query("document_measures", document=five.document("002")):
        duties = [duty for duty in measure["duties"] if duty["agency"] == "广州市商务局"]
        rows += [{**measure, "role": duty["role"]} for duty in duties or [{"role": None}]]
    return rows


def q04_facts(five: Five, rows: list[Row]) -> Facts:
    return {(row["role"], five.name(row["agency"])) for row in rows}


def q06_rows(five: Five) -> list[Row]:
    rows = five.store.query("workload", limit=10)
    for row in rows:
        row["by_document"] = {
            found["document"]: {
                role: found[column]
                for role, column in (
                    ("LEADS", "leads"),
                    ("SUPPORTS", "supports"),
                    ("IMPLEMENTS", "implements"),
                )
                if found[column]
            }
            for found in five.store.query("workload_by_document", agency=row["agency_id"])
        }
    return rows


def q06_facts(five: Five, rows: list[Row]) -> Facts:
    titles = {row["document"]: five.stems[row["document_id"]] for row in five.store.documents()}
    return {
        (five.name(row["agency"]), row["measures"], titles[title], role, count)
        for row in rows
        for title, roles in row["by_document"].items()
        for role, count in roles.items()
    }


def q06_gold(answer: Row) -> Facts:
    return {
        (entry["agency"], entry["measures"], document, role, count)
        for entry in answer["top10"]
        for document, roles in entry["by_document"].items()
        for role, count in roles.items()
    }


def q08_facts(five: Five, rows: list[Row]) -> Facts:
    return {(frozenset((five.name(row["a"]), five.name(row["b"]))), row["measures"]) for row in rows}


def q10_facts(five: Five, rows: list[Row]) -> Facts:
    """Per unit, document and role how many tasks."""
    return {
        (five.name(row["agency"]), five.stems[duty["document_id"]], duty["role"], duty["measures"])
        for row in rows
        for duty in row["duties"]
    }


def q10_gold(answer: Row) -> Facts:
    return {
        (entry["agency"], document, role, len(keys))
        for entry in answer["agencies"]
        for document, roles in entry["by_document"].items()
        for role, keys in roles.items()
    }


def q12_facts(five: Five, rows: list[Row]) -> Facts:
    return {
        (*task, tuple(sorted(map(five.name, row["leads"])))) for row in rows for task in five.tasks([row])
    }


def q12_gold(answer: Row) -> Facts:
    return {(task["doc"], bare(task["number"]), tuple(sorted(task["leads"]))) for task in answer["measures"]}


def q18_facts(five: Five, rows: list[Row]) -> Facts:
    return roles_facts(five, rows)


def q18_gold(answer: Row) -> Facts:
    return {fact for document in ("000", "001") for fact in roles_gold(answer[document])}


def q25_facts(five: Five, rows: list[Row]) -> Facts:
    members = rows[0].get("members") or [
        row["member"] for row in five.store.query("collective_members", agency="重庆市各区县政府")
    ]
    return {*five.tasks(rows), frozenset(map(five.name, members))}


def q25_gold(answer: Row) -> Facts:
    return {*listed(answer["measures"]), frozenset(answer["members"])}


def q29_facts(five: Five, rows: list[Row]) -> Facts:
    return {
        (five.stems[row["document_id"]], five.name(row["agency"]), form["form"], bare(number))
        for row in rows
        for form in row["forms"]
        for number in form["measures"]
    }


def q29_gold(answer: Row) -> Facts:
    return {
        (entry["doc"], entry["agency"], form, str(number))
        for entry in answer["variants"]
        for form, numbers in entry["forms"].items()
        for number in numbers
    }


def measures_gold(answer: Row) -> Facts:
    return listed(answer["measures"])


CUSTOMS = "黄埔海关"
LEAD, SUPPORT = {"role": "LEADS"}, {"role": "SUPPORTS"}
NANSHA = "广州南沙经济技术开发区管理委员会"
# id, how a named query answers it, what of the rows counts, what of the gold counts
GOLD: dict[
    str, tuple[Callable[[Five], list[Row]], Callable[[Five, list[Row]], Facts], Callable[..., Facts]]
] = {
    "q01": (lambda f: f.store.query("agency_duties", agency=CUSTOMS, **LEAD), Five.tasks, measures_gold),
    "q02": (lambda f: f.store.query("agency_duties", agency=CUSTOMS, **SUPPORT), Five.tasks, measures_gold),
    "q03": (lambda f: f.store.query("agency_duties", agency="广州海关", **LEAD), q03_facts, q03_gold),
    "q04": (
        lambda f: f.store.query("measure_duties", measure="规范降低口岸收费"),
        q04_facts,
        lambda a: {("LEADS", x) for x in a["leads"]} | {("SUPPORTS", x) for x in a["supports"]},
    ),
    "q05": (q05_rows, roles_facts, roles_gold),
    "q06": (q06_rows, q06_facts, q06_gold),
    "q07": (lambda f: f.store.query("unassigned_measures"), Five.tasks, measures_gold),
    "q08": (
        lambda f: f.store.query("pairs", limit=10),
        q08_facts,
        lambda a: {(frozenset(pair["agencies"]), pair["measures"]) for pair in a["pairs"]},
    ),
    "q10": (lambda f: f.store.query("agencies_in_several_documents"), q10_facts, q10_gold),
    "q12": (lambda f: f.store.query("multiple_leads"), q12_facts, q12_gold),
    "q13": (
        lambda f: f.store.query("measures_without_support", document=f.document("002")),
        q12_facts,
        q12_gold,
    ),
    "q18": (
        lambda f: f.store.query(
            "agency_duties",
            agency="广东省经济和信息化委员会",
            documents=[f.document("000"), f.document("001")],
        ),
        q18_facts,
        q18_gold,
    ),
    "q22": (lambda f: f.store.query("agency_duties", agency=NANSHA), roles_facts, roles_gold),
    "q25": (
        lambda f: f.store.query("agency_duties", agency="重庆市各区县政府", members=True),
        q25_facts,
        q25_gold,
    ),
    "q29": (lambda f: f.store.query("name_variants"), q29_facts, q29_gold),
}


def gold_facts(five: Five, name: str) -> Facts:
    return GOLD[name][2](canonical(five, five.queries[name]["answer"]))


def canonical(five: Five, value: Any) -> Any:
    """A gold answer with every agency under one name."""
    if isinstance(value, dict):
        return {key: canonical(five, item) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical(five, item) for item in value]
    return five.name(value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", GOLD)
def test_a_gold_query_is_answered_exactly_by_a_named_query(five: Five, name: str) -> None:
    rows, facts, _ = GOLD[name]
    assert facts(five, rows(five)) == gold_facts(five, name)


@pytest.mark.parametrize("name", GOLD)
def test_a_gold_query_is_answered_exactly_as_it_is_worded(five: Five, name: str) -> None:
    answer = ask(five.store, five.queries[name]["question_zh"])
    assert not answer.abstained, answer.message
    assert GOLD[name][1](five, answer.rows) == gold_facts(five, name)


def test_no_gold_query_is_left_out(five: Five) -> None:
    assert set(five.queries) == set(GOLD)


# --- our own questions ----------------------------------------------------------------------------------


def is_right(five: Five, expected: Row, answer: Answer) -> bool:
    """Whether an answer says what the bank says."""
    rows = answer.rows
    if "measures" in expected:
        return five.tasks(rows) == _numbers(expected["measures"])
    if "absent" in expected:
        return five.tasks([row for row in rows if row["role"] is None]) == _numbers(expected["absent"])
    if "agencies" in expected:
        return {five.name(row["agency"]) for row in rows} == set(expected["agencies"])
    if "first" in expected:
        return bool(rows) and five.name(rows[0]["agency"]) == expected["first"]
    if "says" in expected:
        return expected["says"] in answer.message
    if "rows" in expected:
        return len(rows) == expected["rows"]
    return not rows and "没有查到" in answer.message and len(answer.message) > 20


def _numbers(measures: dict[str, list[str]]) -> Facts:
    return {(document, bare(number)) for document, numbers in measures.items() for number in numbers}


def test_our_own_questions_are_right_or_honestly_not_answered(
    five: Five, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Names(five.store)  # the documents stay the same: one look at the names is enough
    monkeypatch.setattr("graph.questions.Names", lambda store, chosen=None: known)
    bank = yaml.safe_load(BANK.read_text("utf-8"))
    answered = [entry for entry in bank if "abstain" not in entry]
    assert len(answered) >= 60
    assert len(bank) - len(answered) >= 20
    outcome: Counter[str] = Counter()
    notes = []
    for entry in bank:
        answer = ask(five.store, entry["question"])
        refused = "abstain" in entry
        if answer.abstained:
            kind = "right" if refused else "abstained"
            assert answer.message
            assert answer.suggestions
        else:
            kind = "right" if not refused and is_right(five, entry, answer) else "wrong"
        outcome[kind] += 1
        if kind != "right":
            notes.append(f"{kind}: {entry['question']} → {answer.message[:80]}")
    with capsys.disabled():
        shown = "、".join(f"{kind} {outcome[kind]}" for kind in ("right", "abstained", "wrong"))
        print(f"\n{len(bank)} questions: {shown}")
    assert outcome["wrong"] == 0, notes
    assert outcome["abstained"] <= len(bank) * 0.05, notes


# --- what an answer says --------------------------------------------------------------------------------


def test_without_drafts_the_customs_house_has_no_task_and_the_answer_says_why(five: Five) -> None:
    for answer in (
        ask(five.store, "黄埔海关承担哪些任务？", drafts=False),
        ask(five.store, "不含征求意见稿，黄埔海关承担哪些任务？"),
    ):
        assert (answer.abstained, answer.rows) == (False, [])
        assert "没有计入" in answer.message
        assert "征求意见稿" in answer.message
        assert "17项" in answer.message


def test_every_row_about_a_task_has_its_quote_place_status_and_date(five: Five) -> None:
    answer = ask(five.store, "黄埔海关牵头哪些任务？")
    for row in answer.rows:
        assert CUSTOMS in row["quote"]
        assert {"document", "status", "date", "number", "starts", "pages"} <= set(row)


def test_conditions_that_exclude_each_other_are_said(five: Five) -> None:
    answer = ask(five.store, "不含征求意见稿，广州方案有哪些任务？")
    assert answer.abstained
    assert "没有一份文件" in answer.message
