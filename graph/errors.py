"""Every error a user can meet; each message is one sentence a coordinator can act on.

DutyGraphError
├── UsageError              exit 2   a wrong argument, parameter or output path
│   ├── UnknownQuery                 no such named query (lists what there is)
│   ├── BadParameter                 a parameter is missing, unknown or of the wrong type
│   ├── OutputExists                 an output file exists and --force was not given
│   └── EditConflict                 somebody else changed the document meanwhile
├── InputError              exit 1   a document that could not be read
│   ├── EmptyInput                   nothing in it
│   ├── BinaryInput                  not text, and no format that is read
│   └── InputTooLarge                over the limit
├── LexiconError            exit 2   a data/lexicon file that breaks its schema
└── StoreError              exit 3   the graph store
    ├── StoreUnavailable             it could not be started or reached
    ├── StoreDenied                  wrong user or password
    ├── StoreTooNew                  written by a newer version of this program
    └── QueryTimeout                 a query ran longer than its limit
"""

from __future__ import annotations


class DutyGraphError(Exception):
    """The root of the tree; `exit_code` is what a command ends with (contract: 0, 1, 2, 3)."""

    exit_code = 1


class UsageError(DutyGraphError):
    """Something the user typed is not valid; the message says what would be."""

    exit_code = 2


class UnknownQuery(UsageError):
    """A named query that cypher/read does not hold."""


class BadParameter(UsageError):
    """A query parameter that is missing, unknown or of the wrong type."""


class OutputExists(UsageError):
    """An output that exists already; `--force` overwrites it."""


class EditConflict(UsageError):
    """A decision on a document that somebody else changed meanwhile; nothing was written."""


class InputError(DutyGraphError):
    """A document that could not be read; the others go on."""

    exit_code = 1


class EmptyInput(InputError):
    """A file without any text."""


class BinaryInput(InputError):
    """A file that is neither text nor a format that is read."""


class InputTooLarge(InputError):
    """A file over the size limit."""


class LexiconError(DutyGraphError):
    """A file of data/lexicon that breaks its schema."""

    exit_code = 2


class StoreError(DutyGraphError):
    """The graph store failed."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """The store could not be started or reached."""


class StoreDenied(StoreError):
    """The store refused the user name or the password."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program."""


class QueryTimeout(StoreError):
    """A query ran longer than its limit and was stopped."""
