"""Toolkits: list, read, create, edit, pins, publish, the files as one ZIP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from hub import accounts, taxonomy, toolkits
from hub.activity import Entry
from hub.api.shapes import AssetItem, Limit, Listed, Offset, Shape, asset_item, must_exist
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/toolkits", tags=["toolkits"])


class KitItem(Shape):
    """A kit as lists show it. `percent`: how complete it is; None when it has no blueprint."""

    id: int
    slug: str
    title: str
    summary: str
    product: str
    tier: str
    industry: str | None
    state: str
    owner_id: int | None
    owner: str
    restricted: bool
    count: int
    due: int
    percent: int | None
    missing: int
    updated_at: datetime


class KitMember(Shape):
    """A member; `pinned` by hand, else brought by a rule."""

    asset: AssetItem
    pinned: bool
    stale: bool


class KitWhole(KitItem):
    """A kit with the members that the caller may see, and its rules."""

    rules: list[dict[str, Any]]
    members: list[KitMember]
    edition: int


class KitFields(Shape):
    """What is left out stays as it is; an empty term takes it away."""

    title: str | None = Field(None, max_length=300)
    title_en: str | None = Field(None, max_length=300)
    summary: str | None = Field(None, max_length=1000)
    product: str | None = None
    tier: str | None = None
    industry: str | None = None
    scenario: str | None = None
    function: str | None = None
    owner_id: int | None = None
    rules: list[dict[str, Any]] | None = None


class NewKit(KitFields):
    title: str = Field(max_length=300)
    product: str


class ChangedKit(KitFields):
    edition: int


class NewState(Shape):
    state: Literal["published", "draft", "archived"]


def _fields(said: KitFields) -> toolkits.Fields:
    return toolkits.Fields(**said.model_dump(exclude={"edition"}))


def _whole(session: SessionDep, kit: toolkits.Toolkit, person: accounts.Actor) -> KitWhole:
    words = taxonomy.words(session)
    card = toolkits.cards(session, [kit], person, words)[0]
    members = toolkits.contents(session, kit, person, words).members
    return KitWhole(
        **KitItem.model_validate(card).model_dump(),
        rules=kit.rules,
        members=[KitMember(asset=asset_item(m.card), pinned=m.pinned, stale=m.stale) for m in members],
        edition=kit.edition,
    )


class Step(Shape):
    step: Literal["up", "down"]


@router.get("", summary="List toolkits")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    product: str = "",
    tier: str = "",
    industry: str = "",
    state: str = "published",
    sort: Literal["own", "new", "title"] = "own",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[KitItem]:
    """`industry` includes what is below it; an empty `state` lists all that the caller may see."""
    words = taxonomy.words(session)
    found = toolkits.find(
        session, person, product=product, tier=tier, industry=industry, state=state, words=words, sort=sort
    )
    cards = toolkits.cards(session, found[offset : offset + limit], person, words)
    items = [KitItem.model_validate(c) for c in cards]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Create a toolkit (a draft)")
def create(session: SessionDep, person: TokenPersonDep, said: NewKit) -> KitWhole:
    must_exist(session, said.owner_id)
    return _whole(session, toolkits.create(session, _fields(said), by=person), person)


@router.get("/{slug}", summary="Read a toolkit with its members")
def read(session: SessionDep, person: TokenPersonDep, slug: str) -> KitWhole:
    return _whole(session, toolkits.get(session, slug, person), person)


@router.get("/{slug}/zip", summary="Download the files of a toolkit as one ZIP", response_class=Response)
def download(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    slug: str,
    internal: Annotated[bool, Query(description="With internal material too, not to be sent on.")] = False,
) -> Response:
    """What customers may have of what the caller sees, and a contents page; texts are pages for a browser."""
    kit = toolkits.get(session, slug, person)
    made, taken = toolkits.parcel_of(session, kit, person, internal=internal)
    details = {"internal": internal, "items": len(made.items), "assets": taken}
    wiring.notebook.write(Entry("download", "toolkit", kit.id, person.id, details))
    name = quote(f"{toolkits.file_name(made.title)}.zip", safe="")
    return StreamingResponse(
        toolkits.zipped(made, wiring.blobs),
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.patch("/{slug}", summary="Change a toolkit")
def edit(session: SessionDep, person: TokenPersonDep, slug: str, said: ChangedKit) -> KitWhole:
    kit = toolkits.get(session, slug, person)
    must_exist(session, said.owner_id)
    toolkits.edit(session, kit, _fields(said), edition=said.edition, by=person)
    return _whole(session, kit, person)


@router.put("/{slug}/pins/{asset_id}", summary="Pin an asset")
def pin(session: SessionDep, person: TokenPersonDep, slug: str, asset_id: int) -> KitWhole:
    kit = toolkits.get(session, slug, person)
    toolkits.pin(session, kit, asset_id, by=person)
    return _whole(session, kit, person)


@router.delete("/{slug}/pins/{asset_id}", summary="Take a pin away")
def unpin(session: SessionDep, person: TokenPersonDep, slug: str, asset_id: int) -> KitWhole:
    kit = toolkits.get(session, slug, person)
    toolkits.unpin(session, kit, asset_id, by=person)
    return _whole(session, kit, person)


@router.post("/{slug}/pins/{asset_id}/move", summary="Move a pin up or down among its kind")
def move(session: SessionDep, person: TokenPersonDep, slug: str, asset_id: int, said: Step) -> KitWhole:
    kit = toolkits.get(session, slug, person)
    toolkits.move(session, kit, asset_id, -1 if said.step == "up" else 1, by=person)
    return _whole(session, kit, person)


@router.put("/{slug}/excluded/{asset_id}", summary="Keep an asset out although a rule brings it")
def exclude(session: SessionDep, person: TokenPersonDep, slug: str, asset_id: int) -> KitWhole:
    """Pinning it takes that back."""
    kit = toolkits.get(session, slug, person)
    toolkits.exclude(session, kit, asset_id, by=person)
    return _whole(session, kit, person)


@router.post("/{slug}/state", summary="Publish, take back to a draft, or archive")
def set_state(session: SessionDep, person: TokenPersonDep, slug: str, said: NewState) -> KitWhole:
    kit = toolkits.get(session, slug, person)
    steps = {"published": toolkits.publish, "draft": toolkits.unpublish, "archived": toolkits.archive}
    steps[said.state](session, kit, by=person)
    return _whole(session, kit, person)


@router.delete("/{slug}", status_code=204, summary="Put a toolkit in the trash")
def trash(session: SessionDep, person: TokenPersonDep, slug: str) -> None:
    toolkits.trash(session, toolkits.get(session, slug, person), by=person)


@router.post("/{slug}/restore", summary="Bring a toolkit back from the trash")
def restore(session: SessionDep, person: TokenPersonDep, slug: str) -> KitWhole:
    return _whole(session, toolkits.restore(session, slug, by=person), person)
