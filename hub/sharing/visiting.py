"""A visit by a link: finding the link, the gate, and what a visitor does there. No account is needed.

`secret` is what the visitor's cookie says (see `rules.secret_in`); empty for a browser that has none yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, guesses, notices
from hub.base import clock, stamps
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import SOURCE, _, current
from hub.sharing import queries, rules
from hub.sharing.language import language_of
from hub.sharing.models import Share, ShareEvent, ShareVisitor

AGAIN_AFTER = timedelta(minutes=30)  # who comes back after so long has opened the link once more


@dataclass(frozen=True)
class Asked:
    """Whom the visitor of an ended link may ask; phone and address only for whom they were told to before."""

    name: str
    name_en: str
    title: str
    phone: str
    email: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return (self.name_en or self.name) if current() == "en" else self.name


class Ended(HubError):  # noqa: N818 - says what is so
    """The link leads nowhere: withdrawn, run out, or its owner has left. Answered with 410."""

    status = 410
    code = "ended"

    def __init__(self, message: str, asked: Asked | None = None, language: str = SOURCE) -> None:
        """`asked` is None where nobody who could be asked works here any more; `language` is the link's."""
        super().__init__(message)
        self.asked = asked
        self.language = language


class Unknown(HubError):  # noqa: N818 - says what is so
    """No link has this token. Answered with 404, in the same words as an ended one."""

    status = 404
    code = "not_found"


@dataclass(frozen=True)
class Visit:
    """An open link and who looks: the visitor's row where there is one, and whether the gate is passed."""

    share: Share
    owner: accounts.Person
    visitor: ShareVisitor | None
    passed: bool


def no_way() -> str:
    """What is said of an address that leads nowhere, whether it ever did or not."""
    return _("这个链接已经不能用了。请向发给您的人要一个新的。")


def too_many() -> guesses.TooMany:
    """What is said to whom has tried too many addresses, whether this one is right or not."""
    return guesses.TooMany(_("从您这里来的错误链接太多了，请过一小时再试。"))


def visit(
    session: Session,
    token: str,
    cookie: str,
    *,
    key: str,
    knock: guesses.Try | None = None,
    at: datetime | None = None,
) -> Visit:
    """The visit of this token; Unknown or Ended where it leads nowhere, TooMany where whoever knocks has tried too
    many that lead nowhere.
    """
    token_hash = rules.hashed(token)
    secret = rules.secret_in(key, token_hash, cookie)
    asked: dict[str, object] = {"token": token_hash, "secret": rules.hashed(secret) if secret else ""}
    asked |= {
        "guess_key": knock.key if knock else "",
        "guess_since": knock.since(at) if knock else clock.now(),
    }
    stamped, wrong, visitor = session.execute(_WHO, asked).one()
    stamps.note(session, stamped)
    if knock and wrong >= knock.limit.most:
        raise too_many()
    found = stamps.kept(
        session, ("share", "person"), ("share", token_hash), lambda: _with_owner(session, token_hash)
    )
    if found is None:
        raise Unknown(no_way())
    share, owner = found
    if queries.ended_why(share, owner, at):
        asked_for = _asked(session, share, owner, told=may_pass(share, visitor))
        raise Ended(no_way(), asked_for, language_of(session, share))
    return Visit(share, owner, visitor, may_pass(share, visitor))


def _asked(session: Session, share: Share, owner: accounts.Person, *, told: bool) -> Asked | None:
    """The contact of the link, else its owner; how to reach them is for whom the gate had let in."""
    person = queries.contact(session, share) or (owner if owner.active else None)
    if person is None:
        return None
    reach = (person.phone, person.email) if told else ("", "")
    return Asked(person.name, person.name_en, person.title, *reach)


_WHO = (
    select_columns(stamps.part(), guesses.tally(), ShareVisitor)
    .select_from(select_columns(literal(1).label("one")).subquery())
    .join(
        ShareVisitor,
        and_(
            col(ShareVisitor.share_id)
            == select(Share.id).where(Share.token_hash == bindparam("token")).scalar_subquery(),
            col(ShareVisitor.secret_hash) == bindparam("secret"),
        ),
        isouter=True,
    )
)
"""What every picture and every beat asks: the stamps, how many wrong addresses were tried from there, and the visitor
with this secret at the link of this token.
"""


def _with_owner(session: Session, token_hash: str) -> tuple[Share, accounts.Person] | None:
    """The link and its owner. What is kept outlives the session, and is changed through none."""
    query = select(Share, accounts.Person).join(
        accounts.Person, col(accounts.Person.id) == col(Share.owner_id)
    )
    found = session.exec(query.where(Share.token_hash == token_hash)).first()
    if found is None:
        return None
    share, owner = found
    if stamps.may_keep(session):
        session.expunge(share)
        session.expunge(owner)
    return share, owner


def visitor_of(session: Session, share: Share, secret: str) -> ShareVisitor | None:
    if not secret:
        return None
    query = select(ShareVisitor).where(
        ShareVisitor.share_id == share.id, ShareVisitor.secret_hash == rules.hashed(secret)
    )
    return session.exec(query).first()


def has_gate(share: Share) -> bool:
    return share.with_passcode or share.ask_email


def may_pass(share: Share, visitor: ShareVisitor | None) -> bool:
    """True without a gate, or when this visitor passed it as it is now."""
    if not has_gate(share):
        return True
    if visitor is None or visitor.gate_edition != share.gate_edition:
        return False
    return not share.ask_email or (bool(visitor.email) and rules.is_allowed(visitor.email, share.allow))


def _no_match(share: Share) -> str:
    """Names what this gate asks for, and not which of the two was wrong."""
    if share.ask_email and share.with_passcode:
        return _("对不上。请核对邮箱和口令，或问问发给您链接的人。")
    if share.ask_email:
        return _("对不上。请核对邮箱，或问问发给您链接的人。")
    return _("对不上。请核对口令，或问问发给您链接的人。")


def enter(
    session: Session,
    share: Share,
    secret: str,
    *,
    email: str = "",
    name: str = "",
    passcode: str = "",
    key: str,
) -> ShareVisitor:
    """Pass the gate, or NotAllowed in words that do not tell which of the two was wrong. `secret` must not be empty."""
    address = rules.clean_email(email) if share.ask_email else ""
    right = queries.passcode(share, key)
    known = right is None or rules.is_passcode(passcode, right)
    if not known or (share.ask_email and not rules.is_allowed(address, share.allow)):
        raise NotAllowed(_no_match(share))
    now = clock.now()
    visitor = visitor_of(session, share, secret) or ShareVisitor(
        share_id=share.id or 0, secret_hash=rules.hashed(secret), created_at=now, last_at=now
    )
    visitor.email, visitor.name = address, " ".join(name.split())[:80]
    visitor.gate_edition = share.gate_edition
    session.add(visitor)
    session.flush()
    return visitor


def open_by_hand(session: Session, share: Share, secret: str, *, at: datetime | None = None) -> ShareVisitor:
    """The visitor pressed "open": counted as opened, how long they read stays unknown."""
    return opened(session, share, rules.hashed(secret), at=at or clock.now())


def opened(session: Session, share: Share, secret_hash: str, *, at: datetime) -> ShareVisitor:
    """The visitor looks at the link: noted as an opening the first time and after a pause, the owner told once."""
    query = select(ShareVisitor).where(
        ShareVisitor.share_id == share.id, ShareVisitor.secret_hash == secret_hash
    )
    visitor = session.exec(query).first() or ShareVisitor(
        share_id=share.id or 0, secret_hash=secret_hash, created_at=at, last_at=at
    )
    anew = visitor.opened_at is None or at - visitor.last_at > AGAIN_AFTER
    visitor.opened_at = visitor.opened_at or at
    visitor.last_at = max(visitor.last_at, at)
    session.add(visitor)
    session.flush()
    if anew:
        session.add(ShareEvent(share_id=share.id or 0, visitor_id=visitor.id, what="open", at=at))
        _tell_first(session, share, visitor, at)
    return visitor


def _tell_first(session: Session, share: Share, visitor: ShareVisitor, at: datetime) -> None:
    if share.first_opened_at is not None:
        return
    share.first_opened_at = at
    session.add(share)
    who = visitor.name or visitor.email
    notices.tell(
        session,
        [share.owner_id],
        event=f"share:{share.id}:opened",
        key="share_opened_by" if who else "share_opened",
        url=f"/shares/{share.id}",
        title=share.title,
        **({"who": who} if who else {}),
    )


def downloaded(
    session: Session, share: Share, secret_hash: str, *, piece: Any, at: datetime | None = None
) -> None:
    """The visitor takes a file: on record before its first byte leaves."""
    at = at or clock.now()
    share = session.get_one(Share, share.id)  # the visit's own may be kept for others
    visitor = opened(session, share, secret_hash, at=at)
    details = {"thing": piece.thing, "id": piece.id, "version": piece.version_id, "title": piece.title}
    session.add(
        ShareEvent(share_id=share.id or 0, visitor_id=visitor.id, what="download", details=details, at=at)
    )


def by_ids(session: Session, ids: list[int]) -> dict[int, Share]:
    """Links by id, whoever asks: the caller has checked the visit."""
    rows = session.exec(select(Share).where(col(Share.id).in_(ids))).all()
    return {s.id: s for s in rows if s.id is not None}
