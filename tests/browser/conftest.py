"""The app in a real Chromium over a real Neo4j: a small hand-made graph with hostile names."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.running import stop_app
from graph.model import (
    Agency,
    Document,
    DocumentRef,
    Evidence,
    InstrumentMention,
    Measure,
    Record,
    RegionMention,
    Responsibility,
    Source,
    Succession,
)
from graph.store import Store

ROOT = Path(__file__).resolve().parents[2]
IMG = "<img src=x onerror=\"window.__xss='img'\">局"
SCRIPT = "</script><script>window.__xss='script'</script>委"
FORMULA = '=HYPERLINK("http://evil.invalid","x")办'
FLAGS = [
    f"--{flag}"
    for flag in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]

# number, title, printed annotation, and who answers in which role by which printed words
TASKS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("（一）", "优化通关流程", "牵头部门：黄埔海关、广州海关；配合部门：市商务局",
     (("LEADS", "牵头部门", "黄埔海关"), ("LEADS", "牵头部门", "广州海关"),
      ("SUPPORTS", "配合部门", "市商务局"))),
    ("（二）", "<b onmouseover=alert(1)>公布收费目录</b>", f"牵头部门：黄埔海关；配合部门：{IMG}、{SCRIPT}",
     (("LEADS", "牵头部门", "黄埔海关"), ("SUPPORTS", "配合部门", IMG), ("SUPPORTS", "配合部门", SCRIPT))),
    ("（三）", "清理滞港货物", f"市商务局、{FORMULA}负责",
     (("IMPLEMENTS", "负责", "市商务局"), ("IMPLEMENTS", "负责", FORMULA))),
    ("（四）", "无人负责的事项", "", ()),
)  # fmt: skip
NAMES = {"市商务局": "广州市商务局"}


def sample_record() -> Record:
    """A draft digest of four tasks; every offset is found in the text, none is typed."""
    body, measures = "关于优化口岸营商环境的方案\n", []
    for number, title, printed, who in TASKS:
        line = f"{number}{title}。推进{title}的概要。" + (f"（{printed}）" if printed else "")
        start = len(body)
        body += line + "\n"
        note = start + line.rindex("（") if printed else start
        duties = tuple(
            Responsibility(
                role=role,
                role_text=words,
                agency=NAMES.get(name, name),
                agency_id=NAMES.get(name, name),
                evidence=(Evidence(name, at := body.index(name, note), at + len(name)),),
            )
            for role, words, name in who
        )
        measures.append(
            Measure(f"测府〔2019〕1号/{number}", number, title, ("一、通关",), line, start, start + len(line),
                    responsibilities=duties, **topics(body, title, start))
        )  # fmt: skip
    agencies = {
        duty.agency: Agency(duty.agency, duty.agency) for m in measures for duty in m.responsibilities
    }
    document = Document(
        id="测府〔2019〕1号",
        title="关于优化口岸营商环境的方案<script>window.__xss='title'</script>",
        source=Source("sample.txt", "0" * 64, "text/plain", "utf-8"),
        doc_number="测府〔2019〕1号",
        date="2019-03-14",
        status="征求意见稿",
        edition="digest",
        based_on=(DocumentRef("国办发〔2013〕83号", "关于促进进出口的若干意见<img src=x>"),),
    )
    old = Agency("广东省对外贸易经济合作厅", "广东省对外贸易经济合作厅")
    succession = Succession(old.id, "广州市商务局", "2014-01", "merged", "例")
    return Record(
        document,
        tuple(measures),
        body,
        agencies=(*agencies.values(), old),
        successions=(succession,),
    )


def topics(body: str, title: str, start: int) -> dict[str, Any]:
    """The first task names an instrument and a region, which stand in its title."""
    if title != "优化通关流程":
        return {}
    at = body.index("通关流程", start)
    return {
        "instruments": (InstrumentMention("通关流程", "便利化措施", "通关流程", at, at + 4),),
        "regions": (RegionMention("通关区", None, "功能区", "通关", at, at + 2),),
    }


def missing(what: str) -> None:
    """CI needs everything; elsewhere a missing tool skips with its reason."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("没有 Chromium：apt-get install chromium fonts-noto-cjk 之后再运行。")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_app(
    environment: dict[str, str], log: Path, *arguments: str, port: int | None = None
) -> tuple[subprocess.Popen[bytes], str]:
    """Streamlit as a process of its own, with the app's own `arguments`; waits until it answers."""
    port = port or free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"),
                *(["--", *arguments] if arguments else []),
            ],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310
                return process, url
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    process.kill()
    process.wait()
    pytest.fail(f"the app did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture(scope="session")
def environment(server: Any) -> dict[str, str]:
    """The environment that leads a process to the test server."""
    info = server.ensure(keep=True)
    return {"GRAPH_STORE": info.uri, "NEO4J_USER": info.user, "NEO4J_PASSWORD": info.password}


@pytest.fixture(scope="session")
def app(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running app over the test server."""
    process, url = start_app(environment, tmp_path_factory.mktemp("app") / "log.txt")
    yield url
    stop_app(process)


@pytest.fixture
def sample(store: Store) -> Iterator[Record]:
    """The sample record in the store, for one test."""
    record = sample_record()
    store.write(record)
    yield record
    store.remove(record.document.id)


@pytest.fixture
def visit(
    chromium: Any,
    app: str,
    sample: Record,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[str], Any]]:
    """Opens a page of the app at 1400×900; afterwards nothing may have run, asked outside or gone wrong."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    page = context.new_page()
    dialogs: list[str] = []
    outside: list[str] = []

    def heard(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    def asked(request: Any) -> None:
        if not local(request.url):
            outside.append(request.url)

    page.on("dialog", heard)
    page.on("request", asked)

    def opened(path: str) -> Any:
        page.goto(f"{app}/{path}")
        page.get_by_test_id("stMainBlockContainer").locator("h1").first.wait_for(timeout=60_000)
        settled(page)
        return page

    yield opened
    name = re.sub(r"\W+", "_", request.node.name)
    page.screenshot(path=tmp_path_factory.getbasetemp() / f"{name}.png")
    ran = page.evaluate("window.__xss ?? null")
    context.close()
    assert (ran, dialogs, outside) == (None, [], [])


def settled(page: Any) -> None:
    """Waits until the app has drawn what the last action asked for.

    On a busy machine the connection may break and come back: the page is then drawn anew, and until
    that is done what stands there is the old one, paler and without the choices made in between.
    """
    page.wait_for_timeout(300)  # an action reaches the server first
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid=stApp]')?.dataset;
            return app?.testScriptState === 'notRunning' && app?.testConnectionState === 'CONNECTED'
                && !document.querySelector('[data-stale=true]');
        }""",
        timeout=60_000,
    )


def local(url: str) -> bool:
    """Whether a request stays on this machine."""
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).hostname in ("127.0.0.1", "localhost")
