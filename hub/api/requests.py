"""Requests: what customers said, and which requirements cover it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from hub import accounts, library, requirements
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/requests", tags=["requests"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _as_typed(value: Any) -> Any:
    """An amount as people type it becomes the number it means; HubError says what cannot be read."""
    return requirements.amount(value) if isinstance(value, str) else value


Money = Annotated[
    Decimal | None,
    BeforeValidator(_as_typed, json_schema_input_type=float | str | None),
    Field(description="A number, or as people type it: 50万, 1.2亿, 380,000."),
]


class Covering(Shape):
    """A requirement that covers the request and that the caller may see."""

    key: str
    title: str
    state: str


class RequestItem(Shape):
    """A customer's own words, and who carries them."""

    id: int
    key: str | None
    title: str
    customer: str
    quote: str
    contact: str
    desired: str
    revenue: Decimal | None
    currency: str
    customers: int | None
    urgency: str
    needed_by: date | None
    tags: list[str]
    product: str | None
    industry: str | None
    opportunity_id: int | None
    cancelled_at: datetime | None
    owner: str
    submitter: str
    created_at: datetime
    requirements: list[Covering]


class NewRequest(Shape):
    """`customer` is a name; a new customer is made when nobody is called so."""

    customer: str = Field(max_length=200)
    quote: str = Field(max_length=2000)
    contact: str = Field("", max_length=120)
    desired: str = Field("", max_length=2000)
    revenue: Money = None
    currency: str = Field("CNY", pattern="^[A-Z]{3}$")
    customers: int | None = None
    urgency: Literal["high", "medium", "low"] = "medium"
    needed_by: date | None = None
    industry: str | None = Field(None, max_length=60)
    product: str | None = Field(None, max_length=60)


class ChangedRequest(Shape):
    """The customer's words are never rewritten. What is left out stays as it is."""

    contact: str | None = Field(None, max_length=120)
    desired: str | None = Field(None, max_length=2000)
    revenue: Money = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    customers: int | None = None
    urgency: Literal["high", "medium", "low"] | None = None
    needed_by: date | None = None
    owner_id: int | None = None
    tags: list[str] | None = Field(None, max_length=20)
    opportunity_id: int | None = Field(None, description="of the same customer; 0 takes it away")


class SameItem(Shape):
    """A requirement that says nearly the same: the customer may be added to it."""

    key: str
    title: str
    url: str


class ReadyItem(Shape):
    """Material on offer that may answer it today."""

    id: str
    title: str
    url: str
    snippet: str


class SimilarAnswer(Shape):
    """What is there already for a customer's words, of what the caller may see; empty for fewer than two characters."""

    requirements: list[SameItem]
    material: list[ReadyItem]


class Part(Shape):
    """Which part of the request the requirement covers; empty: all of it."""

    part: str = Field("", max_length=300)


def _items(
    session: SessionDep, found: list[requirements.Request], person: accounts.Actor
) -> list[RequestItem]:
    return [_item(asked) for asked in requirements.as_asked(session, found, person)]


def _item(asked: requirements.Asked) -> RequestItem:
    plain = (
        "id", "key", "title", "quote", "contact", "desired", "revenue", "currency", "customers", "urgency", "needed_by",
        "tags", "product", "industry", "opportunity_id", "cancelled_at", "created_at",
    )  # fmt: skip
    return RequestItem(
        **{n: getattr(asked.request, n) for n in plain},
        customer=asked.customer,
        owner=asked.owner,
        submitter=asked.submitter,
        requirements=[Covering(key=k, title=t, state=s) for k, t, s in asked.keys],
    )


@router.get("", summary="List requests")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    which: Literal["mine", "open", "all"] = "mine",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[RequestItem]:
    """`open`: those that no requirement covers yet."""
    found, total = requirements.asked(session, person, which=which, offset=offset, limit=limit)
    return Listed(items=[_item(a) for a in found], total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="File a request")
def ask(session: SessionDep, person: TokenPersonDep, said: NewRequest) -> RequestItem:
    made = requirements.ask(session, requirements.Wish(**said.model_dump()), by=person)
    return _items(session, [made], person)[0]


@router.get("/sheet.csv", summary="Requests as CSV", response_class=Response)
def as_csv(session: SessionDep, person: TokenPersonDep) -> Response:
    """What the caller may know of, one line a request, with the requirement that covers it."""
    return Response(requirements.to_csv(session, person), media_type="text/csv; charset=utf-8")


@router.get("/sheet.xlsx", summary="Requests as XLSX", response_class=Response)
def as_xlsx(session: SessionDep, person: TokenPersonDep) -> Response:
    """What the caller may know of, one line a request, with the requirement that covers it."""
    return Response(requirements.to_xlsx(session, person), media_type=XLSX)


@router.get("/similar", summary="What is there already for a customer's words")
def similar(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    quote: Annotated[str, Query(max_length=2000)] = "",
    desired: Annotated[str, Query(max_length=2000)] = "",
) -> SimilarAnswer:
    words = requirements.similar_words(quote, desired)
    there = library.there_already(session, wiring.engine, words, by=person) or library.There((), ())
    return SimilarAnswer(
        requirements=[SameItem(key=r.url.rsplit("/", 1)[-1], title=r.title, url=r.url) for r in there.same],
        material=[ReadyItem(id=r.id, title=r.title, url=r.url, snippet=r.snippet) for r in there.ready],
    )


@router.get("/{request_id}", summary="Read a request")
def read(session: SessionDep, person: TokenPersonDep, request_id: int) -> RequestItem:
    return _items(session, [requirements.get_request(session, request_id, person)], person)[0]


@router.patch("/{request_id}", summary="Change a request")
def settle(session: SessionDep, person: TokenPersonDep, request_id: int, said: ChangedRequest) -> RequestItem:
    found = requirements.get_request(session, request_id, person)
    requirements.settle(session, found, requirements.Terms(**said.model_dump()), by=person)
    return _items(session, [found], person)[0]


@router.put("/{request_id}/requirements/{key}", summary="Say that a requirement covers a request")
def link(
    session: SessionDep, person: TokenPersonDep, request_id: int, key: str, said: Part | None = None
) -> RequestItem:
    found = requirements.get_request(session, request_id, person)
    requirement = requirements.get(session, key, person)
    requirements.link(session, found, requirement, part=said.part if said else "", by=person)
    return _items(session, [found], person)[0]


@router.delete("/{request_id}/requirements/{key}", summary="Say that a requirement does not cover it")
def unlink(session: SessionDep, person: TokenPersonDep, request_id: int, key: str) -> RequestItem:
    found = requirements.get_request(session, request_id, person)
    requirements.unlink(session, found, requirements.get(session, key, person), by=person)
    return _items(session, [found], person)[0]
