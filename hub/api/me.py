"""Who calls, and what the hub has told them."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import Field

from hub import accounts, assets, notices, taxonomy
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(tags=["me"])


class Me(Shape):
    """The caller: roles, teams and the products whose material they approve."""

    id: int | None
    name: str
    email: str
    roles: list[str]
    teams: list[int]
    approves: list[str]
    language: str


@router.get("/me", summary="Who I am")
def me(person: TokenPersonDep) -> Me:
    return Me(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=sorted(person.roles),
        teams=sorted(person.teams),
        approves=sorted(person.approves),
        language=person.language,
    )


class OwnSettings(Shape):
    """What the caller chose for themselves. `mail`: all (decisions, slips and launches at once, the rest once a
    day), digest (once a day) or off.
    """

    name: str
    name_en: str
    title: str
    phone: str
    language: str
    mail: str
    industries: list[str]


class ChangedSettings(Shape):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=80)
    name_en: str | None = Field(None, max_length=80)
    title: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, max_length=40)
    language: str | None = None
    mail: str | None = None
    industries: list[str] | None = None


@router.get("/me/settings", summary="Read what I chose for myself")
def settings(session: SessionDep, person: TokenPersonDep) -> OwnSettings:
    own = accounts.person(session, person.id or 0)
    said = {n: getattr(own, n) for n in ("name", "name_en", "title", "phone", "language", "mail")}
    return OwnSettings(**said, industries=sorted(accounts.industries_of(session, person.id or 0)))


@router.patch("/me/settings", summary="Choose for myself: profile, language, mail")
def change_settings(session: SessionDep, person: TokenPersonDep, said: ChangedSettings) -> OwnSettings:
    now = settings(session, person).model_copy(update=said.model_dump(exclude_none=True))
    profile = accounts.Profile(now.name, now.name_en, now.title, now.phone)
    known = taxonomy.words(session).by_facet["industry"]
    chosen = [i for i in now.industries if i in known]
    accounts.edit_own(session, profile, language=now.language, industries=chosen, mail=now.mail, by=person)
    return settings(session, person)


class ToReadItem(Shape):
    """An asset that colleagues ask the caller to read and confirm; confirm at `/assets/{asset_id}/confirm-read`."""

    asset_id: int
    title: str
    kind: str
    note: str
    due_on: date | None
    by: str
    since: datetime


@router.get("/me/reading", summary="List what I am asked to read, the most urgent first")
def to_read(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[ToReadItem]:
    wanted = assets.to_read(session, person)
    cards = {c.id: c for c in assets.cards(session, [w.asset_id for w in wanted], person)}
    found = [
        ToReadItem(
            asset_id=w.asset_id,
            title=cards[w.asset_id].title,
            kind=cards[w.asset_id].kind,
            note=w.note,
            due_on=w.due_on,
            by=w.by,
            since=w.since,
        )
        for w in wanted
        if w.asset_id in cards
    ]
    return Listed(items=found[offset : offset + limit], total=len(found), limit=limit, offset=offset)


class NoticeItem(Shape):
    """One thing the hub told the caller; `url` is the page it is about."""

    id: int
    key: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None


@router.get("/notices", summary="List what the hub told me")
def told(session: SessionDep, person: TokenPersonDep, limit: Limit = 50) -> list[NoticeItem]:
    """The newest first."""
    return [NoticeItem.model_validate(n) for n in notices.of(session, person, limit=limit)]


@router.post("/notices/read", status_code=204, summary="I have read all of it")
def read_all(session: SessionDep, person: TokenPersonDep) -> None:
    notices.read_all(session, person)


@router.post("/notices/{notice_id}/read", summary="I have read this")
def read(session: SessionDep, person: TokenPersonDep, notice_id: int) -> NoticeItem:
    return NoticeItem.model_validate(notices.read(session, notice_id, person))
