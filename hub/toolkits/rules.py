"""What belongs in a kit, and how complete it is. Pure calculation.

A *pin* puts an asset into the kit by hand, in order; an *exclusion* keeps one out although a rule brings it; a *rule*
brings every asset on offer that meets all it names. A *slot* is one line of the blueprint: so many pieces of a kind,
none older than so many days. The *blueprint* is the tier's slots plus those that the product's type and the industry
add; where several ask for the same kind, the strictest counts.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.taxonomy import KINDS, Words

MOST_MEMBERS = 500
TERMS = ("industry", "scenario", "function", "stage")
NAMED = ("product", *TERMS)
KNOWN = ("kind", *NAMED, "tags", "newest")
MOST_RULES = 30
STALE_COUNTS = 0.5  # a stale piece can be shown, but not without looking at it first

Rule = Mapping[str, Any]
Tags = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Candidate:
    """An asset that may be a member. `offered` says that a version is on offer, `since` when; `age` is in days since it
    came on offer or was found right, None when neither is known; `due` that its review is near or `overdue`. `tags`
    matter to rules alone.
    """

    id: int
    kind: str
    tags: Tags = field(default_factory=dict)
    offered: bool = True
    age: int | None = None
    overdue: bool = False
    due: bool = False
    since: datetime | None = None


class Known(Protocol):
    """Whatever stands for an asset."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True)
class Placed:
    """A member and why it is one: `rule` is the number of the rule (from 0) that brought it, None for a pin."""

    id: int
    rule: int | None = None


@dataclass(frozen=True)
class Slot:
    """One line of a blueprint. `because` names who asks for it: tier, type, industry."""

    kind: str
    need: int
    max_age_days: int | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filling:
    """How a slot is filled: `fresh` and `stale` pieces; `lacking` more fresh ones would fill it."""

    slot: Slot
    fresh: int
    stale: int

    @property
    def have(self) -> int:
        return self.fresh + self.stale

    @property
    def lacking(self) -> int:
        return max(0, self.slot.need - self.fresh)

    @property
    def state(self) -> str:
        """have, stale (enough pieces, not all fresh) or need."""
        if not self.lacking:
            return "have"
        return "stale" if self.have >= self.slot.need else "need"

    @property
    def share(self) -> float:
        counted = self.fresh + STALE_COUNTS * min(self.stale, self.lacking)
        return min(1.0, counted / self.slot.need)


@dataclass(frozen=True)
class Completeness:
    """How far a kit meets its blueprint. `percent` is the mean over the slots, rounded down so that only a complete kit
    has 100; None when there is no blueprint.
    """

    fillings: tuple[Filling, ...]

    @property
    def percent(self) -> int | None:
        if not self.fillings:
            return None
        return int(100 * sum(f.share for f in self.fillings) / len(self.fillings) + 1e-9)

    @property
    def open(self) -> tuple[Filling, ...]:
        """The slots that are not filled, what is missing before what is stale."""
        left = [f for f in self.fillings if f.state != "have"]
        return tuple(sorted(left, key=lambda f: f.state != "need"))

    @property
    def missing(self) -> int:
        """How many pieces are still to come or to be looked at again."""
        return sum(f.lacking for f in self.fillings)


def clean_rules(raw: object, words: Words) -> list[dict[str, Any]]:
    """Rules in the form in which they are kept; names and aliases become keys. HubError names the rule and the key that
    is wrong.
    """
    if not isinstance(raw, list):
        raise HubError(_("收件规则要写成一个列表。"))
    if len(raw) > MOST_RULES:
        raise HubError(_("一个套件最多 %(n)s 条规则。") % {"n": MOST_RULES})
    return [_clean(rule, number, words) for number, rule in enumerate(raw, start=1)]


def _clean(rule: object, number: int, words: Words) -> dict[str, Any]:
    if not isinstance(rule, Mapping):
        raise HubError(_("第 %(n)s 条规则要写成“条件: 值”。") % {"n": number})
    unknown = [str(k) for k in rule if k not in KNOWN]
    if unknown:
        raise HubError(_("第 %(n)s 条规则里没有“%(key)s”这种条件。") % {"n": number, "key": unknown[0]})
    made: dict[str, Any] = {"kind": _kinds(rule.get("kind"), number)}
    for facet in NAMED:
        named = _texts(rule.get(facet))
        made[facet] = _key(words, facet, named[0], number) if named else None
    made["tags"] = _texts(rule.get("tags"))
    made = {key: value for key, value in made.items() if value}
    if not made:
        raise HubError(_("第 %(n)s 条规则没有写条件，会把整个库都收进来。请至少选一个条件。") % {"n": number})
    if rule.get("newest") not in (None, ""):
        made["newest"] = _count(rule["newest"], number)
    return made


def _kinds(value: object, number: int) -> list[str]:
    kinds = _texts(value)
    for kind in kinds:
        if kind not in KINDS:
            raise HubError(_("第 %(n)s 条规则：没有“%(kind)s”这种素材。") % {"n": number, "kind": kind})
    return kinds


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return list(dict.fromkeys(t for v in values if v is not None and (t := str(v).strip())))


def _key(words: Words, facet: str, named: str, number: int) -> str:
    found = words.match(named, [facet])
    if found is None:
        raise HubError(_("第 %(n)s 条规则：分类里没有“%(word)s”。") % {"n": number, "word": named})
    return found[1]


def _count(value: object, number: int) -> int:
    try:
        count = int(str(value))
    except ValueError:
        count = 0
    if not 1 <= count <= MOST_MEMBERS:
        raise HubError(
            _("第 %(n)s 条规则：“最新几份”要在 1 到 %(most)s 之间。") % {"n": number, "most": MOST_MEMBERS}
        )
    return count


def meets(rule: Rule, asset: Candidate, words: Words) -> bool:
    """True when the asset meets all that the rule names; a term stands for what is below it too."""
    if rule.get("kind") and asset.kind not in rule["kind"]:
        return False
    if not set(rule.get("tags", ())) <= set(asset.tags.get("tag", ())):
        return False
    return all(
        words.below(facet, rule[facet]) & set(asset.tags.get(facet, ())) for facet in NAMED if rule.get(facet)
    )


def members(
    candidates: Container[int],
    *,
    pins: Sequence[int],
    excluded: Iterable[int],
    brought: Sequence[Sequence[Known]],
) -> list[Placed]:
    """The kit's members: pins in their order, then what the rules bring (`brought`, per rule, newest first). Each asset
    once, at most MOST_MEMBERS. A pin that is none of `candidates` is left out: it is gone or hidden.
    """
    left_out = set(excluded)
    placed = {i: Placed(i) for i in pins if i in candidates and i not in left_out}
    for number, found in enumerate(brought):
        for asset in found:
            if asset.id not in left_out:
                placed.setdefault(asset.id, Placed(asset.id, number))
    return list(placed.values())[:MOST_MEMBERS]


def brought(rule: Rule, candidates: Sequence[Candidate], words: Words) -> list[Candidate]:
    """What one rule brings by itself, of `candidates` newest first: only what is on offer."""
    return cut(rule, [c for c in candidates if c.offered and meets(rule, c, words)])


def cut(rule: Rule, found: list[Any]) -> list[Any]:
    """Of what meets the rule, newest first, as many as it asks for."""
    return found[: int(rule["newest"])] if rule.get("newest") else found


def blueprint(
    tier: Sequence[Rule], product_type: Sequence[Rule] = (), industry: Sequence[Rule] = ()
) -> tuple[Slot, ...]:
    """The slots {kind, min, max_age_days?} of a kit, in the order of kinds."""
    merged: dict[str, Slot] = {}
    for source, slots in (("tier", tier), ("type", product_type), ("industry", industry)):
        for raw in slots:
            slot = Slot(str(raw["kind"]), max(1, int(raw.get("min", 1))), raw.get("max_age_days"), (source,))
            merged[slot.kind] = _stricter(merged[slot.kind], slot) if slot.kind in merged else slot
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(merged.values(), key=lambda s: order.get(s.kind, len(order))))


def _stricter(one: Slot, other: Slot) -> Slot:
    ages = [a for a in (one.max_age_days, other.max_age_days) if a is not None]
    because = tuple(dict.fromkeys((*one.because, *other.because)))
    return Slot(one.kind, max(one.need, other.need), min(ages) if ages else None, because)


def completeness(slots: Sequence[Slot], assets: Sequence[Candidate]) -> Completeness:
    """How these members fill the slots; only what is on offer counts."""
    return Completeness(tuple(_filling(slot, assets) for slot in slots))


def _filling(slot: Slot, assets: Sequence[Candidate]) -> Filling:
    mine = [a for a in assets if a.kind == slot.kind and a.offered]
    stale = sum(is_stale(a, slot) for a in mine)
    return Filling(slot, len(mine) - stale, stale)


def is_stale(asset: Candidate, slot: Slot | None) -> bool:
    """True when its review is overdue, or it is older than the slot allows."""
    too_old = (
        slot is not None
        and slot.max_age_days is not None
        and (asset.age is not None and asset.age > slot.max_age_days)
    )
    return asset.overdue or too_old


def age(today: date, *days: date | None) -> int | None:
    """Days since the latest of these days; None when none is known."""
    known = [d for d in days if d is not None]
    return (today - max(known)).days if known else None
