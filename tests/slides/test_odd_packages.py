"""Packages that are legal but written otherwise than Office does give the same deck as those that Office writes."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from urllib.parse import quote

import pytest
from lxml import etree

from hub.slides import Pick, Source, check, compose, names
from tests.slides.samples import a_deck

PLAIN = a_deck(["甲", "乙"], picture="red", chart=True, table=True, notes="记", logo="blue")
TARGET = re.compile(r'Target="([^"]+)"')
Members = dict[str, bytes]


def members_of(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(
    members: Members, *, method: int = zipfile.ZIP_DEFLATED, streamed: bool = False, remark: bytes = b""
) -> bytes:
    out = io.BytesIO()
    target: object = Stream(out) if streamed else out
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.comment = remark
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


class Stream:
    """Where nothing can be gone back to: sums and sizes then follow each member."""

    def __init__(self, out: io.BytesIO) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        return self._out.write(data)

    def flush(self) -> None:
        """Nothing waits."""


def with_targets(write: Callable[[str, str], str]) -> bytes:
    """The deck with every target written by `write(folder of the source, path of the part)`; no slash before either."""
    members = members_of(PLAIN)
    for name, content in members.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))

            def written(found: re.Match[str], folder: str = folder) -> str:
                target = found[1]
                part = target[1:] if target[0] == "/" else posixpath.normpath(posixpath.join(folder, target))
                return f'Target="{write(folder, part)}"'

            members[name] = TARGET.sub(written, content.decode()).encode()
    return zipped(members)


def relative(folder: str, part: str) -> str:
    return posixpath.relpath(part, folder or ".")


def composed(data: bytes) -> Members:
    source = Source(data)
    made = compose([Pick(source, number) for number in (2, 1)])
    assert made.warnings == ()
    assert [finding for finding in check(made.data) if not finding.inherited] == []
    return members_of(made.data)


@pytest.mark.parametrize(
    "write",
    [
        lambda _, part: f"/{part}",
        lambda folder, part: f"./{relative(folder, part)}",
        lambda folder, part: "../" * (folder.count("/") + bool(folder)) + part,
        lambda folder, part: relative(folder, part).replace("s", "%73"),
        lambda folder, part: relative(folder, part).upper(),
        lambda folder, part: relative(folder, part).replace("/", "\\"),
    ],
    ids=["absolute", "dotted", "from the root", "percent", "upper case", "backslash"],
)
def test_a_target_may_be_written_in_many_ways(write) -> None:
    assert composed(with_targets(write)) == composed(PLAIN)


@pytest.mark.parametrize(
    "data",
    [
        zipped(members_of(PLAIN), method=zipfile.ZIP_STORED),
        zipped(members_of(PLAIN), streamed=True),
        zipped(members_of(PLAIN), remark=b"made by hand"),
        zipped(dict(sorted(members_of(PLAIN).items(), reverse=True))),
        zipped({"ppt/": b"", "ppt/slides/": b"", **members_of(PLAIN)}),
    ],
    ids=["stored", "streamed", "remark", "other order", "folders"],
)
def test_a_zip_may_be_packed_in_many_ways(data) -> None:
    assert composed(data) == composed(PLAIN)


def renamed(old: str, new: str, members: Members) -> bytes:
    """The deck with one part under another name, and every target that leads to it; percent-encoded there."""
    spelled = {name.replace(old, new): content for name, content in members.items()}
    tables = {name for name in spelled if name.endswith((".rels", "Types].xml"))}
    return zipped(
        {
            name: content.replace(old.encode(), quote(new).encode()) if name in tables else content
            for name, content in spelled.items()
        }
    )


@pytest.mark.parametrize("new", ["回款 图.png", "Image 1.PNG", "a%20b.png"])
def test_a_part_may_have_any_name(new) -> None:
    [picture] = [name for name in members_of(PLAIN) if name.endswith("image2.png")]
    made = composed(renamed(posixpath.basename(picture), new, members_of(PLAIN)))
    assert members_of(PLAIN)[picture] in made.values()


def test_the_table_of_types_may_be_spelled_otherwise() -> None:
    members = members_of(PLAIN)
    types = members.pop("[Content_Types].xml")
    assert composed(zipped({**members, "[content_types].XML": types})) == composed(PLAIN)


def test_xml_may_be_in_two_bytes_a_character_or_begin_with_a_mark() -> None:
    members = members_of(PLAIN)
    for name, content in members.items():
        if name.startswith(("ppt/slides/slide", "ppt/_rels", "ppt/slideMasters/slideMaster")):
            text = content.decode().split("?>", 1)[-1]
            members[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
        elif name.endswith(".xml"):
            members[name] = b"\xef\xbb\xbf" + content
    made, plain = composed(zipped(members)), composed(PLAIN)
    assert made.keys() == plain.keys()
    for name in ("ppt/slides/slide1.xml", "ppt/slides/slide2.xml"):
        assert etree.tostring(etree.fromstring(made[name]), method="c14n") == etree.tostring(
            etree.fromstring(plain[name]), method="c14n"
        )


def test_sizes_may_be_written_in_eight_bytes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members_of(PLAIN).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    assert composed(out.getvalue()) == composed(PLAIN)


def test_the_first_relationship_of_an_id_counts() -> None:
    members = members_of(PLAIN)
    row = f'<Relationship Id="rId1" Type="{names.R}/image" Target="../media/none.png"/></Relationships>'
    rels = "ppt/slides/_rels/slide1.xml.rels"
    members[rels] = members[rels].replace(b"</Relationships>", row.encode())
    source = Source(zipped(members))
    made = compose([Pick(source, 1)])
    assert [finding for finding in check(made.data) if not finding.inherited] == []
    assert members_of(made.data)["ppt/slides/slide1.xml"] == members_of(PLAIN)["ppt/slides/slide1.xml"]


def test_what_a_deck_may_do_without_is_not_missed() -> None:
    members = members_of(PLAIN)
    optional = ("docProps/", "ppt/presProps", "ppt/viewProps", "ppt/printerSettings", "ppt/tableStyles")
    left = {name: content for name, content in members.items() if not name.startswith(optional)}
    for name in ("_rels/.rels", "ppt/_rels/presentation.xml.rels"):
        rows = re.split(r"(?=<Relationship )", left[name].decode().replace("</Relationships>", ""))
        kept = [
            row for row in rows if not re.search(r'Target="(\.?/?docProps|\w+Props|printer|tableStyles)', row)
        ]
        left[name] = "".join([*kept, "</Relationships>"]).encode()

    made = composed(zipped(left))

    assert {name for name in made if "slides/slide" in name} == {
        name for name in composed(PLAIN) if "slides/slide" in name
    }


SLIDES = ("ppt/slides/slide1.xml", "ppt/slides/slide2.xml")
TYPES = "[Content_Types].xml"


def rewritten(members: Members, name: str, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, members[name].decode(), flags=re.DOTALL)
    assert count
    members[name] = text.encode()


@pytest.mark.parametrize("spell", [quote, str], ids=["percent", "as it is"])
def test_all_of_a_deck_may_lie_in_a_folder_of_any_name(spell) -> None:
    folder = "演示 文稿/内容"
    members = {name.replace("ppt/", f"{folder}/", 1): content for name, content in members_of(PLAIN).items()}
    for name, content in members.items():
        if name.endswith((".rels", TYPES)):
            said = re.sub(r'(PartName="/|Target="/?)ppt/', rf"\g<1>{spell(folder)}/", content.decode())
            members[name] = said.encode()

    made = composed(zipped(members))

    assert [made[name] for name in SLIDES] == [composed(PLAIN)[name] for name in SLIDES]
    assert check(zipped(members)) == []


@pytest.mark.parametrize("part", ["slides/slide1", "slideLayouts/slideLayout6", "slideMasters/slideMaster1"])
def test_a_part_told_as_nothing_but_xml_gets_the_type_of_what_it_is(part) -> None:
    members = members_of(PLAIN)
    rewritten(members, TYPES, rf'<Override PartName="/ppt/{part}\.xml"[^>]*>', "")
    assert "no-override" in {finding.code for finding in check(zipped(members))}

    assert composed(zipped(members)) == composed(PLAIN)


def test_a_type_may_carry_a_character_set_and_an_ending_its_dot() -> None:
    members = members_of(PLAIN)
    rewritten(
        members, TYPES, r'presentationml\.slideLayout\+xml"', 'presentationml.slideLayout+xml; charset=utf-8"'
    )
    rewritten(members, TYPES, r'Extension="png"', 'Extension=".PNG"')

    assert composed(zipped(members)) == composed(PLAIN)


def test_a_layout_that_names_no_master_gets_the_one_that_lists_it() -> None:
    members = members_of(PLAIN)
    rewritten(
        members, "ppt/slideLayouts/_rels/slideLayout6.xml.rels", r"<Relationship [^>]*slideMaster[^>]*>", ""
    )
    source = Source(zipped(members))

    made = compose([Pick(source, 1), Pick(Source(PLAIN), 2)])

    assert check(made.data) == []
    [warning] = made.warnings
    assert "没有母版" in warning


@pytest.mark.parametrize("entry", ['id="403" r:id="{master}"', 'id="404" r:id="rIdNone"', 'id="405"'])
def test_what_stands_among_the_slides_and_is_none_is_skipped_and_told(entry) -> None:
    members = members_of(PLAIN)
    [master] = re.findall(r'<p:sldMasterId [^>]*r:id="(\w+)"', members["ppt/presentation.xml"].decode())
    more = f"<p:sldId {entry.format(master=master)}/></p:sldIdLst>"
    rewritten(members, "ppt/presentation.xml", "</p:sldIdLst>", more)

    source = Source(zipped(members))

    assert len(source.slides) == 2
    made = compose([Pick(source, 2), Pick(source, 1)])
    assert check(made.data) == []
    assert any("已跳过" in warning for warning in made.warnings)
