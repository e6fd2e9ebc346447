"""A completed name to an agency with an identity, in the context of its document.

Order, the surest first: the register, the patterns of departments composed with a place, the forms of
vertical bodies and banks that carry their place inside, a department with its branch, the printed name
composed with a place. Similarity is never used: what none of these gives stays unresolved, with a reason.
How names are written (level words, proper names, kinds) is in data/lexicon/names.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.model import Agency, Membership, Region, Resolved, Succession
from loaders.lexicon import COUNTRY, LEVELS, Department, Lexicon, Place, RegisterEntry
from loaders.mentions import is_class, looks_like_unit
from loaders.types import Mention

# 省市场监管局（省知识产权局）: two names of one office
DOUBLE = re.compile(r"(?P<first>[^（(]+)[（(](?P<other>[^（()）]{3,40})[）)]")
FULL_WIDTH = str.maketrans("(),", "（），")
OFFICE_OF_AREA = "管理委员会"
COMMITTEE = re.compile(r"中共(?P<rest>(?!中央).{2,}委)(?:员会)?")  # 中共某县委 is 某县委 printed in full
OF_COMMITTEE = re.compile(
    r"(?P<committee>中共(?!中央).{2,}?[省市州盟县区旗]委)员会(?=.{2,}(?:部|室|厅|办|委|局)$)"
)
AUTONOMOUS_COMMITTEE = re.compile("自治区委(?!员会)")  # nobody says 自治区委: 自治区党委 is its 委员会
AREA_ISSUER = re.compile(r"(?P<area>.{2,})(?:管委会?|管理委员会)(?:党政)?(?:办公室)?")
AREA_LEVEL = re.compile(r"(?:新区|开发区|高新区|经开区|示范区|园区|管委会|区)(?!域)")
AREA_OFFICE = re.compile(r"(?P<area>.{2,})(?:管委会?|管理委员会)")
CLASS_GOES_ON = re.compile(r"[省市州盟区县旗、（(]")  # 市州政府, 区县政府: no level word before a class
GOVERNMENTS = re.compile(
    r"(?P<area>[\u4e00-\u9fff]{2,8}?)?各(?P<kinds>(?:地级以上|设区的?|省辖|[市州盟区县旗、]|自治县|地区|地(?=[（(州市])|[（(][市州盟区县旗、自治]+[)）])+?)(?:人民政府|政府)?"
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """An agency with the names a reader may know it by; `reason` says why it stayed unresolved."""

    agency: Agency
    aliases: tuple[str, ...]
    members: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: the name made explicit, its place, and what stands after the place.

    Without `bare` the name is to be left as printed, even where it begins with a place (深圳前海管理局).
    """

    full: str
    place: Place | None
    bare: str | None


@dataclass
class Resolver:
    """Resolves the names of one document; collects the nodes that they bring with them."""

    lexicon: Lexicon
    jurisdiction: str | None
    document_id: str
    date: str | None = None  # the document's own: tells 2012's holder of an ambiguous short form from 2020's
    agencies: dict[str, Agency] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    successions: dict[tuple[str, str], Succession] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    definitions: dict[str, tuple[Mention, ...]] = field(default_factory=dict)
    composed: dict[str, tuple[Department, Place]] = field(default_factory=dict)
    offices: dict[tuple[str, str], Department] = field(default_factory=dict)
    area: str | None = None  # the functional area whose own document this is: 区… means its offices
    seen: dict[tuple[str, int], Resolution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = (
            None if self.jurisdiction in (None, COUNTRY) else self.lexicon.place_of(self.jurisdiction or "")
        )
        if self.place:
            self.add_region(self.place)

    def resolve(self, mention: Mention) -> Resolution:
        """The agency behind a mention; its node and what belongs to it are collected."""
        key = (re.sub(r"\s+", "", mention.name), len(self.definitions))
        if (result := self.seen.get(key)) is None:
            result = self.seen[key] = self._resolved(key[0])
        if result.agency.id not in self.agencies:
            self.agencies[result.agency.id] = result.agency
            self._follow(result.agency.name)
        else:
            known = self.agencies[result.agency.id]
            merged = tuple(dict.fromkeys([*known.aliases, *result.aliases]))
            self.agencies[known.id] = replace(known, aliases=merged)
        return result

    def define(self, term: str, members: Sequence[Mention]) -> None:
        """以下简称/以下统称: `term` stands for `members` in the rest of the document."""
        self.definitions[term] = tuple(members)

    def _resolved(self, name: str) -> Resolution:
        naming = self.lexicon.naming
        name = naming.own.sub("", name.translate(FULL_WIDTH))
        if committee := COMMITTEE.fullmatch(name):
            name = committee["rest"]
        name = OF_COMMITTEE.sub(r"\g<committee>", name)
        if members := self.definitions.get(name):
            if len(members) > 1:
                return self._collective(name, defined=True)
            if members[0].name not in self.definitions:
                return self._resolved(members[0].name)
        readings = list(self._readings(name))
        for reading in readings:
            official = self._expanded(reading.full)
            if entry := self._registered(reading.full) or self._registered(official):
                return self._from_entry(entry, reading.full)
            if naming.area.search(reading.full) and not reading.full.endswith("会"):
                for office in ("管委会", OFFICE_OF_AREA):
                    if entry := self._registered(reading.full + office):
                        return self._from_entry(entry, reading.full)
        plain = naming.included.sub("", name)
        if is_class(plain) or naming.collective.search(plain):
            return self._collective(plain, included="".join(naming.included.findall(name)))
        double = DOUBLE.fullmatch(name)
        if double and looks_like_unit(double["first"]) and looks_like_unit(double["other"]):
            return self._double(double["first"], double["other"])
        if self._somewhere(name):
            return self._unresolved(name, f"“{name}”没有写明是哪个地方的；一个省、全国都不止一处。")
        own = not name.startswith("区") and self._in_area(name)
        found = own or self._composed(name, readings) or self._in_area(name)
        return found or self._unresolved(name, self._reason(name))

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
        aliases = _ordered([*result.aliases, *names], result.agency.name)
        return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)

    def _somewhere(self, name: str) -> bool:
        """Whether this is 经开区 or 高新区 without a place, where there are many: a province, the country."""
        place = self.place
        province = place is not None and place.level == "省" and not place.name.endswith("市")
        many = province or self.jurisdiction == COUNTRY
        forms = self.lexicon.forms.get(name, ())
        return many and any(pattern.kind == "功能区管委会" for pattern in forms)

    def _reason(self, name: str) -> str:
        level = self.lexicon.naming.levels.match(name)
        if level and self.jurisdiction is None:
            return f"“{name}”要知道是哪个地方的文件才能确定；请用 --jurisdiction 或 meta.json 说明。"
        if level:
            return f"“{name}”里的“{level.group()}”在本文件的适用地区里对不上一级行政区。"
        if self.jurisdiction == COUNTRY and name in self.lexicon.forms:
            return f"全国性文件里的“{name}”没有写明是哪个地方的。"
        if any(True for _ in self._namesakes(name)):
            return f"“{name}”里的地名不止一处，文中没有说明是哪里的。"
        return f"不认识“{name}”，登记表和机构名称规则里都没有。"

    def _namesakes(self, name: str) -> Iterator[str]:
        """The official place names that `name` begins with and that are several places' equally."""
        nearest = {length for _, length in self.lexicon.leading_places(name, self.place)}
        for length in range(min(len(name), 15), 2, -1):
            codes = self.lexicon.place_names.get(name[:length], ())
            if (
                len(codes) > 1
                and length not in nearest
                and self.lexicon.places[codes[0]].name == name[:length]
            ):
                yield name[:length]

    # How a name can be read

    def _readings(self, name: str) -> Iterator[Reading]:
        """The likeliest reading first; nothing where the name's place cannot be told."""
        lexicon, naming = self.lexicon, self.lexicon.naming
        if level := naming.levels.match(name):
            if name in lexicon.names or name in lexicon.contextual:
                yield Reading(name, None, None)
            if at := self._level(level.group()):
                yield Reading(at.prefix + name[level.end() :], at, name[level.end() :])
            return
        if name not in lexicon.forms:  # 公安厅 begins with the short name of 公安县 and is an office
            if any(True for _ in self._namesakes(name)):
                return
            if placed := list(self._placed_readings(name)):
                yield from placed
                return
        if self.place is None:
            yield Reading(name, None, None)
        elif name in lexicon.forms:
            yield Reading(self.place.prefix + name, self.place, name)
            yield Reading(name, None, None)
        else:
            yield Reading(name, None, None)
            company = naming.company.search(name) and not naming.generic.match(name)
            if not (company or naming.proper.match(name)):
                yield Reading(self.place.prefix + name, self.place, name)

    def _placed_readings(self, name: str) -> Iterator[Reading]:
        """Readings of a name that begins with a place: 广州市天河区教育局, 广东财政厅, 深圳前海管理局."""
        for place, used in self.lexicon.leading_places(name, self.place):
            sure = name[:used] == place.name or name[:used] == place.usual != place.short
            while below := self._further(name[used:], place):
                place, used, sure = below[0], used + below[1], True
            rest = name[used:]
            # 广西自治区财政厅: the class word without the people's name
            level = None if sure else self.lexicon.naming.levels.match(rest)
            if level and place.name.endswith(level.group()):
                rest, sure = rest[level.end() :], True
            if not rest:
                continue
            if sure:
                yield Reading(name, place, None)
                yield Reading(place.prefix + rest, place, rest)
                return
            if form := self.lexicon.forms.get(rest):
                yield Reading(name, None, None)
                if all(p.kind in ("企业", "金融机构") for p in form):
                    return  # 上海机场集团 is a name of its own
                yield Reading(place.prefix + rest, place, rest)
                return
            if place.level != "区县" and not re.match(r"[区县市州旗]", rest):
                yield Reading(name, place, None)
                return

    def _further(self, rest: str, place: Place) -> tuple[Place, int] | None:
        """A division below `place` that `rest` begins with by its full name."""
        for found, used in self.lexicon.leading_places(rest, place):
            inside = found.code != place.code and self.lexicon.below(found.code, place)
            if inside and used < len(rest) and rest[:used] in (found.name, found.usual):
                return found, used
        return None

    def _level(self, word: str) -> Place | None:
        """What 省, 市, 区 … mean here: the lowest division of the document's own chain with that word."""
        for at in self.lexicon.chain(self.place) if self.place else []:
            if at.name.endswith(word) and (word != "区" or at.level == "区县" or at is self.place):
                return at
        codes = self.lexicon.place_names.get(word, ())  # 兵团 is one place wherever it is named
        return self.lexicon.places[codes[0]] if len(codes) == 1 else None

    def _place_named(self, text: str) -> Place | None:
        """The division that all of `text` names, or its level word stands for."""
        level = self.lexicon.naming.levels.match(text + "。")
        if level and level.end() == len(text) and (at := self._level(text)):
            return at
        for place, used in self.lexicon.leading_places(text, self.place):
            while used < len(text) and (below := self._last(text[used:], place)):
                place, used = below[0], used + below[1]
            if used == len(text):
                return place
        return None

    def _last(self, rest: str, place: Place) -> tuple[Place, int] | None:
        hit = self.lexicon.leading_place(rest, place)
        return hit if hit and self.lexicon.below(hit[0].code, place) else None

    # The register

    def _registered(self, name: str) -> RegisterEntry | None:
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

    def _from_entry(self, entry: RegisterEntry, printed: str) -> Resolution:
        aliases = _ordered([entry.short, *entry.aliases, printed], entry.name)
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
            if reading.place and reading.bare and (found := self._pattern(reading.bare, reading.place)):
                return self._from_pattern(found, reading.bare, reading.place)
        if result := self._inside(name):
            return result
        for reading in readings:
            if reading.place and reading.bare and (result := self._branch(reading.bare, reading.place)):
                return result
        for reading in reversed(readings):
            if reading.bare and reading.place and self._is_unit(reading.bare):
                return self._as_printed(reading.full, reading.bare, reading.place)
        for reading in readings:
            if (
                reading.full
                and self._is_unit(reading.full)
                and (self.jurisdiction or self.lexicon.naming.proper.match(reading.full))
                and not self._local(reading)
            ):
                return self._as_printed(reading.full, None, reading.place)
        return None

    def _local(self, reading: Reading) -> bool:
        """Whether a bare name of a national document is some place's department: 财政厅 of which province?"""
        known = self.lexicon.forms.get(reading.full, ())
        return self.jurisdiction == COUNTRY and reading.place is None and any(p.official for p in known)

    def _inside(self, name: str) -> Resolution | None:
        """A form that has its place inside: 人民银行苏州市中心支行. One that fits the place's level first."""
        other: tuple[Department, Place] | None = None
        for template, pattern in self.lexicon.templates:
            if (at := template.match(name)) and (place := self._place_named(at)):
                if place.level in pattern.levels:
                    return self._from_pattern(pattern, name, place)
                other = other or (pattern, place)
        return self._from_pattern(other[0], name, other[1]) if other else None

    def _pattern(self, bare: str, place: Place) -> Department | None:
        """The pattern that has this printed form at this level and time; an exact official name wins."""
        forms = self.lexicon.forms
        known = forms.get(bare) or forms.get(re.sub(r"^(?:人民)?政府", "", bare), ())
        fitting = [p for p in known if place.level in p.levels] or list(known)
        choice = [p for p in fitting if p.official == bare] or fitting
        if len(choice) > 1 and self.date:
            year = self.date[:4]
            then = [p for p in choice if (p.since or "") <= self.date and year <= (p.until or "9")[:4]]
            choice = then or choice
        if len(choice) > 1:
            last = max(p.until or "9" for p in choice)
            choice = [p for p in choice if (p.until or "9") == last]
        return choice[0] if len({(p.official, p.template) for p in choice}) == 1 else None

    def _from_pattern(self, pattern: Department, bare: str, place: Place) -> Resolution:
        chosen = self._one_office(pattern, place)
        name = self._name_of(chosen, place)
        forms = list(self._forms_of(chosen, place))
        short = next((f for f in forms if f != name and f.startswith(place.prefix)), None)
        if chosen.template and not short:
            short = forms[0] if forms else None
        if chosen is not pattern:
            forms += [self._name_of(pattern, place), *self._forms_of(pattern, place)]
        if "{place}" not in bare and not self._place_in(bare, place):
            forms += [place.prefix + bare, place.usual_prefix + bare]
        else:
            forms.append(bare)
        level = LEVELS[0] if chosen.kind == "垂直管理" else place.level
        self.composed.setdefault(name, (chosen, place))
        return self._placed(name, short, _ordered(forms, name), level, chosen.kind, place, chosen)

    def _place_in(self, bare: str, place: Place) -> bool:
        return place.short in bare or place.name in bare

    def _one_office(self, pattern: Department, place: Place) -> Department:
        """A place has one 发展改革 office: 发改委 and 发改局 printed in one document are the same."""
        if pattern.official is None or (pattern.kind != "部门" and not pattern.group):
            return pattern
        stem = pattern.group or re.sub(r"(?:委员会|厅|局)$", "", pattern.official)
        return self.offices.setdefault((place.code, stem), pattern)

    def _name_of(self, pattern: Department, place: Place) -> str:
        if pattern.template:
            where = self.lexicon.short_of(place) if pattern.place == "short" else place.prefix
            name = pattern.template.replace("{place}", where)
            return AUTONOMOUS_COMMITTEE.sub("自治区委员会", name)
        return place.prefix + (pattern.official or "")

    def _forms_of(self, pattern: Department, place: Place) -> Iterator[str]:
        """The usual names, with the place in its official and in its usual form."""
        places = dict.fromkeys([place.prefix, place.usual_prefix])
        county = place.level == "区县" and pattern.place == "full"
        inside = places if county else {self.lexicon.short_of(place): None, **places}
        for form in pattern.forms:
            if "{place}" in form:
                yield from (form.replace("{place}", p) for p in inside)
            elif form == pattern.official or self._own(form, pattern, place):
                yield from (p + form for p in places)
        if pattern.official:
            yield from (p + pattern.official for p in places)
        elif pattern.template and pattern.place == "full":
            yield from (pattern.template.replace("{place}", p) for p in places)

    def _own(self, form: str, pattern: Department, place: Place) -> bool:
        """Whether a short form means this office only: 金融办 was two offices' at different times."""
        return all(p is pattern or place.level not in p.levels for p in self.lexicon.forms.get(form, ()))

    def _branch(self, bare: str, place: Place) -> Resolution | None:
        """A department's branch: 公安局某某分局, 安委会办公室. The department takes its official name."""
        for length in range(len(bare) - 1, 1, -1):
            head, tail = bare[:length], bare[length:]
            if head in self.lexicon.forms and self.lexicon.naming.branch.match(tail):
                pattern = self._pattern(head, place)
                if pattern is None or pattern.official is None:
                    return None
                one = pattern if head == pattern.official else self._one_office(pattern, place)
                official = one.official or head
                if whole := self._pattern(official + tail, place):
                    return self._from_pattern(whole, bare, place)
                return self._as_printed(place.prefix + official + tail, bare, place)
        return None

    def _is_unit(self, name: str) -> bool:
        return looks_like_unit(name) or bool(self.lexicon.naming.company.search(name))

    def _area(self, readings: Sequence[Reading]) -> Resolution | None:
        """The 管委会 of an area of data/lexicon/areas.yaml, under the area's full name."""
        for reading in readings:
            for name in (reading.full, reading.bare or ""):
                area = AREA_OFFICE.fullmatch(name)
                row = self.lexicon.areas.get(area["area"]) if area else None
                above = self.lexicon.place_of(row.get("parent", "")) if row else None
                if row and above and self.place and self._related(above, self.place):
                    result = self._as_printed(f"{row['name']}管理委员会", None, above)
                    known = [f"{n}管委会" for n in (row["name"], *row.get("aliases", ()))]
                    aliases = _ordered([*known, *result.aliases, reading.full], result.agency.name)
                    return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)
        return None

    def issued_by(self, names: Sequence[str]) -> None:
        """Whose document this is: where a known area's 管委会 issued it, 区… are that area's offices."""
        for name in names:
            office = AREA_ISSUER.fullmatch(name)
            for area in (office["area"], self._without_place(office["area"])) if office else ():
                if area in self.lexicon.areas:
                    self.area = str(self.lexicon.areas[area]["name"])
                    return

    def _without_place(self, name: str) -> str:
        rest = name
        while hit := self.lexicon.leading_place(rest):
            rest = rest[hit[1] :]
        return rest

    def _in_area(self, name: str) -> Resolution | None:
        """区财政局, 管委会办公室 in a document of an area's own 管委会."""
        level = AREA_LEVEL.match(name)
        if self.area is None or level is None:
            return None
        bare = name[level.end() :]
        if bare in ("", "管委会", OFFICE_OF_AREA):
            return self._as_printed(f"{self.area}{OFFICE_OF_AREA}", None, self.place)
        area = self.area + (OFFICE_OF_AREA if level.group() == "管委会" else "")
        known = [p for p in self.lexicon.forms.get(bare, ()) if "区县" in p.levels and p.official]
        official = known[0].official if len({p.official for p in known}) == 1 else None
        if not official and not self._is_unit(bare):
            return None
        full = area + (official or bare)
        result = self._as_printed(full, None, self.place)
        aliases = _ordered([*result.aliases, area + bare], result.agency.name)
        return replace(result, agency=replace(result.agency, aliases=aliases), aliases=aliases)

    def _related(self, one: Place, other: Place) -> bool:
        return self.lexicon.below(one.code, other) or self.lexicon.below(other.code, one)

    def _as_printed(self, name: str, bare: str | None, place: Place | None) -> Resolution:
        """A unit known by nothing but its name: the usual short endings written out."""
        official = self._expanded(name)
        if place is not None and bare is not None and re.match(r"党?委(?!员会)", bare):
            official = f"中共{official}"
        if self.lexicon.naming.area.search(official):
            official = official.removesuffix(OFFICE_OF_AREA) + OFFICE_OF_AREA
        names = [name]
        told = place is not None and place.short in official and not official.startswith(place.short)
        if place is not None and place.level == "市" and AREA_OFFICE.fullmatch(official) and not told:
            # the 管委会 of a city's area has the city's short name: 杭州西湖风景名胜区管理委员会
            rest = official.removeprefix(place.prefix)
            if rest == official:
                rest = official.removeprefix(place.short)
            names += [place.prefix + rest, place.usual_prefix + rest]
            official = self.lexicon.short_of(place) + rest
        if place is not None and bare is not None:
            for prefix in (place.prefix, place.usual_prefix):
                names += [prefix + bare, official.replace(place.prefix, prefix, 1)]
        kind = next(kind for pattern, kind in self.lexicon.naming.kinds if pattern.search(official))
        proper = self.lexicon.naming.proper.match(name) is not None
        level = place.level if place else LEVELS[0] if proper or self.jurisdiction == COUNTRY else None
        return self._placed(official, None, _ordered(names, official), level, kind, place)

    def _expanded(self, name: str) -> str:
        for pattern, full in self.lexicon.naming.expansions:
            name = pattern.sub(full, name)
        return name

    def _placed(
        self,
        name: str,
        short: str | None,
        aliases: tuple[str, ...],
        level: str | None,
        kind: str,
        place: Place | None,
        pattern: Department | None = None,
    ) -> Resolution:
        if entry := self._registered(name):
            result = self._from_entry(entry, name)
            aliases = _ordered([*result.aliases, *aliases], entry.name)
            return Resolution(replace(result.agency, aliases=aliases), aliases)
        region = self.add_region(place) if place else None
        since, until = (pattern.since, pattern.until) if pattern else (None, None)
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
        level = self.lexicon.naming.levels.match(name)
        if level and not CLASS_GOES_ON.match(name[level.end() :]) and (at := self._level(level.group())):
            place, bare = at, name[level.end() :]
        else:
            for reading in self._placed_readings(name) if place or self.jurisdiction == COUNTRY else ():
                if reading.bare and reading.place and "各" in reading.bare:
                    place, bare = reading.place, reading.bare
        if self.lexicon.naming.proper.match(bare):  # 国务院有关部门
            place = None
        everywhere = self.jurisdiction == COUNTRY and not self.lexicon.naming.proper.match(bare)
        where = place.prefix if place else COUNTRY if everywhere else ""
        told = self.jurisdiction is not None or self.lexicon.naming.proper.match(bare) is not None
        full = where + (bare if defined else self._expanded(bare))
        identity = f"{full}@{self.document_id}" if defined else full
        usual = place.usual_prefix if place else where
        aliases = _ordered([where + bare, usual + bare, bare], full)
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
            rows = [(self.resolve(m).agency, "document") for m in self.definitions[bare] if m.name != bare]
        elif place is not None and (names := self._governments(bare, place)):
            more = (self._place_named(w) for w in re.split(r"[（）、，和]|含|包括", included) if len(w) > 1)
            names += [f"{p.prefix}人民政府" for p in more if p and self.lexicon.below(p.code, place)]
            rows = [(self.resolve(Mention(n, 0, 0, n)).agency, "geography") for n in dict.fromkeys(names)]
        else:
            return ()
        for agency, basis in rows:
            self.memberships[agency.id, identity] = Membership(agency.id, identity, basis)
        return tuple(agency.name for agency, _ in rows)

    def _governments(self, bare: str, place: Place) -> list[str]:
        """The governments that 各区县政府 and the like mean, from the table of divisions.

        Only where the words name one level below the place: 各市州 of a province, 各区县 of a city.
        各市、县 of a province is left without members: which of the counties are meant is not said.
        """
        match = GOVERNMENTS.fullmatch(bare)
        if not match:
            return []
        kinds = match["kinds"]
        if area := match["area"]:
            row = self.lexicon.areas.get(area)
            return [f"{m}人民政府" for m in row.get("members", ())] if row and "市" in kinds else []
        below = self.lexicon.children(place)
        county = bool(re.search(r"[区县旗]", re.sub("设区|地区", "", kinds)))
        direct = {p.level for p in below} == {"区县"}
        if place.level == "省" and not direct and county:
            return []
        if place.level == "区县" or (direct and not county):
            return []
        words = set(re.sub(r"地级以上|设区的?|省辖|自治|[（()）、]", "", kinds.replace("地区", "地")))
        if place.level == "省" and not direct:
            below = [p for p in below if p.level == "市"]
        named = [p for p in below if p.name[-1] in words or (p.name.endswith("地区") and "地" in words)]
        # 各区县 of a city that also has a 县级市 means them all; 各区 of one that has counties does not
        every = len(words) > 1 or (place.level == "省" and not re.search("设区|地级", kinds))
        chosen = below if every else named
        return [f"{p.prefix}人民政府" for p in chosen]

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

    # Succession

    def _follow(self, name: str) -> None:
        """The succession chain that starts at an agency, with its nodes."""
        for step in self._steps(name):
            known = step["to"] in self.agencies
            if not known:
                found = self._successor(step["to"])
                self.agencies.setdefault(found.agency.id, found.agency)
                if found.agency.resolved == Resolved.UNRESOLVED:
                    continue
            key = (name, step["to"])
            if key not in self.successions:
                self.successions[key] = Succession(
                    name, step["to"], step.get("date"), step["kind"], step.get("source")
                )
                if not known:
                    self._follow(step["to"])

    def _steps(self, name: str) -> Iterator[dict[str, Any]]:
        """Where an agency's duties went: from the register, else from its pattern in the same place."""
        if entry := self.lexicon.entries.get(name):
            yield from entry.succession
        elif name in self.composed:
            pattern, place = self.composed[name]
            for step in pattern.succession:
                names = {one.name for one in self.lexicon.chain(place)}
                if place.level in step.get("levels", LEVELS) and not names & set(step.get("except", ())):
                    yield {**step, "to": self._target(step["to"], place)}

    def _target(self, to: str, place: Place) -> str:
        """The full name of the office that a pattern names as its successor, in the same place."""
        known = next((p for p in self.lexicon.departments if to in (p.official, p.template)), None)
        name = self._name_of(known, place) if known else place.prefix + to
        if known:
            self.composed.setdefault(name, (known, place))
        entry = self._registered(name)
        return entry.name if entry else name

    def _successor(self, name: str) -> Resolution:
        if entry := self.lexicon.entries.get(name):
            return self._from_entry(entry, name)
        if name in self.composed:
            pattern, place = self.composed[name]
            aliases = _ordered(list(self._forms_of(pattern, place)), name)
            level = LEVELS[0] if pattern.kind == "垂直管理" else place.level
            return self._placed(
                name, aliases[0] if aliases else None, aliases, level, pattern.kind, place, pattern
            )
        hit = self.lexicon.leading_place(name)
        return self._as_printed(name, None, hit[0] if hit else None)


def _covers(where: str, here: str) -> bool:
    """Whether an alias that holds in `where` holds in a document of `here`."""
    return where == here or (where != COUNTRY and here.startswith(where))


def _ordered(names: Sequence[str | None], official: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n in names if n and n != official))
