"""What a customer sees by a link, as its pages show it: the frame, the gate, the room, one piece."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from markupsafe import Markup

from hub import sharing, taxonomy
from hub.base.formats import day, long_day
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.chrome import Language
from hub.web.dress import bare_chrome
from hub.web.text import html_of

SECONDS_A_PAGE = 25  # what a page takes to read, for "about 6 minutes"


@dataclass(frozen=True)
class Contact:
    """Whom to ask."""

    name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a link. `here` is the page itself, to be read in the `other` language."""

    company: str
    title: str
    url: str
    language: str
    logo: str
    contact: Contact
    greeting: tuple[str, ...]
    until: str
    asks_open: bool  # without scripts: press "open" first
    watched: str
    other: Language
    here: str


@dataclass(frozen=True)
class GatePage:
    """See templates/visitor/gate.html."""

    frame: Frame
    ask_email: bool
    with_passcode: bool
    error: str
    email: str
    name: str


@dataclass(frozen=True)
class PieceView:
    url: str
    title: str
    kind: str
    note: str
    thumb: str | None
    summary: str


@dataclass(frozen=True)
class RoomPage:
    """See templates/visitor/room.html."""

    frame: Frame
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True)
class SheetView:
    number: int
    title: str
    picture: str
    thumb: str


@dataclass(frozen=True)
class ViewPage:
    """See templates/visitor/view.html. `back` leads to the room; None when the piece is alone."""

    frame: Frame
    key: str
    version: int
    title: str
    note: str
    updated: str
    sheets: tuple[SheetView, ...]
    body: Markup | None
    summary: str
    file_url: str | None
    file_label: str
    back: str | None
    beat_url: str


def file_kind(share: sharing.Share, opened: sharing.Opened) -> str:
    """What may be downloaded: "pdf" of the page pictures, the "file" as it is, or nothing."""
    if not share.download:
        return ""
    name = opened.file[0].lower() if opened.file else ""
    if name.endswith(".pdf") and not share.watermark:
        return "file"
    if opened.sheets and all(s.picture for s in opened.sheets):
        return "pdf"
    return (
        "file"
        if name.endswith((".xlsx", ".csv", ".mp4", ".m4v", ".webm", ".mov")) and not share.watermark
        else ""
    )


def frame_of(request: Request, session: SessionDep, visit: sharing.Visit, token: str) -> Frame:
    """Before the gate nothing is told but who is asking: neither title nor greeting."""
    share, company = visit.share, taxonomy.company(session)
    request.state.chrome = bare_chrome(request, company)
    person = sharing.contact(session, share) or visit.owner
    told = visit.passed
    return Frame(
        company=company.title(),
        title=sharing.title_outside(session, share) if told else "",
        url=f"/s/{quote(token)}",
        language=request.state.chrome.language,
        logo=request.state.chrome.logo_letter,
        contact=Contact(
            person.label, person.position, person.phone if told else "", person.email if told else ""
        ),
        greeting=tuple(t for t in share.greeting.split("\n") if t.strip()) if told else (),
        until=_("链接 %(day)s前有效。") % {"day": long_day(share.expires_at)} if told else "",
        asks_open=told and (visit.visitor is None or visit.visitor.opened_at is None),
        watched=_("%(name)s能看到您读了哪几页、各读了多久，看不到其他信息。") % {"name": visit.owner.label},
        other=request.state.chrome.other_language,
        here=here(request),
    )


def here(request: Request) -> str:
    """The address of this page, to be read again in another language; the gate answers at its own."""
    return quote(request.url.path)


def gate_page(
    frame: Frame, share: sharing.Share, error: str = "", email: str = "", name: str = ""
) -> GatePage:
    return GatePage(frame, share.ask_email, share.with_passcode, error, email, name)


def _kind(piece: sharing.Piece) -> str:
    return _("方案") if piece.thing == "deck" else str(house_words.sign("kind", piece.kind).label)


def piece_view(piece: sharing.Piece, base: str) -> PieceView:
    url = f"{base}/{piece.key}"
    note = " · ".join(
        t for t in (n_("%(n)s 页", piece.pages) if piece.pages else "", day(piece.updated)) if t
    )
    thumb = f"{url}/pictures/0?small=1" if piece.thumb else None
    return PieceView(url, piece.title, _kind(piece), note, thumb, piece.summary)


def view_page(
    session: SessionDep, visit: sharing.Visit, frame: Frame, piece: sharing.Piece, *, alone: bool
) -> ViewPage:
    opened = sharing.opened(session, piece)
    url = f"{frame.url}/{piece.key}"
    kind = file_kind(visit.share, opened)
    count = len(opened.sheets)
    minutes = max(1, round(count * SECONDS_A_PAGE / 60))
    note = n_("%(n)s 页", count) + " · " + n_("约 %(n)s 分钟", minutes) if count else _kind(piece)
    ending = opened.file[0].rsplit(".", 1)[-1].upper() if kind == "file" and opened.file else "PDF"
    return ViewPage(
        frame=frame,
        key=piece.key,
        version=piece.version_id or 0,
        title=piece.title,
        note=note,
        updated=_("%(day)s更新") % {"day": day(piece.updated)},
        sheets=tuple(
            SheetView(s.number, s.title, f"{url}/pictures/{s.number}", f"{url}/pictures/{s.number}?small=1")
            for s in opened.sheets
        ),
        body=html_of(opened.text) if opened.text and not count else None,
        summary=piece.summary,
        file_url=f"{url}/file" if kind else None,
        file_label=_("下载 %(kind)s") % {"kind": ending},
        back=None if alone else frame.url,
        beat_url=f"{frame.url}/beat",
    )
