"""Wrong guesses are counted in the database: in a moving window, for all processes, and not beyond the limit."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from hub import guesses
from hub.guesses import Guess, Limit, a_try
from hub.wiring import wire

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
THREE = Limit("gate", most=3, minutes=60)


def tried(session, *tries, at):
    """A wrong try, as a door does it: whether the guess was looked at."""
    may = guesses.may_try(session, *tries, at=at)
    return may and guesses.wrong(session, *tries, at=at)


def rows(wiring):
    with wiring.database.read() as session:
        return list(session.exec(select(Guess)).all())


def test_three_wrong_tries_an_hour_are_three_in_any_hour(wiring):
    eve = a_try(THREE, "10.0.0.1", key="house")
    minutes = [0, 50, 55, 58, 59, 61, 62, 109, 111]

    with wiring.database.write() as session:
        heard = [tried(session, eve, at=NOON + timedelta(minutes=m)) for m in minutes]

    assert heard == [True, True, True, False, False, True, False, False, True]


def test_what_is_refused_is_not_written(wiring):
    eve = a_try(THREE, "10.0.0.1", key="house")

    with wiring.database.write() as session:
        heard = [guesses.wrong(session, eve, at=NOON) for _ in range(5)]

    assert heard == [True, True, True, False, False]
    assert len(rows(wiring)) == 3


def test_another_address_another_door_and_another_link_have_tries_of_their_own(wiring):
    other = Limit("cellar", most=3, minutes=60)
    eve = a_try(THREE, "10.0.0.1", "7", key="house")
    others = [
        a_try(THREE, "10.0.0.2", "7", key="house"),
        a_try(THREE, "10.0.0.1", "8", key="house"),
        a_try(other, "10.0.0.1", "7", key="house"),
    ]

    with wiring.database.write() as session:
        for _ in range(3):
            tried(session, eve, at=NOON)
        heard = [guesses.may_try(session, one, at=NOON) for one in (eve, *others)]

    assert heard == [False, True, True, True]


def test_of_two_limits_the_narrower_one_holds(wiring):
    address = a_try(Limit("address", most=3, minutes=15), "10.0.0.1", key="house")
    names = [a_try(Limit("name", most=2, minutes=15), n, key="house") for n in ("lin", "zhou")]

    with wiring.database.write() as session:
        heard = [tried(session, address, names[n], at=NOON) for n in (0, 0, 0, 1, 1)]

    assert heard == [True, True, False, True, False]


def test_who_guessed_does_not_stand_in_the_row(wiring):
    with wiring.database.write() as session:
        guesses.wrong(session, a_try(THREE, "10.0.0.1", key="house"))
        guesses.wrong(session, a_try(THREE, "10.0.0.1", key="another house"))

    first, second = rows(wiring)
    assert first.key != second.key
    assert "10.0.0.1" not in first.key


def test_what_counts_no_more_is_swept(wiring):
    eve = a_try(THREE, "10.0.0.1", key="house")
    with wiring.database.write() as session:
        guesses.wrong(session, eve, at=NOON - timedelta(days=2))
        guesses.wrong(session, eve, at=NOON)

        guesses.sweep(session, at=NOON)

    assert [one.at for one in rows(wiring)] == [NOON]


def test_of_many_who_guess_at_once_through_two_hubs_no_more_than_the_limit_are_looked_at(wiring):
    """Two wirings are what two processes are: they share the database and nothing else."""
    other = wire(wiring.settings)
    eve = [a_try(Limit(door, most=5, minutes=60), "10.0.0.1", key="house") for door in ("address", "name")]
    together = threading.Barrier(8)

    def guess(number):
        hub = (wiring, other)[number % 2]
        together.wait()
        with hub.database.write() as session:
            return tried(session, *(eve if number < 4 else reversed(eve)), at=NOON)

    with ThreadPoolExecutor(8) as people:
        heard = [looked for _ in range(2) for looked in people.map(guess, range(8))]
    other.close()

    assert sum(heard) == 5
    assert len(rows(wiring)) == 10
