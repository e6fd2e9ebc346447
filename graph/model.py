"""What a document says about who answers for what, as plain values.

A `Record` is one document as read: the contract's JSON, plus the nodes that the graph
needs beside it (agencies with their succession and seat, regions with their parents).
Loaders make Records; the store writes them; nothing here knows a file or a database.

Offsets (`start`, `end`) are character positions in `Record.text`, end exclusive:
`record.text[x.start:x.end] == x.mention` holds for everything that has a mention.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

SCHEMA = "1"


class Role(StrEnum):
    """How an agency answers for a measure; the edge types from Agency to Measure."""

    LEADS = "LEADS"
    SUPPORTS = "SUPPORTS"
    IMPLEMENTS = "IMPLEMENTS"


class Basis(StrEnum):
    """Where in the document a responsibility was read."""

    ANNOTATION = "annotation"
    TABLE = "table"
    HEADING = "heading"
    IN_TEXT = "in_text"
    CARRIED_OVER = "carried_over"


class Resolved(StrEnum):
    """How an agency's identity was settled."""

    REGISTER = "register"
    COMPOSED = "composed"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that says so. `declared_at` is where 下同/以下均需 was said: (start, end)."""

    mention: str
    start: int
    end: int
    page: int | None = None
    basis: str = Basis.ANNOTATION
    rule: str = "explicit"
    declared_at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One agency in one role for one measure, with all the places that say so."""

    role: str
    role_text: str | None
    agency: str
    agency_id: str
    evidence: tuple[Evidence, ...]
    aliases: tuple[str, ...] = ()
    collective: bool = False
    members: tuple[str, ...] = ()
    open_list: bool = False
    resolved: str = Resolved.REGISTER


@dataclass(frozen=True, slots=True)
class InstrumentMention:
    """A policy instrument as printed in a measure; `name` is its canonical name."""

    name: str
    type: str
    mention: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place a measure applies to."""

    name: str
    code: str | None
    kind: str
    mention: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity, deadline or frequency; `date` is ISO (YYYY-MM-DD) or None."""

    mention: str
    kind: str
    start: int
    end: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document named in a measure."""

    doc_number: str | None
    title: str | None
    mention: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """Another document by number, title or both."""

    doc_number: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """The file a record was read from."""

    file: str
    sha256: str
    media_type: str
    encoding: str | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The facts of a document; what the text does not state is None or empty."""

    id: str
    title: str
    source: Source
    attached_title: str | None = None
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    jurisdiction: str | None = None
    date: str | None = None
    effective: str | None = None
    expires: str | None = None
    status: str = "正式"
    edition: str = "full"
    based_on: tuple[DocumentRef, ...] = ()
    cites: tuple[DocumentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A numbered lowest-level item; `path` holds the headings above it as printed."""

    id: str
    number: str
    title: str
    path: tuple[str, ...]
    text: str
    start: int
    end: int
    deadline: str | None = None
    responsibilities: tuple[Responsibility, ...] = ()
    instruments: tuple[InstrumentMention, ...] = ()
    regions: tuple[RegionMention, ...] = ()
    targets: tuple[Target, ...] = ()
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read or resolved, with its place and a sentence."""

    kind: str
    where: tuple[int, int]
    quote: str
    message: str


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency node. `id` is its identity; `region` is the id of the region it sits in."""

    id: str
    name: str
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    level: str | None = None
    kind: str | None = None
    collective: bool = False
    since: str | None = None
    until: str | None = None
    resolved: str = Resolved.REGISTER
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A region node: `id` is its code, or its name where it has none; `parent` is a region id."""

    id: str
    name: str
    code: str | None
    kind: str
    level: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """Who took over an agency's duties: renamed, merged, split or transferred, and when."""

    predecessor: str
    successor: str
    date: str | None
    kind: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An agency that belongs to a collective; basis: 'document' or 'geography'."""

    member: str
    collective: str
    basis: str


class Verdict(StrEnum):
    """What a person decided; see `Judgement` for what `about` and `value` hold with each."""

    UNIT = "unit"
    NEW_UNIT = "new_unit"
    NO_UNIT = "no_unit"
    DISTINCT = "distinct"
    ROLE = "role"
    ADD = "add"
    JOIN = "join"
    SPLIT = "split"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision, which outranks the rules; also a node of the graph.

    | verdict            | about              | value                                               |
    |--------------------|--------------------|-----------------------------------------------------|
    | unit, new_unit     | a name as printed  | the unit's full name                                |
    | no_unit            | a name as printed  | -                                                   |
    | distinct           | a name as printed  | a unit suggested for it that it is not              |
    | role               | a measure's id     | the role of `unit` there, "" for none; `was` before |
    | add                | a measure's id     | the role of `unit`, named there by `words`          |
    | join               | a measure's id     | - (it becomes part of the measure before it)        |
    | split              | a measure's id     | the words its second part begins with               |
    | checked            | a measure's id     | the fingerprint of what was signed off              |

    It holds for one `document` (by id) or, names only, for the documents of one `jurisdiction`.
    For a name, `unit` limits it to where the rules read that unit: a fragment of a shared list
    (珠海) stands for several. `at` and `revoked_at` are ISO times in UTC.
    """

    id: str
    verdict: str
    about: str
    author: str
    at: str
    value: str = ""
    document: str | None = None
    jurisdiction: str | None = None
    unit: str | None = None
    was: str | None = None
    words: str | None = None
    note: str = ""
    revoked_at: str | None = None
    revoked_by: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Judgement:
        """The judgement in a line of the ledger. Raises KeyError or TypeError where it is none."""
        found: Judgement = _built(cls, data)
        return found

    def to_json(self) -> dict[str, Any]:
        """The judgement as a JSON object, without what is empty."""
        return {key: value for key, value in _plain(self).items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Record:
    """One document as read. `agencies` holds every agency that anything here refers to by id."""

    document: Document
    measures: tuple[Measure, ...]
    text: str
    problems: tuple[Problem, ...] = ()
    agencies: tuple[Agency, ...] = ()
    regions: tuple[Region, ...] = ()
    successions: tuple[Succession, ...] = ()
    memberships: tuple[Membership, ...] = ()
    jurisdiction_region: str | None = None
    schema: str = field(default=SCHEMA)

    def to_json(self) -> dict[str, Any]:
        """The record as the contract's JSON object (tuples as lists, `evidence[0]` repeated flat)."""
        plain: dict[str, Any] = {"schema": self.schema, **_plain(self)}
        for measure in plain["measures"]:
            for row in measure["responsibilities"]:
                first = row["evidence"][0]
                row.update({key: first[key] for key in ("mention", "start", "end", "basis", "rule")})
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        """The record that `to_json` wrote; keys it does not know are left aside.

        Raises KeyError where a required key is missing.
        """
        record: Record = _built(cls, data)
        return record

    def mentions(self) -> Iterator[tuple[str, int, int]]:
        """Every (mention, start, end) of the record, in measure order."""
        for measure in self.measures:
            for duty in measure.responsibilities:
                for item in duty.evidence:
                    yield item.mention, item.start, item.end
            yield from ((i.mention, i.start, i.end) for i in measure.instruments)
            yield from ((r.mention, r.start, r.end) for r in measure.regions)
            yield from ((t.mention, t.start, t.end) for t in measure.targets)
            yield from ((c.mention, c.start, c.end) for c in measure.cites)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _built(kind: Any, value: Any) -> Any:
    """`value` (parsed JSON) as an instance of `kind`: a dataclass, a tuple of them, or itself."""
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        known = {f.name for f in dataclasses.fields(kind)}
        return kind(**{k: _built(hints[k], v) for k, v in value.items() if k in known})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        args = get_args(kind)
        return tuple(_built(args[0], item) for item in value)
    if type(None) in get_args(kind):
        if value is None:
            return None
        return _built(next(a for a in get_args(kind) if a is not type(None)), value)
    return value
