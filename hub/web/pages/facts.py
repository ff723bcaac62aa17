"""Facts: the list, one fact with its history, and a change of it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub import accounts, facts, taxonomy, upkeep
from hub.base.formats import day
from hub.base.i18n import _, current, n_
from hub.request import FormDep, SessionDep
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.fact_forms import FactForm, fields_of, form_of, name_of, said_in, sides, to, url_of
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 50


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
class ChangeRow:
    """What a fact was given: from, to (empty before: the first value; both the same: only the last day)."""

    before: str
    after: str
    who: str
    when: str
    until: str
    note: str


@dataclass(frozen=True)
class FactPage:
    """See templates/facts/page.html. `other`: name and value in the other language; `still`: where the old value
    stands, as (sentence, url).
    """

    id: int
    row: FactRow
    token: str
    source: str
    other: str
    changes: tuple[ChangeRow, ...]
    counts: tuple[tuple[str, int], ...]
    still: tuple[str, str] | None
    form: FactForm | None


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
        Tab(label, url_of("/facts", state=key), counts[key or "all"], state == key)
        for key, label in (("", _("全部")), ("due", _("快到期")), ("late", _("已过期")))
    )
    shown = FactsPage(
        tuple(_row(known, r) for r in found), tabs, q, state,
        pager(total, page, PER_PAGE, lambda n: url_of("/facts", state=state, q=q, page=n)),
        person.may("asset.edit_any"),
    )  # fmt: skip
    return render(request, "facts/index.html", shown)


def _row(known: taxonomy.Words, row: facts.Row) -> FactRow:
    until = _("有效至 %(day)s") % {"day": day(row.valid_until)} if row.valid_until else _("没写期限")
    product = known.label("product", row.product) if row.product else ""
    shown = row.shown_en if current() == "en" else row.shown
    return FactRow(
        name_of(row), shown, row.key, row.state, until, product, row.owner, row.audience, f"/facts/{row.id}"
    )


@router.get("/facts/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("asset.edit_any")
    return render(request, "facts/new.html", form_of(session, person, None))


@router.post("/facts")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    made = facts.create(session, fields_of(form, new=True), note=said_in(form, "note"), by=person)
    return to(
        f"/facts/{made.id}",
        _("记下了。在文字里写 %(token)s 就会显示它。") % {"token": facts.token_of(made.key)},
    )


@router.get("/facts/{fact_id}")
def show(request: Request, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    fact = facts.get(session, fact_id, person)
    past = facts.changes(session, fact)
    names = accounts.names(session, [c.by_id for c in past])
    now = upkeep.preview(session, fact, person)
    row = facts.rows(session, [fact])[0]
    shown = FactPage(
        id=fact_id,
        row=_row(taxonomy.words_for(session, person), row),
        token=facts.token_of(fact.key),
        source=fact.source,
        other=_other(row) if fact.name_en or fact.value_en or fact.unit_en else "",
        changes=tuple(_change(c, names) for c in past),
        counts=(
            (_("写着代号，自己跟着变"), now.count("follows")),
            (_("把现在的值写死在文字里"), now.count("literal")),
            (_("用现在的值做好、发出的"), now.count("copy")),
        ),
        still=_still(session, fact, next((c for c in past if c.changes_value), None), person),
        form=form_of(session, person, fact) if facts.may_edit(fact, person) else None,
    )
    return render(request, "facts/page.html", shown)


def _other(row: facts.Row) -> str:
    said = (row.name, row.shown) if current() == "en" else (row.name_en, row.shown_en)
    return " · ".join(t for t in said if t)


def _change(change: facts.FactChange, names: dict[int, str]) -> ChangeRow:
    before, after = sides(change.was, change.became)
    return ChangeRow(
        before=before if change.before else "",
        after=after,
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
    said = n_("还有 %(n)s 处是旧值 %(value)s", found.open, value=sides(change.was, change.became)[0])
    return said, f"/facts/{fact.id}/places?change={change.id}"


@router.post("/facts/{fact_id}")
def edit(form: FormDep, session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    fact = facts.get(session, fact_id, person)
    edition = said_in(form, "edition")
    made = facts.edit(
        session, fact, fields_of(form), edition=int(edition) if edition.isdecimal() and len(edition) < 10 else 0,  # noqa: PLR2004
        note=said_in(form, "note"), by=person,
    )  # fmt: skip
    if made is not None and made.changes_value:
        said = _("改好了。写着代号的文字已经跟着变，下面是还要人改的。")
        return to(f"/facts/{fact_id}/places?change={made.id}", said)
    return to(f"/facts/{fact_id}", _("已保存。"))


@router.post("/facts/{fact_id}/trash")
def trash(session: SessionDep, person: ActorDep, fact_id: int) -> Response:
    facts.trash(session, facts.get(session, fact_id, person), by=person)
    return to("/facts", _("已删除。还写着它的文字会提示找不到；用同一个代号再建，它就回来。"))
