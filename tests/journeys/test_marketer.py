"""The stories of the product marketer: from a file on the desk to slides that sellers find, and back out of use."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation
from pptx.util import Inches

from hub import assets, decks, sharing, toolkits
from hub.base import clock
from tests.cast import Cast, on_offer
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def deck() -> bytes:
    """A small deck whose second slide says something nobody else says."""
    made = Presentation()
    for title, body in (("冷链园区方案", "总览"), ("冷库压缩机错峰", "夜间谷段蓄冷，白天少开两台压缩机")):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
        slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(2)).text_frame.text = body
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def search(page: Page, house: House, words: str) -> None:
    page.goto(f"{house.url}/search")
    page.get_by_role("combobox", name="搜索").first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def a_kit(house: House, cast: Cast) -> None:
    """A kit whose rule takes in all of a product for customers."""
    with house.wiring.database.write() as session:
        said = toolkits.Fields(
            title="园区节能",
            product="energy",
            industry="park",
            rules=[{"product": "energy", "kind": "solution"}],
        )
        toolkits.publish(session, toolkits.create(session, said, by=cast.ting, slug="k"), by=cast.ting)


@pytest.mark.parametrize("size", SIZES)
def test_a_dropped_deck_is_reviewed_by_another_comes_into_the_kit_by_its_rule_and_is_found_by_sellers(
    house: House, cast: Cast, chromium_pages: Callable[..., Page], size: str
) -> None:
    a_kit(house, cast)
    ting, min_, lin = (chromium_pages(viewport=SIZES[size]) for _ in range(3))
    house.sign_in(ting, cast.ting)
    ting.goto(f"{house.url}/assets/new")
    ting.locator("input[name=files]").set_input_files(
        {"name": "冷链园区方案.pptx", "mimeType": "application/octet-stream", "buffer": deck()}
    )
    ting.get_by_label("可发客户").check()
    ting.get_by_label("能碳管理", exact=True).check()
    ting.get_by_role("button", name="存为草稿").click()
    expect(ting.get_by_role("heading", name="冷链园区方案").first).to_be_visible()
    expect(ting.get_by_text("正在读文件内容")).to_have_count(0, timeout=30_000)

    house.sign_in(lin, cast.lin)
    search(lin, house, "压缩机错峰")
    expect(lin.get_by_text("没有找到")).to_be_visible()
    search(ting, house, "压缩机错峰")
    expect(ting.locator(".q-hit").first).to_contain_text("草稿")

    ting.locator(".q-hit a").first.click()
    ting.get_by_role("button", name="提交审核").click()
    expect(ting.locator("aside").get_by_text("审核中")).to_be_visible()
    expect(ting.get_by_role("button", name="批准，马上启用")).to_have_count(0)

    house.sign_in(min_, cast.min)
    min_.get_by_role("link", name="冷链园区方案").first.click()
    min_.get_by_role("button", name="批准，马上启用").click()
    expect(min_.locator("aside").get_by_text("在用")).to_be_visible()

    def found() -> bool:
        search(lin, house, "压缩机错峰")
        return lin.locator(".q-hit").count() > 0

    expect_within(lin, found)
    expect(lin.locator(".q-hit").first).to_contain_text("冷库压缩机错峰")
    lin.locator(".q-hit a").first.click()
    expect(lin.locator("aside").get_by_text("在用")).to_be_visible()

    def in_the_kit() -> bool:
        lin.goto(f"{house.url}/toolkits/k")
        return lin.get_by_role("link", name="冷链园区方案").count() > 0

    expect_within(lin, in_the_kit)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_withdrawn_lists_who_carries_it_and_each_is_sent_the_correction(
    house: House, cast: Cast, chromium_pages: Callable[..., Page], size: str
) -> None:
    link = carried(house, cast)
    ting, lin, stranger = (chromium_pages(viewport=SIZES[size]) for _ in range(3))
    stranger.goto(f"{house.url}{link}")
    expect(stranger.get_by_text("旧方案").first).to_be_visible()

    house.sign_in(ting, cast.ting)
    ting.goto(f"{house.url}/assets/1/reach")
    expect(ting.get_by_role("link", name="园区节能")).to_be_visible()
    expect(ting.get_by_text("林晓")).to_have_count(0)  # whose link it is, is not said
    ting.goto(f"{house.url}/assets/1")
    ting.get_by_role("link", name="停用这一版").click()
    ting.get_by_label("为什么停用").fill("电价换了")
    ting.get_by_label("改用哪一份").select_option(label="新方案")
    ting.get_by_role("button", name="停用，并通知手里有它的人").click()
    expect(ting.get_by_text("电价换了").first).to_be_visible()

    house.sign_in(lin, cast.lin)

    def corrected() -> bool:
        lin.goto(f"{house.url}/notices")
        return lin.get_by_text("请改用“新方案”").count() > 0

    expect_within(lin, corrected)
    lin.get_by_text("请改用“新方案”").first.click()
    expect(lin.get_by_role("heading", name="新方案").first).to_be_visible()
    stranger.goto(f"{house.url}{link}")
    expect(stranger.get_by_text("旧方案的正文")).to_have_count(0)


def carried(house: House, cast: Cast) -> str:
    """An old text in a kit, in a deck and in a link of Lin's, whose address this is; and what takes its place."""
    with house.wiring.database.write() as session:
        old = on_offer(session, cast, "旧方案", text="旧方案的正文")
        on_offer(session, cast, "新方案", text="新方案的正文")
        wanted = [sharing.Wanted("asset", old.id or 0)]
        share = sharing.create(
            session, wanted, sharing.Fields(), key=house.wiring.settings.key(), by=cast.lin
        )
        deck = decks.Deck(title="给华辰", state="ready", owner_id=cast.lin.id, created_at=clock.now())
        session.add(deck)
        session.flush()
        session.add(decks.DeckSlide(
            deck_id=deck.id or 0, number=1, title="方案", origin="asset", asset_id=old.id,
            version_id=session.get_one(assets.Asset, old.id).on_offer_id,
        ))  # fmt: skip
        address = sharing.address(share, house.wiring.settings.key())
    a_kit(house, cast)
    assert address is not None
    return address


def expect_within(page: Page, holds: Callable[[], bool], tries: int = 20) -> None:
    """The index follows within seconds: ask again until it has."""
    for _ in range(tries):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it did not come true")
