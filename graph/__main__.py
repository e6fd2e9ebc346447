"""`python -m graph …`: the local Neo4j, questions, named queries, tables and exports.

Data goes to stdout, messages to stderr; a user's mistake ends in one sentence. Exit codes:
0 done, 1 an input could not be read, 2 wrong usage, 3 the store could not be started or reached.
On a terminal rows are shown as a table; piped, or with --json, as JSON; with --csv as CSV.

What only some commands need (the driver, networkx, the drawing) is imported by them: --help and a
mistake on the command line answer at once.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph import tables
from graph.errors import UnknownQuery, UsageError
from graph.succession import Successions, check_day, chinese_day
from graph.terminal import dumps, grouped, on_screen, put_json, put_rows, run, say, show, show_rows, visible

if TYPE_CHECKING:
    from graph.questions import Answer
    from graph.server import LocalServer
    from graph.store import Store

Row = Mapping[str, Any]

app = typer.Typer(
    help="权责图谱：谁对哪项任务负什么责。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="图数据库：local:目录、neo4j://… 或 bolt://…（GRAPH_STORE）。"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
CsvOption = Annotated[bool, typer.Option("--csv", help="输出 CSV。")]
OutOption = Annotated[Path, typer.Option("--out", help="输出文件，格式由后缀决定。")]
ForceOption = Annotated[bool, typer.Option("--force", help="覆盖已有的输出。")]
PaperOption = Annotated[str, typer.Option("--paper", help="纸张：A4 或 A3，都是横向。")]
OrderOption = Annotated[
    str, typer.Option("--order", help="单位顺序：printed（文件所印）或 sequence（机构序列）。")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="按这一天承接职责的单位列出，如 2024-06-01；不写则按文件所印。"),
]
ConventionOption = Annotated[
    bool, typer.Option("--first-as-lead", help="标出“首位视同牵头”（办公惯例，文件未写明，不写入图）。")
]
ContentOption = Annotated[str, typer.Option("--content", help="任务内容：full（全文）或 title（只列题目）。")]
ProgressOption = Annotated[
    bool, typer.Option("--progress", help="加进展情况、存在问题、下一步安排三个空白栏。")
]
UnitArgument = Annotated[str, typer.Argument(help="单位（全称或简称）。", metavar="单位")]
ROLES = {"牵头": "LEADS", "配合": "SUPPORTS", "负责": "IMPLEMENTS"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The store, and the documents that a question is about."""

    store: StoreOption = None
    document: Annotated[
        list[str] | None,
        typer.Option("--document", help="只看这份文件（编号、文号、标题或标题里的几个字），可重复。"),
    ] = None
    drafts: Annotated[bool, typer.Option("--drafts/--no-drafts", help="是否计入征求意见稿。")] = True
    samples: Annotated[bool, typer.Option("--samples/--no-samples", help="是否计入自带的摘要文件。")] = True

    @contextmanager
    def opened(self) -> Iterator[tuple[Store, dict[str, Any]]]:
        """The open store, and what was chosen as parameters of queries and tables."""
        with _opened(self.store) as store:
            yield store, self.chosen(store)

    def chosen(self, store: Store) -> dict[str, Any]:
        """The choice with ids in place of what was typed. Raises UsageError for an unknown document."""
        documents = [_document(store, text) for text in self.document] if self.document else None
        return {"documents": documents, "drafts": self.drafts, "samples": self.samples}


@dataclass(frozen=True, kw_only=True)
class Scope(Asked):
    """The store, and the documents that count."""

    expired: Annotated[bool, typer.Option("--expired/--no-expired", help="是否计入已过有效期的文件。")] = True

    def chosen(self, store: Store) -> dict[str, Any]:
        """As `Asked.chosen`, with expired."""
        return {**Asked.chosen(self, store), "expired": self.expired}


@dataclass(frozen=True, kw_only=True)
class Selection(Scope):
    """The store, and the documents, units and roles that a table is about."""

    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="只看这个单位（全称或简称），可重复。")
    ] = None
    role: Annotated[
        list[str] | None, typer.Option("--role", help="只看这种职责：牵头、配合、负责，可重复。")
    ] = None
    as_of: AsOfOption = None

    def __post_init__(self) -> None:
        """Checks what needs no store, before a server is started for nothing. Raises UsageError."""
        for role in self.role or ():
            if role not in ROLES and role not in ROLES.values():
                raise UsageError(f"不认识的职责“{visible(role)}”：可以写{'、'.join(ROLES)}。")
        if self.as_of is not None:
            check_day(self.as_of)

    def chosen(self, store: Store) -> dict[str, Any]:
        """As `Scope.chosen`, with agencies, roles and as_of."""
        return {
            **Scope.chosen(self, store),
            "agencies": [_agency(store, text) for text in self.agency] if self.agency else None,
            "roles": [ROLES.get(role, role) for role in self.role] if self.role else None,
            "as_of": self.as_of,
        }


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where a table that is also rows goes: to a file, or to the screen or a pipe."""

    as_json: JsonOption = False
    as_csv: CsvOption = False
    out: Annotated[
        Path | None, typer.Option("--out", help="写成文件：docx、xlsx、csv、html；不写则显示。")
    ] = None
    force: ForceOption = False

    def __post_init__(self) -> None:
        """Raises UsageError before anything is started for an output that cannot be written."""
        if self.out is not None:
            tables.check_output(self.out, self.force)

    def put(self, made: tables.Table, rows: Sequence[Row], said: str) -> None:
        """Writes the table to the file, else the rows, with the table's notes where a person reads them."""
        if self.out is not None:
            say(f"已写出 {made.write(self.out, self.force)}（{said}）。")
            return
        if on_screen():
            say("\n".join(made.notes))
        put_rows(rows, self.as_json, self.as_csv)


@contextmanager
def _opened(url: str | None) -> Iterator[Store]:
    from graph.store import open_store

    with open_store(url) as store:
        yield store


# --- the local Neo4j ------------------------------------------------------------------------


@app.command(epilog="例：python -m graph serve")
def serve(store: StoreOption = None) -> None:
    """在前台运行本机的 Neo4j，按 Ctrl-C 结束。"""
    _local(store).serve()


@app.command(epilog="例：python -m graph stop")
def stop(store: StoreOption = None) -> None:
    """结束本机的 Neo4j。"""
    say("已停止。" if _local(store).stop() else "没有在运行。")


@app.command(epilog="例：python -m graph status --json")
def status(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """本机的 Neo4j 是否在运行；在运行时退出码为 0，否则为 3。"""
    info = _local(store).status()
    if as_json:
        shown = {"running": info is not None, "uri": info and info.uri, "pid": info and info.pid}
        put_json(shown)
    else:
        say(f"在运行：{info.uri}（进程 {info.pid}）。" if info else "没有在运行。")
    if info is None:
        raise typer.Exit(3)


def _local(store: str | None) -> LocalServer:
    """The local server that a store URL means. Raises UsageError for a remote one."""
    from graph.server import LocalServer
    from graph.store import DEFAULT_URL

    url = store or os.environ.get("GRAPH_STORE") or DEFAULT_URL
    if not url.startswith("local:"):
        raise UsageError("serve、stop、status 只管本机的 Neo4j；请用 --store local:目录。")
    return LocalServer(Path(url.removeprefix("local:")))


# --- questions and queries ------------------------------------------------------------------


@app.command("ask", epilog='例：python -m graph ask "黄埔海关牵头哪些措施？"')
@grouped
def ask_command(
    question: Annotated[str, typer.Argument(help="例如：黄埔海关牵头哪些措施？", metavar="问题")],
    asked: Asked,
    as_json: JsonOption = False,
) -> None:
    """回答一个问题：答案、出处、怎样理解的、查询语句。"""
    from graph.questions import ask

    with asked.opened() as (store, chosen):
        answer = ask(store, question, **chosen)
    if as_json:
        put_json(answer.to_json())
    else:
        _show_answer(answer)


def _show_answer(answer: Answer) -> None:
    show(answer.message)
    if answer.abstained or answer.understood is None:
        if answer.suggestions:
            show("\n".join(["可以这样问：", *(f"  · {suggestion}" for suggestion in answer.suggestions)]))
        return
    show(f"理解为：{answer.understood.text}")
    show_rows(answer.rows)
    show(f"查询：{answer.understood.query} {dumps(answer.understood.params)}")
    show(answer.cypher or "", style="dim")


@app.command(epilog="例：python -m graph query agency_duties agency=黄埔海关 role=牵头")
def query(
    name: Annotated[str, typer.Argument(help="cypher/read 里的查询名。", metavar="查询名")],
    params: Annotated[
        list[str] | None, typer.Argument(help="参数，如 agency=黄埔海关。", metavar="名称=值")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """运行一个有名字的查询。"""
    values = _params(name, params or [])
    with _opened(store) as opened:
        put_rows(opened.query(name, **values), as_json, as_csv)


def _params(name: str, given: Sequence[str]) -> dict[str, Any]:
    """key=value words as parameters; a repeated key makes a list.

    Checked before the store is opened, so that a typing mistake starts no server.
    """
    from graph.queries import load_queries

    queries = load_queries("read")
    if name not in queries:
        raise UnknownQuery(f"没有名为“{visible(name)}”的查询；可用的查询：{'、'.join(queries)}。")
    values: dict[str, Any] = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"参数“{visible(word)}”应写成 名称=值。")
        if not value.strip():
            raise UsageError(f"参数 {visible(key)} 没有写值，应写成 名称=值；不限定就不写这个参数。")
        if key in values:
            earlier = values[key] if isinstance(values[key], list) else [values[key]]
            values[key] = [*earlier, value]
        else:
            values[key] = value
    queries[name].check(values)
    return values


@app.command("gaps", epilog="例：python -m graph gaps --out 待明确事项.docx")
@grouped
def gaps_command(
    scope: Scope, shown: Shown, convention: ConventionOption = False, paper: PaperOption = "A4"
) -> None:
    """待明确事项：没有写明由谁负责、谁牵头的地方，分层列出。"""
    size = _paper(paper)
    with scope.opened() as (store, chosen):
        made, found = tables.gaps_table(store, **chosen, convention=convention, paper=size)
    shown.put(made, found, f"{len(made.rows)}行")


@app.command(epilog="例：python -m graph why 黄埔海关 3·")
def why(
    agency: UnitArgument,
    measure: Annotated[str, typer.Argument(help="任务的编号、标题或标识。", metavar="任务")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    document: Annotated[list[str] | None, typer.Option("--document", help="只看这份文件，可重复。")] = None,
) -> None:
    """为什么：一个单位承担一项任务，原文在哪里、按什么规则读出、单位怎样认定。"""
    from graph.reasons import reasons

    with _opened(store) as opened:
        chosen = [_document(opened, text) for text in document] if document else None
        rows = reasons(opened, _agency(opened, agency), measure, documents=chosen)
    if as_json:
        put_json(rows)
        return
    for row in rows:
        show("\n".join(row["text"]) + "\n")


@app.command(
    "compare", epilog="例：python -m graph compare 粤办函〔2013〕665号 粤府办〔2013〕31号 --out 对比.xlsx"
)
@grouped
def compare_command(
    old: Annotated[
        str,
        typer.Argument(help="原来的文件（编号、文号或标题）：草案、上一年、上级。", metavar="原文件"),
    ],
    new: Annotated[str, typer.Argument(help="现在的文件：定稿、本年、本级。", metavar="现文件")],
    shown: Shown,
    store: StoreOption = None,
) -> None:
    """两份文件的变动：任务增减，牵头、配合、时限、标题和正文的变化。"""
    from graph.compare import compare

    with _opened(store) as opened:
        made, found = compare(opened, _document(opened, old), _document(opened, new))
    shown.put(made, [change.to_json() for change in found], f"{len(found)}处变动")


@app.command(epilog="例：python -m graph succession 广东省对外贸易经济合作厅 --as-of 2024")
def succession(
    agency: UnitArgument,
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_of: AsOfOption = None,
) -> None:
    """沿革：一个单位由谁改来、并入或拆分到哪里；给了日期，说明那一天由谁承接。"""
    if as_of is not None:
        check_day(as_of)
    with _opened(store) as opened:
        identity = _agency(opened, agency)
        rows = opened.query("successions", agency=identity)
        held = Successions(opened.query("successions"), as_of).holder(identity, identity) if as_of else None
    if held is None:
        put_rows(rows, as_json)
    elif as_json or not on_screen():
        answer = {"holder": held.agency, "notes": held.notes, "asks": held.asks}
        put_json({"agency": identity, "as_of": as_of, **answer})
    else:
        show("\n".join([*([] if held.asks else [f"{identity}在{as_of}：{held.agency}"]), *held.notes]))


@app.command(epilog="例：python -m graph network --document 粤办函〔2013〕665号 --out 协作.xlsx")
@grouped
def network(scope: Scope, shown: Shown) -> None:
    """单位协作的统计：伙伴、协作强度、群组、桥梁作用，附每个数字的定义。"""
    from graph.analysis import network_table

    with scope.opened() as (store, chosen):
        rows, covered = store.query("responsibilities", **chosen), store.query("documents", **chosen)
    made = network_table(rows, [*tables.scope_notes(covered), *tables.source_list(covered)])
    found = [dict(zip(made.columns, row, strict=True)) for row in made.rows]
    shown.put(made, found, f"{len(made.rows)}行")


@app.command(epilog="例：python -m graph stats --json")
def stats(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """图里各类节点和边的个数。"""
    with _opened(store) as opened:
        counts = opened.stats()
    if as_json or not on_screen():
        put_json(counts)
    else:
        show_rows([{"名称": name, "个数": count} for name, count in counts.items()])


@app.command(epilog="例：python -m graph remove 粤府办〔2016〕24号")
def remove(
    document: Annotated[str, typer.Argument(help="文件的编号、文号或标题。")], store: StoreOption = None
) -> None:
    """把一份文件连同只有它说过的内容移出图。"""
    with _opened(store) as opened:
        before = {row["document_id"] for row in opened.documents()}
        if not opened.remove(document):
            raise UsageError(
                f"图里没有文件“{visible(document)}”；用 python -m graph query documents 查看有哪些。"
            )
        from graph import originals

        for gone in before - {row["document_id"] for row in opened.documents()}:
            originals.forget(originals.folder_for(store), gone)  # else a rebuild would bring it back
    say("已移出。")


# --- files ----------------------------------------------------------------------------------


@app.command(epilog="例：python -m graph table --document 粤府办〔2013〕31号 --out 分工表.docx --paper A3")
@grouped
def table(
    out: OutOption,
    selection: Selection,
    force: ForceOption = False,
    order: OrderOption = "printed",
    names: Annotated[
        str, typer.Option("--names", help="单位名称：official（全称）或 printed（文件所印）。")
    ] = "official",
    content: ContentOption = "full",
    progress: ProgressOption = False,
    convention: ConventionOption = False,
    paper: PaperOption = "A4",
) -> None:
    """责任分工表：一项任务一行（分开标注的各一行），写成 docx、xlsx、csv 或 html。"""
    tables.check_output(out, force)  # before a server is started for nothing
    tables.Wording(order, names, content=content)
    size = _paper(paper)
    with selection.opened() as (store, chosen):
        made = tables.responsibility_table(
            store,
            **chosen,
            order=order,
            names=names,
            content=content,
            progress=progress,
            convention=convention,
            paper=size,
        )
    say(f"已写出 {made.dated(_today()).write(out, force)}（{len(made.rows)}行）。")


@app.command(epilog="例：python -m graph units --document 粤府办〔2013〕31号 --format docx --out 清单.zip")
@grouped
def units(
    out: OutOption,
    selection: Selection,
    force: ForceOption = False,
    kind: Annotated[str, typer.Option("--format", help="每个单位的文件：docx、xlsx、csv 或 html。")] = "docx",
    content: ContentOption = "full",
    progress: ProgressOption = False,
    paper: PaperOption = "A4",
) -> None:
    """分单位任务清单：一个单位一个文件，合成一个 zip。"""
    tables.check_output(out, force, [".zip"])
    suffix = f".{kind.lower().removeprefix('.')}"
    if suffix not in tables.SUFFIXES:
        raise UsageError(f"不认识的文件格式“{visible(kind)}”：可以写 {'、'.join(tables.SUFFIXES)}。")
    tables.Wording(content=content)
    size = _paper(paper)
    with selection.opened() as (store, chosen):
        made = tables.unit_tables(store, **chosen, content=content, paper=size, progress=progress)
    tables.write_bytes(out, _archived({unit: one.dated(_today()) for unit, one in made.items()}, suffix))
    say(f"已写出 {out}（{len(made)}个单位）。")


def _archived(made: Mapping[str, tables.Table], suffix: str) -> bytes:
    from rich.progress import Progress

    from graph.terminal import messages

    with Progress(console=messages, transient=True, disable=not sys.stderr.isatty()) as bar:
        step = bar.add_task("写任务清单", total=len(made))
        return tables.unit_archive(made, suffix, lambda: bar.advance(step))


@app.command(epilog="例：python -m graph matrix --no-drafts --out 单位任务对照表.xlsx")
@grouped
def matrix(
    out: OutOption,
    selection: Selection,
    force: ForceOption = False,
    order: OrderOption = "printed",
    convention: ConventionOption = False,
    paper: PaperOption = "A3",
) -> None:
    """单位任务对照表：任务×单位，写成 xlsx、csv 或 html；xlsx 另有来源和统计两张表。"""
    tables.check_output(out, force, tables.GRID_SUFFIXES)
    tables.Wording(order)
    size = _paper(paper)
    with selection.opened() as (store, chosen):
        made = tables.matrix(store, **chosen, order=order, convention=convention, paper=size)
    say(f"已写出 {made.dated(_today()).write(out, force)}（{len(made.rows)}行）。")


def _today() -> str:
    return chinese_day(date.today().isoformat())


def _paper(paper: str) -> str:
    """A4 or A3. Raises UsageError for another size."""
    if paper.upper() not in tables.PAPERS:
        raise UsageError(f"不认识的纸张“{visible(paper)}”：可以写{'、'.join(tables.PAPERS)}（横向）。")
    return paper.upper()


@app.command("export", epilog="例：python -m graph export --out 权责图谱.gexf")
@grouped
def export_command(out: OutOption, scope: Scope, force: ForceOption = False) -> None:
    """把图写成 .graphml、.gexf，或写进一个文件夹（CSV）。"""
    from graph import export as exports

    exports.check_output(out, force)
    with scope.opened() as (store, chosen):
        rows = {
            name: store.query(name, **chosen)
            for name in ("responsibilities", "documents", "agencies", "measures")
        }
        context = store.query("context_edges", **chosen)
    if scope.document or not (scope.drafts and scope.samples and scope.expired):
        rows["agencies"] = [row for row in rows["agencies"] if row["measures"]]
    graph = exports.graph_of(**rows, context=context)
    files = exports.write(graph, out, force)
    names = "、".join(str(path) for path in files)
    say(f"已写出 {names}（{graph.number_of_nodes()}个节点，{graph.number_of_edges()}条边）。")


# --- names ----------------------------------------------------------------------------------

BRACKETS = str.maketrans("[]【】()", "〔〕〔〕（）", " \u3000")
"""A typed 粤府办[2013]31号 is the printed 粤府办〔2013〕31号."""


def _document(store: Store, text: str) -> str:
    """The id of the document that was typed: id, number, title, or words of one title alone.

    Raises UsageError for an unknown or ambiguous one.
    """
    rows = store.query("documents")
    return _one_of(rows, text, ("document_id", "doc_number", "document", "attached_title"), "文件")


def _agency(store: Store, text: str) -> str:
    """The id of the unit that was typed: full name, short name or other name. Raises UsageError."""
    rows = store.query("agencies")
    return _one_of(rows, text, ("agency_id", "agency", "short_name", "aliases"), "单位")


def _one_of(rows: Sequence[Row], text: str, fields: Sequence[str], what: str) -> str:
    """The id of the only row named so; the earlier field wins (an official name before an alias).

    A part that only one row's name has (省商务厅, words of a title) is taken for it, and said.
    """
    identity, typed = fields[0], text.translate(BRACKETS)
    names = {
        field: [(row[identity], name) for row in rows for name in _names(row[field])] for field in fields
    }
    for field in fields:
        ids = {str(found) for found, name in names[field] if typed == name}
        if len(ids) == 1:
            return ids.pop()
        if ids:
            raise UsageError(_several(text, ids, what))
    part = str.endswith if what == "单位" else str.__contains__  # the end of a name tells what kind of unit
    longer = [
        pair for field in fields[1:] for pair in names[field] if len(typed) > 2 and part(pair[1], typed)
    ]
    near = {str(found) for found, _ in longer}
    if len(near) == 1:
        taken = near.pop()
        name = next(row.get("document") or row[fields[1]] for row in rows if row[identity] == taken)
        say(f"“{text}”理解为{what}“{name}”。")
        return taken
    if near:
        raise UsageError(_several(text, near, what))
    every = dict.fromkeys(name for field in fields[1:] for _, name in names[field])
    like = difflib.get_close_matches(typed[:60], every, 3, 0.6)
    listed = "用 python -m graph query " + ("agencies" if what == "单位" else "documents") + " 查看有哪些"
    raise UsageError(
        f"图里没有{what}“{visible(text[:60])}”；{'相近的有：' + '、'.join(like) if like else listed}。"
    )


def _several(text: str, ids: set[str], what: str) -> str:
    shown = "、".join(sorted(ids)[:5]) + ("等" if len(ids) > 5 else "")
    return visible(f"“{text}”可能是{len(ids)}个{what}：{shown}。请用全称。")


def _names(value: Any) -> list[str]:
    return [str(name).translate(BRACKETS) for name in (value if isinstance(value, list) else [value]) if name]


def main() -> None:
    """The command line."""
    run(app, "python -m graph")


if __name__ == "__main__":
    main()
