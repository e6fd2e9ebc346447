"""A file to a Record: the steps in order, and what the user says beside the text."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator
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
from loaders import entities, structure
from loaders.clean import clean
from loaders.lexicon import Lexicon, load
from loaders.read import read
from loaders.resolve import Resolution, Resolver
from loaders.roles import Convention, annotated, declared_before, read_measure
from loaders.types import Definition, Duty, Item, RawText

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


@dataclass
class _Parts:
    """The measures of one document as they are read, and what could not be."""

    measures: list[Measure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)


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
    text = clean(raw.text).text
    facts = structure.facts(text, lexicon)
    jurisdiction = _jurisdiction(facts, given, lexicon)
    document = _document(raw, facts, given, jurisdiction)
    parts = _Parts(problems=list(_conflicts(facts, given, document, jurisdiction)))
    resolver = Resolver(lexicon, jurisdiction, document.id)
    issuers = tuple(resolver.issuer(name).name for name in document.issuers)
    body = (facts.body[0], structure.closing_start(text, facts.body))
    leaves = [item for item in structure.items(text, body, annotated()) if item.leaf]
    convention = Convention(declared_before(text, leaves[0].start, lexicon) if leaves else None)
    for index, item in enumerate(leaves):
        end = _last_end(text, item) if index + 1 == len(leaves) else item.end
        _measure(text, item, end, document, convention, resolver, lexicon, parts)
    if not leaves:
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
    if not document.jurisdiction:
        yield Problem(
            "no_jurisdiction", (0, 0), "", "正文和说明都没有写明适用地区，省、市开头的单位名称无法确定。"
        )


def _same(said: str, used: str) -> bool:
    place = load().place_of(said)
    return place is not None and place.full == used


def _last_end(text: str, item: Item) -> int:
    """The last measure ends with its last annotated paragraph: what follows closes the document."""
    lines = structure.lines_of(text, item.start, item.end)
    hits = [line.end for line in lines if annotated().search(line.text + "\n") or line is lines[0]]
    return hits[-1] if len(hits) > 1 or len(lines) == 1 or annotated().search(lines[0].text) else item.end


def _measure(
    text: str,
    item: Item,
    end: int,
    document: Document,
    convention: Convention,
    resolver: Resolver,
    lexicon: Lexicon,
    parts: _Parts,
) -> None:
    reading = read_measure(text, item.start, end, convention, lexicon)
    parts.problems.extend(reading.problems)
    rows: dict[tuple[str, str], Responsibility] = {}
    for duty in reading.duties:
        resolution = resolver.resolve(duty.mention)
        _add(rows, duty, resolution, parts)
    _define(reading.definitions, resolver)
    key = bounded("/".join([document.id, *(structure.squeeze(p) for p in item.path), item.number]))
    parts.ids[key] = parts.ids.get(key, 0) + 1
    if parts.ids[key] > 1:
        key = f"{key}~{parts.ids[key]}"
    cites = tuple(entities.citations(text, item.start, end, lexicon))
    targets = tuple(entities.targets(text, item.start, end))
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
            deadline=_deadline(text[item.start : end], lexicon),
            responsibilities=tuple(rows.values()),
            instruments=tuple(entities.instruments(text, item.start, end, lexicon)),
            regions=places,
            targets=targets,
            cites=cites,
        )
    )


def _spans(rows: dict[tuple[str, str], Responsibility]) -> list[tuple[int, int]]:
    return [(e.start, e.end) for row in rows.values() for e in row.evidence]


def _define(definitions: tuple[Definition, ...], resolver: Resolver) -> None:
    for definition in definitions:
        resolver.definitions[definition.term] = definition.members


def _add(
    rows: dict[tuple[str, str], Responsibility], duty: Duty, resolution: Resolution, parts: _Parts
) -> None:
    """Every (agency, role) stands once, with all its evidence."""
    mention = duty.mention
    evidence = Evidence(
        mention.text, mention.start, mention.end, None, duty.basis, duty.rule, duty.declared_at
    )
    key = (resolution.agency.id, duty.role)
    if key in rows:
        old = rows[key]
        rows[key] = dataclasses.replace(
            old, evidence=(*old.evidence, evidence), open_list=old.open_list or mention.open_list
        )
        return
    agency = resolution.agency
    if agency.resolved == Resolved.UNRESOLVED and resolution.reason:
        parts.problems.append(
            Problem("unresolved", (mention.start, mention.end), mention.text, resolution.reason)
        )
    rows[key] = Responsibility(
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


def _deadline(text: str, lexicon: Lexicon) -> str | None:
    """The 完成时限 of a measure as the last day it names; None without one."""
    for pattern in lexicon.structure["deadline"]["patterns"]:
        if match := re.search(pattern, text):
            return entities.last_day(match["date"])
    return None
