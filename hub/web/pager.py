"""Turning pages of a long list: which numbers to offer and where they lead. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

AROUND = 2  # numbers offered on each side of the current one


@dataclass(frozen=True)
class PageLink:
    number: int
    url: str


@dataclass(frozen=True)
class Pager:
    """The pages of one list. A None among `links` is a gap; `before` and `after` are None at the ends."""

    number: int
    count: int
    links: tuple[PageLink | None, ...]
    before: str | None
    after: str | None


def pager(total: int, number: int, per_page: int, url: Callable[[int], str]) -> Pager:
    """The pages of `total` things; `number` starts at 1 and is brought into range; `url` gives a page's
    address.
    """
    count = max(1, -(-total // per_page))
    number = min(max(1, number), count)
    near = {n for n in range(number - AROUND, number + AROUND + 1) if 1 <= n <= count} | {1, count}
    links: list[PageLink | None] = []
    last = 0
    for n in sorted(near):
        if n - last > 1:
            links.append(None)
        links.append(PageLink(n, url(n)))
        last = n
    return Pager(
        number,
        count,
        tuple(links),
        url(number - 1) if number > 1 else None,
        url(number + 1) if number < count else None,
    )
