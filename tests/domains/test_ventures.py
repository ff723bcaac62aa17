"""Cross-department proposals: edits, approvals, visibility, next steps, trash, in and out."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from PIL import Image
from sqlmodel import select

from hub import accounts, customers, library, notices, ventures
from hub.accounts import SYSTEM
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.domains.venture_cast import LINES, SEGMENT, WON, a_venture, put, sign_all, split, with_parties


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def told(session, person, key):
    return [n for n in notices.of(session, person) if n.key == key]


def test_a_proposal_goes_to_its_parties_and_is_agreed_when_the_last_one_approves(session, cast):
    made = with_parties(session, cast)
    ours, theirs = ventures.live_parties(session, made)
    assert len(told(session, cast.jun, "venture_asked")) == 1

    ventures.say(session, made, ours.id, "approved", edition=made.edition, by=cast.jun)
    assert made.state == "with_parties"
    ventures.say(session, made, theirs.id, "approved", edition=made.edition, signer="韩总", by=cast.ting)

    assert made.state == "agreed"
    said = ventures.whole(session, made, cast.zhou)
    assert [(h.party, h.signer, h.recorder) for h in said.history] == [
        ("物业公司", "韩总", "李婷"),
        ("我们", "何俊", "何俊"),
    ]
    assert len(told(session, cast.jun, "venture_agreed")) == 1


def test_an_edit_makes_every_approval_void_tells_who_gave_it_and_keeps_what_was_said(session, cast):
    made = with_parties(session, cast)
    sign_all(session, cast, made)

    voided = put(session, made, "split", split(cast, "55.5", "44.5"), cast)

    whole = ventures.whole(session, made, cast.ting)
    assert (voided, made.state) == (True, "with_parties")
    assert [p.verdict for p in whole.parties] == [None, None]
    assert [(h.verdict, h.void_why, h.void_at is not None) for h in whole.history] == [
        ("approved", "定价与分成", True)
    ] * 2
    assert len(told(session, cast.jun, "venture_void")) == 1


def test_saving_the_same_again_voids_nothing(session, cast):
    made = with_parties(session, cast)
    sign_all(session, cast, made)
    revision = made.revision

    assert not put(session, made, "boundary", {"rows": LINES}, cast)
    assert not put(session, made, "evidence", {"rows": WON}, cast)
    assert (made.state, made.revision) == ("agreed", revision)


def test_who_approves_has_to_have_seen_what_stands_now(session, cast):
    made = with_parties(session, cast)
    seen = made.edition
    put(session, made, "boundary", {"rows": LINES[:1]}, cast)
    ours = ventures.live_parties(session, made)[0]

    with pytest.raises(Conflict):
        ventures.say(session, made, ours.id, "approved", edition=seen, by=cast.jun)


def test_only_its_own_approver_speaks_for_a_party_and_only_editors_record_a_signature(session, cast):
    made = with_parties(session, cast)
    ours, theirs = ventures.live_parties(session, made)

    for party, by in ((ours, cast.ting), (ours, cast.ada), (theirs, cast.jun), (theirs, cast.lin)):
        with pytest.raises(NotAllowed):
            ventures.say(session, made, party.id, "approved", edition=made.edition, by=by)
    with pytest.raises(HubError, match="为什么"):
        ventures.say(session, made, ours.id, "declined", edition=made.edition, by=cast.jun)
    ventures.say(session, made, ours.id, "declined", note="分成太高", edition=made.edition, by=cast.jun)
    assert len(told(session, cast.ting, "venture_declined")) == 1


def test_a_proposal_that_lacks_something_does_not_go_to_the_parties(session, cast):
    made = ventures.create(session, {"title": "还没写完"}, by=cast.ting)

    with pytest.raises(Conflict, match="没写背景") as refused:
        ventures.move(session, made, "with_parties", edition=made.edition, by=cast.ting)

    assert len(refused.value.details["missing"]) > 5
    whole = ventures.whole(session, made, cast.ting)
    assert whole.percent == 0
    assert whole.evidence.verdict == "not_enough"


def test_each_number_of_the_market_needs_its_source(session, cast):
    made = a_venture(session, cast)
    put(session, made, "market", {"rows": [{**SEGMENT, "price_source": ""}]}, cast)

    with pytest.raises(Conflict, match="单价没写来源"):
        ventures.move(session, made, "with_parties", edition=made.edition, by=cast.ting)


def test_the_market_is_customers_times_price_times_penetration(session, cast):
    made = a_venture(session, cast)

    whole = ventures.whole(session, made, cast.ting)

    assert whole.totals == (Decimal("1200000.00"), Decimal("4800000.00"), Decimal("9600000.00"))
    assert whole.evidence.verdict == "within"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"customers": ["60", "40", "80"]}, "从小到大"),
        ({"customers": ["1.5", "2", "3"]}, "整数"),
        ({"penetration": ["10", "20", "101"]}, "之间"),
        ({"price": ["三十", "40万", "50万"]}, "金额"),
        ({"price": ["", "40万", "50万"]}, "没写"),
        ({"name": ""}, "名字"),
    ],
)
def test_a_wrong_number_is_refused_in_a_sentence(session, cast, change, why):
    made = a_venture(session, cast)

    with pytest.raises(HubError, match=why):
        put(session, made, "market", {"rows": [{**SEGMENT, **change}]}, cast)


def test_two_who_save_the_same_edition_are_told_so(session, cast):
    made = a_venture(session, cast)
    seen = made.edition
    put(session, made, "contact", {"need": "先给十个园区。"}, cast)

    with pytest.raises(Conflict):
        ventures.write(session, made, "contact", {"need": "三十个。"}, edition=seen, by=cast.min)
    assert made.need == "先给十个园区。"


def test_a_restricted_proposal_is_there_for_those_it_is_open_to_who_signs_and_who_does_the_next_step(
    session, cast
):
    made = a_venture(session, cast)
    ventures.write(
        session, made, "about", {"title": made.title}, edition=made.edition, restricted_to=((), [cast.min.id]),
        by=cast.ting,
    )  # fmt: skip

    for person in (cast.min, cast.jun, cast.lin, cast.ada, cast.ting):
        assert ventures.get(session, made.id, person).id == made.id
    for person in (cast.zhou, cast.li):
        assert ventures.find(session, person) == ([], {})
        with pytest.raises(NotFound):
            ventures.get(session, made.id, person)
    ventures.step_done(session, made, ventures.whole(session, made, cast.lin).steps[0].id, by=cast.lin)
    ventures.refresh(session, made)
    assert ventures.find(session, cast.lin) == ([], {})


def an_opportunity(session, cast, name, *, confidential=False, result="won"):
    customer = customers.named(session, name, by=cast.zhou)
    customer.confidential = confidential
    customers.refresh_readers(session, customer)
    made = customers.Opportunity(
        customer_id=customer.id, title=f"{name}一期", amount=Decimal(430_000), result=result,
        closes_on=date(2026, 5, 1), owner_id=cast.zhou.id, created_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_won_opportunities_are_evidence_and_a_confidential_customer_is_never_named(session, cast):
    made = a_venture(session, cast)
    won = [an_opportunity(session, cast, f"客户{n}") for n in range(3)]
    secret = an_opportunity(session, cast, "保密客户", confidential=True)
    opened = an_opportunity(session, cast, "在谈客户", result="open")
    put(session, made, "evidence", {"rows": [{"opportunity_id": o.id} for o in won]}, cast)
    assert ventures.whole(session, made, cast.ting).evidence.counted == 3

    with pytest.raises(NotFound):
        put(session, made, "evidence", {"rows": [{"opportunity_id": secret.id}]}, cast)
    with pytest.raises(HubError, match="保密"):
        ventures.write(
            session,
            made,
            "evidence",
            {"rows": [{"opportunity_id": secret.id}]},
            edition=made.edition,
            by=cast.ada,
        )
    with pytest.raises(HubError, match="还没有赢单"):
        put(session, made, "evidence", {"rows": [{"opportunity_id": opened.id}]}, cast)
    assert {o.id for o, _c in ventures.opportunities(session, cast.ada, result="won")} == {o.id for o in won}

    hidden = customers.get(session, won[0].customer_id, cast.zhou)
    hidden.confidential = True
    customers.refresh_readers(session, hidden)
    assert ventures.whole(session, made, cast.lin).evidence.verdict == "not_enough"
    assert "客户0" not in str(ventures.whole(session, made, None).bids)
    assert ventures.whole(session, made, cast.zhou).evidence.counted == 3


def test_what_an_editor_may_not_see_survives_their_save(session, cast):
    made = a_venture(session, cast)
    won = [an_opportunity(session, cast, f"客户{n}") for n in range(3)]
    put(session, made, "evidence", {"rows": [{"opportunity_id": o.id} for o in won]}, cast)
    hidden = customers.get(session, won[0].customer_id, cast.zhou)
    hidden.confidential = True
    customers.refresh_readers(session, hidden)

    put(session, made, "evidence", {"rows": [{"opportunity_id": won[1].id}]}, cast)

    assert {d.opportunity_id for d in ventures.whole(session, made, cast.zhou).bids} == {won[0].id, won[1].id}


def test_a_next_step_waits_on_the_front_page_of_whoever_is_to_take_it_from_its_day_on(session, cast):
    made = a_venture(session, cast)
    on = datetime(2026, 11, 20, 3, tzinfo=UTC)

    assert ventures.due(session, cast.lin, at=datetime(2026, 11, 19, 3, tzinfo=UTC)) == []
    assert [(d.next_step, d.late) for d in ventures.due(session, cast.lin, at=on)] == [("约第二次会", False)]
    assert len(told(session, cast.lin, "venture_step")) == 1
    step = ventures.whole(session, made, cast.lin).steps[0]
    with pytest.raises(NotAllowed):
        ventures.step_done(session, made, step.id, by=cast.zhou)
    ventures.step_done(session, made, step.id, by=cast.lin)
    assert ventures.due(session, cast.lin, at=on) == []
    assert made.outcome == "interested"


@pytest.mark.parametrize("gap", [{"next_step": ""}, {"due_on": None}, {"outcome": "maybe"}])
def test_every_outcome_of_a_talk_has_its_next_step(session, cast, gap):
    made = a_venture(session, cast)
    said = {"outcome": "refused", "next_step": "半年后再问", "due_on": date(2027, 5, 1), **gap}

    with pytest.raises(HubError):
        ventures.add_step(session, made, owner_id=cast.lin.id, by=cast.ting, **said)


def picture(size=(2400, 1200)):
    out = io.BytesIO()
    Image.new("RGB", size, (40, 120, 200)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_made_small_kept_with_its_caption_and_counts_as_an_edit(session, cast, wiring):
    made = with_parties(session, cast)
    sign_all(session, cast, made)
    said = {"kind": "architecture", "caption": "总体架构", "by": cast.ting}
    put_in = lambda data, **more: ventures.add_picture(  # noqa: E731 - said four times below
        session, wiring.blobs, wiring.settings, made, data, edition=made.edition, **{**said, **more}
    )

    kept = put_in(picture())

    assert (kept.width, kept.height, made.state) == (2000, 1000, "with_parties")
    for data, more in ((b"no picture", {}), (picture(), {"caption": " "}), (picture(), {"kind": "photo"})):
        with pytest.raises(HubError):
            put_in(data, **more)
    assert ventures.blob_for(session, made, kept.blob_sha)
    ventures.drop_picture(session, made, kept.id, edition=made.edition, by=cast.ting)
    assert not ventures.blob_for(session, made, kept.blob_sha)


def test_ended_says_why_voids_what_was_signed_and_may_be_opened_again(session, cast):
    made = with_parties(session, cast)
    sign_all(session, cast, made)

    with pytest.raises(HubError, match="为什么"):
        ventures.move(session, made, "ended", edition=made.edition, by=cast.ting)
    ventures.move(session, made, "ended", reason="集团换了打法", edition=made.edition, by=cast.ting)
    with pytest.raises(Conflict):
        put(session, made, "contact", {"need": "x"}, cast)
    assert len(told(session, cast.jun, "venture_ended")) == 1

    ventures.move(session, made, "draft", edition=made.edition, by=cast.ting)
    assert [p.verdict for p in ventures.whole(session, made, cast.ting).parties] == [None, None]


def test_the_trash_keeps_it_for_its_editors_and_gives_it_back(session, cast):
    made = a_venture(session, cast)
    with pytest.raises(NotAllowed):
        ventures.trash(session, made, by=cast.lin)

    ventures.trash(session, made, by=cast.ting)

    assert ventures.find(session, cast.ting)[0] == []
    assert [t.title for t in library.thrown(session, cast.min)] == [made.title]
    assert library.thrown(session, cast.lin) == []
    library.bring_back(session, "venture", made.id, by=cast.min)
    assert len(ventures.find(session, cast.ting)[0]) == 1


def test_who_leaves_hands_over_what_they_own_sign_and_have_to_do(session, cast):
    made = with_parties(session, cast)

    assert library.held(session, cast.jun.id).ventures == 1
    library.hand_over(session, cast.jun.id, cast.li.id, by=cast.ada)
    library.hand_over(session, cast.lin.id, cast.li.id, by=cast.ada)
    library.hand_over(session, cast.ting.id, cast.min.id, by=cast.ada)

    whole = ventures.whole(session, made, cast.min)
    assert (whole.owner, whole.parties[0].signs, whole.steps[0].owner) == ("赵敏", "陈立", "陈立")
    assert [v.id for v in ventures.to_sign(session, accounts.actors(session, [cast.li.id])[cast.li.id])] == [
        made.id
    ]


def test_out_and_in_again_says_the_same(session, cast, wiring):
    made = with_parties(session, cast)
    sign_all(session, cast, made)
    put(session, made, "split", split(cast, "55", "45"), cast)
    sign_all(session, cast, made)
    ventures.add_picture(
        session, wiring.blobs, wiring.settings, made, picture((40, 20)), kind="process", caption="流程",
        edition=made.edition, by=cast.ting,
    )  # fmt: skip
    files = {}
    data = ventures.to_data(session, files.__setitem__)
    for row in session.exec(select(ventures.Venture)).all():
        session.delete(row)
    session.flush()

    read = lambda name: wiring.blobs.get(files[name])  # noqa: E731
    added = ventures.from_data(session, data, blobs=wiring.blobs, read=read, by=SYSTEM)
    again = ventures.from_data(session, data, blobs=wiring.blobs, read=read, by=SYSTEM)

    assert (added, again) == (1, 0)
    assert ventures.to_data(session, files.__setitem__) == data
    assert len(data[0]["approvals"]) == 4


def test_a_file_that_opens_a_restricted_proposal_to_nobody_known_is_refused(session, cast, wiring):
    said = [{"title": "机密方案", "restricted_to": ["team:gone"]}]

    with pytest.raises(HubError, match="误公开"):
        ventures.from_data(session, said, blobs=wiring.blobs, read=str.encode, by=SYSTEM)
