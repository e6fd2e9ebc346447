"""The pages of the app, one module a page; they call graph, then draw."""

import logging

# Remarks for developers, in English, about what is meant so: the server imports the pages before it runs,
# and opens the store in a thread that is no page.
for _name in ("caching.cache_data_api", "scriptrunner_utils.script_run_context"):
    logging.getLogger(f"streamlit.runtime.{_name}").setLevel(logging.ERROR)
