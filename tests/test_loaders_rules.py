"""Who is responsible, in which role: a table of the genre's wordings, each with the reason it is here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.model import Record
from loaders.lexicon import load
from loaders.records import Given, parse
from loaders.types import RawText

Duties = set[tuple[str, str]]


def record_of(text: str, jurisdiction: str | None = "广东省") -> Record:
    return parse(RawText("例.txt", text, "0", "text/plain", "utf-8"), Given(jurisdiction=jurisdiction))


def duties_of(sentence: str, jurisdiction: str | None = "广东省") -> Duties:
    record = record_of(f"工作方案\n一、加强保障。做好有关工作。{sentence}\n", jurisdiction)
    return {(r.agency, r.role) for r in record.measures[0].responsibilities}


WORDINGS: list[tuple[str, str, Duties]] = [
    (
        "labels with a colon, each holding to the next",
        "（牵头部门：省财政厅，配合部门：省科技厅、省教育厅）",
        {("广东省财政厅", "LEADS"), ("广东省科学技术厅", "SUPPORTS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "a named lead leaves the responsible ones implementing",
        "（牵头单位：省财政厅；责任单位：省教育厅）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    (
        "one verb for the whole list",
        "（省财政厅、教育厅负责）",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    (
        "lead by verb, the rest by duty",
        "（省财政厅牵头，省教育厅、省科技厅按职责分工负责）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "IMPLEMENTS"), ("广东省科学技术厅", "IMPLEMENTS")},
    ),
    (
        "a shared suffix is read back to the fragments",
        "（广东、深圳、珠海出入境检验检疫局负责）",
        {(f"{place}出入境检验检疫局", "IMPLEMENTS") for place in ("广东", "深圳", "珠海")},
    ),
    (
        "governments by short names of their cities",
        "（责任单位：广州、佛山市人民政府）",
        {("广州市人民政府", "IMPLEMENTS"), ("佛山市人民政府", "IMPLEMENTS")},
    ),
    ("half- and full-width marks mixed", "(牵头部门：省财政厅)", {("广东省财政厅", "LEADS")}),
    (
        "a bare list tells nobody apart",
        "（省财政厅、教育厅）",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    ("和 inside a name does not split it", "（省文化和旅游厅负责）", {("广东省文化和旅游厅", "IMPLEMENTS")}),
    (
        "labelled lists without brackets, on the line of the text and the next",
        "牵头单位：省财政厅\n配合单位：省教育厅；完成时限：2025年12月底前",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "labels in brackets of their own",
        "【牵头单位】省财政厅 【配合单位】省教育厅",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "会同 in a list makes a lead and a partner",
        "（省财政厅会同省教育厅负责）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "a bare local office is the document's own",
        "（法院、公安厅负责）",
        {("广东省高级人民法院", "IMPLEMENTS"), ("广东省公安厅", "IMPLEMENTS")},
    ),
    (
        "和 between two units does",
        "（省财政厅和省教育厅负责）",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    (
        "、 inside a class does not split it",
        "（各市、县人民政府负责）",
        {("广东省各市、县人民政府", "IMPLEMENTS")},
    ),
    (
        "a lead said in the sentence, with its partners",
        "健全由省财政厅牵头，各相关单位参与的机制。",
        {("广东省财政厅", "LEADS"), ("广东省各相关单位", "SUPPORTS")},
    ),
    ("one concrete subject of 要", "省财政厅要加强指导。", {("广东省财政厅", "IMPLEMENTS")}),
    (
        "要会同 makes a lead and a partner",
        "省财政厅要会同有关部门建立机制。",
        {("广东省财政厅", "LEADS"), ("广东省有关部门", "SUPPORTS")},
    ),
    ("a class as the subject of 要 is no assignment", "各地要加强领导。有关部门要密切配合。", set()),
    ("where a pilot happens is no assignment", "广州、深圳海关扩大到全部业务现场。", set()),
    ("a gloss inside a sentence is no annotation", "推行关检合作“三个一”（一次申报、一次查验）模式。", set()),
    ("a foreign body in a gloss is no agency here", "通过FDA（美国食品药品监督管理局）注册的产品。", set()),
    (
        "two annotations in one measure both count",
        "（牵头部门：省财政厅）推动完善。（牵头部门：省教育厅）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "LEADS")},
    ),
]


@pytest.mark.parametrize(("reason", "sentence", "expected"), WORDINGS, ids=[row[0] for row in WORDINGS])
def test_wording(reason: str, sentence: str, expected: Duties) -> None:
    assert duties_of(sentence) == expected, reason


IDENTITY: list[tuple[str, str, str, str | None]] = [
    ("the level word takes the document's province", "省发展改革委", "湖南省发展和改革委员会", "湖南省"),
    ("the same short name is another office elsewhere", "省发展改革委", "安徽省发展和改革委员会", "安徽省"),
    ("市 in a city's document", "市市场监管局", "广州市市场监督管理局", "广东省广州市"),
    ("市 in a municipality's document", "市商务委", "重庆市商务委员会", "重庆市"),
    ("a bare name in a central document", "发展改革委", "国家发展和改革委员会", "全国"),
    ("an explicit province beats the document's", "湖南省财政厅", "湖南省财政厅", "广东省"),
    (
        "a vertical body is named by its place",
        "重庆银保监局",
        "中国银行保险监督管理委员会重庆监管局",
        "重庆市",
    ),
    ("州 in an autonomous prefecture", "州财政局", "楚雄彝族自治州财政局", "云南省楚雄彝族自治州"),
]


@pytest.mark.parametrize(
    ("reason", "printed", "name", "jurisdiction"), IDENTITY, ids=[row[0] for row in IDENTITY]
)
def test_identity(reason: str, printed: str, name: str, jurisdiction: str) -> None:
    assert duties_of(f"（责任单位：{printed}）", jurisdiction) == {(name, "IMPLEMENTS")}, reason


def test_a_province_and_its_capital_never_share_an_office() -> None:
    names = {
        next(iter(duties_of("（责任单位：市市场监管局）", "广东省广州市")))[0],
        next(iter(duties_of("（责任单位：省市场监管局）")))[0],
    }
    assert names == {"广州市市场监督管理局", "广东省市场监督管理局"}


def test_without_a_jurisdiction_level_words_stay_unresolved_with_a_reason() -> None:
    record = record_of("工作方案\n一、加强保障。（责任单位：省财政厅）", None)
    row = record.measures[0].responsibilities[0]
    assert row.resolved == "unresolved"
    assert any(p.kind == "unresolved" and "省财政厅" in p.message for p in record.problems)


def test_first_listed_leads_only_from_the_declaration_on() -> None:
    text = (
        "工作方案\n1.甲事。做好。（省财政厅、教育厅）\n"
        "2.乙事。做好。（省财政厅、教育厅。列为首位的为牵头单位，其余为参与单位，下同）\n3.丙事。做好。（省教育厅、财政厅）\n"
    )
    record = record_of(text)
    roles = [{(r.agency, r.role) for r in m.responsibilities} for m in record.measures]
    assert roles == [
        {("广东省财政厅", "IMPLEMENTS"), ("广东省教育厅", "IMPLEMENTS")},
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
        {("广东省教育厅", "LEADS"), ("广东省财政厅", "SUPPORTS")},
    ]
    declared = record.measures[2].responsibilities[0].evidence[0].declared_at
    assert declared is not None
    assert record.text[slice(*declared)].startswith("列为首位的为牵头单位")


def test_a_convention_declared_before_the_measures_holds_for_labelled_lists_without_a_lead() -> None:
    text = (
        "工作方案\n各项任务的责任单位中，排在第一位的为牵头单位。\n一、甲事。做好。（责任单位：省财政厅、省教育厅）\n"
        "二、乙事。做好。（牵头单位：省教育厅；责任单位：省财政厅、省科技厅）\n"
    )
    roles = [{(r.agency, r.role) for r in m.responsibilities} for m in record_of(text).measures]
    assert roles == [
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "IMPLEMENTS")},
        {("广东省教育厅", "LEADS"), ("广东省财政厅", "IMPLEMENTS"), ("广东省科学技术厅", "IMPLEMENTS")},
    ]


def test_a_class_carried_over_answers_for_every_later_measure() -> None:
    text = (
        "若干措施\n一、甲事。做好。（省财政厅负责，各市、县人民政府负责落实。以下均需各市、县人民政府落实，不再一一列出）\n"
        "二、乙事。做好。（省教育厅负责）\n"
    )
    second = record_of(text).measures[1].responsibilities
    assert {(r.agency, r.evidence[0].basis) for r in second} == {
        ("广东省教育厅", "annotation"),
        ("广东省各市、县人民政府", "carried_over"),
    }


def test_a_term_defined_in_a_list_stands_for_its_members_later() -> None:
    text = (
        "实施意见\n（一）甲事\n做好。（责任单位：市财政局，各区县（自治县）政府和两江新区管委会（以下统称各区县政府））\n"
        "（二）乙事\n做好。（责任单位：市教委，各区县政府）\n"
    )
    row = next(r for r in record_of(text, "重庆市").measures[1].responsibilities if r.collective)
    assert row.agency == "重庆市各区县政府"
    assert set(row.members) == {"重庆市各区县（自治县）人民政府", "重庆两江新区管理委员会"}


NO_SUCH_DOCUMENT = [
    # a law: articles, general competence, no assignment by name
    "某某法\n第一条　为了规范管理，制定本法。\n第二条　国务院某某主管部门负责全国的某某工作。\n",
    # a news text
    "本报讯 记者昨日从市政府获悉，全市项目建设进展顺利，市民点赞。\n",
    # a README
    "# tool\n\n1. Install it\n2. Run it (see docs)\n",
]


@pytest.mark.parametrize("text", NO_SUCH_DOCUMENT)
def test_a_readable_file_that_is_no_such_document_gives_no_agency(text: str) -> None:
    assert not any(m.responsibilities for m in record_of(text).measures)


def test_a_number_may_restart_and_stand_at_two_levels() -> None:
    text = (
        "行动计划\n一、甲类\n（一）甲组。\n1.事项一。做好。（省财政厅）\n2.事项二。做好。（省财政厅）\n"
        "二、保障措施\n（一）加强领导。做好。（省财政厅）\n"
    )
    record = record_of(text)
    assert [(m.number, m.path) for m in record.measures] == [
        ("1.", ("一、甲类", "（一）甲组")),
        ("2.", ("一、甲类", "（一）甲组")),
        ("（一）", ("二、保障措施",)),
    ]


def test_facts_come_from_the_notice_and_measures_from_the_plan() -> None:
    text = (
        "湖南省人民政府办公厅\n湘政办发〔2020〕1号\n湖南省人民政府办公厅关于印发《湖南省某某工作方案》的通知\n"
        "各市州人民政府：\n现印发给你们。\n湖南省人民政府办公厅\n2020年1月2日\n湖南省某某工作方案\n"
        "为贯彻落实《国务院关于某某的意见》（国发〔2019〕3号），制定本方案。\n一、加强领导。做好。（省财政厅负责）\n"
        "本方案自2020年2月1日起施行，有效期至2022年1月31日。\n"
    )
    document = record_of(text, None).document
    assert (document.doc_number, document.date, document.issuers) == (
        "湘政办发〔2020〕1号",
        "2020-01-02",
        ("湖南省人民政府办公厅",),
    )
    assert (document.title, document.attached_title) == (
        "湖南省人民政府办公厅关于印发《湖南省某某工作方案》的通知",
        "湖南省某某工作方案",
    )
    assert (document.effective, document.expires) == ("2020-02-01", "2022-01-31")
    assert [(b.doc_number, b.title) for b in document.based_on] == [
        ("国发〔2019〕3号", "国务院关于某某的意见")
    ]


def test_every_role_pattern_matches_its_example() -> None:
    lexicon = load()
    for group in ("declarations", "carries", "in_text"):
        for row in lexicon.roles[group]:
            for example in row["examples"]:
                assert re.search(row["pattern"], example), (group, example)
    for group in ("labels", "verbs"):
        for row in lexicon.roles[group]:
            assert all(any(word in example for word in row["words"]) for example in row["examples"])


def test_every_register_name_leads_to_one_entry() -> None:
    lexicon = load()
    shared: dict[str, Any] = {name: owners for name, owners in lexicon.names.items() if len(owners) > 1}
    assert shared == {}
