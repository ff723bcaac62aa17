"""Merge, split and cancel: edits of links that tell the right people, count once, leak nothing and can be undone."""

import pytest
from sqlmodel import select

from hub import accounts, notices, requirements
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.requirements import Fields, Filter, Regrouping, RequestLink
from tests.domains.requirement_cast import LIMITS, WORDS, asked_for, brought_to, run_jobs, wanted


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


@pytest.fixture
def pair(session, cast):
    """Lin's requirement and Zhou's, which say the same."""
    first, second = wanted(session, cast.jun, title="电价重算"), wanted(session, cast.jun, title="分时重算")
    asked_for(session, cast.lin, first)
    asked_for(session, cast.zhou, second, customer="临澄高新区", quote="审计不认去年的口径。")
    return first, second


def quotes(session, requirement, by):
    return {q.text for q in requirements.view(session, requirement, by).quotes}


def heard(session, person):
    return [n.key for n in notices.of(session, person)]


def active(session, requirement):
    query = select(RequestLink).where(RequestLink.requirement_id == requirement.id)
    return [k for k in session.exec(query) if k.ended_at is None]


def test_merging_moves_every_request_and_tells_the_people_of_both(session, cast, pair):
    source, target = pair
    requirements.merge(session, source, target, reason="一回事", by=cast.jun)
    run_jobs(session)
    assert len(quotes(session, target, cast.jun)) == 2
    assert quotes(session, source, cast.jun) == set()
    assert heard(session, cast.lin) == heard(session, cast.zhou) == ["requirement_merged"]
    assert [r.key for r in requirements.find(session, cast.jun, Filter())[0]] == [target.key]
    assert [r.key for r in requirements.find(session, cast.jun, Filter(state="merged"))[0]] == [source.key]
    assert requirements.counts(session, cast.jun, Filter()) == {"new": 1, "merged": 1, "no_effort": 1}


def test_merging_twice_changes_nothing(session, cast, pair):
    source, target = pair
    first = requirements.merge(session, source, target, by=cast.jun)
    again = requirements.merge(session, source, target, by=cast.ada)
    run_jobs(session)
    assert again is first
    assert len(active(session, target)) == 2
    assert heard(session, cast.lin) == ["requirement_merged"]


def test_a_customer_who_asked_for_both_counts_once(session, cast, pair):
    source, target = pair
    asked_for(session, cast.lin, target, quote="对照表也要。")
    requirements.merge(session, source, target, by=cast.jun)
    view = requirements.view(session, target, cast.jun)
    assert (view.demand.requests, view.demand.customers, view.reach_of_requests) == (3, 2, 2)


def test_a_request_behind_both_is_linked_once_and_stays_with_the_target_when_undone(session, cast, pair):
    source, target = pair
    both = asked_for(session, cast.lin, source, quote="两条都要。")
    requirements.link(session, both, target, by=cast.lin)
    moved = requirements.merge(session, source, target, by=cast.jun)
    assert len(active(session, target)) == 3
    requirements.undo(session, moved, by=cast.jun)
    assert len(active(session, source)) == len(active(session, target)) == 2


def test_undoing_a_merge_gives_back_what_it_moved_and_keeps_what_came_later(session, cast, pair):
    source, target = pair
    moved = requirements.merge(session, source, target, by=cast.jun)
    run_jobs(session)
    asked_for(session, cast.zhou, target, customer="新港物流园", quote="后来才提的。")
    requirements.undo(session, moved, by=cast.jun)
    requirements.undo(session, moved, by=cast.jun)
    run_jobs(session)
    assert quotes(session, source, cast.jun) == {"峰谷一改，上个月报的节省就对不上了。"}
    assert quotes(session, target, cast.jun) == {"审计不认去年的口径。", "后来才提的。"}
    assert source.merged_into_id is None
    assert heard(session, cast.lin) == ["requirement_unmerged", "requirement_merged"]
    assert requirements.move(session, *_scored(session, cast, source), by=cast.jun).to_state == "in_review"


def _scored(session, cast, requirement):
    from tests.domains.requirement_cast import scored

    scored(session, cast, requirement)
    return requirement, "in_review"


def test_a_merge_that_was_taken_back_at_once_is_told_to_nobody(session, cast, pair):
    source, target = pair
    moved = requirements.merge(session, source, target, by=cast.jun)
    requirements.undo(session, moved, by=cast.jun)
    run_jobs(session)
    assert heard(session, cast.lin) == heard(session, cast.zhou) == []


def test_merging_into_what_shipped_sends_the_pack_at_once(session, cast, pair):
    source, target = pair
    brought_to(session, cast, target, "shipped")
    run_jobs(session)
    requirements.merge(session, source, target, by=cast.jun)
    run_jobs(session)
    assert "requirement_shipped" in heard(session, cast.lin)
    assert [(d.customer, d.milestone) for d in requirements.owed(session, cast.lin)] == [
        ("华辰电子产业园", "shipped")
    ]


def test_what_was_owed_of_the_source_is_owed_again_after_undoing(session, cast, pair):
    source, target = pair
    brought_to(session, cast, source, "planned")
    run_jobs(session)
    moved = requirements.merge(session, source, target, by=cast.jun)
    run_jobs(session)
    assert requirements.owed(session, cast.lin) == []
    requirements.undo(session, moved, by=cast.jun)
    run_jobs(session)
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["planned"]
    assert heard(session, cast.lin).count("requirement_planned") == 1


def test_a_title_that_a_person_may_not_read_never_leaks_through_a_merge(session, cast, pair):
    source, target = pair
    north = accounts.team_by_key(session, "north")
    fields = Fields(title="绝密水獭", restricted_to=([north.id], []))
    requirements.edit(session, target, fields, edition=target.edition, by=cast.jun)
    moved = requirements.merge(session, source, target, by=cast.jun)
    run_jobs(session)
    assert "水獭" not in str([n.values for n in notices.of(session, cast.lin)])
    assert requirements.kin(session, source, cast.lin) == []
    assert [k.title for k in requirements.kin(session, source, cast.zhou)] == ["绝密水獭"]
    asked = requirements.asked(session, cast.lin)[0][0]
    assert (asked.keys, asked.stage) == ((), ("new", 0, 1))
    with pytest.raises(NotFound):
        requirements.get_regrouping(session, moved.id or 0, cast.lin)


@pytest.mark.parametrize("wrong", ["itself", "chain_up", "chain_down", "shipped", "seller", "retired"])
def test_a_merge_that_cannot_be_says_why_and_what_to_do(session, cast, pair, wrong):
    source, target = pair
    third = wanted(session, cast.jun, title="第三条")
    by = cast.jun
    kind, match = Conflict, "撤销|反过来|并入|下线"
    if wrong == "itself":
        target, kind, match = source, HubError, "它自己"
    elif wrong == "chain_up":
        requirements.merge(session, target, third, by=by)
    elif wrong == "chain_down":
        requirements.merge(session, third, source, by=by)
    elif wrong == "shipped":
        brought_to(session, cast, source, "shipped")
    elif wrong == "retired":
        brought_to(session, cast, target, "shipped")
        requirements.move(session, target, "retired", note="没人用了", by=by)
    else:
        by, kind, match = cast.lin, NotAllowed, "产品经理"
    with pytest.raises(kind, match=match):
        requirements.merge(session, source, target, by=by)
    assert source.merged_into_id is None
    assert len(active(session, source)) == 1


@pytest.mark.parametrize("act", ["move", "edit", "score", "link", "trash", "attach"])
def test_a_merged_requirement_stands_still_and_says_where_to_go(session, cast, pair, act):
    source, target = pair
    request = asked_for(session, cast.zhou, None, customer="新港物流园", quote="还没归类。")
    requirements.merge(session, source, target, by=cast.jun)
    acts = {
        "move": lambda: requirements.move(session, source, "scored", by=cast.jun),
        "edit": lambda: requirements.edit(
            session, source, Fields(title="x"), edition=source.edition, by=cast.jun
        ),
        "score": lambda: requirements.set_input(session, source, "reach", 5, by=cast.jun),
        "link": lambda: requirements.link(session, request, source, by=cast.jun),
        "trash": lambda: requirements.trash(session, source, by=cast.jun),
        "attach": lambda: requirements.assign(session, source, "faq", owner_id=cast.ting.id, by=cast.jun),
    }
    with pytest.raises(Conflict, match="撤销合并"):
        acts[act]()


def test_what_others_were_merged_into_cannot_be_thrown_away(session, cast, pair):
    source, target = pair
    requirements.merge(session, source, target, by=cast.jun)
    with pytest.raises(Conflict, match="撤销合并"):
        requirements.trash(session, target, by=cast.jun)


# ---- split


def test_a_split_tells_a_requester_only_when_their_part_is_out(session, cast):
    whole = wanted(session, cast.jun, title="导出与推送")
    mine = asked_for(session, cast.lin, whole)
    other = asked_for(session, cast.zhou, whole, customer="临澄高新区", quote="要推送。")
    made = requirements.split(session, whole, [other.id], title="推送", part="推送", by=cast.jun)
    part = requirements.by_id(session, made.to_id)
    run_jobs(session)
    assert heard(session, cast.lin) == heard(session, cast.zhou) == []
    assert (part.title, part.state, part.split_from_id, part.product) == ("推送", "new", whole.id, "energy")

    brought_to(session, cast, whole, "shipped")
    run_jobs(session)
    assert [d.request_id for d in requirements.owed(session, cast.lin)] == [mine.id]
    assert requirements.owed(session, cast.zhou) == []
    assert heard(session, cast.zhou) == []
    brought_to(session, cast, part, "shipped")
    run_jobs(session)
    assert "requirement_shipped" in heard(session, cast.zhou)


def test_a_request_of_two_parts_is_as_far_as_the_slower_one(session, cast):
    whole = wanted(session, cast.jun, title="导出与推送")
    request = asked_for(session, cast.lin, whole)
    requirements.split(session, whole, [request.id], title="推送", part="推送", stays=True, by=cast.jun)
    brought_to(session, cast, whole, "shipped")
    asked = requirements.asked(session, cast.lin)[0][0]
    assert asked.stage == ("new", 0, 2)
    assert len(asked.keys) == 2


def test_undoing_a_split_puts_the_request_back_and_the_empty_part_into_the_trash(session, cast):
    whole = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, whole)
    made = requirements.split(session, whole, [request.id], title="一半", by=cast.jun)
    part = requirements.by_id(session, made.to_id)
    assert active(session, whole) == []
    requirements.undo(session, made, by=cast.jun)
    assert [k.request_id for k in active(session, whole)] == [request.id]
    assert part.deleted_at is not None


def test_a_part_that_others_asked_for_meanwhile_stays_when_the_split_is_undone(session, cast):
    whole = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, whole)
    made = requirements.split(session, whole, [request.id], title="一半", by=cast.jun)
    part = requirements.by_id(session, made.to_id)
    later = asked_for(session, cast.zhou, part, customer="临澄高新区", quote="我也要这一半。")
    requirements.undo(session, made, by=cast.jun)
    assert part.deleted_at is None
    assert [k.request_id for k in active(session, part)] == [later.id]


def test_the_part_of_a_restricted_requirement_is_as_restricted(session, cast):
    east = accounts.team_by_key(session, "east")
    whole = wanted(session, cast.jun, restricted_to=([east.id], []))
    request = asked_for(session, cast.lin, whole)
    made = requirements.split(session, whole, [request.id], title="绝密的一半", by=cast.jun)
    key = requirements.by_id(session, made.to_id).key
    assert requirements.get(session, key, cast.lin).title == "绝密的一半"
    with pytest.raises(NotFound):
        requirements.get(session, key, cast.zhou)


def test_a_split_in_a_circle_is_refused(session, cast):
    whole = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, whole)
    made = requirements.split(session, whole, [request.id], title="一半", by=cast.jun)
    part = requirements.by_id(session, made.to_id)
    with pytest.raises(Conflict, match="撤销拆分"):
        requirements.split(session, part, [request.id], into=whole, by=cast.jun)
    with pytest.raises(HubError, match="自己"):
        requirements.split(session, part, [request.id], into=part, by=cast.jun)


@pytest.mark.parametrize(
    ("which", "title", "match"), [("none", "x", "至少选一条"), ("foreign", "x", "不在"), ("own", " ", "标题")]
)
def test_a_split_without_what_it_needs_is_refused(session, cast, pair, which, title, match):
    source, target = pair
    ids = {"none": [], "foreign": [active(session, target)[0].request_id]}
    own = [active(session, source)[0].request_id]
    with pytest.raises(HubError, match=match):
        requirements.split(session, source, ids.get(which, own), title=title, by=cast.jun)


def test_what_shipped_keeps_its_requests_when_it_is_split(session, cast):
    whole = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, whole)
    brought_to(session, cast, whole, "shipped")
    with pytest.raises(Conflict, match="继续覆盖"):
        requirements.split(session, whole, [request.id], title="剩下的", by=cast.jun)
    requirements.split(session, whole, [request.id], title="剩下的", stays=True, by=cast.jun)
    assert len(active(session, whole)) == 1


def test_a_merge_undone_after_a_split_finds_the_request_where_it_began(session, cast, pair):
    source, target = pair
    request_id = active(session, source)[0].request_id
    merged = requirements.merge(session, source, target, by=cast.jun)
    parted = requirements.split(session, target, [request_id], title="一半", by=cast.jun)
    requirements.undo(session, merged, by=cast.jun)
    assert active(session, source) == []
    requirements.undo(session, parted, by=cast.jun)
    assert [k.request_id for k in active(session, source)] == [request_id]


# ---- cancel


def test_a_cancelled_request_leaves_everything_owes_nothing_and_comes_back(session, cast):
    made = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "planned")
    run_jobs(session)
    with pytest.raises(HubError, match="为什么"):
        requirements.cancel(session, request, reason=" ", by=cast.lin)
    with pytest.raises(NotAllowed):
        requirements.cancel(session, request, reason="x", by=cast.zhou)
    gone = requirements.cancel(session, request, reason="客户选了别家", by=cast.lin)
    assert requirements.cancel(session, request, reason="再点一次", by=cast.lin) is gone
    assert requirements.owed(session, cast.lin) == []
    assert active(session, made) == []
    assert requirements.asked(session, cast.jun, which="open")[1] == 0
    with pytest.raises(Conflict, match="恢复"):
        requirements.link(session, request, made, by=cast.lin)
    requirements.undo(session, gone, by=cast.lin)
    run_jobs(session)
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["planned"]
    assert len(active(session, made)) == 1
    assert heard(session, cast.lin).count("requirement_planned") == 1


def test_two_who_merge_the_same_requirement_at_once_leave_one_merge(wiring, cast):
    with wiring.database.write() as session:
        source, first, second = (wanted(session, cast.jun, title=t) for t in ("一", "二", "三"))
        keys = [r.key for r in (source, first, second)]
        asked_for(session, cast.lin, source)
    with wiring.database.write() as session:
        source, first, second = (requirements.by_key(session, k) for k in keys)
        requirements.merge(session, source, first, by=cast.jun)

    def second_merge():
        with wiring.database.write() as session:
            number, other = (requirements.by_key(session, k).id for k in (keys[0], keys[2]))
            session.add(Regrouping(kind="merge", from_id=number, to_id=other, at=clock.now()))
            session.flush()  # what the other's transaction would write, had it read before the first was done

    with pytest.raises(Conflict):
        second_merge()


def test_nothing_is_told_of_a_request_that_was_taken_off(session, cast):
    made = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    requirements.unlink(session, request, made, by=cast.jun)
    assert requirements.owed(session, cast.lin) == []
    requirements.link(session, request, made, by=cast.jun)
    run_jobs(session)
    assert [d.say for d in requirements.owed(session, cast.lin)] == [WORDS]
    assert made.limits == LIMITS
