"""A department of a place by its pattern: which pattern a printed form means, and the names that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.divisions import Place
from loaders.lexicon import LEVELS, Department, Lexicon
from loaders.wording import pattern, rows


def fitting(bare: str, place: Place, date: str | None, lexicon: Lexicon) -> Department | None:
    """The pattern that has this printed form at this level and time; an exact official name wins."""
    forms = lexicon.forms
    known = forms.get(bare) or forms.get(pattern("names", "of_governments").sub("", bare), ())
    at_level = [p for p in known if place.level in p.levels] or list(known)
    choice = [p for p in at_level if p.official == bare] or at_level
    if len(choice) > 1 and date:
        then = [p for p in choice if (p.since or "") <= date and date[:4] <= (p.until or "9")[:4]]
        choice = then or choice
    if len(choice) > 1:
        last = max(p.until or "9" for p in choice)
        choice = [p for p in choice if (p.until or "9") == last]
    return choice[0] if len({(p.official, p.template) for p in choice}) == 1 else None


def stem(department: Department) -> str:
    """What patterns of one office share: 发展和改革 of 发展和改革委员会 and 发展和改革局."""
    return department.group or pattern("names", "office_ends").sub("", department.official or "")


def name_of(department: Department, place: Place, lexicon: Lexicon) -> str:
    """The official name of a place's department."""
    if department.template is None:
        return place.prefix + (department.official or "")
    where = lexicon.short_of(place) if department.place == "short" else place.prefix
    name = department.template.replace("{place}", where)
    committee = rows("names")["autonomous_committee"]
    return re.sub(str(committee["pattern"]), str(committee["full"]), name)


def level_of(department: Department, place: Place) -> str:
    """Whose level it has: what is led from above (海关, 税务) is the country's wherever it sits."""
    return LEVELS[0] if department.kind == "垂直管理" else place.level


def forms_of(department: Department, place: Place, lexicon: Lexicon) -> Iterator[str]:
    """The usual names, with the place in its official and in its usual form."""
    places = dict.fromkeys([place.prefix, place.usual_prefix])
    county = place.level == "区县" and department.place == "full"
    inside = places if county else {lexicon.short_of(place): None, **places}
    for form in department.forms:
        if "{place}" in form:
            yield from (form.replace("{place}", p) for p in inside)
        elif form == department.official or _own(form, department, place, lexicon):
            yield from (p + form for p in places)
    if department.official:
        yield from (p + department.official for p in places)
    elif department.template and department.place == "full":
        yield from (department.template.replace("{place}", p) for p in places)


def _own(form: str, department: Department, place: Place, lexicon: Lexicon) -> bool:
    """Whether a short form means this office only: 金融办 was two offices' at different times."""
    return all(p is department or place.level not in p.levels for p in lexicon.forms.get(form, ()))
