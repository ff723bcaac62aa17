"""Two libraries for the tests of what nobody may see: what Zhou may read, and what is hidden from Zhou.

The *canary* stands in everything hidden, as a Latin and as a Chinese word: where either shows, something leaked.
`by_parameter` names, per parameter of an address, the values that lead to the things.
"""

import io
import zipfile
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

from sqlmodel import Session, select

from hub import (
    accounts,
    assets,
    customers,
    decks,
    demos,
    launches,
    meetings,
    requirements,
    searches,
    sharing,
    tasks,
    taxonomy,
    toolkits,
    ventures,
)
from hub.assets.digest import Digest
from hub.base import clock
from hub.base.paths import templates_dir
from hub.base.readers import PageText
from hub.slides import Seen
from hub.wiring import Wiring
from tests.cast import Cast, draft, on_offer

CANARY = "qzcanary"
BIRD = "朱鹮计划"
SAID = f"{CANARY} {BIRD}"
OPEN_SESAME = "qzcanary-sesame"  # the secret of a demo account that everybody may ask for


@dataclass
class Things:
    """Made things: addresses by parameter, and where each shows to somebody with access (name, address, who)."""

    by_parameter: dict[str, list[object]] = field(default_factory=dict)
    shown_at: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, parameter: str, *values: object) -> None:
        self.by_parameter.setdefault(parameter, []).extend(values)


def shows(content: bytes) -> bool:
    """Whether the canary is in an answer; a ZIP is looked into, names and contents."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(shows(name.encode()) or shows(archive.read(name)) for name in archive.namelist())
    text = content.decode("utf-8", "replace").casefold()
    return CANARY in text or BIRD in text


def a_deck(wiring: Wiring, said: str) -> assets.Content:
    """A file version with two read pages; what it says stands in its name, its text and its notes."""
    blob = wiring.blobs.put(f"a deck that says {said}".encode())
    pages = (PageText(1, title="总览", text="园区能耗"), PageText(2, title=said, text=said, notes=said))
    return assets.Content(
        file_name=f"{said}.pptx",
        media_type="application/pptx",
        blob=blob,
        digest=Digest(said, said, said, pages),
    )


def _with_pictures(session: Session, wiring: Wiring, version: assets.Version, said: str) -> list[str]:
    """Give the version's pages pictures, as the worker does; returns their names."""
    shas = []
    for page in assets.pages(session, version.id or 0):
        page.thumb_sha = wiring.blobs.put(f"thumb {said} {page.number}".encode()).sha256
        page.picture_sha = wiring.blobs.put(f"picture {said} {page.number}".encode()).sha256
        session.add(page)
        shas += [page.thumb_sha, page.picture_sha]
    return shas


def _offered(
    session: Session, cast: Cast, wiring: Wiring, title: str, *, deck: str = "", **fields: object
) -> tuple[assets.Asset, list[str]]:
    """An approved asset, a deck when it is to say something on slides; and its pictures."""
    if not deck:
        return on_offer(session, cast, title, **fields), []
    said = {"kind": "solution", "audience": "customer", "tags": {"product": ["energy"], "industry": ["park"]}}
    made = assets.create(
        session, assets.Fields(title=title, **{**said, **fields}), a_deck(wiring, deck), by=cast.ting
    )
    assets.submit(session, made, by=cast.ting)
    assets.approve(session, made, by=cast.min)
    return session.get_one(assets.Asset, made.asset_id), _with_pictures(session, wiring, made, title)


def _kit(session: Session, cast: Cast, slug: str, title: str, **fields: object) -> toolkits.Toolkit:
    said = {"product": "energy", "industry": "park", "rules": [{"product": "energy"}], **fields}
    kit = toolkits.create(session, toolkits.Fields(title=title, **said), by=cast.ting, slug=slug)
    toolkits.publish(session, kit, by=cast.ting)
    return kit


def open_library(session: Session, wiring: Wiring, cast: Cast) -> Things:
    """What every seller may read: a deck, a case, two questions, a kit, a requirement with a request of Zhou's."""
    things = Things()
    solution, shas = _offered(session, cast, wiring, "园区能耗优化方案", deck="错峰蓄冷")
    case = on_offer(session, cast, "江北案例", kind="case_study", text="# 江北\n\n能耗下降 12.8%。")
    for title in ("要停电吗？", "数据放在哪里？"):
        things.add("asset_id", on_offer(session, cast, title, kind="faq", text="不用，一台约半小时。").id)
    things.add("asset_id", solution.id, case.id)
    things.add("sha", *shas)
    things.add("slug", _kit(session, cast, "energy-park", "能碳管理 · 产业园区").slug)
    wanted = requirements.create(
        session, requirements.Fields(title="分时电价自动重算", product="energy", level="L3"), by=cast.jun
    )
    wish = requirements.Wish(customer="华辰电子", quote="峰谷一改就对不上了。", revenue=Decimal(860_000))
    asked = requirements.ask(session, wish, by=cast.zhou)
    requirements.link(session, asked, wanted, by=cast.jun)
    requirements.attach(session, wanted, case.id or 0, role="case", by=cast.jun)
    things.add("key", wanted.key)
    things.add("request_id", asked.id)
    a_plan(session, cast, wanted, things, "抢下分时电价客户")
    template = a_template(session, wiring, cast)
    things.add("template_id", template.id)
    things.add("deck_id", pitch_deck(session, template, "energy-park", cast.zhou, "华辰电子").id)
    things.add("share_id", _link(session, wiring, cast.zhou, case.id or 0).id)
    return things


def a_plan(
    session: Session, cast: Cast, requirement: requirements.Requirement, things: Things, said: str
) -> None:
    """A launch plan with a goal, a line of Ada's and a budget."""
    plan = launches.create(session, requirement, launches.Fields(title=said, summary=said), by=cast.ada)
    goal = launches.set_goal(session, plan, launches.GoalFields(said, Decimal(30), "家"), by=cast.ada)
    work = launches.LineFields("work", said, cast.ada.id or 0, said)
    line = launches.set_line(session, plan, work, by=cast.ada)
    taken = launches.add_resource(session, plan, "budget", said, amount=Decimal(1000), by=cast.ada)
    things.add("goal_id", goal.id)
    things.add("line_id", line.id)
    things.add("resource_id", taken.id)


def a_series(
    session: Session, cast: Cast, name: str = "需求评审会", **fields: object
) -> meetings.MeetingSeries:
    """A weekly review with its next meeting on the calendar."""
    said = {"every_weeks": 1, "first_on": date(2026, 11, 5), "at_time": "09:30", **fields}
    return meetings.create_series(session, meetings.SeriesFields(name=name, **said), by=cast.ada)  # type: ignore[arg-type]


def _link(session: Session, wiring: Wiring, by: accounts.Actor, asset_id: int, **said: str) -> sharing.Share:
    """A link to an asset, as its sender makes it."""
    wanted = [sharing.Wanted("asset", asset_id)]
    return sharing.create(session, wanted, sharing.Fields(**said), key=wiring.settings.key(), by=by)  # type: ignore[arg-type]


def a_template(session: Session, wiring: Wiring, cast: Cast, name: str = "quick-pitch") -> decks.DeckTemplate:
    folder = templates_dir() / "decks" / name
    data, manifest = (folder / "template.pptx").read_bytes(), (folder / "manifest.yml").read_text("utf-8")
    decks.import_template(session, wiring.blobs, name, data, manifest, by=cast.ting)
    return next(t for t in decks.templates(session) if t.name == name)


def pitch_deck(
    session: Session, template: decks.DeckTemplate, slug: str, by: accounts.Actor, customer: str
) -> decks.Deck:
    """A deck of this kit for this customer, not made yet."""
    kit = toolkits.get(session, slug, by)
    return decks.start(session, template, kit, {"customer.name": customer}, by=by)


def hidden_library(session: Session, wiring: Wiring, cast: Cast) -> Things:
    """What Zhou may not know of, each thing with the canary in all that it says."""
    things = Things()
    east = accounts.team_by_key(session, "east")
    assert east is not None
    only_east = ([east.id], [])
    _secret_product(session, cast, east.id or 0)
    secret = customers.named(session, f"{SAID} 客户", by=cast.lin)
    secret.confidential = True
    accounts.restrict(session, "customer", secret.id or 0, teams=[east.id or 0], people=[])
    customers.refresh_readers(session, secret)
    _hidden_assets(session, wiring, cast, things, only_east, secret.id or 0)
    _hidden_old_version(session, wiring, cast, things)
    _hidden_kits(session, cast, things, only_east)
    _hidden_requirements(session, cast, things, only_east)
    hidden = a_series(session, cast, f"{SAID} 评审会", products=(secret_product(session),))
    things.add("series_id", hidden.id)
    things.add("meeting_id", *(m.id for m in meetings.meetings(session, [hidden], states=meetings.OPEN)))
    things.shown_at.append(("a review of a restricted product", "/meetings", "lin"))
    for template in decks.templates(session)[:1]:
        deck = pitch_deck(session, template, "secret-kit", cast.lin, f"{SAID} 客户")
        things.add("deck_id", deck.id)
        things.add("number", 1)
        things.shown_at.append(("somebody's deck", f"/decks/{deck.id}", "lin"))
    _hidden_link(session, wiring, cast, things)
    _kept_by_others(session, cast, things)
    _hidden_work(session, wiring, cast, things)
    return things


def _kept_by_others(session: Session, cast: Cast, things: Things) -> None:
    """What Lin keeps: pages picked from a restricted deck, a check-up, a saved search, something looked for in vain."""
    restricted = session.exec(select(assets.Asset).where(assets.Asset.title == f"{SAID} 受限")).one()
    decks.basket_add(session, restricted.id or 0, [1, 2], by=cast.lin)
    things.add("slide_id", *(chosen.id for chosen in decks.basket(session, cast.lin)))
    checked = decks.CheckUp(
        person_id=cast.lin.id or 0, file_name=f"{SAID}.pptx", customer=SAID, blob_sha="0" * 64, size=1,
        state="ready", slides=[asdict(Seen(1, SAID, SAID, "", "unknown", "", "", 0))], created_at=clock.now(),
    )  # fmt: skip
    session.add(checked)
    session.flush()
    things.add("check_id", checked.id)
    saved = searches.save(session, searches.wish(f"{SAID} 在哪"), by=cast.lin)
    things.add("saved_id", saved.id)
    things.add("gap_id", searches.need(session, searches.wish(f"{SAID} 没有"), by=cast.lin).id)
    things.shown_at.append(("somebody's basket", "/basket", "lin"))
    things.shown_at.append(("somebody's check-up", f"/check-up/{checked.id}", "lin"))
    things.shown_at.append(("somebody's saved search", "/searches", "lin"))


def _hidden_work(session: Session, wiring: Wiring, cast: Cast, things: Things) -> None:
    """A task and a demo account of a restricted product, and a review that talks of a restricted requirement too."""
    product = secret_product(session)
    task, _new = tasks.propose(
        session, tasks.Fields(kind="faq", title=f"{SAID} 制作单", product=product), by=cast.ada
    )
    things.add("task_id", task.id)
    account = demos.Fields(title=f"{SAID} 演示", product=product, login=SAID, secret=SAID, script=SAID)
    shown = demos.create(session, account, key=wiring.settings.key(), by=cast.ada)
    things.add("demo_id", shown.id)
    everybodys = demos.Fields(title="人人可用的演示", secret=OPEN_SESAME)
    things.add("open_demo", demos.create(session, everybodys, key=wiring.settings.key(), by=cast.ting).id)
    restricted = session.exec(
        select(requirements.Requirement).where(requirements.Requirement.title == f"{SAID} 需求")
    ).one()
    a_plan(session, cast, restricted, things, SAID)
    things.shown_at.append(("the plan of a restricted requirement", f"/launches/{restricted.key}", "ada"))
    series = a_series(session, cast, "大家的评审会")
    meeting = meetings.meetings(session, [series], states=meetings.OPEN)[0]
    meetings.begin(session, meeting.id or 0, by=cast.ada)
    meetings.write_line(session, meeting.id or 0, restricted.key, SAID, by=cast.jun)
    things.add("open_meeting", meeting.id)
    things.add("venture_id", *_hidden_ventures(session, cast, product))
    things.add("section", "about")
    things.shown_at.append(("a restricted proposal", "/ventures", "ting"))
    things.shown_at.append(("a task of a restricted product", f"/tasks/{task.id}", "ada"))
    things.shown_at.append(("a demo account of a restricted product", f"/demos/{shown.id}", "ada"))
    things.shown_at.append(("an item of a review", f"/meetings/{meeting.id}", "ada"))


def _hidden_ventures(session: Session, cast: Cast, product: str) -> list[int]:
    """A proposal that is open to one person, one of a restricted product, and one that was thrown away."""
    words = dict.fromkeys(("with_whom", "background", "need", "gain", "cares"), SAID)
    made = [
        ventures.create(
            session, {"title": f"{SAID} {n}", "summary": SAID, "product": own, **words}, by=by,
            restricted_to=((), [cast.min.id or 0]) if not own else None,
        )
        for n, (own, by) in enumerate((("", cast.ting), (product, cast.ada), ("", cast.ting)))
    ]  # fmt: skip
    ventures.trash(session, made[2], by=cast.ting)
    return [v.id or 0 for v in made]


def _hidden_link(session: Session, wiring: Wiring, cast: Cast, things: Things) -> None:
    """Somebody else's link to a customer that is to be kept quiet."""
    sent = session.exec(select(assets.Asset).where(assets.Asset.title == "江北案例")).first()
    if sent is None:  # nothing else is there: a link needs something to lead to
        return
    said = {"title": f"{SAID} 链接", "greeting": SAID, "customer": f"{SAID} 客户"}
    share = _link(session, wiring, cast.lin, sent.id or 0, **said)
    things.add("share_id", share.id)
    things.add("customer_id", share.customer_id)
    things.shown_at.append(("somebody's link", f"/shares/{share.id}", "lin"))


def _secret_product(session: Session, cast: Cast, team: int) -> None:
    taxonomy.save_product(
        session,
        "",
        taxonomy.ProductFields(
            name=f"{SAID} 产品", name_en="qzcanary product", tier="enterprise", restricted=True, teams=(team,)
        ),
        by=cast.ada,
    )


def secret_product(session: Session) -> str:
    """The key of the product nobody but team east may know of."""
    return session.exec(select(taxonomy.Product.key).where(taxonomy.Product.restricted)).one()


def _hidden_assets(
    session: Session, wiring: Wiring, cast: Cast, things: Things, only_east: object, customer_id: int
) -> None:
    tags = {"product": [secret_product(session)], "industry": ["park"]}
    made = {
        "restricted": _offered(session, cast, wiring, f"{SAID} 受限", deck=SAID, restricted_to=only_east),
        "restricted answer": _offered(
            session, cast, wiring, f"{SAID} 问", kind="faq", text=SAID, restricted_to=only_east
        ),
        "of a restricted product": _offered(session, cast, wiring, f"{SAID} 新品", deck=SAID, tags=tags),
        "of a confidential customer": _offered(
            session, cast, wiring, f"{SAID} 案例", kind="case_study", text=SAID, customer_id=customer_id
        ),
    }
    for name, (asset, shas) in made.items():
        things.add("asset_id", asset.id)
        things.add("sha", *shas)
        things.shown_at.append((name, f"/assets/{asset.id}", "lin"))
    waiting = draft(session, cast.ting, f"{SAID} 草稿", SAID, summary=SAID, tags={"tag": [CANARY]})
    things.add("asset_id", waiting.asset_id)
    things.add("version", waiting.id)
    things.shown_at.append(("a draft", f"/assets/{waiting.asset_id}", "ting"))
    gone = on_offer(session, cast, f"{SAID} 已停用", text=SAID)
    assets.withdraw(session, session.get_one(assets.Version, gone.on_offer_id), reason=SAID, by=cast.ting)
    things.add("asset_id", gone.id)
    things.shown_at.append(("withdrawn", f"/assets/{gone.id}", "ting"))
    binned = on_offer(session, cast, f"{SAID} 已删除", text=SAID)
    assets.trash(session, binned, by=cast.ting)
    things.add("asset_id", binned.id)


def _hidden_old_version(session: Session, wiring: Wiring, cast: Cast, things: Things) -> None:
    """An asset that Zhou may read, whose version before said what is no longer to be said, and a draft after it."""
    asset, shas = _offered(session, cast, wiring, "改过的方案", deck=SAID)
    old = asset.on_offer_id
    for text, note in (("# 现在的说法", "改了"), (SAID, SAID)):
        made = assets.add_version(session, asset, assets.Content(text=text), note=note, by=cast.ting)
        if text != SAID:
            assets.submit(session, made, by=cast.ting)
            assets.approve(session, made, by=cast.min)
    things.add("sha", *shas)
    things.add("version_of", f"{asset.id}?version={old}", f"{asset.id}?version={made.id}")
    things.add("version", old, made.id)
    things.shown_at.append(("an old version", f"/assets/{asset.id}?version={old}&page=2", "ting"))
    things.shown_at.append(("a new draft", f"/assets/{asset.id}?version={made.id}", "ting"))


def _hidden_kits(session: Session, cast: Cast, things: Things, only_east: object) -> None:
    restricted = _kit(session, cast, "secret-kit", f"{SAID} 工具包", summary=SAID, restricted_to=only_east)
    by_product = toolkits.create(
        session,
        toolkits.Fields(title=f"{SAID} 新品包", product=secret_product(session), rules=[{"kind": "faq"}]),
        by=cast.ada,
        slug="secret-product-kit",
    )
    toolkits.publish(session, by_product, by=cast.ada)
    unfinished = toolkits.create(
        session, toolkits.Fields(title=f"{SAID} 半成品", product="energy"), by=cast.ting, slug="secret-draft"
    )
    archived = _kit(session, cast, "secret-archived", f"{SAID} 归档")
    toolkits.archive(session, archived, by=cast.ting)
    binned = _kit(session, cast, "secret-binned", f"{SAID} 删除")
    toolkits.trash(session, binned, by=cast.ting)
    things.add("slug", *(k.slug for k in (restricted, by_product, unfinished, archived, binned)))
    things.shown_at.append(("a restricted kit", "/toolkits/secret-kit", "lin"))
    things.shown_at.append(("a kit of a restricted product", "/toolkits/secret-product-kit", "lin"))
    things.shown_at.append(("a draft kit", "/toolkits/secret-draft", "ting"))


def _hidden_requirements(session: Session, cast: Cast, things: Things, only_east: object) -> None:
    fields = requirements.Fields(title=f"{SAID} 需求", summary=SAID, product="energy")
    restricted = requirements.create(session, fields, by=cast.jun)
    for factor, by in (
        ("reach", cast.jun),
        ("impact", cast.jun),
        ("confidence", cast.jun),
        ("effort", cast.li),
    ):
        requirements.set_input(session, restricted, factor, Decimal(1), reason=SAID, by=by)
    requirements.move(session, restricted, "in_review", by=cast.jun)
    closed = requirements.Fields(restricted_to=only_east)  # type: ignore[arg-type]
    requirements.edit(session, restricted, closed, edition=restricted.edition, by=cast.jun)
    of_product = requirements.create(
        session,
        requirements.Fields(title=f"{SAID} 新品需求", product=secret_product(session)),
        by=cast.ada,
    )
    binned = requirements.create(session, requirements.Fields(title=f"{SAID} 删除的"), by=cast.jun)
    requirements.trash(session, binned, by=cast.jun)
    things.add("key", restricted.key, of_product.key, binned.key)
    wish = requirements.Wish(customer=f"{SAID} 客户", quote=SAID, desired=SAID, revenue=Decimal(77_777_777))
    asked = requirements.ask(session, wish, by=cast.lin)
    public = session.exec(
        select(requirements.Requirement).where(requirements.Requirement.title == "分时电价自动重算")
    ).first()
    if public is not None:
        requirements.link(session, asked, public, by=cast.ada)
    things.add("request_id", asked.id)
    things.shown_at.append(("a restricted requirement", f"/requirements/{restricted.key}", "lin"))
    things.shown_at.append(("a confidential request", f"/requests/{asked.id}", "lin"))
