"""What the columns of a responsibility table are, by their header words, and what one of units may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from graph.model import Role
from loaders.lexicon import Lexicon
from loaders.mentions import is_class, known, looks_like_unit
from loaders.roles.conventions import Declaration
from loaders.structure.lines import squeeze
from loaders.wording import pattern, rows, words

HEADER_LENGTH = 16  # characters of a header without its brackets
MIN_COLUMNS = 3  # of a table that lost its lines
MAX_COLUMNS = 10
ROLE = "role"
TASKS = ("category", "task")  # what a measure is about, from the general to the particular


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is; for a role column the role, the header as printed, and a convention said in it."""

    kind: str
    role: str | None = None
    word: str | None = None
    declared: Declaration | None = None


def column_of(header: str) -> Column | None:
    """What a header cell makes its column; None for one that says nothing known."""
    bare = re.sub(r"[（(【\[][^（()）】\]]*[】\])）]?", "", squeeze(header)).rstrip("：:")
    if not bare or len(bare) > HEADER_LENGTH or re.search(r"[：:。，；]", bare):
        return None
    for kind, role, header_words in _patterns():
        if not header_words.fullmatch(bare):
            continue
        if kind == "mixed":
            kind, role = ROLE, Role.IMPLEMENTS
        return Column(kind, role, bare)
    return None


@cache
def _patterns() -> tuple[tuple[str, str | None, re.Pattern[str]], ...]:
    """(kind, role, pattern) of every header word in the order of trying: roles before task and detail."""
    found: list[tuple[str, str | None, re.Pattern[str]]] = []
    for row in rows("columns")["columns"]:
        parts = [*map(re.escape, row.get("words", ())), *row.get("patterns", ())]
        found.append((row["kind"], None, re.compile("|".join(parts))))
    roles = [(ROLE, row["role"], re.compile("|".join(row["patterns"]))) for row in rows("columns")["roles"]]
    text = [row for row in found if row[0] in ("detail", *TASKS)]
    return (*(row for row in found if row not in text), *roles, *text)


@cache
def numbering_words() -> frozenset[str]:
    """What a column of numbers is headed with: 序号."""
    return frozenset(w for row in rows("columns")["columns"] if row["kind"] == "number" for w in row["words"])


def says_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing (无, —) or the same as above (同上)."""
    nothing = (*words("columns", "nothing", "none"), *words("columns", "nothing", "same"))
    return squeeze(text) in nothing


def unit(name: str, lexicon: Lexicon, persons: bool = False) -> bool:
    """Whether a part of a column of units is one: known, formed like one, or a place's own short name.

    A place or zone stands for its government (高新园, 某某镇) only there, in text it is a place; nor does it
    where the column has `persons` too (责任单位及责任人), whose names may end alike.
    """
    if persons and pattern("columns", "like_persons").fullmatch(name) and not is_class(name):
        return False
    if known(name, lexicon) or looks_like_unit(name) or is_class(name):
        return True
    if persons:
        return False
    gloss = re.fullmatch(r"([^（()）]+)[（(]([^（()）]+)[)）]", name)
    parts = gloss.groups() if gloss else (name,)
    return pattern("columns", "short_units").fullmatch(parts[0]) is not None
