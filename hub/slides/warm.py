"""A LibreOffice that stays: it converts one document after the other without being started anew for each.

It is spoken to through `bridge.py`, a small program that runs beside it, both in one cage. Only the document that is
being converted lies in the cage's room. It is ended, and a fresh one started for the next document, after some
documents, when it has grown, when it was too slow and after any fault; and when nothing was asked of it for a while.
"""

import contextlib
import fcntl
import functools
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.base.errors import HubError
from hub.slides import greeting
from hub.slides.office import (
    OFFICE_MEMORY,
    cage,
    cage_works,
    environment,
    export_filter,
    limited,
    too_slow,
    write_settings,
)

log = logging.getLogger(__name__)

BRIDGE = Path(__file__).with_name("bridge.py")
STARTING = 45.0
"""Seconds LibreOffice has to start in: more than the bridge itself gives it."""
_PREFIX = "warm-"
_LONGEST_ANSWER = 4096

Show = Callable[[bytes], None]


@dataclass(frozen=True)
class Keeping:
    """How long one LibreOffice is kept: at most `documents` of them, while it holds less than `memory` bytes, and
    until nothing was asked of it for `idle` seconds.
    """

    documents: int = 100
    memory: int = 1 << 30
    idle: float = 300.0


class Fault(Exception):  # noqa: N818 - what it is to a colleague
    """It did not convert the document, whoever is to blame. It has been ended."""


@functools.cache
def find_bridge(office: Path) -> tuple[Path, Path] | None:
    """The Python that has `uno`, and LibreOffice's own program beside its starter; None where one is missing."""
    home = office.resolve().parent
    program = home / "soffice.bin"
    if not os.access(program, os.X_OK):
        return None
    for python in (home / "python", Path("/usr/bin/python3")):
        if os.access(python, os.X_OK) and _has_uno(python):
            return python, program
    log.info("LibreOffice is started anew for each document: there is no python3-uno")
    return None


def _has_uno(python: Path) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        asked = [str(python), "-I", "-c", "import uno"]
        return subprocess.run(asked, capture_output=True, timeout=20, check=False).returncode == 0
    return False


class WarmOffice:
    """One LibreOffice at a time, started when it is needed. For any number of threads, one after the other."""

    def __init__(self, home: Path, *, office: Path, seconds: float, keeping: Keeping) -> None:
        """Work below `home`, with the starter `office` that `find_bridge` finds a bridge for."""
        found = find_bridge(office)
        if found is None:
            raise ValueError(f"no bridge for {office}")
        self._python, self._program = found
        self._home, self._office, self._seconds, self._keeping = home, office, seconds, keeping
        self._lock = threading.Lock()
        # The cage dies with its parent, and its parent is the thread that started it: one that stays for that alone.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="office")
        self._running: _Running | None = None
        self._timer: threading.Timer | None = None

    @property
    def pid(self) -> int | None:
        """The process group that runs, None when none does."""
        return self._running.pid if self._running else None

    def pdf_of(self, data: bytes, suffix: str, cover: Show | None = None) -> bytes:
        """The document as PDF; `cover` is given a PDF of its first page before.

        Raises HubError when it took too long, else Fault.
        """
        with self._lock:
            self._rest()
            try:
                running = self._fresh()
                pdf = running.convert(data, suffix, self._seconds, cover)
            except BaseException:
                self._end()
                raise
            if running.documents >= self._keeping.documents or running.resident > self._keeping.memory:
                self._end()
            else:
                self._wait()
            return pdf

    def expect(self) -> None:
        """Start what a document that is on its way will need, and have it draw a deck once: with the first one it reads
        its fonts and filters, which takes longer than a person's deck. Nothing is said when it does not come up: the
        document will ask again.
        """
        if not self._lock.acquire(blocking=False):
            return  # it works, or comes up already
        try:
            self._rest()
            running = self._fresh()
            if not running.documents:
                running.convert(greeting.deck(), ".pptx", self._seconds, None)
            self._wait()
        except (Fault, HubError, OSError) as fault:
            log.info("LibreOffice did not come up beforehand: %s", fault)
            self._end()
        finally:
            self._lock.release()

    def close(self) -> None:
        """End what runs. A document that comes later starts another."""
        with self._lock:
            self._rest()
            self._end()

    def _fresh(self) -> "_Running":
        """What runs, or another one where that has gone."""
        if self._running is not None and not self._running.lives():
            self._end()
        if self._running is None:
            _sweep(self._home)
            made = self._starter.submit(_Running, self._home, self._office, self._program, self._python)
            self._running = made.result()
            self._running.wait_until_ready()
        return self._running

    def _end(self) -> None:
        if self._running is not None:
            self._running.end()
            self._running = None

    def _wait(self) -> None:
        self._timer = threading.Timer(self._keeping.idle, self._idle, [self._running])
        self._timer.daemon = True
        self._timer.start()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _idle(self, which: "_Running") -> None:
        """End the one that the timer was set for, unless it works or has been ended meanwhile."""
        if self._lock.acquire(blocking=False):
            try:
                if self._running is which and self._timer is threading.current_thread():
                    self._end()
            finally:
                self._lock.release()


class _Running:
    """The bridge with its LibreOffice, in a process group and a folder of their own."""

    def __init__(self, home: Path, office: Path, program: Path, python: Path) -> None:
        self.documents, self.resident = 0, 0
        self._heard = b""  # said, and not yet taken as an answer
        self._folder = Path(tempfile.mkdtemp(dir=home, prefix=_PREFIX))
        self._held = _hold(self._folder)
        profile, self._room = self._folder / "profile", self._folder / "room"
        self._room.mkdir()
        write_settings(profile)
        command = [str(python), "-I", str(BRIDGE), str(program), str(profile)]
        if cage_works():
            command = [*cage(office, self._room, profile, read=[BRIDGE]), *command]
        with (self._folder / "said.log").open("wb") as said:
            self._process = subprocess.Popen(
                limited(command, OFFICE_MEMORY),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment(profile),
                process_group=0,
                bufsize=0,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def lives(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Raises Fault when it does not come up."""
        if not (self._answer(STARTING) or {}).get("ready"):
            raise Fault(self._said())

    def convert(self, data: bytes, suffix: str, seconds: float, cover: Show | None) -> bytes:
        """Raises Fault, or HubError when it took longer than `seconds`. The document is gone afterwards."""
        source, target, front = (self._room / name for name in (f"input{suffix}", "output.pdf", "cover.pdf"))
        name, told = export_filter(suffix)
        asked = {"source": str(source), "target": str(target), "filter": name, "data": told}
        try:
            source.write_bytes(data)
            self._ask({**asked, "cover": str(front)} if cover else asked)
            answer = self._answer(seconds)
            if cover and answer and answer.get("cover"):
                cover(front.read_bytes())  # LibreOffice goes on with the other pages meanwhile
                answer = self._answer(seconds)
            if answer is None:
                raise too_slow(seconds)
            if not answer.get("done") or not target.is_file() or not target.stat().st_size:
                raise Fault(self._said())
            self.documents += 1
            self.resident = int(answer.get("resident", 0))
            return target.read_bytes()
        finally:
            self._tidy()

    def _ask(self, asked: dict[str, Any]) -> None:
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")  # type: ignore[union-attr]
        except OSError as error:
            raise Fault(self._said()) from error

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        """The next line it says; None when it says none in time. Raises Fault when it ended or talks nonsense."""
        deadline = time.monotonic() + seconds
        stream = self._process.stdout.fileno()  # type: ignore[union-attr]
        while b"\n" not in self._heard:
            if not select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            part = os.read(stream, _LONGEST_ANSWER)
            self._heard += part
            if not part or len(self._heard) > _LONGEST_ANSWER:
                raise Fault(self._said())
        line, _, self._heard = self._heard.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise Fault("LibreOffice's bridge talks nonsense") from error
        return answer if isinstance(answer, dict) else {}

    def _said(self) -> str:
        """The last it wrote to its errors, for the log."""
        with contextlib.suppress(OSError):
            return (self._folder / "said.log").read_text(errors="replace")[-500:].strip()
        return ""

    def _tidy(self) -> None:
        """Nothing stays in the room for the next document's reader."""
        for left in self._room.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def end(self) -> None:
        """Kill the whole group; its folder goes with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(
                self._process.pid, signal.SIGKILL
            )  # before it is waited for: the number is still its own
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._held)


def _hold(folder: Path) -> int:
    """A lock on the folder for as long as this process lives, as an open file."""
    held = os.open(folder / "held", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


def _sweep(home: Path) -> None:
    """Take away the folders of processes that were killed."""
    for folder in _left(home):
        shutil.rmtree(folder, ignore_errors=True)


def _left(home: Path) -> Iterator[Path]:
    for folder in home.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            held = os.open(folder / "held", os.O_RDWR)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
            finally:
                os.close(held)
