"""Text becomes the same terms in documents and in questions, and each remembers where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.search import Analysis, analysis_version
from hub.search.analysis import normalize
from hub.search.pinyin import syllables

ANALYSIS = Analysis(("能碳管理", "物联中台", "SaaS"))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("解决方案", {"解决", "方案", "解决方案"}),
        ("門店巡檢", {"门店", "巡检"}),
        ("ＯｐｅｎＡＰＩ", {"openapi"}),
        ("V3.2", {"v3.2", "3.2"}),
        ("2,000万元", {"2000", "2000万"}),
        ("18%", {"18", "18%"}),
        ("Wi-Fi", {"wifi", "wi", "fi"}),
        ("QV-3000X", {"qv3000x", "qv", "3000x"}),
        ("C++ 和 C#", {"c++", "c#"}),
        ("㎡", {"m2"}),
        ("能碳管理平台", {"能碳管理", "管理", "平台"}),
    ],
)
def test_terms_are_what_people_look_for(text: str, terms: set[str]) -> None:
    assert terms <= set(ANALYSIS.terms(text))


def test_a_version_and_a_model_code_are_not_taken_apart_into_letters() -> None:
    assert set(ANALYSIS.terms("V3.2")) == {"v3.2", "3.2"}
    assert ANALYSIS.terms("qv3000x") == ["qv3000x"]


def test_another_dictionary_is_another_version() -> None:
    assert ANALYSIS.version == analysis_version(("物联中台", "能碳管理"))
    assert ANALYSIS.version != Analysis(("物联中台",)).version
    assert ANALYSIS.words == ("物联中台", "能碳管理")


@given(st.text(max_size=60))
def test_offsets_lead_back_into_the_original(text: str) -> None:
    normal = normalize(text)
    edges = [normal.origin(place, place + 1) for place in range(len(normal.text))]
    assert all(0 <= start <= end <= len(text) for start, end in edges)
    assert [start for start, _ in edges] == sorted(start for start, _ in edges)


@given(st.text(alphabet="能碳管理解决方案客户a1.-,V㎡é 門é", max_size=40))
def test_counting_for_the_index_finds_what_a_question_finds(text: str) -> None:
    normal = normalize(text).text
    terms, characters = ANALYSIS.counted(normal)
    tokens = ANALYSIS.tokens(normal)
    assert sorted(terms) == sorted(token.text for token in tokens)
    assert "".join(characters) == "".join(token.text for token in tokens if token.whole)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text).text
    assert [token.text for token in ANALYSIS.tokens(normalize(once).text)] == [
        token.text for token in ANALYSIS.tokens(once)
    ]


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("银行", ("yin", "hang")),
        ("行业", ("hang", "ye")),
        ("重庆", ("chong", "qing")),
        ("绿色", ("lv", "se")),
        ("能碳", ("neng", "tan")),
        ("V3", ("V", "3")),
    ],
)
def test_words_are_read_as_they_are_said(word: str, read: tuple[str, ...]) -> None:
    assert syllables(word) == read
