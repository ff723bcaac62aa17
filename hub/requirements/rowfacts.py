"""What the cells of a row mean in this hub: people, the customer, products and industries. Nothing is written here.
What is wrong is one sentence, raised as HubError and shown at its cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.requirements.cells import plain

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Colleague:
    """Somebody a cell may name; one who has left may be a submitter, not an owner."""

    id: int
    name: str
    active: bool


class House:
    """Everything of the hub that cells are read with, read once for a whole sheet. The customers that the sheet brings
    are among the names by a number below zero, until they are written.
    """

    def __init__(self, session: Session, by: accounts.Actor, answers: Mapping[str, str]) -> None:
        """`answers`: per name that was asked about, as `customers.loose` writes it, whom it means; "" somebody new."""
        self.by, self.answers = by, answers
        self.names = customers.Names(session, by)
        self.fresh: dict[int, str] = {}
        self.asks: dict[str, dict[str, Any]] = {}
        everybody = [Colleague(p.id or 0, p.name, p.active) for p in accounts.people(session)]
        self._by_id = {c.id: c for c in everybody}
        self._people: dict[str, list[Colleague]] = {}
        for person in accounts.people(session):
            for way in {plain(person.email), plain(person.name)}:
                self._people.setdefault(way, []).append(self._by_id[person.id or 0])
        self._words = taxonomy.words(session)
        self._hidden = taxonomy.hidden_products(session, by)
        self._deals: dict[int, dict[str, set[int]]] = {}

    # ---- people

    def person(self, text: str) -> Colleague:
        """By mail address or by a name that only one has."""
        found = self._people.get(plain(text), [])
        if not found:
            raise HubError(_("没有“%(who)s”这个人。写他的邮箱，或先在“人员”里添加。") % {"who": text[:60]})
        here = [c for c in found if c.active] or found
        if len(here) > 1:
            raise HubError(_("有 %(n)s 个人叫“%(who)s”，请写邮箱。") % {"n": len(here), "who": text[:60]})
        return here[0]

    def must_be_here(self, person: Colleague) -> None:
        if not person.active:
            raise HubError(_("%(who)s 已离职，请写一位在职的同事来接。") % {"who": person.name})

    def is_here(self, person_id: int | None) -> bool:
        found = self._by_id.get(person_id or 0)
        return found is not None and found.active

    # ---- customers

    def customer(self, name: str, row: int) -> int:
        """The customer's id, or a number below zero for one that the sheet brings."""
        spelled = customers.loose(name)
        found = self.names.find(self.answers.get(spelled) or name)
        if found.customer_id is not None:
            return found.customer_id
        if found.like and spelled not in self.answers:
            asked = self.asks.setdefault(spelled, {"name": name, "like": list(found.like), "row": row})
            shown = "、".join(asked["like"][:NAMES_SHOWN])
            raise HubError(
                _("“%(name)s”是不是已有的“%(like)s”？先回答，再导入。") % {"name": name, "like": shown}
            )
        number = -1 - len(self.fresh)
        self.fresh[number] = " ".join(name.split())
        self.names.add(customers.Customer(id=number, name=self.fresh[number], created_at=clock.now()))
        return number

    def deal(self, session: Session, customer_id: int, text: str) -> int:
        """The opportunity of this customer by key, by `#` and its number, or by a title that only one has."""
        if customer_id not in self._deals:
            known = customers.opportunities(session, customer_id) if customer_id > 0 else []
            ways = self._deals.setdefault(customer_id, {})
            for said, number in [(w, d.id or 0) for d in known for w in (d.title, d.key, f"#{d.id}") if w]:
                ways.setdefault(plain(said), set()).add(number)
        found = self._deals[customer_id].get(plain(text), set())
        if not found:
            raise HubError(_("这家客户没有“%(deal)s”这个商机。") % {"deal": text[:60]})
        if len(found) > 1:
            raise HubError(
                _("这家客户有 %(n)s 个商机叫“%(deal)s”，请写商机编号。")
                % {"n": len(found), "deal": text[:60]}
            )
        return min(found)

    # ---- words of the taxonomy

    def product(self, text: str) -> str:
        found = self._words.match(text, ("product",))
        if found is None or found[1] in self._hidden:
            raise HubError(_("没有“%(product)s”这个产品。") % {"product": text[:60]})
        return found[1]

    def industry(self, text: str) -> str:
        found = self._words.match(text, ("industry",))
        if found is None:
            raise HubError(_("没有“%(word)s”这个行业，可以先在“分类”里加。") % {"word": text[:60]})
        return found[1]


def past(day: date) -> date:
    if day > clock.today():
        raise HubError(_("提出日期在将来，请检查。"))
    return day


def industries_of(session: Session, ids: set[int]) -> dict[int, str | None]:
    """Per customer, its industry: what a request without one takes over."""
    query = select(customers.Customer.id, customers.Customer.industry)
    return {int(i or 0): w for i, w in session.exec(query.where(col(customers.Customer.id).in_(ids))).all()}
