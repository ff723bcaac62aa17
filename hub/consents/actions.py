"""Changes to consents: record, end, link a twin, tell before it ends. Permission is checked here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from hub import accounts, activity, assets, notices
from hub.assets import Asset
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.consents import queries, rules
from hub.consents.models import CaseConsent, CaseTwin, CaseUse

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Fields:
    """What is recorded of a consent; it replaces what was recorded before."""

    shows: Iterable[str] = queries.DEFAULT_SHOWS
    allows: Iterable[str] = ()
    uses: Iterable[str] = ()
    until: date | None = None
    evidence: str = ""
    evidence_id: int | None = None


def record(
    session: Session, asset: Asset, fields: Fields, *, edition: int = 0, by: accounts.Actor,
    at: datetime | None = None,
) -> CaseConsent:  # fmt: skip
    """Record what the customer of a case allowed. What is allowed needs evidence and a use. Conflict when somebody else
    recorded something since `edition` (0: nothing was recorded yet).
    """
    _must_edit(session, asset, by)
    had = queries.consent_of(session, asset.id or 0)
    if (had.edition if had else 0) != edition:
        raise Conflict(_("别人刚登记过这份授权。请另开一页看看，再决定怎么改。"))
    shows, allows = _known(fields.shows, rules.PARTS), _known(fields.allows, rules.PARTS)
    uses, evidence = _known(fields.uses, rules.USES), fields.evidence.strip()[:1000]
    letter = assets.get(session, fields.evidence_id, by).id if fields.evidence_id else None
    if allows and not (evidence or letter):
        raise HubError(_("请写明凭什么：谁在什么时候、以什么方式答应的，或指一份授权书。"))
    if allows and not uses:
        raise HubError(_("请勾选客户答应用在哪里。"))
    row = had or CaseConsent(asset_id=asset.id or 0, recorded_at=at or clock.now())
    row.shows, row.allows, row.uses, row.until = shows, allows, uses, fields.until
    row.evidence, row.evidence_id, row.ended_at = evidence, letter, None
    row.recorded_by_id, row.recorded_at, row.edition = by.id, at or clock.now(), edition + 1
    session.add(row)
    session.flush()
    until = {"until": fields.until.isoformat()} if fields.until else {}
    activity.record(session, "consent", "asset", asset.id, by=by.id, allows=allows, uses=uses, **until)
    return row


def record_many(
    session: Session, ids: Iterable[int], fields: Fields, *, by: accounts.Actor, at: datetime | None = None
) -> list[int]:
    """Record the same for several cases of which nothing was recorded yet: one letter of a customer, or what was agreed
    before the hub kept it. Returns the ids that got it; what this actor may not edit or has one already is passed over.
    HubError for what `record` refuses.
    """
    wanted = list(dict.fromkeys(ids))[:MOST_AT_ONCE]
    if not wanted:
        raise HubError(_("请先勾选案例。"))
    if not set(fields.allows):
        raise HubError(_("请勾选客户答应公开什么。"))
    had = queries.recorded(session, wanted)
    open_ones = [
        a
        for a in _readable(session, [i for i in wanted if i not in had], by)
        if queries.is_open_case(session, a) and queries.may_edit(a, by)
    ]
    for asset in open_ones:
        record(session, asset, fields, by=by, at=at)
    return [a.id or 0 for a in open_ones]


def _readable(session: Session, ids: Iterable[int], by: accounts.Actor) -> list[Asset]:
    return assets.by_ids(session, [c.id for c in assets.cards(session, list(ids), by)])


def _must_edit(session: Session, asset: Asset, by: accounts.Actor) -> None:
    queries.row_of(session, asset, by)
    if not queries.may_edit(asset, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能登记客户授权。"))


def _known(said: Iterable[str], known: Iterable[str]) -> list[str]:
    wanted = set(said)
    if wanted - set(known):
        raise HubError(_("不认识“%(word)s”。") % {"word": min(wanted - set(known))[:40]})
    return [k for k in known if k in wanted]


def end(session: Session, asset: Asset, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """The customer took it back: from this instant only the anonymous twin goes out."""
    _must_edit(session, asset, by)
    row = queries.consent_of(session, asset.id or 0)
    if row is None or row.ended_at is not None:
        raise Conflict(_("这份案例现在没有可以结束的授权。"))
    row.ended_at, row.edition = at or clock.now(), row.edition + 1
    session.add(row)
    session.flush()
    activity.record(session, "consent_end", "asset", asset.id, by=by.id)
    _tell_of_the_end(session, row, asset, row.ended_at.isoformat())


def link_twin(
    session: Session, asset: Asset, twin_id: int, *, shows: Iterable[str] = ("numbers",), by: accounts.Actor
) -> CaseTwin:
    """Say that another asset tells this case with only so much in it."""
    _must_edit(session, asset, by)
    twin = assets.get(session, twin_id, by)
    if twin.id == asset.id:
        raise HubError(_("请选另一份素材当匿名版。"))
    if twin.kind != "case_study":
        raise HubError(_("匿名版也要是客户案例。"))
    if queries.twins_of(session, [twin.id or 0], usable=False):
        raise Conflict(_("那份案例自己有匿名版，不能再当别人的匿名版。"))
    parts = _known(shows, rules.PARTS)
    row = session.get(CaseTwin, (asset.id or 0, twin.id or 0)) or CaseTwin(
        case_id=asset.id or 0, twin_id=twin.id or 0
    )
    row.shows = parts
    session.add(row)
    session.flush()
    activity.record(session, "twin", "asset", asset.id, by=by.id, twin=twin.id)
    return row


def unlink_twin(session: Session, asset: Asset, twin_id: int, *, by: accounts.Actor) -> None:
    _must_edit(session, asset, by)
    row = session.get(CaseTwin, (asset.id or 0, twin_id))
    if row is None:
        raise NotFound(_("那份素材不是它的匿名版。"))
    session.delete(row)
    session.flush()
    activity.record(session, "untwin", "asset", asset.id, by=by.id, twin=twin_id)


def note_cases(
    session: Session, thing: str, thing_id: int, cases: Iterable[int], *, at: datetime | None = None
) -> None:
    """A finished thing shows these cases and does not follow by itself; what it showed before is forgotten."""
    session.exec(delete(CaseUse).where(col(CaseUse.thing) == thing, col(CaseUse.thing_id) == thing_id))
    for case_id in sorted(set(cases)):
        session.add(CaseUse(thing=thing, thing_id=thing_id, case_id=case_id, at=at or clock.now()))
    session.flush()


def remind(session: Session, *, at: datetime | None = None) -> int:
    """Tell the owner and who recorded it thirty days before a consent ends, and when it has; returns how many
    were told.
    """
    today = clock.today(at)
    return sum(
        _tell_of_the_end(session, row, asset, str(row.until))
        if row.until and row.until < today
        else _tell(session, row, asset, "consent_ending", str(row.until))
        for row, asset in queries.ending(session, at=at)
    )


def _tell_of_the_end(session: Session, row: CaseConsent, asset: Asset, when: str) -> int:
    """What else still names the customer is found by a room above."""
    jobs.later(session, "consent.ended", key=f"consent:{row.id}", consent_id=row.id)
    return _tell(session, row, asset, "consent_ended", when)


def _tell(session: Session, row: CaseConsent, asset: Asset, key: str, when: str) -> int:
    people = accounts.actors(session, [asset.owner_id, row.recorded_by_id])
    told = [i for i, actor in people.items() if accounts.may_read(session, "asset", asset.id or 0, actor)]
    return notices.tell(
        session, told, event=f"consent:{row.id}:{key}:{when}", key=key, url=f"/assets/{asset.id}/consent",
        title=asset.title, day=str(row.until or ""),
    )  # fmt: skip
