"""Responsibility tables (责任分工表): rows as measures, their cells as duties with basis "table".

A table is one where a row of its head says who answers (牵头单位, 责任单位 …) and what for (任务, 措施 …).
Rows that share their task cells are one measure; a task cell that several measures share is their
heading, as are a row with a single cell and the table's own title. What a cell says itself
(“牵头单位：A；配合单位：B”, “A（牵头）”) goes before what its header says. Any other table stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from graph.model import Basis, Problem, Role
from loaders import entities, structure
from loaders.lexicon import FOLDER, Lexicon, load, read_yaml
from loaders.mentions import is_class, known, looks_like_unit, split_list
from loaders.roles import (
    Convention,
    Declaration,
    annotated,
    declared_before,
    first_listed,
    read_measure,
)
from loaders.types import Cell, Definition, Duty, Item, Mention, Reading, Span, Table

HEAD_ROWS = 15  # a header stands within the first rows: title, unit of measure and the like come before it
HEADER_LENGTH = 16  # characters of a header without its brackets
CAPTION_LINES = 3  # 附件 / its number / its title
NUMBER_LENGTH = 12  # characters: what is longer in a 序号 column is a heading
ROLE = "role"
TASKS = ("category", "task")  # what a measure is about, from the general to the particular


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is; for a role column the role, the header as printed, and a convention said in it."""

    kind: str
    role: str | None = None
    word: str | None = None
    declared: Declaration | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A measure read from a table: where it stands, and what its cells say."""

    item: Item
    reading: Reading
    deadline: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A responsibility table in the text: [start, end) with its title lines, and what they say."""

    start: int
    end: int
    caption: str | None
    table: Table


@dataclass
class _Group:
    """Table rows that are one measure."""

    rows: list[int]
    path: tuple[str, ...]


@dataclass
class _Grid:
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


@cache
def _patterns() -> tuple[tuple[str, str | None, re.Pattern[str]], ...]:
    """(kind, role, pattern) of every header word in the order of trying: roles before task and detail."""
    rows = read_yaml(FOLDER, "columns")
    found: list[tuple[str, str | None, re.Pattern[str]]] = []
    for row in rows["columns"]:
        parts = [*map(re.escape, row.get("words", ())), *row.get("patterns", ())]
        found.append((row["kind"], None, re.compile("|".join(parts))))
    roles = [(ROLE, row["role"], re.compile("|".join(row["patterns"]))) for row in rows["roles"]]
    text = [row for row in found if row[0] in ("detail", *TASKS)]
    return (*(row for row in found if row not in text), *roles, *text)


@cache
def _words() -> dict[str, frozenset[str]]:
    rows = read_yaml(FOLDER, "columns")
    return {key: frozenset(rows["nothing"][key]) for key in ("none", "same")}


def says_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing (无, —) or the same as above (同上)."""
    return structure.squeeze(text) in _words()["none"] | _words()["same"]


@cache
def _attachment() -> re.Pattern[str]:
    return re.compile(read_yaml(FOLDER, "columns")["attachment"]["pattern"])


@cache
def _short() -> re.Pattern[str]:
    return re.compile(read_yaml(FOLDER, "columns")["short_units"]["pattern"])


def unit(name: str, lexicon: Lexicon, persons: bool = False) -> bool:
    """Whether a part of a column of units is one: known, formed like one, or a place's own short name.

    A place or zone stands for its government (高新园, 某某镇) only there, in text it is a place; nor does it
    where the column has `persons` too (责任单位及责任人), whose names may end alike.
    """
    if persons and re.fullmatch(r"[\u4e00-\u9fff]{2,3}(?<=[镇乡村区县])", name) and not is_class(name):
        return False
    if known(name, lexicon) or looks_like_unit(name) or is_class(name):
        return True
    if persons:
        return False
    gloss = re.fullmatch(r"([^（()）]+)[（(]([^（()）]+)[)）]", name)
    parts = gloss.groups() if gloss else (name,)
    return _short().fullmatch(parts[0]) is not None


@cache
def _speaks() -> re.Pattern[str]:
    """A cell that says its roles itself: a label with its colon, or a list that ends in a verb."""
    lexicon = load()
    labels = "|".join(re.escape(w.word) for w in lexicon.labels)
    verbs = "|".join(re.escape(w.word) for w in lexicon.verbs)
    return re.compile(rf"(?:{labels})\s*[:：]|[【\[](?:{labels})[】\]]|(?<!^)(?:{verbs})(?=$|[，,；;。\n])")


@cache
def _gloss() -> re.Pattern[str]:
    """(牵头) behind one name of a list."""
    lexicon = load()
    words = "|".join(re.escape(w.word) for w in (*lexicon.labels, *lexicon.verbs))
    return re.compile(rf"[（(](?P<word>{words})[)）]")


def column(header: str) -> Column | None:
    """What a header cell makes its column; None for one that says nothing known."""
    bare = re.sub(r"[（(【\[][^（()）】\]]*[】\])）]?", "", structure.squeeze(header)).rstrip("：:")
    if not bare or len(bare) > HEADER_LENGTH or re.search(r"[：:。，；]", bare):
        return None
    for kind, role, pattern in _patterns():
        if not pattern.fullmatch(bare):
            continue
        if kind == "mixed":
            kind, role = ROLE, Role.IMPLEMENTS
        return Column(kind, role, bare)
    return None


def masked(text: str, spans: Sequence[Span]) -> str:
    """The text with blanks in place of `spans`, every other character where it was."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], " " * (end - start)]
            at = end
    return "".join([*parts, text[at:]])


def is_sheet(text: str, table: Table) -> bool:
    """Whether a table says who answers for what."""
    return _header(_Grid(text, table), 0) is not None


def place(text: str, table: Table, title: str | None) -> Place:
    """A table with the title lines above it; the document's own title is no heading."""
    start = table.start
    words: list[str] = []
    for line in reversed(structure.lines_of(text, max(0, start - 400), start)[-CAPTION_LINES:]):
        bare = structure.squeeze(line.text)
        if structure.numbered(line.text) or not _attachment().fullmatch(bare) or (title and bare in title):
            break
        start = line.start
        words.insert(0, bare)
    return Place(start, table.end, " ".join(words) or None, table)


def headings(where: Place, text: str, body: int) -> tuple[str, ...]:
    """The numbered headings from `body` on that a table stands under; an attachment stands under none."""
    if where.caption and re.match(r"附\s*[件表录錄]", where.caption):
        return ()
    stack: list[tuple[str, str]] = []
    last = None
    for line in structure.lines_of(text, body, where.start):
        if mark := structure.numbered(line.text):
            kinds = [kind for kind, _ in stack]
            del stack[kinds.index(mark[0]) if mark[0] in kinds else len(stack) :]
            stack.append((mark[0], structure.heading_text(line.text)))
            last = line
    path = [heading for _, heading in stack]
    return tuple(path if last and _right_above(where, last.start, text) else path[:-1])


def is_heading(where: Place, item: Item, text: str) -> bool:
    """Whether an item is one line right above the table, and so its heading and no measure."""
    return item.start < where.start and _right_above(where, item.start, text)


def _right_above(where: Place, start: int, text: str) -> bool:
    above = text[start : where.start].strip()
    return (
        "\n" not in above and len(above) <= structure.TITLE_CLAUSE * 2 and not annotated(above, 0, len(above))
    )


def rows(
    text: str,
    where: Place,
    path: Sequence[str],
    title: str | None,
    convention: Convention,
    lexicon: Lexicon,
) -> Iterator[Row]:
    """The measures of a responsibility table in order; `path` is what it stands under."""
    grid = _Grid(text, where.table)
    found = _header(grid, 0)
    inside = _title_rows(grid, found[1] if found else 0, title)
    whole = (*path, *([where.caption] if where.caption else []), *inside)
    while found is not None:
        columns, first = found
        found = _header(grid, first)
        last = found[1] if found else grid.height
        yield from _rows(grid, columns, range(first, last), whole, convention, lexicon)


def _title_rows(grid: _Grid, stop: int, title: str | None) -> list[str]:
    """The title that a table prints in its own first rows, as one heading."""
    words = []
    for row in range(stop):
        filled = grid.filled(row)
        if len(filled) == 1 and _attachment().fullmatch(bare := structure.squeeze(grid.said(filled[0]))):
            words.append(bare)
    name = " ".join(dict.fromkeys(words))
    return [name] if name and not (title and name in title) else []


def _header(grid: _Grid, first: int) -> tuple[dict[int, Column], int] | None:
    """The columns by the next header from row `first` on, and the row after it.

    Half of a header's cells are words that headers have; further down, where a task might read like
    one of them, all are.
    """
    stop = grid.height if first else min(grid.height, HEAD_ROWS)
    for row in range(first, stop):
        cells = grid.filled(row)
        told = sum(column(grid.said(cell)) is not None for cell in cells)
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
    if (
        len(roles) == 1
        and "责任" in (columns[roles[0]].word or "")
        and "牵头" not in (columns[roles[0]].word or "")
    ):
        return {**columns, roles[0]: replace(columns[roles[0]], role=Role.IMPLEMENTS)}
    return columns


def _is_subheader(grid: _Grid, row: int) -> bool:
    """A second header row: every cell that begins in it is a header word, below one that spans."""
    own = [cell for cell in grid.filled(row) if cell.row == row]
    above = [grid.cell(row - 1, cell.column) for cell in own]
    spanned = any(cell is not None and cell.width > 1 for cell in above)
    return bool(own) and spanned and all(column(grid.said(cell)) for cell in own)


def _columns(grid: _Grid, first: int, last: int) -> dict[int, Column]:
    """Each column by the lowest header cell above it that says what it is."""
    columns = {}
    for index in range(grid.width):
        for row in range(last, first - 1, -1):
            cell = grid.cell(row, index)
            if cell is not None and (found := column(grid.said(cell))):
                columns[index] = _declaring(found, grid, cell)
                break
    return columns


def _declaring(found: Column, grid: _Grid, cell: Cell) -> Column:
    """A role column with the convention that its header says (责任单位（列首位的为牵头单位）), if any."""
    said = grid.text[cell.start : cell.end]
    declared = declared_before(said, len(said), load()) if found.kind == ROLE else None
    if declared is None:
        return found
    at = (cell.start + declared.at[0], cell.start + declared.at[1])
    return replace(found, declared=replace(declared, at=at))


def _with_task(grid: _Grid, columns: dict[int, Column], first: int) -> dict[int, Column] | None:
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


def _rows(
    grid: _Grid,
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
        shared = [_heading(grid.said(c)) for i, c in placed if c is not title and i in grouping]
        item = _item(grid, group, title, (*path, *group.path, *dict.fromkeys(shared)), numbers, order)
        reading = _reading(grid, columns, group, own, said, convention, lexicon)
        yield Row(item, reading, _deadline(grid, columns, group))


def _grouping(
    grid: _Grid,
    columns: dict[int, Column],
    tasks: list[int],
    groups: list[_Group],
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


def _groups(
    grid: _Grid, columns: dict[int, Column], tasks: list[int], numbers: list[int], within: range
) -> tuple[list[_Group], dict[tuple[int, int], Cell | None]]:
    """The rows that are one measure each, and the task cells that hold for every row.

    A blank task cell left of a filled one goes on from the row above (a merged cell that a file
    without merging lost); a row with neither task nor number goes on with the measure above.
    """
    groups: list[_Group] = []
    cells: dict[tuple[int, int], Cell | None] = {}
    headings: list[tuple[str, str]] = []
    previous: tuple[object, ...] | None = None
    for row in within:
        filled = grid.filled(row)
        single = len(filled) == 1 and structure.numbered(grid.said(filled[0]))
        if not filled or (not single and all(column(grid.said(c)) for c in filled)):
            continue  # a header that every page repeats
        if _is_heading(grid, row, filled, columns):
            text = _heading(grid.said(filled[0]))
            mark = structure.numbered(text)
            kind = mark[0] if mark else ""
            kinds = [k for k, _ in headings]
            del headings[kinds.index(kind) if kind in kinds else len(headings) :]
            headings.append((kind, text))
            previous = None
            continue
        own = [grid.cell(row, i) for i in tasks]
        number = [grid.cell(row, i) for i in numbers]
        if not any(own) and not any(c for c in number if c and c.row == row) and groups:
            for i in tasks:
                cells[row, i] = cells.get((groups[-1].rows[0], i))
            groups[-1].rows.append(row)
            continue
        for place, i in enumerate(tasks):
            blank_left = own[place] is None and any(own[place + 1 :]) and groups
            cells[row, i] = cells.get((groups[-1].rows[-1], i)) if blank_left else own[place]
        key = (*(cells[row, i] for i in tasks), *number)
        if key == previous and groups:
            groups[-1].rows.append(row)
        else:
            groups.append(_Group([row], tuple(text for _, text in headings)))
        previous = key
    return groups, cells


def _is_heading(grid: _Grid, row: int, filled: list[Cell], columns: dict[int, Column]) -> bool:
    """A row with a single cell that groups the rows below: merged across, or numbered like a heading."""
    if len(filled) != 1 or filled[0].row != row:
        return False
    cell = filled[0]
    kind = columns.get(cell.column)
    if cell.width > 1 and cell.width >= grid.width - 1:
        return True
    if kind is not None and kind.kind == "number" and len(grid.said(cell)) > NUMBER_LENGTH:
        return True
    return kind is None or (kind.kind != ROLE and structure.numbered(grid.said(cell)) is not None)


def _heading(text: str) -> str:
    """A cell as a heading: on one line, its first clause where it is text."""
    return structure.heading_text(re.sub(r"\s*\n\s*", "", text))


def _item(
    grid: _Grid,
    group: _Group,
    title: Cell | None,
    path: tuple[str, ...],
    numbers: list[int],
    order: int,
) -> Item:
    """The measure's item: number by 序号, else by the task's own mark, else by order."""
    said = re.sub(r"\s*\n\s*", " ", grid.said(title)) if title else ""
    mark = structure.numbered(said)
    printed = next((grid.said(c) for i in numbers if (c := grid.cell(group.rows[0], i))), "")
    if len(printed) > NUMBER_LENGTH:
        printed = ""
    number = printed or (mark[1] if mark else str(order))
    own = [c for row in group.rows for c in grid.filled(row) if c.row == row]
    start, end = min(c.start for c in own), max(c.end for c in own)
    name = structure.title_of(said[mark[2] :] if mark else said)
    return Item(number, "row", len(path), name, path, start, end, True)


def _reading(
    grid: _Grid,
    columns: dict[int, Column],
    group: _Group,
    tasks: list[Cell],
    said: dict[int, list[Duty]],
    convention: Convention,
    lexicon: Lexicon,
) -> Reading:
    """What the role cells of a measure say, and the sentences of its tasks."""
    duties: list[Duty] = []
    problems: list[Problem] = []
    definitions: list[Definition] = []
    has_lead = any(
        c.role == Role.LEADS and any(grid.cell(row, i) for row in group.rows) for i, c in columns.items()
    )
    for index, kind in sorted(columns.items()):
        if kind.kind != ROLE:
            continue
        own: list[Duty] = []
        for cell in dict.fromkeys(c for row in group.rows if (c := grid.cell(row, index))):
            text = structure.squeeze(grid.said(cell))
            if text in _words()["none"]:
                continue
            if text in _words()["same"]:
                own.extend(said.get(index, ()))
                continue
            found, defined, unread = _cell(grid.text, cell, kind, convention, lexicon, has_lead)
            own.extend(found)
            definitions.extend(defined)
            problems.extend(unread)
        said[index] = own
        duties.extend(own)
    for task in (c for c in tasks if c.row in group.rows):
        reading = read_measure(grid.text, task.start, task.end, convention, lexicon)
        duties.extend(reading.duties)
        definitions.extend(reading.definitions)
        problems.extend(reading.problems)
    return Reading(tuple(duties), tuple(definitions), tuple(problems))


def _cell(
    text: str, cell: Cell, kind: Column, convention: Convention, lexicon: Lexicon, has_lead: bool
) -> tuple[list[Duty], list[Definition], list[Problem]]:
    """The duties of a role cell."""
    content = text[cell.start : cell.end]
    if _speaks().search(content.strip()):
        # read as the bracket that a sentence would have for it: （牵头单位：A；配合单位：B）
        wrapped = f"（{content}）"
        reading = read_measure(wrapped, 0, len(wrapped), Convention(convention.declared), lexicon)
        if reading.duties:
            return (
                [_moved(duty, cell.start - 1) for duty in reading.duties],
                [],
                [
                    replace(p, where=(p.where[0] + cell.start - 1, p.where[1] + cell.start - 1))
                    for p in reading.problems
                ],
            )
    glosses = {m.start(): m["word"] for m in _gloss().finditer(content)}
    listed = _gloss().sub(lambda m: "、" * len(m.group()), content)
    listed = re.sub(r"(?:^|(?<=[；;。\n]))[^、，；;：:\n]{1,6}[:：]", lambda m: "、" * len(m.group()), listed)
    listed = re.sub(r"<br\s*/?>", lambda m: "、" * len(m.group()), listed)
    listed = re.sub(r"(?<=[\u4e00-\u9fff])[/／|](?=[\u4e00-\u9fff])", "、", listed)
    mentions, defined = split_list(listed, 0, len(listed), lexicon)
    definitions = [_defined(d, cell.start) for d in defined]
    roles = {w.word: w.role for w in (*lexicon.verbs, *lexicon.labels)}
    duties: list[Duty] = []
    problems: list[Problem] = []
    for mention in mentions:
        moved = _shifted(mention, cell.start)
        span = (moved.start, moved.end)
        if not unit(mention.name, lexicon, persons="人" in (kind.word or "")):
            problems.append(
                Problem("not_understood", span, mention.text[:200], "责任栏里的这一段不像单位，没有采用。")
            )
            continue
        word = glosses.get(mention.end)
        role = roles[word] if word else kind.role or Role.IMPLEMENTS
        duties.append(Duty(moved, role, word or kind.word, Basis.TABLE, "explicit"))
    return _ruled(duties, kind, convention, has_lead or bool(glosses)), definitions, problems


def _ruled(duties: list[Duty], kind: Column, convention: Convention, has_lead: bool) -> list[Duty]:
    """A list that tells nobody apart: the first leads where the header or the document says so."""
    if kind.role != Role.IMPLEMENTS or has_lead or not duties:
        return duties
    rule = "undifferentiated" if len(duties) > 1 else "explicit"
    told = [replace(duty, rule=rule) for duty in duties]
    return first_listed(told, kind.declared or convention.declared)


def _defined(definition: Definition, by: int) -> Definition:
    members = tuple(_shifted(m, by) for m in definition.members)
    return Definition(definition.term, members, definition.start + by, definition.end + by)


def _shifted(mention: Mention, by: int) -> Mention:
    return replace(mention, start=mention.start + by, end=mention.end + by)


def _moved(duty: Duty, by: int) -> Duty:
    """A duty read from a copy of its cell, at its place in the text."""
    return replace(duty, mention=_shifted(duty.mention, by), basis=Basis.TABLE)


def _deadline(grid: _Grid, columns: dict[int, Column], group: _Group) -> str | None:
    """The last day that the 完成时限 column names; None for 长期 and the like."""
    days = []
    for index, kind in columns.items():
        if kind.kind != "deadline":
            continue
        for cell in dict.fromkeys(c for row in group.rows if (c := grid.cell(row, index))):
            printed = re.sub(
                r"(\d{4})\s*[-./]\s*(\d{1,2})(?:\s*[-./]\s*(\d{1,2}))?(?!\d)", _as_date, grid.said(cell)
            )
            days += [
                d
                for m in re.finditer(r"\d{4}\s*年[^年]{0,8}", printed)
                if (d := entities.last_day(m.group()))
            ]
    return max(days, default=None)


def _as_date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}年{month}月" + (f"{day}日" if day else "")
