"""Parts of pages that are kept by what they show: a row of a list, a card, the switches of the frame.

A template says `{{ kept("requirements/parts.html", "row", r) }}`: the macro `row` of that file with these values, or
what it made of equal values before. So whoever is shown the same gets the same, and nobody is shown what is not in
their own values. The macro sees nothing but its values, which are frozen dataclasses, texts and numbers, and the
language: no clock, no request, no person. Nothing becomes stale, as another value is another part.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hub.base.i18n import current

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

MOST_KEPT = 6_000  # parts of a kilobyte or two


def keeper(environment: "Environment") -> Callable[..., "Markup"]:
    """`kept` for the templates of this environment."""

    def make(template: str, macro: str, shown: tuple[Any, ...]) -> "Markup":
        part: Markup = getattr(environment.get_template(template).module, macro)(*shown)
        return part

    @lru_cache(maxsize=MOST_KEPT)
    def made(_language: str, template: str, macro: str, shown: tuple[Hashable, ...]) -> "Markup":
        return make(template, macro, shown)

    def kept(template: str, macro: str, *shown: Hashable) -> "Markup":
        try:
            return made(current(), template, macro, shown)
        except TypeError:
            # A list or a mapping among the values is no key: made anew; any other fault shows again.
            return make(template, macro, shown)

    return kept
