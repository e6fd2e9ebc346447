"""What the parts of 导入与核对 share: the desk, who works at it, the files read, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from graph.desk import Desk
from graph.errors import DutyGraphError
from graph.model import Judgement, Record
from loaders.judge import judged
from loaders.records import parse_file
from views import parts

IMPORT, CHECK, LISTED = "导入", "核对", "认定记录"


@dataclass
class Item:
    """A file that was read and is not written: what it holds, and what was decided about it so far."""

    name: str
    data: bytes
    jurisdiction: str
    record: Record
    revision: str
    decisions: list[Judgement] = field(default_factory=list)


def desk() -> Desk:
    """The desk of the app's store."""
    return Desk.at(parts.store(), None, parse_file, judged)


def author() -> str:
    """Who works here, as typed; decisions need it."""
    return str(st.session_state.get("importing:author") or "")


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
