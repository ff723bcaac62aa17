"""Real decks of public projects: each is imported, or refused with a true reason; none stops the rest."""

import random
import shutil

import pytest

from hub import accounts, assets, library
from hub.base.settings import Settings
from hub.wiring import wire
from tests.library.folders import take_in

pytestmark = pytest.mark.corpus
DRAWN = 24
LARGEST = 8_000_000  # bytes: a few giants would take longer than all others
# What a file can be refused for, as its reason begins: anything else would be a reason nobody has thought through.
REASONS = (
    "文件是空的", "文件名说是", "文件加了密码", "文件不完整或已损坏", "这份 PPT 里一页也没有", "不认识",
    "压缩包里", "解压后", "有 ", "这份演示文稿", "文件里",
)  # fmt: skip


@pytest.fixture(scope="module")
def drawn(corpus):
    found = (p for p in (corpus / "pptx").rglob("*") if p.is_file() and p.suffix.lower() != ".md")
    files = sorted(p for p in found if p.stat().st_size <= LARGEST)
    return random.Random(291).sample(files, DRAWN)


@pytest.fixture(scope="module")
def taken(tmp_path_factory, migrated, drawn):
    """A hub that took the drawn decks in, and what it said."""
    home = tmp_path_factory.mktemp("corpus")
    shutil.copy(migrated, home / "hub.db")
    wiring = wire(Settings(home=home, worker=False))
    report = take_in(wiring, *drawn)
    library.apply_changes(wiring.database, wiring.engine)
    yield wiring, report
    wiring.close()


def test_each_drawn_deck_is_imported_or_refused_with_a_true_reason(taken, drawn):
    wiring, report = taken

    assert len(report.outcomes) == DRAWN
    assert {o.result for o in report.outcomes} <= {"imported", "refused"}
    refused = {o.path: o.reason for o in report.outcomes if o.result == "refused"}
    assert [f"{p}: {r}" for p, r in refused.items() if not r.startswith(REASONS)] == []
    assert report.count("imported") >= DRAWN * 3 // 4
    again = take_in(wiring, *drawn)
    assert again.count("unchanged") == report.count("imported")


def test_slides_of_real_decks_are_found_by_their_text(taken):
    wiring, _report = taken
    tried = 0
    with wiring.database.read() as session:
        ids, _total = assets.find(session, accounts.SYSTEM, limit=200)
        for asset_id in ids:
            asset = session.get_one(assets.Asset, asset_id)
            said = (page.text.split() for page in assets.pages(session, asset.on_offer_id))
            phrase = next((" ".join(words[:4]) for words in said if len(words) >= 4), "")
            if phrase:
                tried += 1
                found = library.find(session, wiring.engine, phrase, by=accounts.SYSTEM, limit=50)
                assert asset_id in {r.card.id for r in found.rows if r.card}, (asset.title, phrase)
    assert tried >= DRAWN // 3


def test_the_library_agrees_with_itself_after_real_decks(taken):
    wiring, _report = taken

    assert library.check(wiring.database, wiring.blobs, wiring.engine, deep=True).faults == []
