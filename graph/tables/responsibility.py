"""责任分工表 (a row an annotation of a measure) and 分单位任务清单 (the same, a file a unit, zipped)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from graph.errors import UsageError
from graph.tables.duties import (
    CONVENTION,
    CONVENTION_NOTE,
    ROLE_WORDS,
    Row,
    Scope,
    as_of_notes,
    cited,
    concerns,
    deadline_words,
    first_as_lead,
    in_sequence,
    lexicon,
    measures_with_duties,
    numbered,
    remark,
    role_words,
    scope_notes,
    selection_words,
    sentence,
    short_documents,
    source_list,
    texts,
    titled,
)
from graph.tables.matrix import sources
from graph.tables.model import Table
from graph.tables.passages import Passage, Place, listing, passages, work

if TYPE_CHECKING:
    from graph.store import Store

PROGRESS = ("进展情况", "存在问题", "下一步安排")
ORDERS = {"printed": "印出顺序", "sequence": "机构序列"}
CONTENTS = {"full": "全文", "title": "题目"}
FULL_NOTE = "任务内容照文件所印，其中的责任标注移到责任单位各栏。"
DIGEST_NOTE = "摘要文件的任务内容是另写的概要，不是原文。"
NAMES = {"official": "单位全称", "printed": "文件所印名称"}
COLUMN_NOTE = "责任（配合）单位一栏没有写明用语的，有牵头单位时是配合单位，没有牵头单位时是责任单位。"
FIRST_WORDS = 24  # characters of a part's text that tell which part of a measure a row is about


def responsibility_table(
    store: Store,
    *,
    order: str = "printed",
    names: str = "official",
    content: str = "full",
    progress: bool = False,
    convention: bool = False,
    paper: str | None = "A4",
    **scope: Unpack[Scope],
) -> Table:
    """The 责任分工表: what is to be done, who leads, who else answers for it, and until when.

    A measure has a row; one that prints two annotations, each for a part of it, has two with the same 序号.
    Agencies and roles choose measures: all units of a chosen measure stay. Units stand in printed order with
    their printed separators, or with order="sequence" in 机构序列; by their full names, or with
    names="printed" as the document prints them; content="title" leaves the measures' text out. `progress`
    adds blank columns; `convention` shows 首位视同牵头; `as_of` shows who holds the duties on that date.
    Raises UsageError for another order, names, content or date.
    """
    write = Wording(order, names, convention, content)
    agencies, roles = scope.pop("agencies", None), scope.pop("roles", None)
    documents, everything = measures_with_duties(store, **scope)
    rows = _chosen(everything, agencies, roles)
    text_of = texts(store, documents)
    several, short = len(documents) > 1, short_documents(documents)
    by_id = {row["document_id"]: row for row in documents}
    table, about, sentences = [], [], []
    for index, row in enumerate(rows, 1):
        text = text_of.get(row["document_id"], "")
        for line in write.rows(row, text):
            due = deadline_words(row)
            table.append(
                [
                    index,
                    *([short[row["document_id"]]] if several else []),
                    _section(row),
                    line.content,
                    line.leads,
                    line.rest,
                    due,
                    line.note,
                    *([""] * len(PROGRESS) if progress else []),
                ]
            )
            about.append(str(row["measure_id"]))
            source = cited(by_id.get(row["document_id"], row)) if several else ""
            sentences.append(sentence(line.content, line.duties, due, source))
    columns = ["序号", *(["文件"] if several else []), "重点任务", "具体措施", "牵头单位"]
    columns += ["责任（配合）单位", "完成时限", "备注", *(PROGRESS if progress else [])]
    widths = [
        6,
        *([22] if several else []),
        18,
        write.width,
        26,
        40,
        _deadline_width(rows),
        16,
        *([18] * 3 if progress else []),
    ]
    picked = selection_words(everything, agencies, roles)
    return Table(
        title=titled("责任分工表", documents) + (f"（{picked}）" if picked else ""),
        columns=columns,
        rows=table,
        notes=[
            *scope_notes(documents, rows),
            *_left_out(picked, rows, everything),
            *as_of_notes(scope.get("as_of")),
            *write.notes(documents),
        ],
        tail=source_list(documents),
        sheets=[sources(rows, text_of)],
        fixed=4 if several else 3,
        name="责任分工表",
        widths=dict(enumerate(widths)),
        paper=paper,
        strong=_names(rows, agencies),
        about=about,
        sentences=numbered(sentences, documents),
    )


def _chosen(
    rows: Sequence[Row], agencies: Collection[str] | None, roles: Collection[str] | None
) -> Sequence[Row]:
    """The measures in which a chosen unit has a chosen role, with all of their units."""
    if agencies is None and roles is None:
        return rows
    return [row for row in rows if any(concerns(duty, agencies, roles) for duty in row["duties"])]


def _left_out(picked: str, rows: Sequence[Row], everything: Sequence[Row]) -> list[str]:
    if not picked:
        return []
    rest = len(everything) - len(rows)
    return [
        f"{picked}：范围内共{len(everything)}项任务，本表{len(rows)}项，其余{rest}项没有列出；所列任务的各个单位都列出。"
    ]


def _names(rows: Iterable[Row], agencies: Collection[str] | None) -> list[str]:
    chosen = (d for row in rows for d in row["duties"] if agencies and d["agency_id"] in agencies)
    return list(dict.fromkeys(str(duty["agency"]) for duty in chosen))


class Line(NamedTuple):
    """A row on a measure: what is to be done, 牵头单位, 责任（配合）单位, 备注, and its units as prose."""

    content: str
    leads: str
    rest: str
    note: str
    duties: str


class Wording:
    """How the units of a measure are written: in which order, by which names."""

    def __init__(
        self,
        order: str = "printed",
        names: str = "official",
        convention: bool = False,
        content: str = "full",
    ) -> None:
        if order not in ORDERS:
            raise UsageError(f"不认识的单位顺序“{order}”：可以写{'、'.join(ORDERS)}。")
        if names not in NAMES:
            raise UsageError(f"不认识的单位名称“{names}”：可以写{'、'.join(NAMES)}。")
        if content not in CONTENTS:
            raise UsageError(f"不认识的任务内容“{content}”：可以写{'、'.join(CONTENTS)}。")
        self._order: Callable[[Row], Any] | None = in_sequence() if order == "sequence" else None
        self._printed = names == "printed"
        self._convention = convention
        self._full = content == "full"
        self.width = 62 if self._full else 34
        """Characters of a spreadsheet that the column of the tasks takes."""

    def notes(self, documents: Sequence[Row]) -> list[str]:
        """The note lines that these choices call for."""
        order = "机构序列" if self._order else "文件所印的先后和分隔"
        digest = self._full and any(row.get("edition") == "digest" for row in documents)
        content = (FULL_NOTE if self._full else "") + (DIGEST_NOTE if digest else "")
        return [
            *([content] if content else []),
            f"单位用{'文件所印的名称' if self._printed else '全称'}，按{order}列出。{COLUMN_NOTE}",
            *([CONVENTION_NOTE] if self._convention else []),
        ]

    def rows(self, row: Row, text: str) -> Iterator[Line]:
        """A measure, once for each of its annotations."""
        found = passages(text, row["start"], row["end"], row["duties"])
        title = f"{row['number']}{row['title']}"
        if not found:
            yield Line(work(text, row) if self._full else title, "", "", remark(row), "")
        for number, passage in enumerate(found, 1):
            part = f"共{len(found)}处责任标注，此为第{number}处"
            if not self._full:
                part += f"，对应原文：{_opening(text, passage, row['number'])}"
            duties = list({id(place.duty): place.duty for place in passage.places}.values())
            notes = [_remark(row, duties), part if len(found) > 1 else ""]
            leads, rest, whole = self._units(passage, text)
            said = work(text, row, passage if len(found) > 1 else None) if self._full else title
            yield Line(said, leads, rest, "；".join(note for note in notes if note), whole)

    def _units(self, passage: Passage, text: str) -> tuple[str, str, str]:
        """牵头单位, 责任（配合）单位, and both as prose."""
        leads = [place for place in passage.places if place.duty["role"] == "LEADS"]
        others: dict[str, list[Place]] = {}
        supposed = first_as_lead([place.duty for place in passage.places]) if self._convention else None
        for place in passage.places:
            if place.duty["role"] != "LEADS" and place.duty is not supposed:
                others.setdefault(printed_word(place.duty), []).append(place)
        shown = self._line(text, leads)
        if supposed is not None:
            first = [place for place in passage.places if place.duty is supposed]
            shown = f"{self._line(text, first).removesuffix('等')}（{CONVENTION}，文件未写明）"
        lists = {word: self._line(text, found) for word, found in others.items()}
        expected = lexicon()["plain"]["supports" if shown else "implements"]
        rest = "；".join(units if word in expected else f"{word}：{units}" for word, units in lists.items())
        prose = [f"牵头单位：{shown}"] if shown else []
        prose += [f"{_label(word)}：{units}" for word, units in lists.items()]
        return shown, rest, "；".join(prose)

    def _line(self, text: str, found: Sequence[Place]) -> str:
        def name(place: Place) -> str:
            return text[place.start : place.end] if self._printed else str(place.duty["agency"])

        return listing(text, found, name, self._order)


def printed_word(duty: Row) -> str:
    """The printed words of a duty that is no lead, 配合 or 责任单位 where none are printed."""
    return str(duty.get("role_text") or ("配合" if duty["role"] == "SUPPORTS" else "责任单位"))


def _label(word: str) -> str:
    """The printed words as a label: 配合单位 for a bare 配合."""
    return f"{word}单位" if word == ROLE_WORDS["SUPPORTS"] else word


def _opening(text: str, passage: Passage, number: str) -> str:
    """The first words of the part that an annotation is about, without the measure's number."""
    words = text[slice(*passage.task)].replace("\n", "").lstrip().removeprefix(number)
    words = re.sub(r"^[^\w“《〔（]+|^[)）]+", "", words)
    return words[:FIRST_WORDS] + ("…" if len(words) > FIRST_WORDS else "")


def _remark(row: Row, duties: Sequence[Row]) -> str:
    """The remark on some duties of a measure, with the successions that concern them."""
    names = [str(duty["named"]) for duty in duties if duty.get("named")]
    succession = [note for note in row.get("succession") or () if note.startswith(tuple(names))]
    return remark({"duties": duties, "succession": succession})


def _deadline_width(rows: Iterable[Row]) -> int:
    """Room for a date, or for the printed clauses where there are some."""
    return 24 if any(len(deadline_words(row)) > 10 for row in rows) else 12


def _section(row: Row) -> str:
    path = row.get("path") or []
    return str(path[-1]) if path else ""


# --- a file a unit --------------------------------------------------------------------------


def unit_tables(
    store: Store,
    *,
    paper: str | None = "A4",
    progress: bool = False,
    content: str = "full",
    **scope: Unpack[Scope],
) -> dict[str, Table]:
    """The 分单位任务清单: a table for each agency id, with its role and who else answers; a column 文件
    where the unit has tasks from several.

    Together they hold every edge between an agency and a measure of the scope, once.
    """
    agencies, roles = scope.pop("agencies", None), scope.pop("roles", None)  # who else answers stays shown
    documents, rows = measures_with_duties(store, **scope)
    text_of = texts(store, documents)
    write = Wording(content=content)
    own: dict[str, list[tuple[Row, list[Row]]]] = {}
    for row in rows:
        for agency, duties in _by_agency(row["duties"]).items():
            chosen = [duty for duty in duties if roles is None or duty["role"] in roles]
            if chosen and (agencies is None or agency in agencies):
                own.setdefault(agency, []).append((row, chosen))
    lines = {row["measure_id"]: list(write.rows(row, text_of.get(row["document_id"], ""))) for row in rows}
    key = in_sequence()
    ordered = sorted(own, key=lambda agency: key(own[agency][0][1][0]))
    tables = {}
    for agency in ordered:
        used = {row["document_id"] for row, _ in own[agency]}
        about = [row for row in documents if row["document_id"] in used]
        table = _unit_table(own[agency], about, lines, write, progress)
        said = [f"只列本单位{role_words(roles)}的任务。"] if roles else []
        tables[agency] = replace(table, notes=[table.notes[0], *said, *table.notes[1:]], paper=paper)
    return tables


def _by_agency(duties: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for duty in duties:
        found.setdefault(duty["agency_id"], []).append(duty)
    return found


def _unit_table(
    items: Sequence[tuple[Row, list[Row]]],
    documents: Sequence[Row],
    lines: Mapping[str, Sequence[Line]],
    write: Wording,
    progress: bool,
) -> Table:
    name = str(items[0][1][0]["agency"])
    several, short = len(documents) > 1, short_documents(documents)
    table, about, sentences = [], [], []
    counts: dict[str, set[str]] = {}
    for index, (row, duties) in enumerate(items, 1):
        words = list(dict.fromkeys(_own_word(duty) for duty in duties))
        for duty in duties:
            counts.setdefault(ROLE_WORDS[duty["role"]], set()).add(row["measure_id"])
        found = lines[row["measure_id"]]
        told = whole_content(found)
        table.append(
            [
                index,
                *([short[row["document_id"]]] if several else []),
                _section(row),
                told,
                "、".join(words),
                "\n".join(dict.fromkeys(line.leads for line in found if line.leads)),
                "\n".join(dict.fromkeys(line.rest for line in found if line.rest)),
                deadline_words(row),
                _remark(row, duties),
                *([""] * len(PROGRESS) if progress else []),
            ]
        )
        about.append(str(row["measure_id"]))
        said = "；".join(dict.fromkeys(line.duties for line in found if line.duties))
        sentences.append(sentence(told, said, deadline_words(row), cited(row) if several else ""))
    said = "，".join(f"{role}{len(counts[role])}项" for role in ROLE_WORDS.values() if role in counts)
    columns = ["序号", *(["文件"] if several else []), "重点任务", "具体措施", "本单位职责", "牵头单位"]
    columns += ["责任（配合）单位", "完成时限", "备注", *(PROGRESS if progress else [])]
    widths = [
        6,
        *([22] if several else []),
        18,
        write.width,
        12,
        24,
        36,
        _deadline_width([row for row, _ in items]),
        16,
        *([16] * 3 if progress else []),
    ]
    return Table(
        title=f"{name}任务清单",
        columns=columns,
        rows=table,
        notes=[
            f"{name}：{said}。",
            *scope_notes(documents, [row for row, _ in items]),
            *write.notes(documents),
        ],
        tail=source_list(documents),
        fixed=4 if several else 3,
        name="任务清单",
        widths=dict(enumerate(widths)),
        strong=[name],
        about=about,
        sentences=numbered(sentences, documents),
    )


def whole_content(lines: Sequence[Line]) -> str:
    """What a measure says in all its parts, the title once."""
    first = lines[0].content
    title = first.split("\n")[0]
    rest = [line.content.removeprefix(title).strip() for line in lines[1:]]
    return "\n".join(dict.fromkeys([first, *(part for part in rest if part)]))


def _own_word(duty: Row) -> str:
    """The unit's own role, with the printed words where they say more: 牵头, 配合（参与单位）."""
    role, words = ROLE_WORDS[duty["role"]], duty.get("role_text")
    return role if not words or role in words else f"{role}（{words}）"


def unit_archive(
    tables: Mapping[str, Table], suffix: str, step: Callable[[], object] = lambda: None
) -> bytes:
    """A zip with a file a unit, named by the unit, and 目录.csv that says which file is whose.

    `step` is called after each file: there may be hundreds.
    """
    buffer = io.BytesIO()
    used: set[str] = set()
    index = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (agency, table) in enumerate(tables.items(), 1):
            file = _file_name(table.title, used) + suffix
            # A fixed date: the same graph gives the same archive.
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), table.render(suffix))
            index.append([str(number), agency, file, str(len(table.rows))])
            step()
        listing_ = Table("分单位任务清单", ["序号", "单位", "文件", "任务数"], index)
        archive.writestr(zipfile.ZipInfo("目录.csv", (1980, 1, 1, 0, 0, 0)), listing_.render(".csv"))
    return buffer.getvalue()


def _file_name(title: str, used: set[str]) -> str:
    """A name that every system takes as a file of this folder; two units never share one."""
    base = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]', "_", title).strip(" .")[:60] or "单位"
    found = next(n for n in (base, *(f"{base}（{i}）" for i in range(2, 100_000))) if n.lower() not in used)
    used.add(found.lower())
    return found
