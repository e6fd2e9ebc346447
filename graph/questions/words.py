"""The lexicon of questions (data/lexicon/questions.yaml) and the values that go from step to step."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.queries import load_queries

Row = dict[str, Any]
GRAMMAR = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "questions.yaml"
LONGEST = 500  # characters in a question
LONGEST_NAME = 40  # characters of a name that is looked for
LONGEST_THEME = 20  # characters of a subject that is looked for in the tasks' text
SHORTEST_PART = 4  # characters of a measure's title that may stand for the whole
OFFERED = 6  # suggestions at most
MOST_CUTS = 400  # ways to cut a question that are tried
MOST_TOKENS = 40
UNKNOWN = 20  # what a character that belongs to nothing costs; a token costs 1
TELLING = 2  # a problem of this rank says what is missing; the others only what was not understood
ROLE_ORDER = ("LEADS", "SUPPORTS", "IMPLEMENTS")
# How roles are said back: 负责 covers leads and those who are simply responsible.
SAID = {
    ("LEADS",): ("牵头", "牵头"),
    ("SUPPORTS",): ("配合（含参与、协办）", "配合"),
    ("IMPLEMENTS",): ("落实（不牵头而列为责任单位）", "落实"),
    ("LEADS", "SUPPORTS"): ("牵头或配合", "牵头、配合"),
    ("LEADS", "IMPLEMENTS"): ("负责（牵头或列为责任单位）", "负责"),
    ("SUPPORTS", "IMPLEMENTS"): ("配合或落实", "配合、落实"),
    ROLE_ORDER: ("承担（牵头、配合或负责）", "承担"),
}
COUNTED = {"LEADS": "leads", "SUPPORTS": "supports", "IMPLEMENTS": "implements"}
# Words taken out of a question as conditions on the documents, wherever they stand.
FILTERS = ("document", "documents", "drafts_off", "drafts_only", "samples_off", "all_documents")


@dataclass(frozen=True)
class Understood:
    """What a question was taken to mean: the named query, its parameters, and the 复述 in Chinese."""

    query: str
    params: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Answer:
    """Rows with how they were asked for, or an abstention with questions that can be answered."""

    question: str
    understood: Understood | None
    cypher: str | None
    rows: list[Row]
    abstained: bool
    suggestions: list[str]
    message: str

    def to_json(self) -> dict[str, Any]:
        """The answer as `ask --json` prints it (contract §3), with `message` added."""
        understood = self.understood
        return {
            "question": self.question,
            "understood": understood
            and {"query": understood.query, "params": understood.params, "text": understood.text},
            "cypher": self.cypher,
            "rows": self.rows,
            "abstained": self.abstained,
            "suggestions": self.suggestions,
            "message": self.message,
        }


@dataclass(frozen=True)
class Token:
    """A piece of the question: `text` from `start` to `end` of the key, taken as a `kind`; "" is a filler."""

    kind: str
    text: str
    start: int
    value: Any = None

    @property
    def end(self) -> int:
        """Where the next token begins."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Intent:
    """An entry of the grammar with its patterns compiled; the lexicon says what each field means."""

    name: str
    query: str
    text: str
    ask: str
    patterns: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    only: tuple[tuple[str, ...], ...] | None = None
    bind: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    documents: str = "any"
    keeps_documents: bool = False
    whole: bool = False
    limit: int | None = None
    extra: str = ""
    instead: tuple[str, ...] | None = None
    over: tuple[str, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Reading:
    """One way to take a question. `keep` and `drop` are roles to filter the rows by."""

    intent: Intent
    params: dict[str, Any]
    text: str
    ask: str
    keep: frozenset[str] | None = None
    agency: Row | None = None
    partner: Row | None = None
    wide: bool = False  # without such a row, those of every role are the answer

    @property
    def query(self) -> str:
        """The named query of cypher/read."""
        return self.intent.query

    @property
    def meaning(self) -> tuple[Any, ...]:
        """Two readings with the same meaning are one."""
        units = tuple(row and row["agency_id"] for row in (self.agency, self.partner))
        extra = (self.intent.extra, self.intent.unless)
        return (self.query, units, repr(sorted(self.params.items())), self.keep, extra)


@dataclass
class Problem:
    """Why a question that fits a pattern gave no reading; `offers` are complete questions instead."""

    message: str
    offers: list[str] = field(default_factory=list)
    rank: int = 0  # the higher, the more it tells


@dataclass(frozen=True)
class Scope:
    """The documents a question is about: ids (None: all), how that is said, and how it is asked."""

    ids: tuple[str, ...] | None = None
    text: str = ""
    ask: str = ""
    named: bool = False  # by its title or number, not by year or place


# --- text ---------------------------------------------------------------------------------

QUOTED = re.compile('[“"「『《〈]([^“”"「」『』《》〈〉]{2,40})[”"」』》〉]')


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """Text as it is compared: one width, no spaces, no quotation marks, one kind of bracket.

    >>> key('“水上货运巴士”　（第 3 条）')
    '水上货运巴士(第3条)'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"(?<=\d)\s*[·•]\s*(?=\d)", ".", text)  # 3·0 版本 is 3.0版本
    text = re.sub(r"[\s\u200b\ufeff“”\"'‘’「」『』《》〈〉<>]+", "", text)
    return text.translate(str.maketrans("〔〕[]【】", "()()()"))


@cache
def _same() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(key(word) for word in entry["words"]) for entry in grammar()["same"])


def shortest(text: str) -> str:
    """Text with every word that has a shorter one for the same thing replaced: 电子商务 → 电商."""
    for words in _same():
        short = min(words, key=len)
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, short)
    return text


def other_words(text: str) -> list[str]:
    """The text with other words for the same thing: 跨境电商 → 跨境电子商务."""
    return [
        text.replace(word, other)
        for words in _same()
        for word in words
        if word in text
        for other in words
        if other not in text
    ]


def number_of(text: str) -> int | None:
    """A small number, in digits or Chinese numerals up to 99."""
    if text.isdigit():
        return int(text)
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
    found = re.fullmatch("([一二三四五六七八九])?(十)?([一二三四五六七八九两])?", text)
    if not found or not text:
        return None
    tens, ten, ones = found.groups()
    if tens and not ten:
        return None if ones else digits[tens]
    return (digits[tens] if tens else 1) * 10 * bool(ten) + (digits[ones] if ones else 0)


def shortened(text: str) -> str:
    """A piece of the question short enough for a message."""
    return text if len(text) <= 24 else text[:24] + "…"


# --- grammar ------------------------------------------------------------------------------


@cache
def grammar() -> dict[str, Any]:
    """data/lexicon/questions.yaml as it stands."""
    with GRAMMAR.open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    return data


def expression(name: str, **parts: str) -> str:
    """The regular expression of that name in the lexicon, with its %parts% written out.

    A part is one of `parts`, else another expression of the lexicon.
    """

    def part(found: re.Match[str]) -> str:
        return parts[found[1]] if found[1] in parts else expression(found[1])

    return re.sub("%([a-z_]+)%", part, grammar()["patterns"][name]["pattern"])


@cache
def pattern(name: str) -> re.Pattern[str]:
    """An expression of the lexicon that needs nothing of the graph, compiled."""
    return re.compile(expression(name))


@cache
def plain_words() -> frozenset[str]:
    """What is left of many a unit's name without its division, and says nothing alone."""
    return frozenset(grammar()["plain"]["words"])


@cache
def lexicon_words() -> dict[str, tuple[tuple[str, Any], ...]]:
    """Every word of the lexicon with its kinds and, of a role word, the roles."""
    data = grammar()
    found: dict[str, list[tuple[str, Any]]] = {}
    for kind, words in data["words"].items():
        for word in words:
            found.setdefault(key(word), []).append((kind, None))
    for word in data["filler"]["words"]:
        found.setdefault(key(word), []).append(("", None))
    for entry in data["roles"]:
        for word in entry["words"]:
            found.setdefault(key(word), []).append(("role", tuple(entry["roles"])))
    return {word: tuple(dict.fromkeys(kinds)) for word, kinds in found.items() if word}


@cache
def wide_words() -> frozenset[str]:
    """Role words that, said of a unit without that role, are meant of any: 参与."""
    return frozenset(
        key(word) for entry in grammar()["roles"] if entry.get("wide") for word in entry["words"]
    )


@cache
def light_words() -> frozenset[str]:
    """Role words that add nothing right beside one that is not light: 做 in 配合做, 负责 in 负责牵头."""
    return frozenset(
        key(word) for entry in grammar()["roles"] if entry.get("light") for word in entry["words"]
    )


_NAMED = (
    "agency",
    "measure",
    "item",
    "region",
    "instrument",
    "topic",
    "quoted",
    "due",
    "due_any",
    "top",
    "role",
)


@cache
def letters_by_kind() -> dict[str, str]:
    """A private character for every kind, so that a cut is a string and a pattern a regular expression."""
    kinds = [*_NAMED, *FILTERS, *grammar()["words"]]
    return {kind: chr(0xE000 + n) for n, kind in enumerate(dict.fromkeys(kinds))}


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the grammar ("agency role W? task?") as a regular expression over kinds."""
    macros, letters = grammar()["macros"], letters_by_kind()

    def part(found: re.Match[str]) -> str:
        name = found[0]
        return f"(?:{re.sub('[A-Za-z_]+', part, macros[name])})" if name in macros else letters[name]

    return re.compile(re.sub(r"\s+", "", re.sub("[A-Za-z_]+", part, pattern)))


@cache
def all_intents() -> tuple[Intent, ...]:
    """The intents of the lexicon, their patterns compiled."""
    found = []
    for entry in grammar()["intents"]:
        fields: dict[str, Any] = dict(entry)
        fields["patterns"] = tuple(_compiled(pattern) for pattern in entry["patterns"])
        for name in ("examples", "roles", "fixed", "bind", "unless", "over"):
            fields[name] = tuple(entry.get(name, ()))
        for name in {"only", "order"} & entry.keys():
            fields[name] = tuple(tuple(roles) for roles in entry[name])
        if "instead" in entry:
            fields["instead"] = tuple(entry["instead"])
        found.append(Intent(**fields))
    return tuple(found)


def takes(intent: Intent, name: str) -> bool:
    """Whether the intent's query has a parameter of that name."""
    return any(param.name == name for param in load_queries("read")[intent.query].params)
