"""Units as a document prints them: which annotation names them, in what order, with what between.

An edge keeps where it was read (offsets in the document's text), and the text is in the graph;
everything here is derived from the two. A measure with two annotations ("……（甲牵头）……（乙牵头）")
has two passages; a labelled list over several lines is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Row = Mapping[str, Any]

OPEN, CLOSE = "（(【[〔", "）)】]〕"
SENTENCE_END = "。！？!?\n"
LABEL_LIMIT = 16
"""Characters between two units of one list that are still labels (。配合单位及协办单位：), not a task."""
PUNCTUATION = re.compile("[、；;，,/／]")
WORD = re.compile(r"\s*(和|与|及|以及|暨)\s*")
DEFAULT = "、"


@dataclass(frozen=True, slots=True)
class Place:
    """One printed mention of the agency of `duty`, at start..end of the document's text."""

    start: int
    end: int
    basis: str
    duty: Row


@dataclass(frozen=True, slots=True)
class Passage:
    """The mentions of one annotation in printed order; `task` is the start and end of what it follows."""

    places: tuple[Place, ...]
    task: tuple[int, int]


def places(duties: Iterable[Row]) -> list[Place]:
    """Every mention of these duties, in printed order."""
    found = []
    for duty in duties:
        starts, ends = duty.get("starts") or (), duty.get("ends") or ()
        bases = duty.get("bases") or [duty.get("basis")] * len(starts)
        for start, end, basis in zip(starts, ends, bases, strict=False):
            found.append(Place(start, end, str(basis), duty))
    return sorted(found, key=lambda place: (place.start, place.end, str(place.duty["agency_id"])))


def passages(text: str, start: int, end: int, duties: Iterable[Row]) -> list[Passage]:
    """The passages of a measure at start..end of the document's text; one without places has none.

    Only annotations part a measure: a sentence in between belongs to the annotation after it,
    what a heading or an earlier measure says belongs to the first.
    """
    found = places(duties)
    if not found:
        return []
    noted = [p for p in found if p.basis == "annotation" and start <= p.start < end]
    cuts = [one.end for one, other in pairwise(noted) if not _together(text, start, one, other)]
    groups: list[list[Place]] = [[] for _ in range(len(cuts) + 1)]
    for place in found:
        inside = start <= place.start < end
        groups[sum(cut <= place.start for cut in cuts) if inside else 0].append(place)
    edges = [start, *cuts, end]
    return [Passage(tuple(group), (edges[n], edges[n + 1])) for n, group in enumerate(groups) if group]


def _together(text: str, floor: int, one: Place, other: Place) -> bool:
    """Whether two mentions stand in the same annotation."""
    if other.start <= one.end:
        return True
    between = text[one.end : other.start]
    left = _left_at(between)
    if left is not None:
        opened = _left_at("".join(reversed(between[left:])), CLOSE, OPEN)
        outside = between[left : len(between) - opened] if opened is not None else between[left:]
        return not re.search(r"\w", outside)  # （牵头单位：甲）（配合单位：乙）
    if not any(mark in between for mark in SENTENCE_END):
        return True
    if _left_at("".join(reversed(text[floor : one.start])), CLOSE, OPEN) is not None:
        return True  # inside brackets
    return len(re.sub(r"\W", "", between)) <= LABEL_LIMIT


def _left_at(text: str, opening: str = OPEN, closing: str = CLOSE) -> int | None:
    """The place after the last bracket that `text` closes without having opened it; None without any."""
    depth, found = 0, None
    for index, char in enumerate(text):
        if char in opening:
            depth += 1
        elif char in closing:
            if not depth:
                found = index + 1
            depth = max(0, depth - 1)
    return found


def listing(
    text: str,
    found: Sequence[Place],
    name: Callable[[Place], str],
    order: Callable[[Row], Any] | None = None,
) -> str:
    """The units of these places in one line, each once, with the printed separators between them.

    With `order` (a sort key over duties) they stand in that order, with 、 between them; a list that
    goes on in print (等) ends so.
    """
    first: dict[str, Place] = {}
    for place in found:
        first.setdefault(place.duty["agency_id"], place)
    units = list(first.values())
    if order is not None:
        units.sort(key=lambda place: order(place.duty))
        shown = DEFAULT.join(name(place) for place in units)
    else:
        parts = [name(units[0])] if units else []
        for one, other in pairwise(units):
            parts += [separator(text[one.end : other.start]), name(other)]
        shown = "".join(parts)
    goes_on = any(p.duty.get("open_list") and text[p.end :].lstrip().startswith("等") for p in found)
    return shown + ("等" if goes_on else "")


def separator(between: str) -> str:
    """The separator in the text between two units: 、；，和 as printed, 、 where there is none.

    >>> separator("。配合单位：甲，")
    '，'
    """
    word = WORD.fullmatch(between)
    if word:
        return word[1]
    marks = PUNCTUATION.findall(between)
    return marks[-1] if marks else DEFAULT
