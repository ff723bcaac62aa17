"""Whatever hangs on a slide comes along: each kind by itself and all of them at once, among slides of another deck."""

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.slides import Package, Pick, Source, check, compose, names, read_package
from tests.slides.oddities import ODDITIES, SLIDE, Hand, zoom
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
