"""Looks at a zip's table of contents before anything parses it, and refuses what could hurt.

A *member* is one file in the zip. The sizes judged here are the ones the table of contents claims; Python
never inflates a member beyond its claimed size, and `hub.slides.package` checks each member's sum when it
reads it.
"""

import io
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hub.base.errors import HubError

_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Limits:
    """What a zip may be. `unpacked` in bytes; `ratio` = unpacked / packed, judged only above `ratio_from`
    bytes.
    """

    unpacked: int = 1_000_000_000
    ratio: int = 100
    members: int = 10_000
    ratio_from: int = 10_000_000


DEFAULT = Limits()


def open_checked(source: bytes | Path | IO[bytes], limits: Limits = DEFAULT) -> zipfile.ZipFile:
    """Open a zip that keeps within `limits`; else HubError with the reason. The caller closes it."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError) as error:
        raise HubError(
            "文件不完整或已损坏:读不出压缩包的目录,请重新导出后再上传。", reason="bad_zip"
        ) from error
    try:
        check(archive, limits)
    except BaseException:
        archive.close()
        raise
    return archive


def check(archive: zipfile.ZipFile, limits: Limits = DEFAULT) -> None:
    """Raise HubError if the open zip breaks a limit, hides members, is encrypted or names files outside
    itself.
    """
    members = archive.infolist()
    _check_amounts(members, limits)
    _check_names(members)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise HubError("压缩包里有加密的文件,请去掉密码后再上传。", reason="encrypted")
    _check_overlap(archive, members)


def _check_amounts(members: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise HubError(
            f"压缩包里有 {len(members)} 个文件,超过上限 {limits.members} 个,请拆分后再上传。",
            reason="members",
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked:
        raise HubError(
            f"解压后有 {unpacked / 1e6:.0f} MB,超过上限 {limits.unpacked / 1e6:.0f} MB,请缩小后再上传。",
            reason="unpacked",
        )
    packed = sum(member.compress_size for member in members)
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1):
        raise HubError(
            f"解压后是压缩前的 {unpacked // max(packed, 1)} 倍,超过上限 {limits.ratio} 倍,已拒绝。",
            reason="ratio",
        )


def _check_names(members: Sequence[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        if leads_outside(name):
            raise HubError(f"压缩包里的文件名“{name[:80]!a}”指向压缩包之外,已拒绝。", reason="traversal")
        if name in seen:
            raise HubError(f"压缩包里有两个同名文件“{name[:80]}”,无法判断用哪一个。", reason="duplicate")
        seen.add(name)


def leads_outside(name: str) -> bool:
    """Whether a member's name would leave the folder it is unpacked in, or is no name at all."""
    path = name.replace("\\", "/")
    return (
        not path
        or path.startswith("/")
        or "\0" in path
        or ".." in path.split("/")
        or bool(_DRIVE.match(path))
    )


def _check_overlap(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> None:
    end_of_last = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end_of_last:
            raise HubError("压缩包里的文件互相重叠,像是压缩炸弹,已拒绝。", reason="overlap")
        end_of_last = data_offset(archive, member) + member.compress_size
    if end_of_last > archive.start_dir:
        raise HubError("压缩包里的文件与目录重叠,文件已损坏或被改动,已拒绝。", reason="overlap")


def data_offset(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Where the packed bytes of a member begin in the file. HubError if its own header is not there."""
    file = archive.fp
    if file is None:
        raise ValueError("the zip is closed")
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise HubError(f"压缩包里的“{member.filename[:80]}”已损坏,请重新导出后再上传。", reason="bad_zip")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    return member.header_offset + _LOCAL_HEADER + int(name_length) + int(extra_length)
