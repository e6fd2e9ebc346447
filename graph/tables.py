"""责任分工表 and 单位任务对照表 as one table model, written to xlsx, csv and html.

A `Table` knows nothing of files or of the graph: title, note lines, columns and rows of
text. `matrix` and `responsibility_table` fill one from the named queries; `Table.write`
chooses the format by suffix. Everything in a cell is text that somebody else wrote: it
never becomes a formula, a link or mark-up.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.errors import OutputExists, UsageError

if TYPE_CHECKING:
    from graph.store import Store

Row = Mapping[str, Any]
MARKS = {"LEADS": "牵", "SUPPORTS": "配"}
# The first of these found in the printed words is what a cell shows for IMPLEMENTS.
PRINTED = (("负责", "负责"), ("落实", "落实"), ("实施", "实施"), ("责任", "责"))
LEGEND = (
    "牵＝牵头；配＝配合、参与、协办；负责、落实、实施、责＝文件所印的责任用语；责＝列为责任单位而没有印出用语；"
    "同一单位在一项任务里有两种职责的，两个都写。"
)
CELL_LIMIT = 32_767  # characters in one xlsx cell
SUFFIXES = (".xlsx", ".csv", ".html")
RISKY = "=+-@\t\r＝＋－＠"


@dataclass(frozen=True)
class Table:
    """Title, columns and rows; `notes` stand above the columns, `sheets` follow in a workbook.

    `fixed` columns on the left stay in view; `upright` columns have vertical headings;
    `name` is the sheet's name.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    sheets: Sequence[Table] = ()
    fixed: int = 0
    upright: int | None = None  # from this column on
    name: str = "表"
    widths: Mapping[int, int] = field(default_factory=dict)

    def write(self, path: Path | str, force: bool = False) -> Path:
        """Writes the table by suffix (.xlsx, .csv, .html) and returns the path.

        Raises OutputExists when the file exists and `force` is not set, UsageError for
        another suffix or a folder that cannot be written to.
        """
        path = Path(path)
        check_output(path, force)
        data = self.render(path.suffix.lower())
        part = path.with_name(f".{path.name}.part")  # a half-written file never has the real name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            raise UsageError(f"写不了“{path}”：{error.strerror}。") from error
        return path

    def render(self, suffix: str) -> bytes:
        """The table as the bytes of a .xlsx, .csv or .html file."""
        if suffix == ".xlsx":
            return _xlsx(self)
        return (_csv(self) if suffix == ".csv" else _html(self)).encode(
            "utf-8-sig" if suffix == ".csv" else "utf-8", "replace"
        )


def check_output(path: Path, force: bool = False) -> None:
    """Raises UsageError for a suffix that is not written, OutputExists for a file that is there."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"不认识的表格格式“{path.suffix}”：可以写 {'、'.join(SUFFIXES)}。")
    if path.is_dir():
        raise OutputExists(f"“{path}”是一个文件夹；请换一个名字。")
    if path.exists() and not force:
        raise OutputExists(f"“{path}”已经存在；要覆盖请加 --force。")


def matrix(
    store: Store,
    *,
    documents: Collection[str] | None = None,
    agencies: Collection[str] | None = None,
    roles: Collection[str] | None = None,
    drafts: bool = True,
    samples: bool = True,
) -> Table:
    """The 单位任务对照表: a row a measure, a column an agency, the printed role in the cell."""
    scope, rows = measures_with_duties(store, documents, agencies, roles, drafts, samples)
    units: dict[str, str] = {}
    for row in rows:
        for duty in row["duties"]:
            units.setdefault(
                duty["agency_id"], duty["agency"] + ("（统称）" if duty.get("collective") else "")
            )
    several = len(scope) > 1
    lead = [*(["文件"] if several else []), "序号", "任务"]
    table = []
    for row in rows:
        cells: dict[str, list[str]] = {}
        for duty in row["duties"]:
            word = mark(duty["role"], duty.get("role_text"))
            marks = cells.setdefault(duty["agency_id"], [])
            if word not in marks:
                marks.append(word)
        head = [*([row["document"]] if several else []), row["number"], row["title"]]
        table.append([*head, *("、".join(cells.get(unit, ())) for unit in units), _remark(row)])
    width = len(lead)
    return Table(
        title="单位任务对照表",
        columns=[*lead, *_apart(units), "备注"],
        rows=table,
        notes=[*scope_notes(scope), LEGEND],
        sheets=[sources(rows)],
        fixed=width,
        upright=width,
        name="对照表",
        widths={0: 24, width - 2: 8, width - 1: 36},
    )


def responsibility_table(
    store: Store,
    *,
    documents: Collection[str] | None = None,
    agencies: Collection[str] | None = None,
    roles: Collection[str] | None = None,
    drafts: bool = True,
    samples: bool = True,
) -> Table:
    """The 责任分工表: a row a measure with who leads, who else answers, and until when."""
    scope, rows = measures_with_duties(store, documents, agencies, roles, drafts, samples)
    table = []
    for index, row in enumerate(rows, 1):
        leads = [duty["agency"] for duty in row["duties"] if duty["role"] == "LEADS"]
        others: dict[str, list[str]] = {}
        for duty in row["duties"]:
            if duty["role"] != "LEADS":
                word = "配合" if duty["role"] == "SUPPORTS" else mark(duty["role"], duty.get("role_text"))
                others.setdefault("责任" if word == "责" else word, []).append(duty["agency"])
        rest = "；".join(f"{word}：{'、'.join(names)}" for word, names in others.items())
        path = row.get("path") or []
        source = [row["document"]] if len(scope) > 1 else []
        table.append(
            [
                str(index),
                *source,
                str(path[-1]) if path else "",
                f"{row['number']}{row['title']}",
                "、".join(leads),
                rest,
                str(row.get("deadline") or ""),
                _remark(row),
            ]
        )
    several = len(scope) > 1
    columns = ["序号", *(["文件"] if several else []), "重点任务", "具体措施", "牵头单位"]
    widths = [6, *([24] if several else []), 24, 40, 24, 48, 12, 24]
    return Table(
        title="责任分工表",
        columns=[*columns, "责任（配合）单位", "完成时限", "备注"],
        rows=table,
        notes=scope_notes(scope),
        sheets=[sources(rows)],
        name="责任分工表",
        widths=dict(enumerate(widths)),
    )


def sources(rows: Iterable[Row]) -> Table:
    """Where each responsibility is printed: the quote, its place in the text, the rule."""
    columns = [
        "文件",
        "文号",
        "状态",
        "日期",
        "版本",
        "序号",
        "任务",
        "单位",
        "职责",
        "印出的用语",
        "原文",
        "位置",
    ]
    table = []
    for row in rows:
        for duty in row["duties"]:
            places = "、".join(
                f"{start}–{end}"
                for start, end in zip(duty.get("starts") or (), duty.get("ends") or (), strict=False)
            )
            table.append(
                [
                    *(str(row.get(key) or "") for key in ("document", "doc_number", "status", "date")),
                    edition_name(row.get("edition")),
                    row["number"],
                    row["title"],
                    duty["agency"],
                    ROLE_WORDS.get(duty["role"], duty["role"]),
                    str(duty.get("role_text") or ""),
                    "；".join(dict.fromkeys(duty.get("quotes") or ())),
                    places,
                    str(duty.get("basis") or ""),
                    str(duty.get("rule") or ""),
                ]
            )
    widths = {0: 30, 6: 30, 7: 28, 10: 60}
    return Table("来源", [*columns, "依据", "规则"], table, name="来源", widths=widths)


ROLE_WORDS = {"LEADS": "牵头", "SUPPORTS": "配合", "IMPLEMENTS": "负责"}


def mark(role: str, role_text: str | None) -> str:
    """What a cell shows: 牵, 配, or the printed word of the rest (责 where none is printed)."""
    if role in MARKS:
        return MARKS[role]
    return next((shown for word, shown in PRINTED if word in (role_text or "")), role_text or "责")


def edition_name(edition: Any) -> str:
    """Whether the text is whole, in Chinese."""
    return {"digest": "摘要", "partial": "节选", "full": "全文"}.get(str(edition or ""), "")


def describe_document(row: Row) -> str:
    """A document with what one must know of it: 《title》（文号，date，status，edition）."""
    title = row.get("document") or row.get("title") or row.get("document_id")
    edition = edition_name(row.get("edition"))
    facts = [row.get("doc_number"), row.get("date") or "无日期", row.get("status"), edition]
    return f"《{title}》（{'，'.join(str(fact) for fact in facts if fact)}）"


def scope_notes(documents: Sequence[Row]) -> list[str]:
    """Note lines that say which documents a table covers, and which are drafts or digests."""
    if not documents:
        return ["没有符合条件的文件。"]
    return [f"文件{index}：{describe_document(row)}" for index, row in enumerate(documents, 1)]


def measures_with_duties(
    store: Store,
    documents: Collection[str] | None,
    agencies: Collection[str] | None,
    roles: Collection[str] | None,
    drafts: bool,
    samples: bool,
) -> tuple[list[Row], list[dict[str, Any]]]:
    """The documents in scope, and their measures in order, each with its filtered `duties`.

    With agencies or roles chosen, measures without any of them are left out.
    """
    chosen = None if documents is None else list(documents)
    scope = store.query("documents", documents=chosen, drafts=drafts, samples=samples)
    rows: list[dict[str, Any]] = []
    for document in scope:
        for row in store.query("document_measures", document=document["document_id"]):
            duties = [
                duty
                for duty in row.get("duties") or ()
                if (agencies is None or duty["agency_id"] in agencies)
                and (roles is None or duty["role"] in roles)
            ]
            if duties or (agencies is None and roles is None):
                rows.append({**row, "duties": duties})
    return list(scope), rows


def _remark(row: Row) -> str:
    remarks = []
    if not row["duties"]:
        remarks.append("没有责任单位")
    if any(duty.get("open_list") for duty in row["duties"]):
        remarks.append("名单未列全（等）")
    if any(duty.get("basis") == "carried_over" for duty in row["duties"]):
        remarks.append("含前文“下同”带入的单位")
    return "；".join(remarks)


def _apart(units: Mapping[str, str]) -> list[str]:
    """Column headings; two agencies printed alike are told apart by their id."""
    names = list(units.values())
    return [
        name if names.count(name) == 1 or name == unit else f"{name}〔{unit}〕"
        for unit, name in units.items()
    ]


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate ends no export


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if table.title:
        writer.writerow([_inert(table.title)])
    writer.writerows([_inert(note)] for note in table.notes)
    writer.writerow([_inert(column) for column in table.columns])
    writer.writerows([_inert(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _inert(value: Any) -> str:
    """Text that no spreadsheet takes for a formula, with a ' in front where it could be one."""
    text = _text(value)
    if text[:1] and (text[0] in RISKY or text.lstrip()[:1] in tuple(RISKY)):
        return "'" + text
    return text


def _html(table: Table) -> str:
    parts = [
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>",
        "<meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{html.escape(table.title)}</title><style>{_STYLE}</style></head><body>",
    ]
    for sheet in (table, *table.sheets):
        parts.append(html_table(sheet))
    return "".join([*parts, "</body></html>"])


def html_table(table: Table) -> str:
    """The table as an escaped HTML fragment: heading, notes, <table>."""
    upright = len(table.columns) if table.upright is None else table.upright
    head = "".join(
        f"<th{' class=upright' if upright <= index < len(table.columns) - 1 else ''}>"
        f"<span>{html.escape(_text(column))}</span></th>"
        for index, column in enumerate(table.columns)
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    notes = "".join(f"<p>{html.escape(_text(note))}</p>" for note in table.notes)
    return (
        f"<h2>{html.escape(_text(table.title))}</h2>{notes}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


_STYLE = (
    "body{font:14px/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:1.5em}"
    "table{border-collapse:collapse;margin-bottom:2em}th,td{border:1px solid #888;padding:.2em .5em;"
    "vertical-align:top;overflow-wrap:anywhere}thead{display:table-header-group}th{background:#eee}"
    "th.upright span{writing-mode:vertical-rl}tr{break-inside:avoid}@page{size:A3 landscape;margin:12mm}"
)


def _xlsx(table: Table) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    formats = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "note": book.add_format({"font_color": "#444444"}),
        "head": book.add_format(
            {"bold": True, "border": 1, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"}
        ),
        "tall": book.add_format(
            {
                "bold": True,
                "border": 1,
                "bg_color": "#E8EEF4",
                "rotation": 270,
                "valign": "top",
                "align": "center",
            }
        ),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    used: set[str] = set()
    for sheet in (table, *table.sheets):
        _sheet(book, sheet, formats, _sheet_name(sheet.name, used))
    book.close()
    return buffer.getvalue()


def _sheet(book: Any, table: Table, formats: Mapping[str, Any], name: str) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, _clip(table.title), formats["title"])
    for index, note in enumerate(table.notes, 1):
        sheet.write_string(index, 0, _clip(note), formats["note"])
    top = 1 + len(table.notes)
    last = len(table.columns) - 1
    upright = len(table.columns) if table.upright is None else table.upright
    for column, text in enumerate(table.columns):
        tall = upright <= column < last
        sheet.write_string(top, column, _clip(text), formats["tall" if tall else "head"])
        sheet.set_column(column, column, table.widths.get(column, 5 if tall else 14))
    if upright < last:
        longest = max(len(_text(text)) for text in table.columns[upright:last])
        sheet.set_row(top, min(409, 14 * longest + 8))
    for index, row in enumerate(table.rows, top + 1):
        for column, cell in enumerate(row):
            sheet.write_string(index, column, _clip(cell), formats["cell"])
    sheet.freeze_panes(top + 1, table.fixed)
    sheet.autofilter(top, 0, top + max(1, len(table.rows)), max(last, 0))
    sheet.set_landscape()
    sheet.set_paper(8 if len(table.columns) > 10 else 9)  # A3, A4
    sheet.repeat_rows(top)
    if len(table.columns) <= 40:
        sheet.fit_to_pages(1, 0)
    elif table.fixed:
        sheet.repeat_columns(0, table.fixed - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _clip(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def _sheet_name(name: str, used: set[str]) -> str:
    """A sheet name that Excel takes: at most 31 characters, none of []:*?/\\, not used before."""
    base = re.sub(r"[\[\]:*?/\\']", "", name)[:28] or "表"
    found = next(n for n in (base, *(f"{base}{i}" for i in range(2, 100))) if n not in used)
    used.add(found)
    return found
