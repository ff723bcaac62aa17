"""A hit of the search as its page shows it."""

from dataclasses import dataclass

from hub import decks, library, taxonomy
from hub.base.formats import day
from hub.base.i18n import _, n_
from hub.web import words as house_words


@dataclass(frozen=True)
class Sign:
    family: str
    key: str
    label: str | None = None


@dataclass(frozen=True)
class HitSlide:
    url: str
    thumb: str | None
    title: str
    number: int


@dataclass(frozen=True)
class HitView:
    """See `ui.hit` in templates/ui.html."""

    url: str
    title: str
    plain_title: str
    snippet: str
    thumb: str | None
    pages_label: str
    icon: str
    tier: str | None
    tier_label: str | None
    kind_label: str
    signs: tuple[Sign, ...]
    day: str
    owner: str
    views: int | None
    place: str
    slides: tuple[HitSlide, ...]
    add: tuple[int, tuple[int, ...], str] | None
    alike: tuple[library.Alike, ...] = ()
    alike_label: str = ""
    valid: str = ""


def hit_view(row: library.Row, known: taxonomy.Words, here: str) -> HitView:
    card = row.card
    if card is None:
        return _plain_hit(row, known)
    tags = card.tags
    tier = next(iter(row.columns.get("tier", ())), None)
    places = [known.label(f, k) for f in ("product", "industry") for k in tags.get(f, [])[:1]]
    is_slide = row.page is not None
    thumb = row.page.thumb if row.page else card.thumb
    has_pages = card.page_count > 0
    return HitView(
        url=row.url,
        title=row.marked_title,
        plain_title=row.title,
        snippet=row.passage,
        thumb=f"/pictures/{thumb}" if thumb else None,
        pages_label=_pages_label(row, card.page_count) if has_pages else "",
        icon="presentation" if has_pages else house_words.sign("kind", card.kind).icon or "file-text",
        tier=tier,
        tier_label=known.label("tier", tier) if tier else None,
        kind_label=_("单页") if is_slide else str(house_words.sign("kind", card.kind).label),
        signs=_signs(card),
        day=day(card.on_offer_at or card.updated_at),
        owner=card.owner,
        views=None,
        place=" / ".join(places) if not is_slide else card.title,
        slides=tuple(
            HitSlide(f"/assets/{card.id}?page={p.number}", f"/pictures/{p.thumb}", p.title, p.number)
            for p in row.pages
            if p.thumb
        ),
        add=_to_basket(row, here) if is_slide else None,
        alike=row.alike,
        valid=house_words.valid_until(card.state, card.freshness, card.review_on),
        alike_label=n_("还有 %(n)s 份几乎相同", row.alike_total) if row.alike_total else "",
    )


def _to_basket(row: library.Row, here: str) -> tuple[int, tuple[int, ...], str] | None:
    """Only slides that may go into a deck for customers can be put into the basket."""
    card, page = row.card, row.page
    if card is None or page is None or not decks.is_deck(card):
        return None
    return card.id, (page.number,), here


def _plain_hit(row: library.Row, known: taxonomy.Words) -> HitView:
    columns = row.columns
    tier = next(iter(columns.get("tier", ())), None)
    places = [known.label(f, k) for f in ("product", "industry") for k in columns.get(f, ())[:1]]
    sign = house_words.HIT_TYPES[row.type]
    return HitView(
        url=row.url,
        title=row.marked_title,
        plain_title=row.title,
        snippet=row.passage,
        thumb=None,
        pages_label="",
        icon=sign.icon or "file-text",
        tier=tier,
        tier_label=known.label("tier", tier) if tier else None,
        kind_label=str(sign.label),
        signs=(),
        day="",
        owner="",
        views=None,
        place=" / ".join(places),
        slides=(),
        add=None,
    )


def _pages_label(row: library.Row, count: int) -> str:
    if row.page is not None:
        return _("第 %(n)s 页") % {"n": row.page.number}
    if row.pages_total:
        return _("%(n)s 页 · 命中 %(hits)s") % {"n": count, "hits": row.pages_total}
    return n_("%(n)s 页", count)


def _signs(card: library.Card) -> tuple[Sign, ...]:
    signs = []
    if card.state != "on_offer":
        signs.append(Sign("version", card.state))
    elif card.freshness in {"due", "stale"}:
        signs.append(Sign("freshness", "due" if card.freshness == "due" else "stale"))
    elif card.recommended:
        signs.append(Sign("freshness", "recommended"))
    elif card.is_new:
        signs.append(Sign("freshness", "new"))
    if card.audience == "internal":
        signs.append(Sign("audience", "internal"))
    return tuple(signs)
