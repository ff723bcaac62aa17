"""What was answered to one is given to all who see the same, and to nobody else; and only while it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import accounts, assets, library, search
from hub.accounts import SYSTEM
from tests.cast import draft, on_offer, settle

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def shelf(wiring, cast) -> dict[str, int]:
    """On offer for all, for Lin only, for nobody but who makes drafts; and indexed."""
    with wiring.database.write() as session:
        made = {
            "all": on_offer(session, cast, "朱鹮给大家").id,
            "lin": on_offer(session, cast, "朱鹮只给林晓", restricted_to=([], [cast.lin.id])).id,
            "draft": draft(session, cast.ting, "朱鹮的草稿").asset_id,
        }
    settle(wiring)
    return made


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words the index was really asked for."""
    asked: list[str] = []
    find: Callable[..., object] = search.find

    def heeded(engine, words, ask):
        asked.append(words)
        return find(engine, words, ask)

    monkeypatch.setattr(search, "find", heeded)
    return asked


def found(wiring, by) -> tuple[list[str], int, int]:
    """The titles that are found, how many the page says there are, and how many its tabs count."""
    with wiring.database.read() as session:
        answer = library.find(session, wiring.engine, "朱鹮", by=by)
        fresh = library.find(session, wiring.engine, "朱鹮", by=by, explain=True)  # never a prepared one
    said = sorted(row.title for row in answer.rows), answer.total, sum(answer.facets["type"].values())
    assert said == (sorted(row.title for row in fresh.rows), fresh.total, sum(fresh.facets["type"].values()))
    return said


def test_each_finds_what_is_theirs_whoever_asked_before(wiring, cast, shelf):
    everybody = [cast.lin, cast.zhou, cast.ting, cast.min, cast.jun, cast.ada, SYSTEM]
    for by in [*everybody, *reversed(everybody)]:
        found(wiring, by)

    assert found(wiring, cast.zhou) == (["朱鹮给大家"], 1, 1)
    assert found(wiring, cast.lin) == (["朱鹮只给林晓", "朱鹮给大家"], 2, 2)
    assert "朱鹮的草稿" in found(wiring, cast.ting)[0]


def test_who_sees_the_same_is_given_what_was_answered_before(wiring, cast, shelf, looked):
    with wiring.database.read() as session:
        first = library.find(session, wiring.engine, "朱鹮", by=cast.zhou)
    with wiring.database.read() as session:
        assert library.find(session, wiring.engine, "朱鹮", by=cast.jun).rows == first.rows
        library.find(session, wiring.engine, "朱鹮", by=cast.jun, filters={"kind": ["faq"]})
        library.find(session, wiring.engine, "朱鹮", by=cast.jun, offset=1)
        library.find(session, wiring.engine, "朱鹮 ", by=cast.lin)

    assert len(looked) == 4


def test_a_change_of_the_rows_shows_before_the_index_has_it(wiring, cast, shelf):
    found(wiring, cast.zhou)
    found(wiring, cast.lin)

    with wiring.database.write() as session:
        accounts.set_readers(session, "asset", shelf["all"], frozenset({f"person:{cast.lin.id}"}))
    assert found(wiring, cast.lin)[0] == ["朱鹮只给林晓", "朱鹮给大家"]
    assert found(wiring, cast.zhou)[0] == []

    with wiring.database.write() as session:
        gone = session.get_one(assets.Version, assets.get(session, shelf["lin"], cast.ting).on_offer_id)
        assets.withdraw(session, gone, reason="不对了", by=cast.ting)
    assert found(wiring, cast.lin)[0] == ["朱鹮给大家"]


def test_a_change_of_the_index_shows_at_the_next_look(wiring, cast, shelf):
    assert found(wiring, cast.zhou)[1] == 1
    with wiring.database.write() as session:
        on_offer(session, cast, "朱鹮又来一份", text="# 习性\n\n住在稻田边的树上，冬天换上白羽。")
    settle(wiring)
    assert found(wiring, cast.zhou)[1] == 2
