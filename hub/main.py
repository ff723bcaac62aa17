"""Settings -> ASGI app."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

import hub
from hub import api, web
from hub.base.settings import Settings
from hub.search import IndexUnavailable, warm
from hub.wiring import Wiring, wire
from hub.worker import Worker, ask_for_first_jobs


def _warm(wiring: Wiring) -> None:
    """Make what corrections and suggestions look things up in, beside the first requests."""
    with suppress(IndexUnavailable):  # being built: it is made when first asked for
        warm(wiring.engine)


def _settle() -> None:
    """What is loaded by now stays for good: the collector need not look through it again, nor so often. A page makes
    tens of thousands of small objects, and looking through half a million others for each took a fifth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def create_app(settings: Settings | None = None, *, wiring: Wiring | None = None) -> FastAPI:
    """The hub as an ASGI app on a migrated database; its worker runs inside when the settings say so."""
    wiring = wiring or wire(settings or Settings.load())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        wiring.notebook.open()
        wiring.readings.open()
        worker = Worker(wiring) if wiring.settings.worker else None
        if worker:
            ask_for_first_jobs(wiring)
            worker.start()
        _settle()
        threading.Thread(target=_warm, args=(wiring,), name="warm", daemon=True).start()
        yield
        if worker:
            worker.stop()
        wiring.close()

    app = FastAPI(
        title="Quiver",
        version=hub.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.wiring = wiring
    api.attach(app)
    web.attach(app, wiring.settings)
    return app
