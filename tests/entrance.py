"""The way into the hub under test: its app, and a browser that has signed in.

Making the app costs a third of a second and its first answer half a second more, and checking a password is slow on
purpose. So one app serves all tests of a process, each with its own wiring, and who is signed in got in by the door
that a right password opens; signing in itself has tests of its own.
"""

from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from hub import accounts
from hub.base.settings import Settings
from hub.main import create_app
from hub.request import SESSION_COOKIE
from hub.web.guard import Attempts
from hub.web.pages.visitor import Tries
from hub.wiring import Wiring

_made: dict[Settings, FastAPI] = {}


def app_of(wiring: Wiring) -> FastAPI:
    """The app on this hub. The app before it, where its settings were alike, now serves this one."""
    alike = wiring.settings.model_copy(update={"home": Path(), "database_url": ""})
    if alike not in _made:
        _made[alike] = create_app(wiring=wiring)
    app = _made[alike]
    app.state.wiring = wiring
    app.state.attempts, app.state.tries = Attempts(), Tries()  # nobody has tried anything here yet
    return app


def browser(wiring: Wiring, person: accounts.Actor | None = None, **options: object) -> TestClient:
    """A browser without scripts that sends its requests as a page of ours would; signed in when a person is given."""
    headers = {"sec-fetch-site": "same-origin"}
    opened = TestClient(app_of(wiring), headers=headers, **options)  # type: ignore[arg-type]
    if person is not None:
        with wiring.database.write() as session:
            row = accounts.person(session, person.id or 0)
            secret = accounts.open_sign_in(session, row, days=1)
        opened.cookies.set(SESSION_COOKIE, secret, domain="testserver.local", path="/")
    return opened
