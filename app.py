"""The Streamlit entry: `streamlit run app.py` from the repository root.

It declares the five pages and the document filter that they share; a page is a module of views/.
The store is GRAPH_STORE, or the local Neo4j, which keeps running when the app ends.
"""

from __future__ import annotations

import streamlit as st

from views import agency, document, matrix, network, parts, tasks

# No icons: Streamlit would fetch a page's icon from a font server for the browser's tab.
# url_path is what addresses and the links between pages use (views/parts.py: link).
PAGES = (
    (tasks.page, "查任务", "tasks"),
    (agency.page, "单位", "agency"),
    (network.page, "单位协作图", "network"),
    (matrix.page, "单位任务对照表", "matrix"),
    (document.page, "文件", "document"),
)


def main() -> None:
    """Draw the frame, then the chosen page; a failing store becomes one sentence on the page."""
    st.set_page_config(page_title="权责图谱", layout="wide", initial_sidebar_state="expanded")
    parts.style()
    pages = [
        st.Page(page, title=title, url_path=path, default=page is tasks.page) for page, title, path in PAGES
    ]
    chosen = st.navigation(pages)
    with parts.failures_explained():
        chosen.run()


if __name__ == "__main__":
    main()
