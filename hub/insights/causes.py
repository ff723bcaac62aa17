"""What speaks for a material task by itself: gaps, stale material that a toolkit or a launch needs, empty cells.

Everybody reads material tasks, so only that is gathered which all colleagues may know; about a restricted product,
whose tasks only those see who may know of it, gaps and stale material are gathered too. A gap that names neither a
product nor an industry stays on its list: nobody could tell what to make.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from hub import accounts, assets, requirements, searches, taxonomy, toolkits
from hub.base import clock
from hub.insights import cells
from hub.insights.cells import Gap
from hub.insights.demand import EVERYBODY
from hub.insights.misses import MOST, RECENT, about
from hub.insights.reading import coverage
from hub.requirements import Material, Requirement
from hub.tasks import Cause
from hub.taxonomy import Words
from hub.toolkits import Toolkit

STALE = ("expired", "needs", "outdated")  # why a line of the launch gate fails that material can mend


@dataclass(frozen=True)
class Least:
    """From when on: people who need a gap, or searches in vain; weight of the demand of an empty cell."""

    needs: int = 2
    searches: int = 5
    weight: int = 6


@dataclass
class _Late:
    """A piece of material past its time, and where it is needed."""

    card: assets.Card
    product: str | None
    days: int
    refers: dict[str, set[int]] = field(default_factory=dict)


def task_causes(session: Session, least: Least | None = None) -> list[Cause]:
    """Everything that speaks now."""
    least = least or Least()
    words = taxonomy.words(session)
    shut = taxonomy.hidden_products(session, EVERYBODY)
    rows = _gaps(session, shut, words)
    open_rows = searches.known_to(session, EVERYBODY, rows)
    return [
        *_of_gaps(session, rows, words, least),
        *_of_cells(session, open_rows, words, least),
        *_of_slots(session, shut, words),
    ]


def _gaps(session: Session, shut: frozenset[str], words: Words) -> list[searches.GapRow]:
    """The open gaps of the last half year that all may know, or that are about a restricted product."""
    found = searches.gaps(session, accounts.SYSTEM, since=clock.now() - RECENT, limit=MOST)
    known = {r.id for r in searches.known_to(session, EVERYBODY, found)}
    return [r for r in found if r.id in known or about(words, "product", r) in shut]


def _of_gaps(
    session: Session, rows: Iterable[searches.GapRow], words: Words, least: Least
) -> Iterator[Cause]:
    wanted = [r for r in rows if r.needed >= least.needs or r.times >= least.searches]
    people = searches.needing(session, [r.id for r in wanted])
    for row in wanted:
        product, industry = about(words, "product", row), about(words, "industry", row)
        if product is None and industry is None:
            continue
        waiting = tuple(people.get(row.id, ()))
        yield Cause(
            "gap", str(row.id), _kind(row), product, industry, max(row.times, row.needed),
            refers={"gap": (row.id,)}, people=waiting, demo=_is_demo(words, product, industry),
        )  # fmt: skip


def _kind(row: searches.GapRow) -> str:
    """The kind that was filtered by, else the one that the words name, else a solution."""
    said = [k for k in row.filters.get("kind", ()) if k in taxonomy.KINDS]
    return said[0] if said else assets.guess_kind(f"{row.words} solution")


def _is_demo(words: Words, product: str | None, industry: str | None) -> bool:
    named = words.products.get(product or "") or words.by_facet["industry"].get(industry or "")
    return bool(named and getattr(named, "demo", False))


def _of_cells(
    session: Session, rows: Iterable[searches.GapRow], words: Words, least: Least
) -> Iterator[Cause]:
    """Empty cells that somebody asks for: what has to be made for the place itself, of each cell the first."""
    gaps = [Gap(r.words, r.times, about(words, "product", r), about(words, "industry", r)) for r in rows]
    for cell in coverage(session, EVERYBODY, gaps=gaps).cells.values():
        if cell.state != "empty" or cell.demand.weight < least.weight:
            continue
        lacking = [s.slot.kind for s in cell.shelves if not s.pieces]
        kind = next((k for k in lacking if k in cells.OF_A_PLACE), lacking[0])
        yield Cause(
            "cell", f"{cell.product}:{cell.at}", kind, cell.product, cell.at, cell.demand.weight,
            demo=_is_demo(words, cell.product, cell.at),
        )  # fmt: skip


def _of_slots(session: Session, shut: frozenset[str], words: Words) -> Iterator[Cause]:
    late: dict[int, _Late] = {}
    _of_kits(session, words, late)
    _of_launches(session, late)
    query = select(assets.Asset.id).where(col(assets.Asset.id).in_(late), assets.visible(EVERYBODY))
    known = set(session.exec(query).all())
    for number, one in sorted(late.items()):
        if number not in known and one.product not in shut:
            continue
        card = one.card
        episode = card.review_on.isoformat() if card.review_on else ""
        industry = next(iter(card.tags.get("industry", ())), None)
        yield Cause(
            "slot", f"{number}:{card.version_id}:{episode}", card.kind, one.product, industry, one.days,
            refers={"asset": (number,), **{t: tuple(sorted(ids)) for t, ids in one.refers.items()}},
            renews_id=number, demo=_is_demo(words, one.product, industry),
        )  # fmt: skip


def _put(
    late: dict[int, _Late], card: assets.Card, product: str | None, days: int, to: tuple[str, int]
) -> None:
    """Note that a piece is late where it is needed; it is about its own product, that of the place if it has it."""
    tagged = card.tags.get("product", [])
    own = product if product in tagged or not tagged else tagged[0]
    one = late.setdefault(card.id, _Late(card, own, 0))
    one.days = max(one.days, days)
    one.refers.setdefault(to[0], set()).add(to[1])


def _of_kits(session: Session, words: Words, late: dict[int, _Late]) -> None:
    """Slots of published kits that late pieces keep from being filled."""
    query = select(Toolkit).where(Toolkit.state == "published", toolkits.visible(accounts.SYSTEM))
    kits = session.exec(query.order_by(col(Toolkit.id))).all()
    found = toolkits.contents_of(session, kits, accounts.SYSTEM, words) if kits else {}
    for kit in kits:
        for card, days in _late_in(found[kit.id or 0], clock.today()):
            _put(late, card, kit.product, days, ("toolkit", kit.id or 0))


def _late_in(contents: toolkits.Contents, today: date) -> Iterator[tuple[assets.Card, int]]:
    for filling in contents.completeness.open:
        for member in contents.of_kind(filling.slot.kind):
            days = _days_late(member, filling.slot.max_age_days, today)
            if days:
                yield member.card, days


def _days_late(member: toolkits.Member, most_days: int | None, today: date) -> int:
    """For how many days a piece has been past its review, its end or the age that its slot allows; 0 when it is not."""
    card = member.card
    if not (member.stale or card.freshness == "stale" or card.state == "expired"):
        return 0
    past = [(today - card.review_on).days] if card.review_on else []
    seen = [clock.today(t) for t in (card.on_offer_at, card.reviewed_at) if t is not None]
    if most_days is not None and seen:
        past.append((today - max(seen)).days - most_days)
    return max(1, *past)


def _of_launches(session: Session, late: dict[int, _Late]) -> None:
    """Material of launches that want attention because it expired or is behind the scope."""
    query = select(Requirement).where(
        Requirement.state == "launched",
        col(Requirement.attention).startswith("slot:"),
        requirements.visible(accounts.SYSTEM),
    )
    for requirement in session.exec(query.order_by(col(Requirement.id))).all():
        _of_launch(session, requirement, late)


def _of_launch(session: Session, requirement: Requirement, late: dict[int, _Late]) -> None:
    lines = requirements.gate(session, requirement)
    failing = [i.material_id for i in lines if not i.passes and i.why in STALE and i.material_id]
    query = select(Material).where(col(Material.id).in_(failing), Material.role != "demo_account")
    brought = {m.asset_id: m for m in session.exec(query).all() if m.asset_id}
    for card in assets.cards(session, sorted(brought), accounts.SYSTEM):
        seen = brought[card.id].verified_at
        days = (clock.today() - clock.today(seen)).days if seen else 1
        _put(late, card, requirement.product, max(1, days), ("requirement", requirement.id or 0))
