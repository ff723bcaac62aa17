"""Questions about templates and decks. A deck is its owner's and the administrators'; nobody else knows of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, and_, true, union
from sqlmodel import Session, col, select

from hub import accounts, assets, consents, customers, facts, slides, taxonomy, toolkits
from hub.base import clock
from hub.base.errors import Conflict, NotFound
from hub.base.i18n import _
from hub.decks import manifest, outline, recipe, values
from hub.decks.manifest import Manifest
from hub.decks.models import Deck, DeckPicture, DeckSlide, DeckTemplate
from hub.decks.questions import Question
from hub.decks.recipe import Brief, Choice, Source, SourcePage
from hub.taxonomy import Words


def templates(session: Session, purpose: str | None = "pitch") -> list[DeckTemplate]:
    """The templates on offer for this purpose (None: for any), by name."""
    query = select(DeckTemplate).where(DeckTemplate.state == "on_offer").order_by(DeckTemplate.name)
    return [t for t in session.exec(query).all() if purpose in {None, t.purpose}]


def on_shelf(session: Session, by: accounts.Actor) -> list[DeckTemplate]:
    """The templates on offer for any purpose, and for those who may confirm their questions the drafts, by name."""
    states = ["on_offer", "draft"] if by.may("template.edit") else ["on_offer"]
    query = select(DeckTemplate).where(col(DeckTemplate.state).in_(states)).order_by(DeckTemplate.name)
    return list(session.exec(query).all())


def template_for(session: Session, template_id: int, by: accounts.Actor) -> DeckTemplate:
    """The template; one whose questions are not confirmed is there for those only who may confirm them."""
    found = template(session, template_id)
    if found.state == "draft" and not by.may("template.edit"):
        raise NotFound(_("没有这个演示模板。"))
    return found


def template(session: Session, template_id: int) -> DeckTemplate:
    found = session.get(DeckTemplate, template_id)
    if found is None:
        raise NotFound(_("没有这个演示模板。"))
    return found


TEMPLATE_MARK = "template:"
"""What stands before the name of a template in the marks of the slides that it gave; slugs of assets have no colon."""


def marked_templates(session: Session, marks: Iterable[str]) -> dict[str, list[DeckTemplate]]:
    """The templates that marks name, by the mark; of each all its uploads but drafts, the newest first."""
    named = {mark.removeprefix(TEMPLATE_MARK) for mark in marks if mark.startswith(TEMPLATE_MARK)}
    query = select(DeckTemplate).where(
        col(DeckTemplate.name).in_(sorted(named)), DeckTemplate.state != "draft"
    )
    found: dict[str, list[DeckTemplate]] = {}
    for row in session.exec(query.order_by(col(DeckTemplate.number).desc())) if named else ():
        found.setdefault(TEMPLATE_MARK + row.name, []).append(row)
    return found


def template_by_name(session: Session, name: str) -> DeckTemplate | None:
    """The newest template of this name, whatever its state: for import."""
    query = select(DeckTemplate).where(DeckTemplate.name == name).order_by(col(DeckTemplate.number).desc())
    return session.exec(query).first()


def manifest_of(row: DeckTemplate) -> Manifest:
    return manifest.from_data(row.manifest)


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Deck: not in the trash, and this actor's or an administrator looks."""
    mine = true() if by.is_admin else col(Deck.owner_id) == by.id
    return and_(col(Deck.deleted_at).is_(None), mine)


def get(session: Session, deck_id: int, by: accounts.Actor) -> Deck:
    """The deck; NotFound when it is gone or somebody else's."""
    found = session.exec(select(Deck).where(Deck.id == deck_id, visible(by))).first()
    if found is None:
        raise NotFound(_("没有这份打单 PPT，或它不是您的。"))
    return found


def mine(session: Session, by: accounts.Actor, *, limit: int = 100) -> list[Deck]:
    """The actor's own decks, newest first."""
    query = select(Deck).where(visible(by), Deck.owner_id == by.id)
    return list(session.exec(query.order_by(col(Deck.created_at).desc(), col(Deck.id).desc()).limit(limit)))


def slides_of(session: Session, deck: Deck) -> list[DeckSlide]:
    """The slides of the made deck, in order."""
    query = select(DeckSlide).where(DeckSlide.deck_id == deck.id).order_by(col(DeckSlide.number))
    return list(session.exec(query).all())


def options(session: Session, words: Words, question: Question, by: accounts.Actor) -> list[tuple[str, str]]:
    """What may be answered to a choice: (value, label in the reader's language)."""
    if not question.facet:
        return [(o.value, o.said) for o in question.options]
    if question.facet == "product":
        known = [p for p in words.products.values() if taxonomy.may_know(session, p, by)]
        return [(p.key, words.label("product", p.key)) for p in known]
    return [(w.key, ("　" if w.parent else "") + w.label) for w in words.options(question.facet)]


@dataclass(frozen=True)
class Kitchen:
    """All that planning and making a deck needs, read once for its owner."""

    manifest: Manifest
    sources: tuple[Source, ...]
    brief: Brief
    choice: Choice
    values: Mapping[str, Any]
    told: tuple[str, ...] = ()  # why members of the kit are not among the sources

    def holds(self, when: str) -> bool:
        return slides.parse(when).holds(slides.Scope(self.values, self.manifest.language))

    def items(self, each: str) -> list[str]:
        found = self.values.get(each)
        return [_title(i) for i in found] if isinstance(found, list) else []

    def plan(self) -> recipe.Plan:
        made = recipe.plan(self.manifest, self.sources, self.brief, holds=self.holds, items=self.items)
        return recipe.Plan(made.slides, (*made.warnings, *self.told))


def _title(item: Any) -> str:
    if isinstance(item, Mapping):
        return str(item.get("customer") or item.get("title") or item.get("name") or "")
    return str(item)


def kitchen(session: Session, deck: Deck, by: accounts.Actor, load: values.Load = dict) -> Kitchen:
    """The kit's members as this actor may use them, the choice among them, and the values of the tokens, pictures as
    `load` gives them.
    """
    words = taxonomy.words(session)
    made_by = manifest_of(template(session, deck.template_id or 0))
    kit = toolkits.by_id(session, deck.toolkit_id or 0, by)
    sources, told = sources_of(session, kit, by, words)
    brief = brief_of(made_by, deck.brief, words)
    choice = recipe.choose(sources, brief)
    known = _facts(session, deck, kit, by, words, made_by.language)
    label = _labeller(words, made_by.language)
    built = values.build(
        made_by, deck.brief, known, choice, label=label, plain=toolkits.plain_text, load=load
    )
    built["facts"] = facts.for_decks(session, made_by.language)
    return Kitchen(made_by, tuple(sources), brief, choice, built, tuple(told))


def _labeller(words: Words, language: str) -> values.Label:
    def label(facet: str, key: str) -> str:
        word = words.by_facet.get(facet, {}).get(key)
        if word is None:
            return key
        return (word.name_en or word.name) if language == "en" else word.name

    return label


def brief_of(made_by: Manifest, answers: Mapping[str, Any], words: Words) -> Brief:
    """What decides the choice of material."""
    industry = str(answers.get("customer.industry") or "")
    near = {*words.above("industry", industry), *words.below("industry", industry)} if industry else set()
    said = values.of_answers(made_by, answers, _labeller(words, made_by.language)).get("pains")
    pains = tuple((p["title"], p["detail"]) for p in said) if isinstance(said, list) else ()
    named = str(answers.get("customer.name") or "").strip()
    return Brief(industry, frozenset(near - {industry}), words.label("industry", industry), pains, named)


def sources_of(
    session: Session, kit: toolkits.Toolkit, by: accounts.Actor, words: Words
) -> tuple[list[Source], list[str]]:
    """The kit's members that this actor may read, in the kit's order, as customers may see them: a case without
    consent is its anonymous twin, or left out, which is told.
    """
    members = [m.card for m in toolkits.contents(session, kit, by, words).members]
    cards, told = outward(session, members, by)
    unsound = assets.unsound(session, [c.version_id for c in cards if not c.file_name])
    told += [
        _("没有放“%(title)s”：%(why)s") % {"title": c.title, "why": unsound[c.version_id].said}
        for c in cards
        if c.version_id in unsound
    ]
    cards = [c for c in cards if c.version_id not in unsound]
    nameless = consents.nameless(session, [c.id for c in cards])
    versions = _by_id(session, assets.Version, [c.version_id for c in cards])
    rows = _by_id(session, assets.Asset, [c.id for c in cards])
    known = customers.by_ids(session, [a.customer_id for a in rows.values() if a.id not in nameless])
    answers = [versions[c.version_id] for c in cards if c.kind == "faq"]
    book = facts.book(session, [v.text for v in answers], outside=True)
    return [
        _source(
            session,
            c,
            versions[c.version_id],
            rows[c.id],
            known.get(rows[c.id].customer_id or 0),
            words,
            book,
        )
        for c in cards
    ], told


def outward(
    session: Session, cards: Sequence[assets.Card], by: accounts.Actor
) -> tuple[list[assets.Card], list[str]]:
    """These cards as they may stand in a deck for customers, each once, and why others stand in their place or none."""
    cases = [c.id for c in cards if c.kind == "case_study"]
    decided = consents.outward(session, cases, "pitch")
    twins = {d.twin_id for d in decided.values() if d.twin_id is not None}
    shown = {c.id: c for c in assets.cards(session, sorted(twins), by)} | {c.id: c for c in cards}
    told = [consents.sentence(c.title, decided[c.id], "pitch") for c in cards if c.id in decided]
    wanted = [decided[c.id].twin_id if c.id in decided else c.id for c in cards]
    return [shown[i] for i in dict.fromkeys(wanted) if i is not None and i in shown], told


def _by_id(session: Session, model: Any, ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in session.exec(select(model).where(col(model.id).in_(list(ids))))}


def _source(
    session: Session,
    card: assets.Card,
    version: assets.Version,
    asset: assets.Asset,
    customer: customers.Customer | None,
    words: Words,
    book: facts.Book,
) -> Source:
    figures = asset.extra.get("figures")
    scenarios = card.tags.get("scenario", [])
    return Source(
        asset_id=card.id,
        version_id=card.version_id,
        version=card.version_number,
        kind=card.kind,
        title=card.title,
        summary=card.summary,
        text=book.resolve(version.text).text if card.kind == "faq" else "",
        industries=tuple(card.tags.get("industry", [])),
        scenarios=tuple(words.label("scenario", key) for key in scenarios),
        customer=customer.name if customer else "",
        figures=figures if isinstance(figures, dict) else {},
        recommended=card.recommended,
        on_offer=card.state == "on_offer",
        customer_facing=card.audience == "customer",
        pages=tuple(deck_pages(session, version)),
    )


def deck_pages(session: Session, version: assets.Version) -> list[SourcePage]:
    """The slides of a version that is a PPTX; none for any other."""
    if not version.blob_sha or PurePosixPath(version.file_name).suffix.lower() not in recipe.DECKS:
        return []
    return [SourcePage(p.number, p.title, p.text, p.hidden) for p in assets.pages(session, version.id or 0)]


def usable_pages(
    session: Session, asset_id: int, by: accounts.Actor
) -> tuple[assets.Card, dict[int, SourcePage]]:
    """The card and the slides, by number, of an asset that may go into a deck for customers.

    NotFound when this actor may not read it, Conflict when it is not on offer or for inside only.
    """
    found = assets.cards(session, [asset_id], by)
    if not found:
        raise NotFound(_("没有这份素材，或您没有权限看它。"))
    card = found[0]
    if card.state != "on_offer" or card.audience != "customer":
        raise Conflict(
            _("“%(title)s”不能放进给客户的 PPT：它只供内部，或还没有上架。") % {"title": card.title}
        )
    decided = consents.outward(session, [asset_id], "pitch").get(asset_id)
    if decided is not None:
        raise Conflict(consents.sentence(card.title, decided, "pitch"))
    version = assets.version(session, card.version_id, by)
    return card, {p.number: p for p in deck_pages(session, version)}


def is_deck(card: assets.Card) -> bool:
    """Whether the slides of this asset may go into a deck for customers."""
    ending = PurePosixPath(card.file_name).suffix.lower()
    return card.state == "on_offer" and card.audience == "customer" and ending in recipe.DECKS


def no_such_page(title: str, number: int) -> str:
    return _("“%(title)s”没有第 %(n)s 页可用。") % {"title": title, "n": number}


def _facts(
    session: Session, deck: Deck, kit: toolkits.Toolkit, by: accounts.Actor, words: Words, language: str
) -> values.Facts:
    english = language == "en"
    company = taxonomy.company(session)
    product, tier = words.products.get(kit.product), words.tiers.get(kit.tier)
    customer = customers.by_ids(session, [deck.customer_id]).get(deck.customer_id or 0)

    def name_of(row: Any) -> str:
        return str((row.name_en if english else "") or row.name) if row else ""

    me = accounts.person(session, by.id) if english and by.id else None
    seller, position = (name_of(me), me.title_en or me.title) if me else (by.name, by.title)
    return values.Facts(
        today=clock.today(),
        seller=_full(name=seller, title=position, email=by.email, phone=by.phone),
        company=_full(name=name_of(company) or company.name_en, name_en=company.name_en, short=company.short),
        customer=_full(name=customer.name, region=customer.region) if customer else {},
        product=_full(name=name_of(product), name_en=product.name_en, price=product.price) if product else {},
        tier=_full(name=name_of(tier)),
        toolkit=_full(title=(kit.title_en if english else "") or kit.title),
    )


def _full(**texts: str) -> dict[str, str]:
    """The texts as they are; an empty one stands for "nothing to say", not for "missing"."""
    return {key: value or "" for key, value in texts.items()}


@dataclass(frozen=True)
class Origin:
    """What a deck was made from: an asset's version, with the slides it gave. `newer`: the number of the version now on
    offer, None when it is the same. `gone`: it may no longer be used.
    """

    asset_id: int
    title: str
    version: int
    pages: int
    newer: int | None
    gone: bool


def origins(session: Session, deck: Deck, by: accounts.Actor) -> list[Origin]:
    """What the plan draws on. Of what this actor may no longer read nothing but the fact is said."""
    used: dict[int, list[dict[str, Any]]] = {}
    for entry in outline.kept(deck.plan):
        if entry["origin"] == "asset":
            used.setdefault(int(entry["asset_id"]), []).append(entry)
    cards = {c.id: c for c in assets.cards(session, list(used), by)}
    return [_origin(asset_id, entries, cards.get(asset_id)) for asset_id, entries in used.items()]


def _origin(asset_id: int, entries: Sequence[Mapping[str, Any]], card: assets.Card | None) -> Origin:
    version = int(entries[0]["version"])
    usable = card is not None and card.state == "on_offer" and card.audience == "customer"
    newer = card.version_number if card and usable and card.version_id != entries[0]["version_id"] else None
    title = card.title if card else _("一份已停用或您不再能看的素材")
    return Origin(asset_id, title, version, len(entries), newer, gone=not usable)


def is_closed(session: Session, deck: Deck, by: accounts.Actor) -> bool:
    """True when the file holds slides or pictures that this actor may no longer read: it is not handed out then."""
    return bool(closed_among(session, [deck], by))


def closed_among(session: Session, rows: Sequence[Deck], by: accounts.Actor) -> set[int]:
    """The ids of those decks whose made file holds slides or pictures that this actor may no longer read."""
    if not rows:
        return set()
    ids = [d.id for d in rows]
    held = [
        select(table.deck_id, table.asset_id).where(
            col(table.deck_id).in_(ids), col(table.asset_id).is_not(None)
        )
        for table in (DeckSlide, DeckPicture)
    ]
    used = session.execute(union(*held)).all()
    readable = {c.id for c in assets.cards(session, sorted({a for _d, a in used if a is not None}), by)}
    return {d for d, a in used if a not in readable}


def templates_by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, DeckTemplate]:
    """These templates by id, whatever their state, in one query."""
    wanted = sorted({i for i in ids if i is not None})
    if not wanted:
        return {}
    rows = session.exec(select(DeckTemplate).where(col(DeckTemplate.id).in_(wanted))).all()
    return {t.id: t for t in rows if t.id is not None}
