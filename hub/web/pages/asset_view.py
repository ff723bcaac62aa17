"""What the page of an asset shows: its versions, people, dates, tags and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from hub import accounts, assets, consents, decks, facts, taxonomy
from hub.base.formats import size
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.pages import asset_sources, asset_talk
from hub.web.pages.asset_beside import Beside, beside
from hub.web.pages.asset_past import VersionRow, history, version_row
from hub.web.pages.asset_standing import review_of, since_of, trouble_of, working_on
from hub.web.tabs import Tab
from hub.web.text import with_facts


@dataclass(frozen=True)
class PageView:
    """One page of the version shown."""

    number: int
    title: str
    thumb: str | None
    picture: str | None
    notes: str
    text: str
    hidden: bool
    url: str


@dataclass(frozen=True)
class PersonRow:
    name: str
    role: str
    note: str


@dataclass(frozen=True)
class May:
    """What this person may do here now."""

    edit: bool
    submit: bool
    approve: bool
    send_back: bool
    withdraw: bool
    still_right: bool
    edit_text: bool
    schedule: bool


@dataclass(frozen=True)
class AssetPage:
    """See templates/assets/page.html."""

    id: int
    title: str
    kind: str
    path: tuple[tuple[str, str | None], ...]
    recommended: bool
    restricted: bool
    summary: str
    tab: str
    tabs: tuple[Tab, ...]
    state: str
    version_id: int
    version_number: int
    newer: tuple[str, str] | None  # (what it is, url): another version this person should know of
    since: str
    audience: str
    file_url: str | None
    file_label: str
    body: Markup | None
    plain: str
    pages: tuple[PageView, ...]
    shown: PageView | None
    before: str | None
    after: str | None
    working: str | None  # a sentence while digest or preview runs
    trouble: str | None  # a sentence when they failed
    findings: tuple[str, ...]  # what is wrong with the facts that the text names
    consent: str  # why the case does not go out as it is
    consent_url: str | None
    refresh_url: str
    picture: str | None
    is_video: bool
    review: tuple[str, str, str] | None  # (tone, headline, detail)
    people: tuple[PersonRow, ...]
    tags: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    extra: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    history: tuple[tuple[str, str, str], ...]
    may: May
    reviewers: tuple[tuple[str, str], ...]
    stats: tuple[Any, ...]
    basket: bool  # its slides can be put into the basket
    edition: int
    share_url: str | None
    replaces: bool  # another version is on offer, which approving this one would end
    forms: asset_sources.FormsTab | None
    origin: tuple[str, str, bool, str] | None  # (what it was made from, its url, left behind, the form)
    talk: asset_talk.Talk | None
    reading: asset_talk.Reading | None
    to_read: str | None
    publish_on: str
    expires_on: str


@dataclass(frozen=True)
class Stat:
    value: str
    label: str


def asset_page(
    session: SessionDep,
    asset: assets.Asset,
    shown: assets.Version,
    versions: list[assets.Version],
    person: accounts.Actor,
    number: int,
    tab: str,
) -> AssetPage:
    base = f"/assets/{asset.id}"
    query = "" if shown.id == asset.on_offer_id else f"version={shown.id}"
    pages = tuple(_page_view(p, base, query) for p in assets.pages(session, shown.id or 0))
    at = min(number, len(pages)) - 1
    current = pages[at] if pages else None
    known = taxonomy.words_for(session, person)
    tags = assets.tags_of(session, asset.id or 0)
    forms = asset_sources.forms_tab(session, asset, person) if tab == "forms" else None
    tab = (
        tab
        if tab in {"text", "versions", "history", "comments", "reading"} or forms
        else ("pages" if pages else "text")
    )
    people = accounts.contacts(
        session,
        [asset.owner_id, asset.expert_id, shown.approved_by_id, *(v.uploaded_by_id for v in versions)],
    )
    may = _may(session, asset, shown, person)
    told = beside(session, asset, person)
    written = "" if shown.blob_sha else shown.text
    read = facts.resolve(session, written, language=asset.language, by=person)
    is_case = consents.is_case(asset)
    return AssetPage(
        id=asset.id or 0,
        title=asset.title,
        kind=asset.kind,
        path=_path(asset, tags, known),
        recommended=asset.recommended,
        restricted=asset.restricted,
        summary=asset.summary,
        tab=tab,
        tabs=_tabs(
            (base, query, tab),
            (len(pages), len(versions), told.comments),
            may.edit,
            assets.is_source(asset, shown),
        ),
        state=shown.state,
        version_id=shown.id or 0,
        version_number=shown.number,
        newer=_newer(asset, shown, versions),
        since=since_of(shown, people),
        audience=asset.audience,
        file_url=f"{base}/file?version={shown.id}" if shown.blob_sha else None,
        file_label=f"{assets.suffix(shown.file_name).lstrip('.').upper()} · {size(shown.size)}"
        if shown.blob_sha
        else "",
        body=with_facts(read) if not shown.blob_sha else None,
        plain=shown.text if shown.blob_sha else "",
        pages=pages,
        shown=current,
        before=pages[at - 1].url if pages and at > 0 else None,
        after=pages[at + 1].url if pages and at + 1 < len(pages) else None,
        working=working_on(shown),
        trouble=trouble_of(shown),
        findings=tuple(p.said for p in read.problems if p.why != "internal" or asset.audience == "customer"),
        consent=consents.banner(session, asset) if is_case else "",
        consent_url=f"{base}/consent" if is_case else None,
        refresh_url=f"{base}?version={shown.id}&page={number}",
        picture=None,
        is_video=shown.media_type.startswith("video/"),
        review=review_of(asset, shown),
        people=_people(asset, people),
        tags=_shown_tags(tags, known),
        extra=tuple((k, _plain(v)) for k, v in asset.extra.items()),
        versions=tuple(version_row(v, base, people, shown, versions, may.edit) for v in versions),
        history=history(session, asset) if tab == "history" and may.edit else (),
        may=may,
        reviewers=_reviewers(session, shown, tags) if may.submit else (),
        stats=_stats(told),
        basket=bool(pages) and person.may("deck.make") and _is_deck(asset, shown),
        edition=asset.edition,
        share_url=_share_url(asset, shown, person),
        replaces=asset.on_offer_id is not None and asset.on_offer_id != shown.id,
        forms=forms,
        origin=_origin(session, asset, person) if shown.blob_sha else None,
        talk=asset_talk.talk(session, asset, versions, person) if tab == "comments" else None,
        reading=asset_talk.reading(session, asset, person) if tab == "reading" and may.edit else None,
        to_read=asset_talk.to_read(session, asset, person) if told.asked else None,
        publish_on=shown.publish_on.isoformat() if shown.publish_on else "",
        expires_on=shown.expires_on.isoformat() if shown.expires_on else "",
    )


def _is_deck(asset: assets.Asset, shown: assets.Version) -> bool:
    """Only slides on offer and for customers get into the basket."""
    on_offer = shown.state == "on_offer" and asset.audience == "customer"
    return on_offer and assets.suffix(shown.file_name) in decks.PPTX_ENDINGS


def _origin(
    session: SessionDep, asset: assets.Asset, person: accounts.Actor
) -> tuple[str, str, bool, str] | None:
    """For a form: what it was made from, and whether that has moved on since."""
    found = assets.origins(session, [asset.id or 0], person).get(asset.id or 0)
    if found is None:
        return None
    said = {"title": found.title, "made": found.made_number, "now": found.number}
    text = (
        _("由《%(title)s》第 %(made)s 版生成，原文已是第 %(now)s 版。")
        if found.stale and found.made_number != found.number
        else _("由《%(title)s》第 %(made)s 版生成，原文的说明后来改过。")
        if found.stale
        else _("由《%(title)s》第 %(made)s 版生成，和原文一致。")
    )
    return text % said, f"/assets/{found.source_id}", found.stale, found.form


def _share_url(asset: assets.Asset, shown: assets.Version, person: accounts.Actor) -> str | None:
    """Where a link to the asset is made, when it may go to customers."""
    fits = asset.audience == "customer" and not asset.restricted and shown.id == asset.on_offer_id
    return f"/shares/new?thing=asset:{asset.id}" if fits and person.may("share.create") else None


def _page_view(page: assets.Page, base: str, query: str) -> PageView:
    return PageView(
        number=page.number,
        title=page.title,
        thumb=f"/pictures/{page.thumb_sha}" if page.thumb_sha else None,
        picture=f"/pictures/{page.picture_sha}" if page.picture_sha else None,
        notes=page.notes,
        text="\n".join(t for t in (page.text, page.tables, page.charts) if t),
        hidden=page.hidden,
        url=f"{base}?" + "&".join(x for x in (query, f"page={page.number}") if x),
    )


def _path(
    asset: assets.Asset, tags: Mapping[str, list[str]], known: taxonomy.Words
) -> tuple[tuple[str, str | None], ...]:
    steps: list[tuple[str, str | None]] = [
        (str(house_words.sign("kind", asset.kind).label), f"/search?kind={asset.kind}")
    ]
    steps += [(known.label("product", p), f"/search?product={p}") for p in tags.get("product", [])[:1]]
    return (*steps, (asset.title, None))


def _tabs(
    where: tuple[str, str, str],
    counts: tuple[int, int, int],
    may_edit: bool,  # noqa: FBT001
    is_source: bool,  # noqa: FBT001
) -> tuple[Tab, ...]:
    """The tabs of the page: `where` is its address, its query and the tab that is on; `counts` pages, versions and
    comments.
    """
    base, query, on = where
    pages, versions, said = counts

    def url(tab: str) -> str:
        return f"{base}?" + "&".join(x for x in (query, f"tab={tab}") if x)

    tabs = [Tab(_("单页"), url("pages"), pages, on == "pages")] if pages else []
    tabs.append(Tab(_("文本"), url("text"), None, on == "text"))
    if is_source:
        tabs.append(Tab(_("成品"), url("forms"), None, on == "forms"))
    tabs.append(Tab(_("版本"), url("versions"), versions, on == "versions"))
    tabs.append(Tab(_("意见"), url("comments"), said or None, on == "comments"))
    if may_edit:
        tabs.append(Tab(_("阅读确认"), url("reading"), None, on == "reading"))
        tabs.append(Tab(_("经过"), url("history"), None, on == "history"))
    return tuple(tabs)


def _newer(
    asset: assets.Asset, shown: assets.Version, versions: list[assets.Version]
) -> tuple[str, str] | None:
    """A version this person should know of: the one on offer while they look at another, or a newer draft."""
    if asset.on_offer_id and shown.id != asset.on_offer_id:
        return _("您看的不是在用的版本"), f"/assets/{asset.id}"
    newest = versions[0] if versions else None
    if newest and newest.id != shown.id:
        label = house_words.sign("version", newest.state).label
        return _("有更新的第 %(n)s 版（%(state)s）") % {"n": newest.number, "state": label}, (
            f"/assets/{asset.id}?version={newest.id}"
        )
    return None


def _people(asset: assets.Asset, people: Mapping[int, accounts.Contact]) -> tuple[PersonRow, ...]:
    rows = []
    for person_id, role, what in (
        (asset.owner_id, _("负责人"), _("内容与改版")),
        (asset.expert_id, _("技术专家"), _("能不能做、怎么做")),
    ):
        person = people.get(person_id or 0)
        if person is not None:
            rows.append(PersonRow(person.name, role, " · ".join(t for t in (person.title, what) if t)))
    return tuple(rows)


def _shown_tags(
    tags: Mapping[str, list[str]], known: taxonomy.Words
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    names = {
        "product": _("产品"),
        "tier": _("档位"),
        "industry": _("行业"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("阶段"),
        "tag": _("标签"),
    }
    shown = []
    for facet, name in names.items():
        values = tuple(
            (
                known.label(facet, k),
                f"/search?{facet}={quote(k)}" if facet != "tag" else f"/search?q={quote(k)}",
            )
            for k in tags.get(facet, [])
        )
        if values:
            shown.append((name, values))
    return tuple(shown)


def _may(session: SessionDep, asset: assets.Asset, shown: assets.Version, person: accounts.Actor) -> May:
    edit = assets.may_edit(asset, person)
    approve = shown.state == "in_review" and assets.may_approve(session, asset, shown, person)
    return May(
        edit=edit,
        submit=edit and shown.state == "draft" and shown.digest_state != "failed",
        approve=approve,
        send_back=shown.state == "in_review" and (approve or shown.uploaded_by_id == person.id),
        withdraw=edit and shown.state in {"on_offer", "approved", "in_review", "draft", "expired"},
        still_right=edit and shown.state == "on_offer",
        edit_text=edit and shown.state == "draft" and not shown.blob_sha,
        schedule=edit and shown.state in {"draft", "in_review", "approved", "on_offer"},
    )


def _reviewers(
    session: SessionDep, shown: assets.Version, tags: Mapping[str, list[str]]
) -> tuple[tuple[str, str], ...]:
    people = accounts.approvers(session, tags.get("product", [])) or accounts.with_role(
        session, "product_marketer"
    )
    return tuple((str(p.id), p.name) for p in people if p.id != shown.uploaded_by_id)


def _stats(told: Beside) -> tuple[Stat, ...]:
    return (Stat(str(told.views), _("浏览")), Stat(str(told.downloads), _("下载")))


def _plain(value: object) -> str:
    """A value of front matter that we do not know, as people write it: what has parts, a line for each."""
    if isinstance(value, list | tuple):
        return ", ".join(_plain(v) for v in value)
    if isinstance(value, dict):
        return "\n".join(f"{k}: {_plain(v)}" for k, v in value.items())
    return str(value)
