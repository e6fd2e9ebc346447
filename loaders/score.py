"""How well records match gold: precision, recall and F1 of responsibilities, and identity.

A responsibility is right when measure, role and agency are right; an agency is right when its name
or one of its aliases is an accepted name of the gold agency. Gold rows marked optional are neither
required nor wrong; a class (各区政府) also matches by its printed form, its full name being a convention.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import UsageError

Row = dict[str, Any]


@dataclass
class Card:
    """Counts of one document, or of all."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    measures: int = 0
    gold_measures: int = 0
    extra_measures: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right among what was said; 1.0 where nothing was said."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Right among what the gold holds; 1.0 where it holds nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def line(self, name: str) -> str:
        """The card as one printed line."""
        return (
            f"{name:28} 措施 {self.measures}/{self.gold_measures} (+{self.extra_measures})  "
            f"P {self.precision:.4f}  R {self.recall:.4f}  F1 {self.f1:.4f}"
        )


def score(gold_folder: Path, predicted_folder: Path) -> dict[str, Card]:
    """A card for each gold file that has a record (NAME.json or NAME_*.json), and `total`.

    Raises UsageError where a folder holds no gold or a gold file has no record.
    """
    names = accepted(gold_folder)
    cards: dict[str, Card] = {}
    for path in sorted(gold_folder.glob("*.json")):
        if path.stem.startswith(("agencies", "queries")):
            continue
        record = next(
            (
                p
                for p in [predicted_folder / path.name, *sorted(predicted_folder.glob(f"{path.stem}_*.json"))]
                if p.exists()
            ),
            None,
        )
        if record is None:
            raise UsageError(
                f"{predicted_folder} 里没有 {path.name} 的记录；先用 parse --out 生成 {path.stem}*.json。"
            )
        cards[path.stem] = compare(_json(path), _json(record), names)
    if not cards:
        raise UsageError(f"{gold_folder} 里没有标注文件（*.json）。")
    total = Card()
    for card in cards.values():
        for key in ("right", "missed", "wrong", "measures", "gold_measures", "extra_measures"):
            setattr(total, key, getattr(total, key) + getattr(card, key))
    return cards | {"total": total}


def _json(path: Path) -> Row:
    try:
        data: Row = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.name} 不是合格的 JSON（{error}）。") from error
    return data


def accepted(gold_folder: Path) -> dict[str, set[str]]:
    """Gold agency (normalised) -> every accepted name, from agencies*.json."""
    names: dict[str, set[str]] = {}
    for path in gold_folder.glob("agencies*.json"):
        for row in json.loads(path.read_text("utf-8")):
            names.setdefault(_key(row["name"]), set()).update(
                _key(n) for n in [row["name"], *row.get("accepted", [])]
            )
    return names


def compare(gold: Row, predicted: Row, names: dict[str, set[str]]) -> Card:
    """The card of one document."""
    pairs = _aligned(gold["measures"], predicted["measures"])
    card = Card(measures=len(pairs), gold_measures=len(gold["measures"]))
    for index, measure in enumerate(gold["measures"]):
        found = predicted["measures"][pairs[index]]["responsibilities"] if index in pairs else []
        _count(card, measure, found, names)
    for index, extra in enumerate(predicted["measures"]):
        if index not in pairs.values():
            card.extra_measures += 1
            card.wrong += len(extra["responsibilities"])
    return card


def _count(card: Card, measure: Row, found: list[Row], names: dict[str, set[str]]) -> None:
    required = [r for r in measure["responsibilities"] if not r.get("optional")]
    optional = [r for r in measure["responsibilities"] if r.get("optional")]
    free = list(found)
    for row in required:
        hit = next((f for f in free if _same(row, f, names)), None)
        if hit is None:
            card.missed += 1
            card.errors.append(f"{measure['number']} 漏 {row['role']} {row['agency']}")
        else:
            free.remove(hit)
            card.right += 1
    for row in free:
        if not any(_same(o, row, names) for o in optional):
            card.wrong += 1
            card.errors.append(f"{measure['number']} 错 {row['role']} {row['agency']}")


def _same(gold: Row, row: Row, names: dict[str, set[str]]) -> bool:
    if gold["role"] != row["role"]:
        return False
    wanted = names.get(_key(gold["agency"]), set()) | {_key(gold["agency"])}
    own = {_key(n) for n in [row["agency"], *row.get("aliases", [])]}
    return bool(own & wanted) or bool(
        gold.get("collective") and _plain(gold["mention"]) == _plain(row.get("mention", ""))
    )


def _aligned(gold: list[Row], predicted: list[Row]) -> dict[int, int]:
    """Gold index -> record index: by number and title, then by title, then by a number that is unique."""
    pairs: dict[int, int] = {}
    free = list(range(len(predicted)))
    counts = Counter(_plain(m["number"]) for m in gold)
    rules: Iterable[Callable[[Row, Row], bool]] = (
        lambda a, b: (
            _plain(a["number"]) == _plain(b["number"]) and _plain(a["title"])[:6] == _plain(b["title"])[:6]
        ),
        lambda a, b: len(_plain(a["title"])) >= 4 and _plain(a["title"])[:8] == _plain(b["title"])[:8],
        lambda a, b: counts[_plain(a["number"])] == 1 and _plain(a["number"]) == _plain(b["number"]),
    )
    for rule in rules:
        for g, measure in enumerate(gold):
            hit = None if g in pairs else next((p for p in free if rule(measure, predicted[p])), None)
            if hit is not None:
                pairs[g] = hit
                free.remove(hit)
    return pairs


def _plain(text: str | None) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text or ""))


def _key(name: str) -> str:
    return re.sub(r"^(?:中共|全国(?=各|有关))", "", _plain(name))
