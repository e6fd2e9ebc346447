"""The pages in a real Chromium: what they show, what a click does, and that no name runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.sessions import Session, failures, said
from tests.browser.conftest import settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[[str], Any]
DOCUMENT = quote("测府〔2019〕1号")
MEASURE = quote("测府〔2019〕1号/（一）")
PAGES = [
    "",
    f"tasks?q={quote('黄埔海关牵头哪些措施？')}",
    "agency",
    f"agency?agency={quote('黄埔海关')}",
    "measure",
    f"measure?measure={MEASURE}",
    "document",
    f"document?document={DOCUMENT}",
    "topic",
    f"topic?topic={quote('通关流程')}",
    "network",
    "network?kind=units",
    f"network?kind=documents&start={DOCUMENT}",
    "dutytable",
    "matrix",
    "gaps",
    "importing",
    "advanced",
]
IMG = "<img src=x onerror=\"window.__xss='img'\">局"


def main_text(page: Any) -> str:
    """What a reader sees in the main part."""
    return str(page.get_by_test_id("stMainBlockContainer").inner_text())


def test_a_question_shows_how_it_was_understood_its_rows_and_their_source(visit: Visit) -> None:
    page = visit(f"tasks?q={quote('黄埔海关牵头哪些措施？')}")
    page.get_by_text("理解为").wait_for()
    page.get_by_text("优化通关流程").first.wait_for()  # the table comes after the sentence
    said = main_text(page)
    assert {"优化通关流程", "黄埔海关", "牵头部门", "征求意见稿", "摘要", "2019年3月14日"} <= words(said)
    assert "清理滞港货物" not in said  # another unit's task
    assert "MATCH" not in said  # the Cypher is folded away
    page.get_by_text("查询语句（Cypher）").click()
    page.get_by_test_id("stCode").wait_for()
    assert "MATCH" in main_text(page)


def words(said: str) -> set[str]:
    """The known words that occur in a text; sets show in a failure what is missing."""
    known = (
        "优化通关流程",
        "黄埔海关",
        "牵头部门",
        "征求意见稿",
        "摘要",
        "2019年3月14日",
        "广州海关",
        "广州市商务局",
    )
    return {word for word in known if word in said}


def test_a_question_that_is_not_understood_is_not_guessed(visit: Visit) -> None:
    page = visit(f"tasks?q={quote('今天天气怎么样')}")
    page.get_by_text("可以这样问").wait_for()
    assert "理解为" not in main_text(page)


def search_box(page: Any) -> Any:
    return page.get_by_label("查找单位、任务、文件、政策工具、地区，或直接提问")


@pytest.mark.parametrize("path", ["", "agency", "matrix", "tasks?q=x"])
def test_a_question_typed_in_on_any_page_stands_in_the_address(visit: Visit, path: str) -> None:
    page = visit(path)
    box = search_box(page)
    box.fill("承担任务最多的单位")
    box.press("Enter")
    page.get_by_text("理解为").wait_for()
    assert parse_qs(urlsplit(page.url).query)["q"] == ["承担任务最多的单位"]
    assert urlsplit(page.url).path == "/tasks"


@pytest.mark.parametrize(
    ("words", "link", "arrived"),
    [
        # a unit, whose name is a question of its own
        ("广州海关", "广州海关", "单位"),
        # a task by some words of its title
        ("清理滞港", "（三）清理滞港货物", "任务"),
        # a document by its number, and by its title
        ("测府〔2019〕1号", "《关于优化口岸营商环境的方案", "文件"),
        ("口岸营商环境", "《关于优化口岸营商环境的方案", "文件"),
        # a policy instrument and a region
        ("通关流程", "通关流程", "政策工具和地区"),
        ("通关区", "通关区", "政策工具和地区"),
    ],
)
def test_what_is_looked_for_is_found_and_leads_to_its_page(
    visit: Visit, words: str, link: str, arrived: str
) -> None:
    page = visit("gaps")
    box = search_box(page)
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/tasks?*")
    settled(page)
    page.get_by_text("名称或文字里有").first.wait_for()
    main = page.get_by_test_id("stMainBlockContainer")
    folded = main.get_by_test_id("stExpander").filter(has_text="名称或文字里有")
    if folded.count():  # below an answer
        folded.locator("summary").click()
    wanted = main.get_by_role("link", name=re.compile("^" + re.escape(link))).last
    wanted.click()
    page.locator("h1", has_text=re.compile(f"^{arrived}$")).wait_for()
    settled(page)
    page.go_back()
    page.locator("h1", has_text=re.compile("^查任务$")).wait_for()
    settled(page)
    assert search_box(page).input_value() == words


def test_back_takes_a_choice_away_again(visit: Visit) -> None:
    page = visit("dutytable?role=LEADS")
    page.get_by_text("留出进展栏").click()
    settled(page)
    assert "progress=1" in page.url
    page.go_back()
    settled(page)
    assert "progress" not in page.url
    toggle = page.locator("label", has_text="留出进展栏").locator("input")
    assert not toggle.is_checked()


def test_back_from_an_answer_is_the_page_one_asked_on(visit: Visit) -> None:
    page = visit("dutytable")
    search_box(page).fill("黄埔海关")
    search_box(page).press("Enter")
    page.locator("h1", has_text=re.compile("^查任务$")).wait_for()
    settled(page)
    page.go_back()
    page.locator("h1", has_text=re.compile("^责任分工表$")).wait_for()
    settled(page)
    assert "/dutytable" in page.url
    assert search_box(page).input_value() == ""


# What people and programs put into addresses, as it is sent.
VALUES = {
    "nothing of the kind": quote("没有这个"),
    "empty": "",
    "huge number": "9" * 30,
    "negative": "-1",
    "not a number": "1e9",
    "markup": quote("<script>window.__xss=1</script><img src=x onerror=window.__xss=1>"),
    "Markdown": quote("![x](http://evil.invalid/x.png)**:red[x]$x$"),
    "Cypher": quote("x'}) DETACH DELETE n //"),
    "very long": quote("长" * 3000),
    "control characters": "%00%01%1b%7f%e2%80%ae",
    "half a character": "%ED%A0%80%ff",
    "not encoded": "%zz&&==?#",
    "of another kind": quote("测府〔2019〕1号/（三）"),
}
PARAMETERS = {
    "": ("missing", "q"),
    "tasks": ("q", "words", "doc", "drafts", "samples", "role"),
    "agency": ("agency", "other", "tab", "role", "doc", "drafts", "samples"),
    "measure": ("measure", "first", "unit", "doc"),
    "document": ("document", "measure", "doc"),
    "topic": ("topic", "doc", "samples"),
    "network": ("kind", "start", "path", "open", "akind", "node", "pin", "most", "by", "unit", "year",
                "level", "role", "answer", "doc"),
    "dutytable": ("order", "names", "unit", "role", "progress", "doc", "drafts"),
    "matrix": ("order", "names", "unit", "role", "doc", "samples"),
    "gaps": ("first", "doc", "drafts", "samples"),
    "importing": ("part", "document", "author"),
    "advanced": ("query", "text", "doc"),
}  # fmt: skip


@pytest.mark.parametrize("page", PARAMETERS)
def test_an_address_edited_by_hand_ends_in_words_and_a_way_on(app: str, sample: Any, page: str) -> None:
    """Every parameter of every page with every value and with all of them, asked for as a browser does."""
    tab = Session(app)
    for name in PARAMETERS[page]:
        asked = {kind: f"{name}={value}" for kind, value in VALUES.items()}
        asked["repeated"] = "&".join(f"{name}={value}" for value in VALUES.values() if len(value) < 200)
        for kind, address in asked.items():
            messages = tab.open(page, address)
            assert (name, kind, failures(messages)) == (name, kind, [])
            assert len(re.findall(r"[\u4e00-\u9fff]", said(messages))) > 20
    tab.close()


EDITED = [
    "agency?agency=" + VALUES["markup"],
    "measure?measure=" + VALUES["Markdown"],
    "document?document=" + VALUES["half a character"],
    "topic?topic=" + VALUES["control characters"],
    "network?kind=zzz&most=99999999999&open=x&open=9999999:LEADS:" + quote("黄埔海关") + "&akind=zz&node=zz",
    "network?kind=documents&start=nothing",
    "network?path=a&path=b&path=c&role=BOSS&year=1&by=zz",
    "gaps?first=maybe&drafts=7&samples=&doc=" + VALUES["markup"],
    "dutytable?order=zz&names=zz&unit=zz&role=zz&progress=2",
    "advanced?query=zz",
    "tasks?q=" + VALUES["very long"],
    "tasks?q=" + VALUES["not encoded"],
    "?missing=" + VALUES["markup"] + "&missing=" + VALUES["Markdown"],
]


def test_an_edited_address_is_drawn_and_nothing_of_it_runs(visit: Visit) -> None:
    for address in EDITED:
        page = visit(address)
        shown = (
            page.get_by_test_id("stAlertContentError").count(),
            page.get_by_test_id("stException").count(),
            len(main_text(page)) > 20,
        )
        assert (address, *shown) == (address, 0, 0, True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nothing-here?x=1", "没有“nothing-here”这一页"),
        ("tasks/one/two", "没有“tasks/one/two”这一页"),  # Streamlit's own files would not be found from there
        (quote("<script>window.__xss=1</script>"), "没有“<script>window.__xss=1</script>”这一页"),
        ("x" * 3000, "x" * 200 + "”这一页"),
        ("home", ""),  # 首页 by its name in the menu's list
    ],
)
def test_an_address_without_a_page_leads_to_the_first_page_which_says_so(
    visit: Visit, address: str, said: str
) -> None:
    page = visit(address)
    assert page.locator("h1").first.inner_text() == "权责图谱"
    assert said in main_text(page)
    assert page.get_by_role("dialog").count() == 0
    assert urlsplit(page.url).path == "/"


# Not words: a format, a unit of size, a key of the keyboard, the language of the console.
LATIN = {"Word", "Excel", "Ctrl", "Enter", "zip", "csv", "docx", "xlsx", "png", "svg", "Cypher", "Neo4j"}
SEEN = """() => {
    const found = [];
    const ours = '.stHtml, .stCode, .stJson, textarea, script, style, noscript, [data-testid*=Icon]';
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const box = walk.currentNode.parentElement;
        if (box && !box.closest(ours) && box.checkVisibility()) found.push(walk.currentNode.nodeValue);
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
        if (!element.closest('.stHtml') && element.checkVisibility())
            for (const name of ['aria-label', 'title', 'placeholder'])
                found.push(element.getAttribute(name) ?? '');
    return found.filter(words => /[A-Za-z]{3}/.test(words) && !/[\u4e00-\u9fff]/.test(words));
}"""


def english(page: Any) -> list[str]:
    """The texts and labels of the page that are words, and none of them Chinese."""
    found = [words.strip() for words in page.evaluate(SEEN)]
    return [words for words in found if set(re.findall(r"[A-Za-z0-9]{3,}", words)) - LATIN]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_nothing_in_english(visit: Visit, path: str) -> None:
    page = visit(path)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert english(page) == []
    main = page.get_by_test_id("stMainBlockContainer")
    # By their role as written: an open list hides the other fields from what reads the page aloud.
    for box in page.locator("[role=combobox]").all()[:4]:
        if box.is_visible() and box.is_enabled():
            box.fill("没有这个名称")
            page.get_by_text(re.compile("没有符合的|新增：没有这个名称")).first.wait_for()
            assert english(page) == []
            box.fill("")
            assert english(page) == []
            page.keyboard.press("Tab")
    for box in main.locator("input[type=text], input[type=number], textarea").all()[:3]:
        if box.is_visible() and box.is_enabled():
            box.focus()
            page.keyboard.type("9")  # what to press is said beside it
            page.wait_for_timeout(100)
            assert english(page) == []
            page.keyboard.press("Backspace")


def test_the_upload_box_speaks_chinese(visit: Visit) -> None:
    page = visit("")
    page.get_by_role("button", name="选择文件，或拖到这里").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "方案.txt", "mimeType": "text/plain", "buffer": "（一）减负。（甲局负责）".encode()}
    )
    page.get_by_role("button", name="去掉 方案.txt").wait_for()
    settled(page)
    assert english(page) == []


def test_a_unit_shows_its_tasks_by_role_and_its_partners(visit: Visit) -> None:
    page = visit(f"agency?agency={quote('黄埔海关')}")
    page.get_by_text("牵头（2）").wait_for()
    page.get_by_role("link", name="优化通关流程").first.wait_for()  # the heading comes before its table
    assert {"优化通关流程", "征求意见稿", "摘要"} <= words(main_text(page))
    page.get_by_role("tab", name="共同承担的单位").click()
    page.get_by_role("tab", name="共同承担的单位", selected=True).wait_for()
    page.get_by_role("link", name="广州海关").wait_for()


def test_a_number_leads_to_what_was_counted(visit: Visit) -> None:
    page = visit("agency?doc=" + DOCUMENT)
    page.locator("tr", has_text="黄埔海关").get_by_role("link", name="2", exact=True).first.click()
    page.get_by_text("牵头（2）").wait_for()
    page.locator(".facts").get_by_role("link", name="1", exact=True).click()  # 文件
    page.get_by_role("tab", name="文件和时间", selected=True).wait_for()
    page = visit("document")
    page.locator("tbody tr").first.get_by_role("link", name="4", exact=True).click()
    page.get_by_text("共 4 项任务").wait_for()


def test_a_document_that_is_only_cited_is_found_by_its_number(visit: Visit) -> None:
    page = visit(f"tasks?q={quote('国办发〔2013〕83号')}")
    page.get_by_role("link", name="关于促进进出口的若干意见").click()
    page.get_by_text("只被引用，还没有载入").wait_for()


def test_two_units_in_words_that_are_no_question_lead_to_their_comparison(visit: Visit) -> None:
    page = visit(f"tasks?q={quote('黄埔海关同广州海关')}")
    page.get_by_role("link", name=re.compile("^比较")).click()
    page.get_by_role("tab", name="与另一单位比较", selected=True).wait_for()
    page.get_by_text("共同承担（1 项任务）").wait_for()


def test_a_choice_in_the_address_that_does_not_exist_is_said(visit: Visit) -> None:
    page = visit("dutytable?doc=nope")
    page.get_by_text("地址里的“nope”在这里没有").wait_for()


def test_without_a_chosen_document_nothing_is_called_settled(visit: Visit) -> None:
    page = visit("gaps?drafts=0")
    page.get_by_text("没有选中任何文件").wait_for()
    assert "没有待明确" not in main_text(page)


def test_a_click_in_a_table_leads_to_the_unit_and_keeps_the_filter(visit: Visit) -> None:
    page = visit("agency?drafts=1&doc=" + DOCUMENT)
    page.get_by_role("link", name="广州市商务局").click()
    page.get_by_text("配合（1）").wait_for()
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["agency"], asked["doc"]) == (["广州市商务局"], ["测府〔2019〕1号"])


def test_without_drafts_a_draft_counts_nowhere(visit: Visit) -> None:
    page = visit(f"agency?drafts=0&agency={quote('黄埔海关')}")
    page.get_by_text("所选文件里没有这个单位的任务").first.wait_for()


def test_a_document_marks_every_responsibility_where_it_stands(visit: Visit, sample: Any) -> None:
    page = visit("document?document=" + DOCUMENT)
    page.locator(".duty-text mark").first.wait_for()
    marks = page.locator(".duty-text mark:not(.instrument, .region)").all()
    named = [
        item.mention for task in sample.measures for duty in task.responsibilities for item in duty.evidence
    ]
    assert [mark.inner_text() for mark in marks] == named
    assert "".join(page.locator(".duty-text mark.instrument").all_inner_texts()) == "通关流程"
    assert marks[0].get_attribute("title") == "黄埔海关：牵头（牵头部门）；文件写明"
    assert page.locator(".duty-text").evaluate("e => e.textContent") == sample.text
    assert "没有读出责任单位" in main_text(page)


def test_a_task_is_found_in_the_text_by_its_address(visit: Visit, sample: Any) -> None:
    task = sample.measures[2]
    page = visit(f"document?measure={quote(task.id)}")
    page.locator(".task.chosen").wait_for()
    assert page.locator(".task.chosen").evaluate("e => e.textContent") == task.text


def test_the_matrix_and_its_workbook_say_the_same(visit: Visit, tmp_path: Path) -> None:
    page = visit("matrix")
    page.locator(".grid table").wait_for()
    heads = page.locator(".grid th").all_inner_texts()
    rows = [
        [cell.inner_text().strip() for cell in row.locator("td").all()]
        for row in page.locator(".grid tbody tr").all()
    ]
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 Excel").click()
    started.value.save_as(tmp_path / "matrix.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "matrix.xlsx").worksheets[0]
    book = [[str(value or "").strip() for value in row] for row in sheet.iter_rows(values_only=True)]
    top = next(index for index, row in enumerate(book) if row[-1] == "备注")
    assert heads == book[top]
    assert rows == book[top + 1 :]
    column = heads.index("黄埔海关")
    assert [row[column] for row in rows] == ["牵", "牵", "", ""]


def node_at(page: Any, label: str) -> dict[str, float]:
    """Where a node of the drawing is on the screen."""
    where: dict[str, float] = page.evaluate(
        """id => {
            const roots = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean);
            const box = roots.map(root => root.querySelector('.drawing')).find(Boolean);
            const at = box.network.canvasToDOM(box.network.getPosition(id));
            const edge = box.getBoundingClientRect();
            return { x: at.x + edge.x, y: at.y + edge.y };
        }""",
        label,
    )
    return where


@pytest.mark.parametrize(
    ("kind", "node", "expected"),
    [
        ("tasks", "黄埔海关", "黄埔海关（2 行）"),  # a unit
        ("tasks", "测府〔2019〕1号/（三）", "（三）清理滞港货物（2 行）"),  # a task
        ("tasks", IMG, f"{IMG}（1 行）"),  # a hostile name is text on the canvas and beside it
        ("units", "广州海关", "广州海关（1 行）"),  # units among themselves
    ],
)
def test_a_click_on_a_node_shows_its_rows(visit: Visit, kind: str, node: str, expected: str) -> None:
    page = visit(f"network?kind={kind}")
    page.locator(".drawing canvas").wait_for()
    page.wait_for_timeout(300)  # the canvas settles its size once after it is there
    at = node_at(page, node)
    page.mouse.move(at["x"], at["y"])
    page.wait_for_timeout(300)  # the hint opens
    page.mouse.click(at["x"], at["y"])
    page.get_by_text(expected).wait_for()
    assert parse_qs(urlsplit(page.url).query)["node"] == [node]


def test_the_drawing_saved_as_one_file_runs_nothing_and_asks_nobody(
    visit: Visit, chromium: Any, tmp_path: Path
) -> None:
    page = visit("network")
    with page.expect_download() as started:
        page.get_by_role("button", name="保存为网页").click()
    file = tmp_path / "network.html"
    started.value.save_as(file)
    alone = chromium.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri())
    alone.locator("canvas").wait_for()
    assert alone.evaluate("window.__xss ?? null") is None
    assert [url for url in asked if not re.match(r"file:|data:|blob:", url)] == []
    alone.close()


# At 150 % a window of 1366 by 768 has 911 by 512 pixels.
SIZES = ((1366, 768), (911, 512))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_no_error_scrolls_no_way_but_down_and_is_open_to_all(visit: Visit, path: str) -> None:
    page = visit(path)
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert page.get_by_test_id("stException").count() == 0
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        main = page.evaluate(
            "(e => e.scrollWidth - e.clientWidth)(document.querySelector('[data-testid=stMain]'))"
        )
        assert (width, wider <= 0, main <= 0) == (width, True, True)
    assert barriers(page) == []


def barriers(page: Any) -> list[str]:
    """What axe-core finds to be serious or critical: rule and the first element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:200]} ×{len(item['nodes'])}"
        for item in found
        if item["impact"] in ("serious", "critical")
    ]
