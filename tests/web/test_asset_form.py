"""The form of an asset: what it does not show, it must not change."""

from hub import accounts, assets, taxonomy
from tests.cast import on_offer


def saved(browser, asset: assets.Asset, **more: object):
    form = {
        "title": asset.title,
        "kind": asset.kind,
        "audience": asset.audience,
        "edition": asset.edition,
        **more,
    }
    return browser.post(f"/assets/{asset.id}/edit", data=form)


def test_saving_keeps_a_restriction_to_people_that_the_form_does_not_show(wiring, client, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "只给李看", restricted_to=([], [cast.li.id]))

    assert "已保存" in saved(client(cast.ting), asset).text

    with wiring.database.read() as session:
        assert accounts.restriction(session, "asset", asset.id) == {f"person:{cast.li.id}"}
        assert not accounts.may_read(session, "asset", asset.id, cast.zhou)


def test_saving_keeps_a_product_that_its_editor_may_not_know(wiring, client, cast):
    with wiring.database.write() as session:
        product = taxonomy.ProductFields(
            "未发布产品", tier="enterprise", restricted=True, people=(cast.li.id,)
        )
        key = taxonomy.save_product(session, "", product, by=cast.ada).key
        asset = on_offer(session, cast, "新品方案", tags={"product": [key]})
    browser = client(cast.ting)

    assert "未发布产品" not in browser.get(f"/assets/{asset.id}/edit").text
    saved(browser, asset, product="energy")

    with wiring.database.read() as session:
        assert assets.tags(session, [asset.id])[asset.id]["product"] == ["energy", key]
        assert not accounts.may_read(session, "asset", asset.id, cast.zhou)


def test_digits_that_are_no_numbers_and_teams_that_are_gone_are_told_in_words(wiring, client, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
    browser = client(cast.ting)

    assert saved(browser, asset, owner="²", teams="²").status_code == 200
    with wiring.database.read() as session:
        asset = assets.get(session, asset.id, cast.ting)
    assert saved(browser, asset, teams="999").status_code == 409


def test_the_form_of_an_asset_shows_no_version_of_another(wiring, client, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        other = on_offer(session, cast, "另一份")
    browser = client(cast.ting)

    assert browser.get(f"/assets/{asset.id}/edit?version={asset.on_offer_id}").status_code == 200
    assert browser.get(f"/assets/{asset.id}/edit?version={other.on_offer_id}").status_code == 404


def test_what_a_file_says_beyond_our_fields_is_folded_away_with_a_line_for_each_part(wiring, client, cast):
    with wiring.database.write() as session:
        extra = {"figures": {"energy.carbon.factors": 312, "parks": 5}}
        asset = on_offer(session, cast, extra=extra)

    page = client(cast.lin).get(f"/assets/{asset.id}").text
    folded = page[page.index("更多字段") :]

    assert "figures" not in page[: page.index("更多字段")]
    assert "energy.carbon.factors: 312\nparks: 5" in folded
