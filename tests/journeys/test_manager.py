"""The story of the product manager: what shipped gets its material, and the seller who had asked for it sees both."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hub import requirements
from tests.cast import Cast, on_offer, settle
from tests.domains.requirement_cast import asked_for, brought_to, wanted
from tests.journeys.conftest import House
from tests.journeys.test_marketer import expect_within

pytestmark = pytest.mark.browser
TITLE = "分时电价变化后自动重算"


@pytest.fixture
def key(house: House, cast: Cast) -> str:
    """A requirement that is being built, a request of Lin's behind it, and an answer that belongs to its launch."""
    with house.wiring.database.write() as session:
        requirement = wanted(session, cast.jun, title=TITLE)
        asked_for(session, cast.lin, requirement)
        brought_to(session, cast, requirement, "building")
        on_offer(session, cast, "电价重算常见问题", kind="faq", text="每天夜里自动重算。")
    settle(house.wiring)
    return requirement.key


def test_a_shipped_requirement_with_its_material_stands_on_the_front_page_of_the_seller_who_asked(
    house: House, cast: Cast, key: str, chromium_pages: Callable[..., Page]
) -> None:
    jun, lin = chromium_pages(), chromium_pages()
    house.sign_in(jun, cast.jun)
    jun.goto(f"{house.url}/requirements/{key}")
    jun.locator("summary", has_text="标为已发布").click()
    jun.locator("#move-limits").fill("只支持四段电价。")
    jun.locator("#move-words-shipped").fill("11 月版本起自动重算。")
    jun.locator("details[open]").get_by_role("button", name="标为已发布").click()
    expect(jun.get_by_role("status").get_by_text("已发布。提过它的人会收到通知")).to_be_visible()

    jun.goto(f"{house.url}/requirements/{key}/attach?role=faq&q=电价")
    jun.get_by_role("button", name="关联").first.click()
    expect(jun.locator("#material").get_by_role("link", name="电价重算常见问题")).to_be_visible()

    house.sign_in(lin, cast.lin)

    def told() -> bool:
        lin.goto(house.url)
        return lin.get_by_text("您提的需求发布了").count() > 0

    expect_within(lin, told)
    shown = lin.locator("main")
    expect(shown.get_by_role("link", name=TITLE).first).to_be_visible()
    expect(shown.get_by_text("11 月版本起自动重算。").first).to_be_visible()
    shown.get_by_role("link", name="电价重算常见问题").first.click()
    expect(lin.get_by_text("每天夜里自动重算。").first).to_be_visible()
    with house.wiring.database.read() as session:
        assert requirements.get(session, key, cast.lin).state in {"shipped", "launched"}
