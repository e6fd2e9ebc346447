"""A completed name to an agency with an identity, in the context of its document.

Order, the surest first: the register, the patterns of departments composed with a place, the forms of
vertical bodies and banks that carry their place inside, a department with its branch, the printed name
composed with a place. Similarity is never used: what none of these gives stays unresolved, with a reason.
How names are written (level words, proper names, kinds) is in data/lexicon/names.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graph.model import Agency, Membership, Region, Resolved, Succession
from loaders.agencies import departments
from loaders.agencies.collectives import GOVERNMENT, governments
from loaders.agencies.readings import Reading, Standpoint
from loaders.agencies.successions import follow
from loaders.divisions import Place
from loaders.lexicon import COUNTRY, LEVELS, Department, Lexicon, RegisterEntry
from loaders.mentions import collective, is_class, looks_like_unit
from loaders.types import Mention
from loaders.wording import pattern, rows

# 省市场监管局（省知识产权局）: two names of one office
DOUBLE = re.compile(r"(?P<first>[^（(]+)[（(](?P<other>[^（()）]{3,40})[）)]")
FULL_WIDTH = str.maketrans("(),", "（），")
OFFICE_OF_AREA = "管理委员会"


@dataclass(frozen=True, slots=True)
class Resolution:
    """An agency with the names a reader may know it by; `reason` says why it stayed unresolved."""

    agency: Agency
    aliases: tuple[str, ...]
    members: tuple[str, ...] = ()
    reason: str | None = None


@dataclass
class Resolver:
    """Resolves the names of one document; collects the nodes that they bring with them."""

    lexicon: Lexicon
    jurisdiction: str | None
    document_id: str
    date: str | None = None  # the document's own: tells 2012's holder of an ambiguous short form from 2020's
    area: str | None = None  # the functional area whose own document this is: 区… means its offices
    agencies: dict[str, Agency] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    successions: dict[tuple[str, str], Succession] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    definitions: dict[str, tuple[Mention, ...]] = field(default_factory=dict)
    composed: dict[str, tuple[Department, Place]] = field(default_factory=dict)
    offices: dict[tuple[str, str], Department] = field(default_factory=dict)
    seen: dict[tuple[str, int], Resolution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = (
            None if self.jurisdiction in (None, COUNTRY) else self.lexicon.place_of(self.jurisdiction or "")
        )
        self.here = Standpoint(self.lexicon, self.jurisdiction, self.place)
        if self.place:
            self.add_region(self.place)

    def resolve(self, mention: Mention) -> Resolution:
        """The agency behind a mention; its node and what belongs to it are collected."""
        key = (re.sub(r"\s+", "", mention.name), len(self.definitions))
        if (result := self.seen.get(key)) is None:
            result = self.seen[key] = self._resolved(key[0])
        if result.agency.id not in self.agencies:
            self.agencies[result.agency.id] = result.agency
            follow(result.agency.name, self)
        else:
            known = self.agencies[result.agency.id]
            merged = tuple(dict.fromkeys([*known.aliases, *result.aliases]))
            self.agencies[known.id] = replace(known, aliases=merged)
        return result

    def define(self, term: str, members: Sequence[Mention]) -> None:
        """以下简称/以下统称: `term` stands for `members` in the rest of the document."""
        self.definitions[term] = tuple(members)

    def _resolved(self, name: str) -> Resolution:
        name = pattern("names", "own").sub("", name.translate(FULL_WIDTH))
        if committee := pattern("names", "committee_in_full").fullmatch(name):
            name = committee["rest"]
        name = pattern("names", "department_of_committee").sub(r"\g<committee>", name)
        if members := self.definitions.get(name):
            if len(members) > 1:
                return self._collective(name, defined=True)
            if members[0].name not in self.definitions:
                return self._resolved(members[0].name)
        readings = list(self.here.readings(name))
        for reading in readings:
            official = self._expanded(reading.full)
            if entry := self.registered(reading.full) or self.registered(official):
                return self.from_entry(entry, reading.full)
            if pattern("names", "area").search(reading.full) and not reading.full.endswith("会"):
                for office in ("管委会", OFFICE_OF_AREA):
                    if entry := self.registered(reading.full + office):
                        return self.from_entry(entry, reading.full)
        included = pattern("names", "included")
        plain = included.sub("", name)
        if is_class(plain) or collective(plain):
            return self._collective(plain, included="".join(included.findall(name)))
        double = DOUBLE.fullmatch(name)
        if double and looks_like_unit(double["first"]) and looks_like_unit(double["other"]):
            return self._double(double["first"], double["other"])
        if self.here.somewhere(name):
            return self._unresolved(name, f"“{name}”没有写明是哪个地方的；一个省、全国都不止一处。")
        own = not name.startswith("区") and self._in_area(name)
        found = own or self._composed(name, readings) or self._in_area(name)
        return found or self._unresolved(name, self.here.reason(name))

    def _double(self, first: str, other: str) -> Resolution:
        """Two names of one office: identity by the first, the second among the other names.

        A second name that this document also uses by itself is not given away.
        """
        result = self._resolved(first)
        names = []
        for name in re.split("[、，]", other):
            second = self._resolved(name).agency
            if second.resolved != Resolved.UNRESOLVED and not second.collective:
                names += [second.name] if second.id not in self.agencies else []
        aliases = ordered([*result.aliases, *names], result.agency.name)
        return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)

    # How a name can be read

    # The register

    def registered(self, name: str) -> RegisterEntry | None:
        """The register entry with this name, in this document's jurisdiction where it needs one."""
        here = self.jurisdiction or ""
        owners = {
            official for where, official in self.lexicon.contextual.get(name, ()) if _covers(where, here)
        }
        owners |= set(self.lexicon.names.get(name, ()))
        if len(owners) > 1:
            exact = [o for o in owners if o == name]
            if not exact:
                return None
            owners = set(exact)
        entry = self.lexicon.entries[owners.pop()] if owners else None
        early = entry and entry.since and self.date and self.date[:4] < entry.since[:4]
        if entry and early and entry.name != name and self.place:
            return None  # 北京金融监管局 of 2019 is not the office that took the short name in 2023
        return entry

    def from_entry(self, entry: RegisterEntry, printed: str) -> Resolution:
        """The agency of the register, with the name that it was printed under."""
        aliases = ordered([entry.short, *entry.aliases, printed], entry.name)
        place = self.lexicon.place_of(entry.jurisdiction) if entry.jurisdiction != COUNTRY else None
        agency = Agency(
            id=entry.name,
            name=entry.name,
            short_name=entry.short,
            aliases=aliases,
            level=entry.level,
            kind=entry.kind,
            since=entry.since,
            until=entry.until,
            resolved=Resolved.REGISTER,
            region=self.add_region(place) if place else None,
        )
        return Resolution(agency, aliases)

    # Composition

    def _composed(self, name: str, readings: Sequence[Reading]) -> Resolution | None:
        """A known area's office, a department with its place, a branch, or the printed name."""
        if result := self._area(readings):
            return result
        for reading in readings:
            if (
                reading.place
                and reading.bare
                and (found := departments.fitting(reading.bare, reading.place, self.date, self.lexicon))
            ):
                return self._from_pattern(found, reading.bare, reading.place)
        if result := self._inside(name):
            return result
        for reading in readings:
            if reading.place and reading.bare and (result := self._branch(reading.bare, reading.place)):
                return result
        for reading in reversed(readings):
            if reading.bare and reading.place and self._is_unit(reading.bare):
                return self.as_printed(reading.full, reading.bare, reading.place)
        for reading in readings:
            if (
                reading.full
                and self._is_unit(reading.full)
                and (self.jurisdiction or pattern("names", "proper").match(reading.full))
                and not self.here.local(reading)
            ):
                return self.as_printed(reading.full, None, reading.place)
        return None

    def _inside(self, name: str) -> Resolution | None:
        """A form that has its place inside: 人民银行苏州市中心支行. One that fits the place's level first."""
        other: tuple[Department, Place] | None = None
        for template, department in self.lexicon.templates:
            if (at := template.match(name)) and (place := self.here.place_named(at)):
                if place.level in department.levels:
                    return self._from_pattern(department, name, place)
                other = other or (department, place)
        return self._from_pattern(other[0], name, other[1]) if other else None

    def _from_pattern(self, department: Department, bare: str, place: Place) -> Resolution:
        chosen = self._one_office(department, place)
        name = departments.name_of(chosen, place, self.lexicon)
        forms = list(departments.forms_of(chosen, place, self.lexicon))
        short = next((f for f in forms if f != name and f.startswith(place.prefix)), None)
        if chosen.template and not short:
            short = forms[0] if forms else None
        if chosen is not department:
            forms += [
                departments.name_of(department, place, self.lexicon),
                *departments.forms_of(department, place, self.lexicon),
            ]
        if "{place}" not in bare and place.short not in bare and place.name not in bare:
            forms += [place.prefix + bare, place.usual_prefix + bare]
        else:
            forms.append(bare)
        level = departments.level_of(chosen, place)
        self.composed.setdefault(name, (chosen, place))
        return self.placed(name, short, ordered(forms, name), level, chosen.kind, place, chosen)

    def _one_office(self, department: Department, place: Place) -> Department:
        """A place has one 发展改革 office: 发改委 and 发改局 printed in one document are the same."""
        if department.official is None or (department.kind != "部门" and not department.group):
            return department
        return self.offices.setdefault((place.code, departments.stem(department)), department)

    def _branch(self, bare: str, place: Place) -> Resolution | None:
        """A department's branch: 公安局某某分局, 安委会办公室. The department takes its official name."""
        for length in range(len(bare) - 1, 1, -1):
            head, tail = bare[:length], bare[length:]
            if head in self.lexicon.forms and pattern("names", "branch").match(tail):
                department = departments.fitting(head, place, self.date, self.lexicon)
                if department is None or department.official is None:
                    return None
                one = department if head == department.official else self._one_office(department, place)
                official = one.official or head
                if whole := departments.fitting(official + tail, place, self.date, self.lexicon):
                    return self._from_pattern(whole, bare, place)
                return self.as_printed(place.prefix + official + tail, bare, place)
        return None

    def _is_unit(self, name: str) -> bool:
        return looks_like_unit(name) or bool(pattern("names", "company").search(name))

    def _area(self, readings: Sequence[Reading]) -> Resolution | None:
        """The 管委会 of an area of data/lexicon/areas.yaml, under the area's full name."""
        for reading in readings:
            for name in (reading.full, reading.bare or ""):
                area = pattern("names", "area_office").fullmatch(name)
                row = self.lexicon.areas.get(area["area"]) if area else None
                above = self.lexicon.place_of(row.get("parent", "")) if row else None
                if row and above and self.place and self._related(above, self.place):
                    result = self.as_printed(f"{row['name']}管理委员会", None, above)
                    known = [f"{n}管委会" for n in (row["name"], *row.get("aliases", ()))]
                    aliases = ordered([*known, *result.aliases, reading.full], result.agency.name)
                    return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)
        return None

    def _in_area(self, name: str) -> Resolution | None:
        """区财政局, 管委会办公室 in a document of an area's own 管委会."""
        level = pattern("names", "area_levels").match(name)
        if self.area is None or level is None:
            return None
        bare = name[level.end() :]
        if bare in ("", "管委会", OFFICE_OF_AREA):
            return self.as_printed(f"{self.area}{OFFICE_OF_AREA}", None, self.place)
        area = self.area + (OFFICE_OF_AREA if level.group() == "管委会" else "")
        known = [p for p in self.lexicon.forms.get(bare, ()) if "区县" in p.levels and p.official]
        official = known[0].official if len({p.official for p in known}) == 1 else None
        if not official and not self._is_unit(bare):
            return None
        full = area + (official or bare)
        result = self.as_printed(full, None, self.place)
        aliases = ordered([*result.aliases, area + bare], result.agency.name)
        return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)

    def _related(self, one: Place, other: Place) -> bool:
        return self.lexicon.below(one.code, other) or self.lexicon.below(other.code, one)

    def as_printed(self, name: str, bare: str | None, place: Place | None) -> Resolution:
        """A unit known by nothing but its name: the usual short endings written out."""
        official = self._expanded(name)
        if place is not None and bare is not None and pattern("names", "own_committee").match(bare):
            official = f"中共{official}"
        if pattern("names", "area").search(official):
            official = official.removesuffix(OFFICE_OF_AREA) + OFFICE_OF_AREA
        names = [name]
        told = place is not None and place.short in official and not official.startswith(place.short)
        if (
            place is not None
            and place.level == "市"
            and pattern("names", "area_office").fullmatch(official)
            and not told
        ):
            # the 管委会 of a city's area has the city's short name: 杭州西湖风景名胜区管理委员会
            rest = official.removeprefix(place.prefix)
            if rest == official:
                rest = official.removeprefix(place.short)
            names += [place.prefix + rest, place.usual_prefix + rest]
            official = self.lexicon.short_of(place) + rest
        if place is not None and bare is not None:
            for prefix in (place.prefix, place.usual_prefix):
                names += [prefix + bare, official.replace(place.prefix, prefix, 1)]
        kind = next(row["kind"] for row in rows("names")["kinds"] if re.search(row["pattern"], official))
        proper = pattern("names", "proper").match(name) is not None
        level = place.level if place else LEVELS[0] if proper or self.jurisdiction == COUNTRY else None
        return self.placed(official, None, ordered(names, official), level, kind, place)

    def _expanded(self, name: str) -> str:
        for row in rows("names")["expansions"]:
            name = re.sub(row["pattern"], row["full"], name)
        return name

    def placed(
        self,
        name: str,
        short: str | None,
        aliases: tuple[str, ...],
        level: str | None,
        kind: str,
        place: Place | None,
        department: Department | None = None,
    ) -> Resolution:
        """An agency by its composed name; the register's where that has the name."""
        if entry := self.registered(name):
            result = self.from_entry(entry, name)
            aliases = ordered([*result.aliases, *aliases], entry.name)
            return Resolution(replace(result.agency, aliases=aliases), aliases)
        region = self.add_region(place) if place else None
        since, until = (department.since, department.until) if department else (None, None)
        agency = Agency(
            name,
            name,
            short,
            aliases,
            level,
            kind,
            since=since,
            until=until,
            resolved=Resolved.COMPOSED,
            region=region,
        )
        return Resolution(agency, aliases)

    # Collectives

    def _collective(self, name: str, defined: bool = False, included: str = "") -> Resolution:
        """A class of units: one per jurisdiction, and per document where the document defines it.

        `included` is what a bracket counts in: 各市（含定州、辛集市，下同）人民政府.
        """
        place, bare = self.place, name
        level = pattern("names", "levels").match(name)
        if (
            level
            and not pattern("names", "classes_go_on").match(name, level.end())
            and (at := self.here.level(level.group()))
        ):
            place, bare = at, name[level.end() :]
        else:
            for reading in self.here.placed(name) if place or self.jurisdiction == COUNTRY else ():
                if reading.bare and reading.place and "各" in reading.bare:
                    place, bare = reading.place, reading.bare
        if pattern("names", "proper").match(bare):  # 国务院有关部门
            place = None
        everywhere = self.jurisdiction == COUNTRY and not pattern("names", "proper").match(bare)
        where = place.prefix if place else COUNTRY if everywhere else ""
        told = self.jurisdiction is not None or pattern("names", "proper").match(bare) is not None
        full = where + (bare if defined else self._expanded(bare))
        identity = f"{full}@{self.document_id}" if defined else full
        usual = place.usual_prefix if place else where
        aliases = ordered([where + bare, usual + bare, bare], full)
        agency = Agency(
            identity,
            full,
            None,
            aliases,
            place.level if place else None,
            "统称",
            True,
            resolved=Resolved.COMPOSED if told else Resolved.UNRESOLVED,
            region=self.add_region(place) if place else None,
        )
        members = self._members(identity, bare, defined, place, included)
        reason = None if told else f"“{name}”是哪个地方的，文中没有说明。"
        return Resolution(agency, aliases, members, reason)

    def _members(
        self, identity: str, bare: str, defined: bool, place: Place | None, included: str
    ) -> tuple[str, ...]:
        if defined:
            members = [(self.resolve(m).agency, "document") for m in self.definitions[bare] if m.name != bare]
        elif place is not None and (names := governments(bare, place, self.lexicon)):
            more = (
                self.here.place_named(w)
                for w in pattern("names", "between_included").split(included)
                if len(w) > 1
            )
            names += [f"{p.prefix}{GOVERNMENT}" for p in more if p and self.lexicon.below(p.code, place)]
            members = [(self.resolve(Mention(n, 0, 0, n)).agency, "geography") for n in dict.fromkeys(names)]
        else:
            return ()
        for agency, basis in members:
            self.memberships[agency.id, identity] = Membership(agency.id, identity, basis)
        return tuple(agency.name for agency, _ in members)

    def _unresolved(self, name: str, reason: str) -> Resolution:
        identity = f"{name}@{self.document_id}"
        agency = Agency(identity, name, None, (), None, None, resolved=Resolved.UNRESOLVED)
        return Resolution(agency, (), (), reason)

    def issuer(self, name: str) -> Agency:
        """The agency node of an issuing office; an unknown one is composed as printed."""
        return self.resolve(Mention(name, 0, 0, name)).agency

    def add_region(self, place: Place) -> str:
        """The region's id; it and the divisions above it are collected."""
        for one in self.lexicon.chain(place):
            self.regions.setdefault(
                one.code, Region(one.code, one.name, one.code, "行政区", one.level, one.parent)
            )
        return place.code

    def add_mentioned(self, name: str, code: str | None, kind: str) -> None:
        """A place that a measure names: a division with those above it, or an area with its parent."""
        if code is not None:
            self.add_region(self.lexicon.places[code])
            return
        above = self.lexicon.place_of(self.lexicon.areas.get(name, {}).get("parent", ""))
        parent = self.add_region(above) if above else None
        self.regions.setdefault(name, Region(name, name, None, kind, None, parent))


def _covers(where: str, here: str) -> bool:
    """Whether an alias that holds in `where` holds in a document of `here`."""
    return where == here or (where != COUNTRY and here.startswith(where))


def ordered(names: Sequence[str | None], official: str) -> tuple[str, ...]:
    """The other names of an agency, each once."""
    return tuple(dict.fromkeys(n for n in names if n and n != official))
