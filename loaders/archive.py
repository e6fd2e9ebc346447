"""Files named on a command line: folders walked, patterns expanded, zip archives unpacked with limits.

An archive's members are written under new names below a folder of ours, whatever path they ask for.
Names without the UTF-8 mark are GBK, as Windows writes them here.
"""

from __future__ import annotations

import glob
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from graph.errors import InputError, InputTooLarge
from loaders.read import ARCHIVE, MAX_BYTES, MEDIA

MAX_MEMBERS = 5000
MAX_UNPACKED = 2**30  # bytes of all members together
MAX_RATIO = 200  # unpacked to packed, for archives over 20 MB unpacked
MAX_NESTING = 2  # an archive in an archive is read, one more level is not
NAME_LENGTH = 60  # characters: 180 bytes, well below what file systems take
UTF8_NAME = 0x800  # zip's flag for a name in UTF-8
ENCRYPTED = 0x1

Failed = Callable[[InputError], None]


def expanded(paths: Iterable[Path], workspace: Path, failed: Failed) -> Iterator[Path]:
    """Every file that is to be read: those named, those of folders, patterns and archives, in name order.

    `workspace` is an empty folder where archives are unpacked; what cannot be is told to `failed`.
    """
    count = 0
    for path in paths:
        for file in _found(path, failed):
            if is_archive(file):
                count += 1
                yield from _members(file, workspace / str(count), failed, 1)
            else:
                yield file


def _found(path: Path, failed: Failed) -> Iterator[Path]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if _readable(p) and p.is_file())
        if not files:
            kinds = "、".join(sorted([*MEDIA, ARCHIVE]))
            failed(InputError(f"{path.name}：文件夹里没有能读的文件（{kinds}）。"))
        yield from files
    elif not path.exists() and re.search(r"[*?\[]", str(path)):
        files = sorted(Path(p) for p in glob.glob(str(path), recursive=True) if Path(p).is_file())  # noqa: PTH207
        if not files:
            failed(InputError(f"{path.name}：没有匹配的文件。"))
        yield from files
    else:
        yield path


def _readable(path: Path) -> bool:
    """A file that a folder is searched for: office programs leave lock files (~$…) beside the real ones."""
    return path.suffix.lower() in {*MEDIA, ARCHIVE} and not path.name.startswith((".", "~$", ".~"))


def _beside(name: Sequence[str]) -> bool:
    """A member that no person put there to be read: of an office program, a system, or a meta file."""
    last = name[-1]
    return (
        "__MACOSX" in name or last.startswith((".", "~$", ".~")) or last.endswith((".meta.json", "Thumbs.db"))
    )


def is_archive(path: Path) -> bool:
    """Whether a .zip file holds documents (a docx that was named .zip is a document itself)."""
    if path.suffix.lower() != ARCHIVE or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except Exception:  # zipfile raises nearly anything on broken bytes; said when it is unpacked
        return True


def _members(file: Path, folder: Path, failed: Failed, depth: int) -> Iterator[Path]:
    try:
        unpacked = list(unpack(file, folder, failed))
    except InputError as error:
        failed(error)
        return
    if not unpacked:
        failed(InputError(f"{file.name}：压缩包里没有能读的文件。"))
    for number, member in enumerate(unpacked):
        if not is_archive(member):
            yield member
        elif depth >= MAX_NESTING:
            failed(InputError(f"{member.name}：压缩包套了 {depth + 1} 层，请先解压再导入。"))
        else:
            yield from _members(member, folder / f"in{number}", failed, depth + 1)


def unpack(file: Path, folder: Path, failed: Failed) -> Iterator[Path]:
    """The readable members of an archive, written into `folder`; one that fails is told to `failed`.

    Raises InputTooLarge for an archive over the limits, InputError for a broken one.
    """
    broken = InputError(f"{file.name}：压缩包已损坏，打不开，请重新下载或重新压缩。")
    try:
        size = file.stat().st_size
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            whole = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or whole > MAX_UNPACKED:
                raise InputTooLarge(
                    f"{file.name}：压缩包有 {len(members)} 个文件、{whole // 2**20} MB，"
                    f"超过 {MAX_MEMBERS} 个、{MAX_UNPACKED // 2**20} MB 的上限，请拆分后再导入。"
                )
            if whole > 20 * 2**20 and whole > MAX_RATIO * size:
                raise InputTooLarge(f"{file.name}：压缩包解压后有 {whole // 2**20} MB，异常地大，没有读取。")
            taken: set[Path] = set()
            for member in members:
                name = _name(member)
                shown = f"{file.name} 里的 {name[-1]}"
                if _beside(name):
                    continue
                if not _readable(Path(name[-1])):
                    failed(InputError(f"{shown}：不是能读的格式，没有读取。"))
                elif member.flag_bits & ENCRYPTED:
                    failed(InputError(f"{shown}：设有密码，请先去掉密码再导入。"))
                elif member.file_size > MAX_BYTES:
                    failed(InputTooLarge(f"{shown}：超过 {MAX_BYTES // 2**20} MB 的上限，请拆分后再导入。"))
                else:
                    target = _free(folder, name, taken)
                    try:
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_bytes(archive.read(member))
                    except Exception:  # broken bytes inside, or a method of packing that is not known
                        failed(InputError(f"{shown}：解压不了，文件可能已损坏。"))
                    else:
                        yield target
    except InputError:
        raise
    except Exception as error:  # zipfile raises nearly anything on broken bytes
        raise broken from error


def _name(member: zipfile.ZipInfo) -> list[str]:
    """A member's path as safe parts: no root, no .., nothing that a file system would refuse."""
    name = member.filename
    if not member.flag_bits & UTF8_NAME:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = member.filename.encode("cp437").decode(encoding)
                break
            except (UnicodeDecodeError, UnicodeEncodeError):
                continue
    parts = [re.sub(r'[\x00-\x1f\x7f:*?"<>|]', "_", part).strip() for part in re.split(r"[/\\]", name)]
    parts = [part for part in parts if part and not re.fullmatch(r"\.+|[A-Za-z]_", part)]
    safe = [part[:NAME_LENGTH].encode("utf-8", "replace").decode() for part in parts[:-1]]
    last = Path(parts[-1] if parts else "_")
    return [*safe[-8:], last.stem[:NAME_LENGTH].encode("utf-8", "replace").decode() + last.suffix[:10]]


def _free(folder: Path, name: list[str], taken: set[Path]) -> Path:
    """A path below `folder` that no other member has."""
    target = folder.joinpath(*name)
    number = 2
    while target in taken:
        target = folder.joinpath(*name[:-1], f"{Path(name[-1]).stem}_{number}{Path(name[-1]).suffix}")
        number += 1
    taken.add(target)
    return target
