"""The page around the app: Streamlit's own file, in Chinese, and addresses without a page."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.file_util import get_static_dir

from views import shell

TO_SHOW = [(b"accept", b"text/html,application/xhtml+xml")]


def asked(
    path: str, query: bytes = b"", method: str = "GET", headers: Any = None
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer; status 0 when the request was handed on to Streamlit."""
    sent: list[dict[str, Any]] = []

    async def streamlit(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 0, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> None: ...

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    served = shell.Shell(streamlit, title="图<谱>", home="home", pages=["home", "tasks"])
    scope = {"type": "http", "method": method, "path": path, "query_string": query,
             "headers": TO_SHOW if headers is None else headers}  # fmt: skip
    asyncio.run(served(scope, receive, send))
    fields = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], fields, sent[1]["body"].decode()


@pytest.mark.parametrize(
    ("path", "query", "to"),
    [
        ("/home", b"", "/"),
        ("/home", b"doc=1", "/?doc=1"),
        ("/none", b"x=1", "/?missing=none"),
        ("/tasks/more", b"", "/?missing=tasks/more"),  # the files of a page are beside its address
        ("//evil.invalid/x", b"", "/?missing=/evil.invalid/x"),  # never to another machine
        ("/\r\nSet-Cookie: a=1", b"", "/?missing=%0D%0ASet-Cookie%3A%20a%3D1"),
        ("/\ud800", b"", "/?missing=%3F"),
        ("/" + "x" * 999, b"", "/?missing=" + "x" * shell.LONGEST),
    ],
)
def test_an_address_without_a_page_leads_to_the_first_page(path: str, query: bytes, to: str) -> None:
    status, fields, _ = asked(path, query)
    assert (status, fields["location"]) == (307, to)


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/_stcore/health", "GET", None),
        ("/static/js/index.js", "GET", None),
        ("/media/1.docx", "GET", None),
        ("/favicon.png", "GET", [(b"accept", b"image/*")]),
        ("/_stcore/upload_file/1", "PUT", None),
        ("/tasks", "HEAD", None),
    ],
)
def test_what_is_no_page_is_left_to_streamlit(path: str, method: str, headers: Any) -> None:
    assert asked(path, method=method, headers=headers)[0] == 0


@pytest.mark.parametrize("path", ["/", "/tasks"])
def test_a_page_is_in_chinese_and_brings_its_words(path: str) -> None:
    status, fields, body = asked(path)
    assert (status, fields["cache-control"]) == (200, "no-cache")
    assert '<html lang="zh-CN"' in body
    assert "<title>图&lt;谱&gt;</title>" in body
    assert "请在浏览器里允许 JavaScript" in body
    assert "没有符合的" in body
    assert not re.search(r"You need to enable|agent/openapi|SourceSans", body)
    assert body.count("<script") == body.count("</script>")


def test_every_file_that_is_fetched_first_is_there() -> None:
    """A newer Streamlit may name its files otherwise: this says so."""
    folder = Path(get_static_dir()) / "static" / "js"
    found = list(shell.needed(folder))
    assert {name.split(".")[0] for name in found} >= set(shell.DRAWN_FIRST)
    assert all((folder / name).is_file() for name in found)
    assert all(f"./static/js/{name}" in asked("/")[2] for name in found)
