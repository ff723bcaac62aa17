"""The story of a thing on offer: how it comes among what sellers find, and how taking it away reaches whoever has it.

At the width of a phone and of a desk.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from hub import accounts, toolkits
from hub.wiring import Wiring
from tests.cast import Cast, on_offer, settle
from tests.journeys.conftest import House, serving
from tests.journeys.test_every_page import signed_in
from tests.journeys.test_send import SIZES
from tests.tooling.browser import expect_within

pytestmark = pytest.mark.browser
KIT, OLD, NEW = "轻量版 · 园区", "轻量版方案（旧报价）", "轻量版方案（新报价）"
UPLOAD = "空压机余热回收"
ARTICLE = f"# {UPLOAD}\n\n空压机的余热拿来烧洗澡水，宿舍一年省下三万方天然气。"


@pytest.fixture
def shop(wiring: Wiring, cast: Cast) -> Iterator[House]:
    """A published kit with one pinned solution and a rule; of another industry, what may take that one's place."""
    with wiring.database.write() as session:
        tags = {"product": ["lite"]}
        old = on_offer(session, cast, OLD, tags=tags, text="每月两千八百元起。")
        on_offer(session, cast, NEW, tags={**tags, "industry": ["steel"]}, text="每月两千六百元起。")
        rule = {"kind": ["solution"], "product": "lite", "industry": "park"}
        said = toolkits.Fields(title=KIT, product="lite", industry="park", rules=[rule])
        kit = toolkits.create(session, said, by=cast.ting, slug="lite-park")
        toolkits.pin(session, kit, old.id or 0, by=cast.ting)
        toolkits.publish(session, kit, by=cast.ting)
    settle(wiring)
    with serving(wiring) as house:
        yield house


@pytest.fixture(params=SIZES)
def browser_of(
    shop: House, chromium_pages: Callable[..., Page], request: pytest.FixtureRequest
) -> Callable[..., Page]:
    """`browser_of(cast.lin)`: a phone's or a desk's browser in which Lin is signed in; a stranger's without."""

    def opened(person: accounts.Actor | None = None) -> Page:
        page = chromium_pages(viewport=SIZES[request.param], accept_downloads=True)
        if person is not None:
            signed_in(page, shop, person)
        return page

    return opened


def finds(page: Page, house: House, words: str) -> bool:
    page.goto(f"{house.url}/search?q={words}")
    return page.locator(".q-hit").count() > 0


def test_an_upload_is_reviewed_by_another_and_then_stands_in_the_kit_by_its_rule_and_is_found(
    shop: House, cast: Cast, browser_of: Callable[..., Page]
) -> None:
    ting, min_, lin = browser_of(cast.ting), browser_of(cast.min), browser_of(cast.lin)
    upload(ting, shop)
    lin.goto(f"{shop.url}/toolkits/lite-park")
    expect(lin.get_by_role("link", name=OLD).first).to_be_visible()
    expect(lin.get_by_role("link", name=UPLOAD)).to_have_count(0)
    assert not finds(lin, shop, "余热 洗澡水")

    ting.get_by_role("button", name="提交审核").click()
    expect(ting.locator("aside").get_by_text("审核中")).to_be_visible()
    expect(ting.get_by_role("button", name="批准，马上启用")).to_have_count(0)  # nobody approves their own
    min_.goto(shop.url)
    min_.locator("main").get_by_role("link", name=UPLOAD).first.click()
    min_.get_by_role("button", name="批准，马上启用").click()
    expect(min_.locator("aside").get_by_text("在用")).to_be_visible()

    expect_within(lin, partial(finds, lin, shop, "余热 洗澡水"))
    expect(lin.locator(".q-hit").first).to_contain_text(UPLOAD)
    lin.goto(f"{shop.url}/toolkits/lite-park")
    lin.get_by_role("link", name=UPLOAD).first.click()
    expect(lin.get_by_text("宿舍一年省下三万方天然气").first).to_be_visible()


def upload(page: Page, house: House) -> None:
    """A file from the desk, of an industry below the one that the kit's rule names."""
    page.goto(f"{house.url}/assets/new")
    page.locator("input[name=files]").set_input_files(
        {"name": f"{UPLOAD}.md", "mimeType": "text/markdown", "buffer": ARTICLE.encode()}
    )
    page.get_by_label("种类").select_option("solution")
    page.get_by_label("可发客户").check()
    page.get_by_label("能碳管理轻量版", exact=True).check()
    page.locator("summary", has_text="行业").click()
    page.get_by_label("智慧园区", exact=True).check()
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("heading", name=UPLOAD).first).to_be_visible()


def test_withdrawing_lists_what_carries_it_and_its_holders_read_the_correction_with_what_takes_its_place(
    shop: House, cast: Cast, browser_of: Callable[..., Page]
) -> None:
    ting, lin, stranger = browser_of(cast.ting), browser_of(cast.lin), browser_of()
    link = take(lin, shop)
    stranger.goto(link)
    expect(stranger.get_by_text("每月两千八百元起").first).to_be_visible()

    withdraw(ting, shop)

    expect_within(lin, partial(told, lin, shop))
    stranger.goto(link)
    expect(stranger.get_by_text("每月两千八百元起")).to_have_count(0)
    lin.locator("form.q-item", has_text="请改用").get_by_role("button", name="打开").click()
    lin.get_by_role("button", name=f"换成 {NEW}").click()
    expect(lin.get_by_text(f"换成“{NEW}”了")).to_be_visible()
    stranger.goto(link)
    expect(stranger.get_by_text("每月两千六百元起").first).to_be_visible()
    lin.goto(f"{shop.url}/toolkits/lite-park")
    expect(lin.get_by_role("link", name=OLD)).to_have_count(0)


def take(page: Page, house: House) -> str:
    """The seller takes the kit home and copies a link to the solution in it: the link."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{house.url}/toolkits/lite-park")
    with page.expect_download():
        page.get_by_role("link", name="打包下载").click()
    button = page.get_by_role("button", name=f"复制链接：{OLD}")
    button.click()
    expect(button.locator("[data-label]")).to_have_text("链接已复制")
    said: str = page.evaluate("navigator.clipboard.readText()")
    return said


def withdraw(page: Page, house: House) -> None:
    """The marketer sees who has it, says why it goes and what takes its place."""
    page.goto(f"{house.url}/search?q={OLD}")
    page.locator(".q-hit a", has_text="旧报价").first.click()
    page.get_by_role("link", name="停用这一版").click()
    expect_places(page)
    page.get_by_label("为什么停用").fill("报价过期了")
    page.get_by_label("改用哪一份").select_option(label=NEW)
    page.get_by_role("button", name="停用，并通知手里有它的人").click()
    expect(page.get_by_text("已停用。同事们搜不到这一版了。")).to_be_visible()
    expect(page.get_by_text("报价过期了").first).to_be_visible()


def expect_places(page: Page) -> None:
    """The kit, and by name the colleague who downloaded it."""
    main = page.locator("main")
    expect(main.get_by_role("link", name=KIT)).to_be_visible()
    expect(main.locator("section", has_text="下载过的同事").get_by_text("林晓")).to_be_visible()


def told(page: Page, house: House) -> bool:
    page.goto(f"{house.url}/notices")
    return page.get_by_text(f"“{OLD}” 已停用：报价过期了 请改用“{NEW}”").count() > 0
