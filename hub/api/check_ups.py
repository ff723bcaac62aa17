"""Deck check-up: any PPTX looked through slide by slide. Everybody's own."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from starlette.responses import Response

from hub import accounts, decks
from hub.activity import Entry
from hub.api.shapes import Limit, Listed, Offset, Shape, uploaded
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/check-ups", tags=["check-ups"])
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST = 200


class CheckUpItem(Shape):
    """A check-up; `state` is waiting, ready or failed (then `error` says why)."""

    id: int
    file_name: str
    customer: str
    size: int
    state: str
    error: str
    created_at: datetime


class CheckedSlide(Shape):
    """A slide as the caller may know it. `state`: current, older, changed, withdrawn, internal, template, old_template
    or unknown.

    `named`: other customers, known to the caller, whose names stand in it. `page`: the page of version `newest` that
    stands for it now.
    """

    number: int
    title: str
    state: str
    edited: bool
    can_swap: bool
    asset_id: int | None
    source: str
    version: str
    newest: int | None
    page: int | None
    named: tuple[str, ...]


class CheckUpWhole(CheckUpItem):
    slides: list[CheckedSlide]


def _whole(session: SessionDep, row: decks.CheckUp, person: accounts.Actor) -> CheckUpWhole:
    found = decks.judged(session, row, person) if row.state == "ready" else []
    slides = [CheckedSlide.model_validate(j) for j in found]
    return CheckUpWhole(**CheckUpItem.model_validate(row).model_dump(), slides=slides)


@router.get("", summary="List my check-ups")
def index(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[CheckUpItem]:
    found = decks.check_ups(session, person, limit=MOST)
    items = [CheckUpItem.model_validate(c) for c in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=202, summary="Have a deck looked through")
def submit(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    file: Annotated[UploadFile, File(description="A PPTX.")],
    customer: Annotated[str, Form(max_length=200)] = "",
) -> CheckUpWhole:
    """The file is read by the worker; read the check-up until its state is ready or failed."""
    name, data = uploaded(wiring, file)
    row = decks.submit_check_up(session, wiring.blobs, name, data, customer, by=person)
    return _whole(session, row, person)


@router.get("/{check_id}", summary="Read a check-up")
def read(session: SessionDep, person: TokenPersonDep, check_id: int) -> CheckUpWhole:
    return _whole(session, decks.check_up(session, check_id, person), person)


@router.get("/{check_id}/file", summary="Download the deck with newer slides", response_class=Response)
def corrected(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    check_id: int,
    swap: Annotated[
        list[int] | None, Query(description="Numbers of slides; all that can be, without one.")
    ] = None,
) -> Response:
    row = decks.check_up(session, check_id, person)
    if row.state != "ready":
        raise Conflict(_("这份文件还没有看好。"))
    data = decks.corrected(session, wiring.blobs, wiring.settings, row, swap or [], by=person)
    wiring.notebook.write(Entry("correct", "deck_file", row.id, person.id, {"slides": len(swap or ())}))
    return Response(data, media_type=PPTX)


@router.delete("/{check_id}", status_code=204, summary="Forget a check-up")
def remove(session: SessionDep, person: TokenPersonDep, check_id: int) -> None:
    decks.remove_check_up(session, decks.check_up(session, check_id, person), by=person)
