"""What a cut question may mean: named queries with parameters, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from graph.questions.cuts import Lattice, cuts_of, lattice_of
from graph.questions.names import Names, is_draft, without_end
from graph.questions.words import (
    FILTERS,
    LONGEST_THEME,
    OFFERED,
    QUOTED,
    ROLE_ORDER,
    SAID,
    TELLING,
    Intent,
    Problem,
    Reading,
    Row,
    Scope,
    Token,
    all_intents,
    key,
    letters_by_kind,
    light_words,
    number_of,
    other_words,
    shortened,
    takes,
    wide_words,
)
from graph.tables import describe_document, named


def understand(question: str, names: Names) -> tuple[list[Reading], list[Problem]]:
    """Every different reading of a question, and why other patterns that fit gave none.

    The cuts with the fewest tokens come first; longer ones are looked at only when those say nothing.
    """
    text = key(question)
    lattice = lattice_of(text, {key(found) for found in QUOTED.findall(question)}, names)
    readings: dict[tuple[Any, ...], Reading] = {}
    problems: list[Problem] = []
    last = None
    for cost, cut in cuts_of(text, lattice):
        if last is not None and cost > last and (readings or any(p.rank >= TELLING for p in problems)):
            break
        last = cost
        for result in _readings(cut, names):
            if isinstance(result, Reading):
                readings.setdefault(result.meaning, result)
            else:
                problems.append(result)
    if not readings and not any(problem.rank >= TELLING for problem in problems):
        problems.append(_left_over(text, lattice, names))
    return _preferred(list(readings.values())), problems


def _preferred(readings: list[Reading]) -> list[Reading]:
    """Readings without those that another one is preferred to (`over` in the lexicon)."""
    yielding = {name for reading in readings for name in reading.intent.over}
    return [reading for reading in readings if reading.intent.name not in yielding] or readings


def _left_over(text: str, lattice: Lattice, names: Names) -> Problem:
    """What of the question belongs to nothing; or, where all of it does, that it is asked in no known way."""
    cut: list[Token] = next((cut for _, cut in cuts_of(text, lattice)), [])
    unknown = [token for token in cut if token.kind == "topic"]
    if not cut:
        return Problem("没听懂这个问题；请一次只问一件事。")
    if not unknown:
        return Problem("没听懂：每个词都认得，但不会这样的问法。", _near_offers(cut, names), 1)
    offers: list[str] = []
    for before, token in pairwise([Token("", "", 0), *cut]):
        if token.kind != "topic" or len(offers) >= OFFERED:
            continue
        # 临江|海官: a place and what is not known behind it are one name
        start = before.start if before.kind in ("region", "documents") else token.start
        for row in names.similar(text[start : token.end]):
            asked = text[:start] + row["agency"] + text[token.end :]
            readings = understand_parts(asked, names) if len(text) < 100 else []
            offers += [readings[0].ask] if len(readings) == 1 else []
    shown = "、".join(f"“{shortened(token.text)}”" for token in unknown[:3])
    return Problem(f"没听懂{shown}，不作猜测。", offers or _near_offers(cut, names), 1)


def understand_parts(text: str, names: Names) -> list[Reading]:
    """The readings of a text that is a key already, without asking further what is left over."""
    lattice = lattice_of(text, (), names)
    for _, cut in cuts_of(text, lattice):
        if any(token.kind == "topic" for token in cut):
            return []
        if found := [result for result in _readings(cut, names) if isinstance(result, Reading)]:
            return _preferred(found)
    return []


def _near_offers(cut: Sequence[Token], names: Names) -> list[str]:
    """Questions about what was recognized."""
    found = [names.agency(token.text, Scope()) for token in cut if token.kind == "agency"]
    units = list(dict.fromkeys(row["agency"] for row in found if isinstance(row, dict)))
    offers = []
    if len(units) == 2:
        both = "和".join(units)
        offers = [f"比较{both}承担的任务", f"{both}共同承担哪些任务？", f"{both}之间的路径"]
    for token in cut:
        if token.kind == "agency" and isinstance(row := names.agency(token.text, Scope()), dict):
            offers += [f"{row['agency']}{word}哪些任务？" for word in ("牵头", "配合", "承担")]
        elif token.kind == "measure" and isinstance(row := names.measure(token.text, None, Scope()), dict):
            offers.append(f"{_measure_asked(row, names)}由谁承担？")
        elif token.kind == "document" and isinstance(row := names.document(token.text), dict):
            offers.append(f"{named(row['document'])}中有哪些任务？")
    return list(dict.fromkeys(offers))[:OFFERED]


# --- documents a question is about --------------------------------------------------------


def _scope(tokens: Sequence[Token], names: Names) -> Scope | Problem:
    """The documents that the filters of a question leave, and how that is said."""
    single: dict[str, Row] = {}
    ids: set[str] | None = None
    sets: dict[tuple[bool, bool], set[str]] = {}
    said: list[str] = []
    asked: list[str] = []
    for token in tokens:
        if token.kind == "document":
            found = token.value or names.document(token.text)
            if not isinstance(found, dict):
                return _which_document(token.text, found)
            if found.get("stub"):
                return Problem(f"{named(found['document'])}只是被引用，没有载入，图里没有它的任务。", [], 3)
            single[found["document_id"]] = found
            asked.append(f"{named(found['document'])}中")
        elif token.kind == "documents":
            rows = names.in_set(token.value)
            if problem := _miscounted(token, rows):
                return problem
            if not rows:
                return Problem(f"没有符合“{token.text}”的文件。", [], 3)
            facts = token.value
            if facts["year"] or facts["place"] or facts["noun"] not in ("文件", None):
                # 广州方案和重庆意见 are two places, hence both; 2013年的, 广东的 are two conditions
                if facts["place"] and facts["noun"] and len(rows) == 1:
                    single[rows[0]["document_id"]] = rows[0]
                else:
                    about = (bool(facts["year"]), bool(facts["place"]))
                    sets.setdefault(about, set()).update(row["document_id"] for row in rows)
                asked.append(f"{token.text}中")
                if facts["year"] and facts["since"]:
                    undated = sum(1 for row in names.documents if not row.get("date"))
                    left = f"，没有日期的{undated}份没有计入" if undated else ""
                    said.append(f"日期在{facts['year']}年及以后{left}")
        elif token.kind in ("drafts_off", "drafts_only"):
            drafts = {row["document_id"] for row in names.every_document if is_draft(row)}
            every = {row["document_id"] for row in names.every_document}
            ids = _both(ids, every - drafts if token.kind == "drafts_off" else drafts)
            said.append("不计征求意见稿" if token.kind == "drafts_off" else "只看征求意见稿")
            asked.append("不含征求意见稿，" if token.kind == "drafts_off" else "征求意见稿中")
        elif token.kind == "samples_off":
            full = {row["document_id"] for row in names.every_document if row.get("edition") != "digest"}
            ids = _both(ids, full)
            said.append("不计摘要")
            asked.append("不含摘要，")
    for found_ids in sets.values():
        ids = _both(ids, found_ids)
    if single:
        ids = _both(ids, set(single))
    if ids is None:
        return Scope()
    rows = [row for row in names.every_document if row["document_id"] in ids]
    if not rows:
        shown = "、".join(describe_document(row) for row in single.values())
        return Problem(f"问题里的条件合起来没有一份文件{f'：{shown}' if shown else ''}。", [], 4)
    chosen = {row["document_id"] for row in names.documents}
    if absent := [row for row in rows if row["document_id"] not in chosen]:
        rows = [row for row in rows if row["document_id"] in chosen]
        if not rows:
            shown = "、".join(describe_document(row) for row in absent)
            return Problem(f"{shown}不在所选的文件里；请先放开文件的选择。", [], 4)
    text = "、".join([*(describe_document(row) for row in rows), *said])
    return Scope(
        tuple(row["document_id"] for row in rows),
        text,
        "".join(asked),
        any(token.kind == "document" for token in tokens),
    )


def _both(one: set[str] | None, other: set[str]) -> set[str]:
    return other if one is None else one & other


def _miscounted(token: Token, rows: list[Row]) -> Problem | None:
    """五份文件, where there are four."""
    printed = token.value["n"] or token.value["m"]
    count = number_of(printed) if printed else None
    if count is None or count == len(rows):
        return None
    shown = "、".join(describe_document(row) for row in rows[:OFFERED])
    return Problem(f"“{token.text}”在图里有{len(rows)}份，不是{count}份：{shown}。", [], 3)


def _which_document(text: str, found: list[Row]) -> Problem:
    if not found:
        return Problem(f"没听懂：图里没有名为“{shortened(text)}”的文件。")
    shown = "、".join(describe_document(row) for row in found[:OFFERED])
    offers = [f"{named(row['document'])}中有哪些任务？" for row in found[:OFFERED] if row.get("document")]
    return Problem(f"“{shortened(text)}”可能是{len(found)}份文件：{shown}。请说明是哪一份。", offers, 3)


# --- readings -----------------------------------------------------------------------------


def _readings(cut: Sequence[Token], names: Names) -> Iterator[Reading | Problem]:
    """The readings of one cut: patterns about documents see them, all others have them as a condition."""
    if _misplaced(cut, names):
        return
    tokens = [token for token in _without_light(cut) if token.kind]
    if _by_turns(tokens):
        yield Problem("不同文件里问的职责不同；请一次只问一份文件。", [], TELLING)
        return
    filters = [token for token in tokens if token.kind in FILTERS]
    rest = [token for token in tokens if token.kind not in FILTERS]
    # 两份文件 X 和 Y: what joins two documents goes with them
    rest = _without_joints(tokens, rest)
    letters = letters_by_kind()
    for intent in all_intents():
        shown = tokens if intent.keeps_documents else rest
        line = "".join(letters[token.kind] for token in shown)
        if not line or not any(pattern.fullmatch(line) for pattern in intent.patterns):
            continue
        scope = Scope()
        if not intent.keeps_documents:
            found = _scope(filters, names)
            if isinstance(found, Problem):
                yield found
                continue
            scope = found
        result = _read(intent, shown, scope, names)
        if result is not None:
            yield result


# What an `and` may join so that it matters: 甲和乙, 甲和谁, 与口岸相关.
_JOINED = frozenset({"agency", "who", "other", "unit", "measure", "region", "instrument", "topic", "quoted"})


def _without_joints(tokens: Sequence[Token], rest: Sequence[Token]) -> list[Token]:
    """The tokens without an `and` between two documents, or between words (牵头、配合)."""
    ends: list[Token | None] = [None]
    joints = set()
    for before, token, after in zip([*ends, *tokens], tokens, [*tokens[1:], *ends], strict=False):
        documents = before and after and before.kind in FILTERS and after.kind in FILTERS
        apart = not after or after.kind not in _JOINED or (before and before.kind == "role")
        if token.kind == "and" and (documents or apart):
            joints.add(id(token))
    return [token for token in rest if id(token) not in joints]


def _without_light(cut: Sequence[Token]) -> list[Token]:
    """The cut without light role words that stand right beside another: 配合做, 负责牵头, 牵头落实."""
    light = {id(token) for token in cut if token.kind == "role" and token.text in light_words()}
    dropped = set()
    for before, after in pairwise(cut):
        if before.kind == after.kind == "role" and (id(before) in light) != (id(after) in light):
            dropped.add(id(before) if id(before) in light else id(after))
    return [token for token in cut if id(token) not in dropped]


def _by_turns(tokens: Sequence[Token]) -> bool:
    """Whether roles stand between documents: 在一份文件里牵头什么，在另一份里配合什么 are two questions."""
    line = ["d" if t.kind in ("document", "documents") else "r" if t.kind == "role" else "" for t in tokens]
    return re.search("d.*r.*d.*r", "".join(line)) is not None


def _misplaced(cut: Sequence[Token], names: Names) -> bool:
    """Whether a place stands right before a short name that is of another place: 深圳|商务局."""
    for token, after in pairwise(cut):
        of_a_year = token.kind == "documents" and not token.value["place"]
        if token.kind in ("region", "documents", "topic") and after.kind == "agency" and not of_a_year:
            whole = after.text in names.printed_forms
            found = names.agency(after.text, Scope())
            rows = [found] if isinstance(found, dict) else found
            place = without_end(token.text)
            if not whole and not any(place in row["agency"] for row in rows):
                return True
    return False


@dataclass(frozen=True)
class _Draft:
    """A reading as it is made: what the question has of each kind, and what is filled in from it."""

    intent: Intent
    by_kind: Mapping[str, list[Token]]
    scope: Scope
    names: Names
    params: dict[str, Any]
    said: dict[str, Any]

    def first(self, *kinds: str) -> Token | None:
        """The first token of the first of these kinds that the question has."""
        return next((token for kind in kinds for token in self.by_kind.get(kind, ())), None)


def _read(intent: Intent, tokens: Sequence[Token], scope: Scope, names: Names) -> Reading | Problem | None:
    """The reading of tokens that fit an intent's pattern, or why they do not name exactly one thing each.

    None where the intent is not for these roles.
    """
    by_kind: dict[str, list[Token]] = {}
    for token in tokens:
        by_kind.setdefault(token.kind, []).append(token)
    printed = [token.value for token in by_kind.get("role", ())]
    roles = tuple(role for role in ROLE_ORDER if any(role in found for found in printed))
    if intent.only is not None and roles not in intent.only:
        return None
    if intent.documents == "some" and scope.ids is None and not _worth_listing(tokens, roles):
        return None
    if intent.order and len(printed) > 1 and tuple(printed) != intent.order:
        return None  # 有配合没有牵头 is not 有牵头没有配合
    if intent.unless and printed and set(intent.unless) & set(printed[0]):
        return None  # 牵头不配合 is not 配合不牵头
    roles = intent.fixed or roles or intent.roles
    params: dict[str, Any] = dict(intent.params)
    said: dict[str, Any] = {}
    if roles:
        said["roles"], said["role_words"] = SAID[roles]
    said["counted"] = SAID[roles or ROLE_ORDER][0]
    said["role_said"] = "、".join(token.text for token in by_kind.get("role", ()))
    agencies: list[Row] = []

    def question(other: Mapping[str, Any]) -> str:
        return _asked(intent, {**said, **other}, scope)

    slots = dict(zip(("agency", "partner"), by_kind.get("agency", ()), strict=False))
    units = {slot: names.agency(token.text, scope) for slot, token in slots.items()}
    # an offer names the other unit too, by its name or as it was typed
    said |= {
        slot: found["agency"] if isinstance(found, dict) else slots[slot].text
        for slot, found in units.items()
    }
    for slot, found in units.items():
        if not isinstance(found, dict):
            offers = [question({slot: row["agency"]}) for row in found[:OFFERED]]
            return _which_agency(slots[slot].text, found, offers)
        agencies.append(found)
        params[slot] = found["agency_id"]
    if params.get("agency") == params.get("partner", ""):
        return Problem("两个单位是同一个。", [], 3)
    draft = _Draft(intent, by_kind, scope, names, params, said)
    if problem := _set_measure(draft):
        return problem
    if intent.limit:
        params["limit"] = next((token.value for token in by_kind.get("top", ())), intent.limit)
        if not params["limit"]:
            return Problem("没听懂要列出几个。", [], 2)
        said["limit"] = str(params["limit"])
    elif "top" in by_kind:
        return None
    if problem := _set_theme(draft):
        return problem
    for token in by_kind.get("due", ()):
        params["until"], said["due"] = token.value, day_said(token.value)
    if intent.bind:
        if problem := _bind(draft, printed):
            return problem
    elif len(roles) == 1 and not intent.unless and takes(intent, "role"):
        params["role"] = roles[0]
    if intent.keeps_documents and (problem := _set_cited(draft)):
        return problem
    if problem := _set_documents(draft):
        return problem
    if intent.instead is not None:
        offers = [offer.format_map(Blank(said)) for offer in intent.instead]
        return Problem(intent.text.format_map(Blank(said)), offers, 2)
    keep = (
        frozenset(roles)
        if roles and len(roles) < len(ROLE_ORDER) and not (intent.bind or "role" in params)
        else None
    )
    chosen = {name: value for name, value in names.chosen.items() if name not in params}
    agency = agencies[0] if agencies else None
    if agency and agency.get("collective") and takes(intent, "members"):
        params["members"] = True  # a list of all that a collective stands for is the collective
    text = intent.text.format_map(Blank(said))
    wide = {token.text for token in by_kind.get("role", ())} <= wide_words()
    if wide and printed and intent.query == "workload":
        if intent.limit:
            offers = [
                f"{scope.ask}{word}任务最多的前{said['limit']}个单位有哪些？" for word in ("配合", "承担")
            ]
            return Problem("“参与”可能只指配合，也可能指各种职责，名次不同；请选一个：", offers, 3)
        text += "，“参与”按配合计；各种职责合计请问“承担”"
    return Reading(
        intent=intent,
        params={name: value for name, value in {**params, **chosen}.items() if takes(intent, name)},
        text=f"{text}（{scope.text or said.get('home') or all_documents(names)}）",
        ask=question({}),
        keep=keep,
        agency=agency,
        wide=wide and intent.query == "agency_duties" and not intent.unless,
        partner=agencies[1] if len(agencies) > 1 else None,
    )


def _worth_listing(tokens: Sequence[Token], roles: Sequence[str]) -> bool:
    """谁？ and 哪些单位？ over all documents are no questions; 哪些单位牵头？ is one."""
    kinds = {token.kind for token in tokens}
    if not roles and not kinds & {"count", "duty_unit", "mention"}:
        return False
    return not any(token.kind == "who" and token.text == "谁" for token in tokens)


class Blank(dict[str, Any]):
    """Values for a template, "" for what it has none."""

    def __missing__(self, name: str) -> str:
        return ""


def _asked(intent: Intent, said: Mapping[str, Any], scope: Scope) -> str:
    """The reading as a complete question."""
    return scope.ask + intent.ask.format_map(Blank(said))


def day_said(iso: str) -> str:
    """2014-12-31 → 2014年底; 2014-06-30 → 2014年6月底."""
    year, month, _ = iso.split("-")
    return f"{year}年底" if month == "12" else f"{year}年{int(month)}月底"


def _set_measure(draft: _Draft) -> Problem | None:
    """Puts the measure a question names into its parameters; a subject (theme) is no measure."""
    intent, names, said = draft.intent, draft.names, draft.said
    titled, numbered = draft.first("measure"), draft.first("item")
    first = titled or numbered
    if first is None or not takes(intent, "measure"):
        return None
    text = titled.text if titled else None
    found = names.measure(text, numbered.value if numbered else None, draft.scope)
    printed = first.text
    if not isinstance(found, dict):
        if not found:
            return Problem(f"没听懂：没有“{shortened(printed)}”这项任务。", [], 2)
        offers = [
            intent.ask.format_map(Blank({**said, "measure": row["title"]})).replace(
                f"“{row['title']}”", _measure_asked(row, names)
            )
            for row in found[:OFFERED]
        ]
        return Problem(f"“{shortened(printed)}”可能是{len(found)}项任务，请说明是哪一项。", offers, 3)
    if intent.whole and text and text not in (key(found["title"]), key(f"{found['number']}{found['title']}")):
        offers = [f"{_measure_asked(found, names)}由谁承担？", f"哪些任务涉及“{shortened(text)}”？"]
        return Problem(f"“{shortened(text)}”只是一项任务标题的一部分，不算问题。", offers, 2)
    draft.params["measure"], said["measure"] = found["measure_id"], found["title"]
    said["home"] = f"出自{named(found['document'])}"
    return None


def _measure_asked(row: Row, names: Names) -> str:
    """A measure so that it can be asked for: by its title, with document and number where that is not one."""
    same = names.measure(key(row["title"]), None, Scope())
    if isinstance(same, dict):
        return f"“{row['title']}”"
    there = names.measure(key(row["title"]), None, Scope((row["document_id"],)))
    number = "" if isinstance(there, dict) else row["number"]
    return f"{named(row['document'])}中“{number}{row['title']}”"


def _set_theme(draft: _Draft) -> Problem | None:
    """Puts the subject of a question into its parameters: a region, or words looked for in the tasks."""
    params, said = draft.params, draft.said
    token = draft.first("region", "quoted", "instrument", "topic", "measure")
    if token is None or not takes(draft.intent, "search") or "measure" in params:
        return None
    if not 2 <= len(token.text) <= LONGEST_THEME:
        return Problem(f"没听懂“{shortened(token.text)}”。")
    said["theme"], said["theme_ask"] = token.text, f"涉及“{token.text}”"
    if token.kind == "region" and token.text in draft.names.bare_regions:
        params["place"] = token.text
        said["theme_said"] = f"适用于{token.text}（含其下属地区和名称里有“{token.text}”的地区）"
    elif token.kind == "region":
        params["region"] = token.value
        said["theme_said"] = f"适用于{token.text}（含其下属地区）"
    else:
        params["search"] = token.text
        if also := other_words(token.text):
            params["also"] = also
        said["theme_said"] = "标题或正文写到" + "或".join(f"“{word}”" for word in (token.text, *also))
    return None


def _bind(draft: _Draft, printed: Sequence[tuple[str, ...]]) -> Problem | None:
    """Gives each role word of the question to its parameter: 甲牵头、乙配合."""
    for name, letter, roles in zip(draft.intent.bind, "ab", printed, strict=False):
        draft.said[f"role_{letter}"] = SAID[roles][1]
        if len(roles) == 1:
            draft.params[name] = roles[0]
        elif roles != ROLE_ORDER:
            return Problem("“负责”可能是牵头，也可能是列为责任单位；请写明牵头还是配合。", [], 2)
    return None


def _set_cited(draft: _Draft) -> Problem | None:
    """Puts the document a question about citations is of into its parameters."""
    token, extra = draft.first("document"), draft.intent.extra
    if token is None:
        return Problem("请说明是哪份文件。", [], 2)
    found = token.value or draft.names.document(token.text)
    if not isinstance(found, dict):
        return _which_document(token.text, found)
    if found.get("stub") and extra in ("basis", "cites"):
        shown = named(found["document"] or found["doc_number"])
        offers = [f"哪些文件引用了{shown}？"]
        return Problem(f"{shown}只是被引用，没有载入，不知道它依据、引用了哪些文件。", offers, 3)
    draft.said["document"] = named(found["document"] or found["doc_number"])
    slots = {"cites": "source", "cited_by": "target"}
    draft.params[slots.get(extra, "document")] = found["document_id"]
    return None


def _too_few(intent: Intent, ids: Sequence[str] | None, scope: Scope) -> bool:
    """Whether an intent for several documents is asked of one, or one for a list of them of a named one."""
    if intent.documents == "several":
        return ids is not None and len(ids) == 1
    return intent.documents == "unnamed" and scope.named


def _set_documents(draft: _Draft) -> Problem | None:
    """Puts the documents into the parameters; a problem where another number of them is needed."""
    intent, params, scope, names = draft.intent, draft.params, draft.scope, draft.names
    ids = scope.ids if scope.ids is not None else names.chosen.get("documents")
    if intent.documents == "named" and not scope.named:
        return Problem("没听懂这个问题。")
    if intent.documents in ("one", "named"):
        if ids is None and len(names.documents) == 1:
            ids = [names.documents[0]["document_id"]]
        if not ids or len(ids) != 1:
            offers = [
                f"{named(row['document'])}中{intent.ask.format_map(Blank(draft.said))}"
                for row in names.documents[:OFFERED]
            ]
            several = intent.name != "document_measures"
            return Problem("请说明是哪份文件。", offers, 2 if several else 0)
        params["document" if takes(intent, "document") else "documents"] = (
            ids[0] if takes(intent, "document") else [ids[0]]
        )
    elif _too_few(intent, ids, scope):
        return Problem("没听懂这个问题。")
    elif intent.documents == "two" and (ids is None or len(ids) != 2):
        return Problem("请说明是哪两份文件。", [], 1)
    if ids is not None and intent.documents not in ("one", "named") and takes(intent, "documents"):
        params["documents"] = list(ids)
    return None


def all_documents(names: Names) -> str:
    """全部5份文件，其中征求意见稿2份、摘要5份."""
    rows = names.documents
    drafts = sum(1 for row in rows if is_draft(row))
    digests = sum(1 for row in rows if row.get("edition") == "digest")
    parts = [f"{what}{count}份" for what, count in (("征求意见稿", drafts), ("摘要", digests)) if count]
    scope = "全部" if not names.chosen else "所选"
    return f"{scope}{len(rows)}份文件" + (f"，其中{'、'.join(parts)}" if parts else "")


def _which_agency(text: str, found: list[Row], offers: list[str]) -> Problem:
    shown = "、".join(row["agency"] for row in found[:OFFERED])
    return Problem(f"“{text}”可能是{len(found)}个单位：{shown}。请用全称。", offers, 3)
