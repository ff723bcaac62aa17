"""Facts as the data of `facts.yml`, in and out, with the history of their values. Importing the same data twice changes
nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts
from hub.base import clock, jobs
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.facts import queries, rules
from hub.facts.actions import TEXTS
from hub.facts.models import AUDIENCES, Fact, FactChange

SAME = (*TEXTS, "product", "audience")


def to_data(session: Session) -> list[dict[str, Any]]:
    """Every fact as plain data with its history, oldest value first; what is empty is left out."""
    found = session.exec(select(Fact).where(col(Fact.deleted_at).is_(None)).order_by(Fact.key)).all()
    past = session.exec(select(FactChange).order_by(col(FactChange.id))).all()
    people = accounts.people_by_ids(session, [*(f.owner_id for f in found), *(c.by_id for c in past)])

    def mail(person_id: int | None) -> str | None:
        return people[person_id].email if person_id in people else None

    made = []
    for fact in found:
        data = {"key": fact.key, **{n: getattr(fact, n) for n in SAME}}
        data |= {"valid_until": fact.valid_until, "owner": mail(fact.owner_id)}
        data["history"] = [
            _filled({"value": c.after, "unit": c.after_unit, "valid_until": c.valid_until, "note": c.note,
                     "by": mail(c.by_id), "at": c.at.isoformat()}) | _english(c)
            for c in past if c.fact_id == fact.id
        ]  # fmt: skip
        made.append(_filled(data))
    return made


def _english(change: FactChange) -> dict[str, Any]:
    """The English way of writing, where it was recorded: an empty one says that English texts say it as Chinese do."""
    if change.after_en is None:
        return {}
    return {"value_en": change.after_en} | _filled({"unit_en": change.after_unit_en})


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def from_data(
    session: Session, listed: list[Mapping[str, Any]], *, by: accounts.Actor, demo: bool = False
) -> int:
    """Facts that are not there yet (told by their key); returns how many were added. What is there stays as it is."""
    by.must("hub.manage")
    there = queries.by_keys(session, [str(said.get("key") or "") for said in listed])
    added = 0
    for said in listed:
        key = str(said.get("key") or "")
        if not rules.KEY.fullmatch(key) or not said.get("name") or not said.get("value"):
            raise HubError(_("facts.yml 里有一条没有 key、name 或 value：%(said)s") % {"said": dict(said)})
        if key not in there:
            there[key] = _load(session, key, said, demo=demo)
            added += 1
    return added


def _load(session: Session, key: str, said: Mapping[str, Any], *, demo: bool) -> Fact:
    texts: dict[str, Any] = {n: str(said[n])[:most] for n, most in TEXTS.items() if said.get(n)}
    audience, at = str(said.get("audience") or "customer"), clock.now()
    made = Fact(
        key=key,
        **texts,
        product=str(said["product"]) if said.get("product") else None,
        owner_id=_person(session, said.get("owner")),
        valid_until=_day(said.get("valid_until")),
        audience=audience if audience in AUDIENCES else "internal",
        demo=demo,
        created_at=at,
        updated_at=at,
    )
    session.add(made)
    session.flush()
    now = {"value": made.value, "unit": made.unit, "value_en": made.value_en, "unit_en": made.unit_en}
    history = said.get("history") or [now]
    before: tuple[str, str, str | None, str | None] = ("", "", None, None)
    for step in history:
        after = (str(step.get("value") or ""), str(step.get("unit") or ""), *_said_in_english(step))
        session.add(FactChange(
            fact_id=made.id or 0, before=before[0], before_unit=before[1], before_en=before[2],
            before_unit_en=before[3], after=after[0], after_unit=after[1], after_en=after[2], after_unit_en=after[3],
            valid_until=_day(step.get("valid_until")), note=str(step.get("note") or "")[:500],
            by_id=_person(session, step.get("by")), at=_moment(step.get("at")) or at,
        ))  # fmt: skip
        before = after
    session.flush()
    jobs.later(session, "fact.changed", key=f"fact:{made.id}", fact_id=made.id)
    return made


def _said_in_english(step: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if "value_en" not in step and "unit_en" not in step:
        return None, None
    return str(step.get("value_en") or ""), str(step.get("unit_en") or "")


def _person(session: Session, mail: object) -> int | None:
    found = accounts.by_email(session, str(mail)) if mail else None
    return found.id if found else None


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _moment(value: object) -> datetime | None:
    """The instant; a day alone is its beginning in the house's zone."""
    if not value:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=clock.HOUSE_ZONE)
