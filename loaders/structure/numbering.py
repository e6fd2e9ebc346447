"""Numbers of items and headings (一、（一）1. ①): their kinds, how they count, the title behind one."""

from __future__ import annotations

import re
from functools import cache

from loaders.lexicon import labels
from loaders.wording import rows, source

TITLE_CLAUSE = 40  # characters: a first sentence longer than this is text, and its first clause the title
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TOP_KINDS = frozenset({"chapter", "cn"})  # marks that a text's main parts have
SMALL_KINDS = frozenset({"digit", "digit_paren"})  # marks that enumerations inside a sentence also have
NAMED_KINDS = frozenset({"chapter", "article", "cn", "cn_paren"})  # marks that a heading of words has


@cache
def numberings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(kind, pattern) of every numbering in use, in their usual nesting order."""
    return tuple((row["kind"], re.compile(row["pattern"])) for row in rows("structure")["numbering"])


@cache
def ranks() -> dict[str, int]:
    """The usual nesting order of the kinds of numbers: 一、 before （一） before 1."""
    return {kind: rank for rank, (kind, _) in enumerate(numberings())}


def numbered(line: str) -> tuple[str, str, int] | None:
    """(kind, mark as printed, length with blanks) of a paragraph's number; None without one."""
    for kind, pattern in numberings():
        match = pattern.match(line)
        if match:
            return kind, match.group().strip(), match.end()
    return None


def ordinal(mark: str) -> int:
    """The number of a mark: 3 for （三）, 3. and 第三条; 0 where it cannot be read."""
    if digits := re.findall(r"\d{1,3}", mark):
        return int(digits[-1])
    printed = re.search(r"[一二三四五六七八九十百零〇两]+", mark)
    if not printed:
        return 0
    total, current = 0, 0
    for char in printed.group()[:6]:
        if char in "十百":
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
        else:
            current = NUMERALS[char]
    return total + current


def heading_text(line: str) -> str:
    """A heading as printed, without its full stop and what follows."""
    found = numbered(line)
    mark = line[: found[2]] if found else ""
    return mark + title_of(line[len(mark) :])


def title_of(body: str) -> str:
    """The first sentence of an item, or its first clause where the sentence is text."""
    first = re.split(r"[。\n]", body[:2000].strip(), maxsplit=1)[0].strip()
    for cut in _who():
        said = cut.search(first)
        if said and said.start() > 1:
            first = first[: said.start()]
    if len(first) > TITLE_CLAUSE:
        first = re.split(r"[，；：,;:]", first, maxsplit=1)[0]
    return first.strip(" 　：:；;，,—-")


@cache
def _who() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A bracket, and a label, that says who is responsible: no part of a title."""
    bracket = rf"[（(【〔\[](?=[^（()）]*(?:{source('structure', 'annotation_words')}))"
    return re.compile(bracket), re.compile(rf"(?:[　 ，,；;]|——)(?:{labels(4)})\s*[:：]")
