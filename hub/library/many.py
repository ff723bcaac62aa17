"""Changing many assets at once where more rooms than one are concerned: putting them into a kit, and undoing."""

from collections.abc import Iterable

from sqlmodel import Session

from hub import accounts, activity, assets, toolkits
from hub.activity import Activity
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _


def pin_many(session: Session, ids: Iterable[int], slug: str, *, by: accounts.Actor) -> assets.Done:
    """Put these assets into the kit; those that are pinned already stay. NotFound for a kit this actor may not see."""
    by.must("toolkit.edit")
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise HubError(_("请先勾选素材。"))
    if len(wanted) > assets.MOST:
        raise HubError(_("一次最多改 %(most)s 份素材。") % {"most": assets.MOST})
    kit = toolkits.get(session, slug, by)
    had = {p.asset_id: p.excluded for p in toolkits.pins_of(session, kit)}
    shown = {c.id for c in assets.cards(session, wanted, by)}
    added = [i for i in wanted if i in shown and had.get(i) is not False]
    for asset_id in added:
        toolkits.pin(session, kit, asset_id, by=by)
    row = Activity(
        at=clock.now(),
        person_id=by.id,
        verb=assets.BULK,
        thing="toolkit",
        thing_id=kit.id,
        details={"pins": [{"id": i, "excluded": bool(had.get(i))} for i in added]},
    )
    session.add(row)
    session.flush()
    return assets.Done(row.id or 0, len(added), len(wanted) - len(shown))


def undo_many(session: Session, activity_id: int, *, by: accounts.Actor) -> assets.Done:
    """Undo one's own bulk change, whichever room it was in."""
    row = session.get(Activity, activity_id)
    if row is None or row.thing != "toolkit":
        return assets.undo_bulk(session, activity_id, by=by)
    if row.verb not in {assets.BULK, assets.BULK_UNDONE} or (row.person_id != by.id and not by.is_admin):
        raise NotFound(_("没有这次修改，或不是您改的。"))
    if row.verb == assets.BULK_UNDONE:
        raise Conflict(_("这次修改已经撤销过了。"))
    kit = toolkits.by_id(session, row.thing_id or 0, by)
    pinned = {p.asset_id for p in toolkits.pins_of(session, kit) if not p.excluded}
    still = [p for p in row.details["pins"] if p["id"] in pinned]
    for said in still:
        toolkits.unpin(session, kit, said["id"], by=by)
        if said["excluded"]:
            toolkits.exclude(session, kit, said["id"], by=by)
    row.verb = assets.BULK_UNDONE
    session.add(row)
    activity.record(session, "unpin_many", "toolkit", kit.id, by=by.id, count=len(still))
    return assets.Done(activity_id, len(still), len(row.details["pins"]) - len(still))
