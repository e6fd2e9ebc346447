"""A question cut from its first character to its last: names of the graph, words of the lexicon, fillers."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from graph.questions.names import Names
from graph.questions.words import (
    LONGEST_NAME,
    LONGEST_THEME,
    MOST_CUTS,
    MOST_TOKENS,
    UNKNOWN,
    Token,
    grammar,
    lexicon_words,
    number_of,
    pattern,
)

Lattice = list[list[Token]]


def lattice_of(text: str, quoted: Collection[str], names: Names) -> Lattice:
    """For every place of the text, the tokens that begin there."""
    words, longest = lexicon_words(), max(map(len, lexicon_words()))
    forms = names.forms
    lattice: Lattice = [[] for _ in text]
    for start in range(len(text)):
        add = lattice[start].append
        for end in range(start + 1, min(len(text), start + LONGEST_NAME) + 1):
            piece = text[start:end]
            if end - start <= longest:
                for kind, value in words.get(piece, ()):
                    add(Token(kind, piece, start, value))
            if piece in forms:
                add(Token("agency", piece, start))
            if piece in names.regions:
                add(Token("region", piece, start, names.regions[piece]))
            if piece in names.instruments:
                add(Token("instrument", piece, start))
            if piece in quoted:
                add(Token("quoted", piece, start))
        for piece in names.measure_parts(text, start):
            add(Token("measure", piece, start))
        for piece in names.document_parts(text, start):
            add(Token("document", piece, start))
        lattice[start] += _patterned(text, start, names)
    _drop_covered_fillers(lattice)
    return lattice


def _drop_covered_fillers(lattice: Lattice) -> None:
    """Takes single characters out that are fillers elsewhere, but here part of a word: 为 in 为什么."""
    words = [
        token
        for tokens in lattice
        for token in tokens
        if token.kind in grammar()["words"] and len(token.text) > 1
    ]
    covered = {at for token in words for at in range(token.start, token.end)}
    for start, tokens in enumerate(lattice):
        if start in covered:
            tokens[:] = [token for token in tokens if token.kind or len(token.text) > 1]


def _patterned(text: str, start: int, names: Names) -> Iterator[Token]:
    """Tokens with numbers in them: 前10名, 第3项, 2014年底前, 两份2013年广东文件."""
    if found := pattern("top").match(text, start):
        yield Token("top", found[0], start, number_of(found[1] or found[2] or found[3]))
    if found := pattern("item").match(text, start):
        yield Token("item", found[0], start, number_of(found[1] or found[2] or found[3]))
    if (found := pattern("due").match(text, start)) and (due := _due(found)):
        yield Token("due", found[0], start, due)
    if found := pattern("due_any").match(text, start):
        yield Token("due_any", found[0], start)
    if found := names.document_set.match(text, start):
        facts = found.groupdict()
        # 文件 alone, or a kind of document alone, narrows nothing down.
        if facts["year"] or facts["place"] or facts["n"] or facts["m"]:
            yield Token("documents", found[0], start, facts)
            if facts["noun"] and (facts["year"] or facts["place"]):
                shorter = found[0].removesuffix(facts["noun"])  # 重庆|工作, where 方案 belongs to a name
                yield Token("documents", shorter, start, {**facts, "noun": None})
            if facts["noun"] and facts["place"] and len(rows := names.in_set(facts)) == 1:
                yield Token("document", found[0], start, rows[0])  # 重庆的意见, where there is one


def _due(found: re.Match[str]) -> str | None:
    """The last day that 2014年底前, 2014年6月底前 or 到2015年 leave."""
    if found[3]:
        return f"{found[3]}-12-31"
    if not found[2]:
        return f"{found[1]}-12-31" if pattern("due_end").search(found[0]) else None
    month = int(found[2])
    if not 1 <= month <= 12 or not pattern("due_end").search(found[0]):
        return None
    return f"{found[1]}-{month:02}-{monthrange(int(found[1]), month)[1]}"


def _cheapest(lattice: Lattice, unknown: int) -> list[float]:
    """For every place, what the best way to the end costs; a character of nothing costs `unknown`."""
    best = [0.0] * (len(lattice) + 1)
    for start in range(len(lattice) - 1, -1, -1):
        best[start] = min([best[start + 1] + unknown, *(best[token.end] + 1 for token in lattice[start])])
    return best


def cuts_of(text: str, lattice: Lattice) -> Iterator[tuple[float, list[Token]]]:
    """The ways to cut the text, those with the fewest tokens first, at most two tokens more than they have.

    A run of characters that belongs to nothing is one token `topic`: only patterns about a subject take it.
    """
    best = _cheapest(lattice, UNKNOWN)
    if best[0] - UNKNOWN * LONGEST_THEME > MOST_TOKENS:
        return
    for extra in range(3):
        budget, found = best[0] + extra, 0
        stack: list[tuple[int, float, tuple[Token, ...]]] = [(0, 0.0, ())]
        while stack and found < MOST_CUTS:
            at, cost, cut = stack.pop()
            if at == len(text):
                if cost == budget:
                    found += 1
                    yield cost, _with_topics(cut)
                continue
            steps = [(Token("topic", text[at], at), UNKNOWN), *((token, 1) for token in lattice[at])]
            for token, price in steps:
                if cost + price + best[token.end] <= budget:
                    stack.append((token.end, cost + price, (*cut, token)))


def _with_topics(cut: Sequence[Token]) -> list[Token]:
    """Neighbouring characters of nothing as one token."""
    joined: list[Token] = []
    for token in cut:
        if token.kind == "topic" and joined and joined[-1].kind == "topic":
            joined[-1] = replace(joined[-1], text=joined[-1].text + token.text)
        else:
            joined.append(token)
    return joined
