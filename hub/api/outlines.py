"""The outline of a pitch deck: which slides it is made of, in which order, and choosing among them by hand."""

from fastapi import APIRouter
from pydantic import Field

from hub import decks, taxonomy
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/decks/{deck_id}/outline", tags=["decks"])


class OutlineItem(Shape):
    """A planned slide. `key` names it in an order; `dropped`: left out by hand; `locked`: it keeps its place and cannot
    be left out; `why` it was chosen.
    """

    key: str
    origin: str
    title: str
    why: str
    asset_id: int | None
    version: int | None
    page: int | None
    dropped: bool
    added: bool
    locked: bool


class Outline(Shape):
    items: list[OutlineItem]


class Order(Shape):
    """The keys of the slides that are wanted, in their order. Those not named are left out, but for locked ones."""

    keys: list[str] = Field(max_length=300)


class NewPage(Shape):
    """A page of a PPTX on offer that customers may see."""

    asset_id: int
    page: int = Field(ge=1, le=10_000)


def _outline(session: SessionDep, deck: decks.Deck) -> Outline:
    shown, label = OutlineItem.model_fields, taxonomy.words(session).label
    return Outline(
        items=[OutlineItem(**{n: e[n] for n in shown} | {"why": decks.why(e, label)}) for e in deck.plan]
    )


@router.get("", summary="Read which slides a deck is made of")
def read(session: SessionDep, person: TokenPersonDep, deck_id: int) -> Outline:
    return _outline(session, decks.get(session, deck_id, person))


@router.put("", summary="Choose the slides of a deck and their order")
def choose(session: SessionDep, person: TokenPersonDep, deck_id: int, said: Order) -> Outline:
    """A page that was added by hand and is left out is gone; others may be taken back."""
    deck = decks.get(session, deck_id, person)
    decks.choose(session, deck, said.keys, by=person)
    return _outline(session, deck)


@router.post("", status_code=201, summary="Add a page of the library to a deck")
def add(session: SessionDep, person: TokenPersonDep, deck_id: int, said: NewPage) -> Outline:
    deck = decks.get(session, deck_id, person)
    decks.add_page(session, deck, said.asset_id, said.page, by=person)
    return _outline(session, deck)


@router.post("/anew", summary="Choose the slides anew from the kit as it is now")
def choose_anew(session: SessionDep, person: TokenPersonDep, deck_id: int) -> Outline:
    """What was done by hand is forgotten."""
    deck = decks.get(session, deck_id, person)
    decks.plan_deck(session, deck, by=person, afresh=True)
    return _outline(session, deck)
