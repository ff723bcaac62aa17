"""Check: whatever differs between rows, files and index is said; a hub in order is clean."""

import os

import pytest
from sqlalchemy import text
from sqlmodel import select

from hub import accounts, assets, library, sharing, taxonomy
from hub.base import clock
from hub.search import EVERYTHING, Document, Put
from tests.cast import on_offer, settle
from tests.library.folders import deck, take_in, write


@pytest.fixture
def hub(wiring, cast, tmp_path):
    take_in(wiring, write(tmp_path / "a", {"1.md": "# 甲", "二.pptx": deck("一", "二")}))
    with wiring.database.write() as session:
        on_offer(session, cast)
    settle(wiring)
    return wiring


def faults(wiring, **more):
    return library.check(wiring.database, wiring.blobs, wiring.engine, **more).faults


def a_blob(wiring):
    with wiring.database.read() as session:
        query = select(assets.Version.blob_sha).where(assets.Version.blob_sha.is_not(None))
        return session.exec(query).first()


def test_a_hub_in_order_is_clean(hub):
    found = library.check(hub.database, hub.blobs, hub.engine, deep=True)

    assert (found.faults, found.told) == ([], [])
    assert found.assets == 3
    assert found.documents == hub.engine.count() > 3


def test_a_lost_file_is_said(hub):
    sha = a_blob(hub)
    hub.blobs.delete(sha)

    [fault] = faults(hub)

    assert sha in fault
    assert "version.blob_sha" in fault


def test_a_shorter_file_is_said_at_once_and_an_altered_one_when_looking_deep(hub):
    path = hub.blobs.path(a_blob(hub))
    whole = path.read_bytes()

    path.write_bytes(whole[:-1])
    assert any("字节" in f for f in faults(hub))
    path.write_bytes(whole[:-1] + b"x")
    assert faults(hub) == []
    assert any("不符" in f for f in faults(hub, deep=True))


def test_a_file_no_row_names_is_told_and_is_no_fault(hub):
    hub.blobs.put(b"orphan")

    found = library.check(hub.database, hub.blobs, hub.engine)

    assert found.faults == []
    assert "1 个文件" in found.told[0]


def aged(wiring, sha, days=2):
    """As if this file had last been put so many days ago."""
    long_ago = clock.now().timestamp() - days * 86_400
    os.utime(wiring.blobs.path(sha), (long_ago, long_ago))


def test_cleaning_removes_what_nobody_named_for_a_day_and_nothing_else(hub):
    there = set(hub.blobs.names())
    old, young = hub.blobs.put(b"old").sha256, hub.blobs.put(b"young").sha256
    for sha in {*there, old}:
        aged(hub, sha)

    gone = library.clean(hub.database, hub.blobs)

    assert (gone.files, gone.size) == (1, 3)
    assert set(hub.blobs.names()) == there | {young}
    assert faults(hub, deep=True) == []
    assert library.clean(hub.database, hub.blobs).files == 0


def test_a_file_that_is_put_again_while_it_waits_to_be_cleaned_stays(hub):
    sha = hub.blobs.put(b"old").sha256
    aged(hub, sha)
    hub.blobs.put(b"old")

    assert library.clean(hub.database, hub.blobs).files == 0
    assert hub.blobs.has(sha)


def test_a_file_that_only_json_names_stays(hub):
    sha = hub.blobs.put(b"told of in a list").sha256
    aged(hub, sha)
    with hub.database.write() as session:
        taxonomy.save_setting(session, "somewhere", {"deep": [{"picture": sha}]})

    assert library.clean(hub.database, hub.blobs).files == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE asset SET on_offer_id = NULL WHERE title = '甲'", "在用版本"),
        ("UPDATE asset SET latest_id = 999 WHERE title = '甲'", "不存在的版本"),
        ("UPDATE version SET number = 9 WHERE asset_id = 1; UPDATE asset SET latest_id = on_offer_id", ""),
        ("DELETE FROM reader WHERE thing = 'offer' AND thing_id = 1", "可见范围"),
        ("INSERT INTO reader (thing, token, thing_id) VALUES ('asset', 'team:1', 1)", "可见范围"),
        ("DELETE FROM page WHERE number = 2", "页"),
        ("UPDATE asset SET title = '改了标题' WHERE title = '甲'", "与记录不符"),
    ],
)
def test_a_row_that_was_meddled_with_is_said(hub, statement, said):
    with hub.database.write() as session:
        for one in statement.split("; "):
            session.exec(text(one))

    found = faults(hub)

    assert bool(found) == bool(said)
    assert said in " ".join(found)


def test_a_link_that_holds_what_is_gone_is_said(hub, cast):
    with hub.database.write() as session:
        asset = session.exec(select(assets.Asset).where(assets.Asset.audience == "customer")).first()
        share = sharing.create(
            session, [sharing.Wanted("asset", asset.id)], sharing.Fields(), key="k", by=cast.ting
        )
        session.execute(text("UPDATE share_item SET thing_id = 999"))

    assert faults(hub) == [f"链接 {share.id} 里有一项指向不存在的 asset。"]


def test_a_document_too_many_and_one_too_few_are_said(hub):
    sequence = hub.engine.checkpoint()
    hub.engine.apply(
        [Put(Document(id="asset:999", type="asset", title="鬼", readers=("all",)))], sequence + 1
    )

    assert any("多出 1 条" in f for f in faults(hub))

    library.rebuild_index(hub.database, hub.engine)
    from hub.search import Drop

    hub.engine.apply([Drop("asset:1")], hub.engine.checkpoint() + 1)
    assert any("没有 asset:1" in f for f in faults(hub))


def test_an_index_that_opens_more_than_the_rows_is_said(hub):
    document = hub.engine.get("asset:1", EVERYTHING)
    from dataclasses import replace

    hub.engine.apply([Put(replace(document, readers=("all", "team:1")))], hub.engine.checkpoint() + 1)

    assert any("asset:1" in f for f in faults(hub))


def test_an_index_that_is_behind_catches_up_before_it_is_judged(hub, cast):
    with hub.database.write() as session:
        on_offer(session, cast, "刚刚上架")

    assert faults(hub) == []
    assert any(hub.engine.get(f"asset:{i}", EVERYTHING) for i in (4,))


def test_a_damaged_index_is_said_and_a_rebuild_mends_it(hub):
    for path in (hub.settings.index_folder).rglob("*.seg*"):
        path.write_bytes(b"x")
    for path in (hub.settings.index_folder).glob("current"):
        path.write_bytes(b"{")

    assert any("索引" in f for f in faults(hub))
    library.rebuild_index(hub.database, hub.engine)
    assert faults(hub) == []


def test_checking_changes_nothing(hub):
    with hub.database.read() as session:
        before = sorted(session.exec(select(accounts.Reader.token, accounts.Reader.thing_id)).all())
    checkpoint = hub.engine.checkpoint()

    faults(hub)

    with hub.database.read() as session:
        assert sorted(session.exec(select(accounts.Reader.token, accounts.Reader.thing_id)).all()) == before
    assert hub.engine.checkpoint() == checkpoint
