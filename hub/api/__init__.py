"""REST at /api/v1: one module per noun, thin, over the same verbs as the pages.

Who calls is told by a personal token (`Authorization: Bearer qv_…`) or by the session cookie. Every list holds what the
caller may see and nothing else, and comes in pages. Errors have one shape: {"error": {"code", "message", "details"}}.
"""

from functools import cache
from typing import Any

from fastapi import FastAPI, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer

from hub import signpost
from hub.api import (
    assets,
    basket,
    bulk,
    check_ups,
    consents,
    decks,
    demos,
    facts,
    forms,
    house,
    launches,
    me,
    meetings,
    outlines,
    people,
    regrouping,
    request_imports,
    requests,
    requirements,
    roadmap,
    search,
    searches,
    shares,
    tasks,
    taxonomy,
    teams,
    telling,
    tokens,
    toolkits,
    trash,
    ventures,
    versions,
)
from hub.api.shapes import ERRORS

PREFIX = "/api/v1"
bearer = HTTPBearer(
    auto_error=False,
    description="A personal token, made on your own page or with `hub token make`: `Bearer qv_…`.",
)


NOUNS = (
    me, search, searches, bulk, assets, versions, forms, toolkits, decks, outlines, basket, check_ups, shares, roadmap,
    requirements, regrouping, telling, request_imports, requests, meetings, launches, ventures, tasks, demos, facts,
    consents, taxonomy, people, teams, trash, house, tokens,
)  # fmt: skip


def attach(app: FastAPI) -> None:
    """Add every route of the API, and the description of them all."""
    routers = [noun.router for noun in NOUNS]
    routes = signpost.attach(app, routers, PREFIX, dependencies=[Security(bearer)], responses=ERRORS)

    @cache
    def described() -> dict[str, Any]:
        return get_openapi(title=app.title, version=app.version, routes=routes)

    app.openapi = described  # type: ignore[method-assign] # its own looks for routes on the app, not behind a signpost
