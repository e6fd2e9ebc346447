"""Documents that a measure names, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from graph.model import Citation
from loaders.spans import touches
from loaders.structure.lines import squeeze
from loaders.structure.titles import normal_number
from loaders.types import Span
from loaders.wording import pattern, source


@cache
def _cited() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """How documents are named: 《…》 with or without number, genres, a number alone, what leads it in."""
    number, genre = source("structure", "doc_number"), source("structure", "genres", "words")
    return (
        re.compile(rf"《(?P<title>[^《》\n]{{2,100}})》(?:[（(](?P<number>{number})[)）])?"),
        re.compile(rf"(?:{genre})(?:[（(][^（()）]*[)）])?$"),
        pattern("structure", "number_alone"),
        pattern("structure", "number_lead_in"),
    )


def citations(text: str, start: int, end: int) -> Iterator[Citation]:
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
