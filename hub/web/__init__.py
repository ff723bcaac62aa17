"""The pages: thin, over the domains. `attach` puts them on the app."""

from fastapi import FastAPI

from hub.base.settings import Settings
from hub.web import errors, look
from hub.web.guard import Attempts, Guard
from hub.web.pages import ROUTERS


def attach(app: FastAPI, settings: Settings) -> None:
    """Add pages, static files, error answers, the guard and the reader's language."""
    app.state.attempts = Attempts()
    app.mount("/static", look.HashedStatic(), name="static")
    app.include_router(look.router)
    for router in ROUTERS:
        app.include_router(router)
    errors.attach(app)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(look.SpeakTheirLanguage)
