"""Spreadsheets: xlsx and csv. Title lines are paragraphs, the rest is a table a sheet."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from graph.errors import DutyGraphError, InputError, InputTooLarge
from loaders.formats.compose import Box, Composition
from loaders.formats.package import broken
from loaders.wording import pattern

MAX_SHEET_CELLS = 300_000
MAX_MERGED = 1_000_000  # cells that merged ranges cover
MAX_ROWS = 50_000  # of all sheets together


def xlsx(data: bytes, made: Composition) -> None:
    """Put a workbook's visible sheets into `made`. Raises InputError, InputTooLarge."""
    try:
        _sheet_limits(data, made.name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not show: charts, validations
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
        rows = 0
        for sheet in sheets:
            boxes = _boxes(sheet)
            rows += len({box.row for box in boxes})
            if rows > MAX_ROWS:
                raise InputTooLarge(f"{made.name}：表格超过 {MAX_ROWS} 行，请拆分后再导入。")
            if boxes and len(sheets) > 1 and not pattern("pages", "sheet_names").match(sheet.title):
                made.paragraph(sheet.title)
            _sheet(boxes, made)
    except DutyGraphError:
        raise
    except Exception as error:  # openpyxl raises nearly anything on broken bytes
        raise broken(made.name) from error


def _sheet_limits(data: bytes, name: str) -> None:
    """Count cells and merged ranges in the sheets' XML: openpyxl would build every one of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.infolist():
            if not re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                continue
            content = package.read(part)
            merged = sum(
                _area(m.group(1).decode("ascii"))
                for m in re.finditer(
                    rb"mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"", content
                )
            )
            if len(re.findall(rb"<(?:\w+:)?c[\s>/]", content)) > MAX_SHEET_CELLS or merged > MAX_MERGED:
                raise InputTooLarge(
                    f"{name}：有一张工作表超过 {MAX_SHEET_CELLS // 10_000} 万个单元格，请拆分后再导入。"
                )


def _area(reference: str) -> int:
    left, top, right, bottom = openpyxl.utils.range_boundaries(reference)
    return int((right - left + 1) * (bottom - top + 1))


def _boxes(sheet: Any) -> list[Box]:
    """The filled cells of a sheet; a merged range is one box."""
    spans = {
        (r.min_row, r.min_col): (r.max_row - r.min_row + 1, r.max_col - r.min_col + 1)
        for r in sheet.merged_cells.ranges
    }
    boxes = []
    for (row, column), cell in sorted(
        sheet._cells.items()
    ):  # the filled ones only: a sheet may end at row 1,048,576
        if text := _shown(cell.value):
            boxes.append(Box(row - 1, column - 1, text, *spans.get((row, column), (1, 1))))
    return boxes


def _shown(value: object) -> str:
    """A cell's value as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()


def _sheet(boxes: Sequence[Box], made: Composition) -> None:
    """Title lines (rows with one cell, before the first with more) as paragraphs, the rest as a table."""
    by_row: dict[int, list[Box]] = defaultdict(list)
    for box in boxes:
        by_row[box.row].append(box)
    first = next((row for row in sorted(by_row) if len(by_row[row]) > 1), None)
    for row in sorted(by_row):
        if first is not None and row >= first:
            break
        for box in by_row[row]:
            made.paragraph(box.text)
    if first is not None:
        made.table([box for box in boxes if box.row >= first])


def csv_text(text: str, made: Composition) -> None:
    """Put a csv's rows into `made`: the separator is what the first lines hold most of."""
    head = text[:5000]
    separator = max(",\t;，", key=head.count)
    boxes: list[Box] = []
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if row >= MAX_ROWS:
                raise InputTooLarge(f"{made.name}：表格超过 {MAX_ROWS} 行，请拆分后再导入。")
            boxes.extend(Box(row, c, cell.strip()) for c, cell in enumerate(cells) if cell.strip())
            if len(boxes) > MAX_SHEET_CELLS:
                raise InputTooLarge(f"{made.name}：表格超过 {MAX_SHEET_CELLS // 10_000} 万个单元格，请拆分。")
    except csv.Error as error:
        raise InputError(
            f"{made.name}：CSV 第 {len({b.row for b in boxes}) + 1} 行读不下去，请另存为 xlsx。"
        ) from error
    _sheet(boxes, made)
