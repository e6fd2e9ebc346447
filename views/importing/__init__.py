"""导入与核对: look before anything is written, correct what was read, write it, sign it off, take it back.

Three parts. 导入: files or pasted text are read and shown; only 写入 changes the graph, a document at a
time, each wholly or not at all. 核对: a loaded document, where every correction is written at once.
认定记录: every decision of everybody, each revocable. What is done here is graph/desk.py's; what a
decision means is loaders/judge.py's.
"""

from __future__ import annotations

import streamlit as st

from views import parts
from views.importing.bringing import bring
from views.importing.checking import check
from views.importing.decisions import listed
from views.importing.session import CHECK, IMPORT, LISTED, known_authors, remember_author

PARTS = {IMPORT: bring, CHECK: check, LISTED: listed}


def page() -> None:
    """Which part, who works on it, and that part."""
    st.title("导入与核对")
    if parts.reading_only("导入和核对"):
        return
    what, who = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    with what:
        part = st.segmented_control(
            "步骤", list(PARTS), key=parts.remembered("part", IMPORT, PARTS), label_visibility="collapsed"
        )
        parts.in_address("part", part, IMPORT)
    with who:
        # Streamlit drops a widget's value when its page is left.
        st.session_state.setdefault("author", st.session_state.get("importing:author"))
        name = " ".join(str(st.session_state["author"] or "").split())[:40]
        if name:
            remember_author(name)
        st.selectbox(
            "经办人",
            known_authors(),
            index=None,
            key="author",
            accept_new_options=True,
            placeholder="写明姓名，再认定、核对",
        )
        st.session_state["importing:author"] = name
    # A place of its own: what is folded open below stays so when something is said or no longer said.
    with st.container():
        if said := st.session_state.pop("importing:said", None):
            st.success(said, icon=":material/check:")
        if failed := st.session_state.pop("importing:failed", None):
            st.error(failed, icon=":material/error:")
    PARTS.get(str(part), bring)()
