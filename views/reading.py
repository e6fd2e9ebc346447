"""A dropped file or pasted text as a record, and the rows that pages and tables take from it.

Nothing of this touches the store: the rows have the shape of the named queries, so that the same
pages draw a document that was only looked at.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from graph.model import Record
from graph.rows import quote
from graph.store import Store
from graph.tables import Table, responsibility_table
from loaders.read import read_bytes
from loaders.records import Given, parse

Row = dict[str, Any]
PASTED = "粘贴的文字.txt"


def record_of(name: str, data: bytes, jurisdiction: str | None) -> Record:
    """The record of a file's content. Raises InputError where it cannot be read."""
    return parse(read_bytes(data, name), Given(jurisdiction=jurisdiction or None))


def document_row(record: Record) -> Row:
    """The record's document as a row of the query `document`."""
    facts = asdict(record.document)
    units = {duty.agency_id for measure in record.measures for duty in measure.responsibilities}
    return {
        **facts,
        "document_id": record.document.id,
        "document": record.document.title,
        "text": record.text,
        "measures": len(record.measures),
        "agencies": len(units),
    }


def measure_rows(record: Record) -> list[Row]:
    """The record's measures as rows of the query `document_measures`."""
    document = document_row(record)
    kept = ("document_id", "document", "doc_number", "status", "date", "edition")
    return [
        {
            **{key: document[key] for key in kept},
            "measure_id": measure.id,
            "number": measure.number,
            "title": measure.title,
            "path": list(measure.path),
            "order": order,
            "text": measure.text,
            "start": measure.start,
            "end": measure.end,
            "deadline": measure.deadline,
            "targets": [json.dumps(asdict(target), ensure_ascii=False) for target in measure.targets],
            "duties": [_duty(duty, record.text) for duty in measure.responsibilities],
        }
        for order, measure in enumerate(record.measures, 1)
    ]


def _duty(duty: Any, text: str) -> Row:
    evidence = duty.evidence
    return {
        "agency_id": duty.agency_id,
        "agency": duty.agency,
        "role": str(duty.role),
        "role_text": duty.role_text,
        "rule": str(evidence[0].rule),
        "basis": str(evidence[0].basis),
        "rules": [str(item.rule) for item in evidence],
        "bases": [str(item.basis) for item in evidence],
        "open_list": duty.open_list,
        "collective": duty.collective,
        "resolved": str(duty.resolved),
        "mentions": [item.mention for item in evidence],
        "starts": [item.start for item in evidence],
        "ends": [item.end for item in evidence],
        "quotes": [quote(text, item.start, item.end) for item in evidence],
    }


def topic_rows(record: Record) -> list[Row]:
    """Instruments and regions as rows of the query `document_marks`."""
    rows: list[Row] = []
    for measure in record.measures:
        for kind, items in (("instrument", measure.instruments), ("region", measure.regions)):
            rows += [
                {
                    "measure_id": measure.id,
                    "kind": kind,
                    "id": item.name,
                    "name": item.name,
                    "type": getattr(item, "type", None) or getattr(item, "kind", None),
                    "starts": [item.start],
                    "ends": [item.end],
                }
                for item in items
            ]
    return rows


class _OneRecord:
    """Answers the queries that a table asks with one record, as if it were in the store."""

    def __init__(self, record: Record) -> None:
        document = [document_row(record)]
        self._answers = {
            "documents": document,
            "document_texts": document,
            "table_measures": measure_rows(record),
        }

    def query(self, name: str, /, **params: Any) -> list[Row]:
        """The rows of the query; one that a table does not ask is empty."""
        return self._answers.get(name, [])


def table_of(record: Record) -> Table:
    """The 责任分工表 of a record that is not in the store."""
    return responsibility_table(cast(Store, _OneRecord(record)))
