"""A link as its sender sees it: who came, how long they read which page, and what happened when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request

from hub import accounts, assets, customers, sharing
from hub.base import clock
from hub.base.formats import ago, day, moment
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web.pages.share_items import ItemView, items_of
from hub.web.pages.share_settings import Settings, settings_of
from hub.wiring import Wiring

MINUTE = 60
TOP_PAGES = 60


@dataclass(frozen=True)
class LinkRow:
    """A link in a list."""

    id: int
    url: str
    title: str
    customer: str
    state: tuple[str, str]  # label, tone
    note: str
    came: str
    until: str


@dataclass(frozen=True)
class VisitorView:
    """Somebody who came. `time` is "time unknown" for a browser without scripts."""

    id: int
    who: str
    time: str
    last: str
    url: str
    on: bool


@dataclass(frozen=True)
class PageBar:
    """How long one page was read; `share` is per cent of the longest."""

    number: int
    title: str
    time: str
    share: int
    readers: str
    thumb: str | None


@dataclass(frozen=True)
class ReadView:
    """One thing's pages; several versions stand one after the other."""

    title: str
    version: str
    time: str
    pages: tuple[PageBar, ...]


@dataclass(frozen=True)
class Moment:
    """One line of a time line."""

    when: str
    what: str
    icon: str
    url: str | None


@dataclass(frozen=True)
class SharePage:
    """See templates/sharing/share.html. `address` None: it cannot be shown again on this server."""

    id: int
    title: str
    url: str
    address: str | None
    passcode: str | None
    made: bool
    state: tuple[str, str]
    is_open: bool
    until: str
    preset: str
    gate: tuple[str, ...]
    customer: str
    customer_url: str | None
    settings: Settings
    people: tuple[tuple[str, str], ...]
    customers: tuple[str, ...]
    items: tuple[ItemView, ...]
    stats: tuple["Stat", ...]
    visitors: tuple[VisitorView, ...]
    reads: tuple[ReadView, ...]
    chosen: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Stat:
    value: str
    label: str


def spoken(ms: int) -> str:
    """A reading time in words: 42 秒, 3 分 05 秒."""
    seconds = round(ms / 1000)
    if seconds < MINUTE:
        return n_("%(n)s 秒", seconds)
    return _("%(m)s 分 %(s)s 秒") % {"m": seconds // MINUTE, "s": f"{seconds % MINUTE:02d}"}


def shown_url(request: Request, wiring: Wiring, share: sharing.Share) -> str | None:
    """The whole address of the link, to be copied."""
    path = sharing.address(share, wiring.settings.key())
    base = wiring.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{path}" if path else None


def state_of(share: sharing.Share, owner: accounts.Person | None) -> tuple[str, str]:
    why = sharing.ended_why(share, owner)
    said = {
        "revoked": (_("已收回"), "gray"),
        "expired": (_("已到期"), "gray"),
        "left": (_("负责人已离开"), "gray"),
    }
    if why:
        return said[why]
    if share.expires_at - clock.now() < timedelta(days=3):
        return _("快到期"), "orange"
    return (_("有人看过"), "green") if share.first_opened_at else (_("还没打开"), "blue")


def link_rows(session: SessionDep, rows: Sequence[sharing.Share]) -> tuple[LinkRow, ...]:
    ids = [s.id or 0 for s in rows]
    tallies, items = sharing.tallies(session, ids), sharing.items_of(session, ids)
    owners = accounts.people_by_ids(session, [s.owner_id for s in rows])
    known = customers.by_ids(session, [s.customer_id for s in rows])
    made = []
    for share in rows:
        tally = tallies.get(share.id or 0, sharing.Tally())
        came = " · ".join(
            t
            for t in (
                n_("%(n)s 人打开", tally.opened) if tally.opened else "",
                _("共读 %(time)s") % {"time": spoken(tally.ms)} if tally.ms else "",
                _("最近 %(when)s") % {"when": ago(tally.last_at)} if tally.last_at else "",
            )
            if t
        )
        customer = known.get(share.customer_id or 0)
        made.append(
            LinkRow(
                id=share.id or 0,
                url=f"/shares/{share.id}",
                title=share.title,
                customer=customer.name if customer else "",
                state=state_of(share, owners.get(share.owner_id)),
                note=" · ".join(
                    (
                        n_("%(n)s 份材料", len(items.get(share.id or 0, []))),
                        str(sharing.PRESETS[share.preset].label),
                    )
                ),
                came=came,
                until=_("到 %(day)s") % {"day": day(share.expires_at)},
            )
        )
    return tuple(made)


def share_page(
    session: SessionDep,
    wiring: Wiring,
    share: sharing.Share,
    person: accounts.Actor,
    address: str | None,
    *,
    made: bool,
    visitor: int,
) -> SharePage:
    owner = accounts.people_by_ids(session, [share.owner_id]).get(share.owner_id)
    customer = customers.by_ids(session, [share.customer_id]).get(share.customer_id or 0)
    came = sharing.visitors(session, share)
    chosen = next((v for v in came if v.id == visitor), None)
    times = sharing.times_by_visitor(session, share)
    is_open = not sharing.ended_why(share, owner)
    code = sharing.passcode(share, wiring.settings.key())
    return SharePage(
        id=share.id or 0,
        title=share.title,
        url=f"/shares/{share.id}",
        address=address if is_open else None,
        passcode=code if is_open else None,
        made=made and is_open,
        state=state_of(share, owner),
        is_open=is_open,
        until=_("到 %(day)s") % {"day": day(share.expires_at)},
        preset=_preset(share),
        gate=_gate(share),
        customer=customer.name if customer else "",
        customer_url=f"/shares/customers/{customer.id}" if customer else None,
        settings=settings_of(share, customer.name if customer else ""),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        customers=tuple(c.name for c in customers.visible(session, person)),
        items=items_of(session, share, person),
        stats=_stats(came, times),
        visitors=tuple(
            _visitor(v, n, times, share, chosen) for n, v in zip(range(len(came), 0, -1), came, strict=True)
        ),
        reads=_reads(session, share, chosen.id if chosen else None, person),
        chosen=_name(chosen, 0) if chosen else "",
        moments=moments(session, [share]),
    )


def _preset(share: sharing.Share) -> str:
    """The preset by its name, while the link is as open as that says; its sender may have changed it since."""
    preset = sharing.PRESETS[share.preset]
    names = ("ask_email", "with_passcode", "download", "watermark")
    same = all(getattr(share, n) == getattr(preset, n) for n in names) and not share.allow
    return str(preset.label) if same else _("自己定的")


def _gate(share: sharing.Share) -> tuple[str, ...]:
    said = [
        _("要留邮箱") if share.ask_email else "",
        _("要口令") if share.with_passcode else "",
        n_("名单 %(n)s 项", len(share.allow)) if share.allow else "",
        _("可下载") if share.download else _("不可下载"),
        _("带水印") if share.watermark else "",
    ]
    return tuple(s for s in said if s)


def _stats(came: Sequence[sharing.ShareVisitor], times: Mapping[int, int]) -> tuple[Stat, ...]:
    return (
        Stat(str(len(came)), _("打开的人")),
        Stat(spoken(sum(times.values())) if times else "–", _("一共读了")),
        Stat(ago(came[0].last_at) if came else "–", _("最近一次")),
    )


def _name(visitor: sharing.ShareVisitor, number: int) -> str:
    said = visitor.name or visitor.email
    if visitor.name and visitor.email:
        said = f"{visitor.name} <{visitor.email}>"
    return said or (_("访客 %(n)s") % {"n": number} if number else _("一位访客"))


def _visitor(
    visitor: sharing.ShareVisitor,
    number: int,
    times: Mapping[int, int],
    share: sharing.Share,
    chosen: sharing.ShareVisitor | None,
) -> VisitorView:
    ms = times.get(visitor.id or 0, 0)
    time = spoken(ms) if visitor.measured else _("时长未知")
    url = f"/shares/{share.id}?visitor={visitor.id}#pages"
    return VisitorView(
        visitor.id or 0, _name(visitor, number), time, ago(visitor.last_at), url, visitor is chosen
    )


def _reads(
    session: SessionDep, share: sharing.Share, visitor_id: int | None, person: accounts.Actor
) -> tuple[ReadView, ...]:
    """Page by page; without pictures where the material is this person's to look at no more."""
    times = sharing.page_times(session, share, visitor_id=visitor_id)
    longest = max((t.ms for t in times), default=1)
    groups: dict[tuple[str, int, int | None], list[sharing.PageTime]] = {}
    for t in times:
        groups.setdefault((t.thing, t.thing_id, t.version_id), []).append(t)
    headings = sharing.headings(session, list(groups))
    read = {number for thing, number, _version in groups if thing == "asset"}
    seen = {c.id for c in assets.cards(session, sorted(read), person)}
    return tuple(
        _read(times, headings[k], longest, pictures=k[0] == "deck" or k[1] in seen)
        for k, times in groups.items()
    )


def _read(
    times: Sequence[sharing.PageTime], heading: sharing.Heading, longest: int, *, pictures: bool
) -> ReadView:
    bars = tuple(
        PageBar(
            number=t.page,
            title=heading.pages.get(t.page, ("", None))[0] or _("第 %(n)s 页") % {"n": t.page},
            time=spoken(t.ms),
            share=max(1, round(100 * t.ms / longest)),
            readers=n_("%(n)s 人", t.readers),
            thumb=_thumb(t, heading) if pictures else None,
        )
        for t in times[:TOP_PAGES]
    )
    version = _("第 %(n)s 版") % {"n": heading.version} if heading.version else ""
    return ReadView(heading.title, version, spoken(sum(t.ms for t in times)), bars)


def _thumb(time: sharing.PageTime, heading: sharing.Heading) -> str | None:
    sha = heading.pages.get(time.page, ("", None))[1]
    if sha is None:
        return None
    return f"/pictures/{sha}" if time.thing == "asset" else f"/decks/{time.thing_id}/pictures/{time.page}"


def moments(session: SessionDep, rows: Sequence[sharing.Share]) -> tuple[Moment, ...]:
    """The time line of these links, newest first: made, opened, downloaded, withdrawn."""
    by_id = {s.id: s for s in rows}
    found = sharing.events(session, [s.id or 0 for s in rows])
    people = sharing.visitors_by_ids(session, [e.visitor_id for e in found])
    several = len(rows) > 1
    made = []
    for event in found:
        share, visitor = by_id[event.share_id], people.get(event.visitor_id or 0)
        told = {
            "who": _name(visitor, 0) if visitor else _("一位访客"),
            "title": event.details.get("title") or share.title,
        }
        if event.what == "download":
            made.append((event.at, _("%(who)s 下载了“%(title)s”") % told, "download", share))
        else:
            made.append(
                (
                    event.at,
                    _("%(who)s 打开了“%(title)s”") % told if several else _("%(who)s 打开了") % told,
                    "eye",
                    share,
                )
            )
    for share in rows:
        told = {"title": share.title}
        made.append((share.created_at, _("做了链接“%(title)s”") % told, "link", share))
        if share.revoked_at:
            made.append((share.revoked_at, _("收回了“%(title)s”") % told, "link-off", share))
    made.sort(key=lambda m: m[0], reverse=True)
    return tuple(
        Moment(moment(at), said, icon, f"/shares/{share.id}" if several else None)
        for at, said, icon, share in made[:100]
    )
