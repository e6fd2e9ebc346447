"""单位协作图: who answers for what, who works with whom, which document rests on which; the rows beside it.

What is drawn stands in the address: what one starts from, what was opened and shut by a click, a path.
The whole graph of the chosen documents is built once for a run; the picture is a part of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import networkx as nx
import streamlit as st

from graph.analysis import Graph, agency_measure_graph, co_work_graph
from graph.render import NODE_COLOURS, NODE_NAMES, ROLE_COLOURS, ROLE_NAMES, network_data, standalone_html
from graph.succession import chinese_day
from graph.tables import describe_document
from views import parts, taking
from views.drawing import draw_network
from views.parts import Column, Row, text

KINDS = {"tasks": "单位与任务", "units": "单位与单位", "documents": "文件关系"}
# More than this is a ball of wool: the units with most tasks are drawn, the caption says so.
UNITS_DRAWN = 30
OPENED = 20
"""Neighbours that a click opens at most; the panel beside offers more."""
MOST = 300
TASKS_AT_ONCE = 20_000
PATHS = 5
SHAPES = {"agency": "dot", "collective": "diamond", "measure": "square", "document": "triangle"}
GLYPHS = {"dot": "●", "diamond": "◆", "square": "■", "triangle": "▲"}
LINES = {"LEADS": "━ 粗实线", "SUPPORTS": "╍ 虚线", "IMPLEMENTS": "┈ 点线"}
NAMES = {**NODE_NAMES, "document": "文件", "cited": "未载入的文件"}
COLOURS = {**NODE_COLOURS, "document": "#E69F00", "cited": "#BBBBBB"}
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2", "#999999")
BY = {"group": "类别", "level": "层级", "agency_kind": "单位性质", "main_role": "主要分工"}
VERBS = {"BASED_ON": "依据", "CITES": "引用"}


def page() -> None:
    """Filters, the picture with its legend, the rows it was drawn from."""
    st.title("单位协作图")
    scope = parts.document_filter()
    listed = parts.rows_of("documents", **scope)
    if sum(row["measures"] for row in listed) > TASKS_AT_ONCE:
        st.info(
            f"范围内超过 {TASKS_AT_ONCE} 项任务，一次画不清楚；请在左侧选几份文件。", icon=":material/info:"
        )
        return
    left, right = st.columns([5, 9], vertical_alignment="bottom")
    with left:
        kind = what_to_draw()
    if kind == "documents":
        with right:
            whole, base, rows = documents_to_draw(listed)
        left_out, by = 0, "group"
    else:
        with st.expander("筛选、路径、颜色", expanded=narrowed()):
            rows = filters(parts.rows_of("responsibilities", **scope))
            names = {str(row["agency_id"]): str(row["agency"]) for row in rows}
            ends, by = path_and_colour(names)
        with right:
            units, at_most = start_from(names)
        whole, base, left_out = units_to_draw(kind, rows, units, ends, at_most)
    if not base:
        parts.nothing("所选范围内没有可画的内容。", scope, "请放宽筛选，或换一份文件。")
        return
    graph = visible(whole, base)
    data = dressed(placed(graph), graph, by)
    picture, table = st.columns([7, 4], gap="medium")
    with picture:
        node = drawn(data, graph, kind, by, whole, listed, left_out)
    with table:
        beside(graph, whole, kind, rows, node)
    shown = [row for row in rows if row.get("measure_id") in graph or kind == "documents"]
    parts.sources(shown if kind != "documents" else ())


# What to draw ------------------------------------------------------------------------------------------


def what_to_draw() -> str:
    """Units and tasks, units among themselves, or documents."""
    kind = st.radio(
        "画什么",
        list(KINDS),
        format_func=lambda key: KINDS.get(key, key),
        horizontal=True,
        key=parts.remembered("kind", "tasks", KINDS),
        label_visibility="collapsed",
    )
    parts.in_address("kind", kind, "tasks")
    return str(kind)


def filters(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the chosen roles, levels, kinds of unit and years; each choice offers what there is."""
    one, two, three, four = st.columns(4)
    with one:
        roles = parts.role_filter()
    with two:
        levels = several("层级", "level", rows)
    with three:
        kinds = several("单位性质", "akind", rows, "kind")
    with four:
        years = several("年份", "year", [{"year": str(row.get("date") or "")[:4]} for row in rows])
    return [
        row
        for row in rows
        if (not roles or row["role"] in roles)
        and (not levels or row.get("level") in levels)
        and (not kinds or row.get("kind") in kinds)
        and (not years or str(row.get("date") or "")[:4] in years)
    ]


def narrowed() -> bool:
    """Whether the address chooses anything that the folded filters hide."""
    return any(name in st.query_params for name in ("role", "level", "akind", "year", "path", "by"))


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
    ends: list[str] = left.multiselect(
        "两个单位之间的路径",
        sorted(names, key=lambda key: names[key]),
        format_func=lambda key: names.get(key, key),
        placeholder="选两个单位",
        max_selections=2,
        key=parts.remembered("path", [], names),
    )
    by = right.radio(
        "颜色表示",
        list(BY),
        format_func=lambda key: BY.get(key, key),
        horizontal=True,
        key=parts.remembered("by", "group", BY),
    )
    parts.in_address("path", ends, [])
    parts.in_address("by", by, "group")
    return ends, str(by)


def start_from(names: Mapping[str, str]) -> tuple[list[str], int]:
    """The units to start with, [] for those with most tasks, and how many are drawn at most."""
    left, right = st.columns([4, 1])
    units: list[str] = left.multiselect(
        "从哪些单位画起（连同与它共同承担任务的单位）",
        sorted(names, key=lambda key: names[key]),
        format_func=lambda key: names.get(key, key),
        placeholder="全部单位",
        key=parts.remembered("unit", [], names),
    )
    parts.in_address("unit", units, [])
    return units, at_most_units(right)


def units_to_draw(
    kind: str, rows: list[dict[str, Any]], units: list[str], ends: list[str], at_most: int
) -> tuple[Graph, set[str], int]:
    """The whole graph of the rows, the nodes to start with, and how many units were left out."""
    whole = agency_measure_graph(rows) if kind == "tasks" else co_work_graph(rows)
    describe_units(whole, rows)
    if len(ends) == 2:
        return whole, on_the_way(whole, *ends), 0
    kept, left_out = select(rows, [], units, at_most)
    base = {row["agency_id"] for row in kept}
    if kind == "tasks":
        base |= {row["measure_id"] for row in kept}
    return whole, base, left_out


def describe_units(whole: Graph, rows: list[dict[str, Any]]) -> None:
    """Notes level, kind and most frequent role of every unit on its node."""
    roles: dict[str, Counter[str]] = {}
    for row in rows:
        roles.setdefault(row["agency_id"], Counter())[row["role"]] += 1
        about = whole.nodes[row["agency_id"]]
        about["level"], about["agency_kind"] = row.get("level") or "未定", row.get("kind") or "未定"
    for unit, found in roles.items():
        whole.nodes[unit]["main_role"] = found.most_common(1)[0][0]


def at_most_units(place: Any) -> int:
    """How many units are drawn to begin with; a number edited in the address is put within bounds."""
    key = parts.remembered("most", UNITS_DRAWN)
    st.session_state[key] = min(MOST, max(2, st.session_state[key]))
    most = int(place.number_input("最多画几个", 2, MOST, key=key))
    parts.in_address("most", most, UNITS_DRAWN)
    return most


def on_the_way(whole: Graph, one: str, other: str) -> set[str]:
    """The nodes on the shortest ways between two units; says so when there is none."""
    try:
        ways = list(islice(nx.all_shortest_paths(whole.to_undirected(as_view=True), one, other), PATHS))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        st.warning("这两个单位之间没有相连的任务。可在左侧多选几份文件再试。", icon=":material/info:")
        return {node for node in (one, other) if node in whole}
    steps = (len(ways[0]) - 1) // (1 if whole.nodes[ways[0][-2]]["kind"] == "agency" else 2)
    st.caption(f"最短的路径隔 {steps} 步，画出 {len(ways)} 条（至多 {PATHS} 条）。")
    return {node for way in ways for node in way}


def select(
    rows: list[dict[str, Any]], roles: list[str], units: list[str], at_most: int
) -> tuple[list[dict[str, Any]], int]:
    """The rows to draw, and how many units were left out for want of room.

    With units, the tasks of these units with all who answer for them; the chosen ones always stay.
    """
    if roles:
        rows = [row for row in rows if row["role"] in roles]
    if units:
        theirs = {row["measure_id"] for row in rows if row["agency_id"] in units}
        rows = [row for row in rows if row["measure_id"] in theirs]
    tasks = Counter(agency for agency, _ in {(row["agency_id"], row["measure_id"]) for row in rows})
    order = sorted(tasks, key=lambda agency: (agency not in units, -tasks[agency], agency))
    kept = set(order[: max(at_most, len(units))])
    return [row for row in rows if row["agency_id"] in kept], len(order) - len(kept)


def documents_to_draw(listed: list[dict[str, Any]]) -> tuple[Graph, set[str], list[dict[str, Any]]]:
    """The documents that the chosen one rests on or cites, and those that rest on it, up to four steps."""
    names = {str(row["document_id"]): parts.short_source(row) for row in listed}
    numbers = {str(row["document_id"]): row.get("doc_number") for row in listed}
    asked = st.query_params.get("start")
    if asked:
        names.setdefault(asked, f"《{asked}》")
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
        graph.add_edge(row["source_id"], row["target_id"], key=row["edge"], verb=VERBS.get(row["edge"], ""))
    return graph, set(graph), links


# Open and shut -----------------------------------------------------------------------------------------


def visible(whole: Graph, base: set[str]) -> Graph:
    """The part of the whole graph that is drawn: where one began, what was opened, less what was shut."""
    nodes = set(base)
    for said in st.query_params.get_all("open"):
        most, role, node = opened(said)
        if node in whole:
            nodes |= {node, *nearest(whole, node, role, most)}
    graph = whole.subgraph(nodes).copy()
    for node in st.query_params.get_all("shut"):
        if node in graph:
            only = [other for other in around(graph, node) if around(graph, other) == {node}]
            graph.remove_nodes_from(only)
    return graph


def opened(said: str) -> tuple[int, str, str]:
    """What `open` in an address says: how many, of which role ("" for all), next to which node."""
    most, _, rest = said.partition(":")
    role, _, node = rest.partition(":")
    return (min(MOST, int(most)) if most.isdecimal() and len(most) < 5 else OPENED), role, node


def around(graph: Graph, node: str) -> set[str]:
    """The neighbours of a node, whatever the direction of the lines."""
    return set(nx.all_neighbors(graph, node)) - {node}


def nearest(whole: Graph, node: str, role: str = "", most: int = MOST) -> list[str]:
    """The neighbours of a node in a role, the best connected first, at most so many."""
    found = {other for other in around(whole, node) if not role or role in roles_between(whole, node, other)}
    return sorted(found, key=lambda other: (-whole.degree(other, weight="weight"), other))[:most]


def roles_between(graph: Graph, one: str, other: str) -> set[str]:
    """The roles on the lines between two nodes."""
    found: set[str] = set()
    for source, target in ((one, other), (other, one)):
        edges = graph.get_edge_data(source, target) or {}
        found |= {str(edge.get("role")) for edge in edges.values() if isinstance(edge, dict)}
    return found


def change(do: str, node: str, role: str = "", most: int = OPENED) -> None:
    """Opens, shuts or undoes; the state before is kept for undoing."""
    states = st.session_state.setdefault("network_before", [])
    now = (st.query_params.get_all("open"), st.query_params.get_all("shut"))
    if do == "undo":
        if not states:
            return
        after = states.pop()
    else:
        states.append(now)
        kept = [said for said in now[0] if opened(said)[2] != node]
        if do == "open":
            after = ([*kept, f"{most}:{role}:{node}"], [item for item in now[1] if item != node])
        else:
            after = (kept, [*(item for item in now[1] if item != node), node])
    for name, value in zip(("open", "shut"), after, strict=True):
        st.query_params[name] = value


# The picture -------------------------------------------------------------------------------------------


def placed(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """The drawing's data; the places of the last graph are kept for the runs that only choose a node."""
    key = (
        sorted(graph.nodes),
        sorted((one, other, str(edge)) for one, other, edge in graph.edges(data=True)),
    )
    held = st.session_state.get("network_placed")
    if not held or held[0] != key:
        held = st.session_state["network_placed"] = (key, json.dumps(network_data(graph)))
    data: dict[str, list[dict[str, Any]]] = json.loads(held[1])
    return data


def dressed(data: dict[str, list[dict[str, Any]]], graph: Graph, by: str) -> dict[str, list[dict[str, Any]]]:
    """The drawing's data with shapes by kind, colours as chosen, and lines told apart without colour."""
    values = sorted({str(graph.nodes[node["id"]].get(by) or "") for node in data["nodes"]} - {""})
    for node in data["nodes"]:
        about = graph.nodes[node["id"]]
        group = group_of(about)
        node["shape"] = SHAPES.get(group, "triangle")
        node["label"] = about.get("doc_number") or node["label"]  # long titles begin alike, numbers do not
        node["size"] = 16 if about.get("kind") == "document" else node["size"]
        node["color"] = COLOURS.get(group, node["color"])
        value = str(about.get(by) or "")
        if by != "group" and value:
            node["color"] = PALETTE[values.index(value) % len(PALETTE)]
            node["title"] += f"\n{BY[by]}：{ROLE_NAMES.get(value, value)}"
    for edge in data["edges"]:
        if edge.get("role") == "IMPLEMENTS":
            edge["dashes"] = [2, 4]
    if any(about.get("kind") == "document" for _, about in graph.nodes(data=True)):
        for edge in data["edges"]:
            verbs = graph.get_edge_data(edge["from"], edge["to"]).values()
            edge["title"] = "、".join(str(item.get("verb")) for item in verbs)
            edge["arrows"] = "to"
    return data


def group_of(about: Mapping[str, Any]) -> str:
    """What kind of node it is: unit, class of units, task, document, or one only cited."""
    if about.get("kind") == "document":
        return "cited" if about.get("stub") else "document"
    return "collective" if about.get("collective") else str(about.get("kind"))


def legend_line(graph: Graph, kind: str, by: str) -> list[str]:
    """What shapes, colours and lines mean, each with how many are drawn; the same words for the picture."""
    said, markup = [], []
    groups = Counter(group_of(about) for _, about in graph.nodes(data=True))
    for group, count in groups.items():
        glyph = GLYPHS[SHAPES.get(group, "triangle")]
        colour = COLOURS.get(group, "#777") if by == "group" or group == "measure" else "#777"
        said.append(f"{glyph} {NAMES.get(group, group)} {count}")
        markup.append(_key(glyph, colour, f"{NAMES.get(group, group)} {count}"))
    if by != "group":
        found = Counter(str(about.get(by) or "") for _, about in graph.nodes(data=True) if about.get(by))
        for index, value in enumerate(sorted(found)):
            label = f"{ROLE_NAMES.get(value, value)} {found[value]}"
            said.append(label)
            markup.append(_key("●", PALETTE[index % len(PALETTE)], label))
    roles = Counter(str(edge["role"]) for *_, edge in graph.edges(data=True) if edge.get("role"))
    for role, count in sorted(roles.items()):
        label = f"{ROLE_NAMES.get(role, role)} {count}"
        said.append(f"{LINES.get(role, '━')} {label}")
        markup.append(_key(LINES.get(role, "━")[0] * 2, ROLE_COLOURS.get(role, "#777"), label))
    if kind == "units":
        said.append("线越粗，共同承担的任务越多")
        markup.append('<span class="quiet">线越粗，共同承担的任务越多</span>')
    st.html(f'<div class="source">{"　".join(markup)}</div>')
    return said


def _key(glyph: str, colour: str, label: str) -> str:
    style = f"color:{text(colour)};font-size:1.1rem;-webkit-text-stroke:.3px #333"
    return f'<span aria-hidden="true" style="{style}">{text(glyph)}</span> {text(label)}'


def drawn(
    data: dict[str, list[dict[str, Any]]],
    graph: Graph,
    kind: str,
    by: str,
    whole: Graph,
    listed: list[dict[str, Any]],
    left_out: int,
) -> str | None:
    """The picture; returns the chosen node."""
    said = legend_line(graph, kind, by)
    title = f"单位协作图：{KINDS[kind]}"
    told = draw_network(
        data,
        chosen=remembered_node(graph),
        about={
            "kind": kind,
            "title": title,
            "legend": "　".join(said),
            "notes": [f"来源：{describe_document(row)}" for row in listed[:6]]
            + ([f"等 {len(listed)} 份文件"] if len(listed) > 6 else []),
            "may_undo": bool(st.session_state.get("network_before")),
        },
        key="drawing",
    )
    if told.asked:
        act(told.asked, whole)
    counts = f"{graph.number_of_nodes()} 个点，{graph.number_of_edges()} 条线"
    rest = f"；只画任务最多的单位，另有 {left_out} 个未画，可调“最多画几个”" if left_out else ""
    st.caption(f"{counts}{rest}。单击选中，双击或按回车展开、收起；方向键在点之间移动。")
    if kind != "documents":
        st.download_button(
            "保存为网页（一个文件，可离线打开）",
            lambda: standalone_html(graph, title).encode(),
            "单位协作图.html",
            "text/html",
            icon=":material/download:",
            on_click="ignore",
        )
    node = told.clicked if told.clicked in graph else None
    parts.in_address("node", node, None)
    return node


def act(asked: Mapping[str, Any], whole: Graph) -> None:
    """What a double click or a key asked for; each is done once."""
    if asked.get("time") == st.session_state.get("network_done"):
        return
    st.session_state["network_done"] = asked.get("time")
    node, do = str(asked.get("id") or ""), str(asked.get("do"))
    if do == "toggle" and node in whole:
        done = any(opened(said)[2] == node for said in st.query_params.get_all("open"))
        change("shut" if done else "open", node)
        st.rerun()
    if do == "undo":
        change("undo", "")
        st.rerun()


def remembered_node(graph: Any) -> str | None:
    """The node chosen in the drawing, else in the address, when it is in this graph."""
    state = st.session_state.get("drawing")
    node = state.get("clicked") if state else None
    if node is None:
        node = st.query_params.get("node")
    return node if node and node in graph else None


# The rows beside it ------------------------------------------------------------------------------------


def beside(graph: Graph, whole: Graph, kind: str, rows: list[dict[str, Any]], node: str | None) -> None:
    """What can be done with the chosen node and its rows; else all rows that are drawn."""
    if kind == "documents":
        if node is not None:
            chosen(graph, whole, node)
        links_beside(rows, graph, node)
        return
    shown = [
        row
        for row in rows
        if row["agency_id"] in graph
        and (kind == "units" or row["measure_id"] in graph)
        and (node is None or node in (row["agency_id"], row["measure_id"]))
    ]
    if node is None:
        st.markdown(f"**画出的责任（{len(shown)} 行）**")
    else:
        chosen(graph, whole, node, f"（{len(shown)} 行）")
        if kind == "units":
            joint(graph, node)
    if shown:
        with st.popover("复制、下载这张表", icon=":material/download:"):
            taking.take_rows(shown, "单位协作图中的责任", key="network")
    parts.reading_table(
        shown, [Column("责任单位", who, "narrow"), Column("任务", task)], key="rows", tall=True
    )


def chosen(graph: Graph, whole: Graph, node: str, count: str = "") -> None:
    """Name, a link to its page, how many neighbours, and buttons to open and shut it."""
    about = whole.nodes[node]
    page, named = "agency", {"agency": node}
    if about["kind"] == "measure":
        page, named = "measure", {"measure": node}
    if about["kind"] == "document":
        page, named = "document", {"document": node}
    every, seen = nearest(whole, node), around(graph, node)
    heading = f"{about.get('number', '')}{about['label']}"
    st.html(
        f'<div class="source"><b>{text(heading)}</b>{count} {parts.link(page, "打开 →", **named)}<br>'
        f'<span class="quiet">相邻 {len(every)} 个，画出 {len(seen)} 个</span></div>'
    )
    role = ""
    by_role = Counter(
        item for other in every for item in roles_between(whole, node, other) if item in ROLE_NAMES
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if by_role and about["kind"] == "agency":
            options = ["", *by_role]
            role = (
                st.selectbox(
                    "展开哪些",
                    options,
                    format_func=lambda key: (
                        f"{ROLE_NAMES[key]}（{by_role[key]}）" if key else f"全部（{len(every)}）"
                    ),
                    key=f"open-role:{node}",
                    width=150,
                )
                or ""
            )
        most = int(
            st.number_input(
                "至多几个", 1, MOST, min(OPENED, max(1, len(every))), key=f"most:{node}", width=120
            )
        )
        st.button("展开", on_click=change, args=("open", node, role, most), disabled=len(every) == len(seen))
        st.button("收起", on_click=change, args=("shut", node), disabled=not seen)


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
            f"《{row[side] or row.get('doc_number') or row[f'{side}_id']}》",
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


def joint(graph: Any, node: str) -> None:
    """With whom the chosen unit shares how many tasks."""
    found = sorted(graph[node].items(), key=lambda item: (-item[1]["weight"], item[0]))
    partners = [
        {"agency_id": other, "agency": graph.nodes[other]["label"], "measures": edge["weight"]}
        for other, edge in found
    ]

    def shared(row: Row) -> str:
        return parts.link("agency", str(row["measures"]), agency=node, other=row["agency_id"])

    columns = [Column("共同承担", parts.agency_link, "wide"), Column("任务", shared, "short")]
    st.html(parts.table_markup(partners[:12], columns))
