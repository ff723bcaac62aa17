"""Questions about consents: which cases there are, how they stand, and what may be shown outside now."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from hub import accounts, assets, customers
from hub.assets import Asset
from hub.base import clock, stamps
from hub.base.errors import NotFound
from hub.base.formats import day, listed
from hub.base.i18n import _
from hub.consents import rules
from hub.consents.models import CaseConsent, CaseTwin, CaseUse
from hub.consents.rules import Decision, Said, Twin

DEFAULT_SHOWS = frozenset({"name", "numbers"})  # what a case shows of which nothing was recorded
STATES = ("missing", "ended", "part", "ending", "good", "anonymous")


@dataclass(frozen=True)
class Row:
    """A case as lists show it. `state` is as in `rules.state`; `twin` its best anonymous form as (id, title)."""

    asset_id: int
    title: str
    customer: str
    owner_id: int | None
    owner: str
    state: str
    shows: tuple[str, ...]
    allows: tuple[str, ...]
    uses: tuple[str, ...]
    until: date | None
    ended_at: datetime | None
    twins: int
    edition: int


def is_case(asset: Asset) -> bool:
    """Whether the asset needs its customer's consent to leave the house."""
    return asset.kind == "case_study" and asset.customer_id is not None


def _cases() -> ColumnElement[bool]:
    """An SQL condition on Asset: a case that is nobody's twin."""
    twin = exists().where(col(CaseTwin.twin_id) == col(Asset.id))
    return and_(col(Asset.kind) == "case_study", col(Asset.customer_id).is_not(None), ~twin)


def cases_of(customer_id: int) -> ColumnElement[bool]:
    """An SQL condition on Asset: a case of this customer, with a consent of its own."""
    return and_(_cases(), col(Asset.customer_id) == customer_id)


def said_of(consent: CaseConsent | None) -> Said:
    """What was said, as the rules read it."""
    if consent is None:
        return Said(DEFAULT_SHOWS, recorded=False)
    return Said(
        frozenset(consent.shows),
        frozenset(consent.allows),
        frozenset(consent.uses),
        consent.until,
        consent.ended_at,
    )


def consent_of(session: Session, asset_id: int) -> CaseConsent | None:
    return session.exec(select(CaseConsent).where(CaseConsent.asset_id == asset_id)).first()


def recorded(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of these cases of which something was recorded."""
    query = select(CaseConsent.asset_id).where(col(CaseConsent.asset_id).in_(list(ids)))
    return set(session.exec(query).all())


def is_open_case(session: Session, asset: Asset) -> bool:
    """Whether a consent can be recorded of it: a case that is nobody's twin."""
    return is_case(asset) and case_of(session, asset.id or 0) is None


def twins_of(session: Session, ids: Iterable[int], *, usable: bool = True) -> dict[int, list[Twin]]:
    """Per case its twins; `usable`: only those that may be sent to customers now."""
    query = select(CaseTwin).join(Asset, col(Asset.id) == col(CaseTwin.twin_id)).where(
        col(CaseTwin.case_id).in_(list(ids)), col(Asset.deleted_at).is_(None)
    )  # fmt: skip
    if usable:
        query = query.where(
            col(Asset.on_offer_id).is_not(None), Asset.audience == "customer", ~col(Asset.restricted)
        )
    found: dict[int, list[Twin]] = {}
    for row in session.exec(query.order_by(col(CaseTwin.twin_id))).all():
        found.setdefault(row.case_id, []).append(Twin(row.twin_id, frozenset(row.shows)))
    return found


def outward(
    session: Session, ids: Iterable[int], use: str, *, at: datetime | None = None
) -> dict[int, Decision]:
    """What of these assets may be shown for this use at this instant; only cases that may not be shown as they are."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    at = at or clock.now()
    today = clock.today(at)
    keys: dict[int, Hashable] = {n: ("said of case", n) for n in wanted}
    said = stamps.kept_many(session, stamps.EVERYTHING, keys, lambda ids: _said(session, ids))
    shut = {n: s for n, each in said.items() for s in each if rules.why_not(s, use, at=at, today=today)}
    twins = twins_of(session, shut) if shut else {}
    return {n: rules.decide(s, twins.get(n, ()), use, at=at, today=today) for n, s in shut.items()}


def _said(session: Session, ids: Sequence[int]) -> dict[int, tuple[Said, ...]]:
    """Per asset what its customer said; nothing where it is no case."""
    query: Any = (
        select_columns(col(Asset.id), CaseConsent)
        .join(CaseConsent, col(CaseConsent.asset_id) == col(Asset.id), isouter=True)
        .where(col(Asset.id).in_(ids), _cases())
    )
    found = {number: (said_of(consent),) for number, consent in session.execute(query).all()}
    return {n: found.get(n, ()) for n in ids}


def sentence(title: str, decision: Decision, use: str) -> str:
    """Why the case is not shown as it is, and what to do."""
    told = {"title": title, "use": _inside(str(rules.USES[use]))}
    why = {
        "missing": _("“%(title)s”还没有客户授权") % told,
        "ended": _("“%(title)s”的客户授权已经结束") % told,
        "use": _("“%(title)s”的客户授权不含%(use)s") % told,
        "part": _("“%(title)s”里有客户没有授权的内容") % told,
    }[decision.why]
    if decision.kind == "twin":
        return _("%(why)s，对外改用它的匿名版。") % {"why": why}
    return _("%(why)s，也没有在用的匿名版，对外不放它。请补登授权，或做一份匿名版。") % {"why": why}


def may_edit(asset: Asset, by: accounts.Actor) -> bool:
    return assets.may_edit(asset, by)


def find(
    session: Session, by: accounts.Actor, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[Row], dict[str, int]]:
    """One page of the cases this actor may read, what needs a hand first, and how many there are in each state."""
    query: Any = (
        select_columns(Asset, CaseConsent, col(customers.Customer.name))
        .join(CaseConsent, col(CaseConsent.asset_id) == col(Asset.id), isouter=True)
        .join(customers.Customer, col(customers.Customer.id) == col(Asset.customer_id))
        .where(
            assets.visible(by), _cases(), col(Asset.on_offer_id).is_not(None),
            col(Asset.customer_id).not_in(customers.hidden(by)),
        )
        .order_by(col(CaseConsent.until).asc().nulls_last(), col(Asset.id))
    )  # fmt: skip
    at = clock.now()
    today = clock.today(at)
    found = [
        (rules.state(said_of(consent), at=at, today=today), asset, consent, name)
        for asset, consent, name in session.execute(query).all()
    ]
    counts = {s: sum(1 for f in found if f[0] == s) for s in STATES} | {"all": len(found)}
    kept = sorted((f for f in found if not state or f[0] == state), key=lambda f: STATES.index(f[0]))
    return _rows(session, kept[offset : offset + limit]), counts


def _rows(session: Session, found: Sequence[tuple[str, Asset, CaseConsent | None, str]]) -> list[Row]:
    names = accounts.names(session, [a.owner_id for _s, a, _c, _n in found])
    twins = twins_of(session, [a.id or 0 for _s, a, _c, _n in found])
    return [
        Row(
            asset_id=asset.id or 0,
            title=asset.title,
            customer=name,
            owner_id=asset.owner_id,
            owner=names.get(asset.owner_id or 0, ""),
            state=state,
            shows=tuple(p for p in rules.PARTS if p in said_of(consent).shows),
            allows=tuple(p for p in rules.PARTS if consent and p in consent.allows),
            uses=tuple(u for u in rules.USES if consent and u in consent.uses),
            until=consent.until if consent else None,
            ended_at=consent.ended_at if consent else None,
            twins=len(twins.get(asset.id or 0, ())),
            edition=consent.edition if consent else 0,
        )
        for state, asset, consent, name in found
    ]


def row_of(session: Session, asset: Asset, by: accounts.Actor) -> Row:
    """The row of one case this actor may read; NotFound for what is no case."""
    if not is_case(asset) or case_of(session, asset.id or 0) is not None:
        raise NotFound(_("这份素材不是写明客户的案例，不用登记授权。"))
    consent = consent_of(session, asset.id or 0)
    at = clock.now()
    name = customers.by_ids(session, [asset.customer_id])[asset.customer_id or 0].name
    shown = name if accounts.may_read(session, "customer", asset.customer_id or 0, by) else ""
    return _rows(
        session, [(rules.state(said_of(consent), at=at, today=clock.today(at)), asset, consent, shown)]
    )[0]


def case_of(session: Session, asset_id: int) -> int | None:
    """The case that this asset is a twin of."""
    return session.exec(select(CaseTwin.case_id).where(CaseTwin.twin_id == asset_id).limit(1)).first()


def nameless(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of these assets that tell a case without saying whose it is: twins and cases of which that was recorded."""
    wanted = list(ids)
    twins = session.exec(select(CaseTwin).where(col(CaseTwin.twin_id).in_(wanted))).all()
    cases = session.exec(select(CaseConsent).where(col(CaseConsent.asset_id).in_(wanted))).all()
    found = {t.twin_id for t in twins if rules.names_nobody(t.shows)}
    return found | {c.asset_id for c in cases if rules.names_nobody(c.shows)}


def banner(session: Session, asset: Asset, *, at: datetime | None = None) -> str:
    """What its readers inside are told about using the case outside; empty when it may go out as it is."""
    if not is_case(asset) or case_of(session, asset.id or 0) is not None:
        return ""
    at = at or clock.now()
    said = said_of(consent_of(session, asset.id or 0))
    how = rules.state(said, at=at, today=clock.today(at))
    if how == "ending" and said.until is not None:
        return _("客户授权到 %(day)s 为止，之后对外只用匿名版。") % {"day": day(said.until)}
    if how in {"good", "anonymous"}:
        return ""
    decided = rules.decide(
        said, twins_of(session, [asset.id or 0]).get(asset.id or 0, ()), "send", at=at, today=clock.today(at)
    )
    return sentence(asset.title, decided, "send") if decided.why else ""


def spoken(parts: Iterable[str], labels: Mapping[str, Any]) -> str:
    """Keys in words: 名称、数字."""
    return listed(_inside(str(labels[p])) for p in parts if p in labels)


def _inside(label: str) -> str:
    """A label as it stands inside a sentence: small letters, which Chinese does not have."""
    return label[:1].lower() + label[1:]


def with_case(session: Session, thing: str, ids: Sequence[int]) -> dict[int, set[int]]:
    """Per finished thing, the cases it shows."""
    query = select(CaseUse).where(CaseUse.thing == thing, col(CaseUse.thing_id).in_(list(ids)))
    found: dict[int, set[int]] = {}
    for use in session.exec(query).all():
        found.setdefault(use.thing_id, set()).add(use.case_id)
    return found


def things_with(case_id: int, thing: str) -> SelectOfScalar[int]:
    """Ids of the finished things of this sort that show the case, as part of a question."""
    return select(CaseUse.thing_id).where(CaseUse.thing == thing, CaseUse.case_id == case_id)


def ending(session: Session, *, at: datetime | None = None) -> list[tuple[CaseConsent, Asset]]:
    """Consents that end within thirty days, or ended yesterday, with their cases."""
    today = clock.today(at)
    query = (
        select(CaseConsent, Asset)
        .join(Asset, col(Asset.id) == col(CaseConsent.asset_id))
        .where(
            col(CaseConsent.until) >= today - timedelta(days=1),
            col(CaseConsent.until) <= today + timedelta(days=rules.SOON_DAYS),
            col(CaseConsent.ended_at).is_(None),
            or_(col(Asset.deleted_at).is_(None)),
        )
    )
    return list(session.exec(query).all())
