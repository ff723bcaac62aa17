"""The roadmap: what is promised for which quarter, and moving it to another."""

from decimal import Decimal

from fastapi import APIRouter
from pydantic import Field

from hub import requirements
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(tags=["requirements"])
INTERNAL = frozenset(
    {"product_manager", "technical_expert", "product_marketer", "operations", "administrator"}
)


class Stone(Shape):
    """A requirement on the roadmap; reason, score and effort are for those who plan."""

    key: str
    title: str
    product: str | None
    quarter: str | None
    state: str
    material_filled: int
    material_slots: int
    words: str
    reason: str
    score: Decimal | None
    effort_days: Decimal | None


class Slip(Shape):
    quarter: str = Field(max_length=10, description="2027Q1")
    reason: str = Field(max_length=500)


@router.get("/roadmap", summary="The roadmap by quarter")
def roadmap(
    session: SessionDep, person: TokenPersonDep, product: str = "", *, public: bool = False
) -> list[Stone]:
    """`public`: only what may be said to a customer; who does not plan gets no more in any case."""
    public = public or not person.roles & INTERNAL
    found = requirements.roadmap(session, person, product=product, public=public)
    return [
        Stone(
            key=s.row.key,
            title=s.row.title,
            product=s.row.product,
            quarter=s.row.quarter,
            state=s.row.state,
            material_filled=s.filled,
            material_slots=s.slots,
            words=s.words,
            reason=s.reason,
            score=None if public else s.row.score,
            effort_days=s.effort,
        )
        for s in found
    ]


@router.post("/requirements/{key}/slip", summary="Move a promise to another quarter")
def slip(session: SessionDep, person: TokenPersonDep, key: str, said: Slip) -> dict[str, str]:
    """Its revision rises, and whoever asked for it is told."""
    found = requirements.get(session, key, person)
    requirements.slip(session, found, said.quarter, reason=said.reason, by=person)
    return {"key": found.key, "quarter": found.quarter or ""}
