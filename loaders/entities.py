"""Policy instruments, regions, targets and citations of a measure; offsets are exact."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from graph.model import Citation, InstrumentMention, RegionMention, Target
from loaders.lexicon import FOLDER, Lexicon, Place, load, read_yaml
from loaders.structure import normal_number, squeeze

DATE_WORDS = (
    r"(?:19|20)\d{2}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?"
    r"(?:上半年|下半年)?(?:底|末|年底|年末)?(?:之?前|以前)?"
)
DEADLINE = re.compile(
    rf"(?:(?:力争|争取)?(?:到|至|于|在)?\s*)?(?P<date>{DATE_WORDS})(?P<rest>[^，。；\n]{{0,40}})"
)
QUANTITY = re.compile(
    r"[^，。；：\n]{0,30}?(?:达到?|超过|提升至|增长|不低于|不少于|压缩|提高到?|控制在|力争|占比)[^，。；\n]{0,12}?\d[\d.,]*\s*(?:%|％|亿|万|个|家|项|倍|成|美元|元|天|工作日|场|套|人)[^，。；\n]{0,10}"
)
FREQUENCY = re.compile(
    r"每(?:半?年|季度?|月|周|[两三]年)(?:[^，。；\n]{0,24}?\d[\d\-—~～]*\s*[次场家个批])?|定期"
)


@cache
def _instrument_patterns() -> tuple[tuple[re.Pattern[str], str, str | None], ...]:
    rows = []
    for row in _yaml_instruments():
        rows.append((re.compile(row["pattern"]), row["type"], row.get("name")))
    return tuple(rows)


def _yaml_instruments() -> list[dict[str, str]]:
    data: list[dict[str, str]] = read_yaml(FOLDER, "instruments")
    return data


def instruments(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[InstrumentMention]:
    """The instruments of a measure, longest first where patterns overlap, in text order."""
    hits = []
    for pattern, kind, name in _instrument_patterns():
        for match in pattern.finditer(text, start, end):
            span = match.span("name") if "name" in pattern.groupindex else match.span()
            hits.append((*span, kind, name))
    taken: list[tuple[int, int]] = []
    chosen = []
    for a, b, kind, name in sorted(hits, key=lambda h: (h[0] - h[1], h[0])):
        if all(b <= s or a >= e for s, e in taken):
            taken.append((a, b))
            chosen.append(InstrumentMention(name or _canonical(text[a:b]), kind, text[a:b], a, b))
    yield from sorted(chosen, key=lambda i: i.start)


def _canonical(mention: str) -> str:
    return squeeze(mention).strip('“”"《》')


def regions(
    text: str, start: int, end: int, lexicon: Lexicon, own: Place | None, agencies: list[tuple[int, int]]
) -> Iterator[RegionMention]:
    """Places named in a measure outside agency names, without the document's own place."""
    own_codes = {p.code for p in lexicon.chain(own)} if own else set()
    seen: set[str] = set()
    offices = iter(sorted(agencies))
    office = next(offices, None)
    for _, a, b in _gazetteer().find_matches_as_indexes(text[start:end]):
        at, to = start + a, start + b
        while office and office[1] <= at:
            office = next(offices, None)
        if office and office[0] < to:
            continue
        found = _region(text, at, to, lexicon, own)
        if found and found.code not in own_codes and found.name not in seen:
            seen.add(found.name)
            yield found


def _region(text: str, at: int, to: int, lexicon: Lexicon, own: Place | None) -> RegionMention | None:
    """The functional area or division named at text[at:to]; None where the name is part of an office's."""
    mention = text[at:to]
    if row := lexicon.areas.get(mention):
        return RegionMention(row["name"], None, row["kind"], mention, at, to)
    hit = lexicon.leading_place(mention, within=own)
    if hit and hit[1] == len(mention) and _is_place(text, at, hit[1], hit[0]):
        return RegionMention(hit[0].name, hit[0].code, "行政区", mention, at, to)
    return None


@cache
def _gazetteer() -> AhoCorasick:
    """Every name of a division or area, the longest from the left winning."""
    names = [name for name in {*load().areas, *load().place_names} if len(name) > 1]
    return AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)


def _is_place(text: str, at: int, length: int, place: Place) -> bool:
    """A short name counts only where a province's or city's; 海关 after it makes it an office."""
    after = text[at + length : at + length + 6]
    if re.match(r"(?:海关|出入境|检验检疫|海事|边检|港集团|人民政府|政府|电子口岸)", after):
        return False
    if place.level == "区县" and text[at : at + length] != place.name:
        return False
    return text[at : at + length] == place.name or place.level in ("省", "市")


def targets(text: str, start: int, end: int) -> Iterator[Target]:
    """Quantities, deadlines and frequencies, each clause once, in text order."""
    taken: list[tuple[int, int]] = []
    for pattern, kind in ((QUANTITY, "quantity"), (DEADLINE, "deadline"), (FREQUENCY, "frequency")):
        for match in pattern.finditer(text, start, end):
            a, b = match.span()
            if kind == "deadline" and not re.search(r"底|末|前|^(?:力争|争取)?[到至]", match.group()):
                continue
            if kind == "frequency" and match.group() == "定期":
                continue
            if all(b <= s or a >= e for s, e in taken):
                taken.append((a, b))
    for a, b in sorted(taken):
        mention = text[a:b]
        date = DEADLINE.search(mention)
        if FREQUENCY.match(mention):
            yield Target(mention, "frequency", a, b)
        elif re.search(r"\d[\d.,]*\s*(?:%|％|亿|万|个|家|项|倍|美元|元|天|工作日|场|套|人)", mention):
            yield Target(mention, "quantity", a, b, last_day(date["date"]) if date else None)
        else:
            yield Target(mention, "deadline", a, b, last_day(date["date"]) if date else None)


def last_day(printed: str) -> str | None:
    """The last day that a printed date reaches: 2019 年底前 -> 2019-12-31; 2014年上半年 -> 2014-06-30."""
    match = re.match(r"\s*(\d{4})\s*年(?:\s*(\d{1,2})\s*月)?(?:\s*(\d{1,2})\s*日)?(上半年)?", printed)
    if not match:
        return None
    year, month = int(match.group(1)), int(match.group(2) or (6 if match.group(4) else 12))
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(match.group(3) or last)
    return f"{year:04d}-{month:02d}-{min(day, last):02d}" if day >= 1 else None


def citations(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Citation]:
    """Documents named in a measure: 《…》 of a document genre, with or without number, or a number alone."""
    number = lexicon.structure["doc_number"]["pattern"]
    genre = "|".join(sorted(map(re.escape, lexicon.structure["genres"]["words"]), key=len, reverse=True))
    taken: list[tuple[int, int]] = []
    for match in re.finditer(
        rf"《(?P<title>[^《》\n]{{2,100}})》(?:[（(](?P<number>{number})[)）])?", text[start:end]
    ):
        title = squeeze(match["title"])
        if not match["number"] and not re.search(rf"(?:{genre})(?:[（(][^（()）]*[)）])?$", title):
            continue
        a, b = start + match.start(), start + match.end()
        taken.append((a, b))
        yield Citation(normal_number(match["number"]) if match["number"] else None, title, text[a:b], a, b)
    short = re.compile(r"[\u4e00-\u9fff]{1,6}发?(?:〔|\[|［)\s*\d{4}\s*(?:〕|\]|］)\s*\d{1,5}\s*号")
    for match in short.finditer(text, start, end):
        if all(match.end() <= a or match.start() >= b for a, b in taken):
            printed = match.group()
            lead = re.match(r"(?:认真)?(?:贯彻落实|贯彻|落实|根据|按照|执行)", printed)
            a = match.start() + (lead.end() if lead else 0)
            yield Citation(normal_number(text[a : match.end()]), None, text[a : match.end()], a, match.end())
