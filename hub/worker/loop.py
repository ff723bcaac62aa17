"""The loop that runs the jobs.

Four threads run: one for *slow* jobs (LibreOffice, large files), one for mail, which waits for a server that is not
ours, one for *long* sheets, and one for all others, so that a new version is searchable although a conversion or an
import is under way or a server hangs.
"""

import os
import socket
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from hub import mailing
from hub.base import jobs
from hub.wiring import Wiring
from hub.worker.handlers import HANDLERS, LONG, MAIL, SLOW

IDLE_SECONDS = 0.3
MIND_SECONDS = 5.0
LANES: dict[str, tuple[Sequence[str] | None, Sequence[str]]] = {  # jobs it takes (None: all), and leaves
    "quick": (None, (*SLOW, *MAIL, *LONG)),
    "slow": (SLOW, ()),
    "mail": (MAIL, ()),
    "long": (LONG, ()),
}
BEAT_SECONDS = 3.0
log = structlog.get_logger()


def run_one(wiring: Wiring, job_id: int, name: str, payload: Mapping[str, Any]) -> bool:
    """Run one leased job and write down how it went; True when it is done."""
    try:
        HANDLERS[name](wiring, **payload)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is written on its job
        log.warning("job failed", job=name, id=job_id, error=traceback.format_exc())
        with wiring.database.write() as session:
            jobs.fail(session, job_id, error)
        return False
    with wiring.database.write() as session:
        jobs.finish(session, job_id)
    return True


def drain(wiring: Wiring, *, most: int = 100_000) -> int:
    """Run what is due until nothing is, in this thread; returns how many ran. Used by the command line and by tests."""
    me = _name("drain")
    for count in range(most):
        with wiring.database.write() as session:
            taken = [(j.id or 0, j.name, dict(j.payload)) for j in jobs.take(session, worker=me)]
        if not taken:
            return count
        with _Beat(wiring, me):
            for job_id, name, payload in taken:
                run_one(wiring, job_id, name, payload)
    return most


def ask_for_first_jobs(wiring: Wiring) -> None:
    """What a worker does first of all: what waited for today, and what the index does not hold yet."""
    with wiring.database.write() as session:
        jobs.later(session, "day.begins", key="day")
        jobs.later(session, "index.apply", key="index", priority=2)


class Worker:
    """A thread for each lane; `start` and `stop` them with the server."""

    def __init__(self, wiring: Wiring) -> None:
        """Prepare; nothing runs until `start`."""
        self._wiring = wiring
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._minded = 0.0
        self._looks_ahead = wiring.settings.office_early

    def start(self) -> None:
        for lane in LANES:
            thread = threading.Thread(target=self._run, args=(lane,), name=f"worker-{lane}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, *, seconds: float = 10.0) -> None:
        """Ask the threads to end after their present job; what they hold is taken again when its lease runs out."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=seconds)

    def _run(self, lane: str) -> None:
        me = _name(lane)
        pause = IDLE_SECONDS
        while not self._stop.wait(pause):
            try:
                pause = 0.0 if self._step(lane, me) else IDLE_SECONDS
                if pause:
                    self._look_ahead(lane)
            except Exception:  # noqa: BLE001 - a database that is away must not end the worker
                log.warning("worker waits", lane=lane, error=traceback.format_exc(limit=1))
                pause = 2.0

    def _look_ahead(self, lane: str) -> None:
        """Once, when nothing slow waits any more: have the LibreOffice come up that the first upload will need."""
        if lane == "slow" and self._looks_ahead:
            self._looks_ahead = False
            self._wiring.renderer.expect()

    def _mind_the_index(self, lane: str) -> None:
        """Ask for a new index when the one there is has gone, is damaged or of another make; looked at now and then."""
        if lane == "quick" and time.monotonic() - self._minded > MIND_SECONDS:
            self._minded = time.monotonic()
            if self._wiring.engine.checkpoint() < 0:
                with self._wiring.database.write() as session:
                    jobs.later(session, "index.apply", key="index", priority=2)
            self._mind_the_mail()

    def _mind_the_mail(self) -> None:
        """Ask for mails to be sent when some are due, where mail is set up."""
        if not mailing.is_set_up(self._wiring.settings):
            return
        with self._wiring.database.read() as session:
            waiting = mailing.due(session)
        if waiting:
            with self._wiring.database.write() as session:
                jobs.later(session, "mail.go", key="mail", priority=4)

    def _step(self, lane: str, me: str) -> bool:
        self._mind_the_index(lane)
        names, skip = LANES[lane]
        with self._wiring.database.read() as session:
            if not jobs.due(session, names=names, skip=skip):
                return False
        with self._wiring.database.write() as session:
            found = jobs.take(session, worker=me, names=names, skip=skip)
            taken = [(j.id or 0, j.name, dict(j.payload)) for j in found]
        with _Beat(self._wiring, me):
            for job_id, name, payload in taken:
                run_one(self._wiring, job_id, name, payload)
        return bool(taken)


class _Beat:
    """Renews the lease of what `worker` runs while the block lasts."""

    def __init__(self, wiring: Wiring, worker: str) -> None:
        self._wiring, self._worker = wiring, worker
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                with self._wiring.database.write() as session:
                    jobs.renew(session, worker=self._worker)
            except Exception:  # noqa: BLE001 - a missed beat is made up by the next
                log.warning("lease not renewed", worker=self._worker)


def _name(lane: str) -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{lane}"[:80]
