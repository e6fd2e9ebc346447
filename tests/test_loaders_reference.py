"""The reference documents against their hand-made annotation, and the bundled digests likewise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.model import Record
from loaders.records import parse_file
from loaders.score import accepted, compare

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ("000", "001", "002", "003", "004")


def _gold_for(record: Record, reference: Path) -> Path:
    """The gold file whose document has the same number or title."""
    for path in sorted((reference / "gold").glob("00*.json")):
        document = json.loads(path.read_text("utf-8"))["document"]
        same_number = document["doc_number"] and document["doc_number"] == record.document.doc_number
        if same_number or document["title"] == record.document.title:
            return path
    raise AssertionError(record.document.title)


@pytest.mark.parametrize("stem", SEEDS)
def test_a_reference_document_is_read_without_a_mistake(reference: Path, stem: str) -> None:
    record = parse_file(next((reference / "seeds").glob(f"{stem}_*.txt")))
    _compare(record, reference / "gold" / f"{stem}.json", reference)
    assert not record.problems


def test_the_bundled_digests_say_the_same_as_the_full_texts(reference: Path) -> None:
    files = sorted((ROOT / "data" / "documents").glob("*.txt"))
    assert len(files) == len(SEEDS)
    for file in files:
        record = parse_file(file)
        assert record.document.edition == "digest"
        _compare(record, _gold_for(record, reference), reference)


def test_further_documents_are_read_too(reference: Path) -> None:
    files = sorted((reference / "documents").glob("*.txt"))
    assert files
    for file in files:
        _compare(parse_file(file), reference / "gold" / f"{file.stem}.json", reference)


def _compare(record: Record, gold: Path, reference: Path) -> None:
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    card = compare(json.loads(gold.read_text("utf-8")), record.to_json(), accepted(reference / "gold"))
    assert (card.errors, card.measures, card.extra_measures, card.wrong) == ([], card.gold_measures, 0, 0)
