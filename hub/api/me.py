"""Who calls."""

from fastapi import APIRouter

from hub.api.shapes import Shape
from hub.request import TokenPersonDep

router = APIRouter(tags=["me"])


class Me(Shape):
    """The caller: roles, teams and the products whose material they approve."""

    id: int | None
    name: str
    email: str
    roles: list[str]
    teams: list[int]
    approves: list[str]
    language: str


@router.get("/me", summary="Who I am")
def me(person: TokenPersonDep) -> Me:
    return Me(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=sorted(person.roles),
        teams=sorted(person.teams),
        approves=sorted(person.approves),
        language=person.language,
    )
