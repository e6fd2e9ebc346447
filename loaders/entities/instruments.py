"""Policy instruments of a measure, with exact offsets; the words are in data/lexicon/instruments.yaml.

An instrument's name is found from its last word: 平台, 专项资金 … are looked up in one pass (Aho-Corasick),
and each name is then followed to the left within a bounded window, until a verb that takes an instrument
(建立, 落实 …), a separator or another instrument stands before it. Everything is linear in the text: no
pattern runs over an unbounded span.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from graph.model import InstrumentMention
from loaders.spans import BLANK, REACH, answering, any_of, clause_end, inside
from loaders.structure.lines import squeeze
from loaders.structure.numbering import numbered
from loaders.types import Span
from loaders.wording import pattern, rows, source

WINDOW = 48  # characters that a name may reach back from its last word
BARE = 6  # characters: a name shorter than this says little beyond its last word
HELD = 24  # earlier names of a measure that a new one is compared with
STOPS = "。；！？!?;\n\t，,：:《》"
PAIRS = {"）": "（", ")": "(", "”": "“", "】": "[", "]": "["}
OPENING = "（(“[【"
_Hit = tuple[int, int, str, str | None]


@dataclass(frozen=True, slots=True)
class _Head:
    """The last word of an instrument's name: what kind it is of, and how much must stand before it."""

    type: str
    name: str | None
    least: int


@dataclass(frozen=True, slots=True)
class _Words:
    """data/lexicon/instruments.yaml, indexed for one pass over a text."""

    heads: AhoCorasick
    head_list: list[str]
    kinds: dict[str, _Head]
    openers: AhoCorasick
    cuts: re.Pattern[str]
    starters: re.Pattern[str]
    loose: frozenset[str]
    follow: re.Pattern[str]
    actions: AhoCorasick
    action_list: list[str]
    action_rows: dict[str, list[tuple[str, re.Pattern[str]]]]
    titles: tuple[tuple[re.Pattern[str], str], ...]
    quoted: re.Pattern[str]
    quoted_types: dict[str, str]
    leading: re.Pattern[str]
    joints: frozenset[str]
    marks: re.Pattern[str]


@cache
def vocabulary() -> _Words:
    """The words of data/lexicon/instruments.yaml, indexed once."""
    data: dict[str, Any] = rows("instruments")
    kinds: dict[str, _Head] = {}
    for row in data["heads"]:
        for word in row["words"]:
            least = row.get("least", 2)
            old = kinds.get(word)
            if old is None or least < old.least:
                kinds[word] = _Head(row["type"], row.get("name"), least)
    actions: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for row in data["actions"]:
        for word in row["words"]:
            actions.setdefault(word, []).append((row["type"], any_of(row["objects"])))
    quoted = {word: row["type"] for row in data["quoted"] for word in row["words"]}
    joints = "".join(data["joints"]["words"])
    return _Words(
        heads=AhoCorasick(list(kinds), matchkind=MatchKind.LeftmostLongest),
        head_list=list(kinds),
        kinds=kinds,
        openers=AhoCorasick(data["openers"]["words"], matchkind=MatchKind.LeftmostLongest),
        actions=AhoCorasick(list(actions), matchkind=MatchKind.LeftmostLongest),
        cuts=any_of([*data["openers"]["words"], *data["starters"]["words"], *data["cuts"]["words"]]),
        starters=re.compile(
            rf"(?:(?:{any_of(data['starters']['words'] + data['openers']['words']).pattern})"
            rf"(?!{source('instruments', 'bound')}))+"
        ),
        loose=frozenset(data["loose"]["words"]),
        follow=re.compile(rf"$|[\W_]|{any_of(data['loose']['follow']).pattern}"),
        action_list=list(actions),
        action_rows=actions,
        titles=tuple(
            (re.compile(rf"(?:{any_of(row['words']).pattern})(?:[（(][^（()）]{{1,30}}[)）])?$"), row["type"])
            for row in data["titles"]
        ),
        quoted=re.compile(rf"“[^“”\n]{{2,40}}”(?:{any_of(quoted).pattern})"),
        quoted_types=quoted,
        joints=frozenset(joints),
        marks=re.compile(f"[{re.escape(STOPS + OPENING + joints + ''.join(PAIRS))}]"),
        leading=re.compile(rf"(?:{any_of(data['leading']['words']).pattern})+"),
    )


def instruments(text: str, start: int, end: int, offices: Sequence[Span] = ()) -> Iterator[InstrumentMention]:
    """The instruments of a measure, each once, in text order.

    `offices` are where agencies are named: nothing inside them or their annotation is an instrument.
    """
    words = vocabulary()
    line = text[start : start + REACH]
    start += found[2] if (found := numbered(line)) else 0
    closed = answering(text, start, end, offices)
    hits: list[_Hit] = [
        *_titled(text, start, end, words),
        *_actions(text, start, end, words),
        *_headed(text, start, end, words, closed),
        *_quoted(text, start, end, words),
    ]
    chosen = _without_overlaps(hits, closed)
    heading = text.find("。", start, min(end, start + REACH))
    yield from _once(
        (
            InstrumentMention(name or _canonical(text[a:b]), kind, text[a:b], a, b)
            for a, b, kind, name in chosen
        ),
        heading,
    )


def _titled(text: str, start: int, end: int, words: _Words) -> Iterator[_Hit]:
    """《…》 whose last word tells what it is."""
    for match in re.finditer(r"《([^《》\n]{2,80})》", text[start:end]):
        title = squeeze(match[1])
        for ending, kind in words.titles:
            if ending.search(title):
                yield start + match.start(), start + match.end(), kind, None
                break


def _quoted(text: str, start: int, end: int, words: _Words) -> Iterator[_Hit]:
    """A way of working in quotation marks with the word after it: “一站式”服务."""
    for match in words.quoted.finditer(text, start, end):
        after = match.group().rpartition("”")[2]
        yield match.start(), match.end(), words.quoted_types[after], None


def _actions(text: str, start: int, end: int, words: _Words) -> Iterator[_Hit]:
    """A clause that begins with a relieving verb and names what it relieves: 取消…收费."""
    reached = start
    for index, a, b in words.actions.find_matches_as_indexes(text[start:end]):
        at, after = start + a, start + b
        if at < reached:
            continue
        stop = clause_end(text, after, min(end, after + REACH))
        for kind, objects in words.action_rows[words.action_list[index]]:
            if objects.search(text, after, stop):
                yield at, stop, kind, None
                reached = stop
                break


def _headed(text: str, start: int, end: int, words: _Words, closed: list[Span]) -> Iterator[_Hit]:
    """Names that end in a head word, each followed to the left as far as it goes."""
    part = text[start:end]
    bound = pattern("instruments", "bound")
    openers = [
        (start + a, start + b)
        for _, a, b in words.openers.find_matches_as_indexes(part)
        if not bound.match(part, b)
    ]
    starts = [a for a, _ in openers]
    ends: dict[int, _Head] = {}
    for index, a, b in words.heads.find_matches_as_indexes(part):
        at, after = start + a, start + b
        if pattern("instruments", "endings").match(text, after) or inside(closed, at):
            continue
        word = words.head_list[index]
        if word in words.loose and not words.follow.match(text, after):
            continue
        head = words.kinds[word]
        left = _left(text, start, at, ends, closed, words)
        if "简称" in text[left:at]:
            continue  # 以下简称“单一窗口”
        left = _past_list(text, left, at, ends)
        if left < 0:
            ends[after] = head
            continue
        begin = _begin(text, left, at, head, openers, starts, words)
        if begin is None:
            continue
        inner = ends.get(at)
        if inner and head.type == "法规/文件":
            head = inner  # 贷款贴息 + 政策 is of the first's kind
        ends[after] = head
        yield begin, after, head.type, head.name


def _left(text: str, start: int, at: int, ends: dict[int, _Head], closed: list[Span], words: _Words) -> int:
    """How far to the left of a head word its name can reach: to a stop, an open bracket or another name."""
    floor = max(start, at - WINDOW)
    over = at  # brackets and quotations are passed over as a whole
    for mark in reversed(list(words.marks.finditer(text, floor, at))):
        i, char = mark.end(), mark.group()
        if i > over:
            continue
        if char in PAIRS:
            opening = text.rfind(PAIRS[char], floor, i - 1)
            if opening < 0 or inside(closed, i - 1):
                return i
            over = opening
        elif char not in words.joints or (i - 1 in ends and "等" not in text[i:at]):
            return i
    return min(floor, over)


def _past_list(text: str, left: int, at: int, ends: dict[int, _Head]) -> int:
    """Where a name after a list may begin: -1 where the list names instruments itself (A展会、B展会等)."""
    etc = text.rfind("等", left, at)
    if etc < 0:
        return left
    if text[etc + 1 : etc + 2] == "地":
        return etc + 2
    return -1 if sum(at in ends for at in range(left + 1, etc + 1)) > 1 else left


def _begin(
    text: str,
    left: int,
    at: int,
    head: _Head,
    openers: list[Span],
    starts: list[int],
    words: _Words,
) -> int | None:
    """Where the name before the head word at `at` begins; None where too little stands before it."""
    if start := words.starters.match(text, left, at):
        left = start.end()
    begin = None
    for index in range(bisect_left(starts, at) - 1, -1, -1):
        a, b = openers[index]
        if a < left:
            break
        if b > at or _depth(text, b, at):
            continue
        b += text[b : b + 1] == "的" and b < at
        weight = said(text[b:at])
        if weight >= head.least:
            start = words.starters.match(text, b, at)
            begin = start.end() if start else b
            break
        if weight == 0 and not pattern("instruments", "nominal").fullmatch(text, a, openers[index][1]):
            return None
    if begin is None:
        begin = left
        if "等" not in text[left:at]:
            last = text.rfind("、", left, at) + 1
            begin = last if last and not _depth(text, last, at) else left
            if start := words.starters.match(text, begin, at):
                begin = start.end()
    if counted := pattern("instruments", "counted").search(text, begin, at):
        begin = counted.end()
    begin = _after_clause(text, _stripped(text, begin, at, words), at, head, words)
    return begin if said(text[begin:at]) >= head.least else None


def _after_clause(text: str, begin: int, at: int, head: _Head, words: _Words) -> int:
    """The name without a long clause before its last 的, where enough is left of it."""
    cut = text.rfind("的", begin, at) + 1
    if not cut or _depth(text, cut, at):
        return begin
    rest = said(text[cut:at])
    if head.name or (cut - begin > 10 and rest >= 4 and text[cut - 2] not in PAIRS):
        return cut
    return begin


def _depth(text: str, a: int, b: int) -> bool:
    """Whether text[a:b] closes a bracket or quotation that it does not open."""
    depth = 0
    for char in text[a:b]:
        depth += (char in OPENING) - (char in PAIRS)
        if depth < 0:
            return True
    return False


def _stripped(text: str, begin: int, at: int, words: _Words) -> int:
    match = words.leading.match(text, begin, at)
    return match.end() if match else begin


def said(modifier: str) -> int:
    """How many characters of a modifier say something: 相关 before 政策 says nothing."""
    return len(
        pattern("instruments", "generic").sub(
            "", pattern("instruments", "openers").sub("", BLANK.sub("", modifier))
        )
    )


def _without_overlaps(hits: list[_Hit], closed: list[Span]) -> list[_Hit]:
    """The longest of what overlaps, in text order. Names are short, so a sweep suffices."""
    out: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (h[0], -h[1])):
        if inside(closed, hit[0]):
            continue
        keep = True
        while out and out[-1][1] > hit[0]:
            if hit[1] - hit[0] > out[-1][1] - out[-1][0]:
                out.pop()
            else:
                keep = False
                break
        if keep:
            out.append(hit)
    return out


def _once(found: Iterable[InstrumentMention], heading: int) -> Iterator[InstrumentMention]:
    """Each instrument once: a measure names it in its heading (up to `heading`) and again in its text."""
    kept: list[InstrumentMention] = []
    for item in found:
        for index in range(len(kept) - 1, max(-1, len(kept) - 1 - HELD), -1):
            old = kept[index]
            if _same(old, item, old.start < heading):
                longer = len(old.mention) <= len(item.mention) <= 2.5 * len(old.mention)
                if len(old.mention) < BARE < len(item.mention) or (
                    old.start < heading <= item.start and longer
                ):
                    kept[index] = item
                break
        else:
            kept.append(item)
    yield from sorted(kept, key=lambda i: i.start)


def _same(old: InstrumentMention, item: InstrumentMention, headed: bool) -> bool:
    """Whether two mentions name one instrument; a heading says it in other words than the text."""
    one, two = BLANK.sub("", old.mention), BLANK.sub("", item.mention)
    if old.type != item.type:
        return one == two
    if one in two or two in one:
        return True
    alike = len(set(one) & set(two)) >= 0.8 * min(len(set(one)), len(set(two)))
    return headed and alike and one[-2:] == two[-2:]


def _canonical(mention: str) -> str:
    """The name that an instrument has across documents: 《…》 and “…” are only how it is printed."""
    return re.sub("[“”《》]", "", squeeze(mention))
