"""What the slide tests share: real decks, and skips that name the missing tool."""

import os
from pathlib import Path

import pytest

from hub.slides.office import find_office

_SHARED = Path(os.environ.get("HUB_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = {
        "office": None if find_office() else "LibreOffice (soffice) is not installed",
        "corpus": None if (_SHARED / "pptx").is_dir() else "the shared real files are not here",
    }
    for item in items:
        for marker, reason in missing.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def real_decks() -> list[Path]:
    """Every real deck of the shared files, in a fixed order."""
    return sorted((_SHARED / "pptx").rglob("*.pptx"))
