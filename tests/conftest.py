"""What every test may ask for: a real Neo4j, an empty store on it, the reference documents.

Where something is missing, a test is skipped with the reason and what would make it run;
with CI set, it fails instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import neo4j
import pytest

from graph.errors import StoreUnavailable
from graph.server import LocalServer

if TYPE_CHECKING:
    from graph.store import Store

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then those that need Neo4j (marked slow), then those in the browser."""
    needs_server = {"server", "store"}
    for item in items:
        if needs_server & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        if "browser" in item.path.relative_to(ROOT).parts:
            item.add_marker("browser")
    items.sort(
        key=lambda item: (
            2 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("slow") else 0
        )
    )


def absent(reason: str) -> NoReturn:
    """Fail under CI, skip elsewhere; the reason says what is missing and what would make the test run."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A running Neo4j in a directory of its own: one per test run (per worker under xdist)."""
    local = LocalServer(tmp_path_factory.mktemp("graph") / "neo4j")
    try:
        local.ensure(keep=True)
    except StoreUnavailable as error:
        absent(f"需要本机 Neo4j：{error}（联网运行一次 python -m graph serve 即可下载）")
    try:
        yield local
    finally:
        local.stop()


@pytest.fixture
def store(server: LocalServer) -> Iterator[Store]:
    """An open store without a single node; its constraints and indexes are there."""
    from graph.store import open_store

    info = server.ensure(keep=True)  # a test may have ended it
    with neo4j.GraphDatabase.driver(info.uri, auth=(info.user, info.password)) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    with open_store(f"local:{server.home}") as opened:
        yield opened


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of the reference documents and their gold records, outside the repository."""
    folder = Path(os.environ.get("REFERENCE_DOCUMENTS") or ROOT.parent / "shared").resolve()
    if not folder.is_dir():
        absent(f"没有参考文件目录 {folder}；用环境变量 REFERENCE_DOCUMENTS 指定它即可运行")
    return folder
