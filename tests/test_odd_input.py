"""Odd addresses, query strings, forms and bodies at every door: never a fault of ours, and a refusal writes nothing."""

import asyncio
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html

from hub.base.settings import Settings
from hub.wiring import wire
from tests.cast import Cast, hire, sort_by
from tests.doors import doors, parameters
from tests.every_page import is_page
from tests.furnished import House, furnish
from tests.hostile import Hostile
from tests.rehearsal import Heard, Rehearsal
from tests.test_routes import FORM, JSON, PEOPLE, UPLOADS

pytestmark = pytest.mark.long

API_CASES, PAGE_CASES = 2_000, 250
Form = dict[str, str]


@dataclass(frozen=True)
class Stage:
    """A furnished hub to try things on."""

    rehearsal: Rehearsal
    house: House
    cast: Cast
    described: dict[str, Any]

    def right(self, path: str) -> dict[str, object]:
        return {**self.house.values(path), "q": "园区", "limit": 5, "offset": 0}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("odd")
    shutil.copy(migrated, home / "hub.db")
    wiring = wire(Settings(home=home, worker=False))
    with wiring.database.write() as session:
        sort_by(session)
        cast = hire(session)
    house = furnish(wiring, cast)
    rehearsal = Rehearsal(wiring)
    yield Stage(rehearsal, house, cast, rehearsal.app.openapi())
    wiring.close()


# ---- what is sent


@dataclass(frozen=True)
class Try:
    """One request: how it is sent and why it was thought of."""

    method: str
    address: str
    body: bytes = b""
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.address[:120]} {self.body[:200]!r}"


def odd_address(stage: Stage, drawn: Hostile, path: str) -> str:
    right = stage.right(path)
    for name in parameters(path):
        path = _put(path, name, drawn.part(right[name]))
    return path


def _put(path: str, name: str, value: str) -> str:
    for form in (f"{{{name}}}", f"{{{name}:path}}", f"{{{name}:int}}"):
        path = path.replace(form, value)
    return path


def api_try(stage: Stage, drawn: Hostile, method: str, path: str) -> Try:
    """A call of the API after its description, with something odd in it."""
    said = stage.described["paths"][path][method.lower()]
    names = [p["name"] for p in said.get("parameters", ()) if p["in"] == "query"]
    address = odd_address(stage, drawn, path)
    if names and drawn.dice.random() < 0.8:
        address += "?" + drawn.query(names, stage.right(path))
    sent = said.get("requestBody", {}).get("content", {})
    if "application/json" in sent:
        schemas = stage.described["components"]["schemas"]
        right = {**JSON, **{k: v for k, v in stage.right(path).items() if k not in JSON}}
        made = drawn.body(sent["application/json"]["schema"], schemas, right)
        return Try(method, address, made, "application/json" if drawn.dice.random() < 0.97 else "text/plain")
    if sent:
        return uploaded(drawn, method, address, UPLOADS[path], {"title": "x", "kind": "faq"})
    return Try(method, address)


def uploaded(drawn: Hostile, method: str, address: str, files: Sequence[str], fields: Form) -> Try:
    """A form with small files under odd names."""
    parts = [
        f'form-data; name="{_quoted(k)}"\r\n\r\n{v}'.encode("utf-8", "replace")
        for k, v in drawn.form(fields).items()
    ]
    for name in files:
        called = _quoted(drawn.word())[:200] + drawn.dice.choice(("", ".md", ".pptx", ".exe"))
        data = drawn.dice.choice((b"", b"# x", b"PK\x03\x04junk", b"\x00" * 99))
        parts.append(
            f'form-data; name="{name}"; filename="{called}"\r\n\r\n'.encode("utf-8", "replace") + data
        )
    body = b"".join(b"--odd\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--odd--\r\n"
    return Try(method, address, body, "multipart/form-data; boundary=odd")


def _quoted(word: str) -> str:
    return word.replace('"', "%22").replace("\n", "%0A").replace("\r", "%0D")


def page_try(stage: Stage, drawn: Hostile, method: str, path: str, forms: dict[str, list[Form]]) -> Try:
    """A page asked for, or a form of a page sent back spoilt."""
    address = odd_address(stage, drawn, path)
    if method == "GET":
        names = (
            "q",
            "tab",
            "page",
            "version",
            "sort",
            "state",
            "product",
            "at",
            "thing",
            "id",
            "before",
            "kind",
            "view",
        )
        return Try(method, f"{address}?{drawn.query(names, stage.right(path))}")
    fields = drawn.dice.choice(forms.get(path) or [FORM])
    if path in UPLOADS:
        return uploaded(drawn, method, address, UPLOADS[path], fields)
    if drawn.dice.random() < 0.05:
        return Try(method, address, b"title=%ff%fe&x=%00&=&&a", "application/x-www-form-urlencoded")
    said = drawn.form(fields)
    body = "&".join(f"{_sent(k)}={_sent(v)}" for k, v in said.items()).encode()
    return Try(method, address, body, "application/x-www-form-urlencoded")


def _sent(word: str) -> str:
    return quote(word, safe="", errors="surrogatepass")


# ---- what is heard


def faults(tried: Try, heard: Heard) -> list[str]:
    """What is wrong with an answer: a fault of ours, a refusal in another shape, or one that wrote."""
    if heard.status == 0 or heard.status >= 500:
        return [f"{heard.status}: {tried}"]
    if heard.status < 400:
        return []
    wrong = [f"{heard.status} but it wrote: {tried}"] if heard.wrote else []
    if tried.address.startswith("/api/"):
        if not _is_trouble(heard.body):
            wrong.append(f"{heard.status} in another shape: {tried} {heard.body[:100]!r}")
    elif tried.address.partition("?")[0].endswith(".css"):
        return wrong  # a stylesheet is no page
    elif not heard.headers.get("content-type", "").startswith("text/html") and not _is_trouble(heard.body):
        wrong.append(f"{heard.status} is no page: {tried} {heard.body[:100]!r}")
    return wrong


def _is_trouble(body: bytes) -> bool:
    try:
        return set(json.loads(body)["error"]) == {"code", "message", "details"}
    except (ValueError, TypeError, KeyError):
        return False


def hear(stage: Stage, who: str, tries: list[Try]) -> list[str]:
    headers = {"cookie": stage.rehearsal.cookie(getattr(stage.cast, who))}

    async def all_of_them() -> list[str]:
        found = []
        for one in tries:
            said = {**headers, **({"content-type": one.kind} if one.kind else {})}
            found += faults(
                one, await stage.rehearsal.ask(one.method, one.address, headers=said, body=one.body)
            )
        return found

    return asyncio.run(all_of_them())


def forms_on_pages(stage: Stage, who: str) -> dict[str, list[Form]]:
    """The forms that a person finds on the pages, filled in as they stand there, by the route they go to."""
    routes = [(m, p) for m, p in doors(stage.rehearsal.app) if m == "POST"]
    headers = {"cookie": stage.rehearsal.cookie(getattr(stage.cast, who))}
    found: dict[str, list[Form]] = {}

    async def look() -> None:
        for method, path in doors(stage.rehearsal.app):
            if method != "GET" or not is_page(path):
                continue
            heard = await stage.rehearsal.ask("GET", stage.house.address(path), headers=headers)
            if heard.status == 200 and heard.body:
                for form in html.fromstring(heard.body.decode()).forms:
                    for route in _routes_to(str(form.action or ""), routes, stage.house):
                        found.setdefault(route, []).append({k: str(v) for k, v in form.form_values()})

    asyncio.run(look())
    return found


def _routes_to(action: str, routes: list[tuple[str, str]], house: House) -> list[str]:
    plain = action.partition("?")[0]
    return [path for _method, path in routes if house.address(path) == plain]


# ---- tests


@pytest.mark.parametrize("letter", PEOPLE)
def test_odd_calls_of_the_api_are_never_a_fault_and_a_refusal_writes_nothing(stage, letter):
    drawn = Hostile(seed=ord(letter))
    api = [
        (m, p)
        for m, p in doors(stage.rehearsal.app)
        if p.startswith("/api/") and not p.endswith("openapi.json")
    ]
    tries = [api_try(stage, drawn, *door) for door, _n in zip(cycle(api), range(API_CASES), strict=False)]

    found = hear(stage, PEOPLE[letter], tries)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("letter", PEOPLE)
def test_odd_addresses_and_forms_at_pages_are_never_a_fault_and_a_refusal_writes_nothing(stage, letter):
    drawn = Hostile(seed=ord(letter))
    forms = forms_on_pages(stage, PEOPLE[letter])
    pages = [(m, p) for m, p in doors(stage.rehearsal.app) if not p.startswith("/api/")]
    tries = [
        page_try(stage, drawn, *door, forms)
        for door, _n in zip(cycle(pages), range(PAGE_CASES), strict=False)
    ]

    found = hear(stage, PEOPLE[letter], tries)
    assert not found, "\n".join(found)
