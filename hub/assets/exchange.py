"""What ties assets to each other and to people, as the data of `forms.yml` and `confirmations.yml`, in and out.
Importing the same data twice changes nothing; what names an asset or a person that is not there is passed over.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, papers
from hub.assets import queries, readers
from hub.assets.models import Asset, AssetForm, ReadAsked, ReadRequest, Version
from hub.base import clock

Row = Mapping[str, Any]


def forms_to_data(session: Session) -> list[dict[str, Any]]:
    """Every form that was made, by the slugs of its source and of the asset it has become."""
    query = select(AssetForm).where(col(AssetForm.asset_id).is_not(None), col(AssetForm.made_at).is_not(None))
    rows = session.exec(query.order_by(col(AssetForm.source_id), AssetForm.form)).all()
    slugs = _slugs(session, [i for r in rows for i in (r.source_id, r.asset_id)])
    people = accounts.people_by_ids(session, [r.asked_by_id for r in rows])
    return [
        _kept(
            source=slugs[r.source_id], form=r.form, asset=slugs[r.asset_id], number=r.made_number,
            sum=r.made_sha, made_of=list(r.made_of), told=list(r.told), made_at=_said(r.made_at),
            asked_by=_mail(people, r.asked_by_id),
        )
        for r in rows
        if r.source_id in slugs and r.asset_id in slugs
    ]  # fmt: skip


def forms_from_data(session: Session, listed: list[Row], *, by: accounts.Actor, demo: bool = False) -> int:  # noqa: ARG001 - a tie goes with its assets
    """Ties that are not there yet; returns how many were added."""
    by.must("hub.manage")
    return sum(_tie(session, said) for said in listed)


def _tie(session: Session, said: Row) -> bool:
    source, form = (queries.by_slug(session, str(said.get(k) or "")) for k in ("source", "asset"))
    key = str(said.get("form"))
    if source is None or form is None or source.id == form.id or key not in papers.FORMS:
        return False
    taken = (col(AssetForm.asset_id) == form.id) | (
        (AssetForm.source_id == source.id) & (AssetForm.form == key)
    )
    if session.exec(select(AssetForm).where(taken)).first() is not None:
        return False
    at = _instant(said.get("made_at")) or clock.now()
    number = said["number"] if isinstance(said.get("number"), int) else None
    person = accounts.by_email(session, str(said.get("asked_by") or ""))
    session.add(
        AssetForm(
            source_id=source.id or 0, form=key, asset_id=form.id, state="ready", progress=100,
            told=_texts(said.get("told")), made_of=_texts(said.get("made_of")),
            made_sha=str(said.get("sum") or "")[:64], made_version_id=_version_id(session, source, number),
            made_number=number, asked_by_id=person.id if person else None, asked_at=at, made_at=at,
        )
    )  # fmt: skip
    session.flush()
    readers.refresh(session, form)
    return True


def readings_to_data(session: Session) -> list[dict[str, Any]]:
    """Every request to read, with who was asked and who has confirmed."""
    requests = session.exec(select(ReadRequest).order_by(col(ReadRequest.id))).all()
    asked: dict[int, list[ReadAsked]] = {}
    for row in session.exec(select(ReadAsked).order_by(col(ReadAsked.person_id))):
        asked.setdefault(row.request_id, []).append(row)
    slugs = _slugs(session, [r.asset_id for r in requests])
    everybody = [a.person_id for rows in asked.values() for a in rows]
    people = accounts.people_by_ids(session, [*everybody, *(r.by_id for r in requests)])
    read = [a.version_id for rows in asked.values() for a in rows if a.version_id]
    numbers = {v.id: v.number for v in session.exec(select(Version).where(col(Version.id).in_(read)))}
    return [
        _kept(
            asset=slugs[r.asset_id], note=r.note, due_on=r.due_on, by=_mail(people, r.by_id),
            at=_said(r.created_at), ended_at=_said(r.ended_at),
            asked=[
                _kept(person=_mail(people, a.person_id), at=_said(a.confirmed_at), number=numbers.get(a.version_id))
                for a in asked.get(r.id or 0, [])
            ],
        )
        for r in requests
        if r.asset_id in slugs
    ]  # fmt: skip


def readings_from_data(session: Session, listed: list[Row], *, by: accounts.Actor, demo: bool = False) -> int:  # noqa: ARG001 - a request goes with its asset
    """Requests that are not there yet, told by asset and moment; nobody is told anew. Returns how many were added."""
    by.must("hub.manage")
    return sum(_ask(session, said) for said in listed)


def _ask(session: Session, said: Row) -> bool:
    asset, at = queries.by_slug(session, str(said.get("asset") or "")), _instant(said.get("at"))
    if asset is None or at is None:
        return False
    same = select(ReadRequest).where(ReadRequest.asset_id == asset.id, ReadRequest.created_at == at)
    if session.exec(same).first() is not None:
        return False
    asker = accounts.by_email(session, str(said.get("by") or ""))
    due = said.get("due_on")
    made = ReadRequest(
        asset_id=asset.id or 0, note=str(said.get("note") or "")[:300],
        due_on=date.fromisoformat(str(due)) if due else None,
        by_id=asker.id if asker else None, created_at=at, ended_at=_instant(said.get("ended_at")),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for one in said.get("asked") or ():
        person = accounts.by_email(session, str(one.get("person") or ""))
        if person is not None:
            version = _version_id(session, asset, one.get("number"))
            key = {"request_id": made.id or 0, "person_id": person.id or 0}
            session.merge(ReadAsked(**key, confirmed_at=_instant(one.get("at")), version_id=version))
    session.flush()
    return True


def _slugs(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """Slugs of those that are not in the trash: the others are not written."""
    wanted = [i for i in ids if i is not None]
    query = select(Asset.id, Asset.slug).where(col(Asset.id).in_(wanted), col(Asset.deleted_at).is_(None))
    return dict(session.exec(query).all())


def _version_id(session: Session, asset: Asset, number: object) -> int | None:
    """The version of this number; None when it was not brought along."""
    query = select(Version.id).where(Version.asset_id == asset.id, Version.number == number)
    return session.exec(query).first() if isinstance(number, int) else None


def _kept(**said: Any) -> dict[str, Any]:
    return {k: v for k, v in said.items() if v not in (None, "", [])}


def _mail(people: Mapping[int, accounts.Person], person_id: int | None) -> str | None:
    person = people.get(person_id or 0)
    return person.email if person else None


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(said: object) -> datetime | None:
    if not said:
        return None
    at = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _texts(said: object) -> list[str]:
    return [str(t) for t in said][:50] if isinstance(said, list) else []
