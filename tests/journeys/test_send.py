"""The story of a link: three clicks to copy it, a stranger opens it, and the seller sees what was read for how long."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session

from hub import sharing, toolkits
from hub.wiring import Wiring
from tests.cast import Cast
from tests.journeys.conftest import House, serving
from tests.tooling.browser import expect_within
from tests.web.test_visitors import a_deck, picture

pytestmark = pytest.mark.browser
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


def furnish(session: Session, wiring: Wiring, cast: Cast) -> None:
    """A kit of the quick tier with one drawn deck in it."""
    a_deck(
        session,
        wiring,
        cast,
        "轻量版介绍",
        kind="product_intro",
        tags={"product": ["lite"], "industry": ["park"]},
    )
    said = toolkits.Fields(
        title="轻量版 · 园区", product="lite", industry="park", rules=[{"product": "lite"}]
    )
    kit = toolkits.create(session, said, by=cast.ting, slug="lite-park")
    toolkits.publish(session, kit, by=cast.ting)


@pytest.fixture
def shop(wiring: Wiring, cast: Cast) -> Iterator[House]:
    assert picture()
    with wiring.database.write() as session:
        furnish(session, wiring, cast)
    with serving(wiring) as house:
        yield house


def copied(page: Page) -> str:
    """Front page → kit → "copy link": what is in the clipboard then. The front page is the place to start from."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="轻量版 · 园区").first.click()  # one
    page.locator("form[data-share] button").first.click()  # two
    expect(page.locator("form[data-share] [data-label]").first).to_have_text("链接已复制")
    said: str = page.evaluate("navigator.clipboard.readText()")
    return said


@pytest.mark.parametrize("size", SIZES)
def test_a_link_is_copied_opened_by_a_stranger_and_its_reading_shown(
    shop: House, cast: Cast, chromium_pages: Callable[..., Page], size: str
) -> None:
    seller, stranger = chromium_pages(viewport=SIZES[size]), chromium_pages(viewport=SIZES[size])
    shop.sign_in(seller, cast.lin)
    link = copied(seller)
    assert re.fullmatch(rf"{shop.url}/s/[\w-]{{32}}", link)

    open_with_a_clock_of_its_own(stranger, link)
    read(stranger, size, seconds=(12, 34))

    expect_times(seller, shop, {1: 12, 2 if size == "desk" else 3: 34})
    expect(seller.get_by_text("打开了").first).to_be_visible()
    seller.goto(f"{shop.url}/notices")
    expect(seller.get_by_text("有人打开了")).to_be_visible()


def open_with_a_clock_of_its_own(page: Page, link: str) -> None:
    """The page's time stands still until the test moves it: how long this machine takes does not count."""
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    page.goto(link)
    expect(page.locator(".v-sheet").first).to_be_visible()


def read(page: Page, size: str, *, seconds: tuple[int, int]) -> None:
    """Look at the first page and then at another for so long, by the browser's own clock, and leave. On a phone several
    pages stand on a screen, and the other one is the last.
    """
    page.clock.run_for(seconds[0] * 1000)
    if size == "desk":
        page.keyboard.press("ArrowRight")
    else:
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(page.locator("#p3")).to_have_class(re.compile("v-now"))
    page.clock.run_for(seconds[1] * 1000)
    page.goto("about:blank")


def expect_times(seller: Page, shop: House, seconds: dict[int, int]) -> None:
    """Each page's time is right within a tenth or a second."""
    found: dict[int, float] = {}

    def right() -> bool:
        with shop.wiring.database.read() as session:
            share = session.get_one(sharing.Share, 1)
            found.update({t.page: t.ms / 1000 for t in sharing.page_times(session, share)})
        near = [abs(found.get(page, 0) - wanted) <= max(1, wanted / 10) for page, wanted in seconds.items()]
        return all(near) and set(found) == set(seconds)

    expect_within(seller, right)  # the last beat comes when the page is left
    seller.goto(f"{shop.url}/shares/1")
    expect(seller.locator("[data-time]")).to_have_count(len(seconds))


def test_a_page_that_nobody_touches_counts_for_five_minutes_and_a_glance_not_at_all(
    shop: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    seller, stranger = chromium_pages(), chromium_pages()
    shop.sign_in(seller, cast.lin)
    link = copied(seller)
    open_with_a_clock_of_its_own(stranger, link)

    stranger.clock.fast_forward("30:00")  # half an hour away from the desk
    stranger.keyboard.press("ArrowRight")
    stranger.clock.run_for(500)  # a glance
    stranger.keyboard.press("ArrowRight")
    stranger.clock.run_for(5_000)
    stranger.goto("about:blank")

    expect_times(seller, shop, {1: 300, 3: 5})


def test_without_scripts_a_button_opens_and_every_page_is_there(
    shop: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    seller, stranger = chromium_pages(), chromium_pages(java_script_enabled=False)
    shop.sign_in(seller, cast.lin)
    stranger.goto(copied(seller))
    expect(stranger.locator(".v-sheet").first).to_be_hidden()

    stranger.get_by_role("button", name="打开").click()

    pictures = stranger.locator(".v-sheet > img[src], .v-sheet > noscript > img")
    expect(pictures).to_have_count(3)
    for shown in pictures.all():  # each is fetched when it is near
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
    seller.goto(f"{shop.url}/shares/1")
    expect(seller.get_by_text("时长未知")).to_be_visible()
