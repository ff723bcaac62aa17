#!/usr/bin/env python3
"""Takes the pictures of README and guide from a demo hub: `python docs/pictures/take.py [ADDRESS] [NAME …]`.

Start one with `python3 dev.py serve` and wait until its page pictures are drawn; this script signs in as its people,
makes a pitch deck, a value review and a template's draft on the way, and writes `<name>.<zh|en>.webp` beside itself.
Run it with the Python of `.venv`.
`take.py review` needs no hub: it fills and draws the template in `content/value-review/`.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from hub import slides  # noqa: E402
from hub.cli.slides import read_values  # noqa: E402
from tests.tooling.browser import FLAGS, find_chromium  # noqa: E402

LARGEST = 300_000  # bytes of one picture
REVIEW_PAGES = (1, 2, 3, 4, 5, 8)
SIZE = {"width": 1360, "height": 850}
SELLER, MARKETER, MANAGER = (f"{n}@lanchuan.example" for n in ("linxiao", "liting", "hejun"))
COOKIES = {"zh": "zh-CN", "en": "en"}


def open_deck(page: Page) -> None:
    """The seller's pitch deck, made the first time from the energy kit of parks."""
    page.goto("/decks")
    known = page.locator("main a[href^='/decks/']:not([href='/decks/new'])")
    if known.count() == 0:
        answer_brief(page)
    else:
        known.first.click()
        page.wait_for_load_state("networkidle")
    if page.locator("a[href$='/file']").count() == 0:
        page.locator("form[action$='/make'] button").click()
        page.locator("a[href$='/file']").wait_for(timeout=300_000)
    page.locator(".q-slide-link").nth(6).click()
    page.wait_for_load_state("networkidle")


def answer_brief(page: Page) -> None:
    page.goto("/decks/new?toolkit=kit-energy-park")
    page.locator("[name='customer.name']").fill("澜江高新产业园")
    pains = page.locator("[name='pains']")
    if pains.first.get_attribute("type") == "checkbox":
        pains.nth(0).check()
        pains.nth(4).check()
    else:
        pains.first.select_option(["peak", "dispute"])
    page.locator("[name='annual_bill']").fill("8600000")
    page.locator("[name='saving']").fill("980000")
    page.locator("[name='next_step']").fill("现场勘点")
    page.locator("main form[action='/decks'] button.btn-primary").click()
    page.wait_for_load_state("networkidle")


def open_questions(page: Page) -> None:
    """What the template of the value review is read to ask, as a draft of its own."""
    page.goto("/templates")
    draft = page.locator("a[href$='/questions']")
    if draft.count() == 0:
        page.set_input_files("[name='pptx']", ROOT / "content" / "value-review" / "template.zh.pptx")
        page.locator("[name='title']").fill("园区季度回顾")
        page.locator("form[action='/templates'] button.btn-primary").click()
        page.wait_for_url("**/questions", timeout=60_000)
        page.locator("[name='makes']").fill("季度回顾")
        page.locator("[name='act'][value='save']").click()
        page.goto("/templates")
    where = str(draft.first.get_attribute("href"))
    page.goto(where)
    for _second in range(120):  # its pages are drawn in the background
        if page.locator(".q-template-strip").count():
            break
        page.wait_for_timeout(1000)
        page.goto(where)
    page.wait_for_load_state("networkidle")


def open_table(page: Page) -> None:
    """The zones of a value review for a customer, still with the example of the template."""
    page.goto("/decks")
    known = page.locator("main a[href^='/decks/']", has_text="价值回顾")
    if known.count():
        known.first.click()
    else:
        page.goto("/decks/new?toolkit=kit-energy-lite-park")
        page.locator(".q-template-choice").nth(2).click()
        page.locator("[name='customer.name']").fill("澜江高新产业园")
        page.locator("main form[action='/decks'] button.btn-primary").click()
    page.locator("a[href$='/tables/zones']").click()
    page.wait_for_load_state("networkidle")


def open_asset(page: Page) -> None:
    page.goto("/search?q=园区节能降碳方案&type=asset")
    page.locator(".q-hit a").first.click()
    page.wait_for_load_state("networkidle")


def fill_basket(page: Page) -> None:
    """Five slides about energy, put in from the search."""
    page.goto("/basket")
    if page.locator(".q-slide").count() < 4:  # noqa: PLR2004 - a basket with something in it
        page.goto("/search?type=slide&q=能耗")
        for number in range(5):
            page.locator("form[action='/basket'] button").nth(number).click()
            page.wait_for_load_state("networkidle")
        page.goto("/basket")


def open_check_up(page: Page) -> None:
    """The check-up of a deck made here, for a customer."""
    page.goto("/check-up")
    known = page.locator("a[href^='/check-up/']")
    if known.count():
        known.first.click()
    else:
        open_deck(page)
        data = page.request.get(str(page.locator("a[href$='/file']").first.get_attribute("href"))).body()
        page.goto("/check-up")
        file = {"name": "澜江高新.pptx", "mimeType": "application/octet-stream", "buffer": data}
        page.set_input_files("input[type=file]", files=[file])
        page.locator("[name='customer']").fill("澜江高新产业园")
        page.locator("main form button.btn-primary").click()
    page.locator(".q-verdicts").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")


def open_forms(page: Page) -> None:
    """What the park solution comes out as, made the first time."""
    title = "产业园区能碳管理方案：从一张电费单开始"
    page.goto(f"/search?q={title}&type=asset")
    links = page.locator(".q-hit a").evaluate_all(
        "all => all.map(a => [a.textContent.trim(), a.getAttribute('href')])"
    )
    where = next(url for text, url in links if text == title).split("?")[0]
    page.goto(f"{where}?tab=forms")
    if page.locator("main a[href$='/file']").count() == 0:
        page.locator("form[action$='/forms'] button.btn-primary").first.click()
    page.locator("main a[href$='/file']").nth(4).wait_for(timeout=120_000)
    page.goto(f"{where}?tab=forms")
    page.wait_for_load_state("networkidle")


def open_venture(page: Page) -> None:
    """The proposal that all parties have signed."""
    page.goto("/ventures")
    page.locator("main a[href^='/ventures/']", has_text="集团自持园区").first.click()
    page.wait_for_load_state("networkidle")


def open_meeting(page: Page) -> None:
    """The next review with its agenda."""
    page.goto("/meetings")
    page.locator(".q-meet-next").first.click()
    page.wait_for_load_state("networkidle")


def open_told(page: Page) -> None:
    """A launched requirement, at who has told which customer."""
    page.goto("/requirements/REQ-187")
    page.evaluate("document.querySelector('#told').scrollIntoView({block: 'start'}); scrollBy(0, -80)")
    page.wait_for_load_state("networkidle")


SHOTS: dict[str, tuple[str, str | Callable[[Page], None]]] = {
    "home": (SELLER, "/"),
    "search": (SELLER, "/search?q=智慧园区 能耗&tier=enterprise"),
    "asset": (SELLER, open_asset),
    "toolkit": (SELLER, "/toolkits/kit-energy-park"),
    "deck": (SELLER, open_deck),
    "basket": (SELLER, fill_basket),
    "checkup": (SELLER, open_check_up),
    "questions": (MARKETER, open_questions),
    "table": (SELLER, open_table),
    "request": (
        SELLER,
        "/requests/new?customer=华辰电子&quote=峰谷时段一改，上个月报的节省就对不上了&revenue=50万",
    ),
    "meeting": (MANAGER, open_meeting),
    "slots": (MANAGER, "/requirements/REQ-212"),
    "told": (MANAGER, open_told),
    "roadmap": (MANAGER, "/roadmap"),
    "launch": (MANAGER, "/launches/REQ-228"),
    "venture": (MARKETER, open_venture),
    "facts": (MARKETER, "/facts"),
    "requirement": (MANAGER, "/requirements/REQ-231"),
    "forms": (MARKETER, open_forms),
    "taxonomy": (MARKETER, "/taxonomy?facet=tier"),
}


def take(browser: Browser, base: str, name: str, language: str) -> int:
    """Take one picture; returns its size in bytes."""
    who, where = SHOTS[name]
    context = browser.new_context(base_url=base, viewport=SIZE, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies([{"name": "hub_language", "value": COOKIES[language], "url": base}])
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f"form:has(input[value='{who}']) button").click()
    page.wait_for_load_state("networkidle")
    if callable(where):
        where(page)
    else:
        page.goto(where)
        page.wait_for_load_state("networkidle")
    page.evaluate("Promise.all([...document.images].map(i => i.decode().catch(() => 0)))")
    shot = page.screenshot()
    context.close()
    return keep(shot, Path(__file__).with_name(f"{name}.{language}.webp"))


RESULTS = (("白皮书 PDF", (1, 4)), ("一页纸 PDF", (1,)), ("方案 PPT", (1, 8)), ("讲解 PPT", (3, 8)))


def take_results(browser: Browser, base: str) -> int:
    """Pages of the forms themselves, side by side: papers on the left, slides in two rows on the right."""
    context = browser.new_context(base_url=base, viewport=SIZE, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f"form:has(input[value='{MARKETER}']) button").click()
    page.wait_for_load_state("networkidle")
    open_forms(page)
    homes = {
        label: page.get_by_role("link", name=label, exact=True).get_attribute("href") for label, _n in RESULTS
    }
    drawn: list[Image.Image] = []
    for label, numbers in RESULTS:
        for number in numbers:
            page.goto(f"{homes[label]}?page={number}")
            source = page.locator(".q-stage img").get_attribute("src")
            drawn.append(Image.open(io.BytesIO(page.request.get(str(source)).body())).convert("RGB"))
    context.close()
    return keep_sheet(drawn)


def keep_sheet(drawn: list[Image.Image]) -> int:
    """Upright pages 500 high, then the slides in two columns beside them."""
    gap, high = 12, 500
    papers = [d.resize((round(d.width * high / d.height), high)) for d in drawn if d.height > d.width]
    slides = [
        d.resize((round(d.width * (high - gap) / 2 / d.height), (high - gap) // 2))
        for d in drawn
        if d.width > d.height
    ]
    wide = sum(p.width + gap for p in papers) + 2 * (slides[0].width + gap) + gap
    sheet = Image.new("RGB", (wide, high + 2 * gap), "#8b98a5")
    left = gap
    for paper in papers:
        sheet.paste(paper, (left, gap))
        left += paper.width + gap
    for number, slide in enumerate(slides):
        sheet.paste(
            slide, (left + number % 2 * (slide.width + gap), gap + number // 2 * (slide.height + gap))
        )
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return keep(out.getvalue(), Path(__file__).with_name("forms-results.webp"))


def keep(shot: bytes, target: Path) -> int:
    with Image.open(io.BytesIO(shot)) as picture:
        for quality in (86, 76, 66):
            out = io.BytesIO()
            picture.convert("RGB").save(out, "WEBP", quality=quality, method=6)
            if out.tell() <= LARGEST:
                break
    target.write_bytes(out.getvalue())
    return out.tell()


def draw_review() -> None:
    """Six pages of the filled value review on one sheet, drawn by LibreOffice."""
    folder = ROOT / "content" / "value-review"
    for language in COOKIES:
        values = read_values(folder / f"values.{language}.yml")
        template = (folder / f"template.{language}.pptx").read_bytes()
        pages = slides.render(slides.fill(template, values, language=language).data, width=640)
        sheet = Image.new("RGB", (3 * 640 + 4 * 16, 2 * 360 + 3 * 16), "#d7d9e2")
        for at, number in enumerate(REVIEW_PAGES):
            with Image.open(io.BytesIO(pages[number - 1])) as page:
                sheet.paste(page.convert("RGB"), (16 + at % 3 * 656, 16 + at // 3 * 376))
        out = io.BytesIO()
        sheet.save(out, "PNG")
        size = keep(out.getvalue(), Path(__file__).with_name(f"review.{language}.webp"))
        sys.stdout.write(f"review.{language}.webp {size}\n")


def main() -> None:
    given = sys.argv[1:]
    if given == ["review"]:
        draw_review()
        return
    base = given.pop(0) if given and given[0].startswith("http") else "http://127.0.0.1:8000"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        if not given or "forms-results" in given:
            sys.stdout.write(f"forms-results.webp {take_results(browser, base)}\n")
        for name in (n for n in given or SHOTS if n in SHOTS):
            for language in COOKIES:
                size = take(browser, base, name, language)
                sys.stdout.write(f"{name}.{language}.webp {size}\n")
        browser.close()


if __name__ == "__main__":
    main()
