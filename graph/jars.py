"""Neo4j's jars: fetched once per user, side by side, each checked against neo4j.lock.toml.

`fetch()` returns the directory that holds them all. What is complete there is never fetched
again, so an interrupted download goes on where it stopped; a jar appears under its name only
after its checksum was found right.

To move to another version: `python -m graph.jars org.neo4j:neo4j:VERSION` resolves the
coordinates with jgo and rewrites the lock file.
"""

from __future__ import annotations

import errno
import fcntl
import functools
import hashlib
import os
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TextIO

from graph.errors import StoreUnavailable

LOCK_FILE = Path(__file__).with_name("neo4j.lock.toml")
SIDE_BY_SIDE = 16
TRIES = 3
TIMEOUT_S = 30
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked jar: Maven coordinates `group:artifact:version[:classifier]`, checksum, size in bytes."""

    coordinates: str
    sha256: str
    size: int

    @property
    def path(self) -> PurePosixPath:
        """Where a Maven repository keeps it."""
        group, artifact, version, *_ = self.coordinates.split(":")
        return PurePosixPath(*group.split("."), artifact, version, self.name)

    @property
    def name(self) -> str:
        """Its file name, unique within the lock file."""
        return "-".join(self.coordinates.split(":")[1:]) + ".jar"


@dataclass(frozen=True, slots=True)
class Lock:
    """What neo4j.lock.toml says: the version of Neo4j and every jar it needs."""

    version: str
    jars: tuple[Jar, ...]

    @property
    def size(self) -> int:
        """All jars together, in bytes."""
        return sum(jar.size for jar in self.jars)


@functools.cache
def read_lock(path: Path = LOCK_FILE) -> Lock:
    """The lock file as values."""
    data = tomllib.loads(path.read_text("utf-8"))
    return Lock(
        version=data["neo4j"].split(":")[2],
        jars=tuple(Jar(name, entry["sha256"], entry["size"]) for name, entry in data["jars"].items()),
    )


def cache_dir() -> Path:
    """The user's own cache for this program: $XDG_CACHE_HOME (default ~/.cache)/duty-graph."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "duty-graph"


def fetch(lock: Lock | None = None, into: Path | None = None) -> Path:
    """The directory with every jar of the lock file, fetching what is missing (progress on stderr).

    Two processes that ask at once fetch once: the second waits for the first.

    Raises:
        StoreUnavailable: no network, a checksum that differs, a full or read-only disk.
    """
    lock = lock or read_lock()
    into = into or cache_dir() / f"neo4j-{lock.version}"
    try:
        if not _missing(lock, into):
            return into
        into.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(into / ".lock"):
            for left_over in into.glob("*.part"):
                left_over.unlink(missing_ok=True)
            if missing := _missing(lock, into):
                _fetch_all(missing, into, lock.version)
    except OSError as error:
        raise StoreUnavailable(f"不能把 Neo4j 的程序文件存入 {into}：{reason(error)}。") from error
    return into


def _missing(lock: Lock, into: Path) -> list[Jar]:
    """The jars that are absent or cut short. Contents were checked before a jar got its name."""
    try:
        present = {entry.name: entry.stat().st_size for entry in os.scandir(into)}
    except FileNotFoundError:
        present = {}
    return [jar for jar in lock.jars if present.get(jar.name) != jar.size]


def reason(error: OSError) -> str:
    """What the file system refused, in a few words of Chinese."""
    known = {
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.EROFS: "文件系统只读",
        errno.ENOSPC: "磁盘已满",
        errno.EDQUOT: "超出磁盘配额",
        errno.EEXIST: "同名的文件已经存在",
        errno.ENOTDIR: "路径中有一段是文件，不是目录",
        errno.ENAMETOOLONG: "路径太长",
    }
    return known.get(error.errno or 0) or error.strerror or str(error)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个进程正在下载 Neo4j，等它完成……", file=sys.stderr)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fetch_all(jars: list[Jar], into: Path, version: str) -> None:
    # Needed only here. jgo's settings ([repositories] in jgo.conf) name the user's own mirror, if any.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL

    settings = GlobalSettings.load()
    sources = list(({"central": MAVEN_CENTRAL_URL} | settings.repositories).values())
    stopping = threading.Event()
    progress = _Progress(f"下载 Neo4j {version}", len(jars), sum(jar.size for jar in jars))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        futures = [
            pool.submit(_fetch_one, jar, into, sources, settings.repo_cache, stopping, progress)
            # The largest first, so that none of them is left over for the end.
            for jar in sorted(jars, key=lambda jar: -jar.size)
        ]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            progress.close()


class _Stopped(Exception):
    """Another jar failed or the user interrupted: this download is given up."""


def _fetch_one(
    jar: Jar, into: Path, sources: list[str], maven: Path, stopping: threading.Event, progress: _Progress
) -> None:
    """Bring one jar into `into`: from the user's Maven repository if it is there, else from a source."""
    own = maven / jar.path
    if own.is_file() and own.stat().st_size == jar.size:
        with own.open("rb") as stream:
            if _store(jar, into, iter(lambda: stream.read(CHUNK), b""), stopping, progress):
                return
    trouble: Exception | None = None
    wrong = False
    for attempt in range(TRIES):
        if attempt and stopping.wait(2**attempt):
            raise _Stopped
        for source in sources:
            try:
                if _store(jar, into, _download(f"{source.rstrip('/')}/{jar.path}"), stopping, progress):
                    return
                wrong = True
            except _DownloadError as error:
                trouble = error
    if wrong:
        raise StoreUnavailable(
            f"下载的 {jar.name} 与 {LOCK_FILE.name} 记录的校验和不符，已丢弃；请检查网络或镜像后重试。"
        )
    raise StoreUnavailable(
        f"下载 Neo4j 所需的 {jar.name} 失败（{trouble}）；请检查网络后重试，已下载的不会重来。"
    ) from trouble


class _DownloadError(Exception):
    """A source did not deliver; the message says why, in a few words."""


def _download(url: str) -> Iterator[bytes]:
    from jgo.util import http

    # requests' errors are OSErrors too; told apart here from those of the local disk.
    try:
        with http.get(url, stream=True, timeout=TIMEOUT_S) as response:
            if response.status_code != 200:
                raise _DownloadError(f"服务器回答 {response.status_code}")
            yield from response.iter_content(CHUNK)
    except OSError as error:
        raise _DownloadError("连接不上下载源或连接中断") from error


def _store(
    jar: Jar, into: Path, chunks: Iterator[bytes], stopping: threading.Event, progress: _Progress
) -> bool:
    """Write the chunks beside their place, check them, and only then give them their name."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=into, prefix=jar.name, suffix=".part", delete=False) as part:
        try:
            for chunk in chunks:
                if stopping.is_set():
                    raise _Stopped
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress.add(len(chunk))
                if size > jar.size:
                    break
            part.flush()
            right = size == jar.size and digest.hexdigest() == jar.sha256
            if right:
                Path(part.name).replace(into / jar.name)
                progress.done()
            else:
                progress.add(-size)
            return right
        finally:
            Path(part.name).unlink(missing_ok=True)


class _Progress:
    """How far the download is: one line that moves on a terminal, a line every tenth elsewhere."""

    def __init__(self, what: str, files: int, size: int, out: TextIO | None = None) -> None:
        self._what, self._files, self._size = what, files, max(size, 1)
        self._out = out or sys.stderr
        self._got, self._ready, self._shown = 0, 0, -1
        self._step = 1 if self._out.isatty() else 10
        self._guard = threading.Lock()
        print(f"{what}：{files} 个文件，{size / 1e6:.0f} MB，只需一次。", file=self._out, flush=True)

    def add(self, size: int) -> None:
        with self._guard:
            self._got += size
            share = 100 * self._got // self._size // self._step * self._step
            if share > self._shown:
                self._shown = share
                end = "\r" if self._step == 1 else "\n"
                text = f"{self._what}：{share}%，{self._ready}/{self._files} 个文件"
                print(text, end=end, file=self._out, flush=True)

    def done(self) -> None:
        with self._guard:
            self._ready += 1

    def close(self) -> None:
        if self._step == 1:
            print(file=self._out, flush=True)


def resolve(coordinates: str) -> str:
    """The text of a lock file for these Maven coordinates (group:artifact:version) and all they need.

    Fetches each jar through jgo to compute its checksum.
    """
    import jgo

    lines = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        artifacts = jgo.resolve(coordinates)
        for artifact, path in zip(artifacts, pool.map(lambda each: each.resolve(), artifacts), strict=True):
            parts = [artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier]
            name = ":".join(part for part in parts if part)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f'"{name}" = {{ sha256 = "{digest}", size = {path.stat().st_size} }}\n')
    return (
        f"# Written by `python -m graph.jars {coordinates}` on {time.strftime('%Y-%m-%d')}; not by hand.\n"
        f'neo4j = "{coordinates}"\n\n[jars]\n' + "".join(sorted(lines))
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].count(":") != 2:
        sys.exit("用法：python -m graph.jars org.neo4j:neo4j:版本")
    LOCK_FILE.write_text(resolve(sys.argv[1]), "utf-8")
