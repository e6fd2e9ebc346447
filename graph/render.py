"""networkx graphs as drawings: colours, vis-network data, a stand-alone page.

Names and titles come from documents anybody may have written: they are set as text, never as
mark-up. vis-network shows a `title` given as a string as plain text; labels go to a canvas.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from graph.analysis import Graph
from graph.fields import code_words
from graph.layout import Place, layout

# Okabe–Ito colours: told apart with any of the common colour-vision deficiencies.
ROLE_COLOURS = {"LEADS": "#D55E00", "SUPPORTS": "#0072B2", "IMPLEMENTS": "#009E73"}
ROLE_NAMES = code_words("role")
NODE_COLOURS = {"agency": "#56B4E9", "collective": "#CC79A7", "measure": "#F0E442"}
NODE_NAMES = {"agency": "单位", "collective": "统称单位", "measure": "任务"}
OTHER = "#7F7F7F"
SCALE = 55  # layout units ([-1, 1]) to pixels, for each square root of a node
SMALLEST = 420  # pixels, however few the nodes
QUOTE = 80  # characters of a quote in a hint

Places = dict[str, Place]


def places_of(graph: Graph) -> Places:
    """A place in pixels for every node, the same on every run."""
    size = max(SMALLEST, SCALE * len(graph) ** 0.5)
    return {node: (round(x * size, 1), round(y * size, 1)) for node, (x, y) in layout(graph).items()}


def network_data(graph: Graph, places: Places | None = None) -> dict[str, list[dict[str, Any]]]:
    """The graph for vis-network: nodes with id, label, title, place and colour; edges with theirs."""
    places = places_of(graph) if places is None else places
    most = max((tasks_of(graph, node) for node in graph), default=1)
    nodes = [
        _node(node, data, tasks_of(graph, node), most, places[node])
        for node, data in sorted(graph.nodes(data=True))
    ]
    edges = [
        _edge(index, one, other, data)
        for index, (one, other, data) in enumerate(
            sorted(graph.edges(data=True), key=lambda edge: (edge[0], edge[1], str(edge[2].get("role", ""))))
        )
    ]
    return {"nodes": nodes, "edges": edges}


def tasks_of(graph: Graph, node: str) -> int:
    """How many tasks a unit has: in all where that is known, else as drawn."""
    known = graph.nodes[node].get("measures")
    return int(known) if known is not None else int(graph.degree(node))


def _node(
    node: str, data: dict[str, Any], tasks: int, most: int, place: tuple[float, float]
) -> dict[str, Any]:
    kind = data.get("kind", "agency")
    group = "collective" if kind == "agency" and data.get("collective") else kind
    label = str(data.get("label") or node)
    lines = [label]
    if kind == "measure":
        lines = [f"{data.get('number', '')}{label}", str(data.get("document", ""))]
        lines.append("　".join(str(data[key]) for key in ("status", "date") if data.get(key)))
    elif kind == "agency":
        lines.append(f"{NODE_NAMES.get(group, '')}，承担任务{tasks}项")
    return {
        "id": node,
        "label": _short(label),
        "title": "\n".join(line for line in lines if line),
        "kind": kind,
        "shape": {"collective": "diamond", "measure": "square"}.get(group, "dot"),
        "color": NODE_COLOURS.get(group, OTHER),
        # The area grows with the tasks, up to the busiest of this picture.
        "size": round(8 + 26 * (tasks / max(36, most)) ** 0.5, 1) if kind == "agency" else 9,
        "x": place[0],
        "y": place[1],
    }


def _edge(index: int, one: str, other: str, data: dict[str, Any]) -> dict[str, Any]:
    role = data.get("role")
    if role:
        quote = str(data.get("quote") or "")
        quote = quote if len(quote) <= QUOTE else quote[: QUOTE - 1] + "…"
        title = "：".join(
            part for part in (data.get("role_text") or ROLE_NAMES.get(role, role), quote) if part
        )
        return {
            "id": str(index),
            "from": one,
            "to": other,
            "role": role,
            "title": title,
            "color": ROLE_COLOURS.get(role, OTHER),
            "width": 3 if role == "LEADS" else 1.5,
            "dashes": role == "SUPPORTS",
        }
    weight = int(data.get("weight", 1))
    return {
        "id": str(index),
        "from": one,
        "to": other,
        "title": f"共同承担{weight}项任务",
        "color": OTHER,
        "width": round(min(9.0, weight**0.5), 1),
    }


def _short(text: str, length: int = 14) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


# What pyvis's template still takes from a network: bootstrap from a CDN, and the comment about it.
REMOTE = re.compile(
    r"<script\b[^>]*\bsrc\s*=[^>]*>\s*</script>|<link\b[^>]*>|<!--.*?-->", re.DOTALL | re.IGNORECASE
)


def standalone_html(
    data: Mapping[str, list[dict[str, Any]]],
    title: str,
    legend: Iterable[Mapping[str, str]] = (),
    notes: Iterable[str] = (),
) -> str:
    """One HTML page that draws `network_data`, dressed or as it is, and asks the network for nothing.

    Above it stand the title, the legend (items of sign, colour, label) and the notes. pyvis writes the
    drawing; what its template would still fetch is cut out, the heading is our own escaped one, and a
    Content-Security-Policy shuts the rest.
    """
    from pyvis.network import Network

    # pyvis drops a second edge between the same two nodes unless the graph is directed.
    net = Network(height="86vh", width="100%", directed=True, cdn_resources="in_line", heading="")
    for node in data["nodes"]:
        fields = {key: value for key, value in node.items() if key not in ("id", "label", "kind")}
        # One "href" in any title makes pyvis show every title as mark-up; a word joiner keeps it text.
        fields["title"] = fields["title"].replace("href", "h\u2060ref")
        # The busiest can be read when the whole graph is in view, the others after zooming in.
        fields["font"] = {"size": round(16 + 1.5 * max(0.0, node["size"] - 8))}
        net.add_node(node["id"], label=node["label"], **fields)
    for edge in data["edges"]:
        fields = {"arrows": "", **{k: v for k, v in edge.items() if k not in ("from", "to")}}
        net.add_edge(edge["from"], edge["to"], **fields)
    net.set_options(json.dumps({"physics": {"enabled": False}, "interaction": {"hover": True}}))
    return _offline(net.generate_html(notebook=False), title, legend, notes)


def _offline(page: str, title: str, legend: Iterable[Mapping[str, str]], notes: Iterable[str]) -> str:
    """The page without anything remote, with a safe heading and the legend."""
    head = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{html.escape(title)}</title>"
    )
    items = "".join(
        '<span style="margin-right:1.2em;white-space:nowrap">'
        f'<b style="color:{html.escape(item["colour"])};-webkit-text-stroke:.3px #333">'
        f"{_GLYPHS.get(item['sign'], '')}</b> {html.escape(item['label'])}</span>"
        for item in legend
    )
    top = f'<h1 style="font-size:1.2rem">{html.escape(title)}</h1><p>{items}</p>'
    top += "".join(f'<p style="font-size:.85rem;margin:.1rem 0">{html.escape(note)}</p>' for note in notes)
    # Only outside of scripts: the inlined library holds such strings of its own.
    parts = re.split(
        r"(<script>.*?</script>|<script type=\"text/javascript\">.*?</script>)", page, flags=re.S
    )
    parts = [part if index % 2 else REMOTE.sub("", part) for index, part in enumerate(parts)]
    clean = "".join(parts)
    clean = clean.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{head}', 1)
    return re.sub(r"<body>", lambda found: found.group() + top, clean, count=1)


_GLYPHS = {
    "dot": "●", "diamond": "◆", "square": "■", "triangle": "▲", "patch": "▬",
    "line": "━", "thick": "━━", "dashed": "╍", "dotted": "┉",
}  # fmt: skip
