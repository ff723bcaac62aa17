"""Import: folders and files into the library. Running it twice changes nothing; a changed file is a new version.

A file's *slug* comes from its front matter, else from its path below the folder named on the command line, so that the
same path is the same asset next time. One bad file never stops the rest: it is *refused* with the reason in words.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType

from sqlmodel import Session

from hub import accounts, assets, customers, requirements, taxonomy, toolkits
from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.library import front as fronts
from hub.library.front import Front
from hub.library.loading import (
    load_customers,
    load_people,
    load_taxonomy,
    open_to_ids,
    read_yaml,
    settle_people_of_taxonomy,
)

SKIPPED_NAMES = {"thumbs.db", "desktop.ini"}
LIBRARY_FILES = {"taxonomy.yml", "people.yml", "customers.yml", "facts.yml"}


@dataclass(frozen=True)
class Outcome:
    """What became of one file: imported, updated, unchanged or refused, with the reason or warnings in words."""

    path: str
    result: str
    reason: str = ""
    asset_id: int | None = None


@dataclass
class Report:
    """The outcomes of one import, and how many there are of each."""

    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, result: str) -> int:
        return Counter(o.result for o in self.outcomes)[result]


@dataclass(frozen=True)
class Incoming:
    """A file on its way in."""

    path: Path
    shown: str  # its path as the person reads it
    sidecar: Path | None = None
    kind: str = ""  # the folder's kind, in a library


@dataclass(frozen=True)
class Door:
    """What importing needs of the house."""

    database: Database
    blobs: LocalBlobs
    settings: Settings
    by: accounts.Actor
    draft: bool = False
    demo: bool = False


def walk(paths: Iterable[Path]) -> Iterator[Incoming]:
    """The files under these paths in a stable order; hidden files, links and sidecars are passed over."""
    for root in paths:
        if root.is_file():
            yield Incoming(root, root.name, _sidecar(root))
            continue
        for folder, below, names in os.walk(root):
            below[:] = sorted(d for d in below if not d.startswith("."))
            for name in sorted(names):
                path = Path(folder) / name
                if name.startswith((".", "~$")) or name.lower() in SKIPPED_NAMES or path.is_symlink():
                    continue
                if name.endswith((".yml", ".yaml")) and (path.with_suffix("")).exists():
                    continue
                yield Incoming(
                    path,
                    str(
                        path.relative_to(
                            root.resolve().parent if root.name in {"", ".", ".."} else root.parent
                        )
                    ),
                    _sidecar(path),
                )


def _sidecar(path: Path) -> Path | None:
    beside = path.with_name(path.name + ".yml")
    return beside if beside.exists() else None


def import_files(
    door: Door, files: Iterable[Incoming], progress: Callable[[Outcome], None] | None = None
) -> Report:
    """Import these files, each in a transaction of its own."""
    report = Report()
    for incoming in files:
        try:
            outcome = _import_one(door, incoming)
        except HubError as error:
            outcome = Outcome(incoming.shown, "refused", error.message)
        except OSError as error:
            outcome = Outcome(
                incoming.shown,
                "refused",
                _("读不了这个文件：%(reason)s") % {"reason": error.strerror or error},
            )
        report.outcomes.append(outcome)
        if progress:
            progress(outcome)
    return report


Progress = Callable[[Outcome], None]


def import_paths(door: Door, paths: Iterable[Path], progress: Progress | None = None) -> Report:
    """Import folders and files; a folder with `taxonomy.yml` is a library and loads whole.

    HubError when a path does not exist.
    """
    wanted = list(paths)
    missing = [p for p in wanted if not p.exists()]
    if missing:
        raise HubError(_("没有这个文件或文件夹：%(path)s") % {"path": missing[0]})
    report = Report()
    for path in wanted:
        if path.is_dir() and (path / "taxonomy.yml").exists():
            report.outcomes += import_library(door, path, progress).outcomes
        else:
            report.outcomes += import_files(door, walk([path]), progress).outcomes
    return report


def import_library(door: Door, folder: Path, progress: Progress | None = None) -> Report:
    """Load a library folder whole: taxonomy, people, customers, assets, deck templates, toolkits, requirements."""
    report = Report()

    def told(outcome: Outcome) -> None:
        report.outcomes.append(outcome)
        if progress:
            progress(outcome)

    for outcome in _load_words_and_people(door, folder):
        told(outcome)
    report.outcomes += import_files(door, _library_files(folder), progress).outcomes
    for outcome in import_parts(door, folder):
        told(outcome)
    return report


def _library_files(folder: Path) -> Iterator[Incoming]:
    """The files under assets/<kind>/, whose slug is their name and whose kind is their folder."""
    for below in sorted(p for p in (folder / "assets").glob("*") if p.is_dir()):
        kind = below.name if below.name in taxonomy.KINDS else ""
        for incoming in walk([below]):
            shown = str(incoming.path.relative_to(folder))
            yield Incoming(incoming.path, shown, incoming.sidecar, kind)


def _load_words_and_people(door: Door, folder: Path) -> Iterator[Outcome]:
    words = read_yaml(folder / "taxonomy.yml")
    with door.database.write() as session:
        changed = load_taxonomy(session, words, by=door.by, demo=door.demo)
    yield Outcome("taxonomy.yml", "imported" if changed else "unchanged")
    if (folder / "people.yml").exists():
        with door.database.write() as session:
            added = load_people(session, read_yaml(folder / "people.yml"), by=door.by, demo=door.demo)
            if changed or added:
                settle_people_of_taxonomy(session, words)
        yield Outcome("people.yml", "imported" if added else "unchanged")
    if (folder / "customers.yml").exists():
        with door.database.write() as session:
            found = load_customers(session, read_yaml(folder / "customers.yml"), by=door.by, demo=door.demo)
        yield Outcome("customers.yml", "imported" if found else "unchanged")


Loader = Callable[[Session, list[str]], str]


def import_parts(door: Door, folder: Path) -> Iterator[Outcome]:
    """Toolkits and requirements of a library, each in a transaction of its own."""
    for shown, load in parts(door, folder):
        warnings: list[str] = []
        try:
            with door.database.write() as session:
                result = load(session, warnings)
            yield Outcome(shown, result, " ".join(warnings))
        except HubError as error:
            yield Outcome(shown, "refused", error.message)


def parts(door: Door, folder: Path) -> Iterator[tuple[str, Loader]]:
    """What a library holds besides assets: its shown path and the function that loads it."""
    for name, domain in (("toolkits", toolkits), ("requirements", requirements)):
        for path in sorted((folder / name).glob("*.yml")):
            yield f"{name}/{path.name}", partial(_load_part, door, domain, path)


def _load_part(door: Door, domain: ModuleType, path: Path, session: Session, warnings: list[str]) -> str:
    result: str = domain.from_data(
        session, path.stem, read_yaml(path), by=door.by, demo=door.demo, warnings=warnings
    )
    return result


def _import_one(door: Door, incoming: Incoming) -> Outcome:
    size = incoming.path.stat().st_size
    if size > door.settings.max_file:
        most = door.settings.max_file // (1024 * 1024)
        raise HubError(_("文件超过 %(most)s MB 的上限。请压缩图片或拆成几份。") % {"most": most})
    data = incoming.path.read_bytes()
    media_type = assets.recognise(incoming.path.name, data)
    beside = incoming.sidecar.read_bytes() if incoming.sidecar else b""
    source_sha = hashlib.sha256(data + b"\0" + beside).hexdigest()
    is_text = assets.suffix(incoming.path.name) in {".md", ".markdown", ".txt"}
    if is_text:
        front, body = fronts.split(assets.decode(data))
    else:
        front, body = fronts.read(assets.decode(beside)) if beside else Front(), ""
    slug = _slug(front, incoming)
    with door.database.read() as session:
        known = assets.by_slug(session, slug)
        if known is not None and known.source_sha == source_sha:
            return Outcome(incoming.shown, "unchanged", asset_id=known.id)
    content = assets.Content(text=body)
    if not is_text:
        digest = assets.read(
            incoming.path.name, data, door.settings
        )  # before any row: a refused file leaves nothing
        front.warnings += digest.warnings
        blob = door.blobs.put(data)
        content = assets.Content(
            file_name=incoming.path.name, media_type=media_type, blob=blob, digest=digest
        )
    with door.database.write() as session:
        result, asset_id = _place(session, door, incoming, front, content, slug, source_sha)
    return Outcome(incoming.shown, result, " ".join(dict.fromkeys(front.warnings)), asset_id)


def _slug(front: Front, incoming: Incoming) -> str:
    if front.text("slug"):
        return assets.slug(front.text("slug"))
    stem = (
        incoming.shown
        if incoming.path.suffix.lower() not in {".md", ".markdown"}
        else incoming.shown[: -len(incoming.path.suffix)]
    )
    return assets.slug(incoming.path.name.split(".")[0]) if incoming.kind else _path_slug(stem)


def _path_slug(shown: str) -> str:
    made = assets.slug(shown)
    # A long path is cut, and two paths may differ only in signs a slug drops: a hash of the whole keeps them apart.
    plain = shown.lower().replace("/", "-").replace(".", "-").replace("_", "-").replace(" ", "-")
    return made if made == plain else f"{made[:100]}-{hashlib.sha256(shown.encode()).hexdigest()[:8]}"


def _place(
    session: Session,
    door: Door,
    incoming: Incoming,
    front: Front,
    content: assets.Content,
    slug: str,
    source_sha: str,
) -> tuple[str, int | None]:
    words = taxonomy.words(session)
    fields = _fields(session, front, incoming, content, words, door.by)
    known = assets.by_slug(session, slug)
    said = _said(front, draft=door.draft)
    if known is None:
        version = assets.create(session, fields, content, by=door.by, slug=slug, demo=door.demo)
        known, result = session.get_one(assets.Asset, version.asset_id), "imported"
        if fields.owner_id is None:
            known.owner_id = None
        assets.place_by_import(session, version, said, by=door.by)
    else:
        assets.edit(session, known, fields, edition=known.edition, by=door.by)
        result = "updated"
        if _is_new_content(session, known, content):
            version = assets.add_version(session, known, content, note=_("重新导入"), by=door.by)
            assets.place_by_import(session, version, said, by=door.by)
    known.source_sha = source_sha
    session.add(known)
    return result, known.id


def _is_new_content(session: Session, asset: assets.Asset, content: assets.Content) -> bool:
    latest = session.get(assets.Version, asset.latest_id) if asset.latest_id else None
    if latest is None:
        return True
    if content.blob:
        return latest.blob_sha != content.blob.sha256
    return latest.text != content.text


def _said(front: Front, *, draft: bool) -> assets.Imported:
    named = front.text("state").lower()
    state = fronts.STATES.get(named, named)
    if state not in assets.STATES:
        state = "draft" if front.flag("draft") else "on_offer"
    if draft:
        state = "draft"
    return assets.Imported(
        state=state,
        published_on=front.day("published_on"),
        review_on=front.day("review_on"),
        expires_on=front.day("expires_on"),
        end_reason=front.text("end_reason"),
        at=clock.now(),
    )


def _fields(
    session: Session,
    front: Front,
    incoming: Incoming,
    content: assets.Content,
    words: taxonomy.Words,
    by: accounts.Actor,
) -> assets.Fields:
    found_title = content.digest.title if content.digest else next(iter(assets.headings_of(content.text)), "")
    title = front.text("title") or found_title or incoming.path.stem
    kind = incoming.kind or fronts.kind_of(front, incoming.shown)
    extra = dict(front.extra)
    owner = _person(session, front, "owner", extra)
    audience = front.text("audience").lower()
    customer = _customer(session, front, by, extra)
    return assets.Fields(
        title=title[:300],
        kind=kind,
        language="en" if front.text("language").lower().startswith("en") else "zh",
        audience="customer" if audience in {"customer", "external", "客户", "可发客户"} else "internal",
        summary=front.text("summary")[:1000],
        owner_id=owner,
        expert_id=_person(session, front, "expert", extra),
        customer_id=customer,
        recommended=front.flag("recommended"),
        tags=_tags(session, front, words),
        restricted_to=_restricted_to(session, front),
        extra=extra,
    )


def _tags(session: Session, front: Front, words: taxonomy.Words) -> dict[str, list[str]]:
    """Every tag finds its place: a value of the taxonomy, or a free tag that is proposed to it."""
    found: dict[str, list[str]] = {f: [] for f in taxonomy.FACETS}
    for facet in ("product", "tier", "industry", "scenario", "function", "stage"):
        for word in front.words(facet):
            match = words.match(word, [facet])
            if match:
                found[facet].append(match[1])
            else:
                found["tag"].append(word)
                taxonomy.propose(session, word)
    for word in front.words("tags"):
        match = words.match(word)
        if match:
            found[match[0]].append(match[1])
        else:
            found["tag"].append(word)
            taxonomy.propose(session, word)
    return found


def _person(session: Session, front: Front, key: str, extra: dict[str, object]) -> int | None:
    named = front.text(key)
    if not named:
        return None
    person = accounts.by_email(session, named) or accounts.by_name(session, named)
    if person is None:
        extra.setdefault(key, fronts.jsonable(front.given[key]))
        return None
    return person.id


def _customer(session: Session, front: Front, by: accounts.Actor, extra: dict[str, object]) -> int | None:
    named = front.text("customer")
    if not named:
        return None
    customer = customers.by_key(session, named) or customers.by_name(session, named, by)
    if customer is None:
        extra.setdefault("customer", fronts.jsonable(front.given["customer"]))
    return customer.id if customer else None


def _restricted_to(session: Session, front: Front) -> tuple[list[int], list[int]]:
    """(teams, people); a name nobody knows refuses the file rather than open it."""
    return open_to_ids(session, front.words("restricted_to"))
