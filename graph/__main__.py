"""`python -m graph …`: the local Neo4j, questions, named queries, tables and exports.

Data goes to stdout, messages to stderr; a user's mistake ends in one sentence. Exit codes:
0 done, 1 an input could not be read, 2 wrong usage, 3 the store could not be started or reached.
On a terminal rows are shown as a table; piped, or with --json, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Screen

from graph import export as exports
from graph import originals, tables
from graph.analysis import GAP_TIERS, first_quote, gaps
from graph.errors import DutyGraphError, UsageError
from graph.export import graph_of
from graph.questions import Answer, ask
from graph.server import LocalServer
from graph.store import DEFAULT_URL, Store, open_store

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
ROLES = {"牵头": "LEADS", "配合": "SUPPORTS", "负责": "IMPLEMENTS"}


# --- the local Neo4j ------------------------------------------------------------------------


@app.command()
def serve(store: StoreOption = None) -> None:
    """在前台运行本机的 Neo4j，按 Ctrl-C 结束。"""
    _local(store).serve()


@app.command()
def stop(store: StoreOption = None) -> None:
    """结束本机的 Neo4j。"""
    _say("已停止。" if _local(store).stop() else "没有在运行。")


@app.command()
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


@app.command("ask")
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


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="cypher/read 里的查询名。")],
    params: Annotated[list[str] | None, typer.Argument(help="参数，如 agency=黄埔海关。")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """运行一个有名字的查询。"""
    values = _params(name, params or [])
    with open_store(store) as opened:
        _out(opened.query(name, **values), as_json)


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


@app.command("gaps")
def gaps_command(
    store: StoreOption = None,
    as_json: JsonOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
) -> None:
    """待明确事项：没有落实到单位的任务，分层列出。"""
    with open_store(store) as opened:
        chosen = _documents(opened, document)
        scope, rows = tables.measures_with_duties(opened, chosen, None, None, drafts, samples)
    found = [{k: v for k, v in row.items() if k not in ("text", "start", "end")} for row in gaps(rows)]
    if not as_json and sys.stdout.isatty():
        for tier, reason in GAP_TIERS.items():
            _console().print(f"{tier} {reason}：{sum(1 for row in found if row['tier'] == tier)}项")
        _say("；".join(tables.scope_notes(scope)))
    _out(found, as_json)


@app.command()
def stats(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """图里各类节点和边的个数。"""
    with open_store(store) as opened:
        counts = opened.stats()
    if as_json or not sys.stdout.isatty():
        _print_json(counts)
    else:
        _show_rows([{"名称": name, "个数": count} for name, count in counts.items()])


@app.command()
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


@app.command()
def table(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    agency: AgencyOption = None,
    role: RoleOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
) -> None:
    """责任分工表：一项任务一行，写成 xlsx、csv 或 html。"""
    _write(tables.responsibility_table, out, force, store, document, agency, role, drafts, samples)


@app.command()
def matrix(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    agency: AgencyOption = None,
    role: RoleOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
) -> None:
    """单位任务对照表：任务×单位，写成 xlsx、csv 或 html。"""
    _write(tables.matrix, out, force, store, document, agency, role, drafts, samples)


def _write(
    make: Callable[..., tables.Table],
    out: Path,
    force: bool,
    store: str | None,
    document: Sequence[str] | None,
    agency: Sequence[str] | None,
    role: Sequence[str] | None,
    drafts: bool,
    samples: bool,
) -> None:
    tables.check_output(out, force)  # before a server is started for nothing
    roles = _roles(role)
    with open_store(store) as opened:
        made = make(
            opened,
            documents=_documents(opened, document),
            agencies=_agencies(opened, agency),
            roles=roles,
            drafts=drafts,
            samples=samples,
        )
    _say(f"已写出 {made.write(out, force)}（{len(made.rows)}行）。")


@app.command("export")
def export_command(
    out: OutOption,
    store: StoreOption = None,
    force: ForceOption = False,
    document: DocumentOption = None,
    drafts: DraftsOption = True,
    samples: SamplesOption = True,
) -> None:
    """把图写成 .graphml、.gexf，或写进一个文件夹（CSV）。"""
    exports.check_output(out, force)
    with open_store(store) as opened:
        scope = {"documents": _documents(opened, document), "drafts": drafts, "samples": samples}
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


def _out(rows: Sequence[Row], as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
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
