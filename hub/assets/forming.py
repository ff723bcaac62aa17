"""The making of forms, as a job runs it: gather, make in a child with limits, keep as an asset. Safe to run twice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlmodel import Session, col, select

from hub import accounts, activity, papers, taxonomy
from hub.assets import actions, approval, digest, forms, queries, readers, rules
from hub.assets.actions import Content, Fields
from hub.assets.models import Asset, AssetForm, Page, Version
from hub.assets.tagging import set_tags
from hub.base import child, clock
from hub.base.blobs import Blob, LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.i18n import _, speaking
from hub.base.settings import Settings
from hub.slides import Renderer

log = structlog.get_logger()
SECONDS = 90.0
MEMORY = 1_500_000_000  # bytes of addresses: fonts are mapped, not read
MOST_PICTURES = 30
PICTURE = re.compile(r"asset:(?P<slug>[^\s#]{1,160})(?:#(?P<page>\d{1,4}))?")


@dataclass(frozen=True)
class Order:
    """All that making needs, read in one go."""

    text: forms.Resolved
    brand: papers.Brand
    sha: str
    version_id: int
    number: int
    reader: str  # the language of the person who asked
    told: list[str]


def make_form(
    database: Database,
    blobs: LocalBlobs,
    settings: Settings,
    source_id: int,
    form: str,
    renderer: Renderer | None = None,
) -> None:
    """Make one form of a source; nothing when nobody waits for it. What went wrong is written on it in words. The
    `renderer` knows what stands on which page; without it a Word document's contents get their numbers when opened.
    """
    with database.write() as session:
        row = session.get(AssetForm, (source_id, form))
        if row is None or row.state == "ready":
            return
        row.state, row.progress = "making", 20
        session.add(row)
    try:
        with database.read() as session:
            order = _gather(session, blobs, source_id, form)
        with speaking(order.reader):
            limits = child.Limits(memory=max(settings.child_memory, MEMORY), seconds=SECONDS)
            asked = (form, order.text.text, order.brand, order.reader)
            made = child.run(papers.make, *asked, limits=limits)
            if form == "word" and renderer is not None:
                pages = _heading_pages(renderer, made.data, limits)
                made = child.run(papers.make, *asked, pages, limits=limits) if pages else made
            _keep(database, blobs.put(made.data), source_id, form, order, made)
    except HubError as error:
        _failed(database, source_id, form, error.message)
    except Exception:
        _failed(database, source_id, form, _("我们这边出错了，稍后会再试一次；还不行，请告诉管理员。"))
        raise


def _heading_pages(renderer: Renderer, data: bytes, limits: child.Limits) -> tuple[int, ...]:
    """On which pages the headings stand when the document is drawn; none where it cannot be."""
    try:
        return child.run(papers.heading_pages, renderer.pdf(data, suffix=".docx"), limits=limits)
    except HubError as error:
        log.info("a document's contents stay without page numbers: %s", error.message)
        return ()


def _failed(database: Database, source_id: int, form: str, why: str) -> None:
    with database.write() as session:
        row = session.get(AssetForm, (source_id, form))
        if row is not None:
            row.state, row.error, row.progress = "failed", why[:1000], 0
            session.add(row)


def _gather(session: Session, blobs: LocalBlobs, source_id: int, form: str) -> Order:
    row = session.get_one(AssetForm, (source_id, form))
    by = accounts.actor(session, accounts.person(session, row.asked_by_id or 0))
    asset = queries.get(session, source_id, by)
    version = forms.current(session, asset)
    if version is None:
        raise HubError(_("这份素材还没有内容。"))
    with speaking(by.language):
        text = forms.resolved(session, asset, version)
        if text.problems and asset.audience == "customer":
            raise HubError(_("先改好文中的事实再出：%(all)s") % {"all": "".join(text.problems)})
        pictures, told = _pictures(session, blobs, asset, papers.parse(text.text).pictures, by)
        brand = _brand(session, asset, version, pictures)
    return Order(
        text,
        brand,
        forms.sum_of(asset, text.text),
        version.id or 0,
        version.number,
        by.language,
        [*told, *text.problems],
    )


def _brand(session: Session, asset: Asset, version: Version, pictures: dict[str, bytes]) -> papers.Brand:
    company = taxonomy.company(session)
    english = asset.language == "en"
    owner = accounts.people_by_ids(session, [asset.owner_id]).get(asset.owner_id or 0)
    name = (company.name_en or company.name) if english else (company.name or company.name_en)
    colour = company.primary if re.fullmatch(r"#[0-9a-fA-F]{6}", company.primary) else "#066fd1"
    shown = (owner.name_en or owner.name) if owner and english else owner.name if owner else ""
    return papers.Brand(
        title=asset.title,
        summary=asset.summary,
        company=name,
        site=company.site,
        primary=colour,
        language="en" if english else "zh-CN",
        edition=version.number,
        on=clock.today(version.on_offer_at or version.created_at).isoformat(),
        contact="  ".join(
            t for t in (shown, owner.email if owner else "", owner.phone if owner else "") if t
        ),
        pictures=pictures,
    )


def _pictures(
    session: Session, blobs: LocalBlobs, source: Asset, addresses: list[str], by: accounts.Actor
) -> tuple[dict[str, bytes], list[str]]:
    """The pictures of the library that the text names, by address, and sentences about those left out.

    Only what the person who asks may see gets in, and into material for customers only what may go to them.
    """
    found: dict[str, bytes] = {}
    told: list[str] = []
    for address in addresses[:MOST_PICTURES]:
        sha = picture_of(session, source, address, by)
        if sha is not None and blobs.has(sha):
            found[address] = blobs.get(sha)
        else:
            told.append(
                _(
                    "图片“%(address)s”没有带上：请写成 asset:素材的短名，那份素材要在用，而且和这份一样能发客户。"
                )
                % {"address": address[:80]}
            )
    if len(addresses) > MOST_PICTURES:
        told.append(_("图片太多，只带上了前 %(most)s 张。") % {"most": MOST_PICTURES})
    return found, told


def picture_of(session: Session, source: Asset, address: str, by: accounts.Actor) -> str | None:
    """The blob of the page picture that an address such as asset:our-map or asset:our-deck#3 names; None when there is
    none that this actor may see and this source may show.
    """
    hit = PICTURE.fullmatch(address)
    if hit is None:
        return None
    query = select(Asset).where(Asset.slug == hit["slug"], queries.visible(by))
    asset = session.exec(query).first()
    if asset is None or asset.on_offer_id is None or asset.restricted:
        return None
    if source.audience == "customer" and asset.audience != "customer":
        return None
    page = select(Page).where(Page.version_id == asset.on_offer_id, Page.number == int(hit["page"] or 1))
    row = session.exec(page).first()
    return row.picture_sha if row and not row.hidden else None


def _keep(database: Database, blob: Blob, source_id: int, form: str, order: Order, made: papers.Made) -> None:
    with database.write() as session:
        row = session.get_one(AssetForm, (source_id, form))
        source = session.get_one(Asset, source_id)
        by = accounts.actor(session, accounts.person(session, row.asked_by_id or 0))
        version = _version(session, source, row, blob, order, by)
        row.asset_id, row.state, row.progress, row.error = version.asset_id, "ready", 100, ""
        row.told = [*order.told, *made.told][:50]
        row.made_version_id, row.made_number, row.made_sha = order.version_id, order.number, order.sha
        row.made_of, row.made_at = list(order.text.made_of), clock.now()
        session.add(row)
        session.flush()
        activity.record(session, "made_form", "asset", source_id, by=by.id, form=form, version=order.number)
        readers.refresh(session, source)
        _offer(session, row)


def _version(
    session: Session, source: Asset, row: AssetForm, blob: Blob, order: Order, by: accounts.Actor
) -> Version:
    """The form as a new version of its asset, which is made when there is none."""
    kind = papers.FORMS[row.form]
    with speaking("en" if source.language == "en" else "zh-CN"):
        label = str(kind.label)
    name = f"{rules.slug(source.title)[:80]}-{label}-V{order.number}{kind.ending}".replace(" ", "")
    content = Content(file_name=name, media_type=digest.MEDIA_TYPES[kind.ending], blob=blob)
    note = _("由《%(title)s》第 %(n)s 版生成") % {"title": source.title, "n": order.number}
    asset = session.get(Asset, row.asset_id) if row.asset_id else None
    tags = queries.tags(session, [source.id or 0]).get(source.id or 0, {})
    if asset is None or asset.deleted_at:
        slug = rules.slug(f"{source.slug[:100]}-{row.form}")
        fields = _fields(source, kind, label, tags)
        free = slug if queries.by_slug(session, slug) is None else ""
        made = actions.create(session, fields, content, by=by, slug=free, demo=source.demo)
        made.note = note[:1000]
        return made
    set_tags(session, asset, tags)
    return actions.add_version(session, asset, content, note=note, by=by)


def _fields(source: Asset, kind: papers.FormKind, label: str, tags: Mapping[str, list[str]]) -> Fields:
    """What is said of a new form: the same as of its source."""
    return Fields(
        title=f"{source.title[:270]} · {label}",
        kind=kind.kind,
        language=source.language,
        audience=source.audience,
        summary=source.summary,
        owner_id=source.owner_id,
        expert_id=source.expert_id,
        customer_id=source.customer_id,
        tags=tags,
    )


def _offer(session: Session, row: AssetForm) -> None:
    """What was made from an approved version is approved with it; what was made from a draft waits for that."""
    source = session.get_one(Version, row.made_version_id)
    asset = session.get(Asset, row.asset_id) if row.asset_id else None
    made = session.get(Version, asset.latest_id) if asset and asset.latest_id else None
    if source.state != "on_offer" or made is None or made.state != "draft" or _changed(session, row, source):
        return
    made.state, made.approved_by_id = "approved", source.approved_by_id
    made.approved_at, made.approved_by_import = source.approved_at, source.approved_by_import
    made.expires_on = source.expires_on
    session.add(made)
    approval.put_on_offer(session, made)


def _changed(session: Session, row: AssetForm, source: Version) -> bool:
    """Whether the draft was written on after the form was made from it."""
    asset = session.get_one(Asset, row.source_id)
    return row.made_sha != forms.sum_of(asset, forms.resolved(session, asset, source).text)


def offer_forms(session: Session, source_id: int) -> int:
    """The source came on offer: forms that were made from that very version go with it; returns how many."""
    source = session.get(Asset, source_id)
    if source is None or source.on_offer_id is None:
        return 0
    query = select(AssetForm).where(
        AssetForm.source_id == source_id, col(AssetForm.made_version_id) == source.on_offer_id
    )
    rows = list(session.exec(query).all())
    for row in rows:
        _offer(session, row)
    return len(rows)
