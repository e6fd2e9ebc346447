"""What several pages share: the store, the document filter, the address, tables, sources, links.

Functions that return markup return it escaped and ready; `text` is the only way in for what
a document, a user or the store said.
"""

from __future__ import annotations

import html
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar
from urllib.parse import urlencode

import streamlit as st

from graph.errors import DutyGraphError, QueryTimeout, StoreDenied, StoreTooNew, StoreUnavailable
from graph.fields import code_words
from graph.render import ROLE_NAMES
from graph.store import Store, open_store
from graph.succession import chinese_day
from graph.tables import edition_name, named

Row = Mapping[str, Any]
Result = TypeVar("Result")

STYLE = Path(__file__).with_name("style.css")
ROWS_SHOWN = 200
FIRST_PAGE_S = 3.0  # seconds after the start that are left to the first page
NO_UNIT = "没有读出责任单位"  # what was read, not what the document says: it may name one that nobody found
RULES = code_words("rule")
BASES = code_words("basis")


# The store -----------------------------------------------------------------------------------------


@st.cache_resource(show_spinner="正在连接图数据库……")
def _opened() -> Store:
    """The one store of this process; the local server outlives the app."""
    return open_store(keep_running=True)


@st.cache_resource(show_spinner=False)
def _reopening() -> threading.Lock:
    """One lock for all sessions, also when this module is imported anew."""
    return threading.Lock()


def store() -> Store:
    """The open store; raises StoreError when it cannot be reached."""
    return _opened()


def _reopen(broken: Store) -> Store:
    """A fresh store in place of a broken one; sessions that fail together open it once."""
    with _reopening():
        if _opened() is broken:
            _opened.clear()
            broken.close()
        return _opened()


def make_ready() -> None:
    """Opens the store and asks it what the first page asks, so that nobody waits for that.

    Runs beside the pages, in a thread of its own; what fails here is said on a page.
    """
    if must_not_serve():
        return
    with suppress(DutyGraphError):
        rows_of("documents")
        time.sleep(FIRST_PAGE_S)
        store().plan_ahead()


def rows_of(query: str, /, **params: Any) -> list[dict[str, Any]]:
    """The rows of a named query. A store that was restarted (new port, new password) is opened again once."""
    return with_store(lambda opened: opened.query(query, **params))


def with_store(use: Callable[[Store], Result]) -> Result:
    """What `use` makes of the store, tried again once on a fresh connection."""
    opened = store()
    try:
        return use(opened)
    except (StoreUnavailable, StoreDenied):
        return use(_reopen(opened))


@contextmanager
def failures_explained() -> Iterator[None]:
    """A failing store or a wrong parameter becomes a sentence and a way on; never a traceback."""
    try:
        yield
    except DutyGraphError as error:
        st.error(unmarked(error), icon=":material/error:")
        st.markdown(_what_to_do(error))
        if isinstance(error, StoreUnavailable | StoreDenied | StoreTooNew):
            _try_again()
    except Exception:  # Streamlit would show its own English sentence
        logging.getLogger(__name__).exception("page failed")
        st.error(
            "这一页没有画出来，原因已写入运行日志；请刷新页面，或换一个条件再试。", icon=":material/error:"
        )


def _what_to_do(error: DutyGraphError) -> str:
    if isinstance(error, StoreDenied):
        return "请核对 `NEO4J_USER` 和 `NEO4J_PASSWORD`，改好后重新启动本应用。"
    if isinstance(error, StoreTooNew):
        return "请更新本程序，再刷新页面。"
    if isinstance(error, QueryTimeout):
        return "请在左侧少选几份文件，或缩小条件后再试。"
    if isinstance(error, StoreUnavailable):
        return "请运行 `python -m graph status` 查看图数据库是否在运行；它恢复后本页会自动继续。"
    return "请换一个条件再试。"


@st.fragment(run_every="5s")
def _try_again() -> None:
    """Runs the page again when asked, and by itself every five seconds, until the store is back."""
    # The first run draws the button; only the timer's runs after it start the page again.
    first = "waiting_for_store" not in st.session_state
    st.session_state["waiting_for_store"] = True
    if st.button("重试", icon=":material/refresh:") or not first:
        del st.session_state["waiting_for_store"]
        st.rerun(scope="app")


# Who may do what -----------------------------------------------------------------------------------

LOOPBACK = ("127.0.0.1", "localhost", "::1")
READ_ONLY = "--read-only"


def served_at() -> str:
    """The address the app listens on; "0.0.0.0" when none is set, as Streamlit then takes all."""
    return str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104 - compared, not bound


def own_address() -> str:
    """The address to open in a browser on this machine."""
    served = served_at()
    host = served if served not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{st.get_option('server.port')}"


def local_only() -> bool:
    """Whether only this machine can open the app."""
    return served_at() in LOOPBACK


def may_edit() -> bool:
    """Whether this app may change anything or run free queries: on this machine only, and not read-only.

    There is no sign-in yet, so whoever can reach another address could be anybody.
    """
    return local_only() and READ_ONLY not in sys.argv


def who_can_reach() -> str:
    """One sentence for the terminal and the first page: who can open this app, and to do what."""
    if local_only():
        who = f"只有这台电脑能打开本应用（{served_at()}）"
    else:
        who = f"能连到 {served_at()} 的任何人都能打开本应用"
    return who + ("，可以查阅、导入和修改。" if may_edit() else "，只能查阅，不能导入或修改。")


def must_not_serve() -> str:
    """Why the app must not serve at this address, "" when it may: another address needs the flag."""
    if local_only() or READ_ONLY in sys.argv:
        return ""
    return (
        f"本应用没有登录验证，却被设为在 {served_at()} 上提供服务，已停止。"
        f"要让别的电脑查阅，请在启动命令末尾加上 `-- {READ_ONLY}`（只读）；否则请用 127.0.0.1。"
    )


def reading_only(what: str) -> bool:
    """Says that `what` is off where nothing may be changed; True when it is off."""
    if may_edit():
        return False
    st.info(
        f"{what}在只读方式下不开放。请在运行本应用的电脑上打开它，或请管理员操作。",
        icon=":material/lock:",
    )
    return True


# The address ---------------------------------------------------------------------------------------

SCOPE = ("doc", "drafts", "samples")
"""What the choice of documents is called in an address; it goes along from page to page."""


def arrive(page: str) -> None:
    """Notes which page is drawn, and whether the menu led here: it clears the address, Back does not."""
    came_from = st.session_state.get("page")
    st.session_state["page"] = page
    st.session_state["by_menu"] = came_from not in (None, page) and not st.query_params.to_dict()


def remembered(name: str, default: Any, allowed: Collection[Any] | None = None) -> str:
    """Prepares the widget with key `name` from the address and returns the key.

    An address that changed under a running page (Back, an edited link) wins over the widget, also
    where it no longer names the parameter. The menu clears the address: then only the choice of
    documents goes along. Lists repeat the name.
    """
    many = isinstance(default, list)
    said = st.query_params.get_all(name) if many else st.query_params.get(name)
    written = st.session_state.get(f"address:{name}")
    if said and said != written:
        st.session_state[name] = _from_address(said, default)
    elif not said and written and not (name in SCOPE and st.session_state.get("by_menu")):
        st.session_state.pop(f"address:{name}", None)
        st.session_state[name] = default
    elif name not in st.session_state:
        # Streamlit drops a widget's value when its page is left; the last written one brings it back.
        st.session_state[name] = _from_address(written, default) if written else default
    if allowed is not None:
        value = st.session_state[name]
        unknown = [item for item in (value if many else [value]) if item != default and item not in allowed]
        if many:
            st.session_state[name] = [item for item in value if item in allowed]
        elif value not in allowed:
            st.session_state[name] = default
        _say_unknown(name, unknown if said else [])
    return name


def _say_unknown(name: str, unknown: Sequence[Any]) -> None:
    """Says what an address asks for and nobody knows, until the page or the choice is another."""
    key, held = f"unknown:{name}", st.session_state[name]
    if unknown:
        asked = unmarked("、".join(map(str, unknown)))
        said = f"地址里的“{asked}”在这里没有，没有计入；下面是没有它的结果。"
        st.session_state[key] = (st.session_state.get("page"), held, said)
    noted = st.session_state.get(key)
    if noted and noted[:2] == (st.session_state.get("page"), held):
        st.warning(noted[2], icon=":material/info:")
    else:
        st.session_state.pop(key, None)


def in_address(name: str, value: Any, default: Any) -> None:
    """Writes a widget's value to the address; a default is left out."""
    if value == default or value in (None, "", []):
        st.session_state.pop(f"address:{name}", None)
        if name in st.query_params:
            del st.query_params[name]
        return
    said = [str(item) for item in value] if isinstance(value, list) else _to_address(value)
    st.session_state[f"address:{name}"] = said
    held = st.query_params.get_all(name) if isinstance(value, list) else st.query_params.get(name)
    if held != said:
        st.query_params[name] = said


def _to_address(value: Any) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _from_address(said: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return said == "1"
    if isinstance(default, int):
        return int(said) if said.isdecimal() and len(said) < 10 else default
    return said


def one_of(
    label: str, name: str, options: Mapping[str, str], *, place: Any = st, hidden: bool = False, **more: Any
) -> str:
    """One of a few options (value → words) side by side, in the address as `name`; the first by default."""
    default = next(iter(options))
    chosen = str(
        place.radio(
            label,
            list(options),
            format_func=lambda key: options.get(key, key),
            horizontal=True,
            key=remembered(name, default, options),
            label_visibility="collapsed" if hidden else "visible",
            **more,
        )
    )
    in_address(name, chosen, default)
    return chosen


def link(page: str, label: str, *, anchor: str = "", **params: Any) -> str:
    """A link to a page of this app that keeps the document filter. `label` is plain text."""
    return f'<a href="{text(address(page, **params) + anchor)}" target="_self">{text(label)}</a>'


def address(page: str, **params: Any) -> str:
    """The address of a page of this app that keeps the document filter; `params` win over it."""
    return f"{page}?{urlencode({**kept_scope(), **params}, doseq=True)}"


def link_within(page: str, label: str, row: Row) -> str:
    """A link to a page that counts one document only, also where drafts or samples are left out."""
    return link(page, label, doc=row["document_id"], drafts="1", samples="1")


def go_to(page: str, **params: str) -> NoReturn:
    """Goes on to another page in the same session, with the choice of documents."""
    st.switch_page(st.session_state["pages"][page], query_params={**kept_scope(), **params})


def kept_scope() -> dict[str, list[str]]:
    """The choice of documents as it stands in the address."""
    return {name: found for name in SCOPE if (found := st.query_params.get_all(name))}


def agency_link(row: Row, key: str = "agency_id", name: str = "agency") -> str:
    """A link to a unit's page."""
    return link("agency", str(row.get(name) or row.get(key) or ""), agency=row.get(key) or "")


def measure_link(row: Row) -> str:
    """A link to a task's page."""
    label = f"{row.get('number') or ''}{row.get('title') or ''}"
    return link("measure", label or str(row["measure_id"]), measure=row["measure_id"])


def topic_link(row: Row) -> str:
    """A link to the page of a policy instrument or a region (`id`, `name`)."""
    return link("topic", str(row.get("name") or row["id"]), topic=row["id"])


# The document filter ---------------------------------------------------------------------------------


def document_filter() -> dict[str, Any]:
    """The sidebar's choice of documents, as the parameters documents, drafts and samples of a query.

    The samples count until there is a document of one's own; after that somebody has to ask for them.
    """
    known = rows_of("known_documents")  # on every page: no counting
    alone = all(row.get("edition") == "digest" for row in known)
    titles = {str(row["document_id"]): short_source(row) for row in known}
    asked = remembered("doc", [], titles)  # what it has to say stands on the page, not at its side
    with st.sidebar:
        st.subheader("统计范围")
        chosen = st.multiselect(
            "文件",
            list(titles),
            format_func=lambda item: titles.get(item, item),
            placeholder="全部文件",
            key=asked,
        )
        drafts = st.toggle("含征求意见稿", key=remembered("drafts", True))
        samples = st.toggle("含摘要样例", key=remembered("samples", alone))
        in_address("doc", chosen, [])
        in_address("drafts", drafts, True)
        in_address("samples", samples, alone)
        counted = [
            row
            for row in known
            if (not chosen or row["document_id"] in chosen)
            and (drafts or not is_draft(row))
            and (samples or row.get("edition") != "digest")
        ]
        st.caption(f"范围内 {len(counted)} 份文件，图中共 {len(known)} 份。")
    if not known:
        st.info(
            "图里还没有文件。请到“首页”拖入一份文件看看，或在“导入与核对”里导入；"
            "也可以在终端运行 `python -m loaders load 文件路径`。",
            icon=":material/info:",
        )
    return {"documents": chosen or None, "drafts": drafts, "samples": samples}


def nothing(said: str, scope: Mapping[str, Any], otherwise: str = "请换一个条件再试。") -> None:
    """An empty result with what may be hiding it, the choice of documents at the left; else what to do."""
    hidden = [
        name
        for name, off in (
            ("征求意见稿", not scope["drafts"]),
            ("摘要样例", not scope["samples"]),
            ("没有选中的文件", scope["documents"] is not None),
        )
        if off
    ]
    more = f"左侧“统计范围”没有计入{'、'.join(hidden)}，可以打开再看。" if hidden else otherwise
    st.info(f"{said}{more}", icon=":material/info:")


def is_draft(row: Row) -> bool:
    """Whether the row's document is no more than a draft."""
    return any(word in str(row.get("status") or "") for word in ("征求意见", "草案"))


# Words and sources -----------------------------------------------------------------------------------


def text(value: Any) -> str:
    """A value as markup-safe text; None is empty."""
    return html.escape("" if value is None else str(value))


def unmarked(value: Any) -> str:
    """A value for a place that takes Markdown: no character of it means anything there."""
    # Streamlit also reads $x$, :red[x] and :name:; a backslash disarms every ASCII punctuation mark.
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", "" if value is None else str(value)).replace("\n", " ")


def file_name(value: str, limit: int | None = 80) -> str:
    """A document's or a unit's name as a name of a file, cut to `limit` characters."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "_", value)[:limit].strip(" .") or "下载"


def short_source(row: Row) -> str:
    """A document in a menu, as plain text: title, 文号 or date, and what it is when not in force."""
    status, edition = str(row.get("status") or ""), row.get("edition")
    marks = [status if status != "正式" else "", edition_name(edition) if edition != "full" else ""]
    title = str(row.get("document") or row.get("title") or row.get("document_id") or "")
    facts = [str(row.get("doc_number") or row.get("date") or ""), *marks]
    return "　".join([named(title), *(fact for fact in facts if fact)])


def status_badges(row: Row) -> str:
    """征求意见稿, 摘要, 节选 and other states that a reader must not miss; 正式 needs none."""
    status, edition = str(row.get("status") or ""), row.get("edition")
    badges = []
    if status and status != "正式":
        kind = "draft" if is_draft(row) else "ended"
        badges.append(badge(status, kind))
    if edition in ("digest", "partial"):
        badges.append(badge(edition_name(edition), "digest"))
    return " ".join(badges)


def badge(label: str, kind: str, hint: str = "") -> str:
    """A small label; `kind` is one of the classes of style.css."""
    return f'<span class="badge {text(kind)}" title="{text(hint)}">{text(label)}</span>'


def source(row: Row) -> str:
    """Where a row comes from: linked title, 文号, date, status; badges always visible."""
    named = link("document", short_title(row), document=row["document_id"])
    return f'<span class="source">{named} {source_facts(row)}</span>'


def short_title(row: Row) -> str:
    """A document's title between its marks."""
    return named(row.get("document") or row.get("title") or row.get("document_id"))


def source_facts(row: Row) -> str:
    """文号, date and status of a document, as markup."""
    facts = "　".join(text(fact) for fact in (row.get("doc_number"), chinese_day(row.get("date"))) if fact)
    return f'<span class="quiet">{facts}</span> {status_badges(row)}'


def sources(rows: Iterable[Row]) -> None:
    """A line a document for the documents that rows come from."""
    found = {row["document_id"]: row for row in rows if row.get("document_id")}
    if found:
        lines = "<br>".join(source(row) for row in found.values())
        st.html(f'<div class="source"><span class="quiet">来源</span><br>{lines}</div>')


def role_badge(row: Row) -> str:
    """牵头, 配合 or 负责 with the words as printed beside it, and the rule on hover."""
    role, printed = str(row.get("role") or ""), row.get("role_text")
    label = ROLE_NAMES.get(role, role)
    hint = "，".join(filter(None, (rule_name(row), BASES.get(str(row.get("basis")), ""))))
    shown = badge(label, role, hint) if role else ""
    if printed and label not in str(printed):  # 配合 配合单位 would say it twice
        shown += f' <span class="quiet whole">{text(printed)}</span>'
    return shown + (" " + badge("等", "open", "名单以“等”结尾，未列全") if row.get("open_list") else "")


def units_of(row: Row) -> str:
    """The units of a task, one a line, with their role."""
    found = [f"{role_badge(duty)} {agency_link(duty)}" for duty in row.get("duties") or ()]
    return "<br>".join(found) or badge(NO_UNIT, "open")


def rule_name(row: Row) -> str:
    """By which rule a role was read, in words."""
    rule = str(row.get("rule") or "")
    return RULES.get(rule, rule)


def quotes(row: Row) -> str:
    """The words a row was read from."""
    found = row.get("quotes") or ([row["quote"]] if row.get("quote") else [])
    return "<br>".join(f'<span class="quiet">{text(quote)}</span>' for quote in dict.fromkeys(found))


def facts(pairs: Mapping[str, Any], links: Mapping[str, str] | None = None) -> None:
    """A line of facts: label and number; `links` leads a label's number to the rows behind it."""
    shown = "".join(
        f"<span>{text(label)}<b>"
        + (f'<a href="{text(links[label])}">{text(value)}</a>' if links and label in links else text(value))
        + "</b></span>"
        for label, value in pairs.items()
    )
    st.html(f'<div class="facts">{shown}</div>')


# Tables ----------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of a reading table: heading, what a row shows (escaped markup), and 'short' or 'wide'."""

    title: str
    show: Callable[[Row], str]
    kind: str = ""


def plain(key: str) -> Callable[[Row], str]:
    """A column that shows one value as text."""
    return lambda row: text(row.get(key))


COUNT_COLUMNS = (
    Column("任务", lambda row: link_within("measure", str(row["measures"]), row), "short"),
    Column("责任单位", lambda row: link_within("agency", str(row["agencies"]), row), "short"),
)
"""The counts of a document, each a link to what was counted."""

DUTY_COLUMNS = (
    Column("任务", measure_link, "wide"),
    Column("分工", role_badge, "short"),
    Column("单位", agency_link, "unit"),
    Column("来源", source, "wide"),
    Column("原文", quotes, "wide"),
)


def duty_columns(*left_out: str) -> list[Column]:
    """The columns of a row about a duty, without those the page says elsewhere."""
    return [column for column in DUTY_COLUMNS if column.title not in left_out]


def reading_table(rows: Sequence[Row], columns: Sequence[Column], *, key: str, tall: bool = False) -> None:
    """Rows as an HTML table that wraps and prints, ROWS_SHOWN at a time."""
    pages = -(-len(rows) // ROWS_SHOWN)
    first = 0
    if pages > 1:
        number = st.number_input(
            f"第几页（共 {pages} 页，{len(rows)} 行）", 1, pages, key=f"page:{key}", width=220
        )
        first = (int(number) - 1) * ROWS_SHOWN
    st.html(
        table_markup(rows[first : first + ROWS_SHOWN], columns, "duty-table tall" if tall else "duty-table")
    )


def table_markup(rows: Iterable[Row], columns: Sequence[Column], kind: str = "duty-table") -> str:
    """The markup of a reading table."""
    head = "".join(f"<th>{text(column.title)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f'<td class="{column.kind}">{column.show(row)}</td>' for column in columns) + "</tr>"
        for row in rows
    )
    scrolls = ' tabindex="0" role="region" aria-label="表"' if "tall" in kind else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="{kind}"{scrolls}>{table}</div>'


def style() -> None:
    """Loads the styles of tables, badges and marks."""
    st.html(STYLE)


def role_filter() -> list[str]:
    """The roles chosen, in the address; none chosen is all of them."""
    roles = st.multiselect(
        "分工",
        list(ROLE_NAMES),
        format_func=lambda role: ROLE_NAMES.get(role, role),
        placeholder="牵头、配合、负责",
        key=remembered("role", [], ROLE_NAMES),
    )
    in_address("role", roles, [])
    return roles
