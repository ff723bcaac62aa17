import datetime as dt
import os
from pathlib import Path

import pytest
from pptx.util import Inches

from hub.base import child
from hub.base.errors import HubError
from hub.slides import Deck, Source, read
from tests.slides.samples import a_deck, altered, opened, rebuilt, saved

SHARED = Path(os.environ.get("HUB_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "pptx"


def test_a_slide_gives_title_body_notes_table_chart_and_picture() -> None:
    deck = read(a_deck(["回款"], picture="red", chart=True, table=True, notes="讲稿", textbox="客户现场"))
    slide = deck.slides[0]
    assert (slide.number, slide.title, slide.body) == (1, "回款", "客户现场")
    assert slide.notes == "讲稿 回款"
    assert slide.tables == ("项目\t金额\n回款\t43 万",)
    assert slide.charts[0].categories == ("一季度", "二季度")
    assert slide.charts[0].series == ("回款",)
    assert len(slide.media) == 1
    assert slide.layout == "Title Only"
    assert "客户现场" in slide.text


def test_a_deck_gives_its_size_and_properties() -> None:
    deck = read(a_deck(["甲"], size=(9_144_000, 6_858_000)))
    assert (deck.width, deck.height) == (9_144_000, 6_858_000)
    assert (deck.title, deck.author) == ("样例", "林晓")
    assert deck.modified is None or deck.modified.tzinfo is dt.UTC


def test_only_the_order_of_the_slide_list_counts() -> None:
    deck = opened(a_deck(["甲", "乙", "丙"]))
    listed = deck.slides._sldIdLst
    listed.append(listed[0])
    assert [slide.title for slide in read(saved(deck)).slides] == ["乙", "丙", "甲"]


def test_a_slide_that_is_listed_but_not_there_is_skipped_with_a_warning() -> None:
    data = rebuilt(a_deck(["甲", "乙"]), lambda package: package.drop("/ppt/slides/slide1.xml"))
    deck = read(data)
    assert [slide.title for slide in deck.slides] == ["乙"]
    assert deck.warnings


def test_a_hidden_slide_is_known_as_hidden() -> None:
    deck = opened(a_deck(["甲", "乙"]))
    deck.slides[0]._element.set("show", "0")
    assert [slide.hidden for slide in read(saved(deck)).slides] == [True, False]


def test_alternative_text_is_read() -> None:
    deck = opened(a_deck(["甲"], picture="red"))
    deck.slides[0].shapes[-1]._element.nvPicPr.cNvPr.set("descr", "机房照片")
    assert "机房照片" in read(saved(deck)).slides[0].alt


def test_text_in_nested_groups_is_read() -> None:
    deck = opened(a_deck(["甲"]))
    group = deck.slides[0].shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1)).text_frame.text = "深处"
    assert read(saved(deck)).slides[0].body == "深处"


def test_a_damaged_chart_costs_a_warning_and_not_the_deck() -> None:
    whole = a_deck(["甲"], chart=True)
    part = Source(whole).package.of_kind("/ppt/slides/slide1.xml", "chart")[0][1:]
    deck = read(altered(whole, part, lambda content: content[:50]))
    assert deck.slides[0].charts == ()
    assert any("图表" in warning for warning in deck.warnings)


def test_more_slides_than_allowed_are_refused_with_the_number() -> None:
    with pytest.raises(HubError, match="上限 2 页"):
        Source(a_deck(["甲", "乙", "丙"]), slide_limit=2)


def test_equal_slides_have_equal_fingerprints_and_others_not() -> None:
    one, two, three = (read(a_deck([title], picture=colour)).slides[0].fingerprint for title, colour in
                       (("甲", "red"), ("甲", "red"), ("甲", "blue")))  # fmt: skip
    assert one == two
    assert one != three


def test_a_deck_can_be_read_in_a_child_process() -> None:
    deck = child.run(read, a_deck(["甲"], notes="讲稿"))
    assert isinstance(deck, Deck)
    assert deck.slides[0].notes == "讲稿 甲"


@pytest.mark.corpus
def test_every_real_deck_is_read_or_refused_with_a_sentence() -> None:
    files = [
        path for path in sorted(SHARED.glob("*/*")) if path.suffix in {".pptx", ".pptm", ".potx", ".ppsx"}
    ]
    refusals = {path.name: sentence for path in files if (sentence := _refusal(path))}
    assert len(files) > 100
    assert len(refusals) < len(files) // 20
    assert all(sentence.endswith("。") for sentence in refusals.values())


def _refusal(path: Path) -> str:
    try:
        read(path.read_bytes())
    except HubError as error:
        return error.message
    return ""
