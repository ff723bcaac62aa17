"""The story of the seller: from a customer visit in an hour to a pitch deck with that customer's name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from hub.wiring import Wiring
from tests.journeys.conftest import House, serving
from tests.journeys.demo_part import actor, take_in

pytestmark = pytest.mark.browser
KIT = "kit-energy-lite-park"
HELD = (
    *("intro-energy-lite-deck", "solution-tenant-billing-deck", "solution-park-lite", "case-xingang"),
    *("case-lincheng", "case-haitang", "faq-power-off", "faq-data-where", "faq-tariff-change"),
    *("page-energy-lite", "talk-lite-first-call"),
)
CUSTOMER = "锦澜智造园"
MAKING_MS = 120_000


@pytest.fixture
def shop(wiring: Wiring, tmp_path: Path) -> Iterator[House]:
    """The kit of the lite product for parks, served."""
    take_in(wiring, tmp_path / "library", HELD, [KIT])
    with serving(wiring) as house:
        yield house


def test_a_seller_finds_the_kit_answers_six_questions_and_leaves_with_a_deck_of_that_customer(
    shop: House, chromium_pages: Callable[..., Page], tmp_path: Path
) -> None:
    page = chromium_pages(accept_downloads=True)
    shop.sign_in(page, actor(shop.wiring, "linxiao@lanchuan.example"))

    page.get_by_role("combobox", name="搜索").first.fill("智慧园区 能耗")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    for value in ("tier-transactional", "industry-park"):
        with page.expect_response(
            lambda r: "/search?" in r.url and r.request.headers.get("hx-request") == "true"
        ):
            page.locator(f"#f-{value}").check()
        page.wait_for_url(f"**/search?*{value.replace('-', '=')}*")
    expect(page.locator(".q-hit").first).to_be_visible()
    page.goto(f"{page.url}&type=toolkit")
    page.locator(".q-hit a", has_text="能碳管理轻量版").first.click()
    expect(page.get_by_role("heading", name="能碳管理轻量版 · 产业园区").first).to_be_visible()

    page.locator("a[href*='/decks/new']").first.click()
    assert page.locator("a[aria-current=true]", has_text="快单模板").count() == 1
    page.get_by_label("客户名称").fill(CUSTOMER)
    page.get_by_label("行业").select_option("park")
    page.get_by_label("抄表靠人跑").check()
    page.get_by_label("约多少个点位").fill("120")
    page.get_by_label("公共区年电费（元）").fill("64 万")
    page.get_by_label("推荐套餐").select_option("standard")
    page.get_by_role("button", name="排页面").click()
    page.wait_for_url("**/decks/*")
    page.get_by_role("button", name="存好并生成").click()
    made = page.get_by_role("link", name="下载 PPTX")
    expect(made).to_be_visible(timeout=MAKING_MS)  # the page brings itself up to date …
    expect(page.locator("#status[hx-get]")).to_have_count(
        0, timeout=MAKING_MS
    )  # … until every picture is drawn

    with page.expect_download() as coming:
        made.click()
    coming.value.save_as(tmp_path / "pitch.pptx")
    assert CUSTOMER in coming.value.suggested_filename
    slides = read(tmp_path / "pitch.pptx")
    said = "\n".join(text for text, _notes in slides)
    assert CUSTOMER in slides[0][0]
    assert "{{" not in said
    assert "新港" in said or "临澄" in said  # a customer of the same industry
    assert "抄表" in said
    assert "38,800" in said
    assert any("停电" in notes for _text, notes in slides)  # what the FAQ answers stands in the notes


def read(path: Path) -> list[tuple[str, str]]:
    """Per slide its words (tables and groups too) and its notes."""
    found = []
    for slide in Presentation(str(path)).slides:
        words = [
            node.text or ""
            for node in slide._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
        ]
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        found.append(("\n".join(words), notes))
    return found


@pytest.mark.office
def test_slides_show_as_thumbnails_in_the_search(
    wiring: Wiring, tmp_path: Path, chromium_pages: Callable[..., Page]
) -> None:
    take_in(wiring, tmp_path / "library", ["solution-tenant-billing-deck"], [], draw=True)
    with serving(wiring) as house:
        page = chromium_pages()
        house.sign_in(page, actor(wiring, "linxiao@lanchuan.example"))
        page.goto(f"{house.url}/search?q=分摊&type=slide")
        picture = page.locator(".q-hit img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 400)  # it has come
