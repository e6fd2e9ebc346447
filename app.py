"""The Streamlit entry: `streamlit run app.py` from the repository root, `-- --read-only` to change nothing.

It declares the pages, the box for searching above them, and who may open them; a page is a module of
views/. The store is GRAPH_STORE, or the local Neo4j, which keeps running when the app ends.

Streamlit imports this file once for the server (`app`), which makes ready what the first visit needs,
and runs it as a script for every visit (`main`).
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.cli_util import open_browser
from streamlit.starlette import App

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
    shell,
    tasks,
    topic,
)

TITLE = "权责图谱"
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
    st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="expanded")
    parts.style()
    if refused := parts.must_not_serve():
        st.error(refused, icon=":material/lock:")
        return
    pages = {
        path: st.Page(page, title=title, url_path=path, default=page is home.page)
        for page, title, path in PAGES
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()))
    # A question in another page's address is asked once: Back, too, leads through such addresses.
    linked = "" if "page" in st.session_state else str(st.query_params.get("q") or "")
    parts.arrive(chosen.url_path)
    here = chosen.url_path == "tasks"
    asked = search.box(here=here) or linked
    if asked and not here:
        parts.go_to("tasks", q=asked)
    with parts.failures_explained():
        chosen.run()


@asynccontextmanager
async def ready(_: App) -> AsyncIterator[None]:
    """When the server starts: the terminal says where the app is and for whom; the store opens meanwhile."""
    logging.getLogger("streamlit").warning("\n  网页地址：%s\n", parts.own_address())
    logging.getLogger("streamlit").warning(parts.must_not_serve() or parts.who_can_reach())
    threading.Thread(target=parts.make_ready, daemon=True).start()
    if not st.get_option("server.headless"):
        open_browser(parts.own_address())
    # Streamlit collects garbage after every run of a page; it need not look at what was imported.
    gc.collect()
    gc.freeze()
    yield


if __name__ == "__main__":
    main()
else:
    app = App(
        __file__,
        lifespan=ready,
        middleware=[
            Middleware(shell.Shell, title=TITLE, home="home", pages=[path for _, _, path in PAGES]),
        ],
    )
