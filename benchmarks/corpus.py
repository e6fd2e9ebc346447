"""The texts that are measured: the reference documents, or what the repository holds without them."""

from __future__ import annotations

import os
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def documents() -> list[Path]:
    """The eight reference documents (REFERENCE_DOCUMENTS, default ../shared), else the bundled digests."""
    reference = Path(os.environ.get("REFERENCE_DOCUMENTS", ROOT.parent / "shared"))
    found = [p for folder in ("seeds", "documents") for p in sorted((reference / folder).glob("*.txt"))]
    return found or sorted((ROOT / "data" / "documents").glob("*.txt"))


def grown(size: int, seed: int = 1) -> str:
    """One document of about `size` bytes: a head, then paragraphs of all documents, mutated, in random order.

    A mutation changes digits and swaps one clause with that of another paragraph, so that nothing
    repeats exactly and no cache is flattered.
    """
    choice = random.Random(seed)  # noqa: S311 (texts to measure, no secrets)
    texts = [path.read_text("utf-8") for path in documents()]
    paragraphs = [line for text in texts for line in text.splitlines() if len(line) > 40]
    out, length = ["某省发展工作方案", "", "现结合广东实际，提出以下意见。", "", ""], 100
    number = 0
    while length < size:
        number = number % 99 + 1
        if number == 1:
            out.append(f"{'一二三四五六七八九'[len(out) % 9]}、重点任务")
        paragraph = "".join(
            str(choice.randrange(10)) if c.isdecimal() and c.isascii() else c
            for c in choice.choice(paragraphs)
        )
        clauses = paragraph.split("，")
        clauses[choice.randrange(len(clauses))] = choice.choice(choice.choice(paragraphs).split("，"))
        line = f"{number}．{'，'.join(clauses)}"
        out.append(line)
        length += len(line.encode()) + 1
    return "\n".join(out)
