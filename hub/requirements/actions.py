"""Changes to requirements: create, edit, move on, ship, trash. Permission is checked here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from hub import accounts, activity, taxonomy
from hub.base import clock, jobs, outbox
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.models import Change, Obligation, Requirement, Step

KEY_LOCK = 731_003  # PostgreSQL: two new requirements at once get two numbers
PROMISED = ("planned", "building", "shipped", "launched")
SCOPE = ("summary", "quarter", "product", "level")  # a change of these after planning makes material stale


@dataclass(frozen=True)
class Fields:
    """What is said about a requirement. None leaves a field as it is; an empty text or 0 empties it."""

    title: str | None = None
    summary: str | None = None
    product: str | None = None
    quarter: str | None = None
    level: str | None = None
    manager_id: int | None = None
    expert_id: int | None = None
    limits: str | None = None
    outcome_words: str | None = None
    restricted_to: tuple[Iterable[int], Iterable[int]] | None = (
        None  # (teams, people); both empty: open to all
    )


def create(
    session: Session, fields: Fields, *, by: accounts.Actor, at: datetime | None = None
) -> Requirement:
    """A new requirement with the next key, managed by whoever makes it unless said otherwise."""
    by.must("requirement.create")
    at = at or clock.now()
    made = Requirement(key=_next_key(session), title="", manager_id=by.id, created_at=at, updated_at=at)
    _set_fields(session, made, fields, by)
    session.add(made)
    session.flush()
    _restrict(session, made, fields)
    session.add(Step(requirement_id=made.id or 0, to_state="new", by_id=by.id, at=at))
    activity.record(session, "create", "requirement", made.id, by=by.id, title=made.title)
    touch(session, made, at=at)
    return made


def _next_key(session: Session) -> str:
    if session.get_bind().dialect.name == "postgresql":
        session.exec(text("SELECT pg_advisory_xact_lock(:key)"), params={"key": KEY_LOCK})  # type: ignore[call-overload]
    newest = select(Requirement.key).where(col(Requirement.key).startswith("REQ-"))
    ordered = newest.order_by(func.length(Requirement.key).desc(), col(Requirement.key).desc()).limit(20)
    numbers = [int(k[4:]) for k in session.exec(ordered).all() if k[4:].isdigit() and k[4:].isascii()]
    return f"REQ-{max(numbers, default=100) + 1}"


def _set_fields(session: Session, requirement: Requirement, fields: Fields, by: accounts.Actor) -> None:
    for name in ("title", "summary", "limits", "outcome_words"):
        value = getattr(fields, name)
        if value is not None:
            setattr(requirement, name, value.strip())
    for name in ("manager_id", "expert_id"):
        value = getattr(fields, name)
        if value is not None:
            setattr(requirement, name, value or None)
    if fields.product is not None:
        _must_know_product(session, fields.product, requirement.product, by)
        requirement.product = fields.product or None
    if fields.quarter is not None:
        requirement.quarter = rules.good_quarter(fields.quarter) or None
    if fields.level is not None:
        requirement.level = fields.level
    _check(session, requirement)


def _must_know_product(session: Session, key: str, before: str | None, by: accounts.Actor) -> None:
    """A product that is hidden from the author is to them as if it were not there; one that was set may stay."""
    if key and key != before and key in taxonomy.hidden_products(session, by):
        raise HubError(_("没有这个产品。"))


def _check(session: Session, requirement: Requirement) -> None:
    if not requirement.title:
        raise HubError(_("请给需求起个标题。"))
    if len(requirement.title) > 300:  # noqa: PLR2004 - column width
        raise HubError(_("标题最多 300 个字。"))
    if requirement.level not in rules.LEVELS:
        raise HubError(_("上市级别只有 L1、L2、L3。"))
    if requirement.product and requirement.product not in taxonomy.words(session).products:
        raise HubError(_("没有这个产品。"))


def _restrict(session: Session, requirement: Requirement, fields: Fields) -> None:
    if fields.restricted_to is None:
        return
    teams, people = tuple(fields.restricted_to[0]), tuple(fields.restricted_to[1])
    requirement.restricted = bool(teams or people)
    accounts.restrict(session, "requirement", requirement.id or 0, teams=teams, people=people)
    session.add(requirement)


def touch(session: Session, requirement: Requirement, *, at: datetime | None = None) -> None:
    """The requirement changed: raise its edition, work out who may read it, let the index follow."""
    requirement.updated_at = at or clock.now()
    requirement.edition += 1
    session.add(requirement)
    session.flush()
    refresh(session, requirement)


def refresh(session: Session, requirement: Requirement) -> None:
    """Work out its readers anew and let the index follow; the requirement itself does not change."""
    number = requirement.id or 0
    own = accounts.restriction(session, "requirement", number) if requirement.restricted else None
    of_product = taxonomy.product_restrictions(session, [requirement.product] if requirement.product else [])
    tokens = accounts.reader_tokens(
        owners=[requirement.manager_id, requirement.expert_id], restrictions=[own, *of_product]
    )
    accounts.set_readers(session, "requirement", number, tokens)
    outbox.changed(session, "requirement", number)
    if requirement.state in rules.OUT:
        jobs.later(session, "requirement.launch", key=f"requirement:{number}", requirement_id=number)


def must_manage(session: Session, requirement: Requirement, by: accounts.Actor) -> None:
    """Raise unless this actor may read the requirement (NotFound) and manages requirements (NotAllowed)."""
    must_know(session, requirement, by)
    if not by.may("requirement.manage"):
        raise NotAllowed(_("只有产品经理能这样做。"))


def must_stand(requirement: Requirement) -> None:
    """Raise Conflict for a requirement that was merged into another: it changes no more."""
    if requirement.merged_into_id is not None:
        raise Conflict(
            _("%(key)s 已经并到另一条需求里，不能再改。请到那一条上改，或先撤销合并。")
            % {"key": requirement.key}
        )


def must_know(session: Session, requirement: Requirement, by: accounts.Actor) -> None:
    """Raise NotFound unless the requirement is there for this actor."""
    if requirement.deleted_at is not None or not queries.may_read(session, requirement, by):
        raise NotFound(_("没有这条需求，或您没有权限看它。"))


def edit(
    session: Session,
    requirement: Requirement,
    fields: Fields,
    *,
    edition: int,
    reason: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Change what is said about it; Conflict when somebody else changed it since `edition`. After planning, a later
    quarter (with a reason) or another scope is a change request: it raises the revision, and who asked hears of a slip.
    """
    must_manage(session, requirement, by)
    must_stand(requirement)
    if requirement.edition != edition:
        raise Conflict(_("别人刚改过这条需求。您填的内容还在页面上：请另开一页看看新内容，再决定怎么合并。"))
    before = {name: getattr(requirement, name) for name in SCOPE}
    _set_fields(session, requirement, fields, by)
    _restrict(session, requirement, fields)
    changed = [n for n, b in before.items() if getattr(requirement, n) != b]
    if changed and requirement.state in PROMISED:
        _change(session, requirement, changed, before["quarter"], reason, by=by, at=at or clock.now())
    activity.record(session, "edit", "requirement", requirement.id, by=by.id, changed=changed)
    touch(session, requirement, at=at)
    if "quarter" in changed:
        dates_move(session, requirement)


def _change(
    session: Session,
    requirement: Requirement,
    changed: list[str],
    quarter: str | None,
    reason: str,
    *,
    by: accounts.Actor,
    at: datetime,
) -> None:
    """Keep a change request and raise the revision; a slip of what was promised is told to who asked."""
    if "quarter" in changed and not requirement.quarter and requirement.state in {"planned", "building"}:
        raise HubError(_("已经排上的需求要有季度。要放一放，请用“暂缓”。"))
    slipped = "quarter" in changed and rules.slips(quarter, requirement.quarter)
    if slipped and not reason.strip():
        raise HubError(_("季度往后推要写明原因，提需求的人会收到通知。"))
    scope = [n for n in changed if n != "quarter"]
    kept = note_change(
        session,
        requirement,
        "quarter" if "quarter" in changed else "scope",
        before=(quarter or "") if "quarter" in changed else "",
        after=(requirement.quarter or "") if "quarter" in changed else ",".join(scope),
        reason=reason,
        by=by,
        at=at,
    )
    if slipped:
        jobs.later(session, "requirement.slipped", key=f"change:{kept.id}", change_id=kept.id)


def note_change(
    session: Session,
    requirement: Requirement,
    kind: str,
    *,
    before: str = "",
    after: str = "",
    reason: str = "",
    by: accounts.Actor,
    at: datetime,
) -> Change:
    """Raise the revision, which makes attached material stale, and keep what raised it."""
    requirement.revision += 1
    kept = Change(
        requirement_id=requirement.id or 0,
        revision=requirement.revision,
        kind=kind,
        before=before[:40],
        after=after[:40],
        reason=reason.strip()[:500],
        by_id=by.id,
        at=at,
    )
    session.add_all([requirement, kept])
    session.flush()
    return kept


class Words(TypedDict, total=False):
    """What is said with a move: the note (a reason), the quarter, what a seller may say, what it does not do. Left out,
    a field stays as it is. `at` is when it happened, now when it is left out.
    """

    note: str
    quarter: str | None
    outcome_words: str | None
    limits: str | None
    at: datetime | None


def move(
    session: Session, requirement: Requirement, to: str, *, by: accounts.Actor, **given: Unpack[Words]
) -> Step:
    """Bring the requirement to its next state. Conflict out of order, HubError when words are missing. Whoever asked
    for it is told by a job of the same transaction.
    """
    must_manage(session, requirement, by)
    must_stand(requirement)
    rules.must_follow(requirement.state, to)
    at, note = given.get("at") or clock.now(), given.get("note", "")
    said = _said(requirement, given)
    rules.must_be_said(requirement.state, to, said)
    requirement.outcome_words, requirement.limits = said.outcome_words, said.limits
    requirement.quarter = said.quarter or None
    if to in rules.DECIDED:
        requirement.decision = note.strip()
    if to == "shipped":
        requirement.shipped_at = at
    if to != "building":
        overtake(session, requirement, at)
    if to == "reopened":
        note_change(session, requirement, "reopened", before=requirement.state, reason=note, by=by, at=at)
    requirement.attention = ""
    step = step_to(session, requirement, to, by=by, note=note, at=at)
    activity.record(session, "move", "requirement", requirement.id, by=by.id, to=to, note=note.strip())
    touch(session, requirement, at=at)
    ask_to_tell(session, requirement, step)
    dates_move(session, requirement)
    return step


def _said(requirement: Requirement, given: Words) -> rules.Said:
    """The words of a move, and where it has none those that stand."""
    words, limits, quarter = given.get("outcome_words"), given.get("limits"), given.get("quarter")
    return rules.Said(
        note=given.get("note", ""),
        quarter=(requirement.quarter or "") if quarter is None else rules.good_quarter(quarter),
        outcome_words=requirement.outcome_words if words is None else words.strip(),
        limits=requirement.limits if limits is None else limits.strip(),
        scored=requirement.score is not None,
    )


def dates_move(session: Session, requirement: Requirement) -> None:
    """The day it ships may be another now: whatever was planned around it follows."""
    number = requirement.id
    jobs.later(session, "requirement.dated", key=f"requirement:{number}", requirement_id=number)


def overtake(session: Session, requirement: Requirement, at: datetime) -> None:
    """What customers were still to be told of the state it leaves is no longer so."""
    query = select(Obligation).where(Obligation.requirement_id == requirement.id, Obligation.state == "open")
    for obligation in session.exec(query).all():
        obligation.state, obligation.done_at = "overtaken", at
        session.add(obligation)


def step_to(
    session: Session, requirement: Requirement, to: str, *, by: accounts.Actor, note: str, at: datetime
) -> Step:
    """The requirement comes to this state; the step is kept for good."""
    step = Step(
        requirement_id=requirement.id or 0,
        from_state=requirement.state,
        to_state=to,
        note=note.strip(),
        by_id=by.id,
        at=at,
    )
    requirement.state = to
    session.add_all([step, requirement])
    session.flush()
    return step


def ask_to_tell(session: Session, requirement: Requirement, step: Step) -> None:
    """Have everybody who asked told of this step, if it is one they are to hear of."""
    number = requirement.id
    if step.to_state in rules.OUT:
        jobs.later(session, "requirement.shipped", key=f"requirement:{number}", requirement_id=number)
    elif step.to_state in rules.TOLD:
        jobs.later(
            session, "requirement.decided", key=f"step:{step.id}", requirement_id=number, step_id=step.id
        )


def ship(
    session: Session,
    requirement: Requirement,
    *,
    limits: str,
    outcome_words: str,
    note: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> Step:
    """It is with the customers: needs the written limits and the words that a seller may say."""
    said: Words = {"note": note, "outcome_words": outcome_words, "limits": limits, "at": at}
    return move(session, requirement, "shipped", by=by, **said)


def trash(session: Session, requirement: Requirement, *, by: accounts.Actor) -> None:
    """Put it into the trash; its requests, history and obligations stay and come back with it."""
    must_manage(session, requirement, by)
    must_stand(requirement)
    absorbed = select(Requirement.id).where(Requirement.merged_into_id == requirement.id)
    if session.exec(absorbed).first() is not None:
        raise Conflict(_("别的需求并进了这一条，不能删掉。请先撤销合并。"))
    requirement.deleted_at, requirement.deleted_by_id = clock.now(), by.id
    activity.record(session, "trash", "requirement", requirement.id, by=by.id)
    touch(session, requirement)


def restore(session: Session, requirement: Requirement, *, by: accounts.Actor) -> None:
    """Take it out of the trash."""
    if not queries.may_read(session, requirement, by):
        raise NotFound(_("没有这条需求，或您没有权限看它。"))
    if not by.may("requirement.manage"):
        raise NotAllowed(_("只有产品经理能这样做。"))
    requirement.deleted_at, requirement.deleted_by_id = None, None
    activity.record(session, "restore", "requirement", requirement.id, by=by.id)
    touch(session, requirement)
