"""Merge, split and cancel: edits of links that can be undone. No link is deleted; an ended one says what ended it.

Merging moves every request of one requirement to another; a merged one stands still and nothing is merged into it,
so that there are no chains. Splitting moves some requests (or a part of what they ask) to a new requirement. Cancelling
takes one request off everything. Undoing gives back what this regrouping moved and leaves what came later where it is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.actions import Fields, create, must_manage, must_stand, touch
from hub.requirements.asking import may_settle, tell_what_is_known
from hub.requirements.models import Obligation, Regrouping, Request, RequestLink, Requirement

LONGEST_REASON = 500
MOST_ANCESTORS = 100


def merge(
    session: Session,
    source: Requirement,
    target: Requirement,
    *,
    reason: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> Regrouping:
    """All requests of `source` go over to `target`; merging the same two again changes nothing. Whoever asked for
    either is told; when the target is decided or out, those who come hear that at once.
    """
    must_manage(session, source, by)
    must_manage(session, target, by)
    _lock(session, source, target)
    standing = standing_merge(session, source)
    if standing is not None and standing.to_id == target.id:
        return standing
    _must_merge(session, source, target)
    at = at or clock.now()
    moved = _begin(session, "merge", source, target, reason, by, at)
    moving = links_of(session, source)
    _carry(session, moved, moving, target, at)
    moved.overtook = _overtake(session, source, [k.request_id for k in moving], at)
    source.merged_into_id = target.id
    session.add_all([source, moved])
    _finish(session, moved, "merge", source, target, by, at)
    jobs.later(session, "requirement.regrouped", key=f"regrouping:{moved.id}", regrouping_id=moved.id)
    tell_what_is_known(session, target, newly_at(session, moved))
    return moved


def _lock(session: Session, *both: Requirement) -> None:
    """PostgreSQL: two people who regroup the same pair at once come one after the other, and read the first's work."""
    if len({r.id for r in both}) < len(both):
        raise HubError(_("不能把一条需求并到它自己，也不能从自己拆给自己。请选另一条。"))
    ids = sorted(r.id or 0 for r in both)
    session.flush()
    query = select(Requirement).where(col(Requirement.id).in_(ids)).order_by(col(Requirement.id))
    session.exec(query.with_for_update().execution_options(populate_existing=True)).all()


def standing_merge(session: Session, source: Requirement) -> Regrouping | None:
    """The merge in force that took this requirement away; None where there is none."""
    query = select(Regrouping).where(
        Regrouping.from_id == source.id, Regrouping.kind == "merge", col(Regrouping.undone_at).is_(None)
    )
    return session.exec(query).first()


def _must_merge(session: Session, source: Requirement, target: Requirement) -> None:
    """Raise Conflict for a merge that would make a chain or hide what is out. Says nothing of third requirements."""
    if source.merged_into_id is not None:
        raise Conflict(_("%(key)s 已经并到另一条里了。先撤销那次合并，再并过来。") % {"key": source.key})
    if target.merged_into_id is not None:
        raise Conflict(_("%(key)s 自己已经合并掉了，请并到它并入的那一条。") % {"key": target.key})
    if absorbed_count(session, source):
        raise Conflict(
            _("%(key)s 里已经并进过别的需求。请反过来并，或先撤销那次合并。") % {"key": source.key}
        )
    if source.state in {*rules.OUT, "reopened", "retired"}:
        raise Conflict(_("%(key)s 已经发布过，不能并掉。请反过来，把另一条并进它。") % {"key": source.key})
    if target.state == "retired":
        raise Conflict(_("%(key)s 已经下线，不能再并进去。") % {"key": target.key})


def absorbed_count(session: Session, requirement: Requirement) -> int:
    """How many requirements are merged into this one."""
    query = select(Requirement.id).where(Requirement.merged_into_id == requirement.id)
    return len(session.exec(query).all())


def split(
    session: Session,
    source: Requirement,
    request_ids: Iterable[int],
    *,
    title: str = "",
    into: Requirement | None = None,
    part: str = "",
    stays: bool = False,
    by: accounts.Actor,
    at: datetime | None = None,
) -> Regrouping:
    """These requests go to a new requirement called `title` (or to `into`), which covers `part` of them. With `stays`
    the source covers the rest of them still. Nobody is told of a split: who asked hears when their part is decided.
    """
    must_manage(session, source, by)
    must_stand(source)
    moving = _chosen(session, source, request_ids, by)
    if not stays and source.state in {*rules.OUT, "retired"}:
        raise Conflict(_("已经发布的部分要留在原需求上。请勾上“原需求继续覆盖其余部分”。"))
    at = at or clock.now()
    target = _target(session, source, title, into, by, at)
    moved = _begin(session, "split", source, target, "", by, at)
    moved.made = into is None
    if stays:
        _cover_too(session, moved, moving, target, part, at)
    else:
        _carry(session, moved, moving, target, at, part=part)
        moved.overtook = _overtake(session, source, [k.request_id for k in moving], at)
    session.add(moved)
    _finish(session, moved, "split", source, target, by, at)
    tell_what_is_known(session, target, newly_at(session, moved))
    return moved


def _chosen(
    session: Session, source: Requirement, request_ids: Iterable[int], by: accounts.Actor
) -> list[RequestLink]:
    wanted = set(request_ids)
    if not wanted:
        raise HubError(_("请至少选一条诉求拆出去。"))
    for number in wanted:
        queries.get_request(session, number, by)
    found = [k for k in links_of(session, source) if k.request_id in wanted]
    if {k.request_id for k in found} != wanted:
        raise Conflict(_("选中的诉求有的已经不在这条需求上了。刷新页面再选。"))
    return found


def _target(
    session: Session,
    source: Requirement,
    title: str,
    into: Requirement | None,
    by: accounts.Actor,
    at: datetime,
) -> Requirement:
    """Where the part goes: a new requirement with the source's product, people and restriction, or the one named."""
    if into is None:
        if not title.strip():
            raise HubError(_("请给拆出来的需求起个标题。"))
        own = (
            accounts.restriction(session, "requirement", source.id or 0) if source.restricted else frozenset()
        )
        fields = Fields(
            title=title,
            product=source.product,
            level=source.level,
            manager_id=source.manager_id,
            expert_id=source.expert_id,
            restricted_to=(_numbers(own, "team:"), _numbers(own, "person:")) if own else None,
        )
        made = create(session, fields, by=by, at=at)
        made.split_from_id = source.id
        session.add(made)
        return made
    must_manage(session, into, by)
    _lock(session, source, into)
    must_stand(into)
    if source.id in _ancestors(session, into):
        return into
    if into.id in _ancestors(session, source):
        raise Conflict(
            _("%(key)s 就是从那一条拆出来的，不能再拆回去绕成圈。要合回去，请撤销拆分或用“合并”。")
            % {"key": source.key}
        )
    return into


def _numbers(tokens: Iterable[str], kind: str) -> list[int]:
    return [int(t.removeprefix(kind)) for t in tokens if t.startswith(kind)]


def _ancestors(session: Session, requirement: Requirement) -> set[int]:
    """What this one was split from, and that from, up to the first."""
    found: set[int] = set()
    above = requirement.split_from_id
    while above is not None and above not in found and len(found) < MOST_ANCESTORS:
        found.add(above)
        above = session.get_one(Requirement, above).split_from_id
    return found


def cancel(
    session: Session, request: Request, *, reason: str, by: accounts.Actor, at: datetime | None = None
) -> Regrouping:
    """The customer wants it no more: the request leaves every requirement, and nothing of it is to be told."""
    if not may_settle(request, by):
        raise NotAllowed(_("只有提诉求的人、它的负责人和产品经理能撤回。"))
    standing = standing_cancel(session, request)
    if standing is not None:
        return standing
    if not reason.strip():
        raise HubError(_("请写明为什么撤回，例如“客户已选别家”。"))
    at = at or clock.now()
    moved = Regrouping(
        kind="cancel", request_id=request.id, reason=reason.strip()[:LONGEST_REASON], by_id=by.id, at=at
    )
    session.add(moved)
    session.flush()
    query = select(RequestLink).where(
        RequestLink.request_id == request.id, col(RequestLink.ended_at).is_(None)
    )
    ended = list(session.exec(query.order_by(col(RequestLink.id))).all())
    for link in ended:
        link.ended_at, link.ended_by = at, moved.id
    open_ones = select(Obligation).where(Obligation.request_id == request.id, Obligation.state == "open")
    moved.overtook = close(session, session.exec(open_ones).all(), at)
    request.cancelled_at = at
    session.add_all([request, moved, *ended])
    session.flush()
    activity.record(session, "cancel", "request", request.id, by=by.id, reason=moved.reason)
    for requirement_id in dict.fromkeys(k.requirement_id for k in ended):
        touch(session, session.get_one(Requirement, requirement_id), at=at)
    return moved


def standing_cancel(session: Session, request: Request) -> Regrouping | None:
    """The cancelling in force of this request; None where it stands."""
    query = select(Regrouping).where(
        Regrouping.request_id == request.id,
        Regrouping.kind == "cancel",
        col(Regrouping.undone_at).is_(None),
    )
    return session.exec(query).first()


def _begin(
    session: Session,
    kind: str,
    source: Requirement,
    target: Requirement,
    reason: str,
    by: accounts.Actor,
    at: datetime,
) -> Regrouping:
    moved = Regrouping(
        kind=kind,
        from_id=source.id,
        to_id=target.id,
        reason=reason.strip()[:LONGEST_REASON],
        by_id=by.id,
        at=at,
    )
    session.add(moved)
    session.flush()
    return moved


def _finish(
    session: Session,
    moved: Regrouping,
    verb: str,
    source: Requirement,
    target: Requirement,
    by: accounts.Actor,
    at: datetime,
) -> None:
    activity.record(session, verb, "requirement", source.id, by=by.id, to=target.id, regrouping=moved.id)
    for requirement in (source, target):
        touch(session, requirement, at=at)


def links_of(session: Session, requirement: Requirement) -> list[RequestLink]:
    """Its links in force, oldest first."""
    query = select(RequestLink).where(
        RequestLink.requirement_id == requirement.id, col(RequestLink.ended_at).is_(None)
    )
    return list(session.exec(query.order_by(col(RequestLink.id))).all())


def _carry(
    session: Session,
    moved: Regrouping,
    links: Iterable[RequestLink],
    target: Requirement,
    at: datetime,
    *,
    part: str = "",
) -> None:
    """End these links and make them anew at the target, unless it covers the request already."""
    for link in links:
        link.ended_at, link.ended_by = at, moved.id
        session.add(link)
        _make(session, moved, link, target, part or link.part, at)
    session.flush()


def _cover_too(
    session: Session,
    moved: Regrouping,
    links: Iterable[RequestLink],
    target: Requirement,
    part: str,
    at: datetime,
) -> None:
    for link in links:
        _make(session, moved, link, target, part, at)
    session.flush()


def _make(
    session: Session, moved: Regrouping, link: RequestLink, target: Requirement, part: str, at: datetime
) -> None:
    if is_linked(session, link.request_id, target.id or 0):
        return
    session.add(
        RequestLink(
            request_id=link.request_id,
            requirement_id=target.id or 0,
            part=part.strip()[:300],
            answer=link.answer,
            by_id=moved.by_id,
            made_by=moved.id,
            created_at=at,
        )
    )


def newly_at(session: Session, moved: Regrouping) -> list[int]:
    """The requests that this regrouping brought to where they were not before."""
    query = select(RequestLink.request_id).where(
        RequestLink.made_by == moved.id, col(RequestLink.ended_at).is_(None)
    )
    return list(session.exec(query).all())


def is_linked(session: Session, request_id: int, requirement_id: int) -> bool:
    """True while the requirement covers the request."""
    query = select(RequestLink.id).where(
        RequestLink.request_id == request_id,
        RequestLink.requirement_id == requirement_id,
        col(RequestLink.ended_at).is_(None),
    )
    return session.exec(query).first() is not None


def _overtake(session: Session, source: Requirement, request_ids: list[int], at: datetime) -> list[int]:
    query = select(Obligation).where(
        Obligation.requirement_id == source.id,
        Obligation.state == "open",
        col(Obligation.request_id).in_(request_ids),
    )
    return close(session, session.exec(query).all(), at)


def close(session: Session, open_ones: Sequence[Obligation], at: datetime) -> list[int]:
    """These obligations are overtaken; returns their ids."""
    for found in open_ones:
        found.state, found.done_at = "overtaken", at
        session.add(found)
    session.flush()
    return [o.id or 0 for o in open_ones]
