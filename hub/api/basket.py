"""The slide basket: pages put aside, their order, and the deck made of them. Everybody's own."""

from fastapi import APIRouter
from pydantic import Field

from hub import decks
from hub.api.decks import DeckWhole, deck_whole
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/basket", tags=["basket"])


class BasketItem(Shape):
    """A slide as it would go into a deck now. `page` is null when it cannot; `why_not` says why."""

    id: int
    asset_id: int
    slug: str
    source: str
    title: str
    version_id: int | None
    version: int
    page: int | None
    renewed: bool
    why_not: str


class Basket(Shape):
    items: list[BasketItem]


class Put(Shape):
    """Pages (from 1) of the version of an asset that is on offer."""

    asset_id: int
    pages: list[int] = Field(min_length=1, max_length=decks.BASKET_MOST)


class Order(Shape):
    """Ids of slides in the basket; those not named follow."""

    order: list[int] = Field(max_length=10_000)


class NewBasketDeck(Shape):
    title: str = Field(default="", max_length=300)
    customer: str = Field(default="", max_length=200)


def _whole(session: SessionDep, person: TokenPersonDep) -> Basket:
    return Basket(items=[BasketItem.model_validate(c) for c in decks.basket(session, person)])


@router.get("", summary="Read my slide basket")
def read(session: SessionDep, person: TokenPersonDep) -> Basket:
    return _whole(session, person)


@router.post("", status_code=201, summary="Put slides into the basket")
def add(session: SessionDep, person: TokenPersonDep, said: Put) -> Basket:
    """Slides that lie in it already stay where they are."""
    decks.basket_add(session, said.asset_id, said.pages, by=person)
    return _whole(session, person)


@router.put("/order", summary="Put the basket into this order")
def order(session: SessionDep, person: TokenPersonDep, said: Order) -> Basket:
    decks.basket_reorder(session, said.order, by=person)
    return _whole(session, person)


@router.delete("", status_code=204, summary="Empty the basket")
def empty(session: SessionDep, person: TokenPersonDep) -> None:
    decks.basket_empty(session, by=person)


@router.delete("/{slide_id}", status_code=204, summary="Take a slide out of the basket")
def remove(session: SessionDep, person: TokenPersonDep, slide_id: int) -> None:
    decks.basket_remove(session, slide_id, by=person)


@router.post("/deck", status_code=202, summary="Make a deck of the basket")
def deck(session: SessionDep, person: TokenPersonDep, said: NewBasketDeck) -> DeckWhole:
    """The basket is empty then; the file is made by the worker: read the deck until it is ready or failed."""
    made = decks.basket_to_deck(session, said.title, said.customer, by=person)
    return deck_whole(session, made, person)
