"""The named queries: cypher/<folder>/*.cypher as Query(name, doc, params, returns, text).

A file is one query; its stem is the query's name and its first lines are a header:

    // 一个单位牵头、配合、负责哪些任务
    // params: agency (string), role (role|null), documents (list|null)
    // returns: measure_id, number, title

Parameter types: string, integer, bool, list, map, role (LEADS, SUPPORTS, IMPLEMENTS, or 牵头, 配合, 负责) and
fulltext (words a user typed, turned into a Lucene query that cannot be anything but a search for them).
`|null` marks an optional parameter. A `-` stands for none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graph.errors import BadParameter
from graph.model import Role

FOLDER = Path(__file__).resolve().parent.parent / "cypher"
ROLE_WORDS = {"牵头": Role.LEADS, "配合": Role.SUPPORTS, "负责": Role.IMPLEMENTS}
SEARCH_LIMIT = 200  # characters of a typed search that are looked at: longer ones only slow Lucene down

_TYPE_NAMES = {
    "string": "一段文字",
    "integer": "正整数",
    "bool": "true 或 false",
    "list": "列表",
    "map": "键值对",
    "role": "LEADS、SUPPORTS、IMPLEMENTS 之一（或 牵头、配合、负责）",
    "fulltext": "一段文字",
}
_PARAM = re.compile(r"(\w+) \((\w+)(\|null)?\)")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a query; `type` is one of the module's parameter types."""

    name: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Query:
    """One named query; `doc` is its purpose in one Chinese sentence, `returns` its columns in order."""

    name: str
    doc: str
    params: tuple[Param, ...]
    returns: tuple[str, ...]
    text: str

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter of the query by name: converted where typed as text, None where left out.

        Raises BadParameter for one that is missing, unknown or of the wrong type.
        """
        known = {param.name for param in self.params}
        if unknown := [name for name in params if name not in known]:
            raise BadParameter(f"查询 {self.name} 没有参数 {'、'.join(unknown)}；{self._usage()}")
        missing = [p.name for p in self.params if not p.optional and params.get(p.name) is None]
        if missing:
            raise BadParameter(f"查询 {self.name} 缺少参数 {'、'.join(missing)}；{self._usage()}")
        return {param.name: self._converted(param, params.get(param.name)) for param in self.params}

    def _usage(self) -> str:
        if not self.params:
            return "它不需要参数。"
        shown = "、".join(p.name if p.optional else f"{p.name}（必填）" for p in self.params)
        return f"可用的参数：{shown}。"

    def _converted(self, param: Param, value: Any) -> Any:
        if value is None:
            return None
        try:
            return _CONVERTERS[param.type](value)
        except (TypeError, ValueError):
            wrong = f"查询 {self.name} 的参数 {param.name} 应为{_TYPE_NAMES[param.type]}"
            raise BadParameter(f"{wrong}；{self._usage()}") from None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    number = int(value)
    if not 0 < number < 2**31:
        raise ValueError
    return number


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}[_known(value)]


def _known(value: Any) -> str:
    if not isinstance(value, str) or value.lower() not in {"true", "false", "1", "0", "是", "否"}:
        raise ValueError
    return value.lower()


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):  # documents=ID on a command line
        return [value]
    if not isinstance(value, list | tuple | set | frozenset):
        raise TypeError
    return sorted(value) if isinstance(value, set | frozenset) else list(value)


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError
    return dict(value)


def _role(value: Any) -> str:
    word = _string(value)
    return str(ROLE_WORDS[word]) if word in ROLE_WORDS else str(Role(word.upper()))


def fulltext(value: str) -> str:
    """A Lucene query for all the words of `value`, in which nothing typed works as an operator.

    >>> fulltext('海关 (24*小时')
    '"海关" AND "24" AND "小时"'

    The cjk analyzer indexes pairs of characters, so one character alone needs a prefix search: 港 → 港*.
    """
    words = re.findall(r"[^\W_]+", _string(value)[:SEARCH_LIMIT])
    return " AND ".join(f"{word}*" if len(word) == 1 else f'"{word}"' for word in words) or '""'


_CONVERTERS: dict[str, Any] = {
    "string": _string,
    "integer": _integer,
    "bool": _bool,
    "list": _list,
    "map": _map,
    "role": _role,
    "fulltext": fulltext,
}


def parse(name: str, source: str) -> Query:
    """The query in `source`. Raises ValueError when its header is not as the module says."""
    lines = source.splitlines()
    header = [line.removeprefix("//").strip() for line in lines[:3]]
    if not all(line.startswith("//") for line in lines[:3]) or not (
        header[1].startswith("params:") and header[2].startswith("returns:")
    ):
        raise ValueError(f"cypher/**/{name}.cypher: the header needs a purpose, params: and returns:")
    params = tuple(Param(n, kind, bool(null)) for n, kind, null in _PARAM.findall(header[1]))
    returns = header[2].removeprefix("returns:").replace("-", "")
    columns = tuple(column.strip() for column in returns.split(",") if column.strip())
    return Query(name, header[0], params, columns, "\n".join(lines[3:]).strip())


@cache
def load_queries(folder: str = "read") -> dict[str, Query]:
    """Every query of cypher/`folder` by name, in name order."""
    files = sorted((FOLDER / folder).glob("*.cypher"))
    return {file.stem: parse(file.stem, file.read_text(encoding="utf-8")) for file in files}
