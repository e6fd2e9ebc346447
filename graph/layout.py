"""Where the nodes of a drawing stand: the same on every run, fast enough to be made for every look.

Pure: a networkx graph in, places out. What is opened later goes beside what is there (`beside`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import networkx as nx

from graph.analysis import Graph, thinned

Place = tuple[float, float]

SPRING_LIMIT = 200
"""Above this many nodes springs take a second; the best connected are drawn so, the rest between them."""
KAMADA_LIMIT = 40
"""Above this many connected nodes Kamada-Kawai takes a second or more; springs are used instead."""
FILLED = 1.8
"""How much the shorter side of a layout is stretched at most, to fill a square."""


def layout(graph: Graph, seed: int = 7) -> dict[str, Place]:
    """A place for every node in [-1, 1]², the same on every run, no two at one place.

    Springs up to SPRING_LIMIT nodes. Of more, the best connected are laid out so, units before tasks, and
    every other node goes to the free place nearest to the middle of those it is tied to.
    """
    nodes = sorted(graph.nodes)
    if not nodes:
        return {}
    # Node order decides the random start; sort it, and give parallel edges as one weight.
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(nodes)
    for one, other, weight in sorted(graph.edges(data="weight", default=1)):
        plain.add_edge(one, other, weight=math.log1p(weight or 1))
    if len(nodes) <= SPRING_LIMIT:
        return _side_by_side(
            [_component(plain.subgraph(part), seed) for part in nx.connected_components(plain)]
        )
    units = {node for node, kind in graph.nodes(data="kind") if kind == "agency"}
    order = sorted(nodes, key=lambda node: (node not in units, -plain.degree(node), node))
    return _around_hubs(plain, order, seed)


def _around_hubs(graph: Graph, order: list[str], seed: int) -> dict[str, Place]:
    """The first of the order by springs, all others in the middle of what they are tied to, on a grid."""
    hubs = order[:SPRING_LIMIT]
    first: nx.Graph[str] = nx.Graph()
    first.add_nodes_from(hubs)
    inside = set(hubs)
    shared: Counter[tuple[str, str]] = Counter()
    for node in order:
        here = sorted(other for other in graph[node] if other in inside)
        if node in inside:
            shared.update({(node, other): graph[node][other]["weight"] for other in here if node < other})
        elif len(here) <= 20:  # what ties everybody to everybody tells nothing
            shared.update(combinations(here, 2))
    first.add_edges_from((one, other, {"weight": w}) for (one, other), w in sorted(shared.items()))
    backbone, _ = thinned(first, 3 * len(first), 3)
    for one, other, weight in backbone.edges(data="weight"):
        backbone[one][other]["weight"] = math.log1p(weight)
    wanted = layout(backbone, seed)
    grid = Grid(len(order))
    places: dict[str, Place] = {}
    for node in order:
        near = [places[other] for other in graph[node] if other in places]
        if node in wanted:
            at = wanted[node]
        elif near:
            at = (sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near))
        else:
            at = (0.0, 0.0)
        places[node] = grid.take(at, roomy=node in wanted)
    return _filling(places)


class Grid:
    """Places in rows, every other one shifted by half: `take` gives the free one nearest to a wish."""

    def __init__(self, nodes: int, spread: float = 2.0) -> None:
        self.step = 2 / math.sqrt(max(1.0, nodes * spread))
        self._taken: set[tuple[int, int]] = set()
        self._reached: dict[tuple[int, int], int] = {}
        self._rings = _offsets(60)

    def take(self, at: Place, *, roomy: bool = False) -> Place:
        """The nearest free place, taken from now on; a roomy one keeps those beside it free as well."""
        row = round(at[1] / (self.step * 0.87))
        home = (round(at[0] / self.step - (row % 2) / 2), row)
        cell = self._free(home)
        self._taken.add(cell)
        if roomy:
            self._taken.update((cell[0] + dx, cell[1]) for dx in (-1, 1))
        return (cell[0] + (cell[1] % 2) / 2) * self.step, cell[1] * self.step * 0.87

    def _free(self, home: tuple[int, int]) -> tuple[int, int]:
        # Whoever wished for the same place before had to go so far already.
        for index in range(self._reached.get(home, 0), len(self._rings)):
            dx, dy = self._rings[index]
            cell = (home[0] + dx, home[1] + dy)
            if cell not in self._taken:
                self._reached[home] = index + 1
                return cell
        return self._free((home[0] + 97, home[1]))


@cache
def _offsets(reach: int) -> list[tuple[int, int]]:
    """The cells around a cell, the nearest first."""
    cells = [(x, y) for x in range(-reach, reach + 1) for y in range(-reach, reach + 1)]
    return sorted(cells, key=lambda cell: (cell[0] ** 2 + (0.87 * cell[1]) ** 2, cell))


def beside(places: Mapping[str, Place], home: str, fresh: Sequence[str], gap: float) -> dict[str, Place]:
    """Places for new nodes around one that has its place, in rings, `gap` apart from everything there."""
    x, y = places[home]
    taken: dict[tuple[int, int], list[Place]] = defaultdict(list)

    def cell(at: Place) -> tuple[int, int]:
        return (math.floor(at[0] / gap), math.floor(at[1] / gap))

    def is_free(at: Place) -> bool:
        cx, cy = cell(at)
        return all(
            math.dist(at, other) >= gap * 0.99
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in taken[cx + dx, cy + dy]
        )

    for at in places.values():
        taken[cell(at)].append(at)
    found: dict[str, Place] = {}
    waiting = list(fresh)
    for ring in range(2, 200):
        many = 6 * ring
        for step in range(many):
            if not waiting:
                return found
            turn = 2 * math.pi * (step / many + 0.25)
            at = (round(x + ring * gap * math.cos(turn), 1), round(y + ring * gap * math.sin(turn), 1))
            if is_free(at):
                taken[cell(at)].append(at)
                found[waiting.pop(0)] = at
    return found | dict.fromkeys(waiting, (x, y))


def _component(graph: Graph, seed: int) -> dict[str, Place]:
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


def _side_by_side(parts: list[dict[str, Place]]) -> dict[str, Place]:
    """Parts in rows, the largest first, each in a square by its size: springs alone drive them far apart."""
    width = 1.35 * math.sqrt(sum((math.sqrt(len(part)) + 1) ** 2 for part in parts))
    placed: dict[str, Place] = {}
    left = top = height = 0.0
    for part in sorted(parts, key=lambda part: (-len(part), min(part))):
        side = math.sqrt(len(part))
        if left and left + side > width:
            left, top, height = 0.0, top + height + 1, 0.0
        for node, (x, y) in part.items():
            placed[node] = (left + side * (x + 1) / 2, top + side * (y + 1) / 2)
        left, height = left + side + 1, max(height, side)
    return _filling(placed)


def _filling(places: Mapping[str, Place]) -> dict[str, Place]:
    """Places moved and stretched to fill [-1, 1]², the shorter side at most FILLED times more."""
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    wide, high = (max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2
    longer = max(wide, high, 1e-9)
    by_x, by_y = max(wide, longer / FILLED), max(high, longer / FILLED)
    return {
        node: (round((x - middle[0]) / by_x, 4), round((y - middle[1]) / by_y, 4))
        for node, (x, y) in places.items()
    }
