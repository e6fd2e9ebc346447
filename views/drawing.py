"""A network as a Streamlit component: drawn by vis-network, a click tells Python the node.

An own `st.components.v2` component of a few lines, because what there is runs scripts from
hostile names (st-link-analysis), asks a CDN or tells no click (pyvis). The library is the one that
the installed pyvis brings: nothing is fetched, nothing is copied into the repository.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


@cache
def _vis_network() -> str:
    """The text of vis-network.min.js, the newest that pyvis brings."""
    root = files("pyvis") / "lib"
    versions = sorted(item.name for item in root.iterdir() if item.name.startswith("vis-"))
    return (root / versions[-1] / "vis-network.min.js").read_text("utf-8")


def _component() -> Any:
    # Named by what it is made of: registering anew in each run is then the same component.
    return st.components.v2.component(
        "duty_network",
        html='<div class="drawing" role="img" aria-label="单位协作图，内容同旁边的表"></div>',
        css=(HERE / "drawing.css").read_text("utf-8"),
        js=_vis_network() + "\n" + (HERE / "drawing.js").read_text("utf-8"),
    )


def draw_network(data: dict[str, list[dict[str, Any]]], *, chosen: str | None, key: str) -> str | None:
    """Draws graph.render.network_data and returns the id of the clicked node.

    "" is a click beside the nodes, None no click yet.
    """
    result = _component()(
        key=key,
        # As one string: the drawing is made anew only when it differs.
        data={"graph": json.dumps(data, ensure_ascii=False), "chosen": chosen},
        default={"clicked": chosen},
        height=562,
        on_clicked_change=lambda: None,
    )
    clicked = result.get("clicked")
    return clicked if isinstance(clicked, str) else None
