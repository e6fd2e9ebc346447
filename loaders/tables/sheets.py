"""Responsibility tables (责任分工表): rows as measures, their cells as duties with basis "table".

A table is one where a row of its head says who answers (牵头单位, 责任单位 …) and what for (任务, 措施 …).
Rows that share their task cells are one measure; a task cell that several measures share is their
heading, as are a row with a single cell and the table's own title. Any other table stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loaders.lexicon import Lexicon
from loaders.roles.conventions import Convention
from loaders.roles.measures import annotated
from loaders.structure.lines import lines_of, squeeze
from loaders.structure.numbering import TITLE_CLAUSE, heading_text, numbered, title_of
from loaders.tables.cells import deadline_of, reading_of
from loaders.tables.columns import ROLE, TASKS, Column, column_of
from loaders.tables.grid import Grid, Group, header
from loaders.types import Cell, Duty, Item, Reading, Span, Table
from loaders.wording import pattern

CAPTION_LINES = 3  # 附件 / its number / its title
NUMBER_LENGTH = 12  # characters: what is longer in a 序号 column is a heading


@dataclass(frozen=True, slots=True)
class Row:
    """A measure read from a table: where it stands, and what its cells say."""

    item: Item
    reading: Reading
    deadline: str | None
    until: tuple[Span, ...]  # where the cells of its deadline stand


@dataclass(frozen=True, slots=True)
class Sheet:
    """A responsibility table in the text: [start, end) with its title lines, and what they say."""

    start: int
    end: int
    caption: str | None
    table: Table


def sheet_of(text: str, table: Table, title: str | None) -> Sheet:
    """A table with the title lines above it; the document's own title is no heading."""
    start = table.start
    words: list[str] = []
    for line in reversed(lines_of(text, max(0, start - 400), start)[-CAPTION_LINES:]):
        bare = squeeze(line.text)
        if (
            numbered(line.text)
            or not pattern("columns", "attachment").fullmatch(bare)
            or (title and bare in title)
        ):
            break
        start = line.start
        words.insert(0, bare)
    return Sheet(start, table.end, " ".join(words) or None, table)


def headings(where: Sheet, text: str, body: int) -> tuple[str, ...]:
    """The numbered headings from `body` on that a table stands under; an attachment stands under none."""
    if where.caption and pattern("columns", "attached").match(where.caption):
        return ()
    stack: list[tuple[str, str]] = []
    last = None
    for line in lines_of(text, body, where.start):
        if mark := numbered(line.text):
            kinds = [kind for kind, _ in stack]
            del stack[kinds.index(mark[0]) if mark[0] in kinds else len(stack) :]
            stack.append((mark[0], heading_text(line.text)))
            last = line
    path = [heading for _, heading in stack]
    return tuple(path if last and _right_above(where, last.start, text) else path[:-1])


def is_heading(where: Sheet, item: Item, text: str) -> bool:
    """Whether an item is one line right above the table, and so its heading and no measure."""
    return item.start < where.start and _right_above(where, item.start, text)


def _right_above(where: Sheet, start: int, text: str) -> bool:
    above = text[start : where.start].strip()
    return "\n" not in above and len(above) <= TITLE_CLAUSE * 2 and not annotated(above, 0, len(above))


def read_sheet(
    text: str,
    where: Sheet,
    path: Sequence[str],
    title: str | None,
    convention: Convention,
    lexicon: Lexicon,
) -> Iterator[Row]:
    """The measures of a responsibility table in order; `path` is what it stands under."""
    grid = Grid(text, where.table)
    found = header(grid, 0)
    inside = _title_rows(grid, found[1] if found else 0, title)
    whole = (*path, *([where.caption] if where.caption else []), *inside)
    while found is not None:
        columns, first = found
        found = header(grid, first)
        last = found[1] if found else grid.height
        yield from _rows(grid, columns, range(first, last), whole, convention, lexicon)


def _title_rows(grid: Grid, stop: int, title: str | None) -> list[str]:
    """The title that a table prints in its own first rows, as one heading."""
    words = []
    for row in range(stop):
        filled = grid.filled(row)
        if len(filled) == 1 and pattern("columns", "attachment").fullmatch(
            bare := squeeze(grid.said(filled[0]))
        ):
            words.append(bare)
    name = " ".join(dict.fromkeys(words))
    return [name] if name and not (title and name in title) else []


def _rows(
    grid: Grid,
    columns: dict[int, Column],
    within: range,
    path: tuple[str, ...],
    convention: Convention,
    lexicon: Lexicon,
) -> Iterator[Row]:
    """The measures of the rows of one header."""
    tasks = [i for i, c in sorted(columns.items()) if c.kind in TASKS]
    numbers = [i for i, c in columns.items() if c.kind == "number"]
    groups, cells = _groups(grid, columns, tasks, numbers, within)
    grouping = _grouping(grid, columns, tasks, groups, cells)
    said: dict[int, list[Duty]] = {}
    for order, group in enumerate(groups, 1):
        placed = [(i, c) for i in tasks if (c := cells.get((group.rows[0], i)))]
        own = [c for _, c in placed]
        title = next((c for i, c in placed if i not in grouping), own[-1] if own else None)
        shared = [one_line(grid.said(c)) for i, c in placed if c is not title and i in grouping]
        item = _item(grid, group, title, (*path, *group.path, *dict.fromkeys(shared)), numbers, order)
        reading = reading_of(grid, columns, group, own, said, convention, lexicon)
        yield Row(item, reading, *deadline_of(grid, columns, group))


def _groups(
    grid: Grid, columns: dict[int, Column], tasks: list[int], numbers: list[int], within: range
) -> tuple[list[Group], dict[tuple[int, int], Cell | None]]:
    """The rows that are one measure each, and the task cells that hold for every row.

    A blank task cell left of a filled one goes on from the row above (a merged cell that a file
    without merging lost); a row with neither task nor number goes on with the measure above.
    """
    groups: list[Group] = []
    cells: dict[tuple[int, int], Cell | None] = {}
    above: list[tuple[str, str]] = []
    previous: tuple[object, ...] | None = None
    for row in within:
        filled = grid.filled(row)
        single = len(filled) == 1 and numbered(grid.said(filled[0]))
        if not filled or (not single and all(column_of(grid.said(c)) for c in filled)):
            continue  # a header that every page repeats
        if _is_heading(grid, row, filled, columns):
            text = one_line(grid.said(filled[0]))
            mark = numbered(text)
            kind = mark[0] if mark else ""
            kinds = [k for k, _ in above]
            del above[kinds.index(kind) if kind in kinds else len(above) :]
            above.append((kind, text))
            previous = None
            continue
        own = [grid.cell(row, i) for i in tasks]
        number = [grid.cell(row, i) for i in numbers]
        if not any(own) and not any(c for c in number if c and c.row == row) and groups:
            for i in tasks:
                cells[row, i] = cells.get((groups[-1].rows[0], i))
            groups[-1].rows.append(row)
            continue
        for order, i in enumerate(tasks):
            blank_left = own[order] is None and any(own[order + 1 :]) and groups
            cells[row, i] = cells.get((groups[-1].rows[-1], i)) if blank_left else own[order]
        key = (*(cells[row, i] for i in tasks), *number)
        if key == previous and groups:
            groups[-1].rows.append(row)
        else:
            groups.append(Group([row], tuple(text for _, text in above)))
        previous = key
    return groups, cells


def _grouping(
    grid: Grid,
    columns: dict[int, Column],
    tasks: list[int],
    groups: list[Group],
    cells: dict[tuple[int, int], Cell | None],
) -> set[int]:
    """The task columns that hold headings: so called, or with one text for several measures.

    That text may stand in a merged cell or be printed again in every row; a column is one of headings
    as a whole, also where a heading has a single measure. The last task column never is.
    """
    found = {i for i in tasks if columns[i].kind == "category"}
    for i in tasks[:-1]:
        said = [grid.said(c) for g in groups if (c := cells.get((g.rows[0], i)))]
        if len(set(said)) < len(said):
            found.add(i)
    return found


def _is_heading(grid: Grid, row: int, filled: list[Cell], columns: dict[int, Column]) -> bool:
    """A row with a single cell that groups the rows below: merged across, or numbered like a heading."""
    if len(filled) != 1 or filled[0].row != row:
        return False
    cell = filled[0]
    kind = columns.get(cell.column)
    if cell.width > 1 and cell.width >= grid.width - 1:
        return True
    if kind is not None and kind.kind == "number" and len(grid.said(cell)) > NUMBER_LENGTH:
        return True
    return kind is None or (kind.kind != ROLE and numbered(grid.said(cell)) is not None)


def one_line(text: str) -> str:
    """A cell as a heading: on one line, its first clause where it is text."""
    return heading_text(re.sub(r"\s*\n\s*", "", text))


def _item(
    grid: Grid,
    group: Group,
    title: Cell | None,
    path: tuple[str, ...],
    numbers: list[int],
    order: int,
) -> Item:
    """The measure's item: number by 序号, else by the task's own mark, else by order."""
    said = re.sub(r"\s*\n\s*", " ", grid.said(title)) if title else ""
    mark = numbered(said)
    printed = next((grid.said(c) for i in numbers if (c := grid.cell(group.rows[0], i))), "")
    if len(printed) > NUMBER_LENGTH:
        printed = ""
    number = printed or (mark[1] if mark else str(order))
    own = [c for row in group.rows for c in grid.filled(row) if c.row == row]
    start, end = min(c.start for c in own), max(c.end for c in own)
    name = title_of(said[mark[2] :] if mark else said)
    return Item(number, "row", len(path), name, path, start, end, True)
