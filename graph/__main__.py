"""`python -m graph …`: the local Neo4j, questions, named queries, tables and exports.

Data goes to stdout, messages to stderr; a user's mistake ends in one sentence. Exit codes:
0 done, 1 an input could not be read, 2 wrong usage, 3 the store could not be started or reached.
On a terminal rows are shown as a table; piped, or with --json, as JSON; with --csv as CSV.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table as Screen

from graph import export as exports
from graph import originals, tables
from graph.analysis import first_quote, network_table
from graph.compare import compare
from graph.errors import DutyGraphError, UsageError
from graph.export import graph_of
from graph.questions import Answer, ask
from graph.reasons import reasons
from graph.server import LocalServer
from graph.store import DEFAULT_URL, Store, open_store
from graph.succession import Successions, check_day

Row = Mapping[str, Any]

app = typer.Typer(
    help="权责图谱：谁对哪项任务负什么责。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
messages = Console(stderr=True, soft_wrap=True)

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="图数据库：local:目录、neo4j://… 或 bolt://…（GRAPH_STORE）。"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
CsvOption = Annotated[bool, typer.Option("--csv", help="输出 CSV。")]
OutOption = Annotated[Path, typer.Option("--out", help="输出文件，格式由后缀决定。")]
ForceOption = Annotated[bool, typer.Option("--force", help="覆盖已有的输出。")]
DocumentOption = Annotated[
    list[str] | None, typer.Option("--document", help="只看这份文件（编号、文号或标题），可重复。")
]
AgencyOption = Annotated[list[str] | None, typer.Option("--agency", help="只看这个单位（全称），可重复。")]
RoleOption = Annotated[
    list[str] | None, typer.Option("--role", help="只看这种职责：牵头、配合、负责，可重复。")
]
DraftsOption = Annotated[bool, typer.Option("--drafts/--no-drafts", help="是否计入征求意见稿。")]
SamplesOption = Annotated[bool, typer.Option("--samples/--no-samples", help="是否计入自带的摘要文件。")]
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
ProgressOption = Annotated[
    bool, typer.Option("--progress", help="加进展情况、存在问题、下一步安排三个空白栏。")
]
ExpiredOption = Annotated[bool, typer.Option("--expired/--no-expired", help="是否计入已过有效期的文件。")]
ROLES = {"牵头": "LEADS", "配合": "SUPPORTS", "负责": "IMPLEMENTS"}


# --- the local Neo4j ------------------------------------------------------------------------


@app.command(epilog="例：python -m graph serve")
def serve(store: StoreOption = None) -> None:
    """在前台运行本机的 Neo4j，按 Ctrl-C 结束。"""
    _local(store).serve()


@app.command(epilog="例：python -m graph stop")
def stop(store: StoreOption = None) -> None:
    """结束本机的 Neo4j。"""
    _say("已停止。" if _local(store).stop() else "没有在运行。")


@app.command(epilog="例：python -m graph status --json")
def status(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """本机的 Neo4j 是否在运行；在运行时退出码为 0，否则为 3。"""
    info = _local(store).status()
    if as_json:
        shown = {"running": info is not None, "uri": info and info.uri, "pid": info and info.pid}
        _print_json(shown)
    else:
        _say(f"在运行：{info.uri}（进程 {info.pid}）。" if info else "没有在运行。")
    if info is None:
        raise typer.Exit(3)


def _local(store: str | None) -> LocalServer:
    """The local server that a store URL means. Raises UsageError for a remote one."""
    url = store or os.environ.get("GRAPH_STORE") or DEFAULT_URL
    if not url.startswith("local:"):
        raise UsageError("serve、stop、status 只管本机的 Neo4j；请用 --store local:目录。")
    return LocalServer(Path(url.removeprefix("local:")))


# --- questions and queries ------------------------------------------------------------------


@app.command("ask", epilog='例：python -m graph ask "黄埔海关牵头哪些措施？"')
def ask_command(
    question: Annotated[str, typer.Argument(help="例如：黄埔海关牵头哪些措施？")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
) -> None:
    """回答一个问题：答案、出处、怎样理解的、查询语句。"""
    with open_store(store) as opened:
        documents = _documents(opened, document)
        answer = ask(opened, question, documents=documents, drafts=drafts, samples=samples)
    if as_json:
        _print_json(answer.to_json())
    else:
        _show_answer(answer)


def _show_answer(answer: Answer) -> None:
    console = _console()
    console.print(escape(_visible(answer.message)))
    if answer.abstained or answer.understood is None:
        console.print("可以这样问：" if answer.suggestions else "")
        for suggestion in answer.suggestions:
            console.print(escape(f"  · {_visible(suggestion)}"))
        return
    console.print(escape(f"理解为：{_visible(answer.understood.text)}"))
    _show_rows(answer.rows)
    console.print(escape(f"查询：{answer.understood.query} {_dumps(answer.understood.params, None)}"))
    console.print(escape(answer.cypher or ""), style="dim")


@app.command(epilog="例：python -m graph query agency_duties agency=黄埔海关 role=牵头")
def query(
    name: Annotated[str, typer.Argument(help="cypher/read 里的查询名。")],
    params: Annotated[list[str] | None, typer.Argument(help="参数，如 agency=黄埔海关。")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """运行一个有名字的查询。"""
    values = _params(name, params or [])
    with open_store(store) as opened:
        _out(opened.query(name, **values), as_json, as_csv)


def _params(name: str, given: Sequence[str]) -> dict[str, Any]:
    """key=value words as parameters; a repeated key makes a list.

    Checked before the store is opened, so that a typing mistake starts no server.
    """
    from graph.errors import UnknownQuery
    from graph.queries import load_queries

    queries = load_queries("read")
    if name not in queries:
        raise UnknownQuery(f"没有名为“{_visible(name)}”的查询；可用的查询：{'、'.join(queries)}。")
    values: dict[str, Any] = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"参数“{_visible(word)}”应写成 名称=值。")
        if key in values:
            earlier = values[key] if isinstance(values[key], list) else [values[key]]
            values[key] = [*earlier, value]
        else:
            values[key] = value
    queries[name].check(values)
    return values


@app.command("gaps", epilog="例：python -m graph gaps --out 待明确事项.docx")
def gaps_command(
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="写成文件：docx、xlsx、csv、html；不写则显示。")
    ] = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
    convention: ConventionOption = False,
    paper: PaperOption = "A4",
) -> None:
    """待明确事项：没有写明由谁负责、谁牵头的地方，分层列出。"""
    size = _paper(paper)
    if out is not None:
        tables.check_output(out, force)
    with open_store(store) as opened:
        chosen = _documents(opened, document)
        made, found = tables.gaps_table(
            opened,
            documents=chosen,
            drafts=drafts,
            samples=samples,
            expired=expired,
            convention=convention,
            paper=size,
        )
    if out is not None:
        _say(f"已写出 {made.write(out, force)}（{len(made.rows)}行）。")
        return
    if not (as_json or as_csv) and sys.stdout.isatty():
        _say("\n".join(made.notes))
    _out(found, as_json, as_csv)


@app.command(epilog="例：python -m graph why 黄埔海关 3·")
def why(
    agency: Annotated[str, typer.Argument(help="单位（全称或简称）。")],
    measure: Annotated[str, typer.Argument(help="任务的编号、标题或标识。")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    document: DocumentOption = None,
) -> None:
    """为什么：一个单位承担一项任务，原文在哪里、按什么规则读出、单位怎样认定。"""
    with open_store(store) as opened:
        chosen = _documents(opened, document)
        rows = reasons(opened, (_agencies(opened, [agency]) or [agency])[0], measure, documents=chosen)
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        _console().print(escape(_visible("\n".join(row["text"]) + "\n")))


@app.command("compare", epilog="例：python -m graph compare 某方案（征求意见稿） 某方案 --out 对比.xlsx")
def compare_command(
    old: Annotated[str, typer.Argument(help="原来的文件（编号、文号或标题）：草案、上一年、上级。")],
    new: Annotated[str, typer.Argument(help="现在的文件：定稿、本年、本级。")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="写成文件：docx、xlsx、csv、html；不写则显示。")
    ] = None,
    force: ForceOption = False,
) -> None:
    """两份文件的变动：任务增减，牵头、配合、时限、标题和正文的变化。"""
    if out is not None:
        tables.check_output(out, force)
    with open_store(store) as opened:
        both = _documents(opened, [old, new]) or []
        made, found = compare(opened, *both)
    if out is not None:
        _say(f"已写出 {made.write(out, force)}（{len(found)}处变动）。")
        return
    if not (as_json or as_csv) and sys.stdout.isatty():
        _say("\n".join(made.notes))
    _out([change.to_json() for change in found], as_json, as_csv)


@app.command(epilog="例：python -m graph succession 广东省对外贸易经济合作厅 --as-of 2024")
def succession(
    agency: Annotated[str, typer.Argument(help="单位（全称或简称）。")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_of: AsOfOption = None,
) -> None:
    """沿革：一个单位由谁改来、并入或拆分到哪里；给了日期，说明那一天由谁承接。"""
    if as_of is not None:
        check_day(as_of)
    with open_store(store) as opened:
        identity = (_agencies(opened, [agency]) or [agency])[0]
        rows = opened.query("successions", agency=identity)
        held = Successions(opened.query("successions"), as_of).holder(identity, identity) if as_of else None
    if held is None:
        _out(rows, as_json)
    elif as_json or not sys.stdout.isatty():
        answer = {"holder": held.agency, "notes": held.notes, "asks": held.asks}
        _print_json({"agency": identity, "as_of": as_of, **answer})
    else:
        _say("\n".join([f"{identity}在{as_of}：{held.agency}" if not held.asks else "", *held.notes]).strip())


@app.command(epilog="例：python -m graph network --document 粤办函〔2013〕665号 --out 协作.xlsx")
def network(
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="写成文件：docx、xlsx、csv、html；不写则显示。")
    ] = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
) -> None:
    """单位协作的统计：伙伴、协作强度、群组、桥梁作用，附每个数字的定义。"""
    if out is not None:
        tables.check_output(out, force)
    with open_store(store) as opened:
        scope = {
            "documents": _documents(opened, document),
            "drafts": drafts,
            "samples": samples,
            "expired": expired,
        }
        rows, covered = opened.query("responsibilities", **scope), opened.query("documents", **scope)
    made = network_table(rows, tables.scope_notes(covered))
    if out is not None:
        _say(f"已写出 {made.write(out, force)}（{len(made.rows)}行）。")
        return
    _say("\n".join(made.notes))
    _out([dict(zip(made.columns, row, strict=True)) for row in made.rows], as_json, as_csv)


@app.command(epilog="例：python -m graph stats --json")
def stats(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """图里各类节点和边的个数。"""
    with open_store(store) as opened:
        counts = opened.stats()
    if as_json or not sys.stdout.isatty():
        _print_json(counts)
    else:
        _show_rows([{"名称": name, "个数": count} for name, count in counts.items()])


@app.command(epilog="例：python -m graph remove 粤府办〔2016〕24号")
def remove(
    document: Annotated[str, typer.Argument(help="文件的编号、文号或标题。")], store: StoreOption = None
) -> None:
    """把一份文件连同只有它说过的内容移出图。"""
    with open_store(store) as opened:
        before = {row["document_id"] for row in opened.documents()}
        if not opened.remove(document):
            raise UsageError(
                f"图里没有文件“{_visible(document)}”；用 python -m graph query documents 查看有哪些。"
            )
        for gone in before - {row["document_id"] for row in opened.documents()}:
            originals.forget(originals.folder_for(store), gone)  # else a rebuild would bring it back
    _say("已移出。")


# --- files ----------------------------------------------------------------------------------


@app.command(epilog="例：python -m graph table --document 粤府办〔2013〕31号 --out 分工表.docx --paper A3")
def table(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    agency: AgencyOption = None,
    role: RoleOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
    order: OrderOption = "printed",
    names: Annotated[
        str, typer.Option("--names", help="单位名称：official（全称）或 printed（文件所印）。")
    ] = "official",
    progress: ProgressOption = False,
    convention: ConventionOption = False,
    as_of: AsOfOption = None,
    paper: PaperOption = "A4",
) -> None:
    """责任分工表：一项任务一行（分开标注的各一行），写成 docx、xlsx、csv 或 html。"""
    tables.check_output(out, force)  # before a server is started for nothing
    roles, size = _roles(role), _paper(paper)
    tables.Wording(order, names)
    with open_store(store) as opened:
        made = tables.responsibility_table(
            opened,
            documents=_documents(opened, document),
            agencies=_agencies(opened, agency),
            roles=roles,
            drafts=drafts,
            samples=samples,
            expired=expired,
            order=order,
            names=names,
            progress=progress,
            convention=convention,
            as_of=_day(as_of),
            paper=size,
        )
    _say(f"已写出 {made.write(out, force)}（{len(made.rows)}行）。")


@app.command(epilog="例：python -m graph units --document 粤府办〔2013〕31号 --format docx --out 清单.zip")
def units(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    agency: AgencyOption = None,
    role: RoleOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
    kind: Annotated[str, typer.Option("--format", help="每个单位的文件：docx、xlsx、csv 或 html。")] = "docx",
    progress: ProgressOption = False,
    as_of: AsOfOption = None,
    paper: PaperOption = "A4",
) -> None:
    """分单位任务清单：一个单位一个文件，合成一个 zip。"""
    tables.check_output(out, force, [".zip"])
    suffix = f".{kind.lower().removeprefix('.')}"
    if suffix not in tables.SUFFIXES:
        raise UsageError(f"不认识的文件格式“{_visible(kind)}”：可以写 {'、'.join(tables.SUFFIXES)}。")
    roles, size = _roles(role), _paper(paper)
    with open_store(store) as opened:
        made = tables.unit_tables(
            opened,
            documents=_documents(opened, document),
            agencies=_agencies(opened, agency),
            roles=roles,
            drafts=drafts,
            samples=samples,
            expired=expired,
            as_of=_day(as_of),
            paper=size,
            progress=progress,
        )
    with Progress(console=messages, transient=True, disable=not sys.stderr.isatty()) as bar:
        step = bar.add_task("写任务清单", total=len(made))
        data = tables.unit_archive(made, suffix, lambda: bar.advance(step))
    tables.write_bytes(out, data)
    _say(f"已写出 {out}（{len(made)}个单位）。")


@app.command(epilog="例：python -m graph matrix --no-drafts --out 单位任务对照表.xlsx")
def matrix(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    agency: AgencyOption = None,
    role: RoleOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
    order: OrderOption = "printed",
    convention: ConventionOption = False,
    as_of: AsOfOption = None,
    paper: PaperOption = "A3",
) -> None:
    """单位任务对照表：任务×单位，写成 xlsx、csv 或 html；xlsx 另有来源和统计两张表。"""
    tables.check_output(out, force, tables.GRID_SUFFIXES)
    roles, size = _roles(role), _paper(paper)
    tables.Wording(order)
    with open_store(store) as opened:
        made = tables.matrix(
            opened,
            documents=_documents(opened, document),
            agencies=_agencies(opened, agency),
            roles=roles,
            drafts=drafts,
            samples=samples,
            expired=expired,
            order=order,
            convention=convention,
            as_of=_day(as_of),
            paper=size,
        )
    _say(f"已写出 {made.write(out, force)}（{len(made.rows)}行）。")


def _paper(paper: str) -> str:
    """A4 or A3. Raises UsageError for another size."""
    if paper.upper() not in tables.PAPERS:
        raise UsageError(f"不认识的纸张“{_visible(paper)}”：可以写{'、'.join(tables.PAPERS)}（横向）。")
    return paper.upper()


def _day(as_of: str | None) -> str | None:
    return None if as_of is None else check_day(as_of)


@app.command("export", epilog="例：python -m graph export --out 权责图谱.gexf")
def export_command(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
    expired: ExpiredOption = True,
) -> None:
    """把图写成 .graphml、.gexf，或写进一个文件夹（CSV）。"""
    exports.check_output(out, force)
    with open_store(store) as opened:
        scope = {
            "documents": _documents(opened, document),
            "drafts": drafts,
            "samples": samples,
            "expired": expired,
        }
        rows = {
            name: opened.query(name, **scope)
            for name in ("responsibilities", "documents", "agencies", "measures")
        }
    if document or not (drafts and samples):
        rows["agencies"] = [row for row in rows["agencies"] if row["measures"]]
    graph = graph_of(**rows)
    files = exports.write(graph, out, force)
    names = "、".join(str(path) for path in files)
    _say(f"已写出 {names}（{graph.number_of_nodes()}个节点，{graph.number_of_edges()}条边）。")


def _documents(store: Store, wanted: Sequence[str] | None) -> list[str] | None:
    """Document ids for what was typed: id, number or title. Raises UsageError for an unknown one."""
    if not wanted:
        return None
    rows = store.query("documents")
    return [
        _one_of(rows, text, ("document_id", "doc_number", "document", "attached_title"), "文件")
        for text in wanted
    ]


def _agencies(store: Store, wanted: Sequence[str] | None) -> list[str] | None:
    if not wanted:
        return None
    rows = store.query("agencies")
    return [_one_of(rows, text, ("agency_id", "agency", "short_name", "aliases"), "单位") for text in wanted]


def _one_of(rows: Sequence[Row], text: str, fields: Sequence[str], what: str) -> str:
    """The id of the only row named so; the earlier field wins (an official name before an alias)."""
    for name in fields:
        ids = {row[fields[0]] for row in rows if text == row[name] or text in (_list(row[name]))}
        if len(ids) == 1:
            return str(ids.pop())
        if ids:
            shown = "、".join(sorted(map(str, ids)))
            raise UsageError(f"“{_visible(text)}”可能是{len(ids)}个{what}：{_visible(shown)}。请用全称。")
    # 省商务厅 for 广东省商务厅, where it is the only one that ends so.
    ends = {
        row[fields[0]]
        for row in rows
        for name in fields[1:]
        for value in (_list(row[name]) or [row[name]])
        if len(text) > 2 and str(value or "").endswith(text)
    }
    if len(ends) == 1:
        return str(ends.pop())
    raise UsageError(f"图里没有{what}“{_visible(text)}”。")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _roles(wanted: Sequence[str] | None) -> list[str] | None:
    if not wanted:
        return None
    for role in wanted:
        if role not in ROLES and role not in ROLES.values():
            raise UsageError(f"不认识的职责“{_visible(role)}”：可以写{'、'.join(ROLES)}。")
    return [ROLES.get(role, role) for role in wanted]


# --- output ---------------------------------------------------------------------------------


def _out(rows: Sequence[Row], as_json: bool, as_csv: bool = False) -> None:
    """Rows as CSV or JSON when asked for, as JSON into a pipe, as a table on a terminal."""
    if as_csv and not as_json:
        columns = list(rows[0]) if rows else []
        cells = [[_cell(key, row.get(key)) for key in columns] for row in rows]
        sys.stdout.write(tables.Table("", columns, cells).render(".csv").decode("utf-8-sig"))
    elif as_json or not sys.stdout.isatty():
        _print_json(list(rows))
    else:
        _show_rows(rows)


def _print_json(value: Any) -> None:
    sys.stdout.write(_dumps(value, 1) + "\n")


def _dumps(value: Any, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# What a terminal shows of a row, in this order, where the row has it.
SHOWN = {
    "gap": "待明确",
    "number": "序号",
    "title": "任务",
    "role": "职责",
    "role_text": "印出的用语",
    "agency": "单位",
    "co_leads": "并列牵头",
    "leads": "牵头",
    "supports": "配合",
    "implements": "负责",
    "measures": "任务数",
    "by_document": "各文件",
    "member": "成员",
    "a": "单位一",
    "b": "单位二",
    "forms": "写法",
    "duties": "责任单位",
}


def _show_rows(rows: Sequence[Row]) -> None:
    """Rows as a table on the terminal; rows about a document end with their source."""
    if not rows:
        _console().print("（没有）")
        return
    columns = {key: name for key, name in SHOWN.items() if key in rows[0]} or {key: key for key in rows[0]}
    about_document = "document" in rows[0] and "document_id" in rows[0]
    quoted = "quotes" in rows[0]
    extra = [*(["原文"] if quoted else []), *(["出处"] if about_document else [])]
    screen = Screen(*columns.values(), *extra, show_lines=True)
    plain = not sys.stdout.isatty()  # a pipe gets whole lines, not cells cut to a width
    for row in rows:
        cells = [_cell(key, row.get(key)) for key in columns]
        cells += [first_quote(row)] if quoted else []
        cells += [tables.describe_document(row)] if about_document else []
        if plain:
            line = " | ".join(_visible(cell).replace("\n", " ") for cell in cells)
            sys.stdout.write(f"  {line}\n")
        screen.add_row(*(escape(_visible(cell)) for cell in cells))
    if not plain:
        _console().print(screen)


def _cell(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key == "role":
        return tables.ROLE_WORDS.get(str(value), str(value))
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{_cell('', item)}" for name, item in value.items())
    if isinstance(value, list):
        named = [
            f"{item['agency']}（{tables.ROLE_WORDS.get(item['role'], '')}）"
            if isinstance(item, Mapping) and "agency" in item and "role" in item
            else _cell("", item)
            for item in value
        ]
        return "、".join(named)
    return tables.ROLE_WORDS.get(str(value), str(value))


def _visible(text: str) -> str:
    """Text without control characters: a document's text must not steer the terminal."""
    clean = "".join(char if char.isprintable() or char in "\n " else "\ufffd" for char in text)
    return clean.encode("utf-8", "replace").decode("utf-8")


def _console() -> Console:
    # Piped output keeps whole lines; a terminal wraps them in the table's columns.
    return Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160)


def _say(message: str) -> None:
    messages.print(escape(_visible(message)), highlight=False)


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Ends in one sentence on stderr and the exit code of the error, never in a traceback."""
    try:
        yield
    except DutyGraphError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("已中断。")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe (head) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """The command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with _one_sentence():
        app()


if __name__ == "__main__":
    main()
