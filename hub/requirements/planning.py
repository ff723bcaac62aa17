"""What the rows of a sheet of requests would do here, before anything is written: each row adds a request, changes one,
changes nothing, or is bad, with a sentence for each cell.

A request is known again by its external key; by `#` and its number (what our own export writes for one without a key);
else by its customer and the customer's words. Several rows of one request stand for several requirements that cover it.
A requirement that is there keeps its state, quarter and title: those change in the review meeting, not in a sheet.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.requirements import cells, queries, rules
from hub.requirements.models import FACTORS, Request, RequestLink, Requirement, RiceInput
from hub.requirements.rowfacts import House, past
from hub.requirements.scoring import may_set

OWN_KEY = "#"
# States that a requirement may have when a sheet brings it: all but those that only the hub finds out.
BRINGS = tuple(s for s in rules.STATE_LABELS if s not in {"launched", "reopened"})
# It takes a review to come to these.
PAST_REVIEW = ("planned", "parked", "declined", "building", "shipped", "retired")
PLAIN = ("title", "desired", "revenue", "currency", "customers", "urgency", "needed_by", "tags")
OF_REQUIREMENT = ("requirement_title", "status", "quarter", *FACTORS, "merged_into")


@dataclass
class Planned:
    """One row and what it would do: `act` is add, change, same or bad. `facts` are the columns of the request, without
    the customer; `customer` is below zero for one that comes with the sheet.
    """

    row: int
    values: dict[str, Any]
    wrong: dict[str, str]
    act: str = "same"
    facts: dict[str, Any] = field(default_factory=dict)
    customer: int = 0
    identity: str = ""
    request: Request | None = None
    requirement: Requirement | None = None
    brings: str = ""  # the key of a requirement that comes with the sheet
    links: bool = False

    def refuse(self, name: str, said: str) -> None:
        self.wrong.setdefault(name, said)
        self.act = "bad"


@dataclass
class Brought:
    """A requirement that the sheet brings: what its rows say of it together, and the first of them."""

    row: int
    said: dict[str, Any]


class Planner:
    """Plans the rows of one sheet, batch by batch in their order; remembers what earlier rows have brought."""

    def __init__(self, session: Session, by: accounts.Actor, answers: dict[str, str]) -> None:
        """See `House` for `answers`."""
        self.by = by
        self.house = House(session, by, answers)
        self.real: dict[int, int] = {}  # numbers of customers that were written meanwhile
        self.brought: dict[str, Brought] = {}
        self.named: dict[int, str] = {}  # requests without a key, and which key of the sheet they get
        self._rows: dict[
            str, tuple[int, str]
        ] = {}  # per request of the sheet, its first row and what that said

    def plan(self, session: Session, rows: Sequence[tuple[int, dict[str, str]]]) -> list[Planned]:
        """The rows, each with its row number and the texts of its cells by field."""
        found = [self._read(session, number, row) for number, row in rows]
        there = _Lookup(session, found, self)
        for planned in found:
            if not planned.wrong:
                self._judge(planned, there)
            if planned.wrong:
                planned.act = "bad"
        return found

    @property
    def decided(self) -> int:
        """How many requirements the sheet brings that somebody has decided already."""
        return sum(b.said.get("status") in PAST_REVIEW for b in self.brought.values())

    # ---- the cells by themselves

    def _read(self, session: Session, number: int, row: dict[str, str]) -> Planned:
        values, wrong = cells.read(row)
        planned = Planned(number, values, wrong)
        for name, take in (
            ("customer", lambda v: self.house.customer(v, number)),
            ("product", self.house.product),
            ("industry", self.house.industry),
            ("created_at", past),
            ("submitter", self.house.person),
            ("owner", self.house.person),
        ):
            self._take(planned, name, take)
        if "opportunity" in values and isinstance(values.get("customer"), int):
            self._take(planned, "opportunity", lambda v: self.house.deal(session, self._real(planned), v))
        planned.customer = values["customer"] if isinstance(values.get("customer"), int) else 0
        planned.facts = {n: values[n] for n in (*PLAIN, "product", "industry") if n in values}
        for name, column in (("submitter", "submitter_id"), ("owner", "owner_id")):
            if name in values and name not in wrong:
                planned.facts[column] = values[name].id
        if "opportunity" in values and "opportunity" not in wrong:
            planned.facts["opportunity_id"] = values["opportunity"]
        return planned

    def _take(self, planned: Planned, name: str, take: Any) -> None:
        if name in planned.values:
            try:
                planned.values[name] = take(planned.values[name])
            except HubError as error:
                planned.refuse(name, error.message)

    def _real(self, planned: Planned) -> int:
        said: int = planned.values["customer"]
        return self.real.get(said, said)

    def real_customer(self, planned: Planned) -> int:
        """The customer as the database knows it; below zero while it is not written."""
        return self.real.get(planned.customer, planned.customer)

    # ---- the row as a whole

    def _judge(self, planned: Planned, there: "_Lookup") -> None:
        there.find_request(planned)
        if planned.wrong:
            return
        before = self._rows.get(planned.identity)
        said = _digest(planned)
        if planned.request is not None:
            self._known(planned)
        elif before is None:
            self._new(planned)
        if before is not None and before[1] != said:
            planned.refuse("key", _("和第 %(row)s 行是同一条诉求，内容却不一样。") % {"row": before[0]})
        self._covering(planned, there)
        if planned.wrong:
            return
        self._rows.setdefault(planned.identity, (planned.row, said))
        if planned.request is None and before is None:
            planned.act = "add"
        elif planned.links or self._changes(planned) or planned.act == "change":
            planned.act = "change"

    def _changes(self, planned: Planned) -> bool:
        kept = planned.request
        return kept is not None and any(differs(kept, n, v) for n, v in planned.facts.items())

    def _new(self, planned: Planned) -> None:
        planned.facts.setdefault("submitter_id", self.by.id)
        owner = planned.facts.get("owner_id", planned.facts["submitter_id"])
        if owner is not None and not self.house.is_here(owner):
            who = planned.values.get("owner") or planned.values.get("submitter")
            name = who.name if who is not None else self.by.name
            planned.refuse("owner", _("%(who)s 已离职，请在“负责人”里写一位在职的同事来接。") % {"who": name})
        planned.facts["owner_id"] = owner

    def _known(self, planned: Planned) -> None:
        """What may change about a request that is there: everything but the customer and the customer's words."""
        kept = planned.request
        if kept is None:
            return
        if cells.words(kept.quote) != planned.values["quote"]:
            planned.refuse("quote", _("客户原话不能改写。要记新的话，另写一条。"))
        if kept.customer_id != self.real_customer(planned):
            planned.refuse("customer", _("这条诉求是另一家客户的，客户不能改。"))
        owner = planned.facts.get("owner_id")
        if owner is not None and owner != kept.owner_id:
            try:
                self.house.must_be_here(planned.values["owner"])
            except HubError as error:
                planned.refuse("owner", error.message)
        said = planned.values.get("created_at")
        if said is not None and said != clock.today(kept.created_at):
            planned.refuse("created_at", _("提出日期不能改。"))

    # ---- the requirement of the row

    def _covering(self, planned: Planned, there: "_Lookup") -> None:
        key = planned.values.get("requirement")
        if key is None:
            self._alone(planned)
        elif key in there.hidden:
            planned.refuse("requirement", _("没有这条需求，或您没有权限看它。"))
        elif key in there.requirements and key not in self.brought:
            self._standing(planned, there.requirements[key], there)
        else:
            self._bringing(planned, key, there)

    def _alone(self, planned: Planned) -> None:
        """A request that no requirement covers: it may have been taken back."""
        said = planned.values.get("status")
        for name in ("requirement_title", "quarter", *FACTORS, "merged_into"):
            if name in planned.values:
                planned.refuse(name, _("先写“需求编号”，这一格说的是哪条需求。"))
        gone = planned.request is not None and planned.request.cancelled_at is not None
        if said == cells.CANCELLED and planned.request is not None and not gone:
            planned.refuse("status", _("撤回诉求请到它的页面上做，要写原因。"))
        if said not in {None, "new", cells.CANCELLED}:
            planned.refuse("status", _("先写“需求编号”，这一格说的是哪条需求。"))

    def _standing(self, planned: Planned, kept: Requirement, there: "_Lookup") -> None:
        """A requirement that is there: the row links to it and may set RICE by whoever may; nothing else of it."""
        said = planned.values
        if kept.deleted_at is not None:
            planned.refuse("requirement", _("这条需求在回收站里，先恢复它。"))
        into = there.keys.get(kept.merged_into_id or 0, "")
        if said.get("merged_into", into) != into or (into and "merged_into" not in said):
            planned.refuse("merged_into", _("合并要在需求页上做；已经并掉的，请写它并入的那一条。"))
        for name, now in (
            ("status", kept.state),
            ("quarter", kept.quarter),
            ("requirement_title", kept.title),
        ):
            if said.get(name, now) != now:
                said_here = {"now": _shown(now)}
                planned.refuse(name, _("站内是“%(now)s”，不能用表格改，请到需求页或评审会上改。") % said_here)
        self._scores(planned, kept, there)
        gone = planned.request is not None and planned.request.cancelled_at is not None
        if gone:
            planned.refuse("requirement", _("这条诉求已经撤回。要重新提，请先在诉求页上点“恢复”。"))
        number = kept.merged_into_id or kept.id or 0
        planned.requirement = kept
        planned.links = planned.request is None or (planned.request.id or 0, number) not in there.links

    def _scores(self, planned: Planned, kept: Requirement, there: "_Lookup") -> None:
        """RICE that differs is set by whoever may set it on the page, and as long as it may be."""
        for factor in FACTORS:
            said = planned.values.get(factor)
            if said is None or there.rice.get((kept.id or 0, factor)) == said:
                continue
            planned.act = "change"
            if not may_set(there.session, kept, factor, self.by) or kept.state in rules.SCORED_NO_MORE:
                planned.refuse(factor, _("这一项您不能用表格改：谁来评分，看需求页上的 RICE。"))

    def _bringing(self, planned: Planned, key: str, there: "_Lookup") -> None:
        """A requirement that comes with the sheet: its rows together say what it is."""
        said = {n: planned.values[n] for n in OF_REQUIREMENT if n in planned.values}
        known = self.brought.get(key)
        if known is None:
            self._must_be_whole(planned, said)
        else:
            for name, value in said.items():
                if known.said.get(name, value) != value:
                    planned.refuse(name, _("和第 %(row)s 行写的不一样。") % {"row": known.row})
        into = said.get("merged_into")
        if into and not self._can_take(into, key, there):
            planned.refuse("merged_into", _("要并入的那条需求还没有，或它自己已经并掉。先写那一条。"))
        if planned.wrong:
            return
        self.brought.setdefault(key, Brought(planned.row, {})).said.update(said)
        planned.brings, planned.links = key, True

    def _can_take(self, into: str, key: str, there: "_Lookup") -> bool:
        if into == key:
            return False
        if into in self.brought:
            return "merged_into" not in self.brought[into].said
        kept = there.requirements.get(into)
        return (
            kept is not None
            and kept.deleted_at is None
            and kept.merged_into_id is None
            and kept.state != "retired"
        )

    def _must_be_whole(self, planned: Planned, said: dict[str, Any]) -> None:
        state = said.get("status", "new")
        if state not in BRINGS:
            planned.refuse("status", _("“已上市”“重新打开”由系统认定；写“已发布”，素材齐了自然上市。"))
        if state in {"planned", "building"} and not said.get("quarter"):
            planned.refuse("quarter", _("规划要写明季度，例如 2026Q4。"))
        if state == "scored" and any(f not in said for f in FACTORS):
            planned.refuse("status", _("RICE 四项还没填齐，先补上再算“已评分”。"))


def differs(kept: Request, name: str, value: Any) -> bool:
    """True when the sheet says something else; line ends are no difference."""
    now = getattr(kept, name)
    return bool((cells.words(now) if isinstance(now, str) else now) != value)


def _shown(value: object) -> str:
    return str(rules.STATE_LABELS.get(str(value), value or "-"))


def _digest(planned: Planned) -> str:
    """What a row says of its request, so that two rows of one request can be compared."""
    names = (*PLAIN, "quote", "product", "industry", "created_at", "opportunity")
    said = [str(planned.values.get(n)) for n in names]
    said += [str(getattr(planned.values.get(n), "id", None)) for n in ("submitter", "owner")]
    return hashlib.sha256(json.dumps([*said, planned.customer]).encode()).hexdigest()


class _Lookup:
    """What the database knows of a batch: a handful of questions however many rows there are."""

    def __init__(self, session: Session, batch: Sequence[Planned], planner: Planner) -> None:
        self.session, self.planner = session, planner
        self._requests(batch)
        self._requirements(batch)

    def _requests(self, batch: Sequence[Planned]) -> None:
        named = [str(p.values["key"]) for p in batch if p.values.get("key")]
        own = [int(k[1:]) for k in named if _is_own(k)]
        open_to = queries.request_visible(self.planner.by)
        seen = select(Request, open_to)
        self._keyed = {
            str(r.key): (r, bool(v)) for r, v in self.session.exec(seen.where(col(Request.key).in_(named)))
        }
        self._numbered = {r.id: r for r, v in self.session.exec(seen.where(col(Request.id).in_(own))) if v}
        loose = [p for p in batch if p.customer and "quote" in p.values]
        spoken = select(Request).where(
            col(Request.customer_id).in_({self.planner.real_customer(p) for p in loose}),
            col(Request.quote).in_({p.values["quote"] for p in loose}),
            col(Request.deleted_at).is_(None),
        )
        self._said: dict[tuple[int | None, str], Request] = {}
        for request in self.session.exec(spoken.order_by(col(Request.id))):
            self._said.setdefault((request.customer_id, request.quote), request)
        known = [r for r, _v in self._keyed.values()] + [*self._numbered.values(), *self._said.values()]
        linked = select(RequestLink.request_id, RequestLink.requirement_id).where(
            col(RequestLink.request_id).in_({r.id for r in known}), col(RequestLink.ended_at).is_(None)
        )
        self.links = set(self.session.exec(linked).all())

    def find_request(self, planned: Planned) -> None:
        """Say which request the row means, and what names it within the sheet."""
        key = str(planned.values.get("key") or "")
        real = self.planner.real_customer(planned)
        quote = planned.values["quote"]
        if key and not _is_own(key):
            request, open_to = self._keyed.get(key, (None, True))
            planned.identity = f"key {key}"
            if request is not None and (not open_to or request.deleted_at is not None):
                planned.refuse("key", _("这个编号已经有人用了，请换一个，或请管理员来导入这一行。"))
                return
            planned.facts["key"] = key
            planned.request = request or self._unnamed(real, quote, planned.identity)
            return
        known = self._numbered.get(int(key[1:])) if key else None
        same = known is not None and known.customer_id == real and cells.words(known.quote) == quote
        planned.request = known if same else self._said.get((real, quote))
        planned.identity = (
            f"number {planned.request.id}"
            if planned.request is not None
            else f"said {planned.customer} {hashlib.sha256(quote.encode()).hexdigest()}"
        )

    def _unnamed(self, customer_id: int, quote: str, identity: str) -> Request | None:
        """A request in these words that has no key yet gets the first that the sheet has for it."""
        found = self._said.get((customer_id, quote))
        if found is None or found.key is not None:
            return None
        return found if self.planner.named.setdefault(found.id or 0, identity) == identity else None

    def _requirements(self, batch: Sequence[Planned]) -> None:
        named = {p.values[n] for p in batch for n in ("requirement", "merged_into") if n in p.values}
        query = select(Requirement, accounts.readable("requirement", Requirement.id, self.planner.by))
        found = self.session.exec(query.where(col(Requirement.key).in_(named))).all()
        self.requirements = {r.key: r for r, open_to in found if open_to}
        self.hidden = {r.key for r, open_to in found if not open_to}
        ids = [r.id or 0 for r in self.requirements.values()]
        into = select(Requirement).where(
            col(Requirement.id).in_({r.merged_into_id for r in self.requirements.values()} - {None}),
            queries.visible(self.planner.by),
        )
        self.keys = {r.id or 0: r.key for r in self.session.exec(into)}
        said = select(RiceInput).where(col(RiceInput.requirement_id).in_(ids))
        ordered = self.session.exec(said.order_by(col(RiceInput.at), col(RiceInput.id))).all()
        self.rice = {(i.requirement_id, i.factor): i.value for i in ordered}


def _is_own(key: str) -> bool:
    return key.startswith(OWN_KEY) and key[1:].isascii() and key[1:].isdigit() and len(key) < 12  # noqa: PLR2004
