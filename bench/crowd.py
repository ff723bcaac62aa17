"""A crowd of browsers that costs little itself: it shares the cores with the server it asks.

HTTP/1.1 over one kept connection a browser, no redirects, nothing decoded: a tenth of a millisecond a request, where a
client made for programs takes one or two.
"""

import asyncio
import os
import re
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)


@dataclass
class Tally:
    """What came back: milliseconds a request, and what went wrong."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        if len(self.times) < 2:  # noqa: PLR2004 - quantiles need two
            return f"{name}: {len(self.times)} answers, {len(self.errors)} errors {self.errors[:3]}"
        cut = statistics.quantiles(self.times, n=100)
        said = ", ".join(f"p{p} {cut[p - 1]:.0f} ms" for p in (50, 95, 99))
        return f"{name}: {len(self.times)} answers, {said}, {len(self.errors)} errors {self.errors[:3]}"


class Browser:
    """One connection to one server, with the cookies it was given."""

    def __init__(self, url: str, tally: Tally, cookies: Mapping[str, str] | None = None) -> None:
        """Nothing is opened yet."""
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._tally = tally
        self.cookies = dict(cookies or {})
        self._way: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        return await self._timed("GET", path, b"")

    async def post(self, path: str, form: str) -> bytes:
        return await self._timed("POST", path, form.encode())

    async def _timed(self, method: str, path: str, body: bytes) -> bytes:
        begun = time.perf_counter()
        try:
            status, found = await asyncio.wait_for(self._asked(method, path, body), 60)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self._tally.errors.append(repr(error))
            self.close()
            return b""
        self._tally.times.append((time.perf_counter() - begun) * 1000)
        if status >= 400:  # noqa: PLR2004 - HTTP
            self._tally.errors.append(f"{status} {path}")
        return found

    async def _asked(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """A server may close a connection that it kept for a while: then a new one is opened, once, as browsers do."""
        kept = self._way is not None
        try:
            return await self._ask(method, path, body)
        except (OSError, EOFError):
            self.close()
            if not kept:
                raise
        return await self._ask(method, path, body)

    async def _ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if self._way is None:
            self._way = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        reader, writer = self._way
        writer.write(self._head(method, path, len(body)) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        for name, _is, value in (c.decode().partition("=") for c in COOKIE.findall(head)):
            self.cookies[name] = value
        length = LENGTH.search(head)
        found = await reader.readexactly(int(length[1])) if length else b""
        return int(head[9:12]), found

    def _head(self, method: str, path: str, length: int) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._host}:{self._port}", "accept: text/html"]
        if self.cookies:
            lines.append("cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if method == "POST":
            lines += ["sec-fetch-site: same-origin", "content-type: application/x-www-form-urlencoded"]
            lines.append(f"content-length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def close(self) -> None:
        if self._way is not None:
            self._way[1].close()
        self._way = None


def spent(pid: int) -> float:
    """Seconds of processor time that a process has used so far."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()  # noqa: SIM115, PTH123 - Linux alone
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent_by_each(pid: int) -> dict[int, float]:
    """The same for a process and its children, by their ids, in the order of their start."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:  # noqa: PTH123 - Linux alone
        return {one: spent(one) for one in (pid, *map(int, children.read().split()))}


def load_of_machine() -> str:
    return subprocess.run(["uptime"], capture_output=True, text=True, check=False).stdout.strip()
