"""The words of data/lexicon/roles.yaml as patterns: labels, verbs with their modifiers, what hands a duty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from graph.model import Role
from loaders.lexicon import labels as any_label
from loaders.lexicon import load
from loaders.types import Span
from loaders.wording import either, pattern, source, words

EDGES = "，,；;。、 \n\t　"
BLANK = "\ufffc"  # stands for a character inside a nested bracket or a quotation
LONG = 4  # characters: a label as long may stand without a colon


@cache
def _stops_and_labels() -> str:
    return either([*(w.word for w in load().labels), *words("roles", "stops")])


@cache
def _edge() -> str:
    """What a label stands behind: nothing, punctuation, a bracket."""
    return rf"(?:(?<![\s\S])|(?<=[，,；;。、！\s（(\[【—:：{BLANK}]))"


@cache
def _joint() -> str:
    """What may part a long label from its list, beside a colon."""
    return rf"(?:[ \t　]+|{source('roles', 'label_joints')})"


@cache
def boxed() -> re.Pattern[str]:
    """A label in a bracket of its own: 【牵头单位】."""
    return re.compile(rf"[【\[［〔]\s*(?:{_stops_and_labels()})\s*[:：]?\s*[】\]］〕]")


@cache
def label() -> re.Pattern[str]:
    """Any label (`word`, `long` without a colon, `boxed`), and what only looks like one (`unknown`)."""
    every, unknown = _stops_and_labels(), source("roles", "unknown_labels")
    return re.compile(
        rf"{_edge()}(?:(?P<word>{every})\s*[:：]\s*|(?P<unknown>{unknown})\s*[:：]\s*"
        rf"|(?P<long>{any_label(LONG)})(?P<joint>{_joint()})?)"
        rf"|[【\[［〔]\s*(?P<boxed>{every})\s*[:：]?\s*[】\]］〕]\s*[:：]?\s*"
    )


@cache
def role_label() -> re.Pattern[str]:
    """A label that gives a role; a long one (`long`) may lack its colon."""
    return re.compile(
        rf"{_edge()}(?:(?:{any_label()})\s*[:：]|(?P<long>{any_label(LONG)})(?P<joint>{_joint()}))"
        rf"|[【\[［〔]\s*(?:{any_label()})\s*[:：]?\s*[】\]］〕]"
    )


@cache
def _verbs() -> str:
    return either(w.word for w in load().verbs)


@cache
def _chain() -> str:
    """A verb with its modifiers: 按照各自职责分工积极配合."""
    return f"(?P<word>(?:{_verbs()}|{source('roles', 'modifiers')}|{source('roles', 'unassigned')}){{1,6}})"


@cache
def closing_verb() -> re.Pattern[str]:
    """A verb that ends a clause."""
    return re.compile(rf"{_chain()}(?=$|[，,；;。、）)\s{BLANK}])")


@cache
def any_verb() -> re.Pattern[str]:
    """A verb anywhere, or the 会同 (`joint`) between who leads and who supports."""
    return re.compile(rf"{_chain()}|(?P<joint>{source('roles', 'joint_leaders')})")


@cache
def bare_verb() -> re.Pattern[str]:
    """A verb without its modifiers."""
    return re.compile(_verbs())


@cache
def duty() -> re.Pattern[str]:
    """What a sentence that assigns anything holds."""
    rows = ("joint_leaders", "modals", "overall", "shares", "asking")
    return re.compile("|".join([_verbs(), *(source("roles", row) for row in rows)]))


@cache
def work() -> re.Pattern[str]:
    """Where the list after 会同 can end: at the first word of the work, or a comma."""
    return re.compile(f"{source('roles', 'actions')}|[，,]|$")


@cache
def handing() -> re.Pattern[str]:
    """由, 请, 责成: who stands behind it is handed the duty."""
    return re.compile(f"{source('roles', 'by')}|{source('roles', 'asking')}")


@cache
def between_list_and_verb() -> re.Pattern[str]:
    """等有关部门 and the like."""
    return re.compile(rf"(?:[{EDGES}）)〕】\]*]|{source('roles', 'list_ends')})*")


@cache
def label_roles() -> dict[str, str]:
    """The role that each label gives."""
    return {w.word: w.role for w in load().labels}


@cache
def _verb_roles() -> dict[str, str]:
    return {w.word: w.role for w in load().verbs}


@lru_cache(maxsize=4096)
def role_of(word: str) -> str | None:
    """The role that a verb with its modifiers gives: the strongest of the verbs in it; None without one.

    负责督办 is to watch over the work of others: it gives none.
    """
    roles = _verb_roles()
    if word in roles:
        return roles[word]
    inside = {roles[m.group()] for m in bare_verb().finditer(word)}
    role = next((r for r in (Role.LEADS, Role.SUPPORTS, Role.IMPLEMENTS) if r in inside), None)
    return None if role == Role.IMPLEMENTS and unassigned(word) else role


def unassigned(word: str) -> bool:
    """Whether a verb with its modifiers ends in one that gives no role: 指导, 负责督办."""
    return word not in _verb_roles() and word.endswith(words("roles", "unassigned"))


def shared(word: str) -> bool:
    """Whether modifiers without a verb of a role say that each does its part: 按职责分工, 按各自职责做好."""
    return bool(pattern("roles", "shares").match(word)) and not unassigned(word) and role_of(word) is None


def plain(word: str) -> bool:
    """Whether a verb says no more than that somebody answers: 负责."""
    return word in words("roles", "plain_duties")


def verbs(flat: str, start: int = 0, stop: int | None = None) -> Iterator[re.Match[str]]:
    """The verbs of a flat stretch, up to `stop`, that end a clause and give a role."""
    end = len(flat) if stop is None else min(stop, len(flat))
    found = closing_verb().finditer(flat, start, end)
    # What ends at the cut only looks like the end of a clause.
    return (m for m in found if role_of(m["word"]) and (m.end() < end or end == len(flat)))


def clauses(flat: str) -> Iterator[re.Match[str]]:
    """The verbs of a flat stretch that end a clause, with a role or with none of the three."""
    return (m for m in closing_verb().finditer(flat) if role_of(m["word"]) or unassigned(m["word"]))


def joint_leader(flat: str, start: int, stop: int) -> Span | None:
    """Where 会同 stands inside a list."""
    for word in words("roles", "joint_leaders"):
        if (at := flat.find(word, start, stop)) > start:
            return at, at + len(word)
    return None
