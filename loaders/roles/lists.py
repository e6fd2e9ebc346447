"""Lists of units as a role takes them: how sure each part is, and what could not be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graph.model import Basis, Problem, Role
from loaders.lexicon import Lexicon
from loaders.mentions import GLOSS, is_class, known, looks_like_unit, office, place_as_unit, split_list, sure
from loaders.roles.page import Found
from loaders.roles.words import (
    EDGES,
    between_list_and_verb,
    closing_verb,
    handing,
    label_roles,
    plain,
    role_of,
)
from loaders.types import Duty, Mention, Span
from loaders.wording import pattern

SHORT = 10  # characters of an unknown name beside known ones
MAX_LIST = 600  # characters of a bare list


def units(
    text: str, start: int, stop: int, lexicon: Lexicon, found: Found, short: bool = True
) -> list[Mention]:
    """The mentions of a list; what does not look like a unit becomes a problem, never an agency.

    A division stands for its government; a `short` name only where a label or verb says that this is a list.
    """
    mentions, definitions = split_list(text, start, stop, lexicon)
    found.definitions.extend(definitions)
    taken = []
    for mention in mentions:
        name = mention.name
        if sure(name, lexicon) or looks_like_unit(name):
            taken.append(mention)
        elif (cut := _handed(mention, lexicon) or place_as_unit(mention, lexicon, short)) is not None:
            taken.append(cut)
        elif not pattern("roles", "fillers").search(mention.text):
            found.problems.append(leftover(text, mention.start, mention.end))
    return taken


def _handed(mention: Mention, lexicon: Lexicon) -> Mention | None:
    """省审计厅 of 检查结果由省审计厅: what follows the last 由 where that is a unit."""
    cues = list(handing().finditer(mention.text))
    if not cues or pattern("roles", "guards", "denied").search(mention.text[: cues[-1].end()]):
        return None
    rest = mention.text[cues[-1].end() :]
    if not sure(rest, lexicon):
        return None
    return replace(mention, text=rest, name=rest, start=mention.start + cues[-1].end())


def duties_of(
    rows: list[Mention], role: str, word: str | None, rule: str, basis: str = Basis.ANNOTATION
) -> list[Duty]:
    """A duty each; a role printed behind a name, 省甲厅（牵头）, is that unit's own."""
    duties = []
    for mention in rows:
        note = mention.note or ""
        if note and pattern("roles", "guards", "denied").search(note):
            continue
        own = role_of(note) if note and closing_verb().fullmatch(note) else label_roles().get(note)
        if own:
            duties.append(Duty(mention, own, note, basis, "explicit"))
        else:
            duties.append(Duty(mention, role, word, basis, rule))
    return duties


def rule_of(role: str, word: str, rows: Sequence[Mention], before: Sequence[Duty]) -> str:
    """How a verb tells the units of its list apart: several who only answer together are not told apart."""
    if role != Role.IMPLEMENTS or len(rows) < 2 or before:
        return "explicit"
    return "undifferentiated" if plain(word) else "joint_by_duty"


def sure_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part of it is a sure one; else none."""
    if not 2 <= span[1] - span[0] <= MAX_LIST:
        return []
    mentions, _ = split_list(text, *span, lexicon)
    filler = pattern("roles", "fillers")
    rows = [m for m in mentions if not filler.search(m.text)]
    return rows if rows and all(sure(m.name, lexicon) for m in rows) else []


def fair_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part looks like one and one at least is known."""
    if not 2 <= span[1] - span[0] <= MAX_LIST:
        return []
    mentions, _ = split_list(text, *span, lexicon)
    fair = all(sure(m.name, lexicon) or looks_like_unit(m.name) for m in mentions)
    return mentions if fair and any(known(m.name, lexicon) for m in mentions) else []


def formed_list(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The units of a list where every part ends as a unit's name does: 试点城市政府."""
    mentions, _ = split_list(text, *span, lexicon)
    return mentions if all(looks_like_unit(m.name) for m in mentions) else []


def concrete(text: str, span: Span, lexicon: Lexicon) -> list[Mention]:
    """The list's units where every one is a single agency; else none."""
    rows = sure_list(text, span, lexicon)
    return rows if all(single(m.name, lexicon) for m in rows) else []


def single(name: str, lexicon: Lexicon) -> bool:
    """Whether a name is one agency, known or an office by its form."""
    second = GLOSS.search(name)  # 市市场监管局（市知识产权局）
    if second and second.start() > 1 and not known(name, lexicon):
        name = name[: second.start()]
    return not is_class(name) and (known(name, lexicon) or office(name, lexicon))


def starts_sure(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a list of units begins here: 牵头部门为此要… begins none."""
    part = re.compile(r"[^、，,；;。\n \t　]{2,60}").match(text, at, min(end, at + 60))
    mentions, _ = split_list(text, part.start(), part.end(), lexicon) if part else ([], [])
    return bool(mentions) and sure(mentions[0].name, lexicon)


def mostly_sure(rows: list[Mention], problems: list[Problem], lexicon: Lexicon) -> bool:
    """Whether a bare list is one for all that a few short names in it are not understood."""
    count = sum(sure(m.name, lexicon) for m in rows)
    return count >= 2 and count > 2 * len(problems) - 1 and all(len(p.quote) <= SHORT for p in problems)


def list_before(
    text: str, start: int, stop: int, lexicon: Lexicon, found: Found, strict: bool
) -> list[Mention]:
    """The list that a verb at `stop` takes; none of it where what stands next to the verb is no unit."""
    inner = Found()
    rows = units(text, start, stop, lexicon, inner)
    next_to = bool(rows) and between_list_and_verb().fullmatch(text, rows[-1].end, stop) is not None
    if strict and (inner.problems or not all(sure(m.name, lexicon) for m in rows)):
        rows = []
    elif inner.problems and (not rows or any(p.where[0] > rows[-1].start for p in inner.problems)):
        if rows or re.search(r"[\u4e00-\u9fff]", text[start:stop]):
            found.problems.append(leftover(text, start, stop))
        rows = []
    else:
        found.problems.extend(inner.problems if rows else [])
    found.definitions.extend(inner.definitions)
    return rows if rows and (next_to or not strict) else []


def leftover(text: str, start: int, stop: int) -> Problem:
    """A part of an annotation that was not understood."""
    return not_taken(text, (start, stop), "责任标注里的这一段没有读懂，没有采用。")


def without_role(text: str, start: int, stop: int, word: str) -> Problem:
    """What a verb says that gives none of the three roles."""
    start += len(text[start:stop]) - len(text[start:stop].lstrip(EDGES))
    return not_taken(text, (start, stop), f"“{word}”没有对应的角色，这些单位没有采用。")


def not_taken(text: str, area: Span, message: str) -> Problem:
    """Text that looks like a duty and gave none, with the reason."""
    return Problem("not_understood", area, text[slice(*area)].strip()[:200], message)
