"""The local Neo4j: fetched, started once, found again, recovered, stopped; on real processes."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import pwd
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import ClientError

from graph import jars
from graph import server as server_module
from graph.errors import StoreUnavailable
from graph.jars import Jar, Lock
from graph.server import LocalServer, ServerInfo

ROOT = Path(__file__).resolve().parent.parent

ENSURE = """
import sys
from pathlib import Path
from graph.server import LocalServer
info = LocalServer(Path(sys.argv[1])).ensure(keep=True)
print(info.pid, info.started)
"""
SERVE = """
import sys
from pathlib import Path
from graph.server import LocalServer
LocalServer(Path(sys.argv[1])).serve(sys.stdout)
"""


def in_another_process(code: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(home)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ask(info: ServerInfo, cypher: str, **params: Any) -> list[Any]:
    with neo4j.GraphDatabase.driver(info.uri, auth=(info.user, info.password)) as driver:
        return [record.values() for record in driver.execute_query(cypher, params).records]


def gone(pid: int) -> bool:
    return not server_module._arguments(pid)[:1] or not server_module._arguments(pid)[0]


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose first start, which takes longer, only one of the tests below has to wait for."""
    return tmp_path_factory.mktemp("权责 图谱") / "neo4j"


@pytest.fixture
def local(server: LocalServer, used_home: Path) -> Iterator[LocalServer]:
    """A server to end and break, not running; asking for `server` makes sure that Neo4j can run here."""
    yield from stopped_afterwards(used_home)


@pytest.fixture
def fresh(server: LocalServer, tmp_path: Path) -> Iterator[LocalServer]:
    """The same where there has never been one."""
    yield from stopped_afterwards(tmp_path / "neo4j")


def stopped_afterwards(home: Path) -> Iterator[LocalServer]:
    local = LocalServer(home)
    yield local
    local.stop()


# -- the server of the test run -------------------------------------------------------------------


def test_only_its_user_can_read_where_the_password_is(server: LocalServer) -> None:
    state = server.home / "server.json"
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    held = json.loads(state.read_text("utf-8"))
    info = server.ensure()
    assert {"uri", "user", "password", "pid", "version"} <= held.keys()
    assert (held["uri"], held["user"], held["password"]) == (info.uri, info.user, info.password)
    assert info.password not in repr(info)


def test_the_password_is_asked_for(server: LocalServer) -> None:
    wrong = replace(server.ensure(), password="neo4j")
    with pytest.raises(neo4j.exceptions.AuthError):
        ask(wrong, "RETURN 1")


def test_it_is_the_locked_version(server: LocalServer) -> None:
    rows = ask(server.ensure(), "CALL dbms.components() YIELD versions RETURN versions[0]")
    assert rows == [[jars.read_lock().version]]


def test_it_listens_on_loopback_only(server: LocalServer) -> None:
    port = int(server.ensure().uri.rpartition(":")[2])
    addresses = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
    outside = [address for address in addresses if not str(address).startswith("127.")]
    # A bind to every address would take this one too; on loopback alone it is still free.
    with socket.create_server((str(outside[0]) if outside else "127.0.0.2", port)):
        pass


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("file:///etc/passwd", id="a file of this machine"),
        pytest.param("file:///x.csv", id="a file of the import directory"),
        pytest.param("http://127.0.0.1:1/x.csv", id="a service on this machine"),
        pytest.param("http://[::1]:1/x.csv", id="the same by IPv6"),
    ],
)
def test_load_csv_is_shut(server: LocalServer, url: str) -> None:
    with pytest.raises(ClientError, match=r"allow_csv_import_from_file_urls|is blocked"):
        ask(server.ensure(), "LOAD CSV FROM $url AS line RETURN line", url=url)


def test_a_second_start_finds_the_first(server: LocalServer) -> None:
    first = server.ensure()
    other = LocalServer(server.home)
    assert other.ensure() == replace(first, started=False)
    assert other.status() == replace(first, started=False)
    other.release()
    assert server.status(), "one that is asked to be kept stays when a user leaves"


# -- servers that are started and ended -----------------------------------------------------------


def test_two_processes_at_once_get_one_server(fresh: LocalServer) -> None:
    both = [in_another_process(ENSURE, fresh.home) for _ in range(2)]
    said = [process.communicate(timeout=200)[0].split() for process in both]
    assert {pid for pid, _ in said} == {str(fresh.ensure().pid)}
    assert sorted(started for _, started in said) == ["False", "True"]


def test_a_killed_server_is_started_again_with_its_data(local: LocalServer) -> None:
    first = local.ensure()
    ask(first, "MERGE (:Kept {name: '黄埔海关'})")
    os.kill(first.pid, signal.SIGKILL)
    second = local.ensure()
    assert second.started
    assert second.pid != first.pid
    assert second.password == first.password
    assert ask(second, "MATCH (n:Kept) RETURN DISTINCT n.name") == [["黄埔海关"]]


def test_the_last_to_leave_stops_it(local: LocalServer) -> None:
    other = LocalServer(local.home)
    pid = local.ensure().pid
    other.ensure()
    local.release()
    assert local.status(), "somebody still uses it"
    other.release()
    assert local.status() is None
    assert gone(pid)


def test_stop_ends_it_and_says_whether_there_was_one(local: LocalServer) -> None:
    pid = local.ensure().pid
    assert LocalServer(local.home).stop()
    assert gone(pid)
    assert local.status() is None
    assert not local.stop()


def test_a_stale_state_file_is_not_believed(local: LocalServer) -> None:
    """The pid in it now belongs to another program, which must live; its port to another as well."""
    local.ensure()
    local.stop()
    state = json.loads((local.home / "server.json").read_text("utf-8"))
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        with socket.create_server(("127.0.0.1", state["port"])):
            (local.home / "server.json").write_text(json.dumps(state | {"pid": bystander.pid}), "utf-8")
            assert local.status() is None
            info = local.ensure()
            assert info.started
            assert not info.uri.endswith(f":{state['port']}"), "the old port is taken: another one"
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_port_taken_at_the_last_moment_is_given_up(
    local: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = server_module._free_port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(server_module, "_free_port", lambda wanted: next(ports, None) or free(0))
        info = local.ensure()
        assert info.uri != f"bolt://127.0.0.1:{taken.getsockname()[1]}"
        assert ask(info, "RETURN 1") == [[1]]


def test_a_lost_password_costs_no_data(local: LocalServer) -> None:
    """While it runs, too: a server nobody can enter is ended, and the graph opened under a new password."""
    first = local.ensure()
    ask(first, "MERGE (:Kept {name: '黄埔海关'})")
    (local.home / "server.json").unlink()
    second = local.ensure()
    assert second.password != first.password
    assert gone(first.pid)
    assert ask(second, "MATCH (n:Kept) RETURN DISTINCT n.name") == [["黄埔海关"]]


@pytest.mark.parametrize(
    "left",
    [
        pytest.param("", id="empty"),
        pytest.param('{"password": "x', id="cut short"),
        pytest.param("[1]", id="another shape"),
        pytest.param('{"uri": 1}', id="other fields"),
        pytest.param('{"password": "x", "version": "5", "port": "?", "pid": 1, "keep": 0}', id="no port"),
        pytest.param("\ud800", id="not text"),
    ],
)
def test_a_broken_state_file_counts_as_lost(tmp_path: Path, left: str) -> None:
    (tmp_path / "server.json").write_text(left, "utf-8", "surrogatepass")
    assert LocalServer(tmp_path)._read() is None
    assert LocalServer(tmp_path).status() is None


def test_a_start_that_was_killed_is_taken_up(local: LocalServer) -> None:
    """The process that waits for it is killed: the next one waits for the same server."""
    starter = in_another_process(ENSURE, local.home)
    pid = wait_for_pid(local.home)
    starter.kill()
    starter.communicate()
    info = local.ensure()
    assert info.pid == pid
    assert ask(info, "RETURN 1") == [[1]]


def test_a_server_killed_in_its_first_start_starts(fresh: LocalServer) -> None:
    starter = in_another_process(ENSURE, fresh.home)
    pid = wait_for_pid(fresh.home)
    while not (fresh.home / "data" / "databases" / "system").exists():
        time.sleep(0.05)
    starter.kill()
    starter.communicate()
    os.kill(pid, signal.SIGKILL)
    assert ask(fresh.ensure(), "RETURN 1") == [[1]]


def wait_for_pid(home: Path) -> int:
    while True:
        try:
            pid = json.loads((home / "server.json").read_text("utf-8"))["pid"]
        except FileNotFoundError:
            pid = None
        if pid:
            return int(pid)
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_serve_runs_until_it_is_told(local: LocalServer, number: signal.Signals) -> None:
    serving = in_another_process(SERVE, local.home)
    assert serving.stdout
    line = serving.stdout.readline()
    info = local.status()
    assert info
    assert info.uri in line
    assert str(local.home / "server.json") in line
    serving.send_signal(number)
    rest, _ = serving.communicate(timeout=100)
    assert serving.returncode == 0
    assert gone(info.pid)
    assert info.password not in line + rest
    assert "Traceback" not in line + rest


def test_serve_restarts_what_dies_and_ends_with_what_is_stopped(local: LocalServer) -> None:
    serving = in_another_process(SERVE, local.home)
    assert serving.stdout
    serving.stdout.readline()
    first = local.status()
    assert first
    os.kill(first.pid, signal.SIGKILL)
    assert "已重新启动" in serving.stdout.readline()
    second = local.status()
    assert second
    assert second.pid != first.pid
    assert local.stop()
    rest, _ = serving.communicate(timeout=100)
    assert serving.returncode == 0
    assert "已被停止" in rest


# -- directories that cannot be used --------------------------------------------------------------


def test_another_users_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "neo4j"
    home.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    assert_refused(home, "属于另一个用户")
    assert not list(home.iterdir())


def test_a_directory_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "论文.docx").write_text("x")
    tmp_path.chmod(0o755)
    assert_refused(tmp_path, "别的文件")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["论文.docx"]


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_refused(tmp_path / "file", "file")
    assert_refused(tmp_path / "file" / "neo4j", "不是目录")


def test_an_unwritable_directory_is_refused(tmp_path: Path) -> None:
    """As a user who may not write there; the root user of a container may write everywhere."""
    (tmp_path / "closed").mkdir(mode=0o500)
    we = os.geteuid()
    if we == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        assert_refused(tmp_path / "closed" / "neo4j", "没有权限")
        assert LocalServer(tmp_path / "closed" / "neo4j").status() is None
        with pytest.raises(StoreUnavailable, match="没有权限"):
            LocalServer(tmp_path / "closed" / "neo4j").stop()
    finally:
        os.seteuid(we)


def test_a_nearly_full_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_fetching: None
) -> None:
    monkeypatch.setattr(server_module, "FREE_BYTES", 1 << 80)
    assert_refused(tmp_path / "neo4j", "磁盘只剩")
    assert LocalServer(tmp_path / "neo4j").status() is None


@pytest.fixture
def no_fetching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jars, "fetch", lambda: tmp_path / "no-jars")


def test_nothing_is_found_or_stopped_where_nothing_is(tmp_path: Path) -> None:
    local = LocalServer(tmp_path / "neo4j")
    assert local.status() is None
    assert not local.stop()
    local.release()
    assert not local.home.exists()


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        pytest.param("java.io.IOException: No space left on device", "磁盘已满", id="full disk"),
        pytest.param("java.nio.file.AccessDeniedException: /x", "不能写入", id="permissions"),
        pytest.param("org.neo4j.kernel.StoreLockException: x", "另一个 Neo4j", id="data in use"),
        pytest.param("Could not reserve enough space for object heap", "内存不足", id="memory"),
        pytest.param("anything else", "console.log", id="unknown: where to read more"),
    ],
)
def test_why_it_ended_is_one_sentence(tmp_path: Path, printed: str, sentence: str) -> None:
    with pytest.raises(StoreUnavailable, match=sentence) as caught:
        server_module._explain_exit(printed.encode(), tmp_path)
    assert is_one_sentence(str(caught.value))


def is_one_sentence(message: str) -> bool:
    return "\n" not in message and message.endswith("。") and message.count("。") == 1


def assert_refused(home: Path, words: str) -> None:
    with pytest.raises(StoreUnavailable, match=words) as caught:
        LocalServer(home).ensure()
    assert is_one_sentence(str(caught.value))


# -- the jars ---------------------------------------------------------------------------------------


def test_the_lock_file_names_everything_once() -> None:
    lock = jars.read_lock()
    assert len({jar.name for jar in lock.jars}) == len(lock.jars) > 200
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in lock.jars)
    assert f"org.neo4j:neo4j:{lock.version}" in {jar.coordinates for jar in lock.jars}


class Repository(http.server.SimpleHTTPRequestHandler):
    """A Maven repository on loopback that notes what was asked for."""

    def __init__(self, asked: list[str], *args: Any, **options: Any) -> None:
        self.asked = asked
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


class Source:
    """The repository, its files, and a lock file's worth of jars in it."""

    def __init__(self, folder: Path, asked: list[str]) -> None:
        self.folder, self.asked = folder, asked
        self.lock = Lock("0", tuple(self.publish(f"g.x:a{n}:1", bytes([n]) * 70_000) for n in range(20)))

    def publish(self, coordinates: str, content: bytes) -> Jar:
        jar = Jar(coordinates, hashlib.sha256(content).hexdigest(), len(content))
        path = self.folder / jar.path
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return jar


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    folder = tmp_path / "repository"
    folder.mkdir()
    config = tmp_path / "jgo.conf"
    monkeypatch.setenv("JGO_CONFIG_FILE", str(config))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(jars, "TRIES", 1)
    asked: list[str] = []
    # Sixteen come at once; the default queue of five would make some wait for a retransmission.
    monkeypatch.setattr(http.server.ThreadingHTTPServer, "request_queue_size", 64)
    handler = partial(Repository, asked, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        config.write_text(f"[repositories]\ncentral = http://127.0.0.1:{web.server_port}\n")
        thread = threading.Thread(target=web.serve_forever, args=(0.01,))
        thread.start()
        yield Source(folder, asked)
        web.shutdown()
        thread.join()


def test_jars_come_once_from_the_configured_mirror(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = jars.fetch(source.lock, tmp_path / "lib")
    assert sorted(path.name for path in into.glob("*.jar")) == sorted(j.name for j in source.lock.jars)
    assert not list(into.glob("*.part"))
    assert len(source.asked) == 20
    printed = capsys.readouterr()
    assert "20 个文件" in printed.err
    assert "100%" in printed.err
    assert not printed.out, "stdout is for data"
    jars.fetch(source.lock, into)
    assert len(source.asked) == 20


def test_an_interrupted_fetch_goes_on_where_it_stopped(source: Source, tmp_path: Path) -> None:
    into = jars.fetch(source.lock, tmp_path / "lib")
    first, second, *_ = source.lock.jars
    (into / first.name).unlink()
    (into / second.name).write_bytes(b"cut short")
    (into / "left.jar.over.part").write_bytes(b"x")
    source.asked.clear()
    jars.fetch(source.lock, into)
    assert sorted(source.asked) == sorted(f"/{jar.path}" for jar in (first, second))
    assert not list(into.glob("*.part"))


def test_what_the_users_maven_has_is_not_fetched(source: Source, tmp_path: Path) -> None:
    first, second, *_ = source.lock.jars
    for jar, content in ((first, bytes([0]) * 70_000), (second, b"?" * 70_000)):
        own = tmp_path / "m2" / jar.path
        own.parent.mkdir(parents=True)
        own.write_bytes(content)
    jars.fetch(source.lock, tmp_path / "lib")
    assert f"/{first.path}" not in source.asked
    assert f"/{second.path}" in source.asked, "same size, wrong content: not taken from there"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"?" * 70_000, "校验和不符", id="same size, other content"),
        pytest.param(b"?" * 10, "校验和不符", id="cut short"),
        pytest.param(b"?" * 9_000_000, "校验和不符", id="endless"),
        pytest.param(None, "失败（服务器回答 404）", id="not there"),
    ],
)
def test_a_wrong_jar_is_one_sentence_and_leaves_nothing(
    source: Source, tmp_path: Path, content: bytes | None, words: str
) -> None:
    jar = source.lock.jars[7]
    if content is None:
        (source.folder / jar.path).unlink()
    else:
        (source.folder / jar.path).write_bytes(content)
    with pytest.raises(StoreUnavailable, match=words) as caught:
        jars.fetch(source.lock, tmp_path / "lib")
    assert jar.name in str(caught.value)
    assert is_one_sentence(str(caught.value))
    assert not (tmp_path / "lib" / jar.name).exists()
    assert not list((tmp_path / "lib").glob("*.part"))


def test_without_a_network_it_is_one_sentence(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (tmp_path / "jgo.conf").write_text(f"[repositories]\ncentral = http://127.0.0.1:{port}\n")
    with pytest.raises(StoreUnavailable, match="连接不上") as caught:
        jars.fetch(source.lock, tmp_path / "lib")
    assert is_one_sentence(str(caught.value))


def test_two_processes_fetch_once(source: Source, tmp_path: Path) -> None:
    both = [threading.Thread(target=jars.fetch, args=(source.lock, tmp_path / "lib")) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(source.asked) == 20


def test_a_cache_that_cannot_be_written_is_one_sentence(source: Source, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="不是目录"):
        jars.fetch(source.lock, tmp_path / "file" / "lib")
