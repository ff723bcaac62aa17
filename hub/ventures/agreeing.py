"""The way of a proposal: to the parties, their word, agreed by all, ended, opened again.

Agreed is computed: the moment the last party approves the proposal as it stands. Nobody can set it.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.ventures import queries, rules
from hub.ventures.actions import must_edit, tell, void
from hub.ventures.models import Venture, VentureApproval, VentureParty
from hub.ventures.whole import whole

VERDICTS = ("approved", "declined")


def move(
    session: Session,
    venture: Venture,
    to: str,
    *,
    edition: int,
    reason: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Bring it to another state: with the parties (when nothing is missing that blocks; they are asked for their word),
    back to draft, or ended (with a reason).
    """
    if venture.state == "ended" and to == "draft":
        _reopen(session, venture, edition, by)
        return
    must_edit(session, venture, by, edition=edition)
    rules.must_follow(venture.state, to)
    if to == "with_parties":
        _must_be_whole(session, venture, by)
    if to == "ended":
        if not reason.strip():
            raise HubError(_("请写明为什么到此为止。"))
        venture.end_reason = reason.strip()[:500]
        void(session, venture, _("方案结束"), at or clock.now())
    _to(session, venture, to, by, at)
    if to == "with_parties":
        ask = [p.approver_id for p in queries.live_parties(session, venture) if p.approver_id != by.id]
        tell(session, venture, ask, "venture_asked", who=by.name)
    if to == "ended":
        heard = [p.approver_id for p in queries.live_parties(session, venture) if p.approver_id != by.id]
        tell(session, venture, heard, "venture_ended", reason=venture.end_reason)


def _reopen(session: Session, venture: Venture, edition: int, by: accounts.Actor) -> None:
    if not queries.may_edit(venture, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这个方案。"))
    if venture.edition != edition:
        raise Conflict(_("别人刚改过这个方案。请另开一页看看新内容，再改一次。"))
    venture.end_reason = ""
    _to(session, venture, "draft", by, None)


def _must_be_whole(session: Session, venture: Venture, by: accounts.Actor) -> None:
    missing = [lack.sentence for lack in whole(session, venture, by).lacks if lack.blocks]
    if missing:
        raise Conflict(_("还不能给各方看：%(why)s") % {"why": "".join(missing[:5])}, missing=missing)


def _to(session: Session, venture: Venture, to: str, by: accounts.Actor, at: datetime | None) -> None:
    before, venture.state = venture.state, to
    venture.agreed_at = None
    venture.edition, venture.updated_at = venture.edition + 1, at or clock.now()
    session.add(venture)
    session.flush()
    activity.record(session, "move", "venture", venture.id, by=by.id, to=to, before=before)


def say(
    session: Session,
    venture: Venture,
    party_id: int,
    verdict: str,
    *,
    edition: int,
    note: str = "",
    signer: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> VentureApproval:
    """A party's word on the proposal as it stands: its approver's own, or, for a party that signs outside, recorded by
    who may edit, with the name of who signed. Declining needs a reason. With the last approval it is agreed.
    """
    at = at or clock.now()
    party = session.get(VentureParty, party_id)
    if party is None or party.venture_id != venture.id or party.removed_at is not None:
        raise NotFound(_("这个方案里没有这一方。"))
    name = _who_signs(venture, party, signer, by)
    if venture.edition != edition:
        raise Conflict(_("您看的时候方案改过了。请看看新内容，再表态。"))
    if venture.state != "with_parties":
        raise Conflict(_("方案现在不在各方手里，不能表态。"))
    if verdict not in VERDICTS:
        raise HubError(_("请选同意或不同意。"))
    if verdict == "declined" and not note.strip():
        raise HubError(_("不同意请写明为什么，方案的负责人会看到。"))
    for before in _standing(session, venture, party):
        before.void_at, before.void_why = at, _("重新表态")
        session.add(before)
    made = VentureApproval(
        venture_id=venture.id or 0, party_id=party.id, revision=venture.revision, verdict=verdict, signer=name,
        note=note.strip()[:500], by_id=by.id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    activity.record(session, verdict, "venture", venture.id, by=by.id, party=party.name)
    if verdict == "declined":
        owner = [venture.owner_id] if venture.owner_id != by.id else []
        tell(session, venture, owner, "venture_declined", about=party.id, party=party.name, reason=made.note)
    _agree(session, venture, at)
    return made


def _who_signs(venture: Venture, party: VentureParty, signer: str, by: accounts.Actor) -> str:
    """The name that stands under the word; NotAllowed for everybody else."""
    if party.approver_id is not None:
        if party.approver_id != by.id:
            raise NotAllowed(_("这一方要由它自己的签字人来表态。"))
        return by.name
    if not queries.may_edit(venture, by):
        raise NotAllowed(_("外面的签字由方案的负责人来记。"))
    name = signer.strip()[:120] or party.signer
    if not name:
        raise HubError(_("请写明是谁签的字。"))
    return name


def _standing(session: Session, venture: Venture, party: VentureParty) -> list[VentureApproval]:
    query = select(VentureApproval).where(
        VentureApproval.party_id == party.id, col(VentureApproval.void_at).is_(None)
    )
    return list(session.exec(query.where(VentureApproval.venture_id == venture.id)))


def _agree(session: Session, venture: Venture, at: datetime) -> None:
    """Agreed, when every party approved this revision."""
    row = queries.rows(session, [venture])[0]
    if not row.parties or row.signed < row.parties:
        return
    venture.state, venture.agreed_at = "agreed", at
    venture.updated_at = at
    session.add(venture)
    session.flush()
    people = [venture.owner_id, *(p.approver_id for p in queries.live_parties(session, venture))]
    tell(session, venture, people, "venture_agreed")
    activity.record(session, "agree", "venture", venture.id, by=None)
