"""How a printed name can be read where its document holds: which place it means, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loaders.divisions import Place
from loaders.lexicon import COUNTRY, Lexicon
from loaders.wording import pattern

PLACE_WANTED = "要知道是哪个地方的文件才能确定"  # why a name is nobody's where no place is stated
BRANDS = frozenset({"企业", "金融机构"})  # kinds whose names may begin with a place and are nobody's office


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: the name made explicit, its place, and what stands after the place.

    Without `bare` the name is to be left as printed, even where it begins with a place (深圳前海管理局).
    """

    full: str
    place: Place | None
    bare: str | None


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a document speaks from: its jurisdiction and, below the country, its place."""

    lexicon: Lexicon
    jurisdiction: str | None
    place: Place | None

    def readings(self, name: str) -> Iterator[Reading]:
        """The likeliest reading first; nothing where the name's place cannot be told."""
        lexicon = self.lexicon
        if level := pattern("names", "levels").match(name):
            if name in lexicon.names or name in lexicon.contextual:
                yield Reading(name, None, None)
            if at := self.level(level.group()):
                yield Reading(at.prefix + name[level.end() :], at, name[level.end() :])
            return
        if name not in lexicon.forms:  # 公安厅 begins with the short name of 公安县 and is an office
            if any(True for _ in self.namesakes(name)):
                return
            if placed := list(self.placed(name)):
                yield from placed
                return
        if self.place is None:
            yield Reading(name, None, None)
        elif name in lexicon.forms:
            yield Reading(self.place.prefix + name, self.place, name)
            yield Reading(name, None, None)
        else:
            yield Reading(name, None, None)
            company = pattern("names", "company").search(name) and not pattern("names", "generic").match(name)
            if not (company or pattern("names", "proper").match(name)):
                yield Reading(self.place.prefix + name, self.place, name)

    def placed(self, name: str) -> Iterator[Reading]:
        """Readings of a name that begins with a place: 广州市天河区教育局, 广东财政厅, 深圳前海管理局."""
        for place, used in self.lexicon.leading_places(name, self.place):
            sure = name[:used] == place.name or name[:used] == place.usual != place.short
            while below := self._further(name[used:], place):
                place, used, sure = below[0], used + below[1], True
            rest = name[used:]
            # 广西自治区财政厅: the class word without the people's name
            level = None if sure else pattern("names", "levels").match(rest)
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
                if all(p.kind in BRANDS for p in form):
                    return  # 上海机场集团 is a name of its own
                yield Reading(place.prefix + rest, place, rest)
                return
            if place.level != "区县" and not pattern("names", "level_words").match(rest):
                yield Reading(name, place, None)
                return

    def _further(self, rest: str, place: Place) -> tuple[Place, int] | None:
        """A division below `place` that `rest` begins with by its full name."""
        for found, used in self.lexicon.leading_places(rest, place):
            inside = found.code != place.code and self.lexicon.below(found.code, place)
            if inside and used < len(rest) and rest[:used] in (found.name, found.usual):
                return found, used
        return None

    def level(self, word: str) -> Place | None:
        """What 省, 市, 区 … mean here: the lowest division of the document's own chain with that word."""
        for at in self.lexicon.chain(self.place) if self.place else []:
            if at.name.endswith(word) and (word != "区" or at.level == "区县" or at is self.place):
                return at
        codes = self.lexicon.place_names.get(word, ())  # 兵团 is one place wherever it is named
        return self.lexicon.places[codes[0]] if len(codes) == 1 else None

    def place_named(self, text: str) -> Place | None:
        """The division that all of `text` names, or its level word stands for."""
        level = pattern("names", "levels").match(text + "。")
        if level and level.end() == len(text) and (at := self.level(text)):
            return at
        for place, used in self.lexicon.leading_places(text, self.place):
            while used < len(text) and (below := self._last(text[used:], place)):
                place, used = below[0], used + below[1]
            if used == len(text):
                return place
        return None

    def _last(self, rest: str, place: Place) -> tuple[Place, int] | None:
        """A division below `place` that `rest` begins with, by any of its names."""
        hit = self.lexicon.leading_place(rest, place)
        return hit if hit and self.lexicon.below(hit[0].code, place) else None

    def namesakes(self, name: str) -> Iterator[str]:
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

    def somewhere(self, name: str) -> bool:
        """Whether this is 经开区 or 高新区 without a place, where there are many: a province, the country."""
        place = self.place
        province = place is not None and place.level == "省" and not place.name.endswith("市")
        many = province or self.jurisdiction == COUNTRY
        forms = self.lexicon.forms.get(name, ())
        return many and any(form.kind == "功能区管委会" for form in forms)

    def reason(self, name: str) -> str:
        """Why a name that nothing knows is nobody's, for the reader of the document."""
        level = pattern("names", "levels").match(name)
        if level and self.jurisdiction is None:
            return f"“{name}”{PLACE_WANTED}。"
        if level:
            return f"“{name}”里的“{level.group()}”在本文件的适用地区里对不上一级行政区。"
        if self.jurisdiction == COUNTRY and name in self.lexicon.forms:
            return f"全国性文件里的“{name}”没有写明是哪个地方的。"
        if any(True for _ in self.namesakes(name)):
            return f"“{name}”里的地名不止一处，文中没有说明是哪里的。"
        return f"不认识“{name}”，登记表和机构名称规则里都没有。"

    def local(self, reading: Reading) -> bool:
        """Whether a bare name of a national document is some place's department: 财政厅 of which province?"""
        known = self.lexicon.forms.get(reading.full, ())
        return self.jurisdiction == COUNTRY and reading.place is None and any(p.official for p in known)


def own_area(issuers: Iterable[str], lexicon: Lexicon) -> str | None:
    """The functional area whose 管委会 issued a document: 区… there means the area's offices."""
    for name in issuers:
        if office := pattern("names", "area_issuer").fullmatch(name):
            area = rest = office["area"]
            while hit := lexicon.leading_place(rest):
                rest = rest[hit[1] :]
            for known in (area, rest):
                if known in lexicon.areas:
                    return str(lexicon.areas[known]["name"])
    return None
