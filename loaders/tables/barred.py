"""Tables as lines with bars between the cells; a row with fewer is placed by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from graph.model import Problem
from loaders.structure.lines import Line, lines_of
from loaders.structure.numbering import numbered
from loaders.tables.columns import MAX_COLUMNS, MIN_COLUMNS, ROLE, Column, column_of
from loaders.tables.grid import is_sheet
from loaders.tables.looks import NUMBER, lists_units, suits
from loaders.types import Cell, Table

MAX_LINES = 40  # lines of a row
MAX_CELL = 2000  # characters of a line that may be a cell
MAX_HEADING = 80  # characters of a line between rows that heads the next ones
OWN_PLACE, NEAR = 2.5, 1.0  # what speaks for the places that a row's bars give its cells; no clear lead
BAR = re.compile(r"[|｜]")
RULE = re.compile(r"[-—－:=+|｜\s]+")
MAX_SHORT = 20_000  # rows of a text that are placed by what their cells look like


def barred(text: str) -> tuple[list[Table], list[Problem]]:
    """The tables whose rows are lines with bars, and a problem for each cell that was left out."""
    lines = [line for line in lines_of(text) if line.text.strip() and not RULE.fullmatch(line.text)]
    found: list[Table] = []
    problems: list[Problem] = []
    at = 0
    while at < len(lines):
        columns = _bar_header(lines[at])
        if not columns:
            at += 1
            continue
        rows, doubts, after = _bar_rows(lines, at + 1, columns)
        table = table_of(_bar_cells(lines[at]), rows) if rows else None
        at += 1
        if table is not None and is_sheet(text, table):
            found.append(table)
            problems.extend(doubts)
            at = after
    return found, problems


def _bar_header(line: Line) -> list[Column]:
    """The columns by a line of header words between bars; empty where it is none."""
    cells = _bar_cells(line)
    if not 2 <= len(cells) <= MAX_COLUMNS + 2:
        return []
    columns = [column_of(cell.text) for cell in cells]
    known = [column for column in columns if column is not None]
    enough = len(known) * 2 >= len(cells) and (len(cells) >= MIN_COLUMNS or len(known) == len(cells))
    if not enough or not any(column.kind == ROLE for column in known):
        return []
    return [column or Column("other") for column in columns]


def _bar_cells(line: Line, width: int | None = None) -> list[Line]:
    """The cells between the bars of a line, blank ones too; above `width` only bars with a blank part.

    A bar at either end of the line parts nothing, unless it takes the blank cell there to make up `width`.
    """
    cells: list[Line] = []
    for pattern in (r"[|｜]", r"(?:(?<=\s)|^)[|｜]|[|｜](?=\s|$)"):
        edges = [(m.start(), m.end()) for m in re.finditer(pattern, line.text)]
        ends = [*(start for start, _ in edges), len(line.text)]
        whole = []
        for start, end in zip([0, *(end for _, end in edges)], ends, strict=True):
            inner = line.text[start:end]
            kept = inner.strip()
            begin = line.start + start + (inner.index(kept) if kept else 0)
            whole.append(Line(kept, begin, begin + len(kept)))
        first = 1 if edges and not whole[0].text else 0
        last = len(whole) - (1 if len(whole) > 1 and not whole[-1].text else 0)
        ways = [whole[first:last], whole[:last], whole[first:], whole]
        cells = next((way for way in ways if len(way) == width), ways[0])
        if width is None or len(cells) <= width:
            break
    return cells


def _bar_rows(
    lines: Sequence[Line], first: int, columns: Sequence[Column]
) -> tuple[list[list[tuple[int, Line]]], list[Problem], int]:
    """The rows from line `first` on as (column, cell) pairs, what was left out, and the line after them."""
    rows: list[list[tuple[int, Line]]] = []
    problems: list[Problem] = []
    at, short = first, 0
    while at < len(lines):
        line = lines[at]
        if not BAR.search(line.text):
            with_bars = (BAR.search(each.text) is not None for each in lines[at + 1 : at + 3])
            ahead = next((count for count, found in enumerate(with_bars, 1) if found), 0)
            between = lines[at : at + ahead]
            if rows and _goes_on(rows[-1], lines[at - 1], line, columns, bool(ahead)):
                column, cell = rows[-1][-1]
                rows[-1][-1] = (column, Line(f"{cell.text}\n{line.text}", cell.start, line.end))
                at += 1
                continue
            if not ahead or any(len(each.text) > MAX_HEADING for each in between):
                break
            rows.extend([(0, each)] for each in between)
            at += ahead
            continue
        cells = _bar_cells(line, len(columns))
        cells, more = _whole(cells, lines[at + 1 : at + 1 + MAX_LINES], columns)
        at += 1 + more
        filled = [cell for cell in cells if cell.text]
        if not filled:
            continue
        if len(filled) == 1:
            column = cells.index(filled[0]) if len(cells) == len(columns) else 0
            rows.append([(column if lists_units(filled[0].text) else 0, filled[0])])
            continue
        short += len(filled) < len(columns)
        placed = _bar_places(cells, columns) if short <= MAX_SHORT else []
        if placed:
            rows.append([(column, cell) for column, cell in placed if cell.text])
            problems.extend(left_out(filled, [placed]))
        else:
            span = (filled[0].start, filled[-1].end)
            message = (
                f"这一行有 {len(cells)} 格，表头有 {len(columns)} 列，对不上，没有读取；"
                "请补齐或用原始文件（Word、Excel 或网页）导入。"
            )
            problems.append(Problem("not_understood", span, line.text[:200], message))
    return rows, problems, at


def _goes_on(
    row: Sequence[tuple[int, Line]],
    above: Line,
    line: Line,
    columns: Sequence[Column],
    inside: bool,
) -> bool:
    """Whether a line without bars goes on with the list of units at the end of the row above it."""
    if len(row) < 2 or columns[row[-1][0]].kind != ROLE or len(line.text) > MAX_CELL:
        return False
    return above.text.endswith(("、", "，", ",")) or (inside and lists_units(line.text))


def _whole(cells: list[Line], following: Sequence[Line], columns: Sequence[Column]) -> tuple[list[Line], int]:
    """A numbered row whose cells broke into several lines, put together, and how many lines that took."""
    if columns[0].kind != "number" or not cells or not NUMBER.fullmatch(cells[0].text):
        return cells, 0
    joined = list(cells)
    for count, line in enumerate(following, 1):
        more = _bar_cells(line, len(columns))
        if len(joined) >= len(columns) and count == 1:
            break
        if not more or NUMBER.fullmatch(more[0].text) or numbered(line.text):
            break
        if len(joined) + len(more) - 1 > len(columns):
            break
        start, end = joined[-1].start, more[0].end
        joined = [*joined[:-1], Line(f"{joined[-1].text}\n{more[0].text}", start, end), *more[1:]]
        if len(joined) == len(columns):
            return joined, count
    return cells, 0


def _bar_places(cells: Sequence[Line], columns: Sequence[Column]) -> list[tuple[int, Line]]:
    """Each cell's column: as the bars say, or, where cells are missing, as what the cells look like says.

    Units are left out where it is open which of several columns they stand in.
    """
    kept = list(cells)
    while kept and not kept[-1].text:
        kept.pop()
    if len(kept) > len(columns):
        return []
    direct = tuple(range(len(kept))) if len(cells) == len(columns) else None
    fits = [[suits(cell.text, column) if cell.text else 0.0 for column in columns] for cell in kept]
    scored = [
        (sum(fits[n][i] for n, i in enumerate(places)) + (OWN_PLACE if places == direct else 0), places)
        for places in combinations(range(len(columns)), len(kept))
    ]
    best, chosen = max(scored)  # at equal rank the missing ones are left
    placed = list(zip(chosen, kept, strict=True))
    if len(scored) == 1:
        return placed
    roles = {i for i, column in enumerate(columns) if column.kind == ROLE}

    def units(places: tuple[int, ...]) -> set[tuple[int, int]]:
        return {(i, n) for n, i in enumerate(places) if i in roles and kept[n].text}

    rivals = any(score > best - NEAR and units(places) != units(chosen) for score, places in scored)
    unlike = chosen != direct and any(i in roles and fits[n][i] < 0 for n, i in enumerate(chosen))
    return [(i, cell) for i, cell in placed if i not in roles] if rivals or unlike else placed


def table_of(header: Sequence[Line], rows: Sequence[Sequence[tuple[int, Line]]]) -> Table:
    """A table of header cells and rows of (column, cell) pairs."""
    return Table(tuple(_cells(header, rows)))


def _cells(header: Sequence[Line], rows: Sequence[Sequence[tuple[int, Line]]]) -> Iterator[Cell]:
    for column, line in enumerate(header):
        yield Cell(0, column, 1, 1, line.start, line.end)
    for index, row in enumerate(rows, 1):
        if len(row) == 1 and row[0][0] == 0:  # a heading stands across all columns
            yield Cell(index, 0, 1, len(header), row[0][1].start, row[0][1].end)
            continue
        for column in dict.fromkeys(c for c, _ in row):
            own = [line for c, line in row if c == column]
            yield Cell(index, column, 1, 1, own[0].start, own[-1].end)


def left_out(lines: Sequence[Line], rows: Sequence[Sequence[tuple[int, Line]]]) -> Iterator[Problem]:
    """A problem for every line of units that was left out of its row."""
    used = {line.start for row in rows for _, line in row}
    for line in lines:
        if line.start not in used:
            message = (
                "这张表被拆散了，这一格属于哪一列分不清，没有采用；请用原始文件（Word、Excel 或网页）导入。"
            )
            yield Problem("not_understood", (line.start, line.end), line.text[:200], message)
