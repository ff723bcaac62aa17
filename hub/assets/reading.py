"""Read and confirm: asking a role or a team to read an asset, who has, and what waits for somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from hub import accounts, activity, notices
from hub.assets import queries
from hub.assets.models import Asset, ReadAsked, ReadRequest
from hub.base import clock, stamps
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _

MOST = 1000


@dataclass(frozen=True)
class Asked:
    """A request to read, as its asker sees it: who has confirmed, and who has not."""

    id: int
    note: str
    due_on: date | None
    by: str
    since: datetime
    confirmed: tuple[tuple[str, datetime], ...]
    waiting: tuple[str, ...]
    ended: bool


@dataclass(frozen=True)
class ToRead:
    """What somebody is asked to read."""

    request_id: int
    asset_id: int
    note: str
    due_on: date | None
    by: str
    since: datetime


def ask_to_read(
    session: Session,
    asset: Asset,
    *,
    roles: Sequence[str] = (),
    teams: Sequence[int] = (),
    note: str = "",
    due_on: date | None = None,
    by: accounts.Actor,
) -> ReadRequest:
    """Ask everybody of these roles and teams who may open the asset to read it; they are told and see it on the front
    page. HubError when that is nobody.
    """
    if not queries.may_edit(asset, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能请人读这份素材。"))
    if asset.on_offer_id is None:
        raise Conflict(_("这份素材还没在用，批准之后再请人读。"))
    if not roles and not teams:
        raise HubError(_("请选请谁读：一个角色，或一个团队。"))
    people = _who(session, asset, roles, teams) - {by.id or 0}
    if not people:
        raise HubError(_("选中的角色和团队里没有能打开这份素材的人。"))
    made = ReadRequest(
        asset_id=asset.id or 0, note=note.strip()[:300], due_on=due_on, by_id=by.id, created_at=clock.now()
    )
    session.add(made)
    session.flush()
    for person_id in sorted(people)[:MOST]:
        session.add(ReadAsked(request_id=made.id or 0, person_id=person_id))
    session.flush()
    notices.tell(
        session, people, event=f"read:{made.id}", key="read_asked", url=f"/assets/{asset.id}",
        who=by.name, title=asset.title,
    )  # fmt: skip
    activity.record(session, "ask_to_read", "asset", asset.id, by=by.id, people=len(people))
    return made


def _who(session: Session, asset: Asset, roles: Sequence[str], teams: Sequence[int]) -> set[int]:
    people = {p.id or 0 for role in roles for p in accounts.with_role(session, role)}
    members = accounts.members(session)
    people |= {person_id for team in teams for person_id in members.get(team, [])}
    readers = accounts.readers(session, "asset", [asset.id or 0]).get(asset.id or 0, frozenset())
    actors = accounts.actors(session, people)
    return {i for i, a in actors.items() if a.is_admin or readers & a.tokens}


def confirm_read(session: Session, asset: Asset, *, by: accounts.Actor) -> int:
    """The actor has read the version on offer: every open request to them for the asset is answered; returns how
    many. NotFound when nobody asked them.
    """
    query = (
        select(ReadAsked)
        .join(ReadRequest, col(ReadRequest.id) == col(ReadAsked.request_id))
        .where(ReadRequest.asset_id == asset.id, ReadAsked.person_id == by.id)
    )
    found = session.exec(query).all()
    if not found:
        raise NotFound(_("没有人请您读这份素材。"))
    waiting = [f for f in found if f.confirmed_at is None]
    for row in waiting:
        row.confirmed_at, row.version_id = clock.now(), asset.on_offer_id
        session.add(row)
    if waiting:
        activity.record(session, "confirm_read", "asset", asset.id, by=by.id)
    return len(waiting)


def end_reading(session: Session, asset: Asset, request_id: int, *, by: accounts.Actor) -> None:
    """Ask no longer; who has confirmed stays on record."""
    found = session.get(ReadRequest, request_id)
    if found is None or found.asset_id != asset.id or not queries.may_edit(asset, by):
        raise NotFound(_("没有这次阅读确认。"))
    found.ended_at = found.ended_at or clock.now()
    session.add(found)
    activity.record(session, "end_reading", "asset", asset.id, by=by.id)


def reading_waits(by: accounts.Actor, asset_id: Any = None) -> ColumnElement[bool]:
    """Whether there is anything to read for this person, or just this asset, as part of a question; see
    `base.db.together`.
    """
    waits = _to_read(by)
    return (waits if asset_id is None else waits.where(ReadRequest.asset_id == asset_id)).exists()  # type: ignore[no-any-return]


def _to_read(by: accounts.Actor) -> Any:
    return (
        select(ReadRequest)
        .join(ReadAsked, col(ReadAsked.request_id) == col(ReadRequest.id))
        .join(Asset, col(Asset.id) == col(ReadRequest.asset_id))
        .where(ReadAsked.person_id == by.id, col(ReadAsked.confirmed_at).is_(None))
        .where(col(ReadRequest.ended_at).is_(None), col(Asset.on_offer_id).is_not(None), queries.visible(by))
    )


def to_read(session: Session, by: accounts.Actor, *, asset_id: int | None = None) -> list[ToRead]:
    """What waits to be read by this person and they may open, the most urgent first."""
    tables, place = ("read_request", "read_asked", "asset", "reader", "person"), ("to read", by, asset_id)
    return list(stamps.kept(session, tables, place, lambda: _read_waiting(session, by, asset_id)))


def _read_waiting(session: Session, by: accounts.Actor, asset_id: int | None) -> list[ToRead]:
    query = _to_read(by).order_by(
        col(ReadRequest.due_on).asc().nulls_last(), col(ReadRequest.created_at), col(ReadRequest.id)
    )
    if asset_id is not None:
        query = query.where(ReadRequest.asset_id == asset_id)
    rows = session.exec(query.limit(50)).all()
    names = accounts.names(session, [r.by_id for r in rows])
    made: dict[int, ToRead] = {}
    for r in rows:
        name = names.get(r.by_id or 0, "")
        made.setdefault(r.asset_id, ToRead(r.id or 0, r.asset_id, r.note, r.due_on, name, r.created_at))
    return list(made.values())


def readings(session: Session, asset: Asset, by: accounts.Actor) -> list[Asked]:
    """The requests to read an asset, the newest first; for those who may edit it, nobody else."""
    if not queries.may_edit(asset, by):
        return []
    query = select(ReadRequest).where(ReadRequest.asset_id == asset.id)
    found = session.exec(query.order_by(col(ReadRequest.created_at).desc(), col(ReadRequest.id).desc())).all()
    rows = _rows(session, [r.id or 0 for r in found])
    every = [row.person_id for mine in rows.values() for row in mine]
    names = accounts.names(session, [*every, *(r.by_id for r in found)])
    active = set(accounts.actors(session, every))
    return [_asked(r, rows.get(r.id or 0, []), names, active) for r in found]


def _rows(session: Session, ids: Iterable[int]) -> dict[int, list[ReadAsked]]:
    found: dict[int, list[ReadAsked]] = {}
    for row in session.exec(select(ReadAsked).where(col(ReadAsked.request_id).in_(list(ids)))):
        found.setdefault(row.request_id, []).append(row)
    return found


def _asked(request: ReadRequest, rows: Sequence[ReadAsked], names: dict[int, str], active: set[int]) -> Asked:
    done = [r for r in rows if r.confirmed_at is not None]
    left = [r for r in rows if r.confirmed_at is None and r.person_id in active]
    return Asked(
        id=request.id or 0,
        note=request.note,
        due_on=request.due_on,
        by=names.get(request.by_id or 0, ""),
        since=request.created_at,
        confirmed=tuple(
            (names.get(r.person_id, ""), r.confirmed_at) for r in done if r.confirmed_at is not None
        ),
        waiting=tuple(sorted(names.get(r.person_id, "") for r in left)),
        ended=request.ended_at is not None,
    )
