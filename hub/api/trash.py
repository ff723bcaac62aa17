"""The trash of the whole house: what the caller may bring back, and for administrators deleting assets for good."""

from datetime import datetime

from fastapi import APIRouter

from hub import library
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/trash", tags=["trash"])


class ThrownItem(Shape):
    """One thing in the trash: `thing` is asset, toolkit, requirement or venture, `label` says so in words.
    `may_purge`: the caller may delete it for good.
    """

    thing: str
    id: int
    title: str
    label: str
    thrown_at: datetime
    thrown_by: str
    may_purge: bool


@router.get("", summary="List what was thrown away and the caller may bring back, the latest first")
def index(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[ThrownItem]:
    found = library.thrown(session, person)
    items = [ThrownItem.model_validate(t) for t in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("/{thing}/{thing_id}/restore", status_code=204, summary="Bring a thing back from the trash")
def restore(session: SessionDep, person: TokenPersonDep, thing: str, thing_id: int) -> None:
    library.bring_back(session, thing, thing_id, by=person)


@router.delete("/asset/{asset_id}", status_code=204, summary="Delete an asset in the trash for good")
def purge(session: SessionDep, person: TokenPersonDep, asset_id: int) -> None:
    """Decks made from it stay; nothing brings the asset back."""
    library.purge_asset(session, asset_id, by=person)
