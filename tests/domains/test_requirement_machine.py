"""Random people do random things to requirements, in any order: what must hold holds after every step."""

from decimal import Decimal
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, select

from hub import notices, requirements
from hub.base.db import Database
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.requirements import FACTORS, FOLLOWS, Obligation, Request, RequestLink, RiceInput, Step
from tests.cast import Cast, hire, sort_by
from tests.domains.requirement_cast import asked_for, run_jobs, wanted

PEOPLE = ("lin", "zhou", "ting", "jun", "li", "ada")
MANAGES = {"jun", "ada"}
SAYS = {
    "reach": {"jun", "ada"},  # and who owns a request behind it
    "impact": {"jun", "ada"},
    "confidence": {"jun", "ada"},
    "effort": {"li"},
}
TOLD = {"planned", "declined", "shipped"}


class Loop(RuleBasedStateMachine):
    """One requirement, its requests, and everybody who may or may not act on it."""

    database: ClassVar[Database]
    cast: ClassVar[Cast]

    @initialize()
    def begin(self):
        engine = self.database.engine.execution_options(hub_mode="write")
        self.session = Session(engine, expire_on_commit=False)  # never committed: each example begins anew
        self.it = wanted(self.session, self.cast.jun)
        self.way, self.said, self.quotes, self.owners = ["new"], 0, [], set()

    def teardown(self):
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()

    @rule(who=st.sampled_from(PEOPLE), to=st.sampled_from(list(FOLLOWS)), words=st.booleans())
    def move(self, who, to, words):
        state, score = self.it.state, self.it.score
        text = "写明了" if words else ""
        needs = {"planned", "declined", "parked", "shipped", "reopened", "retired"}
        needs |= {"in_review"} if state != "scored" else set()
        try:
            requirements.move(
                self.session,
                self.it,
                to,
                by=getattr(self.cast, who),
                note=text,
                quarter="2026Q4",
                outcome_words=text,
                limits=text,
            )
        except NotAllowed:
            assert who not in MANAGES
        except Conflict:
            assert to not in FOLLOWS[state] or to == "launched"
        except HubError:
            assert (to in needs and not words) or (to == "scored" and score is None)
        else:
            assert who in MANAGES
            assert to in FOLLOWS[state]
            self.way.append(to)
        assert self.it.state == self.way[-1]

    @rule(
        who=st.sampled_from(PEOPLE),
        factor=st.sampled_from(FACTORS),
        value=st.sampled_from(["0", "0.5", "1", "50", "80", "100", "65"]),
    )
    def say(self, who, factor, value):
        state = self.it.state
        allowed = who in SAYS[factor] or (factor == "reach" and who in self.owners)
        try:
            requirements.set_input(self.session, self.it, factor, Decimal(value), by=getattr(self.cast, who))
        except NotAllowed:
            assert not allowed
        except Conflict:
            assert state in {"shipped", "retired"}
        except HubError:
            assert value == "0" or factor in {"impact", "confidence"}
        else:
            assert allowed
            self.said += 1
            if state == "new" and self.it.score is not None:
                self.way.append("scored")

    @rule(who=st.sampled_from(["lin", "zhou"]))
    def ask(self, who):
        quote = f"第 {len(self.quotes)} 句 "
        asked_for(self.session, getattr(self.cast, who), self.it, customer=f"{who} 的客户", quote=quote)
        self.quotes.append(quote.strip())
        self.owners.add(who)

    @rule()
    def work(self):
        run_jobs(self.session)

    @rule(who=st.sampled_from(["lin", "zhou", "ting", "li"]))
    def tell(self, who):
        person = getattr(self.cast, who)
        for duty in requirements.owed(self.session, person):
            requirements.told(
                self.session, requirements.get_obligation(self.session, duty.id, person), by=person
            )
        assert requirements.owed(self.session, person) == []

    @rule(who=st.sampled_from(PEOPLE))
    def bin_and_back(self, who):
        person = getattr(self.cast, who)
        try:
            requirements.trash(self.session, self.it, by=person)
        except NotAllowed:
            assert who not in MANAGES
        else:
            requirements.restore(self.session, self.it, by=person)
        assert self.it.deleted_at is None

    @invariant()
    def no_history_is_lost(self):
        if not hasattr(self, "session"):
            return
        steps = self.session.exec(select(Step).order_by(Step.id)).all()
        assert [s.to_state for s in steps] == self.way
        assert [s.from_state for s in steps[1:]] == self.way[:-1]
        assert len(self.session.exec(select(RiceInput)).all()) == self.said
        assert [r.quote for r in self.session.exec(select(Request).order_by(Request.id))] == self.quotes
        assert all(link.ended_at is None for link in self.session.exec(select(RequestLink)))

    @invariant()
    def the_score_is_that_of_the_newest_inputs(self):
        if not hasattr(self, "session"):
            return
        newest = {}
        for said in self.session.exec(select(RiceInput).order_by(RiceInput.id)):
            newest[said.factor] = said.value
        assert self.it.score == requirements.score(newest)

    @invariant()
    def everybody_who_asked_has_been_told_once_of_the_state_that_counts(self):
        if not hasattr(self, "session"):
            return
        run_jobs(self.session)
        told = self.session.exec(select(notices.Notice)).all()
        asked = {getattr(self.cast, who).id for who in self.owners}
        inside = [n for n in told if n.person_id not in asked]
        assert {(n.person_id, n.key) for n in inside} <= {
            (self.cast.jun.id, key) for key in ("staff_launched", "staff_reopened")
        }
        if self.it.state in TOLD:
            latest = [n for n in told if n.key == f"requirement_{self.it.state}"]
            assert {n.person_id for n in latest} == asked
            assert len({(n.person_id, n.event) for n in told}) == len(told)
            rows = self.session.exec(select(Obligation).where(Obligation.milestone == self.it.state)).all()
            assert len(rows) == len(self.quotes)
            assert all(o.state in {"open", "told"} for o in rows)
        still_open = self.session.exec(select(Obligation).where(Obligation.state == "open")).all()
        after = {"planned": {"planned", "building"}}
        assert all(self.it.state in after.get(o.milestone, {o.milestone}) for o in still_open)


Loop.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.long
class TestLoop(Loop.TestCase):  # type: ignore[misc, valid-type, name-defined]
    """The machine on a hub with its cast, set up once."""

    @pytest.fixture(autouse=True)
    def _house(self, wiring):
        with wiring.database.write() as session:
            sort_by(session)
            Loop.cast = hire(session)
        Loop.database = wiring.database
