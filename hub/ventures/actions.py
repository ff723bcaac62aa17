"""Changes to proposals: make, edit a section, pictures, trash. Permission is checked here.

Every edit of what the parties approve raises the revision: whatever they said to the one before is void from then on,
and those who had approved are told. A save that changes nothing voids nothing.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, activity, notices, taxonomy
from hub.base import child, clock, pictures
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import Lazy, _, lazy
from hub.base.settings import Settings
from hub.ventures import queries, sections
from hub.ventures.models import (
    PICTURE_KINDS,
    Venture,
    VentureApproval,
    VentureDeal,
    VentureParty,
    VenturePicture,
    VentureStep,
)

PICTURE_BYTES = 10 * 1024 * 1024
MOST_PICTURES = 12
TERMS = (
    *("title", "summary", "product", "currency", "with_whom", "background", "need", "gain", "cares"),
    *("segments", "parts", "boundary", "pricing"),
)
SECTION_LABELS: Mapping[str, Lazy] = {
    "about": lazy("题目与概要"),
    "contact": lazy("首次接触"),
    "market": lazy("市场测算"),
    "evidence": lazy("中标佐证"),
    "deals": lazy("在谈的商机"),
    "panorama": lazy("产品全景"),
    "pictures": lazy("架构与流程图"),
    "boundary": lazy("工作边界"),
    "split": lazy("定价与分成"),
}
WRITTEN = tuple(name for name in SECTION_LABELS if name != "pictures")
Open = tuple[Iterable[int], Iterable[int]]


def create(
    session: Session,
    said: Mapping[str, Any],
    *,
    restricted_to: Open | None = None,
    by: accounts.Actor,
    demo: bool = False,
) -> Venture:
    """A draft with title, summary, product, currency, and whom it is for; owned by whoever makes it."""
    by.must("venture.create")
    at = clock.now()
    made = Venture(title="", owner_id=by.id, demo=demo, created_at=at, updated_at=at)
    sections.take_about(session, made, said, by)
    sections.take_contact(made, {k: v for k, v in said.items() if k in sections.TEXTS})
    session.add(made)
    session.flush()
    _restrict(session, made, restricted_to)
    refresh(session, made)
    activity.record(session, "create", "venture", made.id, by=by.id, title=made.title)
    return made


def _restrict(session: Session, venture: Venture, to: Open | None) -> None:
    if to is None:
        return
    teams, people = tuple(to[0]), tuple(to[1])
    venture.restricted = bool(teams or people)
    accounts.restrict(session, queries.THING, venture.id or 0, teams=teams, people=people)
    session.add(venture)


def refresh(session: Session, venture: Venture) -> None:
    """Work out who may read it: all staff or whom it is restricted to, as far as the product allows; always its owner,
    who signs for a party, and who has a next step to take.
    """
    number = venture.id or 0
    own = accounts.restriction(session, queries.THING, number) if venture.restricted else None
    limits = taxonomy.product_restrictions(session, [venture.product] if venture.product else [])
    people = [venture.owner_id, *(p.approver_id for p in queries.live_parties(session, venture))]
    people += [s.owner_id for s in queries.steps_of(session, venture) if s.done_at is None]
    tokens = accounts.reader_tokens(owners=people, restrictions=[own, *limits])
    accounts.set_readers(session, queries.THING, number, tokens)


def refresh_for_product(session: Session, products: Iterable[str]) -> None:
    """Readers anew for every proposal of these products: who may know of them changed."""
    for venture in session.exec(select(Venture).where(col(Venture.product).in_(list(products)))).all():
        refresh(session, venture)


def must_edit(session: Session, venture: Venture, by: accounts.Actor, *, edition: int | None) -> None:
    """Raise unless this actor may change it, it has not ended, and nobody changed it since `edition` (None: whatever
    there is). Two who save at once come one after the other.
    """
    if not queries.may_edit(venture, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这个方案。"))
    # On PostgreSQL the second waits for the first here; on SQLite writers queue anyway.
    held = select(Venture).where(Venture.id == venture.id).with_for_update()
    session.exec(held, execution_options={"populate_existing": True}).one()
    if edition is not None and venture.edition != edition:
        raise Conflict(_("别人刚改过这个方案。请另开一页看看新内容，再改一次。"))
    if venture.state == "ended":
        raise Conflict(_("这个方案已经结束了。要接着谈，先把它重新打开。"))


def write(
    session: Session,
    venture: Venture,
    section: str,
    said: Mapping[str, Any],
    *,
    edition: int,
    restricted_to: Open | None = None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> bool:
    """Edit one section; True when approvals became void by it. `said` holds the section's fields; for lists under
    `rows`, for the split {pricing, parties}. Conflict when somebody else saved since `edition`.
    """
    must_edit(session, venture, by, edition=edition)
    if section not in WRITTEN:
        raise NotFound(_("方案里没有这一节。"))
    before = _terms(session, venture)
    with session.no_autoflush:
        _take(session, venture, section, said, by)
    _restrict(session, venture, restricted_to)
    return settle(session, venture, section, before, by=by, at=at)


def _take(
    session: Session, venture: Venture, section: str, said: Mapping[str, Any], by: accounts.Actor
) -> None:
    rows = said.get("rows") or ()
    if section == "about":
        sections.take_about(session, venture, said, by)
    elif section == "contact":
        sections.take_contact(venture, said)
    elif section == "market":
        venture.segments = sections.market(rows)
    elif section in {"evidence", "deals"}:
        sections.write_deals(session, venture, "won" if section == "evidence" else "open", rows, by)
    elif section == "panorama":
        venture.parts = sections.parts(rows)
    elif section == "boundary":
        venture.boundary = sections.boundary(rows)
    else:
        sections.write_split(session, venture, said)


def _terms(session: Session, venture: Venture) -> str:
    """Everything the parties approve, so that a change is seen whatever changed it."""
    session.flush()
    parties = [
        (p.name, p.kind, p.share, p.why, p.approver_id, p.signer)
        for p in queries.live_parties(session, venture)
    ]
    query = select(VentureDeal).where(VentureDeal.venture_id == venture.id)
    kept = session.exec(query.order_by(col(VentureDeal.position), col(VentureDeal.id))).all()
    deals = sorted(
        str(
            (d.role, d.position, d.opportunity_id, d.customer, d.title, d.amount, d.currency, d.day, d.source)
        )
        for d in kept
    )
    drawn = [(p.kind, p.caption, p.blob_sha) for p in queries.pictures_of(session, venture)]
    fields = {n: getattr(venture, n) for n in TERMS}
    return json.dumps([fields, parties, deals, drawn], default=str, sort_keys=True)


def settle(
    session: Session,
    venture: Venture,
    section: str,
    before: str,
    *,
    by: accounts.Actor,
    at: datetime | None = None,
) -> bool:
    """After an edit: a new edition, and where the terms changed a new revision; True when approvals became void."""
    at = at or clock.now()
    session.add(venture)
    changed = _terms(session, venture) != before
    what = str(SECTION_LABELS[section])
    approved = void(session, venture, what, at) if changed else []
    if changed:
        tell(session, venture, approved, "venture_void", what=what)
        venture.revision += 1
        if venture.state == "agreed":
            venture.state, venture.agreed_at = "with_parties", None
    venture.edition, venture.updated_at = venture.edition + 1, at
    session.add(venture)
    session.flush()
    refresh(session, venture)
    activity.record(session, "edit", "venture", venture.id, by=by.id, section=section)
    return bool(approved)


def void(session: Session, venture: Venture, why: str, at: datetime) -> list[int | None]:
    """What was said to this revision counts no longer, but stays on record; returns who had approved, by person (None
    for a signature from outside).
    """
    query = select(VentureApproval).where(
        VentureApproval.venture_id == venture.id, col(VentureApproval.void_at).is_(None)
    )
    said = session.exec(query).all()
    for approval in said:
        approval.void_at, approval.void_why = at, why[:200]
        session.add(approval)
    signers = {p.id: p.approver_id for p in queries.live_parties(session, venture)}
    return [signers.get(a.party_id) for a in said if a.verdict == "approved"]


def tell(
    session: Session,
    venture: Venture,
    people: Iterable[int | None],
    key: str,
    *,
    about: object = "",
    **values: object,
) -> None:
    """A notice about the proposal; once for each of its revisions, and for what it is `about`."""
    event = f"venture:{venture.id}:{key}:{venture.revision}:{about}"
    notices.tell(
        session, people, event=event, key=key, url=f"/ventures/{venture.id}", title=venture.title, **values
    )


def add_picture(
    session: Session,
    blobs: LocalBlobs,
    settings: Settings,
    venture: Venture,
    data: bytes,
    *,
    kind: str,
    caption: str,
    edition: int,
    by: accounts.Actor,
) -> VenturePicture:
    """A picture with its caption, kept as WebP at most 2000 px wide; HubError for what is no picture or too large."""
    must_edit(session, venture, by, edition=edition)
    if kind not in PICTURE_KINDS:
        raise HubError(_("请选是架构图还是流程图。"))
    if not caption.strip():
        raise HubError(_("请给图写一句说明。"))
    if len(data) > PICTURE_BYTES:
        raise HubError(_("图片不要超过 10 MB。"))
    there = queries.pictures_of(session, venture)
    if len(there) >= MOST_PICTURES:
        raise HubError(_("一个方案最多 %(most)s 张图。") % {"most": MOST_PICTURES})
    limits = child.Limits(memory=settings.child_memory, seconds=settings.child_seconds)
    drawn, width, height = child.run(pictures.drawing, data, settings.max_pixels, limits=limits)
    before = _terms(session, venture)
    made = VenturePicture(
        venture_id=venture.id or 0, kind=kind, caption=caption.strip()[:200], blob_sha=blobs.put(drawn).sha256,
        width=width, height=height, position=len(there),
    )  # fmt: skip
    session.add(made)
    settle(session, venture, "pictures", before, by=by)
    return made


def drop_picture(
    session: Session, venture: Venture, picture_id: int, *, edition: int, by: accounts.Actor
) -> None:
    """Take a picture out."""
    must_edit(session, venture, by, edition=edition)
    found = queries.picture(session, venture, picture_id)
    before = _terms(session, venture)
    session.delete(found)
    settle(session, venture, "pictures", before, by=by)


def trash(session: Session, venture: Venture, *, by: accounts.Actor) -> None:
    """Put it in the trash, as it is."""
    if not queries.may_edit(venture, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这个方案。"))
    venture.deleted_at, venture.deleted_by_id = clock.now(), by.id
    session.add(venture)
    activity.record(session, "trash", "venture", venture.id, by=by.id, title=venture.title)


def restore(session: Session, venture: Venture, *, by: accounts.Actor) -> None:
    """Bring it back as it was; the caller has found it in the actor's trash."""
    venture.deleted_at, venture.deleted_by_id = None, None
    session.add(venture)
    activity.record(session, "restore", "venture", venture.id, by=by.id)


def hand_over(session: Session, person_id: int, to_id: int) -> int:
    """What one person owns, is to sign or has to do next becomes another's; returns how many proposals that touched."""
    touched = held(session, person_id)
    for venture in touched:
        if venture.owner_id == person_id:
            venture.owner_id = to_id
        for party in queries.live_parties(session, venture):
            if party.approver_id == person_id:
                party.approver_id = to_id
                session.add(party)
        for step in queries.steps_of(session, venture):
            if step.owner_id == person_id and step.done_at is None:
                step.owner_id = to_id
                session.add(step)
        venture.edition += 1
        session.add(venture)
        session.flush()
        refresh(session, venture)
    return len(touched)


def held(session: Session, person_id: int) -> list[Venture]:
    """The proposals, not ended, that hang on this person: as owner, as who signs, or by a next step."""
    signs = select(VentureParty.venture_id).where(
        VentureParty.approver_id == person_id, col(VentureParty.removed_at).is_(None)
    )
    does = select(VentureStep.venture_id).where(
        VentureStep.owner_id == person_id, col(VentureStep.done_at).is_(None)
    )
    number = col(Venture.id)
    mine = (col(Venture.owner_id) == person_id) | number.in_(signs) | number.in_(does)
    query = select(Venture).where(mine, col(Venture.deleted_at).is_(None), Venture.state != "ended")
    return list(session.exec(query.order_by(number)))
