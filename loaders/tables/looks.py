"""How well a stretch of text looks like what a column holds, where nothing but its looks tells its column."""

from __future__ import annotations

import re

from loaders.lexicon import load
from loaders.structure.numbering import numbered
from loaders.tables.columns import ROLE, Column, says_nothing, unit
from loaders.wording import pattern

NUMBER = re.compile(r"\d{1,4}[.．、]?")
WHEN_LENGTH = 24  # characters of a deadline
PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[、，,\s　][\u4e00-\u9fff]{2,4})*")


def fit(text: str, column: Column) -> float:
    """How well a line suits a column."""
    units = lists_units(text)
    when = len(text) <= WHEN_LENGTH and pattern("columns", "times").search(text) is not None
    if column.kind == ROLE:
        return 2.0 if units else -2.0
    if column.kind == "deadline":
        return 2.0 if when else -1.5
    if column.kind == "person":
        return 1.0 if PERSON.fullmatch(text) and not units else -1.5
    return -1.0 if units or when else 1.0


def suits(text: str, column: Column) -> float:
    """How well a cell between bars suits a column."""
    if says_nothing(text):
        return 1.0 if column.kind == ROLE else 0.0
    if column.kind == "number":
        return 2.0 if NUMBER.fullmatch(text) else -2.0
    return fit(text, column)


def heads_rows(text: str) -> float:
    """How well a line suits the place of a heading between rows."""
    if numbered(text) or pattern("columns", "counts").search(text):
        return 1.5
    return -0.5 if len(text) <= 40 and not re.search("[，。；]", text) else -2.0


def lists_units(text: str) -> bool:
    """Whether all that a line lists are units."""
    names = [
        name
        for name in pattern("columns", "between_units").split(pattern("columns", "after_units").sub("", text))
        if name
    ]
    lexicon = load()
    return bool(names) and all(len(name) <= 40 and unit(name, lexicon) for name in names)
