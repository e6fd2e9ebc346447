"""导入与核对 in a real Chromium: look, correct, write, sign off, take back, erase; and what may go wrong."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.judgements import Ledger
from graph.store import Store
from loaders.read import MEDIA
from tests.browser.conftest import start_app, stop_app
from tests.making import make_docx

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAN = """广州市供水保障工作方案
一、改造管网。完成老旧管网改造。（市水务局牵头，供排水办配合）
二、落实补助<img src=x onerror="window.__xss=1">。及时拨付补助资金。（市财政局、市管网中心负责）
三、加强宣传。做好宣传工作。（市水务局、供排水办负责）
"""
CITY = "广东省广州市"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps its originals and judgements."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def desk_app(
    environment: dict[str, str], kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    process, url = start_app(
        {**environment, "GRAPH_DOCUMENTS": str(kept / "documents")},
        tmp_path_factory.mktemp("app") / "log.txt",
    )
    yield url
    stop_app(process)


@pytest.fixture
def open_page(chromium: Any, desk_app: str, store: Store, kept: Path) -> Iterator[Callable[[], Any]]:
    """Opens 导入与核对 in a browser of its own over an empty graph; nothing may have run afterwards."""
    for path in (*kept.glob("*.jsonl"), *kept.glob("documents/*/*")):
        path.unlink()
    for path in kept.glob("documents/*"):
        path.rmdir()
    contexts = []

    def opened() -> Any:
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{desk_app}/importing")
        page.get_by_label("经办人").wait_for()
        return page

    yield opened
    ran = [page.evaluate("window.__xss ?? null") for context in contexts for page in context.pages]
    for context in contexts:
        context.close()
    assert set(ran) <= {None}


def settle(page: Any) -> None:
    """Waits until the page has been drawn."""
    page.wait_for_timeout(700)
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    page.wait_for_function("!document.querySelector('[data-testid=stApp][data-test-script-state=running]')")


def signs_in(page: Any, who: str) -> None:
    chooses(page, "经办人", who)
    settle(page)


def pastes(page: Any, words: str = PLAN, place: str = CITY) -> None:
    page.get_by_label("或粘贴文字").fill(words)
    page.get_by_label("适用地区").fill(place)
    page.get_by_role("button", name="读取并预览").click()
    page.get_by_text("写入这一份").wait_for()
    settle(page)


def chooses(page: Any, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label)).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=re.compile(re.escape(option))).first.wait_for()
    box.press("Enter")


def decides(page: Any, name: str, kind: str, unit: str = "") -> None:
    settle(page)
    picks(page, name)
    chooses(page, "认定为", kind)
    if unit:
        box = page.get_by_role("combobox", name=re.compile("单位")).last
        box.click()
        box.fill(unit)
        page.get_by_role("option").first.wait_for()
        box.press("Enter")
    page.get_by_role("button", name="记下这个名称的认定").click()
    settle(page)


def picks(page: Any, name: str) -> None:
    """Chooses a name in the list, by keyboard as well as anybody."""
    radio = page.get_by_role("radio", name=re.compile(f"^{name}")).first
    radio.focus()
    radio.press("Space")
    settle(page)
    page.get_by_test_id("stForm").get_by_text(name, exact=True).wait_for()


def corrects(page: Any, field: str, value: str) -> None:
    """Types another fact of the document as a whole."""
    settle(page)
    if not page.get_by_label(field, exact=True).is_visible():
        page.get_by_text("更正文件信息（").click()
    page.get_by_label(field, exact=True).fill(value)
    presses(page, "更正文件信息")


def presses(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def goes(page: Any, part: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(part, exact=True).click()
    settle(page)


def whole(store: Store) -> str:
    """All that a reader of the graph can see, but for the decisions themselves."""
    counted = {key: value for key, value in store.stats().items() if key != "Judgement"}
    documents = store.documents()
    rows = [store.query("document_measures", document=row["document_id"]) for row in documents]
    found = [counted, documents, rows, store.query("responsibilities"), store.query("agencies")]
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def units(store: Store) -> set[str]:
    return {row["agency"] for row in store.query("responsibilities")}


def test_a_pasted_text_is_corrected_written_signed_off_and_taken_back(
    open_page: Callable[[], Any], store: Store, kept: Path
) -> None:
    page = open_page()
    page.get_by_text("请勿导入涉密文件").wait_for()
    signs_in(page, "张三")
    pastes(page)
    page.get_by_text("图里还没有这份文件").wait_for()
    page.get_by_text("按命名规则写全").first.wait_for()
    assert store.documents() == []  # a preview writes nothing
    presses(page, "写入这一份")
    page.get_by_text("已写入").wait_for()
    before = whole(store)
    read = units(store)
    goes(page, "核对")
    chooses(page, "文件", "广州市供水保障工作方案")
    page.get_by_text("未经核对").first.wait_for()
    settle(page)
    decides(page, "供排水办", "是新单位", "广州市供水排水工作办公室")
    page.get_by_text("已写入：“供排水办”是新单位").wait_for()
    decides(page, "市管网中心", "不是单位")
    page.get_by_text("已写入：“市管网中心”不是单位").wait_for()
    changed = units(store)
    assert "广州市供水排水工作办公室" in changed - read
    assert not [unit for unit in changed if "管网中心" in unit]
    presses(page, "全部核对")
    page.get_by_text("已核对 3/3").wait_for()
    assert [(row["checked"], row["measures"]) for row in store.documents()] == [(3, 3)]
    goes(page, "认定记录")
    page.get_by_text("认定（5）").wait_for()
    for decision in Ledger(kept / "judgements.jsonl").all():
        assert decision.author == "张三"
    revokes(page, 5)
    assert whole(store) == before


def revokes(page: Any, how_many: int) -> None:
    """Takes back the decisions listed first."""
    box = page.get_by_role("combobox", name=re.compile("撤销认定"))
    for _ in range(how_many):
        box.click()
        page.get_by_role("option").first.click()
    page.keyboard.press("Tab")
    presses(page, "撤销")
    page.get_by_text(f"已撤销 {how_many} 条认定").wait_for()


def table_of(page: Any, address: str) -> str:
    """责任分工表 of all that is loaded, as a reader sees it."""
    page.goto(f"{address}/dutytable")
    page.get_by_role("table").first.wait_for()
    settle(page)
    return str(page.locator(".duty-table").first.inner_text())


def test_a_word_file_is_loaded_two_names_corrected_and_all_taken_back(
    open_page: Callable[[], Any], store: Store, desk_app: str
) -> None:
    page = open_page()
    page.locator("input[type=file]").set_input_files(
        {"name": "供水方案.docx", "mimeType": MEDIA[".docx"], "buffer": make_docx(PLAN.splitlines())}
    )
    page.get_by_label("适用地区").fill(CITY)
    page.get_by_text("供水方案.docx").wait_for()
    presses(page, "读取并预览")
    page.get_by_text("图里还没有这份文件").wait_for()
    presses(page, "写入这一份")
    page.get_by_text("已写入").wait_for()
    before, graph = table_of(page, desk_app), whole(store)
    assert "供排水办" in before
    page.goto(f"{desk_app}/importing")
    signs_in(page, "张三")
    goes(page, "核对")
    chooses(page, "文件", "广州市供水保障工作方案")
    page.get_by_text("未经核对").first.wait_for()
    settle(page)
    decides(page, "供排水办", "是新单位", "广州市供水排水工作办公室")
    page.get_by_text("已写入：“供排水办”是新单位").wait_for()
    decides(page, "市管网中心", "不是单位")
    page.get_by_text("已写入：“市管网中心”不是单位").wait_for()
    changed = table_of(page, desk_app)
    assert "供水排水工作办公室" in changed
    assert "管网中心" not in changed.replace(PLAN.splitlines()[2], "")
    page.goto(f"{desk_app}/importing?part=认定记录")
    signs_in(page, "张三")
    revokes(page, 2)
    assert (table_of(page, desk_app), whole(store)) == (before, graph)


def test_a_suggested_merge_is_decided_once(open_page: Callable[[], Any], store: Store) -> None:
    """Whose 供排水办 a text without a place means is not known; another text's full name ends alike."""
    page = open_page()
    for words in (
        "排水工作方案\n一、清淤。清理管道。（供排水办负责）\n",
        "广州市管网工作方案\n一、改造。更新管道。（广州市供排水办负责）\n",
    ):
        pastes(page, words, "")
        presses(page, "写入这一份")
        page.get_by_text("已写入").wait_for()
        settle(page)
    before = units(store)
    signs_in(page, "张三")
    goes(page, "认定记录")
    page.get_by_text("可能是同一单位（1）").wait_for()
    presses(page, "不是同一单位")
    page.get_by_text("不是广州市供排水办").first.wait_for()
    assert page.get_by_text("可能是同一单位").count() == 0
    assert units(store) == before == {"供排水办", "广州市供排水办"}
    revokes(page, 1)
    presses(page, "是同一单位")
    page.get_by_text("“供排水办”是广州市供排水办").first.wait_for()
    assert units(store) == {"广州市供排水办"}


def test_decisions_of_the_preview_are_written_with_the_document(
    open_page: Callable[[], Any], store: Store
) -> None:
    page = open_page()
    pastes(page)
    decides(page, "供排水办", "不是单位")
    page.get_by_text("请先写明经办人").wait_for()  # nobody decides without a name
    signs_in(page, "张三")
    decides(page, "供排水办", "不是单位")
    page.get_by_text("写入时生效的认定（1）").wait_for()
    assert store.documents() == []
    presses(page, "写入这一份")
    page.get_by_text("已写入").wait_for()
    assert not [unit for unit in units(store) if "供排水办" in unit]


def test_leaving_in_the_middle_leaves_nothing(open_page: Callable[[], Any], store: Store, kept: Path) -> None:
    page = open_page()
    signs_in(page, "张三")
    pastes(page)
    decides(page, "供排水办", "不是单位")
    page.reload()
    page.get_by_label("经办人").wait_for()
    settle(page)
    assert store.stats()["Document"] == 0
    assert Ledger(kept / "judgements.jsonl").all() == []
    assert not list(kept.glob("documents/*"))


def test_of_two_people_the_second_is_told(open_page: Callable[[], Any], store: Store) -> None:
    one, two = open_page(), open_page()
    signs_in(one, "张三")
    pastes(one)
    presses(one, "写入这一份")
    one.get_by_text("已写入").wait_for()
    for page, who in ((one, "张三"), (two, "李四")):
        signs_in(page, who)
        goes(page, "核对")
        chooses(page, "文件", "广州市供水保障工作方案")
        page.get_by_text("未经核对").first.wait_for()
        settle(page)
    decides(one, "供排水办", "不是单位")
    one.get_by_text("已写入：").wait_for()
    decides(two, "供排水办", "是新单位", "某某办公室")
    two.get_by_text("已由张三").wait_for()
    assert "某某办公室" not in units(store)
    settle(two)
    presses(two, "记下这个名称的认定")  # having seen it; what was typed is still there
    two.get_by_text("已写入：").wait_for()
    assert "某某办公室" in units(store)


def test_an_archive_with_a_broken_file_is_read_as_far_as_it_goes_and_a_document_is_erased(
    open_page: Callable[[], Any], store: Store, kept: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲.txt", PLAN)
        archive.writestr("乙.txt", PLAN.replace("供水保障", "独一无二"))
        archive.writestr("坏.docx", b"PK\x03\x04 broken")
        archive.writestr("图.png", b"\x89PNG")
    page = open_page()
    page.locator("input[type=file]").set_input_files(
        {"name": "一批.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    )
    page.get_by_label("适用地区").fill(CITY)
    page.get_by_text("一批.zip").wait_for()
    presses(page, "读取并预览")
    page.get_by_text("坏.docx").first.wait_for()
    page.get_by_text("图.png：不是能读的格式，没有读取").wait_for()
    presses(page, "全部写入（2）")
    page.get_by_text("已写入 2 份文件").wait_for()
    assert len(store.documents()) == 2
    page.get_by_text("最近写入（2）").wait_for()
    goes(page, "核对")
    chooses(page, "文件", "独一无二")
    page.get_by_text("未经核对").first.wait_for()
    settle(page)
    page.get_by_text("彻底删除这份文件").click()
    page.get_by_text("我确认彻底删除").click()
    settle(page)
    presses(page, "彻底删除")
    page.get_by_text("已彻底删除《广州市独一无二工作方案》").wait_for()
    assert page.get_by_text("python -m").count() == 0
    assert [row["document"] for row in store.documents()] == ["广州市供水保障工作方案"]
    assert not [p for p in kept.rglob("*") if p.is_file() and "独一无二" in p.read_text("utf-8", "replace")]


NOWHERE = PLAN.replace("广州市", "")


def test_a_place_that_is_filled_in_later_reads_the_same_files_again(
    open_page: Callable[[], Any], store: Store, kept: Path
) -> None:
    page = open_page()
    pastes(page, NOWHERE, "火星市")
    page.get_by_text("适用地区“火星市”不在全国行政区划里").wait_for()
    page.get_by_text("处名称因此没有认定").wait_for()  # once, however many names
    assert page.get_by_text("--jurisdiction").count() == 0
    page.get_by_label("适用地区（文中").fill("广州")
    presses(page, "读取并预览")
    page.get_by_text("已按适用地区“广东省广州市”重新读取 1 份文件").wait_for()
    assert page.get_by_text("因此没有认定").count() == 0
    signs_in(page, "张三")
    corrects(page, "文号", "十五号文")
    page.get_by_text("文号“十五号文”看不懂").wait_for()
    corrects(page, "文号", "穗府办(2024)15号")
    page.get_by_text("已按更正后的文件信息重新读取").wait_for()
    presses(page, "写入这一份")
    page.get_by_text("已写入").first.wait_for()
    rows = [(row["document_id"], row["jurisdiction"]) for row in store.documents()]
    assert rows == [("穗府办〔2024〕15号", CITY)]
    (meta,) = kept.glob("documents/*/*.meta.json")
    assert json.loads(meta.read_text("utf-8"))["corrected"]["by"] == "张三"


def test_tasks_are_ticked_and_a_changed_version_says_what_is_different_and_lapsed(
    open_page: Callable[[], Any], store: Store, desk_app: str
) -> None:
    page = open_page()
    signs_in(page, "张三")
    pastes(page)
    presses(page, "写入这一份")
    page.get_by_text("最近写入（1）").wait_for()
    page.get_by_role("link", name="未经核对").click()
    page.get_by_role("button", name="核对勾选的").wait_for()
    settle(page)
    signs_in(page, "张三")
    for title in ("改造管网", "加强宣传"):
        box = page.get_by_role("checkbox", name=re.compile(title))
        box.focus()
        box.press("Space")
    presses(page, "核对勾选的")
    page.get_by_text("已核对 2/3").wait_for()
    corrects(page, "标题", "广州市供水保障方案")
    page.get_by_text("文件信息已更正").wait_for()
    assert [(row["document"], row["checked"]) for row in store.documents()] == [("广州市供水保障方案", 2)]
    corrects(page, "标题", "")  # taken back
    page.get_by_text("文件信息已更正").wait_for()
    assert [row["document"] for row in store.documents()] == ["广州市供水保障工作方案"]
    goes(page, "导入")
    pastes(page, PLAN.replace("完成老旧管网改造", "新建管网") + "四、总结经验。写出报告。（市水务局负责）\n")
    page.get_by_text("与图里的那一份相比：正文变动 1 处，增加任务 1 处").wait_for()
    presses(page, "写入这一份")
    page.get_by_text("已写入").first.wait_for()
    goes(page, "认定记录")
    page.get_by_text("已失效（文字或分工有改动）").wait_for()
    assert page.get_by_text("有效", exact=True).count() == 1
    page.get_by_text("任务“一、改造管网”已核对").first.wait_for()
    page.goto(f"{desk_app}/importing?part=核对&document=楚雄")
    page.get_by_text("图里没有“楚雄”这份文件").wait_for()


def test_corrections_are_kept_by_the_next_one_and_offered_for_another_version(
    open_page: Callable[[], Any], store: Store
) -> None:
    page = open_page()
    signs_in(page, "张三")
    numbered = PLAN.replace("方案\n", "方案\n穗府办〔2024〕15号\n", 1)
    pastes(page, numbered)
    corrects(page, "文号", "无")
    page.get_by_text("已更正：文号（原读作“穗府办〔2024〕15号”）").wait_for()
    corrects(page, "标题", "广州市供水方案")
    page.get_by_text("、文号（原读作“穗府办〔2024〕15号”）").wait_for()
    presses(page, "写入这一份")
    page.get_by_text("已写入").first.wait_for()
    assert [(row["document"], row["doc_number"]) for row in store.documents()] == [("广州市供水方案", None)]
    # A correction that leaves the id: a new version finds it, and only offers it.
    other = numbered.replace("15号", "16号")
    pastes(page, other)
    corrects(page, "标题", "广州市用水方案")
    page.get_by_text("已按更正后的文件信息重新读取").wait_for()
    presses(page, "写入这一份")
    page.get_by_text("《广州市用水方案》已写入").wait_for()
    settle(page)
    pastes(page, other.replace("及时拨付", "按时拨付"))
    page.get_by_text("上次更正过标题（张三，").wait_for()
    assert page.get_by_text("已更正：标题").count() == 0
    assert page.get_by_label("标题", exact=True).input_value() == "广州市用水方案"
    presses(page, "更正文件信息")
    page.get_by_text("已更正：标题（原读作“广州市供水保障工作方案”）").wait_for()
    assert page.get_by_text("上次更正过标题").count() == 0
    presses(page, "放弃这一份")
    page.get_by_text("已放弃").wait_for()
    assert page.get_by_text("没有做完").count() == 0
