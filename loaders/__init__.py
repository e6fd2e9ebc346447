"""Text → records: reading, cleaning, structure, mentions, roles, agencies. Needs no database.

A file goes through these rooms in order, and records.py is the way through them:

    read, archive, formats/   a file as text, with its tables and pages
    clean                     mark-up goes, broken lines are joined; every character keeps its origin
    structure/                what the text says of itself, and its numbered items
    tables/                   responsibility tables as measures
    mentions, roles/          who answers for a measure, in which role, said where
    agencies/                 which agency a printed name is
    entities/                 instruments, regions, targets and citations
    documents, measures       all of it put together

Beside the way: types and spans (what the rooms hand each other), wording, lexicon and divisions
(data/lexicon as Python values), judge and joining (what
people decided, laid over a record), corrections, explain, score, and the commands (__main__, deciding).
"""
