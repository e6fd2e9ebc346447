"""A record as the rows that cypher/write takes, and the quote around every mention.

Pure: nothing here knows a database. Lists of numbers hold NO_VALUE (-1) where there is none,
since Neo4j stores no null inside a list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from graph.model import Agency, Evidence, Measure, Membership, Record, Region, Responsibility, Succession

QUOTE_LIMIT = 300  # characters
NO_VALUE = -1

Row = dict[str, Any]
_OPEN, _CLOSE = "（(【[〔", "）)】]〕"
_SENTENCE_ENDS = "。！？!?\n"


class RecordRows:
    """A record as the rows that cypher/write takes; lists in the order of the document."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._text = record.text
        agencies = _all_agencies(record)
        # One edge of the record brings an agency's aliases: enough to gather them, no copies.
        self._aliases = _all_aliases(record, agencies)
        self.document = _document_row(record)
        detailed = {region.id for region in record.regions}
        self.regions = [_region_row(region, region.id in detailed) for region in _all_regions(record)]
        self.region_parents = [{"id": r.id, "parent": r.parent} for r in record.regions if r.parent]
        known = {agency.id for agency in record.agencies}
        self.agencies = [_agency_row(a, self._aliases[a.id], a.id in known) for a in agencies]
        self.agency_seats = [{"id": a.id, "region": a.region} for a in agencies if a.region]
        self.measures = [_measure_row(measure, n) for n, measure in enumerate(record.measures, 1)]
        issuers = dict.fromkeys(record.document.issuers)
        self.issuers = [
            {"agency": name, "properties": {"aliases": self._aliases.pop(name, [])}} for name in issuers
        ]
        self.duties = [row for measure in record.measures for row in self._duty_rows(measure)]
        self.instruments = [row for measure in record.measures for row in _instrument_rows(measure)]
        self.measure_regions = [row for measure in record.measures for row in _region_rows(measure)]
        self.document_regions = _document_region_rows(record)
        self.successions = [_succession_row(item) for item in record.successions]
        self.memberships = [_membership_row(item) for item in _all_memberships(record)]
        self.citations = _citation_rows(record)

    def _duty_rows(self, measure: Measure) -> list[Row]:
        merged: dict[tuple[str, str], Responsibility] = {}
        for duty in measure.responsibilities:
            key = (duty.agency_id, duty.role)
            merged[key] = _joined(merged[key], duty) if key in merged else duty
        return [
            {
                "agency": duty.agency_id,
                "measure": measure.id,
                "role": duty.role,
                "properties": {
                    **self._evidence(duty.evidence),
                    "role_text": duty.role_text,
                    "open_list": duty.open_list,
                    "aliases": self._aliases.pop(duty.agency_id, []),
                },
            }
            for duty in merged.values()
        ]

    def _evidence(self, evidence: Sequence[Evidence]) -> Row:
        declared = [item.declared_at or (NO_VALUE, NO_VALUE) for item in evidence]
        return {
            "basis": evidence[0].basis if evidence else None,
            "rule": evidence[0].rule if evidence else None,
            "bases": [item.basis for item in evidence],
            "rules": [item.rule for item in evidence],
            "mentions": [item.mention for item in evidence],
            "starts": [item.start for item in evidence],
            "ends": [item.end for item in evidence],
            "pages": [NO_VALUE if item.page is None else item.page for item in evidence],
            "quotes": [quote(self._text, item.start, item.end) for item in evidence],
            "declared_starts": [start for start, _ in declared],
            "declared_ends": [end for _, end in declared],
        }


def quote(text: str, start: int, end: int) -> str:
    """The bracketed annotation around text[start:end], else its sentence; at most 300 characters.

    >>> quote("推进试点。（甲局牵头，乙局配合）其他。", 6, 8)
    '（甲局牵头，乙局配合）'
    """
    first, last = _bracket(text, start, end) or _sentence(text, start, end)
    if last - first > QUOTE_LIMIT:  # keep the mention in the middle
        first = max(first, min(start - (QUOTE_LIMIT - (end - start)) // 2, start))
        last = min(last, first + QUOTE_LIMIT)
        first = max(0, min(first, last - QUOTE_LIMIT))
    return text[first:last].strip()


def _bracket(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The outermost closed pair of brackets around start..end on its line, within the limit each way."""
    depth, opened = 0, list[int]()
    for at in range(start - 1, max(-1, start - QUOTE_LIMIT), -1):
        if text[at] == "\n":
            break
        if text[at] in _CLOSE:
            depth += 1
        elif text[at] in _OPEN:
            if not depth:
                opened.append(at)
            depth = max(0, depth - 1)
    depth, closed = 0, list[int]()
    for at in range(end, min(len(text), end + QUOTE_LIMIT)):
        if text[at] == "\n" or len(closed) == len(opened):
            break
        if text[at] in _OPEN:
            depth += 1
        elif text[at] in _CLOSE:
            if not depth:
                closed.append(at + 1)
            depth = max(0, depth - 1)
    return (opened[len(closed) - 1], closed[-1]) if closed else None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = start, end
    while first > 0 and start - first < QUOTE_LIMIT and text[first - 1] not in _SENTENCE_ENDS:
        first -= 1
    while last < len(text) and last - end < QUOTE_LIMIT and text[last - 1] not in _SENTENCE_ENDS:
        last += 1
    return first, last


def _joined(one: Responsibility, other: Responsibility) -> Responsibility:
    return replace(
        one,
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        role_text=one.role_text or other.role_text,
        open_list=one.open_list or other.open_list,
    )


def _all_agencies(record: Record) -> list[Agency]:
    """The record's agencies, and a plain one for a name that is not among them."""
    found = {agency.id: agency for agency in record.agencies}
    for measure in record.measures:
        for duty in measure.responsibilities:
            plain = Agency(duty.agency_id, duty.agency, collective=duty.collective, resolved=duty.resolved)
            found.setdefault(duty.agency_id, plain)
    others = [*record.document.issuers]
    others += [name for item in record.successions for name in (item.predecessor, item.successor)]
    others += [name for item in _all_memberships(record) for name in (item.member, item.collective)]
    for name in others:
        found.setdefault(name, Agency(name, name))
    return list(found.values())


def _all_aliases(record: Record, agencies: Sequence[Agency]) -> dict[str, list[str]]:
    aliases = {agency.id: set(agency.aliases) for agency in agencies}
    for measure in record.measures:
        for duty in measure.responsibilities:
            aliases[duty.agency_id].update(duty.aliases)
    names = {agency.id: agency.name for agency in agencies}
    return {
        agency: sorted(found - {names[agency]}, key=lambda alias: (len(alias), alias))
        for agency, found in aliases.items()
    }


def _all_memberships(record: Record) -> list[Membership]:
    """The record's memberships; for a collective without any, those its duties name."""
    known = {item.collective for item in record.memberships}
    named = [
        Membership(member, duty.agency_id, "document")
        for measure in record.measures
        for duty in measure.responsibilities
        for member in duty.members
        if duty.agency_id not in known
    ]
    return list(dict.fromkeys((*record.memberships, *named)))


def _all_regions(record: Record) -> list[Region]:
    found = {region.id: region for region in record.regions}
    for measure in record.measures:
        for item in measure.regions:
            region = Region(item.code or item.name, item.name, item.code, item.kind)
            found.setdefault(region.id, region)
    return list(found.values())


def _document_row(record: Record) -> Row:
    document = record.document
    facts = asdict(document)
    for edge in ("issuers", "based_on", "cites", "source"):
        facts.pop(edge)
    return {
        **facts,
        "url": document.source.url,
        "sha256": document.source.sha256,
        "text": record.text,
        "stub": False,
    }


def _region_row(region: Region, known: bool) -> Row:
    row = asdict(region)
    row.pop("parent")
    return {"id": region.id, "known": known, "properties": row}


def _agency_row(agency: Agency, aliases: list[str], known: bool) -> Row:
    row = asdict(agency)
    row.pop("region")
    row.pop("aliases")
    return {"id": agency.id, "known": known, "aliases": aliases, "properties": row}


def _measure_row(measure: Measure, order: int) -> Row:
    properties = {
        "id": measure.id,
        "number": measure.number,
        "title": measure.title,
        "path": list(measure.path),
        "text": measure.text,
        "start": measure.start,
        "end": measure.end,
        "order": order,
        "deadline": measure.deadline,
        "targets": [json.dumps(asdict(target), ensure_ascii=False) for target in measure.targets],
    }
    return {"id": measure.id, "properties": properties}


def _instrument_rows(measure: Measure) -> list[Row]:
    rows: dict[str, Row] = {}
    for item in measure.instruments:
        node = {"id": item.name, "name": item.name, "type": item.type}
        row = rows.setdefault(item.name, {"measure": measure.id, "instrument": node, "properties": _places()})
        _add_place(row["properties"], item.mention, item.start, item.end)
    return list(rows.values())


def _region_rows(measure: Measure) -> list[Row]:
    rows: dict[str, Row] = {}
    for item in measure.regions:
        region = item.code or item.name
        row = rows.setdefault(region, {"measure": measure.id, "region": region, "properties": _places()})
        _add_place(row["properties"], item.mention, item.start, item.end)
    return list(rows.values())


def _places() -> Row:
    return {"mentions": [], "starts": [], "ends": []}


def _add_place(places: Row, mention: str, start: int, end: int) -> None:
    places["mentions"].append(mention)
    places["starts"].append(start)
    places["ends"].append(end)


def _document_region_rows(record: Record) -> list[Row]:
    if record.jurisdiction_region is None:
        return []
    mentions = [record.document.jurisdiction] if record.document.jurisdiction else []
    return [{"region": record.jurisdiction_region, "properties": {"mentions": mentions}}]


def _succession_row(item: Succession) -> Row:
    row = asdict(item)
    ends = {"predecessor": row.pop("predecessor"), "successor": row.pop("successor")}
    return {**ends, "properties": row}


def _membership_row(item: Membership) -> Row:
    return {"member": item.member, "collective": item.collective, "properties": {"basis": item.basis}}


def _citation_rows(record: Record) -> list[Row]:
    """One row for each source and thing cited, leaving aside the document's citations of itself."""
    document = record.document
    own = {document.doc_number, document.title, document.attached_title} - {None}
    rows: dict[tuple[str, str, str | None, str | None], Row] = {}

    def add(source: str, label: str, kind: str, number: str | None, title: str | None) -> Row | None:
        number, title = number or None, title or None
        if not (number or title) or (number or title) in own:
            return None
        properties = {"doc_number": number, "title": title}
        row = {"source": source, "label": label, "type": kind, "properties": properties}
        return rows.setdefault((source, kind, number, title), row)

    for kind, refs in (("BASED_ON", document.based_on), ("CITES", document.cites)):
        for ref in refs:
            row = add(document.id, "Document", kind, ref.doc_number, ref.title)
            if row:
                row["properties"]["mention"] = ref.title or ref.doc_number
    for measure in record.measures:
        for cite in measure.cites:
            row = add(measure.id, "Measure", "CITES", cite.doc_number, cite.title)
            if row:
                places = row["properties"]
                places.setdefault("mention", cite.mention)
                for key, value in _places().items():
                    places.setdefault(key, value)
                _add_place(places, cite.mention, cite.start, cite.end)
    return list(rows.values())
