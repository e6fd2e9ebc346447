"""The graph as files for other tools: GraphML (yEd, Gephi), GEXF (Gephi), a folder of CSV."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from graph.analysis import Graph
from graph.errors import OutputExists, UsageError
from graph.tables import Table

Row = Mapping[str, Any]
AGENCY_FIELDS = ("short_name", "level", "kind", "collective", "since", "until", "resolved")
DOCUMENT_FIELDS = ("doc_number", "status", "date", "edition", "jurisdiction")
MEASURE_FIELDS = ("number", "path", "deadline")
DUTY_FIELDS = ("role_text", "basis", "rule", "open_list", "mentions", "starts", "ends", "quotes")

# XML 1.0 has no place for these; a document text may hold them all the same.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_of(
    responsibilities: Iterable[Row],
    documents: Iterable[Row] = (),
    agencies: Iterable[Row] = (),
    measures: Iterable[Row] = (),
) -> Graph:
    """Documents, measures and agencies with CONTAINS and the three responsibility edges.

    Takes rows of the named queries `responsibilities`, `documents`, `agencies` and `measures`;
    nodes that only the first one names are there too.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in documents:
        _node(
            graph,
            row["document_id"],
            "Document",
            row.get("document") or row.get("title"),
            row,
            DOCUMENT_FIELDS,
        )
    for row in agencies:
        _node(graph, row["agency_id"], "Agency", row["agency"], row, AGENCY_FIELDS)
    for row in measures:
        _measure(graph, row)
    for row in responsibilities:
        _measure(graph, row)
        if row["agency_id"] not in graph:
            _node(graph, row["agency_id"], "Agency", row["agency"], row, ("collective",))
        graph.add_edge(
            row["agency_id"],
            row["measure_id"],
            key=row["role"],
            role=row["role"],
            **{name: _flat(row.get(name)) for name in DUTY_FIELDS},
        )
    return graph


def _measure(graph: Graph, row: Row) -> None:
    document, measure = row["document_id"], row["measure_id"]
    if document not in graph:
        _node(graph, document, "Document", row.get("document"), row, DOCUMENT_FIELDS)
    if measure not in graph:
        _node(graph, measure, "Measure", row.get("title"), row, MEASURE_FIELDS)
        graph.add_edge(document, measure, key="CONTAINS", role="CONTAINS")


def _node(graph: Graph, node: str, label: str, name: Any, row: Row, fields: Iterable[str]) -> None:
    values = {field: _flat(row.get(field)) for field in fields}
    graph.add_node(node, node_type=label, label=_flat(name), **values)


def _flat(value: Any) -> str | int | float | bool:
    """A value as graph formats take it: no None, no lists, nothing that XML cannot hold."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return "；".join(str(_flat(item)) for item in value)
    return NOT_XML.sub("\ufffd", str(value))


def check_output(out: Path, force: bool = False) -> None:
    """Raises UsageError for a suffix that is not written, OutputExists for what is there."""
    suffix = out.suffix.lower()
    if suffix not in (".graphml", ".gexf", ""):
        raise UsageError(f"不认识的格式“{suffix}”：可以写 .graphml、.gexf，或一个文件夹（CSV）。")
    if out.exists() and not force:
        raise OutputExists(f"“{out}”已经存在；要覆盖请加 --force。")
    if out.is_dir() != (suffix == "") and out.exists():
        raise OutputExists(f"“{out}”已经存在，而且不是同一种输出；请换一个名字。")


def write(graph: Graph, out: Path, force: bool = False) -> list[Path]:
    """Writes the graph by suffix (.graphml, .gexf, none: a folder with nodes.csv and edges.csv).

    Returns the files written. Raises OutputExists where something is in the way, UsageError
    for another suffix.
    """
    check_output(out, force)
    suffix = out.suffix.lower()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return _write_csv(graph, out) if suffix == "" else _write_xml(graph, out)
    except OSError as error:
        raise UsageError(f"写不了“{out}”：{error.strerror}。") from error


def _write_xml(graph: Graph, out: Path) -> list[Path]:
    suffix = out.suffix.lower()
    part = out.with_name(f".{out.name}.part")
    writer = nx.write_graphml if suffix == ".graphml" else nx.write_gexf
    clean = _xml_ids(graph)
    if suffix == ".gexf":
        # GEXF keeps edges by id; two roles between the same nodes need different ones.
        for index, (_, _, data) in enumerate(clean.edges(data=True)):
            data["id"] = str(index)
    writer(clean, part, encoding="utf-8")
    shutil.move(part, out)
    return [out]


def _xml_ids(graph: Graph) -> Graph:
    clean = nx.relabel_nodes(graph, {node: NOT_XML.sub("\ufffd", node) for node in graph}, copy=True)
    clean.graph.clear()
    return clean


def _write_csv(graph: Graph, folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    names = dict.fromkeys(("node_type", "label", *DOCUMENT_FIELDS, *MEASURE_FIELDS, *AGENCY_FIELDS))
    nodes = [
        [node, *(data.get(name, "") for name in names)]
        for node, data in sorted(graph.nodes(data=True), key=lambda item: (item[1]["node_type"], item[0]))
    ]
    edges = [
        [one, other, data["role"], *(data.get(name, "") for name in DUTY_FIELDS)]
        for one, other, data in sorted(graph.edges(data=True), key=lambda e: (e[2]["role"], e[0], e[1]))
    ]
    files = [folder / "nodes.csv", folder / "edges.csv"]
    Table("", ["id", *names], nodes).write(files[0], force=True)
    Table("", ["source", "target", "role", *DUTY_FIELDS], edges).write(files[1], force=True)
    return files
