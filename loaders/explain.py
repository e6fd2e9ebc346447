"""A record sentence by sentence: what was seen, by which rule, which edge, and what else it could be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Evidence, Measure, Record, Responsibility
from loaders.lexicon import Lexicon, load

Seen = tuple[int, int, str]  # start, end, line
LONG = 80  # characters of a sentence that are printed
SHOWN = 6  # candidates that are named


def explanation(record: Record, lexicon: Lexicon | None = None) -> Iterator[str]:
    """The lines of `python -m loaders explain`: document, measures, their sentences, problems."""
    lexicon = lexicon or load()
    document = record.document
    facts = (document.doc_number or "无文号", document.status, document.jurisdiction or "地区不明")
    yield f"{document.title}（{'，'.join(facts)}）"
    for measure in record.measures:
        yield f"{measure.number} {measure.title}"
        yield from _sentences(record, measure, lexicon)
        if not measure.responsibilities:
            yield "    没有读到责任单位"
    for problem in record.problems:
        yield f"! {problem.message} {problem.quote}"


def _sentences(record: Record, measure: Measure, lexicon: Lexicon) -> Iterator[str]:
    """Every sentence that holds something, and what it holds, in text order; then what is said elsewhere."""
    seen = sorted(_seen(record, measure, lexicon))
    for match in re.finditer(r"[^。；\n]+[。；]?", record.text[measure.start : measure.end]):
        start, end = measure.start + match.start(), measure.start + match.end()
        inside = [line for a, _, line in seen if start <= a < end]
        if inside:
            sentence = match.group().strip()
            yield f"  {sentence[:LONG]}{'…' if len(sentence) > LONG else ''}"
            yield from inside
    elsewhere = [line for a, _, line in seen if not measure.start <= a < measure.end]
    if elsewhere:
        yield "  写在别处（标题、表头或前文）："
        yield from elsewhere


def _seen(record: Record, measure: Measure, lexicon: Lexicon) -> Iterator[Seen]:
    for duty in measure.responsibilities:
        for item in duty.evidence:
            yield item.start, item.end, _edge(record, duty, item, lexicon)
    for tool in measure.instruments:
        yield tool.start, tool.end, f"    “{tool.mention}” → 政策工具 {tool.name}（{tool.type}）"
    for place in measure.regions:
        code = f"，代码 {place.code}" if place.code else ""
        yield place.start, place.end, f"    “{place.mention}” → 地区 {place.name}（{place.kind}{code}）"
    for aim in measure.targets:
        kind = {"quantity": "数量", "deadline": "期限", "frequency": "频次"}.get(aim.kind, aim.kind)
        yield aim.start, aim.end, f"    “{aim.mention}” → 目标（{kind}{f'，{aim.date}' if aim.date else ''}）"
    for cited in measure.cites:
        name = " ".join(part for part in (cited.doc_number, cited.title) if part)
        yield cited.start, cited.end, f"    “{cited.mention}” → 引用文件 {name}"


def _edge(record: Record, duty: Responsibility, item: Evidence, lexicon: Lexicon) -> str:
    declared = f"，依据“{record.text[slice(*item.declared_at)]}”" if item.declared_at else ""
    others = [name for name in candidates(item.mention, lexicon) if name != duty.agency]
    also = f"；也可能是 {'、'.join(others[:SHOWN])}" if others else ""
    return (
        f"    “{item.mention}”[{item.start}:{item.end}] → {duty.role} {duty.agency}"
        f"（{duty.role_text or '未写角色'}；{item.basis}/{item.rule}{declared}；{duty.resolved}{also}）"
    )


def candidates(mention: str, lexicon: Lexicon) -> list[str]:
    """The agencies of the register that a printed name can stand for somewhere, in register order."""
    anywhere = lexicon.names.get(mention, ())
    somewhere = (official for _, official in lexicon.contextual.get(mention, ()))
    return list(dict.fromkeys([*anywhere, *somewhere]))
