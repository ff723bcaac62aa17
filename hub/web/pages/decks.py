"""Pitch decks: the list of one's own, a new one from a toolkit, and the builder."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, decks, library, toolkits
from hub.activity import Entry
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _, current, n_
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.pages.deck_fields import (
    FieldView,
    PictureChoice,
    field_views,
    given,
    picture_choices,
    typed,
    with_pictures,
)
from hub.web.pages.deck_view import (
    DeckRow,
    Status,
    customer_names,
    deck_page,
    deck_rows,
    kit_options,
    status_of,
)
from hub.web.pages.kit_cards import kit_url
from hub.web.pages.toolkit_forms import PostedDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FOUND = 24


@dataclass(frozen=True)
class DecksPage:
    """See templates/pitch/index.html."""

    decks: tuple[DeckRow, ...]
    kits: tuple[tuple[str, str], ...]
    may_edit_templates: bool


@dataclass(frozen=True)
class TemplateChoice:
    id: int
    title: str
    summary: str
    url: str
    on: bool
    questions: int
    thumb: str | None


@dataclass(frozen=True)
class NewDeckPage:
    """See templates/pitch/new.html."""

    kit: str
    kit_title: str
    kit_url: str
    kits: tuple[tuple[str, str], ...]
    templates: tuple[TemplateChoice, ...]
    template_id: int | None
    fields: tuple[FieldView, ...]
    pictures: tuple[PictureChoice, ...]
    customers: tuple[str, ...]


@dataclass(frozen=True)
class PageFound:
    asset_id: int
    number: int
    title: str
    source: str
    thumb: str | None
    url: str


@dataclass(frozen=True)
class PickPage:
    """See templates/pitch/pick.html."""

    title: str
    url: str
    words: str
    found: tuple[PageFound, ...]


@router.get("/decks")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    rows = deck_rows(session, decks.mine(session, person), person)
    page = DecksPage(rows, kit_options(session, person), person.may("template.edit"))
    return render(request, "pitch/index.html", page)


@router.get("/decks/new")
def new(
    request: Request, session: SessionDep, person: ActorDep, toolkit: str = "", template: int = 0
) -> Response:
    person.must("deck.make")
    if not toolkit:
        page = NewDeckPage("", "", "/toolkits", kit_options(session, person), (), None, (), (), ())
        return render(request, "pitch/new.html", page)
    kit = toolkits.get(session, toolkit, person)
    offered = decks.templates(session)
    fitting = [t for t in offered if decks.manifest_of(t).tier == kit.tier]
    chosen = next((t for t in offered if t.id == template), None) or next(iter(fitting or offered), None)
    fields: tuple[FieldView, ...] = ()
    pictures: tuple[PictureChoice, ...] = ()
    if chosen is not None:
        manifest = decks.manifest_of(chosen)
        answers = decks.defaults(manifest, clock.today())
        if kit.industry and manifest.question("customer.industry"):
            answers.setdefault("customer.industry", kit.industry)
        fields = field_views(session, manifest, answers, {}, person)
        pictures = picture_choices(session, manifest, person)
    page = NewDeckPage(
        kit=kit.slug,
        kit_title=toolkits.title_of(kit),
        kit_url=kit_url(kit.slug),
        kits=(),
        templates=tuple(_choice(t, kit.slug, on=t is chosen, english=current() == "en") for t in offered),
        template_id=chosen.id if chosen else None,
        fields=fields,
        pictures=pictures,
        customers=customer_names(session, person),
    )
    return render(request, "pitch/new.html", page)


def _choice(row: decks.DeckTemplate, kit: str, *, on: bool, english: bool) -> TemplateChoice:
    return TemplateChoice(
        id=row.id or 0,
        title=(row.title_en if english else "") or row.title,
        summary=(row.summary_en if english else "") or row.summary,
        url=f"/decks/new?toolkit={quote(kit)}&template={row.id}",
        on=on,
        questions=len(decks.manifest_of(row).questions),
        thumb=f"/templates/{row.id}/pictures/1" if row.pictures else None,
    )


@router.post("/decks")
def create(session: SessionDep, wiring: WiringDep, person: ActorDep, form: PostedDep) -> Response:
    """Keep the brief as a draft and plan it; what is missing is said on the deck's page."""
    kit = toolkits.get(session, str(form.get("toolkit") or ""), person)
    number = str(form.get("template") or "")
    template = decks.template(session, int(number) if number.isdecimal() and len(number) < 10 else 0)  # noqa: PLR2004
    manifest = decks.manifest_of(template)
    answers, _wrong = decks.read_answers(manifest, given(form, manifest))
    deck = decks.start(session, template, kit, answers, by=person)
    brief, wrong = with_pictures(session, wiring, deck, manifest, deck.brief, form, person, begun=True)
    if brief != deck.brief:
        decks.set_brief(session, deck, brief, by=person)
    if wrong:
        return _back(deck.id, "".join(wrong), kind="warning")
    return _back(deck.id, _("草稿存好了，页面已经排好。看一遍，再生成 PPTX。"))


def _back(deck_id: int | None, said: str = "", *, slide: str = "", kind: str = "success") -> Response:
    query = f"?slide={quote(slide)}" if slide else ""
    answer = RedirectResponse(f"/decks/{deck_id}{query}", status_code=303)
    if said:
        flash(answer, said, kind)
    return answer


@router.get("/decks/{deck_id}")
def show(request: Request, session: SessionDep, person: ActorDep, deck_id: int, slide: str = "") -> Response:
    deck = decks.get(session, deck_id, person)
    return render(request, "pitch/deck.html", deck_page(session, deck, person, slide))


@dataclass(frozen=True)
class StatusPage:
    """The block `status` of templates/pitch/deck.html alone."""

    status: Status


@router.get("/decks/{deck_id}/progress")
def progress(request: Request, session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    """How far it is; when there is nothing more to wait for, the page is loaded anew."""
    status = status_of(session, decks.get(session, deck_id, person), person)
    if not status.busy and not status.drawing:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return render(request, "pitch/deck.html", StatusPage(status), block="status")


@router.post("/decks/{deck_id}/brief")
def brief(
    session: SessionDep, wiring: WiringDep, person: ActorDep, form: PostedDep, deck_id: int
) -> Response:
    deck = decks.get(session, deck_id, person)
    manifest = decks.manifest_of(decks.template(session, deck.template_id or 0))
    answers, _wrong = decks.read_answers(manifest, given(form, manifest), deck.brief)
    answers, wrong = with_pictures(session, wiring, deck, manifest, answers, form, person)
    decks.set_brief(session, deck, answers, by=person)
    if wrong:
        return _back(deck_id, "".join(wrong), kind="warning")
    if form.get("make"):
        return _make(session, deck, person)
    return _back(deck_id, _("简报存好了，页面按它重新排过。"))


@router.post("/decks/{deck_id}/make")
def make(session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    return _make(session, decks.get(session, deck_id, person), person)


def _make(session: SessionDep, deck: decks.Deck, person: accounts.Actor) -> Response:
    try:
        decks.ask(session, deck, by=person)
    except Conflict as error:
        return _back(deck.id, error.message, kind="warning")
    return _back(deck.id, _("开始生成了。做好会通知您，不必等在这里。"))


@router.post("/decks/{deck_id}/update")
def update(session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    """A new edition with the pages now on offer in the place of older ones."""
    deck = decks.get(session, deck_id, person)
    try:
        count = decks.update_slides(session, deck, by=person)
    except Conflict as error:
        session.rollback()  # what was chosen stays as it was
        return _back(deck_id, error.message, kind="warning")
    return _back(deck_id, n_("换了 %(n)s 页新版，开始重新生成。", count))


@router.post("/decks/{deck_id}/plan")
def replan(session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    """Choose the slides anew from the kit as it is now."""
    decks.plan_deck(session, decks.get(session, deck_id, person), by=person, afresh=True)
    return _back(deck_id, _("按工具包现在的素材重新选过页了。"))


@router.post("/decks/{deck_id}/slides")
def change_slides(
    session: SessionDep, person: ActorDep, deck_id: int, act: Annotated[str, Form()]
) -> Response:
    """One change of the outline, as "verb:key"."""
    deck = decks.get(session, deck_id, person)
    verb, _sep, key = act.partition(":")
    if verb in {"up", "down"}:
        decks.move(session, deck, key, -1 if verb == "up" else 1, by=person)
    elif verb == "drop":
        decks.drop(session, deck, key, by=person)
        return _back(deck_id, _("这一页不放了，随时可以收回来。"))
    elif verb == "keep":
        decks.take_back(session, deck, key, by=person)
    else:
        raise HubError(_("没有这种操作。请刷新页面再试。"))
    return _back(deck_id, slide=key)


@router.post("/decks/{deck_id}/order")
def order(session: SessionDep, person: ActorDep, form: PostedDep, deck_id: int) -> Response:
    """The whole order at once, as dragging gives it."""
    deck = decks.get(session, deck_id, person)
    decks.reorder(session, deck, typed(form, "order"), by=person)
    return _back(deck_id)


@router.get("/decks/{deck_id}/pages")
def pick(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, deck_id: int, q: str = ""
) -> Response:
    """Search slides of the library to add: customer-facing ones on offer."""
    deck = decks.get(session, deck_id, person)
    typed = " ".join(q.split())[:200]
    found: tuple[PageFound, ...] = ()
    if typed:
        filters = {"type": ["slide"], "audience": ["customer"], "state": ["on_offer"]}
        answer = library.find(
            session, wiring.engine, typed, by=person, filters=filters, facets=(), limit=FOUND
        )
        found = tuple(p for row in answer.rows for p in _pages_found(row))
    page = PickPage(deck.title, f"/decks/{deck.id}", typed, found)
    return render(request, "pitch/pick.html", page)


def _pages_found(row: library.Row) -> list[PageFound]:
    card = row.card
    if card is None:
        return []
    pages = {p.number: p for p in ((row.page,) if row.page else ()) + row.pages}
    return [
        PageFound(
            asset_id=card.id,
            number=p.number,
            title=p.title or card.title,
            source=card.title,
            thumb=f"/pictures/{p.thumb}" if p.thumb else None,
            url=f"/assets/{card.id}?page={p.number}",
        )
        for p in pages.values()
    ]


@router.post("/decks/{deck_id}/pages")
def add_page(
    session: SessionDep,
    person: ActorDep,
    deck_id: int,
    asset: Annotated[int, Form()],
    page: Annotated[int, Form()],
) -> Response:
    deck = decks.get(session, deck_id, person)
    decks.add_page(session, deck, asset, page, by=person)
    return _back(deck_id, _("加进来了，在必备页之前。"), slide=f"a{asset}.{page}")


@router.get("/decks/{deck_id}/file")
def file(session: SessionDep, wiring: WiringDep, person: ActorDep, deck_id: int) -> Response:
    """The made PPTX; what holds slides that its owner may no longer read is not handed out."""
    deck = decks.get(session, deck_id, person)
    if deck.blob_sha is None:
        raise NotFound(_("还没有生成过。请先点“生成 PPTX”。"))
    if decks.is_closed(session, deck, person):
        raise Conflict(_("这份 PPT 里有已停用或您不再能看的素材。请点“重新选页”，再生成一份。"))
    wiring.notebook.write(Entry("download", "deck", deck.id, person.id, {"blob": deck.blob_sha}))
    day = clock.today(deck.made_at).isoformat()
    name = f"{toolkits.file_name(deck.title)} {day}.pptx"
    headers = {"Content-Disposition": attachment(name)}
    return FileResponse(wiring.blobs.path(deck.blob_sha), media_type=PPTX, headers=headers)


@router.get("/decks/{deck_id}/pictures/{number}")
def picture(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    deck_id: int,
    number: int,
    large: bool = False,  # noqa: FBT001, FBT002 - a query
) -> Response:
    deck = decks.get(session, deck_id, person)
    found = next((s for s in decks.slides_of(session, deck) if s.number == number), None)
    sha = (found.picture_sha if large else found.thumb_sha) if found else None
    if sha is None or decks.is_closed(session, deck, person):
        raise NotFound(_("没有这个图片。"))
    headers = {"Cache-Control": "private, max-age=60", "ETag": f'"{sha}"'}
    return FileResponse(wiring.blobs.path(sha), media_type="image/webp", headers=headers)


@router.post("/decks/{deck_id}/trash")
def trash(session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    decks.trash(session, decks.get(session, deck_id, person), by=person)
    answer = RedirectResponse("/decks", status_code=303)
    flash(answer, _("放进回收站了。"), undo=f"/decks/{deck_id}/restore")
    return answer


@router.post("/decks/{deck_id}/restore")
def restore(session: SessionDep, person: ActorDep, deck_id: int) -> Response:
    decks.restore(session, deck_id, by=person)
    return _back(deck_id, _("恢复了。"))
