"""Facts: list, read, add, change, and the places that still show an old value."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import facts, upkeep
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/facts", tags=["facts"])


class FactItem(Shape):
    """A fact; `shown` is value and unit, `shown_en` as English texts say them. `state`: good, due or late. Texts name
    it as {{ facts.key }}.
    """

    id: int
    key: str
    name: str
    name_en: str
    shown: str
    shown_en: str
    product: str | None
    owner_id: int | None
    owner: str
    valid_until: date | None
    audience: str
    source: str
    state: str
    updated_at: datetime
    edition: int


class ChangeItem(Shape):
    """A value that a fact was given; `before` is empty for the first one. What ends in `_en` is how English texts say
    it: empty as in Chinese, null where it was not recorded.
    """

    id: int
    before: str
    before_unit: str
    before_en: str | None
    before_unit_en: str | None
    after: str
    after_unit: str
    after_en: str | None
    after_unit_en: str | None
    valid_until: date | None
    note: str
    by_id: int | None
    at: datetime


class PlaceItem(Shape):
    """A place of a change. `sort`: copy, literal or follows; `done`: who mended it."""

    key: str
    sort: str
    title: str
    url: str
    note: str
    owner_id: int | None
    owner: str
    asset_id: int | None
    done: str


class FactFields(Shape):
    """What is said about a fact. What is left out stays as it is."""

    name: str | None = Field(None, max_length=120)
    name_en: str | None = Field(None, max_length=120)
    value: str | None = Field(None, max_length=200, coerce_numbers_to_str=True)
    value_en: str | None = Field(None, max_length=200)
    unit: str | None = Field(None, max_length=40)
    unit_en: str | None = Field(None, max_length=40)
    product: str | None = None
    owner_id: int | None = None
    valid_until: date | None = None
    audience: Literal["internal", "customer"] | None = None
    source: str | None = Field(None, max_length=500)
    note: str = Field("", max_length=500)


class NewFact(FactFields):
    key: str = Field(max_length=60)
    name: str = Field(max_length=120)
    value: str = Field(max_length=200, coerce_numbers_to_str=True)


class ChangedFact(FactFields):
    """`edition` is the one that was read: somebody else's change in between is a 409."""

    edition: int


class OfChange(Shape):
    change_id: int


class OfPlace(OfChange):
    """`place` is the key of a place of that change."""

    place: str = Field(max_length=80)


class MadeTask(Shape):
    """A material task; see /tasks."""

    id: int
    title: str


class Tick(Shape):
    change_id: int
    place: str = Field(max_length=80)
    done: bool = True


def _fields(said: FactFields, *, key: str | None = None) -> facts.Fields:
    given = said.model_dump(exclude={"note", "edition", "key"})
    forever = "valid_until" in said.model_fields_set and said.valid_until is None
    return facts.Fields(**given, key=key, forever=forever)


def _item(session: SessionDep, fact: facts.Fact) -> FactItem:
    return FactItem.model_validate(facts.rows(session, [fact])[0])


@router.get("", summary="List facts, what expires first at the top")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    state: Literal["", "good", "due", "late"] = "",
    product: str = "",
    q: str = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[FactItem]:
    found, total = facts.find(
        session, person, state=state, product=product, words=q, limit=limit, offset=offset
    )
    items = [FactItem.model_validate(r) for r in found]
    return Listed(items=items, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="Add a fact")
def create(session: SessionDep, person: TokenPersonDep, said: NewFact) -> FactItem:
    return _item(session, facts.create(session, _fields(said, key=said.key), note=said.note, by=person))


@router.get("/{fact_id}", summary="Read a fact")
def read(session: SessionDep, person: TokenPersonDep, fact_id: int) -> FactItem:
    return _item(session, facts.get(session, fact_id, person))


@router.patch("/{fact_id}", summary="Change a fact; texts that name it follow")
def edit(session: SessionDep, person: TokenPersonDep, fact_id: int, said: ChangedFact) -> FactItem:
    fact = facts.get(session, fact_id, person)
    facts.edit(session, fact, _fields(said), edition=said.edition, note=said.note, by=person)
    return _item(session, fact)


@router.delete("/{fact_id}", status_code=204, summary="Take a fact away")
def trash(session: SessionDep, person: TokenPersonDep, fact_id: int) -> None:
    facts.trash(session, facts.get(session, fact_id, person), by=person)


@router.get("/{fact_id}/changes", summary="List the values it had, newest first")
def changes(
    session: SessionDep, person: TokenPersonDep, fact_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[ChangeItem]:
    found = facts.changes(session, facts.get(session, fact_id, person))
    items = [ChangeItem.model_validate(c) for c in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get(
    "/{fact_id}/places", summary="List where the present value, or that before a change, is to be read"
)
def places(
    session: SessionDep,
    person: TokenPersonDep,
    fact_id: int,
    change_id: int | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[PlaceItem]:
    fact = facts.get(session, fact_id, person)
    if change_id is None:
        every = upkeep.preview(session, fact, person).every
    else:
        every = upkeep.places(session, fact, facts.change(session, fact, change_id), person).every
    items = [PlaceItem.model_validate(p) for p in every[offset : offset + limit]]
    return Listed(items=items, total=len(every), limit=limit, offset=offset)


@router.post(
    "/{fact_id}/places/tick", status_code=204, summary="Say that a place is mended, or not after all"
)
def tick(session: SessionDep, person: TokenPersonDep, fact_id: int, said: Tick) -> None:
    fact = facts.get(session, fact_id, person)
    change = facts.change(session, fact, said.change_id)
    upkeep.tick(session, fact, change, said.place, done=said.done, by=person)


@router.post(
    "/{fact_id}/places/tell", status_code=204, summary="Tell those whose material still says the old value"
)
def tell(session: SessionDep, person: TokenPersonDep, fact_id: int, said: OfChange) -> None:
    """Once each, also those whose material the caller may not see."""
    fact = facts.get(session, fact_id, person)
    upkeep.tell(session, fact, facts.change(session, fact, said.change_id), by=person)


@router.post(
    "/{fact_id}/places/task", status_code=201, summary="Ask for the material of a place to be renewed"
)
def task(session: SessionDep, person: TokenPersonDep, fact_id: int, said: OfPlace) -> MadeTask:
    fact = facts.get(session, fact_id, person)
    change = facts.change(session, fact, said.change_id)
    return MadeTask.model_validate(upkeep.ask_for_material(session, fact, change, said.place, by=person))
