"""Requests: the lists, and one request with what may be settled about it."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, requirements
from hub.base.formats import day, number
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


@dataclass(frozen=True)
class RequestLine:
    id: int
    url: str
    quote: str
    customer: str
    meta: str
    revenue: str
    urgency: str
    keys: tuple[tuple[str, str, str], ...]
    stage: str
    cancelled: bool


@dataclass(frozen=True)
class ListPage:
    """See templates/requests/index.html."""

    rows: tuple[RequestLine, ...]
    tabs: tuple[Tab, ...]
    pager: Pager
    may_link: bool
    may_create: bool
    choices: tuple[tuple[str, str], ...]


@router.get("/requests")
def index(
    request: Request, session: SessionDep, person: ActorDep, which: str = "mine", page: int = 1
) -> Response:
    which = which if which in {"mine", "open", "all"} else "mine"
    nth = min(max(1, page), 10_000)
    rows, total = requirements.asked(
        session, person, which=which, offset=(nth - 1) * PER_PAGE, limit=PER_PAGE
    )
    may_link = person.may("requirement.manage")
    names = (("mine", _("我提的")), ("open", _("还没归类")), ("all", _("全部诉求")))
    found = ListPage(
        rows=tuple(_listed(r) for r in rows),
        tabs=tuple(
            Tab(t, f"/requests?which={k}", total if k == which else None, k == which) for k, t in names
        ),
        pager=pager(total, nth, PER_PAGE, lambda n: f"/requests?{urlencode({'which': which, 'page': n})}"),
        may_link=may_link,
        may_create=person.may("requirement.create"),
        choices=_choices(session, person) if may_link and rows else (),
    )
    return render(request, "requests/index.html", found)


def _choices(session: SessionDep, person: accounts.Actor) -> tuple[tuple[str, str], ...]:
    """The requirements a request can be put to: those that had something happen lately first."""
    return tuple((key, f"{key} {title}") for key, title in requirements.choices(session, person))


def _listed(asked: requirements.Asked) -> RequestLine:
    return _line(asked, day(asked.request.created_at), current())


@lru_cache(maxsize=4096)
def _line(asked: requirements.Asked, said_on: str, _language: str) -> RequestLine:
    """The same row is told once, whoever looks at it."""
    r = asked.request
    return RequestLine(
        id=r.id,
        url=f"/requests/{r.id}",
        quote=r.quote,
        customer=asked.customer,
        meta=" · ".join(t for t in (r.contact, asked.submitter, said_on) if t),
        revenue=say.amount(r.revenue, r.currency) if r.revenue is not None else "",
        urgency=str(say.URGENCIES.get(r.urgency, r.urgency)),
        keys=asked.keys,
        stage=_stage(asked.stage),
        cancelled=r.cancelled_at is not None,
    )


def _stage(stage: tuple[str, int, int] | None) -> str:
    """How far it is in plain words: the least advanced part, and how many of several are launched."""
    if stage is None:
        return ""
    state, launched, parts = stage
    label = str(house_words.sign("requirement", state).label)
    if parts == 1:
        return label
    return _("%(label)s · %(parts)s 个部分里 %(launched)s 个已上市") % {
        "label": label,
        "parts": parts,
        "launched": launched,
    }


@dataclass(frozen=True)
class RequestPage:
    """See templates/requests/page.html."""

    line: RequestLine
    desired: str
    customers: str
    needed_by: str
    owner: str
    owner_id: str
    plain_revenue: str
    urgency_key: str
    urgencies: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    may_settle: bool
    may_link: bool
    cancelled: str
    cancel_undo: str
    tags: tuple[str, ...]
    tags_said: str
    deals: tuple[tuple[str, str], ...]
    deal: str
    deal_id: str


@router.get("/requests/{request_id}")
def show(request: Request, session: SessionDep, person: ActorDep, request_id: int) -> Response:
    found = requirements.get_request(session, request_id, person)
    asked = requirements.as_asked(session, [found], person)[0]
    may_settle = requirements.may_settle(found, person)
    people = accounts.people(session, active_only=True) if may_settle else []
    cancelled = requirements.standing_cancel(session, found)
    deals = requirements.deals(session, found, person)
    page = RequestPage(
        line=_listed(asked),
        desired=found.desired,
        customers=str(found.customers or ""),
        needed_by=found.needed_by.isoformat() if found.needed_by else "",
        owner=asked.owner,
        owner_id=str(found.owner_id or ""),
        plain_revenue=number(found.revenue, 2) if found.revenue is not None else "",
        urgency_key=found.urgency,
        urgencies=tuple((k, str(v)) for k, v in say.URGENCIES.items()),
        people=tuple((str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in people),
        choices=_choices(session, person) if may_settle else (),
        may_settle=may_settle,
        may_link=person.may("requirement.manage"),
        cancelled=cancelled.reason if cancelled else "",
        cancel_undo=f"/regroupings/{cancelled.id}/undo" if cancelled else "",
        tags=tuple(found.tags),
        tags_said="；".join(found.tags),
        deals=tuple((str(d.id), d.title) for d in deals),
        deal=next((d.title for d in deals if d.id == found.opportunity_id), ""),
        deal_id=str(found.opportunity_id or ""),
    )
    return render(request, "requests/page.html", page)


@router.post("/requests/{request_id}")
def settle(form: FormDep, session: SessionDep, person: ActorDep, request_id: int) -> Response:
    """Everything but the customer and the customer's words."""
    found = requirements.get_request(session, request_id, person)
    given = {k: str(v) for k, v in form.items()}
    revenue, currency = requirements.money_of(given.get("revenue", ""))
    terms = requirements.Terms(
        contact=given.get("contact"),
        desired=given.get("desired"),
        revenue=revenue,
        currency=currency,
        customers=say.to_count(given.get("customers", "")),
        urgency=given.get("urgency") or None,
        needed_by=say.to_day(given.get("needed_by", "")),
        owner_id=say.to_id(given.get("owner", "")),
        tags=[given["tags"]] if "tags" in given else None,
        opportunity_id=say.to_id(given["deal"]) or 0 if "deal" in given else None,
    )
    requirements.settle(session, found, terms, by=person)
    answer = RedirectResponse(f"/requests/{request_id}", status_code=303)
    flash(answer, _("已保存。"))
    return answer


@router.post("/requests/{request_id}/link")
def link(form: FormDep, session: SessionDep, person: ActorDep, request_id: int) -> Response:
    """Put it to a requirement, named by its key (what stands before the first space)."""
    found = requirements.get_request(session, request_id, person)
    named = say.named(session, str(form.get("key", "")), person)
    requirements.link(session, found, named, by=person)
    key = named.key
    answer = RedirectResponse(f"/requests/{request_id}", status_code=303)
    flash(answer, _("已加到 %(key)s。") % {"key": key}, undo=f"/requests/{request_id}/unlink/{key}")
    return answer


@router.post("/requests/{request_id}/unlink/{key}")
def unlink(session: SessionDep, person: ActorDep, request_id: int, key: str) -> Response:
    found = requirements.get_request(session, request_id, person)
    requirements.unlink(session, found, requirements.get(session, key, person), by=person)
    answer = RedirectResponse(f"/requests/{request_id}", status_code=303)
    flash(answer, _("已从 %(key)s 取下。") % {"key": key})
    return answer
