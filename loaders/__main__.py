"""python -m loaders …: parse, load, explain, score, rebuild (contract, section 3)."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from graph.desk import Desk
from graph.errors import DutyGraphError, InputError, OutputExists, UsageError
from graph.model import Record, Resolved
from graph.store import open_store
from loaders import deciding
from loaders import score as scoring
from loaders.archive import expanded
from loaders.explain import explanation
from loaders.records import given_for, parse_file

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="把公文读成措施、单位和责任关系。",
)
app.add_typer(deciding.app)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

Paths = Annotated[
    list[Path], typer.Argument(help="文件、文件夹或 zip 压缩包，可以多个。", show_default=False)
]
Jurisdiction = Annotated[str | None, typer.Option(help="适用地区，正文没有写明时用，如 广东省广州市。")]
StoreUrl = Annotated[
    str | None, typer.Option("--store", help="图数据库：local:目录、neo4j://… 或 bolt://…。")
]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what says who answers was understood: names read, and stretches that were not."""

    understood: int = 0
    missed: int = 0

    @classmethod
    def of(cls, record: Record) -> Coverage:
        """The coverage of one record."""
        read = sum(len(duty.evidence) for measure in record.measures for duty in measure.responsibilities)
        return cls(read, sum(problem.kind == "not_understood" for problem in record.problems))

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.understood + other.understood, self.missed + other.missed)

    def __str__(self) -> str:
        seen = self.understood + self.missed
        share = f"（{self.understood / seen:.1%}）" if seen else ""
        return f"读懂 {self.understood}/{seen} 处责任标注{share}"


@app.command()
def parse(
    paths: Paths,
    out: Annotated[Path | None, typer.Option(help="每份文件写成这个文件夹里的一个 JSON。")] = None,
    jurisdiction: Jurisdiction = None,
) -> None:
    """读文件，输出记录（JSON）。例：python -m loaders parse 方案.txt --out 记录"""
    records: list[dict[str, Any]] = []
    with _inputs(paths) as (files, failures):
        names = _output_names(files)
        failed = len(failures)
        for file in _going(files):
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
    whole = Coverage()
    with _inputs(paths) as (files, failures), open_store(store) as opened:
        failed = len(failures)
        rows = opened.documents()
        present = {row[key] for row in rows for key in ("document_id", "doc_number")} - {None}
        for file in _going(files):
            record = _read(file, jurisdiction)
            if record is None:
                failed += 1
            elif if_absent and {record.document.id, record.document.doc_number} & present:
                err.print(f"{file.name}：已在图中，跳过。")
            else:
                meta = dataclasses.asdict(given_for(file, jurisdiction))
                _store(deciding.desk_of(opened, store), record, file, {k: v for k, v in meta.items() if v})
                whole += Coverage.of(record)
    if len(files) > 1:
        err.print(f"共 {len(files)} 份文件，{failed} 份没能读出，{whole}。")
    raise typer.Exit(1 if failed else 0)


@app.command()
def rebuild(store: StoreUrl = None) -> None:
    """用保存的原件重建整个图。例：python -m loaders rebuild"""
    failures: list[InputError] = []

    def failed(error: InputError) -> None:
        failures.append(error)
        err.print(str(error))

    with open_store(store) as opened:
        desk = deciding.desk_of(opened, store)
        written = desk.rebuild(lambda record, path: _report(record, path.name), failed)
    err.print(f"已由 {written} 份原件重建。")
    raise typer.Exit(1 if failures else 0)


@app.command()
def explain(paths: Paths, jurisdiction: Jurisdiction = None) -> None:
    """逐条说明：看到了什么、按哪条规则、得出什么关系。例：python -m loaders explain 方案.txt"""
    with _inputs(paths) as (files, failures):
        failed = len(failures)
        for file in files:
            record = _read(file, jurisdiction)
            failed += record is None
            for line in (*explanation(record), str(Coverage.of(record))) if record else ():
                print(line)
    raise typer.Exit(1 if failed else 0)


@app.command()
def score(
    gold: Annotated[
        Path | None, typer.Argument(help="标注文件夹；不给就用项目自己的标注。", show_default=False)
    ] = None,
    predicted: Annotated[
        Path | None, typer.Argument(help="parse --out 的文件夹。", show_default=False)
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="逐条列出漏和错。")] = False,
    update: Annotated[bool, typer.Option("--update", help="把这次的成绩存为仓库里的成绩单。")] = False,
) -> None:
    """与标注比较：准确率、召回率、F1。例：python -m loaders score；python -m loaders score 标注 记录"""
    if gold is not None and predicted is None:
        raise UsageError("还要给 parse --out 的文件夹；或者两个都不给，用项目自己的标注。")
    if gold is not None and predicted is not None:
        if update:
            raise UsageError("--update 只用于项目自己的标注，不要给文件夹。")
        for line in scoring.report(scoring.score(gold, predicted), errors):
            print(line)
        return
    found = scoring.own_score(lambda path: parse_file(path).to_json())
    for line in scoring.report(found, errors):
        print(line)
    before = scoring.kept()
    moved = list(scoring.changes(found, before)) if before else []
    print(
        "与上次的成绩单相比：" + ("" if moved else "没有变化。")
        if before
        else "还没有成绩单，用 --update 存一份。"
    )
    for line in moved:
        print(line)
    if update:
        scoring.keep(found)


@contextmanager
def _inputs(paths: Iterable[Path]) -> Iterator[tuple[list[Path], list[InputError]]]:
    """Every file to read, and what could not be unpacked; archives are unpacked for the while."""
    failures: list[InputError] = []

    def failed(error: InputError) -> None:
        failures.append(error)
        err.print(str(error))

    with tempfile.TemporaryDirectory(prefix="unpacked-") as workspace:
        yield list(expanded(paths, Path(workspace), failed)), failures


def _going(files: list[Path]) -> Iterator[Path]:
    """The files one by one, with a bar on a terminal."""
    shown = err.is_terminal and len(files) > 1
    yield from track(files, "读取", console=err, transient=True, disable=not shown)


def _read(file: Path, jurisdiction: str | None) -> Record | None:
    try:
        return parse_file(file, jurisdiction)
    except InputError as error:
        err.print(str(error))
        return None


def _output_names(files: list[Path]) -> dict[Path, str]:
    """STEM.json, or NAME.ext.json where stems collide; a further number where names do too."""
    stems = Counter(file.stem for file in files)
    names: dict[Path, str] = {}
    for file in files:
        name = (file.stem if stems[file.stem] == 1 else file.name) + ".json"
        number = 2
        while name in names.values():
            name = f"{file.name}.{number}.json"
            number += 1
        names[file] = name
    return names


def _write_json(folder: Path, name: str, record: Record) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(record.to_json(), ensure_ascii=False, indent=1), "utf-8")
    except FileExistsError as error:
        raise OutputExists(f"{folder} 是一个文件，--out 要给文件夹。") from error
    except OSError as error:
        raise UsageError(f"写不进 {folder}（{error.strerror}），请换一个文件夹。") from error


def _store(desk: Desk, record: Record, file: Path, meta: dict[str, Any]) -> None:
    """Write a record with the decisions in force, and say what was read."""
    summary = desk.load(record, file, meta)
    if summary.written:
        _report(desk.judged(record), file.name)
    else:
        err.print(f"{file.name}：没有写入，{summary.reason}")


def _report(record: Record, name: str) -> None:
    """What was read of a file and what was not, on stderr."""
    duties = [d for m in record.measures for d in m.responsibilities]
    named = sum(d.resolved != Resolved.UNRESOLVED for d in duties)
    err.print(
        f"{name}：《{record.document.title}》{record.document.status}，{len(record.measures)} 条措施，"
        f"{len(duties)} 条责任关系（{named} 条单位已确认），{Coverage.of(record)}，"
        f"{len(record.problems)} 处需要留意。"
    )
    for problem in record.problems:
        err.print(f"    [{problem.where[0]}:{problem.where[1]}] {problem.message} {problem.quote}")
    if not record.document.jurisdiction:
        err.print("    适用地区可用 --jurisdiction 或文件旁的 meta.json 说明。")


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
