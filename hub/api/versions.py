"""The versions of an asset: upload, download, the steps of their life."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field
from starlette.responses import FileResponse, Response

from hub import accounts, assets, facts
from hub.activity import Entry
from hub.api.assets import Reason, VersionItem, Withdrawal
from hub.api.shapes import Limit, Listed, Offset, Shape, stored
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/assets/{asset_id}/versions", tags=["versions"])


class PageItem(Shape):
    """A slide or page: what it says."""

    number: int
    title: str
    text: str
    notes: str
    tables: str
    alt: str
    charts: str
    hidden: bool


class ComparedItem(Shape):
    """What stands beside each other; null where something was added or removed. A slide
    is all that it says, with its number.
    """

    state: Literal["same", "changed", "added", "removed"]
    before: str | None
    after: str | None
    before_number: int | None = None
    after_number: int | None = None


class Comparison(Shape):
    """Two versions: slide by slide where both have slides, else paragraph by paragraph. `counts`: by state."""

    before: int
    after: int
    by: Literal["slide", "paragraph"]
    counts: dict[str, int]
    items: list[ComparedItem]


class NewText(Shape):
    """A new Markdown version."""

    text: str = Field(max_length=2_000_000)
    note: str = Field("", max_length=1000)


class Review(Shape):
    """Who is asked; nobody named: everybody who may approve it."""

    reviewer_id: int | None = None


class CommentItem(Shape):
    """What somebody said about a version; `page` from 1, None for the whole."""

    id: int
    page: int | None
    text: str
    by_id: int | None
    at: datetime


class NewComment(Shape):
    text: str = Field(max_length=2000)
    page: int | None = Field(None, ge=1, le=100_000)


class Dates(Shape):
    """The day on which it comes on offer once approved, and the last day on which it is; None: none."""

    publish_on: date | None = None
    expires_on: date | None = None


def _version(session: SessionDep, person: accounts.Actor, asset_id: int, number: int) -> assets.Version:
    asset = assets.get(session, asset_id, person)
    found = next((v for v in assets.versions(session, asset, person) if v.number == number), None)
    if found is None:
        raise NotFound(_("没有这个版本，或您没有权限看它。"))
    return found


@router.get("", summary="List versions, newest first")
def index(
    session: SessionDep, person: TokenPersonDep, asset_id: int, limit: Limit = 50, offset: Offset = 0
) -> Listed[VersionItem]:
    found = assets.versions(session, assets.get(session, asset_id, person), person)
    items = [VersionItem.model_validate(v) for v in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Add a Markdown version (a draft)")
def add_text(session: SessionDep, person: TokenPersonDep, asset_id: int, said: NewText) -> VersionItem:
    asset = assets.get(session, asset_id, person)
    made = assets.add_version(session, asset, assets.Content(text=said.text), note=said.note, by=person)
    return VersionItem.model_validate(made)


@router.post("/files", status_code=201, summary="Upload a file as a new version (a draft)")
def add_file(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    asset_id: int,
    file: Annotated[UploadFile, File()],
    note: Annotated[str, Form(max_length=1000)] = "",
) -> VersionItem:
    """What is on offer stays on offer until the new version is approved."""
    asset = assets.get(session, asset_id, person)
    made = assets.add_version(session, asset, stored(wiring, file), note=note, by=person)
    return VersionItem.model_validate(made)


@router.get("/{number}", summary="Read a version")
def read(session: SessionDep, person: TokenPersonDep, asset_id: int, number: int) -> VersionItem:
    return VersionItem.model_validate(_version(session, person, asset_id, number))


@router.get("/{number}/pages", summary="List the slides or pages of a version")
def pages(
    session: SessionDep,
    person: TokenPersonDep,
    asset_id: int,
    number: int,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[PageItem]:
    found = assets.pages(session, _version(session, person, asset_id, number).id or 0)
    items = [PageItem.model_validate(p) for p in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/{number}/comparison", summary="Compare a version with another, by default the one before it")
def compare(
    session: SessionDep,
    person: TokenPersonDep,
    asset_id: int,
    number: int,
    before: Annotated[
        int | None, Query(ge=1, description="Number of the version it is compared with.")
    ] = None,
) -> Comparison:
    newer = _version(session, person, asset_id, number)
    older = _version(session, person, asset_id, before) if before else _before(session, person, newer)
    sides = [assets.pages(session, v.id or 0) for v in (older, newer)]
    slides = bool(sides[0] and sides[1])
    items = _slides(*sides) if slides else _texts(older.text, newer.text)
    return Comparison(
        before=older.number,
        after=newer.number,
        by="slide" if slides else "paragraph",
        counts=dict(Counter(i.state for i in items)),
        items=items,
    )


def _before(session: SessionDep, person: accounts.Actor, newer: assets.Version) -> assets.Version:
    every = assets.versions(session, assets.get(session, newer.asset_id, person), person)
    found = next((v for v in every if v.number < newer.number), None)
    if found is None:
        raise NotFound(_("这份素材只有一版，没有可比的。"))
    return found


def _texts(before: str, after: str) -> list[ComparedItem]:
    return [ComparedItem.model_validate(p) for p in assets.compare_texts(before, after)]


def _slides(before: Sequence[assets.Page], after: Sequence[assets.Page]) -> list[ComparedItem]:
    return [
        ComparedItem.model_validate(
            {
                "state": pair.state,
                "before": assets.spoken(pair.before) if pair.before else None,
                "after": assets.spoken(pair.after) if pair.after else None,
                "before_number": pair.before.number if pair.before else None,
                "after_number": pair.after.number if pair.after else None,
            }
        )
        for pair in assets.compare_slides(before, after)
    ]


@router.get("/{number}/file", summary="Download the file of a version", response_class=Response)
def download(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, asset_id: int, number: int
) -> Response:
    """The file as it was uploaded; a Markdown version as its text, with the values of facts as they are now."""
    found = _version(session, person, asset_id, number)
    wiring.notebook.write(Entry("download", "asset", asset_id, person.id, {"version": found.id}))
    if found.blob_sha is None:
        language = assets.get(session, asset_id, person).language
        text = facts.resolve(session, found.text, language=language, by=person).text
        return Response(text, media_type="text/markdown; charset=utf-8")
    path = wiring.blobs.path(found.blob_sha)
    if not path.exists():
        raise NotFound(_("文件内容不在了。请让管理员运行 hub check。"))
    return FileResponse(path, media_type=found.media_type, filename=found.file_name)


@router.post("/{number}/submit", summary="Hand a draft in for review")
def submit(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, said: Review | None = None
) -> VersionItem:
    found = _version(session, person, asset_id, number)
    assets.submit(session, found, reviewer_id=said.reviewer_id if said else None, by=person)
    return VersionItem.model_validate(found)


@router.post("/{number}/approve", summary="Approve a version in review")
def approve(session: SessionDep, person: TokenPersonDep, asset_id: int, number: int) -> VersionItem:
    """It is on offer at once, or on its publish date. Nobody approves what they uploaded."""
    found = _version(session, person, asset_id, number)
    assets.approve(session, found, by=person)
    return VersionItem.model_validate(found)


@router.post("/{number}/send-back", summary="Return a version in review to its author")
def send_back(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, said: Reason
) -> VersionItem:
    found = _version(session, person, asset_id, number)
    assets.send_back(session, found, reason=said.reason, by=person)
    return VersionItem.model_validate(found)


@router.post("/{number}/withdraw", summary="Take a version out of use")
def withdraw(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, said: Withdrawal
) -> VersionItem:
    """Whoever holds it is told, and what to use instead where they may read that."""
    found = _version(session, person, asset_id, number)
    assets.withdraw(session, found, reason=said.reason, replacement_id=said.replacement_id, by=person)
    return VersionItem.model_validate(found)


@router.post("/{number}/restore", status_code=201, summary="Bring an old version back as a new draft")
def restore(session: SessionDep, person: TokenPersonDep, asset_id: int, number: int) -> VersionItem:
    found = _version(session, person, asset_id, number)
    return VersionItem.model_validate(assets.restore_version(session, found, by=person))


@router.get("/{number}/comments", summary="List comments on a version")
def comments(
    session: SessionDep,
    person: TokenPersonDep,
    asset_id: int,
    number: int,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[CommentItem]:
    """All of them for those who see drafts; others see their own."""
    found = _version(session, person, asset_id, number)
    rows = assets.comments(session, assets.get(session, asset_id, person), [found], person)
    items = [CommentItem.model_validate(r) for r in rows[offset : offset + limit]]
    return Listed(items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/{number}/comments", status_code=201, summary="Comment on a version")
def comment(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, said: NewComment
) -> CommentItem:
    """Its author, owner and reviewer get a notice."""
    found = _version(session, person, asset_id, number)
    return CommentItem.model_validate(assets.comment(session, found, said.text, page=said.page, by=person))


@router.delete("/{number}/comments/{comment_id}", status_code=204, summary="Take one's own comment back")
def drop_comment(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, comment_id: int
) -> None:
    found = _version(session, person, asset_id, number)
    assets.drop_comment(session, comment_id, version_id=found.id, by=person)


@router.put("/{number}/dates", summary="Set when a version comes on offer and when that ends")
def dates(
    session: SessionDep, person: TokenPersonDep, asset_id: int, number: int, said: Dates
) -> VersionItem:
    found = _version(session, person, asset_id, number)
    assets.schedule(session, found, publish_on=said.publish_on, expires_on=said.expires_on, by=person)
    return VersionItem.model_validate(found)
