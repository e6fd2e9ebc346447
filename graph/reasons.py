"""为什么: what an edge between a unit and a measure was read from, by which rule, and who the unit is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph.errors import UsageError
from graph.succession import KINDS, chinese_day
from graph.tables import ROLE_WORDS, describe_document
from graph.tables.duties import BASIS_WORDS
from graph.tables.matrix import declarations

if TYPE_CHECKING:
    from graph.store import Store

Row = Mapping[str, Any]

RULES = {
    "explicit": "文件在这里写明了它的职责",
    "first_listed": "文件约定列在首位的牵头，其余按约定（约定的原文见下）",
    "undifferentiated": "文件把几个单位并列，没有区分谁牵头，各自都记为负责",
    "joint_by_duty": "文件写明几个单位按职责分工负责，没有区分谁牵头，各自都记为负责",
    "carried_over": "这里没有另写，沿用文件前面写过的约定",
    "subject": "正文里以它为主语，写明由它做这件事",
    "judged": "由人工认定（见“导入与核对”里的认定记录）",
}
RESOLVED = {
    "register": "对应到单位登记册（data/lexicon）里的“{agency}”",
    "composed": "登记册里没有单列，按“地名＋部门名”的规则（data/lexicon/departments.yaml）组成全称“{agency}”",
    "unresolved": "没有对应到登记册里的单位，保留所印的写法，请核对",
}


def reasons(
    store: Store, agency: str, measure: str, *, documents: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Why a unit (id or name) answers for a measure (id, number or title): a row a role, with `text`.

    `text` is the explanation in lines: role, quote, place, rule, declaration, unit and its source.
    Raises UsageError where the graph has no such edge.
    """
    chosen = None if documents is None else list(documents)
    rows = store.query("why", agency=agency, measure=measure, documents=chosen)
    if not rows:
        raise UsageError(
            f"图里没有“{agency[:60]}”承担“{measure[:60]}”的记录；单位请用全称，任务可用编号或标题。"
        )
    texts: dict[str, str] = {}
    for row in rows:
        identity = row["document_id"]
        if identity not in texts:
            found = store.query("document", document=identity, documents=[identity])
            texts[identity] = (found[0]["text"] or "") if found else ""
    return [{**row, "text": explain(row, texts[row["document_id"]])} for row in rows]


def explain(row: Row, text: str) -> list[str]:
    """One edge in lines of Chinese; `text` is the document's, the offsets point into it."""
    role = ROLE_WORDS.get(row["role"], row["role"])
    printed = f"，印出的用语是“{row['role_text']}”" if row.get("role_text") else "，没有印出用语"
    lines = [
        f"{row['agency']}{role}{row['number']}{row['title']}{printed}。",
        f"文件：{describe_document(row)}。",
    ]
    lines += _evidence(row)
    for start, end in declarations(row):
        lines.append(f"约定：“{text[start:end]}”（正文第{start}–{end}字）。")
    lines.append(f"单位：{_identity(row)}。")
    lines += _history(row)
    if row.get("members"):
        lines.append(f"统称，包括：{'、'.join(row['members'])}。")
    lines.append("核对：经人工核对。" if row.get("checked") else "核对：未经核对。")
    return lines


def _evidence(row: Row) -> list[str]:
    """A line for each place: printed name, quote, offsets, page, basis and rule."""
    columns: list[Sequence[Any]] = [row.get(key) or [] for key in ("mentions", "quotes", "starts", "ends")]
    count = len(columns[0])
    pages = row.get("pages") or [None] * count
    bases = row.get("bases") or [row.get("basis")] * count
    rules = row.get("rules") or [row.get("rule")] * count
    lines = []
    for mention, quote, start, end, page, basis, rule in zip(*columns, pages, bases, rules, strict=False):
        where = f"正文第{start}–{end}字" + (f"，第{page}页" if page is not None else "")
        how = RULES.get(str(rule), str(rule))
        lines.append(
            f"原文：“{quote}”，其中写作“{mention}”（{where}，{BASIS_WORDS.get(str(basis), basis)}）。"
        )
        lines.append(f"规则：{how}。")
    return lines


def _identity(row: Row) -> str:
    said = RESOLVED.get(str(row.get("resolved")), RESOLVED["unresolved"]).format(agency=row["agency"])
    facts = [row.get("level"), row.get("kind"), f"简称{row['short_name']}" if row.get("short_name") else None]
    facts += [f"{chinese_day(row['since'])}起用" if row.get("since") else None]
    facts += [f"{chinese_day(row['until'])}停用" if row.get("until") else None]
    known = "，".join(str(fact) for fact in facts if fact)
    return f"{said}（{known}）" if known else said


def _history(row: Row) -> list[str]:
    return [
        f"沿革：{item['predecessor']}{chinese_day(item.get('date'))}"
        f"{KINDS.get(str(item['kind']), item['kind'])}{item['successor']}"
        f"{'，来源：' + item['source'] if item.get('source') else ''}。"
        for item in row.get("successions") or ()
    ]
