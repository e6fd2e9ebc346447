"""The files of data/lexicon as rows checked against their schemas, and the patterns that rows give.

A row holds `words`, a `pattern` or `patterns`, and always `examples` of what it is for. An algorithm asks
for a row by file and key: pattern("structure", "closing") is compiled once; source(…) is its text, for a
pattern that Python puts together with brackets, digits and punctuation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from graph.errors import LexiconError

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"
TYPES = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int}


@cache
def rows(stem: str, folder: Path = FOLDER) -> Any:
    """The rows of one file, read and checked once. Raises LexiconError."""
    return read_yaml(folder, stem)


@cache
def words(stem: str, key: str, part: str = "words") -> tuple[str, ...]:
    """The words of a row in its own order."""
    return tuple(rows(stem)[key][part])


@cache
def source(stem: str, key: str, part: str | None = None) -> str:
    """A row as the text of one pattern: its `part`, else any of its patterns and words."""
    row = rows(stem)[key]
    if part is not None:
        return _any(row[part], literal=part == "words")
    parts = [
        _any(row[name], literal=name == "words") for name in ("words", "pattern", "patterns") if name in row
    ]
    return parts[0] if len(parts) == 1 else "|".join(parts)


@cache
def pattern(stem: str, key: str, part: str | None = None) -> re.Pattern[str]:
    """A row as a compiled pattern (see `source`)."""
    return re.compile(source(stem, key, part))


def _any(said: str | list[str], literal: bool) -> str:
    if isinstance(said, str):
        return said
    return either(said) if literal else "|".join(f"(?:{one})" for one in said)


def either(several: Iterable[str]) -> str:
    """The text of a pattern for any of some words, the longest first."""
    return "|".join(map(re.escape, sorted(set(several), key=lambda word: (-len(word), word))))


def read_yaml(folder: Path, stem: str) -> Any:
    """The rows of one file of the lexicon, checked against its schema. Raises LexiconError."""
    path = folder / f"{stem}.yaml"
    try:
        content = path.read_bytes()
        data = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"词表 {path.name} 读不出来：{error}") from error
    check(folder, stem, data)
    return data


def check(folder: Path, stem: str, data: Any, thorough: bool = False) -> None:
    """`data` against schemas/STEM.json, the first breach as one sentence. Raises LexiconError.

    The quick look comes first; jsonschema (slow to import) only explains what that finds, or checks
    everything when the check is to be `thorough`, as in the tests.
    """
    path = folder / "schemas" / f"{stem}.json"
    if not path.exists():
        return
    schema = json.loads(path.read_text("utf-8"))
    if not thorough and _plausible(data, schema):
        return
    import jsonschema  # slow to import, and seldom needed

    for problem in jsonschema.Draft202012Validator(schema).iter_errors(data):
        where = "/".join(str(part) for part in problem.absolute_path)
        raise LexiconError(f"词表 {stem}.yaml 的 {where} 不合规则：{problem.message}")


def _plausible(value: Any, schema: dict[str, Any]) -> bool:
    """Whether types, keys and choices are as `schema` says, all the way down; references are trusted."""
    kind = TYPES.get(schema.get("type", ""))
    if kind and not isinstance(value, kind):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(_plausible(item, schema["items"]) for item in value)
    if isinstance(value, dict) and "properties" in schema:
        fields = schema["properties"]
        closed = schema.get("additionalProperties") is False
        return (
            all(key in value for key in schema.get("required", ()))
            and not (closed and value.keys() - fields.keys())
            and all(_plausible(item, fields[key]) for key, item in value.items() if key in fields)
        )
    return True
