"""Links to customers: what gets in, who gets in, what is counted, and who is told when material goes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from hub import accounts, activity, assets, customers, notices, sharing, toolkits
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.sharing import rules
from hub.sharing.reading import keep
from tests.cast import draft, on_offer, settle

KEY = "a-key-of-this-server"
ALL = sharing.Fields()


def linked(session, cast, *things, preset="open", fields=ALL, by=None):
    wanted = [sharing.Wanted("asset", t.id) if isinstance(t, assets.Asset) else t for t in things]
    return sharing.create(session, wanted, fields, preset=preset, key=KEY, by=by or cast.lin)


def token(share):
    return sharing.address(share, KEY).removeprefix("/s/")


def visited(session, share, cookie=""):
    return sharing.visit(session, token(share), cookie, key=KEY)


def a_cookie(share):
    cookie = sharing.signed_secret(KEY, share.token_hash)
    return cookie, sharing.secret_in(KEY, share.token_hash, cookie)


def kit_of(session, cast, slug="park-lite", **fields):
    said = {"product": "lite", "industry": "park", "rules": [{"product": "lite"}], **fields}
    kit = toolkits.create(session, toolkits.Fields(title="轻量版", **said), by=cast.ting, slug=slug)
    toolkits.publish(session, kit, by=cast.ting)
    return kit


def test_a_token_has_at_least_128_bits_and_the_row_holds_only_its_hash(wiring, cast):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast))

        assert len(token(share)) * 6 >= 128
        assert token(share) not in str(share.model_dump())
        assert share.token_hash == sharing.hashed(token(share))
        assert sharing.address(share, "the key of another server") is None


def test_the_newest_version_on_offer_is_shown_unless_one_is_pinned(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        first = asset.on_offer_id
        following = linked(session, cast, asset)
        pinned = linked(session, cast, sharing.Wanted("asset", asset.id, first))
        second = assets.add_version(session, asset, assets.Content(text="# 新"), by=cast.ting)
        assets.submit(session, second, by=cast.ting)
        assets.approve(session, second, by=cast.min)

        assert [p.version_id for p in sharing.pieces(session, following)] == [second.id]
        assert [p.version_id for p in sharing.pieces(session, pinned)] == [first]

        assets.withdraw(session, session.get_one(assets.Version, first), reason="错了", by=cast.ting)
        assert sharing.pieces(session, pinned) == []


def test_what_may_not_leave_the_house_is_refused_when_the_link_is_made(wiring, cast):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        refused = {
            "仅内部": on_offer(session, cast, "内部", audience="internal"),
            "部分同事": on_offer(session, cast, "受限", restricted_to=([east.id], [])),
        }
        for why, asset in refused.items():
            with pytest.raises(HubError, match=why):
                linked(session, cast, asset)
        unfinished = draft(session, cast.lin, "草稿")
        with pytest.raises(HubError, match="没有在用"):
            linked(session, cast, sharing.Wanted("asset", unfinished.asset_id))
        with pytest.raises(NotFound):
            linked(session, cast, sharing.Wanted("asset", 999))
        with pytest.raises(HubError, match="不能做成链接"):
            linked(session, cast, sharing.Wanted("requirement", 1))
        with pytest.raises(HubError, match="至少"):
            linked(session, cast)


def test_what_is_taken_back_later_is_gone_from_the_link_at_the_next_visit(wiring, cast):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        kept, inner, closed, gone, binned = (on_offer(session, cast, f"方案{n}") for n in range(5))
        share = linked(session, cast, kept, inner, closed, gone, binned)
        assert len(sharing.pieces(session, share)) == 5

        changed = [(inner, {"audience": "internal"}), (closed, {"restricted_to": ([east.id], [])})]
        for asset, said in changed:
            assets.edit(session, asset, assets.Fields(**said), edition=asset.edition, by=cast.ting)
        assets.withdraw(
            session, session.get_one(assets.Version, gone.on_offer_id), reason="错了", by=cast.ting
        )
        assets.trash(session, binned, by=cast.ting)

        assert [p.id for p in sharing.pieces(session, share)] == [kept.id]
        assert [sharing.piece_of(session, share, f"a{a.id}") for a in (inner, closed, gone, binned)] == [
            None
        ] * 4


def test_a_room_whose_every_item_was_withdrawn_is_empty_and_still_open(wiring, cast):
    with wiring.database.write() as session:
        items = [on_offer(session, cast, f"方案{n}") for n in range(2)]
        share = linked(session, cast, *items)
        for asset in items:
            assets.withdraw(
                session, session.get_one(assets.Version, asset.on_offer_id), reason="错了", by=cast.ting
            )

        assert visited(session, share).passed
        assert sharing.pieces(session, share) == []


def test_a_kit_link_holds_its_customer_facing_members_and_follows_its_shelf(wiring, cast):
    with wiring.database.write() as session:
        tags = {"product": ["lite"], "industry": ["park"]}
        shown = on_offer(session, cast, "介绍", tags=tags)
        inner = on_offer(session, cast, "话术", tags=tags, audience="internal")
        other = on_offer(session, cast, "别的产品")
        kit = kit_of(session, cast)
        share = linked(session, cast, sharing.Wanted("toolkit", kit.id))

        assert [p.id for p in sharing.pieces(session, share)] == [shown.id]
        assert sharing.piece_of(session, share, f"a{shown.id}") is not None
        assert sharing.piece_of(session, share, f"a{inner.id}") is None
        assert sharing.piece_of(session, share, f"a{other.id}") is None

        toolkits.unpublish(session, kit, by=cast.ting)
        assert sharing.pieces(session, share) == []


def test_a_restricted_kit_makes_no_link(wiring, cast):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        on_offer(session, cast, "介绍", tags={"product": ["lite"]})
        kit = kit_of(session, cast, restricted_to=([east.id], []))

        with pytest.raises(HubError, match="没有可以发给客户"):
            linked(session, cast, sharing.Wanted("toolkit", kit.id))


@pytest.mark.parametrize(
    "key", ["", "a", "d1", "a0", "a99999999999", "toolkit:1", "a1x", "A1", "a-1", "a１２３４５６７８９０１"]
)
def test_an_address_that_names_nothing_of_the_link_leads_nowhere(wiring, cast, key):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast))

        assert sharing.piece_of(session, share, key) is None


def test_links_end_by_withdrawal_by_time_and_with_their_owner(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        revoked, expired, left = (linked(session, cast, asset, by=p) for p in (cast.lin, cast.lin, cast.zhou))
        sharing.withdraw(session, revoked, by=cast.lin)
        expired.expires_at = clock.now() - timedelta(seconds=1)
        accounts.set_active(session, accounts.person(session, cast.zhou.id), active=False, by=cast.ada)
        said = set()
        for share in (revoked, expired, left):
            with pytest.raises(sharing.Ended) as told:
                visited(session, share)
            said.add(told.value.message)
        with pytest.raises(sharing.Unknown) as told:
            sharing.visit(session, "no-such-token", "", key=KEY)

        assert said == {told.value.message}  # nobody learns which it was, nor that there was one


def test_a_withdrawn_link_cannot_be_brought_back(wiring, cast):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast))
        sharing.withdraw(session, share, by=cast.lin)

        with pytest.raises(Conflict):
            sharing.edit(session, share, sharing.Fields(days=30), by=cast.lin)


def test_only_its_owner_and_an_administrator_know_of_a_link(wiring, cast):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast))

        assert sharing.get(session, share.id, cast.ada).id == share.id
        for other in (cast.zhou, cast.ting, cast.jun):
            with pytest.raises(NotFound):
                sharing.get(session, share.id, other)
            with pytest.raises(HubError):
                sharing.withdraw(session, share, by=other)
        assert sharing.find(session, cast.zhou) == ([], 0)


def test_the_gate_opens_to_the_right_address_with_the_right_passcode_only(wiring, cast):
    with wiring.database.write() as session:
        fields = sharing.Fields(allow="zhou@huachen.example，@park.example")
        share = linked(session, cast, on_offer(session, cast), preset="close", fields=fields)
        cookie, secret = a_cookie(share)
        code = sharing.passcode(share, KEY)
        wrong = "000000" if code != "000000" else "111111"

        assert not visited(session, share, cookie).passed
        for email, given_code in (
            ("zhou@huachen.example", wrong),
            ("eve@evil.example", code),
            ("a@xpark.example", code),
        ):
            with pytest.raises(NotAllowed, match="对不上"):
                sharing.enter(session, share, secret, email=email, passcode=given_code, key=KEY)
        with pytest.raises(HubError, match="邮箱"):
            sharing.enter(session, share, secret, email="no address", passcode=code, key=KEY)
        sharing.enter(
            session,
            share,
            secret,
            email=" Any.One@PARK.example",
            name="刘工",
            passcode=f" {code[:3]} {code[3:]}",
            key=KEY,
        )

        assert visited(session, share, cookie).passed
        assert not visited(session, share, a_cookie(share)[0]).passed
        assert not visited(session, share, secret + ".forged").passed


def test_another_gate_asks_everybody_again(wiring, cast):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast), preset="close")
        cookie, secret = a_cookie(share)
        before = sharing.passcode(share, KEY)
        sharing.enter(session, share, secret, email="a@b.example", passcode=before, key=KEY)
        assert visited(session, share, cookie).passed

        sharing.renew_passcode(session, share, by=cast.lin)

        assert sharing.passcode(share, KEY) != before
        assert not visited(session, share, cookie).passed


def test_a_watermark_or_a_list_of_names_asks_for_an_address(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        for fields in (sharing.Fields(watermark=True), sharing.Fields(allow="@a.example")):
            assert linked(session, cast, asset, fields=fields).ask_email


def test_the_preset_follows_the_tier(wiring, cast):
    with wiring.database.write() as session:
        quick = on_offer(session, cast, "快", tags={"product": ["lite"]})
        large = on_offer(session, cast, "大", tags={"product": ["energy"]})

        assert (
            sharing.quick(session, sharing.Wanted("asset", quick.id), key=KEY, by=cast.lin).preset == "open"
        )
        assert (
            sharing.quick(session, sharing.Wanted("asset", large.id), key=KEY, by=cast.lin).preset == "named"
        )


def test_clicking_twice_gives_one_link_until_somebody_opened_it(wiring, cast):
    with wiring.database.write() as session:
        wanted = sharing.Wanted("asset", on_offer(session, cast).id)
        first = sharing.quick(session, wanted, key=KEY, by=cast.lin)

        assert sharing.quick(session, wanted, key=KEY, by=cast.lin).id == first.id
        assert sharing.quick(session, wanted, key=KEY, by=cast.zhou).id != first.id
        sharing.open_by_hand(session, first, "a-secret")
        assert sharing.quick(session, wanted, key=KEY, by=cast.lin).id != first.id


def read(wiring, share, secret, asset, *beats):
    for page, ms in beats:
        beat = sharing.Beat(share.id, sharing.hashed(secret), "asset", asset.id, asset.on_offer_id, page, ms)
        wiring.readings.note(beat)
    wiring.readings.flush()


def test_beats_add_up_per_page_and_those_below_a_second_are_dropped(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        share = linked(session, cast, asset)
    read(wiring, share, "one", asset, (1, 10_000), (1, 2_500), (2, 999), (2, 1_000))
    read(wiring, share, "two", asset, (1, 4_000), (3, 900_000))

    with wiring.database.read() as session:
        times = {t.page: (t.ms, t.readers) for t in sharing.page_times(session, share)}
        assert times == {
            1: (16_500, 2),
            2: (1_000, 1),
            3: (300_000, 1),
        }  # five minutes is all a page can idle
        assert sharing.tallies(session, [share.id])[share.id].opened == 2
        assert len(sharing.events(session, [share.id])) == 2


def test_the_owner_is_told_at_the_first_opening_and_not_again(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        share = linked(session, cast, asset)
    for secret in ("one", "two"):
        read(wiring, share, secret, asset, (1, 0), (1, 3_000))

    with wiring.database.read() as session:
        told = [n for n in notices.of(session, cast.lin) if n.key.startswith("share_opened")]
        assert [n.url for n in told] == [f"/shares/{share.id}"]


def test_who_opens_by_hand_counts_and_their_time_stays_unknown(wiring, cast):
    with wiring.database.write() as session:
        share = linked(session, cast, on_offer(session, cast))
        sharing.open_by_hand(session, share, "a-secret")

        assert [v.measured for v in sharing.visitors(session, share)] == [False]
        assert sharing.tallies(session, [share.id])[share.id].ms == 0


def test_beats_of_a_link_that_is_not_there_do_not_hold_up_the_others(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        share = linked(session, cast, asset)
    wiring.readings.note(sharing.Beat(9_999, sharing.hashed("x"), "asset", asset.id, None, 1, 5_000))
    read(wiring, share, "one", asset, (1, 5_000))

    with wiring.database.read() as session:
        assert [t.ms for t in sharing.page_times(session, share)] == [5_000]


def test_a_customer_has_one_time_line_over_all_links(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        shares = [linked(session, cast, asset, fields=sharing.Fields(customer="华辰电子")) for _ in range(2)]
        sharing.open_by_hand(session, shares[0], "a-secret")
        customer = customers.by_name(session, "华辰电子", cast.lin)

        found, total = sharing.find(session, cast.lin, customer_id=customer.id)
        assert total == 2
        assert [e.what for e in sharing.events(session, [s.id for s in found])] == ["open"]


def a_withdrawal(wiring, cast, *, replacement=None):
    """Ting's asset in a kit, Lin's link and Zhou's download; Ting withdraws it. Returns asset, share and version."""
    with wiring.database.write() as session:
        asset = on_offer(session, cast, tags={"product": ["lite"], "industry": ["park"]})
        version = session.get_one(assets.Version, asset.on_offer_id)
        kit = kit_of(session, cast)
        toolkits.pin(session, kit, asset.id, by=cast.ting)
        share = linked(session, cast, asset)
        activity.record(session, "download", "asset", asset.id, by=cast.zhou.id, version=version.id)
        before = sharing.reach(session, asset, cast.ting)
        instead = on_offer(session, cast, "新方案").id if replacement else None
        assets.withdraw(session, version, reason="电价改了", replacement_id=instead, by=cast.ting)
    settle(wiring)
    return asset, share, before


def test_withdrawing_lists_what_carries_it_as_far_as_the_person_may_know(wiring, cast):
    asset, share, before = a_withdrawal(wiring, cast)

    assert [p.title for p in before.kits] == ["轻量版"]
    assert [p.title for p in before.downloads] == ["周强"]
    assert before.links == ()  # Lin's link is Lin's affair
    assert (before.other_links, before.other_decks) == (1, 0)
    with wiring.database.read() as session:
        assert [p.url for p in sharing.reach(session, asset, cast.ada).links] == [f"/shares/{share.id}"]
        assert (
            sharing.reach(session, asset, cast.lin).downloads == ()
        )  # who downloaded is for those who answer for it
        assert sharing.reach(session, asset, cast.lin).other_links == 0
        assert sharing.reach(session, asset, cast.ada).other_links == 0
        assert [p.title for p in sharing.reach(session, asset, cast.ting).kits] == [
            "轻量版"
        ]  # the pin is still there


def test_whoever_holds_it_gets_one_correction_with_the_replacement(wiring, cast):
    a_withdrawal(wiring, cast, replacement=True)

    with wiring.database.read() as session:
        for person in (cast.lin, cast.zhou):
            told = [n for n in notices.of(session, person) if n.key == "withdrawn_instead"]
            assert len(told) == 1
            assert "新方案" in told[0].text
            assert "电价改了" in told[0].text
        assert notices.of(session, cast.jun) == []


def test_who_sends_a_kit_that_a_rule_filled_and_who_keeps_it_hear_of_the_withdrawal(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, tags={"product": ["lite"]})
        kit = kit_of(session, cast)
        kit.owner_id = cast.jun.id
        session.add(kit)
        linked(session, cast, sharing.Wanted("toolkit", kit.id))
        secret = on_offer(
            session, cast, "内部", tags={"product": ["lite"]}, restricted_to=([], [cast.zhou.id])
        )
    settle(wiring)

    with wiring.database.write() as session:
        for one in (asset, secret):
            version = session.get_one(assets.Version, session.get_one(assets.Asset, one.id).on_offer_id)
            assets.withdraw(session, version, reason="电价改了", by=cast.ada)
    settle(wiring)

    with wiring.database.read() as session:
        for person in (cast.lin, cast.jun):
            assert [n.values["title"] for n in notices.of(session, person)] == [asset.title]


def test_a_correction_does_not_name_a_replacement_its_reader_may_not_see(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        version = session.get_one(assets.Version, asset.on_offer_id)
        linked(session, cast, asset, by=cast.zhou)
        east = accounts.team_by_key(session, "east")
        secret = on_offer(session, cast, "朱鹮计划", restricted_to=([east.id], []))
        assets.withdraw(session, version, reason="错了", replacement_id=secret.id, by=cast.ada)
    settle(wiring)

    with wiring.database.read() as session:
        told = [n for n in notices.of(session, cast.zhou) if n.key.startswith("withdrawn")]
        assert [n.key for n in told] == ["withdrawn"]
        assert "朱鹮" not in told[0].text


def test_a_new_version_tells_who_took_the_old_one_and_leaves_links_alone(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        linked(session, cast, asset)
        activity.record(session, "download", "asset", asset.id, by=cast.zhou.id, version=asset.on_offer_id)
        made = assets.add_version(session, asset, assets.Content(text="# 新"), by=cast.ting)
        assets.submit(session, made, by=cast.ting)
        assets.approve(session, made, by=cast.min)
    settle(wiring)

    with wiring.database.read() as session:
        assert [n.key for n in notices.of(session, cast.zhou)] == ["replaced"]
        assert [
            n.key for n in notices.of(session, cast.lin)
        ] == []  # the link shows the new version by itself


def test_telling_twice_is_telling_once(wiring, cast):
    asset, _share, _before = a_withdrawal(wiring, cast)

    with wiring.database.write() as session:
        version = session.exec(select(assets.Version).where(assets.Version.asset_id == asset.id)).one()
        assert sharing.correct(session, version.id, by_id=cast.ting.id) == 0


@given(st.text(max_size=80))
def test_an_allow_list_is_refused_or_lets_in_only_whom_it_names(typed):
    try:
        allow = rules.clean_allowed(typed)
    except HubError:
        return
    assert all("@" in entry for entry in allow)
    assert rules.is_allowed("eve@evil.invalid", allow) == (
        not allow or "eve@evil.invalid" in allow or "@evil.invalid" in allow
    )


@given(st.text(max_size=30))
def test_only_the_six_digits_are_the_passcode(typed):
    right = rules.passcode_of(KEY, "nonce", 1)

    digits = "".join(str(int(c)) for c in typed if c.isdecimal())
    assert rules.is_passcode(typed, right) == (digits == right)


@given(st.text(max_size=120))
def test_no_cookie_is_taken_for_ours_unless_it_is(cookie):
    assert rules.secret_in(KEY, "hash", cookie) == ""


def test_a_cookie_of_one_link_says_nothing_at_another():
    cookie = rules.signed_secret(KEY, "one")

    assert rules.secret_in(KEY, "one", cookie)
    assert rules.secret_in(KEY, "other", cookie) == ""
    assert rules.secret_in("another key", "one", cookie) == ""


def test_a_seller_is_told_which_page_was_read_longest_and_only_of_their_own_links(wiring, cast):
    at = clock.now()
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        mine, old = linked(session, cast, asset), linked(session, cast, asset)
        secret = sharing.hashed("a visitor")
        beats = [(mine, 1, 4_000, at), (mine, 2, 9_000, at), (mine, 2, 8_000, at), (mine, 3, 400, at)]
        beats.append((old, 1, 5_000, at - timedelta(days=8)))
        keep(session, [
            sharing.Beat(s.id, secret, "asset", asset.id, asset.on_offer_id, page, ms, when)
            for s, page, ms, when in beats
        ])  # fmt: skip
        sharing.open_by_hand(
            session, linked(session, cast, asset), "without scripts", at=at - timedelta(days=1)
        )
        session.flush()

        unread, *rest = sorted(sharing.watching(session, cast.lin), key=lambda w: w.page or 0)

        assert [(w.share_id, w.page, w.page_ms, w.pages) for w in rest] == [(mine.id, 2, 17_000, 2)]
        assert (unread.page, unread.pages) == (None, 0)
        assert sharing.watching(session, cast.zhou) == []
