"""What kits and links hold is kept for many readers: each still sees what is theirs to see, and a change at once."""

import pytest
from sqlmodel import select

from hub import accounts, assets, sharing, taxonomy, toolkits
from tests.cast import draft, on_offer, settle


@pytest.fixture
def kit(wiring, cast) -> int:
    """A published kit by rule: a solution for everybody, one restricted to team east, and a draft."""
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        on_offer(session, cast, "园区节能方案")
        on_offer(session, cast, "未公开方案", restricted_to=([east.id], []))
        made = toolkits.create(
            session,
            toolkits.Fields(title="园区", product="energy", industry="park", rules=[{"product": "energy"}]),
            by=cast.ting,
        )
        toolkits.pin(session, made, draft(session, cast.min, "草稿方案").asset_id, by=cast.ting)
        toolkits.publish(session, made, by=cast.ting)
    settle(wiring)
    return made.id


def counted(wiring, kit: int, by: accounts.Actor) -> int:
    with wiring.database.read() as session:
        (card,) = toolkits.cards_by_ids(session, [kit], by, taxonomy.words(session))
        inside = toolkits.contents(session, toolkits.by_id(session, kit, by), by, taxonomy.words(session))
    assert card.count == len(inside.offered)
    return card.count


def seen(wiring, kit: int, by: accounts.Actor) -> set[str]:
    with wiring.database.read() as session:
        found = toolkits.contents(session, toolkits.by_id(session, kit, by), by, taxonomy.words(session))
    return {m.card.title for m in found.members}


def test_each_reader_counts_what_is_theirs_whoever_looked_before(wiring, cast, kit):
    for _twice in range(2):
        assert counted(wiring, kit, cast.lin) == 2
        assert counted(wiring, kit, cast.zhou) == 1
        assert counted(wiring, kit, cast.ada) == 2
        assert "未公开方案" not in seen(wiring, kit, cast.zhou)
        assert "草稿方案" not in seen(wiring, kit, cast.zhou)
        assert "草稿方案" in seen(wiring, kit, cast.min)


def test_what_changes_is_counted_at_the_next_look(wiring, cast, kit):
    assert counted(wiring, kit, cast.zhou) == 1

    with wiring.database.write() as session:
        found = session.exec(select(assets.Asset).where(assets.Asset.title == "园区节能方案")).one()
        shown = session.get_one(assets.Version, found.on_offer_id)
        assets.withdraw(session, shown, reason="过时", by=cast.ting)
    assert counted(wiring, kit, cast.zhou) == 0

    with wiring.database.write() as session:
        on_offer(session, cast, "新方案")
    settle(wiring)
    assert seen(wiring, kit, cast.zhou) == {"新方案"}


def test_a_link_shows_nothing_that_was_taken_back_a_moment_ago(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区节能方案")
        share = sharing.create(
            session,
            [sharing.Wanted("asset", asset.id)],
            sharing.Fields(customer="客户"),
            key="key",
            by=cast.lin,
        )
        token = sharing.address(share, "key").rsplit("/", 1)[-1]

    def pieces() -> list[str]:
        with wiring.database.read() as session:
            visit = sharing.visit(session, token, "", key="key")
            found = sharing.pieces(session, visit.share)
            assert [p.key for p in found] == [
                p.key for p in found if sharing.piece_of(session, visit.share, p.key)
            ]
            return [p.title for p in found]

    assert pieces() == pieces() == ["园区节能方案"]

    with wiring.database.write() as session:
        assets.withdraw(session, session.get_one(assets.Version, asset.on_offer_id), reason="x", by=cast.ting)
    assert pieces() == []

    with wiring.database.write() as session:
        sharing.withdraw(session, session.get_one(sharing.Share, share.id), by=cast.lin)
    with pytest.raises(sharing.Ended):
        pieces()


def test_a_wrong_token_is_unknown_and_an_owner_who_left_ends_the_link(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区节能方案")
        share = sharing.create(
            session,
            [sharing.Wanted("asset", asset.id)],
            sharing.Fields(customer="客户"),
            key="key",
            by=cast.lin,
        )
        token = sharing.address(share, "key").rsplit("/", 1)[-1]

    with wiring.database.read() as session:
        assert sharing.visit(session, token, "", key="key").passed
        with pytest.raises(sharing.Unknown):
            sharing.visit(session, token + "_", "", key="key")

    with wiring.database.write() as session:
        accounts.set_active(session, accounts.person(session, cast.lin.id), active=False, by=cast.ada)
    with wiring.database.read() as session, pytest.raises(sharing.Ended):
        sharing.visit(session, token, "", key="key")
