"""The head of a text: its titles, document number and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from loaders.structure.lines import Line, squeeze
from loaders.structure.numbering import numbered
from loaders.structure.run_on import run_on
from loaders.wording import pattern, rows, source, words

LONG_LINE = 110  # characters: no title is longer
FULL_WIDTH = str.maketrans("()", "（）")  # one title in two widths of bracket is one title


def titles(head: Sequence[Line]) -> list[tuple[str, int, str]]:
    """Title blocks before the body, each (title without blanks, start, as printed), in order."""
    status = source("structure", "statuses", "words")
    genre, asked = source("structure", "genres"), source("structure", "comments_asked")
    end = re.compile(rf"(?:{genre})(?:[（(][^（()）]{{2,30}}[)）])*$|{asked}")
    found: list[tuple[str, int, str]] = []
    open_lines: list[Line] = []
    for index, line in enumerate(_unnumbered(head)):
        bare = squeeze(line.text[:400])
        if (pattern("structure", "attached").match(bare) and len(bare) > 4) or (
            re.match(r"[（(].*[)）]$", bare) and not re.search(status, bare)
        ):
            open_lines = []
            continue
        if found and re.fullmatch(rf"[（(](?:{status})[)）]", bare) and found[-1][1] == head[index - 1].start:
            found[-1] = (found[-1][0] + bare.translate(FULL_WIDTH), *found[-1][1:])
            continue
        if (
            len(bare) > LONG_LINE
            or bare.endswith(("：", ":", "。"))
            or pattern("structure", "doc_number").fullmatch(bare)
            or pattern("structure", "written_date").fullmatch(bare)
        ):
            open_lines = []
            continue
        if pattern("structure", "no_titles").search(bare) or numbered(line.text):
            open_lines = []
            continue
        open_lines = [*open_lines[-3:], line]
        for count in range(len(open_lines), 0, -1):
            block = open_lines[-count:]
            joined = "".join(squeeze(part.text) for part in block)
            if joined.count("《") != joined.count("》"):
                continue  # …《某法 / 实施条例》有关规定的决定
            if len(joined) <= 120 and end.search(joined) and (count == 1 or _unfinished(block, end)):
                printed = "\n".join(part.text for part in block)
                whole = (joined.translate(FULL_WIDTH), block[0].start, printed)
                if found and count > 1 and whole[0] != found[0][0] and whole[0].endswith(found[0][0]):
                    found[0] = whole  # a page's heading without the office that the title has
                else:
                    found.append(whole)
                open_lines = []
                break
    return found


def _unfinished(block: Sequence[Line], end: re.Pattern[str]) -> bool:
    """A first line that only goes on in the next: 国务院办公厅关于深入开展消费扶贫 / 助力…的指导意见.

    An office on a line of its own does where the next begins with 关于 or 印发.
    """
    bare = squeeze(block[0].text)
    if end.search(bare) and bare.count("《") == bare.count("》"):
        return False
    if pattern("structure", "offices_in_titles").search(bare):
        after = pattern("structure", "title_verbs").match(squeeze(block[1].text))
        return len(bare) >= 3 and after is not None
    return len(bare) >= 8 or pattern("structure", "title_verbs").search(bare) is not None


def _unnumbered(head: Sequence[Line]) -> Iterator[Line]:
    """The lines of the head without a document number before or behind a title in them."""
    before, behind = _numbers_around()
    for line in head:
        if label := pattern("structure", "page_labels").match(line.text):
            # of the table above a text; only what stands behind 标题 is a title
            at = label.end() if label["title"] else len(line.text)
            line = Line(line.text[at:], line.start + at, line.end)
        first, last = before.match(line.text[:200]), behind.search(line.text[:400])
        start = first.end() if first else 0
        end = last.start() if last and last.start() > start else len(line.text.rstrip(" 　\t|｜"))
        yield Line(line.text[start:end], line.start + start, line.start + end)


@cache
def _numbers_around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = source("structure", "doc_number")
    return (
        re.compile(rf"[ \t　]*(?P<number>{number})[ \t　]+(?=[\u4e00-\u9fff])"),
        re.compile(
            rf"(?<=[^》\s])[ \t　]*[（(](?=[^（()）]{{1,14}}[〔\[（(【])(?P<number>{number})[）)][ \t　]*$"
        ),
    )


def apart(lines: Sequence[Line]) -> list[Line]:
    """The lines up to the first item, with what a page ran together in one line apart again.

    A title, the number behind it, the addressees and the first items may stand in one long line.
    """
    out: list[Line] = []
    for index, line in enumerate(lines):
        if numbered(line.text):
            return [*out, *lines[index:]]
        begins = next(run_on(line.text, None, {}), None)
        stop = len(line.text) if begins is None else begins
        out.extend(_pieces(Line(line.text[:stop], line.start, line.start + stop)))
        if begins is not None:
            return [*out, Line(line.text[begins:], line.start + begins, line.end), *lines[index + 1 :]]
    return out


def _pieces(line: Line) -> Iterator[Line]:
    """A line of the head, apart behind the title, document number and addressees that it runs together."""
    at, rest = 0, line.text
    if cut := _run_together().match(rest[:600]):
        for stop in sorted({cut.end(name) for name in ("title", "number", "to") if cut[name]}):
            yield Line(rest[at:stop], line.start + at, line.start + stop)
            at = stop
    if rest[at:].strip():
        yield Line(rest[at:], line.start + at, line.end)


@cache
def _run_together() -> re.Pattern[str]:
    """A title at the start of a line with its document number and addressees behind it."""
    genre = source("structure", "genres", "words")
    behind = rf"(?!{source('structure', 'goes_on_titles')})"
    number = behind + source("structure", "doc_number")
    to = rf"[ \t　]*{behind}{source('structure', 'run_on_addressees')}"
    return re.compile(
        rf"[ \t　]*(?P<title>[^。；：:]{{6,110}}?(?:{genre})(?:[（(][^（()）]{{2,20}}[)）])?)"
        rf"(?=[ \t　]*[（(]?{number}|{to})(?P<number>[ \t　]*[（(]?{number}[)）]?)?(?P<to>{to})?"
    )


def own_number(heads: Sequence[str], printed: Sequence[str]) -> str | None:
    """The number on its own line, behind its label or beside the title: a cited one is in a sentence."""
    number = source("structure", "doc_number")
    alone = re.compile(rf"[（(]?(?P<number>{number})[)）]?")
    label = re.compile(rf"(?:{source('structure', 'number_labels')})(?P<number>{number})")
    bare = [squeeze(line[:400]) for line in heads]
    for match in [*map(alone.fullmatch, bare), *map(label.search, bare)]:
        if match:
            return normal_number(match["number"])
    before, behind = _numbers_around()
    for line, short in zip(heads, bare, strict=True):
        match = before.match(line[:200]) or behind.search(line[:400])
        if match and any(title.endswith(short.replace(squeeze(match.group()), "")) for title in printed):
            return normal_number(match["number"])
    return None


def normal_number(number: str) -> str:
    """国办发[2013]83号 with the brackets that 公文 print: 国办发〔2013〕83号."""
    row = rows("structure")["number_parts"]
    return re.sub(row["pattern"], row["normal"], squeeze(number))


def status_of(title: str | None, attached: str | None, heads: Sequence[str]) -> str | None:
    """征求意见稿 and the like from a title or a line of the head; 试行 and 暂行 are in force."""
    status, drafts = source("structure", "statuses", "words"), words("structure", "statuses", "drafts")
    for part in (title, attached, *(squeeze(h) for h in heads if len(h) < 60)):
        if part and (match := re.search(rf"[（(]({status})[)）]", part)):
            return match.group(1) if match.group(1) in drafts else "正式"
    return None
