"""python -m loaders …: parse, load, explain, score, rebuild (contract, section 3)."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from graph import originals
from graph.errors import DutyGraphError, InputError, OutputExists, UsageError
from graph.model import Record, Resolved
from graph.store import Store, open_store
from loaders import score as scoring
from loaders.read import MEDIA
from loaders.records import given_for, parse_file

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="把公文读成措施、单位和责任关系。",
)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

Paths = Annotated[list[Path], typer.Argument(help="文件或文件夹，可以多个。", show_default=False)]
Jurisdiction = Annotated[str | None, typer.Option(help="适用地区，正文没有写明时用，如 广东省广州市。")]
StoreUrl = Annotated[
    str | None, typer.Option("--store", help="图数据库：local:目录、neo4j://… 或 bolt://…。")
]


@app.command()
def parse(
    paths: Paths,
    out: Annotated[Path | None, typer.Option(help="每份文件写成这个文件夹里的一个 JSON。")] = None,
    jurisdiction: Jurisdiction = None,
) -> None:
    """读文件，输出记录（JSON）。例：python -m loaders parse 方案.txt --out 记录"""
    files = list(_files(paths))
    names = _output_names(files)
    failed = 0
    records: list[dict[str, Any]] = []
    for file in files:
        record = _read(file, jurisdiction)
        if record is None:
            failed += 1
        elif out is None:
            records.append(record.to_json())
        else:
            _write_json(out, names[file], record)
    if out is None and records:
        print(json.dumps(records[0] if len(files) == 1 else records, ensure_ascii=False, indent=1))
    raise typer.Exit(1 if failed else 0)


@app.command()
def load(
    paths: Paths,
    store: StoreUrl = None,
    jurisdiction: Jurisdiction = None,
    if_absent: Annotated[bool, typer.Option("--if-absent", help="已在图中的文件不再载入。")] = False,
) -> None:
    """读文件并写入图，重复载入即替换。例：python -m loaders load 文件夹 --jurisdiction 安徽省"""
    files = list(_files(paths))
    failed = 0
    with open_store(store) as opened:
        present = {row["document_id"] for row in opened.documents()} | {
            row["doc_number"] for row in opened.documents()
        }
        for file in files:
            record = _read(file, jurisdiction)
            if record is None:
                failed += 1
            elif if_absent and {record.document.id, record.document.doc_number} & (present - {None}):
                err.print(f"{file.name}：已在图中，跳过。")
            else:
                meta = dataclasses.asdict(given_for(file, jurisdiction))
                _store(
                    opened, record, file, {k: v for k, v in meta.items() if v}, originals.folder_for(store)
                )
    raise typer.Exit(1 if failed else 0)


@app.command()
def rebuild(store: StoreUrl = None) -> None:
    """用保存的原件重建整个图。例：python -m loaders rebuild"""
    folder = originals.folder_for(store)
    kept = list(originals.kept(folder))
    failed = 0
    with open_store(store) as opened:
        for row in opened.documents():
            opened.remove(row["document_id"])
        for original in kept:
            record = _read(original.path, None)
            if record is None:
                failed += 1
            else:
                opened.write(record)
                _report(record, original.path.name)
    err.print(f"已由 {len(kept) - failed} 份原件重建。")
    raise typer.Exit(1 if failed else 0)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="一份文件。", show_default=False)],
    jurisdiction: Jurisdiction = None,
) -> None:
    """逐条说明：看到了什么、按哪条规则、得出什么关系。例：python -m loaders explain 方案.txt"""
    record = _read(file, jurisdiction)
    if record is None:
        raise typer.Exit(1)
    for line in explanation(record):
        print(line)


@app.command()
def score(
    gold: Annotated[Path, typer.Argument(help="标注文件夹。", show_default=False)],
    predicted: Annotated[Path, typer.Argument(help="parse --out 的文件夹。", show_default=False)],
    errors: Annotated[bool, typer.Option("--errors", help="逐条列出漏和错。")] = False,
) -> None:
    """与标注比较：准确率、召回率、F1。例：python -m loaders score tests/gold 记录"""
    for name, card in scoring.score(gold, predicted).items():
        print(card.line(name))
        for line in card.errors if errors else ():
            print("  ", line)


def explanation(record: Record) -> Iterator[str]:
    """The record line by line: measure, then each responsibility with quote, rule and identity."""
    document = record.document
    facts = (document.doc_number or "无文号", document.status, document.jurisdiction or "地区不明")
    yield f"{document.title}（{'，'.join(facts)}）"
    for measure in record.measures:
        yield f"{measure.number} {measure.title}"
        for duty in measure.responsibilities:
            for item in duty.evidence:
                declared = ""
                if item.declared_at:
                    declared = f"，依据“{record.text[slice(*item.declared_at)]}”"
                yield (
                    f"    “{item.mention}”[{item.start}:{item.end}] → {duty.role} {duty.agency}"
                    f"（{duty.role_text or '未写角色'}；{item.basis}/{item.rule}{declared}；{duty.resolved}）"
                )
        if not measure.responsibilities:
            yield "    没有读到责任单位"
    for problem in record.problems:
        yield f"! {problem.message} {problem.quote}"


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file named, and every readable file of the folders named, in name order."""
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in MEDIA and p.is_file())
            if not found:
                err.print(f"{path.name}：文件夹里没有能读的文件（{'、'.join(sorted(MEDIA))}）。")
            yield from found
        else:
            yield path


def _read(file: Path, jurisdiction: str | None) -> Record | None:
    try:
        return parse_file(file, jurisdiction)
    except InputError as error:
        err.print(str(error))
        return None


def _output_names(files: list[Path]) -> dict[Path, str]:
    """STEM.json, or NAME.ext.json where stems collide."""
    stems = [file.stem for file in files]
    return {f: (f.stem if stems.count(f.stem) == 1 else f.name) + ".json" for f in files}


def _write_json(folder: Path, name: str, record: Record) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(record.to_json(), ensure_ascii=False, indent=1), "utf-8")
    except FileExistsError as error:
        raise OutputExists(f"{folder} 是一个文件，--out 要给文件夹。") from error
    except OSError as error:
        raise UsageError(f"写不进 {folder}（{error.strerror}），请换一个文件夹。") from error


def _store(store: Store, record: Record, file: Path, meta: dict[str, Any], folder: Path) -> None:
    """Write a record; its original is kept first, so that nothing in the graph is without one."""
    document = record.document.id
    held = {original.document for original in originals.kept(folder)}
    if document not in held:
        originals.keep(folder, document, file, meta)
    summary = store.write(record)
    if summary.written:
        originals.keep(folder, document, file, meta)
        for old in set(summary.replaced) - {document}:
            originals.forget(folder, old)
        _report(record, file.name)
    else:
        if document not in held:
            originals.forget(folder, document)
        err.print(f"{file.name}：没有写入，{summary.reason}")


def _report(record: Record, name: str) -> None:
    """What was read of a file and what was not, on stderr."""
    duties = [d for m in record.measures for d in m.responsibilities]
    named = sum(d.resolved != Resolved.UNRESOLVED for d in duties)
    err.print(
        f"{name}：《{record.document.title}》{record.document.status}，{len(record.measures)} 条措施，"
        f"{len(duties)} 条责任关系（{named} 条单位已确认），{len(record.problems)} 处没有读懂。"
    )
    for problem in record.problems:
        err.print(f"    [{problem.where[0]}:{problem.where[1]}] {problem.message} {problem.quote}")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code is the contract's (0 done, 1 unread input, 2 usage, 3 store)."""
    run: Callable[..., Any] = app
    try:
        code = run(arguments, standalone_mode=False)
    except DutyGraphError as error:
        err.print(str(error))
        return error.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        shown = getattr(error, "format_message", None)
        if shown is None:
            raise
        err.print(shown())
        return int(getattr(error, "exit_code", 2))
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main())
