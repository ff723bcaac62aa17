"""Cross-department proposals: read whole, written section by section, signed, made into a deck."""

from typing import Literal

from fastapi import APIRouter, UploadFile
from starlette.responses import FileResponse, Response

from hub import ventures
from hub.api.shapes import Limit, Listed, Offset, uploaded
from hub.api.venture_shapes import (
    DealItem,
    DeckState,
    DeckWish,
    EvidenceItem,
    LackItem,
    NewStep,
    NewVenture,
    PartyItem,
    PictureItem,
    SaidItem,
    SectionSaid,
    StepItem,
    TokenItem,
    VentureItem,
    VentureMove,
    WholeVenture,
    Word,
    Written,
)
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/ventures", tags=["ventures"])
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@router.get("/tokens", summary="The tokens that a template for proposals may use")
def template_tokens(_person: TokenPersonDep) -> list[TokenItem]:
    return [
        TokenItem(token=token, group=group, meaning=meaning)
        for group, held in ventures.tokens()
        for token, meaning in held
    ]


@router.get("/template", summary="The built-in template as a file", response_class=FileResponse)
def built_in(_person: TokenPersonDep) -> FileResponse:
    """A start for a template of one's own."""
    return FileResponse(ventures.BUILT_IN, media_type=PPTX, filename="proposal.pptx")


@router.get("", summary="List cross-department proposals")
def index(
    session: SessionDep, person: TokenPersonDep, state: str = "", limit: Limit = 50, offset: Offset = 0
) -> Listed[VentureItem]:
    found, counts = ventures.find(session, person, state=state, limit=limit, offset=offset)
    total = counts.get(state, 0) if state else sum(counts.values())
    items = [VentureItem.model_validate(r) for r in found]
    return Listed(items=items, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="Make a proposal")
def create(session: SessionDep, person: TokenPersonDep, said: NewVenture) -> VentureItem:
    fields = said.model_dump(exclude={"team_ids", "person_ids"})
    made = ventures.create(session, fields, restricted_to=(said.team_ids, said.person_ids), by=person)
    return _item(session, made)


def _item(session: SessionDep, venture: ventures.Venture) -> VentureItem:
    return VentureItem.model_validate(ventures.rows(session, [venture])[0])


@router.get("/{venture_id}", summary="Read a proposal whole")
def read(session: SessionDep, person: TokenPersonDep, venture_id: int) -> WholeVenture:
    venture = ventures.get(session, venture_id, person)
    found = ventures.whole(session, venture, person)
    names = ("summary", "background", "need", "gain", "cares", "pricing", "revision")
    lists = ("segments", "parts", "boundary")
    return WholeVenture(
        item=_item(session, venture),
        **{n: getattr(venture, n) for n in (*names, *lists)},
        totals=list(found.totals),
        bids=[DealItem.model_validate(d) for d in found.bids],
        deals=[DealItem.model_validate(d) for d in found.deals],
        evidence=EvidenceItem(
            **{n: getattr(found.evidence, n) for n in ("verdict", "counted", "lowest", "highest")},
            sentences=list(found.evidence.sentences),
        ),
        parties=[PartyItem.model_validate(p) for p in found.parties],
        history=[SaidItem.model_validate(h) for h in found.history],
        steps=[StepItem.model_validate(s) for s in found.steps],
        pictures=[PictureItem.model_validate(p) for p in found.pictures],
        lacks=[LackItem.model_validate(lack) for lack in found.lacks],
        percent=found.percent,
        deck=DeckState.model_validate(found.deck) if found.deck else None,
    )


@router.put("/{venture_id}/sections/{section}", summary="Write one section")
def write(
    session: SessionDep, person: TokenPersonDep, venture_id: int, section: str, said: SectionSaid
) -> Written:
    """Sections: about, contact, market, evidence, deals, panorama, boundary, split. What is changed after somebody
    signed makes the signatures void.
    """
    venture = ventures.get(session, venture_id, person)
    voided = ventures.write(
        session,
        venture,
        section,
        {**said.fields, "rows": said.rows},
        edition=said.edition,
        restricted_to=(said.open_to.team_ids, said.open_to.person_ids) if said.open_to else None,
        by=person,
    )
    return Written(voided=voided, edition=venture.edition, revision=venture.revision)


@router.post("/{venture_id}/move", summary="To the parties, back to draft, or ended")
def move(session: SessionDep, person: TokenPersonDep, venture_id: int, said: VentureMove) -> VentureItem:
    venture = ventures.get(session, venture_id, person)
    ventures.move(session, venture, said.to, edition=said.edition, reason=said.reason, by=person)
    return _item(session, venture)


@router.post("/{venture_id}/parties/{party_id}/say", summary="A party's word")
def say(
    session: SessionDep, person: TokenPersonDep, venture_id: int, party_id: int, said: Word
) -> VentureItem:
    venture = ventures.get(session, venture_id, person)
    ventures.say(
        session,
        venture,
        party_id,
        said.verdict,
        edition=said.edition,
        note=said.note,
        signer=said.signer,
        by=person,
    )
    return _item(session, venture)


@router.post("/{venture_id}/steps", status_code=201, summary="Note a talk and its next step")
def add_step(session: SessionDep, person: TokenPersonDep, venture_id: int, said: NewStep) -> VentureItem:
    venture = ventures.get(session, venture_id, person)
    ventures.add_step(session, venture, **said.model_dump(), by=person)
    return _item(session, venture)


@router.post("/{venture_id}/steps/{step_id}/done", status_code=204, summary="A next step is taken")
def step_done(session: SessionDep, person: TokenPersonDep, venture_id: int, step_id: int) -> None:
    ventures.step_done(session, ventures.get(session, venture_id, person), step_id, by=person)


@router.post("/{venture_id}/pictures", status_code=201, summary="Add a picture of architecture or process")
def add_picture(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    venture_id: int,
    file: UploadFile,
    edition: int = 0,
    caption: str = "",
    kind: Literal["architecture", "process"] = "architecture",
) -> VentureItem:
    venture = ventures.get(session, venture_id, person)
    _name, data = uploaded(wiring, file)
    ventures.add_picture(
        session,
        wiring.blobs,
        wiring.settings,
        venture,
        data,
        kind=kind,
        caption=caption,
        edition=edition,
        by=person,
    )
    return _item(session, venture)


@router.get("/{venture_id}/pictures/{picture_id}", summary="Read a picture (WebP)")
def picture(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, venture_id: int, picture_id: int
) -> Response:
    found = ventures.picture(session, ventures.get(session, venture_id, person), picture_id)
    return FileResponse(wiring.blobs.path(found.blob_sha), media_type="image/webp")


@router.delete("/{venture_id}/pictures/{picture_id}", status_code=204, summary="Take a picture out")
def drop_picture(
    session: SessionDep, person: TokenPersonDep, venture_id: int, picture_id: int, edition: int = 0
) -> None:
    venture = ventures.get(session, venture_id, person)
    ventures.drop_picture(session, venture, picture_id, edition=edition, by=person)


@router.post("/{venture_id}/deck", status_code=202, summary="Have it made as a deck")
def ask_deck(
    session: SessionDep, person: TokenPersonDep, venture_id: int, said: DeckWish | None = None
) -> DeckState:
    """With one of the templates for proposals (`GET /decks/templates?purpose=proposal`), or the built-in one."""
    venture = ventures.get(session, venture_id, person)
    ventures.ask_deck(session, venture, template_id=said.template_id if said else None, by=person)
    session.flush()
    return DeckState.model_validate(ventures.deck_of(session, venture))


@router.get("/{venture_id}/deck", summary="The deck as a file")
def deck(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, venture_id: int) -> FileResponse:
    venture = ventures.get(session, venture_id, person)
    made = ventures.deck_of(session, venture)
    if made is None or made.blob_sha is None or not wiring.blobs.has(made.blob_sha):
        raise NotFound(_("还没有做好的 PPT。"))
    path = wiring.blobs.path(made.blob_sha)
    return FileResponse(path, media_type=PPTX, filename=ventures.deck_name(venture))


@router.delete("/{venture_id}", status_code=204, summary="Put it in the trash")
def trash(session: SessionDep, person: TokenPersonDep, venture_id: int) -> None:
    ventures.trash(session, ventures.get(session, venture_id, person), by=person)
