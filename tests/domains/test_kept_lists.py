"""Lists of requirements and requests are read once for all who see the same: nobody is shown another one's."""

import pytest

from hub import accounts, customers, requirements
from hub.requirements import Filter
from tests.domains.requirement_cast import asked_for, wanted
from tests.test_queries import counted


@pytest.fixture
def pool(wiring, cast) -> dict[str, int]:
    """Two requirements, one of them for Lin only; behind both a request of Lin, of a confidential customer."""
    with wiring.database.write() as session:
        plain = wanted(session, cast.jun, title="人人看得到", quarter="2026Q4")
        secret = wanted(
            session, cast.jun, title="只给林晓", quarter="2027Q1", restricted_to=([], [cast.lin.id])
        )
        asked = asked_for(session, cast.lin, customer="保密客户")
        requirements.link(session, asked, plain, by=cast.jun)
        requirements.link(session, asked, secret, by=cast.jun)
        hidden = session.get_one(customers.Customer, asked.customer_id)
        hidden.confidential = True
        session.add(hidden)
        accounts.set_readers(session, "customer", hidden.id, frozenset({"admin"}))
    return {"plain": plain.id, "secret": secret.id, "asked": asked.id}


def looked(wiring, by: accounts.Actor) -> tuple[object, ...]:
    """What the lists show this person."""
    with wiring.database.read() as session:
        rows, total = requirements.find(session, by, Filter())
        asked, in_all = requirements.asked(session, by, which="all")
        return (
            {r.title: r.demand.requests for r in rows},
            total,
            requirements.counts(session, by, Filter()).get("new", 0),
            requirements.quarters_in_use(session, by),
            [(a.customer, [k for _key, k, _state in a.keys]) for a in asked],
            in_all,
        )


def test_each_sees_what_is_theirs_whoever_looked_before(wiring, cast, pool):
    for _twice in range(2):
        own = looked(wiring, cast.lin)
        assert own[0] == {"人人看得到": 1, "只给林晓": 1}
        assert own[1:4] == (2, 2, ["2026Q4", "2027Q1"])
        assert own[4:] == ([("保密客户", ["人人看得到", "只给林晓"])], 1)

        others = looked(wiring, cast.zhou)
        assert others[0] == {"人人看得到": 0}
        assert others[1:] == (1, 1, ["2026Q4"], [], 0)

        everything = looked(wiring, cast.ada)
        assert everything[0] == {"人人看得到": 1, "只给林晓": 1}
        assert everything[5] == 1


def test_what_was_read_for_one_serves_all_who_see_the_same(wiring, cast, pool):
    looked(wiring, cast.zhou)

    with counted(wiring) as sent:
        looked(wiring, cast.min)

    assert [s for s in sent if "FROM requirement" in s or "FROM request" in s] == []


def test_a_change_shows_at_the_next_look(wiring, cast, pool):
    assert looked(wiring, cast.zhou)[1] == 1

    with wiring.database.write() as session:
        wanted(session, cast.jun, title="刚建的")
        found = session.get_one(requirements.Requirement, pool["secret"])
        requirements.edit(
            session,
            found,
            requirements.Fields(restricted_to=([], [cast.zhou.id])),
            edition=found.edition,
            by=cast.jun,
        )

    assert looked(wiring, cast.zhou)[0] == {"人人看得到": 0, "刚建的": 0, "只给林晓": 0}
    assert "只给林晓" not in looked(wiring, cast.lin)[0]
