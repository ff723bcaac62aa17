"""Material tasks as the data of `tasks.yml`, in and out. Importing the same data twice changes nothing.

Causes are left out: they say what this hub saw (searches in vain, gaps in its map, its own stale files), and another
finds its own the next night. A backup keeps them.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.tasks import rules
from hub.tasks.models import SOURCES, STATES, MaterialTask, TaskWant

TEXTS = ("title", "kind", "product", "industry", "scenario", "evidence", "questions", "reason")


def to_data(session: Session) -> list[dict[str, Any]]:
    """Every task as plain data, in the order in which they came; what is empty is left out."""
    tasks = session.exec(select(MaterialTask).order_by(col(MaterialTask.id))).all()
    waiting = session.exec(select(TaskWant).order_by(col(TaskWant.created_at), col(TaskWant.person_id))).all()
    ids = [i for t in tasks for i in (t.owner_id, t.expert_id)] + [w.person_id for w in waiting]
    people = accounts.people_by_ids(session, ids)
    wanted = {t.asset_id for t in tasks} | {t.renews_id for t in tasks}
    named = select(assets.Asset.id, assets.Asset.slug).where(
        col(assets.Asset.id).in_([i for i in wanted if i])
    )
    slugs = dict(session.exec(named).all())

    def mail(person_id: int | None) -> str | None:
        return people[person_id].email if person_id in people else None

    return [
        _filled(
            {
                **{n: getattr(t, n) for n in TEXTS},
                "state": t.state,
                "source": t.source,
                "due_quarter": t.due_quarter,
                "owner": mail(t.owner_id),
                "expert": mail(t.expert_id),
                "renews": slugs.get(t.renews_id),
                "asset": slugs.get(t.asset_id),
                "waiting": sorted(m for w in waiting if w.task_id == t.id and (m := mail(w.person_id))),
            }
        )
        for t in tasks
    ]


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def from_data(
    session: Session, listed: list[Mapping[str, Any]], *, by: accounts.Actor, demo: bool = False
) -> int:
    """Tasks that are not there yet (told by title, kind and cell); returns how many were added."""
    by.must("hub.manage")
    added = 0
    for said in listed:
        if said.get("kind") not in taxonomy.KINDS or not said.get("title"):
            raise HubError(_("tasks.yml 里有一条没有 title 或 kind：%(said)s") % {"said": dict(said)})
        added += _load(session, said, demo=demo)
    return added


def _load(session: Session, said: Mapping[str, Any], *, demo: bool) -> bool:
    texts: dict[str, Any] = {n: str(said[n]) for n in TEXTS if said.get(n)}
    query = select(MaterialTask).where(
        MaterialTask.title == texts["title"], MaterialTask.kind == texts["kind"]
    )
    for facet in ("product", "industry", "scenario"):
        column = col(getattr(MaterialTask, facet))
        query = query.where(column == texts[facet] if facet in texts else column.is_(None))
    if session.exec(query).first() is not None:
        return False
    state, source, at = str(said.get("state", "")), str(said.get("source", "")), clock.now()
    made = MaterialTask(
        **texts,
        state=state if state in STATES else "proposed",
        source=source if source in SOURCES else "person",
        due_quarter=rules.good_quarter(str(said.get("due_quarter") or "")),
        owner_id=_person(session, said.get("owner")),
        expert_id=_person(session, said.get("expert")),
        renews_id=_asset(session, said.get("renews")),
        asset_id=_asset(session, said.get("asset")),
        demo=demo,
        created_at=at,
        updated_at=at,
    )
    session.add(made)
    session.flush()
    for mail in said.get("waiting") or []:
        person_id = _person(session, mail)
        if person_id is not None:
            session.add(TaskWant(task_id=made.id or 0, person_id=person_id, created_at=at))
    session.flush()
    return True


def _person(session: Session, mail: object) -> int | None:
    found = accounts.by_email(session, str(mail)) if mail else None
    return found.id if found else None


def _asset(session: Session, slug: object) -> int | None:
    found = assets.by_slug(session, str(slug)) if slug else None
    return found.id if found else None
