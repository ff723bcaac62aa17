"""Packages that are legal but written otherwise than Office does give the same deck as those that Office writes."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable

import pytest

from hub.slides import Pick, Source, check, compose
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
