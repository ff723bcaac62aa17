"""People: the list, adding one, what each may do, and the links with which they set a password. For administrators."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, launches, library, requirements, taxonomy
from hub.base.errors import HubError
from hub.base.formats import ago
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.render import render
from hub.web.words import ROLES

router = APIRouter(include_in_schema=False)
PER_PAGE = 50


@dataclass(frozen=True)
class PersonRow:
    """One person in the list."""

    id: int
    name: str
    title: str
    email: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    seen: str
    active: bool
    waiting: bool  # has not set a password yet


@dataclass(frozen=True)
class PeoplePage:
    """See templates/people/index.html."""

    rows: tuple[PersonRow, ...]
    total: int
    words: str
    role: str
    roles: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    pager: Pager


@dataclass(frozen=True)
class PersonPage:
    """See templates/people/person.html. `link` is a fresh link, shown this once."""

    id: int
    name: str
    name_en: str
    email: str
    title: str
    title_en: str
    phone: str
    active: bool
    waiting: bool
    seen: str
    has: dict[str, tuple[str, ...]]  # roles, teams, industries, approves
    roles: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    industries: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    held: str  # material and the like that this person looks after, in words
    planned: int  # lines and plans of launches that hang on this person
    waits: str  # customers to tell, requests, requirements that hang on this person, in words
    others: tuple[tuple[str, str], ...]
    link: str | None = None


def role_options() -> tuple[tuple[str, str], ...]:
    return tuple((key, str(ROLES[key].label)) for key in accounts.ROLES)


def team_options(session: SessionDep) -> tuple[tuple[str, str], ...]:
    return tuple((str(t.id), t.label) for t in accounts.teams(session))


def link_to(request: Request, wiring: WiringDep, secret: str) -> str:
    """The whole address of an invitation, as it is copied into a chat."""
    base = wiring.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/invitations/{secret}"


@router.get("/people")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    q: Annotated[str, Query(max_length=100)] = "",
    role: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    person.must("people.manage")
    role = role if role in accounts.ROLES else ""
    found, total = accounts.find_people(
        session, words=q, role=role, offset=(page - 1) * PER_PAGE, limit=PER_PAGE
    )

    def url(number: int) -> str:
        return "/people?" + urlencode({"q": q, "role": role, "page": number})

    shown = PeoplePage(
        rows=tuple(_rows(session, found)),
        total=total,
        words=q,
        role=role,
        roles=role_options(),
        teams=team_options(session),
        pager=pager(total, page, PER_PAGE, url),
    )
    return render(request, "people/index.html", shown)


def _rows(session: SessionDep, found: list[accounts.Person]) -> list[PersonRow]:
    ids = [p.id for p in found if p.id is not None]
    roles, teams = accounts.roles_of(session, ids), accounts.teams_of(session, ids)
    return [
        PersonRow(
            id=p.id or 0,
            name=p.name,
            title=p.title,
            email=p.email,
            roles=tuple(sorted(roles.get(p.id or 0, []), key=accounts.ROLES.index)),
            teams=tuple(t.label for t in teams.get(p.id or 0, [])),
            seen=ago(p.last_seen_at) if p.last_seen_at else "",
            active=p.active,
            waiting=not p.password_hash,
        )
        for p in found
    ]


@router.post("/people")
def add(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
    teams: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Add a colleague and show the link to send them; there is no other way to it than to make a new one."""
    added = accounts.add_person(
        session, email=email, name=name, title=title.strip()[:80], roles=roles or ["seller"], by=person
    )
    accounts.set_teams(session, added, teams or [], by=person)
    secret = accounts.invite(session, added, by=person)
    page = _page(session, added, link=link_to(request, wiring, secret))
    return render(request, "people/person.html", page)


@router.get("/people/{person_id}")
def show(request: Request, session: SessionDep, person: ActorDep, person_id: int) -> Response:
    person.must("people.manage")
    return render(request, "people/person.html", _page(session, accounts.person(session, person_id)))


def _page(session: SessionDep, found: accounts.Person, *, link: str | None = None) -> PersonPage:
    i = found.id or 0
    known = taxonomy.words(session)
    has = {
        "roles": tuple(accounts.roles_of(session, [i]).get(i, [])),
        "teams": tuple(str(t.id) for t in accounts.teams_of(session, [i]).get(i, [])),
        "industries": tuple(accounts.industries_of(session, i)),
        "approves": tuple(accounts.approves(session, i)),
    }
    waits = requirements.held(session, i)
    held = library.held(session, i)
    planned = launches.held(session, i)
    loaded = waits.anything or held.any or planned > 0
    others = [p for p in accounts.people(session, active_only=True) if p.id != i] if loaded else []
    return PersonPage(
        id=i,
        held=held.said,
        waits=waits.said,
        planned=planned,
        others=tuple((str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in others),
        name=found.name,
        name_en=found.name_en,
        email=found.email,
        title=found.title,
        title_en=found.title_en,
        phone=found.phone,
        active=found.active,
        waiting=not found.password_hash,
        seen=ago(found.last_seen_at) if found.last_seen_at else "",
        has=has,
        roles=role_options(),
        teams=team_options(session),
        industries=tuple((w.key, w.label) for w in known.options("industry")),
        products=tuple((w.key, w.label) for w in known.options("product")),
        link=link,
    )


@router.post("/people/{person_id}")
def edit(form: FormDep, session: SessionDep, person: ActorDep, person_id: int) -> Response:
    person.must("people.manage")
    found = accounts.person(session, person_id)
    profile = accounts.Profile(*(_text(form, f) for f in ("name", "name_en", "title", "phone", "title_en")))
    accounts.edit_person(session, found, profile, email=_text(form, "email"), by=person)
    accounts.set_roles(session, found, _all(form, "roles"), by=person)
    teams = [int(t) for t in _all(form, "teams") if t.isdecimal()]
    known = {t.id for t in accounts.teams(session)}
    accounts.set_teams(session, found, [t for t in teams if t in known], by=person)
    accounts.set_industries(session, person_id, _all(form, "industries"))
    accounts.set_approver(session, found, _all(form, "approves"), by=person)
    answer = RedirectResponse(f"/people/{person_id}", status_code=303)
    flash(answer, _("已保存。"))
    return answer


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _all(form: FormData, name: str) -> list[str]:
    return [v for v in form.getlist(name) if isinstance(v, str)]


@router.post("/people/{person_id}/link")
def link(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, person_id: int
) -> Response:
    """A new invitation or reset link, shown on this answer only; earlier links of the person end."""
    person.must("people.manage")
    found = accounts.person(session, person_id)
    secret = accounts.invite(session, found, by=person)
    return render(request, "people/person.html", _page(session, found, link=link_to(request, wiring, secret)))


@router.post("/people/{person_id}/active")
def set_active(
    session: SessionDep, person: ActorDep, person_id: int, active: Annotated[str, Form()] = ""
) -> Response:
    person.must("people.manage")
    found = accounts.person(session, person_id)
    if not active:
        library.must_be_free(session, person_id)
    accounts.set_active(session, found, active=bool(active), by=person)
    answer = RedirectResponse(f"/people/{person_id}", status_code=303)
    said = _("%(name)s又能登录了。") if active else _("%(name)s不能再登录，名下的素材还在。")
    flash(answer, said % {"name": found.name})
    return answer


@router.post("/people/{person_id}/hand-over")
def hand_over(
    session: SessionDep, person: ActorDep, person_id: int, to: Annotated[str, Form()] = ""
) -> Response:
    """All that somebody who leaves looks after becomes a colleague's: material, and customers who wait."""
    person.must("people.manage")
    found = accounts.person(session, person_id)
    if not (to.isascii() and to.isdigit() and len(to) < 10):  # noqa: PLR2004 - an integer column
        raise HubError(_("请选另一位同事来接手。"))
    said = []
    held = library.held(session, person_id)
    planned = launches.held(session, person_id)
    if requirements.held(session, person_id).anything or planned or not held.any:
        requirements.hand_over_all(session, person_id, int(to), by=person)
        launches.hand_over_all(session, person_id, int(to), by=person)
        said.append(_("%(name)s名下的诉求、需求和要告诉客户的事都转过去了。") % {"name": found.name})
    if held.any:
        done = library.hand_over(session, person_id, int(to), by=person)
        said.append(_("转交了 %(what)s。") % {"what": done.said})
    answer = RedirectResponse(f"/people/{person_id}", status_code=303)
    flash(answer, " ".join(said))
    return answer
