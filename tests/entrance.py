"""The way into the hub under test: its app, and a browser that has signed in.

Making the app costs a third of a second and its first answer half a second more, and checking a password is slow on
purpose. So one app serves all tests of a process, each with its own wiring, and who is signed in got in by the door
that a right password opens; signing in itself has tests of its own.
"""

import atexit
from functools import cache
from pathlib import Path

import httpx2 as httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub import accounts
from hub.base.settings import Settings
from hub.main import create_app
from hub.request import SESSION_COOKIE
from hub.wiring import Wiring

_made: dict[Settings, FastAPI] = {}


def app_of(wiring: Wiring) -> FastAPI:
    """The app on this hub. The app before it, where its settings were alike, now serves this one."""
    alike = wiring.settings.model_copy(update={"home": Path(), "database_url": ""})
    if alike not in _made:
        _made[alike] = create_app(wiring=wiring)
    app = _made[alike]
    app.state.wiring = wiring
    return app


@cache
def loop() -> BlockingPortal:
    """One event loop for every request of this process; a client would start one, and a thread, for each request."""
    opened = start_blocking_portal()
    portal = opened.__enter__()
    atexit.register(opened.__exit__, None, None, None)
    return portal


class OneHop(httpx.BaseTransport):
    """Hands a request to the loop and waits for the whole answer. The client's own way goes to the loop and back eight
    times for each, which costs more than a small page.
    """

    def __init__(self, app: FastAPI, *, faults_are_raised: bool) -> None:
        self._inside = httpx.ASGITransport(app, faults_are_raised, client=("testclient", 50000))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return loop().call(self._answered, request)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        heard = await self._inside.handle_async_request(request)
        sent = b"".join([part async for part in heard.stream])  # type: ignore[union-attr] # as it left, packed or not
        return httpx.Response(heard.status_code, headers=heard.headers, stream=httpx.ByteStream(sent))


FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}


def client_of(app: FastAPI, headers: dict[str, str] = FROM_OUR_PAGE, **options: object) -> TestClient:
    """A client whose requests are taken to come from a page of ours, unless their headers say otherwise."""
    opened = TestClient(app, headers=dict(headers), **options)  # type: ignore[arg-type]
    opened.portal = loop()
    opened._transport = OneHop(app, faults_are_raised=bool(options.get("raise_server_exceptions", True)))
    return opened


def browser(wiring: Wiring, person: accounts.Actor | None = None, **options: object) -> TestClient:
    """A browser without scripts that sends its requests as a page of ours would; signed in when a person is given."""
    opened = client_of(app_of(wiring), **options)
    if person is not None:
        with wiring.database.write() as session:
            row = accounts.person(session, person.id or 0)
            secret = accounts.open_sign_in(session, row, days=1)
        opened.cookies.set(SESSION_COOKIE, secret, domain="testserver.local", path="/")
    return opened
