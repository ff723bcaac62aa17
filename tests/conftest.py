"""What every test may use: a fresh hub, its people, a signed-in client. The tools are described in `tests/tooling`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub import accounts
from hub.base.settings import Settings
from hub.main import create_app
from hub.migrations import upgrade
from hub.wiring import Wiring, wire
from tests.cast import PASSWORD, Cast, hire, sort_by

pytest_plugins = ["tests.tooling"]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database, made once and copied for each test."""
    home = tmp_path_factory.mktemp("migrated")
    wiring = wire(Settings(home=home, worker=False))
    upgrade(wiring.database)
    wiring.close()
    return home / "hub.db"


@pytest.fixture
def wiring(tmp_path: Path, migrated: Path) -> Iterator[Wiring]:
    """A fresh hub: its own database, blobs and index."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "hub.db")
    made = wire(Settings(home=home, worker=False))
    yield made
    made.close()


@pytest.fixture
def cast(wiring: Wiring) -> Cast:
    """The people and a small taxonomy."""
    with wiring.database.write() as session:
        sort_by(session)
        return hire(session)


Client = Callable[..., TestClient]


@pytest.fixture
def client(wiring: Wiring) -> Iterator[Client]:
    """`client(cast.lin)`: a browser without scripts, signed in as Lin; `client()`: a stranger's."""
    opened: list[TestClient] = []
    app = create_app(wiring=wiring)

    def sign_in(person: accounts.Actor | None = None) -> TestClient:
        browser = TestClient(app, follow_redirects=True, headers={"sec-fetch-site": "same-origin"})
        opened.append(browser)
        if person is not None:
            browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        return browser

    yield sign_in
    for browser in opened:
        browser.close()
