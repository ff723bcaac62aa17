"""The coverage map: filled, thin, stale, empty by the blueprint; weighed by who asks; nothing hidden shows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from hub import accounts, customers, insights, requirements
from hub.base import clock
from hub.insights import cells as pure
from hub.toolkits import Slot
from tests.cast import on_offer

ASKED = insights.Demand(deals=1, amount=Decimal(400_000))
SLOTS = (Slot("product_intro", 1), Slot("solution", 1), Slot("case_study", 2, 100))


def piece(number, kind, *, places=("park",), age=10, overdue=False):
    return insights.Piece(
        number, f"素材 {number}", kind, frozenset({"energy"}), frozenset(places), age, overdue
    )


def cell(*pieces, demand=ASKED, expected=False, slots=SLOTS):
    return insights.place(
        "energy", "park", slots, pieces, below={"park", "smart-park"}, demand=demand, expected=expected
    )


FULL = (
    piece(1, "product_intro", places=()),
    piece(2, "solution"),
    piece(3, "case_study"),
    piece(4, "case_study", places=("smart-park",)),
)


def test_all_that_the_blueprint_asks_and_fresh_is_filled():
    assert cell(*FULL).state == "filled"
    assert (cell(*FULL).have, cell(*FULL).need) == (3, 3)


def test_all_there_but_one_overdue_or_too_old_is_stale():
    for old in ({"overdue": True}, {"age": 101}):
        assert cell(*FULL[:3], piece(4, "case_study", **old)).state == "stale"


def test_some_of_it_is_thin():
    thin = cell(*FULL[:3])

    assert thin.state == "thin"
    assert (thin.have, thin.need) == (2, 3)


def test_material_of_the_product_alone_leaves_the_place_empty():
    assert cell(FULL[0]).state == "empty"
    assert cell().state == "empty"


def test_nobody_asks_and_nothing_is_there_is_no_empty_cell():
    quiet = insights.Demand()

    assert cell(FULL[0], demand=quiet).state == "idle"
    assert cell(demand=quiet).state == "idle"
    assert cell(demand=quiet, expected=True).state == "empty"


def test_a_solution_for_no_industry_fills_no_place():
    assert cell(piece(2, "solution", places=())).have == 0


def test_material_of_another_place_or_product_does_not_count():
    assert cell(piece(2, "solution", places=("steel",))).have == 0
    other = insights.Piece(9, "x", "solution", frozenset({"lite"}), frozenset({"park"}), 1, False)
    assert cell(other).have == 0


def test_heat_is_in_fifths_of_the_hottest_and_at_least_one_where_anybody_asks():
    hot, warm, cold = (
        cell(demand=d) for d in (insights.Demand(deals=10), insights.Demand(misses=1), insights.Demand())
    )

    assert [c.heat for c in insights.heat([hot, warm, cold])] == [5, 1, 0]


def test_the_rate_counts_what_is_asked_for():
    full, empty = cell(*FULL), cell(demand=insights.Demand(deals=1, amount=Decimal(400_000)))
    quiet = cell(demand=insights.Demand())

    assert pure.rate([full, empty]) == 50
    assert pure.rate([full, quiet]) == 100
    assert pure.rate([]) is None


def test_what_to_mend_first_is_asked_for_most_and_filled_least():
    big = cell(demand=insights.Demand(deals=9))
    small = cell(demand=insights.Demand(deals=1))

    assert pure.urgent([small, cell(*FULL), big], 1) == [big]


def drawn(session, by, **more):
    return insights.coverage(session, by, **more)


def a_deal(session, cast, name="明洲特钢", industry="steel", amount=600_000):
    customer = customers.named(session, name, industry=industry, by=cast.lin)
    deal = customers.Opportunity(
        customer_id=customer.id, title="一期", product="energy", amount=Decimal(amount),
        owner_id=cast.lin.id, created_at=clock.now(),
    )  # fmt: skip
    session.add(deal)
    session.flush()
    return customer


def test_the_map_has_a_cell_for_each_product_and_industry_at_the_top(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区方案", tags={"product": ["energy"], "industry": ["smart-park"]})
        found = drawn(session, cast.lin)

        assert (found.products, found.places) == (("energy", "lite"), ("park", "steel"))
        park = found.cells["energy", "park"]
        assert park.state == "thin"
        assert [s.slot.kind for s in park.shelves] == list(insights.BODY)
        assert found.cells["lite", "park"].state == "idle"


def test_deals_requests_and_failed_searches_weigh(wiring, cast):
    with wiring.database.write() as session:
        a_deal(session, cast)
        wish = requirements.Wish(customer="恒峪", quote="要蒸汽平衡", industry="steel", product="energy")
        requirements.ask(session, wish, by=cast.lin)
        gaps = [insights.Gap("钢厂 蒸汽", 7, product="energy", industry="steel")]
        found = drawn(session, cast.lin, gaps=gaps)
        steel = found.cells["energy", "steel"]

        assert steel.demand == insights.Demand(1, Decimal(600_000), 1, 7)
        assert (steel.state, steel.heat) == ("empty", 5)
        assert [c.at for c in found.urgent] == ["steel"]
        opened = insights.detail(session, cast.lin, found, "energy", "steel", gaps)
        assert [(d.customer, d.owner) for d in opened.deals] == [("明洲特钢", "林晓")]
        assert [g.words for g in opened.gaps] == ["钢厂 蒸汽"]
        assert insights.detail(session, cast.lin, found, "energy", "nowhere") is None


def test_a_stale_piece_makes_the_cell_stale(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区问", kind="faq")
        before = drawn(session, cast.lin, kinds=["faq"]).cells["energy", "park"]
        asset.review_on = clock.today() - timedelta(days=1)
        session.add(asset)
        session.flush()

        assert before.state == "filled"
        assert drawn(session, cast.lin, kinds=["faq"]).cells["energy", "park"].state == "stale"


@pytest.mark.parametrize("who", ["zhou", "lin"])
def test_what_a_reader_may_not_see_counts_only_for_those_who_may(wiring, cast, who):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        on_offer(session, cast, "保密方案", restricted_to=([east.id], []))
        customer = a_deal(session, cast, "保密客户", "park")
        customer.confidential = True
        accounts.restrict(session, "customer", customer.id, teams=[east.id], people=[])
        customers.refresh_readers(session, customer)
        session.flush()
        park = drawn(session, getattr(cast, who)).cells["energy", "park"]

        may = who == "lin"
        assert park.have == int(may)
        assert park.demand.deals == int(may)


def test_by_scenario_the_columns_are_scenarios(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "节能方案", tags={"product": ["energy"], "scenario": ["saving"]})
        found = drawn(session, cast.lin, axis="scenario")

        assert found.places == ("saving",)
        assert found.cells["energy", "saving"].state == "thin"
        assert drawn(session, cast.lin, tier="transactional").products == ("lite",)
