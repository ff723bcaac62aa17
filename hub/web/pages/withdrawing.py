"""Where an asset is in use: seen before a version is withdrawn or replaced, and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub import accounts, assets, sharing
from hub.base.errors import NotFound
from hub.base.formats import ago, day
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
MOST_SHOWN = 50


@dataclass(frozen=True)
class PlaceView:
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class Group:
    """Places of one sort; `more` counts those left out of a long list, `others` says of those of colleagues."""

    label: str
    icon: str
    note: str
    places: tuple[PlaceView, ...]
    count: int
    more: int
    others: str = ""


@dataclass(frozen=True)
class ReachPage:
    """See templates/assets/reach.html. `version_id` is set when a version can be withdrawn here."""

    id: int
    title: str
    groups: tuple[Group, ...]
    count: int
    version_id: int | None
    version_number: int
    replacements: tuple[tuple[str, str], ...]
    withdrawn: str  # when and why the last version went, when none is on offer


@router.get("/assets/{asset_id}/reach")
def reach(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    """Every kit, deck, link and download that carries the asset, as far as this person may know of it."""
    asset = assets.get(session, asset_id, person)
    if not assets.may_edit(asset, person):
        raise NotFound(_("只有能改这份素材的人，才看得到它用在哪里。"))
    chosen = assets.version(session, version, person) if version else None
    if chosen is not None and chosen.asset_id != asset.id:
        raise NotFound(_("没有这个版本。"))
    found = sharing.reach(session, asset, person)
    going = chosen if chosen is not None and assets.may_follow(chosen.state, "withdrawn") else None
    page = ReachPage(
        id=asset_id,
        title=asset.title,
        groups=_groups(found, withdrawing=going is not None or asset.on_offer_id is None),
        count=found.count + found.other_decks + found.other_links,
        version_id=going.id if going else None,
        version_number=going.number if going else 0,
        replacements=_replacements(session, asset, person) if going else (),
        withdrawn=_last(session, asset, person),
    )
    return render(request, "assets/reach.html", page)


def _groups(found: sharing.Reach, *, withdrawing: bool) -> tuple[Group, ...]:
    """`withdrawing`: the asset goes; else a newer version takes the place of what is in use."""
    kits, made, links, taken = found.kits, found.decks, found.links, found.downloads
    kept = _("停用后自己会少这一份") if withdrawing else _("有了新版自己就换，停用就少这一份")
    sent = _("停用后对方就看不到了") if withdrawing else _("有了新版就给看新版，固定了版本的除外")
    return (
        _group(n_("工具包", 2), "folders", kept, kits),
        _group(_("打单 PPT"), "presentation", _("做好的文件里还有它，要重新生成"), made, found.other_decks),
        _group(_("发出的链接"), "link", sent, links, found.other_links),
        _group(_("下载过的同事"), "download", _("手里的文件收不回，会通知他们换掉"), taken),
    )


def _group(label: str, icon: str, note: str, places: Sequence[sharing.Place], others: int = 0) -> Group:
    """`others` are places of colleagues, which are counted and not named."""
    shown = tuple(PlaceView(p.title, p.url, _note(p)) for p in places[:MOST_SHOWN])
    left = max(0, len(places) - MOST_SHOWN)
    said = n_("另有 %(n)s 处是同事的，停用时会通知他们", others) if others and places else ""
    said = said or (n_("%(n)s 处，都是同事的，停用时会通知他们", others) if others else "")
    return Group(label, icon, note, shown, len(places) + others, left, said)


def _note(place: sharing.Place) -> str:
    version = _("第 %(n)s 版") % {"n": place.version} if place.version else ""
    return " · ".join(t for t in (version, ago(place.at) if place.at else "") if t)


def _replacements(
    session: SessionDep, asset: assets.Asset, person: accounts.Actor
) -> tuple[tuple[str, str], ...]:
    """Other material on offer of the same kind, of the same product first."""
    products = assets.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get("product", [])
    same = assets.ids_matching(
        session, person, kinds=[asset.kind], tagged=[("product", products)] if products else [], limit=50
    )
    every = assets.ids_matching(session, person, kinds=[asset.kind], limit=50)
    ids = [i for i in dict.fromkeys([*same, *every]) if i != asset.id][:50]
    return tuple((str(c.id), c.title) for c in assets.cards(session, ids, person))


def _last(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> str:
    if asset.on_offer_id is not None:
        return ""
    gone = next((v for v in assets.versions(session, asset, person) if v.state == "withdrawn"), None)
    if gone is None or gone.ended_at is None:
        return ""
    told = {"n": gone.number, "day": day(gone.ended_at), "reason": gone.ended_because}
    return _("第 %(n)s 版 %(day)s停用：%(reason)s") % told
