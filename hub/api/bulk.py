"""Many assets at once: tags, owners, "still right"; and undoing."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from hub import assets, library
from hub.api.shapes import Shape
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/assets/bulk", tags=["assets"])


class Bulk(Shape):
    """What to do to each: tag and untag need `facet` and `key` (`tag` for a free word), owner needs `owner_id`, kit
    needs `kit`, its slug.
    """

    ids: list[int] = Field(min_length=1, max_length=500)
    act: Literal["tag", "untag", "still_right", "owner", "kit"]
    facet: str = Field("tag", max_length=20)
    key: str = Field("", max_length=120)
    owner_id: int | None = None
    kit: str = Field("", max_length=160)


class BulkDone(Shape):
    """How many changed, how many the caller may not change; `id` undoes it."""

    id: int
    changed: int
    refused: int


@router.post("", summary="Change many assets at once")
def change(session: SessionDep, person: TokenPersonDep, said: Bulk) -> BulkDone:
    return BulkDone.model_validate(_changed(session, person, said))


def _changed(session: SessionDep, person: TokenPersonDep, said: Bulk) -> assets.Done:
    if said.act == "tag":
        return assets.add_tag(session, said.ids, said.facet, said.key, by=person)
    if said.act == "untag":
        return assets.drop_tag(session, said.ids, said.facet, said.key, by=person)
    if said.act == "still_right":
        return assets.still_right_many(session, said.ids, by=person)
    if said.act == "kit":
        return library.pin_many(session, said.ids, said.kit, by=person)
    if said.owner_id is None:
        raise HubError(_("请选新的负责人。"))
    return assets.set_owner(session, said.ids, said.owner_id, by=person)


@router.post("/{change_id}/undo", summary="Undo a change of one's own, where nobody changed anything since")
def undo(session: SessionDep, person: TokenPersonDep, change_id: int) -> BulkDone:
    return BulkDone.model_validate(library.undo_many(session, change_id, by=person))
