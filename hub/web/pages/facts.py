"""Facts: the list, one fact with its history, a change that is looked at before it is made, and the places it
is about.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, facts, taxonomy, upkeep
from hub.base.errors import HubError
from hub.base.formats import day, moment
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
FIRST = 8  # places that a preview names


@dataclass(frozen=True)
class FactRow:
    """A fact in the list."""

    name: str
    shown: str
    key: str
    state: str
    until: str
    product: str
    owner: str
    audience: str
    url: str


@dataclass(frozen=True)
class FactsPage:
    """See templates/facts/index.html."""

    rows: tuple[FactRow, ...]
    tabs: tuple[Tab, ...]
    words: str
    state: str
    pager: Pager
    may_create: bool


@dataclass(frozen=True)
class FactForm:
    """The fields of a fact; `values` are the present ones."""

    id: int
    edition: int
    values: dict[str, str]
    products: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChangeRow:
    """What a fact was given: from, to (empty before: the first value; both the same: only the last day)."""

    before: str
    after: str
    who: str
    when: str
    until: str
    note: str


@dataclass(frozen=True)
class PlaceRow:
    key: str
    sort: str
    title: str
    url: str
    note: str
    owner: str
    done: str
    may_tick: bool
    may_ask: bool


@dataclass(frozen=True)
class FactPage:
    """See templates/facts/page.html. `still`: where the old value stands, as (sentence, url)."""

    id: int
    row: FactRow
    token: str
    source: str
    english: str
    changes: tuple[ChangeRow, ...]
    counts: tuple[tuple[str, int], ...]
    still: tuple[str, str] | None
    form: FactForm | None


@dataclass(frozen=True)
class PreviewPage:
    """See templates/facts/preview.html: what a change would be about, before it is made."""

    id: int
    name: str
    before: str
    after: str
    until: str
    fields: tuple[tuple[str, str], ...]
    follows: int
    mend: int
    first: tuple[PlaceRow, ...]
    more: int


@dataclass(frozen=True)
class PlacesPage:
    """See templates/facts/places.html."""

    id: int
    name: str
    before: str
    after: str
    when: str
    change_id: int
    summary: str
    tabs: tuple[Tab, ...]
    rows: tuple[PlaceRow, ...]
    pager: Pager
    may_tell: bool
    sort: str


@router.get("/facts")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    state: str = "",
    q: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What expires first stands at the top."""
    offset = (page - 1) * PER_PAGE
    found, total = facts.find(session, person, state=state, words=q, limit=PER_PAGE, offset=offset)
    known = taxonomy.words_for(session, person)
    counts = facts.counts(session, person)
    tabs = tuple(
        Tab(label, _url("/facts", state=key), counts[key or "all"], state == key)
        for key, label in (("", _("全部")), ("due", _("快到期")), ("late", _("已过期")))
    )
    shown = FactsPage(
        tuple(_row(known, r) for r in found), tabs, q, state,
        pager(total, page, PER_PAGE, lambda n: _url("/facts", state=state, q=q, page=n)),
        person.may("asset.edit_any"),
    )  # fmt: skip
    return render(request, "facts/index.html", shown)


def _url(path: str, **said: object) -> str:
    query = urlencode({k: v for k, v in said.items() if v})
    return f"{path}?{query}" if query else path


def _row(known: taxonomy.Words, row: facts.Row) -> FactRow:
    until = _("有效至 %(day)s") % {"day": day(row.valid_until)} if row.valid_until else _("没写期限")
    product = known.label("product", row.product) if row.product else ""
    return FactRow(
        row.name, row.shown, row.key, row.state, until, product, row.owner, row.audience, f"/facts/{row.id}"
    )


@router.get("/facts/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("asset.edit_any")
    return render(request, "facts/new.html", _form(session, person, None))


def _form(session: SessionDep, person: accounts.Actor, fact: facts.Fact | None) -> FactForm:
    known = taxonomy.words_for(session, person)
    names = (
        "key", "name", "name_en", "value", "value_en", "unit", "unit_en", "product", "owner_id", "valid_until",
        "audience", "source",
    )  # fmt: skip
    return FactForm(
        id=fact.id or 0 if fact else 0,
        edition=fact.edition if fact else 0,
        values={n: str(getattr(fact, n, None) or "") for n in names},
        products=tuple((w.key, w.label) for w in known.options("product")),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
    )


@router.post("/facts")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    made = facts.create(session, _fields(form, new=True), note=_text(form, "note"), by=person)
    return _to(
        f"/facts/{made.id}",
        _("记下了。在文字里写 %(token)s 就会显示它。") % {"token": facts.token_of(made.key)},
    )


def _fields(form: FormData, *, new: bool = False) -> facts.Fields:
    until = _text(form, "valid_until").strip()
    owner = _text(form, "owner")
    return facts.Fields(
        key=_text(form, "key") if new else None,
        **{n: _text(form, n) for n in ("name", "name_en", "value", "value_en", "unit", "unit_en", "product", "source")},
        owner_id=int(owner) if owner.isdecimal() and len(owner) < 10 else None if new else 0,  # noqa: PLR2004 - fits
        valid_until=_day(until),
        forever=not until,
        audience=_text(form, "audience") or None,
    )  # fmt: skip


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


def _to(url: str, said: str) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said)
    return answer


@router.get("/facts/{fact_id}")
def show(request: Request, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    fact = facts.get(session, fact_id, person)
    past = facts.changes(session, fact)
    names = accounts.names(session, [c.by_id for c in past])
    now = upkeep.preview(session, fact, person)
    english = (fact.name_en, facts.shown(fact.value_en or fact.value, fact.unit_en or fact.unit))
    shown = FactPage(
        id=fact_id,
        row=_row(taxonomy.words_for(session, person), facts.rows(session, [fact])[0]),
        token=facts.token_of(fact.key),
        source=fact.source,
        english=" · ".join(t for t in english if t) if fact.name_en or fact.value_en or fact.unit_en else "",
        changes=tuple(_change(c, names) for c in past),
        counts=(
            (_("写着代号，自己跟着变"), now.count("follows")),
            (_("把现在的值写死在文字里"), now.count("literal")),
            (_("用现在的值做好、发出的"), now.count("copy")),
        ),
        still=_still(session, fact, next((c for c in past if c.changes_value), None), person),
        form=_form(session, person, fact) if facts.may_edit(fact, person) else None,
    )
    return render(request, "facts/page.html", shown)


def _change(change: facts.FactChange, names: dict[int, str]) -> ChangeRow:
    return ChangeRow(
        before=facts.shown(change.before, change.before_unit) if change.before else "",
        after=facts.shown(change.after, change.after_unit),
        who=names.get(change.by_id or 0, _("导入")),
        when=day(change.at),
        until=_("有效至 %(day)s") % {"day": day(change.valid_until)} if change.valid_until else "",
        note=change.note,
    )


def _still(
    session: SessionDep, fact: facts.Fact, change: facts.FactChange | None, person: accounts.Actor
) -> tuple[str, str] | None:
    if change is None:
        return None
    found = upkeep.places(session, fact, change, person)
    if not found.open:
        return None
    said = n_(
        "还有 %(n)s 处是旧值 %(value)s", found.open, value=facts.shown(change.before, change.before_unit)
    )
    return said, f"/facts/{fact.id}/places?change={change.id}"


@router.post("/facts/{fact_id}/preview")
def preview(request: Request, form: FormDep, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    """What a change is about, before it is made; nothing is written."""
    fact = facts.get(session, fact_id, person)
    if not facts.may_edit(fact, person):
        person.must("asset.edit_any")
    facts.must_agree(fact, _fields(form))  # said here, one step from the form, and not after the confirmation
    found = upkeep.preview(session, fact, person)
    mend = [p for p in found.every if p.sort != "follows"]
    until = _text(form, "valid_until").strip()
    shown = PreviewPage(
        id=fact_id,
        name=fact.name,
        before=facts.shown(fact.value, fact.unit),
        after=facts.shown(_text(form, "value").strip(), _text(form, "unit").strip()),
        until=_("有效至 %(day)s") % {"day": until} if _day(until) else _("没写期限"),
        fields=tuple((k, v) for k, v in form.items() if isinstance(v, str)),
        follows=found.count("follows"),
        mend=len(mend),
        first=tuple(_place(p, may_tick=False, may_ask=False) for p in mend[:FIRST]),
        more=max(0, len(mend) - FIRST),
    )
    return render(request, "facts/preview.html", shown)


@router.post("/facts/{fact_id}")
def edit(form: FormDep, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    fact = facts.get(session, fact_id, person)
    edition = _text(form, "edition")
    made = facts.edit(
        session, fact, _fields(form), edition=int(edition) if edition.isdecimal() and len(edition) < 10 else 0,  # noqa: PLR2004
        note=_text(form, "note"), by=person,
    )  # fmt: skip
    if made is not None and made.changes_value:
        said = _("改好了。写着代号的文字已经跟着变，下面是还要人改的。")
        return _to(f"/facts/{fact_id}/places?change={made.id}", said)
    return _to(f"/facts/{fact_id}", _("已保存。"))


@router.post("/facts/{fact_id}/trash")
def trash(session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    facts.trash(session, facts.get(session, fact_id, person), by=person)
    return _to("/facts", _("已删除。还写着它的文字会提示找不到；用同一个代号再建，它就回来。"))


@router.get("/facts/{fact_id}/places")
def places(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    fact_id: int,
    change: int = 0,
    sort: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    fact = facts.get(session, fact_id, person)
    made = facts.change(session, fact, change) if change else facts.last_change(session, fact)
    if made is None:
        return RedirectResponse(f"/facts/{fact_id}", status_code=303)
    found = upkeep.places(session, fact, made, person)
    base, kept = f"/facts/{fact_id}/places", found.of(sort)
    turn = pager(len(kept), page, PER_PAGE, lambda n: _url(base, change=made.id, sort=sort, page=n))
    start = (turn.number - 1) * PER_PAGE
    may = facts.may_edit(fact, person)
    tabs = (
        ("", _("全部"), len(found.every)),
        ("copy", _("做好、发出的"), found.count("copy")),
        ("literal", _("写死的"), found.count("literal")),
        ("follows", _("自己跟着变的"), found.count("follows")),
    )
    shown = PlacesPage(
        id=fact_id,
        name=fact.name,
        before=facts.shown(made.before, made.before_unit),
        after=facts.shown(made.after, made.after_unit),
        when=moment(made.at),
        change_id=made.id or 0,
        summary=n_("%(n)s 处要人改，已改好 %(done)s 处", found.open + found.done, done=found.done),
        tabs=tuple(
            Tab(label, _url(base, change=made.id, sort=key), n, sort == key) for key, label, n in tabs
        ),
        rows=tuple(
            _place(p, may_tick=may or p.owner_id == person.id, may_ask=person.may("asset.create"))
            for p in kept[start : start + PER_PAGE]
        ),
        pager=turn,
        may_tell=may and found.open > 0,
        sort=sort,
    )
    return render(request, "facts/places.html", shown)


def _place(place: upkeep.Place, *, may_tick: bool, may_ask: bool) -> PlaceRow:
    mend = place.sort != "follows"
    return PlaceRow(
        place.key, place.sort, place.title, place.url, place.note, place.owner, place.done,
        may_tick and mend, may_ask and place.sort == "literal" and not place.done,
    )  # fmt: skip


ChangeField = Annotated[int, Form(ge=1, le=2_000_000_000)]
PlaceField = Annotated[str, Form(max_length=80)]


@router.post("/facts/{fact_id}/places/tick")
def tick(
    session: SessionDep,
    person: ActorDep,
    fact_id: int,
    change: ChangeField,
    place: PlaceField,
    done: Annotated[bool, Form()] = True,  # noqa: FBT002 - a form
) -> Response:
    fact = facts.get(session, fact_id, person)
    upkeep.tick(session, fact, facts.change(session, fact, change), place, done=done, by=person)
    said = _("勾掉了。") if done else _("又放回来了。")
    return _to(f"/facts/{fact_id}/places?change={change}", said)


@router.post("/facts/{fact_id}/places/tell")
def tell(session: SessionDep, person: ActorDep, fact_id: int, change: ChangeField) -> Response:
    fact = facts.get(session, fact_id, person)
    upkeep.tell(session, fact, facts.change(session, fact, change), by=person)
    return _to(f"/facts/{fact_id}/places?change={change}", _("手里还有旧值的同事，各收到一条通知。"))


@router.post("/facts/{fact_id}/places/task")
def task(
    session: SessionDep, person: ActorDep, fact_id: int, change: ChangeField, place: PlaceField
) -> Response:
    fact = facts.get(session, fact_id, person)
    made = upkeep.ask_for_material(session, fact, facts.change(session, fact, change), place, by=person)
    return _to(f"/tasks/{made.id}", _("开了一张制作单，派给了这份素材的负责人。"))
