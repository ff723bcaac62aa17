"""The coverage map: what there is of each kind for each product and industry, and how much it is asked for. Pure.

A *cell* is a product at a place on the other axis (an industry, or a scenario). It is *filled* when all that the
blueprint asks of the kinds looked at is there and fresh, *stale* when it is there but has to be looked at, *thin* when
some is there, *empty* when nothing was made for it, and *idle* when nothing is there and nobody asks. A *shelf* is one
slot of a cell with what fills it. A *gap* is a search that found nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.toolkits import Filling, Slot

BODY = ("product_intro", "solution", "case_study", "faq")
# What has to be made for the place itself; all else may be for the product as a whole and counts everywhere.
OF_A_PLACE = frozenset({"solution", "case_study", "talk_track", "bid_response"})
STATES = ("filled", "thin", "stale", "empty", "idle")
HEAT = 5
DEAL, REQUEST, MISS, WAN = (
    3,
    2,
    1,
    Decimal(200_000),
)  # what each adds to the weight; one more per 200,000 yuan


@dataclass(frozen=True)
class Piece:
    """A piece of material on offer. `places` are keys on the axis, empty for material of the product as a whole."""

    id: int
    title: str
    kind: str
    products: frozenset[str]
    places: frozenset[str]
    age: int | None  # days since it was offered or found right
    overdue: bool
    owner: str = ""


@dataclass(frozen=True)
class Gap:
    """A search that found nothing: its words, where it belongs if that is known, how often, and who waits."""

    words: str
    count: int
    product: str | None = None
    industry: str | None = None
    scenario: str | None = None
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class Demand:
    """Who asks for a cell: open deals and their sum in yuan, requests, searches that found nothing."""

    deals: int = 0
    amount: Decimal = Decimal(0)
    requests: int = 0
    misses: int = 0

    @property
    def weight(self) -> int:
        return DEAL * self.deals + REQUEST * self.requests + MISS * self.misses + int(self.amount / WAN)


@dataclass(frozen=True)
class Shelf:
    """One slot of a cell: what the blueprint asks, and the pieces that are there."""

    slot: Slot
    pieces: tuple[Piece, ...]
    stale: frozenset[int]

    @property
    def filling(self) -> Filling:
        return Filling(self.slot, len(self.pieces) - len(self.stale), len(self.stale))


@dataclass(frozen=True)
class Cell:
    """A product at a place. `heat` is 0 to 5, of the hottest cell of the map."""

    product: str
    at: str
    shelves: tuple[Shelf, ...]
    demand: Demand = field(default_factory=Demand)
    expected: bool = False  # a kit stands for it, so it is sold there
    heat: int = 0

    @property
    def need(self) -> int:
        return len(self.shelves)

    @property
    def have(self) -> int:
        """How many slots have enough pieces, fresh or not."""
        return sum(s.filling.state != "need" for s in self.shelves)

    @property
    def share(self) -> float:
        """How far the slots are filled, 0 to 1."""
        return sum(s.filling.share for s in self.shelves) / len(self.shelves) if self.shelves else 0.0

    @property
    def of_its_own(self) -> bool:
        """True when something was made for this place: a solution, a case; any piece of kinds that serve everywhere."""
        own = [s for s in self.shelves if s.slot.kind in OF_A_PLACE] or self.shelves
        return any(s.pieces for s in own)

    @property
    def state(self) -> str:
        states = {s.filling.state for s in self.shelves}
        if self.shelves and states == {"have"}:
            return "filled"
        if not self.of_its_own:
            return "empty" if self.demand.weight or self.expected else "idle"
        return "thin" if "need" in states else "stale"


def place(
    product: str,
    at: str,
    slots: Sequence[Slot],
    pieces: Iterable[Piece],
    *,
    below: frozenset[str] | set[str],
    demand: Demand,
    expected: bool,
) -> Cell:
    """The cell of a product at a place; `below` are the keys that stand for the place, itself included."""
    mine = [p for p in pieces if product in p.products and (not p.places or p.places & below)]
    return Cell(product, at, tuple(_shelf(slot, mine) for slot in slots), demand, expected)


def _shelf(slot: Slot, pieces: Sequence[Piece]) -> Shelf:
    fitting = tuple(p for p in pieces if p.kind == slot.kind and (p.places or slot.kind not in OF_A_PLACE))
    return Shelf(slot, fitting, frozenset(p.id for p in fitting if _is_stale(p, slot)))


def _is_stale(piece: Piece, slot: Slot) -> bool:
    too_old = slot.max_age_days is not None and piece.age is not None and piece.age > slot.max_age_days
    return piece.overdue or too_old


def heat(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with their heat: the weight as fifths of the greatest, at least one where anybody asks."""
    most = max((c.demand.weight for c in cells), default=0)
    return [
        Cell(c.product, c.at, c.shelves, c.demand, c.expected, _fifths(c.demand.weight, most)) for c in cells
    ]


def _fifths(weight: int, most: int) -> int:
    return -(-weight * HEAT // most) if most else 0


def rate(cells: Iterable[Cell]) -> int | None:
    """How much of the demand is covered, in percent; without any demand the plain mean; None without a cell."""
    real = [c for c in cells if c.state != "idle" and c.shelves]
    weights = [c.demand.weight for c in real] if any(c.demand.weight for c in real) else [1] * len(real)
    total = sum(weights)
    if not total:
        return None
    return int(100 * sum(w * c.share for w, c in zip(weights, real, strict=True)) / total + 1e-9)


def urgent(cells: Iterable[Cell], count: int = 3) -> list[Cell]:
    """What to mend first: asked for most and filled least."""
    open_cells = [c for c in cells if c.state in {"empty", "thin", "stale"} and c.demand.weight]
    return sorted(open_cells, key=lambda c: (-c.demand.weight * (1 - c.share), c.product, c.at))[:count]


def demand_of(
    deals: Mapping[tuple[str, str], tuple[int, Decimal]],
    requests: Mapping[tuple[str, str], int],
    misses: Mapping[tuple[str, str], int],
    product: str,
    keys: Iterable[str],
) -> Demand:
    """The demand of a product at a place, of all the keys that stand for it."""
    pairs = [(product, k) for k in keys]
    return Demand(
        sum(deals.get(p, (0, Decimal(0)))[0] for p in pairs),
        sum((deals.get(p, (0, Decimal(0)))[1] for p in pairs), Decimal(0)),
        sum(requests.get(p, 0) for p in pairs),
        sum(misses.get(p, 0) for p in pairs),
    )
