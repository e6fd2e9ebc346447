"""单位协作图: who answers for what, or who works with whom; the rows beside it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from graph.analysis import agency_measure_graph, co_work_graph
from graph.render import legend, network_data, standalone_html
from views import parts
from views.drawing import draw_network
from views.parts import Column, Row, text

KINDS = {"tasks": "单位与任务", "units": "单位与单位"}
# More than this is a ball of wool: the units with most tasks are drawn, the caption says so.
UNITS_DRAWN = 30
GLYPHS = {"dot": "●", "diamond": "◆", "square": "■", "line": "━"}


def page() -> None:
    """Filters, the picture with its legend, the rows it was drawn from."""
    st.title("单位协作图")
    scope = parts.document_filter()
    rows = parts.rows_of("responsibilities", **scope)
    kind, roles, units, at_most = filters(rows)
    rows, left_out = select(rows, roles, units, at_most)
    if not rows:
        st.info("所选范围内没有责任单位。", icon=":material/info:")
        return
    graph = agency_measure_graph(rows) if kind == "tasks" else co_work_graph(rows)
    picture, table = st.columns([7, 4], gap="medium")
    with picture:
        legend_line(kind)
        clicked = draw_network(network_data(graph), chosen=remembered_node(graph), key="drawing")
        counts = f"{graph.number_of_nodes()} 个点，{graph.number_of_edges()} 条线"
        st.caption(
            counts
            + (f"；只画任务最多的单位，另有 {left_out} 个未画，可调“最多画”" if left_out else "")
            + "。"
        )
        st.download_button(
            "保存为网页（一个文件，可离线打开）",
            lambda: standalone_html(graph, f"单位协作图：{KINDS[kind]}").encode(),
            "单位协作图.html",
            "text/html",
            icon=":material/download:",
            on_click="ignore",
        )
    node = clicked if clicked in graph else None
    parts.in_address("node", node, None)
    with table:
        beside(graph, kind, rows, node)
    parts.sources(rows)


def filters(rows: list[dict[str, Any]]) -> tuple[str, list[str], list[str], int]:
    """What to draw: kind, roles (none is all), units (none is all), and at most how many units."""
    left, middle, right, last = st.columns([3, 3, 4, 2])
    kind = left.radio(
        "画什么",
        list(KINDS),
        format_func=lambda key: KINDS.get(key, key),
        horizontal=True,
        key=parts.remembered("kind", "tasks", KINDS),
    )
    with middle:
        roles = parts.role_filter()
    names = {str(row["agency_id"]): str(row["agency"]) for row in rows}
    units = right.multiselect(
        "单位（连同与它共同承担任务的单位）",
        sorted(names, key=lambda key: names[key]),
        format_func=lambda key: names.get(key, key),
        placeholder="全部单位",
        key=parts.remembered("unit", [], names),
    )
    at_most = int(last.number_input("最多画几个单位", 2, 300, key=parts.remembered("most", UNITS_DRAWN)))
    parts.in_address("kind", kind, "tasks")
    parts.in_address("unit", units, [])
    parts.in_address("most", at_most, UNITS_DRAWN)
    return str(kind), roles, units, at_most


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


def legend_line(kind: str) -> None:
    """What colours and shapes mean in this picture."""
    used = [item for item in legend() if kind == "tasks" or item["shape"] in ("dot", "diamond")]
    shown = "　".join(
        f'<span style="color:{text(item["colour"])};font-size:1.1rem;-webkit-text-stroke:.3px #555">'
        f"{GLYPHS.get(item['shape'], '●')}</span> {text(item['text'])}"
        for item in used
    )
    more = "" if kind == "tasks" else "　━ 共同承担任务，越粗越多"
    st.html(f'<div class="source">{shown}{more}　<span class="quiet">点一个点看它的任务</span></div>')


def remembered_node(graph: Any) -> str | None:
    """The node chosen in the drawing, else in the address, when it is in this graph."""
    state = st.session_state.get("drawing")
    node = state.get("clicked") if state else None
    if node is None:
        node = st.query_params.get("node")
    return node if node and node in graph else None


def beside(graph: Any, kind: str, rows: list[dict[str, Any]], node: str | None) -> None:
    """The rows of the chosen node, or all rows, and a csv of them."""
    if node is None:
        st.markdown(f"**全部责任（{len(rows)} 行）**")
        shown = rows
    else:
        what = graph.nodes[node]
        page, named = ("agency", {"agency": node})
        shown = [row for row in rows if node in (row["agency_id"], row["measure_id"])]
        if what["kind"] == "measure":
            page, named = ("document", {"document": what["document_id"], "measure": node})
        heading = f"{what.get('number', '')}{what['label']}"
        st.html(
            f'<div class="source"><b>{text(heading)}</b>（{len(shown)} 行）'
            f"{parts.link(page, '打开 →', **named)}</div>"
        )
        if kind == "units":
            joint(graph, node)
    columns = [Column("责任单位", who, "narrow"), Column("任务", task)]
    parts.reading_table(shown, columns, key="rows", tall=True)
    parts.download_rows(shown, "单位协作图", key="csv")


def who(row: Row) -> str:
    """The unit under its role."""
    return f"{parts.role_badge(row)}<br>{parts.agency_link(row)}"


def task(row: Row) -> str:
    """The task over 文号 or date with the badges; the whole source stands below the picture."""
    number = text(row.get("doc_number") or row.get("date"))
    return f'{parts.measure_link(row)}<br><span class="quiet">{number}</span> {parts.status_badges(row)}'


def joint(graph: Any, node: str) -> None:
    """With whom the chosen unit shares how many tasks."""
    found = sorted(graph[node].items(), key=lambda item: (-item[1]["weight"], item[0]))
    partners = [
        {"agency_id": other, "agency": graph.nodes[other]["label"], "measures": edge["weight"]}
        for other, edge in found
    ]
    columns = [
        Column("共同承担", parts.agency_link, "wide"),
        Column("任务", parts.plain("measures"), "short"),
    ]
    st.html(parts.table_markup(partners[:12], columns))
