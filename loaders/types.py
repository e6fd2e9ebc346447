"""Plain values that pass between the reading steps. Offsets are characters of the cleaned text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.model import Problem

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell at text[start:end]; it covers `height` rows and `width` columns from (row, column)."""

    row: int
    column: int
    height: int
    width: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed: its cells row by row, each with its place in the text."""

    cells: tuple[Cell, ...]

    @property
    def start(self) -> int:
        """Where the first cell begins."""
        return min((cell.start for cell in self.cells), default=0)

    @property
    def end(self) -> int:
        """Where the last cell ends."""
        return max((cell.end for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class RawText:
    """A file's text as decoded, before cleaning.

    `pages` holds where each page begins (empty for a format without pages); `tables` the tables,
    whose cells stand in `text` too, a row a line, cells apart by a tab.
    """

    file: str
    text: str
    sha256: str
    media_type: str
    encoding: str
    pages: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text; `origin[i]` is where character i stands in the raw text."""

    text: str
    origin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item or heading of the body: its mark as printed, kind, and extent with all below it."""

    number: str
    kind: str
    level: int
    title: str
    path: tuple[str, ...]
    start: int
    end: int
    leaf: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit as printed at [start, end); `name` is the printed text completed from its list.

    In 广东、深圳、珠海检验检疫局 the mention 广东 has the name 广东检验检疫局;
    in 省甲厅、乙厅 the mention 乙厅 has the name 省乙厅. `note` is what is printed behind it about its
    role: 牵头 of 省甲厅（牵头）, the * of 省甲厅*.
    """

    text: str
    start: int
    end: int
    name: str
    open_list: bool = False
    note: str | None = None

    def named(self, name: str) -> Mention:
        """The same mention under a completed name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class Duty:
    """A mention in a role, before its agency is resolved."""

    mention: Mention
    role: str
    role_text: str | None
    basis: str
    rule: str
    declared_at: Span | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """以下统称: `term` stands for `members` from here on."""

    term: str
    members: tuple[Mention, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the role reader found in one measure; `above` also holds for the measures before it."""

    duties: tuple[Duty, ...]
    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]
    above: tuple[Duty, ...] = ()
