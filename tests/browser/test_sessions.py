"""Many people at once, and what is stopped, started again or left in the middle while a page is open."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.sessions import PLAN, Session, failures, field, said, together
from graph.server import LocalServer
from graph.store import Store, open_store
from tests.browser.conftest import sample_record, settled, start_app, stop_app
from tests.browser.test_pages import main_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = 50


def test_fifty_people_at_once_each_see_their_own_page(app: str, sample: Any, chromium: Any) -> None:
    opened = together(PEOPLE, lambda number: (tab := Session(app), tab.open("")))
    tabs = [found for _, found in opened]
    for _, first in tabs:
        assert failures(first) == []
        assert "关于优化口岸营商环境的方案" in said(first)

    def paste(number: int) -> list[Any]:
        tab, first = tabs[number]
        return tab.run({field(first, "text_area", "或粘贴文字"): PLAN.format(number)})

    for number, (_, messages) in enumerate(together(PEOPLE, paste)):
        assert failures(messages) == []
        assert set(re.findall(r"市第(\d+)号局", said(messages))) == {str(number)}
    for tab, _ in tabs:
        tab.close()


def test_fifty_pages_at_once_are_each_about_what_was_asked(app: str, sample: Any) -> None:
    """Units, tasks, documents, tables: who asks at the same time gets what they asked for."""
    asked = {
        "agency": ("agency=黄埔海关", "牵头（2）"),
        "measure": ("measure=测府〔2019〕1号/（三）", "清理滞港货物"),
        "document": ("document=测府〔2019〕1号", "公布收费目录"),
        "dutytable": ("unit=广州海关", "优化通关流程"),
        "tasks": ("q=黄埔海关牵头哪些措施？", "理解为"),
    }

    def look(number: int) -> tuple[str, list[Any]]:
        page = list(asked)[number % len(asked)]
        tab = Session(app)
        messages = tab.open(page, asked[page][0])
        tab.close()
        return page, messages

    for _, (page, messages) in together(PEOPLE, look):
        assert (page, failures(messages)) == (page, [])
        assert asked[page][1] in said(messages)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, server: LocalServer) -> Iterator[LocalServer]:
    """A Neo4j that may be stopped: no other test uses it."""
    local = LocalServer(tmp_path_factory.mktemp("alone") / "neo4j")
    local.ensure(keep=True)
    with open_store(f"local:{local.home}") as opened:
        opened.write(sample_record())
    yield local
    local.stop()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """A browser tab."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


def test_a_store_that_stops_is_said_and_a_store_that_comes_back_is_used(
    alone: LocalServer, tab: Any, tmp_path: Path
) -> None:
    info = alone.ensure(keep=True)
    # By its address: the app cannot start it itself.
    environment = {"GRAPH_STORE": info.uri, "NEO4J_USER": info.user, "NEO4J_PASSWORD": info.password}
    process, url = start_app(environment, tmp_path / "log.txt")
    try:
        tab.goto(f"{url}/dutytable?role=LEADS")
        tab.get_by_text("优化通关流程").first.wait_for()
        settled(tab)
        alone.stop()
        tab.get_by_text("留出进展栏").click()
        tab.get_by_text("无法连接图数据库").wait_for()
        settled(tab)
        assert "它恢复后本页会自动继续" in main_text(tab)  # and what to do
        assert tab.get_by_role("button", name="重试").count() == 1
        tab.goto(f"{url}/agency")  # another page says the same
        tab.get_by_text("无法连接图数据库").wait_for()
        tab.go_back()
        tab.get_by_text("无法连接图数据库").wait_for()
        assert alone.ensure(keep=True).uri == info.uri
        tab.get_by_text("优化通关流程").first.wait_for()  # without a click
        settled(tab)
        assert tab.get_by_test_id("stAlertContentError").count() == 0
        assert "role=LEADS" in tab.url
    finally:
        stop_app(process)
    assert "Traceback" not in (tmp_path / "log.txt").read_text("utf-8")


def test_a_local_store_that_stops_is_started_again_by_the_page(
    alone: LocalServer, tab: Any, tmp_path: Path
) -> None:
    alone.ensure(keep=True)
    process, url = start_app({"GRAPH_STORE": f"local:{alone.home}"}, tmp_path / "log.txt")
    try:
        tab.goto(f"{url}/gaps")
        tab.get_by_text("无人负责的事项").first.wait_for()
        settled(tab)
        alone.stop()
        tab.get_by_role("link", name="首页").click()
        tab.get_by_text("关于优化口岸营商环境的方案").first.wait_for()
        settled(tab)
        assert tab.get_by_test_id("stAlertContentError").count() == 0
    finally:
        stop_app(process)


def test_an_app_that_stops_is_said_in_chinese_and_comes_back(
    environment: dict[str, str], sample: Any, tab: Any, tmp_path: Path
) -> None:
    process, url = start_app(environment, tmp_path / "log.txt")
    try:
        tab.goto(f"{url}/dutytable?role=LEADS")
        tab.get_by_text("优化通关流程").first.wait_for()
        settled(tab)
        stop_app(process)
        dialog = tab.get_by_role("dialog")
        dialog.get_by_text("本应用没有响应").wait_for()
        assert "重新启动后，本页会自动接上" in dialog.inner_text()
        assert not re.search(r"[A-Za-z]{4,}", dialog.inner_text())
        process, _ = start_app(environment, tmp_path / "again.txt", port=urlsplit(url).port)
        dialog.wait_for(state="hidden")
        settled(tab)
        tab.get_by_text("留出进展栏").click()
        settled(tab)
        assert "progress=1" in tab.url
        assert "优化通关流程" in main_text(tab)
    finally:
        stop_app(process)


def archive(count: int) -> bytes:
    """A zip of so many plans."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for number in range(count):
            file.writestr(f"方案{number}.txt", "广州市" + PLAN.format(number))
    return buffer.getvalue()


def test_a_page_loaded_anew_in_the_middle_of_writing_leaves_whole_documents_only(
    environment: dict[str, str], store: Store, tab: Any, tmp_path: Path
) -> None:
    count = 40
    kept = tmp_path / "documents"
    process, url = start_app({**environment, "GRAPH_DOCUMENTS": str(kept)}, tmp_path / "log.txt")
    try:
        tab.goto(f"{url}/importing")
        tab.locator("input[type=file]").set_input_files(
            {"name": "方案.zip", "mimeType": "application/zip", "buffer": archive(count)}
        )
        tab.get_by_text("方案.zip").wait_for()
        tab.get_by_role("button", name="读取并预览").click()
        tab.get_by_role("button", name=f"全部写入（{count}）").click()
        tab.get_by_text("正在写入").wait_for()
        tab.reload()
        tab.get_by_label("经办人").wait_for()
        settled(tab)
        stopped(tab)
        written = len(store.documents())
        assert 0 < written < count
        rows = store.documents()
        assert {row["measures"] for row in rows} == {1}
        assert {row["agencies"] for row in rows} == {2}
        assert len(list(kept.glob("*/index.json"))) == written
        tab.get_by_text(f"没有做完，{count - written} 份文件没有写入").wait_for()
        tab.get_by_text(f"最近写入（{written}）").wait_for()
        # What is in the graph is said when the same files are brought again; the rest can be written.
        tab.locator("input[type=file]").set_input_files(
            {"name": "方案.zip", "mimeType": "application/zip", "buffer": archive(count)}
        )
        tab.get_by_text("方案.zip").wait_for()
        tab.get_by_role("button", name="读取并预览").click()
        tab.get_by_role("button", name=f"全部写入（{count}）").click()
        tab.get_by_text(f"已写入 {count} 份文件").first.wait_for()
        assert len(store.documents()) == count
    finally:
        stop_app(process)


def stopped(tab: Any) -> None:
    """Waits until the page says that the writing came to its end before the files did."""
    for _ in range(60):
        if tab.get_by_text("没有做完").count():
            return
        tab.wait_for_timeout(500)
        tab.reload()
        tab.get_by_label("经办人").wait_for()
        settled(tab)
    pytest.fail("the page says of no writing that it was left")
