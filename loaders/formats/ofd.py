"""ofd (GB/T 33190—2016), the paged format of official documents: its text objects as printed lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from lxml import etree

from graph.errors import DutyGraphError, InputError
from loaders.formats.compose import Composition
from loaders.formats.pdf import Printed, compose


def ofd(data: bytes, made: Composition) -> None:
    """Put the text objects of an ofd (GB/T 33190—2016) into `made`, page by page. Raises InputError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {n.lstrip("/"): n for n in package.namelist()}

            def part(name: str) -> Any:
                return etree.fromstring(package.read(names[name.lstrip("/")]), parser)

            root = next(e.text or "" for e in part("OFD.xml").iter("{*}DocRoot"))
            base = root.rsplit("/", 1)[0] + "/" if "/" in root else ""
            pages = []
            for number, page in enumerate(part(root).iterfind("{*}Pages/{*}Page")):
                place = page.get("BaseLoc") or ""
                content = part(place if place.lstrip("/") in names else base + place)
                pages.append(list(_printed(content, number)))
        compose(pages, made)
    except DutyGraphError:
        raise
    except Exception as error:  # broken bytes
        raise InputError(f"{made.name}：OFD 文件读不了，请用阅读器另存为 PDF 再导入。") from error
    if not made.text().strip():
        raise InputError(f"{made.name}：OFD 里没有文字层（多半是扫描件），请先用文字识别软件处理。")


def _printed(page: Any, number: int) -> list[Printed]:
    """The printed lines of an ofd page: text objects at one height, from left to right."""
    found: list[Printed] = []
    for item in page.iter("{*}TextObject"):
        text = "".join(code.text or "" for code in item.iter("{*}TextCode")).strip()
        box = [float(v) for v in (item.get("Boundary") or "").split()]
        if text and len(box) == 4:
            size = float(item.get("Size") or box[3])
            wide = min(box[2], sum(0.5 if c.isascii() else 1.0 for c in text) * size)
            found.append(Printed(text, number, box[0], box[0] + wide, -box[1], -box[1] - box[3]))
    lines: list[list[Printed]] = []
    for item in sorted(found, key=lambda p: (-p.top, p.left)):
        middle = (item.top + item.bottom) / 2
        if lines and lines[-1][0].bottom < middle < lines[-1][0].top:
            lines[-1].append(item)
        else:
            lines.append([item])
    return [_merged(sorted(line, key=lambda p: p.left)) for line in lines]


def _merged(line: Sequence[Printed]) -> Printed:
    return Printed(
        "".join(p.text for p in line),
        line[0].page,
        line[0].left,
        max(p.right for p in line),
        max(p.top for p in line),
        min(p.bottom for p in line),
    )
