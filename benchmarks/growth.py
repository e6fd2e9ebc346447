"""Time and memory of reading against the size of the text, with the slope and a picture.

    python -m benchmarks.growth [--sizes 0.5,1,2,5,10] [--out benchmarks/growth.svg]

Each size (MB of UTF-8) is read in a process of its own, from a file as users have them; a second series is
one hostile line of that size. The slope is that of log(time) over log(size): 1 is linear, 2 is quadratic.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import ROOT, grown

HOSTILE = "（一）" + "建立平台、广州、到2025年，省财政厅负责《办法》“一站式”"
WIDTH, HEIGHT, MARGIN = 640, 360, 56
COLOURS = {"documents": "#1b6ca8", "hostile": "#c0504d"}


def text_of(series: str, size: float) -> str:
    """A text of `size` MB: mutated documents, or one line without an end."""
    if series == "documents":
        return grown(int(size * 1e6))
    return HOSTILE * int(size * 1e6 / len(HOSTILE.encode()))


def measure(series: str, size: float) -> dict[str, float]:
    """Seconds and MB over what the loaded lexicon takes, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", "--one", series, str(size)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(series, figures, file=sys.stderr, flush=True)
    return figures


def one(series: str, size: float) -> None:
    """Read one text and print what it took."""
    from loaders.records import parse_file

    with tempfile.TemporaryDirectory() as folder:
        small, file = Path(folder, "small.txt"), Path(folder, "text.txt")
        small.write_text(text_of("documents", 0.02), "utf-8")
        file.write_text(text_of(series, size), "utf-8")
        parse_file(small)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()  # of this process alone: other work on the machine does not count
        record = parse_file(file)
        seconds = time.process_time() - start
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"size": size, "seconds": seconds, "memory": memory, "measures": len(record.measures)}))


def slope(rows: list[dict[str, float]], key: str) -> float:
    """The least-squares slope of log(key) over log(size)."""
    points = [(math.log(row["size"]), math.log(max(row[key], 1e-3))) for row in rows]
    mean_x, mean_y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def picture(figures: dict[str, list[dict[str, float]]]) -> str:
    """Seconds over MB as an SVG with both axes linear: a straight line is linear growth."""
    rows = [row for series in figures.values() for row in series]
    top_x, top_y = max(row["size"] for row in rows), max(row["seconds"] for row in rows)

    def at(row: dict[str, float]) -> tuple[float, float]:
        x = MARGIN + row["size"] / top_x * (WIDTH - 2 * MARGIN)
        return x, HEIGHT - MARGIN - row["seconds"] / top_y * (HEIGHT - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="#555"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">文本大小（MB，最大 {top_x:g}）</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 12}">读取用时（处理器秒，最大 {top_y:.1f}）</text>',
    ]
    for index, (name, series) in enumerate(figures.items()):
        colour = COLOURS[name]
        points = [at(row) for row in series]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        label = {"documents": "文件内容重复变化而成", "hostile": "没有换行的一行"}[name]
        parts.append(
            f'<text x="{MARGIN + 16}" y="{MARGIN + 18 * (index + 1)}" fill="{colour}">'
            f"{label}：斜率 {slope(series, 'seconds'):.2f}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Measure, print the figures as JSON and draw them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="0.5,1,2,5,10")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "growth.svg")
    parser.add_argument("--one", nargs=2, metavar=("SERIES", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], float(given.one[1]))
        return
    sizes = [float(size) for size in given.sizes.split(",")]
    figures = {series: [measure(series, size) for size in sizes] for series in COLOURS}
    summary = {
        name: {"rows": rows, "slope": {key: slope(rows, key) for key in ("seconds", "memory")}}
        for name, rows in figures.items()
    }
    print(json.dumps(summary, ensure_ascii=False, indent=1))
    given.out.write_text(picture(figures), "utf-8")


if __name__ == "__main__":
    main()
