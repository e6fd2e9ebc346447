"""Clean text to the facts of the document and its tree of numbered items.

A source often holds two texts: the notice that issues a plan, and the plan attached to it.
The facts come from the notice; the measures from the attached plan where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from loaders.lexicon import COUNTRY, Lexicon, load
from loaders.types import Item, Span

TITLE_CLAUSE = 40  # characters: a first sentence longer than this is text, and its first clause the title
DATE = re.compile(
    r"(?:二[〇零○O0]|[12])[〇零○O0-9一二三四五六七八九]{2,3}\s*年\s*[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*日"
)
DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}
FULL_WIDTH = str.maketrans("()", "（）")  # one title in two widths of bracket is one title


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states about itself; None or empty where it does not."""

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
        numbers = int(year), month, day
    except ValueError:
        return None
    if not (1949 <= numbers[0] <= 2100 and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31):
        return None
    return f"{numbers[0]:04d}-{numbers[1]:02d}-{numbers[2]:02d}"


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


def numbered(line: str) -> tuple[str, str, int] | None:
    """(kind, mark as printed, length with blanks) of a paragraph's number; None without one."""
    for kind, pattern in _numbering():
        match = pattern.match(line)
        if match:
            return kind, match.group().strip(), match.end()
    return None


def items(text: str, body: Span, annotated: re.Pattern[str]) -> list[Item]:
    """The numbered items of the body in order, headings and measures alike.

    `annotated` tells a paragraph that says who is responsible: a 一、 without anything numbered
    below it is a measure where it has one, or where no 一、 has anything below it.
    """
    marks = [(line, found) for line in lines_of(text, *body) if (found := numbered(line.text))]
    marks = [mark for mark in marks if not _listing(mark[0].text)]
    stack: list[tuple[str, str]] = []
    rows: list[tuple[Line, tuple[str, str, int], tuple[str, ...], int]] = []
    for line, found in marks:
        kind = found[0]
        kinds = [k for k, _ in stack]
        if kind in kinds:
            del stack[kinds.index(kind) :]
        rows.append((line, found, tuple(heading for _, heading in stack), len(stack)))
        stack.append((kind, heading_text(line.text)))
    out = []
    for index, (line, found, path, level) in enumerate(rows):
        following = next((r for r in rows[index + 1 :] if r[3] <= level), None)
        end = following[0].start if following else body[1]
        leaf = index + 1 == len(rows) or rows[index + 1][3] <= level
        title = title_of(line.text[found[2] :])
        out.append(
            Item(found[1], found[0], level, title, path, line.start, _trimmed(text, line.start, end), leaf)
        )
    return _without_sections(text, out, annotated)


def _listing(line: str) -> bool:
    """A contact or attachment line (1.电子邮件：…) is numbered and yet no item."""
    return bool(
        re.search(
            r"[\w.]+@[\w.]+\.\w+|^\S{1,4}(?:电子邮[件箱]|传真|电话|联系人|通讯地址)[:：]|\d{3,4}-\d{7,8}",
            line,
        )
    )


def _without_sections(text: str, found: list[Item], annotated: re.Pattern[str]) -> list[Item]:
    """A top-level section in prose beside sections with items is no measure unless someone answers for it."""
    nested = any(item.level > 0 for item in found)
    return [
        item
        for item in found
        if not (item.leaf and item.level == 0 and nested and not annotated.search(text, item.start, item.end))
    ]


def heading_text(line: str) -> str:
    """A heading as printed, without its full stop and what follows."""
    found = numbered(line)
    mark = line[: found[2]] if found else ""
    return mark + title_of(line[len(mark) :])


def title_of(body: str) -> str:
    """The first sentence of an item, or its first clause where the sentence is text."""
    first = re.split(r"[。\n]", body.strip(), maxsplit=1)[0].strip()
    bracket = re.search(r"[（(](?=[^（()）]*(?:牵头|责任|负责|配合|落实单位))", first)
    if bracket and bracket.start() > 1:
        first = first[: bracket.start()]
    if len(first) > TITLE_CLAUSE:
        first = re.split(r"[，；：,;:]", first, maxsplit=1)[0]
    return first.strip(" 　：:；;，,")


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def closing_start(text: str, body: Span) -> int:
    """Where the closing lines (signature, date, 此件公开发布, 抄送) of the body begin."""
    end = body[1]
    for line in reversed(lines_of(text, *body)):
        bare = line.text.strip(" 　（）()")
        short = len(line.text) <= 40 and not re.search(r"[。；]$", line.text) and not numbered(line.text)
        closing = DATE.fullmatch(bare) or re.match(r"此件|抄送|主动公开|附件|（?联系人|分送|印发", bare)
        signature = short and re.search(
            r"^[^，。：；、（(:;]+(?:政府|办公厅|办公室|委员会|[厅局部委署会社院])$", bare
        )
        if not (closing or signature):
            break
        end = line.start
    return _trimmed(text, body[0], end)


def facts(text: str, lexicon: Lexicon) -> Facts:
    """What the text says about itself."""
    lines = lines_of(text)
    first = next((i for i, line in enumerate(lines) if _starts_body(line.text, lines, i)), len(lines))
    head = lines[:first]
    titles = _titles(head, lexicon)
    title = titles[0][0] if titles else None
    attached = titles[-1][0] if len(titles) > 1 and titles[-1][0] != title else None
    if title and (notice := re.fullmatch(lexicon.structure["announcement"]["pattern"], title)):
        title, attached = attached or notice["title"], None
    body_start = lines[first].start if first < len(lines) else len(text)
    signature = _signature(lines, head)
    heads = [line.text for line in head]
    number = _own_number(heads, lexicon)
    issuers = _issuers(title, heads, signature[0])
    preamble = text[: lines[first].start] if first < len(lines) else text
    return Facts(
        title=title,
        attached_title=attached,
        doc_number=number,
        issuers=issuers,
        date=signature[1],
        effective=_dated(text, lexicon, "effective"),
        expires=_dated(text, lexicon, "expires"),
        status=_status(title, attached, heads, lexicon),
        places=tuple(_places(issuers, title, attached, text, lexicon)),
        based_on=tuple(dict.fromkeys(_based_on(preamble, number, lexicon))),
        body=(body_start, len(text)),
    )


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


def _titles(head: list[Line], lexicon: Lexicon) -> list[tuple[str, int]]:
    """Title blocks before the body, each (title without blanks, start), in order."""
    genre = "|".join(sorted(map(re.escape, lexicon.structure["genres"]["words"]), key=len, reverse=True))
    status = "|".join(map(re.escape, lexicon.structure["statuses"]["words"]))
    end = re.compile(
        rf"(?:{genre})(?:[（(][^（()）]{{2,30}}[)）])*$|^(?:关于)?(?:公开)?《[^》]+》(?:公开)?征求意见"
    )
    number = re.compile(lexicon.structure["doc_number"]["pattern"])
    found: list[tuple[str, int]] = []
    open_lines: list[Line] = []
    for line in head:
        bare = squeeze(line.text)
        if (re.match(r"附件[:：]?|附錄|附录|附：", bare) and len(bare) > 4) or (
            re.match(r"[（(].*[)）]$", bare) and not re.search(status, bare)
        ):
            open_lines = []
            continue
        if (
            found
            and re.fullmatch(rf"[（(](?:{status})[)）]", bare)
            and found[-1][1] == head[head.index(line) - 1].start
        ):
            found[-1] = (found[-1][0] + bare.translate(FULL_WIDTH), found[-1][1])
            continue
        if (
            len(bare) > 110
            or bare.endswith(("：", ":", "。"))
            or number.fullmatch(bare)
            or DATE.fullmatch(bare)
        ):
            open_lines = []
            continue
        if re.search(r"文件$", bare):
            open_lines = []
            continue
        open_lines = [*open_lines[-3:], line]
        for count in range(len(open_lines), 0, -1):
            block = open_lines[-count:]
            joined = "".join(squeeze(part.text) for part in block)
            if len(joined) <= 120 and end.search(joined) and (count == 1 or _unfinished(block[0].text, end)):
                found.append((joined.translate(FULL_WIDTH), block[0].start))
                open_lines = []
                break
    return found


def _unfinished(line: str, end: re.Pattern[str]) -> bool:
    """A first line that only goes on in the next: 国务院办公厅关于深入开展消费扶贫 / 助力…的指导意见."""
    bare = squeeze(line)
    return (
        not end.search(bare)
        and ("关于" in bare or len(bare) >= 8)
        and not re.search(r"(?:政府|办公厅|委员会|[厅局])$", bare)
    )


def squeeze(text: str) -> str:
    """The text without blanks: a title is printed over several lines."""
    return re.sub(r"[\s　]+", "", text)


def _own_number(heads: list[str], lexicon: Lexicon) -> str | None:
    """The number that stands on a line of its own: a cited one stands inside a sentence."""
    pattern = re.compile(lexicon.structure["doc_number"]["pattern"])
    for line in heads:
        bare = squeeze(line)
        if pattern.fullmatch(bare):
            return normal_number(bare)
    return None


def normal_number(number: str) -> str:
    """国办发[2013]83号 with the brackets that 公文 print: 国办发〔2013〕83号."""
    return re.sub(r"[\[（(【〔]\s*(\d{4})\s*[\]）)】〕]\s*(\d+)\s*号$", r"〔\1〕\2号", squeeze(number))


def _signature(lines: list[Line], head: list[Line]) -> tuple[str | None, str | None]:
    """(issuer line, ISO date) of the notice's or the whole text's closing lines."""
    for area in (head, lines[-6:]):
        for index, line in enumerate(area):
            bare = squeeze(line.text).strip("（）()")
            if DATE.fullmatch(bare) and (date := iso_date(bare)):
                before = squeeze(area[index - 1].text) if index else ""
                signer = before if 2 < len(before) <= 40 and not re.search(r"[。，：；、]", before) else None
                return signer, date
    return None, None


def _issuers(title: str | None, heads: list[str], signer: str | None) -> tuple[str, ...]:
    """The offices before 关于 in the title, on the letterhead (…文件), or signing."""
    if title and (
        match := re.match(
            r"(.{4,60}?(?:政府|办公厅|办公室|委员会|国务院|[厅局部委署会]))(?:印发)?关于", title
        )
    ):
        return _joint(match.group(1))
    for line in heads:
        if match := re.fullmatch(
            r"(.{4,60}(?:政府|办公厅|办公室|委员会|国务院|[厅局部委署会]))文件", squeeze(line)
        ):
            return _joint(match.group(1))
    if signer and re.search(r"(?:政府|办公厅|办公室|委员会|国务院|[厅局部委署会社院])$", signer):
        return _joint(signer)
    return ()


def _joint(names: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[、\s]", names) if part)


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


def _places(
    issuers: tuple[str, ...], title: str | None, attached: str | None, text: str, lexicon: Lexicon
) -> Iterator[str]:
    """Jurisdictions that the document names for itself, the surest first."""
    for name in issuers:
        if place := jurisdiction_of(name, lexicon):
            yield place
    for heading in (title, attached):
        if heading and (place := jurisdiction_of(re.sub(r"^(?:关于)?(?:印发)?《?", "", heading), lexicon)):
            yield place
    for pattern in lexicon.structure["jurisdiction"]["patterns"]:
        match = re.search(pattern, text)
        hit = lexicon.leading_place(match["place"]) if match else None
        if match and hit and hit[1] == len(match["place"]):
            yield hit[0].full


def jurisdiction_of(name: str, lexicon: Lexicon) -> str | None:
    """The jurisdiction that an office's name or a title begins with; 全国 for central bodies."""
    place, rest = None, name
    while hit := lexicon.leading_place(rest, within=place):
        if hit[1] < 3 and not re.match(r"人民|市|省", rest[hit[1] :]) and hit[0].level != "省":
            break
        place, rest = hit[0], rest[hit[1] :]
    if place:
        return place.full
    entry = lexicon.entries.get(name)
    if entry and entry.jurisdiction == COUNTRY:
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
