"""python -m loaders judge, judgements, revoke, check, erase: people's decisions on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from graph.desk import CLEAN_UP, REMAINS, Desk
from graph.errors import UsageError
from graph.judgements import fingerprint, made
from graph.model import Judgement, Measure, Record, Role, Verdict
from graph.store import Store, open_store
from loaders.judge import describe, judged, names_of, official
from loaders.records import parse_file

app = typer.Typer()
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

ROLES = {"牵头": Role.LEADS, "配合": Role.SUPPORTS, "负责": Role.IMPLEMENTS, "无": ""}
StoreUrl = Annotated[
    str | None, typer.Option("--store", help="图数据库：local:目录、neo4j://… 或 bolt://…。")
]
Document = Annotated[str, typer.Argument(help="文件的文号或编号。", show_default=False)]
By = Annotated[str, typer.Option("--by", help="经办人。", show_default=False)]


def desk_of(store: Store, url: str | None) -> Desk:
    """The desk of an open store, reading files and applying judgements as the loaders do."""
    return Desk.at(store, url, parse_file, judged)


@app.command()
def judge(
    document: Document,
    by: By,
    name: Annotated[str | None, typer.Option(help="文中印出的名称。")] = None,
    unit: Annotated[str | None, typer.Option(help="这个名称是哪个单位。")] = None,
    new_unit: Annotated[str | None, typer.Option(help="这个名称是新单位，写全称。")] = None,
    no_unit: Annotated[bool, typer.Option("--no-unit", help="这个名称不是单位。")] = False,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="对本地区的所有文件有效。")] = False,
    measure: Annotated[str | None, typer.Option(help="任务的序号（如 （一））或编号。")] = None,
    role: Annotated[
        str | None, typer.Option(help="单位（--unit）在任务中的分工：牵头、配合、负责、无。")
    ] = None,
    words: Annotated[
        str | None, typer.Option(help="没有读出的单位在任务中的原字句，与 --role 合用。")
    ] = None,
    join: Annotated[bool, typer.Option("--join", help="任务并入前一项。")] = False,
    split: Annotated[str | None, typer.Option(help="任务从这几个字起另成一项。")] = None,
    note: Annotated[str, typer.Option(help="说明。")] = "",
    store: StoreUrl = None,
) -> None:
    """更正读法。例：python -m loaders judge 甲府〔2024〕1号 --name 发改 --unit 甲市发展改革委 --by 张三"""
    with _at_desk(store, document) as (_, desk, record):
        if name is not None:
            new = _about_name(record, name, unit, new_unit, no_unit, everywhere, by, note)
        elif measure is not None:
            new = _about_measure(desk.judged(record), measure, unit, role, words, join, split, by, note)
        else:
            raise UsageError("请用 --name 写明名称，或用 --measure 写明任务。")
        written = desk.decide(record.document.id, new, desk.revision(record))
    for one in new:
        err.print(f"已记下 {one.id}：{describe(one)}。")
    err.print(f"重新写入 {len(written)} 份文件。")


@app.command()
def judgements(
    document: Annotated[str | None, typer.Argument(help="只列这份文件的。")] = None, store: StoreUrl = None
) -> None:
    """列出人工认定和核对。例：python -m loaders judgements"""
    with open_store(store) as opened:
        identity = _identity(opened, document) if document else None
        found = [j for j in desk_of(opened, store).ledger.all() if identity in (None, j.document)]
    for one in found:
        ended = f"，{one.revoked_at} 由 {one.revoked_by} 撤销" if one.revoked_at else ""
        print(
            f"{one.id}  {one.document or one.jurisdiction}  {describe(one)}（{one.author}，{one.at}{ended}）"
        )
    if not found:
        err.print("还没有人工认定。")


@app.command()
def revoke(
    identities: Annotated[list[str], typer.Argument(help="认定的编号，可以多个。", show_default=False)],
    by: By,
    store: StoreUrl = None,
) -> None:
    """撤销认定，一切恢复原样。例：python -m loaders revoke 3f2a… --by 张三"""
    with open_store(store) as opened:
        written = desk_of(opened, store).revoke(identities, by)
    err.print(f"已撤销 {len(identities)} 条，重新写入 {len(written)} 份文件。")


@app.command()
def check(
    document: Document,
    by: By,
    measures: Annotated[list[str] | None, typer.Argument(help="任务的序号或编号；不写是全部。")] = None,
    store: StoreUrl = None,
) -> None:
    """核对签认任务。例：python -m loaders check 甲府〔2024〕1号 （一） --by 张三"""
    with _at_desk(store, document) as (opened, desk, read):
        record, identity = desk.judged(read), read.document.id
        chosen = [_measure(record, one) for one in measures] if measures else list(record.measures)
        new = [sign(record, one, by) for one in chosen]
        desk.decide(identity, new, desk.revision(read))
        (row,) = [row for row in opened.documents() if row["document_id"] == identity]
    err.print(f"已核对 {row['checked']}/{row['measures']}。")


@app.command()
def erase(
    document: Document,
    yes: Annotated[bool, typer.Option("--yes", help="确认删除。")] = False,
    store: StoreUrl = None,
) -> None:
    """彻底删除一份文件：图中内容、原件和人工认定。例：python -m loaders erase 甲府〔2024〕1号 --yes"""
    if not yes:
        raise UsageError("彻底删除不能恢复，请加 --yes 确认。")
    with open_store(store) as opened:
        if not desk_of(opened, store).erase(document):
            raise UsageError(f"没有“{document}”这份文件。")
    err.print(f"已彻底删除“{document}”。{REMAINS}{CLEAN_UP}")


@contextmanager
def _at_desk(url: str | None, document: str) -> Iterator[tuple[Store, Desk, Record]]:
    """The open store, its desk, and a loaded document as it was read."""
    with open_store(url) as opened:
        desk = desk_of(opened, url)
        yield opened, desk, desk.record(_identity(opened, document))


def sign(record: Record, measure: Measure, by: str) -> Judgement:
    """The sign-off of a measure as it stands in a judged record."""
    return made(Verdict.CHECKED, measure.id, by, value=fingerprint(measure), document=record.document.id)


def _identity(store: Store, document: str) -> str:
    """The id of a loaded document given by id, 文号 or title."""
    rows = store.query("document", document=document)
    found = {row["document_id"] for row in rows}
    if document in found:
        return document
    if len(found) != 1:
        known = "、".join(sorted(found)) or "没有载入"
        raise UsageError(f"“{document}”不能确定是哪份文件：{known}。")
    return str(found.pop())


def _measure(record: Record, said: str) -> Measure:
    found = [m for m in record.measures if said in (m.id, m.number, m.title)]
    if len(found) != 1:
        known = "、".join(m.id for m in found) or "、".join(m.number for m in record.measures[:20])
        raise UsageError(f"“{said}”不能确定是哪项任务，可写：{known}。")
    return found[0]


def _about_name(
    record: Record,
    name: str,
    unit: str | None,
    new_unit: str | None,
    no_unit: bool,
    everywhere: bool,
    by: str,
    note: str,
) -> list[Judgement]:
    if (unit is not None) + (new_unit is not None) + no_unit != 1:
        raise UsageError("请在 --unit、--new-unit、--no-unit 中选一个。")
    found = [one for one in names_of(record) if one.mention == name]
    if not found:
        raise UsageError(f"文中没有读出名称“{name}”。")
    if everywhere and not record.document.jurisdiction:
        raise UsageError("这份文件没有适用地区，认定只能对本文件有效。")
    verdict = Verdict.UNIT if unit else Verdict.NEW_UNIT if new_unit else Verdict.NO_UNIT
    value = official(unit, record) if unit else "".join((new_unit or "").split())
    document = None if everywhere else record.document.id
    jurisdiction = record.document.jurisdiction if everywhere else None
    return [
        made(
            verdict,
            one.mention,
            by,
            value=value,
            document=document,
            jurisdiction=jurisdiction,
            unit=one.agency_id if one.limited else None,
            note=note,
        )
        for one in found
    ]


def _about_measure(
    record: Record,
    said: str,
    unit: str | None,
    role: str | None,
    words: str | None,
    join: bool,
    split: str | None,
    by: str,
    note: str,
) -> list[Judgement]:
    measure, document = _measure(record, said), record.document.id
    if (role is not None) + join + (split is not None) != 1:
        raise UsageError("请在 --role（和 --unit）、--join、--split 中选一个。")
    if join:
        return [made(Verdict.JOIN, measure.id, by, document=document, note=note)]
    if split is not None:
        return [made(Verdict.SPLIT, measure.id, by, value=split, document=document, note=note)]
    if role not in ROLES:
        raise UsageError(f"“{role}”不是分工，可写：{'、'.join(ROLES)}。")
    wanted = official(unit or "", record)
    if words is not None:
        if not unit or not ROLES[role] or words not in measure.text:
            raise UsageError(f"补充责任要写明单位和分工，“{words}”要照抄这项任务的原文。")
        return [
            made(
                Verdict.ADD,
                measure.id,
                by,
                value=str(ROLES[role]),
                document=document,
                unit=wanted,
                words=words,
                note=note,
            )
        ]
    duties = [d for d in measure.responsibilities if wanted in (d.agency_id, d.agency)]
    if not duties:
        known = "、".join(d.agency for d in measure.responsibilities) or "没有单位"
        raise UsageError(f"“{unit or ''}”不在这项任务的单位中，可写：{known}。")
    return [
        made(
            Verdict.ROLE,
            measure.id,
            by,
            value=str(ROLES[role]),
            document=document,
            unit=duty.agency_id,
            was=str(duty.role),
            note=note,
        )
        for duty in duties
    ]
