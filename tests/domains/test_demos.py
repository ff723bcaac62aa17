"""Demo accounts: the secret sealed and shown on record, bookings that never overlap, the checked date."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub import accounts, demos, taxonomy
from hub.activity import Activity
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import on_offer

KEY = "the key of this hub"
NOW = clock.now()
HOUR = timedelta(hours=1)


def made(session, cast, **fields):
    said = {"title": "能碳演示", "product": "energy", "secret": "open sesame", **fields}
    return demos.create(session, demos.Fields(**said), key=KEY, by=cast.ting)


def test_the_secret_lies_sealed_and_shows_on_record(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)

        assert "sesame" not in account.secret
        assert demos.reveal(session, account, key=KEY, by=cast.lin) == "open sesame"
        session.flush()
        seen = session.exec(select(Activity).where(Activity.verb == "reveal")).all()
        assert [(a.person_id, a.thing_id, a.details) for a in seen] == [(cast.lin.id, account.id, {})]
        with pytest.raises(HubError, match="密钥"):
            demos.reveal(session, account, key="another", by=cast.lin)


def test_no_row_of_the_log_holds_the_secret(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)
        fields = demos.Fields(secret="another sesame")
        demos.edit(session, account, fields, edition=account.edition, key=KEY, by=cast.ting)
        demos.reveal(session, account, key=KEY, by=cast.lin)
        session.flush()

        assert "sesame" not in repr([a.details for a in session.exec(select(Activity)).all()])
        assert demos.reveal(session, account, key=KEY, by=cast.lin) == "another sesame"


def test_an_account_without_a_secret_says_so(wiring, cast):
    with wiring.database.write() as session, pytest.raises(NotFound):
        demos.reveal(session, made(session, cast, secret=""), key=KEY, by=cast.lin)


def test_saving_without_a_secret_keeps_the_one_there(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)
        demos.edit(session, account, demos.Fields(title="新名字"), edition=1, key=KEY, by=cast.ting)

        assert demos.reveal(session, account, key=KEY, by=cast.lin) == "open sesame"
        with pytest.raises(Conflict):
            demos.edit(session, account, demos.Fields(title="旧"), edition=1, key=KEY, by=cast.ting)


@pytest.mark.parametrize("fields", [{"title": " "}, {"address": "javascript:alert(1)"}, {"product": "moon"}])
def test_what_makes_no_account_is_refused(wiring, cast, fields):
    with wiring.database.write() as session, pytest.raises(HubError):
        made(session, cast, **fields)


def test_two_bookings_never_overlap_but_may_touch(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)
        first = demos.book(session, account, NOW + HOUR, NOW + 2 * HOUR, by=cast.lin)

        for start, end in ((0.5, 1.5), (1.5, 3), (0.5, 3), (1.2, 1.4), (1, 2)):
            with pytest.raises(Conflict, match="林晓"):
                demos.book(session, account, NOW + start * HOUR, NOW + end * HOUR, by=cast.zhou)
        demos.book(session, account, NOW + 2 * HOUR, NOW + 3 * HOUR, by=cast.zhou)
        with pytest.raises(NotFound):
            demos.cancel(session, account, first.id, by=cast.zhou)
        demos.cancel(session, account, first.id, by=cast.lin)
        demos.book(session, account, NOW + HOUR, NOW + 2 * HOUR, purpose="华辰", by=cast.zhou)
        assert [(b.name, b.purpose) for b in demos.bookings(session, account)] == [
            ("周强", "华辰"),
            ("周强", ""),
        ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wishes=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=12))
def test_whatever_is_asked_for_what_is_booked_is_apart(wiring, cast, wishes):
    with wiring.database.write() as session:
        account = made(session, cast, title="随便约")
        for start, length in wishes:
            try:
                demos.book(
                    session, account, NOW + start * HOUR, NOW + (start + length) * HOUR, by=cast.lin, at=NOW
                )
            except Conflict:
                continue
        booked = demos.bookings(session, account, at=NOW)
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(booked))
        assert bool(booked) == bool(wishes)
        session.rollback()


@pytest.mark.parametrize(("start", "end"), [(2, 1), (1, 1), (-3, -2), (1, 14), (24 * 200, 24 * 200 + 1)])
def test_times_that_make_no_sense_are_refused(wiring, cast, start, end):
    with wiring.database.write() as session:
        account = made(session, cast)
        with pytest.raises(HubError, match="时间段"):
            demos.book(session, account, NOW + start * HOUR, NOW + end * HOUR, by=cast.lin)


def test_an_expired_account_takes_no_booking_and_counts_as_unchecked(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "账号说明", kind="demo_account")
        account = made(session, cast, asset_id=asset.id, expires_on=clock.today() - timedelta(days=1))
        demos.works(session, account, by=cast.ting)

        with pytest.raises(Conflict):
            demos.book(session, account, NOW + HOUR, NOW + 2 * HOUR, by=cast.lin)
        assert demos.rows(session, [account])[0].state == "expired"
        assert demos.checked_on(session, [asset.id]) == {asset.id: None}


def test_it_works_sets_the_checked_date_that_others_read(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "账号说明", kind="demo_account")
        account = made(session, cast, asset_id=asset.id)
        assert demos.checked_on(session, [asset.id]) == {asset.id: None}
        with pytest.raises(NotAllowed):
            demos.works(session, account, by=cast.zhou)

        demos.works(session, account, by=cast.ting)

        assert demos.checked_on(session, [asset.id]) == {asset.id: clock.today()}
        assert demos.rows(session, [account])[0].state == "good"
        demos.works(session, account, by=cast.ting, at=NOW - timedelta(days=20))
        assert demos.rows(session, [account])[0].state == "unchecked"


def test_an_account_of_a_hidden_product_is_not_there_for_others(wiring, cast):
    with wiring.database.write() as session:
        fields = taxonomy.ProductFields(name="秘密产品", tier="enterprise", restricted=True, teams=())
        taxonomy.save_product(session, "", fields, by=cast.ada)
        hidden = next(k for k, p in taxonomy.words(session).products.items() if p.restricted)
        account = demos.create(session, demos.Fields(title="秘密", product=hidden), key=KEY, by=cast.ada)

        assert demos.find(session, cast.lin) == []
        assert [r.id for r in demos.find(session, cast.ada)] == [account.id]
        with pytest.raises(NotFound):
            demos.get(session, account.id, cast.lin)


def test_deleting_wipes_the_secret(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)
        demos.trash(session, account, by=cast.ting)

        assert account.secret == ""
        assert demos.find(session, cast.lin) == []


def test_accounts_out_and_in_again_are_the_same_without_the_secret(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast, script="# 走法", login="demo")
        demos.works(session, account, by=cast.ting)
        before = demos.to_data(session)
        assert "secret" not in before[0]
        assert demos.from_data(session, before, key=KEY, by=accounts.SYSTEM) == 0
        session.delete(account)
        session.flush()

        assert demos.from_data(session, [{**before[0], "secret": "new"}], key=KEY, by=accounts.SYSTEM) == 1
        assert demos.to_data(session) == before
        again = session.exec(select(demos.DemoAccount)).one()
        assert demos.reveal(session, again, key=KEY, by=cast.lin) == "new"


def test_a_booking_at_the_end_of_all_calendars_is_refused_as_any_other_too_far_ahead(wiring, cast):
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-14)))
    with wiring.database.write() as session:
        account = made(session, cast)
        for ends in (last, NOW + HOUR):
            with pytest.raises(HubError, match="时间段不对"):
                demos.book(session, account, last, ends, by=cast.lin)


def test_a_booking_is_of_whole_minutes_as_everybody_reads_it(wiring, cast):
    with wiring.database.write() as session:
        account = made(session, cast)
        start = NOW.replace(second=30, microsecond=5) + HOUR

        booked = demos.book(session, account, start, start + HOUR, by=cast.lin)
        after = demos.book(session, account, start.replace(second=0) + HOUR, start + 2 * HOUR, by=cast.zhou)

        assert booked.starts_at == start.replace(second=0, microsecond=0)
        assert booked.ends_at == after.starts_at
        with pytest.raises(HubError, match="时间段不对"):
            demos.book(
                session, account, start + 5 * HOUR, start + 5 * HOUR + timedelta(seconds=20), by=cast.lin
            )
