"""The sample pages in a real Chromium: axe, no sideways scrolling, keyboard, and life without scripts."""

from collections.abc import Iterator

import pytest

from tests.tooling.browser import accessibility_findings
from tests.web import house

pytestmark = pytest.mark.browser

PAGES = ("gallery", "search", "list", "nothing", "home", "first-day", "quiet", "sign-in", "error")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with house.served() as address:
        yield address


@pytest.mark.parametrize(
    ("look", "screen"),
    [("", {}), ("?dark", PHONE), ("?en", PHONE), ("?en&dark", {})],
    ids=["light desk", "dark phone", "light phone in English", "dark desk in English"],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(base, chromium_pages, look, screen):
    page = chromium_pages(**screen)
    found = {}
    for name in PAGES:
        page.goto(f"{base}/{name}{look}")
        found[name] = accessibility_findings(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            found[name].append(f"{too_wide} px too wide")
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_axe_finds_nothing_in_open_menus(base, chromium_page):
    chromium_page.goto(f"{base}/gallery")
    chromium_page.evaluate(
        "document.querySelectorAll('details[data-menu]').forEach((menu) => { menu.open = true })"
    )
    assert chromium_page.get_by_role("button", name="确认删除").is_visible()
    assert accessibility_findings(chromium_page) == []


def test_the_top_bar_stays_in_sight_while_a_long_page_scrolls(base, chromium_page):
    chromium_page.goto(f"{base}/gallery")
    chromium_page.mouse.wheel(0, 2000)
    chromium_page.wait_for_function("scrollY > 900")
    assert chromium_page.evaluate("document.querySelector('.q-top').getBoundingClientRect().top") == 0


def test_the_slash_key_leads_into_the_search_box(base, chromium_page):
    chromium_page.goto(f"{base}/search")
    chromium_page.keyboard.press("/")
    assert chromium_page.evaluate("document.activeElement.name") == "q"
    chromium_page.keyboard.type("a/b")
    assert chromium_page.locator("input[name=q]:visible").input_value() == "a/b"


def test_the_first_tab_skips_to_the_content(base, chromium_page):
    chromium_page.goto(f"{base}/search")
    chromium_page.keyboard.press("Tab")
    chromium_page.keyboard.press("Enter")
    assert chromium_page.evaluate("document.activeElement.id") == "main"


def test_a_menu_closes_on_escape_and_gives_the_focus_back(base, chromium_page):
    chromium_page.goto(f"{base}/gallery")
    menu = chromium_page.locator("header details.q-menu:visible").last
    menu.locator("summary").click()
    assert menu.get_by_role("button", name="退出登录").is_visible()
    chromium_page.keyboard.press("Escape")
    assert not menu.get_by_role("button", name="退出登录").is_visible()
    assert chromium_page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_ticked_filter_asks_the_server_for_the_found_part_and_keeps_the_focus(base, chromium_page):
    chromium_page.goto(f"{base}/search")
    box = chromium_page.get_by_label("快单型")
    with chromium_page.expect_response(lambda r: "tier=tier0" in r.url) as answer:
        box.check()
    assert answer.value.request.headers["hx-request"] == "true"
    chromium_page.wait_for_url("**/search?*tier=tier0*")
    assert chromium_page.evaluate("document.activeElement.id") == "f-tier-tier0"


def test_the_filters_of_a_phone_stay_open_while_they_change(base, chromium_pages):
    page = chromium_pages(**PHONE)
    page.goto(f"{base}/search")
    assert not page.get_by_label("快单型").is_visible()
    page.locator("a[data-sheet]").click()
    with page.expect_response(lambda r: "tier=tier0" in r.url):
        page.get_by_label("快单型").check()
    page.wait_for_url("**/search?*tier=tier0*")
    assert accessibility_findings(page) == []
    page.get_by_role("link", name="看 348 条结果").click()
    assert not page.get_by_label("快单型").is_visible()
    assert page.locator("#results").is_visible()


def test_a_button_copies_its_text_and_says_so(base, chromium_page):
    chromium_page.goto(f"{base}/gallery")
    button = chromium_page.locator("[data-copy='http://127.0.0.1/s/x']")
    button.click()
    button.get_by_text("已复制").wait_for()
    assert chromium_page.locator("#q-live").text_content() == "已复制"


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_a_question_opens_inside_the_window_wherever_its_button_stands(base, chromium_pages, screen):
    page = chromium_pages(**screen)
    page.goto(f"{base}/gallery")
    for question in page.locator(".q-confirm").all():
        question.locator("summary").click()
        box = question.locator(".q-confirm-panel").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        page.keyboard.press("Escape")


def test_tabs_that_do_not_fit_a_phone_start_with_the_current_one_in_sight(base, chromium_pages):
    page = chromium_pages(viewport={"width": 200, "height": 700})
    page.goto(f"{base}/gallery")
    tabs = page.get_by_role("navigation", name="倒过来的部分")
    row, tab = tabs.bounding_box(), tabs.locator("[aria-current]").bounding_box()
    assert row["x"] <= tab["x"]
    assert tab["x"] + tab["width"] <= row["x"] + row["width"] + 1


def test_without_scripts_filters_menus_and_questions_still_work(base, chromium_pages):
    page = chromium_pages(java_script_enabled=False)
    page.goto(f"{base}/search")
    page.get_by_label("快单型").check()
    page.get_by_role("button", name="按选中的筛选").click()
    assert "tier=tier0" in page.url
    assert "q=" in page.url
    page.goto(f"{base}/gallery")
    page.locator("summary", has_text="删除").click()
    assert page.get_by_role("button", name="确认删除").is_visible()


def test_without_scripts_the_filters_of_a_phone_open_by_their_address(base, chromium_pages):
    page = chromium_pages(**PHONE, java_script_enabled=False)
    page.goto(f"{base}/search")
    page.locator("a[href='#filters']").click()
    assert page.get_by_label("快单型").is_visible()
    page.get_by_label("关上筛选").click()
    assert not page.get_by_label("快单型").is_visible()


def test_the_theme_changes_by_a_button_and_stays(base, chromium_page):
    chromium_page.goto(f"{base}/search?q=a")
    chromium_page.get_by_role("button", name="换成深色").click()
    assert chromium_page.url.endswith("/search?q=a")
    assert chromium_page.locator("html").get_attribute("data-bs-theme") == "dark"
