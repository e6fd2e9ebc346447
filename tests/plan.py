"""Two small made-up documents that the tests of answers, tables and exports share.

临江方案 (official, 2024)   1 甲 leads, 乙 supports; 2 甲 and 乙 lead; 3 财政局 and 各区政府 负责 (等);
                           4 nobody; 5 乙 leads, 甲 supports, hostile title
东岭意见 (draft, 2025)      1 东岭市财政局 leads; 2 nobody leads, 临江海关 supports
"""

from __future__ import annotations

from graph.model import Agency, Document, Evidence, Measure, Record, Responsibility, Source

HOSTILE = '=HYPERLINK("http://x","点")<img src=x onerror=alert(1)></script>href'
COMMERCE, CUSTOMS = "临江市商务局", "临江海关"
FINANCE, OTHER_FINANCE, DISTRICTS = "临江市财政局", "东岭市财政局", "临江市各区政府"
PLAN, DRAFT = "临府〔2024〕1号", "东岭市|东岭市促进贸易实施意见|征求意见稿"
ALIASES = {FINANCE: ("财政局",), OTHER_FINANCE: ("财政局",)}

Duty = tuple[str, str, str]  # role, printed words, agency


def record(
    identity: str, title: str, items: list[tuple[str, str, str, list[Duty]]], **facts: str | None
) -> Record:
    """A record of (number, title, text, duties) items; every agency stands in its item's text."""
    text = title
    measures = []
    for number, name, body, duties in items:
        line = f"{number}{name}。{body}"
        start = len(text) + 1
        text += "\n" + line
        found = tuple(_duty(line, start, "等" in body, *duty) for duty in duties)
        measures.append(
            Measure(
                f"{identity}/一、任务/{number}",
                number,
                name,
                ("一、任务",),
                line,
                start,
                len(text),
                deadline="2025-12-31" if "年底" in body else None,
                responsibilities=found,
            )
        )
    agencies = {duty[2] for item in items for duty in item[3]}
    return Record(
        Document(identity, title, Source("a.txt", "0" * 64, "text/plain", "utf-8"), **facts),  # type: ignore[arg-type]
        tuple(measures),
        text,
        agencies=tuple(
            Agency(name, name, aliases=ALIASES.get(name, ()), collective=name == DISTRICTS)
            for name in sorted(agencies)
        ),
    )


def _duty(line: str, start: int, open_list: bool, role: str, words: str, agency: str) -> Responsibility:
    at = start + line.index(agency)
    evidence = Evidence(agency, at, at + len(agency))
    return Responsibility(
        role,
        words,
        agency,
        agency,
        (evidence,),
        aliases=ALIASES.get(agency, ()),
        collective=agency == DISTRICTS,
        open_list=open_list,
    )


def plan() -> Record:
    """The official document."""
    lead, support = ("LEADS", "牵头"), ("SUPPORTS", "配合")
    items: list[tuple[str, str, str, list[Duty]]] = [
        (
            "（一）",
            "完善“水上巴士”通关",
            f"年底前完成（{COMMERCE}牵头，{CUSTOMS}配合）",
            [(*lead, COMMERCE), (*support, CUSTOMS)],
        ),
        ("（二）", "清理口岸收费", f"（{COMMERCE}、{CUSTOMS}牵头）", [(*lead, COMMERCE), (*lead, CUSTOMS)]),
        (
            "（三）",
            "落实出口补助",
            f"（{FINANCE}、{DISTRICTS}等按职责分工负责）",
            [("IMPLEMENTS", "按职责分工负责", FINANCE), ("IMPLEMENTS", "按职责分工负责", DISTRICTS)],
        ),
        ("（四）", "加强宣传", "", []),
        (
            "（五）",
            HOSTILE,
            f"（{CUSTOMS}牵头，{COMMERCE}配合）",
            [(*lead, CUSTOMS), (*support, COMMERCE)],
        ),
    ]
    facts = {"doc_number": PLAN, "jurisdiction": "江岭省临江市", "date": "2024-03-01"}
    return record(PLAN, "临江市优化口岸环境工作方案", items, **facts)


def draft() -> Record:
    """The draft."""
    items: list[tuple[str, str, str, list[Duty]]] = [
        ("1．", "设立贸易资金", f"（{OTHER_FINANCE}牵头）", [("LEADS", "牵头", OTHER_FINANCE)]),
        ("2．", "清理口岸收费项目", f"（{CUSTOMS}配合）", [("SUPPORTS", "配合", CUSTOMS)]),
    ]
    facts = {"jurisdiction": "江岭省东岭市", "date": "2025-01-15", "status": "征求意见稿"}
    return record(DRAFT, "东岭市促进贸易实施意见（征求意见稿）", items, **facts)
