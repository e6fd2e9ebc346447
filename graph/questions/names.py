"""What can be named in a question: the graph's agencies, measures, documents, regions and instruments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.questions.words import (
    LONGEST_NAME,
    LONGEST_THEME,
    OFFERED,
    SHORTEST_PART,
    Row,
    Scope,
    expression,
    grammar,
    key,
    lexicon_words,
    number_of,
    pattern,
    plain_words,
    shortest,
)

if TYPE_CHECKING:
    from graph.store import Store
_DIVISION_LIMIT = 14  # characters at the start of a name where divisions stand


def without_end(place: str) -> str:
    """A place without 市, 省 or the like."""
    return pattern("place_end").sub("", place)


class Names:
    """What can be named in a question, looked up in the graph once for each question."""

    def __init__(self, store: Store, chosen: Mapping[str, Any] | None = None) -> None:
        self._store = store
        self.chosen = dict(chosen or {})

    @cached_property
    def documents(self) -> list[Row]:
        """The loaded documents within the chosen ones."""
        return self._store.query("documents", **self.chosen)

    @cached_property
    def every_document(self) -> list[Row]:
        """All loaded documents; that one is not among the chosen is said, not taken for unknown."""
        return self._store.query("documents") if self.chosen else self.documents

    @cached_property
    def cited(self) -> list[Row]:
        """Documents that are only cited, in the shape of the loaded ones."""
        rows = {}
        for row in self._store.query("citations", **self.chosen):
            if row["stub"]:
                shape = {
                    "document": row["target"],
                    "doc_number": row["target_number"],
                    "date": None,
                    "stub": True,
                }
                rows[row["target_id"]] = {"document_id": row["target_id"], **shape}
        return list(rows.values())

    @cached_property
    def agencies(self) -> list[Row]:
        """All agencies with their names and aliases."""
        return self._store.query("agencies", **self.chosen)

    @cached_property
    def measures(self) -> list[Row]:
        """All measures, with title and document."""
        return self._store.query("measures", **self.chosen)

    @cached_property
    def regions(self) -> dict[str, str]:
        """Names of regions, also without 市, 省 or 区, and as printed (珠三角) → the region's id, where it
        is one only; a name goes before what is printed."""
        named: dict[str, set[str]] = {}
        printed: dict[str, set[str]] = {}
        for row in self.region_rows:
            name = key(str(row["region"]))
            for form in (name, without_end(name)):
                named.setdefault(form, set()).add(row["region_id"])
            # 自贸区, 保税区 are printed for the one at home and asked of any; 珠三角 is always the same
            for mention in row["mentions"] if row["kind"] in ("区域", "行政区") else ():
                printed.setdefault(key(str(mention)), set()).add(row["region_id"])
        found = {**printed, **named}
        return {form: next(iter(ids)) for form, ids in found.items() if len(ids) == 1 and len(form) >= 2}

    @cached_property
    def region_rows(self) -> list[Row]:
        """The regions that tasks or documents of the chosen ones are for."""
        return self._store.query("regions", **self.chosen)

    @cached_property
    def bare_regions(self) -> frozenset[str]:
        """Names of places without 市 or 区: 南沙 is also said of 南沙新区 and 南沙保税港区."""
        names = {key(str(row["region"])) for row in self.region_rows}
        return frozenset(without_end(name) for name in names) - names

    @cached_property
    def instruments(self) -> frozenset[str]:
        """Names of policy instruments; in a question they are subjects to look for."""
        rows = self._store.query("instruments", **self.chosen)
        return frozenset(
            name for row in rows if 2 <= len(name := key(str(row["instrument"]))) <= LONGEST_THEME
        )

    @cached_property
    def _forms(self) -> list[dict[str, dict[str, Row]]]:
        """Agencies by every printed form; by forms that count on a context (市商务局); by what is left
        without any division (商务局)."""
        forms: dict[str, dict[str, Row]] = {}
        local: dict[str, dict[str, Row]] = {}
        bare: dict[str, dict[str, Row]] = {}
        for row in self.agencies:
            for name in (row["agency"], row["agency_id"], row.get("short_name"), *(row.get("aliases") or ())):
                if not name:
                    continue
                text = key(name)
                forms.setdefault(text, {})[row["agency_id"]] = row
                for found in pattern("division").finditer(text, 0, _DIVISION_LIMIT):
                    # 广东省经济和信息化委员会 → 省经济和信息化委员会; 重庆市各区县政府 → 各区县政府
                    rest = text[found.end() :]
                    if each := pattern("each").match(rest):
                        local.setdefault(rest, {})[row["agency_id"]] = row
                        local.setdefault(rest[each.end() :], {})[row["agency_id"]] = row
                    # 州 ends a division in 楚雄州, not in 广州
                    is_prefecture = pattern("prefecture").search(row["agency"])
                    if pattern("prefecture_end").match(found[0]) and not is_prefecture:
                        continue
                    local.setdefault(found[0] + rest, {})[row["agency_id"]] = row
                    if len(rest) >= 3 and rest not in plain_words():
                        bare.setdefault(rest, {})[row["agency_id"]] = row
                # 南沙开发区 is said for 南沙开发区管委会
                zone = pattern("committee").sub("", text)
                if zone != text and len(zone) >= 4:
                    local.setdefault(zone, {})[row["agency_id"]] = row
        for text, rows in self._without_place(forms).items():
            bare.setdefault(text, {}).update(rows)
        return [forms, local, bare]

    def _without_place(self, forms: Mapping[str, dict[str, Row]]) -> dict[str, dict[str, Row]]:
        """What a place of the graph stands before without 市 or 省 (广州|海事局) → all agencies with a name
        that ends so: one of them must not be taken for another."""
        places = {without_end(form) for form in (*self.places, *self.regions)}
        found: dict[str, dict[str, Row]] = {}
        for text in forms:
            for size in range(2, min(len(text) - 2, 5)):
                rest = text[size:]
                plain = rest in plain_words() or pattern("division").match(text)
                if text[:size] in places and not plain:
                    found.setdefault(rest, {})
        for text, rows in forms.items():
            for start in range(1, len(text) - 2):
                if text[start:] in found:
                    found[text[start:]].update(rows)
        return found

    @cached_property
    def forms(self) -> frozenset[str]:
        """Everything an agency may be called."""
        return frozenset(form for forms in self._forms for form in forms if len(form) > 1)

    @property
    def printed_forms(self) -> Mapping[str, Any]:
        """Agencies by whole names: full, short, and as printed with their place."""
        return self._forms[0]

    def agency(self, text: str, scope: Scope) -> Row | list[Row]:
        """The agency of that name, or the several (or no) agencies it may be."""
        exact = [row for row in self._forms[0].get(text, {}).values() if key(row["agency"]) == text]
        if len(exact) == 1:
            return exact[0]
        tier = next((n for n, forms in enumerate(self._forms) if text in forms), 0)
        found = list(self._forms[tier].get(text, {}).values())
        if len(found) > 1 and (tier < 2 or scope.ids is not None):
            there = self._in(scope)
            found = [row for row in found if row["agency_id"] in there] or found
        return found[0] if len(found) == 1 else found

    def _in(self, scope: Scope) -> set[str]:
        """Agencies that answer for something in these documents."""
        rows = self.agencies
        if scope.ids is not None:
            rows = self._store.query("agencies", **{**self.chosen, "documents": list(scope.ids)})
        return {row["agency_id"] for row in rows if row["measures"]}

    def made_of(self, text: str) -> list[Row]:
        """Agencies with a name that the text is made of pieces of, in order: 甲管委会 for 甲开发区管委会."""
        rows: dict[str, Row] = {}
        for form, found in self._forms[0].items():
            if len(text) >= SHORTEST_PART and set(text) <= set(form) and _made_of(text, form):
                rows.update(found)
        return [row for row in rows.values() if row["measures"]][:OFFERED]

    def similar(self, text: str) -> list[Row]:
        """Agencies with a name like this one, for suggestions only."""
        if not 2 <= len(text) <= LONGEST_NAME:
            return []
        forms = self._forms[0]
        near = [form for form in forms if text in form]
        near += get_close_matches(text, list(forms), n=3, cutoff=0.6)
        rows = {row["agency_id"]: row for form in near for row in forms[form].values()}
        busy = [row for row in rows.values() if row["measures"]]
        return sorted(busy, key=lambda row: (-row["measures"], row["agency_id"]))[:OFFERED]

    @cached_property
    def _titles(self) -> dict[str, list[Row]]:
        titles: dict[str, list[Row]] = {}
        for row in self.measures:
            for form in {key(row["title"]), key(str(row["number"] or "") + row["title"])}:
                titles.setdefault(form, []).append(row)
        return titles

    @cached_property
    def _all_titles(self) -> str:
        return "\n".join(self._titles)

    def measure_parts(self, text: str, start: int) -> Iterator[str]:
        """What at this place may name a measure: a whole title, and the longest part of one."""
        size = SHORTEST_PART
        if text[start : start + size] not in self._all_titles or start + size > len(text):
            size = 0
        longest = size
        while (
            longest and start + longest < len(text) and text[start : start + longest + 1] in self._all_titles
        ):
            longest += 1
        for end in range(2, max(longest, SHORTEST_PART) + 1):
            piece = text[start : start + end]
            if len(piece) == end and (end == longest or piece in self._titles):
                yield piece

    def measure(self, text: str | None, item: int | None, scope: Scope) -> Row | list[Row]:
        """The measure of that title (or part of it) or number, or what it may be."""
        rows = [row for row in self.measures if scope.ids is None or row["document_id"] in scope.ids]
        if item is not None:
            rows = [row for row in rows if _item(row["number"]) == item]
        if text is not None:
            wanted: list[Callable[[str, str], bool]] = [
                lambda title, number: text in (title, number + title),
                lambda title, number: len(text) >= SHORTEST_PART and text in title,
            ]
            for test in wanted:
                if found := [row for row in rows if test(key(row["title"]), key(row["number"] or ""))]:
                    return found[0] if len(found) == 1 else found
            return []
        return rows[0] if len(rows) == 1 else rows

    @cached_property
    def _document_names(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in [*self.every_document, *self.cited]:
            for name in ("document_id", "document", "attached_title", "doc_number"):
                form = key(str(row.get(name) or ""))
                forms = {form, re.sub(r"\([^()]*\)$", "", form)} if name != "document_id" else {form}
                for form in forms:
                    if len(form) > 3 and row not in found.setdefault(form, []):
                        found[form].append(row)
        return found

    @cached_property
    def _nouns(self) -> tuple[str, ...]:
        return tuple(key(noun) for noun in grammar()["noun"])

    def document_parts(self, text: str, start: int) -> Iterator[str]:
        """What at this place may name a document: title, number, or words of a title with its noun."""
        for name in self._document_names:
            if text.startswith(name, start):
                yield name
        if (found := pattern("issue_number").match(text, start)) and self.by_number(found[0]):
            yield found[0]
        for end in range(start + 4, min(len(text), start + LONGEST_NAME) + 1):
            piece = text[start:end]
            if not piece.endswith(self._nouns) or piece in self._document_names or piece in lexicon_words():
                continue
            # 工作措施, 任务文件 are words, not the name of a document
            rest = next(piece.removesuffix(noun) for noun in self._nouns if piece.endswith(noun))
            if len(rest) >= 2 and rest not in lexicon_words() and self.by_words(piece):
                yield piece

    def document(self, text: str) -> Row | list[Row]:
        """The document of that title, number or title words, or the several it may be."""
        found = self._document_names.get(text) or self.by_number(text) or self.by_words(text)
        loaded = [row for row in found if not row.get("stub")] or found
        return loaded[0] if len(loaded) == 1 else loaded

    def by_number(self, text: str, *, bare: bool = False) -> list[Row]:
        """The documents of a 文号 as it is typed, without brackets or year: 甲发2013年31号, 甲发31号, 31号文.

        Everything that is typed must be so; a number alone (31号) counts only when `bare`.
        """
        said = pattern("issue_number").fullmatch(text)
        if not said or not (bare or said["issuer"] or said["year"] or said["said"]):
            return []
        found = []
        for row in [*self.every_document, *self.cited]:
            real = pattern("issue_number").fullmatch(key(str(row.get("doc_number") or "")))
            parts = ("issuer", "year", "number")
            if real and all(said[part] in (None, real[part]) for part in parts) and row not in found:
                found.append(row)
        return found

    def by_words(self, text: str) -> list[Row]:
        """The loaded documents with these words in their title; 文件 may stand for their kind."""
        if len(text) > 4:
            text = pattern("document_end").sub("", text)
        return [row for row in self.every_document if _by_words(text, row)] if len(text) <= 40 else []

    @cached_property
    def places(self) -> dict[str, set[str]]:
        """Names of the places that documents are of → ids of these documents."""
        found: dict[str, set[str]] = {}
        for row in self.every_document:
            place = _lowest(key(str(row.get("jurisdiction") or "")))
            for form in (place, without_end(place)):
                if len(form) >= 2:
                    found.setdefault(form, set()).add(row["document_id"])
        return found

    @cached_property
    def document_set(self) -> re.Pattern[str]:
        """两份2013年广东文件, 重庆的, 2018年以来的文件, 全部五份文件."""
        places = "|".join(map(re.escape, sorted(self.places, key=len, reverse=True))) or "(?!)"
        nouns = "|".join(sorted(self._nouns, key=len, reverse=True))
        return re.compile(expression("document_set", places=places, nouns=nouns))

    def in_set(self, facts: Mapping[str, str | None]) -> list[Row]:
        """The documents that such a phrase means."""
        rows = self.every_document
        if year := facts.get("year"):
            dated = [(row, str(row.get("date") or "")[:4]) for row in rows]
            rows = [row for row, date in dated if date and (date >= year if facts["since"] else date == year)]
        if place := facts.get("place"):
            rows = [row for row in rows if row["document_id"] in self.places[place]]
        noun = facts.get("noun")
        if noun and not pattern("any_document").match(noun):
            titles = ("document", "attached_title")
            rows = [row for row in rows if any(noun in key(str(row.get(name) or "")) for name in titles)]
        return rows


def _item(number: str | None) -> int | None:
    """The number that an item is printed with: （十二） or 12· is 12."""
    return number_of("".join(pattern("number").findall(key(number or ""))))


def _by_words(text: str, row: Row) -> bool:
    """Whether a text is made of words of a title, in order: 广州方案 for 广州市……工作方案."""
    place = _lowest(key(str(row.get("jurisdiction") or "")))
    titles = [key(str(row.get(name) or "")) for name in ("document", "attached_title")]
    if not pattern("draft").search(text):
        titles = [pattern("draft_mark").sub("", title) for title in titles]
    return any(_made_of(shortest(text), shortest(place + title)) for title in titles if title)


def _lowest(jurisdiction: str) -> str:
    """广东省广州市 → 广州市."""
    return pattern("above_end").split(jurisdiction)[-1] or jurisdiction


def _made_of(text: str, title: str) -> bool:
    """Whether `text` can be cut into pieces of two or more characters that stand in `title` in order."""
    reach = {0: 0}  # how much of the text is covered → the earliest place in the title after it
    for done in range(len(text)):
        if done not in reach:
            continue
        for size in range(2, len(text) - done + 1):
            at = title.find(text[done : done + size], reach[done])
            if at < 0:
                break
            end = done + size
            reach[end] = min(reach.get(end, len(title)), at + size)
    return len(text) in reach


def is_draft(row: Mapping[str, Any]) -> bool:
    """Whether a document is a 征求意见稿."""
    status = str(row.get("status") or "")
    return "征求意见" in status or "草案" in status
