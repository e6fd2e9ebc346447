"""The measures of a document as they are read: who answers, with the evidence, and what else they name."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.model import Document, Evidence, Measure, Problem, Resolved, Responsibility, Target
from loaders import entities
from loaders.agencies.resolve import Resolution, Resolver
from loaders.documents import bounded
from loaders.structure.lines import squeeze
from loaders.types import Definition, Duty, Item, Reading, Span

MAX_ABOVE = 500  # measures that 以上任务 may mean


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page a character of the cleaned text was printed on."""

    starts: tuple[int, ...]
    origin: tuple[int, ...]

    def of(self, offset: int) -> int | None:
        """The page, counted from 1; None for a format without pages."""
        return bisect_right(self.starts, self.origin[offset]) if self.starts else None


@dataclass
class _Held:
    """A responsibility with its evidence while its measure is read: a list grows without being copied."""

    first: Responsibility
    evidence: list[Evidence]
    open_list: bool

    @classmethod
    def of(cls, row: Responsibility) -> _Held:
        return cls(row, list(row.evidence), row.open_list)

    def done(self) -> Responsibility:
        """The responsibility with all its evidence."""
        if len(self.evidence) == len(self.first.evidence) and self.open_list == self.first.open_list:
            return self.first
        return dataclasses.replace(self.first, evidence=tuple(self.evidence), open_list=self.open_list)


_Rows = dict[tuple[str, str], _Held]  # by agency and role


@dataclass
class Measures:
    """The measures of one document in order, and what could not be read; `add` takes the next one.

    `attachment` is "#2" while those of the second attachment of one source are added.
    """

    text: str
    document: Document
    resolver: Resolver
    pages: Pages
    problems: list[Problem]
    found: list[Measure] = field(default_factory=list)
    attachment: str = ""
    ids: dict[str, int] = field(default_factory=dict)

    def add(
        self, item: Item, end: int, reading: Reading, deadline: str | None, until: Sequence[Span] = ()
    ) -> None:
        """The measure at text[item.start:end] with what was read of it; `until`: cells of its deadline."""
        self.problems.extend(reading.problems)
        rows: _Rows = {}
        for duty in reading.duties:
            self._assign(rows, duty, self.resolver.resolve(duty.mention))
        self.define(reading.definitions)
        self._assign_above(reading.above, item, rows)
        spans = [(e.start, e.end) for row in rows.values() for e in row.evidence]
        measure = self._measure(item, end, deadline, (row.done() for row in rows.values()), spans)
        self.found.append(_with_cells(measure, self.text, until))

    def define(self, definitions: Iterable[Definition]) -> None:
        """以下统称: what a name stands for from here on."""
        for definition in definitions:
            self.resolver.definitions[definition.term] = definition.members

    def _measure(
        self,
        item: Item,
        end: int,
        deadline: str | None,
        responsibilities: Iterable[Responsibility],
        offices: list[Span],
    ) -> Measure:
        text, start, lexicon = self.text, item.start, self.resolver.lexicon
        places = tuple(entities.regions(text, start, end, lexicon, self.resolver.place, offices))
        for place in places:
            self.resolver.add_mentioned(place.name, place.code, place.kind)
        return Measure(
            id=self._id(item),
            number=item.number,
            title=item.title,
            path=item.path,
            text=text[start:end],
            start=start,
            end=end,
            deadline=deadline,
            responsibilities=tuple(responsibilities),
            instruments=tuple(entities.instruments(text, start, end, offices)),
            regions=places,
            targets=tuple(entities.targets(text, start, end, offices)),
            cites=tuple(entities.citations(text, start, end)),
        )

    def _id(self, item: Item) -> str:
        """Document, path and number; "~2" for the second that would have the same."""
        path = [squeeze(heading) for heading in item.path]
        key = bounded("/".join([self.document.id + self.attachment, *path, item.number]))
        self.ids[key] = self.ids.get(key, 0) + 1
        return key if self.ids[key] == 1 else f"{key}~{self.ids[key]}"

    def _assign(self, rows: _Rows, duty: Duty, resolution: Resolution) -> None:
        """Every (agency, role) stands once, with all its evidence."""
        mention, agency = duty.mention, resolution.agency
        evidence = Evidence(
            mention.text,
            mention.start,
            mention.end,
            self.pages.of(mention.start),
            duty.basis,
            duty.rule,
            duty.declared_at,
        )
        if held := rows.get((agency.id, duty.role)):
            held.evidence.append(evidence)
            held.open_list = held.open_list or mention.open_list
            return
        if agency.resolved == Resolved.UNRESOLVED and resolution.reason:
            where = (mention.start, mention.end)
            self.problems.append(Problem("unresolved", where, mention.text, resolution.reason))
        rows[agency.id, duty.role] = _Held.of(
            Responsibility(
                role=duty.role,
                role_text=duty.role_text,
                agency=agency.name,
                agency_id=agency.id,
                evidence=(evidence,),
                aliases=resolution.aliases,
                collective=agency.collective,
                members=resolution.members,
                open_list=mention.open_list,
                resolved=agency.resolved,
            )
        )

    def _assign_above(self, above: Iterable[Duty], item: Item, rows: _Rows) -> None:
        """Gives what 以上任务 says to the measure itself and to those before it under the same heading."""
        for duty in above:
            resolution = self.resolver.resolve(duty.mention)
            self._assign(rows, duty, resolution)
            for index in range(len(self.found) - 1, max(-1, len(self.found) - 1 - MAX_ABOVE), -1):
                measure = self.found[index]
                if measure.path != item.path:
                    continue
                own = {(r.agency_id, r.role): _Held.of(r) for r in measure.responsibilities}
                if (resolution.agency.id, duty.role) not in own:
                    self._assign(own, duty, resolution)
                    done = tuple(held.done() for held in own.values())
                    self.found[index] = dataclasses.replace(measure, responsibilities=done)


def _with_cells(measure: Measure, text: str, until: Iterable[Span]) -> Measure:
    """The measure with each cell of its deadline as a target: 长期 names no day, but says when."""
    found = list(measure.targets)
    for start, end in until:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end = start + len(text[start:end].rstrip())
        inside = measure.start <= start < end <= measure.end
        if inside and not any(start <= target.start < end for target in found):
            found.append(Target(text[start:end], "deadline", start, end, None))
    return dataclasses.replace(measure, targets=tuple(sorted(found, key=lambda target: target.start)))
