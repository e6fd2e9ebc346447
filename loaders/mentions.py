"""A printed list of units as single mentions, each with its name completed from its neighbours.

省外经贸厅、财政厅                     -> 省外经贸厅 · 省财政厅
广东、深圳、珠海检验检疫局               -> 广东检验检疫局 · 深圳检验检疫局 · 珠海检验检疫局
各市、县人民政府                        -> one class, not two
省文化和旅游厅和省财政厅                -> split at the second 和 only
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from loaders.lexicon import Lexicon, load
from loaders.types import Definition, Mention, Span

SEPARATORS = "、，,；;。 \n　"
BRACKETS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "［": "］", "【": "】"}
JOINTS = re.compile(r"以及|[和与及]")
OPEN_END = re.compile(r"等(?:有关|相关)?(?:部门|单位|机构)?$")
OPEN_JOINT = re.compile(r"等(?:有关|相关)?(?:部门|单位)?(?=以及|[和与及])")
LEVEL_PREFIX = re.compile(r"^(?:自治区|[省市州区县盟旗](?!场监|政务|政府))(?:委(?!员会)|政府)?")
CLASS_PART = re.compile(
    r"^各?(?:有关|相关)?(?:地级以上|地级|设区|省辖|直辖)?(?:省|市|州|盟|区|县|旗|自治区|直辖市|区县|市县|县市|地市|市州|县区|乡镇|镇街|街道|乡|镇)(?:[（(][^（()）]{1,8}[)）])?$"
)
MAX_NAME = 60  # characters: the longest register name has about 40
LEAD_IN = re.compile(r"^(?:由|请|以及|并由|其中)")


@cache
def _suffix() -> re.Pattern[str]:
    words = sorted(load().structure["suffixes"]["words"], key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, words)) + r")(?:[（(][^（()）]{1,20}[)）])?$")


@cache
def _class() -> re.Pattern[str]:
    rows = load().structure["classes"]
    return re.compile(rf"(?:{'|'.join(rows['prefixes'])})|(?:{'|'.join(rows['heads'])})$")


def looks_like_unit(name: str) -> bool:
    """Whether a name ends as a unit's does: 局, 委, 政府, 海关, 公司 …"""
    return 2 <= len(name) <= MAX_NAME and bool(_suffix().search(name))


def is_class(name: str) -> bool:
    """Whether a name stands for several units: 各区县政府, 有关部门."""
    bare = re.sub(
        r"^(?:全国|全省|全市|全州|全区|全县|我省|我市|本市|省|市|州|县|区)(?=各|有关|相关)", "", name
    )
    return bool(re.match(r"(?:各|有关|相关|其他|其它)", bare)) or bool(
        re.search(r"(?:各|有关|相关)[^、，]{0,12}(?:政府|部门|单位|企业|机构|管委会|银行)$|成员单位$", bare)
    )


def known(name: str, lexicon: Lexicon) -> bool:
    """Whether register or patterns know the name, with or without a place or level word before it."""
    if name in lexicon.names or name in lexicon.contextual or name in lexicon.forms or name in lexicon.areas:
        return True
    rest = name
    while hit := lexicon.leading_place(rest):
        rest = rest[hit[1] :]
        if rest in lexicon.forms or rest in lexicon.contextual:
            return True
    prefix = re.match(r"自治区|[省市州区县盟旗]", name)
    if prefix and name[prefix.end() :] in lexicon.forms:
        return True
    return any(pattern.match(name) for pattern, _ in lexicon.templates)


def split_list(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[list[Mention], list[Definition]]:
    """The mentions of the list at text[start:end] in order, and what it defines (以下统称…)."""
    definitions: list[Definition] = []
    pattern = re.compile(lexicon.structure["definitions"]["pattern"])
    found: list[Mention] = []
    for part_start, part_end in _parts(text, start, end):
        part = text[part_start:part_end]
        define = pattern.search(part)
        if define:
            part_end = part_start + define.start()
        found.extend(_mentions(text, part_start, part_end, lexicon))
        if define:
            definitions.append(
                Definition(
                    define["term"], (), part_start + define.start("term"), part_start + define.end("term")
                )
            )
    mentions = _completed(_classes_joined(text, found), lexicon)
    if definitions:
        members = _defined_members(text, mentions, definitions[0].start)
        definitions = [Definition(d.term, members, d.start, d.end) for d in definitions]
    return mentions, definitions


def _defined_members(text: str, mentions: list[Mention], at: int) -> tuple[Mention, ...]:
    """What 以下统称 covers: the run of classes and units back to the last separator that is no 、."""
    before = [m for m in mentions if m.end <= at]
    run: list[Mention] = []
    for mention in reversed(before):
        if run and re.search(r"[，,；;]", text[mention.end : run[0].start]):
            break
        run.insert(0, mention)
    return tuple(run)


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """The list cut at separators outside brackets."""
    depth, at = 0, start
    for i in range(start, end):
        char = text[i]
        if char in BRACKETS:
            depth += 1
        elif char in BRACKETS.values():
            depth = max(0, depth - 1)
        elif depth == 0 and char in SEPARATORS:
            if at < i:
                yield at, i
            at = i + 1
    if at < end:
        yield at, end


def _mentions(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Mention]:
    """One part of a list as one or more mentions: 等和, 和 and 及 are looked into."""
    if lead := LEAD_IN.match(text[start:end]):
        start += lead.end()
    if joint := OPEN_JOINT.search(text[start:end]):
        yield from _mentions(text, start, start + joint.end(), lexicon)
        after = start + joint.end() + JOINTS.match(text[start + joint.end() : end]).end()  # type: ignore[union-attr]
        yield from _mentions(text, after, end, lexicon)
        return
    name = text[start:end]
    open_list = bool(OPEN_END.search(name))
    if open_list:
        end = start + OPEN_END.search(name).start()  # type: ignore[union-attr]
        name = text[start:end]
    if not name.strip():
        return
    if not known(name, lexicon):
        for joint in JOINTS.finditer(name):
            left, right = name[: joint.start()], name[joint.end() :]
            if _stands_alone(left, lexicon) and _stands_alone(right, lexicon):
                yield from _mentions(text, start, start + joint.start(), lexicon)
                for mention in _mentions(text, start + joint.end(), end, lexicon):
                    yield Mention(mention.text, mention.start, mention.end, mention.name, open_list)
                return
    yield Mention(name, start, end, name, open_list)


def _stands_alone(name: str, lexicon: Lexicon) -> bool:
    """Whether one side of 和 is a unit of its own: 住房 in 住房和城乡建设局 is none."""
    return known(name, lexicon) or (looks_like_unit(re.split(JOINTS, name)[0]) and len(name) > 2)


def _classes_joined(text: str, found: list[Mention]) -> list[Mention]:
    """各市、县人民政府 is one class printed with a 、 inside."""
    out: list[Mention] = []
    for mention in found:
        if (
            out
            and CLASS_PART.match(out[-1].name)
            and out[-1].name.startswith("各")
            and text[out[-1].end : mention.start] in "、和及"
        ):
            joined = text[out[-1].start : mention.end]
            out[-1] = Mention(joined, out[-1].start, mention.end, joined, mention.open_list)
        else:
            out.append(mention)
    return out


def _completed(found: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """Shared suffixes first (from the right), then shared prefixes (from the left)."""
    out = list(found)
    for index in range(len(out) - 2, -1, -1):
        if tail := _shared_tail(out[index].name, out[index + 1].name, lexicon):
            out[index] = out[index].named(out[index].name + tail)
    prefix = ""
    for index, mention in enumerate(out):
        own = LEVEL_PREFIX.match(mention.name)
        if own and len(mention.name) > own.end():
            prefix = own.group()
        elif is_class(mention.name) or lexicon.leading_place(mention.name) or mention.name in lexicon.names:
            continue
        elif prefix and _takes_prefix(mention.name, prefix, lexicon):
            out[index] = mention.named(prefix + mention.name)
    return out


def _shared_tail(fragment: str, following: str, lexicon: Lexicon) -> str | None:
    """What a bare place name takes from the next unit: 广东 before 珠海检验检疫局 takes 检验检疫局."""
    own = lexicon.leading_place(fragment)
    if own is None or own[1] != len(fragment):
        return None
    best: str | None = None
    for length in range(2, min(len(following), 12)):
        codes = lexicon.place_names.get(following[:length])
        same_form = codes and any(
            (lexicon.places[c].short == following[:length]) == (own[0].short == fragment)
            or fragment == own[0].name == own[0].short
            for c in codes
        )
        if same_form and len(following) > length:
            best = following[length:]
            if own[0].short == fragment and own[0].short != own[0].name:
                return best  # the short form: 中山 + 市人民政府
    return best


def _takes_prefix(name: str, prefix: str, lexicon: Lexicon) -> bool:
    """Whether a bare name goes on with the level word before it: a department does, a company not."""
    return name in lexicon.forms or (prefix[-1] in "委府" and looks_like_unit(name) and len(name) <= 8)
