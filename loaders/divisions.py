"""The administrative divisions of data/lexicon/divisions.csv, with the names that they go by."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loaders.wording import rows, source


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division. `full` is its chain without the country: 广东省广州市天河区.

    `prefix` is what an office's official name begins with, the lowest division only: 广州市, 昆山市,
    双柏县; a 市辖区 stands behind its city (广州市天河区), because district names are not unique.
    """

    code: str
    name: str
    level: str
    parent: str | None
    short: str
    full: str
    prefix: str
    usual: str  # the name as usually printed: 楚雄州, 石柱县, 广西; the name itself for most

    @property
    def usual_prefix(self) -> str:
        """The prefix as usually printed."""
        return self.prefix if self.usual == self.name else self.usual


def divisions(path: Path) -> tuple[dict[str, Place], dict[str, tuple[str, ...]]]:
    """The divisions of a table by code, and the codes that bear each full, usual or short name."""
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    parents = {row["code"]: row for row in table}
    autonomous = [row["ending"] for row in rows("names")["usual_classes"] if "short" in row]
    places: dict[str, Place] = {}
    names: dict[str, list[str]] = {}
    for row in table:
        chain, current = [row["name"]], row
        while current["parent"]:
            current = parents[current["parent"]]
            chain.append(current["name"])
        place = Place(
            row["code"],
            row["name"],
            row["level"],
            row["parent"] or None,
            short_name(row["name"]),
            "".join(reversed(chain)),
            chain[1] + row["name"] if row["name"].endswith("区") and row["level"] == "区县" else row["name"],
            usual_name(row["name"]),
        )
        places[place.code] = place
        kind = next((end for end in autonomous if place.name.endswith(end)), "")  # 湘西自治州
        for name in {place.name, place.short, place.usual, place.short + kind}:
            names.setdefault(name, []).append(place.code)
    return places, {k: tuple(v) for k, v in names.items()}


@cache
def _class_word() -> re.Pattern[str]:
    """彝族自治州 at the end of a division's name; a 市辖区 keeps its 区 where one character would remain."""
    return re.compile(f"(?:{source('names', 'peoples')})*(?:{source('names', 'classes')})$")


def short_name(name: str) -> str:
    """The usual short name: 广东 for 广东省, 楚雄 for 楚雄彝族自治州; 从化区 stays (two characters left)."""
    short = _class_word().sub("", name)
    return short if len(short) >= 2 else name


def usual_name(name: str) -> str:
    """楚雄州 for 楚雄彝族自治州, 广西 for 广西壮族自治区, 兵团 for 新疆生产建设兵团; others as they are."""
    for row in rows("names")["usual_classes"]:
        if name.endswith(row["ending"]):
            return str(row["whole"] if "whole" in row else short_name(name) + row["short"])
    return name
