"""Measures and duties joined and parted, as people decide where a measure begins and ends."""

from __future__ import annotations

from dataclasses import replace

from graph.model import Measure, Responsibility


def join_duty(rows: dict[tuple[str, str], Responsibility], new: Responsibility) -> None:
    """Takes a duty up among `rows`: every (agency, role) once, with all its evidence in order."""
    key = (new.agency_id, new.role)
    if old := rows.get(key):
        evidence = tuple(sorted({*old.evidence, *new.evidence}, key=lambda item: (item.start, item.end)))
        new = replace(
            old,
            evidence=evidence,
            role_text=old.role_text or new.role_text,
            open_list=old.open_list or new.open_list,
        )
    rows[key] = new


def joined(text: str, one: Measure, other: Measure) -> Measure:
    """Two neighbours as one, under the first one's number and title."""
    rows: dict[tuple[str, str], Responsibility] = {}
    for duty in (*one.responsibilities, *other.responsibilities):
        join_duty(rows, duty)
    return replace(
        one,
        text=text[one.start : other.end],
        end=other.end,
        deadline=one.deadline or other.deadline,
        responsibilities=tuple(rows.values()),
        instruments=(*one.instruments, *other.instruments),
        regions=(*one.regions, *other.regions),
        targets=(*one.targets, *other.targets),
        cites=(*one.cites, *other.cites),
    )


def parted(measure: Measure, cut: int) -> list[Measure]:
    """A measure as two at offset `cut` of the record's text; everything goes where it is printed."""
    second = measure.text[cut - measure.start :]
    title = second.split("\n", 1)[0].split("。", 1)[0].strip()
    spans = ((measure.start, cut), (cut, measure.end))
    parts = []
    for number, (start, end) in enumerate(spans):
        duties = []
        for duty in measure.responsibilities:
            evidence = tuple(item for item in duty.evidence if start <= item.start < end)
            if evidence:
                duties.append(replace(duty, evidence=evidence))
        part = replace(
            measure,
            text=measure.text[start - measure.start : end - measure.start],
            start=start,
            end=end,
            responsibilities=tuple(duties),
            instruments=tuple(x for x in measure.instruments if start <= x.start < end),
            regions=tuple(x for x in measure.regions if start <= x.start < end),
            targets=tuple(x for x in measure.targets if start <= x.start < end),
            cites=tuple(x for x in measure.cites if start <= x.start < end),
        )
        if number:
            part = replace(part, id=f"{measure.id}+2", number=f"{measure.number}续", title=title)
        parts.append(part)
    return parts
