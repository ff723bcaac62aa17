"""What an administrator does with people and teams beyond roles: find, edit, teams and their members."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, or_
from sqlmodel import Session, col, func, select

from hub import activity
from hub.accounts import queries
from hub.accounts.models import Person, RoleGrant, Team, TeamMember
from hub.accounts.rules import Actor
from hub.base import keys
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _

LONGEST_ADDRESS = 254  # RFC 5321


@dataclass(frozen=True)
class Profile:
    """What is said about a person."""

    name: str
    name_en: str = ""
    title: str = ""
    phone: str = ""
    title_en: str = ""


def good_address(email: str) -> str:
    """The address in lower case; HubError when it does not look like one."""
    address = email.strip().lower()
    before, at, after = address.partition("@")
    spaced = any(c.isspace() for c in address)
    if not (before and at and after) or "@" in after or spaced or len(address) > LONGEST_ADDRESS:
        raise HubError(_("“%(email)s” 不像一个邮箱地址，请检查。") % {"email": email})
    return address


def find_people(
    session: Session, *, words: str = "", role: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[Person], int]:
    """People whose name, address or title holds the words, active ones first, by name; and how many there are."""
    query = select(Person)
    if words.strip():
        fields = (Person.name, Person.name_en, Person.email, Person.title)
        query = query.where(or_(*(col(f).icontains(words.strip(), autoescape=True) for f in fields)))
    if role:
        query = query.where(col(Person.id).in_(select(RoleGrant.person_id).where(RoleGrant.role == role)))
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    query = query.order_by(col(Person.active).desc(), col(Person.name), col(Person.id))
    return list(session.exec(query.offset(offset).limit(limit)).all()), total


def edit_person(session: Session, person: Person, profile: Profile, *, email: str, by: Actor) -> None:
    """Change what is said about a person and the address they sign in with; Conflict when it is taken."""
    by.must("people.manage")
    address = good_address(email)
    other = queries.by_email(session, address)
    if other is not None and other.id != person.id:
        raise Conflict(_("%(email)s 已经在人员名单里。") % {"email": address})
    person.email = address
    set_profile(session, person, profile)
    activity.record(session, "edit", "person", person.id, by=by.id)


def set_profile(session: Session, person: Person, profile: Profile) -> None:
    """Write the profile, cut to what the columns hold. The caller has checked that this may be."""
    if not profile.name.strip():
        raise HubError(_("请填写姓名。"))
    person.name = profile.name.strip()[:80]
    person.name_en = profile.name_en.strip()[:80]
    person.title = profile.title.strip()[:80]
    person.title_en = profile.title_en.strip()[:80]
    person.phone = profile.phone.strip()[:40]
    session.add(person)
    session.flush()


def approves(session: Session, person_id: int) -> frozenset[str]:
    """The products whose material the person may approve."""
    return queries.actor(session, queries.person(session, person_id)).approves


def team(session: Session, team_id: int) -> Team:
    found = session.get(Team, team_id)
    if found is None:
        raise NotFound(_("没有这个团队。"))
    return found


def team_by_name(session: Session, name: str) -> Team | None:
    """The team of this key, or of this name in either language."""
    said = name.strip()
    wanted = (col(Team.key) == said) | (col(Team.name) == said) | (col(Team.name_en) == said)
    return session.exec(select(Team).where(wanted)).first()


def new_team(session: Session, *, name: str, name_en: str = "", by: Actor) -> Team:
    """A team under a key made from its name; Conflict when one is called so already."""
    by.must("people.manage")
    said = _good_team_name(session, name, None)
    taken = set(session.exec(select(Team.key)).all())
    made = Team(key=keys.suggest(said, name_en, taken=taken), name=said, name_en=name_en.strip()[:80])
    session.add(made)
    session.flush()
    activity.record(session, "add", "team", made.id, by=by.id, name=said)
    return made


def rename_team(session: Session, found: Team, *, name: str, name_en: str = "", by: Actor) -> None:
    """Call the team otherwise; Conflict when another is called so."""
    by.must("people.manage")
    found.name, found.name_en = _good_team_name(session, name, found), name_en.strip()[:80]
    session.add(found)
    activity.record(session, "rename", "team", found.id, by=by.id, name=found.name)


def _good_team_name(session: Session, name: str, own: Team | None) -> str:
    said = " ".join(name.split())[:80]
    if not said:
        raise HubError(_("请填写团队名称。"))
    other = team_by_name(session, said)
    if other is not None and (own is None or other.id != own.id):
        raise Conflict(_("已经有一个叫“%(key)s”的团队。") % {"key": said})
    return said


def members(session: Session) -> dict[int, list[int]]:
    """Per team, the ids of its people."""
    found: dict[int, list[int]] = {}
    for row in session.exec(select(TeamMember)):
        found.setdefault(row.team_id, []).append(row.person_id)
    return found


def set_members(session: Session, found: Team, people: Iterable[int], *, by: Actor) -> None:
    """Let exactly these people belong to the team."""
    by.must("people.manage")
    wanted = set(people)
    known = set(session.exec(select(Person.id).where(col(Person.id).in_(wanted))).all())
    session.exec(delete(TeamMember).where(col(TeamMember.team_id) == found.id))
    for person_id in sorted(i for i in known if i is not None):
        session.add(TeamMember(team_id=found.id or 0, person_id=person_id))
    session.flush()
    activity.record(session, "set_members", "team", found.id, by=by.id, people=len(known))


def set_members_here(session: Session, found: Team, people: Iterable[int], *, by: Actor) -> None:
    """Let exactly these of the people who may come in belong to the team; who is away keeps their place."""
    by.must("people.manage")
    away = (
        select(TeamMember.person_id).join(Person).where(TeamMember.team_id == found.id, ~col(Person.active))
    )
    set_members(session, found, [*people, *session.exec(away).all()], by=by)
