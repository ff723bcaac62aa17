"""Which engine a hub searches with: what the settings name, or one sentence on why it cannot be had."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from hub.base.errors import HubError
from hub.search.analysis import Analysis
from hub.search.protocol import Engine
from hub.search.whoosh_engine import WhooshEngine

EngineName = Literal["whoosh", "postgres", "tantivy"]


def open_engine(folder: Path, words: Iterable[str] = ()) -> WhooshEngine:
    """The default engine over `folder`. `words` is the dictionary until an index there says otherwise."""
    return WhooshEngine(folder, Analysis(words))


def choose_engine(name: EngineName, *, folder: Path, database_url: str) -> Engine:
    """The engine of this name: "whoosh" and "tantivy" keep their index in `folder`, "postgres" in the hub's own
    database.
    """
    if name == "whoosh":
        return open_engine(folder)
    if name == "tantivy":
        return _tantivy(folder)
    if not database_url.startswith("postgresql"):
        raise HubError(
            "HUB_SEARCH_ENGINE=postgres keeps the index in the database of the hub, which is SQLite: "
            "set HUB_DATABASE_URL to postgresql+psycopg://…, or leave HUB_SEARCH_ENGINE at whoosh."
        )
    from hub.search.postgres_engine import PostgresEngine

    return PostgresEngine(database_url)


def _tantivy(folder: Path) -> Engine:
    try:
        from hub.search.tantivy_engine import TantivyEngine
    except ModuleNotFoundError as error:
        if error.name != "tantivy":
            raise
        raise HubError(
            "HUB_SEARCH_ENGINE=tantivy needs the package tantivy, which is not installed: pip install "
            "quiver-hub[tantivy], or leave HUB_SEARCH_ENGINE at whoosh."
        ) from error
    return TantivyEngine(folder)
