"""A measure's text with its brackets and quotations, found in one pass, and what has been read of it so far.

Both can be blanked out, so that every pattern sees one level only and no work is done twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.model import Problem
from loaders.mentions import BRACKETS
from loaders.roles.words import BLANK, boxed
from loaders.types import Definition, Duty, Span

MAX_BRACKET = 4000  # characters: a longer bracket is a mistake of the text


@dataclass
class Found:
    """What has been read of one measure."""

    duties: list[Duty] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    above: list[Duty] = field(default_factory=list)


class Page:
    """text[start:end] with its brackets and quotations, found in one pass."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.quoted = list(quotations(text, start, end))
        self.pairs, self.unclosed = self._brackets()
        self.opens = [a for a, _ in self.pairs]

    def _brackets(self) -> tuple[list[Span], list[int]]:
        """Matched brackets by their opening, and openings that nothing closes; widths may be mixed."""
        stack: list[int] = []
        pairs: list[Span] = []
        quotes = iter([*self.quoted, (self.end, self.end)])
        quote = next(quotes)
        for match in re.compile(r"[（(〔\[［【）)〕\]］】]").finditer(self.text, self.start, self.end):
            at = match.start()
            while quote[1] <= at < self.end and quote[0] < self.end:
                quote = next(quotes)
            if quote[0] <= at < quote[1]:
                continue
            if match.group() in BRACKETS:
                stack.append(at)
            elif stack and at - stack[-1] <= MAX_BRACKET:
                pairs.append((stack.pop(), at))
        return sorted(pairs), stack

    def children(self, start: int, end: int) -> Iterator[Span]:
        """The outermost brackets that open and close inside [start, end)."""
        after = start
        for index in range(bisect_left(self.opens, start), len(self.pairs)):
            a, b = self.pairs[index]
            if a >= end:
                return
            if a >= after and b < end:
                after = b + 1
                yield a, b

    def flat(self, start: int, end: int) -> str:
        """text[start:end] with nested brackets and quotations blanked; 【牵头单位】 stays."""
        out: list[str] = []
        at = start
        for a, b in sorted([*((a, b + 1) for a, b in self.children(start, end)), *self._quotes(start, end)]):
            if a < at or boxed().fullmatch(self.text, a, b):
                continue
            out += [self.text[at:a], BLANK * (b - a)]
            at = b
        out.append(self.text[at:end])
        return "".join(out)

    def _quotes(self, start: int, end: int) -> Iterator[Span]:
        for index in range(bisect_left(self.quoted, (start, start)), len(self.quoted)):
            a, b = self.quoted[index]
            if a >= end:
                return
            yield a, min(b, end)


def quotations(text: str, start: int, end: int) -> Iterator[Span]:
    """“…” and 《…》 of one paragraph, marks included."""
    opened: dict[str, int] = {}
    upto = start
    for match in re.compile(r"[“”《》\n]").finditer(text, start, end):
        char, at = match.group(), match.start()
        if char == "\n":
            opened.clear()
        elif char in "“《":
            opened.setdefault(char, at)
        else:
            begin = opened.pop("“" if char == "”" else "《", None)
            if begin is not None and begin >= upto:
                yield begin, at + 1
                upto = at + 1
                opened.clear()


def shifted(span: Span, by: int) -> Span:
    """A span counted from another place."""
    return span[0] + by, span[1] + by
