"""Where a document holds, by its issuers, title, sentences and number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.lexicon import COUNTRY, Lexicon
from loaders.wording import pattern, rows, words


def places_of(
    issuers: tuple[str, ...],
    title: str | None,
    attached: str | None,
    number: str | None,
    text: str,
    lexicon: Lexicon,
) -> Iterator[str]:
    """Jurisdictions that the document names for itself, the surest first."""
    for name in issuers:
        if place := jurisdiction_of(name, lexicon):
            yield place
    for heading in (title, attached):
        named = pattern("structure", "title_openings").sub("", heading or "", count=1)
        if named and (place := jurisdiction_of(named, lexicon)):
            yield place
    for sentence in rows("structure")["jurisdiction"]["patterns"]:
        said = set()
        for part in (title or "", attached or "", text):
            for match in re.finditer(sentence, part):
                hit = lexicon.leading_place(match["place"])
                if hit and hit[1] == len(match["place"]):
                    said.add(hit[0].full)
        if len(said) == 1:  # two places are what it compares, not where it holds
            yield said.pop()
    if pattern("structure", "nationwide").search(text[:3000]):
        yield COUNTRY
    if number and (place := _lettered(number, issuers, title, text, lexicon)):
        yield place


def _lettered(
    number: str, issuers: tuple[str, ...], title: str | None, text: str, lexicon: Lexicon
) -> str | None:
    """The province whose letter a document number begins with (鄂政发 …): where the text speaks as one.

    A city may use its province's letter or another's (苏府, 青政发): its text says 我市, not 我省.
    """
    row = rows("structure")["number_letters"]
    place = lexicon.place_of(row["places"].get(number[0], ""))
    if place is None:
        return None
    levels = {word for word in words("structure", "number_letters", "levels") if place.name.endswith(word)}
    own = set(re.findall(row["pattern"], text))
    own |= {name[0] for name in (*issuers, title or "") if pattern("structure", "level_offices").match(name)}
    return place.full if own and own <= levels else None


def jurisdiction_of(name: str, lexicon: Lexicon) -> str | None:
    """The jurisdiction that an office's name or a title begins with; 全国 for central bodies."""
    place, rest = None, name
    while hit := lexicon.leading_place(rest, within=place):
        goes_on = pattern("structure", "places_go_on").match(rest, hit[1])
        if hit[1] < 3 and not goes_on and hit[0].level != "省":
            # 泰州关于印发…: a city whose short name no other place has
            alone = len(lexicon.place_names.get(name[: hit[1]], ())) == 1 and hit[0].level == "市"
            if not (alone and place is None and pattern("structure", "about").match(name, hit[1])):
                break
        place, rest = hit[0], rest[hit[1] :]
    if place:
        return place.full
    own_office = pattern("structure", "own_offices").search(name)  # 民政部办公厅 speaks for its ministry
    for body in (name, name[: own_office.start()] if own_office else name):
        owners = [lexicon.entries[owner] for owner in lexicon.names.get(body, ())]
        if owners and all(entry.jurisdiction == COUNTRY for entry in owners):
            return COUNTRY
    return COUNTRY if pattern("structure", "central").match(name) else None
