"""Who answers for a measure, in which role, said where: brackets, labelled lines, verbs, sentences.

Three shapes carry nearly all duties of the genre:
    labels      （牵头部门：A，配合部门：B、C）     牵头单位：A；责任单位：B
    verbs       （A、B负责）  （A牵头，B、C按职责分工负责）   A牵头，B配合。
    a bare list （A、B、C）   with a declaration (列为首位的为牵头单位…下同) or without
A bracket that is none of them is text; one that looks like one and is not understood is a Problem.

A sentence must be surer than a bracket: every unit of its lists is `sure`, one of them is a
single agency, and nothing before it says that the duty is over, denied or only wished for.
The text of a measure is read through a `_Page`, which finds brackets and quotes in one pass
and can blank them out, so that every pattern sees one level only and no work is done twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from graph.model import Basis, Problem, Role
from loaders.lexicon import Lexicon, load
from loaders.mentions import (
    BRACKETS,
    GLOSS,
    is_class,
    known,
    looks_like_unit,
    office,
    place_as_unit,
    split_list,
    sure,
)
from loaders.structure import numbered
from loaders.types import Definition, Duty, Mention, Reading, Span

BLANK = "\ufffc"  # stands for a character inside a nested bracket or a quotation
MAX_BRACKET = 4000  # characters: a longer bracket is a mistake of the text
SHORT = 10  # characters of an unknown name beside known ones
MAX_LIST = 600  # characters of a bare list
MAX_SUBJECT = 60  # characters of the subjects of 要
MAX_CLAUSE = 300  # characters between a sentence's begin and its verb
EDGES = "，,；;。、 \n\t　"
BY = r"(?<!自)由(?!于|此|来)"  # the 由 that hands a duty to somebody


@dataclass(frozen=True, slots=True)
class Declaration:
    """A convention declared once for the lists that follow; `mark` is the sign of a marked lead."""

    rest: str
    lead_words: str
    rest_words: str | None
    at: Span
    mark: str | None = None


@dataclass
class Convention:
    """What the document has declared so far; it only grows as the measures are read in order.

    `sentences` is whether duties may be read outside annotations: not in a law or a notice.
    """

    declared: Declaration | None = None
    carried: dict[tuple[str, str], Duty] = field(default_factory=dict)  # by name and role: said twice is once
    sentences: bool = True

    def carry(self, duties: list[Duty]) -> None:
        """Takes up what holds for all later measures; the first to say a unit's role is its source."""
        for duty in duties:
            self.carried.setdefault((duty.mention.name, duty.role), duty)


@dataclass
class _Found:
    """What has been read of one measure."""

    duties: list[Duty] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    above: list[Duty] = field(default_factory=list)


class _Page:
    """text[start:end] with its brackets and quotations, found in one pass."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.quoted = list(_quotations(text, start, end))
        self.pairs, self.unclosed = self._brackets()
        self.opens = [a for a, _ in self.pairs]

    def _brackets(self) -> tuple[list[Span], list[int]]:
        """Matched brackets by their opening, and openings that nothing closes; widths may be mixed."""
        stack: list[int] = []
        pairs: list[Span] = []
        quotes = iter([*self.quoted, (self.end, self.end)])
        quote = next(quotes)
        for match in re.compile(r"[（(〔\[［【）)〕\]］】]").finditer(self.text, self.start, self.end):
            at = match.start()
            while quote[1] <= at < self.end and quote[0] < self.end:
                quote = next(quotes)
            if quote[0] <= at < quote[1]:
                continue
            if match.group() in BRACKETS:
                stack.append(at)
            elif stack and at - stack[-1] <= MAX_BRACKET:
                pairs.append((stack.pop(), at))
        return sorted(pairs), stack

    def children(self, start: int, end: int) -> Iterator[Span]:
        """The outermost brackets that open and close inside [start, end)."""
        after = start
        for index in range(bisect_left(self.opens, start), len(self.pairs)):
            a, b = self.pairs[index]
            if a >= end:
                return
            if a >= after and b < end:
                after = b + 1
                yield a, b

    def flat(self, start: int, end: int) -> str:
        """text[start:end] with nested brackets and quotations blanked; 【牵头单位】 stays."""
        out: list[str] = []
        at = start
        for a, b in sorted([*((a, b + 1) for a, b in self.children(start, end)), *self._quotes(start, end)]):
            if a < at or _patterns()["boxed"].fullmatch(self.text, a, b):
                continue
            out += [self.text[at:a], BLANK * (b - a)]
            at = b
        out.append(self.text[at:end])
        return "".join(out)

    def _quotes(self, start: int, end: int) -> Iterator[Span]:
        for index in range(bisect_left(self.quoted, (start, start)), len(self.quoted)):
            a, b = self.quoted[index]
            if a >= end:
                return
            yield a, min(b, end)


def _quotations(text: str, start: int, end: int) -> Iterator[Span]:
    """“…” and 《…》 of one paragraph, marks included."""
    opened: dict[str, int] = {}
    upto = start
    for match in re.compile(r"[“”《》\n]").finditer(text, start, end):
        char, at = match.group(), match.start()
        if char == "\n":
            opened.clear()
        elif char in "“《":
            opened.setdefault(char, at)
        else:
            begin = opened.pop("“" if char == "”" else "《", None)
            if begin is not None and begin >= upto:
                yield begin, at + 1
                upto = at + 1
                opened.clear()


def _either(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lexicon = load()
    rows = lexicon.roles
    labels = [w.word for w in lexicon.labels]
    every = _either([*labels, *rows["stops"]["words"]])
    long = _either([w for w in labels if len(w) >= 4])
    verbs = [w.word for w in lexicon.verbs]
    unassigned = rows["unassigned"]["words"]
    chain = f"(?P<word>(?:{_either([*verbs, *rows['modifiers']['words'], *unassigned])}){{1,6}})"
    edge = rf"(?:(?<![\s\S])|(?<=[，,；;。、！\s（(\[【—:：{BLANK}]))"
    joint = rf"(?:[ \t　]+|{_either(rows['label_joints']['words'])})"
    boxed = rf"[【\[［〔]\s*(?:{every})\s*[:：]?\s*[】\]］〕]"
    return {
        "label": re.compile(
            rf"{edge}(?:(?P<word>{every})\s*[:：]\s*|(?P<unknown>{rows['unknown_labels']['pattern']})\s*[:：]\s*"
            rf"|(?P<long>{long})(?P<joint>{joint})?)"
            rf"|[【\[［〔]\s*(?P<boxed>{every})\s*[:：]?\s*[】\]］〕]\s*[:：]?\s*"
        ),
        "role_label": re.compile(
            rf"{edge}(?:(?:{_either(labels)})\s*[:：]|(?P<long>{long})(?P<joint>{joint}))"
            rf"|[【\[［〔]\s*(?:{_either(labels)})\s*[:：]?\s*[】\]］〕]"
        ),
        "boxed": re.compile(boxed),
        "label_line": re.compile(lexicon.structure["label_lines"]["pattern"]),
        "verb": re.compile(rf"{chain}(?=$|[，,；;。、）)\s{BLANK}])"),
        "any_verb": re.compile(rf"{chain}|(?P<joint>{_either(rows['joint_leaders']['words'])})"),
        "core": re.compile(_either(verbs)),
        "unassigned": re.compile(f"(?:{_either(unassigned)})$"),
        "denied": re.compile("|".join(f"(?:{p})" for p in rows["guards"]["denied"])),
        "supposed": re.compile("|".join(f"(?:{p})" for p in rows["guards"]["supposed"])),
        "whole": re.compile("|".join(f"(?:{p})" for p in rows["guards"]["whole"])),
        "after": re.compile("|".join(rows["guards"]["after"])),
        "filler": re.compile("|".join(f"(?:{p})" for p in rows["fillers"]["patterns"])),
        "gloss": re.compile(rows["glosses"]["pattern"]),
        "modal": re.compile(rows["modals"]["pattern"]),
        "action": re.compile(f"{_either(rows['actions']['words'])}|[，,]|$"),
        "heading": re.compile(rows["headings"][0]["pattern"]),
        "by": re.compile(BY),
        "handed": re.compile(rf"{BY}|(?:请|责成|均需|须由)"),
        "relative": re.compile(r"[\u4e00-\u9fff]{0,2}?的"),
        "duty": re.compile(
            f"{_either(verbs)}|{_either(rows['joint_leaders']['words'])}|{rows['modals']['pattern']}"
        ),
    }


@cache
def _roles() -> tuple[dict[str, str], dict[str, str]]:
    lexicon = load()
    return {w.word: w.role for w in lexicon.labels}, {w.word: w.role for w in lexicon.verbs}


@lru_cache(maxsize=4096)
def role_of(word: str) -> str | None:
    """The role that a verb with its modifiers gives: the strongest of the verbs in it; None without one.

    负责督办 is to watch over the work of others: it gives none.
    """
    verbs = _roles()[1]
    if word in verbs:
        return verbs[word]
    inside = {verbs[m.group()] for m in _patterns()["core"].finditer(word)}
    role = next((r for r in (Role.LEADS, Role.SUPPORTS, Role.IMPLEMENTS) if r in inside), None)
    return None if role == Role.IMPLEMENTS and unassigned(word) else role


def unassigned(word: str) -> bool:
    """Whether a verb with its modifiers ends in one that gives no role: 指导, 负责督办."""
    return word not in _roles()[1] and _patterns()["unassigned"].search(word) is not None


def annotated(text: str, start: int, end: int) -> bool:
    """A cheap test that a stretch of text says who is responsible."""
    return last_said(text, start, end) is not None


def last_said(text: str, start: int, end: int) -> int | None:
    """Where the last paragraph ends that says who is responsible, or by when; None without one."""
    page = _Page(text, start, end)
    said = [to for _, to in _runs(page, start, load())]
    for a, b in _brackets(page):
        flat = page.flat(a, b)
        if _patterns()["role_label"].search(flat) or any(_verbs(flat)):
            said.append(b)
    said += [start + to for _, to in _carrying(page.flat(start, end))]
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
    mark = _patterns()["label"].match(text, at, end)
    return bool(mark and mark["word"]) or _patterns()["label_line"].match(text, at, end) is not None


def read_measure(text: str, start: int, end: int, convention: Convention, lexicon: Lexicon) -> Reading:
    """The duties of the measure at text[start:end]; `convention` is read and extended."""
    page = _Page(text, start, end)
    found = _Found()
    inherited = list(convention.carried.values())
    body = _body(text, start, end)
    runs = _annotations(page, body, convention, lexicon, found)
    runs = sorted([*runs, *_carried_outside(page, body, runs, convention, lexicon, found)])
    if convention.sentences:
        _sentences(page, body, runs, lexicon, found)
    said = {(d.mention.name, d.role) for d in found.duties}
    duties = [*found.duties, *(d for d in inherited if (d.mention.name, d.role) not in said)]
    return Reading(tuple(duties), tuple(found.definitions), tuple(found.problems), tuple(found.above))


def read_heading(text: str, start: int, end: int, convention: Convention, lexicon: Lexicon) -> Reading:
    """The duties that a heading, with the text up to its first item, gives to all measures under it."""
    page = _Page(text, start, end)
    found = _Found()
    body = _body(text, start, end)
    _annotations(page, body, convention, lexicon, found)
    line = text[body:end].partition("\n")[0].strip("。；; 　")
    match = _patterns()["heading"].match(line)
    if match and not found.duties and (rows := _sure_list(text, _shifted(match.span("who"), body), lexicon)):
        role = role_of(match["verb"]) or Role.IMPLEMENTS
        found.duties.extend(Duty(m, role, match["verb"], Basis.HEADING, "explicit") for m in rows)
    duties = tuple(replace(d, basis=Basis.HEADING) for d in found.duties)
    return Reading(duties, tuple(found.definitions), tuple(found.problems), tuple(found.above))


def _body(text: str, start: int, end: int) -> int:
    """Where the text begins after the number."""
    mark = numbered(text[start : min(end, start + 40)])
    return start + mark[2] if mark else start


def _shifted(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


# Annotations: brackets and labelled runs


def _annotations(
    page: _Page, body: int, convention: Convention, lexicon: Lexicon, found: _Found
) -> list[Span]:
    """Reads every annotation in order; returns the labelled runs, which are no sentences."""
    runs = list(_runs(page, body, lexicon))
    _declared_outside(page, body, convention, lexicon)
    for a, b in _brackets(page):  # a declaration in a bracket of its own holds for the list before it
        alone = _declaration(text=page.text, start=a, stop=b, lexicon=lexicon)
        if alone and alone[1] == a:
            convention.declared = alone[0]
    begins = [a for a, _ in runs]
    brackets = [
        (a, b, True)
        for a, b in _brackets(page)
        if not (at := bisect_right(begins, a)) or runs[at - 1][1] <= a
    ]
    for start, stop, bracket in sorted([*brackets, *((a, b, False) for a, b in runs)]):
        _annotation(page, start, stop, bracket, convention, lexicon, found)
    return runs


def _brackets(page: _Page) -> Iterator[Span]:
    """Inner spans of the outermost brackets; one left open ends with its line where it says a role."""
    for a, b in page.children(page.start, page.end):
        if not _patterns()["boxed"].fullmatch(page.text, a, b + 1):
            yield a + 1, b
    if page.unclosed:
        at = page.unclosed[-1]
        line = page.text.find("\n", at, page.end)
        stop = page.end if line < 0 else line
        if stop - at <= MAX_BRACKET and _patterns()["role_label"].search(page.flat(at + 1, stop)):
            yield at + 1, stop


def _runs(page: _Page, body: int, lexicon: Lexicon) -> Iterator[Span]:
    """Labelled lists outside brackets: to the end of the line, or to a 。 that no label follows."""
    text, flat = page.text, page.flat(body, page.end)
    at = 0
    label = _patterns()["role_label"]
    while match := label.search(flat, at):
        begin, at = match.start(), match.end()
        if match.groupdict().get("long") and not _starts_sure(text, body + at, page.end, lexicon):
            continue
        for stop in re.compile(r"\n|。|$").finditer(flat, at):
            at = stop.start()
            if stop.group() != "。" or not _patterns()["label"].match(flat, at + 1):
                break
        while (line := _list_line(page, flat, begin, at, body, lexicon)) is not None:
            at = line
        yield body + begin, body + at


def _list_line(page: _Page, flat: str, begin: int, at: int, body: int, lexicon: Lexicon) -> int | None:
    """Where the next line ends when it goes on with the list: after 责任单位： or 、 one agency a line."""
    if flat[at : at + 1] != "\n":
        return None
    stop = flat.find("\n", at + 1)
    stop = len(flat) if stop < 0 else stop
    before = flat[:at].rstrip()[-1:] if at - begin > 200 else flat[begin:at].rstrip()[-1:]
    first = flat[begin:at].strip()
    opened = before in "、，,：:" or bool(re.fullmatch(r"[^\n]{2,12}[:：]", first)) or "\n" in first
    if opened and stop - at <= 120 and _sure_list(page.text, (body + at + 1, body + stop), lexicon):
        return stop
    if _patterns()["label"].match(flat, at + 1) and "\n" not in flat[at + 1 : at + 2]:
        mark = _patterns()["label"].match(flat, at + 1)
        if mark and mark["word"] and mark["word"] not in _roles()[0]:
            return stop
    return None


def _starts_sure(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a list of units begins here: 牵头部门为此要… begins none."""
    part = re.compile(r"[^、，,；;。\n \t　]{2,60}").match(text, at, min(end, at + 60))
    mentions, _ = split_list(text, part.start(), part.end(), lexicon) if part else ([], [])
    return bool(mentions) and sure(mentions[0].name, lexicon)


def _annotation(
    page: _Page, start: int, stop: int, bracket: bool, convention: Convention, lexicon: Lexicon, found: _Found
) -> None:
    text = page.text
    before = len(found.duties), len(found.problems)
    whole = (start, stop)
    ends = not bracket or _ends_sentence(page, start, stop)
    stop = _declares(text, start, stop, convention, lexicon)
    stop, carried = _carries(page, start, stop, lexicon, found)
    flat = page.flat(start, stop)
    marks = _labels(page, flat, start, stop, bracket, lexicon)
    if marks:
        duties = _labelled(page, start, stop, marks, convention, lexicon, found)
    elif _patterns()["gloss"].match(flat):
        return
    elif any(_clauses(flat)):
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
    page: _Page,
    area: Span,
    flat: str,
    marks: list[re.Match[str]],
    ends: bool,
    lexicon: Lexicon,
    found: _Found,
) -> None:
    """A bracket that looks like an annotation and gave nothing is said to be so."""
    if not ends or not flat.strip(EDGES + BLANK) or _patterns()["denied"].search(flat):
        return
    if marks and not any((m["word"] or m["boxed"] or m["long"]) in _roles()[0] for m in marks):
        return  # only stops: 试点单位：…, 完成时限：…
    verbs = any(role_of(m["word"]) == Role.LEADS for m in _verbs(flat))
    if (
        marks
        or verbs
        or (
            len(flat) <= MAX_LIST
            and any(known(m.name, lexicon) for m in split_list(page.text, *area, lexicon)[0])
        )
    ):
        found.problems.extend(_leftover(page.text, *area))


def _ends_sentence(page: _Page, start: int, stop: int) -> bool:
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


def _verbs(flat: str, start: int = 0) -> Iterator[re.Match[str]]:
    """The verbs of a flat stretch that end a clause and give a role."""
    return (m for m in _patterns()["verb"].finditer(flat, start) if role_of(m["word"]))


def _clauses(flat: str) -> Iterator[re.Match[str]]:
    """The verbs of a flat stretch that end a clause, with a role or with none of the three."""
    return (m for m in _patterns()["verb"].finditer(flat) if role_of(m["word"]) or unassigned(m["word"]))


def _labels(
    page: _Page, flat: str, start: int, stop: int, bracket: bool, lexicon: Lexicon
) -> list[re.Match[str]]:
    """The labels of a stretch; one without a colon counts where a list of units follows."""
    marks = []
    for mark in _patterns()["label"].finditer(flat):
        if mark["long"] and not (
            (bracket or mark["joint"]) and _starts_sure(page.text, start + mark.end(), stop, lexicon)
        ):
            continue
        marks.append(mark)
    return marks


def _labelled(
    page: _Page,
    start: int,
    stop: int,
    marks: list[re.Match[str]],
    convention: Convention,
    lexicon: Lexicon,
    found: _Found,
) -> list[Duty]:
    """牵头部门：A，配合部门：B — each label holds to the next one."""
    text = page.text
    duties: list[Duty] = []
    roles = _roles()[0]
    first = start + marks[0].start()
    if any(_verbs(page.flat(start, first))):
        duties.extend(_verbed(page, start, first, lexicon, found, strict=True))
    elif text[start:first].strip(EDGES):
        duties.extend(_listed(page, start, first, convention, lexicon, found))
        if not duties and _fair_list(text, (start, first), lexicon):
            found.problems.extend(_leftover(text, start, first))
    for index, mark in enumerate(marks):
        at = start + mark.end()
        to = start + marks[index + 1].start() if index + 1 < len(marks) else stop
        word = mark["word"] or mark["boxed"] or mark["long"]
        if mark["unknown"]:
            if _sure_list(text, (at, to), lexicon):
                found.problems.extend(_leftover(text, start + mark.start(), to))
            continue
        role = roles.get(word)
        if role is None:
            continue
        if any(_verbs(page.flat(at, to))):
            duties.extend(_verbed(page, at, to, lexicon, found, False, (role, word)))
            continue
        rows = _units(text, at, to, lexicon, found)
        duties.extend(_duties(rows, role, word, "explicit"))
    return duties


def _verbed(
    page: _Page,
    start: int,
    stop: int,
    lexicon: Lexicon,
    found: _Found,
    strict: bool,
    default: tuple[str, str | None] = (Role.IMPLEMENTS, None),
) -> list[Duty]:
    """A牵头，B、C负责 — each verb takes the list before it; `strict` takes sure units only.

    A list after the last verb has the role of the label around it, or is told apart by nothing.
    """
    text, flat = page.text, page.flat(start, stop)
    duties: list[Duty] = []
    at = 0
    for verb in _clauses(flat):
        begin, at = at, verb.end()
        clause = flat[begin : verb.start()].strip(EDGES)
        if not clause or _patterns()["denied"].search(clause):
            continue
        role = role_of(verb["word"])
        if role is None:
            if _sure_list(text, (start + begin, start + verb.start()), lexicon):
                found.problems.append(_without_role(text, start + begin, start + verb.end(), verb["word"]))
            continue
        joint = _joint_leader(flat, begin, verb.start())
        if joint is not None and (leads := _concrete(text, (start + begin, start + joint[0]), lexicon)):
            duties.extend(_duties(leads, Role.LEADS, flat[slice(*joint)], "explicit"))
            rows = _list_before(text, start + joint[1], start + verb.start(), lexicon, found, strict)
            duties.extend(_duties(rows, Role.SUPPORTS, flat[slice(*joint)], "explicit"))
            continue
        rows = _list_before(text, start + begin, start + verb.start(), lexicon, found, strict)
        rule = "explicit"
        if role == Role.IMPLEMENTS and len(rows) > 1 and not duties:
            rule = "undifferentiated" if verb["word"] == "负责" else "joint_by_duty"
        duties.extend(_duties(rows, role, verb["word"], rule))
    if duties and flat[at:].strip(EDGES):
        rows = _units(text, start + at, stop, lexicon, found)
        duties.extend(_duties(rows, *default, "undifferentiated" if default[1] is None else "explicit"))
    return duties


def _joint_leader(flat: str, start: int, stop: int) -> Span | None:
    """Where 会同 stands inside a list."""
    for word in load().roles["joint_leaders"]["words"]:
        if (at := flat.find(word, start, stop)) > start:
            return at, at + len(word)
    return None


def _list_before(
    text: str, start: int, stop: int, lexicon: Lexicon, found: _Found, strict: bool
) -> list[Mention]:
    """The list that a verb at `stop` takes; none of it where what stands next to the verb is no unit."""
    inner = _Found()
    rows = _units(text, start, stop, lexicon, inner)
    next_to = bool(rows) and not text[rows[-1].end : stop].strip(EDGES + "等部门单位有关相关）)〕】]*和")
    if strict and (inner.problems or not all(sure(m.name, lexicon) for m in rows)):
        rows = []
    elif inner.problems and (not rows or any(p.where[0] > rows[-1].start for p in inner.problems)):
        if rows or re.search(r"[\u4e00-\u9fff]", text[start:stop]):
            found.problems.extend(_leftover(text, start, stop))
        rows = []
    else:
        found.problems.extend(inner.problems if rows else [])
    found.definitions.extend(inner.definitions)
    return rows if rows and (next_to or not strict) else []


def _listed(
    page: _Page, start: int, stop: int, convention: Convention, lexicon: Lexicon, found: _Found
) -> list[Duty]:
    """A bare list: every part looks like a unit, and one at least is known or an office by its form."""
    if stop - start > MAX_LIST:
        return []
    inner = _Found()
    rows = _units(page.text, start, stop, lexicon, inner, short=False)
    if not rows or (inner.problems and not _mostly_sure(rows, inner.problems, lexicon)):
        return []
    if not any(sure(m.name, lexicon) and m.text not in lexicon.place_names for m in rows) or (
        convention.declared and not sure(rows[0].name, lexicon)
    ):
        return []
    found.definitions.extend(inner.definitions)
    found.problems.extend(inner.problems)
    return _duties(rows, Role.IMPLEMENTS, None, "undifferentiated")


def _mostly_sure(rows: list[Mention], problems: list[Problem], lexicon: Lexicon) -> bool:
    """Whether a bare list is one for all that a few short names in it are not understood."""
    count = sum(sure(m.name, lexicon) for m in rows)
    return count >= 2 and count > 2 * len(problems) - 1 and all(len(p.quote) <= SHORT for p in problems)


def _units(
    text: str, start: int, stop: int, lexicon: Lexicon, found: _Found, short: bool = True
) -> list[Mention]:
    """The mentions of a list; what does not look like a unit becomes a problem, never an agency.

    A division stands for its government; a `short` name only where a label or verb says that this is a list.
    """
    mentions, definitions = split_list(text, start, stop, lexicon)
    found.definitions.extend(definitions)
    units = []
    for mention in mentions:
        name = mention.name
        if sure(name, lexicon) or looks_like_unit(name):
            units.append(mention)
        elif (cut := _handed(mention, lexicon) or place_as_unit(mention, lexicon, short)) is not None:
            units.append(cut)
        elif not _patterns()["filler"].search(mention.text):
            found.problems.extend(_leftover(text, mention.start, mention.end))
    return units


def _handed(mention: Mention, lexicon: Lexicon) -> Mention | None:
    """省审计厅 of 检查结果由省审计厅: what follows the last 由 where that is a unit."""
    cues = list(_patterns()["handed"].finditer(mention.text))
    if not cues or _patterns()["denied"].search(mention.text[: cues[-1].end()]):
        return None
    rest = mention.text[cues[-1].end() :]
    if not sure(rest, lexicon):
        return None
    return replace(mention, text=rest, name=rest, start=mention.start + cues[-1].end())


def _duties(
    rows: list[Mention], role: str, word: str | None, rule: str, basis: str = Basis.ANNOTATION
) -> list[Duty]:
    """A duty each; a role printed behind a name, 省甲厅（牵头）, is that unit's own."""
    duties = []
    for mention in rows:
        note = mention.note or ""
        if note and _patterns()["denied"].search(note):
            continue
        own = role_of(note) if note and _patterns()["verb"].fullmatch(note) else _roles()[0].get(note)
        if own:
            duties.append(Duty(mention, own, note, basis, "explicit"))
        else:
            duties.append(Duty(mention, role, word, basis, rule))
    return duties


def _leftover(text: str, start: int, stop: int) -> list[Problem]:
    quote = text[start:stop].strip()
    return [Problem("not_understood", (start, stop), quote[:200], "责任标注里的这一段没有读懂，没有采用。")]


def _without_role(text: str, start: int, stop: int, word: str) -> Problem:
    """What a verb says that gives none of the three roles."""
    start += len(text[start:stop]) - len(text[start:stop].lstrip(EDGES))
    return _not_taken(text, (start, stop), f"“{word}”没有对应的角色，这些单位没有采用。")


def _not_taken(text: str, area: Span, message: str) -> Problem:
    return Problem("not_understood", area, text[slice(*area)].strip()[:200], message)


# What is declared once


def first_listed(duties: list[Duty], declared: Declaration | None) -> list[Duty]:
    """Under a declaration the first of a list without a named lead leads.

    The others that nothing told apart take the declared role; who is printed as 配合 stays so.
    """
    if declared is None or not duties or any(d.role == Role.LEADS for d in duties):
        return duties
    if declared.mark:
        return [
            replace(
                d, role=Role.LEADS, role_text=declared.lead_words, rule="explicit", declared_at=declared.at
            )
            if d.mention.note == declared.mark
            else d
            for d in duties
        ]
    if duties[0].role != Role.IMPLEMENTS or is_class(duties[0].mention.name):
        return duties  # 各地 at the head of a list is no leader
    first, *others = duties
    out = [
        replace(
            first,
            role=Role.LEADS,
            role_text=declared.lead_words,
            rule="first_listed",
            declared_at=declared.at,
        )
    ]
    for duty in others:
        words = declared.rest_words or duty.role_text
        out.append(
            replace(duty, role=declared.rest, role_text=words, rule="first_listed", declared_at=declared.at)
            if duty.role == Role.IMPLEMENTS
            else duty
        )
    return out


def declared_before(text: str, end: int, lexicon: Lexicon) -> Declaration | None:
    """A convention that the text before the first measure declares for all of them."""
    found = _declaration(text, 0, end, lexicon)
    return found[0] if found else None


def _declaration(text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[Declaration, int] | None:
    """列为首位的为牵头单位…: the declaration and where the list before it ends."""
    for row in lexicon.roles["declarations"]:
        if match := re.compile(row["pattern"]).search(text, start, stop):
            rest_words = match.groupdict().get("rest")
            return Declaration(row["rest"], match["lead"], rest_words, match.span()), match.start()
    for row in lexicon.roles["marks"]:
        if match := re.compile(row["pattern"]).search(text, start, stop):
            return Declaration(
                Role.IMPLEMENTS, match["lead"], None, match.span(), match["mark"]
            ), match.start()
    return None


def _declares(text: str, start: int, stop: int, convention: Convention, lexicon: Lexicon) -> int:
    """Takes up a declaration inside an annotation; returns where the list before it ends."""
    if found := _declaration(text, start, stop, lexicon):
        convention.declared = found[0]
        return found[1]
    return stop


def _declared_outside(page: _Page, body: int, convention: Convention, lexicon: Lexicon) -> None:
    """A declaration in a plain sentence holds from its measure on."""
    flat = page.flat(body, page.end)
    if found := _declaration(flat, 0, len(flat), lexicon):
        convention.declared = replace(found[0], at=_shifted(found[0].at, body))


def _carries(page: _Page, start: int, stop: int, lexicon: Lexicon, found: _Found) -> tuple[int, list[Duty]]:
    """以下均需…落实, 以上任务由…牵头: where the clause begins, and the duties for the later measures.

    Those for the earlier ones are put into `found.above`; a list not wholly sure is a problem.
    """
    text, carried = page.text, []
    for row in lexicon.roles["carries"]:
        match = re.compile(row["pattern"]).search(text, start, stop)
        if match is None:
            continue
        stop = match.start()
        who = match.span("who")
        rows = _sure_list(text, who, lexicon) or _formed_list(text, who, lexicon)
        if not rows:
            found.problems.extend(_leftover(text, *match.span()))
            continue
        if unassigned(match["verb"]):
            found.problems.append(_without_role(text, *match.span(), match["verb"]))
            continue
        role = role_of(match["verb"]) or Role.IMPLEMENTS
        duties = [
            Duty(m, role, match["verb"], Basis.CARRIED_OVER, "carried_over", match.span()) for m in rows
        ]
        if row["scope"] == "above":
            found.above.extend(duties)
            continue
        carried.extend(duties)
        if row["scope"] == "all":
            found.duties.extend(
                replace(d, basis=Basis.ANNOTATION, rule="explicit", declared_at=None) for d in duties
            )
    return stop, carried


def _carrying(flat: str) -> Iterator[Span]:
    """Where a clause says who answers for the measures above or below it."""
    for row in load().roles["carries"]:
        yield from (match.span() for match in re.finditer(row["pattern"], flat))


def _carried_outside(
    page: _Page, body: int, runs: list[Span], convention: Convention, lexicon: Lexicon, found: _Found
) -> list[Span]:
    """以上任务由…牵头 in a plain sentence; returns where such clauses stand, which are no sentences."""
    flat = page.flat(body, page.end)
    spans: list[Span] = []
    for clause in _carrying(flat):
        span = _shifted(clause, body)
        if any(a <= span[0] < b for a, b in runs):
            continue
        convention.carry(_carries(page, *span, lexicon, found)[1])
        spans.append(span)
    return spans


def _formed_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part ends as a unit's name does: 试点城市政府."""
    mentions, _ = split_list(text, *span, lexicon)
    return mentions if all(looks_like_unit(m.name) for m in mentions) else []


# Sentences


def _sentences(page: _Page, body: int, runs: list[Span], lexicon: Lexicon, found: _Found) -> None:
    """Duties said outside annotations, sentence by sentence: 由A牵头，B参与; A要会同B; A要…"""
    flat = page.flat(body, page.end)
    parts, at = [], 0
    for start, stop in runs:  # a run is no sentence
        parts += [flat[at : start - body], "\n" * (stop - start)]
        at = stop - body
    flat = "".join([*parts, flat[at:]])
    for match in re.finditer(r"(?:(?!——)[^。！!？?\n])+", flat):
        start, stop = body + match.start(), body + match.end()
        sentence = flat[start - body : stop - body]
        if not _patterns()["duty"].search(sentence):
            continue
        lead = len(sentence) - len(sentence.lstrip(EDGES + "—-"))
        _sentence(page.text, sentence, start, lead, lexicon, found)


def _sentence(text: str, flat: str, base: int, lead: int, lexicon: Lexicon, found: _Found) -> None:
    """One sentence: chains of clauses at the begin of a clause or after a 由, and subjects of 要."""
    if _patterns()["whole"].search(flat[lead : lead + 80]):
        return
    wish = _patterns()["supposed"].search(flat[lead : lead + 60])
    verb = _patterns()["core"].search(flat, lead)
    # what is only wished for behind a verb is not that verb's: A负责联络，支持活动开展
    wished = wish is not None and (verb is None or lead + wish.start() < verb.start())
    guarded = wished or _patterns()["denied"].match(flat, lead) is not None
    duties: list[Duty] = []
    begins = [lead, *(m.end() for m in re.finditer(r"[，,；;]", flat))]
    cues = [(at, False) for at in ([] if guarded else begins)]
    cues += [(m.end(), True) for m in _patterns()["by"].finditer(flat, lead + 1)]
    taken = 0
    for at, inside in sorted(cues):
        if at < taken:
            continue
        clause = re.split(r"[，,；;]", flat[max(0, at - 60) : at])[-1] if inside else flat[at : at + 8]
        if _patterns()["supposed"].search(clause) or _patterns()["denied"].search(clause):
            continue
        more = _chain(text, flat, base, at, lexicon, inside)
        if not more and (inside or flat.startswith("由", at)):
            _unread_list(text, flat, base, at, lexicon, found)
        duties.extend(more)
        taken = max((d.mention.end - base for d in more), default=taken)
    spans = {(d.mention.start, d.mention.end) for d in duties}
    for begin in begins:
        subjects = _subjects(text, flat, base, begin, lexicon)
        if len(subjects) == 1 and (subjects[0].mention.start, subjects[0].mention.end) not in spans:
            duties.append(subjects[0])
        elif len(subjects) > 1 and not guarded:
            area = (subjects[0].mention.start, subjects[-1].mention.end)
            found.problems.append(
                _not_taken(text, area, "几个单位一起作主语，没有写明各自的分工，没有采用。")
            )
    found.duties.extend(duties)
    if not duties and not guarded and not _patterns()["denied"].search(flat[lead:]):
        _unread_sentence(text, flat, base, lead, lexicon, found)


def _unread_list(text: str, flat: str, base: int, at: int, lexicon: Lexicon, found: _Found) -> None:
    """由A、某某、B组织实施 to the end of a clause, where the list is not sure enough to be taken."""
    verb = next(_verbs(flat, at), None)
    if verb is None or verb.start() - at > MAX_SUBJECT or re.search(r"[，,；;]", flat[at : verb.start()]):
        return
    mentions, _ = split_list(text, base + at, base + verb.start(), lexicon)
    short = all(len(m.text) <= SHORT or sure(m.name, lexicon) for m in mentions)
    if len(mentions) > 1 and short and any(_single(m.name, lexicon) for m in mentions):
        found.problems.extend(_leftover(text, base + at, base + verb.end()))


def _unread_sentence(text: str, flat: str, base: int, lead: int, lexicon: Lexicon, found: _Found) -> None:
    """A clause that begins with a known agency and ends with a role's verb, and was not understood."""
    verb = next(_verbs(flat, lead), None)
    if verb is None or verb.start() - lead > MAX_CLAUSE:
        return
    if any(p.where[0] >= base + lead for p in found.problems):
        return  # said already
    mentions, _ = split_list(text, base + lead, base + verb.start(), lexicon)
    concrete = [m for m in mentions if known(m.name, lexicon) and not is_class(m.name)]
    if concrete and mentions[0] == concrete[0] and mentions[-1] == concrete[-1]:
        found.problems.extend(_leftover(text, base + lead, base + len(flat)))


def _chain(text: str, flat: str, base: int, at: int, lexicon: Lexicon, inside: bool) -> list[Duty]:
    """Clauses one after another, each a list of units and its verb; empty where the first is none.

    `inside` is a chain after a 由 in the middle of a sentence: 健全由A牵头，B参与的机制.
    """
    duties: list[Duty] = []
    while at < len(flat):
        at += len(flat[at : at + 8]) - len(flat[at : at + 8].lstrip(EDGES))
        clause = _clause(text, flat, base, at, lexicon, first=not duties)
        if clause is None:
            break
        rows, word, role, stop = clause
        ended = stop >= len(flat) or flat[stop] in EDGES + BLANK
        if not ended and not _goes_on(flat, stop, role, word, bool(duties), inside):
            return [] if not inside and _patterns()["relative"].match(flat, stop) else duties
        if role == Role.IMPLEMENTS and not _answers(rows, duties, lexicon):
            break  # 各有关单位抓好落实 is an appeal where nobody leads
        rule = "explicit"
        if role == Role.IMPLEMENTS and len(rows) > 1 and not duties:
            rule = "undifferentiated" if word == "负责" else "joint_by_duty"
        duties.extend(_duties(rows, role, word, rule, Basis.IN_TEXT))
        follows = role == Role.LEADS and _joint_leader(flat, stop - 1, stop + 4)
        if follows and follows[0] == stop:  # 由A牵头会同B制定标准
            word, stop = flat[slice(*follows)], follows[1]
        if word in load().roles["joint_leaders"]["words"]:
            partners, stop = _partners(text, flat, base, stop, lexicon)
            verb = _patterns()["any_verb"].match(flat, stop)
            if verb and _patterns()["after"].match(flat, verb.end()):
                return []  # 由A会同B负责解释
            duties.extend(_duties(partners, Role.SUPPORTS, word, "explicit", Basis.IN_TEXT))
        pause = re.compile(r"[，,、；;]").search(flat, stop)
        if pause is None:
            break
        at = pause.end()
    return duties


def _answers(rows: list[Mention], before: list[Duty], lexicon: Lexicon) -> bool:
    """Whether units of a sentence answer for it: a class only beside an agency or under a leader."""
    return any(d.role == Role.LEADS for d in before) or any(_single(m.name, lexicon) for m in rows)


def _goes_on(flat: str, stop: int, role: str, word: str, later: bool, inside: bool) -> bool:
    """Whether a verb with an object is a duty: A牵头制定标准 is, a relative A牵头制定的标准 is none."""
    if _patterns()["after"].match(flat, stop):
        return False
    if word in load().roles["joint_leaders"]["words"]:
        return True
    if inside:
        return role == Role.LEADS or later
    if _patterns()["relative"].match(flat, stop):
        return False
    return (
        role == Role.LEADS
        or (role == Role.IMPLEMENTS and word.endswith("负责"))
        or (later and role == Role.SUPPORTS)
    )


def _clause(
    text: str, flat: str, base: int, at: int, lexicon: Lexicon, first: bool
) -> tuple[list[Mention], str, str, int] | None:
    """(units, verb, role, its end) of the clause that begins at `at`; None where it is no duty."""
    for verb in _patterns()["any_verb"].finditer(flat, at, min(len(flat), at + MAX_CLAUSE)):
        joint = verb.groupdict()["joint"]
        role = Role.LEADS if joint else role_of(verb["word"])
        if role is None:
            continue
        if joint and verb.start() == at:
            return None if first else ([], joint, role, verb.end())
        stop = verb.start()
        while stop > at and (
            modal := re.search(r"(?:要|应当?|须|需|将|拟)$", flat[max(at, stop - 2) : stop])
        ):
            stop -= len(modal.group())
        rows = _sure_list(text, (base + at, base + stop), lexicon)
        if not rows and not first and not joint and (verb.end() >= len(flat) or flat[verb.end()] in EDGES):
            rows = _fair_list(text, (base + at, base + stop), lexicon)
        if rows:
            if first and not any(_single(m.name, lexicon) for m in rows):
                return None
            if joint and not all(_single(m.name, lexicon) for m in rows):
                return None
            return rows, verb.group(), role, verb.end()
    return None


def _partners(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> tuple[list[Mention], int]:
    """The list after 会同, to the first word of the work where all before it are sure units."""
    best: tuple[list[Mention], int] = ([], at)
    for action in _patterns()["action"].finditer(flat, at, min(len(flat), at + 120)):
        span = (base + at, base + action.start())
        if best[0] and (role_of(action.group()) or not re.match(r"[，,]", flat[best[1] : best[1] + 1])):
            break  # 会同A，B负责: B is a clause of its own
        if rows := _sure_list(text, span, lexicon):
            best = rows, action.start()
    return best


def _subjects(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> list[Duty]:
    """A要…, A、B要…: concrete agencies at the begin of a clause, and nobody beside them.

    One of them alone answers for it; of several the text does not say who does what.
    """
    for modal in _patterns()["modal"].finditer(flat, at, min(len(flat), at + MAX_SUBJECT)):
        rows = _sure_list(text, (base + at, base + modal.start()), lexicon)
        if rows and all(_single(m.name, lexicon) and not m.open_list for m in rows):
            if _joint_leader(flat, modal.end() - 1, modal.end() + 3):
                return []
            return [Duty(m, Role.IMPLEMENTS, modal.group(), Basis.IN_TEXT, "subject") for m in rows]
    return []


def _single(name: str, lexicon: Lexicon) -> bool:
    """Whether a name is one agency, known or an office by its form."""
    second = GLOSS.search(name)  # 市市场监管局（市知识产权局）
    if second and second.start() > 1 and not known(name, lexicon):
        name = name[: second.start()]
    return not is_class(name) and (known(name, lexicon) or office(name, lexicon))


def _sure_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part of it is a sure one; else none."""
    if not 2 <= span[1] - span[0] <= MAX_LIST:
        return []
    mentions, _ = split_list(text, *span, lexicon)
    filler = _patterns()["filler"]
    rows = [m for m in mentions if not filler.search(m.text)]
    return rows if rows and all(sure(m.name, lexicon) for m in rows) else []


def _fair_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part looks like one and one at least is known."""
    if not 2 <= span[1] - span[0] <= MAX_LIST:
        return []
    mentions, _ = split_list(text, *span, lexicon)
    fair = all(sure(m.name, lexicon) or looks_like_unit(m.name) for m in mentions)
    return mentions if fair and any(known(m.name, lexicon) for m in mentions) else []


def _concrete(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The list's units where every one is a single agency; else none."""
    rows = _sure_list(text, span, lexicon)
    return rows if all(_single(m.name, lexicon) for m in rows) else []
