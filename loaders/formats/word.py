"""docx as a reader sees it: automatic numbers as printed, tracked deletions and hidden text gone.

The body is walked element by element, because what a reader sees is more than the runs: numbers come from
numbering.xml, insertions and content controls count, and a table may stand in a text box.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import docx as python_docx

from graph.errors import DutyGraphError
from loaders.formats.compose import Box, Composition
from loaders.formats.package import broken

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
UNSEEN = frozenset(
    W + tag
    for tag in (
        *("del", "moveFrom", "delText", "instrText", "delInstrText"),
        *("pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "rt"),
    )
)
CHINESE = "〇一二三四五六七八九"


def docx(data: bytes, made: Composition) -> None:
    """Put a docx's paragraphs and tables into `made`, in document order. Raises InputError, InputTooLarge."""
    try:
        document = python_docx.Document(io.BytesIO(data))
        reader = _Docx(document, made)
        reader.blocks(document.element.body)
    except DutyGraphError:
        raise
    except Exception as error:  # python-docx raises nearly anything on broken bytes
        raise broken(made.name) from error


class _Docx:
    """Walks a document body; knows the numbering as it stands."""

    def __init__(self, document: Any, made: Composition) -> None:
        self.made = made
        self.numbers = _Numbering(document)
        self.contents = {
            style.get(W + "styleId")
            for style in document.styles.element.iter(W + "style")
            if (named := style.find(W + "name")) is not None
            and re.match(r"(?i)toc\b", named.get(W + "val") or "")
        }

    def blocks(self, parent: Any) -> None:
        """Paragraphs and tables below `parent`, content controls and the like looked through."""
        for element in parent:
            if element.tag == W + "p":
                for line in self.paragraph(element):
                    self.made.paragraph(line)
            elif element.tag == W + "tbl":
                self.table(element)
            elif element.tag not in UNSEEN and isinstance(element.tag, str):
                self.blocks(element)

    def paragraph(self, element: Any) -> Iterator[str]:
        """The paragraph as printed, then the text boxes that are anchored in it."""
        properties = element.find(W + "pPr")
        style = properties.find(W + "pStyle") if properties is not None else None
        if style is not None and style.get(W + "val") in self.contents:
            return
        boxes: list[Any] = []
        text = "".join(_runs(element, boxes))
        label = self.numbers.label(properties) if text.strip() else ""
        yield label + text
        for box in boxes:
            for inner in box.iter(W + "p"):
                yield "".join(_runs(inner, []))

    def table(self, element: Any) -> None:
        """A table; one that has a single row or column only lays out the page."""
        boxes: list[Box] = []
        origin: dict[int, int] = {}  # column -> index in boxes of the cell merged downwards
        rows = [r for r in element.iter(W + "tr") if next(r.iterancestors(W + "tbl")) is element]
        rows = [r for r in rows if r.find(f"{W}trPr/{W}del") is None]
        for number, row in enumerate(rows):
            column = _value(row.find(f"{W}trPr/{W}gridBefore"), 0)
            for cell in (c for c in row.iter(W + "tc") if next(c.iterancestors(W + "tr")) is row):
                width = max(1, _value(cell.find(f"{W}tcPr/{W}gridSpan"), 1))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(W + "val", "continue") == "continue" and column in origin:
                    above = boxes[origin[column]]
                    boxes[origin[column]] = Box(
                        above.row, above.column, above.text, number - above.row + 1, above.width
                    )
                else:
                    inner = Composition(self.made.name)
                    outer, self.made = self.made, inner
                    self.blocks(cell)
                    self.made = outer
                    origin.pop(column, None)
                    if merge is not None:
                        origin[column] = len(boxes)
                    boxes.append(Box(number, column, inner.text().strip(), 1, width))
                column += width
        if len(rows) > 1 and any(box.column for box in boxes):
            self.made.table(boxes)
        else:
            for box in boxes:
                self.made.paragraph(box.text)


def _value(element: Any, default: int) -> int:
    printed = element.get(W + "val") if element is not None else None
    return min(int(printed), 1000) if printed is not None and re.fullmatch(r"\d{1,9}", printed) else default


def _runs(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The visible text of a paragraph; text boxes are put aside into `boxes`."""
    for child in element:
        tag = child.tag
        if tag == W + "t":
            yield child.text or ""
        elif tag in (W + "br", W + "cr"):
            yield "\n"
        elif tag == W + "tab":
            yield " "
        elif tag == W + "noBreakHyphen":
            yield "-"
        elif tag == W + "txbxContent":
            boxes.append(child)
        elif tag == MC + "AlternateContent":
            choice = next(iter(child), None)  # the same thing twice: for new readers, then for old ones
            if choice is not None:
                yield from _runs(choice, boxes)
        elif tag == W + "r" and _hidden(child):
            continue
        elif tag not in UNSEEN and isinstance(tag, str):
            yield from _runs(child, boxes)


def _hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(W + "val", "true") not in ("0", "false")


class _Numbering:
    """Automatic numbers as Word prints them: counters per list, one for each level."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, Any]] = {}  # abstract list -> level -> its definition
        self.lists: dict[str, str] = {}  # list -> abstract list
        self.starts: dict[tuple[str, int], int] = {}  # (list, level) -> start override
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)  # abstract list -> level -> count
        self.started: set[tuple[str, int]] = set()
        self.styles: dict[str, Any] = {
            style.get(W + "styleId"): style for style in document.styles.element.iter(W + "style")
        }
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iter(W + "abstractNum"):
            self.levels[abstract.get(W + "abstractNumId")] = {
                int(level.get(W + "ilvl")): level for level in abstract.iter(W + "lvl")
            }
        for row in root.iter(W + "num"):
            key, target = row.get(W + "numId"), row.find(W + "abstractNumId")
            if target is None:
                continue
            self.lists[key] = target.get(W + "val")
            for override in row.iter(W + "lvlOverride"):
                start = override.find(W + "startOverride")
                if start is not None:
                    self.starts[key, int(override.get(W + "ilvl"))] = _value(start, 1)

    def label(self, properties: Any) -> str:
        """The number that Word prints before a paragraph with these properties; it counts on."""
        found = self._of(properties)
        if found is None:
            return ""
        key, level = found
        abstract = self.lists.get(key, "")
        definition = self.levels.get(abstract, {}).get(level)
        if definition is None:
            return ""
        counts = self.counts[abstract]
        if (key, level) in self.starts and (key, level) not in self.started:
            counts[level] = self.starts[key, level]
        else:
            counts[level] = counts[level] + 1 if level in counts else self._start(abstract, level)
        self.started.add((key, level))
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        pattern = definition.find(W + "lvlText")
        kind = definition.find(W + "numFmt")
        if pattern is None or (kind is not None and kind.get(W + "val") in ("bullet", "none")):
            return ""
        legal = definition.find(W + "isLgl") is not None

        def number(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            count = counts.setdefault(at, self._start(abstract, at)) if at <= level else 0
            other = self.levels[abstract].get(at)
            shape = other.find(W + "numFmt") if other is not None else None
            return _numeral(count, "decimal" if legal or shape is None else shape.get(W + "val", "decimal"))

        return re.sub(r"%([1-9])", number, pattern.get(W + "val") or "")

    def _start(self, abstract: str, level: int) -> int:
        definition = self.levels.get(abstract, {}).get(level)
        return _value(definition.find(W + "start") if definition is not None else None, 1)

    def _of(self, properties: Any) -> tuple[str, int] | None:
        """(list, level) of a paragraph, its own or its style's."""
        level: int | None = None
        for _ in range(20):  # a style that is based on itself is no reason to hang
            if properties is None:
                return None
            numbered = properties.find(W + "numPr")
            if numbered is not None:
                depth, key = numbered.find(W + "ilvl"), numbered.find(W + "numId")
                if level is None and depth is not None:
                    level = _value(depth, 0)
                if key is not None:
                    value = key.get(W + "val") or "0"
                    return None if value == "0" else (value, level or 0)
            named = properties.find(W + "pStyle")
            style = self.styles.get(named.get(W + "val")) if named is not None else None
            properties = self._inherited(style)
        return None

    def _inherited(self, style: Any) -> Any:
        """The paragraph properties of the nearest style that numbers, from `style` up."""
        for _ in range(20):
            if style is None:
                return None
            properties = style.find(W + "pPr")
            if properties is not None and properties.find(W + "numPr") is not None:
                return properties
            base = style.find(W + "basedOn")
            style = self.styles.get(base.get(W + "val")) if base is not None else None
        return None


def _numeral(count: int, kind: str) -> str:
    """A count in one of Word's number formats; an unknown one is decimal."""
    if kind in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCountingThousand",
        "taiwaneseCounting",
        "koreanCounting",
    ):
        return chinese(count)
    if kind in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(CHINESE[int(digit)] for digit in str(count))
    if kind in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if kind == "decimalEnclosedParen":
        return f"({count})"
    if kind == "decimalEnclosedFullstop":
        return f"{count}."
    if kind == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))
    if kind == "decimalZero":
        return f"{count:02d}"
    if kind in ("upperLetter", "lowerLetter") and count >= 1:
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter[:10] if kind == "upperLetter" else letter[:10].lower()
    if kind in ("upperRoman", "lowerRoman") and 1 <= count < 4000:
        roman = _roman(count)
        return roman if kind == "upperRoman" else roman.lower()
    return str(count)


def chinese(count: int) -> str:
    """43 as 四十三; from 10,000 on as digits."""
    if not 0 < count < 10_000:
        return str(count)
    out, zero = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, count = divmod(count, size)
        if digit:
            out += ("零" if zero and out else "") + (
                "" if unit == "十" and digit == 1 and not out else CHINESE[digit]
            )
            out += unit
        zero = not digit
    return out


def _roman(count: int) -> str:
    out = ""
    for size, sign in (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        out += sign * (count // size)
        count %= size
    return out
