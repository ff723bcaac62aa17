"""A proposal as a deck: what the template's tokens stand for, and the making, as jobs run it. Safe to run twice.

The deck leaves the house. It says nothing of what the other side's head cares about, and names no customer that not
every colleague may know of.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import structlog
from sqlmodel import Session

from hub import accounts, activity, decks, slides, taxonomy
from hub.base import child, clock, jobs
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.formats import money, number
from hub.base.i18n import _, speaking
from hub.base.settings import Settings
from hub.ventures import queries, rules, templates
from hub.ventures.actions import tell
from hub.ventures.deals import Deal
from hub.ventures.models import Venture, VentureDeck
from hub.ventures.whole import Party, Whole, whole

log = structlog.get_logger()
SECONDS = 120.0
WIDTH, THUMB = 1280, 480
ROWS = {"market": 5, "bids": 7, "deals": 7, "boundary": 6}  # rows that a slide holds
ACROSS = 4  # boxes beside each other in a band of the panorama's slide
BANDS = 4
WAN = Decimal(10_000)
VERDICTS = {"within": "单价在中标区间内", "outside": "单价不在中标区间内", "not_enough": "证据不够"}


def ask(session: Session, venture: Venture, *, by: accounts.Actor, template_id: int | None = None) -> None:
    """Have the deck made of the proposal as it stands, with a template on offer for proposals or (None) the built-in
    one; asking again while it is made changes nothing.
    """
    by.must("deck.make")
    if template_id is not None:
        templates.chosen(session, template_id)
    deck = queries.deck_of(session, venture) or VentureDeck(venture_id=venture.id or 0, edition=0)
    wanted = (venture.edition, template_id)
    if deck.state == "waiting" and (deck.edition, deck.template_id) == wanted:
        return
    deck.template_id = template_id
    deck.edition, deck.state, deck.error, deck.asked_by_id = venture.edition, "waiting", "", by.id
    session.add(deck)
    jobs.later(
        session, "venture.deck", key=f"venture:{venture.id}:{venture.edition}", priority=2,
        venture_id=venture.id, edition=venture.edition,
    )  # fmt: skip
    activity.record(session, "ask_deck", "venture", venture.id, by=by.id)


def make(database: Database, blobs: LocalBlobs, settings: Settings, venture_id: int, edition: int) -> None:
    """Fill the template with the proposal. What cannot be filled is told on its page and to whoever asked."""
    with database.read() as session, speaking("zh-CN"):
        deck = session.get(VentureDeck, venture_id)
        venture = session.get(Venture, venture_id)
        if deck is None or venture is None or deck.edition != edition or deck.state == "ready":
            return
        values = _values(session, blobs, venture)
        used, template = deck.template_id, _template(session, blobs, deck)
    limits = child.Limits(memory=settings.child_memory, seconds=SECONDS)
    try:
        filled = child.run(slides.fill, template, values, limits=limits)
        faults = child.run(slides.new_faults, filled.data, [template], limits=limits)
    except HubError as error:
        _failed(database, venture_id, edition, error.message)
        return
    log.info("proposal deck made", venture=venture_id, faults=faults)
    blob = blobs.put(filled.data)
    with database.write() as session:
        deck = session.get(VentureDeck, venture_id)
        if deck is None or (deck.edition, deck.template_id) != (edition, used):
            return
        deck.state, deck.blob_sha, deck.size, deck.made_at = "ready", blob.sha256, blob.size, clock.now()
        deck.warnings = [w.sentence for w in filled.warnings][:20]
        deck.pictures, deck.preview_state = [], "waiting"
        session.add(deck)
        jobs.later(session, "venture.preview", key=f"venture:{venture_id}", priority=3, venture_id=venture_id)


def _template(session: Session, blobs: LocalBlobs, deck: VentureDeck) -> bytes:
    if deck.template_id is None:
        return templates.BUILT_IN.read_bytes()
    return blobs.get(decks.template(session, deck.template_id).blob_sha)


def _failed(database: Database, venture_id: int, edition: int, reason: str) -> None:
    with database.write() as session:
        deck = session.get(VentureDeck, venture_id)
        venture = session.get(Venture, venture_id)
        if deck is None or venture is None or deck.edition != edition:
            return
        deck.state, deck.error = "failed", reason[:1000]
        session.add(deck)
        tell(session, venture, [deck.asked_by_id], "venture_deck_failed", about=edition, reason=reason[:300])


def preview(database: Database, blobs: LocalBlobs, renderer: slides.Renderer, venture_id: int) -> None:
    """Picture the slides; without LibreOffice the page says so and the file stays."""
    with database.read() as session:
        deck = session.get(VentureDeck, venture_id)
        if deck is None or deck.blob_sha is None or deck.preview_state != "waiting":
            return
        sha = deck.blob_sha
    try:
        drawn = renderer.render(blobs.get(sha), width=WIDTH)
        state = "ready"
    except slides.NoOffice:
        drawn, state = [], "no_office"
    except HubError as error:
        log.warning("no pictures", blob=sha, reason=error.message)
        drawn, state = [], "failed"
    small = [blobs.put(slides.thumbnails(p, [THUMB])[THUMB]).sha256 for p in drawn]
    with database.write() as session:
        deck = session.get(VentureDeck, venture_id)
        if deck is not None and deck.blob_sha == sha:
            deck.pictures, deck.preview_state = small, state
            session.add(deck)


def _values(session: Session, blobs: LocalBlobs, venture: Venture) -> dict[str, Any]:
    found = whole(session, venture, None)
    company = taxonomy.company(session)
    owner = accounts.people_by_ids(session, [venture.owner_id]).get(venture.owner_id or 0)
    said = [getattr(owner, n, "") for n in ("name", "title", "phone", "email")]
    reached = {"name": said[0], "reached": " · ".join(filter(None, said))}
    pictures = [
        {
            "caption": p.caption,
            "image": blobs.get(p.blob_sha),
            "kind": "架构" if p.kind == "architecture" else "流程",
        }
        for p in found.pictures
    ]
    return {
        **values(found),
        "company": {"name": company.title()},
        "owner": reached,
        "today": clock.today(),
        "pictures": pictures,
    }


def values(found: Whole) -> dict[str, Any]:
    """What the tokens stand for, without pictures and people. Every number is written out as it is read."""
    v = found.venture
    return {
        "title": v.title,
        "summary": v.summary or v.need.split("\n")[0],
        "with_whom": v.with_whom,
        "background": _lines(v.background),
        "need": _lines(v.need),
        "gain": _lines(v.gain),
        "market_pages": _pages([_segment(s, v.currency) for s in found.segments], "market"),
        "totals": dict(zip(rules.SCENARIOS, (short(t, v.currency) for t in found.totals), strict=True)),
        "evidence": {"verdict": VERDICTS[found.evidence.verdict], "why": list(found.evidence.sentences)},
        "bid_pages": _pages([_deal(d) for d in found.bids], "bids"),
        "won": _range(found.evidence, v.currency),
        "deal_pages": _pages([_deal(d) for d in found.deals], "deals"),
        "bands": _bands(v.parts),
        "boundary_pages": _pages([_boundary(line) for line in v.boundary], "boundary"),
        "pricing": _lines(v.pricing),
        "parties": [
            {
                "name": p.name,
                "pct": f"{rules.plain(p.share)}%" if p.share is not None else "待定",
                "why": p.why,
            }
            for p in found.parties
        ],
        "signs": [_sign(p) for p in found.parties],
        "data": _charts(found),
    }


def short(value: Decimal, currency: str) -> str:
    """An amount as a slide says it: ¥430 万, USD 1,200,000."""
    return money(value) if currency == "CNY" else f"{currency} {number(value, 2)}"


def _lines(text: str) -> list[str]:
    return [line.strip(" -·•\t") for line in text.splitlines() if line.strip()]


def _pages(rows: Sequence[Mapping[str, Any]], sort: str) -> list[dict[str, Any]]:
    """The rows in as many pages as a slide of this sort needs; `of` says which of how many, empty for one."""
    most = ROWS[sort]
    cut = [list(rows[n : n + most]) for n in range(0, len(rows), most)]
    return [
        {"rows": held, "of": f"（{n}/{len(cut)}）" if len(cut) > 1 else ""}
        for n, held in enumerate(cut, start=1)
    ]


def _segment(segment: rules.Segment, currency: str) -> dict[str, str]:
    low, base, high = (short(segment.size(n), currency) for n in range(3))
    sources = dict.fromkeys(s for s in segment.sources.values() if s)
    return {
        "name": segment.name,
        "n": number(segment.customers[1], 0),
        "p": short(segment.price[1], currency),
        "r": f"{rules.plain(segment.penetration[1])}%",
        "low": low,
        "m": base,
        "high": high,
        "sources": "；".join(sources),
    }


def _deal(deal: Deal) -> dict[str, str]:
    return {
        "customer": deal.customer,
        "title": deal.title,
        "sum": short(deal.amount, deal.currency) if deal.amount is not None else "",
        "day": deal.day.isoformat() if deal.day else "",
        "source": deal.source,
    }


def _range(found: rules.Evidence, currency: str) -> str:
    if found.lowest is None or found.highest is None:
        return "还没有中标"
    return f"{short(found.lowest, currency)} – {short(found.highest, currency)}"


def _bands(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The panorama in bands that a slide holds: what is over says so in the last box."""
    layers: dict[str, list[dict[str, str]]] = {}
    for part in parts:
        layers.setdefault(part["layer"] or "其他", []).append({"name": part["name"], "by": part["by"]})
    made = []
    for name, held in layers.items():
        boxes = held if len(held) <= ACROSS else [*held[: ACROSS - 1], _more(held[ACROSS - 1 :])]
        made.append({"name": name, "parts": boxes})
    return made[:BANDS]


def _more(rest: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {"name": f"另有 {len(rest)} 样", "by": "、".join(r["name"] for r in rest)[:24]}


def _boundary(line: Mapping[str, Any]) -> dict[str, str]:
    return {"work": line["work"], "who": line["who"], "does_not": line["does_not"] or "—"}


def _sign(party: Party) -> dict[str, str]:
    words = {None: "还没表态", "approved": "同意", "declined": "不同意"}
    said = f"{party.said_at.astimezone(clock.HOUSE_ZONE):%Y-%m-%d}" if party.said_at else ""
    return {"name": party.name, "who": party.signs, "word": words[party.verdict], "day": said}


def _charts(found: Whole) -> dict[str, Any]:
    """Market by scenario, a series for each segment, in units of ten thousand; and the split by party."""
    market = [
        {"name": s.name, "values": [round(s.size(n) / WAN, 1) for n in range(3)]} for s in found.segments
    ]
    given = [(p.name, p.share) for p in found.parties if p.share]
    return {
        "market": {"categories": [str(rules.SCENARIO_LABELS[s]) for s in rules.SCENARIOS], "series": market},
        "split": {
            "categories": [name for name, _share in given],
            "series": [{"name": "分成", "values": [share for _name, share in given]}],
        },
    }


def file_name(venture: Venture) -> str:
    return _("%(title)s · 跨部门方案.pptx") % {"title": venture.title}
