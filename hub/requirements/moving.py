"""Merges, splits, changes and waivers as the data of a file, in and out. A merged requirement's file names where its
requests went; a split one names where it came from; the loader takes such files after the others.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.requirements import queries
from hub.requirements.incoming import Incoming, day, moment, number, records
from hub.requirements.models import Change, Obligation, Regrouping, Request, RequestLink, Requirement, Waiver

CHANGES = ("quarter", "scope", "reopened")


def moved_data(session: Session, requirement: Requirement) -> dict[str, Any]:
    """merged_into and split_from, each with key, day and person."""
    merge = _standing(session, "merge", Regrouping.from_id, requirement.id)
    split = _standing(session, "split", Regrouping.to_id, requirement.id)
    found: dict[str, Any] = {}
    if merge is not None:
        found["merged_into"] = _said(session, merge, merge.to_id)
    if split is not None and split.made:
        found["split_from"] = _said(session, split, split.from_id)
    return found


def _standing(session: Session, kind: str, column: Any, number: int | None) -> Regrouping | None:
    query = select(Regrouping).where(
        column == number, Regrouping.kind == kind, col(Regrouping.undone_at).is_(None)
    )
    return session.exec(query.order_by(col(Regrouping.id))).first()


def _said(session: Session, moved: Regrouping, other: int | None) -> dict[str, Any]:
    people = accounts.people_by_ids(session, [moved.by_id])
    said = {
        "key": session.get_one(Requirement, other).key,
        "on": clock.today(moved.at),
        "by": people[moved.by_id].email if moved.by_id in people else None,
        "reason": moved.reason,
    }
    return {k: v for k, v in said.items() if v}


def moved_requests(session: Session, number: int) -> list[Request]:
    """The requests that a merge in force took away from this requirement, oldest first."""
    merge = _standing(session, "merge", Regrouping.from_id, number)
    if merge is None:
        return []
    ids = select(RequestLink.request_id).where(
        RequestLink.requirement_id == number, RequestLink.ended_by == merge.id
    )
    query = select(Request).where(col(Request.id).in_(ids), col(Request.deleted_at).is_(None))
    return list(session.exec(query.order_by(col(Request.created_at), col(Request.id))).all())


def made_by_splits(session: Session, number: int) -> set[int | None]:
    """Ids of the splits in force that gave this requirement requests."""
    query = select(Regrouping.id).where(
        Regrouping.to_id == number, Regrouping.kind == "split", col(Regrouping.undone_at).is_(None)
    )
    return set(session.exec(query).all())


def take_in(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    """Make the merge or split that the file names, once, after its requests are there."""
    merged, split = data.get("merged_into"), data.get("split_from")
    if merged and requirement.merged_into_id is None:
        _merge(incoming, requirement, _other(incoming, merged), merged)
    if split and requirement.split_from_id is None:
        _split(incoming, requirement, _other(incoming, split), split, data)


def _other(incoming: Incoming, said: Any) -> Requirement:
    key = str(said.get("key") or "") if isinstance(said, Mapping) else ""
    found = queries.by_key(incoming.session, key)
    if found is None:
        raise HubError(_("合并或拆分里写的“%(key)s”不在库里，请把那个文件也放进来。") % {"key": key[:40]})
    return found


def _begin(incoming: Incoming, kind: str, said: Mapping[str, Any], **ends: Any) -> Regrouping:
    moved = Regrouping(
        kind=kind,
        reason=str(said.get("reason") or "")[:500],
        by_id=incoming.person(said.get("by")),
        at=moment(said.get("on") or clock.today()),
        **ends,
    )
    incoming.add(moved)
    return moved


def _merge(incoming: Incoming, source: Requirement, target: Requirement, said: Mapping[str, Any]) -> None:
    if target.id == source.id or target.merged_into_id is not None:
        raise HubError(_("%(key)s 不能并到它自己，也不能并到已经合并掉的需求。") % {"key": source.key})
    moved = _begin(incoming, "merge", said, from_id=source.id, to_id=target.id)
    for link in _links(incoming.session, source):
        incoming.set(link, "ended_at", moved.at)
        incoming.set(link, "ended_by", moved.id)
        there = _link(incoming.session, link.request_id, target)
        if there is None:
            incoming.add(_copy(link, target, moved))
        elif there.made_by is None:
            incoming.set(there, "made_by", moved.id)
    open_ones = select(Obligation).where(Obligation.requirement_id == source.id, Obligation.state == "open")
    for owed in incoming.session.exec(open_ones).all():
        incoming.set(owed, "state", "overtaken")
        incoming.set(owed, "done_at", moved.at)
        moved.overtook = [*moved.overtook, owed.id or 0]
    incoming.set(source, "merged_into_id", target.id)


def _split(
    incoming: Incoming,
    child: Requirement,
    source: Requirement,
    said: Mapping[str, Any],
    data: Mapping[str, Any],
) -> None:
    if child.id in {source.id, source.split_from_id}:
        raise HubError(_("%(key)s 不能从它自己拆出来。") % {"key": child.key})
    moved = _begin(incoming, "split", said, from_id=source.id, to_id=child.id, made=True)
    quotes = {str(r.get("quote") or "").strip() for r in records(data, "requests") if r.get("split")}
    for link in _links(incoming.session, child):
        if incoming.session.get_one(Request, link.request_id).quote not in quotes:
            continue
        incoming.set(link, "made_by", moved.id)
        if _link(incoming.session, link.request_id, source) is None:
            before = _copy(link, source, moved)
            before.made_by, before.ended_at, before.ended_by = None, moved.at, moved.id
            before.created_at = min(link.created_at, moved.at)
            incoming.add(before)
    incoming.set(child, "split_from_id", source.id)


def _copy(link: RequestLink, to: Requirement, moved: Regrouping) -> RequestLink:
    return RequestLink(
        request_id=link.request_id,
        requirement_id=to.id or 0,
        part=link.part,
        answer=link.answer,
        by_id=moved.by_id,
        made_by=moved.id,
        created_at=moved.at,
    )


def _links(session: Session, requirement: Requirement) -> list[RequestLink]:
    query = select(RequestLink).where(
        RequestLink.requirement_id == requirement.id, col(RequestLink.ended_at).is_(None)
    )
    return list(session.exec(query.order_by(col(RequestLink.id))).all())


def _link(session: Session, request_id: int, requirement: Requirement) -> RequestLink | None:
    query = select(RequestLink).where(
        RequestLink.request_id == request_id,
        RequestLink.requirement_id == requirement.id,
        col(RequestLink.ended_at).is_(None),
    )
    return session.exec(query).first()


def waivers_data(session: Session, number: int) -> list[dict[str, Any]]:
    """The waivers in force: line, reason, until, on, by."""
    query = select(Waiver).where(Waiver.requirement_id == number, col(Waiver.ended_at).is_(None))
    found = session.exec(query.order_by(col(Waiver.id))).all()
    people = accounts.people_by_ids(session, [w.by_id for w in found])
    return [
        {
            "line": w.line,
            "reason": w.reason,
            "until": w.until,
            "on": clock.today(w.at),
            **({"by": people[w.by_id].email} if w.by_id in people else {}),
        }
        for w in found
    ]


def take_in_waivers(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    there = {
        (w["line"], w["reason"], w["until"]) for w in waivers_data(incoming.session, requirement.id or 0)
    }
    for said in records(data, "waivers"):
        line, reason, until = (
            str(said.get("line") or "")[:40],
            str(said.get("reason") or "")[:500],
            day(said.get("until")),
        )
        if until is None or not line or (line, reason, until) in there:
            continue
        made = Waiver(
            requirement_id=requirement.id or 0,
            line=line,
            reason=reason,
            until=until,
            by_id=incoming.person(said.get("by")),
            at=moment(said.get("on") or clock.today()),
        )
        incoming.add(made)


def changes_data(session: Session, number: int) -> list[dict[str, Any]]:
    """What raised the revision, oldest first: kind, revision, before, after, reason, on, by, undone_on."""
    query = select(Change).where(Change.requirement_id == number).order_by(col(Change.at), col(Change.id))
    found = session.exec(query).all()
    people = accounts.people_by_ids(session, [c.by_id for c in found])
    return [_change(c, people[c.by_id].email if c.by_id in people else None) for c in found]


def _change(change: Change, by: str | None) -> dict[str, Any]:
    said = {
        **{n: getattr(change, n) for n in ("kind", "revision", "before", "after", "reason")},
        "on": clock.today(change.at),
        "by": by,
        "undone_on": clock.today(change.undone_at) if change.undone_at else None,
    }
    return {k: v for k, v in said.items() if v not in (None, "")}


def take_in_changes(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    """Keep what the file says has raised the revision; what is kept already is passed over."""
    there = {(c["kind"], c["revision"], c["on"]) for c in changes_data(incoming.session, requirement.id or 0)}
    for nth, said in enumerate(records(data, "changes")):
        kind, revision, on = (
            str(said.get("kind") or ""),
            int(number(said.get("revision")) or 1),
            day(said.get("on")),
        )
        if kind not in CHANGES or on is None:
            raise HubError(_("变更要写明是哪一种（quarter、scope、reopened）和哪一天。"))
        if (kind, revision, on) in there:
            continue
        made = Change(
            requirement_id=requirement.id or 0,
            revision=revision,
            kind=kind,
            before=str(said.get("before") or "")[:40],
            after=str(said.get("after") or "")[:40],
            reason=str(said.get("reason") or "")[:500],
            by_id=incoming.person(said.get("by")),
            at=moment(on, nth),
            undone_at=moment(said["undone_on"], nth + 1) if said.get("undone_on") else None,
        )
        incoming.add(made)
