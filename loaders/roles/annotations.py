"""Annotations: brackets and labelled lines that say who answers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from graph.model import Role
from loaders.lexicon import Lexicon
from loaders.mentions import known, split_list, sure
from loaders.roles.conventions import (
    Convention,
    carries,
    declaration,
    declared_outside,
    declares,
    first_listed,
)
from loaders.roles.lists import (
    MAX_LIST,
    concrete,
    duties_of,
    fair_list,
    leftover,
    list_before,
    mostly_sure,
    rule_of,
    starts_sure,
    sure_list,
    units,
    without_role,
)
from loaders.roles.page import MAX_BRACKET, Found, Page
from loaders.roles.words import (
    BLANK,
    EDGES,
    boxed,
    clauses,
    joint_leader,
    label,
    label_roles,
    role_label,
    role_of,
    verbs,
)
from loaders.types import Duty, Span
from loaders.wording import pattern


def read_annotations(
    page: Page, body: int, convention: Convention, lexicon: Lexicon, found: Found
) -> list[Span]:
    """Reads every annotation in order; returns the labelled runs, which are no sentences."""
    labelled = list(runs(page, body, lexicon))
    declared_outside(page, body, convention, lexicon)
    for a, b in brackets(page):  # a declaration in a bracket of its own holds for the list before it
        alone = declaration(text=page.text, start=a, stop=b, lexicon=lexicon)
        if alone and alone[1] == a:
            convention.declared = alone[0]
    begins = [a for a, _ in labelled]
    outside = [
        (a, b, True)
        for a, b in brackets(page)
        if not (at := bisect_right(begins, a)) or labelled[at - 1][1] <= a
    ]
    for start, stop, bracket in sorted([*outside, *((a, b, False) for a, b in labelled)]):
        _annotation(page, start, stop, bracket, convention, lexicon, found)
    return labelled


def brackets(page: Page) -> Iterator[Span]:
    """Inner spans of the outermost brackets; one left open ends with its line where it says a role."""
    for a, b in page.children(page.start, page.end):
        if not boxed().fullmatch(page.text, a, b + 1):
            yield a + 1, b
    if page.unclosed:
        at = page.unclosed[-1]
        line = page.text.find("\n", at, page.end)
        stop = page.end if line < 0 else line
        if stop - at <= MAX_BRACKET and role_label().search(page.flat(at + 1, stop)):
            yield at + 1, stop


def runs(page: Page, body: int, lexicon: Lexicon) -> Iterator[Span]:
    """Labelled lists outside brackets: to the end of the line, or to a 。 that no label follows."""
    text, flat = page.text, page.flat(body, page.end)
    at = 0
    while match := role_label().search(flat, at):
        begin, at = match.start(), match.end()
        if match.groupdict().get("long") and not starts_sure(text, body + at, page.end, lexicon):
            continue
        for stop in re.compile(r"\n|。|$").finditer(flat, at):
            at = stop.start()
            if stop.group() != "。" or not label().match(flat, at + 1):
                break
        while (line := _list_line(page, flat, begin, at, body, lexicon)) is not None:
            at = line
        yield body + begin, body + at


def _list_line(page: Page, flat: str, begin: int, at: int, body: int, lexicon: Lexicon) -> int | None:
    """Where the next line ends when it goes on with the list: after 责任单位： or 、 one agency a line."""
    if flat[at : at + 1] != "\n":
        return None
    stop = flat.find("\n", at + 1)
    stop = len(flat) if stop < 0 else stop
    before = flat[:at].rstrip()[-1:] if at - begin > 200 else flat[begin:at].rstrip()[-1:]
    first = flat[begin:at].strip()
    opened = before in "、，,：:" or bool(re.fullmatch(r"[^\n]{2,12}[:：]", first)) or "\n" in first
    if opened and stop - at <= 120 and sure_list(page.text, (body + at + 1, body + stop), lexicon):
        return stop
    mark = label().match(flat, at + 1)
    if mark and mark["word"] and mark["word"] not in label_roles() and flat[at + 1] != "\n":
        return stop
    return None


def _annotation(
    page: Page, start: int, stop: int, bracket: bool, convention: Convention, lexicon: Lexicon, found: Found
) -> None:
    text = page.text
    before = len(found.duties), len(found.problems)
    whole = (start, stop)
    ends = not bracket or _ends_sentence(page, start, stop)
    stop = declares(text, start, stop, convention, lexicon)
    stop, carried = carries(page, start, stop, lexicon, found)
    flat = page.flat(start, stop)
    marks = _labels(page, flat, start, stop, bracket, lexicon)
    if marks:
        duties = _labelled(page, start, stop, marks, convention, lexicon, found)
    elif pattern("roles", "glosses").match(flat):
        return
    elif any(clauses(flat)):
        strict = not ends
        duties = _verbed(page, start, stop, lexicon, found, strict)
    elif ends and stop > start:
        duties = _listed(page, start, stop, convention, lexicon, found)
    else:
        duties = []
    unread = [p.where[0] for p in found.problems[before[1] :]]
    if not duties or not unread or min(unread) > duties[0].mention.start:
        duties = first_listed(duties, convention.declared)  # who is really first must have been read
    found.duties.extend(duties)
    convention.carry(carried)
    if (len(found.duties), len(found.problems)) == before and not (carried or found.above):
        _unread(page, whole, flat, marks, ends, lexicon, found)


def _unread(
    page: Page,
    area: Span,
    flat: str,
    marks: list[re.Match[str]],
    ends: bool,
    lexicon: Lexicon,
    found: Found,
) -> None:
    """A bracket that looks like an annotation and gave nothing is said to be so."""
    if not ends or not flat.strip(EDGES + BLANK) or pattern("roles", "guards", "denied").search(flat):
        return
    if marks and not any((m["word"] or m["boxed"] or m["long"]) in label_roles() for m in marks):
        return  # only stops: 试点单位：…, 完成时限：…
    led = any(role_of(m["word"]) == Role.LEADS for m in verbs(flat))
    if (
        marks
        or led
        or (
            len(flat) <= MAX_LIST
            and any(known(m.name, lexicon) for m in split_list(page.text, *area, lexicon)[0])
        )
    ):
        found.problems.append(leftover(page.text, *area))


def _ends_sentence(page: Page, start: int, stop: int) -> bool:
    """An annotation stands where a sentence or paragraph ends; a gloss stands inside one."""
    text = page.text
    after = stop + 1
    while after < page.end and text[after] in " 　\t":
        after += 1
    if after >= page.end or text[after] in "\n（(【〔[。；;":
        return True
    at = start - 2
    while at > page.start and text[at] in " 　\n":
        at -= 1
    return at >= page.start and text[at] in "。；！"


def _labels(
    page: Page, flat: str, start: int, stop: int, bracket: bool, lexicon: Lexicon
) -> list[re.Match[str]]:
    """The labels of a stretch; one without a colon counts where a list of units follows."""
    marks = []
    for mark in label().finditer(flat):
        if mark["long"] and not (
            (bracket or mark["joint"]) and starts_sure(page.text, start + mark.end(), stop, lexicon)
        ):
            continue
        marks.append(mark)
    return marks


def _labelled(
    page: Page,
    start: int,
    stop: int,
    marks: list[re.Match[str]],
    convention: Convention,
    lexicon: Lexicon,
    found: Found,
) -> list[Duty]:
    """牵头部门：A，配合部门：B — each label holds to the next one."""
    text = page.text
    duties: list[Duty] = []
    roles = label_roles()
    first = start + marks[0].start()
    if any(verbs(page.flat(start, first))):
        duties.extend(_verbed(page, start, first, lexicon, found, strict=True))
    elif text[start:first].strip(EDGES):
        duties.extend(_listed(page, start, first, convention, lexicon, found))
        if not duties and fair_list(text, (start, first), lexicon):
            found.problems.append(leftover(text, start, first))
    for index, mark in enumerate(marks):
        at = start + mark.end()
        to = start + marks[index + 1].start() if index + 1 < len(marks) else stop
        word = mark["word"] or mark["boxed"] or mark["long"]
        if mark["unknown"]:
            if sure_list(text, (at, to), lexicon):
                found.problems.append(leftover(text, start + mark.start(), to))
            continue
        role = roles.get(word)
        if role is None:
            continue
        if any(verbs(page.flat(at, to))):
            duties.extend(_verbed(page, at, to, lexicon, found, False, (role, word)))
            continue
        rows = units(text, at, to, lexicon, found)
        duties.extend(duties_of(rows, role, word, "explicit"))
    return duties


def _verbed(
    page: Page,
    start: int,
    stop: int,
    lexicon: Lexicon,
    found: Found,
    strict: bool,
    default: tuple[str, str | None] = (Role.IMPLEMENTS, None),
) -> list[Duty]:
    """A牵头，B、C负责 — each verb takes the list before it; `strict` takes sure units only.

    A list after the last verb has the role of the label around it, or is told apart by nothing.
    """
    text, flat = page.text, page.flat(start, stop)
    duties: list[Duty] = []
    at = 0
    for verb in clauses(flat):
        begin, at = at, verb.end()
        clause = flat[begin : verb.start()].strip(EDGES)
        if not clause or pattern("roles", "guards", "denied").search(clause):
            continue
        role = role_of(verb["word"])
        if role is None:
            if sure_list(text, (start + begin, start + verb.start()), lexicon):
                found.problems.append(without_role(text, start + begin, start + verb.end(), verb["word"]))
            continue
        joint = joint_leader(flat, begin, verb.start())
        if joint is not None and (leads := concrete(text, (start + begin, start + joint[0]), lexicon)):
            duties.extend(duties_of(leads, Role.LEADS, flat[slice(*joint)], "explicit"))
            rows = list_before(text, start + joint[1], start + verb.start(), lexicon, found, strict)
            duties.extend(duties_of(rows, Role.SUPPORTS, flat[slice(*joint)], "explicit"))
            continue
        rows = list_before(text, start + begin, start + verb.start(), lexicon, found, strict)
        duties.extend(duties_of(rows, role, verb["word"], rule_of(role, verb["word"], rows, duties)))
    if duties and flat[at:].strip(EDGES):
        rows = units(text, start + at, stop, lexicon, found)
        duties.extend(duties_of(rows, *default, "undifferentiated" if default[1] is None else "explicit"))
    return duties


def _listed(
    page: Page, start: int, stop: int, convention: Convention, lexicon: Lexicon, found: Found
) -> list[Duty]:
    """A bare list: every part looks like a unit, and one at least is known or an office by its form."""
    if stop - start > MAX_LIST:
        return []
    inner = Found()
    rows = units(page.text, start, stop, lexicon, inner, short=False)
    if not rows or (inner.problems and not mostly_sure(rows, inner.problems, lexicon)):
        return []
    if not any(sure(m.name, lexicon) and m.text not in lexicon.place_names for m in rows) or (
        convention.declared and not sure(rows[0].name, lexicon)
    ):
        return []
    found.definitions.extend(inner.definitions)
    found.problems.extend(inner.problems)
    return duties_of(rows, Role.IMPLEMENTS, None, "undifferentiated")
