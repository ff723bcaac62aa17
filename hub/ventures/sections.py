"""Taking in one section of a proposal: what a form or a program says becomes what is kept, or a sentence that says why
not. Rows that say nothing are left out, so that a form may show empty ones.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import clock
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.requirements import amount
from hub.ventures import queries, rules
from hub.ventures.deals import deals_of
from hub.ventures.models import DEAL_ROLES, PARTY_KINDS, Venture, VentureDeal, VentureParty

MOST_ROWS = 40
MOST_TEXT = 4000
CURRENCIES = ("CNY", "USD", "EUR", "HKD", "SGD", "JPY", "GBP")
TEXTS = {"background": MOST_TEXT, "need": MOST_TEXT, "gain": MOST_TEXT, "cares": MOST_TEXT, "with_whom": 200}


def take_about(session: Session, venture: Venture, said: Mapping[str, Any], by: accounts.Actor) -> None:
    """Title, summary, product, currency and owner; what is not said stays."""
    for name, most in (("title", 200), ("summary", 1000)):
        if name in said:
            setattr(venture, name, _text(said, name, most))
    if not venture.title:
        raise HubError(_("请给方案起个名字。"))
    if "product" in said:
        venture.product = _product(session, _text(said, "product", 60), venture.product, by)
    if said.get("currency"):
        if said["currency"] not in CURRENCIES:
            raise HubError(_("币种请从列表里选。"))
        venture.currency = str(said["currency"])
    if said.get("owner_id"):
        venture.owner_id = _colleague(session, _id(said["owner_id"]), venture.owner_id)


def _colleague(session: Session, person_id: int, before: int | None) -> int:
    """An active colleague, or whoever it was before."""
    if person_id != before and person_id not in accounts.actors(session, [person_id]):
        raise HubError(_("请选一位在职的同事。"))
    return person_id


def _id(value: object) -> int:
    """An id out of what a form or a program sent; 0 for what is none."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a column


def _each(said: object) -> list[Mapping[str, Any]]:
    """The rows that were sent; HubError for what is no list of rows."""
    rows = list(said) if isinstance(said, (list, tuple)) else []
    if not all(isinstance(row, Mapping) for row in rows) or (said and not rows):
        raise HubError(_("这一节要一行一行写。"))
    return rows


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    return str(said.get(name) or "").replace("\r\n", "\n").strip()[:most]


def _product(session: Session, key: str, before: str | None, by: accounts.Actor) -> str | None:
    if key and key != before and key not in taxonomy.words_for(session, by).products:
        raise NotFound(_("没有这个产品。"))
    return key or None


def take_contact(venture: Venture, said: Mapping[str, Any]) -> None:
    """The words of the first contact; what is not said stays."""
    for name, most in TEXTS.items():
        if name in said:
            setattr(venture, name, _text(said, name, most))


def _rows(said: object, *, name: str) -> list[Mapping[str, Any]]:
    """The rows that say anything; HubError for too many, or one without its name."""
    found = [row for row in _each(said) if any(str(v or "").strip() for k, v in row.items() if k != "kind")]
    if len(found) > MOST_ROWS:
        raise HubError(_("一节最多 %(most)s 行。") % {"most": MOST_ROWS})
    for row in found:
        if not str(row.get(name) or "").strip():
            raise HubError(_("有一行没写名字。请补上，或把这一行清空。"))
    return found


def market(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Segments as they are kept; HubError where a number is none, or low, base and high do not ascend."""
    return [_segment(row) for row in _rows(said, name="name")]


def _segment(row: Mapping[str, Any]) -> dict[str, Any]:
    name = _text(row, "name", 120)
    made: dict[str, Any] = {"name": name}
    for field in rules.NUMBERS:
        given = row.get(field)
        given = list(given) if isinstance(given, (list, tuple)) else []
        if len(given) != len(rules.SCENARIOS):
            raise HubError(_("“%(name)s”的三种情景都要写。") % {"name": name})
        values = [_number(name, field, str(v)) for v in given]
        rules.must_ascend(name, field, values)
        made[field] = [rules.plain(v) for v in values]
        made[f"{field}_source"] = _text(row, f"{field}_source", 300)
    return made


def _number(name: str, field: str, text: str) -> Decimal:
    what = _("“%(name)s”的%(field)s") % {"name": name, "field": rules.NUMBER_LABELS[field]}
    if not text.strip():
        raise HubError(_("%(what)s 没写。") % {"what": what})
    if field == "price":
        return amount(text) or Decimal(0)
    most = rules.WHOLE if field == "penetration" else Decimal(10) ** 9
    return rules.number(text, what=what, most=most, whole=field == "customers")


def parts(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Parts of the panorama as they are kept; a part that plugs into another names one of them."""
    made = [
        {"name": _text(r, "name", 60), "by": _text(r, "by", 120), "layer": _text(r, "layer", 40),
         "into": _text(r, "into", 60)}
        for r in _rows(said, name="name")
    ]  # fmt: skip
    names = [p["name"] for p in made]
    for part in made:
        if not part["by"]:
            raise HubError(_("“%(name)s”没写由谁带来。") % {"name": part["name"]})
        if names.count(part["name"]) > 1:
            raise HubError(_("“%(name)s”写了两遍。") % {"name": part["name"]})
        if part["into"] and (part["into"] not in names or part["into"] == part["name"]):
            raise HubError(_("“%(name)s”要接到的那一样，全景里没有。") % {"name": part["name"]})
    return made


def boundary(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Boundary lines as they are kept; each piece of work has somebody who does it."""
    made = [
        {"work": _text(r, "work", 200), "who": _text(r, "who", 120), "does_not": _text(r, "does_not", 300)}
        for r in _rows(said, name="work")
    ]
    for line in made:
        if not line["who"]:
            raise HubError(_("“%(work)s”没写谁来做。") % {"work": line["work"]})
    return made


def write_deals(
    session: Session, venture: Venture, role: str, said: Iterable[Mapping[str, Any]], by: accounts.Actor
) -> None:
    """The opportunities or won bids anew, in this order. One that the actor may not see stays as it is; a confidential
    customer's opportunity cannot be linked, because the proposal leaves the house.
    """
    if role not in DEAL_ROLES:
        raise HubError(_("商机和中标请各写在自己那一节。"))
    wanted = [_deal(session, venture, role, row, by) for row in _deal_rows(said)]
    seen = [d.id for d in deals_of(session, venture, by) if d.role == role]
    for old in session.exec(select(VentureDeal).where(col(VentureDeal.id).in_(seen))).all():
        session.delete(old)
    for place, made in enumerate(wanted):
        made.position = place
        session.add(made)
    session.flush()


def _deal_rows(said: object) -> list[Mapping[str, Any]]:
    rows = [r for r in _each(said) if _id(r.get("opportunity_id")) or str(r.get("customer") or "").strip()]
    if len(rows) > MOST_ROWS:
        raise HubError(_("一节最多 %(most)s 行。") % {"most": MOST_ROWS})
    return rows


def _deal(
    session: Session, venture: Venture, role: str, row: Mapping[str, Any], by: accounts.Actor
) -> VentureDeal:
    if _id(row.get("opportunity_id")):
        number = _linkable(session, _id(row["opportunity_id"]), role, by)
        source = _text(row, "source", 300)
        return VentureDeal(venture_id=venture.id or 0, role=role, opportunity_id=number, source=source)
    return VentureDeal(
        venture_id=venture.id or 0,
        role=role,
        customer=_text(row, "customer", 200),
        title=_text(row, "title", 200),
        amount=amount(str(row.get("amount") or "")),
        currency=_currency(row, venture),
        day=good_day(row.get("day")),
        source=_text(row, "source", 300),
    )


def _currency(row: Mapping[str, Any], venture: Venture) -> str:
    said = str(row.get("currency") or venture.currency)
    if said not in CURRENCIES:
        raise HubError(_("币种请从列表里选。"))
    return said


def _linkable(session: Session, number: int, role: str, by: accounts.Actor) -> int:
    found = session.get(customers.Opportunity, number)
    customer = session.get(customers.Customer, found.customer_id) if found else None
    if found is None or customer is None or not accounts.may_read(session, "customer", found.customer_id, by):
        raise NotFound(_("没有这个商机。"))
    if customer.confidential:
        raise HubError(
            _("“%(name)s”是保密客户，方案要给别人看：请不写名字，手填一行。") % {"name": customer.name}
        )
    if role == "won" and found.result != "won":
        raise HubError(_("“%(title)s”还没有赢单，不能当中标。") % {"title": found.title})
    return number


def good_day(value: object) -> date | None:
    """A day, or None for an empty text; HubError for what is none."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()) if str(value).strip() else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


def write_split(session: Session, venture: Venture, said: Mapping[str, Any]) -> None:
    """Pricing, and the parties anew: shares make exactly 100 %, or none is given. A party that is left out takes part
    no longer; what it said stays in the history.
    """
    venture.pricing = _text(said, "pricing", MOST_TEXT)
    wanted = _rows(said.get("parties") or (), name="name")
    shares = [
        rules.share(str(r.get("share") if r.get("share") is not None else ""), str(r["name"])) for r in wanted
    ]
    rules.must_sum(shares)
    names = [str(r["name"]).strip() for r in wanted]
    if len(set(names)) < len(names):
        raise HubError(_("同一方写了两遍。"))
    there = {p.name: p for p in queries.live_parties(session, venture)}
    for place, (row, given) in enumerate(zip(wanted, shares, strict=True)):
        name = str(row["name"]).strip()[:120]
        party = there.pop(name, None) or VentureParty(venture_id=venture.id or 0, name=name)
        _set_party(session, party, row)
        party.share, party.position = given, place
        session.add(party)
    for gone in there.values():
        gone.removed_at = clock.now()
        session.add(gone)
    session.flush()


def _set_party(session: Session, party: VentureParty, row: Mapping[str, Any]) -> None:
    kind = str(row.get("kind") or "department")
    if kind not in PARTY_KINDS:
        raise HubError(_("这一方是我们、别的部门，还是伙伴？请选一种。"))
    party.kind, party.why = kind, _text(row, "why", 300)
    approver = _id(row.get("approver_id")) or None
    if approver is not None:
        approver = _colleague(session, approver, party.approver_id)
    party.approver_id = approver
    party.signer = "" if approver else _text(row, "signer", 120)
