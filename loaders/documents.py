"""The document of a record: what its text states and what its user says beside it (NAME.meta.json)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import InputError
from graph.model import Document, DocumentRef, Problem, Source
from loaders.lexicon import Lexicon, load
from loaders.roles.conventions import Convention
from loaders.roles.measures import annotated, read_measure
from loaders.structure.facts import Facts
from loaders.structure.genre import gate_of, plans
from loaders.structure.lines import squeeze
from loaders.types import Item, RawText

MAX_KEY = 600  # characters; the graph refuses ids over 2,000
META_KEYS = frozenset(
    {"title", "doc_number", "issuers", "jurisdiction", "date", "status", "url", "edition", "corrected"}
)
CORRECTABLE = {
    "title": "标题",
    "doc_number": "文号",
    "date": "日期",
    "status": "状态",
    "jurisdiction": "适用地区",
}
"""What a person may say otherwise than it was read, and what it is called."""
SIGNED = ("by", "at")  # who corrected, and when
ABSENT = "无"  # said of a number or date that the document has none of


@dataclass(frozen=True, slots=True)
class Given:
    """What the user knows and the text may not print; `url` and `edition` are only ever given.

    `corrected` is what a person read otherwise (keys of CORRECTABLE, `by`, `at`): it outranks the text.
    """

    title: str | None = None
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    jurisdiction: str | None = None
    date: str | None = None
    status: str | None = None
    url: str | None = None
    edition: str | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)


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
        corrected = values.get("corrected", {})
        known = {*CORRECTABLE, *SIGNED}
        words = isinstance(corrected, dict) and all(isinstance(one, str) for one in corrected.values())
        if not words or set(corrected) - known:
            raise InputError(
                f"{meta.name}：corrected 只能有这些键，值都是文字：{'、'.join([*CORRECTABLE, *SIGNED])}。"
            )
    if jurisdiction:
        values["jurisdiction"] = jurisdiction
    values["issuers"] = tuple(values.get("issuers") or ())
    return Given(**values)


def document_of(raw: RawText, facts: Facts, given: Given, jurisdiction: str | None) -> Document:
    """The document as a person corrected it, else as its text states it, else as its user does."""
    told = given.corrected
    title = told.get("title") or facts.title or given.title or raw.file
    number = _told(told, "doc_number", facts.doc_number or given.doc_number)
    status = told.get("status") or facts.status or given.status or "正式"
    issuers = facts.issuers or given.issuers
    date = _told(told, "date", facts.date or given.date)
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


def _told(corrected: Mapping[str, str], key: str, read: str | None) -> str | None:
    """A fact that a document may lack: as corrected (ABSENT is none), else as read."""
    said = corrected.get(key)
    return read if not said else None if said == ABSENT else said


def jurisdiction_of_document(facts: Facts, given: Given, lexicon: Lexicon) -> str | None:
    """Where the document holds: 广东省广州市, 全国; None where neither text nor user says it."""
    if said := given.corrected.get("jurisdiction"):
        return said
    if facts.places:
        return facts.places[0]
    if given.jurisdiction is None:
        return None
    place = lexicon.place_of(given.jurisdiction)
    return place.full if place else given.jurisdiction


def year_of(number: str | None) -> str | None:
    """The year in a document number: an undated document of 〔2015〕 names the offices of that year."""
    year = re.search(r"〔(\d{4})〕", number or "")
    return year.group(1) if year else None


def bounded(key: str) -> str:
    """A key that an index can hold: a very long one keeps its beginning and a hash of the whole."""
    if len(key) <= MAX_KEY:
        return key
    return key[:MAX_KEY] + "#" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def not_basis(cites: Iterable[DocumentRef], document: Document) -> tuple[DocumentRef, ...]:
    """The cited documents without those that this one is based on."""
    numbers = {b.doc_number for b in document.based_on if b.doc_number}
    titles = {b.title for b in document.based_on}
    return tuple(c for c in cites if c.doc_number not in numbers and not (c.title and c.title in titles))


def conflicts(facts: Facts, given: Given, document: Document, jurisdiction: str | None) -> Iterator[Problem]:
    """Where the text and its user disagree: the text wins, and both are said."""
    pairs = (
        ("标题", given.title, document.title),
        ("文号", given.doc_number, document.doc_number),
        ("日期", given.date, document.date),
        ("适用地区", given.jurisdiction, jurisdiction),
    )
    settled = {CORRECTABLE[key] for key in given.corrected if key in CORRECTABLE}
    for label, said, used in pairs:
        if label in settled:
            continue
        if said and used and squeeze(said) != squeeze(used) and not _same_place(said, used):
            message = f"{label}：说明写的是“{said}”，正文是“{used}”，以正文为准。"
            yield Problem("conflict", (0, 0), said, message)
    if len(facts.dates) > 1 and "日期" not in settled:
        said = "、".join(facts.dates)
        yield Problem(
            "conflict", (0, 0), said, f"日期：文中有不一致的成文日期（{said}），采用 {document.date}。"
        )
    if not document.jurisdiction:
        yield Problem(
            "no_jurisdiction", (0, 0), "", "正文和说明都没有写明适用地区，省、市开头的单位名称无法确定。"
        )


def _same_place(said: str, used: str) -> bool:
    """Whether two texts name one division: 广州市, 广东省广州市."""
    place = load().place_of(said)
    return place is not None and place.full == used


def gate_of_document(text: str, facts: Facts, given: Given, items: Sequence[Item], lexicon: Lexicon) -> str:
    """What may be read from the document; where no title tells, its own annotations do."""
    if facts.gate and facts.gate != "addressed":
        return facts.gate
    if given.title and (gate := gate_of(squeeze(given.title), None)):
        return gate
    if facts.gate or plans(items):
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
