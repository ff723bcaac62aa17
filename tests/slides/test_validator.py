"""What the engine writes brings no error under the Open XML SDK that its sources did not have."""

import random
from pathlib import Path

import pytest

from hub.base.errors import HubError
from hub.slides import Pick, Provenance, SlideUse, Source, Swap, compose, fill, swap
from tests.slides.samples import WIDE, a_deck
from tests.tooling.validator import kinds_of

ROOT = Path(__file__).parents[2]
DEMO = sorted((ROOT / "content" / "assets").glob("*/*.pptx"))
TEMPLATE = ROOT / "templates" / "decks" / "standard-pitch" / "template.pptx"
BRIEF = {
    "customer": {"name": "东湖产业园"},
    "company": {"name": "澜川智控", "name_en": "Lanchuan Controls"},
    "seller": {"name": "林晓", "title": "销售", "email": "linxiao@lanchuan.example"},
    "product": {"name": "能碳管理平台", "price": "¥19,800 起"},
    "solution": {"title": "园区能碳方案", "summary": "把峰段用电移开"},
    "toolkit": {"title": "能碳 × 园区"},
    "pains": [
        {"title": "峰段电费高", "detail": "尖峰时段用电多"},
        {"title": "系统割裂", "detail": "各管各的"},
    ],
    "attendees": ["王主任 后勤", "李工 能源"],
    "faqs": [{"question": "峰段能降多少?", "answer": "看尖峰时段。"}],
    "annual_bill": 4_300_000,
    "saving": 516_000,
    "budget": 600_000,
    "next_step": "11 月 26 日现场勘点",
    "visit_date": "2026-11-20",
    "data": {
        "savings": {
            "categories": ["一季度", "二季度", "三季度", "四季度"],
            "series": [
                {"name": "改造前", "values": [102, 96, 123, 109]},
                {"name": "改造后", "values": [91, 85, 107, 96]},
            ],
        }
    },
}
CASE = {
    "title": "江北:一年省 63 万",
    "customer": "江北产业园",
    "summary": "冷站不靠手感",
    "figures": {"saving": 63, "investment": 120, "payback_months": 23, "cost_cut": 14, "energy_cut": 11},
}

pytestmark = pytest.mark.validator


def marked(source: Source, name: str) -> list[Pick]:
    numbers = range(1, len(source.slides) + 1)
    return [Pick(source, number, Provenance(name, "v1", number)) for number in numbers]


def test_a_deck_of_everything_is_as_valid_as_its_sources() -> None:
    one = Source(
        a_deck(["甲", "乙"], picture="red", chart=True, table=True, notes="记", logo="blue", textbox="字")
    )
    two = Source(a_deck(["丙"], chart=True, table=True, textbox="字", size=(9_144_000, 6_858_000)))
    data = compose([*marked(one, "一"), *marked(two, "二")], size=WIDE, title="样例").data
    made, *known = kinds_of(data, one.package.write(), two.package.write())
    assert made - set().union(*known) == set()


def test_the_demo_library_in_one_deck_has_no_error() -> None:
    """The parts of slides, layouts and masters travel as they are, so this judges every deck of the library."""
    picks = [pick for path in DEMO for pick in marked(Source(path.read_bytes()), path.stem)]
    assert len(picks) > 100
    assert kinds_of(compose(picks, title="样例库").data) == [set()]


def test_a_pitch_deck_and_a_copy_with_a_slide_swapped_have_no_error() -> None:
    uses = [SlideUse(number, {"case": CASE} if number == 6 else {}) for number in range(1, 13)]
    filled = Source(fill(TEMPLATE.read_bytes(), BRIEF, slides=uses).data)
    library = Source(DEMO[-1].read_bytes())
    own = [Pick(filled, number) for number in range(1, len(filled.slides) + 1)]
    pitch = compose([*own[:5], *marked(library, "training")[1:5], *own[5:]], title="打单").data
    new = Swap(number=7, source=1, page=3, asset="training", version="2")
    copy = swap(pitch, {1: DEMO[0].read_bytes()}, [new])
    assert kinds_of(pitch, copy) == [set(), set()]


@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(6))
def test_mixtures_of_real_decks_bring_no_new_kind_of_error(seed: int, corpus: Path) -> None:
    chance = random.Random(seed)
    picks: list[Pick] = []
    sources: list[bytes] = []
    for file in chance.sample(sorted((corpus / "pptx").glob("*/*.pptx")), 4):
        data = file.read_bytes()
        try:
            source = Source(data)
        except HubError:
            continue
        sources.append(data)
        picks += marked(source, file.name)[:4]
    chance.shuffle(picks)
    assert picks
    made, *known = kinds_of(compose(picks).data, *sources)
    assert made - set().union(*known) == set()
