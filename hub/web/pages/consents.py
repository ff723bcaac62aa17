"""Consents of customers to their cases: all cases that need a hand first, and one with its twins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, consents
from hub.base import clock
from hub.base.errors import HubError
from hub.base.formats import day, moment
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.consent_named import Named, named_of
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 50


@dataclass(frozen=True)
class CaseRow:
    """A case in the list. `says` is what was allowed, in words."""

    title: str
    customer: str
    owner: str
    state: str
    says: str
    until: str
    twin: str
    url: str
    tick: int | None = None  # its number where it can be recorded with others


@dataclass(frozen=True)
class ManyForm:
    """One consent for several cases."""

    parts: tuple[tuple[str, str], ...]
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ConsentsPage:
    """See templates/consents/index.html."""

    rows: tuple[CaseRow, ...]
    tabs: tuple[Tab, ...]
    pager: Pager
    many: ManyForm | None
    missing: int


@dataclass(frozen=True)
class TwinRow:
    id: int
    title: str
    url: str
    says: str
    usable: bool


@dataclass(frozen=True)
class ConsentForm:
    edition: int
    shows: tuple[str, ...]
    allows: tuple[str, ...]
    uses: tuple[str, ...]
    until: str
    evidence: str
    letter: str
    parts: tuple[tuple[str, str], ...]
    all_uses: tuple[tuple[str, str], ...]
    candidates: tuple[tuple[str, str], ...]
    error: str = ""  # why what was typed could not be recorded


@dataclass(frozen=True)
class ConsentPage:
    """See templates/consents/page.html. `outside`: per use, what goes out now. `named`: what else names the
    customer; None while the name is allowed.
    """

    id: int
    row: CaseRow
    evidence: str
    letter: tuple[str, str] | None
    recorded: str
    ended: str
    outside: tuple[tuple[str, str, str], ...]  # use, tone, what goes out
    twins: tuple[TwinRow, ...]
    form: ConsentForm | None
    may_end: bool
    named: Named | None


@router.get("/consents")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    state: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    state = state if state in consents.STATES else ""
    found, counts = consents.find(session, person, state=state, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    labels = (
        ("", _("全部")), ("missing", _("没登记")), ("ended", _("已结束")), ("part", _("部分授权")),
        ("ending", _("快结束")), ("good", _("可对外")), ("anonymous", _("已匿名")),
    )  # fmt: skip
    tabs = tuple(Tab(label, _url(state=k), counts[k or "all"], k == state) for k, label in labels)
    turn = pager(counts[state or "all"], page, PER_PAGE, lambda n: _url(state=state, page=n))
    ticks = _recordable(session, person, found)
    rows = tuple(replace(_row(r), tick=r.asset_id if r.asset_id in ticks else None) for r in found)
    many = ManyForm(_options(consents.PARTS), _options(consents.USES)) if ticks else None
    shown = ConsentsPage(rows, tabs, turn, many, counts["missing"])
    return render(request, "consents/index.html", shown)


def _recordable(session: SessionDep, person: accounts.Actor, rows: Sequence[consents.Row]) -> set[int]:
    """Of which nothing was recorded and this person may."""
    missing = [r.asset_id for r in rows if r.state == "missing"]
    return {a.id or 0 for a in assets.by_ids(session, missing) if assets.may_edit(a, person)}


def _options(labels: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((k, _headed(str(v))) for k, v in labels.items())


def _headed(label: str) -> str:
    """A label that stands by itself begins with a capital, in languages that have them."""
    return label[:1].upper() + label[1:]


@router.post("/consents")
def record_many(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    """The same consent for every case that was ticked."""
    ids = [_number(i) for i in _several(form, "ids")]
    done = consents.record_many(session, ids, _fields(form), by=person)
    said = n_("%(n)s 份案例登记好了，现在就能对外用。", len(done))
    if left := len(set(ids)) - len(done):
        said += n_("有 %(n)s 份已经登记过或不归您管，没有改。", left)
    answer = RedirectResponse("/consents", status_code=303)
    flash(answer, said)
    return answer


def _fields(form: FormData, letter: str = "") -> consents.Fields:
    return consents.Fields(
        shows=_several(form, "shows"),
        allows=_several(form, "allows"),
        uses=_several(form, "uses"),
        until=_day(_text(form, "until").strip()),
        evidence=_text(form, "evidence"),
        evidence_id=_number(letter) if letter else None,
    )


def _url(**said: object) -> str:
    query = urlencode({k: v for k, v in said.items() if v})
    return f"/consents?{query}" if query else "/consents"


def _row(row: consents.Row) -> CaseRow:
    allowed = consents.spoken(row.allows, consents.PARTS)
    uses = consents.spoken(row.uses, consents.USES)
    says = _("可用%(parts)s；用于%(uses)s") % {"parts": allowed, "uses": uses} if allowed else ""
    until = _("到 %(day)s 为止") % {"day": day(row.until)} if row.until else ""
    twin = _("有匿名版") if row.twins else _("没有匿名版") if row.state not in {"good", "anonymous"} else ""
    return CaseRow(
        row.title, row.customer, row.owner, row.state, says, until if row.allows else "", twin,
        f"/assets/{row.asset_id}/consent",
    )  # fmt: skip


@router.get("/assets/{asset_id}/consent")
def show(request: Request, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    asset = assets.get(session, asset_id, person)
    case = consents.case_of(session, asset_id)
    if case is not None and assets.cards(session, [case], person):
        return RedirectResponse(f"/assets/{case}/consent", status_code=303)
    return render(request, "consents/page.html", _page(session, person, asset))


def _page(
    session: SessionDep,
    person: accounts.Actor,
    asset: assets.Asset,
    typed: FormData | None = None,
    error: str = "",
) -> ConsentPage:
    """The page of a case; with what was typed into the form, and why that could not be recorded."""
    asset_id = asset.id or 0
    row = consents.row_of(session, asset, person)
    consent = consents.consent_of(session, asset_id)
    form = _form(session, asset, consent, row, person) if assets.may_edit(asset, person) else None
    if form is not None and typed is not None:
        form = _again(form, typed, error)
    names = accounts.names(session, [consent.recorded_by_id] if consent else [])
    named = named_of(session, asset, row, person)
    letter = assets.cards(session, [consent.evidence_id] if consent and consent.evidence_id else [], person)
    return ConsentPage(
        id=asset_id,
        row=_row(row),
        evidence=consent.evidence if consent else "",
        letter=(letter[0].title, f"/assets/{letter[0].id}") if letter else None,
        recorded=_("%(who)s %(day)s 登记") % {
            "who": names.get(consent.recorded_by_id or 0, _("导入")), "day": day(consent.recorded_at)
        } if consent else "",
        ended=_ended(consent),
        outside=_outside(session, asset, person),
        twins=_twins(session, asset, person),
        form=form,
        may_end=assets.may_edit(asset, person) and row.state in {"good", "ending", "part"},
        named=named,
    )  # fmt: skip


def _again(form: ConsentForm, typed: FormData, error: str) -> ConsentForm:
    return replace(
        form,
        shows=tuple(_several(typed, "shows")),
        allows=tuple(_several(typed, "allows")),
        uses=tuple(_several(typed, "uses")),
        until=_text(typed, "until"),
        evidence=_text(typed, "evidence"),
        letter=_text(typed, "letter"),
        error=error,
    )


def _ended(consent: consents.CaseConsent | None) -> str:
    if consent is None or consent.ended_at is None:
        return ""
    return _("客户 %(when)s 收回了授权") % {"when": moment(consent.ended_at)}


def _outside(
    session: SessionDep, asset: assets.Asset, person: accounts.Actor
) -> tuple[tuple[str, str, str], ...]:
    """What goes out for each use at this moment; a twin by its title where this person may know it."""
    made = []
    for use, label in consents.USES.items():
        decided = consents.outward(session, [asset.id or 0], use).get(asset.id or 0)
        if decided is None:
            made.append((_headed(str(label)), "green", _("原样发出")))
        elif decided.twin_id is None:
            made.append((_headed(str(label)), "red", _("不放出去")))
        else:
            card = next(iter(assets.cards(session, [decided.twin_id], person)), None)
            said = _("改用“%(title)s”") % {"title": card.title} if card else _("改用匿名版")
            made.append((_headed(str(label)), "yellow", said))
    return tuple(made)


def _twins(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> tuple[TwinRow, ...]:
    every = consents.twins_of(session, [asset.id or 0], usable=False).get(asset.id or 0, [])
    usable = {t.id for t in consents.twins_of(session, [asset.id or 0]).get(asset.id or 0, [])}
    cards = {c.id: c for c in assets.cards(session, [t.id for t in every], person)}
    return tuple(
        TwinRow(
            t.id, cards[t.id].title, f"/assets/{t.id}",
            _("写着：%(parts)s") % {"parts": consents.spoken(sorted(t.shows), consents.PARTS) or _("都没有")},
            t.id in usable,
        )
        for t in every
        if t.id in cards
    )  # fmt: skip


def _form(
    session: SessionDep,
    asset: assets.Asset,
    consent: consents.CaseConsent | None,
    row: consents.Row,
    person: accounts.Actor,
) -> ConsentForm:
    ids = assets.ids_matching(session, person, kinds=["case_study"], limit=200)
    cards = [c for c in assets.cards(session, ids, person) if c.id != asset.id and c.audience == "customer"]
    return ConsentForm(
        edition=row.edition,
        shows=row.shows,
        allows=row.allows,
        uses=row.uses,
        until=row.until.isoformat() if row.until else "",
        evidence=consent.evidence if consent else "",
        letter=str(consent.evidence_id or "") if consent else "",
        parts=_options(consents.PARTS),
        all_uses=_options(consents.USES),
        candidates=tuple((str(c.id), c.title) for c in sorted(cards, key=lambda c: c.title)),
    )


@router.post("/assets/{asset_id}/consent")
def record(request: Request, form: FormDep, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    """Record it; what is wrong is said above the form, with everything typed still in it."""
    asset = assets.get(session, asset_id, person)
    edition, letter = _text(form, "edition"), _text(form, "letter").strip().rstrip("/").rpartition("/")[2]
    try:
        fields = _fields(form, letter)
        consents.record(session, asset, fields, edition=_number(edition) if edition else 0, by=person)
    except HubError as error:
        if error.status != 400:  # noqa: PLR2004 - HTTP
            raise
        session.rollback()
        asset = assets.get(session, asset_id, person)
        page = _page(session, person, asset, form, error.message)
        return render(request, "consents/page.html", page, status=400)
    return _back(asset_id, _("授权登记好了。"))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _several(form: FormData, name: str) -> list[str]:
    return [v for v in form.getlist(name) if isinstance(v, str)]


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - fits an integer column
        raise HubError(_("授权书请写素材的编号，或它那一页的地址。"))
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


def _back(asset_id: int, said: str) -> Response:
    answer = RedirectResponse(f"/assets/{asset_id}/consent", status_code=303)
    flash(answer, said)
    return answer


@router.post("/assets/{asset_id}/consent/end")
def end(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    consents.end(session, assets.get(session, asset_id, person), by=person, at=clock.now())
    has_twin = bool(consents.twins_of(session, [asset_id]).get(asset_id))
    said = (
        _("授权已结束。发出去的链接从这一刻起只给看匿名版。")
        if has_twin
        else _("授权已结束。没有能发的匿名版，发出去的链接从这一刻起不再放这份案例。")
    )
    return _back(asset_id, said)


@router.post("/assets/{asset_id}/consent/twins")
def link_twin(form: FormDep, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    twin = _text(form, "twin")
    if not twin:
        raise HubError(_("请选一份案例当匿名版。"))
    consents.link_twin(
        session,
        assets.get(session, asset_id, person),
        _number(twin),
        shows=_several(form, "shows"),
        by=person,
    )
    return _back(asset_id, _("匿名版连上了。"))


@router.post("/assets/{asset_id}/consent/twins/remove")
def unlink_twin(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    twin: Annotated[int, Form(ge=1, le=2_000_000_000)],
) -> Response:
    consents.unlink_twin(session, assets.get(session, asset_id, person), twin, by=person)
    return _back(asset_id, _("不再当它的匿名版。"))
