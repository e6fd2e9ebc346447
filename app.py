"""The Streamlit entry: `streamlit run app.py` from the repository root, `-- --read-only` to change nothing.

It declares the pages, the box for searching above them, and who may open them; a page is a module of
views/. The store is GRAPH_STORE, or the local Neo4j, which keeps running when the app ends.
"""

from __future__ import annotations

import logging

import streamlit as st

from views import (
    advanced,
    agency,
    document,
    dutytable,
    gaps,
    home,
    importing,
    matrix,
    measure,
    network,
    parts,
    search,
    tasks,
    topic,
)

# No icons: Streamlit would fetch a page's icon from a font server for the browser's tab.
# url_path is what addresses and the links between pages use (views/parts.py: link).
PAGES = (
    (home.page, "首页", "home"),
    (tasks.page, "查任务", "tasks"),
    (agency.page, "单位", "agency"),
    (measure.page, "任务", "measure"),
    (document.page, "文件", "document"),
    (topic.page, "政策工具和地区", "topic"),
    (network.page, "单位协作图", "network"),
    (dutytable.page, "责任分工表", "dutytable"),
    (matrix.page, "单位任务对照表", "matrix"),
    (gaps.page, "待明确事项", "gaps"),
    (importing.page, "导入与核对", "importing"),
    (advanced.page, "高级", "advanced"),
)


def main() -> None:
    """Draw the frame, then the chosen page; a failing store becomes one sentence on the page."""
    st.set_page_config(page_title="权责图谱", layout="wide", initial_sidebar_state="expanded")
    parts.style()
    if refused := parts.must_not_serve():
        st.error(refused, icon=":material/lock:")
        return
    said_at_start()
    pages = {
        path: st.Page(page, title=title, url_path=path, default=page is home.page)
        for page, title, path in PAGES
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()))
    parts.arrive(chosen.url_path)
    here = chosen.url_path == "tasks"
    asked = search.box(here=here)
    if not here and (asked or st.query_params.get("q")):
        question = asked or str(st.query_params.get("q"))
        parts.go_to("tasks", q=question)
    with parts.failures_explained():
        chosen.run()


@st.cache_resource(show_spinner=False)
def said_at_start() -> bool:
    """Writes to the terminal, once, who can reach the app."""
    logging.getLogger("streamlit").warning(parts.who_can_reach())
    return True


if __name__ == "__main__":
    main()
