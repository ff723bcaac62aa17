"""Products, the tiers in which they sell, and their types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, func, select

from hub import accounts, activity
from hub.base import jobs, keys
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.taxonomy.editing import good_key, good_names, refuse_clash, spoken
from hub.taxonomy.models import KINDS, Product, ProductType, Tier
from hub.taxonomy.words import changed, may_know, product, words

MOST_OF_A_KIND = 99
OLDEST_DAYS = 3650


@dataclass(frozen=True)
class ProductFields:
    """What is said about a product. `restricted` with nobody named is for its owner and administrators only."""

    name: str
    tier: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    type: str = "general"
    price: str = ""
    summary: str = ""
    summary_en: str = ""
    owner_id: int | None = None
    expert_id: int | None = None
    restricted: bool = False
    teams: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class TierFields:
    """What is said about a tier. Prices are CNY, from inclusive, below exclusive; None is without limit."""

    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    price_from: int | None = None
    price_below: int | None = None
    cycle_days: int | None = None
    blueprint: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TypeFields:
    """What is said about a product type: its names and the slots it adds to a kit."""

    name: str
    name_en: str = ""
    adds: tuple[Mapping[str, Any], ...] = ()


def good_slots(slots: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Slots of a blueprint, checked and in the order of the kinds: at least 1, an age in days where one is given."""
    made: dict[str, dict[str, Any]] = {}
    for slot in slots:
        kind, least, age = str(slot["kind"]), int(slot["min"]), slot.get("max_age_days")
        if kind not in KINDS:
            raise HubError(_("没有“%(kind)s”这种素材。") % {"kind": kind})
        if not 1 <= least <= MOST_OF_A_KIND or (age is not None and not 1 <= int(age) <= OLDEST_DAYS):
            raise HubError(_("数量要在 1 到 99 之间，天数要在 1 到 3650 之间。"))
        made[kind] = {"kind": kind, "min": least, **({"max_age_days": int(age)} if age is not None else {})}
    return tuple(made[k] for k in KINDS if k in made)


def save_product(session: Session, key: str, fields: ProductFields, *, by: accounts.Actor) -> Product:
    """Add a product (an empty key is made from its name) or change it; what carries it follows: readers and search.

    NotFound for a product this actor may not know of, or a tier or type that does not exist.
    """
    by.must("taxonomy.edit")
    known = words(session)
    if fields.tier not in known.tiers:
        raise NotFound(_("没有这个产品档位。请从列表里选一个。"))
    if fields.type not in known.types and not (fields.type == "general" and not known.types):
        raise NotFound(_("没有这种产品类型。请从列表里选一个。"))
    name, name_en, ways = good_names(fields.name, fields.name_en, fields.aliases)
    row = _product(session, key, by) if key else None
    key = key or good_key(keys.suggest(name, name_en, taken=spoken(known, "product")))
    refuse_clash(known, "product", key, (name, name_en, *ways, *(() if row else (key,))))
    before = _carried(session, row)
    row = row or Product(key=key, name=name, tier=fields.tier, position=_next(session, Product))
    row.name, row.name_en, row.aliases = name, name_en, list(ways)
    for column in ("tier", "type", "owner_id", "expert_id", "restricted"):
        setattr(row, column, getattr(fields, column))
    row.price = fields.price.strip()[:120]
    row.summary, row.summary_en = fields.summary.strip()[:1000], fields.summary_en.strip()[:1000]
    session.add(row)
    session.flush()
    teams, people = (fields.teams, fields.people) if fields.restricted else ((), ())
    accounts.restrict(session, "product", row.id or 0, teams=teams, people=people)
    changed(session)
    if before is not None and before != _carried(session, row):
        jobs.later(session, "product.readers", key=key, product=key)
    activity.record(session, "save", "product", row.id, by=by.id, key=key, restricted=row.restricted)
    return row


def _product(session: Session, key: str, by: accounts.Actor) -> Product:
    row = product(session, key)
    if not may_know(session, row, by):
        raise NotFound(_("没有这个产品。"))
    return row


def _carried(session: Session, row: Product | None) -> tuple[object, ...] | None:
    """What everything tagged with the product takes from it; None for a new one."""
    if row is None:
        return None
    return row.restricted, row.tier, row.owner_id, accounts.restriction(session, "product", row.id or 0)


def _next(session: Session, model: type[Product] | type[Tier]) -> int:
    highest = session.exec(select(func.max(model.position))).one()
    return 0 if highest is None else int(highest) + 1


def save_tier(session: Session, key: str, fields: TierFields, *, by: accounts.Actor) -> Tier:
    """Add a tier (an empty key is made from its name) or change it."""
    by.must("taxonomy.edit")
    known = words(session)
    name, name_en, ways = good_names(fields.name, fields.name_en, fields.aliases)
    row = session.exec(select(Tier).where(Tier.key == key)).first() if key else None
    if key and row is None:
        raise NotFound(_("没有这个产品档位。请从列表里选一个。"))
    if fields.price_from is not None and fields.price_below is not None:
        _refuse_band(fields.price_from, fields.price_below)
    key = key or good_key(keys.suggest(name, name_en, taken=spoken(known, "tier")))
    refuse_clash(known, "tier", key, (name, name_en, *ways, *(() if row else (key,))))
    row = row or Tier(key=key, name=name, position=_next(session, Tier))
    row.name, row.name_en, row.aliases = name, name_en, list(ways)
    row.price_from, row.price_below, row.cycle_days = fields.price_from, fields.price_below, fields.cycle_days
    row.blueprint = [dict(s) for s in good_slots(fields.blueprint)]
    session.add(row)
    session.flush()
    changed(session)
    activity.record(session, "save", "tier", row.id, by=by.id, key=key)
    return row


def _refuse_band(lowest: int, below: int) -> None:
    if lowest < 0 or below <= lowest:
        raise HubError(_("单价的上限要高于下限。"))


def save_type(session: Session, key: str, fields: TypeFields, *, by: accounts.Actor) -> ProductType:
    """Add a product type (an empty key is made from its name) or change it."""
    by.must("taxonomy.edit")
    known = words(session)
    name, name_en, _ways = good_names(fields.name, fields.name_en, ())
    row = session.exec(select(ProductType).where(ProductType.key == key)).first() if key else None
    if key and row is None:
        raise NotFound(_("没有这种产品类型。请从列表里选一个。"))
    row = row or ProductType(key=good_key(keys.suggest(name, name_en, taken=known.types)), name=name)
    row.name, row.name_en, row.adds = name, name_en, [dict(s) for s in good_slots(fields.adds)]
    session.add(row)
    session.flush()
    changed(session)
    activity.record(session, "save", "type", row.id, by=by.id, key=row.key)
    return row
