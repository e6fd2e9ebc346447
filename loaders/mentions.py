"""A printed list of units as single mentions, each with its name completed from its neighbours.

省外经贸厅、财政厅                     -> 省外经贸厅 · 省财政厅
广东、深圳、珠海检验检疫局               -> 广东检验检疫局 · 深圳检验检疫局 · 珠海检验检疫局
省教育、科技厅                          -> 省教育厅 · 省科技厅
各市、县人民政府                        -> one class, not two
省文化和旅游厅和省财政厅                -> split at the second 和 only
省财政厅省教育厅                        -> split where both sides are known

How sure a name is: `known` to register or patterns, a class (`is_class`), an office by its
form (`office`: level or place before it, 局 or 厅 after it), or only `looks_like_unit`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from loaders.lexicon import Lexicon, load
from loaders.types import Definition, Mention, Span
from loaders.wording import either, pattern, rows, source, words

SEPARATORS = "、，,；;。 \n\t　"
BRACKETS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "［": "］", "【": "】"}
CLOSERS = frozenset(BRACKETS.values())
GLOSS = re.compile(r"[（(〔\[【]([^（()）〔〕\[\]【】]{1,40})[)）〕\]】]$")
SIGN = re.compile(r"^[*＊★☆▲△※#]|[*＊★☆▲△※#]$")
MAX_NAME = 60  # characters: the longest register name has about 40
MAX_PART = 200  # characters between two separators: longer is prose, not a name


@cache
def _ending(key: str) -> re.Pattern[str]:
    """The words of a row of structure.yaml at the end of a name; a bracket may stand behind them."""
    return re.compile(rf"(?:{source('structure', key)})(?:[（(〔][^（()）〔〕]{{1,20}}[)）〕])?$")


def _joints() -> re.Pattern[str]:
    """和, 与, 及, 以及 between two names."""
    return pattern("names", "joints")


@cache
def _note() -> re.Pattern[str]:
    """What a bracket behind a name says of its role: 省甲厅（牵头）."""
    said = [word for key in ("labels", "verbs") for row in rows("roles")[key] for word in row["words"]]
    denied, filler = source("roles", "guards", "denied"), source("roles", "fillers")
    return re.compile(f"^(?:{either(said)})|{denied}|{filler}")


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(f"(?:{source('roles', 'lead_in')})+")


def looks_like_unit(name: str) -> bool:
    """Whether a name ends as a unit's does (局, 委, 政府, 公司 …) and holds nothing that none holds."""
    return 2 <= len(name) <= MAX_NAME and bool(_ending("suffixes").search(name)) and not unreadable(name)


def unreadable(name: str) -> bool:
    """Whether a name holds what no unit's name does: a colon, quotes, a role's verb."""
    return bool(pattern("structure", "never_units").search(pattern("names", "included").sub("", name)))


def is_class(name: str) -> bool:
    """Whether a name stands for several units: 各区县政府, 有关部门."""
    if len(name) > MAX_NAME or unreadable(name):
        return False
    return bool(pattern("structure", "classes").search(name) or collective(name))


@cache
def _collective() -> re.Pattern[str]:
    return re.compile("|".join(row["pattern"] for row in rows("names")["collectives"]))


def collective(name: str) -> bool:
    """Whether a name is one of those for several units that no 各 or 有关 shows: 属地政府, 镇街."""
    return _collective().search(name) is not None


def office(name: str, lexicon: Lexicon) -> bool:
    """Whether an unknown name is an office by its form: 省大数据管理局, 青山湖科技城管委会."""
    if not looks_like_unit(name) or not _ending("offices").search(name):
        return False
    if _level_prefix(name, lexicon) or lexicon.leading_place(name):
        return True
    end = _ending("proper_offices").search(name)
    return end is not None and len(name) >= min(6, 3 + len(end.group()))


def sure(name: str, lexicon: Lexicon) -> bool:
    """Whether a name may be read as a unit without a label or a bracket around it."""
    if known(name, lexicon) or is_class(name) or office(name, lexicon):
        return True
    second = GLOSS.search(name)  # 市市场监管局（市知识产权局）
    return second is not None and second.start() > 1 and sure(name[: second.start()], lexicon)


def known(name: str, lexicon: Lexicon) -> bool:
    """Whether register or patterns know the name, with or without a place or level word before it."""
    if not 2 <= len(name) <= MAX_NAME:
        return False
    return _known_here(name) if lexicon is load() else _known(name, lexicon)


@lru_cache(maxsize=1 << 16)  # a document names the same units again and again
def _known_here(name: str) -> bool:
    return _known(name, load())


def _known(name: str, lexicon: Lexicon) -> bool:
    if name in lexicon.names or name in lexicon.contextual or name in lexicon.forms or name in lexicon.areas:
        return True
    rest = name
    while hit := lexicon.leading_place(rest):
        rest = rest[hit[1] :]
        if rest in lexicon.forms or rest in lexicon.contextual:
            return True
    for length in range(2, min(len(name), 9)):  # 桥西区 of three cities: a place, though not which
        if name[:length] in lexicon.place_names and name[length:] in lexicon.forms:
            return True
    prefix = pattern("names", "level_words").match(name)
    if prefix and name[prefix.end() :] in lexicon.forms:
        return True
    return any((place := form.match(name)) and _is_place(place, lexicon) for form, _ in lexicon.templates)


def _is_place(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is a chain of division names and nothing else: 广东省, 河北省石家庄市, 省."""
    if (
        text in lexicon.place_names
        or text in lexicon.areas
        or pattern("names", "level_words").fullmatch(text)
    ):
        return True
    rest = text
    while rest and (hit := lexicon.leading_place(rest)):
        rest = rest[hit[1] :]
    return rest == "" or rest in lexicon.place_names


def split_list(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[list[Mention], list[Definition]]:
    """The mentions of the list at text[start:end] in order, and what it defines (以下统称…)."""
    definitions: list[Definition] = []
    found: list[Mention] = []
    for part_start, part_end in _parts(text, start, end):
        define = pattern("structure", "definitions").search(
            text, part_start, min(part_end, part_start + 2 * MAX_PART)
        )
        if define:
            part_end = define.start()
        found.extend(_mentions(text, part_start, part_end, lexicon))
        if define:
            definitions.append(Definition(define["term"], (), define.start("term"), define.end("term")))
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
        if run and re.search(r"[，,；;]", text[mention.end : run[-1].start]):
            break
        run.append(mention)
    return tuple(reversed(run))


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """The list cut at separators outside brackets."""
    depth, at = 0, start
    for i in range(start, end):
        char = text[i]
        if char in BRACKETS:
            depth += 1
        elif char in CLOSERS:
            depth = max(0, depth - 1)
        elif depth == 0 and char in SEPARATORS:
            if at < i:
                yield at, i
            at = i + 1
    if at < end:
        yield at, end


def _mentions(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Mention]:
    """One part of a list as one or more mentions: 等和, 和 and 及 are looked into."""
    name = text[start:end]
    if len(name) > MAX_PART:
        yield Mention(name, start, end, name)
        return
    start = _after_lead_in(text, start, end, lexicon)
    end -= len(text[start:end]) - len(text[start:end].rstrip("：:—-·"))
    ends = pattern("structure", "open_ends", "patterns").search(
        text[start:end]
    )  # 等部门和单位 is one end, 等部门和市乙局 is none
    joint = _open_joint().search(text, start, end)
    if joint and not (ends and start + ends.start() <= joint.start()):
        yield from _mentions(text, start, joint.start("joint"), lexicon)
        yield from _mentions(text, joint.end(), end, lexicon)
        return
    open_list = pattern("structure", "open_ends", "patterns").search(text[start:end])
    if open_list:
        end = start + open_list.start()
    name = text[start:end]
    if not name.strip():
        return
    note = None
    if (sign := SIGN.search(name)) and len(name) > 1:
        note = sign.group()
        start, end = (start + 1, end) if sign.start() == 0 else (start, end - 1)
        name = text[start:end]
    if not known(name, lexicon):
        if (gloss := GLOSS.search(name)) and gloss.start() > 1 and _note().search(gloss.group(1)):
            note, end, name = gloss.group(1), start + gloss.start(), name[: gloss.start()]
        if cut := _cut(name, lexicon):
            for left, right in zip((0, *cut), (*cut, len(name)), strict=True):
                at = (
                    start
                    + left
                    + (len(joint.group()) if (joint := _joints().match(name, left)) and left else 0)
                )
                last = right == len(name)
                for mention in _mentions(text, at, start + right, lexicon):
                    yield replace(
                        mention, open_list=bool(open_list) and last, note=note if last else mention.note
                    )
            return
    yield Mention(name, start, end, name, bool(open_list), note=note)


def _after_lead_in(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the name begins: 由, 请, 以及 and a joint before a unit are no part of it."""
    if (lead := _lead_in().match(text, start, end)) and lead.end() < end:
        start = lead.end()
    joint = _joints().match(text, start, end)
    name = text[start:end]
    if (
        joint
        and not known(name, lexicon)
        and sure(pattern("structure", "open_ends", "patterns").sub("", text[joint.end() : end]), lexicon)
    ):
        start = joint.end()
    return start


@cache
def _open_joint() -> re.Pattern[str]:
    inner = source("structure", "open_ends", "inner")
    return re.compile(rf"(?:{inner})(?P<joint>)(?:{source('names', 'joints')})")


def _cut(name: str, lexicon: Lexicon) -> tuple[int, ...]:
    """Where a name is two: at 和/及 between units, or where one known name is glued to the next."""
    second_plate = pattern("structure", "second_plates")
    for joint in _joints().finditer(name):
        if _stands_alone(name[: joint.start()], lexicon) and _stands_alone(name[joint.end() :], lexicon):
            return (joint.start(),)
    for level in pattern("names", "level_words").finditer(name):
        at = level.start()
        if (
            at >= 3
            and name.startswith(level.group())
            and known(name[:at], lexicon)
            and (
                known(name[at:], lexicon)
                or _cut(name[at:], lexicon)
                or (
                    name[at - 1] in words("structure", "kinds", "plates")
                    and second_plate.fullmatch(name[at:])
                )
            )
        ):
            return (at,)
    return ()


def _stands_alone(name: str, lexicon: Lexicon) -> bool:
    """Whether one side of 和 is a unit of its own: 住房 in 住房和城乡建设局 is none."""
    bare = pattern("structure", "open_ends", "patterns").sub("", name)
    return (
        known(bare, lexicon)
        or is_class(bare)
        or (looks_like_unit(_joints().split(bare)[0]) and len(bare) > 2)
    )


def place_as_unit(mention: Mention, lexicon: Lexicon, short: bool) -> Mention | None:
    """吉林市 in a list of units as its government; a bare 广州 only where `short` names may stand."""
    for code in lexicon.place_names.get(mention.name, ()):
        place = lexicon.places[code]
        if mention.name in (place.name, place.usual) and mention.name != place.short:
            return mention.named(mention.name + "人民政府")
        if short and mention.name == place.short and place.level in ("省", "市"):
            return mention.named(place.name + "人民政府")
    return None


def _classes_joined(text: str, found: list[Mention]) -> list[Mention]:
    """各市、县人民政府 is one class printed with a 、 inside."""
    out: list[Mention] = []
    part, end = pattern("structure", "class_parts"), pattern("structure", "class_ends")
    joint, level = pattern("structure", "class_joints"), pattern("names", "level_words")
    for mention in found:
        if (
            out
            and part.match(joint.split(out[-1].name)[-1])
            and (pattern("structure", "class_begins").match(out[-1].name) or level.match(mention.name))
            and end.match(mention.name)
            and joint.fullmatch(text, out[-1].end, mention.start)
            and not known(out[-1].name, load())
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
        if own := _level_prefix(mention.name, lexicon):
            prefix = own
        elif is_class(mention.name) or lexicon.leading_place(mention.name) or mention.name in lexicon.names:
            continue
        elif prefix and (name := _prefixed(mention.name, prefix, lexicon)):
            out[index] = mention.named(name)
    return out


def _level_prefix(name: str, lexicon: Lexicon) -> str | None:
    """The level word that a name begins with, 委 or 政府 after it included: 市委 of 市委宣传部."""
    level = pattern("names", "levels").match(name)
    if level is None:
        return None
    body = pattern("names", "bodies").match(name, level.end())
    end = body.end() if body else level.end()
    return name[:end] if end < len(name) else None


def _shared_tail(fragment: str, following: str, lexicon: Lexicon) -> str | None:
    """What a bare place name takes from the next unit: 广东 before 珠海检验检疫局 takes 检验检疫局.

    The next unit's place is the longest that fits (防城港, not 防城), a sibling of the fragment's before
    one of the same level before any other, and in the same form: 中山 before 珠海市政府 takes 市政府.
    """
    if len(fragment) > 12:
        return None
    if fragment not in lexicon.place_names:
        return _shared_kind(fragment, following, lexicon)
    for length in range(1, len(following) - 1):
        if fragment + following[length:] in lexicon.names:
            return following[length:]  # the register has 广州海关 for 广州、黄埔海关
    own = [lexicon.places[code] for code in lexicon.place_names.get(fragment, ())]
    best: tuple[tuple[bool, bool, int], str] | None = None
    for length in range(2, min(len(following), 12)):
        printed = following[:length]
        for place in (lexicon.places[code] for code in lexicon.place_names.get(printed, ())):
            for one in own:
                short = one.short == fragment != one.name
                if short != (place.short == printed != place.name) and one.name != one.short:
                    continue
                kin = place.level == one.level and (
                    place.parent == one.parent or place.code[:2] == one.code[:2]
                )
                # short names of counties mean something only beside their neighbours', or where the
                # class word follows that both have: 黑河、绥芬河市政府
                word = place.name.removeprefix(printed)
                same = bool(word) and following.startswith(word, length) and one.name.endswith(word)
                if not kin and not same and "区县" in (place.level, one.level):
                    continue
                rank = (kin, place.level == one.level, length)
                if best is None or rank > best[0]:
                    best = (rank, following[length:])
    return best[1] if best else None


def _shared_kind(fragment: str, following: str, lexicon: Lexicon) -> str | None:
    """厅 for 省教育 before 科技厅: a subject takes the kind of office of its neighbour where that is one."""
    if looks_like_unit(fragment) or is_class(fragment) or unreadable(fragment):
        return None
    area = pattern("structure", "shared_areas").search(following)
    if area and area.start() >= 2 and re.fullmatch(r"[\u4e00-\u9fff]{2,6}", fragment):
        return area.group()
    kind = pattern("structure", "kinds", "pattern").search(following)
    if not kind:
        return None
    level = pattern("names", "level_words").match(fragment)
    bare = fragment[level.end() :] if level else fragment
    several = kind.group() not in words(
        "structure", "kinds", "offices"
    )  # 部门 is what any of them may be called
    tails = words("structure", "kinds", "offices") if several else (kind.group(),)
    fits = any(subject + tail in lexicon.forms for tail in tails for subject in (fragment, bare) if subject)
    return kind.group() if fits else None


def _prefixed(name: str, prefix: str, lexicon: Lexicon) -> str | None:
    """A bare name with the level word of the unit before it: a department takes it, a company does not.

    委 and 政府 go on only to what is theirs: after 市委组织部 comes 市委宣传部, but 市财政局.
    """
    body = pattern("names", "bodies_alone").search(prefix)
    level = prefix[: body.start()] if body else prefix
    if level != prefix and prefix.removeprefix(level) + name in lexicon.forms:
        return prefix + name
    if name in lexicon.forms:
        return level + name
    if pattern("names", "committees").search(prefix) and pattern("names", "of_committees").search(name):
        return prefix + name
    return None
