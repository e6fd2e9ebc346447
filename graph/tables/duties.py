"""What the tables are made from: the measures in scope with their duties, and how they are worded.

Two things never reach the store: 首位视同牵头 (a convention of offices, put on only when asked for)
and the order of 机构序列.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import yaml

from graph.errors import LexiconError
from graph.fields import code_words
from graph.succession import Successions, chinese_day

if TYPE_CHECKING:
    from graph.store import Store

Row = Mapping[str, Any]
LEXICON = Path(__file__).resolve().parents[2] / "data" / "lexicon"

ROLE_WORDS = code_words("role")
NESTED = str.maketrans("《》〈〉", "〈〉《》")
FEW = 3
"""Up to so many documents are listed above a table; more stand below it."""
LABELS = {"LEADS": "牵头单位", "SUPPORTS": "配合单位", "IMPLEMENTS": "责任单位"}
MARKS = {"LEADS": "牵", "SUPPORTS": "配"}
# The first of these found in the printed words is what a cell shows for IMPLEMENTS.
PRINTED = (("负责", "负责"), ("落实", "落实"), ("实施", "实施"), ("责任", "责"))
BASIS_WORDS = code_words("basis")
RULE_WORDS = code_words("rule")
CONVENTION = "首位视同牵头"
CONVENTION_NOTE = (
    "“首位视同牵头”是办公中的惯例，文件没有这样写；只在本表中按要求标出，不写入图，引用时请以原文为准。"
)


class Scope(TypedDict, total=False):
    """What a table is about: documents, agencies and roles (None: all of them); whether drafts, samples and
    expired documents count; the date as of which duties are shown (ISO, None: as named)."""

    documents: Collection[str] | None
    agencies: Collection[str] | None
    roles: Collection[str] | None
    drafts: bool
    samples: bool
    expired: bool
    as_of: str | None


def measures_with_duties(store: Store, **scope: Unpack[Scope]) -> tuple[list[Row], list[dict[str, Any]]]:
    """The documents in scope, and their measures in order, each with its filtered `duties`.

    With agencies or roles chosen, measures without any of them are left out. With `as_of` (an ISO
    date) duties stand under the units that hold them then, and `succession` has the notes on it.
    Raises UsageError for another kind of date.
    """
    documents, agencies, roles = scope.get("documents"), scope.get("agencies"), scope.get("roles")
    as_of = scope.get("as_of")
    held = Successions(store.query("successions"), as_of) if as_of is not None else None
    chosen = {
        "documents": None if documents is None else list(documents),
        "drafts": scope.get("drafts", True),
        "samples": scope.get("samples", True),
        "expired": scope.get("expired", True),
    }
    rows: list[dict[str, Any]] = []
    for row in store.query("table_measures", **chosen):
        named = row.get("duties") or []
        everyone, notes = held.applied(named) if held is not None else (named, [])
        duties = [duty for duty in everyone if concerns(duty, agencies, roles)]
        if duties or (agencies is None and roles is None):
            concerned = {duty.get("named") for duty in duties}
            kept = [note for note in notes if any(name and note.startswith(name) for name in concerned)]
            rows.append({**row, "duties": duties, "succession": kept if agencies or roles else notes})
    return list(store.query("documents", **chosen)), rows


def concerns(duty: Row, agencies: Collection[str] | None, roles: Collection[str] | None) -> bool:
    """Whether a duty is one of a chosen unit in a chosen role (None: all of them)."""
    return (agencies is None or duty["agency_id"] in agencies) and (roles is None or duty["role"] in roles)


def selection_words(
    rows: Sequence[Row], agencies: Collection[str] | None, roles: Collection[str] | None
) -> str:
    """What a choice of units and roles leaves, in words: 只列涉及财政部的任务; empty for no choice."""
    if agencies is None and roles is None:
        return ""
    names = {d["agency_id"]: str(d["agency"]) for row in rows for d in row["duties"]}
    chosen = [names.get(agency, str(agency)) for agency in agencies or ()]
    said = "、".join(chosen[:FEW]) + (f"等{len(chosen)}个单位" if len(chosen) > FEW else "")
    words = role_words(roles)
    if agencies is None:
        return f"只列有{words}单位的任务"
    return f"只列{said}{words}的任务" if roles else f"只列涉及{said}的任务"


def role_words(roles: Collection[str] | None) -> str:
    """Roles in words: 牵头、配合."""
    return "、".join(word for role, word in ROLE_WORDS.items() if roles and role in roles)


def texts(store: Store, scope: Sequence[Row]) -> dict[str, str]:
    """The text of each document in scope by id: the offsets of its edges point into it."""
    rows = store.query("document_texts", documents=[row["document_id"] for row in scope])
    return {row["document_id"]: row["text"] or "" for row in rows}


def mark(role: str, role_text: str | None) -> str:
    """What a matrix cell shows: 牵, 配, or the printed word of the rest (责 where none is printed)."""
    if role in MARKS:
        return MARKS[role]
    return next((shown for word, shown in PRINTED if word in (role_text or "")), role_text or "责")


def first_as_lead(duties: Sequence[Row]) -> Row | None:
    """The duty that 首位视同牵头 would call the lead: the first printed of several units without a lead.

    None where the document names a lead, where one unit stands alone, and for a class of units.
    """
    if any(duty["role"] == "LEADS" for duty in duties):
        return None
    answering = [duty for duty in duties if duty["role"] == "IMPLEMENTS" and duty.get("starts")]
    if len({duty["agency_id"] for duty in answering}) < 2:
        return None
    first = min(answering, key=lambda duty: duty["starts"][0])
    return None if first.get("collective") else first


def deadlines(row: Row) -> list[Row]:
    """The clauses of a measure that say until when it is to be done (mention, date), as read by the loaders:
    also of a quantity that is to be reached by a date."""
    found = (json.loads(target) for target in row.get("targets") or ())
    return [target for target in found if is_due(target, row.get("date"))]


def is_due(target: Row, issued: Any = None) -> bool:
    """Whether a clause says until when the task is to be done, in a document dated `issued` (ISO or None).

    Not a day before the document's own, nor the day on which something begins, nor the time that each single
    case may take (data/lexicon/tables.yaml: starting, settled, relative, counted).
    """
    said, day = str(target["mention"]), target.get("date")
    if target.get("kind") == "frequency" or (target.get("kind") == "quantity" and not day):
        return False
    if not day and lexicon_pattern("relative").search(said):
        return bool(lexicon_pattern("counted").search(said))
    if (day and issued and str(day) <= str(issued)) or lexicon_pattern("settled").search(said):
        return False
    rest = lexicon_pattern("starting").sub("", said)
    return rest == said or bool(lexicon_pattern("dates").search(rest))


def deadline_words(row: Row) -> str:
    """完成时限 as printed: the words of a label or column, else the clauses that name a date; the date alone
    would not tell which part of the measure it is for."""
    if row.get("deadline"):
        return printed_day(str(row["deadline"]), str(row.get("text") or ""))
    return "；".join(dict.fromkeys(filter(None, (_clause(target) for target in deadlines(row)))))


def printed_day(day: str, text: str) -> str:
    """How a text prints an ISO day (2024年6月底), the last time it does; in figures where it does not."""
    year, month, date = f"{day}--".split("-")[:3]
    shown = ""
    for found in lexicon_pattern("dates").finditer(text):
        said = re.sub(r"\s", "", found.group())
        parts = lexicon_pattern("day").match(said)
        if parts and (
            parts[1] == year
            and int(parts[2] or 12) == int(month or 12)
            and (parts[3] is None or int(parts[3]) == int(date or 0))
        ):
            shown = said
    return shown or chinese_day(day)


def _clause(target: Row) -> str:
    """The clause in one line; of several table cells the one with the date."""
    cells = [cell.strip(" 　。，；、") for cell in re.split(r"[\t\n]", str(target["mention"]))]
    cells = [cell for cell in cells if cell]
    dated = (
        cell
        for cell in cells
        if lexicon_pattern("dates").search(cell) or lexicon_pattern("relative").search(cell)
    )
    return next(dated, cells[0] if cells else "")


def remark(row: Row) -> str:
    """What a reader must know of a measure's units: none, a list left open, carried over."""
    remarks = []
    if not row["duties"]:
        remarks.append("没有读出责任单位")
    if any(duty.get("open_list") for duty in row["duties"]):
        remarks.append("名单未列全（等）")
    if any(duty.get("basis") == "carried_over" for duty in row["duties"]):
        remarks.append("含前文“下同”带入的单位")
    remarks += row.get("succession") or ()
    return "；".join(remarks)


# --- headings -------------------------------------------------------------------------------


def edition_name(edition: Any) -> str:
    """Whether the text is whole, in Chinese."""
    return code_words("edition").get(str(edition or ""), "")


def named(title: Any) -> str:
    """A document's title between its marks, those inside it turned: 《…〈…〉…》 (GB/T 15834—2011, 4.15)."""
    return f"《{str(title or '').translate(NESTED)}》"


def describe_document(row: Row) -> str:
    """A document with what one must know of it: 《title》（文号，date，status，edition）."""
    title = row.get("document") or row.get("title") or row.get("document_id")
    edition = edition_name(row.get("edition"))
    facts = [row.get("doc_number"), chinese_day(row.get("date")) or "无日期", row.get("status"), edition]
    return f"{named(title)}（{'，'.join(str(fact) for fact in facts if fact)}）"


def cited(row: Row) -> str:
    """A document as prose names it: 《title》，文号，date, and what it is when not in force or not whole."""
    status, edition = str(row.get("status") or ""), row.get("edition")
    facts = [row.get("doc_number"), chinese_day(row.get("date")), status if status != "正式" else ""]
    facts.append(edition_name(edition) if edition != "full" else "")
    title = row.get("document") or row.get("title") or row.get("document_id")
    return "，".join([named(title), *(str(fact) for fact in facts if fact)])


def duties_said(duties: Iterable[tuple[str, str]]) -> str:
    """Roles and units as prose: 牵头单位：甲、乙；配合单位：丙."""
    units: dict[str, list[str]] = {}
    for role, agency in duties:
        units.setdefault(role, []).append(agency)
    return "；".join(
        f"{label}：{'、'.join(dict.fromkeys(units[role]))}" for role, label in LABELS.items() if role in units
    )


def sentence(content: str, duties: str, due: str = "", source: str = "") -> str:
    """A task as prose that may go into a document: 内容。牵头单位：甲；配合单位：乙。完成时限：……（出处）"""
    said = "。".join(line.strip().rstrip("。") for line in content.split("\n") if line.strip())
    parts = [said, duties, f"完成时限：{due}" if due else ""]
    return "".join(f"{part.rstrip('。；')}。" for part in parts if part) + (f"（{source}）" if source else "")


def numbered(sentences: Sequence[str], documents: Sequence[Row]) -> list[str]:
    """Sentences with their numbers, unless they bring one (1.甲事); those from one document end with it."""
    lines = [said if said[:1].isdecimal() else f"{index}.{said}" for index, said in enumerate(sentences, 1)]
    return [*lines, f"（出自{cited(documents[0])}）"] if len(documents) == 1 else lines


def titled(name: str, documents: Sequence[Row]) -> str:
    """A table's name after its document, where it is about one only."""
    return f"{named(documents[0]['document'])}{name}" if len(documents) == 1 else name


def scope_notes(documents: Sequence[Row], rows: Sequence[Row] | None = None) -> list[str]:
    """Note lines that say which documents a table covers, which are drafts or digests, and with the
    measures' `rows` how many a person has checked. More than FEW documents are only counted: `source_list`
    has them."""
    if not documents:
        return ["没有符合条件的文件。"]
    checked = [] if rows is None else [checked_note(rows)]
    if len(documents) == 1:
        return [f"文件：{describe_document(documents[0])}", *checked]
    if len(documents) > FEW:
        return [f"{_tally(documents)}文件清单在表后。", *checked]
    return [_tally(documents), *checked, *_numbered(documents)]


def source_list(documents: Sequence[Row]) -> list[str]:
    """The documents of a table, a numbered line each, where there are too many to stand above it."""
    return _numbered(documents) if len(documents) > FEW else []


def _numbered(documents: Sequence[Row]) -> list[str]:
    return [f"文件{index}：{describe_document(row)}" for index, row in enumerate(documents, 1)]


def _tally(documents: Sequence[Row]) -> str:
    """How many documents of which status, so that a draft is seen also where the list stands elsewhere."""
    counted = Counter(str(row.get("status") or "状态不详") for row in documents)
    digests = sum(row.get("edition") == "digest" for row in documents)
    parts = "、".join(f"{status}{count}份" for status, count in counted.items())
    return f"共{len(documents)}份文件：{parts}{f'；其中摘要{digests}份' if digests else ''}。"


def short_documents(documents: Sequence[Row]) -> dict[str, str]:
    """A short name for each document id, for a column: its number, else its title; two with the same one
    are told apart by their place in the notes (`scope_notes`)."""
    numbers = Counter(row.get("doc_number") for row in documents)
    titles = Counter(row.get("document") for row in documents)
    found = {}
    for index, row in enumerate(documents, 1):
        number, status = row.get("doc_number"), row.get("status")
        name = str(number) if number and numbers[number] == 1 else named(row["document"])
        if not (number and numbers[number] == 1) and titles[row["document"]] > 1:
            name += f"（文件{index}）"
        shown = status and status != "正式" and status not in name
        found[str(row["document_id"])] = f"{name}（{status}）" if shown else name
    return found


def as_of_notes(as_of: str | None) -> list[str]:
    """What a table as of a date says of itself; nothing for one as named."""
    if as_of is None:
        return []
    return [f"单位按{as_of}承接职责的单位列出，文件所印单位和变动见备注；拆分的仍列原单位，请确认由谁承接。"]


def checked_note(rows: Sequence[Row]) -> str:
    """How many of these measures a person has checked; none until somebody notes it."""
    done = sum(bool(row.get("checked")) for row in rows)
    if not done:
        return f"核对：未经核对（{len(rows)}项任务由程序读出，没有人工核对记录）。"
    return f"核对：{len(rows)}项任务中{done}项经人工核对，{len(rows) - done}项未经核对。"


# --- order ----------------------------------------------------------------------------------


@cache
def lexicon() -> Mapping[str, Any]:
    """data/lexicon/tables.yaml. Raises LexiconError where it breaks its schema."""
    import jsonschema  # slow to import, and only the tables need it

    try:
        data = yaml.safe_load((LEXICON / "tables.yaml").read_text("utf-8"))
        jsonschema.validate(data, json.loads((LEXICON / "schemas" / "tables.json").read_text("utf-8")))
    except (yaml.YAMLError, jsonschema.ValidationError) as error:
        message = str(getattr(error, "message", error)).splitlines()[0]
        raise LexiconError(f"data/lexicon/tables.yaml 不合要求：{message}。") from error
    found: Mapping[str, Any] = data
    return found


@cache
def lexicon_pattern(entry: str) -> re.Pattern[str]:
    """A pattern of data/lexicon/tables.yaml."""
    return re.compile(lexicon()[entry]["pattern"])


def in_sequence() -> Callable[[Row], tuple[int, int, int, str]]:
    """A sort key over duties or agencies: 机构序列 (kind, level, department, name)."""
    order = lexicon()["sequence"]

    def rank(words: Sequence[str], value: Any) -> int:
        return words.index(value) if value in words else len(words)

    def key(row: Row) -> tuple[int, int, int, str]:
        name = str(row["agency"])
        department = next((n for n, word in enumerate(order["words"]) if word in name), len(order["words"]))
        kind, level = rank(order["kinds"], row.get("kind")), rank(order["levels"], row.get("level"))
        return kind, level, department, name

    return key
