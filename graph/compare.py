"""What differs between two documents: draft and final, one year and the next, 上级 and 本级.

Measures with the same title belong together; of the rest, those whose wording is alike are put side by
side as a suggestion, and the row says so with the similarity. What counts as one change is printed with
the result (`DEFINITIONS`). A number that only moved because others came or went is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import UsageError
from graph.tables import Table, describe_document, measures_with_duties
from graph.tables.duties import ROLE_WORDS, deadline_words, deadlines, lexicon
from graph.tables.passages import annotation, places

if TYPE_CHECKING:
    from graph.store import Store

Row = Mapping[str, Any]

ALIKE = 0.5
"""Dice coefficient of the pairs of characters, from which two measures may be one and the same."""
DEFINITIONS = (
    "任务标题相同的对应起来；标题不同而文字相近的（双字相似度 0.5 以上）作为建议对应，注明相似度，请核对。",
    "一处变动：增加或删去一项任务；牵头单位有变（不论几个单位）；增加、减少一个其他单位，或它的职责变了；"
    "完成时限变了；标题变了；正文变了（不含责任标注和已计的时限）。只是编号顺移不算变动。",
)
UNRELATED = "两份文件没有一项任务对应得上，可能不是同一件事的前后两稿，请核对所选的文件。"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `old` and `new` are what stands in each document, `match` says how they were paired."""

    kind: str
    old_number: str
    new_number: str
    title: str
    old: str
    new: str
    match: str = ""

    def to_json(self) -> dict[str, str]:
        """The change as a plain mapping."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A measure with its duties by agency id and its text without annotations."""

    row: Row
    body: str

    @property
    def title(self) -> str:
        return str(self.row["title"])


def changes(old: Sequence[Row], new: Sequence[Row], old_text: str, new_text: str) -> list[Change]:
    """What differs between two documents' rows of `table_measures`, in the order of the new one.

    The texts are those of the documents; the measures' offsets point into them. What was left out
    comes last.
    """
    before = [_Measure(row, body(row, old_text)) for row in old]
    after = [_Measure(row, body(row, new_text)) for row in new]
    pairs = _paired(before, after)
    found: list[Change] = []
    for index, measure in enumerate(after):
        if index in pairs:
            other, match = pairs[index]
            found += _differences(before[other], measure, match)
        else:
            row = measure.row
            found.append(Change("增加任务", "", row["number"], row["title"], "", _units(row)))
    kept = {other for other, _ in pairs.values()}
    left = [measure.row for index, measure in enumerate(before) if index not in kept]
    return found + [Change("删去任务", row["number"], "", row["title"], _units(row), "") for row in left]


def body(row: Row, text: str) -> str:
    """A measure's wording without number, title, annotations and spaces.

    A pair of brackets that names units goes as a whole, else the sentence or line of a label; of units
    in running text only the names go.
    """
    start, end = row["start"], row["end"]
    cuts = []
    for place in places(row["duties"]):
        if not start <= place.start < end:
            continue
        if place.basis == "in_text":
            cuts.append((place.start, place.end))
        else:
            cuts.append(annotation(text, start, end, place.start, place.end))
    parts, at = [], start
    for first, last in sorted(cuts):
        if first > at:
            parts.append(text[at:first])
        at = max(at, last)
    parts.append(text[at:end])
    plain = re.sub(r"\s+", "", "".join(parts)).removeprefix(re.sub(r"\s+", "", str(row["number"])))
    return plain.removeprefix(re.sub(r"\s+", "", str(row["title"]))).strip("。．.：:，,；;")


def _paired(before: Sequence[_Measure], after: Sequence[_Measure]) -> dict[int, tuple[int, str]]:
    """Index of the new measure -> index of the old one, and how they were found to belong together."""
    free = set(range(len(before)))
    pairs: dict[int, tuple[int, str]] = {}
    for index, measure in enumerate(after):
        same = [other for other in sorted(free) if _plain(before[other].title) == _plain(measure.title)]
        # Of several with one title the one under the same heading, then the first.
        same.sort(key=lambda other: list(before[other].row["path"] or ()) != list(measure.row["path"] or ()))
        if same:
            pairs[index] = (same[0], "")
            free.discard(same[0])
    grams = {other: _grams(before[other]) for other in free}
    scores = [
        (_dice(grams[other], _grams(measure)), index, other)
        for index, measure in enumerate(after)
        if index not in pairs
        for other in sorted(free)
    ]
    for score, index, other in sorted(scores, key=lambda item: (-item[0], item[1], item[2])):
        if score >= ALIKE and index not in pairs and other in free:
            pairs[index] = (other, f"标题不同，按文字相近对应（相似度{score:.2f}），请核对")
            free.discard(other)
    return pairs


def _plain(title: str) -> str:
    return re.sub(r"[\W_]", "", title)


def _grams(measure: _Measure) -> Counter[str]:
    text = _plain(measure.title) + "\n" + _plain(measure.body)
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _differences(old: _Measure, new: _Measure, match: str) -> Iterator[Change]:
    def change(kind: str, before: str, after: str) -> Change:
        return Change(kind, old.row["number"], new.row["number"], new.row["title"], before, after, match)

    if _plain(old.title) != _plain(new.title):
        yield change("标题变动", old.title, new.title)
    yield from (change(*difference) for difference in _duty_differences(old.row, new.row))
    before, after = old.body, new.body
    if _days(old.row) != _days(new.row):
        yield change("时限变动", deadline_words(old.row) or "无", deadline_words(new.row) or "无")
        dates = lexicon()["dates"]["pattern"]
        before, after = (re.sub(dates, "〔时限〕", text) for text in (before, after))
    if _plain(before) != _plain(after):
        yield change("正文变动", *_around(before, after))


def _days(row: Row) -> set[str]:
    """The dates until when: of a label or column, else those that the text names."""
    return {row["deadline"]} if row.get("deadline") else {t["date"] for t in deadlines(row) if t["date"]}


def _duty_differences(old: Row, new: Row) -> Iterator[tuple[str, str, str]]:
    names = {duty["agency_id"]: str(duty["agency"]) for row in (old, new) for duty in row["duties"]}
    before, after = _roles(old), _roles(new)
    leads = [[unit for unit, roles in side.items() if "LEADS" in roles] for side in (before, after)]
    shown = set()
    if set(leads[0]) != set(leads[1]):
        was_leading, leading = ("、".join(names[unit] for unit in side) or "无" for side in leads)
        yield "牵头变动", was_leading, leading
        shown = set(leads[0]) ^ set(leads[1])
    for unit in dict.fromkeys((*before, *after)):
        was, now = before.get(unit, frozenset()), after.get(unit, frozenset())
        if was == now or unit in shown:
            continue
        if not was:
            yield "增加单位", "", f"{names[unit]}（{_role_words(now)}）"
        elif not now:
            yield "减少单位", f"{names[unit]}（{_role_words(was)}）", ""
        else:
            yield "职责变动", f"{names[unit]}（{_role_words(was)}）", f"{names[unit]}（{_role_words(now)}）"


def _roles(row: Row) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for duty in row["duties"]:
        found[duty["agency_id"]] = found.get(duty["agency_id"], frozenset()) | {duty["role"]}
    return found


def _role_words(roles: Iterable[str]) -> str:
    return "、".join(word for role, word in ROLE_WORDS.items() if role in roles)


def _units(row: Row) -> str:
    return "；".join(
        f"{word}：{'、'.join(duty['agency'] for duty in row['duties'] if duty['role'] == role)}"
        for role, word in ROLE_WORDS.items()
        if any(duty["role"] == role for duty in row["duties"])
    )


def _around(before: str, after: str, margin: int = 12) -> tuple[str, str]:
    """The parts of two texts that differ, with a few characters on both sides."""
    first = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    first = min(len(before), len(after)) if first is None else first
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return tuple(  # type: ignore[return-value]
        ("…" if first > margin else "")
        + text[max(0, first - margin) : len(text) - last + margin]
        + ("…" if last > margin else "")
        for text in (before, after)
    )


def compare(store: Store, old: str, new: str) -> tuple[Table, list[Change]]:
    """The differences from the document with id `old` to the one with id `new`, as a table and as values.

    Raises UsageError when it is the same document twice, or one that the graph does not hold.
    """
    if old == new:
        raise UsageError("两份文件是同一份，没有可比的；请给出两份不同的文件。")
    sides = []
    for identity in (old, new):
        scope, rows = measures_with_duties(store, documents=[identity])
        if not scope:
            raise UsageError(f"图里没有文件“{identity}”。")
        text = store.query("document", document=identity, documents=[identity])[0]["text"] or ""
        sides.append((scope[0], rows, text))
    (first, old_rows, old_text), (second, new_rows, new_text) = sides
    found = changes(old_rows, new_rows, old_text, new_text)
    counted = Counter(change.kind for change in found)
    came, went = counted["增加任务"], counted["删去任务"]
    shared = came < len(new_rows) or went < len(old_rows)
    total = "，".join(f"{kind}{count}处" for kind, count in counted.items())
    return Table(
        title="文件对比",
        columns=["序号", "变动", "原编号", "现编号", "任务", "原来", "现在", "备注"],
        rows=[[index, *asdict(change).values()] for index, change in enumerate(found, 1)],
        notes=[
            f"原：{describe_document(first)}",
            f"现：{describe_document(second)}",
            f"共{len(found)}处变动{'：' + total if total else ''}。",
            *([UNRELATED] if found and not shared else []),
            *DEFINITIONS,
        ],
        name="文件对比",
        widths=dict(enumerate([6, 12, 8, 8, 34, 40, 40, 24])),
        paper="A4",
    ), found
