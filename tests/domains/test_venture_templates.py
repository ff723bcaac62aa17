"""A proposal goes out through a template of the company's own."""

import pytest

from hub import decks, slides, ventures
from hub.base.errors import HubError, NotAllowed
from tests.domains.deck_house import pptx, texts

OWN = (
    ("{{ title }}", "{{ company.name }}给{{ with_whom }}\n{% for n in need %}\n{{ n }}\n{% endfor %}", ""),
    ("市场", "{% for m in market_pages %}{% for r in m.rows %}{{ r.name }}{% endfor %}{% endfor %}", ""),
)


@pytest.fixture
def venture(wiring, cast) -> int:
    with wiring.database.write() as session:
        said = {"title": "联合方案", "with_whom": "物业集团"}
        made = ventures.create(session, said, by=cast.ting)
        ventures.write(
            session, made, "contact", {"need": "给两个园区试点"}, edition=made.edition, by=cast.ting
        )
        return made.id


def test_a_proposal_is_made_with_the_template_it_was_asked_with(wiring, cast, venture):
    with wiring.database.write() as session:
        own = ventures.add_template(session, wiring.blobs, pptx(OWN), title="集团版", by=cast.ting)
        ventures.ask_deck(
            session, ventures.get(session, venture, cast.ting), template_id=own.id, by=cast.ting
        )
        edition = ventures.get(session, venture, cast.ting).edition
        assert decks.templates(session) == []
        assert [t.title for t in ventures.offered_templates(session)] == ["集团版"]
    ventures.make_deck(wiring.database, wiring.blobs, wiring.settings, venture, edition)

    with wiring.database.read() as session:
        made = ventures.deck_of(session, ventures.get(session, venture, cast.ting))
        assert (made.state, made.error, made.template_id) == ("ready", "", own.id)
        said = texts(wiring.blobs.get(made.blob_sha))
        assert said[0].startswith("联合方案")
        assert "给两个园区试点" in said[0]


def test_a_token_that_proposals_do_not_have_is_told_with_its_slide(wiring, cast):
    strange = pptx((OWN[0], ("{{ budget }}", "{{ parties[0].margin }}", "")))

    with wiring.database.write() as session, pytest.raises(HubError) as caught:
        ventures.add_template(session, wiring.blobs, strange, title="集团版", by=cast.ting)

    assert "第 2 页" in caught.value.message
    assert "{{ budget }}" in caught.value.message
    assert "parties[].margin" in caught.value.message
    assert [p["slide"] for p in caught.value.details["problems"]] == [2, 2]


def test_the_built_in_template_says_only_what_is_listed_and_all_of_it_is_said_by_a_proposal():
    ventures.check_template(ventures.BUILT_IN.read_bytes())
    found = {".".join(s.path) for s in slides.survey(ventures.BUILT_IN.read_bytes()).spots}

    assert {"title", "parties.[].pct", "data.market"} <= found


def test_sellers_upload_no_template_and_a_pitch_template_makes_no_proposal(wiring, cast, venture):
    with wiring.database.write() as session:
        with pytest.raises(NotAllowed):
            ventures.add_template(session, wiring.blobs, pptx(OWN), title="x", by=cast.lin)
        pitch = decks.propose(session, wiring.blobs, pptx(OWN[:1]), title="打单", by=cast.ting)
        decks.confirm(session, pitch, by=cast.ting)
        with pytest.raises(HubError, match="不能用于方案"):
            ventures.ask_deck(
                session, ventures.get(session, venture, cast.ting), template_id=pitch.id, by=cast.ting
            )


def test_the_choice_stays_with_the_newest_number_and_falls_back_when_it_is_gone(wiring, cast):
    with wiring.database.write() as session:
        first = ventures.add_template(session, wiring.blobs, pptx(OWN), title="集团版", by=cast.ting)
        newer = ventures.add_template(
            session, wiring.blobs, pptx(OWN[:1]), title="", instead_of=first.name, by=cast.ting
        )
        assert ventures.template_now(session, first.id) == newer.id
        decks.withdraw_template(session, newer, by=cast.ting)
        assert ventures.template_now(session, first.id) is None
