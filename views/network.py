"""单位协作图: who answers for what, who works with whom, which document rests on which; the rows beside it.

What is drawn stands in the address: what one starts from, each opening and shutting in its order, what was
pinned where, a path. Only ids and roles of the chosen documents are held to walk in; words are asked for
what is drawn.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import streamlit as st

from graph.analysis import (
    Duty,
    DutyWeb,
    Graph,
    LinkWeb,
    agency_measure_graph,
    duties_of,
    nearest,
    thinned,
)
from graph.layout import beside
from graph.questions import ask
from graph.render import (
    NODE_COLOURS,
    NODE_NAMES,
    OTHER,
    ROLE_COLOURS,
    ROLE_NAMES,
    Places,
    network_data,
    places_of,
    standalone_html,
)
from graph.succession import chinese_day
from graph.tables import describe_document, named
from views import parts, taking
from views.drawing import draw_network, wish
from views.parts import Column, Row, text

Web = DutyWeb | LinkWeb
KINDS = {"tasks": "单位与任务", "units": "单位与单位", "documents": "文件关系"}
NODES = 150
"""Nodes drawn to begin with."""
MOST = 3000
"""Nodes drawn at most: what can still be moved about in a browser."""
OPENED = 20
"""Neighbours that a click opens at most; the panel beside offers more."""
STEPS = 60
"""Openings and shuttings that an address holds."""
PINS = 100
GAP = 70.0  # pixels between nodes that are opened
LINES_DRAWN = 1500  # between units; with more, each keeps its strongest
TASKS_AT_ONCE = 20_000
"""With more tasks in the chosen documents the picture needs a unit to start from."""
OFFERED = 500
PATHS = 5
SHAPES = {"agency": "dot", "collective": "diamond", "measure": "square"}
LINES = {"LEADS": "thick", "SUPPORTS": "dashed", "IMPLEMENTS": "dotted"}
NAMES = {**NODE_NAMES, "document": "文件", "cited": "未载入的文件"}
COLOURS = {**NODE_COLOURS, "document": "#E69F00", "cited": "#BBBBBB"}
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2")
BY = {"group": "类别", "level": "层级", "agency_kind": "单位性质", "main_role": "主要分工"}
VERBS = {"BASED_ON": "依据", "CITES": "引用"}


@dataclass
class Drawing:
    """What is drawn: where one began, the web around it, what stands in the picture and what was left out."""

    kind: str
    web: Web
    base: set[str]
    listed: list[dict[str, Any]]
    by: str = "group"
    scope: Mapping[str, Any] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    nodes: set[str] = field(default_factory=set)
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def page() -> None:
    """Filters, the picture with its legend, the rows it was drawn from."""
    st.title("单位协作图")
    scope = parts.document_filter()
    listed = parts.rows_of("documents", **scope)
    left, right = st.columns([5, 9], vertical_alignment="bottom")
    with left:
        kind = what_to_draw()
    if kind == "documents":
        with right:
            drawing: Drawing | None = documents_to_draw(listed)
    else:
        drawing = duties_to_draw(kind, listed, scope, right)
    if drawing is None:
        return
    if not drawing.base:
        parts.nothing("所选范围内没有可画的内容。", scope, "请放宽筛选，或换一份文件。")
        return
    done(wish("drawing"), drawing)
    drawing.nodes, grown = walked(drawing.web, drawing.base, steps())
    graph = graph_of(drawing)
    places = placed(drawing, grown)
    picture, table = st.columns([7, 4], gap="medium")
    with picture:
        node = drawn(drawing, graph, places)
    with table:
        beside_it(drawing, graph, node)
    if kind != "documents":
        parts.sources(documents_drawn(drawing))


# What to draw ------------------------------------------------------------------------------------------


def what_to_draw() -> str:
    """Units and tasks, units among themselves, or documents."""
    # What was opened among units says nothing among documents.
    return parts.one_of("画什么", "kind", KINDS, hidden=True, on_change=forget_steps)


def duties_to_draw(
    kind: str, listed: list[dict[str, Any]], scope: dict[str, Any], place: Any
) -> Drawing | None:
    """Units with their tasks or among themselves; None when there is too much to look through."""
    large = sum(row["measures"] for row in listed) > TASKS_AT_ONCE
    narrow = starting_units() if large else None
    offered = {row["agency_id"]: row["agency"] for row in busiest(scope)} if large else {}
    rows = parts.rows_of("duty_links", units=narrow, **scope) if narrow or not large else []
    if large and not rows:
        with place:
            start_from(offered)
        st.info(
            f"范围内超过 {TASKS_AT_ONCE} 项任务，一次画不清楚；请在上面选单位，或在左侧选几份文件。",
            icon=":material/info:",
        )
        return None
    with st.expander("筛选、路径、颜色"):
        web = DutyWeb(rows, filters(rows, listed), joint=kind == "units")
        names = {unit: str(web.facts[unit]["agency"]) for unit in web.tasks_of}
        ends, by = path_and_colour(names)
    with place:
        units, most = start_from(offered | names)
    narrowed(names)
    drawing = Drawing(kind, web, set(), listed, by, scope)
    if len(ends) == 2:
        drawing.base = on_the_way(web, *ends)
        return drawing
    selected = web.select(most, units, from_an_answer(scope))
    drawing.base = selected.nodes
    left = ((selected.units_left, "个单位"), (selected.tasks_left, "项任务"))
    if said := "、".join(f"{count} {unit}" for count, unit in left if count):
        drawing.notes.append(f"另有 {said}没有画出，可调“最多画几个点”")
    cut(drawing, units)
    return drawing


def cut(drawing: Drawing, first: Iterable[str]) -> None:
    """Leaves at most MOST nodes to begin with, those nearest to `first`, and notes how many went."""
    if len(drawing.base) <= MOST:
        return
    found = [node for node in dict.fromkeys(first) if node in drawing.base]
    left = drawing.base.difference(found)
    for node in found:  # grows as it is walked
        fresh = [other for other in nearest(drawing.web, node) if other in left]
        left.difference_update(fresh)
        found += fresh
    found += sorted(left)
    drawing.base = set(found[:MOST])
    drawing.notes.append(f"另有 {len(found) - MOST} 个点没有画出，一张图至多 {MOST} 个")


def starting_units() -> list[str]:
    """The units that one starts from: those chosen or on a path, then those opened.

    As the choices below will have them, which are drawn after this is asked for: by a hand that just chose,
    else by the address.
    """
    asked = [unit for name in ("unit", "path") for unit in st.session_state[parts.remembered(name, [])]]
    return [*asked, *(opened(said)[2] for said in steps())] if asked else []


def busiest(scope: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The units with most tasks, to start from where there is too much to draw it all."""
    return parts.rows_of("workload", limit=OFFERED, **scope)


def filters(rows: list[dict[str, Any]], listed: list[dict[str, Any]]) -> list[Duty]:
    """The duties of the chosen roles, levels, kinds of unit and years; each choice offers what there is."""
    year_of = {str(row["document_id"]): str(row.get("date") or "")[:4] for row in listed}
    one, two, three, four = st.columns(4)
    with one:
        roles = parts.role_filter()
    with two:
        levels = several("层级", "level", rows)
    with three:
        kinds = several("单位性质", "akind", rows, "kind")
    with four:
        years = several("年份", "year", [{"year": year} for year in year_of.values()])
    units = [
        row
        for row in rows
        if (not levels or row.get("level") in levels) and (not kinds or row.get("kind") in kinds)
    ]
    return [
        duty
        for duty in duties_of(units)
        if (not roles or duty.role in roles) and (not years or year_of.get(duty.document) in years)
    ]


def narrowed(names: Mapping[str, str]) -> None:
    """One line with what the folded filters choose, so that nobody wonders what is missing."""
    chosen = [
        *(ROLE_NAMES[role] for role in st.query_params.get_all("role") if role in ROLE_NAMES),
        *(said for name in ("level", "akind", "year") for said in st.query_params.get_all(name)),
    ]
    ends = [names.get(unit, unit) for unit in st.query_params.get_all("path")]
    said = [f"只画：{'、'.join(chosen)}"] if chosen else []
    said += [f"路径：{'—'.join(ends)}"] if len(ends) == 2 else []
    if said:
        st.caption(parts.unmarked("；".join(said)) + "。在“筛选、路径、颜色”里更改。")


def several(label: str, name: str, rows: Iterable[Mapping[str, Any]], field: str = "") -> list[str]:
    """A choice of several among the values that a field has; none chosen is all."""
    options = sorted({str(row[field or name]) for row in rows if row.get(field or name)})
    chosen: list[str] = st.multiselect(
        label, options, placeholder="全部", key=parts.remembered(name, [], options)
    )
    parts.in_address(name, chosen, [])
    return chosen


def path_and_colour(names: Mapping[str, str]) -> tuple[list[str], str]:
    """The two ends of a path ([] for none), and what the colour of a unit means."""
    left, right = st.columns(2)
    key = parts.remembered("path", [], names)
    if len(st.session_state[key]) > 2:
        left.warning("路径只有两端：地址里的单位只取前两个。", icon=":material/info:")
        st.session_state[key] = st.session_state[key][:2]
    ends: list[str] = left.multiselect(
        "两个单位之间的路径",
        sorted(names, key=lambda key: names[key]),
        format_func=lambda key: names.get(key, key),
        placeholder="选两个单位",
        max_selections=2,
        key=key,
    )
    by = parts.one_of("颜色表示", "by", BY, place=right)
    parts.in_address("path", ends, [])
    return ends, by


def start_from(names: Mapping[str, str]) -> tuple[list[str], int]:
    """The units to start with, [] for those with most tasks, and how many nodes are drawn at most."""
    left, right = st.columns([4, 1])
    units: list[str] = left.multiselect(
        "从哪些单位画起（连同与它共同承担任务的单位）",
        sorted(names, key=lambda key: names[key]),
        format_func=lambda key: names.get(key, key),
        placeholder="全部单位",
        key=parts.remembered("unit", [], names),
    )
    parts.in_address("unit", units, [])
    key = parts.remembered("most", NODES)
    # A number edited in the address is put within bounds.
    st.session_state[key] = min(MOST, max(2, st.session_state[key]))
    most = int(right.number_input("最多画几个点", 2, MOST, step=50, key=key))
    parts.in_address("most", most, NODES)
    return units, most


def from_an_answer(scope: Mapping[str, Any]) -> list[str]:
    """The tasks in the answer to the question that the address names, [] without one; says so."""
    question = str(st.query_params.get("answer") or "")
    if not question:
        return []
    answer = parts.with_store(lambda store: ask(store, question, **scope))
    tasks = [str(row["measure_id"]) for row in answer.rows or () if row.get("measure_id")]
    said = "从这个回答画起" if tasks else "回答里没有任务，画的是全部"
    st.html(
        f'<div class="source">“{text(question)}”：{said}。{parts.link("tasks", "看文字回答", q=question)}　'
        f"{parts.link('network', '不从它画起')}</div>"
    )
    return tasks


def on_the_way(web: DutyWeb, one: str, other: str) -> set[str]:
    """The nodes on the shortest ways between two units; says so when there is none."""
    ways = web.routes(one, other, PATHS)
    if not ways:
        st.warning("这两个单位之间没有相连的任务。可在左侧多选几份文件再试。", icon=":material/info:")
        return {node for node in (one, other) if node in web}
    apart = (len(ways[0]) - 1) // (1 if web.joint else 2)
    st.caption(
        f"最短的路径隔 {apart} 步，画出 {len(ways)} 条（至多 {PATHS} 条）。按 Shift 加方向键可沿着线走。"
    )
    return {node for way in ways for node in way}


def documents_to_draw(listed: list[dict[str, Any]]) -> Drawing:
    """What the chosen document rests on or cites, and what rests on it; opened documents with theirs."""
    names = {str(row["document_id"]): parts.short_source(row) for row in listed}
    numbers = {str(row["document_id"]): row.get("doc_number") for row in listed}
    asked = st.query_params.get("start")
    if asked:
        names.setdefault(asked, named(asked))
    first = next(iter(names), None)
    start = st.selectbox(
        "从哪份文件画起",
        list(names),
        format_func=lambda key: names.get(key, key),
        placeholder="选择文件",
        key=parts.remembered("start", first, names),
    )
    parts.in_address("start", start, first)
    links = parts.rows_of("document_chain", document=start) if start else []
    web = LinkWeb(chain(links, numbers))
    drawing = Drawing("documents", web, set(web.graph), listed)
    cut(drawing, [start] if start else [])
    nodes, known = set(drawing.base), {start}
    for said in steps():
        node = opened(said)[2]
        # Only what the steps before have reached is asked for: an address may hold anything.
        if node in nodes and node not in known:
            known.add(node)
            links = [*links, *parts.rows_of("document_chain", document=node)]
            web = LinkWeb(chain(links, numbers))
        nodes, _ = walked(web, nodes, [said])
    drawing.web, drawing.links = web, links
    return drawing


def chain(links: Iterable[Row], numbers: Mapping[str, Any]) -> Graph:
    """Rows of `document_chain` as a graph."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in links:
        graph.add_node(
            row["source_id"],
            kind="document",
            label=row["source"] or row["source_id"],
            doc_number=numbers.get(row["source_id"]),
        )
        graph.add_node(
            row["target_id"],
            kind="document",
            label=row["target"] or row["doc_number"] or row["target_id"],
            doc_number=row["doc_number"],
            stub=bool(row.get("stub")),
            status=row.get("status") or "",
            date=row.get("date") or "",
        )
        graph.add_edge(row["source_id"], row["target_id"], key=row["edge"], verb=row["edge"])
    return graph


# Open, shut, undo, pin ---------------------------------------------------------------------------------


def steps() -> list[str]:
    """The openings and shuttings that stand in the address, in their order."""
    return list(st.query_params.get_all("open"))[:STEPS]


def opened(said: str) -> tuple[int, str, str]:
    """What a step in an address says: how many (0 shuts), by which tie ("" for all), next to which node."""
    most, _, rest = said.partition(":")
    kind, _, node = rest.partition(":")
    return (min(MOST, int(most)) if most.isdecimal() and len(most) < 5 else OPENED), kind, node


def walked(
    web: Web, base: Collection[str], said: Iterable[str]
) -> tuple[set[str], list[tuple[str, list[str]]]]:
    """The nodes after all steps, and what each opening brought, in its order."""
    nodes, grown = set(base), []
    for most, kind, node in map(opened, said):
        if node not in nodes:
            continue
        if most:
            fresh = [other for other in nearest(web, node, kind) if other not in nodes]
            fresh = fresh[: max(0, min(most, MOST - len(nodes)))]
            grown.append((node, fresh))
            nodes.update(fresh)
        else:
            nodes -= only_beside(web, node, nodes)
    return nodes, grown


def only_beside(web: Web, node: str, nodes: Collection[str]) -> set[str]:
    """The neighbours of a node that are tied to nothing else that is drawn."""
    return {
        other
        for other in web.near(node)
        if other in nodes and all(third == node or third not in nodes for third in web.near(other))
    }


def change(do: str, node: str, kind: str = "", most: int = OPENED) -> None:
    """Notes a step in the address, or takes the last one back: both hold after a reload."""
    said = steps()
    if do == "undo":
        st.query_params["open"] = said[:-1]
    elif len(said) >= STEPS:
        st.toast(f"已经展开、收起了 {STEPS} 次，请先撤销几次。", icon=":material/info:")
    else:
        st.query_params["open"] = [*said, f"{most if do == 'open' else 0}:{kind}:{node}"]


def forget_steps() -> None:
    """Takes all openings and shuttings out of the address."""
    if "open" in st.query_params:
        del st.query_params["open"]


def done(asked: Mapping[str, Any] | None, drawing: Drawing) -> None:
    """Does what a double click, a key or a tool of the picture asked for; each is done once."""
    if asked is None or asked.get("time") == st.session_state.get("network_done"):
        return
    st.session_state["network_done"] = asked.get("time")
    node, do = str(asked.get("id") or ""), str(asked.get("do"))
    if do == "undo":
        change("undo", "")
    elif do == "pin":
        st.query_params["pin"] = [f"{x:g}:{y:g}:{pinned}" for pinned, x, y in pins(asked.get("pins"))]
    elif do == "toggle":
        nodes, grown = walked(drawing.web, drawing.base, steps())
        asked_for = [(most, at) for most, _, at in map(opened, steps())]
        last = next((most for most, at in reversed(asked_for) if at == node), 0)
        was_opened = last > 0 and (
            asked_for[-1][1] == node
            or any(home == node and nodes.intersection(fresh) for home, fresh in grown)
        )
        hidden = any(other not in nodes for other in drawing.web.near(node))
        change("open" if hidden and not was_opened else "shut", node)


def pins(said: Any) -> list[tuple[str, int, int]]:
    """Which node is pinned where, in pixels of the drawing; what makes no sense is left out."""
    found = []
    for item in said[:PINS] if isinstance(said, list) else ():
        try:
            node, x, y = str(item[0]), float(item[1]), float(item[2])
        except (TypeError, ValueError, IndexError, KeyError):
            continue
        if math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) < 100_000:
            found.append((node, round(x), round(y)))
    return found


def pinned_in_address() -> list[tuple[str, int, int]]:
    """What the address says is pinned where."""
    said = [item.split(":", 2) for item in st.query_params.get_all("pin")]
    return pins([(item[2], item[0], item[1]) for item in said if len(item) == 3])


# The picture -------------------------------------------------------------------------------------------


def graph_of(drawing: Drawing) -> Graph:
    """The nodes that are drawn with the words for them, and their lines."""
    web, nodes = drawing.web, drawing.nodes
    if isinstance(web, LinkWeb):
        return web.graph.subgraph(nodes).copy()
    if web.joint:
        graph, left_out = thinned(web.joint_graph(nodes), LINES_DRAWN)
        if left_out:
            drawing.notes.append(f"线太多，每个单位只画共同任务最多的几条，另有 {left_out} 条没有画出")
        return graph
    tasks = sorted(node for node in nodes if node not in web.tasks_of)
    units = sorted(nodes & web.tasks_of.keys())
    drawing.rows = duties_in(drawing, "duties_of_measures", tasks=tasks, units=units)
    graph = agency_measure_graph(drawing.rows)
    for unit in units:
        graph.add_node(unit, kind="agency", **web.about(unit))
    return graph


def duties_in(drawing: Drawing, query: str, **given: Any) -> list[dict[str, Any]]:
    """The rows of a query about duties, as far as the filters let them through."""
    web = drawing.web
    return [
        row
        for row in parts.rows_of(query, **given, **drawing.scope)
        if isinstance(web, DutyWeb)
        and row["role"] in web.tasks_of.get(row["agency_id"], {}).get(row["measure_id"], ())
    ]


def placed(drawing: Drawing, grown: list[tuple[str, list[str]]]) -> Places:
    """A place for every node: those one began with by the layout, then what each opening brought beside it.

    So nothing moves when a node is opened, and a reload draws the same again.
    """
    web = drawing.web
    base = web.graph.subgraph(drawing.base) if isinstance(web, LinkWeb) else web.skeleton(drawing.base)
    lines = sorted(
        (*sorted((one, other)), weight) for one, other, weight in base.edges(data="weight", default=1)
    )
    key = hashlib.sha256(json.dumps([sorted(base), lines]).encode()).hexdigest()
    places = dict(laid_out(key, base))
    for home, fresh in grown:
        places |= beside(places, home, [node for node in fresh if node not in places], GAP)
    return places


@st.cache_data(show_spinner=False, max_entries=200)
def laid_out(key: str, _graph: Graph) -> Places:
    """The layout of a graph, which `key` stands for; the same for all who look."""
    return places_of(_graph)


def dressed(data: dict[str, list[dict[str, Any]]], graph: Graph, by: str) -> dict[str, list[dict[str, Any]]]:
    """The drawing's data with shapes by kind, colours as chosen, and lines told apart without colour."""
    colours = colours_by(graph, by)
    for node in data["nodes"]:
        about = graph.nodes[node["id"]]
        group = group_of(about)
        node["shape"] = SHAPES.get(group, "triangle")
        node["label"] = about.get("doc_number") or node["label"]  # long titles begin alike, numbers do not
        node["size"] = 16 if about.get("kind") == "document" else node["size"]
        node["color"] = COLOURS.get(group, node["color"])
        value = str(about.get(by) or "")
        if value in colours:
            node["color"] = colours[value]
            node["title"] += f"\n{BY[by]}：{ROLE_NAMES.get(value, value)}"
    for edge in data["edges"]:
        if edge.get("role") == "IMPLEMENTS":
            edge["dashes"] = [2, 4]
    if any(about.get("kind") == "document" for _, about in graph.nodes(data=True)):
        for edge in data["edges"]:
            verbs = graph.get_edge_data(edge["from"], edge["to"]).values()
            edge["title"] = "、".join(VERBS.get(str(item.get("verb")), "") for item in verbs)
            edge["arrows"] = "to"
    return data


def colours_by(graph: Graph, by: str) -> dict[str, str]:
    """A colour for each value that the units have; beyond the palette the rarest share grey."""
    if by == "group":
        return {}
    found = Counter(str(about.get(by)) for _, about in graph.nodes(data=True) if about.get(by))
    if by == "main_role":
        return {value: ROLE_COLOURS.get(value, OTHER) for value in found}
    ranked = sorted(found, key=lambda value: (-found[value], value))
    return {value: PALETTE[at] if at < len(PALETTE) else OTHER for at, value in enumerate(ranked)}


def group_of(about: Mapping[str, Any]) -> str:
    """What kind of node it is: unit, class of units, task, document, or one only cited."""
    if about.get("kind") == "document":
        return "cited" if about.get("stub") else "document"
    return "collective" if about.get("collective") else str(about.get("kind"))


def legend_of(graph: Graph, kind: str, by: str) -> list[dict[str, str]]:
    """What shapes, colours and lines mean, each with how many are drawn: sign, colour, label."""
    colours = colours_by(graph, by)
    found: list[tuple[str, str, str]] = []
    for group, count in Counter(group_of(about) for _, about in graph.nodes(data=True)).items():
        told_by_colour = colours and group in ("agency", "collective")
        colour = "#ffffff" if told_by_colour else COLOURS.get(group, OTHER)
        found.append((SHAPES.get(group, "triangle"), colour, f"{NAMES.get(group, group)} {count}"))
    values = Counter(str(about.get(by)) for _, about in graph.nodes(data=True) if about.get(by))
    rest = [value for value, colour in colours.items() if colour == OTHER]
    for value, colour in colours.items():
        if value not in rest:
            found.append(("patch", colour, f"{ROLE_NAMES.get(value, value)} {values[value]}"))
    if rest:
        found.append(("patch", OTHER, f"其他 {sum(values[value] for value in rest)}"))
    roles = Counter(str(edge["role"]) for *_, edge in graph.edges(data=True) if edge.get("role"))
    for role, count in sorted(roles.items()):
        colour = ROLE_COLOURS.get(role, OTHER)
        found.append((LINES.get(role, "line"), colour, f"{ROLE_NAMES.get(role, role)} {count}"))
    if kind == "units":
        found.append(("line", OTHER, "线越粗，共同承担的任务越多"))
    if kind == "documents":
        found.append(("line", OTHER, "箭头指向被依据、被引用的文件"))
    else:
        found.append(("", OTHER, "点越大，承担的任务越多"))
    return [{"sign": sign, "colour": colour, "label": label} for sign, colour, label in found]


def documents_drawn(drawing: Drawing) -> list[dict[str, Any]]:
    """The documents that what is drawn was read from, in the order of the list."""
    web = drawing.web
    if isinstance(web, LinkWeb):
        return [row for row in drawing.listed if row["document_id"] in drawing.nodes]
    tasks = {task for unit in drawing.nodes & web.tasks_of.keys() for task in web.tasks_of[unit]}
    found = {web.document_of[task] for task in (tasks if web.joint else tasks & drawing.nodes)}
    return [row for row in drawing.listed if row["document_id"] in found]


def drawn(drawing: Drawing, graph: Graph, places: Places) -> str | None:
    """The picture; returns the chosen node."""
    title = f"单位协作图：{KINDS[drawing.kind]}"
    documents = documents_drawn(drawing)
    notes = [f"来源：{describe_document(row)}" for row in documents[:6]]
    notes += [f"等 {len(documents)} 份文件"] if len(documents) > 6 else []
    if drawing.notes:
        notes.insert(0, "；".join(drawing.notes))
    data = dressed(network_data(graph, places), graph, drawing.by)
    legend = legend_of(graph, drawing.kind, drawing.by)
    pinned = pinned_in_address()
    clicked = draw_network(
        data,
        chosen=remembered_node(graph),
        pins=pinned,
        about={
            "kind": drawing.kind,
            "title": title,
            "legend": legend,
            "notes": notes,
            "may_undo": bool(steps()),
            "most_pins": PINS,
        },
        key="drawing",
    )
    counts = f"{graph.number_of_nodes()} 个点，{graph.number_of_edges()} 条线"
    st.caption(
        f"{'；'.join([counts, *drawing.notes])}。"
        "单击选中，双击或按回车展开、收起；方向键在点之间移动，按住 Shift 沿着线移动。"
    )
    st.download_button(
        "保存为网页（一个文件，可离线打开）",
        lambda: standalone_html(held(data, pinned), title, legend, notes).encode(),
        "单位协作图.html",
        "text/html",
        icon=":material/download:",
        on_click="ignore",
    )
    node = clicked if clicked in graph else None
    parts.in_address("node", node, None)
    return node


def held(
    data: dict[str, list[dict[str, Any]]], pinned: Iterable[tuple[str, int, int]]
) -> dict[str, list[dict[str, Any]]]:
    """The drawing's data with the pinned nodes where they were pinned."""
    at = {node: {"x": x, "y": y} for node, x, y in pinned}
    return {**data, "nodes": [{**node, **at.get(node["id"], {})} for node in data["nodes"]]}


def remembered_node(graph: Any) -> str | None:
    """The node chosen in the drawing, else in the address, when it is in this graph."""
    state = st.session_state.get("drawing")
    node = state.get("clicked") if state else None
    if node is None:
        node = st.query_params.get("node")
    return node if node and node in graph else None


# The rows beside it ------------------------------------------------------------------------------------


def beside_it(drawing: Drawing, graph: Graph, node: str | None) -> None:
    """What can be done with the chosen node and its rows; else all rows that are drawn."""
    if drawing.kind == "documents":
        if node is not None:
            chosen(drawing, graph, node)
        links_beside(drawing.links, graph, node)
    elif drawing.kind == "units":
        rows = []
        if node is not None:
            rows = duties_in(drawing, "responsibilities", agency=node)
            chosen(drawing, graph, node, f"（{len(rows)} 行）")
        pairs_beside(graph, node)
        duties_beside(rows)
    else:
        rows = [row for row in drawing.rows if node in (None, row["agency_id"], row["measure_id"])]
        if node is None:
            st.markdown(f"**画出的责任（{len(rows)} 行）**")
        else:
            chosen(drawing, graph, node, f"（{len(rows)} 行）")
        duties_beside(rows)


def duties_beside(rows: list[dict[str, Any]]) -> None:
    """Duties, with a way to take them along."""
    if rows:
        with st.popover("复制、下载这张表", icon=":material/download:"):
            taking.take_rows(rows, "单位协作图中的责任", key="network")
        parts.reading_table(
            rows, [Column("责任单位", who, "narrow"), Column("任务", task)], key="rows", tall=True
        )


def pairs_beside(graph: Graph, node: str | None) -> None:
    """Which units share how many tasks: all pairs that are drawn, or the chosen unit's."""
    edges = graph.edges(node, data="weight") if node else graph.edges(data="weight")
    name = graph.nodes
    rows = [
        {"a_id": a, "a": name[a]["label"], "b_id": b, "b": name[b]["label"], "measures": weight}
        for a, b, weight in sorted(edges, key=lambda edge: (-edge[2], edge[:2]))
    ]

    def shared(row: Row) -> str:
        return parts.link("agency", str(row["measures"]), agency=row["a_id"], other=row["b_id"])

    columns = [
        Column("单位", lambda row: parts.agency_link(row, "a_id", "a"), "narrow"),
        Column("共同承担的单位", lambda row: parts.agency_link(row, "b_id", "b"), "narrow"),
        Column("任务", shared, "short"),
    ]
    st.markdown(f"**{'与它共同承担任务的' if node else '画出的单位两两之间'}（{len(rows)} 对）**")
    if rows:
        with st.popover("复制、下载这张表", icon=":material/download:", key="pairs-taken"):
            taking.take_rows(rows, "单位协作图中的共同任务", key="pairs")
        parts.reading_table(rows, columns[1:] if node else columns, key="pairs", tall=True)


def chosen(drawing: Drawing, graph: Graph, node: str, count: str = "") -> None:
    """Name, a link to its page, how many neighbours, and buttons to open and shut it."""
    about = graph.nodes[node]
    page = {"measure": "measure", "document": "document"}.get(str(about["kind"]), "agency")
    near = drawing.web.near(node)
    seen = [other for other in near if other in drawing.nodes]
    heading = f"{about.get('number', '')}{about['label']}"
    st.html(
        f'<div class="source"><b>{text(heading)}</b>{count} {parts.link(page, "打开 →", **{page: node})}<br>'
        f'<span class="quiet">相邻 {len(near)} 个，画出 {len(seen)} 个</span></div>'
    )
    kinds = Counter(kind for item in near.values() for kind in sorted(item.kinds))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.selectbox(
            "展开哪些",
            ["", *sorted(kinds)],
            format_func=lambda key: f"{tie(key)}（{kinds[key]}）" if key else f"全部（{len(near)}）",
            key=f"open-kind:{node}",
            width=140,
        )
        most = int(
            st.number_input(
                "至多几个", 1, MOST, min(OPENED, max(1, len(near))), key=f"most:{node}", width=100
            )
        )
        st.button(
            "展开", on_click=change, args=("open", node, kind or "", most), disabled=len(near) == len(seen)
        )
        st.button("收起", on_click=change, args=("shut", node), disabled=not seen)


def tie(kind: str) -> str:
    """The word for what ties two nodes: a role, a verb, or the other unit's level."""
    return ROLE_NAMES.get(kind) or VERBS.get(kind) or kind


def links_beside(rows: list[dict[str, Any]], graph: Graph, node: str | None) -> None:
    """The documents' relations that are drawn."""
    once = {(row["source_id"], row["edge"], row["target_id"]): row for row in rows}
    shown = [
        row
        for row in once.values()
        if row["source_id"] in graph
        and row["target_id"] in graph
        and node in (None, row["source_id"], row["target_id"])
    ]

    def end(side: str) -> Any:
        return lambda row: parts.link(
            "document",
            named(row[side] or row.get("doc_number") or row[f"{side}_id"]),
            document=row[f"{side}_id"],
        )

    columns = (
        Column("文件", end("source")),
        Column("关系", lambda row: text(VERBS.get(row["edge"], row["edge"])), "short"),
        Column("文件", end("target")),
    )
    parts.reading_table(shown, columns, key="links", tall=True)


def who(row: Row) -> str:
    """The unit under its role."""
    return f"{parts.role_badge(row)}<br>{parts.agency_link(row)}"


def task(row: Row) -> str:
    """The task over 文号 or date with the badges; the whole source stands below the picture."""
    number = text(row.get("doc_number") or chinese_day(row.get("date")))
    return f'{parts.measure_link(row)}<br><span class="quiet">{number}</span> {parts.status_badges(row)}'
