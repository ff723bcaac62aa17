"""Tasks that file themselves: causes found elsewhere become proposals, or join what is open. The rules are in `causes`.

Filing the same causes twice changes nothing, and the order in which they come does not matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from hub import activity, taxonomy
from hub.base import clock, jobs
from hub.tasks import queries
from hub.tasks.actions import add_wants, title_of
from hub.tasks.causes import MOST_UNTAKEN, Cause, Place, by_place, has_grown, sums
from hub.tasks.models import MaterialTask, TaskCause


@dataclass(frozen=True)
class _Known:
    """What is there already: open tasks by cause and by place, the last one that ended, and the causes of each."""

    holders: Mapping[tuple[str, str], MaterialTask]
    open: Mapping[Place, MaterialTask]
    ended: Mapping[Place, MaterialTask]
    ended_holders: Mapping[tuple[str, str], MaterialTask]
    rows: Mapping[int, Mapping[tuple[str, str], TaskCause]]

    def last(self, place: Place, causes: Iterable[Cause]) -> MaterialTask | None:
        """The task that ended last of this place or of one of these causes."""
        found = [self.ended.get(place), *(self.ended_holders.get(c.name) for c in causes)]
        return max((t for t in found if t is not None), key=_when_ended, default=None)


def _when_ended(task: MaterialTask) -> tuple[float, int]:
    return ((task.closed_at or task.updated_at).timestamp(), task.id or 0)


def ask_to_file(session: Session) -> None:
    """Have what speaks now filed after this transaction: asked for by the act that gave a cause, and every day."""
    jobs.later(session, "tasks.file", key="file", priority=6)


def file(session: Session, causes: Iterable[Cause]) -> int:
    """Let these causes speak; returns how many new tasks were proposed."""
    wanted = list({c.name: c for c in causes}.values())
    if not wanted:
        return 0
    known = _known(session, wanted)
    left = []
    for cause in sorted(wanted, key=lambda c: c.rank):
        task = known.holders.get(cause.name) or known.open.get(cause.place)
        if task is None:
            left.append(cause)
        else:
            _note(session, task, cause, known.rows)
    room, made = MOST_UNTAKEN - _untaken(session), 0
    for place, group in by_place(left):
        if not _is_held_back(session, place, group, known) and made < room:
            _propose(session, place, group)
            made += 1
    return made


def _known(session: Session, wanted: Sequence[Cause]) -> _Known:
    every = session.exec(select(MaterialTask).order_by(col(MaterialTask.id).desc())).all()
    tasks = {t.id or 0: t for t in every}
    places = {c.place for c in wanted}
    rows: dict[int, dict[tuple[str, str], TaskCause]] = {}
    for row in session.exec(select(TaskCause)).all():
        rows.setdefault(row.task_id, {})[(row.sort, row.key)] = row
    open_ones = [t for t in every if t.state in queries.OPEN_STATES]
    ended = sorted((t for t in every if t.state not in queries.OPEN_STATES), key=_when_ended)
    return _Known(
        {name: t for t in open_ones for name in rows.get(t.id or 0, ())},
        {p: t for t in open_ones if (p := _place(t)) in places},
        {p: t for t in ended if (p := _place(t)) in places},
        {name: t for t in ended for name in rows.get(t.id or 0, ())},
        {i: rows.get(i, {}) for i in tasks},
    )


def _place(task: MaterialTask) -> Place:
    return (task.kind, task.product, task.industry)


def _untaken(session: Session) -> int:
    """How many proposals of the hub's own wait for an owner."""
    query = (
        select(func.count())
        .select_from(MaterialTask)
        .where(
            MaterialTask.state == "proposed",
            col(MaterialTask.owner_id).is_(None),
            col(MaterialTask.created_by_id).is_(None),
            col(MaterialTask.id).in_(select(TaskCause.task_id)),
        )
    )
    return session.exec(query).one()


def _is_held_back(session: Session, place: Place, group: Sequence[Cause], known: _Known) -> bool:
    last = known.last(place, group)
    if last is None:
        return False
    then = known.rows[last.id or 0]
    if last.state == "published":
        mine = [then[c.name] for c in group if c.name in then]
        return len(mine) == len(group) and not _has_grown(group, mine)
    if (
        not then
    ):  # declined before anything was known of it: what is known now is where growth is counted from
        for cause in group:
            _note(session, last, cause, known.rows, entering=False)
        return True
    return not _has_grown(group, then.values())


def _has_grown(group: Iterable[Cause], then: Iterable[TaskCause]) -> bool:
    return has_grown(sums((r.sort, r.size) for r in then), sums((c.sort, c.size) for c in group))


def _propose(session: Session, place: Place, group: Sequence[Cause]) -> None:
    kind, product, industry = place
    task = MaterialTask(
        title="", kind=kind, product=product, industry=industry, source=group[0].sort,
        renews_id=next((c.renews_id for c in group if c.renews_id), None), demo=all(c.demo for c in group),
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    task.title = title_of(taxonomy.words(session), task)
    session.add(task)
    session.flush()
    for cause in group:
        _note(session, task, cause, {})
    activity.record(session, "file", "task", task.id, by=None, title=task.title)


def _note(
    session: Session,
    task: MaterialTask,
    cause: Cause,
    rows: Mapping[int, Mapping[tuple[str, str], TaskCause]],
    *,
    entering: bool = True,
) -> None:
    """The cause is on the task, as it is now; who waits because of it and was not entered before waits for the task."""
    row = rows.get(task.id or 0, {}).get(cause.name) or TaskCause(
        task_id=task.id or 0, sort=cause.sort, key=cause.key, size=0, at=clock.now()
    )
    refers = {thing: list(ids) for thing, ids in cause.refers.items()}
    new = [i for i in cause.people if i not in row.people] if entering else []
    if row.id is None or (row.size, row.refers) != (cause.size, refers) or new:
        row.size, row.refers, row.people = cause.size, refers, [*row.people, *new]
        session.add(row)
        session.flush()
    add_wants(session, task, new)
