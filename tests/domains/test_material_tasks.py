"""Material tasks: similar ones merge, publishing closes them, whoever waits is told."""

import pytest
from sqlmodel import select

from hub import accounts, notices, tasks, taxonomy
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import on_offer, settle

CASE = tasks.Fields(kind="case_study", product="energy", industry="steel")


def propose(session, by, fields=CASE, **more):
    return tasks.propose(session, fields, by=by, **more)[0]


def told(session, person, key):
    query = select(notices.Notice).where(notices.Notice.person_id == person.id, notices.Notice.key == key)
    return session.exec(query).all()


def test_a_seller_proposes_and_waits_and_the_title_comes_from_the_cell(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.lin)

        assert task.title == "能碳管理 × 钢铁冶金"
        assert task.state == "proposed"
        assert [w.name for w in tasks.wants(session, task)] == ["林晓"]


def test_the_same_wish_twice_is_one_task_with_the_evidence_of_both(wiring, cast):
    with wiring.database.write() as session:
        first, merged_first = tasks.propose(session, CASE, by=cast.lin)
        second = tasks.Fields(kind="case_study", product="energy", industry="steel", evidence="客户问了三次")
        again, merged = tasks.propose(session, second, by=cast.zhou)

        assert (merged_first, merged) == (False, True)
        assert again.id == first.id
        assert again.evidence == "客户问了三次"
        assert {w.name for w in tasks.wants(session, first)} == {"林晓", "周强"}


@pytest.mark.parametrize("other", [{"kind": "faq"}, {"industry": "park"}, {"product": "lite"}])
def test_a_wish_for_another_cell_is_another_task(wiring, cast, other):
    with wiring.database.write() as session:
        first = propose(session, cast.lin)
        fields = tasks.Fields(**{"kind": "case_study", "product": "energy", "industry": "steel", **other})

        assert propose(session, cast.lin, fields).id != first.id


def test_publishing_closes_the_task_and_tells_who_waits(wiring, cast):
    with wiring.database.write() as session:
        task_id = propose(session, cast.lin).id
        tasks.want(session, tasks.get(session, task_id, cast.zhou), by=cast.zhou)
    with wiring.database.write() as session:
        tags = {"product": ["energy"], "industry": ["steel"]}
        asset_id = on_offer(session, cast, "钢厂案例", kind="case_study", tags=tags).id
    settle(wiring)

    with wiring.database.write() as session:
        task = tasks.get(session, task_id, cast.lin)
        assert (task.state, task.asset_id) == ("published", asset_id)
        assert [n.text for n in told(session, cast.lin, "task_published")] == [
            "您等的“能碳管理 × 钢铁冶金”做好了：钢厂案例"
        ]
        assert told(session, cast.zhou, "task_published")
        assert tasks.close_for_asset(session, asset_id) == 0


def test_who_may_not_open_the_material_is_not_told_of_it(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.zhou)
        tasks.want(session, task, by=cast.lin)
        east = accounts.team_by_key(session, "east")
        tags = {"product": ["energy"], "industry": ["steel"]}
        on_offer(session, cast, "保密案例", kind="case_study", tags=tags, restricted_to=([east.id], []))
    settle(wiring)

    with wiring.database.read() as session:
        assert told(session, cast.lin, "task_published")
        assert not told(session, cast.zhou, "task_published")


@pytest.mark.parametrize(
    ("kind", "tags"),
    [
        ("faq", {"product": ["energy"], "industry": ["steel"]}),
        ("case_study", {"product": ["lite"], "industry": ["steel"]}),
        ("case_study", {"product": ["energy"], "industry": ["park"]}),
    ],
)
def test_material_for_something_else_leaves_the_task_open(wiring, cast, kind, tags):
    with wiring.database.write() as session:
        task_id = propose(session, cast.lin).id
        on_offer(session, cast, "别的", kind=kind, tags=tags)
    settle(wiring)

    with wiring.database.read() as session:
        assert tasks.get(session, task_id, cast.lin).state == "proposed"


def test_material_for_a_part_of_the_industry_is_what_was_asked_for(wiring, cast):
    with wiring.database.write() as session:
        task_id = propose(session, cast.lin, tasks.Fields(kind="faq", industry="park")).id
        on_offer(session, cast, "问", kind="faq", tags={"industry": ["smart-park"]})
    settle(wiring)

    with wiring.database.read() as session:
        assert tasks.get(session, task_id, cast.lin).state == "published"


def test_a_task_without_a_cell_is_closed_by_a_person_only(wiring, cast):
    with wiring.database.write() as session:
        task_id = propose(session, cast.lin, tasks.Fields(kind="case_study", title="随便一个案例")).id
        on_offer(session, cast, "案例", kind="case_study")
    settle(wiring)

    with wiring.database.read() as session:
        assert tasks.get(session, task_id, cast.lin).state == "proposed"


def test_planning_is_for_those_who_plan(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.lin)
        with pytest.raises(NotAllowed):
            tasks.move(session, task, "planned", quarter="2027Q1", by=cast.lin)

        tasks.move(session, task, "planned", quarter="2027 q1", by=cast.ting)

        assert (task.state, task.due_quarter) == ("planned", "2027Q1")


def test_whoever_was_given_the_task_may_work_on_it_and_is_told(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.ting, tasks.Fields(kind="faq", product="lite", owner_id=cast.li.id))
        tasks.move(session, task, "in_work", by=cast.li)

        assert task.state == "in_work"
        assert told(session, cast.li, "task_assigned")


@pytest.mark.parametrize(
    ("to", "said", "sentence"),
    [("declined", {}, "为什么不做"), ("planned", {}, "季度"), ("published", {}, "哪一份")],
)
def test_a_step_without_what_it_asks_for_is_refused(wiring, cast, to, said, sentence):
    with wiring.database.write() as session:
        with pytest.raises(HubError, match=sentence):
            tasks.move(session, propose(session, cast.lin), to, by=cast.ting, **said)
        session.rollback()


def test_a_declined_task_says_why_to_whoever_waits_and_takes_nobody_more(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.lin)
        tasks.move(session, task, "declined", reason="客户没有这个场景", by=cast.ting)

        assert told(session, cast.lin, "task_declined")[0].text.endswith("客户没有这个场景")
        with pytest.raises(Conflict):
            tasks.want(session, task, by=cast.zhou)
        with pytest.raises(Conflict):
            tasks.move(session, task, "in_work", by=cast.ting)


def test_merging_takes_along_who_waits(wiring, cast):
    with wiring.database.write() as session:
        one = propose(session, cast.lin)
        other = propose(session, cast.zhou, tasks.Fields(kind="case_study", product="energy", questions="问"))
        tasks.merge(session, one, other, by=cast.ting)

        assert one.state == "declined"
        assert {w.name for w in tasks.wants(session, other)} == {"林晓", "周强"}
        with pytest.raises(HubError):
            tasks.merge(session, other, other, by=cast.ting)


def test_two_who_edit_one_task_do_not_overwrite_each_other(wiring, cast):
    with wiring.database.write() as session:
        task = propose(session, cast.lin)
        seen = task.edition
        tasks.edit(session, task, tasks.Fields(title="第一个"), edition=seen, by=cast.ting)

        with pytest.raises(Conflict):
            tasks.edit(session, task, tasks.Fields(title="第二个"), edition=seen, by=cast.min)
        assert task.title == "第一个"


def test_a_task_of_a_hidden_product_is_not_there_for_others(wiring, cast):
    with wiring.database.write() as session:
        fields = taxonomy.ProductFields(name="秘密产品", tier="enterprise", restricted=True, teams=())
        taxonomy.save_product(session, "", fields, by=cast.ada)
        key = next(k for k, p in taxonomy.words(session).products.items() if p.restricted)
        task = propose(session, cast.ada, tasks.Fields(kind="faq", product=key))

        assert tasks.find(session, cast.lin)[1] == 0
        with pytest.raises(NotFound):
            tasks.get(session, task.id, cast.lin)
        with pytest.raises(NotFound):
            propose(session, cast.lin, tasks.Fields(kind="faq", product=key))


def test_the_board_has_a_column_for_each_quarter(wiring, cast):
    with wiring.database.write() as session:
        propose(session, cast.lin)
        for industry, quarter in (("park", "2027Q1"), ("smart-park", "2026Q4")):
            fields = tasks.Fields(kind="faq", industry=industry, due_quarter=quarter)
            propose(session, cast.ting, fields)

        assert list(tasks.board(session, cast.lin)) == [None, "2026Q4", "2027Q1"]


def test_tasks_out_and_in_again_are_the_same(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "案例", kind="case_study")
        fields = tasks.Fields(kind="faq", product="energy", owner_id=cast.ting.id, renews_id=asset.id)
        propose(session, cast.lin, fields)
        before = tasks.to_data(session)

        assert tasks.from_data(session, before, by=accounts.SYSTEM) == 0
        session.delete(session.exec(select(tasks.TaskWant)).one())
        session.flush()
        session.delete(session.exec(select(tasks.MaterialTask)).one())
        session.flush()
        assert tasks.from_data(session, before, by=accounts.SYSTEM) == 1
        assert tasks.to_data(session) == before
