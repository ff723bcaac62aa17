"""The pages: thin, over the domains. `attach` puts them on the app."""

from fastapi import FastAPI

from hub import signpost
from hub.base.settings import Settings
from hub.web import errors, look
from hub.web.guard import Guard
from hub.web.pages import ROUTERS


def attach(app: FastAPI, settings: Settings) -> None:
    """Add pages, static files, error answers, the guard and the reader's language."""
    app.mount("/static", look.HashedStatic(), name="static")
    signpost.attach(app, (look.router, *ROUTERS))
    errors.attach(app)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(look.SpeakTheirLanguage)
