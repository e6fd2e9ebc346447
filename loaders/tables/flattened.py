"""Responsibility tables that a page lost its lines of: rows with bars between the cells, or a cell a line.

Where a line has bars between header words, they tell the columns of its rows (barred.py). Else a table
begins where header words (序号, 任务, 责任单位 …) follow one another line by line. Where there is a column
of numbers, each number begins a row, and the lines up to the next are shared out among the other columns
in order, by what they look like; without one every row has as many lines as the header.
The result is a Table over the text's own places, as a file's own tables are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.model import Problem
from loaders.spans import masked
from loaders.structure.lines import Line, lines_of
from loaders.structure.numbering import numbered
from loaders.tables.barred import MAX_CELL, MAX_HEADING, MAX_LINES, barred, left_out, table_of
from loaders.tables.columns import HEADER_LENGTH, MAX_COLUMNS, MIN_COLUMNS, ROLE, TASKS, Column, column_of
from loaders.tables.looks import NUMBER, fit, heads_rows
from loaders.types import Table
from loaders.wording import pattern

JUNCTION = re.compile(r"[┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]")
WORD = re.compile(r"[\u4e00-\u9fff]{2,8}")
MISSING, MISSING_TASK, SAME = 1.5, 100.0, 0.2  # what a blank cell, one of a task, and a second line cost


def tables(text: str) -> tuple[list[Table], list[Problem]]:
    """The flattened tables of a text in order, and one problem for each that could not be put together."""
    found, problems = barred(text)
    problems.extend(_drawn(text))
    problems.extend(_lineless(masked(text, [(table.start, table.end) for table in found])))
    text = masked(text, [(table.start, table.end) for table in found])
    lines = [part for line in lines_of(text) for part in _parts(line)]
    at = 0
    while at < len(lines):
        header = _header(lines, at)
        if not header:
            at += 1
            continue
        first = at + len(header)
        rows, after = _rows(lines, first, header)
        if rows:
            found.append(table_of(lines[at:first], rows))
            problems.extend(left_out(lines[first:after], rows))
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
    lines = lines_of(text)
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
    """A problem for each header whose words only blanks part: a page's table without lines.

    What stands below it may have been joined to its line, and the table's title before it.
    """
    for line in lines_of(text):
        run: list[tuple[str, int, int]] = []
        for match in re.finditer(r"\S+|$", line.text[:MAX_CELL]):
            found = column_of(match.group()) if len(match.group()) <= MAX_HEADING else None
            if found:
                run.append((found.kind, *match.span()))
                continue
            kinds = {kind for kind, _, _ in run}
            if len(run) >= MIN_COLUMNS and ROLE in kinds and set(TASKS) & kinds:
                span = (line.start + run[0][1], line.start + run[-1][2])
                message = "这里像是一张没有表格线的责任表，没有读取；请用原始文件（Word、Excel 或网页）导入。"
                yield Problem("not_understood", span, text[slice(*span)][:200], message)
            run = []


def _parts(line: Line) -> Iterator[Line]:
    """What stands between the bars of a line, each without the blanks around it; rules (---) are nothing."""
    for match in re.finditer(r"[^|｜]+", line.text):
        kept = match.group().strip(" 　\t")
        if kept and not re.fullmatch(r"[-—:=\s]+", kept):
            start = line.start + match.start() + match.group().index(kept)
            yield Line(kept, start, start + len(kept))


def _header(lines: Sequence[Line], at: int) -> list[Column]:
    """The columns by the header words that follow one another from line `at` on; empty where it is none."""
    columns: list[Column] = []
    unknown = 0
    for line in lines[at : at + MAX_COLUMNS + 1]:
        found = column_of(line.text) if len(line.text) <= HEADER_LENGTH * 2 else None
        if found is None and columns and not unknown and WORD.fullmatch(line.text):
            found, unknown = Column("task"), len(columns)  # 民生实事: the tasks by another name
        if found is None:
            break
        columns.append(found)
    if unknown and unknown == len(columns) - 1:
        columns.pop()  # what stands behind the last known word is no header
    kinds = [column.kind for column in columns]
    enough = MIN_COLUMNS <= len(columns) <= MAX_COLUMNS and "number" not in kinds[1:]
    return columns if enough and ROLE in kinds and set(TASKS) & set(kinds) else []


def _rows(
    lines: Sequence[Line], first: int, columns: Sequence[Column]
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
            task = next((i for i, c in enumerate(columns[1:]) if c.kind in TASKS), 0)
            placed = [(task, inner[0])]
        rows.append(
            [(0, lines[at]), *((column + 1, line) for column, line in _told_apart(placed, columns[1:]))]
        )
        if heading is not None:
            rows.append([(0, heading)])
        at += 1 + len(inner)
    return rows if any(len(row) > 1 for row in rows) else [], at


def _told_apart(placed: Sequence[tuple[int, Line]], columns: Sequence[Column]) -> list[tuple[int, Line]]:
    """The cells without the units of a row in which it is open whose column they stand in.

    Several columns of units tell them apart only where each has exactly one line.
    """
    roles = {i for i, column in enumerate(columns) if column.kind == ROLE}
    own = [column for column, _ in placed if column in roles]
    open_to_doubt = len(roles) > 1 and sorted(own) != sorted(roles)
    return [(c, line) for c, line in placed if not (open_to_doubt and c in roles)]


def _number(text: str) -> int:
    return int(text.rstrip(".．、"))


def _follows(text: str, last: int) -> bool:
    """Whether a line is a number that counts on from `last`: the next, or one of the next few."""
    return NUMBER.fullmatch(text) is not None and 0 < _number(text) - last <= 5


def _fitting(lines: Sequence[Line], columns: Sequence[Column]) -> int:
    """How many lines belong to the last row: its columns, and further units of a last column of units."""
    count = 0
    best, best_count = float("-inf"), 0
    for count in range(1, min(len(lines), len(columns) + 6) + 1):
        here = lines[count - 1].text
        if count > 1 and (numbered(here) or pattern("structure", "written_date").fullmatch(here)):
            break
        if count < len(lines) and pattern("structure", "written_date").fullmatch(lines[count].text):
            break  # a signature
        score, _ = _best(lines[:count], columns, trailing=False)
        if score > best or (score >= best and count <= len(columns)):
            best, best_count = score, count
    return best_count


def _shared_out(
    lines: Sequence[Line], columns: Sequence[Column]
) -> tuple[list[tuple[int, Line]], Line | None]:
    """The lines by column, and a last line that is the heading of the next rows; empty where it fails."""
    if not lines:
        return [], None
    if len(lines) == len(columns) and _best(lines, columns, trailing=True)[1][-1] < len(columns):
        return list(enumerate(lines)), None
    score, places = _best(lines, columns, trailing=True)
    roles = [i for i, column in enumerate(columns) if column.kind == ROLE]
    if score < 0 or not set(roles) & set(places):
        return [], None
    heading = lines[-1] if places[-1] == len(columns) else None
    return [(p, line) for p, line in zip(places, lines, strict=True) if p < len(columns)], heading


def _best(lines: Sequence[Line], columns: Sequence[Column], trailing: bool) -> tuple[float, list[int]]:
    """The best way to share out lines among columns in order: (score, column of each line).

    A column may have several lines; one without any costs. With `trailing` the last line may stand
    behind all columns.
    """
    width = len(columns) + (1 if trailing else 0)
    blank = [MISSING_TASK if column.kind in TASKS else MISSING for column in columns]
    skipped = [sum(blank[:c]) for c in range(width + 1)]  # what leaving out the columns before c costs
    table: list[list[tuple[float, int]]] = []
    for index, line in enumerate(lines):
        row: list[tuple[float, int]] = []
        for column in range(width):
            own = heads_rows(line.text) if column == len(columns) else fit(line.text, columns[column])
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


def _cycle(
    lines: Sequence[Line], first: int, columns: Sequence[Column]
) -> tuple[list[list[tuple[int, Line]]], int]:
    """Rows of exactly as many lines as there are columns, as long as each fits."""
    rows: list[list[tuple[int, Line]]] = []
    at = first
    while at + len(columns) <= len(lines):
        row = lines[at : at + len(columns)]
        if any(fit(line.text, column) < 0 for line, column in zip(row, columns, strict=True)):
            break
        rows.append(list(enumerate(row)))
        at += len(columns)
    return rows, at
