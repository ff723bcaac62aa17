"""Changes to decks: fill in a brief, edit the outline, ask for the file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from hub import accounts, activity, consents, customers, taxonomy, toolkits
from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, NotAllowed, NotFound
from hub.base.i18n import _, current
from hub.base.settings import Settings
from hub.decks import answers, basket, manifest, outline, pictures, queries, updating
from hub.decks.models import Deck, DeckPicture, DeckTemplate
from hub.decks.recipe import Planned, one_line

BUSY = ("waiting", "making")


def start(
    session: Session,
    row: DeckTemplate,
    kit: toolkits.Toolkit,
    given: Mapping[str, Any],
    *,
    by: accounts.Actor,
) -> Deck:
    """A new deck, a draft, planned from what is answered so far. `given` is what `answers.read` made."""
    by.must("deck.make")
    if row.state in {"withdrawn", "draft"} or row.purpose != "pitch":
        raise Conflict(_("这个模板已经停用了，请换一个。"))
    read = queries.manifest_of(row)
    deck = Deck(
        title="",
        template_id=row.id or 0,
        toolkit_id=kit.id,
        owner_id=by.id,
        brief={**answers.defaults(read, clock.today()), **given},
        created_at=clock.now(),
    )
    session.add(deck)
    session.flush()
    deck.brief = pictures.proposed(session, deck, read, deck.brief, by)
    _name(session, deck, kit, by)
    _plan(session, deck, by)
    activity.record(session, "create", "deck", deck.id, by=by.id, toolkit=kit.slug, template=row.name)
    return deck


def set_brief(session: Session, deck: Deck, given: Mapping[str, Any], *, by: accounts.Actor) -> None:
    """Keep new answers and plan anew; what was done to the outline by hand stays."""
    _must_change(deck, by)
    read = _asked(session, deck)
    deck.brief = pictures.resolved(session, deck, read, given, by)
    _name(session, deck, toolkits.by_id(session, deck.toolkit_id or 0, by), by)
    _plan(session, deck, by)


def plan_deck(session: Session, deck: Deck, *, by: accounts.Actor, afresh: bool = False) -> None:
    """Plan anew from kit and brief as they are now; `afresh` forgets what was done by hand."""
    _must_change(deck, by)
    _must_have_template(deck)
    if afresh:
        deck.plan = []
    _plan(session, deck, by)


def _must_change(deck: Deck, by: accounts.Actor) -> None:
    if deck.owner_id != by.id and not by.is_admin:
        raise NotAllowed(_("这份打单 PPT 是别人的，只有本人能改。"))
    if deck.state in BUSY:
        raise Conflict(_("正在生成，请等它做完再改。"))


def set_answer(session: Session, deck: Deck, key: str, answer: Any, *, by: accounts.Actor) -> None:
    """Keep one answer anew, such as the rows of a table; None takes it out."""
    kept = {k: v for k, v in deck.brief.items() if k != key}
    set_brief(session, deck, kept if answer in answers.EMPTY else {**kept, key: answer}, by=by)


def add_picture(
    session: Session,
    blobs: LocalBlobs,
    settings: Settings,
    deck: Deck,
    data: bytes,
    name: str,
    *,
    by: accounts.Actor,
) -> DeckPicture:
    """Take a picture into the deck from a file; answers then name it. HubError for what is no picture or too large."""
    _must_change(deck, by)
    _must_have_template(deck)
    return pictures.take_in(session, blobs, settings, deck, data, name)


def choose_picture(session: Session, deck: Deck, asset_id: int, *, by: accounts.Actor) -> DeckPicture:
    """Take a picture of the library into the deck; NotFound, or Conflict when it may not go to customers."""
    _must_change(deck, by)
    _must_have_template(deck)
    return pictures.choose(session, deck, asset_id, by)


def _asked(session: Session, deck: Deck) -> manifest.Manifest:
    _must_have_template(deck)
    return queries.manifest_of(queries.template(session, deck.template_id or 0))


def _must_have_template(deck: Deck) -> None:
    if deck.template_id is None:
        raise Conflict(_("这份 PPT 是用选页篮拼的，没有模板和简报。可以直接改页。"))


def _name(session: Session, deck: Deck, kit: toolkits.Toolkit, by: accounts.Actor) -> None:
    """Customer and title, from the answers; a customer nobody knows yet is added where the actor may."""
    name = str(deck.brief.get("customer.name") or "").strip()
    industry = str(deck.brief.get("customer.industry") or "") or None
    customer = customers.by_name(session, name, by) if name else None
    if name and customer is None and by.may("customer.edit"):
        customer = customers.named(session, name, industry=industry, by=by)
    deck.customer_id = customer.id if customer else None
    said = {
        "customer": name or _("新客户"),
        "product": taxonomy.words(session).label("product", kit.product),
        "makes": _makes(_asked(session, deck)),
    }
    titled = (
        _("%(customer)s · %(product)s%(makes)s") if said["makes"] else _("%(customer)s · %(product)s打单 PPT")
    )
    deck.title = (titled % said)[:300]


def _makes(read: manifest.Manifest) -> str:
    """What the template says it makes, in the language of who asks if it says so in that; else empty: a pitch deck."""
    first, other = (read.makes_en, read.makes) if current() == "en" else (read.makes, read.makes_en)
    return first or other


def _plan(session: Session, deck: Deck, by: accounts.Actor) -> None:
    found = queries.kitchen(session, deck, by).plan()
    deck.plan = outline.merge(deck.plan, outline.entries(found.slides))
    deck.warnings = [{"sentence": w} for w in found.warnings]
    _touch(session, deck)


def _touch(session: Session, deck: Deck) -> None:
    """The deck changed: what was made of it before is no longer what it says."""
    deck.edition += 1
    deck.state, deck.error, deck.progress = "draft", "", 0
    session.add(deck)
    session.flush()


def faults(session: Session, deck: Deck, by: accounts.Actor) -> dict[str, str]:
    """What is still wrong or missing in the brief, by question key; nothing for a deck without a template."""
    if deck.template_id is None:
        return {}
    words = taxonomy.words(session)
    read = queries.manifest_of(queries.template(session, deck.template_id))

    def allowed(question: manifest.Question) -> list[str]:
        return [value for value, _label in queries.options(session, words, question, by)]

    return {**pictures.faults(session, deck, read, by), **answers.faults(read, deck.brief, allowed)}


Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def edit_outline(session: Session, deck: Deck, change: Change, *, by: accounts.Actor) -> None:
    """Apply one change of `hub.decks.outline` to the deck's outline."""
    _must_change(deck, by)
    deck.plan = change(list(deck.plan))
    _touch(session, deck)


def move(session: Session, deck: Deck, key: str, step: int, *, by: accounts.Actor) -> None:
    edit_outline(session, deck, lambda plan: outline.move(plan, key, step), by=by)


def reorder(session: Session, deck: Deck, order: Sequence[str], *, by: accounts.Actor) -> None:
    edit_outline(session, deck, lambda plan: outline.reorder(plan, order), by=by)


def choose(session: Session, deck: Deck, keys: Sequence[str], *, by: accounts.Actor) -> None:
    """Keep these slides in this order and leave the others out."""
    edit_outline(session, deck, lambda plan: outline.choose(plan, keys), by=by)


def drop(session: Session, deck: Deck, key: str, *, by: accounts.Actor) -> None:
    edit_outline(session, deck, lambda plan: outline.drop(plan, key), by=by)


def take_back(session: Session, deck: Deck, key: str, *, by: accounts.Actor) -> None:
    edit_outline(session, deck, lambda plan: outline.drop(plan, key, dropped=False), by=by)


def add_page(session: Session, deck: Deck, asset_id: int, page: int, *, by: accounts.Actor) -> None:
    """Add a slide of an asset this actor may read; it must be on offer, customer-facing and a PPTX."""
    card, pages = queries.usable_pages(session, asset_id, by)
    if page not in pages:
        raise NotFound(queries.no_such_page(card.title, page))
    planned = Planned(
        key=f"a{card.id}.{page}",
        origin="asset",
        title=one_line(pages[page].title) or card.title,
        why=_("您加进来的"),
        reason="added",
        asset_id=card.id,
        version_id=card.version_id,
        version=card.version_number,
        page=page,
    )
    edit_outline(session, deck, lambda plan: outline.add(plan, planned), by=by)


def ask(session: Session, deck: Deck, *, by: accounts.Actor) -> None:
    """Ask for the file. Conflict names what is missing in the brief, or which slides may no longer be used."""
    by.must("deck.make")
    _must_change(deck, by)
    wrong = faults(session, deck, by)
    if wrong:
        read = queries.manifest_of(queries.template(session, deck.template_id or 0))
        named = [q.said for q in read.questions if q.key in wrong]
        raise Conflict(_("简报还差：%(names)s。补好再生成。") % {"names": "、".join(named)})
    must_be_usable(session, deck, by)
    basket.queue(session, deck, by)


def must_be_usable(session: Session, deck: Deck, by: accounts.Actor) -> None:
    """Raise Conflict when a source is no longer on offer, readable and customer-facing, or has another version; a
    picture may be of an older one.
    """
    if deck.template_id is not None and (shut_ := pictures.faults(session, deck, _asked(session, deck), by)):
        raise Conflict(next(iter(shut_.values())))
    if not outline.kept(deck.plan):
        raise Conflict(_("一页也没有留下。请至少保留一页。"))
    wrong = [o for o in queries.origins(session, deck, by) if o.gone or o.newer]
    if wrong:
        raise Conflict(
            _("“%(title)s”已经换了新版或不能再用。请点“换成新版”或“重新选页”，再生成。")
            % {"title": wrong[0].title}
        )
    used = {int(e["asset_id"]) for e in outline.kept(deck.plan) if e["origin"] == "asset"}
    shut = consents.outward(session, used, "pitch")
    titles = {o.asset_id: o.title for o in queries.origins(session, deck, by) if o.asset_id in shut}
    if titles:
        number, title = min(titles.items())
        raise Conflict(consents.sentence(title, shut[number], "pitch") + _("请点“重新选页”，再生成。"))


def update_slides(session: Session, deck: Deck, *, by: accounts.Actor) -> int:
    """Put the pages and pictures now on offer in the place of older ones and ask for a new edition; returns how many.

    A page that its new version no longer has is left out, and one that may no longer be used too; both are told in the
    deck's warnings. Conflict when nothing is left, or the brief lacks something.
    """
    _must_change(deck, by)
    deck.plan, count, warnings = updating.renewed(session, deck, by)
    if deck.template_id is not None:
        count += pictures.renew(session, deck, _asked(session, deck), by)
    deck.warnings = [{"sentence": w, "kept": True} for w in warnings]
    _touch(session, deck)
    ask(session, deck, by=by)
    return count


def trash(session: Session, deck: Deck, *, by: accounts.Actor) -> None:
    """Put the deck in the trash."""
    _must_change(deck, by)
    deck.deleted_at = clock.now()
    session.add(deck)
    activity.record(session, "trash", "deck", deck.id, by=by.id)


def restore(session: Session, deck_id: int, *, by: accounts.Actor) -> Deck:
    """Bring the deck back."""
    deck = session.get(Deck, deck_id)
    if deck is None or (deck.owner_id != by.id and not by.is_admin):
        raise NotFound(_("没有这份打单 PPT，或它不是您的。"))
    deck.deleted_at = None
    session.add(deck)
    activity.record(session, "restore", "deck", deck.id, by=by.id)
    return deck
