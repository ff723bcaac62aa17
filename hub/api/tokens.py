"""One's own personal tokens."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from hub import accounts
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/tokens", tags=["tokens"])


class TokenItem(Shape):
    """A token; the token itself is kept only as a hash."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None


class NewToken(Shape):
    """`days` left out: it does not end by itself."""

    name: str = Field(max_length=80)
    days: int | None = Field(None, ge=1, le=3650)


class MadeToken(TokenItem):
    """`token` is shown this once."""

    token: str


@router.get("", summary="List my tokens")
def index(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[TokenItem]:
    found = accounts.tokens_of_person(session, person.id or 0)
    items = [TokenItem.model_validate(t) for t in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("", status_code=201, summary="Make a token")
def make(session: SessionDep, person: TokenPersonDep, said: NewToken) -> MadeToken:
    owner = accounts.person(session, person.id or 0)
    made = accounts.make_api_token(session, owner, name=said.name, days=said.days)
    item = TokenItem.model_validate(made.row)
    return MadeToken(**item.model_dump(), token=made.secret)


@router.delete("/{token_id}", status_code=204, summary="End a token")
def revoke(session: SessionDep, person: TokenPersonDep, token_id: int) -> None:
    accounts.revoke_api_token(session, token_id, by=person)
