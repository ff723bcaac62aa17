"""Launch plans: the list with who is late and what is unsigned, one plan, and every change to it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from hub import accounts, launches, requirements, taxonomy
from hub.base import formats
from hub.base.i18n import _
from hub.launches import Fields
from hub.request import SessionDep
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages import requirement_words as say
from hub.web.pages.plan_forms import DeskDep, said_goal, said_line, to_plan
from hub.web.pages.plan_rows import PlanRow, row_of
from hub.web.pages.plan_view import page_of
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
PER_PAGE = 30


@dataclass(frozen=True)
class PlansPage:
    """See templates/launches/index.html."""

    tabs: tuple[Tab, ...]
    rows: tuple[PlanRow, ...]
    pager: Pager
    total: int
    wanted: launches.Filter
    products: tuple[tuple[str, str], ...]
    quarters: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    which: str
    narrowed: bool


@router.get("/launches")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    which: Annotated[str, Query(max_length=20)] = "",
    product: Annotated[str, Query(max_length=60)] = "",
    quarter: Annotated[str, Query(max_length=6)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    sort: Annotated[str, Query(max_length=10)] = "release",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    words = taxonomy.words_for(session, person)
    wanted = launches.Filter(
        product=product if product in words.products else "",
        quarter=quarter,
        text=q.strip(),
        sort=sort if sort in launches.ORDERS else "release",
    )
    chosen = which if which in {*launches.FILTERS, "mine"} else ""
    found = launches.rows(session, person, wanted)
    listed = [r for r in found if _is_in(r, chosen, person)]
    turned = pager(len(listed), page, PER_PAGE, lambda n: _url(wanted, chosen, n))
    first = (turned.number - 1) * PER_PAGE
    return render(
        request,
        "launches/index.html",
        PlansPage(
            tabs=tuple(
                Tab(label, _url(wanted, key), sum(_is_in(r, key, person) for r in found), key == chosen)
                for key, label in _lists()
            ),
            rows=tuple(row_of(words, r) for r in listed[first : first + PER_PAGE]),
            pager=turned,
            total=len(found),
            wanted=wanted,
            products=tuple((p.key, p.label) for p in words.options("product")),
            quarters=tuple((k, formats.quarter(k)) for k in launches.quarters_in_use(session, person)),
            sorts=_sorts(),
            which=chosen,
            narrowed=bool(wanted.product or wanted.quarter or wanted.text),
        ),
    )


def _url(wanted: launches.Filter, which: str, number: int = 1) -> str:
    said = {
        "which": which,
        "q": wanted.text,
        "product": wanted.product,
        "quarter": wanted.quarter,
        "sort": wanted.sort if wanted.sort != "release" else "",
        "page": str(number) if number > 1 else "",
    }
    kept = {k: v for k, v in said.items() if v}
    return "/launches?" + urlencode(kept) if kept else "/launches"


def _sorts() -> tuple[tuple[str, str], ...]:
    return (
        ("release", _("先发布的在前")),
        ("updated", _("最近有动静")),
        ("late", _("逾期多的在前")),
        ("title", _("按名字")),
    )


def _lists() -> tuple[tuple[str, str], ...]:
    return (
        ("", _("全部")),
        ("mine", _("我参与的")),
        ("unsigned", _("待签")),
        ("late", _("有人逾期")),
        ("conflict", _("日期冲突")),
        ("running", _("已签，在推进")),
        ("reviewed", _("已回顾")),
    )


def _is_in(r: launches.Row, which: str, person: accounts.Actor) -> bool:
    return person.id in r.people if which == "mine" else launches.belongs(r, which)


@router.get("/launches/{key}")
def show(request: Request, session: SessionDep, person: ActorDep, key: str) -> Response:
    plan = launches.get(session, key, person)
    return render(
        request, "launches/page.html", page_of(session, launches.view(session, plan, person), person)
    )


@router.post("/requirements/{key}/plan")
def create(session: SessionDep, person: ActorDep, key: str) -> Response:
    """Begin the plan of a requirement; operations begin it as the one who leads it."""
    found = requirements.get(session, key, person)
    lead = person.id if "operations" in person.roles else None
    launches.create(session, found, Fields(owner_id=lead), by=person)
    return to_plan(key, _("计划建好了。先写目标，再请两边签。"))


@router.post("/launches/{key}")
def edit(desk: DeskDep, key: str) -> Response:
    def act(plan: launches.LaunchPlan) -> None:
        said_on = say.to_day(desk.text("release_on"))
        fields = Fields(
            title=desk.text("title"),
            summary=desk.text("summary").replace("\r\n", "\n"),
            owner_id=desk.number("owner") or 0,
            release_on=said_on,
            no_release=said_on is None,
        )
        edition = desk.number("edition") or 0
        launches.edit(desk.session, plan, fields, edition=edition, by=desk.person)

    return desk.keep(key, "plan", act, _("已保存。"))


# ---- goals


@router.post("/launches/{key}/goals")
def add_goal(desk: DeskDep, key: str) -> Response:
    return desk.keep(
        key,
        "goal-new",
        lambda plan: launches.set_goal(desk.session, plan, said_goal(desk), by=desk.person),
        _("目标记下了。目标有变，签过的字就作废，要重新签。"),
        "#goals",
    )


@router.post("/launches/{key}/goals/{goal_id}")
def edit_goal(desk: DeskDep, key: str, goal_id: int) -> Response:
    def act(plan: launches.LaunchPlan) -> None:
        goal, edition = launches.goal_of(desk.session, plan, goal_id), desk.number("edition") or 0
        launches.set_goal(desk.session, plan, said_goal(desk), goal=goal, edition=edition, by=desk.person)

    return desk.keep(key, f"goal-{goal_id}", act, _("目标改了，签过的字作废，要重新签。"), "#goals")


@router.post("/launches/{key}/goals/{goal_id}/end")
def end_goal(
    session: SessionDep, person: ActorDep, key: str, goal_id: int, edition: Annotated[int, Form()]
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.end_goal(session, plan, launches.goal_of(session, plan, goal_id), edition=edition, by=person)
    return to_plan(key, _("目标去掉了，签过的字作废，要重新签。"), "#goals")


@router.post("/launches/{key}/goals/{goal_id}/result")
def judge(desk: DeskDep, key: str, goal_id: int) -> Response:
    def act(plan: launches.LaunchPlan) -> None:
        goal, reached = launches.goal_of(desk.session, plan, goal_id), say.to_number(desk.text("reached"))
        light, note = desk.text("light"), desk.text("note")
        launches.judge(desk.session, plan, goal, reached, light=light, note=note, by=desk.person)

    return desk.keep(key, f"result-{goal_id}", act, _("结果记下了。原来的结果留作历史。"), "#goals")


@router.post("/launches/{key}/sign")
def sign(
    session: SessionDep, person: ActorDep, key: str, side: Text, edition: Annotated[int, Form()]
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.sign(session, plan, side, edition=edition, by=person)
    return to_plan(key, _("签好了。"), "#signed")


@router.post("/launches/{key}/unsign")
def unsign(desk: DeskDep, key: str) -> Response:
    side, reason = desk.text("side"), desk.text("reason")
    return desk.keep(
        key,
        f"unsign-{side}",
        lambda plan: launches.unsign(desk.session, plan, side, reason=reason, by=desk.person),
        _("签字收回了，留在历史里。"),
        "#signed",
    )


# ---- who does what


@router.post("/launches/{key}/lines")
def addline_of(desk: DeskDep, key: str, kind: Annotated[str, Query()] = "work") -> Response:
    return desk.keep(
        key,
        f"{kind}-new",
        lambda plan: launches.set_line(desk.session, plan, said_line(desk, kind), by=desk.person),
        _("加好了，负责的人会收到通知。"),
        f"#{kind}",
    )


@router.post("/launches/{key}/lines/{line_id}")
def editline_of(desk: DeskDep, key: str, line_id: int) -> Response:
    def act(plan: launches.LaunchPlan) -> None:
        line = launches.line_of(desk.session, plan, line_id)
        said, edition = said_line(desk, line.kind), desk.number("edition")
        launches.set_line(desk.session, plan, said, line=line, edition=edition, by=desk.person)

    return desk.keep(key, f"line-{line_id}-form", act, _("已保存。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/done")
def done(session: SessionDep, person: ActorDep, key: str, line_id: int, act: Text = "done") -> Response:
    plan = launches.get(session, key, person)
    line = launches.line_of(session, plan, line_id)
    launches.done(session, plan, line, is_done=act != "undone", by=person)
    return to_plan(key, _("记下了。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/keep")
def keep(session: SessionDep, person: ActorDep, key: str, line_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.keep(session, plan, launches.line_of(session, plan, line_id), by=person)
    return to_plan(key, _("照旧，不再提示冲突。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/drop")
def drop_line(session: SessionDep, person: ActorDep, key: str, line_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.drop_line(session, plan, launches.line_of(session, plan, line_id), by=person)
    return to_plan(key, _("去掉了。"))


# ---- resources


@router.post("/launches/{key}/resources")
def add_resource(desk: DeskDep, key: str) -> Response:
    def act(plan: launches.LaunchPlan) -> None:
        amount = say.to_number(desk.text("amount")) if desk.text("amount").strip() else None
        sort, title, currency = (desk.text(name) for name in ("sort", "title", "currency"))
        launches.add_resource(
            desk.session, plan, sort, title, amount=amount, currency=currency, by=desk.person
        )

    return desk.keep(key, "resource-new", act, _("记下了。"), "#resources")


@router.post("/launches/{key}/resources/{resource_id}/drop")
def drop_resource(session: SessionDep, person: ActorDep, key: str, resource_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.drop_resource(session, plan, launches.resource_of(session, plan, resource_id), by=person)
    return to_plan(key, _("去掉了。"), "#resources")
