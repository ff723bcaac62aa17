"""The queues of marketers: what waits for them, is due, has no owner, or is theirs to change."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.assets.models import Asset, Version
from hub.assets.queries import visible
from hub.base import clock
from hub.base.db import together

MOST_IN_A_QUEUE = 100


def queue(
    session: Session, by: accounts.Actor, name: str, *, words: str = "", limit: int = MOST_IN_A_QUEUE
) -> list[int]:
    """Ids of a marketer's queue: "review" (waits for this actor), "due", "stale", "drafts", "no_owner" or "all" (what
    this actor may edit, last changed first, narrowed by `words` of the title).
    """
    if name == "all":
        return _editable(session, by, words, limit)
    query = _queue(by, name).order_by(col(Asset.review_on), col(Asset.id)).limit(limit)
    return [i for i in session.exec(query).all() if i is not None]


def waiting(by: accounts.Actor, names: Iterable[str]) -> dict[str, ColumnElement[bool]]:
    """Whether there is anything in these queues, as parts of one question; see `base.db.together`."""
    return {name: _queue(by, name).exists() for name in names}


def queue_sizes(session: Session, by: accounts.Actor, names: tuple[str, ...]) -> dict[str, int]:
    """How many each of these queues shows; one question."""
    return together(session, _sizes, by, names, clock.today())


def _sizes(by: accounts.Actor, names: tuple[str, ...], _today: date) -> dict[str, Any]:
    shown = {name: _queue(by, name).limit(MOST_IN_A_QUEUE).subquery() for name in names}
    return {n: select(func.count()).select_from(listed).scalar_subquery() for n, listed in shown.items()}


def _queue(by: accounts.Actor, name: str) -> Any:
    today = clock.today()
    query = select(Asset.id).where(visible(by))
    if name == "review":
        asked = select(Version.asset_id).where(
            Version.state == "in_review", col(Version.uploaded_by_id) != by.id
        )
        return query.where(col(Asset.id).in_(asked), accounts.readable("draft", Asset.id, by))
    if name == "drafts":
        mine = select(Version.asset_id).where(Version.state == "draft", Version.uploaded_by_id == by.id)
        return query.where(col(Asset.id).in_(mine))
    if name == "no_owner":
        return query.where(col(Asset.owner_id).is_(None))
    query = query.where(Asset.owner_id == by.id, col(Asset.on_offer_id).is_not(None))
    if name == "stale":
        return query.where(col(Asset.review_on) < today)
    return query.where(col(Asset.review_on) >= today, col(Asset.review_on) <= today + timedelta(days=21))


def _editable(session: Session, by: accounts.Actor, words: str, limit: int) -> list[int]:
    query = select(Asset.id).where(visible(by)).order_by(col(Asset.updated_at).desc(), col(Asset.id).desc())
    if not by.may("asset.edit_any"):
        query = query.where(Asset.owner_id == by.id)
    if words.strip():
        query = query.where(col(Asset.title).icontains(words.strip(), autoescape=True))
    return [i for i in session.exec(query.limit(limit)).all() if i is not None]
