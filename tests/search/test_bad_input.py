"""Whatever is typed: an answer or one clear sentence."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.base.errors import HubError
from hub.search import Ask, Engine, Group, MemoryEngine, Query, Rights, Term, find, finding, purse, suggest
from hub.search.phrases import _pattern, rows_with, without
from hub.search.purse import Purse
from hub.search.query import MAX_TYPED, parse
from tests.search.engines import ENGINES, filled, make
from tests.search.library import document

ALL: Rights = frozenset({"all"})

NASTY = [
    "",
    " ",
    "\n\t",
    "a" * 10_000,
    "能" * 10_000,
    "能 " * 5_000,
    "neng" * 2_500,
    "shi" * 3_000,
    "!@#$%^&*()",
    "。，、；：？！",
    '"',
    '""',
    '"能耗',
    '能耗"',
    "“能耗",
    "」能耗「",
    "-",
    "--",
    "---",
    "-能耗",
    "- 能耗",
    '-"能耗',
    "-" * 500,
    "*",
    "*能*",
    "?",
    "能~2",
    "能^5",
    "title:能耗",
    "(能耗 AND",
    "能耗 OR OR",
    "NOT",
    "[a TO z]",
    "\U0001f600\U0001f680",
    "👨‍👩‍👧‍👦",
    "\x00\x01\x02",
    "能\x00耗",
    "\ufeff能耗",
    "\ud800",
    "' OR 1=1 --",
    "'; DROP TABLE assets; --",
    "(a+)+$",
    "[[:alpha:]]",
    "\\",
    "\\\\\\",
    "a\\u0000",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00",
    "ＡＢＣ",
    "ﬁ",
    "İ",
    "e\u0301" * 50,
    "\u0301",
    "\u202e能耗",
    "𠀀𠀁",
    "1,2,3,4,5",
    "99999999999999999999",
    "v1.2.3.4.5.6",
    "'" * 300,
    "a-b-c-d-e-f",
    "/" * 400,
    " ".join(f"w{number}" for number in range(400)),
    " ".join(f"-w{number}" for number in range(400)),
    " ".join(f'"能{number}"' for number in range(100)),
    "xn--fiqs8s",
    "zhang'san",
    "lü",
    "nv",
    "a b c d e f g h i j k l m n o p q r s t u v",
    "能耗a1系" * 2_000,
    " ".join(["shijixiyizhongguolishiji"] * 400),
    " ".join(chr(0x4E00 + number * 7) * 2 + "的是" * 5 for number in range(800)),
    " ".join(f"{chr(97 + number % 26)}xqz{number}k" for number in range(900)),
    "-的了 -在的了 -是不 -国中 -年了在",
    '"a" "e" "saas" "1" "3.2"',
    "e\u0301" * 5_000,
    "\ufdfa" * 10_000,
    "'" * 10_000,
    "a'" * 5_000,
]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = filled(make(request.param, request, tmp_path_factory.mktemp("index")), ("能碳管理",))
    yield made
    made.close()


@pytest.mark.parametrize("typed", NASTY)
def test_anything_typed_is_answered(engine: Engine, typed: str) -> None:
    found = find(engine, typed, Ask(rights=ALL, facets=("kind", "tier"), synonyms={"能碳管理": ("碳管理",)}))
    assert found.result.total >= len(found.result.hits)
    assert "asset:5" not in {hit.id for hit in found.result.hits}


@pytest.mark.parametrize("typed", NASTY)
def test_anything_typed_may_be_suggested_on(typed: str) -> None:
    engine = filled(MemoryEngine(), ("能碳管理",))
    assert "某保密客户的能耗项目" not in {one.text for one in suggest(engine, typed, rights=ALL)}


def test_a_question_of_words_nobody_has_is_understood_as_far_as_its_purse_reaches_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paid: list[int] = []
    pay = Purse.pay

    def noting(self: Purse, price: int) -> bool:
        able = pay(self, price)
        paid.extend([price] if able else [])
        return able

    monkeypatch.setattr(Purse, "pay", noting)
    monkeypatch.setattr(purse, "ENOUGH", 20_000)
    engine = filled(MemoryEngine(), ("能碳管理",))
    cruel = " ".join("shijixiyizhongguolishiji"[: 24 - number % 7] for number in range(20))

    found = find(engine, f"能耗 {cruel}", Ask(rights=ALL))

    assert found.cut
    assert found.result.total > 0
    assert sum(paid) < 21_000
    paid.clear()
    assert not find(engine, "nenghao jiankong 智慧圆区", Ask(rights=ALL)).cut
    assert sum(paid) < 15_000


@pytest.mark.parametrize(("typed", "bounded"), [('"能耗监"', "phrases"), ("-能耗监", "excluded")])
def test_what_may_hold_a_phrase_and_was_not_read_is_left_out_and_told(
    engine: Engine, typed: str, bounded: str
) -> None:
    whole = Query(rights=ALL, mode="any", **{bounded: ("能耗监",)})  # type: ignore[arg-type]

    everything, some = engine.search(whole), engine.search(replace(whole, looks=1))

    assert not everything.unread
    assert some.unread
    assert {hit.id for hit in some.hits} < {hit.id for hit in everything.hits}
    assert not find(engine, typed, Ask(rights=ALL)).unread


def test_an_exclusion_is_only_looked_for_in_what_the_words_find(engine: Engine) -> None:
    words = (Group((Term("采集"),)),)
    asked = Query(rights=ALL, groups=words, characters=("采", "集"), excluded=("能耗监",), looks=2)

    assert [hit.id for hit in engine.search(asked).hits] == ["slide:1:1"]
    assert not engine.search(asked).unread


def test_an_essay_is_searched_for_by_its_rarest_words_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_GROUPS", 3)
    engine = filled(MemoryEngine(), ("能碳管理",))

    found = find(engine, "能耗 园区 平台 监测 碳核算", Ask(rights=ALL))

    assert found.cut
    assert "asset:1" in {hit.id for hit in found.result.hits}
    assert not find(engine, "能耗 园区", Ask(rights=ALL)).cut


@settings(max_examples=300, deadline=None)
@given(st.text("ab1v.+#-_/' 能", max_size=12), st.text("ab1v.+#-_/' 能", min_size=1, max_size=5))
def test_what_narrows_a_phrase_down_leaves_out_no_text_that_holds_it(text: str, phrase: str) -> None:
    engine = MemoryEngine()
    engine.rebuild([document("asset:1", "", text)], 1)
    corpus = engine.corpus()
    wanted = " ".join(phrase.split())
    pattern = _pattern(wanted)
    held = pattern is None or any(pattern.search(plain) for _, plain in corpus.plains([0]))
    assert bool(rows_with(corpus, wanted, corpus.visible(ALL))) == held
    assert corpus.alive[0] != without(corpus, [wanted], corpus.visible(ALL))[0] or not held


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered(engine: Engine, typed: str) -> None:
    result = find(engine, typed, Ask(rights=ALL)).result
    assert not {hit.id for hit in result.hits} & {"asset:5", "asset:6"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='能耗a1 -"“”「」*\n', max_size=40))
def test_parsing_keeps_within_its_bounds(typed: str) -> None:
    parsed = parse(typed)
    for part in (*parsed.words, *parsed.phrases, *parsed.excluded):
        assert part
        assert part == " ".join(part.split())
        assert '"' not in part


def test_a_text_that_is_too_long_is_read_by_its_beginning_and_says_so(engine: Engine) -> None:
    found = find(engine, "能耗 " + "x" * MAX_TYPED, Ask(rights=ALL))
    assert found.cut
    assert not find(engine, "能耗", Ask(rights=ALL)).cut


def test_two_hundred_filters_are_refused_in_a_sentence(engine: Engine) -> None:
    with pytest.raises(HubError, match="筛选"):
        find(engine, "能耗", Ask(rights=ALL, filters={f"column{number}": ("x",) for number in range(200)}))


def test_page_one_million_is_empty(engine: Engine) -> None:
    result = find(engine, "能耗", Ask(rights=ALL, offset=20_000_000)).result
    assert (result.hits, result.total) == ((), 2)


def test_negative_and_huge_pages_are_brought_into_bounds(engine: Engine) -> None:
    assert find(engine, "能耗", Ask(rights=ALL, offset=-5, limit=-1)).result.hits == ()
    assert len(find(engine, "", Ask(rights=ALL, limit=10**9)).result.hits) == 8


def test_a_filter_on_what_one_may_not_see_finds_and_counts_nothing() -> None:
    engine = MemoryEngine()
    hidden = document("asset:1", "机密", columns={"product": ("蓝鲸",)}, readers=("team:1",))
    engine.rebuild([hidden, document("asset:2", "公开", columns={"product": ("物联中台",)})], 1)
    result = find(engine, "", Ask(rights=ALL, filters={"product": ("蓝鲸",)}, facets=("product",))).result
    assert (result.total, dict(result.facets["product"])) == (0, {"物联中台": 1, "蓝鲸": 0})
    unknown = find(engine, "", Ask(rights=ALL, filters={"product": ("不存在",)}, facets=("product",))).result
    assert dict(unknown.facets["product"]) == {"物联中台": 1, "不存在": 0}
    open_counts = find(engine, "", Ask(rights=ALL, facets=("product",))).result.facets["product"]
    assert dict(open_counts) == {"物联中台": 1}


def test_quotes_in_the_middle_of_a_sentence_are_only_signs() -> None:
    assert parse("论广告的“全球化”与本土化").phrases == ()
    assert parse("“全球化” 广告").phrases == ("全球化",)
    assert parse('-"内部资料" 能耗').excluded == ("内部资料",)


def test_a_sentence_with_a_dash_excludes_nothing() -> None:
    assert parse("能碳管理 -- 年度报告 — 初稿 a-b").excluded == ()
    assert parse("能碳管理 -初稿").excluded == ("初稿",)
