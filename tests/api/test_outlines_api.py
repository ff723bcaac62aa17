"""REST of a deck's outline: slides chosen, added and chosen anew."""

from hub import decks
from tests.api.callers import Caller
from tests.domains.deck_house import ANSWERS, add_deck, add_kit, add_template


def test_slides_are_chosen_added_and_chosen_anew_by_rest(wiring, cast):
    with wiring.database.write() as session:
        template, kit = add_template(session, wiring, cast.ting), add_kit(session, wiring, cast)
        deck = decks.start(session, template, kit, ANSWERS, by=cast.lin)
        extra = add_deck(session, wiring, cast, "质检方案", tags={"industry": ["steel"]})
        path = f"/decks/{deck.id}/outline"
    lin = Caller(wiring, cast.lin)
    whole = lin.get(path).json()["items"]
    free = [e["key"] for e in whole if not e["locked"]]

    def kept(answer):
        assert answer.status_code < 300, answer.text
        return [e["key"] for e in answer.json()["items"] if not e["dropped"] and not e["locked"]]

    assert kept(lin.put(path, json={"keys": free[1::-1]})) == free[1::-1]
    added = f"a{extra.id}.3"
    assert kept(lin.post(path, json={"asset_id": extra.id, "page": 3})) == [*free[1::-1], added]
    assert lin.put(path, json={"keys": ["gone"]}).status_code == 404
    assert lin.post(path, json={"asset_id": extra.id, "page": 999}).status_code == 404
    assert kept(lin.post(f"{path}/anew")) == free
    zhou = Caller(wiring, cast.zhou)
    assert zhou.get(path).status_code == 404
    assert zhou.put(path, json={"keys": free}).status_code == 404
