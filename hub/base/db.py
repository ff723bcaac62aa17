"""The database: one engine, two kinds of session, and the column types that keep what we mean.

A *write* session on SQLite begins with `BEGIN IMMEDIATE`, so that two writers queue instead of losing updates; a *read*
session sets `query_only`, so that a page cannot write whatever its code does. PostgreSQL gets the same promises by
`READ ONLY` transactions. SQLite runs in WAL with `synchronous=FULL`: an acknowledged commit survives a power cut.
"""

import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Engine,
    MetaData,
    Select,
    bindparam,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from hub.base.errors import Conflict, NotFound
from hub.base.i18n import _
from hub.base.watching import watch

BUSY_MILLISECONDS = 20_000
REST_SECONDS = 0.12  # SQLite's waiting writers look again every tenth of a second

# Constraint names are spelled out so that migrations can drop them by name on both databases.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite forgets zones, so they are put back on the way out. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was given where an aware one is kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        stamp: datetime = value
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


# JSON that PostgreSQL can index; plain text on SQLite.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class json_rows(FunctionElement[Any]):  # noqa: N801 - stands in a query as a function does
    """An aggregate: these columns of all rows as a list of lists, in no order, None where there is no row. With it what
    belongs to a row comes in the same question. For texts and whole numbers only: JSON knows no dates.
    """

    name = "json_rows"
    type = JSON()
    inherit_cache = True


@compiles(json_rows)
def _json_rows_of_sqlite(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _json_rows_of_postgres(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))"


Parts = Mapping[str, ColumnElement[Any]]
"""Small questions by name, each a scalar: a count, an EXISTS."""


def together(
    session: Session, parts: Callable[..., Parts], *of: Hashable, **values: object
) -> dict[str, Any]:
    """The answers to the small questions that `parts(*of)` names, asked in one. They are put together once for the
    same `of`, which takes longer than to ask them; what is another each time stands in them as a `moment`, given in
    `values`.
    """
    return dict(session.connection().execute(_as_one(parts, of), values).mappings().one())


@lru_cache(maxsize=256)
def _as_one(parts: Callable[..., Parts], of: tuple[Hashable, ...]) -> Select[Any]:
    return select(*(part.label(name) for name, part in parts(*of).items()))


def moment(name: str) -> Any:
    """A moment that is known only when the question is asked."""
    return bindparam(name, type_=UtcDateTime())


def given(name: str) -> Any:
    """An id or a text that is known only when the question is asked."""
    return bindparam(name)


@contextmanager
def _in_words() -> Iterator[None]:
    """What the database refuses because of what somebody chose or typed is theirs to put right, and said as such."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(_("有一项选的内容刚被别人删掉，或同样的已经有了。请刷新页面再试。")) from error
    except DataError as error:  # PostgreSQL: a number larger than any id
        raise NotFound(_("没有这一项：编号超出了范围。")) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise NotFound(_("没有这一项：编号超出了范围。")) from error


@dataclass(frozen=True)
class Database:
    """An engine with its two ways in."""

    engine: Engine
    url: str

    @cached_property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @cached_property
    def _writing(self) -> Engine:
        return self.engine.execution_options(hub_mode="write")

    @cached_property
    def _reading(self) -> Engine:
        return self.engine.execution_options(hub_mode="read")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that may write; commits at the end, rolls back on any error."""
        with Session(self._writing, expire_on_commit=False) as session:
            try:
                with _in_words():
                    yield session
                    session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session in which the database refuses every write."""
        with Session(self._reading, expire_on_commit=False) as session, _in_words():
            yield session

    def tidy(self) -> None:
        """Let SQLite look at its tables, so that it picks the right index; PostgreSQL does that by itself."""
        if self.is_sqlite:
            with self.write() as session:
                session.connection().exec_driver_sql("PRAGMA analysis_limit=400")
                session.connection().exec_driver_sql("PRAGMA optimize=0x10002")

    def make_way(self) -> None:
        """Between two transactions of long work: SQLite keeps no queue, so that who writes again at once shuts out all
        others, however short each transaction is. PostgreSQL locks rows, not the house.
        """
        if self.is_sqlite:
            time.sleep(REST_SECONDS)

    def dispose(self) -> None:
        self.engine.dispose()


def connect(url: str) -> Database:
    """Open the database at `url`; the folder of an SQLite file is made when missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, pool_size=20, max_overflow=20
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgres)
    watch(engine)
    return Database(engine, url)


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver must not begin transactions by itself
    cursor = raw.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",  # 16 MB a connection
        "temp_store=MEMORY",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """By the driver itself: every page begins with this, and passing it through the layers above cost more than a
    question. What the connection was last used for is kept with it.
    """
    reading = connection.get_execution_options().get("hub_mode") == "read"
    raw: Any = connection.connection.driver_connection
    try:
        if connection.info.get("reading") is not reading:
            raw.execute(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
            connection.info["reading"] = reading
        raw.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
    except raw.OperationalError as error:  # as what passes through the layers above is told
        raise OperationalError("BEGIN", None, error) from error


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("hub_mode") == "read":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
