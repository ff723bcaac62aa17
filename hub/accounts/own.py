"""What anybody does with their own account: profile, password, signed-in browsers, the links that open it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import activity
from hub.accounts import actions, queries
from hub.accounts.models import MAIL_WISHES, SignIn
from hub.accounts.passwords import token_hash
from hub.accounts.rules import Actor
from hub.accounts.staff import Profile, set_profile
from hub.base import clock
from hub.base.errors import HubError, NotFound
from hub.base.i18n import LANGUAGES, _


def edit_own(
    session: Session,
    profile: Profile,
    *,
    language: str,
    industries: Iterable[str],
    mail: str | None = None,
    by: Actor,
) -> None:
    """Change one's own profile; the address and the roles are the administrator's to change."""
    person = queries.person(session, by.id or 0)
    if language not in LANGUAGES:
        raise HubError(_("没有这种界面语言。"))
    if mail is not None and mail not in MAIL_WISHES:
        raise HubError(_("邮件只有这几种：重要的马上发、每天一封、不要。"))
    person.language, person.mail = language, mail or person.mail
    set_profile(session, person, profile)
    actions.set_industries(session, person.id or 0, industries)
    activity.record(session, "edit", "person", person.id, by=by.id)


def own_sign_ins(session: Session, by: Actor, *, at: datetime | None = None) -> list[SignIn]:
    """The browsers in which one is signed in, newest first."""
    query = select(SignIn).where(SignIn.person_id == by.id, col(SignIn.expires_at) > (at or clock.now()))
    return list(session.exec(query.order_by(col(SignIn.created_at).desc(), col(SignIn.id).desc())).all())


def is_cookie_of(row: SignIn, cookie: str) -> bool:
    """True when this sign-in is the one the cookie stands for."""
    return row.token_hash == token_hash(cookie)


def end_sign_in(session: Session, sign_in_id: int, *, by: Actor) -> None:
    """Sign one's own browser out from afar; NotFound for anybody else's."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.person_id != by.id:
        raise NotFound(_("没有这个登录。"))
    session.delete(row)
    activity.record(session, "end_sign_in", "person", by.id, by=by.id)


def end_other_sign_ins(session: Session, cookie: str, *, by: Actor) -> int:
    """Sign out everywhere but in the browser of this cookie; returns how many ended."""
    others = [r for r in own_sign_ins(session, by) if not is_cookie_of(r, cookie)]
    session.exec(delete(SignIn).where(col(SignIn.id).in_([r.id for r in others])))
    activity.record(session, "end_sign_in", "person", by.id, by=by.id, count=len(others))
    return len(others)


def change_own_password(
    session: Session, *, old: str, new: str, days: int, browser: str = "", by: Actor
) -> str:
    """Change one's own password: every sign-in ends and a new one opens here; returns its cookie's secret."""
    actions.change_password(session, old=old, new=new, by=by)
    activity.record(session, "change_password", "person", by.id, by=by.id)
    return actions.open_sign_in(session, queries.person(session, by.id or 0), days=days, browser=browser)
