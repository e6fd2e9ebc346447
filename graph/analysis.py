"""Rows of named queries as networkx graphs: who does what, who works with whom, what is open.

Everything here is pure: rows in, graphs or rows out. Node ids are the store's ids, so that
a click on a drawing leads back to the rows it was drawn from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations, islice
from typing import Any, NamedTuple

import networkx as nx

from graph.tables import Table
from graph.tables.gaps import GAP_TIERS as GAP_TIERS
from graph.tables.gaps import gaps as gaps

Row = Mapping[str, Any]
Graph = Any  # networkx graphs carry no type of their own for attributes

ROLES = ("LEADS", "SUPPORTS", "IMPLEMENTS")
STRONGEST = 6
"""In a picture with too many lines each node keeps its so many strongest ones."""


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


# The whole web, to walk in ------------------------------------------------------------------------------


class Duty(NamedTuple):
    """One unit in one role in one task."""

    unit: str
    task: str
    role: str
    document: str


def duties_of(rows: Iterable[Row]) -> list[Duty]:
    """The duties in rows of `duty_links`."""
    return [
        Duty(row["agency_id"], task, role, row["document_id"])
        for row in rows
        for role, _, task in (link.partition(" ") for link in row["links"])
    ]


class Near(NamedTuple):
    """What stands next to a node: how strongly they are tied, and by what kinds of tie."""

    weight: int
    kinds: frozenset[str]


class DutyWeb:
    """Who answers for what, as dictionaries to walk in: light enough to be made anew for every look.

    Nodes are ids of units and tasks. With `joint`, units stand next to the units they share tasks with,
    by level; without, units next to tasks, by role.
    """

    def __init__(self, rows: Iterable[Row], duties: Iterable[Duty], *, joint: bool) -> None:
        self.joint = joint
        self.facts: dict[str, Row] = {row["agency_id"]: row for row in rows}
        self.tasks_of: dict[str, dict[str, set[str]]] = {}
        self.units_of: dict[str, dict[str, set[str]]] = {}
        self.document_of: dict[str, str] = {}
        for unit, task, role, document in duties:
            self.tasks_of.setdefault(unit, {}).setdefault(task, set()).add(role)
            self.units_of.setdefault(task, {}).setdefault(unit, set()).add(role)
            self.document_of[task] = document

    def __contains__(self, node: object) -> bool:
        return node in self.tasks_of or (not self.joint and node in self.units_of)

    def near(self, node: str) -> dict[str, Near]:
        """The nodes next to one; the weight is the number of joint tasks, else of a task's units or tasks."""
        if node in self.tasks_of and self.joint:
            shared = Counter(other for task in self.tasks_of[node] for other in self.units_of[task])
            del shared[node]
            return {
                o: Near(n, frozenset((str(self.facts[o].get("level") or "未定"),))) for o, n in shared.items()
            }
        if node in self.tasks_of:
            return {t: Near(len(self.units_of[t]), frozenset(r)) for t, r in self.tasks_of[node].items()}
        if node in self.units_of and not self.joint:
            return {u: Near(len(self.tasks_of[u]), frozenset(r)) for u, r in self.units_of[node].items()}
        return {}

    def select(self, most: int, units: Collection[str] = (), tasks: Collection[str] = ()) -> Selection:
        """The nodes to begin with: what to start from with what it touches, else the busiest units.

        At most `most` nodes: as many units with all their tasks as there is room for, at least a tenth of
        the nodes; then, of their tasks, those that most of these units share.
        """
        start = [unit for unit in units if unit in self.tasks_of]
        theirs = {task for unit in start for task in self.tasks_of[unit]} | {
            t for t in tasks if t in self.units_of
        }
        if not theirs:
            theirs = set(self.units_of)
        count = Counter(unit for task in theirs for unit in self.units_of[task])
        order = sorted(count, key=lambda unit: (unit not in start, -count[unit], unit))
        kept: list[str] = []
        held: dict[str, int] = {}  # task → how many of the units kept it has
        for unit in order:
            more = {task for task in self.tasks_of[unit] if task in theirs} if not self.joint else set()
            fresh = sum(task not in held for task in more)
            full = len(kept) + len(held) + 1 + fresh > most
            if full and len(kept) >= max(len(start), 1 if self.joint else max(1, most // 10)):
                break
            kept.append(unit)
            for task in more:
                held[task] = held.get(task, 0) + 1
        given = set(tasks)
        room = max(0, most - len(kept))
        best = sorted(held, key=lambda task: (task not in given, -held[task], task))[:room]
        return Selection({*kept, *best}, len(order) - len(kept), len(held) - len(best))

    def routes(self, one: str, other: str, most: int) -> list[list[str]]:
        """The shortest ways between two units, at most so many; with `joint` only the units on them."""
        if one not in self.tasks_of or other not in self.tasks_of or one == other:
            return []
        whole: nx.Graph[tuple[str, str]] = nx.Graph()
        whole.add_edges_from(
            (("unit", unit), ("task", task)) for unit in self.tasks_of for task in self.tasks_of[unit]
        )
        try:
            ways = list(islice(nx.all_shortest_paths(whole, ("unit", one), ("unit", other)), most))
        except nx.NetworkXNoPath:
            return []
        found = [[node for kind, node in way if kind == "unit" or not self.joint] for way in ways]
        return [list(way) for way in dict.fromkeys(tuple(way) for way in found)]

    def joint_graph(self, units: Collection[str]) -> Graph:
        """These units and the numbers of tasks they share, as `co_work_graph` gives them."""
        inside = set(units)
        pairs: Counter[tuple[str, str]] = Counter()
        for found in self.units_of.values():
            here = [unit for unit in found if unit in inside]
            if len(here) > 1:
                pairs.update(combinations(sorted(here), 2))
        graph: nx.Graph[str] = nx.Graph()
        for unit in sorted(inside & self.tasks_of.keys()):
            graph.add_node(unit, kind="agency", **self.about(unit))
        graph.add_edges_from((one, other, {"weight": n}) for (one, other), n in sorted(pairs.items()))
        return graph

    def about(self, unit: str) -> dict[str, Any]:
        """What a drawing says of a unit: name, level, kind, most frequent role, number of tasks."""
        row = self.facts[unit]
        roles = Counter(role for found in self.tasks_of[unit].values() for role in sorted(found))
        return {
            "label": row["agency"],
            "collective": bool(row.get("collective")),
            "level": row.get("level") or "未定",
            "agency_kind": row.get("kind") or "未定",
            "main_role": min(roles, key=lambda role: (-roles[role], role)),
            "measures": len(self.tasks_of[unit]),
        }

    def skeleton(self, nodes: Collection[str]) -> Graph:
        """Nodes and lines without any facts, for a layout."""
        if self.joint:
            return self.joint_graph(nodes)
        inside = set(nodes)
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(
            (node, {"kind": "agency" if node in self.tasks_of else "measure"}) for node in inside
        )
        graph.add_edges_from(
            (unit, task)
            for unit in inside & self.tasks_of.keys()
            for task in self.tasks_of[unit]
            if task in inside
        )
        return graph


class Selection(NamedTuple):
    """Nodes to draw, and how many units and tasks were left out for want of room."""

    nodes: set[str]
    units_left: int
    tasks_left: int


class LinkWeb:
    """Documents and what they rest on or cite, to walk in as in a DutyWeb; the kinds are the verbs."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __contains__(self, node: object) -> bool:
        return node in self.graph

    def near(self, node: str) -> dict[str, Near]:
        """The documents next to one."""
        found: dict[str, set[str]] = {}
        for one, other, verb in (
            *self.graph.in_edges(node, data="verb"),
            *self.graph.out_edges(node, data="verb"),
        ):
            found.setdefault(other if one == node else one, set()).add(str(verb))
        return {
            other: Near(self.graph.degree(other), frozenset(verbs))
            for other, verbs in found.items()
            if other != node
        }


def nearest(web: DutyWeb | LinkWeb, node: str, kind: str = "", most: int | None = None) -> list[str]:
    """The nodes next to one by a kind of tie ("" for all), the strongest first, at most so many."""
    found = [(other, near.weight) for other, near in web.near(node).items() if not kind or kind in near.kinds]
    return [other for other, _ in sorted(found, key=lambda item: (-item[1], item[0]))[:most]]


def thinned(graph: Graph, lines: int, each: int = STRONGEST) -> tuple[Graph, int]:
    """A joint graph of more than `lines` edges with the strongest of each node only; how many went."""
    if graph.number_of_edges() <= lines:
        return graph, 0
    kept = {
        frozenset((node, other))
        for node in graph
        for other, _ in sorted(graph[node].items(), key=lambda item: (-item[1]["weight"], item[0]))[:each]
    }
    thin = graph.edge_subgraph([tuple(edge) for edge in kept]).copy()
    thin.add_nodes_from(graph.nodes(data=True))
    return thin, graph.number_of_edges() - thin.number_of_edges()


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


def first_quote(row: Row) -> str:
    """The first place a row was read from, as one string."""
    quotes = row.get("quotes") or []
    return str(quotes[0]) if quotes else str(row.get("quote") or "")
