"""Random people merge, split, cancel, undo and launch in any order: no request is lost and nobody hears twice."""

from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session, col, select

from hub import notices, requirements
from hub.base import clock
from hub.base.db import Database
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.requirements import Obligation, Regrouping, Request, RequestLink, Requirement, Step
from tests.cast import Cast, hire, on_offer, sort_by
from tests.domains.requirement_cast import LIMITS, WORDS, asked_for, run_jobs, scored, wanted

MANAGES = {"jun", "ada"}
MOST_REQUIREMENTS = 6
nth = st.integers(min_value=0, max_value=5)


class Regroup(RuleBasedStateMachine):
    """Three requirements and what people do to the links between them and the requests."""

    database: ClassVar[Database]
    cast: ClassVar[Cast]

    @initialize()
    def begin(self):
        engine = self.database.engine.execution_options(hub_mode="write")
        self.session = Session(engine, expire_on_commit=False)  # never committed: each example begins anew
        self.at, self.links, self.steps, self.asked = clock.now(), 0, 0, 0
        self.material = [on_offer(self.session, self.cast, f"素材 {n}").id or 0 for n in range(2)]
        for n in range(3):
            asked_for(
                self.session,
                (self.cast.lin, self.cast.zhou)[n % 2],
                wanted(self.session, self.cast.jun, title=f"需求 {n}"),
                customer=f"客户 {n}",
                quote=f"第 {n} 家的原话",
            )
            self.asked += 1

    def teardown(self):
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()

    def alive(self):
        query = select(Requirement).where(col(Requirement.deleted_at).is_(None)).order_by(Requirement.id)
        return list(self.session.exec(query).all())

    def pick(self, number):
        found = self.alive()
        return found[number % len(found)]

    def active(self):
        links = self.session.exec(select(RequestLink).where(col(RequestLink.ended_at).is_(None))).all()
        return sorted((k.request_id, k.requirement_id) for k in links)

    def picture(self):
        """What undoing has to give back."""
        found = {r.id: (r.state, r.merged_into_id) for r in self.alive()}
        owed = self.session.exec(select(Obligation).where(Obligation.state == "open")).all()
        return self.active(), found, sorted((o.request_id, o.requirement_id, o.milestone) for o in owed)

    @rule(who=st.sampled_from(["jun", "ada", "lin"]), a=nth, b=nth, back=st.booleans())
    def merge(self, who, a, b, back):
        run_jobs(self.session)
        source, target, before = self.pick(a), self.pick(b), self.picture()
        had = source.merged_into_id
        try:
            moved = requirements.merge(self.session, source, target, by=getattr(self.cast, who))
        except NotAllowed:
            assert who == "lin"
        except (Conflict, HubError):
            assert self.picture() == before
        else:
            assert who in MANAGES
            assert source.merged_into_id == target.id
            if back and had is None:
                requirements.undo(self.session, moved, by=self.cast.jun)
                run_jobs(self.session)
                assert self.picture() == before

    @precondition(lambda self: len(self.alive()) < MOST_REQUIREMENTS)
    @rule(a=nth, stays=st.booleans(), back=st.booleans())
    def split(self, a, stays, back):
        run_jobs(self.session)
        source, before = self.pick(a), self.picture()
        ids = [r for r, q in self.active() if q == source.id][:1]
        try:
            moved = requirements.split(
                self.session, source, ids, title="拆出来的", stays=stays, by=self.cast.jun
            )
        except (Conflict, HubError):
            assert self.picture() == before
        else:
            if back:
                requirements.undo(self.session, moved, by=self.cast.jun)
                run_jobs(self.session)
                assert self.picture() == before

    @rule(number=nth, back=st.booleans())
    def cancel(self, number, back):
        run_jobs(self.session)
        found = self.session.exec(select(Request).order_by(Request.id)).all()
        request, before = found[number % len(found)], self.picture()
        had = request.cancelled_at
        moved = requirements.cancel(self.session, request, reason="客户不要了", by=self.cast.jun)
        assert not [r for r, _q in self.active() if r == request.id]
        if back and had is None:
            requirements.undo(self.session, moved, by=self.cast.jun)
            run_jobs(self.session)
            assert self.picture() == before

    @rule(number=nth)
    def undo(self, number):
        found = self.session.exec(select(Regrouping).order_by(Regrouping.id)).all()
        if found:
            requirements.undo(self.session, found[number % len(found)], by=self.cast.ada)

    @rule(who=st.sampled_from(["lin", "zhou"]), a=nth)
    def ask(self, who, a):
        requirement, quote = self.pick(a), f"第 {self.asked} 句"
        if requirement.merged_into_id is None:
            asked_for(self.session, getattr(self.cast, who), requirement, customer="新客户", quote=quote)
            self.asked += 1

    @rule(a=nth)
    def forward(self, a):
        requirement = self.pick(a)
        try:
            if requirement.state == "new":
                scored(self.session, self.cast, requirement)
                return
            to = requirements.FOLLOWS[requirement.state][0]
            requirements.move(
                self.session, requirement, to, note="因为", quarter="2026Q4", outcome_words=WORDS,
                limits=LIMITS, by=self.cast.jun,
            )  # fmt: skip
        except Conflict:
            assert requirement.merged_into_id is not None

    @rule(a=nth)
    def bring_material(self, a):
        requirement = self.pick(a)
        if requirement.merged_into_id is not None:
            return
        for role, asset in zip(("faq", "limits_note"), self.material, strict=True):
            requirements.attach(self.session, requirement, asset, role=role, by=self.cast.ting)
        for quote in requirements.view(self.session, requirement, self.cast.ada).quotes:
            request = requirements.get_request(self.session, quote.id, self.cast.ada)
            requirements.answer(self.session, requirement, request, "这样回答", by=self.cast.jun)

    @rule(days=st.integers(min_value=1, max_value=40))
    def time_passes(self, days):
        self.at += timedelta(days=days)

    @rule()
    def work(self):
        """Launched as the gate says, at the moment of the job, and never taken back by one."""
        run_jobs(self.session, at=self.at)
        for r in self.alive():
            before = r.state
            holds = all(line.passes for line in requirements.gate(self.session, r, at=self.at))
            launched = requirements.consider(self.session, r.id or 0, at=self.at)
            assert launched == (before == "shipped" and holds and r.merged_into_id is None)
            assert r.state == ("launched" if launched else before)
            if r.state == "launched" and r.merged_into_id is None:
                assert bool(r.attention) is not holds
        run_jobs(self.session, at=self.at)

    @invariant()
    def no_request_is_lost(self):
        if not hasattr(self, "session"):
            return
        active, standing = self.active(), {r.id for r in self.alive() if r.merged_into_id is None}
        assert len(active) == len(set(active))
        assert {q for _r, q in active} <= standing
        wanted_ids = {
            r.id for r in self.session.exec(select(Request).where(col(Request.cancelled_at).is_(None)))
        }
        assert {r for r, _q in active} == wanted_ids

    @invariant()
    def every_request_shows_its_owner_how_far_it_is(self):
        """Where it stands is the least advanced of what covers it; withdrawn, nothing covers it."""
        if not hasattr(self, "session"):
            return
        order, active = [*requirements.WAY, "reopened", "retired"], self.active()
        states = {r.id: r.state for r in self.alive()}
        for request in self.session.exec(select(Request)).all():
            (seen,) = requirements.as_asked(self.session, [request], self.cast.lin)
            covered = [states[q] for r, q in active if r == request.id]
            assert bool(covered) == (request.cancelled_at is None)
            if covered:
                assert seen.stage is not None
                assert seen.stage[0] in covered
                assert seen.stage[1:] == (covered.count("launched"), len(covered))
            if covered and set(covered) <= set(order):
                assert order.index(seen.stage[0]) == min(order.index(s) for s in covered)

    @invariant()
    def whoever_asked_has_heard_what_was_decided(self):
        """However the request came to the requirement: by asking, by a merge, by a split, or back by an undoing."""
        if not hasattr(self, "session"):
            return
        run_jobs(self.session, at=self.at)
        told = self.session.exec(select(notices.Notice)).all()
        owners = {r.id: r.owner_id for r in self.session.exec(select(Request)).all()}
        decided = {
            r.id: r.state for r in self.alive() if r.state in {"planned", "declined", "shipped", "launched"}
        }
        for request, requirement in self.active():
            if requirement in decided:
                event = f"requirement:{requirement}:{decided[requirement]}"
                heard = {n.person_id for n in told if n.event == event or n.event.startswith(f"{event}:")}
                assert owners[request] in heard

    @invariant()
    def there_are_no_chains(self):
        if not hasattr(self, "session"):
            return
        into = {r.id: r.merged_into_id for r in self.alive()}
        assert all(into.get(target) is None for target in into.values() if target is not None)

    @invariant()
    def history_only_grows(self):
        if not hasattr(self, "session"):
            return
        links = len(self.session.exec(select(RequestLink.id)).all())
        steps = len(self.session.exec(select(Step.id)).all())
        assert links >= self.links
        assert steps >= self.steps
        self.links, self.steps = links, steps
        assert len(self.session.exec(select(Request.id)).all()) == self.asked

    @invariant()
    def nobody_hears_twice_and_only_who_asked_owes(self):
        if not hasattr(self, "session"):
            return
        told = [(n.person_id, n.event) for n in self.session.exec(select(notices.Notice))]
        assert len(told) == len(set(told))
        active = set(self.active())
        owed = self.session.exec(select(Obligation).where(Obligation.state == "open")).all()
        assert {(o.request_id, o.requirement_id) for o in owed} <= active


Regroup.TestCase.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.long
class TestRegroup(Regroup.TestCase):  # type: ignore[misc, valid-type, name-defined]
    """The machine on a hub with its cast, set up once."""

    @pytest.fixture(autouse=True)
    def _house(self, wiring):
        with wiring.database.write() as session:
            sort_by(session)
            Regroup.cast = hire(session)
        Regroup.database = wiring.database
