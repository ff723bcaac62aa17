"""A table that a deck template asks for: its rows on a page, filled in, moved, pasted from a spreadsheet; and the
pictures that a deck's answers hold.

The form names a cell `c:row:column`, row being where it stood when the page was made; hidden fields `row` say in which
order the rows stand now. Whatever button is pressed, what was typed is kept.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, decks
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.deck_fields import (
    SHAPES,
    PictureChoice,
    PictureView,
    attrs_of,
    number_in,
    picture_choices,
    picture_view,
    posted_picture,
    typed,
)
from hub.web.render import render

router = APIRouter(include_in_schema=False)
BLANK = 1  # empty rows below those there are
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


async def posted(request: Request) -> AsyncIterator[FormData]:
    """A form as large as a table may be; its files are closed behind it."""
    async with request.form(max_fields=8_000, max_files=decks.MOST_ROWS * 2) as form:
        yield form


CellsDep = Annotated[FormData, Depends(posted)]


@dataclass(frozen=True)
class Cell:
    """One input; `label` with its row for who cannot see the table."""

    name: str
    label: str
    shape: str
    value: Any
    error: str
    options: tuple[tuple[str, str], ...]
    attrs: Mapping[str, str]
    picture: PictureView


@dataclass(frozen=True)
class RowView:
    at: int
    cells: tuple[Cell, ...]
    blank: bool


@dataclass(frozen=True)
class TablePage:
    """See templates/pitch/table.html."""

    title: str
    deck_title: str
    deck_url: str
    url: str
    help: str
    error: str
    columns: tuple[tuple[str, bool, str], ...]  # label, required, type
    rows: tuple[RowView, ...]
    count: int
    most: int
    example: bool
    pictures: tuple[PictureChoice, ...]
    pasted: str
    paste_error: str
    order: str  # the columns as a paste has them


@router.get("/decks/{deck_id}/tables/{key}")
def show(request: Request, session: SessionDep, person: ActorDep, deck_id: int, key: str) -> Response:
    deck = decks.get(session, deck_id, person)
    return render(request, "pitch/table.html", _page(session, deck, _question(session, deck, key), person))


def _question(session: SessionDep, deck: decks.Deck, key: str) -> decks.Question:
    read = decks.manifest_of(decks.template(session, deck.template_id)) if deck.template_id else None
    found = read.question(key) if read else None
    if found is None or found.type != "rows":
        raise NotFound(_("简报里没有这张表。"))
    return found


def _page(
    session: SessionDep,
    deck: decks.Deck,
    question: decks.Question,
    person: accounts.Actor,
    *,
    pasted: str = "",
    paste_error: str = "",
) -> TablePage:
    rows = deck.brief.get(question.key) or []
    faults = decks.faults(session, deck, person)
    held = decks.pictures_of(session, deck) if question.pictures else {}
    blank = BLANK if len(rows) < question.most_rows else 0
    read = decks.manifest_of(decks.template(session, deck.template_id or 0))
    return TablePage(
        title=question.said,
        deck_title=deck.title,
        deck_url=f"/decks/{deck.id}",
        url=f"/decks/{deck.id}/tables/{quote(question.key)}",
        help=question.hint,
        error=faults.get(question.key, ""),
        columns=tuple((c.said, c.required, c.type) for c in question.columns),
        rows=tuple(
            _row(deck, question, n, row, faults, held) for n, row in enumerate([*rows, *[{}] * blank])
        ),
        count=len(rows),
        most=question.most_rows,
        example=decks.is_example(question, rows),
        pictures=picture_choices(session, read, person, always=bool(question.pictures)),
        pasted=pasted,
        paste_error=paste_error,
        order=" · ".join(c.said for c in question.columns if c.type != "picture"),
    )


def _row(
    deck: decks.Deck,
    question: decks.Question,
    at: int,
    row: Mapping[str, Any],
    faults: Mapping[str, str],
    held: Mapping[int, decks.DeckPicture],
) -> RowView:
    cells = tuple(
        Cell(
            name=f"c:{at}:{c.key}",
            label=_("第 %(n)s 行 %(column)s") % {"n": at + 1, "column": c.said},
            shape="textarea" if c.type == "text" and not question.chart else SHAPES.get(c.type, "text"),
            value=decks.shown_answer(c, row.get(c.key)),
            error=faults.get(f"{question.key}[{at + 1}].{c.key}", "") if row else "",
            options=tuple((o.value, o.said) for o in c.options),
            attrs={**attrs_of(c), **({"rows": "1"} if c.type == "text" else {})},
            picture=picture_view(deck, row.get(c.key), held),
        )
        for c in question.columns
    )
    return RowView(at, cells, blank=not row)


@router.post("/decks/{deck_id}/tables/{key}")
def change(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    form: CellsDep,
    deck_id: int,
    key: str,
) -> Response:
    """Keep the rows as they are typed, then do what the button says: save, paste, up:n, down:n, drop:n."""
    deck = decks.get(session, deck_id, person)
    question = _question(session, deck, key)
    rows, wrong = _posted(session, wiring, deck, question, form, person)
    places = list(dict.fromkeys(typed(form, "row")))
    act, _sep, at = "".join(typed(form, "act")).partition(":")
    said = "".join(typed(form, "paste"))
    problem = ""
    if act == "paste":
        try:
            rows = decks.rows_pasted(question, rows, said, instead="instead" in form)
        except HubError as error:
            problem = error.message
    elif at in places:
        rows = _changed(rows, act, places.index(at))
    full = [row for row in rows if row]
    decks.set_answer(session, deck, key, full, by=person)
    if problem:
        page = _page(session, deck, question, person, pasted=said, paste_error=problem)
        return render(request, "pitch/table.html", page, status=400)
    return _back(session, deck, question, person, act, wrong)


def _posted(
    session: SessionDep,
    wiring: WiringDep,
    deck: decks.Deck,
    question: decks.Question,
    form: FormData,
    person: accounts.Actor,
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the form in their order, empty ones too, and what was wrong with pictures, which then stay."""
    made, wrong = [], []
    for at in dict.fromkeys(typed(form, "row")):
        said: dict[str, Any] = {}
        for column in question.columns:
            name = f"c:{at}:{column.key}"
            if column.type != "picture":
                said[column.key] = typed(form, name)
                continue
            try:
                said[column.key] = posted_picture(session, wiring, deck, form, name, person)
            except HubError as error:
                wrong.append(error.message)
                now = number_in("".join(typed(form, f"{name}:now")))
                said[column.key] = {"picture": now} if now else None
        read = decks.read_rows(question, [said])
        made.append(read[0] if read else {})
    return made, wrong


def _changed(rows: Sequence[dict[str, Any]], act: str, at: int) -> list[dict[str, Any]]:
    if act in {"up", "down"}:
        return decks.row_moved(rows, at, -1 if act == "up" else 1)
    return decks.row_gone(rows, at) if act == "drop" else list(rows)


def _back(
    session: SessionDep,
    deck: decks.Deck,
    question: decks.Question,
    person: accounts.Actor,
    act: str,
    wrong: Sequence[str],
) -> Response:
    fault = decks.faults(session, deck, person).get(question.key, "")
    here = f"/decks/{deck.id}/tables/{quote(question.key)}"
    done = act == "save" and not fault and not wrong
    answer = RedirectResponse(f"/decks/{deck.id}" if done else here, status_code=303)
    if wrong:
        flash(answer, "".join(dict.fromkeys(wrong)), "warning")
    elif done:
        flash(answer, _("“%(table)s”存好了，页面按它重新排过。") % {"table": question.said})
    elif fault:
        flash(answer, _("存好了，还有要改的。"), "warning")
    else:
        flash(answer, _("存好了。"))
    return answer


@router.get("/decks/{deck_id}/uploads/{picture_id}")
def picture(
    session: SessionDep, wiring: WiringDep, person: ActorDep, deck_id: int, picture_id: int
) -> Response:
    """A picture of the deck's answers; one of an asset that its owner may no longer read is not shown."""
    deck = decks.get(session, deck_id, person)
    found = decks.picture(session, deck, picture_id)
    if found.asset_id is not None and decks.is_closed(session, deck, person):
        raise NotFound(_("没有这个图片。"))
    head = wiring.blobs.get(found.blob_sha)[:4]
    kind = next((k for start, k in PICTURES.items() if head.startswith(start)), "application/octet-stream")
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(wiring.blobs.path(found.blob_sha), media_type=kind, headers=headers)
