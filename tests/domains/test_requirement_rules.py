"""The pure rules: scores, states, slots and amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.base.errors import Conflict, HubError
from hub.requirements import amount, money_of, rules
from hub.requirements.rules import Offer, Said, filling, good_quarter, good_value, missing, score

SAID = Said(note="说明", quarter="2026Q4", outcome_words="可以说", limits="限制", scored=True)


@pytest.mark.parametrize(
    ("reach", "impact", "confidence", "effort", "expected"),
    [
        ("100", "1", "90", "20", "4.5"),
        ("1000000", "2", "70", "30", "46666.666667"),
        ("62", "2", "80", "3", "33.066667"),
        ("1", "0.25", "1", "0.5", "0.005"),
    ],
)
def test_a_score_is_reach_times_impact_times_confidence_by_effort(
    reach, impact, confidence, effort, expected
):
    given_inputs = {"reach": reach, "impact": impact, "confidence": confidence, "effort": effort}
    assert score({k: Decimal(v) for k, v in given_inputs.items()}) == Decimal(expected)


def test_an_unknown_effort_gives_no_score_rather_than_zero():
    assert score({"reach": Decimal(1), "impact": Decimal(1), "confidence": Decimal(50)}) is None


@pytest.mark.parametrize("factor", ["reach", "impact", "confidence", "effort"])
@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_zero_and_what_is_no_amount_are_refused_for_every_factor(factor, value):
    with pytest.raises(HubError):
        good_value(factor, Decimal(value), "因为")


def test_impact_is_one_of_five_steps():
    assert [good_value("impact", v, "") for v in rules.IMPACTS] == list(rules.IMPACTS)
    with pytest.raises(HubError, match="影响"):
        good_value("impact", Decimal("1.5"), "")


def test_an_unusual_confidence_needs_a_reason():
    assert good_value("confidence", Decimal(80), "") == 80
    assert good_value("confidence", Decimal(65), "问过三家") == 65
    with pytest.raises(HubError, match="写明为什么"):
        good_value("confidence", Decimal(65), " ")
    with pytest.raises(HubError, match="百分数"):
        good_value("confidence", Decimal(120), "很有把握")


def test_effort_is_at_least_half_a_day():
    assert good_value("effort", Decimal("0.5"), "") == Decimal("0.5")
    with pytest.raises(HubError, match=r"0\.5"):
        good_value("effort", Decimal("0.4"), "")


@given(st.sampled_from(list(rules.FOLLOWS)), st.sampled_from(list(rules.STATE_LABELS)))
def test_a_state_follows_only_where_the_table_says_so(state, to):
    allowed = to in rules.FOLLOWS[state] and to != "launched"
    if allowed:
        rules.must_follow(state, to)
    else:
        with pytest.raises(Conflict):
            rules.must_follow(state, to)


def test_nobody_reaches_launched_by_hand():
    assert all("launched" not in follow for follow in rules.FOLLOWS.values())


@pytest.mark.parametrize(
    ("state", "to", "lacking", "named"),
    [
        ("new", "scored", {"scored": False}, "RICE"),
        ("in_review", "planned", {"quarter": ""}, "季度"),
        ("in_review", "planned", {"outcome_words": " "}, "可以对客户说"),
        ("in_review", "declined", {"outcome_words": ""}, "可以对客户说"),
        ("in_review", "declined", {"note": ""}, "原因"),
        ("in_review", "parked", {"note": ""}, "原因"),
        ("planned", "in_review", {"note": ""}, "原因"),
        ("building", "shipped", {"limits": ""}, "限制"),
        ("building", "shipped", {"outcome_words": ""}, "可以对客户说"),
    ],
)
def test_a_state_asks_for_the_words_it_needs(state, to, lacking, named):
    rules.must_be_said(state, to, SAID)
    with pytest.raises(HubError, match=named):
        rules.must_be_said(state, to, Said(**{**vars(SAID), **lacking}))


@pytest.mark.parametrize("text", ["2026Q4", "2026 q4", "2026-Q4"])
def test_a_quarter_is_understood_in_its_spellings(text):
    assert good_quarter(text) == "2026Q4"


@pytest.mark.parametrize("text", ["Q4", "2026Q5", "四季度", "20260Q1"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(HubError):
        good_quarter(text)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("50万", 500_000),
        ("50 万元", 500_000),
        ("1.2亿", 120_000_000),
        ("¥380,000", 380_000),
        ("￥38.8万", 388_000),
        ("３０万", 300_000),
        ("50w", 500_000),
        ("30k", 30_000),
        ("800", 800),
        ("约 2 千万", 20_000_000),
        ("", None),
        ("  ", None),
    ],
)
def test_amounts_are_read_as_people_type_them(text, yuan):
    assert amount(text) == yuan


@pytest.mark.parametrize("text", ["很多", "-5万", "5万5", "1,23", "五十万", "9999999999999亿", "1e9", "NaN"])
def test_what_is_no_amount_is_refused_and_never_guessed(text):
    with pytest.raises(HubError):
        amount(text)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("50万", 500_000, None),
        ("50万元", 500_000, "CNY"),
        ("¥380,000", 380_000, "CNY"),
        ("50万美元", 500_000, "USD"),
        ("USD 20k", 20_000, "USD"),
        ("US$1,200", 1_200, "USD"),
        ("$800", 800, "USD"),
        ("800US$", 800, "USD"),
        ("HK$50万", 500_000, "HKD"),
        ("约 30 万欧元", 300_000, "EUR"),
        ("€30万", 300_000, "EUR"),
        ("S$ 9,000", 9_000, "SGD"),
        ("100万日元", 1_000_000, "JPY"),
        ("", None, None),
    ],
)
def test_an_amount_keeps_the_currency_it_was_written_with(text, value, currency):
    assert money_of(text) == (value, currency)


@pytest.mark.parametrize("text", ["美元", "¥50万美元", "50万美元元", "很多欧元", "$-5"])
def test_an_amount_in_two_currencies_or_without_a_number_is_refused(text):
    with pytest.raises(HubError, match="读不成金额"):
        money_of(text)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_sentence(text):
    try:
        found = amount(text)
        assert money_of(text)[0] == found
    except HubError:
        return
    assert found is None or found >= 0


def test_a_slot_is_filled_only_by_material_on_offer_that_is_still_right():
    assert filling([]) == "need"
    assert filling([Offer("faq", "draft")]) == "coming"
    assert filling([Offer("faq", "on_offer", overdue=True)]) == "stale"
    assert filling([Offer("faq", "on_offer", outdated=True)]) == "stale"
    assert filling([Offer("faq", "withdrawn")]) == "need"
    assert filling([Offer("faq", "draft"), Offer("faq", "on_offer")]) == "have"


def test_what_is_missing_depends_on_the_launch_level():
    given_offers = [Offer("faq", "on_offer"), Offer("intro_deck", "draft")]
    assert missing("L3", given_offers) == ["limits_note"]
    assert missing("L2", given_offers) == ["intro_deck", "demo_account", "training"]
    assert "case" in missing("L1", given_offers)
