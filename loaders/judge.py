"""People's decisions laid over a record: record + judgements → record. Pure; the record read is untouched.

Order: measures are joined and split, then names are settled, then roles. A decision that finds nothing
to decide changes nothing and becomes a problem of the record. What is not decided stays the very same
value, so that taking every judgement away gives the record as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from graph.model import (
    Agency,
    Basis,
    Evidence,
    Judgement,
    Measure,
    Membership,
    Problem,
    Record,
    Region,
    Resolved,
    Responsibility,
    Succession,
    Verdict,
)
from loaders.agencies.resolve import Resolver
from loaders.joining import join_duty, joined, parted
from loaders.lexicon import Lexicon, load
from loaders.types import Mention

JUDGED = "judged"  # the rule of an evidence whose role a person gave
_Key = TypeVar("_Key")
_Node = TypeVar("_Node")
NAMES = frozenset({Verdict.UNIT, Verdict.NEW_UNIT, Verdict.NO_UNIT})
BESIDE = frozenset({Verdict.CHECKED, Verdict.DISTINCT})  # decisions that leave the record as it is
ROLE_WORDS = {"LEADS": "牵头", "SUPPORTS": "配合", "IMPLEMENTS": "负责", "": "不承担"}
WHAT = {
    Verdict.UNIT: "名称认定",
    Verdict.NEW_UNIT: "名称认定",
    Verdict.NO_UNIT: "名称认定",
    Verdict.ROLE: "分工更正",
    Verdict.ADD: "责任补充",
    Verdict.JOIN: "任务合并",
    Verdict.SPLIT: "任务拆分",
}
SAYS = {
    Verdict.UNIT: "“{about}”是{value}",
    Verdict.NEW_UNIT: "“{about}”是新单位{value}",
    Verdict.NO_UNIT: "“{about}”不是单位",
    Verdict.DISTINCT: "“{about}”不是{value}",
    Verdict.ROLE: "任务{task}中{unit}由{was}改为{role}",
    Verdict.ADD: "任务{task}中“{words}”是{unit}，{role}",
    Verdict.JOIN: "任务{task}并入前一项",
    Verdict.SPLIT: "任务{task}从“{value}”起另成一项",
    Verdict.CHECKED: "任务{task}已核对",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A distinct name of a record: printed so, read as `agency`; `limited` where the words alone are not
    enough to say whom a decision means (a fragment of a shared list, or read as several units)."""

    mention: str
    agency_id: str
    agency: str
    resolved: str
    measures: tuple[str, ...]
    limited: bool


@dataclass
class _Nodes:
    """The nodes that a record brings, while decisions add to them."""

    agencies: dict[str, Agency]
    regions: dict[str, Region]
    successions: dict[tuple[str, str], Succession]
    memberships: dict[tuple[str, str], Membership]

    @classmethod
    def of(cls, record: Record) -> _Nodes:
        return cls(
            {a.id: a for a in record.agencies},
            {r.id: r for r in record.regions},
            {(s.predecessor, s.successor): s for s in record.successions},
            {(m.member, m.collective): m for m in record.memberships},
        )

    def take(self, resolver: Resolver) -> None:
        """Add what a resolver collected; what is there already stays."""
        _fill(self.agencies, resolver.agencies)
        _fill(self.regions, resolver.regions)
        _fill(self.successions, resolver.successions)
        _fill(self.memberships, resolver.memberships)


def _fill(held: dict[_Key, _Node], more: Mapping[_Key, _Node]) -> None:
    for key, node in more.items():
        held.setdefault(key, node)


@dataclass
class _Work:
    """A record being judged."""

    record: Record
    nodes: _Nodes
    lexicon: Lexicon
    used: set[str] = field(default_factory=set)
    settled: set[tuple[int, int]] = field(default_factory=set)


def judged(record: Record, judgements: Iterable[Judgement], lexicon: Lexicon | None = None) -> Record:
    """The record as people decided it; revoked judgements and those of other documents do nothing.

    A decision of this document that finds nothing to decide becomes a problem of kind "judgement".
    """
    held = [j for j in judgements if holds(j, record) and j.verdict not in BESIDE]
    if not held:
        return record
    work = _Work(record, _Nodes.of(record), lexicon or load())
    for judgement in held:
        if judgement.verdict in (Verdict.JOIN, Verdict.SPLIT):
            _reshape(work, judgement)
    names: dict[str, list[Judgement]] = {}
    for judgement in held:
        if judgement.verdict in NAMES:
            names.setdefault(judgement.about, []).append(judgement)
    _each_measure(work, lambda measure: _named(work, measure, names))
    roles: dict[str, list[Judgement]] = {}
    for judgement in held:
        if judgement.verdict in (Verdict.ROLE, Verdict.ADD):
            roles.setdefault(judgement.about, []).append(judgement)
    _each_measure(work, lambda measure: _assigned(work, measure, roles.get(measure.id, ())))
    _each_measure(work, lambda measure: _added(work, measure, roles.get(measure.id, ())))
    idle = [j for j in held if j.id not in work.used and j.document is not None]
    return _finished(work, record, idle)


def holds(judgement: Judgement, record: Record) -> bool:
    """Whether a judgement is in force and about this document or its jurisdiction."""
    if judgement.revoked_at is not None:
        return False
    if judgement.document is not None:
        return judgement.document == record.document.id
    return judgement.jurisdiction is not None and judgement.jurisdiction == record.document.jurisdiction


def describe(judgement: Judgement, tasks: Mapping[str, str] | None = None) -> str:
    """A judgement in one phrase: “发改”是甲市发展和改革委员会. `tasks` is what a task's id is called.

    A task that is not there any more is called by the headings above it and its number.
    """
    document = f"{judgement.document or ''}/"
    called = judgement.about.removeprefix(document).replace("/", " › ")
    return SAYS[Verdict(judgement.verdict)].format(
        about=judgement.about,
        value=judgement.value,
        unit=judgement.unit,
        words=judgement.words,
        task=(tasks or {}).get(judgement.about, called),
        was=ROLE_WORDS.get(judgement.was or "", ""),
        role=ROLE_WORDS.get(judgement.value, judgement.value),
    )


def names_of(record: Record) -> list[Name]:
    """The distinct names of a record as it was read, exceptions first, then in order of appearance."""
    places: dict[tuple[str, str], list[str]] = {}
    duties: dict[tuple[str, str], Responsibility] = {}
    read_as: dict[str, set[str]] = {}
    for measure in record.measures:
        for duty in measure.responsibilities:
            for item in duty.evidence:
                key = (item.mention, duty.agency_id)
                places.setdefault(key, []).append(measure.id)
                duties.setdefault(key, duty)
                read_as.setdefault(item.mention, set()).add(duty.agency_id)
    found = [
        Name(
            mention,
            agency,
            duties[mention, agency].agency,
            str(duties[mention, agency].resolved),
            tuple(dict.fromkeys(measures)),
            len(read_as[mention]) > 1 or not _whole(mention, duties[mention, agency]),
        )
        for (mention, agency), measures in places.items()
    ]
    order = (Resolved.UNRESOLVED, Resolved.COMPOSED, Resolved.REGISTER)
    return sorted(found, key=lambda name: order.index(Resolved(name.resolved)))


def _whole(mention: str, duty: Responsibility) -> bool:
    """Whether the printed words end as a name of the unit does: 珠海 of 珠海检验检疫局 does not."""
    ending = "".join(mention.split())[-2:]
    return duty.collective or any(name.endswith(ending) for name in (duty.agency, *duty.aliases))


def official(name: str, record: Record, lexicon: Lexicon | None = None) -> str:
    """The full name that a typed unit name has in this document's context; itself where it has none."""
    known = {a.id for a in record.agencies} | {a.name for a in record.agencies}
    name = "".join(name.split())
    if not name or name in known:
        return name
    resolver = Resolver(lexicon or load(), record.document.jurisdiction, record.document.id)
    agency = resolver.resolve(Mention(name, 0, len(name), name)).agency
    return name if agency.resolved == Resolved.UNRESOLVED else agency.id


# Names ---------------------------------------------------------------------------------------------


def _named(work: _Work, measure: Measure, names: Mapping[str, Sequence[Judgement]]) -> Measure:
    moved: list[tuple[Responsibility, Judgement | None, list[Evidence]]] = []
    for duty in measure.responsibilities:
        stays: list[Evidence] = []
        goes: dict[str, tuple[Judgement, list[Evidence]]] = {}
        for item in duty.evidence:
            decision = _decision(work, names.get(item.mention, ()), duty.agency_id)
            if decision is None:
                stays.append(item)
            else:
                work.settled.add((item.start, item.end))
                goes.setdefault(decision.id, (decision, []))[1].append(item)
        if stays:
            moved.append((duty, None, stays))
        moved += [(duty, *gone) for gone in goes.values()]
    if all(decision is None for _, decision, _ in moved):
        return measure
    return replace(measure, responsibilities=tuple(_settled(work, moved)))


def _decision(work: _Work, decisions: Sequence[Judgement], read_as: str) -> Judgement | None:
    """The decision that counts: the document's before its jurisdiction's, the narrower, the later."""
    fitting = [d for d in decisions if d.unit in (None, read_as)]
    work.used |= {d.id for d in fitting}
    ranked = sorted(fitting, key=lambda d: (d.document is not None, d.unit is not None))
    return ranked[-1] if ranked else None


def _settled(
    work: _Work, moved: Iterable[tuple[Responsibility, Judgement | None, list[Evidence]]]
) -> Iterator[Responsibility]:
    """Every (agency, role) once, with all its evidence, in the order of the document."""
    rows: dict[tuple[str, str], Responsibility] = {}
    for duty, decision, evidence in moved:
        if decision is None:
            new = replace(duty, evidence=tuple(evidence))
        elif decision.verdict == Verdict.NO_UNIT:
            continue
        else:
            agency = _agency(work, decision.value, decision.verdict)
            new = replace(_held_by(work, duty, agency), evidence=tuple(evidence))
        join_duty(rows, new)
    yield from rows.values()


def _held_by(work: _Work, duty: Responsibility, agency: Agency) -> Responsibility:
    """`duty` in the hands of another unit."""
    members = tuple(
        work.nodes.agencies[m.member].name
        for m in work.nodes.memberships.values()
        if m.collective == agency.id and m.member in work.nodes.agencies
    )
    return replace(
        duty,
        agency=agency.name,
        agency_id=agency.id,
        aliases=agency.aliases,
        collective=agency.collective,
        members=members,
        resolved=agency.resolved,
    )


def _agency(work: _Work, name: str, verdict: str) -> Agency:
    """The unit that was decided on; its node is added where it is new."""
    if name in work.nodes.agencies:
        return work.nodes.agencies[name]
    document = work.record.document
    if verdict == Verdict.UNIT:
        resolver = Resolver(work.lexicon, document.jurisdiction, document.id)
        found = resolver.resolve(Mention(name, 0, len(name), name)).agency
        if found.id == name:
            work.nodes.take(resolver)
            return work.nodes.agencies[name]
    region = work.record.jurisdiction_region if verdict == Verdict.NEW_UNIT else None
    agency = Agency(name, name, resolved=Resolved.COMPOSED, region=region)
    work.nodes.agencies[name] = agency
    return agency


# Roles ---------------------------------------------------------------------------------------------


def _assigned(work: _Work, measure: Measure, decisions: Sequence[Judgement]) -> Measure:
    decisions = [d for d in decisions if d.verdict == Verdict.ROLE]
    last = {(d.unit, d.was): d for d in decisions}
    if not any((duty.agency_id, duty.role) in last for duty in measure.responsibilities):
        return measure
    work.used |= {d.id for d in decisions if (d.unit, d.was) in last and last[d.unit, d.was] is not d}
    rows: dict[tuple[str, str], Responsibility] = {}
    for duty in measure.responsibilities:
        decision = last.get((duty.agency_id, duty.role))
        if decision is None:
            join_duty(rows, duty)
            continue
        work.used.add(decision.id)
        if decision.value:
            evidence = tuple(replace(item, rule=JUDGED) for item in duty.evidence)
            join_duty(rows, replace(duty, role=decision.value, evidence=evidence))
    return replace(measure, responsibilities=tuple(rows.values()))


def _added(work: _Work, measure: Measure, decisions: Sequence[Judgement]) -> Measure:
    """The measure with the units that nobody read and a person found in it."""
    rows = {(duty.agency_id, duty.role): duty for duty in measure.responsibilities}
    for decision in decisions:
        at = measure.text.find(decision.words) if decision.words else -1
        if decision.verdict != Verdict.ADD or at < 0:
            continue
        work.used.add(decision.id)
        start = measure.start + at
        found = Evidence(
            decision.words or "", start, start + len(decision.words or ""), basis=Basis.IN_TEXT, rule=JUDGED
        )
        agency = _agency(work, decision.unit or "", Verdict.UNIT)
        duty = Responsibility(decision.value, None, agency.name, agency.id, (found,))
        join_duty(rows, _held_by(work, duty, agency))
    return replace(measure, responsibilities=tuple(rows.values()))


# Measures ------------------------------------------------------------------------------------------


def _reshape(work: _Work, judgement: Judgement) -> None:
    measures = list(work.record.measures)
    at = next((n for n, measure in enumerate(measures) if measure.id == judgement.about), None)
    if at is None:
        return
    if judgement.verdict == Verdict.JOIN:
        if at == 0:
            return
        measures[at - 1 : at + 1] = [joined(work.record.text, measures[at - 1], measures[at])]
    else:
        measure = measures[at]
        cut = measure.start + measure.text.find(judgement.value) if judgement.value else 0
        if measure.text.count(judgement.value) != 1 or cut <= measure.start:
            return
        parts = parted(measure, cut)
        if parts[1].id in {one.id for one in measures}:
            return
        measures[at : at + 1] = parts
    work.used.add(judgement.id)
    work.record = replace(work.record, measures=tuple(measures))


# The whole -----------------------------------------------------------------------------------------


def _each_measure(work: _Work, change: Callable[[Measure], Measure]) -> None:
    measures = tuple(change(measure) for measure in work.record.measures)
    work.record = replace(work.record, measures=measures)


def _finished(work: _Work, before: Record, idle: Sequence[Judgement]) -> Record:
    """The judged record with the nodes it refers to: what only decided-away names brought is gone."""
    lost_agencies = _reached(before, _Nodes.of(before)) - _reached(work.record, work.nodes)
    nodes = work.nodes
    agencies = tuple(a for a in nodes.agencies.values() if a.id not in lost_agencies)
    kept = replace(
        work.record,
        agencies=agencies,
        successions=tuple(
            s for s in nodes.successions.values() if not {s.predecessor, s.successor} & lost_agencies
        ),
        memberships=tuple(
            m for m in nodes.memberships.values() if not {m.member, m.collective} & lost_agencies
        ),
        regions=tuple(nodes.regions.values()),
        problems=(
            *(p for p in before.problems if not (p.kind == "unresolved" and p.where in work.settled)),
            *(_idle_problem(before, judgement) for judgement in idle),
        ),
    )
    lost_regions = _regions_reached(before) - _regions_reached(kept)
    return replace(kept, regions=tuple(r for r in kept.regions if r.id not in lost_regions))


def _idle_problem(record: Record, judgement: Judgement) -> Problem:
    what = WHAT[Verdict(judgement.verdict)]
    quote = judgement.about
    if judgement.verdict not in NAMES:
        quote = next((m.number + m.title for m in record.measures if m.id == quote), quote)
    return Problem(
        "judgement",
        (0, 0),
        quote,
        f"{judgement.author} 的{what}在文中找不到所指的内容，没有用上，请撤销或重新认定。",
    )


def _reached(record: Record, nodes: _Nodes) -> set[str]:
    """Ids of the agencies that the record's duties and issuers lead to."""
    duties = (duty.agency_id for measure in record.measures for duty in measure.responsibilities)
    todo = list(chain(duties, record.document.issuers))
    following: dict[str, list[str]] = {}
    for before, after in nodes.successions:
        following.setdefault(before, []).append(after)
    for member, collective in nodes.memberships:
        following.setdefault(collective, []).append(member)
    found: set[str] = set()
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += following.get(one, ())
    return found


def _regions_reached(record: Record) -> set[str]:
    parents = {region.id: region.parent for region in record.regions}
    todo = [a.region for a in record.agencies] + [record.jurisdiction_region]
    todo += [item.code or item.name for measure in record.measures for item in measure.regions]
    found: set[str] = set()
    for one in todo:
        at = one
        while at is not None and at not in found:
            found.add(at)
            at = parents.get(at)
    return found
