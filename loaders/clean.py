"""Raw text to clean text with an offset map: mark-up goes, broken lines are joined.

Only deletions and one-for-one replacements happen, so that every clean character has one origin.
"""

from __future__ import annotations

import re

from loaders.types import Cleaned

MARKUP = re.compile(
    r"(?m)\*\*|__|^[ \t]*#{1,6}[ \t]*|^[ \t]*[-*+][ \t]+(?=\S)|^[ \t]*>[ \t]?"
    r"|\\(?=[\\_*#\[\]().~-])|[\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0e-\x1f]|\r"
)
LINK = re.compile(r"\[([^\[\]\n]{0,400})\]\((?:[^()\n]|\([^()\n]*\)){0,800}\)")
SPACES = {"\xa0": " ", "\u2003": " ", "\u2002": " ", "\x0c": "\n", "\x85": "\n", "\u2028": "\n"}
SENTENCE_END = "。！？；：…!?;:”）)】〕]》>．"
OPENING = re.compile(
    r"[　 \t]*(?:[一二三四五六七八九十百零〇]+[、，.．]|[（(〔\[【]|第[一二三四五六七八九十百零〇]+[编章节条]"
    r"|\d{1,3}[.．、·](?!\d)|[①-⑳]|附件|附：|附錄|附录|\d{1,3}[）)])"
)
TITLE_LINE = re.compile(
    r"^[^，。；！？]{6,}(?:通知|意见|方案|计划|规划|措施|办法|规定|决定|公告|通告|函|要点|清单|稿[)）])$"
)
LONG = 30  # characters: a shorter line that stops without punctuation is a heading, not a broken line


def clean(raw: str) -> Cleaned:
    """The text to read, with the origin of each character in `raw`."""
    keep = bytearray(b"\x01") * len(raw)
    for match in LINK.finditer(raw):
        _drop(keep, match.start(), match.start(1))
        _drop(keep, match.end(1), match.end())
    for match in MARKUP.finditer(raw):
        _drop(keep, *match.span())
    chars = [(SPACES.get(raw[i], raw[i]), i) for i in range(len(raw)) if keep[i]]
    return _joined(chars)


def _drop(keep: bytearray, start: int, end: int) -> None:
    keep[start:end] = bytes(end - start)


def _joined(chars: list[tuple[str, int]]) -> Cleaned:
    """Lines that a page or column broke inside a sentence become one again; line ends are stripped."""
    lines = _lines(chars)
    out: list[tuple[str, int]] = []
    previous = ""
    for position, (line, _) in enumerate(lines):
        text = "".join(c for c, _ in line)
        if not text:
            continue
        goes_on = bool(previous) and _broken(previous, text)
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
    if len(previous) < LONG or previous[-1] in SENTENCE_END or OPENING.match(line):
        return False
    return not TITLE_LINE.match(previous)
