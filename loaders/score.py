"""How well records match gold: precision, recall and F1 of everything a record says, and identity.

A responsibility is right when measure, role and agency are right; an agency is right when its name
or one of its aliases is an accepted name of the gold agency. Gold rows marked optional are neither
required nor wrong; a class (各区政府) also matches by its printed form, its full name being a convention.
An instrument, region or target is right when one printed form holds the other and is at least half as long.
What a gold file does not annotate (a digest has no instruments) is not counted.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import UsageError
from loaders.wording import pattern

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "gold"
CARD = GOLD / "scorecard.json"
TEXTS = (GOLD, ROOT / "data" / "documents")  # where the text of a gold file of the project's own stands
NOT_GOLD = ("agencies", "queries", "questions", "scorecard")
MENTIONS = ("instruments", "regions", "targets")
FACTS = ("title", "attached_title", "doc_number", "issuers", "jurisdiction", "date", "status", "based_on")
LABELS = {
    "responsibilities": "责任关系",
    "facts": "文件信息",
    "instruments": "政策工具",
    "regions": "地区",
    "targets": "目标",
    "role": "角色",
    "rule": "规则",
    "basis": "依据",
}


@dataclass
class Counts:
    """What was said rightly, what was missed and what was said wrongly."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

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

    def add(self, other: Counts) -> None:
        """Count another's too."""
        self.right += other.right
        self.missed += other.missed
        self.wrong += other.wrong

    def figures(self) -> str:
        """Precision, recall and F1, printed."""
        return f"P {self.precision:.4f}  R {self.recall:.4f}  F1 {self.f1:.4f}"


@dataclass
class Card(Counts):
    """Counts of one document, or of all: its own of responsibilities, the others by field.

    `fields` holds facts, instruments, regions, targets, and role:…, rule:…, basis:… of the responsibilities
    (what the gold does not say, rule and basis, has no recall: a miss counts only for its role).
    """

    measures: int = 0
    gold_measures: int = 0
    extra_measures: int = 0
    fields: dict[str, Counts] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)  # of responsibilities
    others: list[str] = field(default_factory=list)  # of the fields
    split: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def of(self, name: str) -> Counts:
        """The counts of a field, made when first asked for."""
        return self.fields.setdefault(name, Counts())

    def take(self, other: Card) -> None:
        """Count another document's too."""
        self.add(other)
        self.measures += other.measures
        self.gold_measures += other.gold_measures
        self.extra_measures += other.extra_measures
        for name, counts in other.fields.items():
            self.of(name).add(counts)

    def line(self, name: str) -> str:
        """The card as one printed line."""
        return (
            f"{name:28} 措施 {self.measures}/{self.gold_measures} (+{self.extra_measures})  {self.figures()}"
        )

    def details(self) -> Iterator[str]:
        """A line for each field, the most general first."""
        for name in (*FIELDS, *sorted(n for n in self.fields if ":" in n)):
            if name in self.fields:
                group, _, value = name.partition(":")
                label = f"{LABELS[group]} {value}".strip()
                yield f"    {label:24} {self.fields[name].figures()}  ({self.fields[name].right} 对)"

    def to_json(self) -> Row:
        """The card as kept in the repository: counts and the list of errors."""
        fields = {"responsibilities": self, **self.fields}
        return {
            "measures": [self.measures, self.gold_measures, self.extra_measures],
            "fields": {name: [c.right, c.missed, c.wrong] for name, c in sorted(fields.items())},
            "errors": [*self.errors, *self.others],
        }


FIELDS = ("facts", *MENTIONS)


def score(gold_folder: Path, predicted_folder: Path) -> dict[str, Card]:
    """A card for each gold file that has a record (NAME.json or NAME_*.json), and `total`.

    Raises UsageError where a folder holds no gold or a gold file has no record.
    """

    def record_of(path: Path) -> Row:
        named = [predicted_folder / path.name, *sorted(predicted_folder.glob(f"{path.stem}_*.json"))]
        record = next((p for p in named if p.exists()), None)
        if record is None:
            raise UsageError(
                f"{predicted_folder} 里没有 {path.name} 的记录；先用 parse --out 生成 {path.stem}*.json。"
            )
        return _json(record)

    return cards(gold_folder, record_of)


def own_score(read: Callable[[Path], Row], gold_folder: Path = GOLD) -> dict[str, Card]:
    """The cards of the project's own gold: `read` makes the record of each text, here and now."""

    def record_of(path: Path) -> Row:
        texts = (p for folder in TEXTS for p in sorted(folder.glob(f"{path.stem}.*")))
        text = next((p for p in texts if not p.name.endswith(".json")), None)
        if text is None:
            raise UsageError(
                f"标注 {path.name} 没有正文：{'、'.join(f.name for f in TEXTS)} 里要有 {path.stem}.txt。"
            )
        return read(text)

    return cards(gold_folder, record_of)


def cards(gold_folder: Path, record_of: Callable[[Path], Row]) -> dict[str, Card]:
    """A card for each gold file of a folder, and `total` with identity over all of them."""
    names = accepted(gold_folder)
    found: dict[str, Card] = {}
    identity = Identity()
    for path in sorted(gold_folder.glob("*.json")):
        if not path.stem.startswith(NOT_GOLD):
            found[path.stem] = compare(_json(path), record_of(path), names, identity)
    if not found:
        raise UsageError(f"{gold_folder} 里没有标注文件（*.json）。")
    total = Card()
    for card in found.values():
        total.take(card)
    total.split, total.merged = identity.split(), identity.merged()
    return found | {"total": total}


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


@dataclass
class Identity:
    """Which names were given to which gold agencies, over all documents compared."""

    given: dict[str, set[str]] = field(default_factory=dict)
    stands: dict[str, set[str]] = field(default_factory=dict)

    def note(self, gold: str, said: str) -> None:
        """A gold agency was rightly found under a name."""
        self.given.setdefault(gold, set()).add(said)
        self.stands.setdefault(said, set()).add(gold)

    def split(self) -> list[str]:
        """Agencies that were given several names."""
        return sorted(name for name, said in self.given.items() if len(said) > 1)

    def merged(self) -> list[str]:
        """Names that stand for several agencies."""
        return sorted(name for name, gold in self.stands.items() if len(gold) > 1)


def compare(gold: Row, predicted: Row, names: dict[str, set[str]], identity: Identity | None = None) -> Card:
    """The card of one document."""
    pairs = _aligned(gold["measures"], predicted["measures"])
    card = Card(measures=len(pairs), gold_measures=len(gold["measures"]))
    for index, measure in enumerate(gold["measures"]):
        found = predicted["measures"][pairs[index]] if index in pairs else {"responsibilities": []}
        _count(card, measure, found["responsibilities"], names, identity or Identity())
        for name in MENTIONS:
            if name in measure:
                _count_mentions(card, name, measure, found.get(name, []))
    for index, extra in enumerate(predicted["measures"]):
        if index not in pairs.values():
            card.extra_measures += 1
            for row in extra["responsibilities"]:
                _wrong(card, "多出的 " + extra["number"], row)
            for name in MENTIONS:
                if any(name in m for m in gold["measures"]):
                    card.of(name).wrong += len(extra.get(name, []))
    _count_facts(card, gold.get("document", {}), predicted.get("document", {}))
    return card


def _count(
    card: Card, measure: Row, found: list[Row], names: dict[str, set[str]], identity: Identity
) -> None:
    required = [r for r in measure["responsibilities"] if not r.get("optional")]
    optional = [r for r in measure["responsibilities"] if r.get("optional")]
    free = list(found)
    for row in required:
        hit = next((f for f in free if _same(row, f, names)), None)
        if hit is None:
            card.missed += 1
            card.of(f"role:{row['role']}").missed += 1
            card.errors.append(f"{measure['number']} 漏 {row['role']} {row['agency']}")
        else:
            free.remove(hit)
            card.right += 1
            for name in _groups(hit):
                card.of(name).right += 1
            identity.note(row["agency"], hit["agency"])
    for row in free:
        if not any(_same(o, row, names) for o in optional):
            _wrong(card, measure["number"], row)


def _wrong(card: Card, where: str, row: Row) -> None:
    card.wrong += 1
    for name in _groups(row):
        card.of(name).wrong += 1
    card.errors.append(f"{where} 错 {row['role']} {row['agency']}")


def _groups(row: Row) -> tuple[str, ...]:
    """The fields that a predicted responsibility counts for besides its own."""
    return (f"role:{row['role']}", f"rule:{row.get('rule', '-')}", f"basis:{row.get('basis', '-')}")


def _count_mentions(card: Card, name: str, measure: Row, found: list[Row]) -> None:
    """Instruments, regions or targets of a measure by their printed forms."""
    counts = card.of(name)
    free = [row["mention"] for row in found]
    for row in measure[name]:
        hit = next((mention for mention in free if _overlaps(row["mention"], mention)), None)
        if hit is None:
            counts.missed += 1
            card.others.append(f"{measure['number']} 漏 {LABELS[name]} {row['mention']}")
        else:
            free.remove(hit)
            counts.right += 1
    counts.wrong += len(free)
    card.others.extend(f"{measure['number']} 错 {LABELS[name]} {mention}" for mention in free)


def _overlaps(gold: str, said: str) -> bool:
    """Whether one printed form holds the other and is at least half as long."""
    one, two = _plain(gold), _plain(said)
    short, long = sorted((one, two), key=len)
    return bool(short) and short in long and len(short) * 2 >= len(long)


def _count_facts(card: Card, gold: Row, said: Row) -> None:
    """Title, number, issuers, jurisdiction, date, status and basis, those that the gold holds."""
    for name in FACTS:
        key = "issuer" if name == "issuers" and "issuers" not in gold else name
        if key not in gold:
            continue
        wanted, got = _fact(gold[key]), _fact(said.get(name))
        counts = card.of("facts")
        counts.right += len(wanted & got)
        counts.missed += len(wanted - got)
        counts.wrong += len(got - wanted)
        card.others.extend(f"漏 {name} {value}" for value in sorted(wanted - got))
        card.others.extend(f"错 {name} {value}" for value in sorted(got - wanted))


def _fact(value: Any) -> set[str]:
    """The comparable parts of a fact: one for a string, one for each name or document of a list."""
    if isinstance(value, list):
        parts = (v.get("doc_number") or v.get("title") if isinstance(v, dict) else v for v in value)
        return {_plain(part) for part in parts if part}
    return {_plain(value)} if value else set()


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
    return pattern("names", "optional_openings").sub("", _plain(name))


def report(found: dict[str, Card], errors: bool = False) -> Iterator[str]:
    """The score card as printed lines: every document, then the total by field, role, rule and basis."""
    for name, card in found.items():
        yield card.line(name)
        yield from card.details() if name == "total" else _short(card)
        yield from (f"    {line}" for line in (*card.errors, *card.others)) if errors else ()
    total = found["total"]
    yield f"身份：{len(total.split)} 个单位被写成多个名称，{len(total.merged)} 个名称代表多个单位。"
    yield from (f"    {'、'.join(names)}" for names in (total.split, total.merged) if names)


def _short(card: Card) -> Iterator[str]:
    shown = [f"{LABELS[n]} {card.fields[n].f1:.4f}" for n in FIELDS if n in card.fields]
    if shown:
        yield "    F1：" + "  ".join(shown)


def to_json(found: dict[str, Card]) -> Row:
    """The score card as kept in the repository."""
    total = found["total"]
    return {
        "documents": {name: card.to_json() for name, card in found.items()},
        "identity": {"split": total.split, "merged": total.merged},
    }


def kept(path: Path = CARD) -> Row | None:
    """The score card of the repository, None where there is none. Raises UsageError for broken JSON."""
    return _json(path) if path.exists() else None


def keep(found: dict[str, Card], path: Path = CARD) -> None:
    """Write the score card of the repository."""
    path.write_text(json.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n", "utf-8")


def changes(found: dict[str, Card], before: Row) -> Iterator[str]:
    """What a change gained and lost against a kept card: figures that moved, and errors that came or went."""
    now = to_json(found)
    for name, card in now["documents"].items():
        old = before["documents"].get(name)
        if old is None:
            yield f"新增 {name}"
            continue
        for part in sorted({*card["fields"], *old["fields"]}):
            was, is_now = (Counts(*c["fields"].get(part, (0, 0, 0))) for c in (old, card))
            if was != is_now:
                yield f"{name} {part}：F1 {was.f1:.4f} → {is_now.f1:.4f}（{was.right} → {is_now.right} 对）"
        gone, come = Counter(old["errors"]), Counter(card["errors"])
        yield from (f"    + 改对：{line}" for line in (gone - come).elements())
        yield from (f"    - 变错：{line}" for line in (come - gone).elements())
    yield from (f"去掉 {name}" for name in before["documents"] if name not in now["documents"])
    for kind, label in (("split", "拆开"), ("merged", "合并")):
        yield from (f"    - {label}：{n}" for n in now["identity"][kind] if n not in before["identity"][kind])
        yield from (
            f"    + 不再{label}：{n}" for n in before["identity"][kind] if n not in now["identity"][kind]
        )
