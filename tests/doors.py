"""The doors of the house: every route that the app really has, and the parameters to be put into their addresses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from hub.signpost import Signpost

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "effective_candidates", None)  # a router taken in as a whole
        if isinstance(route, Signpost):
            yield from _routes(route.routes)
        elif inner is None:
            yield route
        else:
            yield from _routes(inner())


def doors(app: FastAPI) -> list[tuple[str, str]]:
    """(method, address with {parameters}) of every route, the static files left out; HEAD goes with GET."""
    found = [
        (method, route.path)
        for route in _routes(app.routes)
        for method in sorted(getattr(route, "methods", None) or ())
        if method != "HEAD"
    ]
    return sorted(found, key=lambda door: (door[1], door[0]))


def parameters(path: str) -> list[str]:
    return PARAMETER.findall(path)


def filled(path: str, values: Mapping[str, Iterable[object]]) -> list[str]:
    """The addresses with every combination of the values put in; none when a parameter has no value."""
    names = parameters(path)
    choices = [[quote(str(v), safe="") for v in values.get(name, ())] for name in names]
    return [_put(path, dict(zip(names, chosen, strict=True))) for chosen in product(*choices)]


def _put(path: str, said: Mapping[str, str]) -> str:
    return PARAMETER.sub(lambda hit: said[hit[1]], path)
