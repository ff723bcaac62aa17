"""Tasks that file themselves: gaps, stale slots and empty cells become proposals, once, and tell no hidden name."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub import accounts, assets, customers, insights, notices, searches, tasks, taxonomy, toolkits
from hub.base import clock
from hub.searches.rules import wish
from hub.tasks.causes import by_place, has_grown
from tests.cast import on_offer, settle

GAP = tasks.Cause("gap", "1", "case_study", "energy", "steel", 6, {"gap": (1,)})


def file(session, *causes):
    return tasks.file(session, causes)


def every(session):
    return session.exec(select(tasks.MaterialTask).order_by(tasks.MaterialTask.id)).all()


def said(session, task):
    return [(c.sort, c.key, c.size) for c in tasks.causes_of(session, [task.id]).get(task.id, [])]


def state(session):
    """All that filing may change."""
    return [
        (t.kind, t.product, t.industry, t.state, t.owner_id, t.edition, said(session, t),
         {w.person_id for w in tasks.wants(session, t)})
        for t in every(session)
    ]  # fmt: skip


def search_in_vain(session, words, *, times=0, needed=()):
    gap = searches.need(session, wish(words), by=needed[0]) if needed else None
    for person in needed[1:]:
        searches.need(session, wish(words), by=person)
    if gap is None:
        at = clock.now()
        gap = searches.Gap(key=wish(words).key, words=words, first_at=at, last_at=at)
    gap.times = times
    session.add(gap)
    session.flush()
    return gap


# ---- what is gathered


def test_a_gap_that_enough_people_need_or_that_was_searched_often_speaks(wiring, cast):
    with wiring.database.write() as session:
        needed = search_in_vain(session, "能碳管理 钢铁冶金 案例", needed=(cast.lin, cast.zhou))
        often = search_in_vain(session, "能碳管理 产业园区", times=5)
        search_in_vain(session, "能碳管理 问答", times=4)
        search_in_vain(session, "谁也不知道是什么", times=50)

        found = {c.key: c for c in insights.task_causes(session)}

        assert set(found) == {str(needed.id), str(often.id)}
        first = found[str(needed.id)]
        assert (first.kind, first.product, first.industry) == ("case_study", "energy", "steel")
        assert set(first.people) == {cast.lin.id, cast.zhou.id}
        assert found[str(often.id)].kind == "solution"


def test_a_gap_that_names_a_confidential_customer_is_not_filed_for_all_to_see(wiring, cast):
    with wiring.database.write() as session:
        customer = customers.named(session, "明洲特钢", industry="steel", by=cast.lin)
        customer.confidential = True
        session.add(customer)
        accounts.restrict(session, "customer", customer.id, people=[cast.lin.id])
        customers.refresh_readers(session, customer)
        search_in_vain(session, "明洲特钢 能碳管理 案例", times=20)

        assert insights.task_causes(session) == []


def test_a_gap_about_a_restricted_product_becomes_a_task_of_those_who_may_know_of_it(wiring, cast):
    with wiring.database.write() as session:
        product = session.exec(select(taxonomy.Product).where(taxonomy.Product.key == "lite")).one()
        product.restricted = True
        session.add(product)
        accounts.restrict(session, "product", product.id, people=[cast.min.id])
        taxonomy.changed(session)
    with wiring.database.write() as session:
        search_in_vain(session, "能碳管理轻量版 产业园区", times=9)
        file(session, *insights.task_causes(session))

        assert [t.product for t in every(session)] == ["lite"]
        assert len(tasks.find(session, cast.min)[0]) == 1
        assert tasks.find(session, cast.zhou) == ([], 0)


def test_an_empty_cell_with_demand_speaks_and_one_that_nobody_asks_for_does_not(wiring, cast):
    with wiring.database.write() as session:
        customer = customers.named(session, "明洲特钢", industry="steel", by=cast.lin)
        for n in range(2):
            session.add(
                customers.Opportunity(
                    customer_id=customer.id, title=f"{n} 期", product="energy", amount=600_000,
                    created_at=clock.now(),
                )
            )  # fmt: skip
        session.flush()

        found = insights.task_causes(session)

        assert [(c.sort, c.key, c.kind, c.size) for c in found] == [("cell", "energy:steel", "solution", 12)]
        assert insights.task_causes(session, insights.Least(weight=13)) == []


def test_withdrawing_the_only_piece_of_a_cell_that_is_asked_for_asks_for_it_at_once(wiring, cast):
    with wiring.database.write() as session:
        customer = customers.named(session, "明洲特钢", industry="steel", by=cast.lin)
        deal = {
            "customer_id": customer.id,
            "product": "energy",
            "amount": 1_200_000,
            "created_at": clock.now(),
        }
        session.add(customers.Opportunity(title="一期", **deal))
        only = on_offer(session, cast, "钢铁方案", tags={"product": ["energy"], "industry": ["steel"]})
    settle(wiring)
    with wiring.database.write() as session:
        assert every(session) == []
        version = session.get_one(assets.Version, session.get_one(assets.Asset, only.id).on_offer_id)
        assets.withdraw(session, version, reason="数字错了", by=cast.ting)
    settle(wiring)

    with wiring.database.read() as session:
        (task,) = every(session)
        assert (task.kind, task.product, task.industry, task.state) == (
            "solution", "energy", "steel", "proposed",
        )  # fmt: skip


def test_a_piece_past_its_review_that_a_kit_needs_speaks_once_for_all_kits(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区节能方案")
        asset.review_on = clock.today() - timedelta(days=30)
        session.add(asset)
        kits = [
            toolkits.create(
                session, toolkits.Fields(title=f"包 {n}", product="energy", industry="park"), by=cast.ting,
                slug=f"kit-{n}",
            )
            for n in range(2)
        ]  # fmt: skip
        for kit in kits:
            toolkits.pin(session, kit, asset.id, by=cast.ting)
            toolkits.publish(session, kit, by=cast.ting)

        found = [c for c in insights.task_causes(session) if c.sort == "slot"]

        assert [(c.kind, c.product, c.industry, c.size, c.renews_id) for c in found] == [
            ("solution", "energy", "park", 30, asset.id)
        ]
        assert found[0].refers["toolkit"] == tuple(k.id for k in kits)


# ---- what is filed


def test_a_cause_becomes_a_proposal_without_an_owner_and_nobody_is_told(wiring, cast):
    with wiring.database.write() as session:
        assert file(session, replace(GAP, people=(cast.lin.id,))) == 1

        task = every(session)[0]
        assert (task.title, task.state, task.source) == ("能碳管理 × 钢铁冶金", "proposed", "gap")
        assert (task.owner_id, task.created_by_id) == (None, None)
        assert [w.name for w in tasks.wants(session, task)] == ["林晓"]
        assert session.exec(select(notices.Notice)).all() == []


def test_it_joins_the_open_task_of_its_place_and_leaves_its_owner_and_edition_alone(wiring, cast):
    fields = tasks.Fields(kind="case_study", product="energy", industry="steel", owner_id=cast.ting.id)
    with wiring.database.write() as session:
        task = tasks.propose(session, fields, by=cast.min)[0]

        assert file(session, GAP, replace(GAP, sort="cell", key="energy:steel", size=9)) == 0
        assert (len(every(session)), task.owner_id, task.edition) == (1, cast.ting.id, 1)
        assert said(session, task) == [("gap", "1", 6), ("cell", "energy:steel", 9)]


def test_a_task_that_was_edited_keeps_its_cause_and_whoever_said_no_stays_out(wiring, cast):
    with wiring.database.write() as session:
        file(session, replace(GAP, people=(cast.lin.id,)))
        task = every(session)[0]
        tasks.edit(session, task, tasks.Fields(kind="faq"), edition=1, by=cast.min)
        tasks.unwant(session, task, by=cast.lin)

        assert file(session, replace(GAP, size=8, people=(cast.lin.id, cast.zhou.id))) == 0
        assert said(session, task) == [("gap", "1", 8)]
        assert [w.name for w in tasks.wants(session, task)] == ["周强"]


def test_a_declined_one_comes_back_when_its_evidence_has_doubled(wiring, cast):
    with wiring.database.write() as session:
        file(session, GAP)
        tasks.move(session, every(session)[0], "declined", by=cast.min, reason="先不做")

        assert file(session, replace(GAP, size=11)) == 0
        assert file(session, replace(GAP, key="2", size=5)) == 0
        assert file(session, replace(GAP, size=12)) == 1
        assert [t.state for t in every(session)] == ["declined", "proposed"]


def test_one_declined_before_anything_was_known_counts_from_what_is_known_now(wiring, cast):
    with wiring.database.write() as session:
        fields = tasks.Fields(kind="case_study", product="energy", industry="steel")
        task = tasks.propose(session, fields, by=cast.zhou)[0]
        tasks.move(session, task, "declined", by=cast.min, reason="先不做")

        assert file(session, GAP) == 0
        assert file(session, replace(GAP, size=12)) == 1


def test_after_publishing_the_same_cause_is_quiet_and_a_new_one_speaks(wiring, cast):
    with wiring.database.write() as session:
        file(session, GAP)
        asset = on_offer(session, cast, "钢厂案例", kind="case_study")
        tasks.move(session, every(session)[0], "published", by=cast.min, asset_id=asset.id)

        assert file(session, GAP) == 0
        assert file(session, replace(GAP, sort="slot", key="7:9:2026-01-01", size=1)) == 1


def test_merging_by_hand_takes_the_causes_along_and_does_not_file_them_again(wiring, cast):
    with wiring.database.write() as session:
        other = tasks.propose(session, tasks.Fields(kind="faq", product="energy"), by=cast.min)[0]
        file(session, GAP)
        tasks.merge(session, every(session)[1], other, by=cast.min)

        assert said(session, other) == [("gap", "1", 6)]
        assert file(session, replace(GAP, size=60)) == 0
        assert said(session, other) == [("gap", "1", 60)]


def test_no_more_than_twenty_proposals_of_its_own_wait_for_an_owner(wiring, cast):
    many = [replace(GAP, key=str(n), industry=f"i{n:02}", size=n) for n in range(30)]
    with wiring.database.write() as session:
        assert tasks.file(session, many) == 20
        assert tasks.file(session, many) == 0
        assert {t.industry for t in every(session)} == {f"i{n:02}" for n in range(10, 30)}


def test_publishing_tells_whoever_needed_the_gap_once(wiring, cast):
    with wiring.database.write() as session:
        file(session, replace(GAP, people=(cast.lin.id,)))
        asset = on_offer(
            session, cast, "钢厂案例", kind="case_study", tags={"product": ["energy"], "industry": ["steel"]}
        )
        for _ in range(2):
            tasks.close_for_asset(session, asset.id)

        keys = [n.key for n in notices.of(session, cast.lin)]
        assert keys.count("task_published") == 1


def test_enough_people_who_need_a_gap_file_it_at_once(wiring, cast):
    with wiring.database.write() as session:
        search_in_vain(session, "能碳管理 钢铁冶金 案例", needed=(cast.lin,))
    settle(wiring)
    with wiring.database.write() as session:
        assert every(session) == []
        search_in_vain(session, "能碳管理 钢铁冶金 案例", needed=(cast.zhou,))
    settle(wiring)

    with wiring.database.read() as session:
        assert [(t.kind, t.product, t.industry) for t in every(session)] == [
            ("case_study", "energy", "steel")
        ]


@pytest.mark.parametrize("by_hand", [False, True])
def test_publishing_meets_the_gap_and_each_who_needs_it_hears_once(wiring, cast, by_hand):
    with wiring.database.write() as session:
        gap = search_in_vain(session, "能碳管理 钢铁冶金 案例", needed=(cast.lin, cast.zhou))
        file(session, *insights.task_causes(session))
        tasks.unwant(session, every(session)[0], by=cast.zhou)
        searches.need(session, wish("能碳管理 钢铁冶金 案例"), by=cast.jun)
        asset = on_offer(
            session, cast, "钢厂案例", kind="case_study", tags={"product": ["energy"], "industry": ["steel"]}
        )
        if by_hand:
            searches.close_gap(session, gap.id, "met", by=cast.min, asset_id=asset.id)
        tasks.close_for_asset(session, asset.id)

        assert (gap.state, gap.asset_id) == ("met", asset.id)
        for person in (cast.lin, cast.zhou, cast.jun):
            told = [n.key for n in notices.of(session, person) if n.key in {"task_published", "gap_met"}]
            assert told == ["task_published" if person is cast.lin and not by_hand else "gap_met"]


def test_material_that_not_all_may_open_meets_the_gap_and_is_told_to_those_who_may(wiring, cast):
    with wiring.database.write() as session:
        gap = search_in_vain(session, "能碳管理 钢铁冶金 案例", needed=(cast.lin, cast.zhou))
        secret = on_offer(session, cast, "朱鹮", restricted_to=([], [cast.zhou.id]))

        assert searches.meet(session, gap.id, asset_id=secret.id)
        assert not searches.meet(session, gap.id, asset_id=secret.id)
        assert [n.key for n in notices.of(session, cast.zhou)] == ["gap_met"]
        assert notices.of(session, cast.lin) == []


CAUSES = st.lists(
    st.builds(
        tasks.Cause,
        sort=st.sampled_from(["gap", "cell", "slot"]),
        key=st.sampled_from("abcd"),
        kind=st.sampled_from(["faq", "solution"]),
        product=st.sampled_from(["energy", None]),
        industry=st.sampled_from(["steel", "park"]),
        size=st.integers(1, 20),
    ),
    unique_by=lambda c: c.name,
    max_size=6,
)


def test_filing_twice_changes_nothing_and_the_order_does_not_matter(wiring, cast):
    """Each example in a transaction of its own, which is taken back."""

    @settings(max_examples=6, deadline=None)
    @given(CAUSES, st.randoms(use_true_random=False))
    def holds(causes, chance):
        session = current[0]
        first = filed(session, lambda: tasks.file(session, causes))
        again = filed(session, lambda: [tasks.file(session, causes) for _ in range(2)])
        mixed = chance.sample(causes, len(causes))
        singly = filed(session, lambda: [tasks.file(session, [c]) for c in mixed])
        assert first == again
        assert sorted(map(plain, first)) == sorted(map(plain, singly))

    def filed(session, act):
        point = session.begin_nested()
        act()
        found = state(session)
        point.rollback()
        session.expire_all()
        return found

    def plain(row):
        return str((row[0], row[1], row[2], row[6]))

    with wiring.database.write() as session:
        current = [session]
        holds()


@settings(max_examples=60, deadline=None)
@given(CAUSES, st.randoms(use_true_random=False))
def test_causes_of_one_place_ask_for_one_task_in_whatever_order(causes, chance):
    mixed = chance.sample(causes, len(causes))

    assert by_place(mixed) == by_place(causes)
    assert len(by_place(causes)) == len({c.place for c in causes})


@pytest.mark.parametrize(
    ("then", "now", "grown"),
    [({"gap": 6}, {"gap": 11}, False), ({"gap": 6}, {"gap": 12}, True), ({"gap": 1}, {"gap": 3}, False),
     ({"gap": 6}, {"gap": 6, "slot": 2}, False), ({"gap": 6}, {"gap": 6, "slot": 3}, True)],
)  # fmt: skip
def test_evidence_has_grown_when_one_sort_doubled_and_by_three(then, now, grown):
    assert has_grown(then, now) is grown
