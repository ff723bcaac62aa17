"""Requirements: list, read, create, edit, RICE, the steps of their life, material."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import accounts, requirements
from hub.api.shapes import AssetItem, Limit, Listed, Offset, Shape, asset_item, must_exist
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/requirements", tags=["requirements"])


class DemandItem(Shape):
    """The requests behind it that the caller may know of; `revenue` by currency."""

    requests: int
    customers: int
    revenue: dict[str, Decimal]


class RequirementItem(Shape):
    """A requirement as lists show it."""

    id: int
    key: str
    title: str
    product: str | None
    state: str
    quarter: str | None
    level: str
    score: Decimal | None
    restricted: bool
    manager: str
    updated_at: datetime
    shipped_at: datetime | None
    demand: DemandItem
    at_odds: str = Field("", description="revenue or score, whichever is high while the other is low")


class Earlier(Shape):
    """What was said of a factor before."""

    value: Decimal
    unit: str
    by: str
    at: datetime
    reason: str


class FactorItem(Shape):
    """One RICE factor as it was said last; effort, and its `parts`, in days. `before` is its history, newest first."""

    name: str
    value: Decimal | None
    unit: str
    by: str
    at: datetime | None
    reason: str
    parts: dict[str, Decimal]
    before: list[Earlier]


class QuoteItem(Shape):
    """A customer's own words."""

    id: int
    text: str
    customer: str
    revenue: Decimal | None
    currency: str
    urgency: str
    needed_by: date | None
    owner: str
    at: datetime


class MaterialItem(Shape):
    """What fills a role of the launch; `outdated`: the requirement changed since."""

    material_id: int
    role: str
    asset: AssetItem
    outdated: bool


class StepItem(Shape):
    at: datetime
    to_state: str
    by: str
    note: str


class RequirementWhole(Shape):
    """A requirement with everything about it that the caller may see."""

    id: int
    key: str
    title: str
    summary: str
    product: str | None
    state: str
    quarter: str | None
    level: str
    score: Decimal | None
    manager: str
    expert: str
    limits: str
    outcome_words: str
    decision: str
    demand: DemandItem
    factors: list[FactorItem]
    quotes: list[QuoteItem]
    steps: list[StepItem]
    material: list[MaterialItem]
    revision: int = Field(description="rises with a slip, another scope and a reopening")
    merged_into: str | None = Field(
        description="the key of what it was merged into, where the caller may read that"
    )
    edition: int
    updated_at: datetime


class OpenTo(Shape):
    """Whom a restricted requirement is open to beside those who work on it; both empty opens it to all."""

    team_ids: list[int] = Field(default_factory=list, max_length=200)
    person_ids: list[int] = Field(default_factory=list, max_length=200)


class RequirementFields(Shape):
    """What is left out stays as it is; an empty text or 0 empties it."""

    title: str | None = Field(None, max_length=300)
    summary: str | None = Field(None, max_length=5000)
    product: str | None = None
    quarter: str | None = Field(None, description="2026Q4")
    level: Literal["L1", "L2", "L3"] | None = None
    manager_id: int | None = None
    expert_id: int | None = None
    limits: str | None = Field(None, max_length=5000)
    outcome_words: str | None = Field(None, max_length=5000)
    open_to: OpenTo | None = None


class NewRequirement(RequirementFields):
    title: str = Field(max_length=300)


class ChangedRequirement(RequirementFields):
    edition: int
    reason: str = Field(
        "", max_length=500, description="why the scope or the quarter of what is planned changes"
    )


class Input(Shape):
    """`unit`: of effort days or months (the pool's own when empty), of reach customers or users. Effort may come as
    `parts` (development, design, test, training) that make the sum.
    """

    value: Decimal | None = None
    unit: Literal["", "days", "months", "customers", "users"] = ""
    parts: dict[Literal["development", "design", "test", "training"], Decimal] = Field(default_factory=dict)
    reason: str = Field("", max_length=1000)


class NextState(Shape):
    """The next state, with the words that it needs: a note, the quarter, the limits, what a seller may say."""

    to: str
    note: str = Field("", max_length=2000)
    quarter: str | None = None
    outcome_words: str | None = Field(None, max_length=5000)
    limits: str | None = Field(None, max_length=5000)


class Attached(Shape):
    asset_id: int
    role: str = requirements.RELATED


def _whole(session: SessionDep, found: requirements.Requirement, person: accounts.Actor) -> RequirementWhole:
    seen = requirements.view(session, found, person)
    filled = [(slot.role, item) for slot in seen.slots for item in slot.items]
    filled += [(requirements.RELATED, item) for item in seen.related]
    plain = (
        "id", "key", "title", "summary", "product", "state", "quarter", "level", "score", "limits",
        "outcome_words", "decision", "revision", "edition", "updated_at",
    )  # fmt: skip
    return RequirementWhole(
        **{n: getattr(found, n) for n in plain},
        merged_into=_merged_into(session, found, person),
        manager=seen.manager,
        expert=seen.expert,
        demand=DemandItem.model_validate(seen.demand),
        factors=[_factor(f) for f in seen.factors],
        quotes=[QuoteItem.model_validate(q) for q in seen.quotes],
        steps=[StepItem(at=s.at, to_state=s.to_state, by=by, note=s.note) for s, by in seen.steps],
        material=[
            MaterialItem(material_id=i.material_id, role=role, asset=asset_item(i.card), outdated=i.outdated)
            for role, i in filled
        ],
    )


def _merged_into(session: SessionDep, found: requirements.Requirement, person: accounts.Actor) -> str | None:
    if found.merged_into_id is None:
        return None
    kin = requirements.kin(session, found, person)
    return next((k.key for k in kin if k.relation == "merged_into"), None)


def _factor(factor: requirements.Factor) -> FactorItem:
    plain = ("name", "value", "unit", "by", "at", "reason", "parts")
    names = ("value", "unit", "by", "at", "reason")
    before = [Earlier(**dict(zip(names, said, strict=True))) for said in factor.before]
    return FactorItem.model_validate({n: getattr(factor, n) for n in plain} | {"before": before})


@router.get("", summary="List requirements")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    state: str = "",
    product: str = "",
    quarter: str = "",
    q: str = "",
    mine: bool = False,
    sort: Literal["updated", "score", "revenue", "quarter", "oldest"] = "updated",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[RequirementItem]:
    """`mine`: those the caller manages, estimates, or asked for. `state`: a state, or no_effort, at_odds (score and
    revenue disagree), attention or merged. Sorted by revenue, what is expected in yuan counts.
    """
    wanted = requirements.Filter(state=state, product=product, quarter=quarter, text=q, mine=mine, sort=sort)
    found, total = requirements.find(session, person, wanted, offset=offset, limit=limit)
    odds = requirements.disagreements(session, person) if found else {}
    items = [
        RequirementItem.model_validate(r).model_copy(update={"at_odds": odds.get(r.id, "")}) for r in found
    ]
    return Listed(items=items, total=total, limit=limit, offset=offset)


def _fields(said: RequirementFields) -> requirements.Fields:
    to = (said.open_to.team_ids, said.open_to.person_ids) if said.open_to else None
    plain = said.model_dump(exclude={"edition", "reason", "open_to"})
    return requirements.Fields(**plain, restricted_to=to)


@router.post("", status_code=201, summary="Create a requirement")
def create(session: SessionDep, person: TokenPersonDep, said: NewRequirement) -> RequirementWhole:
    must_exist(session, said.manager_id or None, said.expert_id or None)
    return _whole(session, requirements.create(session, _fields(said), by=person), person)


@router.get("/{key}", summary="Read a requirement")
def read(session: SessionDep, person: TokenPersonDep, key: str) -> RequirementWhole:
    return _whole(session, requirements.get(session, key, person), person)


@router.patch("/{key}", summary="Change a requirement")
def edit(session: SessionDep, person: TokenPersonDep, key: str, said: ChangedRequirement) -> RequirementWhole:
    found = requirements.get(session, key, person)
    must_exist(session, said.manager_id or None, said.expert_id or None)
    requirements.edit(session, found, _fields(said), edition=said.edition, reason=said.reason, by=person)
    return _whole(session, found, person)


@router.put("/{key}/rice/{factor}", summary="Say one RICE factor")
def say(
    session: SessionDep,
    person: TokenPersonDep,
    key: str,
    factor: Literal["reach", "impact", "confidence", "effort"],
    said: Input,
) -> RequirementWhole:
    """Effort is the technical expert's to say, and nobody else's."""
    found = requirements.get(session, key, person)
    parts = {str(name): share for name, share in said.parts.items()}
    requirements.set_input(
        session, found, factor, said.value, unit=said.unit, parts=parts, reason=said.reason, by=person
    )
    return _whole(session, found, person)


@router.post("/{key}/state", summary="Bring a requirement to its next state")
def move(session: SessionDep, person: TokenPersonDep, key: str, said: NextState) -> RequirementWhole:
    """Whoever asked for it is told. Planned, parked and declined are decided in a running review meeting."""
    found = requirements.get(session, key, person)
    requirements.advance(
        session,
        found,
        said.to,
        by=person,
        note=said.note,
        quarter=said.quarter,
        outcome_words=said.outcome_words,
        limits=said.limits,
    )
    return _whole(session, found, person)


@router.post("/{key}/material", status_code=201, summary="Attach an asset")
def attach(session: SessionDep, person: TokenPersonDep, key: str, said: Attached) -> RequirementWhole:
    found = requirements.get(session, key, person)
    requirements.attach(session, found, said.asset_id, role=said.role, by=person)
    return _whole(session, found, person)


@router.delete("/{key}/material/{material_id}", summary="Take an asset off")
def detach(session: SessionDep, person: TokenPersonDep, key: str, material_id: int) -> RequirementWhole:
    found = requirements.get(session, key, person)
    requirements.detach(session, found, material_id, by=person)
    return _whole(session, found, person)


@router.delete("/{key}", status_code=204, summary="Put a requirement in the trash")
def trash(session: SessionDep, person: TokenPersonDep, key: str) -> None:
    requirements.trash(session, requirements.get(session, key, person), by=person)


@router.post("/{key}/restore", summary="Bring a requirement back from the trash")
def restore(session: SessionDep, person: TokenPersonDep, key: str) -> RequirementWhole:
    found = requirements.get(session, key, person, trashed=True)
    requirements.restore(session, found, by=person)
    return _whole(session, found, person)
