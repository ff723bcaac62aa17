"""What is nearly the same is shown as one, and counted as one, for those who may see it."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hub.search import EVERYTHING, Analysis, Document, Engine, Group, Put, Query, Rights, Term
from hub.search.alike import compare, numbers, sketch
from tests.search.engines import ENGINES, make
from tests.search.library import document

ALL: Rights = frozenset({"all"})
ANALYSIS = Analysis()
TEXT = (
    "园区能耗在线监测：水、电、气、热每十五分钟采集一次，异常用能自动提醒。"
    "碳排放按国家标准核算，报告一键生成，历年对比一目了然。平台可在本地部署，也可在云上开通，数据归客户所有。"
)


def deck(key: int, text: str = TEXT, **more: object) -> Document:
    fields = {"fold": "asset", "columns": {"kind": ("solution",)}, **more}
    return document(f"asset:{key}", "智慧园区能碳管理方案", text, **fields)


def of(text: str, **more: object) -> Query:
    groups = tuple(Group((Term(term),)) for term in ANALYSIS.terms(text))
    fields = {
        "rights": ALL,
        "groups": groups,
        "fold": True,
        "collapse": True,
        "facets": ("kind", "line", "type"),
        **more,
    }
    return Query(**fields)  # type: ignore[arg-type]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    made = make(request.param, request, tmp_path, ANALYSIS)
    made.rebuild(
        [
            deck(1),
            deck(2, TEXT.replace("十五分钟", "五分钟")),
            deck(3, TEXT + "另有补充。", columns={"kind": ("case",)}),
            deck(4, TEXT, readers=("team:3",)),
            deck(5, TEXT, fold=None),
            document("asset:6", "另一份园区能耗材料", "园区能耗说的是别的事情。" * 9, fold="asset"),
        ],
        1,
    )
    yield made
    made.close()


def test_what_is_nearly_the_same_is_one_hit_that_names_the_others(engine: Engine) -> None:
    result = engine.search(of("园区能耗"))
    folded = next(hit for hit in result.hits if hit.near)
    assert {folded.id, *(one.id for one in folded.near)} == {"asset:1", "asset:2", "asset:3"}
    assert folded.near_total == 2
    assert {hit.id for hit in result.hits} == {folded.id, "asset:5", "asset:6"}
    assert result.total == 3


def test_without_folding_each_is_a_hit(engine: Engine) -> None:
    result = engine.search(of("园区能耗", fold=False))
    assert result.total == 5
    assert not any(hit.near for hit in result.hits)


def test_what_one_may_not_see_is_neither_named_nor_counted(engine: Engine) -> None:
    team = engine.search(of("园区能耗", rights=frozenset({"all", "team:3"})))
    assert next(hit for hit in team.hits if hit.near).near_total == 3
    stranger = engine.search(of("园区能耗"))
    assert "asset:4" not in {one.id for hit in stranger.hits for one in hit.near}


def test_a_hidden_text_between_two_does_not_fold_them() -> None:
    first = np.arange(1, 33, dtype=np.uint16)
    between, last = first.copy(), first.copy()
    between[:5] += 100  # agrees with either in 27 of 32
    last[:10] += 100
    likeness = compare(np.stack([first, between, last]), np.zeros(3, np.int32))
    together = likeness.labels(np.array([True, True, True]))
    apart = likeness.labels(np.array([True, False, True]))
    assert len(set(together.tolist())) == 1
    assert apart[0] != apart[2]


def test_counts_add_up_to_what_choosing_them_shows(engine: Engine) -> None:
    result = engine.search(of("园区能耗", steady=True))
    assert sum(result.facets["line"].values()) == result.total
    for kind, count in result.facets["kind"].items():
        chosen = engine.search(of("园区能耗", steady=True, filters={"kind": (kind,)}))
        assert (chosen.total, len(chosen.hits)) == (count, count)
    case = engine.search(of("园区能耗", filters={"kind": ("case",)})).hits[0]
    assert (case.id, case.near) == ("asset:3", ())


def test_pages_put_together_are_the_whole(engine: Engine) -> None:
    whole = [hit.id for hit in engine.search(of("园区能耗")).hits]
    pages = [engine.search(of("园区能耗", offset=start, limit=1)).hits for start in range(4)]
    assert [hit.id for page in pages for hit in page] == whole


def test_a_deck_keeps_its_slides_and_folds_with_its_likes(engine: Engine) -> None:
    slides = [
        document(
            f"slide:{key}:1",
            "能耗监测",
            TEXT,
            group=f"asset:{key}",
            fold="slide",
            columns={"line": ("asset",)},
        )
        for key in (1, 2)
    ]
    engine.apply([Put(slide) for slide in slides], 2)
    result = engine.search(of("园区能耗"))
    hit = next(hit for hit in result.hits if hit.near)
    assert {one.id for one in hit.members} <= {"slide:1:1", "slide:2:1"}
    assert all(one.id.split(":")[1] == hit.id.split(":")[1] for one in hit.members)
    assert {one.id.split(":")[0] for one in hit.near} == {"asset"}
    alone = engine.search(of("园区能耗", collapse=False, filters={"type": ("slide",)}))
    assert (alone.total, len(alone.hits), alone.hits[0].near_total) == (1, 1, 1)
    assert result.facets["type"]["slide"] == alone.total


def test_a_change_that_makes_a_text_another_unfolds_it(engine: Engine) -> None:
    engine.apply([Put(deck(2, "完全不同的园区能耗内容，" + "讲的是合同和付款的安排。" * 12))], 2)
    hit = next(hit for hit in engine.search(of("园区能耗")).hits if hit.near)
    assert {hit.id, *(one.id for one in hit.near)} == {"asset:1", "asset:3"}


def test_short_texts_are_never_sketched_and_signs_do_not_count() -> None:
    assert sketch("谢谢观看") == ""
    assert sketch(TEXT) == sketch(TEXT.replace("，", " — ").replace("。", "\n"))
    assert len(sketch(TEXT)) == 128


def test_alike_follows_the_share_of_common_shingles() -> None:
    chance = random.Random(3)
    letters = [chr(0x4E00 + chance.randrange(6000)) for _ in range(1500)]

    def changed(share: float) -> str:
        kept = list(letters)
        for place in range(0, len(kept), max(int(8 / share), 1)):
            kept[place] = "变"
        return "".join(kept)

    texts = ["".join(letters), changed(0.05), changed(0.5), "".join(reversed(letters))]
    labels = compare(numbers([sketch(text) for text in texts]), np.zeros(4, np.int32)).labels(
        np.ones(4, np.bool_)
    )
    assert labels[0] == labels[1]
    assert len({labels[0], labels[2], labels[3]}) == 3


def test_only_documents_of_one_fold_are_folded(engine: Engine) -> None:
    engine.apply([Put(replace(deck(7), fold="faq"))], 2)
    result = engine.search(of("园区能耗", rights=EVERYTHING, limit=50))
    assert "asset:7" in {hit.id for hit in result.hits}
