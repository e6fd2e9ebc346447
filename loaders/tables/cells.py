"""What the cells of a measure say: who answers, and by when.

What a cell says itself (“牵头单位：A；配合单位：B”, “A（牵头）”) goes before what its header says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from graph.model import Basis, Problem, Role
from loaders.lexicon import Lexicon, labels, load
from loaders.mentions import split_list
from loaders.roles.conventions import Convention, first_listed
from loaders.roles.measures import read_measure
from loaders.structure.dates import last_day, last_day_of
from loaders.structure.lines import squeeze
from loaders.tables.columns import ROLE, Column, unit
from loaders.tables.grid import Grid, Group
from loaders.types import Cell, Definition, Duty, Mention, Reading, Span
from loaders.wording import either, pattern, words

DIGITS = re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})(?:\s*[-./]\s*(\d{1,2}))?(?!\d)")  # 2025-12, 2025.12.31


def reading_of(
    grid: Grid,
    columns: dict[int, Column],
    group: Group,
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
            text = squeeze(grid.said(cell))
            if text in words("columns", "nothing", "none"):
                continue
            if text in words("columns", "nothing", "same"):
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
        if not unit(
            mention.name,
            lexicon,
            persons=pattern("columns", "with_persons").search(kind.word or "") is not None,
        ):
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


@cache
def _speaks() -> re.Pattern[str]:
    """A cell that says its roles itself: a label with its colon, or a list that ends in a verb."""
    verbs = either(w.word for w in load().verbs)
    return re.compile(
        rf"(?:{labels()})\s*[:：]|[【\[](?:{labels()})[】\]]|(?<!^)(?:{verbs})(?=$|[，,；;。\n])"
    )


@cache
def _gloss() -> re.Pattern[str]:
    """(牵头) behind one name of a list."""
    said = either(w.word for w in (*load().labels, *load().verbs))
    return re.compile(rf"[（(](?P<word>{said})[)）]")


def _defined(definition: Definition, by: int) -> Definition:
    members = tuple(_shifted(m, by) for m in definition.members)
    return Definition(definition.term, members, definition.start + by, definition.end + by)


def _shifted(mention: Mention, by: int) -> Mention:
    return replace(mention, start=mention.start + by, end=mention.end + by)


def _moved(duty: Duty, by: int) -> Duty:
    """A duty read from a copy of its cell, at its place in the text."""
    return replace(duty, mention=_shifted(duty.mention, by), basis=Basis.TABLE)


def deadline_of(grid: Grid, columns: dict[int, Column], group: Group) -> tuple[str | None, tuple[Span, ...]]:
    """The last day that the 完成时限 column names (None for 长期 and the like), and where its cells stand."""
    kinds = [index for index, kind in columns.items() if kind.kind == "deadline"]
    cells = dict.fromkeys(c for index in kinds for row in group.rows if (c := grid.cell(row, index)))
    days = []
    for cell in cells:
        printed = grid.said(cell)
        said = [last_day(m.group()) for m in pattern("structure", "partial_date").finditer(printed)]
        said += [last_day_of(*m.groups()) for m in DIGITS.finditer(printed)]
        days += [day for day in said if day is not None]
    return max(days, default=None), tuple((cell.start, cell.end) for cell in cells)
