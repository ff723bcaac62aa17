"""What every test may use: a fresh hub, its people, a signed-in client. The tools are described in `tests/tooling`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub import accounts
from hub.base.db import connect
from hub.base.settings import Settings
from hub.migrations import upgrade
from hub.wiring import Wiring, wire
from tests.cast import Cast, hire, sort_by
from tests.entrance import browser

pytest_plugins = ["tests.tooling"]


@pytest.fixture(autouse=True)
def office_only_where_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page pictures cost seconds of LibreOffice: a test that needs them says so by the marker `office`, the others run
    as on a machine without it.
    """
    if request.node.get_closest_marker("office") is None:
        monkeypatch.setenv("HUB_SOFFICE", "/not/installed")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database, made once and copied for each test."""
    home = tmp_path_factory.mktemp("migrated")
    wiring = wire(Settings(home=home, worker=False))
    upgrade(wiring.database)
    wiring.close()
    return home / "hub.db"


BOTH = ("domains", "library")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the domains run on both databases; the pages above them on SQLite, as a small company would."""
    if "database" in metafunc.fixturenames and Path(str(metafunc.definition.path)).parent.name in BOTH:
        on_postgres = pytest.param("postgres", marks=pytest.mark.postgres)
        metafunc.parametrize("database", ["sqlite", on_postgres], indirect=True)


@pytest.fixture(scope="session")
def postgres_template(request: pytest.FixtureRequest) -> str:
    """A migrated database on PostgreSQL, made once and copied for each test."""
    server = request.getfixturevalue("postgres_server")
    server.create("migrated")
    database = connect(server.url("migrated"))
    upgrade(database)
    database.dispose()
    return "migrated"


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of this test's database; empty for SQLite in the home folder."""
    on = getattr(request, "param", "sqlite")
    return request.getfixturevalue("postgres_url") if on == "postgres" else ""


@pytest.fixture
def wiring(tmp_path: Path, migrated: Path, database: str) -> Iterator[Wiring]:
    """A fresh hub: its own database, blobs and index."""
    home = tmp_path / "home"
    home.mkdir()
    if not database:
        shutil.copy(migrated, home / "hub.db")
    made = wire(Settings(home=home, database_url=database, worker=False))
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

    def sign_in(person: accounts.Actor | None = None) -> TestClient:
        opened.append(browser(wiring, person, follow_redirects=True))
        return opened[-1]

    yield sign_in
    for each in opened:
        each.close()
