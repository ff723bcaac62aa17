"""Material tasks: the board by quarter, the list, one task, and the steps of its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, insights, tasks, taxonomy
from hub.base import clock, formats
from hub.base.errors import HubError
from hub.base.formats import ago, day
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.task_causes import Origin, origins
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
CLOSED = ("published", "declined")
FACETS = ("product", "industry", "scenario")


@dataclass(frozen=True)
class TaskRow:
    """A task in a list or on the board. `where` says product, industry and scenario."""

    id: int
    title: str
    kind: str
    where: str
    evidence: str
    state: str
    quarter: str
    owner: str
    wanted: str
    mine: bool
    late: bool
    url: str
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Column:
    title: str
    note: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True)
class TasksPage:
    """See templates/tasks/index.html."""

    tabs: tuple[Tab, ...]
    view: str
    columns: tuple[Column, ...]
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True)
class TaskPage:
    """See templates/tasks/page.html."""

    id: int
    row: TaskRow
    questions: str
    reason: str
    expert: str
    since: str
    renews: tuple[str, str] | None
    asset: tuple[str, str] | None
    wants: tuple[tuple[str, str, str], ...]
    moves: tuple[tuple[str, str], ...]
    may_edit: bool
    may_merge: bool
    is_open: bool
    edition: int
    form: "TaskForm"
    others: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TaskForm:
    """The fields of a task and what may be chosen; see the macro in templates/tasks/fields.html."""

    kinds: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    industries: tuple[tuple[str, str], ...]
    scenarios: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    quarters: tuple[tuple[str, str], ...]
    may_plan: bool
    values: dict[str, str]


@router.get("/tasks")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    view: Annotated[str, Query(max_length=10)] = "board",
) -> Response:
    view = view if view in {"board", "mine", "done"} else "board"
    known = taxonomy.words_for(session, person)
    columns: tuple[Column, ...] = ()
    rows: tuple[TaskRow, ...] = ()
    if view == "board":
        found_by = tasks.board(session, person)
        origins = _origins(session, person, [r.id for found in found_by.values() for r in found])
        columns = tuple(_column(known, quarter, found, origins) for quarter, found in found_by.items())
    else:
        states = CLOSED if view == "done" else tasks.OPEN_STATES
        found, _total = tasks.find(session, person, states=states, mine=view == "mine", limit=200)
        origins = _origins(session, person, [r.id for r in found])
        rows = tuple(_row(known, r, origins.get(r.id, ())) for r in found)
    names = (("board", _("按季度")), ("mine", _("跟我有关")), ("done", _("已结束")))
    tabs = tuple(Tab(n, f"/tasks?view={k}", None, k == view) for k, n in names)
    return render(request, "tasks/index.html", TasksPage(tabs, view, columns, rows))


def _origins(session: SessionDep, person: accounts.Actor, ids: list[int]) -> dict[int, tuple[Origin, ...]]:
    return origins(session, person, tasks.causes_of(session, ids))


def _column(
    known: taxonomy.Words,
    quarter: str | None,
    found: list[tasks.Row],
    origins: Mapping[int, tuple[Origin, ...]],
) -> Column:
    rows = tuple(_row(known, r, origins.get(r.id, ())) for r in found)
    return Column(formats.quarter(quarter) if quarter else _("还没排期"), n_("%(n)s 张", len(rows)), rows)


def _row(known: taxonomy.Words, row: tasks.Row, origins: tuple[Origin, ...] = ()) -> TaskRow:
    where = " × ".join(known.label(f, getattr(row, f)) for f in FACETS if getattr(row, f))
    late = bool(row.due_quarter and row.due_quarter < tasks.quarters(clock.today(), 1)[0])
    return TaskRow(
        row.id,
        row.title,
        row.kind,
        where,
        row.evidence,
        row.state,
        formats.quarter(row.due_quarter or ""),
        row.owner,
        n_("%(n)s 人在等", row.wanted) if row.wanted else "",
        row.mine,
        late and row.state in tasks.OPEN_STATES,
        f"/tasks/{row.id}",
        origins,
    )


@router.get("/tasks/new")
def new(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    kind: Annotated[str, Query(max_length=30)] = "",
    product: Annotated[str, Query(max_length=60)] = "",
    industry: Annotated[str, Query(max_length=60)] = "",
    title: Annotated[str, Query(max_length=300)] = "",
    demand: Annotated[str, Query(max_length=10)] = "",
    topic: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """With `demand` (product or tag) and a topic, filled in from what customers ask for."""
    person.must("asset.create")
    said = {"kind": kind, "product": product, "industry": industry, "title": title}
    if demand in insights.DEMAND_KINDS and topic:
        said |= insights.kit(session, person, demand, industry, topic)
    return render(request, "tasks/new.html", _form(session, person, said))


def _form(session: SessionDep, person: accounts.Actor, values: dict[str, str]) -> TaskForm:
    known = taxonomy.words_for(session, person)

    def options(facet: str) -> tuple[tuple[str, str], ...]:
        return tuple((w.key, w.label) for w in known.options(facet))

    quarters = tasks.quarters(clock.today())
    if values.get("due_quarter") and values["due_quarter"] not in quarters:
        quarters.insert(0, values["due_quarter"])
    return TaskForm(
        tuple((k, str(house_words.sign("kind", k).label)) for k in taxonomy.KINDS),
        options("product"),
        options("industry"),
        options("scenario"),
        tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        tuple((q, formats.quarter(q)) for q in quarters),
        tasks.may_plan(person),
        {**dict.fromkeys(tasks.Fields.__dataclass_fields__, ""), **values},
    )


@router.post("/tasks")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    """A task for each kind that is ticked; the same one twice becomes one, and who asked waits for it."""
    kinds = [str(k) for k in form.getlist("kind") if str(k)]
    if not kinds:
        raise HubError(_("请选要做哪一种素材。"))
    source = "cell" if form.get("source") == "cell" else "person"
    made = [
        tasks.propose(
            session, _fields(form, kind, several=len(kinds) > 1, planning=tasks.may_plan(person)),
            by=person, source=source, note=_text(form, "note"),
        )
        for kind in dict.fromkeys(kinds)
    ]  # fmt: skip
    joined = sum(merged for _task, merged in made)
    answer = RedirectResponse(f"/tasks/{made[0][0].id}" if len(made) == 1 else "/tasks", status_code=303)
    said = _("已有同样的制作单，您的需要并进去了；做好了会告诉您。") if joined else ""
    flash(answer, said or _("制作单已提交，做好了会告诉等着的人。"))
    return answer


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _fields(form: FormData, kind: str, *, several: bool, planning: bool) -> tasks.Fields:
    """What the form says; who makes it and by when only from those who plan."""
    title = _text(form, "title")
    if several and title:
        title = f"{title} · {house_words.sign('kind', kind).label}"
    return tasks.Fields(
        title=title,
        kind=kind,
        product=_text(form, "product"),
        industry=_text(form, "industry"),
        scenario=_text(form, "scenario"),
        evidence=_text(form, "evidence"),
        questions=_text(form, "questions").replace("\r\n", "\n"),
        due_quarter=_text(form, "due_quarter") if planning else None,
        owner_id=_number(form, "owner") if planning else None,
        expert_id=_number(form, "expert") if planning else None,
        renews_id=_number(form, "renews") or None,
    )


def _number(form: FormData, name: str) -> int:
    value = _text(form, name)
    return int(value) if value.isdecimal() and len(value) < 10 else 0  # noqa: PLR2004 - fits an integer column


@router.get("/tasks/{task_id}")
def show(request: Request, session: SessionDep, person: ActorDep, task_id: int) -> Response:
    task = tasks.get(session, task_id, person)
    return render(request, "tasks/page.html", _page(session, person, task))


def _page(session: SessionDep, person: accounts.Actor, task: tasks.MaterialTask) -> TaskPage:
    known = taxonomy.words_for(session, person)
    origins = _origins(session, person, [task.id or 0]).get(task.id or 0, ())
    row = _row(known, tasks.rows(session, [task], person)[0], origins)
    may = tasks.may_plan(person) or task.owner_id == person.id
    shown = assets.cards(session, [i for i in (task.renews_id, task.asset_id) if i], person)
    by_id = {c.id: (c.title, f"/assets/{c.id}") for c in shown}
    values = {n: str(getattr(task, n) or "") for n in tasks.Fields.__dataclass_fields__}
    experts = accounts.names(session, [task.expert_id])
    is_open = task.state in tasks.OPEN_STATES
    return TaskPage(
        id=task.id or 0,
        row=row,
        questions=task.questions,
        reason=task.reason,
        expert=experts.get(task.expert_id or 0, ""),
        since=day(task.created_at),
        renews=by_id.get(task.renews_id or 0),
        asset=by_id.get(task.asset_id or 0),
        wants=tuple((w.name, w.note, ago(w.since)) for w in tasks.wants(session, task)),
        moves=tuple((s, str(house_words.sign("task", s).label)) for s in tasks.FOLLOWS[task.state])
        if may
        else (),
        may_edit=may,
        may_merge=is_open and tasks.may_plan(person),
        is_open=is_open,
        edition=task.edition,
        form=_form(session, person, values),
        others=_others(session, person, task) if is_open and may else (),
        results=_results(session, person, task) if is_open and may else (),
    )


def _others(
    session: SessionDep, person: accounts.Actor, task: tasks.MaterialTask
) -> tuple[tuple[str, str], ...]:
    """Open tasks that this one may say the same as: of its product first."""
    found, _total = tasks.find(session, person)
    near = sorted((r for r in found if r.id != task.id), key=lambda r: r.product != task.product)
    return tuple((str(r.id), f"{r.id} · {r.title}") for r in near[:50])


def _results(
    session: SessionDep, person: accounts.Actor, task: tasks.MaterialTask
) -> tuple[tuple[str, str], ...]:
    """What may have come of it: material of its kind and product on offer, the newest first."""
    tagged = [("product", [task.product])] if task.product else []
    ids = assets.ids_matching(session, person, kinds=[task.kind], tagged=tagged, limit=50)
    return tuple((str(c.id), c.title) for c in assets.cards(session, ids, person))


@router.post("/tasks/{task_id}")
def edit(form: FormDep, session: SessionDep, person: ActorDep, task_id: int) -> Response:
    task = tasks.get(session, task_id, person)
    fields = _fields(form, _text(form, "kind"), several=False, planning=True)
    tasks.edit(session, task, fields, edition=_number(form, "edition"), by=person)
    return _to(task_id, _("已保存。"))


def _to(task_id: int, said: str) -> Response:
    answer = RedirectResponse(f"/tasks/{task_id}", status_code=303)
    flash(answer, said)
    return answer


@router.post("/tasks/{task_id}/move")
def move(
    session: SessionDep,
    person: ActorDep,
    task_id: int,
    to: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    quarter: Annotated[str, Form()] = "",
    asset: Annotated[str, Form()] = "",
) -> Response:
    task = tasks.get(session, task_id, person)
    asset_id = int(asset) if asset.isdecimal() and len(asset) < 10 else None  # noqa: PLR2004
    tasks.move(session, task, to, by=person, reason=reason, quarter=quarter, asset_id=asset_id)
    said = {"published": _("已结单，等着的人会收到通知。"), "declined": _("已记下，等着的人会看到原因。")}
    return _to(task_id, said.get(to, _("已更新。")))


@router.post("/tasks/{task_id}/want")
def want(
    session: SessionDep, person: ActorDep, task_id: int, act: Annotated[str, Form()] = "want"
) -> Response:
    task = tasks.get(session, task_id, person)
    if act == "unwant":
        tasks.unwant(session, task, by=person)
        return _to(task_id, _("不再提醒您。"))
    tasks.want(session, task, by=person)
    return _to(task_id, _("记下了，做好了告诉您。"))


@router.post("/tasks/{task_id}/merge")
def merge(session: SessionDep, person: ActorDep, task_id: int, into: Annotated[str, Form()] = "") -> Response:
    task = tasks.get(session, task_id, person)
    tasks.must_merge(person)
    if not into.isdecimal() or len(into) > 9:  # noqa: PLR2004 - fits an integer column
        raise HubError(_("请选另一张制作单来合并。"))
    other = tasks.get(session, int(into), person)
    tasks.merge(session, task, other, by=person)
    return _to(other.id or 0, _("已合并，等着的人都跟过来了。"))
