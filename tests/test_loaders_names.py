"""Names of units: what a printed name means in a document of a place, what stays apart, what is one.

The rows are the usual printed forms of eight kinds of places, with the reason why each could go wrong.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.errors import LexiconError
from graph.model import Resolved
from loaders import lexicon as lexicon_module
from loaders.agencies import departments
from loaders.agencies.readings import own_area
from loaders.agencies.resolve import Resolution, Resolver
from loaders.lexicon import load
from loaders.mentions import split_list
from loaders.types import Mention
from loaders.wording import FOLDER, check, either, rows

HUNAN, GUANGXI, CHONGQING = "湖南省", "广西壮族自治区", "重庆市"
SUZHOU, XIANGXI = "江苏省苏州市", "湖南省湘西土家族苗族自治州"
ROOT = Path(__file__).resolve().parent.parent
FUTIAN, SHUANGBAI, KUNSHAN = "广东省深圳市福田区", "云南省楚雄彝族自治州双柏县", "江苏省苏州市昆山市"
XILIN, COUNTRY = "内蒙古自治区锡林郭勒盟", "全国"


def resolver(place: str | None, date: str | None = None, area: str | None = None) -> Resolver:
    return Resolver(load(), place, "文件", date, area)


def read(place: str | None, name: str, date: str | None = None) -> Resolution:
    return resolver(place, date).resolve(Mention(name, 0, len(name), name))


def listed(place: str, text: str) -> list[str]:
    """The agencies of a printed list, in order."""
    one = resolver(place)
    return [one.resolve(mention).agency.name for mention in split_list(text, 0, len(text), load())[0]]


NAMES = [
    # 省: the level word is the document's own province
    (HUNAN, "省发改委", "湖南省发展和改革委员会"),
    # a province's document naming a city's office, by its own name
    (HUNAN, "长沙市政府", "长沙市人民政府"),
    # … and a central body, which never takes the province's name
    (HUNAN, "国家发展改革委", "国家发展和改革委员会"),
    # 自治区 as level word, and 党委 where others say 委
    (GUANGXI, "自治区党委宣传部", "中共广西壮族自治区委员会宣传部"),
    # 区 is the 自治区 in its own document
    (GUANGXI, "区党委组织部", "中共广西壮族自治区委员会组织部"),
    # a committee's department printed in full is the one that others print short
    (GUANGXI, "中共广西壮族自治区委员会组织部", "中共广西壮族自治区委员会组织部"),
    (SUZHOU, "中共苏州市委员会组织部", "中共苏州市委组织部"),
    # the one office that also manages
    ("上海市", "市住房城乡建设管理委", "上海市住房和城乡建设管理委员会"),
    # the usual form without the people's name
    (GUANGXI, "广西财政厅", "广西壮族自治区财政厅"),
    (GUANGXI, "广西自治区商务厅", "广西壮族自治区商务厅"),
    # 直辖市: its 市 is of the level of a province
    (CHONGQING, "市住房城乡建委", "重庆市住房和城乡建设委员会"),
    # a 自治县 by its usual name
    (CHONGQING, "石柱县政府", "石柱土家族自治县人民政府"),
    # 自治州: 州 is its level word
    (XIANGXI, "州文旅广电局", "湘西土家族苗族自治州文旅广电局"),
    (XIANGXI, "州教体局", "湘西土家族苗族自治州教育体育局"),
    # 州's document naming the province's office
    (XIANGXI, "省财政厅", "湖南省财政厅"),
    # 盟: 行署 instead of a government
    (XILIN, "盟行署办公室", "锡林郭勒盟行政公署办公室"),
    # district: the city stands before it, 市 is the city's office, a bare name the district's own
    (FUTIAN, "区统计局", "深圳市福田区统计局"),
    (FUTIAN, "市财政局", "深圳市财政局"),
    (FUTIAN, "发改局", "深圳市福田区发展和改革局"),
    # county: its own name alone
    (SHUANGBAI, "县住建局", "双柏县住房和城乡建设局"),
    # 县级市: 市 means itself, not the city above it
    (KUNSHAN, "市发改委", "昆山市发展和改革委员会"),
    (KUNSHAN, "苏州市发改委", "苏州市发展和改革委员会"),
    # 市民政局 and 市政务服务局 begin with words that are no level words; 市场监管局 has none at all
    (SUZHOU, "市民政局", "苏州市民政局"),
    (SUZHOU, "市政务服务局", "苏州市政务服务管理局"),
    (SUZHOU, "市场监管局", "苏州市市场监督管理局"),
    (SUZHOU, "市市场监管局", "苏州市市场监督管理局"),
    # party bodies: 委…, without 委, and with the level word inside
    (HUNAN, "省委编办", "中共湖南省委机构编制委员会办公室"),
    (HUNAN, "团省委", "中国共产主义青年团湖南省委员会"),
    (FUTIAN, "团区委", "中国共产主义青年团深圳市福田区委员会"),
    (SUZHOU, "市网信办", "中共苏州市委网络安全和信息化委员会办公室"),
    (SUZHOU, "市直机关工委", "中共苏州市委直属机关工作委员会"),
    # a party body that no pattern knows stays one
    (SUZHOU, "市委社治委", "中共苏州市委社治委"),
    # 人大, 政协, courts: not departments
    (SUZHOU, "市人大", "苏州市人民代表大会常务委员会"),
    (SUZHOU, "市政协", "中国人民政治协商会议苏州市委员会"),
    (SUZHOU, "市法院", "苏州市中级人民法院"),
    (KUNSHAN, "市法院", "昆山市人民法院"),
    # vertical bodies: the place inside, in the form each of them uses
    (HUNAN, "省税务局", "国家税务总局湖南省税务局"),
    (KUNSHAN, "国家税务总局市税务局", "国家税务总局昆山市税务局"),
    (SUZHOU, "苏州海关", "苏州海关"),
    (HUNAN, "国家矿山安全监察局湖南局", "国家矿山安全监察局湖南局"),
    (HUNAN, "民航湖南监管局", "中国民用航空湖南安全监督管理局"),
    (HUNAN, "农发行湖南省分行", "中国农业发展银行湖南省分行"),
    # a department's branch: the department in full, the branch as printed
    ("广东省深圳市", "市市场监管局福田监管局", "深圳市市场监督管理局福田监管局"),
    ("广东省深圳市", "市安委会办公室", "深圳市安全生产委员会办公室"),
    # proper names take no 省 or 市
    ("吉林省", "吉林银行", "吉林银行"),
    ("吉林省", "河北大学", "河北大学"),
    ("广东省", "广东电网公司", "广东电网公司"),
    ("吉林省", "国家矿山安全监察局河北局", "国家矿山安全监察局河北局"),
    ("广东省深圳市", "深圳供电局", "深圳供电局"),
    ("广东省深圳市", "腾讯公司", "腾讯公司"),
    # … but what every place has is the place's own
    (KUNSHAN, "城投集团", "昆山市城投集团"),
    (SHUANGBAI, "县农商行", "双柏县农商行"),
    # a place name inside another word: 长白 is a county, 长白山 is none
    ("吉林省", "长白山管委会", "吉林省长白山管理委员会"),
    # the 管委会 of a functional area
    ("四川省成都市", "成都高新区管委会", "成都高新技术产业开发区管理委员会"),
    ("四川省成都市", "市高新区管委会", "成都高新技术产业开发区管理委员会"),
    ("江苏省", "苏州工业园区管委会", "苏州工业园区管理委员会"),
    ("山东省青岛市", "西海岸新区管委", "青岛西海岸新区管理委员会"),
    # a district that several cities have is the one of this document
    ("北京市", "朝阳区政府", "北京市朝阳区人民政府"),
    ("福建省福州市", "鼓楼区教育局", "福州市鼓楼区教育局"),
    # an area named alone answers through its 管委会
    ("湖北省荆门市", "漳河新区", "荆门漳河新区管理委员会"),
    ("湖北省荆门市", "荆门高新区", "荆门高新技术产业开发区管理委员会"),
    ("湖北省荆门市", "高新区", "荆门高新技术产业开发区管理委员会"),
    ("湖北省", "高新区", "高新区"),  # a province has many: unresolved rather than one of its own
    ("湖南省长沙市", "湘江新区", "湖南湘江新区管理委员会"),
    # companies' branches: the place inside, by level
    (HUNAN, "中国移动湖南公司", "中国移动通信集团湖南有限公司"),
    (SUZHOU, "中国移动苏州分公司", "中国移动通信集团有限公司苏州分公司"),
    # a government of one level word is the place's own, not a class
    (GUANGXI, "自治区人民政府", "广西壮族自治区人民政府"),
    # 兵团 is its own level, in its own and in other documents
    ("新疆维吾尔自治区", "兵团发展改革委", "新疆生产建设兵团发展和改革委员会"),
    ("新疆维吾尔自治区", "兵团", "新疆生产建设兵团"),
    # 地区 and its 行署
    ("新疆维吾尔自治区", "阿克苏地区行署", "阿克苏地区行政公署"),
    # two names of one office: the one before the bracket
    (HUNAN, "省市场监管局（省知识产权局）", "湖南省市场监督管理局"),
    # 我省, 本市: the document's own
    (HUNAN, "我省商务厅", "湖南省商务厅"),
    # 总局 and the country's commissions are nobody else's, in a province's document too
    (HUNAN, "市场监管总局", "国家市场监督管理总局"),
    (HUNAN, "银保监会", "中国银行保险监督管理委员会"),
    # a committee printed in full is the committee
    ("湖南省岳阳市湘阴县", "中共湘阴县委", "中共湘阴县委员会"),
    # the special administrative regions have governments, not people's governments
    (COUNTRY, "香港特区政府", "香港特别行政区政府"),
    ("广东省", "澳门特别行政区政府", "澳门特别行政区政府"),
    # a known area's own name before the guess that a short form allows
    (XIANGXI, "湘西经开区管委会", "湖南湘西经济开发区管理委员会"),
    # a usual short form of a district's merged office
    ("湖北省武汉市蔡甸区", "区科技和经信局", "武汉市蔡甸区科学技术和经济信息化局"),
    ("辽宁省鞍山市立山区", "区市场局", "鞍山市立山区市场监督管理局"),
    ("浙江省", "省大数据局", "浙江省大数据发展管理局"),
]


@pytest.mark.parametrize(("place", "printed", "agency"), NAMES, ids=[f"{p[-3:]}-{n}" for p, n, _ in NAMES])
def test_a_printed_name_is_the_office_of_its_place(place: str, printed: str, agency: str) -> None:
    assert read(place, printed).agency.name == agency


ONE_OFFICE = [
    # abbreviations of one name
    (HUNAN, "省发展改革委 省发改委 省发展和改革委 省发展和改革委员会 湖南省发展改革委 湖南省发改委"),
    # a district prints 局 and 委 for the same office
    (FUTIAN, "区发改局 区发展改革局 发改局 福田区发改局 深圳市福田区发展和改革局 区发改委"),
    (KUNSHAN, "市住建局 市住房城乡建设局 昆山市住建局 市住房和城乡建设局 市住建委"),
    # the order of the words differs from place to place, the office is one
    (SUZHOU, "市自然资源和规划局 市规划和自然资源局 市资规局 市自规局 市自然资源局"),
    (SHUANGBAI, "县文旅局 县文广旅局 县文化和旅游局 县文广旅体局"),
    # government offices with and without 政府
    (SUZHOU, "市国资委 市政府国资委 市人民政府国资委"),
    (SUZHOU, "市政府办公室 市政府办 市府办 市人民政府办公室"),
    # the youth league in all its spellings
    (XIANGXI, "团州委 共青团州委 州团委 共青团湘西州委 团湘西州委"),
    # party offices with and without 中共, 委
    (SUZHOU, "市委政法委 市政法委 中共苏州市委政法委 苏州市委政法委员会"),
    # a customs district by its short and its full name
    ("广东省深圳市", "深圳海关 中华人民共和国深圳海关"),
    (HUNAN, "湖南证监局 中国证监会湖南监管局 省证监局"),
    # the usual and the official name of an autonomous prefecture
    (XIANGXI, "湘西州财政局 湘西土家族苗族自治州财政局 州财政局 财政局"),
    # an area's 管委会 with and without the city's name
    ("浙江省杭州市", "西湖风景名胜区管委会 杭州西湖风景名胜区管委会 杭州市西湖风景名胜区管理委员会"),
    # half-width brackets are the same name
    (SUZHOU, "各县(市、区)人民政府 各县（市、区）人民政府 各县（市、区）政府"),
]


@pytest.mark.parametrize(("place", "forms"), ONE_OFFICE, ids=[f.split()[0] for _, f in ONE_OFFICE])
def test_the_printed_forms_of_one_office_are_one(place: str, forms: str) -> None:
    one = resolver(place)
    assert len({one.resolve(Mention(n, 0, 0, n)).agency.id for n in forms.split()}) == 1


APART = [
    # the same office of two levels
    (FUTIAN, "市教育局 区教育局"),
    (KUNSHAN, "苏州市财政局 市财政局"),
    # a central body and the place's own
    (HUNAN, "国家能源局 省能源局"),
    # names of different times: a reform connects, it never merges
    (HUNAN, "省卫生厅 省卫生计生委 省卫生健康委"),
    (HUNAN, "省国税局 省地税局 省税务局"),
    # alike, and different
    (SUZHOU, "市工商局 市工商联 市市场监管局 市消委会"),
    (SUZHOU, "市数据局 市大数据中心 市政务服务局"),
    (SUZHOU, "市委金融办 市地方金融监管局"),
    (SUZHOU, "市委 市纪委 市监委 市政府 市人大 市政协"),
    (SUZHOU, "市规划局 市规划委"),
    (SUZHOU, "市监察局 市监委"),
    (CHONGQING, "重庆海关 重庆海事局 重庆证监局 市口岸办"),
    # a city and a county-level city that share a short name
    ("湖北省", "恩施州政府 恩施市政府"),
    # a city and its province that share a short name
    ("吉林省", "吉林省财政厅 吉林市财政局"),
    # a place's own company and one with another name
    (SUZHOU, "城投集团 腾讯集团 苏州银行"),
    # a department and its branches
    ("广东省深圳市", "市公安局 市公安局福田分局 市公安局交警支队"),
    # a class of governments and a class of departments
    (SUZHOU, "各区政府 各县（市、区）政府 各有关部门 市有关部门"),
]


@pytest.mark.parametrize(("place", "forms"), APART, ids=[f.split()[0] for _, f in APART])
def test_different_offices_stay_apart(place: str, forms: str) -> None:
    one = resolver(place)
    names = forms.split()
    assert len({one.resolve(Mention(n, 0, 0, n)).agency.id for n in names}) == len(names)


def test_no_two_places_give_one_name() -> None:
    """Every pattern in every division: 1.2 million names would be one too few if any two met."""
    lexicon = load()
    inside = [d for d in lexicon.departments if d.template]
    owners: dict[str, set[str]] = defaultdict(set)
    for place in lexicon.places.values():
        owners[place.prefix].add(place.code)
        owners[place.usual_prefix].add(place.code)
        for department in inside:
            if place.level in department.levels:
                owners[departments.name_of(department, place, lexicon)].add(place.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


ACROSS = [
    # two districts of one name: the city tells them apart
    (("北京市", "朝阳区教育局"), ("吉林省长春市", "朝阳区教育局")),
    (("江苏省南京市鼓楼区", "区教育局"), ("福建省福州市鼓楼区", "区教育局")),
    (("江苏省南京市鼓楼区", "区海事局"), ("福建省福州市鼓楼区", "区海事局")),
    # a bare name belongs to its document's place
    ((SUZHOU, "财政局"), (KUNSHAN, "财政局")),
    ((SUZHOU, "城投集团"), (KUNSHAN, "城投集团")),
    ((SUZHOU, "各有关部门"), (KUNSHAN, "各有关部门")),
]


@pytest.mark.parametrize(("one", "other"), ACROSS)
def test_one_name_in_two_documents_is_two_offices(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert read(*one).agency.id != read(*other).agency.id


UNRESOLVED = [
    # no jurisdiction: whose province?
    (None, "省财政厅", "要知道是哪个地方的文件"),
    # a district that two cities of the province have
    ("江苏省", "鼓楼区政府", "不止一处"),
    (COUNTRY, "朝阳区政府", "不止一处"),
    # a level that the document's place does not have
    (SHUANGBAI, "旗财政局", "旗"),
    # some place's department in a document for the whole country
    (COUNTRY, "财政厅", "没有写明是哪个地方的"),
    # no unit at all
    (HUNAN, "做好工作", "不认识"),
]


@pytest.mark.parametrize(("place", "printed", "reason"), UNRESOLVED)
def test_what_cannot_be_told_stays_unresolved_with_a_reason(
    place: str | None, printed: str, reason: str
) -> None:
    result = read(place, printed)
    assert result.agency.id == f"{printed}@文件"
    assert reason in (result.reason or "")


LISTS = [
    # the place of the next unit is its longest name: 防城港, not 防城
    (GUANGXI, "北海、钦州、防城港市人民政府", ["北海市人民政府", "钦州市人民政府", "防城港市人民政府"]),
    # districts beside each other, by short names that mean nothing alone
    ("北京市", "东城、西城区政府", ["北京市东城区人民政府", "北京市西城区人民政府"]),
    # a city beside a county-level city: both are 市
    ("黑龙江省", "哈尔滨、黑河、绥芬河市政府", ["哈尔滨市人民政府", "黑河市人民政府", "绥芬河市人民政府"]),
    # places of different levels before one ending
    (
        "广东省",
        "广东、深圳、珠海检验检疫局",
        ["广东出入境检验检疫局", "深圳出入境检验检疫局", "珠海出入境检验检疫局"],
    ),
    # 委 goes on to the party's departments only
    (
        "上海市浦东新区",
        "区委组织部、宣传部、陆家嘴管理局、财政局",
        [
            "中共上海市浦东新区委组织部",
            "中共上海市浦东新区委宣传部",
            "上海市浦东新区陆家嘴管理局",
            "上海市浦东新区财政局",
        ],
    ),
    # 政府 goes on to what is the government's own
    (
        SUZHOU,
        "市政府办公室、研究室、财政局",
        ["苏州市人民政府办公室", "苏州市人民政府研究室", "苏州市财政局"],
    ),
    # one class printed with 、 inside; what follows it is a unit of its own
    ("湖北省", "各市、州、县人民政府", ["湖北省各市、州、县人民政府"]),
    (COUNTRY, "各省、自治区、直辖市人民政府", ["全国各省、自治区、直辖市人民政府"]),
    ("广东省深圳市", "各区、市财政局", ["深圳市各区", "深圳市财政局"]),
    # two areas share the word for what they are
    (
        "湖北省荆州市监利市",
        "人民大垸、荒湖管理区",
        ["监利市人民大垸管理区管理委员会", "监利市荒湖管理区管理委员会"],
    ),
    # an open end of the State Council's departments, a class after it
    (
        COUNTRY,
        "税务总局、银保监会等国务院相关部门及各地区",
        ["国家税务总局", "中国银行保险监督管理委员会", "全国各地区"],
    ),
    # an open end is no unit, and 和 after it begins one
    (SUZHOU, "市财政局等有关部门和单位", ["苏州市财政局"]),
    # two plates of one staff printed as one name, the second unknown; a branch of the first is none
    (SUZHOU, "市财政局市新甲局", ["苏州市财政局", "苏州市新甲局"]),
    (SUZHOU, "市公安局市中分局", ["苏州市公安局市中分局"]),
    (SUZHOU, "市财政局市级国库局", ["苏州市财政局市级国库局"]),
    (SUZHOU, "市财政局等有关部门和各区政府", ["苏州市财政局", "苏州市各区人民政府"]),
]


@pytest.mark.parametrize(("place", "text", "agencies"), LISTS, ids=[t for _, t, _ in LISTS])
def test_a_list_completes_its_names(place: str, text: str, agencies: list[str]) -> None:
    assert listed(place, text) == agencies


COLLECTIVES = [
    # every city of the province, a 州 included
    ("湖南省", "各市州人民政府", 14, "湘西土家族苗族自治州人民政府"),
    ("福建省", "各设区市人民政府", 9, "福州市人民政府"),
    # districts only, where 区 is all that is said
    ("江苏省苏州市", "各区政府", 5, "苏州市虎丘区人民政府"),
    # districts and county-level cities
    ("江苏省苏州市", "各县（市、区）人民政府", 9, "昆山市人民政府"),
    # a 直辖市 has them directly
    ("重庆市", "各区县政府", 38, "重庆市渝中区人民政府"),
    ("内蒙古自治区锡林郭勒盟", "各旗县市（区）", 12, "阿巴嘎旗人民政府"),
    # what a bracket counts in
    ("河北省", "各市（含定州、辛集市，下同）人民政府", 13, "定州市人民政府"),
    # which counties of a province are meant is not said
    ("湖南省", "各市、县人民政府", 0, None),
    # not from geography
    ("湖南省", "省直有关单位", 0, None),
    ("湖南省", "属地政府", 0, None),
    # several by their number: 五县五区 are a class, not a place
    ("湖南省", "五县五区政府", 0, None),
    ("湖南省", "区县政府", 0, None),
    ("湖南省", "县（市、区）人民政府", 0, None),
    ("湖南省", "县级以上地方人民政府", 0, None),
    ("湖南省", "市级有关部门", 0, None),
    ("江苏省苏州市", "各镇街", 0, None),
    # the areas of a city are a class; so are the cities of a pilot
    ("江苏省苏州市", "功能区管委会", 0, None),
    ("全国", "试点城市政府", 0, None),
    ("江苏省苏州市", "乡镇（街道）", 0, None),
]


@pytest.mark.parametrize(("place", "printed", "count", "member"), COLLECTIVES)
def test_a_class_is_one_agency_with_members_where_geography_gives_them(
    place: str, printed: str, count: int, member: str | None
) -> None:
    result = read(place, printed)
    assert (result.agency.kind, result.agency.collective) == ("统称", True)
    assert len(result.members) == count
    assert member is None or member in result.members


def test_a_defined_term_stands_for_its_members_and_a_short_name_for_its_unit() -> None:
    one = resolver(SUZHOU)
    names = ["市财政局", "昆山市政府"]
    one.define("牵头单位", [Mention(n, 0, 0, n) for n in names])
    one.define("示范区管委会", [Mention("苏州工业园区管委会", 0, 0, "苏州工业园区管委会")])
    both = one.resolve(Mention("牵头单位", 0, 0, "牵头单位"))
    assert set(both.members) == {"苏州市财政局", "昆山市人民政府"}
    assert one.resolve(Mention("示范区管委会", 0, 0, "示范区管委会")).agency.name == "苏州工业园区管理委员会"


ALIASES = [
    # the lowest division only, in its official and its usual form
    (XIANGXI, "州住建局", {"湘西土家族苗族自治州住建局", "湘西州住建局", "湘西州住房城乡建设局"}, {"湖南"}),
    # a district behind its city
    (FUTIAN, "统计局", set(), {"广东"}),
    # a county-level city without the city above it
    (KUNSHAN, "市发改委", {"昆山市发改委", "昆山市发展改革委"}, {"苏州"}),
    (SHUANGBAI, "县财政局", set(), {"楚雄"}),
    # the second of two names
    (HUNAN, "省市场监管局（省知识产权局）", {"湖南省知识产权局", "湖南省市场监管局"}, set()),
    # a 自治区 by its short name
    (GUANGXI, "自治区发展改革委", {"广西壮族自治区发展改革委", "广西发展改革委"}, set()),
]


@pytest.mark.parametrize(("place", "printed", "has", "without"), ALIASES)
def test_aliases_carry_the_lowest_division_only(
    place: str, printed: str, has: set[str], without: set[str]
) -> None:
    aliases = set(read(place, printed).aliases)
    assert has <= aliases
    assert not [a for a in aliases for word in without if word in a]


AREAS = [
    # 区… in the document of a known area's own 管委会 is that area's office
    ("湖北省武汉市", "武汉东湖新技术开发区管理委员会", "区财政局", "武汉东湖新技术开发区财政局"),
    ("江苏省苏州市", "苏州工业园区管理委员会", "园区应急管理局", "苏州工业园区应急管理局"),
    ("广东省广州市", "广州开发区管理委员会办公室", "区发改局", "广州经济技术开发区发展和改革局"),
    ("广东省广州市", "广州开发区管理委员会", "管委会办公室", "广州经济技术开发区管理委员会办公室"),
    # the city's offices stay the city's
    ("广东省广州市", "广州开发区管理委员会", "市财政局", "广州市财政局"),
    # an area that is not in the table is not guessed
    ("广东省广州市", "甲山开发区管理委员会", "区发改局", None),
]


@pytest.mark.parametrize(("place", "issuer", "printed", "agency"), AREAS)
def test_the_offices_of_an_area_in_its_own_document(
    place: str, issuer: str, printed: str, agency: str | None
) -> None:
    one = resolver(place, area=own_area([issuer], load()))
    found = one.resolve(Mention(printed, 0, len(printed), printed)).agency
    assert found.name == (agency or printed)
    assert (found.resolved == Resolved.UNRESOLVED) is (agency is None)


def test_a_second_name_that_stands_for_itself_is_nobody_elses() -> None:
    one = resolver(SUZHOU)
    for name in ("市政府办公室", "市委办公室（市政府办公室）"):
        result = one.resolve(Mention(name, 0, 0, name))
    assert result.agency.name == "中共苏州市委办公室"
    assert "苏州市人民政府办公室" not in result.aliases


def test_several_second_names_are_read_one_by_one() -> None:
    aliases = read(SUZHOU, "市发改委（市粮食和储备局、市能源局）").aliases
    assert {"苏州市粮食和物资储备局", "苏州市能源局"} <= set(aliases)


def test_a_short_form_of_two_offices_is_no_alias_of_either() -> None:
    old, new = read(HUNAN, "省政府金融办", "2019-01-01"), read(HUNAN, "省委金融办", "2025-01-01")
    assert "湖南省金融办" not in {*old.aliases, *new.aliases}


DATED = [
    # one short form, two holders: the document's date tells them apart
    ("2016-05-01", HUNAN, "省编办", "湖南省机构编制委员会办公室"),
    ("2021-05-01", HUNAN, "省编办", "中共湖南省委机构编制委员会办公室"),
    ("2019-05-01", HUNAN, "省金融办", "湖南省人民政府金融工作办公室"),
    ("2025-05-01", HUNAN, "省金融办", "中共湖南省委金融委员会办公室"),
    ("2019-05-01", "北京市", "市金融监管局", "北京市地方金融监督管理局"),
    ("2025-05-01", "北京市", "北京金融监管局", "国家金融监督管理总局北京监管局"),
    # a name that only one time knows needs no date
    (None, HUNAN, "省卫生厅", "湖南省卫生厅"),
    ("2012-05-01", HUNAN, "省卫生厅", "湖南省卫生厅"),
    # before and after 2009; a document number tells no more than its year
    ("2006", "广东省广州市", "市建委", "广州市建设委员会"),
    ("2012", "广东省广州市", "市建委", "广州市城乡建设委员会"),
]


@pytest.mark.parametrize(("date", "place", "printed", "agency"), DATED)
def test_the_date_tells_who_held_a_short_name(
    date: str | None, place: str, printed: str, agency: str
) -> None:
    assert read(place, printed, date).agency.name == agency


SUCCESSION = [
    # any province, from the pattern
    (HUNAN, "省外经贸厅", "湖南省商务厅", "renamed"),
    (HUNAN, "省卫生厅", "湖南省卫生和计划生育委员会", "merged"),
    (HUNAN, "省国土资源厅", "湖南省自然资源厅", "merged"),
    (HUNAN, "省地税局", "国家税务总局湖南省税务局", "merged"),
    # … and city
    (SUZHOU, "市食药监局", "苏州市市场监督管理局", "merged"),
    (SUZHOU, "市银监分局", "中国银行保险监督管理委员会苏州监管分局", "renamed"),
    # central bodies, from the register
    (COUNTRY, "国家质检总局", "国家市场监督管理总局", "merged"),
    (COUNTRY, "国家质检总局", "中华人民共和国海关总署", "split"),
    (COUNTRY, "铁道部", "国家铁路局", "split"),
]


@pytest.mark.parametrize(("place", "printed", "to", "kind"), SUCCESSION)
def test_a_reform_connects_the_names_of_two_times(place: str, printed: str, to: str, kind: str) -> None:
    one = resolver(place)
    before = one.resolve(Mention(printed, 0, 0, printed)).agency
    step = one.successions[before.id, to]
    assert (step.kind, bool(step.date), to in one.agencies) == (kind, True, True)


def test_a_succession_goes_on_to_who_holds_the_duty_now() -> None:
    one = resolver(HUNAN)
    one.resolve(Mention("省卫生厅", 0, 0, "省卫生厅"))
    assert ("湖南省卫生和计划生育委员会", "湖南省卫生健康委员会") in one.successions
    assert one.agencies["湖南省卫生健康委员会"].region == "43"


def test_a_reform_that_took_another_way_somewhere_gives_no_edge_there() -> None:
    one = resolver("北京市")
    one.resolve(Mention("市旅游局", 0, 0, "市旅游局"))
    assert one.successions == {}


KINDS = [
    ("市政府", "政府"),
    ("市人大常委会", "人大政协"),
    ("市政协", "人大政协"),
    ("市检察院", "监察司法"),
    ("市委宣传部", "党委部门"),
    ("市财政局", "部门"),
    ("市税务局", "垂直管理"),
    ("市消防救援支队", "垂直管理"),
    ("市残联", "群团协会"),
    ("市电商协会", "群团协会"),
    ("市城投集团", "企业"),
    ("苏州银行", "金融机构"),
    ("苏州大学", "事业单位"),
    ("高新区管委会", "功能区管委会"),
    ("市乡村振兴领导小组", "议事协调"),
    ("市有关部门", "统称"),
]


@pytest.mark.parametrize(("printed", "kind"), KINDS)
def test_the_kind_is_what_the_unit_is(printed: str, kind: str) -> None:
    assert read(SUZHOU, printed).agency.kind == kind


HOSTILE = [
    "市" * 5000,
    "广州" * 3000,
    "（" * 3000,
    "各市" * 3000 + "政府",
    "（含" * 2000,
    "城投" * 3000,
    "（）",
    " ",
]


@pytest.mark.parametrize("name", HOSTILE, ids=[n[:4] for n in HOSTILE])
def test_a_hostile_name_is_resolved_or_not_and_never_raises(name: str) -> None:
    assert read("广东省深圳市", name).agency.name is not None


@pytest.mark.parametrize("file", sorted(p.name for p in FOLDER.glob("*.yaml")))
def test_every_file_of_the_lexicon_keeps_its_schema(file: str) -> None:
    data = yaml.safe_load((FOLDER / file).read_text("utf-8"))
    check(FOLDER, Path(file).stem, data, thorough=True)


BROKEN = [
    # a key that no schema knows
    ("departments", "  kind: 部门\n", "  kind: 部门\n  kinds: 部门\n"),
    # a kind that is none
    ("departments", "  kind: 部门\n", "  kind: 别的\n"),
    # a text where a list must stand
    ("departments", "  forms: [政府]\n", "  forms: 政府\n"),
    # no YAML at all
    ("agencies", "- name: ", "- name: [}"),
    # a key that is missing
    ("names", "branch:", "brunch:"),
]


@pytest.mark.parametrize(("stem", "good", "bad"), BROKEN)
def test_a_broken_lexicon_is_one_clear_sentence(tmp_path: Path, stem: str, good: str, bad: str) -> None:
    folder = tmp_path / "lexicon"
    shutil.copytree(FOLDER, folder)
    path = folder / f"{stem}.yaml"
    path.write_text(path.read_text("utf-8").replace(good, bad, 1), "utf-8")
    with pytest.raises(LexiconError, match=rf"词表 {stem}\.yaml"):
        lexicon_module.load(folder)


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        # the longest word is tried first, whatever their order
        (["局", "管理局"], "管理局", "管理局"),
        # a word is itself and no pattern
        (["（稿）", "稿"], "（稿）", "（稿）"),
        (["a.c"], "abc", None),
    ],
)
def test_words_are_one_pattern(words: list[str], text: str, found: str | None) -> None:
    match = re.match(either(words), text)
    assert (match.group() if match else None) == found


RULES = [
    (stem, key, row)
    for stem in ("columns", "names", "pages", "regions", "targets")
    for key, said in rows(stem).items()
    for row in (said if isinstance(said, list) else [said])
]


def takes(row: dict[str, Any], text: str) -> bool:
    """Whether a rule's pattern or one of its words is found in a text, or in a unit of the list in it."""
    units = re.split("[、，]|和(?=[省市])", re.sub("^（|负责）$", "", text))
    patterns = [row["pattern"]] if "pattern" in row else row.get("patterns", [])
    patterns = [
        *patterns,
        *map(re.escape, [*row.get("words", ()), *row.get("none", ()), *row.get("same", ())]),
    ]
    patterns += [re.escape(row["ending"])] if "ending" in row else []
    return any(re.search(pattern, part) for pattern in patterns for part in (text, *units))


@pytest.mark.parametrize(("stem", "key", "row"), RULES, ids=[f"{s}: {k}" for s, k, _ in RULES])
def test_a_rule_of_the_lexicon_takes_its_examples(stem: str, key: str, row: dict[str, Any]) -> None:
    assert [text for text in row["examples"] if not takes(row, text)] == []


@pytest.mark.parametrize(
    ("stem", "key", "row"),
    [rule for rule in RULES if "pattern" in rule[2] and "none" in rule[2]],
    ids=[f"{s}: {k}" for s, k, row in RULES if "pattern" in row and "none" in row],
)
def test_a_rule_of_the_lexicon_leaves_alone_what_is_none(stem: str, key: str, row: dict[str, Any]) -> None:
    at_start = key in ("running_numbers", "item_openings", "chinese_items", "sheet_names", "like_persons")
    match = re.match if at_start else re.search
    assert [text for text in row["none"] if match(row["pattern"], text)] == []


def test_every_rule_of_the_lexicon_is_asked_for() -> None:
    """A row that no algorithm reads is a promise that nothing keeps."""
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "loaders").rglob("*.py"))
    keys = {(stem, key) for stem in ("structure", "roles", "names", "pages", "targets") for key in rows(stem)}
    assert {(stem, key) for stem, key in keys if f'"{key}"' not in code and f"'{key}'" not in code} == set()


def test_every_succession_leads_to_a_name_that_exists() -> None:
    lexicon = load()
    known = {n for d in lexicon.departments for n in (d.official, d.template) if n}
    for pattern in lexicon.departments:
        assert {step["to"] for step in pattern.succession} <= known
    for entry in lexicon.entries.values():
        for step in entry.succession:
            agency = read(COUNTRY, step["to"]).agency
            assert str(agency.resolved) != "unresolved", (entry.name, step["to"])


def test_an_official_name_is_written_once() -> None:
    officials = [d.official or d.template for d in load().departments]
    assert len(officials) == len(set(officials))
