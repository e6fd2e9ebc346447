"""Where an agency's duties went: renamed, merged, split or transferred, by the register and the patterns.

The chain is followed as far as it goes, and its agencies are collected; nothing is reassigned by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graph.model import Resolved, Succession
from loaders.agencies import departments
from loaders.divisions import Place
from loaders.lexicon import LEVELS

if TYPE_CHECKING:
    from loaders.agencies.resolve import Resolution, Resolver


def follow(name: str, resolver: Resolver) -> None:
    """The succession chain that starts at an agency, with its nodes, into what `resolver` collects."""
    for step in _steps(name, resolver):
        known = step["to"] in resolver.agencies
        if not known:
            found = _successor(step["to"], resolver)
            resolver.agencies.setdefault(found.agency.id, found.agency)
            if found.agency.resolved == Resolved.UNRESOLVED:
                continue
        key = (name, step["to"])
        if key not in resolver.successions:
            resolver.successions[key] = Succession(
                name, step["to"], step.get("date"), step["kind"], step.get("source")
            )
            if not known:
                follow(step["to"], resolver)


def _steps(name: str, resolver: Resolver) -> Iterator[dict[str, Any]]:
    """Where an agency's duties went: from the register, else from its pattern in the same place."""
    if entry := resolver.lexicon.entries.get(name):
        yield from entry.succession
    elif name in resolver.composed:
        department, place = resolver.composed[name]
        for step in department.succession:
            names = {one.name for one in resolver.lexicon.chain(place)}
            if place.level in step.get("levels", LEVELS) and not names & set(step.get("except", ())):
                yield {**step, "to": _target(step["to"], place, resolver)}


def _target(to: str, place: Place, resolver: Resolver) -> str:
    """The full name of the office that a pattern names as its successor, in the same place."""
    lexicon = resolver.lexicon
    known = next((d for d in lexicon.departments if to in (d.official, d.template)), None)
    name = departments.name_of(known, place, lexicon) if known else place.prefix + to
    if known:
        resolver.composed.setdefault(name, (known, place))
    entry = resolver.registered(name)
    return entry.name if entry else name


def _successor(name: str, resolver: Resolver) -> Resolution:
    """The agency behind a successor's name."""
    lexicon = resolver.lexicon
    if entry := lexicon.entries.get(name):
        return resolver.from_entry(entry, name)
    if name not in resolver.composed:
        hit = lexicon.leading_place(name)
        return resolver.as_printed(name, None, hit[0] if hit else None)
    department, place = resolver.composed[name]
    forms = departments.forms_of(department, place, lexicon)
    aliases = tuple(dict.fromkeys(form for form in forms if form != name))
    short = aliases[0] if aliases else None
    return resolver.placed(
        name, short, aliases, departments.level_of(department, place), department.kind, place, department
    )
