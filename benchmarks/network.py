"""How soon 单位协作图 can be used in a real Chromium, and how smoothly 3,000 nodes move.

    python -m benchmarks.network [--runs 5] [--store DIR] [--documents 20]

The graph: so many documents grown from the reference documents (benchmarks.corpus), each of another
province, read and written as any other. For 300 nodes of units and tasks, and of units alone, seconds count
from opening the address, and from a change of the filter, until the drawing holds those nodes, nothing is
still running and a node has followed the mouse; the answer to a click is counted apart. For 3,000 nodes the
times between frames are taken while the picture is dragged and zoomed and a node is dragged.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.corpus import grown
from benchmarks.running import app, chromium, running
from graph.store import open_store

BYTES = 150_000  # of a document
PROVINCES = (
    "广东 安徽 云南 浙江 江苏 福建 湖南 湖北 四川 山东 河南 河北 江西 陕西 甘肃 贵州 吉林 辽宁 海南 青海"
)
BOX = """[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
    .map(root => root.querySelector('.drawing')).find(box => box?.network)"""
READY = f"""nodes => {{
    const app = document.querySelector('[data-testid=stApp]')?.dataset;
    const box = {BOX};
    return app?.testScriptState === 'notRunning' && app?.testConnectionState === 'CONNECTED'
        && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
        && box && box.network.body.data.nodes.length === nodes;
}}"""
RECORD = """() => {
    window.frames_taken = [];
    let last = performance.now();
    window.recording = true;
    const frame = () => {
        const now = performance.now();
        window.frames_taken.push(now - last);
        last = now;
        if (window.recording) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""


def province(number: int) -> str:
    """A document of a province, whose units are therefore its own."""
    names = PROVINCES.split()
    name = names[number % len(names)]
    text = grown(BYTES, seed=number + 10).replace("某省", f"{name}省").replace("广东", name)
    head = f"发展工作方案\n{name}府办〔20{20 + number % 5}〕{number + 1}号"
    return text.replace("发展工作方案", head, 1)


def filled(store: Path, documents: int) -> None:
    """Reads and writes the documents into an empty store."""
    from loaders.records import parse_file

    with open_store(f"local:{store}", keep_running=True) as opened, tempfile.TemporaryDirectory() as folder:
        if not opened.stats()["Measure"]:
            for number in range(documents):
                file = Path(folder, f"{number}.txt")
                file.write_text(province(number), "utf-8")
                opened.write(parse_file(file))
        print("、".join(f"{name} {count}" for name, count in opened.stats().items() if count), flush=True)


PLACES = f"""() => {{
    const box = {BOX};
    const edge = box.getBoundingClientRect();
    const found = box.network.body.data.nodes.get().map(({{ id, size }}) => {{
        const at = box.network.canvasToDOM(box.network.getPosition(id));
        return [id, at.x + edge.x, at.y + edge.y, size];
    }});
    return found.filter(([, x, y]) => y < innerHeight - 40 && x > 0).sort((a, b) => b[3] - a[3]);
}}"""


def largest(page: Any) -> tuple[str, float, float]:
    """The largest node that is on the screen, and where."""
    name, x, y, _ = page.evaluate(PLACES)[0]
    return name, x, y


def used(page: Any) -> str:
    """Drags a node by some pixels and returns it; raises when it does not follow."""
    name, x, y = largest(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y - 12, steps=3)
    page.mouse.up()
    there = next(found for found in page.evaluate(PLACES) if found[0] == name)
    if abs(there[1] - x - 12) + abs(there[2] - y + 12) > 6:
        raise RuntimeError(f"the node did not follow the mouse: {(x, y)} → {there}")
    return name


def clicked(page: Any) -> float:
    """Seconds from a click on a node until what is known of it is there."""
    _, x, y = largest(page)
    start = time.perf_counter()
    page.mouse.click(x, y)
    page.get_by_text("相邻").first.wait_for(timeout=60_000)
    return time.perf_counter() - start


def opened(context: Any, url: str, kind: str) -> tuple[float, float, float]:
    """Seconds until 300 nodes can be dragged, at first and after a filter; until a click is answered."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(f"{url}network?kind={kind}&most=300", wait_until="commit")
    page.wait_for_function(READY, arg=300, timeout=120_000)
    used(page)
    first = time.perf_counter() - start
    page.evaluate(f"() => {{ window.before = ({BOX}).network.body.data.nodes.getIds().sort().join() }}")
    page.get_by_text("筛选、路径、颜色").click()
    page.wait_for_timeout(1000)  # while the box unfolds it scrolls, which shuts a list that is opened in it
    roles = page.get_by_role("combobox", name="分工").first
    roles.click()
    roles.fill("负责")
    page.get_by_role("option", name="负责").first.wait_for()
    start = time.perf_counter()
    roles.press("Enter")
    page.wait_for_function("location.search.includes('role=IMPLEMENTS')", timeout=60_000)
    page.wait_for_function(READY, arg=300, timeout=120_000)
    page.wait_for_function(
        f"() => window.before !== ({BOX}).network.body.data.nodes.getIds().sort().join()", timeout=60_000
    )
    used(page)
    filtered = time.perf_counter() - start
    answered = clicked(page)
    page.close()
    return first, filtered, answered


def frames(page: Any, name: str, do: Any) -> None:
    """Prints the times between frames while something is done."""
    page.evaluate(RECORD)
    do()
    taken = sorted(page.evaluate("() => { window.recording = false; return window.frames_taken.slice(1) }"))
    middle, slow = statistics.median(taken), taken[int(len(taken) * 0.95)]
    print(
        f"  {name}：{len(taken)} 帧，每帧中位 {middle:.0f} 毫秒，"
        f"95% 在 {slow:.0f} 毫秒以内，最慢 {taken[-1]:.0f} 毫秒",
        flush=True,
    )
    page.wait_for_timeout(600)


def moved(context: Any, url: str) -> None:
    """Opens 3,000 nodes and moves them."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(f"{url}network?most=3000", wait_until="commit")
    page.wait_for_function(READY, arg=3000, timeout=120_000)
    lines = page.evaluate(f"({BOX}).network.body.data.edges.length")
    print(f"3000 个点、{lines} 条线：打开 {time.perf_counter() - start:.2f} 秒", flush=True)
    page.wait_for_timeout(1000)
    edge = page.evaluate(f"(r => [r.x, r.y, r.width, r.height])(({BOX}).getBoundingClientRect())")
    middle = (edge[0] + edge[2] / 2, edge[1] + edge[3] / 2)

    def drag(x: float, y: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(60):
            page.mouse.move(x + 3 * step, y + 2 * step)
        page.mouse.up()

    def wheel(by: int) -> None:
        page.mouse.move(*middle)
        for _ in range(25):
            page.mouse.wheel(0, by)

    frames(page, "拖动画面", lambda: drag(edge[0] + 15, edge[1] + 15))
    frames(page, "放大", lambda: wheel(-100))
    frames(page, "缩小", lambda: wheel(100))
    frames(page, "拖动一个点", lambda: drag(*largest(page)[1:]))
    frames(page, "停下后连线重画", lambda: page.get_by_role("button", name="看全图").click())
    page.close()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--store", type=Path, help="an empty folder, or one this benchmark has filled before")
    asked = parser.parse_args()
    with running(asked.store) as store, chromium() as browser:
        filled(store, asked.documents)
        with app(store) as (url, _):
            # As after other pages: the browser holds the app's files.
            context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
            for kind, name in (("tasks", "单位与任务"), ("units", "单位与单位")):
                opened(context, url, kind)
                runs = [opened(context, url, kind) for _ in range(asked.runs)]
                print(f"300 个点（{name}），{asked.runs} 次；机器负荷 {os.getloadavg()[0]:.1f}：")
                for what, seconds in zip(
                    ("打开", "换一个筛选", "单击一个点"), zip(*runs, strict=True), strict=True
                ):
                    middle, worst = statistics.median(seconds), max(seconds)
                    print(f"  {what}：中位 {middle:.2f} 秒，最慢 {worst:.2f} 秒", flush=True)
            moved(context, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
