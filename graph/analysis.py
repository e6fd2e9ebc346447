"""Rows of named queries as networkx graphs: who does what, who works with whom, what is open.

Everything here is pure: rows in, graphs or rows out. Node ids are the store's ids, so that
a click on a drawing leads back to the rows it was drawn from.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Any

import networkx as nx

Row = Mapping[str, Any]
Graph = Any  # networkx graphs carry no type of their own for attributes

ROLES = ("LEADS", "SUPPORTS", "IMPLEMENTS")
SPRING_LIMIT = 1000
"""Above this many nodes the spring layout takes minutes; rings by degree are drawn instead."""
KAMADA_LIMIT = 100
"""Above this many connected nodes Kamada-Kawai takes a second or more; springs are used instead."""


def filter_rows(
    rows: Iterable[Row],
    *,
    documents: Collection[str] | None = None,
    roles: Collection[str] | None = None,
    agencies: Collection[str] | None = None,
) -> list[Row]:
    """The rows of these document ids, roles and agency ids; None leaves a filter out."""
    return [
        row
        for row in rows
        if (documents is None or row["document_id"] in documents)
        and (roles is None or row.get("role") in roles)
        and (agencies is None or row.get("agency_id") in agencies)
    ]


def agency_measure_graph(rows: Iterable[Row]) -> Graph:
    """Agencies and measures, an edge for each (agency, role, measure) of `responsibilities` rows.

    A MultiDiGraph, because one agency may lead and support the same measure.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in rows:
        agency, measure = row["agency_id"], row["measure_id"]
        graph.add_node(agency, kind="agency", label=row["agency"], collective=bool(row.get("collective")))
        graph.add_node(
            measure,
            kind="measure",
            label=row["title"],
            number=row.get("number") or "",
            document=row.get("document") or "",
            document_id=row["document_id"],
            status=row.get("status") or "",
            date=row.get("date") or "",
        )
        role = row["role"]
        graph.add_edge(
            agency, measure, key=role, role=role, role_text=row.get("role_text") or "", quote=first_quote(row)
        )
    return graph


def co_work_graph(rows: Iterable[Row], minimum: int = 1) -> Graph:
    """Agencies that answer for the same measures; `weight` is the number of joint measures.

    Pairs with fewer than `minimum` joint measures are left out, their agencies stay.
    """
    agencies_of: dict[str, dict[str, Row]] = defaultdict(dict)
    measures_of: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        agencies_of[row["measure_id"]][row["agency_id"]] = row
        measures_of[row["agency_id"]].add(row["measure_id"])
    graph: nx.Graph[str] = nx.Graph()
    joint: dict[tuple[str, str], list[str]] = defaultdict(list)
    for measure, found in agencies_of.items():
        for agency, row in found.items():
            graph.add_node(
                agency,
                kind="agency",
                label=row["agency"],
                collective=bool(row.get("collective")),
                measures=len(measures_of[agency]),
            )
        for pair in combinations(sorted(found), 2):
            joint[pair].append(measure)
    for (one, other), measures in sorted(joint.items()):
        if len(measures) >= minimum:
            graph.add_edge(one, other, weight=len(measures), measures=measures)
    return graph


def workload(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Agencies with the number of distinct measures, in all and by role; most first."""
    counts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    names: dict[str, str] = {}
    for row in rows:
        names[row["agency_id"]] = row["agency"]
        counts[row["agency_id"]][row["role"]].add(row["measure_id"])
    table = [
        {
            "agency_id": agency,
            "agency": names[agency],
            "measures": len(set().union(*by_role.values())),
            **{role: len(by_role.get(role, ())) for role in ROLES},
        }
        for agency, by_role in counts.items()
    ]
    return sorted(table, key=lambda row: (-row["measures"], row["agency"]))


def layout(graph: Graph, seed: int = 7) -> dict[str, tuple[float, float]]:
    """A place for every node in [-1, 1]², the same on every run.

    Spring layout up to SPRING_LIMIT nodes, larger graphs on rings with the busiest inside.
    """
    nodes = sorted(graph.nodes)
    if not nodes:
        return {}
    if len(nodes) > SPRING_LIMIT:
        return _rings(sorted(nodes, key=lambda node: (-graph.degree(node), node)))
    # Node order decides the random start; sort it, and give parallel edges as one weight.
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(nodes)
    for one, other, weight in sorted(graph.edges(data="weight", default=1)):
        plain.add_edge(one, other, weight=math.log1p(weight or 1))
    return _side_by_side([_component(plain.subgraph(part), seed) for part in nx.connected_components(plain)])


def _component(graph: Graph, seed: int) -> dict[str, tuple[float, float]]:
    """A connected graph in [-1, 1]²; Kamada-Kawai spreads better, and takes a second from 100 nodes on."""
    # A subgraph view has no order of its own.
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted(graph.edges(data=True), key=lambda edge: edge[:2]))
    if len(ordered) == 1:
        return dict.fromkeys(ordered, (0.0, 0.0))
    if len(ordered) <= KAMADA_LIMIT:
        places = nx.kamada_kawai_layout(ordered, weight=None)
    else:
        k = 2.2 / math.sqrt(len(ordered))
        places = nx.spring_layout(ordered, seed=seed, k=k, iterations=60, method="force")
    return {node: (float(x), float(y)) for node, (x, y) in places.items()}


def _side_by_side(parts: list[dict[str, tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    """Parts in rows, the largest first, each in a square by its size: springs alone drive them far apart."""
    width = 1.35 * math.sqrt(sum((math.sqrt(len(part)) + 1) ** 2 for part in parts))
    placed: dict[str, tuple[float, float]] = {}
    left = top = height = 0.0
    for part in sorted(parts, key=lambda part: (-len(part), min(part))):
        side = math.sqrt(len(part))
        if left and left + side > width:
            left, top, height = 0.0, top + height + 1, 0.0
        for node, (x, y) in part.items():
            placed[node] = (left + side * (x + 1) / 2, top + side * (y + 1) / 2)
        left, height = left + side + 1, max(height, side)
    xs, ys = [x for x, _ in placed.values()], [y for _, y in placed.values()]
    half = max(max(xs) - min(xs), max(ys) - min(ys), 1e-9) / 2
    cx, cy = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return {n: (round((x - cx) / half, 4), round((y - cy) / half, 4)) for n, (x, y) in placed.items()}


def _rings(nodes: list[str]) -> dict[str, tuple[float, float]]:
    """Nodes on a sunflower spiral, first in the middle: even spacing without iterations."""
    turn = math.pi * (3 - math.sqrt(5))
    places = {}
    for index, node in enumerate(nodes):
        radius = math.sqrt((index + 0.5) / len(nodes))
        places[node] = (
            round(radius * math.cos(index * turn), 4),
            round(radius * math.sin(index * turn), 4),
        )
    return places


GAP_TIERS = {
    1: "没有责任单位",
    2: "没有牵头单位（文件里多数任务有牵头单位）",
    3: "有牵头单位，没有配合或负责单位",
    4: "责任单位名单未列全（等）",
}
"""What is not settled, the most open first."""


def gaps(measures: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows of `document_measures` (with `duties`) that are not settled, with tier and reason.

    A missing lead counts only in a document that names one for at least half of its assigned
    measures: a document that says 负责 throughout has not left its leads open.
    """
    rows = list(measures)
    assigned: Counter[str] = Counter()
    led: Counter[str] = Counter()
    for row in rows:
        roles = {duty["role"] for duty in row.get("duties") or ()}
        assigned[row["document_id"]] += bool(roles)
        led[row["document_id"]] += "LEADS" in roles
    leading = {document for document, count in led.items() if count and 2 * count >= assigned[document]}
    found = []
    for row in rows:
        tier = _tier(row.get("duties") or (), row["document_id"] in leading)
        if tier:
            kept = {key: value for key, value in row.items() if key != "duties"}
            found.append({"tier": tier, "gap": GAP_TIERS[tier], **kept})
    return sorted(found, key=lambda row: row["tier"])


def _tier(duties: Iterable[Row], document_names_leads: bool) -> int:
    rows = list(duties)
    roles = {duty["role"] for duty in rows}
    if not roles:
        return 1
    if "LEADS" not in roles and document_names_leads:
        return 2
    if roles == {"LEADS"}:
        return 3
    return 4 if any(duty.get("open_list") for duty in rows) else 0


def first_quote(row: Row) -> str:
    """The first place a row was read from, as one string."""
    quotes = row.get("quotes") or []
    return str(quotes[0]) if quotes else str(row.get("quote") or "")
