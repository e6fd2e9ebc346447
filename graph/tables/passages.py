"""Units as a document prints them: which annotation names them, in what order, with what between.

An edge keeps where it was read (offsets in the document's text), and the text is in the graph;
everything here is derived from the two. A measure with two annotations ("……（甲牵头）……（乙牵头）")
has two passages; a labelled list over several lines is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from graph.tables.duties import lexicon, lexicon_pattern, printed_day

Row = Mapping[str, Any]
Span = tuple[int, int]

OPEN, CLOSE = "（(【[〔", "）)】]〕"
SENTENCE_END = "。！？!?\n"
LABEL_LIMIT = 16
"""Characters between two units of one list that are still labels (。配合单位及协办单位：), not a task."""
PUNCTUATION = re.compile("[、；;，,/／]")
DEFAULT = "、"
GOES_ON = tuple("，,；;、：:")
"""After a title: it is the beginning of a sentence."""
LABELLED = re.compile(r"[；;，,。]\s*(?=[^\W\d]{2,8}[：:])")
LINES = re.compile(r"[ \t　]*[\t\n]\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """One printed mention of the agency of `duty`, at start..end of the document's text."""

    start: int
    end: int
    basis: str
    duty: Row


@dataclass(frozen=True, slots=True)
class Passage:
    """The mentions of one annotation in printed order; `task` is the start and end of what it follows."""

    places: tuple[Place, ...]
    task: tuple[int, int]


def places(duties: Iterable[Row]) -> list[Place]:
    """Every mention of these duties, in printed order."""
    found = []
    for duty in duties:
        starts, ends = duty.get("starts") or (), duty.get("ends") or ()
        bases = duty.get("bases") or [duty.get("basis")] * len(starts)
        for start, end, basis in zip(starts, ends, bases, strict=False):
            found.append(Place(start, end, str(basis), duty))
    return sorted(found, key=lambda place: (place.start, place.end, str(place.duty["agency_id"])))


def passages(text: str, start: int, end: int, duties: Iterable[Row]) -> list[Passage]:
    """The passages of a measure at start..end of the document's text; one without places has none.

    Only annotations part a measure: a sentence in between belongs to the annotation after it,
    what a heading or an earlier measure says belongs to the first.
    """
    found = places(duties)
    if not found:
        return []
    noted = [p for p in found if p.basis == "annotation" and start <= p.start < end]
    cuts = [one.end for one, other in pairwise(noted) if not _together(text, start, one, other)]
    groups: list[list[Place]] = [[] for _ in range(len(cuts) + 1)]
    for place in found:
        inside = start <= place.start < end
        groups[sum(cut <= place.start for cut in cuts) if inside else 0].append(place)
    edges = [start, *cuts, end]
    return [Passage(tuple(group), (edges[n], edges[n + 1])) for n, group in enumerate(groups) if group]


def _together(text: str, floor: int, one: Place, other: Place) -> bool:
    """Whether two mentions stand in the same annotation."""
    if other.start <= one.end:
        return True
    between = text[one.end : other.start]
    left = _left_at(between)
    if left is not None:
        opened = _left_at("".join(reversed(between[left:])), CLOSE, OPEN)
        outside = between[left : len(between) - opened] if opened is not None else between[left:]
        return not re.search(r"\w", outside)  # （牵头单位：甲）（配合单位：乙）
    if not any(mark in between for mark in SENTENCE_END):
        return True
    if _left_at("".join(reversed(text[floor : one.start])), CLOSE, OPEN) is not None:
        return True  # inside brackets
    return len(re.sub(r"\W", "", between)) <= LABEL_LIMIT


def _left_at(text: str, opening: str = OPEN, closing: str = CLOSE) -> int | None:
    """The place after the last bracket that `text` closes without having opened it; None without any."""
    depth, found = 0, None
    for index, char in enumerate(text):
        if char in opening:
            depth += 1
        elif char in closing:
            if not depth:
                found = index + 1
            depth = max(0, depth - 1)
    return found


def listing(
    text: str,
    found: Sequence[Place],
    name: Callable[[Place], str],
    order: Callable[[Row], Any] | None = None,
) -> str:
    """The units of these places in one line, each once, with the printed separators between them.

    With `order` (a sort key over duties) they stand in that order, with 、 between them; a list that
    goes on in print (等) ends so.
    """
    first: dict[str, Place] = {}
    for place in found:
        first.setdefault(place.duty["agency_id"], place)
    units = list(first.values())
    if order is not None:
        units.sort(key=lambda place: order(place.duty))
        shown = DEFAULT.join(name(place) for place in units)
    else:
        parts = [name(units[0])] if units else []
        for one, other in pairwise(units):
            parts += [separator(text[one.end : other.start]), name(other)]
        shown = "".join(parts)
    goes_on = any(p.duty.get("open_list") and text[p.end :].lstrip().startswith("等") for p in found)
    return shown + ("等" if goes_on else "")


def separator(between: str) -> str:
    """The separator in the text between two units: 、；，和 as printed, 、 where there is none.

    >>> separator("。配合单位：甲，")
    '，'
    """
    word = between.strip()
    if word in lexicon()["joints"]["words"]:
        return word
    marks = PUNCTUATION.findall(between)
    return marks[-1] if marks else DEFAULT


# --- the task itself -------------------------------------------------------------------------


def annotation(text: str, floor: int, ceiling: int, start: int, end: int) -> tuple[int, int]:
    """Start and end of the annotation that names a unit at start..end within floor..ceiling: the outermost
    brackets around it, else its sentence."""
    opened, depth = list[int](), 0
    for at in range(start - 1, floor - 1, -1):
        if text[at] in CLOSE:
            depth += 1
        elif text[at] in OPEN:
            if depth:
                depth -= 1
            else:
                opened.append(at)
    closed, depth = list[int](), 0
    for at in range(end, ceiling):
        if text[at] in OPEN:
            depth += 1
        elif text[at] in CLOSE:
            if depth:
                depth -= 1
            else:
                closed.append(at + 1)
    if opened and closed:
        level = min(len(opened), len(closed)) - 1
        return opened[level], closed[level]
    while start > floor and text[start - 1] not in SENTENCE_END:
        start -= 1
    while end < ceiling and text[end] not in SENTENCE_END:
        end += 1
    return start, end


def work(text: str, row: Row, passage: Passage | None = None) -> str:
    """What a measure says is to be done: number and title, and its text as printed without annotations.

    With a passage only the part of the text that its annotation is about. Where the title is a heading it is
    a line of its own; where it is the beginning of a sentence the sentence goes on. Every character after
    the title is one of the document's text.
    """
    start, end = row["start"], row["end"]
    first, last = passage.task if passage else (start, end)
    cuts = sorted(_cuts(text, row))
    parts, at = [], first
    for cut, done in [*cuts, (last, last)]:
        if at < min(cut, last):
            parts.append(text[at : min(cut, last)])
        at = max(at, done)
    heading = f"{row['number']}{row['title']}"
    body = LINES.sub("\n", "".join(parts)).strip()
    if first == start:
        body = _after(_after(body, str(row["number"])), str(row["title"]), whole=True)
        if body.startswith(GOES_ON) and body[1:].strip():
            return heading + body
    body = body.lstrip(CLOSE + "。；;，,、.．：: \t\n　")
    return f"{heading}\n{body}" if re.search(r"\w", body) else heading


def _cuts(text: str, row: Row) -> Iterator[Span]:
    """What to leave out of a measure's text: annotations and cells that name its units, and the cells that
    stand in a column of their own (number, title, heading, deadline).

    A sentence that says more than who answers stays, and so does one in which a unit acts.
    """
    start, end = row["start"], row["end"]
    named = [(p.start, p.end) for p in places(row["duties"]) if start <= p.start < end]
    for place in places(row["duties"]):
        if not start <= place.start < end or place.basis == "in_text":
            continue
        cell = _cell(text, start, end, place.start)
        if place.basis == "table" and cell != (start, end):
            yield cell
            continue
        left, right = annotation(text, start, end, place.start, place.end)
        inside = [span for span in named if left <= span[0] and span[1] <= right]
        names = sum(len(re.sub(r"\W", "", text[a:b])) for a, b in set(inside))
        length = len(re.sub(r"\W", "", text[left:right]))
        if text[left : left + 1] in OPEN:
            yield from _bracket(text, left, right, max(end for _, end in inside), row)
        elif length - names <= LABEL_LIMIT * len(inside):
            yield left, right
    if "\t" in text[start:end]:
        said = {str(row["number"]), str(row["title"]), *map(str, row.get("path") or ())}
        for found in re.finditer(r"[^\t\n]+", text[start:end]):
            words = found.group().strip()
            due = str(row.get("deadline") or "")
            if words in said or (due and printed_day(due, words) == re.sub(r"\s", "", words)):
                yield start + found.start(), start + found.end()


def _bracket(text: str, left: int, right: int, named: int, row: Row) -> Iterator[Span]:
    """A pair of brackets, but for what it says after its units under another label (适用范围：……)."""
    more = LABELLED.search(text, named, right)
    if more is None or (row.get("deadline") and lexicon_pattern("dates").search(text, more.end(), right)):
        yield left, right
    else:
        yield left + 1, more.end()


def _cell(text: str, start: int, end: int, at: int) -> Span:
    """The table cell around a place of a measure; the whole measure where it has no cells."""
    left = max((text.rfind(mark, start, at) + 1 for mark in "\t\n"), default=start)
    ends = [found for mark in "\t\n" if (found := text.find(mark, at, end)) >= 0]
    return (max(left, start), min(ends, default=end)) if "\t" in text[start:end] else (start, end)


def _after(text: str, words: str, whole: bool = False) -> str:
    """`text` without `words` at its beginning, spaces apart; with `whole` only where no word goes on."""
    told = r"\s*".join(map(re.escape, re.sub(r"\s", "", words)))
    found = re.match(rf"\s*{told}" + (r"(?!\w)" if whole else ""), text)
    return text[found.end() :] if found else text
