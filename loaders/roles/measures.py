"""The duties of a measure, and those that a heading gives to all measures under it."""

from __future__ import annotations

import re
from dataclasses import replace

from graph.model import Basis, Role
from loaders.lexicon import Lexicon, load
from loaders.roles.annotations import brackets, read_annotations, runs
from loaders.roles.conventions import Convention, carried_outside, carrying
from loaders.roles.lists import sure_list
from loaders.roles.page import Found, Page, shifted
from loaders.roles.sentences import read_sentences
from loaders.roles.words import label, role_label, role_of, verbs
from loaders.structure.numbering import numbered
from loaders.types import Duty, Reading
from loaders.wording import pattern, rows


def annotated(text: str, start: int, end: int) -> bool:
    """A cheap test that a stretch of text says who is responsible."""
    return last_said(text, start, end) is not None


def last_said(text: str, start: int, end: int) -> int | None:
    """Where the last paragraph ends that says who is responsible, or by when; None without one."""
    page = Page(text, start, end)
    said = [to for _, to in runs(page, start, load())]
    for a, b in brackets(page):
        flat = page.flat(a, b)
        if role_label().search(flat) or any(verbs(flat)):
            said.append(b)
    said += [start + to for _, to in carrying(page.flat(start, end))]
    if not said:
        return None
    line = text.find("\n", max(said), end)
    stop = end if line < 0 else line
    while stop < end and _goes_on_below(text, stop + 1, end):
        line = text.find("\n", stop + 1, end)
        stop = end if line < 0 else line
    return stop


def _goes_on_below(text: str, at: int, end: int) -> bool:
    """Whether the line at `at` is one of the labelled lines of a measure: 完成时限：…, 工作要求：…"""
    mark = label().match(text, at, end)
    return bool(mark and mark["word"]) or pattern("structure", "label_lines").match(text, at, end) is not None


def read_measure(text: str, start: int, end: int, convention: Convention, lexicon: Lexicon) -> Reading:
    """The duties of the measure at text[start:end]; `convention` is read and extended."""
    page = Page(text, start, end)
    found = Found()
    inherited = list(convention.carried.values())
    body = body_of(text, start, end)
    labelled = read_annotations(page, body, convention, lexicon, found)
    labelled += carried_outside(page, body, labelled, convention, lexicon, found)
    if convention.sentences:
        read_sentences(page, body, sorted(labelled), lexicon, found)
    said = {(d.mention.name, d.role) for d in found.duties}
    duties = [*found.duties, *(d for d in inherited if (d.mention.name, d.role) not in said)]
    return Reading(tuple(duties), tuple(found.definitions), tuple(found.problems), tuple(found.above))


def read_heading(text: str, start: int, end: int, convention: Convention, lexicon: Lexicon) -> Reading:
    """The duties that a heading, with the text up to its first item, gives to all measures under it."""
    page = Page(text, start, end)
    found = Found()
    body = body_of(text, start, end)
    read_annotations(page, body, convention, lexicon, found)
    line = text[body:end].partition("\n")[0].strip("。；; 　")
    match = re.match(rows("roles")["headings"][0]["pattern"], line)
    if match and not found.duties and (units := sure_list(text, shifted(match.span("who"), body), lexicon)):
        role = role_of(match["verb"]) or Role.IMPLEMENTS
        found.duties.extend(Duty(m, role, match["verb"], Basis.HEADING, "explicit") for m in units)
    duties = tuple(replace(d, basis=Basis.HEADING) for d in found.duties)
    return Reading(duties, tuple(found.definitions), tuple(found.problems), tuple(found.above))


def body_of(text: str, start: int, end: int) -> int:
    """Where the text begins after the number."""
    mark = numbered(text[start : min(end, start + 40)])
    return start + mark[2] if mark else start
