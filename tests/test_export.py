"""Exports: each format read back holds the same nodes and edges; the OGM reads the same graph."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph.errors import OutputExists, UsageError
from graph.export import graph_of, write
from graph.server import LocalServer
from graph.store import Store
from tests.plan import COMMERCE, CUSTOMS, HOSTILE, PLAN, draft, plan

NAMES = ("responsibilities", "documents", "agencies", "measures")


@pytest.fixture
def graph(store: Store) -> Any:
    store.write(plan())
    store.write(draft())
    return graph_of(**{name: store.query(name) for name in NAMES})


def edges(graph: Any) -> set[tuple[str, str, str]]:
    return {(one, other, role) for one, other, role in graph.edges(data="role")}


def test_the_graph_has_every_node_and_edge(graph: Any) -> None:
    kinds = [kind for _, kind in graph.nodes(data="node_type")]
    assert {kind: kinds.count(kind) for kind in kinds} == {"Document": 2, "Measure": 7, "Agency": 5}
    assert (COMMERCE, f"{PLAN}/一、任务/（一）", "LEADS") in edges(graph)
    assert (PLAN, f"{PLAN}/一、任务/（四）", "CONTAINS") in edges(graph)


def test_graphml_and_gexf_read_back_alike(graph: Any, tmp_path: Path) -> None:
    (one,) = write(graph, tmp_path / "g.graphml")
    (two,) = write(graph, tmp_path / "g.gexf")
    for read in (nx.read_graphml(one, force_multigraph=True), nx.read_gexf(two)):
        assert edges(read) == edges(graph)
        assert set(read.nodes) == set(graph.nodes)
    titles = nx.get_node_attributes(nx.read_graphml(one), "label").values()
    assert HOSTILE in titles


def test_csv_folder_reads_back_and_starts_no_formula(graph: Any, tmp_path: Path) -> None:
    nodes, links = write(graph, tmp_path / "out")
    with nodes.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == set(graph.nodes)
    assert "'" + HOSTILE in {row["label"] for row in rows}
    with links.open(encoding="utf-8-sig", newline="") as file:
        assert {(r["source"], r["target"], r["role"]) for r in csv.DictReader(file)} == edges(graph)


def test_text_that_xml_cannot_hold_does_not_break_a_file(tmp_path: Path) -> None:
    row = {
        "agency_id": "a\x00",
        "agency": "甲\x0b",
        "measure_id": "m\ud800",
        "title": "任务\x1b",
        "document_id": "d",
        "role": "LEADS",
        "quotes": ["x\x00", None],
    }
    graph = graph_of([row])
    for name in ("g.graphml", "g.gexf"):
        (path,) = write(graph, tmp_path / name)
        assert path.read_text("utf-8").count("甲\ufffd") == 1


def test_outputs_are_not_overwritten(tmp_path: Path) -> None:
    graph = graph_of([])
    write(graph, tmp_path / "g.graphml")
    with pytest.raises(OutputExists):
        write(graph, tmp_path / "g.graphml")
    assert write(graph, tmp_path / "g.graphml", force=True)
    with pytest.raises(UsageError, match="graphml"):
        write(graph, tmp_path / "g.png")


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # py2neo is at its end of life
def test_the_ogm_sees_the_same_graph(graph: Any, server: LocalServer) -> None:
    import py2neo

    from graph.ogm import Agency, Document, Measure

    info = server.ensure(keep=True)
    with_password = py2neo.Graph(info.uri, auth=(info.user, info.password))
    agency = Agency.match(with_password, CUSTOMS).first()
    assert {(m.number, m.title) for m in agency.leads} == {("（二）", "清理口岸收费"), ("（五）", HOSTILE)}
    document = Document.match(with_password, PLAN).first()
    assert len(list(document.measures)) == 5
    measure = Measure.match(with_password, f"{PLAN}/一、任务/（一）").first()
    assert [a.name for a in measure.led_by] == [COMMERCE]
    assert [d.id for d in measure.document] == [PLAN]
    with_password.service.connector.close()  # it leaves its sockets to the collector otherwise
