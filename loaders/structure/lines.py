"""The paragraphs of a text, with their places in it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its place in the text."""

    text: str
    start: int
    end: int


def lines_of(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The paragraphs of text[start:end]."""
    stop = len(text) if end is None else end
    return [
        Line(m.group(), start + m.start(), start + m.end()) for m in re.finditer(r"[^\n]+", text[start:stop])
    ]


def squeeze(text: str) -> str:
    """The text without blanks: a title is printed over several lines."""
    return re.sub(r"[\s　]+", "", text)


def trimmed(text: str, start: int, end: int) -> int:
    """The end of text[start:end] without the blanks there."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
