"""Suggestions while typing, one's saved searches, and the gaps: what people looked for in vain."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from hub import assets, library, searches
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(tags=["search"])
Filters = Annotated[dict[str, list[str]], Field(description="Facet → keys, as in an address.")]


class Suggested(Shape):
    """`kind` is recent, saved, word, title, person or a facet of the taxonomy; `url` is a page of the hub."""

    text: str
    kind: str
    url: str
    note: str


class Suggestions(Shape):
    """What the typed text may become, best first."""

    suggestions: list[Suggested]


class SavedItem(Shape):
    """A saved search of the caller. With `notify` new hits are told, once a day at most."""

    id: int
    name: str
    words: str
    filters: dict[str, list[str]]
    notify: bool
    created_at: datetime


class GapItem(Shape):
    """A search that found too little. `needed` counts those who said so, `people` those who searched, `mine` says
    whether the caller needs it.
    """

    id: int
    words: str
    filters: dict[str, list[str]]
    hits: int
    times: int
    people: int
    needed: int
    mine: bool
    state: str
    note: str
    first_at: datetime
    last_at: datetime


class Wanted(BaseModel):
    """A search: words and filters."""

    q: str = Field("", max_length=500)
    filters: Filters = Field(default_factory=dict)


class ToNeed(Wanted):
    """What is needed: words, under filters or not."""

    q: str = Field(max_length=500)


class ToSave(Wanted):
    """A search to save; without a name it is called by its words."""

    name: str = Field("", max_length=120)
    notify: bool = True


class GapState(Shape):
    """A gap and how it ended. `state`: open, met or declined."""

    id: int
    words: str
    filters: Filters
    state: str
    note: str
    asset_id: int | None
    closed_at: datetime | None


class Closing(Shape):
    """`asset_id`: what meets it."""

    result: Literal["met", "declined"]
    note: str = Field("", max_length=300)
    asset_id: int | None = None


class Needed(Shape):
    """The gap that the caller needs closed."""

    id: int
    state: str


@router.get("/suggest", summary="Suggestions while typing")
def suggest(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    q: Annotated[str, Query(max_length=500, description="What is typed so far; empty: recent ones.")] = "",
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
) -> Suggestions:
    offers = library.suggest(session, wiring.engine, q, by=person, limit=limit)
    shown = [Suggested(text=o.text, kind=o.kind, url=o.url, note=o.note) for o in offers]
    return Suggestions(suggestions=shown)


def _item(saved: searches.SavedSearch) -> SavedItem:
    return SavedItem(
        id=saved.id or 0, name=saved.name, words=saved.words, filters=dict(saved.filters),
        notify=saved.notify, created_at=saved.created_at,
    )  # fmt: skip


@router.get("/searches", summary="One's saved searches")
def saved(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[SavedItem]:
    mine = [_item(s) for s in searches.saved(session, person)]
    return Listed(items=mine[offset : offset + limit], total=len(mine), limit=limit, offset=offset)


@router.post("/searches", status_code=201, summary="Save a search; the same one twice is one")
def save(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, given: ToSave) -> SavedItem:
    wanted = searches.wish(given.q, given.filters)
    known = library.found_now(session, wiring.engine, wanted, person)
    made = searches.save(session, wanted, given.name, by=person, known=known, notify=given.notify)
    return _item(made)


@router.delete("/searches/{saved_id}", status_code=204, summary="Remove one's saved search")
def remove(session: SessionDep, person: TokenPersonDep, saved_id: int) -> Response:
    searches.remove_saved(session, saved_id, by=person)
    return Response(status_code=204)


@router.get("/gaps", summary="What people looked for and did not find, for those who make material")
def gaps(
    session: SessionDep,
    person: TokenPersonDep,
    state: Literal["open", "met", "declined"] = "open",
    product: str | None = None,
    industry: str | None = None,
    needed: bool = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Listed[GapItem]:
    found = searches.gaps(
        session, person, state=state, product=product, industry=industry, needed_only=needed, limit=None
    )
    items = [GapItem.model_validate(g) for g in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/gaps/{gap_id}", summary="A gap: for those who make material, and those who looked for it")
def gap(session: SessionDep, person: TokenPersonDep, gap_id: int) -> GapState:
    return GapState.model_validate(searches.gap_of(session, gap_id, person))


@router.delete("/gaps/{gap_id}/need", status_code=204, summary="No longer need it")
def take_back(session: SessionDep, person: TokenPersonDep, gap_id: int) -> None:
    found = searches.gap_of(session, gap_id, person)
    searches.take_back(session, searches.wish(found.words, found.filters), by=person)


@router.post("/gaps/{gap_id}/close", summary="Say that it is met or declined; whoever needs it is told")
def close(session: SessionDep, person: TokenPersonDep, gap_id: int, said: Closing) -> GapState:
    searches.gap_of(session, gap_id, person)
    asset_id = assets.get(session, said.asset_id, person).id if said.asset_id else None
    found = searches.close_gap(session, gap_id, said.result, by=person, note=said.note, asset_id=asset_id)
    return GapState.model_validate(found)


@router.post("/gaps/{gap_id}/reopen", summary="Open a closed gap again")
def reopen(session: SessionDep, person: TokenPersonDep, gap_id: int) -> GapState:
    searches.gap_of(session, gap_id, person)
    return GapState.model_validate(searches.reopen_gap(session, gap_id, by=person))


@router.post("/gaps", status_code=201, summary="Say: I need this; others can join")
def need(session: SessionDep, person: TokenPersonDep, given: ToNeed) -> Needed:
    gap = searches.need(session, searches.wish(given.q, given.filters), by=person)
    return Needed(id=gap.id or 0, state=gap.state)
