"""A cross-department proposal as its page shows it: words, tables, and what is drawn on the server."""

from dataclasses import dataclass
from typing import Any

from hub import accounts, taxonomy, ventures
from hub.base import clock, formats
from hub.base.formats import day, moment
from hub.base.i18n import Lazy, _, lazy
from hub.web.pages.venture_deck import DeckCard, TemplateChoices, deck_card
from hub.web.pages.venture_drawing import TONES, Bar, ScenarioBar, Strip, bars, money, split, strip
from hub.web.typed import Forms, Refused

STATES: dict[str, tuple[Lazy, str]] = {
    "draft": (lazy("草稿"), "gray"),
    "with_parties": (lazy("请各方签"), "yellow"),
    "agreed": (lazy("谈成了"), "green"),
    "ended": (lazy("到此为止"), "red"),
}
OUTCOMES: dict[str, tuple[Lazy, str]] = {
    "open": (lazy("还没谈"), "gray"),
    "refused": (lazy("不愿意"), "red"),
    "unstaffed": (lazy("愿意，没人手"), "orange"),
    "interested": (lazy("有兴趣"), "green"),
}
KINDS: dict[str, Lazy] = {"own": lazy("我们"), "department": lazy("别的部门"), "partner": lazy("伙伴公司")}
PICTURES: dict[str, Lazy] = {"architecture": lazy("架构图"), "process": lazy("流程图")}
VERDICTS: dict[str, tuple[Lazy, str]] = {
    "approved": (lazy("同意"), "green"),
    "declined": (lazy("不同意"), "red"),
    "": (lazy("还没表态"), "gray"),
}
PROOF: dict[str, tuple[Lazy, str]] = {
    "within": (lazy("单价在中标区间内"), "green"),
    "outside": (lazy("单价不在中标区间内"), "orange"),
    "not_enough": (lazy("证据不够"), "red"),
}


@dataclass(frozen=True)
class Tag:
    """A badge: label and tone."""

    label: str
    tone: str


@dataclass(frozen=True)
class Amounts:
    """A segment or the total, (low, base, high) written out."""

    name: str
    customers: tuple[str, ...]
    price: tuple[str, ...]
    penetration: tuple[str, ...]
    size: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PartyRow:
    id: int
    name: str
    kind: str
    share: str
    why: str
    signs: str
    word: Tag
    when: str
    note: str
    outside: bool
    may_say: bool


@dataclass(frozen=True)
class DealRow:
    customer: str
    title: str
    amount: str
    day: str
    source: str


@dataclass(frozen=True)
class StepRow:
    id: int
    when: str
    whom: str
    outcome: Tag
    note: str
    next_step: str
    owner: str
    due: str
    late: bool
    done: bool
    may_finish: bool


@dataclass(frozen=True)
class SaidRow:
    party: str
    word: Tag
    who: str
    when: str
    note: str
    void: str


@dataclass(frozen=True)
class VentureRow:
    """A proposal in the list."""

    url: str
    title: str
    with_whom: str
    product: str
    state: Tag
    outcome: Tag
    total: str
    signed: str
    owner: str
    next_step: str
    due: str
    late: bool
    restricted: bool
    updated: str


@dataclass(frozen=True)
class VenturePage(Forms):
    """See templates/ventures/page.html."""

    id: int
    url: str
    title: str
    summary: str
    with_whom: str
    product: str
    owner: str
    updated: str
    revision: int
    edition: int
    restricted: bool
    state: Tag
    outcome: Tag
    steps: tuple[dict[str, str], ...]
    percent: int
    words: tuple[tuple[str, str], ...]
    market: tuple[Amounts, ...]
    totals: tuple[str, ...]
    bars: tuple[ScenarioBar, ...]
    legend: tuple[tuple[str, int], ...]
    proof: Tag
    reasons: tuple[str, ...]
    strip: Strip | None
    bids: tuple[DealRow, ...]
    deals: tuple[DealRow, ...]
    panorama: ventures.Drawing | None
    pictures: tuple[tuple[int, str, str, str], ...]
    boundary: tuple[dict[str, Any], ...]
    pricing: str
    parties: tuple[PartyRow, ...]
    split: tuple[Bar, ...]
    talks: tuple[StepRow, ...]
    history: tuple[SaidRow, ...]
    lacks: tuple[tuple[str, str, bool], ...]
    blocked: bool
    deck: DeckCard | None
    templates: TemplateChoices
    may_edit: bool
    may_deck: bool
    moves: tuple[str, ...]
    end_reason: str
    people: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    today: str
    refused: Refused | None = None


def tag(found: dict[str, tuple[Lazy, str]], key: str) -> Tag:
    label, tone = found[key]
    return Tag(str(label), tone)


def row(known: taxonomy.Words, found: ventures.Row) -> VentureRow:
    late = found.due_on is not None and found.due_on < clock.today()
    return VentureRow(
        url=f"/ventures/{found.id}",
        title=found.title,
        with_whom=found.with_whom,
        product=known.label("product", found.product) if found.product else "",
        state=tag(STATES, found.state),
        outcome=tag(OUTCOMES, found.outcome),
        total=money(found.total, found.currency) if found.total else "",
        signed=_("%(n)s / %(all)s 方签了") % {"n": found.signed, "all": found.parties}
        if found.parties
        else "",
        owner=found.owner,
        next_step=found.next_step,
        due=day(found.due_on) if found.due_on else "",
        late=late,
        restricted=found.restricted,
        updated=formats.ago(found.updated_at),
    )


def page(
    known: taxonomy.Words,
    found: ventures.Whole,
    person: accounts.Actor,
    people: tuple[tuple[str, str], ...],
    choices: TemplateChoices,
) -> VenturePage:
    """The whole page of one proposal as this person sees it."""
    v, may = found.venture, ventures.may_edit(found.venture, person)
    drawn = ventures.draw(v.parts, [p.name for p in found.parties])
    blocked = any(lack.blocks for lack in found.lacks)
    return VenturePage(
        id=v.id or 0,
        url=f"/ventures/{v.id}",
        title=v.title,
        summary=v.summary,
        with_whom=v.with_whom,
        product=known.label("product", v.product) if v.product else "",
        owner=found.owner,
        updated=formats.ago(v.updated_at),
        revision=v.revision,
        edition=v.edition,
        restricted=v.restricted,
        state=tag(STATES, v.state),
        outcome=tag(OUTCOMES, v.outcome),
        steps=_way(found),
        percent=found.percent,
        words=_words(v),
        market=tuple(_amounts(s, v.currency) for s in found.segments),
        totals=tuple(money(t, v.currency) for t in found.totals),
        bars=bars(found),
        legend=tuple((s.name, n % TONES) for n, s in enumerate(found.segments)),
        proof=tag(PROOF, found.evidence.verdict),
        reasons=found.evidence.sentences,
        strip=strip(found),
        bids=tuple(_deal(d) for d in found.bids),
        deals=tuple(_deal(d) for d in found.deals),
        panorama=drawn,
        pictures=tuple(
            (p.id or 0, str(PICTURES[p.kind]), p.caption, f"/ventures/{v.id}/pictures/{p.blob_sha}")
            for p in found.pictures
        ),
        boundary=tuple(v.boundary),
        pricing=v.pricing,
        parties=tuple(_party(found, p, person, may=may) for p in found.parties),
        split=split(found),
        talks=tuple(_talk(s, person, may=may) for s in found.steps),
        history=tuple(_said(h) for h in found.history),
        lacks=tuple(
            (str(ventures.SECTION_LABELS[lack.section]), lack.sentence, lack.blocks) for lack in found.lacks
        ),
        blocked=blocked,
        deck=deck_card(found.venture, found.deck),
        templates=choices,
        may_edit=may and v.state != "ended",
        may_deck=person.may("deck.make"),
        moves=ventures.FOLLOWS[v.state] if may else (),
        end_reason=v.end_reason,
        people=people,
        outcomes=tuple((k, str(label)) for k, (label, _tone) in OUTCOMES.items() if k != "open"),
        today=clock.today().isoformat(),
    )


def _way(found: ventures.Whole) -> tuple[dict[str, str], ...]:
    at = {"draft": 0, "with_parties": 1, "agreed": 3, "ended": 0}[found.venture.state]
    signed = sum(p.verdict == "approved" for p in found.parties)
    notes = (
        _("已写 %(n)s%%") % {"n": found.percent},
        _("%(n)s / %(all)s 方签了") % {"n": signed, "all": len(found.parties)},
        day(found.venture.agreed_at) if found.venture.agreed_at else "",
    )
    labels = (_("写方案"), _("请各方签"), _("谈成"))
    states = ["done" if n < at else "now" if n == at else "next" for n in range(3)]
    return tuple({"label": a, "note": b, "state": c} for a, b, c in zip(labels, notes, states, strict=True))


def _words(v: ventures.Venture) -> tuple[tuple[str, str], ...]:
    return (
        (_("背景"), v.background),
        (_("需要对方做什么"), v.need),
        (_("对方按自己的指标得到什么"), v.gain),
        (_("对方负责人在意什么"), v.cares),
    )


def _amounts(segment: ventures.Segment, currency: str) -> Amounts:
    return Amounts(
        name=segment.name,
        customers=tuple(formats.number(c, 0) for c in segment.customers),
        price=tuple(money(p, currency) for p in segment.price),
        penetration=tuple(f"{ventures.plain(p)}%" for p in segment.penetration),
        size=tuple(money(segment.size(n), currency) for n in range(3)),
        sources=tuple((str(ventures.NUMBER_LABELS[n]), segment.sources[n]) for n in ventures.NUMBERS),
    )


def _deal(deal: ventures.Deal) -> DealRow:
    when = deal.day.isoformat() if deal.day else ""
    return DealRow(deal.customer, deal.title, money(deal.amount, deal.currency), when, deal.source)


def _party(found: ventures.Whole, party: ventures.Party, person: accounts.Actor, *, may: bool) -> PartyRow:
    own = party.approver_id == person.id if party.approver_id is not None else may
    return PartyRow(
        id=party.id,
        name=party.name,
        kind=str(KINDS[party.kind]),
        share=f"{ventures.plain(party.share)}%" if party.share is not None else "",
        why=party.why,
        signs=party.signs,
        word=tag(VERDICTS, party.verdict or ""),
        when=moment(party.said_at) if party.said_at else "",
        note=party.note,
        outside=party.approver_id is None,
        may_say=own and found.venture.state == "with_parties",
    )


def _talk(step: ventures.Step, person: accounts.Actor, *, may: bool) -> StepRow:
    return StepRow(
        id=step.id,
        when=day(step.held_on),
        whom=step.whom,
        outcome=tag(OUTCOMES, step.outcome),
        note=step.note,
        next_step=step.next_step,
        owner=step.owner,
        due=day(step.due_on),
        late=step.done_at is None and step.due_on < clock.today(),
        done=step.done_at is not None,
        may_finish=step.done_at is None and (may or step.owner_id == person.id),
    )


def _said(said: ventures.Said) -> SaidRow:
    recorder = _("%(who)s（%(by)s 记）") % {"who": said.signer, "by": said.recorder}
    return SaidRow(
        party=said.party,
        word=tag(VERDICTS, said.verdict),
        who=said.signer if said.signer == said.recorder or not said.recorder else recorder,
        when=moment(said.at),
        note=said.note,
        void=_("作废：%(why)s") % {"why": said.void_why} if said.void_at else "",
    )
