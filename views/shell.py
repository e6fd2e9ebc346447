"""The page that carries the app: Streamlit's own HTML file, in Chinese and with what 首页 needs at once.

Streamlit serves one file for every address, in English, and the browser learns only from the first answer
which further files it needs. Here the file says its language, fetches those files from the start, and brings
the words that Streamlit says itself (shell.js). An address without a page leads to 首页, which says so.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from streamlit.file_util import get_static_dir

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Served = Callable[[Scope, Receive, Send], Awaitable[None]]

SCRIPT = Path(__file__).with_name("shell.js")
MISSING = "missing"
"""What an address without a page is called in the address that it leads to."""
LONGEST = 200  # characters of such an address
DRAWN_FIRST = ("TextInput", "Html", "FileUploader", "TextArea")
"""The elements of 首页 that Streamlit keeps in files of their own."""
STREAMLITS = ("_stcore", "media", "component", "static")
"""Where Streamlit serves other things than pages."""
NO_SCRIPT = "<noscript><p>请在浏览器里允许 JavaScript，再刷新本页。</p></noscript>"


class Shell:
    """An ASGI application around Streamlit's: answers for pages itself and leaves the rest to it."""

    def __init__(self, served: Served, *, title: str, home: str, pages: Collection[str]) -> None:
        self.served = served
        self.pages = {"", *pages} - {home}
        self.home = home
        self.body = page(title).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands it on."""
        path = str(scope.get("path", ""))[1:].removesuffix("/")
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.served(scope, receive, send)
        elif path in self.pages:
            await answer(send, 200, self.body, {"content-type": "text/html; charset=utf-8"})
        elif path == self.home:
            asked = scope.get("query_string", b"").decode("latin-1")
            await answer(send, 307, b"", {"location": f"/?{asked}" if asked else "/"})
        elif opens_a_page(scope) and path.split("/")[0] not in STREAMLITS:
            said = quote(path[:LONGEST], errors="replace")
            await answer(send, 307, b"", {"location": f"/?{MISSING}={said}"})
        else:
            await self.served(scope, receive, send)


async def answer(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Sends one whole answer, which a browser asks for again each time and no other page may frame."""
    fields = {
        **headers,
        "content-length": str(len(body)),
        "cache-control": "no-cache",
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
    }
    lines = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})


def opens_a_page(scope: Scope) -> bool:
    """Whether a browser asks for something to show in its window."""
    headers = dict(scope.get("headers", ()))
    return b"text/html" in headers.get(b"accept", b"")


def page(title: str) -> str:
    """Streamlit's HTML file with a language, a title, the words, and the files that are needed first."""
    static = Path(get_static_dir())
    found = (static / "index.html").read_text("utf-8")
    found = found.replace('<html lang="en">', '<html lang="zh-CN" translate="no">')
    found = re.sub(r"<title>.*?</title>", f"<title>{html.escape(title)}</title>", found)
    found = re.sub(r"<noscript>.*?</noscript>", NO_SCRIPT, found, flags=re.DOTALL)
    found = re.sub(r"<!--.*?-->", "", found, flags=re.DOTALL)
    # Not used: a Latin font, and how programs without a browser would talk to the app.
    found = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", found)
    found = re.sub(r'<link\s+rel="service-desc"[^>]*>', "", found)
    early = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in needed(static / "static" / "js")
        if name not in found
    )
    # By it an open page sees that the app was started again (shell.js).
    early += f'<meta name="started" content="{secrets.token_hex(8)}">'
    return found.replace("</head>", f"{early}<script>{SCRIPT.read_text('utf-8')}</script></head>")


def needed(folder: Path) -> Iterator[str]:
    """The names of the files that hold the first elements, and of those that they import."""
    todo = [file.name for element in DRAWN_FIRST for file in folder.glob(f"{element}.*.js")]
    seen = set()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        source = (folder / name).read_text("utf-8")
        todo += re.findall(r'(?:from|import)"\./([\w.-]+\.js)"', source)
