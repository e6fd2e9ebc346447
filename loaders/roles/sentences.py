"""Duties that a sentence says: 由A牵头，B参与; A要会同B; A要…"""

from __future__ import annotations

import re

from graph.model import Basis, Role
from loaders.lexicon import Lexicon
from loaders.mentions import is_class, known, looks_like_unit, split_list, sure
from loaders.roles.lists import (
    SHORT,
    concrete,
    duties_of,
    fair_list,
    leftover,
    not_taken,
    rule_of,
    single,
    sure_list,
)
from loaders.roles.page import Found, Page
from loaders.roles.words import (
    BLANK,
    EDGES,
    any_verb,
    bare_verb,
    duty,
    joint_leader,
    role_of,
    shared,
    verbs,
    work,
)
from loaders.types import Duty, Mention, Span
from loaders.wording import pattern, words

MAX_SUBJECT = 60  # characters of the subjects of 要
MAX_LIST = 120  # characters of a list behind 会同 or 请
MAX_VERB = 40  # characters of a verb with its modifiers
MAX_CLAUSE = 300  # characters between a sentence's begin and its verb


def read_sentences(page: Page, body: int, runs: list[Span], lexicon: Lexicon, found: Found) -> None:
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
        if not duty().search(sentence):
            continue
        lead = len(sentence) - len(sentence.lstrip(EDGES + "—-"))
        _sentence(page.text, sentence, start, lead, lexicon, found)


def _sentence(text: str, flat: str, base: int, lead: int, lexicon: Lexicon, found: Found) -> None:
    """One sentence: chains of clauses at the begin of a clause or after a 由, and subjects of 要."""
    if pattern("roles", "guards", "whole").search(flat[lead : lead + 80]):
        return
    wish = pattern("roles", "guards", "supposed").search(flat[lead : lead + 60])
    verb = bare_verb().search(flat, lead)
    # what is only wished for behind a verb is not that verb's: A负责联络，支持活动开展
    wished = wish is not None and (verb is None or lead + wish.start() < verb.start())
    guarded = wished or pattern("roles", "guards", "denied").match(flat, lead) is not None
    duties: list[Duty] = []
    begins = [lead, *(m.end() for m in re.finditer(r"[，,；;]", flat))]
    cues = [(at, False) for at in ([] if guarded else begins)]
    cues += [(m.end(), True) for m in pattern("roles", "by").finditer(flat, lead + 1)]
    taken = 0
    for at, inside in sorted(cues):
        if at < taken:
            continue
        clause = re.split(r"[，,；;]", flat[max(0, at - 60) : at])[-1] if inside else flat[at : at + 8]
        if pattern("roles", "guards", "supposed").search(clause) or pattern(
            "roles", "guards", "denied"
        ).search(clause):
            continue
        more = _chain(text, flat, base, at, lexicon, inside) or _asked(text, flat, base, at, lexicon)
        if not more and (inside or pattern("roles", "by").match(flat, at)):
            more = _handed(text, flat, base, at, lexicon, found)
        duties.extend(more)
        taken = max((d.mention.end - base for d in more), default=taken)
    if not guarded:
        duties.extend(duty for begin in begins for duty in _overall(text, flat, base, begin, lexicon))
    spans = {(d.mention.start, d.mention.end) for d in duties}
    for begin in begins:
        subjects = _subjects(text, flat, base, begin, lexicon)
        if any((d.mention.start, d.mention.end) in spans for d in subjects):
            continue
        if len(subjects) == 1:
            duties.append(subjects[0])
        elif len(subjects) > 1 and not guarded:
            area = (subjects[0].mention.start, subjects[-1].mention.end)
            found.problems.append(not_taken(text, area, "几个单位一起作主语，没有写明各自的分工，没有采用。"))
    found.duties.extend(duties)
    if not duties and not guarded and not pattern("roles", "guards", "denied").search(flat[lead:]):
        _unread_sentence(text, flat, base, lead, lexicon, found)


def _handed(text: str, flat: str, base: int, at: int, lexicon: Lexicon, found: Found) -> list[Duty]:
    """由…负责 to the end of a clause, where the list is no chain of sure single units.

    Classes that say whom they mean (各区人民政府) answer, 有关部门 do not. Of a list that is mostly sure
    the sure units do, and the others are a problem; of any other list all are.
    """
    verb = next(verbs(flat, at, at + MAX_SUBJECT + MAX_VERB), None)
    if verb is None or verb.start() - at > MAX_SUBJECT:
        return []
    span = (base + at, base + verb.start())
    takes = role_of(verb["word"]) == Role.IMPLEMENTS  # an unread name beside others may be the leader's
    classes = [m for m in sure_list(text, span, lexicon) if pattern("roles", "own_classes").search(m.name)]
    if classes and takes:
        rule = rule_of(Role.IMPLEMENTS, verb["word"], classes, ())
        return duties_of(classes, Role.IMPLEMENTS, verb["word"], rule, Basis.IN_TEXT)
    if re.search(r"[，,；;]", flat[at : verb.start()]):
        return []
    mentions, _ = split_list(text, *span, lexicon)
    units = [m for m in mentions if single(m.name, lexicon)]
    unread = [m for m in mentions if not sure(m.name, lexicon)]
    if len(mentions) < 2 or not units or any(len(m.text) > SHORT for m in unread):
        return []
    if not takes or len(units) < 2 or len(units) <= len(unread):
        found.problems.append(leftover(text, base + at, base + verb.end()))
        return []
    found.problems.extend(leftover(text, m.start, m.end) for m in unread)
    rule = rule_of(Role.IMPLEMENTS, verb["word"], units, ())
    return duties_of(units, Role.IMPLEMENTS, verb["word"], rule, Basis.IN_TEXT)


def _overall(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> list[Duty]:
    """A、B对…总负责: the units that answer for the whole of something."""
    said = pattern("roles", "overall").search(flat, at, min(len(flat), at + MAX_CLAUSE))
    units = concrete(text, (base + at, base + said.start()), lexicon) if said else []
    if said is None or not units:
        return []
    rule = rule_of(Role.IMPLEMENTS, said["verb"], units, ())
    return duties_of(units, Role.IMPLEMENTS, said["verb"], rule, Basis.IN_TEXT)


def _unread_sentence(text: str, flat: str, base: int, lead: int, lexicon: Lexicon, found: Found) -> None:
    """A clause that begins with a known agency and ends with a role's verb, and was not understood."""
    verb = next(verbs(flat, lead, lead + MAX_CLAUSE + MAX_VERB), None)
    if verb is None or verb.start() - lead > MAX_CLAUSE:
        return
    if any(p.where[0] >= base + lead for p in found.problems):
        return  # said already
    mentions, _ = split_list(text, base + lead, base + verb.start(), lexicon)
    units = [m for m in mentions if known(m.name, lexicon) and not is_class(m.name)]
    if units and mentions[0] == units[0] and mentions[-1] == units[-1]:
        found.problems.append(leftover(text, base + lead, base + len(flat)))


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
            word, stop = _plain_part(word, role, stop)  # 负责统筹: 负责, and the work is 统筹
            if not _goes_on(flat, stop, role, word, bool(duties), inside):
                return [] if not inside and pattern("roles", "relative").match(flat, stop) else duties
        if role == Role.IMPLEMENTS and not _answers(rows, word, duties, lexicon):
            break  # 各有关单位抓好落实 is an appeal where nobody leads
        rule = rule_of(role, word, rows, duties)
        duties.extend(duties_of(rows, role, word, rule, Basis.IN_TEXT))
        follows = role == Role.LEADS and joint_leader(flat, stop - 1, stop + 4)
        if follows and follows[0] == stop:  # 由A牵头会同B制定标准
            word, stop = flat[slice(*follows)], follows[1]
        if word in words("roles", "joint_leaders"):
            partners, stop = _partners(text, flat, base, stop, lexicon)
            verb = any_verb().match(flat, stop)
            if verb and pattern("roles", "guards", "after").match(flat, verb.end()):
                return []  # 由A会同B负责解释
            duties.extend(duties_of(partners, Role.SUPPORTS, word, "explicit", Basis.IN_TEXT))
        pause = re.compile(r"[，,、；;]").search(flat, stop)
        if pause is None:
            break
        at = pause.end()
    return duties


def _answers(rows: list[Mention], word: str, before: list[Duty], lexicon: Lexicon) -> bool:
    """Whether units of a sentence answer for it: a class only beside an agency or under a leader.

    A class that says whom it means (各区人民政府) does by itself where the verb is 负责.
    """
    if any(d.role == Role.LEADS for d in before) or any(single(m.name, lexicon) for m in rows):
        return True
    named = any(pattern("roles", "own_classes").search(m.name) for m in rows)
    return named and word.endswith(words("roles", "plain_duties"))


def _plain_part(word: str, role: str, stop: int) -> tuple[str, int]:
    """A verb with its modifiers up to the 负责 in it, and where that ends; as it is where it holds none."""
    if role == Role.IMPLEMENTS:
        for said in words("roles", "plain_duties"):
            end = word.find(said) + len(said)
            if len(said) <= end < len(word) and not word.startswith(words("roles", "unassigned"), end):
                return word[:end], stop - len(word) + end
    return word, stop


def _goes_on(flat: str, stop: int, role: str, word: str, later: bool, inside: bool) -> bool:
    """Whether a verb with an object is a duty: A牵头制定标准 is, a relative A牵头制定的标准 is none."""
    if pattern("roles", "guards", "after").match(flat, stop):
        return False
    if word in words("roles", "joint_leaders"):
        return True
    if inside:
        return role == Role.LEADS or later
    if pattern("roles", "relative").match(flat, stop):
        return False
    return (
        role == Role.LEADS
        or (role == Role.IMPLEMENTS and (word.endswith(words("roles", "plain_duties")) or shared(word)))
        or (later and role == Role.SUPPORTS)
    )


def _clause(
    text: str, flat: str, base: int, at: int, lexicon: Lexicon, first: bool
) -> tuple[list[Mention], str, str, int] | None:
    """(units, verb, role, its end) of the clause that begins at `at`; None where it is no duty."""
    for verb in any_verb().finditer(flat, at, min(len(flat), at + MAX_CLAUSE)):
        joint = verb.groupdict()["joint"]
        role = Role.LEADS if joint else role_of(verb["word"])
        if role is None and shared(verb["word"]):
            role = Role.IMPLEMENTS  # A、B按职责分工做好…: each what is its own of the work that follows
        if role is None:
            continue
        if joint and verb.start() == at:
            return None if first else ([], joint, role, verb.end())
        stop = verb.start()
        while stop > at and (modal := pattern("roles", "auxiliaries").search(flat[max(at, stop - 2) : stop])):
            stop -= len(modal.group())
        rows = sure_list(text, (base + at, base + stop), lexicon)
        if not rows and not first and not joint and (verb.end() >= len(flat) or flat[verb.end()] in EDGES):
            rows = fair_list(text, (base + at, base + stop), lexicon)
        if rows:
            if first and not _answers(rows, verb.group() if role == Role.IMPLEMENTS else "", [], lexicon):
                return None
            if joint and not all(single(m.name, lexicon) for m in rows):
                return None
            return rows, verb.group(), role, verb.end()
    return None


def _partners(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> tuple[list[Mention], int]:
    """The list after 会同, to the first word of the work where all before it are sure units.

    Where no such word is known the list ends with the longest name in it.
    """
    best: tuple[list[Mention], int] = ([], at)
    for action in work().finditer(flat, at, min(len(flat), at + MAX_LIST)):
        span = (base + at, base + action.start())
        if best[0] and (role_of(action.group()) or not re.match(r"[，,]", flat[best[1] : best[1] + 1])):
            break  # 会同A，B负责: B is a clause of its own
        if rows := sure_list(text, span, lexicon):
            best = rows, action.start()
    return best if best[0] else _longest(text, flat, base, at, lexicon)


def _longest(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> tuple[list[Mention], int]:
    """The longest list of single agencies that begins at `at`, and where it ends; none where what follows
    may go on with the last name (市公安局交通支队)."""
    limit = min(len(flat), at + MAX_LIST)
    if stop := re.compile(r"[，,；;。\n]").search(flat, at, limit):
        limit = stop.start()
    for end in range(limit, at + 1, -1):
        if rows := concrete(text, (base + at, base + end), lexicon):
            rest = flat[end : min(limit, end + SHORT)].partition("、")[0].partition("的")[0]
            longer = any(looks_like_unit(rest[:n]) for n in range(1, len(rest) + 1))
            return ([], at) if longer else (rows, end)
    return [], at


def _asked(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> list[Duty]:
    """请A、B6月15日前报送…: agencies at the begin of a sentence who are asked to do it, by when or how."""
    cue = pattern("roles", "asking").match(flat, at)
    if cue is None:
        return []
    limit = min(len(flat), cue.end() + MAX_LIST)
    begins = (m.start() for m in pattern("roles", "asked").finditer(flat, cue.end(), limit))
    lists = (concrete(text, (base + cue.end(), base + end), lexicon) for end in begins)
    rows = next(filter(None, lists), [])
    rule = "undifferentiated" if len(rows) > 1 else "explicit"
    return duties_of(rows, Role.IMPLEMENTS, cue.group(), rule, Basis.IN_TEXT)


def _subjects(text: str, flat: str, base: int, at: int, lexicon: Lexicon) -> list[Duty]:
    """A要…, A、B要…: concrete agencies at the begin of a clause, and nobody beside them.

    One of them alone answers for it; of several the text does not say who does what.
    """
    for modal in pattern("roles", "modals").finditer(flat, at, min(len(flat), at + MAX_SUBJECT)):
        rows = sure_list(text, (base + at, base + modal.start()), lexicon)
        if rows and all(single(m.name, lexicon) and not m.open_list for m in rows):
            if joint_leader(flat, modal.end() - 1, modal.end() + 3):
                return []
            return [Duty(m, Role.IMPLEMENTS, modal.group(), Basis.IN_TEXT, "subject") for m in rows]
    return []
