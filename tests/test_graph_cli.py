"""`python -m graph …` as a user runs it: exit codes, where output goes, no tracebacks."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from graph.__main__ import app, main
from graph.server import LocalServer
from graph.store import Store
from tests.plan import COMMERCE, CUSTOMS, DRAFT, PLAN, draft, plan

ROOT = Path(__file__).resolve().parent.parent
Done = subprocess.CompletedProcess[str]


def environment(store: str | None) -> dict[str, str]:
    """This process's environment with no store but the given one."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("GRAPH_STORE", "NEO4J_"))}
    return {**env, "GRAPH_STORE": store} if store else env


def run(*words: str, store: str | None = None) -> Done:
    """The command with its output, in this process (a new one each time takes minutes); it always exits."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment(store), clear=True),
        mock.patch.object(sys, "argv", ["graph", *words]),
        contextlib.chdir(ROOT),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code
    assert isinstance(code, int)
    return Done(words, code, out.getvalue(), err.getvalue())


def test_a_new_process_answers_and_fails_without_a_traceback() -> None:
    command = [sys.executable, "-m", "graph"]
    for words, code, said in (
        (["--help"], 0, ""),
        (["stats"], 3, "127.0.0.1:1"),
        (["fly"], 2, "没有命令“fly”"),
    ):
        done = subprocess.run(
            [*command, *words], cwd=ROOT, env=environment(NOWHERE), capture_output=True, encoding="utf-8"
        )
        assert (done.returncode, "Traceback" in done.stderr, said in done.stderr) == (code, False, True)


def test_what_only_some_commands_need_is_not_imported_for_help() -> None:
    """The driver brings pandas along, where it is installed, and that takes most of a second."""
    late = {"neo4j", "networkx", "docx", "xlsxwriter", "jsonschema"}
    words = f"import sys, graph.__main__; print(*{late} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout.strip()) == (0, "")


NOWHERE = "bolt://127.0.0.1:1"

# words, exit code, what stderr says; the store cannot be reached, so usage is checked before it
WRONG = [
    # the store is not there
    (("stats",), 3, "127.0.0.1:1"),
    (("ask", "谁牵头？"), 3, "127.0.0.1:1"),
    # usage that typer checks
    ((), 2, ""),
    (("fly",), 2, "没有命令“fly”"),
    (("ask",), 2, "缺少 问题"),
    (("ask", "谁", "牵头？"), 2, "引号"),
    (("stats", "--jsn"), 2, "--json"),
    (("stats", "--json=1"), 2, "不写值"),
    (("table",), 2, "缺少 --out"),
    (("table", "--out"), 2, "--out"),
    # usage that we check, without a store
    (("query", "nothing"), 2, "agency_duties"),
    (("query", "agency_duties"), 2, "agency"),
    (("query", "agency_duties", "agency=甲", "colour=red"), 2, "colour"),
    (("query", "agency_duties", "甲"), 2, "名称=值"),
    # an empty value would be an empty answer that nobody asked for
    (("query", "agency_duties", "agency="), 2, "agency"),
    (("query", "workload", "limit=many"), 2, "limit"),
    (("matrix", "--out", "a.exe"), 2, "xlsx"),
    (("table", "--out", "README.html", "--role", "领导"), 2, "牵头"),
    (("export", "--out", "a.png"), 2, "graphml"),
    # a matrix has too many columns for Word
    (("matrix", "--out", "a.docx"), 2, ".xlsx"),
    (("table", "--out", "a.docx", "--paper", "A5"), 2, "A4、A3"),
    (("table", "--out", "a.docx", "--order", "abc"), 2, "printed、sequence"),
    (("table", "--out", "a.docx", "--names", "abc"), 2, "official、printed"),
    (("units", "--out", "a.docx"), 2, ".zip"),
    (("units", "--out", "a.zip", "--format", "pdf"), 2, ".docx"),
    (("gaps", "--out", "a.pdf"), 2, ".docx"),
    (("succession", "甲局", "--as-of", "昨天"), 2, "2024-06-01"),
    # a place that can never be written to, before a server is started for it
    (("matrix", "--out", "README.md/x.csv"), 2, "不是文件夹"),
    (("export", "--out", "README.md/x.gexf"), 2, "不是文件夹"),
    (("matrix", "--out", "tests/none/x.csv"), 3, ""),
    (("table", "--out", "字" * 120 + ".csv"), 2, "名字太长"),
    (("export", "--out", "字" * 120 + ".gexf"), 2, "名字太长"),
    (("table", "--out", "分工表"), 2, "没有后缀"),
    # an address with a port that is none
    (("stats", "--store", "bolt://127.0.0.1:abc"), 2, "bolt://主机:端口"),
    # only the local server can be served, stopped or looked at
    (("status",), 2, "local:"),
]


@pytest.mark.parametrize(
    ("words", "code", "said"), WRONG, ids=[" ".join(row[0]) or "nothing" for row in WRONG]
)
def test_a_mistake_ends_in_one_sentence(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words, store=NOWHERE)
    assert (done.returncode, done.stdout if words else "") == (code, "")
    assert said in done.stderr


def test_an_output_that_exists_is_refused_before_anything_starts(tmp_path: Path) -> None:
    out = tmp_path / "m.xlsx"
    out.write_text("mine")
    done = run("matrix", "--out", str(out), store=NOWHERE)
    assert (done.returncode, out.read_text()) == (2, "mine")
    assert "--force" in done.stderr


def test_status_of_a_server_that_does_not_run_is_3_and_starts_none(tmp_path: Path) -> None:
    done = run("status", "--store", f"local:{tmp_path / 'none'}")
    assert done.returncode == 3
    assert not (tmp_path / "none").exists()


@pytest.fixture
def url(store: Store, server: LocalServer) -> str:
    store.write(plan())
    store.write(draft())
    return f"local:{server.home}"


def data(*words: str, store: str) -> Any:
    done = run(*words, store=store)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ask_prints_the_answer_its_sources_and_the_cypher(url: str) -> None:
    done = run("ask", f"{COMMERCE}牵头哪些措施？", store=url)
    assert done.returncode == 0
    for part in (
        "共2项任务",
        "理解为",
        "清理口岸收费",
        PLAN,
        "2024年3月1日",
        "agency_duties",
        "MATCH (x:Agency)",
    ):
        assert part in done.stdout
    answer = data("ask", f"{COMMERCE}牵头哪些措施？", "--json", store=url)
    assert {row["number"] for row in answer["rows"]} == {"（一）", "（二）"}
    assert answer["understood"]["params"] == {"agency": COMMERCE, "role": "LEADS"}


def test_an_abstention_is_no_error(url: str) -> None:
    answer = data("ask", "今天天气怎么样？", "--json", store=url)
    assert (answer["abstained"], answer["understood"], answer["rows"]) == (True, None, [])
    assert answer["suggestions"]
    assert "没听懂" in run("ask", "今天天气怎么样？", store=url).stdout


def test_query_rows_are_json_when_piped(url: str) -> None:
    rows = data(
        "query", "agency_duties", f"agency={CUSTOMS}", "role=SUPPORTS", f"documents={PLAN}", store=url
    )
    assert [row["number"] for row in rows] == ["（一）"]
    both = data("query", "documents", f"documents={PLAN}", f"documents={DRAFT}", "--json", store=url)
    assert len(both) == 2
    assert data("query", "agency_duties", "agency=没有这个单位", store=url) == []


def test_gaps_stats_and_status(url: str) -> None:
    tiers = {(row["number"], row["tier"]) for row in data("gaps", "--json", store=url)}
    # （三）: one unit and a class; 2．: only a supporting one; 1． has a lead that stands alone: no gap
    assert tiers == {("（四）", 2), ("（三）", 3), ("2．", 3), ("（二）", 4)}
    assert data("stats", "--json", store=url)["Measure"] == 7
    assert data("status", "--json", store=url)["running"] is True


def test_files_are_written_and_filters_hold(url: str, tmp_path: Path) -> None:
    out = tmp_path / "m.csv"
    done = run(
        "matrix", "--out", str(out), "--document", PLAN, "--agency", CUSTOMS, "--role", "牵头", store=url
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    text = out.read_text("utf-8-sig")
    assert "清理口岸收费" in text
    assert "水上巴士" not in text
    assert run("table", "--out", str(tmp_path / "t.html"), "--no-drafts", store=url).returncode == 0
    assert "东岭" not in (tmp_path / "t.html").read_text("utf-8")
    assert run("export", "--out", str(tmp_path / "folder"), store=url).returncode == 0
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["edges.csv", "nodes.csv"]
    unknown = run("matrix", "--out", str(tmp_path / "n.csv"), "--agency", "没有这个单位", store=url)
    assert (unknown.returncode, (tmp_path / "n.csv").exists()) == (2, False)
    assert "没有单位" in unknown.stderr
    shared = run("matrix", "--out", str(tmp_path / "n.csv"), "--agency", "财政局", store=url)
    assert (shared.returncode, "2个单位" in shared.stderr) == (2, True)


# what is typed, exit code, what is said
TYPED = [
    # brackets and spaces as a keyboard gives them
    (("--document", "临府 [2024] 1号"), 0, "已写出"),
    # words of one title alone are taken, and said
    (("--document", "优化口岸环境"), 0, "理解为文件“临江市优化口岸环境工作方案”"),
    (("--agency", "江市商务局"), 0, f"理解为单位“{COMMERCE}”"),
    # two letters off is a mistake, not a unit
    (("--agency", "临江海观"), 2, CUSTOMS),
    (("--document", "没有这份"), 2, "query documents"),
]


@pytest.mark.parametrize(("words", "code", "said"), TYPED, ids=[row[0][1] for row in TYPED])
def test_names_as_people_type_them(
    words: tuple[str, ...], code: int, said: str, url: str, tmp_path: Path
) -> None:
    done = run("table", "--out", str(tmp_path / "t.csv"), *words, store=url)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_every_command_shows_an_example() -> None:
    help_text = run("--help").stdout
    commands = [
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    ]
    assert len(commands) > 12
    for name in commands:
        assert name in help_text
        said = "".join(run(name, "--help").stdout.split())
        assert f"例：python-mgraph{name}" in said, name


def test_rows_are_csv_when_asked_for(url: str) -> None:
    done = run("query", "agency_duties", f"agency={CUSTOMS}", "--csv", store=url)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["number"] for row in rows} == {"（一）", "（二）", "（五）", "2．"}
    assert {row["role"] for row in rows} == {"牵头", "配合"}
    assert run("network", "--csv", store=url).stdout.startswith("单位,任务数,伙伴")


def test_units_gaps_why_compare_and_succession(url: str, tmp_path: Path) -> None:
    out = tmp_path / "清单.zip"
    assert run("units", "--out", str(out), "--format", "csv", store=url).returncode == 0
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
    assert f"{CUSTOMS}任务清单.csv" in names
    assert run("units", "--out", str(out), store=url).returncode == 2
    assert run("gaps", "--out", str(tmp_path / "g.docx"), store=url).returncode == 0
    assert "牵头（二）清理口岸收费" in run("why", CUSTOMS, "（二）", store=url).stdout
    nothing = run("why", CUSTOMS, "（四）", store=url)
    assert (nothing.returncode, "没有" in nothing.stderr) == (2, True)
    rows = data("compare", PLAN, DRAFT, store=url)
    assert {row["kind"] for row in rows} >= {"增加任务", "删去任务"}
    assert run("compare", PLAN, PLAN, store=url).returncode == 2
    assert data("succession", CUSTOMS, "--as-of", "2024", store=url)["holder"] == CUSTOMS


def test_remove_takes_a_document_out_once(url: str) -> None:
    assert run("remove", DRAFT, store=url).returncode == 0
    assert [row["document_id"] for row in data("query", "documents", store=url)] == [PLAN]
    again = run("remove", DRAFT, store=url)
    assert (again.returncode, "没有文件" in again.stderr) == (2, True)
