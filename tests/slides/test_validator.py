"""Composed decks bring no error under the Open XML SDK that their sources did not have."""

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.base.errors import HubError
from hub.slides import Pick, Provenance, Source, compose
from tests.slides.samples import WIDE, a_deck

VALIDATOR = os.environ.get("HUB_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
SHARED = Path(os.environ.get("HUB_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "pptx"

pytestmark = [
    pytest.mark.validator,
    pytest.mark.skipif(VALIDATOR is None, reason="needs ooxml-validator (see HUB_OOXML_VALIDATOR)"),
]


def errors_of(data: bytes, folder: Path) -> set[tuple[str, str]]:
    """The kinds of error in a deck; numbers are left out, since parts and ids are numbered anew."""
    file = folder / "deck.pptx"
    file.write_bytes(data)
    answer = subprocess.run(
        [str(VALIDATOR), str(file)], capture_output=True, text=True, check=False, timeout=120
    )
    found = json.loads(answer.stdout)["errors"]
    return {(str(each.get("id")), re.sub(r"\d+", "#", str(each.get("description")))) for each in found}


def marked(source: Source, name: str) -> list[Pick]:
    numbers = range(1, len(source.slides) + 1)
    return [Pick(source, number, Provenance(name, "v1", number)) for number in numbers]


def test_a_deck_of_everything_is_as_valid_as_its_sources(tmp_path: Path) -> None:
    one = Source(
        a_deck(["甲", "乙"], picture="red", chart=True, table=True, notes="记", logo="blue", textbox="字")
    )
    two = Source(a_deck(["丙"], chart=True, table=True, textbox="字", size=(9_144_000, 6_858_000)))
    data = compose([*marked(one, "一"), *marked(two, "二")], size=WIDE, title="样例").data
    known = errors_of(one.package.write(), tmp_path) | errors_of(two.package.write(), tmp_path)
    assert errors_of(data, tmp_path) - known == set()


@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(6))
def test_mixtures_of_real_decks_bring_no_new_kind_of_error(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    picks: list[Pick] = []
    known: set[tuple[str, str]] = set()
    for file in chance.sample(sorted(SHARED.glob("*/*.pptx")), 4):
        try:
            source = Source(file.read_bytes())
        except HubError:
            continue
        known |= errors_of(file.read_bytes(), tmp_path)
        picks += marked(source, file.name)[:4]
    chance.shuffle(picks)
    assert picks
    assert errors_of(compose(picks).data, tmp_path) - known == set()
