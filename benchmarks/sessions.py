"""Many people at once: how long until each has its page, and then its own text read.

    python -m benchmarks.sessions [--sessions 50] [--store DIR]

Every session is a WebSocket connection that says what Streamlit's page says in a browser: it opens 首页, and
when that is there pastes a text of its own and gets it read. All open at the same moment, then all paste.
The graph holds the bundled documents. Seconds count per session, from asking until the page is drawn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.first_page import filled
from benchmarks.running import app, running

PLAN = "第{0}号工作方案\n（一）办理第{0}号事项。（市第{0}号局牵头，市财政局配合）\n"

WENT_WRONG = ("没有画出来", "Traceback", "无法连接图数据库")


class Session:
    """One person's browser tab, without the browser. `url` is the app's, http://…"""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        address = self.url.replace("http://", "ws://", 1) + "/_stcore/stream"
        self.open_things = ExitStack()
        self.socket = self.open_things.enter_context(
            connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        )
        self.page, self.asked = "", ""

    def close(self) -> None:
        """Leaves, as a closed tab does."""
        self.open_things.close()

    def open(self, page: str, asked: str = "") -> list[ForwardMsg]:
        """Opens a page by its name and what stands after the ? in its address; what the app sends for it."""
        self.page, self.asked = page, asked
        return self.run({})

    def run(self, typed: dict[str, str]) -> list[ForwardMsg]:
        """Runs the page with the words typed into its fields (by their ids); what the app sends."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_name, rerun.query_string = self.page, self.asked
        rerun.context_info.url = f"{self.url}/{self.page}"
        for field, words in typed.items():
            state = rerun.widget_states.widgets.add()
            state.id, state.string_value = field, words
        self.socket.send(message.SerializeToString())
        got = []
        while True:
            data = self.socket.recv(timeout=120)
            sent = ForwardMsg()
            sent.ParseFromString(data if isinstance(data, bytes) else data.encode())
            got.append(sent)
            if sent.WhichOneof("type") == "script_finished":
                return got


def said(messages: Sequence[ForwardMsg]) -> str:
    """All that the app sent, as text to search in."""
    return "\n".join(str(message.SerializeToString(), "utf-8", "ignore") for message in messages)


def failures(messages: Sequence[ForwardMsg]) -> list[str]:
    """What went wrong on a page that the app sent."""
    kinds = [message.delta.new_element.WhichOneof("type") for message in messages]
    words = said(messages)
    return [kind for kind in kinds if kind == "exception"] + [word for word in WENT_WRONG if word in words]


def field(messages: Sequence[ForwardMsg], kind: str, label: str) -> str:
    """The id of a field of a kind (text_area, text_input) by its label."""
    for message in messages:
        element = message.delta.new_element
        if element.WhichOneof("type") == kind and getattr(element, kind).label == label:
            return str(getattr(element, kind).id)
    raise LookupError(label)


def together(count: int, work: Callable[[int], Any]) -> list[tuple[float, Any]]:
    """Does `work` for each number at the same moment; seconds and result of each."""
    barrier = threading.Barrier(count)

    def one(number: int) -> tuple[float, Any]:
        barrier.wait()
        start = time.perf_counter()
        result = work(number)
        return time.perf_counter() - start, result

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def main() -> int:
    """Measure and print a line a step; exit code 1 when somebody's page is not their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--store", type=Path, help="an empty folder, or one this benchmark has filled before")
    asked = parser.parse_args()
    wrong = 0
    with running(asked.store) as store:
        filled(store, 0)
        with app(store) as (url, _):
            opened = together(asked.sessions, lambda number: (one := Session(url), one.open("")))
            tabs = [result for _, result in opened]

            def paste(number: int) -> str:
                tab, first = tabs[number]
                return said(tab.run({field(first, "text_area", "或粘贴文字"): PLAN.format(number)}))

            read = together(asked.sessions, paste)
            wrong = sum(f"市第{number}号局" not in page for number, (_, page) in enumerate(read))
            for tab, _ in tabs:
                tab.close()
    for name, found in (("打开首页", opened), ("粘贴文字并读出", read)):
        seconds = [taken for taken, _ in found]
        middle, worst = statistics.median(seconds), max(seconds)
        print(f"{asked.sessions} 人同时{name}：中位 {middle:.2f} 秒，最慢 {worst:.2f} 秒")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
