"""The life of an asset: who may do what, and that nothing is lost."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlmodel import Session, select

from hub import accounts, assets, notices
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.slides import Renderer
from hub.wiring import Wiring
from tests.cast import Cast, draft, on_offer


def test_the_uploader_cannot_approve(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.submit(session, version, by=cast.ting)
        with pytest.raises(NotAllowed):
            assets.approve(session, version, by=cast.ting)


def test_a_seller_cannot_approve(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.submit(session, version, by=cast.ting)
        with pytest.raises(NotAllowed):
            assets.approve(session, version, by=cast.lin)


def test_a_named_approver_of_the_product_approves_and_a_mere_marketer_then_may_not(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        accounts.set_approver(
            session, accounts.person(session, cast.jun.id or 0), ["energy"], by=accounts.SYSTEM
        )
        jun = accounts.actor(session, accounts.person(session, cast.jun.id or 0))
        version = draft(session, cast.ting)
        assets.submit(session, version, by=cast.ting)
        with pytest.raises(NotAllowed):
            assets.approve(session, version, by=cast.min)
        assets.approve(session, version, by=jun)
        assert version.state == "on_offer"


def test_a_draft_is_hidden_from_strangers_and_seen_by_owner_reviewer_and_administrator(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.submit(session, version, reviewer_id=cast.min.id, by=cast.ting)
        for seen_by in (cast.ting, cast.min, cast.ada):
            assert assets.get(session, version.asset_id, seen_by).id == version.asset_id
        with pytest.raises(NotFound):
            assets.get(session, version.asset_id, cast.lin)
        assert assets.cards(session, [version.asset_id], cast.lin) == []


def test_whoever_may_not_approve_cannot_be_asked_to(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.lin, audience="customer")
        with pytest.raises(HubError, match="不能批准它"):
            assets.submit(session, version, reviewer_id=cast.zhou.id, by=cast.lin)
        assert version.state == "draft"
        assets.submit(session, version, reviewer_id=cast.ada.id, by=cast.lin)
        assert not assets.may_approve(
            session, session.get_one(assets.Asset, version.asset_id), version, cast.zhou
        )


def test_what_is_on_offer_stays_until_its_successor_is_approved(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        first = session.get_one(assets.Version, asset.on_offer_id)
        second = assets.add_version(session, asset, assets.Content(text="# 新\n\n下降 13%"), by=cast.ting)
        assets.submit(session, second, by=cast.ting)
        assert asset.on_offer_id == first.id
        assets.approve(session, second, by=cast.min)
        assert (asset.on_offer_id, second.state, first.state, first.replaced_by_id) == (
            second.id,
            "on_offer",
            "expired",
            second.id,
        )


def test_a_seller_never_sees_the_draft_of_something_on_offer(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        newer = assets.add_version(session, asset, assets.Content(text="秘密"), by=cast.ting)
        with pytest.raises(NotFound):
            assets.version(session, newer.id or 0, cast.lin)
        assert [v.number for v in assets.versions(session, asset, cast.lin)] == [1]
        assert [v.number for v in assets.versions(session, asset, cast.ting)] == [2, 1]


def test_a_publish_date_holds_an_approved_version_back_until_its_day(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        version.publish_on = clock.today() + timedelta(days=3)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        assert version.state == "approved"
        assert assets.run_dates(session, at=clock.now() + timedelta(days=1)) == 0
        assert assets.run_dates(session, at=clock.now() + timedelta(days=4)) == 1
        assert version.state == "on_offer"


def test_an_expired_version_leaves_the_shelf_on_the_day_after(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        version = session.get_one(assets.Version, asset.on_offer_id)
        version.expires_on = clock.today()
        session.add(version)
        session.flush()
        assert assets.run_dates(session) == 0
        assert assets.run_dates(session, at=clock.now() + timedelta(days=1)) == 1
        assert (version.state, asset.on_offer_id) == ("expired", None)


def test_two_people_editing_the_same_asset_do_not_overwrite_each_other(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        seen = asset.edition
        assets.edit(session, asset, assets.Fields(title="甲的标题"), edition=seen, by=cast.ting)
        with pytest.raises(Conflict):
            assets.edit(session, asset, assets.Fields(title="乙的标题"), edition=seen, by=cast.min)
        assert asset.title == "甲的标题"


def test_two_marketers_who_write_on_one_draft_do_not_lose_a_word(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        seen = version.edition
        assets.edit_text(session, version, "甲的一段", edition=seen, by=cast.ting)
        with pytest.raises(Conflict, match="还在页面上"):
            assets.edit_text(session, version, "乙的一段", edition=seen, by=cast.min)
        assert version.text == "甲的一段"


def test_a_restricted_asset_is_open_to_its_team_alone(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        assert east is not None
        asset = on_offer(session, cast, restricted_to=([east.id], []))
        assert assets.get(session, asset.id or 0, cast.lin)
        with pytest.raises(NotFound):
            assets.get(session, asset.id or 0, cast.zhou)
        assert assets.ids_matching(session, cast.zhou, kinds=["solution"]) == []


def test_restrictions_of_asset_and_product_must_both_be_met() -> None:
    both = accounts.reader_tokens(
        owners=[7], restrictions=[frozenset({"team:1", "team:2"}), None, frozenset({"team:2"})]
    )
    assert both == {"admin", "person:7", "team:2"}


def test_withdrawing_needs_a_reason_and_empties_the_shelf(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        version = session.get_one(assets.Version, asset.on_offer_id)
        with pytest.raises(HubError):
            assets.withdraw(session, version, reason=" ", by=cast.ting)
        assets.withdraw(session, version, reason="价格变了", by=cast.ting)
        assert (version.state, asset.on_offer_id) == ("withdrawn", None)
        with pytest.raises(NotFound):
            assets.get(session, asset.id or 0, cast.lin)


def test_the_trash_hides_and_gives_back_everything(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        assets.trash(session, asset, by=cast.ting)
        with pytest.raises(NotFound):
            assets.get(session, asset.id or 0, cast.ting)
        assets.restore(session, asset, by=cast.ting)
        assert assets.get(session, asset.id or 0, cast.lin).on_offer_id == asset.on_offer_id


def test_an_old_version_comes_back_as_a_new_draft(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        first = session.get_one(assets.Version, asset.on_offer_id)
        again = assets.restore_version(session, first, by=cast.ting)
        assert (again.number, again.state, again.text) == (2, "draft", first.text)
        assert asset.on_offer_id == first.id


def test_reviewers_are_told_once_and_the_author_hears_the_outcome(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.submit(session, version, reviewer_id=cast.min.id, by=cast.ting)
        assets.send_back(session, version, reason="缺数字的依据", by=cast.min)
        assets.submit(session, version, reviewer_id=cast.min.id, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        assert [n.key for n in notices.of(session, cast.min)] == ["review_asked", "review_asked"]
        assert sorted(n.key for n in notices.of(session, cast.ting)) == ["approved", "returned"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "approve", "send_back", "withdraw", "new", "restore_version", "dates"]),
        st.sampled_from(["lin", "ting", "min", "ada"]),
    ),
    max_size=14,
)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_do_at_most_one_version_is_on_offer_and_none_was_approved_by_its_uploader(
    wiring: Wiring, cast: Cast, steps: list[tuple[str, str]]
) -> None:
    with wiring.database.write() as session:
        asset = session.get_one(assets.Asset, draft(session, cast.ting, f"随机 {len(steps)}").asset_id)
        made = 1
        for what, who in steps:
            by = getattr(cast, who)
            versions = session.exec(select(assets.Version).where(assets.Version.asset_id == asset.id)).all()
            newest = max(versions, key=lambda v: v.number)
            try:
                if what == "new":
                    assets.add_version(session, asset, assets.Content(text="x"), by=by)
                    made += 1
                elif what == "restore_version":
                    assets.restore_version(session, versions[0], by=by)
                    made += 1
                elif what == "dates":
                    assets.run_dates(session)
                elif what in {"send_back", "withdraw"}:
                    getattr(assets, what)(session, newest, reason="因为", by=by)
                else:
                    getattr(assets, what)(session, newest, by=by)
            except (NotAllowed, Conflict, NotFound):
                continue
        versions = session.exec(select(assets.Version).where(assets.Version.asset_id == asset.id)).all()
        offered = [v for v in versions if v.state == "on_offer"]
        assert len(versions) == made
        assert len(offered) <= 1
        assert asset.on_offer_id == (offered[0].id if offered else None)
        assert all(v.approved_by_id != v.uploaded_by_id for v in versions if v.approved_by_id)
        session.rollback()


class Halting(Renderer):
    """It draws the cover, and `then` the rest fails."""

    then: Callable[[], None]

    def render(
        self, data: bytes, *, early: Callable[[bytes], None] | None = None, **_how: object
    ) -> list[bytes]:
        assert early is not None
        early(data)
        self.then()
        raise HubError("gone")


def test_the_cover_is_kept_before_the_other_pages_are_drawn_and_goes_when_they_fail(
    wiring: Wiring, cast: Cast
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1280, 720), "navy").save(picture, "WEBP")
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        version.file_name, version.blob_sha = "方案.pptx", wiring.blobs.put(picture.getvalue()).sha256
        version.preview_state, number = "waiting", version.id or 0

    covers: list[tuple[int, str | None, str]] = []
    renderer = Halting()

    def look() -> None:
        with wiring.database.read() as session:
            [cover] = session.exec(select(assets.Page).where(assets.Page.version_id == number)).all()
            covers.append(
                (cover.number, cover.thumb_sha, session.get_one(assets.Version, number).preview_state)
            )

    renderer.then = look
    assets.preview_version(wiring.database, wiring.blobs, wiring.settings, renderer, number)

    [(first, thumb, state)] = covers
    assert (first, state) == (1, "waiting")
    assert wiring.blobs.has(thumb or "")
    with wiring.database.read() as session:
        assert session.get_one(assets.Version, number).preview_state == "failed"
        [cover] = session.exec(select(assets.Page).where(assets.Page.version_id == number)).all()
        assert (cover.picture_sha, cover.thumb_sha) == (None, None)


def test_several_steps_of_one_change_raise_the_edition_once_however_deep_they_stand(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        asset = session.get_one(assets.Asset, version.asset_id)
        before = asset.edition
        with assets.touched_once(session):
            assets.touch(session, asset)
            with assets.touched_once(session):
                asset.owner_id = cast.min.id
                assets.touch(session, asset)
            assets.touch(session, asset)
            assert asset.edition == before

        assert asset.edition == before + 1
        assert accounts.may_read(session, "asset", asset.id or 0, cast.min)
        assets.touch(session, asset)
        assert asset.edition == before + 2


def test_after_an_error_within_several_steps_the_next_change_is_touched_at_once(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        asset = session.get_one(assets.Asset, version.asset_id)
        before = asset.edition
        with pytest.raises(HubError, match="不行"):
            give_up_within_two(session, asset)

        assets.touch(session, asset)
        assert asset.edition == before + 1


def give_up_within_two(session: Session, asset: assets.Asset) -> None:
    with assets.touched_once(session), assets.touched_once(session):
        assets.touch(session, asset)
        raise HubError("不行。")
