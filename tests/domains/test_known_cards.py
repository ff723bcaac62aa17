"""Cards of hits are read once for everybody: each is shown what is theirs, as it is now."""

import pytest

from hub import accounts, assets
from hub.accounts import SYSTEM
from tests.cast import draft, on_offer
from tests.test_queries import counted


@pytest.fixture
def shelf(wiring, cast) -> list[int]:
    """On offer for all, for Lin only, with a newer draft, in the trash; a draft, and one for Min only."""
    with wiring.database.write() as session:
        plain = on_offer(session, cast, "人人看得到")
        secret = on_offer(session, cast, "只给林晓", restricted_to=([], [cast.lin.id]))
        newer = on_offer(session, cast, "又有新稿")
        assets.add_version(session, newer, assets.Content(text="# 新稿"), by=cast.ting)
        gone = on_offer(session, cast, "扔掉的")
        assets.trash(session, gone, by=cast.ting)
        begun = draft(session, cast.ting, "草稿")
        hidden = draft(session, cast.ting, "给赵敏的草稿", restricted_to=([], [cast.min.id]))
        return [plain.id, secret.id, newer.id, gone.id, begun.asset_id, hidden.asset_id]


def everybody(cast) -> list[accounts.Actor]:
    return [cast.lin, cast.zhou, cast.ting, cast.min, cast.jun, cast.ada, SYSTEM]


def shown(wiring, ids, by) -> list[str]:
    """The titles this person is shown, which are always those that a question of their own would find."""
    with wiring.database.read() as session:
        found = assets.known_cards(session, ids, by)
        assert found == assets.cards(session, ids, by)
    return [card.title for card in found]


def test_each_is_shown_what_is_theirs_whoever_looked_before(wiring, cast, shelf):
    for by in [*everybody(cast), *reversed(everybody(cast))]:
        shown(wiring, shelf, by)

    assert shown(wiring, shelf, cast.zhou) == ["人人看得到", "又有新稿"]
    assert shown(wiring, shelf[::-1], cast.lin) == ["又有新稿", "只给林晓", "人人看得到"]
    assert "草稿" in shown(wiring, shelf, cast.ting)


def test_what_was_read_for_one_serves_all(wiring, cast, shelf):
    on_sale = shelf[:3]
    shown(wiring, on_sale, cast.zhou)

    with counted(wiring) as sent, wiring.database.read() as session:
        assert len(assets.known_cards(session, on_sale, cast.lin)) == len(on_sale)

    assert [s for s in sent if "FROM asset" in s] == []


def test_a_change_shows_at_the_next_look(wiring, cast, shelf):
    assert shown(wiring, shelf, cast.zhou) == ["人人看得到", "又有新稿"]

    with wiring.database.write() as session:
        accounts.set_readers(session, "asset", shelf[0], frozenset({"admin"}))
        assets.trash(session, assets.get(session, shelf[2], cast.ting), by=cast.ting)
    assert shown(wiring, shelf, cast.zhou) == []

    with wiring.database.write() as session:
        accounts.set_readers(session, "asset", shelf[1], frozenset({"all"}))
    assert shown(wiring, shelf, cast.zhou) == ["只给林晓"]
