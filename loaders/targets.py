"""Quantities, deadlines and frequencies a measure promises; the words are in data/lexicon/targets.yaml."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from graph.model import Target
from loaders.lexicon import FOLDER, read_yaml
from loaders.spans import REACH, answering, any_of, inside, merged, titles
from loaders.types import Span

YEAR = r"(?:19|20)\d{2}\s?年"
YEAR_ONLY = r"(?:19|20)\d{2}(?:\s?年)?"


@dataclass(frozen=True, slots=True)
class _Aims:
    """data/lexicon/targets.yaml as patterns; every repetition in them is bounded."""

    date: re.Pattern[str]
    quantity: re.Pattern[str]
    verbs: re.Pattern[str]
    history: re.Pattern[str]
    conditions: re.Pattern[str]
    connectives: re.Pattern[str]
    period: re.Pattern[str]


@cache
def _aims() -> _Aims:
    data: dict[str, Any] = read_yaml(FOLDER, "targets")
    words = {key: any_of(row["words"]).pattern for key, row in data.items()}
    day = rf"{YEAR}(?:\s?\d{{1,2}}\s?月)?(?:\s?\d{{1,2}}\s?日)?"
    number = r"(?<![A-Za-z\d.])\d[\d.,]{0,14}(?:\s?[-—~～至到]{1,2}\s?\d[\d.,]{0,14})?\s?[多余]?\s?[百千]?"
    return _Aims(
        date=re.compile(
            rf"(?P<before>{words['before']})?\s?(?P<date>(?:{YEAR_ONLY}\s?[-—~～至]{{1,2}}\s?)?{day})"
            rf"(?P<after>\s?(?:{words['after']}){{1,3}})?(?:至{day}(?:{words['after']})?)?"
            rf"|(?P<plan>“?十[一二三四五六]五”?(?:期间|末|时期))"
            rf"|(?P<within>(?:半年|一年|两年|\d{{1,3}}\s?(?:个月|年|日|天|个工作日|工作日|小时))(?:以|之)?内)"
        ),
        quantity=re.compile(
            rf"{number}(?:{words['units']})(?:/[^\W\d_]{{1,4}})?|一半|翻一?番|[一二两三四五六七八九十]成以上"
        ),
        verbs=re.compile(words["verbs"]),
        history=re.compile(words["history"]),
        conditions=re.compile(words["conditions"]),
        connectives=re.compile(rf"(?:{words['connectives']})+"),
        period=re.compile(words["periods"]),
    )


def targets(text: str, start: int, end: int, offices: Sequence[Span] = ()) -> Iterator[Target]:
    """Quantities, deadlines and frequencies, each clause once, in text order; `date` is the last day named.

    A clause that is no more than a date (到2025年，) goes together with the one after it.
    """
    closed = merged(sorted([*answering(text, start, end, offices), *titles(text, start, end)]))
    clauses = [
        (start + m.start(), start + m.end())
        for m in re.finditer(r"(?:[^，。；！？：;\n,]|,(?=\d)){1,200}", text[start:end])
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
    aims = _aims()
    when = next((m for m in aims.date.finditer(text, a, b) if _is_deadline(text, m, closed)), None)
    amount = next((m for m in aims.quantity.finditer(text, a, b) if not inside(closed, m.start())), None)
    if amount and (not aims.verbs.search(text, a, b) or aims.conditions.search(text, amount.end(), b)):
        amount = None
    if amount and "的" in (text[amount.end() : amount.end() + 1], text[b - 1]):
        amount = None  # 超过36个月的，… tells to whom it applies
    until = when
    # 自8月1日起至12月31日止: it begins with the one, ends with the other
    if when and when.group().endswith("起"):
        until = aims.date.search(text, when.end(), b)
    date = last_day(_last_date(until)) if until and until["date"] else None
    if period := aims.period.search(text, a, b):
        if amount and amount.start() > period.end():
            return (period.start() if period.start() - a > REACH // 4 else a), b, "frequency", date
        if not amount and period.group() not in ("每年", "每日", "每周"):
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
    return list(re.finditer(rf"{YEAR}[^至—~-]*", when.group()))[-1].group()


def _amount_start(text: str, a: int, amount: re.Match[str]) -> int:
    """A clause says its whole target; a change (由…降为…) begins where the change does."""
    change = re.search(r"由\s?\d|降为|调整为", text[a : amount.end()])
    return a + change.start() if change else a


def _is_deadline(text: str, when: re.Match[str], closed: list[Span]) -> bool:
    """Whether a date looks ahead: not 比2017年, 2013年版, 2020年以来, and not inside a title."""
    if inside(closed, when.start()):
        return False
    history = _aims().history
    if when["date"] and when["before"] is None and history.match(text, max(0, when.start() - 2)):
        return history.match(text, max(0, when.start() - 1)) is None and when["after"] is not None
    if when["date"] and when["before"] is None and text[when.start() - 1 : when.start()] in tuple("比较由"):
        return False
    return history.match(text, when.end()) is None and text[when.end() : when.end() + 1] != "的"


def _only_date(text: str, begin: int, end: int) -> bool:
    match = _aims().date.match(text, begin)
    return bool(match and match.end() >= end - 1 and not match["within"])


def _trimmed(text: str, a: int, b: int, closed: list[Span]) -> Span:
    """Without connectives before, and without a bracket or quotation that closes or opens outside."""
    if lead := _aims().connectives.match(text, a, b):
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


def last_day(printed: str) -> str | None:
    """The last day that a printed date reaches: 2019 年底前 -> 2019-12-31; 2014年上半年 -> 2014-06-30."""
    match = re.match(r"\s*(\d{4})\s*年(?:\s*(\d{1,2})\s*月)?(?:\s*(\d{1,2})\s*日)?(上半年)?", printed)
    if not match:
        return None
    year, month = int(match.group(1)), int(match.group(2) or (6 if match.group(4) else 12))
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(match.group(3) or last)
    return f"{year:04d}-{month:02d}-{min(day, last):02d}" if day >= 1 else None
