"""The shapes of cross-department proposals by REST."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from hub.api.shapes import Shape

Id = Annotated[int, Field(ge=1, lt=2**31)]


class VentureItem(Shape):
    """A proposal as lists show it. `total`: the base scenario; `signed` of `parties` approved it as it stands."""

    id: int
    title: str
    with_whom: str
    product: str | None
    state: str
    outcome: str
    owner: str
    owner_id: int | None
    currency: str
    total: Decimal
    parties: int
    signed: int
    next_step: str
    due_on: date | None
    restricted: bool
    updated_at: datetime
    edition: int


class PartyItem(Shape):
    """A party; `verdict` is what it said to the present revision, None for nothing yet."""

    id: int
    name: str
    kind: str
    share: Decimal | None
    why: str
    approver_id: int | None
    signs: str
    verdict: str | None
    said_at: datetime | None


class SaidItem(Shape):
    party: str
    revision: int
    verdict: str
    signer: str
    recorder: str
    note: str
    at: datetime
    void_at: datetime | None
    void_why: str


class DealItem(Shape):
    id: int
    opportunity_id: int | None
    customer: str
    title: str
    amount: Decimal | None
    currency: str
    day: date | None
    source: str


class PictureItem(Shape):
    """A picture of the architecture or a process."""

    id: int
    kind: str
    caption: str


class StepItem(Shape):
    id: int
    held_on: date
    whom: str
    outcome: str
    note: str
    next_step: str
    owner_id: int | None
    owner: str
    due_on: date
    done_at: datetime | None


class LackItem(Shape):
    section: str
    sentence: str
    blocks: bool


class EvidenceItem(Shape):
    """What won bids say of the assumed prices: verdict not_enough, within or outside."""

    verdict: str
    counted: int
    lowest: Decimal | None
    highest: Decimal | None
    sentences: list[str]


class WholeVenture(Shape):
    """A proposal with all its sections. `totals` are low, base and high."""

    item: VentureItem
    summary: str
    background: str
    need: str
    gain: str
    cares: str
    pricing: str
    revision: int
    segments: list[dict[str, Any]]
    totals: list[Decimal]
    parts: list[dict[str, Any]]
    boundary: list[dict[str, Any]]
    bids: list[DealItem]
    deals: list[DealItem]
    evidence: EvidenceItem
    parties: list[PartyItem]
    history: list[SaidItem]
    steps: list[StepItem]
    pictures: list[PictureItem]
    lacks: list[LackItem]
    percent: int
    deck: "DeckState | None" = None


class NewVenture(Shape):
    title: str = Field(max_length=200)
    with_whom: str = Field("", max_length=200)
    summary: str = Field("", max_length=1000)
    product: str = ""
    currency: str = "CNY"
    team_ids: list[Id] = Field(default_factory=list)
    person_ids: list[Id] = Field(default_factory=list)


class OpenTo(Shape):
    """Teams and people beside those who sign and the owner; both empty opens it to all."""

    team_ids: list[Id] = Field(default_factory=list)
    person_ids: list[Id] = Field(default_factory=list)


class SectionSaid(Shape):
    """One section. `fields` for about, contact and split (with `parties`), `rows` for lists. With about `open_to`
    says whom the proposal is open to; what is left out stays as it is.
    """

    edition: int
    open_to: OpenTo | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    rows: list[dict[str, Any]] = Field(default_factory=list)


class Written(Shape):
    """`voided`: approvals are void by this edit."""

    voided: bool
    edition: int
    revision: int


class VentureMove(Shape):
    to: str = Field(max_length=12, description="with_parties, draft or ended")
    edition: int
    reason: str = Field("", max_length=500)


class Word(Shape):
    verdict: Literal["approved", "declined"]
    edition: int
    note: str = Field("", max_length=500)
    signer: str = Field("", max_length=120)


class NewStep(Shape):
    outcome: str
    next_step: str = Field(max_length=300)
    owner_id: Id
    due_on: date
    whom: str = Field("", max_length=200)
    note: str = Field("", max_length=1000)
    held_on: date | None = None


class DeckWish(Shape):
    """What the deck is to be made with; None: the built-in template."""

    template_id: int | None = None


class TokenItem(Shape):
    """A token that a template for proposals may use; `[]` is each item of a list."""

    token: str
    group: str
    meaning: str


class DeckState(Shape):
    """waiting, ready or failed; of which edition of the proposal, with which template (None: the built-in one)."""

    edition: int
    template_id: int | None
    state: str
    size: int
    error: str
    warnings: list[str]
