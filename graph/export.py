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
from graph.fields import code_words, heading
from graph.render import NODE_COLOURS, OTHER, ROLE_COLOURS
from graph.tables import ROLE_WORDS, Table, check_place
from graph.tables.model import check_name, reason

Row = Mapping[str, Any]
AGENCY_FIELDS = ("short_name", "level", "kind", "collective", "since", "until", "resolved")
DOCUMENT_FIELDS = ("doc_number", "status", "date", "edition", "jurisdiction")
MEASURE_FIELDS = ("number", "path", "deadline")
DUTY_FIELDS = ("role_text", "basis", "rule", "open_list", "mentions", "starts", "ends", "quotes")

EDGE_WORDS = {**ROLE_WORDS, **code_words("edge")}
COLOURS = {"Document": "#E69F00", "Measure": NODE_COLOURS["measure"], "Agency": NODE_COLOURS["agency"]}
COLOURS |= {"PolicyInstrument": "#0072B2", "Region": "#009E73"}
SIZES = {"Document": 24.0, "Measure": 6.0, "Agency": 8.0, "PolicyInstrument": 4.0, "Region": 5.0}

# XML 1.0 has no place for these; a document text may hold them all the same.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_of(
    responsibilities: Iterable[Row],
    documents: Iterable[Row] = (),
    agencies: Iterable[Row] = (),
    measures: Iterable[Row] = (),
    context: Iterable[Row] = (),
) -> Graph:
    """The five node types with CONTAINS, the three responsibility edges and, from `context`, the others.

    Takes rows of the named queries `responsibilities`, `documents`, `agencies`, `measures` and
    `context_edges`; nodes that only the first or the last one names are there too.
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
    for row in context:
        for end in ("source", "target"):
            if row[f"{end}_id"] not in graph:
                kind = {"kind": row[f"{end}_type"]}
                name = row[end] or row[f"{end}_id"]
                _node(graph, row[f"{end}_id"], row[f"{end}_label"], name, kind, kind)
        graph.add_edge(row["source_id"], row["target_id"], key=row["edge"], role=row["edge"])
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
    check_name(out)
    if out.exists() and not force:
        raise OutputExists(f"“{out}”已经存在；要覆盖请加 --force。")
    if out.is_dir() != (suffix == "") and out.exists():
        raise OutputExists(f"“{out}”已经存在，而且不是同一种输出；请换一个名字。")
    if not out.is_dir():
        check_place(out, force)


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
        raise UsageError(f"写不了“{out}”：{reason(error)}。") from error


def _write_xml(graph: Graph, out: Path) -> list[Path]:
    suffix = out.suffix.lower()
    part = out.with_name(f".{out.name}.part")
    clean = _drawn(_xml_ids(graph), gephi=suffix == ".gexf")
    writer = nx.write_graphml if suffix == ".graphml" else nx.write_gexf
    writer(clean, part, encoding="utf-8")
    shutil.move(part, out)
    return [out]


def _drawn(graph: Graph, gephi: bool) -> Graph:
    """The graph with labels, colours and sizes: GEXF has a place for them, GraphML r, g, b, size."""
    for node, data in graph.nodes(data=True):
        kind = data["node_type"]
        group = NODE_COLOURS["collective"] if data.get("collective") is True else COLOURS.get(kind, OTHER)
        grown = SIZES.get(kind, 6.0) + (2.0 * graph.degree(node) ** 0.5 if kind == "Agency" else 0.0)
        _draw(data, group, round(grown, 1), gephi)
    # GEXF keeps edges by id; two roles between the same nodes need different ones.
    for index, (_, _, data) in enumerate(graph.edges(data=True)):
        data["label"] = EDGE_WORDS.get(data["role"], data["role"])
        _draw(data, ROLE_COLOURS.get(data["role"], OTHER), 2.0 if data["role"] == "LEADS" else 1.0, gephi)
        if gephi:
            data["id"] = str(index)
    return graph


def _draw(data: dict[str, Any], colour: str, size: float, gephi: bool) -> None:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    if not gephi:
        data.update(r=red, g=green, b=blue, size=size)
        return
    where = "thickness" if "role" in data else "size"
    data["viz"] = {"color": {"r": red, "g": green, "b": blue, "a": 1.0}, where: size}


def _xml_ids(graph: Graph) -> Graph:
    clean = nx.relabel_nodes(graph, {node: NOT_XML.sub("\ufffd", node) for node in graph}, copy=True)
    clean.graph.clear()
    return clean


def _write_csv(graph: Graph, folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    own = dict.fromkeys((*DOCUMENT_FIELDS, *MEASURE_FIELDS, *AGENCY_FIELDS))
    names = ("node_type", "label", *own)
    labels = dict(graph.nodes(data="label"))
    of = {measure: document for document, measure, role in graph.edges(data="role") if role == "CONTAINS"}
    nodes = [
        [node, *(data.get(name, "") for name in names)]
        for node, data in sorted(graph.nodes(data=True), key=lambda item: (item[1]["node_type"], item[0]))
    ]
    edges = [
        [
            *(one, other, data["role"]),
            *(labels[one], EDGE_WORDS.get(data["role"], data["role"]), labels[other]),
            labels.get(of.get(other, one), ""),
            *(data.get(name, "") for name in DUTY_FIELDS),
        ]
        for one, other, data in sorted(graph.edges(data=True), key=lambda e: (e[2]["role"], e[0], e[1]))
    ]
    files = [folder / "nodes.csv", folder / "edges.csv"]
    heads = ["id", "node_type", "label", *map(heading, own)]
    Table("", heads, nodes).write(files[0], force=True)
    heads = ["起点", "关系", "终点", "文件", *map(heading, DUTY_FIELDS)]
    Table("", ["source", "target", "role", *heads], edges).write(files[1], force=True)
    return files
