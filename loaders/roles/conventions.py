"""What is declared once: who of a list leads (列为首位的为牵头单位), who answers for all above or below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graph.model import Basis, Role
from loaders.lexicon import Lexicon
from loaders.mentions import is_class
from loaders.roles.lists import formed_list, leftover, sure_list, without_role
from loaders.roles.page import Found, Page, shifted
from loaders.roles.words import role_of, unassigned
from loaders.types import Duty, Span
from loaders.wording import rows


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
    found = declaration(text, 0, end, lexicon)
    return found[0] if found else None


def declaration(text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[Declaration, int] | None:
    """列为首位的为牵头单位…: the declaration and where the list before it ends."""
    for row in rows("roles")["declarations"]:
        if match := re.compile(row["pattern"]).search(text, start, stop):
            rest_words = match.groupdict().get("rest")
            return Declaration(row["rest"], match["lead"], rest_words, match.span()), match.start()
    for row in rows("roles")["marks"]:
        if match := re.compile(row["pattern"]).search(text, start, stop):
            return Declaration(
                Role.IMPLEMENTS, match["lead"], None, match.span(), match["mark"]
            ), match.start()
    return None


def declares(text: str, start: int, stop: int, convention: Convention, lexicon: Lexicon) -> int:
    """Takes up a declaration inside an annotation; returns where the list before it ends."""
    if found := declaration(text, start, stop, lexicon):
        convention.declared = found[0]
        return found[1]
    return stop


def declared_outside(page: Page, body: int, convention: Convention, lexicon: Lexicon) -> None:
    """A declaration in a plain sentence holds from its measure on."""
    flat = page.flat(body, page.end)
    if found := declaration(flat, 0, len(flat), lexicon):
        convention.declared = replace(found[0], at=shifted(found[0].at, body))


def carries(page: Page, start: int, stop: int, lexicon: Lexicon, found: Found) -> tuple[int, list[Duty]]:
    """以下均需…落实, 以上任务由…牵头: where the clause begins, and the duties for the later measures.

    Those for the earlier ones are put into `found.above`; a list not wholly sure is a problem.
    """
    text, carried = page.text, []
    for row in rows("roles")["carries"]:
        match = re.compile(row["pattern"]).search(text, start, stop)
        if match is None:
            continue
        stop = match.start()
        who = match.span("who")
        units = sure_list(text, who, lexicon) or formed_list(text, who, lexicon)
        if not units:
            found.problems.append(leftover(text, *match.span()))
            continue
        if unassigned(match["verb"]):
            found.problems.append(without_role(text, *match.span(), match["verb"]))
            continue
        role = role_of(match["verb"]) or Role.IMPLEMENTS
        duties = [
            Duty(m, role, match["verb"], Basis.CARRIED_OVER, "carried_over", match.span()) for m in units
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


def carrying(flat: str) -> Iterator[Span]:
    """Where a clause says who answers for the measures above or below it."""
    for row in rows("roles")["carries"]:
        yield from (match.span() for match in re.finditer(row["pattern"], flat))


def carried_outside(
    page: Page, body: int, runs: list[Span], convention: Convention, lexicon: Lexicon, found: Found
) -> list[Span]:
    """以上任务由…牵头 in a plain sentence; returns where such clauses stand, which are no sentences."""
    flat = page.flat(body, page.end)
    spans: list[Span] = []
    for clause in carrying(flat):
        span = shifted(clause, body)
        if any(a <= span[0] < b for a, b in runs):
            continue
        convention.carry(carries(page, *span, lexicon, found)[1])
        spans.append(span)
    return spans
