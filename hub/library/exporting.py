"""Export: the library as a folder of plain files, in the form that import reads back to the same library.

Written are the taxonomy, people (without passwords), customers, assets (what is on offer, and a newer version beside it
as `<slug>.draft.…`), toolkits, requirements with their requests, requests without one, launch plans, meetings, deck
templates, material tasks, demo accounts, facts, consents, cross-department proposals, which forms were made of which
source, and who was asked to read what and has. Not written, and told: older
versions, the trash, pitch decks that people made, links and customer rooms (only a backup can bring those back to
life). Nor are comments, secrets and bookings.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from hub import (
    accounts,
    assets,
    customers,
    decks,
    launches,
    meetings,
    requirements,
    sharing,
    taxonomy,
    toolkits,
)
from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.library.folder import Folder, Names, as_yaml, kept, keys
from hub.library.front import OF_A_LIBRARY
from hub.library.lists import write_lists

FACETS = ("product", "tier", "industry", "scenario", "function", "stage")
LONGEST_NAME = 200  # bytes; file systems take 255, and endings follow
PLURALS = (
    ("industries", "industry"),
    ("scenarios", "scenario"),
    ("functions", "function"),
    ("stages", "stage"),
)


@dataclass
class Exported:
    """How many files were written, and sentences about what was left out."""

    files: int = 0
    notes: list[str] = field(default_factory=list)


def export_library(database: Database, blobs: LocalBlobs, target: Path) -> Exported:
    """Write the whole library into the folder `target`; HubError when it holds something or cannot be written."""
    try:
        folder = Folder(target)
        with database.read() as session:
            names = Names(session)
            _write_words(session, names, blobs, folder)
            _write_people(session, folder)
            _write_customers(session, names, folder)
            notes = list(_write_assets(session, names, blobs, folder))
            notes += _write_parts(session, blobs, folder)
        folder.finish()
    except OSError as error:
        reason = error.strerror or str(error)
        raise HubError(_("写不了 %(path)s：%(reason)s") % {"path": target, "reason": reason}) from error
    return Exported(folder.files, notes)


# ---- taxonomy, people, customers


def _write_words(session: Session, names: Names, blobs: LocalBlobs, folder: Folder) -> None:
    words = taxonomy.words(session)
    company = taxonomy.company(session)
    data: dict[str, Any] = {
        "company": _company(company, blobs, folder),
        "tiers": [_tier(t) for t in words.tiers.values()],
        "product_types": [kept({**_named(t), "adds": t.adds}) for t in words.types.values()],
        "products": [_product(session, names, p) for p in words.products.values()],
    }
    for plural, facet in PLURALS:
        query = select(taxonomy.Term).where(taxonomy.Term.facet == facet)
        terms = session.exec(query.order_by(col(taxonomy.Term.position), col(taxonomy.Term.id))).all()
        data[plural] = [_term(names, t) for t in terms]
    data["free_words"] = taxonomy.free_words(session)
    folder.write("taxonomy.yml", as_yaml(kept(data)).encode())


def _company(company: taxonomy.Company, blobs: LocalBlobs, folder: Folder) -> dict[str, Any]:
    logo = ""
    if company.logo and blobs.has(company.logo):
        logo = "logo" + _picture_ending(blobs.get(company.logo))
        folder.copy(logo, blobs.path(company.logo))
    return (
        kept({**{k: v for k, v in vars(company).items() if k != "logo"}, "logo": logo})
        if company.name
        else {}
    )


def _picture_ending(data: bytes) -> str:
    signs = (
        (b"\x89PNG", ".png"),
        (b"\xff\xd8", ".jpg"),
        (b"GIF8", ".gif"),
        (b"RIFF", ".webp"),
        (b"<", ".svg"),
    )
    return next((ending for sign, ending in signs if data.startswith(sign)), ".png")


def _named(row: Any) -> dict[str, Any]:
    aliases = list(getattr(row, "aliases", []))
    return {"key": row.key, "name": row.name, "name_en": row.name_en, "aliases": aliases}


def _tier(tier: taxonomy.Tier) -> dict[str, Any]:
    said = {n: getattr(tier, n) for n in ("price_from", "price_below", "cycle_days", "blueprint")}
    return kept({**_named(tier), **said})


def _product(session: Session, names: Names, product: taxonomy.Product) -> dict[str, Any]:
    approvers = [p.email for p in accounts.approvers(session, [product.key])]
    said = {n: getattr(product, n) for n in ("tier", "type", "price", "summary", "summary_en")}
    people = {
        "owner": names.person(product.owner_id),
        "expert": names.person(product.expert_id),
        "approvers": sorted(approvers),
    }
    limits = names.open_to(session, "product", product.id) if product.restricted else []
    return kept({**_named(product), **said, **people, "restricted_to": limits})


def _term(names: Names, term: taxonomy.Term) -> dict[str, Any]:
    more = {"parent": term.parent, "expert": names.person(term.expert_id), "adds": term.adds}
    return kept({**_named(term), **more})


def _write_people(session: Session, folder: Folder) -> None:
    teams = sorted(accounts.teams(session), key=lambda t: t.id or 0)
    people = sorted(accounts.people(session), key=lambda p: p.id or 0)
    ids = [p.id or 0 for p in people]
    roles, members = accounts.roles_of(session, ids), accounts.teams_of(session, ids)
    data = {
        "teams": [kept({"key": t.key, "name": t.name, "name_en": t.name_en}) for t in teams],
        "people": [
            {
                **kept(
                    {n: getattr(p, n) for n in ("email", "name", "name_en", "title", "title_en", "phone")}
                ),
                **({"language": p.language} if p.language != "zh-CN" else {}),
                **({} if p.active else {"active": False}),
                **kept(
                    {
                        "roles": sorted(roles.get(p.id or 0, [])),
                        "teams": sorted(t.key for t in members.get(p.id or 0, [])),
                        "industries": sorted(accounts.industries_of(session, p.id or 0)),
                    }
                ),
            }
            for p in people
        ],
    }
    folder.write("people.yml", as_yaml(data).encode())


def _write_customers(session: Session, names: Names, folder: Folder) -> None:
    query = select(customers.Customer).order_by(col(customers.Customer.id))
    rows = [c for c in session.exec(query).all() if c.id in names.customers]
    deals = session.exec(select(customers.Opportunity).order_by(col(customers.Opportunity.id))).all()
    deals = [d for d in deals if d.customer_id in names.customers]
    data = {
        "customers": [_customer(session, names, c) for c in rows],
        "opportunities": [_deal(names, d, key) for d, key in zip(deals, keys(deals, "title"), strict=True)],
    }
    folder.write("customers.yml", as_yaml(data).encode())


def _customer(session: Session, names: Names, customer: customers.Customer) -> dict[str, Any]:
    open_to = names.open_to(session, "customer", customer.id) if customer.confidential else []
    said = {n: getattr(customer, n) for n in ("name", "aliases", "industry", "region")}
    return kept(
        {
            "key": names.customers[customer.id],
            **said,
            "owner": names.person(customer.owner_id),
            "confidential": customer.confidential,
            "restricted_to": open_to,
        }
    )


def _deal(names: Names, deal: customers.Opportunity, key: str) -> dict[str, Any]:
    said = {n: getattr(deal, n) for n in ("title", "product", "stage")}
    return kept(
        {
            "key": key,
            "customer": names.customers[deal.customer_id],
            **said,
            "amount": amount(deal.amount),
            "currency": deal.currency,
            "result": deal.result,
            "owner": names.person(deal.owner_id),
            "closes_on": deal.closes_on,
        }
    )


def amount(value: Decimal | None) -> int | str | None:
    """A sum as YAML keeps it exactly."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else str(value)


# ---- assets


def _write_assets(session: Session, names: Names, blobs: LocalBlobs, folder: Folder) -> Iterator[str]:
    """Write every asset that is not in the trash; yields what was left out."""
    ids = session.exec(
        select(assets.Asset.id).where(col(assets.Asset.deleted_at).is_(None)).order_by(assets.Asset.slug)
    ).all()
    written = set()
    for asset_id in ids:
        asset = session.get_one(assets.Asset, asset_id)
        for version, name, front in _files_of(session, names, asset):
            _write_version(blobs, folder, version, f"assets/{asset.kind}/{name}", front)
            written.add(version.id)
    versions = session.exec(select(func.count()).select_from(assets.Version)).one()
    trashed = select(func.count()).select_from(assets.Asset).where(col(assets.Asset.deleted_at).is_not(None))
    in_trash = session.exec(trashed).one()
    if versions > len(written):
        yield n_("没有导出：%(n)s 个更早的或回收站里的版本。", versions - len(written))
    if in_trash:
        yield n_("没有导出：回收站里的 %(n)s 份素材。", in_trash)


def _files_of(
    session: Session, names: Names, asset: assets.Asset
) -> Iterator[tuple[assets.Version, str, dict[str, Any]]]:
    """The asset's files: what is on offer (else the latest), and a newer version beside it."""
    offered = session.get(assets.Version, asset.on_offer_id) if asset.on_offer_id else None
    latest = session.get(assets.Version, asset.latest_id) if asset.latest_id else None
    main = offered or latest
    if main is None:
        return
    name = _file_stem(asset.slug)
    front = _front(session, names, asset, main)
    yield main, name, front if name == asset.slug else {"slug": asset.slug, **front}
    if latest is not None and latest.id != main.id:
        newer = {"slug": asset.slug, "number": latest.number, **_states(latest), "note": latest.note}
        yield latest, f"{name}.draft", kept(newer)


def _file_stem(slug: str) -> str:
    """The slug where a file may be called so; a long one of Han characters is cut, and stands whole inside the file."""
    if len(slug.encode()) <= LONGEST_NAME:
        return slug
    return f"{slug[:50]}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"


def _write_version(
    blobs: LocalBlobs, folder: Folder, version: assets.Version, name: str, front: dict[str, Any]
) -> None:
    if version.blob_sha is None:
        text = f"---\n{as_yaml(front)}---\n{version.text}"
        folder.write(f"{name}.md", text.encode())
        return
    if not blobs.has(version.blob_sha):
        raise HubError(_("“%(name)s” 的文件不在了。请先运行 hub check。") % {"name": version.file_name})
    file = f"{name}{assets.suffix(version.file_name)}"
    if version.file_name != file.rpartition("/")[2]:
        front = {**front, "file_name": version.file_name}
    folder.copy(file, blobs.path(version.blob_sha))
    folder.write(f"{file}.yml", as_yaml(front).encode())


def _states(version: assets.Version) -> dict[str, Any]:
    published = version.publish_on or (_day(version.on_offer_at) if version.on_offer_at else None)
    return {
        "state": version.state,
        "published_on": published,
        "expires_on": version.expires_on,
        "end_key": version.end_key,
        "end_reason": version.end_reason,
    }


def _day(at: datetime) -> Any:
    return clock.today(at)


def _front(session: Session, names: Names, asset: assets.Asset, version: assets.Version) -> dict[str, Any]:
    """The front matter: our keys in a fixed order, then what we do not know as it came."""
    tags = assets.tags(session, [asset.id or 0]).get(asset.id or 0, {})
    ours = {
        "title": asset.title,
        "kind": asset.kind,
        "number": version.number if version.number > 1 else None,
        **{facet: tags.get(facet) for facet in FACETS},
        "tags": tags.get("tag"),
        "audience": asset.audience,
        "owner": names.person(asset.owner_id),
        "expert": names.person(asset.expert_id),
        "customer": names.customers.get(asset.customer_id),
        **_states(version),
        "review_on": asset.review_on,
        "language": asset.language,
        "recommended": asset.recommended,
        "restricted_to": names.open_to(session, "asset", asset.id) if asset.restricted else None,
        "summary": asset.summary,
    }
    return {**kept(ours), **_unheld(asset, ours)}


# What a field says when the file's own words for it could not be kept: those words are then written instead.
FALLBACKS = {"language": "zh", "audience": "internal", "recommended": False, "state": "on_offer"}


def _unheld(asset: assets.Asset, ours: Mapping[str, Any]) -> dict[str, Any]:
    unheld = {key: value for key, value in asset.extra.items() if _is_unheld(key, value, ours)}
    alike = {key: unheld.pop(key) for key in list(unheld) if key in OF_A_LIBRARY}
    return {**unheld, **({"extra": alike} if alike else {})}


def _is_unheld(key: str, value: Any, ours: Mapping[str, Any]) -> bool:
    if key not in ours or key == "kind" or key in OF_A_LIBRARY:
        return True
    return ours[key] == FALLBACKS.get(key) or _says_more(value, ours[key])


def _says_more(whole: Any, held: Any) -> bool:
    """True when `held` is what a field could hold of `whole`: a text's beginning, an instant's day, a list's first."""
    first = whole[0] if isinstance(whole, list) and whole else whole
    return isinstance(first, str) and bool(held) and first.startswith(str(held))


# ---- what stands on assets


def _write_parts(session: Session, blobs: LocalBlobs, folder: Folder) -> Iterator[str]:
    """Write templates, toolkits, requirements and meetings; yields what was left out."""
    for template in decks.templates(session, None):
        name = f"deck_templates/{template.name}"
        folder.copy(f"{name}/template.pptx", blobs.path(template.blob_sha))
        folder.write(f"{name}/manifest.yml", as_yaml(template.manifest).encode())
    kits = select(toolkits.Toolkit).where(col(toolkits.Toolkit.deleted_at).is_(None))
    for kit in session.exec(kits.order_by(toolkits.Toolkit.slug)).all():
        data = toolkits.to_data(session, kit)
        folder.write(f"toolkits/{_file_stem(kit.slug)}.yml", as_yaml(data).encode())
    known = select(requirements.Requirement).where(col(requirements.Requirement.deleted_at).is_(None))
    for found in session.exec(known.order_by(col(requirements.Requirement.id))).all():
        data = requirements.to_data(session, found)
        folder.write(f"requirements/{found.key}.yml", as_yaml(data).encode())
    for series in meetings.all_series(session, accounts.SYSTEM):
        data = meetings.to_data(session, series)
        folder.write(f"meetings/{_file_stem(series.key)}.yml", as_yaml(data).encode())
    for plan, key in launches.all_plans(session):
        folder.write(f"launches/{key}.yml", as_yaml(launches.to_data(session, plan)).encode())
    write_lists(session, blobs, folder)
    made = session.exec(select(func.count()).select_from(decks.Deck)).one()
    if made:
        yield n_("没有导出：%(n)s 份打单 PPT。", made)
    sent = session.exec(select(func.count()).select_from(sharing.Share)).one()
    if sent:
        yield n_("没有导出：%(n)s 个链接和客户空间。它们只随 hub backup 一起保留。", sent)
