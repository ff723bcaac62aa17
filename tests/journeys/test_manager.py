"""The whole loop in browsers: a seller files a request and is shown what is like it, three roles score it, a meeting
plans it, it ships, its slots are filled, it is launched by itself, the seller hears, and at last the customer.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hub import accounts, meetings, requirements
from hub.base import clock
from tests.cast import Cast, on_offer, settle
from tests.domains.requirement_cast import wanted
from tests.journeys.conftest import House
from tests.journeys.test_every_page import signed_in
from tests.tooling.browser import expect_within

pytestmark = pytest.mark.browser
TITLE = "分时电价变化后自动重算"
WORDS = "峰谷时段一改，上个月报的电价就对不上了。"


@pytest.fixture
def key(house: House, cast: Cast) -> str:
    """A requirement nobody has scored, a meeting that is to come, and material that waits to be attached."""
    with house.wiring.database.write() as session:
        requirement = wanted(session, cast.jun, title=TITLE, manager_id=cast.jun.id)
        on_offer(session, cast, "电价重算常见问题", kind="faq", text="每天夜里自动重算。")
        on_offer(session, cast, "电价重算限制说明", kind="one_pager", text="只支持四段电价。")
        first = clock.today() - timedelta(days=7)
        said = meetings.SeriesFields(name="需求评审会", every_weeks=1, first_on=first, at_time="09:30")
        meetings.create_series(session, said, by=cast.jun)
    settle(house.wiring)
    return requirement.key


@pytest.fixture
def browser_of(house: House, chromium_pages: Callable[..., Page]) -> Callable[[accounts.Actor], Page]:
    """`browser_of(cast.lin)`: a browser in which Lin is signed in."""

    def opened(person: accounts.Actor) -> Page:
        page = chromium_pages()
        signed_in(page, house, person)
        return page

    return opened


def test_a_request_goes_from_the_customers_words_to_material_and_back_to_the_customer(
    house: House, cast: Cast, key: str, browser_of: Callable[[accounts.Actor], Page]
) -> None:
    lin, jun = browser_of(cast.lin), browser_of(cast.jun)

    ask(lin, house, key)
    score(jun, house, key)
    estimate(browser_of(cast.li), house, key)
    plan_in_a_meeting(jun, house, cast, key)
    ship(jun, house, key)
    fill_the_slots(jun, house, key)
    wait_until_launched(jun, house, key)
    tell_the_customer(lin, house)

    jun.reload()
    expect(jun.locator("#told").get_by_text("已上市 1 / 1")).to_be_visible()
    with house.wiring.database.read() as session:
        assert requirements.owed(session, cast.lin) == []


def ask(page: Page, house: House, key: str) -> None:
    """The seller types; what is like it shows, and the customer is added to it."""
    page.goto(f"{house.url}/requests/new")
    page.get_by_label("客户", exact=False).first.fill("华辰电子产业园")
    page.locator("#i-quote").press_sequentially(WORDS)
    same = page.locator("#similar").get_by_text(f"把我的客户加到 {key}")
    expect(same).to_be_visible()
    expect(page.locator("#similar").get_by_text("电价重算常见问题")).to_be_visible()
    same.click()
    page.locator("#i-revenue").fill("86万")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("status").get_by_text(f"已加到 {key}")).to_be_visible()


def say(page: Page, factor: str, fill: Callable[[Page], None]) -> None:
    """One factor by its form in the table of RICE."""
    row = page.locator("#rice tr", has_text=factor)
    row.locator("summary", has_text="填写").click()
    fill(page)
    row.get_by_role("button", name="记下").click()
    expect(page.locator("#rice tr", has_text=factor).locator("summary", has_text="填写")).to_have_count(0)


def score(page: Page, house: House, key: str) -> None:
    page.goto(f"{house.url}/requirements/{key}")
    say(page, "触达", lambda p: p.locator("#rice-reach").fill("100"))
    say(page, "影响", lambda p: p.locator("#rice-impact").select_option("1"))
    say(page, "信心", lambda p: p.locator("#rice-confidence").fill("80"))


def estimate(page: Page, house: House, key: str) -> None:
    """Effort is the expert's, in four parts."""
    page.goto(f"{house.url}/requirements/{key}")

    def parts(p: Page) -> None:
        for part, days in (("development", 12), ("design", 3), ("test", 4), ("training", 1)):
            p.locator(f"#rice-{part}").fill(str(days))

    say(page, "投入", parts)
    expect(page.locator("#rice").get_by_text("开发 12 + 设计 3 + 测试 4 + 销售培训 1")).to_be_visible()
    expect(page.locator("#rice .q-score")).to_have_text("4")


def plan_in_a_meeting(page: Page, house: House, cast: Cast, key: str) -> None:
    """All three roles are there; the requirement is planned, and the meeting closes."""
    page.goto(f"{house.url}/meetings")
    page.get_by_role("link", name="看议程").first.click()
    page.get_by_role("button", name="开始会议").click()
    page.get_by_role("button", name="到了", exact=True).click()  # Lin, who asked, is invited by the agenda
    expect(page.get_by_role("button", name="到了", exact=True)).to_have_count(0)
    page.locator("#i-who").select_option(str(cast.li.id))
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_text("三方到齐")).to_be_visible()
    page.goto(f"{page.url.split('?')[0].split('#')[0]}?on={key}")
    page.locator(".q-meet-choice", has_text="规划").click()
    page.locator("#i-rationale").fill("三家都卡在这里")
    page.locator("#i-words").fill("下个季度可以用上，具体时间以上线通知为准。")
    page.get_by_role("button", name="记下，议下一条").click()
    expect(page.get_by_text("已议 1 / 1")).to_be_visible()
    page.get_by_role("button", name="结束会议").click()
    expect(page.get_by_role("heading", name="纪要")).to_be_visible()


def ship(page: Page, house: House, key: str) -> None:
    page.goto(f"{house.url}/requirements/{key}")
    page.locator("summary", has_text="开始开发").click()
    page.locator("details[open]").get_by_role("button", name="开始开发").click()
    page.locator("summary", has_text="标为已发布").click()
    page.locator("#move-limits").fill("只支持四段电价。")
    page.locator("#move-words-shipped").fill("11 月版本起自动重算。")
    page.locator("details[open]").get_by_role("button", name="标为已发布").click()
    expect(page.get_by_role("status").get_by_text("已发布。提过它的人会收到通知")).to_be_visible()


def fill_the_slots(page: Page, house: House, key: str) -> None:
    """An FAQ, a note of limits, and a line for the customer's words."""
    for role, title in (("faq", "电价重算常见问题"), ("limits_note", "电价重算限制说明")):
        page.goto(f"{house.url}/requirements/{key}/attach?role={role}&q={title}")
        page.get_by_role("button", name="关联").first.click()
        expect(page.locator("#material").get_by_role("link", name=title)).to_be_visible()
    page.locator("#answers input[type=text]").first.fill("电价表一更新就自动重算。")
    page.locator("#answers").get_by_role("button", name="保存").click()
    expect(page.get_by_text("记下了，销售告诉客户时照着说。")).to_be_visible()


def wait_until_launched(page: Page, house: House, key: str) -> None:
    """Nobody says so: the worker finds that every line holds."""

    def launched() -> bool:
        page.goto(f"{house.url}/requirements/{key}")
        return page.locator("#told").get_by_text("已上市", exact=False).count() > 0

    expect_within(page, launched)


def tell_the_customer(page: Page, house: House) -> None:
    """The seller's front page has the material at hand and what to say; then the customer knows."""
    page.goto(house.url)
    shown = page.locator("main")
    expect(shown.get_by_role("link", name=TITLE).first).to_be_visible()
    expect(shown.get_by_text("11 月版本起自动重算。").first).to_be_visible()
    expect(shown.get_by_role("link", name="电价重算常见问题").first).to_be_visible()
    page.get_by_role("button", name="已告知 华辰电子产业园").first.click()
    expect(page.get_by_role("status").get_by_text("记下了：客户已经知道。")).to_be_visible()
    expect(page.get_by_role("button", name="已告知 华辰电子产业园")).to_have_count(0)
