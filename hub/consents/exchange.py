"""Consents as the data of `consents.yml`, in and out. Importing the same data twice changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, assets
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.consents import queries, rules
from hub.consents.models import CaseConsent, CaseTwin


def to_data(session: Session) -> list[dict[str, Any]]:
    """Every consent and every twin, by the slug of the case; what is empty is left out."""
    rows = {c.asset_id: c for c in session.exec(select(CaseConsent)).all()}
    twins = session.exec(select(CaseTwin).order_by(col(CaseTwin.twin_id))).all()
    cases = sorted({*rows, *(t.case_id for t in twins)})
    ids = [*cases, *(t.twin_id for t in twins), *(c.evidence_id for c in rows.values() if c.evidence_id)]
    slugs = dict(
        session.exec(select(assets.Asset.id, assets.Asset.slug).where(col(assets.Asset.id).in_(ids))).all()
    )
    people = accounts.people_by_ids(session, [c.recorded_by_id for c in rows.values()])
    made = []
    for number in cases:
        data = _row(rows[number], slugs, people) if number in rows else {}
        told = [{"asset": slugs[t.twin_id], "shows": list(t.shows)} for t in twins if t.case_id == number]
        made.append({"case": slugs[number], **data, **({"twins": told} if told else {})})
    return made


def _row(
    row: CaseConsent, slugs: Mapping[int | None, str], people: Mapping[int, accounts.Person]
) -> dict[str, Any]:
    by = people.get(row.recorded_by_id or 0)
    data = {
        "shows": list(row.shows), "allows": list(row.allows), "uses": list(row.uses), "until": row.until,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None, "evidence": row.evidence,
        "letter": slugs.get(row.evidence_id), "recorded_by": by.email if by else None,
        "recorded_at": row.recorded_at.isoformat(),
    }  # fmt: skip
    return {key: value for key, value in data.items() if value or key == "shows"}


def from_data(
    session: Session,
    listed: list[Mapping[str, Any]],
    *,
    by: accounts.Actor,
    demo: bool = False,  # noqa: ARG001
) -> int:
    """Consents and twins that are not there yet; returns how many cases were added to. A consent belongs to its
    case, and goes with it when a demo is removed.
    """
    by.must("hub.manage")
    return sum(_load(session, said) for said in listed)


def _load(session: Session, said: Mapping[str, Any]) -> bool:
    case = assets.by_slug(session, str(said.get("case") or ""))
    if not said.get("case"):
        raise HubError(_("consents.yml 里有一条没有 case：%(said)s") % {"said": dict(said)})
    if case is None or case.id is None:
        return False  # a part of a library need not hold every case
    fresh = False
    if "allows" in said or "shows" in said:
        fresh = queries.consent_of(session, case.id) is None
        if fresh:
            session.add(_consent(session, case.id, said))
    for twin in said.get("twins") or []:
        fresh |= _load_twin(session, case.id, twin)
    session.flush()
    return fresh


def _consent(session: Session, case_id: int, said: Mapping[str, Any]) -> CaseConsent:
    letter = assets.by_slug(session, str(said["letter"])) if said.get("letter") else None
    by = accounts.by_email(session, str(said["recorded_by"])) if said.get("recorded_by") else None
    return CaseConsent(
        asset_id=case_id,
        shows=[p for p in rules.PARTS if p in (said.get("shows") or ())],
        allows=[p for p in rules.PARTS if p in (said.get("allows") or ())],
        uses=[u for u in rules.USES if u in (said.get("uses") or ())],
        until=date.fromisoformat(str(said["until"])) if said.get("until") else None,
        ended_at=_moment(said.get("ended_at")),
        evidence=str(said.get("evidence") or "")[:1000],
        evidence_id=letter.id if letter else None,
        recorded_by_id=by.id if by else None,
        recorded_at=_moment(said.get("recorded_at")) or clock.now(),
    )


def _load_twin(session: Session, case_id: int, said: Mapping[str, Any]) -> bool:
    twin = assets.by_slug(session, str(said.get("asset") or ""))
    if twin is None or twin.id is None:
        return False
    if session.get(CaseTwin, (case_id, twin.id)) is not None:
        return False
    shows = [p for p in rules.PARTS if p in (said.get("shows") or ())]
    session.add(CaseTwin(case_id=case_id, twin_id=twin.id, shows=shows))
    session.flush()
    return True


def _moment(value: object) -> datetime | None:
    if not value:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=clock.HOUSE_ZONE)
