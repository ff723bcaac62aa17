"""A buffer for what a page must note while it may not write: its own writer puts it on disk every tenth of a second, in
one transaction, so that reading never waits for writing. What is in the buffer when the process is killed is lost.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlmodel import Session

from hub.base.db import Database

T = TypeVar("T")
FLUSH_SECONDS = 0.1
LONGEST_PAUSE = 5.0  # seconds between tries while the database is away


class Gathering(Generic[T]):
    """`open` starts the writer, `close` writes the rest; in between `note` costs an append."""

    def __init__(
        self,
        database: Database,
        write: Callable[[Session, Sequence[T]], None],
        *,
        name: str,
        most: int | None = None,
    ) -> None:
        """An empty buffer; `write` puts a batch into the session it is given. Beyond `most` waiting, the oldest go."""
        self._database = database
        self._write = write
        self._name = name
        self._waiting: deque[T] = deque(maxlen=most)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._writing = threading.Lock()

    def note(self, thing: T) -> None:
        """Keep the thing; it is on disk about a tenth of a second later."""
        self._waiting.append(thing)

    def open(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=LONGEST_PAUSE)
        self.flush()

    def flush(self) -> None:
        """Write what has gathered, in one transaction; it is kept when the database is away, and the error raised."""
        with self._writing:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if not batch:
                return
            try:
                with self._database.write() as session:
                    self._write(session, batch)
            except Exception:
                self._waiting.extendleft(reversed(batch))
                raise

    def _run(self) -> None:
        pause = FLUSH_SECONDS
        while not self._stop.wait(pause):
            try:
                self.flush()
                pause = FLUSH_SECONDS
            except Exception:  # noqa: BLE001 - a database that is away must not end the writer
                pause = min(pause * 2, LONGEST_PAUSE)
