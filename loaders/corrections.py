"""What a person corrects about a whole document: its title, number, date, status, where it holds.

It is kept with the original (NAME.meta.json, `corrected`), so that a rebuild reads the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.errors import UsageError
from graph.model import Document
from loaders.documents import ABSENT, CORRECTABLE
from loaders.lexicon import COUNTRY, Lexicon, load
from loaders.structure.dates import calendar_day
from loaders.structure.lines import squeeze
from loaders.wording import pattern

LONGEST = {"title": 300, "doc_number": 60, "date": 10, "status": 20, "jurisdiction": 60}  # characters


def corrections(said: Mapping[str, str], read: Document, lexicon: Lexicon | None = None) -> dict[str, str]:
    """What `said` changes of a document as it was read, in the form that is kept; "" changes nothing.

    Raises UsageError for a date, number or place that cannot be one.
    """
    found: dict[str, str] = {}
    for key, value in said.items():
        value = squeeze(value)
        if not value or value == squeeze(getattr(read, key) or ABSENT):
            continue
        if key == "jurisdiction":
            value = place_named(value, lexicon)
        elif key == "date" and value != ABSENT:
            value = _day(value)
        elif key == "doc_number" and value != ABSENT:
            value = _number(value)
        if len(value) > LONGEST[key]:
            raise UsageError(f"{CORRECTABLE[key]}最多 {LONGEST[key]} 个字，写的有 {len(value)} 个。")
        found[key] = value
    return found


def _day(said: str) -> str:
    """An ISO day of 2024-05-20 or 2024年5月20日."""
    printed = pattern("structure", "typed_date").fullmatch(said)
    if found := calendar_day(*map(int, printed.groups())) if printed else None:
        return found
    raise UsageError(f"日期“{said}”看不懂；请写成 2024-05-20 或 2024年5月20日，没有日期的写“{ABSENT}”。")


def _number(said: str) -> str:
    """A document number with the brackets that are kept: 国办发〔2013〕83号."""
    said = said.translate(str.maketrans("[［【()（）］】]", "〔〔〔〔〕〔〕〕〕〕"))
    if not pattern("structure", "number_end").search(said):
        raise UsageError(f"文号“{said}”看不懂；请写成 国办发〔2013〕83号 这样，没有文号的写“{ABSENT}”。")
    return said


def place_named(said: str, lexicon: Lexicon | None = None) -> str:
    """The full name of the division that a user named, 广东省广州市 for 广州; 全国 is itself.

    Raises UsageError where it is none, or no one can tell which.
    """
    said = squeeze(said)
    if said == COUNTRY:
        return said
    place = (lexicon or load()).place_of(said)
    if place is None or not said.endswith((place.name, place.usual, place.short)):
        raise UsageError(
            f"适用地区“{said}”不在全国行政区划里，或不止一处；请从省写起，如 广东省广州市、"
            f"云南省楚雄彝族自治州、北京市朝阳区，全国性文件写“{COUNTRY}”。"
        )
    return place.full
