import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.util import Inches

from hub.slides import Mark, Pick, Provenance, Source, compose, read, trace
from hub.slides.fingerprint import Fingerprint, likeness, parse
from tests.slides.samples import a_deck, opened, rebuilt, saved

TEXTS = [
    "园区能耗监测方案:从每块电表到每张报表的完整链路说明",
    "客户案例:某工业园区三个月降低用电成本百分之十二",
    "实施计划:四周上线,第一周调研,第二周安装",
    "常见问题:数据存放在哪里,断网时怎么办,如何导出",
]


def a_library_deck() -> Source:
    return Source(a_deck(TEXTS, picture="red", chart=True, textbox="同一段说明"))


def a_produced_deck() -> bytes:
    source = a_library_deck()
    return compose([Pick(source, at, Provenance("asset-7", "v3", at)) for at in range(1, 5)]).data


def states(data: bytes) -> list[str]:
    return [slide.state for slide in trace(data)]


def stripped(data: bytes) -> bytes:
    """The deck as a program leaves it that drops the tags of slides."""

    def change(package: object) -> None:
        for part in list(package.names()):
            package.set_rels(part, [rel for rel in package.rels(part) if rel.kind != "tags"])

    return rebuilt(data, change)


def test_every_slide_of_a_produced_deck_is_current() -> None:
    traced = trace(a_produced_deck())
    assert [(slide.state, slide.by_mark) for slide in traced] == [("current", True)] * 4
    assert [slide.provenance for slide in traced] == [Provenance("asset-7", "v3", at) for at in range(1, 5)]
    assert traced[0].title == TEXTS[0]


def test_a_slide_that_was_edited_is_changed_and_still_known() -> None:
    deck = opened(a_produced_deck())
    deck.slides[1].shapes.title.text = "改过的标题"
    traced = trace(saved(deck))
    assert [slide.state for slide in traced] == ["current", "changed", "current", "current"]
    assert traced[1].provenance == Provenance("asset-7", "v3", 2)


def test_a_shape_that_was_moved_makes_the_slide_changed() -> None:
    deck = opened(a_produced_deck())
    deck.slides[0].shapes[-1].left += Inches(1)
    assert states(saved(deck)) == ["changed", "current", "current", "current"]


def test_a_chart_with_other_numbers_makes_the_slide_changed() -> None:
    from pptx.chart.data import CategoryChartData

    deck = opened(a_produced_deck())
    chart = next(shape.chart for shape in deck.slides[2].shapes if shape.has_chart)
    data = CategoryChartData()
    data.categories = ["一季度", "二季度"]
    data.add_series("回款", (1.5, 9))
    chart.replace_data(data)
    assert states(saved(deck)) == ["current", "current", "changed", "current"]


def test_marks_survive_reordering_and_saving_by_python_pptx() -> None:
    deck = opened(a_produced_deck())
    listed = deck.slides._sldIdLst
    listed.append(listed[0])
    traced = trace(saved(deck))
    assert [slide.provenance.slide for slide in traced] == [2, 3, 4, 1]
    assert {slide.state for slide in traced} == {"current"}


def test_slides_without_marks_are_known_by_what_they_say() -> None:
    traced = trace(stripped(a_produced_deck()))
    assert [(slide.state, slide.by_mark, slide.provenance.slide) for slide in traced] == [
        ("current", False, at) for at in range(1, 5)
    ]


def test_an_edited_slide_without_marks_is_changed() -> None:
    deck = opened(stripped(a_produced_deck()))
    deck.slides[1].shapes.title.text = TEXTS[1].replace("十二", "十五")
    traced = trace(saved(deck))
    assert (traced[1].state, traced[1].provenance.slide) == ("changed", 2)


def test_strange_slides_are_unknown() -> None:
    assert states(a_deck(["与弹药库毫无关系的一页", ""])) == ["unknown", "unknown"]


def test_a_deck_from_elsewhere_is_matched_with_the_slides_the_caller_knows() -> None:
    library = read(a_library_deck())
    known = [Mark(Provenance("asset-7", "v3", slide.number), slide.fingerprint) for slide in library.slides]
    traced = trace(a_deck(TEXTS[2:3], picture="red", chart=True, textbox="同一段说明"), known)
    assert (traced[0].state, traced[0].provenance.slide) == ("current", 3)


def test_a_slide_composed_again_carries_only_its_new_mark() -> None:
    again = Source(a_produced_deck())
    data = compose([Pick(again, 2, Provenance("asset-9", "v1", 2))]).data
    assert trace(data)[0].provenance == Provenance("asset-9", "v1", 2)


def test_a_slide_composed_again_without_a_new_provenance_keeps_its_old_one() -> None:
    data = compose([Pick(Source(a_produced_deck()), 2)]).data
    assert trace(data)[0].provenance == Provenance("asset-7", "v3", 2)


@settings(max_examples=60)
@given(st.text(max_size=60), st.binary(max_size=40), st.lists(st.integers(0, 0xFFFF), max_size=30))
def test_a_fingerprint_written_is_read_back(texts: str, boxes: bytes, sketch: list[int]) -> None:
    one = Fingerprint(texts.replace(":", ""), "0", "0", boxes, tuple(sketch))
    assert parse(str(one)) == one
    assert 0 <= likeness(one, one) <= 1


@given(st.text(alphabet="1:ab0-_= ", max_size=40))
def test_any_text_is_a_fingerprint_or_none(text: str) -> None:
    found = parse(text)
    assert found is None or str(found).startswith("1:")


@pytest.mark.office
def test_slides_are_known_after_libreoffice_rewrote_the_deck(tmp_path: Path) -> None:
    deck = opened(a_produced_deck())
    deck.slides[3].shapes.title.text = TEXTS[3] + "给谁看"
    (tmp_path / "deck.pptx").write_bytes(saved(deck))
    out = tmp_path / "out"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    form = "pptx:Impress MS PowerPoint 2007 XML"
    command = [
        str(shutil.which("soffice")),
        profile,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, str(tmp_path / "deck.pptx")], check=True, capture_output=True, timeout=120)
    traced = trace((out / "deck.pptx").read_bytes())
    assert [slide.provenance.slide for slide in traced if slide.provenance] == [1, 2, 3, 4]
    assert traced[3].state == "changed"
