"""Somebody leaves, or changes places: what they look after goes to another person."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, facts, launches, notices, requirements, tasks, toolkits, ventures
from hub.base.errors import Conflict, HubError
from hub.base.formats import listed
from hub.base.i18n import _, n_


@dataclass(frozen=True)
class Held:
    """How much somebody looks after: assets, toolkits and facts not in the trash, open material tasks, and proposals
    that they own, sign or have to take further.
    """

    assets: int
    kits: int
    tasks: int
    facts: int = 0
    ventures: int = 0

    @property
    def any(self) -> bool:
        return bool(self.assets or self.kits or self.tasks or self.facts or self.ventures)

    @property
    def said(self) -> str:
        """What there is, as a list in words; nothing is said of what there is none of."""
        found = (
            n_("%(n)s 份素材", self.assets) if self.assets else "",
            n_("%(n)s 个工具包", self.kits) if self.kits else "",
            n_("%(n)s 张制作单", self.tasks) if self.tasks else "",
            n_("%(n)s 条事实", self.facts) if self.facts else "",
            n_("%(n)s 个跨部门方案", self.ventures) if self.ventures else "",
        )
        return listed(part for part in found if part)


def held(session: Session, person_id: int) -> Held:
    found = _held(session, person_id)
    return _counted(found, len(ventures.held(session, person_id)))


def must_be_free(session: Session, person_id: int) -> None:
    """Raise Conflict while customers, launches or proposals wait for this person: they hand over first."""
    requirements.must_be_free(session, person_id)
    launches.must_be_free(session, person_id)
    count = len(ventures.held(session, person_id))
    if count:
        raise Conflict(n_("他名下还有 %(n)s 个跨部门方案。先在人员页“交接”里转给一位同事，再停用。", count))


Mine = tuple[list[assets.Asset], list[toolkits.Toolkit], list[tasks.MaterialTask], list[facts.Fact]]


def _counted(mine: Mine, proposals: int) -> Held:
    return Held(len(mine[0]), len(mine[1]), len(mine[2]), len(mine[3]), proposals)


def _held(session: Session, person_id: int) -> Mine:
    asset, kit, task = assets.Asset, toolkits.Toolkit, tasks.MaterialTask
    return (
        list(session.exec(select(asset).where(asset.owner_id == person_id, col(asset.deleted_at).is_(None)))),
        list(session.exec(select(kit).where(kit.owner_id == person_id, col(kit.deleted_at).is_(None)))),
        list(
            session.exec(
                select(task).where(task.owner_id == person_id, col(task.state).in_(tasks.OPEN_STATES))
            )
        ),
        facts.of_owner(session, person_id),
    )


def hand_over(session: Session, person_id: int, to_id: int, *, by: accounts.Actor) -> Held:
    """Everything that one person looks after goes to another, who is told; returns how much that was.

    Conflict when the other is not active; HubError when both are the same.
    """
    by.must("people.manage")
    if person_id == to_id:
        raise HubError(_("请选另一位同事来接手。"))
    to = accounts.person(session, to_id)
    if not to.active:
        raise Conflict(_("%(name)s已停用，不能当负责人。") % {"name": to.name})
    mine = _held(session, person_id)
    for asset in mine[0]:
        asset.owner_id = to_id
        assets.touch(session, asset)
    for kit in mine[1]:
        kit.owner_id = to_id
        session.add(kit)
        toolkits.refresh(session, kit)
    for task in mine[2]:
        task.owner_id, task.edition = to_id, task.edition + 1
        session.add(task)
    for fact in mine[3]:
        fact.owner_id, fact.edition = to_id, fact.edition + 1
        session.add(fact)
    session.flush()
    taken = ventures.hand_over(session, person_id, to_id)
    done = _counted(mine, taken)
    activity.record(
        session,
        "hand_over",
        "person",
        person_id,
        by=by.id,
        to=to_id,
        assets=done.assets,
        kits=done.kits,
        ventures=done.ventures,
    )
    row = session.exec(select(activity.Activity.id).order_by(col(activity.Activity.id).desc()).limit(1)).one()
    if done.any:
        notices.tell(
            session, [to_id], event=f"hand_over:{row}", key="owner_changed", url="/assets?queue=all",
            who=by.name, count=done.assets,
        )  # fmt: skip
    return done
