"""What visitors read, on its way into the database: a buffer that its own writer empties every tenth of a second.

Two hundred visitors send twenty beats a second; one commit each would hold up everybody else. A beat that is in the
buffer when the process is killed is lost: a second's worth at most.
"""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from hub.base import clock
from hub.base.db import Database
from hub.sharing import rules, visiting
from hub.sharing.models import ShareBeat

FLUSH_SECONDS = 0.1
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


class Readings:
    """The buffer for beats; `open` starts its writer, `close` writes the rest."""

    def __init__(self, database: Database) -> None:
        """Prepare an empty buffer on `database`; nothing runs until `open`."""
        self._database = database
        self._beats: deque[Beat] = deque(maxlen=MOST_WAITING)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._writing = threading.Lock()

    def note(self, beat: Beat) -> None:
        """Keep the beat; it is on disk about a tenth of a second later. What is too short to count is dropped."""
        counted = rules.counted_ms(beat.ms)
        if counted or beat.ms == 0:
            self._beats.append(beat)

    def open(self) -> None:
        self._thread = threading.Thread(target=self._run, name="readings", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.flush()

    def flush(self) -> None:
        """Write what has gathered, in one transaction; beats are kept when the database is away."""
        with self._writing:
            batch = [self._beats.popleft() for _ in range(len(self._beats))]
            if not batch:
                return
            try:
                with self._database.write() as session:
                    keep(session, batch)
            except Exception:
                self._beats.extendleft(reversed(batch))
                raise

    def _run(self) -> None:
        pause = FLUSH_SECONDS
        while not self._stop.wait(pause):
            try:
                self.flush()
                pause = FLUSH_SECONDS
            except Exception:  # noqa: BLE001 - a database that is away must not end the writer
                pause = min(pause * 2, 5.0)


def keep(session: Session, beats: list[Beat]) -> None:
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
