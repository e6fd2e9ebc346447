"""Point questions on a large graph: is an index used, and how far from the same look-up by id.

    python -m benchmarks.point_questions [--measures 100000] [--edges 600000] [--store DIR]

A synthetic graph (documents of 100 measures, agencies with as many duties each) is written to a local
Neo4j of its own. Every question is a named query of cypher/read with what a user gives (a name, a title);
beside it stands the plain look-up of the same rows by id. Both run in turns, so that whatever else the
machine does slows both; PROFILE shows whether a label was scanned. Exit code 1 when one was, or when a
question took more than three times its look-up.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j

from graph.queries import load_queries
from graph.server import LocalServer
from graph.store import open_store

FACTOR, BATCH, PER_DOCUMENT = 3.0, 10_000, 100
SCANS = ("NodeByLabelScan", "AllNodesScan", "DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan")
ROLES = ("LEADS", "SUPPORTS", "IMPLEMENTS")

DOCUMENTS = "UNWIND $rows AS row CREATE (d:Document) SET d = row"
AGENCIES = "UNWIND $rows AS row CREATE (a:Agency) SET a = row"
MEASURES = "UNWIND $rows AS row MATCH (d:Document {id: row.document}) CREATE (d)-[:CONTAINS {order: row.order}]->(m:Measure) SET m = row"  # noqa: E501
DUTIES = "UNWIND $rows AS row MATCH (a:Agency {id: row.agency}) MATCH (m:Measure {id: row.measure}) CREATE (a)-[r:ROLE]->(m) SET r = row.facts"  # noqa: E501
BY_AGENCY = "MATCH (a:Agency {id: $id})-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document) RETURN d{.id, .title, .doc_number, .status, .date, .edition}, m{.id, .number, .title, .path, .order}, type(r), r{.*}, a.name ORDER BY d.date, d.id, m.order"  # noqa: E501
BY_MEASURE = BY_AGENCY.replace("(a:Agency {id: $id})", "(a:Agency)").replace(
    "(m:Measure)", "(m:Measure {id: $id})"
)


def agency(number: int) -> str:
    """The id of an agency."""
    return f"第{number:05d}号市商务局"


def measure(number: int) -> str:
    """The id of a measure."""
    return f"文〔2020〕{number // PER_DOCUMENT}号/（{number % PER_DOCUMENT}）"


def fill(driver: neo4j.Driver, measures: int, edges: int, agencies: int) -> None:
    """Writes the synthetic graph, some thousand rows at a time."""

    def batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def write(text: str, rows: Iterator[dict[str, Any]]) -> None:
        for batch in batches(rows):
            driver.execute_query(text, rows=batch)

    documents = -(-measures // PER_DOCUMENT)
    facts = {"status": "正式", "edition": "full", "date": "2020-01-01", "stub": False}
    numbers = [f"文〔2020〕{n}号" for n in range(documents)]
    write(DOCUMENTS, ({"id": n, "doc_number": n, "title": f"{n}方案", **facts} for n in numbers))
    write(AGENCIES, ({"id": agency(n), "name": agency(n), "aliases": []} for n in range(agencies)))
    write(
        MEASURES,
        (
            {
                "id": measure(n),
                "document": f"文〔2020〕{n // PER_DOCUMENT}号",
                "number": f"（{n % PER_DOCUMENT}）",
                "title": f"完善第{n}项机制",
                "path": ["一、任务"],
                "text": f"完善第{n}项机制，明确分工。",
                "start": 0,
                "end": 14,
                "order": n % PER_DOCUMENT,
            }
            for n in range(measures)
        ),
    )
    each = edges // measures
    for at, role in enumerate(ROLES):
        duties = (
            {"agency": agency((n * each + k * 7919) % agencies), "measure": measure(n), "facts": duty(n)}
            for n in range(measures)
            for k in range(at, each, len(ROLES))
        )
        write(DUTIES.replace("ROLE", role), duties)
    driver.execute_query("CALL db.awaitIndexes(600)")


def duty(number: int) -> dict[str, Any]:
    """What an edge holds."""
    evidence = {"mentions": ["市商务局"], "starts": [number], "ends": [number + 4], "pages": [-1]}
    words = {"role_text": "牵头", "basis": "annotation", "rule": "explicit", "open_list": False}
    return {**evidence, **words, "quotes": ["（市商务局牵头）"]}


def operators(plan: Any) -> list[str]:
    """The operators of a profiled plan, from the root."""
    name = str(plan["operatorType"]).split("@")[0]
    return [name, *(found for child in plan.get("children", ()) for found in operators(child))]


def questions() -> list[tuple[str, str, dict[str, Any], str, str]]:
    """Name of the question, named query, its parameters, the plain look-up, its id."""
    one, task = agency(1234), measure(54_321)
    return [
        ("单位的任务（按名称）", "agency_duties", {"agency": one}, BY_AGENCY, one),
        ("单位负责的任务", "agency_duties", {"agency": one, "role": "负责"}, BY_AGENCY, one),
        ("单位的情况", "agency", {"agency": one}, BY_AGENCY, one),
        ("为什么", "why", {"agency": one, "measure": "（66）"}, BY_AGENCY, one),
        ("任务由谁承担", "measure_duties", {"measure": task}, BY_MEASURE, task),
    ]


def run(driver: neo4j.Driver, rounds: int) -> bool:
    """Measures every question and prints a line each; whether all held."""
    queries = load_queries("read")
    held = True
    for name, query_name, given, plain, identity in questions():
        query = queries[query_name]
        params = query.check(given)
        profile = driver.execute_query("PROFILE " + query.text, params).summary.profile
        scans = [operator for operator in operators(profile) if operator in SCANS]
        times: tuple[list[float], list[float]] = ([], [])
        rows = 0
        for turn in range(rounds + 5):
            for side, text, values in ((0, query.text, params), (1, plain, {"id": identity})):
                start = time.perf_counter()
                found = len(driver.execute_query(text, values).records)
                if turn >= 5:  # the first runs plan and warm up
                    times[side].append(time.perf_counter() - start)
                rows = found if side == 0 else rows
        asked, by_id = (statistics.median(side) * 1000 for side in times)
        good = not scans and asked <= FACTOR * by_id
        held &= good
        print(
            f"{name}（{query_name}）：{rows}行，{asked:.1f} 毫秒；按标识直接查 {by_id:.1f} 毫秒；"
            f"{asked / by_id:.2f} 倍；{'没有扫描' if not scans else '扫描：' + '、'.join(scans)}"
            f"{'' if good else '  ← 未达到'}",
            flush=True,
        )
    return held


def main() -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--measures", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=600_000)
    parser.add_argument("--agencies", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--store", type=Path, help="an empty folder, or one this benchmark has filled before")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.store or Path(folder) / "neo4j"
        with open_store(f"local:{home}") as store:  # sets constraints and indexes up
            info = LocalServer(home).ensure()
            with neo4j.GraphDatabase.driver(
                info.uri, auth=(info.user, info.password), notifications_min_severity="OFF"
            ) as driver:
                if not store.stats()["Measure"]:
                    start = time.perf_counter()
                    fill(driver, asked.measures, asked.edges, asked.agencies)
                    print(f"写入用了 {time.perf_counter() - start:.0f} 秒", flush=True)
                print("、".join(f"{name} {count}" for name, count in store.stats().items() if count))
                return 0 if run(driver, asked.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
