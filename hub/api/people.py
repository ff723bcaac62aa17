"""People, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from hub import accounts, launches, library, requirements, taxonomy
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/people", tags=["people"])


class PersonItem(Shape):
    """A colleague with roles and teams."""

    id: int
    email: str
    name: str
    name_en: str
    title: str
    title_en: str
    language: str
    active: bool
    roles: list[str]
    teams: list[int]


class PersonWhole(PersonItem):
    """A person with the products whose material they may approve."""

    approves: list[str]


class NewPerson(Shape):
    email: str = Field(max_length=254)
    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=80)
    title: str = Field("", max_length=80)
    title_en: str = Field("", max_length=80)
    roles: list[str] = Field(default_factory=lambda: ["seller"])


class ChangedPerson(Shape):
    """What is left out stays as it is. `approves`: the keys of the products whose material the person may approve."""

    roles: list[str] | None = None
    teams: list[int] | None = None
    approves: list[str] | None = None
    active: bool | None = None


class Link(Shape):
    """Where the person sets a password; works once."""

    url: str


def _items(session: SessionDep, found: list[accounts.Person]) -> list[PersonItem]:
    ids = [p.id or 0 for p in found]
    roles, teams = accounts.roles_of(session, ids), accounts.teams_of(session, ids)
    plain = ("email", "name", "name_en", "title", "title_en", "language", "active")
    return [
        PersonItem(
            id=p.id or 0,
            **{n: getattr(p, n) for n in plain},
            roles=sorted(roles.get(p.id or 0, [])),
            teams=sorted(t.id or 0 for t in teams.get(p.id or 0, [])),
        )
        for p in found
    ]


@router.get("", summary="List people")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    q: Annotated[str, Query(max_length=100, description="Part of a name, address or title.")] = "",
    role: str = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Listed[PersonItem]:
    person.must("people.manage")
    found, total = accounts.find_people(session, words=q, role=role, offset=offset, limit=limit)
    return Listed(items=_items(session, found), total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="Add a person")
def add(session: SessionDep, person: TokenPersonDep, said: NewPerson) -> PersonItem:
    made = accounts.add_person(
        session,
        email=said.email,
        name=said.name,
        name_en=said.name_en,
        title=said.title,
        title_en=said.title_en,
        roles=said.roles,
        by=person,
    )
    return _items(session, [made])[0]


@router.get("/{person_id}", summary="Read a person")
def read(session: SessionDep, person: TokenPersonDep, person_id: int) -> PersonWhole:
    person.must("people.manage")
    return _whole(session, accounts.person(session, person_id))


def _whole(session: SessionDep, found: accounts.Person) -> PersonWhole:
    approves = sorted(accounts.approves(session, found.id or 0))
    return PersonWhole(**_items(session, [found])[0].model_dump(), approves=approves)


@router.patch("/{person_id}", summary="Change roles, teams, what they approve, or whether they may come in")
def edit(session: SessionDep, person: TokenPersonDep, person_id: int, said: ChangedPerson) -> PersonWhole:
    person.must("people.manage")
    found = accounts.person(session, person_id)
    if said.roles is not None:
        accounts.set_roles(session, found, said.roles, by=person)
    if said.teams is not None:
        for team_id in said.teams:
            accounts.team(session, team_id)
        accounts.set_teams(session, found, said.teams, by=person)
    if said.approves is not None:
        products = taxonomy.words(session).products
        if any(key not in products for key in said.approves):
            raise NotFound(_("没有这个产品。"))
        accounts.set_approver(session, found, said.approves, by=person)
    if said.active is not None:
        if not said.active:
            library.must_be_free(session, person_id)
        accounts.set_active(session, found, active=said.active, by=person)
    return _whole(session, found)


class Successor(Shape):
    to_id: int


@router.post("/{person_id}/hand-over", status_code=204, summary="Hand over what hangs on a person who leaves")
def hand_over(session: SessionDep, person: TokenPersonDep, person_id: int, said: Successor) -> None:
    person.must("people.manage")
    accounts.person(session, person_id)
    requirements.hand_over_all(session, person_id, said.to_id, by=person)
    launches.hand_over_all(session, person_id, said.to_id, by=person)
    if library.held(session, person_id).any:
        library.hand_over(session, person_id, said.to_id, by=person)


@router.post("/{person_id}/invitation", status_code=201, summary="Make a link to set a password")
def invite(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, person_id: int) -> Link:
    person.must("people.manage")
    secret = accounts.invite(session, accounts.person(session, person_id), by=person)
    return Link(url=f"{wiring.settings.public_url}/invitations/{secret}")
