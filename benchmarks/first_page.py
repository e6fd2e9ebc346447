"""How soon 首页 is usable in a real Chromium: the first visit after the app has started, and later ones.

    python -m benchmarks.first_page [--runs 5] [--measures 100000] [--store DIR]

Every run starts the app as a process of its own over a local Neo4j that is running, waits until it answers,
and opens 首页 in a browser without a cache: first visit; then again without a cache, and with one. Usable is:
the heading, the search box and a list of documents are there, nothing is still running, and what is typed
into the box stands in it. Seconds count from the moment the address is opened. The graph holds the bundled
documents, or with --measures a synthetic one of that many (benchmarks.point_questions).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import neo4j

from benchmarks.corpus import ROOT
from benchmarks.point_questions import fill
from benchmarks.running import app, chromium, running
from graph.server import LocalServer
from graph.store import open_store

VISITS = ("启动后第一次", "再次打开，浏览器无缓存", "再次打开，浏览器有缓存")
DUTIES_EACH = 6  # duties of a measure in the synthetic graph
AGENCIES = 3_000
# The box is found by what its page says of it, and takes words: the last thing that becomes ready.
USABLE = """() => {
    const app = document.querySelector('[data-testid=stApp]')?.dataset;
    return app?.testScriptState === 'notRunning' && app?.testConnectionState === 'CONNECTED'
        && document.querySelector('[data-testid=stMainBlockContainer] h1')?.innerText === '权责图谱'
        && !!document.querySelector('.duty-table tbody tr')
        && !!document.querySelector('[data-testid=stTextInput] input')
        && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
}"""


def visit(context: Any, url: str) -> float:
    """Seconds until 首页 is usable in a new tab."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(USABLE, timeout=60_000)
    box = page.get_by_test_id("stTextInput").locator("input").first
    box.fill("海关", timeout=10_000)
    if box.input_value() != "海关":
        raise RuntimeError("the box took no words")
    taken = time.perf_counter() - start
    page.close()
    return taken


def run(browser: Any, store: Path, settle: float) -> list[float]:
    """The seconds of one run: how long the app took to start, then the three visits."""
    with app(store) as (url, started):
        time.sleep(settle)
        seconds = [started]
        for _ in range(2):
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.new_page()  # the tab that a person has open: a new window is not what is measured
            seconds.append(visit(context, url))
            if len(seconds) == len(VISITS):
                seconds.append(visit(context, url))
            context.close()
    return seconds


def filled(store: Path, measures: int) -> None:
    """Loads the bundled documents, or that many synthetic measures, into an empty store."""
    if not measures:
        load = [sys.executable, "-m", "loaders", "load", "data/documents", "--if-absent"]
        subprocess.run([*load, "--store", f"local:{store}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return
    with open_store(f"local:{store}", keep_running=True) as opened:
        info = LocalServer(store).ensure(keep=True)
        if not opened.stats()["Measure"]:
            with neo4j.GraphDatabase.driver(info.uri, auth=(info.user, info.password)) as driver:
                fill(driver, measures, measures * DUTIES_EACH, AGENCIES)


def main() -> int:
    """Measure and print a line a kind of visit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--measures", type=int, default=0, help="a synthetic graph of so many")
    parser.add_argument("--store", type=Path, help="an empty folder, or one this benchmark has filled before")
    parser.add_argument("--settle", type=float, default=0.0, help="seconds between start and first visit")
    asked = parser.parse_args()
    with running(asked.store) as store, chromium() as browser:
        filled(store, asked.measures)
        with open_store(f"local:{store}", keep_running=True) as opened:
            print("、".join(f"{name} {count}" for name, count in opened.stats().items() if count))
        runs = []
        for number in range(asked.runs):
            runs.append(run(browser, store, asked.settle))
            shown = "，".join(f"{seconds:.2f}" for seconds in runs[-1])
            print(
                f"第 {number + 1} 轮：启动和三次打开 {shown} 秒；机器负荷 {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    for name, seconds in zip(("应用启动", *VISITS), zip(*runs, strict=True), strict=True):
        middle, worst = statistics.median(seconds), max(seconds)
        print(f"{name}：中位 {middle:.2f} 秒，最慢 {worst:.2f} 秒（{len(seconds)} 次）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
