"""Pouring: every row of one database into another, empty one, of the same schema. A backup of PostgreSQL is an SQLite
file this way, and a backup of either comes back into either.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.engine import Connection

from hub.base import stamps
from hub.base.db import Database
from hub.migrations import all_tables

ROWS = 1000  # rows held in memory at a time


def _tables() -> list[Table]:
    """All but the stamps: each database has its own."""
    return [t for t in all_tables() if t.name != stamps.TableStamp.__tablename__]


def is_empty(database: Database) -> bool:
    """Whether no table of the hub holds a row; its schema is there."""
    with database.read() as session:
        return not any(session.execute(select(1).select_from(t).limit(1)).first() for t in _tables())


@contextmanager
def pouring(source: Database, target: Database) -> Iterator[int]:
    """All rows of `source`, as they stood at one moment, are in `target` when the block ends well, and none otherwise.

    Both have the newest schema and `target` is empty. Gives the number of rows.
    """
    with _one_moment(source) as reading, target.write() as session:
        writing = session.connection()
        with _links_checked_last(writing):
            count = sum(_pour(reading, writing, table) for table in _tables())
        yield count


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first question."""
    options = {"hub_mode": "read"} | ({} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"})
    with database.engine.connect().execution_options(**options) as connection:
        yield connection


def _pour(reading: Connection, writing: Connection, table: Table) -> int:
    count = 0
    with reading.execute(select(table), execution_options={"yield_per": ROWS}) as rows:
        for batch in rows.mappings().partitions():
            writing.execute(insert(table), [dict(row) for row in batch])
            count += len(batch)
    if writing.dialect.name != "sqlite" and count:
        _count_on(writing, table)
    return count


def _count_on(writing: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows after the highest that came, not from one."""
    for column in table.primary_key.columns:
        name = {"table": f'"{table.name}"', "column": column.name}
        counter = writing.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), name)
        if counter is not None:
            writing.execute(select(func.setval(counter, select(func.max(column)).scalar_subquery())))


@contextmanager
def _links_checked_last(writing: Connection) -> Iterator[None]:
    """Rows may name rows that come later; that every one is there is checked at the end."""
    if writing.dialect.name == "sqlite":
        writing.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    found = writing.execute(
        text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _rule in found:
        writing.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for table, name, rule in found:
        writing.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {rule}')
