"""Assets: the page of one, and the steps of its life."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets
from hub.activity import Entry
from hub.base.errors import NotFound
from hub.base.formats import day
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.asset_view import asset_page
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/assets/{asset_id}")
def show(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    tab: str = "",
) -> Response:
    asset = assets.get(session, asset_id, person)
    versions = assets.versions(
        session, asset, person
    )  # the one that is shown is among them, and read with them
    shown = (
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
    )
    if shown.asset_id != asset.id:
        raise NotFound(_("没有这个版本。"))
    if not request.headers.get("hx-request"):  # a page that asks whether the work is done is no reading
        wiring.notebook.note(Entry("view", "asset", asset.id, person.id, {"version": shown.id, "page": page}))
    made = asset_page(session, asset, shown, versions, person, page, tab)
    return render(request, "assets/page.html", made)


def version_of(session: SessionDep, person: accounts.Actor, asset_id: int, version_id: int) -> assets.Version:
    found = assets.version(session, version_id, person)
    if found.asset_id != asset_id:
        raise NotFound(_("没有这个版本。"))
    return found


def back_to(
    asset_id: int, said: str, *, version: int | None = None, tab: str = "", undo: str | None = None
) -> Response:
    asked = "&".join(t for t in (f"version={version}" if version else "", f"tab={tab}" if tab else "") if t)
    answer = RedirectResponse(f"/assets/{asset_id}" + (f"?{asked}" if asked else ""), status_code=303)
    flash(answer, said, undo=undo)
    return answer


VersionField = Annotated[int, Form()]


@router.post("/assets/{asset_id}/submit")
def submit(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reviewer: Annotated[str, Form()] = "",
) -> Response:
    found = version_of(session, person, asset_id, version)
    assets.submit(session, found, reviewer_id=number_in(reviewer), by=person)
    return back_to(asset_id, _("已提交审核，审核人会收到通知。"), version=version)


@router.post("/assets/{asset_id}/approve")
def approve(session: SessionDep, person: ActorDep, asset_id: int, version: VersionField) -> Response:
    found = version_of(session, person, asset_id, version)
    assets.approve(session, found, by=person)
    if found.state == "approved" and found.publish_on:
        return back_to(
            asset_id, _("已批准，%(day)s 自动启用。") % {"day": day(found.publish_on)}, version=version
        )
    return back_to(asset_id, _("已批准。现在同事们能搜到、能用了。"))


@router.post("/assets/{asset_id}/send-back")
def send_back(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reason: Annotated[str, Form()] = "",
) -> Response:
    assets.send_back(session, version_of(session, person, asset_id, version), reason=reason, by=person)
    return back_to(asset_id, _("已退回给作者，并附上了您的意见。"), version=version)


@router.post("/assets/{asset_id}/withdraw")
def withdraw(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reason: Annotated[str, Form()] = "",
    replacement: Annotated[str, Form()] = "",
) -> Response:
    """Out of use; the next page lists what still carries it."""
    found = version_of(session, person, asset_id, version)
    assets.withdraw(session, found, reason=reason, replacement_id=number_in(replacement), by=person)
    answer = RedirectResponse(f"/assets/{asset_id}/reach", status_code=303)
    flash(answer, _("已停用。同事们搜不到这一版了。"))
    return answer


@router.post("/assets/{asset_id}/still-right")
def still_right(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    on = assets.still_right(session, assets.get(session, asset_id, person), by=person)
    return back_to(asset_id, _("谢谢。下次复审在 %(day)s。") % {"day": day(on)})


@router.post("/assets/{asset_id}/restore-version")
def restore_version(session: SessionDep, person: ActorDep, asset_id: int, version: VersionField) -> Response:
    made = assets.restore_version(session, version_of(session, person, asset_id, version), by=person)
    return back_to(asset_id, _("旧版本已恢复成新草稿，在用的没有变。"), version=made.id)


def number_in(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - fits an integer column


@router.post("/assets/{asset_id}/trash")
def trash(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    asset = assets.get(session, asset_id, person)
    assets.trash(session, asset, by=person)
    answer = RedirectResponse("/assets", status_code=303)
    flash(answer, _("“%(title)s”已放进回收站。") % {"title": asset.title}, undo=f"/assets/{asset_id}/restore")
    return answer


@router.post("/assets/{asset_id}/restore")
def restore(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    found = next((a for a in assets.in_trash(session, person) if a.id == asset_id), None)
    if found is None:
        raise NotFound(_("回收站里没有这份素材。"))
    assets.restore(session, found, by=person)
    return back_to(asset_id, _("已取回。"))
