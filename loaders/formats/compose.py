"""The text of a laid-out file as it is put together: paragraphs, tables and page starts, with offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.errors import InputTooLarge
from loaders.types import Cell, Table

MAX_TEXT = 20_000_000  # characters; the longest plan seen has about 100,000
MAX_CELLS = 200_000  # cells of one table, merged ones counted by what they cover


@dataclass(frozen=True, slots=True)
class Box:
    """What a format's table says of one cell: its place, extent and text."""

    row: int
    column: int
    text: str
    height: int = 1
    width: int = 1


@dataclass
class Composition:
    """Grows by paragraphs and tables; `text()`, `tables` and `pages` are the result."""

    name: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    tables: list[Table] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def paragraph(self, text: str) -> None:
        """A paragraph of its own line (or lines). Raises InputTooLarge."""
        if text.strip():
            self._add(text + "\n")

    def verbatim(self, text: str) -> None:
        """Text just as it is, blank lines and all. Raises InputTooLarge."""
        self._add(text)

    def page(self) -> None:
        """A page begins here."""
        self.pages.append(self.length)

    def table(self, boxes: Sequence[Box]) -> None:
        """A table: a row a line, the cells of a row apart by tabs. Raises InputTooLarge."""
        if sum(box.height * box.width for box in boxes) > MAX_CELLS:
            raise InputTooLarge(f"{self.name}：有一张表超过 {MAX_CELLS} 个单元格，请拆分后再导入。")
        cells: list[Cell] = []
        row: int | None = None
        for box in sorted(boxes, key=lambda b: (b.row, b.column)):
            if row is not None:
                self._add("\t" if row == box.row else "\n")
            row = box.row
            text = box.text.strip().replace("\t", " ")
            cells.append(
                Cell(box.row, box.column, box.height, box.width, self.length, self.length + len(text))
            )
            self._add(text)
        if cells:
            self._add("\n")
            self.tables.append(Table(tuple(cells)))

    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)

    def _add(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise InputTooLarge(f"{self.name}：文字超过 {MAX_TEXT // 10_000} 万字，请拆分后再导入。")
        self.parts.append(text)
