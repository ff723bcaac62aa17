"""People, roles, teams, sign-ins and the links that open an account."""

import runpy
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub import accounts
from hub.accounts import SYSTEM, passwords
from hub.base import clock, csvs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.jobs import Job
from tests.cast import PASSWORD


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def test_the_last_administrator_keeps_the_role_and_stays_active(session, cast):
    ada = accounts.person(session, cast.ada.id)

    with pytest.raises(Conflict, match="至少要留一位管理员"):
        accounts.set_roles(session, ada, ["seller"], by=cast.ada)
    with pytest.raises(Conflict, match="至少要留一位管理员"):
        accounts.set_active(session, ada, active=False, by=cast.ada)

    accounts.set_roles(session, accounts.person(session, cast.lin.id), ["administrator"], by=cast.ada)
    accounts.set_roles(session, ada, ["seller"], by=cast.ada)
    assert accounts.roles_of(session, [cast.ada.id]) == {cast.ada.id: ["seller"]}


@pytest.mark.parametrize("who", ["lin", "ting", "jun", "li"])
def test_only_administrators_change_people(session, cast, who):
    actor, zhou = getattr(cast, who), accounts.person(session, cast.zhou.id)

    for change in (
        lambda: accounts.add_person(session, email="a@b.cn", name="A", roles=[], by=actor),
        lambda: accounts.set_roles(session, zhou, ["administrator"], by=actor),
        lambda: accounts.set_active(session, zhou, active=False, by=actor),
        lambda: accounts.set_approver(session, zhou, ["energy"], by=actor),
        lambda: accounts.invite(session, zhou, by=actor),
        lambda: accounts.new_team(session, name="新", by=actor),
        lambda: accounts.add_roster(session, [], good_only=False, by=actor),
        lambda: accounts.edit_person(session, zhou, accounts.Profile("x"), email="z@b.cn", by=actor),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_a_password_as_shipped_costs_whoever_guesses_memory_and_time():
    """At least what OWASP's cheat sheet on password storage asks of argon2id: 46 MiB and one pass, or less and more."""
    shipped = runpy.run_path(passwords.__file__)  # the tests' own hashes are light

    variant, _version, costs = shipped["hashed"]("correct-horse").split("$")[1:4]
    memory, passes, _lanes = (int(cost.partition("=")[2]) for cost in costs.split(","))

    assert variant == "argon2id"
    assert memory >= 47_104
    assert passes >= 1


def test_an_invitation_sets_a_password_once(session, cast):
    new = accounts.add_person(session, email="New@Firm.cn", name="新人", roles=["seller"], by=cast.ada)
    secret = accounts.invite(session, new, by=cast.ada)

    accounts.accept_invitation(session, secret, "a-long-password")

    assert accounts.sign_in(session, email="new@firm.cn", password="a-long-password", days=1)
    with pytest.raises(NotFound):
        accounts.accept_invitation(session, secret, "another-password")


def test_an_invitation_expires(session, cast):
    new = accounts.add_person(session, email="new@firm.cn", name="新人", roles=["seller"], by=cast.ada)
    made = clock.now()
    secret = accounts.invite(session, new, by=cast.ada, at=made)

    assert accounts.invitation(session, secret, at=made + timedelta(days=6)) is not None
    with pytest.raises(NotFound):
        accounts.accept_invitation(session, secret, "a-long-password", at=made + timedelta(days=7, seconds=1))


def test_a_new_link_ends_the_one_before(session, cast):
    lin = accounts.person(session, cast.lin.id)
    first = accounts.invite(session, lin, by=cast.ada)
    second = accounts.invite(session, lin, by=cast.ada)

    assert accounts.invitation(session, first) is None
    assert accounts.invitation(session, second) is not None


def test_who_is_deactivated_loses_sign_ins_tokens_and_links(session, cast):
    zhou = accounts.person(session, cast.zhou.id)
    cookie = accounts.sign_in(session, email=zhou.email, password=PASSWORD, days=1)
    token = accounts.make_api_token(session, zhou, name="crm").secret
    link = accounts.invite(session, zhou, by=cast.ada)

    accounts.set_active(session, zhou, active=False, by=cast.ada)

    assert accounts.by_cookie(session, cookie) is None
    assert accounts.by_token(session, token) is None
    assert accounts.invitation(session, link) is None
    with pytest.raises(NotAllowed):
        accounts.sign_in(session, email=zhou.email, password=PASSWORD, days=1)
    with pytest.raises(Conflict, match="已停用"):
        accounts.invite(session, zhou, by=cast.ada)


def test_changing_the_password_ends_every_other_sign_in(session, cast):
    elsewhere = accounts.sign_in(session, email=cast.lin.email, password=PASSWORD, days=1)

    here = accounts.change_own_password(session, old=PASSWORD, new="battery-staple", days=1, by=cast.lin)

    assert accounts.by_cookie(session, elsewhere) is None
    assert accounts.by_cookie(session, here).id == cast.lin.id
    with pytest.raises(NotAllowed):
        accounts.change_own_password(session, old=PASSWORD, new="whatever-else", days=1, by=cast.lin)


def test_one_ends_ones_own_sign_ins_and_nobody_elses(session, cast):
    here = accounts.sign_in(session, email=cast.lin.email, password=PASSWORD, days=1)
    there = accounts.sign_in(session, email=cast.lin.email, password=PASSWORD, days=1)
    theirs = accounts.sign_in(session, email=cast.zhou.email, password=PASSWORD, days=1)
    row = next(s for s in accounts.own_sign_ins(session, cast.zhou))

    with pytest.raises(NotFound):
        accounts.end_sign_in(session, row.id, by=cast.lin)
    assert accounts.end_other_sign_ins(session, here, by=cast.lin) == 1

    assert accounts.by_cookie(session, there) is None
    assert accounts.by_cookie(session, here) is not None
    assert accounts.by_cookie(session, theirs) is not None


def test_a_token_is_revoked_by_its_owner_or_an_administrator_only(session, cast):
    made = accounts.make_api_token(session, accounts.person(session, cast.lin.id), name="crm", days=30)

    with pytest.raises(NotFound):
        accounts.revoke_api_token(session, made.row.id, by=cast.zhou)
    accounts.revoke_api_token(session, made.row.id, by=cast.ada)

    assert accounts.by_token(session, made.secret) is None


def test_a_token_ends_on_its_day(session, cast):
    made = accounts.make_api_token(session, accounts.person(session, cast.lin.id), name="crm", days=30)

    assert accounts.by_token(session, made.secret) is not None
    assert accounts.by_token(session, made.secret, at=clock.now() + timedelta(days=31)) is None


def test_there_is_a_first_administrator_only_once(wiring):
    with wiring.database.write() as session:
        accounts.first_administrator(session, name="安达", email="ada@firm.cn", password="correct-horse")
    with wiring.database.write() as session, pytest.raises(Conflict, match="已经有管理员了"):
        accounts.first_administrator(session, name="别人", email="b@firm.cn", password="correct-horse")


def test_a_first_administrator_needs_a_password(session):
    with pytest.raises(HubError, match="密码"):
        accounts.first_administrator(session, name="安达", email="ada@firm.cn", password="")
    assert not accounts.has_anybody(session)


def test_naming_a_products_first_approver_asks_for_its_readers_anew(session, cast):
    accounts.set_approver(session, accounts.person(session, cast.min.id), ["energy"], by=cast.ada)

    asked = session.exec(select(Job).where(Job.name == "product.readers")).all()
    assert [j.payload for j in asked] == [{"product": "energy"}]
    assert accounts.approves(session, cast.min.id) == {"energy"}


def test_people_are_found_by_part_of_name_address_or_title_and_by_role(session, cast):
    accounts.edit_person(
        session,
        accounts.person(session, cast.li.id),
        accounts.Profile("陈立", title="首席架构师"),
        email=cast.li.email,
        by=cast.ada,
    )

    def found(words="", role=""):
        return [p.name for p in accounts.find_people(session, words=words, role=role)[0]]

    assert found("架构") == ["陈立"]
    assert found("ZHOU@") == ["周强"]
    assert set(found(role="product_marketer")) == {"李婷", "赵敏"}
    assert found("%") == []
    assert accounts.find_people(session, limit=2)[1] == 7


def test_a_team_is_renamed_and_filled(session, cast):
    team = accounts.new_team(session, name="华南销售部", name_en="South", by=cast.ada)

    accounts.rename_team(session, team, name="华南大区", by=cast.ada)
    accounts.set_members(session, team, [cast.lin.id, 9_999], by=cast.ada)

    assert (team.key, team.name) == ("south", "华南大区")
    assert accounts.members(session)[team.id] == [cast.lin.id]
    with pytest.raises(Conflict):
        accounts.new_team(session, name="华南大区", by=cast.ada)


ROSTER = "邮箱,姓名,角色,团队\nwu@firm.cn,吴越,销售;市场,华南部\nbad,谁,销售,\nlin@test.example,林晓,,\n"


def test_a_roster_says_first_what_each_row_would_do(session, cast):
    plan = accounts.plan_roster(session, ROSTER)

    assert [(r.line, r.result) for r in plan] == [(2, "add"), (3, "refused"), (4, "known")]
    assert plan[0].roles == ("seller", "marketing")
    assert "华南部" in plan[0].said
    assert "邮箱" in plan[1].said
    assert accounts.by_email(session, "wu@firm.cn") is None


def test_a_roster_is_taken_whole_or_not_at_all_unless_only_good_rows_are_wanted(session, cast):
    plan = accounts.plan_roster(session, ROSTER)

    with pytest.raises(HubError, match="1 行不对"):
        accounts.add_roster(session, plan, good_only=False, by=cast.ada)
    assert accounts.by_email(session, "wu@firm.cn") is None

    added = accounts.add_roster(session, plan, good_only=True, by=cast.ada)
    assert [p.name for p in added] == ["吴越"]
    assert [t.name for t in accounts.teams_of(session, [added[0].id])[added[0].id]] == ["华南部"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_read_in_every_encoding_that_excel_writes(session, cast, encoding):
    plan = accounts.plan_roster(session, csvs.text_of("email,姓名\r\nwu@firm.cn,吴越\r\n".encode(encoding)))

    assert [(r.email, r.name, r.result) for r in plan] == [("wu@firm.cn", "吴越", "add")]


def test_a_roster_names_an_address_twice_only_in_vain(session, cast):
    plan = accounts.plan_roster(session, "email,name\na@b.cn,甲\nA@b.cn,乙\n")

    assert [r.result for r in plan] == ["add", "refused"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺少"),
        ("foo,bar\n1,2\n", "缺少"),
        ("email,name\n", "没有内容"),
        ("email\na@b.cn\n", "姓名|name"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_the_reason(session, cast, text, said):
    with pytest.raises(HubError, match=said):
        accounts.plan_roster(session, text)


def test_the_sample_is_a_good_roster(session, cast):
    assert {r.result for r in accounts.plan_roster(session, accounts.ROSTER_SAMPLE)} == {"add"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.text(max_size=200))
def test_whatever_stands_in_a_csv_is_read_or_refused_with_a_sentence(wiring, body):
    said, rows = "", []
    with wiring.database.read() as session:
        try:
            rows = accounts.plan_roster(session, "email,name,roles\n" + body)
        except HubError as error:
            said = error.message

    assert rows or said
    assert {r.result for r in rows} <= {"add", "known", "refused"}
    assert all(r.said for r in rows if r.result == "refused")


def test_the_system_stays_out_of_the_list(session, cast):
    assert SYSTEM.id is None
    assert "system" not in {p.name for p in accounts.people(session)}
