"""Reading and cleaning: encodings, limits, broken lines, and the offset map."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import BinaryInput, EmptyInput, InputError, InputTooLarge
from graph.model import Record
from loaders.clean import clean
from loaders.read import read
from loaders.records import parse
from loaders.types import RawText

ENCODINGS = [
    # a plain file of today
    "utf-8",
    # Windows Notepad puts a byte order mark first
    "utf-8-sig",
    # "Unicode" in Notepad's save dialogue
    "utf-16",
    # office computers with a Chinese locale
    "gb18030",
]
PLAN = "某市工作方案\n一、加强保障。做好有关工作。（责任单位：市财政局）\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_text_comes_from_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "方案.txt"
    file.write_bytes(PLAN.encode(encoding))
    assert read(file).text == PLAN


UNREADABLE = [
    # nothing at all
    ("空.txt", b"", EmptyInput),
    # only blanks: nothing to read either
    ("空白.txt", b" \n\t ", EmptyInput),
    # a picture renamed to .txt
    ("图.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", BinaryInput),
    # bytes of no encoding
    ("乱.txt", bytes(range(128, 256)) * 4, BinaryInput),
    # a format that is not read
    ("表.exe", b"MZ", InputError),
]


@pytest.mark.parametrize(("name", "data", "error"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_an_unreadable_file_is_one_clear_sentence(
    tmp_path: Path, name: str, data: bytes, error: type[InputError]
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(error, match=name) as caught:
        read(file)
    assert str(caught.value).endswith("。")
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "大.txt"
    with file.open("wb") as sparse:
        sparse.truncate(200 * 1024 * 1024)
    with pytest.raises(InputTooLarge, match="200 MB"):
        read(file)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="打不开"):
        read(tmp_path / "没有.txt")


JOINED = [
    # a page break inside a sentence
    ("推动各地加快建设公共服务平台并且不断健全完善有关配套政策措施和\n\n工作机制。", 1),
    # an annotation on a line of its own stays a line
    ("推动各地加快建设公共服务平台并且不断完善有关配套政策措施和工作机制\n（省甲厅负责）", 2),
    # a numbered item is never glued to what stands before it
    ("推动各地加快建设公共服务平台并且不断完善有关配套政策措施和工作\n（二）加强保障。", 2),
    # a short line without punctuation is a heading
    ("（一）加强保障\n\n完善工作机制。", 2),
    # a long title goes before its salutation, not into it
    ("某某省人民政府办公厅关于印发某某省推进某某事业高质量发展三年行动计划的通知\n各市人民政府：", 2),
]


@pytest.mark.parametrize(("raw", "lines"), JOINED)
def test_lines_are_joined_only_inside_a_sentence(raw: str, lines: int) -> None:
    assert clean(raw).text.count("\n") + 1 == lines


def test_mark_up_goes_and_its_text_stays() -> None:
    cleaned = clean("## **（一）加强保障。**见[网页](http://a.example/x\\_1.html)。\r\n- 1.电话")
    assert cleaned.text == "（一）加强保障。见网页。\n1.电话"


@settings(deadline=None)  # the lexicon is read once, in the first example
@given(
    st.text(
        alphabet=st.sampled_from("一二（）()、。，；：\n *#[]_>- 省市厅局甲乙负责牵头1.·“”《》 \u3000\r"),
        max_size=300,
    )
)
def test_every_clean_character_points_to_its_origin(raw: str) -> None:
    cleaned = clean(raw)
    assert len(cleaned.text) == len(cleaned.origin)
    assert list(cleaned.origin) == sorted(set(cleaned.origin))
    for char, origin in zip(cleaned.text, cleaned.origin, strict=True):
        assert raw[origin] == char or raw[origin].isspace()


@settings(deadline=None)  # the lexicon is read once, in the first example
@given(
    st.text(
        alphabet=st.sampled_from(
            "一二三（）()、。，；：\n 省市厅局委甲乙和等各有关部门负责牵头配合单位责任1.·“”《》"
        ),
        max_size=400,
    )
)
def test_no_text_breaks_the_reader_or_its_offsets(raw: str) -> None:
    record = parse(RawText("随机.txt", "某省工作方案\n一、" + raw, "0", "text/plain", "utf-8"))
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
    assert Record.from_json(record.to_json()) == record


def test_hostile_text_is_read_in_bounded_time_and_carried_as_text() -> None:
    hostile = (
        "一、"
        + "（" * 10_000
        + '<img src=x onerror=alert(1)>=HYPERLINK("x")\'}) DETACH DELETE n//'
        + "）" * 10_000
    )
    record = parse(RawText("坏.txt", hostile + "\n" + "甲" * 1_000_000, "0", "text/plain", "utf-8"))
    assert "<img src=x onerror=alert(1)>" in record.text
    assert not any(m.responsibilities for m in record.measures)
