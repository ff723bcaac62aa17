"""The story of a template: an author uploads a PPTX, its questions come by themselves, a seller fills them in."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pptx import Presentation
from pptx.util import Inches

from hub import decks
from tests.cast import Cast
from tests.domains.deck_house import add_kit, pptx
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser
SLIDES = (
    ("{{ customer.name }}", "年电费：{{ bill | money }}", ""),
    (
        "片区",
        "{% for z in zones %}\n片区：{{ z.name }}，同比：{{ z.change | percent(1) }}\n{% endfor %}",
        "",
    ),
)
MAKING_MS = 120_000


def template() -> bytes:
    """The slides, with a shape on the first for a picture."""
    made = Presentation(io.BytesIO(pptx(SLIDES)))
    shape = made.slides[0].shapes.add_textbox(Inches(9), Inches(4), Inches(3), Inches(2))
    shape._element.nvSpPr.cNvPr.set("descr", "{% picture customer.logo fit %}标志")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_an_author_confirms_what_a_template_asks_and_a_seller_fills_a_table_and_a_picture(
    house: House, cast: Cast, chromium_pages: Callable[..., Page], tmp_path: Path
) -> None:
    with house.wiring.database.write() as session:
        add_kit(session, house.wiring, cast)
    (tmp_path / "own.pptx").write_bytes(template())
    Image.new("RGB", (300, 200), "navy").save(tmp_path / "logo.png")

    author = chromium_pages()
    house.sign_in(author, cast.ting)
    author.goto(f"{house.url}/templates")
    author.get_by_label("PPTX 文件").set_input_files(tmp_path / "own.pptx")
    author.get_by_label("名字", exact=True).fill("片区回顾")
    author.get_by_role("button", name="上传", exact=True).click()
    author.wait_for_url("**/questions")
    expect(author.locator("#i-1-label")).to_have_value("客户标志")
    expect(author.locator("#i-2-label")).to_have_value("年电费")
    expect(author.get_by_text("片区 · 同比")).to_be_visible()
    author.locator("#i-3-label").fill("各片区")
    author.get_by_role("button", name="上架", exact=True).click()
    author.wait_for_url("**/templates")
    expect(author.get_by_role("heading", name="片区回顾")).to_be_visible()

    seller = chromium_pages(accept_downloads=True)
    house.sign_in(seller, cast.lin)
    seller.goto(f"{house.url}/decks/new?toolkit=energy-park")
    seller.get_by_label("客户名称").fill("华辰电子产业园")
    seller.locator("[id='i-customer.logo']").set_input_files(tmp_path / "logo.png")
    seller.get_by_label("年电费").fill("920 万")
    seller.get_by_role("button", name="排页面").click()
    expect(seller.locator(".q-ask-picture")).to_be_visible()
    seller.get_by_role("link", name="改表格").click()
    seller.get_by_label("第 1 行 片区").fill("A 区")
    seller.get_by_label("第 1 行 同比").fill("少了很多")
    seller.get_by_role("button", name="保存", exact=True).last.click()
    expect(seller.locator(".q-field-error", has_text="百分数")).to_be_visible()
    expect(seller.get_by_label("第 1 行 同比")).to_have_value("少了很多")
    seller.get_by_label("第 1 行 同比").fill("-11.2%")
    seller.locator("#paste summary").click()
    seller.get_by_label("复制来的几行").fill("片区\t同比\nB 区\t-14.6%")
    seller.get_by_role("button", name="粘贴进表格").click()
    expect(seller.get_by_label("第 2 行 同比")).to_have_value("-14.6%")
    seller.get_by_role("button", name="保存", exact=True).last.click()
    seller.get_by_role("button", name="存好并生成").click()
    made = seller.get_by_role("link", name="下载 PPTX")
    expect(made).to_be_visible(timeout=MAKING_MS)

    with seller.expect_download() as coming:
        made.click()
    coming.value.save_as(tmp_path / "made.pptx")
    first, second = Presentation(str(tmp_path / "made.pptx")).slides
    assert [s.shape_type for s in first.shapes].count(13) == 1  # a picture
    said = "\n".join(s.text_frame.text for s in second.shapes if s.has_text_frame)
    assert "片区：A 区，同比：-11.2%" in said
    assert "片区：B 区，同比：-14.6%" in said
    with house.wiring.database.read() as session:
        [deck] = decks.mine(session, cast.lin)
        assert decks.pictures_of(session, deck)
