"""Quantities, deadlines and frequencies a measure promises; the words are in data/lexicon/targets.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from graph.model import Target
from loaders.spans import REACH, answering, inside, merged, titles
from loaders.structure.dates import last_day
from loaders.types import Span
from loaders.wording import pattern, source, words


@cache
def _date() -> re.Pattern[str]:
    """A date with the words around it (`before`, `after`), a five-year plan, or a period (`within`)."""
    day = source("targets", "days")
    before, after, until = (source("targets", key) for key in ("before", "after", "until"))
    return re.compile(
        rf"(?P<before>{before})?\s?(?P<date>(?:{source('targets', 'first_years')})?{day})"
        rf"(?P<after>\s?(?:{after}){{1,3}})?(?:{until}{day}(?:{after})?)?"
        rf"|(?P<plan>{source('targets', 'plans')})|(?P<within>{source('targets', 'within')})"
    )


@cache
def _quantity() -> re.Pattern[str]:
    """A number with its unit (100亿元/年), or a share (一半)."""
    number, unit = source("targets", "numbers"), source("targets", "units")
    return re.compile(rf"{number}(?:{unit})(?:/[^\W\d_]{{1,4}})?|{source('targets', 'shares')}")


def targets(text: str, start: int, end: int, offices: Sequence[Span] = ()) -> Iterator[Target]:
    """Quantities, deadlines and frequencies, each clause once, in text order; `date` is the last day named.

    A clause that is no more than a date (到2025年，) goes together with the one after it.
    """
    closed = merged(sorted([*answering(text, start, end, offices), *titles(text, start, end)]))
    clauses = [
        (start + m.start(), start + m.end())
        for m in re.finditer(r"(?:[^，。；！？：;\n\t,]|,(?=\d)){1,200}", text[start:end])
    ]
    index = 0
    while index < len(clauses):
        a, b = clauses[index]
        index += 1
        if inside(closed, a):
            continue
        aim = _target(text, a, b, closed)
        if aim is None:
            continue
        begin, b, kind, date = aim
        if (
            _only_date(text, begin, b)
            and index < len(clauses)
            and clauses[index][0] - b <= 2
            and not inside(closed, b)
        ):
            second = _target(text, *clauses[index], closed)
            kind = second[2] if second else kind
            b = min(clauses[index][1], b + REACH)
            index += 1
        elif kind == "span":
            continue
        a, b = _trimmed(text, begin, b, closed)
        if b > a:
            yield Target(text[a:b], "deadline" if kind == "span" else kind, a, b, date)


def _target(text: str, a: int, b: int, closed: list[Span]) -> tuple[int, int, str, str | None] | None:
    """(begin, end, kind, ISO date) of the target in a clause; kind "span": a period that needs more."""
    when = next((m for m in _date().finditer(text, a, b) if _is_deadline(text, m, closed)), None)
    amount = next((m for m in _quantity().finditer(text, a, b) if not inside(closed, m.start())), None)
    if amount and (
        not pattern("targets", "verbs").search(text, a, b)
        or pattern("targets", "conditions").search(text, amount.end(), b)
    ):
        amount = None
    if amount and "的" in (text[amount.end() : amount.end() + 1], text[b - 1]):
        amount = None  # 超过36个月的，… tells to whom it applies
    until = when
    # 自8月1日起至12月31日止: it begins with the one, ends with the other
    if when and when.group().endswith(words("targets", "beginnings")):
        until = _date().search(text, when.end(), b)
    date = last_day(_last_date(until)) if until and until["date"] else None
    if period := pattern("targets", "periods").search(text, a, b):
        if amount and amount.start() > period.end():
            return (period.start() if period.start() - a > REACH // 4 else a), b, "frequency", date
        if not amount and period.group() not in words("targets", "vague_periods"):
            return period.start(), period.end(), "frequency", date
    if when and (when["before"] or when["after"] or when["plan"] or when["within"]):
        begin = when.start()
        if begin - a <= 2 or when.end() >= b - 1:
            begin = a  # the date is the whole clause, or closes it: 执行期限至2025年12月31日
        return begin, b, "quantity" if amount else "deadline", date
    if amount:
        return _amount_start(text, a, amount), b, "quantity", date
    return (when.start(), b, "span", date) if when else None


def _last_date(when: re.Match[str]) -> str:
    """The last of the dates that a match names: 2013-2015年 ends in 2015年."""
    return list(pattern("targets", "last_days").finditer(when.group()))[-1].group()


def _amount_start(text: str, a: int, amount: re.Match[str]) -> int:
    """A clause says its whole target; a change (由…降为…) begins where the change does."""
    change = pattern("targets", "changes").search(text, a, amount.end())
    return change.start() if change else a


def _is_deadline(text: str, when: re.Match[str], closed: list[Span]) -> bool:
    """Whether a date looks ahead: not 比2017年, 2013年版, 2020年以来, and not inside a title."""
    if inside(closed, when.start()):
        return False
    history = pattern("targets", "history")
    if when["date"] and when["before"] is None and history.match(text, max(0, when.start() - 2)):
        return history.match(text, max(0, when.start() - 1)) is None and when["after"] is not None
    if (
        when["date"]
        and when["before"] is None
        and text[when.start() - 1 : when.start()] in words("targets", "compared")
    ):
        return False
    return history.match(text, when.end()) is None and text[when.end() : when.end() + 1] != "的"


def _only_date(text: str, begin: int, end: int) -> bool:
    match = _date().match(text, begin)
    return bool(match and match.end() >= end - 1 and not match["within"])


def _trimmed(text: str, a: int, b: int, closed: list[Span]) -> Span:
    """Without connectives before, and without a bracket or quotation that closes or opens outside."""
    while lead := pattern("targets", "connectives").match(text, a, b):
        a = lead.end()
    for opening, closing in ("（）", "()", "“”"):
        depth = 0
        for at in range(a, b):
            depth += (text[at] == opening) - (text[at] == closing)
            if depth < 0:
                b = at
                break
        if depth > 0:
            b = text.rfind(opening, a, b)
    while a < b and text[a] in " 　\t-*#、":
        a += 1
    while a < b and text[b - 1] in " 　\t、":
        b -= 1
    return a, b
