"""What a text states about itself: title, number, issuers, dates, status, place, what it is based on.

A source often holds two texts: the notice that issues a plan, and the plan attached to it.
The facts come from the notice; the measures from the attached plan where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from loaders.lexicon import Lexicon
from loaders.structure.dates import dated, immediately, years_on
from loaders.structure.genre import gate, other_body
from loaders.structure.issuers import issuers_of, labelled_issuer, signatures
from loaders.structure.items import contact_line
from loaders.structure.jurisdiction import places_of
from loaders.structure.lines import Line, lines_of, squeeze
from loaders.structure.numbering import numbered
from loaders.structure.titles import apart, normal_number, own_number, status_of, titles
from loaders.types import Span
from loaders.wording import pattern, source

FIRST_KINDS = frozenset({"cn", "cn_paren", "chapter", "article", "digit"})  # marks that a body begins with


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states about itself; None or empty where it does not.

    `gate` is what kind of document it is, and so what may be read from it: "plan" everything, "labels"
    annotations only, "none" nothing, "addressed" a letter without a title, None where nothing tells.
    `dates` are all dates that it gives for its own writing, ISO; more than one disagree.
    """

    title: str | None
    attached_title: str | None
    doc_number: str | None
    issuers: tuple[str, ...]
    date: str | None
    effective: str | None
    expires: str | None
    status: str | None
    places: tuple[str, ...]
    based_on: tuple[tuple[str | None, str | None], ...]
    body: Span
    gate: str | None = None
    dates: tuple[str, ...] = ()


def facts(text: str, lexicon: Lexicon) -> Facts:
    """What the text says about itself."""
    lines = apart(lines_of(text))
    first = next((i for i, line in enumerate(lines) if _starts_body(line.text, lines, i)), len(lines))
    head = lines[:first]
    found = titles(head)
    title, printed = (found[0][0], found[0][2]) if found else (None, "")
    attached = found[-1][0] if len(found) > 1 and found[-1][0] != title else None
    if title and (notice := pattern("structure", "announcement").fullmatch(title)):
        title, attached = attached or notice["title"], None
    body_start = lines[first].start if first < len(lines) else len(text)
    signers, dates = signatures(lines, head, lexicon)
    heads = [line.text for line in head]
    number = own_number(heads, [squeeze(lines) for _, _, lines in found])
    issuers = issuers_of(printed, heads, signers, lexicon) or labelled_issuer(heads, lexicon)
    places = tuple(places_of(issuers, title, attached, number, text, lexicon))
    if issuers and not places and pattern("structure", "level_offices").match(issuers[0]):
        issuers = ()  # 省政府 of no province known: nobody's name
    written = dates[0] if dates else None
    effective = dated(text, "effective") or immediately(text, written)
    return Facts(
        title=title,
        attached_title=attached,
        doc_number=number,
        issuers=issuers,
        date=written,
        effective=effective,
        expires=dated(text, "expires") or years_on(text, effective or written),
        status=status_of(title, attached, heads),
        places=places,
        based_on=tuple(dict.fromkeys(_based_on(text[:body_start]))),
        body=(body_start, len(text)),
        gate="none" if other_body(lines, first) else gate(title, attached, head),
        dates=dates,
    )


def _starts_body(line: str, lines: Sequence[Line], index: int) -> bool:
    """Whether the first item begins here, and not a list of contacts or attachments."""
    found = numbered(line)
    if not found or contact_line(line):
        return False
    previous = lines[index - 1].text if index else ""
    attachment = pattern("structure", "attached").match(previous) and len(line) < 60
    return not attachment and found[0] in FIRST_KINDS


def _based_on(preamble: str) -> Iterator[tuple[str | None, str | None]]:
    """(doc_number, title) of the documents that the preamble says it carries out."""
    for match in _bases().finditer(preamble):
        for title, number in re.findall(_book(), match["books"]):
            office = match["office"] or "" if pattern("structure", "about").match(title) else ""
            yield (normal_number(number) if number else None), squeeze(office + title)


def _book() -> str:
    """《…》 with its number; a title may hold another: 《关于印发《某办法》的通知》."""
    number = source("structure", "doc_number")
    return rf"《([^》]+(?:》[^《》]{{0,6}}《[^》]+)*?)》(?:[（(]({number})[)）])?"


@cache
def _bases() -> re.Pattern[str]:
    """根据国务院办公厅《…》和《…》: the word, their office, the titles with their numbers."""
    book = rf"《[^\n。]{{2,160}}?》(?:[（(]{source('structure', 'doc_number')}[)）])?"
    return re.compile(
        rf"(?:{source('structure', 'basis', 'words')})[^。《》\n]{{0,20}}?"
        rf"(?P<office>{source('structure', 'basis_offices')})?"
        rf"(?P<books>{book}(?:(?:{source('structure', 'between_titles')}){book})*)"
    )
