"""What is in a link as its sender sees it: each thing, why it is not shown now, and what can take its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from hub import accounts, assets, customers, sharing
from hub.base.formats import day
from hub.base.i18n import _, lazy, n_
from hub.request import SessionDep


@dataclass(frozen=True)
class ItemView:
    """A thing in the link. `note` says why it is not shown now, or which version is; `swap` is the title of what can
    take its place.
    """

    id: int
    title: str
    kind: str
    url: str
    shown: bool
    note: str
    pinned: bool
    may_pin: bool
    swap: str


@dataclass(frozen=True)
class GoneView:
    """A thing that is gone from a link; `swap` is the title of what can take its place, `url` where to mend it else."""

    item: int
    title: str
    note: str
    swap: str
    url: str


@dataclass(frozen=True)
class GoneLink:
    """A link with things that are gone from it."""

    title: str
    url: str
    customer: str
    until: str
    things: tuple[GoneView, ...]


def said_of(swap: sharing.Swap, thing_id: int) -> str:
    """Why a thing is gone from a link, where something can take its place."""
    if swap.asset_id == thing_id:
        return _("钉住的那一版停用了，对方看不到；可以改回最新版")
    return _("停用了，对方看不到；可以换成“%(title)s”") % {"title": swap.title}


def items_of(session: SessionDep, share: sharing.Share, person: accounts.Actor) -> tuple[ItemView, ...]:
    rows = sharing.items_of(session, [share.id or 0]).get(share.id or 0, [])
    left = assets.origins(session, [r.thing_id for r in rows if r.thing == "asset"], person)
    shown = {i.id: sharing.pieces_of(session, [i]) for i in rows}
    swaps = sharing.swaps(session, [i for i in rows if not shown[i.id]], person)
    titles = sharing.titles(session, rows)
    made = []
    for row in rows:
        title, slug = titles.get((row.thing, row.thing_id), (_("已删除的材料"), ""))
        found, swap = shown[row.id], swaps.get(row.id or 0)
        origin = left.get(row.thing_id) if row.thing == "asset" else None
        note = said_of(swap, row.thing_id) if swap else _note(row, found)
        made.append(
            ItemView(
                row.id or 0,
                title,
                str(KINDS[row.thing]),
                _where(row.thing, row.thing_id, slug),
                bool(found),
                _stale(origin) if origin is not None and origin.stale else note,
                bool(row.version_id),
                row.thing == "asset" and bool(found),
                swap.title if swap else "",
            )
        )
    return tuple(made)


def _note(row: sharing.ShareItem, found: Sequence[sharing.Piece]) -> str:
    """What is shown of it, or why nothing is."""
    if not found and row.thing == "deck":
        return _("现在不给看：还没做好，或里面有停用、仅内部、受限的页。打开它，换成新版")
    if not found:
        return _("现在不给看：已停用、改为内部或受限，或还没做好")
    if row.thing == "toolkit":
        return n_("%(n)s 份可发客户的材料", len(found))
    if row.thing == "asset" and found[0].id != row.thing_id:
        return _("客户授权不够，对方看到的是匿名版“%(title)s”") % {"title": found[0].title}
    if row.version_id:
        return _("钉住了一版，不跟着更新")
    return _("总是最新一版") if row.thing == "asset" else ""


def _stale(origin: assets.Origin) -> str:
    said = {"title": origin.title, "made": origin.made_number, "now": origin.number}
    moved = _("由《%(title)s》第 %(made)s 版生成，原文已是第 %(now)s 版。")
    edited = _("由《%(title)s》第 %(made)s 版生成，原文的说明后来改过。")
    return (edited if origin.made_number == origin.number else moved) % said


KINDS = {"asset": lazy("素材"), "deck": lazy("打单 PPT"), "toolkit": lazy("工具包")}


def _where(thing: str, thing_id: int, slug: str) -> str:
    return {"asset": f"/assets/{thing_id}", "deck": f"/decks/{thing_id}"}.get(
        thing, f"/toolkits/{quote(slug)}"
    )


def gone_links(session: SessionDep, found: Sequence[sharing.Gone]) -> tuple[GoneLink, ...]:
    """What is gone, link by link."""
    known = customers.by_ids(session, [g.share.customer_id for g in found])
    made: dict[int, tuple[sharing.Share, list[GoneView]]] = {}
    for one in found:
        made.setdefault(one.share.id or 0, (one.share, []))[1].append(_gone(one))
    return tuple(
        GoneLink(
            share.title,
            f"/shares/{share.id}",
            known[share.customer_id].name if share.customer_id in known else "",
            _("到 %(day)s") % {"day": day(share.expires_at)},
            tuple(things),
        )
        for share, things in made.values()
    )


def _gone(one: sharing.Gone) -> GoneView:
    if one.swap is not None:
        note, url = said_of(one.swap, one.item.thing_id), ""
    elif one.item.thing == "deck":
        note, url = _("里面有停用、仅内部或受限的页，对方看不到"), f"/decks/{one.item.thing_id}"
    else:
        note, url = _("停用了，对方看不到；还没有人说该改用哪一份"), f"/shares/{one.share.id}"
    return GoneView(one.item.id or 0, one.title, note, one.swap.title if one.swap else "", url)
