"""Whether what a notice is about is still there for its reader: asked again when the notice leaves the house."""

import re
from collections.abc import Callable

from sqlmodel import Session

from hub import accounts, assets, decks, facts, requirements, sharing, tasks, ventures
from hub.base.errors import HubError
from hub.notices import Notice

_PLACE = re.compile(r"/(\w+)/([\w.-]+)")
LOOKS: dict[str, Callable[[Session, str, accounts.Actor], object]] = {
    "assets": lambda session, key, by: assets.get(session, int(key), by),
    "facts": lambda session, key, by: facts.get(session, int(key), by),
    "decks": lambda session, key, by: decks.get(session, int(key), by),
    "requests": lambda session, key, by: requirements.get_request(session, int(key), by),
    "requirements": requirements.get,
    "shares": lambda session, key, by: sharing.get(session, int(key), by),
    "ventures": lambda session, key, by: ventures.get(session, int(key), by),
    "tasks": lambda session, key, by: tasks.get(session, int(key), by),
}


def opens(session: Session, reader: accounts.Actor, notice: Notice) -> bool:
    """True when the reader may open what the notice leads to; a notice that leads to no one thing is theirs alone."""
    place = _PLACE.match(notice.url)
    if place is None or place[1] not in LOOKS:
        return True
    try:
        LOOKS[place[1]](session, place[2], reader)
    except (HubError, ValueError):
        return False
    return True
