"""What kind of document a text is, and so what may be read from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.structure.lines import Line, squeeze
from loaders.types import Item
from loaders.wording import pattern, rows


def gate(title: str | None, attached: str | None, head: Sequence[Line]) -> str | None:
    """The title's gate; without a title the first line may still say that this is no plan."""
    if title is not None:
        return gate_of(title, attached)
    first = squeeze(head[0].text[:80]) if head else ""
    named = gate_of(first, None) if first and not re.search(r"[。；]", first) else None
    if named == "none":
        return named
    addressed = pattern("structure", "addressees")
    return "addressed" if any(addressed.search(squeeze(line.text[:400])) for line in head[:20]) else None


def gate_of(title: str | None, attached: str | None) -> str | None:
    """What kind of document the title tells of (see Facts.gate); of a notice, what it issues."""
    if title is None:
        return None
    issued = pattern("structure", "issued").search(title)
    inner = attached or (str(issued["title"]) if issued else title)
    kinds = [kind for name in (inner, title) if (kind := _kind(name))]
    return "none" if "none" in kinds[-1:] else next(iter(kinds), "labels")


def _kind(name: str) -> str | None:
    """The gate of a single title."""
    for row in rows("structure")["gates"]:
        if re.search(row["pattern"], name) and not (row.get("except") and re.search(row["except"], name)):
            return str(row["kind"])
    return None


def other_body(lines: Sequence[Line], first: int) -> bool:
    """Whether the first or last lines say that this is a law or a piece of news."""
    near = [*lines[:5], *lines[first : first + 3], *lines[-2:]]
    return any(pattern("structure", "bodies").search(line.text[:400]) for line in near)


def plans(items: Sequence[Item]) -> bool:
    """Whether headings are those of a plan (主要任务, 保障措施 …)."""
    headings = pattern("structure", "plan_headings")
    return any(not item.leaf and headings.search(item.title) for item in items)
