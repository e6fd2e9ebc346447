"""data/lexicon as Python values, checked against its schemas and indexed once per process."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from graph.errors import LexiconError

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"
LEVELS = ("国家", "省", "市", "区县")
COUNTRY = "全国"
# 市辖区 names keep their 区; a short name drops the class word only where two characters remain
CLASS_WORD = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|蒙古族|彝族|白族|傣族|苗族|土家族|侗族|布依族|哈尼族|景颇族|傈僳族|朝鲜族|羌族|哈萨克|柯尔克孜|满族|瑶族|黎族|畲族|各族|仡佬族|水族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|毛南族|仫佬族|撒拉族|保安族|东乡族|裕固族|土族|锡伯|达斡尔族|鄂温克族|鄂伦春|塔吉克)*"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|盟|州|林区|区|县|旗)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division. `full` is its chain without the country: 广东省广州市天河区."""

    code: str
    name: str
    level: str
    parent: str | None
    short: str
    full: str
    prefix: str  # what an office's official name begins with: 广州市, but 广州市从化区 for a district


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
    templates: tuple[tuple[re.Pattern[str], Department], ...]
    places: dict[str, Place]  # by code
    place_names: dict[str, tuple[str, ...]]  # full or short name -> codes
    areas: dict[str, dict[str, Any]]  # any name of a functional area or named region -> its entry
    labels: tuple[RoleWord, ...] = field(default=())
    verbs: tuple[RoleWord, ...] = field(default=())

    def place_of(self, jurisdiction: str) -> Place | None:
        """The division that a jurisdiction string ends in: 广东省广州市 -> 广州市; None for 全国."""
        for place in self.places.values():
            if place.full == jurisdiction:
                return place
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
        """The longest division name that `text` begins with, and its length; children of `within` first."""
        for length in range(min(len(text), 15), 1, -1):
            codes = self.place_names.get(text[:length])
            if codes:
                best = min(codes, key=lambda c: (not self.below(c, within), len(c.rstrip("0")), c))
                if self.places[best].level == "区县" and len(codes) > 1 and not self.below(best, within):
                    continue  # 城关区 of which city? not without its own city before it
                found = self.places[best]
                if found.level == "区县" and text[:length] != found.name and not self.below(best, within):
                    continue  # 公安 in 公安部门 is no county: short names of counties hold only at home
                return self.places[best], length
        return None

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
        return sorted((p for p in self.places.values() if p.parent == place.code), key=lambda p: p.code)


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
    templates: list[tuple[re.Pattern[str], Department]] = []
    for pattern in departments:
        for form in dict.fromkeys([*([pattern.official] if pattern.official else []), *pattern.forms]):
            if "{place}" in form:
                templates.append((_template(form), pattern))
            else:
                forms.setdefault(form, []).append(pattern)
        if pattern.template:
            templates.append((_template(pattern.template), pattern))
    places, place_names = _places(folder / "divisions.csv")
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
        places=places,
        place_names=place_names,
        areas=areas,
        labels=_words(roles["labels"]),
        verbs=_words(roles["verbs"]),
    )


def _template(form: str) -> re.Pattern[str]:
    before, after = form.split("{place}", 1)
    return re.compile(re.escape(before) + r"(?P<place>[\u4e00-\u9fff]{2,12}?)" + re.escape(after) + r"$")


def _words(groups: list[dict[str, Any]]) -> tuple[RoleWord, ...]:
    words = [RoleWord(word, group["role"]) for group in groups for word in group["words"]]
    return tuple(sorted(words, key=lambda w: -len(w.word)))


def read_yaml(folder: Path, stem: str) -> Any:
    """The rows of one file of the lexicon, checked against its schema. Raises LexiconError."""
    path = folder / f"{stem}.yaml"
    try:
        with path.open(encoding="utf-8") as file:
            data = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"词表 {path.name} 读不出来：{error}") from error
    schema = folder / "schemas" / f"{stem}.json"
    if schema.exists():
        checker = jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))
        for problem in checker.iter_errors(data):
            where = "/".join(str(part) for part in problem.absolute_path)
            raise LexiconError(f"词表 {path.name} 的 {where} 不合规则：{problem.message}")
    return data


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
            chain[1] + row["name"] if row["level"] == "区县" and len(chain) > 1 else row["name"],
        )
        places[place.code] = place
        for name in {place.name, place.short, *_usual(place.name)}:
            names.setdefault(name, []).append(place.code)
    return places, {k: tuple(v) for k, v in names.items()}


def short_name(name: str) -> str:
    """The usual short name: 广东 for 广东省, 楚雄 for 楚雄彝族自治州; 从化区 stays (two characters left)."""
    short = CLASS_WORD.sub("", name)
    return short if len(short) >= 2 else name


def _usual(name: str) -> list[str]:
    """楚雄州 for 楚雄彝族自治州: the usual form keeps the class word without the peoples' names."""
    if name.endswith("自治州"):
        return [short_name(name) + "州"]
    return [short_name(name) + "县"] if name.endswith("自治县") else []
