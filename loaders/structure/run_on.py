"""Items that run on in the line of another, as pages print them whose line ends are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from loaders.lexicon import labels
from loaders.structure.numbering import SMALL_KINDS, numbered, ordinal
from loaders.wording import words

HEADING = 60  # characters: no heading that an item follows in the same line is longer


@dataclass(frozen=True, slots=True)
class _Mark:
    """What looks like a number inside a line; `ended` is whether a sentence ends before it."""

    at: int
    kind: str
    number: int
    ended: bool
    following: _Mark | None = None  # the next mark of the same kind

    @property
    def counted(self) -> bool:
        """Whether the second of a count follows this first, behind a sentence."""
        return self.following is not None and self.following.number == 2 and self.following.ended


def run_on(line: str, own: tuple[str, str, int] | None, before: dict[str, int]) -> Iterator[int]:
    """Where further items begin inside a line: after a sentence or bracket, and next in the count.

    一、甲事。……（省甲厅负责）二、乙事。…… counts on; an enumeration in a measure (（1）…；（2）…) does not.
    A count begins inside a line where its second number follows: for 1. and （1） right behind a bracket
    that says who is responsible, so that each is a measure of its own. A line without a number of its
    own (`own` None) is text in which all marks ran together: its first stands behind a colon or heading.
    """
    count = {**before, own[0]: ordinal(own[1])} if own else dict(before)
    last, since = (own[0], own[2]) if own else (None, 0)
    for mark in _inner_marks(line, since):
        if mark.number > 1:
            accepted = count.get(mark.kind) == mark.number - 1 and (
                (mark.ended and not _behind_colon(line, mark.at))
                or (last != mark.kind and mark.at - since <= HEADING)
            )
        elif mark.number < 1 or last == mark.kind:
            accepted = False
        elif mark.kind in SMALL_KINDS:
            accepted = _each_answered(line, mark)
        else:
            accepted = _begins(line, mark, last, since, own is None)
        if accepted:
            if mark.kind != "digit_paren":
                count.pop("digit_paren", None)
            count[mark.kind] = mark.number
            last, since = mark.kind, mark.at
            yield mark.at
        elif mark.number == 1 and mark.kind == "digit_paren":
            count.pop(mark.kind, None)  # an enumeration of the sentence's own


def _begins(line: str, mark: _Mark, last: str | None, since: int, loose: bool) -> bool:
    """Whether a first 一、 or （一） begins a count: `loose` is a line without a number of its own."""
    if not (last is None or (last == "cn" and mark.kind == "cn_paren")):
        return False
    if (mark.ended or mark.at - since <= HEADING) and (
        mark.counted or (loose and _behind_colon(line, mark.at))
    ):
        return True
    return loose and last is not None and _headed(line, since, mark.at)


def _each_answered(line: str, mark: _Mark) -> bool:
    """Whether a first 1. or （1） begins items: a bracket, or a label in each, says who answers."""
    second = mark.following
    if second is None or not mark.counted:
        return False
    if _answered(line, mark.at, second.at):
        return True
    # a label says it of each: 1.甲事。责任单位：甲局。2.乙事。责任单位：乙局。
    bounds = (mark.at, second.at, second.following.at if second.following else len(line))
    return mark.ended and all(_said_by_label(line, *part) for part in pairwise(bounds))


def _behind_colon(line: str, at: int) -> bool:
    """Whether a colon, or nothing, stands before `at`."""
    return line[max(0, at - 8) : at].rstrip()[-1:] in "：:"


def _headed(line: str, since: int, at: int) -> bool:
    """Whether what stands before a first （一） is no more than its heading: 二、工作措施（一）……"""
    return at - since <= HEADING and not re.search("[，。；：、]", line[since + 2 : at])


def _answered(line: str, start: int, end: int) -> bool:
    """Whether line[start:end] ends in a bracket that says who is responsible."""
    opened = re.search(
        r"[（(【〔\[［]([^（(【〔\[［]*(?:[（(][^（）()]*[）)][^（(【〔\[［]*)*)[）)】〕\]］]\s*$",
        line[max(start, end - 400) : end],
    )
    return opened is not None and any(
        word in opened.group(1) for word in words("structure", "annotation_words")
    )


def _said_by_label(line: str, start: int, end: int) -> bool:
    """Whether line[start:end] ends in a sentence that is a label and its list: 。责任单位：甲局、乙局。"""
    return _last_label().search(line, max(start, end - 400), end) is not None


@cache
def _last_label() -> re.Pattern[str]:
    return re.compile(rf"[。；;！ 　](?:{labels(4)})\s*[:：][^。\n]{{2,300}}。?\s*$")


def _inner_marks(line: str, start: int) -> list[_Mark]:
    """What looks like a number in a line, in order, each with the next of its kind."""
    marks: list[_Mark] = []
    following: dict[str, _Mark] = {}
    for match in reversed(list(_inner_mark().finditer(line, start))):
        if found := numbered(line[match.end() : match.end() + 12]):
            kind, printed, _ = found
            ended = match["end"] is not None
            mark = _Mark(match.end(), kind, ordinal(printed), ended, following.get(kind))
            following[kind] = mark
            marks.append(mark)
    return marks[::-1]


@cache
def _inner_mark() -> re.Pattern[str]:
    """Before an item that runs on: the end of a sentence or bracket, a blank or a word; then a number."""
    numeral = "[一二三四五六七八九十]"
    plain = rf"{numeral}{{1,4}}[、.．]|\d{{1,3}}[、.．﹒]"
    return re.compile(
        rf"(?P<end>[。！？）)】〕\]］：:])[ \t　]*(?={plain}|[（(](?:{numeral}|\d){{1,3}}[）)])"
        rf"|(?<=[\u4e00-\u9fff])[ \t　]+(?={plain}(?!\d)|[（(]{numeral}{{1,3}}[）)])"
        rf"|(?<=[\u4e00-\u9fff])(?=[（(]{numeral}{{1,3}}[）)])"
    )
