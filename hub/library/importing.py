"""Import: folders and files into the library. Running it twice changes nothing; a changed file is a new version.

A file's *slug* comes from its front matter, else from its path below the folder named on the command line, so that the
same path is the same asset next time. One bad file never stops the rest: it is *refused* with the reason in words.
"""

import hashlib
import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from hub import accounts, assets
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.library import front as fronts
from hub.library.front import Front
from hub.library.placing import place, place_version, said_of

log = structlog.get_logger()
SKIPPED_NAMES = {"thumbs.db", "desktop.ini"}
DRAFT = re.compile(r"(?s)(.+)\.draft(\.[a-z0-9]+)")  # a newer version beside the one on offer, in a library


@dataclass(frozen=True)
class Outcome:
    """What became of one file: imported, updated, unchanged, refused, or failed by a fault of ours; with the reason or
    warnings in words.
    """

    path: str
    result: str
    reason: str = ""
    asset_id: int | None = None


Progress = Callable[[Outcome], None]


@dataclass
class Report:
    """The outcomes of one import, and how many there are of each."""

    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, result: str) -> int:
        return Counter(o.result for o in self.outcomes)[result]


@dataclass(frozen=True)
class Incoming:
    """A file on its way in. `draft` is the newer version that lies beside it in a library."""

    path: Path
    shown: str  # its path as the person reads it
    sidecar: Path | None = None
    kind: str = ""  # the folder's kind, in a library
    library: bool = False
    draft: Path | None = None


@dataclass(frozen=True)
class Door:
    """What importing needs of the house."""

    database: Database
    blobs: LocalBlobs
    settings: Settings
    by: accounts.Actor
    draft: bool = False
    demo: bool = False


@dataclass(frozen=True)
class Read:
    """A file as it was read: what it says of itself, and its text or the bytes of the file."""

    front: Front
    text: str
    data: bytes
    media_type: str
    is_text: bool
    sha: str  # of the file with the front matter beside it


def walk(paths: Iterable[Path]) -> Iterator[Incoming]:
    """The files under these paths in a stable order; hidden files, links and sidecars are passed over."""
    for named in paths:
        root = absolute(named)
        if not root.is_dir():
            yield Incoming(root, root.name, _sidecar(root))
            continue
        for folder, below, names in os.walk(root):
            below[:] = sorted(d for d in below if not d.startswith("."))
            for path in (Path(folder) / name for name in sorted(names)):
                if _is_wanted(path):
                    yield Incoming(path, readable(path.relative_to(root.parent)), _sidecar(path))


def absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - "." gets its name, and a link keeps its own


def _is_wanted(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$")) or path.name.lower() in SKIPPED_NAMES
    beside = path.suffix in {".yml", ".yaml"} and path.with_suffix("").exists()
    return not hidden and not beside and path.is_file() and not path.is_symlink()


def readable(path: Path) -> str:
    """The path as text; what is no UTF-8 in it shows as a question mark."""
    return fronts.clean(path)


def _sidecar(path: Path) -> Path | None:
    """The front matter beside a file, as `plan.pptx.yml` or `plan.pptx.yaml`."""
    beside = [path.with_name(path.name + ending) for ending in (".yml", ".yaml")]
    return next((b for b in beside if b.exists()), None)


def import_files(door: Door, files: Iterable[Incoming], progress: Progress | None = None) -> Report:
    """Import these files, each in a transaction of its own."""
    report = Report()
    taken: dict[str, str] = {}
    for incoming in files:
        outcome = _import_safely(door, incoming, taken)
        report.outcomes.append(outcome)
        if progress:
            progress(outcome)
    return report


def _import_safely(door: Door, incoming: Incoming, taken: dict[str, str]) -> Outcome:
    """What became of the file, whatever it did: one bad file never stops the rest."""
    try:
        return _import_one(door, incoming, taken)
    except HubError as error:
        return Outcome(incoming.shown, "refused", error.message)
    except OSError as error:
        reason = _("读不了这个文件：%(reason)s") % {"reason": error.strerror or error}
        return Outcome(incoming.shown, "refused", reason)
    except Exception as error:  # noqa: BLE001 - told as a fault of ours, and the others go on
        return Outcome(incoming.shown, "failed", fault(incoming.shown, error))


def fault(shown: str, error: Exception) -> str:
    """A fault of ours, written to the log whole and told in a sentence."""
    log.error("import failed", path=shown, error="".join(traceback.format_exception(error)))
    return _("我们这边出错了：%(error)s") % {"error": f"{type(error).__name__}: {error}"[:300]}


def count_files(paths: Iterable[Path]) -> int:
    """How many outcomes an import of these paths will have, about: for a progress bar."""
    return sum(1 for path in paths if path.exists() for _each in walk([path]))


def _import_one(door: Door, incoming: Incoming, taken: dict[str, str]) -> Outcome:
    came = _read(door, incoming, incoming.path, incoming.sidecar)
    newer = _read(door, incoming, incoming.draft, _sidecar(incoming.draft)) if incoming.draft else None
    sha = came.sha if newer is None else hashlib.sha256((came.sha + newer.sha).encode()).hexdigest()
    slug = _slug(came.front, incoming, taken)
    with door.database.read() as session:
        known = assets.by_slug(session, slug)
        if known is not None and known.source_sha == sha:
            return Outcome(incoming.shown, "unchanged", asset_id=known.id)
    # Every file is read and stored before any row: a refused file leaves nothing.
    content = _content(door, came, incoming.path)
    later = _content(door, newer, incoming.draft) if newer and incoming.draft else None
    with door.database.write() as session:
        hints = (incoming.kind, incoming.shown)
        result, asset = place(
            session, slug, came.front, content, hints=hints, by=door.by, draft=door.draft, demo=door.demo
        )
        if newer and later:
            said = said_of(newer.front, draft=door.draft)
            place_version(session, asset, newer.front, later, said, by=door.by)
        asset.source_sha = sha
        session.add(asset)
    told = [*came.front.warnings, *(newer.front.warnings if newer else ())]
    return Outcome(incoming.shown, result, " ".join(dict.fromkeys(told)), asset.id)


def _read(door: Door, incoming: Incoming, path: Path, sidecar: Path | None) -> Read:
    size = path.stat().st_size
    if size > door.settings.max_file:
        most = door.settings.max_file // (1024 * 1024)
        raise HubError(_("文件超过 %(most)s MB 的上限。请压缩图片或拆成几份。") % {"most": most})
    data = path.read_bytes()
    media_type = assets.recognise(fronts.clean(path.name), data)
    beside = sidecar.read_bytes() if sidecar else b""
    is_text = assets.suffix(path.name) in {".md", ".markdown", ".txt"}
    front, body = fronts.split(assets.decode(data)) if is_text else (Front(), "")
    if beside:
        front = fronts.read(assets.decode(beside))
    front.belong(library=incoming.library)
    return Read(front, body, data, media_type, is_text, hashlib.sha256(data + b"\0" + beside).hexdigest())


def _content(door: Door, came: Read, path: Path) -> assets.Content:
    if came.is_text:
        return assets.Content(text=came.text.replace("\0", ""))
    name = _file_name(came.front, path)
    digest = assets.read(name, came.data, door.settings)
    came.front.warnings += digest.warnings
    blob = door.blobs.put(came.data)
    return assets.Content(file_name=name, media_type=came.media_type, blob=blob, digest=digest)


def _file_name(front: Front, path: Path) -> str:
    """The name people download it by: as exported, else as it lies in the folder."""
    named = front.text("file_name").replace("\\", "/").rpartition("/")[2]
    fits = bool(named) and assets.suffix(named) == assets.suffix(path.name)
    return named if fits else fronts.clean(DRAFT.sub(r"\1\2", path.name))


def _slug(front: Front, incoming: Incoming, taken: dict[str, str]) -> str:
    """The file's stable name. A name that another file of this import already has is passed over for the path."""
    named = assets.slug(front.text("slug")) if front.text("slug") else ""
    ending = incoming.path.suffix.lower()
    stem = incoming.shown[: -len(ending)] if ending in {".md", ".markdown"} else incoming.shown
    path = _path_slug(stem)
    ways = [named, assets.slug(readable(Path(incoming.path.stem))) if incoming.library else path, path]
    hashed = f"{path[:100]}-{hashlib.sha256(incoming.shown.encode()).hexdigest()[:8]}"
    slug = next((w for w in ways if w and w not in taken), hashed)
    taken[slug] = incoming.shown
    if front.text("slug") and slug != front.text("slug"):
        front.extra.setdefault("source_slug", front.text("slug"))
        front.extra.pop(front.spelled["slug"], None)
    return slug


def _path_slug(shown: str) -> str:
    made = assets.slug(shown)
    # A long path is cut, and two paths may differ only in signs a slug drops: a hash of the whole keeps them apart.
    plain = shown.lower().replace("/", "-").replace(".", "-").replace("_", "-").replace(" ", "-")
    return made if made == plain else f"{made[:100]}-{hashlib.sha256(shown.encode()).hexdigest()[:8]}"
