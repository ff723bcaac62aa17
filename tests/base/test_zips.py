import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.base import zips
from hub.base.errors import HubError


def a_zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def reason_of(data: bytes, limits: zips.Limits = zips.DEFAULT) -> object:
    with pytest.raises(HubError) as caught:
        zips.open_checked(data, limits)
    return caught.value.details["reason"]


def test_an_honest_zip_opens_and_reads() -> None:
    with zips.open_checked(a_zip(("a/b.txt", b"hello"), ("c.txt", b""))) as archive:
        assert archive.read("a/b.txt") == b"hello"


def test_what_unpacks_to_more_than_the_limit_is_refused_with_the_limit_named() -> None:
    data = a_zip(("a", bytes(3_000_000)))
    with pytest.raises(HubError, match="2 MB"):
        zips.open_checked(data, zips.Limits(unpacked=2_000_000))


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert reason_of(a_zip(("a", bytes(20_000_000)))) == "ratio"


def test_a_small_file_of_zeros_is_no_bomb() -> None:
    zips.open_checked(a_zip(("a", bytes(200_000)))).close()


def test_too_many_members_are_refused() -> None:
    data = a_zip(*((f"f{number}", b"") for number in range(12)))
    assert reason_of(data, zips.Limits(members=11)) == "members"
    zips.open_checked(data, zips.Limits(members=12)).close()


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/passwd", "..\\evil", "C:\\evil", "a/..", "\\\\host\\share"]
)
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    assert reason_of(a_zip((name, b"x"))) == "traversal"


def test_dots_inside_a_name_are_harmless() -> None:
    zips.open_checked(a_zip(("a..b/...txt", b"x"))).close()


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = a_zip(("a", b"1"), ("a", b"2"))
    assert reason_of(data) == "duplicate"


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(a_zip(("a", b"secret")))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert reason_of(bytes(data)) == "encrypted"


def test_members_that_share_their_bytes_are_refused() -> None:
    data = bytearray(a_zip(("a", b"x" * 50), ("b", b"y" * 50), method=zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)
    assert reason_of(bytes(data)) == "overlap"


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"no zip at all", a_zip(("a", b"x" * 99))[:-8]],
    ids=["empty", "a head only", "no zip", "its end is missing"],
)
def test_what_is_no_whole_zip_is_refused_as_damaged(data: bytes) -> None:
    assert reason_of(data) == "bad_zip"


def test_members_are_named_with_the_place_of_their_bytes() -> None:
    data = a_zip(("a/b.txt", b"hello"), ("c.txt", b""), method=zipfile.ZIP_STORED)
    found = {member.filename: data[at : at + member.packed] for member, at in zips.members(data)}
    assert found == {"a/b.txt": b"hello", "c.txt": b""}


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "C:\\evil"])
def test_the_quick_reader_refuses_what_the_careful_one_refuses(name: str) -> None:
    with pytest.raises(HubError) as caught:
        zips.members(a_zip((name, b"x")))
    assert caught.value.details["reason"] == "traversal"


def as_zipfile_reads(data: bytes) -> object:
    """The members with the places of their bytes, or the reason of a refusal."""
    try:
        with zips.open_checked(data) as archive:
            return [
                (info.filename, info.CRC, info.file_size, info.compress_size) for info in archive.infolist()
            ]
    except HubError as error:
        return error.details["reason"]


def as_the_engine_reads(data: bytes) -> object:
    try:
        return [(each.filename, each.crc, each.size, each.packed) for each, _ in zips.members(data)]
    except HubError as error:
        return error.details["reason"]


@given(
    st.lists(st.integers(0, 254), max_size=3),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4),
    st.binary(max_size=3),
)
def test_both_readers_take_any_bytes_alike(
    lengths: list[int], changes: list[tuple[int, int]], behind: bytes
) -> None:
    data = bytearray(a_zip(*((f"名{at}" if at == 1 else f"f{at}", b"x" * n) for at, n in enumerate(lengths))))
    for place, value in changes:
        data[place % len(data)] = value
    assert as_the_engine_reads(bytes(data) + behind) == as_zipfile_reads(bytes(data) + behind)
