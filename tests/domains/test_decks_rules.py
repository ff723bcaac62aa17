"""Manifest, answers, recipe, outline and values: pure calculation."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.base.errors import Conflict, HubError, NotFound
from hub.decks import answers, manifest, outline, recipe, values
from hub.decks.recipe import Brief, Source, SourcePage

TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates" / "decks").glob("*/manifest.yml"))

PLAIN = """
name: small
title: 小模板
questions:
  - {key: customer.name, type: text, label: 客户, required: true}
  - {key: customer.industry, type: choice, options_from: industries, label: 行业}
  - key: pains
    type: multi_choice
    label: 难处
    min: 1
    max: 2
    options:
      - {value: peak, label: 峰段电费高, detail: 尖峰时段用电多}
      - {value: silos, label: 系统割裂, sets: {package: 19800}}
  - {key: bill, type: money, label: 电费}
  - {key: people, type: list, label: 参会的人}
  - {key: visit, type: date, label: 日期, default: today}
computed:
  saving: {of: bill, times: 0.1}
data:
  chart:
    categories: [一, 二]
    series:
      - {name: 前, sum: [{of: bill, times: [0.5, 0.5]}], divide: 10000}
      - {name: 后, sum: [{of: unknown, times: [1, 1]}]}
slides:
  - {slide: 1, locked: true, title: 封面}
  - {slide: 2, when: pains, title: 难处}
  - {from: {kind: solution, assets: 1, pages: 2}}
  - {slide: 3, each: cases, as: case, title: 案例}
  - {from: {kind: case_study, match: industry, assets: 1, pages: 2}}
  - {slide: 4, locked: true, title: 下一步}
"""
SMALL = manifest.parse(PLAIN, slide_count=4)[0]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.parent.name)
def test_the_manifests_of_the_house_are_read(path):
    read, kept = manifest.parse(path.read_text("utf-8"))

    assert read.name == path.parent.name
    assert manifest.from_data(kept) == read


@pytest.mark.parametrize(
    ("was", "now", "key", "said"),
    [
        ("type: money", "type: cash", "questions[4].type", "只能是"),
        ("slide: 3", "slide: 9", "slides[4].slide", "一共 4 页"),
        ("when: pains", "when: 'pains and ('", "slides[2].when", ""),
        ("kind: solution", "kind: poem", "slides[3].from.kind", "没有“poem”"),
        ("match: industry", "match: colour", "slides[5].from.match", "只能是 industry"),
        ("key: bill", "key: pains", "questions[4].key", "问了两次"),
        ("options_from: industries", "options_from: planets", "questions[2].options_from", "只能是"),
        ("min: 1", "min: many", "questions[3].min", "整数"),
    ],
)
def test_a_wrong_manifest_is_told_by_line_and_key(was, now, key, said):
    line = PLAIN[: PLAIN.index(was)].count("\n") + 1
    with pytest.raises(HubError) as wrong:
        manifest.parse(PLAIN.replace(was, now), slide_count=4)

    assert wrong.value.details == {"line": line, "key": key}
    assert f"第 {line} 行" in wrong.value.message
    assert said in wrong.value.message


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "a: &x [1]\nb: *x", "name: x", "x" * 300_000])
def test_what_is_no_manifest_is_refused_in_words(text):
    with pytest.raises(HubError):
        manifest.parse(text)


@given(st.text(max_size=300))
def test_any_text_is_a_manifest_or_refused(text):
    with contextlib.suppress(HubError):
        read, kept = manifest.parse(text)
        assert manifest.from_data(kept) == read


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("43 万", 430_000),
        ("1,200,000", 1_200_000),
        ("¥1.2亿", 120_000_000),
        ("0.5", 0.5),
        ("19800元", 19_800),
    ],
)
def test_money_is_read_as_people_type_it(typed, number):
    assert answers.number(typed) == number


@pytest.mark.parametrize("typed", ["abc", "1e99", "九千", "1" * 40, "--1"])
def test_what_is_no_number_is_told(typed):
    with pytest.raises(ValueError, match="数字"):
        answers.number(typed)


def read(**typed: str | list[str]):
    given = {k.replace("__", "."): v if isinstance(v, list) else [v] for k, v in typed.items()}
    return answers.read(SMALL, lambda key: given.get(key, []))


def test_answers_are_read_by_their_types_and_what_is_wrong_is_kept_as_typed():
    found, wrong = read(
        customer__name=" 华辰  园区 ",
        pains=["peak"],
        bill="lots",
        people="周总\n\n 刘工 ",
        visit="2026年11月24日",
    )

    assert found == {
        "customer.name": "华辰 园区",
        "pains": ["peak"],
        "bill": "lots",
        "people": ["周总", "刘工"],
        "visit": "2026-11-24",
    }
    assert list(wrong) == ["bill"]


def test_what_keeps_a_deck_from_being_made_is_named_by_question():
    known = {"customer.industry": ["park"], "pains": ["peak", "silos"]}
    found = {"customer.industry": "moon", "pains": ["peak", "silos", "x"], "bill": "lots", "visit": "soon"}

    faults = answers.faults(SMALL, found, lambda q: known.get(q.key, []))

    assert set(faults) == {"customer.name", "customer.industry", "pains", "bill", "visit"}


def test_today_is_a_default():
    assert answers.defaults(SMALL, date(2026, 11, 22)) == {"visit": "2026-11-22"}


def built(found: dict[str, object], choice: recipe.Choice | None = None):
    facts = values.Facts(today=date(2026, 11, 22), seller={"name": "林晓"}, customer={"region": "华东"})
    empty = choice or recipe.Choice(None, (), ())
    return values.build(SMALL, found, facts, empty, label=lambda _f, k: f"<{k}>", plain=str.upper)


def test_values_nest_choose_set_and_compute():
    made = built(
        {"customer.name": "华辰", "customer.industry": "park", "pains": ["silos"], "bill": 9_200_000}
    )

    assert made["customer"] == {"region": "华东", "name": "华辰", "industry": "<park>"}
    assert made["pains"] == [{"value": "silos", "title": "系统割裂", "detail": ""}]
    assert made["package"] == 19_800
    assert made["saving"] == 920_000
    assert made["data"] == {
        "chart": {"categories": ["一", "二"], "series": [{"name": "前", "values": [460.0, 460.0]}]}
    }


def test_an_answer_that_is_missing_leaves_no_value_behind():
    made = built({})

    assert "pains" not in made
    assert "saving" not in made
    assert made["data"] == {}


def source(number: int, kind: str = "solution", **changes: object) -> Source:
    usual: dict[str, object] = {
        "title": f"素材{number}",
        "pages": tuple(SourcePage(n, f"第{n}页", "") for n in range(1, 6)),
        "industries": ("park",),
    }
    return Source(number, number * 10, 1, kind, **{**usual, **changes})  # type: ignore[arg-type]


PARK = Brief("park", frozenset({"smart-park"}), "产业园区", (("峰段电费高", "尖峰时段用电多"),))


def plan(kit, brief=PARK, cases=("甲",), *, truth=True) -> recipe.Plan:
    return recipe.plan(SMALL, kit, brief, holds=lambda _w: truth, items=lambda _e: list(cases))


def keys(made: recipe.Plan) -> list[str]:
    return [p.key for p in made.slides]


def test_the_plan_follows_the_recipe():
    made = plan([source(1), source(2, "case_study")], cases=("甲", "乙"))

    assert keys(made) == ["t0", "t1", "a1.2", "a1.3", "t3.0", "t3.1", "a2.2", "a2.3", "t5"]
    assert made.warnings == ()


def test_a_case_of_the_same_industry_comes_before_one_near_it_and_another():
    kit = [
        source(1, "case_study", industries=("steel",)),
        source(2, "case_study", industries=("smart-park",)),
        source(3, "case_study", industries=("park",)),
    ]

    assert [s.asset_id for s in recipe.best_first(kit, PARK, by_industry=True)] == [3, 2, 1]


def test_a_customer_is_not_shown_their_own_case():
    kit = [source(1, "case_study", customer="新港物流园"), source(2, "case_study", customer="临澄高新区")]

    shown = recipe.choose(kit, Brief("park", customer="新港物流园")).cases

    assert [c.customer for c in shown] == ["临澄高新区"]


def test_of_the_cases_of_an_industry_those_with_figures_are_spoken_of_first():
    kit = [
        source(1, "case_study"),
        source(2, "case_study", figures={"saving": 63}),
        source(3, "case_study", figures={"saving": 12}),
    ]

    assert [c.asset_id for c in recipe.choose(kit, PARK).cases] == [2, 3, 1][: recipe.MOST_CASES]


def test_without_a_case_of_the_industry_the_nearest_is_taken_and_told():
    made = plan([source(1), source(2, "case_study", industries=("steel",), title="恒峪钢铁")])

    assert "a2.2" in keys(made)
    assert any("产业园区" in w and "恒峪钢铁" in w for w in made.warnings)


def test_without_any_case_the_slides_stay_empty_and_that_is_told():
    assert any("客户案例" in w for w in plan([source(1)]).warnings)
    assert any("都不是 PPT" in w for w in plan([source(1), source(2, "case_study", pages=())]).warnings)


def test_the_pages_that_speak_of_the_pain_are_taken_in_the_order_of_their_deck():
    pages = (
        SourcePage(1, "封面", "峰段电费高"),
        SourcePage(2, "目录", "峰段电费高"),
        SourcePage(3, "公司简介"),
        SourcePage(4, "电价", "尖峰时段的电费"),
        SourcePage(5, "隐藏页", "峰段电费高", hidden=True),
        SourcePage(6, "峰段电费为什么高"),
        SourcePage(7, "谢谢", "峰段电费高"),
    )

    assert [p.number for p in recipe.best_pages(source(1, pages=pages), PARK, 2)] == [4, 6]


def test_questions_near_the_pains_come_first():
    faqs = [
        source(1, "faq", title="要停电安装吗？", pages=(), text="不用"),
        source(2, "faq", title="峰段电费能降多少？", pages=(), text="看尖峰时段"),
        source(3, "faq", title="内部：峰段电费底价", pages=(), customer_facing=False),
    ]

    assert [f.asset_id for f in recipe.choose(faqs, PARK).faqs] == [2, 1]


SOURCES = st.lists(
    st.builds(
        source,
        st.integers(1, 30),
        st.sampled_from(["solution", "case_study", "faq", "battlecard"]),
        on_offer=st.booleans(),
        customer_facing=st.booleans(),
        industries=st.sampled_from([(), ("park",), ("steel",), ("smart-park",)]),
        pages=st.lists(
            st.builds(
                SourcePage,
                st.integers(1, 30),
                st.sampled_from(["目录", "电费", "谢谢"]),
                hidden=st.booleans(),
            ),
            unique_by=lambda p: p.number,
            max_size=6,
        ).map(tuple),
    ),
    unique_by=lambda s: s.asset_id,
    max_size=8,
)
CASES = st.lists(st.text(max_size=5), max_size=3)


@given(SOURCES, CASES, st.booleans())
def test_any_kit_and_brief_keep_every_template_slide_once_in_order_and_no_internal_page(kit, cases, truth):
    made = plan(kit, cases=cases, truth=truth)

    template = [p.key for p in made.slides if p.origin == "template"]
    expected = ["t0", *(["t1"] if truth else []), *(f"t3.{n}" for n in range(len(cases))), "t5"]
    assert template == expected
    assert len(set(keys(made))) == len(made.slides)
    by_id = {s.asset_id: s for s in kit}
    for planned in made.slides:
        if planned.origin == "asset":
            assert by_id[planned.asset_id].usable
            assert planned.page in {p.number for p in by_id[planned.asset_id].pages}
    choice = recipe.choose(kit, PARK)
    assert all(s.usable for s in (*choice.cases, *choice.faqs))


def entries(cases=("甲",)):
    return outline.entries(plan([source(1), source(2, "case_study")], cases=cases).slides)


def test_a_locked_slide_cannot_be_moved_dropped_or_passed():
    made = entries()

    for attempt in (lambda: outline.move(made, "t0", 1), lambda: outline.drop(made, "t5")):
        with pytest.raises(Conflict):
            attempt()
    assert outline.move(made, "t1", -1) == made
    with pytest.raises(NotFound):
        outline.move(made, "gone", 1)


def test_a_dropped_slide_comes_back_where_it_was_and_an_added_one_is_gone():
    made = entries()
    dropped = outline.drop(made, "a1.2")
    assert [e["key"] for e in outline.kept(dropped)] == [e["key"] for e in made if e["key"] != "a1.2"]
    assert outline.drop(dropped, "a1.2", dropped=False) == made

    added = outline.add(made, recipe.Planned("a9.4", "asset", "加的", "", asset_id=9, page=4))
    assert added[-2]["key"] == "a9.4"
    with pytest.raises(Conflict):
        outline.add(added, recipe.Planned("a9.4", "asset", "加的", ""))
    assert outline.drop(added, "a9.4") == made


def test_slides_are_chosen_by_an_order_of_keys_and_locked_ones_stay():
    made = outline.add(entries(), recipe.Planned("a9.4", "asset", "加的", "", asset_id=9, page=4))

    chosen = outline.choose(made, ["a1.3", "t1"])

    assert [e["key"] for e in outline.kept(chosen)] == ["t0", "a1.3", "t1", "t5"]
    assert "a9.4" not in [e["key"] for e in chosen]
    again = outline.choose(chosen, ["t1", "a1.2", "a1.3"])
    assert [e["key"] for e in outline.kept(again)] == ["t0", "t1", "a1.2", "a1.3", "t5"]
    with pytest.raises(NotFound):
        outline.choose(made, ["gone"])


def test_planning_anew_keeps_what_was_done_by_hand():
    old = outline.move(outline.drop(entries(), "t1"), "a1.3", -1)
    old = outline.add(old, recipe.Planned("a9.4", "asset", "加的", "", asset_id=9, page=4))

    new = outline.merge(old, entries(cases=("甲", "乙")))

    assert [e["key"] for e in new] == [
        "t0", "t1", "a1.3", "a1.2", "t3.0", "t3.1", "a2.2", "a2.3", "a9.4", "t5",
    ]  # fmt: skip
    assert [e["key"] for e in new if e["dropped"]] == ["t1"]


MOVES = st.lists(st.tuples(st.sampled_from(["up", "down", "drop", "keep"]), st.integers(0, 9)), max_size=20)


@given(MOVES, CASES, CASES)
def test_whatever_is_done_to_an_outline_no_slide_is_lost_and_locked_ones_stay(moves, before, after):
    made = entries(before)
    for verb, place in moves:
        key = made[place % len(made)]["key"]
        try:
            if verb in {"up", "down"}:
                made = outline.move(made, key, -1 if verb == "up" else 1)
            else:
                made = outline.drop(made, key, dropped=verb == "drop")
        except Conflict:
            continue
    assert sorted(e["key"] for e in made) == sorted(e["key"] for e in entries(before))
    assert (made[0]["key"], made[-1]["key"]) == ("t0", "t5")

    merged = outline.merge(made, entries(after))

    assert sorted(e["key"] for e in merged) == sorted(e["key"] for e in entries(after))
    assert (merged[0]["key"], merged[-1]["key"]) == ("t0", "t5")
    assert outline.merge(merged, entries(after)) == merged


@given(st.permutations([e["key"] for e in entries()]))
def test_any_order_asked_for_leaves_locked_slides_in_place(order):
    made = outline.reorder(entries(), order)

    assert (made[0]["key"], made[-1]["key"]) == ("t0", "t5")
    inner = [k for k in order if k not in {"t0", "t5"}]
    assert [e["key"] for e in made[1:-1]] == inner
