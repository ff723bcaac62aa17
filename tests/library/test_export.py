"""Export: what comes out goes back in as the same library."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub import accounts, assets, customers, library, notices, requirements, taxonomy
from hub.accounts import SYSTEM
from hub.base import clock
from hub.base.errors import HubError
from hub.base.settings import Settings
from hub.library.folder import as_yaml
from hub.library.front import HouseLoader
from hub.wiring import Wiring, wire
from tests.cast import draft, on_offer
from tests.domains.requirement_cast import asked_for, wanted
from tests.library.folders import deck, take_in, the_asset, versions_of, write

ARTICLE = """---
title: 分时电价
kind: 常见问题
type: post
tags: [节能, 变频]
categories: [产业园区]
date: 2024-05-06 07:08:09
author: [林晓, 外部作者]
language: fr
编号: 007
number: 12
note: 别人的备注
slug: fen-shi
extra: {a: 1}
version: 1.10
on: 是
nested: {a: [1, 2.5, null, true], b: {c: "12:30"}}
---

正文第一段

---
第二段
"""


@pytest.fixture
def empty(tmp_path, migrated):
    """A second, empty hub."""
    home = tmp_path / "second"
    home.mkdir()
    shutil.copy(migrated, home / "hub.db")
    made = wire(Settings(home=home, worker=False))
    yield made
    made.close()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def export(wiring: Wiring, folder: Path) -> library.Exported:
    return library.export_library(wiring.database, wiring.blobs, folder)


@pytest.fixture
def furnished(wiring, cast, tmp_path):
    """A hub with something of everything."""
    take_in(wiring, write(tmp_path / "来", {"电价.md": ARTICLE, "现场 实拍.pptx": deck("一", "二")}))
    with wiring.database.write() as session:
        offered = on_offer(session, cast, "有新草稿的方案", summary="一句话", review_on=date(2027, 3, 4))
        newer = assets.Content(text="# 第二版\n")
        assets.add_version(session, offered, newer, note="换了数字", by=cast.ting)
        team = accounts.team_by_key(session, "east")
        hidden = on_offer(session, cast, "只给东区", restricted_to=([team.id], [cast.zhou.id]))
        assets.withdraw(
            session, session.get_one(assets.Version, hidden.on_offer_id), reason="过时", by=cast.ting
        )
        draft(session, cast.ting, "一份草稿", tags={"tag": ["自由词", "12:30", "on"]})
        trashed = on_offer(session, cast, "在回收站")
        assets.trash(session, trashed, by=cast.ting)
        form = on_offer(session, cast, "有新草稿的方案 · 白皮书", kind="whitepaper")
        at = clock.now()
        tie = {
            "state": "ready",
            "made_number": 1,
            "made_version_id": offered.on_offer_id,
            "made_sha": "ab" * 32,
        }
        made = {
            "asset_id": form.id,
            "asked_at": at,
            "made_at": at,
            "asked_by_id": cast.ting.id,
            "told": ["一句"],
        }
        session.add(assets.AssetForm(source_id=offered.id, form="word", **tie, **made))
        session.flush()
        assets.touch(session, form)
        assets.ask_to_read(
            session, offered, roles=["seller"], note="先看第二节", due_on=date(2027, 1, 2), by=cast.ting
        )
        assets.confirm_read(session, offered, by=cast.lin)
        long = on_offer(session, cast, "很长的名字" * 30)
        assert len(long.slug) > 100
        taxonomy.set_company(session, taxonomy.Company(name="澜川", primary="#112233"), by=SYSTEM)
        known = customers.named(session, "华辰电子产业园", industry="park", by=cast.lin)
        known.confidential = True
        accounts.restrict(session, "customer", known.id, teams=[team.id])
        customers.refresh_readers(session, known)
        product = taxonomy.product(session, "energy")
        product.owner_id = cast.jun.id
        session.add(product)
        accounts.set_approver(session, accounts.person(session, cast.min.id), ["energy"], by=SYSTEM)
        accounts.set_industries(session, cast.lin.id, ["park"])
        taxonomy.changed(session)
    return wiring


def compared(wiring: Wiring) -> dict[str, object]:
    """What a library says, without when it happened and how rows are numbered."""
    with wiring.database.read() as session:
        rows = {}
        for asset in session.exec(select(assets.Asset).where(assets.Asset.deleted_at.is_(None))):
            plain = (
                "title",
                "kind",
                "language",
                "audience",
                "summary",
                "restricted",
                "recommended",
                "review_on",
                "extra",
            )
            there = (i and session.get(assets.Version, i) for i in (asset.on_offer_id, asset.latest_id))
            rows[asset.slug] = (
                {n: getattr(asset, n) for n in plain},
                [
                    v
                    and (
                        v.number,
                        v.state,
                        v.text,
                        v.file_name,
                        v.blob_sha,
                        v.expires_on,
                        v.publish_on,
                        v.end_reason,
                    )
                    for v in there
                ],
                assets.tags(session, [asset.id]).get(asset.id, {}),
                sorted(accounts.names(session, [asset.owner_id, asset.expert_id]).values()),
                len(accounts.restriction(session, "asset", asset.id)),
            )
        words = taxonomy.words(session)
        people = {
            p.email: (
                p.name,
                sorted(accounts.roles_of(session, [p.id])[p.id]),
                accounts.industries_of(session, p.id),
            )
            for p in accounts.people(session)
        }
        return {
            "assets": rows,
            "words": words.by_facet,
            "products": {k: (p.tier, p.type, p.restricted) for k, p in words.products.items()},
            "people": people,
            "company": taxonomy.company(session),
            "forms": assets.forms_to_data(session),
            "readings": assets.readings_to_data(session),
            "customers": [(c.name, c.industry, c.confidential) for c in customers.visible(session, SYSTEM)],
        }


def test_what_is_exported_comes_back_as_the_same_library(furnished, empty, tmp_path):
    export(furnished, tmp_path / "first")

    report = take_in(empty, tmp_path / "first")
    export(empty, tmp_path / "again")

    assert {o.path: o.reason for o in report.outcomes if o.result != "imported"} == {}
    assert compared(empty) == compared(furnished)
    assert files_of(tmp_path / "again") == files_of(tmp_path / "first")


def test_importing_an_export_into_its_own_hub_makes_no_versions(furnished, tmp_path):
    export(furnished, tmp_path / "out")
    before = compared(furnished)

    take_in(furnished, tmp_path / "out")
    again = take_in(furnished, tmp_path / "out")

    assert compared(furnished) == before
    assert {o.result for o in again.outcomes} == {"unchanged"}


def test_a_form_knows_its_source_and_who_has_read_is_known_after_a_move(furnished, empty, tmp_path):
    export(furnished, tmp_path / "first")
    take_in(empty, tmp_path / "first")

    with empty.database.read() as session:
        source, form = (assets.by_slug(session, s) for s in ("有新草稿的方案", "有新草稿的方案-白皮书"))
        origin = assets.origins(session, [form.id], SYSTEM)[form.id]
        assert (origin.source_id, origin.made_number) == (source.id, 1)
        (asked,) = assets.readings(session, source, SYSTEM)
        assert [name for name, _at in asked.confirmed] == ["林晓"]
        assert "周强" in asked.waiting
        assert assets.forms_to_data(session)[0]["asset"] == form.slug
        assert session.exec(select(notices.Notice)).all() == []
    assert {o.result for o in take_in(empty, tmp_path / "first").outcomes} == {"unchanged"}


def test_a_newer_version_lies_beside_what_is_on_offer_and_both_come_back(furnished, empty, tmp_path):
    export(furnished, tmp_path / "out")
    names = [n for n in files_of(tmp_path / "out") if "有新草稿的方案." in n]

    take_in(empty, tmp_path / "out")

    assert names == ["assets/solution/有新草稿的方案.draft.md", "assets/solution/有新草稿的方案.md"]
    versions = versions_of(empty, the_asset(empty, "有新草稿的方案"))
    assert [(v.number, v.state) for v in versions] == [(2, "draft"), (1, "on_offer")]


def test_front_matter_comes_out_with_every_key_it_came_in_with(furnished, tmp_path):
    export(furnished, tmp_path / "out")
    [text] = [d.decode() for n, d in files_of(tmp_path / "out").items() if "fen-shi" in n]
    said = yaml.load(text.split("---\n")[1], Loader=HouseLoader)

    assert said["编号"] == "007"
    assert said["version"] == "1.10"
    assert said["on"] == "是"
    assert said["nested"] == {"a": [1, 2.5, None, True], "b": {"c": "12:30"}}
    assert (said["type"], said["language"], said["author"]) == ("post", "fr", ["林晓", "外部作者"])
    assert said["extra"] == {"slug": "fen-shi", "number": 12, "note": "别人的备注", "extra": {"a": 1}}
    assert (said["published_on"], said["date"]) == (date(2024, 5, 6), "2024-05-06T07:08:09")
    assert text.endswith("---\n\n正文第一段\n\n---\n第二段\n")


def test_requests_without_a_requirement_are_written_and_come_back(wiring, cast, empty, tmp_path):
    with wiring.database.write() as session:
        grouped = asked_for(session, cast.lin, wanted(session, cast.jun), quote="已经归到需求的话")
        left = asked_for(session, cast.zhou, None, quote="电费单\n“看不懂”: 要一张图", customer="江北物流")
        left.extra, left.tags = {"渠道": "展会"}, ["报表"]
        session.add(left)
        other = wanted(session, cast.jun, title="另一条")
        taken_out = asked_for(session, cast.lin, other, quote="归错了的话")
        requirements.unlink(session, taken_out, other, by=cast.jun)
        ended = asked_for(session, cast.lin, None, quote="客户不要了的话")
        requirements.cancel(session, ended, reason="换了供应商", by=cast.lin)
    export(wiring, tmp_path / "out")
    listed = yaml.safe_load((tmp_path / "out" / "requests.yml").read_text("utf-8"))["requests"]

    first, again = take_in(empty, tmp_path / "out"), take_in(empty, tmp_path / "out")
    export(empty, tmp_path / "again")

    assert [r["quote"] for r in listed] == [left.quote, taken_out.quote, ended.quote]
    assert grouped.quote not in str(listed)
    assert {o.path: o.reason for o in first.outcomes if o.result != "imported"} == {}
    assert {o.result for o in again.outcomes} == {"unchanged"}
    assert files_of(tmp_path / "again") == files_of(tmp_path / "out")
    with empty.database.read() as session:
        there = {r.quote: r for r in session.exec(select(requirements.Request))}
        assert there[left.quote].extra == {"渠道": "展会"}
        assert accounts.names(session, [there[left.quote].owner_id]) == {there[left.quote].owner_id: "周强"}
        assert there[ended.quote].cancelled_at is not None


def test_words_that_were_left_as_free_tags_are_not_asked_about_in_the_next_hub(furnished, empty, tmp_path):
    with furnished.database.write() as session:
        [word] = [p for p in taxonomy.proposals(session) if p.word == "变频"]
        taxonomy.dismiss(session, word.id or 0, by=SYSTEM)
    export(furnished, tmp_path / "out")

    take_in(empty, tmp_path / "out")

    with empty.database.read() as session:
        assert "变频" not in {p.word for p in taxonomy.proposals(session)}
        assert taxonomy.free_words(session) == ["变频"]


def test_no_password_and_no_token_is_written(furnished, cast, tmp_path):
    with furnished.database.write() as session:
        secret = accounts.make_api_token(session, accounts.person(session, cast.lin.id), name="x").secret
    export(furnished, tmp_path / "out")

    whole = b"".join(files_of(tmp_path / "out").values())

    assert b"argon2" not in whole
    assert secret.encode() not in whole


def test_what_is_left_out_is_told(furnished, tmp_path):
    notes = export(furnished, tmp_path / "out").notes

    assert any("回收站里的 1 份" in note for note in notes)
    assert "在回收站" not in " ".join(files_of(tmp_path / "out"))


def test_a_folder_with_something_in_it_is_refused_and_left_alone(furnished, tmp_path):
    folder = write(tmp_path / "voll", {"mine.txt": "x"})

    with pytest.raises(HubError, match="已经有东西"):
        export(furnished, folder)

    assert files_of(folder) == {"mine.txt": b"x"}


def test_a_lost_file_stops_the_export_and_leaves_no_half_of_it(furnished, tmp_path):
    with furnished.database.read() as session:
        sha = session.exec(
            select(assets.Version.blob_sha).where(assets.Version.blob_sha.is_not(None))
        ).first()
    furnished.blobs.delete(sha)

    with pytest.raises(HubError, match="hub check"):
        export(furnished, tmp_path / "out")

    assert not (tmp_path / "out").exists()


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TRICKY = st.sampled_from(
    [
        "on",
        "off",
        "yes",
        "no",
        "007",
        "1.10",
        "12:30",
        "2020-01-02",
        "null",
        "~",
        "true",
        "1e3",
        "0x1F",
        "- a",
        "#",
        ".5",
    ]
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS | TRICKY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | TRICKY, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(TEXTS | TRICKY, PLAIN, max_size=5))
def test_what_is_written_as_yaml_is_read_back_the_same(data):
    assert yaml.load(as_yaml(data), Loader=HouseLoader) == data
