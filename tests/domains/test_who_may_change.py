"""A role alone changes nothing that its bearer may not read, whichever way they come."""

from dataclasses import replace

import pytest

from hub import accounts, assets, requirements, taxonomy, toolkits
from hub.base.errors import HubError, NotFound
from tests.cast import on_offer


def test_an_editor_who_may_not_read_a_kit_does_not_change_it(wiring, cast):
    with wiring.database.write() as session:
        north = accounts.team_by_key(session, "north")
        on_offer(session, cast)
        fields = toolkits.Fields(title="北区", product="energy", rules=[{"product": "energy"}])
        kit = toolkits.create(session, fields, by=cast.ting)
        closed = toolkits.Fields(title="北区", restricted_to=([north.id], []))
        toolkits.edit(session, kit, closed, edition=kit.edition, by=cast.ting)
        for change in (
            lambda: toolkits.edit(session, kit, fields, edition=kit.edition, by=cast.min),
            lambda: toolkits.pin(session, kit, 1, by=cast.min),
            lambda: toolkits.publish(session, kit, by=cast.min),
            lambda: toolkits.trash(session, kit, by=cast.min),
        ):
            with pytest.raises(NotFound):
                change()
        toolkits.publish(session, kit, by=cast.ting)


def test_a_marketer_who_may_not_read_an_asset_does_not_change_it(wiring, cast):
    with wiring.database.write() as session:
        north = accounts.team_by_key(session, "north")
        # energy has an approver of its own, so that other marketers are no reviewers of it
        accounts.set_approver(session, accounts.person(session, cast.min.id), ["energy"], by=accounts.SYSTEM)
        approver = accounts.actor(session, accounts.person(session, cast.min.id))
        hidden = on_offer(session, replace(cast, min=approver), "只给北区", restricted_to=([north.id], []))
        stranger = accounts.actor(
            session,
            accounts.add_person(
                session, email="x@test.example", name="新人", roles=["product_marketer"], by=accounts.SYSTEM
            ),
        )
        with pytest.raises(NotFound):
            assets.add_version(session, hidden, assets.Content(text="# x"), by=stranger)
        with pytest.raises(NotFound):
            assets.trash(session, hidden, by=stranger)


def test_a_requirement_is_not_filed_under_a_product_its_author_may_not_know(wiring, cast):
    with wiring.database.write() as session:
        secret = taxonomy.product(session, "lite")
        secret.restricted = True
        session.add(secret)
        taxonomy.changed(session)
        with pytest.raises(HubError, match="没有这个产品"):
            requirements.create(session, requirements.Fields(title="探路", product="lite"), by=cast.jun)
        made = requirements.create(session, requirements.Fields(title="归它", product="lite"), by=cast.ada)
        assert made.product == "lite"


def test_a_technical_expert_files_a_request_of_a_customer_nobody_has_met(wiring, cast):
    with wiring.database.write() as session:
        wish = requirements.Wish(customer="新客户有限公司", quote="接口太慢。")
        asked = requirements.ask(session, wish, by=cast.li)
        assert asked.customer_id
