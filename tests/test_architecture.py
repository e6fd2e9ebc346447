"""The shape of the project, held by reading its sources: who may import whom, and where Cypher lives."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("graph", "loaders", "views", "app")
SOURCES = sorted(
    path
    for room in ROOMS
    for path in [*(ROOT / room).rglob("*.py"), ROOT / f"{room}.py"]
    if path.is_file() and "__pycache__" not in path.parts
)

# Room -> which of our own modules it must not import, with the exceptions by file.
FORBIDDEN = {
    "graph": ("loaders", "views", "app"),
    "loaders": ("graph", "views", "app"),
    "views": ("app",),
    "app": (),
}
LOADERS_MAY = ("graph.model", "graph.errors")
STORE = ("graph.store", "graph.desk", "graph.judgements")
COMMAND_LINE_MAY = {"loaders/__main__.py": STORE, "loaders/deciding.py": STORE}

# Third-party packages that one file alone may import: another store or object mapper touches one place.
ONLY_IN = {"neo4j": "graph/store.py", "py2neo": "graph/ogm.py"}

# Runtime pins that no import statement names, each with its reason.
NOT_IMPORTED = {
    "neo4j-rust-ext": "speeds neo4j up from inside",
    "numpy": "networkx computes layouts with it",
    "scipy": "networkx computes Kamada-Kawai layouts with it",
    "uvloop": "the loop that Streamlit serves with when it is there; it sends small answers at once",
}


# Chinese that a pattern in Python may hold: numerals are digits, and counted as such. All else is a word,
# and stands in data/lexicon with an example.
DIGITS = frozenset("零一二三四五六七八九十百千两")


def imports_of(source: str, package: str = "") -> set[str]:
    """Dotted names a module imports, at any depth; `from a import b` counts as `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def within(name: str, modules: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the modules or lies inside one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def breaches(file: str, names: set[str]) -> set[str]:
    """The imported names that a file (path from the root) must not import."""
    room = file.split("/")[0].removesuffix(".py")
    allowed = LOADERS_MAY + COMMAND_LINE_MAY.get(file, ()) if room == "loaders" else ()
    wrong = {name for name in names if within(name, FORBIDDEN[room]) and not within(name, allowed)}
    wrong |= {n for n in names for package, home in ONLY_IN.items() if within(n, (package,)) and file != home}
    return wrong


def cypher_over_a_line(source: str) -> Iterator[int]:
    """Line numbers of strings that hold Cypher and are longer than a line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            several = "\n" in node.value or (node.end_lineno or node.lineno) > node.lineno
            if several and re.search(
                r"\b(MATCH|MERGE|CREATE|UNWIND)\s+[(\[$]|\bRETURN\s+\w+\.\w+", node.value
            ):
                yield node.lineno


def chinese_in_patterns(source: str) -> Iterator[tuple[int, str]]:
    """(line, characters) of the Chinese words in the regular expressions that Python writes itself.

    A pattern is the first argument of a call of `re`, with the strings that it is put together from:
    literals, parts of f-strings, and the module's own constants that it names.
    """
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "re"):
            continue
        parts = [*ast.walk(call.args[0])]
        parts += [
            inner
            for part in parts
            if isinstance(part, ast.Name) and isinstance(constants.get(part.id), ast.Constant | ast.JoinedStr)
            for inner in ast.walk(constants[part.id])
        ]
        said = "".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
        said = said.replace("\u4e00-\u9fff", "")  # any character
        if words := "".join(c for c in said if "\u4e00" <= c <= "\u9fff" and c not in DIGITS):
            yield call.lineno, words


def header_faults(text: str, *, returns: bool) -> list[str]:
    """What is missing from the // lines at the top of a cypher file: purpose in Chinese, params, returns."""
    header: list[str] = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        header.append(line.removeprefix("//").strip())
    faults = []
    if not header or not re.search(r"[\u4e00-\u9fff]", header[0]):
        faults.append("first line: no purpose in Chinese")
    if not any(line.startswith("params:") for line in header):
        faults.append("no params:")
    if returns and not any(line.startswith("returns:") for line in header):
        faults.append("no returns:")
    return faults


def requirement_lines(file: Path) -> list[str]:
    """Requirements of a file, one each, without comments."""
    lines = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def normal(name: str) -> str:
    """A distribution name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("file", "line", "wrong"),
    [
        # graph knows nothing of the loaders, however the import is written
        ("graph/store.py", "from loaders import records", {"loaders.records"}),
        ("graph/store.py", "def f():\n    import loaders.read", {"loaders.read"}),
        ("graph/store.py", "from ..loaders import read", {"loaders.read"}),
        # loaders see the model and the errors, their command line also the store
        ("loaders/mentions.py", "from graph.model import Record", set()),
        ("loaders/mentions.py", "from graph import model, errors", set()),
        ("loaders/mentions.py", "from graph.store import open_store", {"graph.store.open_store"}),
        ("loaders/mentions.py", "from graph import store", {"graph.store"}),
        ("loaders/__main__.py", "from graph.store import open_store", set()),
        ("loaders/__main__.py", "from graph.server import LocalServer", {"graph.server.LocalServer"}),
        ("loaders/mentions.py", "from .types import Mention", set()),
        # pages may use both, and nothing imports the entry
        ("views/tasks.py", "from graph.questions import ask\nfrom loaders import read", set()),
        ("views/tasks.py", "import app", {"app"}),
        # one file per driver
        ("graph/store.py", "import neo4j.exceptions", set()),
        ("graph/server.py", "import neo4j", {"neo4j"}),
        ("views/tasks.py", "from py2neo.ogm import Model", {"py2neo.ogm.Model"}),
        ("graph/ogm.py", "from py2neo.ogm import Model", set()),
        # a longer name that merely begins alike is another package
        ("graph/server.py", "import neo4jtools", set()),
    ],
)
def test_a_forbidden_import_is_seen(file: str, line: str, wrong: set[str]) -> None:
    assert breaches(file, imports_of(line, file.split("/")[0])) == wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    file = path.relative_to(ROOT)
    package = ".".join(file.parent.parts)
    assert breaches(file.as_posix(), imports_of(path.read_text("utf-8"), package)) == set()


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('q = "MATCH (n) RETURN n"', []),  # a line is allowed
        ('q = """MATCH (n)\nRETURN n"""', [1]),
        ('x = 1\nq = ("MATCH (n) "\n     "RETURN n")', [2]),  # one string over two lines
        ('q = f"""MERGE (n:{label})\nRETURN n"""', [1]),
        ('"""A docstring.\n\nIt says RETURN and MATCH in prose.\n"""', []),
    ],
)
def test_cypher_in_python_is_seen(source: str, lines: list[int]) -> None:
    assert list(cypher_over_a_line(source)) == lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_holds_no_cypher_longer_than_a_line(path: Path) -> None:
    assert list(cypher_over_a_line(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import re\nA = re.compile("办公[厅室]")', [(2, "办公厅室")]),
        # put together: an f-string, a module's constant, another module's function
        ('import re\nEND = "厅|局"\nre.match(rf"[{x}](?:{END})$", name)', [(3, "厅局")]),
        ('import re\nre.sub(r"^的" + tail, "的", text)', [(2, "的")]),
        # numerals, punctuation and the range of all characters are no words
        ('import re\nre.compile(r"第?[一二三四五六七八九十]+[、．]".replace("第?", ""))', [(2, "第第")]),
        ('import re\nre.compile(r"[一二三十]+[、．（）]|[\\u4e00-\\u9fff]{2,4}[\u4e00-\u9fff]")', []),
        # a pattern from data/lexicon, and Chinese that is no pattern
        ('pattern("structure", "closing").sub("办公厅", text)', []),
        ('raise UsageError("没有这份文件")', []),
    ],
)
def test_chinese_words_in_a_pattern_are_seen(source: str, found: list[tuple[int, str]]) -> None:
    assert list(chinese_in_patterns(source)) == found


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("graph", "loaders")],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_chinese_words_stand_in_the_lexicon_and_not_in_patterns(path: Path) -> None:
    assert list(chinese_in_patterns(path.read_text("utf-8"))) == []


def test_every_cypher_file_says_what_it_is_for() -> None:
    files = sorted((ROOT / "cypher").rglob("*.cypher"))
    assert {file.parent.name for file in files} == {"schema", "write", "read"}
    faults = {
        file.relative_to(ROOT).as_posix(): found
        for file in files
        if (found := header_faults(file.read_text("utf-8"), returns=file.parent.name == "read"))
    }
    assert faults == {}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("// 单位牵头的任务\n// params: agency (string)\n// returns: measure\nMATCH (n) RETURN n", []),
        ("MATCH (n) RETURN n", ["first line: no purpose in Chinese", "no params:", "no returns:"]),
        # a header below the query is not one
        ("// 用途\nMATCH (n)\n// params: -\n// returns: n", ["no params:", "no returns:"]),
    ],
)
def test_a_missing_header_is_seen(text: str, faults: list[str]) -> None:
    assert header_faults(text, returns=True) == faults


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_exact_pins(name: str) -> None:
    lines = [line for line in requirement_lines(ROOT / name) if not line.startswith("-r ")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==\d[\w.]*", line)] == []


def test_requirements_are_what_the_code_imports() -> None:
    pinned = {normal(line.split("==")[0]) for line in requirement_lines(ROOT / "requirements.txt")}
    names = {
        name.split(".")[0]
        for path in SOURCES
        for name in imports_of(path.read_text("utf-8"), ".".join(path.relative_to(ROOT).parent.parts))
    }
    brought_by = packages_distributions()
    third_party = names - set(ROOMS) - sys.stdlib_module_names
    # neo4j and its extension both install the module neo4j: one pinned distribution of a module is enough.
    assert {
        name for name in third_party if not pinned & {normal(d) for d in brought_by.get(name, ())}
    } == set()
    imported = {normal(d) for name in third_party for d in brought_by[name]}
    assert pinned - imported - set(NOT_IMPORTED) == set()
