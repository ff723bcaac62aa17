"""Where the files that come with the house lie: in a checkout beside `hub/`, in an installed wheel inside it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    in_checkout = PACKAGE.parent / name
    return in_checkout if in_checkout.is_dir() else PACKAGE / "_data" / name


def templates_dir() -> Path:
    """The folder of page, mail, deck and document templates."""
    return _shipped("templates")


def home() -> Path:
    return Path("var").resolve()
