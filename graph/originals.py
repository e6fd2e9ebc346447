"""The stored originals: what every loaded document was read from, so that the graph can be rebuilt.

One folder a document below var/documents, named by a hash of the document id:
the file itself, its NAME.meta.json where something was known beside the text, and index.json with the id.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.errors import StoreError, StoreUnavailable

DEFAULT = Path("var/documents")


@dataclass(frozen=True, slots=True)
class Original:
    """A kept file with the id of the document that was read from it, and when it was kept (ISO, UTC)."""

    document: str
    path: Path
    at: str = ""

    @property
    def meta(self) -> dict[str, Any]:
        """What is known beside the text; empty where nothing is. Raises StoreError where it is no JSON."""
        beside = self.path.with_name(f"{self.path.stem}.meta.json")
        try:
            found = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
        except (OSError, ValueError) as error:
            raise StoreError(f"{beside.name} 读不出来，请重新载入“{self.document}”。") from error
        return dict(found) if isinstance(found, dict) else {}


def folder_for(url: str | None) -> Path:
    """Where the originals of a store are: GRAPH_DOCUMENTS, else beside a local store, else var/documents."""
    if given := os.environ.get("GRAPH_DOCUMENTS"):
        return Path(given)
    url = url or os.environ.get("GRAPH_STORE") or ""
    return Path(url.removeprefix("local:")).parent / "documents" if url.startswith("local:") else DEFAULT


def keep(folder: Path, document: str, file: Path, meta: Mapping[str, Any]) -> None:
    """Keep a file as the original of a document, in place of an earlier one.

    It is whole or absent: it is written beside its place and moved there.
    Raises StoreUnavailable where the folder cannot be written.
    """
    with keeping(folder, document, file, meta):
        pass


@contextmanager
def keeping(folder: Path, document: str, file: Path, meta: Mapping[str, Any]) -> Iterator[None]:
    """Keep a file as `keep` does if the block succeeds, and leave things as they were if it fails.

    A first original is in its place while the block runs, so that nothing in the graph is ever without
    one; a later one is copied before and only moved there after it.
    """
    place = folder / _slot(document)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as work:
            new = Path(work) / "new"
            new.mkdir()
            shutil.copyfile(file, new / file.name)
            if meta:
                (new / f"{file.stem}.meta.json").write_text(
                    json.dumps(meta, ensure_ascii=False, indent=1), "utf-8"
                )
            # A restored backup has new file times: when it was kept is written down.
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            index = {"document": document, "file": file.name, "at": at}
            (new / "index.json").write_text(json.dumps(index, ensure_ascii=False), "utf-8")
            first = not place.exists()
            if first:
                new.rename(place)
            try:
                yield
            except BaseException:
                if first:
                    shutil.rmtree(place, ignore_errors=True)
                raise
            if not first:
                place.rename(Path(work) / "old")
                new.rename(place)
    except OSError as error:
        raise StoreUnavailable(
            f"原件存不进 {folder.name}（{error.strerror}），请检查磁盘空间和目录权限。"
        ) from error


def forget(folder: Path, document: str) -> None:
    """Take a document's original away; one that is not there is no error."""
    shutil.rmtree(folder / _slot(document), ignore_errors=True)


def kept(folder: Path) -> Iterator[Original]:
    """Every kept original, ordered by document id."""
    places = [index.parent for index in folder.glob("*/index.json")] if folder.is_dir() else []
    found = [original for place in places if (original := _original_in(place))]
    yield from sorted(found, key=lambda original: original.document)


def of(folder: Path, document: str) -> Original | None:
    """The kept original of a document; None where there is none."""
    return _original_in(folder / _slot(document))


def _original_in(place: Path) -> Original | None:
    """What a folder keeps; one that is still being written, or that is not ours, keeps nothing."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        index = place / "index.json"
        row = json.loads(index.read_text("utf-8"))
        path = place / Path(row["file"]).name
        if path.is_file() and not place.name.startswith("."):
            return Original(row["document"], path, _kept_at(row.get("at"), index))
    return None


def _kept_at(said: Any, index: Path) -> str:
    """When an original was kept, as its index says; one that does not say it tells by its file's time."""
    try:
        when = datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        when = datetime.fromtimestamp(index.stat().st_mtime, UTC)
    return when.isoformat(timespec="milliseconds")


def _slot(document: str) -> str:
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:32]
