"""Where a fact is to be read: what a change would be about, before it is made, and which places it left behind."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub import facts, upkeep
from hub.base.formats import moment
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.fact_forms import day_in, fields_of, name_of, said_in, sides, to, url_of
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
FIRST = 8  # places that a preview names


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
    """See templates/facts/places.html. `other`: what it was and became in the other language, if that differs."""

    id: int
    name: str
    before: str
    after: str
    other: str
    when: str
    change_id: int
    summary: str
    tabs: tuple[Tab, ...]
    rows: tuple[PlaceRow, ...]
    pager: Pager
    may_tell: bool
    sort: str


@router.post("/facts/{fact_id}/preview")
def preview(request: Request, form: FormDep, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    """What a change is about, before it is made; nothing is written."""
    fact = facts.get(session, fact_id, person)
    if not facts.may_edit(fact, person):
        person.must("asset.edit_any")
    fields = fields_of(form)
    facts.must_agree(fact, fields)  # said here, one step from the form, and not after the confirmation
    was, became = fact.wording, facts.would_say(fact, fields)
    before, after = sides(was, became)
    found = upkeep.preview(session, fact, person, english=became.differs_in_english_alone(was))
    mend = [p for p in found.every if p.sort != "follows"]
    until = said_in(form, "valid_until").strip()
    shown = PreviewPage(
        id=fact_id,
        name=name_of(fact),
        before=before,
        after=after,
        until=_("有效至 %(day)s") % {"day": until} if day_in(until) else _("没写期限"),
        fields=tuple((k, v) for k, v in form.items() if isinstance(v, str)),
        follows=found.count("follows"),
        mend=len(mend),
        first=tuple(_place(p, may_tick=False, may_ask=False) for p in mend[:FIRST]),
        more=max(0, len(mend) - FIRST),
    )
    return render(request, "facts/preview.html", shown)


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
    turn = pager(len(kept), page, PER_PAGE, lambda n: url_of(base, change=made.id, sort=sort, page=n))
    start = (turn.number - 1) * PER_PAGE
    may = facts.may_edit(fact, person)
    before, after = sides(made.was, made.became)
    tabs = (
        ("", _("全部"), len(found.every)),
        ("copy", _("做好、发出的"), found.count("copy")),
        ("literal", _("写死的"), found.count("literal")),
        ("follows", _("自己跟着变的"), found.count("follows")),
    )
    shown = PlacesPage(
        id=fact_id,
        name=name_of(fact),
        before=before,
        after=after,
        other=_other(made, before, after),
        when=moment(made.at),
        change_id=made.id or 0,
        summary=n_("%(n)s 处要人改，已改好 %(done)s 处", found.open + found.done, done=found.done),
        tabs=tuple(
            Tab(label, url_of(base, change=made.id, sort=key), n, sort == key) for key, label, n in tabs
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


def _other(made: facts.FactChange, *shown: str) -> str:
    was, became = made.was, made.became
    pairs = [(was.shown, became.shown), (was.shown_en, became.shown_en)]
    return next((" → ".join(pair) for pair in pairs if pair[0] != pair[1] and pair != shown), "")


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
    return to(f"/facts/{fact_id}/places?change={change}", said)


@router.post("/facts/{fact_id}/places/tell")
def tell(session: SessionDep, person: ActorDep, fact_id: int, change: ChangeField) -> Response:
    fact = facts.get(session, fact_id, person)
    upkeep.tell(session, fact, facts.change(session, fact, change), by=person)
    return to(f"/facts/{fact_id}/places?change={change}", _("手里还有旧值的同事，各收到一条通知。"))


@router.post("/facts/{fact_id}/places/task")
def task(
    session: SessionDep, person: ActorDep, fact_id: int, change: ChangeField, place: PlaceField
) -> Response:
    fact = facts.get(session, fact_id, person)
    made = upkeep.ask_for_material(session, fact, facts.change(session, fact, change), place, by=person)
    return to(f"/tasks/{made.id}", _("开了一张制作单，派给了这份素材的负责人。"))
