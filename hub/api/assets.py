"""Assets: list, read, create, edit, trash. Their versions are in `versions`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field

from hub import accounts, assets, facts, sharing
from hub.api.shapes import (
    AssetItem,
    Limit,
    Listed,
    Offset,
    Several,
    Shape,
    Tags,
    asset_item,
    asset_items,
    must_exist,
    stored,
)
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/assets", tags=["assets"])


class VersionItem(Shape):
    """One version. `digest_state` tells whether its file was read, `preview_state` whether it has page pictures."""

    id: int
    number: int
    state: str
    note: str
    file_name: str
    media_type: str
    size: int
    page_count: int
    digest_state: str
    digest_error: str
    preview_state: str
    uploaded_by_id: int | None
    approved_by_id: int | None
    approved_by_import: bool
    publish_on: date | None
    expires_on: date | None
    on_offer_at: datetime | None
    ended_at: datetime | None
    ended_because: str = Field(
        serialization_alias="end_reason",
        description="As it was written; the hub's own reason in the caller's language.",
    )
    instead_id: int | None  # the asset to use in its place
    created_at: datetime
    edition: int


class AssetWhole(AssetItem):
    """An asset with its text, its versions, and the front matter we do not know."""

    expert_id: int | None
    text: str  # as it was written, with the tokens of facts
    text_now: str  # with their values as they are now
    extra: dict[str, Any]
    versions: list[VersionItem]


class RestrictedTo(Shape):
    """Who alone may read it besides owner, reviewers and administrators; both empty: everybody."""

    teams: list[int] = Field(default_factory=list)
    people: list[int] = Field(default_factory=list)


class AssetFields(Shape):
    """What is said about an asset. What is left out stays as it is."""

    title: str | None = Field(None, max_length=300)
    kind: str | None = None
    language: Literal["zh", "en"] | None = None
    audience: Literal["internal", "customer"] | None = None
    summary: str | None = Field(None, max_length=1000)
    owner_id: int | None = None
    expert_id: int | None = None
    recommended: bool | None = None
    review_on: date | None = None
    tags: Tags | None = None
    restricted_to: RestrictedTo | None = None


class NewAsset(AssetFields):
    """A Markdown asset; a file is uploaded to /assets/files."""

    title: str = Field(max_length=300)
    text: str = Field(max_length=2_000_000)


class ChangedAsset(AssetFields):
    """`edition` is the one that was read: somebody else's change in between is a 409."""

    edition: int


class ReachItem(Shape):
    """A place that carries the asset. `what`: kit, deck, link or download (then `title` is a colleague's name)."""

    what: str
    title: str
    url: str
    version: int | None
    at: datetime | None


class Reached(Listed[ReachItem]):
    """Places that the caller may know of, and how many decks and links of colleagues carry it besides."""

    other_decks: int
    other_links: int


class Reason(Shape):
    reason: str = Field(max_length=500)


class Withdrawal(Reason):
    """`replacement_id`: an asset on offer that takes its place."""

    replacement_id: int | None = None


def fields_of(said: AssetFields) -> assets.Fields:
    given = said.model_fields_set
    tags = said.tags
    limits = said.restricted_to
    return assets.Fields(
        title=said.title,
        kind=said.kind,
        language=said.language,
        audience=said.audience,
        summary=said.summary,
        owner_id=said.owner_id,
        expert_id=said.expert_id,
        recommended=said.recommended,
        review_on=said.review_on,
        tags={f: getattr(tags, f) for f in tags.model_fields_set} if tags and "tags" in given else None,
        restricted_to=(limits.teams, limits.people) if limits else None,
    )


def whole(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> AssetWhole:
    cards = assets.cards(session, [asset.id or 0], person)
    shown = assets.shown_version(session, asset, person)
    item = asset_item(cards[0])
    return AssetWhole(
        **item.model_dump(),
        expert_id=asset.expert_id,
        text=shown.text,
        text_now=facts.resolve(session, shown.text, language=asset.language, by=person).text
        if not shown.blob_sha
        else shown.text,
        extra=asset.extra,
        versions=[VersionItem.model_validate(v) for v in assets.versions(session, asset, person)],
    )


@router.get("/queues/{queue}", summary="What waits for a hand")
def queue(
    session: SessionDep,
    person: TokenPersonDep,
    queue: Literal["drafts", "review", "due", "stale", "no_owner"],
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[AssetItem]:
    """One's drafts, what waits for one's review, is due for a look, overdue for one (stale), or has no owner."""
    ids = assets.queue(session, person, queue)
    drafts = ids if queue in {"review", "drafts"} else ()
    found = asset_items(assets.cards(session, ids[offset : offset + limit], person, drafts=drafts))
    return Listed(items=found, total=len(ids), limit=limit, offset=offset)


@router.get("", summary="List assets")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    kind: Several = None,
    product: Several = None,
    tier: Several = None,
    industry: Several = None,
    scenario: Several = None,
    function: Several = None,
    stage: Several = None,
    tag: Several = None,
    state: Annotated[str, Query(description="State of the version shown.")] = "",
    owner_id: Annotated[int | None, Query(description="Only what this person owns.")] = None,
    sort: Literal["updated", "newest", "title", "review"] = "updated",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[AssetItem]:
    """Visible assets with a facet's value each of those named."""
    named = {
        "product": product, "tier": tier, "industry": industry, "scenario": scenario,
        "function": function, "stage": stage, "tag": tag,
    }  # fmt: skip
    ids, total = assets.find(
        session,
        person,
        kinds=kind or (),
        tagged=[(f, keys) for f, keys in named.items() if keys],
        state=state,
        owner_id=owner_id,
        sort=sort,
        offset=offset,
        limit=limit,
    )
    found = asset_items(assets.cards(session, ids, person))
    return Listed(items=found, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="Create a Markdown asset (a draft)")
def create(session: SessionDep, person: TokenPersonDep, said: NewAsset) -> AssetWhole:
    must_exist(session, said.owner_id, said.expert_id)
    made = assets.create(session, fields_of(said), assets.Content(text=said.text), by=person)
    return whole(session, assets.get(session, made.asset_id, person), person)


@router.post("/files", status_code=201, summary="Upload a file as a new asset (a draft)")
def upload(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    file: Annotated[UploadFile, File(description="PPTX, PDF, DOCX, XLSX, CSV, Markdown, picture, video.")],
    title: Annotated[str, Form(max_length=300)] = "",
    kind: Annotated[str, Form()] = "",
    audience: Annotated[Literal["internal", "customer"], Form()] = "internal",
    summary: Annotated[str, Form(max_length=1000)] = "",
    product: Annotated[list[str] | None, Form()] = None,
    industry: Annotated[list[str] | None, Form()] = None,
    scenario: Annotated[list[str] | None, Form()] = None,
    tag: Annotated[list[str] | None, Form()] = None,
) -> AssetWhole:
    content = stored(wiring, file)
    name = title or (file.filename or "").rsplit(".", 1)[0]
    tags = {"product": product, "industry": industry, "scenario": scenario, "tag": tag}
    fields = assets.Fields(
        title=name[:300],
        kind=kind or assets.guess_kind(name, file.filename or ""),
        audience=audience,
        summary=summary,
        tags={k: v for k, v in tags.items() if v},
    )
    made = assets.create(session, fields, content, by=person)
    return whole(session, assets.get(session, made.asset_id, person), person)


@router.get("/{asset_id}", summary="Read an asset")
def read(session: SessionDep, person: TokenPersonDep, asset_id: int) -> AssetWhole:
    return whole(session, assets.get(session, asset_id, person), person)


@router.patch("/{asset_id}", summary="Change what is said about an asset")
def edit(session: SessionDep, person: TokenPersonDep, asset_id: int, said: ChangedAsset) -> AssetWhole:
    asset = assets.get(session, asset_id, person)
    must_exist(session, said.owner_id, said.expert_id)
    if said.title is not None and not said.title.strip():
        raise HubError(_("请给素材起个标题。"))
    assets.edit(session, asset, fields_of(said), edition=said.edition, by=person)
    return whole(session, asset, person)


@router.post("/{asset_id}/still-right", summary="Say that the material is still right")
def still_right(session: SessionDep, person: TokenPersonDep, asset_id: int) -> AssetWhole:
    """Only its owner and marketers; the next review date is worked out from its kind."""
    asset = assets.get(session, asset_id, person)
    assets.still_right(session, asset, by=person)
    return whole(session, asset, person)


@router.get("/{asset_id}/reach", summary="Where it is in use, as far as the caller may know")
def reach(
    session: SessionDep, person: TokenPersonDep, asset_id: int, limit: Limit = 50, offset: Offset = 0
) -> Reached:
    asset = assets.get(session, asset_id, person)
    if not assets.may_edit(asset, person):
        raise NotFound(_("只有能改这份素材的人，才看得到它用在哪里。"))
    found = sharing.reach(session, asset, person)
    every = [*found.kits, *found.decks, *found.links, *found.downloads]
    items = [ReachItem.model_validate(p) for p in every[offset : offset + limit]]
    return Reached(
        items=items, total=len(every), limit=limit, offset=offset,
        other_decks=found.other_decks, other_links=found.other_links,
    )  # fmt: skip


@router.delete("/{asset_id}", status_code=204, summary="Put an asset in the trash")
def trash(session: SessionDep, person: TokenPersonDep, asset_id: int) -> None:
    assets.trash(session, assets.get(session, asset_id, person), by=person)


@router.post("/{asset_id}/restore", summary="Bring an asset back from the trash")
def restore(session: SessionDep, person: TokenPersonDep, asset_id: int) -> AssetWhole:
    asset = assets.in_trash_by_id(session, asset_id, person)
    assets.restore(session, asset, by=person)
    return whole(session, asset, person)


class Reading(Shape):
    """Who is asked to read it: roles and teams; those who may open it are told."""

    roles: list[str] = Field(default_factory=list)
    team_ids: list[int] = Field(default_factory=list)
    note: str = Field("", max_length=300)
    due_on: date | None = None


class ReadingItem(Shape):
    """One request to read: names of those who have and of those who have not."""

    id: int
    note: str
    due_on: date | None
    by: str
    confirmed: list[str]
    waiting: list[str]
    ended: bool


def _reading_item(found: assets.Asked) -> ReadingItem:
    same = {n: getattr(found, n) for n in ("id", "note", "due_on", "by", "ended")}
    return ReadingItem(**same, confirmed=[name for name, _at in found.confirmed], waiting=list(found.waiting))


@router.get("/{asset_id}/reading", summary="Who has read it")
def readings(
    session: SessionDep, person: TokenPersonDep, asset_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[ReadingItem]:
    """For those who may edit the asset; empty for others."""
    rows = assets.readings(session, assets.get(session, asset_id, person), person)
    items = [_reading_item(r) for r in rows[offset : offset + limit]]
    return Listed(items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/{asset_id}/reading", status_code=201, summary="Ask roles or teams to read it and confirm")
def ask_to_read(session: SessionDep, person: TokenPersonDep, asset_id: int, said: Reading) -> ReadingItem:
    asset = assets.get(session, asset_id, person)
    made = assets.ask_to_read(
        session, asset, roles=said.roles, teams=said.team_ids, note=said.note, due_on=said.due_on, by=person
    )
    return _reading_item(next(r for r in assets.readings(session, asset, person) if r.id == made.id))


@router.post("/{asset_id}/confirm-read", summary="Confirm that you have read it")
def confirm_read(session: SessionDep, person: TokenPersonDep, asset_id: int) -> AssetItem:
    asset = assets.get(session, asset_id, person)
    assets.confirm_read(session, asset, by=person)
    return asset_item(assets.cards(session, [asset_id], person)[0])


@router.post("/{asset_id}/reading/{reading_id}/end", summary="Ask no longer")
def end_reading(session: SessionDep, person: TokenPersonDep, asset_id: int, reading_id: int) -> ReadingItem:
    """Who has confirmed stays on record."""
    asset = assets.get(session, asset_id, person)
    assets.end_reading(session, asset, reading_id, by=person)
    return _reading_item(next(r for r in assets.readings(session, asset, person) if r.id == reading_id))
