"""Which router a path belongs to, told by its first word, so that not every route is tried for every page."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Receive, Scope, Send

CHOSEN = "hub.signpost"


class Signpost(BaseRoute):
    """Routers by the first word of the paths they answer, below `prefix`. Several of one word are tried in order."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.routes: list[BaseRoute] = []
        self._by_word: dict[str, list[BaseRoute]] = {}

    def add(self, router: BaseRoute, paths: Iterable[str]) -> None:
        """Lead to `router` for these paths; ValueError for one whose first word is a parameter."""
        self.routes.append(router)
        for word in dict.fromkeys(_first_word(p.removeprefix(self.prefix)) for p in paths):
            if "{" in word:
                raise ValueError(f"a path must begin with a word: {word}")
            self._by_word.setdefault(word, []).append(router)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first router that takes the path whole, else the first that knows it by another method."""
        partial: BaseRoute | None = None
        for router in self._led_to(scope):
            match, _said = router.matches(scope)
            if match is Match.FULL:
                return match, {CHOSEN: router}
            if match is Match.PARTIAL and partial is None:
                partial = router
        return (Match.PARTIAL, {CHOSEN: partial}) if partial else (Match.NONE, {})

    def _led_to(self, scope: Scope) -> Sequence[BaseRoute]:
        if scope["type"] != "http":
            return ()
        path = scope["path"].removeprefix(scope.get("root_path", ""))  # the part a proxy serves us under
        if not path.startswith(self.prefix):
            return ()
        return self._by_word.get(_first_word(path.removeprefix(self.prefix)), ())

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the router that `matches` found."""
        await scope[CHOSEN].handle(scope, receive, send)


def _first_word(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""


def attach(app: FastAPI, routers: Sequence[APIRouter], prefix: str = "", **shared: Any) -> list[BaseRoute]:
    """Add these routers to the app behind one signpost, which is asked before anything else; returns them as the app
    knows them. `shared` is what `include_router` says for all of them.
    """
    post = Signpost(prefix)
    for router in routers:
        app.include_router(router, prefix=prefix, **shared)
        taken_in = app.router.routes.pop()
        post.add(taken_in, [prefix + r.path for r in router.routes if isinstance(r, (Route, Mount))])
    app.router.routes.insert(0, post)
    return post.routes
