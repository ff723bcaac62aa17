"""Pitch decks: templates and their questions, a brief, the file. A deck is its owner's."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import Field
from starlette.responses import FileResponse, Response

from hub import accounts, decks, taxonomy, toolkits, ventures
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
    """What a template asks. `options` is filled for choices, `columns` for tables (type rows), which take at most
    `most` rows. `parts` names the pieces of a list's lines, written with | between them.
    """

    key: str
    type: str
    label: str
    help: str
    required: bool
    options: list[OptionItem]
    columns: list["QuestionItem"] = Field(default_factory=list)
    parts: list[str] = Field(default_factory=list)
    chart: bool = False
    most: int | None = None


class TemplateItem(Shape):
    """A template. `purpose`: pitch, or proposal; `state`: on_offer, or draft while its questions are not confirmed."""

    id: int
    name: str
    title: str
    title_en: str
    summary: str
    number: int
    purpose: str
    state: str


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


Cell = str | float | list[str] | dict[str, Any] | None
Answer = str | list[str] | list[dict[str, Cell]] | dict[str, Any] | None


class NewDeck(Shape):
    """Template by id, toolkit by slug, and the answers by question key as a person would type them; of a table its rows
    as {column: cell}, of a picture {asset: slug, alt} or {picture: id, alt} with the id that uploading it gave.
    """

    template_id: int
    toolkit: str
    answers: dict[str, Answer] = Field(default_factory=dict)


class Answers(Shape):
    """The answers anew. Tables and pictures that are not named stay; null or an empty list takes one out."""

    answers: dict[str, Answer]


class DeckPictureItem(Shape):
    """A picture that the deck holds, to be named in answers; from a file, or of an asset."""

    id: int
    name: str
    asset_id: int | None


class Proposed(Shape):
    """A template whose questions were proposed: a draft until it is confirmed. `manifest` is YAML."""

    template: TemplateItem
    manifest: str


class Corrected(Shape):
    """The whole manifest as YAML, corrected."""

    manifest: str


@router.get("/templates", summary="List deck templates")
def templates(
    session: SessionDep,
    _person: TokenPersonDep,
    purpose: Literal["pitch", "proposal"] = "pitch",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[TemplateItem]:
    """Those on offer for this purpose."""
    found = decks.templates(session, purpose)
    items = [TemplateItem.model_validate(t) for t in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/templates/{template_id}", summary="Read a template with its questions")
def template(session: SessionDep, person: TokenPersonDep, template_id: int) -> TemplateWhole:
    found = decks.template_for(session, template_id, person)
    words = taxonomy.words(session)
    questions = [
        _question(q, decks.options(session, words, q, person)) for q in decks.manifest_of(found).questions
    ]
    return TemplateWhole(**TemplateItem.model_validate(found).model_dump(), questions=questions)


def _question(question: decks.Question, options: list[tuple[str, str]]) -> QuestionItem:
    return QuestionItem(
        key=question.key,
        type=question.type,
        label=question.said,
        help=question.hint,
        required=question.required,
        options=[OptionItem(value=v, label=label.strip()) for v, label in options],
        columns=[_question(c, [(o.value, o.said) for o in c.options]) for c in question.columns],
        parts=list(question.parts),
        chart=question.chart,
        most=question.most_rows if question.type == "rows" else question.most,
    )


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
    if decks.read_manifest(text)[0].purpose == "proposal":
        ventures.check_template(data)
    return Taken.model_validate(
        {"result": decks.import_template(session, wiring.blobs, "", data, text, by=person)}
    )


@router.post("/templates/proposed", status_code=201, summary="Upload a deck template without a manifest")
def propose_template(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    pptx: Annotated[UploadFile, File(description="The branded deck with its tokens.")],
    title: Annotated[str, Form()] = "",
    purpose: Annotated[Literal["pitch", "proposal"], Form()] = "pitch",
    instead_of: Annotated[str, Form(description="The name of the template it is a new number of.")] = "",
) -> Proposed:
    """Its questions are proposed from its tokens and wait as a draft until they are confirmed. A template for
    cross-department proposals asks nothing and is on offer at once; a token that proposals do not have is refused.
    """
    person.must("template.edit")
    data = uploaded(wiring, pptx)[1]
    add = ventures.add_template if purpose == "proposal" else decks.propose
    row = add(session, wiring.blobs, data, title=title, instead_of=instead_of, by=person)
    return Proposed(template=TemplateItem.model_validate(row), manifest=decks.as_yaml(row.manifest))


@router.put("/templates/{template_id}/manifest", summary="Correct the questions of a draft")
def correct_template(
    session: SessionDep, person: TokenPersonDep, template_id: int, said: Corrected
) -> TemplateWhole:
    person.must("template.edit")
    row = decks.template_for(session, template_id, person)
    decks.reword(session, row, decks.read_manifest(said.manifest)[1], by=person)
    return template(session, person, template_id)


@router.post("/templates/{template_id}/confirm", summary="Put a draft on offer")
def confirm_template(session: SessionDep, person: TokenPersonDep, template_id: int) -> TemplateItem:
    row = decks.template_for(session, template_id, person)
    decks.confirm(session, row, by=person)
    return TemplateItem.model_validate(row)


@router.delete("/templates/{template_id}", status_code=204, summary="Throw a draft away")
def discard_template(session: SessionDep, person: TokenPersonDep, template_id: int) -> None:
    decks.discard(session, decks.template_for(session, template_id, person), by=person)


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


def _read(
    session: SessionDep, template_id: int, given: dict[str, Answer], before: dict[str, Any] | None = None
) -> dict[str, Any]:
    manifest = decks.manifest_of(decks.template(session, template_id))

    def typed(key: str) -> list[Any] | None:
        if key not in given:
            return None
        said = given[key]
        return said if isinstance(said, list) else [] if said is None else [said]

    return decks.read_answers(manifest, typed, before)[0]


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
    decks.set_brief(session, deck, _read(session, deck.template_id or 0, said.answers, deck.brief), by=person)
    return deck_whole(session, deck, person)


@router.post("/{deck_id}/pictures", status_code=201, summary="Give a deck a picture for its answers")
def add_picture(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    deck_id: int,
    file: Annotated[UploadFile | None, File(description="PNG, JPEG, WebP or GIF, at most 10 MB.")] = None,
    asset_id: Annotated[int | None, Form(description="Or a picture of the library.")] = None,
) -> DeckPictureItem:
    deck = decks.get(session, deck_id, person)
    if file is not None:
        name, data = uploaded(wiring, file)
        made = decks.add_picture(session, wiring.blobs, wiring.settings, deck, data, name, by=person)
    elif asset_id is not None:
        made = decks.choose_picture(session, deck, asset_id, by=person)
    else:
        raise HubError(_("请给一张图片，或素材的编号。"))
    return DeckPictureItem.model_validate(made)


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
