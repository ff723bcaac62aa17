"""The requirement loop beyond plain edits: merge, split, cancel, undo, the gate of a launch, waivers, handing over."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from hub import requirements
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(tags=["requirements"])


class RegroupingItem(Shape):
    """A merge, a split or a cancelled request; undo it by its id. Keys the caller may not read are left out."""

    id: int
    kind: str
    from_key: str | None
    to_key: str | None
    request_id: int | None
    undone: bool


class Merge(Shape):
    into: str = Field(max_length=40, description="Key of the requirement that takes all requests over")
    reason: str = Field("", max_length=500)


class Split(Shape):
    """The requests that go to a new requirement called `title`, or to the one of the key `into`."""

    request_ids: list[int] = Field(max_length=1000)
    title: str = Field("", max_length=300)
    into: str | None = Field(None, max_length=40)
    part: str = Field("", max_length=300)
    stays: bool = Field(False, description="The source covers the rest of them still")


class Why(Shape):
    reason: str = Field("", max_length=500)


class WaiverFields(Shape):
    line: str = Field(max_length=40, description="slot:<role> or answers")
    reason: str = Field("", max_length=500)
    until: date


class GateItem(Shape):
    """One line of the launch gate. `why` is empty where it holds."""

    key: str
    why: str
    passes: bool
    material_id: int | None
    waived_until: date | None


class AnswerFields(Shape):
    text: str = Field("", max_length=500)


class NeedsFields(Shape):
    note: str = Field("", max_length=500)


class HandOver(Shape):
    to_id: int


def _item(session: SessionDep, made: requirements.Regrouping) -> RegroupingItem:
    keys = {i: requirements.by_id(session, i).key for i in (made.from_id, made.to_id) if i is not None}
    return RegroupingItem(
        id=made.id or 0,
        kind=made.kind,
        from_key=keys.get(made.from_id or 0),
        to_key=keys.get(made.to_id or 0),
        request_id=made.request_id,
        undone=made.undone_at is not None,
    )


@router.post("/requirements/{key}/merge", summary="Merge a requirement into another")
def merge(session: SessionDep, person: TokenPersonDep, key: str, said: Merge) -> RegroupingItem:
    """Twice changes nothing. Whoever asked for either is told."""
    source = requirements.get(session, key, person)
    target = requirements.get(session, said.into, person)
    return _item(session, requirements.merge(session, source, target, reason=said.reason, by=person))


@router.post("/requirements/{key}/split", status_code=201, summary="Split requests off a requirement")
def split(session: SessionDep, person: TokenPersonDep, key: str, said: Split) -> RegroupingItem:
    made = requirements.split(
        session,
        requirements.get(session, key, person),
        said.request_ids,
        title=said.title,
        into=requirements.get(session, said.into, person) if said.into else None,
        part=said.part,
        stays=said.stays,
        by=person,
    )
    return _item(session, made)


@router.post("/requests/{request_id}/cancel", summary="The customer wants it no more")
def cancel(session: SessionDep, person: TokenPersonDep, request_id: int, said: Why) -> RegroupingItem:
    found = requirements.get_request(session, request_id, person)
    return _item(session, requirements.cancel(session, found, reason=said.reason, by=person))


@router.post("/regroupings/{regrouping_id}/undo", summary="Undo a merge, a split or a cancelled request")
def undo(session: SessionDep, person: TokenPersonDep, regrouping_id: int) -> RegroupingItem:
    found = requirements.get_regrouping(session, regrouping_id, person)
    requirements.undo(session, found, by=person)
    return _item(session, found)


@router.post("/requirements/{key}/reopened/undo", status_code=204, summary="Undo a reopening")
def undo_reopening(session: SessionDep, person: TokenPersonDep, key: str) -> None:
    requirements.undo_reopening(session, requirements.get(session, key, person), by=person)


@router.get("/requirements/{key}/gate", summary="What a launch still lacks")
def gate(session: SessionDep, person: TokenPersonDep, key: str) -> list[GateItem]:
    """Launched is computed from these lines; nobody sets it."""
    return [
        GateItem(
            key=line.key,
            why=line.why,
            passes=line.passes,
            material_id=line.material_id if person.may("requirement.attach") else None,
            waived_until=line.waiver.until if line.waiver else None,
        )
        for line in requirements.gate(session, requirements.get(session, key, person))
    ]


@router.put(
    "/requirements/{key}/waivers", status_code=204, summary="Let a line of the launch pass for a while"
)
def waive(session: SessionDep, person: TokenPersonDep, key: str, said: WaiverFields) -> None:
    found = requirements.get(session, key, person)
    requirements.waive(session, found, said.line, reason=said.reason, until=said.until, by=person)


@router.delete("/requirements/{key}/waivers/{line}", status_code=204, summary="End a waiver")
def end_waiver(session: SessionDep, person: TokenPersonDep, key: str, line: str) -> None:
    requirements.end_waiver(session, requirements.get(session, key, person), line, by=person)


@router.put(
    "/requirements/{key}/answers/{request_id}", status_code=204, summary="Answer a customer's words at launch"
)
def answer(
    session: SessionDep, person: TokenPersonDep, key: str, request_id: int, said: AnswerFields
) -> None:
    found = requirements.get(session, key, person)
    asked = requirements.get_request(session, request_id, person)
    requirements.answer(session, found, asked, said.text, by=person)


@router.post(
    "/requirements/{key}/material/{material_id}/verify",
    status_code=204,
    summary="The material is still valid",
)
def verify(session: SessionDep, person: TokenPersonDep, key: str, material_id: int) -> None:
    requirements.still_valid(session, requirements.get(session, key, person), material_id, by=person)


@router.post(
    "/requirements/{key}/material/{material_id}/needs",
    status_code=204,
    summary="The material needs an update",
)
def needs(session: SessionDep, person: TokenPersonDep, key: str, material_id: int, said: NeedsFields) -> None:
    found = requirements.get(session, key, person)
    requirements.needs_update(session, found, material_id, note=said.note, by=person)


@router.post(
    "/obligations/{obligation_id}/hand-over", status_code=204, summary="Let a colleague tell the customer"
)
def hand_over(session: SessionDep, person: TokenPersonDep, obligation_id: int, said: HandOver) -> None:
    found = requirements.get_obligation(session, obligation_id, person)
    requirements.hand_over(session, found, said.to_id, by=person)
