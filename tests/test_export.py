"""Exports: each format read back holds the same nodes and edges; the OGM reads the same graph."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph.errors import OutputExists, UsageError
from graph.export import graph_of, write
from graph.model import InstrumentMention, Record, RegionMention
from graph.server import LocalServer
from graph.store import Store
from tests.plan import COMMERCE, CUSTOMS, DRAFT, HOSTILE, PLAN, draft, plan

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("responsibilities", "documents", "agencies", "measures")


@pytest.fixture
def graph(store: Store) -> Any:
    store.write(plan())
    store.write(draft())
    return graph_of(**{name: store.query(name) for name in NAMES}, context=store.query("context_edges"))


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


def test_gephi_finds_labels_colours_and_sizes(graph: Any, tmp_path: Path) -> None:
    read = nx.read_gexf(write(graph, tmp_path / "g.gexf")[0])
    looks = {data["viz"]["size"] for _, data in read.nodes(data=True)}
    assert len(looks) > 2  # by kind, agencies by their duties
    assert all(data["label"] for _, data in read.nodes(data=True))
    # networkx writes the looks of edges, and does not read them
    edges = re.findall(r"<edge .*?</edge>", (tmp_path / "g.gexf").read_text("utf-8"), re.S)
    colours = {tuple(re.findall(r' [rgb]="(\d+)"', edge)) for edge in edges}
    assert (len(edges), len(colours)) == (read.number_of_edges(), 4)
    assert {data["label"] for _, _, data in read.edges(data=True)} == {"牵头", "配合", "负责", "包含"}
    plain = nx.read_graphml(write(graph, tmp_path / "g.graphml")[0])
    assert all({"r", "g", "b", "size", "label"} <= set(data) for _, data in plain.nodes(data=True))


def test_the_csv_of_edges_can_be_read_by_people(graph: Any, tmp_path: Path) -> None:
    with write(graph, tmp_path / "out")[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lead = next(row for row in rows if row["role"] == "LEADS" and row["target"].endswith("（一）"))
    shown = [lead[name] for name in ("起点", "关系", "终点", "文件", "印出的用语")]
    assert shown == [COMMERCE, "牵头", "完善“水上巴士”通关", "临江市优化口岸环境工作方案", "牵头"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file" / "g.gexf", tmp_path / "file" / "folder"):
        with pytest.raises(UsageError, match="写不了"):
            write(graph_of([]), out)


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


def with_tool_and_place() -> Record:
    """The plan, whose first measure uses an instrument and applies to a place."""
    made = plan()
    tool = InstrumentMention("通关平台", "平台", "通关", 0, 2)
    place = RegionMention("临江市", "990100", "市", "临江", 0, 2)
    first = replace(made.measures[0], instruments=(tool,), regions=(place,))
    return replace(made, measures=(first, *made.measures[1:]))


def test_an_export_has_the_five_kinds_of_the_chosen_documents_and_no_others(
    store: Store, tmp_path: Path
) -> None:
    made = with_tool_and_place()
    store.write(made)
    store.write(draft())
    rows = {name: store.query(name, documents=[PLAN]) for name in (*NAMES, "context_edges")}
    rows["context"] = rows.pop("context_edges")
    whole = graph_of(**rows)
    kinds = set(nx.get_node_attributes(whole, "node_type").values())
    assert kinds == {"Document", "Measure", "Agency", "PolicyInstrument", "Region"}
    first = made.measures[0].id
    assert {(first, "通关平台", "USES"), (first, "990100", "APPLIES_TO")} <= edges(whole)
    assert DRAFT not in whole
    assert not [node for node in whole if node.startswith(f"{DRAFT}/")]
    counted = store.stats()
    full = {role for _, _, role in edges(graph_of([], context=store.query("context_edges")))}
    others = {"Agency", "Measure", "PolicyInstrument", "Region", "Document", "stub", "Judgement", "CONTAINS"}
    said = {name for name, count in counted.items() if count and name not in others}
    assert full == said - {"LEADS", "SUPPORTS", "IMPLEMENTS"}
    read = nx.read_gexf(write(whole, tmp_path / "g.gexf")[0])
    assert {data["label"] for _, _, data in read.edges(data=True)} >= {"使用", "适用于", "包含"}


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_the_ogm_has_the_five_kinds_and_their_edges(store: Store, server: LocalServer) -> None:
    import py2neo

    from graph import ogm

    made = with_tool_and_place()
    first = made.measures[0]
    store.write(made)
    info = server.ensure(keep=True)
    there = py2neo.Graph(info.uri, auth=(info.user, info.password))
    measure = ogm.Measure.match(there, first.id).first()
    assert [item.type for item in measure.instruments] == ["平台"]
    assert [m.id for m in ogm.PolicyInstrument.match(there, "通关平台").first().used_by] == [first.id]
    assert [m.id for m in ogm.Region.match(there, "990100").first().measures] == [first.id]
    assert {name for name in vars(ogm) if isinstance(vars(ogm)[name], type)} >= {
        "Agency",
        "Document",
        "Measure",
        "PolicyInstrument",
        "Region",
    }
    there.service.connector.close()


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_the_example_notebook_runs(
    graph: Any, server: LocalServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = json.loads((ROOT / "examples" / "ogm.ipynb").read_text("utf-8"))
    monkeypatch.setenv("GRAPH_STORE", f"local:{server.home}")
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]  # nothing of a document, and no path, is kept in it
            exec("".join(cell["source"]), names)  # noqa: S102
    said = capsys.readouterr().out
    assert f"{CUSTOMS} 牵头 2 项" in said
    assert "清理口岸收费 ←" in said
