"""What a proposal adds up to: the split, the evidence, the market, the drawing. No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.base.errors import HubError
from hub.ventures import draw, rules
from hub.ventures.rules import Bid, Segment, evidence, must_sum

SHARES = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8)


@given(SHARES)
def test_a_split_is_taken_exactly_when_it_makes_a_hundred(shares):
    total = sum(shares)
    if total == 100:
        must_sum(shares)
        return
    with pytest.raises(HubError) as refused:
        must_sum(shares)
    assert rules.plain(abs(100 - total)) in refused.value.message


@given(st.lists(st.decimals(0, 10, places=2), min_size=1, max_size=8))
def test_what_is_left_for_the_last_party_makes_it_whole(shares):
    must_sum([*shares, 100 - sum(shares)])


def test_thirds_do_not_make_a_whole():
    with pytest.raises(HubError, match=r"还差 0\.01"):
        must_sum([Decimal("33.33")] * 3)


def test_no_share_at_all_is_not_yet_a_split_but_one_without_the_others_is_wrong():
    must_sum([None, None])
    with pytest.raises(HubError):
        must_sum([Decimal(100), None])


@given(st.text(max_size=12))
def test_a_share_is_a_number_with_two_decimals_or_a_sentence(text):
    try:
        value = rules.share(text, "我们")
    except HubError:
        return
    assert value is None or (0 <= value <= 100 and value == value.quantize(Decimal("0.01")))


def a_segment(base=400_000):
    price = (Decimal(300_000), Decimal(base), Decimal(max(base, 480_000)))
    return Segment("园区", (Decimal(40),) * 3, price, (Decimal(20),) * 3, {})


def bid(amount, customer="园区", currency="CNY", on=date(2026, 3, 6), source="公告"):
    return Bid(customer, Decimal(amount), currency, on, source)


BIDS = [bid(280_000, "甲"), bid(430_000, "乙"), bid(520_000, "丙")]


@given(st.lists(st.sampled_from(BIDS[:2]), max_size=9), st.integers(300_000, 480_000))
def test_fewer_than_three_bids_are_never_a_pass_however_often_they_are_named(bids, base):
    assert evidence([a_segment(base)], bids, "CNY").verdict == "not_enough"


@pytest.mark.parametrize(
    "third",
    [
        bid(520_000, "丙", currency="USD"),
        bid(520_000, ""),
        bid(520_000, "丙", on=None),
        bid(520_000, "丙", source=""),
        bid(0, "丙"),
        bid(430_000, "乙"),
    ],
)
def test_a_bid_that_says_too_little_or_is_told_twice_does_not_count(third):
    found = evidence([a_segment()], [*BIDS[:2], third], "CNY")

    assert (found.verdict, found.counted) == ("not_enough", 2)


@pytest.mark.parametrize(
    ("base", "verdict"),
    [
        (280_000, "within"),
        (520_000, "within"),
        (279_999, "outside"),
        (520_001, "outside"),
        (400_000, "within"),
    ],
)
def test_the_base_price_lies_within_what_was_won_ends_included(base, verdict):
    assert evidence([a_segment(base)], BIDS, "CNY").verdict == verdict


def test_one_segment_outside_is_outside_and_is_named():
    found = evidence(
        [a_segment(), Segment("学校", (Decimal(1),) * 3, (Decimal(9),) * 3, (Decimal(1),) * 3, {})],
        BIDS,
        "CNY",
    )

    assert found.verdict == "outside"
    assert "学校" in "".join(found.sentences)


def test_without_a_segment_there_is_nothing_to_pass():
    assert evidence([], BIDS, "CNY").verdict == "not_enough"


@given(
    st.tuples(*[st.integers(0, 10**6)] * 3).map(sorted),
    st.tuples(*[st.decimals(0, 10**6, places=2)] * 3).map(sorted),
    st.tuples(*[st.decimals(0, 100, places=2)] * 3).map(sorted),
)
def test_low_base_and_high_of_the_market_ascend(customers, price, penetration):
    made = Segment("x", tuple(map(Decimal, customers)), tuple(price), tuple(penetration), {})

    assert rules.totals([made])[0] <= rules.totals([made])[1] <= rules.totals([made])[2]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)


@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from("甲乙丙丁戊己庚"), st.sampled_from(["", "平台", "设备"])),
        min_size=1,
        max_size=25,
    )
)
def test_the_panorama_draws_every_part_inside_and_over_none_other(rows):
    parts = [
        {"name": f"{n}{name}", "by": by, "layer": layer, "into": ""}
        for n, (name, by, layer) in enumerate(rows)
    ]

    drawn = draw(parts)

    assert drawn is not None
    places = [(b.x, b.y) for b in drawn.boxes]
    assert len(set(places)) == len(parts)
    assert all(x >= 0 and x + 172 <= drawn.width and y + 56 <= drawn.height for x, y in places)
    assert {name for name, _tone in drawn.legend} == {by for _n, by, _l in rows}


def test_nothing_is_drawn_of_nothing():
    assert draw([]) is None
