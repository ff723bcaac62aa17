"""People, teams, what they may do, how they sign in, and who may read what."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import UtcDateTime
from hub.base.i18n import current

MAIL_WISHES = ("all", "digest", "off")  # what matters at once and the rest once a day, all once a day, none
ROLES = (
    "seller",
    "product_marketer",
    "product_manager",
    "technical_expert",
    "marketing",
    "operations",
    "customer_success",
    "administrator",
)


class Person(SQLModel, table=True):
    """A colleague. The e-mail address, in lower case, is the name they sign in with."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    title: str = Field(default="", max_length=80)
    title_en: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    language: str = Field(default="zh-CN", max_length=5)
    mail: str = Field(default="all", max_length=10)  # one of MAIL_WISHES
    password_hash: str = ""  # empty: cannot sign in by password yet
    active: bool = True
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def label(self) -> str:
        """The name in the reader's language, for those outside who read no Chinese."""
        return (self.name_en or self.name) if current() == "en" else self.name

    @property
    def position(self) -> str:
        """The title in the reader's language."""
        return (self.title_en or self.title) if current() == "en" else self.title


class RoleGrant(SQLModel, table=True):
    """One role of one person."""

    __tablename__ = "role_grant"
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    role: str = Field(primary_key=True, max_length=30)


class ApproverGrant(SQLModel, table=True):
    """The person may approve material of this product."""

    __tablename__ = "approver_grant"
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    product: str = Field(primary_key=True, max_length=60)


class Team(SQLModel, table=True):
    """A group of people to whom things can be restricted."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    demo: bool = False

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return (self.name_en or self.name) if current() == "en" else self.name


class TeamMember(SQLModel, table=True):
    """The person belongs to the team."""

    __tablename__ = "team_member"
    team_id: int = Field(foreign_key="team.id", primary_key=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE", index=True)


class Interest(SQLModel, table=True):
    """An industry the person works in: what the front page offers first."""

    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    industry: str = Field(primary_key=True, max_length=60)


class Restriction(SQLModel, table=True):
    """A restricted thing is open to this team or person (besides owner, reviewers and administrators)."""

    __table_args__ = (Index("ix_restriction_thing", "thing", "thing_id"),)
    id: int | None = Field(default=None, primary_key=True)
    thing: str = Field(max_length=20)  # asset, toolkit, requirement, customer, product
    thing_id: int
    team_id: int | None = Field(default=None, foreign_key="team.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE")


class Reader(SQLModel, table=True):
    """Who may read a thing, worked out when the thing changes and used by every list, count and by the search index.

    A token is "all", "admin", "role:<role>", "team:<id>", "person:<id>" or "approver:<product key>"; a person carries a
    set of tokens, and may read what carries one of them.
    """

    __table_args__ = (Index("ix_reader_thing_id", "thing", "thing_id"),)
    thing: str = Field(primary_key=True, max_length=20)
    token: str = Field(primary_key=True, max_length=80)
    thing_id: int = Field(primary_key=True)


class SignIn(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random secret, the row only its hash."""

    __tablename__ = "sign_in"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    browser: str = Field(default="", max_length=200)


class ApiToken(SQLModel, table=True):
    """A personal token for REST; shown once, kept as a hash."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Invitation(SQLModel, table=True):
    """A link with which a person sets a password: the first time (invite) or again (reset). Works once."""

    __table_args__ = (UniqueConstraint("token_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    purpose: str = Field(default="invite", max_length=10)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
