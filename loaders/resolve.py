"""A completed name to an agency with an identity, in the context of its document.

Order, the surest first: the register (anywhere, then in this jurisdiction), the patterns of
departments and vertical bodies composed with a place, the printed name composed with a place.
Similarity is never used: what none of these gives stays unresolved, with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graph.model import Agency, Membership, Region, Resolved, Succession
from loaders.lexicon import COUNTRY, LEVELS, Department, Lexicon, Place, RegisterEntry
from loaders.mentions import is_class, looks_like_unit
from loaders.types import Mention

LEVEL_WORDS = {
    "省": ("省",),
    "自治区": ("省",),
    "市": ("市", "省"),
    "州": ("市",),
    "盟": ("市",),
    "区": ("区县",),
    "县": ("区县",),
    "旗": ("区县",),
}
OWN_WORDS = re.compile(r"^(?:我|本)(?=[省市州区县])|^全(?=[省市州区县])")
PREFIX = re.compile(r"^(?:自治区|[省市州盟区县旗])(?=[^场域级])")
LOCAL_OFFICE = re.compile(r"(?:[局委办厅处]|法院|检察院|政府|管委会|办公室|中心)$")
EXPANSIONS = (
    (re.compile(r"(?<!人民)政府$"), "人民政府"),
    (re.compile(r"管委会$"), "管理委员会"),
    (re.compile(r"(?<!人民)政府办公"), "人民政府办公"),
)


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
    agencies: dict[str, Agency] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    successions: dict[tuple[str, str], Succession] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    definitions: dict[str, tuple[Mention, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = (
            None if self.jurisdiction in (None, COUNTRY) else self.lexicon.place_of(self.jurisdiction or "")
        )
        if self.place:
            self.add_region(self.place)

    def resolve(self, mention: Mention) -> Resolution:
        """The agency behind a mention; its node and what belongs to it are collected."""
        result = self._resolved(re.sub(r"\s+", "", mention.name))
        if result.agency.id not in self.agencies:
            self.agencies[result.agency.id] = result.agency
            self._follow(result.agency.name)
        else:
            known = self.agencies[result.agency.id]
            merged = tuple(dict.fromkeys([*known.aliases, *result.aliases]))
            self.agencies[known.id] = _with_aliases(known, merged)
        return result

    def _resolved(self, name: str) -> Resolution:
        name = OWN_WORDS.sub("", name)
        if name in self.definitions:
            return self._collective(name, defined=True)
        if is_class(name):
            return self._collective(name)
        for candidate, _ in self._candidates(name):
            if entry := self._registered(candidate):
                return self._from_entry(entry, candidate)
        if PREFIX.match(name) and (self.place is None) and self.jurisdiction != COUNTRY:
            return self._unresolved(
                name,
                f"“{name}”要知道是哪个地方的文件才能确定；请用 --jurisdiction 或 meta.json 说明。",
            )
        for candidate, place in self._candidates(name):
            if result := self._composed(candidate, place):
                return result
        return self._unresolved(name, f"不认识“{name}”，登记表和机构名称规则里都没有。")

    def _candidates(self, name: str) -> list[tuple[str, Place | None]]:
        """(name with its jurisdiction made explicit, that place), the likeliest reading first."""
        prefix = PREFIX.match(name)
        if self.place is not None and prefix:
            levels = LEVEL_WORDS[prefix.group()]
            for above in self.lexicon.chain(self.place):
                if above.level in levels and (above.name.endswith(prefix.group()) or prefix.group() == "区"):
                    return [(above.prefix + name[prefix.end() :], above)]
            return []
        # 公安厅 begins with the short name of 公安县 and is an office of its own.
        leading = None if name in self.lexicon.forms else self.lexicon.leading_place(name, within=self.place)
        if leading and len(name) > leading[1]:
            place, used = leading
            while further := self.lexicon.leading_place(name[used:], within=place):
                if not self.lexicon.below(further[0].code, place):
                    break
                place, used = further[0], used + further[1]
            out: list[tuple[str, Place | None]] = [(name, place)]
            rest = name[used:]
            if re.match(r"[省市](?!场监)", rest):
                out.append((place.prefix + rest[1:], place))
            else:
                out.append((place.prefix + rest, place))
            return out
        if self.place is None:
            return [(name, None)]
        local = (self.place.prefix + name, self.place)
        # A bare 公安局 is the document's own; a bare 某某股份公司 is nobody's office.
        if name in self.lexicon.forms or LOCAL_OFFICE.search(name):
            return [local, (name, self.place)]
        return [(name, self.place), local]

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
        return self.lexicon.entries[owners.pop()] if owners else None

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

    def _composed(self, name: str, place: Place | None) -> Resolution | None:
        """A department pattern with its place, a vertical body's branch, or the printed name itself."""
        if place is not None:
            bare = self._without_place(name, place)
            if bare is not None and (pattern := self._pattern(bare, place.level)):
                return self._from_pattern(pattern, bare, place)
        for regex, pattern in self.lexicon.templates:
            if (
                (match := regex.match(name))
                and (hit := self.lexicon.leading_place(match["place"], within=self.place))
                and hit[1] == len(match["place"])
            ):
                return self._from_pattern(pattern, name, hit[0])
        if place is None:
            if self.jurisdiction == COUNTRY and looks_like_unit(name):
                return self._as_printed(name, name, None)
            return None
        bare = self._without_place(name, place)
        if bare is not None and looks_like_unit(bare):
            return self._as_printed(_expanded(place.prefix + bare), bare, place)
        if looks_like_unit(name) and bare is None and self.place is not None:
            return self._as_printed(_expanded(name), name, place)
        return None

    def _without_place(self, name: str, place: Place) -> str | None:
        for form in sorted(
            {place.full, place.prefix, place.name, place.short, _usual_form(place)}, key=len, reverse=True
        ):
            if name.startswith(form) and len(name) > len(form):
                rest = name[len(form) :]
                if form == place.short != place.name and re.match(r"[省市州区县]", rest):
                    rest = rest[1:]
                return rest
        return None

    def _pattern(self, bare: str, level: str) -> Department | None:
        """The pattern that has this printed form at this level; an exact official name wins."""
        fitting = [p for p in self.lexicon.forms.get(bare, ()) if level in p.levels]
        exact = [p for p in fitting if p.official == bare]
        choice = exact or fitting
        officials = {(p.official, p.template) for p in choice}
        return choice[0] if len(officials) == 1 else None

    def _from_pattern(self, pattern: Department, bare: str, place: Place) -> Resolution:
        where = place.short if pattern.place == "short" else place.prefix
        usual = _usual_form(place)
        if pattern.template:
            name = pattern.template.replace("{place}", where)
            forms = [
                f.replace("{place}", w)
                for f in pattern.forms
                if "{place}" in f
                for w in (place.short, place.prefix)
            ]
            forms += [p + f for f in pattern.forms if "{place}" not in f for p in (place.prefix, usual)]
        else:
            name = place.prefix + (pattern.official or bare)
            forms = [p + f for p in (place.prefix, usual) for f in (pattern.official or bare, *pattern.forms)]
        short = next((f for f in forms if f != name and f.startswith(place.prefix)), None)
        if pattern.template and not short:
            short = forms[0] if forms else None
        aliases = _ordered(
            [*forms, *([place.name + bare] if not bare.startswith(place.short) else [bare])], name
        )
        level = "国家" if pattern.kind == "垂直管理" else place.level
        return self._placed(name, short, aliases, level, pattern.kind, place)

    def _as_printed(self, name: str, bare: str, place: Place | None) -> Resolution:
        names = [bare if place is None else place.prefix + bare]
        if place is not None:
            names += [
                place.name + bare,
                _usual_form(place) + bare,
                _usual_form(place) + name[len(place.prefix) :] if name.startswith(place.prefix) else name,
            ]
        kind = "政府" if name.endswith("人民政府") else _kind_of(name)
        level = place.level if place else LEVELS[0]
        return self._placed(name, None, _ordered(names, name), level, kind, place)

    def _placed(
        self,
        name: str,
        short: str | None,
        aliases: tuple[str, ...],
        level: str,
        kind: str,
        place: Place | None,
    ) -> Resolution:
        if entry := self.lexicon.entries.get(name):
            result = self._from_entry(entry, name)
            return Resolution(
                _with_aliases(result.agency, _ordered([*result.aliases, *aliases], name)),
                _ordered([*result.aliases, *aliases], name),
            )
        region = self.add_region(place) if place else None
        agency = Agency(name, name, short, aliases, level, kind, resolved=Resolved.COMPOSED, region=region)
        return Resolution(agency, aliases)

    def _collective(self, name: str, defined: bool = False) -> Resolution:
        """A class of units: one per jurisdiction, and per document where the document defines it."""
        place, bare = self.place, name
        if prefix := re.match(r"(?:自治区|[省市州盟区县])(?=各|有关|相关)", name):
            levels = LEVEL_WORDS[prefix.group()]
            above = [p for p in self.lexicon.chain(self.place) if p.level in levels] if self.place else []
            place, bare = (above[0], name[prefix.end() :]) if above else (place, name)
        elif (prefix := PREFIX.match(name)) and place is not None:
            bare = name[prefix.end() :]
        explicit = self.lexicon.leading_place(bare) if place else None
        where = COUNTRY if self.jurisdiction == COUNTRY else (place.prefix if place else "")
        if explicit or (bare.startswith(where) and where):
            where = ""
        full = where + (bare if defined else _expanded(bare))
        identity = f"{full}@{self.document_id}" if defined else full
        usual = _usual_form(place) if place and where else where
        aliases = _ordered([where + bare, usual + bare, bare], full)
        region = self.add_region(place) if place else None
        resolved = Resolved.COMPOSED if self.jurisdiction else Resolved.UNRESOLVED
        agency = Agency(
            identity,
            full,
            None,
            aliases,
            place.level if place else None,
            "统称",
            True,
            resolved=resolved,
            region=region,
        )
        members = self._members(identity, bare, defined, place)
        reason = None if self.jurisdiction else f"“{name}”是哪个地方的，文中没有说明。"
        return Resolution(agency, aliases, members, reason)

    def _members(self, identity: str, bare: str, defined: bool, place: Place | None) -> tuple[str, ...]:
        if defined:
            rows = [(self.resolve(m).agency, "document") for m in self.definitions[bare]]
        elif place is not None and (names := self._governments(bare, place)):
            rows = [(self.resolve(Mention(n, 0, 0, n)).agency, "geography") for n in names]
        else:
            return ()
        for agency, basis in rows:
            self.memberships[agency.id, identity] = Membership(agency.id, identity, basis)
        return tuple(agency.name for agency, _ in rows)

    def _governments(self, bare: str, place: Place) -> list[str]:
        """The governments that 各区县政府 and the like mean, from the table of divisions."""
        match = re.fullmatch(
            r"(?P<area>[\u4e00-\u9fff]{2,8}?)?各(?P<kinds>(?:地级以上|[市州区县、]|[（(]自治县[)）]|[（(]市、?区[)）])+)(?:人民)?政府",
            bare,
        )
        if not match or "有关" in bare:
            return []
        if area := match["area"]:
            row = self.lexicon.areas.get(area)
            return [f"{m}人民政府" for m in row.get("members", ())] if row and "市" in match["kinds"] else []
        if match["kinds"].strip("（）()自治") and place.level == "省":
            below = self.lexicon.children(place)
            direct = {p.level for p in below}
            if direct == {"区县"}:
                return [f"{p.prefix}人民政府" for p in below]
            if match["kinds"] in ("市", "市州", "州市", "地级以上市"):
                return [f"{p.name}人民政府" for p in below]
        if (
            place.level == "市"
            and re.search(r"[区县]", match["kinds"])
            and "市" not in match["kinds"].replace("县市", "")
        ):
            return [f"{p.prefix}人民政府" for p in self.lexicon.children(place)]
        return []

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
        above = self.lexicon.place_of(self.lexicon.areas[name].get("parent", ""))
        parent = self.add_region(above) if above else None
        self.regions.setdefault(name, Region(name, name, None, kind, None, parent))

    def _follow(self, name: str) -> None:
        """The succession chain that starts at an agency, with its nodes."""
        entry = self.lexicon.entries.get(name)
        for step in entry.succession if entry else ():
            successor = self.lexicon.entries.get(step["to"])
            known = successor is not None and step["to"] in self.agencies
            if not known:
                found = self._from_entry(successor, step["to"]) if successor else self._successor(step["to"])
                self.agencies.setdefault(found.agency.id, found.agency)
            key = (name, step["to"])
            if key not in self.successions:
                self.successions[key] = Succession(
                    name, step["to"], step.get("date"), step["kind"], step.get("source")
                )
                if not known:
                    self._follow(step["to"])

    def _successor(self, name: str) -> Resolution:
        hit = self.lexicon.leading_place(name)
        place = hit[0] if hit else None
        return (self._composed(name, place) if place else None) or self._as_printed(name, name, None)


def _covers(where: str, here: str) -> bool:
    """Whether an alias that holds in `where` holds in a document of `here`."""
    return where == here or (where != COUNTRY and here.startswith(where))


def _usual_form(place: Place) -> str:
    """楚雄州 for 楚雄彝族自治州; other divisions are usually named as they are."""
    match = re.search(r"自治(州|县)$", place.name)
    return place.short + match.group(1) if match else place.prefix


def _expanded(name: str) -> str:
    for pattern, full in EXPANSIONS:
        name = pattern.sub(full, name)
    return name


def _ordered(names: Sequence[str | None], official: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n in names if n and n != official))


def _with_aliases(agency: Agency, aliases: tuple[str, ...]) -> Agency:
    return replace(agency, aliases=aliases)


def _kind_of(name: str) -> str:
    if re.search(r"银行|分行|保险|证券", name):
        return "金融机构"
    if re.search(r"公司|集团", name):
        return "企业"
    if re.search(r"管委会|管理委员会", name):
        return "功能区管委会"
    if re.search(r"联席会议|领导小组|指挥部", name):
        return "议事协调"
    return "群团协会" if re.search(r"协会|联合会|商会|总会|学会", name) else "部门"
