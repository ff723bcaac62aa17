import io
import re
import warnings
import zipfile
from collections.abc import Callable

import pytest
from pptx import Presentation

from hub.base.errors import HubError
from hub.slides import check, fill
from tests.slides.templates import a_box, a_chart, a_slide, a_table, a_template, an_image, saved

Parts = dict[str, bytes]
MAIN = "ppt/presentation.xml"
SLIDE = "ppt/slides/slide1.xml"
SLIDE_RELS = "ppt/slides/_rels/slide1.xml.rels"
MASTER = "ppt/slideMasters/slideMaster1.xml"
TYPES = "[Content_Types].xml"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PML = "http://schemas.openxmlformats.org/presentationml/2006/main"
PML_TYPE = "application/vnd.openxmlformats-officedocument.presentationml"


def a_good_deck() -> Parts:
    """Two slides with shapes, a picture, a chart, a table, notes, an animation, a section and a comment."""
    deck = a_template()
    first, second = a_slide(deck, 5), a_slide(deck, 5)
    first.shapes.title.text = "一"
    first.shapes.add_picture(io.BytesIO(an_image()), 0, 0)
    a_box(first, "正文")
    a_chart(second)
    a_table(second, ["甲", "乙"])
    first.notes_slide.notes_text_frame.text = "备注"
    parts = unzipped(saved(deck))
    box = re.findall(rb'<p:cNvPr id="(\d+)"', parts[SLIDE])[-1].decode()
    add_timing(parts, box)
    add_section(parts)
    add_comment(parts)
    return parts


def add_timing(parts: Parts, shape: str) -> None:
    timing = (
        '<p:timing><p:tnLst><p:par><p:cTn id="1" nodeType="tmRoot"><p:childTnLst><p:set><p:cBhvr>'
        f'<p:cTn id="2"/><p:tgtEl><p:spTgt spid="{shape}"/></p:tgtEl></p:cBhvr></p:set></p:childTnLst>'
        "</p:cTn></p:par></p:tnLst></p:timing></p:sld>"
    )
    put(parts, SLIDE, "</p:sld>", timing)


def add_section(parts: Parts) -> None:
    ids = re.findall(rb'<p:sldId [^>]*?id="(\d+)"', parts[MAIN])
    listed = "".join(f'<p14:sldId id="{name.decode()}"/>' for name in ids)
    section = (
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
        '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
        '<p14:section name="节" id="{00000000-0000-4000-8000-000000000001}">'
        f"<p14:sldIdLst>{listed}</p14:sldIdLst></p14:section></p14:sectionLst></p:ext>"
    )
    before, after = ("<p:extLst>", section) if b"<p:extLst>" in parts[MAIN] else (
        "</p:presentation>", section + "</p:extLst></p:presentation>"
    )  # fmt: skip
    put(parts, MAIN, before, after)


def add_comment(parts: Parts) -> None:
    parts["ppt/commentAuthors.xml"] = (
        f'<p:cmAuthorLst xmlns:p="{PML}">'
        '<p:cmAuthor id="0" name="林晓" initials="林" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
    ).encode()
    parts["ppt/comments/comment1.xml"] = (
        f'<p:cmLst xmlns:p="{PML}"><p:cm authorId="0" idx="1"><p:pos x="1" y="1"/><p:text>好</p:text></p:cm>'
        "</p:cmLst>"
    ).encode()
    add_type(parts, "/ppt/commentAuthors.xml", f"{PML_TYPE}.commentAuthors+xml")
    add_type(parts, "/ppt/comments/comment1.xml", f"{PML_TYPE}.comments+xml")
    add_rel(parts, "ppt/_rels/presentation.xml.rels", "rId901", "commentAuthors", "commentAuthors.xml")
    add_rel(parts, SLIDE_RELS, "rId901", "comments", "../comments/comment1.xml")


def put(parts: Parts, name: str, old: str, new: str, count: int = 1) -> None:
    assert old.encode() in parts[name], (name, old)
    parts[name] = parts[name].replace(old.encode(), new.encode(), count)


def sub(parts: Parts, name: str, pattern: str, new: str) -> None:
    parts[name], changed = re.subn(pattern.encode(), new.encode(), parts[name], count=1)
    assert changed, (name, pattern)


def add_type(parts: Parts, part: str, content_type: str) -> None:
    put(parts, TYPES, "</Types>", f'<Override PartName="{part}" ContentType="{content_type}"/></Types>')


def add_rel(parts: Parts, rels: str, name: str, kind: str, target: str) -> None:
    relationship = f'<Relationship Id="{name}" Type="{REL}/{kind}" Target="{target}"/></Relationships>'
    put(parts, rels, "</Relationships>", relationship)


def unzipped(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts, *twice: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name in [*parts, *twice]:
            archive.writestr(name, parts[name])
    return buffer.getvalue()


GOOD = a_good_deck()


def broken(mutate: Callable[[Parts], None]) -> list[str]:
    parts = dict(GOOD)
    mutate(parts)
    return sorted({finding.code for finding in check(zipped(parts))})


def test_a_good_deck_has_no_finding() -> None:
    assert check(zipped(GOOD)) == []


def test_a_plain_deck_and_a_filled_one_have_no_finding() -> None:
    deck = a_template()
    for layout in range(len(deck.slide_layouts)):
        a_box(a_slide(deck, layout), "{{ name }}")

    assert check(saved(Presentation())) == []
    assert check(saved(deck)) == []
    assert check(fill(saved(deck), {"name": "甲"}).data) == []


def missing_target(parts: Parts) -> None:
    add_rel(parts, SLIDE_RELS, "rId77", "image", "../media/gone.png")


def dangling_id(parts: Parts) -> None:
    sub(parts, SLIDE, r'r:embed="rId\d+"', 'r:embed="rId404"')


def no_override(parts: Parts) -> None:
    sub(parts, TYPES, r'<Override PartName="/ppt/slides/slide1.xml"[^>]*/>', "")


def no_default(parts: Parts) -> None:
    sub(parts, TYPES, r'<Default Extension="png"[^>]*/>', "")


def override_without_part(parts: Parts) -> None:
    add_type(parts, "/ppt/slides/slide99.xml", f"{PML_TYPE}.slide+xml")


def duplicate_slide_id(parts: Parts) -> None:
    sub(parts, MAIN, r'(<p:sldId [^>]*?)id="257"', r'\1id="256"')
    put(parts, MAIN, '<p14:sldId id="257"/>', "")


def slide_id_range(parts: Parts) -> None:
    sub(parts, MAIN, r'(<p:sldId [^>]*?)id="256"', r'\1id="255"')
    put(parts, MAIN, '<p14:sldId id="256"/>', '<p14:sldId id="255"/>')


def master_id_range(parts: Parts) -> None:
    sub(parts, MAIN, r'(<p:sldMasterId [^>]*?)id="\d+"', r'\1id="300"')


def duplicate_layout_id(parts: Parts) -> None:
    first, second = re.findall(rb'<p:sldLayoutId [^>]*?id="(\d+)"', parts[MASTER])[:2]
    put(parts, MASTER, f'id="{second.decode()}"', f'id="{first.decode()}"')


def layout_id_equals_master_id(parts: Parts) -> None:
    name = re.findall(rb'<p:sldLayoutId [^>]*?id="(\d+)"', parts[MASTER])[0].decode()
    sub(parts, MAIN, r'(<p:sldMasterId [^>]*?)id="\d+"', rf'\1id="{name}"')


def no_layout(parts: Parts) -> None:
    sub(parts, SLIDE_RELS, r'<Relationship [^>]*?slideLayout"[^>]*/>', "")


def two_layouts(parts: Parts) -> None:
    add_rel(parts, SLIDE_RELS, "rId78", "slideLayout", "../slideLayouts/slideLayout1.xml")


def shared_notes(parts: Parts) -> None:
    add_rel(
        parts, "ppt/slides/_rels/slide2.xml.rels", "rId79", "notesSlide", "../notesSlides/notesSlide1.xml"
    )


def duplicate_shape_id(parts: Parts) -> None:
    first = re.findall(rb'<p:cNvPr id="(\d+)"', parts[SLIDE])[1].decode()
    sub(
        parts,
        SLIDE,
        rf'<p:cNvPr id="(?!1"|{first}")\d+" name="Picture',
        f'<p:cNvPr id="{first}" name="Picture',
    )


def presentation_order(parts: Parts) -> None:
    size = re.search(rb"<p:notesSz[^>]*/>", parts[MAIN])
    assert size
    put(parts, MAIN, size[0].decode(), "")
    put(parts, MAIN, "<p:sldIdLst>", size[0].decode() + "<p:sldIdLst>")


def slide_order(parts: Parts) -> None:
    timing = re.search(rb"<p:timing>.*</p:timing>", parts[SLIDE])
    assert timing
    put(parts, SLIDE, timing[0].decode(), "")
    put(parts, SLIDE, "<p:clrMapOvr>", timing[0].decode() + "<p:clrMapOvr>")


def section_unknown_slide(parts: Parts) -> None:
    put(parts, MAIN, '<p14:sldId id="257"/>', '<p14:sldId id="999"/>')


def unlisted_layout(parts: Parts) -> None:
    sub(parts, MASTER, r"<p:sldLayoutId [^>]*/>", "")


def unlisted_master(parts: Parts) -> None:
    sub(parts, MAIN, r"<p:sldMasterId [^>]*/>", "")


def body_without_paragraph(parts: Parts) -> None:
    sub(parts, SLIDE, r"(<p:txBody>(?:(?!</p:txBody>).)*?)<a:p>.*?</a:p>(</p:txBody>)", r"\1\2")


def unknown_author(parts: Parts) -> None:
    put(parts, "ppt/comments/comment1.xml", 'authorId="0"', 'authorId="7"')


def timing_missing_shape(parts: Parts) -> None:
    sub(parts, SLIDE, r'spid="\d+"', 'spid="4040"')


def wrong_content_type(parts: Parts) -> None:
    sub(
        parts,
        TYPES,
        r'(PartName="/ppt/slides/slide1.xml" ContentType=")[^"]*',
        rf"\1{PML_TYPE}.slideLayout+xml",
    )


def malformed_xml(parts: Parts) -> None:
    parts["ppt/presProps.xml"] = b"<p:presentationPr"


def shared_theme(parts: Parts) -> None:
    master = re.sub(rb"<p:sldLayoutIdLst>.*</p:sldLayoutIdLst>", b"", parts[MASTER], flags=re.DOTALL)
    parts["ppt/slideMasters/slideMaster2.xml"] = master
    parts["ppt/slideMasters/_rels/slideMaster2.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/theme" Target="../theme/theme1.xml"/></Relationships>'
    ).encode()
    add_type(parts, "/ppt/slideMasters/slideMaster2.xml", f"{PML_TYPE}.slideMaster+xml")
    add_rel(parts, "ppt/_rels/presentation.xml.rels", "rId80", "slideMaster", "slideMasters/slideMaster2.xml")
    entry = '<p:sldMasterId id="2147489999" r:id="rId80"/></p:sldMasterIdLst>'
    put(parts, MAIN, "</p:sldMasterIdLst>", entry)


def unreferenced_part(parts: Parts) -> None:
    parts["ppt/slides/slide9.xml"] = parts["ppt/slides/slide2.xml"].replace(b"r:id=", b"id=")
    add_type(parts, "/ppt/slides/slide9.xml", f"{PML_TYPE}.slide+xml")


FAULTS = [
    missing_target, dangling_id, no_override, no_default, override_without_part, duplicate_slide_id,
    slide_id_range, master_id_range, duplicate_layout_id, layout_id_equals_master_id, no_layout, two_layouts,
    shared_notes, duplicate_shape_id, presentation_order, slide_order, section_unknown_slide, unlisted_layout,
    unlisted_master, body_without_paragraph, unknown_author, timing_missing_shape, wrong_content_type,
    malformed_xml, shared_theme, unreferenced_part,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_fault_is_found_and_nothing_else(fault: Callable[[Parts], None]) -> None:
    assert broken(fault) == [fault.__name__.replace("_", "-")]


def test_two_entries_of_one_name_are_found() -> None:
    [finding] = check(zipped(GOOD, SLIDE))

    assert (finding.code, finding.part) == ("duplicate-entry", "/" + SLIDE)


def test_a_finding_names_its_part_in_a_sentence() -> None:
    parts = dict(GOOD)
    missing_target(parts)

    [finding] = check(zipped(parts))

    assert finding.part == "/" + SLIDE
    assert "gone.png" in finding.sentence
    assert finding.inherited is False


def test_a_fault_that_a_source_had_is_marked_as_inherited() -> None:
    source, result = dict(GOOD), dict(GOOD)
    duplicate_shape_id(source)
    duplicate_shape_id(result)
    no_layout(result)

    found = check(zipped(result), sources=[zipped(GOOD), zipped(source)])

    assert {finding.code: finding.inherited for finding in found} == {
        "duplicate-shape-id": True,
        "no-layout": False,
    }


def test_a_damaged_picture_is_found() -> None:
    data = bytearray(zipped(GOOD))
    name = next(name for name in GOOD if name.endswith(".png"))
    at = data.index(name.encode()) + len(name) + 12
    data[at] ^= 0xFF

    assert [(finding.code, finding.part) for finding in check(bytes(data))] == [("damaged-entry", "/" + name)]


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(HubError):
        check(b"no zip")


def test_a_deck_with_a_password_is_called_that() -> None:
    with pytest.raises(HubError, match="密码"):
        check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
