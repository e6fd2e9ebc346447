"""Instruments, regions, targets: the lexicon's examples, sentences with a reason each, what always holds."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import entities
from loaders import score as scoring
from loaders.__main__ import main
from loaders.explain import candidates, explanation
from loaders.lexicon import load
from loaders.records import parse_file
from loaders.wording import FOLDER, read_yaml

LEXICON = load()
INSTRUMENTS: dict[str, Any] = read_yaml(FOLDER, "instruments")
ENTRIES = [
    (part, row, example)
    for part in ("heads", "actions", "titles", "quoted")
    for row in INSTRUMENTS[part]
    for example in row["examples"]
]


def tools(text: str) -> list[tuple[str, str]]:
    """(mention, type) of every instrument of a text."""
    return [(i.mention, i.type) for i in entities.instruments(text, 0, len(text))]


def places(
    text: str, home: str | None = None, offices: tuple[tuple[int, int], ...] = ()
) -> list[tuple[str, str]]:
    """(mention, name) of every region of a text, read in a document of `home`."""
    own = LEXICON.place_of(home) if home else None
    return [(r.mention, r.name) for r in entities.regions(text, 0, len(text), LEXICON, own, offices)]


def aims(text: str) -> list[tuple[str, str, str | None]]:
    """(mention, kind, date) of every target of a text."""
    return [(t.mention, t.kind, t.date) for t in entities.targets(text, 0, len(text))]


@pytest.mark.parametrize(("part", "row", "example"), ENTRIES, ids=[f"{p}-{e}" for p, _, e in ENTRIES])
def test_an_entry_of_the_lexicon_reads_its_own_example(part: str, row: dict[str, Any], example: str) -> None:
    assert any(word in example for word in row["words"])
    assert row["type"] in {kind for _, kind in tools(example)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the verb is not part of the name, and a second verb ends the first one's reach
        ("支持企业建立研发准备金制度。", [("研发准备金制度", "制度/机制")]),
        # two instruments joined by 和 are two
        ("建设数据共享平台和信用评价机制。", [("数据共享平台", "平台/系统"), ("信用评价机制", "制度/机制")]),
        # a larger name takes in the smaller one
        ("实施农村电商公共服务平台建设工程。", [("农村电商公共服务平台建设工程", "其他")]),
        # nothing but 相关 before it is no name
        ("落实相关政策，完善有关机制。", []),
        # a word that only contains a head: 政策性, 标准化
        ("引导政策性银行支持标准化生产。", []),
        # quoted and listed items belong to the name that 等 gathers
        ("推出订单贷、设备贷等信贷产品。", [("订单贷、设备贷等信贷产品", "信贷/融资")]),
        # a list of exhibitions is its exhibitions, not what 等 calls them
        (
            "参加甲国博览会、乙国交易会等知名展会。",
            [("甲国博览会", "宣传/培训/展会"), ("乙国交易会", "宣传/培训/展会")],
        ),
        # a number belongs to the target, not to the instrument
        ("每年举办20场专场招聘会。", [("专场招聘会", "宣传/培训/展会")]),
        # an abbreviation's definition is no second instrument
        ("建设粮食“单一窗口”（以下简称“单一窗口”）。", [("粮食“单一窗口”", "平台/系统")]),
        # a relieving verb with what it relieves
        ("取消不动产登记费，企业取消会议。", [("取消不动产登记费", "简政/减费")]),
        # a title goes by its genre
        ("落实《养老机构服务规范》。", [("《养老机构服务规范》", "标准/规范")]),
    ],
)
def test_instruments_of_a_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    assert tools(text) == expected


def test_one_family_has_one_name_across_documents() -> None:
    names = {
        entity.name
        for text in ("设立乡村振兴专项资金。", "用好“养老服务专项资金”。", "安排专项资金。")
        for entity in entities.instruments(text, 0, len(text))
    }
    assert names == {"专项资金"}


def test_an_instrument_stands_once_in_a_measure_in_its_fuller_form() -> None:
    text = "（一）健全协调机制。建立跨部门会商协调机制，完善协调机制。"
    assert tools(text) == [("跨部门会商协调机制", "制度/机制")]


def test_the_annotation_holds_no_instruments() -> None:
    text = "建设数据平台。（责任单位：某市大数据中心、某市公共资源交易平台）"
    at = text.index("某市大数据中心")
    found = list(entities.instruments(text, 0, len(text), [(at, at + 7)]))
    assert [i.mention for i in found] == ["数据平台"]


@pytest.mark.parametrize(
    ("text", "home", "expected"),
    [
        # the document's own place and those above it do not count
        ("在广东省广州市开展试点。", "广东省广州市", []),
        # places of a list that ends in an office are part of that office's name
        ("广州、深圳海关扩大试点。", "广东省", []),
        # and so are places before a body with a longer name
        ("与香港生产力促进局合作。", "广东省", []),
        # a title names no place of the measure
        ("落实《关于在苏州开展试点的通知》。", "广东省", []),
        # a joint name is its members, without the document's own
        ("深化粤港澳合作。", "广东省", [("粤港澳", "香港特别行政区"), ("粤港澳", "澳门特别行政区")]),
        # single letters count in a list of markets only
        ("拓展欧、美、日等传统市场，推广美食。", None, [("欧", "欧洲"), ("美", "美国"), ("日", "日本")]),
        # a district's short name holds at home
        ("支持从化发展。", "广东省广州市", [("从化", "从化区")]),
        # and is a word elsewhere
        ("发展新兴产业。", "广东省云浮市", []),
        # a place with 高新区 behind it is the functional area, not the place
        ("支持长沙高新区创新。", "湖南省", [("长沙高新区", "长沙高新区")]),
        # a zone goes by its last word
        ("在武陵山片区布局项目。", "湖南省", [("武陵山片区", "武陵山片区")]),
        # a province before its own prefecture is one place
        ("加大对云南怒江州的支持。", None, [("怒江州", "怒江傈僳族自治州")]),
    ],
)
def test_regions_of_a_sentence(text: str, home: str | None, expected: list[tuple[str, str]]) -> None:
    assert places(text, home) == expected


def test_a_division_has_its_code_and_an_area_has_none() -> None:
    text = "在德阳市和粤港澳大湾区推广。"
    found = list(entities.regions(text, 0, len(text), LEXICON, None, []))
    assert [(r.code is not None, r.kind) for r in found] == [(True, "行政区"), (False, "区域")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a date that is a clause of its own goes with the next one
        ("到2025年，覆盖率达到80%。", [("到2025年，覆盖率达到80%", "quantity", "2025-12-31")]),
        # a date inside a clause begins the target
        ("有关权限于2024年底前下放至县。", [("于2024年底前下放至县", "deadline", "2024-12-31")]),
        # half a year ends in June
        ("在2024年上半年建成中心。", [("在2024年上半年建成中心", "deadline", "2024-06-30")]),
        # of a span, the last day counts
        (
            "自2023年1月1日起至2023年6月30日止，免收检验费。",
            [("自2023年1月1日起至2023年6月30日止，免收检验费", "deadline", "2023-06-30")],
        ),
        # a number of times a year
        ("每年举办2至3次对接会。", [("每年举办2至3次对接会", "frequency", None)]),
        # every half year is a frequency without a number
        ("各地每半年报送一次进展。", [("每半年", "frequency", None)]),
        # what was, what a year is compared with, and the year of an edition are no targets
        ("2018年以来成效明显，比2017年好。", []),
        ("落实《产业目录（2013年版）》。", []),
        # to whom something applies is no target
        ("对投资500万元以下的企业，简化手续。", []),
        # a change begins where the change does
        ("将标准由1000元提高到2000元。", [("由1000元提高到2000元", "quantity", None)]),
        # a sum per month is no frequency
        ("补贴标准提高到每月300元。", [("补贴标准提高到每月300元", "quantity", None)]),
    ],
)
def test_targets_of_a_sentence(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert aims(text) == expected


PIECES = st.sampled_from(
    [
        *"的和、，。；：（）“”《》()\n 1年",
        *[
            "建立",
            "完善",
            "平台",
            "专项资金",
            "试点",
            "广州",
            "从化",
            "欧、美",
            "到2025年",
            "底前",
            "达到80%",
            "每季度",
            "等",
        ],
        *[
            "取消",
            "收费",
            "省财政厅",
            "开发区",
            "流域",
            "由1",
            "海关",
            "以下简称",
            "《办法》",
            "“一站式”服务",
            "政策性",
        ],
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_the_text_says_mentions_stand_where_they_say(text: str) -> None:
    own = LEXICON.place_of("广东省广州市")
    found = [
        list(entities.instruments(text, 0, len(text), [(3, 5)])),
        list(entities.regions(text, 0, len(text), LEXICON, own, [(3, 5)])),
        list(entities.targets(text, 0, len(text), [(3, 5)])),
        list(entities.citations(text, 0, len(text))),
    ]
    for kind in found:
        assert all(text[item.start : item.end] == item.mention and item.mention for item in kind)
    tool_spans = [(i.start, i.end) for i in found[0]]
    assert all(a[1] <= b[0] for a, b in pairwise(tool_spans))
    assert len({r.name for r in found[1]}) == len(found[1])


# Score


GOLD = scoring.own_score(lambda path: parse_file(path).to_json())
AIMS = {"instruments": (0.75, 0.80), "regions": (0.90, 0.0), "targets": (0.80, 0.0)}


@pytest.mark.parametrize("name", AIMS)
def test_the_projects_own_documents_are_read_as_well_as_aimed_for(name: str) -> None:
    counts, aim = GOLD["total"].fields[name], AIMS[name]
    assert counts.right > 0
    assert (counts.f1 >= aim[0], counts.recall >= aim[1]) == (True, True)


@pytest.mark.parametrize("name", AIMS)
def test_the_reference_documents_are_read_as_well_as_aimed_for(reference: Path, name: str) -> None:
    total = scoring.Counts()
    for stem in ("000", "001", "002"):
        gold = scoring._json(reference / "gold" / f"{stem}.json")
        record = parse_file(next((reference / "seeds").glob(f"{stem}_*.txt")))
        total.add(scoring.compare(gold, record.to_json(), {}).fields[name])
    aim = AIMS[name]
    assert (total.f1 >= aim[0], total.recall >= aim[1]) == (True, True)


def test_nothing_is_lost_against_the_kept_score_card() -> None:
    """`python -m loaders score --update` keeps a new card; what a change loses has to be meant."""
    before = scoring.kept()
    assert before is not None
    assert [line for line in scoring.changes(GOLD, before) if "变错" in line or line.startswith("去掉")] == []


def gold_and_record() -> tuple[dict[str, Any], dict[str, Any]]:
    """One measure with one duty, one instrument and a date, and a record that says the same."""
    duty = {"agency": "甲局", "role": "LEADS", "mention": "甲局"}
    measure = {
        "number": "（一）",
        "title": "建设平台",
        "responsibilities": [duty],
        "instruments": [{"mention": "数据平台"}],
    }
    read = measure | {"responsibilities": [duty | {"rule": "explicit", "basis": "annotation", "aliases": []}]}
    facts = {"title": "某方案", "date": "2024-01-01"}
    return {"document": facts, "measures": [measure]}, {"document": dict(facts), "measures": [read]}


def test_a_record_that_says_the_same_scores_one_in_every_field() -> None:
    card = scoring.compare(*gold_and_record(), {})
    assert (card.f1, card.errors, card.others) == (1.0, [], [])
    assert set(card.fields) == {"facts", "instruments", "role:LEADS", "rule:explicit", "basis:annotation"}
    assert {counts.f1 for counts in card.fields.values()} == {1.0}


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        # a wrong role is one missed and one wrong
        (
            lambda r: r["measures"][0]["responsibilities"][0].update(role="SUPPORTS"),
            ["（一） 漏 LEADS 甲局", "（一） 错 SUPPORTS 甲局"],
        ),
        # half of a printed form is enough, less is not
        (lambda r: r["measures"][0].update(instruments=[{"mention": "平台"}]), []),
        (
            lambda r: r["measures"][0].update(instruments=[{"mention": "台"}]),
            ["（一） 漏 政策工具 数据平台", "（一） 错 政策工具 台"],
        ),
        # a fact that is missing, and one that differs
        (lambda r: r["document"].update(date=None), ["漏 date 20240101"]),
        (lambda r: r["document"].update(title="别的方案"), ["漏 title 某方案", "错 title 别的方案"]),
        # a measure that the gold does not have
        (
            lambda r: r["measures"].append(r["measures"][0] | {"number": "（九）", "title": "别的事情做好"}),
            ["多出的 （九） 错 LEADS 甲局"],
        ),
    ],
)
def test_a_difference_is_counted_and_named(change: Any, errors: list[str]) -> None:
    gold, record = gold_and_record()
    change(record)
    card = scoring.compare(gold, record, {})
    assert [*card.errors, *card.others] == errors


def test_split_and_merged_agencies_are_found_over_documents() -> None:
    identity = scoring.Identity()
    for gold, said in (("甲局", "甲局"), ("甲局", "甲局（筹）"), ("乙局", "甲局")):
        identity.note(gold, said)
    assert (identity.split(), identity.merged()) == (["甲局"], ["甲局"])


def test_changes_name_what_was_gained_and_lost() -> None:
    gold, record = gold_and_record()
    good = {"某文件": scoring.compare(gold, record, {})}
    record["measures"][0]["instruments"] = []
    bad = {"某文件": scoring.compare(gold, record, {})}
    for cards in (good, bad):
        cards["total"] = scoring.Card()
    lost = list(scoring.changes(bad, scoring.to_json(good)))
    assert "    - 变错：（一） 漏 政策工具 数据平台" in lost
    assert any(line.startswith("某文件 instruments：F1 1.0000 → 0.0000") for line in lost)
    assert "    + 改对：（一） 漏 政策工具 数据平台" in list(scoring.changes(good, scoring.to_json(bad)))
    assert list(scoring.changes(good, scoring.to_json(good))) == []


def test_a_kept_card_can_be_read_again(tmp_path: Path) -> None:
    gold, record = gold_and_record()
    cards = {"某文件": scoring.compare(gold, record, {}), "total": scoring.Card()}
    scoring.keep(cards, tmp_path / "card.json")
    assert scoring.kept(tmp_path / "card.json") == scoring.to_json(cards)
    assert scoring.kept(tmp_path / "none.json") is None


# Explain


def test_explain_says_sentence_by_sentence_what_was_seen() -> None:
    lines = list(explanation(parse_file(scoring.GOLD / "employment_hunan.txt")))
    sentence = next(i for i, line in enumerate(lines) if line.startswith("  各市州建立创业担保基金"))
    assert lines[sentence + 1].endswith("→ 政策工具 创业担保基金动态补充机制（制度/机制）")
    assert lines[sentence + 2].endswith("→ 目标（数量，2024-12-31）")
    edge = next(line for line in lines if "→ LEADS 湖南省人力资源和社会保障厅" in line)
    assert "牵头单位；annotation/explicit" in edge


def test_explain_names_the_other_agencies_a_name_can_stand_for() -> None:
    elsewhere = {"监管办": (("某省", "乙监管办"), ("某市", "甲监管办"))}
    lexicon = dataclasses.replace(LEXICON, names={"监管办": ("甲监管办",)}, contextual=elsewhere)
    assert candidates("监管办", lexicon) == ["甲监管办", "乙监管办"]
    assert candidates("没有这个单位", lexicon) == []


# Commands


def test_score_without_folders_compares_with_the_kept_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score"]) == 0
    printed = capsys.readouterr().out
    for label in ("措施", "文件信息", "政策工具", "地区", "目标", "角色 LEADS"):
        assert label in printed
    assert "与上次的成绩单相比" in printed


@pytest.mark.parametrize(
    "arguments", [["score", "tests/gold"], ["score", "tests/gold", "tests/gold", "--update"]]
)
def test_score_says_what_is_missing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_explain_ends_with_the_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(scoring.GOLD / "employment_hunan.txt")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("读懂 ")


def test_half_a_word_is_no_verb_before_an_instrument() -> None:
    found = [name for name, _ in tools("建立规范性文件合法性审核机制。利用多种渠道做好政策宣传。")]
    assert found == ["规范性文件合法性审核机制", "政策宣传"]
