"""责任分工表, 分单位任务清单, 单位任务对照表 and 待明确事项: one table model, several writers.

`model` is the table; `word`, `sheet` and `plain` write it to docx, xlsx, csv and html; `duties` asks the
graph and words what it says; `passages` derives printed order and separators; the others fill tables.
The model and its writers outgrew one file (over a thousand lines with docx and the printed order).
"""

from graph.tables.duties import (
    ROLE_WORDS,
    checked_note,
    cited,
    describe_document,
    duties_said,
    edition_name,
    in_sequence,
    mark,
    measures_with_duties,
    named,
    numbered,
    scope_notes,
    sentence,
    short_documents,
    source_list,
)
from graph.tables.gaps import GAP_TIERS, gaps, gaps_table, tier_counts, unassigned
from graph.tables.matrix import counts, matrix, sources
from graph.tables.model import (
    GRID_SUFFIXES,
    PAPERS,
    SUFFIXES,
    Table,
    check_output,
    check_place,
    write_bytes,
)
from graph.tables.plain import RISKY, html_table
from graph.tables.responsibility import (
    CONTENTS,
    NAMES,
    ORDERS,
    Wording,
    responsibility_table,
    unit_archive,
    unit_tables,
)

__all__ = [
    "CONTENTS",
    "GAP_TIERS",
    "GRID_SUFFIXES",
    "NAMES",
    "ORDERS",
    "PAPERS",
    "RISKY",
    "ROLE_WORDS",
    "SUFFIXES",
    "Table",
    "Wording",
    "check_output",
    "check_place",
    "checked_note",
    "cited",
    "counts",
    "describe_document",
    "duties_said",
    "edition_name",
    "gaps",
    "gaps_table",
    "html_table",
    "in_sequence",
    "mark",
    "matrix",
    "measures_with_duties",
    "named",
    "numbered",
    "responsibility_table",
    "scope_notes",
    "sentence",
    "short_documents",
    "source_list",
    "sources",
    "tier_counts",
    "unassigned",
    "unit_archive",
    "unit_tables",
    "write_bytes",
]
