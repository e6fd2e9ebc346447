"""A Chinese question → a named query with parameters, or an honest "not understood".

No language model. The grammar is data (data/lexicon/questions.yaml): patterns over the whole
question, whose slots must each name exactly one thing in the graph. A character that no
pattern and no name accounts for means that the question was not understood: 没听懂, with
questions that can be answered. Two readings mean the same: both are offered, none is taken.

    question ──key──▶ text ──scopes──▶ (text, documents) ──patterns──▶ slots ──names──▶ Reading ──▶ rows
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from graph.queries import load_queries
from graph.tables import describe_document, edition_name

if TYPE_CHECKING:
    from graph.store import Store

Row = dict[str, Any]
GRAMMAR = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "questions.yaml"
LONGEST = 500  # characters in a question
OFFERED = 6  # suggestions at most
SHORTEST_PART = 4  # characters of a measure's title that may stand for the whole
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
class Reading:
    """One way to take a question. `keep` and `drop` are roles to filter the rows by."""

    intent: str
    query: str
    params: dict[str, Any]
    text: str
    ask: str
    keep: frozenset[str] | None = None
    drop: frozenset[str] = frozenset()
    agency: str | None = None
    breakdown: bool = False

    @property
    def meaning(self) -> tuple[Any, ...]:
        """Two readings with the same meaning are one."""
        return (
            self.query,
            self.agency,
            repr(sorted(self.params.items())),
            self.keep,
            self.drop,
            self.breakdown,
        )


@dataclass
class Problem:
    """Why a pattern that fits gave no reading; `offers` are complete questions instead."""

    message: str
    offers: list[str] = field(default_factory=list)
    rank: int = 0  # the higher, the more it tells


@dataclass(frozen=True)
class Scope:
    """The documents a question is about: ids (None: all), and how that is said."""

    ids: tuple[str, ...] | None = None
    text: str = ""


def ask(
    store: Store,
    question: str,
    *,
    documents: Collection[str] | None = None,
    drafts: bool = True,
    samples: bool = True,
) -> Answer:
    """The answer to a Chinese question, over all documents or the chosen ones."""
    chosen = {
        "documents": None if documents is None else sorted(documents),
        "drafts": drafts,
        "samples": samples,
    }
    names = Names(store, {name: value for name, value in chosen.items() if value not in (None, True)})
    if problem := _unfit(question):
        return _abstain(question, problem, names)
    readings, problems = understand(question, names)
    if len(readings) == 1:
        return _answer(store, question, readings[0], names)
    if readings:
        text = "这个问题有不止一种理解，请选一个："
        return _abstain(question, Problem(text, [reading.ask for reading in readings]), names)
    best = max(problems, key=lambda problem: problem.rank, default=None)
    if best is None or best.rank < TELLING:
        best = _several(question, names) or best or Problem("没听懂这个问题。")
    return _abstain(question, best, names)


def _unfit(question: str) -> Problem | None:
    """What keeps a text from being a question at all."""
    if not question.strip():
        return Problem("请输入一个问题。")
    if len(question) > LONGEST:
        return Problem(f"问题太长（{len(question)}字），请不超过{LONGEST}字，一次只问一件事。")
    if not re.search("[一-鿿]", question):
        return Problem("没听懂：请用中文提问；这里不执行查询语句。")
    return None


def _several(question: str, names: Names) -> Problem | None:
    """Several questions at once: each part that is understood alone is offered."""
    parts = [part for part in re.split(r"[?？;；。]", question) if part.strip()]
    if len(parts) < 2:
        return None
    offers = [readings[0].ask for part in parts if len(readings := understand(part, names)[0]) == 1]
    return Problem("没听懂整个问题；请一次只问一件事。", offers) if offers else None


def understand(question: str, names: Names) -> tuple[list[Reading], list[Problem]]:
    """Every different reading of a question, and why other patterns that fit gave none."""
    readings: dict[tuple[Any, ...], Reading] = {}
    problems: list[Problem] = []
    for text, scope in _scopes(_bare(key(question)), names):
        if isinstance(scope, Problem):
            problems.append(scope)
            continue
        for intent in _intents():
            for pattern in intent.patterns:
                if found := pattern.fullmatch(text):
                    result = _read(intent, _slots(found), scope, names)
                    if isinstance(result, Reading):
                        readings.setdefault(result.meaning, result)
                    else:
                        problems.append(result)
    return list(readings.values()), problems


# --- text ---------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """Text as it is compared: one width, no spaces, no quotation marks, one kind of bracket.

    >>> key('“水上货运巴士”　（第 3 条）')
    '水上货运巴士(第3条)'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[\s\u200b\ufeff“”\"'‘’「」『』《》〈〉<>]+", "", text)
    return text.translate(str.maketrans("〔〕[]【】", "()()()"))


def _bare(text: str) -> str:
    """The question without politeness and final punctuation."""
    before, after = (_alternation(_grammar()["polite"][side]) for side in ("before", "after"))
    text = re.sub(f"^(?:{before})[,:]?", "", text)
    return re.sub(rf"(?:{after})?[?!。.,;…]*$", "", text, count=1)


def _number(text: str) -> int | None:
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


# --- grammar ------------------------------------------------------------------------------

_NUMBER = "[0-9]{1,4}|[一二三四五六七八九十两]{1,3}"


@dataclass(frozen=True)
class Intent:
    """An entry of the grammar with its patterns compiled."""

    name: str
    query: str
    text: str
    ask: str
    patterns: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    fixed_roles: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    limit: int | None = None
    one_document: bool = False


@cache
def _grammar() -> dict[str, Any]:
    with GRAMMAR.open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    return data


@cache
def _intents() -> tuple[Intent, ...]:
    found = []
    for entry in _grammar()["intents"]:
        fields: dict[str, Any] = dict(entry)
        fields["patterns"] = tuple(_compiled(pattern) for pattern in entry["patterns"])
        for name in ("examples", "fixed_roles", "unless"):
            fields[name] = tuple(entry.get(name, ()))
        found.append(Intent(**fields))
    return tuple(found)


def _alternation(words: Collection[str]) -> str:
    return "|".join(re.escape(key(word)) for word in sorted(words, key=len, reverse=True))


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the grammar as a regular expression; slot groups are numbered (agency_0, …)."""
    words = {name: f"(?:{_alternation(values)})" for name, values in _grammar()["words"].items()}
    role = f"(?:{_alternation([word for entry in _grammar()['roles'] for word in entry['words']])})"
    joint = "(?:[、,]|和|与|及|以及|或|还是)"
    middle = f"(?:{words['which']}{words['tasks']}?)?"
    top = f"(?:[?,。]*(?:请)?(?:列出|列|取)?前(?P<limit>{_NUMBER})(?:名|个|位|家|对)?(?:{words['units']})?)"
    parts = {
        **words,
        "role": f"(?P<roles>{role})",
        "roles": f"(?P<roles>{role}(?:{middle}{joint}{role})*)",
        "roles_of": f"(?P<roles>{role}(?:{joint}由?{words['who']}?{role})*)",
        "top": top,
        "breakdown": f"(?P<breakdown>及其在各文件[、,]?各角色中?的?{words['tasks']}数量?)",
        "limit": f"(?P<limit>{_NUMBER})",
        **{slot: f"(?P<{slot}>.+?)" for slot in ("agency", "pair", "measure", "document")},
    }
    counter = iter(range(1000))

    def part(found: re.Match[str]) -> str:
        text = re.sub(r"\(\?P<(\w+)>", lambda group: f"(?P<{group[1]}_{next(counter)}>", parts[found[1]])
        return f"(?:{text})?" if found[2] else text

    # Braces of a repetition ({2,6}) are not names and stay.
    return re.compile(re.sub(r"\{([a-z_]+)(\?)?\}", part, pattern))


def _slots(found: re.Match[str]) -> dict[str, str]:
    return {name.rsplit("_", 1)[0]: value for name, value in found.groupdict().items() if value is not None}


def _roles(text: str) -> tuple[str, ...]:
    """The roles that a run of role words means (牵头、配合)."""
    meaning = {word: entry["roles"] for entry in _grammar()["roles"] for word in entry["words"]}
    found = re.findall(_alternation(meaning), text)
    roles = {role for word in found for role in meaning[word]}
    return tuple(role for role in ROLE_ORDER if role in roles)


# --- names --------------------------------------------------------------------------------

# Where the name of a division ends: not in 城市, nor in a zone (开发区) that is no division.
_DIVISION = re.compile(
    r"(?:(?<!城)市|省|州(?!市)|盟|县|旗"
    r"|(?<!开发)(?<!新)(?<!园)(?<!港)(?<!合作)(?<!保税)(?<!经济)(?<!试验)(?<!高新)区)(?=.{2})"
)
_DIVISION_LIMIT = 14  # characters at the start of a name where divisions stand


class Names:
    """What can be named in a question, looked up in the graph once for each question."""

    def __init__(self, store: Store, chosen: Mapping[str, Any] | None = None) -> None:
        self._store = store
        self.chosen = dict(chosen or {})

    @cached_property
    def documents(self) -> list[Row]:
        """The loaded documents within the chosen ones."""
        return self._store.query("documents", **self.chosen)

    @cached_property
    def agencies(self) -> list[Row]:
        """All agencies with their names and aliases."""
        return self._store.query("agencies", **self.chosen)

    @cached_property
    def measures(self) -> list[Row]:
        """All measures, with title and document."""
        return self._store.query("measures", **self.chosen)

    @cached_property
    def _forms(self) -> tuple[dict[str, dict[str, Row]], dict[str, dict[str, Row]]]:
        """Agencies by every printed form, and by forms that count on a context (市商务局)."""
        forms: dict[str, dict[str, Row]] = {}
        local: dict[str, dict[str, Row]] = {}
        for row in self.agencies:
            for name in (row["agency"], row["agency_id"], row.get("short_name"), *(row.get("aliases") or ())):
                if not name:
                    continue
                text = key(name)
                forms.setdefault(text, {})[row["agency_id"]] = row
                for found in _DIVISION.finditer(text, 0, _DIVISION_LIMIT):
                    # 广东省经济和信息化委员会 → 省经济和信息化委员会; 重庆市各区县政府 → 各区县政府
                    rest = text[found.end() :]
                    for form in (found[0] + rest, *([rest] if rest.startswith("各") else [])):
                        local.setdefault(form, {})[row["agency_id"]] = row
        return forms, local

    def agency(self, text: str, scope: Scope) -> Row | list[Row]:
        """The agency of that name, or the several (or no) agencies it may be."""
        forms, local = self._forms
        exact = [row for row in forms.get(text, {}).values() if key(row["agency"]) == text]
        if len(exact) == 1:
            return exact[0]
        wanted = (named[form] for form in (text, "各" + text) for named in (forms, local) if form in named)
        found = list(next(wanted, {}).values())
        if len(found) > 1:
            there = self._in(scope)
            found = [row for row in found if row["agency_id"] in there] or found
        return found[0] if len(found) == 1 else found

    def _in(self, scope: Scope) -> set[str]:
        """Agencies that answer for something in these documents."""
        rows = self.agencies
        if scope.ids is not None:
            rows = self._store.query("agencies", **{**self.chosen, "documents": list(scope.ids)})
        return {row["agency_id"] for row in rows if row["measures"]}

    def similar(self, text: str) -> list[Row]:
        """Agencies with a name like this one, for suggestions only."""
        if len(text) > LONGEST_NAME:
            return []
        forms = self._forms[0]
        near = [form for form in forms if len(text) >= 2 and text in form]
        near += get_close_matches(text, list(forms), n=3, cutoff=0.75)
        rows = {row["agency_id"]: row for form in near for row in forms[form].values()}
        busy = [row for row in rows.values() if row["measures"]]
        return sorted(busy, key=lambda row: (-row["measures"], row["agency_id"]))[:OFFERED]

    def measure(self, text: str, scope: Scope) -> Row | list[Row]:
        """The measure of that title (or number and title, or part of it), or what it may be."""
        rows = [row for row in self.measures if scope.ids is None or row["document_id"] in scope.ids]
        tests: list[Callable[[str, str], bool]] = [
            lambda title, number: text in (title, number + title),
            lambda title, number: len(text) >= SHORTEST_PART and text in title,
        ]
        for test in tests:
            if found := [row for row in rows if test(key(row["title"]), key(row["number"] or ""))]:
                return found[0] if len(found) == 1 else found
        return []

    def document(self, text: str) -> Row | list[Row]:
        """The document of that title, number or title words, or the several it may be."""
        if not text or len(text) > 200:
            return []
        exact = [
            row
            for row in self.documents
            if text
            in {
                key(str(row.get(name) or ""))
                for name in ("document_id", "document", "attached_title", "doc_number")
            }
        ]
        found = exact or (
            [row for row in self.documents if _by_words(text, row)] if 3 <= len(text) <= 40 else []
        )
        return found[0] if len(found) == 1 else found


def _by_words(text: str, row: Row) -> bool:
    """Whether a text is made of words of a title, in order: 广州方案 for 广州市……工作方案."""
    place = _lowest(key(str(row.get("jurisdiction") or "")))
    titles = [key(str(row.get(name) or "")) for name in ("document", "attached_title")]
    if "征求意见" not in text:
        # 意见 is a kind of document; 征求意见稿 is not one
        titles = [re.sub(r"\([^()]*(?:稿|草案)\)", "", title) for title in titles]
    return any(_made_of(text, place + title) for title in titles if title)


def _lowest(jurisdiction: str) -> str:
    """广东省广州市 → 广州市."""
    return re.split("省|自治区", jurisdiction)[-1] or jurisdiction


def _made_of(text: str, title: str) -> bool:
    """Whether `text` can be cut into pieces of two or more characters that stand in `title` in order."""
    reach = {0: 0}  # how much of the text is covered → the earliest place in the title after it
    for done in range(len(text)):
        if done not in reach:
            continue
        for size in range(2, len(text) - done + 1):
            at = title.find(text[done : done + size], reach[done])
            if at < 0:
                break
            end = done + size
            reach[end] = min(reach.get(end, len(title)), at + size)
    return len(text) in reach


# --- documents a question is about --------------------------------------------------------

_SET = re.compile(
    rf"(?:(?P<n>{_NUMBER})份)?(?:(?P<year>(?:19|20)\d\d)年)?的?(?P<place>[一-鿿]{{2,8}}?)?的?文件"
)
_ALL = re.compile(rf"(?:全部|所有)(?:的)?(?:(?P<n>{_NUMBER})份)?文件")


PLACES = 12  # how many 在…中 of a question are tried


def _scopes(text: str, names: Names) -> Iterator[tuple[str, Scope | Problem]]:
    """The text with the documents it names taken out, in every way that makes sense."""
    yield text, Scope()
    # (全部五份文件) behind the question
    if found := re.search(r"\((?:在)?([^()]+?)(?:中|里|内)?\)$", text):
        rest = re.sub(r"[?!。.,]*$", "", text[: found.start()])
        yield from _scoped(rest, found[1], names)
    for found in re.finditer(r"(?:里面|中|里|内)(?:的)?[,:]?", text):
        starts = [0, *(at.end() for at in re.finditer("在|于", text[: found.start()]))]
        for start in dict.fromkeys(starts):
            phrase = text[start : found.start()].lstrip("在于") if start == 0 else text[start : found.start()]
            head = text[:start].removesuffix("在").removesuffix("于")
            yield from _scoped(head + text[found.end() :], phrase, names)


def _scoped(rest: str, phrase: str, names: Names) -> Iterator[tuple[str, Scope | Problem]]:
    if not rest or not phrase:
        return
    if _ALL.fullmatch(phrase) or _SET.fullmatch(phrase):
        scope = _document_set(phrase, names)
        if scope is not None:
            yield rest, scope
        return
    found = names.document(phrase)
    if isinstance(found, dict):
        yield rest, Scope((found["document_id"],), describe_document(found))
    elif found:
        yield rest, _which_document(phrase, found, rest)


def _which_document(text: str, found: list[Row], rest: str) -> Problem:
    if not found:
        return Problem(f"没听懂：图里没有名为“{_cut(text)}”的文件。")
    shown = "、".join(describe_document(row) for row in found[:OFFERED])
    offers = [f"《{row['document']}》中{rest}？" for row in found[:OFFERED] if row.get("document")]
    return Problem(f"“{_cut(text)}”可能是{len(found)}份文件：{shown}。请说明是哪一份。", offers, 3)


def _document_set(phrase: str, names: Names) -> Scope | Problem | None:
    """The documents of 两份2013年广东文件 or 全部五份文件; None when nothing narrows them."""
    every = _ALL.fullmatch(phrase)
    found = every or _SET.fullmatch(phrase)
    if found is None:
        return None
    rows = names.documents
    if not every:
        year, place = found["year"], found["place"]
        if not year and not place:
            return None
        rows = [
            row
            for row in rows
            if (not year or str(row.get("date") or "").startswith(year))
            and (
                not place
                or key(str(row.get("jurisdiction") or "")).removeprefix("中国").startswith(place)
                or place in _lowest(key(str(row.get("jurisdiction") or "")))
            )
        ]
        if not rows:
            return None
    count = _number(found["n"]) if found["n"] else None
    if count is not None and count != len(rows):
        shown = "、".join(describe_document(row) for row in rows[:OFFERED])
        return Problem(f"“{phrase}”在图里有{len(rows)}份，不是{count}份：{shown}。", [], 3)
    if every:
        return Scope(None, f"全部{len(rows)}份文件")
    return Scope(tuple(row["document_id"] for row in rows), "、".join(describe_document(row) for row in rows))


# --- readings -----------------------------------------------------------------------------


def _read(intent: Intent, slots: Mapping[str, str], scope: Scope, names: Names) -> Reading | Problem:
    """The reading of a pattern's slots, or why they do not name exactly one thing each."""
    params: dict[str, Any] = {}
    said: dict[str, str] = {}
    roles = intent.fixed_roles or _roles(slots.get("roles", ""))
    if roles:
        said["roles"], said["role_words"] = SAID[roles]
    agency = None
    if "document" in slots:
        found = names.document(slots["document"])
        if not isinstance(found, dict):
            return _which_document(slots["document"], found, "有哪些任务")
        scope = Scope((found["document_id"],), describe_document(found))
    ask_with: Callable[..., str] = lambda **other: _question(intent, {**said, **other}, scope, names)  # noqa: E731
    if "agency" in slots:
        found = names.agency(slots["agency"], scope)
        if not isinstance(found, dict):
            return _which_agency(slots["agency"], found, names, lambda row: ask_with(agency=row["agency"]))
        agency = found["agency_id"]
        params["agency"], said["agency"] = agency, found["agency"]
    if "pair" in slots:
        pair = _pair(slots["pair"], scope, names)
        if isinstance(pair, Problem):
            return pair
        one, other = pair
        params |= {"agency": one["agency_id"], "partner": other["agency_id"]}
        said |= {"agency": one["agency"], "partner": other["agency"]}
    if "measure" in slots:
        found = names.measure(slots["measure"], scope)
        if not isinstance(found, dict):
            return _which_measure(slots["measure"], found, intent, said)
        params["measure"] = found["measure_id"]
        said["measure"] = found["title"]
        scope = scope if scope.ids else Scope(None, f"出自《{found['document']}》")
    if intent.limit:
        limit = _number(slots["limit"]) if "limit" in slots else intent.limit
        if not limit:
            return Problem("没听懂要列出几个。")
        params["limit"], said["limit"] = limit, str(limit)
    if problem := _set_scope(intent, params, scope, names):
        return problem
    query = load_queries("read")[intent.query]
    params = {name: value for name, value in params.items() if _takes(query, name)}
    if len(roles) == 1 and not intent.unless and _takes(query, "role"):
        params["role"] = roles[0]
    keep = frozenset(roles) if roles and len(roles) < len(ROLE_ORDER) and "role" not in params else None
    text = intent.text.format_map(said)
    return Reading(
        intent=intent.name,
        query=intent.query,
        params={
            **params,
            **{
                name: value
                for name, value in names.chosen.items()
                if name not in params and _takes(query, name)
            },
        },
        text=f"{text}（{scope.text or _all_documents(names)}）",
        ask=ask_with(),
        keep=keep,
        drop=frozenset(intent.unless),
        agency=agency,
        breakdown="breakdown" in slots,
    )


def _takes(query: Any, name: str) -> bool:
    return any(param.name == name for param in query.params)


def _set_scope(intent: Intent, params: dict[str, Any], scope: Scope, names: Names) -> Problem | None:
    """Puts the documents into the parameters; a problem where a single one is needed."""
    ids = scope.ids if scope.ids is not None else names.chosen.get("documents")
    if intent.one_document:
        if ids is None and len(names.documents) == 1:
            ids = [names.documents[0]["document_id"]]
        if not ids or len(ids) != 1:
            offers = [
                f"《{row['document']}》中{intent.ask.format_map(_Blank(params))}"
                for row in names.documents[:OFFERED]
            ]
            return Problem("请说明是哪份文件。", offers, 2)
        params["document"] = ids[0]
    elif ids is not None and _takes(load_queries("read")[intent.query], "documents"):
        params["documents"] = list(ids)
    return None


class _Blank(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ""


def _question(intent: Intent, said: Mapping[str, str], scope: Scope, names: Names) -> str:
    """The reading as a complete question."""
    asked = intent.ask.format_map(_Blank(said))
    if not scope.ids:
        return asked
    titles = [row["document"] for row in names.documents if row["document_id"] in scope.ids]
    return f"《{titles[0]}》中{asked}" if len(titles) == 1 else asked


def _all_documents(names: Names) -> str:
    """全部5份文件，其中征求意见稿2份、摘要5份."""
    rows = names.documents
    drafts = sum(1 for row in rows if _is_draft(row))
    digests = sum(1 for row in rows if row.get("edition") == "digest")
    parts = [f"{what}{count}份" for what, count in (("征求意见稿", drafts), ("摘要", digests)) if count]
    scope = "全部" if not names.chosen else "所选"
    return f"{scope}{len(rows)}份文件" + (f"，其中{'、'.join(parts)}" if parts else "")


def _is_draft(row: Mapping[str, Any]) -> bool:
    status = str(row.get("status") or "")
    return "征求意见" in status or "草案" in status


def _pair(text: str, scope: Scope, names: Names) -> tuple[Row, Row] | Problem:
    """The two agencies of 甲和乙: every place where it can be cut, both sides one agency each."""
    pairs = {}
    for found in re.finditer("以及|和|与|跟|同|及|、", text):
        sides = names.agency(text[: found.start()], scope), names.agency(text[found.end() :], scope)
        if isinstance(sides[0], dict) and isinstance(sides[1], dict) and sides[0] != sides[1]:
            pairs[sides[0]["agency_id"], sides[1]["agency_id"]] = sides[0], sides[1]
    if len(pairs) == 1:
        return next(iter(pairs.values()))
    return Problem(f"没认出“{_cut(text)}”是哪两个单位。", [], 1)


LONGEST_NAME = 30  # characters of an agency's name that another is looked for
LIMITS = re.compile("不|没|除|仅|只|单独|独自|独家")
NOT_A_NAME = re.compile("谁|哪|什么|多少|怎|吗|最|[,?!;:=]")


def _which_agency(text: str, found: list[Row], names: Names, offer: Callable[[Row], str]) -> Problem:
    if found:
        shown = "、".join(row["agency"] for row in found[:OFFERED])
        return Problem(
            f"“{text}”可能是{len(found)}个单位：{shown}。请用全称。",
            [offer(row) for row in found[:OFFERED]],
            3,
        )
    if len(text) > LONGEST_NAME or NOT_A_NAME.search(text):
        return Problem("没听懂这个问题。")
    offers = [offer(row) for row in names.similar(text)]
    if LIMITS.search(text):
        return Problem("没听懂：不理解问题里的限定（如不、没有、除了、只、单独），不作猜测。", offers, 1)
    return Problem(f"没听懂：图里没有名为“{_cut(text)}”的单位。", offers, 1)


def _which_measure(text: str, found: list[Row], intent: Intent, said: Mapping[str, str]) -> Problem:
    if found:
        offers = [
            f"《{row['document']}》中" + intent.ask.format_map(_Blank({**said, "measure": row["title"]}))
            for row in found[:OFFERED]
        ]
        return Problem(f"“{_cut(text)}”可能是{len(found)}项任务，请说明是哪一项。", offers, 3)
    return Problem(f"没听懂：图里没有标题含“{_cut(text)}”的任务。", [], 0)


def _cut(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


# --- answers ------------------------------------------------------------------------------


def _answer(store: Store, question: str, reading: Reading, names: Names) -> Answer:
    rows = [dict(row) for row in store.query(reading.query, **reading.params)]
    if reading.intent == "agency_in_document":
        rows = [row for measure in rows for row in _roles_in(measure, reading.agency or "", names)]
    if reading.drop:
        dropped = {row["measure_id"] for row in rows if row["role"] in reading.drop}
        rows = [row for row in rows if row["measure_id"] not in dropped]
    if reading.keep is not None:
        rows = [row for row in rows if "role" not in row or row["role"] in reading.keep]
    if any(row.get("role") == "LEADS" for row in rows) and reading.query == "agency_duties":
        _add_co_leads(store, rows, names)
    if reading.breakdown:
        _add_breakdown(store, rows, names)
    for row in rows:
        if "quotes" in row:
            row["quote"] = (row["quotes"] or [""])[0]
    understood = Understood(reading.query, reading.params, reading.text)
    cypher = load_queries("read")[reading.query].text
    return Answer(question, understood, cypher, rows, False, [], _message(reading, rows))


def _roles_in(measure: Row, agency: str, names: Names) -> list[Row]:
    """A measure's rows for one agency: one for each role, or one that says 不参与."""
    duties = [duty for duty in measure.pop("duties") or () if duty["agency_id"] == agency]
    name = next((row["agency"] for row in names.agencies if row["agency_id"] == agency), agency)
    none: Row = {"role": None, "role_text": "不参与", "agency": name, "agency_id": agency, "quotes": []}
    return [{**measure, **duty} for duty in duties or [none]]


def _add_co_leads(store: Store, rows: list[Row], names: Names) -> None:
    """`co_leads`: who else leads the measure, on every row that leads."""
    joint = {row["measure_id"]: row["leads"] for row in store.query("multiple_leads", **names.chosen)}
    for row in rows:
        if row["role"] == "LEADS":
            row["co_leads"] = [name for name in joint.get(row["measure_id"], ()) if name != row["agency"]]


def _add_breakdown(store: Store, rows: list[Row], names: Names) -> None:
    """`by_document`: {document: {role: measures}} on every agency's row."""
    by_agency: dict[str, dict[str, dict[str, int]]] = {}
    for row in store.query("responsibilities", **names.chosen):
        roles = by_agency.setdefault(row["agency_id"], {}).setdefault(row["document"], {})
        roles[row["role"]] = roles.get(row["role"], 0) + 1
    for row in rows:
        row["by_document"] = by_agency.get(row["agency_id"], {})


def _message(reading: Reading, rows: list[Row]) -> str:
    """The answer in a sentence or two, with what one must know of the documents it is from."""
    if not rows:
        return f"没有查到{reading.text}。"
    if "measure_id" in rows[0]:
        count = len({row["measure_id"] for row in rows})
        text = f"共{count}项任务"
        if reading.query == "measure_duties":
            units = dict.fromkeys(f"{row['agency']}（{row.get('role_text') or '未印用语'}）" for row in rows)
            text = "、".join(units)
        elif joint := len({row["measure_id"] for row in rows if row.get("co_leads")}):
            text += f"，其中{joint}项与别的单位并列牵头"
        return f"{text}。{_caution(rows)}"
    if reading.query == "workload":
        counted = {"LEADS": "leads", "SUPPORTS": "supports", "IMPLEMENTS": "implements"}.get(
            str(reading.params.get("role")), "measures"
        )
        first = [row["agency"] for row in rows if row[counted] == rows[0][counted]]
        return f"最多的是{'、'.join(first)}，{'各' if len(first) > 1 else ''}{rows[0][counted]}项任务。"
    return f"共{len(rows)}条。{_caution(rows)}"


def _caution(rows: list[Row]) -> str:
    """Which of the documents are not official full texts."""
    notes = {}
    for row in rows:
        status, edition = row.get("status"), edition_name(row.get("edition"))
        facts = [
            fact
            for fact in (
                status if status and status != "正式" else None,
                edition if edition and edition != "全文" else None,
            )
            if fact
        ]
        if facts:
            date = f"，{row['date']}" if row.get("date") else ""
            notes[row["document_id"]] = f"《{row['document']}》是{'、'.join(facts)}{date}"
    return f"注意：{'；'.join(notes.values())}。" if notes else ""


def _abstain(question: str, problem: Problem, names: Names) -> Answer:
    offers = list(dict.fromkeys(problem.offers))[:OFFERED] or _examples(names)
    return Answer(question, None, None, [], True, offers, problem.message)


def _examples(names: Names) -> list[str]:
    """Questions that this graph can answer."""
    offers = []
    if busy := [row for row in names.agencies if row["measures"] and key(row["agency"])][:1]:
        offers += [f"{busy[0]['agency']}牵头哪些任务？", f"{busy[0]['agency']}承担哪些任务？"]
    titles = [row["title"] for row in names.measures if row.get("agencies")]
    offers += [f"“{title}”由谁牵头？" for title in titles if titles.count(title) == 1 and len(title) <= 40][
        :1
    ]
    return [
        *offers,
        "哪些任务没有责任单位？",
        "承担任务最多的前10个单位有哪些？",
        "哪些任务有两个以上牵头单位？",
    ]
