import io
import zipfile

import pytest

from hub.base.errors import HubError
from hub.slides import Rel, read_package
from tests.slides.samples import a_deck, altered, rebuilt, replaced, titles_of

STRICT = [
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "officeDocument/relationships"),
    ("http://schemas.openxmlformats.org/presentationml/2006/", "presentationml/"),
    ("http://schemas.openxmlformats.org/drawingml/2006/", "drawingml/"),
]


def repacked(data: bytes, rename: object = None, change: object = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(rename(name) if rename else name, change(content) if change else content)
    return out.getvalue()


def as_strict(content: bytes) -> bytes:
    for loose, strict in STRICT:
        content = content.replace(loose.encode(), f"http://purl.oclc.org/ooxml/{strict}".encode())
    return content


def reason_of(data: bytes) -> object:
    with pytest.raises(HubError) as caught:
        read_package(data)
    return caught.value.details["reason"]


def test_a_deck_read_and_written_is_the_same_deck() -> None:
    data = a_deck(["甲", "乙"], picture="red", chart=True, notes="记")
    assert titles_of(read_package(data).write()) == ["甲", "乙"]


def test_writing_gives_the_same_bytes_every_time() -> None:
    first = read_package(a_deck(["甲"], picture="red")).write()
    assert read_package(first).write() == first


def test_a_strict_deck_is_read_as_transitional() -> None:
    strict = repacked(a_deck(["严格"]), change=as_strict)
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(strict)).read("ppt/presentation.xml")
    assert titles_of(read_package(strict).write()) == ["严格"]


def test_a_byte_order_mark_does_no_harm() -> None:
    data = altered(a_deck(["甲"]), "ppt/slides/slide1.xml", lambda content: b"\xef\xbb\xbf" + content)
    package = read_package(data)
    assert package.xml("/ppt/slides/slide1.xml").tag.endswith("}sld")


def test_upper_case_part_names_are_found() -> None:
    data = repacked(
        a_deck(["甲"]), rename=lambda name: name.replace("ppt/slides/slide1", "ppt/Slides/SLIDE1")
    )
    package = read_package(data)
    assert package.of_kind("/ppt/presentation.xml", "slide") == ["/ppt/Slides/SLIDE1.xml"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    ],
)
def test_templates_shows_and_macro_decks_are_decks(content_type: str) -> None:
    plain = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    data = replaced(a_deck(["甲"]), "[Content_Types].xml", plain, content_type)
    assert read_package(data).main == "/ppt/presentation.xml"


def test_a_relationship_to_nothing_is_kept_and_known_as_such() -> None:
    data = rebuilt(a_deck(["甲"]), lambda package: package.drop("/ppt/slideLayouts/slideLayout6.xml"))
    missing = [rel for rel in read_package(data).rels("/ppt/slides/slide1.xml") if rel.missing]
    assert [rel.kind for rel in missing] == ["slideLayout"]


def test_an_external_target_named_null_is_not_missing() -> None:
    def change(package: object) -> None:
        rels = package.rels("/ppt/slides/slide1.xml")
        package.set_rels("/ppt/slides/slide1.xml", [*rels, Rel("rId9", "x/image", "NULL", external=True)])

    package = read_package(rebuilt(a_deck(["甲"]), change))
    assert not any(rel.missing for rel in package.rels("/ppt/slides/slide1.xml"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_deck"),
        (b"%PDF-1.7", "not_a_deck"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_a_deck"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (a_deck(["甲"])[:4000], "bad_zip"),
    ],
)
def test_what_is_no_readable_deck_is_refused_with_the_true_reason(data: bytes, reason: str) -> None:
    assert reason_of(data) == reason


def test_a_word_document_is_called_one() -> None:
    plain = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = replaced(a_deck(["甲"]), "[Content_Types].xml", plain, word)
    data = altered(data, "ppt/presentation.xml", lambda _: b"<w/>")
    with pytest.raises(HubError, match="Word"):
        read_package(data)


def test_malformed_xml_is_refused_with_the_name_of_the_part() -> None:
    package = read_package(altered(a_deck(["甲"]), "ppt/slides/slide1.xml", lambda content: content[:-20]))
    with pytest.raises(HubError, match="slide1"):
        package.xml("/ppt/slides/slide1.xml")


def test_entities_and_document_types_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 99 + b'">]><a>&b;</a>'
    package = read_package(altered(a_deck(["甲"]), "ppt/slides/slide1.xml", lambda _: bomb))
    with pytest.raises(HubError, match="slide1"):
        package.xml("/ppt/slides/slide1.xml")


def test_a_member_whose_bytes_were_damaged_is_refused_when_it_is_read() -> None:
    data = bytearray(repacked(a_deck(["甲"])))
    at = data.index(b"<p:sld ")
    data[at + 3] ^= 1
    package = read_package(bytes(data))
    with pytest.raises(HubError, match="校验和"):
        package.data("/ppt/slides/slide1.xml")
