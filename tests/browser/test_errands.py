"""What coordinators come for, from the first page to the end, in a real Chromium."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import docx
import pytest

from tests.browser.conftest import SCRIPT, settled, start_app, stop_app
from tests.browser.test_pages import node_at, search_box

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[[str], Any]
DOCUMENT = quote("测府〔2019〕1号")
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the app is to refuse it
PLAN = """测试市人民政府办公室关于印发测试工作方案的通知
测府办〔2024〕7号
各区人民政府：
现印发给你们，请遵照执行。
一、主要任务
（一）简化申报手续。合并两张报表。（牵头单位：市商务局；配合单位：市财政局、市税务局）
（二）公开收费目录。每季度更新一次。（责任单位：市发展改革委）
（三）总结经验。
"""


def copied(page: Any, button: str) -> dict[str, str]:
    """What a click on a copy button leaves on the clipboard, by kind."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=button).first.click()
    page.get_by_role("button", name="已复制").first.wait_for()
    found: dict[str, str] = page.evaluate(
        """async () => {
            const out = {};
            for (const item of await navigator.clipboard.read())
                for (const kind of item.types) out[kind] = await (await item.getType(kind)).text();
            return out;
        }"""
    )
    return found


def test_what_a_unit_leads_goes_to_word_as_a_table(visit: Visit) -> None:
    page = visit("")
    search_box(page).fill("黄埔海关牵头哪些措施？")
    search_box(page).press("Enter")
    page.get_by_text("理解为").wait_for()
    settled(page)
    held = copied(page, "复制为表格")
    cells = [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td.*?</td>", held["text/html"])]
    assert {"（一）优化通关流程", "黄埔海关", "牵头"} <= set(cells)
    assert "测府〔2019〕1号，2019年3月14日，征求意见稿" in held["text/html"]  # the source goes along
    assert "<script" not in held["text/html"]
    assert held["text/plain"].splitlines()[1].startswith("序号\t任务\t分工")
    prose = copied(page, "复制为文字")["text/plain"].splitlines()
    assert prose[1] == "1.（一）优化通关流程。牵头单位：黄埔海关。"
    assert "征求意见稿" in prose[-1]


def test_who_leads_a_task_and_why_it_says_so(visit: Visit) -> None:
    page = visit("")
    search_box(page).fill("谁牵头优化通关流程？")
    search_box(page).press("Enter")
    page.get_by_text("理解为").wait_for()
    page.get_by_role("link", name="优化通关流程").first.click()
    page.locator("h1", has_text=re.compile("^任务$")).wait_for()
    settled(page)
    row = page.locator("tbody tr").first
    assert {"牵头", "黄埔海关", "文件写明，责任标注"} <= set(re.split(r"[\s]+", row.inner_text()))
    assert "（牵头部门：黄埔海关、广州海关；配合部门：市商务局）" in row.inner_text()
    page.get_by_role("link", name="在文件中看上下文").click()
    page.locator(".task.chosen").wait_for()


def test_a_dropped_file_is_shown_beside_its_table_and_saved_as_word(
    visit: Visit, tmp_path: Path, store: Any
) -> None:
    page = visit("")
    page.get_by_text("请勿导入涉密文件").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "方案.txt", "mimeType": "text/plain", "buffer": PLAN.encode()}
    )
    page.get_by_text("测试工作方案").first.wait_for()
    settled(page)
    marks = page.locator(".duty-text mark.LEADS").all_inner_texts()
    assert marks == ["市商务局"]
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 Word").click()
    started.value.save_as(tmp_path / "table.docx")
    table = docx.Document(str(tmp_path / "table.docx")).tables[0]
    said = "\n".join("｜".join(cell.text for cell in row.cells) for row in table.rows)
    assert "简化申报手续" in said
    assert "商务局" in said
    assert [row["document_id"] for row in store.documents()] == ["测府〔2019〕1号"]  # nothing was written
    page.get_by_role("button", name="核对并存入图").click()
    page.locator("h1", has_text="导入与核对").wait_for()
    page.get_by_text("测试工作方案").first.wait_for()
    assert [row["document_id"] for row in store.documents()] == ["测府〔2019〕1号"]


def test_pasted_text_that_is_no_plan_says_so(visit: Visit) -> None:
    page = visit("")
    page.get_by_label("或粘贴文字").fill("今天开会。<img src=x onerror=\"window.__xss='paste'\">")
    page.get_by_label("或粘贴文字").press("Control+Enter")
    page.get_by_text("没有读到带编号的任务").wait_for()


def test_the_table_of_one_document_goes_to_word(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"dutytable?doc={DOCUMENT}")
    page.locator(".duty-table").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 Word").first.click()
    started.value.save_as(tmp_path / "table.docx")
    found = docx.Document(str(tmp_path / "table.docx"))
    assert "优化通关流程" in "".join(cell.text for row in found.tables[0].rows for cell in row.cells)
    said = "\n".join(paragraph.text for paragraph in found.paragraphs)
    assert {"征求意见稿", "摘要", "导出日期"} == {
        word for word in ("征求意见稿", "摘要", "导出日期") if word in said
    }
    with page.expect_download() as started:
        page.get_by_role("button", name="分单位任务清单").click()
    started.value.save_as(tmp_path / "units.zip")
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "units.zip").read_bytes())).namelist()
    assert [name for name in names if "黄埔海关" in name and name.endswith(".docx")]


def test_a_unit_chooses_tasks_and_the_word_says_so(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"dutytable?doc={DOCUMENT}&unit={quote('广州市商务局')}")
    page.locator(".duty-table tbody tr").nth(1).wait_for()
    rows = page.locator(".duty-table tbody tr").all_inner_texts()
    assert ["优化通关流程" in rows[0], "清理滞港货物" in rows[1], len(rows)] == [True, True, 2]
    assert "黄埔海关" in rows[0]  # who leads it stays
    assert page.locator(".duty-table tbody b").all_inner_texts() == ["广州市商务局"] * 2
    page.get_by_text("其余2项没有列出").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 Word").first.click()
    name = started.value.suggested_filename
    assert re.search(r"责任分工表（只列涉及广州市商务局的任务）_\d{8}\.docx$", name)
    started.value.save_as(tmp_path / "table.docx")
    assert "只列涉及广州市商务局的任务" in docx.Document(str(tmp_path / "table.docx")).paragraphs[0].text


def test_titles_only_and_the_whole_text(visit: Visit) -> None:
    page = visit(f"dutytable?doc={DOCUMENT}")
    page.get_by_text("推进优化通关流程的概要").wait_for()
    page.get_by_text("摘要文件的任务内容是另写的概要").wait_for()
    page.locator("label", has_text=re.compile("^题目$")).click()
    page.get_by_text("推进优化通关流程的概要").wait_for(state="detached")
    assert "content=title" in page.url
    page.get_by_role("link", name="（一）优化通关流程").click()
    page.locator("h1", has_text=re.compile("^任务$")).wait_for()


@pytest.mark.parametrize("path", ["dutytable", "matrix"])
def test_a_printed_page_is_the_table(visit: Visit, path: str) -> None:
    page = visit(path)
    page.locator(".duty-table table").wait_for()
    page.emulate_media(media="print")
    for box in ("stSidebar", "stMultiSelect", "stRadio", "stCheckbox", "stTextInput", "stDownloadButton"):
        shown = [found for found in page.get_by_test_id(box).all() if found.is_visible()]
        assert shown == [], box
    assert page.locator(".duty-table table").is_visible()
    page.emulate_media(media="screen")


def test_units_stand_upright_over_narrow_columns(visit: Visit) -> None:
    page = visit("matrix")
    page.locator(".grid table").wait_for()
    head = page.locator(".grid th.mark").first
    assert head.locator("span").evaluate("e => getComputedStyle(e).writingMode") == "vertical-rl"
    wide = [round(found.bounding_box()["width"]) for found in page.locator(".grid th.mark").all()]
    assert max(wide) <= 24
    grid = page.locator(".grid")
    assert grid.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_sum_of_unassigned_tasks_leads_to_them_and_back(visit: Visit) -> None:
    page = visit("gaps")
    page.get_by_text("没有读出责任单位的任务共1项").wait_for()
    page.get_by_role("link", name="逐项查看").click()
    page.locator("h1", has_text=re.compile("^查任务$")).wait_for()
    page.get_by_text("共 1 行").wait_for()
    page.get_by_role("link", name="待明确事项：").click()
    page.locator("h1", has_text=re.compile("^待明确事项$")).wait_for()


def test_tasks_nobody_is_named_for(visit: Visit) -> None:
    page = visit("gaps")
    page.get_by_role("link", name="（四）无人负责的事项").click()
    page.locator("h1", has_text=re.compile("^任务$")).wait_for()
    page.get_by_text("没有读出责任单位").wait_for()
    page.get_by_role("link", name="核对、更正").click()
    page.locator("h1", has_text="导入与核对").wait_for()
    page.get_by_text("没有保存").wait_for()  # the sample has no original to correct


def test_a_cited_document_is_followed_and_back(visit: Visit) -> None:
    page = visit(f"document?document={DOCUMENT}")
    page.get_by_role("link", name="关于促进进出口的若干意见").click()
    page.get_by_text("只被引用，还没有载入").wait_for()
    page.get_by_role("link", name="关于优化口岸营商环境的方案").first.click()
    page.locator(".duty-text").wait_for()


def test_two_units_are_compared(visit: Visit) -> None:
    page = visit(f"agency?agency={quote('黄埔海关')}&other={quote('广州市商务局')}")
    page.get_by_role("tab", name="与另一单位比较").click()
    page.get_by_text("共同承担（1 项任务）").wait_for()
    page.get_by_text("只有黄埔海关（1 项任务）").wait_for()
    page.get_by_text("只有广州市商务局（1 项任务）").wait_for()


def test_a_unit_leads_to_the_one_before_it(visit: Visit) -> None:
    page = visit(f"agency?agency={quote('广州市商务局')}")
    page.get_by_role("link", name="广东省对外贸易经济合作厅").click()
    page.locator("h2,h3", has_text="广东省对外贸易经济合作厅").first.wait_for()
    page.get_by_role("link", name="广州市商务局").first.wait_for()


def test_the_path_between_two_units(visit: Visit) -> None:
    page = visit(f"network?path={quote('广州海关')}&path={quote(SCRIPT)}")
    page.get_by_text("最短的路径隔 2 步").wait_for()
    settled(page)
    assert nodes(page) == {
        "广州海关", "测府〔2019〕1号/（一）", "黄埔海关", "测府〔2019〕1号/（二）", SCRIPT,
    }  # fmt: skip


def nodes(page: Any) -> set[str]:
    """The ids of the nodes that are drawn."""
    page.locator(".drawing canvas").wait_for()
    return set(
        page.evaluate(
            """() => [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
                .map(root => root.querySelector('.drawing')).find(Boolean).network.body.data.nodes.getIds()"""
        )
    )


def test_open_a_node_undo_and_save_the_picture(visit: Visit, tmp_path: Path) -> None:
    start = quote("广州海关")
    page = visit(f"network?unit={start}")
    before = nodes(page)
    assert "测府〔2019〕1号/（二）" not in before
    stays = node_at(page, "黄埔海关")
    page.mouse.dblclick(stays["x"], stays["y"])
    page.wait_for_url("**open=*")
    settled(page)
    page.wait_for_timeout(300)
    assert nodes(page) == before | {"测府〔2019〕1号/（二）"}
    now = node_at(page, "黄埔海关")
    assert abs(now["x"] - stays["x"]) + abs(now["y"] - stays["y"]) < 2  # nothing jumps
    page.get_by_role("button", name="撤销").click()
    page.wait_for_function("!location.search.includes('open=')")
    settled(page)
    page.wait_for_timeout(300)
    assert nodes(page) == before
    for button, name in (("存为 PNG", "p.png"), ("存为 SVG", "p.svg")):
        with page.expect_download() as started:
            page.get_by_role("button", name=button).click()
        started.value.save_as(tmp_path / name)
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    drawn = (tmp_path / "p.svg").read_text("utf-8")
    assert {"单位协作图", "征求意见稿", "导出日期", "黄埔海关"} == {
        word for word in ("单位协作图", "征求意见稿", "导出日期", "黄埔海关") if word in drawn
    }


def test_the_drawing_is_walked_by_keyboard(visit: Visit) -> None:
    page = visit(f"network?unit={quote('广州海关')}")
    before = nodes(page)
    page.locator(".drawing").focus()
    page.get_by_label("在图中查找").fill("黄埔海关")
    page.get_by_label("在图中查找").press("Enter")
    settled(page)
    page.locator(".said", has_text="找到 1 个").wait_for()
    page.locator(".drawing").press("Enter")
    page.wait_for_url("**open=*")
    settled(page)
    page.wait_for_timeout(300)
    assert nodes(page) > before
    said = set()
    for arrow in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.locator(".drawing").press(arrow)
        said.add(page.locator(".said").inner_text())
    assert any("相邻" in words for words in said), said


def test_a_named_query_and_a_statement_are_run(visit: Visit) -> None:
    page = visit("advanced?query=agency_duties")
    page.get_by_text("请先填写：单位。").wait_for()
    unit = page.get_by_role("combobox", name="单位（必填）")
    unit.click()
    unit.fill("黄埔海关")
    page.get_by_role("option", name="黄埔海关").first.wait_for()
    unit.press("Enter")
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_text("共 2 行").wait_for()
    page.get_by_role("columnheader", name="印出的用语").wait_for()
    assert page.get_by_role("cell", name="牵头", exact=True).count()
    assert not page.get_by_role("cell", name="LEADS").count()
    page.get_by_role("tab", name="查询语句（Cypher）").click()
    page.get_by_role("button", name="执行").click()  # the statement it starts from runs as it stands
    page.get_by_role("cell", name="PolicyInstrument", exact=True).wait_for()
    page.get_by_label("语句", exact=True).fill("MATCH (n) DETACH DELETE n")
    page.get_by_role("button", name="执行").click()
    page.get_by_text("这里只能查询图里的内容").wait_for()


@pytest.fixture
def read_only(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of an app that was told to change nothing."""
    process, url = start_app(environment, tmp_path / "log.txt", "--read-only")
    yield url
    stop_app(process)


def test_the_read_only_app_offers_no_way_to_change_anything(
    chromium: Any, read_only: str, sample: Any, tmp_path: Path
) -> None:
    page = chromium.new_page()
    for path in (f"document?document={DOCUMENT}", f"measure?measure={DOCUMENT}/（一）"):
        page.goto(f"{read_only}/{path}")
        page.locator(".duty-text").wait_for(timeout=60_000)
        settled(page)
        assert page.get_by_role("link", name="核对、更正").count() == 0
    for path in ("", "importing", "advanced"):
        page.goto(f"{read_only}/{path}")
        page.locator("h1").first.wait_for(timeout=60_000)
        settled(page)
        page.get_by_text("只读方式下不开放").first.wait_for(state="attached")
        assert page.locator("input[type=file]").count() == 0
        assert page.get_by_role("button", name="执行").count() == 0
    page.close()
    assert "只能查阅" in (tmp_path / "log.txt").read_text("utf-8")


def test_an_address_for_everybody_without_the_flag_serves_nothing(
    chromium: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    process, url = start_app(
        {**environment, "STREAMLIT_SERVER_ADDRESS": EVERYWHERE},
        tmp_path / "log.txt",
    )
    page = chromium.new_page()
    page.goto(url)
    page.get_by_text("没有登录验证").wait_for(timeout=60_000)
    assert page.locator("h1, input, table").count() == 0
    page.close()
    stop_app(process)


def test_the_address_says_what_is_drawn(visit: Visit) -> None:
    page = visit(f"network?kind=units&unit={quote('广州海关')}")
    page.get_by_role("link", name="打开 →").count()
    page.get_by_text("单位与任务", exact=True).click()
    settled(page)
    assert parse_qs(urlsplit(page.url).query) == {"unit": ["广州海关"]}
