"""The crew: the processes of one `hub serve`, where it is to be several.

A parent that opens nothing, neither database nor index, forks a process for each *post*: so many that serve on the one
socket, and one that runs later work. Forked, they share the memory of the code that was read, and one that died is
replaced in a moment.

The parent's end is the end of all. Asked to end (SIGTERM, Ctrl-C) it asks them, and waits until they have written what
they hold. Killed, it can ask nobody: but each reads from a pipe whose other end the parent alone holds, and ends as if
it had been asked when that end is gone.
"""

import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.cli.opening import warn

ASKING = (signal.SIGTERM, signal.SIGINT)
PATIENCE = 25.0  # seconds for all to end before they are killed; a service manager waits thirty
SETTLED = 10.0  # seconds: what lived so long did not die of its start
LONGEST_PAUSE = 30.0  # seconds between starts of something that dies each time


@dataclass
class Post:
    """What one process does until it is asked to end. The rest is how it is going."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    pause: float = 0.0

    @property
    def due(self) -> float:
        """When it may be started again."""
        return self.started + self.pause

    def died(self) -> None:
        """It ended unasked. What ends again and again is started more and more seldom."""
        lived = time.monotonic() - self.started
        self.pause = 0.0 if lived > SETTLED else min(max(1.0, self.pause * 2), LONGEST_PAUSE)


@dataclass
class Crew:
    """`first` does what comes before; `run` starts all posts and returns when all have ended."""

    _posts: list[Post] = field(default_factory=list)
    _ending: bool = False
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)
    _bell: tuple[int, int] = field(default_factory=os.pipe)

    def first(self, work: Callable[[], None]) -> int:
        """Do this in a process of its own and wait for it; what it ended with, below zero for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self._fork(work), 0)[1])

    def run(self, posts: list[Post], *, closing: Callable[[], None]) -> None:
        """Keep all posts filled until asked to end; then `closing` comes first, so that nobody new knocks."""
        self._posts = posts
        with self._hearing_signals():
            while not self._ending:
                self._start_missing()
                self._wait(self._next_start())
                self._look_for_dead()
            closing()
            self._end_all()

    @contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        """A signal rings the bell, which `_wait` hears; whoever asks us to end is remembered."""
        for end in self._bell:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._bell[1], warn_on_full_buffer=False)
        before = {n: signal.signal(n, self._asked) for n in ASKING}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_said: None)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(-1)

    def _asked(self, *_said: object) -> None:
        self._ending = True

    def _fork(self, work: Callable[[], None]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)  # until the child hears them with its own ears
        pid = os.fork()
        if not pid:
            _and_no_further(partial(self._in_child, work))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        return pid

    def _in_child(self, work: Callable[[], None]) -> None:
        """Nothing of the parent's but what it has read, and its end is ours."""
        for end in (self._lifeline[1], *self._bell):
            os.close(end)
        threading.Thread(target=_end_with, args=(self._lifeline[0],), name="lifeline", daemon=True).start()
        work()

    def _start_missing(self) -> None:
        for post in self._posts:
            if not post.pid and time.monotonic() >= post.due:
                post.started = time.monotonic()
                post.pid = self._fork(post.work)

    def _next_start(self) -> float | None:
        """Seconds until something that ended is started again; None where all run."""
        pauses = [p.due - time.monotonic() for p in self._posts if not p.pid]
        return max(0.0, min(pauses)) if pauses else None

    def _wait(self, seconds: float | None) -> None:
        """Until a signal comes, or for so long."""
        select.select([self._bell[0]], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._bell[0], 1024)

    def _look_for_dead(self) -> None:
        for post in self._posts:
            code = _ended(post.pid)
            if code is None:
                continue
            if not self._ending:
                post.died()
                said = {"post": post.name, "pid": post.pid, "code": code}
                warn(_("%(post)s（进程 %(pid)s）意外结束，返回 %(code)s；会重新启动。") % said)
            post.pid = 0

    def _end_all(self) -> None:
        self._tell(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while any(p.pid for p in self._posts) and time.monotonic() < until:
            self._wait(0.5)
            self._look_for_dead()
        self._tell(signal.SIGKILL)

    def _tell(self, number: int) -> None:
        for post in self._posts:
            if post.pid:
                os.kill(post.pid, number)


def _and_no_further(work: Callable[[], None]) -> NoReturn:
    """In the child: do this and end, with 0, with 2 after an error of the house, else with 1. Whatever happens, nothing
    of what the parent was about to do is done twice.
    """
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (*ASKING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        work()
        code = 0
    except HubError as error:
        warn(error.message)
        code = 2
    except KeyboardInterrupt:
        code = 130
    except BaseException:  # noqa: BLE001 - told in full, and the parent tells that it ended
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(pid: int) -> int | None:
    """What it ended with; None while it runs, or where there is none."""
    found, status = os.waitpid(pid, os.WNOHANG) if pid else (0, 0)
    return os.waitstatus_to_exitcode(status) if found else None


def _end_with(lifeline: int) -> None:
    """When the other end of the pipe is gone: end as if asked, and be gone when that takes too long."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
