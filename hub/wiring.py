"""Wiring: the one place that picks implementations, from the settings."""

from dataclasses import dataclass

from hub import searches
from hub.activity import Notebook
from hub.base.blobs import LocalBlobs
from hub.base.db import Database, connect
from hub.base.settings import SearchWeights, Settings
from hub.search import Engine, Weights, choose_engine
from hub.sharing import Readings
from hub.slides import Keeping, Renderer


@dataclass(frozen=True)
class Wiring:
    """Everything outside that the hub works with, for one process."""

    settings: Settings
    database: Database
    blobs: LocalBlobs
    notebook: Notebook
    readings: Readings
    engine: Engine
    renderer: Renderer

    def close(self) -> None:
        """Write what is buffered and let go of files and connections."""
        self.renderer.close()
        self.readings.close()
        self.notebook.close()
        self.engine.close()
        self.database.dispose()


def wire(settings: Settings) -> Wiring:
    """Open the database, the blobs and the search index that the settings name. Migrates nothing."""
    database = connect(settings.resolved_database_url)
    engine = choose_engine(
        settings.search_engine, folder=settings.index_folder, database_url=settings.resolved_database_url
    )
    engine.weights = _weights(settings.search_weights)
    return Wiring(
        settings=settings,
        database=database,
        blobs=LocalBlobs(settings.blob_folder),
        notebook=Notebook(database, keepers=(searches.keep,)),
        readings=Readings(database),
        engine=engine,
        renderer=_renderer(settings),
    )


def _renderer(settings: Settings) -> Renderer:
    keeping = Keeping(
        documents=settings.office_documents, memory=settings.office_memory, idle=settings.office_idle
    )
    return Renderer(settings.home / "office", seconds=settings.preview_seconds, keeping=keeping)


def _weights(said: SearchWeights) -> Weights:
    boosts = {"state": {"on_offer": said.on_offer}, "freshness": {"fresh": said.fresh}}
    return Weights(
        title=said.title, new=said.new, used=said.used, boosts=boosts, fields=said.fields.model_dump()
    )
