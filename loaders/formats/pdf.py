"""A pdf's text layer: printed lines by their place on the page, joined to paragraphs again.

What is kept of the page is where it begins. Running heads and page numbers go: a line near the top or
bottom edge that is a page number, or that stands (digits aside) at the same edge of most pages.
A line that reaches the right margin goes on in the next line that begins at the left one, across pages.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2

from graph.errors import EmptyInput, InputError, InputTooLarge
from loaders.formats import aligned, ruled
from loaders.formats.compose import Composition
from loaders.wording import pattern

MAX_PAGES = 2000
PDFIUM = threading.Lock()  # pdfium is one machine for the whole process and not made for threads
EDGE_LINES = 3  # lines from the top or bottom of a page that may be a running head
BROKEN_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
# What stays together at the end of a line: a word or number, and marks that open or close.
FIRST_WORD = re.compile(r"[（《“‘【〔(\[]*(?:[!-~]+|.)[，。、；：！？）》”’】〕)\]]*")
DIGIT_ITEM = re.compile(r"\d{1,3}[.．、·](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed line: its text, the page it is on, and its box in points from the page's lower left."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """The size of its characters, roughly."""
        return max(1.0, self.top - self.bottom)


def pdf(data: bytes, made: Composition) -> None:
    """Put a pdf's paragraphs into `made`. Raises InputError for an encrypted or broken one, or a scan."""
    with PDFIUM:
        pages, found = _pages(data, made.name)
    compose(pages, made, found)
    if not made.text().strip():
        raise EmptyInput(
            f"{made.name}：PDF 里没有文字层（多半是扫描件），请先用文字识别（OCR）软件处理后再导入。"
        )


def compose(pages: Sequence[Sequence[Printed]], made: Composition, found: Sequence[ruled.Ruled] = ()) -> None:
    """Printed lines and ruled tables, page by page, as paragraphs and tables, and where pages begin."""
    running = _running(pages)
    bodies = [_body(page, running) for page in pages]
    setting = _settings([line for body in bodies for line in body])
    writer = _Writer(made, setting)
    for number, body in enumerate(bodies):
        waiting = [table for table in found if table.page == number]
        for line in body:
            middle = (line.top + line.bottom) / 2
            while waiting and middle < waiting[0].bottom:
                writer.table(waiting.pop(0))
            if not (waiting and middle <= waiting[0].top):
                writer.line(line)
        for table in waiting:
            writer.table(table)
    writer.end(len(pages))


class _Writer:
    """Puts lines and tables into a composition: what goes on is joined, also across pages."""

    def __init__(self, made: Composition, setting: dict[int, Setting]) -> None:
        self.made = made
        self.setting = setting
        self.paragraph = ""
        self.previous: Printed | None = None
        self.open: list[ruled.Ruled] = []  # a table, in parts where it goes over pages

    def line(self, line: Printed) -> None:
        """The next printed line."""
        self._close()
        if self.previous is None or not _goes_on(self.previous, line, self.setting):
            self._end_paragraph()
        self._pages(line.page + 1, self.made.length + len(self.paragraph))
        self.paragraph += _glue(self.paragraph, line.text) + line.text
        self.previous = line

    def table(self, table: ruled.Ruled) -> None:
        """The next table: one as wide as the last, with nothing between, goes on with it."""
        self._end_paragraph()
        if self.open and self.open[-1].width != table.width:
            self._close()
        self.open.append(table)

    def end(self, pages: int) -> None:
        """All is there."""
        self._close()
        self._end_paragraph()
        self._pages(pages, self.made.length)

    def _end_paragraph(self) -> None:
        self.made.paragraph(self.paragraph)
        self.paragraph, self.previous = "", None

    def _pages(self, count: int, at: int) -> None:
        self.made.pages.extend([at] * (count - len(self.made.pages)))

    def _close(self) -> None:
        if not self.open:
            return
        parts, self.open = self.open, []
        first, boxes, begins = 0, [], {}
        for part in parts:
            begins[first] = part.page
            boxes += [replace(box, row=box.row + first) for box in part.boxes]
            first += part.height
        start = self.made.length
        self.made.table(boxes)
        for row, page in begins.items():
            cells = [cell.start for cell in self.made.tables[-1].cells if cell.row >= row]
            self._pages(page + 1, min(cells, default=start))


def _pages(data: bytes, name: str) -> tuple[list[list[Printed]], list[ruled.Ruled]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == BROKEN_PASSWORD or "password" in str(error).lower():
            raise InputError(f"{name}：PDF 设有打开密码，请先去掉密码再导入。") from error
        raise InputError(f"{name}：PDF 文件已损坏，打不开，请重新下载或另存一份。") from error
    try:
        if len(document) > MAX_PAGES:
            raise InputTooLarge(f"{name}：PDF 有 {len(document)} 页，超过 {MAX_PAGES} 页的上限，请拆分。")
        found: list[ruled.Ruled] = []
        pages = [list(_lines(document, number, found)) for number in range(len(document))]
        return pages, [table for table in found if table.lined or not _cut_off(table, pages, found)]
    finally:
        document.close()


def _cut_off(table: ruled.Ruled, pages: Sequence[Sequence[Printed]], found: Sequence[ruled.Ruled]) -> bool:
    """Whether a table without lines goes on over the page, where no header tells its columns."""
    after = table.page + 1
    if after >= len(pages) or any(other.page == after for other in found):
        return False
    last = next(box.text for box in reversed(table.boxes) if box.column == 0).rstrip(".．、")
    sequel = re.compile(rf"{int(last) + 1}(?!\d)")
    return any(sequel.match(line.text) for line in pages[after])


def _lines(document: pypdfium2.PdfDocument, number: int, found: list[ruled.Ruled]) -> Iterator[Printed]:
    """The printed lines of a page from top to bottom; its ruled tables go into `found`.

    A page that cannot be read has none.
    """
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return
    try:
        total = text_page.count_chars()
        text = text_page.get_text_range(0, total) if total > 0 else ""
        if len(text) != total:  # a character outside the BMP counts twice: places would slip
            text = "".join(text_page.get_text_range(i, 1)[:1] or "\ufffe" for i in range(total))
        drawn = ruled.tables(page, text_page, number)
        if not drawn and (unlined := aligned.table(text_page, text, number)):
            drawn = [unlined]
        found.extend(drawn)
        for match in re.finditer(r"[^\r\n]+", text):
            places = [i for i in range(*match.span()) if not text[i].isspace()]
            bare = CONTROL.sub("", unicodedata.normalize("NFC", _radicals(match.group()))).strip()
            if not places or not bare:
                continue
            first, last = (text_page.get_charbox(i, loose=True) for i in (places[0], places[-1]))
            yield Printed(
                bare,
                number,
                min(first[0], last[0]),
                max(first[2], last[2]),
                max(first[3], last[3]),
                min(first[1], last[1]),
            )
    except (pypdfium2.PdfiumError, UnicodeError):
        return
    finally:
        text_page.close()
        page.close()


def _radicals(text: str) -> str:
    """⼀ (a radical that some fonts map to) as the character 一 that it looks like."""
    return "".join(unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" else c for c in text)


def _running(pages: Sequence[Sequence[Printed]]) -> set[str]:
    """What stands at the edge of more than half of the pages, digits aside: running heads."""
    count = Counter(text for page in pages for text in {_pattern(line.text) for line in _edges(page)})
    return {text for text, pages_with in count.items() if pages_with > max(1, len(pages) // 2)}


def _edges(page: Sequence[Printed]) -> list[Printed]:
    by_height = sorted(page, key=lambda line: -line.top)
    return [*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:]]


def _pattern(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s+", "", text))


def _body(page: Sequence[Printed], running: set[str]) -> list[Printed]:
    if not page:
        return []
    edges = {id(line) for line in _edges(page)}
    outer = {id(max(page, key=lambda li: li.top)), id(min(page, key=lambda li: li.bottom))}
    return [
        line
        for line in page
        if not (id(line) in edges and _pattern(line.text) in running)
        and not (id(line) in outer and pattern("pages", "running_numbers").fullmatch(line.text))
    ]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page is set: where its text begins and ends, and from one line to the next (points)."""

    left: float
    right: float
    leading: float


def _settings(lines: Sequence[Printed]) -> dict[int, Setting]:
    """The setting of each page: its own left margin, the document's width and leading.

    The width is the document's because the lines of a page with titles or a list are all short.
    """
    leading = _usual_leading(lines)
    width = max(1.0, _edge(lines) - _left(lines)) if lines else 1.0
    settings = {}
    for page in {line.page for line in lines}:
        own = [line for line in lines if line.page == page]
        left = _left(own) if len(own) > 4 else _left(lines)
        settings[page] = Setting(left, max(left + width, _edge(own)), leading)
    return settings


def _left(lines: Sequence[Printed]) -> float:
    """The leftmost place where many lines begin."""
    counts = Counter(round(line.left) for line in lines)
    most = counts.most_common(1)[0][1]
    return float(min(place for place, count in counts.items() if count >= max(2, most // 4) or most < 2))


def _edge(lines: Sequence[Printed]) -> float:
    """Where full lines end."""
    rights = sorted(line.right for line in lines)
    return rights[int((len(rights) - 1) * 0.9)]


def _usual_leading(lines: Sequence[Printed]) -> float:
    gaps = sorted(
        a.bottom - b.bottom for a, b in pairwise(lines) if a.page == b.page and a.bottom - b.bottom > 1
    )
    return gaps[len(gaps) // 2] if gaps else 0.0


def _goes_on(before: Printed, line: Printed, setting: dict[int, Setting]) -> bool:
    """Whether `line` is the same paragraph as the one before it.

    It is, when it begins at the left margin and its first word had no room in the line before.
    """
    size = max(before.height, line.height)
    there, here = setting[before.page], setting[line.page]
    if line.left > here.left + 1.2 * size:
        return False
    if before.page == line.page and before.bottom - line.bottom > 1.5 * here.leading:
        return False
    item = pattern("pages", "chinese_items").match(line.text)
    if item and not pattern("pages", "unfinished").search(before.text):
        return False  # before （三）项 a sentence goes on
    if DIGIT_ITEM.match(line.text) and before.text[-1] in "。；：！？…）)":
        return False
    word = FIRST_WORD.match(line.text)
    room = sum(0.5 if c.isascii() else 1.0 for c in word.group()) * size if word else size
    return before.right + room > there.right - 0.3 * size


def _glue(before: str, after: str) -> str:
    """A blank between two Latin words; nothing between Chinese characters."""
    latin = before[-1:].isascii() and after[:1].isascii()
    return " " if latin and before[-1:].isalpha() and after[:1].isalpha() else ""
