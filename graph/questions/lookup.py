"""What a typed name, number or some words may mean: units, tasks, documents, policy instruments, regions.

This is no answer to a question: it finds what is called so. A hit is a row with label, id and name; those of
documents and tasks carry the document with its status, date and edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from graph.questions.names import Names
from graph.questions.words import Row, Scope, key, number_of, other_words, pattern

if TYPE_CHECKING:
    from graph.store import Store

MOST_TOPICS = 50
MOST_WORDS = 5  # words looked for apart, where nothing has them together
LONGEST_SOUGHT = 60  # characters: longer text is a question or a passage, no name


def look_up(store: Store, words: str, names: Names, *, near: bool = True) -> list[Row]:
    """What has these words as its name, in its name or in its text; what is called so (`exact`) comes first.

    Where nothing has all of them: what has each of them apart, or a unit or task with a name made of pieces
    of them; `near` is then true. That is left out where `near` is not wanted.
    """
    text = key(words)
    if not text:
        return []
    called = list(_called(text, names)) if len(text) <= LONGEST_SOUGHT else []
    found = _once([*called, *_written(store, words, names)])
    if near and not found and len(text) <= LONGEST_SOUGHT:
        found = [{**row, "near": True} for row in _once(_near(store, words, names))]
    so = {(row["label"], row["id"]) for row in called}
    for row in found:
        row["exact"] = (row["label"], row["id"]) in so or key(str(row["name"])) == text
    return sorted(found, key=lambda row: not row["exact"])


def _once(rows: Iterable[Row]) -> list[Row]:
    """Each hit once; the first is kept."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        found.setdefault((row["label"], row["id"]), row)
    return list(found.values())


def _called(text: str, names: Names) -> Iterator[Row]:
    """What is called so: a unit by any of its names, a document by title words, 文号, place or year, a task
    by its number."""
    if text in names.forms:
        units = names.agency(text, Scope())
        for row in [units] if isinstance(units, dict) else units:
            yield {"label": "Agency", "id": row["agency_id"], "name": row["agency"]}
    if text in names.regions:
        for row in names.region_rows:
            if row["region_id"] == names.regions[text]:
                yield {**row, "label": "Region", "id": row["region_id"], "name": row["region"]}
    for row in _documents(text, names):
        yield {**row, "label": "Document", "id": row["document_id"], "name": row["document"]}
    if number := _number(text):
        tasks = names.measure(None, number, Scope())
        for row in [tasks] if isinstance(tasks, dict) else tasks:
            yield _task(row)


def _task(row: Row) -> Row:
    """A task as a hit."""
    return {
        **row,
        "label": "Measure",
        "id": row["measure_id"],
        "name": f"{row['number'] or ''}{row['title']}",
    }


def _number(text: str) -> int | None:
    """The number that is all of the text: 12, 12., 第12项, （四十二）."""
    said = pattern("item").fullmatch(text)
    if said:
        return number_of(next(group for group in said.groups() if group))
    bare = pattern("number").fullmatch(text.rstrip(".·、"))
    return number_of(bare[0]) if bare else None


def _documents(text: str, names: Names) -> list[Row]:
    """The documents of the chosen ones that are called so, and those that are only cited."""
    said = names.document_set.fullmatch(text)
    facts = said.groupdict() if said else {}
    chosen = {row["document_id"] for row in names.documents}
    found = names.document(text)
    rows = [found] if isinstance(found, dict) else found
    rows = rows or names.by_number(text, bare=True)
    if facts.get("year") or facts.get("place"):
        rows = [*rows, *names.in_set(facts)]
    return [row for row in rows if row.get("stub") or row["document_id"] in chosen]


def _written(store: Store, words: str, names: Names) -> Iterator[Row]:
    """What has the words in its name or text, also in other words for the same thing."""
    yield from store.query("search", text=words, **names.chosen)
    for wording in (words.strip(), *other_words(key(words))):
        yield from store.query("topics", text=wording, limit=MOST_TOPICS, **names.chosen)


def _near(store: Store, words: str, names: Names) -> Iterator[Row]:
    """What has the words apart; units and tasks with a name made of pieces of them."""
    apart = words.split()
    if len(apart) > 1:
        for word in apart[:MOST_WORDS]:
            text = key(word)
            yield from _called(text, names)
            yield from _written(store, word, names)
        return
    text = key(words)
    for row in names.made_of(text):
        yield {"label": "Agency", "id": row["agency_id"], "name": row["agency"]}
    if len(text) >= 4:
        # the index holds pairs of characters: 降低收费 → 降低 收费
        pairs = [text[at : at + 2] for at in range(0, len(text) - 2, 2)]
        last = text[len(pairs) * 2 :]
        yield from store.query("search", text=" ".join([*pairs, last]), **names.chosen)
