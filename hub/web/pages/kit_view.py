"""One toolkit as its page shows it: sections with page pictures, the check list, whom to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

from markupsafe import Markup

from hub import accounts, assets, decks, facts, taxonomy, toolkits
from hub.base import clock, stamps
from hub.base.formats import ago, day, size
from hub.base.i18n import _, current, n_
from hub.request import SessionDep
from hub.web import kit_marks
from hub.web import words as house_words
from hub.web.pages.kit_cards import kit_url
from hub.web.tabs import Tab

STRIP = 6  # page pictures of an intro
SHAPES = {"product_intro": "strip", "solution": "cards", "case_study": "cards", "faq": "questions"}


@dataclass(frozen=True)
class Shot:
    """A page picture of a strip."""

    thumb: str
    number: int
    url: str
    title: str


@dataclass(frozen=True)
class MemberView:
    """A member as the kit's page shows it."""

    id: int
    kind: str
    title: str
    url: str
    summary: str
    icon: str
    thumb: str | None
    pages: str
    version: int
    owner: str
    day: str
    valid: str  # that it is current, and to which month; "" where it is not
    customer_facing: bool
    sign: tuple[str, str] | None  # family and key: new, recommended, due, draft
    answer: str  # of a question
    strip: tuple[Shot, ...]
    by_rule: bool
    quick_url: str | None  # makes a link to this alone, in one click
    basket: tuple[int, ...]  # pages that can be put into the basket: all of a deck for customers, else none


@dataclass(frozen=True)
class SectionView:
    """A kind of the kit's body, or all that is around it. shape: strip (wide cards with page pictures), cards,
    questions or rows.
    """

    kind: str
    label: str
    note: str
    shape: str
    members: tuple[MemberView, ...]
    shown: Markup


@dataclass(frozen=True)
class SlotView:
    """One line of the check list."""

    label: str
    have: str
    state: str  # have, stale, need
    note: str
    ask: str
    search_url: str


@dataclass(frozen=True)
class AskView:
    name: str
    role: str
    note: str
    url: str


@dataclass(frozen=True)
class KitPage:
    """See templates/toolkits/kit.html."""

    title: str
    url: str
    path: tuple[tuple[str, str | None], ...]
    state: str
    restricted: bool
    tier: str
    tier_label: str
    labels: tuple[str, ...]
    facts: tuple[str, ...]
    newest: datetime
    updated: str
    due: str
    beyond: str
    summary: str
    percent: int | None
    completeness: str
    gaps: tuple[SlotView, ...]
    tabs: tuple[Tab, ...]
    sections: tuple[SectionView, ...]
    slots: tuple[SlotView, ...]
    blueprint: str
    asks: tuple[AskView, ...]
    deck_url: str | None
    zip_url: str | None
    zip_size: str
    zip_all_url: str | None
    left_out: tuple[str, ...]  # why members go to no customer as they are
    quick_url: str | None
    share_url: str | None
    may_edit: bool
    edition: int


def kit_page(session: SessionDep, kit: toolkits.Toolkit, person: accounts.Actor) -> KitPage:
    """The page of a kit that this person may see. Kept for all who find the same in it and may do the same with it,
    until anything changes: what may leave the house is said on it.
    """
    sight = toolkits.sights(session, [kit.id or 0], person).get(kit.id or 0)
    may = tuple(person.may(what) for what in ("share.create", "toolkit.edit", "deck.make"))
    place = ("kit page", kit.id, sight, may, current(), clock.today())
    page = stamps.kept(session, stamps.EVERYTHING, place, lambda: _kit_page(session, kit, person))
    return replace(page, updated=_("%(when)s更新") % {"when": ago(page.newest)})


def _kit_page(session: SessionDep, kit: toolkits.Toolkit, person: accounts.Actor) -> KitPage:
    words = taxonomy.words(session)
    contents = toolkits.contents(session, kit, person, words)
    url = kit_url(kit.slug)
    slots = _slots(session, kit, contents, words)
    full = contents.completeness
    for_customers = [m for m in contents.offered if m.card.audience == "customer"]
    tier, product = words.tiers.get(kit.tier), words.products.get(kit.product)
    places = [("product", kit.product), ("industry", kit.industry), ("scenario", kit.scenario)]
    labels = [words.label(f, k) for f, k in (*places, ("function", kit.function)) if k]
    price = product.price if product else ""
    may_share = bool(for_customers) and kit.state == "published" and person.may("share.create")
    texts = _texts(session, contents)
    sections = _sections(session, contents, texts, url, may_share=may_share)
    return KitPage(
        title=toolkits.title_of(kit),
        url=url,
        path=((n_("工具包", 2), "/toolkits"), *_path(kit, words)),
        state=kit.state,
        restricted=kit.restricted,
        tier=kit.tier,
        tier_label=words.label("tier", kit.tier),
        labels=tuple(labels),
        facts=tuple(t for t in (price, _cycle(tier)) if t),
        newest=contents.newest or kit.updated_at,
        updated="",
        due=n_("%(n)s 件要复审", contents.due) if contents.due else "",
        beyond=_beyond(contents) if person.may("toolkit.edit") else "",
        summary=kit.summary,
        percent=full.percent,
        completeness=n_("还差 %(n)s 件就齐", full.missing) if full.missing else _("蓝图要的都齐了"),
        gaps=tuple(s for s in slots if s.state != "have"),
        tabs=_section_tabs(sections),
        sections=sections,
        slots=slots,
        blueprint=_("%(tier)s蓝图") % {"tier": words.label("tier", kit.tier)},
        asks=_asks(session, kit, words),
        deck_url=f"/decks/new?toolkit={quote(kit.slug)}"
        if person.may("deck.make") and contents.offered
        else None,
        zip_url=f"{url}/zip" if for_customers else None,
        zip_size=size(sum(m.card.size for m in for_customers)),
        zip_all_url=f"{url}/zip?internal=1" if len(for_customers) < len(contents.offered) else None,
        left_out=tuple(toolkits.kept_inside(session, for_customers, texts)),
        quick_url=f"/shares/quick/toolkit/{kit.id}" if may_share else None,
        share_url=f"/shares/new?thing=toolkit:{kit.id}" if may_share else None,
        may_edit=person.may("toolkit.edit"),
        edition=kit.edition,
    )


def _beyond(contents: toolkits.Contents) -> str:
    """That the rules bring more than a kit holds; empty when they do not."""
    if not contents.beyond:
        return ""
    return n_(
        "规则收进来的太多：这里只列 %(most)s 份，还有 %(n)s 份没有列。请把规则收窄，或在规则里写“最新几份”。",
        contents.beyond,
        most=toolkits.MOST_MEMBERS,
    )


def _path(kit: toolkits.Toolkit, words: taxonomy.Words) -> list[tuple[str, str | None]]:
    product = (words.label("product", kit.product), f"/toolkits?{urlencode({'product': kit.product})}")
    last = words.label("industry", kit.industry) if kit.industry else toolkits.title_of(kit)
    return [product, (last, None)]


def _cycle(tier: taxonomy.Tier | None) -> str:
    if tier is None or not tier.cycle_days:
        return ""
    if tier.cycle_days < 60:  # noqa: PLR2004 - days; longer is said in months
        return n_("成交约 %(n)s 周", round(tier.cycle_days / 7))
    return n_("成交约 %(n)s 个月", round(tier.cycle_days / 30))


def _section_tabs(sections: Sequence[SectionView]) -> tuple[Tab, ...]:
    return tuple(Tab(s.label, f"#{s.kind}", len(s.members), on=False) for s in sections)


def _sections(
    session: SessionDep, contents: toolkits.Contents, texts: Mapping[int, str], here: str, *, may_share: bool
) -> tuple[SectionView, ...]:
    answers = _answers(session, contents, texts)
    strips = _strips(session, contents)
    made: list[SectionView] = []
    around: list[MemberView] = []
    for section in contents.sections:
        label = str(house_words.sign("kind", section.kind).label)
        members = tuple(
            _member(
                m, label, answers.get(m.card.version_id, ""), strips.get(m.card.version_id, ()), may_share
            )
            for m in section.members
        )
        if section.kind in toolkits.BODY:
            note, shape = _section_note(section.kind), SHAPES[section.kind]
            shown = kit_marks.members(shape, members, here)
            made.append(SectionView(section.kind, label, note, shape, members, shown))
        else:
            around += members
    if around:
        note = _("行业和成交过程还要的")
        shown = kit_marks.members("rows", around, here)
        made.append(SectionView("more", _("补充"), note, "rows", tuple(around), shown))
    return tuple(made)


def _section_note(kind: str) -> str:
    return {
        "product_intro": _("打头发这一份就够"),
        "solution": _("按客户最关心的一件事挑"),
        "case_study": _("同行的事最有说服力"),
        "faq": _("答案可直接粘到聊天里"),
    }.get(kind, "")


def _texts(session: SessionDep, contents: toolkits.Contents) -> dict[int, str]:
    """The answers, and every other text for customers that names a fact."""
    written = [m.card for m in contents.offered if not m.card.file_name and m.card.audience == "customer"]
    answers = [m.card.version_id for m in contents.of_kind("faq")]
    return assets.texts_in_kits(session, answers, [c.version_id for c in written])


def _answers(session: SessionDep, contents: toolkits.Contents, texts: Mapping[int, str]) -> dict[int, str]:
    """The answers as they may be pasted into a chat with a customer; one that may not says so first."""
    found = {v: texts[v] for m in contents.of_kind("faq") if (v := m.card.version_id) in texts}
    book = facts.book(session, found.values(), outside=True)
    said = {version: book.resolve(text) for version, text in found.items()}
    return {
        version: _("先别发给客户：%(why)s", why=r.problems[0].said)
        if r.problems
        else toolkits.plain_text(r.text)
        for version, r in said.items()
    }


def _strips(session: SessionDep, contents: toolkits.Contents) -> dict[int, tuple[Shot, ...]]:
    """The first page pictures of each intro that has some."""
    wanted = {
        m.card.version_id: m.card
        for m in contents.of_kind("product_intro")
        if m.card.page_count and m.card.thumb
    }
    pairs = [(v, n) for v, card in wanted.items() for n in _spread(card.page_count)]
    strips: dict[int, list[Shot]] = {}
    for (version, number), page in sorted(assets.page_thumbs(session, pairs).items()):
        if page.thumb_sha:
            url = f"/assets/{wanted[version].id}?page={number}"
            strips.setdefault(version, []).append(
                Shot(f"/pictures/{page.thumb_sha}", number, url, page.title)
            )
    return {v: tuple(shots) for v, shots in strips.items()}


def _spread(count: int) -> list[int]:
    """Up to STRIP page numbers over the whole deck, the first among them."""
    if count <= STRIP:
        return list(range(1, count + 1))
    return sorted({1 + i * (count - 1) // STRIP for i in range(STRIP)})


def _member(
    member: toolkits.Member,
    kind: str,
    answer: str,
    strip: tuple[Shot, ...],
    may_share: bool,  # noqa: FBT001 - private, read beside its one call
) -> MemberView:
    card = member.card
    leaves = may_share and card.audience == "customer" and card.state == "on_offer"
    sign = house_words.sign("kind", card.kind)
    return MemberView(
        id=card.id,
        kind=kind,
        title=card.title,
        url=f"/assets/{card.id}",
        summary=card.summary,
        icon=house_words.file_icon(card.file_name) if card.file_name else sign.icon or "file-text",
        thumb=f"/pictures/{card.thumb}" if card.thumb else None,
        pages=n_("%(n)s 页", card.page_count) if card.page_count else "",
        version=card.version_number,
        owner=card.owner,
        day=day(card.on_offer_at or card.updated_at),
        valid="" if member.stale else house_words.valid_until(card.state, card.freshness, card.review_on),
        customer_facing=card.audience == "customer",
        sign=_sign(member),
        answer=answer,
        strip=strip,
        quick_url=f"/shares/quick/asset/{card.id}" if leaves else None,
        by_rule=not member.pinned,
        basket=tuple(range(1, card.page_count + 1)) if decks.is_deck(card) else (),
    )


def _sign(member: toolkits.Member) -> tuple[str, str] | None:
    card = member.card
    if card.state != "on_offer":
        return ("version", card.state)
    if member.stale or card.freshness in {"due", "stale"}:
        return ("freshness", "due")
    if card.recommended:
        return ("freshness", "recommended")
    return ("freshness", "new") if card.is_new else None


def _slots(
    session: SessionDep, kit: toolkits.Toolkit, contents: toolkits.Contents, words: taxonomy.Words
) -> tuple[SlotView, ...]:
    product = words.products.get(kit.product)
    owner = accounts.names(session, [product.owner_id]).get(product.owner_id or 0, "") if product else ""
    return tuple(_slot(f, kit, owner) for f in contents.completeness.fillings)


def _slot(filling: toolkits.Filling, kit: toolkits.Toolkit, owner: str) -> SlotView:
    label = str(house_words.sign("kind", filling.slot.kind).label)
    query = urlencode({"product": kit.product, "kind": filling.slot.kind})
    note = ""
    if filling.state == "need":
        note = n_("缺 %(n)s 件", filling.slot.need - filling.have)
    elif filling.state == "stale":
        note = n_("%(n)s 件要先复审", filling.stale)
    return SlotView(
        label=label,
        have=f"{filling.have} / {filling.slot.need}",
        state=filling.state,
        note=note,
        ask=owner,
        search_url=f"/search?{query}",
    )


def _asks(session: SessionDep, kit: toolkits.Toolkit, words: taxonomy.Words) -> tuple[AskView, ...]:
    """Whom to ask: the kit's owner, then the product's owner and expert; each person once."""
    product = words.products.get(kit.product)
    wanted: dict[int, str] = {}
    for person_id, note in (
        (kit.owner_id, _("本套件负责人：材料内容、改页")),
        (product.owner_id if product else None, _("产品负责人：定位、价格、缺的材料")),
        (product.expert_id if product else None, _("技术专家：能不能接、怎么接")),
    ):
        if person_id:
            wanted.setdefault(person_id, note)
    people = accounts.contacts(session, wanted)
    return tuple(
        AskView(people[i].name, people[i].title, note, f"mailto:{people[i].email}")
        for i, note in wanted.items()
        if i in people
    )
