"""The taxonomy: tiers, products and terms. Products restricted to others are left out."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import taxonomy
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/taxonomy", tags=["taxonomy"])
Facet = Literal["industry", "scenario", "function", "stage"]


class WordItem(Shape):
    """One value of a facet."""

    facet: str
    key: str
    name: str
    name_en: str
    aliases: list[str]
    parent: str | None


class ProductItem(Shape):
    """A product; `tier` and `type` are keys."""

    key: str
    name: str
    name_en: str
    aliases: list[str]
    tier: str
    type: str
    price: str
    summary: str
    summary_en: str
    owner_id: int | None
    expert_id: int | None


class TermFields(Shape):
    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=80)
    aliases: list[str] = Field(default_factory=list)
    parent: str | None = None


@router.get("/products", summary="List products")
def products(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 200, offset: Offset = 0
) -> Listed[ProductItem]:
    words = taxonomy.words(session)
    found = [p for p in words.products.values() if taxonomy.may_know(session, p, person)]
    items = [ProductItem.model_validate(p) for p in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/kinds", summary="List kinds of material")
def kinds(_person: TokenPersonDep) -> list[str]:
    return list(taxonomy.KINDS)


@router.get("/{facet}", summary="List the values of a facet")
def values(
    session: SessionDep,
    _person: TokenPersonDep,
    facet: Literal["tier", "industry", "scenario", "function", "stage"],
    limit: Limit = 200,
    offset: Offset = 0,
) -> Listed[WordItem]:
    found = taxonomy.words(session).options(facet)
    items = [_item(w) for w in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


def _item(word: taxonomy.Word) -> WordItem:
    return WordItem.model_validate(word, from_attributes=True)


@router.put("/{facet}/{key}", summary="Add a term or change it")
def save(session: SessionDep, person: TokenPersonDep, facet: Facet, key: str, said: TermFields) -> WordItem:
    taxonomy.save_term(
        session,
        facet,
        key,
        name=said.name,
        name_en=said.name_en,
        aliases=said.aliases,
        parent=said.parent,
        by=person,
    )
    return _item(taxonomy.words(session).by_facet[facet][key.strip().lower()])
