"""What the page of an asset tells beside it: what was done with it and said of it, in one question."""

from dataclasses import dataclass
from typing import Any

from hub import accounts, activity, assets
from hub.base.db import given, together
from hub.request import SessionDep


@dataclass(frozen=True)
class Beside:
    """How many comments this person would see, how often it was viewed and downloaded, and whether they are asked to
    read it.
    """

    comments: int
    views: int
    downloads: int
    asked: bool


def beside(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> Beside:
    drafts = assets.may_see_drafts(session, asset, person)
    return Beside(**together(session, _beside, person, drafts, asset=asset.id))


def _beside(person: accounts.Actor, drafts: bool) -> dict[str, Any]:  # noqa: FBT001 - kept by its arguments
    asset_id: Any = given("asset")
    return {
        "comments": assets.comments_counted(asset_id, person, drafts=drafts),
        "views": activity.tally("view", "asset", asset_id),
        "downloads": activity.tally("download", "asset", asset_id),
        "asked": assets.reading_waits(person, asset_id),
    }
