"""The optional engine keeps the default engine's promises on files of tantivy's; the rest is test_engine_contract."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from hub.base.errors import HubError
from hub.base.settings import Settings
from hub.search import (
    Analysis,
    Drop,
    Engine,
    IndexUnavailable,
    MemoryEngine,
    Put,
    WhooshEngine,
    filling,
)
from hub.wiring import wire
from tests.search.engines import ENERGY, changed, filled, ids, untrue_while_one_writes
from tests.search.library import document, library

pytestmark = pytest.mark.tantivy
ANALYSIS = Analysis()


def opened(folder: Path) -> Engine:
    from hub.search.tantivy_engine import TantivyEngine

    return TantivyEngine(folder, ANALYSIS, patience=0.0)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return changed(opened(tmp_path / "index"))


def index_folder(engine: Engine) -> Path:
    (found,) = engine.folder.glob("index-*")  # type: ignore[attr-defined]
    return found


def test_every_word_has_the_postings_it_has_elsewhere(engine: Engine) -> None:
    memory = changed(MemoryEngine(ANALYSIS))
    for kind in ("words", "characters"):
        for term in memory.lexicon():
            one, two = (each.corpus().postings(kind, term) for each in (engine, memory))
            named = [
                sorted(
                    zip(
                        map(each.corpus().id_of, found.rows.tolist()), found.weights, found.masks, strict=True
                    )
                )
                for each, found in ((engine, one), (memory, two))
            ]
            assert named[0] == named[1], term


def test_what_was_committed_is_there_when_opened_again(engine: Engine) -> None:
    again = opened(engine.folder)  # type: ignore[attr-defined]
    assert again.checkpoint() == 2
    assert again.search(ENERGY).hits == engine.search(ENERGY).hits
    assert again.check().sound


def test_an_index_cut_off_anywhere_gives_a_sentence_and_can_be_rebuilt(
    engine: Engine, tmp_path: Path
) -> None:
    whole, copy = ids(engine), tmp_path / "copy"
    folder: Path = engine.folder  # type: ignore[attr-defined]
    shutil.copytree(folder, copy)
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    for path in files:
        cut = copy / path.relative_to(folder)
        for share in (0.0, 0.3, 0.99):
            shutil.copyfile(path, cut)
            os.truncate(cut, int(path.stat().st_size * share))
            broken = opened(copy)
            with pytest.raises(IndexUnavailable):
                broken.search(ENERGY)
            assert broken.checkpoint() == -1
            assert not broken.check().sound
        shutil.copyfile(path, cut)
    os.truncate(copy / "current", 0)
    mended = opened(copy)
    mended.rebuild([*library(), document("asset:20", "能耗新篇")], 9)
    assert ids(mended) == whole


def test_a_changed_byte_is_found_before_tantivy_reads_it(engine: Engine) -> None:
    for path in sorted(index_folder(engine).glob("*/*.*")):
        content = path.read_bytes()
        if path.suffix == ".lock" or not content:
            continue
        for place in (0, len(content) // 2, len(content) - 1):
            path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
            broken = opened(engine.folder)  # type: ignore[attr-defined]
            assert not broken.check().sound, path.name
            with pytest.raises(IndexUnavailable):
                broken.search(ENERGY)
        path.write_bytes(content)
    assert opened(engine.folder).check().sound  # type: ignore[attr-defined]


def test_a_crash_between_the_commit_and_its_announcement_is_caught_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.search import folder_engine

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    batch = [Put(document("asset:60", "能耗甲")), Drop("asset:20")]
    with monkeypatch.context() as patched:
        patched.setattr(folder_engine, "write_durably", crash)
        with pytest.raises(KeyboardInterrupt):
            engine.apply(batch, 3)
    again = opened(engine.folder)  # type: ignore[attr-defined]
    assert again.checkpoint() == 2
    assert again.apply(batch, 3) is True
    assert "asset:60" in ids(again)
    assert again.count() == 13


def test_many_small_commits_leave_few_segments_and_no_rubbish(engine: Engine) -> None:
    for sequence in range(3, 23):
        engine.apply([Put(document(f"asset:{sequence % 10 + 100}", f"能耗 第{sequence}次"))], sequence)
    assert len(list(index_folder(engine).glob("*/"))) < 12
    assert engine.count() == 23
    assert engine.check().sound
    assert engine.search(ENERGY).hits == opened(engine.folder).search(ENERGY).hits  # type: ignore[attr-defined]


def test_an_index_made_in_pieces_is_the_same_as_one_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = [document(name, "能耗新篇") for name in ("asset:1", "asset:2", "asset:20")]
    monkeypatch.setattr(filling, "CHUNK", 6)
    pieces = opened(tmp_path / "pieces")
    assert pieces.rebuild([*library(), *anew], 1) == 14
    memory = MemoryEngine(ANALYSIS)
    memory.rebuild([*library(), *anew], 1)
    assert pieces.search(ENERGY).hits == memory.search(ENERGY).hits


def test_eight_threads_read_the_truth_while_one_writes(engine: Engine) -> None:
    assert untrue_while_one_writes(engine, opened(engine.folder), 6) == []  # type: ignore[attr-defined]


def test_an_index_of_another_engine_in_the_same_folder_has_to_be_rebuilt(engine: Engine) -> None:
    whoosh = WhooshEngine(engine.folder, ANALYSIS)  # type: ignore[attr-defined]
    assert whoosh.checkpoint() == -1
    with pytest.raises(IndexUnavailable, match="版本"):
        whoosh.search(ENERGY)
    filled(whoosh)
    assert engine.checkpoint() == -1


def test_the_setting_picks_it(tmp_path: Path) -> None:
    wiring = wire(Settings(home=tmp_path, search_engine="tantivy", worker=False))
    wiring.engine.rebuild(library(), 1)
    assert wiring.engine.search(ENERGY).total == 5
    assert type(wiring.engine).__name__ == "TantivyEngine"
    wiring.close()


def test_a_missing_package_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hub.search.tantivy_engine", "hub.search.tantivy_segment"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(HubError, match=r"pip install quiver-hub\[tantivy\]"):
        wire(Settings(home=tmp_path, search_engine="tantivy", worker=False))
