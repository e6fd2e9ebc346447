"""What a command line needs: options in groups, rows on a screen or down a pipe, errors in one sentence.

Data goes to stdout, messages to stderr. On a terminal rows are shown as a table; piped as JSON.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, get_type_hints

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Screen
from rich.text import Text
from typer import rich_utils

from graph import tables
from graph.errors import DutyGraphError

Row = Mapping[str, Any]
Command = Callable[..., None]

messages = Console(stderr=True, soft_wrap=True)


# --- options in groups ----------------------------------------------------------------------


def grouped(command: Command) -> Command:
    """The command with every parameter that is a dataclass replaced by its fields as options.

    Typer reads options from a signature, so commands that share six options would each repeat them;
    with a group they say `scope: Scope`, and get it filled.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if dataclasses.is_dataclass(kind)}
    parameters = []
    for one in inspect.signature(command).parameters.values():
        if one.name in groups:
            parameters += _fields(groups[one.name])
        else:
            named = inspect.Parameter.KEYWORD_ONLY
            parameters.append(one.replace(annotation=hints[one.name], kind=named))

    @wraps(command)
    def run(**given: Any) -> None:
        for name, kind in groups.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in dataclasses.fields(kind)})
        command(**given)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _fields(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(group)
    ]


# --- output ---------------------------------------------------------------------------------

# What a terminal shows of a row, in this order, where the row has it.
SHOWN = {
    "gap": "待明确",
    "group": "比较",
    "route": "路径",
    "step": "步",
    "depth": "级",
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


def put_rows(rows: Sequence[Row], as_json: bool, as_csv: bool = False) -> None:
    """Rows as CSV or JSON when asked for, as JSON into a pipe, as a table on a terminal."""
    if as_csv and not as_json:
        if rows:
            columns = list(rows[0])
            cells = [[_cell(row.get(key)) for key in columns] for row in rows]
            sys.stdout.write(tables.Table("", columns, cells).render(".csv").decode("utf-8-sig"))
    elif as_json or not on_screen():
        put_json(list(rows))
    else:
        show_rows(rows)


def put_json(value: Any) -> None:
    """A value as indented JSON on stdout."""
    sys.stdout.write(dumps(value, 1) + "\n")


def dumps(value: Any, indent: int | None = None) -> str:
    """A value as JSON with its Chinese readable; a lone surrogate ends no output."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def show_rows(rows: Sequence[Row]) -> None:
    """Rows as a table on the terminal; rows about a document end with their source."""
    if not rows:
        console().print("（没有）")
        return
    columns = {key: name for key, name in SHOWN.items() if key in rows[0]} or {key: key for key in rows[0]}
    about_document = "document" in rows[0] and "document_id" in rows[0]
    quoted = "quotes" in rows[0]
    extra = [*(["原文"] if quoted else []), *(["出处"] if about_document else [])]
    screen = Screen(*columns.values(), *extra, show_lines=True)
    for row in rows:
        cells = [_cell(row.get(key)) for key in columns]
        cells += [str((row["quotes"] or [""])[0])] if quoted else []
        cells += [tables.describe_document(row)] if about_document else []
        if on_screen():
            screen.add_row(*(escape(visible(cell)) for cell in cells))
        else:  # a pipe gets whole lines, not cells cut to a width
            sys.stdout.write("  " + " | ".join(visible(cell).replace("\n", " ") for cell in cells) + "\n")
    if on_screen():
        console().print(screen)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        if "agency" in value and "role" in value:
            return f"{value['agency']}（{tables.ROLE_WORDS.get(value['role'], '')}）"
        return "；".join(f"{name}：{_cell(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(_cell(item) for item in value)
    return tables.ROLE_WORDS.get(str(value), str(value))


def visible(text: str) -> str:
    """Text without control characters: a document's text must not steer the terminal."""
    clean = "".join(char if char.isprintable() or char in "\n " else "\ufffd" for char in text)
    return clean.encode("utf-8", "replace").decode("utf-8")


def on_screen() -> bool:
    """Whether a person reads stdout on a terminal."""
    return sys.stdout.isatty()


def console() -> Console:
    """Stdout: piped output keeps whole lines; a terminal wraps them in the table's columns."""
    return Console(soft_wrap=not on_screen(), width=None if on_screen() else 160)


def show(text: str, style: str | None = None) -> None:
    """Text that somebody else wrote, on stdout."""
    console().print(escape(visible(text)), style=style, highlight=False)


def say(message: str) -> None:
    """A message on stderr."""
    messages.print(escape(visible(message)), highlight=False)


# --- errors ---------------------------------------------------------------------------------

# What typer says of a wrong command line, where no class of its own tells it.
MISUSES = (
    (re.compile(r"No such command '(.*)'\."), "没有命令“{}”"),
    (
        re.compile(r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)"),
        "多出了“{}”，有空格的要加引号",
    ),
    (re.compile(r"Option '(.*)' requires .*"), "{} 后面要写上它的值"),
    (re.compile(r"Option '(.*)' does not take a value\."), "{} 后面不写值"),
)


def run(app: typer.Typer, name: str) -> None:
    """Runs the command line called `name`; a user's mistake ends in one sentence and the right exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    _chinese_help()
    with _one_sentence():
        code = app(prog_name=name, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)


def _chinese_help() -> None:
    """Typer's --help with Chinese headings and whole sentences; its settings are module variables."""
    # Chinese has no spaces to break at: rich would cut a sentence at the edge of its column.
    rich_utils.Columns = _folded  # type: ignore[assignment, attr-defined]
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"


def _folded(items: Sequence[Text]) -> Text:
    joined = Text(" ").join(items)
    joined.overflow = "fold"
    return joined


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except DutyGraphError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        say("已中断。")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe (head) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        said = _misuse(error)  # typer keeps the classes of its errors to itself
        if said:
            say(said)
        sys.exit(getattr(error, "exit_code", 2))


def _misuse(error: Any) -> str:
    """What is wrong with a command line, in Chinese; nothing where typer has printed the help instead."""
    kind, param = type(error).__name__, getattr(error, "param", None)
    name = (param.opts[0] if param.opts[0].startswith("-") else param.metavar or param.name) if param else ""
    if kind == "NoArgsIsHelpError":
        return ""
    if kind == "MissingParameter":
        said = f"缺少 {name}"
    elif kind == "NoSuchOption":
        near = "、".join(error.possibilities or ())
        said = f"没有选项 {error.option_name}" + (f"，是不是 {near}" if near else "")
    elif kind == "BadParameter":
        said = f"{name} 的值不对：{error.message}"
    else:
        plain = error.format_message()
        matches = ((pattern.fullmatch(plain), text) for pattern, text in MISUSES)
        said = next((text.format(match[1]) for match, text in matches if match), plain)
    context = getattr(error, "ctx", None)
    return f"{said}；用法见 {context.command_path} --help。" if context else f"{said}。"
