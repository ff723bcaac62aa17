"""Membership and completeness, as pure calculation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import taxonomy
from hub.base.errors import HubError
from hub.toolkits import rules
from hub.toolkits.rules import Candidate, Slot

INDUSTRIES = {"park": None, "smart-park": "park", "steel": None}


def small_words() -> taxonomy.Words:
    by_facet: dict[str, dict[str, taxonomy.Word]] = {f: {} for f in taxonomy.FACETS}
    for key, parent in INDUSTRIES.items():
        by_facet["industry"][key] = taxonomy.Word("industry", key, key, key, parent=parent)
    for key in ("energy", "lite"):
        by_facet["product"][key] = taxonomy.Word("product", key, key, key)
    return taxonomy.Words({}, {}, {}, by_facet)


WORDS = small_words()


def asset(number: int, kind: str = "solution", **changes: object) -> Candidate:
    usual: dict[str, object] = {"tags": {"product": ["energy"], "industry": ["park"]}}
    return Candidate(number, kind, **{**usual, **changes})  # type: ignore[arg-type]


def placed(candidates, pins=(), excluded=(), rule=None) -> list[int]:
    found = rules.members(
        {c.id for c in candidates},
        pins=list(pins),
        excluded=excluded,
        brought=[rules.brought(rule, candidates, WORDS)] if rule else [],
    )
    return [p.id for p in found]


def test_pins_come_first_in_their_order_and_then_what_rules_bring():
    library = [asset(n) for n in (5, 4, 3, 2, 1)]

    assert placed(library, pins=[2, 4], rule={"product": "energy"}) == [2, 4, 5, 3, 1]


def test_an_excluded_asset_stays_out_although_a_rule_and_a_pin_bring_it():
    assert placed([asset(1), asset(2)], pins=[1], excluded=[1], rule={"product": "energy"}) == [2]


def test_a_rule_on_an_industry_takes_what_is_below_it_but_not_what_is_above():
    library = [asset(1, tags={"industry": ["smart-park"]}), asset(2, tags={"industry": ["park"]})]

    assert placed(library, rule={"industry": "park"}) == [1, 2]
    assert placed(library, rule={"industry": "smart-park"}) == [1]


def test_a_rule_asks_for_all_that_it_names():
    library = [
        asset(1, "faq", tags={"product": ["energy"], "tag": ["夏季", "电价"]}),
        asset(2, "faq", tags={"product": ["energy"], "tag": ["夏季"]}),
        asset(3, "solution", tags={"product": ["energy"], "tag": ["夏季", "电价"]}),
    ]

    assert placed(library, rule={"kind": ["faq"], "product": "energy", "tags": ["夏季", "电价"]}) == [1]


def test_a_rule_for_the_newest_takes_the_first_so_many():
    assert placed([asset(n) for n in (9, 8, 7)], rule={"product": "energy", "newest": 2}) == [9, 8]


def test_a_rule_brings_only_what_is_on_offer_but_a_pin_stays():
    library = [asset(1, offered=False), asset(2)]

    assert placed(library, pins=[1], rule={"product": "energy"}) == [1, 2]
    assert placed(library, rule={"product": "energy"}) == [2]


def test_a_kit_never_holds_more_than_its_limit():
    library = [asset(n) for n in range(rules.MOST_MEMBERS + 50)]

    assert len(placed(library, rule={"product": "energy"})) == rules.MOST_MEMBERS


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([{}], "没有写条件"),
        ([{"newest": 5}], "没有写条件"),
        ([{"colour": "red"}], "没有“colour”这种条件"),
        ([{"kind": ["poem"]}], "没有“poem”这种素材"),
        ([{"product": "energy", "newest": "many"}], "最新几份"),
        ([{"industry": "moon"}], "分类里没有“moon”"),
        ("park", "写成一个列表"),
        (["park"], "条件: 值"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_number_and_word(raw, said):
    with pytest.raises(HubError) as refused:
        rules.clean_rules(raw, WORDS)

    assert said in refused.value.message


def test_rules_keep_what_they_say_and_become_keys():
    cleaned = rules.clean_rules([{"kind": "faq", "product": "ENERGY", "newest": "3", "tags": []}], WORDS)

    assert cleaned == [{"kind": ["faq"], "product": "energy", "newest": 3}]


def test_where_two_ask_for_a_kind_the_strictest_counts():
    slots = rules.blueprint(
        [{"kind": "solution", "min": 1, "max_age_days": 90}, {"kind": "faq", "min": 2}],
        [{"kind": "solution", "min": 2}],
        [{"kind": "security_doc", "min": 1}],
    )

    assert slots == (
        Slot("solution", 2, 90, ("tier", "type")),
        Slot("faq", 2, None, ("tier",)),
        Slot("security_doc", 1, None, ("industry",)),
    )


def test_completeness_says_what_is_missing_and_what_is_stale():
    slots = rules.blueprint([{"kind": "solution", "min": 1, "max_age_days": 90}, {"kind": "faq", "min": 2}])
    full = rules.completeness(slots, [asset(1, age=100), asset(2, "faq"), asset(3, "faq", overdue=True)])

    assert [(f.slot.kind, f.state, f.have, f.lacking) for f in full.fillings] == [
        ("solution", "stale", 1, 1),
        ("faq", "stale", 2, 1),
    ]
    assert full.percent == 62
    assert full.missing == 2


def test_a_kit_without_a_blueprint_has_no_percent():
    assert rules.completeness((), [asset(1)]).percent is None


KINDS = st.sampled_from(["solution", "faq", "case_study"])
ASSETS = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 40),
        kind=KINDS,
        tags=st.fixed_dictionaries(
            {"product": st.lists(st.sampled_from(["energy", "lite"]), max_size=2, unique=True)}
        ),
        offered=st.booleans(),
        overdue=st.booleans(),
    ),
    unique_by=lambda c: c.id,
)
RULES = st.lists(
    st.fixed_dictionaries({"kind": st.lists(KINDS, min_size=1)}, optional={"newest": st.integers(1, 3)}),
    max_size=3,
)


@given(ASSETS, st.lists(st.integers(1, 40), unique=True), st.sets(st.integers(1, 40)), RULES)
def test_every_member_is_there_once_for_a_reason_and_never_excluded(library, pins, excluded, drawn):
    brought = [rules.brought(rule, library, WORDS) for rule in drawn]

    found = rules.members({c.id for c in library}, pins=pins, excluded=excluded, brought=brought)

    by_id = {c.id: c for c in library}
    assert len({p.id for p in found}) == len(found)
    for member in found:
        assert member.id in by_id
        assert member.id not in excluded
        if member.rule is None:
            assert member.id in pins
        else:
            assert by_id[member.id].offered
            assert rules.meets(drawn[member.rule], by_id[member.id], WORDS)


@given(ASSETS, st.lists(st.tuples(KINDS, st.integers(1, 4)), max_size=4))
def test_only_a_kit_that_lacks_nothing_is_complete(library, wanted):
    full = rules.completeness(rules.blueprint([{"kind": k, "min": n} for k, n in wanted]), library)

    if full.percent is not None:
        assert 0 <= full.percent <= 100
        assert (full.percent == 100) == (full.missing == 0) == (not full.open)
