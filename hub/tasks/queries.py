"""Questions about material tasks. A task of a product that this actor may not know of is not there for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub import accounts, taxonomy
from hub.base import stamps
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.tasks.causes import SORTS
from hub.tasks.models import MaterialTask, TaskCause, TaskWant

OPEN_STATES = ("proposed", "planned", "in_work")
MOST = 500


@dataclass(frozen=True)
class Row:
    """A task as lists show it. `wanted` is how many wait for it, `mine` whether this actor does."""

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


@dataclass(frozen=True)
class Want:
    """Somebody who waits, and what they wrote."""

    person_id: int
    name: str
    note: str
    since: datetime


def visible(session: Session, by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on MaterialTask: its product is none that is hidden from this actor."""
    hidden = sorted(taxonomy.hidden_products(session, by))
    if not hidden:
        return true()
    return or_(col(MaterialTask.product).is_(None), col(MaterialTask.product).not_in(hidden))


def get(session: Session, task_id: int, by: accounts.Actor) -> MaterialTask:
    found = session.exec(select(MaterialTask).where(MaterialTask.id == task_id, visible(session, by))).first()
    if found is None:
        raise NotFound(_("没有这张制作单，或您没有权限看它。"))
    return found


def find(
    session: Session,
    by: accounts.Actor,
    *,
    states: Sequence[str] = OPEN_STATES,
    product: str = "",
    mine: bool = False,
    offset: int = 0,
    limit: int = MOST,
) -> tuple[list[Row], int]:
    """Tasks in these states (none named: all), the most wanted first; and how many there are."""
    conditions = [visible(session, by)]
    if states:
        conditions.append(col(MaterialTask.state).in_(states))
    if product:
        conditions.append(col(MaterialTask.product) == product)
    if mine:
        waiting = select(TaskWant.task_id).where(TaskWant.person_id == by.id)
        conditions.append(or_(col(MaterialTask.owner_id) == by.id, col(MaterialTask.id).in_(waiting)))
    total = select_columns(func.count()).select_from(MaterialTask).where(*conditions)
    wanted = (
        select(func.count())
        .select_from(TaskWant)
        .where(col(TaskWant.task_id) == col(MaterialTask.id))
        .scalar_subquery()
    )
    query = select_columns(MaterialTask, total.correlate(None).scalar_subquery()).where(*conditions)
    query = query.order_by(wanted.desc(), col(MaterialTask.updated_at).desc(), col(MaterialTask.id).desc())
    found = session.execute(query.offset(offset).limit(limit)).all()
    if not found:
        return [], session.execute(total).scalar_one() if offset else 0
    return rows(session, [task for task, _total in found], by), int(found[0][1])


def rows(session: Session, tasks: Sequence[MaterialTask], by: accounts.Actor) -> list[Row]:
    """Rows of these tasks, which this actor may see, in the given order."""
    names = accounts.names(session, [t.owner_id for t in tasks])
    waiting = _waiting(session, [t.id or 0 for t in tasks])
    return [
        Row(
            **{n: getattr(t, n) for n in Row.__dataclass_fields__ if n not in {"owner", "wanted", "mine"}},
            owner=names.get(t.owner_id or 0, ""),
            wanted=len(waiting.get(t.id or 0, ())),
            mine=by.id in waiting.get(t.id or 0, ()),
        )
        for t in tasks
    ]


def _waiting(session: Session, ids: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    query = select(TaskWant.task_id, TaskWant.person_id).where(col(TaskWant.task_id).in_(list(ids)))
    for task_id, person_id in session.exec(query).all():
        found.setdefault(task_id, set()).add(person_id)
    return found


def wants(session: Session, task: MaterialTask) -> list[Want]:
    """Who waits for a task this actor may see, the longest first."""
    query = select(TaskWant).where(TaskWant.task_id == task.id).order_by(col(TaskWant.created_at))
    found = session.exec(query).all()
    names = accounts.names(session, [w.person_id for w in found])
    return [Want(w.person_id, names.get(w.person_id, ""), w.note, w.created_at) for w in found]


def causes_of(session: Session, ids: Iterable[int]) -> dict[int, list[TaskCause]]:
    """What speaks by itself for these tasks, which the reader may see: by sort, the largest first. One question."""
    found: dict[int, list[TaskCause]] = {}
    rows = session.exec(select(TaskCause).where(col(TaskCause.task_id).in_(list(ids)))).all()
    for row in sorted(rows, key=lambda r: (SORTS.index(r.sort), -r.size, r.key)):
        found.setdefault(row.task_id, []).append(row)
    return found


def board(session: Session, by: accounts.Actor) -> dict[str | None, list[Row]]:
    """The open tasks by quarter, in order; under None what has no quarter yet."""
    found, _total = find(session, by)
    columns: dict[str | None, list[Row]] = {}
    for row in sorted(found, key=lambda r: r.due_quarter or ""):
        columns.setdefault(row.due_quarter, []).append(row)
    return columns


def open_by_cell(session: Session, by: accounts.Actor) -> dict[tuple[str, str], list[Row]]:
    """The open tasks by (product, industry); "" where a task names none. Kept until anything changes."""
    found = stamps.kept(
        session, stamps.EVERYTHING, ("open tasks", by.id, by.tokens), lambda: tuple(find(session, by)[0])
    )
    cells: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        cells.setdefault((row.product or "", row.industry or ""), []).append(row)
    return cells


def loads(session: Session) -> dict[int, int]:
    """Per person, how many open tasks they have in hand."""
    query = (
        select(MaterialTask.owner_id, func.count())
        .where(col(MaterialTask.state).in_(OPEN_STATES), col(MaterialTask.owner_id).is_not(None))
        .group_by(col(MaterialTask.owner_id))
    )
    return {int(i): int(n) for i, n in session.exec(query).all() if i is not None}
