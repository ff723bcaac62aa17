"""The story of the product marketer: from a file on the desk to slides that sellers find."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation
from pptx.util import Inches

from tests.cast import Cast
from tests.journeys.conftest import House
from tests.tooling.browser import expect_within

pytestmark = pytest.mark.browser


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


def test_a_dropped_deck_is_found_by_its_words_reviewed_by_another_and_then_found_by_sellers(
    house: House, cast: Cast, chromium_pages: Callable[..., Page]
) -> None:
    ting, min_, lin = chromium_pages(), chromium_pages(), chromium_pages()
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
