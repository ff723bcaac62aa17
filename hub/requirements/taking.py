"""Taking in what `planning` planned, a batch of rows in one transaction, and giving it back. Nobody is told anything:
customers who ask for what is decided or launched already are open in their seller's list, without a notice.

What an import did stands in its lines until somebody edits the thing; what was edited since is kept by an undo.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base.i18n import _
from hub.requirements import actions, cells, effort, rules, scoring
from hub.requirements.incoming import moment
from hub.requirements.models import (
    FACTORS,
    Obligation,
    Regrouping,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    SheetImport,
    SheetLine,
    Step,
)
from hub.requirements.planning import PAST_REVIEW, Planned, Planner, differs
from hub.requirements.rowfacts import industries_of

OF_REQUEST = (
    "key", "title", "product", "industry", "contact", "desired", "revenue", "currency", "customers", "urgency",
    "needed_by", "tags", "opportunity_id", "submitter_id", "owner_id", "cancelled_at",
)  # fmt: skip


class Taker:
    """Writes the rows of one import; `at` is when."""

    def __init__(self, imported: SheetImport, planner: Planner, by: accounts.Actor, at: datetime) -> None:
        """The planner is the one that planned the rows: it learns what is written meanwhile."""
        self.number, self.name = imported.id or 0, imported.file_name
        self._reason = imported.reason
        self.planner, self.by, self.at = planner, by, at
        self._keys: dict[str, int] = {}  # requirements that this sheet brought
        self._linked: set[tuple[int, int]] = set()  # what it linked: request and requirement

    def take(self, session: Session, batch: Sequence[Planned]) -> None:
        """Write what these rows add and change."""
        wanted = [p for p in batch if p.act in {"add", "change"}]
        self._customers(session, wanted)
        self._requirements(session, wanted)
        lines = self._requests(session, wanted)
        self._links(session, wanted, lines)
        self._rice(session, wanted)
        for request, line in lines.values():
            line.thing_id, line.mark = request.id or 0, mark(request)
            session.add(line)
        session.flush()

    def _line(self, session: Session, thing: str, thing_id: int | None, said: str = "") -> None:
        session.add(
            SheetLine(import_id=self.number, thing=thing, thing_id=thing_id or 0, made=True, mark=said)
        )

    def _customers(self, session: Session, wanted: Sequence[Planned]) -> None:
        fresh: dict[int, Planned] = {}
        for planned in wanted:
            if planned.customer < 0 and planned.customer not in self.planner.real:
                fresh.setdefault(planned.customer, planned)
        said = [
            (self.planner.house.fresh[n], p.facts.get("industry"), p.facts.get("owner_id"))
            for n, p in fresh.items()
        ]
        for number, made in zip(fresh, customers.make_many(session, said, by=self.by), strict=True):
            self.planner.real[number] = made.id or 0
            self._line(session, "customer", made.id)

    # ---- requirements that come with the sheet

    def _requirements(self, session: Session, wanted: Sequence[Planned]) -> None:
        for planned in wanted:
            if planned.brings and planned.brings not in self._keys:
                made = self._bring(session, planned)
                self._keys[made.key] = made.id or 0
                self._line(session, "requirement", made.id, f"{made.edition}:{made.state}")

    def _bring(self, session: Session, planned: Planned) -> Requirement:
        said = self.planner.brought[planned.brings].said
        since, state = self._since(planned), said.get("status", "new")
        made = Requirement(
            key=planned.brings,
            title=said.get("requirement_title") or planned.facts.get("title") or planned.values["quote"][:60],
            product=planned.facts.get("product"),
            state=state,
            quarter=said.get("quarter") or None,
            manager_id=self.by.id,
            created_at=since,
            updated_at=self.at,
            shipped_at=since if state == "shipped" else None,
        )
        session.add(made)
        session.flush()
        session.add(
            Step(
                requirement_id=made.id or 0, to_state=state, note=self._how(state), by_id=self.by.id, at=since
            )
        )
        for factor in FACTORS:
            if factor in said:
                session.add(self._input(made, factor, said[factor], since))
        session.flush()
        scoring.rescore(session, made)
        if "merged_into" in said:
            self._merge(session, made, said["merged_into"])
        actions.refresh(session, made)
        return made

    def _input(self, made: Requirement, factor: str, value: Decimal, at: datetime) -> RiceInput:
        return RiceInput(
            requirement_id=made.id or 0,
            factor=factor,
            value=value,
            unit=rules.UNITS[factor],
            reason=self._why(),
            by_id=self.by.id,
            at=at,
        )

    def _how(self, state: str) -> str:
        """What the history says of the state that a requirement came with."""
        if state not in PAST_REVIEW:
            return self._why()
        said = {"state": rules.STATE_LABELS[state], "why": self._why(), "reason": self._reason}
        return _("导入时已是“%(state)s”，没有经过评审会：%(reason)s（%(why)s）") % said

    def _why(self) -> str:
        return _("从 %(file)s 导入") % {"file": self.name}

    def _merge(self, session: Session, made: Requirement, into: str) -> None:
        target = session.exec(select(Requirement).where(Requirement.key == into)).one()
        made.merged_into_id = target.id
        moved = Regrouping(
            kind="merge", from_id=made.id, to_id=target.id, reason=self._why(), by_id=self.by.id, at=self.at
        )
        session.add_all([made, moved])
        session.flush()

    # ---- requests

    def _requests(self, session: Session, wanted: Sequence[Planned]) -> dict[str, tuple[Request, SheetLine]]:
        """The requests of these rows, with the line that says what was done, by what names them in the sheet."""
        own = industries_of(session, {self.planner.real_customer(p) for p in wanted})
        found: dict[str, tuple[Request, SheetLine]] = {}
        for planned in wanted:
            if planned.identity in found:
                continue
            kept = planned.request
            line = SheetLine(import_id=self.number, thing="request", thing_id=0, made=kept is None)
            if kept is None:
                kept = self._new(planned, own)
            else:
                line.before = {
                    n: _said(getattr(kept, n)) for n, v in planned.facts.items() if differs(kept, n, v)
                }
                self._hand_over(session, kept, planned)
                for name in line.before:
                    setattr(kept, name, planned.facts[name])
            session.add(kept)
            found[planned.identity] = (kept, line)
        session.flush()
        for planned in wanted:
            if planned.act == "add" and planned.values.get("status") == cells.CANCELLED:
                self._cancel(session, found[planned.identity][0])
        return found

    def _new(self, planned: Planned, own: dict[int, str | None]) -> Request:
        customer_id = self.planner.real_customer(planned)
        return Request(
            customer_id=customer_id,
            quote=planned.values["quote"],
            created_at=self._since(planned),
            **{"industry": own.get(customer_id), **planned.facts},
        )

    def _since(self, planned: Planned) -> datetime:
        said = planned.values.get("created_at")
        return min(moment(said), self.at) if said else self.at

    def _hand_over(self, session: Session, request: Request, planned: Planned) -> None:
        """Who owns it now is to tell the customer."""
        owner = planned.facts.get("owner_id", request.owner_id)
        if owner == request.owner_id:
            return
        query = select(Obligation).where(Obligation.request_id == request.id, Obligation.state == "open")
        for owed in session.exec(query).all():
            owed.owner_id = owner
            session.add(owed)

    def _cancel(self, session: Session, request: Request) -> None:
        request.cancelled_at = self.at
        moved = Regrouping(
            kind="cancel", request_id=request.id, reason=self._why(), by_id=self.by.id, at=self.at
        )
        session.add_all([request, moved])

    # ---- links and scores

    def _links(
        self, session: Session, wanted: Sequence[Planned], lines: dict[str, tuple[Request, SheetLine]]
    ) -> None:
        made: list[tuple[RequestLink, SheetLine]] = []
        touched: dict[int, Requirement] = {}
        standing = self._standing(session, wanted)
        for planned in wanted:
            if not planned.links:
                continue
            request, line = lines[planned.identity]
            kept = standing[self._number(planned)]
            target = standing[kept.merged_into_id or kept.id or 0]
            again = (request.id or 0, target.id or 0) in self._linked
            if again and (kept is target or (request.id or 0, kept.id or 0) in self._linked):
                continue
            made += [(k, line) for k in self._link(session, request, kept, target)]
            touched[target.id or 0] = target
            if planned.requirement is not None and not again:
                self._owe(session, request, target)
        session.flush()
        for link, line in made:
            line.before = {**line.before, "links": [*line.before.get("links", []), link.id]}
        for target in touched.values():
            actions.refresh(session, target)

    def _number(self, planned: Planned) -> int:
        """The id of the row's requirement."""
        return self._keys[planned.brings] if planned.brings else getattr(planned.requirement, "id", 0)

    def _standing(self, session: Session, wanted: Sequence[Planned]) -> dict[int, Requirement]:
        """The requirements of these rows, and those they were merged into, by id: two questions to the database."""
        ids = {self._number(p) for p in wanted if p.links}
        found = {r.id or 0: r for r in session.exec(select(Requirement).where(col(Requirement.id).in_(ids)))}
        into = {r.merged_into_id for r in found.values()} - {None, *found}
        more = session.exec(select(Requirement).where(col(Requirement.id).in_(into))).all() if into else []
        return found | {r.id or 0: r for r in more}

    def _link(
        self, session: Session, request: Request, kept: Requirement, target: Requirement
    ) -> list[RequestLink]:
        """The link; of a merged requirement also the one that the merge ended, so that it can be undone. Where another
        row of the sheet linked the request to the target, that one counts.
        """
        merge = None
        if kept is not target:
            query = select(Regrouping).where(
                Regrouping.from_id == kept.id, Regrouping.kind == "merge", col(Regrouping.undone_at).is_(None)
            )
            merge = session.exec(query).first()
        place = (request.id or 0, target.id or 0)
        found = []
        if place not in self._linked:
            found.append(self._row(request, target, made_by=merge.id if merge else None))
        elif merge is not None:
            self._came_by(session, place, merge)
        if merge is not None:
            found.append(self._row(request, kept, ended_by=merge.id, ended_at=self.at))
        self._linked |= {place, (request.id or 0, kept.id or 0)}
        session.add_all(found)
        return found

    def _came_by(self, session: Session, place: tuple[int, int], merge: Regrouping) -> None:
        """The link that is there came by this merge, unless by an earlier one."""
        query = select(RequestLink).where(
            RequestLink.request_id == place[0],
            RequestLink.requirement_id == place[1],
            col(RequestLink.ended_at).is_(None),
            col(RequestLink.made_by).is_(None),
        )
        for link in session.exec(query).all():
            link.made_by = merge.id
            session.add(link)

    def _row(self, request: Request, target: Requirement, **more: Any) -> RequestLink:
        return RequestLink(
            request_id=request.id or 0,
            requirement_id=target.id or 0,
            by_id=self.by.id,
            created_at=request.created_at,
            **more,
        )

    def _owe(self, session: Session, request: Request, target: Requirement) -> None:
        """What is decided already is to be told to this customer too."""
        milestone = "planned" if target.state == "building" else target.state
        if milestone in rules.MILESTONES and request.cancelled_at is None:
            session.add(
                Obligation(
                    request_id=request.id or 0,
                    requirement_id=target.id or 0,
                    milestone=milestone,
                    owner_id=request.owner_id,
                    created_at=self.at,
                )
            )

    def _rice(self, session: Session, wanted: Sequence[Planned]) -> None:
        for planned in wanted:
            if planned.requirement is None:
                continue
            number = planned.requirement.id or 0
            for nth, factor in enumerate(FACTORS):
                if factor in planned.values and _newest(session, number, factor) != planned.values[factor]:
                    said = scoring.set_input(
                        session,
                        planned.requirement,
                        factor,
                        planned.values[factor],
                        unit=effort.DAYS if factor == "effort" else "",
                        reason=self._why(),
                        by=self.by,
                        at=self.at + timedelta(microseconds=nth),
                    )
                    self._line(session, "rice", said.id)


def _newest(session: Session, requirement_id: int, factor: str) -> Decimal | None:
    query = select(RiceInput).where(RiceInput.requirement_id == requirement_id, RiceInput.factor == factor)
    newest = session.exec(query.order_by(col(RiceInput.at).desc(), col(RiceInput.id).desc())).first()
    return newest.value if newest is not None else None


def _said(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, str | int | list) else value.isoformat()


def mark(request: Request) -> str:
    """What tells whether the request is still as it was left."""
    said = [_said(getattr(request, n)) for n in OF_REQUEST]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
