"""Responsibility tables that a page lost its lines of: rows with bars between the cells, or a cell a line.

Where a line has bars between header words, they tell the columns of its rows; a row with fewer cells (one
that merged cells of a page left out) is placed by what its cells look like. Else a table begins where
header words (序号, 任务, 责任单位 …) follow one another line by line. Where there is a column of numbers,
each number begins a row, and the lines up to the next are shared out among the other columns in order, by
what they look like; without one every row has as many lines as the header.
The result is a Table over the text's own places, as a file's own tables are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from graph.model import Problem
from loaders import sheets, structure
from loaders.lexicon import load
from loaders.structure import Line
from loaders.types import Cell, Table

MIN_COLUMNS, MAX_COLUMNS = 3, 10
MAX_LINES = 40  # lines of a row
MAX_CELL = 2000  # characters of a line that may be a cell
MAX_HEADING = 80  # characters of a line between rows that heads the next ones
OWN_PLACE, NEAR = 2.5, 1.0  # what speaks for the places that a row's bars give its cells; no clear lead
BAR = re.compile(r"[|｜]")
RULE = re.compile(r"[-—－:=+|｜\s]+")
JUNCTION = re.compile(r"[┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]")
MAX_SHORT = 20_000  # rows of a text that are placed by what their cells look like
WORD = re.compile(r"[\u4e00-\u9fff]{2,8}")
NUMBER = re.compile(r"\d{1,4}[.．、]?")
WHEN = re.compile(r"\d\s*[年月日]|年底|月底|季度|全年|年内|长期|持续|常年|适时|每年|每月|上半年|下半年")
MISSING, MISSING_TASK, SAME = 1.5, 100.0, 0.2  # what a blank cell, one of a task, and a second line cost
WHEN_LENGTH = 24  # characters of a deadline
PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[、，,\s　][\u4e00-\u9fff]{2,4})*")


def tables(text: str) -> tuple[list[Table], list[Problem]]:
    """The flattened tables of a text in order, and one problem for each that could not be put together."""
    found, problems = _barred(text)
    problems.extend(_drawn(text))
    problems.extend(_lineless(sheets.masked(text, [(table.start, table.end) for table in found])))
    text = sheets.masked(text, [(table.start, table.end) for table in found])
    lines = [part for line in structure.lines_of(text) for part in _parts(line)]
    at = 0
    while at < len(lines):
        header = _header(lines, at)
        if not header:
            at += 1
            continue
        first = at + len(header)
        rows, after = _rows(lines, first, header)
        if rows:
            found.append(_table(lines[at:first], rows))
            problems.extend(_left_out(lines[first:after], rows))
        else:
            span = (lines[at].start, lines[first - 1].end)
            message = (
                "这里像是被拆散的责任表，但行列对不上，没有读取；请用原始文件（Word、Excel 或网页）导入。"
            )
            problems.append(Problem("not_understood", span, text[span[0] : span[1]][:200], message))
        at = max(after, first)
    return sorted(found, key=lambda table: table.start), problems


def _drawn(text: str) -> Iterator[Problem]:
    """A problem for each table drawn with line characters that drawn.py could not read."""
    last = -1
    lines = structure.lines_of(text)
    for index, line in enumerate(lines):
        if len(JUNCTION.findall(line.text)) < 2 or not re.search("[─━═]", line.text):
            continue
        if last < 0 or index - last > MAX_LINES:
            message = (
                "这里有一张用线条字符画出的表格，行列分不清，没有读取；"
                "请用原始文件（Word、Excel 或网页）导入。"
            )
            yield Problem("not_understood", (line.start, line.end), line.text[:200], message)
        last = index


def _lineless(text: str) -> Iterator[Problem]:
    """A problem for each header whose words only blanks part: a page's table without lines."""
    for line in structure.lines_of(text):
        words = line.text.split() if len(line.text) <= sheets.HEADER_LENGTH * MAX_COLUMNS else []
        kinds = [found.kind for word in words if (found := sheets.column(word))]
        if not (MIN_COLUMNS <= len(words) == len(kinds) and sheets.ROLE in kinds):
            continue
        if set(sheets.TASKS) & set(kinds):
            message = "这里像是一张没有表格线的责任表，没有读取；请用原始文件（Word、Excel 或网页）导入。"
            yield Problem("not_understood", (line.start, line.end), line.text[:200], message)


def _barred(text: str) -> tuple[list[Table], list[Problem]]:
    """The tables whose rows are lines with bars, and a problem for each cell that was left out."""
    lines = [line for line in structure.lines_of(text) if line.text.strip() and not RULE.fullmatch(line.text)]
    found: list[Table] = []
    problems: list[Problem] = []
    at = 0
    while at < len(lines):
        columns = _bar_header(lines[at])
        if not columns:
            at += 1
            continue
        rows, doubts, after = _bar_rows(lines, at + 1, columns)
        table = _table(_bar_cells(lines[at]), rows) if rows else None
        at += 1
        if table is not None and sheets.is_sheet(text, table):
            found.append(table)
            problems.extend(doubts)
            at = after
    return found, problems


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


def _bar_header(line: Line) -> list[sheets.Column]:
    """The columns by a line of header words between bars; empty where it is none."""
    cells = _bar_cells(line)
    if not 2 <= len(cells) <= MAX_COLUMNS + 2:
        return []
    columns = [sheets.column(cell.text) for cell in cells]
    known = [column for column in columns if column is not None]
    enough = len(known) * 2 >= len(cells) and (len(cells) >= MIN_COLUMNS or len(known) == len(cells))
    if not enough or not any(column.kind == sheets.ROLE for column in known):
        return []
    return [column or sheets.Column("other") for column in columns]


def _bar_rows(
    lines: Sequence[Line], first: int, columns: Sequence[sheets.Column]
) -> tuple[list[list[tuple[int, Line]]], list[Problem], int]:
    """The rows from line `first` on as (column, cell) pairs, what was left out, and the line after them."""
    rows: list[list[tuple[int, Line]]] = []
    problems: list[Problem] = []
    at, short = first, 0
    while at < len(lines):
        line = lines[at]
        if not BAR.search(line.text):
            barred = (BAR.search(each.text) is not None for each in lines[at + 1 : at + 3])
            ahead = next((count for count, found in enumerate(barred, 1) if found), 0)
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
            rows.append([(column if _units(filled[0].text) else 0, filled[0])])
            continue
        short += len(filled) < len(columns)
        placed = _bar_places(cells, columns) if short <= MAX_SHORT else []
        if placed:
            rows.append([(column, cell) for column, cell in placed if cell.text])
            problems.extend(_left_out(filled, [placed]))
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
    columns: Sequence[sheets.Column],
    inside: bool,
) -> bool:
    """Whether a line without bars goes on with the list of units at the end of the row above it."""
    if len(row) < 2 or columns[row[-1][0]].kind != sheets.ROLE or len(line.text) > MAX_CELL:
        return False
    return above.text.endswith(("、", "，", ",")) or (inside and _units(line.text))


def _whole(
    cells: list[Line], following: Sequence[Line], columns: Sequence[sheets.Column]
) -> tuple[list[Line], int]:
    """A numbered row whose cells broke into several lines, put together, and how many lines that took."""
    if columns[0].kind != "number" or not cells or not NUMBER.fullmatch(cells[0].text):
        return cells, 0
    joined = list(cells)
    for count, line in enumerate(following, 1):
        more = _bar_cells(line, len(columns))
        if len(joined) >= len(columns) and count == 1:
            break
        if not more or NUMBER.fullmatch(more[0].text) or structure.numbered(line.text):
            break
        if len(joined) + len(more) - 1 > len(columns):
            break
        start, end = joined[-1].start, more[0].end
        joined = [*joined[:-1], Line(f"{joined[-1].text}\n{more[0].text}", start, end), *more[1:]]
        if len(joined) == len(columns):
            return joined, count
    return cells, 0


def _bar_places(cells: Sequence[Line], columns: Sequence[sheets.Column]) -> list[tuple[int, Line]]:
    """Each cell's column: as the bars say, or, where cells are missing, as what the cells look like says.

    Units are left out where it is open which of several columns they stand in.
    """
    kept = list(cells)
    while kept and not kept[-1].text:
        kept.pop()
    if len(kept) > len(columns):
        return []
    direct = tuple(range(len(kept))) if len(cells) == len(columns) else None
    suits = [[_suits(cell.text, column) if cell.text else 0.0 for column in columns] for cell in kept]
    scored = [
        (sum(suits[n][i] for n, i in enumerate(places)) + (OWN_PLACE if places == direct else 0), places)
        for places in combinations(range(len(columns)), len(kept))
    ]
    best, chosen = max(scored)  # at equal rank the missing ones are left
    placed = list(zip(chosen, kept, strict=True))
    if len(scored) == 1:
        return placed
    roles = {i for i, column in enumerate(columns) if column.kind == sheets.ROLE}

    def units(places: tuple[int, ...]) -> set[tuple[int, int]]:
        return {(i, n) for n, i in enumerate(places) if i in roles and kept[n].text}

    rivals = any(score > best - NEAR and units(places) != units(chosen) for score, places in scored)
    unlike = chosen != direct and any(i in roles and suits[n][i] < 0 for n, i in enumerate(chosen))
    return [(i, cell) for i, cell in placed if i not in roles] if rivals or unlike else placed


def _suits(text: str, column: sheets.Column) -> float:
    """How well a cell between bars suits a column."""
    if sheets.says_nothing(text):
        return 1.0 if column.kind == sheets.ROLE else 0.0
    if column.kind == "number":
        return 2.0 if NUMBER.fullmatch(text) else -2.0
    return _fit(text, column)


def _parts(line: Line) -> Iterator[Line]:
    """What stands between the bars of a line, each without the blanks around it; rules (---) are nothing."""
    for match in re.finditer(r"[^|｜]+", line.text):
        kept = match.group().strip(" 　\t")
        if kept and not re.fullmatch(r"[-—:=\s]+", kept):
            start = line.start + match.start() + match.group().index(kept)
            yield Line(kept, start, start + len(kept))


def _header(lines: Sequence[Line], at: int) -> list[sheets.Column]:
    """The columns by the header words that follow one another from line `at` on; empty where it is none."""
    columns: list[sheets.Column] = []
    unknown = 0
    for line in lines[at : at + MAX_COLUMNS + 1]:
        found = sheets.column(line.text) if len(line.text) <= sheets.HEADER_LENGTH * 2 else None
        if found is None and columns and not unknown and WORD.fullmatch(line.text):
            found, unknown = sheets.Column("task"), len(columns)  # 民生实事: the tasks by another name
        if found is None:
            break
        columns.append(found)
    if unknown and unknown == len(columns) - 1:
        columns.pop()  # what stands behind the last known word is no header
    kinds = [column.kind for column in columns]
    enough = MIN_COLUMNS <= len(columns) <= MAX_COLUMNS and "number" not in kinds[1:]
    return columns if enough and sheets.ROLE in kinds and set(sheets.TASKS) & set(kinds) else []


def _rows(
    lines: Sequence[Line], first: int, columns: Sequence[sheets.Column]
) -> tuple[list[list[tuple[int, Line]]], int]:
    """The rows from line `first` on, each as (column, line) pairs in order, and the line after the last."""
    if columns[0].kind != "number":
        return _cycle(lines, first, columns)
    rows: list[list[tuple[int, Line]]] = []
    at, last = first, 0
    while at < len(lines):
        if not NUMBER.fullmatch(lines[at].text) or _number(lines[at].text) <= last:
            # a line between header and rows is a heading; one that no number follows ends the table
            if at + 1 < len(lines) and _follows(lines[at + 1].text, last) and len(lines[at].text) <= 80:
                rows.append([(0, lines[at])])
                at += 1
                continue
            break
        last = _number(lines[at].text)
        stop = at + 1
        while stop < len(lines) and stop - at <= MAX_LINES and len(lines[stop].text) <= MAX_CELL:
            if _follows(lines[stop].text, last):
                break
            stop += 1
        ended = stop < len(lines) and _follows(lines[stop].text, last)
        inner = list(lines[at + 1 : stop])
        if not ended:
            inner = inner[: _fitting(inner, columns[1:])]
        placed, heading = _shared_out(inner, columns[1:])
        if not placed and inner:
            task = next((i for i, c in enumerate(columns[1:]) if c.kind in sheets.TASKS), 0)
            placed = [(task, inner[0])]
        rows.append(
            [(0, lines[at]), *((column + 1, line) for column, line in _told_apart(placed, columns[1:]))]
        )
        if heading is not None:
            rows.append([(0, heading)])
        at += 1 + len(inner)
    return rows if any(len(row) > 1 for row in rows) else [], at


def _told_apart(
    placed: Sequence[tuple[int, Line]], columns: Sequence[sheets.Column]
) -> list[tuple[int, Line]]:
    """The cells without the units of a row in which it is open whose column they stand in.

    Several columns of units tell them apart only where each has exactly one line.
    """
    roles = {i for i, column in enumerate(columns) if column.kind == sheets.ROLE}
    own = [column for column, _ in placed if column in roles]
    open_to_doubt = len(roles) > 1 and sorted(own) != sorted(roles)
    return [(c, line) for c, line in placed if not (open_to_doubt and c in roles)]


def _left_out(lines: Sequence[Line], rows: Sequence[Sequence[tuple[int, Line]]]) -> Iterator[Problem]:
    """A problem for every line of units that was left out of its row."""
    used = {line.start for row in rows for _, line in row}
    for line in lines:
        if line.start not in used:
            message = (
                "这张表被拆散了，这一格属于哪一列分不清，没有采用；请用原始文件（Word、Excel 或网页）导入。"
            )
            yield Problem("not_understood", (line.start, line.end), line.text[:200], message)


def _number(text: str) -> int:
    return int(text.rstrip(".．、"))


def _follows(text: str, last: int) -> bool:
    """Whether a line is a number that counts on from `last`: the next, or one of the next few."""
    return NUMBER.fullmatch(text) is not None and 0 < _number(text) - last <= 5


def _fitting(lines: Sequence[Line], columns: Sequence[sheets.Column]) -> int:
    """How many lines belong to the last row: its columns, and further units of a last column of units."""
    count = 0
    best, best_count = float("-inf"), 0
    for count in range(1, min(len(lines), len(columns) + 6) + 1):
        here = lines[count - 1].text
        if count > 1 and (structure.numbered(here) or structure.DATE.fullmatch(here)):
            break
        if count < len(lines) and structure.DATE.fullmatch(lines[count].text):
            break  # a signature
        score, _ = _best(lines[:count], columns, trailing=False)
        if score > best or (score >= best and count <= len(columns)):
            best, best_count = score, count
    return best_count


def _shared_out(
    lines: Sequence[Line], columns: Sequence[sheets.Column]
) -> tuple[list[tuple[int, Line]], Line | None]:
    """The lines by column, and a last line that is the heading of the next rows; empty where it fails."""
    if not lines:
        return [], None
    if len(lines) == len(columns) and _best(lines, columns, trailing=True)[1][-1] < len(columns):
        return list(enumerate(lines)), None
    score, places = _best(lines, columns, trailing=True)
    roles = [i for i, column in enumerate(columns) if column.kind == sheets.ROLE]
    if score < 0 or not set(roles) & set(places):
        return [], None
    heading = lines[-1] if places[-1] == len(columns) else None
    return [(p, line) for p, line in zip(places, lines, strict=True) if p < len(columns)], heading


def _best(lines: Sequence[Line], columns: Sequence[sheets.Column], trailing: bool) -> tuple[float, list[int]]:
    """The best way to share out lines among columns in order: (score, column of each line).

    A column may have several lines; one without any costs. With `trailing` the last line may stand
    behind all columns.
    """
    width = len(columns) + (1 if trailing else 0)
    blank = [MISSING_TASK if column.kind in sheets.TASKS else MISSING for column in columns]
    skipped = [sum(blank[:c]) for c in range(width + 1)]  # what leaving out the columns before c costs
    table: list[list[tuple[float, int]]] = []
    for index, line in enumerate(lines):
        row: list[tuple[float, int]] = []
        for column in range(width):
            own = _heading(line.text) if column == len(columns) else _fit(line.text, columns[column])
            if column == len(columns) and index != len(lines) - 1:
                row.append((float("-inf"), 0))
            elif index == 0:
                row.append((own - skipped[column], -1))
            else:
                before = [
                    (table[-1][c][0] - (SAME if c == column else skipped[column] - skipped[c + 1]), c)
                    for c in range(column + 1)
                ]
                score, at = max(before, key=lambda option: option[0])
                row.append((score + own, at))
        table.append(row)
    ends = [table[-1][c][0] - (sum(blank) - skipped[min(c + 1, len(columns))]) for c in range(width)]
    place = max(range(width), key=lambda c: ends[c])
    score, places = ends[place], []
    for row in reversed(table):
        places.append(place)
        place = row[place][1]
    return score, places[::-1]


def _fit(text: str, column: sheets.Column) -> float:
    """How well a line suits a column."""
    units = _units(text)
    when = len(text) <= WHEN_LENGTH and WHEN.search(text) is not None
    if column.kind == sheets.ROLE:
        return 2.0 if units else -2.0
    if column.kind == "deadline":
        return 2.0 if when else -1.5
    if column.kind == "person":
        return 1.0 if PERSON.fullmatch(text) and not units else -1.5
    return -1.0 if units or when else 1.0


def _heading(text: str) -> float:
    """How well a line suits the place of a heading between rows."""
    if structure.numbered(text) or re.search(r"[（(](?:共\s*)?\d+\s*[项个件条][）)]$", text):
        return 1.5
    return -0.5 if len(text) <= 40 and not re.search("[，。；]", text) else -2.0


def _units(text: str) -> bool:
    """Whether all that a line lists are units."""
    names = [name for name in re.split(r"[、，,；;\s　和及/]+", text.rstrip("。等")) if name]
    lexicon = load()
    return bool(names) and all(len(name) <= 40 and sheets.unit(name, lexicon) for name in names)


def _cycle(
    lines: Sequence[Line], first: int, columns: Sequence[sheets.Column]
) -> tuple[list[list[tuple[int, Line]]], int]:
    """Rows of exactly as many lines as there are columns, as long as each fits."""
    rows: list[list[tuple[int, Line]]] = []
    at = first
    while at + len(columns) <= len(lines):
        row = lines[at : at + len(columns)]
        if any(_fit(line.text, column) < 0 for line, column in zip(row, columns, strict=True)):
            break
        rows.append(list(enumerate(row)))
        at += len(columns)
    return rows, at


def _table(header: Sequence[Line], rows: Sequence[Sequence[tuple[int, Line]]]) -> Table:
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
