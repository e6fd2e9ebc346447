"""Raw text to clean text with an offset map: mark-up goes, broken lines are joined.

Only deletions and one-for-one replacements happen, so that every clean character has one origin.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from loaders.lexicon import labels
from loaders.types import Cell, Cleaned, Table
from loaders.wording import pattern, source

MARKUP = re.compile(
    r"(?m)\*\*|__|^[ \t]*#{1,6}[ \t]*|^[ \t]*[-*+][ \t]+(?=\S)|^[ \t]*>[ \t]?"
    r"|\\(?=[\\_*#\[\]().~-])|[\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0e-\x1f]|\r"
)
LINK = re.compile(r"\[([^\[\]\n]{0,400})\]\((?:[^()\n]|\([^()\n]*\)){0,800}\)")
SPACES = {"\xa0": " ", "\u2003": " ", "\u2002": " ", "\x0c": "\n", "\x85": "\n", "\u2028": "\n"}
SENTENCE_END = "。！？；：…!?;:”）)】〕]》>．"
LONG = 30  # characters: a shorter line that stops without punctuation is a heading, not a broken line


def clean(raw: str, tables: Sequence[Table] = ()) -> Cleaned:
    """The text to read, with the origin of each character in `raw`.

    Inside `tables` no line is joined to another: a cell ends where it ends.
    """
    keep = bytearray(b"\x01") * len(raw)
    for match in _noise().finditer(raw):
        _drop(keep, *match.span())
    for match in LINK.finditer(raw):
        _drop(keep, match.start(), match.start(1))
        _drop(keep, match.end(1), match.end())
    for match in MARKUP.finditer(raw):
        _drop(keep, *match.span())
    chars = [(SPACES.get(raw[i], raw[i]), i) for i in range(len(raw)) if keep[i]]
    return _joined(chars, sorted((table.start, table.end) for table in tables))


@cache
def _noise() -> re.Pattern[str]:
    """Lines that only belong to the printed page: "— 3 —", 第3页 共9页, and a line of a table of contents.

    The last (加强组织领导……12) would be read as an item that the text has twice.
    """
    return re.compile(
        r"(?m)^[ \t　]*(?:[-—–－·]{1,2}[ \t　]*\d{1,4}[ \t　]*[-—–－·]{1,2}"
        rf"|{source('pages', 'page_numbers')}|[^\n]{{1,80}}?[.．·…]{{4,200}}[ \t　]*\d{{1,3}})[ \t　\r]*$"
    )


def placed(cleaned: Cleaned, tables: Sequence[Table]) -> list[Table]:
    """The tables of the raw text with their cells' places in the cleaned text."""

    def place(cell: Cell) -> Cell:
        start, end = (bisect_left(cleaned.origin, offset) for offset in (cell.start, cell.end))
        while start < end and cleaned.text[start].isspace():
            start += 1
        while end > start and cleaned.text[end - 1].isspace():
            end -= 1
        return replace(cell, start=start, end=end)

    return [Table(tuple(map(place, table.cells))) for table in tables]


def _drop(keep: bytearray, start: int, end: int) -> None:
    keep[start:end] = bytes(end - start)


def _joined(chars: list[tuple[str, int]], tables: list[tuple[int, int]]) -> Cleaned:
    """Lines that a page or column broke inside a sentence become one again; line ends are stripped."""
    lines = _lines(chars)
    out: list[tuple[str, int]] = []
    previous = ""
    starts = [start for start, _ in tables]
    was_cell = False
    for position, (line, _) in enumerate(lines):
        text = "".join(c for c, _ in line)
        if not text:
            continue
        at = bisect_right(starts, line[0][1]) - 1
        is_cell = at >= 0 and line[0][1] < tables[at][1]
        goes_on = bool(previous) and not is_cell and not was_cell and _broken(previous, text)
        was_cell = is_cell
        if previous and not goes_on:
            out.append(("\n", lines[position - 1][1]))
        out.extend(line)
        previous = (previous + text)[-400:] if goes_on else text
    return Cleaned("".join(c for c, _ in out), tuple(i for _, i in out))


def _lines(chars: list[tuple[str, int]]) -> list[tuple[list[tuple[str, int]], int]]:
    """Lines without outer blanks, each with the origin of its line end (-1 for the last)."""
    lines: list[tuple[list[tuple[str, int]], int]] = []
    current: list[tuple[str, int]] = []
    for char, origin in [*chars, ("\n", -1)]:
        if char == "\n":
            lines.append((_stripped(current), origin))
            current = []
        else:
            current.append((char, origin))
    return lines


def _stripped(line: list[tuple[str, int]]) -> list[tuple[str, int]]:
    start, end = 0, len(line)
    while start < end and line[start][0].isspace():
        start += 1
    while end > start and line[end - 1][0].isspace():
        end -= 1
    return line[start:end]


def _broken(previous: str, line: str) -> bool:
    """Whether `line` goes on with the sentence that `previous` left open."""
    if (
        len(previous) < LONG
        or previous[-1] in SENTENCE_END
        or pattern("pages", "item_openings").match(line.lstrip(" \t　"))
    ):
        return False
    if min(previous.count("|"), line.count("|")) >= 2 or previous.endswith("|"):
        return False  # rows of a table with bars
    if _label().match(line) and not _open(previous):
        return False
    return not _title_line().match(previous)


@cache
def _title_line() -> re.Pattern[str]:
    """A line that ends as titles do, and holds no clause."""
    return re.compile(rf"[^，。；！？]{{6,}}(?:{source('pages', 'title_ends')})$")


@cache
def _label() -> re.Pattern[str]:
    """A known label and its colon: 责任单位：… begins a line of its own whatever the line above ends in."""
    label = f"{labels(4)}|{source('roles', 'stops')}"
    return re.compile(rf"[　 \t]*(?:(?:{label})[ \t　]*[:：]|[【\[［](?:{label})[】\]］])")


def _open(line: str) -> bool:
    """Whether a bracket is open at the end of a line: its labels go on in the next."""
    return max(line.rfind(c) for c in "（(〔[【") > max(line.rfind(c) for c in "）)〕]】")
