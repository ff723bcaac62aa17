"""What corrections and suggestions look things up in is kept in a file beside its segment, and made anew whenever that
is not whole or not of this segment.
"""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from hub.search import EVERYTHING, Analysis, Ask, Put, WhooshEngine, find, lookups, opened, suggest, warm
from hub.search.lookups import file_of
from hub.search.packed import read, write
from tests.search.engines import changed
from tests.search.library import document

TYPED = ("能", "nenghao", "nh", "能耗", "平台", "pingt", "iot")


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "FEWEST", 1)
    monkeypatch.setattr(lookups, "FEWEST", 1)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = changed(WhooshEngine(tmp_path / "index", Analysis()))
    engine.apply([Put(document("asset:77", "能耗管理平台介绍", body="IoT gateway 能耗分析"))], 8)
    return engine


def beside(engine: WhooshEngine) -> list[Path]:
    return sorted(engine.folder.glob("index-*/*.lookups"))


def anew(engine: WhooshEngine) -> WhooshEngine:
    return WhooshEngine(engine.folder, Analysis())


def offered(engine: WhooshEngine) -> list[object]:
    """What is suggested for each text, and what is found for a slip and a wrong homophone."""
    found = [
        find(engine, typed, Ask(rights=EVERYTHING)).corrected for typed in ("能号", "gatewya", "nenghao")
    ]
    return [*(suggest(engine, typed, rights=EVERYTHING) for typed in TYPED), *found]


def test_who_warms_up_writes_a_file_beside_each_segment_and_the_next_one_reads_it(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(engine)
    said = offered(engine)
    assert any(said)
    assert len(beside(engine)) == len(engine.corpus().segments)
    monkeypatch.delattr(lookups, "_made")
    assert offered(anew(engine)) == said


def test_a_small_segment_has_no_file_beside_it(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "FEWEST", 1_000)
    warm(engine)
    assert not beside(engine)


def test_whatever_happened_to_the_file_what_is_offered_is_the_same(engine: WhooshEngine) -> None:
    said, chance = offered(engine), random.Random(7)
    for file in beside(engine):
        whole = file.read_bytes()
        cuts = [0, 1, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(6))]
        broken = [whole + b"\0", *(whole[:cut] for cut in cuts)]
        for _ in range(8):
            at = chance.randrange(len(whole))
            broken.append(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        for content in broken:
            file.write_bytes(content)
            assert offered(anew(engine)) == said
            assert file.read_bytes() == whole, "it was made anew"


def test_a_file_of_another_segment_dictionary_or_reading_is_not_believed(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, files = offered(engine), beside(engine)
    first, second = files[0].read_bytes(), files[1].read_bytes()
    files[0].write_bytes(second)
    assert offered(anew(engine)) == said
    assert files[0].read_bytes() == first
    monkeypatch.setattr(lookups, "version", lambda name: f"another {name}")
    assert offered(anew(engine)) == said
    assert files[0].read_bytes() != first, "with other tables of readings it was made anew"


def test_a_whole_file_that_says_something_else_is_not_believed(engine: WhooshEngine) -> None:
    said = offered(engine)
    for file in beside(engine):
        kept = read(file)
        assert kept is not None
        whole = file.read_bytes()
        arrays, what = dict(kept[0]), kept[1]
        for strange in ([], "of", {"of": []}, what):
            write(file, {name: array for name, array in arrays.items() if name != "book starts"}, strange)
            assert offered(anew(engine)) == said
            assert file.read_bytes() == whole


def test_the_file_goes_with_its_segment(engine: WhooshEngine) -> None:
    warm(engine)
    for number in range(9, 20):
        engine.apply([Put(document(f"asset:{number}", f"能耗{number}"))], number)
        warm(engine)
    kept = {file_of(segment) for segment in engine.corpus().segments}
    assert {file.name.partition(".")[0] for file in beside(engine)} == {
        f.name.partition(".")[0] for f in kept if f
    }


CUT = """
import os, sys
from pathlib import Path
from hub.search import EVERYTHING, Analysis, Ask, IndexUnavailable, WhooshEngine, find, lookups, opened, suggest, warm
opened.FEWEST = lookups.FEWEST = 1
engine = WhooshEngine(Path(sys.argv[1]), Analysis())
warm(engine)
print(find(engine, "能耗", Ask(rights=EVERYTHING)).result.total > 0)
for share in (0.9, 0.5, 0):
    for file in Path(sys.argv[1]).glob("index-*/*"):
        os.truncate(file, int(file.stat().st_size * share))
    for words in ("园区", "nenghao", "管理 节能", "平台 -能耗", '"能耗管理"', ""):
        try:
            find(engine, words, Ask(rights=EVERYTHING))
            suggest(engine, words, rights=EVERYTHING)
        except IndexUnavailable:
            pass
print(engine.check().sound)
"""


def test_an_index_that_is_cut_off_while_it_is_read_does_not_end_the_process(engine: WhooshEngine) -> None:
    text = "园区节能改造 系统 管理 文档 " * 200
    many = [Put(document(f"asset:{n}", f"能耗管理平台介绍{n}", body=text)) for n in range(100, 400)]
    engine.apply(many, 9)
    ended = subprocess.run(
        [sys.executable, "-c", CUT, str(engine.folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["True", "False"]), ended.stderr


RACE = """
import sys
from pathlib import Path
from hub.search import EVERYTHING, Analysis, Ask, WhooshEngine, find, lookups, opened, suggest
opened.FEWEST = lookups.FEWEST = 1
for _ in range(15):
    for file in Path(sys.argv[1]).glob("index-*/*"):
        if file.suffix in {".opened", ".lookups"}:
            file.unlink(missing_ok=True)
    engine = WhooshEngine(Path(sys.argv[1]), Analysis())
    print([s.text for s in suggest(engine, "nenghao", rights=EVERYTHING)])
    print([hit.id for hit in find(engine, "能耗", Ask(rights=EVERYTHING)).result.hits])
"""


def test_two_processes_may_write_the_files_at_the_same_time(engine: WhooshEngine) -> None:
    warm(engine)
    whole = {
        file.name: file.read_bytes()
        for file in engine.folder.glob("index-*/*")
        if file.suffix in {".opened", ".lookups"}
    }
    assert len(whole) == 2 * len(engine.corpus().segments)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(engine.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    lines = {line for out, _ in said for line in out.splitlines()}
    assert len(lines) == 2, "each question was answered the same, every time and by both"
    warm(anew(engine))
    left = {file.name: file.read_bytes() for file in engine.folder.glob("index-*/*") if file.name in whole}
    assert left == whole
    assert not list(engine.folder.glob("index-*/*.new"))
