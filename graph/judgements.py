"""People's decisions in a file of lines: var/judgements.jsonl, portable, one JSON object a line.

A line is a judgement as it was made; revoking adds a line with the same id and its revoked_at. The last
line of an id counts. Lines are only ever added, but for 彻底删除, which takes a document's lines out.
One writer at a time, over all processes of this machine: the file's `.lock` is held meanwhile.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph import originals
from graph.errors import StoreError, StoreUnavailable, UsageError
from graph.model import Judgement, Measure, Record, Verdict

FILE = "judgements.jsonl"


def file_for(url: str | None) -> Path:
    """The ledger of a store: beside the folder of its originals."""
    return originals.folder_for(url).parent / FILE


def now() -> str:
    """This second as an ISO time in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def local(at: str | None) -> str:
    """A UTC time as this machine's people read it; empty for none."""
    return datetime.fromisoformat(str(at)).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def made(verdict: Verdict, about: str, author: str, **more: str | None) -> Judgement:
    """A new judgement of this moment; `more` are its other fields. Raises UsageError without an author."""
    author = " ".join(author.split())
    if not author:
        raise UsageError("请先写明经办人，再作认定或核对。")
    return Judgement(secrets.token_hex(8), str(verdict), about, author, now(), **more)  # type: ignore[arg-type]


class Ledger:
    """The judgements of a file; a file that is not there holds none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[Judgement]:
        """Every judgement in its present state, in the order they were made, revoked ones included.

        Raises StoreError for a line that is no judgement; a last line cut off by a crash is left aside.
        """
        found: dict[str, Judgement] = {}
        for number, line in enumerate(self._lines(), 1):
            try:
                judgement = Judgement.from_json(json.loads(line))
                Verdict(judgement.verdict)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise StoreError(
                    f"{self.path.name} 第 {number} 行不是一条认定记录，请改正或删去这一行后再试。"
                ) from error
            found[judgement.id] = judgement
        return list(found.values())

    def get(self, identity: str) -> Judgement:
        """The judgement whose id this is or begins. Raises UsageError when there is not one."""
        found = [j for j in self.all() if identity and j.id.startswith(identity)]
        if len(found) != 1:
            raise UsageError(
                f"没有编号为“{identity}”的认定，可用 python -m loaders judgements 查看编号。"
                if not found
                else f"编号“{identity}”对应 {len(found)} 条认定，请把编号写全。"
            )
        return found[0]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the ledger: nobody else adds to it meanwhile. Not to be nested."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self.path.with_name(f".{self.path.name}.lock").open("a")
        except OSError as error:
            raise _unwritable(self.path, error) from error
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @contextmanager
    def adding(self, judgements: Sequence[Judgement]) -> Iterator[None]:
        """Add lines, to be taken back when the block fails: the graph and the file change together."""
        if not judgements:
            yield
            return
        size = self._add(judgements)
        try:
            yield
        except BaseException:
            with self.path.open("r+b") as file:
                file.truncate(size)
            raise

    def forget(self, document: str) -> int:
        """Take a document's lines out of the file; how many judgements that were."""
        held = self.all()
        kept = [j for j in held if j.document != document]
        if len(kept) < len(held):
            self._replace(kept)
        return len(held) - len(kept)

    @contextmanager
    def moving(self, old: str, new: str) -> Iterator[None]:
        """A document's judgements under its new id, to be moved back when the block fails."""
        held = self.all()
        after = [moved(j, old, new) for j in held]
        if after != held:
            self._replace(after)
        try:
            yield
        except BaseException:
            if after != held:
                self._replace(held)
            raise

    def _replace(self, judgements: Iterable[Judgement]) -> None:
        """The file anew with a line a judgement; whole, or as it was."""
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.path.parent, prefix=".new-", delete=False
            ) as file:
                file.writelines(map(_line, judgements))
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _lines(self) -> list[str]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreUnavailable(f"打不开 {self.path.name}（{error.strerror}），请检查权限。") from error
        whole = data[: data.rfind(b"\n") + 1]
        return [line for line in whole.decode("utf-8", "replace").split("\n") if line.strip()]

    def _add(self, judgements: Sequence[Judgement]) -> int:
        """Add lines and return the file's size before; a line cut off by a crash goes."""
        try:
            with self.path.open("a+b") as file:
                file.seek(0)
                size = file.read().rfind(b"\n") + 1
                file.truncate(size)
                file.write("".join(map(_line, judgements)).encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error
        return size


def _line(judgement: Judgement) -> str:
    return json.dumps(judgement.to_json(), ensure_ascii=False) + "\n"


def _unwritable(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"认定写不进 {path.name}（{error.strerror}），请检查磁盘空间和目录权限。")


def concerns(judgement: Judgement, document: str, jurisdiction: str | None) -> bool:
    """Whether a judgement, revoked or not, is about a document or its jurisdiction."""
    if judgement.document is not None:
        return judgement.document == document
    return judgement.jurisdiction is not None and judgement.jurisdiction == jurisdiction


def moved(judgement: Judgement, old: str, new: str) -> Judgement:
    """A judgement about the document `old` as one about the same document under the id `new`.

    The ids of its tasks begin with the document's, those of its unrecognised names end with it.
    """
    if judgement.document != old:
        return judgement

    def renamed(said: str | None) -> str | None:
        if said and said.startswith((f"{old}/", f"{old}#")):
            return new + said.removeprefix(old)
        return said.removesuffix(old) + new if said and said.endswith(f"@{old}") else said

    return replace(
        judgement,
        document=new,
        about=renamed(judgement.about) or "",
        unit=renamed(judgement.unit),
        value=renamed(judgement.value) or "",
    )


def revoked(judgement: Judgement, author: str) -> Judgement:
    """The judgement taken back now. Raises UsageError when it was already, or without an author."""
    author = " ".join(author.split())
    if judgement.revoked_at is not None:
        raise UsageError(f"这条认定已由 {judgement.revoked_by} 撤销。")
    if not author:
        raise UsageError("请先写明经办人，再撤销认定。")
    return replace(judgement, revoked_at=now(), revoked_by=author)


def revision(judgements: Iterable[Judgement], document: str, jurisdiction: str | None, sha256: str) -> str:
    """The state of a document: changes with its file and with every judgement made or revoked about it."""
    states = [f"{j.id}{j.revoked_at or ''}" for j in judgements if concerns(j, document, jurisdiction)]
    return hashlib.sha256("\n".join([sha256, *states]).encode()).hexdigest()[:16]


# Sign-off ------------------------------------------------------------------------------------------


def fingerprint(measure: Measure) -> str:
    """What a sign-off is bound to: the measure's text, and who answers for it in which role."""
    return fingerprint_of(measure.text, ((duty.role, duty.agency_id) for duty in measure.responsibilities))


def fingerprint_of(text: str, duties: Iterable[tuple[str, str]]) -> str:
    """The fingerprint of a measure with this text; `duties` are its pairs of role and agency id."""
    said = json.dumps([text, sorted(duties)], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def signed(record: Record, judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """The sign-off of each measure that has one which still fits it, the latest; by measure id."""
    prints = {measure.id: fingerprint(measure) for measure in record.measures}
    return {
        j.about: j
        for j in judgements
        if j.verdict == Verdict.CHECKED
        and j.revoked_at is None
        and j.document == record.document.id
        and prints.get(j.about) == j.value
    }
