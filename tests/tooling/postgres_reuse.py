"""Databases on PostgreSQL that one test uses after another.

To copy a database of seventy tables costs PostgreSQL a third of a second, to empty the few tables that a test wrote a
fiftieth. So a database goes from test to test and is *put back* in between: every row is deleted, then the rows and
counters of its template are written again. Each test gets an address of its own for it, so that nothing a process
remembers of one test's database is taken for another's. It is made anew when a test changed the tables themselves, and
after some uses, because deleted rows are left lying about.

One connection, the *keeper*, stays open to put it back: a new one would first have to read what the tables are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest

from tests.tooling.postgres import Server

USES = 60

TABLES = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
COUNTERS = "SELECT format('%I', sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'"
STRANGE_SCHEMAS = """
SELECT format('%I', nspname) FROM pg_namespace
WHERE nspname NOT IN ('public', 'information_schema') AND NOT starts_with(nspname, 'pg_')
"""
SHAPE = """
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
  SELECT format('%s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull)
  FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
  WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL
  SELECT format('%s %s %s', conrelid::regclass, conname, contype) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
) AS shape (line)
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

Connection = psycopg.Connection[tuple[str | int | None, ...]]


@dataclass(frozen=True)
class State:
    """What a template holds: the shape of its tables, the statement that empties them and sets the counters, and the
    rows of each table that has any, as COPY writes them.
    """

    shape: str
    emptying: str
    rows: dict[str, bytes]


class Reused:
    """A database like `template`, lent to one test at a time."""

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._state: State | None = None
        self._name = ""
        self._uses = 0
        self._keeper: Connection | None = None

    def lend(self) -> str:
        """The address of the database, as the template is."""
        if self._state is None:
            with self._server.open(self._template) as connection:
                self._state = read_state(connection)
        if self._uses >= USES:
            self.throw_away()
        if self._keeper is None:
            self._name = f"lent_{uuid4().hex}"
            self._server.create(self._name, self._template)
            self._keeper = self._server.open(self._name)
        self._uses += 1
        return f"{self._server.url(self._name)}&application_name=test_{uuid4().hex}"

    def take_back(self) -> None:
        """Put the database back; one that cannot be, and one whose keeper was ended with others, is thrown away."""
        assert self._state is not None
        assert self._keeper is not None
        try:
            whole = put_back(self._keeper, self._state)
        except psycopg.OperationalError:
            whole = False
        if not whole:
            self.throw_away()

    def throw_away(self) -> None:
        if self._keeper is not None:
            self._keeper.close()
            self._server.drop(self._name)
        self._keeper, self._uses = None, 0


def read_state(connection: Connection) -> State:
    tables = [str(name) for (name,) in connection.execute(TABLES)]
    rows = {table: written for table in tables if (written := written_rows(connection, table))}
    counters = [
        f"setval('{name}', {1 if last is None else last}, {last is not None})"
        for name, last in connection.execute(COUNTERS)
    ]
    emptying = [f"DELETE FROM {table}" for table in tables] + [f"SELECT {', '.join(counters)}"]
    return State(shape_of(connection), "; ".join(emptying), rows)


def written_rows(connection: Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as out:  # type: ignore[arg-type]
        return b"".join(bytes(part) for part in out)


def shape_of(connection: Connection) -> str:
    return str(connection.execute(SHAPE).fetchall()[0][0])


def put_back(connection: Connection, state: State) -> bool:
    """Whether the database is as the template again."""
    connection.execute(END_OTHERS)
    for (schema,) in connection.execute(STRANGE_SCHEMAS).fetchall():
        connection.execute(f"DROP SCHEMA {schema} CASCADE")  # type: ignore[arg-type]
    if shape_of(connection) != state.shape:
        return False
    connection.execute("SET session_replication_role = replica")  # foreign keys are not looked at one by one
    connection.execute(state.emptying)  # type: ignore[arg-type]
    for table, rows in state.rows.items():
        with connection.cursor().copy(f"COPY {table} FROM STDIN") as into:  # type: ignore[arg-type]
            into.write(rows)
    return True


@pytest.fixture(scope="session")
def postgres_reused(postgres_server: Server) -> Iterator[Callable[[str], Reused]]:
    """A database for one test after another, like the named one, to which nobody may be connected."""
    made: list[Reused] = []

    def reused(template: str) -> Reused:
        made.append(Reused(postgres_server, template))
        return made[-1]

    yield reused
    for each in made:
        each.throw_away()
