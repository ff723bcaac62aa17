"""Who still names a customer, once the consent to a case has ended.

A consent decides over the case alone. Other material for outside may say the customer's name as well, and nobody
would think of it: a *naming* is such a text, a slide of it, or an open link that says the name to others.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, assets, consents, customers, facts, notices, sharing
from hub.assets import Asset, Page, Version
from hub.base import clock

MOST_TEXTS = 2000  # texts with the name that are looked through
LATIN_NAME, HAN_NAME = 3, 2  # a shorter name would be found in ordinary words


@dataclass(frozen=True)
class Naming:
    """`thing`: asset or link. `page` is the slide that says it, None for the text; `said` what stands around it. A link
    has `said` only where its own words say the name, else it carries an asset that does.
    """

    thing: str
    thing_id: int
    title: str
    url: str
    page: int | None
    said: str
    owner_id: int | None
    owner: str = ""


def naming(session: Session, case: Asset, by: accounts.Actor) -> list[Naming]:
    """Material for outside and open links that name the customer of this case, as far as this actor may see them; none
    for who may not know of the customer. Cases of the customer are not among them: each has a consent of its own.
    """
    wanted = _names(session, case, by)
    if not wanted:
        return []
    found = list(_texts(session, case, wanted, by))
    found += _links(session, case, wanted, {n.thing_id for n in found}, by)
    names = accounts.names(session, [n.owner_id for n in found])
    return [replace(n, owner=names.get(n.owner_id or 0, "")) for n in found]


def is_asked(row: consents.Row) -> bool:
    """Whether this case's customer does not, or soon not, allow its name: then who names it is worth a look."""
    return row.state in {"missing", "ended", "ending"} or (row.state == "part" and "name" not in row.allows)


def tell_of_naming(session: Session, consent_id: int) -> int:
    """The consent has ended: its owner and who recorded it hear how much else names the customer, each as far as they
    may see it. Safe to run twice; nothing is told of a consent that holds again, or where nothing is found.
    """
    consent = session.get(consents.CaseConsent, consent_id)
    case = session.get(Asset, consent.asset_id) if consent else None
    if consent is None or case is None or case.deleted_at is not None:
        return 0
    now = clock.now()
    if consents.said_of(consent).holds(now, clock.today(now)):
        return 0
    told = 0
    for person_id, actor in accounts.actors(session, [case.owner_id, consent.recorded_by_id]).items():
        if not accounts.may_read(session, "asset", case.id or 0, actor):
            continue
        count = len({(n.thing, n.thing_id) for n in naming(session, case, actor)})
        if count:
            told += notices.tell(
                session, [person_id], event=f"consent:{consent.id}:named:{consent.edition}:{consent.until or ''}",
                key="consent_named", url=f"/assets/{case.id}/consent#named", title=case.title, count=count,
            )  # fmt: skip
    return told


def _names(session: Session, case: Asset, by: accounts.Actor) -> list[str]:
    """What the customer is called, longest first; names that would be found in ordinary words are left out."""
    if case.customer_id is None or not accounts.may_read(session, "customer", case.customer_id, by):
        return []
    customer = customers.by_ids(session, [case.customer_id]).get(case.customer_id)
    if customer is None:
        return []
    said = {" ".join(n.split()) for n in (customer.name, *customer.aliases)}
    long_enough = [n for n in said if len(n) >= (LATIN_NAME if n.isascii() else HAN_NAME)]
    return sorted(long_enough, key=lambda n: (-len(n), n))


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Any of the names, whatever the case; Latin ones as whole words, spaces as the text has them."""
    spelled = []
    for name in names:
        plain = r"\s*".join(re.escape(part) for part in unicodedata.normalize("NFKC", name).split())
        spelled.append(rf"(?<![a-z0-9]){plain}(?![a-z0-9])" if name.isascii() else plain)
    return re.compile("|".join(spelled), re.IGNORECASE)


def _texts(session: Session, case: Asset, names: Sequence[str], by: accounts.Actor) -> Iterator[Naming]:
    """Slides that say a name, and texts that say it elsewhere than on a slide."""
    columns = (col(Version.text), col(Asset.title), col(Asset.summary))
    needles = {needle for name in names for needle in (name, "".join(name.split()))}
    query: Any = (
        select_columns(Asset, Version)
        .join(Version, col(Version.id) == col(Asset.on_offer_id))
        .where(
            assets.visible(by), col(Asset.audience) == "customer", col(Asset.id) != case.id,
            ~consents.cases_of(case.customer_id or 0),
            or_(*(c.icontains(word, autoescape=True) for c in columns for word in sorted(needles))),
        )
        .order_by(col(Asset.id))
        .limit(MOST_TEXTS)
    )  # fmt: skip
    rows = session.execute(query).all()
    wanted = _pattern(names)
    pages = assets.pages_of(session, [v.id for _a, v in rows if v.blob_sha is not None])
    for asset, version in rows:
        url = f"/assets/{asset.id}"
        slides = [(p, hits) for p in pages.get(version.id, ()) if (hits := facts.hits(_words(p), wanted))]
        for page, hits in slides:
            yield Naming(
                "asset",
                asset.id,
                asset.title,
                f"{url}?page={page.number}",
                page.number,
                hits[0],
                asset.owner_id,
            )
        text = assets.plain(version.text) if version.blob_sha is None else version.text
        hits = [] if slides else _hits((text, asset.title, asset.summary), wanted)
        if hits:
            yield Naming("asset", asset.id, asset.title, f"{url}?tab=text", None, hits[0], asset.owner_id)


def _hits(parts: Sequence[str], wanted: re.Pattern[str]) -> list[str]:
    """What stands around the name in each part, which is a sentence by itself."""
    return [hit for part in parts for hit in facts.hits(part, wanted)]


def _words(page: Page) -> str:
    return "\n".join(t for t in (page.title, page.text, page.tables, page.charts, page.notes) if t)


def _links(
    session: Session, case: Asset, names: Sequence[str], carried: set[int], by: accounts.Actor
) -> list[Naming]:
    """Open links to others than the customer that say the name, or carry one of these assets."""
    share, item = sharing.Share, sharing.ShareItem
    carrying = set(
        session.exec(
            select(item.share_id).where(item.thing == "asset", col(item.thing_id).in_(carried))
        ).all()
    )
    says = [c.icontains(n, autoescape=True) for c in (col(share.title), col(share.greeting)) for n in names]
    query = select(share).where(
        sharing.visible(by), col(share.revoked_at).is_(None), col(share.expires_at) > clock.now(),
        or_(col(share.customer_id).is_(None), col(share.customer_id) != case.customer_id),
        or_(col(share.id).in_(carrying), *says),
    )  # fmt: skip
    wanted = _pattern(names)
    found = []
    for one in session.exec(query.order_by(col(share.id).desc()).limit(MOST_TEXTS)).all():
        hits = _hits((one.greeting, one.title), wanted)
        if hits or one.id in carrying:
            url = f"/shares/{one.id}"
            found.append(
                Naming("link", one.id or 0, one.title, url, None, next(iter(hits), ""), one.owner_id)
            )
    return found
