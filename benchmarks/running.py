"""What a benchmark in the browser runs beside itself: a local Neo4j, the app, a Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.corpus import ROOT
from graph.server import LocalServer

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@contextmanager
def running(folder: Path | None = None) -> Iterator[Path]:
    """A running Neo4j in a folder, or in one that is gone afterwards; its home."""
    with tempfile.TemporaryDirectory() as place:
        server = LocalServer(folder or Path(place) / "var" / "neo4j")
        server.ensure(keep=True)
        try:
            yield server.home
        finally:
            server.stop()


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def app(store: Path) -> Iterator[tuple[str, float]]:
    """A fresh app over the store: its address, and how many seconds it took until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, "GRAPH_STORE": f"local:{store}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        while True:
            try:
                with urllib.request.urlopen(f"{url}_stcore/health", timeout=30):  # noqa: S310 (loopback)
                    break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield url, time.perf_counter() - start
    finally:
        stop_app(process)


def stop_app(process: subprocess.Popen[bytes]) -> None:
    """Ends the app, whatever it is doing."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
