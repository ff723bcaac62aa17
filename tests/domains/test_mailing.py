"""Notices by mail: to whom, when, once, and that a mail server that is away holds nobody up. The mail server here is a
real one, on this machine.
"""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlmodel import select

from hub import accounts, library, mailing, notices
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.settings import Settings
from hub.mailing import Mail
from hub.worker.loop import LANES
from tests.domains.requirement_cast import asked_for, keep_secret, wanted

NOW = datetime.now(UTC)


@dataclass
class Post:
    """What the mail server took in; `refuses` is its answer to a message that it does not take."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuses: bytes = b""
    port: int = 0

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(m["To"], m["Subject"]) for m in self.messages]


def _talk(post: Post) -> type[socketserver.StreamRequestHandler]:
    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA" and not post.refuses:
                    self.wfile.write(b"354 go on\r\n")
                    data = b"".join(iter(self.rfile.readline, b".\r\n"))
                    post.messages.append(message_from_bytes(data, policy=policy.default))
                self.wfile.write(post.refuses if word == b"DATA" and post.refuses else b"250 fine\r\n")
                if word == b"QUIT":
                    return

    return Talk


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    with socketserver.TCPServer(("127.0.0.1", 0), _talk(made)) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(post, wiring) -> Settings:
    return Settings(
        home=wiring.settings.home,
        smtp_host="127.0.0.1",
        smtp_port=post.port,
        smtp_security="none",
        smtp_from="弹药库 <hub@test.example>",
        public_url="https://hub.test.example/",
    )


@pytest.fixture
def round_of(wiring, settings):
    """`round_of()`: what the worker does once, as if it were `at`."""

    def go(at: datetime = NOW) -> tuple[int, int]:
        with wiring.database.write() as session:
            mailing.collect(session, at=at)
        return mailing.send_due(wiring.database, settings, library.opens, at=at)

    return go


@pytest.fixture
def tell(wiring):
    def said(person, key="requirement_planned", event="requirement:1:planned", url="", **values):
        with wiring.database.write() as session:
            values = {"title": "分时电价", "quarter": "2026Q4", **values}
            notices.tell(session, [person.id], event=event, key=key, url=url, **values)

    return said


def mails(wiring) -> list[Mail]:
    with wiring.database.read() as session:
        return list(session.exec(select(Mail)).all())


def next_morning() -> datetime:
    return mailing.next_digest(NOW) + timedelta(minutes=1)


def test_a_decision_goes_at_once_as_text_and_html_with_its_link(round_of, tell, post, cast):
    tell(cast.lin, url="/notices", title="<b>电价</b>")

    assert round_of() == (1, 0)

    (letter,) = post.messages
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert post.told == [(cast.lin.email, "您提的“<b>电价</b>”排上了，计划 2026 Q4")]
    assert "弹药库" in str(letter["From"])
    assert "https://hub.test.example/notices" in text
    assert "<b>电价</b>" in text
    assert "&lt;b&gt;电价" in html
    assert "https://hub.test.example/me" in html


def test_a_reader_of_english_is_written_to_in_english(round_of, tell, post, cast, wiring):
    with wiring.database.write() as session:
        accounts.person(session, cast.lin.id).language = "en"
    tell(cast.lin)

    round_of()

    assert "Dear 林晓" in post.messages[0].get_body(("plain",)).get_content()


def test_one_person_and_event_make_one_mail(round_of, tell, post, cast):
    tell(cast.lin)
    round_of()
    tell(cast.lin)
    round_of()
    round_of(next_morning())

    assert len(post.messages) == 1


def test_the_rest_waits_for_one_digest_a_day(round_of, tell, post, cast):
    tell(cast.lin, key="deck_ready", event="deck:1")
    tell(cast.lin, key="deck_ready", event="deck:2")

    assert round_of() == (0, 0)
    assert round_of(next_morning()) == (1, 0)

    assert post.told == [(cast.lin.email, "2 件事等您看")]


@pytest.mark.parametrize(("wish", "at_once", "later"), [("all", 1, 1), ("digest", 0, 1), ("off", 0, 0)])
def test_each_chooses_how_much_mail_they_get(round_of, tell, post, cast, wiring, wish, at_once, later):
    with wiring.database.write() as session:
        profile = accounts.Profile("林晓", "", "", "")
        accounts.edit_own(session, profile, language="zh-CN", industries=[], mail=wish, by=cast.lin)
    tell(cast.lin)

    round_of()
    first = len(post.messages)
    round_of(next_morning())

    assert (first, len(post.messages)) == (at_once, later)


def test_no_other_wish_is_taken(wiring, cast):
    profile = accounts.Profile("林晓", "", "", "")
    with wiring.database.write() as session, pytest.raises(HubError):
        accounts.edit_own(session, profile, language="zh-CN", industries=[], mail="brief", by=cast.lin)


def test_who_lost_access_or_left_before_it_was_sent_hears_nothing(round_of, tell, post, cast, wiring):
    with wiring.database.write() as session:
        asked = asked_for(session, cast.jun, customer="秘密客户")
        made = wanted(session, cast.jun)
    tell(cast.lin, url=f"/requests/{asked.id}", event="a")
    tell(cast.zhou, url=f"/requirements/{made.key}", event="b")
    tell(cast.ting, url=f"/requirements/{made.key}#gate", event="c")
    with wiring.database.write() as session:
        keep_secret(session, "秘密客户", owner=cast.jun)
        accounts.set_active(session, accounts.person(session, cast.zhou.id), active=False, by=cast.ada)

    round_of()

    assert [to for to, _subject in post.told] == [cast.ting.email]
    assert sorted(m.state for m in mails(wiring)) == ["dropped", "dropped", "sent"]


def test_what_was_read_in_the_hub_is_not_sent_too(round_of, tell, post, cast, wiring):
    tell(cast.lin)
    with wiring.database.write() as session:
        notices.read_all(session, cast.lin)

    assert round_of() == (0, 0)


def test_a_server_that_refuses_is_tried_again_and_given_up_in_sight(round_of, tell, post, cast, wiring):
    post.refuses = b"451 not now\r\n"
    tell(cast.lin)

    at, tries = NOW, 0
    while mails(wiring)[:1] == [] or mails(wiring)[0].state == "waiting":
        assert round_of(at) == (0, 1)
        tries, at = tries + 1, at + timedelta(hours=7)

    with wiring.database.write() as session:
        ((mail, to),) = mailing.failed(session, by=cast.ada)
        assert (tries, to, "451" in mail.error) == (len(mailing.PAUSES) + 1, cast.lin.email, True)
        with pytest.raises(NotAllowed):
            mailing.failed(session, by=cast.lin)
        mailing.retry(session, mail.id or 0, by=cast.ada, at=at)
        with pytest.raises(NotFound):
            mailing.retry(session, mail.id or 0, by=cast.ada, at=at)
    post.refuses = b""
    assert round_of(at) == (1, 0)


def test_nobody_listens_and_nothing_else_is_held_up(tell, cast, wiring, settings):
    away = settings.model_copy(update={"smtp_port": 9})
    tell(cast.lin)
    with wiring.database.write() as session:
        mailing.collect(session, at=NOW)

    assert mailing.send_due(wiring.database, away, library.opens, at=NOW) == (0, 1)
    assert [(m.state, m.tries) for m in mails(wiring)] == [("waiting", 1)]
    with pytest.raises(HubError, match="没有发出去"):
        mailing.try_out(away, "x@test.example")


def test_when_the_server_does_not_answer_the_rest_waits_untried(round_of, tell, post, cast, wiring, settings):
    for person in (cast.lin, cast.jun, cast.ting):
        tell(person)
    with wiring.database.write() as session:
        mailing.collect(session, at=NOW)
    away = settings.model_copy(update={"smtp_port": 9})

    assert mailing.send_due(wiring.database, away, library.opens, at=NOW) == (0, 3)

    assert [(m.state, m.tries) for m in mails(wiring)] == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    assert round_of(NOW) == (0, 0)
    assert round_of(NOW + timedelta(minutes=1)) == (3, 0)


def test_mail_has_a_lane_of_its_own_so_that_a_server_that_hangs_holds_up_no_other_work():
    quick, skipped = LANES["quick"]

    assert quick is None
    assert "mail.go" in skipped
    assert [lane for lane, (names, _skip) in LANES.items() if names and "mail.go" in names] == ["mail"]
    assert {name for names, _skip in LANES.values() for name in names or ()} == set(skipped)


def test_a_mail_that_was_being_sent_when_the_hub_stopped_is_never_sent_twice(
    round_of, tell, post, cast, wiring
):
    tell(cast.lin)
    with wiring.database.write() as session:
        mailing.collect(session, at=NOW)
        mail = session.exec(select(Mail)).one()
        mail.state, mail.done_at = "sending", NOW
        session.add(mail)

    round_of(NOW + timedelta(minutes=5))
    round_of(NOW + timedelta(hours=2))

    assert post.messages == []
    assert [m.state for m in mails(wiring)] == ["failed"]


def test_old_notices_are_no_news_when_mail_is_set_up(round_of, tell, post, cast):
    tell(cast.lin)

    assert round_of(NOW + timedelta(days=2)) == (0, 0)


def test_without_a_mail_server_nothing_is_even_looked_at(tell, cast, wiring):
    tell(cast.lin)

    assert not mailing.is_set_up(wiring.settings)
    with wiring.database.read() as session:
        assert mailing.due(session, at=NOW)
    with pytest.raises(HubError, match="还没有设邮件"):
        mailing.try_out(wiring.settings, "x@test.example")


def test_a_letter_to_try_it_out_arrives(settings, post):
    mailing.try_out(settings, "x@test.example")

    assert post.told == [("x@test.example", "邮件通了")]
