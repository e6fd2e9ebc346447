"""The app without a browser: store failures as sentences, and the pure parts of the pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from graph.errors import DutyGraphError, StoreDenied, StoreError, StoreTooNew, StoreUnavailable
from views import document, network, parts

APP = Path(__file__).resolve().parent.parent / "app.py"
TEXT = "由黄埔海关、<b>广州海关</b>牵头&市商务局配合。"


class FakeStore:
    """A store that answers every query with nothing, or fails."""

    def __init__(self, error: DutyGraphError | None = None) -> None:
        self.error = error
        self.closed = False

    def query(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        if self.error is not None:
            raise self.error
        return []

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[FakeStore]]]:
    """Sets what `open_store` gives, one after the other; the last one again and again."""

    def gives(*results: FakeStore | DutyGraphError) -> list[FakeStore]:
        queue = list(results)
        opened: list[FakeStore] = []

        def open_store(url: str | None = None, *, keep_running: bool = False) -> FakeStore:
            result = queue.pop(0) if len(queue) > 1 else queue[0]
            if isinstance(result, DutyGraphError):
                raise result
            opened.append(result)
            return result

        monkeypatch.setattr(parts, "open_store", open_store)
        return opened

    st.cache_resource.clear()
    yield gives
    st.cache_resource.clear()


def run_app() -> AppTest:
    return AppTest.from_file(APP, default_timeout=30).run()


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (StoreUnavailable("无法连接图数据库。"), "graph status"),  # what to run
        (StoreDenied("拒绝了密码。"), "NEO4J_PASSWORD"),  # what to correct
        (StoreTooNew("结构版本太新。"), "更新本程序"),
        # a message may quote what somebody typed: no Markdown picture is fetched for it
        (StoreError("![x](http://evil.invalid/x.png)"), "换一个条件"),
    ],
)
def test_a_failing_store_is_one_sentence_and_what_to_do(
    opening: Callable[..., Any], error: StoreError, advice: str
) -> None:
    opening(error)
    app = run_app()
    assert [said.value for said in app.error] == [parts.unmarked(error)]
    assert advice in "".join(said.value for said in app.markdown)
    assert not app.exception


def test_the_page_recovers_when_the_store_is_back(opening: Callable[..., Any]) -> None:
    opening(StoreUnavailable("没有启动。"), FakeStore())
    app = run_app()
    assert len(app.error) == 1
    app.run()
    assert len(app.error) == 0


def test_a_store_that_was_restarted_is_opened_again_without_the_reader_noticing(
    opening: Callable[..., list[FakeStore]],
) -> None:
    gone = FakeStore(StoreUnavailable("连接断开。"))
    opened = opening(gone, FakeStore())
    app = run_app()
    assert len(app.error) == 0
    assert (len(opened), gone.closed) == (2, True)


def test_an_empty_graph_says_how_to_load_documents(opening: Callable[..., Any]) -> None:
    opening(FakeStore())
    assert "loaders load" in run_app().info[0].value


def test_an_unforeseen_failure_is_a_sentence_too(opening: Callable[..., Any]) -> None:
    class Broken(FakeStore):
        def query(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
            raise ZeroDivisionError

    opening(Broken())
    app = run_app()
    assert len(app.error) == 1
    assert not app.exception


def measure(start: int, end: int, *duties: tuple[str, str, int, int], key: str = "m") -> dict[str, Any]:
    return {
        "measure_id": key,
        "start": start,
        "end": end,
        "duties": [
            {"agency": name, "role": role, "role_text": None, "rule": "explicit", "starts": [s], "ends": [e]}
            for name, role, s, e in duties
        ],
    }


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


MARKED = {
    # one mark each, in the order of the text whatever the order of the rows
    "apart": (
        [
            measure(
                0,
                len(TEXT),
                ("商务局", "SUPPORTS", *place("市商务局")),
                ("黄埔", "LEADS", *place("黄埔海关")),
            )
        ],
        [("LEADS", "黄埔海关"), ("SUPPORTS", "市商务局")],
    ),
    # two roles at one place are one mark that says so
    "two roles": (
        [measure(0, 9, ("黄埔", "LEADS", *place("黄埔海关")), ("黄埔", "SUPPORTS", *place("黄埔海关")))],
        [("several", "黄埔海关")],
    ),
    # overlapping mentions are cut, no character is lost or doubled
    "overlap": (
        [measure(0, len(TEXT), ("甲", "LEADS", 1, 6), ("乙", "SUPPORTS", 3, 9))],
        [("LEADS", "黄埔"), ("several", "海关、"), ("SUPPORTS", "<b>")],
    ),
    # a mention outside of its measure (declared elsewhere) is marked where it stands
    "outside": ([measure(0, 2, ("商务局", "SUPPORTS", *place("市商务局")))], [("SUPPORTS", "市商务局")]),
    # offsets beyond the text mark what there is
    "beyond": ([measure(0, 999, ("甲", "LEADS", len(TEXT) - 1, 999))], [("LEADS", "。")]),
    "none": ([measure(0, 5)], []),
}


@pytest.mark.parametrize(("measures", "expected"), MARKED.values(), ids=MARKED)
def test_marks_stand_where_the_mentions_do(
    measures: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    markup = document.marked(TEXT, measures)
    found = re.findall(r'<mark class="(\w+)" title="[^"]*">(.*?)</mark>', markup)
    assert [(kind, html.unescape(words)) for kind, words in found] == expected
    assert html.unescape(re.sub(r"<[^>]*>", "", markup)) == TEXT


ROWS = [
    {"agency_id": unit, "measure_id": task, "role": role}
    for unit, task, role in (
        ("甲", "1", "LEADS"), ("甲", "2", "LEADS"), ("甲", "2", "SUPPORTS"),
        ("乙", "1", "SUPPORTS"), ("丙", "2", "SUPPORTS"), ("丁", "3", "LEADS"),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "units", "at_most", "kept", "left_out"),
    [
        ([], [], 9, {"甲", "乙", "丙", "丁"}, 0),
        (["LEADS"], [], 9, {"甲", "丁"}, 0),  # by role
        ([], ["乙"], 9, {"甲", "乙"}, 0),  # a unit with those who share its tasks
        ([], [], 1, {"甲"}, 3),  # those with most tasks stay
        ([], ["乙", "丙"], 2, {"乙", "丙"}, 1),  # a chosen unit is never left out
        (["IMPLEMENTS"], [], 9, set(), 0),
    ],
)
def test_what_a_drawing_shows(
    roles: list[str], units: list[str], at_most: int, kept: set[str], left_out: int
) -> None:
    rows, missing = network.select(ROWS, roles, units, at_most)
    assert ({row["agency_id"] for row in rows}, missing) == (kept, left_out)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"status": "正式", "edition": "full"}, ""),  # what is in force and whole needs no badge
        ({"status": "征求意见稿", "edition": "digest"}, "征求意见稿 摘要"),
        ({"status": "<i>废止", "edition": "full"}, "&lt;i&gt;废止"),
        ({}, ""),
    ],
)
def test_status_badges(row: dict[str, str], shown: str) -> None:
    assert re.sub(r"</?span[^>]*>", "", parts.status_badges(row)) == shown


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("广州市商务局", "广州市商务局"),
        ("../../etc/passwd", "_.._etc_passwd"),  # no folder, no hidden file
        ('a"b<c>:d|e?f*g\nh', "a_b_c_d_e_f_g_h"),
        ("...", "下载"),
        ("长" * 200, "长" * 80),
    ],
)
def test_file_names(name: str, file: str) -> None:
    assert parts.file_name(name) == file
