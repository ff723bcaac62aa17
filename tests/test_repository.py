"""What is tracked: finished, of a decent size, and free of the machine it was written on."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.tooling.places import ROOT

LARGEST = 3_000_000
"""Bytes of one tracked file: above it a clone grows heavy."""

# Written in two halves, so that this page does not find itself.
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error", "lorem" + " ipsum"])
)
TEXTS = {".py", ".html", ".css", ".js", ".md", ".yml", ".yaml", ".toml", ".po", ".txt", ".sh", ".cfg", ".csv"}
VENDORED = ("hub/web/static/vendor/",)


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so that nothing is tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def own_texts() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in TEXTS and not path.relative_to(ROOT).as_posix().startswith(VENDORED)
    ]


def test_nothing_tracked_is_marked_unfinished():
    marks = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in own_texts()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]

    assert not marks, "\n".join(marks)


def test_no_tracked_file_is_large():
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size}"
        for path in tracked()
        if path.stat().st_size > LARGEST
    ]

    assert not large, "\n".join(large)


def test_no_tracked_file_tells_of_this_machine():
    folders = [re.escape(os.fsencode(folder)) for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
    here = re.compile(rb"(?<![\w.-])(" + b"|".join(folders) + rb")/")

    told = [str(path.relative_to(ROOT)) for path in tracked() if here.search(path.read_bytes())]

    assert not told, "\n".join(told)
