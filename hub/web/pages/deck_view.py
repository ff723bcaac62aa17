"""A pitch deck as its page shows it: the brief as a form, the outline with origins, the preview of one slide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from hub import accounts, assets, customers, decks, taxonomy, toolkits
from hub.base.formats import listed, moment, size
from hub.base.i18n import Lazy, _, lazy, n_
from hub.request import SessionDep
from hub.web.pages.deck_fields import FieldView, PictureChoice, field_views, picture_choices
from hub.web.pages.kit_cards import kit_url

STATES: dict[str, tuple[Lazy, str]] = {
    "draft": (lazy("草稿"), "gray"),
    "waiting": (lazy("排队中"), "azure"),
    "making": (lazy("生成中"), "azure"),
    "ready": (lazy("做好了"), "green"),
    "failed": (lazy("没有做成"), "red"),
}
BUSY = ("waiting", "making")


@dataclass(frozen=True)
class SlideRow:
    """One entry of the outline. `number` is None for one that was dropped."""

    key: str
    number: int | None
    title: str
    source: str
    badge: str
    tone: str
    locked: bool
    dropped: bool
    current: bool
    warned: str
    thumb: str | None
    url: str


@dataclass(frozen=True)
class Preview:
    """The chosen slide."""

    key: str
    number: int
    title: str
    picture: str | None
    is_real: bool  # the picture shows the made slide, not its source
    why: str
    source: str
    source_url: str | None
    warnings: tuple[str, ...]
    before: str | None
    after: str | None
    locked: bool


@dataclass(frozen=True)
class MadeFrom:
    title: str
    url: str | None
    note: str
    tone: str


@dataclass(frozen=True)
class Status:
    """How far the file is: the part of the page that is asked for again while it is made."""

    url: str
    state: str
    label: str
    tone: str
    progress: int
    error: str
    busy: bool
    drawing: bool
    file_url: str | None
    share_url: str | None
    file_note: str
    is_old: bool
    closed: bool


@dataclass(frozen=True)
class DeckPage:
    """See templates/pitch/deck.html."""

    title: str
    url: str
    tier: str
    tier_label: str
    template: str
    template_note: str
    saved: str
    fields: tuple[FieldView, ...]
    filled: str
    pictures: tuple[PictureChoice, ...]
    customers: tuple[str, ...]
    rows: tuple[SlideRow, ...]
    count: int
    preview: Preview | None
    notes: tuple[tuple[str, str | None], ...]  # warnings with the slide's address
    origins: tuple[MadeFrom, ...]
    without_consent: tuple[str, ...]  # cases whose customers allow them no longer
    outdated: str  # how many slides are of a version that is no longer on offer; empty when none
    status: Status
    edition: int


def customer_names(session: SessionDep, person: accounts.Actor) -> tuple[str, ...]:
    """The customers this person may know of, to choose from while typing."""
    return tuple(c.name for c in customers.visible(session, person))


def status_of(session: SessionDep, deck: decks.Deck, person: accounts.Actor) -> Status:
    label, tone = STATES[deck.state]
    closed = deck.blob_sha is not None and decks.is_closed(session, deck, person)
    note = f"{size(deck.size)} · {moment(deck.made_at)}" if deck.blob_sha and deck.made_at else ""
    return Status(
        url=f"/decks/{deck.id}",
        state=deck.state,
        label=str(label),
        tone=tone,
        progress=deck.progress,
        error=deck.error,
        busy=deck.state in BUSY,
        drawing=deck.state == "ready" and deck.preview_state == "waiting",
        share_url=f"/shares/new?thing=deck:{deck.id}" if deck.state == "ready" and not closed else None,
        file_url=f"/decks/{deck.id}/file" if deck.blob_sha and not closed else None,
        file_note=note,
        is_old=deck.blob_sha is not None and deck.state != "ready",
        closed=closed,
    )


def deck_page(session: SessionDep, deck: decks.Deck, person: accounts.Actor, chosen: str = "") -> DeckPage:
    """The whole page; `chosen` is the key of the slide to look at."""
    template = decks.template(session, deck.template_id) if deck.template_id is not None else None
    manifest = decks.manifest_of(template) if template else None
    words = taxonomy.words(session)
    kit = _kit(session, deck, person)
    errors = decks.faults(session, deck, person) if deck.state not in BUSY else {}
    asked = manifest.questions if manifest else ()
    answered = sum(deck.brief.get(q.key) not in decks.EMPTY for q in asked)
    status = status_of(session, deck, person)
    look = _Look(session, deck, template, manifest, person, words=words, closed=status.closed)
    rows = look.rows(chosen)
    old = decks.outdated(session, deck, person) if deck.state not in BUSY else 0
    title = _title_of(template)
    shut = tuple(decks.without_consent(session, deck, person))
    return DeckPage(
        title=deck.title,
        url=f"/decks/{deck.id}",
        tier=kit.tier if kit else "",
        tier_label=words.label("tier", kit.tier) if kit else "",
        template=title,
        template_note=f"v{template.number}" if template else "",
        saved=_("%(when)s 建") % {"when": moment(deck.created_at)},
        fields=field_views(session, manifest, deck.brief, errors, person, deck) if manifest else (),
        pictures=picture_choices(session, manifest, person) if manifest else (),
        filled=_("已填 %(n)s / %(all)s") % {"n": answered, "all": len(asked)},
        customers=customer_names(session, person),
        rows=rows,
        count=sum(r.number is not None for r in rows),
        preview=look.preview(rows),
        notes=look.notes(rows),
        origins=(*_made_of(template, title, kit), *_origins(session, deck, person)),
        without_consent=shut,
        outdated=_outdated(session, deck, person, old) if old else "",
        status=replace(status, share_url=None) if shut else status,
        edition=deck.edition,
    )


def _outdated(session: SessionDep, deck: decks.Deck, person: accounts.Actor, old: int) -> str:
    """How many slides are out of date, and what takes the place of withdrawn material where somebody said so."""
    said = n_("有 %(n)s 页已不是在用的版本", old)
    instead = decks.replacements(session, deck, person)
    if not instead:
        return said
    return _("%(said)s；停用的改用%(titles)s") % {"said": said, "titles": listed(f"“{t}”" for t in instead)}


def _title_of(template: decks.DeckTemplate | None) -> str:
    return template.said if template else ""


def _kit(session: SessionDep, deck: decks.Deck, person: accounts.Actor) -> toolkits.Toolkit | None:
    found = toolkits.cards_by_ids(session, [deck.toolkit_id or 0], person, taxonomy.words(session))
    return toolkits.get(session, found[0].slug, person) if found else None


def _made_of(
    template: decks.DeckTemplate | None, title: str, kit: toolkits.Toolkit | None
) -> tuple[MadeFrom, ...]:
    if template is None:
        return ()
    old = template.state != "on_offer"
    of_template = MadeFrom(title, "/templates", f"v{template.number}", "orange" if old else "gray")
    if kit is None:
        return (of_template,)
    return (of_template, MadeFrom(toolkits.title_of(kit), kit_url(kit.slug), _("工具包"), "teal"))


def _origins(session: SessionDep, deck: decks.Deck, person: accounts.Actor) -> tuple[MadeFrom, ...]:
    return tuple(_origin(o) for o in decks.origins(session, deck, person))


def _origin(origin: decks.Origin) -> MadeFrom:
    if origin.gone:
        return MadeFrom(origin.title, None, _("不能再用，请重新选页"), "red")
    if origin.newer:
        note = _("用的是 v%(old)s，已有 v%(new)s") % {"old": origin.version, "new": origin.newer}
        return MadeFrom(origin.title, f"/assets/{origin.asset_id}", note, "orange")
    note = _("v%(n)s") % {"n": origin.version} + " · " + n_("%(n)s 页", origin.pages)
    return MadeFrom(origin.title, f"/assets/{origin.asset_id}", note, "gray")


class _Look:
    """The outline as it is looked at: where each slide's picture comes from, and what is told about it."""

    def __init__(
        self,
        session: SessionDep,
        deck: decks.Deck,
        template: decks.DeckTemplate | None,
        manifest: decks.Manifest | None,
        person: accounts.Actor,
        *,
        words: taxonomy.Words,
        closed: bool,
    ) -> None:
        self.deck, self.template, self.label = deck, template, words.label
        self.asks = {
            f"t{n}"
            for n, step in enumerate(manifest.steps if manifest else ())
            if step.when or step.each or step.locked
        }
        made = decks.slides_of(session, deck) if deck.state == "ready" and not closed else []
        self.made = {s.number: s for s in made}
        wanted = [e for e in deck.plan if e["origin"] == "asset"]
        cards = assets.cards(session, sorted({int(e["asset_id"]) for e in wanted}), person)
        self.cards = {c.id: c for c in cards}
        pairs = [(int(e["version_id"]), int(e["page"])) for e in wanted if int(e["asset_id"]) in self.cards]
        self.pages = assets.page_thumbs(session, pairs)

    def rows(self, chosen: str) -> tuple[SlideRow, ...]:
        numbers: dict[str, int] = {}
        for entry in decks.kept(self.deck.plan):
            numbers[entry["key"]] = len(numbers) + 1
        keys = list(numbers)
        current = chosen if chosen in numbers else next(iter(keys), "")
        return tuple(self._row(e, numbers.get(e["key"]), current) for e in self.deck.plan)

    def _row(self, entry: Mapping[str, Any], number: int | None, current: str) -> SlideRow:
        badge, tone = self._badge(entry)
        made = self.made.get(number or 0)
        return SlideRow(
            key=entry["key"],
            number=number,
            title=made.title if made else entry["title"],
            source=self._source(entry),
            badge=badge,
            tone=tone,
            locked=entry["locked"],
            dropped=entry["dropped"],
            current=entry["key"] == current and number is not None,
            warned=next(iter(self._warnings(number)), ""),
            thumb=self._picture(entry, number, large=False),
            url=f"/decks/{self.deck.id}?slide={quote(entry['key'])}",
        )

    def _badge(self, entry: Mapping[str, Any]) -> tuple[str, str]:
        if entry["added"]:
            return _("加的页"), "purple"
        if self.template is None:
            return "", ""
        if entry["origin"] == "asset":
            return _("工具包"), "teal"
        return (_("简报"), "azure") if entry["key"].split(".")[0] in self.asks else (_("模板"), "gray")

    def _source(self, entry: Mapping[str, Any]) -> str:
        if entry["origin"] != "asset":
            return decks.why(entry, self.label)
        card = self.cards.get(int(entry["asset_id"]))
        if card is None:
            return _("素材已停用，或您不再能看")
        return _("%(title)s v%(version)s 第 %(page)s 页") % {
            "title": card.title,
            "version": entry["version"],
            "page": entry["page"],
        }

    def _picture(self, entry: Mapping[str, Any], number: int | None, *, large: bool) -> str | None:
        made = self.made.get(number or 0)
        if made and made.thumb_sha:
            return f"/decks/{self.deck.id}/pictures/{number}" + ("?large=1" if large else "")
        if entry["origin"] == "asset":
            page = self.pages.get((int(entry["version_id"]), int(entry["page"])))
            sha = (page.picture_sha if large else page.thumb_sha) if page else None
            return f"/pictures/{sha}" if sha else None
        has_one = self.template is not None and len(self.template.pictures) >= int(entry["slide"])
        return f"/templates/{self.deck.template_id}/pictures/{entry['slide']}" if has_one else None

    def _warnings(self, number: int | None) -> list[str]:
        return [w["sentence"] for w in self.deck.warnings if number and w.get("slide") == number]

    def preview(self, rows: Sequence[SlideRow]) -> Preview | None:
        shown = [r for r in rows if r.number is not None]
        at = next((n for n, r in enumerate(shown) if r.current), None)
        if at is None:
            return None
        row = shown[at]
        entry = next(e for e in self.deck.plan if e["key"] == row.key)
        made = self.made.get(row.number or 0)
        card = self.cards.get(int(entry["asset_id"])) if entry["origin"] == "asset" else None
        return Preview(
            key=row.key,
            number=row.number or 0,
            title=row.title,
            picture=self._picture(entry, row.number, large=True),
            is_real=bool(made and made.thumb_sha),
            why=decks.why(entry, self.label),
            source=row.source if entry["origin"] == "asset" else _("模板第 %(n)s 页") % {"n": entry["slide"]},
            source_url=f"/assets/{card.id}?page={entry['page']}" if card else None,
            warnings=tuple(self._warnings(row.number)),
            before=shown[at - 1].url if at else None,
            after=shown[at + 1].url if at + 1 < len(shown) else None,
            locked=row.locked,
        )

    def notes(self, rows: Sequence[SlideRow]) -> tuple[tuple[str, str | None], ...]:
        """All warnings, those of a slide with its address."""
        urls = {r.number: r.url for r in rows if r.number}
        return tuple((w["sentence"], urls.get(int(w.get("slide") or 0))) for w in self.deck.warnings)


@dataclass(frozen=True)
class DeckRow:
    """A deck of the list."""

    title: str
    url: str
    state: str
    tone: str
    note: str
    when: str
    thumb: str | None
    file_url: str | None


def deck_rows(session: SessionDep, mine: Sequence[decks.Deck], person: accounts.Actor) -> tuple[DeckRow, ...]:
    """The list of one's own decks."""
    titles = toolkits.titles(session, (d.toolkit_id or 0 for d in mine), person)
    closed = decks.closed_among(session, [d for d in mine if d.blob_sha], person)
    made_by = decks.templates_by_ids(session, [d.template_id for d in mine])
    return tuple(
        _deck_row(
            d, titles.get(d.toolkit_id or 0, ""), made_by.get(d.template_id or 0), closed=d.id in closed
        )
        for d in mine
    )


def _deck_row(deck: decks.Deck, kit: str, template: decks.DeckTemplate | None, *, closed: bool) -> DeckRow:
    label, tone = STATES[deck.state]
    made_by = f"{_title_of(template)} v{template.number}" if template else _("选页拼成")
    count = n_("%(n)s 页", len(decks.kept(deck.plan)))
    drawn = deck.preview_state == "ready" and not closed
    return DeckRow(
        title=deck.title,
        url=f"/decks/{deck.id}",
        state=str(label),
        tone=tone,
        note=" · ".join(t for t in (count, kit, made_by) if t),
        when=moment(deck.made_at or deck.created_at),
        thumb=f"/decks/{deck.id}/pictures/1" if drawn else None,
        file_url=f"/decks/{deck.id}/file" if deck.blob_sha and not closed else None,
    )


def kit_options(session: SessionDep, person: accounts.Actor) -> tuple[tuple[str, str], ...]:
    """The kits a deck can be made from."""
    words = taxonomy.words(session)
    own = accounts.industries_of(session, person.id) if person.id else []
    kits = toolkits.outlines(session, person, words=words, own=own)
    return tuple((k.slug, f"{toolkits.title_of(k)} · {words.label('tier', k.tier)}") for k in kits)
