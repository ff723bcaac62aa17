"""Consents: what customers allowed of their cases, and what goes outside now."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import assets, consents, upkeep
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/consents", tags=["consents"])
Part = Literal["name", "logo", "numbers"]
Use = Literal["pitch", "send", "bid", "public"]


class ConsentItem(Shape):
    """A case. `state`: missing, ended, part, ending, good or anonymous; `edition` 0: nothing was recorded yet."""

    asset_id: int
    title: str
    customer: str
    owner_id: int | None
    owner: str
    state: str
    shows: list[str]
    allows: list[str]
    uses: list[str]
    until: date | None
    ended_at: datetime | None
    twins: int
    edition: int


class ConsentFields(Shape):
    """What the customer allowed; replaces what was recorded before."""

    shows: list[Part] = Field(["name", "numbers"])
    allows: list[Part] = Field(default_factory=list)
    uses: list[Use] = Field(default_factory=list)
    until: date | None = None
    evidence: str = Field("", max_length=1000)
    evidence_id: int | None = None
    edition: int = 0


class ManyConsents(ConsentFields):
    asset_ids: list[int] = Field(min_length=1, max_length=500)


class Recorded(Shape):
    """The cases that got it."""

    asset_ids: list[int]


class Outside(Shape):
    """What goes outside for a use now: full, twin (`twin_id`) or out; `why` it is not full."""

    use: str
    kind: str
    twin_id: int | None
    why: str


class StillNamed(Shape):
    """What names the customer besides the case. `thing`: asset or link; `page` a slide; `said` the words around it."""

    thing: str
    thing_id: int
    title: str
    url: str
    page: int | None
    said: str
    owner_id: int | None
    owner: str


class NewTwin(Shape):
    asset_id: int
    shows: list[Part] = Field(["numbers"])


@router.get("", summary="List cases, those that need a hand first")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    state: Literal["", "missing", "ended", "part", "ending", "good", "anonymous"] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[ConsentItem]:
    found, counts = consents.find(session, person, state=state, limit=limit, offset=offset)
    items = [ConsentItem.model_validate(r) for r in found]
    return Listed(items=items, total=counts[state or "all"], limit=limit, offset=offset)


def _item(session: SessionDep, person: TokenPersonDep, asset_id: int) -> ConsentItem:
    return ConsentItem.model_validate(consents.row_of(session, assets.get(session, asset_id, person), person))


@router.post("/many", summary="Record the same for several cases of which nothing was recorded yet")
def record_many(session: SessionDep, person: TokenPersonDep, said: ManyConsents) -> Recorded:
    """Passed over is what the caller may not edit, what is no case, and what has a consent already."""
    fields = consents.Fields(**said.model_dump(exclude={"edition", "asset_ids"}))
    return Recorded(asset_ids=consents.record_many(session, said.asset_ids, fields, by=person))


@router.get("/{asset_id}", summary="Read the consent of a case")
def read(session: SessionDep, person: TokenPersonDep, asset_id: int) -> ConsentItem:
    return _item(session, person, asset_id)


@router.get("/{asset_id}/outside", summary="What goes outside now, per use")
def outside(session: SessionDep, person: TokenPersonDep, asset_id: int) -> list[Outside]:
    _item(session, person, asset_id)
    made = []
    for use in consents.USES:
        found = consents.outward(session, [asset_id], use).get(asset_id) or consents.Decision("full")
        twin = found.twin_id if found.twin_id and assets.cards(session, [found.twin_id], person) else None
        made.append(Outside(use=use, kind=found.kind, twin_id=twin, why=found.why))
    return made


@router.get("/{asset_id}/named", summary="What else for outside names the customer")
def named(
    session: SessionDep, person: TokenPersonDep, asset_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[StillNamed]:
    """Material for outside and open links, whatever the consent says now; within what the caller may see."""
    _item(session, person, asset_id)
    found = upkeep.naming(session, assets.get(session, asset_id, person), person)
    items = [StillNamed.model_validate(n) for n in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.put("/{asset_id}", summary="Record what the customer allowed")
def record(session: SessionDep, person: TokenPersonDep, asset_id: int, said: ConsentFields) -> ConsentItem:
    asset = assets.get(session, asset_id, person)
    fields = consents.Fields(**said.model_dump(exclude={"edition"}))
    consents.record(session, asset, fields, edition=said.edition, by=person)
    return _item(session, person, asset_id)


@router.post("/{asset_id}/end", summary="The customer took it back: at once")
def end(session: SessionDep, person: TokenPersonDep, asset_id: int) -> ConsentItem:
    consents.end(session, assets.get(session, asset_id, person), by=person)
    return _item(session, person, asset_id)


@router.post("/{asset_id}/twins", status_code=201, summary="Link an anonymous twin")
def link_twin(session: SessionDep, person: TokenPersonDep, asset_id: int, said: NewTwin) -> ConsentItem:
    asset = assets.get(session, asset_id, person)
    consents.link_twin(session, asset, said.asset_id, shows=said.shows, by=person)
    return _item(session, person, asset_id)


@router.delete("/{asset_id}/twins/{twin_id}", status_code=204, summary="Link it no longer")
def unlink_twin(session: SessionDep, person: TokenPersonDep, asset_id: int, twin_id: int) -> None:
    consents.unlink_twin(session, assets.get(session, asset_id, person), twin_id, by=person)
