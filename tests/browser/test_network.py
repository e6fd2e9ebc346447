"""单位协作图 in a real Chromium: walked, opened, taken back, pinned, searched, saved."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.browser.conftest import IMG, SCRIPT, settled
from tests.browser.test_pages import node_at

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[[str], Any]
FIRST, SECOND = "测府〔2019〕1号/（一）", "测府〔2019〕1号/（二）"
DRAWING = """[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
    .map(root => root.querySelector('.drawing')).find(box => box?.network)"""


def places(page: Any) -> dict[str, tuple[int, int]]:
    """Where every node is, in the drawing's own coordinates."""
    page.locator(".drawing canvas").wait_for()
    page.wait_for_function(f"() => {DRAWING}")
    page.wait_for_timeout(300)
    found = page.evaluate(f"({DRAWING}).network.getPositions()")
    return {node: (round(at["x"]), round(at["y"])) for node, at in found.items()}


def chosen(page: Any) -> list[str]:
    """The node that is selected in the drawing."""
    found: list[str] = page.evaluate(f"({DRAWING}).network.getSelectedNodes()")
    return found


def asked(page: Any, name: str) -> list[str]:
    """What the address says of a parameter."""
    return parse_qs(urlsplit(page.url).query).get(name, [])


def find(page: Any, words: str) -> str:
    """Looks for words in the drawing; what it says."""
    page.get_by_label("在图中查找").fill(words)
    page.get_by_label("在图中查找").press("Enter")
    page.locator(".said", has_text=re.compile("找到|没有")).wait_for()
    settled(page)
    return str(page.locator(".said").inner_text())


def tool(page: Any, name: str) -> None:
    """Presses a button above the drawing."""
    page.locator(".tools").get_by_role("button", name=name).click()
    settled(page)


def test_what_was_opened_is_there_after_a_reload_and_can_be_taken_back(visit: Visit) -> None:
    page = visit(f"network?unit={quote('广州海关')}")
    before = places(page)
    assert SECOND not in before
    find(page, "黄埔海关")
    page.locator(".drawing").press("Enter")
    page.wait_for_url("**open=*")
    settled(page)
    opened = places(page)
    assert set(opened) == {*before, SECOND}
    assert {node: opened[node] for node in before} == before  # nothing jumps
    page.reload()
    settled(page)
    assert places(page) == opened
    tool(page, "撤销")
    page.wait_for_function("!location.search.includes('open=')")
    settled(page)
    assert places(page) == before
    assert page.locator(".tools").get_by_role("button", name="撤销").is_disabled()


def test_a_node_is_shut_and_opened_by_a_double_click(visit: Visit) -> None:
    page = visit("network")
    before = places(page)
    at = node_at(page, "黄埔海关")
    page.mouse.dblclick(at["x"], at["y"])
    page.wait_for_url("**open=0*")  # all its neighbours are there: it is shut
    settled(page)
    assert set(places(page)) == set(before)  # others hold its tasks
    at = node_at(page, SECOND)
    page.mouse.dblclick(at["x"], at["y"])
    page.wait_for_function("location.search.match(/open=/g)?.length === 2")
    settled(page)
    assert set(places(page)) == set(before) - {IMG, SCRIPT}  # nobody else holds these two
    at = node_at(page, SECOND)
    page.mouse.dblclick(at["x"], at["y"])
    page.wait_for_function("location.search.match(/open=/g)?.length === 3")
    settled(page)
    assert set(places(page)) == set(before)


def test_a_pinned_node_keeps_its_place(visit: Visit) -> None:
    page = visit(f"network?unit={quote('广州海关')}")
    before = places(page)
    at = node_at(page, "黄埔海关")
    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.mouse.move(at["x"] + 60, at["y"] + 40, steps=5)
    page.mouse.up()
    settled(page)
    find(page, "黄埔海关")
    tool(page, "固定")
    page.wait_for_url("**pin=*")
    moved = places(page)["黄埔海关"]
    assert moved != before["黄埔海关"]
    page.reload()
    settled(page)
    assert close(places(page)["黄埔海关"], moved)
    page.locator(".drawing").press("Enter")  # the chosen node stands in the address
    page.wait_for_url("**open=*")
    settled(page)
    assert close(places(page)["黄埔海关"], moved)
    tool(page, "重新排布")
    again = places(page)
    assert close(again["黄埔海关"], moved)
    assert again["广州海关"] == before["广州海关"]
    page.locator(".drawing").press("p")
    page.wait_for_function("!location.search.includes('pin=')")
    tool(page, "重新排布")
    assert places(page)["黄埔海关"] == before["黄埔海关"]


def test_no_more_is_pinned_than_an_address_holds(visit: Visit) -> None:
    held = "&".join(f"pin={number}:0:{number}" for number in range(100))
    page = visit(f"network?{held}")
    before = places(page)
    find(page, "黄埔海关")
    tool(page, "固定")
    page.locator(".said", has_text="最多固定 100 个点").wait_for()
    assert len(asked(page, "pin")) == 100
    page = visit(f"network?{held.rpartition('&')[0]}")
    assert set(places(page)) == set(before)
    find(page, "黄埔海关")
    tool(page, "固定")  # the hundredth
    page.wait_for_function("location.search.match(/pin=/g)?.length === 100")


def close(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two places are the same but for rounding: pins are kept in whole pixels of a square sheet."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 2


def test_neighbours_are_opened_by_kind_and_number(visit: Visit) -> None:
    page = visit(f"network?unit={quote('广州海关')}&node={quote('黄埔海关')}&role=LEADS")
    assert SECOND not in places(page)
    page.get_by_text("相邻 2 个，画出 1 个").wait_for()
    page.get_by_label("展开哪些").click()
    page.get_by_role("option", name="牵头（2）").click()
    settled(page)
    page.locator("button[kind=secondary]", has_text="展开").click()
    page.wait_for_url("**open=*")
    settled(page)
    assert SECOND in places(page)
    assert asked(page, "open") == ["2:LEADS:黄埔海关"]
    page.locator("button[kind=secondary]", has_text="收起").click()
    settled(page)
    assert set(places(page)) == {"黄埔海关", "广州海关", FIRST}


def test_no_more_than_asked_is_drawn_and_the_page_says_so(visit: Visit) -> None:
    page = visit("network?most=4")
    assert 2 <= len(places(page)) <= 4
    page.get_by_text(re.compile(r"另有 \d 个单位")).first.wait_for()


def test_what_is_looked_for_in_the_drawing_is_found_one_after_the_other(visit: Visit) -> None:
    page = visit("network")
    places(page)
    assert "找到 2 个，这是第 1 个" in find(page, "海关")
    first = chosen(page)
    page.get_by_label("在图中查找").press("Enter")
    page.locator(".said", has_text="这是第 2 个").wait_for()
    settled(page)
    assert chosen(page) != first
    assert {*first, *chosen(page)} == {"黄埔海关", "广州海关"}
    assert "找到 1 个" in find(page, "onerror")  # a hostile name is found as the text it is
    assert chosen(page) == [IMG]
    assert "图中没有" in find(page, "没有这个单位")


@pytest.mark.parametrize("kind", ["tasks", "units"])
def test_a_path_by_address_is_walked_by_keyboard(visit: Visit, kind: str) -> None:
    page = visit(f"network?kind={kind}&path={quote('广州海关')}&path={quote(SCRIPT)}")
    page.get_by_text("最短的路径隔 2 步").wait_for()
    way = (
        ["广州海关", FIRST, "黄埔海关", SECOND, SCRIPT]
        if kind == "tasks"
        else ["广州海关", "黄埔海关", SCRIPT]
    )
    assert set(places(page)) == set(way)
    find(page, "广州海关")
    assert chosen(page) == [way[0]]
    for here, there in pairwise(way):
        at, to = places(page)[here], places(page)[there]
        across = abs(to[0] - at[0]) > abs(to[1] - at[1])
        arrow = ("Right" if to[0] > at[0] else "Left") if across else ("Down" if to[1] > at[1] else "Up")
        page.locator(".drawing").press(f"Shift+Arrow{arrow}")
        page.wait_for_timeout(100)
        assert chosen(page) == [there]
    page.locator(".drawing").press(" ")
    page.wait_for_url(f"**node={quote(SCRIPT, safe='')}*")


def test_two_units_without_a_way_between_them_are_said_to_be_apart(visit: Visit) -> None:
    page = visit(f"network?role=SUPPORTS&path={quote('广州市商务局')}&path={quote(SCRIPT)}")
    page.get_by_text("这两个单位之间没有相连的任务").wait_for()
    assert set(places(page)) == {"广州市商务局", SCRIPT}
    page = visit(f"network?role=LEADS&path={quote('广州海关')}&path={quote('黄埔海关')}")
    page.get_by_text("最短的路径隔 1 步").wait_for()


def test_an_answer_is_drawn(visit: Visit) -> None:
    page = visit(f"network?answer={quote('谁牵头优化通关流程？')}")
    assert set(places(page)) == {FIRST, "黄埔海关", "广州海关", "广州市商务局"}
    page.get_by_text("从这个回答画起").wait_for()
    page.get_by_role("link", name="不从它画起").click()
    page.wait_for_function("!location.search.includes('answer=')")
    settled(page)
    assert SECOND in places(page)


def test_the_legend_counts_what_is_drawn_and_colour_has_another_meaning_by_choice(visit: Visit) -> None:
    page = visit("network")
    places(page)
    assert {"单位 6", "任务 3", "牵头 3", "配合 3", "负责 2"} <= set(
        page.locator(".legend").inner_text().split("\n")
    )
    page = visit("network?by=main_role")
    places(page)
    assert {"牵头 2", "配合 2", "负责 2"} <= set(page.locator(".legend span").all_inner_texts())


WORDS = (
    "单位协作图：单位与任务",
    "牵头 3",
    "来源：",
    "征求意见稿",
    "摘要",
    "测府〔2019〕1号",
    "2019年3月14日",
    "导出日期：",
    "黄埔海关",
    "<img src=x on",
)


def test_a_saved_picture_holds_what_is_seen_with_title_legend_source_and_date(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("network")
    places(page)
    for button, name in (("存为 PNG", "p.png"), ("存为 SVG", "p.svg")):
        with page.expect_download() as started:
            page.get_by_role("button", name=button).click()
        started.value.save_as(tmp_path / name)
    drawing = ElementTree.parse(tmp_path / "p.svg").getroot()  # noqa: S314 - our own file
    said = "".join("".join(part.itertext()) for part in drawing.iter() if part.tag.endswith("text"))
    assert {word for word in WORDS if word not in said} == set()
    shapes = [part.tag.rpartition("}")[2] for part in drawing.iter()]
    assert shapes.count("path") == 8  # every line
    assert not {"script", "image", "foreignObject"} & set(shapes)
    shares = inked(page, (tmp_path / "p.png").read_bytes())
    assert all(share > 0.001 for share in shares), shares


def inked(page: Any, png: bytes) -> list[float]:
    """How much of a picture's title, legend, drawing and notes is not white."""
    found: list[float] = page.evaluate(
        """async data => {
            const file = await fetch('data:image/png;base64,' + data);
            const picture = await createImageBitmap(await file.blob());
            const sheet = new OffscreenCanvas(picture.width, picture.height);
            const pen = sheet.getContext('2d');
            pen.drawImage(picture, 0, 0);
            const h = picture.height;
            return [[0, 34], [34, 60], [100, h - 120], [h - 60, h]].map(([top, bottom]) => {
                const { data } = pen.getImageData(0, top, picture.width, bottom - top);
                let dark = 0;
                for (let i = 0; i < data.length; i += 4) dark += data[i] + data[i + 1] + data[i + 2] < 600;
                return dark / (data.length / 4);
            });
        }""",
        base64.b64encode(png).decode(),
    )
    return found


def test_the_saved_page_says_what_the_screen_says(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"network?kind=documents&start={quote('测府〔2019〕1号')}")
    places(page)
    legend = [words for words in page.locator(".legend").inner_text().split("\n") if words.strip()]
    assert len(legend) == 3
    with page.expect_download() as started:
        page.get_by_text("保存为网页").click()
    started.value.save_as(tmp_path / "p.html")
    saved = page.context.new_page()
    saved.goto((tmp_path / "p.html").as_uri())
    saved.locator("canvas").wait_for()
    words = saved.locator("body").inner_text()
    assert {item for item in legend if item.strip() not in words} == set()
    lines = saved.evaluate("edges.get().map(({title, arrows}) => [title, arrows])")
    assert lines == [["依据", "to"]]
    assert "牵头" not in words


def test_documents_are_opened_and_shut_too(visit: Visit) -> None:
    page = visit(f"network?kind=documents&start={quote('测府〔2019〕1号')}")
    assert set(places(page)) == {"测府〔2019〕1号", "国办发〔2013〕83号"}
    find(page, "测府〔2019〕1号")
    page.locator(".drawing").press("Enter")
    page.wait_for_url("**open=0*")
    settled(page)
    assert set(places(page)) == {"测府〔2019〕1号"}
    tool(page, "撤销")
    page.wait_for_function("!location.search.includes('open=')")
    settled(page)
    assert len(places(page)) == 2
    page.locator(".drawing").press("Enter")
    page.wait_for_url("**open=0*")
    settled(page)
    page.get_by_text("单位与任务", exact=True).click()
    page.wait_for_function("!location.search.includes('open=')")  # what is shut is no unit and no task
