"""Stretches of a text that are not to be read, and the bounded steps that the readers of entities share."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from loaders.types import Span

REACH = 60  # characters that an action or a target may go on after its first word
ANNOTATION = 2000  # characters that one bracket of responsibilities may hold
BLANK = re.compile(r"[\s\W_]+")
CLAUSE_END = re.compile(r"[，。；！？,;\n\t（(]")


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of some words, the longest first."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def answering(text: str, start: int, end: int, offices: Sequence[Span]) -> list[Span]:
    """Spans that name who answers: the offices, and the whole bracket that one stands in."""
    out: list[Span] = []
    for a, b in sorted(offices):
        if b <= start or a >= end or (out and b <= out[-1][1]):
            continue
        floor = max(start, a - REACH, out[-1][1] if out else start)
        left = max(text.rfind(mark, floor, a) for mark in "（(")
        shut = [at for mark in "）)" if (at := text.find(mark, b, min(end, b + ANNOTATION))) >= 0]
        if left >= 0 and shut and not any(mark in text[left:a] for mark in "）)。"):
            out.append((left, _matching(text, left, min(end, left + ANNOTATION)) or min(shut) + 1))
        else:
            out.append((a, b))
    return out


def _matching(text: str, left: int, limit: int) -> int | None:
    """The end of the bracket that opens at `left`; None where it does not close before `limit`."""
    depth = 0
    for at in range(left, limit):
        depth += (text[at] in "（(") - (text[at] in "）)")
        if depth == 0:
            return at + 1
    return None


def inside(spans: list[Span], at: int) -> Span | None:
    """The span that holds character `at`, of spans in order."""
    index = bisect_right(spans, (at, len(spans) and spans[-1][1] + at)) - 1
    return spans[index] if index >= 0 and spans[index][0] <= at < spans[index][1] else None


def clause_end(text: str, at: int, limit: int) -> int:
    """Where the clause that runs at `at` ends, `limit` at the latest."""
    match = CLAUSE_END.search(text, at, limit)
    return match.start() if match else limit


def titles(text: str, start: int, end: int) -> list[Span]:
    """Where 《…》 stand in text[start:end]."""
    return [
        (start + m.start(), start + m.end()) for m in re.finditer(r"《[^《》\n]{2,80}》", text[start:end])
    ]


def merged(spans: list[Span]) -> list[Span]:
    """Spans in order without overlaps."""
    out: list[Span] = []
    for a, b in spans:
        if out and a < out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out


def touches(spans: list[Span], at: int, to: int) -> bool:
    """Whether one of the spans (in order, apart) overlaps text[at:to]."""
    index = bisect_left(spans, (at, at))
    return any(a < to and at < b for a, b in spans[max(0, index - 1) : index + 2])


def masked(text: str, spans: Sequence[Span]) -> str:
    """The text with blanks in place of `spans`, every other character where it was."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], " " * (end - start)]
            at = end
    return "".join([*parts, text[at:]])
