"""Comments, comparing, days, reading and handing over: what people do with a version besides approving it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from hub import accounts, assets, library, notices, tasks
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import draft, on_offer

TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)


def told(session, person, key):
    query = select(notices.Notice).where(notices.Notice.person_id == person.id, notices.Notice.key == key)
    return session.exec(query).all()


# ---- comments


def test_a_comment_on_a_draft_is_told_to_its_author_and_stands_for_reviewers(wiring, cast):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        asset = session.get_one(assets.Asset, version.asset_id)
        assets.comment(session, version, " 第三段的数字旧了 ", by=cast.min)

        assert [c.text for c in assets.comments(session, asset, [version], cast.ting)] == ["第三段的数字旧了"]
        assert "第三段的数字旧了" in told(session, cast.ting, "comment_made")[0].text
        assert not told(session, cast.min, "comment_made")


def counted(session: Session, asset: assets.Asset, by: accounts.Actor) -> int:
    """How many comments the page of the asset says there are."""
    drafts = assets.may_see_drafts(session, asset, by)
    return session.execute(select(assets.comments_counted(asset.id, by, drafts=drafts))).scalar_one()


def test_a_seller_sees_own_comments_only_and_the_owner_all(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        version = session.get_one(assets.Version, asset.on_offer_id)
        mine = assets.comment(session, version, "客户听不懂这一段", by=cast.lin)
        assets.comment(session, version, "周强说的", by=cast.zhou)

        assert [c.id for c in assets.comments(session, asset, [version], cast.lin)] == [mine.id]
        assert counted(session, asset, cast.lin) == 1
        assert len(assets.comments(session, asset, [version], cast.ting)) == 2
        assert not told(session, cast.lin, "comment_made")
        with pytest.raises(NotFound):
            assets.drop_comment(session, mine.id, by=cast.zhou)
        assets.drop_comment(session, mine.id, by=cast.lin)
        assert counted(session, asset, cast.lin) == 0


@pytest.mark.parametrize(("text", "page"), [("  ", None), ("x" * 2001, None), ("好", 7)])
def test_an_empty_a_long_and_a_misplaced_comment_are_refused(wiring, cast, text, page):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        with pytest.raises(HubError):
            assets.comment(session, version, text, page=page, by=cast.ting)


# ---- comparing


def test_paragraphs_are_the_same_changed_added_or_removed():
    before = "# 标题\n\n能耗下降 12.8%，一年回本。\n\n这一段不要了。\n\n结尾"
    after = "# 标题\n\n能耗下降 13.1%，一年回本。\n\n结尾\n\n新的一段。"

    found = assets.compare_texts(before, after)

    assert [p.state for p in found] == ["same", "changed", "removed", "same", "added"]
    left, right = assets.marked(found[1].before, found[1].after)
    assert [b.text for b in left if b.changed] == ["12.8%"]
    assert [b.text for b in right if b.changed] == ["13.1%"]


@given(st.text("ab#- \n，。", max_size=80), st.text("ab#- \n，。", max_size=80))
def test_nothing_is_lost_in_comparing(before, after):
    found = assets.compare_texts(before, after)

    assert [p.before for p in found if p.before is not None] == assets.paragraphs(before)
    assert [p.after for p in found if p.after is not None] == assets.paragraphs(after)
    assert all(
        (p.before == p.after) or p.state != "same" or p.before.split() == p.after.split() for p in found
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_bits_put_together_are_the_texts(before, after):
    left, right = assets.marked(before, after)

    assert ("".join(b.text for b in left), "".join(b.text for b in right)) == (before, after)


def test_a_text_compared_with_itself_has_no_change():
    text = "一\n\n二\n\n- 三\n- 四"

    assert {p.state for p in assets.compare_texts(text, text)} == {"same"}


# ---- days


def test_a_version_with_a_day_waits_for_it_although_approved(wiring, cast):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.schedule(session, version, publish_on=TOMORROW, expires_on=None, by=cast.ting)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        asset = session.get_one(assets.Asset, version.asset_id)

        assert (version.state, asset.on_offer_id) == ("approved", None)
        assert assets.run_dates(session) == 0
        assert assets.run_dates(session, at=clock.now() + timedelta(days=1)) == 1
        assert (version.state, asset.on_offer_id) == ("on_offer", version.id)


def test_taking_the_day_away_puts_an_approved_version_on_offer(wiring, cast):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.schedule(session, version, publish_on=TOMORROW, expires_on=None, by=cast.ting)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        assets.schedule(session, version, publish_on=None, expires_on=None, by=cast.ting)

        assert version.state == "on_offer"


def test_what_is_on_offer_ends_after_its_last_day(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        version = session.get_one(assets.Version, asset.on_offer_id)
        assets.schedule(session, version, publish_on=None, expires_on=TOMORROW, by=cast.ting)

        assert assets.run_dates(session, at=clock.now() + timedelta(days=1)) == 0
        assert assets.run_dates(session, at=clock.now() + timedelta(days=2)) == 1
        assert (version.state, asset.on_offer_id) == ("expired", None)


@pytest.mark.parametrize(("first", "last"), [(None, TODAY - timedelta(days=1)), (TOMORROW, TODAY)])
def test_days_that_make_no_sense_are_refused(wiring, cast, first, last):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        with pytest.raises(HubError):
            assets.schedule(session, version, publish_on=first, expires_on=last, by=cast.ting)
        with pytest.raises(NotFound):  # he may not even know of the draft
            assets.schedule(session, version, publish_on=None, expires_on=None, by=cast.zhou)


# ---- reading


def test_the_asked_confirm_and_the_asker_sees_who_has_not(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        assets.ask_to_read(session, asset, roles=["seller"], note="新开场", due_on=TOMORROW, by=cast.ting)

        assert told(session, cast.lin, "read_asked")
        assert [r.note for r in assets.to_read(session, cast.lin)] == ["新开场"]
        assert assets.to_read(session, cast.li) == []
        assert assets.confirm_read(session, asset, by=cast.lin) == 1
        assert assets.to_read(session, cast.lin) == []
        (asked,) = assets.readings(session, asset, cast.ting)
        assert ([n for n, _at in asked.confirmed], asked.waiting) == (["林晓"], ("周强",))
        assert assets.readings(session, asset, cast.lin) == []
        assert assets.confirm_read(session, asset, by=cast.lin) == 0
        with pytest.raises(NotFound):
            assets.confirm_read(session, asset, by=cast.li)


def test_a_team_is_asked_and_nobody_who_may_not_open_it(wiring, cast):
    with wiring.database.write() as session:
        east, north = (accounts.team_by_key(session, k).id for k in ("east", "north"))
        asset = on_offer(session, cast, "东区的", restricted_to=([east], []))
        assets.ask_to_read(session, asset, teams=[east, north], by=cast.ting)

        assert assets.readings(session, asset, cast.ting)[0].waiting == ("林晓",)
        with pytest.raises(HubError, match="没有能打开"):
            assets.ask_to_read(session, asset, teams=[north], by=cast.ting)


def test_asking_needs_somebody_something_on_offer_and_the_right(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        with pytest.raises(HubError, match="请选请谁读"):
            assets.ask_to_read(session, asset, by=cast.ting)
        with pytest.raises(NotAllowed):
            assets.ask_to_read(session, asset, roles=["seller"], by=cast.zhou)
        waiting = session.get_one(assets.Asset, draft(session, cast.ting, "草稿").asset_id)
        with pytest.raises(Conflict):
            assets.ask_to_read(session, waiting, roles=["seller"], by=cast.ting)


def test_an_ended_or_withdrawn_reading_waits_for_nobody(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        made = assets.ask_to_read(session, asset, roles=["seller"], by=cast.ting)
        other = on_offer(session, cast, "另一份")
        assets.ask_to_read(session, other, roles=["seller"], by=cast.ting)
        assets.end_reading(session, asset, made.id, by=cast.ting)
        version = session.get_one(assets.Version, other.on_offer_id)
        assets.withdraw(session, version, reason="错了", by=cast.ting)

        assert assets.to_read(session, cast.zhou) == []
        with pytest.raises(NotFound):
            assets.end_reading(session, other, made.id, by=cast.ting)


# ---- freshness and leaving


def test_many_are_still_right_at_once_and_it_can_be_undone(wiring, cast):
    with wiring.database.write() as session:
        found = [on_offer(session, cast, f"问 {n}", kind="faq") for n in range(3)]
        for asset in found:
            asset.review_on = date(2026, 1, 1)
        waiting = draft(session, cast.ting, "草稿").asset_id
        done = assets.still_right_many(session, [*(a.id for a in found), waiting], by=cast.ting)

        assert (done.changed, done.refused) == (3, 0)
        assert {a.review_on for a in found} == {assets.next_review("faq", TODAY)}
        assert assets.still_right_many(session, [a.id for a in found], by=cast.zhou).refused == 3
        assets.undo_bulk(session, done.id, by=cast.ting)
        assert {a.review_on for a in found} == {date(2026, 1, 1)}


def test_saying_still_right_never_brings_the_next_look_forward(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, kind="faq", review_on=date(2099, 1, 1))

        assert assets.still_right(session, asset, by=cast.ting) == date(2099, 1, 1)
        assert asset.reviewed_at is not None


def test_who_leaves_hands_everything_over(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        tasks.propose(session, tasks.Fields(kind="faq", owner_id=cast.ting.id), by=cast.ada)

        assert library.held(session, cast.ting.id) == library.Held(1, 0, 1)
        with pytest.raises(NotAllowed):
            library.hand_over(session, cast.ting.id, cast.min.id, by=cast.ting)
        with pytest.raises(HubError):
            library.hand_over(session, cast.ting.id, cast.ting.id, by=cast.ada)
        library.hand_over(session, cast.ting.id, cast.min.id, by=cast.ada)

        assert asset.owner_id == cast.min.id
        assert not library.held(session, cast.ting.id).any
        assert told(session, cast.min, "owner_changed")
