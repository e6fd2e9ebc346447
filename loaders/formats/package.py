"""Office packages: what a zip or an old binary file holds, its limits, and conversion of old formats.

doc, wps, xls, et and rtf are converted by LibreOffice where it is installed, with a profile of its own
and a time limit.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from graph.errors import BinaryInput, DutyGraphError, InputError, InputTooLarge

MAX_PART = 120 * 2**20  # bytes of one file inside a docx, xlsx or ofd
MAX_UNPACKED = 300 * 2**20  # bytes of all of them
MAX_RATIO = 400  # unpacked to packed; the text of a plan packs about 10 times
MAX_PARTS = 20_000
CONVERT_SECONDS = 120
LEGACY = {
    ".doc": ("docx", "旧版 Word 文件（doc）"),
    ".wps": ("docx", "WPS 文字文件（wps）"),
    ".rtf": ("docx", "RTF 文件"),
    ".xls": ("xlsx", "旧版 Excel 文件（xls）"),
    ".et": ("xlsx", "WPS 表格文件（et）"),
}
DTD = re.compile(rb"<!DOCTYPE|<!ENTITY|<\x00!\x00D|\x00<\x00!\x00D")


def kind_of_zip(data: bytes, name: str) -> str:
    """docx, xlsx or ofd by what is inside. Raises InputError, BinaryInput or InputTooLarge for others."""
    names = {info.filename for info in _parts(data, name)}
    if any(n.startswith("word/") for n in names):
        return ".docx"
    if any(n.startswith("xl/") for n in names):
        return ".xlsx"
    if "OFD.xml" in names:
        return ".ofd"
    if any(n.startswith("ppt/") for n in names):
        raise BinaryInput(f"{name}：这是演示文稿，不是公文，请另存为 PDF 再导入。")
    if "mimetype" in names and "content.xml" in names:
        raise BinaryInput(f"{name}：这是 OpenDocument 文件，请另存为 docx 或 xlsx 再导入。")
    raise BinaryInput(f"{name}：这是压缩包，里面不是一份文件；整包导入请用 .zip 后缀。")


def _parts(data: bytes, name: str) -> list[zipfile.ZipInfo]:
    """What the package holds, after its limits were checked. No part may declare entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            whole = sum(part.file_size for part in parts)
            if (
                len(parts) > MAX_PARTS
                or whole > MAX_UNPACKED
                or max((p.file_size for p in parts), default=0) > MAX_PART
                or (whole > 20 * 2**20 and whole > MAX_RATIO * len(data))
            ):
                raise InputTooLarge(f"{name}：解压后有 {whole // 2**20} MB，异常地大，没有读取。")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with package.open(part) as stream:
                        if DTD.search(stream.read(2**20)):
                            raise InputError(f"{name}：文件里有实体声明，正常的公文没有，没有读取。")
            return parts
    except DutyGraphError:
        raise
    except Exception as error:  # zipfile raises nearly anything on broken bytes
        raise broken(name) from error


def broken(name: str) -> InputError:
    """A file whose bytes are not what its format says."""
    return InputError(f"{name}：文件已损坏，打不开，请重新下载或另存一份。")


def kind_of_ole(data: bytes, name: str, suffix: str) -> str:
    """doc or xls of the old binary files. Raises InputError for an encrypted file, BinaryInput for others."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise InputError(f"{name}：文件设有打开密码，请先去掉密码再导入。")
    if suffix in LEGACY and suffix != ".rtf":
        return suffix
    if holds("WordDocument"):
        return ".doc"
    if holds("Workbook") or holds("Book"):
        return ".xls"
    raise BinaryInput(f"{name}：不是能读的文件格式，请另存为 docx 或 PDF 再导入。")


def converted(data: bytes, name: str, kind: str) -> tuple[bytes, str]:
    """(content, suffix) of an old binary file as docx or xlsx. Raises InputError where it cannot be done."""
    target, what = LEGACY[kind]
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise InputError(
            f"{name}：这是{what}，没有 LibreOffice 无法转换，请安装它，或用 WPS、Word 另存为 {target}。"
        )
    failed = InputError(f"{name}：LibreOffice 没能转换这份{what}，请用 WPS 或 Word 另存为 {target} 再导入。")
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        source = Path(folder) / f"source{kind}"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
        ]
        try:
            subprocess.run(
                [*command, "--outdir", folder, str(source)],
                capture_output=True,
                timeout=CONVERT_SECONDS,
                check=True,
            )
            content = source.with_suffix(f".{target}").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise InputError(
                f"{name}：LibreOffice 转换超过 {CONVERT_SECONDS} 秒，已停止，请另存为 {target} 再导入。"
            ) from error
        except (OSError, subprocess.SubprocessError) as error:
            raise failed from error
    _parts(content, name)
    return content, f".{target}"
