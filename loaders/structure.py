"""Clean text to the facts of the document and its tree of numbered items.

A source often holds two texts: the notice that issues a plan, and the plan attached to it.
The facts come from the notice; the measures from the attached plan where there is one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from loaders.lexicon import COUNTRY, Lexicon, load
from loaders.types import Item, Span

LEVEL_WORD = r"(?:省|市|州|盟|县|区|旗|自治区)(?:委|人民政府|政府)"  # 省政府: which one, the reader knows
LONG_LINE = 110  # characters: no title is longer
HEADING = 60  # characters: no heading that an item follows in the same line is longer
TITLE_CLAUSE = 40  # characters: a first sentence longer than this is text, and its first clause the title
DATE = re.compile(
    r"(?:二[〇零○O0]|一九|[12])[〇零○O0-9一二三四五六七八九]{2,3}\s*年\s*[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*日"
)
DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TOP_KINDS = frozenset({"chapter", "cn"})  # marks that a text's main parts have
SMALL_KINDS = frozenset({"digit", "digit_paren"})  # marks that enumerations inside a sentence also have
NAMED_KINDS = frozenset({"chapter", "article", "cn", "cn_paren"})  # marks that a heading of words has
MAX_HEADING = 60  # characters of an attachment's title
MAX_SIGNERS = 30  # lines: a joint document has as many signatures as offices
FULL_WIDTH = str.maketrans("()", "（）")  # one title in two widths of bracket is one title


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states about itself; None or empty where it does not.

    `gate` is what kind of document it is, and so what may be read from it: "plan" everything, "labels"
    annotations only, "none" nothing, "addressed" a letter without a title, None where nothing tells.
    `dates` are all dates that it gives for its own writing, ISO; more than one disagree.
    """

    title: str | None
    attached_title: str | None
    doc_number: str | None
    issuers: tuple[str, ...]
    date: str | None
    effective: str | None
    expires: str | None
    status: str | None
    places: tuple[str, ...]
    based_on: tuple[tuple[str | None, str | None], ...]
    body: Span
    gate: str | None = None
    dates: tuple[str, ...] = ()


def lines_of(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The paragraphs of text[start:end]."""
    stop = len(text) if end is None else end
    return [
        Line(m.group(), start + m.start(), start + m.end()) for m in re.finditer(r"[^\n]+", text[start:stop])
    ]


def iso_date(printed: str) -> str | None:
    """2013年8月5日 or 二〇一三年八月五日 as YYYY-MM-DD; None where it is no calendar date."""
    match = re.fullmatch(r"\s*(.+?)\s*年\s*(.+?)\s*月\s*(.+?)\s*日\s*", printed)
    if not match:
        return None
    year = "".join(DIGITS.get(c, c) for c in match.group(1))
    try:
        month, day = (_small_number(match.group(i)) for i in (2, 3))
        found = datetime.date(int(year), month, day)
    except (ValueError, KeyError):
        return None
    return found.isoformat() if 1949 <= found.year <= 2100 else None


def _small_number(text: str) -> int:
    """十一 -> 11, 8 -> 8; two characters at most are tens and ones."""
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.partition("十") if "十" in text else ("0", "", text)
    return int(DIGITS.get(tens, "1") if tens else "1") * 10 * ("十" in text) + int(
        DIGITS[ones] if ones else 0
    )


@cache
def _numbering() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["pattern"])) for row in load().structure["numbering"])


@cache
def _ranks() -> dict[str, int]:
    """The usual nesting order of the kinds of numbers: 一、 before （一） before 1."""
    return {kind: rank for rank, (kind, _) in enumerate(_numbering())}


def numbered(line: str) -> tuple[str, str, int] | None:
    """(kind, mark as printed, length with blanks) of a paragraph's number; None without one."""
    for kind, pattern in _numbering():
        match = pattern.match(line)
        if match:
            return kind, match.group().strip(), match.end()
    return None


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
    following = [body[1]] * (len(_numbering()) + 1)  # by level: where the next item at or above it begins
    for index in range(len(rows) - 1, -1, -1):
        line, found, path, level = rows[index]
        leaf = index + 1 == len(rows) or rows[index + 1][3] <= level
        end = _trimmed(text, line.start, following[level])
        title = title_of(line.text[found[2] :])
        out.append(Item(found[1], found[0], level, title, path, line.start, end, leaf))
        following[level:] = [line.start] * (len(following) - level)
    return _without_sections(text, out[::-1], annotated)


def _above(kinds: Sequence[str], kind: str, number: int) -> int:
    """How many of the open headings a mark of a kind that none of them has stands under.

    What counts on (六、) does not stand under what usually stands under it (22.): its own beginning is
    on a page that the text lacks. Where it counts from one it does only under a heading of words.
    """
    rank = _ranks()
    for index, other in enumerate(kinds):
        if rank[other] > rank[kind] and (number > 1 or (kind in TOP_KINDS and other not in NAMED_KINDS)):
            return index
    return len(kinds)


def _marks(text: str, body: Span) -> Iterator[tuple[Line, tuple[str, str, int]]]:
    """Every numbered paragraph, and every item that runs on in the line of another."""
    last: dict[str, int] = {}
    for line in lines_of(text, *body):
        found = numbered(line.text)
        if not found or _listing(line.text):
            continue
        start = 0
        for at in [*_run_on(line.text, found, last), len(line.text)]:
            part = line.text[start:at]
            mark = numbered(part)
            if mark:
                if mark[0] != "digit_paren":
                    last.pop("digit_paren", None)
                last[mark[0]] = ordinal(mark[1])
                yield Line(part, line.start + start, line.start + at), mark
            start = at


def _run_on(line: str, own: tuple[str, str, int] | None, before: dict[str, int]) -> Iterator[int]:
    """Where further items begin inside a line: after a sentence or bracket, and next in the count.

    一、甲事。……（省甲厅负责）二、乙事。…… counts on; an enumeration in a measure (（1）…；（2）…) does not.
    A count begins inside a line where its second number follows: for 1. and （1） right behind a bracket
    that says who is responsible, so that each is a measure of its own. A line without a number of its
    own (`own` None) is text in which all marks ran together: its first stands behind a colon or heading.
    """
    count = {**before, own[0]: ordinal(own[1])} if own else dict(before)
    last, since = (own[0], own[2]) if own else (None, 0)
    found = list(_inner_marks(line, own[2] if own else 0))
    follows: dict[str, int] = {}
    sequel = [-1] * len(found)  # the next mark of the same kind
    for index in range(len(found) - 1, -1, -1):
        sequel[index] = follows.get(found[index][1], -1)
        follows[found[index][1]] = index
    for index, (at, kind, number, ended) in enumerate(found):
        if number > 1:
            sentence = ended and line[max(0, at - 8) : at].rstrip()[-1] not in "：:"
            heading = last != kind and at - since <= HEADING
            accepted = count.get(kind) == number - 1 and (sentence or heading)
        elif number == 1 and last != kind:
            following = found[sequel[index]] if sequel[index] >= 0 else None
            counted = following is not None and following[2] == 2 and following[3]
            if kind in SMALL_KINDS:
                accepted = following is not None and counted and _answered(line, at, following[0])
                if following is not None and counted and ended and not accepted:
                    # a label says it of each: 1.甲事。责任单位：甲局。2.乙事。责任单位：乙局。
                    third = sequel[sequel[index]]
                    bounds = (at, following[0], found[third][0] if third >= 0 else len(line))
                    accepted = all(_said_by_label(line, *part) for part in pairwise(bounds))
            elif last is None or (last == "cn" and kind == "cn_paren"):
                heading = ended or at - since <= HEADING
                accepted = heading and (
                    counted or (own is None and line[max(0, at - 8) : at].rstrip()[-1:] in "：:")
                )
                accepted = accepted or (own is None and last is not None and _headed(line, since, at))
            else:
                accepted = False
        else:
            accepted = False
        if accepted:
            if kind != "digit_paren":
                count.pop("digit_paren", None)
            count[kind] = number
            last, since = kind, at
            yield at
        elif number == 1 and kind == "digit_paren":
            count.pop(kind, None)  # an enumeration of the sentence's own


def _headed(line: str, since: int, at: int) -> bool:
    """Whether what stands before a first （一） is no more than its heading: 二、工作措施（一）……"""
    return at - since <= HEADING and not re.search("[，。；：、]", line[since + 2 : at])


def _answered(line: str, start: int, end: int) -> bool:
    """Whether line[start:end] ends in a bracket that says who is responsible."""
    opened = re.search(
        r"[（(【〔\[［]([^（(【〔\[［]*(?:[（(][^（）()]*[）)][^（(【〔\[［]*)*)[）)】〕\]］]\s*$",
        line[max(start, end - 400) : end],
    )
    words = load().structure["annotation_words"]["words"]
    return opened is not None and any(word in opened.group(1) for word in words)


def _said_by_label(line: str, start: int, end: int) -> bool:
    """Whether line[start:end] ends in a sentence that is a label and its list: 。责任单位：甲局、乙局。"""
    return _last_label().search(line, max(start, end - 400), end) is not None


@cache
def _last_label() -> re.Pattern[str]:
    labels = "|".join(re.escape(w.word) for w in load().labels if len(w.word) >= 4)
    return re.compile(rf"[。；;！ 　](?:{labels})\s*[:：][^。\n]{{2,300}}。?\s*$")


def _inner_marks(line: str, start: int) -> Iterator[tuple[int, str, int, bool]]:
    """What looks like a number in a line: (place, kind, ordinal, whether a sentence ends before it)."""
    for match in _inner_mark().finditer(line, start):
        if mark := numbered(line[match.end() : match.end() + 12]):
            yield match.end(), mark[0], ordinal(mark[1]), match["end"] is not None


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


def _listing(line: str) -> bool:
    """A contact or attachment line (1.电子邮件：…) is numbered and yet no item."""
    return bool(
        re.search(
            r"[\w.]+@[\w.]+\.\w+|^\S{1,4}(?:电子邮[件箱]|传真|电话|联系人|通讯地址)[:：]|\d{3,4}-\d{7,8}",
            line[:200],  # an address stands early, and the search is quadratic in a line without one
        )
    )


def further(text: str, body: Span) -> list[tuple[int, int, str]]:
    """(start, number, heading as printed) of the second attachment of the body and of those after it."""
    pattern = re.compile(load().structure["attachments"]["pattern"])
    lines = lines_of(text, *body)
    found: list[tuple[int, int, str]] = []
    for line, after in pairwise(lines):
        match = pattern.fullmatch(line.text.strip())
        number = ordinal(match["number"]) if match else 0
        if match and number > (found[-1][1] if found else 1):
            title = "" if numbered(after.text) or len(after.text) > MAX_HEADING else after.text.strip()
            found.append((line.start, number, title or line.text.strip()))
    return found


def _without_sections(text: str, found: list[Item], annotated: Callable[[str, int, int], bool]) -> list[Item]:
    """A top-level section in prose beside sections with items is no measure unless someone answers for it."""
    nested = any(item.level > 0 for item in found)
    answering = re.compile(load().structure["answering"]["pattern"])
    return [
        item
        for item in found
        if not (item.leaf and item.level == 0 and nested and item.kind not in SMALL_KINDS)
        or annotated(text, item.start, item.end)
        or answering.search(text, item.start, item.end)
    ]


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
    labels = "|".join(re.escape(w.word) for w in load().labels if len(w.word) >= 4)
    words = "|".join(map(re.escape, load().structure["annotation_words"]["words"]))
    bracket = rf"[（(【〔\[](?=[^（()）]*(?:{words}))"
    return re.compile(bracket), re.compile(rf"(?:[　 ，,；;]|——)(?:{labels})\s*[:：]")


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def closing_start(text: str, body: Span) -> int:
    """Where the closing lines (signature, date, 此件公开发布, 抄送) of the body begin."""
    words = re.compile("|".join(load().structure["closing"]["patterns"]))
    office = re.compile(rf"[^，。：；、（(:;]+{load().structure['offices_signing']['pattern']}")
    end, dated = body[1], False
    tail = max(body[0], body[1] - 4000)
    for line in reversed(lines_of(text, tail, body[1])):
        bare = line.text.strip(" 　（）()")
        short = len(line.text) <= 40 and not re.search(r"[。；]$", line.text) and not numbered(line.text)
        date = DATE.fullmatch(bare)
        # 省甲厅 on a line of its own may end a list of units; an office signs in full or above a date
        signature = short and office.fullmatch(bare) and (dated or not re.match(r"[省市州县区]", bare))
        if not (date or words.match(bare) or signature):
            break
        dated = dated or bool(date)
        end = line.start
    return _trimmed(text, body[0], end)


def facts(text: str, lexicon: Lexicon) -> Facts:
    """What the text says about itself."""
    lines = _apart(lines_of(text))
    first = next((i for i, line in enumerate(lines) if _starts_body(line.text, lines, i)), len(lines))
    head = lines[:first]
    titles = _titles(head, lexicon)
    title, printed = (titles[0][0], titles[0][2]) if titles else (None, "")
    attached = titles[-1][0] if len(titles) > 1 and titles[-1][0] != title else None
    if title and (notice := re.fullmatch(lexicon.structure["announcement"]["pattern"], title)):
        title, attached = attached or notice["title"], None
    body_start = lines[first].start if first < len(lines) else len(text)
    signers, dates = _signatures(lines, head, lexicon)
    heads = [line.text for line in head]
    number = _own_number(heads, [squeeze(printed) for _, _, printed in titles], lexicon)
    issuers = _issuers(printed, heads, signers, lexicon) or _labelled_issuer(heads, lexicon)
    places = tuple(_places(issuers, title, attached, number, text, lexicon))
    if issuers and not places and re.match(LEVEL_WORD, issuers[0]):
        issuers = ()  # 省政府 of no province known: nobody's name
    preamble = text[:body_start]
    written = dates[0] if dates else None
    effective = _dated(text, lexicon, "effective") or _immediately(text, written, lexicon)
    return Facts(
        title=title,
        attached_title=attached,
        doc_number=number,
        issuers=issuers,
        date=written,
        effective=effective,
        expires=_dated(text, lexicon, "expires") or _years_on(text, effective or written, lexicon),
        status=_status(title, attached, heads, lexicon),
        places=places,
        based_on=tuple(dict.fromkeys(_based_on(preamble, number, lexicon))),
        body=(body_start, len(text)),
        gate="none" if _other_body(lines, first, lexicon) else _gate(title, attached, head, lexicon),
        dates=dates,
    )


def _apart(lines: Sequence[Line]) -> list[Line]:
    """The lines up to the first item, with what a page ran together in one line apart again.

    A title, the number behind it, the addressees and the first items may stand in one long line.
    """
    out: list[Line] = []
    for index, line in enumerate(lines):
        if numbered(line.text):
            return [*out, *lines[index:]]
        begins = next(_run_on(line.text, None, {}), None)
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
    genres = load().structure["genres"]
    words = "|".join(sorted(map(re.escape, genres["words"]), key=len, reverse=True))
    number = load().structure["doc_number"]["pattern"]
    number = rf"(?![的之]|通知|意见){number}"
    office = r"(?![的之]|通知)[\u4e00-\u9fff、]{2,40}人民政府[^。:：]{0,200}"
    to = rf"[ \t　]*(?:[（(][^（()）]{{6,14}}日[)）]|(?:各[^。:：]{{3,200}}|{office})[:：])"
    return re.compile(
        rf"[ \t　]*(?P<title>[^。；：:]{{6,110}}?(?:{words})(?:[（(][^（()）]{{2,20}}[)）])?)"
        rf"(?=[ \t　]*[（(]?{number}|{to})(?P<number>[ \t　]*[（(]?{number}[)）]?)?(?P<to>{to})?"
    )


def _gate(title: str | None, attached: str | None, head: Sequence[Line], lexicon: Lexicon) -> str | None:
    """The title's gate; without a title the first line may still say that this is no plan."""
    if title is not None:
        return gate_of(title, attached, lexicon)
    first = squeeze(head[0].text[:80]) if head else ""
    named = gate_of(first, None, lexicon) if first and not re.search(r"[。；]", first) else None
    if named == "none":
        return named
    addressed = re.compile("|".join(lexicon.structure["addressees"]["patterns"]))
    return "addressed" if any(addressed.search(squeeze(line.text[:400])) for line in head[:20]) else None


def plans(items_found: Sequence[Item], lexicon: Lexicon) -> bool:
    """Whether headings are those of a plan (主要任务, 保障措施 …)."""
    words = re.compile("|".join(map(re.escape, lexicon.structure["plan_headings"]["words"])))
    return any(not item.leaf and words.search(item.title) for item in items_found)


def gate_of(title: str | None, attached: str | None, lexicon: Lexicon) -> str | None:
    """What kind of document the title tells of (see Facts.gate); of a notice, what it issues."""
    if title is None:
        return None
    issued = re.search(lexicon.structure["issued"]["pattern"], title)
    inner = attached or (str(issued["title"]) if issued else title)
    kinds = [kind for name in (inner, title) if (kind := _kind(name, lexicon))]
    return "none" if "none" in kinds[-1:] else next(iter(kinds), "labels")


def _kind(name: str, lexicon: Lexicon) -> str | None:
    """The gate of a single title."""
    for row in lexicon.structure["gates"]:
        if re.search(row["pattern"], name) and not (row.get("except") and re.search(row["except"], name)):
            return str(row["kind"])
    return None


def _other_body(lines: Sequence[Line], first: int, lexicon: Lexicon) -> bool:
    """Whether the first or last lines say that this is a law or a piece of news."""
    pattern = re.compile("|".join(lexicon.structure["bodies"]["patterns"]))
    near = [*lines[:5], *lines[first : first + 3], *lines[-2:]]
    return any(pattern.search(line.text[:400]) for line in near)


def _starts_body(line: str, lines: list[Line], index: int) -> bool:
    found = numbered(line)
    if not found or _listing(line):
        return False
    previous = lines[index - 1].text if index else ""
    return not (re.match(r"附件", previous) and len(line) < 60) and found[0] in (
        "cn",
        "cn_paren",
        "chapter",
        "article",
        "digit",
    )


def _titles(head: list[Line], lexicon: Lexicon) -> list[tuple[str, int, str]]:
    """Title blocks before the body, each (title without blanks, start, as printed), in order."""
    genres = lexicon.structure["genres"]
    words = sorted(map(re.escape, genres["words"]), key=len, reverse=True)
    genre = "|".join([*words, *genres["patterns"]])
    status = "|".join(map(re.escape, lexicon.structure["statuses"]["words"]))
    end = re.compile(
        rf"(?:{genre})(?:[（(][^（()）]{{2,30}}[)）])*$|^(?:关于)?(?:公开)?《[^》]+》(?:公开)?征求意见"
    )
    number = re.compile(lexicon.structure["doc_number"]["pattern"])
    found: list[tuple[str, int, str]] = []
    open_lines: list[Line] = []
    for index, line in enumerate(_unnumbered(head)):
        bare = squeeze(line.text[:400])
        if (re.match(r"附件[:：]?|附錄|附录|附：", bare) and len(bare) > 4) or (
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
            or number.fullmatch(bare)
            or DATE.fullmatch(bare)
        ):
            open_lines = []
            continue
        if bare == "目录" or (re.search(r"文件$", bare) and "关于" not in bare) or numbered(line.text):
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


@cache
def _numbers_around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = load().structure["doc_number"]["pattern"]
    return (
        re.compile(rf"[ \t　]*(?P<number>{number})[ \t　]+(?=[\u4e00-\u9fff])"),
        re.compile(
            rf"(?<=[^》\s])[ \t　]*[（(](?=[^（()）]{{1,14}}[〔\[（(【])(?P<number>{number})[）)][ \t　]*$"
        ),
    )


def _unnumbered(head: list[Line]) -> Iterator[Line]:
    """The lines of the head without a document number before or behind a title in them."""
    before, behind = _numbers_around()
    labels = re.compile(load().structure["page_labels"]["pattern"])
    for line in head:
        if label := labels.match(line.text):  # of the table above a text; only 标题 has the title
            at = label.end() if label["title"] else len(line.text)
            line = Line(line.text[at:], line.start + at, line.end)
        first, last = before.match(line.text[:200]), behind.search(line.text[:400])
        start = first.end() if first else 0
        end = last.start() if last and last.start() > start else len(line.text.rstrip(" 　\t|｜"))
        yield Line(line.text[start:end], line.start + start, line.start + end)


def _unfinished(block: Sequence[Line], end: re.Pattern[str]) -> bool:
    """A first line that only goes on in the next: 国务院办公厅关于深入开展消费扶贫 / 助力…的指导意见.

    An office on a line of its own does where the next begins with 关于 or 印发.
    """
    bare = squeeze(block[0].text)
    if end.search(bare) and bare.count("《") == bare.count("》"):
        return False
    if re.search(r"(?:政府|办公厅|办公室|委员会|[厅局])$", bare):
        return len(bare) >= 3 and bool(re.match(r"(?:印发|转发|批转)?关于|转发|印发", squeeze(block[1].text)))
    return "关于" in bare or len(bare) >= 8


def squeeze(text: str) -> str:
    """The text without blanks: a title is printed over several lines."""
    return re.sub(r"[\s　]+", "", text)


def _own_number(heads: list[str], titles: list[str], lexicon: Lexicon) -> str | None:
    """The number on its own line, behind its label or beside the title: a cited one is in a sentence."""
    number = lexicon.structure["doc_number"]["pattern"]
    alone = re.compile(rf"[（(]?(?P<number>{number})[)）]?")
    label = re.compile(rf"(?:{'|'.join(lexicon.structure['number_labels']['patterns'])})(?P<number>{number})")
    bare = [squeeze(line[:400]) for line in heads]
    for match in [*map(alone.fullmatch, bare), *map(label.search, bare)]:
        if match:
            return normal_number(match["number"])
    before, behind = _numbers_around()
    for line, short in zip(heads, bare, strict=True):
        match = before.match(line[:200]) or behind.search(line[:400])
        if match and any(title.endswith(short.replace(squeeze(match.group()), "")) for title in titles):
            return normal_number(match["number"])
    return None


def normal_number(number: str) -> str:
    """国办发[2013]83号 with the brackets that 公文 print: 国办发〔2013〕83号."""
    return re.sub(r"[\[（(【〔]\s*(\d{4})\s*[\]）)】〕]\s*(\d+)\s*号$", r"〔\1〕\2号", squeeze(number))


def _signatures(
    lines: Sequence[Line], head: Sequence[Line], lexicon: Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(signing offices, ISO dates) of the notice and of the text's end; the first date is the document's.

    A labelled date (成文日期：…, 发布日期：…) counts where no signature gives one; 成文 also beside it.
    """
    signers: tuple[str, ...] = ()
    dates: list[str] = []
    for area in (head, lines[-6:]):
        for index, line in enumerate(area):
            bare = squeeze(line.text[:80]).strip("（）()")
            if index and area[index - 1].text.rstrip().endswith(("：", ":")):
                continue  # 成文日期： on a line of its own above it: a label's date, no signature's
            if DATE.fullmatch(bare) and (found := iso_date(bare)):
                signers = signers or _signers(area[max(0, index - MAX_SIGNERS) : index], lexicon)
                dates.append(found)
                break
        if dates:
            break  # an attachment's own signature may stand at the end
    if not signers:  # the notice's own items stand before its signature
        for index, line in enumerate(lines):
            if len(line.text) <= LONG_LINE and DATE.fullmatch(squeeze(line.text).strip("（）()")):
                signers = _signers(lines[max(0, index - MAX_SIGNERS) : index], lexicon)
                if signers and (found := iso_date(squeeze(line.text).strip("（）()"))):
                    dates = [found]
                    break
    labelled: dict[str, str] = {}
    page = "\n".join(line.text[:400] for line in head[:60])
    for pattern in lexicon.structure["dates"]["patterns"]:
        for match in re.finditer(pattern, page):
            for name, printed in match.groupdict().items():
                if iso := iso_date("{}年{}月{}日".format(*re.findall(r"\d+", printed))):
                    labelled.setdefault(name, iso)
    if written := labelled.get("written"):
        dates.append(written)
    if not dates and "published" in labelled:
        dates.append(labelled["published"])
    return signers, tuple(dict.fromkeys(dates))


def _signers(before: Sequence[Line], lexicon: Lexicon) -> tuple[str, ...]:
    """The offices on the lines right above a date, as many as there are."""
    office = re.compile(rf"[^，。：；、（(:;]{{2,40}}{lexicon.structure['offices_signing']['pattern']}")
    names: list[str] = []
    for line in reversed(before):
        if re.fullmatch(r"[（(][^（()）]{2,40}代章[）)]", squeeze(line.text)):
            continue  # whose seal stands for the signer's
        parts = [part for part in re.split(r"[\s　]+", line.text.strip()) if part]
        whole = squeeze(line.text)
        if numbered(line.text) or re.match(r"[省市州区县]", whole):
            break
        if parts and all(office.fullmatch(part) for part in parts):
            names[:0] = parts
        elif len(whole) <= 40 and office.fullmatch(whole):
            names.insert(0, whole)
        else:
            break
    return tuple(name for part in names for name in _unglued(part, lexicon))


def _issuers(printed: str, heads: list[str], signers: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The offices before 关于 in the title, on the letterhead (…文件), or signing."""
    office = lexicon.structure["offices_signing"]["pattern"]
    joint = re.compile(lexicon.structure["joint"]["pattern"])
    before = re.match(rf"(?s)([^《]{{3,400}}?){lexicon.structure['title_verbs']['pattern']}", printed)
    if before:
        names = [part for part in joint.split(before.group(1)) if part]
        if names and all(re.fullmatch(rf".{{1,60}}{office}", name) for name in names):
            found = tuple(name for part in names for name in _unglued(part, lexicon))
            others = re.search(
                r"等(?:[一二三四五六七八九十\d]{1,3}|有关)?个?(?:部门|单位|部委)?\s*$", before.group(1)
            )
            if len(found) == 1 and len(signers) == 1 and signers[0].endswith(found[0]):
                return signers  # 区人民政府办公室 in the title, 某区人民政府办公室 below
            return signers if others and len(signers) > len(found) else found
        whole = squeeze(before.group(1))
        if re.fullmatch(rf".{{3,60}}{office}", whole):
            return signers if len(signers) == 1 and signers[0].endswith(whole) else _unglued(whole, lexicon)
    for line in heads:
        if match := re.fullmatch(rf"(.{{3,60}}{office})文件", squeeze(line[:200])):
            return tuple(n for part in joint.split(match.group(1)) if part for n in _unglued(part, lexicon))
    return signers


def _labelled_issuer(heads: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The office behind 发文机关 in the table above a text, on the label's line or the next."""
    label = re.compile(lexicon.structure["issuer_labels"]["pattern"])
    office = lexicon.structure["offices_signing"]["pattern"]
    page = "\n".join(squeeze(line[:200]) for line in heads[:40])
    for match in label.finditer(page):
        if re.fullmatch(rf"[^，。：；、（(:;]{{2,40}}{office}", match["name"]):
            return _unglued(match["name"], lexicon)
    return ()


def _unglued(names: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Names printed without anything between, where each is one of the register's: else the text itself."""
    out: list[str] = []
    rest = names
    while rest:
        length = next((n for n in range(min(len(rest), 40), 2, -1) if rest[:n] in lexicon.names), 0)
        if not length:
            return (names,)
        out.append(rest[:length])
        rest = rest[length:]
    return tuple(out)


def _status(title: str | None, attached: str | None, heads: list[str], lexicon: Lexicon) -> str | None:
    words = "|".join(map(re.escape, lexicon.structure["statuses"]["words"]))
    drafts = set(lexicon.structure["statuses"]["drafts"])
    for part in (title, attached, *(squeeze(h) for h in heads if len(h) < 60)):
        if part and (match := re.search(rf"[（(]({words})[)）]", part)):
            return match.group(1) if match.group(1) in drafts else "正式"
    return None


def _dated(text: str, lexicon: Lexicon, key: str) -> str | None:
    for pattern in lexicon.structure[key]["patterns"]:
        if match := re.search(pattern, text):
            return iso_date(squeeze(match["date"]))
    return None


def _immediately(text: str, written: str | None, lexicon: Lexicon) -> str | None:
    """自印发之日起施行: the day of the document itself."""
    return written if written and re.search(lexicon.structure["effective"]["immediately"], text) else None


def _years_on(text: str, begin: str | None, lexicon: Lexicon) -> str | None:
    """有效期五年: the last day of the years from the begin of validity."""
    match = re.search(lexicon.structure["expires"]["years"], text)
    if not match or not begin:
        return None
    years = ordinal(match["years"])
    start = datetime.date.fromisoformat(begin)
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + years, day=28)
    return (end - datetime.timedelta(days=1)).isoformat() if years else None


def _places(
    issuers: tuple[str, ...],
    title: str | None,
    attached: str | None,
    number: str | None,
    text: str,
    lexicon: Lexicon,
) -> Iterator[str]:
    """Jurisdictions that the document names for itself, the surest first."""
    for name in issuers:
        if place := jurisdiction_of(name, lexicon):
            yield place
    for heading in (title, attached):
        if heading and (place := jurisdiction_of(re.sub(r"^(?:关于)?(?:印发)?《?", "", heading), lexicon)):
            yield place
    for pattern in lexicon.structure["jurisdiction"]["patterns"]:
        said = set()
        for part in (title or "", attached or "", text):
            for match in re.finditer(pattern, part):
                hit = lexicon.leading_place(match["place"])
                if hit and hit[1] == len(match["place"]):
                    said.add(hit[0].full)
        if len(said) == 1:  # two places are what it compares, not where it holds
            yield said.pop()
    if re.search(lexicon.structure["nationwide"]["pattern"], text[:3000]):
        yield COUNTRY
    if number and (place := _lettered(number, issuers, title, text, lexicon)):
        yield place


def _lettered(
    number: str, issuers: tuple[str, ...], title: str | None, text: str, lexicon: Lexicon
) -> str | None:
    """The province whose letter a document number begins with (鄂政发 …): where the text speaks as one.

    A city may use its province's letter or another's (苏府, 青政发): its text says 我市, not 我省.
    """
    row = lexicon.structure["number_letters"]
    place = lexicon.place_of(row["places"].get(number[0], ""))
    if place is None:
        return None
    level = "自治区|区" if place.name.endswith("自治区") else place.name[-1]
    own = set(re.findall(row["pattern"], text))
    own |= {name[0] for name in (*issuers, title or "") if name and re.match(LEVEL_WORD, name)}
    return place.full if own and all(re.fullmatch(level, word) for word in own) else None


def jurisdiction_of(name: str, lexicon: Lexicon) -> str | None:
    """The jurisdiction that an office's name or a title begins with; 全国 for central bodies."""
    place, rest = None, name
    while hit := lexicon.leading_place(rest, within=place):
        if hit[1] < 3 and not re.match(r"人民|市|省", rest[hit[1] :]) and hit[0].level != "省":
            # 泰州关于印发…: a city whose short name no other place has
            alone = len(lexicon.place_names.get(name[: hit[1]], ())) == 1 and hit[0].level == "市"
            if not (alone and place is None and name.startswith("关于", hit[1])):
                break
        place, rest = hit[0], rest[hit[1] :]
    if place:
        return place.full
    own_office = re.search(r"(?:办公[厅室]|综合司|秘书[局处])$", name)  # 民政部办公厅 speaks for its ministry
    for body in (name, name[: own_office.start()] if own_office else name):
        owners = [lexicon.entries[owner] for owner in lexicon.names.get(body, ())]
        if owners and all(entry.jurisdiction == COUNTRY for entry in owners):
            return COUNTRY
    return COUNTRY if re.match(r"国务院|中共中央|国家|中央|中华人民共和国", name) else None


def _based_on(preamble: str, own: str | None, lexicon: Lexicon) -> Iterator[tuple[str | None, str | None]]:
    """(doc_number, title) of the documents that the preamble says it carries out."""
    words = "|".join(lexicon.structure["basis"]["words"])
    number = lexicon.structure["doc_number"]["pattern"]
    for match in re.finditer(
        rf"(?:{words})(?:[^。《》\n]{{0,20}}?)(?P<office>国务院办公厅|国务院|[\u4e00-\u9fff]{{2,12}}(?:政府|办公厅|委员会|[厅局部委办]))?(?P<books>《[^\n。]{{2,160}}?》(?:[（(]{number}[)）])?(?:(?:和|、|及|与)《[^\n。]{{2,160}}?》(?:[（(]{number}[)）])?)*)",
        preamble,
    ):
        for title, printed in re.findall(
            rf"《([^》]+(?:》[^《》]{{0,6}}《[^》]+)*?)》(?:[（(]({number})[)）])?", match["books"]
        ):
            office = match["office"] or "" if title.startswith("关于") else ""
            yield (normal_number(printed) if printed else None), squeeze(office + title)
