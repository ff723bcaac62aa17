"""Changes to facts: keep, change the value, tick off a place, note what was made with it. Permission is checked
here.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import accounts, activity, notices, taxonomy
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.facts import queries, rules
from hub.facts.models import AUDIENCES, Fact, FactChange, FactMended, FactUse
from hub.facts.resolving import Shown

TEXTS = {
    "name": 120, "name_en": 120, "value": 200, "value_en": 200, "unit": 40, "unit_en": 40, "source": 500,
}  # fmt: skip


@dataclass(frozen=True)
class Fields:
    """What is said about a fact. None leaves a field as it is; an empty product or owner takes it away."""

    key: str | None = None  # only of a new one
    name: str | None = None
    name_en: str | None = None
    value: str | None = None
    value_en: str | None = None
    unit: str | None = None
    unit_en: str | None = None
    product: str | None = None
    owner_id: int | None = None
    valid_until: date | None = None
    forever: bool = False  # take the last day away
    audience: str | None = None
    source: str | None = None


def create(
    session: Session, fields: Fields, *, note: str = "", by: accounts.Actor, demo: bool = False,
    at: datetime | None = None,
) -> Fact:  # fmt: skip
    """A new fact; one of this key in the trash comes back with what is said now. Conflict when the key is taken."""
    by.must("asset.edit_any")
    key = (fields.key or "").strip()
    if not rules.KEY.fullmatch(key):
        raise HubError(_("代号用小写字母、数字和下划线，字母开头，例如 sla_uptime。"))
    at = at or clock.now()
    made = queries.by_keys(session, [key]).get(key)
    if made is not None and made.deleted_at is None:
        raise Conflict(_("已经有一条事实用“%(key)s”这个代号。") % {"key": key})
    if made is None:
        made = Fact(key=key, name="", value="", owner_id=by.id, demo=demo, created_at=at, updated_at=at)
    before = made.wording
    made.deleted_at, made.updated_at = None, at
    _set(session, made, fields, by)
    session.add(made)
    session.flush()
    _note_change(session, made, before, note, by, at)
    activity.record(session, "create", "fact", made.id, by=by.id, title=made.name)
    return made


def would_say(fact: Fact, fields: Fields) -> rules.Wording:
    """What texts would say after this change."""
    now = asdict(fact.wording)
    said = {n: getattr(fields, n) for n in now}
    return rules.Wording(**{n: now[n] if v is None else _line(v)[: TEXTS[n]] for n, v in said.items()})


def must_agree(fact: Fact, fields: Fields) -> None:
    """HubError when the value moves and the English way of writing it stays behind. Changes nothing."""
    now, then = fact.wording, would_say(fact, fields)
    moved = (then.value, then.unit) != (now.value, now.unit)
    if moved and now.value_en and (then.value_en, then.unit_en) == (now.value_en, now.unit_en):
        raise HubError(_("值改了，英文写法还是旧的：请一起改，或清空它。"))


def edit(
    session: Session, fact: Fact, fields: Fields, *, edition: int, note: str = "", by: accounts.Actor
) -> FactChange | None:
    """Change what is said; returns the change when value or last day moved. Conflict when somebody else changed it."""
    _must_edit(fact, by)
    if fact.edition != edition:
        raise Conflict(_("别人刚改过这条事实。请另开一页看看新的值，再决定怎么改。"))
    before, until = fact.wording, fact.valid_until
    must_agree(fact, fields)
    _set(session, fact, fields, by)
    fact.edition, fact.updated_at = fact.edition + 1, clock.now()
    session.add(fact)
    session.flush()
    activity.record(session, "edit", "fact", fact.id, by=by.id)
    if fact.wording == before and fact.valid_until == until:
        jobs.later(session, "fact.changed", key=f"fact:{fact.id}", fact_id=fact.id)
        return None
    return _note_change(session, fact, before, note, by, clock.now())


def _must_edit(fact: Fact, by: accounts.Actor) -> None:
    if not queries.may_edit(fact, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这条事实。"))


def _note_change(
    session: Session, fact: Fact, before: rules.Wording, note: str, by: accounts.Actor, at: datetime
) -> FactChange:
    made = FactChange(
        fact_id=fact.id or 0, before=before.value, before_unit=before.unit, before_en=before.value_en,
        before_unit_en=before.unit_en, after=fact.value, after_unit=fact.unit, after_en=fact.value_en,
        after_unit_en=fact.unit_en, valid_until=fact.valid_until, note=note.strip()[:500], by_id=by.id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    jobs.later(session, "fact.changed", key=f"fact:{fact.id}", fact_id=fact.id)
    return made


def _set(session: Session, fact: Fact, fields: Fields, by: accounts.Actor) -> None:
    for name, most in TEXTS.items():
        said = getattr(fields, name)
        if said is not None:
            setattr(fact, name, _line(said)[:most])
    if not fact.name or not fact.value:
        raise HubError(_("请写名称和现在的值。"))
    if fields.product is not None:
        fact.product = _good_product(session, fields.product, by)
    if fields.owner_id is not None:
        fact.owner_id = accounts.person(session, fields.owner_id).id if fields.owner_id else None
    if fields.audience is not None:
        fact.audience = fields.audience
    if fact.audience not in AUDIENCES:
        raise HubError(_("使用对象只能是“仅内部”或“可发客户”。"))
    fact.valid_until = None if fields.forever else fields.valid_until or fact.valid_until


def _line(said: str) -> str:
    """One line; a value cannot hold a token, so that nothing is put into itself."""
    line = " ".join("".join(c for c in said if c.isprintable() or c.isspace()).split())
    if "{{" in line or "}}" in line:
        raise HubError(_("值里不能再写花括号。"))
    return line


def _good_product(session: Session, said: str, by: accounts.Actor) -> str | None:
    product = said.strip()
    if product and product not in taxonomy.words_for(session, by).products:
        raise NotFound(_("没有这个产品。"))
    return product or None


def trash(session: Session, fact: Fact, *, by: accounts.Actor) -> None:
    """Take the fact away; texts that name it say so from now on."""
    _must_edit(fact, by)
    fact.deleted_at = clock.now()
    session.add(fact)
    activity.record(session, "trash", "fact", fact.id, by=by.id, title=fact.name)
    jobs.later(session, "fact.changed", key=f"fact:{fact.id}", fact_id=fact.id)


def note_uses(
    session: Session, thing: str, thing_id: int, used: Iterable[Shown], *, at: datetime | None = None
) -> None:
    """A thing was made with these values and will not follow by itself; what it was made with before is forgotten."""
    session.exec(delete(FactUse).where(col(FactUse.thing) == thing, col(FactUse.thing_id) == thing_id))
    for shown in {s.fact_id: s for s in used}.values():
        session.add(FactUse(
            fact_id=shown.fact_id, thing=thing, thing_id=thing_id, value=shown.value, unit=shown.unit,
            said=shown.text, at=at or clock.now(),
        ))  # fmt: skip
    session.flush()


def tick(session: Session, change: FactChange, place: str, *, done: bool, by: accounts.Actor) -> None:
    """A place of a change is mended, or not after all; twice changes nothing. The caller has checked the place."""
    had = session.get(FactMended, (change.id or 0, place))
    if done and had is None:
        session.add(FactMended(change_id=change.id or 0, place=place, by_id=by.id, at=clock.now()))
    elif not done and had is not None:
        session.delete(had)
    else:
        return
    session.flush()
    activity.record(session, "tick" if done else "untick", "fact", change.fact_id, by=by.id, place=place)


def remind(session: Session, *, at: datetime | None = None) -> int:
    """Tell owners what ends within two weeks and what has just ended, once each; returns how many were told."""
    today, told = clock.today(at), 0
    for fact in queries.ending(session, within=14, at=at):
        late = fact.valid_until is not None and fact.valid_until < today
        key = "fact_late" if late else "fact_due"
        told += notices.tell(
            session, [fact.owner_id], event=f"fact:{fact.id}:{key}:{fact.valid_until}", key=key,
            url=f"/facts/{fact.id}", title=fact.name, day=str(fact.valid_until),
        )  # fmt: skip
    return told


def of_owner(session: Session, person_id: int) -> list[Fact]:
    """What somebody looks after."""
    query = select(Fact).where(Fact.owner_id == person_id, col(Fact.deleted_at).is_(None))
    return list(session.exec(query).all())
