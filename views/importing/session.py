"""What the parts of 导入与核对 share: the desk, who works at it, the files read, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from graph.desk import Desk
from graph.errors import DutyGraphError
from graph.judgements import moved, now
from graph.model import Document, Judgement, Record
from graph.store import Store
from loaders.corrections import corrections
from loaders.documents import Given
from loaders.judge import judged
from loaders.read import read_bytes
from loaders.records import parse, parse_file
from views import parts

Done = TypeVar("Done")
IMPORT, CHECK, LISTED = "导入", "核对", "认定记录"
MOST_BATCHES = 20  # sessions whose last writing is remembered


@dataclass
class Item:
    """A file that was read and is not written: what it holds, and what was decided about it so far.

    `jurisdiction` is what was given for a text that states none; `corrected` outranks the text.
    `offered` is what somebody corrected about another version of this document: only to be looked at.
    """

    name: str
    data: bytes
    jurisdiction: str
    record: Record
    revision: str
    decisions: list[Judgement] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    _facts: Document | None = None

    @property
    def meta(self) -> dict[str, Any]:
        """What is kept beside the original."""
        known = {"jurisdiction": self.jurisdiction, "corrected": self.corrected}
        return {key: value for key, value in known.items() if value}

    def as_read(self) -> Document:
        """What the document says of itself without what a person corrected; read once."""
        if not self.corrected:
            return self.record.document
        if self._facts is None:
            self._facts = self._read({}).document
        return self._facts

    def read_again(self, jurisdiction: str, corrected: Mapping[str, str]) -> None:
        """Reads the file with another place or other corrections; the decisions go along."""
        old = self.record.document.id
        self._facts = self.as_read() if jurisdiction == self.jurisdiction else None
        self.jurisdiction, self.corrected = jurisdiction, dict(corrected)
        self.record = self._read(corrected)
        self.decisions = [moved(one, old, self.record.document.id) for one in self.decisions]
        self.revision = desk().revision(self.record)

    def _read(self, corrected: Mapping[str, str]) -> Record:
        given = Given(jurisdiction=self.jurisdiction or None, corrected=corrected)
        return parse(read_bytes(self.data, self.name), given)


@dataclass
class Batch:
    """What a session writes at one time: ids of documents in the graph; file names still to come, by id."""

    at: str
    todo: dict[str, str]
    written: list[str] = field(default_factory=list)
    running: bool = True


@st.cache_resource(show_spinner=False)
def batches() -> dict[str, Batch]:
    """The last batch of each session of this process: who left a page in the middle finds it again.

    Other sessions write meanwhile: go through copies of it.
    """
    return {}


def session_id() -> str:
    """The session of the page that is drawn; empty outside an app."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def is_open(session: str) -> bool:
    """Whether somebody still has the page of a session before them."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def begun(names: Mapping[str, str]) -> Batch:
    """A new batch of this session, of file names by document id; the oldest that ended are forgotten."""
    held, here = batches(), session_id()
    held.pop(here, None)
    ended = [session for session, batch in list(held.items()) if not batch.running]
    for session in ended[: max(len(held) + 1 - MOST_BATCHES, 0)]:
        held.pop(session, None)
    held[here] = batch = Batch(now(), dict(names))
    return batch


def no_longer_due(documents: Iterable[str]) -> None:
    """Documents were written, given up or erased: no batch is still waiting for them."""
    for batch in list(batches().values()):
        for document in documents:
            batch.todo.pop(document, None)


@st.cache_resource(show_spinner=False)
def _typed() -> dict[str, None]:
    return {}


def known_authors() -> list[str]:
    """Everybody who was named here or has decided something, the latest first."""
    decided = (one.revoked_by or one.author for one in desk().ledger.all())
    return list(dict.fromkeys(reversed([*decided, *_typed()])))


def remember_author(name: str) -> None:
    """Offers a name for as long as the app runs."""
    _typed()[name] = None


def desk() -> Desk:
    """The desk of the app's store."""
    return _desk_of(parts.store())


def at_desk(work: Callable[[Desk], Done]) -> Done:
    """Does something at the desk, again on a fresh connection: what failed has changed nothing."""
    return parts.with_store(lambda store: work(_desk_of(store)))


def _desk_of(store: Store) -> Desk:
    return Desk.at(store, None, parse_file, judged)


def author() -> str:
    """Who works here, as typed; decisions need it."""
    return str(st.session_state.get("importing:author") or "")


def correction(said: Mapping[str, str], read: Document, by: str) -> dict[str, str]:
    """What is kept of corrected facts: those that differ from what was read, by whom and when.

    Raises UsageError for a value that cannot be one.
    """
    found = corrections(said, read)
    return {**found, "by": by, "at": now()} if found else {}


def done(said: str) -> None:
    """Draws the page anew with a sentence on it."""
    st.session_state["importing:said"] = parts.unmarked(said)
    st.session_state["importing:forms"] = forms() + 1
    st.rerun()


def forms() -> int:
    """Part of the keys of a form's fields: they are empty again after a success, and kept after a failure."""
    return int(st.session_state.get("importing:forms", 0))


def tried(work: Callable[[], str]) -> None:
    """Does something and says so; what the user can mend is a sentence on the page as it is now."""
    try:
        said = work()
    except DutyGraphError as error:
        if error.exit_code == 3:  # the store: parts.failures_explained says what to do
            raise
        st.session_state["importing:failed"] = parts.unmarked(error)
        st.rerun()
    done(said)
