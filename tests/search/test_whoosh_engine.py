"""The index on the disk: durable, safe to read, one writer, any number of readers, always mendable."""

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from whoosh.index import FileIndex
from whoosh.query import Term as WhooshTerm

from hub.base.errors import Conflict, HubError
from hub.search import (
    EVERYTHING,
    Analysis,
    Drop,
    IndexUnavailable,
    Progress,
    Put,
    WhooshEngine,
    filling,
    folder_engine,
    open_engine,
    progress,
    whoosh_filling,
)
from hub.search.whoosh_codec import schema
from hub.search.whoosh_storage import DurableStorage
from tests.search.engines import ENERGY, changed, ids, untrue_while_one_writes
from tests.search.library import document, library

ANALYSIS = Analysis()


def opened(folder: Path) -> WhooshEngine:
    return WhooshEngine(folder, ANALYSIS, patience=0.0)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return changed(opened(tmp_path / "index"))


def index_folder(engine: WhooshEngine) -> Path:
    (found,) = engine.folder.glob("index-*")
    return found


def test_an_empty_folder_says_that_an_index_is_missing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "none")
    assert engine.checkpoint() == -1
    assert not engine.check().sound
    with pytest.raises(IndexUnavailable, match="hub reindex"):
        engine.search(ENERGY)


def test_what_was_committed_is_there_when_opened_again(engine: WhooshEngine) -> None:
    again = opened(engine.folder)
    assert again.checkpoint() == 2
    assert again.search(ENERGY).hits == engine.search(ENERGY).hits
    assert again.check().sound


def test_a_reader_sees_what_another_process_wrote(engine: WhooshEngine) -> None:
    reader = opened(engine.folder)
    assert "asset:21" not in ids(reader)
    engine.apply([Put(document("asset:21", "能耗续篇"))], 3)
    assert "asset:21" in ids(reader)
    engine.rebuild([document("asset:22", "能耗重建")], 4)
    assert ids(reader) == {"asset:22"}


def test_after_a_power_cut_the_index_is_what_had_been_made_durable(
    engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable: dict[int, bytes] = {}
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        found = os.fstat(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_file():
            durable[found.st_ino] = path.read_bytes()
        fsync(descriptor)

    before = {path.stat().st_ino for path in engine.folder.rglob("*")}
    monkeypatch.setattr(os, "fsync", noting)
    engine.apply([Put(document("asset:30", "断电前的能耗"))], 3)
    saved = tmp_path / "after"
    for path in engine.folder.rglob("*"):
        inode, target = path.stat().st_ino, saved / path.relative_to(engine.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and (inode in durable or inode in before):
            target.write_bytes(durable.get(inode) or path.read_bytes())
    after = opened(saved)
    assert after.check().sound
    assert after.checkpoint() == 3
    assert "asset:30" in ids(after)


def test_an_index_cut_off_anywhere_gives_an_answer_or_a_sentence_and_can_be_rebuilt(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    whole = {hit.id for hit in engine.search(ENERGY).hits}
    files = [path for path in engine.folder.rglob("*") if path.is_file() and path.stat().st_size]
    copy = tmp_path / "copy"
    shutil.copytree(engine.folder, copy)
    for path in files:
        cut = copy / path.relative_to(engine.folder)
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


def test_a_changed_byte_is_found_by_the_check(engine: WhooshEngine) -> None:
    path = next(index_folder(engine).glob("*.pst"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    health = opened(engine.folder).check()
    assert not health.sound
    assert health.reason


class Evil:
    """Writes a file when unpickled, as a stranger's index might."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.target,))


def test_a_strangers_index_runs_no_code(engine: WhooshEngine, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    toc = next(index_folder(engine).glob("*.toc"))
    content = toc.read_bytes()
    place = content.rindex(b"\x80")
    toc.write_bytes(content[:place] + pickle.dumps(Evil(canary)))
    with pytest.raises(IndexUnavailable):
        opened(engine.folder).search(ENERGY)
    assert not canary.exists()


def test_an_index_of_another_version_has_to_be_rebuilt(engine: WhooshEngine) -> None:
    current = engine.folder / "current"
    said = json.loads(current.read_bytes())
    current.write_text(json.dumps({**said, "format": said["format"] + 1}))
    other = opened(engine.folder)
    assert other.checkpoint() == -1
    with pytest.raises(IndexUnavailable, match="版本"):
        other.apply([Drop("asset:1")], 9)


def test_the_dictionary_belongs_to_the_index(engine: WhooshEngine) -> None:
    engine.rebuild(library(), 3, words=("能碳管理", "SaaS"))
    again = open_engine(engine.folder)
    assert again.analysis.words == ("能碳管理",)
    again.apply([Put(document("asset:40", "能碳管理"))], 4)
    assert again.document_frequency(["能碳管理"], EVERYTHING) == [3]


def test_a_full_disk_leaves_the_index_as_it_was_and_nothing_locked(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids(engine)
    create = DurableStorage.create_file

    def full(self: DurableStorage, name: str, *more: object, **others: object) -> object:
        if name.endswith((".trm", ".toc", ".sum")) or ".toc." in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return create(self, name, *more, **others)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(DurableStorage, "create_file", full)
        with pytest.raises(HubError, match="磁盘"):
            engine.apply([Put(document("asset:50", "能耗"))], 3)
    assert ids(engine) == before
    assert engine.apply([Put(document("asset:50", "能耗"))], 3) is True
    assert ids(engine) == before | {"asset:50"}


def test_a_crash_between_the_commit_and_its_announcement_is_caught_up(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    batch = [Put(document("asset:60", "能耗甲")), Put(document("asset:61", "能耗乙")), Drop("asset:20")]
    with monkeypatch.context() as patched:
        patched.setattr(folder_engine, "write_durably", crash)
        with pytest.raises(KeyboardInterrupt):
            engine.apply(batch, 3)
    again = opened(engine.folder)
    assert again.checkpoint() == 2
    assert again.apply(batch, 3) is True
    assert {"asset:60", "asset:61"} <= ids(again)
    assert again.count() == 14
    assert again.search(ENERGY).total == len(again.search(ENERGY).hits)


def test_only_one_writes_at_a_time(engine: WhooshEngine) -> None:
    other = opened(engine.folder)

    def documents() -> object:
        with pytest.raises(Conflict):
            other.apply([Drop("asset:1")], 9)
        with pytest.raises(Conflict):
            other.rebuild([], 9)
        yield from library()

    assert engine.rebuild(documents(), 3) == 13  # type: ignore[arg-type]


def test_a_rebuild_that_fails_keeps_the_old_index(engine: WhooshEngine) -> None:
    def documents() -> object:
        yield document("asset:1", "只有一份")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents(), 3)  # type: ignore[arg-type]
    assert engine.checkpoint() == 2
    assert len(list(engine.folder.glob("index-*"))) == 1
    assert "asset:20" in ids(opened(engine.folder))


def _in_pieces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The library and three documents of it anew, rebuilt in chunks of six on two cores: what is found then."""
    monkeypatch.setattr(progress, "EVERY", 0.0)
    told: list[Progress] = []
    monkeypatch.setattr(filling, "CHUNK", 6)
    monkeypatch.setattr(whoosh_filling, "cores", lambda: 2)
    made = opened(folder)
    anew = [document(name, "能耗新篇") for name in ("asset:1", "asset:2", "asset:20")]
    assert made.rebuild([*library(), *anew], 1, expected=16, told=told.append) == 14
    assert (told[0].written, told[-1].written) == (0, 16)
    assert made.check().sound
    assert [file.name for file in index_folder(made).iterdir() if file.is_dir()] == []
    return sorted((hit.id, hit.document.title) for hit in made.search(ENERGY).hits)


def test_an_index_made_in_pieces_is_the_same_as_one_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened(tmp_path / "whole")
    whole.rebuild(library(), 1)
    whole.apply([Put(document(name, "能耗新篇")) for name in ("asset:1", "asset:2", "asset:20")], 2)

    found = _in_pieces(tmp_path / "pieces", monkeypatch)

    assert found == sorted((hit.id, hit.document.title) for hit in whole.search(ENERGY).hits)


@pytest.mark.parametrize("how", ["no process can be had", "the process dies"])
def test_without_a_second_process_the_index_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    beside = _in_pieces(tmp_path / "beside", monkeypatch)

    started = subprocess.Popen

    def child(command: list[str], **more: object) -> "subprocess.Popen[bytes]":
        if how == "no process can be had":
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return started(["sh", "-c", "echo 3; kill -9 $$"], **more)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(whoosh_filling.subprocess, "Popen", child)

    assert _in_pieces(tmp_path / "here", monkeypatch) == beside


def test_many_small_commits_leave_few_segments(engine: WhooshEngine) -> None:
    for sequence in range(3, 43):
        engine.apply([Put(document(f"asset:{sequence % 20 + 100}", f"能耗 第{sequence}次"))], sequence)
    assert len(list(index_folder(engine).glob("*.trm"))) < 15
    assert engine.count() == 33
    assert engine.check().sound
    assert engine.search(ENERGY).hits == opened(engine.folder).search(ENERGY).hits


def test_whoosh_itself_can_read_the_index(engine: WhooshEngine) -> None:
    index = FileIndex(DurableStorage(index_folder(engine)), schema=schema())
    with index.searcher() as searcher:
        found = searcher.search(WhooshTerm("words", "能耗"), limit=None)
        assert len(found) == len(ids(engine))


def test_eight_threads_read_the_truth_while_one_writes(engine: WhooshEngine) -> None:
    assert untrue_while_one_writes(engine, opened(engine.folder), 12) == []


WRITER = """
import sys
from pathlib import Path
from hub.search import Document, Put, open_engine
engine = open_engine(Path(sys.argv[1]))
start = engine.checkpoint() + 1
for number in range(start, start + 500):
    engine.apply([Put(Document(id=f"asset:{number}", type="asset", title="能耗", readers=("all",)))], number)
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_a_sound_index(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    opened(folder).rebuild([], 0)
    for kept in (2, 4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            seen = [int(writer.stdout.readline()) for _ in range(kept)][-1]
            writer.kill()
        engine = opened(folder)
        assert engine.check().sound
        assert engine.checkpoint() >= seen
        assert {f"asset:{number}" for number in range(1, seen + 1)} <= ids(engine)
