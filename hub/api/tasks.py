"""Material tasks and the coverage map they come from."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import insights, tasks, taxonomy
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(tags=["tasks"])


class TaskItem(Shape):
    """A task as lists show it. `wanted`: how many wait for it; `mine`: the caller does."""

    id: int
    title: str
    kind: str
    product: str | None
    industry: str | None
    scenario: str | None
    evidence: str
    state: str
    source: str
    due_quarter: str | None
    owner_id: int | None
    owner: str
    wanted: int
    mine: bool
    updated_at: datetime
    asset_id: int | None
    edition: int


class TaskCauseItem(Shape):
    """What speaks for a task by itself: sort gap (searches in vain), cell (weight of demand) or slot (days stale)."""

    sort: str
    key: str
    size: int


class TaskDetail(TaskItem):
    causes: list[TaskCauseItem]


class TaskMerge(Shape):
    into_id: int


class TaskFields(Shape):
    """What is left out stays as it is; an empty text takes it away, person 0 takes the name away."""

    title: str | None = Field(None, max_length=300)
    kind: str | None = None
    product: str | None = None
    industry: str | None = None
    scenario: str | None = None
    evidence: str | None = Field(None, max_length=4000)
    questions: str | None = Field(None, max_length=4000)
    due_quarter: str | None = None
    owner_id: int | None = None
    expert_id: int | None = None
    renews_id: int | None = None


class NewTask(TaskFields):
    kind: str


class ChangedTask(TaskFields):
    edition: int


class TaskMove(Shape):
    """Planned asks for a quarter, declined for a reason, published for the asset that came of it."""

    to: str = Field(max_length=12, description="proposed, planned, in_work, published or declined")
    reason: str = Field("", max_length=500)
    quarter: str = ""
    asset_id: int | None = None


class CellItem(Shape):
    """A product at a place: state filled, thin, stale, empty or idle; `heat` 0 to 5."""

    product: str
    at: str
    state: str
    have: int
    need: int
    heat: int
    deals: int
    requests: int
    misses: int


class CoverageAnswer(Shape):
    axis: str
    kinds: list[str]
    percent: int | None
    cells: list[CellItem]


@router.get("/coverage", summary="The coverage map")
def coverage(
    session: SessionDep,
    person: TokenPersonDep,
    axis: Literal["industry", "scenario"] = "industry",
    kind: str = "",
    tier: str = "",
) -> CoverageAnswer:
    """What there is for each product and industry by what the blueprint asks, weighed by demand."""
    kinds = (kind,) if kind in taxonomy.KINDS else insights.BODY
    gaps = insights.failed_searches(session, person)
    drawn = insights.coverage(session, person, axis=axis, kinds=kinds, tier=tier, gaps=gaps)
    return CoverageAnswer(
        axis=axis,
        kinds=list(kinds),
        percent=drawn.percent,
        cells=[_cell(c) for c in drawn.cells.values()],
    )


def _cell(cell: insights.Cell) -> CellItem:
    said = {n: getattr(cell, n) for n in ("product", "at", "state", "have", "need", "heat")}
    asked = {n: getattr(cell.demand, n) for n in ("deals", "requests", "misses")}
    return CellItem(**said, **asked)


class PieceItem(Shape):
    """An asset that fills a slot; `stale`: its review is overdue."""

    asset_id: int
    title: str
    owner: str
    stale: bool


class SlotItem(Shape):
    """What the blueprint asks of one kind: `state` have, stale or need; `fresh` of `need` pieces are there."""

    kind: str
    state: str
    fresh: int
    need: int
    pieces: list[PieceItem]


class GapWords(Shape):
    """A search that found nothing, and how often it was made."""

    words: str
    count: int


class DealItem(Shape):
    """An open deal behind the cell that the caller may know of; `amount` in yuan."""

    customer: str
    owner: str
    amount: Decimal | None


class CellWhole(CellItem):
    """A cell opened: slot by slot, what was searched for in vain, the deals behind it."""

    slots: list[SlotItem]
    searches: list[GapWords]
    open_deals: list[DealItem]


@router.get("/coverage/{product}/{at}", summary="One cell of the coverage map, opened")
def coverage_cell(
    session: SessionDep,
    person: TokenPersonDep,
    product: str,
    at: str,
    axis: Literal["industry", "scenario"] = "industry",
    kind: str = "",
) -> CellWhole:
    """`at` is the key of an industry, or of a scenario when that is the axis."""
    kinds = (kind,) if kind in taxonomy.KINDS else insights.BODY
    gaps = insights.failed_searches(session, person)
    drawn = insights.coverage(session, person, axis=axis, kinds=kinds, tier="", gaps=gaps)
    opened = insights.detail(session, person, drawn, product, at, gaps)
    if opened is None:
        raise NotFound(_("覆盖地图上没有这一格。"))
    return CellWhole(
        **_cell(opened.cell).model_dump(),
        slots=[_slot(s) for s in opened.cell.shelves],
        searches=[GapWords.model_validate(g) for g in opened.gaps],
        open_deals=[DealItem.model_validate(d) for d in opened.deals],
    )


def _slot(shelf: insights.Shelf) -> SlotItem:
    filling = shelf.filling
    pieces = [
        PieceItem(asset_id=p.id, title=p.title, owner=p.owner, stale=p.id in shelf.stale)
        for p in shelf.pieces
    ]
    return SlotItem(
        kind=shelf.slot.kind, state=filling.state, fresh=filling.fresh, need=shelf.slot.need, pieces=pieces
    )


class SignalItem(Shape):
    """A topic (product or tag) in an industry: requests by month, the last is this one; customers of the last 90 days
    and of the 90 before; `grows` when n ≥ 3, n − m ≥ 2 and n ≥ 1.5 m.
    """

    industry: str
    topic: str
    months: list[int]
    now: int
    before: int
    grows: bool


@router.get("/demand", summary="Demand by industry and topic")
def demand(
    session: SessionDep,
    person: TokenPersonDep,
    by: Literal["product", "tag"] = "product",
    industry: str = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[SignalItem]:
    """What customers ask for over twelve months, what grows first."""
    found = insights.signals(session, person, kind=by, industry=industry)
    plain = ("industry", "topic", "now", "before", "grows")
    items = [
        SignalItem(**{n: getattr(s, n) for n in plain}, months=list(s.months))
        for s in found[offset : offset + limit]
    ]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


class KitItem(Shape):
    """Fields for `POST /tasks`: a solution kit for an industry, with who asked for it as the evidence."""

    kind: str
    product: str
    industry: str
    title: str
    evidence: str


@router.get("/demand/kit", summary="What a task for a solution kit begins with")
def kit(
    session: SessionDep,
    person: TokenPersonDep,
    topic: str = "",
    industry: str = "",
    by: Literal["product", "tag"] = "product",
) -> KitItem:
    """Filled in from what customers ask for, of customers that everybody may know of; nothing is made yet."""
    return KitItem(**insights.kit(session, person, by, industry, topic))


@router.get("/tasks", summary="List material tasks, the most wanted first")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    state: Literal["", "proposed", "planned", "in_work", "published", "declined"] = "",
    product: str = "",
    mine: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[TaskItem]:
    """Open ones, unless a state is named."""
    states = (state,) if state else tasks.OPEN_STATES
    rows, total = tasks.find(
        session, person, states=states, product=product, mine=mine, offset=offset, limit=limit
    )
    items = [TaskItem.model_validate(r) for r in rows]
    return Listed(items=items, total=total, limit=limit, offset=offset)


@router.post("/tasks", status_code=201, summary="Propose a task")
def propose(session: SessionDep, person: TokenPersonDep, said: NewTask) -> TaskItem:
    """The open task for the same kind, product, industry and scenario is joined; the caller waits for it."""
    fields = said.model_dump()
    if not tasks.may_plan(person):
        fields |= dict.fromkeys(("owner_id", "expert_id", "due_quarter"))
    task, _merged = tasks.propose(session, tasks.Fields(**fields), by=person)
    return _item(session, person, task)


def _item(session: SessionDep, person: TokenPersonDep, task: tasks.MaterialTask) -> TaskItem:
    return TaskItem.model_validate(tasks.rows(session, [task], person)[0])


@router.get("/tasks/{task_id}", summary="Read a task")
def read(session: SessionDep, person: TokenPersonDep, task_id: int) -> TaskDetail:
    item = _item(session, person, tasks.get(session, task_id, person))
    causes = tasks.causes_of(session, [task_id]).get(task_id, [])
    return TaskDetail(**item.model_dump(), causes=[TaskCauseItem.model_validate(c) for c in causes])


@router.patch("/tasks/{task_id}", summary="Change a task")
def change(session: SessionDep, person: TokenPersonDep, task_id: int, said: ChangedTask) -> TaskItem:
    task = tasks.get(session, task_id, person)
    fields = tasks.Fields(**said.model_dump(exclude={"edition"}))
    tasks.edit(session, task, fields, edition=said.edition, by=person)
    return _item(session, person, task)


@router.post("/tasks/{task_id}/state", summary="Plan, begin, close or decline a task")
def move(session: SessionDep, person: TokenPersonDep, task_id: int, said: TaskMove) -> TaskItem:
    task = tasks.get(session, task_id, person)
    tasks.move(
        session, task, said.to, by=person, reason=said.reason, quarter=said.quarter, asset_id=said.asset_id
    )
    return _item(session, person, task)


@router.post("/tasks/{task_id}/merge", summary="Let a task go into another one")
def merge(session: SessionDep, person: TokenPersonDep, task_id: int, said: TaskMerge) -> TaskItem:
    """Who waits, evidence and questions come along; the answer is the task that goes on."""
    task = tasks.get(session, task_id, person)
    tasks.must_merge(person)
    into = tasks.get(session, said.into_id, person)
    tasks.merge(session, task, into, by=person)
    return _item(session, person, into)


@router.put("/tasks/{task_id}/want", summary="Wait for it: be told when it is there")
def want(session: SessionDep, person: TokenPersonDep, task_id: int) -> TaskItem:
    task = tasks.get(session, task_id, person)
    tasks.want(session, task, by=person)
    return _item(session, person, task)


@router.delete("/tasks/{task_id}/want", summary="Wait for it no longer")
def unwant(session: SessionDep, person: TokenPersonDep, task_id: int) -> TaskItem:
    task = tasks.get(session, task_id, person)
    tasks.unwant(session, task, by=person)
    return _item(session, person, task)
