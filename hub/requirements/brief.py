"""A requirement as a meeting needs it: what was asked, how it scores, what a customer could have today.

Less than its page shows, and asked of the database with as little: no steps, no ledger, nobody's reading rights.
"""

from dataclasses import dataclass

from sqlmodel import Session

from hub import accounts, assets, customers
from hub.requirements import queries
from hub.requirements.models import FACTORS, RELATED
from hub.requirements.view import Factor, Quote, factor_of, quote_of, requests_behind


@dataclass(frozen=True)
class Brief:
    """`ready` is the material on offer that may go to customers, what fills a slot first."""

    quotes: tuple[Quote, ...]
    factors: tuple[Factor, ...]
    ready: tuple[assets.Card, ...]


def brief(session: Session, number: int, by: accounts.Actor) -> Brief:
    """Of a requirement this actor may read, as far as they may know of the requests and assets behind it."""
    requests, _answers = requests_behind(session, number, by)
    said = queries.inputs(session, number)
    names = accounts.names(
        session,
        {i for r, _part in requests for i in (r.owner_id, r.submitter_id)}
        | {i.by_id for rows in said.values() for i in rows},
    )
    known = customers.names(session, [r.customer_id for r, _part in requests])
    return Brief(
        tuple(quote_of(r, part, known, names, "") for r, part in requests),
        tuple(factor_of(f, said.get(f, []), names, may=False) for f in FACTORS),
        _ready(session, number, by),
    )


def _ready(session: Session, number: int, by: accounts.Actor) -> tuple[assets.Card, ...]:
    attached = sorted(queries.material(session, [number]), key=lambda m: m.role == RELATED)
    ids = [m.asset_id for m in attached if m.asset_id is not None]
    if not ids:
        return ()
    cards = {c.id: c for c in assets.cards(session, ids, by)}
    found = [cards[i] for i in dict.fromkeys(ids) if i in cards]
    return tuple(c for c in found if c.state == "on_offer" and c.audience == "customer")
