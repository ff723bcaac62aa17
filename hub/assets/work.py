"""The later work of assets, as jobs run it: digest a file, picture its pages. Safe to run twice."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from hub import notices, slides
from hub.assets import digest
from hub.assets.actions import keep_digest
from hub.assets.models import Asset, Page, Version
from hub.assets.readers import touch
from hub.base import child, jobs, pictures
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.settings import Settings

WIDTHS = (1280, 400)


def digest_version(database: Database, blobs: LocalBlobs, settings: Settings, version_id: int) -> None:
    """Read the version's file and keep what it says; a file that cannot be read is told to its uploader."""
    with database.read() as session:
        version = session.get(Version, version_id)
        if version is None or version.blob_sha is None or version.digest_state == "ready":
            return
        name, sha = version.file_name, version.blob_sha
    try:
        found = digest.read(name, blobs.get(sha), settings)
    except HubError as error:
        with database.write() as session:
            _failed(session, version_id, error.message)
        return
    with database.write() as session:
        version = session.get(Version, version_id)
        if version is not None:
            keep_digest(session, version, found)
            touch(session, session.get_one(Asset, version.asset_id))


def _failed(session: Session, version_id: int, reason: str) -> None:
    version = session.get(Version, version_id)
    if version is None:
        return
    asset = session.get_one(Asset, version.asset_id)
    version.digest_state, version.digest_error = "failed", reason[:500]
    session.add(version)
    notices.tell(
        session,
        [version.uploaded_by_id],
        event=f"version:{version_id}:digest_failed",
        key="digest_failed",
        url=f"/assets/{asset.id}?version={version_id}",
        title=asset.title,
        reason=reason,
    )
    touch(session, asset)


def preview_version(
    database: Database, blobs: LocalBlobs, settings: Settings, renderer: slides.Renderer, version_id: int
) -> None:
    """Picture the pages of the version's file; without LibreOffice the version says so and stays usable."""
    with database.read() as session:
        version = session.get(Version, version_id)
        if (
            version is None
            or version.blob_sha is None
            or version.preview_state not in {"waiting", "no_office"}
        ):
            return
        name, sha = version.file_name, version.blob_sha

    covers: list[str] = []

    def first(picture: bytes) -> None:
        """The cover stands on the page while the others are still drawn."""
        cover = _stored(blobs, _both(picture))
        covers.append(cover[0])
        with database.write() as session:
            if session.get(Version, version_id) is not None:
                _keep_pages(session, version_id, [cover])

    try:
        drawn = _pictures(name, blobs.get(sha), settings, renderer, first)
    except slides.NoOffice:
        _set_preview(database, version_id, "no_office", covers)
        return
    except HubError:
        _set_preview(database, version_id, "failed", covers)
        return
    stored = [_stored(blobs, both) for both in drawn]
    with database.write() as session:
        version = session.get(Version, version_id)
        if version is not None:
            _keep_pictures(session, version, stored)


def _pictures(
    name: str,
    data: bytes,
    settings: Settings,
    renderer: slides.Renderer,
    first: Callable[[bytes], None],
) -> list[tuple[bytes, bytes]]:
    ending = digest.suffix(name)
    if ending in digest.PICTURE:
        limits = child.Limits(memory=settings.child_memory, seconds=settings.child_seconds)
        both: list[bytes] = child.run(pictures.shrunk, data, list(WIDTHS), settings.max_pixels, limits=limits)
        return [(both[0], both[1])]
    large = renderer.render(data, suffix=ending, width=WIDTHS[0], early=first)
    return [_both(picture) for picture in large]


def _both(picture: bytes) -> tuple[bytes, bytes]:
    return picture, slides.thumbnails(picture, [WIDTHS[1]])[WIDTHS[1]]


def _stored(blobs: LocalBlobs, both: tuple[bytes, bytes]) -> tuple[str, str]:
    return blobs.put(both[0]).sha256, blobs.put(both[1]).sha256


def _set_preview(database: Database, version_id: int, state: str, covers: Sequence[str]) -> None:
    """There are no pictures, and why. `covers`, by hash, came early and for nothing: they go again."""
    gone: dict[str, Any] = {"picture_sha": None, "thumb_sha": None}
    early = (col(Page.version_id) == version_id, col(Page.picture_sha).in_(covers))
    with database.write() as session:
        version = session.get(Version, version_id)
        if version is not None:
            version.preview_state = state
            session.add(version)
            session.exec(update(Page).where(*early).values(gone))


def _keep_pictures(session: Session, version: Version, stored: list[tuple[str, str]]) -> None:
    _keep_pages(session, version.id or 0, stored)
    version.preview_state, version.page_count = "ready", max(version.page_count, len(stored))
    session.add(version)


def _keep_pages(session: Session, version_id: int, stored: Sequence[tuple[str, str]]) -> None:
    had = {p.number: p for p in session.exec(select(Page).where(Page.version_id == version_id))}
    for number, (large, small) in enumerate(stored, start=1):
        page = had.get(number) or Page(version_id=version_id, number=number)
        page.picture_sha, page.thumb_sha = large, small
        session.add(page)


def ask_previews_again(session: Session) -> int:
    """LibreOffice has come: ask for the pictures that were left out; returns how many."""
    left = session.exec(select(Version.id).where(Version.preview_state == "no_office")).all()
    for version_id in left:
        jobs.later(session, "version.preview", key=f"version:{version_id}", version_id=version_id)
    return len(left)
