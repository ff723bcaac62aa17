"""Launched is computed. The *gate* is a list of lines; it holds when each line holds or is waived for a while.

A shipped requirement becomes launched at an instant when its gate holds, by a job and by nobody's hand. A line that
fails later takes nothing back: the requirement stays launched and "needs attention" until the line is mended or the
launch reopened. The lines are the same whoever looks; a page shows of them what its reader may know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, demos, notices
from hub.base import clock, stamps
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.actions import ask_to_tell, must_know, must_manage, must_stand, overtake, step_to, touch
from hub.requirements.models import Material, Request, RequestLink, Requirement, Step, Waiver
from hub.requirements.telling import audience

DEMO_DAYS = 14  # a demo account that nobody has checked for longer counts as not working
CASE_DAYS = 90  # a success case has its own later date: this long after shipping, unless a day was set
LONGEST_WAIVER = 180  # days
SHIPPED, LIMITS, ANSWERS = "shipped", "limits", "answers"


@dataclass(frozen=True)
class GateLine:
    """One line of the gate. `key` is shipped, limits, answers or slot:<role>; `why` says what fails (empty: nothing):
    not_yet, none, draft, expired, unreadable, needs, outdated, unchecked, closed, unanswered. `people` may not open the
    material; `requests` are without a line in the launch text; `due` is the later date of a success case.
    """

    key: str
    why: str = ""
    material_id: int | None = None
    people: tuple[int, ...] = ()
    requests: tuple[int, ...] = ()
    due: date | None = None
    waiver: Waiver | None = None

    @property
    def role(self) -> str:
        """The role of a slot line; empty for the others."""
        return self.key.removeprefix("slot:") if self.key.startswith("slot:") else ""

    @property
    def passes(self) -> bool:
        return not self.why or self.waiver is not None


def gate(session: Session, requirement: Requirement, *, at: datetime | None = None) -> list[GateLine]:
    """The lines of this requirement's launch at `at`. Of now, what they say is worked out once for everybody who looks
    within the minute, until anything changes.
    """
    number, now = requirement.id or 0, at or clock.now()
    if at is not None:
        lines = _lines(session, requirement, at)
    else:
        key = ("gate", number, now.replace(second=0, microsecond=0))
        lines = stamps.kept(session, stamps.EVERYTHING, key, lambda: _lines(session, requirement, now))
    waivers = _waivers(session, number, clock.today(now))
    return [_waived(line, waivers.get(line.key)) for line in lines]


def _lines(session: Session, requirement: Requirement, at: datetime) -> list[GateLine]:
    """The lines without their waivers."""
    number = requirement.id or 0
    requests = queries.linked_requests(session, number)
    return [
        GateLine(SHIPPED, "" if requirement.state in rules.OUT else "not_yet"),
        GateLine(LIMITS, "" if requirement.limits.strip() else "none"),
        *_slot_lines(session, requirement, requests, at),
        _answers(session, number, requests),
    ]


def _waived(line: GateLine, waiver: Waiver | None) -> GateLine:
    if waiver is None:
        return line
    return GateLine(line.key, line.why, line.material_id, line.people, line.requests, line.due, waiver)


def _waivers(session: Session, number: int, today: date) -> dict[str, Waiver]:
    query = select(Waiver).where(
        Waiver.requirement_id == number, col(Waiver.ended_at).is_(None), col(Waiver.until) >= today
    )
    return {w.line: w for w in session.exec(query.order_by(col(Waiver.id)))}


def _answers(session: Session, number: int, requests: Sequence[Request]) -> GateLine:
    """The launch text has one line for every customer quote."""
    query = select(RequestLink.request_id, RequestLink.answer).where(
        RequestLink.requirement_id == number, col(RequestLink.ended_at).is_(None)
    )
    answered = {request_id for request_id, answer in session.exec(query).all() if answer.strip()}
    left = tuple(r.id or 0 for r in requests if r.id not in answered)
    return GateLine(ANSWERS, "unanswered" if left else "", requests=left)


@dataclass(frozen=True)
class _Brought:
    """An attached asset with what the gate asks of it."""

    material: Material
    asset: assets.Asset
    version: assets.Version | None
    opens: frozenset[str]
    kept: bool  # the hub keeps the demo account that the asset describes
    tried_on: date | None  # when its owner last said that it works


def _slot_lines(
    session: Session, requirement: Requirement, requests: Sequence[Request], at: datetime
) -> list[GateLine]:
    attached = queries.material(session, [requirement.id or 0])
    brought = _brought(session, attached)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    return [
        _slot_line(requirement, role, [m for m in attached if m.role == role], brought, people, at)
        for role in rules.SLOTS.get(requirement.level, ())
    ]


def _brought(session: Session, attached: Iterable[Material]) -> dict[int, _Brought]:
    """Per material, its asset and the version that people would open: on offer, else the latest."""
    filled = [m for m in attached if m.asset_id is not None]
    ids = [m.asset_id for m in filled]
    found = select(assets.Asset).where(col(assets.Asset.id).in_(ids), col(assets.Asset.deleted_at).is_(None))
    known = {a.id: a for a in session.exec(found)}
    shown = [v for a in known.values() if (v := a.on_offer_id or a.latest_id)]
    versions = {
        v.id: v for v in session.exec(select(assets.Version).where(col(assets.Version.id).in_(shown)))
    }
    opens = accounts.readers(session, "offer", [i for i in known if i is not None])
    tried = demos.checked_on(session, [m.asset_id for m in filled if m.role == "demo_account" and m.asset_id])
    return {
        m.id or 0: _Brought(
            m,
            known[m.asset_id],
            versions.get(known[m.asset_id].on_offer_id or known[m.asset_id].latest_id),
            opens.get(m.asset_id or 0, frozenset()),
            m.asset_id in tried,
            tried.get(m.asset_id or 0),
        )
        for m in filled
        if m.asset_id in known
    }


def _slot_line(
    requirement: Requirement,
    role: str,
    attached: Sequence[Material],
    brought: dict[int, _Brought],
    people: dict[int, accounts.Actor],
    at: datetime,
) -> GateLine:
    """How the slot stands by the best of what was brought."""
    key, due = f"slot:{role}", _later_date(requirement, role, attached)
    best = GateLine(key, "none", due=due)
    for m in attached:
        if m.id not in brought:
            continue
        line = _material_line(requirement, key, brought[m.id or 0], people, at)
        if not line.why:
            return line
        if _ORDER.index(line.why) >= _ORDER.index(best.why):
            best = line
    if due is not None and clock.today(at) <= due:
        return GateLine(key, due=due)
    return best


_ORDER = ("none", "draft", "expired", "unreadable", "needs", "outdated", "unchecked", "closed")


def _later_date(requirement: Requirement, role: str, attached: Sequence[Material]) -> date | None:
    """Until when a success case may be missing; None for every other role."""
    if role != "case":
        return None
    said = [m.due_on for m in attached if m.due_on is not None]
    if said:
        return max(said)
    return clock.today(requirement.shipped_at or clock.now()) + timedelta(days=CASE_DAYS)


def _material_line(
    requirement: Requirement, key: str, b: _Brought, people: dict[int, accounts.Actor], at: datetime
) -> GateLine:
    number = b.material.id
    checks = (
        ("draft", b.version is None or b.version.state not in {"on_offer", "expired", "withdrawn"}),
        ("expired", _is_over(b.version, clock.today(at))),
        ("unreadable", b.version is not None and b.version.digest_state != "ready"),
        ("needs", bool(b.material.needs)),
        ("outdated", (b.material.verified_revision or 0) < requirement.revision),
        ("unchecked", b.material.role == "demo_account" and _is_unchecked(b, at)),
    )
    why = next((name for name, fails in checks if fails), "")
    closed = () if why else tuple(i for i, a in people.items() if not (b.opens & a.tokens))
    return GateLine(key, why or ("closed" if closed else ""), number, people=closed)


def _is_over(version: assets.Version | None, today: date) -> bool:
    if version is None:
        return False
    return version.state != "on_offer" or (version.expires_on is not None and version.expires_on < today)


def _is_unchecked(b: _Brought, at: datetime) -> bool:
    """Whoever says "tried, it works" here or at the account counts; where the hub keeps no account, also whoever
    says that the text that describes it is right.
    """
    said = (b.material.verified_at, None if b.kept else b.asset.reviewed_at)
    looks = [clock.today(t) for t in said if t is not None]
    looks += [b.tried_on] if b.tried_on else []
    return not looks or max(looks) < clock.today(at) - timedelta(days=DEMO_DAYS)


def consider(session: Session, requirement_id: int, *, at: datetime | None = None) -> bool:
    """What the job does: a shipped requirement whose gate holds now is launched; a launched one keeps its first failing
    line as `attention`, and who mends it hears. True when it became launched.
    """
    found = session.get(Requirement, requirement_id)
    if found is None or found.deleted_at is not None or found.merged_into_id is not None:
        return False
    if found.state not in rules.OUT:
        return False
    at = at or clock.now()
    failing = next((line.key for line in gate(session, found, at=at) if not line.passes), "")
    if found.state == "shipped":
        if not failing:
            _launch(session, found, at)
        return not failing
    if failing != found.attention:
        lapsed_now, found.attention = not found.attention, failing
        session.add(found)
        touch(session, found, at=found.updated_at)
        if lapsed_now:  # one call for each lapse, whichever line comes to be the first that fails
            _call_for_attention(session, found, failing, at)
    return False


def _launch(session: Session, requirement: Requirement, at: datetime) -> None:
    overtake(session, requirement, at)
    step: Step = step_to(session, requirement, "launched", by=accounts.SYSTEM, note="", at=at)
    requirement.launched_at, requirement.attention = at, ""
    session.add(requirement)
    activity.record(session, "launch", "requirement", requirement.id, by=None)
    touch(session, requirement, at=at)
    ask_to_tell(session, requirement, step)


def _call_for_attention(session: Session, requirement: Requirement, line: str, at: datetime) -> None:
    notices.tell(
        session,
        audience(session, requirement, "launched"),
        event=f"requirement:{requirement.id}:attention:{line}:{clock.today(at).isoformat()}",
        key="launch_attention",
        url=f"/requirements/{requirement.key}#gate",
        title=requirement.title,
    )


def note_attention(session: Session, requirement: Requirement) -> None:
    """After an import: a launched requirement shows what fails, and nobody is told."""
    if requirement.state == "launched":
        lines = gate(session, requirement)
        requirement.attention = next((line.key for line in lines if not line.passes), "")
        session.add(requirement)


def due_for_a_look(session: Session) -> list[int]:
    """Ids of requirements that are out: time passes, people change teams, and their gates may read otherwise."""
    query = select(Requirement.id).where(
        col(Requirement.state).in_(rules.OUT),
        col(Requirement.deleted_at).is_(None),
        col(Requirement.merged_into_id).is_(None),
    )
    return [i for i in session.exec(query.order_by(col(Requirement.id))).all() if i is not None]


def with_assets(session: Session, asset_ids: Iterable[int]) -> list[int]:
    """Ids of requirements that are out and whose launch these assets serve."""
    served = select(Material.requirement_id).where(
        col(Material.asset_id).in_(list(asset_ids)), col(Material.ended_at).is_(None)
    )
    query = select(Requirement.id).where(
        col(Requirement.state).in_(rules.OUT),
        col(Requirement.deleted_at).is_(None),
        col(Requirement.id).in_(served),
    )
    return [i for i in session.exec(query.order_by(col(Requirement.id))).all() if i is not None]


def attention_of(session: Session, requirement_id: int) -> str:
    """The first line of its gate that failed when it was considered last; empty for none."""
    found = session.get(Requirement, requirement_id)
    return found.attention if found is not None else ""


def would_change(session: Session, requirement_id: int, *, at: datetime | None = None) -> bool:
    """True when `consider` would write something: asked while reading, so that a sweep does not hold the writer up."""
    found = session.get(Requirement, requirement_id)
    if found is None or found.state not in rules.OUT:
        return False
    failing = next((line.key for line in gate(session, found, at=at) if not line.passes), "")
    return not failing if found.state == "shipped" else failing != found.attention


def waive(
    session: Session,
    requirement: Requirement,
    line: str,
    *,
    reason: str,
    until: date | None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> Waiver:
    """Let this line pass until a day, for a reason. Shipping and its limits cannot be waived."""
    must_manage(session, requirement, by)
    must_stand(requirement)
    at = at or clock.now()
    today = clock.today(at)
    known = {f"slot:{role}" for role in rules.SLOTS.get(requirement.level, ())} | {ANSWERS}
    if line not in known:
        raise HubError(_("这一项不能豁免：先发布并写明限制；别的项请在清单里选。"))
    if not reason.strip():
        raise HubError(_("请写明为什么先放行，复查的人要看。"))
    if until is None or not today <= until <= today + timedelta(days=LONGEST_WAIVER):
        raise HubError(_("请写豁免到哪一天：从今天起，最长 180 天。"))
    _end_waivers(session, requirement, line, at)
    made = Waiver(
        requirement_id=requirement.id or 0,
        line=line,
        reason=reason.strip()[:500],
        until=until,
        by_id=by.id,
        at=at,
    )
    session.add(made)
    session.flush()
    activity.record(session, "waive", "requirement", requirement.id, by=by.id, line=line, until=str(until))
    touch(session, requirement, at=at)
    return made


def end_waiver(session: Session, requirement: Requirement, line: str, *, by: accounts.Actor) -> None:
    """The line counts again from now on."""
    must_manage(session, requirement, by)
    if _end_waivers(session, requirement, line, clock.now()):
        activity.record(session, "end_waiver", "requirement", requirement.id, by=by.id, line=line)
        touch(session, requirement)


def _end_waivers(session: Session, requirement: Requirement, line: str, at: datetime) -> int:
    query = select(Waiver).where(
        Waiver.requirement_id == requirement.id, Waiver.line == line, col(Waiver.ended_at).is_(None)
    )
    found = session.exec(query).all()
    for waiver in found:
        waiver.ended_at = at
        session.add(waiver)
    session.flush()
    return len(found)


def answer(
    session: Session, requirement: Requirement, request: Request, text: str, *, by: accounts.Actor
) -> None:
    """The line of the launch text that answers this customer's words: what the seller says to them."""
    must_know(session, requirement, by)
    if not by.may("requirement.attach"):
        raise NotAllowed(_("上市说明由产品市场和产品经理来写。"))
    must_stand(requirement)
    query = select(RequestLink).where(
        RequestLink.request_id == request.id,
        RequestLink.requirement_id == requirement.id,
        col(RequestLink.ended_at).is_(None),
    )
    link = session.exec(query).first()
    if link is None:
        raise HubError(_("这条诉求已经不在这条需求上了。刷新页面看看。"))
    link.answer = " ".join(text.split())[:500]
    session.add(link)
    activity.record(session, "answer", "requirement", requirement.id, by=by.id, request=request.id)
    touch(session, requirement)
