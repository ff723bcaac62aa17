"""What nobody may know of, nobody learns: a canary in hidden things is in no answer to somebody without access.

The app's real routes are walked, so that a new page is tried the day it is added.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from sqlmodel import col
from starlette.testclient import TestClient

from hub import accounts, library, search
from hub.base import jobs
from hub.base.settings import Settings
from hub.wiring import Wiring, wire
from hub.worker import SLOW
from tests.cast import Cast, settle
from tests.doors import doors, filled, parameters
from tests.entrance import app_of, browser
from tests.hidden import BIRD, CANARY, OPEN_SESAME, Things, hidden_library, open_library, shows

pytestmark = pytest.mark.long

QUERIES = (
    "",
    CANARY[:6],
    "zhuhuan",
    "zhjh",
    "朱鹮",
    "朱欢计划",
    "园区",
    "能耗 方案",
    "qzcanery",
    "jiangbei",
    "-园区",
)
FACETS = ("tier", "product", "industry", "kind", "owner", "freshness", "type", "state", "audience")
STOPWATCH = re.compile(r"\d+\.\d\d 秒|\"took_ms\": ?[\d.]+")


def taken_in(wiring: Wiring, make: object, cast: Cast) -> Things:
    with wiring.database.write() as session:
        made = make(session, wiring, cast)  # type: ignore[operator]
        session.exec(
            delete(jobs.Job).where(col(jobs.Job.name).in_(SLOW))
        )  # these decks are only said to be decks
    settle(wiring)
    return made


@dataclass(frozen=True)
class Kept:
    """A hub that was filled once: its folder, to be copied for each test, and what is in it."""

    home: Path
    things: Things


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, peopled: tuple[Path, Cast]) -> dict[str, Kept]:
    """`seen`: what all may read. `unseen`: what Zhou may not know of, beside it."""
    home = tmp_path_factory.mktemp("filled") / "seen"
    home.mkdir()
    shutil.copy(peopled[0], home / "hub.db")
    made = {}
    for name, make in (("seen", open_library), ("unseen", hidden_library)):
        if name != home.name:
            home = Path(shutil.copytree(home, home.parent / name))
        wiring = wire(Settings(home=home, worker=False))
        made[name] = Kept(home, taken_in(wiring, make, peopled[1]))
        wiring.close()
    return made


@pytest.fixture
def wiring(request: pytest.FixtureRequest, tmp_path: Path, kept: dict[str, Kept]) -> Iterator[Wiring]:
    """A hub of this test alone that holds what the test asks for."""
    asked = "unseen" if "unseen" in request.fixturenames else "seen"
    made = wire(Settings(home=Path(shutil.copytree(kept[asked].home, tmp_path / "home")), worker=False))
    yield made
    made.close()


@pytest.fixture
def seen(kept: dict[str, Kept]) -> Things:
    """What all may read."""
    return kept["seen"].things


@pytest.fixture
def unseen(kept: dict[str, Kept]) -> Things:
    """What Zhou may not know of, beside what all may read."""
    return kept["unseen"].things


@pytest.fixture
def app(wiring: Wiring) -> FastAPI:
    return app_of(wiring)


def signed_in(app: FastAPI, who: accounts.Actor) -> TestClient:
    return browser(app.state.wiring, who, follow_redirects=False)


def outsiders(cast: Cast) -> tuple[accounts.Actor, ...]:
    """A seller and an expert: they read what everybody may, and nothing of team east, of drafts or of others."""
    return cast.zhou, cast.li


def addresses(app: FastAPI, things: Things, method: str = "GET") -> list[str]:
    """Every address of the app that leads to one of these things."""
    found = [
        address
        for m, path in doors(app)
        if m == method and parameters(path)
        for address in filled(path, things.by_parameter)
    ]
    if method == "GET":
        found += [f"{a}?version={v}" for a in list(found) for v in things.by_parameter.get("version", [])]
    return found


def front_doors(app: FastAPI) -> list[str]:
    """Every page without a parameter, and the searches and lists that narrow, sort and turn over."""
    plain = [path for method, path in doors(app) if method == "GET" and not parameters(path)]
    searches = [path for path in plain if path.endswith("/search")]
    queries = [f"{path}?q={quote(words)}" for path in searches for words in QUERIES]
    queries += [f"{path}?q={CANARY[:6]}&quote={CANARY[:6]}" for path in plain if path not in {"/", *searches}]
    lists = [
        "/toolkits?sort=gaps",
        "/toolkits?state=draft",
        "/search?type=slide",
        "/search?sort=newest&view=list",
    ]
    return [*plain, *queries, *lists]


def test_no_page_list_or_search_shows_a_hidden_thing_to_somebody_without_access(app, cast, unseen):
    for who in outsiders(cast):
        browser = signed_in(app, who)
        assert [a for a in front_doors(app) if shows(browser.get(a).content)] == [], who.name


def test_what_is_open_tells_nothing_of_what_is_hidden_in_it(app, cast, unseen):
    """A review that also talks of a restricted requirement, a demo account whose secret nobody asked for yet."""
    meeting, account = unseen.by_parameter["open_meeting"][0], unseen.by_parameter["open_demo"][0]
    places = [f"/meetings/{meeting}", f"/meetings/{meeting}/minutes.docx", f"/demos/{account}"]

    for who in outsiders(cast):
        browser = signed_in(app, who)
        for place in (*places, *(f"/api/v1{p}" for p in places)):
            answer = browser.get(place)
            assert (answer.status_code, shows(answer.content)) == (200, False), (who.name, place)
    for place in (f"/demos/{account}", f"/api/v1/demos/{account}", "/demos"):
        assert OPEN_SESAME not in signed_in(app, cast.ada).get(place).text, place


def test_no_address_of_a_hidden_thing_opens_to_somebody_without_access(app, cast, unseen):
    tried = addresses(app, unseen)
    assert len(tried) > 60

    for who in outsiders(cast):
        browser = signed_in(app, who)
        answers = {address: browser.get(address) for address in tried}
        assert [a for a, r in answers.items() if shows(r.content)] == [], who.name
        assert {a: r.status_code for a, r in answers.items() if r.status_code not in {403, 404, 422}} == {}


def test_an_old_version_and_a_draft_of_a_public_asset_do_not_open(app, cast, unseen):
    browser = signed_in(app, cast.zhou)

    for place in unseen.by_parameter["version_of"]:
        for page in (
            f"/assets/{place}",
            f"/assets/{place}&tab=text",
            f"/assets/{str(place).replace('?', '/file?')}",
        ):
            answer = browser.get(page)
            assert (answer.status_code, shows(answer.content)) == (404, False), page


def test_a_public_asset_tells_nothing_of_its_hidden_versions(app, cast, unseen):
    browser = signed_in(app, cast.zhou)

    for place in unseen.by_parameter["version_of"]:
        base = str(place).split("?")[0]
        for tab in ("", "?tab=versions", "?tab=history", "?tab=text"):
            answer = browser.get(f"/assets/{base}{tab}")
            assert answer.status_code == 200
            assert not shows(answer.content), tab


def test_no_change_of_a_hidden_thing_is_taken_or_answered_in_words(app, cast, unseen):
    browser = signed_in(app, cast.zhou)
    tried = addresses(app, unseen, "POST")
    form = {"version": "1", "reason": "x", "act": "pin", "asset": "1", "title": "x", "to": "in_review"}

    answers = {address: browser.post(address, data=form) for address in tried}

    assert len(tried) > 20
    assert [a for a, r in answers.items() if shows(r.content)] == []
    assert {a: r.status_code for a, r in answers.items() if r.status_code not in {400, 403, 404, 422}} == {}


def test_everybody_with_access_finds_the_hidden_things(app, cast, unseen):
    for name, address, who in unseen.shown_at:
        answer = signed_in(app, getattr(cast, who)).get(address)
        assert (answer.status_code, shows(answer.content)) == (200, True), name


def test_those_with_access_find_the_hidden_things_by_search(app, cast, wiring, unseen):
    for who, least in ((cast.lin, 6), (cast.ting, 3), (cast.ada, 10)):
        with wiring.database.read() as session:
            assert library.find(session, wiring.engine, BIRD, by=who).total >= least


def test_totals_facets_and_suggestions_are_the_same_with_and_without_hidden_things(wiring, cast, seen):
    before = {words: counted(wiring, cast, words) for words in QUERIES}

    taken_in(wiring, hidden_library_alone, cast)

    assert {words: counted(wiring, cast, words) for words in QUERIES} == before


def hidden_library_alone(session, wiring, cast):
    """All that is hidden, without the one public asset that has hidden versions."""
    made = hidden_library(session, wiring, cast)
    public = int(str(made.by_parameter["version_of"][0]).split("?")[0])
    from hub import assets

    assets.trash(session, session.get_one(assets.Asset, public), by=cast.ting)
    return made


def counted(wiring: Wiring, cast: Cast, words: str) -> tuple[object, ...]:
    """All that a search says to Zhou in numbers and names: hits, total, facets, corrections, suggestions."""
    with wiring.database.read() as session:
        answer = library.find(session, wiring.engine, words, by=cast.zhou, facets=FACETS)
        suggested = search.suggest(wiring.engine, words, rights=cast.zhou.tokens)
    facets = {name: dict(values) for name, values in answer.facets.items()}
    hits = sorted(r.id for r in answer.rows)
    return hits, answer.total, facets, answer.corrected, answer.relaxed, [s.text for s in suggested]
