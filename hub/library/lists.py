"""What a library holds as one list in one file: requests that nothing covers, material tasks, demo accounts. Each room
writes and reads its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from hub import demos, requirements, tasks
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.library.folder import Folder, as_yaml
from hub.library.loading import read_yaml


@dataclass(frozen=True)
class Kept:
    """How a room's list goes out and comes in; `load` returns how many rows were added or changed."""

    write: Callable[[Session], list[dict[str, Any]]]
    load: Callable[..., int]
    sealed: bool = False  # holds secrets, which are sealed with the hub's key on their way in


LISTS: Mapping[str, Kept] = {
    "requests": Kept(requirements.alone_to_data, requirements.alone_from_data),
    "tasks": Kept(tasks.to_data, tasks.from_data),
    "demos": Kept(demos.to_data, demos.from_data, sealed=True),
}


def write_lists(session: Session, folder: Folder) -> None:
    """A file for each list that holds anything."""
    for name, kept in LISTS.items():
        rows = kept.write(session)
        if rows:
            folder.write(f"{name}.yml", as_yaml({name: rows}).encode())


def list_files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """(shown name, list, path) of the lists that lie in a library's folder, in the order in which they load."""
    for name in LISTS:
        path = folder / f"{name}.yml"
        if path.is_file():
            yield path.name, name, path


def load_list(session: Session, name: str, path: Path, *, key: str, **more: Any) -> bool:
    """Read one list in; True when something was added. HubError when the file is not of the shape we read."""
    listed = read_yaml(path).get(name) or []
    if not isinstance(listed, list) or not all(isinstance(row, Mapping) for row in listed):
        raise HubError(_("%(name)s 要写成一个列表。") % {"name": path.name})
    kept = LISTS[name]
    return bool(kept.load(session, listed, **({"key": key} if kept.sealed else {}), **more))
