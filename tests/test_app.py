"""The app without a browser: store failures as sentences, and the pure parts of the pages."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from graph.analysis import DutyWeb, duties_of
from graph.errors import DutyGraphError, StoreDenied, StoreError, StoreTooNew, StoreUnavailable
from graph.model import (
    Agency,
    Document,
    Evidence,
    InstrumentMention,
    Measure,
    Record,
    Responsibility,
    Source,
)
from graph.store import Store
from graph.succession import chinese_day
from graph.tables import Table
from views import document, network, parts, search, taking, tasks

APP = Path(__file__).resolve().parent.parent / "app.py"
PAGES = (
    "tasks",
    "agency",
    "measure",
    "document",
    "topic",
    "network",
    "dutytable",
    "matrix",
    "gaps",
    "advanced",
)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not bound
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


def test_an_empty_graph_says_what_to_do(opening: Callable[..., Any]) -> None:
    opening(FakeStore())
    assert "拖入一份即可先看" in run_app().info[0].value


def one_page(name: str) -> None:
    """The script of an app that is one page of ours; AppTest runs it by its source."""
    import importlib

    from views import parts

    parts.arrive(name)
    with parts.failures_explained():
        importlib.import_module(f"views.{name}").page()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_a_document_says_what_to_do(opening: Callable[..., Any], name: str) -> None:
    opening(FakeStore())
    app = AppTest.from_function(one_page, default_timeout=30, args=(name,)).run()
    assert not app.exception
    assert len(app.error) == 0
    assert "".join(said.value for kind in (app.info, app.success, app.markdown) for said in kind)


QUERIES = [
    ("home", {}),
    ("tasks", {"q": "甲局牵头哪些任务？"}),
    ("tasks", {"q": "甲局"}),  # no question: what has it in its name
    ("agency", {}),  # without a choice, the list to choose from
    ("agency", {"agency": "甲局"}),
    ("agency", {"agency": "甲局", "other": "乙局"}),
    ("measure", {}),
    ("measure", {"measure": "文1/（一）"}),
    ("document", {}),
    ("document", {"document": "文1"}),
    ("topic", {}),
    ("topic", {"topic": "工具"}),
    ("network", {}),
    ("network", {"kind": "units"}),
    ("network", {"kind": "documents", "start": "文1"}),
    ("network", {"path": ["甲局", "乙局"]}),
    ("dutytable", {}),
    ("matrix", {}),
    ("gaps", {}),
    ("importing", {}),
    ("importing", {"part": "核对"}),
    ("importing", {"part": "认定记录"}),
    ("advanced", {}),
]


def test_the_queries_of_every_page_are_counted() -> None:
    declared = re.findall(r'\.page, "\w+", "(\w+)"\)', APP.read_text("utf-8"))
    assert {page for page, _ in QUERIES} == set(declared)


MOST_QUERIES = {"tasks": 15, "agency": 10, "document": 9}
"""Where words are looked for among everything, and where two units are compared."""


@pytest.mark.parametrize(("name", "address"), QUERIES)
def test_the_number_of_queries_of_a_page_does_not_grow_with_the_graph(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    address: dict[str, str | list[str]],
) -> None:
    monkeypatch.setenv("GRAPH_DOCUMENTS", str(tmp_path))
    asked: list[str] = []
    query = Store.query

    def counted(self: Store, name: str, /, **params: Any) -> list[dict[str, Any]]:
        asked.append(name)
        return query(self, name, **params)

    monkeypatch.setattr(Store, "query", counted)
    monkeypatch.setattr(parts, "_opened", lambda: store)
    counts = []
    for documents in (1, 4):
        for number in range(1, documents + 1):
            store.write(plan(f"文{number}"))
        asked.clear()
        app = AppTest.from_function(one_page, default_timeout=60, args=(name,))
        for key, value in address.items():
            app.query_params[key] = value
        app.session_state["q"] = address.get("q", "")
        app.run()
        assert not app.exception
        assert len(app.error) == 0
        counts.append((len(asked), asked.copy()))
    assert counts[0][0] == counts[1][0], counts
    assert 0 < counts[0][0] <= MOST_QUERIES.get(name, 8), counts


def drawn(store: Store, monkeypatch: pytest.MonkeyPatch, **address: str | list[str]) -> AppTest:
    """单位协作图 over two documents with two units each."""
    monkeypatch.setattr(parts, "_opened", lambda: store)
    store.write(plan("文1"))
    store.write(plan("文2", "丙局", "丁局"))
    app = AppTest.from_function(one_page, default_timeout=60, args=("network",))
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def rows_drawn(app: AppTest) -> list[str]:
    """What the page says of how many duties it draws."""
    assert not app.exception
    assert len(app.error) == 0
    return re.findall(r"画出的责任（(\d+) 行）", "".join(said.value for said in app.markdown))


def test_with_too_many_tasks_a_unit_is_chosen_then_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "TASKS_AT_ONCE", 1)
    app = drawn(store, monkeypatch)
    assert rows_drawn(app) == []
    assert "一次画不清楚" in app.info[0].value
    app.multiselect(key="unit").select("甲局").run()
    assert rows_drawn(app) == ["3"]
    assert sorted(app.multiselect(key="unit").options) == ["丁局", "丙局", "乙局", "甲局"]
    app.multiselect(key="unit").select("丙局").run()
    assert rows_drawn(app) == ["6"]
    assert app.query_params["unit"] == ["甲局", "丙局"]
    app.multiselect(key="unit").set_value([]).run()
    assert "一次画不清楚" in app.info[0].value


@pytest.mark.parametrize("most", [1, 20_000])
def test_a_unit_in_an_address_that_nobody_knows_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(network, "TASKS_AT_ONCE", most)
    app = drawn(store, monkeypatch, unit=["戊局"])
    assert rows_drawn(app) == ([] if most == 1 else ["6"])
    assert "戊局" in app.warning[0].value


def test_a_path_has_two_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(store, monkeypatch, path=["甲局", "乙局", "丙局"])
    assert rows_drawn(app) == ["2"]  # the task that the two share
    assert app.multiselect(key="path").value == ["甲局", "乙局"]
    assert "只有两端" in app.warning[0].value


def test_a_step_that_nothing_leads_to_is_not_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    query = Store.query

    def noted(self: Store, name: str, /, **params: Any) -> list[dict[str, Any]]:
        asked.extend([params["document"]] if name == "document_chain" else [])
        return query(self, name, **params)

    monkeypatch.setattr(Store, "query", noted)
    steps = [f"20::{name}" for name in ("甲", "文1", "文2", "文3")]
    app = drawn(store, monkeypatch, kind="documents", start="文1", open=steps)
    assert asked == ["文1"]
    app.radio(key="kind").set_value("tasks").run()
    assert "open" not in app.query_params
    assert rows_drawn(app) == ["6"]


def plan(number: str, one: str = "甲局", other: str = "乙局") -> Record:
    """A document of two tasks that two units answer for, with an instrument."""
    text = f"（一）{one}牵头工具。\n（二）{one}、{other}负责。\n"
    measures = []
    for mark, start, end, units in (("（一）", 0, 10, (one,)), ("（二）", 10, 21, (one, other))):
        duties = tuple(
            Responsibility(role, "牵头", unit, unit, (Evidence(unit, at := text.index(unit, start), at + 2),))
            for unit, role in zip(units, ("LEADS", "SUPPORTS"), strict=False)
        )
        tool = text.find("工具", start, end)
        tools = (InstrumentMention("工具", "其他", "工具", tool, tool + 2),) if tool >= 0 else ()
        measures.append(
            Measure(f"{number}/{mark}", number=mark, title=f"任务{mark}", path=(), text=text[start:end],
                    start=start, end=end, responsibilities=duties, instruments=tools)
        )  # fmt: skip
    document = Document(
        id=number,
        title=f"方案{number}",
        source=Source("x.txt", "0" * 64, "text/plain", "utf-8"),
        date="2024-01-02",
    )
    return Record(document, tuple(measures), text, agencies=(Agency(one, one), Agency(other, other)))


@pytest.mark.parametrize(
    ("address", "arguments", "edit", "serve"),
    [
        ("127.0.0.1", [], True, True),
        ("localhost", [], True, True),
        ("127.0.0.1", ["--read-only"], False, True),  # asked for
        (EVERYWHERE, [], False, False),  # anybody could change everything
        (EVERYWHERE, ["--read-only"], False, True),
        ("192.168.1.5", [], False, False),
        ("127.0.0.1.evil.invalid", [], False, False),  # no prefix counts
        (None, [], False, False),  # Streamlit then listens everywhere
    ],
)
def test_who_may_change_anything(
    monkeypatch: pytest.MonkeyPatch, address: str | None, arguments: list[str], edit: bool, serve: bool
) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: address)
    monkeypatch.setattr(sys, "argv", ["app.py", *arguments])
    assert (parts.may_edit(), parts.must_not_serve() == "") == (edit, serve)
    assert ("不能导入或修改" in parts.who_can_reach()) is not edit


def test_an_address_that_anybody_reaches_serves_no_page(
    opening: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opening(FakeStore())
    monkeypatch.setattr(parts, "served_at", lambda: EVERYWHERE)
    app = run_app()
    assert "没有登录验证" in app.error[0].value
    assert (len(app.text_input), len(opened)) == (0, 0)


def widget() -> None:
    """A page with one choice that stands in the address."""
    import streamlit as st

    from views import parts

    parts.arrive(st.session_state.get("to", "one"))
    st.toggle("x", key=parts.remembered("x", False))
    parts.in_address("x", st.session_state["x"], False)
    st.toggle("drafts", key=parts.remembered("drafts", True))
    parts.in_address("drafts", st.session_state["drafts"], True)


@pytest.mark.parametrize(
    ("page", "address", "expected"),
    [
        # Back to an address without the parameter, on the same page: as it was before
        ("one", {}, (False, True)),
        # Back to an address with another value
        ("one", {"x": "1", "drafts": "0"}, (True, False)),
        # the menu clears the address: only the choice of documents goes along
        ("two", {}, (False, False)),
        # a link to another page says everything itself
        ("two", {"x": "1"}, (True, True)),
    ],
)
def test_an_address_that_changes_wins_over_the_widget(
    page: str, address: dict[str, str], expected: tuple[bool, bool]
) -> None:
    app = AppTest.from_function(widget).run()
    app.toggle(key="x").set_value(True)
    app.toggle(key="drafts").set_value(False)
    app.run()
    assert app.query_params == {"x": "1", "drafts": "0"}
    app.session_state["to"] = page
    app.query_params.clear()
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert (app.session_state["x"], app.session_state["drafts"]) == expected


TABLE = Table(
    title="<b>表</b>",
    columns=["任务", "单位"],
    rows=[["=1+1", "甲\t局"], ["<script>", None]],
    notes=["来源：《文》（征求意见稿）"],
)


def test_what_is_copied_is_inert_and_names_its_source() -> None:
    markup = taking.as_html(TABLE)
    assert "<script>" not in markup
    assert "&lt;b&gt;表" in markup
    assert "来源：《文》（征求意见稿）" in markup
    assert re.findall(r"<td[^>]*>(.*?)</td>", markup) == ["&#x27;=1+1", "甲\t局", "&lt;script&gt;", ""]
    assert taking.as_cells(TABLE).splitlines()[1:3] == ["任务\t单位", "'=1+1\t甲 局"]
    assert taking.as_lines(TABLE).splitlines()[1] == "1. 任务：=1+1；单位：甲\t局。"


def test_rows_of_an_answer_go_along_with_one_source_and_numbers() -> None:
    facts = {"document_id": "d", "document": "关于印发《方案》的通知", "doc_number": "甲府〔2024〕1号"}
    facts |= {"date": "2024-03-01", "status": "征求意见稿", "edition": "full"}
    rows = [
        {**facts, "measure_id": "d/1", "number": "（一）", "title": "甲事", "role": role, "agency": unit}
        for role, unit in (("LEADS", "甲局"), ("SUPPORTS", "乙局"), ("SUPPORTS", "丙局"))
    ]
    table = taking.rows_table(rows, "谁负责甲事？", {"d/1"})
    assert (table.title, list(table.columns)) == ("谁负责甲事", ["序号", "任务", "分工", "单位"])
    assert list(table.rows[0]) == [1, "（一）甲事", "牵头", "甲局"]
    assert table.widths[0] < table.widths[1]
    assert list(table.notes) == [
        "文件：《关于印发〈方案〉的通知》（甲府〔2024〕1号，2024年3月1日，征求意见稿，全文）",
        "核对：1项任务中1项经人工核对，0项未经核对。",
    ]
    assert taking.as_lines(table).splitlines() == [
        "谁负责甲事",
        "1.（一）甲事。牵头单位：甲局；配合单位：乙局、丙局。",
        "（出自《关于印发〈方案〉的通知》，甲府〔2024〕1号，2024年3月1日，征求意见稿）",
    ]
    other = {**rows[0], "document_id": "e", "document": "意见", "doc_number": None, "measure_id": "e/1"}
    several = taking.rows_table([*rows, other], "谁负责甲事？")
    assert [row[1] for row in several.rows] == ["甲府〔2024〕1号（征求意见稿）"] * 3 + [
        "《意见》（征求意见稿）"
    ]
    assert taking.as_lines(several).splitlines()[2] == (
        "2.（一）甲事。牵头单位：甲局。（《意见》，2024年3月1日，征求意见稿）"
    )
    assert "核对：未经核对" in several.notes[1]


def test_rows_about_documents_keep_what_is_said_of_them() -> None:
    rows = [{"document_id": "d", "document": "方案", "doc_number": "甲府〔2024〕1号", "measures": 3}]
    table = taking.rows_table(rows, "文件清单")
    assert list(table.columns) == ["序号", "任务数", "文件", "文号"]


def test_a_saved_file_is_named_after_what_is_in_it_and_the_day() -> None:
    name = taking.named("《方案/甲》责任分工表", ".docx")
    assert re.fullmatch(r"《方案_甲》责任分工表_\d{8}\.docx", name)
    long = taking.named(f"《{'长' * 500}》责任分工表（只列涉及甲局的任务）", ".docx")
    assert len(long.encode()) <= 255
    assert "责任分工表（只列涉及甲局的任务）_" in long  # what was chosen is not cut off


def test_printed_words_that_repeat_the_role_are_not_said_twice() -> None:
    assert "配合单位" not in parts.role_badge({"role": "SUPPORTS", "role_text": "配合单位"})
    assert "参与单位" in parts.role_badge({"role": "SUPPORTS", "role_text": "参与单位"})


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2013-08-05", "2013年8月5日"),
        ("2014-01", "2014年1月"),
        ("2014", "2014年"),
        (None, ""),
        ("<b>", "<b>"),
    ],
)
def test_days(iso: str | None, said: str) -> None:
    assert chinese_day(iso) == said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("5:LEADS:甲", (5, "LEADS", "甲")),
        ("5::甲:乙", (5, "", "甲:乙")),  # an id may hold anything
        ("99999999999::甲", (20, "", "甲")),  # edited by hand
        ("-1::甲", (20, "", "甲")),
        ("甲", (20, "", "")),
        ("9999::甲", (3000, "", "甲")),
        ("0::甲", (0, "", "甲")),  # shuts
    ],
)
def test_what_was_opened_stands_in_the_address(said: str, expected: tuple[int, str, str]) -> None:
    assert network.opened(said) == expected


@pytest.mark.parametrize(
    ("steps", "drawn"),
    [
        ([], {"甲", "1", "2"}),
        (["20::1"], {"甲", "乙", "1", "2"}),  # a task's other units come
        (["20:LEADS:1"], {"甲", "1", "2"}),  # of one role only
        (["1::1"], {"甲", "乙", "1", "2"}),  # as many new ones as asked for
        (["20::1", "20::2"], {"甲", "乙", "丙", "1", "2"}),
        (["20::1", "20::2", "0::1"], {"甲", "丙", "1", "2"}),  # what only it held goes
        (["0::甲"], {"甲"}),
        (["0::甲", "20::甲"], {"甲", "1", "2"}),  # and comes back
        (["20::9", "0::9"], {"甲", "1", "2"}),  # no such node
        (["20::3"], {"甲", "1", "2"}),  # a node that is not drawn
    ],
)
def test_opening_and_shutting(steps: list[str], drawn: set[str]) -> None:
    web = DutyWeb(LINKS, duties_of(LINKS), joint=False)
    assert network.walked(web, {"甲", "1", "2"}, steps)[0] == drawn


def test_no_more_is_drawn_than_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    web = DutyWeb(LINKS, duties_of(LINKS), joint=False)
    monkeypatch.setattr(network, "MOST", 2)
    assert network.walked(web, {"甲", "乙", "丙"}, ["20::甲"])[0] == {"甲", "乙", "丙"}  # two would come
    drawing = network.Drawing("tasks", web, {"甲", "乙", "丙", "1", "2"}, [])
    network.cut(drawing, ["丙"])
    assert drawing.base == {"丙", "2"}  # the nearest to where one starts
    assert drawing.notes == ["另有 3 个点没有画出，一张图至多 2 个"]


def test_what_an_address_pins_is_checked() -> None:
    said = [["甲", "1.4", 2], ["乙", "nan", 0], ["丙", 1], "丁", ["戊", 1e9, 0], None]
    assert network.pins(said) == [("甲", 1, 2)]
    assert network.pins("no list") == []


def test_the_saved_page_keeps_what_is_pinned() -> None:
    nodes = [{"id": "甲", "x": 1.5, "y": 2}, {"id": "乙", "x": 3, "y": 4}]
    moved = network.held({"nodes": nodes, "edges": []}, [("甲", 5, 6), ("丙", 7, 8)])
    assert moved == {"nodes": [{"id": "甲", "x": 5, "y": 6}, nodes[1]], "edges": []}


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


LINKS = [
    {
        "agency_id": unit,
        "agency": unit,
        "document_id": "d",
        "links": [f"{role} {task}" for task, role in tasks],
    }
    for unit, tasks in (
        ("甲", (("1", "LEADS"), ("2", "LEADS"), ("2", "SUPPORTS"))),
        ("乙", (("1", "SUPPORTS"),)),
        ("丙", (("2", "SUPPORTS"),)),
        ("丁", (("3", "LEADS"),)),
    )
]


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


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        # where a task stands and what status that has
        (
            {"label": "Measure", "id": "m", "name": "1．甲", "document_id": "d", "document": "<b>方案",
             "date": "2019-03-14", "status": "征求意见稿", "edition": "full"},
            "1．甲 《&lt;b&gt;方案》 2019年3月14日 征求意见稿",
        ),
        (
            {"label": "Document", "id": "d", "name": "办法", "document_id": "d", "document": "办法",
             "doc_number": "甲发〔2020〕1号", "status": "正式", "edition": "digest"},
            "《办法》 甲发〔2020〕1号 摘要",
        ),
        # a document that others cite and nobody has loaded
        (
            {"label": "Document", "id": "s", "name": "意见", "document_id": "s", "document": "意见",
             "stub": True},
            "《意见》 只被引用，未载入",
        ),
        ({"label": "Agency", "id": "a", "name": "甲&局"}, "甲&amp;局"),
        (
            {"label": "Region", "id": "r", "name": "甲区", "kind": "行政区", "measures": 2},
            "甲区 行政区　任务 2",
        ),
    ],
)  # fmt: skip
def test_a_hit_says_where_it_comes_from_and_its_status(row: dict[str, Any], shown: str) -> None:
    said = re.sub(r"<[^>]*>", " ", search.hit(row))
    assert said.split() == shown.split()


DUTY = {"measure_id": "m", "role": "LEADS"}


@pytest.mark.parametrize(
    ("row", "titles"),
    [
        ({**DUTY}, ["任务", "分工", "单位", "来源", "原文"]),
        # two units compared, and the steps of a path, say which row is what
        ({**DUTY, "group": "共同承担", "shared": True}, ["比较", "任务", "分工", "单位", "来源", "原文"]),
        ({**DUTY, "route": 1, "step": 2}, ["路径—步", "任务", "分工", "单位", "来源", "原文"]),
        ({"document_id": "d", "depth": 1}, ["级", "文件", "依据"]),
        # a unit's own level is none of a document
        ({"agency_id": "a", "level": "省级", "measures": 1}, ["单位", "任务"]),
    ],
)
def test_an_answer_has_the_columns_of_what_it_is_about(row: dict[str, Any], titles: list[str]) -> None:
    assert [column.title for column in tasks.columns_for(row)] == titles
