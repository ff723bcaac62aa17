"""Mail: notices that also leave the house, where a mail server is set up. One person, one event, one channel: at most
once, which the table sees to. Decisions, slips and launches go at once, the rest in one digest a day; each person may
choose otherwise. Whom a mail still concerns is asked again at the moment it is sent.

A mail is *waiting*, *sending* (noted before the first byte, so that a crash never sends it twice), *sent*, *dropped*
(the person wants none, has left, or may no longer know of it) or *failed*, which administrators see and may try again.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, func, select

from hub import accounts
from hub.base import clock, i18n, paths
from hub.base.db import Database, UtcDateTime
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _, n_, speaking
from hub.base.settings import Settings
from hub.notices import Notice

CHANNEL = "mail"
AT_ONCE = frozenset(
    {
        "requirement_planned", "requirement_parked", "requirement_declined", "requirement_slipped",
        "requirement_shipped", "requirement_launched", "requirement_reopened", "requirement_retired",
        "requirement_more", "requirement_escalated", "staff_planned", "staff_shipped", "staff_launched",
        "staff_reopened", "launch_attention", "tell_customer", "handed_over", "withdrawn", "withdrawn_instead",
        "withdrawn_source", "launch_moved", "launch_undated",
    }
)  # fmt: skip
DIGEST_AT = time(8, 30)  # of the house
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
FRESH = timedelta(days=1)  # what is older than this when mail is set up is no news
STUCK = timedelta(hours=1)
SECONDS = 20.0  # for one step of the talk with the mail server
MOST = 200  # in one round
Opens = Callable[[Session, accounts.Actor, Notice], bool]


class Mail(SQLModel, table=True):
    """A notice on its way by mail. `due_at` is when it may go; several of one digest go together."""

    __table_args__ = (
        UniqueConstraint("person_id", "event", "channel"),
        Index("ix_mail_due", "state", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    notice_id: int = Field(foreign_key="notice.id", ondelete="CASCADE", index=True)
    event: str = Field(max_length=120)
    channel: str = Field(default=CHANNEL, max_length=10)
    digest: bool = False
    state: str = Field(default="waiting", max_length=10)
    tries: int = 0
    error: str = Field(default="", max_length=500)
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# ---- taking notices in


def is_set_up(settings: Settings) -> bool:
    return bool(settings.smtp_host and settings.smtp_from)


def due(session: Session, *, at: datetime | None = None) -> bool:
    """True when there is a notice to take in or a mail to send: a look that writes nothing."""
    at = at or clock.now()
    waiting = select(Mail.id).where(Mail.state == "waiting", Mail.due_at <= at).limit(1)
    return session.exec(_new(at).limit(1)).first() is not None or session.exec(waiting).first() is not None


def _new(at: datetime) -> Any:
    """Notices of the last day that no mail is there for."""
    taken = select(Mail.id).where(Mail.notice_id == Notice.id).exists()
    return select(Notice).where(col(Notice.created_at) > at - FRESH, ~taken).order_by(col(Notice.id))


def collect(session: Session, *, at: datetime | None = None) -> int:
    """Make a mail of each new notice, as its reader wants them; returns how many."""
    at = at or clock.now()
    found = list(session.exec(_new(at).limit(MOST)).all())
    people = accounts.people_by_ids(session, [n.person_id for n in found])
    for notice in found:
        wish = people[notice.person_id].mail
        digest = wish == "digest" or notice.key not in AT_ONCE
        dropped = wish == "off" or notice.read_at is not None or not people[notice.person_id].active
        session.add(
            Mail(
                person_id=notice.person_id,
                notice_id=notice.id or 0,
                event=notice.event,
                digest=digest,
                state="dropped" if dropped else "waiting",
                due_at=next_digest(at) if digest else at,
            )
        )
    session.flush()
    return len(found)


def next_digest(at: datetime) -> datetime:
    """The next half past eight of the house."""
    today = datetime.combine(clock.today(at), DIGEST_AT, clock.HOUSE_ZONE)
    return today if at <= today else today + timedelta(days=1)


# ---- sending


@dataclass(frozen=True)
class Letter:
    """One mail as it goes out; `ids` are the rows it stands for."""

    ids: tuple[int, ...]
    to: str
    message: EmailMessage


def send_due(
    database: Database, settings: Settings, opens: Opens, *, at: datetime | None = None
) -> tuple[int, int]:
    """Send what is due; (how many letters went, how many did not). Nobody waits for it, and nothing of it raises. When
    nobody answers at the mail server the rest is left for the next round, not tried one by one.
    """
    at = at or clock.now()
    sent = failed = 0
    with database.write() as session:
        _give_up_stuck(session, at)
        letters = _letters(session, settings, opens, at)
    for number, letter in enumerate(letters):
        error, away = _try(settings, letter)
        with database.write() as session:
            _note(session, letter.ids, error, at)
            if away:
                _leave(session, [i for rest in letters[number + 1 :] for i in rest.ids], error, at)
        sent, failed = sent + (not error), failed + bool(error)
        if away:
            return sent, len(letters) - sent
    return sent, failed


def _letters(session: Session, settings: Settings, opens: Opens, at: datetime) -> list[Letter]:
    """What goes now, noted as being sent; what no longer concerns its reader is dropped."""
    query = (
        select(Mail, Notice)
        .join(Notice, col(Notice.id) == col(Mail.notice_id))
        .where(Mail.state == "waiting", Mail.due_at <= at)
        .order_by(col(Mail.id))
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    found = list(session.exec(query).all())
    readers = accounts.actors(session, [m.person_id for m, _n in found])
    bundles: dict[tuple[int, int], list[tuple[Mail, Notice]]] = {}
    for mail, notice in found:
        reader = readers.get(mail.person_id)
        if reader is None or not opens(session, reader, notice):
            mail.state, mail.done_at = "dropped", at
        else:
            mail.state, mail.done_at = "sending", at
            bundles.setdefault((mail.person_id, 0 if mail.digest else mail.id or 0), []).append(
                (mail, notice)
            )
        session.add(mail)
    session.flush()
    return [
        _letter(settings, readers[person], [m.id or 0 for m, _n in rows], [n for _m, n in rows])
        for (person, _alone), rows in bundles.items()
    ]


def _letter(
    settings: Settings, reader: accounts.Actor, ids: Sequence[int], notices: Sequence[Notice]
) -> Letter:
    """In the reader's language, as text and as HTML."""
    message = EmailMessage()
    with speaking(reader.language):
        base = settings.public_url.rstrip("/")
        lines = [(n.text, f"{base}{n.url}" if base and n.url else "") for n in notices]
        subject = lines[0][0] if len(lines) == 1 else n_("%(n)s 件事等您看", len(lines))
        values = {
            "name": reader.name,
            "lines": lines,
            "own": f"{base}/me" if base else "",
            "language": reader.language,
        }
        message["Subject"] = " ".join(subject.split())
        message["From"], message["To"] = settings.smtp_from, reader.email
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = make_msgid(
            f"hub-{ids[0]}", domain=settings.smtp_from.rsplit("@", 1)[-1].strip(" >")
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_templates().get_template("notice.txt").render(values))
        message.add_alternative(_templates().get_template("notice.html").render(values), subtype="html")
    return Letter(tuple(ids), reader.email, message)


@cache
def _templates() -> Environment:
    env = Environment(
        loader=FileSystemLoader(paths.templates_dir() / "mail"),
        autoescape=select_autoescape(["html"]),  # a mail's text is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(_=i18n._, n_=i18n.n_)
    return env


def _try(settings: Settings, letter: Letter) -> tuple[str, bool]:
    """Why it did not go, empty when it did; and whether it is the server that does not answer."""
    try:
        deliver(settings, letter.message)
    except (OSError, smtplib.SMTPException) as error:  # an SMTPException is an OSError
        gone = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError)
        away = isinstance(error, gone) or not isinstance(error, smtplib.SMTPException)
        return f"{type(error).__name__}: {error}"[:500], away
    return "", False


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Hand one message to the mail server; OSError or SMTPException when it does not take it."""
    trusted = ssl.create_default_context()
    where = (settings.smtp_host, settings.smtp_port)
    server = (
        smtplib.SMTP_SSL(*where, timeout=SECONDS, context=trusted)
        if settings.smtp_security == "tls"
        else smtplib.SMTP(*where, timeout=SECONDS)
    )
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _note(session: Session, ids: Iterable[int], error: str, at: datetime) -> None:
    for mail in session.exec(select(Mail).where(col(Mail.id).in_(list(ids)))).all():
        mail.tries += 1
        mail.error, mail.done_at = error, at
        if not error:
            mail.state = "sent"
        elif mail.tries <= len(PAUSES):
            mail.state, mail.due_at = "waiting", at + PAUSES[mail.tries - 1]
        else:
            mail.state = "failed"
        session.add(mail)


def _leave(session: Session, ids: Sequence[int], error: str, at: datetime) -> None:
    """What was not tried, because the server did not answer, waits as long as what was; no try is counted."""
    for mail in session.exec(select(Mail).where(col(Mail.id).in_(ids))).all():
        mail.state, mail.error, mail.due_at, mail.done_at = "waiting", error, at + PAUSES[0], at
        session.add(mail)


def _give_up_stuck(session: Session, at: datetime) -> None:
    """A mail that was being sent when the hub stopped may have gone: it is told, not sent again."""
    query = select(Mail).where(Mail.state == "sending", col(Mail.done_at) < at - STUCK)
    for mail in session.exec(query).all():
        mail.state, mail.error = "failed", _("发送时中断了，不知道有没有送到。")
        session.add(mail)


# ---- what administrators see


def failed(session: Session, *, by: accounts.Actor, limit: int = 50) -> list[tuple[Mail, str]]:
    """The mails that were given up, newest first, with the address they were for."""
    by.must("hub.manage")
    query = select(Mail).where(Mail.state == "failed").order_by(col(Mail.id).desc()).limit(limit)
    found = list(session.exec(query).all())
    people = accounts.people_by_ids(session, [m.person_id for m in found])
    return [(m, people[m.person_id].email) for m in found]


def waiting_count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Mail).where(Mail.state == "waiting")).one()


def retry(session: Session, mail_id: int, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """Send a mail that was given up once more; NotFound for any other."""
    by.must("hub.manage")
    mail = session.get(Mail, mail_id)
    if mail is None or mail.state != "failed":
        raise NotFound(_("没有这封没发出去的邮件。"))
    mail.state, mail.tries, mail.error, mail.due_at = "waiting", 0, "", at or clock.now()
    session.add(mail)


def try_out(settings: Settings, to: str) -> None:
    """Send a letter that says that mail works; HubError with the server's own words when it does not."""
    if not is_set_up(settings):
        raise HubError(_("还没有设邮件：至少要 HUB_SMTP_HOST 和 HUB_SMTP_FROM。"))
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = _("邮件通了"), settings.smtp_from, to
    message.set_content(_("这是一封测试邮件。收到它，说明弹药库能给大家发通知了。"))
    try:
        deliver(settings, message)
    except (OSError, smtplib.SMTPException) as error:
        raise HubError(_("没有发出去：%(why)s") % {"why": error}) from error
