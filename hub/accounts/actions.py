"""Changes to people, teams, sign-ins and readers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import activity
from hub.accounts import queries
from hub.accounts.models import (
    ROLES,
    ApiToken,
    ApproverGrant,
    Interest,
    Invitation,
    Person,
    Reader,
    Restriction,
    RoleGrant,
    SignIn,
    Team,
    TeamMember,
)
from hub.accounts.passwords import hashed, matches, new_token, token_hash
from hub.accounts.rules import Actor
from hub.accounts.staff import good_address
from hub.base import clock, jobs
from hub.base.db import given
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _

INVITE_DAYS = 7
RESET_HOURS = 24


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    by: Actor,
    password: str | None = None,
    title: str = "",
    name_en: str = "",
    title_en: str = "",
    demo: bool = False,
) -> Person:
    """Add a colleague; Conflict when the address is taken, HubError on an unknown role or a bad address."""
    by.must("people.manage")
    address = good_address(email)
    if not name.strip():
        raise HubError(_("请填写姓名。"))
    if queries.by_email(session, address):
        raise Conflict(_("%(email)s 已经在人员名单里。") % {"email": address})
    person = Person(
        email=address,
        name=name.strip(),
        name_en=name_en,
        title=title,
        title_en=title_en,
        password_hash=hashed(password) if password else "",
        demo=demo,
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    set_roles(session, person, roles, by=by)
    activity.record(session, "add", "person", person.id, by=by.id, email=address)
    return person


def set_roles(session: Session, person: Person, roles: Iterable[str], *, by: Actor) -> None:
    """Give the person exactly these roles; the last administrator cannot lose that role."""
    by.must("people.manage")
    wanted = set(roles)
    unknown = wanted - set(ROLES)
    if unknown:
        raise HubError(_("没有“%(role)s”这个角色。") % {"role": min(unknown)})
    had = set(queries.roles_of(session, [person.id or 0]).get(person.id or 0, []))
    if "administrator" in had - wanted:
        _keep_one_administrator(session, person)
    for role in had - wanted:
        session.exec(
            delete(RoleGrant).where(col(RoleGrant.person_id) == person.id, col(RoleGrant.role) == role)
        )
    for role in wanted - had:
        session.add(RoleGrant(person_id=person.id or 0, role=role))
    session.flush()
    if had != wanted:
        activity.record(session, "set_roles", "person", person.id, by=by.id, roles=sorted(wanted))


def _keep_one_administrator(session: Session, person: Person) -> None:
    others = [p for p in queries.with_role(session, "administrator") if p.id != person.id]
    if not others:
        raise Conflict(_("至少要留一位管理员。请先把另一个人设为管理员。"))


def set_active(session: Session, person: Person, *, active: bool, by: Actor) -> None:
    """Let the person in or keep them out; their sign-ins and tokens end with it."""
    by.must("people.manage")
    if not active and "administrator" in queries.roles_of(session, [person.id or 0]).get(person.id or 0, []):
        _keep_one_administrator(session, person)
    person.active = active
    session.add(person)
    if not active:
        session.exec(delete(SignIn).where(col(SignIn.person_id) == person.id))
        session.exec(delete(ApiToken).where(col(ApiToken.person_id) == person.id))
        session.exec(delete(Invitation).where(col(Invitation.person_id) == person.id))
    activity.record(session, "activate" if active else "deactivate", "person", person.id, by=by.id)


def set_approver(session: Session, person: Person, products: Iterable[str], *, by: Actor) -> None:
    """Let the person approve material of exactly these products; who reads their drafts is worked out anew."""
    by.must("people.manage")
    had = set(session.exec(select(ApproverGrant.product).where(ApproverGrant.person_id == person.id)).all())
    wanted = set(products)
    session.exec(delete(ApproverGrant).where(col(ApproverGrant.person_id) == person.id))
    for product in sorted(wanted):
        session.add(ApproverGrant(person_id=person.id or 0, product=product))
    session.flush()
    for product in sorted(had ^ wanted):
        jobs.later(session, "product.readers", key=product, product=product)
    if had != wanted:
        activity.record(session, "set_approver", "person", person.id, by=by.id, products=sorted(wanted))


def set_industries(session: Session, person_id: int, industries: Iterable[str]) -> None:
    """The industries the person works in."""
    session.exec(delete(Interest).where(col(Interest.person_id) == person_id))
    for industry in dict.fromkeys(industries):
        session.add(Interest(person_id=person_id, industry=industry))
    session.flush()


def add_team(
    session: Session, *, key: str, name: str, name_en: str = "", by: Actor, demo: bool = False
) -> Team:
    by.must("people.manage")
    if queries.team_by_key(session, key):
        raise Conflict(_("已经有一个叫“%(key)s”的团队。") % {"key": key})
    team = Team(key=key, name=name, name_en=name_en, demo=demo)
    session.add(team)
    session.flush()
    return team


def set_teams(session: Session, person: Person, team_ids: Iterable[int], *, by: Actor) -> None:
    """Put the person in exactly these teams."""
    by.must("people.manage")
    session.exec(delete(TeamMember).where(col(TeamMember.person_id) == person.id))
    for team_id in dict.fromkeys(team_ids):
        session.add(TeamMember(team_id=team_id, person_id=person.id or 0))
    session.flush()


def sign_in(
    session: Session, *, email: str, password: str, days: int, browser: str = "", at: datetime | None = None
) -> str:
    """Check the password and open a new sign-in; returns the cookie's secret. NotAllowed when it does not match."""
    person = queries.by_email(session, email)
    right = matches(password, person.password_hash if person else "")
    if person is None or not right or not person.active:
        raise NotAllowed(_("邮箱或密码不对。忘了密码，请管理员发一个重设链接。"))
    return open_sign_in(session, person, days=days, browser=browser, at=at)


def sign_out(session: Session, cookie: str) -> None:
    session.exec(delete(SignIn).where(col(SignIn.token_hash) == token_hash(cookie)))


def set_password(session: Session, person: Person, password: str) -> None:
    """Set a new password; every sign-in of the person ends."""
    person.password_hash = hashed(password)
    session.add(person)
    session.exec(delete(SignIn).where(col(SignIn.person_id) == person.id))


def change_password(session: Session, *, old: str, new: str, by: Actor) -> None:
    """Change one's own password; NotAllowed when the old one is wrong."""
    person = queries.person(session, by.id or 0)
    if not matches(old, person.password_hash):
        raise NotAllowed(_("原密码不对。"))
    set_password(session, person, new)


def invite(session: Session, person: Person, *, by: Actor, at: datetime | None = None) -> str:
    """Make a link secret with which the person sets a password; earlier links of theirs end."""
    by.must("people.manage")
    if not person.active:
        raise Conflict(_("%(name)s已停用。先启用，再发链接。") % {"name": person.name})
    at = at or clock.now()
    purpose = "reset" if person.password_hash else "invite"
    life = timedelta(hours=RESET_HOURS) if purpose == "reset" else timedelta(days=INVITE_DAYS)
    session.exec(delete(Invitation).where(col(Invitation.person_id) == person.id))
    secret, digest = new_token()
    session.add(
        Invitation(
            token_hash=digest, person_id=person.id or 0, purpose=purpose, created_at=at, expires_at=at + life
        )
    )
    activity.record(session, purpose, "person", person.id, by=by.id)
    return secret


def accept_invitation(session: Session, token: str, password: str, *, at: datetime | None = None) -> Person:
    """Set the password by link; NotFound when the link is unknown, used or too old."""
    row = queries.invitation(session, token, at=at)
    if row is None:
        raise NotFound(_("这个链接已经用过或过期了。请管理员再发一个。"))
    person = queries.person(session, row.person_id)
    set_password(session, person, password)
    row.used_at = at or clock.now()
    session.add(row)
    return person


@dataclass(frozen=True)
class NewToken:
    """A fresh API token; `secret` is shown this once."""

    secret: str
    row: ApiToken


def make_api_token(session: Session, person: Person, *, name: str, days: int | None = None) -> NewToken:
    """A personal token for REST; `days` None means it does not end by itself."""
    secret = "qv_" + new_token()[0]
    at = clock.now()
    row = ApiToken(
        token_hash=token_hash(secret),
        person_id=person.id or 0,
        name=name.strip() or "token",
        created_at=at,
        expires_at=at + timedelta(days=days) if days else None,
    )
    session.add(row)
    session.flush()
    activity.record(session, "make_token", "person", person.id, by=person.id, name=row.name)
    return NewToken(secret, row)


def revoke_api_token(session: Session, token_id: int, *, by: Actor) -> None:
    """End one of one's own tokens (an administrator: anybody's)."""
    row = session.get(ApiToken, token_id)
    if row is None or (row.person_id != by.id and not by.may("people.manage")):
        raise NotFound(_("没有这个令牌。"))
    session.delete(row)


def restrict(
    session: Session, thing: str, thing_id: int, *, teams: Iterable[int] = (), people: Iterable[int] = ()
) -> None:
    """Name exactly who a restricted thing is open to. The caller checks permission and recomputes readers."""
    session.exec(
        delete(Restriction).where(col(Restriction.thing) == thing, col(Restriction.thing_id) == thing_id)
    )
    for team_id in dict.fromkeys(teams):
        session.add(Restriction(thing=thing, thing_id=thing_id, team_id=team_id))
    for person_id in dict.fromkeys(people):
        session.add(Restriction(thing=thing, thing_id=thing_id, person_id=person_id))
    session.flush()


def set_readers(session: Session, thing: str, thing_id: int, tokens: Iterable[str]) -> None:
    """Write who may read the thing; what did not change is left alone."""
    set_all_readers(session, thing_id, {thing: tokens})


def set_all_readers(session: Session, thing_id: int, tokens: Mapping[str, Iterable[str]]) -> None:
    """The same for several faces of one thing, each with its own readers, in as few questions as for one."""
    wanted = {(thing, token) for thing, each in tokens.items() for token in each}
    asked = {"things": sorted(tokens), "thing_id": thing_id}
    had = {(thing, token) for thing, token in session.execute(_READERS, asked)}
    gone = [
        {"of_thing": thing, "of_token": token, "of_id": thing_id} for thing, token in sorted(had - wanted)
    ]
    if gone:
        session.connection().execute(_NO_READER, gone)
    new = [{"thing": thing, "token": token, "thing_id": thing_id} for thing, token in sorted(wanted - had)]
    if new:
        session.execute(insert(Reader), new)


_READERS = select_columns(Reader.thing, Reader.token).where(  # type: ignore[call-overload]
    col(Reader.thing).in_(bindparam("things", expanding=True)), col(Reader.thing_id) == given("thing_id")
)
_NO_READER = delete(Reader.__table__).where(  # type: ignore[attr-defined]
    col(Reader.thing) == given("of_thing"),
    col(Reader.thing_id) == given("of_id"),
    col(Reader.token) == given("of_token"),
)


def sign_in_as_demo(session: Session, *, email: str, days: int) -> str:
    """Open a sign-in as one of the demo's people, without a password; NotAllowed for anybody else."""
    person = queries.by_email(session, email)
    if person is None or not person.demo or not person.active or not person.password_hash:
        raise NotAllowed(_("演示已移除，或没有这个演示人物。请用自己的账号登录。"))
    return open_sign_in(session, person, days=days)


def open_sign_in(
    session: Session, person: Person, *, days: int, browser: str = "", at: datetime | None = None
) -> str:
    """A new sign-in for a person who has proved who they are; returns the cookie's secret."""
    at = at or clock.now()
    secret, digest = new_token()
    session.add(
        SignIn(
            token_hash=digest,
            person_id=person.id or 0,
            created_at=at,
            expires_at=at + timedelta(days=days),
            browser=browser[:200],
        )
    )
    person.last_seen_at = at
    session.add(person)
    session.exec(delete(SignIn).where(col(SignIn.expires_at) <= at))
    activity.record(session, "sign_in", "person", person.id, by=person.id)
    return secret
