"""Rows of named queries as networkx graphs: who does what, who works with whom, what is open.

Everything here is pure: rows in, graphs or rows out. Node ids are the store's ids, so that
a click on a drawing leads back to the rows it was drawn from.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Any

import networkx as nx

from graph.tables import Table
from graph.tables.gaps import GAP_TIERS as GAP_TIERS
from graph.tables.gaps import gaps as gaps

Row = Mapping[str, Any]
Graph = Any  # networkx graphs carry no type of their own for attributes

ROLES = ("LEADS", "SUPPORTS", "IMPLEMENTS")
SPRING_LIMIT = 1000
"""Above this many nodes the spring layout takes minutes; rings by degree are drawn instead."""
KAMADA_LIMIT = 40
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


ROLE_WEIGHT = {True: 1.0, False: 0.5}
"""What a joint measure adds to a pair's 协作强度: 1 where one of the two leads it, else a half."""
NETWORK_COLUMNS = ("单位", "任务数", "伙伴", "协作强度", "群组", "桥梁值", "断点")
NETWORK_DEFINITIONS = (
    "任务数：该单位承担的任务（不论职责，一项计一次）。统称按一个单位计。",
    "伙伴：与它至少共同承担一项任务的单位数。",
    "协作强度：与各伙伴共同承担的任务之和；其中一方牵头的任务计 1，都不牵头的计 0.5，与每个伙伴各计一次。",
    "群组：按协作强度划分的群（Louvain 方法，分辨率 1，种子固定，重算结果相同）；没有伙伴的自成一群。",
    "桥梁值：其他单位两两之间的最短路径有多大比例经过它（介数中心性，0 到 1，不计强度）。",
    "断点：去掉它，原来连着的单位会断开（割点）。",
)


def weighted_projection(rows: Iterable[Row]) -> Graph:
    """`co_work_graph` with `strength` on every edge: joint measures weighted by role (ROLE_WEIGHT)."""
    found = list(rows)
    leads = {(row["agency_id"], row["measure_id"]) for row in found if row["role"] == "LEADS"}
    graph = co_work_graph(found)
    for one, other, data in graph.edges(data=True):
        data["strength"] = sum(
            ROLE_WEIGHT[(one, measure) in leads or (other, measure) in leads] for measure in data["measures"]
        )
    return graph


def network_table(rows: Iterable[Row], notes: Iterable[str] = ()) -> Table:
    """Partners, strength, community and bridges of each unit in `responsibilities` rows.

    The definition of every number stands above the table; the strongest come first.
    """
    graph = weighted_projection(rows)
    ordered: nx.Graph[str] = nx.Graph()  # the order of nodes and edges decides between equal communities
    ordered.add_nodes_from(sorted(graph.nodes(data=True)))
    ordered.add_edges_from(sorted(graph.edges(data=True), key=lambda edge: edge[:2]))
    communities = nx.community.louvain_communities(ordered, weight="strength", seed=7) if ordered else []
    ranked = sorted(communities, key=lambda part: (-len(part), min(part)))
    group = {node: number for number, part in enumerate(ranked, 1) for node in part}
    between = nx.betweenness_centrality(ordered)
    cuts = set(nx.articulation_points(ordered))
    strength = dict(ordered.degree(weight="strength"))
    table = [
        [
            ordered.nodes[node]["label"],
            ordered.nodes[node]["measures"],
            ordered.degree(node),
            round(strength[node], 1),
            group[node],
            round(between[node], 4),
            "是" if node in cuts else "",
        ]
        for node in sorted(ordered, key=lambda node: (-strength[node], node))
    ]
    return Table(
        "单位协作统计",
        NETWORK_COLUMNS,
        table,
        notes=[*notes, *NETWORK_DEFINITIONS],
        name="单位协作",
        widths={0: 40},
        fixed=1,
    )


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


def first_quote(row: Row) -> str:
    """The first place a row was read from, as one string."""
    quotes = row.get("quotes") or []
    return str(quotes[0]) if quotes else str(row.get("quote") or "")
