"""Tables: what the files hold is what the graph says, and nothing in them comes alive."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from graph.errors import OutputExists, UsageError
from graph.store import Store
from graph.tables import RISKY, Table, mark, matrix, responsibility_table
from tests.plan import COMMERCE, CUSTOMS, DISTRICTS, DRAFT, HOSTILE, PLAN, draft, plan

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
    graph = {
        (row["document"], row["number"], row["agency"], mark(row["role"], row["role_text"]))
        for row in loaded.query("responsibilities")
    }
    assert read == graph
    assert len(rows) - top - 1 == 7  # also the measure that nobody answers for
    remarks = {row[1]: row[-1] for row in rows[top + 1 :]}
    assert (remarks["（三）"], remarks["（四）"]) == ("名单未列全（等）", "没有责任单位")
    assert len(list(book["来源"].values)) == 2 + len(graph)


def test_a_heading_says_which_documents_and_that_one_is_a_draft(loaded: Store) -> None:
    notes = "\n".join(matrix(loaded).notes)
    assert "（临府〔2024〕1号，2024-03-01，正式，全文）" in notes
    assert "（2025-01-15，征求意见稿，全文）" in notes
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
        "1",
        "一、任务",
        "（一）完善“水上巴士”通关",
        COMMERCE,
        f"配合：{CUSTOMS}",
        "2025-12-31",
        "",
    ]
    assert table.rows[2][4].startswith("负责：临江市")
    assert responsibility_table(loaded, documents=[PLAN, DRAFT]).columns[1] == "文件"
    page = table.write(tmp_path / "t.html").read_text("utf-8")
    assert "<img" not in page
