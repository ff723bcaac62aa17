"""The tables in which the PostgreSQL engine keeps its index, and every statement sent to them.

They lie in a schema of their own, `hub_search`, made by the engine: an index is a cache, so it has no migrations;
tables of another form are dropped and filled anew. `state` is one row: which *build* is live, and up to which sequence
number. A `segment` never changes but for the marks of its dead documents; its columns and its terms lie packed in its
row. `document` holds the text and the stored form of each of its documents, `posting` one block for each of its terms.

A segment that is no longer part of the index is *retired* and kept for some minutes, for those who still read it.
"""

import queue
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.json import Jsonb
from sqlalchemy.engine import make_url

from hub.base.errors import Conflict, HubError
from hub.search.damage import IndexUnavailable

LOCK = 731_002
"""The number by which every process that writes this index knows the others; any number."""

IDLE = 12
KEPT_MINUTES = 10
TABLES = """
CREATE SCHEMA IF NOT EXISTS hub_search;
CREATE TABLE IF NOT EXISTS hub_search.state (
  id int PRIMARY KEY CHECK (id = 1), format int NOT NULL, analysis int NOT NULL, words text[] NOT NULL,
  fields jsonb NOT NULL, build text NOT NULL, sequence bigint NOT NULL, commits bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS hub_search.progress (
  id int PRIMARY KEY CHECK (id = 1), written int NOT NULL, expected int NOT NULL, started float8 NOT NULL,
  told float8 NOT NULL
);
CREATE TABLE IF NOT EXISTS hub_search.segment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, build text NOT NULL, size int NOT NULL DEFAULT 0,
  facts bytea NOT NULL DEFAULT '', words bytea NOT NULL DEFAULT '', characters bytea NOT NULL DEFAULT '',
  counts bytea NOT NULL DEFAULT '', volume bigint NOT NULL DEFAULT 0, dead bytea NOT NULL DEFAULT '',
  retired timestamptz
);
CREATE TABLE IF NOT EXISTS hub_search.document (
  segment bigint NOT NULL, place int NOT NULL, plain bytea NOT NULL, stored bytea NOT NULL, PRIMARY KEY (segment, place)
);
CREATE TABLE IF NOT EXISTS hub_search.posting (
  segment bigint NOT NULL, place int NOT NULL, block bytea NOT NULL, PRIMARY KEY (segment, place)
);
"""
READ_STATE = """
SELECT s.format, s.analysis, s.words, s.build, s.sequence, s.commits, g.id, g.dead, s.fields
FROM hub_search.state s LEFT JOIN hub_search.segment g ON g.build = s.build AND g.retired IS NULL ORDER BY g.id
"""
READ_PROGRESS = "SELECT written, expected, started, told FROM hub_search.progress"
TELL = """
INSERT INTO hub_search.progress VALUES (1, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET written = excluded.written,
  expected = excluded.expected, started = excluded.started, told = excluded.told RETURNING id
"""
TOLD = "DELETE FROM hub_search.progress RETURNING id"
READ_SEGMENT = "SELECT size, facts, words, characters, counts FROM hub_search.segment WHERE id = %s"
READ_MANY = """
SELECT w.segment, w.place, found.value FROM unnest(%s::bigint[], %s::int[]) AS w(segment, place)
CROSS JOIN LATERAL ({}) found
"""
ONE = "SELECT {} AS value FROM hub_search.{} t WHERE t.segment = w.segment AND t.place = w.place LIMIT 1"
READ_BLOCKS = READ_MANY.format(ONE.format("block", "posting"))
READ_STORED = READ_MANY.format(ONE.format("stored", "document"))
READ_PLAIN = READ_MANY.format(ONE.format("plain", "document"))
READ_HOLDING = READ_PLAIN.replace("LIMIT", "AND position(%s::bytea IN t.plain) > 0 LIMIT")
COPY_TEXTS = """
INSERT INTO hub_search.document (segment, place, plain, stored)
SELECT %s, m.after, d.plain, d.stored FROM hub_search.document d
JOIN unnest(%s::int[], %s::int[]) AS m(before, after) ON d.place = m.before WHERE d.segment = %s
"""
LONG_RETIRED = "SELECT id FROM hub_search.segment WHERE retired < now() - make_interval(mins => %s)"
FINISH = """
UPDATE hub_search.segment SET size = %s, facts = %s, words = %s, characters = %s, counts = %s, volume =
  (SELECT coalesce(sum(octet_length(block)), 0) FROM hub_search.posting WHERE segment = %s)
  + (SELECT coalesce(sum(octet_length(plain) + octet_length(stored)), 0) FROM hub_search.document WHERE segment = %s)
WHERE id = %s
"""
COUNTED = """
SELECT g.id, g.size, g.volume, octet_length(g.counts) / 4,
  (SELECT count(*) FROM hub_search.document d WHERE d.segment = g.id),
  (SELECT count(*) FROM hub_search.posting p WHERE p.segment = g.id),
  (SELECT coalesce(sum(octet_length(p.block)), 0) FROM hub_search.posting p WHERE p.segment = g.id)
    + (SELECT coalesce(sum(octet_length(d.plain) + octet_length(d.stored)), 0)
       FROM hub_search.document d WHERE d.segment = g.id)
FROM hub_search.segment g JOIN hub_search.state s ON g.build = s.build WHERE g.retired IS NULL
"""
Place = tuple[int, int]
"""A segment and a place in it."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What the row `state` says, with the ids of the live segments and the marks of their dead, by bits."""

    format: int
    analysis: int
    words: tuple[str, ...]
    fields: Mapping[str, float]
    build: str
    sequence: int
    commits: int
    segments: tuple[tuple[int, bytes], ...]


class Missing(IndexUnavailable):
    """A table of the index is not there."""

    def __init__(self) -> None:
        """Whatever is missing, the way out is the same."""
        super().__init__("还没有搜索索引；请稍后再试，或请管理员执行 hub reindex。")


class Store:
    """Connections to the database, and the questions put to it. Reading is safe from any number of threads."""

    def __init__(self, url: str) -> None:
        """`url` is SQLAlchemy's, as in the settings. Nothing is opened yet."""
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._idle: queue.LifoQueue[psycopg.Connection[Row]] = queue.LifoQueue(IDLE)
        self._writing = threading.Lock()

    def close(self) -> None:
        """Close the connections that nobody uses at the moment."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Row]]:
        """A connection for a moment; after any error it is not used again."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = psycopg.connect(self._address, autocommit=True)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a question. Raises IndexUnavailable when there is no index, or no database."""
        try:
            return self._ask(statement, values)
        except (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedColumn):
            raise Missing from None
        except psycopg.Error as error:
            self.close()
            raise IndexUnavailable(
                "搜索索引所在的数据库暂时连不上；请稍后再试。", cause=repr(error)
            ) from error

    def _ask(self, statement: str, values: Sequence[object]) -> list[Row]:
        try:
            return self._ask_once(statement, values)
        except psycopg.OperationalError:
            self.close()  # the server may have been restarted: what lay idle is of no use
            return self._ask_once(statement, values)

    def _ask_once(self, statement: str, values: Sequence[object]) -> list[Row]:
        with self._connection() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()

    def state(self) -> State:
        """The live build. Raises IndexUnavailable when there is none."""
        rows = self.ask(READ_STATE)
        if not rows:
            raise Missing
        segments = tuple((int(row[6]), bytes(row[7])) for row in rows if row[6] is not None)
        first = rows[0]
        return State(first[0], first[1], tuple(first[2]), first[8], first[3], first[4], first[5], segments)

    def stamp(self) -> tuple[str, int]:
        """The live build and how many commits it has had: what tells that something has changed."""
        rows = self.ask("SELECT build, commits FROM hub_search.state")
        return (rows[0][0], rows[0][1]) if rows else ("", -1)

    def many(self, statement: str, places: Sequence[Place], *more: object) -> dict[Place, bytes]:
        """What a `READ_…` statement says of many places at once; a place it says nothing of is left out."""
        if not places:
            return {}
        rows = self.ask(
            statement, [[segment for segment, _ in places], [place for _, place in places], *more]
        )
        return {(int(segment), int(place)): bytes(value) for segment, place, value in rows}

    @contextmanager
    def alone(self, patience: float) -> Iterator["Pen"]:
        """Be the only writer of this index, on any machine; Conflict after `patience` seconds."""
        if not self._writing.acquire(timeout=max(patience, 0.0)):
            raise Conflict("搜索索引正在被写入；请稍后再试。")
        try:
            with self._connection() as connection:
                _lock(connection, patience)
                yield Pen(connection)
                connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
        except errors.InsufficientPrivilege as error:
            raise HubError(
                "数据库用户不能建立搜索索引的表；请管理员执行 GRANT CREATE ON DATABASE，或先建好模式 hub_search。"
            ) from error
        except psycopg.Error as error:
            raise HubError("无法写入数据库里的搜索索引；请检查数据库后重试。", cause=repr(error)) from error
        finally:
            self._writing.release()


def _lock(connection: psycopg.Connection[Row], patience: float) -> None:
    """A lock of the session: the server lets go of it when the connection ends, however that comes about."""
    end = time.monotonic() + patience
    while True:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if row is not None and row[0]:
            return
        if time.monotonic() >= end:
            raise Conflict("另一个进程正在写入搜索索引；请稍后再试。")
        time.sleep(0.02)


class Pen:
    """What only the one writer does."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        """`connection` holds the lock."""
        self._connection = connection

    def prepare(self, *, afresh: bool) -> None:
        """Make the tables; with `afresh` those that are there are dropped, because nobody can read them."""
        with self._connection.transaction():
            if afresh:
                self._connection.execute("DROP SCHEMA IF EXISTS hub_search CASCADE")
            self._connection.execute(TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing."""
        with self._connection.transaction():
            yield

    def new_segment(self, build: str) -> int:
        """The id of a new, empty segment."""
        statement = "INSERT INTO hub_search.segment (build) VALUES (%s) RETURNING id"
        row = self._connection.execute(statement, (build,)).fetchone()
        return int(row[0]) if row else 0

    def put_texts(self, segment: int, texts: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Add documents by their places, with plain and stored text."""
        statement = "COPY hub_search.document (segment, place, plain, stored) FROM STDIN (FORMAT BINARY)"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.set_types(["int8", "int4", "bytea", "bytea"])
            for place, plain, stored in texts:
                copy.write_row((segment, place, plain, stored))

    def copy_texts(self, old: int, before: Sequence[int], new: int, after: Sequence[int]) -> None:
        """Copy documents of an old segment into a new one, inside the server."""
        self._connection.execute(COPY_TEXTS, (new, list(before), list(after), old))

    def put_blocks(self, segment: int, blocks: Iterable[bytes]) -> None:
        """Add the blocks of all terms in their order."""
        statement = "COPY hub_search.posting (segment, place, block) FROM STDIN (FORMAT BINARY)"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.set_types(["int8", "int4", "bytea"])
            for place, block in enumerate(blocks):
                copy.write_row((segment, place, block))

    def blocks(self, segment: int) -> Iterator[bytes]:
        """Every block of a segment, in order."""
        with self._connection.cursor(name="blocks", binary=True) as cursor:
            cursor.itersize = 5000
            statement = "SELECT block FROM hub_search.posting WHERE segment = %s ORDER BY place"
            for row in cursor.execute(statement, (segment,)):
                yield bytes(row[0])

    def facts(self, segment: int) -> list[bytes]:
        """The packed facts of all documents of a segment, the dead too."""
        statement = "SELECT facts FROM hub_search.segment WHERE id = %s"
        row = self._connection.execute(statement, (segment,)).fetchone()
        return lines(row[0]) if row else []

    def finish(
        self, segment: int, facts: Sequence[bytes], terms: tuple[Sequence[str], Sequence[str]], counts: bytes
    ) -> None:
        """Put the columns of a segment in place, once all its documents are known. `counts` are four bytes a term."""
        words, characters = (packed([term.encode() for term in kind]) for kind in terms)
        columns = (len(facts), packed(facts), words, characters, counts)
        self._connection.execute(FINISH, (*columns, segment, segment, segment))

    def bury(self, segment: int, dead: bytes) -> None:
        """Say anew which documents of a segment are dead."""
        self._connection.execute("UPDATE hub_search.segment SET dead = %s WHERE id = %s", (dead, segment))

    def retire(self, segments: Sequence[int]) -> None:
        """These segments are no longer part of the index; what was retired long ago is taken away."""
        self._connection.execute(
            "UPDATE hub_search.segment SET retired = now() WHERE id = ANY(%s)", (list(segments),)
        )
        gone = [row[0] for row in self._connection.execute(LONG_RETIRED, (KEPT_MINUTES,)).fetchall()]
        if gone:
            self._connection.execute("DELETE FROM hub_search.posting WHERE segment = ANY(%s)", (gone,))
            self._connection.execute("DELETE FROM hub_search.document WHERE segment = ANY(%s)", (gone,))
            self._connection.execute("DELETE FROM hub_search.segment WHERE id = ANY(%s)", (gone,))

    def others(self, build: str) -> list[int]:
        """The segments of every other build."""
        statement = "SELECT id FROM hub_search.segment WHERE build <> %s AND retired IS NULL"
        return [row[0] for row in self._connection.execute(statement, (build,)).fetchall()]

    def advance(self, sequence: int) -> None:
        """A commit of the live build."""
        self._connection.execute(
            "UPDATE hub_search.state SET sequence = %s, commits = commits + 1", (sequence,)
        )

    def announce(
        self,
        layout: int,
        analysis: tuple[int, Sequence[str], Mapping[str, float]],
        build: str,
        sequence: int,
    ) -> None:
        """From now on this build is the live one; of its analysis the format, the words and the weights of fields."""
        form, words, fields = analysis
        self._connection.execute("DELETE FROM hub_search.state")
        self._connection.execute(
            "INSERT INTO hub_search.state VALUES (1, %s, %s, %s, %s, %s, %s, 0)",
            (layout, form, list(words), Jsonb(dict(fields)), build, sequence),
        )
        self._connection.execute("ANALYZE hub_search.document, hub_search.posting")


def packed(parts: Sequence[bytes]) -> bytes:
    """Texts without line ends as one, made small."""
    return zlib.compress(b"\n".join(parts), 1) if parts else b""


def lines(pack: bytes) -> list[bytes]:
    """What `packed` took."""
    return zlib.decompress(pack).split(b"\n") if pack else []
