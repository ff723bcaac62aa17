"""Backup and restore: everything comes back, into an empty home only, or nothing does."""

import io
import json
import stat
import tarfile

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from hub import accounts, library
from hub.accounts import SYSTEM
from hub.base.errors import HubError
from hub.base.settings import Settings
from hub.wiring import wire
from tests.cast import PASSWORD, on_offer, settle
from tests.library.folders import deck, take_in, the_asset, write


@pytest.fixture
def hub(wiring, cast, tmp_path):
    take_in(wiring, write(tmp_path / "a", {"1.md": "# 甲", "二.pptx": deck("一", "二")}))
    with wiring.database.write() as session:
        on_offer(session, cast)
    settle(wiring)
    wiring.settings.key()
    return wiring


@pytest.fixture
def archive(hub, tmp_path):
    target = tmp_path / "back.tar"
    library.back_up(hub.database, hub.blobs, hub.settings, target)
    return target


def restored(home, archive):
    settings = Settings(home=home, worker=False)
    library.unpack_backup(settings, archive)
    return wire(settings)


def test_a_backup_brings_everything_back(hub, archive, tmp_path, cast):
    second = restored(tmp_path / "second", archive)
    library.rebuild_index(second.database, second.engine)

    found = library.check(second.database, second.blobs, second.engine, deep=True)
    assert found.faults == []
    assert (found.assets, found.blobs) == (3, len(set(hub.blobs.names())))
    assert second.settings.key() == hub.settings.key()
    with second.database.write() as session:
        assert accounts.sign_in(session, email="lin@test.example", password=PASSWORD, days=1)
    with second.database.read() as session:
        assert library.find(session, second.engine, "节能", by=SYSTEM).total > 0
    second.close()


@pytest.fixture
def elsewhere(postgres_server):
    """An empty database on PostgreSQL."""
    postgres_server.create("elsewhere")
    yield postgres_server.url("elsewhere")
    postgres_server.drop("elsewhere")


def every_row(database):
    """What stands in every table, in an order of its own; PostgreSQL keeps JSON in another order of keys. Stamps are
    left out: each database has its own.
    """

    def plain(row):
        return json.dumps(list(row), sort_keys=True, default=str)

    with database.read() as session:
        return {
            t.name: sorted(map(plain, session.execute(select(t)).all()))
            for t in SQLModel.metadata.tables.values()
            if t.name != "table_stamp"
        }


@pytest.mark.postgres
def test_a_backup_of_either_database_comes_back_into_postgresql(hub, archive, tmp_path, cast, elsewhere):
    settings = Settings(home=tmp_path / "second", database_url=elsewhere, worker=False)
    library.unpack_backup(settings, archive)
    second = wire(settings)

    assert every_row(second.database) == every_row(hub.database)
    with second.database.write() as session:  # new rows are numbered after those that came
        assert on_offer(session, cast, "后来的").id > 3
    library.rebuild_index(second.database, second.engine)
    assert library.check(second.database, second.blobs, second.engine, deep=True).faults == []
    with pytest.raises(HubError, match="已经有一个库"):
        library.unpack_backup(Settings(home=tmp_path / "third", database_url=elsewhere), archive)
    assert list((tmp_path / "third").iterdir()) == []
    second.close()


def test_a_compressed_backup_comes_back_too(hub, tmp_path):
    target = tmp_path / "back.tar.gz"
    library.back_up(hub.database, hub.blobs, hub.settings, target)

    second = restored(tmp_path / "second", target)

    assert target.read_bytes().startswith(b"\x1f\x8b")
    assert the_asset(second, "甲")
    second.close()


def test_a_backup_is_taken_while_others_write(hub, tmp_path, cast):
    with hub.database.write() as session:
        on_offer(session, cast, "还没提交")
        library.back_up(hub.database, hub.blobs, hub.settings, tmp_path / "while.tar")
        on_offer(session, cast, "也没提交")

    second = restored(tmp_path / "second", tmp_path / "while.tar")

    library.rebuild_index(second.database, second.engine)
    found = library.check(second.database, second.blobs, second.engine)
    assert (found.faults, found.assets) == ([], 3)
    second.close()


def test_a_backup_is_for_its_owner_alone_and_never_written_over(hub, archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with pytest.raises(HubError, match="已经存在"):
        library.back_up(hub.database, hub.blobs, hub.settings, archive)
    assert not list(archive.parent.glob("*.partial"))


def test_the_index_is_never_in_it_and_every_member_is_listed(archive):
    with tarfile.open(archive) as opened:
        names = opened.getnames()
        listed = json.loads(opened.extractfile("manifest.json").read())["members"]

    assert set(names) == {"manifest.json", *listed}
    assert {"hub.db", "secret.key"} <= set(listed)
    assert not [n for n in names if "index" in n or n.endswith(("-wal", "-shm"))]


def test_a_home_that_holds_a_hub_is_left_alone(hub, archive):
    with pytest.raises(HubError, match="已经有一个库"):
        library.unpack_backup(hub.settings, archive)

    assert the_asset(hub, "甲")


def rewritten(archive, change):
    """The archive with its members changed by `change(name, data) -> data | None`, and extra ones under None."""
    out = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                info = tarfile.TarInfo(member.name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
        for name, data in (change("", b"") or {}).items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    changed = archive.with_name("changed.tar")
    changed.write_bytes(out.getvalue())
    return changed


CHANGES = {
    "a flipped byte": lambda n, d: d[:-1] + bytes([d[-1] ^ 1]) if n == "hub.db" else d if n else None,
    "a missing blob": lambda n, d: None if n.startswith("blobs/") else d if n else None,
    "a member too many": lambda n, d: d if n else {"hub2.db": b"x"},
    "a way out": lambda n, d: d if n else {"../../evil": b"x"},
    "an absolute path": lambda n, d: d if n else {"/tmp/evil": b"x"},
    "no manifest": lambda n, d: None if n in {"", "manifest.json"} else d,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_archive_is_refused_and_the_home_stays_empty(archive, tmp_path, change):
    home = tmp_path / "second"

    with pytest.raises(HubError):
        library.unpack_backup(Settings(home=home), rewritten(archive, change))

    assert list(home.iterdir()) == []


@pytest.mark.parametrize("part", [0, 0.001, 0.1, 0.5, 0.9])
def test_a_cut_off_archive_is_refused_and_the_home_stays_empty(archive, tmp_path, part):
    cut = tmp_path / "cut.tar"
    data = archive.read_bytes().rstrip(
        b"\0"
    )  # what follows the last file is filling, and its loss costs nothing
    cut.write_bytes(data[: int(len(data) * part)])

    with pytest.raises(HubError):
        library.unpack_backup(Settings(home=tmp_path / "second"), cut)

    assert list((tmp_path / "second").iterdir()) == []


def test_a_blob_that_is_not_what_its_name_says_is_told_and_left_out(hub, tmp_path):
    sha = min(hub.blobs.names())
    hub.blobs.path(sha).write_bytes(b"altered")

    made = library.back_up(hub.database, hub.blobs, hub.settings, tmp_path / "x.tar")

    assert sha in made.warnings[0]
