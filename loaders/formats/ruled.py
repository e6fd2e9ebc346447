"""Tables that a page draws with ruling lines: the lines as a grid, the text of each cell.

Every line or thin box on the page is a segment; segments that touch are one table; where no segment parts
two places of its grid, they are one (merged) cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw

from loaders.formats.compose import Box

Rect = tuple[float, float, float, float]  # left, bottom, right, top in points

MAX_PATHS = 4000  # drawn objects of a page: one with more is a drawing
MAX_SEGMENTS = 1200
MAX_PLACES = 4000  # places of a grid
THIN = 3.0  # points: a box as thin as this is a line
MAX_PAD = 6.0  # points between a cell's line and its text; Word's own is 5.4
NEAR = 3.0  # points: lines as near as this touch


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table on a page: where it stands (points), its cells and how many rows and columns it has.

    One that is not `lined` was told by the white between its columns and rows (aligned.py).
    """

    page: int
    top: float
    bottom: float
    boxes: tuple[Box, ...]
    height: int
    width: int
    lined: bool = True


def tables(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, number: int) -> list[Ruled]:
    """The ruled tables of a page from top to bottom; one row or one column is a frame and no table."""
    segments = _segments(page)
    if not 6 <= len(segments) <= MAX_SEGMENTS:
        return []
    runs = [text.get_rect(i) for i in range(min(text.count_rects(), MAX_PATHS))]
    found = []
    for group in _touching(segments):
        xs = _places(s[0] for s in group if s[2] - s[0] <= THIN)
        ys = _places(s[1] for s in group if s[3] - s[1] <= THIN)
        if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > MAX_PLACES:
            continue
        boxes = tuple(_cells(group, xs, ys[::-1], text, runs))
        if any(box.text for box in boxes):
            found.append(Ruled(number, ys[-1], ys[0], boxes, len(ys) - 1, len(xs) - 1))
    return sorted(found, key=lambda table: -table.top)


def _segments(page: pypdfium2.PdfPage) -> list[Rect]:
    """Horizontal and vertical lines of the page; a stroked box is its four sides."""
    out: list[Rect] = []
    for count, item in enumerate(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])):
        if count >= MAX_PATHS or len(out) > MAX_SEGMENTS:
            return []
        left, bottom, right, top = item.get_bounds()
        if right - left <= THIN or top - bottom <= THIN:
            if right - left > NEAR or top - bottom > NEAR:
                out.append((left, bottom, right, top))
        else:
            out += [
                (left, bottom, left, top),
                (right, bottom, right, top),
                (left, bottom, right, bottom),
                (left, top, right, top),
            ]
    return out


def _touching(segments: Sequence[Rect]) -> list[list[Rect]]:
    """The segments in groups that hang together."""
    places = np.array(segments)
    free = np.ones(len(segments), dtype=bool)
    groups: list[list[Rect]] = []
    for first in range(len(segments)):
        if not free[first]:
            continue
        free[first] = False
        group, front = [], [first]
        while front:
            one = front.pop()
            group.append(segments[one])
            left, bottom, right, top = segments[one]
            near = free & (places[:, 0] <= right + NEAR) & (places[:, 2] >= left - NEAR)
            near &= (places[:, 1] <= top + NEAR) & (places[:, 3] >= bottom - NEAR)
            free &= ~near
            front += [int(i) for i in np.flatnonzero(near)]
        groups.append(group)
    return groups


def _places(values: Iterator[float]) -> list[float]:
    """Where lines stand, those nearly at one place once, in order."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def _cells(
    group: Sequence[Rect],
    xs: Sequence[float],
    ys: Sequence[float],
    text: pypdfium2.PdfTextPage,
    runs: Sequence[Rect],
) -> Iterator[Box]:
    """The cells of the grid from xs (left to right) and ys (top to bottom)."""
    upright = _lines_at(xs, [(s[0], s[1], s[3]) for s in group if s[2] - s[0] <= THIN])
    flat = _lines_at(ys, [(s[1], s[0], s[2]) for s in group if s[3] - s[1] <= THIN])
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            width = height = 1
            level, middle = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
            while column + width < len(xs) - 1 and not _parted(upright[column + width], level):
                width += 1
            while row + height < len(ys) - 1 and not _parted(flat[row + height], middle):
                height += 1
            taken |= {(r, c) for r in range(row, row + height) for c in range(column, column + width)}
            area = (xs[column], ys[row + height], xs[column + width], ys[row])
            yield Box(row, column, said(area, text, runs), height, width)


def _lines_at(
    places: Sequence[float], lines: Sequence[tuple[float, float, float]]
) -> list[list[tuple[float, float]]]:
    """For each place of the grid, from where to where lines run there."""
    return [[(start, end) for at, start, end in lines if abs(at - place) <= NEAR] for place in places]


def _parted(lines: Sequence[tuple[float, float]], at: float) -> bool:
    return any(start - 1 <= at <= end + 1 for start, end in lines)


def said(area: Rect, text: pypdfium2.PdfTextPage, runs: Sequence[Rect]) -> str:
    """A cell's text; a line with no room for what begins the next goes on in it."""
    left, bottom, right, top = area
    inside = [r for r in runs if left <= (r[0] + r[2]) / 2 <= right and bottom <= (r[1] + r[3]) / 2 <= top]
    lines: list[list[Rect]] = []
    for run in sorted(inside, key=lambda r: (-r[3], r[0])):
        middle = (run[1] + run[3]) / 2
        if lines and lines[-1][0][1] <= middle <= lines[-1][0][3]:
            lines[-1].append(run)
        else:
            lines.append([run])
    edges = [
        (min(r[0] for r in line), min(r[1] for r in line), max(r[2] for r in line), max(r[3] for r in line))
        for line in lines
    ]
    words = [text.get_text_bounded(*e).replace("\r", "").replace("\n", "").strip() for e in edges]
    pad = min((e[0] - left for e in edges), default=0.0)
    room = right - left - 2 * min(max(pad, 1.0), MAX_PAD)
    out = ""
    for edge, line, after in zip(edges, words, [*words, ""][1:], strict=True):
        out += line
        width = edge[2] - edge[0]
        wide = max(edge[3] - edge[1], width / max(1, len(line)))  # of one character
        # a mark that may not begin a line takes the character before it along
        taken = 2 if after[1:2] and after[1] in "、，。；：）)”》" else 1
        if width + (taken + 0.2) * wide < room and not line.endswith(("、", "，")):
            out += "\n"
    return out.strip()
