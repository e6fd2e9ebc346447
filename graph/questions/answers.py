"""A reading's rows and the sentence that answers; or the sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.fields import code_words
from graph.queries import load_queries
from graph.questions.between import SAID_OF, kin, only_citing, steps_said
from graph.questions.names import Names
from graph.questions.words import (
    COUNTED,
    OFFERED,
    ROLE_ORDER,
    Answer,
    Problem,
    Reading,
    Row,
    Understood,
    key,
)
from graph.succession import chinese_day
from graph.tables import describe_document, edition_name, named

if TYPE_CHECKING:
    from graph.store import Store


def answered(store: Store, question: str, reading: Reading, names: Names) -> Answer:
    """The rows of a reading and what they say."""
    rows = _rows(store, reading, names)
    if not rows and reading.wide and reading.agency and "role" in reading.params:
        params = {name: value for name, value in reading.params.items() if name != "role"}
        said = f"{reading.text}；文件没有写它参与或配合，以下是它的全部任务"
        if found := _rows(store, wider := replace(reading, params=params, text=said), names):
            reading, rows = wider, found
    message = _verdict(store, reading, rows) if reading.intent.extra in ("verdict", "has") else ""
    if rows and reading.query in SAID_OF:
        message = SAID_OF[reading.query](store, reading, rows) + _caution(rows)
    message = message or (_message(reading, rows) if rows else _why_empty(store, reading, names))
    if rows and reading.wide and "role" in reading.params:
        message += _left_out(store, reading, rows, names)
    understood = Understood(reading.query, reading.params, reading.text)
    return Answer(question, understood, load_queries("read")[reading.query].text, rows, False, [], message)


def _left_out(store: Store, reading: Reading, rows: list[Row], names: Names) -> str:
    """How many tasks of the unit 参与 leaves out, where it is meant of a supporting role only."""
    params = {name: value for name, value in reading.params.items() if name != "role"}
    every = {row["measure_id"] for row in _rows(store, replace(reading, params=params), names)}
    left = len(every - {row["measure_id"] for row in rows})
    return f"由它牵头或列为责任单位的另有{left}项，不在其中；合起来请问“承担”。" if left else ""


def _rows(store: Store, reading: Reading, names: Names) -> list[Row]:
    """What the named query says, with the roles and additions that the question asks for."""
    rows = [dict(row) for row in store.query(reading.query, **reading.params)]
    extra, agency, partner = reading.intent.extra, reading.agency, reading.partner
    if extra == "both" and partner:
        rows += store.query(reading.query, **{**reading.params, "agency": partner["agency_id"]})
    if extra == "has" and partner:
        rows = [row for row in rows if row["member_id"] == partner["agency_id"]]
    if extra in ("absent", "absent_only") and agency:
        rows = [row for measure in rows for row in _roles_in(measure, agency)]
    if extra == "absent_only":
        # 不参与 is said of a task in which the unit has no role at all; 不牵头 and 不配合 of that role.
        roles = (
            ROLE_ORDER
            if reading.keep in (None, {"SUPPORTS"}) and "配合" not in reading.text
            else reading.keep
        )
        held = {row["measure_id"] for row in rows if row["role"] in (roles or ())}
        rows = [row for row in rows if row["measure_id"] not in held]
    if reading.intent.unless and reading.query == "workload":
        rows = [row for row in rows if not any(row[COUNTED[role]] for role in reading.intent.unless)]
    elif reading.intent.unless:
        dropped = {row["measure_id"] for row in rows if row["role"] in reading.intent.unless}
        rows = [row for row in rows if row["measure_id"] not in dropped]
    if reading.keep is not None and extra not in ("absent", "absent_only"):
        rows = [row for row in rows if _kept(row, reading.keep)]
    if extra == "compared":
        _mark_shared(rows)
    if agency and extra in ("only_agency", "verdict"):
        rows = [row for row in rows if row["agency_id"] == agency["agency_id"]]
    if agency and extra == "issued":
        rows = [row for row in rows if agency["agency"] in row["issuers"]]
    if agency and extra == "except":
        rows = [row for row in rows if row["agency_id"] != agency["agency_id"]]
    if extra == "collectives":
        rows = [row for row in rows if row["collective"] and row["measures"]]
    if extra == "only_here":
        everywhere = {
            row["agency_id"]: row["documents"] for row in store.query("workload", **_chosen(reading))
        }
        rows = [row for row in rows if everywhere.get(row["agency_id"]) == row["documents"]]
    if extra in ("most", "most_tasks") and rows:
        column = "count" if extra == "most" else "measures"
        most = max(row[column] for row in rows)
        rows = [row for row in rows if row[column] == most]
    if extra in ("succession", "before") and agency:
        rows = _chain(store, agency["agency_id"], rows, back_only=extra == "before")
    if extra == "breakdown":
        _add_breakdown(store, rows, reading)
    if reading.query == "workload" and rows and reading.params.get("limit") == len(rows):
        _add_tied(store, rows, reading)
    if extra == "members" and agency:
        members = [row["member"] for row in store.query("collective_members", agency=agency["agency_id"])]
        rows = [{**row, "members": members} for row in rows]
    for row in rows:
        if "quotes" in row:
            row["quote"] = (row["quotes"] or [""])[0]
        if row.get("role") != "LEADS":
            row.pop("co_leads", None)
    return rows


def _mark_shared(rows: list[Row]) -> None:
    """`shared` anew, as rows of other roles may have been left out; `group` says the same in words."""
    units: dict[str, set[str]] = {}
    for row in rows:
        units.setdefault(row["measure_id"], set()).add(row["agency_id"])
    for row in rows:
        row["shared"] = len(units[row["measure_id"]]) > 1
        row["group"] = "共同承担" if row["shared"] else f"只有{row['agency']}"
    rows.sort(key=lambda row: not row["shared"])


def _chosen(reading: Reading) -> Row:
    """What was chosen of the kinds of documents, without the documents themselves."""
    return {name: value for name, value in reading.params.items() if name in ("drafts", "samples")}


def _kept(row: Row, roles: Collection[str]) -> bool:
    """Whether a row is about one of the roles: a duty of it, or a unit or document with a task of it."""
    if "role" in row:
        return row["role"] in roles
    counts = [row[name] for role, name in COUNTED.items() if role in roles and name in row]
    return not counts or any(counts)


def _roles_in(measure: Row, agency: Row) -> list[Row]:
    """A measure's rows for one agency: one for each role, or one that says 不参与."""
    duties = [duty for duty in measure.pop("duties") or () if duty["agency_id"] == agency["agency_id"]]
    nothing = {"agency": agency["agency"], "agency_id": agency["agency_id"], "quotes": []}
    none: Row = {"role": None, "role_text": "不参与", **nothing}
    return [{**measure, **duty} for duty in duties or [none]]


def _chain(store: Store, agency: str, rows: list[Row], *, back_only: bool = False) -> list[Row]:
    """What became of an agency and where it came from, step by step; or only where it came from."""
    back, on = ("successor_id", "predecessor_id"), ("predecessor_id", "successor_id")
    rows = [row for row in rows if not back_only or row["successor_id"] == agency]
    found = {(row["predecessor_id"], row["successor_id"]): row for row in rows}
    for here, there in (back,) if back_only else (back, on):
        seen, reached = {agency}, [row[there] for row in rows if row[here] == agency]
        while reached:
            at = reached.pop()
            if at in seen:
                continue
            seen.add(at)
            for row in store.query("successions", agency=at):
                if row[here] == at:
                    found[row["predecessor_id"], row["successor_id"]] = row
                    reached.append(row[there])
    return sorted(
        found.values(), key=lambda row: (str(row["date"] or ""), row["predecessor_id"], row["successor_id"])
    )


def _add_tied(store: Store, rows: list[Row], reading: Reading) -> None:
    """`tied` on the last row: units that were cut off although they have as many tasks as it."""
    counted = COUNTED.get(str(reading.params.get("role")), "measures")
    every = store.query("workload", **{**reading.params, "limit": None})[len(rows) :]
    rows[-1]["tied"] = [row["agency"] for row in every if row[counted] == rows[-1][counted]]


def _add_breakdown(store: Store, rows: list[Row], reading: Reading) -> None:
    """`by_document`: {document: {role: measures}} on every agency's row."""
    common = {**_chosen(reading), **({"documents": ids} if (ids := reading.params.get("documents")) else {})}
    by_agency: dict[str, dict[str, dict[str, int]]] = {}
    for row in store.query("workload_by_document", **common):
        roles = {role: row[name] for role, name in COUNTED.items() if row[name]}
        by_agency.setdefault(row["agency_id"], {})[row["document"]] = roles
    for row in rows:
        row["by_document"] = by_agency.get(row["agency_id"], {})


def _verdict(store: Store, reading: Reading, rows: list[Row]) -> str:
    """是 or 不是, with what the document says instead."""
    if reading.intent.extra == "has" and reading.agency:
        members = store.query("collective_members", agency=reading.agency["agency_id"])
        if not members:
            return f"文件没有写明“{reading.agency['agency']}”这个统称包括哪些单位。"
        shown = "、".join(dict.fromkeys(row["member"] for row in members))
        return f"{'包括' if rows else '不包括'}。这个统称包括{shown}。"
    if rows:
        return f"是。{_message(reading, rows)}"
    return f"不是。{_duties_said(store, reading)}"


def _duties_said(store: Store, reading: Reading) -> str:
    """Who answers for the measure of a reading, in which role."""
    params = {name: value for name, value in reading.params.items() if name != "role"}
    by_role: dict[str, list[str]] = {}
    for row in store.query("measure_duties", **params):
        by_role.setdefault(row["role_text"] or "未印用语", []).append(row["agency"])
    shown = "；".join(f"{word}：{'、'.join(units)}" for word, units in by_role.items())
    return f"文件写的是{shown}。" if shown else "这项任务没有写明任何单位。"


def _message(reading: Reading, rows: list[Row]) -> str:
    """The answer in a sentence or two, with what one must know of the documents it is from."""
    if "measure_id" in rows[0] and reading.query != "citations":
        count = len({row["measure_id"] for row in rows})
        text = f"共{count}项任务"
        if reading.query == "measure_duties":
            text = "、".join(
                dict.fromkeys(f"{row['agency']}（{row.get('role_text') or '未印用语'}）" for row in rows)
            )
            text += _roles_missing(reading, rows)
        elif reading.query == "measure":
            text = f"见{rows[0]['number']}{rows[0]['title']}的正文"
        elif reading.query == "measures_by_units":
            shown = "、".join(f"{row['number']}{row['title']}" for row in rows)
            text = f"单位最多的是{shown}，{'各' if len(rows) > 1 else ''}有{rows[0]['count']}个单位"
        elif reading.agency and reading.intent.extra == "both":
            by_agency = {
                row["agency"]: [other for other in rows if other["agency"] == row["agency"]] for row in rows
            }
            text = "；".join(
                f"{agency}{len({row['measure_id'] for row in found})}项{_by_role(reading, found)}"
                for agency, found in by_agency.items()
            )
        elif reading.query in ("agency_duties", "document_measures", "responsibilities") and reading.agency:
            joint = len({row["measure_id"] for row in rows if row.get("co_leads")})
            text += _by_role(reading, rows)
            text += f"，其中{joint}项与别的单位并列牵头" if joint else ""
            text += _by_document(rows)
        if members := rows[0].get("members"):
            text += f"；这个统称包括{'、'.join(members)}"
        return f"{text}。{_caution(rows)}"
    if reading.query == "workload" and "limit" in reading.params:
        counted = COUNTED.get(str(reading.params.get("role")), "measures")
        first = [row["agency"] for row in rows if row[counted] == rows[0][counted]]
        tied = f"；第{len(rows)}名并列的还有{'、'.join(also)}" if (also := rows[-1].get("tied")) else ""
        most = f"最多的是{'、'.join(first)}，{'各' if len(first) > 1 else ''}{rows[0][counted]}项任务"
        after = [f"{row['agency']}（{row[counted]}项）" for row in rows[len(first) :]]
        then = f"；其次是{'、'.join(after)}" if after and len(rows) <= OFFERED else ""
        return f"{most}{then}{tied}。"
    if reading.query in ("workload", "partners"):
        counted = (
            COUNTED.get(str(reading.params.get("role")), "measures") if "leads" in rows[0] else "measures"
        )
        first = [row["agency"] for row in rows if row[counted] == rows[0][counted]]
        each = f"{'各' if len(first) > 1 else ''}{rows[0][counted]}项"
        most = f"，最多的是{'、'.join(first)}（{each}）" if len(first) < len(rows) else ""
        return f"共{len(rows)}个单位{most if len(first) <= OFFERED else ''}。"
    if reading.intent.extra in ("tasks", "most_tasks"):
        counted_each = "、".join(
            f"{row['doc_number'] or named(row['document'])}{row['measures']}项" for row in rows
        )
        return f"{'最多的是' if reading.intent.extra == 'most_tasks' else ''}{counted_each}。{_caution(rows)}"
    if reading.query == "successions":
        return steps_said(rows) + "。"
    if reading.query == "agency":
        row = rows[0]
        aliases = "、".join(row["aliases"] or ()) or "未登记"
        return f"全称{row['agency']}，简称{row['short_name'] or '未登记'}，别名{aliases}。"
    if reading.query == "document":
        row = rows[0]
        facts = {
            "文号": row["doc_number"] or "未印",
            "日期": chinese_day(row["date"]) or "未印",
            "发文单位": "、".join(row["issuers"]) or "未印",
            "状态": row["status"],
        }
        return (
            f"{named(row['document'])}："
            + "，".join(f"{name}{value}" for name, value in facts.items())
            + "。"
        )
    if reading.query == "citations":
        end = "document" if reading.intent.extra == "cited_by" else "target"
        return "、".join(dict.fromkeys(named(row[end]) for row in rows)) + "。"
    if reading.query == "collective_members":
        return "、".join(row["member"] for row in rows) + "。"
    return f"共{len(rows)}条。{_caution(rows)}"


ROLE_WORDS: dict[str | None, str] = {None: "不参与"} | dict(code_words("role"))


def _by_role(reading: Reading, rows: list[Row]) -> str:
    """（牵头5项、配合21项）, where the question was about more than one role."""
    if "role" in reading.params or len(reading.keep or ROLE_ORDER) < 2:
        return ""
    tasks: dict[str | None, set[str]] = {}
    if reading.keep == frozenset({"LEADS", "SUPPORTS"}):
        tasks = {"LEADS": set(), "SUPPORTS": set()}  # asked one by one: none is an answer
    for row in rows:
        tasks.setdefault(row["role"], set()).add(row["measure_id"])
    if reading.keep is not None and len(tasks) < 2:
        return ""
    return f"（{'、'.join(f'{ROLE_WORDS[role]}{len(found)}项' for role, found in tasks.items())}）"


def _by_document(rows: list[Row]) -> str:
    """；其中粤府办〔2013〕31号15项、…, where there is more than one document, but not many."""
    tasks: dict[str, set[str]] = {}
    for row in rows:
        tasks.setdefault(row["doc_number"] or named(row["document"]), set()).add(row["measure_id"])
    if not 2 <= len(tasks) <= OFFERED:
        return ""
    return f"；{'、'.join(f'{name}{len(found)}项' for name, found in tasks.items())}"


def _roles_missing(reading: Reading, rows: list[Row]) -> str:
    """；没有写明配合单位, where both leads and supporters were asked for and one of them is not named."""
    if reading.keep != frozenset({"LEADS", "SUPPORTS"}):
        return ""
    missing = [role for role in ("LEADS", "SUPPORTS") if all(row["role"] != role for row in rows)]
    return "".join(f"；没有写明{ROLE_WORDS[role]}单位" for role in missing)


def _why_empty(store: Store, reading: Reading, names: Names) -> str:
    """Why there is nothing: there is outside the documents asked about, or in another role, or elsewhere."""
    notes = []
    narrowing = ("documents", "drafts", "samples", "expired")
    if reading.query == "measure_duties":
        return f"没有查到{reading.text}。{_duties_said(store, reading)}"
    if any(name in reading.params for name in narrowing):
        wider = replace(
            reading, params={name: value for name, value in reading.params.items() if name not in narrowing}
        )
        if (rows := _rows(store, wider, names)) and "measure_id" in rows[0]:
            homes = {row["document_id"]: describe_document(row) for row in rows}
            count = len({row["measure_id"] for row in rows})
            notes.append(f"这里没有计入的{'、'.join(homes.values())}里有{count}项")
    if reading.agency and reading.query == "agency_duties":
        agency = reading.agency["agency_id"]
        scope = {name: value for name, value in reading.params.items() if name in narrowing}
        words = {"LEADS": "牵头", "SUPPORTS": "配合", "IMPLEMENTS": "列为责任单位的"}
        held: dict[str, dict[str, str]] = {}
        for row in store.query("agency_duties", agency=agency, **scope):
            held.setdefault(row["role"], {})[row["measure_id"]] = f"{row['number']}{row['title']}"
        if held:
            notes.append(
                "它在这些文件里"
                + "、".join(f"{words[role]}{len(found)}项{_few(found)}" for role, found in held.items())
            )
        for row in store.query("successions", agency=agency):
            other, word = (
                (row["successor"], "后继")
                if row["predecessor_id"] == agency
                else (row["predecessor"], "前身")
            )
            if found := store.query("agency_duties", agency=other, **scope):
                count = len({duty["measure_id"] for duty in found})
                notes.append(f"它的{word}{other}（{chinese_day(row['date'])}）有{count}项")
    if reading.query == "paths":
        notes.append("在这些文件里，两个单位没有共同任务，六步以内也没有经别的单位的共同任务相连")
    more = kin(store, reading)
    if reading.query == "document_levels" and not reading.params.get("up"):
        more += only_citing(store, reading)
    return f"没有查到{reading.text}。" + (f"{'；'.join(notes)}。" if notes else "") + more


def _few(tasks: Mapping[str, str]) -> str:
    """（…、…）, the tasks themselves where they are few."""
    return f"（{'、'.join(tasks.values())}）" if len(tasks) <= OFFERED else ""


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
            date = f"，{chinese_day(row['date'])}" if row.get("date") else ""
            notes[row["document_id"]] = f"{named(row['document'])}是{'、'.join(facts)}{date}"
    return f"注意：{'；'.join(notes.values())}。" if notes else ""


def abstained(question: str, problem: Problem, names: Names) -> Answer:
    """No answer: why, and questions that have one."""
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
