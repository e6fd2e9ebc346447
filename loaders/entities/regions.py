"""Places that a measure names, with exact offsets; how they are read is in data/lexicon/regions.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from graph.model import RegionMention
from loaders.divisions import Place
from loaders.entities.instruments import said, vocabulary
from loaders.lexicon import Lexicon, load
from loaders.spans import REACH, clause_end, inside, merged, titles, touches
from loaders.structure.lines import squeeze
from loaders.types import Span
from loaders.wording import pattern, rows, source, words

_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Places:
    """data/lexicon/regions.yaml, with names as patterns."""

    joint: dict[str, list[str]]
    single: dict[str, str]
    home: dict[str, str]
    office: re.Pattern[str]
    area: re.Pattern[str]
    zone: re.Pattern[str]
    listed: re.Pattern[str]
    ordinary: frozenset[str]


@cache
def _places() -> _Places:
    data: dict[str, Any] = rows("regions")
    between = source("regions", "between")
    single = {word: row["names"][0] for row in data["single"] for word in row["words"]}
    chars = "".join(single)
    return _Places(
        joint={word: row["names"] for row in data["joint"] for word in row["words"]},
        single=single,
        home={word: row["names"][0] for row in data["home"] for word in row["words"]},
        office=re.compile(
            rf"((?:(?:{between})[\u4e00-\u9fff]{{2,4}}){{0,3}}[\u4e00-\u9fff]{{0,8}}?)"
            rf"(?:{source('regions', 'offices')})"
        ),
        area=re.compile(rf"[\u4e00-\u9fff]{{0,6}}?(?:{source('regions', 'areas')})"),
        zone=re.compile(rf"[\u4e00-\u9fff]{{2,8}}?(?:{source('regions', 'zones')})"),
        listed=re.compile(rf"[{chars}](?:(?:{between})[{chars}]){{1,6}}(?={source('regions', 'list_ends')})"),
        ordinary=frozenset(words("regions", "ordinary")),
    )


def regions(
    text: str, start: int, end: int, lexicon: Lexicon, own: Place | None, agencies: Sequence[Span]
) -> Iterator[RegionMention]:
    """Places named in a measure, each once, in text order.

    Not the document's own place or one above it, nor what stands inside an agency's name or a title 《…》.
    """
    own_names = {p.name for p in lexicon.chain(own)} if own else set()
    closed = sorted([*titles(text, start, end), *agencies])
    closed = merged(closed)
    found: dict[str, RegionMention] = {}
    heading = clause_end(text, start, min(end, start + REACH))
    for hit in sorted(_sights(text, start, end, lexicon, own, closed), key=lambda r: (r.start, -r.end)):
        if hit.name in own_names or (hit.name in found and found[hit.name].start >= heading):
            continue
        if hit.name not in found or hit.start >= heading:
            found[hit.name] = hit  # what the text names goes before what the heading names
    yield from sorted(found.values(), key=lambda r: r.start)


def _sights(
    text: str, start: int, end: int, lexicon: Lexicon, own: Place | None, closed: list[Span]
) -> Iterator[RegionMention]:
    """Every place seen, one by one: names of the gazetteer, joint names, single letters, named zones."""
    known = _places()
    between = words("regions", "between")
    taken: list[Span] = []
    group: list[tuple[Span, list[RegionMention]]] = []
    part = text[start:end]
    for _, a, b in _gazetteer(own.code if own and own.level == "市" else None).find_matches_as_indexes(part):
        at, to = start + a, start + b
        if inside(closed, at):
            continue
        if group and text[group[-1][0][1] : at] not in ("", *between):
            yield from _released(text, group)
            group = []
        seen = _named(text, at, to, lexicon, own)
        if group and seen and group[-1][0][1] == at and _holds(group[-1][1], seen, lexicon):
            group.pop()  # 云南怒江州 names one place
        if seen:
            to = seen[0].end
            taken.append((at, to))
            group.append(((at, to), seen))
    yield from _released(text, group)
    for match in known.listed.finditer(part):
        for index, char in enumerate(match.group()):
            if name := known.single.get(char):
                at = start + match.start() + index
                yield _region(lexicon, name, char, at, at + 1)
    for match in known.zone.finditer(part):
        at, to = start + match.start(), start + match.end()
        for cut in vocabulary().cuts.finditer(text, at, to):
            at = cut.end()
        if to - at > 3 and said(text[at:to]) > 3 and not inside(closed, at) and not touches(taken, at, to):
            mention = text[at:to]
            yield RegionMention(squeeze(mention), None, "区域", mention, at, to)


def _released(text: str, group: list[tuple[Span, list[RegionMention]]]) -> Iterator[RegionMention]:
    """The places of one list: none where the list is the beginning of offices (广州、深圳海关)."""
    if not group:
        return
    after = group[-1][0][1]
    office = _places().office.match(text, after)
    if (
        office
        and not pattern("instruments", "openers").search(office[0])
        and not pattern("regions", "no_office").search(office[1])
    ):
        return
    for _, seen in group:
        yield from seen


def _holds(outer: list[RegionMention], inner: list[RegionMention], lexicon: Lexicon) -> bool:
    """Whether the first place of `inner` lies in the one of `outer`."""
    above, below = outer[0].code, inner[0].code
    return bool(above and below and above != below and lexicon.below(below, lexicon.places[above]))


def _named(text: str, at: int, to: int, lexicon: Lexicon, own: Place | None) -> list[RegionMention]:
    """What the name at text[at:to] stands for; a place with 高新区 behind it is a functional area."""
    known, mention = _places(), text[at:to]
    if names := known.joint.get(mention):
        return [_region(lexicon, name, mention, at, to) for name in names]
    if part := known.home.get(mention):
        area = _only_area(part, lexicon, own)
        plain = not _CJK.match(text[at - 1 : at]) or bool(
            vocabulary().cuts.fullmatch(text, max(0, at - 2), at)
        )
        return [RegionMention(area, None, "功能区/园区", mention, at, to)] if area and plain else []
    if row := lexicon.areas.get(mention):
        return [RegionMention(row["name"], None, row["kind"], mention, at, to)]
    hit = lexicon.leading_place(mention, within=own)
    if not hit or hit[1] != len(mention):
        return []
    if (
        hit[0].level == "区县"
        and mention != hit[0].name
        and (mention in known.ordinary or not lexicon.below(hit[0].code, own))
    ):
        return []
    area_match = known.area.match(text, to)
    if area_match and (
        (len(area_match.group()) > 2 and area_match.group()[-1] == "港") or known.office.match(text, to)
    ):
        area_match = None
    if (
        area_match
        and not pattern("regions", "no_area").search(area_match.group())
        and not vocabulary().cuts.search(area_match.group())
    ):
        mention = text[at : area_match.end()]
        row = lexicon.areas.get(mention)
        name = row["name"] if row else squeeze(mention)
        return [RegionMention(name, None, "功能区/园区", mention, at, area_match.end())]
    return [_region(lexicon, hit[0].name, mention, at, to, hit[0])]


def _only_area(part: str, lexicon: Lexicon, own: Place | None) -> str | None:
    """The one functional area of the document's place whose name holds `part`; None with several."""
    names = {
        row["name"]
        for row in lexicon.areas.values()
        if own and row.get("parent") == own.full and part in row["name"]
    }
    names = {n for n in names if part != "保税区" or "综合" not in n}
    return names.pop() if len(names) == 1 else None


def _region(
    lexicon: Lexicon, name: str, mention: str, at: int, to: int, place: Place | None = None
) -> RegionMention:
    """A place by its name: with its code where it is a division, abroad or beyond the border otherwise."""
    if place is None and (row := lexicon.areas.get(name)):
        return RegionMention(row["name"], None, row["kind"], mention, at, to)
    code = place.code if place else next(iter(lexicon.place_names.get(name, ())), None)
    kind = "国外/境外" if code is None or code[:1] in "78" else "行政区"
    return RegionMention(name, code, kind, mention, at, to)


@cache
def _gazetteer(city: str | None) -> AhoCorasick:
    """Every name that can be a place, the longest from the left winning.

    A county's short name (从化 for 从化区) is one only in its own city's documents: elsewhere 新兴 is a word.
    """
    lexicon, known = load(), _places()
    names = {*lexicon.areas, *known.joint, *known.home}
    for name, codes in lexicon.place_names.items():
        for code in codes:
            place = lexicon.places[code]
            if name == place.name or place.level != "区县" or place.parent == city:
                names.add(name)
    return AhoCorasick(
        sorted(n for n in names if len(n) > 1 and n not in known.ordinary),
        matchkind=MatchKind.LeftmostLongest,
    )
