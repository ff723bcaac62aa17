"""Teams, for administrators: a restricted thing is open to teams."""

from fastapi import APIRouter
from pydantic import Field

from hub import accounts
from hub.api.shapes import Limit, Listed, Named, Offset, Shape, must_exist
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/teams", tags=["teams"])


class TeamItem(Shape):
    """A team with those of its people who may come in, by name."""

    id: int
    key: str
    name: str
    name_en: str
    members: list[Named]


class NewTeam(Shape):
    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=80)


class ChangedTeam(Shape):
    """What is left out stays as it is. `members`: ids of exactly those who belong to it from now on."""

    name: str | None = Field(None, max_length=80)
    name_en: str | None = Field(None, max_length=80)
    members: list[int] | None = Field(None, max_length=10_000)


def _items(session: SessionDep, found: list[accounts.Team]) -> list[TeamItem]:
    here = accounts.people(session, active_only=True)
    belonging = accounts.members(session)
    return [
        TeamItem(
            id=t.id or 0,
            key=t.key,
            name=t.name,
            name_en=t.name_en,
            members=[Named(id=p.id or 0, name=p.name) for p in here if p.id in belonging.get(t.id or 0, ())],
        )
        for t in found
    ]


@router.get("", summary="List teams with their people")
def index(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[TeamItem]:
    person.must("people.manage")
    found = accounts.teams(session)
    items = _items(session, found[offset : offset + limit])
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Add a team")
def add(session: SessionDep, person: TokenPersonDep, said: NewTeam) -> TeamItem:
    made = accounts.new_team(session, name=said.name, name_en=said.name_en, by=person)
    return _items(session, [made])[0]


@router.get("/{team_id}", summary="Read a team")
def read(session: SessionDep, person: TokenPersonDep, team_id: int) -> TeamItem:
    person.must("people.manage")
    return _items(session, [accounts.team(session, team_id)])[0]


@router.patch("/{team_id}", summary="Call a team otherwise, or say who belongs to it")
def edit(session: SessionDep, person: TokenPersonDep, team_id: int, said: ChangedTeam) -> TeamItem:
    """Who may not come in at present keeps their place in it."""
    person.must("people.manage")
    team = accounts.team(session, team_id)
    if said.name is not None or said.name_en is not None:
        name = team.name if said.name is None else said.name
        name_en = team.name_en if said.name_en is None else said.name_en
        accounts.rename_team(session, team, name=name, name_en=name_en, by=person)
    if said.members is not None:
        must_exist(session, *said.members)
        accounts.set_members_here(session, team, said.members, by=person)
    return _items(session, [team])[0]
