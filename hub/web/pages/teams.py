"""Teams: add one, call it otherwise, say who belongs to it. For administrators."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class TeamCard:
    """One team with its members: ids for the form, names for the eye."""

    id: int
    name: str
    name_en: str
    members: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class TeamsPage:
    """See templates/people/teams.html."""

    teams: tuple[TeamCard, ...]
    people: tuple[tuple[str, str, str], ...]


@router.get("/teams")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("people.manage")
    everybody = accounts.people(session, active_only=True)
    members = accounts.members(session)
    cards = []
    for team in accounts.teams(session):
        mine = set(members.get(team.id or 0, []))
        names = tuple(p.name for p in everybody if p.id in mine)
        ids = tuple(str(p.id) for p in everybody if p.id in mine)
        cards.append(TeamCard(team.id or 0, team.name, team.name_en, ids, names))
    options = tuple((str(p.id), p.name, p.title) for p in everybody)
    return render(request, "people/teams.html", TeamsPage(tuple(cards), options))


@router.post("/teams")
def add(
    session: SessionDep,
    person: ActorDep,
    name: Annotated[str, Form()] = "",
    name_en: Annotated[str, Form()] = "",
) -> Response:
    made = accounts.new_team(session, name=name, name_en=name_en, by=person)
    return _back(_("团队“%(name)s”建好了，可以往里加人。") % {"name": made.name}, made.id)


@router.post("/teams/{team_id}")
def edit(
    session: SessionDep,
    person: ActorDep,
    team_id: int,
    name: Annotated[str, Form()] = "",
    name_en: Annotated[str, Form()] = "",
    members: Annotated[list[int] | None, Form()] = None,
) -> Response:
    person.must("people.manage")
    team = accounts.team(session, team_id)
    accounts.rename_team(session, team, name=name, name_en=name_en, by=person)
    accounts.set_members_here(session, team, members or [], by=person)
    return _back(_("已保存。"), team_id)


def _back(said: str, team_id: int | None) -> Response:
    answer = RedirectResponse(f"/teams#team-{team_id}", status_code=303)
    flash(answer, said)
    return answer
