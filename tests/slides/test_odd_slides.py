"""Whatever hangs on a slide comes along: each kind by itself and all of them at once, among slides of another deck."""

import re
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.slides import Package, Pick, Source, check, compose, names, read_package
from tests.slides.oddities import MS, ODDITIES, SLIDE, Hand, zoom, zoom_of_sections
from tests.slides.samples import a_deck, part_names, rebuilt, xml_of

HOME = a_deck(["甲", "乙"], notes="记")
OTHER = a_deck(["别处"], picture="red", logo="blue")
NUMBER = re.compile(rb'(?<=sldZmObj )sldId="\d+"')  # a zoom names its slide by number
SHARED = {"slideLayout", "slideMaster", "notesMaster", "theme"}


def odd(makers: Sequence[Callable[[Hand], None]]) -> bytes:
    def change(package: Package) -> None:
        for make in makers:
            make(Hand(package))

    return rebuilt(HOME, change)


def said(package: Package, part: str) -> bytes:
    """A part's content; of a slide what its XML says, but for numbers."""
    data = package.data(part)
    if package.content_type(part) != names.SLIDE:
        return data
    return etree.tostring(etree.fromstring(NUMBER.sub(b"", data)), method="c14n", exclusive=True)


def lost(home: Package, there: Package, part: str, copy: str, seen: set[str]) -> list[str]:
    """What the copy of a part and all it leads to has not of the part at home, by relationship ids."""
    seen.add(part)
    found = [] if said(home, part) == said(there, copy) else [f"{part} changed"]
    for rel in home.rels(part):
        other = there.rel(copy, rel.id)
        if other is None or (other.type, other.external) != (rel.type, rel.external):
            found.append(f"{part} {rel.id} {rel.kind}")
        elif rel.external:
            found += [] if other.target == rel.target else [f"{part} {rel.id} leads to {other.target}"]
        elif rel.part is not None and rel.kind not in SHARED and rel.part not in seen:
            found += ["missing"] if other.part is None else lost(home, there, rel.part, other.part, seen)
    return found


@pytest.mark.parametrize("make", ODDITIES, ids=lambda make: make.__name__)
def test_all_that_hangs_on_a_slide_comes_along(make) -> None:
    data = odd([make])
    assert check(data) == []
    source, other = Source(data), Source(OTHER)

    made = compose([Pick(other, 1), Pick(source, 2), Pick(source, 1), Pick(other, 1)])

    assert (made.warnings, check(made.data)) == ((), [])
    there = read_package(made.data)
    assert lost(source.package, there, SLIDE, "/ppt/slides/slide3.xml", set()) == []


def test_a_zoom_leads_to_the_new_number_of_its_slide_and_is_a_picture_without_it() -> None:
    source = Source(odd([zoom]))

    made = compose([Pick(Source(OTHER), 1), Pick(source, 1), Pick(source, 2)])
    alone = compose([Pick(source, 1)])

    assert 'sldId="258"' in xml_of(made.data, "ppt/slides/slide2.xml")
    assert "sldZmObj" not in xml_of(alone.data, "ppt/slides/slide1.xml")
    assert "zoom" in " ".join(part_names(alone.data, "ppt/media/.*"))
    assert any("缩放" in sentence for sentence in alone.warnings)
    assert check(alone.data) == []


@pytest.mark.parametrize("kind", ["section", "summary"])
def test_a_zoom_of_sections_becomes_one_picture_and_is_told(kind) -> None:
    source = Source(odd([partial(zoom_of_sections, kind=kind)]))

    made = compose([Pick(source, 1), Pick(source, 2)])

    slide = xml_of(made.data, "ppt/slides/slide1.xml")
    assert "ZmObj" not in slide
    assert slide.count("<p:pic>") == 1
    assert [("缩放" in sentence) for sentence in made.warnings] == [True]
    assert check(made.data) == []


def test_modern_comments_keep_their_authors_and_are_tied_to_the_slides_new_number() -> None:
    made = compose([Pick(Source(OTHER), 1), Pick(Source(odd([talked_about])), 1)])

    [part] = part_names(made.data, "ppt/comments/.*xml")
    said = xml_of(made.data, part)
    assert 'sldId="257"' in said
    assert said.count("authorId") == 2
    assert 'name="林晓"' in xml_of(made.data, "ppt/authors.xml")
    assert check(made.data) == []


def talked_about(hand: Hand) -> None:
    """A modern comment with a reply, tied to the slide by its number."""
    main, who = "/ppt/presentation.xml", "{AAAAAAAA-0000-0000-0000-000000000001}"
    uri, pc = (
        f"{MS}/powerpoint/2018/8/main",
        "http://schemas.microsoft.com/office/powerpoint/2013/main/command",
    )
    body = "<p188:txBody><a:bodyPr/><a:p><a:r><a:t>好</a:t></a:r></a:p></p188:txBody>"
    dated = f'authorId="{who}" created="2026-01-01T00:00:00.000"'
    hand.hang(
        "http://schemas.microsoft.com/office/2018/10/relationships/comments",
        "/ppt/comments/modernComment_100_0.xml",
        f'<p188:cmLst xmlns:p188="{uri}" xmlns:a="{names.A}"><p188:cm id="{{1}}" {dated}>'
        f'<pc:sldMkLst xmlns:pc="{pc}"><pc:docMk/><pc:sldMk cId="0" sldId="256"/></pc:sldMkLst>'
        f'<p188:replyLst><p188:reply id="{{2}}" {dated}>{body}</p188:reply></p188:replyLst>{body}</p188:cm>'
        "</p188:cmLst>",
        "application/vnd.ms-powerpoint.comments+xml",
    )
    hand.hang(
        "http://schemas.microsoft.com/office/2018/10/relationships/authors",
        "/ppt/authors.xml",
        f'<p188:authorLst xmlns:p188="{uri}"><p188:author id="{who}" name="林晓" initials="林"/></p188:authorLst>',
        "application/vnd.ms-powerpoint.authors+xml",
        on=main,
    )


def test_a_handout_master_of_a_source_stays_at_home() -> None:
    made = compose([Pick(Source(odd([handed_out])), 1), Pick(Source(OTHER), 1)])

    assert part_names(made.data, "ppt/handoutMasters/.*") == []
    assert "handoutMasterIdLst" not in xml_of(made.data, "ppt/presentation.xml")
    assert (made.warnings, check(made.data)) == ((), [])


def handed_out(hand: Hand) -> None:
    """A master for printed handouts with a theme of its own, listed in the presentation."""
    main, part = "/ppt/presentation.xml", "/ppt/handoutMasters/handoutMaster1.xml"
    theme = next(name for name in hand.package.names() if name.startswith("/ppt/theme/"))
    rel_id = hand.hang(
        "handoutMaster",
        part,
        f'<p:handoutMaster xmlns:p="{names.P}" xmlns:a="{names.A}"><p:cSld><p:spTree/></p:cSld></p:handoutMaster>',
        "application/vnd.openxmlformats-officedocument.presentationml.handoutMaster+xml",
        on=main,
    )
    hand.hang(
        "theme", "/ppt/theme/theme77.xml", hand.package.data(theme), hand.package.content_type(theme), on=part
    )
    listed = f'<p:handoutMasterIdLst><p:handoutMasterId r:id="{rel_id}"/></p:handoutMasterIdLst><p:sldIdLst'
    said = hand.package.data(main).decode().replace("<p:sldIdLst", listed, 1)
    hand.package.put(main, said.encode(), hand.package.content_type(main))


@settings(max_examples=12)
@given(
    st.lists(st.sampled_from(ODDITIES), min_size=2, unique=True),
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
)
def test_any_of_them_together_come_along_as_often_as_asked(makers, order) -> None:
    source, other = Source(odd(makers)), Source(OTHER)
    picks = [Pick(source, number) if number < 3 else Pick(other, 1) for number in [*order, 2]]

    made = compose(picks)

    assert check(made.data) == []
    there = read_package(made.data)
    for at, number in enumerate(order, start=1):
        if number == 1:
            assert lost(source.package, there, SLIDE, f"/ppt/slides/slide{at}.xml", set()) == []
