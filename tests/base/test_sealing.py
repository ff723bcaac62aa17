"""Sealed secrets: read back with the key, by nobody without it, and not when altered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.base.errors import HubError
from hub.base.sealing import seal, unseal


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.text("abc", min_size=1, max_size=60)
)
def test_what_is_sealed_is_read_back_and_does_not_show(text, key):
    sealed = seal(text, key=key, purpose="test")

    assert unseal(sealed, key=key, purpose="test") == text
    assert len(text) < 4 or text not in sealed


def test_sealing_twice_looks_different():
    assert seal("口令", key="k", purpose="p") != seal("口令", key="k", purpose="p")


@pytest.mark.parametrize(("key", "purpose"), [("other", "p"), ("k", "other")])
def test_another_key_or_purpose_reads_nothing(key, purpose):
    with pytest.raises(HubError):
        unseal(seal("口令", key="k", purpose="p"), key=key, purpose=purpose)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-6] + "AAAA" + s[-2:], lambda s: s[:9], lambda _s: "plain", lambda s: s[3:]]
)
def test_what_was_altered_is_refused(spoil):
    with pytest.raises(HubError):
        unseal(spoil(seal("a longer secret of many words", key="k", purpose="p")), key="k", purpose="p")
