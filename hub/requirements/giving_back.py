"""Giving a sheet's import back: what it made goes, what it changed is as before, what somebody edited since stays."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base import outbox
from hub.requirements import actions, cells, scoring
from hub.requirements.models import Obligation, Request, RequestLink, Requirement, RiceInput, SheetLine
from hub.requirements.taking import mark

ORDER = ("rice", "request", "requirement", "customer")  # what leans on others is given back before them


def give_back(session: Session, number: int, *, most: int) -> tuple[int, int] | None:
    """Undo up to `most` things of this import; (how many went, how many stay because somebody edited them), None when
    nothing is left to undo.
    """
    for thing in ORDER:
        query = select(SheetLine.thing_id).where(SheetLine.import_id == number, SheetLine.thing == thing)
        ids = session.exec(query.group_by(col(SheetLine.thing_id)).limit(most)).all()
        if ids:
            kept = {"request": _requests_back, "rice": _rice_back}.get(thing, _others_back)(
                session, number, thing, ids
            )
            session.exec(
                delete(SheetLine).where(
                    col(SheetLine.import_id) == number,
                    col(SheetLine.thing) == thing,
                    col(SheetLine.thing_id).in_(ids),
                )
            )
            return len(ids) - kept, kept
    return None


def _lines(session: Session, number: int, thing: str, ids: Sequence[int]) -> dict[int, list[SheetLine]]:
    """Per thing, what the import did to it, oldest first."""
    query = select(SheetLine).where(
        SheetLine.import_id == number, SheetLine.thing == thing, col(SheetLine.thing_id).in_(ids)
    )
    found: dict[int, list[SheetLine]] = {}
    for line in session.exec(query.order_by(col(SheetLine.id))).all():
        found.setdefault(line.thing_id, []).append(line)
    return found


def _requests_back(session: Session, number: int, thing: str, ids: Sequence[int]) -> int:
    rows = {r.id or 0: r for r in session.exec(select(Request).where(col(Request.id).in_(ids))).all()}
    query = select(RequestLink).where(col(RequestLink.request_id).in_(ids))
    links: dict[int, list[RequestLink]] = {}
    for link in session.exec(query).all():
        links.setdefault(link.request_id, []).append(link)
    settled = select(Obligation.request_id).where(
        col(Obligation.request_id).in_(ids), Obligation.state != "open"
    )
    told = set(session.exec(settled).all())
    kept, touched, made, gone = 0, set(), [], []
    for request_id, lines in _lines(session, number, thing, ids).items():
        request, mine = rows.get(request_id), [i for k in lines for i in k.before.get("links", [])]
        own = [k for k in links.get(request_id, []) if k.id in mine]
        others = [k for k in links.get(request_id, []) if k.id not in mine]
        changed = request is None or mark(request) != lines[-1].mark or request_id in told
        if request is None or changed or (lines[0].made and others):
            kept += 1
            continue
        touched |= {k.requirement_id for k in own}
        gone += [k.id for k in own]
        if lines[0].made:
            made.append(request_id)
        else:
            _as_before(session, request, lines, own)
    session.flush()
    session.exec(delete(RequestLink).where(col(RequestLink.id).in_(gone)))
    session.exec(delete(Request).where(col(Request.id).in_(made)))  # what is owed goes along
    for requirement in session.exec(select(Requirement).where(col(Requirement.id).in_(touched))).all():
        actions.refresh(session, requirement)
    return kept


def _as_before(
    session: Session, request: Request, lines: Sequence[SheetLine], own: Sequence[RequestLink]
) -> None:
    """Give a request that was there its values again, and what is owed for the links that go."""
    for link in own:
        session.exec(
            delete(Obligation).where(
                col(Obligation.request_id) == request.id,
                col(Obligation.requirement_id) == link.requirement_id,
            )
        )
    for line in reversed(lines):
        for name, value in line.before.items():
            if name != "links":
                setattr(request, name, _value(name, value))
    session.add(request)


def _value(name: str, value: Any) -> Any:
    """A value as the row keeps it."""
    if value is None:
        return None
    if name == "revenue":
        return Decimal(value)
    return cells.day(value) if name == "needed_by" else value


def _rice_back(session: Session, number: int, thing: str, ids: Sequence[int]) -> int:  # noqa: ARG001
    """A score that is still the newest goes; one that somebody has set again is history."""
    kept = 0
    for said in session.exec(select(RiceInput).where(col(RiceInput.id).in_(ids))).all():
        newest = select(RiceInput.id).where(
            RiceInput.requirement_id == said.requirement_id, RiceInput.factor == said.factor
        )
        latest = session.exec(newest.order_by(col(RiceInput.at).desc(), col(RiceInput.id).desc())).first()
        if latest != said.id:
            kept += 1
            continue
        requirement = session.get_one(Requirement, said.requirement_id)
        session.delete(said)
        session.flush()
        scoring.rescore(session, requirement)
        actions.touch(session, requirement)
    return kept


def _others_back(session: Session, number: int, thing: str, ids: Sequence[int]) -> int:
    """Requirements and customers that the import made: gone where nothing else leans on them."""
    kept = 0
    for thing_id, lines in _lines(session, number, thing, ids).items():
        made: Any = session.get(Requirement if thing == "requirement" else customers.Customer, thing_id)
        edited = (
            thing == "requirement" and made is not None and lines[0].mark != f"{made.edition}:{made.state}"
        )
        if made is None or edited or not _gone(session, made, thing, thing_id):
            kept += 1
    return kept


def _gone(session: Session, made: Any, thing: str, thing_id: int) -> bool:
    try:
        with session.begin_nested():
            if thing == "requirement" and _has_links(session, thing_id):
                return False
            session.delete(made)
            session.flush()
    except IntegrityError:  # somebody has built on it
        return False
    accounts.set_readers(session, thing, thing_id, ())
    if thing == "requirement":
        outbox.changed(session, thing, thing_id)
    return True


def _has_links(session: Session, requirement_id: int) -> bool:
    linked = select(RequestLink.id).where(RequestLink.requirement_id == requirement_id)
    merged = select(Requirement.id).where(Requirement.merged_into_id == requirement_id)
    return session.exec(linked).first() is not None or session.exec(merged).first() is not None
