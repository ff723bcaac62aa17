"""What is kept of the rows holds exactly as long as the rows do."""

import pytest
from sqlmodel import col, delete, select, update

from hub import accounts, activity
from hub.base import stamps
from hub.wiring import Wiring


@pytest.fixture
def asked() -> list[str]:
    return []


def names(wiring: Wiring, asked: list[str], key: str = "names") -> list[str]:
    """The names of everybody, kept; `asked` grows when they were asked for."""

    def make() -> list[str]:
        asked.append(key)
        with wiring.database.read() as other:
            return list(other.exec(select(accounts.Person.name).order_by(col(accounts.Person.id))))

    with wiring.database.read() as session:
        return stamps.kept(session, ("person",), key, make)


def test_what_was_worked_out_is_kept_until_a_row_of_its_table_is_written(wiring, cast, asked):
    before = names(wiring, asked)
    assert names(wiring, asked) == before
    assert asked == ["names"]

    with wiring.database.write() as session:
        session.get_one(accounts.Person, cast.lin.id).name = "林新"

    assert "林新" in names(wiring, asked)
    assert asked == ["names", "names"]


@pytest.mark.parametrize("how", ["in bulk", "deleted", "inserted"])
def test_every_way_to_write_is_heeded(wiring, cast, asked, how):
    names(wiring, asked)

    with wiring.database.write() as session:
        if how == "in bulk":
            session.exec(update(accounts.Person).values(title="x"))
        elif how == "deleted":
            session.exec(delete(accounts.Person).where(col(accounts.Person.id) == 10_000))
        else:
            accounts.add_person(
                session, email="new@house.example", name="新来的", roles=["seller"], by=accounts.SYSTEM
            )

    names(wiring, asked)
    assert len(asked) == 2


def test_what_was_rolled_back_changes_nothing(wiring, cast, asked):
    names(wiring, asked)

    def fail() -> None:
        with wiring.database.write() as session:
            session.exec(update(accounts.Person).values(name="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with wiring.database.write() as session:  # which may use the same connection
        session.exec(update(accounts.Team).values(name="x"))

    names(wiring, asked)
    assert len(asked) == 1


def test_a_session_that_may_write_keeps_nothing_and_is_given_nothing_kept(wiring, cast, asked):
    names(wiring, asked)

    with wiring.database.write() as session:
        session.exec(update(accounts.Person).values(name="x"))
        inside = stamps.kept(session, ("person",), "names", lambda: ["own"])

    assert inside == ["own"]
    assert set(names(wiring, asked)) == {"x"}


def test_another_key_is_another_thing_and_nothing_found_is_not_kept(wiring, cast, asked):
    names(wiring, asked)
    names(wiring, asked, "others")
    assert asked == ["names", "others"]

    with wiring.database.read() as session:
        assert stamps.kept(session, ("person",), "nothing", lambda: None) is None
        assert stamps.kept(session, ("person",), "nothing", lambda: 1) == 1


def test_several_things_are_worked_out_together_and_only_those_that_are_missing(wiring, cast):
    asked: list[list[int]] = []

    def make(ids: list[int]) -> dict[int, int]:
        asked.append(ids)
        return {i: i * i for i in ids if i != 9}

    with wiring.database.read() as session:
        keys = {i: ("square", i) for i in (1, 2, 9)}
        assert stamps.kept_many(session, ("person",), keys, make) == {1: 1, 2: 4}
        assert stamps.kept_many(session, ("person",), {2: ("square", 2), 3: ("square", 3)}, make) == {
            2: 4,
            3: 9,
        }

    assert asked == [[1, 2, 9], [3]]


def test_what_is_kept_is_found_by_another_session_however_many_things_there_are(
    wiring, cast, asked, monkeypatch
):
    monkeypatch.setattr(stamps, "_shelf", stamps.Shelf(5))

    for number in range(10):
        names(wiring, asked, f"key {number}")
    names(wiring, asked, "key 9")
    assert len(asked) == 10

    names(wiring, asked, "key 0")
    assert len(asked) == 11


def test_nothing_is_kept_of_a_table_that_nobody_watches(wiring):
    with wiring.database.read() as session, pytest.raises(ValueError, match="activity"):
        stamps.kept(session, ("person", "activity"), "x", lambda: 1)


def test_everything_is_worked_out_anew_whatever_is_written_but_not_for_traces_of_reading(wiring, cast):
    asked: list[int] = []

    def look() -> None:
        with wiring.database.read() as session:
            stamps.kept(session, stamps.EVERYTHING, "all", lambda: asked.append(1) or True)

    look()
    with wiring.database.write() as session:
        activity.record(session, "view", "asset", 1, by=cast.lin.id)
    look()
    assert len(asked) == 1

    with wiring.database.write() as session:
        session.exec(update(accounts.Team).values(name="x"))
    look()
    assert len(asked) == 2


def test_who_loses_a_role_a_team_or_the_way_in_acts_without_it_at_once(wiring, cast):
    def acting() -> accounts.Actor | None:
        with wiring.database.read() as session:
            return accounts.actors(session, [cast.lin.id]).get(cast.lin.id)

    assert acting() == acting() == cast.lin
    for change in (
        lambda s, lin: accounts.set_roles(s, lin, ["product_manager"], by=cast.ada),
        lambda s, lin: accounts.set_teams(s, lin, [], by=cast.ada),
        lambda _s, lin: setattr(lin, "active", False),
    ):
        before = acting()
        with wiring.database.write() as session:
            change(session, session.get_one(accounts.Person, cast.lin.id))
        assert acting() != before
    assert acting() is None
