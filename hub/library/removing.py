"""Taking the demo out. What people added, changed or built on stays, with all that it needs; see `leftover`.

Everything happens in the caller's transaction: either the demo is out, or nothing has changed.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

from hub import accounts, activity, assets, customers, notices, requirements, taxonomy, toolkits, ventures
from hub.base import outbox
from hub.base.errors import Conflict, NotFound
from hub.base.i18n import _
from hub.library import belonging, leftover
from hub.library.leftover import Plan

READERS = {
    "asset": ("asset", "draft", "offer")
}  # under which names a thing's readers are kept, where several
REFRESH: dict[str, tuple[type[Any], Callable[[Session, Any], None]]] = {
    "asset": (assets.Asset, assets.refresh),
    "toolkit": (toolkits.Toolkit, toolkits.refresh),
    "requirement": (requirements.Requirement, requirements.refresh),
    "customer": (customers.Customer, customers.refresh_readers),
    "venture": (ventures.Venture, ventures.refresh),
}
INDEXED = ("asset", "toolkit", "requirement")


def has_demo(session: Session) -> bool:
    """True while anything of the demo is there."""
    return any(belonging.demo_ids(session).values())


def demo_plan(session: Session, *, by: accounts.Actor) -> Plan:
    """What removing the demo would do now, without doing it."""
    by.must("hub.manage")
    if not has_demo(session):
        raise NotFound(_("这里没有演示库。"))
    return leftover.plan(session, heir_first=by.id)


def remove_demo(session: Session, *, by: accounts.Actor) -> Plan:
    """Take the demo out and return what went and what stayed.

    What stays is no longer of the demo, and what a demo person was responsible for is handed to an administrator.
    Conflict when no administrator of the house's own would be left to sign in, NotFound without a demo.
    """
    by.must("hub.manage")
    if not has_demo(session):
        raise NotFound(_("这里没有演示库。"))
    found = leftover.plan(session, heir_first=by.id)
    if found.heir is None:
        raise Conflict(
            _("移除后就没有管理员能登录了。请先在“人员”里加一位自己的管理员，让对方设好密码，再来移除。")
        )
    changed = _hand_over(session, found) | _closed_to_people_going(session, found)
    session.flush()
    _leave_index(session, found)
    _let_go(session, found)
    _forget_mentions(session, found)
    _delete(session, found)
    _own_what_stays(session, found)
    session.expire_all()
    taxonomy.changed(session)
    for name, number in sorted(changed | set(found.kept)):
        if name in REFRESH and number not in found.going.get(name, ()):
            model, refresh = REFRESH[name]
            refresh(session, session.get_one(model, number))
    actor = by.id if by.id not in found.people else found.heir
    gone = {name: len(ids) for name, ids in found.going.items() if ids}
    activity.record(session, "remove_demo", "hub", None, by=actor, gone=gone, kept=len(found.kept))
    return found


def _hand_over(session: Session, found: Plan) -> set[belonging.Thing]:
    """Give what stays and a demo person was responsible for to the heir; experts are left open."""
    demo = found.people
    changed: set[belonging.Thing] = set()
    for table in SQLModel.metadata.sorted_tables:
        for column, to in belonging.parents(table):
            if to.name == "person" and column.name in belonging.HANDED_OVER:
                of_demo = column.in_(demo)
                taken = column.name not in {"expert_id", "escalate_to_id"} or not column.nullable
                if "id" in table.c:
                    ids = session.execute(table.select().where(of_demo)).mappings()
                    changed |= {(table.name, row["id"]) for row in ids}
                session.execute(
                    update(table).where(of_demo).values({column.name: found.heir if taken else None})
                )
    return changed


def _closed_to_people_going(session: Session, found: Plan) -> set[belonging.Thing]:
    """What is open to a demo person by name: who may read it changes when they go."""
    shut = accounts.Restriction
    demo = found.people
    rows = session.exec(select(shut).where(col(shut.person_id).in_(demo))).all()
    return {(row.thing, row.thing_id) for row in rows}


def _leave_index(session: Session, found: Plan) -> None:
    version = assets.Version
    most = select(version.asset_id, func.max(version.page_count)).group_by(col(version.asset_id))
    pages = dict(session.exec(most).all())
    for name in INDEXED:
        for number in sorted(found.going[name]):
            outbox.changed(session, name, number, pages=pages.get(number, 0) or 0 if name == "asset" else 0)


def _let_go(session: Session, found: Plan) -> None:
    """Rows that stay, and those that go in another order, point no longer to what goes."""
    for table in SQLModel.metadata.sorted_tables:
        for column, to in belonging.parents(table):
            soft = (table.name, column.name) in belonging.SOFT or to is table
            if not (soft and column.nullable):
                continue
            gone = _gone(to, found)
            if gone is not None:
                session.execute(update(table).where(column.in_(gone)).values({column.name: None}))


def _gone(table: Table, found: Plan) -> Any:
    """The ids of the rows of this table that go, as a subquery or a set; None where none can."""
    if "demo" in table.c:
        return found.going.get(table.name, set())
    owner = belonging.owner_of(table)
    if owner is None or "id" not in table.c:
        return None
    above = _gone(owner[1], found)
    return None if above is None else select(table.c.id).where(owner[0].in_(above))


def _forget_mentions(session: Session, found: Plan) -> None:
    """What is said of things without a foreign key: readers, restrictions, the log, notices. A number may be given
    again to another row, which must not inherit any of it.
    """
    reader, shut, log = accounts.Reader, accounts.Restriction, activity.Activity
    for name, ids in found.going.items():
        readers = READERS.get(name, (name,))
        session.execute(delete(reader).where(col(reader.thing).in_(readers), col(reader.thing_id).in_(ids)))
        session.execute(delete(shut).where(col(shut.thing) == name, col(shut.thing_id).in_(ids)))
    mine = or_(col(log.thing_id).is_not(None), col(log.person_id).in_(found.people))
    forgotten = [
        row.id for row in session.exec(select(log).where(mine)).all() if not leftover.stays(row, found)
    ]
    for start in range(0, len(forgotten), 500):
        session.execute(delete(log).where(col(log.id).in_(forgotten[start : start + 500])))
    going = [(n, i) for n, ids in found.going.items() if n in leftover.ADDRESSES for i in ids]
    urls = {n.url for n in leftover.named(session, going)}
    for notice in session.exec(select(notices.Notice)).all():
        if any(notice.url == url or notice.url.startswith((f"{url}/", f"{url}?", f"{url}#")) for url in urls):
            session.delete(notice)
    session.flush()


def _delete(session: Session, found: Plan) -> None:
    """Delete rows before those they point to; their parts go with them."""
    everybody = found.people
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "demo" in table.c:
            session.execute(delete(table).where(table.c.id.in_(found.going.get(table.name, set()))))
            continue
        owner = belonging.owner_of(table)
        ways = [owner] if owner else belonging.parents(table)
        for column, to in ways:
            gone = (
                everybody
                if to.name == "person" and owner
                else _gone(to, found)
                if to.name != "person"
                else None
            )
            if gone is not None:
                session.execute(delete(table).where(column.in_(gone)))
        for name, field in belonging.MEMBERSHIPS:
            if table.name == name:
                session.execute(delete(table).where(table.c[field].in_(everybody)))


def _own_what_stays(session: Session, found: Plan) -> None:
    """What stays is the house's own from now on; demo people who are still named cannot sign in."""
    for table in SQLModel.metadata.sorted_tables:
        if "demo" in table.c:
            session.execute(update(table).where(table.c.demo).values(demo=False))
    person = accounts.Person
    names = update(person).where(col(person.id).in_(found.names))
    session.execute(names.values(active=False, password_hash=""))
    words = {t.key for t in session.exec(select(assets.AssetTag).where(assets.AssetTag.facet == "tag")).all()}
    log, proposal = activity.Activity, taxonomy.TermProposal
    decided = select(log.thing_id).where(log.thing == "proposal", col(log.thing_id).is_not(None))
    theirs = (
        col(proposal.state) != "accepted",
        col(proposal.word).not_in(words),
        col(proposal.id).not_in(decided),
    )
    session.execute(delete(proposal).where(*theirs))
    own = select(log.id).where(log.verb == "set_company", col(log.person_id).is_not(None)).limit(1)
    if session.exec(own).first() is None:
        taxonomy.save_setting(session, "company", {})
    taxonomy.save_setting(session, "demo", {"state": "removed"})
