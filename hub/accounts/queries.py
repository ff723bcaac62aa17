"""Questions about people, teams and readers."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    exists,
    false,
    literal,
    true,
    union_all,
)
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub.accounts.models import (
    ApiToken,
    ApproverGrant,
    Interest,
    Invitation,
    Person,
    Reader,
    Restriction,
    RoleGrant,
    Team,
    TeamMember,
)
from hub.accounts.models import SignIn as SignInRow
from hub.accounts.passwords import token_hash
from hub.accounts.rules import ADMIN, Actor
from hub.base import clock, stamps
from hub.base.errors import NotFound
from hub.base.i18n import _


def actor(session: Session, person: Person) -> Actor:
    """The person with roles, teams and approver grants."""
    of_person = literal(person.id)
    roles = select(literal("role"), col(RoleGrant.role)).where(col(RoleGrant.person_id) == of_person)
    teams = select(literal("team"), cast(TeamMember.team_id, String)).where(
        col(TeamMember.person_id) == of_person
    )
    products = select(literal("product"), col(ApproverGrant.product)).where(
        col(ApproverGrant.person_id) == of_person
    )
    found: dict[str, set[str]] = {"role": set(), "team": set(), "product": set()}
    for what, value in session.execute(
        union_all(roles, teams, products)
    ):  # one query: it is asked on every page
        found[what].add(value)
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=frozenset(found["role"]),
        teams=frozenset(int(t) for t in found["team"]),
        approves=frozenset(found["product"]),
        language=person.language,
        title=person.title,
        phone=person.phone,
    )


def actors(session: Session, ids: Iterable[int | None]) -> dict[int, Actor]:
    """The active ones among these people as they act, in one question at most: they are kept until a person or
    anything that shares their stamp changes, which roles and teams do.
    """
    keys: dict[int, Hashable] = {i: ("actor", i) for i in ids if i is not None}
    return stamps.kept_many(
        session, ("person", stamps.OTHER), keys, lambda missing: _actors(session, missing)
    )


def _actors(session: Session, wanted: Sequence[int]) -> dict[int, Actor]:
    query = select_columns(*(getattr(Person, name) for name in _OF_PERSON), *_grants())
    query = query.where(col(Person.id).in_(wanted), col(Person.active)).order_by(col(Person.id))
    rows = session.execute(query).all()
    return {row[0]: _as_actor(row) for row in rows}


def _as_actor(row: Sequence[Any]) -> Actor:
    """Of a row of `_OF_PERSON` and `_grants`."""
    own, (roles, teams, approves) = row[: len(_OF_PERSON)], row[len(_OF_PERSON) :]
    return Actor(
        **dict(zip(_OF_PERSON, own, strict=True)),
        roles=frozenset(_listed(roles)),
        teams=frozenset(int(t) for t in _listed(teams)),
        approves=frozenset(_listed(approves)),
    )


def by_cookie(session: Session, cookie: str, *, at: datetime | None = None) -> Actor | None:
    """Who is signed in with this cookie; None when nobody is, or no more."""
    found = at_the_door(session, cookie, {}, at=at)
    return found[0] if found else None


Count = Callable[[Any], ScalarSelect[Any]]
"""Something to be counted or listed for a person: made of the column in which their id stands."""


def at_the_door(
    session: Session, cookie: str, counts: Mapping[str, Count], *, at: datetime | None = None
) -> tuple[Actor, dict[str, Any]] | None:
    """Who is signed in with this cookie, and what is counted for them, by name; None when nobody is, or no more.

    One question, whoever comes: every page asks it.
    """
    query = _door_query(tuple(counts.values()))
    row = (
        session.connection()  # nothing of it is for the mapper, which would look at it all the same
        .execute(query, {"cookie": token_hash(cookie), "now": at or clock.now()})
        .first()
    )
    if row is None:
        return None
    person, (stamped, *counted) = row[: len(_OF_PERSON) + _GRANTS], row[len(_OF_PERSON) + _GRANTS :]
    stamps.note(session, stamped)
    return _as_actor(person), dict(zip(counts, counted, strict=True))


@lru_cache(maxsize=8)
def _door_query(counts: tuple[Count, ...]) -> Select[Any]:
    """Put together once: that costs more than asking."""
    return (
        select_columns(
            *(getattr(Person, name) for name in _OF_PERSON),
            *_grants(),
            stamps.part(),
            *(count(col(Person.id)) for count in counts),
        )
        .select_from(Person)
        .join(SignInRow, col(SignInRow.person_id) == col(Person.id))
        .where(
            col(SignInRow.token_hash) == bindparam("cookie"),
            col(SignInRow.expires_at) > bindparam("now"),
            col(Person.active),
        )
    )


_OF_PERSON = ("id", "name", "email", "language", "title", "phone")
_GRANTS = 3  # roles, teams, products to approve


def _grants() -> tuple[ScalarSelect[str], ...]:
    """What makes a person an actor, each as one text of lines: roles, teams, products to approve."""
    return tuple(
        select(func.aggregate_strings(value, "\n")).where(owner == col(Person.id)).scalar_subquery()
        for value, owner in (
            (col(RoleGrant.role), col(RoleGrant.person_id)),
            (cast(TeamMember.team_id, String), col(TeamMember.person_id)),
            (col(ApproverGrant.product), col(ApproverGrant.person_id)),
        )
    )


def _listed(lines: str | None) -> list[str]:
    return lines.split("\n") if lines else []


def by_token(session: Session, token: str, *, at: datetime | None = None) -> Actor | None:
    """Whose API token this is; None when it is unknown or has expired."""
    query = (
        select(Person, ApiToken)
        .join(ApiToken, col(ApiToken.person_id) == col(Person.id))
        .where(ApiToken.token_hash == token_hash(token), Person.active)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    person, row = found
    if row.expires_at is not None and row.expires_at <= (at or clock.now()):
        return None
    return actor(session, person)


def by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == email.strip().lower())).first()


def person(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound(_("没有这个人。"))
    return found


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people, in one query at most: they are kept."""
    keys: dict[int, Hashable] = {i: ("name", i) for i in ids if i is not None}
    return stamps.kept_many(session, ("person",), keys, lambda missing: _names(session, missing))


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(_NAMES, {"ids": list(ids)})
    return {int(i): name for i, name in rows}


_NAMES = select_columns(col(Person.id), col(Person.name)).where(
    col(Person.id).in_(bindparam("ids", expanding=True))
)


class Contact(NamedTuple):
    """Whom to ask."""

    name: str
    title: str
    email: str


def contacts(session: Session, ids: Iterable[int | None]) -> dict[int, Contact]:
    """How to reach these people, in one query at most: they are kept."""
    keys: dict[int, Hashable] = {i: ("contact", i) for i in ids if i is not None}
    return stamps.kept_many(session, ("person",), keys, lambda missing: _contacts(session, missing))


def _contacts(session: Session, ids: Sequence[int]) -> dict[int, Contact]:
    query = select_columns(col(Person.id), *(col(getattr(Person, name)) for name in Contact._fields))
    return {number: Contact(*said) for number, *said in session.execute(query.where(col(Person.id).in_(ids)))}


def people_by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, Person]:
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    rows = session.exec(select(Person).where(col(Person.id).in_(wanted))).all()
    return {p.id: p for p in rows if p.id is not None}


def people(session: Session, *, active_only: bool = False) -> list[Person]:
    """Everybody, by name."""
    query = select(Person).order_by(col(Person.active).desc(), col(Person.name))
    return list(session.exec(query.where(Person.active) if active_only else query).all())


def colleagues(session: Session) -> tuple[tuple[int, str, str], ...]:
    """Id, name and title of everybody who is here, by name, for a list to choose from; kept."""

    def asked() -> tuple[tuple[int, str, str], ...]:
        return tuple((p.id or 0, p.name, p.title) for p in people(session, active_only=True))

    return stamps.kept(session, ("person",), "colleagues", asked)


def roles_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.exec(select(RoleGrant).where(col(RoleGrant.person_id).in_(ids))).all()
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.role)
    return found


def teams_of(session: Session, ids: Sequence[int]) -> dict[int, list[Team]]:
    query = select(TeamMember.person_id, Team).join(Team).where(col(TeamMember.person_id).in_(ids))
    found: dict[int, list[Team]] = {}
    for person_id, team in session.exec(query).all():
        found.setdefault(person_id, []).append(team)
    return found


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(Team.name)).all())


def team_by_key(session: Session, key: str) -> Team | None:
    return session.exec(select(Team).where(Team.key == key)).first()


def industries_of(session: Session, person_id: int) -> list[str]:
    def asked() -> tuple[str, ...]:
        return tuple(session.exec(select(Interest.industry).where(Interest.person_id == person_id)).all())

    return list(stamps.kept(session, ("interest",), ("industries", person_id), asked))


def with_role(session: Session, *roles: str) -> list[Person]:
    """The active people who have one of these roles, by name."""
    granted = select(RoleGrant.person_id).where(col(RoleGrant.role).in_(roles))
    query = select(Person).where(col(Person.id).in_(granted), Person.active).order_by(Person.name)
    return list(session.exec(query).all())


def approvers(session: Session, products: Iterable[str]) -> list[Person]:
    """Who may approve material of one of these products."""
    query = (
        select(Person)
        .join(ApproverGrant)
        .where(col(ApproverGrant.product).in_(list(products)), Person.active)
        .distinct()
    )
    return list(session.exec(query).all())


def tokens_of_person(session: Session, person_id: int) -> list[ApiToken]:
    return list(
        session.exec(select(ApiToken).where(ApiToken.person_id == person_id).order_by(col(ApiToken.id))).all()
    )


def invitation(session: Session, token: str, *, at: datetime | None = None) -> Invitation | None:
    """The invitation this link stands for; None when it is unknown, used or too old."""
    row = session.exec(select(Invitation).where(Invitation.token_hash == token_hash(token))).first()
    if row is None or row.used_at is not None or row.expires_at <= (at or clock.now()):
        return None
    return row


def restriction(session: Session, thing: str, thing_id: int) -> frozenset[str]:
    """The team and person tokens a restricted thing is open to."""
    return restrictions(session, thing, [thing_id]).get(thing_id, frozenset())


def restrictions(session: Session, thing: str, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Per thing, the tokens it is open to; a thing that is missing has none."""
    rows = session.exec(
        select(Restriction).where(Restriction.thing == thing, col(Restriction.thing_id).in_(list(ids)))
    ).all()
    found: dict[int, set[str]] = {}
    for row in rows:
        token = f"team:{row.team_id}" if row.team_id is not None else f"person:{row.person_id}"
        found.setdefault(row.thing_id, set()).add(token)
    return {k: frozenset(v) for k, v in found.items()}


def readable(thing: str, id_column: Any, by: Actor) -> ColumnElement[bool]:
    """An SQL condition: this actor may read the thing whose id stands in `id_column`."""
    return _readable(thing, id_column, by.tokens)


@lru_cache(maxsize=2048)
def _readable(thing: str, id_column: Any, tokens: frozenset[str]) -> ColumnElement[bool]:
    """Put together once for each set of tokens: every page needs it, some several times."""
    if ADMIN in tokens:
        return true()
    if not tokens:
        return false()
    return exists().where(
        col(Reader.thing) == thing,
        col(Reader.thing_id) == id_column,
        col(Reader.token).in_(sorted(tokens)),
    )


def among_readable(thing: str, id_column: Any, by: Actor) -> ColumnElement[bool]:
    """The same condition as `readable`, for counting or sorting a whole table: what is open to the actor is gathered
    once, where `readable` looks for each row and so is the better one for the first few of a list.
    """
    if ADMIN in by.tokens:
        return true()
    open_to = select(Reader.thing_id).where(Reader.thing == thing, col(Reader.token).in_(sorted(by.tokens)))
    found: ColumnElement[bool] = id_column.in_(open_to)
    return found


def may_read(session: Session, thing: str, thing_id: int, by: Actor) -> bool:
    """True when this actor may read the thing."""
    if ADMIN in by.tokens:
        return True
    opens = stamps.kept(
        session, ("reader",), ("opens", thing, thing_id), lambda: _opens(session, thing, thing_id)
    )
    return bool(opens & by.tokens)


def _opens(session: Session, thing: str, thing_id: int) -> frozenset[str]:
    query = select(Reader.token).where(Reader.thing == thing, Reader.thing_id == thing_id)
    return frozenset(session.exec(query).all())


def readers(session: Session, thing: str, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Per thing, the tokens that open it."""
    if not (ids := list(ids)):
        return {}
    rows = session.exec(select(Reader).where(Reader.thing == thing, col(Reader.thing_id).in_(ids))).all()
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.thing_id, set()).add(row.token)
    return {k: frozenset(v) for k, v in found.items()}


def has_anybody(session: Session) -> bool:
    """True once there is an administrator who can sign in."""
    query = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == "administrator")
    return session.exec(query).one() > 0


def demo_people(session: Session) -> list[Person]:
    """The demo's people, for the sign-in page while the demo is loaded."""
    query = (
        select(Person).where(Person.demo, Person.active, Person.password_hash != "").order_by(col(Person.id))
    )
    return list(session.exec(query).all())


def by_name(session: Session, name: str) -> Person | None:
    """The one person of this name in either language; None when nobody or several are called so."""
    query = select(Person).where((col(Person.name) == name) | (col(Person.name_en) == name)).limit(2)
    found = session.exec(query).all()
    return found[0] if len(found) == 1 else None
