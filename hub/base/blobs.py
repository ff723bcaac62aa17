"""Blobs: bytes named by their sha256, written once, never changed.

Bytes come before rows: an orphan blob is harmless, a row without its blob is not. So `put` returns only when file and
folder are on disk (fsync), and a caller writes its row afterwards.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.store import LocalStore

from hub.base.errors import HubError, NotFound

CHUNK = 1024 * 1024
SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """What was put: its name and its size in bytes."""

    sha256: str
    size: int


class LocalBlobs:
    """A folder of blobs, two levels deep: `ab/abcdef…`. Incoming bytes lie in `.incoming` until they are whole."""

    def __init__(self, folder: Path) -> None:
        """Open (and make) the folder."""
        self.folder = folder
        self._incoming = folder / ".incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(folder)

    def put(self, source: bytes | BinaryIO | Iterable[bytes], *, limit: int | None = None) -> Blob:
        """Store the bytes durably and name them; HubError when there are more than `limit`."""
        digest, size = hashlib.sha256(), 0
        fd, staged = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(fd, "wb") as file:
                for chunk in _chunks(source):
                    size += len(chunk)
                    if limit is not None and size > limit:
                        raise HubError(f"文件超过 {limit // CHUNK} MB 的上限。请压缩图片或拆成几份再上传。")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            self._settle(Path(staged), digest.hexdigest(), size)
        finally:
            Path(staged).unlink(missing_ok=True)
        return Blob(digest.hexdigest(), size)

    def _settle(self, staged: Path, sha: str, size: int) -> None:
        target = self.path(sha)
        # A file of another size under this name is what a power cut left behind: it is replaced.
        if target.exists() and target.stat().st_size == size:
            os.utime(target)  # somebody wants it again: it is young again for `delete_older`
            return
        fresh = not target.parent.exists()
        obstore.rename(self._store, f".incoming/{staged.name}", f"{sha[:2]}/{sha}", overwrite=True)
        _sync_folder(target.parent)
        if fresh:
            _sync_folder(self.folder)

    def path(self, sha: str) -> Path:
        """Where the blob lies; it may be absent. Refuses anything that is no sha256."""
        if not SHA.fullmatch(sha):
            raise NotFound("没有这个文件。")
        return self.folder / sha[:2] / sha

    def get(self, sha: str) -> bytes:
        """All bytes of the blob; NotFound when it is absent."""
        path = self.path(sha)
        if not path.exists():
            raise NotFound("文件内容不在了。请让管理员运行 hub check。")
        return bytes(obstore.get(self._store, f"{sha[:2]}/{sha}").bytes())

    def has(self, sha: str) -> bool:
        return self.path(sha).exists()

    def names(self) -> Iterator[str]:
        """Every blob's sha256, in no order."""
        for folder in self.folder.iterdir():
            if len(folder.name) == 2:  # noqa: PLR2004 - the two-letter fan-out
                yield from (f.name for f in folder.iterdir() if SHA.fullmatch(f.name))

    def delete(self, sha: str) -> None:
        self.path(sha).unlink(missing_ok=True)

    def delete_older(self, sha: str, *, than: float) -> int | None:
        """Remove the blob when it was last put before `than` (epoch seconds); its bytes, or None when it stays."""
        path = self.path(sha)
        if not path.exists() or path.stat().st_mtime >= than:
            return None
        size = path.stat().st_size
        path.unlink(missing_ok=True)
        return size

    def sweep(self, *, older_than: float) -> int:
        """Remove staged leftovers of killed processes last touched before `older_than` (epoch seconds)."""
        stale = [p for p in self._incoming.iterdir() if p.stat().st_mtime < older_than]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _chunks(source: bytes | BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(source, bytes):
        return [source]
    if hasattr(source, "read"):
        return iter(lambda: source.read(CHUNK), b"")
    return source


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
