"""What is done about the places of a change: owners told, a material task, a place ticked off; and the index
follows.
"""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, facts, notices, tasks
from hub.base.db import Database
from hub.base.errors import NotAllowed, NotFound
from hub.base.i18n import _
from hub.upkeep.places import Place, places

BATCH = 100


def tick(
    session: Session, fact: facts.Fact, change: facts.FactChange, key: str, *, done: bool, by: accounts.Actor
) -> None:
    """Say that a place is mended, or take it back: whoever owns the place, or edits the fact."""
    place = _place(session, fact, change, key, by)
    if not (facts.may_edit(fact, by) or (by.id is not None and place.owner_id == by.id)):
        raise NotAllowed(_("只有这一处的负责人，或这条事实的负责人，能勾它。"))
    facts.tick(session, change, place.key, done=done, by=by)


def _place(
    session: Session, fact: facts.Fact, change: facts.FactChange, key: str, by: accounts.Actor
) -> Place:
    """A place that wants mending; NotFound when there is none such for this actor."""
    found = places(session, fact, change, by).every
    place = next((p for p in found if p.key == key and p.sort != "follows"), None)
    if place is None:
        raise NotFound(_("没有这一处，可能已经改好了。"))
    return place


def tell(session: Session, fact: facts.Fact, change: facts.FactChange, *, by: accounts.Actor) -> None:
    """Tell whoever owns a place that still shows the old value, once each, also those whose places this actor
    may not see. How many that were is told to nobody.
    """
    _must_keep(fact, by)
    still = [
        p for p in places(session, fact, change, accounts.SYSTEM).every if p.sort != "follows" and not p.done
    ]
    owned: dict[int, list[Place]] = {}
    for place in still:
        if place.owner_id is not None and place.owner_id != by.id:
            owned.setdefault(place.owner_id, []).append(place)
    before, after = _said(change, english=change.changes_english_alone)
    for person_id, actor in accounts.actors(session, owned).items():
        known = select(facts.Fact.id).where(facts.Fact.id == fact.id, facts.visible(session, actor))
        if session.exec(known).first() is None:
            continue  # whoever may not know of the fact is told nothing of it
        notices.tell(
            session, [person_id], event=f"fact:{fact.id}:changed:{change.id}", key="fact_changed",
            url=f"/facts/{fact.id}/places?change={change.id}", title=fact.name,
            before=before, after=after, count=len(owned[person_id]),
        )  # fmt: skip
    activity.record(session, "tell", "fact", fact.id, by=by.id)


def _must_keep(fact: facts.Fact, by: accounts.Actor) -> None:
    if not facts.may_edit(fact, by):
        raise NotAllowed(_("只有这条事实的负责人、产品市场和管理员能通知大家。"))


def ask_for_material(
    session: Session, fact: facts.Fact, change: facts.FactChange, key: str, *, by: accounts.Actor
) -> tasks.MaterialTask:
    """A material task to renew the asset of a place."""
    place = _place(session, fact, change, key, by)
    if place.asset_id is None:
        raise NotFound(_("这一处不是素材，请直接告诉它的负责人。"))
    asset = assets.get(session, place.asset_id, by)
    tags = assets.tags(session, [place.asset_id]).get(place.asset_id, {})
    one = {facet: next(iter(tags.get(facet, ())), "") for facet in ("product", "industry", "scenario")}
    before, after = _said(change, english=change.changes_english_alone or asset.language == "en")
    evidence = _("“%(title)s”里还写着%(name)s %(before)s，现在是 %(after)s。") % {
        "title": place.title, "name": fact.name,
        "before": before, "after": after,
    }  # fmt: skip
    fields = tasks.Fields(
        title=_("改“%(title)s”里的旧数字") % {"title": asset.title}, kind=asset.kind, evidence=evidence,
        renews_id=asset.id, owner_id=asset.owner_id, product=one["product"], industry=one["industry"],
        scenario=one["scenario"],
    )  # fmt: skip
    task, _same = tasks.propose(session, fields, by=by)
    return task


def _said(change: facts.FactChange, *, english: bool) -> tuple[str, str]:
    """What texts of this language said, and say since."""
    was, became = change.was, change.became
    return (was.shown_en, became.shown_en) if english else (was.shown, became.shown)


def follow_fact(database: Database, fact_id: int) -> None:
    """A fact has another value or is gone: the index takes in every text that names it. In small transactions; safe to
    run twice.
    """
    with database.read() as session:
        fact = session.get(facts.Fact, fact_id)
        ids = _naming(session, fact.key) if fact else []
    for start in range(0, len(ids), BATCH):
        with database.write() as session:
            assets.refresh_all(session, ids[start : start + BATCH])


def _naming(session: Session, key: str) -> list[int]:
    version, asset = assets.Version, assets.Asset
    query = (
        select(asset.id)
        .join(version, col(version.asset_id) == col(asset.id))
        .where(
            or_(col(version.id) == col(asset.on_offer_id), col(version.id) == col(asset.latest_id)),
            col(version.blob_sha).is_(None),
            col(version.text).contains(f".{key}", autoescape=True),
        )
    )
    return sorted({i for i in session.exec(query).all() if i is not None})
