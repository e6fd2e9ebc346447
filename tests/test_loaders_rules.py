"""Who is responsible, in which role: a table of the genre's wordings, each with the reason it is here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.errors import LexiconError
from graph.model import Record
from loaders.lexicon import load
from loaders.records import Given, parse
from loaders.types import RawText
from loaders.wording import FOLDER, check, read_yaml, rows

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
    (
        "who guides gets none of the three roles and takes no neighbour along",
        "（省教育厅、省科技厅指导，广州市政府负责落实）",
        {("广州市人民政府", "IMPLEMENTS")},
    ),
    (
        "a guide between two that answer",
        "（省财政厅牵头，省审计厅监督指导，省教育厅配合）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "how the work is done is no part of a name",
        "（省财政厅负责，各地级以上市人民政府结合实际落实）",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省各地级以上市人民政府", "IMPLEMENTS")},
    ),
    (
        "one class printed over three kinds of places, with a second office behind it",
        "（责任单位：各县、特区、区人民政府（管委会））",
        {("广东省各县、特区、区人民政府（管委会）", "IMPLEMENTS")},
    ),
    (
        "a class that begins with 相关 and is printed with a 、 inside",
        "（责任单位：省财政厅，相关市、县政府）",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省相关市、县人民政府", "IMPLEMENTS")},
    ),
    (
        "an open end with 和单位 names no unit",
        "（省财政厅等有关部门和单位负责）",
        {("广东省财政厅", "IMPLEMENTS")},
    ),
    (
        "an open end of the province's departments, a class after it",
        "（省财政厅、能源局等省有关部门和各地级以上市人民政府负责）",
        {
            ("广东省财政厅", "IMPLEMENTS"),
            ("广东省能源局", "IMPLEMENTS"),
            ("广东省各地级以上市人民政府", "IMPLEMENTS"),
        },
    ),
    (
        "a division of labour as a label, its verbs inside",
        "分管领导：某某\n部门分工：省财政厅牵头，省教育厅配合。",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")},
    ),
    (
        "the one who stands first leads where it is said so, without a noun",
        "（省财政厅、省教育厅等负责，列首位者牵头，下同）",
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    (
        "a class at the head of a list leads nobody",
        "（各地级以上市人民政府负责，列第一位的为牵头单位）",
        {("广东省各地级以上市人民政府", "IMPLEMENTS")},
    ),
    (
        "of a list in a sentence that is mostly sure, the sure ones answer",
        "由省财政厅、省教育厅、甲河商城共同组织实施。",
        {("广东省财政厅", "IMPLEMENTS"), ("广东省教育厅", "IMPLEMENTS")},
    ),
    (
        "a class that says whom it means answers where a sentence hands it a duty; 相关部门 does not",
        "由省人民政府各相关部门，各地级以上市人民政府负责落实。",
        {("广东省各地级以上市人民政府", "IMPLEMENTS")},
    ),
]


NOTHING: list[tuple[str, str]] = [
    ("a duty that is taken away", "不再由省财政厅牵头。"),
    ("a duty that is over", "原由省财政厅牵头的联席会议，2020年起撤销。"),
    ("a practice of the past", "过去由省财政厅牵头、省教育厅配合的做法应予纠正。"),
    ("denied inside a bracket", "（省财政厅、省教育厅不再牵头）"),
    ("a supposition", "如省财政厅牵头，省教育厅配合，则可以简化。"),
    ("wished for of others", "鼓励济南、青岛市政府牵头组建联盟，企业参与。"),
    ("inside quotes", "制定“由省财政厅牵头，省教育厅参与”的示范文本。"),
    ("inside a title", "修订《由省财政厅牵头，省教育厅参与的规则》。"),
    ("a relative clause about a policy", "省科技厅牵头制定、省财政厅配合落实的政策继续执行。"),
    ("examples behind 包括", "发展产业（包括省海洋局、港口）。"),
    ("cities as examples", "支持重点城市（广州、深圳、珠海）。"),
    ("universities as examples", "发布名单（山东大学、齐鲁工业大学、济南大学）。"),
    ("prizes as examples", "设立奖项（省长质量奖、泰山奖）。"),
    ("a label that is no role", "（试点单位：省财政厅、省教育厅）"),
    ("who supervises is not who answers", "（监督单位：省审计厅）"),
    ("a label of the past is unknown", "（原牵头单位：省财政厅）"),
    ("a deadline alone", "（2022年6月底前完成）"),
    ("whom something is asked of", "企业向省财政厅要资料的，不得拒绝。"),
    ("what an agency demands", "对省财政厅要求提供的资料应如实报送。"),
    ("who explains the text", "本措施由省财政厅负责解释。"),
    ("who explains the text together with others", "本措施由省财政厅会同有关部门负责解释。"),
    ("what was led in the past", "2020年，由省财政厅牵头开展了试点，取得成效。"),
    ("several subjects at once", "省教育厅、科技厅应当加强协作。"),
    ("a duty that is wished for before its verb", "支持省财政厅负责联系企业。"),
    ("several of whom one is no unit", "由省财政厅、甲方代表共同组织实施。"),
    ("leaders of whom one is no unit", "由省财政厅、省教育厅、甲河商城共同牵头。"),
    ("a person in charge", "各单位主要负责人负总责，落实省财政厅负责制。"),
]


@pytest.mark.parametrize(("reason", "sentence"), NOTHING, ids=[row[0] for row in NOTHING])
def test_what_looks_like_a_duty_and_is_none(reason: str, sentence: str) -> None:
    assert duties_of(sentence) == set(), reason


A, B, C = ("广东省财政厅", "广东省教育厅", "广东省科学技术厅")
WORDINGS += [
    (
        "several verbs in one bracket inside a sentence",
        "（省财政厅牵头，省教育厅配合），确保完成。",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    (
        "a role behind each name",
        "（省财政厅（牵头）、省教育厅（配合）、省科技厅）",
        {(A, "LEADS"), (B, "SUPPORTS"), (C, "IMPLEMENTS")},
    ),
    (
        "a role behind one name overrides the label",
        "（责任单位：省财政厅（牵头）、省教育厅）",
        {(A, "LEADS"), (B, "IMPLEMENTS")},
    ),
    ("names glued together", "（责任单位：省财政厅省教育厅）", {(A, "IMPLEMENTS"), (B, "IMPLEMENTS")}),
    (
        "a clause glued to an agency",
        "省财政厅要会同省教育厅检查（检查结果由省科技厅负责）。",
        {(A, "LEADS"), (B, "SUPPORTS"), (C, "IMPLEMENTS")},
    ),
    ("an unknown label stops the list", "（责任单位：省财政厅；采样单位：省教育厅）", {(A, "IMPLEMENTS")}),
    ("no brackets: two clauses", "省财政厅牵头，省教育厅配合。", {(A, "LEADS"), (B, "SUPPORTS")}),
    ("no brackets: by duty", "省财政厅、省教育厅按职责分工负责。", {(A, "IMPLEMENTS"), (B, "IMPLEMENTS")}),
    ("no brackets: 由 … 共同牵头", "由省财政厅、省教育厅共同牵头。", {(A, "LEADS"), (B, "LEADS")}),
    ("no brackets: a request", "请省财政厅牵头，省教育厅参与。", {(A, "LEADS"), (B, "SUPPORTS")}),
    (
        "no brackets: with an object",
        "省财政厅负责制定标准，省教育厅配合。",
        {(A, "IMPLEMENTS"), (B, "SUPPORTS")},
    ),
    (
        "no brackets: leads with an object, the next after ；",
        "省财政厅牵头建立机制；省教育厅参与。",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    (
        "牵头，会同 … 落实",
        "省财政厅牵头，会同省教育厅、省科技厅落实。",
        {(A, "LEADS"), (B, "SUPPORTS"), (C, "SUPPORTS")},
    ),
    ("改由 after 不再由", "不再由省教育厅牵头，改由省财政厅负责。", {(A, "IMPLEMENTS")}),
    (
        "the second subject of a sentence",
        "省财政厅要安排资金，省教育厅应加强指导。",
        {(A, "IMPLEMENTS"), (B, "IMPLEMENTS")},
    ),
    (
        "an office that nobody knows, by its form",
        "由省大数据管理中心牵头，省财政厅参与。",
        {("广东省大数据管理中心", "LEADS"), (A, "SUPPORTS")},
    ),
    ("a dash before the duty", "——省财政厅牵头", {(A, "LEADS")}),
    ("labels with 为", "牵头部门为省财政厅，配合部门为省教育厅。", {(A, "LEADS"), (B, "SUPPORTS")}),
    ("one agency a line", "责任单位：\n省财政厅\n省教育厅", {(A, "IMPLEMENTS"), (B, "IMPLEMENTS")}),
    ("a bracket broken over two lines", "（牵头单位：省财政厅、\n省教育厅）", {(A, "LEADS"), (B, "LEADS")}),
    (
        "a verb's list broken over two lines",
        "（省财政厅牵头，\n省教育厅配合）",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    (
        "labels in the annotation's own order",
        "（配合单位：省教育厅；牵头单位：省财政厅）",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    ("square brackets", "[省财政厅牵头，省教育厅配合]", {(A, "LEADS"), (B, "SUPPORTS")}),
    (
        "brackets of three kinds",
        "〔牵头单位：省财政厅〕【配合单位：省教育厅】(责任单位:省科技厅）",
        {(A, "LEADS"), (B, "SUPPORTS"), (C, "IMPLEMENTS")},
    ),
    (
        "a bracket that never closes",
        "（牵头单位：省财政厅，配合单位：省教育厅",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    (
        "a list that ends in 等有关部门",
        "（省财政厅牵头，省教育厅等有关部门配合）",
        {(A, "LEADS"), (B, "SUPPORTS")},
    ),
    (
        "等和 goes on",
        "（省财政厅、省教育厅等和各市人民政府负责）",
        {(A, "IMPLEMENTS"), (B, "IMPLEMENTS"), ("广东省各市人民政府", "IMPLEMENTS")},
    ),
    (
        "one agency in two roles",
        "（牵头单位：省财政厅；责任单位：省财政厅、省教育厅）",
        {(A, "LEADS"), (A, "IMPLEMENTS"), (B, "IMPLEMENTS")},
    ),
    (
        "a subject shares the next office's kind",
        "（省财政、教育厅负责）",
        {(A, "IMPLEMENTS"), (B, "IMPLEMENTS")},
    ),
    (
        "a place shares what the register confirms",
        "（广州、黄埔海关负责）",
        {("广州海关", "IMPLEMENTS"), ("黄埔海关", "IMPLEMENTS")},
    ),
    (
        "a city stands for its government",
        "（省财政厅牵头，深圳市配合）",
        {(A, "LEADS"), ("深圳市人民政府", "SUPPORTS")},
    ),
    (
        "a class with a gloss",
        "（责任单位：省财政厅、各市（含南雄、英德市，下同）政府）",
        {(A, "IMPLEMENTS"), ("广东省各市人民政府", "IMPLEMENTS")},
    ),
    (
        "a list without a role before a deadline",
        "（省财政厅、各市人民政府，完成时限：持续推进）",
        {(A, "IMPLEMENTS"), ("广东省各市人民政府", "IMPLEMENTS")},
    ),
    (
        "an office with its second name leads in a sentence",
        "省市场监管局（知识产权局）会同有关部门制定标准。",
        {("广东省市场监督管理局", "LEADS"), ("广东省有关部门", "SUPPORTS")},
    ),
    (
        "a class is no subject where nobody leads",
        "省财政厅负责统筹，各有关单位抓好落实。",
        {(A, "IMPLEMENTS")},
    ),
    (
        "a bare list keeps its known units beside a name that nobody knows",
        "（省财政厅、省教育厅、省科技厅、好事投）",
        {(A, "IMPLEMENTS"), (B, "IMPLEMENTS"), (C, "IMPLEMENTS")},
    ),
    (
        "a declaration in a bracket of its own",
        "（省财政厅、省教育厅）（列第一位的为牵头单位）",
        {(A, "LEADS"), (B, "IMPLEMENTS")},
    ),
    ("牵头会同", "由省财政厅牵头会同省教育厅制定标准。", {(A, "LEADS"), (B, "SUPPORTS")}),
    ("fillers say nothing about who", "（省财政厅负责，持续推进，排名不分先后，下同）", {(A, "IMPLEMENTS")}),
    (
        "督促落实 and 组织实施",
        "（省财政厅牵头，省教育厅督促落实，省科技厅组织实施）",
        {(A, "LEADS"), (B, "IMPLEMENTS"), (C, "IMPLEMENTS")},
    ),
    (
        "分别牵头",
        "（省财政厅、省教育厅分别牵头，省科技厅参与）",
        {(A, "LEADS"), (B, "LEADS"), (C, "SUPPORTS")},
    ),
    (
        "负责牵头 and 积极配合 without brackets",
        "省财政厅负责牵头，省教育厅等部门积极配合，省科技厅具体落实。",
        {(A, "LEADS"), (B, "SUPPORTS"), (C, "IMPLEMENTS")},
    ),
    ("a marked lead", "（省财政厅*、省教育厅，标*的为牵头单位）", {(A, "LEADS"), (B, "IMPLEMENTS")}),
    (
        "a label line ends the annotation, not the measure",
        "\n责任单位：省教育厅\n责 任 人：张三\n工作要求：由省财政厅牵头，并负责报进度。",
        {(A, "LEADS"), (B, "IMPLEMENTS")},
    ),
    (
        "what is wished for behind a duty is no part of it",
        "省教育厅负责联系省直有关单位，支持活动的开展。",
        {(B, "IMPLEMENTS")},
    ),
    (
        "a clause each, two names of streets in them",
        "甲河沿街办负责场地；省教育厅负责宣传。",
        {("广东省甲河沿街办", "IMPLEMENTS"), (B, "IMPLEMENTS")},
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
        "2.乙事。做好。（省财政厅、教育厅。列为首位的为牵头单位，其余为参与单位，下同）\n"
        "3.丙事。做好。（省教育厅、财政厅）\n"
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
        "工作方案\n各项任务的责任单位中，排在第一位的为牵头单位。\n"
        "一、甲事。做好。（责任单位：省财政厅、省教育厅）\n"
        "二、乙事。做好。（牵头单位：省教育厅；责任单位：省财政厅、省科技厅）\n"
    )
    roles = [{(r.agency, r.role) for r in m.responsibilities} for m in record_of(text).measures]
    assert roles == [
        {("广东省财政厅", "LEADS"), ("广东省教育厅", "IMPLEMENTS")},
        {("广东省教育厅", "LEADS"), ("广东省财政厅", "IMPLEMENTS"), ("广东省科学技术厅", "IMPLEMENTS")},
    ]


def test_a_class_carried_over_answers_for_every_later_measure() -> None:
    text = (
        "若干措施\n"
        "一、甲事。做好。（省财政厅负责，各市、县人民政府负责落实。以下均需各市、县人民政府落实，不再一一列出）\n"
        "二、乙事。做好。（省教育厅负责）\n"
    )
    second = record_of(text).measures[1].responsibilities
    assert {(r.agency, r.evidence[0].basis) for r in second} == {
        ("广东省教育厅", "annotation"),
        ("广东省各市、县人民政府", "carried_over"),
    }


def test_a_term_defined_in_a_list_stands_for_its_members_later() -> None:
    text = (
        "实施意见\n（一）甲事\n"
        "做好。（责任单位：市财政局，各区县（自治县）政府和两江新区管委会（以下统称各区县政府））\n"
        "（二）乙事\n做好。（责任单位：市教委，各区县政府）\n"
    )
    row = next(r for r in record_of(text, "重庆市").measures[1].responsibilities if r.collective)
    assert row.agency == "重庆市各区县政府"
    assert set(row.members) == {"重庆市各区县（自治县）人民政府", "重庆两江新区管理委员会"}


NO_SUCH_DOCUMENT = [
    # a law: articles, general competence, no assignment by name
    "某某法\n第一条　为了规范管理，制定本法。\n第二条　国务院某某主管部门负责全国的某某工作。\n",
    # a regulation that says 由…牵头 of what always is so
    (
        "某某特区数据条例\n第一条 为了规范，制定本条例。\n"
        "第二条 省司法厅要会同省公安厅建立目录。\n第三条 由省财政厅牵头，省教育厅参与，制定办法。\n"
    ),
    # rules with articles: general competence in sentences is no assignment
    (
        "某省某某管理办法\n第一条 省财政厅负责资金管理，省教育厅配合。\n"
        "第二条 由省财政厅牵头，省教育厅参与，开展检查。\n"
    ),
    # a news text
    "本报讯 记者昨日从市政府获悉，全市项目建设进展顺利，市民点赞。\n",
    # a news text with numbered parts and a byline
    (
        "省教育厅召开新闻发布会\n一、会议背景\n由省教育厅牵头，省财政厅参与，召开会议。\n"
        "二、内容\n省公安厅要加强安保。\n（省教育厅供稿，省财政厅负责）\n"
    ),
    # an award with its list of units
    (
        "关于表彰先进单位的决定\n某政字〔2023〕3号\n一、先进集体\n1．省发展改革委\n"
        "2．省财政厅负责的项目组（省财政厅）\n广东省人民政府\n2023年2月1日\n"
    ),
    # a tender notice
    (
        "某市公交集团招标公告\n一、招标人：公交集团。\n"
        "二、联系方式：（责任单位：省财政厅）\n三、其他。（省财政厅负责，省审计厅配合）\n"
    ),
    # a holiday notice with who is on duty
    (
        "广东省人民政府办公厅关于某年春节放假安排的通知\n一、放假时间。\n"
        "二、值班。由省财政厅牵头，省教育厅配合。（省财政厅负责）\n"
    ),
    # an approval and a reply to a deputy
    (
        "某市人民政府关于某工程的批复\n"
        "一、原则同意。工程由省交通运输厅负责，省财政厅配合。\n二、请你们加强管理。\n"
    ),
    (
        "关于省政协某号提案的答复\n一、办理情况。由省财政厅牵头，省教育厅配合。（省财政厅负责）\n"
        "二、下一步。（省教育厅负责）\n"
    ),
    # a list of telephones
    "单位联系方式\n1．省发展改革委 办公室 020-83130000 负责人：张三\n2．省教育厅 负责接待：王五\n",
    # a README
    "# tool\n\n1. Install it\n2. Run it (see docs)\n",
    # a README with duties
    (
        "# 权责工具 README\n## 用法\n1. 安装依赖。由数据组负责，运维组配合。\n"
        "2. 运行脚本。（责任单位：省财政厅）\n"
    ),
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


STRUCTURES: list[tuple[str, str, list[tuple[str, str]]]] = [
    (
        "items that run together on one line",
        "一、甲事。做好。（省财政厅负责）二、乙事。做好。（省教育厅负责）三、丙事。做好。",
        [("一、", "甲事"), ("二、", "乙事"), ("三、", "丙事")],
    ),
    (
        "an enumeration inside a measure is no item",
        "一、甲事。包括：（1）建账；（2）销号。2.5亿元到位。（省财政厅负责）\n"
        "二、乙事。做好。（省教育厅负责）",
        [("一、", "甲事"), ("二、", "乙事")],
    ),
    (
        "every kind of number, nested",
        "第一章 总则\n一、甲类\n（一）甲组\n1.甲事。做好。\n"
        "（1）乙事。做好。\n①丙事。做好。\n②丁事。做好。\n2.戊事。做好。",
        [("①", "丙事"), ("②", "丁事"), ("2.", "戊事")],
    ),
    (
        "numbers that are missing or out of order",
        "1.甲事。做好。\n4.乙事。做好。\n3.丙事。做好。",
        [("1.", "甲事"), ("4.", "乙事"), ("3.", "丙事")],
    ),
    (
        "1） and ⑴",
        "一、甲类\n1）甲事。做好。\n2）乙事。做好。\n二、乙类\n⑴丙事。做好。",
        [("1）", "甲事"), ("2）", "乙事"), ("⑴", "丙事")],
    ),
]


@pytest.mark.parametrize(("reason", "body", "expected"), STRUCTURES, ids=[row[0] for row in STRUCTURES])
def test_numbering(reason: str, body: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.number, m.title) for m in record_of(f"工作方案\n{body}\n").measures] == expected, reason


def test_a_role_in_a_heading_is_everybodys_under_it() -> None:
    record = record_of(
        "工作方案\n一、甲类（牵头单位：省财政厅）\n"
        "1.甲事。做好。（责任单位：省教育厅）\n2.乙事。做好。\n二、乙类\n3.丙事。做好。\n"
    )
    found = [{(r.agency, r.role, r.evidence[0].basis) for r in m.responsibilities} for m in record.measures]
    lead = ("广东省财政厅", "LEADS", "heading")
    assert found == [{lead, ("广东省教育厅", "IMPLEMENTS", "annotation")}, {lead}, set()]


def test_what_is_said_of_the_tasks_above_holds_for_them() -> None:
    record = record_of(
        "工作方案\n一、甲类\n1.甲事。做好。\n"
        "2.乙事。做好。（以上任务由省财政厅牵头）\n二、乙类\n3.丙事。做好。\n"
    )
    found = [{(r.agency, r.role, r.evidence[0].basis) for r in m.responsibilities} for m in record.measures]
    lead = ("广东省财政厅", "LEADS", "carried_over")
    assert found == [{lead}, {lead}, set()]


def test_first_listed_is_one_rule_for_lists_verbs_and_labels() -> None:
    record = record_of(
        "工作方案\n（列为首位的为牵头单位，其余为参与单位，下同）\n1.甲。做好。（省财政厅、省教育厅）\n"
        "2.乙。做好。（省财政厅、省教育厅按职责分工负责）\n3.丙。做好。（省财政厅负责，省教育厅配合）\n"
        "4.丁。做好。（配合单位：省财政厅、省教育厅）\n5.戊。做好。（某大学、省财政厅、泰山奖）\n"
    )
    both = {("广东省财政厅", "LEADS"), ("广东省教育厅", "SUPPORTS")}
    supports = {("广东省财政厅", "SUPPORTS"), ("广东省教育厅", "SUPPORTS")}
    assert [{(r.agency, r.role) for r in m.responsibilities} for m in record.measures] == [
        both,
        both,
        both,
        supports,
        set(),
    ]
    assert [p.kind for p in record.problems] == ["not_understood"]


def test_the_last_measure_keeps_its_deadline_line_and_loses_the_closing() -> None:
    record = record_of(
        "工作方案\n1.甲事。做好。\n责任单位：省财政厅\n"
        "完成时限：2025年6月底前\n各地要加强领导。\n广东省财政厅\n2025年1月2日\n"
    )
    assert record.measures[0].deadline == "2025-06-30"
    assert record.measures[0].text.endswith("2025年6月底前")


@pytest.mark.parametrize(
    ("printed", "deadline"),
    [
        ("（责任单位：省财政厅；完成时限：2025年12月底前）", "2025-12-31"),
        ("（责任单位：省财政厅；时序进度：2025年6月）", "2025-06-30"),
        ("（省财政厅负责，2025年底前完成）", "2025-12-31"),
        ("（责任单位：省财政厅；完成时限：长期坚持）", None),
    ],
)
def test_deadlines(printed: str, deadline: str | None) -> None:
    assert record_of(f"工作方案\n1.甲事。做好。{printed}\n").measures[0].deadline == deadline


SAID: list[tuple[str, str, str]] = [
    ("a guide has no role", "（省教育厅指导，省财政厅负责）", "“指导”没有对应的角色"),
    ("who watches over others has none", "（省财政厅负责，省审计厅负责督办）", "“负责督办”没有对应的角色"),
    ("nor over all that stands above", "\n以上任务由省审计厅负责督办。", "“负责督办”没有对应的角色"),
    ("a list of whom one is no unit", "由省教育厅、甲河商城共同组织实施。", "没有读懂"),
    ("several subjects without a division", "省教育厅、科技厅应当加强协作。", "几个单位一起作主语"),
]


@pytest.mark.parametrize(("reason", "sentence", "message"), SAID, ids=[row[0] for row in SAID])
def test_what_names_units_and_gives_no_role_is_said(reason: str, sentence: str, message: str) -> None:
    record = record_of(f"工作方案\n一、加强保障。做好有关工作。{sentence}\n")
    assert [p for p in record.problems if message in p.message], reason
    assert not {r.agency for r in record.measures[0].responsibilities} & {"广东省审计厅", "广东省教育厅"}


CARRIED: list[tuple[str, str, list[set[str]]]] = [
    (
        "said of all, it holds where it is said and from there on",
        "（省财政厅负责。各项任务均涉及相关市（州）人民政府，不再做分工，下同。）",
        [{"省财政厅", "相关市（州）人民政府"}, {"省教育厅", "相关市（州）人民政府"}],
    ),
    (
        "a class of pilot places is a unit where the text says that it answers for all below",
        "（省财政厅负责。以下均需试点城市政府落实，不再列出）",
        [{"省财政厅"}, {"省教育厅", "试点城市政府"}],
    ),
]


@pytest.mark.parametrize(("reason", "said", "expected"), CARRIED, ids=[row[0] for row in CARRIED])
def test_what_is_said_once_holds_for_the_measures_it_means(
    reason: str, said: str, expected: list[set[str]]
) -> None:
    record = record_of(f"工作方案\n一、甲事。做好工作。{said}\n二、乙事。做好工作。（省教育厅负责）\n")
    assert [{r.evidence[0].mention for r in m.responsibilities} for m in record.measures] == expected, reason


def test_what_every_measure_says_again_is_carried_once() -> None:
    said = "（省财政厅负责。以下均需各市人民政府落实，不再列出）\n"
    record = record_of("工作方案\n" + "".join(f"{n}.做好工作。{said}" for n in range(1, 6)))
    last = {r.evidence[0].mention: len(r.evidence) for r in record.measures[-1].responsibilities}
    assert last == {"省财政厅": 1, "各市人民政府": 1}  # the source is the first of the four before it


def test_a_further_attachment_counts_and_declares_for_itself() -> None:
    plan = "湖南省{}工作方案\n一、任务\n（一）甲事。做好工作。（省财政厅、省教育厅{}）\n"
    text = (
        "湖南省人民政府关于印发两个工作方案的通知\n湘政发〔2023〕5号\n各市州人民政府：\n现印发给你们。\n附件1\n"
        + plan.format("甲", "。排在首位的为牵头单位，其余为配合单位，下同")
        + "附件2\n"
        + plan.format("乙", "负责")
    )
    record = record_of(text, None)
    assert [m.id for m in record.measures] == [
        "湘政发〔2023〕5号/一、任务/（一）",
        "湘政发〔2023〕5号#2/湖南省乙工作方案/一、任务/（一）",
    ]
    assert [m.path for m in record.measures] == [("一、任务",), ("湖南省乙工作方案", "一、任务")]
    assert "附件2" not in record.measures[0].text
    assert [[r.role for r in m.responsibilities] for m in record.measures] == [
        ["LEADS", "SUPPORTS"],
        ["IMPLEMENTS", "IMPLEMENTS"],
    ]


TITLES: list[tuple[str, str, str, str | None]] = [
    (
        "the rows of a page's table are no part of the title",
        "索引号：\t1\n标　　题：\t湖南省人民政府关于某某的意见\n主题词：\n湖南省人民政府\n关于某某的意见\n",
        "湖南省人民政府关于某某的意见",
        None,
    ),
    (
        "a number behind the title is the document's",
        "湖南省人民政府关于某某的意见（修订）（湘政发〔2023〕5号）\n",
        "湖南省人民政府关于某某的意见（修订）",
        "湘政发〔2023〕5号",
    ),
    (
        "a number before the title too",
        "湘政发〔2023〕5号 湖南省人民政府关于某某的意见\n",
        "湖南省人民政府关于某某的意见",
        "湘政发〔2023〕5号",
    ),
    (
        "a number behind a cited title is not",
        "湖南省人民政府关于某某的意见\n贯彻《关于某某的意见》（国发〔2023〕1号）\n",
        "湖南省人民政府关于某某的意见",
        None,
    ),
    (
        "a labelled number",
        "湖南省人民政府关于某某的意见\n发布时间：2023年1月3日 政策文号：湘政发〔2023〕5号\n",
        "湖南省人民政府关于某某的意见",
        "湘政发〔2023〕5号",
    ),
    (
        "a title that a line breaks inside a cited law",
        "湖南省人民政府关于调整《湖南省某某法\n实施条例》有关规定的决定\n",
        "湖南省人民政府关于调整《湖南省某某法实施条例》有关规定的决定",
        None,
    ),
    (
        "an office on a line of its own before 关于",
        "国务院办公厅、中央军委办公厅\n关于某某工作的通知\n",
        "国务院办公厅、中央军委办公厅关于某某工作的通知",
        None,
    ),
]


@pytest.mark.parametrize(("reason", "head", "title", "number"), TITLES, ids=[row[0] for row in TITLES])
def test_title_and_number(reason: str, head: str, title: str, number: str | None) -> None:
    document = record_of(f"{head}一、加强保障。做好工作。（省财政厅负责）\n").document
    assert (document.title, document.doc_number) == (title, number), reason


GENRES: list[tuple[str, str, bool]] = [
    ("a plan about purchasing is a plan", "湖南省集中采购试点方案", True),
    ("an opinion about publishing is one", "关于全面推行公示制度的指导意见", True),
    ("a tender is none", "某某集团招标公告", False),
    ("holidays are none", "关于某某年春节放假安排的通知", False),
    ("who is to be hired is none", "某某局年度招聘计划", False),
]


@pytest.mark.parametrize(("reason", "title", "plan"), GENRES, ids=[row[0] for row in GENRES])
def test_the_last_kind_word_of_the_title_tells_what_it_is(reason: str, title: str, plan: bool) -> None:
    record = record_of(f"{title}\n一、加强保障。由省财政厅牵头，省教育厅配合。\n")
    assert bool(record.measures[0].responsibilities) is plan, reason


JURISDICTIONS = [
    ("a ministry's general office", "民政部办公厅关于印发某某工作方案的通知", "全国"),
    ("an office of the State Council", "国务院办公厅转发民政部关于某某意见的通知", "全国"),
    ("a city that no other is called", "泰州关于印发某某工作方案的通知", "江苏省泰州市"),
    ("a city and a district are", "鼓楼关于印发某某工作方案的通知", None),
    ("a local office is no ministry's", "某某办公厅关于印发某某工作方案的通知", None),
]


@pytest.mark.parametrize(
    ("reason", "title", "jurisdiction"), JURISDICTIONS, ids=[r[0] for r in JURISDICTIONS]
)
def test_the_issuer_tells_where_a_document_holds(reason: str, title: str, jurisdiction: str | None) -> None:
    text = f"{title}\n一、加强保障。做好有关工作。（发改委负责）\n"
    assert record_of(text, None).document.jurisdiction == jurisdiction, reason


def test_a_plain_sentence_at_the_end_gives_all_tasks_above_their_lead() -> None:
    text = "工作方案\n一、甲事。做好工作。\n二、乙事。做好工作。（省教育厅配合）\n以上任务由省财政厅牵头。\n"
    rows = [{(r.agency, r.role) for r in m.responsibilities} for m in record_of(text).measures]
    lead = ("广东省财政厅", "LEADS")
    assert rows == [{lead}, {lead, ("广东省教育厅", "SUPPORTS")}]


def test_an_unreadable_annotation_is_said_to_be_so() -> None:
    record = record_of(
        "工作方案\n1.甲事。做好。（张三三牵头，省教育厅配合）\n2.乙事。做好。（省财政厅、好事多多）\n"
    )
    assert [p.quote for p in record.problems] == ["张三三", "省财政厅、好事多多"]
    assert {(r.agency, r.role) for r in record.measures[0].responsibilities} == {("广东省教育厅", "SUPPORTS")}


def test_joint_issuers_are_told_apart_and_a_joint_document_of_ministries_holds_everywhere() -> None:
    record = record_of(
        "工业和信息化部 国家发展改革委 财政部关于印发某某工作方案的通知\n"
        "工信部联消费〔2023〕101号\n某某工作方案\n"
        "一、甲事。做好。（财政部牵头）\n工业和信息化部\n国家发展改革委\n财政部\n2023年7月19日\n",
        None,
    )
    document = record.document
    assert (document.issuers, document.jurisdiction, document.date) == (
        ("工业和信息化部", "国家发展和改革委员会", "财政部"),
        "全国",
        "2023-07-19",
    )


def test_two_dates_that_disagree_are_both_reported() -> None:
    record = record_of(
        "成文日期：2020-01-05\n广东省人民政府关于某某工作的意见\n"
        "一、甲事。做好。（省财政厅负责）\n广东省人民政府\n2020年1月2日\n"
    )
    assert record.document.date == "2020-01-02"
    assert any(p.kind == "conflict" and "2020-01-05" in p.message for p in record.problems)


VALIDITY = [
    ("本方案自2020年2月1日起施行，有效期至2022年1月31日。", "2020-02-01", "2022-01-31"),
    ("本方案自印发之日起施行，有效期五年。", "2020-01-02", "2025-01-01"),
    ("本方案自2020年2月1日起执行，有效期3年。", "2020-02-01", "2023-01-31"),
    ("申报自2020年2月1日起开始。", None, None),
]


@pytest.mark.parametrize(("sentence", "effective", "expires"), VALIDITY)
def test_validity(sentence: str, effective: str | None, expires: str | None) -> None:
    text = (
        "广东省某某工作方案\n一、甲事。做好。（省财政厅负责）\n"
        f"二、附则。{sentence}\n广东省人民政府\n2020年1月2日\n"
    )
    document = record_of(text).document
    assert (document.effective, document.expires) == (effective, expires)


def test_facts_come_from_the_notice_and_measures_from_the_plan() -> None:
    text = (
        "湖南省人民政府办公厅\n湘政办发〔2020〕1号\n"
        "湖南省人民政府办公厅关于印发《湖南省某某工作方案》的通知\n"
        "各市州人民政府：\n现印发给你们。\n湖南省人民政府办公厅\n2020年1月2日\n湖南省某某工作方案\n"
        "为贯彻落实《国务院关于某某的意见》（国发〔2019〕3号），制定本方案。\n"
        "一、加强领导。做好。（省财政厅负责）\n"
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


def roles_of(text: str) -> dict[str, set[str]]:
    """Role -> the units as printed, of the first measure."""
    found: dict[str, set[str]] = {}
    for row in record_of(text).measures[0].responsibilities:
        found.setdefault(row.role, set()).update(e.mention for e in row.evidence)
    return found


def _rows() -> list[tuple[str, dict[str, Any]]]:
    groups = rows("roles")
    return [(k, row) for k, rows in groups.items() for row in (rows if isinstance(rows, list) else [rows])]


def _measure(group: str, text: str) -> str:
    if group == "headings":
        return f"工作方案\n一、{text}\n1.甲事。做好。\n2.乙事。做好。\n"
    return f"工作方案\n一、加强保障。做好工作。{text}\n"


EXAMPLES = [(group, example) for group, row in _rows() for example in row.get("examples", ())]
COUNTEREXAMPLES = [(group, text) for group, row in _rows() for text in row.get("none", ())]


@pytest.mark.parametrize(("group", "example"), EXAMPLES, ids=[f"{g}: {e['text']}" for g, e in EXAMPLES])
def test_every_example_of_the_role_words_gives_what_it_says(group: str, example: dict[str, Any]) -> None:
    expected = {role: set(units) for role, units in example.items() if role != "text"}
    assert roles_of(_measure(group, example["text"])) == expected


@pytest.mark.parametrize(("group", "text"), COUNTEREXAMPLES, ids=[f"{g}: {t}" for g, t in COUNTEREXAMPLES])
def test_every_counterexample_of_the_role_words_gives_nothing(group: str, text: str) -> None:
    assert roles_of(_measure(group, text)) == {}


def test_every_label_and_verb_gives_its_role_in_a_bracket() -> None:
    lexicon = load()
    wrong = [
        (w.word, found)
        for words, sentence in ((lexicon.labels, "（{}：省财政厅）"), (lexicon.verbs, "（省财政厅{}）"))
        for w in words
        if (found := roles_of(_measure("", sentence.format(w.word)))) != {w.role: {"省财政厅"}}
    ]
    assert wrong == []


def test_every_modifier_joins_the_verb_after_it() -> None:
    wrong = [
        (word, found)
        for word in rows("roles")["modifiers"]["words"]
        if (found := roles_of(_measure("", f"（省财政厅{word}配合）"))) != {"SUPPORTS": {"省财政厅"}}
    ]
    assert wrong == []


def test_every_stop_ends_the_list_before_it() -> None:
    wrong = [
        (word, found)
        for word in rows("roles")["stops"]["words"]
        if (found := roles_of(_measure("", f"（责任单位：省财政厅；{word}：省教育厅）")))
        != {"IMPLEMENTS": {"省财政厅"}}
    ]
    assert wrong == []


def _hit(key: str, row: dict[str, Any], text: str) -> bool:
    """Whether a row of structure.yaml takes an example."""
    parts = [row[k] for k in ("pattern", "immediately", "years") if k in row] + [*row.get("patterns", ())]
    at_end = key in ("suffixes", "offices", "proper_offices", "genres", "offices_signing")
    parts += [f"^{letter}" for letter in row.get("places", ())]
    parts += [re.escape(word) + ("(?:（[^（）]*）)?$" if at_end else "") for word in row.get("words", ())]
    parts = [f"(?:{part})$" if key == "offices_signing" else part for part in parts]
    found = any(re.match(p, text) if key == "numbering" else re.search(p, text) for p in parts)
    return found and not (row.get("except") and re.search(row["except"], text))


STRUCTURE = [
    (key, row, text, wanted)
    for key, rows in rows("structure").items()
    for row in (rows if isinstance(rows, list) else [rows])
    for wanted, texts in ((True, row["examples"]), (False, row.get("none", ())))
    for text in texts
]


@pytest.mark.parametrize(
    ("key", "row", "text", "wanted"), STRUCTURE, ids=[f"{key} {w}: {t}" for key, _, t, w in STRUCTURE]
)
def test_every_example_of_the_structure_words_is_taken_or_left_alone(
    key: str, row: dict[str, Any], text: str, wanted: bool
) -> None:
    assert _hit(key, row, text) is wanted


@pytest.mark.parametrize("stem", ["roles", "structure"])
def test_the_words_keep_to_their_schema(stem: str) -> None:
    data = read_yaml(FOLDER, stem)
    check(FOLDER, stem, data, thorough=True)
    broken = {**data, "没有这一项": []}
    with pytest.raises(LexiconError, match=f"{stem}.yaml"):
        check(FOLDER, stem, broken, thorough=True)


def test_every_register_name_leads_to_one_entry() -> None:
    lexicon = load()
    shared: dict[str, Any] = {name: owners for name, owners in lexicon.names.items() if len(owners) > 1}
    assert shared == {}
