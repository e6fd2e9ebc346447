"""Tables that a page sets without lines: columns and rows told apart by the white between them.

Such a table is known by its header alone: a line of header words, numbers first (序号 任务 责任单位 …). It
is read only where everything is plain: below every header word a column that white parts from the next,
and in every row, parted by more white than its own lines are, exactly one number that counts on. Anything
else stays text; where that text has such a header, the reader of flattened tables says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2

from loaders.formats.compose import Box
from loaders.formats.ruled import MAX_PATHS, Rect, Ruled, said
from loaders.tables.columns import MIN_COLUMNS, ROLE, TASKS, column_of, numbering_words

RIVER = 3.0  # points of white at least between two columns
CLEAR = 1.3  # how much more white parts rows than the lines of one
MAX_LINES = 400  # of a page


@dataclass(frozen=True, slots=True)
class _Line:
    """What a page prints at one height, from left to right."""

    runs: tuple[Rect, ...]
    words: tuple[str, ...]

    @property
    def top(self) -> float:
        """Its upper edge."""
        return max(run[3] for run in self.runs)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return min(run[1] for run in self.runs)


def table(text: pypdfium2.PdfTextPage, printed: str, number: int) -> Ruled | None:
    """The table that a page sets without lines; None without one, or where anything about it is open.

    `printed` is all text of the page.
    """
    if numbering_words().isdisjoint(printed.split()):
        return None
    runs = [text.get_rect(i) for i in range(min(text.count_rects(), MAX_PATHS))]
    lines = _lines(text, runs)
    first = next((i for i, line in enumerate(lines) if _is_header(line.words)), None)
    if first is None or len(lines) > MAX_LINES:
        return None
    header = lines[first]
    last = next((n for n in range(len(lines), first + 1, -1) if _columns(lines[first:n], header)), None)
    if last is None:
        return None
    columns = _columns(lines[first:last], header)
    rows = _rows(lines[first + 1 : last], columns[0])
    if not rows:
        return None
    groups = [[header], *rows]
    edges = [(max(line.top for line in g), min(line.bottom for line in g)) for g in groups]
    ys = [edges[0][0] + 1, *((a[1] + b[0]) / 2 for a, b in pairwise(edges)), edges[-1][1] - 1]
    boxes = tuple(
        Box(row, column, said((left - 1, ys[row + 1], right + 1, ys[row]), text, runs), 1, 1)
        for row in range(len(ys) - 1)
        for column, (left, right) in enumerate(columns)
    )
    return Ruled(number, ys[0], ys[-1], boxes, len(ys) - 1, len(columns), lined=False)


def _lines(text: pypdfium2.PdfTextPage, runs: Sequence[Rect]) -> list[_Line]:
    """The runs of a page as lines from top to bottom."""
    groups: list[list[Rect]] = []
    for run in sorted(runs, key=lambda r: (-(r[1] + r[3]), r[0])):
        middle = (run[1] + run[3]) / 2
        if groups and groups[-1][0][1] <= middle <= groups[-1][0][3]:
            groups[-1].append(run)
        else:
            groups.append([run])
    out = []
    for group in groups:
        words = [(run, text.get_text_bounded(*run).strip()) for run in sorted(group)]
        if kept := [(run, word) for run, word in words if word]:
            out.append(_Line(tuple(run for run, _ in kept), tuple(word for _, word in kept)))
    return out


def _is_header(words: Sequence[str]) -> bool:
    kinds = [found.kind for word in words if (found := column_of(word))]
    known = MIN_COLUMNS <= len(words) == len(kinds)
    return known and kinds[0] == "number" and ROLE in kinds and bool(set(TASKS) & set(kinds))


def _columns(lines: Sequence[_Line], header: _Line) -> list[tuple[float, float]]:
    """From where to where the columns go that white parts all the way; empty unless one a header word."""
    spans = sorted((run[0], run[2]) for line in lines for run in line.runs)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] + RIVER:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    fits = len(columns) == len(header.runs) and all(
        left <= run[0] and run[2] <= right for (left, right), run in zip(columns, header.runs, strict=True)
    )
    return columns if fits else []


def _rows(lines: Sequence[_Line], numbers: tuple[float, float]) -> list[list[_Line]]:
    """The lines row by row: as many rows as numbers in the first column, the white between them telling."""
    counted = [_number(line, numbers) for line in lines]
    expected = [number for number in counted if number is not None]
    if not expected or expected != list(range(expected[0], expected[0] + len(expected))):
        return []
    white = [above.bottom - below.top for above, below in pairwise(lines)]
    for least in sorted(set(white), reverse=True) if white else [0.0]:
        rows = [[lines[0]]]
        told = [[counted[0]]]
        for line, number, gap in zip(lines[1:], counted[1:], white, strict=True):
            if gap >= least:
                rows.append([])
                told.append([])
            rows[-1].append(line)
            told[-1].append(number)
        own = [[number for number in row if number is not None] for row in told]
        while own and not own[-1]:  # what stands below the table
            own.pop()
        if all(len(row) == 1 for row in own) and len(own) == len(expected):
            inside = max((gap for gap in white if gap < least), default=None)
            clear = inside is None or least > max(CLEAR * inside, inside + 1)
            return rows[: len(own)] if clear else []
    return []


def _number(line: _Line, column: tuple[float, float]) -> int | None:
    """The number that a line has in the first column."""
    run, word = line.runs[0], line.words[0].rstrip(".．、")
    return int(word) if run[2] <= column[1] and word.isascii() and word.isdigit() and len(word) < 5 else None
