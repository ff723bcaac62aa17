"""What is still to be told, brought and looked at: the told ledger, slots of a launch, reminders, changes."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import requirements
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(tags=["requirements"])
Role = Literal["intro_deck", "faq", "demo_account", "training", "limits_note", "case"]


class DutyItem(Shape):
    """A customer the caller is still to tell. `key` and `title` are null where they may not read the requirement."""

    id: int
    milestone: str
    request_id: int
    customer: str
    quote: str
    say: str
    since: datetime
    key: str | None
    title: str | None


class Outcome(Shape):
    """How telling the customer went: told, gone (the customer is), or not_asked (it is not what they asked for)."""

    outcome: Literal["told", "gone", "not_asked"] = "told"
    how: str = Field("", max_length=120)


class ToldItem(Shape):
    """One milestone of one request in the ledger of a requirement; `state` says how it ended, or open."""

    obligation_id: int
    request_id: int
    customer: str
    owner: str
    milestone: str
    state: str
    how: str
    since: datetime
    done_at: datetime | None


class LookItem(Shape):
    """Launch material the caller is to look at again; `needs` says what somebody found to be updated."""

    key: str
    title: str
    material_id: int
    role: str
    asset_id: int
    asset: str
    needs: str


class SlotFields(Shape):
    """Who brings the material of a slot, and until when."""

    owner_id: int | None = None
    due_on: date | None = None
    note: str = Field("", max_length=500)


class SlotItem(Shape):
    """A role of the launch; `filling`: have, stale, coming or need."""

    role: str
    required: bool
    filling: str
    owner_id: int | None
    owner: str
    due_on: date | None
    note: str


class ChangeItem(Shape):
    """What raised the revision: kind quarter, scope or reopened; for a scope `before` says which fields."""

    revision: int
    kind: str
    before: str
    after: str
    reason: str
    by_id: int | None
    at: datetime
    undone_at: datetime | None


class Reminded(Shape):
    reminded: int


@router.get("/obligations", summary="List the customers I am still to tell")
def owed(session: SessionDep, person: TokenPersonDep) -> list[DutyItem]:
    """The longest waiting first, 200 at most."""
    return [DutyItem.model_validate(d) for d in requirements.owed(session, person, limit=200)]


@router.post("/obligations/{obligation_id}/told", status_code=204, summary="The customer has been told")
def told(session: SessionDep, person: TokenPersonDep, obligation_id: int, said: Outcome) -> None:
    found = requirements.get_obligation(session, obligation_id, person)
    requirements.told(session, found, how=said.how, outcome=said.outcome, by=person)


@router.post("/obligations/{obligation_id}/reopen", status_code=204, summary="It was said too early")
def untell(session: SessionDep, person: TokenPersonDep, obligation_id: int) -> None:
    requirements.untell(session, requirements.get_obligation(session, obligation_id, person), by=person)


@router.get("/requirements/{key}/told", summary="Who has been told, and who is still to be")
def ledger(session: SessionDep, person: TokenPersonDep, key: str) -> list[ToldItem]:
    seen = requirements.view(session, requirements.get(session, key, person), person)
    return [
        ToldItem(
            obligation_id=cell.id,
            request_id=line.request_id,
            customer=line.customer,
            owner=line.owner,
            **{n: getattr(cell, n) for n in ("milestone", "state", "how", "since", "done_at")},
        )
        for line in seen.ledger
        for cell in line.cells.values()
    ]


@router.post("/requirements/{key}/nudge", summary="Remind who still has a customer to tell")
def nudge(session: SessionDep, person: TokenPersonDep, key: str) -> Reminded:
    """Once a day at most; `reminded` counts people."""
    found = requirements.get(session, key, person)
    return Reminded(reminded=requirements.nudge(session, found, by=person))


@router.get("/requirements/{key}/changes", summary="What raised the revision, newest first")
def changes(session: SessionDep, person: TokenPersonDep, key: str) -> list[ChangeItem]:
    found = requirements.get(session, key, person)
    return [ChangeItem.model_validate(c) for c in requirements.changes(session, found.id or 0)]


@router.get("/requirements/{key}/slots", summary="The material that the launch asks for")
def slots(session: SessionDep, person: TokenPersonDep, key: str) -> list[SlotItem]:
    seen = requirements.view(session, requirements.get(session, key, person), person)
    return [SlotItem.model_validate(s) for s in seen.slots]


@router.put("/requirements/{key}/slots/{role}", status_code=204, summary="Ask somebody to fill a slot")
def assign(session: SessionDep, person: TokenPersonDep, key: str, role: Role, said: SlotFields) -> None:
    found = requirements.get(session, key, person)
    requirements.assign(session, found, role, **said.model_dump(), by=person)


@router.get("/looks", summary="Launch material I am to look at again")
def looks(session: SessionDep, person: TokenPersonDep) -> list[LookItem]:
    """Right for an earlier revision, or in need of an update; 200 at most. Say so at its requirement."""
    return [LookItem.model_validate(item) for item in requirements.looks(session, person, limit=200)]
