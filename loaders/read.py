"""A file's bytes as text with its pages and tables. Limits are checked before anything is read into memory.

The content decides what a file is; the suffix only tells text formats apart (txt, md, csv), so that a
page saved as .doc or a spreadsheet named .xls is read all the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from charset_normalizer import from_bytes

from graph.errors import BinaryInput, EmptyInput, InputError, InputTooLarge
from loaders.formats import books, drawn, ofd, package, pdf, web, word
from loaders.formats.compose import MAX_TEXT, Box, Composition
from loaders.types import RawText
from loaders.wording import words

MAX_BYTES = 50 * 1024 * 1024
MEDIA = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".mht": "multipart/related",
    ".mhtml": "multipart/related",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docm": "application/vnd.ms-word.document.macroEnabled.12",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".doc": "application/msword",
    ".wps": "application/vnd.ms-works",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
    ".rtf": "application/rtf",
    ".ofd": "application/ofd",
}
ARCHIVE = ".zip"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# What is plainly no document, by its first bytes, and what to do about it.
FOREIGN = (
    (b"\x89PNG", "一张图片，请先用文字识别软件转成文本"),
    (b"\xff\xd8\xff", "一张图片，请先用文字识别软件转成文本"),
    (b"GIF8", "一张图片，请先用文字识别软件转成文本"),
    (b"Rar!", "RAR 压缩包，请解压或改用 zip"),
    (b"7z\xbc\xaf", "7z 压缩包，请解压或改用 zip"),
    (b"\x1f\x8b", "gzip 压缩包，请解压或改用 zip"),
    (b"MZ", "一个程序，不是公文"),
    (b"\x7fELF", "一个程序，不是公文"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PIPE_RULE = re.compile(r"^[ \t]{0,3}\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t\r]*$")


def read(path: Path, limit: int = MAX_BYTES) -> RawText:
    """The file's text with pages, tables, encoding and sha256.

    Raises EmptyInput, BinaryInput, InputTooLarge, or InputError where it cannot be opened or read.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputTooLarge(
                f"{name}：文件有 {size // 2**20} MB，超过 {limit // 2**20} MB 的上限，请拆分后再导入。"
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "文件名无效"
        raise InputError(f"{name}：打不开（{reason}），请检查文件是否存在、是否有读取权限。") from error
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> RawText:
    """The text of a file's content; `name` is for its suffix and for messages. Raises as `read` does."""
    made = Composition(name)
    kind, encoding = kind_of(data, name), "utf-8"
    if not data.strip():
        raise EmptyInput(f"{name}：文件里没有文字。")
    if kind in READERS:
        READERS[kind](data, made)
    elif kind in package.LEGACY:
        data_new, kind = package.converted(data, name, kind)
        READERS[kind](data_new, made)
    else:
        text, encoding = web.decoded(data, name, decode) if kind == ".html" else decode(data, name)
        if kind == ".html":
            web.html(text, made)
        elif kind == ".mht":
            encoding = web.mht(data, made, decode)
        elif kind == ".csv":
            books.csv_text(text, made)
        else:
            _plain(text, made)
    text = made.text()
    if not text.strip():
        raise EmptyInput(f"{name}：文件里没有文字。")
    sha256 = hashlib.sha256(data).hexdigest()
    return RawText(name, text, sha256, MEDIA[kind], encoding, tuple(made.pages), tuple(made.tables))


READERS: dict[str, Callable[[bytes, Composition], None]] = {
    ".docx": word.docx,
    ".xlsx": books.xlsx,
    ".ofd": ofd.ofd,
    ".pdf": pdf.pdf,
}


def kind_of(data: bytes, name: str) -> str:
    """What the content is, as a suffix of MEDIA. Raises BinaryInput, InputError for what is not read."""
    suffix = Path(name).suffix.lower()
    for magic, what in FOREIGN:
        if data.startswith(magic):
            raise BinaryInput(f"{name}：这是{what}。")
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        return package.kind_of_zip(data, name)
    if data.startswith(OLE):
        return package.kind_of_ole(data, name, suffix)
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if web.is_mht(data):
        return ".mht"
    if web.is_html(data) or (suffix in {".html", ".htm", ".shtml"} and b"<" in data):
        return ".html"
    if suffix in {".pdf", ".docx", ".docm", ".xlsx", ".xlsm", ".ofd"} and not _is_text(data):
        raise BinaryInput(f"{name}：文件已损坏，内容不是 {suffix[1:]} 格式，请重新下载或另存一份。")
    return suffix if suffix in {".md", ".csv"} else ".txt"


def _is_text(data: bytes) -> bool:
    return b"\x00" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding) by BOM, strict UTF-8, UTF-16 without BOM, GB18030 or Big5, then charset-normalizer.

    Raises BinaryInput.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name), encoding
    if b"\x00" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _try(data, encoding)
            if text is not None and "\x00" not in text and _familiar(text) > 0.05:
                return text, encoding
        raise BinaryInput(f"{name}：不是文本文件（含有二进制内容），请另存为 txt 或 md。")
    text = _try(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    # Nearly every Big5 file decodes as GB18030 too, into characters that nobody uses: the better of both.
    found = [(t, e) for e in ("gb18030", "big5hkscs") if (t := _try(data, e)) is not None and _plausible(t)]
    if found:
        best = max(found, key=lambda pair: _familiar(pair[0]))
        if _familiar(best[0]) > 0 or len(best[0]) < 20:
            return best
    guess = from_bytes(data[:200_000]).best()
    text = _try(data, guess.encoding) if guess else None
    if guess is None or text is None or not _plausible(text) or not re.search(r"[\u4e00-\u9fff]{2}", text):
        raise BinaryInput(f"{name}：认不出文字编码，请另存为 UTF-8 编码的 txt。")
    return text, guess.encoding


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _strict(data: bytes, encoding: str, name: str) -> str:
    text = _try(data, encoding)
    if text is None:
        raise BinaryInput(f"{name}：文件开头标明 {encoding} 编码，但内容不符，请另存为 UTF-8。")
    return text


def _familiar(text: str) -> float:
    """How much of the text is punctuation and characters that any 公文 is full of."""
    sample = text[:100_000]
    return sum(map(sample.count, words("pages", "common"))) / max(1, len(sample))


def _plausible(text: str) -> bool:
    """Text, not bytes that happened to decode: few control or private-use characters."""
    odd = sum(1 for c in text if (ord(c) < 32 and c not in "\t\n\r\f") or 0xE000 <= ord(c) <= 0xF8FF)
    return odd * 50 <= len(text)


def _plain(text: str, made: Composition) -> None:
    """Text as it is, but for pipe tables (| 序号 | 任务 |) and drawn ones (┌─┬─┐), which become tables."""
    if len(text) > MAX_TEXT:
        raise InputTooLarge(f"{made.name}：文字超过 {MAX_TEXT // 10_000} 万字，请拆分后再导入。")
    lines = text.split("\n")
    at = tried = 0
    for index, line in enumerate(lines):
        if index < at:
            continue
        if index >= tried and (end := drawn.at(lines, index)) > index:
            tried = end  # what is no table is not tried again line by line
            if boxes := drawn.boxes(lines[index:end]):
                _verbatim(lines[at:index], made)
                made.table(boxes)
                at = end
                continue
        if index <= at or "|" not in line or not PIPE_RULE.match(line) or "|" not in lines[index - 1]:
            continue
        stop = index + 1
        while stop < len(lines) and ("|" in lines[stop] or _between(lines, stop)):
            stop += 1
        _verbatim(lines[at : index - 1], made)
        rows = [_pipe_cells(row) for row in [lines[index - 1], *lines[index + 1 : stop]]]
        wide = len(rows[0])
        made.table(
            [
                Box(r, c, cell, 1, wide if len(row) == 1 else 1)
                for r, row in enumerate(rows)
                for c, cell in enumerate(row)
            ]
        )
        at = stop
    _verbatim(lines[at:], made, last=True)


def _between(lines: list[str], at: int) -> bool:
    """Whether a line without bars stands between rows of one table, and so heads the next ones."""
    after = [*lines[at + 1 : at + 3], "", ""]
    return 0 < len(lines[at].strip()) <= 80 and after[0].count("|") >= 2 and not PIPE_RULE.match(after[1])


def _verbatim(lines: list[str], made: Composition, last: bool = False) -> None:
    if lines:
        made.verbatim("\n".join(lines) + ("" if last else "\n"))


def _pipe_cells(line: str) -> list[str]:
    """The cells of | a | b |, with <br> as a line break and \\| as a bar."""
    bare = line.strip().removeprefix("|")
    bare = re.sub(r"(?<!\\)\|$", "", bare)
    return [
        re.sub(r"<br\s*/?>", "\n", cell.replace("\\|", "|")).strip() for cell in re.split(r"(?<!\\)\|", bare)
    ]
