"""The governments that a class of units means: 各区县政府 of a city, 各市州 of a province."""

from __future__ import annotations

from loaders.divisions import Place
from loaders.lexicon import Lexicon
from loaders.wording import pattern

GOVERNMENT = "人民政府"


def governments(bare: str, place: Place, lexicon: Lexicon) -> list[str]:
    """The governments that 各区县政府 and the like mean, from the table of divisions.

    Only where the words name one level below the place: 各市州 of a province, 各区县 of a city.
    各市、县 of a province is left without members: which of the counties are meant is not said.
    """
    match = pattern("names", "governments").fullmatch(bare)
    if not match:
        return []
    kinds = match["kinds"]
    if area := match["area"]:
        row = lexicon.areas.get(area)
        return [f"{m}{GOVERNMENT}" for m in row.get("members", ())] if row and "市" in kinds else []
    below = lexicon.children(place)
    county = pattern("names", "county_kinds").search(kinds) is not None
    direct = {p.level for p in below} == {"区县"}
    if place.level == "省" and not direct and county:
        return []
    if place.level == "区县" or (direct and not county):
        return []
    letters = set(pattern("names", "kind_fillers").sub("", kinds.replace("地区", "地")))
    if place.level == "省" and not direct:
        below = [p for p in below if p.level == "市"]
    named = [p for p in below if p.name[-1] in letters or (p.name.endswith("地区") and "地" in letters)]
    # 各区县 of a city that also has a 县级市 means them all; 各区 of one that has counties does not
    cities = pattern("names", "city_kinds").search(kinds) is not None
    every = len(letters) > 1 or (place.level == "省" and not cities)
    return [f"{p.prefix}{GOVERNMENT}" for p in (below if every else named)]
