"""Every page of the app in a real browser: accessible in both themes and languages, fit for a phone, by keyboard."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from hub.main import create_app
from hub.wiring import Wiring
from tests.cast import Cast, draft, settle
from tests.doors import doors, filled, parameters
from tests.hidden import open_library
from tests.journeys.conftest import House, serving
from tests.tooling.browser import accessibility_findings

pytestmark = pytest.mark.browser
NO_PAGES = (
    "/api/",
    "/pictures/",
    "/logo/",
    "/brand/",
    "/file",
    "/play",
    "/zip",
    "/progress",
    "/pictures",
    ".csv",
)
ODD_ONES_OUT = ("/invitations/", "/requests/similar")
LOOKS = (("zh-CN", "light", 1440), ("en", "dark", 1440), ("zh-CN", "dark", 390), ("en", "light", 390))


@pytest.fixture
def house(wiring: Wiring, cast: Cast) -> Iterator[House]:
    """A small library, served."""
    with wiring.database.write() as session:
        things = open_library(session, wiring, cast)
        things.add("asset_id", draft(session, cast.ada, "一份草稿").asset_id)
    settle(wiring)
    things.add("person_id", cast.lin.id)
    things.add("facet", "industry")
    app = create_app(wiring=wiring)
    global ADDRESSES  # noqa: PLW0603 - asked once a module
    ADDRESSES = [
        filled(path, {**things.by_parameter, **({"key": ["park"]} if "{facet}" in path else {})})[0]
        for method, path in doors(app)
        if method == "GET" and not any(no in path for no in (*NO_PAGES, *ODD_ONES_OUT))
        if all(name in things.by_parameter for name in parameters(path))
    ] + ["/search?q=园区", "/decks/new?toolkit=energy-park", "/taxonomy?facet=product"]
    with serving(wiring) as served:
        yield served


ADDRESSES: list[str] = []


def dressed(house: House, page: Page, language: str, theme: str) -> None:
    page.context.add_cookies(
        [
            {"name": "hub_language", "value": language, "url": house.url},
            {"name": "hub_theme", "value": theme, "url": house.url},
        ]
    )


def test_every_page_is_accessible_fits_a_phone_and_breaks_no_rule_of_the_browser(
    house: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    found: list[str] = []
    assert len(ADDRESSES) > 25
    for language, theme, width in LOOKS:
        page = chromium_pages(viewport={"width": width, "height": 900 if width > 400 else 844})
        house.sign_in(page, cast.ada)
        dressed(house, page, language, theme)
        for address in ADDRESSES:
            answer = page.goto(f"{house.url}{address}")
            where = f"{address} ({language}, {theme}, {width})"
            if answer is None or answer.status != 200:
                found.append(f"{where}: {answer.status if answer else None}")
                continue
            found += [f"{where}: {f}" for f in accessibility_findings(page)]
            wider = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wider > 0:
                found.append(f"{where}: {wider} px too wide")

    assert found == []


def test_every_page_is_used_by_keyboard_the_skip_link_first_and_a_slash_for_the_search(
    house: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    page = chromium_pages()
    house.sign_in(page, cast.ada)
    for address in ADDRESSES:
        page.goto(f"{house.url}{address}")
        page.keyboard.press("/")
        focused = page.evaluate("document.activeElement.matches('input[type=search]')")
        assert focused, f"{address}: / does not lead to the search"
        page.goto(f"{house.url}{address}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "q-skip", address
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main", address


def test_without_scripts_a_draft_is_made_submitted_and_approved(
    house: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    ting, min_ = (chromium_pages(java_script_enabled=False) for _n in range(2))
    house.sign_in(ting, cast.ting)
    ting.goto(f"{house.url}/assets/new")
    ting.get_by_label("标题").first.fill("不用脚本的方案")
    ting.locator("textarea[name=text]").fill("# 不用脚本\n\n也能写。")
    ting.get_by_role("button", name="存为草稿").click()
    ting.get_by_role("button", name="提交审核").click()
    address = ting.url.split("?")[0]

    house.sign_in(min_, cast.min)
    min_.goto(address)
    min_.get_by_role("button", name="批准，马上启用").click()

    expect(min_.locator("aside").get_by_text("在用")).to_be_visible()


def test_without_scripts_a_request_is_filed_and_a_look_is_chosen(
    house: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    page = chromium_pages(java_script_enabled=False)
    house.sign_in(page, cast.zhou)
    page.goto(f"{house.url}/requests/new")
    page.locator("[name=customer]").fill("江北园区")
    page.locator("[name=quote]").fill("抄表太慢了。")
    page.locator("form[action='/requests'] button.btn-primary").click()
    expect(page.get_by_text("抄表太慢了。").first).to_be_visible()

    page.locator("button[name=theme]:visible").first.click()

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
