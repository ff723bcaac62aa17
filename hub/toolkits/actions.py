"""Changes to toolkits: create, edit, pin, exclude, order, publish, archive, trash. Permission is checked here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, taxonomy
from hub.base import clock, outbox
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.toolkits import queries, rules
from hub.toolkits.brought import gather
from hub.toolkits.filling import contents
from hub.toolkits.models import Toolkit, ToolkitPin

STATES = ("draft", "published", "archived")
EDITORS = ("product_marketer", "marketing", "operations")  # the roles that see drafts; they hold toolkit.edit
TEXTS = {"title": 300, "title_en": 300, "summary": 1000}
TERMS = ("industry", "scenario", "function")


@dataclass(frozen=True)
class Fields:
    """What is said about a kit. None leaves a field as it is; an empty term or owner takes it away."""

    title: str | None = None
    title_en: str | None = None
    summary: str | None = None
    product: str | None = None
    tier: str | None = None
    industry: str | None = None
    scenario: str | None = None
    function: str | None = None
    owner_id: int | None = None
    rules: Sequence[Mapping[str, Any]] | None = None
    restricted_to: tuple[Iterable[int], Iterable[int]] | None = (
        None  # (teams, people); both empty: open to all
    )


def create(
    session: Session, fields: Fields, *, by: accounts.Actor, slug: str = "", demo: bool = False
) -> Toolkit:
    """A new kit, a draft. Its tier is its product's unless named; Conflict when the slug is taken."""
    by.must("toolkit.edit")
    at = clock.now()
    kit = Toolkit(
        slug="", title="", product="", tier="", owner_id=by.id, demo=demo, created_at=at, updated_at=at
    )
    words = taxonomy.words(session)
    _set_fields(session, kit, fields, words, by)
    kit.slug = _free_slug(session, slug, kit.title)
    session.add(kit)
    session.flush()
    _restrict(session, kit, fields)
    activity.record(session, "create", "toolkit", kit.id, by=by.id, title=kit.title)
    touch(session, kit)
    return kit


def _free_slug(session: Session, wanted: str, title: str) -> str:
    if wanted:
        if queries.by_slug(session, wanted):
            raise Conflict(_("已经有一个工具包叫“%(slug)s”。") % {"slug": wanted})
        return wanted
    base = assets.slug(title)
    taken = set(session.exec(select(Toolkit.slug).where(col(Toolkit.slug).startswith(base, autoescape=True))))
    taken.add("new")  # the address of the form
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)


def _set_fields(
    session: Session, kit: Toolkit, fields: Fields, words: taxonomy.Words, by: accounts.Actor
) -> None:
    for name, longest in TEXTS.items():
        value = getattr(fields, name)
        if value is not None:
            setattr(kit, name, " ".join(value.split())[:longest])
    if not kit.title:
        raise HubError(_("请给工具包起个标题。"))
    _place(session, kit, fields, words, by)
    for facet in TERMS:
        value = getattr(fields, facet)
        if value is not None:
            setattr(kit, facet, _term(words, facet, value))
    if fields.owner_id is not None:
        kit.owner_id = _person(session, fields.owner_id)
    if fields.rules is not None:
        kit.rules = rules.clean_rules(list(fields.rules), words)


def _place(session: Session, kit: Toolkit, fields: Fields, words: taxonomy.Words, by: accounts.Actor) -> None:
    """Product and tier; a product that is restricted can be chosen only by those it is open to."""
    if fields.product is not None:
        product = words.products.get(fields.product)
        if product is None or not taxonomy.may_know(session, product, by):
            raise NotFound(_("没有这个产品。请从列表里选一个。"))
        kit.product = product.key
        kit.tier = kit.tier or product.tier
    if not kit.product:
        raise HubError(_("请选工具包卖的产品。"))
    if fields.tier:
        if fields.tier not in words.tiers:
            raise NotFound(_("没有这个产品档位。请从列表里选一个。"))
        kit.tier = fields.tier


def _term(words: taxonomy.Words, facet: str, key: str) -> str | None:
    if not key:
        return None
    if key not in words.by_facet[facet]:
        raise NotFound(_("分类里没有“%(word)s”。请从列表里选一个。") % {"word": key})
    return key


def _person(session: Session, person_id: int) -> int | None:
    return accounts.person(session, person_id).id if person_id else None


def _restrict(session: Session, kit: Toolkit, fields: Fields) -> None:
    if fields.restricted_to is None:
        return
    teams, people = tuple(fields.restricted_to[0]), tuple(fields.restricted_to[1])
    kit.restricted = bool(teams or people)
    accounts.restrict(session, "toolkit", kit.id or 0, teams=teams, people=people)


def touch(session: Session, kit: Toolkit) -> None:
    """The kit changed: raise its edition, work out who may read it, and let the index follow."""
    kit.updated_at = clock.now()
    kit.edition += 1
    session.add(kit)
    session.flush()
    refresh(session, kit)


def refresh(session: Session, kit: Toolkit) -> None:
    """Work out anew who may read the kit and what its rules bring; the kit itself does not change.

    A published kit is open to all, under its own restriction and its product's. A draft or an archived one is for
    editors; where it is restricted as well, for owner and administrators only, because a role says nothing of teams.
    """
    own = accounts.restriction(session, "toolkit", kit.id or 0) if kit.restricted else None
    limits = [own, *taxonomy.product_restrictions(session, [kit.product])]
    restricted = any(r is not None for r in limits)
    if kit.state == "published":
        tokens = accounts.reader_tokens(owners=[kit.owner_id], restrictions=limits)
    else:
        editors = [] if restricted else [f"role:{role}" for role in EDITORS]
        tokens = accounts.reader_tokens(owners=[kit.owner_id], restrictions=[frozenset(editors)])
    accounts.set_readers(session, "toolkit", kit.id or 0, tokens)
    gather(session, kit)
    outbox.changed(session, "toolkit", kit.id)


def _must_edit(session: Session, kit: Toolkit, by: accounts.Actor) -> None:
    """NotFound for a kit that is hidden from this actor, whatever their role; NotAllowed for who only reads."""
    if not accounts.may_read(session, "toolkit", kit.id or 0, by):
        raise NotFound(_("没有这个工具包，或您没有权限看它。"))
    by.must("toolkit.edit")


def edit(session: Session, kit: Toolkit, fields: Fields, *, edition: int, by: accounts.Actor) -> None:
    """Change what is said about the kit; Conflict when somebody else changed it since `edition`."""
    _must_edit(session, kit, by)
    if kit.edition != edition:
        raise Conflict(_("别人刚改过这个工具包。您的修改还在页面上：请另开一页看看新内容，再决定怎么合并。"))
    _set_fields(session, kit, fields, taxonomy.words(session), by)
    _restrict(session, kit, fields)
    activity.record(session, "edit", "toolkit", kit.id, by=by.id)
    touch(session, kit)


def pin(session: Session, kit: Toolkit, asset_id: int, *, by: accounts.Actor) -> None:
    """Put an asset into the kit by hand, behind the other pins; also takes back an exclusion."""
    _must_edit(session, kit, by)
    assets.get(session, asset_id, by)
    last = session.exec(
        select(func.max(ToolkitPin.position)).where(
            ToolkitPin.toolkit_id == kit.id, col(ToolkitPin.excluded).is_(False)
        )
    ).one()
    row = _row(session, kit, asset_id)
    if row.excluded or row.position < 0:
        row.position, row.excluded = (last if last is not None else -1) + 1, False
        _changed(session, kit, row, "pin", by)


def unpin(session: Session, kit: Toolkit, asset_id: int, *, by: accounts.Actor) -> None:
    """Take a pin or an exclusion away; a rule may still bring the asset."""
    _must_edit(session, kit, by)
    row = session.get(ToolkitPin, (kit.id, asset_id))
    if row is not None:
        session.delete(row)
        activity.record(session, "unpin", "toolkit", kit.id, by=by.id, asset=asset_id)
        touch(session, kit)


def exclude(session: Session, kit: Toolkit, asset_id: int, *, by: accounts.Actor) -> None:
    """Keep an asset out of the kit although a rule brings it."""
    _must_edit(session, kit, by)
    assets.get(session, asset_id, by)
    row = _row(session, kit, asset_id)
    if not row.excluded:
        row.position, row.excluded = 0, True
        _changed(session, kit, row, "exclude", by)


def _row(session: Session, kit: Toolkit, asset_id: int) -> ToolkitPin:
    """The pin, or a new one that is not yet placed (position -1)."""
    found = session.get(ToolkitPin, (kit.id, asset_id))
    return found or ToolkitPin(toolkit_id=kit.id or 0, asset_id=asset_id, position=-1)


def _changed(session: Session, kit: Toolkit, row: ToolkitPin, verb: str, by: accounts.Actor) -> None:
    session.add(row)
    activity.record(session, verb, "toolkit", kit.id, by=by.id, asset=row.asset_id)
    touch(session, kit)


def reorder(session: Session, kit: Toolkit, order: Sequence[int], *, by: accounts.Actor) -> None:
    """Put the pins into this order of asset ids; pins not named keep theirs behind. Ids that are no pins are passed."""
    _must_edit(session, kit, by)
    pins = {p.asset_id: p for p in queries.pins_of(session, kit) if not p.excluded}
    wanted = [i for i in dict.fromkeys(order) if i in pins]
    for position, asset_id in enumerate([*wanted, *(i for i in pins if i not in set(wanted))]):
        pins[asset_id].position = position
        session.add(pins[asset_id])
    activity.record(session, "reorder", "toolkit", kit.id, by=by.id)
    touch(session, kit)


def move(session: Session, kit: Toolkit, asset_id: int, step: int, *, by: accounts.Actor) -> None:
    """Move a pin past its neighbours of the same kind: step -1 is up, 1 is down. At the end it stays."""
    _must_edit(session, kit, by)
    ids = [p.asset_id for p in queries.pins_of(session, kit) if not p.excluded]
    rows = session.exec(select(assets.Asset.id, assets.Asset.kind).where(col(assets.Asset.id).in_(ids))).all()
    kinds = {i: kind for i, kind in rows}  # noqa: C416 - rows are no plain pairs
    same = [i for i in ids if kinds.get(i) == kinds.get(asset_id)]
    if asset_id not in same:
        raise NotFound(_("它不是手工放进来的，不能排顺序。请先把它固定在套件里。"))
    at = same.index(asset_id)
    to = at + step
    if 0 <= to < len(same):
        one, other = ids.index(asset_id), ids.index(same[to])
        ids[one], ids[other] = ids[other], ids[one]
        reorder(session, kit, ids, by=by)


def publish(session: Session, kit: Toolkit, *, by: accounts.Actor) -> None:
    """Put the kit on the shelf for everybody who may see it; an empty kit is refused."""
    _must_edit(session, kit, by)
    if not contents(session, kit, accounts.SYSTEM, taxonomy.words(session)).offered:
        raise Conflict(_("这个工具包还是空的，没有一份在用的素材。请先固定几份，或加一条收件规则。"))
    kit.published_at = kit.published_at or clock.now()
    _set_state(session, kit, "published", by)


def archive(session: Session, kit: Toolkit, *, by: accounts.Actor) -> None:
    """Take the kit off the shelf; editors still find it."""
    _must_edit(session, kit, by)
    _set_state(session, kit, "archived", by)


def unpublish(session: Session, kit: Toolkit, *, by: accounts.Actor) -> None:
    """Back to a draft."""
    _must_edit(session, kit, by)
    _set_state(session, kit, "draft", by)


def _set_state(session: Session, kit: Toolkit, state: str, by: accounts.Actor) -> None:
    if kit.state != state:
        kit.state = state
        activity.record(session, state, "toolkit", kit.id, by=by.id)
        touch(session, kit)


def trash(session: Session, kit: Toolkit, *, by: accounts.Actor) -> None:
    """Put the kit in the trash; its members stay where they are."""
    _must_edit(session, kit, by)
    kit.deleted_at, kit.deleted_by_id = clock.now(), by.id
    activity.record(session, "trash", "toolkit", kit.id, by=by.id)
    touch(session, kit)


def restore(session: Session, slug: str, *, by: accounts.Actor) -> Toolkit:
    """Bring a kit back from the trash as it was."""
    by.must("toolkit.edit")
    kit = queries.by_slug(session, slug)
    if kit is None or not accounts.may_read(session, "toolkit", kit.id or 0, by):
        raise NotFound(_("回收站里没有这个工具包。"))
    if kit.deleted_at is not None:
        kit.deleted_at, kit.deleted_by_id = None, None
        activity.record(session, "restore", "toolkit", kit.id, by=by.id)
        touch(session, kit)
    return kit
