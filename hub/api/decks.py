"""Pitch decks: templates and their questions, a brief, the file. A deck is its owner's."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, UploadFile
from pydantic import Field
from starlette.responses import FileResponse, Response

from hub import accounts, decks, taxonomy, toolkits
from hub.activity import Entry
from hub.api.shapes import Limit, Listed, Offset, Shape, uploaded
from hub.base import clock
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/decks", tags=["decks"])
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


class OptionItem(Shape):
    value: str
    label: str


class QuestionItem(Shape):
    """What a template asks. `options` is filled for choices."""

    key: str
    type: str
    label: str
    help: str
    required: bool
    options: list[OptionItem]


class TemplateItem(Shape):
    """A template on offer."""

    id: int
    name: str
    title: str
    title_en: str
    summary: str
    number: int


class TemplateWhole(TemplateItem):
    questions: list[QuestionItem]


class Taken(Shape):
    """What became of an upload: a new template, a new number of one there was, or nothing that was not there."""

    result: Literal["imported", "updated", "unchanged"]


class DeckItem(Shape):
    """A deck; `state` is draft, waiting, making, ready or failed, `progress` per cent."""

    id: int
    title: str
    template_id: int | None
    toolkit_id: int | None
    customer_id: int | None
    state: str
    progress: int
    error: str
    size: int
    edition: int
    created_at: datetime
    made_at: datetime | None


class DeckSlideItem(Shape):
    """A slide of the made deck and where it came from."""

    number: int
    title: str
    origin: str
    asset_id: int | None
    version_id: int | None
    source_number: int | None


class DeckWhole(DeckItem):
    """A deck with its answers, what is still missing in them, warnings, and how many slides are out of date."""

    brief: dict[str, Any]
    faults: dict[str, str]
    warnings: list[dict[str, Any]]
    outdated: int
    slides: list[DeckSlideItem]


class NewDeck(Shape):
    """Template by id, toolkit by slug, and the answers by question key as a person would type them."""

    template_id: int
    toolkit: str
    answers: dict[str, str | list[str]] = Field(default_factory=dict)


class Answers(Shape):
    answers: dict[str, str | list[str]]


@router.get("/templates", summary="List deck templates")
def templates(
    session: SessionDep, _person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[TemplateItem]:
    found = decks.templates(session)
    items = [TemplateItem.model_validate(t) for t in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/templates/{template_id}", summary="Read a template with its questions")
def template(session: SessionDep, person: TokenPersonDep, template_id: int) -> TemplateWhole:
    found = decks.template(session, template_id)
    words = taxonomy.words(session)
    questions = [
        QuestionItem(
            key=q.key,
            type=q.type,
            label=q.said,
            help=q.hint,
            required=q.required,
            options=[
                OptionItem(value=v, label=label.strip())
                for v, label in decks.options(session, words, q, person)
            ],
        )
        for q in decks.manifest_of(found).questions
    ]
    return TemplateWhole(**TemplateItem.model_validate(found).model_dump(), questions=questions)


@router.post("/templates", status_code=201, summary="Upload a deck template")
def upload_template(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    pptx: Annotated[UploadFile, File(description="The branded deck with its tokens.")],
    manifest: Annotated[UploadFile, File(description="manifest.yml: its name and the questions it asks.")],
) -> Taken:
    """The name stands in the manifest. A name that is there gets a new number, one that was withdrawn is on offer
    again; decks made before stay as they are.
    """
    person.must("template.edit")
    try:
        text = uploaded(wiring, manifest)[1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HubError(_("manifest.yml 不是 UTF-8 文字。")) from error
    data = uploaded(wiring, pptx)[1]
    return Taken.model_validate(
        {"result": decks.import_template(session, wiring.blobs, "", data, text, by=person)}
    )


@router.post("/templates/{template_id}/withdraw", status_code=204, summary="Take a template off the list")
def withdraw_template(session: SessionDep, person: TokenPersonDep, template_id: int) -> None:
    """Decks made from it stay; uploading it anew puts it on offer again."""
    decks.withdraw_template(session, decks.template(session, template_id), by=person)


def deck_whole(session: SessionDep, deck: decks.Deck, person: accounts.Actor) -> DeckWhole:
    made = decks.slides_of(session, deck) if deck.state == "ready" else []
    return DeckWhole(
        **DeckItem.model_validate(deck).model_dump(),
        brief=deck.brief,
        faults=decks.faults(session, deck, person),
        warnings=deck.warnings,
        outdated=decks.outdated(session, deck, person),
        slides=[DeckSlideItem.model_validate(s) for s in made],
    )


def _read(session: SessionDep, template_id: int, given: dict[str, str | list[str]]) -> dict[str, Any]:
    manifest = decks.manifest_of(decks.template(session, template_id))

    def typed(key: str) -> list[str]:
        said = given.get(key, [])
        return [said] if isinstance(said, str) else said

    return decks.read_answers(manifest, typed)[0]


@router.get("", summary="List my decks")
def index(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[DeckItem]:
    found = decks.mine(session, person, limit=10_000)
    items = [DeckItem.model_validate(d) for d in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Start a deck")
def start(session: SessionDep, person: TokenPersonDep, said: NewDeck) -> DeckWhole:
    kit = toolkits.get(session, said.toolkit, person)
    row = decks.template(session, said.template_id)
    answers = _read(session, said.template_id, said.answers)
    return deck_whole(session, decks.start(session, row, kit, answers, by=person), person)


@router.get("/{deck_id}", summary="Read a deck")
def read(session: SessionDep, person: TokenPersonDep, deck_id: int) -> DeckWhole:
    return deck_whole(session, decks.get(session, deck_id, person), person)


@router.put("/{deck_id}/answers", summary="Answer the questions anew")
def answer(session: SessionDep, person: TokenPersonDep, deck_id: int, said: Answers) -> DeckWhole:
    deck = decks.get(session, deck_id, person)
    decks.set_brief(session, deck, _read(session, deck.template_id or 0, said.answers), by=person)
    return deck_whole(session, deck, person)


@router.post("/{deck_id}/make", status_code=202, summary="Ask for the file")
def make(session: SessionDep, person: TokenPersonDep, deck_id: int) -> DeckWhole:
    """The file is made by the worker; read the deck until its state is ready or failed."""
    deck = decks.get(session, deck_id, person)
    decks.ask(session, deck, by=person)
    return deck_whole(session, deck, person)


@router.post("/{deck_id}/update", status_code=202, summary="Put newer slides in the place of older ones")
def update(session: SessionDep, person: TokenPersonDep, deck_id: int) -> DeckWhole:
    """A new edition is made by the worker; pages without a successor are left out, and told in the warnings."""
    deck = decks.get(session, deck_id, person)
    decks.update_slides(session, deck, by=person)
    return deck_whole(session, deck, person)


@router.get("/{deck_id}/file", summary="Download the deck", response_class=Response)
def download(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, deck_id: int) -> Response:
    deck = decks.get(session, deck_id, person)
    if deck.state != "ready" or deck.blob_sha is None:
        raise Conflict(_("这份打单 PPT 还没有生成。"))
    if decks.is_closed(session, deck, person):
        raise Conflict(_("这份打单 PPT 里有您不能再用的素材，请重新生成。"))
    wiring.notebook.write(Entry("download", "deck", deck.id, person.id, {"blob": deck.blob_sha}))
    name = f"{toolkits.file_name(deck.title)} {clock.today(deck.made_at).isoformat()}.pptx"
    return FileResponse(wiring.blobs.path(deck.blob_sha), media_type=PPTX, filename=name)


@router.delete("/{deck_id}", status_code=204, summary="Put a deck in the trash")
def trash(session: SessionDep, person: TokenPersonDep, deck_id: int) -> None:
    decks.trash(session, decks.get(session, deck_id, person), by=person)
