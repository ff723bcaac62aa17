"""A meeting as its page shows it: the agenda and the table read once, and the point under discussion.

Each is read once for each person and kept until anybody changes anything (see `base.stamps`), so that a look at the
next point, or at the same again, costs next to nothing while nobody decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from hub import accounts, requirements
from hub.base import clock, stamps
from hub.meetings import queries
from hub.meetings.models import Meeting, MeetingSeries


@dataclass(frozen=True)
class Reading:
    """The agenda or the minutes, and who is there, as one person may see them. `seats` is empty for whoever does not
    see the `whole` meeting; `waiting`: how many requirements lack an estimate and so did not come before it.
    """

    entries: tuple[queries.Entry, ...]
    whole: bool
    seats: tuple[queries.Seat, ...]
    waiting: int


@dataclass(frozen=True)
class Discussed:
    """What a meeting has before it when it talks about one requirement."""

    brief: requirements.Brief
    lines: tuple[queries.Written, ...]
    voices: tuple[queries.Voice, ...]


def reading(session: Session, meeting: Meeting, series: MeetingSeries, by: accounts.Actor) -> Reading:
    """The meeting as this actor may see it today."""
    key = ("meeting", meeting.id, *_who(by))
    return stamps.kept(session, stamps.EVERYTHING, key, lambda: _reading(session, meeting, series, by))


def _who(by: accounts.Actor) -> tuple[object, ...]:
    """All that what somebody sees of a meeting depends on, and the day."""
    return by.id, by.roles, by.tokens, clock.today()


def _reading(session: Session, meeting: Meeting, series: MeetingSeries, by: accounts.Actor) -> Reading:
    whole = queries.sees_whole(session, meeting, by)
    return Reading(
        entries=tuple(queries.entries(session, meeting, series, by)),
        whole=whole,
        seats=tuple(queries.seats(session, meeting)) if whole else (),
        waiting=queries.without_effort(session, series, by) if whole and meeting.state != "closed" else 0,
    )


def discussed(
    session: Session, meeting: Meeting, number: int, seats: Sequence[queries.Seat], by: accounts.Actor
) -> Discussed:
    """What there is on the requirement of this id, which stands on this actor's agenda; `seats` as in `Reading`."""
    key = ("discussed", meeting.id, number, *_who(by))
    return stamps.kept(
        session, stamps.EVERYTHING, key, lambda: _discussed(session, meeting, number, seats, by)
    )


def _discussed(
    session: Session, meeting: Meeting, number: int, seats: Sequence[queries.Seat], by: accounts.Actor
) -> Discussed:
    lines = queries.written(session, meeting, [number]).get(number, [])
    return Discussed(
        brief=requirements.brief(session, number, by),
        lines=tuple(lines),
        voices=tuple(queries.voices(session, meeting, number, seats, lines)),
    )


def load(session: Session, series: MeetingSeries, quarter: str, by: accounts.Actor) -> float:
    """Person-days planned into a quarter, as `queries.load_of`."""
    key = ("load", series.id, quarter, *_who(by))
    return stamps.kept(session, stamps.EVERYTHING, key, lambda: queries.load_of(session, series, quarter, by))
