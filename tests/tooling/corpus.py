"""The *corpus*: real files of public projects, beside the checkout and no part of it."""

import os
from pathlib import Path

import pytest

from tests.tooling.places import ROOT


def folder() -> Path:
    return Path(os.environ.get("HUB_SHARED_DATA") or ROOT.parent / "shared" / "data")


def missing() -> str | None:
    if folder().is_dir():
        return None
    return (
        "the shared real files are no part of the project and not here (HUB_SHARED_DATA names their folder)"
    )


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the real files, for example `corpus / "pptx"`."""
    return folder()
