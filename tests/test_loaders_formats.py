"""Every format gives the same responsibilities; tables become measures; what cannot be read says so."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from graph.errors import BinaryInput, EmptyInput, InputError, InputTooLarge
from graph.model import Record
from loaders import records
from loaders.__main__ import main
from loaders.archive import expanded
from loaders.formats import package
from loaders.formats.word import chinese
from loaders.read import decode, read, read_bytes
from loaders.records import Given, given_for, parse
from loaders.tables.columns import column_of
from loaders.wording import FOLDER, check, read_yaml
from tests import making

STEMS = ("000", "001", "002", "003", "004", "05", "10", "24")
HUNAN = Given(jurisdiction="湖南省")
PLAN = ["某某省工作方案", "一、加强保障", "（一）做好有关工作。（省财政厅牵头，省商务厅配合）"]
PLAN_EDGES = {("（一）", "LEADS", "湖南省财政厅"), ("（一）", "SUPPORTS", "湖南省商务厅")}


def record_of(data: bytes, name: str, given: Given = HUNAN) -> Record:
    """A record read from a file's content; every offset in it holds."""
    record = parse(read_bytes(data, name), given)
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    for measure in record.measures:
        assert record.text[measure.start : measure.end] == measure.text
    return record


def edges(record: Record) -> set[tuple[str, str, str]]:
    """(measure number, role, agency) of a record."""
    return {(m.number, str(d.role), d.agency) for m in record.measures for d in m.responsibilities}


def said(record: Record) -> list[tuple[str, str, list[tuple[str, str, str, str | None]]]]:
    """All that a reader is told of each measure's responsibilities."""
    return [
        (
            m.number,
            m.title,
            [(str(d.role), d.agency_id, e.mention, e.rule) for d in m.responsibilities for e in d.evidence],
        )
        for m in record.measures
    ]


@pytest.mark.parametrize("make", [making.make_md, making.make_docx, making.make_pdf, making.make_html])
@pytest.mark.parametrize("stem", STEMS)
def test_a_reference_document_says_the_same_in_every_format(
    reference: Path, stem: str, make: Callable[[Sequence[str]], bytes]
) -> None:
    file = next(f for part in ("seeds", "documents") for f in (reference / part).glob(f"{stem}_*.txt"))
    plain = parse(read(file), given_for(file))
    suffix = make.__name__.removeprefix("make_")
    raw = read_bytes(make(plain.text.split("\n")), f"{file.stem}.{suffix}")
    record = parse(raw, given_for(file))
    assert said(record) == said(plain)
    for fact in ("title", "doc_number", "date", "status", "jurisdiction", "issuers", "attached_title"):
        assert getattr(record.document, fact) == getattr(plain.document, fact), fact
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    pages = [e.page for m in record.measures for d in m.responsibilities for e in d.evidence]
    if suffix == "pdf":
        assert raw.pages[0] == 0
        assert len(raw.pages) > 1
        assert None not in pages
        found = [e for m in record.measures for d in m.responsibilities for e in d.evidence]
        in_order = [e.page or 0 for e in sorted(found, key=lambda e: e.start)]
        assert in_order == sorted(in_order)
        assert 1 < max(p for p in pages if p is not None) <= len(raw.pages)
    else:
        assert set(pages) <= {None}


def test_a_page_number_is_that_of_the_page_where_the_name_is_printed() -> None:
    long = "健全完善有关工作机制并加快推进各项任务落地见效" * 40
    record = record_of(making.make_pdf([*PLAN[:2], f"（一）{long}。（省财政厅牵头，省商务厅配合）"]), "a.pdf")
    assert {e.page for m in record.measures for d in m.responsibilities for e in d.evidence} == {2}
    assert long in record.text


@pytest.mark.parametrize("stem", STEMS)
def test_a_table_written_from_a_record_is_read_back(reference: Path, stem: str) -> None:
    file = next(f for part in ("seeds", "documents") for f in (reference / part).glob(f"{stem}_*.txt"))
    plain = parse(read(file), given_for(file))
    roles = {"LEADS": "牵头单位", "IMPLEMENTS": "责任单位", "SUPPORTS": "配合单位"}
    rows = [[f"{plain.document.title}责任分工表"], ["序号", "任务", *roles.values(), "完成时限"]]
    for measure in plain.measures:
        names = {
            role: [
                d.evidence[0].mention if d.collective else d.agency
                for d in measure.responsibilities
                if d.role == role
            ]
            for role in roles
        }
        rows.append([measure.number, measure.title, *("、".join(names[r]) for r in roles), ""])
    record = record_of(
        making.make_xlsx(("分工", rows)), "分工.xlsx", Given(jurisdiction=plain.document.jurisdiction)
    )

    def by_measure(one: Record) -> list[tuple[str, list[tuple[str, str]]]]:
        # a collective is told apart by what its document defines, which the table does not repeat
        return [
            (
                m.number,
                sorted((str(d.role), "统称" if d.collective else d.agency_id) for d in m.responsibilities),
            )
            for m in one.measures
        ]

    assert by_measure(record) == by_measure(plain)


H = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限", "备注"]
TABLES: list[tuple[str, list[list[str]], set[tuple[str, str, str]]]] = [
    (
        "plain",
        [H, ["1", "做好甲。", "省财政厅", "省商务厅、省教育厅", "2025年底前", ""]],
        {
            ("1", "LEADS", "湖南省财政厅"),
            ("1", "SUPPORTS", "湖南省商务厅"),
            ("1", "SUPPORTS", "湖南省教育厅"),
        },
    ),
    (
        "title and unit of measure above the header",
        [["某某分工表"], ["填报单位：某某", "日期"], H, ["1", "做好甲", "省财政厅", "无", "", ""]],
        {("1", "LEADS", "湖南省财政厅")},
    ),
    (
        "people are no agencies",
        [
            ["序号", "任务", "牵头领导", "责任单位", "责任人"],
            ["1", "做好甲", "张局长", "省财政厅", "省商务厅李四"],
        ],
        {("1", "IMPLEMENTS", "湖南省财政厅")},
    ),
    (
        "the cell says its roles itself",
        [["任务", "责任单位"], ["（三）做好甲", "牵头单位：省财政厅；配合单位：省商务厅"]],
        {("（三）", "LEADS", "湖南省财政厅"), ("（三）", "SUPPORTS", "湖南省商务厅")},
    ),
    (
        "one name of the list is marked as leading",
        [["任务", "责任单位"], ["做好甲", "省财政厅（牵头）、省商务厅"]],
        {("1", "LEADS", "湖南省财政厅"), ("1", "IMPLEMENTS", "湖南省商务厅")},
    ),
    (
        "the header declares that the first leads",
        [["任务", "责任单位（排在第一位的为牵头单位）"], ["做好甲", "省财政厅、省商务厅"]],
        {("1", "LEADS", "湖南省财政厅"), ("1", "IMPLEMENTS", "湖南省商务厅")},
    ),
    (
        "nothing declares it: nobody leads",
        [["任务", "责任单位"], ["做好甲", "省财政厅、省商务厅"]],
        {("1", "IMPLEMENTS", "湖南省财政厅"), ("1", "IMPLEMENTS", "湖南省商务厅")},
    ),
    (
        "same as above, and a name a line",
        [H, ["1", "做好甲", "省财政厅\n省教育厅", "", "", ""], ["2", "做好乙", "同上", "——", "", ""]],
        {(n, "LEADS", a) for n in "12" for a in ("湖南省财政厅", "湖南省教育厅")},
    ),
    (
        "the header again on the next page",
        [H, ["1", "做好甲", "省财政厅", "", "", ""], H, ["2", "做好乙", "省商务厅", "", "", ""]],
        {("1", "LEADS", "湖南省财政厅"), ("2", "LEADS", "湖南省商务厅")},
    ),
    (
        "a row without task and number goes on with the measure above",
        [H, ["1", "做好甲", "省财政厅", "", "", ""], ["", "", "", "省商务厅", "", ""]],
        {("1", "LEADS", "湖南省财政厅"), ("1", "SUPPORTS", "湖南省商务厅")},
    ),
    (
        "an unknown header over the longest column is the task",
        [["序号", "扶企安排", "主办部门"], ["1", "对符合条件的给予支持", "省财政厅"]],
        {("1", "LEADS", "湖南省财政厅")},
    ),
    (
        "what is no unit is no agency",
        [H, ["1", "做好甲", "按程序报批", "", "", ""]],
        set(),
    ),
    (
        "a table of numbers is no table of duties",
        [["年份", "金额"], ["2024", "省财政厅"]],
        set(),
    ),
]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "md", "docx", "html", "pdf", "txt"])
@pytest.mark.parametrize(("what", "rows", "expected"), TABLES, ids=[row[0] for row in TABLES])
def test_a_table_is_read_alike_in_every_format(
    what: str, rows: list[list[str]], expected: set[tuple[str, str, str]], suffix: str
) -> None:
    record = record_of(table_as(suffix, rows), f"表.{suffix}")
    assert edges(record) == expected
    assert {e.basis for m in record.measures for d in m.responsibilities for e in d.evidence} <= {"table"}


def table_as(suffix: str, rows: list[list[str]]) -> bytes:
    """Rows as a file of a format."""
    wide = max(map(len, rows))
    full = [[*row, *[""] * (wide - len(row))] for row in rows]
    if suffix == "xlsx":
        return making.make_xlsx(("Sheet1", rows))
    if suffix == "csv":
        quoted = (",".join(f'"{cell}"' for cell in row) for row in full)
        return "\r\n".join(quoted).encode("gb18030")
    if suffix == "md":
        head, *rest = ("| " + " | ".join(cell.replace("\n", "<br>") for cell in row) + " |" for row in full)
        return "\n".join([head, "|---" * wide + "|", *rest]).encode()
    if suffix == "txt":  # bars between the cells only
        return "\n".join(" | ".join(cell.replace("\n", "、") for cell in row) for row in full).encode()
    if suffix == "docx":
        return making.make_docx([], full)
    if suffix == "pdf":
        return making.make_pdf_table(full)
    cells = ("".join(f"<td>{c.replace(chr(10), '<br/>')}</td>" for c in row) for row in full)
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>".encode()


# rows with bars in plain text: (reason, lines, edges, paths of the measures, what the problems quote)
BARRED: list[tuple[str, list[str], set[tuple[str, str, str]], list[tuple[str, ...]], list[str]]] = [
    (
        "bars at both ends and no rule below the header: the last row counts too",
        ["| 序号 | 任务 | 牵头单位 |", "| 1 | 做好甲 | 省财政厅 |", "| 2 | 做好乙 | 省教育厅 |"],
        {("1", "LEADS", "湖南省财政厅"), ("2", "LEADS", "湖南省教育厅")},
        [(), ()],
        [],
    ),
    (
        "lines without bars between the rows head them, a header word at their end or not",
        [
            "序号 | 任务 | 牵头部门 | 主责单位 | 协办单位",
            "一、加强保障",
            "（一）年度目标",
            "1 | 做好甲 | 省财政厅 | 省商务厅 | 省教育厅",
            "（二）有关行动",
            "2 | 做好乙 | 省教育厅 | 省审计厅 | 无",
        ],
        {
            ("1", "LEADS", "湖南省财政厅"),
            ("1", "LEADS", "湖南省商务厅"),
            ("1", "SUPPORTS", "湖南省教育厅"),
            ("2", "LEADS", "湖南省教育厅"),
            ("2", "LEADS", "湖南省审计厅"),
        },
        [("一、加强保障", "（一）年度目标"), ("一、加强保障", "（二）有关行动")],
        [],
    ),
    (
        "so do they in a table with a rule below its header",
        ["|序号|任务|牵头单位|", "|--|--|--|", "|1|做好甲|省财政厅|", "（二）发展", "|2|做好乙|省教育厅|"],
        {("1", "LEADS", "湖南省财政厅"), ("2", "LEADS", "湖南省教育厅")},
        [(), ("（二）发展",)],
        [],
    ),
    (
        "a row without the cell that a page merged downwards is placed by what its cells are",
        [
            "类别 | 事项名称 | 责任单位 | 分管领导 | 监督电话 |",
            "一、教育 | 1.改建学校 | 省教育厅 | 王小明 | 电话 12345678 |",
            "2.推进服务 | 省财政厅 | 王小明 | 电话 12345678 | |",
        ],
        {("1.", "IMPLEMENTS", "湖南省教育厅"), ("2.", "IMPLEMENTS", "湖南省财政厅")},
        [("一、教育",), ("一、教育",)],
        [],
    ),
    (
        "a single unit of a short row may stand in either column: neither is taken, and it is said",
        [
            "序号 | 任务 | 牵头单位 | 配合单位",
            "1 | 做好甲 | 省财政厅 | 省商务厅",
            "2 | 做好乙 | 省教育厅",
        ],
        {("1", "LEADS", "湖南省财政厅"), ("1", "SUPPORTS", "湖南省商务厅")},
        [(), ()],
        ["省教育厅"],
    ),
    (
        "a row with more cells than columns is left out, and it is said",
        ["序号 | 任务 | 牵头单位", "1 | 做好甲 | 省财政厅", "2 | 做好乙 | 省教育厅 | 省商务厅"],
        {("1", "LEADS", "湖南省财政厅")},
        [()],
        ["2 | 做好乙 | 省教育厅 | 省商务厅"],
    ),
    (
        "a cell that a line end broke, and a list that goes on in the next line",
        [
            "序号 | 任务 | 牵头单位 | 配合单位",
            "1 | 做好甲的有关工作，",
            "推进落实 | 省财政厅 | 省商务厅、",
            "省教育厅",
            "2 | 做好乙 | 省教育厅 | 省审计厅",
        ],
        {
            ("1", "LEADS", "湖南省财政厅"),
            ("1", "SUPPORTS", "湖南省商务厅"),
            ("1", "SUPPORTS", "湖南省教育厅"),
            ("2", "LEADS", "湖南省教育厅"),
            ("2", "SUPPORTS", "湖南省审计厅"),
        },
        [(), ()],
        [],
    ),
    (
        "rows of long lines that end in a unit are not joined, and a zone's short name is a unit there",
        [
            "序号 | 项目名称 | 主要内容 | 区政府分管领导 | 牵头单位 | 配合单位",
            f"1 | 做好甲 | {'有关工作' * 12} | 王建镇 | 省财政厅 | 高新园（某某镇） 省商务厅",
            f"2 | 做好乙 | {'有关工作' * 12} | 王建镇 | 省教育厅 | 科技园",
        ],
        {
            ("1", "LEADS", "湖南省财政厅"),
            ("1", "SUPPORTS", "高新园（某某镇）"),
            ("1", "SUPPORTS", "湖南省商务厅"),
            ("2", "LEADS", "湖南省教育厅"),
            ("2", "SUPPORTS", "科技园"),
        },
        [(), ()],
        [],
    ),
    (
        "a person's name that ends like a place is no unit where a column has both",
        ["序号 | 任务 | 责任单位及责任人", "1 | 做好甲 | 省财政厅 张国镇"],
        {("1", "IMPLEMENTS", "湖南省财政厅")},
        [()],
        ["张国镇"],
    ),
    (
        "bars in a sentence are no table",
        ["某某省工作方案", "（一）做好甲|乙|丙有关工作。（省财政厅牵头）"],
        {("（一）", "LEADS", "湖南省财政厅")},
        [()],
        [],
    ),
    (
        "a drawn table, a cell of two lines, a cell over two rows, a heading over all columns",
        [
            "┌──┬────┬────┬────┐",
            "│序号│任务  │牵头单位│配合单位│",
            "├──┼────┼────┼────┤",
            "│（一）改革                  │",
            "├──┼────┼────┼────┤",
            "│1 │做好有关│省财政厅│省商务厅│",
            "│  │工作  │    │、省教育│",
            "│  │    │    │厅   │",
            "├──┼────┼────┼────┤",
            "│2 │加快建设│省教育厅│省财政厅│",
            "│  │    ├────┼────┤",
            "│  │    │省商务厅│省审计厅│",
            "└──┴────┴────┴────┘",
        ],
        {
            ("1", "LEADS", "湖南省财政厅"),
            ("1", "SUPPORTS", "湖南省商务厅"),
            ("1", "SUPPORTS", "湖南省教育厅"),
            ("2", "LEADS", "湖南省教育厅"),
            ("2", "LEADS", "湖南省商务厅"),
            ("2", "SUPPORTS", "湖南省财政厅"),
            ("2", "SUPPORTS", "湖南省审计厅"),
        },
        [("（一）改革",), ("（一）改革",)],
        [],
    ),
    (
        "the same of plus and minus signs",
        ["+--+----+----+", "|序号|任务|牵头单位|", "+==+====+====+", "|1|做好甲|省财政厅|", "+--+----+----+"],
        {("1", "LEADS", "湖南省财政厅")},
        [()],
        [],
    ),
    (
        "a table with neither bars nor strokes is not read, and it is said",
        ["序号 任务 牵头单位", "1 做好甲 省财政厅", "2 做好乙 省教育厅"],
        set(),
        [],
        ["序号 任务 牵头单位"],
    ),
    (
        "a drawn table whose columns do not come out even is not read, and it is said",
        [
            "┌──┬────┬────┐",
            "│序号│任务│牵头单位│",
            "├──┼────┴────┤",
            "│1 │做好甲，省财政厅│",
            "└──┴─────────┘",
        ],
        set(),
        [],
        ["┌──┬────┬────┐"],
    ),
]


@pytest.mark.parametrize(("what", "lines", "expected", "paths", "quotes"), BARRED, ids=[r[0] for r in BARRED])
def test_a_table_of_bars_or_strokes_in_plain_text_is_read(
    what: str,
    lines: list[str],
    expected: set[tuple[str, str, str]],
    paths: list[tuple[str, ...]],
    quotes: list[str],
) -> None:
    record = record_of("\n".join(lines).encode(), "表.txt")
    assert edges(record) == expected
    assert [m.path for m in record.measures] == paths
    assert [p.quote for p in record.problems if p.kind == "not_understood"] == quotes


def test_merged_cells_are_headings_and_several_rows_one_measure() -> None:
    rows = [
        ["责任分工表"],
        ["序号", "任务", "", "责任分工", "", "完成时限"],
        ["", "类别", "措施", "牵头单位", "配合单位", ""],
        ["1", "优化环境", "完善政策", "省财政厅", "省商务厅", "2025年6月"],
        ["2", "", "降低成本", "省教育厅", "省商务厅", "2025-12-31"],
        ["", "", "", "", "省公安厅", ""],
        ["3", "扩大开放", "开展试点", "省商务厅", "", "长期坚持"],
    ]
    merged = ["B2:C2", "D2:E2", "A2:A3", "F2:F3", "B4:B6", "A5:A6", "C5:C6", "D5:D6"]
    record = record_of(making.make_xlsx(("Sheet1", rows), merged=merged), "a.xlsx")
    assert [(m.number, m.title, m.path, m.deadline) for m in record.measures] == [
        ("1", "完善政策", ("优化环境",), "2025-06-30"),
        ("2", "降低成本", ("优化环境",), "2025-12-31"),
        ("3", "开展试点", ("扩大开放",), None),
    ]
    assert ("2", "SUPPORTS", "湖南省公安厅") in edges(record)
    assert record.document.title == "责任分工表"


def test_a_ruled_table_goes_over_pages_and_keeps_them() -> None:
    long = "做好有关工作，完善政策体系，健全工作机制，加快推进落实"
    head = ["序号", "类别", "重点任务", "牵头单位", "配合单位"]
    rows = [
        [str(n), "环境" if n < 4 else "开放", f"{long}{n}。", "省财政厅", "省商务厅、省教育厅、长沙海关"]
        for n in range(1, 25)
    ]
    record = record_of(making.make_pdf_table([head, *rows], merged=[(1, 1, 3, 1)]), "a.pdf")
    assert [m.number for m in record.measures] == [str(n) for n in range(1, 25)]
    assert {m.path for m in record.measures} == {("环境",), ("开放",)}
    assert {tuple(d.agency for d in m.responsibilities) for m in record.measures} == {
        ("湖南省财政厅", "湖南省商务厅", "湖南省教育厅", "长沙海关")
    }
    pages = [m.responsibilities[0].evidence[0].page or 0 for m in record.measures]
    assert pages[0] == 1
    assert pages == sorted(pages)
    assert pages[-1] > 1


def test_a_row_that_groups_others_is_a_heading() -> None:
    rows = [H, ["一、优化环境"], ["1", "做好甲", "省财政厅"], ["二、扩大开放"], ["1", "做好乙", "省商务厅"]]
    record = record_of(making.make_xlsx(("Sheet1", rows)), "a.xlsx")
    assert [(m.number, m.path) for m in record.measures] == [
        ("1", ("一、优化环境",)),
        ("1", ("二、扩大开放",)),
    ]
    assert len({m.id for m in record.measures}) == 2


def test_sheets_are_told_apart_and_hidden_ones_are_not_read() -> None:
    one = [H, ["1", "做好甲", "省财政厅"]]
    data = making.make_xlsx(("省级任务清单", one), ("市级任务清单", [H, ["1", "做好乙", "省商务厅"]]))
    record = record_of(data, "a.xlsx")
    assert [m.path for m in record.measures] == [(), ("市级任务清单",)]


def test_an_attached_table_is_its_own_measures_beside_the_text() -> None:
    table = [["序号", "事项", "责任单位"], ["1", "改进服务", "省商务厅"]]
    record = record_of(making.make_docx([*PLAN, "附件1", "某某任务分解表"], table), "a.docx")
    assert edges(record) == {*PLAN_EDGES, ("1", "IMPLEMENTS", "湖南省商务厅")}
    assert record.measures[-1].path == ("附件1 某某任务分解表",)
    assert record.measures[0].text.endswith("省商务厅配合）")


def test_a_table_under_a_heading_stands_under_it() -> None:
    table = [["序号", "事项", "责任单位"], ["1", "改进服务", "省商务厅"]]
    record = record_of(making.make_docx([*PLAN, "二、任务分工"], table), "a.docx")
    assert [(m.number, m.path) for m in record.measures] == [
        ("（一）", ("一、加强保障",)),
        ("1", ("二、任务分工",)),
    ]


def test_every_word_of_the_columns_lexicon_has_its_kind() -> None:
    rows = read_yaml(FOLDER, "columns")
    check(FOLDER, "columns", rows, thorough=True)
    for row in rows["columns"]:
        for example in row["examples"]:
            found = column_of(example)
            assert found is not None, example
            assert found.kind == ("role" if row["kind"] == "mixed" else row["kind"]), example
    for row in rows["roles"]:
        for example in row["examples"]:
            found = column_of(example)
            assert found is not None, example
            assert found.role == row["role"], example


# --- docx -----------------------------------------------------------------------------------------

NUMBERED = [
    # (kind of each level, pattern of each level, levels of the paragraphs, what is printed)
    (["chineseCounting"], ["%1、"], [0] * 11, ["一、", "二、", "三、", *["…"] * 7, "十一、"]),
    (
        ["chineseCounting", "chineseCounting"],
        ["%1、", "（%2）"],
        [0, 1, 1, 0, 1],
        ["一、", "（一）", "（二）", "二、", "（一）"],
    ),
    (["decimal", "decimal"], ["%1.", "%1.%2"], [0, 1, 1], ["1.", "1.1", "1.2"]),
    (["decimalEnclosedCircle"], ["%1"], [0, 0], ["①", "②"]),
    (["decimal"], ["第%1条"], [0, 0], ["第1条", "第2条"]),
    (["bullet"], ["·"], [0], [""]),
]


@pytest.mark.parametrize(("kinds", "patterns", "levels", "printed"), NUMBERED)
def test_automatic_numbers_are_read_as_word_prints_them(
    kinds: list[str], patterns: list[str], levels: list[int], printed: list[str]
) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    definitions = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/>'
        "</w:lvl>"
        for i, (kind, pattern) in enumerate(zip(kinds, patterns, strict=True))
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{definitions}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for level in levels:
        paragraph = document.add_paragraph("加强保障")
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="99"/></w:numPr>')
        )
    out = io.BytesIO()
    document.save(out)
    lines = read_bytes(out.getvalue(), "a.docx").text.split()
    assert [line for line, p in zip(lines, printed, strict=True) if p != "…"] == [
        f"{p}加强保障" for p in printed if p != "…"
    ]


def test_docx_text_is_what_a_reader_sees() -> None:
    document = docx.Document()
    body = document.element.body
    w = nsdecls("w")
    for inner in (
        "<w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink>",
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>域</w:t></w:r>",
    ):
        body.insert(len(body) - 1, parse_xml(f"<w:p {w}>{inner}</w:p>"))
    body.insert(
        len(body) - 1,
        parse_xml(f"<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"),
    )
    out = io.BytesIO()
    document.save(out)
    assert read_bytes(out.getvalue(), "a.docx").text.split() == ["甲增", "链", "域", "控件"]


@pytest.mark.parametrize(
    ("count", "printed"), [(1, "一"), (10, "十"), (11, "十一"), (43, "四十三"), (105, "一百零五")]
)
def test_chinese_counting(count: int, printed: str) -> None:
    assert chinese(count) == printed


# --- web pages, encodings, suffixes ---------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_saved_page_is_its_main_text(encoding: str, declared: bool) -> None:
    text = [*PLAN, "为做好有关工作，结合实际，制定本方案，请认真贯彻执行。" * 5]
    data = making.make_html(text, encoding, declared)
    record = record_of(data, "页.html")
    assert edges(record) == PLAN_EDGES
    assert "政务公开栏目" not in record.text
    assert "网站标识码" not in record.text


def test_a_page_that_lays_its_text_out_in_tables_is_read_as_text() -> None:
    inner = "".join(f"<p>{line}</p>" for line in [*PLAN, "为做好有关工作，制定本方案。" * 9])
    page = (
        "<html><body><table><tr><td><a href=1>导航</a></td><td>栏目</td></tr><tr><td>左栏</td>"
        f"<td><table><tr><td>{inner}</td></tr></table></td></tr></table></body></html>"
    )
    assert edges(record_of(page.encode(), "页.htm")) == PLAN_EDGES


def test_heading_and_number_of_a_page_come_with_its_text() -> None:
    inner = "".join(f"<p>{line}</p>" for line in [*PLAN[1:], "为做好有关工作，制定本方案。" * 9])
    page = (
        "<html><body><div><div class=info>发文字号： 湘政办发〔2024〕7号 成文日期：2024年3月1日</div>"
        f"<h1>某某省人民政府办公厅关于做好有关工作的通知</h1><div class=text>{inner}</div></div></body>"
    )
    document = record_of(page.encode(), "页.html").document
    assert (document.title, document.doc_number) == (
        "某某省人民政府办公厅关于做好有关工作的通知",
        "湘政办发〔2024〕7号",
    )
    assert document.date == "2024-03-01"


TRADITIONAL = "為做好有關工作，加強組織領導，落實責任，現提出以下意見。各部門要認真貫徹執行。" * 3


def test_the_heading_inside_an_article_stays() -> None:
    inner = "".join(f"<p>{line}</p>" for line in [*PLAN[1:], "为做好有关工作，制定本方案。" * 9])
    page = f"<body><header>网站头</header><main><header><h1>{PLAN[0]}</h1></header>{inner}</main></body>"
    record = record_of(f"<html>{page}</html>".encode(), "页.html")
    assert record.document.title == PLAN[0]
    assert "网站头" not in record.text


ENCODED = [
    # Traditional text of Hong Kong or Taiwan: decodes as GB18030 too, into characters nobody uses
    ("big5", TRADITIONAL),
    # office computers on the mainland
    ("gb18030", "为做好有关工作，加强组织领导，落实责任，现提出以下意见。" * 3),
    # the same without a single punctuation mark that both share
    ("gbk", "省财政厅牵头"),
    # Notepad's "Unicode" with its mark lost on the way
    ("utf-16-le", "为做好有关工作，加强组织领导，\n落实责任。" * 3),
]


@pytest.mark.parametrize(("encoding", "text"), ENCODED)
def test_an_encoding_is_told_by_its_bytes(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == text


WRONG_SUFFIX = [
    # a page that a government site offers as .doc
    ("方案.doc", making.make_html([*PLAN, "为做好有关工作，制定本方案。" * 9])),
    # a docx renamed
    ("方案.pdf", making.make_docx(PLAN)),
    ("方案.txt", making.make_pdf(PLAN)),
    (
        "方案.xls",
        making.make_xlsx(
            ("Sheet1", [["任务", "牵头单位", "配合单位"], ["（一）甲", "省财政厅", "省商务厅"]])
        ),
    ),
    # text with an unknown suffix
    ("方案.text", making.make_txt(PLAN)),
    ("方案", making.make_txt(PLAN)),
    # a page saved as one file
    (
        "方案.mht",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + making.make_html(PLAN)
        + b"\r\n--x--\r\n",
    ),
]


@pytest.mark.parametrize(("name", "data"), WRONG_SUFFIX, ids=[row[0] for row in WRONG_SUFFIX])
def test_a_wrong_suffix_is_no_reason_to_fail(name: str, data: bytes) -> None:
    assert edges(record_of(data, name)) == PLAN_EDGES


def test_an_ofd_is_read() -> None:
    lines = ["某某省工作方案", "一、加强保障", "（一）做好有关工作。（省财政厅牵头，省商务厅配合）"]
    objects = "".join(
        f'<ofd:TextObject Boundary="20 {20 + i * 10} 160 6" Size="5">'
        f'<ofd:TextCode X="0" Y="5">{t}</ofd:TextCode></ofd:TextObject>'
        for i, t in enumerate(lines)
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Pages/P/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/P/Content.xml": f"<ofd:Page {space}><ofd:Content>{objects}</ofd:Content></ofd:Page>",
    }
    record = record_of(making.zipped({k: v.encode() for k, v in parts.items()}), "a.ofd")
    assert edges(record) == PLAN_EDGES
    assert {e.page for m in record.measures for d in m.responsibilities for e in d.evidence} == {1}


# --- what is not read, and archives ---------------------------------------------------------------


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A package with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return making.zipped({**{n: package.read(n) for n in package.namelist()}, name: content})


def encrypted_pdf() -> bytes:
    """A pdf that asks for a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("geheim", strength=128))
    canvas.drawString(100, 100, "x")
    canvas.save()
    return out.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
UNREADABLE = [
    # a scan
    ("扫描.pdf", making.make_pdf([], head=""), EmptyInput, "扫描件"),
    ("加密.pdf", encrypted_pdf(), InputError, "密码"),
    ("加密.docx", OLE + "EncryptedPackage".encode("utf-16-le"), InputError, "密码"),
    # a download that stopped
    ("半截.docx", making.make_docx(PLAN)[:4000], InputError, "损坏"),
    ("半截.pdf", making.make_pdf(PLAN)[:60], InputError, "损坏"),
    ("半截.xlsx", making.make_xlsx(("a", [["任务"]]))[:3000], InputError, "损坏"),
    ("不是.docx", bytes(range(256)) * 9, InputError, "损坏"),
    # other formats
    ("图.png", b"\x89PNG\r\n\x1a\n", BinaryInput, "图片"),
    ("演示.pptx", making.zipped({"ppt/presentation.xml": b"<a/>"}), BinaryInput, "演示文稿"),
    ("包.rar", b"Rar!\x1a\x07", BinaryInput, "RAR"),
    ("空.html", b"<html><body><script>x</script></body></html>", EmptyInput, "没有文字"),
    # entities that grow
    ("实体.docx", with_part(making.make_docx(PLAN), "word/document.xml", BOMB), InputError, "实体"),
    (
        "实体.xlsx",
        with_part(making.make_xlsx(("a", [["任务"]])), "xl/workbook.xml", BOMB),
        InputError,
        "实体",
    ),
    # a kilobyte that unpacks to a gigabyte
    (
        "炸弹.docx",
        with_part(making.make_docx(PLAN), "word/document.xml", b" " * (130 * 2**20)),
        InputTooLarge,
        "异常地大",
    ),
]


@pytest.mark.parametrize(("name", "data", "error", "word"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_cannot_be_read_is_one_clear_sentence(
    name: str, data: bytes, error: type[InputError], word: str
) -> None:
    with pytest.raises(error, match=word) as caught:
        read_bytes(data, name)
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith("。")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("旧.doc", OLE + "WordDocument".encode("utf-16-le")),
        ("旧.wps", OLE),
        ("旧.xls", OLE + "Workbook".encode("utf-16-le")),
        ("旧.et", OLE),
        ("旧.rtf", b"{\\rtf1 x}"),
    ],
)
def test_an_old_format_without_libreoffice_says_how(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(InputError, match=r"LibreOffice.*另存为"):
        read_bytes(data, name)


def test_an_old_format_goes_through_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    (tmp_path / "made.docx").write_bytes(making.make_docx(PLAN))
    program.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != "--outdir" ]; do\n'
        'case "$1" in -env:UserInstallation=file://*) own=yes;; esac; shift; done\n'
        f'[ "$own" = yes ] && cp "{tmp_path}/made.docx" "$2/source.docx"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(program))
    assert edges(record_of(OLE + "WordDocument".encode("utf-16-le"), "旧.doc")) == PLAN_EDGES
    monkeypatch.setattr(package, "CONVERT_SECONDS", 0.3)
    program.write_text("#!/bin/sh\nexec sleep 20\n")
    with pytest.raises(InputError, match="已停止"):
        read_bytes(OLE + "WordDocument".encode("utf-16-le"), "旧.doc")
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(InputError, match="没能转换"):
        read_bytes(OLE + "WordDocument".encode("utf-16-le"), "旧.doc")


class GbkName(zipfile.ZipInfo):
    """A member whose name is GBK bytes without the UTF-8 mark."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), 0


def test_an_archive_is_its_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "全部.zip"
    with zipfile.ZipFile(file, "w") as archive:
        # a name as Windows writes it: GBK bytes without the UTF-8 mark
        archive.writestr(GbkName("甲市/方案.txt"), making.make_txt(PLAN))
        archive.writestr("乙市/方案.docx", making.make_docx(PLAN))
        archive.writestr("../../外面.md", making.make_md(PLAN))
        archive.writestr("C:\\盘.html", making.make_html(PLAN))
        archive.writestr("里层.zip", making.zipped({"深/方案.pdf": making.make_pdf(PLAN)}))
        archive.writestr("~$锁.docx", b"x")
        archive.writestr("坏.docx", b"PK\x03\x04 broken")
        archive.writestr("图.png", b"x")
    out = tmp_path / "out"
    before = set(tmp_path.iterdir())
    assert main(["parse", str(file), "--out", str(out), "--jurisdiction", "湖南省"]) == 1
    assert set(tmp_path.iterdir()) == {*before, out}
    assert sorted(p.name for p in out.iterdir()) == [
        "外面.json",
        "方案.docx.json",
        "方案.pdf.json",
        "方案.txt.json",
        "盘.json",
    ]
    for path in out.iterdir():
        record = json.loads(path.read_text("utf-8"))
        assert [d["agency"] for m in record["measures"] for d in m["responsibilities"]] == [
            "湖南省财政厅",
            "湖南省商务厅",
        ]
    said = sorted(line.split("：")[0] for line in capsys.readouterr().err.splitlines())
    assert said == [f"{file.name} 里的 图.png", "坏.docx"]  # what a person put there and nothing read


def nested(*names: str) -> bytes:
    """A zip in a zip …, the innermost first, around a text."""
    inner = making.zipped({"a.txt": b"x"})
    for name in names:
        inner = making.zipped({name: inner})
    return inner


ARCHIVES: list[tuple[str, Callable[[], bytes], str]] = [
    ("炸弹.zip", lambda: making.zipped({"a.txt": b"0" * (49 * 2**20)}), "异常地大"),
    ("多.zip", lambda: making.zipped({f"{i}.txt": b"" for i in range(5001)}), "5001 个文件"),
    ("破.zip", lambda: making.zipped({"a.txt": b"x" * 999})[:60], "损坏"),
    ("无.zip", lambda: making.zipped({"a.png": b"x"}), "没有能读的文件"),
    (
        "套.zip",
        lambda: nested("d.zip", "c.zip", "b.zip"),
        "套了",
    ),
]


@pytest.mark.parametrize(("name", "make", "word"), ARCHIVES, ids=[row[0] for row in ARCHIVES])
def test_an_archive_that_is_not_read_says_why(
    tmp_path: Path, name: str, make: Callable[[], bytes], word: str
) -> None:
    file = tmp_path / name
    file.write_bytes(make())
    failures: list[Any] = []
    assert list(expanded([file], tmp_path / "work", failures.append)) == []
    assert word in str(failures[-1])
    assert all(str(failure).endswith("。") for failure in failures)


def test_patterns_and_folders_are_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "内").mkdir()
    (tmp_path / "内" / "一.txt").write_bytes(making.make_txt(PLAN))
    (tmp_path / "内" / "二.xyz").write_bytes(b"x")
    (tmp_path / "三.txt").write_bytes(making.make_txt(PLAN))
    out = tmp_path / "out"
    assert main(["parse", str(tmp_path / "内"), str(tmp_path / "*.txt"), "--out", str(out)]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["一.json", "三.json"]
    assert main(["parse", str(tmp_path / "没有*.txt"), "--out", str(out)]) == 1
    assert "没有匹配的文件" in capsys.readouterr().err


TOO_LARGE: list[tuple[str, Callable[[], bytes]]] = [
    # more rows than a plan has; refused before they are built
    ("行.xlsx", lambda: many_rows()),
    # a merged range over the whole sheet would be a billion cells
    ("并.xlsx", lambda: with_merge()),
    ("行.csv", lambda: b"\xe4\xbb\xbb\xe5\x8a\xa1,b\n" * 60_000),
    ("格.html", lambda: b"<html><table>" + b"<tr><td rowspan=1000 colspan=1000>x</td><td>y</td></tr>" * 3000),
]


def many_rows() -> bytes:
    """A sheet of 100,000 rows."""
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>'
    xml = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    content = xml + row * 100_000 + b"</sheetData></worksheet>"
    return with_part(making.make_xlsx(("a", [["x"]])), "xl/worksheets/sheet1.xml", content)


def with_merge() -> bytes:
    """A sheet with one merged range from corner to corner."""
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        b"</worksheet>"
    )
    return with_part(making.make_xlsx(("a", [["x"]])), "xl/worksheets/sheet1.xml", xml)


@pytest.mark.parametrize(("name", "make"), TOO_LARGE, ids=[row[0] for row in TOO_LARGE])
def test_a_huge_table_is_refused(name: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(InputTooLarge, match="请拆分"):
        read_bytes(make(), name)


def test_coverage_is_said_of_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from loaders.__main__ import Coverage

    record = record_of("某某省工作方案\n一、做好甲。（牵头单位：省财政厅、按程序走）\n".encode(), "a.txt")
    assert str(Coverage.of(record)) == "读懂 1/2 处责任标注（50.0%）"
    assert str(Coverage() + Coverage()) == "读懂 0/0 处责任标注"


def test_a_class_at_the_head_of_a_list_in_a_table_leads_nothing(tmp_path: Path) -> None:
    path = tmp_path / "任务分工表.csv"
    path.write_text(
        "广州市工作任务分工表,,\n序号,任务,责任单位（第一个为牵头单位）\n"
        "1,合并两张报表,市商务局、市财政局\n2,公开名录,各区政府、市财政局\n",
        "utf-8",
    )
    roles = {
        measure.number: {(r.agency, r.role) for r in measure.responsibilities}
        for measure in records.parse_file(path).measures
    }
    assert roles == {
        "1": {("广州市商务局", "LEADS"), ("广州市财政局", "IMPLEMENTS")},
        "2": {("广州市各区人民政府", "IMPLEMENTS"), ("广州市财政局", "IMPLEMENTS")},
    }


def test_an_instrument_ends_with_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "任务分工表.csv"
    path.write_text(
        "某某省工作任务分工表,,\n序号,任务,责任单位\n1,简化申报手续,省商务厅会同省税务局建立联席会议制度\n",
        "utf-8",
    )
    found = [i.mention for m in records.parse_file(path).measures for i in m.instruments]
    assert found
    assert not any("\t" in name or "手续省" in name for name in found)


UNLINED = [
    ["序号", "重点任务", "牵头单位", "配合单位"],
    [
        "1",
        "推进甲体系建设，完善乙机制，加强丙工作，做好丁服务",
        "省财政厅",
        "省教育厅、省科技厅、省民政厅、省司法厅",
    ],
    ["2", "加强戊监管", "省商务厅", "省税务局"],
    ["3", "做好己保障，健全庚制度，提升辛水平", "省教育厅", "省财政厅"],
]


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_pdf_table_that_only_white_parts(align: str, tmp_path: Path) -> None:
    path = tmp_path / "分工表.pdf"
    path.write_bytes(making.make_pdf_unlined(UNLINED, align, below="本表自印发之日起执行。"))
    record = records.parse_file(path, "湖南省")
    assert {
        m.number: {(r.evidence[0].mention, r.role) for r in m.responsibilities} for m in record.measures
    } == {
        "1": {
            ("省财政厅", "LEADS"),
            *((name, "SUPPORTS") for name in ("省教育厅", "省科技厅", "省民政厅", "省司法厅")),
        },
        "2": {("省商务厅", "LEADS"), ("省税务局", "SUPPORTS")},
        "3": {("省教育厅", "LEADS"), ("省财政厅", "SUPPORTS")},
    }
    assert record.text.endswith("本表自印发之日起执行。")
    assert record.problems == ()


LONG = [UNLINED[0], *([str(n), "做好某某工作", "省财政厅", "省教育厅"] for n in range(1, 60))]


@pytest.mark.parametrize(
    ("rows", "pad"),
    [
        # rows no further apart than the lines of one: whose line is whose is open
        (UNLINED, 0.0),
        # the table goes on over the page, where no header tells its columns
        (LONG, 4.0),
        # a number is missing, so that two rows would be one
        ([*UNLINED[:2], ["", *UNLINED[2][1:]], UNLINED[3]], 4.0),
        # numbers that do not count
        ([UNLINED[0], UNLINED[2], UNLINED[1]], 4.0),
    ],
)
def test_a_pdf_table_that_leaves_anything_open_is_said_and_not_read(
    rows: list[list[str]], pad: float, tmp_path: Path
) -> None:
    path = tmp_path / "分工表.pdf"
    path.write_bytes(making.make_pdf_unlined(rows, pad=pad))
    record = records.parse_file(path, "湖南省")
    assert [r for m in record.measures for r in m.responsibilities] == []
    assert [p.kind for p in record.problems if "没有表格线" in p.message] == ["not_understood"]


def test_what_the_column_of_deadlines_says_is_kept_word_for_word(tmp_path: Path) -> None:
    path = tmp_path / "任务分工表.csv"
    path.write_text(
        "广州市工作任务分工表,,,\n序号,任务,责任单位,完成时限\n1,合并报表,市商务局,2024年6月底\n"
        "2,公开名录,市财政局,持续推进\n3,新增网点到2025年底达到100个,市商务局,\n",
        "utf-8",
    )
    found = {
        m.number: (m.deadline, [(t.kind, t.mention, t.date) for t in m.targets])
        for m in records.parse_file(path).measures
    }
    assert found == {
        "1": ("2024-06-30", [("deadline", "2024年6月底", "2024-06-30")]),
        "2": (None, [("deadline", "持续推进", None)]),  # no day, and yet what was said
        "3": (None, [("quantity", "到2025年底达到100个", "2025-12-31")]),  # ends with its cell
    }
