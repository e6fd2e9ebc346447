"""The register of agencies, the patterns of departments and the divisions: who is known by which name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loaders.divisions import Place, divisions
from loaders.wording import FOLDER, either, pattern, rows

LEVELS = ("国家", "省", "市", "区县")
COUNTRY = "全国"
CHECKED = (
    "names",
    "roles",
    "structure",
)  # files that all reading needs: a breach shows before the first text
PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2,15}")


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A named agency of data/lexicon/agencies.yaml."""

    name: str
    level: str
    kind: str
    jurisdiction: str
    short: str | None = None
    aliases: tuple[str, ...] = ()
    contextual: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: str | None = None
    until: str | None = None
    succession: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """A pattern of data/lexicon/departments.yaml: an official form that composes with a place."""

    official: str | None
    template: str | None
    forms: tuple[str, ...]
    levels: tuple[str, ...]
    kind: str
    place: str = "full"
    since: str | None = None
    until: str | None = None
    succession: tuple[dict[str, Any], ...] = ()
    group: str | None = None  # patterns of one group are one office wherever both are printed together


@dataclass(frozen=True, slots=True)
class Template:
    """A printed form with the place inside: 中国人民银行{place}分行."""

    before: str
    after: str

    def match(self, name: str) -> str | None:
        """The place, or a level word in its stead (人民银行市分行), that the form has in `name`."""
        if not (name.startswith(self.before) and name.endswith(self.after)):
            return None
        place = name[len(self.before) : len(name) - len(self.after)]
        named = PLACE_NAME.fullmatch(place) or pattern("names", "level_words").fullmatch(place)
        return place if named else None


@dataclass(frozen=True, slots=True)
class RoleWord:
    """A word of data/lexicon/roles.yaml with the role it gives."""

    word: str
    role: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything of data/lexicon that reading needs."""

    entries: dict[str, RegisterEntry]
    names: dict[str, tuple[str, ...]]  # a name that holds anywhere -> official names
    contextual: dict[str, tuple[tuple[str, str], ...]]  # alias -> (jurisdiction prefix, official name)
    departments: tuple[Department, ...]
    forms: dict[str, tuple[Department, ...]]  # a printed form without place -> patterns
    templates: tuple[tuple[Template, Department], ...]
    places: dict[str, Place]  # by code
    place_names: dict[str, tuple[str, ...]]  # full, usual or short name -> codes
    place_paths: dict[str, str]  # 广东省广州市 -> code
    below_of: dict[str, tuple[str, ...]]  # code -> codes directly below, in order
    areas: dict[str, dict[str, Any]]  # any name of a functional area or named region -> its entry
    labels: tuple[RoleWord, ...] = ()
    verbs: tuple[RoleWord, ...] = ()

    def place_of(self, jurisdiction: str) -> Place | None:
        """The division that a jurisdiction string ends in: 广东省广州市 -> 广州市; None for 全国."""
        if code := self.place_paths.get(jurisdiction):
            return self.places[code]
        rest = jurisdiction
        found: Place | None = None
        while rest:
            hit = self.leading_place(rest, within=found)
            if hit is None:
                return found
            found, used = hit
            rest = rest[used:]
        return found

    def leading_place(self, text: str, within: Place | None = None) -> tuple[Place, int] | None:
        """The longest division name that `text` begins with, and its length; the nearest to `within`."""
        return next(self.leading_places(text, within), None)

    def leading_places(self, text: str, within: Place | None = None) -> Iterator[tuple[Place, int]]:
        """Every division whose name `text` begins with, the longest name first, one for each length.

        A name that several divisions bear (鼓楼区, 朝阳) is the one nearest to `within`; where two are
        equally near it is nobody's. Short names of counties hold only inside `within`.
        """
        for length in range(min(len(text), 15), 1, -1):
            if codes := self.place_names.get(text[:length]):
                place = self._nearest(codes, within)
                if place is None:
                    continue
                official = text[:length] in (place.name, place.usual)
                if place.level == "区县" and not official and not self.below(place.code, within):
                    continue  # 公安 in 公安部门 is no county
                yield place, length

    def _nearest(self, codes: tuple[str, ...], within: Place | None) -> Place | None:
        if len(codes) == 1:
            return self.places[codes[0]]
        for area in self.chain(within) if within else []:
            near = [c for c in codes if self.below(c, area)]
            if near:
                break
        else:
            near = list(codes)
        highest = [c for c in near if len(c) == min(map(len, near))]
        return self.places[highest[0]] if len(highest) == 1 else None

    def short_of(self, place: Place) -> str:
        """What stands for the place inside a longer name: 吉林 for the province, 吉林市 for the city.

        A short name that several divisions bear is the highest one's alone, and a district's nobody's.
        """
        nearest = self._nearest(self.place_names[place.short], None)
        return place.short if nearest is place else place.prefix

    def below(self, code: str, within: Place | None) -> bool:
        """Whether a division is `within` itself or anywhere under it."""
        current: str | None = code
        while within is not None and current:
            if current == within.code:
                return True
            current = self.places[current].parent
        return False

    def chain(self, place: Place) -> list[Place]:
        """The division and those above it, lowest first."""
        chain = [place]
        while chain[-1].parent:
            chain.append(self.places[chain[-1].parent])
        return chain

    def children(self, place: Place) -> list[Place]:
        """The divisions directly below, in code order."""
        return [self.places[code] for code in self.below_of.get(place.code, ())]


@cache
def load(folder: Path = FOLDER) -> Lexicon:
    """The lexicon of `folder`, checked. Raises LexiconError naming file and entry."""
    for stem in CHECKED:
        rows(stem, folder)
    roles = rows("roles", folder)
    entries = {row["name"]: _entry(row) for row in rows("agencies", folder)}
    names: dict[str, list[str]] = {}
    contextual: dict[str, list[tuple[str, str]]] = {}
    for entry in entries.values():
        for name in dict.fromkeys([entry.name, *([entry.short] if entry.short else []), *entry.aliases]):
            names.setdefault(name, []).append(entry.name)
        for alias, where in entry.contextual:
            contextual.setdefault(alias, []).extend((w, entry.name) for w in where)
    departments = tuple(_department(row) for row in rows("departments", folder))
    forms: dict[str, list[Department]] = {}
    templates: list[tuple[Template, Department]] = []
    for department in departments:
        for form in _printed_forms(department):
            if form.count("{place}") == 1:
                templates.append((Template(*form.split("{place}")), department))
            elif "{place}" not in form:
                forms.setdefault(form, []).append(department)
    templates.sort(key=lambda pair: -len(pair[0].before + pair[0].after))
    places, place_names = divisions(folder / "divisions.csv")
    below: dict[str, list[str]] = {}
    for place in places.values():
        if place.parent:
            below.setdefault(place.parent, []).append(place.code)
    areas = {name: row for row in rows("areas", folder) for name in [row["name"], *row.get("aliases", [])]}
    return Lexicon(
        entries=entries,
        names={k: tuple(v) for k, v in names.items()},
        contextual={k: tuple(v) for k, v in contextual.items()},
        departments=departments,
        forms={k: tuple(v) for k, v in forms.items()},
        templates=tuple(templates),
        places=places,
        place_names=place_names,
        place_paths={place.full: place.code for place in places.values()},
        below_of={code: tuple(sorted(codes)) for code, codes in below.items()},
        areas=areas,
        labels=_words(roles["labels"]),
        verbs=_words(roles["verbs"]),
    )


def _printed_forms(department: Department) -> list[str]:
    """The official name and every short form.

    A 自治区 and the 兵团 say 党委 where others say 委; an area named alone (高新区) is its 管委会.
    """
    names = [n for n in (department.official, department.template) if n] + list(department.forms)
    names += [
        "党" + form for form in department.forms if form.startswith("委") and department.kind == "党委部门"
    ]
    names += [f.removesuffix("管委会") for f in department.forms if department.kind == "功能区管委会"]
    return list(dict.fromkeys(names))


def _words(groups: list[dict[str, Any]]) -> tuple[RoleWord, ...]:
    words = [RoleWord(word, group["role"]) for group in groups for word in group["words"]]
    return tuple(sorted(words, key=lambda w: -len(w.word)))


def _entry(row: dict[str, Any]) -> RegisterEntry:
    aliases = row.get("aliases", [])
    return RegisterEntry(
        name=row["name"],
        level=row["level"],
        kind=row["kind"],
        jurisdiction=row["jurisdiction"],
        short=row.get("short"),
        aliases=tuple(a for a in aliases if isinstance(a, str)),
        contextual=tuple((a["name"], tuple(a["in"])) for a in aliases if isinstance(a, dict)),
        since=row.get("since"),
        until=row.get("until"),
        succession=tuple(row.get("succession", ())),
    )


def _department(row: dict[str, Any]) -> Department:
    return Department(
        official=row.get("official"),
        template=row.get("template"),
        forms=tuple(row.get("forms", ())),
        levels=tuple(row.get("levels", LEVELS)),
        kind=row["kind"],
        place=row.get("place", "full"),
        since=row.get("since"),
        until=row.get("until"),
        succession=tuple(row.get("succession", ())),
        group=row.get("group"),
    )


@cache
def labels(least: int = 1) -> str:
    """The text of a pattern for any label of at least so many characters: 责任单位, 牵头部门 …

    A short one (负责, 配合) is a label only with a colon, and a word of the text else.
    """
    return either(word.word for word in load().labels if len(word.word) >= least)
