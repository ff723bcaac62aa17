"""Backup: everything the hub remembers in one archive, and back into an empty home.

The archive is a tar (gzip when it is named so): `manifest.json` with the sha256 and size of every member, `hub.db` (a
copy taken while the hub may be serving), `secret.key`, and the blobs. A hub on PostgreSQL is copied into such an SQLite
file, and any archive comes back into either database. The search index is left out: it is built again.
The database is copied before the blobs are listed, and blobs come before rows, so that every row finds its file.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import make_url

import hub
from hub.base import clock
from hub.base.blobs import SHA, LocalBlobs
from hub.base.db import Database, connect
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.library.pouring import is_empty, pouring
from hub.migrations import upgrade

FORMAT = 1
MANIFEST, DATABASE, KEY = "manifest.json", "hub.db", "secret.key"
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 500 * CHUNK


@dataclass(frozen=True)
class BackedUp:
    """How many blobs and bytes the archive holds, and sentences about blobs that were not what they should be."""

    blobs: int
    size: int
    warnings: tuple[str, ...]


def back_up(database: Database, blobs: LocalBlobs, settings: Settings, target: Path) -> BackedUp:
    """Write the archive; HubError when the file is there already or cannot be written."""
    if target.exists():
        raise HubError(_("%(path)s 已经存在。请换一个文件名。") % {"path": target})
    partial = target.with_name(target.name + ".partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            _copy_database(database, copy)
            members, damaged = _members(copy, blobs, settings)
            _write(partial, members, gzipped=target.name.endswith((".gz", ".tgz")))
        partial.rename(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise HubError(_("写不了 %(path)s：%(reason)s") % {"path": target, "reason": reason}) from error
    warnings = tuple(_("文件 %(sha)s 的内容与名字不符，没有放进备份。") % {"sha": sha} for sha in damaged)
    return BackedUp(sum(n.startswith("blobs/") for n in members), target.stat().st_size, warnings)


def _copy_database(source: Database, target: Path) -> None:
    """A copy of one moment; writers go on meanwhile."""
    if source.is_sqlite:
        path = make_url(source.url).database or ""
        with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    else:
        with _opened(target) as made, pouring(source, made):
            pass
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    """The SQLite file as a hub's database of the newest schema; made when missing."""
    opened = connect(f"sqlite:///{path}")
    try:
        upgrade(opened)
        yield opened
    finally:
        opened.dispose()


def _members(copy: Path, blobs: LocalBlobs, settings: Settings) -> tuple[dict[str, Path], list[str]]:
    """What goes into the archive by name, and the blobs whose bytes are not those of their name."""
    members, damaged = {DATABASE: copy}, []
    key = settings.home / KEY
    if key.is_file():
        members[KEY] = key
    for sha in sorted(blobs.names()):
        path = blobs.path(sha)
        if file_sum(path) == sha:
            members[f"blobs/{sha[:2]}/{sha}"] = path
        else:
            damaged.append(sha)
    return members, damaged


def file_sum(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(partial: Path, members: Mapping[str, Path], *, gzipped: bool) -> None:
    listed = {n: {"sha256": file_sum(p), "size": p.stat().st_size} for n, p in members.items()}
    about = {
        "format": FORMAT,
        "version": hub.__version__,
        "made_at": clock.now().isoformat(),
        "members": listed,
    }
    manifest = json.dumps(about, indent=1).encode()
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds every secret of the house
    with os.fdopen(fd, "wb") as file:
        with tarfile.open(
            fileobj=file, mode="w:gz" if gzipped else "w", format=tarfile.PAX_FORMAT
        ) as archive:
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(manifest)
            archive.addfile(info, io.BytesIO(manifest))
            for name, path in members.items():
                archive.add(path, arcname=name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def unpack_backup(settings: Settings, source: Path) -> int:
    """Bring the archive's files into the empty home of the settings; returns how many blobs there are.

    HubError, and nothing changed, when there is a hub already or the archive is damaged or not one of ours.
    """
    _must_be_empty(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=settings.home, prefix=".restoring-"))
    try:
        with _archive(source) as archive:
            listed = _manifest(archive)
            _unpack(archive, listed, staged)
        _must_be_a_hub(staged / DATABASE)
        if settings.database_url:
            _pour_into(settings, staged)
        else:
            _settle(staged, settings)
            (staged / DATABASE).rename(settings.home / DATABASE)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return sum(name.startswith("blobs/") for name in listed)


def _must_be_empty(settings: Settings) -> None:
    blobs = settings.blob_folder
    held = blobs.is_dir() and any(p.is_file() for p in blobs.rglob("*"))
    if (settings.home / DATABASE).exists() or held:
        raise HubError(
            _("%(home)s 里已经有一个库。恢复只进空文件夹：请换一个 HUB_HOME，或先移走它。")
            % {"home": settings.home}
        )


@contextmanager
def _archive(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:*") as archive:
            yield archive
    except FileNotFoundError as error:
        raise HubError(_("没有这个文件或文件夹：%(path)s") % {"path": source}) from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise HubError(_("这个备份不完整或已损坏，没有恢复任何东西。")) from error


def _manifest(archive: tarfile.TarFile) -> dict[str, dict[str, Any]]:
    first = archive.next()
    file = archive.extractfile(first) if first and first.name == MANIFEST and first.isfile() else None
    if file is None or first is None or first.size > LARGEST_MANIFEST:
        raise HubError(_("这不是 hub backup 写出的文件。"))
    about = json.loads(file.read())
    if about.get("format") != FORMAT or DATABASE not in about.get("members", {}):
        raise HubError(_("这个备份由另一版本的程序写出，这一版读不了。"))
    members: dict[str, dict[str, Any]] = about["members"]
    return members


def _unpack(archive: tarfile.TarFile, listed: Mapping[str, Mapping[str, Any]], staged: Path) -> None:
    """Write the listed members; each has exactly the bytes that the manifest says."""
    left = set(listed)
    for member in archive:
        if member.name == MANIFEST:
            continue
        if member.name not in left or not member.isfile() or not _is_ours(member.name):
            raise HubError(
                _("备份里有不该有的内容“%(name)s”，没有恢复任何东西。") % {"name": member.name[:80]}
            )
        file = archive.extractfile(member)
        left.remove(member.name)
        said = listed[member.name]
        if file is None or _store(file, staged / member.name) != (said["sha256"], said["size"]):
            raise HubError(_("备份里的“%(name)s”已损坏，没有恢复任何东西。") % {"name": member.name[:80]})
    if left:
        raise HubError(_("这个备份不完整或已损坏，没有恢复任何东西。"))


def _is_ours(name: str) -> bool:
    """Only the names we write, so that no archive writes elsewhere."""
    folder, _sep, sha = name.rpartition("/")
    return name in {DATABASE, KEY} or bool(SHA.fullmatch(sha) and folder == f"blobs/{sha[:2]}")


def _store(source: IO[bytes], target: Path) -> tuple[str, int]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if target.name == KEY else 0o644)
    with os.fdopen(fd, "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _must_be_a_hub(database: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            sound = opened.execute("PRAGMA quick_check").fetchone() == ("ok",)
            opened.execute("SELECT count(*) FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise HubError(_("备份里的数据库打不开，没有恢复任何东西。")) from error
    if not sound:
        raise HubError(_("备份里的数据库打不开，没有恢复任何东西。"))


def _settle(staged: Path, settings: Settings) -> None:
    """Put the files in place; the database comes last: a home without one is still empty."""
    shutil.rmtree(settings.blob_folder, ignore_errors=True)
    if (staged / "blobs").is_dir():
        (staged / "blobs").rename(settings.blob_folder)
    if (staged / KEY).exists():
        (staged / KEY).rename(settings.home / KEY)


def _pour_into(settings: Settings, staged: Path) -> None:
    """Rows and files come together into the database of the settings, or neither."""
    target = connect(settings.database_url)
    try:
        upgrade(target)
        if not is_empty(target):
            raise HubError(
                _("HUB_DATABASE_URL 指的数据库里已经有一个库。恢复只进空的数据库：请换一个，或先清空它。")
            )
        with _opened(staged / DATABASE) as source, pouring(source, target):
            _settle(staged, settings)
    finally:
        target.dispose()
