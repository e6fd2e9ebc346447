"""A file to a Record: the steps in order, and what the user says beside the text."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import InputError
from graph.model import (
    Document,
    DocumentRef,
    Evidence,
    Measure,
    Problem,
    Record,
    Resolved,
    Responsibility,
    Source,
)
from loaders import entities, flattened, sheets, structure
from loaders.clean import clean, placed
from loaders.lexicon import Lexicon, load
from loaders.read import read
from loaders.resolve import Resolution, Resolver
from loaders.roles import Convention, annotated, declared_before, last_said, read_heading, read_measure
from loaders.types import Definition, Duty, Item, RawText, Reading, Span

MAX_ABOVE = 500  # measures that 以上任务 may mean
MAX_KEY = 600  # characters; the graph refuses ids over 2,000
META_KEYS = frozenset({"title", "doc_number", "issuers", "jurisdiction", "date", "status", "url", "edition"})


@dataclass(frozen=True, slots=True)
class Given:
    """What the user knows and the text may not print; `url` and `edition` are only ever given."""

    title: str | None = None
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    jurisdiction: str | None = None
    date: str | None = None
    status: str | None = None
    url: str | None = None
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page a character of the cleaned text was printed on."""

    starts: tuple[int, ...]
    origin: tuple[int, ...]

    def of(self, offset: int) -> int | None:
        """The page, counted from 1; None for a format without pages."""
        return bisect_right(self.starts, self.origin[offset]) if self.starts else None


@dataclass
class _Held:
    """A responsibility with its evidence while its measure is read: a list grows without being copied."""

    first: Responsibility
    evidence: list[Evidence]
    open_list: bool

    def done(self) -> Responsibility:
        """The responsibility with all its evidence."""
        if len(self.evidence) == len(self.first.evidence) and self.open_list == self.first.open_list:
            return self.first
        return dataclasses.replace(self.first, evidence=tuple(self.evidence), open_list=self.open_list)


_Rows = dict[tuple[str, str], _Held]


@dataclass
class _Parts:
    """The measures of one document as they are read, and what could not be."""

    measures: list[Measure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    attachment: str = ""  # "#2" in the second attachment of one source
    pages: Pages = field(default_factory=lambda: Pages((), ()))


def parse_file(path: Path, jurisdiction: str | None = None) -> Record:
    """The record of one file, with NAME.meta.json beside it taken into account.

    Raises an InputError where the file or its meta file cannot be read.
    """
    return parse(read(path), given_for(path, jurisdiction))


def given_for(path: Path, jurisdiction: str | None = None) -> Given:
    """What NAME.meta.json and the command line say. Raises InputError where the JSON is broken."""
    meta = path.with_name(path.stem + ".meta.json")
    values: dict[str, Any] = {}
    if meta.exists():
        try:
            values = json.loads(meta.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise InputError(f"{meta.name}：不是合格的 JSON（{error}），请改正或删除。") from error
        if not isinstance(values, dict) or set(values) - META_KEYS:
            raise InputError(f"{meta.name}：只能有这些键：{'、'.join(sorted(META_KEYS))}。")
    if jurisdiction:
        values["jurisdiction"] = jurisdiction
    values["issuers"] = tuple(values.get("issuers") or ())
    return Given(**values)


def parse(raw: RawText, given: Given | None = None, lexicon: Lexicon | None = None) -> Record:
    """The record of one text; never raises on what the text says."""
    given, lexicon = given or Given(), lexicon or load()
    cleaned = clean(raw.text, raw.tables)
    text = cleaned.text
    own = [table for table in placed(cleaned, raw.tables) if sheets.is_sheet(text, table)]
    loose, torn = flattened.tables(sheets.masked(text, [(t.start, t.end) for t in own]))
    tables = sorted([*own, *loose], key=lambda table: table.start)
    facts = structure.facts(sheets.masked(text, [(t.start, t.end) for t in tables]), lexicon)
    places = [sheets.place(text, table, facts.title) for table in tables]
    prose = sheets.masked(text, [(where.start, where.end) for where in places])
    jurisdiction = _jurisdiction(facts, given, lexicon)
    document = _document(raw, facts, given, jurisdiction)
    parts = _Parts(
        problems=[*_conflicts(facts, given, document, jurisdiction), *torn],
        pages=Pages(raw.pages, cleaned.origin),
    )
    resolver = Resolver(lexicon, jurisdiction, document.id, document.date or _year(document.doc_number))
    resolver.issued_by(document.issuers)
    issuers = tuple(resolver.issuer(name).name for name in document.issuers)
    body = (facts.body[0], structure.closing_start(prose, (facts.body[0], len(prose.rstrip()))))
    further = structure.further(prose, body)
    found = list(_items(prose, body, further))
    items = [i for i in found if not (i.leaf and any(sheets.is_heading(w, i, prose) for w in places))]
    leaves = [item for item in items if item.leaf]
    gate = _gate(prose, facts, given, items, lexicon)
    declared = declared_before(prose, items[0].start, lexicon) if items else None
    convention = Convention(declared, sentences=gate == "plan")
    steps: list[Item | sheets.Place] = [*items, *places]
    headed: list[tuple[Item, tuple[Duty, ...]]] = []
    order = {item.start: index for index, item in enumerate(found)}
    for step in sorted(steps, key=lambda each: each.start):
        while (
            further and further[0][0] <= step.start
        ):  # what one attachment declares does not hold in the next
            parts.attachment = f"#{further.pop(0)[1]}"
            convention = Convention(declared, sentences=gate == "plan")
        if isinstance(step, Item):
            while headed and headed[-1][0].end <= step.start:
                headed.pop()
            if not step.leaf:
                if gate != "none":
                    below = found[order[step.start] + 1].start
                    reading = read_heading(prose, step.start, below, convention, lexicon)
                    headed.append((step, reading.duties))
                    parts.problems.extend(reading.problems)
                    _define(reading.definitions, resolver)
                continue
            end = (last_said(prose, step.start, step.end) or step.end) if step is leaves[-1] else step.end
            end = _before_tables(text, step, end, places)
            reading = Reading((), (), ())
            if gate != "none":
                reading = read_measure(prose, step.start, end, convention, lexicon)
                reading = _under(reading, [duty for _, duties in headed for duty in duties])
            deadline = _deadline(text[step.start : end], lexicon)
            _measure(text, step, end, reading, deadline, document, resolver, lexicon, parts)
            continue
        path = sheets.headings(step, prose, facts.body[0])
        for row in sheets.rows(text, step, path, facts.title, convention, lexicon):
            end = row.item.end
            _measure(text, row.item, end, row.reading, row.deadline, document, resolver, lexicon, parts)
    if gate == "none" and leaves:
        message = "从标题和内容看，这不是分工文件（如法规、新闻、表彰、招标、函件），没有读取责任单位。"
        parts.problems.append(Problem("not_a_plan", (0, 0), document.title[:200], message))
    if not parts.measures:
        parts.problems.append(
            Problem("no_measures", (0, 0), "", "没有找到带编号的措施，这可能不是一份分工文件。")
        )
    cites = tuple(dict.fromkeys(DocumentRef(c.doc_number, c.title) for m in parts.measures for c in m.cites))
    document = dataclasses.replace(
        document, issuers=issuers or document.issuers, cites=_not_basis(cites, document)
    )
    return Record(
        document=document,
        measures=tuple(parts.measures),
        text=text,
        problems=tuple(parts.problems),
        agencies=tuple(resolver.agencies.values()),
        regions=tuple(resolver.regions.values()),
        successions=tuple(resolver.successions.values()),
        memberships=tuple(resolver.memberships.values()),
        jurisdiction_region=resolver.place.code if resolver.place else None,
    )


def _items(text: str, body: Span, further: Sequence[tuple[int, int, str]]) -> Iterator[Item]:
    """The items of the body, each attachment counted by itself; a further one's title heads its paths."""
    starts = [body[0], *(start for start, _, _ in further), body[1]]
    titles = [(), *((title,) for _, _, title in further)]
    for start, end, title in zip(starts, starts[1:], titles, strict=False):
        for item in structure.items(text, (start, end), annotated):
            yield dataclasses.replace(item, path=(*title, *item.path))


def _year(number: str | None) -> str | None:
    """The year in a document number: an undated document of 〔2015〕 names the offices of that year."""
    year = re.search(r"〔(\d{4})〕", number or "")
    return year.group(1) if year else None


def _not_basis(cites: tuple[DocumentRef, ...], document: Document) -> tuple[DocumentRef, ...]:
    numbers = {b.doc_number for b in document.based_on if b.doc_number}
    titles = {b.title for b in document.based_on}
    return tuple(c for c in cites if c.doc_number not in numbers and not (c.title and c.title in titles))


def _jurisdiction(facts: structure.Facts, given: Given, lexicon: Lexicon) -> str | None:
    if facts.places:
        return facts.places[0]
    if given.jurisdiction is None:
        return None
    place = lexicon.place_of(given.jurisdiction)
    return place.full if place else given.jurisdiction


def _document(raw: RawText, facts: structure.Facts, given: Given, jurisdiction: str | None) -> Document:
    title = facts.title or given.title or raw.file
    number = facts.doc_number or given.doc_number
    status = facts.status or given.status or "正式"
    issuers = facts.issuers or given.issuers
    date = facts.date or given.date
    parts = (jurisdiction, title, status, "、".join(issuers), date)
    key = bounded(number or "|".join(part for part in parts if part))
    return Document(
        id=key,
        title=title,
        attached_title=facts.attached_title,
        doc_number=number,
        issuers=issuers,
        jurisdiction=jurisdiction,
        date=date,
        effective=facts.effective,
        expires=facts.expires,
        status=status,
        edition=given.edition or "full",
        based_on=tuple(DocumentRef(*pair) for pair in facts.based_on),
        source=Source(raw.file, raw.sha256, raw.media_type, raw.encoding, given.url),
    )


def bounded(key: str) -> str:
    """A key that an index can hold: a very long one keeps its beginning and a hash of the whole."""
    if len(key) <= MAX_KEY:
        return key
    return key[:MAX_KEY] + "#" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _conflicts(
    facts: structure.Facts, given: Given, document: Document, jurisdiction: str | None
) -> Iterator[Problem]:
    """Where the text and its user disagree: the text wins, and both are said."""
    pairs = (
        ("标题", given.title, document.title),
        ("文号", given.doc_number, document.doc_number),
        ("日期", given.date, document.date),
        ("适用地区", given.jurisdiction, jurisdiction),
    )
    for label, said, used in pairs:
        if (
            said
            and used
            and structure.squeeze(said) != structure.squeeze(used)
            and not (label == "适用地区" and _same(said, used))
        ):
            yield Problem(
                "conflict", (0, 0), said, f"{label}：说明写的是“{said}”，正文是“{used}”，以正文为准。"
            )
    if len(facts.dates) > 1:
        said = "、".join(facts.dates)
        yield Problem(
            "conflict", (0, 0), said, f"日期：文中有不一致的成文日期（{said}），采用 {document.date}。"
        )
    if not document.jurisdiction:
        yield Problem(
            "no_jurisdiction", (0, 0), "", "正文和说明都没有写明适用地区，省、市开头的单位名称无法确定。"
        )


def _same(said: str, used: str) -> bool:
    place = load().place_of(said)
    return place is not None and place.full == used


def _gate(text: str, facts: structure.Facts, given: Given, items: Sequence[Item], lexicon: Lexicon) -> str:
    """What may be read from the document; where no title tells, its own annotations do."""
    if facts.gate and facts.gate != "addressed":
        return facts.gate
    if given.title and (gate := structure.gate_of(structure.squeeze(given.title), None, lexicon)):
        return gate
    if facts.gate or structure.plans(items, lexicon):
        return "plan"
    leaves = [item for item in items if item.leaf][:100]
    said = sum(annotated(text, item.start, item.end) for item in leaves)
    if facts.doc_number or facts.issuers or given.doc_number or given.issuers:
        return "plan" if said else "labels"
    if said:
        return "labels"
    none = Convention(None, sentences=False)
    units = sum(bool(read_measure(text, i.start, i.end, none, lexicon).duties) for i in leaves)
    return "labels" if units > 1 else "none"


def _under(reading: Reading, inherited: Sequence[Duty]) -> Reading:
    """A measure's duties with those of its headings, except of units that it names itself."""
    own = {duty.mention.name for duty in reading.duties}
    more = tuple(duty for duty in inherited if duty.mention.name not in own)
    return dataclasses.replace(reading, duties=(*reading.duties, *more))


def _before_tables(text: str, item: Item, end: int, places: Sequence[sheets.Place]) -> int:
    """A measure ends where a responsibility table or its title begins: the table's rows are their own."""
    first = min((w.start for w in places if item.start < w.start < end), default=end)
    return item.start + len(text[item.start : first].rstrip())


def _measure(
    text: str,
    item: Item,
    end: int,
    reading: Reading,
    deadline: str | None,
    document: Document,
    resolver: Resolver,
    lexicon: Lexicon,
    parts: _Parts,
) -> None:
    parts.problems.extend(reading.problems)
    rows: _Rows = {}
    for duty in reading.duties:
        resolution = resolver.resolve(duty.mention)
        _add(rows, duty, resolution, parts)
    _define(reading.definitions, resolver)
    _resolved_above(reading.above, item, rows, resolver, parts)
    key = bounded(
        "/".join([document.id + parts.attachment, *(structure.squeeze(p) for p in item.path), item.number])
    )
    parts.ids[key] = parts.ids.get(key, 0) + 1
    if parts.ids[key] > 1:
        key = f"{key}~{parts.ids[key]}"
    cites = tuple(entities.citations(text, item.start, end, lexicon))
    targets = tuple(entities.targets(text, item.start, end, _spans(rows)))
    places = tuple(entities.regions(text, item.start, end, lexicon, resolver.place, _spans(rows)))
    for place in places:
        resolver.add_mentioned(place.name, place.code, place.kind)
    parts.measures.append(
        Measure(
            id=key,
            number=item.number,
            title=item.title,
            path=item.path,
            text=text[item.start : end],
            start=item.start,
            end=end,
            deadline=deadline,
            responsibilities=tuple(held.done() for held in rows.values()),
            instruments=tuple(entities.instruments(text, item.start, end, lexicon, _spans(rows))),
            regions=places,
            targets=targets,
            cites=cites,
        )
    )


def _resolved_above(
    above: tuple[Duty, ...],
    item: Item,
    rows: _Rows,
    resolver: Resolver,
    parts: _Parts,
) -> None:
    """Gives what 以上任务 says to the measure itself and to those before it under the same heading."""
    for duty in above:
        resolution = resolver.resolve(duty.mention)
        _add(rows, duty, resolution, parts)
        for index in range(len(parts.measures) - 1, max(-1, len(parts.measures) - 1 - MAX_ABOVE), -1):
            measure = parts.measures[index]
            if measure.path != item.path:
                continue
            own = {(r.agency_id, r.role): _held(r) for r in measure.responsibilities}
            if (resolution.agency.id, duty.role) not in own:
                _add(own, duty, resolution, parts)
                parts.measures[index] = dataclasses.replace(
                    measure, responsibilities=tuple(held.done() for held in own.values())
                )


def _held(row: Responsibility) -> _Held:
    return _Held(row, list(row.evidence), row.open_list)


def _spans(rows: _Rows) -> list[tuple[int, int]]:
    return [(e.start, e.end) for row in rows.values() for e in row.evidence]


def _define(definitions: tuple[Definition, ...], resolver: Resolver) -> None:
    for definition in definitions:
        resolver.definitions[definition.term] = definition.members


def _add(rows: _Rows, duty: Duty, resolution: Resolution, parts: _Parts) -> None:
    """Every (agency, role) stands once, with all its evidence."""
    mention = duty.mention
    evidence = Evidence(
        mention.text,
        mention.start,
        mention.end,
        parts.pages.of(mention.start),
        duty.basis,
        duty.rule,
        duty.declared_at,
    )
    key = (resolution.agency.id, duty.role)
    if key in rows:
        rows[key].evidence.append(evidence)
        rows[key].open_list = rows[key].open_list or mention.open_list
        return
    agency = resolution.agency
    if agency.resolved == Resolved.UNRESOLVED and resolution.reason:
        parts.problems.append(
            Problem("unresolved", (mention.start, mention.end), mention.text, resolution.reason)
        )
    row = Responsibility(
        role=duty.role,
        role_text=duty.role_text,
        agency=agency.name,
        agency_id=agency.id,
        evidence=(evidence,),
        aliases=resolution.aliases,
        collective=agency.collective,
        members=resolution.members,
        open_list=mention.open_list,
        resolved=agency.resolved,
    )
    rows[key] = _held(row)


def _deadline(text: str, lexicon: Lexicon) -> str | None:
    """The 完成时限 of a measure as the last day it names; None without one."""
    for pattern in lexicon.structure["deadline"]["patterns"]:
        if match := re.search(pattern, text):
            return entities.last_day(match["date"])
    return None
