"""Who issued a document and when: the title, the letterhead, the signatures and labelled lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.lexicon import Lexicon
from loaders.structure.dates import calendar_day, iso_date
from loaders.structure.lines import Line, squeeze
from loaders.structure.numbering import numbered
from loaders.structure.titles import LONG_LINE
from loaders.wording import pattern, rows, source

MAX_SIGNERS = 30  # lines: a joint document has as many signatures as offices


def signatures(
    lines: Sequence[Line], head: Sequence[Line], lexicon: Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(signing offices, ISO dates) of the notice and of the text's end; the first date is the document's.

    A labelled date (成文日期：…, 发布日期：…) counts where no signature gives one; 成文 also beside it.
    """
    written = pattern("structure", "written_date")
    signers: tuple[str, ...] = ()
    dates: list[str] = []
    for area in (head, lines[-6:]):
        for index, line in enumerate(area):
            bare = squeeze(line.text[:80]).strip("（）()")
            if index and area[index - 1].text.rstrip().endswith(("：", ":")):
                continue  # 成文日期： on a line of its own above it: a label's date, no signature's
            if written.fullmatch(bare) and (found := iso_date(bare)):
                signers = signers or _signers(area[max(0, index - MAX_SIGNERS) : index], lexicon)
                dates.append(found)
                break
        if dates:
            break  # an attachment's own signature may stand at the end
    if not signers:  # the notice's own items stand before its signature
        for index, line in enumerate(lines):
            if len(line.text) <= LONG_LINE and written.fullmatch(squeeze(line.text).strip("（）()")):
                signers = _signers(lines[max(0, index - MAX_SIGNERS) : index], lexicon)
                if signers and (found := iso_date(squeeze(line.text).strip("（）()"))):
                    dates = [found]
                    break
    labelled: dict[str, str] = {}
    page = "\n".join(line.text[:400] for line in head[:60])
    for said in rows("structure")["dates"]["patterns"]:
        for match in re.finditer(said, page):
            for name, printed in match.groupdict().items():
                if iso := calendar_day(*map(int, re.findall(r"\d+", printed))):
                    labelled.setdefault(name, iso)
    if "written" in labelled:
        dates.append(labelled["written"])
    if not dates and "published" in labelled:
        dates.append(labelled["published"])
    return signers, tuple(dict.fromkeys(dates))


def _signers(before: Sequence[Line], lexicon: Lexicon) -> tuple[str, ...]:
    """The offices on the lines right above a date, as many as there are."""
    office = re.compile(rf"[^，。：；、（(:;]{{2,40}}{source('structure', 'offices_signing')}")
    names: list[str] = []
    for line in reversed(before):
        if pattern("structure", "seals").fullmatch(squeeze(line.text)):
            continue  # whose seal stands for the signer's
        parts = [part for part in re.split(r"[\s　]+", line.text.strip()) if part]
        whole = squeeze(line.text)
        if numbered(line.text) or pattern("structure", "bare_names").match(whole):
            break
        if parts and all(office.fullmatch(part) for part in parts):
            names[:0] = parts
        elif len(whole) <= 40 and office.fullmatch(whole):
            names.insert(0, whole)
        else:
            break
    return tuple(name for part in names for name in _unglued(part, lexicon))


def issuers_of(printed: str, heads: list[str], signers: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The offices before 关于 in the title, on the letterhead (…文件), or signing."""
    office, joint = source("structure", "offices_signing"), pattern("structure", "joint")
    before = re.match(rf"(?s)([^《]{{3,400}}?){source('structure', 'title_verbs')}", printed)
    if before:
        names = [part for part in joint.split(before.group(1)) if part]
        if names and all(re.fullmatch(rf".{{1,60}}{office}", name) for name in names):
            found = tuple(name for part in names for name in _unglued(part, lexicon))
            others = pattern("structure", "other_issuers").search(before.group(1).rstrip())
            if len(found) == 1 and len(signers) == 1 and signers[0].endswith(found[0]):
                return signers  # 区人民政府办公室 in the title, 某区人民政府办公室 below
            return signers if others and len(signers) > len(found) else found
        whole = squeeze(before.group(1))
        if re.fullmatch(rf".{{3,60}}{office}", whole):
            return signers if len(signers) == 1 and signers[0].endswith(whole) else _unglued(whole, lexicon)
    for line in heads:
        if match := re.fullmatch(
            rf"(.{{3,60}}{office}){source('structure', 'letterhead')}", squeeze(line[:200])
        ):
            return tuple(n for part in joint.split(match.group(1)) if part for n in _unglued(part, lexicon))
    return signers


def labelled_issuer(heads: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The office behind 发文机关 in the table above a text, on the label's line or the next."""
    office = source("structure", "offices_signing")
    page = "\n".join(squeeze(line[:200]) for line in heads[:40])
    for match in pattern("structure", "issuer_labels").finditer(page):
        if re.fullmatch(rf"[^，。：；、（(:;]{{2,40}}{office}", match["name"]):
            return _unglued(match["name"], lexicon)
    return ()


def _unglued(names: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Names printed without anything between, where each is one of the register's: else the text itself."""
    out: list[str] = []
    rest = names
    while rest:
        length = next((n for n in range(min(len(rest), 40), 2, -1) if rest[:n] in lexicon.names), 0)
        if not length:
            return (names,)
        out.append(rest[:length])
        rest = rest[length:]
    return tuple(out)
