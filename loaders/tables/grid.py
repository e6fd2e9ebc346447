"""A table by rows and columns, and the header in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from graph.model import Role
from loaders.lexicon import load
from loaders.roles.conventions import declared_before
from loaders.tables.columns import ROLE, Column, column_of
from loaders.types import Cell, Table
from loaders.wording import pattern

HEAD_ROWS = 15  # a header stands within the first rows: title, unit of measure and the like come before it


@dataclass
class Grid:
    """A table by (row, column); a merged cell stands at every place that it covers."""

    text: str
    table: Table
    at: dict[tuple[int, int], Cell] = field(default_factory=dict)
    height: int = 0
    width: int = 0

    def __post_init__(self) -> None:
        for cell in self.table.cells:
            self.height = max(self.height, cell.row + 1)
            for row in range(cell.row, cell.row + cell.height):
                for column in range(cell.column, cell.column + cell.width):
                    self.at[row, column] = cell
            self.width = max(self.width, cell.column + cell.width)

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell there, None where it is blank."""
        found = self.at.get((row, column))
        return found if found is not None and self.said(found) else None

    def said(self, cell: Cell) -> str:
        """A cell's text."""
        return self.text[cell.start : cell.end].strip()

    def filled(self, row: int) -> list[Cell]:
        """The cells of a row that say something, each once."""
        return list(dict.fromkeys(c for i in range(self.width) if (c := self.cell(row, i))))


def header(grid: Grid, first: int) -> tuple[dict[int, Column], int] | None:
    """The columns by the next header from row `first` on, and the row after it.

    Half of a header's cells are words that headers have; further down, where a task might read like
    one of them, all are.
    """
    stop = grid.height if first else min(grid.height, HEAD_ROWS)
    for row in range(first, stop):
        cells = grid.filled(row)
        told = sum(column_of(grid.said(cell)) is not None for cell in cells)
        if len(cells) < 2 or told * 2 < len(cells) or (first and told < len(cells)):
            continue
        after = row + 1
        columns = _columns(grid, row, row)
        while after < grid.height and _is_subheader(grid, after):
            columns = _columns(grid, row, after)
            after += 1
        columns = _alone(columns)
        if any(c.kind == ROLE for c in columns.values()) and (whole := _with_task(grid, columns, after)):
            return whole, after
    return None


def _alone(columns: dict[int, Column]) -> dict[int, Column]:
    """主要责任单位 leads beside other units; where it is the only column of units nobody is told apart."""
    roles = [i for i, c in columns.items() if c.kind == ROLE]
    if len(roles) == 1 and pattern("columns", "leading_only_beside").search(columns[roles[0]].word or ""):
        return {**columns, roles[0]: replace(columns[roles[0]], role=Role.IMPLEMENTS)}
    return columns


def _is_subheader(grid: Grid, row: int) -> bool:
    """A second header row: every cell that begins in it is a header word, below one that spans."""
    own = [cell for cell in grid.filled(row) if cell.row == row]
    above = [grid.cell(row - 1, cell.column) for cell in own]
    spanned = any(cell is not None and cell.width > 1 for cell in above)
    return bool(own) and spanned and all(column_of(grid.said(cell)) for cell in own)


def _columns(grid: Grid, first: int, last: int) -> dict[int, Column]:
    """Each column by the lowest header cell above it that says what it is."""
    columns = {}
    for index in range(grid.width):
        for row in range(last, first - 1, -1):
            cell = grid.cell(row, index)
            if cell is not None and (found := column_of(grid.said(cell))):
                columns[index] = _declaring(found, grid, cell)
                break
    return columns


def _declaring(found: Column, grid: Grid, cell: Cell) -> Column:
    """A role column with the convention that its header says (责任单位（列首位的为牵头单位）), if any."""
    said = grid.text[cell.start : cell.end]
    declared = declared_before(said, len(said), load()) if found.kind == ROLE else None
    if declared is None:
        return found
    at = (cell.start + declared.at[0], cell.start + declared.at[1])
    return replace(found, declared=replace(declared, at=at))


def _with_task(grid: Grid, columns: dict[int, Column], first: int) -> dict[int, Column] | None:
    """The columns with one that holds the tasks; the fullest of unknown header where none says so."""
    if any(c.kind == "task" for c in columns.values()):
        return columns
    length: dict[int, int] = {}
    for index in range(grid.width):
        if index not in columns or columns[index].kind == "detail":
            cells = [c for row in range(first, grid.height) if (c := grid.cell(row, index))]
            length[index] = sum(len(grid.said(c)) for c in dict.fromkeys(cells))
    best = max(length, key=lambda i: length[i], default=None)
    if best is None or length[best] == 0:
        return None
    return {**columns, best: Column("task")}


@dataclass
class Group:
    """Table rows that are one measure."""

    rows: list[int]
    path: tuple[str, ...]


def is_sheet(text: str, table: Table) -> bool:
    """Whether a table says who answers for what."""
    return header(Grid(text, table), 0) is not None
