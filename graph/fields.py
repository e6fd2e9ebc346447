"""What a person reads for a field of a row, and for the codes in it (data/lexicon/fields.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FIELDS = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "fields.yaml"


@cache
def _read() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FIELDS.read_text(encoding="utf-8"))
    return data


@cache
def field_words() -> dict[str, dict[str, str]]:
    """What is said of the columns and parameters of the named queries: name, label, asked, example."""
    return {field["name"]: field for field in _read()["fields"]}


def heading(name: str, *, asked: bool = False) -> str:
    """The heading of a column, or with `asked` the label of a parameter; the name itself when it has none."""
    words = field_words().get(name, {})
    return (words.get("asked") if asked else None) or words.get("label") or name


@cache
def code_words(field: str) -> dict[str, str]:
    """The words for the codes of a field, in the order they are listed to readers."""
    found: dict[str, str] = next(one["words"] for one in _read()["codes"] if field in one["fields"])
    return found


def in_words(value: Any, field: str) -> Any:
    """A code of a field, or a list of them, as a person reads it; another value as it is."""
    if isinstance(value, list):
        return [in_words(item, field) for item in value]
    if not isinstance(value, str):
        return value
    said = (one["words"] for one in _read()["codes"] if field in one["fields"])
    return next((words[value] for words in said if value in words), value)
