"""Changes to material tasks: propose, join, plan, hand over, decline, close. Permission is checked here."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, notices, searches, taxonomy
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.tasks import queries, rules
from hub.tasks.models import SOURCES, MaterialTask, TaskCause, TaskWant

FACETS = ("product", "industry", "scenario")


@dataclass(frozen=True)
class Fields:
    """What is said about a task. None leaves a field as it is; an empty text takes it away."""

    title: str | None = None
    kind: str | None = None
    product: str | None = None
    industry: str | None = None
    scenario: str | None = None
    evidence: str | None = None
    questions: str | None = None
    due_quarter: str | None = None
    owner_id: int | None = None
    expert_id: int | None = None
    renews_id: int | None = None


def may_plan(by: accounts.Actor) -> bool:
    """True for those who decide what is made: product marketing, marketing, administrators."""
    return by.may("toolkit.edit")


def propose(
    session: Session,
    fields: Fields,
    *,
    by: accounts.Actor,
    source: str = "person",
    note: str = "",
    waiting: Iterable[int] = (),
    demo: bool = False,
) -> tuple[MaterialTask, bool]:
    """A new task; or, when one for the same kind, product, industry and scenario is open, that one with the evidence
    added (True). Whoever proposes and everybody in `waiting` is told when it is there.
    """
    by.must("asset.create")
    if source not in SOURCES:
        raise HubError(_("不认识这张制作单的来源。"))
    made = MaterialTask(
        title="", kind="", source=source, created_by_id=by.id, demo=demo,
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    _set(session, made, fields, by)
    same = _same(session, made)
    task = same or made
    if same is not None:
        same.evidence = rules.joined(same.evidence, made.evidence)
        same.questions = rules.joined(same.questions, made.questions)
        _touch(session, same)
    else:
        session.add(made)
        session.flush()
        _tell_owner(session, made, by)
    add_wants(session, task, [by.id, *waiting], note=note)
    verb = "join" if same is not None else "propose"
    activity.record(session, verb, "task", task.id, by=by.id, title=task.title)
    return task, same is not None


def _set(session: Session, task: MaterialTask, fields: Fields, by: accounts.Actor) -> None:
    known = taxonomy.words_for(session, by)
    if fields.kind is not None:
        task.kind = fields.kind
    if task.kind not in taxonomy.KINDS:
        raise HubError(_("请选要做哪一种素材。"))
    for facet in FACETS:
        said = getattr(fields, facet)
        if said is not None:
            setattr(task, facet, _good_term(known, facet, said))
    _set_words(task, fields)
    _set_people(session, task, fields)
    if fields.renews_id:
        task.renews_id = assets.get(session, fields.renews_id, by).id
    if fields.title is not None or not task.title:
        task.title = (fields.title or "").strip()[:300] or title_of(known, task)


def _set_people(session: Session, task: MaterialTask, fields: Fields) -> None:
    for name in ("owner_id", "expert_id"):
        said = getattr(fields, name)
        if said is not None:
            setattr(task, name, _good_person(session, said))


def _set_words(task: MaterialTask, fields: Fields) -> None:
    for name in ("evidence", "questions"):
        if getattr(fields, name) is not None:
            setattr(task, name, getattr(fields, name).strip()[: rules.MOST_TEXT])
    if fields.due_quarter is not None:
        task.due_quarter = rules.good_quarter(fields.due_quarter)


def _good_term(known: taxonomy.Words, facet: str, said: str) -> str | None:
    key = said.strip()
    if key and key not in known.by_facet.get(facet, {}):
        raise NotFound(_("分类里没有“%(word)s”。请从列表里选一个。") % {"word": key[:60]})
    return key or None


def _good_person(session: Session, person_id: int) -> int | None:
    """The id of an active colleague; 0 takes the name away."""
    if person_id and person_id not in accounts.actors(session, [person_id]):
        raise HubError(_("请选一位在职的同事。"))
    return person_id or None


def title_of(known: taxonomy.Words, task: MaterialTask) -> str:
    """A title of what the task is about."""
    parts = [known.label(f, getattr(task, f)) for f in FACETS if getattr(task, f)]
    return (" × ".join(parts) or _("还没起名的素材"))[:300]


def _same(session: Session, task: MaterialTask) -> MaterialTask | None:
    """The open task for the same cell and kind."""
    query = select(MaterialTask).where(
        MaterialTask.kind == task.kind, col(MaterialTask.state).in_(queries.OPEN_STATES)
    )
    for facet in FACETS:
        value, column = getattr(task, facet), col(getattr(MaterialTask, facet))
        query = query.where(column.is_(None) if value is None else column == value)
    return session.exec(query.order_by(col(MaterialTask.id)).limit(1)).first()


def _touch(session: Session, task: MaterialTask) -> None:
    task.updated_at, task.edition = clock.now(), task.edition + 1
    session.add(task)
    session.flush()


def add_wants(session: Session, task: MaterialTask, people: Iterable[int | None], *, note: str = "") -> None:
    """Whoever does not wait for it yet waits for it."""
    had = {w.person_id for w in queries.wants(session, task)}
    for person_id in dict.fromkeys(p for p in people if p is not None and p not in had):
        session.add(
            TaskWant(
                task_id=task.id or 0, person_id=person_id, note=note.strip()[:300], created_at=clock.now()
            )
        )
    session.flush()


def want(session: Session, task: MaterialTask, *, by: accounts.Actor, note: str = "") -> None:
    """Wait for the material too; twice changes nothing. Conflict for a task that is over."""
    if task.state not in queries.OPEN_STATES:
        raise Conflict(_("这张制作单已经结束了。还需要的话，另提一张。"))
    add_wants(session, task, [by.id], note=note)
    activity.record(session, "want", "task", task.id, by=by.id)


def unwant(session: Session, task: MaterialTask, *, by: accounts.Actor) -> None:
    """Wait for it no longer."""
    found = session.get(TaskWant, (task.id or 0, by.id or 0))
    if found is not None:
        session.delete(found)
        activity.record(session, "unwant", "task", task.id, by=by.id)


def edit(session: Session, task: MaterialTask, fields: Fields, *, edition: int, by: accounts.Actor) -> None:
    """Change what is said of a task; Conflict when somebody else changed it since `edition`."""
    _must_plan(task, by)
    if task.edition != edition:
        raise Conflict(_("别人刚改过这张制作单。请另开一页看看，再决定怎么合并。"))
    before = task.owner_id
    _set(session, task, fields, by)
    _touch(session, task)
    if task.owner_id != before:
        _tell_owner(session, task, by)
    activity.record(session, "edit", "task", task.id, by=by.id)


def _must_plan(task: MaterialTask, by: accounts.Actor) -> None:
    if not may_plan(by) and task.owner_id != by.id:
        raise NotAllowed(_("排期、分派和结单由产品市场和市场来做；您可以提、可以跟着等。"))


def _tell_owner(session: Session, task: MaterialTask, by: accounts.Actor) -> None:
    if task.owner_id != by.id:
        _tell(session, task, [task.owner_id], "task_assigned", who=by.name)


def _tell(
    session: Session, task: MaterialTask, people: Iterable[int | None], key: str, **values: object
) -> None:
    event = f"task:{task.id}:{key}:{task.edition}"
    url = f"/tasks/{task.id}"
    notices.tell(session, people, event=event, key=key, url=url, title=task.title, **values)


def move(
    session: Session,
    task: MaterialTask,
    to: str,
    *,
    by: accounts.Actor,
    reason: str = "",
    quarter: str = "",
    asset_id: int | None = None,
) -> None:
    """Bring a task to another state. Planned needs a quarter, declined a reason, published the asset that came of it;
    whoever waits is told of the last two.
    """
    _must_plan(task, by)
    rules.must_follow(task.state, to)
    if to == "declined":
        if not reason.strip():
            raise HubError(_("请写明为什么不做，等着的人会看到。"))
        task.reason = reason.strip()[:500]
    if to == "planned":
        task.due_quarter = rules.good_quarter(quarter) or task.due_quarter
        if task.due_quarter is None:
            raise HubError(_("排期要写明季度，例如 2026Q4。"))
    if to == "published":
        _must_be_there(session, task, asset_id, by)
        return
    task.state = to
    task.closed_at = clock.now() if to == "declined" else None
    _touch(session, task)
    activity.record(session, "move", "task", task.id, by=by.id, to=to, reason=task.reason)
    if to == "declined":
        people = [w.person_id for w in queries.wants(session, task) if w.person_id != by.id]
        _tell(session, task, people, "task_declined", reason=task.reason)


def _must_be_there(session: Session, task: MaterialTask, asset_id: int | None, by: accounts.Actor) -> None:
    if asset_id is None:
        raise HubError(_("请写明做成了哪一份素材。"))
    asset = assets.get(session, asset_id, by)
    if asset.on_offer_id is None:
        raise Conflict(_("“%(title)s”还没在用，批准之后再结单。") % {"title": asset.title})
    _close(session, task, asset, by=by)


def _close(session: Session, task: MaterialTask, asset: assets.Asset, *, by: accounts.Actor | None) -> None:
    """The material is there: tell whoever waits and may open it, once each, and meet the gaps that spoke for it."""
    task.state, task.asset_id, task.closed_at = "published", asset.id, clock.now()
    _touch(session, task)
    activity.record(session, "publish", "task", task.id, by=by.id if by else None, asset=asset.id)
    people = [w.person_id for w in queries.wants(session, task)] + [task.owner_id]
    actors = accounts.actors(session, [p for p in people if p is not None])
    readers = accounts.readers(session, "asset", [asset.id or 0]).get(asset.id or 0, frozenset())
    gaps = _gaps_behind(session, task)
    heard = _heard_of(session, gaps, asset)
    told = [i for i, a in actors.items() if readers & a.tokens and i not in heard]
    event = f"task:{task.id}:published:{asset.id}"
    notices.tell(
        session, told, event=event, key="task_published", url=f"/assets/{asset.id}",
        title=task.title, asset=asset.title,
    )  # fmt: skip
    for gap_id in gaps:
        searches.meet(session, gap_id, asset_id=asset.id or 0, told=told, by_id=by.id if by else None)


def _gaps_behind(session: Session, task: MaterialTask) -> list[int]:
    causes = queries.causes_of(session, [task.id or 0]).get(task.id or 0, [])
    return [int(c.key) for c in causes if c.sort == "gap" and c.key.isdecimal()]


def _heard_of(session: Session, gaps: list[int], asset: assets.Asset) -> set[int]:
    """Who was told already when somebody closed one of these gaps by hand with that very asset."""
    closed = [i for i, found in searches.met_by(session, gaps).items() if found == asset.id]
    return {person for people in searches.needing(session, closed).values() for person in people}


def close_for_asset(session: Session, asset_id: int) -> int:
    """An asset came on offer: close every open task that asked for it and was there before; returns how many.

    Safe to run twice: a closed task is not open.
    """
    asset = session.get(assets.Asset, asset_id)
    version = session.get(assets.Version, asset.on_offer_id) if asset and asset.on_offer_id else None
    if asset is None or asset.deleted_at or version is None or version.on_offer_at is None:
        return 0
    words = taxonomy.words(session)
    tags = assets.tags(session, [asset_id]).get(asset_id, {})
    query = select(MaterialTask).where(
        MaterialTask.kind == asset.kind,
        col(MaterialTask.state).in_(queries.OPEN_STATES),
        col(MaterialTask.created_at) < version.on_offer_at,
    )
    closed = 0
    for task in session.exec(query).all():
        wanted = {facet: getattr(task, facet) for facet in FACETS}
        named = any(wanted.values())
        if named and rules.fulfils(asset.kind, tags, wanted, task.kind, words):
            _close(session, task, asset, by=None)
            closed += 1
    return closed


def must_merge(by: accounts.Actor) -> None:
    """Raise NotAllowed unless this actor may merge tasks."""
    if not may_plan(by):
        raise NotAllowed(_("合并制作单由产品市场和市场来做。"))


def merge(session: Session, task: MaterialTask, into: MaterialTask, *, by: accounts.Actor) -> None:
    """Two tasks say the same: those who wait, evidence and questions go to `into`, this one ends and says where to."""
    must_merge(by)
    if task.id == into.id:
        raise HubError(_("请选另一张制作单来合并。"))
    if into.state not in queries.OPEN_STATES:
        raise Conflict(_("要并入的那张制作单已经结束了。"))
    rules.must_follow(task.state, "declined")
    into.evidence = rules.joined(into.evidence, task.evidence)
    into.questions = rules.joined(into.questions, task.questions)
    add_wants(session, into, [w.person_id for w in queries.wants(session, task)])
    _carry_over(session, task, into)
    _touch(session, into)
    task.state, task.closed_at = "declined", clock.now()
    task.reason = _("并入 %(n)s 号制作单。", n=into.id)
    _touch(session, task)
    activity.record(session, "merge", "task", task.id, by=by.id, into=into.id)


def _carry_over(session: Session, task: MaterialTask, into: MaterialTask) -> None:
    """What spoke for the first speaks for the second."""
    found = queries.causes_of(session, [task.id or 0, into.id or 0])
    there = {(r.sort, r.key) for r in found.get(into.id or 0, ())}
    for row in found.get(task.id or 0, ()):
        if (row.sort, row.key) not in there:
            session.add(TaskCause(task_id=into.id or 0, **row.model_dump(exclude={"id", "task_id"})))
    session.flush()
