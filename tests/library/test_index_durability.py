"""The index looks after itself: two workers at once, and damage anywhere, end in a whole index and no failed job."""

import random
import threading
from dataclasses import replace
from datetime import timedelta

from hub import library
from hub.base import clock, jobs
from hub.library.indexing import all_documents
from hub.search import WhooshEngine
from hub.wiring import Wiring
from hub.worker import drain, run_one
from tests.cast import on_offer, settle


def found(wiring: Wiring, by: object) -> set[str]:
    with wiring.database.read() as session:
        return {row.id for row in library.find(session, wiring.engine, "节能", by=by).rows}


def test_an_index_job_that_meets_another_writer_waits_for_its_turn(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
    settle(wiring)
    other = WhooshEngine(wiring.engine.folder)
    mine = replace(wiring, engine=WhooshEngine(wiring.engine.folder, patience=0.0))
    names = ("index.apply", "index.words", "index.rebuild")

    def while_writing() -> object:
        with mine.database.write() as session:
            on_offer(session, cast, "钢铁节能方案")
            for name in names[1:]:
                jobs.later(session, name, key="index")
        with mine.database.write() as session:
            taken = [
                (j.id or 0, j.name, dict(j.payload))
                for j in jobs.take(session, worker="t", names=names, limit=5)
            ]
        assert sorted(name for _i, name, _p in taken) == sorted(names)
        assert all(run_one(mine, *job) for job in taken)
        with mine.database.read() as session:
            yield from all_documents(session)

    other.rebuild(while_writing(), other.checkpoint())  # type: ignore[arg-type]

    with mine.database.read() as session:
        assert jobs.failed(session) == []
        assert jobs.soon_count(session) >= 2
    later = clock.now() + timedelta(seconds=5)
    with mine.database.write() as session:
        again = [
            (j.id or 0, j.name, dict(j.payload))
            for j in jobs.take(session, worker="t", at=later, names=names, limit=5)
        ]
    assert all(run_one(mine, *job) for job in again)
    assert mine.engine.check().sound
    assert len(found(mine, cast.zhou)) == 2


def test_two_workers_at_once_leave_a_whole_index_and_no_failed_job(wiring, cast):
    settle(wiring)
    second = replace(wiring, engine=WhooshEngine(wiring.engine.folder))
    for n in range(4):
        with wiring.database.write() as session:
            on_offer(session, cast, f"园区节能方案 {n}")
            jobs.later(session, "index.apply", key=f"again {n}")
    threads = [threading.Thread(target=drain, args=(w,)) for w in (wiring, second)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with wiring.database.read() as session:
        assert jobs.failed(session) == []
    assert found(wiring, cast.zhou) == found(second, cast.zhou)
    assert len(found(wiring, cast.zhou)) == 4
    assert wiring.engine.check().sound


def test_an_index_cut_off_anywhere_is_made_anew_beside_and_swapped(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
    settle(wiring)
    whole = found(wiring, cast.zhou)
    folder = wiring.engine.folder
    chance = random.Random(7)
    kinds = sorted({p.suffix for p in folder.rglob("*") if p.is_file() and p.stat().st_size})

    for kind in kinds:
        path = next(
            p
            for p in sorted(folder.rglob(f"*{kind}"))
            if p.is_file() and p.suffix == kind and p.stat().st_size
        )
        content = path.read_bytes()
        path.unlink()  # a reader that has the old file open keeps it
        path.write_bytes(content[: chance.randrange(len(content))])
        broken = replace(wiring, engine=WhooshEngine(folder))

        library.apply_changes(broken.database, broken.engine)

        assert broken.engine.check().sound, kind
        assert found(broken, cast.zhou) == whole, kind
        assert len(list(folder.glob("index-*"))) == 1
