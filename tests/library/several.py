"""A hub of several processes under test, and a way to ask the one or the other of them."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.library.killable import said, start

T = TypeVar("T")
OURS = {"Sec-Fetch-Site": "same-origin"}


def soon(look: Callable[[], T], *, seconds: float = 60) -> T:
    """What `look` finds as soon as it is something."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


@dataclass
class Several:
    """`hub serve --processes 2` on a home, its parent's id and its port."""

    home: Path
    parent: Any = field(init=False)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.parent = start(self.home, "serve", "--port", str(self.port), "--processes", "2")

    def children(self) -> list[int]:
        pid = self.parent.pid
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def serving(self) -> list[int]:
        """The processes that listen, the parent apart."""
        listening = {
            inode for inode, state, _ours, _theirs in sockets() if state == "0A" and _ours == self.port
        }
        return [pid for pid in self.children() if held_by(pid) & listening]

    def up(self) -> list[int]:
        """Both processes that serve, once each has answered."""

        def both() -> list[int]:
            assert self.parent.exitcode is None, said(self.home)
            found = self.serving()
            return found if len(found) == 2 else []

        found = soon(both)
        for pid in found:
            assert self.ask(pid, "GET", "/sign-in").status == 200
        return found

    def ask(
        self, pid: int, method: str, path: str, form: dict[str, Any] | None = None, **headers: str
    ) -> Answer:
        """What this one of the processes answers."""
        way = self._way_to(pid)
        body = urlencode(form) if form is not None else headers.pop("json", None)
        kind = "application/json" if form is None else "application/x-www-form-urlencoded"
        way.request(method, path, body, OURS | {"Content-Type": kind} | headers)
        answer = way.getresponse()
        found = Answer(answer.status, answer.read().decode())
        way.close()
        return found

    def _way_to(self, pid: int) -> http.client.HTTPConnection:
        """A connection that this process has taken: the others stand still until it has."""
        others = [p for p in self.serving() if p != pid]
        for _ in range(20):
            way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            for other in others:
                os.kill(other, signal.SIGSTOP)
            try:
                way.connect()
                mine = way.sock.getsockname()[1]
                soon(lambda: inode_of(self.port, mine) != "0")  # noqa: B023 - called here and now
            finally:
                for other in others:
                    os.kill(other, signal.SIGCONT)
            if inode_of(self.port, mine) in held_by(pid):
                return way
            way.close()  # one that was stopped had taken it already
        raise AssertionError("another process took each connection")

    def end(self, number: int = signal.SIGTERM) -> list[int]:
        """Tell the parent; the processes it had."""
        had = self.children()
        os.kill(self.parent.pid, number)
        self.parent.join(timeout=60)
        return had


@contextmanager
def several(home: Path) -> Iterator[Several]:
    hub = Several(home)
    try:
        yield hub
    finally:
        if hub.parent.exitcode is None:
            left = hub.end(signal.SIGKILL)
            soon(lambda: not any(map(alive, left)))


def alive(pid: int) -> bool:
    """Whether it runs still; one that nobody has buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def sockets() -> list[tuple[str, str, int, int]]:
    """Of each socket of TCP its inode ("0" until somebody takes it), its state, our port and the other's."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return [(r[9], r[3], int(r[1].split(":")[1], 16), int(r[2].split(":")[1], 16)) for r in rows]


def inode_of(port: int, other: int) -> str:
    return next((i for i, _state, ours, theirs in sockets() if (ours, theirs) == (port, other)), "0")


def held_by(pid: int) -> set[str]:
    """The inodes of the sockets that a process holds."""
    found = set()
    for file in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            name = str(file.readlink())
        except OSError:
            continue
        if name.startswith("socket:["):
            found.add(name[8:-1])
    return found
