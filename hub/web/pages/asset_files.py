"""The files of assets as they leave the house: the file itself, a video to play, page pictures."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response

from hub import assets
from hub.activity import Entry
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.downloads import picture_answer
from hub.web.dress import ActorDep

router = APIRouter(include_in_schema=False)


@router.get("/assets/{asset_id}/file")
def download(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    """The file itself; the download is on record before its first byte leaves."""
    asset = assets.get(session, asset_id, person)
    found = (
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
    )
    if found.blob_sha is None or found.asset_id != asset.id:
        raise NotFound(_("这一版没有文件。"))
    path = wiring.blobs.path(found.blob_sha)
    if not path.exists():
        raise NotFound(_("文件内容不在了。请让管理员运行 hub check。"))
    wiring.notebook.write(Entry("download", "asset", asset.id, person.id, {"version": found.id}))
    return FileResponse(
        path, media_type=found.media_type, filename=found.file_name, content_disposition_type="attachment"
    )


@router.get("/assets/{asset_id}/play")
def play(session: SessionDep, wiring: WiringDep, person: ActorDep, asset_id: int, version: int) -> Response:
    """A video, to be played in the page."""
    asset = assets.get(session, asset_id, person)
    found = assets.version(session, version, person)
    if found.blob_sha is None or found.asset_id != asset.id or not found.media_type.startswith("video/"):
        raise NotFound(_("这一版没有视频。"))
    return FileResponse(wiring.blobs.path(found.blob_sha), media_type=found.media_type)


@router.get("/pictures/{sha}")
def picture(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, sha: str) -> Response:
    """A page picture, for whoever may open what it belongs to."""
    path = wiring.blobs.path(sha)
    if not path.exists() or not assets.blob_for(session, sha, person):
        raise NotFound(_("没有这个图片。"))
    return picture_answer(request, path, {"Cache-Control": "private, max-age=604800, immutable"})
