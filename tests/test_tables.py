"""Tables: what the files hold is what the graph says, and nothing in them comes alive."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from graph.errors import OutputExists, UsageError
from graph.model import Target
from graph.store import Store
from graph.succession import Successions
from graph.tables import (
    RISKY,
    ROLE_WORDS,
    Table,
    checked_note,
    counts,
    gaps,
    gaps_table,
    in_sequence,
    mark,
    matrix,
    measures_with_duties,
    named,
    responsibility_table,
    scope_notes,
    short_documents,
    source_list,
    unassigned,
    unit_archive,
    unit_tables,
)
from graph.tables.duties import CONVENTION, deadline_words
from graph.tables.passages import listing, passages, work
from graph.tables.responsibility import Wording, whole_content
from graph.tables.word import column_widths as word_widths
from loaders.records import parse_file
from tests.plan import (
    COMMERCE,
    CUSTOMS,
    DISTRICTS,
    DRAFT,
    FINANCE,
    HOSTILE,
    OTHER_FINANCE,
    PLAN,
    draft,
    plan,
)

# role, printed words, what the cell shows
MARKS = [
    ("LEADS", "牵头部门", "牵"),
    ("SUPPORTS", "参与", "配"),
    ("IMPLEMENTS", "按职责分工负责", "负责"),
    ("IMPLEMENTS", "责任单位", "责"),
    ("IMPLEMENTS", "落实单位", "落实"),
    # a list without any words is one of responsible units
    ("IMPLEMENTS", None, "责"),
    # words that the short list does not know are shown as printed
    ("IMPLEMENTS", "承办", "承办"),
]


@pytest.mark.parametrize(("role", "words", "shown"), MARKS)
def test_a_cell_shows(role: str, words: str | None, shown: str) -> None:
    assert mark(role, words) == shown


@pytest.mark.parametrize("start", [*RISKY, " =", "\n=", "　＝"])
def test_no_csv_cell_starts_a_formula(start: str, tmp_path: Path) -> None:
    path = Table("表", ["列"], [[start + "1+1"]]).write(tmp_path / "a.csv")
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert rows[-1] == ["'" + start + "1+1"]


def test_xlsx_keeps_formulas_links_and_numbers_as_text(tmp_path: Path) -> None:
    cells = ["=1+1", "http://example.org", "007", HOSTILE, "a\x00b\ud800", "长" * 40_000]
    path = Table("=1+1", ["列", *"bcdef"], [cells]).write(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    read = [cell.value for cell in sheet[3]]
    assert [cell.data_type for cell in sheet[3]] == ["s"] * 6
    assert read[:4] == cells[:4]
    assert len(read[5]) == 32_767
    assert all(cell.hyperlink is None for cell in sheet[3])


def test_our_own_numbers_are_numbers(tmp_path: Path) -> None:
    path = Table("表", ["序号", "任务"], [[1, "1·"], [10, "2·"]]).write(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(row, 1).value for row in (3, 4)] == [1, 10]


# columns above upright headings, notes, what stands above the table
NOTES = [
    (None, ["共2份文件", "文件1", "图例"], ["共2份文件", "文件1", "图例"]),
    (None, [str(n) for n in range(9)], ["0", "1", "2", "全部9条", "7", "8"]),
    # upright headings take half of the screen, and all of this is frozen
    (1, [str(n) for n in range(9)], ["0", "1", "全部9条", "8"]),
]


@pytest.mark.parametrize(("upright", "notes", "shown"), NOTES)
def test_notes_leave_room_for_the_table(
    upright: int | None, notes: list[str], shown: list[str], tmp_path: Path
) -> None:
    made = Table("表", ["列", "甲", "备注"], [["1", "牵", ""]], notes, upright=upright)
    book = openpyxl.load_workbook(made.write(tmp_path / "a.xlsx"))
    above = [str(book["表"].cell(row, 1).value) for row in range(2, 2 + len(shown))]
    assert [text.startswith(word) for text, word in zip(above, shown, strict=True)] == [True] * len(shown)
    assert book["表"].freeze_panes == f"A{len(shown) + 3}"
    if shown != notes:
        assert [row[0] for row in book["说明"].values][2:] == notes


def test_a_heading_of_four_characters_stays_in_one_line() -> None:
    columns = ["序号", "完成时限", "具体措施", "备注"]
    made = Table("表", columns, [], widths={0: 6, 1: 12, 2: 200, 3: 60})
    shares = word_widths(made, 267)
    assert sum(shares) == pytest.approx(267)
    assert [share >= 3.7 * len(text) + 3 for share, text in zip(shares, columns, strict=True)] == [True] * 4


# two documents as rows: number, title, status; their short names
SHORT = [
    # the number says it all; a draft says so
    (
        (("甲〔2024〕1号", "方案", "正式"), (None, "意见", "征求意见稿")),
        ["甲〔2024〕1号", "《意见》（征求意见稿）"],
    ),
    # two attachments of one notice
    ((("甲〔2024〕1号", "方案", "正式"), ("甲〔2024〕1号", "清单", "正式")), ["《方案》", "《清单》"]),
    # nothing tells them apart but their place in the list above the table
    (((None, "方案", "正式"), (None, "方案", "正式")), ["《方案》（文件1）", "《方案》（文件2）"]),
]


@pytest.mark.parametrize(("rows", "names"), SHORT, ids=range(len(SHORT)))
def test_short_names_of_documents_differ(rows: tuple[tuple[Any, ...], ...], names: list[str]) -> None:
    keys = ("doc_number", "document", "status")
    found = [{"document_id": n, **dict(zip(keys, row, strict=True))} for n, row in enumerate(rows)]
    assert list(short_documents(found).values()) == names


# what a clause says, its kind and day, what 完成时限 shows of it in a document of 1 March 2024, why
DUE = [
    ("2025年6月底前建成", "deadline", "2025-06-30", "2025年6月底前建成", "a day"),
    ("到2024年底完成100个小区", "quantity", "2024-12-31", "到2024年底完成100个小区", "a quantity by a day"),
    ("达到100家", "quantity", None, "", "a quantity without a day"),
    ("每季度更新1次", "frequency", None, "", "how often is no deadline"),
    ("自2025年3月1日起施行", "deadline", None, "", "when it begins"),
    ("从2025年开始", "deadline", "2025-12-31", "", "when it begins, also where a day was made out of it"),
    (
        "自2024年8月1日起至2025年7月31日止",
        "deadline",
        "2025-07-31",
        "自2024年8月1日起至2025年7月31日止",
        "an end",
    ),
    ("2025年起，每年1月底前报送", "deadline", None, "2025年起，每年1月底前报送", "a day of every year"),
    ("2003年，处理回用水量1700万吨", "deadline", "2003-12-31", "", "long past when the document was made"),
    ("2024年3月1日", "deadline", "2024-03-01", "", "the document's own day"),
    ("2025年底前已完成改造的小区", "deadline", "2025-12-31", "", "a condition"),
    ("7个工作日内公开", "deadline", None, "", "how long a case may take"),
    ("半年内不再重复检查", "deadline", None, "", "how long a case may take"),
    ("自本意见印发之日起30日内", "deadline", None, "自本意见印发之日起30日内", "counted from the document"),
    ("长期坚持", "deadline", None, "长期坚持", "a column may say so"),
    (
        "1\t优化企业开办\t市商务局\t2024年6月底",
        "quantity",
        "2024-06-30",
        "2024年6月底",
        "the cell that says when",
    ),
    ("2025年12月31日。\n附件名称", "deadline", "2025-12-31", "2025年12月31日", "one line"),
]


@pytest.mark.parametrize(("said", "kind", "day", "shown", "reason"), DUE, ids=[row[4] for row in DUE])
def test_until_when(said: str, kind: str, day: str | None, shown: str, reason: str) -> None:
    target = json.dumps({"mention": said, "kind": kind, "date": day})
    assert deadline_words({"targets": [target], "date": "2024-03-01"}) == shown, reason


# the day of a label or column, the text, what 完成时限 shows
PRINTED = [
    ("2024-06-30", "1\t优化开办\t2024年6月底", "2024年6月底"),
    ("2024-12-31", "2023年起步。完成时限：2024年底前", "2024年底前"),
    ("2024-12-31", "完成时限：2024 年 12 月", "2024年12月"),
    ("2024-09-15", "2024年9月15日前", "2024年9月15日前"),
    # another day of the same month is another day
    ("2024-09-30", "2024年9月15日前", "2024年9月30日"),
    # not printed so: in figures
    ("2025-12-31", "年底前完成", "2025年12月31日"),
]


@pytest.mark.parametrize(("day", "text", "shown"), PRINTED)
def test_a_deadline_stands_as_it_is_printed(day: str, text: str, shown: str) -> None:
    assert deadline_words({"deadline": day, "text": text}) == shown


def test_a_deadline_that_only_the_text_names_is_in_the_table_and_the_lists(store: Store) -> None:
    made = plan()
    until = Target("到2025年6月底建成10处", "quantity", 0, 4, "2025-06-30")
    measures = [replace(m, targets=(until,)) if m.number == "（二）" else m for m in made.measures]
    store.write(replace(made, measures=tuple(measures)))
    shown = {row[2][:3]: row[5] for row in responsibility_table(store).rows}
    assert (shown["（一）"], shown["（二）"], shown["（四）"]) == ("2025年12月31日", until.mention, "")
    listed = {row[2][:3]: row[6] for row in unit_tables(store)[CUSTOMS].rows}
    assert listed["（二）"] == until.mention


# --- the text of a task ---------------------------------------------------------------------

# text of a measure numbered 1. and titled 甲事, units with their basis, what is to be done
WORK = [
    ("1.甲事。做好乙事。（甲局牵头，乙局配合）", "甲局 乙局", "1.甲事\n做好乙事。", "the annotation goes"),
    (
        "1.甲事\n做好乙事。\n牵头单位：甲局\n配合单位：乙局",
        "甲局 乙局",
        "1.甲事\n做好乙事。",
        "labelled lines go",
    ),
    ("1.甲事，并做好乙事（甲局负责）。", "甲局", "1.甲事，并做好乙事。", "a title that begins a sentence"),
    ("1.甲事。（甲局负责）", "甲局", "1.甲事", "nothing but the title"),
    (
        "1.甲事。由甲局会同乙局编制名录。",
        "~甲局 ~乙局",
        "1.甲事\n由甲局会同乙局编制名录。",
        "a unit that acts stays",
    ),
    (
        "1.甲事。推进。（负责部门：甲局，适用范围：乙区）",
        "甲局",
        "1.甲事\n推进。（适用范围：乙区）",
        "what the brackets say besides stays",
    ),
    (
        "1.甲事。推进水电气管线更新改造并且完善各项配套设施由甲局牵头。",
        "甲局",
        "1.甲事\n推进水电气管线更新改造并且完善各项配套设施由甲局牵头。",
        "a sentence that says more than who answers stays",
    ),
    ("1.\t甲事\t实现全程网办\t甲局\t乙局", "|甲局 |乙局", "1.甲事\n实现全程网办", "cells with units go"),
    (
        "1.\t章\t甲事\t甲事要办好\t甲局\t2024年6月底",
        "|甲局",
        "1.甲事\n甲事要办好",
        "columns are not repeated",
    ),
    ("1.甲 事。做好。（甲局）", "甲局", "1.甲事\n做好。", "spaces in the title"),
]


@pytest.mark.parametrize(("text", "units", "expected", "reason"), WORK, ids=[row[3] for row in WORK])
def test_what_is_to_be_done(text: str, units: str, expected: str, reason: str) -> None:
    text = "前言。\n" + text
    bases, duties, at = {"~": "in_text", "|": "table"}, [], 4
    for name in units.split():
        unit = name.lstrip("~|")
        at = text.index(unit, at)
        basis = bases.get(name[0], "annotation")
        duties.append({"agency_id": unit, "starts": [at], "ends": [at + len(unit)], "bases": [basis]})
        at += len(unit)
    row = {"start": 4, "end": len(text), "number": "1.", "title": "甲事", "path": ["章"], "duties": duties}
    made = work(text, {**row, "deadline": "2024-06-30" if "2024年" in text else None})
    assert made == expected, reason
    # every character after the heading is the document's, in its order
    rest = iter(re.sub(r"\s", "", text[4:]))
    assert all(char in rest for char in re.sub(r"\s", "", made).removeprefix("1.甲事"))


def test_each_annotation_stands_beside_its_part_of_the_text() -> None:
    text = "1.甲事。做一件事。（甲局牵头）再做另一件。（乙局牵头）"
    duties = [
        {
            "agency_id": u,
            "agency": u,
            "role": "LEADS",
            "starts": [a],
            "ends": [a + 2],
            "bases": ["annotation"],
        }
        for u in ("甲局", "乙局")
        for a in [text.index(u)]
    ]
    row = {"start": 0, "end": len(text), "number": "1.", "title": "甲事", "duties": duties}
    lines = list(Wording().rows(row, text))
    assert [line.content for line in lines] == ["1.甲事\n做一件事。", "1.甲事\n再做另一件。"]
    assert [line.leads for line in lines] == ["甲局", "乙局"]
    assert whole_content(lines) == "1.甲事\n做一件事。\n再做另一件。"


def test_titles_only_is_a_choice_everywhere(loaded: Store) -> None:
    for content, first in (
        ("full", "（一）完善“水上巴士”通关\n年底前完成"),
        ("title", "（一）完善“水上巴士”通关"),
    ):
        assert responsibility_table(loaded, content=content).rows[0][3] == first
        assert unit_tables(loaded, content=content, documents=[PLAN])[COMMERCE].rows[0][2] == first
    with pytest.raises(UsageError, match="可以写full、title"):
        responsibility_table(loaded, content="half")


# --- a choice of units and roles ------------------------------------------------------------


def test_a_unit_chooses_tasks_and_all_their_units_stay(loaded: Store) -> None:
    everything = responsibility_table(loaded, documents=[PLAN])
    chosen = responsibility_table(loaded, documents=[PLAN], agencies=[CUSTOMS])
    of_customs = [row for row in everything.rows if CUSTOMS in f"{row[3]}{row[4]}"]
    assert [row[1:] for row in chosen.rows] == [row[1:] for row in of_customs]
    assert (chosen.rows[0][3], chosen.rows[0][4]) == (COMMERCE, CUSTOMS)
    assert chosen.title.endswith(f"责任分工表（只列涉及{CUSTOMS}的任务）")
    assert any("范围内共5项任务，本表3项，其余2项没有列出" in note for note in chosen.notes)
    assert chosen.parts(chosen.rows[0][4]) == [(CUSTOMS, True)]
    leads = responsibility_table(loaded, documents=[PLAN], agencies=[CUSTOMS], roles=["LEADS"])
    assert leads.title.endswith(f"（只列{CUSTOMS}牵头的任务）")
    assert [row[2].split("\n")[0][:3] for row in leads.rows] == ["（二）", "（五）"]
    assert leads.rows[1][4] == COMMERCE
    roles = responsibility_table(loaded, documents=[PLAN], roles=["LEADS", "SUPPORTS"])
    assert roles.title.endswith("（只列有牵头、配合单位的任务）")
    assert everything.title == "《临江市优化口岸环境工作方案》责任分工表"
    only = unit_tables(loaded, documents=[PLAN], agencies=[CUSTOMS], roles=["LEADS"])
    assert list(only) == [CUSTOMS]
    assert "只列本单位牵头的任务。" in only[CUSTOMS].notes
    assert any("只画所选单位的栏" in note for note in matrix(loaded, agencies=[CUSTOMS]).notes)


# a cell, the strong words, those of its pieces that stand out
STRONG = [
    ("财政部、商务部", ["财政部"], ["财政部"]),
    # not inside of another unit's name
    ("甲省财政部、商务部", ["财政部"], []),
    ("海关总署广东分署", ["海关总署"], []),
    ("甲局和乙局等", ["乙局"], ["乙局"]),
    ("配合：甲局", ["甲局"], ["甲局"]),
    ("甲局", [], []),
]


@pytest.mark.parametrize(("cell", "words", "strong"), STRONG)
def test_the_chosen_unit_stands_out(cell: str, words: list[str], strong: list[str]) -> None:
    pieces = Table("表", ["列"], [[cell]], strong=words).parts(cell)
    assert [piece for piece, marked in pieces if marked] == strong
    assert "".join(piece for piece, _ in pieces) == cell


# duties as role, printed words; what stands in 责任（配合）单位
LABELS = [
    (["LEADS 牵头单位", "SUPPORTS 配合单位"], "乙局"),
    (["LEADS 牵头", "SUPPORTS 参与单位"], "参与单位：乙局"),
    (["LEADS 牵头", "IMPLEMENTS 责任单位"], "责任单位：乙局"),
    (["IMPLEMENTS 责任单位"], "甲局"),
    # without a lead a unit that supports must not look like one that answers
    (["SUPPORTS 配合单位"], "配合单位：甲局"),
    (["IMPLEMENTS 按职责分工负责"], "按职责分工负责：甲局"),
]


@pytest.mark.parametrize(("duties", "shown"), LABELS)
def test_a_column_does_not_repeat_its_heading(duties: list[str], shown: str) -> None:
    text = "1.甲事。（甲局，乙局）"
    rows = []
    for unit, (role, words) in zip(("甲局", "乙局"), (duty.split() for duty in duties), strict=False):
        place = {"starts": [text.index(unit)], "ends": [text.index(unit) + 2], "bases": ["annotation"]}
        rows.append({"agency_id": unit, "agency": unit, "role": role, "role_text": words, **place})
    row = {"start": 0, "end": len(text), "number": "1.", "title": "甲事", "duties": rows}
    (line,) = Wording().rows(row, text)
    assert line.rest == shown


# --- where it comes from --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("方案", "《方案》"),
        ("关于印发《方案》的通知", "《关于印发〈方案〉的通知》"),
        ("关于〈方案〉的说明", "《关于《方案》的说明》"),
    ],
)
def test_marks_inside_of_marks_are_turned(title: str, shown: str) -> None:
    assert named(title) == shown


def test_a_long_list_of_documents_stands_below_the_table(tmp_path: Path) -> None:
    documents = [
        {"document_id": str(n), "document": f"方案{n}", "status": "正式", "date": None} for n in range(1, 6)
    ]
    assert source_list(documents[:3]) == []
    assert [line[:4] for line in scope_notes(documents[:3])[1:]] == ["文件1：", "文件2：", "文件3："]
    assert scope_notes(documents) == ["共5份文件：正式5份。文件清单在表后。"]
    lines = source_list(documents)
    assert lines[4] == "文件5：《方案5》（无日期，正式）"
    made = Table("表", ["列"], [["值"]], scope_notes(documents), tail=lines)
    word = docx.Document(io.BytesIO(made.render(".docx")))
    order = [child.tag.split("}")[1] for child in word.element.body]
    assert order.index("tbl") == 2  # title, one line
    assert [paragraph.text for paragraph in word.paragraphs][2:] == lines
    assert made.render(".csv").decode("utf-8-sig").split("\r\n")[-2] == lines[-1]
    assert made.render(".html").decode().index("</table>") < made.render(".html").decode().index(lines[0])
    book = openpyxl.load_workbook(made.write(tmp_path / "t.xlsx"))
    assert [row[0] for row in book["文件清单"].values][2:] == lines


def test_rows_as_prose_that_goes_into_a_document(loaded: Store) -> None:
    one = responsibility_table(loaded, documents=[PLAN], content="title")
    assert one.sentences[0] == (
        f"1.（一）完善“水上巴士”通关。牵头单位：{COMMERCE}；配合单位：{CUSTOMS}。完成时限：2025年12月31日。"
    )
    assert one.sentences[-1] == "（出自《临江市优化口岸环境工作方案》，临府〔2024〕1号，2024年3月1日）"
    several = responsibility_table(loaded, content="title")
    assert several.sentences[5].endswith(
        f"牵头单位：{OTHER_FINANCE}。（《东岭市促进贸易实施意见（征求意见稿）》，2025年1月15日，征求意见稿）"
    )
    # a task that brings its own number gets no second one
    assert several.sentences[5].startswith("1．设立贸易资金。")
    assert (
        matrix(loaded, documents=[PLAN]).sentences[1]
        == f"2.（二）清理口岸收费。牵头单位：{COMMERCE}、{CUSTOMS}。"
    )


def test_the_units_nobody_named_are_one_sum() -> None:
    rows = [measure("1"), measure("2", "L甲"), measure("3", title="总体要求")]
    whole = [{**measure(str(n)), "document_id": "e"} for n in range(4)]
    found = gaps([*rows, *whole])
    assert unassigned(found) == (
        "没有读出责任单位的任务共6项：逐项列出1项，属总的要求1项，在整份没有责任标注的1份文件里4项（每份只列一条）。"
    )
    assert unassigned(gaps([measure("1", "L甲")])) == ""


def test_the_sum_is_what_the_question_answers(loaded: Store) -> None:
    _, found = gaps_table(loaded)
    count = len(loaded.query("unassigned_measures"))
    assert f"共{count}项" in unassigned(found)


def test_html_escapes_everything() -> None:
    hostile = "<script>alert(1)</script>"
    page = Table(hostile, [hostile], [[hostile]], notes=[hostile]).render(".html").decode()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5  # title twice (head and heading), note, column, cell


def test_an_output_is_overwritten_only_when_told_to(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    Table("一", ["列"], []).write(path)
    with pytest.raises(OutputExists, match="已经存在"):
        Table("二", ["列"], []).write(path)
    assert "一" in path.read_text("utf-8-sig")
    Table("二", ["列"], []).write(path, force=True)
    assert "二" in path.read_text("utf-8-sig")
    with pytest.raises(UsageError, match="xlsx"):
        Table("三", ["列"], []).write(tmp_path / "a.exe")
    with pytest.raises(OutputExists):
        Table("四", ["列"], []).write(_folder(tmp_path / "b.csv"), force=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.fixture
def loaded(store: Store) -> Store:
    store.write(plan())
    store.write(draft())
    return store


def test_the_matrix_read_back_is_the_graph(loaded: Store, tmp_path: Path) -> None:
    path = matrix(loaded).write(tmp_path / "m.xlsx")
    book = openpyxl.load_workbook(path)
    rows = list(book["对照表"].values)
    top = next(index for index, row in enumerate(rows) if row[0] == "文件")
    head = [str(name).removesuffix("（统称）") for name in rows[top]]
    assert f"{DISTRICTS}（统称）" in rows[top]
    read = {
        (row[0], row[1], unit, word)
        for row in rows[top + 1 :]
        for unit, cell in zip(head[3:-1], row[3:-1], strict=True)
        for word in str(cell or "").split("、")
        if word
    }
    short = short_documents(loaded.query("documents"))
    graph = {
        (short[row["document_id"]], row["number"], row["agency"], mark(row["role"], row["role_text"]))
        for row in loaded.query("responsibilities")
    }
    assert read == graph
    assert len(rows) - top - 1 == 7  # also the measure that nobody answers for
    remarks = {row[1]: row[-1] for row in rows[top + 1 :]}
    assert (remarks["（三）"], remarks["（四）"]) == ("名单未列全（等）", "没有读出责任单位")
    assert len(list(book["来源"].values)) == 3 + len(graph)  # title, note, columns


def test_a_heading_says_which_documents_and_that_one_is_a_draft(loaded: Store) -> None:
    notes = "\n".join(matrix(loaded).notes)
    assert "（临府〔2024〕1号，2024年3月1日，正式，全文）" in notes
    assert "（2025年1月15日，征求意见稿，全文）" in notes
    assert "征求意见稿" not in "\n".join(matrix(loaded, drafts=False).notes)


def test_filters_leave_out_what_is_not_chosen(loaded: Store) -> None:
    chosen = matrix(loaded, documents=[PLAN], agencies=[CUSTOMS], roles=["LEADS"])
    assert list(chosen.columns) == ["序号", "任务", CUSTOMS, "备注"]
    assert [row[0] for row in chosen.rows] == ["（二）", "（五）"]
    assert matrix(loaded, documents=[]).rows == []


def test_the_responsibility_table_has_its_columns_and_a_row_a_measure(loaded: Store, tmp_path: Path) -> None:
    table = responsibility_table(loaded, documents=[PLAN])
    columns = ["序号", "重点任务", "具体措施", "牵头单位", "责任（配合）单位", "完成时限", "备注"]
    assert list(table.columns) == columns
    assert table.rows[0] == [
        1,
        "一、任务",
        "（一）完善“水上巴士”通关\n年底前完成",
        COMMERCE,
        CUSTOMS,
        "2025年12月31日",
        "",
    ]
    # printed words, printed separator, a list that goes on
    assert table.rows[2][4] == f"按职责分工负责：{FINANCE}、{DISTRICTS}等"
    assert responsibility_table(loaded, documents=[PLAN, DRAFT]).columns[1] == "文件"
    page = table.write(tmp_path / "t.html").read_text("utf-8")
    assert "<img" not in page


# --- printed order and separators -----------------------------------------------------------

# text, units in printed order with their basis, the passages: units with the separators between them
PASSAGES = [
    ("（甲局牵头，乙局、丙局配合）", "甲局 乙局 丙局", ["甲局，乙局、丙局"]),
    # the separator before a unit, not the label's
    ("（牵头单位：甲局；配合单位：乙局和丙局）", "甲局 乙局 丙局", ["甲局；乙局和丙局"]),
    # 与 inside 参与 is no separator
    ("（甲局牵头，乙局参与，丙局参与）", "甲局 乙局 丙局", ["甲局，乙局，丙局"]),
    # half-width marks stay so
    ("(甲局,乙局、丙局负责)", "甲局 乙局 丙局", ["甲局,乙局、丙局"]),
    # two annotations, each for a part of the measure
    ("做好一件事。（甲局牵头）再做好另一件事。（乙局牵头）", "甲局 乙局", ["甲局", "乙局"]),
    # also with the same unit again
    ("做一件事（甲局、乙局负责）。又做一件（甲局负责）。", "甲局 乙局 甲局", ["甲局、乙局", "甲局"]),
    # a label in brackets of its own is the same annotation
    ("做事。（牵头单位：甲局）（配合单位：乙局）", "甲局 乙局", ["甲局、乙局"]),
    # a labelled list over several lines, too
    ("做事。\n牵头单位：甲局\n配合单位：乙局，丙局", "甲局 乙局 丙局", ["甲局、乙局，丙局"]),
    # full stops inside the brackets do not part them
    ("做事（牵头单位：甲局。配合单位及各有关协办的单位和机构名单如下：乙局。）", "甲局 乙局", ["甲局、乙局"]),
    # brackets in a name are no end of an annotation
    ("做事（各区（县）政府、甲局负责）", "各区（县）政府 甲局", ["各区（县）政府、甲局"]),
    # an open list
    ("做事（甲局、乙局等负责）", "甲局 乙局", ["甲局、乙局等"]),
]


@pytest.mark.parametrize(("text", "units", "expected"), PASSAGES, ids=[row[0][:12] for row in PASSAGES])
def test_units_stand_as_printed(text: str, units: str, expected: list[str]) -> None:
    text = "前言。\n" + text
    duties: dict[str, dict[str, Any]] = {}
    at = 0
    for unit in units.split():
        at = text.index(unit, at)
        blank = {"agency_id": unit, "agency": unit, "basis": "annotation", "open_list": "等" in text}
        duty = duties.setdefault(unit, {**blank, "starts": [], "ends": []})
        duty["starts"].append(at)
        duty["ends"].append(at + len(unit))
        at += len(unit)
    found = passages(text, 4, len(text), duties.values())
    assert [listing(text, p.places, lambda place: str(place.duty["agency"])) for p in found] == expected


def test_a_sentence_that_names_units_opens_no_row_of_its_own() -> None:
    text = "由甲局牵头推进。（责任单位：乙局）"
    duties = [
        {"agency_id": "甲局", "agency": "甲局", "bases": ["in_text"], "starts": [1], "ends": [3]},
        {"agency_id": "乙局", "agency": "乙局", "bases": ["annotation"], "starts": [14], "ends": [16]},
    ]
    assert [len(p.places) for p in passages(text, 0, len(text), duties)] == [2]


def test_units_in_the_order_of_agencies() -> None:
    def row(agency: str, kind: str, level: str) -> dict[str, str]:
        return {"agency": agency, "kind": kind, "level": level}

    rows = [
        row("甲市各区政府", "统称", "市"),
        row("甲海关", "垂直管理", "国家"),
        row("甲市商务局", "部门", "市"),
        row("甲市发展和改革委员会", "部门", "市"),
        row("乙省商务厅", "部门", "省"),
        row("甲市某某局", "部门", "市"),
        row("中共甲市委宣传部", "党委部门", "市"),
    ]
    names = [row["agency"] for row in sorted(rows, key=in_sequence())]
    assert names == [rows[index]["agency"] for index in (6, 4, 3, 2, 5, 1, 0)]


# --- what is open ---------------------------------------------------------------------------


def measure(number: str, *duties: str, title: str = "任务", basis: str = "annotation") -> dict[str, Any]:
    """A row with duties written as L甲 S乙 I丙; + a collective, * an open list, ? unresolved."""
    roles = {"L": "LEADS", "S": "SUPPORTS", "I": "IMPLEMENTS"}
    rows = [
        {
            "role": roles[duty[0]],
            "agency_id": duty[1:].rstrip("+*?"),
            "agency": duty[1:].rstrip("+*?"),
            "collective": "+" in duty,
            "open_list": "*" in duty,
            "resolved": "unresolved" if "?" in duty else "register",
            "bases": [basis],
        }
        for duty in duties
    ]
    facts = {"document_id": "d", "document": "方案", "status": "正式", "measure_id": number}
    return {**facts, "number": number, "title": title, "duties": rows}


# the measure, its tier (0: no gap)
TIERS = [
    (measure("1", "L甲", "S乙"), 0),
    (measure("2", "L甲"), 0),
    # a sole unit is no gap, whatever its role is called
    (measure("3", "I甲"), 0),
    (measure("4"), 2),
    (measure("5", "I甲", "I乙"), 3),
    (measure("6", "I甲", "I各区+"), 3),
    (measure("7", "S甲"), 3),
    (measure("8", "L甲", "L乙"), 4),
    (measure("9", "I各区+"), 5),
    (measure("10", "I甲*"), 5),
    (measure("11", "L各区+", "S甲"), 5),
    # a lead is named: that others are left open hides nobody
    (measure("12", "L甲", "S乙*", "S各区+"), 0),
    (measure("13", title="总体要求"), 6),
    (measure("14", "I甲", title="发展目标"), 0),
]


def test_every_measure_stands_in_one_tier() -> None:
    found = {gap["number"]: gap["tier"] for gap in gaps([row for row, _ in TIERS])}
    assert found == {row["number"]: tier for row, tier in TIERS if tier}


def test_a_document_without_annotations_is_one_line() -> None:
    rows = [measure(str(number)) for number in range(1, 9)]
    rows.append(measure("9", "L商务厅", "S有关部门+", basis="in_text"))
    (gap,) = gaps(rows)
    assert (gap["tier"], gap["measure_id"], gap["title"]) == (1, None, "全文9项任务都没有责任标注")
    assert "9牵头：商务厅；配合：有关部门" in gap["note"]
    # one annotation, and the others are open one by one
    assert [gap["tier"] for gap in gaps([*rows, measure("10", "L甲")])] == [2] * 8
    # sentences that name a unit for most measures are as good as annotations
    named = [measure(str(n), "I甲", basis="in_text") for n in range(20, 29)]
    assert [gap["tier"] for gap in gaps([*rows, *named])] == [2] * 8


def test_a_name_that_was_not_recognised_is_one_line_with_its_measures() -> None:
    found = gaps([measure("1", "L市商务局?"), measure("2", "L甲", "S市商务局?")])
    assert [(gap["tier"], gap["title"], gap["number"]) for gap in found] == [(7, "市商务局", "1、2")]


def test_the_table_of_gaps_marks_the_convention_only_when_asked(loaded: Store) -> None:
    plain, _ = gaps_table(loaded)
    marked, _ = gaps_table(loaded, convention=True)
    assert CONVENTION not in str(plain)
    assert f"按惯例{CONVENTION}：{FINANCE}，文件未写明" in str(marked.rows)
    assert any("不写入图" in note for note in marked.notes)
    assert {row["role"] for row in loaded.query("responsibilities") if row["agency"] == FINANCE} == {
        "IMPLEMENTS"
    }


# --- options --------------------------------------------------------------------------------


def test_the_convention_shows_in_table_and_matrix_only_when_asked(loaded: Store) -> None:
    assert CONVENTION not in str(responsibility_table(loaded).rows)
    table = responsibility_table(loaded, documents=[PLAN], convention=True)
    assert table.rows[2][3] == f"{FINANCE}（{CONVENTION}，文件未写明）"
    assert FINANCE not in table.rows[2][4]
    grid = matrix(loaded, documents=[PLAN], convention=True)
    assert grid.rows[2][list(grid.columns).index(FINANCE)] == "负责（首位）"


def test_documents_past_their_date_can_be_left_out(store: Store) -> None:
    old = plan()
    store.write(replace(old, document=replace(old.document, expires="2020-01-01")))
    assert len(responsibility_table(store).rows) == 5
    for made in (responsibility_table(store, expired=False), matrix(store, expired=False)):
        assert (made.rows, made.notes[0]) == ([], "没有符合条件的文件。")


def test_progress_columns_are_blank_and_names_can_be_as_printed(loaded: Store) -> None:
    table = responsibility_table(loaded, documents=[PLAN], progress=True, names="printed", order="sequence")
    assert list(table.columns[-3:]) == ["进展情况", "存在问题", "下一步安排"]
    assert {row[-3:] == ["", "", ""] for row in table.rows} == {True}
    for wrong in ({"order": "alphabet"}, {"names": "short"}):
        with pytest.raises(UsageError, match="可以写"):
            responsibility_table(loaded, **wrong)  # type: ignore[arg-type]


def test_a_heading_says_how_much_a_person_checked(loaded: Store) -> None:
    rows: list[dict[str, Any]] = [{"checked": False}, {"checked": True}, {}]
    assert "3项任务中1项经人工核对，2项未经核对" in checked_note(rows)
    assert any("未经核对" in note for note in responsibility_table(loaded).notes)


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_word_repeats_its_header_and_splits_no_row(loaded: Store, tmp_path: Path, paper: str) -> None:
    table = responsibility_table(loaded, paper=paper)
    document = docx.Document(str(table.write(tmp_path / "t.docx")))
    section = document.sections[0]
    long = {"A4": 297, "A3": 420}[paper]
    assert round(section.page_width.mm) == long > section.page_height.mm
    (found,) = document.tables
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        list(table.columns),
        *[[str(cell) for cell in row] for row in table.rows],
    ]
    marks = [[child.tag.split("}")[1] for child in row._tr.trPr] for row in found.rows]
    assert marks == [["cantSplit", "tblHeader"]] + [["cantSplit"]] * len(table.rows)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(note in text for note in table.notes)


def test_excel_freezes_filters_and_repeats_its_header(loaded: Store, tmp_path: Path) -> None:
    path = matrix(loaded, paper="A3").write(tmp_path / "m.xlsx")
    sheet = openpyxl.load_workbook(path)["对照表"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "文件")
    assert sheet.freeze_panes == f"D{top + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{top}:")
    assert sheet.print_title_rows == f"${top}:${top}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)


def test_word_takes_what_xml_cannot_hold() -> None:
    data = Table("题\x00", ["列"], [["a\x0b\ud800<w:b/>"]], notes=["\x1b"]).render(".docx")
    document = docx.Document(io.BytesIO(data))
    assert document.tables[0].rows[1].cells[0].text == "a\ufffd?<w:b/>"


# --- a file a unit --------------------------------------------------------------------------


def edges_of(made: dict[str, Table]) -> set[tuple[str, str, str]]:
    """(unit, task, role) of every line of the lists."""
    return {
        (agency, row["具体措施"].split("\n")[0], word.split("（")[0])
        for agency, table in made.items()
        for row in (dict(zip(table.columns, cells, strict=True)) for cells in table.rows)
        for word in row["本单位职责"].split("、")
    }


def test_the_lists_of_all_units_together_are_the_graph(loaded: Store) -> None:
    graph = {
        (row["agency_id"], f"{row['number']}{row['title']}", ROLE_WORDS[row["role"]])
        for row in loaded.query("responsibilities")
    }
    assert edges_of(unit_tables(loaded)) == graph
    only = unit_tables(loaded, agencies=[CUSTOMS], roles=["LEADS"])
    assert edges_of(only) == {edge for edge in graph if edge[0] == CUSTOMS and edge[2] == "牵头"}


def test_the_archive_has_a_file_a_unit_that_every_system_can_open() -> None:
    hostile = ["../../etc/passwd", "A:B", "a:b", "甲\x00局\ud800", "长" * 200, "..."]
    tables = {name: Table(name, ["列"], [[name]]) for name in hostile}
    data = unit_archive(tables, ".csv")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len({name.lower() for name in names}) == len(hostile) + 1
    assert not any(set(name) & set('\\/:*?"<>|\x00') or name.startswith(".") for name in names)
    assert max(map(len, names)) < 80
    assert data == unit_archive(tables, ".csv")


def test_counts_say_what_they_count(loaded: Store) -> None:
    _, rows = measures_with_duties(loaded)
    table = counts(rows)
    found = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    # （二） has two leads: a half each
    assert (found[COMMERCE]["牵头"], found[COMMERCE]["牵头折算"], found[COMMERCE]["其中独家牵头"]) == (
        2,
        1.5,
        1,
    )
    assert sum(row["牵头折算"] for row in found.values()) == sum(
        any(duty["role"] == "LEADS" for duty in row["duties"]) for row in rows
    )
    assert {f"{DISTRICTS}（统称）", CUSTOMS} <= set(found)
    for column in table.columns[1:-1]:
        assert any(column in note for note in table.notes), column


# --- as of a date ---------------------------------------------------------------------------


def succession(one: str, other: str, day: str, kind: str) -> dict[str, str]:
    return {
        "predecessor_id": one,
        "predecessor": one,
        "successor_id": other,
        "successor": other,
        "date": day,
        "kind": kind,
        "source": "改革",
    }


HISTORY = [
    succession("外经贸厅", "商务厅", "2014", "merged"),
    succession("经信委", "工信厅", "2018", "renamed"),
    succession("经信委", "商务厅", "2014", "transferred"),
    succession("检验检疫局", "甲海关", "2018-04", "split"),
    succession("检验检疫局", "乙海关", "2018-04", "split"),
    succession("扶贫办", "振兴局", "2021-02", "renamed"),
    succession("振兴局", "农业部", "2023-03", "merged"),
    # a circle in somebody's register must end
    succession("天局", "地局", "2010", "renamed"),
    succession("地局", "天局", "2011", "renamed"),
]

# unit, day, who holds its duties, words of the note
HELD = [
    ("外经贸厅", "2013-12-31", "外经贸厅", ""),
    ("外经贸厅", "2014", "商务厅", "外经贸厅2014年并入商务厅（改革）"),
    # what moved in part is told, not reassigned
    ("经信委", "2016", "经信委", "部分职责移交商务厅"),
    ("经信委", "2020", "工信厅", "更名为工信厅"),
    # a split asks
    ("检验检疫局", "2018-04-20", "检验检疫局", "拆分到甲海关、乙海关（改革）：这项任务由谁承接，请确认"),
    ("检验检疫局", "2018-03", "检验检疫局", ""),
    ("扶贫办", "2024-06-01", "农业部", "2023年3月并入农业部"),
    ("天局", "2024", "地局", ""),
]


@pytest.mark.parametrize(("unit", "day", "holder", "note"), HELD)
def test_who_holds_the_duties_on_a_day(unit: str, day: str, holder: str, note: str) -> None:
    found = Successions(HISTORY, day).holder(unit, unit)
    assert found.agency == holder
    assert note in "；".join(found.notes)
    assert bool(found.asks) == (unit == "检验检疫局" and day >= "2018-04")


@pytest.mark.parametrize("day", ["", "昨天", "2024-13-01", "2024-02-30", "24", "2024-6-1", "2024-06-01x"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        Successions([], day)


# --- the reference documents ----------------------------------------------------------------

STEMS = ("000", "001", "002", "003", "004")


@pytest.fixture
def five(store: Store, reference: Path) -> dict[str, str]:
    """The five reference documents in the store: document id by stem."""
    found = {}
    for stem in STEMS:
        record = parse_file(next((reference / "seeds").glob(f"{stem}_*.txt")))
        store.write(record)
        found[stem] = record.document.id
    return found


def test_the_matrix_of_the_reference_documents_is_the_graph_cell_by_cell(
    store: Store, five: dict[str, str], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(matrix(store).write(tmp_path / "m.xlsx"))
    rows = list(book["对照表"].values)
    top = next(index for index, row in enumerate(rows) if row[0] == "文件")
    heads = [str(name).removesuffix("（统称）") for name in rows[top]]
    short = short_documents(store.query("documents"))
    graph: dict[tuple[str, str, str], set[str]] = {}
    for row in store.query("responsibilities"):
        cell = (short[row["document_id"]], row["number"] + row["title"], row["agency"])
        graph.setdefault(cell, set()).add(mark(row["role"], row["role_text"]))
    read = {
        (row[0], f"{row[1]}{row[2]}", unit): set(str(cell).split("、"))
        for row in rows[top + 1 :]
        for unit, cell in zip(heads[3:-1], row[3:-1], strict=True)
        if cell
    }
    assert read == graph
    assert [(row[0], row[1], row[2]) for row in rows[top + 1 :]] == [
        (short[row["document_id"]], row["number"], row["title"]) for row in store.query("measures")
    ]
    assert (
        len(heads) == len(set(heads)) == 4 + len({row["agency"] for row in store.query("responsibilities")})
    )
    assert sum(1 for _ in book["来源"].values) == 3 + sum(map(len, graph.values()))


def test_the_draft_plan_as_a_table_keeps_printed_order_and_separators(
    store: Store, five: dict[str, str]
) -> None:
    table = responsibility_table(store, documents=[five["002"]], names="printed")
    text = store.query("document", document=five["002"], documents=[five["002"]])[0]["text"]
    numbers = [row[2].split("·")[0] for row in table.rows]
    assert len(numbers) == 29
    assert len(set(numbers)) == 28
    assert [n for n in numbers if numbers.count(n) > 1] == ["16", "16"]
    for row in table.rows:
        lists = [row[3], *(part.rpartition("：")[2] for part in row[4].split("；"))]
        assert all(units in text for units in lists)
        assert any(lists)
    full = responsibility_table(store, documents=[five["002"]])
    assert [row[0] for row in full.rows] == [row[0] for row in table.rows]


def test_the_lists_of_the_draft_plans_units_are_the_graph(store: Store, five: dict[str, str]) -> None:
    made = unit_tables(store, documents=[five["002"]])
    graph = {
        (row["agency_id"], f"{row['number']}{row['title']}", ROLE_WORDS[row["role"]])
        for row in store.query("responsibilities", documents=[five["002"]])
    }
    assert edges_of(made) == graph
    roles = [word.split("（")[0] for row in made["黄埔海关"].rows for word in row[3].split("、")]
    assert (roles.count("牵头"), roles.count("配合")) == (3, 14)
    assert made["黄埔海关"].notes[0] == "黄埔海关：牵头3项，配合14项。"


def by_hand(gold: dict[str, Any]) -> dict[int, list[str]]:
    """Tier -> numbers, from a hand-made annotation alone."""
    found: dict[int, list[str]] = {}
    noted = [d for m in gold["measures"] for d in m["responsibilities"] if d["basis"] != "in_text"]
    if not noted:
        return {1: [""]}
    for item in gold["measures"]:
        duties = item["responsibilities"]
        units = {duty["agency"] for duty in duties}
        leads = {duty["agency"] for duty in duties if duty["role"] == "LEADS"}
        if not units:
            found.setdefault(2, []).append(item["number"])
        elif len(leads) > 1:
            found.setdefault(4, []).append(item["number"])
        elif not leads and len(units) > 1:
            found.setdefault(3, []).append(item["number"])
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_the_tiers_of_the_reference_documents_are_those_of_the_annotation(
    store: Store, five: dict[str, str], reference: Path, stem: str
) -> None:
    _, found = gaps_table(store, documents=[five[stem]])
    tiers: dict[int, list[str]] = {}
    for gap in found:
        tiers.setdefault(gap["tier"], []).append(gap["number"])
    assert tiers == by_hand(json.loads((reference / "gold" / f"{stem}.json").read_text("utf-8")))
    if stem == "003":
        assert len(found) == 1


def test_duties_stand_under_the_unit_that_took_them_over(store: Store, five: dict[str, str]) -> None:
    old, new = "广东省对外贸易经济合作厅", "广东省商务厅"
    named = responsibility_table(store, documents=[five["001"]])
    held = responsibility_table(store, documents=[five["001"]], as_of="2024")
    assert (named.rows[0][3], held.rows[0][3]) == (old, new)
    assert f"{old}2014年并入{new}" in held.rows[0][-1]
    # 广东检验检疫局 was split among customs districts: it stays, and the table asks
    assert "广东出入境检验检疫局" in held.rows[0][4]
    assert "由谁承接，请确认" in held.rows[0][-1]
    led = [row for row in named.rows if row[3] == old]
    assert [row[3] for row in held.rows if old in named.rows[held.rows.index(row)][3]] == [new] * len(led)
    filtered = responsibility_table(store, documents=[five["001"]], agencies=[new], as_of="2024")
    assert all(new in row[3] + row[4] for row in filtered.rows)
    assert len(filtered.rows) >= len(led)
