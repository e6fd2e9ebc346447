"""What a measure names besides those who answer for it: instruments, regions, targets and citations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from graph.model import Citation
from loaders.instruments import instruments
from loaders.lexicon import Lexicon, load
from loaders.regions import regions
from loaders.spans import any_of, touches
from loaders.structure import normal_number, squeeze
from loaders.targets import last_day, targets
from loaders.types import Span

__all__ = ["citations", "instruments", "last_day", "regions", "targets"]


@cache
def _cited() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """How documents are named: 《…》 with or without number, genres, a number alone, what leads it in."""
    structure = load().structure
    number = structure["doc_number"]["pattern"]
    genre = any_of(structure["genres"]["words"]).pattern
    return (
        re.compile(rf"《(?P<title>[^《》\n]{{2,100}})》(?:[（(](?P<number>{number})[)）])?"),
        re.compile(rf"(?:{genre})(?:[（(][^（()）]*[)）])?$"),
        re.compile(
            r"[\u4e00-\u9fff]{1,6}发?(?:〔|\[|［)\s{0,3}\d{4}\s{0,3}(?:〕|\]|］)\s{0,3}\d{1,5}\s{0,3}号"
        ),
        re.compile(r"(?:认真)?(?:贯彻落实|贯彻|落实|根据|按照|执行)"),
    )


def citations(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Citation]:
    """Documents named in a measure: 《…》 of a document genre, with or without number, or a number alone."""
    titled, genre, numbered_alone, lead_in = _cited()
    taken: list[Span] = []
    for match in titled.finditer(text[start:end]):
        title = squeeze(match["title"])
        if not match["number"] and not genre.search(title):
            continue
        a, b = start + match.start(), start + match.end()
        taken.append((a, b))
        yield Citation(normal_number(match["number"]) if match["number"] else None, title, text[a:b], a, b)
    for match in numbered_alone.finditer(text, start, end):
        if not touches(taken, match.start(), match.end()):
            lead = lead_in.match(match.group())
            a = match.start() + (lead.end() if lead else 0)
            yield Citation(normal_number(text[a : match.end()]), None, text[a : match.end()], a, match.end())
