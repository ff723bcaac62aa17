"""Every page of the house under axe: with real things on it, on a light desk and on a dark phone.

The app's own routes are gone through, so that a page that is not in `PAGES` fails the test the day it is added.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub import accounts, library
from hub.base.settings import Settings
from hub.main import create_app
from hub.request import SESSION_COOKIE
from hub.wiring import Wiring, wire
from tests.cast import Cast, hire, sort_by
from tests.doors import doors
from tests.every_page import PAGES, is_page, visits
from tests.furnished import House as Furnished
from tests.furnished import furnish
from tests.journeys.conftest import House, serving
from tests.library.demo_house import folder, own_administrator
from tests.library.folders import door
from tests.tooling.browser import axe_is_there, findings_of

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
COLOURS = ("color-contrast", "link-in-text-block")
WIDTHS = (
    "aria-hidden-focus",
    "bypass",
    "heading-order",
    "page-has-heading-one",
    "landmark-unique",
    "region",
    "scrollable-region-focusable",
    "target-size",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[tuple[House, Furnished, Cast]]:
    """One furnished hub for all visits of this module, which only look."""
    home = tmp_path_factory.mktemp("furnished")
    shutil.copy(migrated, home / "hub.db")
    wiring = wire(Settings(home=home, worker=False))
    with wiring.database.write() as session:
        sort_by(session)
        cast = hire(session)
    things = furnish(wiring, cast)
    with serving(wiring) as house:
        yield house, things, cast
    wiring.close()


def test_every_page_of_the_app_is_visited(shop):
    house, _things, _cast = shop
    pages = {
        path for method, path in doors(create_app(wiring=house.wiring)) if method == "GET" and is_page(path)
    }

    assert pages == set(PAGES)


def signed_in(page: Page, house: House, person: accounts.Actor) -> None:
    with house.wiring.database.write() as session:
        secret = accounts.open_sign_in(session, accounts.person(session, person.id or 0), days=1)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": house.url}])


def dress(page: Page, theme: str) -> None:
    """A theme as the cookie would choose it, and as a visitor's own system would."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)


def faults_of(page: Page) -> list[str]:
    """What axe finds on this page: all on a light desk, and on a dark phone what theme or width may change."""
    axe_is_there(page)
    found = [f"desk, light: {f}" for f in findings_of(page)]
    page.set_viewport_size(PHONE)
    dress(page, "dark")
    found += [f"phone, dark: {f}" for f in findings_of(page, *COLOURS, *WIDTHS)]
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    return found + ([f"phone: {too_wide} px too wide"] if too_wide > 0 else [])


@pytest.mark.parametrize("who", ["", "zhou", "ting", "jun", "ada"])
def test_axe_finds_nothing_on_any_page(shop, chromium_pages: Callable[..., Page], who: str) -> None:
    house, things, cast = shop
    page = chromium_pages(viewport=DESK)
    if who:
        signed_in(page, house, getattr(cast, who))

    found = []
    for address in visits(things, who):
        answer = page.goto(house.url + address)
        assert answer is not None
        assert answer.status == 200, address
        found += [f"{address}: {fault}" for fault in faults_of(page)]

    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_the_first_day_and_where_the_demo_is_removed(
    wiring: Wiring, tmp_path: Path, chromium_pages: Callable[..., Page]
) -> None:
    page = chromium_pages(viewport=DESK)
    with serving(wiring) as house:
        page.goto(f"{house.url}/welcome")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found = [f"/welcome: {fault}" for fault in faults_of(page)]
        assert library.load_demo(door(wiring), folder=folder(tmp_path / "demo")) is not None
        signed_in(page, house, own_administrator(wiring))
        page.goto(f"{house.url}/settings/demo")
        expect(page.locator("form[action='/settings/demo/remove']")).to_have_count(1)
        found += [f"/settings/demo: {fault}" for fault in faults_of(page)]

    assert not found, "\n".join(found)
