"""Hostile input: whatever the bytes, the readers raise nothing but their own errors, in one sentence,
and what they do read keeps its offsets. Examples are few and the same in every run, so that a failure stays.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InputError, InputTooLarge
from graph.model import Record
from loaders.archive import expanded
from loaders.read import read, read_bytes
from loaders.records import Given, parse
from loaders.types import RawText
from tests import making

HUNAN = Given(jurisdiction="湖南省")
PLAN = [
    "某某省人民政府办公厅关于印发某某工作方案的通知",
    "湘政办发〔2024〕7号",
    "一、加强保障",
    "（一）做好有关工作。到2025年底前完成。（省财政厅牵头，省商务厅、各市州人民政府按职责分工负责）",
    "（二）推进改革。（牵头单位：省发展改革委；配合单位：省税务局、长沙海关等有关部门）",
    "附件1",
    "某某任务分解表",
]
TABLE = [["序号", "任务", "牵头单位", "配合单位"], ["1", "改进服务", "省商务厅", "省教育厅、省财政厅"]]
MADE: dict[str, Callable[[], bytes]] = {
    "docx": lambda: making.make_docx(PLAN, TABLE),
    "pdf": lambda: making.make_pdf(PLAN * 5),
    "unlined.pdf": lambda: making.make_pdf_unlined(
        [["序号", "任务", "牵头单位", "配合单位"], ["1", "做好甲事", "省财政厅", "省教育厅"]]
    ),
    "ruled.pdf": lambda: making.make_pdf_table(
        [*TABLE, *[[str(n), "改进", "省财政厅", ""] for n in range(40)]]
    ),
    "html": lambda: making.make_html(PLAN),
    "xlsx": lambda: making.make_xlsx(("分工", TABLE), merged=["C1:D1"]),
    "csv": lambda: "\n".join(",".join(row) for row in TABLE).encode("gb18030"),
    "md": lambda: "\n".join([*PLAN, "| 任务 | 责任单位 |", "|---|---|", "| 甲 | 省财政厅 |"]).encode(),
    "zip": lambda: making.zipped({f"甲{i}.docx": making.make_docx(PLAN) for i in range(2)}),
}
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def whole(kind: str) -> bytes:
    """The undamaged file of a kind."""
    return MADE[kind]()


def holds(record: Record) -> None:
    """The offset invariant, and that the record survives being written down."""
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    for measure in record.measures:
        assert record.text[measure.start : measure.end] == measure.text
    for problem in record.problems:
        assert 0 <= problem.where[0] <= problem.where[1] <= len(record.text)
    assert Record.from_json(record.to_json()) == record


def is_sentence(error: InputError) -> None:
    """One clear sentence: it ends as one, on one line, and shows no Python."""
    text = str(error)
    assert text.endswith("。")
    assert "\n" not in text
    assert "Error" not in text
    assert "Traceback" not in text


def attempt(data: bytes, name: str) -> None:
    """Read and parse, or fail in one sentence."""
    try:
        raw = read_bytes(data, name)
    except InputError as error:
        is_sentence(error)
        return
    holds(parse(raw, HUNAN))


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """A file of a kind, cut off, with bits flipped, or with a stretch taken out or doubled."""
    data = bytearray(whole(kind))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data) - 1))
        data[at] ^= 1 << draw(st.integers(0, 7))
    at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 400))
    change = draw(st.sampled_from(["none", "cut", "out", "twice"]))
    if change == "cut":
        return bytes(data[:at])
    if change == "out":
        return bytes(data[:at] + data[at + length :])
    return bytes(data[:at] + data[at : at + length] * 2 + data[at + length :] if change == "twice" else data)


@pytest.mark.parametrize("kind", [k for k in MADE if k != "zip"])
@FEW
@given(st.data())
def test_a_damaged_file_is_read_or_refused_in_one_sentence(kind: str, data: st.DataObject) -> None:
    attempt(data.draw(damaged(kind)), f"坏.{kind}")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@FEW
@given(st.data())
def test_damage_inside_a_package_is_no_worse(kind: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(whole(kind))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=20))
    if data.draw(st.integers(0, 5)):
        parts[name] = bytes(content)
    else:
        del parts[name]
    attempt(making.zipped(parts), f"坏.{kind}")


@FEW
@given(st.data())
def test_a_damaged_archive_never_leaves_its_folder(tmp_path: Path, data: st.DataObject) -> None:
    file = tmp_path / "坏.zip"
    file.write_bytes(data.draw(damaged("zip")))
    work = tmp_path / "work"
    failures: list[InputError] = []
    for member in expanded([file], work, failures.append):
        assert member.resolve().is_relative_to(work.resolve()) or member == file
        try:
            holds(parse(read(member), HUNAN))
        except InputError as error:
            is_sentence(error)
    for failure in failures:
        is_sentence(failure)
    assert {p.name for p in tmp_path.iterdir()} <= {"坏.zip", "work"}


@FEW
@given(st.text(st.sampled_from('./\\..:C~$甲\x00\x1f*?"<>|é '), min_size=1, max_size=40))
def test_whatever_path_a_member_asks_for_it_stays_below(tmp_path: Path, name: str) -> None:
    file = tmp_path / "路径.zip"
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = f"{name}.txt"
        archive.writestr(info, "一、做好甲。（省财政厅负责）")
    for member in expanded([file], tmp_path / "work", lambda error: is_sentence(error)):
        assert member.resolve().is_relative_to((tmp_path / "work").resolve())
    assert {p.name for p in tmp_path.iterdir()} <= {"路径.zip", "work"}


@FEW
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
        st.binary(max_size=100).map(lambda tail: b"%PDF-1.7\n" + tail),
        st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=100).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail),
        st.text(st.sampled_from("<>/table tr td=\"'&;一、（省财政厅）ol li"), max_size=200).map(
            lambda text: f"<html>{text}".encode()
        ),
        st.text(st.sampled_from("|-\n任务牵头单位责省财政厅 \\<br>:"), max_size=200).map(str.encode),
        st.text(st.sampled_from('",\n任务牵头单位责省财政厅\t;'), max_size=200).map(str.encode),
    ),
    st.sampled_from(["a.txt", "a.md", "a.csv", "a.html", "a.pdf", "a.docx", "a.xlsx", "a.mht", "a.ofd", "a"]),
)
def test_random_bytes_under_any_suffix(data: bytes, name: str) -> None:
    attempt(data, name)


@cache
def reference_text(folder: Path) -> tuple[str, ...]:
    """The reference documents' texts."""
    return tuple(p.read_text("utf-8") for p in sorted((folder / "seeds").glob("*.txt")))


@settings(parent=FEW, max_examples=25)
@given(st.data())
def test_mutated_reference_texts_keep_their_offsets(reference: Path, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(reference_text(reference)))
    start = data.draw(st.integers(0, len(text)))
    text = text[start : start + 3000]
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text)))
        out = data.draw(st.integers(0, 40))
        new = data.draw(
            st.text(st.sampled_from("（）()、，。；：\n一1.·“”|\t牵头负责下同以下均需各省市局"), max_size=12)
        )
        text = text[:at] + new + text[at + out :]
    holds(parse(RawText("变.txt", text, "0", "text/plain", "utf-8"), HUNAN))


HUGE: list[tuple[str, Callable[[], str]]] = [
    ("a line of a megabyte", lambda: "一、" + "甲" * 2**20),
    ("a line of list marks", lambda: "一、（" + "省财政厅、" * 60_000 + "负责）"),
    ("10,000 nested brackets", lambda: "一、" + "（" * 10_000 + "省财政厅负责" + "）" * 10_000),
    ("brackets that never close", lambda: "一、" + "（省财政厅" * 20_000),
    ("labels without end", lambda: "一、（" + "牵头单位：" * 20_000),
    ("dotted lines", lambda: "一、" + "." * 300_000 + "甲\n" + "目录" + "…" * 300_000),
    ("numbers on numbers", lambda: "\n".join(f"（{n}）" for n in "一二三四五六七八九十" * 3000)),
    (
        "a pipe table of 5,000 columns",
        lambda: "|任务" * 5000 + "|\n" + "|---" * 5000 + "|\n" + "|省财政厅" * 5000,
    ),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("what", "make"), HUGE, ids=[row[0] for row in HUGE])
def test_a_huge_text_is_read_in_time_bounded_by_its_size(what: str, make: Callable[[], str]) -> None:
    attempt(make().encode(), "大.md")


NESTED: list[tuple[str, Callable[[], bytes]]] = [
    ("深.html", lambda: b"<html><body>" + b"<div>" * 20_000 + "一、甲（省财政厅负责）".encode()),
    ("表.html", lambda: b"<html><body>" + b"<table><tr><td>" * 3_000 + "一、甲（省财政厅负责）".encode()),
    ("列.html", lambda: b"<html><body><ol>" + "<li>甲（省财政厅负责）".encode() * 20_000),
    ("类.html", lambda: b"<html><body>" + "<div class=title>一、甲（省财政厅负责）。".encode() * 5_000),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("name", "make"), NESTED, ids=[row[0] for row in NESTED])
def test_a_deep_page_is_read_in_time_bounded_by_its_size(name: str, make: Callable[[], bytes]) -> None:
    attempt(make(), name)


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "大.pdf"
    with file.open("wb") as sparse:
        sparse.truncate(200 * 2**20)

    def opened(_: Any) -> bytes:
        raise AssertionError("read into memory")

    monkeypatch.setattr(Path, "read_bytes", opened)
    with pytest.raises(InputTooLarge, match="200 MB") as caught:
        read(file)
    is_sentence(caught.value)
