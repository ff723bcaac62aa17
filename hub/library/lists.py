"""What a library holds as one list in one file: requests without a requirement, material tasks, demo accounts, facts,
consents, proposals, forms of sources, what replaces withdrawn material, requests to read. Each room writes and reads
its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from hub import assets, consents, demos, facts, requirements, tasks, ventures
from hub.base.blobs import LocalBlobs
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.library.folder import Folder, as_yaml
from hub.library.loading import read_yaml


@dataclass(frozen=True)
class Kept:
    """How a room's list goes out and comes in; `load` returns how many rows were added or changed."""

    write: Callable[..., list[dict[str, Any]]]
    load: Callable[..., int]
    sealed: bool = False  # holds secrets, which are sealed with the hub's key on their way in
    pictures: bool = False  # brings pictures, which lie beside it in a folder of its name


LISTS: Mapping[str, Kept] = {
    "requests": Kept(requirements.requests_to_data, requirements.requests_from_data),
    "tasks": Kept(tasks.to_data, tasks.from_data),
    "demos": Kept(demos.to_data, demos.from_data, sealed=True),
    "facts": Kept(facts.to_data, facts.from_data),
    "consents": Kept(consents.to_data, consents.from_data),
    "ventures": Kept(ventures.to_data, ventures.from_data, pictures=True),
    "forms": Kept(assets.forms_to_data, assets.forms_from_data),
    "replacements": Kept(assets.replacements_to_data, assets.replacements_from_data),
    "confirmations": Kept(assets.readings_to_data, assets.readings_from_data),
}


def write_lists(session: Session, blobs: LocalBlobs, folder: Folder) -> None:
    """A file for each list that holds anything, and the pictures that it names."""

    def give(name: str, sha: str) -> None:
        if blobs.has(sha) and not (folder.partial / name).exists():
            folder.copy(name, blobs.path(sha))

    for name, kept in LISTS.items():
        rows = kept.write(session, give) if kept.pictures else kept.write(session)
        if rows:
            folder.write(f"{name}.yml", as_yaml({name: rows}).encode())


def list_files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """(shown name, list, path) of the lists that lie in a library's folder, in the order in which they load."""
    for name in LISTS:
        path = folder / f"{name}.yml"
        if path.is_file():
            yield path.name, name, path


def load_list(session: Session, name: str, path: Path, *, key: str, blobs: LocalBlobs, **more: Any) -> bool:
    """Read one list in; True when something was added. HubError when the file is not of the shape we read."""
    listed = read_yaml(path).get(name) or []
    if not isinstance(listed, list) or not all(isinstance(row, Mapping) for row in listed):
        raise HubError(_("%(name)s 要写成一个列表。") % {"name": path.name})
    kept = LISTS[name]
    given: dict[str, Any] = {"key": key} if kept.sealed else {}
    if kept.pictures:
        given = {"blobs": blobs, "read": partial(_beside, path.parent / name)}
    return bool(kept.load(session, listed, **given, **more))


def _beside(folder: Path, named: str) -> bytes:
    """A picture in the list's own folder, whatever folder its name says."""
    path = folder / Path(named).name
    if not path.is_file() or path.is_symlink():
        raise HubError(_("没有这个文件或文件夹：%(path)s") % {"path": named})
    return path.read_bytes()
