"""A house where everything is tried and nothing stays: each request runs as it would and is taken back when it is done.

Requests are put to the app directly, so that an address may be sent that no client would send.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI
from sqlalchemy import Connection, event, text
from sqlmodel import Session

from hub import accounts
from hub.base.db import Database
from hub.main import create_app
from hub.request import SESSION_COOKIE
from hub.wiring import Wiring


@dataclass(frozen=True)
class Heard:
    """An answer; `wrote` says that its request would have changed rows."""

    status: int
    headers: dict[str, str]
    body: bytes
    wrote: bool


class Undone(Database):
    """A database whose changes are all made but the last step; `wrote` counts the rows of those that would stay, but
    for wrong guesses, which are counted whatever the answer is. None of them ever stays, so that all are of this try.
    """

    wrote: ClassVar[list[int]] = []

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as opened:
            before = [0]

            def begun(_session: Session, _transaction: object, connection: Connection) -> None:
                before[0] = _changes(connection)

            def commit() -> None:
                """All but the commit itself; what was flushed goes with the session."""
                opened.flush()
                if opened.in_transaction():
                    guesses = opened.connection().scalar(text("SELECT count(*) FROM guess"))
                    self.wrote.append(_changes(opened.connection()) - before[0] - guesses)

            event.listen(opened, "after_begin", begun)
            opened.commit = commit  # type: ignore[method-assign]
            yield opened


@dataclass
class Rehearsal:
    """The app on a furnished hub, and the cookie of each person."""

    wiring: Wiring
    app: FastAPI = field(init=False)
    _wrote: list[int] = field(init=False)

    def __post_init__(self) -> None:
        database = self.wiring.database
        undone = Undone(database.engine, database.url)
        self._wrote = undone.wrote
        self.app = create_app(wiring=replace(self.wiring, database=undone))

    def cookie(self, person: accounts.Actor) -> str:
        with self.wiring.database.write() as session:
            secret = accounts.open_sign_in(session, accounts.person(session, person.id or 0), days=1)
        return f"{SESSION_COOKIE}={secret}"

    async def ask(self, method: str, address: str, *, headers: dict[str, str], body: bytes = b"") -> Heard:
        """The answer to a request. `address` goes out as it stands, percent signs and all."""
        path, _mark, query = address.partition("?")
        sent = {
            "host": "testserver",
            "sec-fetch-site": "same-origin",
            "content-length": str(len(body)),
            **headers,
        }
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path.encode(),
            "query_string": query.encode(), "root_path": "", "client": ("127.0.0.1", 1), "server": ("testserver", 80),
            "headers": [(k.encode(), v.encode("latin-1", "replace")) for k, v in sent.items()],
        }  # fmt: skip
        got: dict[str, Any] = {"status": 0, "headers": []}
        parts: list[bytes] = []
        over = asyncio.Event()
        given = iter([{"type": "http.request", "body": body}])

        async def receive() -> dict[str, Any]:
            message = next(given, None)
            if message is None:
                await over.wait()
                return {"type": "http.disconnect"}
            return message

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                got.update(message)
            else:
                parts.append(message.get("body", b""))

        self._wrote.clear()
        with suppress(Exception):  # a fault is answered with 500 first and then raised for the server's log
            await self.app(scope, receive, send)
        over.set()
        heard = {k.decode().lower(): v.decode("latin-1") for k, v in got["headers"]}
        return Heard(got["status"], heard, b"".join(parts), any(self._wrote))


def _changes(connection: Connection) -> int:
    """How many rows this connection has changed so far; SQLite counts them, PostgreSQL does not."""
    return int(getattr(connection.connection.dbapi_connection, "total_changes", 0))
