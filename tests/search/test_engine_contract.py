"""The contract every engine keeps: the same ids, totals and counts, changes visible once, paging that stays
put."""

import random
from collections.abc import Iterator
from dataclasses import replace
from math import log1p
from pathlib import Path

import pytest

from hub.search import (
    EVERYTHING,
    Analysis,
    Ask,
    Document,
    Drop,
    Engine,
    Group,
    MemoryEngine,
    Progress,
    Put,
    Query,
    Rights,
    Term,
    Weights,
    analysis_version,
    find,
    progress,
)
from tests.search.engines import ENGINES, filled, make
from tests.search.library import document, library, moment
from tests.search.reference import best_first

ALL: Rights = frozenset({"all"})
ANALYSIS = Analysis(("能碳管理", "物联中台"))
SLIDES = [d for d in library() if d.type == "slide"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = filled(make(request.param, request, tmp_path, ANALYSIS))
    yield made
    made.close()


def words(text: str, **more: object) -> Query:
    """A query whose words are all the whole terms of `text`."""
    groups = tuple(Group((Term(term),)) for term in ANALYSIS.terms(text))
    return Query(**{"rights": ALL, "groups": groups, **more})  # type: ignore[arg-type]


def ids(engine: Engine, query: Query) -> list[str]:
    return [hit.id for hit in engine.search(query).hits]


def test_a_word_finds_every_visible_document_that_has_it(engine: Engine) -> None:
    result = engine.search(words("能耗"))
    assert {hit.id for hit in result.hits} == {"asset:1", "slide:1:1", "asset:2"}
    assert result.total == 3


def test_a_word_in_the_title_weighs_more_than_in_the_body(engine: Engine) -> None:
    assert ids(engine, words("能碳管理"))[0] in {"asset:1", "toolkit:1"}


def test_a_part_of_a_compound_finds_the_whole(engine: Engine) -> None:
    assert "asset:1" in ids(engine, words("方案"))


def test_traditional_and_simplified_find_each_other(engine: Engine) -> None:
    assert ids(engine, words("门店")) == ["asset:4"]
    assert ids(engine, words("園區", mode="all"))[0] in {
        "asset:1",
        "asset:2",
        "slide:1:1",
        "slide:1:2",
        "toolkit:1",
    }


def test_no_rights_see_nothing(engine: Engine) -> None:
    result = engine.search(Query(rights=frozenset(), facets=("kind",)))
    assert (result.total, result.hits, dict(result.facets["kind"])) == (0, (), {})


def test_rights_decide_hits_totals_and_counts(engine: Engine) -> None:
    open_to_all = engine.search(words("能耗", facets=("kind",)))
    with_team = engine.search(words("能耗", facets=("kind",), rights=frozenset({"all", "team:3"})))
    assert "asset:5" not in [hit.id for hit in open_to_all.hits]
    assert (open_to_all.total, with_team.total) == (3, 4)
    assert (open_to_all.facets["kind"]["case_study"], with_team.facets["kind"]["case_study"]) == (1, 2)


def test_an_operator_sees_what_nobody_may_read(engine: Engine) -> None:
    assert "asset:6" in ids(engine, words("能耗", rights=EVERYTHING))
    assert "asset:6" not in ids(engine, words("能耗", rights=frozenset({"all", "team:3", ""})))


def test_a_facet_does_not_apply_its_own_filter(engine: Engine) -> None:
    result = engine.search(Query(rights=ALL, filters={"tier": ("transactional",)}, facets=("tier", "kind")))
    assert result.total == 1
    assert dict(result.facets["tier"]) == {"enterprise": 7, "transactional": 1}
    assert dict(result.facets["kind"]) == {"pricing": 1}


def test_several_values_of_a_filter_add_up_and_several_filters_narrow(engine: Engine) -> None:
    both = engine.search(Query(rights=ALL, filters={"industry": ("制造", "零售")}))
    narrowed = engine.search(
        Query(rights=ALL, filters={"industry": ("制造", "零售"), "tier": ("enterprise",)})
    )
    assert (both.total, narrowed.total) == (2, 1)


def test_a_filter_on_an_unknown_column_or_value_finds_nothing(engine: Engine) -> None:
    assert engine.search(Query(rights=ALL, filters={"planet": ("mars",)})).total == 0
    assert engine.search(Query(rights=ALL, filters={"industry": ("火星",)})).total == 0


def test_lines_add_up_to_the_total_and_types_count_documents(engine: Engine) -> None:
    engine.apply([Put(replace(d, columns={**d.columns, "line": ("asset",)})) for d in SLIDES], 2)
    for text in ("园区 能耗", "碳排放 核算", ""):
        asked = words(text, mode="any", collapse=True, steady=True, facets=("line", "type"))
        result = engine.search(asked)
        assert sum(result.facets["line"].values()) == result.total
        slides = engine.search(replace(asked, collapse=False, filters={"type": ("slide",)}))
        assert result.facets["type"].get("slide", 0) == slides.total
        assert slides.facets["line"] == result.facets["line"]
        for line, count in result.facets["line"].items():
            narrowed = engine.search(replace(asked, filters={"line": (line,)}))
            assert (narrowed.total, narrowed.facets["line"]) == (count, result.facets["line"])


def test_slides_are_folded_under_their_deck(engine: Engine) -> None:
    result = engine.search(words("园区 碳排放 核算", mode="any", collapse=True, facets=("type",)))
    first = result.hits[0]
    assert first.id == "asset:1"
    assert first.members[0].id == "slide:1:2"
    assert first.members_total == len(first.members)
    assert result.total == len({hit.id for hit in result.hits})


def test_a_deck_found_only_by_its_slide_is_shown_with_that_slide(engine: Engine) -> None:
    (hit,) = engine.search(words("分三期", mode="all", collapse=True)).hits
    assert (hit.id, [member.id for member in hit.members]) == ("asset:1", ["slide:1:3"])


def test_facets_of_a_folded_result_count_groups(engine: Engine) -> None:
    result = engine.search(Query(rights=ALL, collapse=True, facets=("kind",)))
    assert result.facets["kind"]["solution"] == 1
    assert result.total == 8


def test_a_slide_whose_deck_one_may_not_see_stands_for_itself(engine: Engine) -> None:
    engine.apply([Put(document("slide:5:1", "可见的一页", "园区", group="asset:5"))], 2)
    (hit,) = engine.search(words("可见 一页", mode="all", collapse=True)).hits
    assert hit.id == "slide:5:1"


def test_all_is_loosened_to_most_and_any_only_when_it_must(engine: Engine) -> None:
    assert engine.search(words("能耗 监测")).relaxed == "all"
    assert engine.search(words("能耗 电费 火星")).relaxed in {"most", "any"}
    assert engine.search(words("火星", mode="all")).total == 0
    assert engine.search(Query(rights=ALL)).relaxed is None


def test_a_phrase_must_stand_in_the_text(engine: Engine) -> None:
    assert set(ids(engine, Query(rights=ALL, phrases=("能耗监测",)))) == {"asset:1"}
    assert ids(engine, Query(rights=ALL, phrases=("监测能耗",))) == []


def test_an_excluded_word_excludes_in_every_mode(engine: Engine) -> None:
    for mode in ("all", "most", "any", "auto"):
        assert "asset:2" not in ids(engine, words("园区 能耗", mode=mode, excluded=("电费",)))


def test_an_excluded_latin_word_does_not_exclude_longer_words(engine: Engine) -> None:
    assert "asset:3" in ids(engine, Query(rights=ALL, excluded=("open",), limit=50))
    assert "asset:3" not in ids(engine, Query(rights=ALL, excluded=("openapi",), limit=50))


def test_several_excluded_latin_words_exclude_as_each_alone(engine: Engine) -> None:
    each = [set(ids(engine, Query(rights=ALL, excluded=(word,), limit=50))) for word in ("openapi", "open")]
    both = set(ids(engine, Query(rights=ALL, excluded=("openapi", "open"), limit=50)))
    assert both == each[0] & each[1]
    assert "asset:3" not in both
    assert both


def test_words_can_be_limited_to_fields(engine: Engine) -> None:
    assert ids(engine, words("电费", fields=frozenset({"title"}))) == []
    assert ids(engine, words("电费", fields=frozenset({"body"}))) == ["asset:2"]


def test_a_prefix_stands_for_the_words_that_begin_with_it(engine: Engine) -> None:
    query = Query(rights=ALL, groups=(Group((Term("openap"),), prefix=True),))
    assert ids(engine, query) == ["asset:3"]


def test_a_synonym_finds_what_the_word_does_not(engine: Engine) -> None:
    query = Query(rights=ALL, groups=(Group((Term("火星"), Term("零售", 0.8), Term("巡检", 0.8))),))
    assert ids(engine, query) == ["asset:4"]


def test_sorting_by_newest_and_by_use(engine: Engine) -> None:
    newest = ids(engine, Query(rights=ALL, sort="newest", limit=3))
    used = ids(engine, Query(rights=ALL, sort="used", limit=3))
    assert newest[:2] == ["toolkit:1", "asset:2"]
    assert used == ["asset:3", "asset:1", "toolkit:1"]


def test_pages_put_together_are_the_whole_in_the_same_order(engine: Engine) -> None:
    for query in (words("园区 能耗 碳", mode="any"), Query(rights=ALL), Query(rights=ALL, collapse=True)):
        whole = ids(engine, _paged(query, 0, 100))
        pages = [name for start in range(0, 20, 3) for name in ids(engine, _paged(query, start, 3))]
        assert pages == whole
        assert len(set(whole)) == len(whole)


def _paged(query: Query, offset: int, limit: int) -> Query:
    fields = {name: getattr(query, name) for name in Query.__slots__}
    return Query(**{**fields, "offset": offset, "limit": limit})


def test_a_page_far_beyond_the_end_is_empty(engine: Engine) -> None:
    result = engine.search(Query(rights=ALL, offset=1_000_000, limit=20, collapse=True))
    assert (result.hits, result.total) == ((), 8)


def test_a_change_is_visible_at_once_and_only_once(engine: Engine) -> None:
    changed = document("asset:2", "滨江园区客户案例（修订）", "电耗下降。", updated_at=moment(9))
    assert engine.apply([Put(changed), Drop("faq:1"), Drop("nothing:9")], 2) is True
    assert ids(engine, words("电费", mode="all")) == []
    assert ids(engine, words("修订", mode="all")) == ["asset:2"]
    assert engine.count() == 12
    assert engine.document_frequency(["案例", "电费", "wifi"], EVERYTHING) == [1, 0, 0]


def test_the_last_change_of_an_id_in_a_batch_counts(engine: Engine) -> None:
    engine.apply(
        [Put(document("faq:9", "甲")), Drop("faq:9"), Put(document("faq:9", "独一无二")), Drop("faq:1")], 2
    )
    assert engine.get("faq:9", ALL) == document("faq:9", "独一无二")
    assert engine.get("faq:1", ALL) is None
    assert engine.count() == 13


def test_a_batch_taken_in_before_changes_nothing(engine: Engine) -> None:
    engine.apply([Drop("faq:1")], 5)
    version = engine.version()
    assert engine.apply([Drop("faq:2")], 5) is False
    assert engine.apply([Drop("faq:2")], 4) is False
    assert (engine.checkpoint(), engine.count(), engine.version()) == (5, 12, version)


def test_the_version_changes_with_every_batch(engine: Engine) -> None:
    before = engine.version()
    engine.apply([Drop("faq:1")], 2)
    assert engine.version() != before
    assert engine.search(words("能耗")).version == engine.version()


def test_a_rebuild_leaves_exactly_the_documents_given(engine: Engine) -> None:
    engine.apply([Put(document("faq:9", "多余"))], 7)
    assert engine.rebuild([*library(), document("faq:1", "后来的一份")], 8) == 13
    assert engine.checkpoint() == 8
    assert engine.get("faq:1", ALL) == document("faq:1", "后来的一份")
    assert engine.check().sound


def test_a_rebuild_tells_how_far_it_is_while_the_old_index_answers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    told: list[int] = []

    def listen(far: Progress) -> None:
        told.append(far.written)
        assert far.expected == 20
        assert engine.search(words("能耗")).total == 3
        known = engine.progress()
        assert known is None if isinstance(engine, MemoryEngine) else known == far

    engine.rebuild(library(), 2, expected=20, told=listen)

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 13)
    assert engine.progress() is None


def test_how_far_a_rebuild_is_says_less_than_all_until_it_is_done() -> None:
    assert [Progress(n, 10, 0, 0).percent for n in (0, 4, 10, 12)] == [0, 40, 99, 99]
    assert Progress(5, 0, 0, 0).percent is None
    assert not Progress(5, 0, 0, told=0).goes_on()


def test_the_weights_of_fields_are_written_into_the_index_by_a_rebuild(engine: Engine) -> None:
    cells = document("slide:9:1", "报表", tables="节电量 回收期", charts="节电量趋势", notes="节电量")
    engine.rebuild([*library(), cells], 2)
    usual = engine.search(words("节电量", explain=True)).hits[0]
    before = engine.analysis.version
    engine.weights = Weights(fields={"tables": 4.0})

    assert engine.search(words("节电量")).hits[0].score == usual.score
    assert engine.analysis.version == before != analysis_version(ANALYSIS.words, engine.weights.fields)
    engine.rebuild([*library(), cells], 3)

    assert engine.analysis.version == analysis_version(ANALYSIS.words, engine.weights.fields)
    assert engine.search(words("节电量")).hits[0].score > usual.score
    assert ids(engine, words("回收期", fields=frozenset({"tables"}))) == ["slide:9:1"]
    assert ids(engine, words("回收期", fields=frozenset({"body", "charts"}))) == []


def test_a_document_comes_back_as_it_was_given(engine: Engine) -> None:
    given = document(
        "asset:77",
        "标题 \U0001f600 ㎡",
        "正文\n第二行",
        headings=("一", "二"),
        tags=("标签",),
        notes="备注",
        extra="图片",
        tables="单元格",
        charts="图表",
        payload={"页": [1, 2, None]},
        published_at=moment(1),
        updated_at=moment(2),
        uses=3,
        language="en",
        group=None,
        columns={"owner": ("李雷", "韩梅梅")},
        readers=("all", "person:7"),
    )
    engine.apply([Put(given)], 2)
    assert engine.get("asset:77", ALL) == given


def test_what_one_may_not_see_is_not_got_or_counted(engine: Engine) -> None:
    assert engine.get("asset:5", ALL) is None
    assert engine.document_frequency(["保密"], ALL) == [0]
    assert engine.phrase_frequency("保密客户", ALL) == 0
    assert engine.phrase_frequency("保密客户", frozenset({"team:3"})) == 1


def _random_documents(chance: random.Random, count: int) -> list[Document]:
    vocabulary = [
        "园区",
        "能耗",
        "碳核算",
        "平台",
        "方案",
        "客户",
        "案例",
        "报价",
        "安全",
        "接口",
        "网关",
        "openapi",
        "v3.2",
        "modbus",
        "巡检",
        "门店",
    ]
    return [
        document(
            f"asset:{key}",
            " ".join(chance.choices(vocabulary, k=3)),
            " ".join(chance.choices(vocabulary, k=12)),
            readers=(chance.choice(("all", "team:1")),),
            columns={"kind": (chance.choice("abc"),)},
        )
        for key in range(count)
    ]


@pytest.mark.parametrize("other", ENGINES[1:])
def test_engines_agree_after_any_changes_and_with_the_formula(
    other: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    chance = random.Random(4)
    engines = [MemoryEngine(ANALYSIS), make(other, request, tmp_path, ANALYSIS)]
    kept: dict[str, Document] = {}
    for engine in engines:
        engine.rebuild([], 0)
    for sequence in range(1, 40):
        puts = _random_documents(chance, 6)
        drops = [f"asset:{chance.randrange(9)}" for _ in range(2)]
        for engine in engines:
            engine.apply([*map(Put, puts), *map(Drop, drops)], sequence)
        kept.update({item.id: item for item in puts})
        for name in drops:
            kept.pop(name, None)
        text = " ".join(chance.choices(["园区", "能耗", "方案", "openapi", "v3.2"], k=2))
        query = words(text, facets=("kind",), limit=50, mode="any")
        memory, theirs = (engine.search(query) for engine in engines)
        assert (memory.hits, memory.total, memory.facets) == (theirs.hits, theirs.total, theirs.facets)
        assert [hit.id for hit in memory.hits] == best_first(kept.values(), text, ALL)
    engines[1].close()


def test_find_answers_what_a_person_types(engine: Engine) -> None:
    found = find(engine, "智慧園區 能耗 -电费", Ask(rights=ALL, facets=("tier",)))
    assert found.result.hits[0].id == "asset:1"
    assert "asset:2" not in [hit.id for hit in found.result.hits]


def test_a_hit_can_say_why_it_was_found(engine: Engine) -> None:
    found = find(engine, "智慧园区 能耗", Ask(rights=ALL, explain=True))
    why = found.result.hits[0].why
    assert why is not None
    assert {"园区", "能耗"} <= set(why["words"])
    parts = sum(why["words"].values()) + why["characters"] + why["neighbours"]
    assert found.result.hits[0].score == pytest.approx(parts * why["factor"] * why["title"], abs=0.01)


def test_the_weights_decide_what_counts_beside_the_words(engine: Engine) -> None:
    plain, used = (
        engine.search(words("能耗", weights=weights)).hits
        for weights in (Weights(title=1, new=0, used=0), Weights(title=1, new=0, used=1))
    )
    most = log1p(max(one.uses for one in library()))
    expected = {hit.id: hit.score * (1 + log1p(hit.document.uses) / most) for hit in plain}
    assert {hit.id: hit.score for hit in used} == pytest.approx(expected, rel=1e-4)
    assert len(set(expected.values())) > 1


def test_a_boost_lifts_what_carries_the_value(engine: Engine) -> None:
    plain = engine.search(words("能耗"))
    last = plain.hits[-1]
    boosts = {"kind": dict.fromkeys(last.document.columns["kind"], 50.0)}
    lifted = engine.search(words("能耗", weights=Weights(boosts=boosts)))
    scores = {hit.id: hit.score for hit in plain.hits}
    raised = {hit.id: hit.score for hit in lifted.hits}
    assert raised[last.id] == pytest.approx(scores[last.id] * 50, rel=1e-4)
    assert lifted.total == plain.total
