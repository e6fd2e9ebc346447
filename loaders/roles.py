"""Who answers for a measure, in which role, said where: brackets, labelled lines, verbs, sentences.

Three shapes carry nearly all duties of the genre:
    labels      （牵头部门：A，配合部门：B、C）     牵头单位：A；责任单位：B
    verbs       （A、B负责）  （A牵头，B、C按职责分工负责）
    a bare list （A、B、C）   with a declaration (列为首位的为牵头单位…下同) or without
A bracket that is none of them is text; a bracket that looks like one and is not understood is a Problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from graph.model import Basis, Problem, Role
from loaders.lexicon import Lexicon, load
from loaders.mentions import BRACKETS, is_class, known, looks_like_unit, split_list
from loaders.types import Definition, Duty, Mention, Reading, Span

MAX_DEPTH = 50  # nested brackets: a deeper nest is hostile, not a list of units


@dataclass(frozen=True, slots=True)
class Declaration:
    """A convention declared once for the lists that follow."""

    rest: str
    lead_words: str
    rest_words: str | None
    at: Span


@dataclass
class Convention:
    """What the document has declared so far; it only grows as the measures are read in order."""

    declared: Declaration | None = None
    carried: list[Duty] = field(default_factory=list)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lexicon = load()
    labels = "|".join(re.escape(w.word) for w in lexicon.labels)
    stops = "|".join(map(re.escape, sorted(lexicon.roles["stops"]["words"], key=len, reverse=True)))
    verbs = "|".join(re.escape(w.word) for w in lexicon.verbs)
    return {
        "label": re.compile(
            rf"(?:^|(?<=[，,；;。、\s（(\[【]))(?P<word>{labels}|{stops})\s*[:：]\s*"
            rf"|[【\[［〔](?P<boxed>{labels}|{stops})[】\]］〕]\s*[:：]?\s*"
        ),
        "line": re.compile(
            rf"(?:^[ \t　]*|(?<=[。；]))(?:(?:{labels})\s*[:：]|[【\[［〔](?:{labels})[】\]］〕])",
            re.MULTILINE,
        ),
        "verb": re.compile(rf"(?P<word>{verbs})(?=$|[，,；;。、）)])"),
    }


def annotated() -> re.Pattern[str]:
    """A cheap test that a stretch of text says who is responsible."""
    labels = "|".join(re.escape(w.word) for w in load().labels)
    verbs = "|".join(re.escape(w.word) for w in load().verbs)
    inside = r"(?:[^（()）\n]|[（(][^（()）]*[)）])*?"
    said = rf"(?:(?:{labels})\s*[:：]|(?:{verbs})[。)）；;，,\]］】〕])"
    bracket = rf"[（(\[［【〔]{inside}{said}"
    return re.compile(f"{bracket}|{_patterns()['line'].pattern}", re.MULTILINE)


def read_measure(text: str, start: int, end: int, convention: Convention, lexicon: Lexicon) -> Reading:
    """The duties of the measure at text[start:end]; `convention` is read and extended."""
    duties: list[Duty] = []
    definitions: list[Definition] = []
    problems: list[Problem] = []
    inherited = list(convention.carried)
    areas = list(_annotations(text, start, end))
    for area in areas:
        found, defined, unread = _annotation(text, area, end, convention, lexicon)
        duties.extend(found)
        definitions.extend(defined)
        problems.extend(unread)
    covered = areas
    duties.extend(_in_text(text, start, end, covered, lexicon))
    said = {(d.mention.name, d.role) for d in duties}
    duties.extend(d for d in inherited if (d.mention.name, d.role) not in said)
    return Reading(tuple(duties), tuple(definitions), tuple(problems))


def _annotations(text: str, start: int, end: int) -> Iterator[Span]:
    """Inner spans of the outermost brackets, and labelled lines without brackets."""
    position = start
    for at, to in [*_labelled_runs(text, start, end), (end, end)]:
        while position < at:
            close = _closing(text, position, end) if text[position] in BRACKETS else None
            if close is None:
                position += 1
            else:
                yield position + 1, close
                position = close + 1
        if position <= at < to:
            yield at, to
            position = to


def _labelled_runs(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of labelled lists outside brackets: to the end of the line, or to a 。 that no label follows."""
    at = start
    while line := _patterns()["line"].search(text, at, end):
        at = end
        for stop in re.finditer(r"\n|。|$", text[line.end() : end]):
            at = line.end() + stop.start()
            if stop.group() != "。" or not _patterns()["line"].match(text, at + 1, end):
                break
        yield line.start(), at


def _closing(text: str, at: int, end: int) -> int | None:
    """Where the bracket at `at` closes; half- and full-width marks may be mixed."""
    depth = 0
    for i in range(at, min(end, at + 4000)):
        if text[i] in BRACKETS:
            depth += 1
            if depth > MAX_DEPTH:
                return None
        elif text[i] in BRACKETS.values():
            depth -= 1
            if depth == 0:
                return i
    return None


def _annotation(
    text: str, area: Span, end: int, convention: Convention, lexicon: Lexicon
) -> tuple[list[Duty], list[Definition], list[Problem]]:
    start, stop = area
    content = text[start:stop]
    if _patterns()["label"].search(content):
        found, defined, unread = _labelled(text, start, stop, lexicon)
        return _by_convention(found, convention), defined, unread
    if not _ends_sentence(text, stop, end) or ("“" in content and "负责" not in content):
        return [], [], []
    declared = _declaration(text, start, stop, lexicon)
    if declared:
        convention.declared, list_end = declared
        return _listed(text, start, list_end, convention, lexicon)
    carried = _carry(text, start, stop, lexicon)
    if carried:
        stop = carried[0]
    verbs = [
        m for m in _patterns()["verb"].finditer(text, start, stop) if _depth(text, start, m.start()) == 0
    ]
    if verbs:
        found, defined, unread = _verbed(text, start, stop, verbs, lexicon)
        if carried:
            convention.carried.extend(carried[1])
        return _by_convention(found, convention), defined, unread
    return _listed(text, start, stop, convention, lexicon)


def _ends_sentence(text: str, close: int, end: int) -> bool:
    """An annotation stands where a sentence or paragraph ends; a gloss stands inside one."""
    after = text[close + 1 : end].lstrip(" 　\t")
    before = text[:close]
    opened = _opening(text, close)
    return (
        not after
        or after[0] in "\n（(【[。；;"
        or (opened > 0 and before[:opened].rstrip(" 　\n")[-1:] in ("。", "；", "！"))
    )


def _opening(text: str, close: int) -> int:
    depth = 0
    for i in range(close, max(-1, close - 4000), -1):
        if text[i] in BRACKETS.values():
            depth += 1
        elif text[i] in BRACKETS:
            depth -= 1
            if depth <= 0:
                return i
    return 0


def _depth(text: str, start: int, position: int) -> int:
    opened = sum(text[i] in BRACKETS for i in range(start, position))
    return opened - sum(text[i] in BRACKETS.values() for i in range(start, position))


def _labelled(
    text: str, start: int, stop: int, lexicon: Lexicon
) -> tuple[list[Duty], list[Definition], list[Problem]]:
    """牵头部门：A，配合部门：B — each label holds to the next one."""
    marks = [
        m for m in _patterns()["label"].finditer(text, start, stop) if _depth(text, start, m.start()) == 0
    ]
    roles = {w.word: w.role for w in lexicon.labels}
    duties: list[Duty] = []
    definitions: list[Definition] = []
    problems: list[Problem] = []
    if marks and text[start : marks[0].start()].strip("，,；;。 "):
        problems.extend(_leftover(text, start, marks[0].start()))
    for index, mark in enumerate(marks):
        to = marks[index + 1].start() if index + 1 < len(marks) else stop
        word = mark["word"] or mark["boxed"]
        role = roles.get(word)
        if role is None:
            continue
        rows, defined, unread = _units(text, mark.end(), to, lexicon)
        duties.extend(Duty(m, role, word, Basis.ANNOTATION, "explicit") for m in rows)
        definitions.extend(defined)
        problems.extend(unread)
    return duties, definitions, problems


def _verbed(
    text: str, start: int, stop: int, verbs: list[re.Match[str]], lexicon: Lexicon
) -> tuple[list[Duty], list[Definition], list[Problem]]:
    """A牵头，B、C负责 — each verb takes the list before it."""
    roles = {w.word: w.role for w in lexicon.verbs}
    duties: list[Duty] = []
    definitions: list[Definition] = []
    problems: list[Problem] = []
    at = start
    for verb in verbs:
        joined = text.find("会同", at, verb.start())
        if joined > at and (leads := _concrete(text, (at, joined), lexicon)):
            duties.extend(Duty(m, Role.LEADS, "会同", Basis.ANNOTATION, "explicit") for m in leads)
            rows, defined, unread = _units(text, joined + 2, verb.start(), lexicon)
            duties.extend(Duty(m, Role.SUPPORTS, "会同", Basis.ANNOTATION, "explicit") for m in rows)
            definitions.extend(defined)
            problems.extend(unread)
            at = verb.end()
            continue
        rows, defined, unread = _units(text, at, verb.start(), lexicon)
        role = roles[verb["word"]]
        rule = "explicit"
        if role == Role.IMPLEMENTS and len(rows) > 1 and not duties:
            rule = "undifferentiated" if verb["word"] == "负责" else "joint_by_duty"
        duties.extend(Duty(m, role, verb["word"], Basis.ANNOTATION, rule) for m in rows)
        definitions.extend(defined)
        problems.extend(unread)
        at = verb.end()
    if text[at:stop].strip("，,；;。、 "):
        problems.extend(_leftover(text, at, stop))
    return duties, definitions, problems


def _listed(
    text: str, start: int, stop: int, convention: Convention, lexicon: Lexicon
) -> tuple[list[Duty], list[Definition], list[Problem]]:
    """A bare list: under a declaration the first leads; without one nobody is told apart."""
    content = text[start:stop]
    mentions, definitions = split_list(text, start, stop, lexicon)
    if not mentions or len(content) > 600:
        return [], [], []
    unitlike = [m for m in mentions if known(m.name, lexicon) or looks_like_unit(m.name)]
    if len(unitlike) < len(mentions):
        problems = []
        if any(known(m.name, lexicon) for m in mentions):
            problems = [
                Problem(
                    "not_understood",
                    (start, stop),
                    content[:200],
                    "像是责任单位名单，但有读不懂的部分，没有采用。",
                )
            ]
        return [], [], problems
    if not any(known(m.name, lexicon) or is_class(m.name) for m in mentions) and not convention.declared:
        return [], [], []
    plain = [Duty(m, Role.IMPLEMENTS, None, Basis.ANNOTATION, "undifferentiated") for m in mentions]
    return _by_convention(plain, convention), definitions, []


def _by_convention(duties: list[Duty], convention: Convention) -> list[Duty]:
    """Under a declaration the first of a list without a named lead leads; the rest take the declared role."""
    declared = convention.declared
    if declared is None or not duties or any(d.role != Role.IMPLEMENTS for d in duties):
        return duties
    words = [declared.lead_words, *(declared.rest_words or d.role_text for d in duties[1:])]
    roles = [Role.LEADS, *([declared.rest] * (len(duties) - 1))]
    return [
        Duty(d.mention, role, word, d.basis, "first_listed", declared.at)
        for d, role, word in zip(duties, roles, words, strict=True)
    ]


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
    return None


def _carry(text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[int, list[Duty]] | None:
    """以下均需…落实: where the sentence begins, and the duties for every later measure."""
    roles = {w.word: w.role for w in lexicon.verbs}
    for row in lexicon.roles["carries"]:
        if match := re.compile(row["pattern"]).search(text, start, stop):
            rows, _, _ = _units(text, match.start("who"), match.end("who"), lexicon)
            role = roles.get(match["verb"], Role.IMPLEMENTS)
            span = match.span()
            return match.start(), [
                Duty(m, role, match["verb"], Basis.CARRIED_OVER, "carried_over", span) for m in rows
            ]
    return None


def _units(
    text: str, start: int, stop: int, lexicon: Lexicon
) -> tuple[list[Mention], list[Definition], list[Problem]]:
    """The mentions of a list; what does not look like a unit becomes a problem, never an agency."""
    mentions, definitions = split_list(text, start, stop, lexicon)
    units, problems = [], []
    for mention in mentions:
        if known(mention.name, lexicon) or looks_like_unit(mention.name) or is_class(mention.name):
            units.append(mention)
        else:
            problems.extend(_leftover(text, mention.start, mention.end))
    return units, definitions, problems


def _leftover(text: str, start: int, stop: int) -> list[Problem]:
    quote = text[start:stop].strip()
    return [Problem("not_understood", (start, stop), quote[:200], "责任标注里的这一段没有读懂，没有采用。")]


def _in_text(text: str, start: int, end: int, covered: list[Span], lexicon: Lexicon) -> Iterator[Duty]:
    """Duties said in the sentence, outside annotations: 由A牵头，B参与; A要会同B; A要…"""
    for row in lexicon.roles["in_text"]:
        for match in re.compile(row["pattern"]).finditer(text, start, end):
            if any(a <= match.start() < b for a, b in covered):
                continue
            groups = match.groupdict()
            if "subject" in groups:
                subject = _concrete(text, match.span("subject"), lexicon)
                if len(subject) == 1:
                    yield Duty(subject[0], Role.IMPLEMENTS, "要", Basis.IN_TEXT, "subject")
                continue
            leads = _concrete(text, match.span("lead"), lexicon)
            if not leads:
                continue
            yield from (Duty(m, Role.LEADS, groups["leadword"], Basis.IN_TEXT, "explicit") for m in leads)
            if groups.get("partner"):
                word = groups.get("partnerword") or groups["leadword"]
                partners, _, _ = _units(text, *match.span("partner"), lexicon)
                yield from (Duty(m, Role.SUPPORTS, word, Basis.IN_TEXT, "explicit") for m in partners)


def _concrete(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The list's units where every one is a known, single agency; else none."""
    mentions, _ = split_list(text, *span, lexicon)
    if all(known(m.name, lexicon) and not is_class(m.name) for m in mentions):
        return mentions
    return []
