"""Words in the language of the reader.

The source language is Chinese: a phrase stands in code and templates as it reads in zh-CN, and its English is
in `hub/locale/en/LC_MESSAGES/*.po` (read once at the first use, nothing is compiled). A phrase without a
translation is shown in Chinese; `tests/test_languages.py` sees to it that there is none.

Words used here: a *phrase* is the Chinese text with `%(name)s` for values, which is also its key; the
*current language* belongs to the running request or job and is set with `speaking()`.
"""

from __future__ import annotations

import gettext as _gettext
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = "zh-CN"
LANGUAGES = (SOURCE, "en")
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"

_current: ContextVar[str] = ContextVar("hub_language", default=SOURCE)


class Phrases:
    """All translations of one language: phrase -> its forms (one form, or one per plural)."""

    def __init__(self, forms: dict[str, tuple[str, ...]], plural: Callable[[int], int]) -> None:
        self.forms = forms
        self.plural = plural

    def one(self, phrase: str) -> str:
        return self.forms.get(phrase, (phrase,))[0]

    def counted(self, phrase: str, n: int) -> str:
        """The form of `phrase` for `n` things; the last form there is when a plural is not translated
        apart.
        """
        forms = self.forms.get(phrase, (phrase,))
        return forms[min(self.plural(n), len(forms) - 1)]


def current() -> str:
    """The current language, one of LANGUAGES."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make `language` current inside the block; an unknown language becomes Chinese."""
    token = _current.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _current.reset(token)


def speak(language: str) -> None:
    """Make `language` current from here on, for the rest of this request or job."""
    _current.set(language if language in LANGUAGES else SOURCE)


@cache
def phrases(language: str) -> Phrases:
    """The phrases of `language` from every .po file in its folder; none for the source language."""
    from babel.messages.pofile import read_po

    forms: dict[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] = lambda _n: 0  # noqa: E731 - Chinese counts everything alike
    for path in sorted((LOCALE_DIR / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        plural = _gettext.c2py(catalog.plural_expr)
        for message in catalog:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
            if key and all(found):
                forms[key] = found
    return Phrases(forms, plural)


def _(phrase: str, **values: object) -> str:
    """The phrase in the current language, `%(name)s` filled from `values` (left as it stands without
    values).
    """
    text = phrases(current()).one(phrase)
    return text % values if values else text


def n_(phrase: str, n: int, **values: object) -> str:
    """The phrase for `n` things in the current language; `%(n)s` is the number as it is read (12,345)."""
    return phrases(current()).counted(phrase, n) % {"n": f"{n:,}", **values}


class Lazy:
    """A phrase that is put into the current language only when it is read: for labels made at import."""

    __slots__ = ("phrase", "values")

    def __init__(self, phrase: str, values: dict[str, object]) -> None:
        self.phrase = phrase
        self.values = values

    def __str__(self) -> str:
        values = dict(self.values)
        if isinstance(n := values.pop("n", None), int):
            return n_(self.phrase, n, **values)
        return _(self.phrase, **self.values)

    def __repr__(self) -> str:
        return f"lazy({self.phrase!r})"

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Lazy | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.phrase)

    def __mod__(self, other: Any) -> str:
        text: str = str(self) % other
        return text


def lazy(phrase: str, **values: object) -> Lazy:
    """`_()` for later, or `n_()` where `n` is given: a label in a module or class body. `n=2` names several."""
    return Lazy(phrase, values)
