"""Effort: in days or months, in parts that sum, and what another unit of the pool changes (nothing that was said)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import requirements
from hub.base.errors import HubError, NotAllowed
from hub.requirements import effort, rules
from tests.domains.requirement_cast import scored, wanted


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


@pytest.mark.parametrize(
    ("reach", "impact", "confidence", "days", "score"),
    [(100, 1, 90, 20, "4.5"), (1_000_000, 2, 70, 30, "46666.666667")],
)
def test_a_fresh_hub_scores_in_person_days(session, cast, reach, impact, confidence, days, score):
    made = wanted(session, cast.jun)
    for factor, value, by in (
        ("reach", reach, cast.jun),
        ("impact", impact, cast.jun),
        ("confidence", confidence, cast.jun),
        ("effort", days, cast.li),
    ):
        requirements.set_input(session, made, factor, Decimal(value), reason="估的", by=by)

    assert made.score == Decimal(score)


def test_another_unit_of_the_pool_changes_no_number_and_no_order(session, cast):
    made = wanted(session, cast.jun)
    scored(session, cast, made)
    before = (made.score, requirements.inputs(session, made.id)["effort"][0].value)

    requirements.set_effort_unit(session, "months", by=cast.ada)

    assert (made.score, requirements.inputs(session, made.id)["effort"][0].value) == before
    said = requirements.set_input(session, made, "effort", Decimal(1), by=cast.li)
    assert (said.value, said.unit, made.score) == (Decimal(20), "days", before[0])


def test_only_an_administrator_sets_the_unit(session, cast):
    with pytest.raises(NotAllowed):
        requirements.set_effort_unit(session, "months", by=cast.jun)
    with pytest.raises(HubError):
        requirements.set_effort_unit(session, "weeks", by=cast.ada)


@pytest.mark.parametrize(("unit", "least"), [("days", "0.5 人天"), ("months", "0.5 人月")])
def test_at_least_half_a_unit_and_never_zero(session, cast, unit, least):
    made = wanted(session, cast.jun)

    with pytest.raises(HubError, match=least):
        requirements.set_input(session, made, "effort", Decimal("0.4"), unit=unit, by=cast.li)
    with pytest.raises(HubError, match="大于零"):
        requirements.set_input(session, made, "effort", Decimal(0), unit=unit, by=cast.li)
    with pytest.raises(HubError, match="大于零"):
        requirements.set_input(session, made, "effort", unit=unit, parts={"design": Decimal(0)}, by=cast.li)


def test_effort_is_the_sum_of_its_parts_and_shows_them(session, cast):
    made = wanted(session, cast.jun)
    parts = {"development": Decimal(12), "design": Decimal(3), "test": Decimal(4), "training": Decimal(1)}

    requirements.set_input(session, made, "effort", parts=parts, by=cast.li)

    seen = next(f for f in requirements.view(session, made, cast.lin).factors if f.name == "effort")
    assert (seen.value, dict(seen.parts)) == (
        Decimal(20),
        {"development": "12", "design": "3", "test": "4", "training": "1"},
    )
    with pytest.raises(HubError, match="对不上"):
        requirements.set_input(session, made, "effort", Decimal(19), parts=parts, by=cast.li)
    with pytest.raises(HubError, match="小于零"):
        requirements.set_input(session, made, "effort", parts={"test": Decimal(-1)}, by=cast.li)


def test_parts_are_in_the_librarys_file_and_come_back(session, cast):
    made = wanted(session, cast.jun)
    parts = {"development": Decimal(1), "training": Decimal("0.5")}
    requirements.set_input(session, made, "effort", unit="months", parts=parts, by=cast.li)
    data = requirements.to_data(session, made)

    assert data["rice"]["effort"]["parts"] == {"development": "20", "training": "10"}
    assert requirements.from_data(session, made.key, data, by=cast.ada) == "unchanged"


def test_a_file_may_say_effort_in_months(session, cast):
    data = {"title": "手写的", "rice": {"effort": {"value": 3, "unit": "months", "by": cast.li.email}}}

    requirements.from_data(session, "REQ-900", data, by=cast.ada)

    (said,) = requirements.inputs(session, requirements.by_key(session, "REQ-900").id)["effort"]
    assert (said.value, said.unit) == (Decimal(60), "days")


def test_reach_counts_customers_or_users(session, cast):
    made = wanted(session, cast.jun)

    said = requirements.set_input(session, made, "reach", Decimal(1_000_000), unit="users", by=cast.jun)

    assert said.unit == "users"
    with pytest.raises(HubError, match="客户或用户"):
        requirements.set_input(session, made, "reach", Decimal(1), unit="桶", by=cast.jun)


amounts = st.decimals(min_value=0, max_value=5000, places=2)


@given(st.fixed_dictionaries(dict.fromkeys(effort.PARTS, amounts)), st.sampled_from(effort.EFFORT_UNITS))
def test_parts_always_make_the_sum_in_days(parts, unit):
    total = sum(parts.values())
    if total < rules.LEAST_EFFORT:
        with pytest.raises(HubError):
            effort.kept(None, parts, unit)
        return
    days, kept = effort.kept(None, parts, unit)

    assert days == sum(Decimal(v) for v in kept.values()) == total * effort.DAYS_IN[unit]
    assert effort.shown(days, unit) == total
