"""The graph in Neo4j: setup, write a record, remove a document, ask a named query.

The only module that imports neo4j. Cypher lives in cypher/; this module prepares its parameters
and decides the order of the steps. Every write is one transaction, one writer at a time, so a
document is either wholly in the graph or not at all.

What makes writing repeatable in any order:
- a document's measures and edges are deleted and written anew;
- edges that several documents may state (SUCCEEDED_BY, MEMBER_OF) list the documents that do;
- an agency's aliases are the union of those its ISSUED and role edges bring;
- every citation keeps what it cites (number, title), so that it can be pointed anew when a
  document arrives or leaves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import neo4j
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import (
    QueryTimeout,
    StoreDenied,
    StoreError,
    StoreTooNew,
    StoreUnavailable,
    UnknownQuery,
    UsageError,
)
from graph.judgements import signed
from graph.model import Judgement, Record
from graph.queries import Param, Query, load_queries
from graph.rows import RecordRows, Row
from graph.server import LocalServer
from graph.tables.duties import named

SCHEMA_VERSION = 2
DEFAULT_URL = "local:var/neo4j"
READ_LIMIT = 30.0  # seconds a read query may run
WRITE_LIMIT = 600.0  # seconds a write transaction may run
EXPLORE_LIMIT = 10.0  # seconds a statement that somebody typed may run
EXPLORE_PROCEDURES = ("db.index.fulltext.query", "db.labels", "db.relationshipTypes", "db.propertyKeys")
RETRY_LIMIT = 15.0  # seconds the driver goes on retrying a write after transient errors
CONNECT_LIMIT = 5.0  # seconds to wait for a machine that does not answer
BATCH = 5000  # rows given to one UNWIND
ID_LIMIT = 2000  # characters: at 4 bytes each they just fit a Neo4j index key (8 kB)

BAD_URL = "图数据库地址无法识别，应如 neo4j://主机:端口 或 bolt://主机:端口。"
_REMOTE = re.compile(r"(neo4j|bolt)(\+s|\+ssc)?://")
_Transaction = neo4j.Transaction | neo4j.ManagedTransaction


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """What a write did. `written` is False when it was skipped; `reason` then says why, in Chinese."""

    document: str
    written: bool
    reason: str = ""
    replaced: tuple[str, ...] = ()
    measures: int = 0
    responsibilities: int = 0
    agencies: int = 0
    instruments: int = 0
    regions: int = 0
    citations: int = 0
    orphans: int = 0


class Store:
    """An open graph store; use it as a context manager, or call `close`."""

    def __init__(self, driver: neo4j.Driver, where: str, on_close: Callable[[], None] | None = None) -> None:
        self._driver = driver
        self._where = where
        self._on_close = on_close

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and let the local server go. Closing twice does nothing more."""
        self._driver.close()
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()

    def check(self) -> None:
        """Make sure the store answers and suits this program; an empty one is set up.

        Raises StoreUnavailable, StoreDenied or StoreTooNew.
        """
        with self._errors():
            self._driver.verify_connectivity()
        version = self._version()
        if version is None or version < SCHEMA_VERSION:
            self.setup()

    def setup(self) -> None:
        """Create constraints and indexes, one statement each, then note the schema version.

        Does nothing new on a store that is set up. Raises StoreTooNew for one of a newer version.
        """
        self._version()
        queries = load_queries("schema")
        with self._errors():
            for name, query in queries.items():
                if name.startswith(("constraint_", "fulltext_", "index_")):
                    with _set_up_meanwhile():
                        self._write(_statement(query))
            self._write(_statement(queries["await_indexes"]))
            self._write(_statement(queries["set_version"], version=SCHEMA_VERSION))

    def write(self, record: Record, judgements: Sequence[Judgement] = ()) -> WriteSummary:
        """Write one document in one transaction, in place of what it said before.

        `record` is as it was judged; `judgements` become nodes, and their sign-offs mark the measures that
        they still fit (checked, checked_by, checked_at).
        A digest never replaces a full text of the same number: the summary then says so.
        Raises StoreError when the record's ids are not usable (repeated, or too long).
        """
        return self.write_together([(record, judgements)])[0]

    def write_together(
        self,
        records: Sequence[tuple[Record, Sequence[Judgement]]],
        judgements: Sequence[Judgement] = (),
        gone: Sequence[str] = (),
    ) -> list[WriteSummary]:
        """Write several documents in one transaction, each as `write` does, and the nodes of `judgements`.

        The documents with the ids `gone` are taken out in the same transaction.
        """
        prepared = []
        for record, held in records:
            rows = RecordRows(record)
            _check_ids(rows)
            _sign(rows, held)
            prepared.append((rows, held))

        def work(tx: neo4j.ManagedTransaction) -> list[WriteSummary]:
            summaries = [_write_record(tx, rows, held) for rows, held in prepared]
            _note(_Steps(tx), judgements)
            for identity in gone:
                _remove_document(tx, identity)
            return summaries

        with self._errors():
            written: list[WriteSummary] = self._write(work)
        return written

    def remove(self, document: str) -> bool:
        """Take a document (by id, doc_number or title) out, with what only it said.

        Returns False when there is none. Raises UsageError when several are meant.
        """
        with self._errors():
            removed: bool = self._write(lambda tx: _remove_document(tx, document))
        return removed

    def query(self, name: str, /, **params: Any) -> list[Row]:
        """The rows of a named query of cypher/read, in READ access, for at most 30 s.

        Raises UnknownQuery, BadParameter or QueryTimeout.
        """
        queries = load_queries("read")
        if name not in queries:
            raise UnknownQuery(f"没有名为 {name} 的查询；可用的查询：{'、'.join(queries)}。")
        checked = queries[name].check(params)
        return self._read(_statement(queries[name], **checked))

    def plan_ahead(self) -> None:
        """Have Neo4j plan the named queries as pages ask them: the first to ask would wait for that.

        It keeps a plan by the types of the parameters; a choice of documents is planned when it is made.
        """
        for query in load_queries("read").values():
            given = {param.name: _like(param) for param in query.params}
            self._read(_statement(replace(query, text=f"EXPLAIN {query.text}"), **given))

    def explore(self, text: str, limit: int = 200) -> tuple[list[str], list[list[Any]]]:
        """The columns and at most `limit` + 1 rows of a Cypher statement that somebody typed.

        It is planned first and refused (UsageError) unless it only reads the graph: READ access alone
        still allows LOAD CSV and administration. It runs for at most EXPLORE_LIMIT seconds (QueryTimeout).
        """
        with self._errors(), self._session(neo4j.READ_ACCESS) as session:
            try:
                with session.begin_transaction(timeout=EXPLORE_LIMIT) as tx:
                    summary = tx.run(f"EXPLAIN {text}").consume()
                if reason := _no_reading(summary.query_type, summary.plan):
                    raise UsageError(f"这里只能查询图里的内容：{reason}。")
                with session.begin_transaction(timeout=EXPLORE_LIMIT) as tx:
                    result = tx.run(text)
                    rows = [list(record.data().values()) for record in result.fetch(limit + 1)]
                    return list(result.keys()), rows
            except Neo4jError as error:
                if ".Statement." not in (error.code or ""):
                    raise
                said = (error.message or "").splitlines()[0][:300]
                raise UsageError(f"这条查询语句不能执行：{said}") from error

    def documents(self) -> list[Row]:
        """The loaded documents, oldest first."""
        return self.query("documents")

    def stats(self) -> dict[str, int]:
        """How many nodes of each label and edges of each type there are; `stub`: documents only cited."""
        return {row["name"]: row["count"] for row in self.query("stats")}

    def _version(self) -> int | None:
        rows = self._read(_statement(load_queries("schema")["get_version"]))
        version: int | None = rows[0]["version"] if rows else None
        if version is not None and version > SCHEMA_VERSION:
            raise _too_new(version)
        return version

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(default_access_mode=access)

    def _read(self, work: Callable[[_Transaction], list[Row]]) -> list[Row]:
        # Tried again once, on another connection: the server may have closed this one long ago. The driver
        # itself would try for RETRY_LIMIT, and somebody waits for the page.
        with self._errors():
            try:
                return self._read_once(work)
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
                return self._read_once(work)

    def _read_once(self, work: Callable[[_Transaction], list[Row]]) -> list[Row]:
        with self._session(neo4j.READ_ACCESS) as session, session.begin_transaction(timeout=READ_LIMIT) as tx:
            return work(tx)

    def _write(self, work: Callable[[neo4j.ManagedTransaction], Any]) -> Any:
        with self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(neo4j.unit_of_work(timeout=WRITE_LIMIT)(work))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Driver errors as one Chinese sentence each."""
        try:
            yield
        except (Neo4jError, DriverError, OSError) as error:
            _raise_ours(error, self._where)


def open_store(url: str | None = None, *, keep_running: bool = False) -> Store:
    """Open the store at `url`, else at GRAPH_STORE, else at local:var/neo4j; an empty one is set up.

    `local:PATH` is the managed Neo4j with its data in PATH, started when needed and stopped when the
    last store that uses it closes, unless one of them said `keep_running`. `neo4j://` and `bolt://`
    take the user and password from NEO4J_USER (neo4j) and NEO4J_PASSWORD.
    Raises UsageError for another kind of URL, StoreUnavailable, StoreDenied or StoreTooNew.
    """
    url = url or os.environ.get("GRAPH_STORE") or DEFAULT_URL
    if url.startswith("local:"):
        return _open_local(Path(url.removeprefix("local:")), keep_running)
    if not _REMOTE.match(url):
        raise UsageError("图数据库地址应为 local:目录、neo4j://主机:端口 或 bolt://主机:端口。")
    user, password = os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD")
    return _connected(url, (user, password) if password else None, None)


def _open_local(home: Path, keep_running: bool) -> Store:
    server = LocalServer(home)
    info = server.ensure(keep=keep_running)
    # release stops the server when nobody else uses it and nobody asked for it to go on.
    return _connected(info.uri, (info.user, info.password), server.release)


def _connected(uri: str, auth: tuple[str, str] | None, on_close: Callable[[], None] | None) -> Store:
    where = uri.rsplit("@", 1)[-1]  # a password written into the URL is not repeated
    try:
        driver = neo4j.GraphDatabase.driver(
            uri,
            auth=auth,
            connection_timeout=CONNECT_LIMIT,
            connection_acquisition_timeout=20,
            max_transaction_retry_time=RETRY_LIMIT,
            notifications_min_severity="OFF",
        )
    except (ConfigurationError, ValueError):
        raise UsageError(BAD_URL) from None
    store = Store(driver, where, on_close)
    try:
        store.check()
    except ValueError:  # the driver looks at the port only now
        store.close()
        raise UsageError(BAD_URL) from None
    except BaseException:
        store.close()
        raise
    return store


def _no_reading(kind: str | None, plan: Any) -> str:
    """Why a planned statement is no plain reading of the graph; "" when it is."""
    if kind != "r":
        return "语句会改动内容或不是查询"
    todo = [plan]
    while todo:
        step = todo.pop()
        operator = str(step["operatorType"]).split("@")[0]
        if operator == "LoadCSV":
            return "不能用 LOAD CSV 读文件或网址"
        if operator == "ProcedureCall":
            called = str(step.get("args", {}).get("Details", ""))
            if not called.startswith(EXPLORE_PROCEDURES):
                return f"不能调用 {called.split('(')[0] or '这个过程'}"
        elif operator.startswith(("Show", "Terminate", "Administration", "System")):
            return "不能查看或管理数据库本身"
        todo += step.get("children", [])
    return ""


@contextmanager
def _set_up_meanwhile() -> Iterator[None]:
    """Another process that sets up the same store may be first: IF NOT EXISTS does not see what it does."""
    try:
        yield
    except Neo4jError as error:
        if error.code != "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists":
            raise


def _like(param: Param) -> Any:
    """A value of a parameter's type; an optional one is left out, unless every page gives it."""
    if param.optional and param.name not in ("drafts", "samples"):
        return None
    return {"integer": 1, "bool": True, "list": ["x"], "map": {}}.get(param.type, "x")


def _too_new(version: int) -> StoreTooNew:
    return StoreTooNew(
        f"图数据库由更新的程序写入（结构版本 {version}，本程序只认到 {SCHEMA_VERSION}），请先升级本程序。"
    )


def _raise_ours(error: Exception, where: str) -> NoReturn:
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    if isinstance(error, AuthError) or ".Security." in code:
        raise StoreDenied("图数据库拒绝了用户名或密码，请检查 NEO4J_USER 和 NEO4J_PASSWORD。") from error
    if "TransactionTimedOut" in code:
        raise QueryTimeout("查询超过时限，已停止；请缩小范围再试。") from error
    if isinstance(error, ServiceUnavailable | SessionExpired | OSError | DriverError):
        raise StoreUnavailable(f"无法连接图数据库 {where}，请确认它已启动、地址正确。") from error
    raise StoreError(f"图数据库没有完成这次操作（{code}），内容没有改动。") from error


def _run(tx: _Transaction, query: Query, /, **params: Any) -> list[Row]:
    return tx.run(query.text, _encodable(params)).data()


def _statement(query: Query, **params: Any) -> Callable[[_Transaction], list[Row]]:
    return lambda tx: _run(tx, query, **params)


def _encodable(value: Any) -> Any:
    """`value` with lone surrogates, which UTF-8 cannot carry, as U+FFFD (no offset moves)."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return re.sub("[\ud800-\udfff]", "\ufffd", value)
        return str(value)  # a StrEnum is no string to the driver
    if isinstance(value, Mapping):
        return {key: _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value


# ---- writing -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Touched:
    """Ids that a deleted statement referred to: to look at again before the transaction ends."""

    agencies: set[str] = field(default_factory=set)
    instruments: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)


class _Steps:
    """The queries of cypher/write in one transaction."""

    def __init__(self, tx: neo4j.ManagedTransaction) -> None:
        self._tx = tx
        self._queries = load_queries("write")

    def one(self, name: str, **params: Any) -> list[Row]:
        """The rows of the query `name`."""
        return _run(self._tx, self._queries[name], **params)

    def many(self, name: str, rows: Sequence[Row], **params: Any) -> None:
        """Run the query `name` over `rows`, some thousands at a time."""
        for start in range(0, len(rows), BATCH):
            self.one(name, rows=rows[start : start + BATCH], **params)


def _write_record(
    tx: neo4j.ManagedTransaction, rows: RecordRows, judgements: Sequence[Judgement]
) -> WriteSummary:
    steps, document = _Steps(tx), rows.record.document
    _lock(steps)
    present = steps.one("same_document", document=document.id, doc_number=document.doc_number)
    is_digest = document.edition == "digest"
    if is_digest and any(row["edition"] != "digest" for row in present):
        reason = f"图中已有{named(document.title)}的全文，这份摘要没有写入。"
        return WriteSummary(document.id, written=False, reason=reason)
    # Attachments share a number and differ in id: only the same id gives way, and a digest to its full text.
    replaced = [
        row for row in present if row["id"] == document.id or (row["edition"] == "digest" and not is_digest)
    ]
    touched = _Touched()
    for row in replaced:
        _forget(steps, row["id"], touched)
    loose = _released(steps, [*replaced, rows.document], touched)
    for row in replaced:
        if row["id"] != document.id:
            steps.one("forget_document", document=row["id"])
    _write_nodes(steps, rows)
    _write_edges(steps, rows)
    _note(steps, judgements)
    _cite(steps, [*rows.citations, *loose], touched)
    orphans = _sweep(steps, touched, rows)
    return WriteSummary(
        document.id,
        written=True,
        replaced=tuple(row["id"] for row in replaced),
        measures=len(rows.measures),
        responsibilities=len(rows.duties),
        agencies=len({row["agency"] for row in rows.duties}),
        instruments=len({row["instrument"]["id"] for row in rows.instruments}),
        regions=len({row["region"] for row in rows.measure_regions}),
        citations=len(rows.citations),
        orphans=orphans,
    )


def _remove_document(tx: neo4j.ManagedTransaction, name: str) -> bool:
    steps = _Steps(tx)
    _lock(steps)
    found = steps.one("find_document", document=name)
    found = [row for row in found if row["rank"] == found[0]["rank"]]
    if len(found) > 1:
        raise UsageError(f"“{name}”对应多份文件，请写明其中一份：{'、'.join(row['id'] for row in found)}。")
    touched = _Touched()
    for row in found:
        _forget(steps, row["id"], touched)
        loose = _released(steps, [row], touched)
        steps.one("forget_document", document=row["id"])
        _cite(steps, loose, touched)
        _sweep(steps, touched, None)
    return bool(found)


def _lock(steps: _Steps) -> None:
    version = steps.one("lock_store", version=SCHEMA_VERSION)[0]["version"]
    if version > SCHEMA_VERSION:
        raise _too_new(version)


def _forget(steps: _Steps, document: str, touched: _Touched) -> None:
    """Delete what `document` says; the node itself and citations of it stay."""
    for row in steps.one("touched", document=document):
        touched.agencies.update(row["agencies"])
        touched.instruments.update(row["instruments"])
        touched.regions.update(row["regions"])
        touched.cited.update(row["cited"])
    steps.one("forget_measures", document=document)
    steps.one("forget_judgements", document=document)
    steps.one("forget_edges", document=document)
    touched.agencies.update(row["agency"] for row in steps.one("forget_relations", document=document))


def _released(steps: _Steps, documents: Sequence[Row], touched: _Touched) -> list[Row]:
    """Detach and return the citations that may point elsewhere once `documents` come or go."""
    numbers = {row["doc_number"] for row in documents}
    titles = {row[key] for row in documents for key in ("title", "attached_title")}
    rows = steps.one(
        "release_citations",
        ids=sorted({row["id"] for row in documents}),
        numbers=sorted(numbers - {None, ""}),
        titles=sorted(titles - {None, ""}),
    )
    touched.cited.update(row.pop("target") for row in rows)
    return rows


def _cite(steps: _Steps, citations: Sequence[Row], touched: _Touched) -> None:
    """Point every citation at the loaded document it means, else at a stub that stands for it."""
    refs = [{key: row["properties"].get(key) for key in ("doc_number", "title")} for row in citations]
    rows = []
    if refs:
        for found in steps.one("find_cited", refs=refs):
            ref = refs[found["position"]]
            target = found["target"] or (ref["doc_number"] or ref["title"])[:ID_LIMIT]
            rows.append({**citations[found["position"]], "target": target})
    steps.many("citations", rows)
    touched.cited.update(row["target"] for row in rows)
    steps.one("stubs", ids=sorted(touched.cited))


def _sweep(steps: _Steps, touched: _Touched, rows: RecordRows | None) -> int:
    """Gather aliases and delete what nothing refers to any more; returns how many nodes that were."""
    agencies, regions = set(touched.agencies), set(touched.regions)
    if rows is not None:
        agencies.update(row["id"] for row in rows.agencies)
        regions.update(row["id"] for row in rows.regions)
    steps.one("agency_aliases", ids=sorted(agencies))
    gone = steps.one("orphan_agencies", ids=sorted(agencies))[0]
    removed: int = gone["removed"]
    removed += steps.one("orphan_instruments", ids=sorted(touched.instruments))[0]["removed"]
    regions.update(gone["regions"])
    removed += steps.one("orphan_regions", ids=sorted(regions))[0]["removed"]
    return removed


def _write_nodes(steps: _Steps, rows: RecordRows) -> None:
    steps.one("document", id=rows.document["id"], properties=rows.document)
    steps.many("regions", rows.regions)
    steps.many("region_parents", rows.region_parents)
    steps.many("agencies", rows.agencies)
    steps.many("agency_seats", rows.agency_seats)
    steps.many("measures", rows.measures, document=rows.document["id"])


def _write_edges(steps: _Steps, rows: RecordRows) -> None:
    document = rows.document["id"]
    steps.many("issuers", rows.issuers, document=document)
    steps.many("duties", rows.duties)
    steps.many("instruments", rows.instruments)
    steps.many("measure_regions", rows.measure_regions)
    steps.many("document_regions", rows.document_regions, document=document)
    steps.many("successions", rows.successions, document=document)
    steps.many("memberships", rows.memberships, document=document)


def _note(steps: _Steps, judgements: Sequence[Judgement]) -> None:
    steps.many("judgements", [asdict(judgement) for judgement in judgements])


def _sign(rows: RecordRows, judgements: Sequence[Judgement]) -> None:
    """Note on every measure whether it is signed off, by whom and when."""
    found = signed(rows.record, judgements)
    for row in rows.measures:
        sign = found.get(row["id"])
        row["properties"]["checked"] = sign is not None
        if sign is not None:
            row["properties"] |= {"checked_by": sign.author, "checked_at": sign.at}


def _check_ids(rows: RecordRows) -> None:
    """Raise StoreError for ids that repeat or that no index can hold."""
    document = rows.record.document
    measures = [row["id"] for row in rows.measures]
    if len(set(measures)) < len(measures):
        raise StoreError(f"{named(document.title[:50])}有标识重复的任务，没有写入。")
    ids = [document.id, document.doc_number or "", *measures]
    ids += [row["id"] for row in (*rows.agencies, *rows.regions)]
    ids += [row["instrument"]["id"] for row in rows.instruments]
    if any(len(item) > ID_LIMIT for item in ids):
        raise StoreError(f"{named(document.title[:50])}中有超过 {ID_LIMIT} 字的名称，没有写入。")
