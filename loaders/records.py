"""A file to a Record: the steps in order."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from graph.model import DocumentRef, Problem, Record
from loaders.agencies.readings import own_area
from loaders.agencies.resolve import Resolver
from loaders.clean import clean, placed
from loaders.documents import (
    Given,
    conflicts,
    document_of,
    gate_of_document,
    given_for,
    jurisdiction_of_document,
    not_basis,
    year_of,
)
from loaders.lexicon import Lexicon, load
from loaders.measures import Measures, Pages
from loaders.read import read
from loaders.roles.conventions import Convention, declared_before
from loaders.roles.measures import annotated, last_said, read_heading, read_measure
from loaders.spans import masked
from loaders.structure.dates import last_day
from loaders.structure.facts import facts
from loaders.structure.items import closing_start, further, items
from loaders.tables import flattened, sheets
from loaders.tables.grid import is_sheet
from loaders.types import Duty, Item, RawText, Reading, Span, Table
from loaders.wording import rows

__all__ = ["Given", "given_for", "parse", "parse_file"]


@dataclass(frozen=True, slots=True)
class _Outline:
    """What of a text is read in which order: `prose` is the text with its tables blanked out."""

    text: str
    prose: str
    body: Span
    items: tuple[Item, ...]
    tables: tuple[sheets.Sheet, ...]
    below: dict[int, int]  # where an item begins -> where the one after it does
    attachments: tuple[tuple[int, int, str], ...]  # (start, number, title) of the second and later ones


def parse_file(path: Path, jurisdiction: str | None = None) -> Record:
    """The record of one file, with NAME.meta.json beside it taken into account.

    Raises an InputError where the file or its meta file cannot be read.
    """
    return parse(read(path), given_for(path, jurisdiction))


def parse(raw: RawText, given: Given | None = None, lexicon: Lexicon | None = None) -> Record:
    """The record of one text; never raises on what the text says."""
    given, lexicon = given or Given(), lexicon or load()
    cleaned = clean(raw.text, raw.tables)
    text = cleaned.text
    tables, torn = _tables(text, placed(cleaned, raw.tables))
    stated = facts(_without(text, tables), lexicon)
    jurisdiction = jurisdiction_of_document(stated, given, lexicon)
    document = document_of(raw, stated, given, jurisdiction)
    date, area = document.date or year_of(document.doc_number), own_area(document.issuers, lexicon)
    resolver = Resolver(lexicon, jurisdiction, document.id, date, area)
    issuers = tuple(resolver.issuer(name).name for name in document.issuers)
    problems = [*conflicts(stated, given, document, jurisdiction), *torn]
    measures = Measures(text, document, resolver, Pages(raw.pages, cleaned.origin), problems)
    outline = _outline(text, [sheets.sheet_of(text, table, stated.title) for table in tables], stated.body)
    gate = gate_of_document(outline.prose, stated, given, outline.items, lexicon)
    _read(outline, gate, stated.title, measures, lexicon)
    if gate == "none" and any(item.leaf for item in outline.items):
        message = "从标题和内容看，这不是分工文件（如法规、新闻、表彰、招标、函件），没有读取责任单位。"
        problems.append(Problem("not_a_plan", (0, 0), document.title[:200], message))
    if not measures.found:
        message = "没有找到带编号的措施，这可能不是一份分工文件。"
        problems.append(Problem("no_measures", (0, 0), "", message))
    cites = dict.fromkeys(DocumentRef(c.doc_number, c.title) for m in measures.found for c in m.cites)
    return Record(
        document=dataclasses.replace(
            document, issuers=issuers or document.issuers, cites=not_basis(cites, document)
        ),
        measures=tuple(measures.found),
        text=text,
        problems=tuple(problems),
        agencies=tuple(resolver.agencies.values()),
        regions=tuple(resolver.regions.values()),
        successions=tuple(resolver.successions.values()),
        memberships=tuple(resolver.memberships.values()),
        jurisdiction_region=resolver.place.code if resolver.place else None,
    )


def _tables(text: str, printed: Iterable[Table]) -> tuple[list[Table], list[Problem]]:
    """The responsibility tables of a text: those of its file, and those that it lost the lines of."""
    own = [table for table in printed if is_sheet(text, table)]
    loose, torn = flattened.tables(_without(text, own))
    return sorted([*own, *loose], key=lambda table: table.start), torn


def _without(text: str, tables: Iterable[Table | sheets.Sheet]) -> str:
    return masked(text, [(table.start, table.end) for table in tables])


def _outline(text: str, tables: Sequence[sheets.Sheet], stated: Span) -> _Outline:
    prose = _without(text, tables)
    body = (stated[0], closing_start(prose, (stated[0], len(prose.rstrip()))))
    attachments = further(prose, body)
    found = list(_items(prose, body, attachments))
    kept = (i for i in found if not (i.leaf and any(sheets.is_heading(table, i, prose) for table in tables)))
    below = {item.start: after.start for item, after in pairwise(found)}
    return _Outline(text, prose, body, tuple(kept), tuple(tables), below, tuple(attachments))


def _items(text: str, body: Span, attachments: Sequence[tuple[int, int, str]]) -> Iterator[Item]:
    """The items of the body, each attachment counted by itself; a further one's title heads its paths."""
    starts = [body[0], *(start for start, _, _ in attachments), body[1]]
    titles = [(), *((title,) for _, _, title in attachments)]
    for start, end, title in zip(starts, starts[1:], titles, strict=False):
        for item in items(text, (start, end), annotated):
            yield dataclasses.replace(item, path=(*title, *item.path))


def _read(outline: _Outline, gate: str, title: str | None, measures: Measures, lexicon: Lexicon) -> None:
    """Headings, measures and tables in the order of the text; what one declares holds for those after it."""
    prose, first = outline.prose, outline.items[0].start if outline.items else 0
    declared = declared_before(prose, first, lexicon) if outline.items else None
    convention = Convention(declared, sentences=gate == "plan")
    attachments = list(outline.attachments)
    headed: list[tuple[Item, tuple[Duty, ...]]] = []  # the open headings with the duties that they give
    steps: list[Item | sheets.Sheet] = [*outline.items, *outline.tables]
    for step in sorted(steps, key=lambda each: each.start):
        while attachments and attachments[0][0] <= step.start:
            # what one attachment declares does not hold in the next
            measures.attachment = f"#{attachments.pop(0)[1]}"
            convention = Convention(declared, sentences=gate == "plan")
        if isinstance(step, sheets.Sheet):
            path = sheets.headings(step, prose, outline.body[0])
            for row in sheets.read_sheet(outline.text, step, path, title, convention, lexicon):
                measures.add(row.item, row.item.end, row.reading, row.deadline, row.until)
            continue
        while headed and headed[-1][0].end <= step.start:
            headed.pop()
        if step.leaf:
            end = _end(outline, step)
            reading = Reading((), (), ())
            if gate != "none":
                reading = read_measure(prose, step.start, end, convention, lexicon)
                reading = _under(reading, [duty for _, duties in headed for duty in duties])
            measures.add(step, end, reading, _deadline(outline.text[step.start : end]))
        elif gate != "none":
            reading = read_heading(prose, step.start, outline.below[step.start], convention, lexicon)
            headed.append((step, reading.duties))
            measures.problems.extend(reading.problems)
            measures.define(reading.definitions)


def _end(outline: _Outline, item: Item) -> int:
    """Where a measure ends: the last one with what it says of who answers; each before a table's title.

    The rows of a responsibility table are measures of their own.
    """
    end = item.end
    if item is next(leaf for leaf in reversed(outline.items) if leaf.leaf):
        end = last_said(outline.prose, item.start, item.end) or item.end
    first = min((t.start for t in outline.tables if item.start < t.start < end), default=end)
    return item.start + len(outline.text[item.start : first].rstrip())


def _under(reading: Reading, inherited: Sequence[Duty]) -> Reading:
    """A measure's duties with those of its headings, except of units that it names itself."""
    own = {duty.mention.name for duty in reading.duties}
    more = tuple(duty for duty in inherited if duty.mention.name not in own)
    return dataclasses.replace(reading, duties=(*reading.duties, *more))


def _deadline(text: str) -> str | None:
    """The 完成时限 of a measure as the last day it names; None without one."""
    for said in rows("structure")["deadline"]["patterns"]:
        if match := re.search(said, text):
            return last_day(match["date"])
    return None
