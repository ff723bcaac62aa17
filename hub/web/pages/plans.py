"""Launch plans: the list with who is late and what is unsigned, one plan, and every change to it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, launches, requirements, taxonomy
from hub.base import formats
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.launches import Fields, GoalFields, LineFields
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages import requirement_words as say
from hub.web.pages.plan_view import PlanRow, page_of, row_of
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


def _to(key: str, said: str, at: str = "") -> Response:
    answer = RedirectResponse(f"/launches/{key}{at}", status_code=303)
    flash(answer, said)
    return answer


@router.post("/requirements/{key}/plan")
def create(session: SessionDep, person: ActorDep, key: str) -> Response:
    """Begin the plan of a requirement; operations begin it as the one who leads it."""
    found = requirements.get(session, key, person)
    lead = person.id if "operations" in person.roles else None
    launches.create(session, found, Fields(owner_id=lead), by=person)
    return _to(key, _("计划建好了。先写目标，再请两边签。"))


@router.post("/launches/{key}")
def edit(
    session: SessionDep,
    person: ActorDep,
    key: str,
    edition: Annotated[int, Form()],
    title: Text = "",
    summary: Text = "",
    owner: Text = "",
    release_on: Text = "",
) -> Response:
    plan = launches.get(session, key, person)
    said_on = say.to_day(release_on)
    fields = Fields(
        title=title,
        summary=summary.replace("\r\n", "\n"),
        owner_id=say.to_id(owner) or 0,
        release_on=said_on,
        no_release=said_on is None,
    )
    launches.edit(session, plan, fields, edition=edition, by=person)
    return _to(key, _("已保存。"))


# ---- goals


def _days(text: str) -> int | None:
    """Whole days, before the release with a minus; None when the field is empty."""
    plain = text.strip().replace("−", "-")
    if not plain:
        return None
    try:
        return int(plain)
    except ValueError as error:
        raise HubError(_("天数写整数，发布前写负数，例如 -14。")) from error


def _goal(title: str, target: str, unit: str, after_days: str) -> GoalFields:
    return GoalFields(title, say.to_number(target), unit, _days(after_days))


@router.post("/launches/{key}/goals")
def add_goal(
    session: SessionDep,
    person: ActorDep,
    key: str,
    title: Text = "",
    target: Text = "",
    unit: Text = "",
    after_days: Text = "",
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.set_goal(session, plan, _goal(title, target, unit, after_days), by=person)
    return _to(key, _("目标记下了。目标有变，签过的字就作废，要重新签。"), "#goals")


@router.post("/launches/{key}/goals/{goal_id}")
def edit_goal(
    session: SessionDep,
    person: ActorDep,
    key: str,
    goal_id: int,
    edition: Annotated[int, Form()],
    title: Text = "",
    target: Text = "",
    unit: Text = "",
    after_days: Text = "",
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    goal, said = launches.goal_of(session, plan, goal_id), _goal(title, target, unit, after_days)
    launches.set_goal(session, plan, said, goal=goal, edition=edition, by=person)
    return _to(key, _("目标改了，签过的字作废，要重新签。"), "#goals")


@router.post("/launches/{key}/goals/{goal_id}/end")
def end_goal(
    session: SessionDep, person: ActorDep, key: str, goal_id: int, edition: Annotated[int, Form()]
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.end_goal(session, plan, launches.goal_of(session, plan, goal_id), edition=edition, by=person)
    return _to(key, _("目标去掉了，签过的字作废，要重新签。"), "#goals")


@router.post("/launches/{key}/goals/{goal_id}/result")
def judge(
    session: SessionDep,
    person: ActorDep,
    key: str,
    goal_id: int,
    reached: Text = "",
    light: Text = "",
    note: Text = "",
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    goal = launches.goal_of(session, plan, goal_id)
    launches.judge(session, plan, goal, say.to_number(reached), light=light, note=note, by=person)
    return _to(key, _("结果记下了。原来的结果留作历史。"), "#goals")


@router.post("/launches/{key}/sign")
def sign(
    session: SessionDep, person: ActorDep, key: str, side: Text, edition: Annotated[int, Form()]
) -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.sign(session, plan, side, edition=edition, by=person)
    return _to(key, _("签好了。"), "#signed")


@router.post("/launches/{key}/unsign")
def unsign(session: SessionDep, person: ActorDep, key: str, side: Text, reason: Text = "") -> Response:
    plan = launches.get(session, key, person, hold=True)
    launches.unsign(session, plan, side, reason=reason, by=person)
    return _to(key, _("签字收回了，留在历史里。"), "#signed")


# ---- who does what


def _line(session: SessionDep, form: FormDep, kind: str) -> LineFields:
    text = {k: v if isinstance(v, str) else "" for k, v in form.items()}
    people = _People(session)
    owner = people.of(text.get("owner", ""))
    if len(owner) > 1:
        raise HubError(_("每一项只有一个人负责。其他人写进执行、咨询或知会。"))
    return LineFields(
        kind,
        text.get("title", ""),
        owner[0] if owner else 0,
        text.get("place", ""),
        _days(text.get("after_days", "")),
        say.to_day(text.get("fixed_on", "")),
        people.hands({part: text.get(part, "") for part in launches.PARTS}),
    )


class _People:
    """Reads names, as people write them into a field, one after the other."""

    def __init__(self, session: SessionDep) -> None:
        self._known: dict[str, set[int]] = {}
        for p in accounts.people(session, active_only=True):
            for way in {p.name, p.name_en, p.email} - {""}:
                self._known.setdefault(way.casefold(), set()).add(p.id or 0)

    def of(self, text: str) -> list[int]:
        for sign in "，,;；\n":
            text = text.replace(sign, "、")
        return [self._one(name.strip()) for name in text.split("、") if name.strip()]

    def _one(self, name: str) -> int:
        found = self._known.get(name.casefold(), set())
        if not found:
            raise HubError(_("没有“%(who)s”这位在职的同事。写姓名或邮箱。") % {"who": name[:60]})
        if len(found) > 1:
            raise HubError(_("有 %(n)s 个人叫“%(who)s”，请写邮箱。") % {"n": len(found), "who": name[:60]})
        return next(iter(found))

    def hands(self, said: dict[str, str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for part, text in said.items():
            for person_id in self.of(text):
                if found.setdefault(person_id, part) != part:
                    raise HubError(_("一个人在一项里只占一个位置：执行、咨询或知会。"))
        return found


@router.post("/launches/{key}/lines")
def add_line(
    form: FormDep, session: SessionDep, person: ActorDep, key: str, kind: Annotated[str, Query()] = "work"
) -> Response:
    plan = launches.get(session, key, person)
    launches.set_line(session, plan, _line(session, form, kind), by=person)
    return _to(key, _("加好了，负责的人会收到通知。"), f"#{kind}")


@router.post("/launches/{key}/lines/{line_id}")
def edit_line(form: FormDep, session: SessionDep, person: ActorDep, key: str, line_id: int) -> Response:
    plan = launches.get(session, key, person)
    line = launches.line_of(session, plan, line_id)
    edition = say.to_id(str(form.get("edition", "")))
    launches.set_line(session, plan, _line(session, form, line.kind), line=line, edition=edition, by=person)
    return _to(key, _("已保存。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/done")
def done(session: SessionDep, person: ActorDep, key: str, line_id: int, act: Text = "done") -> Response:
    plan = launches.get(session, key, person)
    line = launches.line_of(session, plan, line_id)
    launches.done(session, plan, line, is_done=act != "undone", by=person)
    return _to(key, _("记下了。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/keep")
def keep(session: SessionDep, person: ActorDep, key: str, line_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.keep(session, plan, launches.line_of(session, plan, line_id), by=person)
    return _to(key, _("照旧，不再提示冲突。"), f"#line-{line_id}")


@router.post("/launches/{key}/lines/{line_id}/drop")
def drop_line(session: SessionDep, person: ActorDep, key: str, line_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.drop_line(session, plan, launches.line_of(session, plan, line_id), by=person)
    return _to(key, _("去掉了。"))


# ---- resources


@router.post("/launches/{key}/resources")
def add_resource(
    session: SessionDep,
    person: ActorDep,
    key: str,
    sort: Text,
    title: Text = "",
    amount: Text = "",
    currency: Text = "",
) -> Response:
    plan = launches.get(session, key, person)
    value = say.to_number(amount) if amount.strip() else None
    launches.add_resource(session, plan, sort, title, amount=value, currency=currency, by=person)
    return _to(key, _("记下了。"), "#resources")


@router.post("/launches/{key}/resources/{resource_id}/drop")
def drop_resource(session: SessionDep, person: ActorDep, key: str, resource_id: int) -> Response:
    plan = launches.get(session, key, person)
    launches.drop_resource(session, plan, launches.resource_of(session, plan, resource_id), by=person)
    return _to(key, _("去掉了。"), "#resources")
