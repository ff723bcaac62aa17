"""What follows a change of an asset: who may read it is worked out and kept, index, kits and forms of it follow."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlmodel import Session, col, func, select

from hub import accounts, customers, taxonomy
from hub.assets import queries
from hub.assets.models import Asset, AssetForm, Version
from hub.assets.tagging import set_tags
from hub.base import clock, jobs, outbox
from hub.base.db import given


@contextmanager
def touched_once(session: Session) -> Iterator[None]:
    """What several steps of one change touch in here is touched once, at the end of the outermost. Nothing in between
    may ask who reads it. After an error nothing is touched: the transaction is given up.
    """
    if _HELD in session.info:
        yield
        return
    held: dict[int | None, Asset] = session.info.setdefault(_HELD, {})
    try:
        yield
    finally:
        del session.info[_HELD]
    for asset in held.values():
        touch(session, asset)


_HELD = "assets touched later"


def touch(session: Session, asset: Asset) -> None:
    """The asset changed: raise its edition, work out who may read it, and let the index follow."""
    held = session.info.get(_HELD)
    if held is not None:
        held[asset.id] = asset
        return
    asset.updated_at = clock.now()
    asset.edition += 1
    session.add(asset)
    session.flush()
    refresh(session, asset)


def refresh(session: Session, asset: Asset) -> None:
    """Work out the asset's readers anew and let the index follow; the asset itself does not change."""
    kin = _kin(session, asset)
    _follow_source(session, asset, kin)
    latest = session.get(Version, asset.latest_id) if asset.latest_id else None
    by_facet = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {})
    products = by_facet.get("product", [])
    draft = _draft_readers(session, asset, latest, products)
    offered = offer_readers(session, asset, products, draft) if asset.on_offer_id else frozenset()
    readers = {"draft": draft, "asset": draft | offered, "offer": offered}
    accounts.set_all_readers(session, asset.id or 0, readers)
    most = session.execute(_MOST_PAGES, {"asset": asset.id}).scalar_one() or 0
    changed(session, asset.id, pages=most)
    for form in _made_from(session, asset, kin):
        refresh(session, form)


_MOST_PAGES = select(func.max(Version.page_count)).where(col(Version.asset_id) == given("asset"))
_KIN = select(AssetForm).where(
    (col(AssetForm.source_id) == given("asset")) | (col(AssetForm.asset_id) == given("asset"))
)


def _kin(session: Session, asset: Asset) -> list[AssetForm]:
    """What ties the asset to its source, or to the forms made from it."""
    return list(session.execute(_KIN, {"asset": asset.id}).scalars())


def _made_from(session: Session, source: Asset, kin: Iterable[AssetForm]) -> list[Asset]:
    """The assets that forms of this one have become."""
    ids = [row.asset_id for row in kin if row.source_id == source.id and row.asset_id]
    return list(session.exec(select(Asset).where(col(Asset.id).in_(ids))).all()) if ids else []


def _follow_source(session: Session, form: Asset, kin: Iterable[AssetForm]) -> None:
    """A form goes no further than its source, whatever is said of it: the same readers, audience and owner; and off
    offer, or to the trash, with it. Nothing for an asset that is no form.
    """
    row = next((row for row in kin if row.asset_id == form.id), None)
    if row is None:
        return
    source = session.get_one(Asset, row.source_id)
    form.audience, form.customer_id, form.owner_id = source.audience, source.customer_id, source.owner_id
    form.restricted = source.restricted
    open_to = accounts.restriction(session, "asset", source.id or 0) if source.restricted else frozenset()
    teams, people = (
        [int(t.removeprefix(f"{way}:")) for t in open_to if t.startswith(f"{way}:")]
        for way in ("team", "person")
    )
    accounts.restrict(session, "asset", form.id or 0, teams=teams, people=people)
    set_tags(
        session,
        form,
        {"product": queries.tags(session, [row.source_id]).get(row.source_id, {}).get("product", [])},
    )
    if source.deleted_at is not None:
        form.deleted_at, form.deleted_by_id = source.deleted_at, source.deleted_by_id
    if source.on_offer_id is None:
        _end_offer(session, form, source)
    session.add(form)
    session.flush()


def _end_offer(session: Session, form: Asset, source: Asset) -> None:
    """The source is not on offer: what was made from it is not either; whoever holds it is told by a job."""
    shown = session.get(Version, form.on_offer_id) if form.on_offer_id else None
    if shown is None:
        return
    shown.state, shown.ended_at = "expired", clock.now()
    shown.end_key, shown.end_reason = "source", source.title
    form.on_offer_id = None
    session.add(shown)
    jobs.later(
        session,
        "version.withdrawn",
        key=f"version:{shown.id}",
        version_id=shown.id,
        replacement_id=None,
        by_id=None,
    )


def changed(session: Session, asset_id: int | None, *, pages: int) -> None:
    """Let the index and the kits follow."""
    outbox.changed(session, "asset", asset_id, pages=pages)
    jobs.later(session, "asset.changed", key="assets", priority=1)


def _draft_readers(
    session: Session, asset: Asset, latest: Version | None, products: list[str]
) -> frozenset[str]:
    tokens = accounts.draft_tokens(
        owners=[asset.owner_id, latest.uploaded_by_id if latest else None],
        reviewers=[latest.reviewer_id if latest else None],
        products=products,
    )
    # Where no product names an approver every product marketer may review, or nothing could ever be approved.
    return tokens if accounts.approvers(session, products) else tokens | {"role:product_marketer"}


def offer_readers(
    session: Session, asset: Asset, products: list[str], draft: frozenset[str]
) -> frozenset[str]:
    """Who may read the asset while it is on offer, whether it is now or not."""
    own = accounts.restriction(session, "asset", asset.id or 0) if asset.restricted else None
    customer = customers.by_ids(session, [asset.customer_id]).get(asset.customer_id or 0)
    confidential = (
        accounts.restriction(session, "customer", customer.id or 0)
        if customer and customer.confidential
        else None
    )
    return accounts.reader_tokens(
        owners=[asset.owner_id],
        restrictions=[own, confidential, *taxonomy.product_restrictions(session, products)],
        extra=draft,
    )


def was_open_to(session: Session, asset: Asset, by: accounts.Actor) -> bool:
    """Whether this actor may read the asset while it is on offer, although it may be off offer now."""
    products = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get("product", [])
    latest = session.get(Version, asset.latest_id) if asset.latest_id else None
    drafts = _draft_readers(session, asset, latest, products)
    return bool(offer_readers(session, asset, products, drafts) & by.tokens)
