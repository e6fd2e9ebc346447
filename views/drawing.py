"""A network as a Streamlit component: drawn by vis-network, clicks and keys tell Python the node.

An own `st.components.v2` component of a few lines, because what there is runs scripts from
hostile names (st-link-analysis), asks a CDN or tells no click (pyvis). The library is the one that
the installed pyvis brings: nothing is fetched, nothing is copied into the repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        html='<div class="frame"><div class="legend"></div><div class="tools"></div>'
        '<div class="drawing"></div><div class="said" aria-live="polite"></div></div>',
        css=(HERE / "drawing.css").read_text("utf-8"),
        js=_vis_network() + "\n" + (HERE / "drawing.js").read_text("utf-8"),
    )


def wish(key: str) -> Mapping[str, Any] | None:
    """What the drawing last asked for, None before anything.

    {"do": "toggle", "id": node}, {"do": "undo"} or {"do": "pin", "pins": [[node, x, y], ...]}, with the
    "time" it was asked; the same again until the next one.
    """
    asked = (st.session_state.get(key) or {}).get("asked")
    return asked if isinstance(asked, Mapping) else None


def draw_network(
    data: dict[str, list[dict[str, Any]]],
    *,
    chosen: str | None,
    pins: Sequence[tuple[str, float, float]],
    about: Mapping[str, Any],
    key: str,
) -> str | None:
    """Draws graph.render.network_data; returns the chosen node ("" for none, None before any click).

    `pins` are the nodes held at a place; `about` says what the saved picture says (title, legend,
    notes), whether there is a step to take back, and how many pins there may be.
    """
    result = _component()(
        key=key,
        # As one string: the drawing is changed only when it differs.
        data={
            "graph": json.dumps(data, ensure_ascii=False),
            "chosen": chosen,
            "pins": [list(pin) for pin in pins],
            "about": dict(about),
        },
        default={"clicked": chosen, "asked": None},
        height="content",
        on_clicked_change=lambda: None,
        on_asked_change=lambda: None,
    )
    clicked = result.get("clicked")
    return clicked if isinstance(clicked, str) else None
