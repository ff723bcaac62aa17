"""What visitors read, on its way into the database: gathered, since two hundred visitors send twenty beats a second and
one commit each would hold up everybody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from hub.base import clock
from hub.base.db import Database
from hub.base.gathering import Gathering
from hub.sharing import rules, visiting
from hub.sharing.models import ShareBeat

MOST_WAITING = 100_000  # beats kept while the database is away; more than an hour of a busy day


@dataclass(frozen=True)
class Beat:
    """Active reading of one page by the visitor with this secret; `ms` 0 says only that the link was opened."""

    share_id: int
    secret_hash: str
    thing: str
    thing_id: int
    version_id: int | None
    page: int
    ms: int
    at: datetime = field(default_factory=clock.now)


class Readings(Gathering[Beat]):
    """The buffer for beats."""

    def __init__(self, database: Database) -> None:
        """Nothing runs until `open`."""
        super().__init__(database, keep, name="readings", most=MOST_WAITING)

    def note(self, beat: Beat) -> None:
        """Keep the beat, unless it is too short to count; 0 ms says that the link was opened."""
        if rules.counted_ms(beat.ms) or beat.ms == 0:
            super().note(beat)


def keep(session: Session, beats: Sequence[Beat]) -> None:
    """Write these beats; those of a link that is gone are passed over."""
    shares = visiting.by_ids(session, sorted({b.share_id for b in beats}))
    known: dict[tuple[int, str], int] = {}
    for beat in beats:
        share = shares.get(beat.share_id)
        if share is None:
            continue
        place = (beat.share_id, beat.secret_hash)
        if place not in known or beat.ms == 0:
            visitor = visiting.opened(session, share, beat.secret_hash, at=beat.at)
            visitor.measured = True
            session.add(visitor)
            known[place] = visitor.id or 0
        if beat.ms:
            session.add(
                ShareBeat(
                    visitor_id=known[place],
                    thing=beat.thing,
                    thing_id=beat.thing_id,
                    version_id=beat.version_id,
                    page=beat.page,
                    ms=rules.counted_ms(beat.ms),
                    at=beat.at,
                )
            )
