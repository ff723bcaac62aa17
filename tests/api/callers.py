"""A program that calls with a personal token."""

from typing import Any

from hub import accounts
from hub.wiring import Wiring
from tests.entrance import app_of, client_of


class Caller:
    """`Caller(wiring, cast.lin).get("/assets")`: the answer of the API to Lin's token."""

    def __init__(self, wiring: Wiring, person: accounts.Actor | None = None) -> None:
        headers = {}
        if person is not None:
            with wiring.database.write() as session:
                owner = accounts.person(session, person.id or 0)
                made = accounts.make_api_token(session, owner, name="test")
            headers = {"Authorization": f"Bearer {made.secret}"}
        self.client = client_of(app_of(wiring), headers=headers)

    def __getattr__(self, verb: str) -> Any:
        call = getattr(self.client, verb)
        return lambda path, **more: call(f"/api/v1{path}", **more)
