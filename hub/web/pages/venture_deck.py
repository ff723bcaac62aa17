"""A proposal as a deck: with which template, how far it is, the file."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, ventures
from hub.activity import Entry
from hub.base import stamps
from hub.base.errors import NotFound
from hub.base.formats import moment, size
from hub.base.i18n import _, current, n_
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.pages.deck_fields import number_in
from hub.web.render import render

router = APIRouter(include_in_schema=False)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class DeckCard:
    """The proposal as a file. `old`: it was changed since."""

    state: str
    old: bool
    note: str
    error: str
    warnings: tuple[str, ...]
    pictures: tuple[str, ...]
    drawing: bool
    ready: bool


@dataclass(frozen=True)
class TemplateChoices:
    """The company's own templates for proposals (id, title), and the one used before; empty: the built-in one."""

    options: tuple[tuple[str, str], ...] = ()
    used: str = ""


@dataclass(frozen=True)
class Progress:
    """The block `status` of templates/ventures/page.html alone."""

    url: str
    deck: DeckCard | None
    templates: TemplateChoices
    may_deck: bool


def progress_of(session: SessionDep, venture: ventures.Venture, person: accounts.Actor) -> Progress:
    made_with = ventures.deck_of(session, venture)
    made = deck_card(venture, made_with)
    choices = template_choices(session, made_with)
    return Progress(f"/ventures/{venture.id}", made, choices, may_deck=person.may("deck.make"))


def template_choices(session: SessionDep, deck: ventures.VentureDeck | None) -> TemplateChoices:
    """What the proposal can go out with; read once, and kept until anybody changes anything."""
    used = deck.template_id if deck else None
    key = ("venture templates", used, current())
    return stamps.kept(session, stamps.EVERYTHING, key, lambda: _read_choices(session, used))


def _read_choices(session: SessionDep, used: int | None) -> TemplateChoices:
    english = current() == "en"
    options = tuple(
        (str(t.id), (t.title_en if english else "") or t.title) for t in ventures.offered_templates(session)
    )
    return TemplateChoices(options, str(ventures.template_now(session, used) or ""))


def deck_card(venture: ventures.Venture, deck: ventures.VentureDeck | None) -> DeckCard | None:
    if deck is None:
        return None
    note = f"{size(deck.size)} · {moment(deck.made_at)}" if deck.made_at else ""
    pages = n_("%(n)s 页", len(deck.pictures)) if deck.pictures else ""
    return DeckCard(
        state=deck.state,
        old=deck.edition != venture.edition,
        note=" · ".join(t for t in (pages, note) if t),
        error=deck.error,
        warnings=tuple(deck.warnings),
        pictures=tuple(f"/ventures/{venture.id}/pictures/{sha}" for sha in deck.pictures),
        drawing=deck.state == "ready" and deck.preview_state == "waiting",
        ready=bool(deck.blob_sha),
    )


@router.post("/ventures/{venture_id}/deck")
def make_deck(
    session: SessionDep, person: ActorDep, venture_id: int, template: Annotated[str, Form()] = ""
) -> Response:
    """With one of the company's templates, or without any the built-in one."""
    venture = ventures.get(session, venture_id, person)
    ventures.ask_deck(session, venture, template_id=number_in(template) or None, by=person)
    answer = RedirectResponse(f"/ventures/{venture_id}#deck", status_code=303)
    flash(answer, _("正在生成 PPT，一般十几秒。"))
    return answer


@router.get("/ventures/{venture_id}/progress")
def progress(request: Request, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    """How far its deck is; with nothing more to wait for, as it is now."""
    venture = ventures.get(session, venture_id, person)
    return render(request, "ventures/page.html", progress_of(session, venture, person), block="status")


@router.get("/ventures/{venture_id}/file")
def deck(session: SessionDep, wiring: WiringDep, person: ActorDep, venture_id: int) -> Response:
    """The file; that it was taken is on record before its first byte leaves."""
    venture = ventures.get(session, venture_id, person)
    made = ventures.deck_of(session, venture)
    if made is None or made.blob_sha is None or not wiring.blobs.has(made.blob_sha):
        raise NotFound(_("还没有做好的 PPT。"))
    wiring.notebook.write(Entry("download", "venture", venture.id, person.id, {"edition": made.edition}))
    headers = {"Content-Disposition": attachment(ventures.deck_name(venture))}
    return FileResponse(wiring.blobs.path(made.blob_sha), media_type=PPTX, headers=headers)
