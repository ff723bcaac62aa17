"""What the environment may say about the order of hits."""

import pytest

from hub.base.errors import HubError
from hub.base.settings import SearchWeights, Settings
from hub.search import FIELD_WEIGHTS


def test_weights_are_json_and_what_is_left_out_stays(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_SEARCH_WEIGHTS", '{"used": 0.5}')

    weights = Settings.load(home=tmp_path).search_weights

    assert (weights.used, weights.title) == (0.5, 1.25)


def test_the_weights_of_fields_are_those_of_search_unless_said_otherwise(monkeypatch, tmp_path):
    assert SearchWeights().fields.model_dump() == FIELD_WEIGHTS
    monkeypatch.setenv("HUB_SEARCH_WEIGHTS", '{"fields": {"notes": 0.25}}')

    fields = Settings.load(home=tmp_path).search_weights.fields.model_dump()

    assert fields == {**FIELD_WEIGHTS, "notes": 0.25}


@pytest.mark.parametrize(
    "said",
    ["used", '{"usd": 0.5}', '{"used": -1}', "[1]", '{"fields": {"body": 0.3}}', '{"fields": {"cells": 1}}'],
)
def test_weights_nobody_can_mean_are_refused_by_name(monkeypatch, tmp_path, said):
    monkeypatch.setenv("HUB_SEARCH_WEIGHTS", said)

    with pytest.raises(HubError, match="HUB_SEARCH_WEIGHTS"):
        Settings.load(home=tmp_path)
