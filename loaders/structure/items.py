"""The numbered items of a text, headings and measures; where its attachments and closing lines begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from loaders.structure.lines import Line, lines_of, trimmed
from loaders.structure.numbering import (
    NAMED_KINDS,
    SMALL_KINDS,
    TOP_KINDS,
    heading_text,
    numbered,
    ordinal,
    ranks,
    title_of,
)
from loaders.structure.run_on import run_on
from loaders.types import Item, Span
from loaders.wording import pattern, source

MAX_HEADING = 60  # characters of an attachment's title


def items(text: str, body: Span, annotated: Callable[[str, int, int], bool]) -> list[Item]:
    """The numbered items of the body in order, headings and measures alike.

    `annotated(text, start, end)` tells whether a stretch says who is responsible: a 一、 without anything
    numbered below it is a measure where it does, or where no 一、 has anything below it.
    """
    stack: list[tuple[str, str]] = []
    rows: list[tuple[Line, tuple[str, str, int], tuple[str, ...], int]] = []
    for line, found in _marks(text, body):
        kind = found[0]
        kinds = [k for k, _ in stack]
        if kind in kinds:
            del stack[kinds.index(kind) :]
        else:
            del stack[_above(kinds, kind, ordinal(found[1])) :]
        rows.append((line, found, tuple(heading for _, heading in stack), len(stack)))
        stack.append((kind, heading_text(line.text)))
    out = []
    following = [body[1]] * (len(ranks()) + 1)  # by level: where the next item at or above it begins
    for index in range(len(rows) - 1, -1, -1):
        line, found, path, level = rows[index]
        leaf = index + 1 == len(rows) or rows[index + 1][3] <= level
        end = trimmed(text, line.start, following[level])
        title = title_of(line.text[found[2] :])
        out.append(Item(found[1], found[0], level, title, path, line.start, end, leaf))
        following[level:] = [line.start] * (len(following) - level)
    return _without_sections(text, out[::-1], annotated)


def _above(kinds: Sequence[str], kind: str, number: int) -> int:
    """How many of the open headings a mark of a kind that none of them has stands under.

    What counts on (六、) does not stand under what usually stands under it (22.): its own beginning is
    on a page that the text lacks. Where it counts from one it does only under a heading of words.
    """
    rank = ranks()
    for index, other in enumerate(kinds):
        if rank[other] > rank[kind] and (number > 1 or (kind in TOP_KINDS and other not in NAMED_KINDS)):
            return index
    return len(kinds)


def _marks(text: str, body: Span) -> Iterator[tuple[Line, tuple[str, str, int]]]:
    """Every numbered paragraph, and every item that runs on in the line of another."""
    last: dict[str, int] = {}
    for line in lines_of(text, *body):
        found = numbered(line.text)
        if not found or contact_line(line.text):
            continue
        start = 0
        for at in [*run_on(line.text, found, last), len(line.text)]:
            part = line.text[start:at]
            mark = numbered(part)
            if mark:
                if mark[0] != "digit_paren":
                    last.pop("digit_paren", None)
                last[mark[0]] = ordinal(mark[1])
                yield Line(part, line.start + start, line.start + at), mark
            start = at


def contact_line(line: str) -> bool:
    """A contact or attachment line (1.电子邮件：…) is numbered and yet no item."""
    found = pattern("structure", "contact_lines")
    return (
        found.search(line[:200]) is not None
    )  # an address stands early; the search is quadratic without one


def _without_sections(text: str, found: list[Item], annotated: Callable[[str, int, int], bool]) -> list[Item]:
    """A top-level section in prose beside sections with items is no measure unless someone answers for it."""
    nested = any(item.level > 0 for item in found)
    answering = pattern("structure", "answering")
    return [
        item
        for item in found
        if not (item.leaf and item.level == 0 and nested and item.kind not in SMALL_KINDS)
        or annotated(text, item.start, item.end)
        or answering.search(text, item.start, item.end)
    ]


def further(text: str, body: Span) -> list[tuple[int, int, str]]:
    """(start, number, heading as printed) of the second attachment of the body and of those after it."""
    lines = lines_of(text, *body)
    found: list[tuple[int, int, str]] = []
    for line, after in pairwise(lines):
        match = pattern("structure", "attachments").fullmatch(line.text.strip())
        number = ordinal(match["number"]) if match else 0
        if match and number > (found[-1][1] if found else 1):
            title = "" if numbered(after.text) or len(after.text) > MAX_HEADING else after.text.strip()
            found.append((line.start, number, title or line.text.strip()))
    return found


def closing_start(text: str, body: Span) -> int:
    """Where the closing lines (signature, date, 此件公开发布, 抄送) of the body begin."""
    words, bare_name = pattern("structure", "closing"), pattern("structure", "bare_names")
    office = re.compile(rf"[^，。：；、（(:;]+{source('structure', 'offices_signing')}")
    end, dated = body[1], False
    tail = max(body[0], body[1] - 4000)
    for line in reversed(lines_of(text, tail, body[1])):
        bare = line.text.strip(" 　（）()")
        short = len(line.text) <= 40 and not re.search(r"[。；]$", line.text) and not numbered(line.text)
        date = pattern("structure", "written_date").fullmatch(bare)
        # 省甲厅 on a line of its own may end a list of units; an office signs in full or above a date
        signature = short and office.fullmatch(bare) and (dated or not bare_name.match(bare))
        if not (date or words.match(bare) or signature):
            break
        dated = dated or bool(date)
        end = line.start
    return trimmed(text, body[0], end)
