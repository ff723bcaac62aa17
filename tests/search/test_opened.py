"""What opening a segment works out is kept in a file beside it, and made anew whenever that is not whole."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.search import Analysis, Drop, Put, WhooshEngine, opened
from hub.search.packed import Strings, read, write
from hub.search.whoosh_segment import DiskSegment
from tests.search.engines import ENERGY, changed, ids
from tests.search.library import document


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WhooshEngine:
    monkeypatch.setattr(opened, "FEWEST", 1)
    return changed(WhooshEngine(tmp_path / "index", Analysis()))


def beside(engine: WhooshEngine) -> list[Path]:
    return sorted(engine.folder.glob("index-*/*.opened"))


def anew(engine: WhooshEngine) -> WhooshEngine:
    return WhooshEngine(engine.folder, Analysis())


def test_who_opens_an_index_again_reads_no_document_of_it(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = engine.search(ENERGY)
    assert beside(engine)
    monkeypatch.delattr(DiskSegment, "_worked_out")
    again = anew(engine)
    assert again.search(ENERGY).hits == found.hits
    assert again.search(ENERGY).facets == found.facets
    assert again.lexicon() == engine.lexicon()


def test_a_small_segment_has_no_file_beside_it(tmp_path: Path) -> None:
    assert not beside(changed(WhooshEngine(tmp_path / "index", Analysis())))


def test_whatever_happened_to_the_file_the_answers_are_the_same(engine: WhooshEngine) -> None:
    found, chance = engine.search(ENERGY), random.Random(5)
    for file in beside(engine):
        whole = file.read_bytes()
        broken = [
            b"",
            b"x",
            whole[:-1],
            whole + b"\0",
            *(whole[: chance.randrange(len(whole))] for _ in range(8)),
        ]
        for _ in range(20):
            at = chance.randrange(len(whole))
            broken.append(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        for content in broken:
            file.write_bytes(content)
            assert anew(engine).search(ENERGY).hits == found.hits
            assert file.read_bytes() == whole, "it was made anew"
            assert anew(engine).check().sound


def test_a_file_of_another_segment_is_not_believed(engine: WhooshEngine) -> None:
    engine.apply([Put(document("asset:77", "能耗七七"))], 8)
    found, files = engine.search(ENERGY), beside(engine)
    assert len(files) > 1
    sizes = {file: file.stat().st_size for file in files}
    files[0].write_bytes(files[1].read_bytes())
    assert anew(engine).search(ENERGY).hits == found.hits
    assert files[0].stat().st_size == sizes[files[0]]


def test_the_file_goes_with_its_segment(engine: WhooshEngine) -> None:
    before = set(beside(engine))
    engine.apply([Drop(name) for name in ids(engine)], 8)
    engine.apply([Put(document("asset:78", "能耗七八"))], 9)
    engine.apply([Put(document("asset:79", "能耗七九"))], 10)
    keys = {segment.key for segment in engine.corpus().segments}
    assert {file.name.partition(".")[0] for file in beside(engine)} <= keys
    assert before - set(beside(engine))


def test_an_index_that_cannot_be_written_beside_is_opened_all_the_same(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in beside(engine):
        file.unlink()

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert ids(anew(engine)) == ids(engine)
    assert not list(engine.folder.glob("index-*/*.opened*"))


@given(st.lists(st.text(st.characters())))
def test_strings_come_back_one_by_one_and_all_together(texts: list[str]) -> None:
    kept = Strings.of(texts)
    assert list(kept) == texts
    assert [kept[number] for number in range(len(kept))] == texts
    assert kept[-2:] == texts[-2:]


def test_arrays_come_back_as_they_were_and_objects_are_never_read(tmp_path: Path) -> None:
    file = tmp_path / "some"
    arrays = {"one": np.arange(7, dtype=np.int32), "none": np.zeros(0, np.bool_), "two": np.ones((2, 3))}
    write(file, arrays, {"form": 1})
    found = read(file)
    assert found is not None
    assert found[1] == {"form": 1}
    assert all(np.array_equal(found[0][name], array) for name, array in arrays.items())
    write(file, {"evil": np.array([object()], object)}, {})
    assert read(file) is None
