"""Changes to templates and decks: take in a template, fill in a brief, edit the outline, ask for the file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from hub import accounts, activity, consents, customers, slides, taxonomy, toolkits
from hub.base import child, clock, jobs
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.decks import answers, basket, manifest, outline, queries, updating
from hub.decks.models import Deck, DeckTemplate
from hub.decks.recipe import Planned, one_line

BUSY = ("waiting", "making")


def import_template(
    session: Session,
    blobs: LocalBlobs,
    name: str,
    data: bytes,
    manifest_text: str,
    *,
    by: accounts.Actor,
    demo: bool = False,
) -> str:
    """Take in a template: "imported", "updated" (a new number of the name) or "unchanged".

    HubError when the PPTX cannot be read or the manifest is wrong, with line and key. `name` must be the manifest's
    own, or empty.
    """
    by.must("template.edit")
    count = child.run(slides.count_slides, data)  # somebody's file is never opened in the server itself
    if not count:
        raise HubError(_("模板里一页也没有。请换一个 PPTX。"))
    read, kept = manifest.parse(manifest_text, slide_count=count)
    if name and name != read.name:
        raise HubError(
            _("文件夹叫“%(folder)s”，manifest.yml 里写的是“%(name)s”，请改成一样的。")
            % {"folder": name, "name": read.name}
        )
    before = queries.template_by_name(session, read.name)
    blob = blobs.put(data)
    if before and before.state == "on_offer" and (before.blob_sha, before.manifest) == (blob.sha256, kept):
        return "unchanged"
    _replace(session, read.name)
    row = DeckTemplate(
        name=read.name,
        number=before.number + 1 if before else read.version,
        title=read.title,
        title_en=read.title_en,
        summary=read.summary,
        summary_en=read.summary_en,
        manifest=kept,
        blob_sha=blob.sha256,
        owner_id=by.id,
        demo=demo,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    jobs.later(session, "template.preview", key=f"template:{row.id}", template_id=row.id)
    activity.record(session, "import", "template", row.id, by=by.id, name=row.name, number=row.number)
    return "updated" if before else "imported"


def _replace(session: Session, name: str) -> None:
    query = select(DeckTemplate).where(DeckTemplate.name == name, DeckTemplate.state == "on_offer")
    for old in session.exec(query).all():
        old.state = "replaced"
        session.add(old)
    session.flush()


def withdraw_template(session: Session, row: DeckTemplate, *, by: accounts.Actor) -> None:
    """Take a template off the list; decks made from it stay."""
    by.must("template.edit")
    row.state = "withdrawn"
    session.add(row)
    activity.record(session, "withdraw", "template", row.id, by=by.id)


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
    if row.state == "withdrawn":
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
    _name(session, deck, kit, by)
    _plan(session, deck, by)
    activity.record(session, "create", "deck", deck.id, by=by.id, toolkit=kit.slug, template=row.name)
    return deck


def set_brief(session: Session, deck: Deck, given: Mapping[str, Any], *, by: accounts.Actor) -> None:
    """Keep new answers and plan anew; what was done to the outline by hand stays."""
    _must_change(deck, by)
    _must_have_template(deck)
    deck.brief = dict(given)
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
    product = taxonomy.words(session).label("product", kit.product)
    deck.title = (
        _("%(customer)s · %(product)s打单 PPT") % {"customer": name or _("新客户"), "product": product}
    )[:300]


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

    return answers.faults(read, deck.brief, allowed)


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
    """Raise Conflict when a source is no longer on offer, readable and customer-facing, or has another version."""
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
    """Put the pages now on offer in the place of older ones and ask for a new edition; returns how many were renewed.

    A page that its new version no longer has is left out, and one that may no longer be used too; both are told in the
    deck's warnings. Conflict when nothing is left, or the brief lacks something.
    """
    _must_change(deck, by)
    deck.plan, count, warnings = updating.renewed(session, deck, by)
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
