"""What speaks for a material task by itself, and when it may speak again. Pure calculation.

A *cause* is one of three sorts, strongest first. A *gap*: a search that left people wanting; its size is how often it
was made, or how many need it if they are more. A *cell*: an empty cell of the coverage map; its size is the weight of
its demand. A *slot*: a piece of material past its review, expired or behind the scope of its launch, where a toolkit
or a launch needs one; its size is for how many days.

The rules of filing:

- A cause speaks for the open task that has it already, else for the open task of its *place* (kind × product ×
  industry, whatever the scenario), else a new task is proposed for the place; causes of one place make one task.
- A cause is on a task once, with its size of today; whoever waits because of it is entered once, so that who then said
  "not me" is not entered again.
- A task that was declined holds its place back until the evidence has *grown*: until the sizes of one sort add up to
  twice what they were then, and to at least 3 more. The causes of a task that was published hold back likewise, but
  only those same ones: another gap, or an asset that is stale once more, speaks at once.
- A new task is a proposal without an owner. Nobody is told of it; whoever waits hears once, of how it ends.
- At most 20 proposals of the hub's own wait for an owner; while so many do, only what is there is kept up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SORTS = ("gap", "cell", "slot")
MOST_UNTAKEN = 20
TIMES, MORE = 2, 3  # how far evidence must grow after a decline
Place = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Cause:
    """See the module. `refers` names what to look at (table → ids), `people` who waits, `renews_id` the asset to start
    from; `demo` that it is about a product or an asset of the demo.
    """

    sort: str
    key: str
    kind: str
    product: str | None
    industry: str | None
    size: int
    refers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    people: tuple[int, ...] = ()
    renews_id: int | None = None
    demo: bool = False

    @property
    def place(self) -> Place:
        return (self.kind, self.product, self.industry)

    @property
    def name(self) -> tuple[str, str]:
        return (self.sort, self.key)

    @property
    def rank(self) -> tuple[int, int, str]:
        """The order of causes: by sort, the largest first."""
        return (SORTS.index(self.sort), -self.size, self.key)


def by_place(causes: Iterable[Cause]) -> list[tuple[Place, list[Cause]]]:
    """The causes by the task they ask for, the strongest place first; in whatever order they come."""
    found: dict[Place, list[Cause]] = {}
    for cause in sorted(causes, key=lambda c: c.rank):
        found.setdefault(cause.place, []).append(cause)
    return list(found.items())


def sums(sized: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Per sort, the sizes together."""
    found: dict[str, int] = {}
    for sort, size in sized:
        found[sort] = found.get(sort, 0) + size
    return found


def has_grown(then: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """The measure after a decline, of sums per sort; see the module."""
    return any(n >= max(TIMES * then.get(s, 0), then.get(s, 0) + MORE) for s, n in now.items())
