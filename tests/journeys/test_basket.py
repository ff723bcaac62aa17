"""What a plus sign says of a slide that is in the basket already: in the search, on an asset and in a toolkit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hub import assets, decks, library
from tests.domains.deck_house import add_kit
from tests.journeys.conftest import House
from tests.tooling.browser import accessibility_findings

pytestmark = pytest.mark.browser
HELD = "form[data-basket] button.q-held"


def test_a_slide_in_the_basket_has_a_check_for_its_plus_and_is_taken_out_with_it(
    house: House, cast, chromium_pages: Callable[..., Page]
) -> None:
    with house.wiring.database.write() as session:
        add_kit(session, house.wiring, cast)
        cards = assets.cards(session, assets.ids_matching(session, cast.lin), cast.lin)
        asset = next(c.id for c in cards if decks.is_deck(c))
        decks.basket_add(session, asset, [4, 5], by=cast.lin)
    library.rebuild_index(house.wiring.database, house.wiring.engine)
    page = chromium_pages()
    house.sign_in(page, cast.lin)

    page.goto(f"{house.url}/search?q=峰段电费&type=slide")
    check = page.locator(f"form[data-basket]:has(input[name=asset][value='{asset}']) button").first
    expect(check).to_have_accessible_name("已在选页篮里，再按一次拿出：园区方案：峰段电费")
    assert check.locator("use").get_attribute("href").endswith("#check")
    assert accessibility_findings(page) == []
    check.click()
    expect(page.locator("#q-notes")).to_contain_text("从选页篮里拿出 1 页")
    expect(check).to_have_accessible_name("放进选页篮：园区方案：峰段电费")
    assert check.locator("use").get_attribute("href").endswith("#plus")
    expect(page.locator("#q-basket b")).to_have_text("1")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#q-notes")).to_contain_text("放回选页篮 1 页")
    expect(page.locator(HELD).first).to_be_visible()

    page.goto(f"{house.url}/assets/{asset}?page=4")
    expect(page.locator(HELD)).to_have_text("已在选页篮里")
    page.locator(HELD).click()
    expect(page.locator("form[data-basket] button")).to_have_text("放进选页篮")
    page.locator("form[data-basket] button").click()
    expect(page.locator(HELD)).to_have_text("已在选页篮里")
    page.goto(f"{house.url}/assets/{asset}?page=3")
    expect(page.locator("form[data-basket] button")).to_have_text("放进选页篮")
    expect(page.locator(HELD)).to_have_count(0)

    page.goto(f"{house.url}/toolkits/energy-park")
    signs = page.locator(f"form[data-basket]:has(input[name=asset][value='{asset}']) button.q-add")
    shown = [signs.nth(n).locator("use").get_attribute("href").split("#")[1] for n in range(signs.count())]
    numbers = page.locator(f"form[data-basket]:has(.q-add):has(input[value='{asset}']) input[name=page]")
    pages = [numbers.nth(n).input_value() for n in range(numbers.count())]
    assert shown == ["check" if number in {"4", "5"} else "plus" for number in pages]
    whole = page.locator(f"form[data-basket]:has(input[value='{asset}']) button:not(.q-add)")
    assert "check" in shown or whole.count(), "the kit shows slides of the deck or the whole of it"
