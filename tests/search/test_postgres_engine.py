"""The index in PostgreSQL: shared by several nodes, one writer, always mendable."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from hub.base.errors import Conflict, HubError
from hub.base.settings import Settings
from hub.search import (
    EVERYTHING,
    Ask,
    Drop,
    IndexUnavailable,
    MemoryEngine,
    Put,
    find,
    postgres_engine,
)
from hub.search.postgres_engine import PostgresEngine
from hub.wiring import wire
from tests.search.engines import ENERGY, changed, ids, untrue_while_one_writes
from tests.search.library import document, library
from tests.tooling.postgres import Server

pytestmark = pytest.mark.postgres
Node = Callable[[], PostgresEngine]


@pytest.fixture
def node(search_database: str) -> Iterator[Node]:
    """Makes nodes that share one index, which is not there yet."""
    made: list[PostgresEngine] = []
    with psycopg.connect(address(search_database), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS hub_search CASCADE")

    def start() -> PostgresEngine:
        made.append(PostgresEngine(search_database, patience=0.0))
        return made[-1]

    yield start
    for engine in made:
        engine.close()


@pytest.fixture
def engine(node: Node) -> PostgresEngine:
    return changed(node())


def address(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def alter(url: str, statement: str) -> None:
    with psycopg.connect(address(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_database_without_an_index_says_so(node: Node) -> None:
    engine = node()
    assert engine.checkpoint() == -1
    assert not engine.check().sound
    with pytest.raises(IndexUnavailable, match="hub reindex"):
        engine.search(ENERGY)
    with pytest.raises(IndexUnavailable):
        engine.apply([Drop("asset:1")], 1)


def test_every_node_sees_what_another_wrote(engine: PostgresEngine, node: Node) -> None:
    other = node()
    assert other.search(ENERGY).hits == engine.search(ENERGY).hits
    other.apply([Put(document("asset:21", "能耗续篇")), Drop("asset:20")], 3)
    engine.refresh()
    assert "asset:21" in ids(engine)
    assert "asset:20" not in ids(engine)
    engine.rebuild([document("asset:22", "能耗重建")], 4, words=("能碳管理", "SaaS"))
    assert other.checkpoint() == 4
    assert ids(other) == {"asset:22"}
    assert other.analysis.words == ("能碳管理",)


def test_only_one_node_writes_at_a_time(engine: PostgresEngine, node: Node) -> None:
    other = node()

    def documents() -> Iterator[object]:
        with pytest.raises(Conflict):
            other.apply([Drop("asset:1")], 9)
        with pytest.raises(Conflict):
            other.rebuild([], 9)
        assert "asset:20" in ids(other)  # reading goes on meanwhile
        yield from library()

    assert engine.rebuild(documents(), 3) == 13  # type: ignore[arg-type]
    assert other.apply([Drop("asset:1")], 9) is True


def test_a_rebuild_that_fails_keeps_the_old_index(engine: PostgresEngine) -> None:
    def documents() -> Iterator[object]:
        yield document("asset:1", "只有一份")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents(), 3)  # type: ignore[arg-type]
    assert engine.checkpoint() == 2
    assert "asset:20" in ids(engine)
    assert engine.check().sound


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM hub_search.posting",
        "DELETE FROM hub_search.document",
        "UPDATE hub_search.posting SET block = substring(block FROM 1 FOR 20)",
        "UPDATE hub_search.segment SET facts = substring(facts FROM 1 FOR 9)",
        "UPDATE hub_search.state SET format = format + 1",
        "ALTER TABLE hub_search.segment DROP COLUMN words",
        "DROP TABLE hub_search.posting",
    ],
)
def test_an_index_that_is_not_whole_gives_a_sentence_and_can_be_rebuilt(
    engine: PostgresEngine, node: Node, search_database: str, damage: str
) -> None:
    whole = ids(engine)
    alter(search_database, damage)
    broken = node()
    with pytest.raises(IndexUnavailable):
        broken.search(ENERGY)
    assert not broken.check().sound
    assert broken.checkpoint() == -1
    mended = node()
    mended.rebuild([*library(), document("asset:20", "能耗新篇")], 9)
    assert ids(mended) == whole
    assert ids(broken) == whole
    assert mended.check().sound


def test_many_small_commits_leave_few_segments_and_the_same_answers(
    engine: PostgresEngine, node: Node, search_database: str
) -> None:
    memory = MemoryEngine()
    memory.rebuild(library(), 1)
    memory.apply([Put(document("asset:20", "能耗新篇")), Drop("faq:1")], 2)
    for sequence in range(3, 33):
        batch = [Put(document(f"asset:{sequence % 20 + 100}", f"能耗 第{sequence}次"))]
        engine.apply(batch, sequence)
        memory.apply(batch, sequence)
    with psycopg.connect(address(search_database)) as connection:
        live = "SELECT count(*) FROM hub_search.segment WHERE retired IS NULL"
        row = connection.execute(live).fetchone()
    assert row is not None
    assert row[0] < 15
    assert engine.check().sound
    for typed in ("能耗", "园区 碳核算", '"能耗监测"', "能耗 -电费", ""):
        ask = Ask(rights=EVERYTHING, facets=("kind", "type"), limit=50)
        ours, theirs = (find(each, typed, ask).result for each in (node(), memory))
        assert (ours.hits, ours.total, ours.facets) == (theirs.hits, theirs.total, theirs.facets)


def test_segments_that_are_long_retired_are_taken_away_under_those_who_still_read(
    engine: PostgresEngine, node: Node, search_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_engine, "FRESH", 3600.0)
    slow = node()
    slow.refresh()
    engine.rebuild([document("asset:9", "能耗")], 3)
    alter(
        search_database,
        "UPDATE hub_search.segment SET retired = now() - interval '1 day' WHERE retired IS NOT NULL",
    )
    engine.apply([Put(document("asset:10", "能耗"))], 4)
    assert ids(slow) == {"asset:9", "asset:10"}


def test_a_node_goes_on_after_the_database_was_restarted(
    engine: PostgresEngine, search_database: str
) -> None:
    alter(
        search_database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    )
    engine.refresh()
    assert "asset:20" in ids(engine)


def test_a_database_that_cannot_be_reached_is_one_sentence(postgres_server: Server) -> None:
    engine = PostgresEngine(postgres_server.url("not_there"))
    assert engine.checkpoint() == -1
    with pytest.raises(IndexUnavailable, match="连不上"):
        engine.search(ENERGY)
    with pytest.raises(HubError, match="数据库"):
        engine.rebuild([], 1)


def test_eight_threads_read_the_truth_while_one_writes(engine: PostgresEngine, node: Node) -> None:
    assert untrue_while_one_writes(engine, node(), 8) == []


def test_the_setting_picks_it_and_needs_postgresql(
    search_database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    wiring = wire(Settings(home=home, database_url=search_database, search_engine="postgres", worker=False))
    wiring.engine.rebuild(library(), 1)
    assert isinstance(wiring.engine, PostgresEngine)
    wiring.close()
    with pytest.raises(HubError, match="HUB_DATABASE_URL"):
        wire(Settings(home=home, search_engine="postgres", worker=False))
