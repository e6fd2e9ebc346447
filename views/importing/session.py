"""What the parts of 导入与核对 share: the desk, who works at it, the files read, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import streamlit as st

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


@dataclass
class Item:
    """A file that was read and is not written: what it holds, and what was decided about it so far.

    `jurisdiction` is what was given for a text that states none; `corrected` outranks the text.
    """

    name: str
    data: bytes
    jurisdiction: str
    record: Record
    revision: str
    decisions: list[Judgement] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)

    @property
    def meta(self) -> dict[str, Any]:
        """What is kept beside the original."""
        known = {"jurisdiction": self.jurisdiction, "corrected": self.corrected}
        return {key: value for key, value in known.items() if value}

    def as_read(self) -> Record:
        """The record without what a person corrected."""
        return self._read({}) if self.corrected else self.record

    def read_again(self, jurisdiction: str, corrected: Mapping[str, str]) -> None:
        """Reads the file with another place or other corrections; the decisions go along."""
        old = self.record.document.id
        self.jurisdiction, self.corrected = jurisdiction, dict(corrected)
        self.record = self._read(corrected)
        self.decisions = [moved(one, old, self.record.document.id) for one in self.decisions]
        self.revision = desk().revision(self.record)

    def _read(self, corrected: Mapping[str, str]) -> Record:
        given = Given(jurisdiction=self.jurisdiction or None, corrected=corrected)
        return parse(read_bytes(self.data, self.name), given)


@dataclass
class Batch:
    """What was written at one time: those that are in the graph by id and file name, those still to come."""

    at: str
    todo: list[str]
    written: list[tuple[str, str]] = field(default_factory=list)
    running: bool = True


@st.cache_resource(show_spinner=False)
def batches() -> list[Batch]:
    """The last batch of this process, the only member: a page that was left finds it again."""
    return []


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


def local(at: Any) -> str:
    """A UTC time as the readers of this machine know it."""
    return datetime.fromisoformat(str(at)).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


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
