"""Changing many assets at once, undoing it, and deleting for good."""

import pytest
from sqlmodel import select

from hub import accounts, assets, library, sharing, taxonomy, toolkits
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import draft, on_offer, settle


@pytest.fixture
def session(wiring, cast):
    with wiring.database.write() as opened:
        yield opened


def tags(session, asset):
    return assets.tags(session, [asset.id]).get(asset.id, {})


def two(session, cast):
    first = on_offer(session, cast, "甲", tags={"product": ["energy"], "tag": ["旧"]})
    return first, on_offer(session, cast, "乙", tags={"product": ["lite"]})


def test_a_tag_is_given_to_many_and_taken_back_by_undo(session, cast):
    first, second = two(session, cast)

    done = assets.add_tag(session, [first.id, second.id], "industry", "steel", by=cast.min)
    assert (done.changed, done.refused) == (2, 0)
    assert tags(session, second) == {"product": ["lite"], "industry": ["steel"]}

    undone = assets.undo_bulk(session, done.id, by=cast.min)
    assert undone.changed == 2
    assert tags(session, first) == {"product": ["energy"], "tag": ["旧"]}
    assert tags(session, second) == {"product": ["lite"]}
    with pytest.raises(Conflict, match="已经撤销过了"):
        assets.undo_bulk(session, done.id, by=cast.min)


def test_undo_leaves_alone_what_was_changed_since(session, cast):
    first, second = two(session, cast)
    done = assets.add_tag(session, [first.id, second.id], "tag", "新", by=cast.min)
    assets.edit(session, first, assets.Fields(title="改过"), edition=first.edition, by=cast.ting)

    undone = assets.undo_bulk(session, done.id, by=cast.min)

    assert (undone.changed, undone.refused) == (1, 1)
    assert tags(session, first)["tag"] == ["旧", "新"] or set(tags(session, first)["tag"]) == {"旧", "新"}
    assert "tag" not in tags(session, second)


def test_a_tag_is_taken_from_those_that_carry_it(session, cast):
    first, second = two(session, cast)

    done = assets.drop_tag(session, [first.id, second.id], "tag", "旧", by=cast.min)

    assert done.changed == 1
    assert tags(session, first) == {"product": ["energy"]}


def test_many_are_handed_to_another_owner_and_back(session, cast):
    first, second = two(session, cast)

    done = assets.set_owner(session, [first.id, second.id], cast.min.id, by=cast.ting)
    assert {first.owner_id, second.owner_id} == {cast.min.id}

    assets.undo_bulk(session, done.id, by=cast.ting)
    assert {first.owner_id, second.owner_id} == {cast.ting.id}


def test_somebody_who_has_left_becomes_no_owner(session, cast):
    first, _second = two(session, cast)
    accounts.set_active(session, accounts.person(session, cast.zhou.id), active=False, by=cast.ada)

    with pytest.raises(Conflict, match="已停用"):
        assets.set_owner(session, [first.id], cast.zhou.id, by=cast.ting)


def test_a_seller_changes_only_what_is_theirs_and_what_they_may_not_see_is_passed_over(session, cast):
    theirs = session.get_one(assets.Asset, draft(session, cast.lin, "林的").asset_id)
    open_to_all, hidden = on_offer(session, cast, "公开"), draft(session, cast.ting, "别人的草稿")

    done = assets.add_tag(session, [theirs.id, open_to_all.id, hidden.asset_id], "tag", "x", by=cast.lin)

    assert (done.changed, done.refused) == (1, 1)
    assert "tag" not in assets.tags(session, [hidden.asset_id])[hidden.asset_id]


def test_another_persons_change_is_not_mine_to_undo(session, cast):
    first, _second = two(session, cast)
    done = assets.add_tag(session, [first.id], "tag", "x", by=cast.min)

    with pytest.raises(NotFound):
        assets.undo_bulk(session, done.id, by=cast.ting)
    assert assets.undo_bulk(session, done.id, by=cast.ada).changed == 1


def test_what_makes_no_sense_is_refused_with_a_sentence(session, cast):
    first, _second = two(session, cast)

    with pytest.raises(HubError, match="勾选"):
        assets.add_tag(session, [], "tag", "x", by=cast.min)
    with pytest.raises(NotFound):
        assets.add_tag(session, [first.id], "industry", "nope", by=cast.min)
    with pytest.raises(HubError, match="标签"):
        assets.add_tag(session, [first.id], "tag", " ", by=cast.min)
    with pytest.raises(HubError, match="一次最多"):
        assets.add_tag(session, range(1, 700), "tag", "x", by=cast.min)


def test_many_are_put_into_a_kit_and_taken_out_by_undo(session, cast):
    first, second = two(session, cast)
    kit = toolkits.create(
        session, toolkits.Fields(title="园区包", product="energy", tier="enterprise"), by=cast.ting
    )
    toolkits.pin(session, kit, first.id, by=cast.ting)
    toolkits.exclude(session, kit, second.id, by=cast.ting)

    done = library.pin_many(session, [first.id, second.id], kit.slug, by=cast.ting)
    assert done.changed == 1
    assert {(p.asset_id, p.excluded) for p in toolkits.pins_of(session, kit)} == {
        (first.id, False),
        (second.id, False),
    }

    library.undo_many(session, done.id, by=cast.ting)
    assert {(p.asset_id, p.excluded) for p in toolkits.pins_of(session, kit)} == {
        (first.id, False),
        (second.id, True),
    }
    with pytest.raises(NotAllowed):
        library.pin_many(session, [first.id], kit.slug, by=cast.lin)


def test_deleting_for_good_takes_every_row_and_the_search_document(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "能耗下降方案")
        kept = on_offer(session, cast, "留下的")
        number = asset.id
    settle(wiring)
    before = wiring.engine.count()
    with wiring.database.write() as session:
        asset = session.get_one(assets.Asset, number)
        assets.trash(session, asset, by=cast.ting)
    with wiring.database.write() as session, pytest.raises(NotAllowed):
        library.purge_asset(session, number, by=cast.ting)
    with wiring.database.write() as session:
        library.purge_asset(session, number, by=cast.ada)
    settle(wiring)

    assert wiring.engine.count() < before
    with wiring.database.read() as session:
        assert session.get(assets.Asset, number) is None
        assert session.get(assets.Asset, kept.id) is not None
        for model, column in (
            (assets.Version, assets.Version.asset_id),
            (assets.AssetTag, assets.AssetTag.asset_id),
        ):
            assert session.exec(select(model).where(column == number)).all() == []
        assert accounts.readers(session, "asset", [number]) == {}


def test_a_link_to_what_is_gone_for_good_does_not_lead_to_the_asset_that_gets_its_number(session, cast):
    gone = on_offer(session, cast, "发过的")
    number = gone.id
    wanted = [sharing.Wanted("asset", number)]
    share = sharing.create(session, wanted, sharing.Fields(), key="key", by=cast.lin)
    assets.trash(session, gone, by=cast.ting)
    library.purge_asset(session, number, by=cast.ada)
    session.flush()
    session.expunge_all()

    other = on_offer(session, cast, "别的客户的报价")
    assert other.id in {number, (number or 0) + 1}  # SQLite gives the last number again, PostgreSQL does not
    assert sharing.pieces(session, session.get_one(sharing.Share, share.id)) == []


def test_what_is_not_in_the_trash_is_not_deleted_for_good(session, cast):
    asset = on_offer(session, cast)

    with pytest.raises(NotFound):
        library.purge_asset(session, asset.id, by=cast.ada)
    with pytest.raises(Conflict):
        assets.purge(session, asset, by=cast.ada)


def test_the_trash_names_no_asset_that_this_person_may_not_know_of(session, cast):
    asset = on_offer(session, cast, "秘密", restricted_to=([], [cast.lin.id]))
    assets.trash(session, asset, by=cast.ting)
    taxonomy.words(session)

    assert [t.title for t in library.thrown(session, cast.ting)] == ["秘密"]
    assert [t.title for t in library.thrown(session, cast.ada)] == ["秘密"]
    assert library.thrown(session, cast.jun) == []
    assert library.thrown(session, cast.zhou) == []
