"""Material that is withdrawn with a replacement: what is out with it is listed, and swapped in one click."""

import pytest

from hub import accounts, assets, decks, notices, sharing
from hub.base.errors import Conflict, NotFound
from hub.base.i18n import speaking
from hub.library import bin as trash
from tests.cast import draft, on_offer, settle
from tests.domains.deck_house import add_deck

KEY = "a-key-of-this-server"


def linked(session, by, *wanted, **fields):
    things = [w if isinstance(w, sharing.Wanted) else sharing.Wanted("asset", w.id) for w in wanted]
    return sharing.create(session, things, sharing.Fields(**fields), key=KEY, by=by)


def withdraw(session, asset, by, *, instead=None):
    version = session.get_one(assets.Version, session.get_one(assets.Asset, asset.id).on_offer_id)
    assets.withdraw(session, version, reason="电价改了", replacement_id=instead and instead.id, by=by)


def titles(session, share):
    return [p.title for p in sharing.pieces(session, share)]


def test_a_link_shows_what_takes_the_place_of_withdrawn_material_after_one_click(wiring, cast):
    with wiring.database.write() as session:
        old, new, other = (on_offer(session, cast, t) for t in ("旧方案", "新方案", "案例集"))
        alone = linked(session, cast.lin, old)
        room = linked(session, cast.lin, old, other, title="给华辰的材料")
        assert sharing.gone(session, cast.lin) == []
        withdraw(session, old, cast.ting, instead=new)
    settle(wiring)

    with wiring.database.write() as session:
        assert [(g.title, g.swap.title) for g in sharing.gone(session, cast.lin)] == [
            ("旧方案", "新方案")
        ] * 2
        assert sharing.count_gone(session, cast.lin) == 2
        assert sharing.gone(session, cast.zhou) == []
        (told,) = (n for n in notices.of(session, cast.lin) if n.key == "withdrawn_instead")
        assert told.url == "/shares?which=swap"
        alone, room = (sharing.get(session, s.id, cast.lin) for s in (alone, room))
        assert sharing.swap_all(session, by=cast.lin) == 2
        assert sharing.swap_all(session, by=cast.lin) == 0
        assert titles(session, alone) == ["新方案"]
        assert (alone.title, room.title) == ("新方案", "给华辰的材料")
        assert titles(session, room) == ["新方案", "案例集"]


def test_only_its_owner_swaps_in_a_link_and_only_what_is_gone(wiring, cast):
    with wiring.database.write() as session:
        old, new = on_offer(session, cast, "旧方案"), on_offer(session, cast, "新方案")
        share = linked(session, cast.lin, old, new)
        ended = linked(session, cast.lin, old)
        sharing.withdraw(session, ended, by=cast.lin)
        (first, second) = sharing.items_of(session, [share.id])[share.id]
        with pytest.raises(Conflict, match="没有要换的"):
            sharing.swap(session, share, first.id, by=cast.lin)
        withdraw(session, old, cast.ting, instead=new)

        with pytest.raises(NotFound):
            sharing.get(session, share.id, cast.zhou)
        with pytest.raises(Conflict, match="没有要换的"):
            sharing.swap(session, share, second.id, by=cast.lin)
        with pytest.raises(Conflict, match="已经收回"):
            sharing.swap(session, ended, sharing.items_of(session, [ended.id])[ended.id][0].id, by=cast.lin)
        sharing.swap(session, share, first.id, by=cast.lin)  # the new one is in the link already
        assert titles(session, share) == ["新方案"]
        assert len(sharing.items_of(session, [share.id])[share.id]) == 1


def test_what_replaced_it_and_was_replaced_itself_leads_to_what_is_on_offer(wiring, cast):
    with wiring.database.write() as session:
        first, second, third = (on_offer(session, cast, t) for t in ("甲", "乙", "丙"))
        share = linked(session, cast.lin, first)
        withdraw(session, first, cast.ting, instead=second)
        withdraw(session, second, cast.ting, instead=third)
        (gone,) = sharing.gone(session, cast.lin)
        assert gone.swap.title == "丙"
        withdraw(session, third, cast.ting, instead=None)
        (gone,) = sharing.gone(session, cast.lin)
        assert gone.swap is None
        assert titles(session, share) == []


@pytest.mark.parametrize("how", ["internal", "restricted", "none"])
def test_nothing_is_offered_that_may_not_go_out_or_not_be_seen(wiring, cast, how):
    with wiring.database.write() as session:
        old, new = on_offer(session, cast, "旧方案"), None
        if how != "none":
            limits = (
                {"restricted_to": ([], [cast.zhou.id])} if how == "restricted" else {"audience": "internal"}
            )
            new = on_offer(session, cast, "朱鹮计划", **limits)
        linked(session, cast.lin, old)
        withdraw(session, old, cast.ada, instead=new)
        (gone,) = sharing.gone(session, cast.lin)
        assert gone.swap is None


def test_a_pinned_version_that_was_withdrawn_gives_way_to_the_newest(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "报价")
        pinned = asset.on_offer_id
        share = linked(session, cast.lin, sharing.Wanted("asset", asset.id, pinned))
        later = assets.add_version(session, asset, assets.Content(text="新价"), by=cast.ting)
        assets.submit(session, later, by=cast.ting)
        assets.approve(session, later, by=cast.min)
        assert sharing.gone(session, cast.lin) == []  # a version that was replaced may still be shown
        assets.withdraw(session, session.get_one(assets.Version, pinned), reason="算错了", by=cast.ting)
        (gone,) = sharing.gone(session, cast.lin)
        assert gone.swap.asset_id == asset.id
        sharing.swap(session, share, gone.item.id, by=cast.lin)
        assert [p.version_id for p in sharing.pieces(session, share)] == [later.id]


@pytest.fixture
def basket_deck(wiring, cast):
    """Lin's deck of two pages of a solution that is withdrawn with a replacement: (deck, link to it)."""
    with wiring.database.write() as session:
        old = add_deck(session, wiring, cast, "园区方案")
        new = add_deck(session, wiring, cast, "园区新方案")
        decks.basket_add(session, old.id, [4, 5], by=cast.lin)
        deck = decks.basket_to_deck(session, "给华辰", "", by=cast.lin)
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck.id, edition)
    with wiring.database.write() as session:
        share = linked(session, cast.lin, sharing.Wanted("deck", deck.id))
        assert sharing.gone(session, cast.lin) == []
        withdraw(session, old, cast.ting, instead=new)
    settle(wiring)
    return deck.id, share.id


def test_a_deck_with_withdrawn_material_takes_the_pages_of_its_replacement(wiring, cast, basket_deck):
    deck_id, share_id = basket_deck
    with wiring.database.write() as session:
        share = sharing.get(session, share_id, cast.lin)
        assert titles(session, share) == []
        (gone,) = sharing.gone(session, cast.lin)
        assert (gone.item.thing, gone.swap) == ("deck", None)
        deck = decks.get(session, deck_id, cast.lin)
        assert decks.outdated(session, deck, cast.lin) == 2
        assert decks.replacements(session, deck, cast.lin) == ("园区新方案",)
        assert decks.update_slides(session, deck, by=cast.lin) == 2
        assert [e["title"] for e in deck.plan] == ["园区新方案：峰段电费", "园区新方案：电价一变"]
        assert [w["sentence"] for w in deck.warnings] == [
            "“园区方案：峰段电费”换成了“园区新方案”里的“园区新方案：峰段电费”，发之前请看一眼。",
            "“园区方案：电价一变”换成了“园区新方案”里的“园区新方案：电价一变”，发之前请看一眼。",
        ]
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)
    with wiring.database.read() as session:
        assert len(decks.get(session, deck_id, cast.lin).warnings) == 2  # what is to be looked at stays
        assert titles(session, sharing.get(session, share_id, cast.lin)) == ["给华辰"]
        assert sharing.gone(session, cast.lin) == []


def test_who_made_a_deck_with_it_is_led_to_the_deck(wiring, cast, basket_deck):
    deck_id, share_id = basket_deck
    with wiring.database.write() as session:
        sharing.withdraw(session, sharing.get(session, share_id, cast.lin), by=cast.lin)
        deck = decks.get(session, deck_id, cast.lin)
        (asset,) = assets.by_ids(session, [deck.plan[0]["asset_id"]])
        version = next(v for v in assets.versions(session, asset, cast.ting) if v.state == "withdrawn")
        for told in notices.of(session, cast.lin):
            session.delete(told)
        session.flush()
        sharing.correct(session, version.id, replacement_id=version.instead_id)
        assert [n.url for n in notices.of(session, cast.lin)] == [f"/decks/{deck_id}"]


def test_the_hubs_own_reasons_are_said_in_the_language_of_who_reads(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "报价")
        first = session.get_one(assets.Version, asset.on_offer_id)
        with speaking("en"):
            second = assets.add_version(session, asset, assets.Content(text="新价"), by=cast.ting)
            assets.submit(session, second, by=cast.ting)
            assets.approve(session, second, by=cast.min)
        assert first.ended_because == "被第 2 版取代"
        with speaking("en"):
            assert first.ended_because == "replaced by version 2"
        assets.withdraw(session, second, reason="The price changed", by=cast.ting)
        assert second.ended_because == "The price changed"  # what somebody wrote stays as it was written


def test_what_replaces_is_forgotten_with_its_asset_and_goes_out_and_in(wiring, cast):
    with wiring.database.write() as session:
        old, new = on_offer(session, cast, "旧方案"), on_offer(session, cast, "新方案")
        withdraw(session, old, cast.ting, instead=new)
        rows = assets.replacements_to_data(session)
        assert rows == [{"asset": old.slug, "number": 1, "instead": new.slug}]
        version = session.get_one(assets.Version, old.latest_id)
        version.instead_id = None
        session.flush()
        assert assets.replacements_from_data(session, [*rows, {"asset": "nothing"}], by=accounts.SYSTEM) == 1
        assert assets.replacements_from_data(session, rows, by=accounts.SYSTEM) == 0
        assert version.instead_id == new.id

        assets.trash(session, new, by=cast.ting)
        trash.purge_asset(session, new.id, by=cast.ada)
        session.refresh(version)
        assert version.instead_id is None
        draft(session, cast.ting, "别的")  # may get the same number
        assert assets.instead_of(session, [old.id], cast.lin) == {}
