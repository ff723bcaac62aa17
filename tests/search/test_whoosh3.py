"""The way out of Whoosh: everything the default engine promises, it keeps on whoosh3 as well."""

import os
import re
import subprocess
import sys

import pytest

from tests.tooling.places import ROOT
from tests.tooling.whoosh3 import FOLDER

PAGES = ("tests/search/test_whoosh_engine.py", "tests/search/test_engine_contract.py")
OTHER = "import whoosh, sys; sys.exit(0 if whoosh.__file__.startswith(sys.argv[1]) else whoosh.__file__)"


@pytest.mark.whoosh3
def test_the_default_engine_keeps_its_promises_on_whoosh3() -> None:
    folders = os.pathsep.join((str(FOLDER), str(ROOT)))
    python = [sys.executable, "-P"]
    given = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": folders}, "text": True, "capture_output": True}

    which = subprocess.run([*python, "-c", OTHER, str(FOLDER)], check=False, **given)
    said = subprocess.run(
        [
            *python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            "not postgres and not memory and not tantivy",
            *PAGES,
        ],
        check=False,
        **given,
    )

    assert which.returncode == 0, which.stderr
    assert said.returncode == 0, said.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", said.stdout)[1]) > 40
