"""Launch plans: list, read, goals and signatures, lines, resources, results."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from hub import launches, requirements
from hub.api.shapes import Limit, Listed, Offset, Shape, must_exist
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/launches", tags=["launches"])
Which = Literal["", "unsigned", "late", "conflict", "running", "reviewed"]
Sort = Literal["release", "updated", "late", "title"]


class Late(Shape):
    id: int
    name: str


class PlanItem(Shape):
    """A plan as lists show it; `key` is the requirement's. `released`: the day it ships as far as anybody knows."""

    key: str
    title: str
    product: str | None
    state: str = Field(description="of the requirement")
    quarter: str | None
    released: date | None
    shipped: bool
    stage: str = Field(description="goals, sign, product, operations, signed or reviewed")
    signed: list[str]
    manager: str
    owner: str
    done: int
    lines: int
    late: list[Late]
    conflicts: int
    lights: list[str]


class ResultItem(Shape):
    reached: Decimal
    target: Decimal
    light: str
    note: str
    by: str
    on: date


class GoalItem(Shape):
    """`results`: the newest first."""

    id: int
    title: str
    target: Decimal
    unit: str
    after_days: int | None
    due: date | None
    results: list[ResultItem]


class SignatureItem(Shape):
    """A side's word for `goals`; one with `void_on` no longer stands."""

    side: str
    by: str
    on: date
    goals: list[dict[str, object]]
    void_on: date | None
    void_by: str
    void_why: str


class LineItem(Shape):
    """`hands`: part, id and name of whoever else has a part. `due` follows the release unless it is fixed."""

    id: int
    kind: str
    title: str
    place: str
    owner_id: int
    owner: str
    hands: list[tuple[str, int, str]]
    after_days: int | None
    fixed_on: date | None
    due: date | None
    late: bool
    conflict: bool
    done_on: date | None
    edition: int


class ResourceItem(Shape):
    id: int
    sort: str
    title: str
    amount: Decimal | None
    currency: str


class PlanWhole(PlanItem):
    """A plan with everything in it."""

    summary: str
    goals: list[GoalItem]
    goals_edition: int
    signatures: list[SignatureItem]
    lines_of: list[LineItem]
    resources: list[ResourceItem]
    edition: int


class PlanFields(Shape):
    """What is left out stays; an empty text or 0 empties it. `release_on` lies in the planned quarter."""

    title: str | None = Field(None, max_length=200)
    summary: str | None = Field(None, max_length=4000)
    owner_id: int | None = None
    release_on: date | None = None
    no_release: bool = False


class NewPlan(PlanFields):
    requirement: str = Field(max_length=40, description="its key")


class ChangedPlan(PlanFields):
    edition: int


class GoalSaid(Shape):
    """`edition`: the plan's `goals_edition` that the caller saw."""

    title: str = Field(max_length=200)
    target: Decimal
    unit: str = Field("", max_length=30)
    after_days: int | None = None
    edition: int | None = None


class LineSaid(Shape):
    """One person accountable; `hands`: person → responsible, consulted or informed. Due so many days after the release
    (before it: below zero), or on a fixed day.
    """

    kind: Literal["work", "campaign"] = "work"
    title: str = Field(max_length=200)
    owner_id: int
    place: str = Field("", max_length=120)
    after_days: int | None = None
    fixed_on: date | None = None
    hands: dict[int, Literal["responsible", "consulted", "informed"]] | None = None
    edition: int | None = None


class Signing(Shape):
    side: Literal["product", "operations"]
    edition: int | None = None


class TakingBack(Shape):
    side: Literal["product", "operations"]
    reason: str = Field(max_length=300)


class Judged(Shape):
    reached: Decimal
    light: Literal["", "green", "yellow", "red"] = ""
    note: str = Field("", max_length=500)


class ResourceSaid(Shape):
    sort: Literal["people", "budget", "material"]
    title: str = Field(max_length=200)
    amount: Decimal | None = None
    currency: str = Field("", max_length=3)


class Done(Shape):
    done: bool = True


ITEM = ("key", "title", "product", "state", "quarter", "released", "shipped", "stage", "manager", "owner")


def _item(r: launches.Row) -> PlanItem:
    return PlanItem(
        **{n: getattr(r, n) for n in (*ITEM, "done", "lines", "conflicts")},
        signed=list(r.signed),
        late=[Late(id=i, name=name) for i, name in r.late],
        lights=list(r.lights),
    )


def _line(n: launches.Line) -> LineItem:
    plain = (
        "id",
        "kind",
        "title",
        "place",
        "owner_id",
        "owner",
        "due",
        "late",
        "conflict",
        "done_on",
        "edition",
    )
    return LineItem(
        **{name: getattr(n, name) for name in plain},
        hands=list(n.hands),
        after_days=n.when.after_days,
        fixed_on=n.when.fixed_on,
    )


def _whole(session: SessionDep, plan: launches.LaunchPlan, person: TokenPersonDep) -> PlanWhole:
    seen = launches.view(session, plan, person)
    return PlanWhole(
        **_item(seen.row).model_dump(),
        summary=plan.summary,
        goals=[GoalItem.model_validate(g) for g in seen.goals],
        goals_edition=plan.goals_edition,
        signatures=[SignatureItem.model_validate(s) for s in seen.signatures],
        lines_of=[_line(n) for n in seen.lines],
        resources=[ResourceItem.model_validate(r) for r in seen.resources],
        edition=plan.edition,
    )


@router.get("", summary="List launch plans, the nearest release first")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    which: Which = "",
    product: str = "",
    quarter: str = "",
    q: Annotated[str, Query(max_length=100)] = "",
    sort: Sort = "release",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[PlanItem]:
    """`which`: unsigned, late (somebody is), conflict (a fixed day and a moved release), running, reviewed. `q`: words
    of the plan, of its goals and lines, or of its requirement. `sort`: release, updated, late (most first), title.
    """
    wanted = launches.Filter(product=product, quarter=quarter, text=q, sort=sort)
    found = [r for r in launches.rows(session, person, wanted) if launches.belongs(r, which)]
    items = [_item(r) for r in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Begin the launch plan of a requirement")
def create(session: SessionDep, person: TokenPersonDep, said: NewPlan) -> PlanWhole:
    found = requirements.get(session, said.requirement, person)
    must_exist(session, said.owner_id or None)
    fields = launches.Fields(**said.model_dump(exclude={"requirement"}))
    return _whole(session, launches.create(session, found, fields, by=person), person)


@router.get("/{key}", summary="Read a launch plan")
def read(session: SessionDep, person: TokenPersonDep, key: str) -> PlanWhole:
    return _whole(session, launches.get(session, key, person), person)


@router.patch("/{key}", summary="Change name, lead, summary or the expected day")
def edit(session: SessionDep, person: TokenPersonDep, key: str, said: ChangedPlan) -> PlanWhole:
    plan = launches.get(session, key, person)
    must_exist(session, said.owner_id or None)
    fields = launches.Fields(**said.model_dump(exclude={"edition"}))
    launches.edit(session, plan, fields, edition=said.edition, by=person)
    return _whole(session, plan, person)


@router.post("/{key}/goals", status_code=201, summary="Add a goal")
def add_goal(session: SessionDep, person: TokenPersonDep, key: str, said: GoalSaid) -> PlanWhole:
    """What was signed no longer stands."""
    plan = launches.get(session, key, person, hold=True)
    fields = launches.GoalFields(**said.model_dump(exclude={"edition"}))
    launches.set_goal(session, plan, fields, edition=said.edition, by=person)
    return _whole(session, plan, person)


@router.put("/{key}/goals/{goal_id}", summary="Change a goal")
def edit_goal(
    session: SessionDep, person: TokenPersonDep, key: str, goal_id: int, said: GoalSaid
) -> PlanWhole:
    """What was signed no longer stands."""
    plan = launches.get(session, key, person, hold=True)
    goal = launches.goal_of(session, plan, goal_id)
    fields = launches.GoalFields(**said.model_dump(exclude={"edition"}))
    launches.set_goal(session, plan, fields, goal=goal, edition=said.edition, by=person)
    return _whole(session, plan, person)


@router.delete("/{key}/goals/{goal_id}", summary="Take a goal out")
def end_goal(session: SessionDep, person: TokenPersonDep, key: str, goal_id: int) -> PlanWhole:
    plan = launches.get(session, key, person, hold=True)
    launches.end_goal(session, plan, launches.goal_of(session, plan, goal_id), by=person)
    return _whole(session, plan, person)


@router.post("/{key}/goals/{goal_id}/results", status_code=201, summary="Write what was reached")
def judge(session: SessionDep, person: TokenPersonDep, key: str, goal_id: int, said: Judged) -> PlanWhole:
    """After the release, against goals that both sides signed. Without `light` the number decides."""
    plan = launches.get(session, key, person, hold=True)
    goal = launches.goal_of(session, plan, goal_id)
    launches.judge(session, plan, goal, said.reached, light=said.light, note=said.note, by=person)
    return _whole(session, plan, person)


@router.post("/{key}/signatures", status_code=201, summary="Sign for one's own side")
def sign(session: SessionDep, person: TokenPersonDep, key: str, said: Signing) -> PlanWhole:
    plan = launches.get(session, key, person, hold=True)
    launches.sign(session, plan, said.side, edition=said.edition, by=person)
    return _whole(session, plan, person)


@router.post("/{key}/signatures/take-back", summary="Take one's side's signature back")
def unsign(session: SessionDep, person: TokenPersonDep, key: str, said: TakingBack) -> PlanWhole:
    plan = launches.get(session, key, person, hold=True)
    launches.unsign(session, plan, said.side, reason=said.reason, by=person)
    return _whole(session, plan, person)


@router.post("/{key}/lines", status_code=201, summary="Add work or a campaign date")
def add_line(session: SessionDep, person: TokenPersonDep, key: str, said: LineSaid) -> PlanWhole:
    plan = launches.get(session, key, person)
    launches.set_line(session, plan, _fields(session, said), by=person)
    return _whole(session, plan, person)


def _fields(session: SessionDep, said: LineSaid) -> launches.LineFields:
    must_exist(session, said.owner_id, *(said.hands or {}))
    return launches.LineFields(**said.model_dump(exclude={"edition"}))


@router.put("/{key}/lines/{line_id}", summary="Change a line")
def edit_line(
    session: SessionDep, person: TokenPersonDep, key: str, line_id: int, said: LineSaid
) -> PlanWhole:
    plan = launches.get(session, key, person)
    line = launches.line_of(session, plan, line_id)
    launches.set_line(session, plan, _fields(session, said), line=line, edition=said.edition, by=person)
    return _whole(session, plan, person)


@router.put("/{key}/lines/{line_id}/done", summary="Say that a line is done, or not")
def done(session: SessionDep, person: TokenPersonDep, key: str, line_id: int, said: Done) -> PlanWhole:
    """Also by who is accountable or responsible for it."""
    plan = launches.get(session, key, person)
    launches.done(session, plan, launches.line_of(session, plan, line_id), is_done=said.done, by=person)
    return _whole(session, plan, person)


@router.post("/{key}/lines/{line_id}/keep", summary="Keep a fixed day although the release moved")
def keep(session: SessionDep, person: TokenPersonDep, key: str, line_id: int) -> PlanWhole:
    plan = launches.get(session, key, person)
    launches.keep(session, plan, launches.line_of(session, plan, line_id), by=person)
    return _whole(session, plan, person)


@router.delete("/{key}/lines/{line_id}", summary="Take a line out")
def drop_line(session: SessionDep, person: TokenPersonDep, key: str, line_id: int) -> PlanWhole:
    plan = launches.get(session, key, person)
    launches.drop_line(session, plan, launches.line_of(session, plan, line_id), by=person)
    return _whole(session, plan, person)


@router.post("/{key}/resources", status_code=201, summary="Add a resource")
def add_resource(session: SessionDep, person: TokenPersonDep, key: str, said: ResourceSaid) -> PlanWhole:
    plan = launches.get(session, key, person)
    launches.add_resource(
        session, plan, said.sort, said.title, amount=said.amount, currency=said.currency, by=person
    )
    return _whole(session, plan, person)


@router.delete("/{key}/resources/{resource_id}", summary="Take a resource out")
def drop_resource(session: SessionDep, person: TokenPersonDep, key: str, resource_id: int) -> PlanWhole:
    plan = launches.get(session, key, person)
    launches.drop_resource(session, plan, launches.resource_of(session, plan, resource_id), by=person)
    return _whole(session, plan, person)
