"""The first administrator of an empty hub: possible once, for whoever comes first."""

from sqlalchemy import text
from sqlmodel import Session

from hub.accounts import actions, queries
from hub.accounts.models import Person
from hub.accounts.rules import SYSTEM
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _

ONE_AT_A_TIME = 731_003  # PostgreSQL: the second of two comers waits and then sees the first


def first_administrator(session: Session, *, name: str, email: str, password: str) -> Person:
    """Make the first administrator; Conflict once there is one. SQLite lets one writer in at a time by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.exec(text("SELECT pg_advisory_xact_lock(:key)"), params={"key": ONE_AT_A_TIME})  # type: ignore[call-overload]
    if queries.has_anybody(session):
        raise Conflict(_("已经有管理员了。请登录，或请管理员给您发一条登录链接。"))
    if not password:
        raise HubError(_("密码要有 8 到 128 个字符。"))
    return actions.add_person(
        session, email=email, name=name, roles=["administrator"], password=password, by=SYSTEM
    )
