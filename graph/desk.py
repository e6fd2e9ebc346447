"""The desk of a store: what people do with documents. Load, decide, revoke, erase, rebuild.

It holds together the four places where a document is: the graph, its kept original, the judgements and,
for a moment, the person's screen. How a file is read and how judgements change a record is handed in
(loaders), so that the graph knows no reader. Under the ledger's lock: one person at a time; who works on
a state that somebody changed meanwhile gets an EditConflict, and nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph import judgements as decisions
from graph import originals
from graph.errors import EditConflict, InputError, UsageError
from graph.judgements import Ledger, local
from graph.model import Judgement, Record
from graph.store import Store, WriteSummary
from graph.tables.duties import named

# Neo4j marks deleted bytes as free and keeps its transaction log: measured, the text is still in its files.
REMAINS = "图数据库的数据文件里还可能留有删除前的字节。"
CLEAN_UP = (
    "要连它们一并清除，请运行 python -m graph stop，删去图数据库的目录（默认 var/neo4j），"
    "再运行 python -m loaders rebuild。"
)

Read = Callable[[Path], Record]
Judge = Callable[[Record, Iterable[Judgement]], Record]


class Desk:
    """What can be done with the documents of one store."""

    def __init__(self, store: Store, ledger: Ledger, folder: Path, read: Read, judge: Judge) -> None:
        self.store, self.ledger, self.folder = store, ledger, folder
        self._read, self._judge = read, judge

    @classmethod
    def at(cls, store: Store, url: str | None, read: Read, judge: Judge) -> Desk:
        """The desk of an open store: its originals and judgements are where its URL says."""
        return cls(store, Ledger(decisions.file_for(url)), originals.folder_for(url), read, judge)

    # -- looking --

    def record(self, document: str) -> Record:
        """A document read anew from its kept original, without anybody's decisions.

        Raises UsageError when no original is kept, InputError when it cannot be read any more.
        """
        return self._read(self._kept(document).path)

    def judged(self, record: Record) -> Record:
        """A record as read, with the decisions in force."""
        return self._judge(record, self._about(record))

    def revision(self, record: Record) -> str:
        """The present state of the document that a record was read of; "" as the file when it is not kept."""
        return self.revisions([record])[0]

    def revisions(self, records: Sequence[Record]) -> list[str]:
        """The present state of each document, as `revision` says it; the ledger is read once for all."""
        if not records:
            return []
        held, found = self.ledger.all(), []
        for document in (record.document for record in records):
            original = self.original(document.id)
            sha256 = ""
            if original:
                kept = original.path.read_bytes() + json.dumps(original.meta, sort_keys=True).encode()
                sha256 = hashlib.sha256(kept).hexdigest()
            found.append(decisions.revision(held, document.id, document.jurisdiction, sha256))
        return found

    def original(self, document: str) -> originals.Original | None:
        """The kept original of a document; None where there is none."""
        return originals.of(self.folder, document)

    def recent(self, most: int | None = None) -> list[originals.Original]:
        """The originals, those that were kept last first."""
        return sorted(originals.kept(self.folder), key=lambda one: one.at, reverse=True)[:most]

    # -- doing --

    def load(
        self,
        record: Record,
        file: Path,
        meta: Mapping[str, Any],
        new: Sequence[Judgement] = (),
        revision: str | None = None,
    ) -> WriteSummary:
        """Write a record as read with the decisions in force and `new` ones; keep its original.

        All or nothing: graph, original and `new` change together. A digest that does not replace its full
        text changes nothing (the summary says so). With `revision`: only in that state, else EditConflict.
        """
        with self.ledger.locked():
            self._unchanged(record, revision)
            document = record.document.id
            try:
                with self.ledger.adding(new), originals.keeping(self.folder, document, file, meta):
                    others = [self.record(one) for one in self._others(new, document)]
                    summary = self._write([record, *others])[0]
                    if not summary.written:
                        raise _NotWritten(summary)
            except _NotWritten as skipped:
                return skipped.summary
            for old in set(summary.replaced) - {document}:
                originals.forget(self.folder, old)
        return summary

    def decide(self, document: str, new: Sequence[Judgement], revision: str | None = None) -> list[str]:
        """Add decisions about a loaded document and write the documents they concern; their ids.

        Raises EditConflict when `revision` is not the document's present one.
        """
        with self.ledger.locked():
            record = self.record(document)
            self._unchanged(record, revision)
            return self._changed(new)

    def decide_all(self, new: Sequence[Judgement]) -> list[str]:
        """Add decisions about several loaded documents, all of them or none; the ids of those written.

        Raises UsageError where one of the documents has no original.
        """
        with self.ledger.locked():
            for document in dict.fromkeys(one.document for one in new if one.document):
                self._kept(document)
            return self._changed(new)

    def correct(self, document: str, corrected: Mapping[str, str], revision: str | None = None) -> str:
        """Keep what a person corrected about a loaded document and read it anew; its id, which may change.

        `corrected` takes the place of earlier corrections, an empty one takes them back. All or nothing: the
        graph, the original and the decisions about the document go over to the new id together.
        Raises UsageError where another document has that id, EditConflict as `decide` does.
        """
        with self.ledger.locked(), tempfile.TemporaryDirectory() as work:
            original = self._kept(document)
            self._unchanged(self.record(document), revision)
            meta = {key: value for key, value in original.meta.items() if key != "corrected"}
            meta |= {"corrected": dict(corrected)} if corrected else {}
            file = Path(work) / original.path.name
            shutil.copyfile(original.path, file)
            file.with_name(f"{file.stem}.meta.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")
            record = self._read(file)
            new = record.document.id
            gone = [document] if new != document else []
            if gone and (self.original(new) or any(r["document_id"] == new for r in self.store.documents())):
                raise UsageError(f"图里已有另一份“{new}”，改成这样会把它替换掉；请先核对那一份的标题和文号。")
            with self.ledger.moving(document, new), originals.keeping(self.folder, new, file, meta):
                summary = self._write([record], gone)[0]
                if not summary.written:
                    raise UsageError(summary.reason)
            for old in {*gone, *summary.replaced} - {new}:
                originals.forget(self.folder, old)
        return new

    def revoke(self, identities: Iterable[str], author: str) -> list[str]:
        """Take decisions back and write the documents they concerned; their ids."""
        with self.ledger.locked():
            gone = [decisions.revoked(self.ledger.get(identity), author) for identity in identities]
            return self._changed(gone)

    def erase(self, document: str) -> bool:
        """彻底删除: a document out of graph, originals and ledger; False when it was in none of them."""
        with self.ledger.locked():
            rows = [r for r in self.store.documents() if document in (r["document_id"], r["doc_number"])]
            if len(rows) > 1:
                known = "、".join(row["document_id"] for row in rows)
                raise UsageError(f"“{document}”对应多份文件，请写明其中一份：{known}。")
            identity = rows[0]["document_id"] if rows else document
            had = self.store.remove(identity) if rows else False
            had |= self.original(identity) is not None
            originals.forget(self.folder, identity)
            return bool(self.ledger.forget(identity)) or had

    def rebuild(self, report: Callable[[Record, Path], None], failed: Callable[[InputError], None]) -> int:
        """The graph anew from originals and judgements; how many documents were written."""
        written = 0
        with self.ledger.locked():
            self.ledger.all()  # a broken ledger is said before anything is removed
            for row in self.store.documents():
                self.store.remove(row["document_id"])
            for original in originals.kept(self.folder):
                try:
                    record = self._read(original.path)
                except InputError as error:
                    failed(error)
                    continue
                self._write([record])
                report(record, original.path)
                written += 1
        return written

    # -- inside --

    def _kept(self, document: str) -> originals.Original:
        """The original of a document that there has to be one of (UsageError)."""
        original = self.original(document)
        if original is None:
            raise UsageError(f"没有保存“{document}”的原件，请重新载入这份文件后再作认定。")
        return original

    def _about(self, record: Record) -> list[Judgement]:
        """Every judgement about a document, revoked ones included."""
        document = record.document
        return [j for j in self.ledger.all() if decisions.concerns(j, document.id, document.jurisdiction)]

    def _unchanged(self, record: Record, revision: str | None) -> None:
        if revision is None or revision == self.revision(record):
            return
        last = max(self._about(record), key=lambda j: j.revoked_at or j.at, default=None)
        who = "别人"
        if last is not None:
            who = f"{last.revoked_by or last.author}（{local(last.revoked_at or last.at)}）"
        raise EditConflict(
            f"{named(record.document.title)}在您查看期间已由{who}改动，您的认定没有写入；请看过新的内容再定。"
        )

    def _write(self, records: Sequence[Record], gone: Sequence[str] = ()) -> list[WriteSummary]:
        """Write documents with the decisions about them and take `gone` out, all in one transaction."""
        pairs = []
        for record in records:
            about = self._about(record)
            pairs.append((self._judge(record, about), about))
        of_places = [j for j in self.ledger.all() if j.document is None]
        return self.store.write_together(pairs, of_places, gone)

    def _changed(self, lines: Sequence[Judgement]) -> list[str]:
        """Add lines and write every kept document they concern; all of it or nothing."""
        kept = {original.document for original in originals.kept(self.folder)}
        documents = dict.fromkeys(j.document for j in lines if j.document in kept)
        documents |= dict.fromkeys(self._others(lines, None))
        # What cannot be read is said before anything changes.
        records = [self.record(one) for one in documents if one]
        with self.ledger.adding(lines):
            self._write(records)
        return [record.document.id for record in records]

    def _others(self, lines: Iterable[Judgement], document: str | None) -> list[str]:
        """The loaded documents, but for this one, of the jurisdictions that decisions hold for."""
        places = {j.jurisdiction for j in lines if j.document is None and j.jurisdiction}
        if not places:
            return []
        kept = {original.document for original in originals.kept(self.folder)}
        return [
            row["document_id"]
            for row in self.store.documents()
            if row["jurisdiction"] in places and row["document_id"] in kept - {document}
        ]


class _NotWritten(Exception):
    """A digest that does not replace its full text: nothing is to change."""

    def __init__(self, summary: WriteSummary) -> None:
        self.summary = summary
