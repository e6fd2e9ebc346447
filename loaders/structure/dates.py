"""Dates as documents write them, and the days from and to which a document holds."""

from __future__ import annotations

import calendar
import datetime
import re

from loaders.structure.lines import squeeze
from loaders.structure.numbering import ordinal
from loaders.wording import pattern, rows

DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}


def iso_date(printed: str) -> str | None:
    """2013年8月5日 or 二〇一三年八月五日 as YYYY-MM-DD; None where it is no calendar date."""
    match = pattern("structure", "date_parts").fullmatch(printed.strip())
    if not match:
        return None
    year = "".join(DIGITS.get(c, c) for c in match["year"])
    return (
        calendar_day(int(year), ordinal(match["month"]), ordinal(match["day"])) if year.isdecimal() else None
    )


def calendar_day(year: int, month: int, day: int) -> str | None:
    """A day as YYYY-MM-DD; None where there is none, or none that such a document can name."""
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if 1949 <= found.year <= 2100 else None


def last_day(printed: str) -> str | None:
    """The last day that a printed date reaches: 2019 年底前 -> 2019-12-31; 2014年上半年 -> 2014-06-30."""
    match = pattern("structure", "partial_date").match(printed.lstrip())
    if not match:
        return None
    return last_day_of(match["year"], match["month"] or ("6" if match["half"] else None), match["day"])


def last_day_of(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """The last day of a year, a month or a day given in digits; None where there is no such month or day."""
    number = int(month or 12)
    if not 1 <= number <= 12:
        return None
    last = calendar.monthrange(int(year), number)[1]
    return (
        f"{int(year):04d}-{number:02d}-{min(int(day or last), last):02d}" if day is None or int(day) else None
    )


def dated(text: str, key: str) -> str | None:
    """The first day that the patterns of a row name: "effective", "expires"."""
    for said in rows("structure")[key]["patterns"]:
        if match := re.search(said, text):
            return iso_date(squeeze(match["date"]))
    return None


def immediately(text: str, written: str | None) -> str | None:
    """自印发之日起施行: the day of the document itself."""
    return written if written and pattern("structure", "effective", "immediately").search(text) else None


def years_on(text: str, begin: str | None) -> str | None:
    """有效期五年: the last day of the years from the begin of validity."""
    match = pattern("structure", "expires", "years").search(text)
    if not match or not begin:
        return None
    years = ordinal(match["years"])
    start = datetime.date.fromisoformat(begin)
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + years, day=28)
    return (end - datetime.timedelta(days=1)).isoformat() if years else None
