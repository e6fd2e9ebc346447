"""data/lexicon as Python values, checked against its schemas and indexed once per process."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from graph.errors import LexiconError

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"
LEVELS = ("国家", "省", "市", "区县")
COUNTRY = "全国"
TYPES = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int}
# what may stand in the {place} of a form: a place name, or the level word of the document's own place
PLACE_WORD = re.compile(r"[\u4e00-\u9fff]{2,15}|[省市州盟区县旗]")
# 市辖区 names keep their 区; a short name drops the class word only where two characters remain
CLASS_WORD = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|蒙古族|彝族|白族|傣族|苗族|土家族|侗族|布依族|哈尼族|景颇族|傈僳族|朝鲜族|羌族|哈萨克|柯尔克孜|满族|瑶族|黎族|畲族|各族|仡佬族|水族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|毛南族|仫佬族|撒拉族|保安族|东乡族|裕固族|土族|锡伯|达斡尔族|鄂温克族|鄂伦春|塔吉克)*"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|盟|州|林区|区|县|旗)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division. `full` is its chain without the country: 广东省广州市天河区.

    `prefix` is what an office's official name begins with, the lowest division only: 广州市, 昆山市,
    双柏县; a 市辖区 stands behind its city (广州市天河区), because district names are not unique.
    """

    code: str
    name: str
    level: str
    parent: str | None
    short: str
    full: str
    prefix: str
    usual: str  # the name as usually printed: 楚雄州, 石柱县, 广西; the name itself for most

    @property
    def usual_prefix(self) -> str:
        """The prefix as usually printed."""
        return self.prefix if self.usual == self.name else self.usual


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
        return place if PLACE_WORD.fullmatch(place) else None


@dataclass(frozen=True, slots=True)
class Naming:
    """data/lexicon/names.yaml: how the names of offices are read."""

    levels: re.Pattern[str]  # 省…, 市…, 自治区… at the beginning of a name
    own: re.Pattern[str]
    office: re.Pattern[str]
    proper: re.Pattern[str]
    company: re.Pattern[str]
    generic: re.Pattern[str]
    branch: re.Pattern[str]
    area: re.Pattern[str]
    included: re.Pattern[str]
    collective: re.Pattern[str]
    expansions: tuple[tuple[re.Pattern[str], str], ...]
    kinds: tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class RoleWord:
    """A word of data/lexicon/roles.yaml with the role it gives."""

    word: str
    role: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything of data/lexicon that reading needs."""

    roles: dict[str, Any]
    structure: dict[str, Any]
    entries: dict[str, RegisterEntry]
    names: dict[str, tuple[str, ...]]  # a name that holds anywhere -> official names
    contextual: dict[str, tuple[tuple[str, str], ...]]  # alias -> (jurisdiction prefix, official name)
    departments: tuple[Department, ...]
    forms: dict[str, tuple[Department, ...]]  # a printed form without place -> patterns
    templates: tuple[tuple[Template, Department], ...]
    naming: Naming
    places: dict[str, Place]  # by code
    place_names: dict[str, tuple[str, ...]]  # full, usual or short name -> codes
    place_paths: dict[str, str]  # 广东省广州市 -> code
    below_of: dict[str, tuple[str, ...]]  # code -> codes directly below, in order
    areas: dict[str, dict[str, Any]]  # any name of a functional area or named region -> its entry
    labels: tuple[RoleWord, ...] = field(default=())
    verbs: tuple[RoleWord, ...] = field(default=())

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
    roles, structure = read_yaml(folder, "roles"), read_yaml(folder, "structure")
    entries = {row["name"]: _entry(row) for row in read_yaml(folder, "agencies")}
    names: dict[str, list[str]] = {}
    contextual: dict[str, list[tuple[str, str]]] = {}
    for entry in entries.values():
        for name in dict.fromkeys([entry.name, *([entry.short] if entry.short else []), *entry.aliases]):
            names.setdefault(name, []).append(entry.name)
        for alias, where in entry.contextual:
            contextual.setdefault(alias, []).extend((w, entry.name) for w in where)
    departments = tuple(_department(row) for row in read_yaml(folder, "departments"))
    forms: dict[str, list[Department]] = {}
    templates: list[tuple[Template, Department]] = []
    for pattern in departments:
        for form in _printed_forms(pattern):
            if form.count("{place}") == 1:
                templates.append((Template(*form.split("{place}")), pattern))
            elif "{place}" not in form:
                forms.setdefault(form, []).append(pattern)
    templates.sort(key=lambda pair: -len(pair[0].before + pair[0].after))
    places, place_names = _places(folder / "divisions.csv")
    below: dict[str, list[str]] = {}
    for place in places.values():
        if place.parent:
            below.setdefault(place.parent, []).append(place.code)
    areas = {
        name: row for row in read_yaml(folder, "areas") for name in [row["name"], *row.get("aliases", [])]
    }
    return Lexicon(
        roles=roles,
        structure=structure,
        entries=entries,
        names={k: tuple(v) for k, v in names.items()},
        contextual={k: tuple(v) for k, v in contextual.items()},
        departments=departments,
        forms={k: tuple(v) for k, v in forms.items()},
        templates=tuple(templates),
        naming=_naming(read_yaml(folder, "names")),
        places=places,
        place_names=place_names,
        place_paths={place.full: place.code for place in places.values()},
        below_of={code: tuple(sorted(codes)) for code, codes in below.items()},
        areas=areas,
        labels=_words(roles["labels"]),
        verbs=_words(roles["verbs"]),
    )


def _printed_forms(pattern: Department) -> list[str]:
    """The official name and every short form.

    A 自治区 and the 兵团 say 党委 where others say 委; an area named alone (高新区) is its 管委会.
    """
    names = [n for n in (pattern.official, pattern.template) if n] + list(pattern.forms)
    names += ["党" + form for form in pattern.forms if form.startswith("委") and pattern.kind == "党委部门"]
    names += [f.removesuffix("管委会") for f in pattern.forms if pattern.kind == "功能区管委会"]
    return list(dict.fromkeys(names))


def _naming(rows: dict[str, Any]) -> Naming:
    levels = "|".join(sorted(rows["levels"]["words"], key=len, reverse=True))
    return Naming(
        levels=re.compile(rf"^(?:{levels})(?!{'|'.join(rows['levels']['not_before'])})(?=.)"),
        own=re.compile(rows["own"]["pattern"]),
        office=re.compile(rows["office"]["pattern"]),
        proper=re.compile(rows["proper"]["pattern"]),
        company=re.compile(rows["company"]["pattern"]),
        generic=re.compile(rows["generic"]["pattern"]),
        branch=re.compile(rows["branch"]["pattern"]),
        area=re.compile(rows["area"]["pattern"]),
        included=re.compile(rows["included"]["pattern"]),
        collective=re.compile("|".join(row["pattern"] for row in rows["collectives"])),
        expansions=tuple((re.compile(row["pattern"]), row["full"]) for row in rows["expansions"]),
        kinds=tuple((re.compile(row["pattern"]), row["kind"]) for row in rows["kinds"]),
    )


def _words(groups: list[dict[str, Any]]) -> tuple[RoleWord, ...]:
    words = [RoleWord(word, group["role"]) for group in groups for word in group["words"]]
    return tuple(sorted(words, key=lambda w: -len(w.word)))


def read_yaml(folder: Path, stem: str) -> Any:
    """The rows of one file of the lexicon, checked against its schema. Raises LexiconError."""
    path = folder / f"{stem}.yaml"
    try:
        content = path.read_bytes()
        data = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"词表 {path.name} 读不出来：{error}") from error
    check(folder, stem, data)
    return data


def check(folder: Path, stem: str, data: Any, thorough: bool = False) -> None:
    """`data` against schemas/STEM.json, the first breach as one sentence. Raises LexiconError.

    The quick look comes first; jsonschema (slow to import) only explains what that finds, or checks
    everything when the check is to be `thorough`, as in the tests.
    """
    path = folder / "schemas" / f"{stem}.json"
    if not path.exists():
        return
    schema = json.loads(path.read_text("utf-8"))
    if not thorough and _plausible(data, schema):
        return
    import jsonschema  # slow to import, and seldom needed

    for problem in jsonschema.Draft202012Validator(schema).iter_errors(data):
        where = "/".join(str(part) for part in problem.absolute_path)
        raise LexiconError(f"词表 {stem}.yaml 的 {where} 不合规则：{problem.message}")


def _plausible(value: Any, schema: dict[str, Any]) -> bool:
    """Whether types, keys and choices are as `schema` says, all the way down; references are trusted."""
    kind = TYPES.get(schema.get("type", ""))
    if kind and not isinstance(value, kind):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(_plausible(item, schema["items"]) for item in value)
    if isinstance(value, dict) and "properties" in schema:
        fields = schema["properties"]
        closed = schema.get("additionalProperties") is False
        return (
            all(key in value for key in schema.get("required", ()))
            and not (closed and value.keys() - fields.keys())
            and all(_plausible(item, fields[key]) for key, item in value.items() if key in fields)
        )
    return True


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


def _places(path: Path) -> tuple[dict[str, Place], dict[str, tuple[str, ...]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parents = {row["code"]: row for row in rows}
    places: dict[str, Place] = {}
    names: dict[str, list[str]] = {}
    for row in rows:
        chain, current = [row["name"]], row
        while current["parent"]:
            current = parents[current["parent"]]
            chain.append(current["name"])
        place = Place(
            row["code"],
            row["name"],
            row["level"],
            row["parent"] or None,
            short_name(row["name"]),
            "".join(reversed(chain)),
            chain[1] + row["name"] if row["name"].endswith("区") and row["level"] == "区县" else row["name"],
            usual_name(row["name"]),
        )
        places[place.code] = place
        kind = next((end for end in AUTONOMOUS if place.name.endswith(end)), "")  # 湘西自治州
        for name in {place.name, place.short, place.usual, place.short + kind}:
            names.setdefault(name, []).append(place.code)
    return places, {k: tuple(v) for k, v in names.items()}


AUTONOMOUS = ("自治州", "自治县", "自治旗", "自治区")


def short_name(name: str) -> str:
    """The usual short name: 广东 for 广东省, 楚雄 for 楚雄彝族自治州; 从化区 stays (two characters left)."""
    short = CLASS_WORD.sub("", name)
    return short if len(short) >= 2 else name


def usual_name(name: str) -> str:
    """楚雄州 for 楚雄彝族自治州, 广西 for 广西壮族自治区, 兵团 for 新疆生产建设兵团; others as they are."""
    for ending, kept in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("自治区", "")):
        if name.endswith(ending):
            return short_name(name) + kept
    return "兵团" if name.endswith("兵团") else name
