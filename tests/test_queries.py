"""Headers of cypher/ against the text, parameters, and full-text search strings; no store needed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.errors import BadParameter
from graph.fields import field_words, heading
from graph.queries import FOLDER, Query, fulltext, load_queries, parse

FOLDERS = ("schema", "write", "read")
EVERY = [
    pytest.param(query, id=f"{folder}-{name}")
    for folder in FOLDERS
    for name, query in load_queries(folder).items()
]
READ = [pytest.param(query, id=name) for name, query in load_queries("read").items()]


@pytest.mark.parametrize("query", EVERY)
def test_header_params_are_the_names_the_text_uses(query: Query) -> None:
    assert {param.name for param in query.params} == set(re.findall(r"\$(\w+)", query.text))


@pytest.mark.parametrize("query", EVERY)
def test_header_says_in_chinese_what_the_query_is_for(query: Query) -> None:
    assert re.search("[一-鿿]", query.doc)


@pytest.mark.parametrize("query", READ)
def test_read_queries_are_ordered_and_return_columns(query: Query) -> None:
    assert query.returns
    assert "ORDER BY" in query.text.rpartition("RETURN ")[2]


@pytest.mark.parametrize("query", READ)
def test_read_queries_about_documents_take_the_common_filters(query: Query) -> None:
    every = {"documents", "drafts", "samples", "expired"}
    filters = every & {param.name for param in query.params}
    unfiltered = {"collective_members", "document_chain", "judgements", "stats", "successions"}
    assert filters == (set() if query.name in unfiltered else every)


def test_every_file_of_the_folder_is_a_query() -> None:
    files = {
        path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*") if path.is_file()
    }
    assert files == {f"{folder}/{name}" for folder in FOLDERS for name in load_queries(folder)}


SAMPLE = parse(
    "sample",
    "// 样例\n// params: agency (string), role (role|null), limit (integer|null), documents (list|null), "
    "drafts (bool|null)\n// returns: a, b\nRETURN 1 AS a, 2 AS b",
)

CHECKED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("left out: None", {}, {"role": None, "limit": None, "documents": None, "drafts": None}),
    ("a role in Chinese", {"role": "牵头"}, {"role": "LEADS"}),
    ("a role in small letters", {"role": "supports"}, {"role": "SUPPORTS"}),
    ("a number typed on a command line", {"limit": "5"}, {"limit": 5}),
    (
        "one document typed on a command line",
        {"documents": "甲〔2024〕1号"},
        {"documents": ["甲〔2024〕1号"]},
    ),
    ("no document chosen is not all documents", {"documents": []}, {"documents": []}),
    ("a tuple is a list", {"documents": ("b", "a")}, {"documents": ["b", "a"]}),
    ("a switch typed on a command line", {"drafts": "false"}, {"drafts": False}),
    ("a switch in Chinese", {"drafts": "是"}, {"drafts": True}),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in CHECKED], ids=[row[0] for row in CHECKED])
def test_check_fills_and_converts(given: dict[str, Any], expected: dict[str, Any]) -> None:
    checked = SAMPLE.check({"agency": "甲局", **given})
    assert checked.keys() == {param.name for param in SAMPLE.params}
    assert {key: checked[key] for key in expected} == expected


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("missing", {}, "缺少参数 agency"),
    ("None is missing too", {"agency": None}, "缺少参数 agency"),
    ("unknown", {"agency": "甲局", "agncy": 1}, "没有参数 agncy"),
    ("not a role", {"agency": "甲局", "role": "主持"}, "role 应为"),
    ("not a number", {"agency": "甲局", "limit": "多"}, "limit 应为"),
    ("nothing is no limit", {"agency": "甲局", "limit": 0}, "limit 应为"),
    ("a truth value is no number", {"agency": "甲局", "limit": True}, "limit 应为"),
    ("text expected", {"agency": 3}, "agency 应为"),
    ("list expected", {"agency": "甲局", "documents": 3}, "documents 应为"),
    ("switch expected", {"agency": "甲局", "drafts": "也许"}, "drafts 应为"),
]


@pytest.mark.parametrize(("given", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_check_refuses_and_lists_the_right_ones(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadParameter) as caught:
        SAMPLE.check(given)
    assert message in str(caught.value)
    assert "agency（必填）、role、limit、documents、drafts" in str(caught.value)


FULLTEXT = [
    ("two words must both be there", "口岸 收费", '"口岸" AND "收费"'),
    ("one character needs a prefix: the index holds pairs", "港", "港*"),
    ("operators are no operators", "a OR title:*", '"OR" AND "title"', "a*"),
    ("quotes and backslashes go", '海关" OR \\', '"海关" AND "OR"'),
    ("nothing to look for", "！？*", '""'),
]


@pytest.mark.parametrize("row", FULLTEXT, ids=[row[0] for row in FULLTEXT])
def test_fulltext_carries_words_only(row: tuple[str, ...]) -> None:
    _, typed, *parts = row
    assert sorted(fulltext(typed).split(" AND ")) == sorted(" AND ".join(parts).split(" AND "))


def test_fulltext_looks_at_the_first_characters_only() -> None:
    assert len(fulltext("海" * 1_000_000)) < 300


@pytest.mark.parametrize("source", ["RETURN 1 AS a", "// 用途\n// returns: a\n// params: -\nRETURN 1 AS a"])
def test_a_file_without_the_header_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="header"):
        parse("broken", source)


def test_every_field_has_words_for_people_and_none_is_left_over() -> None:
    columns = {column for query in load_queries("read").values() for column in query.returns}
    params = {param.name for query in load_queries("read").values() for param in query.params}
    params -= {"drafts", "samples"}  # chosen beside the pages, not in a form
    words = field_words()
    assert {name for name, said in words.items() if "label" in said} == columns
    assert {name for name in params if heading(name, asked=True) == name} == set()
    assert {name for name, said in words.items() if "asked" in said} <= params
