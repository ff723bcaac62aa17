"""The worker: every job's name and its handler on one page, and the loop that runs them.

A handler gets the wiring and the job's payload, opens its own sessions, and is safe to run twice. Two threads run:
one for *slow* jobs (LibreOffice, large files), one for all others, so that a new version is searchable although a
conversion is under way.
"""

import os
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from hub import assets, decks, library, requirements, tasks
from hub.base import clock, jobs
from hub.wiring import Wiring

Handler = Callable[..., None]
log = structlog.get_logger()


def _digest(wiring: Wiring, version_id: int) -> None:
    assets.digest_version(wiring.database, wiring.blobs, wiring.settings, version_id)


def _preview(wiring: Wiring, version_id: int) -> None:
    assets.preview_version(wiring.database, wiring.blobs, wiring.settings, wiring.renderer, version_id)


def _make_deck(wiring: Wiring, deck_id: int, edition: int) -> None:
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)


def _preview_deck(wiring: Wiring, deck_id: int) -> None:
    decks.preview_deck(wiring.database, wiring.blobs, wiring.renderer, deck_id)


def _preview_template(wiring: Wiring, template_id: int) -> None:
    decks.preview_template(wiring.database, wiring.blobs, wiring.renderer, template_id)


def _index(wiring: Wiring) -> None:
    library.apply_changes(wiring.database, wiring.engine)


def _words(wiring: Wiring) -> None:
    library.follow_words(wiring.database, wiring.engine)


def _rebuild(wiring: Wiring) -> None:
    library.rebuild_index(wiring.database, wiring.engine)


def _dates(wiring: Wiring) -> None:
    """Once a day and at each start: what waited for its day is put on offer, what expired is taken off."""
    with wiring.database.write() as session:
        assets.run_dates(session)
        jobs.later(session, "day.begins", key="day", at=clock.next_day())
        jobs.clear_done(session, before=clock.now() - timedelta(days=7))


def _shipped(wiring: Wiring, requirement_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_requesters(session, requirement_id)


def _decided(wiring: Wiring, requirement_id: int, step_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_requesters(session, requirement_id, step_id=step_id)


def _material(wiring: Wiring, material_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_of_material(session, material_id)


def _customer(wiring: Wiring, customer_id: int) -> None:
    with wiring.database.write() as session:
        requirements.refresh_for_customer(session, customer_id)


def _offered(wiring: Wiring, asset_id: int) -> None:
    """Something came on offer: whoever waited for it hears so."""
    with wiring.database.write() as session:
        tasks.close_for_asset(session, asset_id)


def _value(wiring: Wiring, facet: str, value: str) -> None:
    library.follow_value(wiring.database, facet, value)


def _product(wiring: Wiring, product: str) -> None:
    _value(wiring, "product", product)


def _tag(wiring: Wiring, word: str, facet: str, value: str) -> None:
    library.retag(wiring.database, word, facet, value)


HANDLERS: Mapping[str, Handler] = {
    "version.digest": _digest,
    "version.preview": _preview,
    "asset.offered": _offered,
    "deck.make": _make_deck,
    "deck.preview": _preview_deck,
    "template.preview": _preview_template,
    "index.apply": _index,
    "index.words": _words,
    "index.rebuild": _rebuild,
    "day.begins": _dates,
    "requirement.shipped": _shipped,
    "requirement.decided": _decided,
    "requirement.material": _material,
    "customer.readers": _customer,
    "product.readers": _product,
    "value.changed": _value,
    "tag.accepted": _tag,
}
SLOW = ("version.preview", "deck.preview", "template.preview")
IDLE_SECONDS = 0.3
BEAT_SECONDS = 3.0


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


class Worker:
    """The two threads; `start` and `stop` them with the server."""

    def __init__(self, wiring: Wiring) -> None:
        """Prepare; nothing runs until `start`."""
        self._wiring = wiring
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for lane in ("quick", "slow"):
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
            except Exception:  # noqa: BLE001 - a database that is away must not end the worker
                log.warning("worker waits", lane=lane, error=traceback.format_exc(limit=1))
                pause = 2.0

    def _step(self, lane: str, me: str) -> bool:
        with self._wiring.database.read() as session:
            if not jobs.due(
                session, names=SLOW if lane == "slow" else None, skip=() if lane == "slow" else SLOW
            ):
                return False
        with self._wiring.database.write() as session:
            names, skip = (SLOW, ()) if lane == "slow" else (None, SLOW)
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
