"""Demo accounts: list, make, change, the secret on record, bookings."""

from datetime import date, datetime

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from hub import demos
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/demos", tags=["demos"])


class DemoItem(Shape):
    """A demo account; the secret is asked for apart. `state`: good, unchecked or expired."""

    id: int
    title: str
    product: str | None
    address: str
    login: str
    owner_id: int | None
    owner: str
    expires_on: date | None
    checked_at: datetime | None
    checked_by_hub: bool
    state: str
    has_secret: bool
    asset_id: int | None
    edition: int


class DemoWhole(DemoItem):
    """A demo account with its script (Markdown) and how it is put back afterwards."""

    script: str
    reset_note: str


class DemoFields(Shape):
    """What is left out stays as it is. `product`, `asset_id` and people must be known to the caller; an empty
    `product` and `asset_id` 0 take it away. `secret` is kept sealed, and nobody gets it but by asking for it.
    """

    title: str | None = Field(None, max_length=200)
    product: str | None = Field(None, max_length=60)
    address: str | None = Field(None, max_length=500)
    login: str | None = Field(None, max_length=200)
    secret: str = Field("", max_length=1000)
    script: str | None = Field(None, max_length=20_000)
    reset_note: str | None = Field(None, max_length=1000)
    asset_id: int | None = None
    owner_id: int | None = None
    expires_on: date | None = None


class NewDemo(DemoFields):
    title: str = Field(max_length=200)


class ChangedDemo(DemoFields):
    """`expires_on` null takes the last day away."""

    edition: int


class Secret(Shape):
    secret: str


class BookingItem(Shape):
    id: int
    person_id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    purpose: str


class NewBooking(Shape):
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    purpose: str = Field("", max_length=200)


def _whole(session: SessionDep, account: demos.DemoAccount) -> DemoWhole:
    item = DemoItem.model_validate(demos.rows(session, [account])[0])
    return DemoWhole(**item.model_dump(), script=account.script, reset_note=account.reset_note)


@router.get("", summary="List demo accounts")
def index(
    session: SessionDep, person: TokenPersonDep, product: str = "", limit: Limit = 50, offset: Offset = 0
) -> Listed[DemoItem]:
    found = demos.find(session, person, product=product)
    items = [DemoItem.model_validate(r) for r in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Add a demo account")
def create(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, said: NewDemo) -> DemoWhole:
    fields = demos.Fields(**said.model_dump())
    return _whole(session, demos.create(session, fields, key=wiring.settings.key(), by=person))


@router.get("/{demo_id}", summary="Read a demo account")
def read(session: SessionDep, person: TokenPersonDep, demo_id: int) -> DemoWhole:
    return _whole(session, demos.get(session, demo_id, person))


@router.patch("/{demo_id}", summary="Change a demo account")
def edit(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, demo_id: int, said: ChangedDemo
) -> DemoWhole:
    account = demos.get(session, demo_id, person)
    asked = said.model_dump(exclude={"edition"})
    if "expires_on" not in said.model_fields_set:
        asked["expires_on"] = account.expires_on
    key, fields = wiring.settings.key(), demos.Fields(**asked)
    demos.edit(session, account, fields, edition=said.edition, key=key, by=person)
    return _whole(session, account)


@router.delete("/{demo_id}", status_code=204, summary="Take a demo account away; its secret is wiped out")
def trash(session: SessionDep, person: TokenPersonDep, demo_id: int) -> None:
    """Nothing brings it back."""
    demos.trash(session, demos.get(session, demo_id, person), by=person)


@router.post("/{demo_id}/secret", summary="Ask for the secret: it is recorded who did")
def reveal(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, demo_id: int, answer: Response
) -> Secret:
    account = demos.get(session, demo_id, person)
    answer.headers["Cache-Control"] = "no-store"
    return Secret(secret=demos.reveal(session, account, key=wiring.settings.key(), by=person))


@router.post("/{demo_id}/works", summary="Say that it works: the checked date is today")
def works(session: SessionDep, person: TokenPersonDep, demo_id: int) -> DemoItem:
    account = demos.get(session, demo_id, person)
    demos.works(session, account, by=person)
    return DemoItem.model_validate(demos.rows(session, [account])[0])


@router.post("/{demo_id}/check", status_code=202, summary="Have its address asked now")
def check(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, demo_id: int) -> DemoWhole:
    """What came of it is a notice to the caller and, when it answered, `checked_at`. Only hosts that the settings list
    are asked.
    """
    account = demos.get(session, demo_id, person)
    demos.ask_now(session, account, demos.listed_hosts(wiring.settings.demo_hosts), by=person)
    return _whole(session, account)


@router.get("/{demo_id}/bookings", summary="List bookings that have not ended")
def bookings(
    session: SessionDep, person: TokenPersonDep, demo_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[BookingItem]:
    found = demos.bookings(session, demos.get(session, demo_id, person))
    items = [BookingItem.model_validate(b) for b in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("/{demo_id}/bookings", status_code=201, summary="Book a time; no two overlap")
def book(session: SessionDep, person: TokenPersonDep, demo_id: int, said: NewBooking) -> BookingItem:
    account = demos.get(session, demo_id, person)
    made = demos.book(session, account, said.starts_at, said.ends_at, purpose=said.purpose, by=person)
    return BookingItem.model_validate(next(b for b in demos.bookings(session, account) if b.id == made.id))


@router.delete("/{demo_id}/bookings/{booking_id}", status_code=204, summary="Give a booking back")
def cancel(session: SessionDep, person: TokenPersonDep, demo_id: int, booking_id: int) -> None:
    demos.cancel(session, demos.get(session, demo_id, person), booking_id, by=person)
