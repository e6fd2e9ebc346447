"""`Table`: title, notes, columns and rows of text, and the one way to write it to a file.

A table knows nothing of the graph, and its writers know nothing of what the columns mean.
Everything in a cell is text that somebody else wrote: it never becomes a formula, a link or mark-up.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.errors import OutputExists, UsageError

SUFFIXES = (".docx", ".xlsx", ".csv", ".html")
GRID_SUFFIXES = (".xlsx", ".csv", ".html")
"""What a matrix is written to: Word holds no table of more than 63 columns."""
PAPERS = ("A4", "A3")
WIDE = 10  # columns from which on A3 is chosen where nothing is said


@dataclass(frozen=True)
class Table:
    """Title, columns and rows; `notes` stand above the columns, `tail` below the rows, `sheets` follow in a
    workbook.

    `fixed` columns on the left stay in view; `upright` columns (from this one to the last but
    one) have vertical headings; `name` is the sheet's name; `widths` are in characters of a
    spreadsheet; `paper` is A4 or A3, always landscape, None for what the width asks for. `strong` are words
    to stand out in the cells; `about` says for each row which thing it is about, for pages that link to it;
    `sentences` are the rows as prose. None of the three changes what is in a cell.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    sheets: Sequence[Table] = ()
    fixed: int = 0
    upright: int | None = None  # from this column on
    name: str = "表"
    widths: Mapping[int, int] = field(default_factory=dict)
    paper: str | None = None
    tail: Sequence[str] = ()
    strong: Sequence[str] = ()
    about: Sequence[str] = ()
    sentences: Sequence[str] = ()

    def dated(self, day: str) -> Table:
        """The table with a note of the day (in words) on which it was written out."""
        return replace(self, notes=[*self.notes, f"导出日期：{day}"])

    def parts(self, cell: Any) -> list[tuple[str, bool]]:
        """A cell in pieces, each with whether it is one of the strong words; together they are the cell.

        A word counts where a list has it: not as a part of a longer name.
        """
        text = clean(cell)
        if not self.strong:
            return [(text, False)]
        from graph.tables.duties import lexicon  # the words that may stand between two units

        names = "|".join(re.escape(word) for word in sorted(self.strong, key=len, reverse=True))
        before = "|".join(f"(?<={word})" for word in lexicon()["joints"]["words"])
        after = "|".join([*lexicon()["open_ends"]["words"], *lexicon()["joints"]["words"]])
        pieces = re.split(rf"(?:(?<!\w)|{before})({names})(?={after}|\W|$)", text)
        return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]

    @property
    def size(self) -> str:
        """The paper: A4 or A3."""
        return self.paper or ("A3" if len(self.columns) > WIDE else "A4")

    def write(self, path: Path | str, force: bool = False) -> Path:
        """Writes the table by suffix (.docx, .xlsx, .csv, .html) and returns the path.

        Raises OutputExists when the file exists and `force` is not set, UsageError for
        another suffix or a folder that cannot be written to.
        """
        path = Path(path)
        check_output(path, force)
        return write_bytes(path, self.render(path.suffix.lower()))

    def render(self, suffix: str) -> bytes:
        """The table as the bytes of a .docx, .xlsx, .csv or .html file."""
        # The writers need the class above.
        from graph.tables import plain, sheet, word

        if suffix == ".xlsx":
            return sheet.xlsx(self)
        if suffix == ".docx":
            return word.docx(self)
        return plain.csv_text(self) if suffix == ".csv" else plain.html_page(self)


def write_bytes(path: Path, data: bytes) -> Path:
    """Writes a file whole or not at all; raises UsageError where it cannot be written."""
    part = path.with_name(f".{path.name}.part")  # a half-written file never has the real name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True) if part.parent.is_dir() else None
        raise UsageError(f"写不了“{path}”：{reason(error)}。") from error
    return path


REASONS = {
    "FileNotFoundError": "这个位置不能新建文件",
    "PermissionError": "没有写入的权限",
    "NotADirectoryError": "路径中有一段不是文件夹",
    "FileExistsError": "路径中有一段不是文件夹",
    "IsADirectoryError": "它是一个文件夹",
}


def reason(error: OSError) -> str:
    """Why a file could not be written, in Chinese where the cause is a usual one."""
    numbered = {errno.ENAMETOOLONG: "名字太长", errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘是只读的"}
    known = numbered.get(error.errno or 0) or REASONS.get(type(error).__name__)
    return known or error.strerror or str(error)


def check_output(path: Path, force: bool = False, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Raises UsageError for a suffix that is not written, OutputExists for a file that is there."""
    if not path.suffix:
        raise UsageError(f"“{path}”没有后缀，不知道写成哪种格式：可以写 {'、'.join(suffixes)}。")
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"不认识的表格格式“{path.suffix}”：可以写 {'、'.join(suffixes)}。")
    check_place(path, force)


def check_place(path: Path, force: bool = False) -> None:
    """Raises OutputExists for what must not be overwritten, UsageError where nothing can be written."""
    check_name(path)
    if path.is_dir():
        raise OutputExists(f"“{path}”是一个文件夹；请换一个名字。")
    if path.exists() and not force:
        raise OutputExists(f"“{path}”已经存在；要覆盖请加 --force。")
    parent = next((folder for folder in path.absolute().parents if folder.exists()), None)
    if parent is not None and not parent.is_dir():
        raise UsageError(f"写不了“{path}”：“{parent}”不是文件夹。")


def check_name(path: Path) -> None:
    """Raises UsageError for a name that no file can have (too long) or that may not be looked at."""
    try:
        path.with_name(f".{path.name}.part").exists()
    except OSError as error:
        raise UsageError(f"写不了“{path}”：{reason(error)}。") from error


def clean(value: Any) -> str:
    """A cell as text; a lone surrogate ends no export."""
    text = "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")
