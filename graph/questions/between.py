"""What is said of two units beside each other, of the way between them, and of documents level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from graph.questions.words import OFFERED, ROLE_ORDER, SAID, Reading, Row
from graph.succession import changed
from graph.tables import named

if TYPE_CHECKING:
    from graph.store import Store

DOWNWARD = ("它的下一级", "再下一级", "第三级", "第四级")
UPWARD = ("直接依据", "再上一级", "再上两级", "再上三级")


def steps_said(rows: Iterable[Row]) -> str:
    """2014年2月，甲厅并入乙厅；…, of rows of `successions`."""
    return "；".join(map(changed, rows))


def kin(store: Store, reading: Reading) -> str:
    """How two units are related beyond their tasks: one became the other, or is a name for it and others."""
    if reading.agency is None or reading.partner is None:
        return ""
    both = {reading.agency["agency_id"], reading.partner["agency_id"]}
    changes = store.query("successions", agency=reading.agency["agency_id"])
    said = steps_said(row for row in changes if {row["predecessor_id"], row["successor_id"]} == both)
    found = [f"沿革：{said}。"] if said else []
    for whole, part in ((reading.agency, reading.partner), (reading.partner, reading.agency)):
        members = store.query("collective_members", agency=whole["agency_id"])
        if any(row["member_id"] == part["agency_id"] for row in members):
            found.append(f"“{whole['agency']}”是统称，包括{part['agency']}。")
    return "".join(found)


def compared(store: Store, reading: Reading, rows: list[Row]) -> str:
    """How many tasks each of two units has, how many both, and who has more."""
    units = [unit for unit in (reading.agency, reading.partner) if unit]
    tasks: dict[str, set[str]] = {}
    by_role: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        tasks.setdefault(row["agency_id"], set()).add(row["measure_id"])
        by_role.setdefault(row["agency_id"], {}).setdefault(row["role"], set()).add(row["measure_id"])
    word = SAID[_roles(reading)][1]
    held = [tasks.get(unit["agency_id"], set()) for unit in units]
    said = []
    for unit, count in zip(units, map(len, held), strict=True):
        roles = by_role.get(unit["agency_id"], {})
        parts = [f"{SAID[(role,)][1]}{len(roles[role])}项" for role in ROLE_ORDER if role in roles]
        each = f"（{'、'.join(parts)}）" if len(parts) > 1 else ""
        said.append(f"{unit['agency']}{word}{count}项{each}")
    both = len(set.intersection(*held))
    ahead = len(held[0]) - len(held[-1])
    who = f"{units[0 if ahead > 0 else -1]['agency']}多{abs(ahead)}项" if ahead else "一样多"
    shared = f"其中{both}项两个单位都有" if both else "没有共同的"
    return f"{'，'.join(said)}，{who}；{shared}。{kin(store, reading)}"


def _roles(reading: Reading) -> tuple[str, ...]:
    """The roles that a reading is about, in their order."""
    if role := reading.params.get("role"):
        return (str(role),)
    return tuple(role for role in ROLE_ORDER if reading.keep is None or role in reading.keep)


def path(store: Store, reading: Reading, rows: list[Row]) -> str:
    """Over how many steps two units are connected, and by whom."""
    steps = rows[0]["steps"]
    if steps == 1:
        count = len({row["measure_id"] for row in rows})
        return f"直接相连：两个单位共同承担{count}项任务。{kin(store, reading)}"
    ways = list(dict.fromkeys(tuple(row["via"]) for row in rows))
    shown = "；".join("—".join(way) for way in ways)
    each = "，相邻的两个单位都有共同承担的任务"
    most = "" if len(ways) < reading.params["limit"] else f"（至多列{reading.params['limit']}条）"
    return f"没有直接共同承担的任务，隔{steps}步相连{each}：{shown}{most}。{kin(store, reading)}"


def levels(store: Store, reading: Reading, rows: list[Row]) -> str:
    """The documents above or below one, level by level, and who only cites it."""
    names = UPWARD if reading.params.get("up") else DOWNWARD
    by_level: dict[int, list[str]] = {}
    for row in rows:
        said = named(row["document"] or row["doc_number"]) + ("（未载入）" if row["stub"] else "")
        by_level.setdefault(row["depth"], []).append(said)
    shown = "；".join(
        f"{names[level - 1]}：{'、'.join(dict.fromkeys(found))}" for level, found in sorted(by_level.items())
    )
    return f"{shown}。{'' if reading.params.get('up') else only_citing(store, reading, rows)}"


def only_citing(store: Store, reading: Reading, rows: Iterable[Row] = ()) -> str:
    """The documents that cite the one of the reading without saying that they rest on it."""
    resting = {row["document_id"] for row in rows}
    scope = {name: value for name, value in reading.params.items() if name not in ("document", "up")}
    found = store.query("citations", target=reading.params["document"], **scope)
    citing = dict.fromkeys(named(row["document"]) for row in found if row["document_id"] not in resting)
    if not citing:
        return ""
    more = f"等{len(citing)}份" if len(citing) > OFFERED else ""
    return f"提到它、但没有写明以它为依据的有{'、'.join(list(citing)[:OFFERED])}{more}。"


SAID_OF: Mapping[str, Callable[[Store, Reading, list[Row]], str]] = {
    "agencies_compared": compared,
    "paths": path,
    "document_levels": levels,
}
"""Named query → what its rows say."""
