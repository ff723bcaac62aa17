"""What is hidden from somebody, of all things of a kind: few are, so that most people have the same answer."""

from typing import Any

from sqlalchemy import Select, literal, union_all
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from hub.accounts.models import Reader
from hub.accounts.rules import ADMIN, EVERYONE, Actor
from hub.base import stamps

TOGETHER = (("requirement", "customer"), ("asset", "toolkit"))
"""The kinds of things whose hidden ones the same pages ask for: read in one question."""


def hidden(session: Session, thing: str, by: Actor) -> frozenset[int]:
    """Ids of what this actor may not read of this kind of thing, but for what nobody may: that has no readers. One
    question after a change of readers, for everybody together.
    """
    if ADMIN in by.tokens:
        return frozenset()
    things = next(some for some in TOGETHER if thing in some)
    guarded = stamps.kept(session, ("reader",), ("guarded", things), lambda: _guarded(session, things))
    return frozenset(i for i, tokens in guarded[thing].items() if not tokens & by.tokens)


def tokens_in_use(session: Session, things: tuple[str, ...]) -> frozenset[str]:
    """The tokens that open anything of these kinds: who has the same of them may read the same of it."""
    asked = select_columns(col(Reader.token)).where(col(Reader.thing).in_(things)).distinct()
    return stamps.kept(
        session, ("reader",), ("tokens", things), lambda: frozenset(session.execute(asked).scalars())
    )


def not_for_all(thing: str) -> Select[Any]:
    """Ids of the things of this kind that are not open to everybody, as a part of a question."""
    open_to_all = select_columns(col(Reader.thing_id)).where(
        col(Reader.thing) == thing, col(Reader.token) == EVERYONE
    )
    return select_columns(col(Reader.thing_id)).where(
        col(Reader.thing) == thing, col(Reader.thing_id).not_in(open_to_all)
    )


def _guarded(session: Session, things: tuple[str, ...]) -> dict[str, dict[int, frozenset[str]]]:
    """Of these kinds of things, those that are not open to everybody, with the tokens that open them."""
    found: dict[str, dict[int, set[str]]] = {thing: {} for thing in things}
    asked = (not_for_all(thing).add_columns(col(Reader.token), literal(thing)) for thing in things)
    for number, token, thing in session.execute(union_all(*asked)):
        found[thing].setdefault(number, set()).add(token)
    return {
        thing: {n: frozenset(tokens) for n, tokens in of_kind.items()} for thing, of_kind in found.items()
    }
