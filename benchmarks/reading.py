"""Reading the eight documents against tagging the same text with jieba.posseg, in one run.

    python -m benchmarks.reading [--rounds 5]

Both are timed warm (dictionary and lexicon loaded) and cold (loading included); the best round counts.
jieba comes from requirements-dev.txt. Without the reference documents the bundled digests are read.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.corpus import ROOT, documents


def best(task: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of several runs."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return min(taken)


def read_all(files: list[Path]) -> int:
    """Read every file into a record; the number of measures."""
    from loaders.records import parse_file

    return sum(len(parse_file(file).measures) for file in files)


def tag_all(texts: list[str]) -> int:
    """Tag every text; the number of words."""
    import jieba.posseg  # type: ignore[import-untyped]

    return sum(1 for text in texts for _ in jieba.posseg.cut(text))


def cold(name: str) -> float:
    """Seconds of one run in a process of its own, loading included, imports of the interpreter not."""
    code = (
        "import time; start = time.perf_counter()\n"
        "from benchmarks import reading; from benchmarks.corpus import documents\n"
        f"reading.once({name!r}); print(time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def once(name: str) -> None:
    """One run of a side: `ours` or `jieba`."""
    files = documents()
    if name == "ours":
        read_all(files)
    else:
        tag_all([file.read_text("utf-8") for file in files])


def main() -> None:
    """Print the figures as a JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    logging.getLogger("jieba").setLevel(logging.ERROR)
    once("ours")
    once("jieba")
    figures = {
        "documents": len(documents()),
        "characters": sum(len(file.read_text("utf-8")) for file in documents()),
        "warm": {
            "ours": best(lambda: once("ours"), rounds),
            "jieba.posseg": best(lambda: once("jieba"), rounds),
        },
        "cold": {
            "ours": min(cold("ours") for _ in range(rounds)),
            "jieba.posseg": min(cold("jieba") for _ in range(rounds)),
        },
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
