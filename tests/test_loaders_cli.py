"""The loaders' commands: exit codes, one sentence for each mistake, and loads that are whole or absent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from graph import originals
from graph.store import Store, open_store
from loaders.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
DIGESTS = ROOT / "data" / "documents"
PLAN = "某某工作方案\n一、加强保障。做好有关工作。（责任单位：省财政厅）\n"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's originals go."""
    folder = tmp_path / "originals"
    monkeypatch.setenv("GRAPH_DOCUMENTS", str(folder))
    return folder


def everything(store: Store) -> dict[str, Any]:
    """All that a user could see change: documents, measures and responsibilities, and the counts."""
    return {
        "stats": store.stats(),
        "documents": store.documents(),
        "measures": [store.query("document_measures", document=d["document_id"]) for d in store.documents()],
        "responsibilities": store.query("responsibilities"),
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        # an empty file
        ("空.txt", b""),
        # a program
        ("程序.txt", b"\x7fELF\x00\x01\x02"),
        # a folder's worth of a file
        ("大.txt", None),
    ],
)
def test_an_unreadable_file_is_named_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None
) -> None:
    bad, good = tmp_path / name, tmp_path / "好.txt"
    if data is None:
        with bad.open("wb") as sparse:
            sparse.truncate(200 * 1024 * 1024)
    else:
        bad.write_bytes(data)
    good.write_text(PLAN, "utf-8")
    assert (
        main(["parse", str(bad), str(good), "--out", str(tmp_path / "out"), "--jurisdiction", "广东省"]) == 1
    )
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["好.json"]
    errors = capsys.readouterr().err
    assert errors.startswith(name)
    assert "Traceback" not in errors


def test_a_readable_file_that_is_no_such_document_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "新闻.txt"
    file.write_text("本报讯 昨日天气晴朗。\n", "utf-8")
    assert main(["parse", str(file)]) == 0


def test_wrong_usage_is_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse"]) == 2
    assert main(["load", str(DIGESTS), "--store", "mysql://x"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_unreachable_store_is_exit_code_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", str(DIGESTS), "--store", "bolt://127.0.0.1:9"]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_loading_everything_twice_changes_no_row(store: Store, server: Any, kept: Path) -> None:
    url = f"local:{server.home}"
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    before = everything(store)
    assert len(before["documents"]) == 5
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    assert everything(store) == before


def test_a_rebuild_from_the_originals_gives_the_same_graph(store: Store, server: Any, kept: Path) -> None:
    url = f"local:{server.home}"
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    before = everything(store)
    assert main(["rebuild", "--store", url]) == 0
    assert everything(store) == before
    assert len(list(originals.kept(kept))) == 5


def test_what_the_command_line_said_survives_a_rebuild(
    store: Store, server: Any, kept: Path, tmp_path: Path
) -> None:
    file = tmp_path / "方案.txt"
    file.write_text(PLAN, "utf-8")
    url = f"local:{server.home}"
    assert main(["load", str(file), "--store", url, "--jurisdiction", "湖南省"]) == 0
    assert main(["rebuild", "--store", url]) == 0
    assert {row["agency"] for row in store.query("responsibilities")} == {"湖南省财政厅"}


def test_documents_already_there_are_left_alone(
    store: Store, server: Any, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"local:{server.home}"
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    capsys.readouterr()
    assert main(["load", str(DIGESTS), "--store", url, "--if-absent"]) == 0
    assert capsys.readouterr().err.count("已在图中") == 5


def test_a_load_killed_at_any_moment_leaves_only_whole_documents(
    store: Store, server: Any, kept: Path, tmp_path: Path
) -> None:
    url = f"local:{server.home}"
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    whole = {row["document_id"]: row["measures"] for row in store.documents()}
    complete = everything(store)
    chance = random.Random(20130805)  # noqa: S311 (moments, not secrets)
    environment = dict(os.environ, GRAPH_DOCUMENTS=str(kept))
    command = [sys.executable, "-m", "loaders", "load", str(DIGESTS), "--store", url]
    killed = 0
    for _ in range(20):
        for row in store.documents():
            store.remove(row["document_id"])
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.8, 3.0))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        for row in store.documents():
            assert row["measures"] == whole[row["document_id"]]
    assert killed
    assert main(["load", str(DIGESTS), "--store", url]) == 0
    assert everything(store) == complete


def test_hostile_text_goes_through_the_store_as_text(
    store: Store, server: Any, kept: Path, tmp_path: Path
) -> None:
    hostile = '<img src=x onerror=alert(1)>\'"}) DETACH DELETE n //=HYPERLINK("http://x","y"){{7*7}}'
    file = tmp_path / "怪.txt"
    file.write_text(f"某某工作方案\n一、加强保障{hostile}。（责任单位：省财政厅）\n", "utf-8")
    assert main(["load", str(file), "--store", f"local:{server.home}", "--jurisdiction", "广东省"]) == 0
    with open_store(f"local:{server.home}") as again:
        (row,) = again.documents()
        (document,) = again.query("document", document=row["document_id"])
    assert hostile in document["text"]
