"""What every test may use: a fresh hub, its people, a signed-in client. The tools are described in `tests/tooling`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from hub.accounts import passwords
from hub.base.db import Database, connect
from hub.base.settings import Settings
from hub.migrations import upgrade
from hub.wiring import Wiring, wire
from tests.cast import Cast, hire, sort_by
from tests.entrance import browser

if TYPE_CHECKING:  # plugins are imported by pytest, which rewrites their asserts
    from sqlalchemy import Engine

    from hub import accounts
    from tests.tooling.postgres import Server
    from tests.tooling.postgres_reuse import Reused

pytest_plugins = ["tests.tooling"]

# How long an example takes says what else the machine does, not whether the promise holds.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as they are, with less work: a tenth of a second for each of thousands of people is minutes.
    What a hash costs as shipped has a test of its own.
    """
    light = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", light)
        patch.setattr(passwords, "_NOBODY", light.hash("nobody's"))
        yield


@pytest.fixture(autouse=True)
def office_only_where_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page pictures cost seconds of LibreOffice: a test that needs them says so by the marker `office`, the others run
    as on a machine without it.
    """
    if request.node.get_closest_marker("office") is None:
        monkeypatch.setenv("HUB_SOFFICE", "/not/installed")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, keep_statements_of: Callable[[Engine], None]) -> Path:
    """A migrated empty database, made once and copied for each test."""
    home = tmp_path_factory.mktemp("migrated")
    wiring = wire(Settings(home=home, worker=False))
    upgrade(wiring.database)
    keep_statements_of(wiring.database.engine)
    wiring.close()
    return home / "hub.db"


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[Path, Cast]:
    """The same with the cast and its taxonomy in it."""
    file = Path(shutil.copy(migrated, tmp_path_factory.mktemp("peopled") / "hub.db"))
    return file, settle_cast(connect(f"sqlite:///{file}"))


def settle_cast(database: Database) -> Cast:
    with database.write() as session:
        sort_by(session)
        cast = hire(session)
    database.dispose()
    return cast


BOTH = ("domains", "library")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the domains run on both databases; the pages above them on SQLite, as a small company would, and so
    do tests of much that say nothing of a database.
    """
    if metafunc.definition.get_closest_marker("one_database"):
        return
    if "database" in metafunc.fixturenames and Path(str(metafunc.definition.path)).parent.name in BOTH:
        on_postgres = pytest.param("postgres", marks=pytest.mark.postgres)
        metafunc.parametrize("database", ["sqlite", on_postgres], indirect=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server, keep_statements_of: Callable[[Engine], None]) -> str:
    """A migrated database on PostgreSQL, made once and copied for each test."""
    postgres_server.create("migrated")
    database = connect(postgres_server.url("migrated"))
    upgrade(database)
    keep_statements_of(database.engine)
    database.dispose()
    return "migrated"


@pytest.fixture(scope="session")
def postgres_empty(postgres_reused: Callable[[str], Reused], postgres_template: str) -> Reused:
    return postgres_reused(postgres_template)


@pytest.fixture(scope="session")
def postgres_peopled(
    postgres_server: Server, postgres_template: str, postgres_reused: Callable[[str], Reused]
) -> tuple[Reused, Cast]:
    postgres_server.create("peopled", postgres_template)
    cast = settle_cast(connect(postgres_server.url("peopled")))
    return postgres_reused("peopled"), cast


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of this test's database; empty for SQLite in the home folder."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
        return
    if with_people(request):
        lent, _ = request.getfixturevalue("postgres_peopled")
    else:
        lent = request.getfixturevalue("postgres_empty")
    yield lent.lend()
    lent.take_back()


def with_people(request: pytest.FixtureRequest) -> bool:
    """Whether the test asks for the cast: then its database begins with it."""
    return "cast" in request.fixturenames


@pytest.fixture
def wiring(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, database: str) -> Iterator[Wiring]:
    """A fresh hub: its own database, blobs and index."""
    home = tmp_path / "home"
    home.mkdir()
    if not database:
        first = request.getfixturevalue("peopled")[0] if with_people(request) else migrated
        shutil.copy(first, home / "hub.db")
    made = wire(Settings(home=home, database_url=database, worker=False))
    yield made
    made.close()


@pytest.fixture
def cast(request: pytest.FixtureRequest, wiring: Wiring, database: str) -> Cast:
    """The people and a small taxonomy, which are in the database."""
    found: Cast = request.getfixturevalue("postgres_peopled" if database else "peopled")[1]
    return found


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
