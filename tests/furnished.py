"""A furnished house: one of everything that an address leads to, for tests that go through every door.

`House.address` puts real ids into a route's address; what a parameter means depends on the *room*, which is the first
word of the address (`token` is an invitation at /invitations and a link at /s).
"""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal

from PIL import Image
from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import (
    accounts,
    assets,
    consents,
    customers,
    decks,
    demos,
    facts,
    mailing,
    meetings,
    notices,
    requirements,
    searches,
    sharing,
    tasks,
    taxonomy,
    toolkits,
    ventures,
)
from hub.base import clock, jobs
from hub.slides import Seen
from hub.wiring import Wiring
from hub.worker import SLOW
from tests.cast import Cast, draft, on_offer, settle
from tests.domains.venture_cast import a_venture
from tests.doors import PARAMETER, filled
from tests.hidden import Things, a_deck, a_series, a_template, open_library, pitch_deck

SELLER = "zhou"


@dataclass
class House:
    """What each parameter stands for, by room; the room "" holds what is the same in all."""

    by_room: dict[str, dict[str, object]] = field(default_factory=lambda: {"": {}})

    def put(self, room: str = "", **values: object) -> None:
        self.by_room.setdefault(room, {}).update(values)

    def values(self, path: str) -> Mapping[str, object]:
        """The values for the parameters of this route."""
        words = path.removeprefix("/api/v1").split("/")
        return {**self.by_room[""], **self.by_room.get(words[1], {})}

    def address(self, path: str, room: str = "") -> str:
        """The route's address with real ids, those of `room` first; KeyError names a parameter that the house has
        nothing for.
        """
        known = {**self.values(path), **(self.by_room[room] if room else {})}
        wanted = {name: [known[name]] for name in PARAMETER.findall(path)}
        return filled(path, wanted)[0]


def furnish(wiring: Wiring, cast: Cast) -> House:
    """Furnish a fresh hub. Files are only said to be decks, so that nothing is converted."""
    house = House()
    with wiring.database.write() as session:
        made = open_library(session, wiring, cast)
        session.exec(delete(jobs.Job).where(col(jobs.Job.name).in_(SLOW)))
    settle(wiring)
    with wiring.database.write() as session:
        _library(session, wiring, cast, house, made)
        _own_things(session, cast, house)
        _review(session, wiring, cast, house)
        _loop(session, cast, house)
        _links(session, wiring, cast, house, made)
        _house(session, wiring, cast, house)
        session.exec(delete(jobs.Job).where(col(jobs.Job.name).in_(SLOW)))
    settle(wiring)
    with wiring.database.write() as session:
        _what_followed(session, cast, house)
    return house


def picture() -> bytes:
    """A page picture as LibreOffice would have drawn it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 180), (250, 250, 250)).save(out, "WEBP")
    return out.getvalue()


def _library(session: Session, wiring: Wiring, cast: Cast, house: House, made: Things) -> None:
    """A deck with drawn pages and two versions, talked about and to be read; a kit and a template."""
    deck = session.exec(select(assets.Asset).where(assets.Asset.title == "园区能耗优化方案")).one()
    newest = assets.add_version(session, deck, a_deck(wiring, "错峰蓄冷 2"), note="补了一页", by=cast.ting)
    assets.submit(session, newest, by=cast.ting)
    assets.approve(session, newest, by=cast.min)
    drawn = wiring.blobs.put(picture()).sha256
    for page in assets.pages(session, newest.id or 0):
        page.thumb_sha = page.picture_sha = drawn
        session.add(page)
    reading = assets.ask_to_read(session, deck, roles=["seller"], by=cast.ting)
    talk = assets.comment(session, newest, "第二页的数字请核对。", by=cast.ting)
    written = session.exec(select(assets.Asset).where(assets.Asset.title == "要停电吗？")).one()
    for text in ("不用，一台约二十分钟。", "不用，一台约十分钟。"):
        later = assets.add_version(session, written, assets.Content(text=text), note="时间改了", by=cast.ting)
        if "二十" in text:
            assets.submit(session, later, by=cast.ting)
            assets.approve(session, later, by=cast.min)
    _said_elsewhere(session, cast, house)
    waiting = draft(session, cast.zhou, "一份草稿")
    done = assets.add_tag(session, [deck.id or 0], "scenario", "saving", by=cast.ting)
    house.put(
        asset_id=deck.id, number=1, sha=drawn, comment_id=talk.id, reading_id=reading.id, change_id=done.id,
        thing="asset", thing_id=deck.id, slug=made.by_parameter["slug"][0],
        template_id=made.by_parameter["template_id"][0],
    )  # fmt: skip
    house.put("drafts", asset_id=waiting.asset_id)
    house.put("written", asset_id=written.id)
    binned = draft(session, cast.zhou, "扔掉的草稿")
    assets.trash(session, session.get_one(assets.Asset, binned.asset_id), by=cast.zhou)


def _said_elsewhere(session: Session, cast: Cast, house: House) -> None:
    """A fact that has changed, with texts that follow and texts that do not; a case whose consent has ended,
    and its twin.
    """
    said = facts.Fields(key="uptime", name="平台月可用率", value="99.9", unit="%", source="服务承诺")
    fact = facts.create(session, said, by=cast.ting)
    on_offer(session, cast, "服务承诺", text="平台月可用率 {{ facts.uptime }}。")
    on_offer(session, cast, "写死的承诺", text="平台月可用率 99.9%。")
    facts.edit(session, fact, facts.Fields(value="99.95"), edition=fact.edition, note="双机房", by=cast.ting)
    customer = customers.named(session, "新港物流园", by=cast.ting)
    case = on_offer(session, cast, "新港案例", kind="case_study", customer_id=customer.id)
    twin = on_offer(session, cast, "某物流园案例", kind="case_study")
    said_yes = consents.Fields(allows=["name"], uses=["pitch", "send"], evidence="2026-03-12 邮件同意")
    consents.record(session, case, said_yes, by=cast.ting)
    consents.link_twin(session, case, twin.id or 0, by=cast.ting)
    house.put(fact_id=fact.id, twin_id=twin.id)
    house.put("case", asset_id=case.id)


def _own_things(session: Session, cast: Cast, house: House) -> None:
    """What the seller keeps: a deck, a basket, a check-up, a saved search, a gap."""
    asset_id = int(str(house.by_room[""]["asset_id"]))
    deck = session.exec(select(decks.Deck)).first()
    decks.basket_add(session, asset_id, [1, 2], by=cast.zhou)
    slide = decks.basket(session, cast.zhou)[0]
    checked = decks.CheckUp(
        person_id=cast.zhou.id or 0, file_name="发给客户.pptx", customer="华辰电子", blob_sha="0" * 64, size=1,
        state="ready", created_at=clock.now(),
        slides=[asdict(Seen(n, "总览", "园区", "", "unknown", "", "", 0)) for n in (1, 2)],
    )  # fmt: skip
    session.add(checked)
    session.flush()
    saved = searches.save(session, searches.wish("能耗"), by=cast.zhou)
    gap = searches.need(session, searches.wish("碳配额"), by=cast.zhou)
    house.put(
        deck_id=deck.id if deck else None,
        slide_id=slide.id,
        check_id=checked.id,
        saved_id=saved.id,
        gap_id=gap.id,
    )


def _review(session: Session, wiring: Wiring, cast: Cast, house: House) -> None:
    """A deck of a template that asks for tables and pictures."""
    template = a_template(session, wiring, cast, "value-review")
    deck = pitch_deck(session, template, "energy-park", cast.zhou, "华辰电子")
    house.put("review", deck_id=deck.id, key="sites")


def _loop(session: Session, cast: Cast, house: House) -> None:
    """Requirements in several states, two that were merged, a review that runs; a task."""
    wanted = session.exec(select(requirements.Requirement)).one()
    asked = session.exec(select(requirements.Request)).one()
    for factor, by in (
        ("reach", cast.jun),
        ("impact", cast.jun),
        ("confidence", cast.jun),
        ("effort", cast.li),
    ):
        requirements.set_input(session, wanted, factor, Decimal(1), reason="估的", by=by)
    twins = [
        requirements.create(session, requirements.Fields(title=title, product="energy"), by=cast.jun)
        for title in ("导出电价", "电价导出")
    ]
    moved = requirements.merge(session, twins[1], twins[0], reason="同一件事", by=cast.jun)
    series = a_series(session, cast)
    meeting = meetings.meetings(session, [series], states=meetings.OPEN)[0]
    requirements.move(session, wanted, "in_review", by=cast.jun)
    meetings.begin(session, meeting.id or 0, by=cast.ada)
    meetings.write_line(session, meeting.id or 0, wanted.key, "客户催得紧。", by=cast.zhou)
    task, _new = tasks.propose(session, tasks.Fields(kind="case_study", title="钢铁案例"), by=cast.ada)
    material = session.exec(select(requirements.Material)).first()
    house.put(
        key=wanted.key, request_id=asked.id, regrouping_id=moved.id, series_id=series.id, meeting_id=meeting.id,
        task_id=task.id, material_id=material.id if material else None, factor="reach", role="faq", line="answers",
        obligation_id=1, number=1, goal_id=1, line_id=1, resource_id=1,
    )  # fmt: skip


def _links(session: Session, wiring: Wiring, cast: Cast, house: House, made: Things) -> None:
    """A customer room that was read, one with a gate."""
    key = wiring.settings.key()
    kit = session.exec(select(toolkits.Toolkit)).one()
    wanted = [
        sharing.Wanted("asset", int(str(house.by_room[""]["asset_id"]))),
        sharing.Wanted("toolkit", kit.id or 0),
    ]
    said = sharing.Fields(title="给华辰的资料", greeting="王工好", customer="华辰电子")
    room = sharing.create(session, wanted, said, key=key, by=cast.zhou)
    gated = sharing.create(session, wanted[:1], sharing.Fields(with_passcode=True), key=key, by=cast.zhou)
    visitor = sharing.open_by_hand(session, room, "a-visitor")
    session.add(sharing.ShareBeat(
        visitor_id=visitor.id or 0, thing="asset", thing_id=wanted[0].id, page=1, ms=9000, at=clock.now()
    ))  # fmt: skip
    token = (sharing.address(room, key) or "").removeprefix("/s/")
    house.put(
        share_id=room.id, customer_id=room.customer_id, visitor_id=visitor.id, product="energy", at="park"
    )
    house.put("s", token=token, key=sharing.pieces(session, room)[0].key, number=1)
    house.put("gate", token=(sharing.address(gated, key) or "").removeprefix("/s/"))


def _house(session: Session, wiring: Wiring, cast: Cast, house: House) -> None:
    """A demo account that is booked, words nobody knows yet, people and their keys, a job that failed."""
    account = demos.Fields(title="能碳管理演示", secret="x")
    shown = demos.create(session, account, key=wiring.settings.key(), by=cast.ting)
    soon = clock.now() + timedelta(days=1)
    booked = demos.book(session, shown, soon, soon + timedelta(hours=1), by=cast.lin)
    taxonomy.propose(session, "碳普惠")
    venture = a_venture(session, cast)
    kept = ventures.add_picture(
        session, wiring.blobs, wiring.settings, venture, picture(), kind="process", caption="流程",
        edition=venture.edition, by=cast.ting,
    )  # fmt: skip
    ventures.move(session, venture, "with_parties", edition=venture.edition, by=cast.ting)
    signs = ventures.live_parties(session, venture)[0]
    ventures.say(session, venture, signs.id or 0, "approved", edition=venture.edition, by=cast.jun)
    step = ventures.whole(session, venture, cast.ting).steps[0]
    house.put(queue="due", item_id=1)
    house.put(venture_id=venture.id, section="market", party_id=signs.id, picture_id=kept.id, step_id=step.id)
    house.put("ventures", sha=kept.blob_sha)
    invited = accounts.person(session, cast.lin.id or 0)
    failed = jobs.Job(
        name="version.digest", state="failed", error="坏了", run_at=clock.now(), created_at=clock.now(),
        payload={"version_id": 0},
    )  # fmt: skip
    session.add(failed)
    session.flush()
    token = accounts.make_api_token(session, accounts.person(session, cast.zhou.id or 0), name="表格").row
    sign_in = session.exec(select(accounts.SignIn)).first()
    notices.tell(
        session, [cast.zhou.id], event="furnished", key="requirement_launched", url="/roadmap", title="电价"
    )
    house.put(
        demo_id=shown.id, booking_id=booked.id, proposal_id=taxonomy.proposals(session)[0].id, job_id=failed.id,
        token_id=token.id, sign_in_id=sign_in.id if sign_in else 1, person_id=cast.lin.id, team_id=1,
        facet="industry", colour="1f6feb", step="people",
    )  # fmt: skip
    house.put("invitations", token=accounts.invite(session, invited, by=cast.ada))
    sheet = "客户,客户原话,预计收入\n华辰电子,要一张对照表,12万\n北湖钢铁,断网要补传,很多\n".encode()
    brought = requirements.submit_import(
        session, wiring.blobs, wiring.settings, "诉求.csv", sheet, by=cast.jun
    )
    house.put(import_id=brought.id)
    house.put("taxonomy", key="park")


def _what_followed(session: Session, cast: Cast, house: House) -> None:
    notice = session.exec(select(notices.Notice).where(notices.Notice.person_id == cast.zhou.id)).first()
    assert notice is not None
    mail = mailing.Mail(
        person_id=cast.zhou.id or 0, notice_id=notice.id or 0, event=notice.event, state="failed",
        error="ConnectionRefusedError", due_at=clock.now(), done_at=clock.now(),
    )  # fmt: skip
    session.add(mail)
    session.flush()
    house.put(notice_id=notice.id, mail_id=mail.id)
