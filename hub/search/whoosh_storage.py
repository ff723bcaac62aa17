"""The files of a Whoosh index, made durable and safe to read.

*Durable*: Whoosh never calls fsync, so a power cut can leave a table of contents that names files whose
bytes were never written. Here every file of a segment and the new table of contents are on the disk before
the rename that makes them the index, and the folder after it.

*Safe*: Whoosh keeps its table of contents and some heads as pickles, and a pickle from a stranger can run
any code. Reading here goes through an unpickler that knows exactly the classes such a file of ours holds and
refuses all others, so that an index that was copied in, restored or tampered with can be damaged but never
dangerous. Postings and columns are plain bytes (see `whoosh_codec`). Files are mapped, and reading a span
moves no shared position.
"""

import io
import mmap
import os
import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from weakref import finalize

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from hub.search.durable import sync
from hub.search.whoosh_codec import ArrayCodec


class _OurUnpickler(pickle.Unpickler):
    """Loads what our own tables of contents hold, and nothing else."""

    _known: ClassVar[dict[tuple[str, str], object]] = {
        ("whoosh.codec.whoosh3", "W3Segment"): W3Segment,
        ("hub.search.whoosh_codec", "ArrayCodec"): ArrayCodec,
        ("builtins", "set"): set,
        ("builtins", "int"): int,
        ("collections", "defaultdict"): defaultdict,
    }

    def find_class(self, module: str, name: str) -> Any:
        """Refuse every class that no index of ours names."""
        try:
            return self._known[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"an index of ours never holds {module}.{name}") from None


class MappedFile(StructFile):  # type: ignore[misc]
    """A file to read. What Whoosh reads in sequence while it opens is mapped into memory; `get` reads from the file and
    is safe from any number of threads, and from a file that somebody cuts off meanwhile: touching what is no longer
    there of a mapped file would end the process.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Open the file at `path`; an empty one is just empty."""
        self._number = os.open(path, os.O_RDONLY)
        finalize(self, os.close, self._number)
        empty = os.fstat(self._number).st_size == 0
        mapped = io.BytesIO() if empty else mmap.mmap(self._number, 0, access=mmap.ACCESS_READ)
        super().__init__(mapped, name=name)
        self.is_real = False

    def get(self, position: int, length: int) -> bytes:
        """The bytes of a span; ValueError when the file ends before it does."""
        found = os.pread(self._number, length, position)
        if len(found) != length:
            raise ValueError(f"{self._name} ends too early")
        return found

    def spans_with(self, needle: bytes, spans: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, bytes]]:
        """Of spans (a number, place, length) the number and the bytes of those that have `needle` in them; ValueError
        when the file ends before one does.
        """
        for number, start, length in spans:
            found = os.pread(self._number, length, start)
            if len(found) != length:
                raise ValueError(f"{self._name} ends too early")
            if needle in found:
                yield number, found

    def read_pickle(self) -> Any:
        """The next object, if it is one of ours."""
        return _OurUnpickler(self.file).load()

    def close(self) -> None:
        """The map goes when nobody reads it any more; a reader in another thread may still do so."""
        self.is_closed = True


class DurableStorage(FileStorage):  # type: ignore[misc]
    """A folder in which a commit is on the disk when it returns."""

    def __init__(self, folder: Path) -> None:
        """The folder must exist."""
        super().__init__(str(folder))
        self.path = folder
        self._fresh: set[str] = set()

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **kwargs: Any) -> StructFile:  # noqa: FBT001, FBT002
        """Create a file and remember that it is not durable yet."""
        self._fresh.add(name)
        return super().create_file(name, excl=excl, mode=mode, **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> MappedFile:
        """Open a file to read it."""
        del kwargs
        return MappedFile(self.path / name, name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002
        """The step by which a commit happens: first everything written before is made durable, then the
        rename.
        """
        for name in sorted(self._fresh):
            path = self.path / name
            if path.exists():
                sync(path)
        self._fresh.clear()
        super().rename_file(oldname, newname, safe=safe)
        sync(self.path)
