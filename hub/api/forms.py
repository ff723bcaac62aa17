"""Forms: what a solution that was written once comes out as. The forms themselves are assets; see `assets`."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import assets, papers
from hub.api.shapes import Shape
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/assets/{asset_id}/forms", tags=["forms"])
FormKey = Literal["pitch", "talk", "paper", "word", "page"]


class FormItem(Shape):
    """One form. `missing` are the sections it still needs, `state` is none, waiting, making, ready or failed;
    `version` is the one it was made from, `stale` says that the source has moved on since.
    """

    form: str
    label: str
    state: str
    progress: int
    error: str
    told: list[str]
    missing: list[str]
    asset_id: int | None
    version: int | None
    stale: bool


class FormList(Shape):
    """The forms of a source, and its own version now."""

    version: int
    sections: list[str]
    items: list[FormItem]


class Wanted(Shape):
    """Which forms to make (again); none named: all that can be made."""

    forms: list[FormKey] = Field(default_factory=list)


@router.get("", summary="What a solution comes out as")
def index(session: SessionDep, person: TokenPersonDep, asset_id: int) -> FormList:
    found = assets.forms_of(session, assets.get(session, asset_id, person), person)
    if found is None:
        raise NotFound(_("这份素材不出成品：只有分了节的文字才出。"))
    return FormList(
        version=found.number,
        sections=[key for key in papers.SECTIONS if key in found.has],
        items=[_item(row) for row in found.rows],
    )


def _item(row: assets.FormRow) -> FormItem:
    return FormItem(
        form=row.form.key,
        label=str(row.form.label),
        state=row.state,
        progress=row.progress,
        error=row.error,
        told=list(row.told),
        missing=list(row.missing),
        asset_id=row.asset_id,
        version=row.number,
        stale=row.stale,
    )


@router.post("", status_code=202, summary="Ask for forms to be made")
def make(session: SessionDep, person: TokenPersonDep, asset_id: int, wanted: Wanted) -> FormList:
    """The forms are made by a job; ask again to see how far it is."""
    asset = assets.get(session, asset_id, person)
    assets.ask_forms(session, asset, wanted.forms or list(papers.FORMS), by=person)
    return index(session, person, asset_id)
