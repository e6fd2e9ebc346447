"""Tables drawn with line characters in plain text (┌─┬─┐ or +---+), as cells.

A line of strokes ends the cells above it; where a line holds text in some columns and strokes in others,
the former go on over two rows (merged cells). Cells merged across columns are only read as a heading over
the whole width; any other shape is none of ours, and the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.formats.compose import Box

MAX_LINES = 5000  # of one drawing
EDGE = re.compile(r"[ \t　]*(?:[┌┏╔╒╓][─-╿]{2,}[┐┓╗╕╖]|\+(?:[-=]+\+)+)[ \t　\r]*$")
LINE = re.compile(r"[ \t　]*[─-╿|+].*[─-╿|+][ \t　\r]*$")
UPRIGHT = re.compile(r"[│┃║|]|[├┤┼┣┫╋╠╣╬╟╢╪╫╞╡┝┥┠┨┿╂┌┐└┘┬┴┏┓┗┛┳┻╔╗╚╝╦╩]|(?<![^-=+|])\+(?=[-=+|]|$)")
STROKES = re.compile(r"[─━═—–\-=]+")


def at(lines: Sequence[str], first: int) -> int:
    """The line after the drawing that begins at line `first`; `first` where none begins."""
    if not EDGE.match(lines[first]):
        return first
    stop = first + 1
    while stop < len(lines) and stop - first < MAX_LINES and LINE.match(lines[stop]):
        stop += 1
    return stop if stop - first >= 3 else first


def boxes(lines: Sequence[str]) -> list[Box]:
    """The cells of a drawing; empty where its columns do not come out even."""
    inner = [_segments(line) for line in lines]
    width = max(map(len, inner))
    texts: list[list[str]] = [[] for _ in range(width)]  # the open cell of each column
    begun = [0] * width
    row = 0
    found: list[Box] = []

    def close(column: int) -> None:
        said = "".join(texts[column])
        if said:
            found.append(Box(begun[column], column, said, row - begun[column], 1))
        texts[column] = []
        begun[column] = row

    for segments in inner:
        strokes = [STROKES.fullmatch(s) is not None for s in segments]
        if all(strokes):
            row += 1
            for column in range(width):
                close(column)
        elif len(segments) == 1 and not any(any(t) for t in texts):
            found.append(Box(row, 0, segments[0], 1, width))
        elif len(segments) != width:
            return []
        else:
            row += any(strokes)
            for column, (said, stroke) in enumerate(zip(segments, strokes, strict=True)):
                if stroke:
                    close(column)
                elif said:
                    texts[column].append(said)
    row += 1
    for column in range(width):
        close(column)
    return found if width > 1 else []


def _segments(line: str) -> list[str]:
    """What stands between the upright strokes of a line, without the outer ones."""
    parts = [part.strip(" \t　\r") for part in UPRIGHT.split(line.strip(" \t　\r"))]
    return parts[1:-1]
