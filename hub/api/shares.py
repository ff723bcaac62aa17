"""Links to customers: one's own, what came of them, making and withdrawing them."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from hub import customers, sharing
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep
from hub.wiring import Wiring

router = APIRouter(prefix="/shares", tags=["shares"])


class ShareItem(Shape):
    """A link; `url` is null when this server can no longer show it. `ms` is active reading time in milliseconds."""

    id: int
    title: str
    preset: str
    customer_id: int | None
    url: str | None
    passcode: str | None
    expires_at: datetime
    revoked_at: datetime | None
    first_opened_at: datetime | None
    opened: int
    ms: int
    created_at: datetime


class SharedThing(Shape):
    thing: str
    thing_id: int
    version_id: int | None
    id: int


class SwapItem(Shape):
    """What takes the place of a thing that is gone; the thing's own id where only the pinned version went."""

    asset_id: int
    title: str


class GoneItem(Shape):
    """A thing that visitors of a link see no more; `swap` is null where nobody said what to use instead."""

    share_id: int
    item_id: int
    thing: str
    thing_id: int
    title: str
    swap: SwapItem | None


class Swapped(Shape):
    """How many things were swapped."""

    swapped: int


class VisitorItem(Shape):
    """Who came; `measured` false: scripts were off and the time is unknown."""

    id: int
    email: str
    name: str
    opened_at: datetime | None
    last_at: datetime
    measured: bool


class PageItem(Shape):
    """Reading time of one page of one version."""

    thing: str
    thing_id: int
    version_id: int | None
    page: int
    ms: int
    readers: int


class ShareWhole(ShareItem):
    """A link with how open it is, its things, its visitors and their reading. `contact_id`: whom visitors may ask when
    that is not the owner.
    """

    greeting: str
    contact_id: int | None
    ask_email: bool
    with_passcode: bool
    download: bool
    watermark: bool
    allow: list[str]
    items: list[SharedThing]
    visitors: list[VisitorItem]
    pages: list[PageItem]


class Thing(Shape):
    """asset, deck or toolkit by id; `version_id` pins a version of an asset."""

    thing: str
    id: int
    version_id: int | None = None


class VisitorWhole(VisitorItem):
    """A visitor with the reading time of each page, by version."""

    ms: int
    pages: list[PageItem]


class EventItem(Shape):
    """`what`: open or download."""

    share_id: int
    visitor_id: int | None
    what: str
    at: datetime


class ShareChange(Shape):
    """What is said about a link; what is left out stays as it is, or as the preset has it."""

    title: str | None = None
    greeting: str | None = None
    customer: str | None = None
    contact_id: int | None = Field(default=None, description="Whom visitors may ask; 0: the owner.")
    days: int | None = None
    ask_email: bool | None = None
    with_passcode: bool | None = None
    download: bool | None = None
    watermark: bool | None = None
    allow: str | None = Field(default=None, description="Addresses and @domains, by commas or lines.")


class NewShare(ShareChange):
    """preset: open, named or close."""

    things: list[Thing] = Field(min_length=1, max_length=30)
    preset: str = "open"


GATE = ("greeting", "contact_id", "ask_email", "with_passcode", "download", "watermark", "allow")


def _said(share: sharing.Share, wiring: Wiring, tally: sharing.Tally) -> dict[str, object]:
    key, base = wiring.settings.key(), wiring.settings.public_url.rstrip("/")
    path = sharing.address(share, key)
    own = {n: getattr(share, n) for n in ShareItem.model_fields if hasattr(share, n)}
    return {
        **own,
        "url": f"{base}{path}" if path else None,
        "passcode": sharing.passcode(share, key),
        "opened": tally.opened,
        "ms": tally.ms,
    }


def _whole(session: SessionDep, wiring: Wiring, share: sharing.Share) -> ShareWhole:
    tally = sharing.tallies(session, [share.id or 0]).get(share.id or 0, sharing.Tally())
    return ShareWhole.model_validate(
        {
            **_said(share, wiring, tally),
            **{n: getattr(share, n) for n in GATE},
            "items": sharing.items_of(session, [share.id or 0]).get(share.id or 0, []),
            "visitors": sharing.visitors(session, share),
            "pages": sharing.page_times(session, share),
        }
    )


def _fields(said: ShareChange) -> sharing.Fields:
    return sharing.Fields(**{n: getattr(said, n) for n in ShareChange.model_fields})


@router.get("", summary="One's own links, newest first")
def listed(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    ended: bool | None = None,
    customer_id: int | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[ShareItem]:
    """`ended` true: withdrawn or run out; false: those that still open."""
    rows, total = sharing.find(
        session, person, ended=ended, customer_id=customer_id, limit=limit, offset=offset
    )
    tallies = sharing.tallies(session, [s.id or 0 for s in rows])
    items = [
        ShareItem.model_validate(_said(s, wiring, tallies.get(s.id or 0, sharing.Tally()))) for s in rows
    ]
    return Listed(items=items, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="Make a link")
def create(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, said: NewShare) -> ShareWhole:
    """What may not leave the house is refused with the reason."""
    wanted = [sharing.Wanted(t.thing, t.id, t.version_id) for t in said.things]
    share = sharing.create(
        session, wanted, _fields(said), preset=said.preset, key=wiring.settings.key(), by=person
    )
    return _whole(session, wiring, share)


@router.post(
    "/quick", status_code=201, summary="The link of one click: preset by tier, used again while unopened"
)
def quick(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, said: Thing) -> ShareWhole:
    wanted = sharing.Wanted(said.thing, said.id, said.version_id)
    return _whole(session, wiring, sharing.quick(session, wanted, key=wiring.settings.key(), by=person))


@router.get("/customers/{customer_id}", summary="What a customer did with one's links, newest first")
def timeline(
    session: SessionDep, person: TokenPersonDep, customer_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[EventItem]:
    """Openings and downloads on the caller's own links, at most the last 500."""
    found = customers.get(session, customer_id, person)
    rows, _total = sharing.find(session, person, customer_id=found.id, limit=100)
    every = sharing.events(session, [s.id or 0 for s in rows], limit=500)
    items = [EventItem.model_validate(e) for e in every[offset : offset + limit]]
    return Listed(items=items, total=len(every), limit=limit, offset=offset)


@router.get("/gone", summary="What is gone from one's own open links, and what can take its place")
def gone(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[GoneItem]:
    found = sharing.gone(session, person)
    items = [
        GoneItem(
            share_id=g.share.id or 0, item_id=g.item.id or 0, thing=g.item.thing, thing_id=g.item.thing_id,
            title=g.title, swap=SwapItem.model_validate(g.swap) if g.swap else None,
        )
        for g in found[offset : offset + limit]
    ]  # fmt: skip
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("/swap", summary="Swap what can be swapped in all of one's own open links")
def swap_all(session: SessionDep, person: TokenPersonDep) -> Swapped:
    return Swapped(swapped=sharing.swap_all(session, by=person))


@router.get("/{share_id}", summary="One link and what came of it")
def one(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, share_id: int) -> ShareWhole:
    return _whole(session, wiring, sharing.get(session, share_id, person))


@router.get("/{share_id}/events", summary="What happened on a link, newest first")
def happened(
    session: SessionDep, person: TokenPersonDep, share_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[EventItem]:
    """Openings and downloads, at most the last 500."""
    share = sharing.get(session, share_id, person)
    every = sharing.events(session, [share.id or 0], limit=500)
    items = [EventItem.model_validate(e) for e in every[offset : offset + limit]]
    return Listed(items=items, total=len(every), limit=limit, offset=offset)


@router.get("/{share_id}/visitors/{visitor_id}", summary="One visitor of a link and what they read")
def visitor(session: SessionDep, person: TokenPersonDep, share_id: int, visitor_id: int) -> VisitorWhole:
    share = sharing.get(session, share_id, person)
    found = next((v for v in sharing.visitors(session, share) if v.id == visitor_id), None)
    if found is None:
        raise NotFound(_("这个链接没有这位访客。"))
    pages = [PageItem.model_validate(p) for p in sharing.page_times(session, share, visitor_id=visitor_id)]
    item = VisitorItem.model_validate(found)
    return VisitorWhole(**item.model_dump(), ms=sum(p.ms for p in pages), pages=pages)


@router.patch("/{share_id}", summary="Change a link")
def change(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, share_id: int, said: ShareChange
) -> ShareWhole:
    share = sharing.get(session, share_id, person)
    sharing.edit(session, share, _fields(said), by=person)
    return _whole(session, wiring, share)


@router.delete("/{share_id}", status_code=204, summary="Withdraw a link at once and for good")
def withdraw(session: SessionDep, person: TokenPersonDep, share_id: int) -> None:
    sharing.withdraw(session, sharing.get(session, share_id, person), by=person)


@router.post(
    "/{share_id}/items", status_code=201, summary="Put one more thing in, or pin another version of one"
)
def put_in(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, share_id: int, said: Thing
) -> ShareWhole:
    """`version_id` null: it follows the newest version on offer."""
    share = sharing.get(session, share_id, person)
    sharing.put_in(session, share, sharing.Wanted(said.thing, said.id, said.version_id), by=person)
    return _whole(session, wiring, share)


@router.delete("/{share_id}/items/{item_id}", status_code=204, summary="Take a thing out; the last one stays")
def take_out(session: SessionDep, person: TokenPersonDep, share_id: int, item_id: int) -> None:
    sharing.take_out(session, sharing.get(session, share_id, person), item_id, by=person)


@router.post("/{share_id}/items/{item_id}/swap", summary="Put what takes its place where a gone thing was")
def swap(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, share_id: int, item_id: int
) -> ShareWhole:
    share = sharing.get(session, share_id, person)
    sharing.swap(session, share, item_id, by=person)
    return _whole(session, wiring, share)


@router.post("/{share_id}/passcode", summary="Another passcode; the old one opens no more")
def renew_passcode(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, share_id: int
) -> ShareWhole:
    share = sharing.get(session, share_id, person)
    sharing.renew_passcode(session, share, by=person)
    return _whole(session, wiring, share)
