"""Graphs from rows, what is open, and drawings that cannot run or fetch anything."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import networkx as nx
import pytest

from graph.analysis import (
    DutyWeb,
    LinkWeb,
    agency_measure_graph,
    co_work_graph,
    duties_of,
    filter_rows,
    nearest,
    network_table,
    thinned,
    weighted_projection,
    workload,
)
from graph.layout import SPRING_LIMIT, beside, layout
from graph.render import ROLE_COLOURS, network_data, standalone_html
from tests.plan import COMMERCE, CUSTOMS, DISTRICTS, FINANCE, HOSTILE, draft, plan
from views.network import dressed, legend_of


def rows() -> list[dict[str, Any]]:
    """Rows as `responsibilities` gives them."""
    return [
        {
            "document_id": r.document.id,
            "document": r.document.title,
            "status": r.document.status,
            "date": r.document.date,
            "measure_id": m.id,
            "number": m.number,
            "title": m.title,
            "role": duty.role,
            "role_text": duty.role_text,
            "agency_id": duty.agency_id,
            "agency": duty.agency,
            "collective": duty.collective,
            "quotes": [m.text],
        }
        for r in (plan(), draft())
        for m in r.measures
        for duty in m.responsibilities
    ]


def test_every_responsibility_is_an_edge() -> None:
    graph = agency_measure_graph(rows())
    edges = {(one, other, role) for one, other, role in graph.edges(data="role")}
    assert edges == {(row["agency_id"], row["measure_id"], row["role"]) for row in rows()}


def test_one_agency_with_two_roles_in_a_measure_has_two_edges() -> None:
    row = rows()[0]
    graph = agency_measure_graph([row, {**row, "role": "SUPPORTS"}])
    assert graph.number_of_edges() == 2
    assert len(network_data(graph)["edges"]) == 2


def test_co_work_counts_joint_measures_once() -> None:
    graph = co_work_graph([*rows(), {**rows()[0], "role": "IMPLEMENTS"}])
    weights = {frozenset((one, other)): weight for one, other, weight in graph.edges(data="weight")}
    assert weights == {frozenset((COMMERCE, CUSTOMS)): 3, frozenset((FINANCE, DISTRICTS)): 1}
    assert [set(edge) for edge in co_work_graph(rows(), minimum=2).edges] == [{COMMERCE, CUSTOMS}]


def test_workload_counts_measures_by_role() -> None:
    first = workload(rows())[0]
    assert (first["agency"], first["measures"], first["LEADS"], first["SUPPORTS"]) == (CUSTOMS, 4, 2, 2)


def test_filters_keep_only_what_is_asked() -> None:
    assert {row["agency"] for row in filter_rows(rows(), roles=["IMPLEMENTS"])} == {FINANCE, DISTRICTS}
    assert filter_rows(rows(), agencies=[]) == []


@pytest.mark.parametrize("nodes", [0, 1, 30, 600, SPRING_LIMIT + 1])
def test_layout_is_the_same_every_time_and_inside_the_frame(nodes: int) -> None:
    graph = nx.star_graph([f"n{index}" for index in range(nodes)]) if nodes else nx.Graph()
    places = layout(graph)
    assert len(places) == nodes
    assert len(set(places.values())) == nodes
    assert all(abs(value) <= 1.0001 for place in places.values() for value in place)
    shuffled: Any = nx.Graph()
    shuffled.add_nodes_from(sorted(graph.nodes, reverse=True))
    shuffled.add_edges_from((other, one) for one, other in sorted(graph.edges, reverse=True))
    assert layout(shuffled) == places


LINKS = [
    {
        "agency_id": unit,
        "agency": unit,
        "level": level,
        "document_id": "d",
        "links": [f"{r} {t}" for t, r in tasks],
    }
    for unit, level, tasks in (
        ("甲", "省级", (("1", "LEADS"), ("2", "LEADS"), ("2", "SUPPORTS"))),
        ("乙", "市级", (("1", "SUPPORTS"),)),
        ("丙", "市级", (("2", "SUPPORTS"),)),
        ("丁", "省级", (("3", "LEADS"),)),
    )
]


def web(*, joint: bool = False) -> DutyWeb:
    return DutyWeb(LINKS, duties_of(LINKS), joint=joint)


@pytest.mark.parametrize(
    ("most", "units", "tasks", "drawn", "left"),
    [
        (9, [], [], {"甲", "乙", "丙", "丁", "1", "2", "3"}, (0, 0)),
        (9, ["乙"], [], {"甲", "乙", "1"}, (0, 0)),  # a unit's tasks with all who answer for them
        (3, [], [], {"甲", "1", "2"}, (3, 0)),  # the busiest with all their tasks, as far as there is room
        (2, [], [], {"甲", "1"}, (3, 1)),
        (1, ["乙", "丙"], [], {"乙", "丙"}, (1, 2)),  # a chosen unit is never left out
        (9, [], ["3"], {"丁", "3"}, (0, 0)),  # the tasks of an answer
        (9, ["nobody"], ["none"], {"甲", "乙", "丙", "丁", "1", "2", "3"}, (0, 0)),
    ],
)
def test_what_a_drawing_begins_with(
    most: int, units: list[str], tasks: list[str], drawn: set[str], left: tuple[int, int]
) -> None:
    assert web().select(most, units, tasks) == (drawn, *left)


def test_units_stand_next_to_those_they_share_tasks_with() -> None:
    assert web(joint=True).select(2) == ({"甲", "丁"}, 2, 0)
    assert nearest(web(joint=True), "甲") == ["丙", "乙"]
    assert nearest(web(joint=True), "甲", "市级", 1) == ["丙"]
    assert web(joint=True).joint_graph(["甲", "乙", "丁"]).edges["甲", "乙"]["weight"] == 1
    assert nearest(web(), "甲", "SUPPORTS") == ["2"]
    assert "1" in web()
    assert "1" not in web(joint=True)


@pytest.mark.parametrize(
    ("one", "other", "joint", "found"),
    [
        ("乙", "丙", False, [["乙", "1", "甲", "2", "丙"]]),
        ("乙", "丙", True, [["乙", "甲", "丙"]]),
        ("乙", "丁", False, []),  # nothing leads there
        ("乙", "乙", False, []),
        ("乙", "nobody", False, []),
    ],
)
def test_the_ways_between_two_units(one: str, other: str, joint: bool, found: list[list[str]]) -> None:
    assert web(joint=joint).routes(one, other, 5) == found


def test_documents_are_walked_both_ways() -> None:
    graph: Any = nx.MultiDiGraph()
    graph.add_edge("a", "b", verb="CITES")
    graph.add_edge("c", "b", verb="BASED_ON")
    assert nearest(LinkWeb(graph), "b") == ["a", "c"]
    assert nearest(LinkWeb(graph), "b", "BASED_ON") == ["c"]


def test_of_too_many_lines_each_node_keeps_its_strongest() -> None:
    graph: Any = nx.complete_graph(20)
    nx.set_edge_attributes(graph, {(a, b): a + b for a, b in graph.edges}, "weight")
    thin, left = thinned(graph, 50, each=1)
    assert set(thin) == set(graph)
    assert (thin.number_of_edges(), left) == (19, 171)
    assert thinned(graph, 500) == (graph, 0)


def test_what_is_opened_stands_beside_and_moves_nothing() -> None:
    before = {"a": (0.0, 0.0), "b": (150.0, 0.0)}
    found = beside(before, "a", [str(index) for index in range(60)], 70.0)
    assert len(found) == 60
    every = [*before.values(), *found.values()]
    assert all(math.dist(p, q) > 69 for i, p in enumerate(every) for q in every[:i])


def test_the_projection_weighs_joint_measures_by_role() -> None:
    graph = weighted_projection(rows())
    strength = {frozenset((one, other)): weight for one, other, weight in graph.edges(data="strength")}
    # （一）（二）（五）: one of the two leads; （三）: 财政局 and the districts answer without a lead
    assert strength == {frozenset((COMMERCE, CUSTOMS)): 3.0, frozenset((FINANCE, DISTRICTS)): 0.5}


def test_the_network_table_counts_and_says_what_its_numbers_mean() -> None:
    def row(agency: str, measure: str, role: str = "LEADS") -> dict[str, Any]:
        return {"agency_id": agency, "agency": agency, "measure_id": measure, "role": role}

    # 甲乙丙 work together, 丁戊己 too; 丙–丁 is the only tie between them, 庚 works alone
    pairs = [("甲", "乙"), ("甲", "丙"), ("乙", "丙"), ("丁", "戊"), ("丁", "己"), ("戊", "己"), ("丙", "丁")]
    found = [
        duty
        for number, (one, other) in enumerate(pairs)
        for duty in (row(one, f"m{number}"), row(other, f"m{number}", "SUPPORTS"))
    ]
    made = network_table([*found, row("庚", "m9")], ["文件1"])
    facts = {cells[0]: dict(zip(made.columns, cells, strict=True)) for cells in made.rows}
    assert [facts[unit]["伙伴"] for unit in "甲丙丁庚"] == [2, 3, 3, 0]
    assert {unit for unit, fact in facts.items() if fact["断点"]} == {"丙", "丁"}
    groups = {frozenset(u for u in facts if facts[u]["群组"] == number) for number in (1, 2, 3)}
    assert groups == {frozenset("甲乙丙"), frozenset("丁戊己"), frozenset("庚")}
    # 丙 lies on the 2 × 3 shortest paths from 甲、乙 to 丁、戊、己, of 15 pairs of others
    assert facts["丙"]["桥梁值"] == round(6 / 15, 4)
    assert made.notes[0] == "文件1"
    for column in made.columns[1:]:
        assert any(note.startswith(f"{column}：") for note in made.notes), column
    assert network_table([*reversed(found)]).rows == network_table(found).rows


def test_colours_differ_and_the_legend_has_them_all() -> None:
    colours = [item["colour"] for item in legend_of(agency_measure_graph(rows()), "tasks", "group")]
    assert len(set(colours)) == len(colours)
    assert set(ROLE_COLOURS.values()) <= set(colours)


def test_the_page_asks_for_nothing_and_runs_no_text() -> None:
    legend = [{"sign": "dot", "colour": HOSTILE, "label": HOSTILE}]
    page = standalone_html(network_data(agency_measure_graph(rows())), HOSTILE, legend, [HOSTILE])
    scripts = re.findall(r"<script[^>]*>.*?</script>", page, flags=re.S)
    outside = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"<script[^>]*\bsrc|<link\b|https?://(?!x)", outside)
    assert not re.search(r"<script[^>]*\bsrc=", "".join(script[:200] for script in scripts))
    assert "default-src 'none'" in outside
    assert "<img" not in outside
    assert outside.count("&lt;img") == 5  # the heading, the <title>, the legend's item and colour, the note
    nodes = re.search(r"nodes = new vis\.DataSet\((\[.*?\])\);", page, flags=re.S)
    assert nodes is not None
    assert "<" not in nodes[1]
    drawn = {node["id"] for node in json.loads(nodes[1])}
    assert drawn == set(agency_measure_graph(rows()).nodes)
    # one "href" in a title would make pyvis show titles as mark-up
    assert "popup" not in scripts[-1]


def test_the_page_draws_every_edge() -> None:
    graph = agency_measure_graph(rows())
    for drawing in (graph, co_work_graph(rows())):
        assert len(lines_of(standalone_html(network_data(drawing), "图"))) == drawing.number_of_edges()


def lines_of(page: str) -> list[dict[str, Any]]:
    """The lines that a saved page draws."""
    found = re.search(r"edges = new vis\.DataSet\((\[.*?\])\);", page, flags=re.S)
    assert found is not None
    lines: list[dict[str, Any]] = json.loads(found[1])
    return lines


def test_the_page_says_and_colours_what_the_screen_does() -> None:
    links: Any = nx.MultiDiGraph()
    links.add_node("a", kind="document", label="甲")
    links.add_node("b", kind="document", label="乙", stub=True)
    for verb in ("BASED_ON", "CITES"):
        links.add_edge("a", "b", key=verb, verb=verb)
    page = standalone_html(
        dressed(network_data(links), links, "group"), "图", legend_of(links, "documents", "group")
    )
    outside = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.S)
    assert [(line["title"], line["arrows"]) for line in lines_of(page)] == [("依据、引用", "to")] * 2
    assert "▲</b> 未载入的文件 1" in outside
    assert "牵头" not in outside
    duties = agency_measure_graph(rows())
    data = dressed(network_data(duties), duties, "group")
    page = standalone_html(data, "图", legend_of(duties, "tasks", "group"))
    for sign in ("●</b> 单位", "■</b> 任务", "━━</b> 牵头", "╍</b> 配合", "┉</b> 负责"):
        assert sign in page
    assert {line["arrows"] for line in lines_of(page)} == {""}  # none on screen
