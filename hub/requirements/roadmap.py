"""The roadmap: what is promised for which quarter, how far it is, and whether the material to sell it is there.

*Cover* is how many of the launch level's slots are filled. The *public* part is what any seller may say: what is
planned, with the words for the customer; the *internal* part adds reasons, scores and effort.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select

from hub import accounts, assets
from hub.requirements import queries, rules
from hub.requirements.models import Material, Requirement, RiceInput

PROMISED = ("planned", "building", "shipped", "launched")
MOST = 500


@dataclass(frozen=True)
class Stone:
    """A requirement on the roadmap. `effort` in person-days, None while unknown."""

    row: queries.Row
    filled: int
    slots: int
    words: str
    reason: str
    effort: Decimal | None
    may_move: bool

    @property
    def cover(self) -> str:
        """One of full, part and none of the slots; full where the level asks for nothing."""
        return "full" if self.filled >= self.slots else "part" if self.filled else "none"


def roadmap(
    session: Session,
    by: accounts.Actor,
    *,
    product: str = "",
    quarters: Sequence[str] = (),
    public: bool = False,
) -> list[Stone]:
    """What this actor may read of the roadmap, by quarter, then product, then score. `public` keeps what has words for
    the customer, and leaves out the inside reasons, scores and efforts.
    """
    conditions = [
        queries.visible(by),
        col(Requirement.state).in_(PROMISED),
        col(Requirement.quarter).is_not(None),
    ]
    if product:
        conditions.append(col(Requirement.product) == product)
    if quarters:
        conditions.append(col(Requirement.quarter).in_(list(quarters)))
    if public:
        conditions.append(col(Requirement.outcome_words) != "")
    ordered = (
        col(Requirement.quarter),
        col(Requirement.product),
        col(Requirement.score).desc().nulls_last(),
        col(Requirement.id),
    )
    found = list(session.exec(select(Requirement).where(*conditions).order_by(*ordered).limit(MOST)).all())
    rows = queries.rows(session, found, by)
    filled = cover(session, found, by)
    efforts = {} if public else _efforts(session, [r.id or 0 for r in found])
    moves = by.may("requirement.manage") and not public
    return [
        Stone(
            row,
            filled[r.id or 0],
            len(rules.SLOTS.get(r.level, ())),
            r.outcome_words,
            "" if public else r.decision,
            efforts.get(r.id or 0),
            moves and r.state in {"planned", "building"},
        )
        for row, r in zip(rows, found, strict=True)
    ]


def cover(session: Session, found: Iterable[Requirement], by: accounts.Actor) -> dict[int, int]:
    """Per requirement, how many slots of its level are filled by material that this actor may open."""
    wanted = list(found)
    attached: dict[int, list[Material]] = {}
    for m in queries.material(session, [r.id or 0 for r in wanted]):
        attached.setdefault(m.requirement_id, []).append(m)
    ids = [m.asset_id for rows in attached.values() for m in rows if m.asset_id is not None]
    cards = {c.id: c for c in assets.cards(session, ids, by)}
    return {r.id or 0: _filled(r, attached.get(r.id or 0, []), cards) for r in wanted}


def _filled(requirement: Requirement, attached: list[Material], cards: Mapping[int, assets.Card]) -> int:
    offers = [
        rules.Offer(
            m.role,
            card.state,
            card.freshness == "stale",
            (m.verified_revision or requirement.revision) < requirement.revision,
        )
        for m in attached
        if (card := cards.get(m.asset_id or 0)) is not None
    ]
    slots = rules.SLOTS.get(requirement.level, ())
    return len(slots) - len(rules.missing(requirement.level, offers))


def _efforts(session: Session, ids: list[int]) -> dict[int, Decimal]:
    query = (
        select(col(RiceInput.requirement_id), col(RiceInput.value))
        .where(col(RiceInput.requirement_id).in_(ids), RiceInput.factor == "effort")
        .order_by(col(RiceInput.at), col(RiceInput.id))
    )
    return dict(session.exec(query).all())
