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
    # a label begins a line of its own whatever the line above ends in …
    ("推动各地加快建设公共服务平台并且不断完善有关配套政策措施和工作机制\n责任单位：省甲厅", 2),
    # … but not inside a bracket that the page broke
    ("推动各地加快建设公共服务平台并且不断完善有关配套政策措施。（牵头单位：省甲厅\n责任单位：省乙厅）", 1),
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


def _read(text: str) -> Record:
    return parse(RawText("件.txt", text, "0", "text/plain", "utf-8"))


def _edges(record: Record) -> dict[str, set[tuple[str, str]]]:
    return {m.number: {(str(r.role), r.agency) for r in m.responsibilities} for m in record.measures}


TITLE = "江门市人民政府关于印发江门市甲工作方案的通知"
FINANCE, SCHOOLS, CIVIL = "江门市财政局", "江门市教育局", "江门市民政局"
NESTED = [
    (
        "a page without line breaks: headings and items in one line with the preamble",
        f"{TITLE}\n现提出如下意见：一、深化改革 1.简化流程。压缩时限。（市财政局牵头，市教育局配合） "
        "2.建立台账。（市教育局负责）二、强化保障（一）加强领导。（市财政局负责）（二）加强督查。（市民政局负责）",
        {
            "1.": {("LEADS", FINANCE), ("SUPPORTS", SCHOOLS)},
            "2.": {("IMPLEMENTS", SCHOOLS)},
            "（一）": {("IMPLEMENTS", FINANCE)},
            "（二）": {("IMPLEMENTS", CIVIL)},
        },
    ),
    (
        "title, number, addressees and items in one line",
        f"{TITLE}（江府〔2020〕1号） 各县（市、区）人民政府： 现印发给你们。 一、做好甲事。（市财政局负责） "
        "二、做好乙事。（市教育局负责）",
        {"一、": {("IMPLEMENTS", FINANCE)}, "二、": {("IMPLEMENTS", SCHOOLS)}},
    ),
    (
        "（1） and （2） with a bracket each are measures; with one at the end a sentence's list",
        "江门市甲工作方案\n一、任务\n1.推进改革。（1）简化流程。（2）压缩时限。（市财政局负责）\n"
        "2.建立机制。（1）建台账。（市教育局负责）（2）定期通报。（市民政局负责）",
        {
            "1.": {("IMPLEMENTS", FINANCE)},
            "（1）": {("IMPLEMENTS", SCHOOLS)},
            "（2）": {("IMPLEMENTS", CIVIL)},
        },
    ),
    (
        "1. and 2. behind sentences in a paragraph without lines, a label in each",
        "关于支持甲的意见。结合江门实际，现提出以下意见。1.给予补助1.5万元。责任单位：市财政局、市教育局。"
        "2.给予奖励。责任单位：市民政局。",
        {"1.": {("IMPLEMENTS", FINANCE), ("IMPLEMENTS", SCHOOLS)}, "2.": {("IMPLEMENTS", CIVIL)}},
    ),
    (
        "a label in the second part only tells nothing of the first",
        "江门市甲工作方案\n一、任务\n推进改革。1.简化流程。2.压缩时限。责任单位：市财政局。",
        {"一、": {("IMPLEMENTS", FINANCE)}},
    ),
    (
        "what a sentence enumerates or refers to is no item",
        "江门市甲工作方案\n一、任务\n1.推进改革。包括：一、甲；二、乙；三、丙。（市财政局负责）\n"
        "2.按照第（一）项和第（二）项办理。（市教育局负责）",
        {"1.": {("IMPLEMENTS", FINANCE)}, "2.": {("IMPLEMENTS", SCHOOLS)}},
    ),
    (
        "a fragment that begins with 20.: 六、 is no child of 22., and all are measures",
        "江门市甲工作方案\n20.支持甲。（市财政局负责）\n21.支持乙。\n六、保障\n22.支持丙。（市民政局负责）",
        {"20.": {("IMPLEMENTS", FINANCE)}, "21.": set(), "22.": {("IMPLEMENTS", CIVIL)}},
    ),
    (
        "an item whose text begins with a year, and numbers with a small full stop",
        "江门市甲工作方案\n1﹒建台账。（市财政局负责）\n2﹒2022年至2024年扩大范围。（市教育局负责）",
        {"1﹒": {("IMPLEMENTS", FINANCE)}, "2﹒": {("IMPLEMENTS", SCHOOLS)}},
    ),
]


@pytest.mark.parametrize(("reason", "text", "expected"), NESTED, ids=[row[0] for row in NESTED])
def test_items_are_found_where_the_page_lost_its_lines(
    reason: str, text: str, expected: dict[str, set[tuple[str, str]]]
) -> None:
    assert _edges(_read(text)) == expected, reason


GATES = [
    ("annotations outweigh a missing title", "20.支持甲。（区财政局牵头）\n21.支持乙。（区教育局牵头）", 2),
    (
        "a letter without a title",
        "各县（市、区）人民政府：\n提出以下意见。\n一、任务\n1.建台账。（市财政局牵头）",
        1,
    ),
    (
        "headings of a plan without its title",
        "四、主要任务\n（一）市财政局负责编制预算。\n（二）加强督查。",
        1,
    ),
    (
        "采购 is what the plan is about, 方案 what it is",
        "江门市药品采购试点方案\n一、建台账。（市财政局牵头）",
        1,
    ),
    ("公示 is what the opinion is about", "关于推行公示制度的指导意见\n一、建台账。（市财政局牵头）", 1),
    (
        "a reply, even with an attached paper",
        "江门市关于甲事的复函\n一、情况。由市财政局牵头。（市财政局牵头）",
        0,
    ),
    (
        "a reply by its own words",
        "来函收悉。现函复如下：\n1.由市财政局牵头。\n2.由市教育局牵头。（市教育局牵头）",
        0,
    ),
    ("personnel", "江门市人民政府关于张三等任免职的通知\n一、任命\n1.张三为局长。（市财政局牵头）", 0),
    ("news", "本报讯（记者 张三）昨日获悉：\n1.由市财政局牵头。\n2.由市教育局牵头。（市教育局牵头）", 0),
    ("numbers and no annotation", "1.天气晴朗。\n2.财政局的人来了。\n3.风大。", 0),
]


@pytest.mark.parametrize(("reason", "text", "edges"), GATES, ids=[row[0] for row in GATES])
def test_only_a_documents_own_kind_closes_the_gate(reason: str, text: str, edges: int) -> None:
    record = _read(text)
    assert sum(len(m.responsibilities) for m in record.measures) == edges, reason
    assert edges or any(p.kind in ("not_a_plan", "no_measures") for p in record.problems)


BODY = "\n1.建台账。（市财政局负责）"
FACTS: list[tuple[str, str, dict[str, object]]] = [
    (
        "a number before the title in its line",
        "江政办字〔2015〕46号 江门市人民政府办公室关于印发甲工作方案的通知" + BODY,
        {"title": "江门市人民政府办公室关于印发甲工作方案的通知", "doc_number": "江政办字〔2015〕46号"},
    ),
    (
        "a number behind the title, whose own bracket stays",
        "江门市人民政府关于印发甲政策措施（修订版）的通知（江府〔2019〕31号）" + BODY,
        {"title": "江门市人民政府关于印发甲政策措施（修订版）的通知", "doc_number": "江府〔2019〕31号"},
    ),
    (
        "the edge of a page's box, and the title again under it",
        "首页 |\n江门市人民政府关于加强甲工作的意见 |\n江门市人民政府 关于加强甲工作的意见" + BODY,
        {"title": "江门市人民政府关于加强甲工作的意见", "attached_title": None},
    ),
    (
        "the table above a text is where facts come from, and no title",
        "索 引 号：123/2020\n发文机关：\n江门市人民政府办公室\n成文日期：\n2020年1月2日\n"
        "标　　题：关于印发甲工作方案的通知\n文    号：江府办〔2020〕2号\n关于印发甲工作方案的通知" + BODY,
        {
            "title": "关于印发甲工作方案的通知",
            "doc_number": "江府办〔2020〕2号",
            "issuers": ("江门市人民政府办公室",),
            "date": "2020-01-02",
        },
    ),
    (
        "a title of three lines that names a cited one across two of them",
        "国务院关于在甲地暂时调整实施《中华人民共和国药品管理法\n实施条例》有关规定的决定\n国发〔2018〕43号"
        + BODY,
        {"title": "国务院关于在甲地暂时调整实施《中华人民共和国药品管理法实施条例》有关规定的决定"},
    ),
    (
        "who forwards issues, who is forwarded does not; a date of the last century",
        "江门市人民政府转发市民政局关于清理社会团体意见的通知"
        + BODY
        + "\n江门市人民政府\n一九九七年五月二十三日",
        {"issuers": ("江门市人民政府",), "date": "1997-05-23"},
    ),
    (
        "区人民政府办公室 in the title is the one that signs, below the notice's own items",
        "区人民政府办公室关于印发责任分解方案的通知\n一、高度重视。\n二、抓好落实。\n蔡甸区人民政府办公室\n"
        "2023年1月3日\n责任分解方案\n一、任务\n1.建台账。（区财政局负责）",
        {
            "issuers": ("武汉市蔡甸区人民政府办公室",),
            "jurisdiction": "湖北省武汉市蔡甸区",
            "date": "2023-01-03",
        },
    ),
    (
        "a province's letter where the text speaks as a province",
        "省人民政府关于加快甲产业发展的意见\n鄂政发〔2020〕3号\n结合我省实际，提出意见。" + BODY,
        {"jurisdiction": "湖北省", "issuers": ("湖北省人民政府",)},
    ),
    (
        "a city that uses a province's letter names no place",
        "市人民政府关于加快甲产业发展的意见\n鄂政发〔2020〕3号\n结合我市实际，提出意见。" + BODY,
        {"jurisdiction": None, "issuers": ()},
    ),
    (
        "a prefecture by its usual name",
        "湘西自治州甲工作计划" + BODY,
        {"jurisdiction": "湖南省湘西土家族苗族自治州"},
    ),
    ("the place behind a slogan", "数字广东建设工作要点" + BODY, {"jurisdiction": "广东省"}),
    (
        "a sentence that names the place",
        "各区、市人民政府：\n建设具有青岛特色的体系。" + BODY,
        {"jurisdiction": "山东省青岛市"},
    ),
    (
        "an office of the State Council signs, another's seal stands for its own",
        "经同意，现将《甲计划》印发给你们。\n国务院甲工作部际联席会议办公室\n（国家乙局代章）\n2021年12月27日\n甲计划"
        + BODY,
        {"jurisdiction": "全国", "issuers": ("国务院甲工作部际联席会议办公室",)},
    ),
    (
        "addressed to all provinces",
        "各省、自治区、直辖市人民政府，国务院各部委：\n提出意见。" + BODY,
        {"jurisdiction": "全国"},
    ),
]


@pytest.mark.parametrize(("reason", "text", "facts"), FACTS, ids=[row[0] for row in FACTS])
def test_what_a_document_says_about_itself(reason: str, text: str, facts: dict[str, object]) -> None:
    document = _read(text).document
    assert {key: getattr(document, key) for key in facts} == facts, reason


SHEET = "江门市2024年重点任务分工表\n"
TORN = [
    (
        "a cell a line, several units in a cell, a deadline; a title's text may end like a unit",
        "序号\n民生实事\n责任单位\n完成时限\n1\n建设甲平台。\n市财政局\n市教育局\n12月底前\n2\n迁建政务服务中心。\n"
        "市民政局\n2024年6月底前\n",
        {"1": {("IMPLEMENTS", FINANCE), ("IMPLEMENTS", SCHOOLS)}, "2": {("IMPLEMENTS", CIVIL)}},
    ),
    (
        "bars at the ends of cells",
        "序号 |\n重点工作 |\n责任领导 |\n责任单位 |\n1 |\n"
        "建设甲平台，完善系统。 |\n张三 |\n市财政局、市教育局 |\n",
        {"1": {("IMPLEMENTS", FINANCE), ("IMPLEMENTS", SCHOOLS)}},
    ),
    (
        "rows in text with bars and a rule under the header",
        "| 序号 | 任务 | 牵头单位 | 配合单位 |\n|---|---|---|---|\n"
        "| 1 | 建设甲平台 | 市财政局 | 市教育局 |\n",
        {"1": {("LEADS", FINANCE), ("SUPPORTS", SCHOOLS)}},
    ),
    (
        "no column of numbers: the header's cycle; the signature below is no row",
        "任务\n牵头单位\n配合单位\n建设甲平台，完善系统\n市财政局\n市教育局、市民政局\n江门市人民政府\n2024年1月3日\n",
        {"1": {("LEADS", FINANCE), ("SUPPORTS", SCHOOLS), ("SUPPORTS", CIVIL)}},
    ),
    (
        "who leads is open where a row has more units than columns: nobody, and a problem says so",
        "序号\n任务\n牵头单位\n配合单位\n1\n建设甲平台\n市财政局\n市教育局\n市民政局\n2\n建丙学校\n市教育局\n市财政局\n",
        {"1": set(), "2": {("LEADS", SCHOOLS), ("SUPPORTS", FINANCE)}},
    ),
    (
        "主要责任单位 as the only column of units tells nobody apart",
        "序号\n工作任务\n主要责任单位\n1\n建设甲平台\n市财政局、市教育局\n",
        {"1": {("IMPLEMENTS", FINANCE), ("IMPLEMENTS", SCHOOLS)}},
    ),
]


@pytest.mark.parametrize(("reason", "text", "expected"), TORN, ids=[row[0] for row in TORN])
def test_a_table_that_lost_its_lines_is_put_together_again(
    reason: str, text: str, expected: dict[str, set[tuple[str, str]]]
) -> None:
    record = _read(SHEET + text)
    assert _edges(record) == expected, reason
    assert {r.evidence[0].basis for m in record.measures for r in m.responsibilities} <= {"table"}
    assert all(expected.values()) or any(p.kind == "not_understood" for p in record.problems)
    for mention, start, end in record.mentions():
        assert record.text[start:end] == mention
