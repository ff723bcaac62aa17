"""What is typed in pinyin, with a slip or in the wrong characters is still understood, and always said."""

import pytest

from hub.search import EVERYTHING, Analysis, Ask, Correction, Drop, MemoryEngine, Put, Rights, find
from hub.search.latin import slips_between
from tests.search.engines import filled
from tests.search.library import document

ALL: Rights = frozenset({"all"})
NAMES = {
    "能碳管理": ("碳管理平台",),
    "物联中台": ("IoT 平台",),
    "高客单型": ("大客户型",),
    "智慧园区": ("smart park",),
}


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    return filled(MemoryEngine(), NAMES)


def ask(rights: Rights = ALL, *, exact: bool = False) -> Ask:
    return Ask(rights=rights, synonyms=NAMES, exact=exact)


def used(engine: MemoryEngine, text: str, rights: Rights = ALL) -> str:
    """What the typed text was read as; itself when nothing was changed."""
    found = find(engine, text, ask(rights))
    return found.corrected[0].used if found.corrected else text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nengtanguanli", "能碳管理"),
        ("neng tan guan li", "能碳管理"),
        ("ntgl", "能碳管理"),
        ("wulianzhongtai", "物联中台"),
        ("wlzt", "物联中台"),
        ("zhihuiyuanqu", "智慧园区"),
        ("jiejuefangan", "解决方案"),
        ("jiejuefan", "解决方案"),
        ("jjfa", "解决方案"),
        ("nenghaojiance", "能耗 监测"),
        ("zhihuiyuanqunenghao", "智慧园区 能耗"),
    ],
)
def test_pinyin_is_read_as_the_phrase_it_sounds_like(engine: MemoryEngine, typed: str, meant: str) -> None:
    assert used(engine, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("解绝方案", "解决方案"),
        ("能炭管理", "能碳管理"),
        ("物联钟台", "物联中台"),
        ("能碳管里", "能碳管理"),
        ("解决方暗", "解决方案"),
        ("能碳理管", "能碳管理"),
        ("能碳碳管理", "能碳管理"),
        ("高客型", "高客单型"),
    ],
)
def test_a_wrong_homophone_or_a_slip_is_mended(engine: MemoryEngine, typed: str, meant: str) -> None:
    assert used(engine, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("削峰填", "削峰填谷"), ("峰填谷", "削峰填谷"), ("总经经理", "总经理"), ("削峰填谷", "削峰填谷")],
)
def test_a_name_cut_short_in_a_word_is_not_known_and_is_mended(
    engine: MemoryEngine, typed: str, meant: str
) -> None:
    """No document has these names, and a piece of one that begins or ends in the middle of a word is none."""
    names = Ask(rights=ALL, synonyms={"削峰填谷": ("需求响应",), "总经理": ()})
    found = find(engine, typed, names)
    assert [c.used for c in found.corrected] == ([meant] if typed != meant else [])


@pytest.mark.parametrize(
    ("typed", "meant"), [("modbsu", "modbus"), ("opanapi", "openapi"), ("editon", "edition")]
)
def test_a_misspelt_latin_word_is_mended(engine: MemoryEngine, typed: str, meant: str) -> None:
    assert used(engine, typed) == meant


@pytest.mark.parametrize(
    "typed", ["QV-3000Y", "V3.3", "QV3000", "能耗", "园区", "openapi", "监测", "火", "%%%", "3,601元"]
)
def test_what_is_known_and_model_codes_are_left_alone(engine: MemoryEngine, typed: str) -> None:
    assert find(engine, typed, ask()).corrected == ()


@pytest.mark.parametrize(
    "typed",
    ["园区管理", "客户项目", "设备采集接口", "请问这个园区的能耗是怎么算出来的", "网关报告", "门店巡检术"],
)
def test_good_chinese_that_no_document_has_in_one_piece_is_left_alone(
    engine: MemoryEngine, typed: str
) -> None:
    assert find(engine, typed, ask()).corrected == ()


def test_a_slip_is_mended_between_signs_wherever_it_stands_but_not_in_prose(engine: MemoryEngine) -> None:
    prose = "、".join(f"第{number}" for number in "甲乙丙丁戊己庚辛壬")
    assert used(engine, "A5、智慧圆区、B7、智慧圆区") == "a5、智慧园区、b7、智慧园区"
    assert used(engine, f"智慧圆区、{prose}") == f"智慧圆区、{prose}"


def test_a_correction_can_be_refused(engine: MemoryEngine) -> None:
    assert find(engine, "ntgl", ask()).result.total > 0
    exact = find(engine, "ntgl", ask(exact=True))
    assert (exact.corrected, exact.result.total) == ((), 0)


def test_a_correction_says_what_was_typed_and_what_else_it_may_be(engine: MemoryEngine) -> None:
    (change,) = find(engine, "ntgl", ask()).corrected
    assert isinstance(change, Correction)
    assert (change.typed, change.used) == ("ntgl", "能碳管理")


def test_a_hidden_document_never_shows_through_a_correction() -> None:
    engine = MemoryEngine(Analysis())
    engine.rebuild(
        [document("asset:1", "公开的园区"), document("asset:2", "绝密收购蓝鲸计划", readers=("team:9",))], 1
    )
    for typed in ("lanjingjihua", "ljjh", "蓝京计划", "juemi"):
        assert find(engine, typed, Ask(rights=ALL)).corrected == ()
        assert find(engine, typed, Ask(rights=EVERYTHING)).corrected != ()


def test_a_word_that_left_the_index_is_no_correction_any_more() -> None:
    engine = MemoryEngine(Analysis())
    engine.apply([Put(document("asset:1", "绝版资料")), Put(document("asset:2", "园区"))], 1)
    engine.apply([Drop("asset:1")], 2)
    assert find(engine, "juebanziliao", Ask(rights=ALL)).corrected == ()


def test_the_beginning_of_a_latin_word_finds_it_without_a_correction(engine: MemoryEngine) -> None:
    found = find(engine, "opena", ask())
    assert (found.corrected, found.result.hits[0].id) == ((), "asset:3")


def test_a_synonym_of_the_taxonomy_finds_the_name(engine: MemoryEngine) -> None:
    found = find(engine, "能碳管理", Ask(rights=ALL, synonyms={"能碳管理": ("巡检",)}, limit=50))
    assert "asset:4" in [hit.id for hit in found.result.hits]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("modbus", "modbus", 0),
        ("modbsu", "modbus", 1),
        ("abc", "abd", 1),
        ("kitten", "sitting", 3),
        ("", "ab", 2),
    ],
)
def test_slips_are_counted_with_swaps(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other) == slips_between(other, one) == slips


def test_a_passage_is_told_not_to_be_looked_through_for_slips_and_words_are_not(engine: MemoryEngine) -> None:
    passage = "能耗，碳排，园区，电表，水泵，空调，照明，锅炉，蒸汽，储能"
    assert find(engine, passage, ask()).unmended
    assert not find(engine, passage, ask(exact=True)).unmended
    assert not find(engine, "能耗 碳排，园区", ask()).unmended
