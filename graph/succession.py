"""Units as named and as of a date: who holds the duties of a unit that was renamed, merged or split.

The graph keeps the name a document used. Asked for a date, duties are shown under the one unit that
took all of them over, with a note of when and how; where they were divided nothing is reassigned:
the note says between whom, and asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.errors import UsageError
from graph.fields import code_words

Row = Mapping[str, Any]

KINDS = code_words("kind")
WHOLE = ("renamed", "merged")  # the successor holds everything


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a unit's duties on a date: `agency_id`, its name, `notes` on how it came to be.

    `asks` names the units among which a person has to choose, in which case agency_id stays as it was.
    """

    agency_id: str
    agency: str
    notes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


class Successions:
    """The succession edges of the graph (rows of the query `successions`) as a lookup.

    `day` is an ISO date or the beginning of one (2014, 2014-06). Raises UsageError for anything else.
    """

    def __init__(self, rows: Iterable[Row], day: str) -> None:
        self._day = check_day(day)
        self._next: dict[str, list[Row]] = {}
        for row in rows:
            # Dates are known to the year or month; an event of that year counts from its beginning on.
            when = str(row.get("date") or "")
            if when and when[: len(self._day)] <= self._day[: len(when)]:
                self._next.setdefault(row["predecessor_id"], []).append(row)

    def holder(self, agency_id: str, agency: str) -> Holder:
        """Who holds the duties of a unit on the day; itself where nothing happened."""
        notes: list[str] = []
        seen = {agency_id}
        while True:
            rows = self._next.get(agency_id, [])
            whole = [row for row in rows if row["kind"] in WHOLE]
            split = [row for row in rows if row["kind"] == "split"]
            notes += [_moved(agency, row) for row in rows if row["kind"] == "transferred"]
            if split or len(whole) > 1:
                names = tuple(dict.fromkeys(str(row["successor"]) for row in (*whole, *split)))
                return Holder(agency_id, agency, (*notes, _asking(agency, (*whole, *split), names)), names)
            if not whole or whole[0]["successor_id"] in seen:
                return Holder(agency_id, agency, tuple(notes))
            notes.append(_taken_over(agency, whole[0]))
            agency_id, agency = whole[0]["successor_id"], str(whole[0]["successor"])
            seen.add(agency_id)

    def applied(self, duties: Iterable[Row]) -> tuple[list[dict[str, Any]], list[str]]:
        """Duties under their holders, with `named` (the name as printed), and the notes they call for."""
        found, notes = [], list[str]()
        for duty in duties:
            holder = self.holder(duty["agency_id"], duty["agency"])
            notes += holder.notes
            named = {"named": duty["agency"], "asks": list(holder.asks)}
            found.append({**duty, "agency_id": holder.agency_id, "agency": holder.agency, **named})
        return found, list(dict.fromkeys(notes))


def check_day(day: str) -> str:
    """The day itself when it is 2014, 2014-06 or 2014-06-01. Raises UsageError otherwise."""
    try:
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", day):
            date.fromisoformat((day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10])
            return day
    except ValueError:
        pass
    raise UsageError(f"“{day[:40]}”不是日期：请写成 2024、2024-06 或 2024-06-01。")


def changed(row: Row) -> str:
    """One event as a sentence without its stop: 2014年2月，甲厅并入乙厅."""
    when = f"{chinese_day(row['date'])}，" if row.get("date") else ""
    return f"{when}{row['predecessor']}{KINDS.get(str(row['kind']), '职责转入')}{row['successor']}"


def _source(row: Row) -> str:
    return f"（{row['source']}）" if row.get("source") else ""


def _taken_over(agency: str, row: Row) -> str:
    return f"{agency}{chinese_day(row['date'])}{KINDS[row['kind']]}{row['successor']}{_source(row)}"


def _moved(agency: str, row: Row) -> str:
    return f"{agency}{chinese_day(row['date'])}{KINDS['transferred']}{row['successor']}{_source(row)}，未改列"


def _asking(agency: str, rows: Iterable[Row], names: Iterable[str]) -> str:
    first = next(iter(rows))
    when = chinese_day(first["date"])
    return f"{agency}{when}拆分到{'、'.join(names)}{_source(first)}：这项任务由谁承接，请确认"


def chinese_day(day: Any) -> str:
    """A date as official documents write it; what is no date stays as it is, nothing for none.

    >>> chinese_day("2013-08-05"), chinese_day("2018-04")
    ('2013年8月5日', '2018年4月')
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(day or ""))
    if not found:
        return str(day or "")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(found.groups(), "年月日", strict=True) if part)
