"""A file's bytes as text. Limits are checked before anything is read into memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

from charset_normalizer import from_bytes

from graph.errors import BinaryInput, EmptyInput, InputError, InputTooLarge
from loaders.types import RawText

MAX_BYTES = 50 * 1024 * 1024
MEDIA = {".txt": "text/plain", ".md": "text/markdown"}
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(path: Path, limit: int = MAX_BYTES) -> RawText:
    """The file's text with its encoding and sha256.

    Raises EmptyInput, BinaryInput, InputTooLarge, or InputError where it cannot be opened.
    """
    name = path.name
    media = MEDIA.get(path.suffix.lower())
    if media is None:
        known = "、".join(sorted(MEDIA))
        raise InputError(f"{name}：不认识的文件格式，目前能读 {known}。")
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputTooLarge(
                f"{name}：文件有 {size // 2**20} MB，超过 {limit // 2**20} MB 的上限，请拆分后再导入。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{name}：打不开（{error.strerror}），请检查文件是否存在、是否有读取权限。"
        ) from error
    text, encoding = decode(data, name)
    if not text.strip():
        raise EmptyInput(f"{name}：文件里没有文字。")
    return RawText(name, text, hashlib.sha256(data).hexdigest(), media, encoding)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding) by BOM, strict UTF-8, GB18030, then charset-normalizer. Raises BinaryInput."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name), encoding
    if b"\x00" in data:
        raise BinaryInput(f"{name}：不是文本文件（含有二进制内容），请另存为 txt 或 md。")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
        if _plausible(text):
            return text, "gb18030"
    except UnicodeDecodeError:
        pass
    best = from_bytes(data).best()
    if best is None or not _plausible(str(best)):
        raise BinaryInput(f"{name}：认不出文字编码，请另存为 UTF-8 编码的 txt。")
    return str(best), best.encoding


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BinaryInput(f"{name}：文件开头标明 {encoding} 编码，但内容不符，请另存为 UTF-8。") from error


def _plausible(text: str) -> bool:
    """Text, not bytes that happened to decode: few control or private-use characters."""
    odd = sum(1 for c in text if (ord(c) < 32 and c not in "\t\n\r\f") or 0xE000 <= ord(c) <= 0xF8FF)
    return odd * 50 <= len(text)
