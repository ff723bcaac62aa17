"""What comes out of a printer: paper sizes, what is on the sheets, and that buttons and menus are not."""

import pypdfium2
import pytest
from playwright.sync_api import Page

from hub import tasks, toolkits
from hub.wiring import Wiring
from tests.cast import Cast, on_offer, settle
from tests.journeys.conftest import House
from tests.journeys.test_every_page import signed_in

pytestmark = pytest.mark.browser
UPRIGHT, ACROSS = (595, 842), (842, 595)  # A4 in points
ANSWER = "不用停，网关挂在弱电箱里。"
EVERYWHERE = ("评审会", "选页篮")  # of the frame around each page
SHEETS = (
    ("/toolkits/lite-park", UPRIGHT, ("轻量版·园区", ANSWER, "套件清单"), ("复制链接", "打包下载", "归档")),
    ("/coverage", ACROSS, ("覆盖地图", "能碳管理轻量版"), ("导出", "诉求走势")),
    ("/tasks", UPRIGHT, ("制作单", "园区第二个案例", "三个商机问过"), ("提一份制作单", "已结束")),
    ("/tasks/1", UPRIGHT, ("园区第二个案例", "谁在等"), ("改制作单", "为什么不做")),
)


def furnish(wiring: Wiring, cast: Cast) -> None:
    """A kit with questions, a case and a solution, and a material task."""
    with wiring.database.write() as session:
        tags = {"product": ["lite"], "industry": ["park"]}
        for n, kind in enumerate(("faq", "faq", "case_study", "solution")):
            on_offer(session, cast, f"第{n}件要停电吗", kind=kind, tags=tags, text=ANSWER)
        said = toolkits.Fields(
            title="轻量版 · 园区", product="lite", industry="park", rules=[{"product": "lite"}]
        )
        kit = toolkits.create(session, said, by=cast.ting, slug="lite-park")
        toolkits.publish(session, kit, by=cast.ting)
        wanted = tasks.Fields(
            title="园区第二个案例", kind="case_study", product="lite", evidence="三个商机问过"
        )
        tasks.propose(session, wanted, by=cast.ting)
    settle(wiring)


def printed(page: Page, address: str) -> tuple[list[tuple[float, float]], str]:
    """The sheets' sizes in points, and what is written on them without spaces."""
    page.goto(address)
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as made:
        text = "".join(sheet.get_textpage().get_text_bounded() for sheet in made)
        return [sheet.get_size() for sheet in made], "".join(text.split())


def test_pages_print_what_people_read_and_no_buttons(
    wiring: Wiring, house: House, cast: Cast, chromium_page: Page
) -> None:
    furnish(wiring, cast)
    signed_in(chromium_page, house, cast.ting)

    for path, paper, says, leaves_out in SHEETS:
        sizes, text = printed(chromium_page, f"{house.url}{path}")
        assert sizes == [pytest.approx(paper, abs=2)] * len(sizes), path
        assert len(sizes) <= 2, path
        assert [w for w in says if w not in text] == [], path
        assert [w for w in (*leaves_out, *EVERYWHERE) if w in text] == [], path
        if path.startswith("/toolkits"):
            assert text.count(ANSWER) == 2, "an answer is printed also where it is folded on the screen"
