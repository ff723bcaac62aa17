"""Suggestions while typing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search import EVERYTHING, MemoryEngine, Rights, suggest
from tests.search.engines import filled

ALL: Rights = frozenset({"all"})
NAMES = ("能碳管理", "物联中台", "智慧园区", "高客单型", "快单型", "SaaS 订阅")


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    return filled(MemoryEngine(), NAMES)


def texts(engine: MemoryEngine, typed: str, rights: Rights = ALL) -> list[str]:
    return [one.text for one in suggest(engine, typed, rights=rights, names=NAMES)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("能碳", "能碳管理"),
        ("nengtan", "能碳管理"),
        ("ntg", "能碳管理"),
        ("neng tan", "能碳管理"),
        ("碳管", "能碳管理"),
        ("wlzt", "物联中台"),
        ("智慧圆区", "智慧园区"),
        ("op", "openapi"),
        ("sa", "SaaS 订阅"),
        ("智慧园", "智慧园区"),
        ("客户案", "客户案例"),
        ("binjiang", "滨江"),
    ],
)
def test_what_is_meant_is_among_the_first_five(engine: MemoryEngine, typed: str, wanted: str) -> None:
    assert wanted in texts(engine, typed)[:5]


def test_titles_are_suggested_as_written_with_their_document(engine: MemoryEngine) -> None:
    found = [one for one in suggest(engine, "巡检", rights=ALL) if one.kind == "title"]
    assert [(one.text, one.document) for one in found] == [("門店巡檢 快單型 報價", "asset:4")]


def test_what_one_may_not_see_is_not_suggested(engine: MemoryEngine) -> None:
    for typed in ("某保密", "保密客户", "baomi", "bmkh"):
        assert not any("保密" in text for text in texts(engine, typed))
        assert any("保密" in text for text in texts(engine, typed, EVERYTHING))


def test_no_rights_are_suggested_only_the_given_names(engine: MemoryEngine) -> None:
    assert set(texts(engine, "能", frozenset())) <= set(NAMES)


def test_never_more_than_asked_for_and_nothing_twice(engine: MemoryEngine) -> None:
    found = suggest(engine, "能", rights=EVERYTHING, names=NAMES, limit=3)
    assert len(found) <= 3
    assert len({(one.kind, one.text) for one in found}) == len(found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_an_answer(engine: MemoryEngine, typed: str) -> None:
    assert len(suggest(engine, typed, rights=ALL, names=NAMES)) <= 8
