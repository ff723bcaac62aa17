"""Where things are: what comes with the house, and where its state lives.

A *checkout* is the folder with `pyproject.toml` in which `hub/` is worked on; an *installed* hub lies in
site-packages and carries templates and content in `hub/_data`. *Home* is the folder of everything the hub
remembers: database, blobs, signing key, search index.
"""

import os
from pathlib import Path

from hub.base.errors import HubError

_PACKAGE = Path(__file__).resolve().parents[1]


def checkout() -> Path | None:
    """The checkout this code runs from; None when it is installed."""
    folder = _PACKAGE.parent
    return folder if (folder / "pyproject.toml").is_file() and (folder / "templates").is_dir() else None


def templates_dir() -> Path:
    """Page, mail, deck and document templates."""
    return _shipped("templates")


def content_dir() -> Path:
    """The taxonomy and the demo library."""
    return _shipped("content")


def static_dir() -> Path:
    """Style sheets, scripts and pictures the pages load."""
    return _PACKAGE / "web" / "static"


def home() -> Path:
    """The folder of the hub's state, absolute, perhaps not there yet: `HUB_HOME`, else the checkout's `var/`.

    Raises HubError when there is neither: an installed hub must not leave state in the folder it is run in.
    """
    named = os.environ.get("HUB_HOME")
    if named:
        return Path(named).expanduser().absolute()
    root = checkout()
    if root is None:
        message = (
            "Set HUB_HOME to the folder that shall hold the hub's database and files, for example"
            " HUB_HOME=/srv/quiver hub serve"
        )
        raise HubError(message)
    return root / "var"


def search_index_dir(home: Path) -> Path:
    """The folder of the search index for the state in `home`: inside it, or beside `var/` in a checkout."""
    root = checkout()
    return root / "search_index" if root and home == root / "var" else home / "search_index"


def _shipped(name: str) -> Path:
    root = checkout()
    return root / name if root else _PACKAGE / "_data" / name
