"""A Chinese question → a named query with parameters, or an honest "not understood".

No language model. The language is data (data/lexicon/questions.yaml), the names are the graph's:

    question ──key──▶ text ──cuts──▶ tokens (names, words, fillers) ──patterns──▶ Reading ──▶ rows

A question is cut from the first character to the last into names of the graph and words of the
lexicon. What is neither is left over: it is named, and the question is not answered. Two
readings are both offered, none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from graph.questions.answers import abstained, answered
from graph.questions.lookup import look_up
from graph.questions.names import Names
from graph.questions.readings import understand
from graph.questions.words import GRAMMAR, LONGEST, TELLING, Answer, Problem, Understood, key, pattern

if TYPE_CHECKING:
    from graph.store import Store

__all__ = ["GRAMMAR", "Answer", "Names", "Understood", "ask", "chosen", "key", "look_up", "understand"]


def ask(
    store: Store,
    question: str,
    *,
    documents: Collection[str] | None = None,
    drafts: bool = True,
    samples: bool = True,
    names: Names | None = None,
) -> Answer:
    """The answer to a Chinese question, over all documents or the chosen ones.

    `names` of the same documents saves looking them up again.
    """
    names = names or Names(store, chosen(documents, drafts, samples))
    if problem := unfit(question):
        return abstained(question, problem, names)
    readings, problems = understand(question, names)
    if len(readings) == 1:
        return answered(store, question, readings[0], names)
    if readings:
        text = "这个问题有不止一种理解，请选一个："
        return abstained(question, Problem(text, [reading.ask for reading in readings]), names)
    best = max(problems, key=lambda problem: problem.rank, default=None)
    if best is None or best.rank < TELLING:
        best = several_at_once(question, names) or best or Problem("没听懂这个问题。")
    return abstained(question, best, names)


def chosen(documents: Collection[str] | None, drafts: bool, samples: bool) -> dict[str, Any]:
    """A choice of documents as the parameters of named queries; what leaves nothing out is left out."""
    said = {
        "documents": None if documents is None else sorted(documents),
        "drafts": drafts,
        "samples": samples,
    }
    return {name: value for name, value in said.items() if value not in (None, True)}


def unfit(question: str) -> Problem | None:
    """What keeps a text from being a question at all."""
    if not question.strip():
        return Problem("请输入一个问题。")
    if len(question) > LONGEST:
        return Problem(f"问题太长（{len(question)}字），请不超过{LONGEST}字，一次只问一件事。")
    if not re.search("[一-鿿]", question):
        return Problem("没听懂：请用中文提问；这里不执行查询语句。")
    return None


def several_at_once(question: str, names: Names) -> Problem | None:
    """Several questions at once: each part that is understood alone is offered."""
    parts = [part for part in pattern("sentence_end").split(question) if part.strip()]
    if len(parts) < 2:
        return None
    offers = [readings[0].ask for part in parts[:5] if len(readings := understand(part, names)[0]) == 1]
    return Problem("没听懂整个问题；请一次只问一件事。", offers) if offers else None
