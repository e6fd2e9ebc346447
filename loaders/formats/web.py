"""Web pages: the main text of a saved page, without navigation, and the tables in it.

The main text is the smallest block that holds nearly all running text (text outside links with Chinese
punctuation); before it, the page's heading and what its information table says of number and date.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from graph.errors import EmptyInput, InputError
from loaders.formats.compose import MAX_CELLS, Box, Composition
from loaders.wording import pattern

Decode = Callable[[bytes, str], tuple[str, str]]
GONE = frozenset(
    [
        *("script", "style", "noscript", "template", "head", "title", "svg", "canvas", "video", "audio"),
        *("nav", "header", "footer", "aside", "form", "button", "select", "option", "textarea", "input"),
        *("iframe", "object"),
    ]
)
HEADER_TAGS = frozenset(
    {"header", "form"}
)  # pages wrap everything in these too: kept where they hold the text
BLOCK = frozenset(
    [
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figure",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section", "ul", "form"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "header", "ucapcontent"),
    ]
)
KEEP_SHARE = 0.85  # of the running text: a block inside with less is not all of the document
LAYOUT_BLOCKS = 3  # paragraphs: a cell with as many holds a page's text, not a value
MAX_SPAN = 1000  # rows or columns that a cell may say it covers
RUNNING = re.compile(r"[^，。；：、！？]*[，。；：、！？]")
DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
SAME = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_html(data: bytes) -> bool:
    """Whether the content begins as a web page does."""
    head = data[:3].replace(b"\xef\xbb\xbf", b"") + data[3:4096]
    head = head.replace(b"\x00", b"")
    return bool(
        re.match(
            rb"(?:\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div)\b",
            head,
            re.IGNORECASE | re.DOTALL,
        )
    )


def is_mht(data: bytes) -> bool:
    """Whether the content is a page saved as one file (.mht): MIME with parts."""
    head = data[:4096].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def decoded(data: bytes, name: str, decode: Decode) -> tuple[str, str]:
    """(text, encoding) as the page truly declares, else as its bytes tell. Raises BinaryInput."""
    declared = DECLARED.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        encoding = declared.group(1).decode("ascii").lower()
        try:
            return data.decode(SAME.get(encoding, encoding)), encoding
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data, name)


def mht(data: bytes, made: Composition, decode: Decode) -> str:
    """Put the page inside an .mht into `made`; returns its encoding. Raises InputError, EmptyInput."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        pages = [p for p in message.walk() if p.get_content_type() == "text/html"]
        content = pages[0].get_payload(decode=True) if pages else b""
    except (ValueError, LookupError, RecursionError, TypeError) as error:
        raise InputError(f"{made.name}：网页存档（mht）已损坏，请另存为 html。") from error
    if not isinstance(content, bytes) or not content.strip():
        raise EmptyInput(f"{made.name}：网页存档里没有正文。")
    text, encoding = decoded(content, made.name, decode)
    html(text, made)
    return encoding


def html(text: str, made: Composition) -> None:
    """Put the main text of a page into `made`. Raises InputError where there is no page in it."""
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    try:
        root: Any = lxml_html.document_fromstring(bare, parser=lxml_html.HTMLParser(encoding=None))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise EmptyInput(f"{made.name}：网页里没有文字。") from error
    _cleared(root)
    body = root.find("body")
    body = root if body is None else body
    scores = _scores(body)
    main, passed = _main(body, scores)
    for line in _before(passed, main):
        made.paragraph(line)
    _Writer(made).write(main)


def _cleared(root: Any) -> None:
    """Take out what is never text: scripts, navigation, hidden blocks, comments."""
    everything = sum(len(t) for t in root.itertext())
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _removed(element)
            continue
        tag = element.tag.lower()
        hidden = HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None
        if tag not in GONE and not hidden:
            continue
        if tag == "header" and any(above.tag in ("article", "main") for above in element.iterancestors()):
            continue  # the heading of the text itself
        if tag in HEADER_TAGS or hidden:
            inside = sum(len(t) for t in element.itertext())
            if inside > everything / 2 and tag not in {"script", "style"}:
                continue
        _removed(element)


def _removed(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _scores(body: Any) -> dict[Any, int]:
    """For each element, how many characters of running text it holds, links aside."""
    scores: dict[Any, int] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        own = 0 if element.tag == "a" else _running(element.text)
        for child in element:
            own += scores.get(child, 0) + _running(child.tail)
        scores[element] = 0 if element.tag == "a" and own < 200 else own
    return scores


def _running(text: str | None) -> int:
    return sum(len(m) for m in RUNNING.findall(text)) if text else 0


def _main(body: Any, scores: dict[Any, int]) -> tuple[Any, list[Any]]:
    """The block with the document, and the blocks around it from the outside in."""
    current = body
    passed: list[Any] = []
    while True:
        best = max(current, key=lambda child: scores.get(child, 0), default=None)
        if best is None or scores[body] == 0 or scores.get(best, 0) < KEEP_SHARE * scores[body]:
            return current, passed
        if (
            best.tag in ("p", "span", "font", "b", "strong", "tr", "td", "tbody", "table")
            and best.tag != "td"
        ):
            inner = _single_cell(best)
            if inner is None or scores.get(inner, 0) < KEEP_SHARE * scores[body]:
                return current, passed
            best = inner
        passed.append(current)
        current = best


def _single_cell(element: Any) -> Any:
    """The cell of a table that only lays out the page: the one with the most in it."""
    if element.tag not in ("table", "tbody", "tr"):
        return None
    cells = [c for c in element.iter("td") if c is not element]
    best = max(cells, key=lambda c: len(c.text_content() or ""), default=None)
    if best is not None and sum(1 for _ in best.iter("p", "div", "br", "table")) < LAYOUT_BLOCKS:
        return None  # a cell of a table that holds data
    return best


def _before(passed: list[Any], main: Any) -> Iterator[str]:
    """The heading above the main block, and the number and date of the page's information table."""
    title, facts, looked = "", [], 0
    inside = "".join(main.itertext())
    if passed:
        chain = {*main.iterancestors(), main}
        for _, element in etree.iterwalk(passed[0], events=("start",)):
            if element is main:
                break
            if element in chain or looked > 200:
                continue
            looked += _heading(element)
            text = re.sub(r"\s+", "", element.text_content() or "") if _heading(element) else ""
            if 8 <= len(text) <= 120 and element.find(".//a") is None:
                title = text
        around = " ".join("".join(block.itertext()) for block in passed[-3:])[:20_000]
        facts = [m["value"] for m in pattern("pages", "notices").finditer(around) if m.group() not in inside]
    if title and title not in re.sub(r"\s+", "", inside):
        yield title
    yield from dict.fromkeys(facts)


def _heading(element: Any) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return element.tag in ("h1", "h2", "h3") or bool(re.search(r"title|biaoti|\bbt\b|headline", named))


class _Writer:
    """Writes a block's paragraphs and tables in document order."""

    def __init__(self, made: Composition) -> None:
        self.made = made
        self.line: list[str] = []
        self.items: dict[Any, int] = {}  # <ol> -> how many of its items were written

    def write(self, block: Any) -> None:
        """Walk the block without recursion: hostile pages nest deep."""
        skip: Any = None
        for event, element in etree.iterwalk(block, events=("start", "end")):
            if skip is not None:
                if event == "end" and element is skip:
                    skip = None
                    self._text(element.tail if element is not block else None)
                continue
            if event == "start":
                if element.tag == "table" and element is not block and (boxes := _grid(element)):
                    self._end()
                    self.made.table(boxes)
                    skip = element
                    continue
                if element.tag in BLOCK or element.tag == "br":
                    self._end()
                if element.tag == "li":
                    self._number(element)
                self._text(element.text)
            else:
                if element.tag in BLOCK:
                    self._end()
                if element is not block:
                    self._text(element.tail)
        self._end()

    def _number(self, item: Any) -> None:
        """<ol> numbers its items by itself: the number is part of what a reader sees."""
        above = item.getparent()
        if above is not None and above.tag == "ol":
            number = (above.get("start") or "1").strip()
            first = int(number) if re.fullmatch(r"\d{1,4}", number) else 1
            place = self.items.get(above, 0)
            self.items[above] = place + 1
            style = f"{above.get('type') or ''} {above.get('style') or ''} {above.get('class') or ''}"
            if place < 1000 and "none" not in style:
                self.line.append(f"{first + place}．")

    def _text(self, text: str | None) -> None:
        if text:
            self.line.append(re.sub(r"[ \t\r\n\xa0]+", " ", text))

    def _end(self) -> None:
        self.made.paragraph(_tight("".join(self.line)))
        self.line = []


def _tight(text: str) -> str:
    """Without the blanks that a page's source breaks Chinese lines with."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text.strip())


def _grid(table: Any) -> list[Box]:
    """The cells of a table that holds data; [] where it only lays out the page."""
    if any(True for _ in table.iterdescendants("table")):
        return []
    rows = list(table.iter("tr"))
    boxes: list[Box] = []
    covers = 0
    taken: dict[int, int] = {}  # column -> rows still covered from above
    for number, row in enumerate(rows):
        column, covered = 0, dict(taken)
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while covered.get(column, 0) > 0:
                column += 1
            height, width = _span(cell, "rowspan"), _span(cell, "colspan")
            height = min(height, len(rows) - number)
            covers += height * width
            boxes.append(Box(number, column, _cell_text(cell), height, width))
            if covers > MAX_CELLS:
                return boxes  # which is refused as too large
            for i in range(column, column + width):
                taken[i] = height
            column += width
        taken = {c: n - 1 for c, n in taken.items() if n > 1}
    wide = max((box.column + box.width for box in boxes), default=0)
    return boxes if len(rows) > 1 and wide > 1 else []


def _span(cell: Any, name: str) -> int:
    printed = (cell.get(name) or "1").strip()
    return max(1, min(MAX_SPAN, int(printed))) if re.fullmatch(r"\d{1,6}", printed) else 1


def _cell_text(cell: Any) -> str:
    made = Composition("")
    _Writer(made).write(cell)
    return made.text().strip()
