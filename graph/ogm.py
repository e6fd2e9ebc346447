"""The five node types as py2neo objects, for notebooks on the same Neo4j.

    from py2neo import Graph
    from graph.ogm import Agency
    graph = Graph("bolt://127.0.0.1:7687", auth=("neo4j", "…"))
    for measure in Agency.match(graph, "黄埔海关").first().leads:
        print(measure.number, measure.title)

The application itself talks to Neo4j through `graph.store`; these classes read the same
constraints and edges, and follow them when they change. py2neo is at its end of life: nothing else
depends on it. examples/ogm.ipynb shows the classes at work.
"""

from __future__ import annotations

from py2neo.ogm import Model, Property, RelatedFrom, RelatedTo


class Region(Model):  # type: ignore[misc]
    """A place, with the places inside it."""

    __primarykey__ = "id"
    id = Property()
    name = Property()
    code = Property()
    kind = Property()
    level = Property()

    part_of = RelatedTo("Region", "PART_OF")
    measures = RelatedFrom("Measure", "APPLIES_TO")


class PolicyInstrument(Model):  # type: ignore[misc]
    """A means a measure uses: a fund, a platform, a list, a subsidy."""

    __primarykey__ = "id"
    id = Property()
    name = Property()
    type = Property()

    used_by = RelatedFrom("Measure", "USES")


class Measure(Model):  # type: ignore[misc]
    """A numbered lowest-level item of a document."""

    __primarykey__ = "id"
    id = Property()
    number = Property()
    title = Property()
    path = Property()
    text = Property()
    start = Property()
    end = Property()
    order = Property()
    deadline = Property()
    targets = Property()
    checked = Property()

    led_by = RelatedFrom("Agency", "LEADS")
    supported_by = RelatedFrom("Agency", "SUPPORTS")
    implemented_by = RelatedFrom("Agency", "IMPLEMENTS")
    document = RelatedFrom("Document", "CONTAINS")
    instruments = RelatedTo("PolicyInstrument", "USES")
    regions = RelatedTo("Region", "APPLIES_TO")
    cites = RelatedTo("Document", "CITES")


class Agency(Model):  # type: ignore[misc]
    """A unit that answers for measures; the id is its official full name."""

    __primarykey__ = "id"
    id = Property()
    name = Property()
    short_name = Property()
    aliases = Property()
    level = Property()
    kind = Property()
    collective = Property()
    since = Property()
    until = Property()
    resolved = Property()

    leads = RelatedTo("Measure", "LEADS")
    supports = RelatedTo("Measure", "SUPPORTS")
    implements = RelatedTo("Measure", "IMPLEMENTS")
    seated_in = RelatedTo("Region", "SEATED_IN")
    issued = RelatedTo("Document", "ISSUED")
    succeeded_by = RelatedTo("Agency", "SUCCEEDED_BY")
    member_of = RelatedTo("Agency", "MEMBER_OF")


class Document(Model):  # type: ignore[misc]
    """A document; `stub` is true for one that others cite and nobody loaded."""

    __primarykey__ = "id"
    id = Property()
    title = Property()
    attached_title = Property()
    doc_number = Property()
    date = Property()
    effective = Property()
    expires = Property()
    status = Property()
    edition = Property()
    jurisdiction = Property()
    url = Property()
    sha256 = Property()
    text = Property()
    stub = Property()

    measures = RelatedTo("Measure", "CONTAINS")
    issued_by = RelatedFrom("Agency", "ISSUED")
    regions = RelatedTo("Region", "APPLIES_TO")
    based_on = RelatedTo("Document", "BASED_ON")
    cites = RelatedTo("Document", "CITES")
