"""Proposals as the data of `ventures.yml`, in and out; their pictures lie beside it in `ventures/`. What lies in the
trash, and decks, are not written. A proposal that is there already (told by its title) is left as it is.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.ventures import queries, rules, sections
from hub.ventures.actions import refresh
from hub.ventures.models import (
    OUTCOMES,
    STATES,
    Venture,
    VentureApproval,
    VentureDeal,
    VentureParty,
    VenturePicture,
    VentureStep,
)

TEXTS = (
    *(
        "title",
        "summary",
        "product",
        "currency",
        "with_whom",
        "background",
        "need",
        "gain",
        "cares",
        "pricing",
    ),
    *("segments", "parts", "boundary", "end_reason"),
)
Give = Callable[[str, str], None]
"""Puts the blob of this sha into the library under a file name."""


def to_data(session: Session, give: Give) -> list[dict[str, Any]]:
    """Every proposal as plain data, in the order in which they came; what is empty is left out."""
    query = select(Venture).where(col(Venture.deleted_at).is_(None)).order_by(col(Venture.id))
    return [_told(session, v, give) for v in session.exec(query)]


def _told(session: Session, venture: Venture, give: Give) -> dict[str, Any]:
    parties = list(
        session.exec(
            select(VentureParty)
            .where(VentureParty.venture_id == venture.id)
            .order_by(col(VentureParty.position), col(VentureParty.id))
        )
    )
    steps = queries.steps_of(session, venture)
    said = session.exec(
        select(VentureApproval)
        .where(VentureApproval.venture_id == venture.id)
        .order_by(col(VentureApproval.id))
    ).all()
    ids = [venture.owner_id, *(p.approver_id for p in parties)]
    ids += [i for s in steps for i in (s.owner_id, s.by_id)] + [a.by_id for a in said]
    mails = {i: p.email for i, p in accounts.people_by_ids(session, ids).items()}
    names = {p.id: p.name for p in parties}
    data = {n: getattr(venture, n) for n in TEXTS} | {
        "state": venture.state,
        "revision": venture.revision,
        "owner": mails.get(venture.owner_id or 0),
        "agreed_at": _iso(venture.agreed_at),
        "restricted_to": _open_to(session, venture),
        "parties": [
            _filled(
                {n: getattr(p, n) for n in ("name", "kind", "why", "signer")}
                | {
                    "share": _plain(p.share),
                    "approver": mails.get(p.approver_id or 0),
                    "left": _iso(p.removed_at),
                }
            )
            for p in parties
        ],
        "approvals": [
            _filled(
                {n: getattr(a, n) for n in ("revision", "verdict", "signer", "note", "void_why")}
                | {"party": names.get(a.party_id), "by": mails.get(a.by_id or 0)}
                | {"at": _iso(a.at), "void_at": _iso(a.void_at)}
            )
            for a in said
        ],
        "deals": _deals(session, venture),
        "steps": [
            _filled(
                {n: getattr(s, n) for n in ("held_on", "whom", "outcome", "note", "next_step", "due_on")}
                | {
                    "owner": mails.get(s.owner_id or 0),
                    "by": mails.get(s.by_id or 0),
                    "done_at": _iso(s.done_at),
                }
            )
            for s in reversed(steps)
        ],
        "pictures": [_picture(p, give) for p in queries.pictures_of(session, venture)],
    }
    return _filled(data)


def _picture(picture: VenturePicture, give: Give) -> dict[str, Any]:
    name = f"ventures/{picture.blob_sha[:24]}.webp"
    give(name, picture.blob_sha)
    return {
        "kind": picture.kind,
        "caption": picture.caption,
        "file": name,
        "size": [picture.width, picture.height],
    }


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [])}


def _plain(value: Decimal | None) -> str | None:
    return rules.plain(value) if value is not None else None


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _open_to(session: Session, venture: Venture) -> list[str]:
    """Who a restricted proposal is open to: team:<key> and e-mail addresses."""
    if not venture.restricted:
        return []
    tokens = accounts.restriction(session, queries.THING, venture.id or 0)
    keys = {f"team:{t.id}": f"team:{t.key}" for t in accounts.teams(session)}
    people = accounts.people_by_ids(session, [int(t[7:]) for t in tokens if t.startswith("person:")])
    keys |= {f"person:{i}": p.email for i, p in people.items()}
    return sorted(keys[t] for t in tokens if t in keys)


def _deals(session: Session, venture: Venture) -> list[dict[str, Any]]:
    query = select(VentureDeal).where(VentureDeal.venture_id == venture.id)
    kept = session.exec(query.order_by(col(VentureDeal.position), col(VentureDeal.id))).all()
    wanted = [d.opportunity_id for d in kept if d.opportunity_id]
    deal, customer = customers.Opportunity, customers.Customer
    linked = {
        o.id: (o, c)
        for o, c in session.exec(
            select(deal, customer)
            .join(customer, col(customer.id) == col(deal.customer_id))
            .where(col(deal.id).in_(wanted))
        )
    }
    return [_deal(d, *linked.get(d.opportunity_id, (None, None))) for d in kept]


def _deal(
    kept: VentureDeal, opportunity: customers.Opportunity | None, customer: customers.Customer | None
) -> dict[str, Any]:
    """By the opportunity's key; one without a key is written out."""
    if opportunity is not None and opportunity.key:
        return _filled({"role": kept.role, "opportunity": opportunity.key, "source": kept.source})
    said: Any = opportunity or kept
    return _filled(
        {
            "role": kept.role,
            "customer": customer.name if customer else kept.customer,
            "title": said.title,
            "amount": _plain(said.amount),
            "currency": said.currency,
            "day": said.closes_on if opportunity else kept.day,
            "source": kept.source,
        }
    )


def from_data(
    session: Session,
    listed: list[Mapping[str, Any]],
    *,
    blobs: LocalBlobs,
    read: Callable[[str], bytes],
    by: accounts.Actor,
    demo: bool = False,
) -> int:
    """Proposals that are not there yet; returns how many were added. HubError for one that cannot be as it says, or
    that is open to somebody nobody knows, rather than open it to all. `read` gives a picture beside it.
    """
    by.must("hub.manage")
    added = 0
    for said in listed:
        if not said.get("title"):
            raise HubError(_("ventures.yml 里有一条没有 title。"))
        title = str(said["title"])[:200]
        if session.exec(select(Venture.id).where(Venture.title == title)).first() is None:
            _load(session, said, blobs, read, demo=demo)
            added += 1
    return added


def _load(
    session: Session, said: Mapping[str, Any], blobs: LocalBlobs, read: Callable[[str], bytes], *, demo: bool
) -> None:
    at = clock.now()
    state = str(said.get("state") or "draft")
    made = Venture(
        title=str(said["title"])[:200], state=state if state in STATES else "draft", demo=demo,
        revision=int(said.get("revision") or 1), owner_id=_person(session, said.get("owner")),
        agreed_at=_instant(said.get("agreed_at")), created_at=at, updated_at=at,
    )  # fmt: skip
    for name in ("summary", "with_whom", "background", "need", "gain", "cares", "pricing", "end_reason"):
        setattr(made, name, str(said.get(name) or "").strip())
    product = str(said.get("product") or "")
    made.product = product if product in taxonomy.words(session).products else None
    made.currency = str(said.get("currency") or "CNY")[:3]
    made.segments = sections.market(said.get("segments") or ())
    made.parts = sections.parts(said.get("parts") or ())
    made.boundary = sections.boundary(said.get("boundary") or ())
    session.add(made)
    session.flush()
    _load_restriction(session, made, said.get("restricted_to") or [])
    _load_parties(session, made, said)
    _load_deals(session, made, said.get("deals") or [])
    _load_steps(session, made, said.get("steps") or [])
    for place, picture in enumerate(said.get("pictures") or []):
        _load_picture(session, made, picture, place, blobs, read)
    session.flush()
    refresh(session, made)


def _person(session: Session, mail: object) -> int | None:
    found = accounts.by_email(session, str(mail)) if mail else None
    return found.id if found else None


def _instant(value: object) -> datetime | None:
    """An instant, or noon of a day in the house's zone."""
    if not value:
        return None
    text = str(value)
    if len(text) == 10:  # noqa: PLR2004 - a day
        return datetime.combine(date.fromisoformat(text), time(12), clock.HOUSE_ZONE).astimezone(UTC)
    stamp = datetime.fromisoformat(text)
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _load_restriction(session: Session, venture: Venture, named: list[object]) -> None:
    teams, people = [], []
    for name in map(str, named):
        team = accounts.team_by_key(session, name.removeprefix("team:")) if name.startswith("team:") else None
        person = None if name.startswith("team:") else _person(session, name)
        if team is None and person is None:
            raise HubError(_("“只对某些人开放”里有不认识的团队或人，为了不误公开，没有导入。"))
        teams += [team.id] if team and team.id else []
        people += [person] if person else []
    venture.restricted = bool(teams or people)
    accounts.restrict(session, queries.THING, venture.id or 0, teams=teams, people=people)


def _load_parties(session: Session, venture: Venture, said: Mapping[str, Any]) -> None:
    parties: dict[str, int] = {}
    shares = []
    for place, row in enumerate(said.get("parties") or []):
        name = str(row["name"])[:120]
        given = rules.share(str(row.get("share") if row.get("share") is not None else ""), name)
        made = VentureParty(
            venture_id=venture.id or 0, name=name, kind=str(row.get("kind") or "department")[:12], share=given,
            why=str(row.get("why") or "")[:300], approver_id=_person(session, row.get("approver")),
            signer=str(row.get("signer") or "")[:120], position=place, removed_at=_instant(row.get("left")),
        )  # fmt: skip
        session.add(made)
        session.flush()
        parties[name] = made.id or 0
        shares += [given] if made.removed_at is None else []
    rules.must_sum(shares)
    for row in said.get("approvals") or []:
        session.add(
            VentureApproval(
                venture_id=venture.id or 0, party_id=parties[str(row["party"])], revision=int(row["revision"]),
                verdict=str(row["verdict"])[:10], signer=str(row.get("signer") or "")[:120],
                note=str(row.get("note") or "")[:500], by_id=_person(session, row.get("by")),
                at=_instant(row.get("at")) or clock.now(), void_at=_instant(row.get("void_at")),
                void_why=str(row.get("void_why") or "")[:200],
            )
        )  # fmt: skip
    session.flush()
    row = queries.rows(session, [venture])[0]
    if venture.state == "agreed" and (not row.parties or row.signed < row.parties):
        raise HubError(_("“%(title)s”说是谈成了，可是还有一方没签。") % {"title": venture.title})


def _load_deals(session: Session, venture: Venture, listed: list[Mapping[str, Any]]) -> None:
    for place, row in enumerate(listed):
        key = str(row.get("opportunity") or "")
        known = session.exec(select(customers.Opportunity.id).where(customers.Opportunity.key == key)).first()
        if not known and not row.get("customer"):
            continue  # of a customer that did not come along
        given = str(row.get("amount") or "")
        session.add(
            VentureDeal(
                venture_id=venture.id or 0, role="won" if row.get("role") == "won" else "open", opportunity_id=known,
                customer=str(row.get("customer") or "")[:200], title=str(row.get("title") or "")[:200],
                amount=rules.number(given, what="amount") if given else None,
                currency=str(row.get("currency") or venture.currency)[:3], day=sections.good_day(row.get("day")),
                source=str(row.get("source") or "")[:300], position=place,
            )
        )  # fmt: skip


def _load_steps(session: Session, venture: Venture, listed: list[Mapping[str, Any]]) -> None:
    for row in listed:
        outcome = str(row.get("outcome") or "open")
        held, due = sections.good_day(row.get("held_on")), sections.good_day(row.get("due_on"))
        if held is None or due is None or outcome not in OUTCOMES:
            raise HubError(_("“%(title)s”有一次接触没写清日期或结果。") % {"title": venture.title})
        session.add(
            VentureStep(
                venture_id=venture.id or 0, held_on=held, whom=str(row.get("whom") or "")[:200], outcome=outcome,
                note=str(row.get("note") or "")[:1000], next_step=str(row.get("next_step") or "")[:300],
                owner_id=_person(session, row.get("owner")), due_on=due, done_at=_instant(row.get("done_at")),
                by_id=_person(session, row.get("by")), created_at=clock.now(),
            )
        )  # fmt: skip
        venture.outcome = outcome


def _load_picture(
    session: Session,
    venture: Venture,
    row: Mapping[str, Any],
    place: int,
    blobs: LocalBlobs,
    read: Callable[[str], bytes],
) -> None:
    width, height = row["size"]
    session.add(
        VenturePicture(
            venture_id=venture.id or 0, kind=str(row["kind"])[:12], caption=str(row.get("caption") or "")[:200],
            blob_sha=blobs.put(read(str(row["file"]))).sha256, width=int(width), height=int(height), position=place,
        )
    )  # fmt: skip
