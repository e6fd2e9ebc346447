"""Takes the pictures of docs/screens anew, of every page on the bundled digests.

    python -m docs.screens [NAME…]

A Neo4j and an app of their own are started for it and ended afterwards; what is in var/ is not touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.first_page import filled
from benchmarks.running import app, chromium, running

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
PLAN = """某市供水保障工作方案
一、改造管网。完成老旧管网改造。（市水务局牵头，供排水办配合）
二、落实补助。及时拨付补助资金。（市财政局、管网中心负责）
"""

Act = Callable[[Any], None]


def nothing(page: Any) -> None:
    """The page as its address draws it."""


def reads(page: Any) -> None:
    """A pasted text in the preview."""
    who = page.get_by_role("combobox", name="经办人")
    who.fill("张三")
    page.get_by_role("option").first.wait_for()
    who.press("Enter")
    page.get_by_label("或粘贴文字").fill(PLAN)
    page.get_by_label("适用地区").fill("广东省广州市")
    page.get_by_role("button", name="读取并预览").click()
    page.get_by_text("写入这一份").wait_for()


def opens_a_task(page: Any) -> None:
    """The first task of an answer."""
    page.locator("table a[href^=measure]").first.click()
    page.locator("h1", has_text="任务").wait_for()


# name: address, and what is done before the picture is taken.
PICTURES: dict[str, tuple[str, Act]] = {
    "home": ("", nothing),
    "tasks": (f"tasks?q={quote('黄埔海关牵头哪些措施？')}", nothing),
    "agency": (f"agency?agency={quote('黄埔海关')}", nothing),
    "compare": (f"agency?agency={quote('黄埔海关')}&other={quote('广州海关')}", nothing),
    "measure": (f"tasks?q={quote('黄埔海关牵头哪些措施？')}", opens_a_task),
    "document": (f"document?document={quote('粤府办〔2013〕31号')}", nothing),
    "topic": ("topic", nothing),
    "network": (f"network?unit={quote('黄埔海关')}", nothing),
    "network-units": ("network?kind=units", nothing),
    "network-documents": (f"network?kind=documents&start={quote('粤府办〔2013〕31号')}", nothing),
    "network-path": (
        f"network?kind=units&path={quote('黄埔海关')}&path={quote('广州港集团有限公司')}",
        nothing,
    ),
    "dutytable": (f"dutytable?doc={quote('粤府办〔2013〕31号')}", nothing),
    "matrix": (f"matrix?doc={quote('粤府办〔2013〕31号')}", nothing),
    "gaps": ("gaps", nothing),
    "importing": ("importing", reads),
    "checking": (f"importing?part={quote('核对')}&document={quote('粤府办〔2013〕31号')}", nothing),
    "advanced": (f"advanced?query=partners&agency={quote('黄埔海关')}", nothing),
}


def settled(page: Any) -> None:
    """Waits until nothing is being drawn any more."""
    page.wait_for_timeout(800)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')",
        timeout=60_000,
    )
    page.wait_for_timeout(1200)  # the drawing comes to rest


def main() -> int:
    """Takes all pictures, or those named."""
    asked = sys.argv[1:] or list(PICTURES)
    if unknown := set(asked) - set(PICTURES):
        print(f"没有这张图：{'、'.join(sorted(unknown))}；可选：{'、'.join(PICTURES)}。", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    with running() as store, chromium() as browser:
        filled(store, 0)
        with app(store) as (url, _):
            for name in asked:
                page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="zh-CN")
                page.goto(url + PICTURES[name][0])
                page.get_by_test_id("stMainBlockContainer").locator("h1").first.wait_for(timeout=60_000)
                settled(page)
                PICTURES[name][1](page)
                settled(page)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.close()
                print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
