"""The tabs over a list: each leads to the same page with another part of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """One of them; `count` is how many things wait behind it, None where nobody counts."""

    label: str
    url: str
    count: int | None
    on: bool
