"""The pool of requirements: the list, and the form for a new or changed one."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, requirements, taxonomy
from hub.base import clock, formats
from hub.base.errors import NotAllowed
from hub.base.formats import ago, day
from hub.base.i18n import _, current
from hub.request import FormDep, SessionDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages import requirement_words as say
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 30
MOST_PAGE = 10_000
# Lists beside the states.
BESIDE = (requirements.NO_EFFORT, requirements.AT_ODDS, requirements.ATTENTION, requirements.MERGED)
TABS = (
    "new",
    "scored",
    "in_review",
    "planned",
    "building",
    "shipped",
    "launched",
    "reopened",
    "parked",
    "declined",
    "retired",
)


@dataclass(frozen=True)
class Line:
    """A requirement in the list."""

    key: str
    title: str
    url: str
    product: str
    state: str
    quarter: str
    level: str
    score: str
    revenue: str
    demand: str
    manager: str
    when: str
    restricted: bool
    has_effort: bool
    attention: bool
    merged: bool
    disagree: str


@dataclass(frozen=True)
class ListPage:
    """See templates/requirements/index.html."""

    rows: tuple[Line, ...]
    total: int
    tabs: tuple[Tab, ...]
    wanted: requirements.Filter
    products: tuple[tuple[str, str], ...]
    quarters: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    pager: Pager
    narrowed: bool
    may_create: bool
    unlinked: int | None


@router.get("/requirements")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    state: str = "",
    product: str = "",
    quarter: str = "",
    q: str = "",
    mine: str = "",
    sort: str = "updated",
    page: int = 1,
) -> Response:
    wanted = requirements.Filter(
        state=state if state in {*requirements.STATES, *BESIDE} else "",
        product=product[:60],
        quarter=quarter[:6],
        text=q[:100],
        mine=mine == "1",
        sort=sort if sort in requirements.SORTS else "updated",
    )
    number = min(max(1, page), MOST_PAGE)
    found = requirements.find(session, person, wanted, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    return render(request, "requirements/index.html", _list_page(session, person, wanted, found, number))


def _list_page(
    session: SessionDep,
    person: accounts.Actor,
    wanted: requirements.Filter,
    found: tuple[list[requirements.Row], int],
    number: int,
) -> ListPage:
    rows, total = found
    words = taxonomy.words_for(session, person)
    counts = requirements.counts(session, person, wanted)
    manages = person.may("requirement.manage")
    at_odds = wanted.state == requirements.AT_ODDS
    odds = (
        requirements.disagreements(session, person) if wanted.sort in {"score", "revenue"} or at_odds else {}
    )
    return ListPage(
        rows=tuple(_listed(r, words, odds.get(r.id, "")) for r in rows),
        total=total,
        tabs=_tabs(wanted, tuple(counts.items()), current()),
        wanted=wanted,
        products=tuple((k, words.label("product", k)) for k in words.products),
        quarters=tuple((k, formats.quarter(k)) for k in requirements.quarters_in_use(session, person)),
        sorts=(
            ("updated", _("最近有动静")),
            ("score", _("RICE 得分")),
            ("revenue", _("预计收入")),
            ("quarter", _("计划季度")),
            ("oldest", _("最久没动")),
        ),
        pager=pager(total, number, PER_PAGE, lambda n: url(wanted, page=n)),
        narrowed=bool(wanted.product or wanted.quarter or wanted.text or wanted.mine),
        may_create=person.may("requirement.create"),
        unlinked=requirements.unlinked(session, person) if manages else None,
    )


def url(wanted: requirements.Filter, *, page: int = 1, **other: Any) -> str:
    """The address of the list narrowed so."""
    narrowed = replace(wanted, **other)
    fields = {
        "state": narrowed.state,
        "product": narrowed.product,
        "quarter": narrowed.quarter,
        "q": narrowed.text,
        "mine": "1" if narrowed.mine else "",
        "sort": narrowed.sort if narrowed.sort != "updated" else "",
        "page": str(page) if page > 1 else "",
    }
    query = urlencode({k: v for k, v in fields.items() if v})
    return "/requirements" + (f"?{query}" if query else "")


@lru_cache(maxsize=512)
def _tabs(
    wanted: requirements.Filter, counted: tuple[tuple[str, int], ...], _language: str
) -> tuple[Tab, ...]:
    counts = dict(counted)
    everything = sum(n for s, n in counted if s not in BESIDE)
    tabs = [Tab(_("全部"), url(wanted, state=""), everything, not wanted.state)]
    for state in TABS:
        if counts.get(state) or wanted.state == state:
            label = str(house_words.sign("requirement", state).label)
            tabs.append(Tab(label, url(wanted, state=state), counts.get(state, 0), wanted.state == state))
    names = (_("等投入估算"), _("得分和收入不符"), _("已上市 · 要补"), _("已合并"))
    for which, label in zip(BESIDE, names, strict=True):
        waiting = counts.get(which, 0)
        if waiting or wanted.state == which:
            tabs.append(Tab(label, url(wanted, state=which), waiting, wanted.state == which))
    return tuple(tabs)


def _listed(row: requirements.Row, words: taxonomy.Words, odds: str) -> Line:
    product = words.label("product", row.product) if row.product else ""
    shipped = row.shipped_at if row.state == "shipped" else None
    return _line(row, product, day(shipped) if shipped else ago(row.updated_at), odds, current())


@lru_cache(maxsize=4096)
def _line(row: requirements.Row, product: str, when: str, odds: str, _language: str) -> Line:
    """The same row is told once, whoever looks at it."""
    demand = row.demand
    behind = _("%(customers)s 个客户 · %(requests)s 条诉求") % {
        "customers": demand.customers,
        "requests": demand.requests,
    }
    return Line(
        key=row.key,
        title=row.title,
        url=f"/requirements/{row.key}",
        product=product,
        state=row.state,
        quarter=formats.quarter(row.quarter) if row.quarter else "",
        level=row.level,
        score=say.score(row.score),
        revenue=say.amounts(demand.revenue),
        demand=behind if demand.requests else "",
        manager=row.manager,
        when=when,
        restricted=row.restricted,
        has_effort=row.has_effort or row.state not in {"new", "scored", "in_review"},
        attention=bool(row.attention),
        merged=row.merged,
        disagree={"revenue": _("收入高，得分低"), "score": _("得分高，收入低")}.get(odds, ""),
    )


@dataclass(frozen=True)
class FormPage:
    """See templates/requirements/form.html. `key` is None for a new one."""

    key: str | None
    title: str
    values: dict[str, Any]
    products: tuple[tuple[str, str], ...]
    quarters: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    managers: tuple[tuple[str, str], ...]
    experts: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    request: tuple[int, str] | None = None
    edition: int = 0


@router.get("/requirements/new")
def new(request: Request, session: SessionDep, person: ActorDep, request_id: str = "") -> Response:
    """A new requirement, perhaps out of a request."""
    if not person.may("requirement.create"):
        raise NotAllowed(_("只有产品经理能新建需求；销售请从“提诉求”开始。"))
    values: dict[str, Any] = {"manager": str(person.id), "level": "L2", "teams": [], "people": []}
    number = say.to_id(request_id)
    wish = requirements.get_request(session, number, person) if number else None
    if wish is not None:
        values |= {"product": wish.product or "", "summary": wish.desired}
    page = _form(
        session, person, None, _("新建需求"), values, wish=(wish.id or 0, wish.quote) if wish else None
    )
    return render(request, "requirements/form.html", page)


def _form(
    session: SessionDep,
    person: accounts.Actor,
    key: str | None,
    title: str,
    values: dict[str, Any],
    *,
    wish: tuple[int, str] | None = None,
    edition: int = 0,
) -> FormPage:
    words = taxonomy.words_for(session, person)
    blank = dict.fromkeys(("title", "summary", "product", "quarter", "limits", "outcome_words", "expert"), "")
    offered = requirements.quarters(clock.today())
    chosen = str(values.get("quarter") or "")
    return FormPage(
        key=key,
        title=title,
        values=blank | values,
        products=tuple((k, words.label("product", k)) for k in words.products),
        quarters=tuple(
            (q, formats.quarter(q)) for q in dict.fromkeys([*([chosen] if chosen else []), *offered])
        ),
        levels=(
            ("L1", _("L1 大版本：六件素材")),
            ("L2", _("L2 重要功能：四件素材")),
            ("L3", _("L3 小改进：问答和限制说明")),
        ),
        managers=_people(accounts.with_role(session, "product_manager")),
        experts=_people(accounts.with_role(session, "technical_expert")),
        teams=tuple((str(t.id), t.name) for t in accounts.teams(session)),
        people=_people(accounts.people(session, active_only=True)),
        request=wish,
        edition=edition,
    )


def _people(found: list[accounts.Person]) -> tuple[tuple[str, str], ...]:
    return tuple((str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in found)


@router.post("/requirements")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    made = requirements.create(session, _fields(form), by=person)
    number = say.to_id(str(form.get("request_id", "")))
    if number:
        requirements.link(session, requirements.get_request(session, number, person), made, by=person)
    answer = RedirectResponse(f"/requirements/{made.key}", status_code=303)
    flash(answer, _("%(key)s 建好了。") % {"key": made.key})
    return answer


def _fields(form: FormDep) -> requirements.Fields:
    def text(name: str) -> str | None:
        return str(form[name]).replace("\r\n", "\n") if name in form else None

    def ids(name: str) -> list[int]:
        return [i for v in form.getlist(name) if (i := say.to_id(str(v)))]

    return requirements.Fields(
        title=text("title"),
        summary=text("summary"),
        product=text("product"),
        quarter=text("quarter"),
        level=text("level"),
        manager_id=say.to_id(text("manager") or "") or 0 if "manager" in form else None,
        expert_id=say.to_id(text("expert") or "") or 0 if "expert" in form else None,
        limits=text("limits"),
        outcome_words=text("outcome_words"),
        restricted_to=(ids("teams"), ids("people")) if "who" in form else None,
    )


@router.get("/requirements/{key}/edit")
def edit_form(request: Request, session: SessionDep, person: ActorDep, key: str) -> Response:
    found = requirements.get(session, key, person)
    if not person.may("requirement.manage"):
        raise NotAllowed(_("只有产品经理能这样做。"))
    requirements.must_stand(found)
    open_to = accounts.restriction(session, "requirement", found.id or 0) if found.restricted else frozenset()
    values = {
        "title": found.title,
        "summary": found.summary,
        "product": found.product or "",
        "quarter": found.quarter or "",
        "level": found.level,
        "manager": str(found.manager_id or ""),
        "expert": str(found.expert_id or ""),
        "limits": found.limits,
        "outcome_words": found.outcome_words,
        "teams": [t.removeprefix("team:") for t in open_to if t.startswith("team:")],
        "people": [t.removeprefix("person:") for t in open_to if t.startswith("person:")],
    }
    page = _form(session, person, key, found.title, values, edition=found.edition)
    return render(request, "requirements/form.html", page)


@router.post("/requirements/{key}/edit")
def edit(form: FormDep, session: SessionDep, person: ActorDep, key: str) -> Response:
    found = requirements.get(session, key, person)
    edition = say.to_id(str(form.get("edition", ""))) or 0
    reason = str(form.get("reason", ""))
    requirements.edit(session, found, _fields(form), edition=edition, reason=reason, by=person)
    answer = RedirectResponse(f"/requirements/{key}", status_code=303)
    flash(answer, _("已保存。"))
    return answer
